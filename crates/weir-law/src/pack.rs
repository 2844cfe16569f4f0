//! Rule packs: dated, cited rules as data.

mod check;
mod error;

use std::collections::BTreeMap;

use serde::Deserialize;
use weir_types::plan::Preset;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Facts, Outcome};

pub use self::error::PackError;
use crate::condition::{Condition, Situation};
use crate::day::Day;
use crate::preset::PresetEntry;
use crate::threshold::{Standard, Threshold, ThresholdSource, TotalRiskCut};

/// The rules of one jurisdiction as of one day.
///
/// A pack that exists is complete: every rule has an article of a known instrument, both
/// languages, a certainty and a source; every relation in every environment has a threshold.
#[derive(Clone, Debug)]
pub struct RulePack {
    head: Head,
    instruments: BTreeMap<String, Instrument>,
    standards: Vec<Standard>,
    presets: Vec<Preset>,
    total_risk: TotalRiskCut,
    rules: Vec<Rule>,
}

impl RulePack {
    /// The pack that weir ships: Chinese law, `laws/cn-2026.toml`.
    pub fn builtin() -> Self {
        Self::parse(include_str!("../../../laws/cn-2026.toml"))
            .expect("the shipped pack is parsed by this crate's tests")
    }

    /// Reads a pack; `laws/README.md` describes the form.
    ///
    /// # Errors
    ///
    /// - the text is no TOML, has an unknown or missing key or a value of the wrong type;
    /// - a rule is incomplete, given twice, or cites an instrument that the pack does not list;
    /// - a preset is incomplete, given twice, or speaks of no case of a threshold of the pack;
    /// - something that is known from memory only would decide;
    /// - a relation in some environment is left without a threshold.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let parsed: PackText =
            toml::from_str(text).map_err(|error| PackError::syntax(text, &error))?;
        check::check(&parsed)?;
        let presets = check::presets(&parsed)?;
        let PackText { pack: head, instruments, thresholds, total_risk, mut rules, .. } = parsed;
        for rule in &mut rules {
            let instrument = instruments.get(&rule.instrument);
            rule.starts = instrument.and_then(Instrument::starts);
        }
        Ok(Self { head, instruments, standards: thresholds, presets, total_risk, rules })
    }

    /// Its name, such as `cn-2026`.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// Its version; any change to a rule raises it.
    pub fn version(&self) -> &str {
        &self.head.version
    }

    /// The day on which its rules were last held against their sources, `YYYY-MM-DD`.
    pub fn as_of(&self) -> String {
        self.head.as_of.to_string()
    }

    /// Its rules, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Its named sets of models, in the order of the file.
    pub fn presets(&self) -> &[Preset] {
        &self.presets
    }

    /// Instrument and article of one of its rules, for people.
    pub fn article(&self, rule: &Rule) -> Bilingual {
        cite(&self.instruments, &rule.instrument, &rule.article)
    }

    /// What the measured risk must meet in the case at hand.
    ///
    /// Where two deciding sources ask for different sizes, the larger one counts.
    pub fn threshold(&self, facts: &Facts) -> Threshold {
        let sources: Vec<ThresholdSource> = self
            .standards
            .iter()
            .filter_map(|standard| {
                let case = standard.case(facts.environment, facts.relation)?;
                Some(ThresholdSource {
                    standard: cite(&self.instruments, &standard.instrument, &standard.article),
                    version: standard.version.clone(),
                    certainty: standard.certainty,
                    k: case.k,
                    formula: case.formula.clone(),
                })
            })
            .collect();
        let k = sources
            .iter()
            .filter(|source| source.decides())
            .map(|source| source.k)
            .max()
            .expect("a pack that leaves a case without a threshold does not load");
        Threshold { k, tau: 1.0 / k as f64, sources }
    }

    pub(crate) fn label(&self) -> String {
        self.head.label()
    }

    pub(crate) fn valid_from(&self) -> Day {
        self.head.valid_from
    }

    pub(crate) fn review_by(&self) -> Day {
        self.head.review_by
    }

    pub(crate) fn total_risk_cut(&self) -> &TotalRiskCut {
        &self.total_risk
    }
}

/// One rule: an article of an instrument, when it applies and what it brings about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    id: String,
    instrument: String,
    article: Bilingual,
    outcome: Outcome,
    zh: String,
    en: String,
    because_zh: String,
    because_en: String,
    certainty: Certainty,
    source: String,
    when: Condition,
    met_when: Option<Condition>,
    #[serde(skip)]
    starts: Option<Day>,
}

impl Rule {
    /// Its identifier, such as `PIPL-23`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it brings about.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What it says, in our words; figures stand as `{name}`.
    pub fn text(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    /// Why it applies, or why it need not; figures stand as `{name}`.
    pub fn because(&self) -> Bilingual {
        Bilingual::new(&self.because_zh, &self.because_en)
    }

    /// How surely its text is known.
    pub fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// Where its text was found.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it applies to every release.
    pub fn applies_always(&self) -> bool {
        self.when.is_empty()
    }

    /// Whether weir can see from the facts or the figures that it is met. Where it cannot, a duty
    /// stays open and the person sees to it.
    pub fn can_be_seen_met(&self) -> bool {
        self.met_when.is_some()
    }

    /// Whether it applies. A day that is not known rules nothing out.
    pub(crate) fn applies(&self, situation: &Situation<'_>, day: Option<Day>) -> bool {
        let in_force = match (self.starts, day) {
            (Some(starts), Some(day)) => starts <= day,
            _ => true,
        };
        in_force && self.when.holds(situation)
    }

    /// Whether it is met: an exemption always, a prohibition never.
    pub(crate) fn is_met(&self, situation: &Situation<'_>) -> bool {
        match &self.met_when {
            Some(condition) => condition.holds(situation),
            None => self.outcome == Outcome::Exemption,
        }
    }
}

/// A pack as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PackText {
    pack: Head,
    instruments: BTreeMap<String, Instrument>,
    thresholds: Vec<Standard>,
    #[serde(default)]
    presets: Vec<PresetEntry>,
    total_risk: TotalRiskCut,
    rules: Vec<Rule>,
}

/// What a pack says of itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: String,
    as_of: Day,
    valid_from: Day,
    review_by: Day,
}

impl Head {
    fn label(&self) -> String {
        format!("{} {} (as of {})", self.id, self.version, self.as_of)
    }
}

/// A law, a standard, a draft or a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Instrument {
    zh: String,
    en: String,
    /// Official number; none for drafts and for weir's own limits.
    #[expect(dead_code, reason = "cited in the pack for its readers; no decision uses it")]
    number: Option<String>,
    in_force_from: Option<Day>,
    /// How surely number and date are known. The texts have a certainty of their own, per rule.
    certainty: Certainty,
    source: String,
}

impl Instrument {
    /// The day from which its rules apply; a date known from memory only rules nothing out.
    fn starts(&self) -> Option<Day> {
        self.in_force_from.filter(|_| self.certainty != Certainty::Unverified)
    }
}

fn cite(
    instruments: &BTreeMap<String, Instrument>,
    instrument: &str,
    article: &Bilingual,
) -> Bilingual {
    let of = instruments
        .get(instrument)
        .expect("a pack that cites an instrument it does not list does not load");
    Bilingual::new(format!("{}{}", of.zh, article.zh), format!("{}, {}", of.en, article.en))
}

#[cfg(test)]
mod tests;
