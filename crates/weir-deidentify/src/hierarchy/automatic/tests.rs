use proptest::prelude::*;
use weir_table::ValueCount;
use weir_types::Redacted;

use super::*;

fn column(ty: ColumnType, values: &[(f64, u64)]) -> ColumnProfile {
    let most = 4096;
    let mut values = values.to_vec();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    values.dedup_by(|a, b| a.0.total_cmp(&b.0).is_eq());
    let (min, max) = (values.first().map(|v| v.0), values.last().map(|v| v.0));
    let distinct = values.len();
    let step = distinct / most + 1;
    ColumnProfile {
        name: "c".to_owned(),
        ty,
        nulls: 0,
        distinct: distinct as u64,
        distinct_exact: distinct <= most,
        values: values
            .into_iter()
            .step_by(step)
            .map(|(number, count)| ValueCount {
                value: Redacted::new(number.to_string()),
                number: Some(number),
                count,
            })
            .collect(),
        min,
        max,
        longest: 0,
    }
}

fn labels(hierarchy: &Hierarchy, level: usize) -> Vec<&str> {
    (0..).take(hierarchy.n_groups(level)).filter_map(|g| hierarchy.label(level, g)).collect()
}

fn meanings(hierarchy: &Hierarchy) -> Vec<&str> {
    (0..hierarchy.levels()).map(|l| hierarchy.meaning(l).en.as_str()).collect()
}

/// Nested levels, loss between 0 and 1 that never falls, one label per group.
fn check(hierarchy: &Hierarchy) {
    let n = hierarchy.codebook().n_codes();
    for level in 0..hierarchy.levels() {
        assert_eq!(hierarchy.groups(level).len(), n);
        for code in 0..n {
            let group = hierarchy.groups(level)[code];
            let loss = hierarchy.cell_loss(level, group);
            assert!((0.0..=1.0).contains(&loss), "level {level}: {loss}");
            if level == 0 {
                continue;
            }
            let below = hierarchy.groups(level - 1);
            assert!(hierarchy.cell_loss(level - 1, below[code]) <= loss + 1e-9, "level {level}");
            for other in 0..n {
                if below[code] == below[other] {
                    assert_eq!(group, hierarchy.groups(level)[other], "level {level}");
                }
            }
        }
    }
    assert_eq!(labels(hierarchy, hierarchy.levels() - 1), ["*"]);
}

#[test]
fn ages_become_ranges_with_open_ends() {
    let ages: Vec<(f64, u64)> = (0..=95).map(|age| (f64::from(age), 10)).collect();
    let hierarchy = automatic(&column(ColumnType::Integer, &ages), 5);
    check(&hierarchy);
    assert_eq!(
        meanings(&hierarchy),
        [
            "exact values",
            "ranges of 5",
            "ranges of 10",
            "ranges of 20",
            "ranges of 40",
            "ranges of 80",
            "every value becomes *"
        ]
    );
    assert_eq!(labels(&hierarchy, 3), ["<20", "[20,40)", "[40,60)", "[60,80)", "≥80"]);
    assert!(hierarchy.is_exact(0) && !hierarchy.is_exact(1));
}

#[test]
fn a_family_size_keeps_single_values() {
    let sizes: Vec<(f64, u64)> =
        (1..=11).map(|n| (f64::from(n), if n < 8 { 100 } else { 2 })).collect();
    let hierarchy = automatic(&column(ColumnType::Integer, &sizes), 5);
    check(&hierarchy);
    assert_eq!(labels(&hierarchy, 1), ["1", "2", "3", "4", "5", "6", "7", "≥8"]);
}

#[test]
fn many_floats_begin_with_ranges() {
    let incomes: Vec<(f64, u64)> = (0..20_000).map(|n| (f64::from(n) * 1.37, 1)).collect();
    let hierarchy = automatic(&column(ColumnType::Float, &incomes), 5);
    check(&hierarchy);
    assert!(!hierarchy.is_exact(0));
    assert_eq!(hierarchy.meaning(0).en, "ranges of 500");
    assert_eq!(labels(&hierarchy, 0)[..2], ["<500", "[500,1000)"]);
}

#[test]
fn fractions_print_as_people_write_them() {
    let shares: Vec<(f64, u64)> = (0..5000).map(|n| (f64::from(n) / 5000.0, 1)).collect();
    let hierarchy = automatic(&column(ColumnType::Float, &shares), 5);
    let longest = labels(&hierarchy, 0).iter().map(|l| l.chars().count()).max();
    assert!(longest <= Some("[0.29,0.30)".len()), "{longest:?}");
}

#[test]
fn dates_go_by_the_calendar() {
    let days: Vec<(f64, u64)> = (18_000..18_800).map(|d| (f64::from(d), 3)).collect();
    let hierarchy = automatic(&column(ColumnType::Date, &days), 5);
    check(&hierarchy);
    assert_eq!(
        meanings(&hierarchy),
        ["exact values", "month", "year", "5 years", "10 years", "every value becomes *"]
            .into_iter()
            .filter(|m| *m != "10 years" || hierarchy.levels() == 6)
            .collect::<Vec<_>>()
    );
    assert_eq!(labels(&hierarchy, 1)[0], "2019-04");
    assert_eq!(labels(&hierarchy, 2), ["2019", "2020", "2021"]);
    // More days than can be told apart begin with months.
    let days: Vec<(f64, u64)> = (0..9000).map(|d| (f64::from(d), 1)).collect();
    let hierarchy = automatic(&column(ColumnType::Date, &days), 5);
    check(&hierarchy);
    assert_eq!(hierarchy.meaning(0).en, "month");
    assert_eq!(labels(&hierarchy, 0)[..2], ["1970-01", "1970-02"]);
}

#[test]
fn times_begin_with_days_and_text_has_two_levels() {
    let times: Vec<(f64, u64)> = (0..9000).map(|n| (f64::from(n) * 3_600e6, 1)).collect();
    let hierarchy = automatic(&column(ColumnType::Timestamp, &times), 5);
    check(&hierarchy);
    assert_eq!(labels(&hierarchy, 0)[..2], ["1970-01-01", "1970-01-02"]);
    let mut text = column(ColumnType::Text, &[(1.0, 1), (2.0, 2)]);
    text.values.iter_mut().for_each(|v| v.number = None);
    assert_eq!(automatic(&text, 5).levels(), 2);
    text.distinct_exact = false;
    assert_eq!(automatic(&text, 5).levels(), 1, "only the top");
}

#[test]
fn hostile_columns_have_a_hierarchy() {
    for values in [
        vec![],
        vec![(7.0, 3)],
        vec![(0.0, 1_000_000), (1.0, 1)],
        vec![(-1e300, 1), (1e300, 1)],
        vec![(f64::MIN_POSITIVE, 1), (1.0, 1)],
    ] {
        for ty in [ColumnType::Float, ColumnType::Date, ColumnType::Timestamp] {
            check(&automatic(&column(ty, &values), 5));
        }
    }
    let ids: Vec<(f64, u64)> = (0..5000).map(|n| (9.1e18 + f64::from(n) * 2048.0, 1)).collect();
    check(&automatic(&column(ColumnType::Integer, &ids), 5));
}

proptest! {
    #[test]
    fn levels_are_nested(
        numbers in prop::collection::vec((-1000i64..100_000, 1u64..50), 1..600),
        integer in any::<bool>(),
        k in 1u64..30,
    ) {
        let (ty, scale) =
            if integer { (ColumnType::Integer, 1.0) } else { (ColumnType::Float, 0.013) };
        let numbers: Vec<(f64, u64)> =
            numbers.iter().map(|(n, count)| (*n as f64 * scale, *count)).collect();
        check(&automatic(&column(ty, &numbers), k));
    }
}
