//! From facts, searches and costs to options.

use thiserror::Error;
use weir_law::{Day, FactError, RulePack, Threshold};
use weir_types::{Bilingual, Environment, Facts, Relation};

use crate::candidate::{Candidate, Source, candidates};
use crate::costs::Costs;
use crate::law::Ruling;
use crate::loss::{PertError, ScenarioError, simulate};
use crate::options::{
    Amount, Assumed, Binding, Choice, Curves, Infeasible, Options, Reason, Sensitivity, Step,
    Varied,
};
use crate::reckon::Reckoning;
use crate::threat::Harm;
use weir_types::Route;

/// A circulation of data that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct Circulation<'a> {
    /// The rules.
    pub pack: &'a RulePack,
    /// The day whose law applies.
    pub day: Day,
    /// What is known of the data and the parties; columns as they are in the source.
    pub facts: &'a Facts,
    /// The source and the searches on it.
    pub source: &'a Source,
    /// Least number of people in a class that the request asks for.
    pub asked_k: Option<u64>,
    /// What the data is worth to its purpose, yuan a year.
    pub value: Option<f64>,
    /// Most loss that may be expected, yuan a year.
    pub ceiling: Option<f64>,
    /// How much harm the kind of personal information does.
    pub harm: Harm,
    /// How far the recipient is trusted.
    pub trust: &'a Trust,
    /// What things cost.
    pub costs: &'a Costs,
}

/// How far a recipient is trusted, as an assessment found.
#[derive(Clone, Debug, PartialEq)]
pub struct Trust {
    /// What events that rest on the recipient are multiplied by, 0 to 1; 1 where nobody assessed it.
    pub factor: f64,
    /// Measures that the assessment asks for where the recipient gets personal information. Data
    /// that meets the threshold does not lean on who has it.
    pub asks_for: Vec<String>,
}

impl Default for Trust {
    fn default() -> Self {
        Self { factor: 1.0, asks_for: Vec::new() }
    }
}

/// All options of a circulation, the cheapest first.
///
/// Each feasible form of the data is taken with its cheapest set of measures, which is proved by
/// [`crate::solve`]; so that the first option is the cheapest of all forms with all sets.
///
/// # Errors
/// See [`PlanError`].
pub fn plan(asked: &Circulation<'_>) -> Result<Options, PlanError> {
    let (mut options, infeasible) = ranked(asked)?;
    mark_front(&mut options);
    let sensitivity = match options.first() {
        Some(first) => sensitivity(asked, first)?,
        None => Vec::new(),
    };
    let route = options.first().map_or(Route::Anonymised, |first| first.route);
    let ruling = Ruling::of(asked, route)?;
    Ok(Options {
        pack: asked.pack.label(),
        as_of: asked.day.to_string(),
        costs: asked.costs.label(),
        value: value(asked),
        options,
        infeasible,
        assumptions: assumptions(asked),
        sensitivity,
        questions: ruling.examined.questions(),
    })
}

/// What the data is worth, yuan a year.
pub(crate) fn value(asked: &Circulation<'_>) -> Amount {
    match asked.value {
        Some(yuan) => Amount { yuan, stated: true },
        // Rows that are about nobody have no value by the person.
        None if !asked.facts.personal_information => Amount { yuan: 0.0, stated: false },
        None => {
            let each = asked.costs.known("value_per_person_yuan");
            Amount { yuan: each * asked.facts.people as f64, stated: false }
        }
    }
}

/// Feasible and infeasible options, without what compares them.
fn ranked(asked: &Circulation<'_>) -> Result<(Vec<Choice>, Vec<Infeasible>), PlanError> {
    let threshold = asked.pack.threshold(asked.facts, Some(asked.day));
    let (mut options, mut infeasible) = (Vec::new(), Vec::new());
    let mut priced: Vec<(Candidate, f64, bool)> = Vec::new();
    for candidate in forms(asked) {
        let ruling = Ruling::of(asked, candidate.route)?;
        let mut reasons = ruling.forbidden();
        reasons.extend(too_small(&candidate, &threshold, asked.asked_k));
        match Reckoning::new(asked, &ruling, &candidate)?.choice() {
            Ok(choice) => {
                let stands = reasons.is_empty();
                priced.push((candidate.clone(), choice.total, stands));
                if stands {
                    options.push(choice);
                }
            }
            Err(reason) => reasons.push(*reason),
        }
        if !reasons.is_empty() {
            infeasible.push(Infeasible { route: candidate.route, k: candidate.k, reasons });
        }
    }
    let not_found = asked
        .source
        .searched
        .iter()
        .filter(|searched| searched.found.is_none() && asked.facts.personal_information);
    infeasible.extend(not_found.map(|searched| Infeasible {
        route: Route::Anonymised,
        k: Some(searched.k),
        reasons: vec![Reason::NotFound],
    }));
    for option in options.iter_mut().filter(|option| option.route == Route::Anonymised) {
        steps(option, &priced);
        threshold_binds(option, &threshold, asked.asked_k);
    }
    options.sort_by(|a, b| a.total.total_cmp(&b.total).then((a.route, a.k).cmp(&(b.route, b.k))));
    Ok((options, infeasible))
}

/// What the next smaller and the next larger class size would cost.
fn steps(option: &mut Choice, priced: &[(Candidate, f64, bool)]) {
    let own = option.k;
    let of = |(candidate, total, allowed): &(Candidate, f64, bool)| {
        let k = candidate.k.filter(|_| candidate.route == Route::Anonymised)?;
        Some(Step { k, dearer: total - option.total, allowed: *allowed })
    };
    let all = || priced.iter().filter_map(of);
    option.stricter = all().filter(|step| Some(step.k) > own).min_by_key(|step| step.k);
    option.laxer = all().filter(|step| Some(step.k) < own).max_by_key(|step| step.k);
}

/// Where smaller classes would be cheaper and are not allowed, what forbids them binds.
fn threshold_binds(option: &mut Choice, threshold: &Threshold, asked: Option<u64>) {
    let Some(step) = option.laxer.filter(|step| !step.allowed && step.dearer < 0.0) else { return };
    let what = match asked.filter(|asked| *asked > threshold.k) {
        Some(k) => Bilingual::new(
            format!("请求要求的 k = {k}"),
            format!("k = {k}, which the request asks for"),
        ),
        None => Bilingual::new(
            format!("阈值 k = {}", threshold.k),
            format!("the threshold k = {}", threshold.k),
        ),
    };
    option.binding.push(Binding { what, saves: -step.dearer });
    option.binding.sort_by(|a, b| b.saves.total_cmp(&a.saves));
}

/// Why classes are too small, where they are.
fn too_small(candidate: &Candidate, threshold: &Threshold, asked: Option<u64>) -> Option<Reason> {
    let k = candidate.k.filter(|_| candidate.route == Route::Anonymised)?;
    if k >= threshold.k {
        let asked = asked.filter(|asked| k < *asked)?;
        return Some(Reason::Asked { k: asked });
    }
    let deciding = threshold.sources.iter().filter(|source| {
        source.certainty != weir_types::verdict::Certainty::Unverified && source.k > k
    });
    // Of several that ask for as many, the first is named.
    let source = deciding.min_by_key(|source| std::cmp::Reverse(source.k))?;
    Some(Reason::Threshold {
        standard: source.standard.clone(),
        version: source.version.clone(),
        k: source.k,
        certainty: source.certainty,
    })
}

/// Marks the options that no other one beats both in what they cost and in what risk they leave.
fn mark_front(options: &mut [Choice]) {
    let points: Vec<(f64, f64)> =
        options.iter().map(|o| (o.total - o.parts.risk, o.parts.risk)).collect();
    for (option, own) in options.iter_mut().zip(&points) {
        option.on_front = !points.iter().any(|other| {
            other.0 <= own.0 && other.1 <= own.1 && (other.0 < own.0 || other.1 < own.1)
        });
    }
}

/// How much may be lost in a year under a choice of [`plan`], and were nothing done.
///
/// # Errors
/// See [`PlanError`].
///
/// # Panics
/// The choice is of another circulation.
pub fn curves(asked: &Circulation<'_>, choice: &Choice) -> Result<Curves, PlanError> {
    let ruling = Ruling::of(asked, choice.route)?;
    let all = forms(asked);
    let own = all.iter().find(|form| (form.route, form.k) == (choice.route, choice.k));
    let reckoning = Reckoning::new(asked, &ruling, own.expect("a choice is of a form"))?;
    let left = reckoning.scenarios_left(choice)?;
    Ok(Curves {
        bare: simulate(reckoning.scenarios(), YEARS, SEED),
        left: simulate(&left, YEARS, SEED),
    })
}

/// Simulated years; enough for the loss of one year in a hundred.
const YEARS: u32 = 10_000;
/// The same draws in every plan, so that plans can be compared.
const SEED: u64 = 1;

/// All forms of the data that are worth a thought.
fn forms(asked: &Circulation<'_>) -> Vec<Candidate> {
    candidates(asked.facts, asked.source, least_k(asked), asked.costs)
}

/// Least number of people in a class, by the threshold and by the request.
fn least_k(asked: &Circulation<'_>) -> u64 {
    asked.pack.threshold(asked.facts, Some(asked.day)).k.max(asked.asked_k.unwrap_or(0))
}

/// The cheapest feasible option, without what is told of it.
fn cheapest(asked: &Circulation<'_>) -> Result<Option<Varied>, PlanError> {
    let threshold = asked.pack.threshold(asked.facts, Some(asked.day));
    let mut least: Option<Varied> = None;
    for candidate in forms(asked) {
        let ruling = Ruling::of(asked, candidate.route)?;
        if !ruling.forbidden().is_empty()
            || too_small(&candidate, &threshold, asked.asked_k).is_some()
        {
            continue;
        }
        let Ok(total) = Reckoning::new(asked, &ruling, &candidate)?.total() else { continue };
        let own = Varied { route: candidate.route, k: candidate.k, total };
        let before = |other: &Varied| (own.route, own.k) < (other.route, other.k);
        if least.is_none_or(|other| total < other.total || (total <= other.total && before(&other)))
        {
            least = Some(own);
        }
    }
    Ok(least)
}

/// What is varied, and how.
type Vary = (fn() -> Bilingual, fn(&mut Costs, &mut Option<f64>, f64));

/// The figures that decide most, each with what scales it.
const VARIED: &[Vary] = &[
    (
        || Bilingual::new("数据的价值", "the value of the data"),
        |costs, value, by| match value {
            Some(value) => *value *= by,
            None => scale(costs, &["value_per_person_yuan"], by),
        },
    ),
    (
        || Bilingual::new("人工成本", "the cost of staff"),
        |costs, _, by| scale(costs, &["hour_yuan"], by),
    ),
    (
        || Bilingual::new("事件的次数", "the number of events"),
        |costs, _, by| {
            for threat in &mut costs.threats {
                threat.events.values_mut().flatten().for_each(|events| *events *= by);
            }
        },
    ),
    (
        || Bilingual::new("对个人的损害", "the harm to people"),
        |costs, _, by| scale(costs, &["harm_per_person_yuan"], by),
    ),
    (
        || Bilingual::new("罚款的概率", "the chance of a fine"),
        |costs, _, by| scale(costs, &["fine_chance"], by),
    ),
    (
        || Bilingual::new("措施的效果", "the effect of measures"),
        |costs, _, by| {
            for effect in costs.measures.iter_mut().flat_map(|m| m.effects.values_mut()) {
                *effect = (*effect * by).min(0.99);
            }
        },
    ),
    (
        || Bilingual::new("征得同意的成本", "the cost of asking for consent"),
        |costs, _, by| scale(costs, &["consent_per_person_yuan"], by),
    ),
];

fn scale(costs: &mut Costs, names: &[&str], by: f64) {
    for name in names {
        if let Some(assumption) = costs.assumptions.get_mut(*name) {
            assumption.value *= by;
        }
    }
}

fn sensitivity(asked: &Circulation<'_>, now: &Choice) -> Result<Vec<Sensitivity>, PlanError> {
    let varied_now = Varied { route: now.route, k: now.k, total: now.total };
    let varied = |vary: fn(&mut Costs, &mut Option<f64>, f64), by: f64| -> Result<_, PlanError> {
        let (mut costs, mut value) = (asked.costs.clone(), asked.value);
        vary(&mut costs, &mut value, by);
        Ok(cheapest(&Circulation { costs: &costs, value, ..*asked })?.unwrap_or(varied_now))
    };
    let other = |varied: &Varied| (varied.route, varied.k) != (now.route, now.k);
    VARIED
        .iter()
        .map(|(what, vary)| {
            let (lower, higher) = (varied(*vary, 0.7)?, varied(*vary, 1.3)?);
            let changes = other(&lower) || other(&higher);
            Ok(Sensitivity { what: what(), lower, higher, changes })
        })
        .collect()
}

fn assumptions(asked: &Circulation<'_>) -> Vec<Assumed> {
    let stated = asked.value.is_some();
    let assumptions = asked.costs.assumptions.iter();
    let used = assumptions.filter(|(name, _)| !(stated && *name == "value_per_person_yuan"));
    used.map(|(name, assumption)| Assumed {
        name: name.clone(),
        text: Bilingual::new(&assumption.zh, &assumption.en),
        value: assumption.value,
        unit: Bilingual::new(&assumption.unit_zh, &assumption.unit_en),
        certainty: assumption.certainty,
        source: assumption.source.clone(),
    })
    .collect()
}

/// The facts of a circulation on one route.
pub(crate) fn facts_on(asked: &Circulation<'_>, route: Route) -> Facts {
    let mut facts = asked.facts.clone();
    facts.direct_identifiers_released = match route {
        Route::AsIs | Route::InPlace => facts.personal_information && asked.source.identifiers,
        Route::Pseudonymised | Route::Anonymised | Route::Aggregated | Route::Joint => false,
    };
    match route {
        // Both sides decide what is computed, and neither acts on instructions.
        Route::Joint if facts.relation == Relation::Provide => facts.relation = Relation::Joint,
        Route::InPlace if facts.environment == Environment::Controlled => {
            facts.environment = Environment::Inside;
        }
        _ => {}
    }
    facts
}

/// Why there is no plan. Every variant is a fault of the request or of the costs.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum PlanError {
    /// The stated facts are not those of the pack.
    #[error("the stated facts are not those of the rules")]
    Facts(#[from] FactError),
    /// Figures of a threat that are no estimate.
    #[error("the threat `{threat}` cannot be put into money")]
    Estimate {
        /// The threat.
        threat: String,
        /// What is wrong with its figures.
        #[source]
        source: PertError,
    },
    /// Figures of a threat that contradict each other.
    #[error("a threat cannot be put into money")]
    Scenario(#[source] ScenarioError),
}

impl PlanError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Facts(error) => error.hint(),
            Self::Estimate { source, .. } => source.hint().to_owned(),
            Self::Scenario(error) => error.hint(),
        }
    }
}

#[cfg(test)]
mod tests;
