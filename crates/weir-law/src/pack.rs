//! Rule packs: dated, cited rules as data.

mod check;
mod error;
mod rule;
mod text;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use weir_types::plan::Preset;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, FactValue, Facts};

pub use self::error::{PackError, Place};
pub use self::rule::Rule;
use crate::condition;
use crate::day::Day;
use crate::expr::{Expr, ExprError};
use crate::fact::{FactError, FactId, FactSet, Vocabulary};
use crate::threshold::{Standard, Threshold, ThresholdSource, TotalRiskCut};

/// One file of a pack.
#[derive(Clone, Copy, Debug)]
pub struct PackFile<'a> {
    /// Its name, for errors.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// The rules of one jurisdiction or sector, each for the days on which it is in force.
///
/// A pack that exists is complete: every rule has an article of a known instrument, both
/// languages, a certainty and a source; every condition is type-checked; every relation in every
/// environment has a threshold.
#[derive(Clone, Debug)]
pub struct RulePack {
    head: Head,
    /// Labels of the packs that it extends.
    extends: Vec<String>,
    vocabulary: Vocabulary,
    instruments: BTreeMap<String, Instrument>,
    standards: Vec<Standard>,
    presets: Vec<Preset>,
    total_risk: TotalRiskCut,
    rules: Vec<Rule>,
    /// Number of rules, at the front, that come from the packs it extends.
    inherited: usize,
}

impl RulePack {
    /// The pack that weir ships: Chinese law, `laws/cn-2026/`.
    pub fn builtin() -> Self {
        static READ: OnceLock<RulePack> = OnceLock::new();
        let read = || Self::read(&BUILTIN).expect("this crate's tests read the shipped pack");
        READ.get_or_init(read).clone()
    }

    /// The files of the shipped pack.
    pub const fn builtin_files() -> &'static [PackFile<'static>] {
        &BUILTIN
    }

    /// Reads a pack of one file.
    ///
    /// # Errors
    ///
    /// As [`RulePack::read`].
    pub fn parse(text: &str) -> Result<Self, PackError> {
        Self::read(&[PackFile { name: "pack.toml", text }])
    }

    /// Reads a pack of several files, of which one has the table `[pack]`; `docs/law.md` describes
    /// the form. A pack that says `extends = "cn-2026"` adds to the shipped one.
    ///
    /// # Errors
    ///
    /// - a text is no TOML, has an unknown or missing key or a value of the wrong type;
    /// - a condition cannot be parsed, or asks for a fact that is not listed, or for one of
    ///   another type;
    /// - a rule is incomplete, given twice, or cites an instrument that the pack does not list;
    /// - a preset is incomplete, given twice, or speaks of no case of a threshold of the pack;
    /// - something that is known from memory only would decide;
    /// - a relation in some environment is left without a threshold.
    pub fn read(files: &[PackFile<'_>]) -> Result<Self, PackError> {
        text::read(files)
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

    /// The first day that it answers for, where `day` lies before that.
    pub fn answers_from(&self, day: Day) -> Option<Day> {
        Some(self.head.valid_from).filter(|first| day < *first)
    }

    /// The day by which it was to be reviewed, where `day` lies after that.
    pub fn review_due(&self, day: Day) -> Option<Day> {
        Some(self.head.review_by).filter(|last| day > *last)
    }

    /// The facts that its rules may ask for.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Its rules, those of the pack that it extends first, in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that stand in its own files.
    pub fn own_rules(&self) -> &[Rule] {
        &self.rules[self.inherited..]
    }

    /// The rule with this identifier.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id() == id)
    }

    /// Its named sets of models, in the order of the file.
    pub fn presets(&self) -> &[Preset] {
        &self.presets
    }

    /// The instrument that a rule is of.
    pub fn instrument(&self, rule: &Rule) -> &Instrument {
        self.instruments
            .get(rule.instrument())
            .expect("a pack that cites an instrument it does not list does not load")
    }

    /// Instrument and article of one of its rules, for people.
    pub fn article(&self, rule: &Rule) -> Bilingual {
        let cited = cite(&self.instruments, rule.instrument(), rule.article());
        match rule.formerly() {
            None => cited,
            Some(old) => Bilingual::new(
                format!("{}（{}）", cited.zh, old.zh),
                format!("{} ({})", cited.en, old.en),
            ),
        }
    }

    /// What a request states in its table `[facts]`, held against the pack.
    ///
    /// # Errors
    ///
    /// Something is no fact of the pack, of another type, or not for stating.
    pub fn stated(&self, stated: &BTreeMap<String, FactValue>) -> Result<FactSet, FactError> {
        condition::stated(stated, &self.vocabulary)
    }

    /// The facts that a condition asks for, if its text is one under this pack.
    ///
    /// # Errors
    ///
    /// The text is not of the subset of CEL, or asks for what the pack does not have.
    pub fn condition(&self, text: &str) -> Result<Vec<FactId>, ExprError> {
        Ok(Expr::parse(text, &self.vocabulary)?.facts())
    }

    /// What the measured risk must meet in the case at hand.
    ///
    /// Where two deciding sources ask for different sizes, the larger one counts. Standards speak
    /// for the days on which their instruments are in force, and for all where no day is given.
    /// Where no standard that decides is in force on `day`, all of them count: no day is left
    /// without a threshold.
    pub fn threshold(&self, facts: &Facts, day: Option<Day>) -> Threshold {
        let of_the_day = self.threshold_sources(facts, day);
        let sources = match of_the_day.iter().any(ThresholdSource::decides) {
            true => of_the_day,
            false => self.threshold_sources(facts, None),
        };
        let k = sources
            .iter()
            .filter(|source| source.decides())
            .map(|source| source.k)
            .max()
            .expect("a pack that leaves a case without a threshold does not load");
        Threshold { k, tau: 1.0 / k as f64, sources }
    }

    fn threshold_sources(&self, facts: &Facts, day: Option<Day>) -> Vec<ThresholdSource> {
        let in_force = |standard: &&Standard| {
            let instrument = self.instruments.get(&standard.instrument);
            let days = instrument.map_or((None, None), Instrument::deciding_days);
            holds_on(days, day)
        };
        self.standards
            .iter()
            .filter(in_force)
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
            .collect()
    }

    /// Names and versions of the pack and of those that it extends.
    pub fn label(&self) -> String {
        let own = self.head.label();
        self.extends.iter().fold(own, |label, base| format!("{label} on {base}"))
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

/// What a pack says of itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: String,
    as_of: Day,
    valid_from: Day,
    review_by: Day,
    extends: Option<String>,
}

impl Head {
    fn label(&self) -> String {
        format!("{} {} (as of {})", self.id, self.version, self.as_of)
    }
}

/// A law, a standard, a draft or a plan.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Name in Chinese.
    zh: String,
    /// Name in English.
    en: String,
    /// Official number; none for drafts and for weir's own limits.
    number: Option<String>,
    /// First day in force.
    in_force_from: Option<Day>,
    /// Last day in force.
    in_force_until: Option<Day>,
    /// How surely number and date are known. The texts have a certainty of their own, per rule.
    certainty: Certainty,
    /// Where number and date were found.
    source: String,
}

impl Instrument {
    /// Its name.
    pub fn name(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    /// Its official number, where it has one.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// First and last day in force, as far as they are known.
    pub fn in_force(&self) -> (Option<Day>, Option<Day>) {
        (self.in_force_from, self.in_force_until)
    }

    /// How surely its number and days are known.
    pub fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// The days that switch its rules on and off; days known from memory only do not.
    fn deciding_days(&self) -> (Option<Day>, Option<Day>) {
        match self.certainty {
            Certainty::Unverified => (None, None),
            Certainty::Seen | Certainty::SecondHand => self.in_force(),
        }
    }
}

/// Whether `day` lies within these first and last days; a day that is not known rules nothing out.
fn holds_on((from, until): (Option<Day>, Option<Day>), day: Option<Day>) -> bool {
    let Some(day) = day else { return true };
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
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

/// The name by which a pack extends the shipped one.
const SHIPPED: &str = "cn-2026";

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(PackFile { name: $name, text: include_str!(concat!("../../../laws/cn-2026/", $name)) },)+]
    };
}

const BUILTIN: [PackFile<'static>; 9] = shipped![
    "pack.toml",
    "release.toml",
    "pipl.toml",
    "dsl.toml",
    "ndsmr.toml",
    "csl.toml",
    "government.toml",
    "export.toml",
    "other.toml",
];

#[cfg(test)]
mod tests;
