//! `weir hierarchy`, and hierarchies that `weir deidentify` is given.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::{Desk, Ran};

/// Visits of people, two each; ages that few share, districts by code, a day in Chinese.
fn visits(people: usize) -> String {
    let mut text = "patient_id,age,district_code,visit_day,illness\n".to_owned();
    for person in 0..people {
        let age = 20 + person * 7 % 60;
        let district = ["440305", "440306", "440104", "110105"][person % 4];
        let illness = ["flu", "cold", "gout"][person % 3];
        for visit in 0..2 {
            let (month, day) = (1 + (person + visit) % 12, 1 + person % 28);
            writeln!(text, "P{person:05},{age},{district},2023年{month}月{day}日,{illness}")
                .unwrap();
        }
    }
    text
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{}", ran.talk);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn a_hierarchy_is_printed_level_by_level_with_its_people() {
    let desk = Desk::new(&visits(200), "");
    let builder = "intervals width=5 by=10,20 from=30 to=60";
    let args = ["hierarchy", "data.csv", "--column", "age", "--as", builder];
    let ran = desk.weir(args);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert!(ran.out.contains("ranges of 10") && ran.out.contains("[40,50)"), "{}", ran.out);
    assert!(ran.talk.contains("groups count people") && ran.talk.contains(builder), "{}", ran.talk);
    let ran = desk.weir(args.iter().chain(&["--lang", "zh"]));
    assert!(ran.out.contains("以 10 为一组") && ran.out.contains("最小组"), "{}", ran.out);
    let made = json(&desk.weir(args.iter().chain(&["--json"])));
    let levels = made[0]["levels"].as_array().unwrap();
    assert_eq!(levels.len(), 5);
    assert_eq!(levels[4]["smallest"], 200, "people, not rows");
    assert_eq!(levels[0]["groups"], 60);
    let kept: Vec<f64> = levels.iter().map(|l| l["kept"].as_f64().unwrap()).collect();
    assert!(kept.is_sorted_by(|a, b| a >= b) && kept[0] > 0.999 && kept[4] < 0.001, "{kept:?}");
}

#[test]
fn all_quasi_identifiers_are_listed_without_a_column() {
    let desk = Desk::new(&visits(200), "");
    let ran = desk.weir(["hierarchy", "data.csv"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    for says in ["age", "district_code", "city or prefecture", "province", "month (", "year ("] {
        assert!(ran.out.contains(says), "{says}: {}", ran.out);
    }
}

#[test]
fn a_written_hierarchy_is_read_back_as_it_was() {
    let desk = Desk::new(&visits(200), "");
    let columns = [
        ("age", "intervals width=5 by=10,20 from=30 to=60"),
        ("district_code", "divisions by=city,province"),
        ("visit_day", "dates by=week,month,quarter"),
        ("illness", "groups cold=cold,flu"),
        ("patient_id", "mask hide=2,4"),
    ];
    for (column, builder) in columns {
        let file = format!("{column}.csv");
        let by = ["hierarchy", "data.csv", "--json", "--column", column, "--as"];
        let built = json(&desk.weir(by.iter().chain(&[builder, "--out", &file])));
        let read = json(&desk.weir(by.iter().chain(&[file.as_str()])));
        for (a, b) in [(&built, &read)] {
            let levels = |v: &Value| v[0]["levels"].as_array().unwrap().clone();
            assert_eq!(levels(a).len(), levels(b).len(), "{column}");
            for (a, b) in levels(a).iter().zip(levels(b)) {
                for key in ["groups", "kept", "smallest", "median", "examples"] {
                    assert_eq!(a[key], b[key], "{column}, {key}");
                }
            }
        }
    }
    // What is searched with the builder and with its file is one and the same.
    let search = |hierarchy: &str| {
        let quasi = ["deidentify", "data.csv", "--quasi", "age", "--dry-run", "--json"];
        json(&desk.weir(quasi.iter().chain(&["--hierarchy", hierarchy])))["search"]["score"].clone()
    };
    let built = search("age=intervals width=5 by=10,20 from=30 to=60");
    assert_eq!(built, search("age=age.csv"));
    let ran = desk.weir(["hierarchy", "data.csv", "--column", "age", "--out", "age.csv"]);
    assert!(ran.status == 2 && ran.talk.contains("exists already"), "{}", ran.talk);
}

#[test]
fn builders_stand_in_a_request_and_on_the_command_line() {
    let desk = Desk::new(&visits(300), "");
    let ran = desk.weir([
        "deidentify",
        "data.csv",
        "--quasi",
        "age,district_code",
        "--k",
        "20",
        "--hierarchy",
        "age=intervals width=10 by=20 from=20",
        "--hierarchy",
        "district_code=divisions by=city,province",
        "--out",
        "out.csv",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let out = fs::read_to_string(desk.path("out.csv")).unwrap();
    assert!(out.contains("0)") || out.contains("广东省"), "something was generalised");
    let request = "[data]\npath = \"data.csv\"\nkind = \"personal\"\n[parties]\nprovider = \"A\"\n\
        recipient = \"B\"\nrelation = \"provide\"\nenvironment = \"controlled\"\n[purpose]\n\
        text = \"research\"\n[conditions]\nretention = \"2 years\"\n[columns.age]\n\
        role = \"quasi-identifier\"\nhierarchy = { build = \"cuts\", at = [[30, 45, 60], [45]] }\n";
    fs::write(desk.path("request.toml"), request).unwrap();
    let ran = desk.release();
    assert!(ran.status == 0 || ran.status == 3, "{}", ran.talk);
    fs::write(desk.path("request.toml"), request.replace("at =", "att =")).unwrap();
    let ran = desk.weir(["release", "request.toml", "--out", "other"]);
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("line 15") && ran.talk.contains("no key `att`"), "{}", ran.talk);
    assert!(ran.talk.contains("did you mean `at`"), "{}", ran.talk);
}

#[test]
fn what_does_not_go_together_is_named_without_a_value() {
    let desk = Desk::new("zone,age,day\nzqxv1,20,2023-01-01\nzqxv2,30,zqxv\n,40,2023-01-03\n", "");
    let refused = |args: &[&str], says: &[&str]| {
        let ran = desk.weir(["hierarchy", "data.csv"].iter().chain(args));
        assert_eq!(ran.status, 2, "{args:?}: {}", ran.talk);
        assert!(!ran.talk.contains("zqxv"), "{}", ran.talk);
        for says in says {
            assert!(ran.talk.contains(says), "{args:?}: {}", ran.talk);
        }
    };
    let zone = ["--column", "zone", "--as"];
    refused(&[&zone[..], &["intervals width=5"]].concat(), &["needs numbers", "hint: "]);
    refused(&[&zone[..], &["order values=a,b"]].concat(), &["lacks 2 values", "row 1 of the data"]);
    refused(&[&zone[..], &["interval width=5"]].concat(), &["did you mean `intervals`"]);
    refused(&[&zone[..], &["none.csv"]].concat(), &["cannot read the hierarchy"]);
    refused(
        &["--column", "day", "--as", "dates"],
        &["1 value of column `day` cannot be read as dates", "row 2"],
    );
    refused(&["--column", "zonne"], &["zonne"]);
    refused(&["--as", "dates"], &["--column"]);
}

#[test]
fn columns_of_many_or_no_values_have_hierarchies_too() {
    let mut many = "mobile,address,empty,one,score\n".to_owned();
    for n in 0..30_000 {
        let district = ["南山区", "福田区", "罗湖区"][n % 3];
        writeln!(many, "138{:08},广东省深圳市{district}科技路{n}号,,7,{}.5", n * 977, n).unwrap();
    }
    let desk = Desk::new(&many, "");
    let show =
        |args: &[&str]| json(&desk.weir(["hierarchy", "data.csv", "--json"].iter().chain(args)));
    let labels = |made: &Value, level: usize| made[0]["levels"][level]["examples"].clone();
    let address = show(&["--column", "address"]);
    assert_eq!(labels(&address, 0).as_array().unwrap().len(), 3, "{address}");
    assert_eq!(labels(&address, 1), serde_json::json!(["广东省深圳市"]));
    let mobile = show(&["--column", "mobile", "--as", "prefixes lengths=4,3"]);
    assert_eq!(labels(&mobile, 1), serde_json::json!(["138*"]));
    assert_eq!(show(&["--column", "empty"])[0]["levels"][0]["groups"], 1);
    assert_eq!(show(&["--column", "one"])[0]["levels"][0]["groups"], 1);
    let score = show(&["--column", "score", "--as", "intervals width=1000"]);
    assert_eq!(labels(&score, 0)[1], "[1000,2000)");
    let ran = desk.weir(["hierarchy", "data.csv", "--column", "score", "--out", "score.csv"]);
    assert!(ran.status == 2 && ran.talk.contains("too many for a file"), "{}", ran.talk);
    // A release with it measures as it was promised.
    let ran = desk.weir([
        "deidentify",
        "data.csv",
        "--quasi",
        "address,score",
        "--hierarchy",
        "score=intervals width=5000",
        "--no-links",
        "--out",
        "out.csv",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
}

/// The rows of a CSV file without quotes, by the names of its columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        names.iter().zip(line.split(',')).map(|(n, c)| ((*n).to_owned(), c.to_owned())).collect()
    };
    lines.map(row).collect()
}

#[test]
fn aggregates_are_those_of_the_rows_of_a_class_and_measure_as_promised() {
    let mut text = "person,age,sex,cost,illness\n".to_owned();
    for n in 0..400 {
        let (person, age, sex) = (n / 2, 20 + n / 2 * 7 % 50, ["f", "m"][n / 2 % 2]);
        let cost = if n % 17 == 0 { String::new() } else { (n * 37 % 1000).to_string() };
        writeln!(text, "{person},{age},{sex},{cost},{}", ["flu", "gout", "ague"][n % 3]).unwrap();
    }
    let desk = Desk::new(&text, "");
    let by_age = "age=mask hide=1";
    let plain = ["deidentify", "data.csv", "--quasi", "age,sex", "--k", "5", "--no-links"];
    let more = [
        "--keep-order",
        "--hierarchy",
        by_age,
        "--aggregate",
        "cost=mean",
        "--aggregate",
        "illness=mode",
    ];
    let args: Vec<&str> = plain.into_iter().chain(more).collect();
    let ran = desk.weir(args.iter().chain(&["--out", "rows.csv", "--drop", "person", "--json"]));
    let made = json(&ran);
    let quasi = made["risk"]["quasi_identifiers"].as_array().unwrap();
    assert!(quasi.contains(&"cost".into()) && quasi.contains(&"illness".into()), "{quasi:?}");
    assert_eq!(made["risk"]["classes"], made["search"]["classes"]);
    let loss = made["plan"]["columns"][3]["loss"].as_f64().unwrap();
    assert!(loss > 0.1 && loss <= 1.0, "{loss}");
    let out = rows(&fs::read_to_string(desk.path("rows.csv")).unwrap());
    let source = rows(&text);
    assert_eq!(out.len(), source.len(), "nothing was left out");
    // People of several rows are not tied, so that rows have another order; a row of the source
    // is in the class whose labels hide nothing but its characters.
    let hides = |label: &str, cell: &str| {
        label == "*" || label.chars().zip(cell.chars()).all(|(l, c)| l == '*' || l == c)
    };
    let mut classes: BTreeMap<(&str, &str), Vec<&BTreeMap<String, String>>> = BTreeMap::new();
    for row in &out {
        classes.entry((&row["age"], &row["sex"])).or_default().push(row);
    }
    assert!(classes.len() > 2);
    for ((age, sex), members) in classes {
        let inside = source.iter().filter(|row| hides(age, &row["age"]) && hides(sex, &row["sex"]));
        let costs: Vec<Option<f64>> = inside.map(|row| row["cost"].parse().ok()).collect();
        assert_eq!(costs.len(), members.len());
        let known: Vec<f64> = costs.into_iter().flatten().collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        for row in &members {
            let shown: f64 = row["cost"].parse().unwrap();
            assert!((shown - mean).abs() < 1e-9, "{shown} is not {mean}");
            assert_eq!(row["illness"], members[0]["illness"]);
        }
    }
    // With people of several rows, tied or not, and with classes recoded one by one.
    for more in [
        &["--person", "person", "--out", "tied.csv"][..],
        &["--person", "person", "--local", "--out", "local.csv"],
        &["--drop", "person", "--out", "untied.csv"],
    ] {
        let ran = desk.weir(args.iter().chain(more));
        assert_eq!(ran.status, 0, "{more:?}: {}", ran.talk);
        assert!(!ran.talk.contains("released as they are"), "{}", ran.talk);
    }
    let ran = desk.weir(plain.iter().chain(&["--aggregate", "illness=mean", "--dry-run"]));
    assert!(ran.status == 2 && ran.talk.contains("`mean` is not defined"), "{}", ran.talk);
    let ran = desk.weir(plain.iter().chain(&["--aggregate", "cost=average"]));
    assert!(ran.status == 2 && ran.talk.contains("mean, median, mode"), "{}", ran.talk);
}

#[test]
fn blanks_around_texts_are_part_of_them_in_every_pass() {
    let mut text = "city,sex\n".to_owned();
    for n in 0..60 {
        writeln!(
            text,
            "{},{}",
            [" north", "south", "west ", "north"][n % 4],
            ["f", "m"][n / 4 % 2]
        )
        .unwrap();
    }
    let desk = Desk::new(&text, "");
    let args = ["deidentify", "data.csv", "--quasi", "city,sex", "--no-links", "--json"];
    let made = json(&desk.weir(args.iter().chain(&["--k", "7", "--out", "out.csv"])));
    assert_eq!(made["risk"]["classes"], 8, "four texts, two of which differ in a blank alone");
    assert!(fs::read_to_string(desk.path("out.csv")).unwrap().contains("\n north,"));
}
