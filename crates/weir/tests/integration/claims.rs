//! The scenario of the README, measured by code that shares nothing with the program's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::{Desk, claims};

/// A CSV without quotes inside fields other than whole-field ones.
pub(crate) fn read_csv(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header = fields(lines.next().unwrap());
    lines.map(|line| header.iter().cloned().zip(fields(line)).collect()).collect()
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

fn released() -> (Desk, Vec<BTreeMap<String, String>>, serde_json::Value) {
    let desk = claims();
    let request = fs::read_to_string(desk.path("request.toml")).unwrap();
    fs::write(desk.path("request.toml"), format!("{request}\n[result]\nformat = \"csv\"\n"))
        .unwrap();
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let rows = read_csv(&desk.path("package/data/part-00000.csv"));
    (desk, rows, serde_json::from_str(&ran.out).unwrap())
}

/// The columns whose released values an intruder may know: not what the program says they are,
/// but all that the data dictionary calls so.
const KNOWN: [&str; 11] = [
    "site", "year", "black", "income", "xage", "female", "educdec", "time", "num", "child",
    "fchild",
];

#[test]
fn every_class_of_whole_records_holds_five_people() {
    let (_, rows, result) = released();
    let mut records: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for row in &rows {
        let look = KNOWN.iter().filter_map(|c| row.get(*c)).map(String::as_str).collect();
        records.entry(&row["zper"]).or_default().push(look);
    }
    let mut classes: BTreeMap<Vec<Vec<&str>>, usize> = BTreeMap::new();
    for mut record in records.into_values() {
        record.sort();
        *classes.entry(record).or_default() += 1;
    }
    let smallest = classes.values().min().copied().unwrap();
    assert!(smallest >= 5, "a class has {smallest} people");
    assert_eq!(result["risk"]["smallest_class"], smallest);
    assert_eq!(result["risk"]["classes"], classes.len());
    assert!(rows.len() > 18_000, "only {} rows are left", rows.len());
}

#[test]
fn nothing_released_tells_a_generalised_value() {
    let (desk, rows, result) = released();
    let source = read_csv(&desk.path("randhie.csv"));
    // Released rows are found again in the source by what was released of them as it is.
    let plan = result["plan"]["columns"].as_array().unwrap();
    let treated = |action: &str| -> Vec<&str> {
        let of = plan.iter().filter(|c| c["treatment"]["action"] == action);
        of.map(|c| c["column"].as_str().unwrap()).collect()
    };
    let generalised: Vec<&str> = plan
        .iter()
        .filter(|c| c["treatment"]["action"] == "generalise" && c["treatment"]["level"] != 0)
        .map(|c| c["column"].as_str().unwrap())
        .collect();
    assert!(generalised.contains(&"income"));
    for column in ["linc", "lnum", "lfam", "mdeoff", "lpi"] {
        assert!(!rows[0].contains_key(column), "`{column}` is released");
    }
    // For columns released as they are, the source's pairs are the intruder's best case: in how
    // many people's cells does the column pin the generalised one, where several share it?
    for kept in treated("keep") {
        for of in &generalised {
            let mut people: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
            for row in &source {
                let cell = people.entry(&row[kept]).or_default();
                cell.0.insert(&row["zper"]);
                cell.1.insert(&row[*of]);
            }
            // What nearly everybody has is pinned by chance.
            let mut rows_of: BTreeMap<&str, usize> = BTreeMap::new();
            source.iter().for_each(|row| *rows_of.entry(&row[*of]).or_default() += 1);
            let usual = *rows_of.iter().max_by_key(|(_, rows)| **rows).unwrap().0;
            let pinned: usize = people
                .values()
                .filter(|(people, values)| people.len() > 1 && values.len() == 1)
                .filter(|(_, values)| !values.contains(usual))
                .map(|(people, _)| people.len())
                .sum();
            // Few values are pinned by chance (`female` has two); a function pins nearly all.
            let values: BTreeSet<&str> = source.iter().map(|r| r[*of].as_str()).collect();
            if values.len() > 20 {
                assert!(pinned * 20 < 5912, "`{kept}` tells `{of}` of {pinned} people");
            }
        }
    }
}

#[test]
fn the_package_is_whole_and_verifies() {
    let desk = claims();
    let ran = desk.release();
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert_eq!(ran.talk.lines().count(), 6, "{}", ran.talk);
    for file in [
        "data/part-00000.parquet",
        "statement.dsse.json",
        "release.tlog-proof",
        "report.html",
        "README.txt",
    ] {
        assert!(desk.path("package").join(file).is_file(), "{file}");
    }
    let verified = desk.weir(["verify", "package"]);
    assert_eq!(verified.status, 0, "{}", verified.out);
    let report = fs::read_to_string(desk.path("package/report.html")).unwrap();
    assert!(report.contains("准标识符") && report.contains("quasi-identifier"));
}

#[test]
fn without_a_token_rows_cannot_be_tied_and_people_are_still_counted() {
    let desk = claims();
    let request = fs::read_to_string(desk.path("request.toml")).unwrap();
    let request =
        format!("{request}\n[columns.zper]\naction = \"drop\"\n\n[result]\nformat = \"csv\"\n");
    fs::write(desk.path("request.toml"), request).unwrap();
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let result: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(result["risk"]["people_counted_by"], "provider-key");
    let rows = read_csv(&desk.path("package/data/part-00000.csv"));
    assert!(!rows[0].contains_key("zper"));
    let mut classes: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for row in &rows {
        let look = KNOWN.iter().filter_map(|c| row.get(*c)).map(String::as_str).collect();
        *classes.entry(look).or_default() += 1;
    }
    assert!(classes.values().all(|rows| *rows >= 5));
    assert_eq!(result["risk"]["classes"], classes.len());
    // In the source the rows of a person stand together, and this index hardly changes from row
    // to row; in the release that must be gone, or neighbours would tie the rows.
    let follows = |rows: &[BTreeMap<String, String>]| {
        let same = rows.windows(2).filter(|two| two[0]["xghindx"] == two[1]["xghindx"]).count();
        same * 100 / rows.len()
    };
    assert!(follows(&read_csv(&desk.path("randhie.csv"))) > 60);
    assert!(follows(&rows) < 3, "{} % of the rows are followed by their like", follows(&rows));
    assert_eq!(desk.weir(["verify", "package"]).status, 0);
}

#[test]
fn what_tells_a_column_that_is_left_out_is_left_out_too() {
    let desk = claims();
    let request = fs::read_to_string(desk.path("request.toml")).unwrap();
    // `linc` is called harmless, and `income` is not to be released at all.
    let more = "[columns.income]\naction = \"drop\"\n\n[columns.linc]\nrole = \"other\"\n";
    fs::write(desk.path("request.toml"), format!("{request}\n{more}")).unwrap();
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let result: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let plan = result["plan"]["columns"].as_array().unwrap();
    let linc = plan.iter().find(|c| c["column"] == "linc").unwrap();
    assert_eq!(linc["treatment"]["action"], "drop");
    assert_eq!(linc["reason"]["en"], "tells `income`, which is left out");
}

/// The released rows of each class with the values of `hlthg`: by whole records where there is a
/// token, else by rows.
fn values_of_classes(rows: &[BTreeMap<String, String>]) -> Vec<BTreeMap<String, usize>> {
    let look = |row: &BTreeMap<String, String>| -> Vec<String> {
        KNOWN.iter().filter_map(|c| row.get(*c).cloned()).collect()
    };
    let mut records: BTreeMap<String, Vec<&BTreeMap<String, String>>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        // Without a token each row stands for itself.
        let person = row.get("zper").cloned().unwrap_or_else(|| at.to_string());
        records.entry(person).or_default().push(row);
    }
    let mut classes: BTreeMap<Vec<Vec<String>>, BTreeMap<String, usize>> = BTreeMap::new();
    for record in records.into_values() {
        let mut whole: Vec<_> = record.iter().map(|row| look(row)).collect();
        whole.sort();
        let values: BTreeSet<&String> = record.iter().map(|row| &row["hlthg"]).collect();
        for value in values {
            *classes.entry(whole.clone()).or_default().entry(value.clone()).or_default() += 1;
        }
    }
    classes.into_values().collect()
}

#[test]
fn models_of_values_hold_for_people_with_several_rows() {
    let goal = "\n[deidentify]\nmodels = [\"5-anonymity\", \"2-diversity of hlthg\", \
                \"entropy-l-diversity l=1.5 of hlthg\"]\n";
    for token in ["", "\n[columns.zper]\naction = \"drop\"\n"] {
        let desk = claims();
        let request = fs::read_to_string(desk.path("request.toml")).unwrap();
        let request = format!("{request}{token}{goal}\n[result]\nformat = \"csv\"\n");
        fs::write(desk.path("request.toml"), request).unwrap();
        let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
        assert_eq!(ran.status, 0, "{}", ran.talk);
        let result: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(result["plan"]["searched"]["optimal"], true);
        assert_eq!(result["plan"]["linked"], token.is_empty());
        let models = result["risk"]["models"].as_array().unwrap();
        assert_eq!(models.len(), 3);
        assert!(models.iter().all(|model| model["met"] == true), "{models:?}");
        let classes = values_of_classes(&read_csv(&desk.path("package/data/part-00000.csv")));
        assert_eq!(result["risk"]["classes"], classes.len());
        for values in classes {
            assert!(values.len() >= 2, "{values:?}");
            // Without a token people cannot be told apart here, and rows are no people.
            if token.is_empty() {
                let all: usize = values.values().sum();
                let share = |n: &usize| *n as f64 / all as f64;
                let entropy: f64 = values.values().map(|n| -share(n) * share(n).ln()).sum();
                assert!(entropy.exp() >= 1.5 - 1e-9, "{values:?}");
            }
        }
    }
}
