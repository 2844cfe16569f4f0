//! Levels that are fixed beforehand: the classes that are too small are left out, however many.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use weir_search::table::People;
use weir_types::plan::Searched;

use crate::hierarchy::Hierarchy;
use crate::search::{Solution, granularity, losses, rows_kept, suppressed};
use crate::table::SearchTable;

/// The table at the given levels, classes of fewer than `k` people left out; `None` where people
/// have several rows.
///
/// # Panics
/// When there is not one hierarchy and one level per column of the table.
pub fn at_levels(
    table: &SearchTable,
    hierarchies: &[Arc<Hierarchy>],
    levels: &[usize],
    k: u64,
) -> Option<Solution> {
    let columns = &table.table.columns;
    assert!(columns.len() == hierarchies.len() && columns.len() == levels.len(), "one per column");
    let People::Rows { counts, .. } = &table.table.people else { return None };
    let look = |tuple: usize| -> Box<[u32]> {
        let groups = columns.iter().zip(levels).enumerate();
        groups.map(|(c, (of, l))| of.levels[*l].groups[usize::from(table.code(c, tuple))]).collect()
    };
    let looks: Vec<Box<[u32]>> = (0..table.n_tuples()).map(look).collect();
    let mut classes: FxHashMap<&[u32], u64> = FxHashMap::default();
    for (look, people) in looks.iter().zip(counts) {
        *classes.entry(look).or_default() += u64::from(*people);
    }
    let small = |look: &[u32]| classes.get(look).is_none_or(|people| *people < k);
    let flags: Vec<bool> = looks.iter().map(|look| small(look)).collect();
    let kept = rows_kept(table, &flags);
    let rows = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
    let out = rows(table.rows_of()) - rows(&kept);
    let large = || classes.values().copied().filter(|people| *people >= k.max(1));
    let losses = losses(table, levels, &kept);
    let loss = crate::loss::total(&losses, columns);
    let lattice = columns.iter().fold(1_u64, |n, c| n.saturating_mul(c.levels.len() as u64));
    Some(Solution {
        levels: levels.to_vec(),
        loss,
        granularity: granularity(table, &losses),
        losses,
        score: loss,
        lower_bound: 0.0,
        people_suppressed: out,
        rows_suppressed: out,
        classes: large().count() as u64,
        smallest_class: large().min().unwrap_or(0),
        rows_kept: kept,
        suppressed: suppressed(table, hierarchies, levels, flags),
        searched: Searched { measured: 1, of: lattice, optimal: false },
        nodes: Vec::new(),
        local: None,
    })
}
