//! What can go wrong with a form of the data, in money.

use serde::Serialize;
use weir_types::Environment;

use crate::candidate::Candidate;
use crate::costs::{Costs, Reach, Threat};
use crate::loss::{Pert, Scenario, ScenarioTerms};
use crate::plan::{PlanError, Trust};

/// How much harm the kind of personal information does, by the three record classes of the criminal
/// interpretation of 2017, article 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// Other personal information.
    #[default]
    Ordinary,
    /// Lodging, call records, health, transactions.
    Health,
    /// Whereabouts, content of communications, credit, property.
    Whereabouts,
}

impl Harm {
    fn weight(self, costs: &Costs) -> f64 {
        match self {
            Self::Ordinary => 1.0,
            Self::Health => costs.known("weight_health"),
            Self::Whereabouts => costs.known("weight_whereabouts"),
        }
    }
}

/// What is at stake, whatever the threat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stakes<'a> {
    pub(crate) costs: &'a Costs,
    pub(crate) trust: &'a Trust,
    pub(crate) environment: Environment,
    pub(crate) harm: Harm,
    pub(crate) people: u64,
    /// What the candidate is worth to its purpose, yuan a year.
    pub(crate) worth: f64,
}

impl Stakes<'_> {
    /// What a threat comes to where nothing is done about it.
    ///
    /// # Errors
    /// Figures that no scenario can have.
    pub(crate) fn scenario(
        &self,
        threat: &Threat,
        candidate: &Candidate,
    ) -> Result<Scenario, PlanError> {
        let costs = self.costs;
        let [low, mode, high] = threat.events.get(&self.environment).copied().unwrap_or_default();
        let factor = if threat.by_band { self.trust.factor } else { 1.0 };
        let (vulnerability, affected, blamed) = match threat.reach {
            Reach::One => (candidate.greatest_risk * candidate.seen, 1.0, 1.0),
            Reach::All => {
                let share = candidate.mean_risk * candidate.seen;
                (1.0, share * self.people as f64, share)
            }
            Reach::None => (1.0, 0.0, 0.0),
        };
        let harm = costs.known("harm_per_person_yuan") * self.harm.weight(costs) * affected;
        let lost = harm + threat.value_share * self.worth * candidate.seen;
        let response = |name| costs.known(name) + lost;
        let pert = |low, mode, high| {
            let estimate = Pert::new(low, mode, high);
            estimate.map_err(|source| PlanError::Estimate { threat: threat.id.clone(), source })
        };
        let scenario = Scenario::new(ScenarioTerms {
            id: threat.id.clone(),
            events_per_year: pert(low * factor, mode * factor, high * factor)?,
            vulnerability,
            primary: pert(
                response("response_low_yuan"),
                response("response_mode_yuan"),
                response("response_high_yuan"),
            )?,
            secondary_chance: costs.known("fine_chance") * blamed,
            secondary: pert(
                costs.known("fine_low_yuan"),
                costs.known("fine_mode_yuan"),
                costs.known("fine_ceiling_yuan"),
            )?,
            secondary_ceiling: Some(costs.known("fine_ceiling_yuan")),
        });
        scenario.map_err(PlanError::Scenario)
    }
}
