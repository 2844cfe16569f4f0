//! Models that speak of all classes together.

use weir_types::{PrivacyModel, model::Estimator};

use crate::estimate::{ln_gamma, population_uniqueness};

/// A model that speaks of all kept classes together. Where it is not met, classes are suppressed,
/// the smallest first, until it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whole {
    /// Classes over people at most this.
    AverageRisk(f64),
    /// Estimated share of people alone in the population at most this.
    Uniqueness {
        /// Greatest share.
        at_most: f64,
        /// People of the population, those of the table among them. Suppressing people of the
        /// table does not change it.
        population: f64,
        /// Which estimate.
        estimator: Estimator,
    },
}

impl Whole {
    /// The model, if it is one that speaks of all classes together; `people` are those of the
    /// table.
    pub fn of(model: &PrivacyModel, people: u64) -> Option<Self> {
        match model {
            PrivacyModel::AverageRisk { at_most } => Some(Self::AverageRisk(*at_most)),
            PrivacyModel::PopulationUniqueness { at_most, sampling_fraction, estimator } => {
                let population = (people as f64 / sampling_fraction).round();
                Some(Self::Uniqueness { at_most: *at_most, population, estimator: *estimator })
            }
            _ => None,
        }
    }

    /// Whether classes of these sizes (people, classes; rising) meet the model. No classes do.
    pub fn holds(&self, sizes: &[(u64, u64)]) -> bool {
        let people: u64 = sizes.iter().map(|(people, classes)| people * classes).sum();
        let classes: u64 = sizes.iter().map(|(_, classes)| classes).sum();
        if people == 0 {
            return true;
        }
        match self {
            Self::AverageRisk(most) => 1.0 / (people as f64 / classes as f64) <= *most,
            Self::Uniqueness { at_most, population, estimator } => {
                // As a threshold, ARX does not let another estimate stand in for Pitman's.
                let estimator = match estimator {
                    Estimator::Dankar if people as f64 / population <= 0.1 => Estimator::Pitman,
                    other => *other,
                };
                // An estimate that has no solution is not met, unless nobody is alone.
                population_uniqueness(sizes, *population, estimator)
                    .is_some_and(|share| share <= *at_most)
            }
        }
    }
}

/// How many classes are suppressed, the smallest first, so that all models hold; `sizes` as in
/// [`Whole::holds`].
///
/// The estimates of uniqueness do not always fall where classes are left out, so that the least
/// number that does is not known without trying all. Like ARX, this halves the classes instead.
/// Where more than `most` people would go, all classes do.
pub fn n_suppressed(models: &[Whole], sizes: &[(u64, u64)], most: u64) -> u64 {
    let all: u64 = sizes.iter().map(|(_, classes)| classes).sum();
    let mut n = 0;
    loop {
        let unmet = models.iter().find(|model| !model.holds(&without(sizes, n)));
        let Some(model) = unmet else { return n };
        // INVARIANT: to suppress `low` classes is not enough; to suppress `high`, or all, is.
        let (mut low, mut high) = (n, all + 1);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if model.holds(&without(sizes, middle)) {
                high = middle;
            } else if people_of(sizes, middle) > most {
                return all;
            } else {
                low = middle;
            }
        }
        n = high;
    }
}

/// People of the `n` smallest classes.
fn people_of(sizes: &[(u64, u64)], mut n: u64) -> u64 {
    let gone = sizes.iter().map(|(people, classes)| {
        let gone = n.min(*classes);
        n -= gone;
        people * gone
    });
    gone.sum()
}

/// The sizes that are left without the `n` smallest classes.
fn without(sizes: &[(u64, u64)], mut n: u64) -> Vec<(u64, u64)> {
    let left = sizes.iter().filter_map(|(people, classes)| {
        let gone = n.min(*classes);
        n -= gone;
        (gone < *classes).then_some((*people, classes - gone))
    });
    left.collect()
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
