//! pyCANON, which nobody here wrote, measures what `weir deidentify` writes.
//!
//! It is left out, with a message, where Python or pyCANON is missing, and fails then with
//! `WEIR_REQUIRE_PEERS` set, as in continuous integration. `WEIR_PYCANON` names a folder with the
//! Python packages.
//!
//! How pyCANON's figures differ from those of weir, by definition:
//!
//! * rows that are suppressed are not in the file, so both compare classes with what is released;
//! * entropy l-diversity is cut to a whole number;
//! * t-closeness has ordered distance for numbers and equal distance for text;
//! * δ-disclosure is in natural, not binary, logarithms; both look only at values that a class
//!   has;
//! * enhanced β-likeness takes one bound, of the rarest value, for the greatest gain of all
//!   values, where Cao and Karras hold the gain of each value against its own bound;
//! * recursive (c, l)-diversity is not compared: pyCANON sorts the counts from the rarest on,
//!   where Machanavajjhala et al. sort them from the most frequent on.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::Desk;

/// Runs a Python program with pyCANON; none where there is no Python.
fn python(arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("python3");
    if let Some(folder) = std::env::var_os("WEIR_PYCANON") {
        command.env("PYTHONPATH", folder);
    }
    command.args(arguments).output().ok()
}

#[expect(clippy::print_stderr, reason = "what a test leaves out must be seen")]
fn is_there() -> bool {
    let found = python(&["-c", "import pycanon"]).is_some_and(|ran| ran.status.success());
    if !found {
        assert!(std::env::var_os("WEIR_REQUIRE_PEERS").is_none(), "pyCANON is required");
        eprintln!("left out: python3 cannot import pycanon");
    }
    found
}

/// What pyCANON measures of each sensitive column of a file.
fn pycanon(desk: &Desk, file: &str, quasi: &str, sensitive: &str) -> Vec<Value> {
    let program =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/measure_pycanon.py");
    let path = desk.path(file);
    let (program, path) = (program.to_str().unwrap(), path.to_str().unwrap());
    let ran = python(&[program, path, quasi, sensitive]).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// De-identifies the table of a desk, and compares what pyCANON and weir measure of the file; the
/// figures by column are given back.
fn compare(desk: &Desk, quasi: &str, sensitive: &str, more: &[&str]) -> Vec<Value> {
    let roles = ["deidentify", "data.csv", "--quasi", quasi, "--sensitive", sensitive];
    let out = ["--out", "out.csv", "--json"];
    let _ = fs::remove_file(desk.path("out.csv"));
    let ran = desk.weir(roles.iter().chain(more).chain(&out));
    assert_eq!(ran.status, 0, "{more:?}: {}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    let ran = desk.weir([
        "risk",
        "out.csv",
        "--quasi",
        quasi,
        "--sensitive",
        sensitive,
        "--k",
        "1",
        "--json",
    ]);
    let ours: Value = serde_json::from_str(&ran.out).unwrap();
    let theirs = pycanon(desk, "out.csv", quasi, sensitive);
    for (ours, theirs) in ours["sensitive"].as_array().unwrap().iter().zip(&theirs) {
        assert_eq!(ours["column"], theirs["column"]);
        assert_eq!(theirs["k"], done["search"]["smallest_class"], "{more:?}");
        same(ours, theirs, more);
    }
    assert_eq!(theirs[0]["rows"], ours["rows"]);
    theirs
}

fn same(ours: &Value, theirs: &Value, more: &[&str]) {
    let told = || format!("{more:?}: {ours}, {theirs}");
    let number = |value: &Value| value.as_f64().unwrap();
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{}", told());
    assert_eq!(ours["distinct_l"], theirs["l"], "{}", told());
    // The whole number below, but for what rounding does to a whole number.
    let entropy_l = number(&ours["entropy_l"]);
    let cut = number(&theirs["entropy_l"]);
    assert!((cut - 1e-9..cut + 1.0 + 1e-9).contains(&entropy_l), "{}", told());
    let numeric = theirs["numeric"].as_bool().unwrap();
    near(number(&ours[if numeric { "t_ordered" } else { "t_equal" }]), number(&theirs["t"]));
    near(number(&ours["beta"]), number(&theirs["beta"]));
    let bound = -number(&theirs["least_share"]).ln();
    near(number(&ours["beta"]).min(bound), number(&theirs["enhanced_beta"]));
    near(number(&ours["delta_disclosure"]), number(&theirs["delta"]) / 2_f64.ln());
}

/// People with an age, a sex, a city, an illness and a number of visits, none of which tells
/// another: a column that does is not released.
fn made(people: usize) -> String {
    let mut text = "age,sex,city,illness,visits\n".to_owned();
    let mut state = 1_u64;
    let mut below = |end: u64| {
        // Knuth's MMIX generator; its high bits are good.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % end).unwrap()
    };
    for _ in 0..people {
        let (age, sex) = (20 + below(50), ["f", "m"][below(2)]);
        let city = ["north", "south", "west"][below(3)];
        let illness = ["flu", "cold", "gout", "ague", "flu"][below(5)];
        writeln!(text, "{age},{sex},{city},{illness},{}", below(7)).unwrap();
    }
    text
}

#[test]
fn pycanon_measures_what_weir_promises() {
    if !is_there() {
        return;
    }
    let desk = Desk::new(&made(600), "");
    let (quasi, sensitive) = ("age,sex,city", "illness,visits");
    let whole = |value: &Value| value.as_f64().unwrap();
    let models: [(&[&str], &str, f64, bool); 6] = [
        (&["--k", "7"], "k", 7.0, true),
        (&["--k", "2", "--l", "3"], "l", 3.0, true),
        (&["--k", "2", "--model", "entropy-l-diversity l=3 of illness"], "entropy_l", 3.0, true),
        (&["--k", "2", "--model", "t-closeness t=0.25 of illness"], "t", 0.25, false),
        (&["--k", "2", "--model", "basic-beta-likeness beta=1 of illness"], "beta", 1.0, false),
        (
            &["--k", "2", "--model", "delta-disclosure delta=1.2 of illness"],
            "delta",
            1.2 * std::f64::consts::LN_2,
            false,
        ),
    ];
    for (model, figure, threshold, at_least) in models {
        // With nothing suppressed, the released frequencies are those that the models speak of.
        let strict = [model, &["--suppress-at-most", "0%"]].concat();
        let found = whole(&compare(&desk, quasi, sensitive, &strict)[0][figure]);
        let met = if at_least { found >= threshold } else { found <= threshold + 1e-9 };
        assert!(met, "{model:?}: {found}");
        compare(&desk, quasi, sensitive, &[model, &["--suppress-at-most", "20%"]].concat());
    }
    compare(&desk, quasi, sensitive, &["--k", "5", "--local"]);
}

#[test]
fn pycanon_measures_adult() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/anonymization");
    let Ok(text) = fs::read_to_string(folder.join("adult/adult.csv")) else {
        eprintln!("left out: the folder of public tables is not there");
        return;
    };
    if !is_there() {
        return;
    }
    // Every tenth row: pyCANON goes through all rows for each class and value.
    let rows = text.lines().enumerate().filter(|(at, _)| at % 10 == 0);
    let table: String = rows.map(|(_, row)| row.replace(';', ",") + "\n").collect();
    let desk = Desk::new(&table, "");
    let quasi = "sex,age,race,marital-status,native-country,workclass";
    let found = compare(&desk, quasi, "occupation", &["--k", "5", "--l", "3"]);
    assert!(found[0]["k"].as_u64() >= Some(5) && found[0]["l"].as_u64() >= Some(3), "{found:?}");
}
