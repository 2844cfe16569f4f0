use std::fs;

use proptest::prelude::*;
use weir_table::{Limits, Source, SourceOptions, Table};

use super::*;
use crate::models::Coverage;

fn side(rows: &[Vec<String>]) -> Side {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> =
        (0..rows.first().map_or(2, Vec::len)).map(|c| format!("c{c}")).collect();
    let mut text = names.join(",") + "\n";
    rows.iter().for_each(|row| text += &(row.join(",") + "\n"));
    let path = dir.path().join("side.csv");
    fs::write(&path, text).unwrap();
    let table = Table::untyped(Source::open(&[path], &SourceOptions::default()).unwrap());
    Side::read(&table, &names, None, &Limits::new(dir.path().to_owned()), &|_| {}).unwrap()
}

fn rows(texts: &[&[&str]]) -> Vec<Vec<String>> {
    texts.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

/// `(people, population)` by class, in order.
fn counted(released: &Side, population: &Side, readings: &[Readings]) -> Vec<(u32, u32)> {
    let counts = class_counts(released, Some(population), readings, None);
    let mut counts: Vec<(u32, u32)> =
        counts.iter().map(|class| (class.people, class.population.unwrap())).collect();
    counts.sort_unstable();
    counts
}

#[test]
fn cells_of_several_levels_stand_for_overlapping_people() {
    let released = side(&rows(&[&["20-29", "f"], &["25", "f"], &["25", "f"], &["*", "m"]]));
    let population =
        side(&rows(&[&["25", "f"], &["25", "f"], &["25", "f"], &["22", "f"], &["70", "m"]]));
    let plain = [Readings::default(), Readings::default()];
    // The interval holds all four women, the single value three of them.
    assert_eq!(counted(&released, &population, &plain), [(1, 1), (1, 4), (2, 3)]);
}

#[test]
fn the_people_of_a_class_are_among_its_population() {
    let released = side(&rows(&[&["7", "x"], &["7", "x"]]));
    let population = side(&rows(&[&["8", "x"]]));
    let plain = [Readings::default(), Readings::default()];
    assert_eq!(counted(&released, &population, &plain), [(2, 2)]);
}

#[test]
fn a_word_stands_for_what_the_hierarchy_says_and_else_for_nobody() {
    let released = side(&rows(&[&["Higher", "x"]]));
    let population = side(&rows(&[&["Masters", "x"], &["Bachelors", "x"], &["9th", "x"]]));
    let without = [Readings::default(), Readings::default()];
    assert_eq!(counted(&released, &population, &without), [(1, 1)]);
    let hierarchy = rows(&[
        &["Masters", "Higher", "*"],
        &["Bachelors", "Higher", "*"],
        &["9th", "School", "*"],
    ]);
    let with = [Readings::of_rows(&hierarchy), Readings::default()];
    assert_eq!(counted(&released, &population, &with), [(1, 2)]);
}

/// What a hierarchy lists is all that a value may have become: a form that would hold more does
/// not count.
#[test]
fn a_listed_value_is_read_by_its_list_alone() {
    let released = side(&rows(&[&["10-19", ""], &["", ""]]));
    let population = side(&rows(&[&["12", ""], &["17", ""], &["", ""]]));
    let of = |value: Option<&str>, cell: Option<&str>| {
        (value.map(Box::from), vec![cell.map(Box::<str>::from)])
    };
    let listed = Readings(BTreeMap::from([of(Some("12"), Some("10-19")), of(Some("17"), None)]));
    let readings = [listed, Readings::default()];
    assert_eq!(counted(&released, &population, &readings), [(1, 1), (1, 2)]);
}

#[test]
fn a_population_that_lacks_people_of_the_source_is_filled_up() {
    let mut population = side(&rows(&[&["1", "a"], &["2", "a"], &["2", "a"]]));
    population.at_least(&side(&rows(&[&["2", "a"], &["3", "b"], &["3", "b"], &["", "b"]])));
    let released = side(&rows(&[&["1", "*"], &["2", "*"], &["3", "*"], &["", "b"]]));
    let plain = [Readings::default(), Readings::default()];
    let behind = people_behind(&released, &population, &plain);
    assert_eq!(behind, [1, 2, 2, 1]);
}

#[test]
fn cells_weigh_what_they_tell() {
    let released = side(&rows(&[&["1", "*"], &["1-2", ""]]));
    let coverage = |cells: &[(Option<&str>, f64)]| Coverage {
        domain: 4.0,
        cells: cells.iter().map(|(cell, n)| (cell.map(str::to_owned), *n)).collect(),
    };
    let of = Information::of_coverage([
        coverage(&[(Some("1"), 1.0), (Some("1-2"), 2.0)]),
        coverage(&[(Some("*"), 4.0), (None, 1.0)]),
    ]);
    let counts = class_counts(&released, None, &[], Some(&of));
    let mut weights: Vec<f64> = counts.iter().map(|class| class.weight.unwrap()).collect();
    weights.sort_by(f64::total_cmp);
    assert!((weights[0] - 0.5).abs() < 1e-12 && (weights[1] - 0.75).abs() < 1e-12, "{weights:?}");
    assert!(counts.iter().all(|class| class.population.is_none()));
}

/// Whether a cell may stand for a value, told apart from the code under test.
fn fits(cell: &str, value: u32) -> bool {
    match cell.split_once('-') {
        _ if cell == "*" => true,
        Some((from, to)) => (from.parse().unwrap()..=to.parse().unwrap()).contains(&value),
        None => cell == value.to_string(),
    }
}

proptest! {
    #[test]
    fn counts_are_those_of_every_pair(
        released in prop::collection::vec(prop::collection::vec(0_u32..12, 3), 1..20),
        levels in prop::collection::vec(0_usize..4, 60),
        population in prop::collection::vec(prop::collection::vec(0_u32..12, 3), 1..40),
        by_rows: bool,
    ) {
        let label = |value: u32, level: usize| match level {
            0 => value.to_string(),
            1 => format!("{}-{}", value / 3 * 3, value / 3 * 3 + 2),
            2 => format!("{}-{}", value / 6 * 6, value / 6 * 6 + 5),
            _ => "*".to_owned(),
        };
        let cells: Vec<Vec<String>> = released
            .iter()
            .zip(levels.chunks(3))
            .map(|(row, levels)| row.iter().zip(levels).map(|(v, l)| label(*v, *l)).collect())
            .collect();
        let texts: Vec<Vec<String>> =
            population.iter().map(|row| row.iter().map(u32::to_string).collect()).collect();
        let hierarchy: Vec<Vec<String>> =
            (0..12).map(|v| (0..4).map(|level| label(v, level)).collect()).collect();
        let readings = if by_rows { Readings::of_rows(&hierarchy) } else { Readings::default() };
        let (released, all) = (side(&cells), side(&texts));
        let behind = people_behind(&released, &all, &[readings.clone(), readings.clone(), readings]);
        for (row, behind) in released.rows.iter().zip(behind) {
            let cells: Vec<&str> =
                row.iter().zip(&released.texts).map(|(code, t)| &*t[*code as usize]).collect();
            let plain = population
                .iter()
                .filter(|values| cells.iter().zip(*values).all(|(cell, v)| fits(cell, *v)))
                .count();
            prop_assert_eq!(behind, plain as u64);
        }
    }
}
