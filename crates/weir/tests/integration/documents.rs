//! `weir documents`.

use std::fs;

use serde_json::Value;

use crate::support::{Desk, Ran, names};

/// A request for data that nobody has to read, with these lines more.
fn asking(relation: &str, importance: &str, facts: &str) -> String {
    format!(
        "[data]\npath = \"data.csv\"\nkind = \"personal\"\nimportance = \"{importance}\"\n\n\
         [parties]\nprovider = \"A | <b>\"\nrecipient = \"B\"\nrelation = \"{relation}\"\n\
         environment = \"controlled\"\n\n[purpose]\ntext = \"research\"\n\n[facts]\n{facts}\n"
    )
}

const BASIS: &str = "basis = \"consent\"";

fn run(desk: &Desk, more: &[&str]) -> Ran {
    desk.weir([&["documents", "request.toml", "--as-of", "2026-11-25"][..], more].concat())
}

fn told(ran: &Ran) -> Value {
    let value = serde_json::from_str(&ran.out);
    assert!(value.is_ok(), "{}{}", ran.out, ran.talk);
    value.unwrap()
}

fn document<'a>(told: &'a Value, name: &str) -> &'a Value {
    let all = told["documents"].as_array().unwrap();
    all.iter().find(|document| document["document"] == name).unwrap()
}

#[test]
fn what_is_due_is_written_in_both_languages() {
    // Consent that nobody said was given is no basis by itself; the request names one.
    let named = "text = \"research\"\nlegal_basis = \"PIPL 13\"";
    let request = asking("provide", "general", BASIS).replace("text = \"research\"", named);
    let desk = Desk::new("", &request);
    let ran = run(&desk, &["--json"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.talk);
    let told = told(&ran);
    assert_eq!(told["folder"], "request.documents");
    let folder = desk.path("request.documents");
    let assessment = document(&told, "impact-assessment");
    assert_eq!(
        (&assessment["standing"], &assessment["reasons"][0]["rule"]),
        (&"due".into(), &"PIPL-55".into())
    );
    let files = assessment["files"].as_array().unwrap();
    assert_eq!(files, &["impact-assessment.zh.docx", "impact-assessment.en.docx"]);
    for file in files {
        assert!(fs::read(folder.join(file.as_str().unwrap())).unwrap().starts_with(b"PK\x03\x04"));
    }
    let missing = assessment["open_points"].as_array().unwrap();
    let asks = |name: &str| missing.iter().any(|point| point["name"] == name);
    assert!(asks("consent") && asks("safeguards") && !asks("basis"), "{missing:?}");
    let point = missing.iter().find(|point| point["name"] == "consent").unwrap();
    assert_eq!(point["answered"], "in-facts");
    assert!(!point["question"]["zh"].as_str().unwrap().is_empty());
    assert!(folder.join("overview.zh.docx").exists());
    let written = names(&folder);
    let listed = told["documents"].as_array().unwrap().iter();
    let listed: usize = listed.map(|document| document["files"].as_array().unwrap().len()).sum();
    assert_eq!(written.len(), listed + 2, "{written:?}");
    assert_eq!(desk.names(), ["data.csv", "request.documents", "request.toml"]);

    let again = run(&desk, &[]);
    assert_eq!(again.status, 2, "{}", again.out);
    assert!(again.talk.contains("nothing is overwritten"), "{}", again.talk);
    assert_eq!(names(&folder), written);
    let other = run(&desk, &["--out", "other"]);
    assert_eq!(other.status, 0, "{}", other.talk);
    for file in written {
        let bytes = |folder: &str| fs::read(desk.path(folder).join(&file)).unwrap();
        assert_eq!(bytes("request.documents"), bytes("other"), "{file}");
    }
}

#[test]
fn a_document_that_is_not_due_is_named_with_its_article_and_written_when_asked_for() {
    let desk = Desk::new("", &asking("provide", "general", BASIS));
    let route = ["--route", "anonymised", "--format", "markdown", "--lang", "en"];
    let ran = run(&desk, &[&route[..], &["--json"]].concat());
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.talk);
    let all = told(&ran);
    let notice = document(&all, "notice");
    assert_eq!((&notice["standing"], &notice["files"]), (&"not-due".into(), &Value::Array(vec![])));
    assert!(notice["reasons"][0]["article"]["en"].as_str().unwrap().contains("articles 4 and 73"));
    let overview = fs::read_to_string(desk.path("request.documents/overview.en.md")).unwrap();
    assert!(overview.contains("Notice to individuals (notice) | not due |"), "{overview}");

    let more = ["--document", "notice", "--document", "contract-annex", "--out", "named"];
    let ran = run(&desk, &[&route[..], &more].concat());
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert!(ran.out.contains("not due") && ran.out.contains("not legal advice"), "{}", ran.out);
    assert_eq!(
        names(&desk.path("named")),
        ["contract-annex.en.md", "notice.en.md", "overview.en.md"]
    );
    let annex = fs::read_to_string(desk.path("named/contract-annex.en.md")).unwrap();
    assert!(annex.contains("| A \\| \\<b\\> |"), "{annex}");
    let chinese = run(&desk, &["--lang", "zh", "--out", "zh"]);
    assert!(chinese.out.contains("不是法律意见"), "{}", chinese.out);
    assert!(names(&desk.path("zh")).iter().all(|name| name.ends_with(".zh.docx")));
}

#[test]
fn a_prohibition_is_exit_status_3() {
    // An answer could lift it: the drafts say that it stands.
    let desk = Desk::new("", &asking("provide", "general", ""));
    let ran = run(&desk, &["--json", "--format", "markdown"]);
    assert_eq!(ran.status, 3, "{}", ran.talk);
    let open = told(&ran);
    assert_eq!(open["refusals"][0]["rule"], "PIPL-13");
    assert_eq!(open["refusals"][0]["may_be_lifted"], true);
    let notice = fs::read_to_string(desk.path("request.documents/notice.en.md")).unwrap();
    assert!(notice.contains("must not take place") && notice.contains("article 13"));

    // No answer could lift it: no paper for a hand-over that must not be.
    let desk = Desk::new("", &asking("provide", "core", BASIS));
    let ran = run(&desk, &["--lang", "en"]);
    assert_eq!(ran.status, 3, "{}", ran.talk);
    assert!(
        ran.out.contains("article 21") && ran.out.contains("nothing was written"),
        "{}",
        ran.out
    );
    assert_eq!(desk.names(), ["data.csv", "request.toml"]);
}

#[test]
fn what_cannot_be_read_or_written_leaves_nothing() {
    let desk = Desk::new("", &asking("provide", "general", "bases = 1"));
    let ran = run(&desk, &[]);
    assert!(ran.status == 2 && ran.talk.contains("hint:"), "{}", ran.talk);
    let missing = desk.weir(["documents", "none.toml"]);
    assert!(missing.status == 2 && missing.talk.contains("hint:"), "{}", missing.talk);
    fs::write(desk.path("request.toml"), asking("provide", "general", BASIS)).unwrap();
    let nowhere = run(&desk, &["--out", "no/where"]);
    assert!(nowhere.status == 2 && nowhere.talk.contains("hint:"), "{}", nowhere.talk);
    let early = desk.weir(["documents", "request.toml", "--as-of", "2020-01-01"]);
    assert!(early.status == 2 && early.talk.contains("hint:"), "{}", early.talk);
    assert_eq!(desk.names(), ["data.csv", "request.toml"]);
}
