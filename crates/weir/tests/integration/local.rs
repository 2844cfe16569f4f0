//! `weir deidentify --local`: what is written, measured again from the bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::Desk;

const QUASI: &str = "sex,age,race,marital-status,education,native-country,workclass,salary-class";

/// k, l and t hold on the file that was read back, and on what `weir risk` reads of it.
#[test]
fn models_hold_on_adult_recoded_class_by_class() {
    let data =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/anonymization/adult");
    if !data.is_dir() {
        eprintln!("skipped: no {}", data.display());
        return;
    }
    let desk = Desk::new("", "");
    let (file, folder) = (data.join("adult_subset.csv"), data.to_str().unwrap().to_owned());
    for (name, models, quality) in [
        ("l.csv", &["--k", "5", "--l", "3"][..], "loss"),
        ("t.csv", &["--k", "4", "--t", "0.4"], "precision"),
        ("lt.csv", &["--k", "3", "--l", "2", "--t", "0.5"], "discernibility"),
    ] {
        let mut args = vec!["deidentify", file.to_str().unwrap(), "--local", "--json"];
        args.extend(["--quasi", QUASI, "--sensitive", "occupation", "--hierarchies", &folder]);
        // Nobody is left out, so that closeness is to the same distribution before and after.
        args.extend(["--quality", quality, "--out", name, "--suppress-at-most", "0%"]);
        args.extend(models);
        let ran = desk.weir(&args);
        assert_eq!(ran.status, 0, "{}", ran.talk);
        let done: Value = serde_json::from_str(&ran.out).unwrap();
        let (score, before) = (&done["search"]["score"], &done["search"]["full_domain_score"]);
        assert!(score.as_f64().unwrap() < before.as_f64().unwrap(), "{score} {before}");
        let mut args = vec!["risk", name, "--quasi", QUASI, "--sensitive", "occupation", "--json"];
        args.extend(models);
        let ran = desk.weir(&args);
        assert_eq!(ran.status, 0, "{models:?}: {}", ran.talk);
        let risk: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(risk["classes"], done["search"]["classes"]);
        assert_eq!(risk["smallest_class"], done["search"]["smallest_class"]);
    }
}

/// Ages as ranges whose ends follow the data: what `weir risk` reads are the same classes.
#[test]
fn whole_numbers_are_released_as_ranges_where_asked() {
    let mut text = "age,sex,income\n".to_owned();
    for person in 0..400 {
        let (age, income) = (18 + person * person % 61, 1000 * (person * 7 % 40));
        writeln!(text, "{age},{},{income}", ["f", "m"][person % 2]).unwrap();
    }
    let desk = Desk::new(&text, "");
    let deidentify = |out: &str, more: &[&str]| -> Value {
        let args = ["deidentify", "data.csv", "--all-quasi", "--json", "--k", "4", "--out", out];
        let ran = desk.weir(args.iter().chain(more));
        assert_eq!(ran.status, 0, "{}", ran.talk);
        serde_json::from_str(&ran.out).unwrap()
    };
    let done = deidentify("ranges.csv", &["--local", "--ranges"]);
    let score = |done: &Value| done["search"]["score"].as_f64().unwrap();
    assert!(score(&done) < score(&deidentify("levels.csv", &[])));
    let written = fs::read_to_string(desk.path("ranges.csv")).unwrap();
    let ages = written.lines().skip(1).map(|line| line.trim_start_matches('"'));
    let from =
        |age: &str| age.strip_prefix('[').and_then(|age| age.split(',').next()?.parse().ok());
    let starts: BTreeSet<u32> = ages.filter_map(from).collect();
    assert!(starts.iter().any(|age| age % 5 != 0), "{starts:?}");
    let risk = ["risk", "ranges.csv", "--quasi", "age,sex,income", "--k", "4", "--json"];
    let ran = desk.weir(risk);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let risk: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(risk["classes"], done["search"]["classes"]);
    assert_eq!(risk["smallest_class"], done["search"]["smallest_class"]);
    let ran = desk.weir(["deidentify", "data.csv", "--all-quasi", "--ranges"]);
    assert_eq!(ran.status, 2, "ranges are for --local");
}
