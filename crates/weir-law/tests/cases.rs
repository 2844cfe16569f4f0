//! Runs `laws/cases/` against the shipped pack: facts in, rules and result out.
//!
//! Every rule needs a case for either result: one in which it applies and one in which it does
//! not; and where the facts can show that it is met, one of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use weir_law::{RulePack, judge};
use weir_types::risk::PeopleCountedBy;
use weir_types::{Facts, RiskReport, Sha256};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    k: u64,
    today: String,
    facts: toml::Table,
    risk: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<Case>,
}

#[derive(Deserialize)]
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
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    met: Vec<String>,
    #[serde(default)]
    unmet: Vec<String>,
}

/// The figures of a report that the rules look at.
#[derive(Deserialize)]
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

#[test]
fn every_case_comes_out_as_written() {
    let pack = RulePack::builtin();
    let base: Base = read(&folder().join("base.toml"));
    let mut wrong = Vec::new();
    for (file, case) in cases() {
        let facts = facts(&over(&base.facts, &case.facts, &case.name));
        let risk = risk(over(&base.risk, &case.risk, &case.name));
        let today = case.today.as_ref().unwrap_or(&base.today);
        let k = case.k.unwrap_or(base.k);
        let verdict = judge(&pack, &facts, &risk, k, Sha256([7; 32]), today);
        let decision = verdict.decision();
        let found: BTreeMap<&str, bool> =
            decision.findings.iter().map(|f| (f.rule.as_str(), f.met)).collect();
        let mut say = |what: String| wrong.push(format!("{file}, {}: {what}", case.name));
        if decision.permitted != case.permitted {
            say(format!("permitted is {}: {}", decision.permitted, decision.summary));
        }
        for rule in case.present.iter().filter(|rule| !found.contains_key(rule.as_str())) {
            say(format!("{rule} does not apply"));
        }
        for rule in case.absent.iter().filter(|rule| found.contains_key(rule.as_str())) {
            say(format!("{rule} applies"));
        }
        for (rules, wanted) in [(&case.met, true), (&case.unmet, false)] {
            for rule in rules.iter().filter(|rule| found.get(rule.as_str()) != Some(&wanted)) {
                say(format!("{rule} is {:?}, not met = {wanted}", found.get(rule.as_str())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_for_either_result() {
    let mut applies = BTreeSet::new();
    let mut silent = BTreeSet::new();
    let mut met = BTreeSet::new();
    let mut unmet = BTreeSet::new();
    for (_, case) in cases() {
        applies.extend(case.present.iter().chain(&case.met).chain(&case.unmet).cloned());
        silent.extend(case.absent);
        met.extend(case.met);
        unmet.extend(case.unmet);
    }
    let pack = RulePack::builtin();
    let mut missing = Vec::new();
    for rule in pack.rules() {
        let id = rule.id();
        let mut need = |cases: &BTreeSet<String>, what: &str| {
            if !cases.contains(id) {
                missing.push(format!("{id}: no case in which it {what}"));
            }
        };
        need(&applies, "applies");
        if !rule.applies_always() {
            need(&silent, "does not apply");
        }
        if rule.can_be_seen_met() {
            need(&met, "is met");
            need(&unmet, "is not met");
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    let known: BTreeSet<&str> = pack.rules().iter().map(|rule| rule.id()).collect();
    let engine = ["WEIR-day", "WEIR-pack-day", "WEIR-pack-review"];
    let named = applies.iter().chain(&silent);
    let strange: Vec<_> =
        named.filter(|id| !known.contains(id.as_str()) && !engine.contains(&id.as_str())).collect();
    assert!(strange.is_empty(), "cases name rules that do not exist: {strange:?}");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../laws/cases")
}

fn cases() -> Vec<(String, Case)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the cases are checked in")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .filter(|path| path.file_name().is_some_and(|name| name != "base.toml"))
        .collect();
    paths.sort();
    let in_file = |path: PathBuf| {
        let name =
            path.file_name().expect("a listed file has a name").to_string_lossy().into_owned();
        let file: CaseFile = read(&path);
        file.case.into_iter().map(move |case| (name.clone(), case))
    };
    paths.into_iter().flat_map(in_file).collect()
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).expect("a listed file can be read");
    let parsed = toml::from_str(&text);
    assert!(parsed.is_ok(), "{}: {:?}", path.display(), parsed.as_ref().err());
    parsed.expect("asserted above")
}

/// `base` with the changes of a case; a change of a key that the base lacks is a misspelling.
fn over(base: &toml::Table, changes: &toml::Table, case: &str) -> toml::Table {
    let mut table = base.clone();
    for (key, value) in changes {
        let old = table.insert(key.clone(), value.clone());
        assert!(old.is_some(), "{case}: unknown key `{key}`");
    }
    table
}

fn facts(table: &toml::Table) -> Facts {
    table.clone().try_into().expect("the base and its changes make facts")
}

fn risk(table: toml::Table) -> RiskReport {
    let figures: Risk = table.try_into().expect("the base and its changes make figures");
    let greatest = 1.0 / figures.smallest_class.max(1) as f64;
    RiskReport {
        quasi_identifiers: vec!["age".to_owned()],
        person: Some("person".to_owned()),
        people_counted_by: figures.people_counted_by,
        rows: figures.people,
        people: figures.people,
        classes: figures.classes,
        smallest_class: figures.smallest_class,
        largest_class: figures.largest_class,
        unique_people: 0,
        uniqueness: 0.0,
        prosecutor_max: greatest,
        prosecutor_mean: figures.class_mean,
        journalist_max: greatest,
        marketer: figures.class_mean,
        class_mean: figures.class_mean,
        tau: figures.tau,
        exposed_classes: figures.exposed_classes,
        exposed_people: figures.exposed_classes,
        histogram: Vec::new(),
        models: Vec::new(),
        sensitive: Vec::new(),
    }
}
