//! β-likeness (Cao and Karras, PVLDB 5(11), 2012) and δ-disclosure privacy (Brickell and
//! Shmatikov, KDD 2008).

use super::{SLACK, Values};

/// Whether no value is more frequent than allowed.
pub(super) fn within(values: Values<'_>, most: &[f64]) -> bool {
    let all = values.total() as f64;
    values.iter().all(|(code, n)| f64::from(n) <= all * most[code] + SLACK * all)
}

/// Most people that can be kept so that no value is more frequent than allowed.
pub(super) fn most_within(values: Values<'_>, most: &[f64]) -> u64 {
    // Of `kept` people each value may have `kept * most`; the rest of its people must go.
    let fits = |kept: u64| {
        let room: f64 =
            values.iter().map(|(code, n)| f64::from(n).min(kept as f64 * most[code])).sum();
        room + SLACK * kept as f64 >= kept as f64
    };
    let (mut low, mut high) = (0, values.total());
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// The greatest absolute binary logarithm of a value's frequency over that in the table, over the
/// values that the class has, as ARX takes it.
pub(super) fn ratio(values: Values<'_>, whole: &[f64]) -> f64 {
    let all = values.total() as f64;
    let one = |(code, n): (usize, u32)| (f64::from(n) / all / whole[code]).log2().abs();
    values.iter().map(one).fold(0.0, f64::max)
}
