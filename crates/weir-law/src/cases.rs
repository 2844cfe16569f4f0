//! Cases: facts in, rules and result out. Every rule of a pack needs them for either result.
//!
//! A `[[case]]` is a release with measured figures and asks [`judge`]; it changes a release that
//! `base.toml` describes. A `[[scenario]]` is a circulation as a lawyer tells it and asks
//! [`examine`]; it states all its facts itself, and what it does not state is not known.

mod run;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use weir_types::risk::PeopleCountedBy;
use weir_types::{Facts, Outcome, RiskReport};

use crate::pack::{PackFile, Place, RulePack};

#[cfg(doc)]
use crate::{examine, judge};

/// The cases of a pack, as read from their files.
#[derive(Debug)]
pub struct Cases {
    base: Option<Base>,
    cases: Vec<(String, Case)>,
    scenarios: Vec<(String, Scenario)>,
}

/// What came of running the cases of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// The pack.
    pub pack: String,
    /// Number of rules that stand in its own files.
    pub rules: usize,
    /// Number of cases with measured figures.
    pub cases: usize,
    /// Number of scenarios.
    pub scenarios: usize,
    /// What came out otherwise than written.
    pub failures: Vec<CaseFailure>,
    /// Rules of the pack's own files that lack a case.
    pub uncovered: Vec<Uncovered>,
}

/// One thing that came out otherwise than a case says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseFailure {
    /// The file.
    pub file: String,
    /// The case.
    pub case: String,
    /// What came out.
    pub what: String,
}

/// A rule that lacks a case for one of its results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncovered {
    /// The rule.
    pub rule: String,
    /// The result that no case shows.
    pub wants: Wanted,
}

/// A result that a rule needs a case for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// It applies.
    Applies,
    /// It does not apply.
    DoesNotApply,
    /// It applies and is met.
    Met,
    /// It applies and is not met.
    NotMet,
}

impl TestReport {
    /// Whether every case came out as written and every rule has its cases.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() && self.uncovered.is_empty()
    }
}

impl Cases {
    /// Reads case files.
    ///
    /// # Errors
    ///
    /// - a text is no TOML, has an unknown or missing key or a value of the wrong type;
    /// - there are cases with measured figures and no file says which release they change.
    pub fn read(files: &[PackFile<'_>]) -> Result<Self, CaseError> {
        let mut all = Self { base: None, cases: Vec::new(), scenarios: Vec::new() };
        for file in files {
            let text: CaseFile = toml::from_str(file.text).map_err(|error| {
                let (place, message) = Place::of(file, &error);
                CaseError::Syntax { place, message }
            })?;
            if let Some(base) = text.base
                && all.base.replace(base).is_some()
            {
                return Err(CaseError::TwoBases);
            }
            let named = |name: &str| name.to_owned();
            all.cases.extend(text.case.into_iter().map(|case| (named(file.name), case)));
            all.scenarios.extend(text.scenario.into_iter().map(|case| (named(file.name), case)));
        }
        if all.base.is_none() && !all.cases.is_empty() {
            return Err(CaseError::NoBase);
        }
        Ok(all)
    }

    /// Number of cases and scenarios.
    pub fn len(&self) -> usize {
        self.cases.len() + self.scenarios.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs them all against `pack`, and looks for rules that lack a case.
    pub fn run(&self, pack: &RulePack) -> TestReport {
        let mut failures = Vec::new();
        let mut silent = BTreeSet::new();
        let mut ran = |ran: run::Ran| {
            failures.extend(ran.failures);
            silent.extend(ran.silent);
        };
        if let Some(base) = &self.base {
            for (file, case) in &self.cases {
                ran(run::case(pack, base, file, case));
            }
        }
        for (file, scenario) in &self.scenarios {
            ran(run::scenario(pack, file, scenario));
        }
        TestReport {
            pack: pack.label(),
            rules: pack.own_rules().len(),
            cases: self.cases.len(),
            scenarios: self.scenarios.len(),
            failures,
            uncovered: self.uncovered(pack, &silent),
        }
    }

    /// Rules that lack a case; `silent` are those that some case shows not to apply while they
    /// are in force. What is lifted, open or not the law of the day shows no condition that fails.
    fn uncovered(&self, pack: &RulePack, silent: &BTreeSet<String>) -> Vec<Uncovered> {
        let mut applies: BTreeSet<&str> = BTreeSet::new();
        let mut met: BTreeSet<&str> = BTreeSet::new();
        let mut unmet: BTreeSet<&str> = BTreeSet::new();
        for (_, case) in &self.cases {
            applies.extend(case.present.iter().map(String::as_str));
            met.extend(case.met.iter().map(String::as_str));
            unmet.extend(case.unmet.iter().map(String::as_str));
        }
        for (_, case) in &self.scenarios {
            for (_, rules) in case.applying() {
                applies.extend(rules.iter().map(String::as_str));
            }
            met.extend(case.met.iter().map(String::as_str));
            unmet.extend(case.unmet.iter().map(String::as_str));
        }
        applies.extend(met.iter().chain(&unmet).copied().collect::<Vec<_>>());
        let silent = silent.iter().map(String::as_str).collect();
        let mut uncovered = Vec::new();
        for rule in pack.own_rules() {
            let mut need = |needed: bool, cases: &BTreeSet<&str>, wants| {
                if needed && !cases.contains(rule.id()) {
                    uncovered.push(Uncovered { rule: rule.id().to_owned(), wants });
                }
            };
            need(true, &applies, Wanted::Applies);
            need(!rule.applies_always(), &silent, Wanted::DoesNotApply);
            need(rule.can_be_seen_met(), &met, Wanted::Met);
            need(rule.can_be_seen_met(), &unmet, Wanted::NotMet);
        }
        uncovered
    }
}

/// Why a text holds no cases. Every variant is a fault of the author of the cases.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("{place}: {message}")]
    Syntax {
        /// File and line.
        place: Place,
        /// What the TOML reader says of it.
        message: String,
    },
    /// Cases with measured figures that change no release.
    #[error("there are cases, and no file has the table `[base]`")]
    NoBase,
    /// Two releases that the cases could change.
    #[error("two files have the table `[base]`")]
    TwoBases,
}

impl CaseError {
    /// What the author can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "`docs/law.md` lists every key of a case",
            Self::NoBase => "write the release that they change as `[base]`, or use `[[scenario]]`",
            Self::TwoBases => "keep one of them",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    base: Option<Base>,
    #[serde(default)]
    case: Vec<Case>,
    #[serde(default)]
    scenario: Vec<Scenario>,
}

/// The release that cases change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    k: u64,
    today: String,
    facts: Facts,
    risk: Risk,
}

/// A release with measured figures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    permitted: bool,
    k: Option<u64>,
    today: Option<String>,
    #[serde(default)]
    facts: toml::Table,
    #[serde(default)]
    risk: toml::Table,
    #[serde(default)]
    present: Vec<String>,
    /// Rules that are known not to apply: their condition does not hold, or they are not the law
    /// of the day.
    #[serde(default)]
    absent: Vec<String>,
    /// Rules whose condition holds and that an exemption, or their own `unless`, lifts.
    #[serde(default)]
    lifted: Vec<String>,
    /// Rules that an unknown fact leaves open.
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    met: Vec<String>,
    #[serde(default)]
    unmet: Vec<String>,
    /// Facts that the person is asked for.
    #[serde(default)]
    asks: Vec<String>,
}

/// A circulation as a lawyer tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    /// The day whose law applies.
    as_of: String,
    /// By name; what is not here is not known.
    facts: std::collections::BTreeMap<String, weir_types::FactValue>,
    /// All prohibitions that apply.
    #[serde(default)]
    prohibitions: Vec<String>,
    /// Duties, records and deadlines that apply.
    #[serde(default)]
    duties: Vec<String>,
    #[serde(default)]
    exemptions: Vec<String>,
    #[serde(default)]
    exposures: Vec<String>,
    /// Rules whose condition holds and that an exemption, or their own `unless`, lifts.
    #[serde(default)]
    lifted: Vec<String>,
    /// Rules that are known not to apply, whatever the unknown facts turn out to be.
    #[serde(default)]
    absent: Vec<String>,
    /// Rules that wait for something to happen.
    #[serde(default)]
    on_occasion: Vec<String>,
    /// Rules that an unknown fact leaves open.
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    met: Vec<String>,
    #[serde(default)]
    unmet: Vec<String>,
    /// Facts that the person is asked for.
    #[serde(default)]
    asks: Vec<String>,
}

impl Scenario {
    /// Rules that must apply, with the outcomes that they may have.
    fn applying(&self) -> [(&'static [Outcome], &[String]); 4] {
        [
            (&[Outcome::Prohibition], &self.prohibitions),
            (&[Outcome::Duty, Outcome::Record, Outcome::Deadline], &self.duties),
            (&[Outcome::Exemption], &self.exemptions),
            (&[Outcome::Exposure], &self.exposures),
        ]
    }
}

/// The figures of a report that the rules look at.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Risk {
    people_counted_by: PeopleCountedBy,
    people: u64,
    classes: u64,
    smallest_class: u64,
    largest_class: u64,
    class_mean: f64,
    tau: f64,
    exposed_classes: f64,
}

impl Risk {
    /// A report with these figures; what no rule looks at follows from them.
    fn report(&self) -> RiskReport {
        let greatest = 1.0 / self.smallest_class.max(1) as f64;
        RiskReport {
            quasi_identifiers: vec!["age".to_owned()],
            person: Some("person".to_owned()),
            people_counted_by: self.people_counted_by,
            rows: self.people,
            people: self.people,
            classes: self.classes,
            smallest_class: self.smallest_class,
            largest_class: self.largest_class,
            unique_people: 0,
            uniqueness: 0.0,
            prosecutor_max: greatest,
            prosecutor_mean: self.class_mean,
            journalist_max: greatest,
            marketer: self.class_mean,
            class_mean: self.class_mean,
            tau: self.tau,
            exposed_classes: self.exposed_classes,
            exposed_people: self.exposed_classes,
            histogram: Vec::new(),
            models: Vec::new(),
            sensitive: Vec::new(),
        }
    }
}
