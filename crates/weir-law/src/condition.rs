//! When a rule applies: conditions over the facts and over what follows from them.

use serde::Deserialize;
use weir_types::{Environment, Facts, Importance, Kind, Relation, RiskReport};

use crate::threshold::{Threshold, TotalRisk};

/// A condition: every key that is given must hold, and one without keys always holds.
///
/// The first part of the keys are facts of the release; the second part follows from the measured
/// risk (see [`Situation`]). A list holds when the fact is one of its words.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Condition {
    kind: Option<Vec<Kind>>,
    relation: Option<Vec<Relation>>,
    environment: Option<Vec<Environment>>,
    importance: Option<Vec<Importance>>,
    personal_information: Option<bool>,
    sensitive: Option<bool>,
    direct_identifiers_released: Option<bool>,
    legal_basis: Option<bool>,
    reidentification_ban: Option<bool>,
    retention: Option<bool>,
    purpose: Option<bool>,
    people_at_least: Option<u64>,

    measured: Option<bool>,
    people_plausible: Option<bool>,
    class_size_met: Option<bool>,
    no_exposed_class: Option<bool>,
    threshold_met: Option<bool>,
    asked_k_met: Option<bool>,
    total_risk_within_cut: Option<bool>,
}

impl Condition {
    /// Whether it holds for every release.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has a list without words, which nothing could ever meet.
    pub(crate) fn has_empty_list(&self) -> bool {
        fn empty<T>(list: Option<&Vec<T>>) -> bool {
            list.is_some_and(Vec::is_empty)
        }
        empty(self.kind.as_ref())
            || empty(self.relation.as_ref())
            || empty(self.environment.as_ref())
            || empty(self.importance.as_ref())
    }

    /// Whether it asks for the cut of the total risk.
    pub(crate) fn asks_total_risk(&self) -> bool {
        self.total_risk_within_cut.is_some()
    }

    /// Whether it holds in `situation`.
    pub(crate) fn holds(&self, situation: &Situation<'_>) -> bool {
        let facts = situation.facts;
        among(self.kind.as_deref(), &facts.kind)
            && among(self.relation.as_deref(), &facts.relation)
            && among(self.environment.as_deref(), &facts.environment)
            && among(self.importance.as_deref(), &facts.importance)
            && same(self.personal_information, facts.personal_information)
            && same(self.sensitive, facts.sensitive)
            && same(self.direct_identifiers_released, facts.direct_identifiers_released)
            && same(self.legal_basis, facts.legal_basis)
            && same(self.reidentification_ban, facts.reidentification_ban)
            && same(self.retention, facts.retention)
            && same(self.purpose, facts.purpose)
            && self.people_at_least.is_none_or(|least| facts.people >= least)
            && same(self.measured, situation.measured)
            && same(self.people_plausible, situation.people_plausible)
            && same(self.class_size_met, situation.class_size_met)
            && same(self.no_exposed_class, situation.no_exposed_class)
            && same(self.threshold_met, situation.threshold_met)
            && same(self.asked_k_met, situation.asked_k_met)
            && same(self.total_risk_within_cut, situation.total_risk_within_cut)
    }
}

/// The facts of a release and what follows from them and from its measured risk.
#[derive(Debug)]
pub(crate) struct Situation<'a> {
    /// What was stated and found.
    pub(crate) facts: &'a Facts,
    /// There are people, and the sizes of their classes do not contradict each other.
    pub(crate) measured: bool,
    /// The release does not show more people than the source holds. It would if rows had been
    /// counted as people, and then every class would look larger than it is.
    pub(crate) people_plausible: bool,
    /// The smallest class has as many people as the threshold asks for.
    pub(crate) class_size_met: bool,
    /// No class is riskier than τ, and τ itself was not set looser than the threshold's.
    pub(crate) no_exposed_class: bool,
    /// "Anonymised to the threshold": the source is personal information, no direct identifier is
    /// left readable and the four figures above hold.
    pub(crate) threshold_met: bool,
    /// The smallest class has as many people as the plan asked for.
    pub(crate) asked_k_met: bool,
    /// The total risk is not above the acceptance cut; shown, never decisive.
    pub(crate) total_risk_within_cut: bool,
}

impl<'a> Situation<'a> {
    /// Derives what follows from the facts and the measured risk.
    pub(crate) fn new(
        facts: &'a Facts,
        risk: &RiskReport,
        asked_k: u64,
        threshold: &Threshold,
        total_risk: TotalRisk,
    ) -> Self {
        let measured = risk.people > 0
            && risk.classes > 0
            && (1..=risk.largest_class).contains(&risk.smallest_class)
            && risk.largest_class <= risk.people;
        let people_plausible = risk.people <= facts.people;
        let class_size_met = risk.smallest_class >= threshold.k;
        // Asked this way, a figure that is not a number does not pass.
        let no_exposed_class = (0.0..f64::MIN_POSITIVE).contains(&risk.exposed_classes)
            && risk.tau > 0.0
            && risk.tau <= threshold.tau * (1.0 + ROUNDING);
        Self {
            facts,
            measured,
            people_plausible,
            class_size_met,
            no_exposed_class,
            threshold_met: facts.personal_information
                && !facts.direct_identifiers_released
                && measured
                && people_plausible
                && class_size_met
                && no_exposed_class,
            asked_k_met: risk.smallest_class >= asked_k,
            total_risk_within_cut: total_risk.value <= total_risk.cut,
        }
    }
}

/// How far two ways of writing one fraction as a floating-point number may lie apart.
const ROUNDING: f64 = 1e-9;

fn among<T: PartialEq>(words: Option<&[T]>, fact: &T) -> bool {
    words.is_none_or(|words| words.contains(fact))
}

fn same(wanted: Option<bool>, fact: bool) -> bool {
    wanted.is_none_or(|wanted| wanted == fact)
}
