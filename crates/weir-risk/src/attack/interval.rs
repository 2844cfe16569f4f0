//! Intervals at 95 %.

use weir_types::attack::{Advantage, Rate};

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The interval of Wilson (1927) for a share. `successes` may be a sum of chances: their variance
/// is at most that of draws, so the interval is wide enough.
pub(crate) fn rate(successes: f64, attempts: u64) -> Rate {
    if attempts == 0 {
        return Rate { attempts, value: 0.0, low: 0.0, high: 1.0 };
    }
    let n = attempts as f64;
    let p = (successes / n).clamp(0.0, 1.0);
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let low = if p <= 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if p >= 1.0 { 1.0 } else { (middle + half).min(1.0) };
    Rate { attempts, value: p, low, high }
}

/// `(rate - control) / (1 - control)` when both are tried on the same targets.
///
/// The interval is that of the mean of the paired differences, never narrower than three over
/// the number of pairs (the rule of three), divided by `1 - control`.
pub(crate) fn paired(pairs: &[(f64, f64)]) -> Advantage {
    let n = pairs.len() as f64;
    if pairs.is_empty() {
        return Advantage { value: 0.0, low: -1.0, high: 1.0 };
    }
    let control = pairs.iter().map(|(_, c)| c).sum::<f64>() / n;
    let mean = pairs.iter().map(|(r, c)| r - c).sum::<f64>() / n;
    let squares: f64 = pairs.iter().map(|(r, c)| (r - c - mean).powi(2)).sum();
    let half = (Z * (squares / (n - 1.0).max(1.0) / n).sqrt()).max(3.0 / n);
    scaled(mean, (mean - half, mean + half), control)
}

/// The same for two groups: Newcombe's (1998) hybrid of two Wilson intervals, his method 10.
pub(crate) fn between(rate: &Rate, control: &Rate) -> Advantage {
    let difference = rate.value - control.value;
    let low = ((rate.value - rate.low).powi(2) + (control.high - control.value).powi(2)).sqrt();
    let high = ((rate.high - rate.value).powi(2) + (control.value - control.low).powi(2)).sqrt();
    scaled(difference, (difference - low, difference + high), control.value)
}

fn scaled(value: f64, (low, high): (f64, f64), control: f64) -> Advantage {
    let room = 1.0 - control;
    if room <= 1e-12 {
        // Everyone is told rightly without the release; nothing can be added.
        return Advantage { value: 0.0, low: 0.0, high: 0.0 };
    }
    Advantage {
        value: value / room,
        low: (low / room).max(-1.0 / room),
        high: (high / room).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998),
    /// table I, method 3 (score): 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    #[test]
    fn the_interval_of_wilson_is_the_published_one() {
        let published = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ];
        for (successes, n, low, high) in published {
            let rate = rate(f64::from(successes), n);
            assert!((rate.low - low).abs() < 5e-5, "{successes}/{n}: {rate:?}");
            assert!((rate.high - high).abs() < 5e-5, "{successes}/{n}: {rate:?}");
        }
    }

    /// Newcombe, Interval estimation for the difference between independent proportions, Stat.
    /// Med. 17 (1998), table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20.
    #[test]
    fn the_interval_of_newcombe_is_the_published_one() {
        let published = [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((10, 10), (0, 20), 0.6791, 1.0),
        ];
        for ((a, m), (b, n), low, high) in published {
            let control = rate(f64::from(b), n);
            let room = 1.0 - control.value;
            let found = between(&rate(f64::from(a), m), &control);
            assert!((found.low * room - low).abs() < 5e-5, "{found:?}");
            // No more can be added than is left over.
            assert!((found.high * room - f64::min(high, room)).abs() < 5e-5, "{found:?}");
        }
    }

    #[test]
    fn pairs_that_never_differ_leave_room_for_doubt() {
        let same = paired(&[(0.5, 0.5); 300]);
        assert!(same.value.abs() < 1e-12 && same.low < -0.01 && same.high > 0.01);
        let sure = paired(&[(1.0, 1.0); 300]);
        assert!(sure.high.abs() < 1e-12);
    }
}
