//! What a column holds, in figures of which none is the value of one person.

use weir_types::utility::{Numbers, Shares, Summary};

use super::marginals::Marginals;
use crate::attack::meaning::{middle, number};

/// Values that are listed.
const LISTED: usize = 8;

/// The summary of a column; `original` says whether it is one of numbers.
pub(super) fn summary(column: &Marginals, original: &Marginals, least: u64) -> Summary {
    Summary {
        values: column.n_rows() - column.missing(),
        missing: column.missing(),
        distinct: column.values().filter(|(_, rows)| *rows > 0).count() as u64,
        numbers: numbers(column, original, least),
        shares: shares(column, least),
    }
}

fn shares(column: &Marginals, least: u64) -> Shares {
    let all = column.n_rows().max(1) as f64;
    let mut values: Vec<(usize, u64)> = column.values().filter(|(_, rows)| *rows > 0).collect();
    let text = |code: usize| &column.texts[code];
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| text(a.0).cmp(text(b.0))));
    let listed = values.iter().take(LISTED).take_while(|(_, rows)| *rows >= least.max(1)).count();
    let (top, others) = values.split_at(listed);
    Shares {
        top: top.iter().map(|(code, n)| (text(*code).to_string(), *n as f64 / all)).collect(),
        others: others.len() as u64,
        others_share: others.iter().map(|(_, rows)| rows).sum::<u64>() as f64 / all,
    }
}

/// The figures; `None` where the original does not hold numbers only, or too few cells do.
fn numbers(column: &Marginals, original: &Marginals, least: u64) -> Option<Numbers> {
    let mut whole = true;
    for text in original.texts.iter().skip(1) {
        whole &= number(text)?.fract() == 0.0;
    }
    let mut intervals = 0;
    let mut cells: Vec<(f64, u64)> = Vec::new();
    for (code, rows) in column.values().filter(|(_, rows)| *rows > 0) {
        let text = &column.texts[code];
        if let Some(value) = number(text) {
            cells.push((value, rows));
        } else if let Some(middle) = middle(text, whole) {
            intervals += rows;
            cells.push((middle, rows));
        }
    }
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count: u64 = cells.iter().map(|(_, rows)| rows).sum();
    let window = least.max(1);
    if count < window {
        return None;
    }
    let n = count as f64;
    let mean = cells.iter().map(|(value, rows)| value * *rows as f64).sum::<f64>() / n;
    let squares: f64 = cells.iter().map(|(v, rows)| (v - mean).powi(2) * *rows as f64).sum();
    let around = |share: f64| {
        let rank = (share * (n - 1.0)).round() as u64;
        mean_of(&cells, rank.saturating_sub(window / 2).min(count - window), window)
    };
    Some(Numbers {
        count,
        intervals,
        mean,
        deviation: if count > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 },
        low: around(0.0),
        quartile_1: around(0.25),
        median: around(0.5),
        quartile_3: around(0.75),
        high: around(1.0),
    })
}

/// The mean of `n` sorted cells from a rank on.
fn mean_of(cells: &[(f64, u64)], from: u64, n: u64) -> f64 {
    let (mut at, mut sum) = (0, 0.0);
    for (value, rows) in cells {
        let taken = (at + rows).min(from + n).saturating_sub(at.max(from));
        sum += value * taken as f64;
        at += rows;
    }
    sum / n as f64
}
