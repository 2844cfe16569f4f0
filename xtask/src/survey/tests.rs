use std::collections::BTreeSet;

use super::*;

#[test]
fn the_lattice_has_25_920_nodes_and_its_levels_nest() {
    let hierarchies = hierarchies();
    let n_levels: Vec<usize> = hierarchies.iter().map(|rows| rows[0].len()).collect();
    assert_eq!(n_levels.iter().product::<usize>(), 25_920);
    for (column, rows) in hierarchies.iter().enumerate() {
        assert!(rows.iter().all(|row| row.len() == n_levels[column]), "column {column}");
        for level in 1..n_levels[column] {
            let pairs: BTreeSet<_> =
                rows.iter().map(|row| (&row[level - 1], &row[level])).collect();
            let finer: BTreeSet<_> = rows.iter().map(|row| &row[level - 1]).collect();
            let coarser: BTreeSet<_> = rows.iter().map(|row| &row[level]).collect();
            assert_eq!(pairs.len(), finer.len(), "column {column}, level {level}");
            assert!(coarser.len() < finer.len(), "column {column}, level {level}");
        }
        assert!(rows.iter().all(|row| row[n_levels[column] - 1] == "*"));
    }
}

#[test]
fn a_table_is_chosen_by_its_seed_and_holds_values_of_the_hierarchies() {
    let made = |seed| {
        let mut text = Vec::new();
        table(Options { rows: 2000, seed }, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    let text = made(1);
    assert_eq!(text, made(1));
    assert_ne!(text, made(2));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(COLUMNS.join(",").as_str()));
    let hierarchies = hierarchies();
    let mut rows = 0;
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), COLUMNS.len());
        for (field, values) in fields.iter().zip(&hierarchies) {
            assert!(values.iter().any(|value| value[0] == *field), "{field}");
        }
        rows += 1;
    }
    assert_eq!(rows, 2000);
}

#[test]
fn a_row_among_many_is_nearly_always_alone() {
    // 100,000 rows of the default table have 1.3 % that repeat another: a table that repeats
    // itself more would be an easier case than the one that is claimed.
    let survey = Survey::new();
    let mut random = Random::new(Options::default().seed);
    let distinct: BTreeSet<_> = (0..100_000).map(|_| survey.row(&mut random)).collect();
    assert!((97_000..99_900).contains(&distinct.len()), "{}", distinct.len());
}

#[test]
fn a_draw_follows_its_weights() {
    let draw = Draw::new(&[0, 3, 1]);
    let count = |value| (0..1 << DRAW_BITS).filter(|bits| draw.at(*bits) == value).count();
    assert_eq!([count(0), count(1), count(2)], [0, 3072, 1024]);
}

#[test]
fn all_files_are_written() {
    let folder = std::env::temp_dir().join(format!("weir-survey-{}", std::process::id()));
    write(Options { rows: 10, seed: 3 }, &folder).unwrap();
    let names: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(names.len(), 10);
    assert!(names.contains("survey.csv") && names.contains("survey_hierarchy_age.csv"));
}
