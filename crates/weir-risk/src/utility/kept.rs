//! How much of a column is left.

use super::marginals::Marginals;
use crate::attack::meaning::Meanings;

/// Shares of a column that are left, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// By the Loss metric, over the values that occur.
    pub(super) detail: f64,
    /// By the mutual information.
    pub(super) information: f64,
}

/// Holds the released labels of a column against the original values that each may stand for.
///
/// "No value" is a value of its own. A cell that is empty in the release and was not in the
/// original has lost everything, as has the cell of a row that was left out.
pub(super) fn kept(before: &Marginals, after: &Marginals, meanings: &Meanings) -> Kept {
    let all = before.n_rows();
    let distinct = before.rows.iter().filter(|rows| **rows > 0).count();
    if all == 0 {
        return Kept { detail: 1.0, information: 1.0 };
    }
    let whole = entropy(before.rows.iter().copied());
    let blanked = after.missing().saturating_sub(before.missing());
    let mut lost_detail = 0.0;
    let mut lost_information = 0.0;
    for (label, rows) in after.values().filter(|(_, rows)| *rows > 0) {
        let covered = || {
            let codes = meanings.of_label[label].iter();
            codes.map(|code| before.rows[*code as usize]).filter(|rows| *rows > 0)
        };
        lost_detail += rows as f64 * covers(covered().count(), distinct);
        lost_information += rows as f64 * entropy(covered());
    }
    let gone = all.saturating_sub(after.n_rows()) + blanked;
    lost_detail += gone as f64;
    lost_information += gone as f64 * whole;
    let left = |lost: f64, most: f64| {
        if most <= 0.0 { 1.0 } else { (1.0 - lost / most).clamp(0.0, 1.0) }
    };
    Kept {
        detail: left(lost_detail, all as f64),
        information: left(lost_information, all as f64 * whole),
    }
}

/// Share of the values that a cell covers beyond a single one.
fn covers(values: usize, of: usize) -> f64 {
    if of < 2 { 0.0 } else { values.saturating_sub(1) as f64 / (of - 1) as f64 }
}

/// Shannon entropy of a distribution of rows, in nats.
fn entropy(rows: impl Iterator<Item = u64> + Clone) -> f64 {
    let all: u64 = rows.clone().sum();
    if all == 0 {
        return 0.0;
    }
    let part = |rows: u64| match rows {
        0 => 0.0,
        rows => {
            let p = rows as f64 / all as f64;
            -p * p.ln()
        }
    };
    rows.map(part).sum::<f64>().max(0.0)
}
