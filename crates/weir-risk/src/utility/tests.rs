use std::path::Path;

use weir_table::{Source, SourceOptions};
use weir_types::utility::Classification;

use super::*;

fn table(dir: &Path, name: &str, text: &str) -> (Table, Limits) {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    let limits = Limits::new(dir.join("spill"));
    let source = Source::open(&[path], &SourceOptions::default()).unwrap();
    (source.profile(&limits, &|_| {}).unwrap().0, limits)
}

fn report(original: &str, released: &str, options: &UtilityOptions) -> UtilityReport {
    let dir = tempfile::tempdir().unwrap();
    let (original, limits) = table(dir.path(), "original.csv", original);
    let (released, _) = table(dir.path(), "released.csv", released);
    measure(&original, &released, options, &limits, &|_| {}).unwrap()
}

fn options(columns: &[&str], least_rows: u64) -> UtilityOptions {
    UtilityOptions {
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        least_rows,
        target: None,
        hierarchies: BTreeMap::new(),
    }
}

/// Accuracies of `CategoricalNB` and `LogisticRegression`, each row held out in turn; see
/// `naive_bayes.py`.
#[test]
fn accuracies_are_those_of_scikit_learn() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/naive_bayes.json");
    let vector: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let tables = vector["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 2);
    for (table, classes) in tables.iter().zip([3, 2]) {
        accuracies_of(table, classes);
    }
}

fn accuracies_of(vector: &serde_json::Value, classes: u64) {
    let text = |key: &str| vector[key].as_str().unwrap();
    let rows = vector["rows"].as_u64().unwrap();
    let mut asked = options(&["age", "education", "region", "income"], 5);
    asked.target = Some(Target { folds: rows, ..Target::new("income", None) });
    let report = report(text("original"), text("released"), &asked);
    let found = report.classification.unwrap();
    let right = |key: &str| vector["right"][key].as_u64().unwrap() as f64;
    let Classification { baseline, before, after, learnt_from_release, tried_on_release, .. } =
        found;
    let logistic = found.logistic.unwrap();
    for (name, rate, of) in [
        ("baseline", baseline, rows),
        ("before", before, rows),
        ("after", after, rows),
        ("logistic_before", logistic.before, rows),
        ("logistic_after", logistic.after, rows),
        ("learnt_from_release", learnt_from_release, rows),
        ("tried_on_release", tried_on_release, vector["right"]["released"].as_u64().unwrap()),
    ] {
        assert_eq!(rate.attempts, of, "{name} of {classes}");
        assert!(
            (rate.value * of as f64 - right(name)).abs() < 1e-6,
            "{name} of {classes}: {rate:?}"
        );
    }
    assert_eq!((found.classes, found.folds), (classes, rows));
}

#[test]
fn what_a_column_keeps_follows_from_its_labels() {
    // Four values, equally frequent; two of them in one interval, one as it is, one left out.
    let original = "a,b\n1,x\n2,x\n3,x\n4,y\n".repeat(5);
    let original = original.replacen("a,b\n", "", 5);
    let released = "1-2,x\n1-2,x\n3,x\n".repeat(5);
    let report =
        report(&format!("a,b\n{original}"), &format!("a,b\n{released}"), &options(&["a", "b"], 5));
    assert_eq!((report.rows_before, report.rows_after), (20, 15));
    let a = &report.columns[0];
    // Half the rows cover 2 of 4 values, a quarter are left out.
    assert!((a.kept - (1.0 - 0.5 / 3.0 - 0.25)).abs() < 1e-12, "{}", a.kept);
    // Half the rows keep ln 4 - ln 2 of ln 4, a quarter keep all.
    assert!((a.information - (0.5 * 0.5 + 0.25)).abs() < 1e-12, "{}", a.information);
    let after = a.after.numbers.unwrap();
    assert_eq!((after.count, after.intervals), (15, 10));
    assert!((after.mean - 2.0).abs() < 1e-12);
    let before = a.before.numbers.unwrap();
    assert!((before.mean - 2.5).abs() < 1e-12);
    // A sample of 5 each of 1 to 4.
    assert!((before.deviation - (25.0_f64 / 19.0).sqrt()).abs() < 1e-12);
    assert!((before.low - 1.0).abs() < 1e-12 && (before.high - 4.0).abs() < 1e-12);
    let b = &report.columns[1];
    assert!(b.after.numbers.is_none());
    assert_eq!(b.before.shares.top[0].0, "x");
    assert!((b.before.shares.top[0].1 - 0.75).abs() < 1e-12);
}

#[test]
fn a_copy_keeps_all_and_stars_keep_nothing() {
    let original = format!("a,b\n{}", "1,x\n2,y\n3,x\n".repeat(10));
    let stars = format!("a,b\n{}", "*,*\n".repeat(30));
    let columns = ["a", "b"];
    for column in report(&original, &original, &options(&columns, 3)).columns {
        assert!(column.kept >= 1.0 && column.information >= 1.0, "{column:?}");
        assert_eq!(column.before, column.after);
    }
    for column in report(&original, &stars, &options(&columns, 3)).columns {
        assert!(column.kept.abs() < 1e-12 && column.information.abs() < 1e-12, "{column:?}");
        assert!(column.after.numbers.is_none(), "{column:?}");
    }
}

/// One person earns a million, and one comes from the moon.
#[test]
fn no_figure_is_the_value_of_one_person() {
    let mut rows: String =
        (0..99).map(|n| format!("{},{}\n", 1000 + n, ["north", "south"][n % 2])).collect();
    rows.push_str("1000000,moon\n");
    let original = format!("income,region\n{rows}");
    let report = report(&original, &original, &options(&["income", "region"], 5));
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("moon") && !text.contains("1000000"), "{text}");
    for column in &report.columns {
        assert_eq!(column.before.distinct, if column.column == "income" { 100 } else { 3 });
    }
    let numbers = report.columns[0].before.numbers.unwrap();
    // The mean of the five least, and of the five greatest.
    assert!((numbers.low - 1002.0).abs() < 1e-9, "{numbers:?}");
    assert!((numbers.high - (1_000_000.0 + 1095.0 + 1096.0 + 1097.0 + 1098.0) / 5.0).abs() < 1e-6);
    let shares = &report.columns[1].before.shares;
    assert_eq!((shares.top.len(), shares.others), (2, 1));
    assert!(report.columns[0].before.shares.top.is_empty());
}

#[test]
fn a_target_that_is_not_there_or_not_certain_is_said() {
    let original = format!("a,b\n{}", "1,x\n2,y\n".repeat(10));
    let ask = |columns: &[&str], released: &str, target: &str| {
        let mut asked = options(columns, 3);
        asked.target = Some(Target::new(target, None));
        report(&original, released, &asked)
    };
    let gone = ask(&["a"], &original, "b");
    assert_eq!(gone.not_classified, Some(NotClassified::NotReleased));
    let alone = ask(&["b"], &original, "b");
    assert_eq!(alone.not_classified, Some(NotClassified::NoFeatures));
    let mixed = format!("a,b\n{}", "1,x\n2,*\n".repeat(10));
    assert_eq!(ask(&["a", "b"], &mixed, "b").not_classified, Some(NotClassified::MixedLabels));
    let found = ask(&["a", "b"], &original, "b").classification.unwrap();
    assert!((found.before.value - 1.0).abs() < 1e-12 && (found.after.value - 1.0).abs() < 1e-12);
    assert!(found.baseline.value < 0.7);
    assert!((found.relative().unwrap() - 1.0).abs() < 1e-12);
}

/// Each person has a colour of their own in all rows, and a class drawn by lot: only who has seen
/// other rows of the person could tell the class.
#[test]
fn a_person_is_held_out_with_all_rows() {
    let mut draw = crate::attack::targets::Draw::new(7);
    let mut text = String::from("person,colour,class\n");
    for person in 0..200 {
        let class = draw.below(2);
        for _ in 0..3 {
            text.push_str(&format!("p{person},colour{person},c{class}\n"));
        }
    }
    let accuracy = |person: Option<&str>| {
        let mut asked = options(&["colour", "class"], 3);
        asked.target = Some(Target::new("class", person.map(str::to_owned)));
        report(&text, &text, &asked).classification.unwrap()
    };
    let by_rows = accuracy(None);
    assert!(by_rows.before.value > 0.9 && by_rows.after.value > 0.9, "{by_rows:?}");
    let by_people = accuracy(Some("person"));
    let logistic = by_people.logistic.unwrap();
    let rates = [by_people.before, by_people.after, by_people.learnt_from_release];
    for rate in rates.into_iter().chain([logistic.before, logistic.after]) {
        assert!(rate.value < 0.65, "{rate:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let text: String = (0..500).map(|n| format!("{},{}\n", n % 37, n * 7 % 5 / 2)).collect();
    let text = format!("a,b\n{text}");
    let ask = |seed: u64| {
        let mut asked = options(&["a", "b"], 3);
        asked.target = Some(Target { seed, most_tested: 100, ..Target::new("b", None) });
        report(&text, &text, &asked).classification.unwrap()
    };
    assert_eq!(ask(1), ask(1));
    assert_eq!(ask(1).before.attempts, 100);
    assert_ne!(ask(1).before, ask(2).before);
}
