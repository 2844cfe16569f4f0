use super::*;

/// β and k of ARX 3.9.2 (`ParameterCalculation`, interval arithmetic), recorded on a grid. ARX
/// counts k up once more after it has found it, so that its figure is one above the least.
const ARX: [(f64, f64, f64, u64); 17] = [
    (0.1, 1e-3, 0.09516258196404025, 27),
    (0.1, 1e-5, 0.09516258196404025, 50),
    (0.1, 1e-8, 0.09516258196404025, 84),
    (0.5, 1e-4, 0.3934693402873664, 40),
    (0.5, 1e-6, 0.3934693402873664, 64),
    (1.0, 1e-3, 0.6321205588285574, 35),
    (1.0, 1e-5, 0.6321205588285574, 62),
    (1.0, 1e-6, 0.6321205588285574, 75),
    (1.0, 1e-8, 0.6321205588285574, 105),
    (1.5, 1e-4, 0.77686983985157, 63),
    (1.5, 1e-6, 0.77686983985157, 100),
    (2.0, 1e-3, 0.8646647167633871, 65),
    (2.0, 1e-5, 0.8646647167633871, 114),
    (2.0, 1e-8, 0.8646647167633871, 183),
    (3.0, 1e-3, 0.9502129316321359, 137),
    (3.0, 1e-5, 0.9502129316321359, 227),
    (3.0, 1e-6, 0.9502129316321359, 272),
];

#[test]
fn parameters_are_those_of_arx_and_k_is_one_less() {
    for (epsilon, delta, beta, k) in ARX {
        let sample = Sample::of(epsilon, delta);
        assert!((sample.beta - beta).abs() < 1e-14, "{epsilon} {delta}: {}", sample.beta);
        assert_eq!(sample.k + 1, k, "{epsilon} {delta}");
    }
}

/// The binomial tail by plain products, for the least k and the one below it.
#[test]
fn k_is_the_least_that_meets_delta() {
    let plain_tail = |from: u64, n: u64, p: f64| -> f64 {
        let term = |k: u64| {
            let choose: f64 = (1..=k).map(|i| (n - k + i) as f64 / i as f64).product();
            choose * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)
        };
        (from..=n).map(term).sum()
    };
    for (epsilon, delta) in [(0.5, 1e-3), (1.0, 1e-4), (1.0, 1e-6), (2.0, 1e-4)] {
        let Sample { beta, k, .. } = Sample::of(epsilon, delta);
        let gamma = (epsilon.exp() - 1.0 + beta) / epsilon.exp();
        let greatest = |k: u64| {
            let from = (k as f64 / gamma - 1.0).ceil() as u64;
            let tail = |n: u64| plain_tail((n as f64 * gamma).floor() as u64 + 1, n, beta);
            (from..from + 400).map(tail).fold(0.0, f64::max)
        };
        assert!(greatest(k) <= delta, "{epsilon} {delta}: {}", greatest(k));
        assert!(greatest(k - 1) > delta, "{epsilon} {delta}: {}", greatest(k - 1));
    }
}

/// The chance is never above `1 - exp(-ε)`, and hardly below it.
#[test]
fn the_chance_is_rounded_down() {
    for epsilon in [0.01, 0.1, 0.7, 1.0, 2.0, 4.0] {
        let most = -f64::exp_m1(-epsilon);
        let Sample { beta, below, .. } = Sample::of(epsilon, 1e-3);
        assert!(beta < most && beta > most * (1.0 - 1e-12), "{epsilon}");
        assert!((below as f64 / 2_f64.powi(64) - beta).abs() < 1e-15);
    }
}

/// More of ε than any table could use takes nobody surely, and ends.
#[test]
fn a_large_epsilon_is_cut() {
    assert_eq!(Sample::of(50.0, 1e-3), Sample::of(6.0, 1e-3));
    assert!(Sample::of(50.0, 1e-3).beta < 0.998);
}

/// Little δ, or much of ε in the chance, asks for larger classes.
#[test]
fn stricter_means_larger_classes() {
    let k = |epsilon, delta| Sample::of(epsilon, delta).k;
    assert!(k(1.0, 1e-6) > k(1.0, 1e-4) && k(2.0, 1e-4) > k(1.0, 1e-4));
}

/// The part of ε for the levels is not spent twice, and what is left is rounded down.
#[test]
fn a_model_samples_by_what_its_levels_leave() {
    let sample = |search, delta| Sample::of_model(1.0, search, delta);
    assert_eq!(sample(0.5, 1e-6).unwrap().k, Sample::of(0.5, 1e-6).k);
    assert!(sample(0.5, 1e-6).unwrap().below < Sample::of(0.5, 1e-6).below);
    assert_eq!(sample(0.9995, 1e-6), Err(NoSample::Epsilon));
    assert_eq!(sample(2.0, 1e-6), Err(NoSample::Epsilon));
    assert_eq!(sample(f64::NAN, 1e-6), Err(NoSample::Epsilon));
    assert_eq!(sample(0.5, 0.0), Err(NoSample::Delta));
}
