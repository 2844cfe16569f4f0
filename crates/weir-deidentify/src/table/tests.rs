use weir_table::{Codebook, Records};
use weir_types::Bilingual;

use super::*;
use crate::hierarchy::Draft;

/// `n` values in single groups, then the top.
fn flat(n: u16) -> Arc<Hierarchy> {
    let book = Codebook::of_cuts((1..n).map(f64::from).collect());
    let draft = Draft {
        groups: (0..u32::from(n)).collect(),
        labels: (0..n).map(|g| g.to_string()).collect(),
        loss: vec![0.0; usize::from(n)],
        meaning: Bilingual::default(),
        exact: true,
    };
    Arc::new(Hierarchy::build(book, vec![draft]))
}

fn columns(quasi: &[u16], sensitive: &[usize]) -> Columns {
    let quasi = quasi.iter().map(|n| Quasi { hierarchy: flat(*n), weight: 1.0 }).collect();
    let sensitive = sensitive.iter().map(|n| SensitiveColumn { n_codes: *n, hierarchy: None });
    Columns { quasi, sensitive: sensitive.collect() }
}

/// Tuples as rows of codes.
fn histogram(n_codes: &[usize], tuples: &[&[u16]], records: &[(&[u32], u32)]) -> Histogram {
    let codes = (0..n_codes.len()).map(|c| tuples.iter().map(|t| t[c]).collect()).collect();
    let pairs = records.iter().copied();
    Histogram::new(n_codes.to_vec(), codes, Records::from_pairs(tuples.len(), pairs))
}

#[test]
fn columns_share_words_and_codes_come_back() {
    let tuples: [&[u16]; 3] = [&[6, 300, 1, 3000], &[0, 0, 0, 1], &[3, 299, 1, 9]];
    let rows: [(&[u32], u32); 3] = [(&[0], 2), (&[1], 1), (&[2], 5)];
    let counted = histogram(&[7, 301, 2, 3001], &tuples, &rows);
    let table = SearchTable::new(&counted, &columns(&[6, 300, 1, 3000], &[]), None, false).unwrap();
    assert_eq!(table.table.tuples.words.len(), 3, "3 + 9 bits, 1 bit, 12 bits");
    for (tuple, codes) in tuples.iter().enumerate() {
        let back: Vec<u16> = (0..4).map(|c| table.code(c, tuple)).collect();
        assert_eq!(back, *codes);
    }
    assert_eq!(table.rows_of(), [2, 1, 5]);
    assert!(!table.by_whole_records());
}

#[test]
fn sensitive_codes_are_counted_beside_the_tuples() {
    // Two looks; the first with the values 0 (3 people) and 2 (1), the second with 1 (4).
    let tuples: [&[u16]; 3] = [&[1, 2], &[0, 1], &[1, 0]];
    let rows: [(&[u32], u32); 3] = [(&[0], 1), (&[1], 4), (&[2], 3)];
    let counted = histogram(&[3, 4], &tuples, &rows);
    let table = SearchTable::new(&counted, &columns(&[2], &[4]), None, false).unwrap();
    assert_eq!(table.table.people, People::Rows { counts: vec![4, 4], population: None });
    let sensitive = &table.table.sensitive[0];
    assert_eq!(sensitive.offsets, [0, 2, 3]);
    assert_eq!((&*sensitive.codes, &*sensitive.people), (&[0, 2, 1][..], &[3, 1, 4][..]));
}

#[test]
fn linked_people_count_once_for_each_value() {
    // Records over (look, value): {(0,1),(0,1)}, {(0,1),(0,2)}, {(1,0),(0,1)}.
    let tuples: [&[u16]; 3] = [&[0, 1], &[0, 2], &[1, 0]];
    let records: [(&[u32], u32); 3] = [(&[0, 0], 2), (&[0, 1], 3), (&[0, 2], 1)];
    let counted = histogram(&[3, 4], &tuples, &records);
    let table = SearchTable::new(&counted, &columns(&[2], &[4]), None, true).unwrap();
    let people = People::Records {
        offsets: vec![0, 2, 4],
        members: vec![0, 0, 0, 1],
        people: vec![5, 1],
        linked: true,
    };
    assert_eq!(table.table.people, people);
    let units: Vec<_> = (0..3).map(|record| table.unit_of_record(record)).collect();
    assert_eq!(units, [Some(0), Some(0), Some(1)]);
    let sensitive = &table.table.sensitive[0];
    assert_eq!((&*sensitive.offsets, &*sensitive.codes), (&[0, 2, 4][..], &[1, 2, 0, 1][..]));
    assert_eq!(sensitive.people, [5, 3, 1, 1], "two rows of one value are one pair");
    assert_eq!(table.rows_of(), [11, 1]);
    let classes = table.classes();
    assert_eq!((&*classes.sizes, classes.people), (&[(1, 2), (5, 10)][..], 6));
    assert_eq!((classes.rows, table.most_rows()), (12, 2));
}

#[test]
fn rows_that_are_not_linked_keep_their_own_values() {
    let tuples: [&[u16]; 2] = [&[0, 1], &[0, 2]];
    let records: [(&[u32], u32); 2] = [(&[0, 1], 3), (&[0, 0], 1)];
    let counted = histogram(&[2, 4], &tuples, &records);
    let table = SearchTable::new(&counted, &columns(&[1], &[4]), None, false).unwrap();
    let People::Records { offsets, members, people, linked: false } = &table.table.people else {
        panic!("people have several rows")
    };
    assert_eq!((&**offsets, &**members, &**people), (&[0, 2, 4][..], &[0; 4][..], &[3, 1][..]));
    let sensitive = &table.table.sensitive[0];
    assert_eq!((&*sensitive.codes, &*sensitive.people), (&[1, 2, 1, 1][..], &[3, 3, 1, 1][..]));
}

#[test]
fn a_population_adds_what_the_data_lacks() {
    let counted = histogram(&[3], &[&[1], &[0]], &[(&[0], 2), (&[1], 7)]);
    let population = histogram(&[3], &[&[2], &[1], &[0]], &[(&[0], 4), (&[1], 9), (&[2], 5)]);
    let table = SearchTable::new(&counted, &columns(&[2], &[]), Some(&population), false).unwrap();
    let People::Rows { counts, population } = &table.table.people else { panic!("rows") };
    assert_eq!(counts, &[2, 7, 0]);
    assert_eq!(population.as_deref(), Some(&[9, 7, 4][..]), "never fewer than the table's own");
    assert_eq!((0..3).map(|t| table.code(0, t)).collect::<Vec<_>>(), [1, 0, 2]);

    let people = histogram(&[3], &[&[1]], &[(&[0, 0], 2)]);
    let other = histogram(&[3], &[&[1]], &[(&[0], 2)]);
    let refused = SearchTable::new(&people, &columns(&[2], &[]), Some(&other), true);
    assert_eq!(refused.unwrap_err(), NotSearchable::PopulationOfRecords);
}

#[test]
fn tuples_of_many_wide_columns_are_told_apart_exactly() {
    let n_codes = vec![5000; 30];
    let mut rows: Vec<Vec<u16>> = (0..40).map(|r| vec![r * 100; 30]).collect();
    rows.push({
        let mut row = rows[7].clone();
        row[29] += 1;
        row
    });
    let tuples: Vec<&[u16]> = rows.iter().map(Vec::as_slice).collect();
    let ids: Vec<[u32; 1]> = (0..41).map(|t| [t]).collect();
    let records: Vec<(&[u32], u32)> = ids.iter().map(|id| (&id[..], 1)).collect();
    let counted = histogram(&n_codes, &tuples, &records);
    let population = histogram(&n_codes, &tuples, &records);
    let quasi = vec![4999; 30];
    let table =
        SearchTable::new(&counted, &columns(&quasi, &[]), Some(&population), false).unwrap();
    assert_eq!(table.n_tuples(), 41);
}
