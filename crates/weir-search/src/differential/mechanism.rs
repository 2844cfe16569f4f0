//! The exponential mechanism (McSherry and Talwar, FOCS 2007) without floating point.
//!
//! A candidate is drawn uniformly and kept with chance `exp(-ε (best - score) / (2 Δ))`; else
//! another one is drawn. What is kept has exactly the distribution of the mechanism, because the
//! chance is drawn exactly: algorithm 1 of Canonne, Kamath and Steinke, "The discrete Gaussian
//! for differential privacy" (NeurIPS 2020).

use super::Words;

/// A number that is not negative: `of / per`, `per` above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    pub(super) of: u128,
    pub(super) per: u128,
}

/// Chooses one of `scores`, higher being better, with chances in the ratio of `exp(score / unit)`;
/// `unit` is given by `per_point`, 1 over it: ε / (2 Δ).
///
/// # Panics
///
/// When there are no scores.
pub(super) fn choose(scores: &[i128], per_point: Ratio, words: Words<'_>) -> usize {
    let best = *scores.iter().max().expect("there is something to choose from");
    loop {
        let at = below(scores.len() as u128, words) as usize;
        let worse = (best - scores[at]).unsigned_abs();
        // Where the product is beyond 128 bits, the chance is below exp(-2^40): never.
        let Some(of) = worse.checked_mul(per_point.of) else { continue };
        if exp_minus(Ratio { of, per: per_point.per }, words) {
            return at;
        }
    }
}

/// True with chance `exp(-of / per)`. `per` has at most 2¹¹⁰.
fn exp_minus(Ratio { of, per }: Ratio, words: Words<'_>) -> bool {
    let whole = of / per;
    let mut done = 0;
    while done < whole {
        if !exp_minus_fraction(1, 1, words) {
            return false;
        }
        done += 1;
    }
    exp_minus_fraction(of % per, per, words)
}

/// True with chance `exp(-of / per)`, where `of` is at most `per`.
fn exp_minus_fraction(of: u128, per: u128, words: Words<'_>) -> bool {
    let mut k = 1;
    while below(per * k, words) < of {
        k += 1;
    }
    k % 2 == 1
}

/// A number from 0 to below `n`, each as likely as any other.
fn below(n: u128, words: Words<'_>) -> u128 {
    let mask = u128::MAX >> (n - 1).leading_zeros().min(127);
    loop {
        let low = u128::from(words());
        let high = if mask > u128::from(u64::MAX) { u128::from(words()) << 64 } else { 0 };
        let drawn = (high | low) & mask;
        if drawn < n {
            return drawn;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// SplitMix64: for tests, where everybody may foresee it.
    pub(in super::super) fn words(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }
    }

    const DRAWS: u32 = 60_000;

    /// Whether a count of [`DRAWS`] draws of chance `p` is within 5 standard deviations: a right
    /// sampler fails with α below 6·10⁻⁷ each time, and the seeds are fixed.
    fn near(count: u32, p: f64) -> bool {
        let n = f64::from(DRAWS);
        (f64::from(count) - n * p).abs() <= 5.0 * (n * p * (1.0 - p)).sqrt() + 1.0
    }

    fn count(mut draw: impl FnMut() -> bool) -> u32 {
        (0..DRAWS).map(|_| u32::from(draw())).sum()
    }

    #[test]
    fn uniform_numbers_are_uniform() {
        let mut source = words(1);
        for n in [1_u128, 2, 3, 7, 1 << 40, (1 << 100) + 1] {
            let low = count(|| below(n, &mut source) < n.div_ceil(3));
            let p = n.div_ceil(3) as f64 / n as f64;
            assert!(near(low, p), "{n}: {low}");
            assert!((0..100).all(|_| below(n, &mut source) < n));
        }
        let mut seen = [0; 3];
        (0..DRAWS).for_each(|_| seen[below(3, &mut source) as usize] += 1);
        assert!(seen.iter().all(|n| near(*n, 1.0 / 3.0)), "{seen:?}");
    }

    #[test]
    fn exponential_chances_are_exact() {
        let mut source = words(2);
        for (of, per) in [(0, 1), (1, 3), (1, 1), (7, 4), (5, 1), (1 << 90, (1 << 90) + 1)] {
            let kept = count(|| exp_minus(Ratio { of, per }, &mut source));
            assert!(near(kept, (-(of as f64) / per as f64).exp()), "{of}/{per}: {kept}");
        }
        // A chance that is off by a tenth must be told from the right one.
        let kept = count(|| exp_minus(Ratio { of: 1, per: 3 }, &mut source));
        assert!(!near(kept, (-1.1_f64 / 3.0).exp()));
    }

    #[test]
    fn choices_are_in_the_ratio_of_the_mechanism() {
        let mut source = words(3);
        let scores = [-4_i128, -1, 0, -1];
        let per_point = Ratio { of: 1, per: 2 };
        let mut seen = [0; 4];
        (0..DRAWS).for_each(|_| seen[choose(&scores, per_point, &mut source)] += 1);
        let weights: Vec<f64> = scores.iter().map(|score| (*score as f64 / 2.0).exp()).collect();
        let all: f64 = weights.iter().sum();
        for (count, weight) in seen.iter().zip(&weights) {
            assert!(near(*count, weight / all), "{seen:?}");
        }
        // Scores far apart leave no doubt, and no number overflows.
        let far = [i128::from(i64::MIN), 0];
        assert_eq!(choose(&far, Ratio { of: 1 << 90, per: 1 << 91 }, &mut source), 1);
    }
}
