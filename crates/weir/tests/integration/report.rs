//! What is measured beside the risk: utility, attacks, other options, and the report of them.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{Desk, patients, request};

/// People with one row each. Income follows from age and work; one person is from the moon.
fn table(people: usize) -> String {
    let mut text = "age,work,region,income\n".to_owned();
    for person in 0..people {
        let age = 20 + person * 7 % 40;
        let work = ["farm", "mill", "office"][person * 5 % 3];
        let region = ["north", "south"][person / 3 % 2];
        let income = if age + 15 * (person * 5 % 3) > 55 { "high" } else { "low" };
        writeln!(text, "{age},{work},{region},{income}").unwrap();
    }
    text + "33,mill,zqxv moon,low\n"
}

const ASKED: [&str; 6] = ["--quasi", "age,work,region", "--keep", "income", "--k", "5"];

fn run(desk: &Desk, more: &[&str]) -> crate::support::Ran {
    desk.weir(["deidentify", "data.csv"].iter().chain(&ASKED).chain(more))
}

#[test]
fn a_report_holds_everything_and_no_rare_value() {
    let desk = Desk::new(&table(400), "");
    let more = ["--target", "income", "--compare", "--report", "report.html", "--json"];
    let ran = run(&desk, &more);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert!(ran.talk.contains("attacks   people found"), "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    let told = &done["utility"]["classification"];
    let accuracy = |key: &str| told[key]["value"].as_f64().unwrap();
    assert!(accuracy("before") > accuracy("baseline"), "{told}");
    assert_eq!(told["before"]["attempts"], 401);
    assert_eq!(done["utility"]["columns"].as_array().unwrap().len(), 4);
    let attacks = &done["attacks"]["report"];
    assert_eq!(attacks["known"], serde_json::json!(["age", "work", "region"]));
    // The search promised classes of 5 at least, and the attack finds as many.
    assert!(attacks["linkage"]["fewest"].as_u64().unwrap() >= 5, "{attacks}");
    let chosen = &done["choices"]["chosen"];
    assert_eq!(chosen["suppressed"], done["search"]["rows_suppressed"]);
    assert_eq!(chosen["classes"], done["search"]["classes"]);
    let score = |value: &Value| value["score"].as_f64().unwrap();
    assert!((score(chosen) - score(&done["search"])).abs() < 1e-9);
    let by_k = done["choices"]["by_k"].as_array().unwrap();
    let scores: Vec<f64> = by_k.iter().map(|at| score(&at["found"])).collect();
    assert_eq!(by_k.len(), 6);
    assert!(scores.is_sorted(), "a greater k never costs less: {scores:?}");
    let page = fs::read_to_string(desk.path("report.html")).unwrap();
    for text in ["De-identification report", "去标识化报告", "试验攻击", "Options compared"]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("zqxv") && !ran.out.contains("zqxv"), "the moon is seen");
    let again = run(&desk, &["--report", "report.html", "--out", "other.csv"]);
    assert_eq!(again.status, 2, "{}", again.talk);
    assert!(!desk.path("other.csv").exists());
}

#[test]
fn what_is_not_asked_for_is_not_measured() {
    let desk = Desk::new(&table(100), "");
    let plain = run(&desk, &["--json", "--dry-run"]);
    let done: Value = serde_json::from_str(&plain.out).unwrap();
    for key in ["utility", "attacks", "choices"] {
        assert!(done.get(key).is_none(), "{key}");
    }
    let target = run(&desk, &["--target", "income"]);
    assert!(target.out.contains("baseline, most frequent value"), "{}", target.out);
    assert!(!target.talk.contains("attacks"), "{}", target.talk);
    let unknown = run(&desk, &["--target", "zqxv", "--out", "b.csv"]);
    assert_eq!(unknown.status, 2, "{}", unknown.talk);
    assert!(!desk.path("b.csv").exists());
    // A dry run shows the options and measures no bytes.
    let dry = run(&desk, &["--dry-run", "--compare", "--report", "dry.html"]);
    assert_eq!(dry.status, 0, "{}", dry.talk);
    assert!(dry.out.contains("one level coarser"), "{}", dry.out);
    let page = fs::read_to_string(desk.path("dry.html")).unwrap();
    assert!(page.contains("id=\"choices\"") && !page.contains("id=\"attacks\""));
}

#[test]
fn a_release_states_its_attacks_and_verify_says_they_are_not_repeated() {
    let more = "[report]\nattempts = 50\ntarget = \"city\"\n";
    let desk = Desk::new(&patients(200), &request(more));
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    let linkage = &done["attacks"]["report"]["linkage"];
    assert_eq!(linkage["rate"]["attempts"], 50);
    assert!(done["utility"]["columns"].as_array().is_some_and(|columns| !columns.is_empty()));
    let page = fs::read_to_string(desk.path("package/report.html")).unwrap();
    assert!(page.contains("id=\"attacks\"") && page.contains("id=\"utility\""));
    assert!(!page.contains("zqxv"));
    let verified = desk.weir(["verify", "package"]);
    assert_eq!(verified.status, 0, "{}", verified.out);
    assert!(verified.out.contains("not repeated"), "{}", verified.out);
    let off = request("[report]\nattempts = 0\n");
    fs::write(desk.path("off.toml"), off).unwrap();
    let ran = desk.weir(["release", "off.toml", "--out", "quiet", "--json"]);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(done["attacks"]["reason"], "switched-off");
    let unknown = request("[report]\ntarget = \"colour\"\n");
    fs::write(desk.path("unknown.toml"), unknown).unwrap();
    assert_eq!(desk.weir(["release", "unknown.toml", "--out", "none"]).status, 2);
}
