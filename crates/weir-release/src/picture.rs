//! Distributions before and after, for the report.

use weir_deidentify::Hierarchy;
use weir_deidentify::search::{Suppressed, look};

use crate::prepare::Prepared;
use crate::report::{Bar, ColumnHistogram};
use crate::run::Decided;

/// Bars of a picture, at most.
const BARS: usize = 24;

/// Rows of each tuple of the histogram: all of them, and those that are released.
fn rows_per_tuple(decided: &Decided<'_>) -> (Vec<u64>, Vec<u64>) {
    let Decided { prepared, counted, solution, .. } = *decided;
    let (histogram, searched) = (&counted.histogram, &prepared.searched);
    let mut all = vec![0_u64; histogram.n_tuples()];
    let mut kept = all.clone();
    for (record, (members, people)) in histogram.records().iter().enumerate() {
        let out = match &solution.suppressed {
            Suppressed::Records(out) => out[record],
            Suppressed::Looks(_) => false,
        };
        for member in members {
            all[*member as usize] += u64::from(people);
            kept[*member as usize] += if out { 0 } else { u64::from(people) };
        }
    }
    if let Suppressed::Looks(looks) = &solution.suppressed {
        for (tuple, kept) in kept.iter_mut().enumerate() {
            let hash = (0..searched.len()).fold(0_u64, |hash, c| {
                let groups = searched[c].hierarchy.groups(solution.levels[c]);
                let group = groups[usize::from(histogram.codes(c)[tuple])];
                hash.wrapping_add(look(c, group))
            });
            if looks.contains(&hash) {
                *kept = 0;
            }
        }
    }
    (all, kept)
}

/// The pictures of the columns that were searched over; `names` are those of the source.
pub(crate) fn pictures(decided: &Decided<'_>, names: &[String], k: u64) -> Vec<ColumnHistogram> {
    let rows = rows_per_tuple(decided);
    // With at most `most` rows a person, k people have a value when k times as many rows do.
    let records = decided.counted.histogram.records();
    let most = (0..records.len()).map(|r| records.members(r).len() as u64).max().unwrap_or(1);
    let least = k.saturating_mul(most);
    let Decided { prepared: Prepared { searched, .. }, counted, solution, .. } = *decided;
    let (histogram, levels) = (&counted.histogram, &solution.levels);
    searched
        .iter()
        .enumerate()
        .map(|(c, s)| {
            let hierarchy = &*s.hierarchy;
            // The finest level that is drawn whole, not above the released one.
            let shown = (0..levels[c]).find(|l| hierarchy.n_groups(*l) <= BARS + 1);
            let shown = shown.unwrap_or(levels[c]);
            let codes = histogram.codes(c);
            ColumnHistogram {
                column: names[s.column].clone(),
                before: bars(hierarchy, shown, codes, &rows.0, least),
                after: bars(hierarchy, levels[c], codes, &rows.1, least),
            }
        })
        .collect()
}

/// Rows by group. Groups of fewer than `least` rows are pooled, so that no label shows a rare
/// value.
fn bars(hierarchy: &Hierarchy, level: usize, codes: &[u16], rows: &[u64], least: u64) -> Vec<Bar> {
    let groups = hierarchy.groups(level);
    let mut counts = vec![0_u64; hierarchy.n_groups(level)];
    for (code, rows) in codes.iter().zip(rows) {
        counts[groups[usize::from(*code)] as usize] += rows;
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
