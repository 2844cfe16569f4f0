//! Three-point estimates.

use rand::Rng;
use rand_distr::{Beta, Distribution};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A quantity of which the least, the likeliest and the greatest value were estimated.
///
/// The PERT distribution: a Beta distribution with the parameters 1 + 4(m − a)/(b − a) and
/// 1 + 4(b − m)/(b − a), stretched from a to b. Its mean (a + 4m + b)/6 is that of Malcolm,
/// Roseboom, Clark and Fazar, *Operations Research* 7 (1959); O-RA has it for estimates by people.
/// Where a = b it is that value.
///
/// ```
/// use weir_plan::loss::Pert;
/// assert_eq!(Pert::new(1.0, 2.0, 9.0)?.mean(), 3.0);
/// assert!(Pert::new(3.0, 2.0, 9.0).is_err());
/// # Ok::<(), weir_plan::loss::PertError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Estimate")]
pub struct Pert {
    low: f64,
    mode: f64,
    high: f64,
}

/// Greatest value of an estimate: a thousand million million, of which sums of squares are finite.
pub(super) const GREATEST: f64 = 1e15;

/// The three values before they are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Estimate {
    low: f64,
    mode: f64,
    high: f64,
}

/// Why three numbers are no estimate.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum PertError {
    /// Below 0, above a thousand million million, or no number.
    #[error("`{key}` is {value}, not a number from 0 to {GREATEST:e}")]
    OutOfRange {
        /// Which of the three.
        key: &'static str,
        /// What it is.
        value: f64,
    },
    /// The likeliest value lies outside the least and the greatest.
    #[error("low {low}, mode {mode} and high {high} are not in ascending order")]
    OutOfOrder {
        /// The least value.
        low: f64,
        /// The likeliest value.
        mode: f64,
        /// The greatest value.
        high: f64,
    },
}

impl PertError {
    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "write a plain number; money is in yuan, frequencies a year",
            Self::OutOfOrder { .. } => {
                "`low` is the least value, `mode` the likeliest, `high` the \
                                        greatest"
            }
        }
    }
}

impl Pert {
    /// An estimate from its least, likeliest and greatest value.
    ///
    /// # Errors
    ///
    /// A value is below 0, too large or no number; or the three are not in ascending order.
    pub fn new(low: f64, mode: f64, high: f64) -> Result<Self, PertError> {
        for (key, value) in [("low", low), ("mode", mode), ("high", high)] {
            if !(0.0..=GREATEST).contains(&value) {
                return Err(PertError::OutOfRange { key, value });
            }
        }
        if low <= mode && mode <= high {
            Ok(Self { low, mode, high })
        } else {
            Err(PertError::OutOfOrder { low, mode, high })
        }
    }

    /// A value that is known.
    ///
    /// # Errors
    ///
    /// As [`Pert::new`].
    pub fn fixed(value: f64) -> Result<Self, PertError> {
        Self::new(value, value, value)
    }

    /// The least value.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// The likeliest value.
    pub fn mode(&self) -> f64 {
        self.mode
    }

    /// The greatest value.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// (a + 4m + b) / 6.
    pub fn mean(&self) -> f64 {
        (self.low + 4.0 * self.mode + self.high) / 6.0
    }

    /// (μ − a)(b − μ) / 7: the variance αβ(b − a)² / ((α + β)²(α + β + 1)) of the stretched Beta
    /// distribution with α + β = 6. Not the ((b − a)/6)² of the paper of 1959, which approximates.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        // Rounding may take the mean of equal values past them.
        ((mean - self.low) * (self.high - mean) / 7.0).max(0.0)
    }

    /// E\[X²\].
    pub(super) fn second_moment(&self) -> f64 {
        self.variance() + self.mean().powi(2)
    }

    /// A sampler, made once for many draws.
    pub(super) fn sampler(&self) -> PertSampler {
        let range = self.high - self.low;
        let shape = |part: f64| 1.0 + 4.0 * part / range;
        let beta = Beta::new(shape(self.mode - self.low), shape(self.high - self.mode));
        PertSampler { low: self.low, range, beta: beta.ok().filter(|_| range > 0.0) }
    }
}

impl TryFrom<Estimate> for Pert {
    type Error = PertError;

    fn try_from(estimate: Estimate) -> Result<Self, PertError> {
        Self::new(estimate.low, estimate.mode, estimate.high)
    }
}

/// Draws from an estimate.
#[derive(Clone, Copy, Debug)]
pub(super) struct PertSampler {
    low: f64,
    range: f64,
    /// None where there is but one value.
    beta: Option<Beta<f64>>,
}

impl PertSampler {
    pub(super) fn draw(&self, random: &mut impl Rng) -> f64 {
        self.beta.map_or(self.low, |beta| self.low + self.range * beta.sample(random))
    }
}
