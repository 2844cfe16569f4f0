//! (ε, δ)-differential privacy by random sampling and generalisation: SafePub (Bild, Kuhn and
//! Prasser, PoPETs 2018(1)), after Li, Qardaji and Su (ASIACCS 2012).
//!
//! Each person is taken into a sample with the same chance β; the sample is generalised in a way
//! that does not depend on who is in it; classes with fewer than `k` people are left out. What is
//! then released is (ε, δ)-differentially private for the people of the table, the one with an
//! `ε ≥ -ln(1 - β)` and a `k` that [`Sample`] finds.
//!
//! The levels either are given, or are chosen by [`choose_levels`] with a part of ε of their own.
//! What this module guarantees holds for levels, hierarchies and columns that were fixed without
//! a look at the data, and for words that nobody can foresee.

use thiserror::Error;

use crate::estimate::ln_gamma;

mod choice;
mod mechanism;

pub use choice::{Budget, Choice, NoChoice, choose_levels};

/// Uniform 64-bit words from a cryptographically secure source.
pub type Words<'a> = &'a mut dyn FnMut() -> u64;

/// How a table is sampled, and how large classes must then be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Chance of each person to be in the sample, exactly: a person is taken where a uniform
    /// 64-bit word is below this.
    pub below: u64,
    /// The same chance, for people to read.
    pub beta: f64,
    /// Least people in a class of the sample.
    pub k: u64,
}

/// Why a model leaves nothing for a sample.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoSample {
    /// The part of ε for the levels leaves less than [`LEAST_EPSILON`].
    #[error("`epsilon_search` leaves less than {LEAST_EPSILON} of `epsilon` for the sample")]
    Epsilon,
    /// With a δ of 0 no class would be large enough.
    #[error("`delta` is not above 0")]
    Delta,
}

impl NoSample {
    /// What the person can do about it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Epsilon => "make `epsilon` larger, or `epsilon_search` smaller",
            Self::Delta => "set `delta` above 0, and well below one over the people of the table",
        }
    }
}

impl Sample {
    /// What a model's ε and δ allow once `epsilon_search` of ε is spent on the levels.
    ///
    /// # Errors
    ///
    /// Nothing is left of ε, or δ is not above 0.
    pub fn of_model(epsilon: f64, epsilon_search: f64, delta: f64) -> Result<Self, NoSample> {
        // Down by more than the subtraction may round up.
        let rest = (epsilon - epsilon_search) * (1.0 - f64::EPSILON);
        if rest.is_nan() || rest < LEAST_EPSILON {
            return Err(NoSample::Epsilon);
        }
        if delta.is_nan() || delta <= 0.0 {
            return Err(NoSample::Delta);
        }
        Ok(Self::of(rest, delta))
    }

    /// For the part of ε that the sampling may spend, at least [`LEAST_EPSILON`], and δ, above 0
    /// and at most 1. More than 6 of ε is taken as 6, for classes would have to be larger than
    /// tables are.
    ///
    /// β is `1 - exp(-ε)`, rounded down; k is the least for which no `n` from `⌈k/γ - 1⌉` has
    /// more than δ as the chance of a binomial variable of `n` and β to be above `γ n`, with
    /// `γ = (exp(ε) - 1 + β) / exp(ε)` (theorem 1 of Li, Qardaji and Su; section 4.1 of Bild, Kuhn
    /// and Prasser). Wherever a float is rounded, it is to the side of a larger k. ARX 3.9.2 counts
    /// on after it has found k, and asks for one more.
    fn of(epsilon: f64, delta: f64) -> Self {
        /// 2⁶⁴.
        const WORDS: f64 = 4_294_967_296.0 * 4_294_967_296.0;
        // A float has 53 bits; four units in the last place are more than `exp_m1` may be off.
        let epsilon = epsilon.clamp(LEAST_EPSILON, MOST_EPSILON);
        let most = -(-epsilon).exp_m1() * (1.0 - 4.0 * f64::EPSILON);
        let below = (most * WORDS) as u64;
        let beta = below as f64 / WORDS;
        let gamma = 1.0 - (1.0 - beta) * (-epsilon).exp();
        let enough = |k: u64| greatest_tail(k, beta, gamma) <= delta * (1.0 - MARGIN);
        // The tail never rises with k, as fewer n are looked at.
        let mut most = 1;
        while !enough(most) {
            most *= 2;
        }
        let (mut least, mut k) = (most / 2, most);
        while k - least > 1 {
            let middle = least + (k - least) / 2;
            if enough(middle) { k = middle } else { least = middle }
        }
        Self { below, beta, k }
    }
}

/// Below it, finding k takes long, and hardly anybody would be in the sample.
pub const LEAST_EPSILON: f64 = 0.001;
/// Above it, k grows as exp(ε).
const MOST_EPSILON: f64 = 6.0;

/// More than the tails of [`greatest_tail`] may be off, relatively.
const MARGIN: f64 = 1e-6;

fn greatest_tail(k: u64, beta: f64, gamma: f64) -> f64 {
    let mut n = (k as f64 / (gamma * (1.0 + 1e-12)) - 1.0).ceil().max(1.0) as u64;
    let mut greatest: f64 = 0.0;
    loop {
        let above = (n as f64 * gamma * (1.0 - 1e-12)).floor() as u64;
        greatest = greatest.max(tail(above + 1, n, beta));
        // The bound of Chernoff on all later terms.
        let later = (-(n as f64) * (gamma * (gamma / beta).ln() - (gamma - beta))).exp();
        if greatest >= later {
            return greatest;
        }
        n += 1;
    }
}

/// Chance that a binomial variable is at least `from`, which is above its mean: terms fall from
/// there on.
fn tail(from: u64, n: u64, p: f64) -> f64 {
    if from > n {
        return 0.0;
    }
    let ln_choose =
        ln_gamma(n as f64 + 1.0) - ln_gamma(from as f64 + 1.0) - ln_gamma((n - from) as f64 + 1.0);
    let ln_first = ln_choose + from as f64 * p.ln() + (n - from) as f64 * (-p).ln_1p();
    let mut term = ln_first.exp();
    let mut sum = 0.0;
    for k in from..=n {
        sum += term;
        if term < sum * 1e-18 {
            break;
        }
        term *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
    }
    sum
}

#[cfg(test)]
mod tests;
