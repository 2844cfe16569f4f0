//! Other combinations of levels than the one that was taken.

use std::collections::BTreeSet;

use weir_types::choices::{AtK, Choice, Choices, FoundAtK, Recoded};

use crate::clock::Clock;
use crate::count::{Counted, Decided, Running, search};
use crate::deidentify::Extras;
use crate::error::ReleaseError;
use crate::progress::{Silent, Stage, Stages};
use crate::run::Bounds;

/// Combinations that are measured at most.
const MOST: usize = 400;
/// Tuples that are visited for them at most, about.
const MOST_TUPLES: usize = 200_000_000;
/// Tuples of a table above which nothing is compared.
const TOO_MANY_TUPLES: usize = 10_000_000;

/// What is asked for of [`choices`] and [`by_k`].
///
/// # Errors
/// As [`by_k`].
pub(crate) fn asked(
    decided: &Decided<'_>,
    bounds: &Bounds,
    wanted: &Extras,
    threads: usize,
    stages: &mut Stages<'_>,
) -> Result<Option<Choices>, ReleaseError> {
    if !wanted.choices && !wanted.by_k {
        return Ok(None);
    }
    let clock = stages.clock;
    stages.run(Stage::Weigh, None, |_| {
        let mut choices = choices(decided, bounds);
        if let Some(choices) = choices.as_mut().filter(|_| wanted.by_k) {
            choices.by_k = by_k(decided, bounds, threads, clock)?;
        }
        Ok(choices)
    })
}

/// Measures the combinations around the one that was taken, and a sample of all others.
///
/// None where the search does not measure single combinations of such a table, and where the table
/// is too large to be held twice.
pub(crate) fn choices(decided: &Decided<'_>, bounds: &Bounds) -> Option<Choices> {
    let Decided { profile, prepared, counted, solution } = *decided;
    if counted.table.n_tuples() > TOO_MANY_TUPLES {
        return None;
    }
    let tops: Vec<usize> = prepared.searched.iter().map(|s| s.hierarchy.levels()).collect();
    let chosen = &solution.levels;
    let step = |column: usize, up: bool| {
        let mut levels = chosen.clone();
        levels[column] = if up { levels[column] + 1 } else { levels[column].checked_sub(1)? };
        (levels[column] < tops[column]).then_some(levels)
    };
    let finer: Vec<_> = (0..tops.len()).map(|column| step(column, false)).collect();
    let coarser: Vec<_> = (0..tops.len()).map(|column| step(column, true)).collect();
    let mut near: BTreeSet<Vec<usize>> = finer.iter().chain(&coarser).flatten().cloned().collect();
    near.insert(chosen.clone());
    let most = (MOST_TUPLES / counted.table.n_tuples().max(1)).clamp(1, MOST);
    let others = sample(solution, &tops, most.saturating_sub(near.len()), &near);
    let nodes: Vec<Vec<usize>> = near.into_iter().chain(others).collect();
    let goal = prepared.goal(bounds, profile);
    let measured = weir_search::search::choices(&counted.table.table, &goal, &nodes).ok()?;
    let of = |levels: &Vec<usize>| measured.iter().find(|choice| choice.levels == *levels);
    let found = |levels: &Option<Vec<usize>>| levels.as_ref().and_then(of).cloned();
    let finer: Vec<Option<Choice>> = finer.iter().map(found).collect();
    let coarser: Vec<Option<Choice>> = coarser.iter().map(found).collect();
    let taken = of(chosen)?.clone();
    let is_near = |choice: &Choice| {
        *choice == taken || finer.iter().chain(&coarser).flatten().any(|near| near == choice)
    };
    Some(Choices {
        quality: bounds.quality,
        columns: prepared.searched.iter().map(|s| profile.columns[s.column].name.clone()).collect(),
        levels: tops,
        others: measured.iter().filter(|choice| !is_near(choice)).cloned().collect(),
        chosen: taken,
        recoded: solution
            .local
            .as_ref()
            .map(|_| Recoded { score: solution.score, risk: risk(counted, solution) }),
        finer,
        coarser,
        by_k: Vec::new(),
    })
}

/// Half of them such as the search measured, and half spread over the whole lattice.
fn sample(
    solution: &weir_deidentify::Solution,
    tops: &[usize],
    most: usize,
    near: &BTreeSet<Vec<usize>>,
) -> Vec<Vec<usize>> {
    let mut taken = BTreeSet::new();
    let nodes = &solution.nodes;
    let step = nodes.len().div_ceil((most / 2).max(1)).max(1);
    for node in nodes.iter().step_by(step).take(most / 2) {
        taken.insert(node.levels.clone());
    }
    let lattice = tops.iter().fold(1_usize, |all, top| all.saturating_mul(*top));
    for at in 0..most.min(lattice) {
        if taken.len() >= most {
            break;
        }
        let shares = spread(at, tops.len());
        taken.insert(shares.zip(tops).map(|(share, top)| (share * *top as f64) as usize).collect());
    }
    taken.into_iter().filter(|levels| !near.contains(levels)).collect()
}

/// A point of a cube that points of other numbers stay away from: multiples of powers of a root
/// of `x^(d+1) = x + 1` (Roberts, The unreasonable effectiveness of quasirandom sequences, 2018).
fn spread(at: usize, dimensions: usize) -> impl Iterator<Item = f64> {
    let mut root = 1.5_f64;
    for _ in 0..64 {
        root = (1.0 + root).powf(1.0 / (dimensions as f64 + 1.0));
    }
    (1..).take(dimensions).map(move |power| (0.5 + at as f64 * root.powi(-power)).fract())
}

/// Mean chance to be right about a person who is kept: classes over people, or over rows.
pub(crate) fn risk(counted: &Counted, solution: &weir_deidentify::Solution) -> f64 {
    let kept = match counted.table.by_whole_records() {
        true => counted.n_people - solution.people_suppressed,
        false => counted.n_rows - solution.rows_suppressed,
    };
    solution.classes as f64 / kept.max(1) as f64
}

/// The least sizes of a class that are compared.
const KS: [u64; 6] = [2, 3, 5, 10, 20, 50];

/// The same search for other least sizes of a class, on the same hierarchies.
///
/// # Errors
/// As a search, but for one that finds no solution.
fn by_k(
    decided: &Decided<'_>,
    bounds: &Bounds,
    threads: usize,
    clock: &dyn Clock,
) -> Result<Vec<AtK>, ReleaseError> {
    let Decided { profile, prepared, counted, .. } = *decided;
    let mut ks: BTreeSet<u64> = KS.into();
    ks.insert(bounds.k);
    let mut found = Vec::new();
    for k in ks {
        let own = bounds.with_k(k);
        let running = Running { threads, clock, progress: &Silent };
        let at = match search(counted, prepared, profile, &own, running) {
            Ok(solution) => Some(FoundAtK {
                score: solution.score,
                suppressed_share: solution.rows_suppressed as f64 / counted.n_rows.max(1) as f64,
                risk: risk(counted, &solution),
                optimal: solution.searched.optimal,
            }),
            Err(ReleaseError::Search(_)) => None,
            Err(e) => return Err(e),
        };
        found.push(AtK { k, found: at });
    }
    Ok(found)
}
