//! How many people a class must hold, and by whose account.

use serde::Deserialize;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Environment, Facts, Relation, RiskReport};

/// What has to be met before records count as anonymised to the threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// Least number of people in an equivalence class: the largest that a deciding source asks
    /// for. Sources that are known from memory only do not decide.
    pub k: u64,
    /// Greatest record risk, `1 / k` (τ in GB/T 42460-2023 Annex D).
    pub tau: f64,
    /// Every source that speaks for this case, the deciding ones and the others.
    pub sources: Vec<ThresholdSource>,
}

/// One standard's threshold for one case.
#[derive(Clone, Debug, PartialEq)]
pub struct ThresholdSource {
    /// The standard and the part of it.
    pub standard: Bilingual,
    /// Its number and version, such as `GB/T 42460-2023`.
    pub version: String,
    /// How surely its figures are known; [`Certainty::Unverified`] ones never decide.
    pub certainty: Certainty,
    /// Least number of people in a class.
    pub k: u64,
    /// How the figure comes about, in the standard's own symbols.
    pub formula: String,
}

impl ThresholdSource {
    /// Whether the figure may decide.
    pub(crate) fn decides(&self) -> bool {
        self.certainty != Certainty::Unverified
    }
}

/// A standard's thresholds as the pack holds them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standard {
    pub(crate) id: String,
    pub(crate) instrument: String,
    pub(crate) article: Bilingual,
    pub(crate) version: String,
    pub(crate) certainty: Certainty,
    pub(crate) source: String,
    pub(crate) cases: Vec<ThresholdCase>,
}

/// A threshold for some environments and relations; all of them where none is named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThresholdCase {
    environment: Option<Vec<Environment>>,
    relation: Option<Vec<Relation>>,
    pub(crate) k: u64,
    pub(crate) formula: String,
}

impl Standard {
    /// The case with the largest k of those that fit, so that a broader reach is never judged by
    /// the milder of two readings.
    pub(crate) fn case(
        &self,
        environment: Environment,
        relation: Relation,
    ) -> Option<&ThresholdCase> {
        let fits = |case: &&ThresholdCase| {
            case.environment.as_ref().is_none_or(|list| list.contains(&environment))
                && case.relation.as_ref().is_none_or(|list| list.contains(&relation))
        };
        self.cases.iter().filter(fits).max_by_key(|case| case.k)
    }
}

/// Acceptance cuts for the total risk, per environment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotalRiskCut {
    inside: f64,
    controlled: f64,
    public: f64,
    pub(crate) certainty: Certainty,
    pub(crate) source: String,
}

impl TotalRiskCut {
    /// Whether every cut is a probability.
    pub(crate) fn in_range(&self) -> bool {
        [self.inside, self.controlled, self.public].iter().all(|cut| (0.0..=1.0).contains(cut))
    }
}

/// The total risk of a release and the cut it is shown against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TotalRisk {
    pub(crate) value: f64,
    pub(crate) cut: f64,
}

impl TotalRisk {
    /// R_total of GB/T 42460-2023 Annex D, as known second-hand.
    ///
    /// - 1 where any class is above τ;
    /// - `R_max · 1` where anyone may have the data;
    /// - `R_avg · Pr(context)` otherwise. Pr(context) depends on what the recipient can do and
    ///   wants, which nobody asked; 1 bounds it from above.
    pub(crate) fn new(facts: &Facts, risk: &RiskReport, cut: &TotalRiskCut) -> Self {
        let open_to_anyone =
            facts.environment == Environment::Public || facts.relation == Relation::Publish;
        let value = if risk.exposed_classes > 0.0 || risk.smallest_class == 0 {
            1.0
        } else if open_to_anyone {
            r_max(risk)
        } else {
            risk.class_mean
        };
        let cut = if open_to_anyone {
            cut.public
        } else if facts.environment == Environment::Inside {
            cut.inside
        } else {
            cut.controlled
        };
        Self { value, cut }
    }
}

/// R_max, from the smallest class itself rather than from the reported quotient.
pub(crate) fn r_max(risk: &RiskReport) -> f64 {
    if risk.smallest_class == 0 { 1.0 } else { 1.0 / risk.smallest_class as f64 }
}
