//! Models that speak of all classes together.

use weir_types::model::Estimator;

use crate::estimate::{ln_gamma, population_uniqueness};

/// A model that speaks of all kept classes together. Where it is not met, classes are suppressed
/// by size, the smallest first, until it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whole {
    /// Classes over people at most this.
    AverageRisk(f64),
    /// Estimated share of people alone in the population at most this.
    Uniqueness {
        /// Greatest share.
        at_most: f64,
        /// Share of the population that the table holds.
        sampling_fraction: f64,
        /// Which estimate.
        estimator: Estimator,
    },
}

impl Whole {
    /// Whether classes of these sizes (people, classes; rising) meet the model. No classes do.
    pub fn holds(&self, sizes: &[(u64, u64)]) -> bool {
        let people: u64 = sizes.iter().map(|(people, classes)| people * classes).sum();
        let classes: u64 = sizes.iter().map(|(_, classes)| classes).sum();
        if people == 0 {
            return true;
        }
        match self {
            Self::AverageRisk(most) => classes as f64 / people as f64 <= *most,
            // An estimate that has no solution is not met, unless nobody is alone.
            Self::Uniqueness { at_most, sampling_fraction, estimator } => {
                population_uniqueness(sizes, *sampling_fraction, *estimator)
                    .is_some_and(|share| share <= *at_most)
            }
        }
    }
}

/// The least size of the classes that are kept so that all models hold: `u64::MAX` when none is.
pub fn least_size(models: &[Whole], sizes: &[(u64, u64)]) -> u64 {
    let from = (0..sizes.len()).find(|at| models.iter().all(|model| model.holds(&sizes[*at..])));
    from.map_or(u64::MAX, |at| sizes[at].0)
}

/// The class size in a sample at which, by a zero-truncated Poisson model, the class has `k`
/// people in the population at a significance of 1 % (El Emam and Dankar, J. Am. Med. Inform.
/// Assoc. 15(5), 2008).
pub(super) fn k_of_sample(k: u64, fraction: f64) -> u64 {
    let lambda = k as f64 * fraction;
    let chance = |n: u64| (n as f64 * lambda.ln() - lambda - ln_gamma(n as f64 + 1.0)).exp();
    let seen = 1.0 - (-lambda).exp();
    let (mut least, mut sum) = (1, 0.0);
    while sum < 0.99 && least < k {
        sum += chance(least) / seen;
        least += 1;
    }
    least.min(k)
}
