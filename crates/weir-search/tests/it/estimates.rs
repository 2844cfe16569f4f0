//! Estimates of population uniqueness, against those that ARX 3.9.2 makes of the class sizes of two
//! public tables: `tests/vectors/arx/estimates.json`.
//!
//! ARX's SNB departs from what is published in two places (see `arx.rs`), so that a plain solver
//! stands between: with ARX's equations it gives what ARX gives, with those of Chen and McNulty
//! what weir does. It states the expected numbers of classes anew, as `src/estimate.rs` does, and
//! is to stay apart from it: shared, a fault there would be in both.

use serde_json::Value;
use weir_search::estimate::population_uniqueness;
use weir_types::model::Estimator;

/// Which equations SNB solves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Snb {
    Published,
    OfArx,
}

#[test]
fn estimates_of_uniqueness_are_those_of_arx() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/arx/estimates.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut solved = 0;
    for table in vectors["tables"].as_array().unwrap() {
        let number = |value: &Value| value.as_u64().unwrap();
        let sizes = table["sizes"].as_array().unwrap().iter();
        let sizes: Vec<(u64, u64)> = sizes.map(|one| (number(&one[0]), number(&one[1]))).collect();
        for case in table["estimates"].as_array().unwrap() {
            let population = case["population"].as_f64().unwrap();
            let same = |what: &str, ours: Option<f64>, theirs: Option<f64>| {
                let near = match (ours, theirs) {
                    (Some(ours), Some(theirs)) => (ours - theirs).abs() < 1e-6 * theirs,
                    (ours, theirs) => ours == theirs,
                };
                assert!(near, "{} {what} {case}: {ours:?} {theirs:?}", table["table"]);
            };
            let ours = |estimator| population_uniqueness(&sizes, population, estimator);
            let zayatz = ours(Estimator::Zayatz);
            same("pitman", ours(Estimator::Pitman), case["pitman"].as_f64());
            same("zayatz", zayatz, case["zayatz"].as_f64());
            same("snb of ARX", snb(&sizes, population, Snb::OfArx), case["snb"].as_f64());
            let published = snb(&sizes, population, Snb::Published);
            same("snb", ours(Estimator::Snb), published);
            solved += usize::from(published.is_some());
            // Above a tenth the lesser of Zayatz and SNB, where SNB is what is published.
            let fraction = case["fraction"].as_f64().unwrap();
            let dankar = match published {
                Some(snb) if fraction > 0.1 => zayatz.map(|zayatz| zayatz.min(snb)),
                _ => case["dankar"].as_f64(),
            };
            same("dankar", ours(Estimator::Dankar), dankar);
        }
    }
    assert_eq!(solved, 4);
}

/// By the least β of a grid at which the expected classes of two people are off to the other side,
/// α being such that those of one person are right.
fn snb(sizes: &[(u64, u64)], population: f64, equations: Snb) -> Option<f64> {
    let of = |size: u64| {
        sizes.iter().find(|(people, _)| *people == size).map_or(0.0, |(_, classes)| *classes as f64)
    };
    let n: f64 = sizes.iter().map(|(people, classes)| (people * classes) as f64).sum();
    let f = n / population;
    let k = classes_of_population(sizes, f, equations);
    let kept = |b: f64| (1.0 - f) * (1.0 - b);
    let ones = |a: f64, b: f64| {
        let d = kept(b);
        k * f * (b / (1.0 - d)).powf(a) * (a * d / (1.0 - d) + 1.0)
    };
    let twos = |a: f64, b: f64| {
        let d = kept(b);
        let scale = (1.0 - d).powf(a + 2.0);
        let scale = if equations == Snb::OfArx { scale } else { 1.0 / scale };
        k * a * b.powf(a) * f * f * (1.0 - b) / 2.0 * scale * (2.0 - (1.0 - a) * d)
    };
    let alpha = |b: f64| {
        let fits = ones(1e-9, b) > of(1);
        fits.then(|| halved(1e-9, 1e4, |a| ones(a, b) - of(1)))
    };
    let off = |b: f64| Some(twos(alpha(b)?, b) - of(2));
    let grid = (1..1000).map(|at| f64::from(at) / 1000.0);
    let pairs = grid.clone().zip(grid.skip(1));
    let (low, high) = pairs.into_iter().find(|(low, high)| match (off(*low), off(*high)) {
        (Some(low), Some(high)) => (low > 0.0) != (high > 0.0),
        _ => false,
    })?;
    let sign = if off(low)? > 0.0 { 1.0 } else { -1.0 };
    let b = halved(low, high, |b| sign * off(b).unwrap_or(0.0));
    Some(k * b.powf(alpha(b)?) / population)
}

/// Shlosser's estimate as Haas and Stokes changed it.
fn classes_of_population(sizes: &[(u64, u64)], f: f64, equations: Snb) -> f64 {
    let sum = |term: &dyn Fn(f64) -> f64| -> f64 {
        sizes.iter().map(|(people, classes)| term(*people as f64) * *classes as f64).sum()
    };
    let all = sum(&|_| 1.0);
    let alone = sizes.iter().find(|(people, _)| *people == 1).map_or(0.0, |(_, n)| *n as f64);
    let twice = sum(&|i| i * f * f * (1.0 - f * f).powf(i - 1.0));
    let seen = match equations {
        Snb::Published => sum(&|i| (1.0 - f).powf(i) * ((1.0 + f).powf(i) - 1.0)),
        Snb::OfArx => sum(&|i| ((1.0 - f) * (1.0 + f)).powf(i)) - sizes.len() as f64,
    };
    let unseen = sum(&|i| (1.0 - f).powf(i));
    let once = sum(&|i| i * f * (1.0 - f).powf(i - 1.0));
    all + alone * twice / seen * (unseen / once).powi(2)
}

/// The zero of a function that falls from above to below 0.
fn halved(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if f(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
