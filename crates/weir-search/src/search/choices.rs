//! Single nodes, measured to the end whether they are feasible or not.

use weir_types::choices::Choice;

use super::NoSolution;
use super::engine::{coarser, smallest};
use super::prepare::Prepared;
use crate::evaluate::{judge::Judge, measure::Scratch};
use crate::{Goal, Table};

/// Measures single nodes of the lattice, for comparing them with the best one.
///
/// # Errors
/// When the table holds too few people.
///
/// # Panics
/// When a node does not have one level per column that the column has.
pub fn choices(
    table: &Table,
    goal: &Goal,
    nodes: &[Vec<usize>],
) -> Result<Vec<Choice>, NoSolution> {
    let prepared = Prepared::new(table, goal)?;
    let price = prepared.price();
    // Without a limit a node is measured to the end, and its score holds what it leaves out.
    let judge = Judge { limit: u64::MAX, exact: true, asks_classes: true, ..prepared.judge() };
    let finest = prepared.given().collapse(&prepared.axes, &vec![0; prepared.axes.len()]);
    let coarse = coarser(&prepared.axes, &finest);
    let mut scratch = Scratch::default();
    let mut measure = |levels: &Vec<usize>| {
        let base = smallest(&finest, &coarse, levels);
        let measured = base.measure(&prepared.axes, levels, &judge, &mut scratch);
        let rows = prepared.units.saturating_sub(measured.suppressed);
        let kept = measured.kept_people.unwrap_or(rows);
        Choice {
            levels: levels.clone(),
            score: price.score(levels, &measured),
            feasible: measured.suppressed <= prepared.limit,
            suppressed: measured.suppressed,
            suppressed_share: measured.suppressed as f64 / prepared.units.max(1) as f64,
            classes: measured.classes,
            smallest_class: if measured.classes > 0 { measured.smallest } else { 0 },
            risk: measured.classes as f64 / kept.max(1) as f64,
        }
    };
    Ok(nodes.iter().map(&mut measure).collect())
}
