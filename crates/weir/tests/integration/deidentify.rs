//! `weir deidentify`: from a table to a file.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Desk, Ran, patients};

/// People with one row each: age, sex, city, and an illness that hangs on nothing.
fn table(people: usize) -> String {
    let mut text = "age,sex,city,illness\n".to_owned();
    for person in 0..people {
        let (age, sex) = (20 + person * 7 % 50, ["f", "m"][person % 2]);
        let city = ["north", "south", "west"][person / 2 % 3];
        let illness = ["flu", "cold", "gout", "ague"][person * 5 / 3 % 4];
        writeln!(text, "{age},{sex},{city},{illness}").unwrap();
    }
    text
}

const ROLES: [&str; 4] = ["--quasi", "age,sex,city", "--sensitive", "illness"];

fn run(desk: &Desk, more: &[&str]) -> Ran {
    desk.weir(["deidentify", "data.csv"].iter().chain(more))
}

fn json(desk: &Desk, more: &[&str]) -> Value {
    let ran = run(desk, &[more, &["--json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.talk);
    serde_json::from_str(&ran.out).unwrap()
}

/// Refused as bad input, and nothing is written.
fn refused(desk: &Desk, more: &[&str], says: &str) {
    let before = desk.names();
    let ran = run(desk, more);
    assert_eq!(ran.status, 2, "{more:?}: {}", ran.talk);
    assert!(ran.talk.contains(says), "{more:?}: {}", ran.talk);
    assert!(!ran.talk.contains("zqxv"), "{}", ran.talk);
    assert_eq!(desk.names(), before, "{more:?} left something");
}

#[test]
fn the_defaults_make_a_file_and_never_overwrite_it() {
    let desk = Desk::new(&patients(200), "");
    let ran = run(&desk, &["--k", "3"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert!(ran.out.contains("quasi-identifier") && ran.out.contains("left out"), "{}", ran.out);
    assert!(ran.talk.contains("3-anonymity") && ran.talk.contains("measured"), "{}", ran.talk);
    let written = fs::read_to_string(desk.path("data.deidentified.csv")).unwrap();
    assert!(!written.contains("zqxv"), "names are direct identifiers");
    assert_eq!(desk.names(), ["data.csv", "data.deidentified.csv", "request.toml"]);
    refused(&desk, &["--k", "3"], "exists already");
    assert_eq!(fs::read_to_string(desk.path("data.deidentified.csv")).unwrap(), written);
}

#[test]
fn what_is_written_measures_as_promised() {
    let desk = Desk::new(&table(300), "");
    for (out, more) in [("a.csv", &["--k", "4"][..]), ("b.parquet", &["--k", "4", "--local"])] {
        let done = json(&desk, &[&ROLES[..], more, &["--out", out]].concat());
        let risk = desk.weir(["risk", out, "--quasi", "age,sex,city", "--k", "4", "--json"]);
        assert_eq!(risk.status, 0, "{}", risk.talk);
        let risk: Value = serde_json::from_str(&risk.out).unwrap();
        assert_eq!(risk["classes"], done["search"]["classes"]);
        assert_eq!(risk["smallest_class"], done["search"]["smallest_class"]);
        let left = 300 - done["search"]["rows_suppressed"].as_u64().unwrap();
        assert_eq!(risk["rows"].as_u64(), Some(left));
    }
    let dry = json(&desk, &[&ROLES[..], &["--dry-run"]].concat());
    assert!(dry["path"].is_null() && dry["risk"].is_null());
    assert_eq!(dry["search"]["optimal"], true);
    assert_eq!(desk.names(), ["a.csv", "b.parquet", "data.csv", "request.toml"]);
}

#[test]
fn recoding_class_by_class_is_no_worse() {
    let desk = Desk::new(&table(300), "");
    let done = json(&desk, &[&ROLES[..], &["--k", "5", "--local", "--dry-run"]].concat());
    let (score, before) = (&done["search"]["score"], &done["search"]["full_domain_score"]);
    assert!(score.as_f64().unwrap() <= before.as_f64().unwrap(), "{score} {before}");
}

#[test]
fn threads_change_nothing() {
    let desk = Desk::new(&table(500), "");
    let mut files = Vec::new();
    for (threads, local) in [("1", "--local"), ("3", "--local"), ("1", "-q"), ("3", "-q")] {
        let out = format!("{threads}{local}.csv");
        let more =
            ["--k", "7", "--l", "2", "--keep-order", "--threads", threads, local, "--out", &out];
        json(&desk, &[&ROLES[..], &more].concat());
        files.push(fs::read(desk.path(&out)).unwrap());
    }
    assert!(files[0] == files[1] && files[2] == files[3] && files[0] != files[2]);
}

#[test]
fn every_class_has_the_values_that_were_asked_for() {
    let desk = Desk::new(&table(300), "");
    let more = ["--k", "2", "--l", "3", "--t", "0.5", "--keep-order", "--out", "out.csv"];
    let done = json(&desk, &[&ROLES[..], &more].concat());
    let models: Vec<&str> = done["plan"]["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["model"].as_str().unwrap())
        .collect();
    assert_eq!(models, ["k-anonymity", "distinct-l-diversity", "t-closeness"]);
    let written = fs::read_to_string(desk.path("out.csv")).unwrap();
    let mut classes: std::collections::BTreeMap<&str, std::collections::BTreeSet<&str>> =
        std::collections::BTreeMap::new();
    for (look, illness) in written.lines().skip(1).map(|line| line.rsplit_once(',').unwrap()) {
        classes.entry(look).or_default().insert(illness);
    }
    assert!(classes.len() > 1);
    assert!(classes.values().all(|values| values.len() >= 3), "{classes:?}");
}

#[test]
fn wrong_arguments_are_named() {
    let desk = Desk::new(&table(60), "");
    refused(&desk, &["--quasi", "agee"], "did you mean `age`?");
    refused(
        &desk,
        &["--quasi", "age", "--sensitive", "age"],
        "named by both --quasi and --sensitive",
    );
    refused(&desk, &["--l", "2"], "name them with --sensitive");
    refused(&desk, &["--model", "t-closness t=0.1 of illness"], "did you mean `t-closeness`?");
    refused(&desk, &["--model", "3-diversity of ilness"], "did you mean `illness`?");
    refused(&desk, &["--quality", "los"], "did you mean `loss`?");
    refused(&desk, &["--suppress-at-most", "5"], "5% or 0.05");
    refused(&desk, &["--deadline", "soon"], "30 s");
    refused(&desk, &["--out", "out.docx"], "`.csv` or `.parquet`");
    refused(&desk, &["--model", "delta-presence min=0 max=0.5"], "population table");
    refused(&desk, &["--population", "data.csv"], "no model compares with it");
    refused(&desk, &["--hierarchy", "age=none.csv", "--quasi", "age"], "cannot read the hierarchy");
    refused(&desk, &["--hierarchies", "none", "--quasi", "age"], "cannot read the hierarchy");
    let hierarchical = "t-closeness t=0.1 distance=hierarchical of illness";
    refused(&desk, &["--quasi", "age", "--model", hierarchical], "give it a `hierarchy`");
}

#[test]
fn no_solution_says_why() {
    let desk = Desk::new(&table(60), "");
    refused(&desk, &[&ROLES[..], &["--k", "61"]].concat(), "fewer than the 61");
    let five = [&ROLES[..], &["--k", "2", "--l", "5"]].concat();
    refused(&desk, &five, "100.0 % would still be left out");
    refused(&desk, &five, "diversity");
    let one = Desk::new("age,sex\n30,f\n", "");
    refused(&one, &["--all-quasi"], "fewer than the 5");
}

#[test]
fn odd_tables_are_de_identified() {
    let one = Desk::new("age,sex\n30,f\n", "");
    assert_eq!(json(&one, &["--all-quasi", "--k", "1"])["search"]["loss"], 0.0);
    let equal = Desk::new(&format!("age,sex\n{}", "30,f\n".repeat(50)), "");
    let done = json(&equal, &["--all-quasi", "--k", "50"]);
    assert_eq!((&done["search"]["classes"], &done["search"]["loss"]), (&1.into(), &0.0.into()));
    // No value is a value of its own: the three rows without an age are a class.
    let empty = Desk::new(&format!("age,sex\n{}{}", ",f\n".repeat(3), "30,f\n".repeat(3)), "");
    let done = json(&empty, &["--all-quasi", "--k", "3", "--suppress-at-most", "0%"]);
    assert_eq!((&done["search"]["classes"], &done["search"]["loss"]), (&2.into(), &0.0.into()));
    assert!(fs::read_to_string(empty.path("data.deidentified.csv")).unwrap().contains(",f\n"));
    // More values than codes: numbers begin with ranges, other text with a star.
    let mut many = "serial,word,sex\n".to_owned();
    (0..70_000).for_each(|n| writeln!(many, "{n},w{n},{}", ["f", "m"][n % 2]).unwrap());
    let many = Desk::new(&many, "");
    let done = json(&many, &["--all-quasi", "--k", "5", "--dry-run"]);
    let lost = |at: usize| done["plan"]["columns"][at]["loss"].as_f64().unwrap();
    assert!(lost(0) < 0.05 && lost(2) < 0.05, "{} {}", lost(0), lost(2));
    // Words that are too many to list are told apart by what they begin with.
    assert!(lost(1) > 0.001 && lost(1) < 0.5, "{}", lost(1));
}

#[test]
fn wrong_hierarchies_are_named_without_a_value() {
    let desk = Desk::new("zone,sex\nzqxv1,f\nzqxv2,m\nzqxv3,f\n", "");
    let with = |text: &str| fs::write(desk.path("h.csv"), text).unwrap();
    let more = ["--all-quasi", "--k", "1", "--hierarchy", "zone=h.csv"];
    with("zqxv1;a;*\nzqxv2;a;*\n");
    refused(&desk, &more, "column `zone`, the first in row 3 of the data");
    with("zqxv1;a;x;*\nzqxv2;a;y;*\nzqxv3;b;y;*\n");
    refused(&desk, &more, "row 2 gives a label of level 1 another label");
    with("zqxv1;a;*\nzqxv2;a\nzqxv3;b;*\n");
    refused(&desk, &more, "row 2 has 2 fields");
}

#[test]
fn a_population_bounds_the_classes() {
    let desk = Desk::new(&table(60), "");
    // Everyone of the table is there, and three others of each kind.
    let population = table(60).lines().skip(1).fold("age,sex,city\n".to_owned(), |text, line| {
        let kind = line.rsplit_once(',').unwrap().0;
        text + &format!("{kind}\n").repeat(4)
    });
    fs::write(desk.path("all.csv"), population + "99,f,east\n").unwrap();
    let with = ["--quasi", "age,sex,city", "--population", "all.csv", "--dry-run"];
    let done = json(&desk, &[&with[..], &["--model", "4-map"]].concat());
    assert_eq!(done["search"]["loss"], 0.0, "single people match four of the population");
    let tighter = json(&desk, &[&with[..], &["--model", "20-map"]].concat());
    assert!(tighter["search"]["loss"].as_f64().unwrap() > 0.0);
    refused(
        &desk,
        &["--quasi", "age,sex,city,illness", "--population", "all.csv", "--model", "4-map"],
        "illness",
    );
}

/// Nine people of three kinds; in a register of as many rows as `rows` says for each.
fn register(rows: usize) -> Desk {
    let line = |person: usize| format!("p{person},{},f\n", 20 + person % 3);
    let text = (0..9).fold("id,age,sex\n".to_owned(), |text, person| text + &line(person));
    let desk = Desk::new(&text, "");
    let all =
        (0..27).fold("id,age,sex\n".to_owned(), |text, person| text + &line(person).repeat(rows));
    fs::write(desk.path("all.csv"), all).unwrap();
    desk
}

/// Twice as many rows are not twice as many people.
#[test]
fn a_population_of_people_with_several_rows_is_refused() {
    let more = ["--person", "id", "--quasi", "age,sex", "--k", "1", "--population", "all.csv"];
    let asked = |model: &'static str| [&more[..], &["--model", model]].concat();
    let done = json(&register(1), &asked("9-map"));
    assert_eq!(done["search"]["loss"], 0.0, "nine people of the register are of each kind");
    assert_eq!(done["risk"]["models"][1]["figure"], 9.0);
    let done = json(&register(1), &asked("10-map"));
    assert!(done["search"]["loss"].as_f64().unwrap() > 0.0);
    refused(&register(2), &asked("10-map"), "several rows in the population table");
    // Where nothing tells the people apart, each row is one.
    let desk = register(2);
    let all = fs::read_to_string(desk.path("all.csv")).unwrap();
    let cut = |line: &str| line.split_once(',').unwrap().1.to_owned() + "\n";
    fs::write(desk.path("all.csv"), all.lines().map(cut).collect::<String>()).unwrap();
    assert_eq!(json(&desk, &asked("18-map"))["search"]["loss"], 0.0);
}

/// A table that tells nothing of three people shows a risk of a third all the same.
#[test]
fn fewer_people_than_a_model_of_all_classes_asks_for_are_refused() {
    let desk = Desk::new("age,sex\n20,f\n30,m\n41,f\n", "");
    let asked = ["--all-quasi", "--k", "1", "--model", "average-risk at_most=0.1"];
    for more in [&[][..], &["--local"]] {
        refused(&desk, &[&asked[..], more].concat(), "met by no table of 3 people");
    }
    json(&desk, &["--all-quasi", "--k", "1", "--model", "average-risk at_most=0.34"]);
}

/// The optima of ARX 3.9.2 on UCI Adult: `arx-expected.json`.
#[test]
fn the_optimum_is_that_of_arx() {
    let data =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/anonymization/adult");
    if !data.is_dir() {
        eprintln!("skipped: no {}", data.display());
        return;
    }
    let desk = Desk::new("", "");
    let (file, folder) = (data.join("adult.csv"), data.to_str().unwrap().to_owned());
    let cases = [
        (&["--k", "5", "--suppress-at-most", "5%"][..], true, 0.2419323651, 1346, 397),
        (&["--k", "5", "--l", "3", "--suppress-at-most", "5%"], false, 0.1717021812, 1400, 387),
        (
            &[
                "--k",
                "5",
                "--suppress-at-most",
                "0%",
                "--model",
                "t-closeness t=0.2 distance=hierarchical of occupation",
            ],
            false,
            0.7591763053,
            0,
            4,
        ),
    ];
    for (more, all, score, suppressed, classes) in cases {
        let mut args = vec!["deidentify", file.to_str().unwrap(), "--all-quasi", "--dry-run"];
        args.extend(["--json", "--hierarchies", &folder]);
        args.extend(more);
        if !all {
            args.extend(["--sensitive", "occupation"]);
        }
        let ran = desk.weir(&args);
        assert_eq!(ran.status, 0, "{}", ran.talk);
        let done: Value = serde_json::from_str(&ran.out).unwrap();
        let found = &done["search"];
        assert!((found["score"].as_f64().unwrap() - score).abs() < 1e-9, "{found}");
        assert_eq!(found["rows_suppressed"], suppressed);
        assert_eq!(found["classes"], classes);
        assert_eq!(found["optimal"], true);
    }
}
