//! Bad input gets a clear error, the right exit status, and leaves nothing behind.

use std::fs;
use std::process::Command;

use crate::support::{Desk, Ran, WEIR, patients, ran, request};

/// Nothing but what was there before.
fn nothing_left(desk: &Desk, before: &[String]) {
    assert_eq!(desk.names(), before);
    assert!(!desk.path(".weir/log/checkpoint").exists(), "something was logged");
    if desk.path(".weir/pending").exists() {
        assert_eq!(crate::support::names(&desk.path(".weir/pending")), Vec::<String>::new());
        assert_eq!(crate::support::names(&desk.path(".weir/work")), Vec::<String>::new());
    }
}

fn refused(desk: &Desk, run: impl FnOnce(&Desk) -> Ran, status: i32, says: &str) {
    let before = desk.names();
    let ran = run(desk);
    assert_eq!(ran.status, status, "{}", ran.talk);
    assert!(ran.talk.contains(says), "{}", ran.talk);
    assert!(ran.talk.contains("hint: "), "{}", ran.talk);
    nothing_left(desk, &before);
}

#[test]
fn wrong_requests() {
    let table = patients(60);
    let with = |from: &str, to: &str| Desk::new(&table, &request("").replace(from, to));
    let release = |desk: &Desk| desk.release();
    refused(
        &with("recipient", "recipent"),
        release,
        2,
        "line 8 of the request: unknown key `recipent`",
    );
    refused(&with("recipient", "recipent"), release, 2, "did you mean `recipient`?");
    refused(&with("\"provide\"", "\"give\""), release, 2, "line 9 of the request");
    refused(&with("[parties]", "[parties"), release, 2, "line 6 of the request");
    refused(&with("data.csv", "dta.csv"), release, 2, "cannot read");
    refused(&with("\"patient_id\"", "\"patientid\""), release, 2, "did you mean `patient_id`?");
    let more = |text: &str| Desk::new(&table, &request(text));
    refused(&more("[columns.agee]\nrole = \"other\""), release, 2, "did you mean `age`?");
    refused(
        &more("[columns.age]\nhierarchy = \"none.csv\""),
        release,
        2,
        "cannot read the hierarchy",
    );
    refused(
        &more("[columns.age]\naction = \"keep\"\nrole = \"quasi-identifier\""),
        release,
        2,
        "column `age`",
    );
    refused(&more("[deidentify]\nk = 1000"), release, 2, "fewer than the 1000");
    refused(&more("[deidentify]\nsuppress_at_most = 2.0"), release, 2, "a share between 0 and 1");
    let missing = |desk: &Desk| desk.weir(["release", "none.toml"]);
    refused(&more(""), missing, 2, "cannot read the request `none.toml`");
}

#[test]
fn wrong_tables() {
    let table = patients(60);
    let release = |desk: &Desk| desk.release();
    let desk = |data: &str| Desk::new(data, &request(""));
    refused(&desk(&table.replace("P00010,", "P00010,x,")), release, 2, "(row ");
    refused(&desk(&table.replace("age,sex", "age,age")), release, 2, "two columns have this name");
    refused(&desk("patient_id,age\n"), release, 2, "the table has no rows");
    refused(&desk(""), release, 2, "the table has no rows");
    let latin = desk("");
    fs::write(latin.path("data.csv"), b"patient_id,age\n1,\xe9\xff\n").unwrap();
    refused(&latin, release, 2, "neither UTF-8 nor GB 18030");
    let stated =
        Desk::new(&table, &request("").replace("[parties]", "encoding = \"utf-8\"\n[parties]"));
    fs::write(stated.path("data.csv"), b"patient_id,age\n1,\xe9\xff\n").unwrap();
    refused(&stated, release, 2, "is not UTF-8");
}

#[test]
fn places_that_cannot_be_written() {
    let table = patients(60);
    let desk = Desk::new(&table, &request(""));
    let under_a_file =
        |desk: &Desk| desk.weir(["release", "request.toml", "--out", "data.csv/package"]);
    refused(&desk, under_a_file, 1, "cannot write");
    let home_in_a_file =
        |desk: &Desk| desk.weir(["release", "request.toml", "--home", "data.csv/home"]);
    refused(&desk, home_in_a_file, 1, "cannot use");
    assert_eq!(desk.release().status, 0);
    let again = desk.release();
    assert_eq!(again.status, 2);
    assert!(
        again.talk.contains("exists already") && again.talk.contains("hint: "),
        "{}",
        again.talk
    );
}

/// A limit on the size of files stands for a full disk: every write beyond it fails.
#[test]
fn no_room_on_the_disk() {
    let table = patients(6000);
    for kib in [0, 4, 40, 160] {
        let desk = Desk::new(&table, &request("[result]\nformat = \"csv\""));
        let before = desk.names();
        let script = format!(
            "trap '' XFSZ; ulimit -f {kib}; exec '{WEIR}' release request.toml --out package"
        );
        let output =
            Command::new("bash").args(["-c", &script]).current_dir(desk.path("")).output().unwrap();
        let ran = ran(&output);
        assert_eq!(ran.status, 1, "{kib} KiB: {}", ran.talk);
        assert!(ran.talk.contains("cannot "), "{kib} KiB: {}", ran.talk);
        assert!(!desk.path("package").exists());
        // With room again the next run cleans up and works.
        assert_eq!(desk.weir(["release", "request.toml", "--out", "package"]).status, 0);
        let mut after = before;
        after.push("package".to_owned());
        after.sort();
        assert_eq!(desk.names(), after);
        assert_eq!(desk.weir(["verify", "package"]).status, 0);
    }
}

#[test]
fn a_refusal_leaves_the_report_only() {
    // Kept names are direct identifiers: the rules refuse whatever the classes are.
    let more = "[columns.name]\naction = \"keep\"";
    let desk = Desk::new(&patients(200), &request(more));
    let ran = desk.release();
    assert_eq!(ran.status, 3, "{}", ran.talk);
    assert_eq!(desk.names(), ["data.csv", "package.refused.html", "request.toml"]);
    let report = fs::read_to_string(desk.path("package.refused.html")).unwrap();
    assert!(report.contains("Refused") || report.contains("refused"));
    assert!(!report.contains("zqxv"));
    assert!(!desk.path(".weir/log/checkpoint").exists());
}

#[test]
fn core_data_is_refused() {
    let request = request("").replace("[parties]", "importance = \"core\"\n[parties]");
    let desk = Desk::new(&patients(200), &request);
    assert_eq!(desk.release().status, 3);
}

#[test]
fn wrong_arguments() {
    let desk = Desk::new("", "");
    for args in [vec!["releese"], vec!["release"], vec!["release", "x", "--memory", "lots"]] {
        assert_eq!(desk.weir(&args).status, 2, "{args:?}");
    }
    let ran = desk.weir(["verify", "nowhere"]);
    assert_eq!(ran.status, 2);
    assert!(ran.talk.contains("hint: "), "{}", ran.talk);
    let ran = desk.weir(["verify", ".", "--key", "x"]);
    assert_eq!(ran.status, 2);
}
