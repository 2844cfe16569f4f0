//! ℓ-diversity (Machanavajjhala et al., ACM TKDD 1(1), 2007).

use super::{SLACK, Values};

/// Shannon entropy in nats.
pub(super) fn entropy(values: Values<'_>) -> f64 {
    let all = values.total() as f64;
    let mut sum = 0.0;
    values.each(|_, n| sum += f64::from(n) * f64::from(n.max(1)).ln());
    if all > 0.0 { all.ln() - sum / all } else { 0.0 }
}

/// Definition 4.3: the most frequent value has fewer than `c` times the people of the `l`-th most
/// frequent and all after it.
pub(super) fn recursive(values: Values<'_>, c: f64, l: usize) -> bool {
    let counts = falling(values);
    tail(&counts, l, u32::MAX).is_some_and(|tail| f64::from(counts[0]) < c * tail)
}

/// Counts, the greatest first.
fn falling(values: Values<'_>) -> Vec<u32> {
    let mut counts = Vec::with_capacity(16);
    values.each(|_, n| {
        if n > 0 {
            counts.push(n);
        }
    });
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts
}

/// Sum of the counts from the `l`-th on, each cut at `cap`.
fn tail(falling: &[u32], l: usize, cap: u32) -> Option<f64> {
    let tail = falling.get(l.max(1) - 1..).filter(|tail| !tail.is_empty())?;
    Some(tail.iter().map(|n| f64::from((*n).min(cap))).sum())
}

/// Most people that can be kept so that the rest meets the recursive model: the greatest cap on
/// the counts that does. Cutting only the most frequent values is the best that can be done, as
/// every other cut lowers the right side too.
pub(super) fn most_recursive(values: Values<'_>, c: f64, l: usize) -> u64 {
    let counts = falling(values);
    let Some(first) = counts.first().copied() else { return 0 };
    let met = |cap: u32| tail(&counts, l, cap).is_some_and(|tail| f64::from(cap) < c * tail);
    capped(&counts, greatest(first, met))
}

/// The same for the entropy model: cutting at a cap gives the greatest entropy of all cuts that
/// keep as many.
pub(super) fn most_entropy(values: Values<'_>, least: f64) -> u64 {
    let counts = falling(values);
    let Some(first) = counts.first().copied() else { return 0 };
    let met = |cap: u32| {
        let cut: Vec<(u16, u32)> = counts.iter().map(|n| (0, (*n).min(cap))).collect();
        entropy(Values::Sparse(&cut)) >= least - SLACK
    };
    capped(&counts, greatest(first, met))
}

fn capped(counts: &[u32], cap: u32) -> u64 {
    counts.iter().map(|n| u64::from((*n).min(cap))).sum()
}

/// The greatest cap below which the condition is met, which is met below every cap that meets it;
/// 0 where none does.
fn greatest(first: u32, met: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, first);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if met(middle) { low = middle } else { high = middle - 1 }
    }
    low
}
