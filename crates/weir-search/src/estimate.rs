//! How many people of a table are alone of their kind in the population.
//!
//! Each estimate takes the class sizes of the table and the number of people of the population.
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
///   Medical Informatics and Decision Making 12:66, 2012: Pitman up to a tenth of the population,
///   above it the lesser of Zayatz and SNB.
pub fn population_uniqueness(sizes: &Sizes, population: f64, estimator: Estimator) -> Option<f64> {
    let people: u64 = sizes.iter().map(|(people, classes)| people * classes).sum();
    let sampling_fraction = people as f64 / population;
    if people == 0 || of_size(sizes, 1) == 0.0 {
        return Some(0.0);
    }
    if sampling_fraction >= 1.0 {
        return Some(of_size(sizes, 1) / people as f64);
    }
    let estimate = match estimator {
        Estimator::Pitman => pitman(sizes, population),
        Estimator::Zayatz => Some(zayatz(sizes, population)),
        Estimator::Snb => snb(sizes, sampling_fraction),
        Estimator::Dankar if sampling_fraction <= 0.1 => {
            pitman(sizes, population).or_else(|| Some(zayatz(sizes, population)))
        }
        Estimator::Dankar => {
            let zayatz = zayatz(sizes, population);
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
fn pitman(sizes: &Sizes, population: f64) -> Option<f64> {
    let (_, n) = totals(sizes);
    if of_size(sizes, 1) >= n {
        return None;
    }
    let (theta, alpha) = steepest(sizes).or_else(|| bracketed(sizes))?;
    let log = alpha * population.ln() + ln_gamma(theta + 1.0) - ln_gamma(theta + alpha);
    Some(log.exp() / population)
}

/// The parameters by Newton's method from Hoshino's moment estimate (section 3.2 there).
///
/// `alpha` may be below 0: classes of the population are then finitely many, `-theta / alpha`.
fn steepest(sizes: &Sizes) -> Option<(f64, f64)> {
    let (u, n) = totals(sizes);
    let (c1, c2) = (of_size(sizes, 1), of_size(sizes, 2).max(1.0));
    let c = c1 * (c1 - 1.0) / c2;
    let mut theta = (n * u * c - c1 * (n - 1.0) * (2.0 * u + c)) / (2.0 * c1 * u + c1 * c - n * c);
    let mut alpha = (theta * (c1 - n) + (n - 1.0) * c1) / (n * u);
    let within = |theta: f64, alpha: f64| {
        theta >= 0.0 && alpha < 1.0 && theta + (u - 1.0) * alpha > 0.0 && alpha.abs() > 1e-9
    };
    if !within(theta, alpha) {
        return None;
    }
    for _ in 0..100 {
        let Slopes { theta: x, alpha: y, theta2, mixed, alpha2 } = slopes(sizes, theta, alpha);
        // The accuracy of ARX, which makes an end where the likelihood only flattens out.
        if x.abs() <= 1e-6 && y.abs() <= 1e-6 {
            return Some((theta, alpha));
        }
        let determinant = theta2 * alpha2 - mixed * mixed;
        let (to_theta, to_alpha) =
            ((x * alpha2 - y * mixed) / determinant, (y * theta2 - x * mixed) / determinant);
        let mut step = 1.0;
        while !within(theta - step * to_theta, alpha - step * to_alpha) {
            step /= 2.0;
            if step < 1e-6 {
                return None;
            }
        }
        theta -= step * to_theta;
        alpha -= step * to_alpha;
    }
    None
}

/// Derivatives of the logarithm of the likelihood.
struct Slopes {
    theta: f64,
    alpha: f64,
    theta2: f64,
    mixed: f64,
    alpha2: f64,
}

fn slopes(sizes: &Sizes, theta: f64, alpha: f64) -> Slopes {
    let (u, n) = totals(sizes);
    // Sums over i from 1 to u - 1 of 1 / (theta + i alpha), and of its square.
    let (first, last) = if alpha > 0.0 {
        (theta / alpha + 1.0, theta / alpha + u)
    } else {
        (-theta / alpha - u + 1.0, -theta / alpha)
    };
    let once = (digamma(last) - digamma(first)) / alpha.abs();
    let twice = (trigamma(first) - trigamma(last)) / (alpha * alpha);
    // The same times i, and times its square.
    let once_i = (u - 1.0 - theta * once) / alpha;
    let twice_i = (once - theta * twice) / alpha;
    let twice_ii = (once_i - theta * twice_i) / alpha;
    let of_sizes = |f: fn(f64) -> f64| {
        let at_one = f(1.0 - alpha);
        let sizes = sizes.iter().filter(|(size, _)| *size > 1);
        let sum =
            |(size, classes): &(u64, u64)| *classes as f64 * (f(*size as f64 - alpha) - at_one);
        sizes.map(sum).sum::<f64>()
    };
    Slopes {
        theta: once - (digamma(theta + n) - digamma(theta + 1.0)),
        alpha: once_i - of_sizes(digamma),
        theta2: trigamma(theta + 1.0) - trigamma(theta + n) - twice,
        mixed: -twice_i,
        alpha2: -twice_ii + of_sizes(trigamma),
    }
}

/// The parameters where Newton's method does not get there: `alpha` between two at which the
/// likelihood, at its greatest over `theta`, rises and falls.
fn bracketed(sizes: &Sizes) -> Option<(f64, f64)> {
    let slope = |alpha: f64| Some(slopes(sizes, greatest_at(sizes, alpha)?, alpha).alpha);
    // From -1024 to 1, closer around 0, where the sums over classes are not exact.
    let below = (0..16).rev().map(|power| -f64::from(1 << power) / 32.0);
    let above = (1..50).map(|at| f64::from(at) / 50.0);
    let mut before: Option<(f64, f64)> = None;
    for alpha in below.chain(above) {
        let now = slope(alpha);
        if let (Some((last, then)), Some(now)) = (before, now)
            && then > 0.0
            && now <= 0.0
        {
            let alpha = bisect(last, alpha, |alpha| slope(alpha).unwrap_or(0.0));
            return Some((greatest_at(sizes, alpha)?, alpha));
        }
        before = now.map(|now| (alpha, now));
    }
    None
}

/// `theta` at which the likelihood is greatest for an `alpha`.
fn greatest_at(sizes: &Sizes, alpha: f64) -> Option<f64> {
    let (u, _) = totals(sizes);
    let flat = |theta: f64| slopes(sizes, theta, alpha).theta;
    let least = (-(u - 1.0) * alpha).max(0.0);
    let mut low = least + 1e-9 * least.max(1.0);
    let mut high = least * 2.0 + 1.0;
    if flat(low).is_nan() || flat(low) <= 0.0 {
        return None;
    }
    while flat(high) > 0.0 {
        low = high;
        high *= 2.0;
        if high > 1e15 {
            return None;
        }
    }
    Some(bisect(low, high, flat))
}

/// The zero of a function that falls from above to below 0.
fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if f(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Chance that who is alone in the table is alone in the population, by Bayes from the
/// distribution of class sizes, times those alone in the table.
fn zayatz(sizes: &Sizes, population: f64) -> f64 {
    let (classes, n) = totals(sizes);
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
    let grid: Vec<f64> = (1..200).map(|at| f64::from(at) / 200.0).collect();
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

/// ψ′, by recurrence to 10 and above and the asymptotic series (Abramowitz and Stegun 6.4.12).
fn trigamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series =
        1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * 5.0 / 66.0)));
    shift + 1.0 / x + y / 2.0 + y / x * series
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
        assert!((trigamma(1.0) - 1.644_934_066_848_226_4).abs() < 1e-12);
        assert!((trigamma(0.5) - 4.934_802_200_544_679).abs() < 1e-12);
        assert!((ln_gamma(0.5) - 0.572_364_942_924_700_1).abs() < 1e-12);
        assert!((ln_gamma(101.0) - 363.739_375_555_563_5).abs() < 1e-9);
    }

    #[test]
    fn nobody_alone_is_nobody_and_no_solution_is_none() {
        assert_eq!(population_uniqueness(&[(2, 50)], 1e3, Estimator::Pitman), Some(0.0));
        assert_eq!(population_uniqueness(&[(1, 100)], 1e4, Estimator::Pitman), None);
        assert_eq!(population_uniqueness(&[(1, 30), (2, 35)], 100.0, Estimator::Zayatz), Some(0.3));
    }
}
