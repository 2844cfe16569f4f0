//! Residual risk in money, after Open FAIR.
//!
//! The Open Group's risk taxonomy (O-RT) and risk analysis (O-RA) take a risk apart into
//! - *loss event frequency* = threat event frequency × vulnerability (the chance that a threat
//!   event becomes a loss event);
//! - *loss magnitude* = primary loss (of every loss event) + secondary loss (what others do about
//!   it: fines, claims; not after every event).
//!
//! A [`Scenario`] holds these for one way in which things go wrong. In a year its threat events are
//! Poisson with a rate that is itself a draw from `events_per_year`, each becomes a loss event with
//! chance `vulnerability`, and each loss event costs a draw from `primary` and, with chance
//! `secondary_chance`, one from `secondary`. All draws, and all scenarios, are independent: real
//! events often come together, so the tail of the sum is rather too light.
//!
//! [`expected`] and [`variance`] are closed forms; [`simulate`] gives the whole curve.

mod curve;
mod pert;
mod sample;
#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the same seed gives the same bits, and no loss is exactly 0")]
mod tests;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::curve::{Exceedance, LossCurve, Quantile};
pub use self::pert::{Pert, PertError};

/// Most threat events a year of one scenario; a simulation goes through them one by one.
pub const MOST_EVENTS: f64 = 1_000.0;

/// One way in which things go wrong, with how often and at which cost.
///
/// Made from [`ScenarioTerms`] and never out of range; encoded as these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ScenarioTerms", into = "ScenarioTerms")]
pub struct Scenario(ScenarioTerms);

/// The figures of a scenario, before they are checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioTerms {
    /// Its name. Scenarios of one name share their random numbers from one simulation to the next,
    /// so that two plans can be compared.
    pub id: String,
    /// Threat events a year (O-RT: threat event frequency).
    pub events_per_year: Pert,
    /// Chance, 0 to 1, that a threat event becomes a loss event (O-RT: vulnerability).
    pub vulnerability: f64,
    /// Yuan of each loss event (O-RT: primary loss magnitude).
    pub primary: Pert,
    /// Chance, 0 to 1, that a loss event has a secondary loss (O-RT: secondary loss event
    /// frequency).
    pub secondary_chance: f64,
    /// Yuan of a secondary loss (O-RT: secondary loss magnitude).
    pub secondary: Pert,
    /// The most that law allows for a secondary loss, in yuan, where it sets a ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary_ceiling: Option<f64>,
}

/// Why figures are no scenario. Every variant is a fault of who wrote them.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum ScenarioError {
    /// A scenario without a name.
    #[error("a scenario has no `id`")]
    NoId,
    /// A chance that is none.
    #[error("`{key}` of the scenario `{id}` is {value}, which is no chance from 0 to 1")]
    NoChance {
        /// The scenario.
        id: String,
        /// The key.
        key: &'static str,
        /// What it holds.
        value: f64,
    },
    /// More threat events than a simulation can go through.
    #[error("`events_per_year` of the scenario `{id}` goes up to {high}, above {MOST_EVENTS}")]
    TooManyEvents {
        /// The scenario.
        id: String,
        /// The greatest number of events a year.
        high: f64,
    },
    /// A fine that the law does not allow.
    #[error(
        "`secondary` of the scenario `{id}` goes up to {high} yuan, above its ceiling {ceiling}"
    )]
    AboveCeiling {
        /// The scenario.
        id: String,
        /// The greatest secondary loss, in yuan.
        high: f64,
        /// The ceiling, in yuan.
        ceiling: f64,
    },
}

impl ScenarioError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoId => "give each scenario a short name of its own".to_owned(),
            Self::NoChance { key, .. } => format!("write `{key}` as a share, such as 0.3"),
            Self::TooManyEvents { .. } => {
                "count only attempts that could succeed, and lower the vulnerability instead of \
                 counting each probe"
                    .to_owned()
            }
            Self::AboveCeiling { ceiling, .. } => {
                format!("set `high` of `secondary` to {ceiling} or less, or correct the ceiling")
            }
        }
    }
}

impl Scenario {
    /// A scenario from its figures.
    ///
    /// # Errors
    ///
    /// - it has no name;
    /// - a chance is not from 0 to 1;
    /// - there are more than [`MOST_EVENTS`] threat events a year;
    /// - the secondary loss can be above its ceiling, or the ceiling is no number.
    pub fn new(terms: ScenarioTerms) -> Result<Self, ScenarioError> {
        let id = || terms.id.clone();
        if terms.id.trim().is_empty() {
            return Err(ScenarioError::NoId);
        }
        for (key, value) in
            [("vulnerability", terms.vulnerability), ("secondary_chance", terms.secondary_chance)]
        {
            if !(0.0..=1.0).contains(&value) {
                return Err(ScenarioError::NoChance { id: id(), key, value });
            }
        }
        let high = terms.events_per_year.high();
        if high > MOST_EVENTS {
            return Err(ScenarioError::TooManyEvents { id: id(), high });
        }
        if let Some(ceiling) = terms.secondary_ceiling {
            let high = terms.secondary.high();
            if ceiling.is_nan() || high > ceiling {
                return Err(ScenarioError::AboveCeiling { id: id(), high, ceiling });
            }
        }
        Ok(Self(terms))
    }

    /// The figures.
    pub fn terms(&self) -> &ScenarioTerms {
        &self.0
    }

    /// Mean loss in yuan a year: E\[Λ\]·E\[X\], with Λ = events a year × vulnerability and
    /// X = primary + secondary where there is one.
    ///
    /// Moments of a sum of random length, Klugman, Panjer and Willmot, *Loss Models*, chapter 9:
    /// E\[S\] = E\[N\]·E\[X\].
    pub fn expected(&self) -> f64 {
        self.0.vulnerability * self.0.events_per_year.mean() * self.size_moments().0
    }

    /// Variance of the loss of a year, in yuan squared.
    ///
    /// Same source: Var\[S\] = E\[N\]·Var\[X\] + Var\[N\]·E\[X\]². With a Poisson rate Λ that is
    /// drawn anew each year, Var\[N\] = E\[Λ\] + Var\[Λ\], which leaves
    /// E\[Λ\]·E\[X²\] + Var\[Λ\]·E\[X\]².
    pub fn variance(&self) -> f64 {
        let v = self.0.vulnerability;
        let (mean, second_moment) = self.size_moments();
        let rate = v * self.0.events_per_year.mean();
        let rate_variance = v * v * self.0.events_per_year.variance();
        rate * second_moment + rate_variance * mean * mean
    }

    /// E\[X\] and E\[X²\] of the loss of one event.
    fn size_moments(&self) -> (f64, f64) {
        let ScenarioTerms { primary, secondary, secondary_chance: chance, .. } = &self.0;
        let (first, second) = (primary.mean(), chance * secondary.mean());
        let secondary_square = chance * secondary.second_moment();
        (first + second, primary.second_moment() + 2.0 * first * second + secondary_square)
    }
}

impl TryFrom<ScenarioTerms> for Scenario {
    type Error = ScenarioError;

    fn try_from(terms: ScenarioTerms) -> Result<Self, ScenarioError> {
        Self::new(terms)
    }
}

impl From<Scenario> for ScenarioTerms {
    fn from(scenario: Scenario) -> Self {
        scenario.0
    }
}

/// Mean loss in yuan a year of all scenarios together. Holds whether or not they are independent.
pub fn expected(scenarios: &[Scenario]) -> f64 {
    scenarios.iter().map(Scenario::expected).sum()
}

/// Variance of the loss of a year, in yuan squared, of independent scenarios.
pub fn variance(scenarios: &[Scenario]) -> f64 {
    scenarios.iter().map(Scenario::variance).sum()
}

/// The losses of `years` simulated years (at least one), as a curve.
///
/// The same scenarios, years and seed give the same curve, in whatever order the scenarios come, but
/// for scenarios of one name, which are told apart by their order.
/// A year's threat events and what each would cost are tied to the seed, the scenario's name and
/// the year: with a lower vulnerability some of the same loss events do not happen, and no year is
/// worse. So the difference of two curves with one seed is a good deal surer than either.
pub fn simulate(scenarios: &[Scenario], years: u32, seed: u64) -> LossCurve {
    let years = years.max(1);
    let mut totals = vec![0.0; years as usize];
    let mut in_order: Vec<&Scenario> = scenarios.iter().collect();
    in_order.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let mut same_id = 0;
    for (at, scenario) in in_order.iter().enumerate() {
        let repeats = at > 0 && in_order[at - 1].0.id == scenario.0.id;
        same_id = if repeats { same_id + 1 } else { 0 };
        let streams = sample::Streams::new(seed, &scenario.0.id, same_id);
        sample::add_scenario(&mut totals, streams, &scenario.0);
    }
    LossCurve::of(totals, seed)
}
