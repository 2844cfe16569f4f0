//! Samples against closed forms. Seeds are fixed, so a test passes always or never; α says how
//! likely a right sampler would have failed it with another seed. Each check is shown to refuse
//! samplers that are wrong.

use proptest::prelude::*;
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal};

use super::sample::{Streams, add_years, poisson};
use super::*;

/// Five standard errors: α = 5.7e-7 for a mean that is close to normal, two-sided.
const Z: f64 = 5.0;

fn random(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

/// Whether mean and variance of independent draws agree with what they should be, within [`Z`]
/// standard errors each. The errors are estimated from the draws: √(s²/n) and √((m₄ − s⁴)/n).
fn moments_agree(draws: &[f64], mean: f64, variance: f64) -> bool {
    let n = draws.len() as f64;
    let found = draws.iter().sum::<f64>() / n;
    let central = |power| draws.iter().map(|x| (x - found).powi(power)).sum::<f64>() / n;
    let (second, fourth) = (central(2), central(4));
    let mean_z = (found - mean) / (second / n).sqrt();
    let variance_z = (second - variance) / ((fourth - second * second) / n).sqrt();
    mean_z.abs() < Z && variance_z.abs() < Z
}

#[test]
fn draws_of_an_estimate_have_its_moments() {
    let estimates = [(0.0, 1.0, 10.0), (5.0, 5.0, 9.0), (2.0, 7.0, 7.0), (1e4, 5e4, 4e6)];
    for (low, mode, high) in estimates {
        let pert = Pert::new(low, mode, high).unwrap();
        let sampler = pert.sampler();
        let mut random = random(1);
        let draws: Vec<f64> = (0..40_000).map(|_| sampler.draw(&mut random)).collect();
        assert!(draws.iter().all(|draw| (low..=high).contains(draw)));
        assert!(moments_agree(&draws, pert.mean(), pert.variance()), "{low} {mode} {high}");
        // The variance of the paper of 1959, uniform draws and draws of the mirrored estimate are
        // all told apart.
        let of_1959 = ((high - low) / 6.0).powi(2);
        assert!(!moments_agree(&draws, pert.mean(), of_1959), "{low} {mode} {high}");
        let uniform: Vec<f64> = draws.iter().map(|_| random.random_range(low..high)).collect();
        assert!(!moments_agree(&uniform, pert.mean(), pert.variance()));
        let mirrored: Vec<f64> = draws.iter().map(|draw| low + high - draw).collect();
        assert!(!moments_agree(&mirrored, pert.mean(), pert.variance()));
    }
}

#[test]
fn an_estimate_of_one_value_is_that_value() {
    let fixed = Pert::fixed(0.1).unwrap();
    assert_eq!((fixed.variance(), fixed.sampler().draw(&mut random(1))), (0.0, 0.1));
    assert!((fixed.mean() - 0.1).abs() < 1e-15);
}

proptest! {
    #[test]
    fn the_moments_of_an_estimate_lie_in_its_range(a in 0.0..1e9, b in 0.0..1e9, c in 0.0..1e9) {
        let mut values = [a, b, c];
        values.sort_by(f64::total_cmp);
        let pert = Pert::new(values[0], values[1], values[2]).unwrap();
        prop_assert!((pert.low()..=pert.high() * (1.0 + 1e-12)).contains(&pert.mean()));
        // No distribution on a range has a larger variance than half at each end.
        prop_assert!(pert.variance() <= (values[2] - values[0]).powi(2) / 4.0);
    }
}

/// Whether counts are Poisson: Pearson's statistic over bins of at least 25 expected counts, the
/// tails pooled, below its quantile for α = 1e-6. A bin that should have counts and has none
/// weighs in with all that were expected.
fn is_poisson(counts: &[u64], rate: f64) -> bool {
    let n = counts.len() as f64;
    let mut bins: Vec<(f64, f64)> = Vec::new();
    let (mut expected, mut observed, mut chance, mut below) = (0.0, 0.0, (-rate).exp(), 0.0);
    for count in 0_u32.. {
        expected += n * chance;
        observed += counts.iter().filter(|c| **c == u64::from(count)).count() as f64;
        below += chance;
        if expected >= 25.0 {
            bins.push((expected, observed));
            (expected, observed) = (0.0, 0.0);
        }
        chance *= rate / f64::from(count + 1);
        if n * (1.0 - below) < 25.0 && f64::from(count) > rate {
            let above = counts.iter().filter(|c| **c > u64::from(count)).count() as f64;
            let last = bins.last_mut().unwrap();
            last.0 += expected + n * (1.0 - below);
            last.1 += observed + above;
            break;
        }
    }
    let statistic: f64 = bins.iter().map(|(e, o)| (e - o).powi(2) / e).sum();
    // Wilson and Hilferty 1931: the cube root of χ²/df is close to normal.
    let df = (bins.len() - 1) as f64;
    let spread = 2.0 / (9.0 * df);
    let critical = df * (1.0 - spread + 4.753 * spread.sqrt()).powi(3);
    statistic < critical
}

#[test]
fn numbers_of_events_are_poisson() {
    for rate in [0.7, 3.5, 30.0] {
        let mut random = random(2);
        let mut draw = |of: &dyn Fn(&mut ChaCha12Rng) -> u64| -> Vec<u64> {
            (0..20_000).map(|_| of(&mut random)).collect()
        };
        assert!(is_poisson(&draw(&|random| poisson(rate, random)), rate), "{rate}");
        // Wrong ones: 5 % too many, no year without events, rounded to even, no dispersion, and a
        // geometric number of the same mean.
        assert!(!is_poisson(&draw(&|random| poisson(rate * 1.05, random)), rate), "{rate}");
        let last = |random: &mut ChaCha12Rng| poisson(rate, random).max(1);
        assert!(rate > 9.0 || !is_poisson(&draw(&last), rate), "{rate}");
        let even = |random: &mut ChaCha12Rng| poisson(rate, random) & !1;
        assert!(!is_poisson(&draw(&even), rate), "{rate}");
        let narrow = |random: &mut ChaCha12Rng| (rate + random.random::<f64>()) as u64;
        assert!(!is_poisson(&draw(&narrow), rate), "{rate}");
        let geometric = |random: &mut ChaCha12Rng| {
            let fails: f64 = random.random();
            (fails.ln() / (rate / (1.0 + rate)).ln()) as u64
        };
        assert!(!is_poisson(&draw(&geometric), rate), "{rate}");
    }
    assert_eq!(poisson(0.0, &mut random(3)), 0);
}

/// Compound Poisson with lognormal sizes: E = λ exp(μ + σ²/2) and Var = λ exp(2μ + 2σ²).
#[test]
fn sums_of_lognormal_losses_have_the_moments_of_the_closed_form() {
    let (rate, mu, sigma, vulnerability) = (2.0_f64, 9.0_f64, 0.6_f64, 0.25);
    let mean = rate * (mu + sigma * sigma / 2.0).exp();
    let variance = rate * (2.0 * mu + 2.0 * sigma * sigma).exp();
    let sizes = LogNormal::new(mu, sigma).unwrap();
    let years = |vulnerability: f64, size: &dyn Fn(&mut ChaCha12Rng) -> f64| {
        let mut totals = vec![0.0; 40_000];
        let streams = Streams::new(11, "lognormal", 0);
        let events = |random: &mut ChaCha12Rng| poisson(rate / 0.25, random);
        add_years(&mut totals, streams, events, vulnerability, size);
        totals
    };
    let right = years(vulnerability, &|random| sizes.sample(random));
    assert!(moments_agree(&right, mean, variance));
    // Wrong ones: a vulnerability that is too high, losses that are 5 % too large, and losses
    // that are all of the mean size, which moves the variance alone.
    let vulnerable = years(0.27, &|random| sizes.sample(random));
    assert!(!moments_agree(&vulnerable, mean, variance));
    let large = years(vulnerability, &|random| 1.05 * sizes.sample(random));
    assert!(!moments_agree(&large, mean, variance));
    let equal = years(vulnerability, &|_| mean / rate);
    assert!(!moments_agree(&equal, mean, variance));
    // The same numbers for each event, as when places in the stream are mixed up.
    let repeated = years(vulnerability, &|_| sizes.sample(&mut random(5)));
    assert!(!moments_agree(&repeated, mean, variance));
}

fn leak() -> ScenarioTerms {
    ScenarioTerms {
        id: "leak".to_owned(),
        events_per_year: Pert::new(0.5, 2.0, 9.0).unwrap(),
        vulnerability: 0.4,
        primary: Pert::new(1e4, 3e4, 2e5).unwrap(),
        secondary_chance: 0.3,
        secondary: Pert::new(0.0, 1e5, 1e6).unwrap(),
        secondary_ceiling: Some(1e6),
    }
}

fn misuse() -> ScenarioTerms {
    ScenarioTerms {
        id: "misuse".to_owned(),
        events_per_year: Pert::fixed(1.0).unwrap(),
        vulnerability: 0.1,
        secondary_chance: 0.0,
        ..leak()
    }
}

fn scenarios() -> Vec<Scenario> {
    [leak(), misuse()].map(|terms| Scenario::new(terms).unwrap()).to_vec()
}

/// The totals of simulated years, as [`simulate`] makes them.
fn totals(scenarios: &[Scenario], years: usize) -> Vec<f64> {
    let mut totals = vec![0.0; years];
    for scenario in scenarios {
        let streams = Streams::new(3, &scenario.terms().id, 0);
        super::sample::add_scenario(&mut totals, streams, scenario.terms());
    }
    totals
}

#[test]
fn simulated_years_have_the_expected_loss_and_its_variance() {
    let scenarios = scenarios();
    let losses = totals(&scenarios, 40_000);
    assert!(moments_agree(&losses, expected(&scenarios), variance(&scenarios)));
    // What each part of the closed form contributes can be seen: a rate without its own variance,
    // a secondary loss left out, and scenarios that were one.
    let [a, b] = [&scenarios[0], &scenarios[1]];
    let rate_variance = 0.4_f64.powi(2) * leak().events_per_year.variance();
    let size = a.expected() / (0.4 * leak().events_per_year.mean());
    let steady = variance(&scenarios) - rate_variance * size * size;
    assert!(!moments_agree(&losses, expected(&scenarios), steady));
    let primary_only = Scenario::new(ScenarioTerms { secondary_chance: 0.0, ..leak() }).unwrap();
    let without = primary_only.expected() + b.expected();
    assert!(!moments_agree(&losses, without, variance(&scenarios)));
    let together = (a.variance().sqrt() + b.variance().sqrt()).powi(2);
    assert!(!moments_agree(&losses, expected(&scenarios), together));
    let curve = simulate(&scenarios, 40_000, 3);
    assert_eq!(curve, LossCurve::of(losses, 3), "the curve is of these years");
}

#[test]
fn a_seed_gives_one_curve_whatever_the_order_of_scenarios() {
    let mut scenarios = scenarios();
    let curve = simulate(&scenarios, 2_000, 9);
    scenarios.reverse();
    assert_eq!(simulate(&scenarios, 2_000, 9), curve);
    assert_ne!(simulate(&scenarios, 2_000, 10).mean.to_bits(), curve.mean.to_bits());
    // Fewer years are the first ones of more.
    let (few, many) = (totals(&scenarios, 50), totals(&scenarios, 500));
    assert_eq!(few, many[..50]);
    assert_eq!(simulate(&[], 0, 1).mean, 0.0, "no scenario, no loss, and one year at least");
}

#[test]
fn equal_names_do_not_share_their_events() {
    let leak = Scenario::new(leak()).unwrap();
    let one = simulate(std::slice::from_ref(&leak), 20_000, 4);
    let two = simulate(&[leak.clone(), leak], 20_000, 4);
    assert!((two.mean / one.mean - 2.0).abs() < 0.1);
    let ratio = two.standard_deviation / one.standard_deviation;
    assert!((ratio - 2.0_f64.sqrt()).abs() < 0.1, "of sums of independent years: {ratio}");
}

#[test]
fn a_lower_vulnerability_makes_no_year_worse() {
    let at = |vulnerability| {
        let terms = ScenarioTerms { vulnerability, ..leak() };
        totals(&[Scenario::new(terms).unwrap()], 3_000)
    };
    let (high, low) = (at(0.4), at(0.1));
    assert!(high.iter().zip(&low).all(|(high, low)| low <= high));
    let same = high.iter().zip(&low).filter(|(high, low)| **low > 0.0 && low == high).count();
    assert!(same > 0, "events that still happen cost the same");
    let curve = |v| {
        simulate(&[Scenario::new(ScenarioTerms { vulnerability: v, ..leak() }).unwrap()], 3_000, 3)
    };
    let (high, low) = (curve(0.4), curve(0.1));
    assert!(high.quantiles.iter().zip(&low.quantiles).all(|(h, l)| l.loss <= h.loss));
    assert_eq!(curve(0.0).largest, 0.0);
}

#[test]
fn figures_that_mean_nothing_are_refused_with_a_hint() {
    let refused = |change: &dyn Fn(&mut ScenarioTerms)| {
        let mut terms = leak();
        change(&mut terms);
        let error = Scenario::new(terms).unwrap_err();
        assert!(!error.hint().is_empty());
        error.to_string()
    };
    assert_eq!(refused(&|t| t.id = " ".to_owned()), "a scenario has no `id`");
    assert_eq!(
        refused(&|t| t.vulnerability = 1.2),
        "`vulnerability` of the scenario `leak` is 1.2, which is no chance from 0 to 1"
    );
    assert!(refused(&|t| t.secondary_chance = f64::NAN).contains("NaN"));
    assert!(refused(&|t| t.events_per_year = Pert::fixed(1e6).unwrap()).contains("1000000"));
    assert_eq!(
        refused(&|t| t.secondary = Pert::fixed(6e6).unwrap()),
        "`secondary` of the scenario `leak` goes up to 6000000 yuan, above its ceiling 1000000"
    );
    for (low, mode, high) in [(-1.0, 0.0, 1.0), (0.0, f64::NAN, 1.0), (0.0, 0.0, f64::INFINITY)] {
        let error = Pert::new(low, mode, high).unwrap_err();
        assert!(matches!(error, PertError::OutOfRange { .. }) && !error.hint().is_empty());
    }
    assert!(matches!(Pert::new(2.0, 1.0, 3.0), Err(PertError::OutOfOrder { .. })));
}

#[test]
fn scenarios_are_encoded_as_their_terms_and_checked_when_read() {
    let scenario = Scenario::new(leak()).unwrap();
    let json = serde_json::to_string(&scenario).unwrap();
    assert_eq!(serde_json::from_str::<Scenario>(&json).unwrap(), scenario);
    let read = |json: &str| serde_json::from_str::<Scenario>(json).map_err(|e| e.to_string());
    let fault = |from: &str, to: &str| read(&json.replacen(from, to, 1)).unwrap_err();
    assert!(fault("\"vulnerability\":0.4", "\"vulnerability\":4").contains("no chance"));
    assert!(fault("\"low\":0.5", "\"low\":5").contains("ascending"));
    assert!(fault("\"low\"", "\"least\"").contains("unknown field"));
}
