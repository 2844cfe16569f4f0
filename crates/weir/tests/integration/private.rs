//! Differential privacy by random sampling, from the data to the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{Desk, Ran, request};

const PEOPLE: usize = 4000;
const MODEL: &str = "differential-privacy epsilon=1 delta=0.00001";
const FIXED: [&str; 4] = ["--level", "age=1", "--level", "sex=0"];

/// People of an age and a sex, and hierarchies that also hold ages which nobody has.
fn desk() -> Desk {
    let mut text = "id,age,sex\n".to_owned();
    for person in 0..PEOPLE {
        let (age, sex) = (20 + person * 7 % 50, ["f", "m"][person / 3 % 2]);
        writeln!(text, "P{person},{age},{sex}").unwrap();
    }
    // Two people who are alone of their kind at every level but the last.
    text += "Pa,95,f\nPb,99,x\n";
    let desk = Desk::new(&text, "");
    let ages: String =
        (0..120).map(|age| format!("{age};{}-{};*\n", age / 10 * 10, age / 10 * 10 + 9)).collect();
    fs::write(desk.path("age.csv"), ages).unwrap();
    fs::write(desk.path("sex.csv"), "f;*\nm;*\nx;*\n").unwrap();
    desk
}

fn run(desk: &Desk, model: &str, more: &[&str]) -> Ran {
    let base = ["deidentify", "data.csv", "--all-quasi", "--person", "id", "--json"];
    let hierarchies = ["--hierarchy", "age=age.csv", "--hierarchy", "sex=sex.csv"];
    desk.weir([&base[..], &hierarchies, &["--model", model], more].concat())
}

fn done(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{}", ran.talk);
    serde_json::from_str(&ran.out).unwrap()
}

/// People by class of a written file.
fn classes(desk: &Desk, out: &str) -> BTreeMap<String, usize> {
    let mut classes = BTreeMap::new();
    let text = fs::read_to_string(desk.path(out)).unwrap();
    assert_eq!(text.lines().next(), Some("age,sex"), "the person is not released");
    text.lines().skip(1).for_each(|line| *classes.entry(line.to_owned()).or_default() += 1);
    classes
}

#[test]
fn a_sample_is_generalised_and_small_classes_are_left_out() {
    let desk = desk();
    let mut sizes = Vec::new();
    for out in ["a.csv", "b.csv"] {
        let ran = run(&desk, MODEL, &[&FIXED[..], &["--out", out]].concat());
        let done = done(&ran);
        assert!(ran.talk.contains("differential privacy of the written file"), "{}", ran.talk);
        let sampling = &done["plan"]["sampling"];
        assert_eq!(sampling["k"], 61);
        let beta = sampling["beta"].as_f64().unwrap();
        assert!((beta - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
        let classes = classes(&desk, out);
        assert_eq!(classes.len(), 10, "five tens of years, two sexes: {classes:?}");
        assert!(classes.values().all(|people| *people >= 61), "{classes:?}");
        assert!(!classes.keys().any(|class| class.starts_with('9')), "{classes:?}");
        let rows: usize = classes.values().sum();
        // Within 6 standard deviations: a right sampler fails with α below 2·10⁻⁹.
        let (n, spread) = (PEOPLE as f64, (PEOPLE as f64 * beta * (1.0 - beta)).sqrt());
        assert!((rows as f64 - n * beta).abs() < 6.0 * spread, "{rows}");
        assert_eq!(done["risk"]["rows"].as_u64(), Some(rows as u64));
        assert_eq!(done["plan"]["people"], done["plan"]["rows"]);
        let drawn = done["plan"]["rows"].as_u64().unwrap();
        let out = done["plan"]["rows_suppressed"].as_u64().unwrap();
        assert_eq!(drawn - out, rows as u64, "the plan tells of the sample that was written");
        let measured = done["risk"]["models"].as_array().unwrap();
        let classes_met = &measured[0];
        assert_eq!(classes_met["model"]["k"], 61, "{measured:?}");
        assert_eq!(classes_met["met"], true);
        assert_eq!(measured[1]["unmeasured"], "not-in-the-bytes");
        assert!(ran.talk.contains("which no bytes show"), "{}", ran.talk);
        sizes.push(classes);
    }
    assert_ne!(sizes[0], sizes[1], "each run draws anew");
}

#[test]
fn levels_may_be_chosen_with_a_part_of_epsilon() {
    let desk = desk();
    for more in ["epsilon_search=0.4", "epsilon_search=0.4 steps=3"] {
        let out = format!("{}.csv", more.len());
        let model = format!("{MODEL} {more}");
        let done = done(&run(&desk, &model, &["--out", &out]));
        let k = done["plan"]["sampling"]["k"].as_u64().unwrap() as usize;
        assert_ne!(k, 61, "the sample has less of ε");
        assert!(classes(&desk, &out).values().all(|people| *people >= k));
        assert_eq!(done["plan"]["sampling"]["epsilon_search"], 0.4);
    }
}

/// Rows of a table larger than a piece are drawn for the file as they were when they were counted,
/// whatever is written.
#[test]
fn what_is_counted_is_what_is_written() {
    let desk = desk();
    let mut text = "age,sex,note\n".to_owned();
    for row in 0..80_000 {
        writeln!(text, "{},{},a note that takes some room", 20 + row * 7 % 50, ["f", "m"][row % 2])
            .unwrap();
    }
    assert!(text.len() > 1 << 21, "more than one piece");
    fs::write(desk.path("large.csv"), text).unwrap();
    for out in ["large.parquet", "out.csv"] {
        let base =
            ["deidentify", "large.csv", "--quasi", "age", "--quasi", "sex", "--drop", "note"];
        let hierarchies = ["--hierarchy", "age=age.csv", "--hierarchy", "sex=sex.csv"];
        let model = ["--model", MODEL, "--json", "--out", out];
        let done = done(&desk.weir([&base[..], &hierarchies, &FIXED, &model].concat()));
        let left = |of: &str| done["plan"][of].as_u64().unwrap();
        assert_eq!(
            done["risk"]["rows"].as_u64(),
            Some(left("rows") - left("rows_suppressed")),
            "{out}"
        );
    }
}

/// A file in which no class is large enough is written all the same: that nothing is in it is
/// private, an error would not be.
#[test]
fn a_file_may_be_empty() {
    let desk = desk();
    let fine = ["--level", "age=0", "--level", "sex=0", "--out", "none.csv"];
    let model = "differential-privacy epsilon=3 delta=0.000001";
    let done = done(&run(&desk, model, &fine));
    assert!(classes(&desk, "none.csv").is_empty());
    assert_eq!(done["search"]["classes"], 0);
}

#[test]
fn what_the_proof_does_not_cover_is_refused() {
    let desk = desk();
    let before = desk.names();
    let refused = |model: &str, more: &[&str], says: &str| {
        let ran = run(&desk, model, more);
        assert_eq!(ran.status, 2, "{more:?}: {}", ran.talk);
        assert!(ran.talk.contains(says), "{more:?}: {}", ran.talk);
        assert_eq!(desk.names(), before, "{more:?} left something");
    };
    refused(MODEL, &["--level", "age=1"], "column `sex` has no level");
    refused(MODEL, &["--level", "age=9", "--level", "sex=0"], "levels up to 2, not 9");
    refused(
        MODEL,
        &[&FIXED[..], &["--level", "id=0"]].concat(),
        "a level is given for column `id`",
    );
    refused(&format!("{MODEL} epsilon_search=0.1"), &FIXED, "and none is taken");
    refused("5-anonymity", &FIXED, "and none is taken");
    for (flag, says) in [
        (&["--local"][..], "`local`"),
        (&["--keep-order"], "`keep_order`"),
        (&["--suppress-at-most", "10%"], "`suppress_at_most`"),
        (&["--deadline", "1s"], "`deadline`"),
        (&["--quality", "precision"], "`quality`"),
        (&["--sensitive", "sex", "--model", "2-diversity of sex"], "together"),
        (&["--keep", "sex"], "column `sex` is neither"),
        (&["--aggregate", "sex=mode"], "the aggregates of column `sex`"),
        (&["--hierarchy", "age=intervals width=5 by=10"], "column `age` has no hierarchy file"),
        (&["--report", "report.html"], "tell figures of the data"),
        (&["--compare"], "tell figures of the data"),
    ] {
        refused(MODEL, &[&FIXED[..], flag].concat(), says);
    }
    let plain = desk.weir(
        ["deidentify", "data.csv", "--all-quasi", "--drop", "id", "--model", MODEL]
            .iter()
            .chain(&FIXED),
    );
    assert!(plain.status == 2 && plain.talk.contains("no hierarchy file"), "{}", plain.talk);
    fs::write(desk.path("age.csv"), "20;*\n20.0;*\n").unwrap();
    let ran = run(&desk, MODEL, &FIXED);
    assert!(ran.status == 2 && ran.talk.contains("lacks"), "{}", ran.talk);
}

#[test]
fn people_with_several_rows_are_refused() {
    let desk = desk();
    let text = fs::read_to_string(desk.path("data.csv")).unwrap();
    let twice: String = text.lines().skip(1).map(|line| format!("{line}\n{line}\n")).collect();
    fs::write(desk.path("data.csv"), format!("id,age,sex\n{twice}")).unwrap();
    let ran = run(&desk, MODEL, &FIXED);
    assert!(ran.status == 2 && ran.talk.contains("several rows"), "{}", ran.talk);
}

/// A package states figures of the source beside the data, which no proof covers.
#[test]
fn a_package_does_not_claim_it() {
    let desk = Desk::new(
        &fs::read_to_string(desk().path("data.csv")).unwrap(),
        &request(&format!("[deidentify]\nmodels = [\"{MODEL}\"]")).replace("patient_id", "id"),
    );
    let ran = desk.release();
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("holds for a file alone"), "{}", ran.talk);
}
