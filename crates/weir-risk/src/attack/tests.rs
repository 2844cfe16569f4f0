use std::collections::BTreeMap;

use proptest::prelude::*;
use weir_table::Records;
use weir_types::attack::{Control, Unit};

use super::*;

/// A side from rows of texts, each row a person unless people are given.
fn side(rows: &[Vec<String>], people: Option<&[u64]>) -> Side {
    let n = rows.first().map_or(0, Vec::len);
    let mut texts: Vec<Vec<Box<str>>> = vec![vec!["".into()]; n];
    let coded: Vec<Box<[u32]>> = rows
        .iter()
        .map(|row| {
            let code = |(column, text): (usize, &String)| {
                let known = &mut texts[column];
                let at = known.iter().position(|t| **t == **text).unwrap_or_else(|| {
                    known.push(text.as_str().into());
                    known.len() - 1
                });
                u32::try_from(at).unwrap()
            };
            row.iter().enumerate().map(code).collect()
        })
        .collect();
    let mut records: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for row in 0..rows.len() {
        let person = people.map_or(row as u64, |people| people[row]);
        records.entry(person).or_default().push(u32::try_from(row).unwrap());
    }
    let pairs = records.values().map(|members| (members.as_slice(), 1));
    Side {
        texts,
        records: Records::from_pairs(coded.len(), pairs),
        rows: coded,
        people: records.keys().copied().zip(0..).collect(),
    }
}

fn options(known: usize, secret: usize) -> AttackOptions {
    let names = |n: usize, letter: &str| (0..n).map(|i| format!("{letter}{i}")).collect();
    AttackOptions {
        known: names(known, "k"),
        secret: names(secret, "s"),
        attempts: 100_000,
        seed: 7,
        hierarchies: BTreeMap::new(),
    }
}

fn sides<'a>(original: &'a Side, released: &'a Side) -> Sides<'a> {
    Sides { original, released, control: None, auxiliary: None }
}

/// Ages and diagnoses that have nothing to do with each other: `n` people.
fn table(n: usize, ages: usize, diagnoses: usize) -> Vec<Vec<String>> {
    let mut draw = Draw::new(3);
    (0..n)
        .map(|_| {
            let age = draw.below(ages as u64);
            let diagnosis = draw.below(diagnoses as u64);
            vec![age.to_string(), format!("d{diagnosis}")]
        })
        .collect()
}

fn generalised(rows: &[Vec<String>], age: impl Fn(u64) -> String) -> Vec<Vec<String>> {
    rows.iter().map(|row| vec![age(row[0].parse().unwrap()), row[1].clone()]).collect()
}

#[test]
fn an_unchanged_table_is_linked_as_often_as_its_rows_are_alone() {
    let rows: Vec<Vec<String>> =
        [("1", "a"), ("2", "b"), ("3", "a"), ("3", "b"), ("4", "c"), ("4", "c")]
            .iter()
            .map(|(k, s)| vec![(*k).to_owned(), (*s).to_owned()])
            .collect();
    let table = side(&rows, None);
    let report = attack(sides(&table, &table), &options(1, 1)).unwrap();
    assert_eq!((report.unit, report.people, report.released), (Unit::Row, 6, 6));
    assert_eq!(report.control, Control::StayedOut);
    // Two alone; four who share their value with one other.
    assert!((report.linkage.rate.value - (2.0 + 4.0 / 2.0) / 6.0).abs() < 1e-12);
    assert!((report.linkage.unique.value - 2.0 / 6.0).abs() < 1e-12);
    assert!((report.linkage.control_unique.value - 4.0 / 6.0).abs() < 1e-12);
    assert_eq!(report.linkage.fewest, 1);
    // Alone are 1 and 2 by the known column; with the secret also 3a and 3b.
    assert_eq!(report.singling_out[0].alone, 2);
    assert_eq!(report.singling_out[1].alone, 4);
    assert!((report.singling_out[1].rate.value - 1.0).abs() < 1e-12);
    // 1, 2 are told surely, 4 too; of 3 one of two.
    assert!((report.inference[0].rate.value - (2.0 + 2.0 + 1.0) / 6.0).abs() < 1e-12);
}

#[test]
fn a_table_of_stars_gives_no_more_than_chance() {
    let rows = table(500, 40, 4);
    let original = side(&rows, None);
    let released = side(&generalised(&rows, |_| "*".to_owned()), None);
    let report = attack(sides(&original, &released), &options(1, 1)).unwrap();
    assert!((report.linkage.rate.value - report.linkage.baseline).abs() < 1e-12);
    assert_eq!(report.singling_out[0].alone, 0);
    let told = &report.inference[0];
    assert!((told.rate.value - told.baseline).abs() < 1e-12);
    assert!(told.advantage.low <= 0.0 && told.advantage.high >= 0.0, "{told:?}");
}

#[test]
fn small_classes_of_unrelated_values_still_tell_on_those_who_are_in_them() {
    let rows = table(600, 300, 12);
    let original = side(&rows, None);
    let fine = side(&rows, None);
    let coarse = side(
        &generalised(&rows, |age| format!("{}-{}", age / 100 * 100, age / 100 * 100 + 99)),
        None,
    );
    let advantage = |released: &Side| {
        attack(sides(&original, released), &options(1, 1)).unwrap().inference[0].advantage
    };
    assert!(advantage(&fine).low > 0.3, "{:?}", advantage(&fine));
    assert!(advantage(&coarse).high < 0.1, "{:?}", advantage(&coarse));
}

/// A table drawn apart from the original tells nothing of its people: held against others of the
/// same kind, the interval has to cover 0 about 19 times in 20.
#[test]
fn a_table_of_others_tells_nothing_of_these() {
    let mut covered = 0;
    for seed in 0..40 {
        let mut draw = Draw::new(1000 + seed);
        let mut rows = |n: usize| -> Vec<Vec<String>> {
            let one = |draw: &mut Draw| {
                let age = draw.below(8);
                // Half the people have the diagnosis of their age.
                let same = draw.below(2) == 0;
                let diagnosis = if same { age } else { draw.below(8) };
                vec![age.to_string(), format!("d{diagnosis}")]
            };
            (0..n).map(|_| one(&mut draw)).collect()
        };
        let (original, released, control) =
            (side(&rows(300), None), side(&rows(300), None), side(&rows(300), None));
        let with_control = Sides { control: Some(&control), ..sides(&original, &released) };
        let report = attack(with_control, &options(1, 1)).unwrap();
        assert_eq!(report.control, Control::Table { people: 300 });
        let told = report.inference[0].advantage;
        covered += u32::from(told.low <= 0.0 && 0.0 <= told.high);
    }
    // P(Binomial(40, 0.95) < 33) is below 0.1 %.
    assert!(covered >= 33, "{covered} of 40");
}

#[test]
fn a_person_with_several_rows_is_sought_by_all_of_them() {
    let rows: Vec<Vec<String>> = ["1", "2", "1", "3", "1", "2"]
        .iter()
        .map(|k| vec![(*k).to_owned(), "x".to_owned()])
        .collect();
    // Person 1: {1, 2}; person 2: {1, 3}; person 3: {1, 2}.
    let table = side(&rows, Some(&[1, 1, 2, 2, 3, 3]));
    let report = attack(sides(&table, &table), &options(1, 1)).unwrap();
    assert_eq!((report.unit, report.people), (Unit::Person, 3));
    assert!((report.linkage.rate.value - (1.0 + 0.5 + 0.5) / 3.0).abs() < 1e-12);
    assert_eq!(report.singling_out[0].alone, 1);
    assert!((report.singling_out[0].rate.value - 1.0).abs() < 1e-12);
}

#[test]
fn rows_are_given_out_to_different_rows_of_a_candidate() {
    // The release knows two rows `1-2`; a person with rows 1 and 3 does not fit it.
    let original = side(&[vec!["1".into()], vec!["3".into()]], Some(&[1, 1]));
    let released = side(&[vec!["1-3".into()], vec!["1-2".into()]], Some(&[9, 9]));
    let report = attack(sides(&original, &released), &options(1, 0)).unwrap();
    assert!((report.linkage.rate.value - 1.0).abs() < 1e-12);
    let released = side(&[vec!["1-2".into()], vec!["1-2".into()]], Some(&[9, 9]));
    let report = attack(sides(&original, &released), &options(1, 0)).unwrap();
    assert!((report.linkage.none - 1.0).abs() < 1e-12);
}

#[test]
fn an_auxiliary_table_limits_what_is_known_and_brings_its_own_strangers() {
    let rows: Vec<Vec<String>> =
        ["1", "2", "3"].iter().map(|k| vec![(*k).to_owned(), format!("s{k}")]).collect();
    let original = side(&rows, Some(&[1, 2, 3]));
    let auxiliary = side(&[vec!["1".into()], vec!["2".into()], vec!["9".into()]], Some(&[1, 2, 8]));
    let with = Sides { auxiliary: Some(&auxiliary), ..sides(&original, &original) };
    let report = attack(with, &options(1, 1)).unwrap();
    assert_eq!(report.linkage.rate.attempts, 2);
    assert_eq!(report.linkage.control_unique.attempts, 1);
    assert!((report.linkage.rate.value - 1.0).abs() < 1e-12);
    assert!((report.inference[0].rate.value - 1.0).abs() < 1e-12);
    let nobody = side(&[vec!["1".into()]], Some(&[77]));
    let with = Sides { auxiliary: Some(&nobody), ..with };
    assert_eq!(attack(with, &options(1, 1)), Err(AttackError::NobodyShared));
}

#[test]
fn nobody_and_nothing_known_are_refused() {
    let (some, none) = (side(&[vec!["1".into()]], None), side(&[], None));
    assert_eq!(attack(sides(&some, &some), &options(0, 1)), Err(AttackError::NothingKnown));
    assert_eq!(attack(sides(&none, &some), &options(1, 0)), Err(AttackError::Empty));
    // Nothing was released: nothing is found.
    let empty = Side { texts: vec![vec!["".into()]], ..side(&[], None) };
    let report = attack(sides(&some, &empty), &options(1, 0)).unwrap();
    assert!((report.linkage.none - 1.0).abs() < 1e-12);
}

proptest! {
    /// Generalising never helps to link.
    #[test]
    fn coarser_labels_never_link_better(ages in prop::collection::vec(0_u64..60, 2..60)) {
        let rows: Vec<Vec<String>> = ages.iter().map(|age| vec![age.to_string()]).collect();
        let original = side(&rows, None);
        let widths = [1, 2, 10, 30, 60];
        let rates: Vec<f64> = widths
            .iter()
            .map(|width| {
                let label = |age: &u64| {
                    let from = age / width * width;
                    vec![format!("[{from},{})", from + width)]
                };
                let released = side(&ages.iter().map(label).collect::<Vec<_>>(), None);
                attack(sides(&original, &released), &options(1, 0)).unwrap().linkage.rate.value
            })
            .collect();
        for pair in rates.windows(2) {
            prop_assert!(pair[1] <= pair[0] + 1e-12, "{:?}", rates);
        }
    }
}
