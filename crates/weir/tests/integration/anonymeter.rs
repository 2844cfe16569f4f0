//! Anonymeter, which nobody here wrote, tries its attacks on what `weir deidentify` writes.
//!
//! It is left out, with a message, where Python cannot import it; `WEIR_ANONYMETER` names a Python
//! that can. Its packages weigh hundreds of megabytes, so that continuous integration goes without.
//!
//! What its figures have to do with those of `weir attack`:
//!
//! * *inference* asks the same: what a guess from the known columns gains over one for people who
//!   are not in the data, as a share of what could be gained. Intervals have to overlap.
//! * *linkage* is another thing. Anonymeter ties two halves of the known columns of a person by the
//!   released row next to each; weir looks for the person's own row by all of them. Both have to
//!   fall.
//! * *singling out* counts predicates that fit one person of the original. Anonymeter makes them of
//!   single cells of the release, so that even in classes of five some fit by chance; weir makes
//!   them of people who are alone in the release, of whom there are none then.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::Desk;

const KNOWN: &str = "sex,age,race,marital-status,education,native-country,workclass";

fn python(arguments: &[&str]) -> Option<Output> {
    let program = std::env::var_os("WEIR_ANONYMETER").map_or("python3".into(), PathBuf::from);
    Command::new(program).args(arguments).output().ok()
}

/// What Anonymeter measures of a released file, and what `weir attack` does.
fn attacked(desk: &Desk, released: &str) -> (Value, Value) {
    let program =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/measure_anonymeter.py");
    let path = |name: &str| desk.path(name).to_str().unwrap().to_owned();
    let (original, file, control) = (path("data.csv"), path(released), path("control.csv"));
    let program = program.to_str().unwrap();
    let ran = python(&[program, &original, &file, &control, KNOWN, "occupation"]).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let theirs = serde_json::from_slice(&ran.stdout).unwrap();
    let base = ["attack", "data.csv", released, "--control", "control.csv", "--json"];
    let ran = desk.weir([&base[..], &["--known", KNOWN, "--secret", "occupation"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.talk);
    (theirs, serde_json::from_str(&ran.out).unwrap())
}

#[test]
fn anonymeter_finds_what_weir_finds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/anonymization");
    let Ok(text) = fs::read_to_string(folder.join("adult/adult.csv")) else {
        eprintln!("left out: the folder of public tables is not there");
        return;
    };
    if !python(&["-c", "import anonymeter"]).is_some_and(|ran| ran.status.success()) {
        eprintln!("left out: Python cannot import anonymeter");
        return;
    }
    // Every fifth row: of these two thirds are the original, the others control.
    let text = text.replace(';', ",");
    let (head, rows) = text.split_once('\n').unwrap();
    let rows = || rows.lines().step_by(5).enumerate();
    let table = |own: bool| {
        let rows = rows().filter(|(at, _)| (at % 3 > 0) == own);
        rows.fold(format!("{head}\n"), |text, (_, row)| text + row + "\n")
    };
    let desk = Desk::new(&table(true), "");
    fs::write(desk.path("control.csv"), table(false)).unwrap();
    let ran = desk.weir([
        "deidentify",
        "data.csv",
        "--quasi",
        KNOWN,
        "--sensitive",
        "occupation",
        "--keep",
        "salary-class",
        "--k",
        "5",
        "--out",
        "out.csv",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.talk);

    let number = |value: &Value| value.as_f64().unwrap();
    let mut before = None;
    for released in ["data.csv", "out.csv"] {
        let (theirs, ours) = attacked(&desk, released);
        let told = || format!("{released}: {theirs} {ours}");
        let (their, our) = (&theirs["inference"], &ours["inference"][0]["advantage"]);
        let overlap = number(&their["low"]) <= number(&our["high"])
            && number(&our["low"]) <= number(&their["high"]);
        assert!(overlap, "{}", told());
        let theirs_of = |attack: &str| number(&theirs[attack]["value"]);
        let alone = number(&ours["singling_out"][0]["alone"]);
        let found = (
            [theirs_of("inference"), theirs_of("linkage"), theirs_of("singling_out")],
            [number(&our["value"]), number(&ours["linkage"]["rate"]["value"]), alone],
        );
        let Some((theirs_before, ours_before)) = before.replace(found) else { continue };
        for (after, before) in
            found.0.iter().zip(theirs_before).chain(found.1.iter().zip(ours_before))
        {
            assert!(*after < before / 4.0, "{after} {before} {}", told());
        }
    }
}
