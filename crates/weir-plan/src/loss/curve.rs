//! The losses of simulated years, put in order.

use serde::{Deserialize, Serialize};

/// How often a year loses how much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossCurve {
    /// Simulated years.
    pub years: u32,
    /// The seed of the random numbers.
    pub seed: u64,
    /// Mean loss of a year, in yuan.
    pub mean: f64,
    /// Standard error of that mean: how far chance alone may have moved it.
    pub mean_error: f64,
    /// Standard deviation of the loss of a year, in yuan.
    pub standard_deviation: f64,
    /// Share of the years without a loss.
    pub without_loss: f64,
    /// What the loss does not exceed in a given share of the years, in ascending order.
    pub quantiles: Vec<Quantile>,
    /// The chance that a year loses more than a given amount, for amounts of 1, 2 and 5 times
    /// powers of ten, up to the largest loss. Empty where no year has a loss.
    pub exceedance: Vec<Exceedance>,
    /// Mean loss of the worst 5 % of the years, in yuan: the expected shortfall of Acerbi and
    /// Tasche, *Journal of Banking & Finance* 26 (2002), of the simulated years.
    pub shortfall_95: f64,
    /// Loss of the worst year, in yuan. It grows with the number of years.
    pub largest: f64,
}

/// A quantile of the yearly loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantile {
    /// Share of the years, 0 to 1.
    pub share: f64,
    /// The least amount, in yuan, that so many years do not exceed.
    pub loss: f64,
}

/// A point of the loss-exceedance curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceedance {
    /// Yuan a year.
    pub loss: f64,
    /// Share of the years with a greater loss.
    pub chance: f64,
    /// Standard error of the share.
    pub error: f64,
}

/// The shares for which a curve has quantiles.
const SHARES: [f64; 8] = [0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/// The share of worst years whose mean is the expected shortfall.
const TAIL: f64 = 0.05;

impl LossCurve {
    /// The curve of the losses of some years, of which there is at least one.
    pub(super) fn of(mut losses: Vec<f64>, seed: u64) -> Self {
        losses.sort_by(f64::total_cmp);
        let n = losses.len() as f64;
        let mean = losses.iter().sum::<f64>() / n;
        let squares: f64 = losses.iter().map(|loss| (loss - mean).powi(2)).sum();
        let deviation = if losses.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 };
        let none = losses.partition_point(|loss| *loss <= 0.0);
        Self {
            years: u32::try_from(losses.len()).unwrap_or(u32::MAX),
            seed,
            mean,
            mean_error: deviation / n.sqrt(),
            standard_deviation: deviation,
            without_loss: none as f64 / n,
            quantiles: SHARES
                .map(|share| Quantile { share, loss: quantile(&losses, share) })
                .into(),
            exceedance: exceedance(&losses, none),
            shortfall_95: shortfall(&losses, TAIL),
            largest: losses.last().copied().unwrap_or(0.0),
        }
    }

    /// The quantile for one of the shares that the curve has.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let near = |q: &&Quantile| (q.share - share).abs() < 1e-9;
        self.quantiles.iter().find(near).map(|q| q.loss)
    }
}

/// The inverse of the empirical distribution function (type 1 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    // The product is off by rounding where it should be whole.
    let rank = (share * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank - 1).or(sorted.last()).copied().unwrap_or(0.0)
}

/// Mean of the worst `tail` of the years; the year at the edge counts with the part of it that
/// belongs to the tail.
fn shortfall(sorted: &[f64], tail: f64) -> f64 {
    let weight = tail * sorted.len() as f64;
    let mut left = weight;
    let mut sum = 0.0;
    for loss in sorted.iter().rev() {
        let part = left.min(1.0);
        if part <= 0.0 {
            break;
        }
        sum += part * loss;
        left -= part;
    }
    sum / weight
}

/// The curve at 1, 2 and 5 times powers of ten, from the least loss of which `none` years have
/// less, to the largest.
fn exceedance(sorted: &[f64], none: usize) -> Vec<Exceedance> {
    let (Some(least), Some(largest)) = (sorted.get(none), sorted.last()) else {
        return Vec::new();
    };
    let n = sorted.len() as f64;
    let mut points = Vec::new();
    let mut power = 10.0_f64.powf(least.max(1.0).log10().floor());
    while power <= *largest {
        for loss in [1.0, 2.0, 5.0].map(|step| step * power) {
            let above = sorted.len() - sorted.partition_point(|year| *year <= loss);
            if above > 0 {
                let chance = above as f64 / n;
                points.push(Exceedance {
                    loss,
                    chance,
                    error: (chance * (1.0 - chance) / n).sqrt(),
                });
            }
        }
        power *= 10.0;
    }
    points
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "sums of small whole numbers are exact")]
mod tests {
    use super::*;

    /// The losses 1 to 100.
    fn hundred() -> LossCurve {
        LossCurve::of((1..=100).rev().map(f64::from).collect(), 7)
    }

    #[test]
    fn figures_of_a_hundred_years_are_those_counted_by_hand() {
        let curve = hundred();
        assert_eq!((curve.years, curve.seed, curve.mean), (100, 7, 50.5));
        // The variance of 1 to n is n(n + 1)/12 where the sum is over n - 1.
        assert!((curve.standard_deviation - (100.0_f64 * 101.0 / 12.0).sqrt()).abs() < 1e-9);
        assert!((curve.mean_error - curve.standard_deviation / 10.0).abs() < 1e-9);
        assert_eq!([0.5, 0.95, 0.99].map(|s| curve.quantile(s)), [50.0, 95.0, 99.0].map(Some));
        assert_eq!(curve.quantile(0.999), Some(100.0));
        assert_eq!(curve.quantile(0.123), None);
        assert_eq!(curve.shortfall_95, 98.0, "the mean of 96 to 100");
        assert_eq!(curve.largest, 100.0);
        let at = |loss: f64| curve.exceedance.iter().find(|p| p.loss == loss).map(|p| p.chance);
        assert_eq!([1.0, 10.0, 50.0].map(at), [0.99, 0.9, 0.5].map(Some));
        assert_eq!(at(100.0), None, "no year loses more");
    }

    #[test]
    fn years_without_a_loss_count() {
        let curve = LossCurve::of(vec![0.0, 0.0, 0.0, 3_000_000.0], 0);
        assert_eq!((curve.mean, curve.without_loss), (750_000.0, 0.75));
        assert_eq!(curve.quantile(0.75), Some(0.0));
        assert_eq!(curve.shortfall_95, 3_000_000.0);
        let chances: Vec<f64> = curve.exceedance.iter().map(|p| p.chance).collect();
        assert_eq!(chances, [0.25, 0.25], "at one and two million");
        let none = LossCurve::of(vec![0.0; 3], 0);
        assert!(none.exceedance.is_empty() && none.largest == 0.0 && none.without_loss == 1.0);
        assert_eq!(LossCurve::of(vec![2.0], 0).standard_deviation, 0.0);
    }
}
