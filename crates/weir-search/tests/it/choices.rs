//! Single nodes against the search and against a plain count.

use std::collections::BTreeMap;

use weir_search::search::choices;
use weir_search::{SearchOptions, search};

use super::{made::made, plain, question::Question};

/// Most nodes of a lattice that are all measured.
const MOST: usize = 3000;

const ASKED: [&str; 4] = [
    "models=k:5 limit=0.05 metric=loss",
    "models=k:3 limit=1 metric=loss",
    "models=k:3,ld:2@s limit=0.1 metric=loss",
    "models=k:5 limit=0.2 metric=discernibility",
];

#[test]
fn no_feasible_node_is_better_than_what_the_search_finds() {
    let mut n_compared = 0;
    for name in ["balanced-1", "unbalanced-1", "lacking-1", "split-1", "tiny-1", "skewed-1"] {
        let made = made(name).unwrap();
        let hierarchies: BTreeMap<_, _> = made.hierarchies.iter().cloned().collect();
        for asked in ASKED {
            let question = Question::of(asked);
            let hierarchy = |column: &str| Ok(hierarchies[column].clone());
            let roles = question.roles(&made.plain, None, hierarchy).unwrap();
            let table = plain::table(&made.plain, &roles).unwrap();
            let goal = question.goal().unwrap();
            let tops: Vec<usize> = table.columns.iter().map(|c| c.levels.len()).collect();
            if tops.iter().product::<usize>() > MOST {
                continue;
            }
            let all = lattice(&tops);
            let Ok(found) = search(&table, &goal, &SearchOptions::PLAIN) else { continue };
            let measured = choices(&table, &goal, &all).unwrap();
            let feasible = measured.iter().filter(|choice| choice.feasible);
            let least = feasible.map(|choice| choice.score).fold(f64::INFINITY, f64::min);
            let near = (least - found.score).abs() <= 1e-9 * found.score.abs().max(1.0);
            assert!(near, "{name}: {asked}: {least} for {}", found.score);
            let own = measured.iter().find(|choice| choice.levels == found.levels).unwrap();
            assert_eq!(
                (own.feasible, own.suppressed, own.classes, own.smallest_class),
                (true, found.people_suppressed, found.classes, found.smallest_class),
                "{name}: {asked}"
            );
            n_compared += 1;
        }
    }
    assert!(n_compared >= 12, "{n_compared} lattices");
}

fn lattice(tops: &[usize]) -> Vec<Vec<usize>> {
    tops.iter().fold(vec![Vec::new()], |all, top| {
        let extended = all
            .iter()
            .flat_map(|levels| (0..*top).map(move |level| [levels.as_slice(), &[level]].concat()));
        extended.collect()
    })
}
