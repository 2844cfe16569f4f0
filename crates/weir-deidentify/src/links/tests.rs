use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use weir_table::ValueCount;
use weir_types::{ColumnType, Redacted};

use super::*;
use crate::hierarchy::automatic;

/// A profile of integer columns (text where the name starts with `t`).
fn profile(columns: &[(&str, Vec<i64>)]) -> Profile {
    let mut arrays: Vec<ArrayRef> = Vec::new();
    let mut fields = Vec::new();
    let mut profiles = Vec::new();
    for (name, values) in columns {
        let text = name.starts_with('t');
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        values.iter().for_each(|v| *counts.entry(*v).or_default() += 1);
        let number = |v: i64| (!text).then_some(v as f64);
        profiles.push(ColumnProfile {
            name: (*name).to_owned(),
            ty: if text { ColumnType::Text } else { ColumnType::Integer },
            nulls: 0,
            distinct: counts.len() as u64,
            distinct_exact: true,
            min: counts.keys().next().and_then(|v| number(*v)),
            max: counts.keys().last().and_then(|v| number(*v)),
            values: counts
                .iter()
                .map(|(v, count)| ValueCount {
                    value: Redacted::new(v.to_string()),
                    number: number(*v),
                    count: *count,
                })
                .collect(),
            longest: 0,
        });
        let (ty, array): (_, ArrayRef) = if text {
            let texts = values.iter().map(|v| Some(v.to_string()));
            (DataType::Utf8, Arc::new(texts.collect::<StringArray>()))
        } else {
            (DataType::Int64, Arc::new(Int64Array::from(values.clone())))
        };
        fields.push(Field::new(*name, ty, true));
        arrays.push(array);
    }
    let rows = columns[0].1.len() as u64;
    let sample = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    Profile { rows, columns: profiles, sample }
}

fn drawn(n: usize, seed: u64, below: i64) -> Vec<i64> {
    let mut state = seed;
    (0..n)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as i64 % below
        })
        .collect()
}

fn forms(
    profile: &Profile,
    quasi: &[usize],
    person: Option<usize>,
) -> Vec<(usize, usize, LinkForm)> {
    let all: Vec<usize> = (0..profile.columns.len()).collect();
    let ties = find(profile, quasi, &all, person);
    ties.into_iter().map(|t| (t.column, t.of, t.form)).collect()
}

#[test]
fn each_form_is_found() {
    let income = drawn(2000, 1, 500);
    let square = income.iter().map(|v| v * v).collect();
    let poor = income.iter().map(|v| i64::from(*v < 120)).collect();
    // A keyed code of the income: neither monotone nor of few values.
    let code: Vec<i64> = income.iter().map(|v| (v * 7919 + 13) % 1009).collect();
    let district = drawn(2000, 2, 60);
    let city = district.iter().map(|v| v * 37 % 5).collect();
    let table = profile(&[
        ("income", income),
        ("square", square),
        ("poor", poor),
        ("code", code),
        ("t-district", district),
        ("t-city", city),
    ]);
    let found = forms(&table, &[0, 4], None);
    assert!(found.contains(&(1, 0, LinkForm::Monotone)), "{found:?}");
    assert!(found.contains(&(2, 0, LinkForm::Steps)), "{found:?}");
    assert!(found.contains(&(3, 0, LinkForm::Determines)), "{found:?}");
    assert!(found.contains(&(5, 4, LinkForm::Coarsens)), "{found:?}");
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn nothing_is_found_between_columns_drawn_apart() {
    for seed in 0..10 {
        let table = profile(&[
            ("age", drawn(1500, seed * 7 + 1, 80)),
            ("sex", drawn(1500, seed * 7 + 2, 2)),
            ("rare", drawn(1500, seed * 7 + 3, 300).iter().map(|v| i64::from(*v == 0)).collect()),
            ("t-job", drawn(1500, seed * 7 + 4, 30)),
            ("score", drawn(1500, seed * 7 + 5, 900)),
            ("group", drawn(1500, seed * 7 + 6, 4)),
        ]);
        let found = forms(&table, &[0, 1, 2, 3], None);
        assert!(found.is_empty(), "seed {seed}: {found:?}");
    }
}

#[test]
fn what_a_family_shares_is_no_function_of_its_income() {
    // Four people per family, who share an income and a plan; five rows each.
    let families = 400;
    let income = drawn(families, 11, 100_000);
    let plan = drawn(families, 12, 12);
    let spread = |of: &[i64]| of.iter().flat_map(|v| vec![*v; 20]).collect::<Vec<i64>>();
    let person: Vec<i64> = (0..families as i64 * 4).flat_map(|p| vec![p; 5]).collect();
    let table =
        profile(&[("person", person), ("income", spread(&income)), ("plan", spread(&plan))]);
    let found = forms(&table, &[1], Some(0));
    assert!(found.is_empty(), "{found:?}");
    let found = forms(&table, &[1, 2], Some(0));
    assert!(found.is_empty(), "two quasi-identifiers: {found:?}");
}

#[test]
fn the_column_with_most_information_leads() {
    let table = profile(&[
        ("child", drawn(100, 1, 2)),
        ("age", drawn(100, 2, 90)),
        ("girl", drawn(100, 3, 5).iter().map(|v| i64::from(*v == 0)).collect()),
        ("female", drawn(100, 4, 2)),
        ("school", drawn(100, 5, 3)),
    ]);
    let tie = |column, of, form, strength| Tie { column, of, form, strength };
    let ties = [
        tie(0, 1, LinkForm::Steps, 1.0),
        tie(2, 0, LinkForm::Determines, 0.2),
        tie(2, 3, LinkForm::Determines, 0.2),
        tie(3, 2, LinkForm::Determines, 0.5),
        tie(4, 0, LinkForm::Determines, 0.3),
    ];
    let settled = settle(&table, &[0, 1, 2, 3], &ties, &[]);
    assert_eq!(settled.searched, [1, 3]);
    let follow: Vec<(usize, &[usize])> =
        settled.dependents.iter().map(|d| (d.column, d.of.as_slice())).collect();
    assert_eq!(follow, [(0, &[1][..]), (2, &[1, 3][..])]);
    let preferred = settle(&table, &[0, 1, 2, 3], &ties, &[0]);
    assert!(preferred.searched.contains(&0) && !preferred.searched.contains(&1));
}

fn child_of_age() -> (Profile, Hierarchy, DeriveTable) {
    let age: Vec<i64> = (0..80).flat_map(|v| vec![v; 20]).collect();
    let child = age.iter().map(|v| i64::from(*v < 18)).collect();
    let table = profile(&[("age", age), ("child", child)]);
    let hierarchy = automatic(&table.columns[0], 5);
    let book = derivable(&table.columns[1]).unwrap();
    let (mut g, mut r) = (Vec::new(), Vec::new());
    hierarchy.codebook().encode(table.sample.column(0), &mut g);
    book.encode(table.sample.column(1), &mut r);
    let mut counted = DeriveTable::new(hierarchy.codebook(), &book);
    let mut rest = counted.clone();
    counted.add(&g[..700], &r[..700]);
    rest.add(&g[700..], &r[700..]);
    counted.merge(&rest);
    (table, hierarchy, counted)
}

#[test]
fn a_follower_is_kept_derived_or_dropped() {
    let (table, age, counted) = child_of_age();
    let child = Dependent { column: 1, of: vec![0], quasi: true };
    let fate = |level| {
        let released = Released { column: 0, hierarchy: &age, level };
        child.decide(&table.columns[1], &[released], &[(0, &counted)])
    };
    assert!(matches!(fate(0), Fate::Keep));
    assert!(matches!(fate(age.levels() - 1), Fate::Drop { of: 0 }));
    let tens = (0..age.levels()).find(|l| age.meaning(*l).en == "ranges of 10").unwrap();
    let Fate::Derive { of: 0, derived } = fate(tens) else { panic!("not derived") };
    // Of eight ranges only [10,20) holds both.
    assert!((derived.kept() - 7.0 / 8.0).abs() < 1e-9);
    let cell = |code: usize| derived.of_group(age.groups(tens)[code]);
    assert_eq!((cell(3), cell(17), cell(19), cell(40)), (Some(1), None, None, Some(0)));
    let alone = child.decide(
        &table.columns[1],
        &[Released { column: 0, hierarchy: &age, level: tens }],
        &[],
    );
    assert!(matches!(alone, Fate::Drop { of: 0 }), "without a table nothing is derived");
}

#[test]
fn a_quasi_identifier_that_only_tells_a_part_is_not_kept_beside_an_exact_one() {
    let (table, age, _) = child_of_age();
    let other = drawn(1600, 5, 2).iter().map(|v| *v as u16).collect::<Vec<u16>>();
    let book = derivable(&table.columns[1]).unwrap();
    let mut counted = DeriveTable::new(age.codebook(), &book);
    let mut codes = Vec::new();
    age.codebook().encode(table.sample.column(0), &mut codes);
    counted.add(&codes, &other);
    let released = [Released { column: 0, hierarchy: &age, level: 0 }];
    let mut follower = Dependent { column: 1, of: vec![0], quasi: true };
    let fate = follower.decide(&table.columns[1], &released, &[(0, &counted)]);
    assert!(matches!(fate, Fate::Drop { .. }));
    follower.quasi = false;
    let fate = follower.decide(&table.columns[1], &released, &[(0, &counted)]);
    assert!(matches!(fate, Fate::Keep));
}

#[test]
fn what_would_still_give_a_column_away_is_named() {
    let postcode = drawn(3000, 21, 200);
    let district: Vec<i64> = postcode.iter().map(|v| v * 7919 % 211).collect();
    let table = profile(&[("postcode", postcode), ("t-district", district)]);
    let district = automatic(&table.columns[1], 5);
    let shown = |level| {
        [Shown { column: 0, level: None }, Shown { column: 1, level: Some((&district, level)) }]
    };
    let found = gives_away(&table, &shown(1), None);
    assert_eq!(found.iter().map(|t| (t.column, t.of)).collect::<Vec<_>>(), [(0, 1)]);
    assert!(gives_away(&table, &shown(0), None).is_empty(), "nothing is generalised");
}
