use std::fs;
use std::path::Path;

use arrow_array::{ArrayRef, Int64Array};
use arrow_schema::Schema;
use proptest::prelude::*;

use super::*;
use crate::Codebook;

fn limits(memory_bytes: usize, dir: &Path) -> Limits {
    Limits { memory_bytes, ..Limits::new(dir.join("spill")) }
}

/// A coder of columns with this many codes each.
fn coder(n_codes: &[usize], apart: usize, by_people: bool) -> TupleCoder {
    let columns = n_codes.iter().enumerate().map(|(column, n)| {
        let cuts = (1..n - 1).map(|cut| cut as f64).collect();
        CodedColumn { column, codebook: Codebook::of_cuts(cuts) }
    });
    TupleCoder::new(columns.collect(), apart, by_people)
}

/// Codes of the coder's columns, row by row; each is its own number.
fn batch(rows: &[Vec<u16>]) -> CellBatch<'static> {
    let n_columns = rows.first().map_or(0, Vec::len);
    let column = |at: usize| {
        let numbers = rows.iter().map(|row| i64::from(row[at]));
        Cells::Many(std::sync::Arc::new(Int64Array::from_iter_values(numbers)) as ArrayRef)
    };
    CellBatch {
        place: (0, 0),
        schema: std::sync::Arc::new(Schema::empty()),
        rows: rows.len(),
        columns: (0..n_columns).map(column).collect(),
    }
}

/// The tuples with their rows, sorted.
fn tuples(histogram: &Histogram) -> Vec<(Vec<u16>, u32)> {
    let rows = histogram.rows().unwrap();
    let codes =
        |tuple: usize| (0..histogram.n_columns()).map(|c| histogram.codes(c)[tuple]).collect();
    let mut tuples: Vec<_> = rows.iter().enumerate().map(|(t, n)| (codes(t), *n)).collect();
    tuples.sort();
    tuples
}

/// Counts rows of columns that take 1 to 9 bits each, one by one.
fn plainly(coder: &TupleCoder, rows: &[Vec<u16>]) -> Histogram {
    let cells = batch(rows);
    let cells: Vec<&Cells<'_>> = cells.columns.iter().collect();
    let mut counter = PlainCounter {
        tuples: FxHashMap::default(),
        codes: vec![Vec::new(); cells.len()],
        counts: Vec::new(),
        people: None,
    };
    counter.add(None, &coder.plain(&cells, rows.len())).unwrap();
    counter.finish(coder).unwrap().0
}

proptest! {
    /// Keys of 64 and 128 bits, and rows that fit neither, are counted as rows one by one are,
    /// whatever the memory and the number of threads; the packed ones always in the same order.
    #[test]
    fn all_ways_to_count_agree(
        bits in prop::collection::vec(1_u32..=9, 1..28),
        seeds in prop::collection::vec(0_u64..80, 1..400),
        apart in 0_usize..9,
    ) {
        let n_codes: Vec<usize> = bits.iter().map(|bits| (1 << bits) + 1).collect();
        let rows: Vec<Vec<u16>> = seeds
            .iter()
            .map(|seed| {
                let code = |(at, n): (usize, &usize)| {
                    (mix(seed << 8 | at as u64) % (*n as u64 - 1)) as u16
                };
                n_codes.iter().enumerate().map(code).collect()
            })
            .collect();
        let mut first: Option<Histogram> = None;
        for (threads, memory) in [(1, 1 << 20), (2, 100), (8, 1000)] {
            let coder = coder(&n_codes, apart, false);
            let limits = Limits {
                threads: threads.try_into().unwrap(),
                ..limits(memory, Path::new("none"))
            };
            let mut builder = HistogramBuilder::new(&coder, &limits);
            for some in rows.chunks(53) {
                builder.add(None, coder.code(&batch(some), |column| column)).unwrap();
            }
            let histogram = builder.finish().unwrap().0;
            prop_assert_eq!(tuples(&histogram), tuples(&plainly(&coder, &rows)));
            prop_assert_eq!(histogram.n_rows(), rows.len() as u64);
            let first = first.get_or_insert_with(|| histogram.clone());
            prop_assert_eq!(&first.packed().words, &histogram.packed().words);
            prop_assert_eq!(first.rows(), histogram.rows());
        }
    }
}

#[test]
fn one_row_and_equal_rows() {
    for (n, times) in [(1, 1), (3000, 3000)] {
        let coder = coder(&[4, 300], 1, false);
        let mut builder = HistogramBuilder::new(&coder, &limits(64, Path::new("none")));
        let rows = vec![vec![2, 257]; n];
        rows.chunks(700).for_each(|rows| {
            builder.add(None, coder.code(&batch(rows), |column| column)).unwrap();
        });
        let histogram = builder.finish().unwrap().0;
        assert_eq!(tuples(&histogram), [(vec![2, 257], times)]);
    }
}

/// More distinct rows than memory has room for are refused, however they are counted; equal ones
/// are not.
#[test]
fn too_many_distinct_rows_are_refused() {
    let widths: [&[usize]; 3] = [&[300, 300], &[300; 12], &[300; 40]];
    for n_codes in widths {
        let count = |distinct: u16| {
            let coder = coder(n_codes, 1, false);
            let mut builder = HistogramBuilder::new(&coder, &limits(1000, Path::new("none")));
            let row = |n: u16| {
                let n = n % distinct;
                let mut row = vec![0; n_codes.len()];
                (row[0], row[1]) = (n / 250, n % 250);
                row
            };
            let rows: Vec<Vec<u16>> = (0..5000).map(row).collect();
            for rows in rows.chunks(700) {
                builder.add(None, coder.code(&batch(rows), |column| column))?;
            }
            builder.finish().map(|(histogram, _)| histogram.n_tuples())
        };
        assert_eq!(count(4000).unwrap(), 4000);
        let refused = count(5000).unwrap_err();
        assert!(matches!(refused, TableError::TooManyDistinct { most: 4096, .. }), "{refused}");
        assert!(refused.to_string().contains("held in memory as a whole"), "{refused}");
        let hint = refused.hint().unwrap();
        assert!(hint.starts_with("raise --memory above 1 MiB (24 bytes for each"), "{hint}");
    }
}

/// Tuples that agree in the first columns stand together, and share no word with the others.
#[test]
fn tuples_are_sorted_by_the_first_columns() {
    let coder = coder(&[4, 4, 3], 2, false);
    let mut builder = HistogramBuilder::new(&coder, &limits(1 << 20, Path::new("none")));
    let rows: Vec<Vec<u16>> = (0..16).map(|n| vec![n % 3, n % 2, n % 2]).collect();
    builder.add(None, coder.code(&batch(&rows), |column| column)).unwrap();
    let histogram = builder.finish().unwrap().0;
    let packed = histogram.packed();
    assert!(packed.sorted && packed.places[2].word == 1 && packed.places[1].word == 0);
    assert!(packed.words[0].is_sorted(), "{:?}", packed.words);
}

fn add(builder: &mut HistogramBuilder<'_>, person: u64, code: u16) {
    let rows = PlainRows { keys: vec![u128::from(code)], codes: vec![vec![code]] };
    builder.add(Some(&[mix(person)]), CodedRows(Coded::Plain(rows))).unwrap();
}

#[test]
fn people_with_the_same_rows_share_a_record() {
    let dir = tempfile::tempdir().unwrap();
    let coder = coder(&[9], 1, true);
    let mut builder = HistogramBuilder::new(&coder, &limits(1 << 20, dir.path()));
    for (person, codes) in [(1, [3, 4]), (2, [4, 3]), (3, [3, 3])] {
        codes.into_iter().for_each(|code| add(&mut builder, person, code));
    }
    let (histogram, index) = builder.finish().unwrap();
    let records = histogram.records();
    assert_eq!((records.len(), records.people(), records.rows()), (2, 3, 6));
    let index = index.unwrap();
    assert_eq!(index.record_of(mix(1)), index.record_of(mix(2)));
    assert_ne!(index.record_of(mix(1)), index.record_of(mix(3)));
}

#[test]
fn spilling_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let coder = coder(&[12], 1, true);
    let [small, large] = [1 << 10, 1 << 30].map(|memory| {
        let mut builder = HistogramBuilder::new(&coder, &limits(memory, dir.path()));
        for row in 0..20_000_u64 {
            add(&mut builder, row * 7919 % 5000, u16::try_from(row % 11).unwrap());
        }
        let (histogram, index) = builder.finish().unwrap();
        let index: Vec<_> = index.unwrap().iter().collect();
        (histogram.records().clone(), index)
    });
    assert_eq!(small, large);
    assert_eq!(fs::read_dir(dir.path().join("spill")).unwrap().count(), 0);
}
