//! Classes with their sensitive values and their people in a population, against a plain count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Beside, PeopleBy, ReadBack, read_back_with};
use crate::limits::Limits;
use proptest::prelude::*;

/// Person, quasi-identifier, sensitive value; an empty value is none.
type Row = (u8, u8, &'static str);

const VALUES: [&str; 5] = ["", "flu", "cold", "gout", "\"a,b\""];

fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let row = (0_u8..12, 0_u8..6, prop::sample::select(&VALUES[..]));
    prop::collection::vec(row, 1..most)
}

fn write(dir: &Path, name: &str, rows: &[Row]) -> PathBuf {
    let mut text = "person,quasi,value\n".to_owned();
    rows.iter().for_each(|(p, q, v)| writeln!(text, "p{p},q{q},{v}").unwrap());
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// How the rows of a class are told, and what a class then is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Row,
    Column,
    Key,
}

/// What a class is made of, plainly: rows by the number of the person.
type Plain = BTreeMap<Vec<u8>, Vec<(usize, Row)>>;

fn plain(rows: &[Row], by: By) -> Plain {
    let mut classes = Plain::new();
    for (at, row) in rows.iter().enumerate() {
        let (key, person) = match by {
            By::Row => (vec![row.1], at),
            By::Key => (vec![row.1], usize::from(row.0)),
            By::Column => {
                let mut record: Vec<u8> =
                    rows.iter().filter(|other| other.0 == row.0).map(|other| other.1).collect();
                record.sort_unstable();
                (record, usize::from(row.0))
            }
        };
        classes.entry(key).or_default().push((person, *row));
    }
    classes
}

fn pairs<'a>(rows: impl Iterator<Item = &'a (usize, Row)>) -> BTreeMap<Option<String>, u64> {
    let different: BTreeSet<(usize, &str)> = rows.map(|(person, row)| (*person, row.2)).collect();
    let mut counts = BTreeMap::new();
    for (_, value) in different {
        let value = value.trim_matches('"');
        *counts.entry((!value.is_empty()).then(|| value.to_owned())).or_default() += 1;
    }
    counts
}

fn read(dir: &Path, rows: &[Row], population: &[Row], by: By, memory: usize) -> ReadBack {
    let file = write(dir, "released.csv", rows);
    let beside_file = write(dir, "population.csv", population);
    let key = dir.join("key");
    let people: Vec<u8> = rows
        .iter()
        .flat_map(|row| (u64::from(row.0) << 56 | u64::from(row.0)).to_le_bytes())
        .collect();
    fs::write(&key, people).unwrap();
    let people = match by {
        By::Row => PeopleBy::Row,
        By::Column => PeopleBy::Column("person"),
        By::Key => PeopleBy::Key(&key),
    };
    let beside = Beside {
        sensitive: &["value".to_owned()],
        population: &[beside_file],
        weigh: Some(&|_, cell| f64::from(cell.unwrap().as_bytes()[1])),
    };
    let limits = Limits { memory_bytes: memory, ..Limits::new(dir.join("spill")) };
    read_back_with(&[file], &["quasi".to_owned()], people, &beside, &limits).unwrap()
}

fn check(rows: &[Row], population: &[Row], by: By, memory: usize) {
    let dir = tempfile::tempdir().unwrap();
    let mut read = read(dir.path(), rows, population, by, memory);
    let classes = plain(rows, by);
    let values = read.values.pop().unwrap();

    // Each row of the table is in some class, so that the whole is one class of them all.
    let all: BTreeMap<Option<String>, u64> = pairs(classes.values().flatten());
    assert_eq!(values.distribution(), all);

    let labels: Vec<Option<String>> = values.labels().iter().map(|l| l.expose().clone()).collect();
    let mut found = Vec::new();
    values
        .for_each_class(|counts| {
            let named =
                counts.iter().map(|(code, n)| (labels[*code as usize].clone(), u64::from(*n)));
            found.push(named.collect::<BTreeMap<_, _>>());
        })
        .unwrap();
    let mut expected: Vec<_> = classes.values().map(|rows| pairs(rows.iter())).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);

    let known = match by {
        By::Column => plain(population, By::Column),
        // Without a column that tells people apart, each row of the population is a person.
        By::Row | By::Key => plain(population, By::Row),
    };
    let people = |rows: &[(usize, Row)]| {
        rows.iter().map(|(person, _)| *person).collect::<BTreeSet<_>>().len() as u32
    };
    let mut counts: Vec<_> =
        read.counts.iter().map(|c| (c.people, c.rows, c.population.unwrap())).collect();
    let mut expected: Vec<_> = classes
        .iter()
        .map(|(key, rows)| {
            (people(rows), rows.len() as u32, known.get(key).map_or(0, |rows| people(rows)))
        })
        .collect();
    counts.sort_unstable();
    expected.sort_unstable();
    assert_eq!(counts, expected);
    if by != By::Column {
        let weights: BTreeSet<u64> = read.counts.iter().map(|c| c.weight.unwrap() as u64).collect();
        let digits: BTreeSet<u64> = rows.iter().map(|row| u64::from(b'0' + row.1)).collect();
        assert_eq!(weights, digits);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn counts_are_those_of_a_plain_count(rows in rows(60), population in rows(60)) {
        [By::Row, By::Column, By::Key].iter().for_each(|by| check(&rows, &population, *by, 1 << 30));
    }
}

#[test]
fn what_goes_to_disk_is_counted_the_same() {
    let rows: Vec<Row> = (0..9000_u32)
        .map(|n| ((n * 7 % 12) as u8, (n * n % 6) as u8, VALUES[n as usize * 31 % 5]))
        .collect();
    [By::Row, By::Column, By::Key].iter().for_each(|by| check(&rows, &rows[..500], *by, 1 << 10));
}

#[test]
fn a_population_may_have_another_format() {
    use arrow_array::{ArrayRef, Int64Array, RecordBatch};
    use std::sync::Arc;
    let dir = tempfile::tempdir().unwrap();
    let released = dir.path().join("released.csv");
    fs::write(&released, "age\n30\n30\n41\n").unwrap();
    let ages: ArrayRef = Arc::new(Int64Array::from(vec![30, 30, 30, 50]));
    let batch = RecordBatch::try_from_iter([("age", ages)]).unwrap();
    let population = dir.path().join("population.parquet");
    let file = fs::File::create(&population).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let beside = Beside { population: &[population], ..Beside::default() };
    let limits = Limits::new(dir.path().join("spill"));
    let read =
        read_back_with(&[released], &["age".to_owned()], PeopleBy::Row, &beside, &limits).unwrap();
    let mut counts: Vec<_> =
        read.counts.iter().map(|c| (c.people, c.population.unwrap())).collect();
    counts.sort_unstable();
    assert_eq!(counts, [(1, 0), (2, 3)]);
}
