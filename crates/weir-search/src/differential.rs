//! (ε, δ)-differential privacy by random sampling and generalisation: SafePub (Bild, Kuhn and
//! Prasser, PoPETs 2018(1)), after Li, Qardaji and Su (ASIACCS 2012).

use crate::estimate::ln_gamma;

/// How a table is sampled, and how large classes must then be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Chance of each person to be in the sample.
    pub beta: f64,
    /// Least people in a class of the sample.
    pub k: u64,
}

impl Sample {
    /// For the part of ε that the sampling may spend, and δ.
    ///
    /// β is `1 - exp(-ε)`; k is the least for which `max over n of P(Binomial(n, β) > γ n)` is at
    /// most δ, with `γ = (exp(ε) - 1 + β) / exp(ε)` and `n` from `⌈k/γ - 1⌉` (theorem 1 there).
    pub fn of(epsilon: f64, delta: f64) -> Self {
        let beta = 1.0 - (-epsilon).exp();
        let gamma = (epsilon.exp() - 1.0 + beta) / epsilon.exp();
        let mut k = 1;
        while greatest_tail(k, beta, gamma) > delta * (1.0 - 1e-9) {
            k += 1;
        }
        Self { beta, k }
    }
}

fn greatest_tail(k: u64, beta: f64, gamma: f64) -> f64 {
    let mut n = (k as f64 / gamma - 1.0).ceil().max(1.0) as u64;
    let mut greatest: f64 = 0.0;
    loop {
        greatest = greatest.max(tail((n as f64 * gamma).floor() as u64 + 1, n, beta));
        // The bound of Chernoff on all later terms.
        let later = (-(n as f64) * (gamma * (gamma / beta).ln() - (gamma - beta))).exp();
        if greatest >= later {
            return greatest;
        }
        n += 1;
    }
}

/// Chance that a binomial variable is at least `from`.
fn tail(from: u64, n: u64, p: f64) -> f64 {
    let ln_choose = |k: u64| {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    };
    let term = |k: u64| (ln_choose(k) + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp();
    (from..=n).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ARX 3.9.2 on Adult: ε = 2, δ = 1e-5 asks for classes of 83 in the sample... see the test
    /// of the recorded cases; here only the direction.
    #[test]
    fn stricter_means_larger_classes() {
        let [strict, lax] = [(1.0, 1e-6), (1.0, 1e-4)].map(|(e, d)| Sample::of(e, d));
        assert!(strict.k > lax.k);
        assert!((Sample::of(1.0, 1e-5).beta - (1.0 - (-1.0_f64).exp())).abs() < 1e-15);
    }
}
