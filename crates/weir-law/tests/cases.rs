//! Runs `laws/cn-2026/cases/` against the shipped pack, and holds what running them promises.

use std::collections::BTreeSet;
use std::path::Path;

use weir_law::cases::{Cases, Wanted};
use weir_law::{Folder, PackFile, RulePack};

/// The files of a folder of `laws/`.
fn laws(folder: &str) -> Folder {
    let laws = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../laws");
    Folder::read(&laws.join(folder)).expect("the folder is checked in")
}

#[test]
fn every_case_comes_out_and_every_rule_has_its_cases() {
    let cases = laws("cn-2026/cases");
    let report = Cases::read(&cases.files()).unwrap().run(&RulePack::builtin());
    let failed: Vec<String> = report
        .failures
        .iter()
        .map(|failure| format!("{}, {}: {}", failure.file, failure.case, failure.what))
        .chain(report.uncovered.iter().map(|u| format!("{}: no case {:?}", u.rule, u.wants)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(report.passed());
}

/// The shipped pack is the files of its folder, all of them.
#[test]
fn the_shipped_pack_is_its_folder() {
    let folder = laws("cn-2026");
    let texts = |files: &[PackFile<'_>]| -> Vec<(String, String)> {
        files.iter().map(|file| (file.name.to_owned(), file.text.to_owned())).collect()
    };
    let mut shipped = texts(RulePack::builtin_files());
    shipped.sort();
    assert!(shipped == texts(&folder.files()), "BUILTIN lists other files than laws/cn-2026 has");
}

const RULE: &str = r#"
[pack]
id = "x"
version = "1"
as_of = "2026-11-23"
valid_from = "2026-01-01"
review_by = "2027-01-01"
extends = "cn-2026"

[[rules]]
id = "X-1"
instrument = "PIPL"
article = { zh = "第1条", en = "article 1" }
outcome = "duty"
when = 'credit'
met_when = 'written_consent'
zh = "做"
en = "Do."
certainty = "seen"
source = "a book"
"#;

#[test]
fn a_rule_without_cases_and_a_case_that_is_wrong_are_told() {
    let pack = RulePack::parse(RULE).unwrap();
    let run = |text: &str| Cases::read(&[PackFile { name: "c.toml", text }]).unwrap().run(&pack);
    let none = run("");
    let wanted: Vec<Wanted> = none.uncovered.iter().map(|uncovered| uncovered.wants).collect();
    assert_eq!(wanted, [Wanted::Applies, Wanted::DoesNotApply, Wanted::Met, Wanted::NotMet]);
    assert!(!none.passed() && none.rules == 1);
    let text = |facts: &str, expect: &str| {
        format!(
            "[[scenario]]\nname = \"s\"\nas_of = \"2026-11-23\"\nfacts = {{ {facts} }}\n{expect}\n"
        )
    };
    let covered = [
        text("credit = true, written_consent = true", "met = [\"X-1\"]"),
        text("credit = true, written_consent = false", "unmet = [\"X-1\"]"),
        text("credit = false", "absent = [\"X-1\"]"),
    ];
    assert!(run(&covered.join("\n")).passed());
    for (facts, expect, what) in [
        ("credit = true", "absent = [\"X-1\"]", "X-1 is not known not to apply"),
        ("", "absent = [\"X-1\"]", "X-1 is not known not to apply"),
        ("credit = false", "duties = [\"X-1\"]", "X-1 is not of that kind and applying"),
        ("credit = true", "exemptions = [\"X-1\"]", "X-1 is not of that kind and applying"),
        ("credit = true", "met = [\"X-1\"]", "X-1 is not met"),
        ("credit = true", "duties = [\"X-2\"]", "there is no rule X-2"),
        ("credit = true", "unmet = [\"X-1\"]", "X-1 is not unmet"),
        ("credit = true", "open = [\"X-1\"]", "X-1 is not open"),
        (
            "importance = \"important\", statutory_duty = true",
            "absent = [\"NDSMR-31\"]",
            "NDSMR-31 is not known not to apply",
        ),
        ("credit = true", "asks = [\"credit\"]", "nobody is asked for credit"),
        ("importance = \"core\"", "", "DSL-21-core forbids it"),
        ("credti = true", "", "there is no fact `credti` (did you mean `credit`?)"),
    ] {
        let report = run(&text(facts, expect));
        let told = report.failures.iter().any(|failure| failure.what.starts_with(what));
        assert!(told, "{facts}, {expect}: {:?}", report.failures);
    }
}

/// What is lifted, or not the law of the day, does not show that the condition can fail.
#[test]
fn only_a_rule_in_force_that_is_silent_has_its_negative_case() {
    let pack = RulePack::parse(&format!(
        "{}{}",
        RULE.replace("met_when = 'written_consent'", "until = \"2026-06-30\""),
        RULE.split("[[rules]]")
            .last()
            .map(|rule| format!("[[rules]]{rule}"))
            .unwrap()
            .replace("X-1", "X-2")
            .replace("\"duty\"", "\"exemption\"\nexempts = [\"X-1\"]")
            .replace("met_when = 'written_consent'\n", ""),
    ))
    .unwrap();
    let of = |as_of: &str, facts: &str, expect: &str| {
        let text = format!(
            "[[scenario]]\nname = \"s\"\nas_of = \"{as_of}\"\nfacts = {{ {facts} }}\n{expect}\n"
        );
        let report = Cases::read(&[PackFile { name: "c.toml", text: &text }]).unwrap().run(&pack);
        assert!(report.failures.is_empty(), "{:?}", report.failures);
        !report.uncovered.iter().any(|u| u.rule == "X-1" && u.wants == Wanted::DoesNotApply)
    };
    assert!(!of("2026-07-01", "credit = false", "absent = [\"X-1\"]"));
    assert!(!of("2026-02-01", "credit = true", "lifted = [\"X-1\"]"));
    assert!(of("2026-02-01", "credit = false", "absent = [\"X-1\"]"));
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Obligations {
    ids: Vec<String>,
    left_out: Vec<LeftOut>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    id: String,
    zh: String,
    en: String,
}

fn obligations() -> Obligations {
    toml::from_str(include_str!("../../../laws/obligations.toml")).expect("the list is TOML")
}

/// No obligation is lost: a rule encodes it, or it is left out for a reason, not both.
#[test]
fn every_obligation_is_encoded_or_left_out_for_a_reason() {
    let Obligations { ids, left_out } = obligations();
    let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let pack = RulePack::builtin();
    let encoded: BTreeSet<&str> =
        pack.rules().iter().flat_map(|rule| rule.rows()).map(String::as_str).collect();
    let left: BTreeSet<&str> = left_out.iter().map(|row| row.id.as_str()).collect();
    assert!(left_out.iter().all(|row| !row.zh.is_empty() && !row.en.is_empty()));
    assert_eq!(encoded.difference(&ids).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(encoded.intersection(&left).collect::<Vec<_>>(), Vec::<&&str>::new());
    let all: BTreeSet<&str> = encoded.union(&left).copied().collect();
    assert_eq!(ids.difference(&all).collect::<Vec<_>>(), Vec::<&&str>::new());
    // A rule of an instrument comes from an obligation; weir's own limits and what the standards
    // say of a measured release do not.
    let own = ["WEIR", "GBT42460", "ANON-DRAFT", "ANON-GUIDE"];
    for rule in pack.rules().iter().filter(|rule| rule.rows().is_empty()) {
        let lifted = rule.id().ends_with("-lifted");
        assert!(lifted || own.contains(&rule.instrument()), "{} encodes nothing", rule.id());
    }
}

/// The list is the one that was gathered, where that is at hand.
#[test]
fn the_obligations_are_those_that_were_gathered() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/facts/obligations.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("left out: ../shared/facts/obligations.csv is not here");
        return;
    };
    let gathered: BTreeSet<&str> =
        text.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(id, _)| id).collect();
    let ids = obligations().ids;
    assert_eq!(ids.iter().map(String::as_str).collect::<BTreeSet<_>>(), gathered);
}

/// What the documents say of the shipped pack.
#[test]
fn the_documents_count_rules_and_instruments() {
    let pack = RulePack::builtin();
    let instruments: BTreeSet<&str> = pack.rules().iter().map(|rule| rule.instrument()).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).expect("a checked-in file");
    let counted = format!("{} rules of {} instruments", pack.rules().len(), instruments.len());
    assert!(read("docs/law.md").contains(&counted), "{counted}");
    let counted = format!("{} rules, each", pack.rules().len());
    assert!(read("CHANGELOG.md").contains(&counted), "{counted}");
}
