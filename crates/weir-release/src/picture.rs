//! Distributions before and after, for the report.

use weir_deidentify::Hierarchy;

use crate::count::Decided;
use crate::prepare::Prepared;
use crate::report::{Bar, ColumnHistogram};

/// Bars of a picture, at most.
const BARS: usize = 24;

/// The pictures of the columns that were searched over; `names` are those of the source.
pub(crate) fn pictures(decided: &Decided<'_>, names: &[String], k: u64) -> Vec<ColumnHistogram> {
    let Decided { prepared: Prepared { searched, .. }, counted, solution, .. } = *decided;
    // With at most `most` rows a person, k people have a value when k times as many rows do.
    let least = k.saturating_mul(counted.table.most_rows());
    let levels = solution.coarsest();
    let before = counted.table.counts_by_code(counted.table.rows_of());
    let after = counted.table.counts_by_code(&solution.rows_kept);
    searched
        .iter()
        .enumerate()
        .map(|(c, s)| {
            let hierarchy = &*s.hierarchy;
            // The finest level that is drawn whole, not above the released one.
            let shown = (0..levels[c]).find(|l| hierarchy.n_groups(*l) <= BARS + 1);
            let shown = shown.unwrap_or(levels[c]);
            ColumnHistogram {
                column: names[s.column].clone(),
                before: bars(hierarchy, shown, &before[c], least),
                after: bars(hierarchy, levels[c], &after[c], least),
            }
        })
        .collect()
}

/// Rows by group. Groups of fewer than `least` rows are pooled, so that no label shows a rare
/// value.
fn bars(hierarchy: &Hierarchy, level: usize, rows_of_code: &[u64], least: u64) -> Vec<Bar> {
    let groups = hierarchy.groups(level);
    let mut counts = vec![0_u64; hierarchy.n_groups(level)];
    for (group, rows) in groups.iter().zip(rows_of_code) {
        counts[*group as usize] += rows;
    }
    let mut order: Vec<usize> = (0..counts.len()).filter(|g| counts[*g] >= least).collect();
    if order.len() > BARS {
        order.sort_by_key(|g| (std::cmp::Reverse(counts[*g]), *g));
        order.truncate(BARS - 1);
        order.sort_unstable();
    }
    let mut bars: Vec<Bar> = Vec::new();
    let mut pooled: (u64, u64) = (0, 0);
    for (group, count) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        if order.binary_search(&group).is_ok() {
            let number = u32::try_from(group).expect("groups are numbered by 32 bits");
            let label = hierarchy.label(level, number).unwrap_or("∅").to_owned();
            bars.push(Bar { label, rows: *count });
        } else {
            pooled = (pooled.0 + 1, pooled.1 + count);
        }
    }
    if pooled.0 > 0 {
        bars.push(Bar { label: format!("… ({})", pooled.0), rows: pooled.1 });
    }
    bars
}
