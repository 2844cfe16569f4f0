//! How many people of a table are alone of their kind in the population.
//!
//! Each estimate takes the class sizes of the table and the share of the population that it holds.
//! `None` means that the equations have no solution, which is not the same as nobody.

use weir_types::model::Estimator;

/// Classes of a table by size: `(people, classes)`, sizes rising and different.
pub type Sizes = [(u64, u64)];

/// Estimated share of the population that is alone of its kind, 0 to 1.
///
/// * Pitman: Hoshino, Applying Pitman's sampling formula to microdata disclosure risk assessment,
///   J. Official Statistics 17(4), 2001.
/// * Zayatz: Estimation of the number of unique population elements using a sample, Bureau of the
///   Census, 1991.
/// * SNB: Chen and McNulty, Estimation of identification disclosure risk in microdata, J. Official
///   Statistics 14(1), 1998.
/// * Dankar: Dankar et al., Estimating the re-identification risk of clinical data sets, BMC
///   Medical Informatics and Decision Making 12:66, 2012: Pitman up to a tenth of the population, above it the lesser
///   of Zayatz and SNB.
pub fn population_uniqueness(
    sizes: &Sizes,
    sampling_fraction: f64,
    estimator: Estimator,
) -> Option<f64> {
    let people: u64 = sizes.iter().map(|(people, classes)| people * classes).sum();
    if people == 0 || of_size(sizes, 1) == 0.0 {
        return Some(0.0);
    }
    if sampling_fraction >= 1.0 {
        return Some(of_size(sizes, 1) / people as f64);
    }
    let estimate = match estimator {
        Estimator::Pitman => pitman(sizes, sampling_fraction),
        Estimator::Zayatz => Some(zayatz(sizes, sampling_fraction)),
        Estimator::Snb => snb(sizes, sampling_fraction),
        Estimator::Dankar if sampling_fraction <= 0.1 => {
            pitman(sizes, sampling_fraction).or_else(|| Some(zayatz(sizes, sampling_fraction)))
        }
        Estimator::Dankar => {
            let zayatz = zayatz(sizes, sampling_fraction);
            Some(snb(sizes, sampling_fraction).map_or(zayatz, |snb| snb.min(zayatz)))
        }
    };
    estimate.filter(|share| share.is_finite() && (0.0..=1.0).contains(share))
}

/// Classes of a size.
fn of_size(sizes: &Sizes, people: u64) -> f64 {
    sizes.iter().find(|(size, _)| *size == people).map_or(0.0, |(_, classes)| *classes as f64)
}

fn totals(sizes: &Sizes) -> (f64, f64) {
    let classes: u64 = sizes.iter().map(|(_, classes)| classes).sum();
    let people: u64 = sizes.iter().map(|(people, classes)| people * classes).sum();
    (classes as f64, people as f64)
}

/// The maximum-likelihood estimate: `N^alpha Γ(theta+1) / Γ(theta+alpha)` of `N` people.
fn pitman(sizes: &Sizes, fraction: f64) -> Option<f64> {
    let (_, n) = totals(sizes);
    if of_size(sizes, 1) >= n || of_size(sizes, 2) == 0.0 {
        return None;
    }
    let theta_of = |alpha: f64| theta(sizes, alpha);
    let slope = |alpha: f64| Some(slope(sizes, alpha, theta_of(alpha)?));
    let grid = (1..1000).map(|at| f64::from(at) / 1000.0);
    let mut before: Option<(f64, f64)> = None;
    let mut root = None;
    for alpha in grid {
        let Some(now) = slope(alpha) else { continue };
        if let Some((last, then)) = before
            && then > 0.0
            && now <= 0.0
        {
            root = Some(bisect(last, alpha, |alpha| slope(alpha).unwrap_or(0.0)));
            break;
        }
        before = Some((alpha, now));
    }
    let alpha = root?;
    let theta = theta_of(alpha)?;
    let population = n / fraction;
    let log = alpha * population.ln() + ln_gamma(theta + 1.0) - ln_gamma(theta + alpha);
    Some(log.exp() / population)
}

/// `theta` at which the likelihood is flat in `theta`, for a given `alpha`.
fn theta(sizes: &Sizes, alpha: f64) -> Option<f64> {
    let (classes, n) = totals(sizes);
    let flat = |theta: f64| {
        let seen = (digamma(theta / alpha + classes) - digamma(theta / alpha + 1.0)) / alpha;
        seen - (digamma(theta + n) - digamma(theta + 1.0))
    };
    let (mut low, mut high) = (1e-9, 1.0);
    while flat(high) > 0.0 {
        low = high;
        high *= 2.0;
        if high > 1e15 {
            return None;
        }
    }
    (flat(low) > 0.0).then(|| bisect(low, high, flat))
}

/// Derivative of the likelihood in `alpha`.
fn slope(sizes: &Sizes, alpha: f64, theta: f64) -> f64 {
    let (classes, _) = totals(sizes);
    let seen = (digamma(theta / alpha + classes) - digamma(theta / alpha + 1.0)) / alpha;
    let rising = (classes - 1.0 - theta * seen) / alpha;
    let at_one = digamma(1.0 - alpha);
    let falling = sizes
        .iter()
        .filter(|(size, _)| *size > 1)
        .map(|(size, classes)| *classes as f64 * (digamma(*size as f64 - alpha) - at_one));
    rising - falling.sum::<f64>()
}

/// The zero of a function that falls from above to below 0.
fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if f(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Chance that who is alone in the table is alone in the population, by Bayes from the
/// distribution of class sizes, times those alone in the table.
fn zayatz(sizes: &Sizes, fraction: f64) -> f64 {
    let (classes, n) = totals(sizes);
    let population = (n / fraction).round();
    let one_seen = |size: f64| hypergeometric_one(population, size, n);
    let seen: f64 =
        sizes.iter().map(|(size, count)| *count as f64 / classes * one_seen(*size as f64)).sum();
    let alone = of_size(sizes, 1);
    alone * (alone / classes * one_seen(1.0)) / seen / n
}

/// Chance that exactly one of `marked` items is among `drawn` of `all`.
fn hypergeometric_one(all: f64, marked: f64, drawn: f64) -> f64 {
    if all - marked < drawn - 1.0 {
        return 0.0;
    }
    let log = marked.ln() + ln_choose(all - marked, drawn - 1.0) - ln_choose(all, drawn);
    log.exp()
}

fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// The moment estimate: `K beta^alpha` of `K` classes of the population.
fn snb(sizes: &Sizes, f: f64) -> Option<f64> {
    let (_, n) = totals(sizes);
    let (c1, c2) = (of_size(sizes, 1), of_size(sizes, 2));
    let k = classes_of_population(sizes, f);
    // Expected classes of one and of two in the table, as functions of alpha and beta.
    let kept = |b: f64| (1.0 - f) * (1.0 - b);
    let ones = |a: f64, b: f64| {
        let d = kept(b);
        k * f * (b / (1.0 - d)).powf(a) * (a * d / (1.0 - d) + 1.0)
    };
    let twos = |a: f64, b: f64| {
        let d = kept(b);
        k * a * b.powf(a) * f * f * (1.0 - b) / (2.0 * (1.0 - d).powf(a + 2.0))
            * (2.0 - (1.0 - a) * d)
    };
    let alpha = |b: f64| {
        let low = (ones(1e-9, b) - c1 > 0.0).then_some(1e-9)?;
        let mut high = 1e-3;
        while ones(high, b) > c1 {
            high *= 2.0;
            if high > 1e6 {
                return None;
            }
        }
        Some(bisect(low, high, |a| ones(a, b) - c1))
    };
    let off = |b: f64| Some(twos(alpha(b)?, b) - c2);
    let grid: Vec<f64> = (1..1000).map(|at| f64::from(at) / 1000.0).collect();
    let pair = grid.windows(2).find(
        |pair| matches!((off(pair[0]), off(pair[1])), (Some(x), Some(y)) if (x > 0.0) != (y > 0.0)),
    )?;
    let sign = if off(pair[0])? > 0.0 { 1.0 } else { -1.0 };
    let b = bisect(pair[0], pair[1], |b| sign * off(b).unwrap_or(0.0));
    Some(k * b.powf(alpha(b)?) * f / n)
}

/// Number of classes of the population (Shlosser 1981, as modified by Haas and Stokes 1998).
fn classes_of_population(sizes: &Sizes, f: f64) -> f64 {
    let (classes, _) = totals(sizes);
    let alone = of_size(sizes, 1);
    let (mut a, mut b, mut c, mut d) = (0.0, 0.0, 0.0, 0.0);
    for (size, count) in sizes {
        let (size, count) = (*size as f64, *count as f64);
        let unseen = (1.0 - f).powf(size) * count;
        a += size * f * f * (1.0 - f * f).powf(size - 1.0) * count;
        b += unseen * ((1.0 + f).powf(size) - 1.0);
        c += unseen;
        d += size * f * (1.0 - f).powf(size - 1.0) * count;
    }
    classes + alone * (a / b) * (c / d).powi(2)
}

/// ψ, by recurrence to 6 and above and the asymptotic series (Abramowitz and Stegun 6.3.18).
fn digamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series =
        y * (1.0 / 12.0 - y * (1.0 / 120.0 - y * (1.0 / 252.0 - y * (1.0 / 240.0 - y / 132.0))));
    shift + x.ln() - 0.5 / x - series
}

/// ln Γ, by recurrence to 10 and above and Stirling's series (Abramowitz and Stegun 6.1.41).
pub(crate) fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y / 1680.0))) / x;
    let half_ln_two_pi = 0.918_938_533_204_672_7;
    shift + (x - 0.5) * x.ln() - x + half_ln_two_pi + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gamma_functions_are_those_of_the_tables() {
        assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-12);
        assert!((digamma(0.5) + 1.963_510_026_021_423_5).abs() < 1e-12);
        assert!((ln_gamma(0.5) - 0.572_364_942_924_700_1).abs() < 1e-12);
        assert!((ln_gamma(101.0) - 363.739_375_555_563_5).abs() < 1e-9);
    }

    #[test]
    fn nobody_alone_is_nobody_and_no_solution_is_none() {
        assert_eq!(population_uniqueness(&[(2, 50)], 0.1, Estimator::Pitman), Some(0.0));
        assert_eq!(population_uniqueness(&[(1, 100)], 0.01, Estimator::Pitman), None);
        assert_eq!(population_uniqueness(&[(1, 30), (2, 35)], 1.0, Estimator::Zayatz), Some(0.3));
    }
}
