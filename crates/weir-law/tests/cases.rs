//! Runs `laws/cn-2026/cases/` against the shipped pack, and holds what running them promises.

use std::path::Path;

use weir_law::cases::{Cases, Wanted};
use weir_law::{PackFile, RulePack};

/// Names and texts of the files in `folder`, by name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../laws").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is checked in")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("a readable file"))
    };
    paths.iter().map(read).collect()
}

fn files(texts: &[(String, String)]) -> Vec<PackFile<'_>> {
    texts.iter().map(|(name, text)| PackFile { name, text }).collect()
}

#[test]
fn every_case_comes_out_and_every_rule_has_its_cases() {
    let texts = texts("cn-2026/cases");
    let report = Cases::read(&files(&texts)).unwrap().run(&RulePack::builtin());
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
    let texts = texts("cn-2026");
    let mut shipped: Vec<(String, String)> = RulePack::builtin_files()
        .iter()
        .map(|file| (file.name.to_owned(), file.text.to_owned()))
        .collect();
    shipped.sort();
    assert!(shipped == texts, "BUILTIN lists other files than laws/cn-2026 has");
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
        ("credit = true", "asks = [\"credit\"]", "nobody is asked for credit"),
        ("importance = \"core\"", "", "DSL-21-core forbids it"),
        ("credti = true", "", "there is no fact `credti` (did you mean `credit`?)"),
    ] {
        let report = run(&text(facts, expect));
        let told = report.failures.iter().any(|failure| failure.what.starts_with(what));
        assert!(told, "{facts}, {expect}: {:?}", report.failures);
    }
}
