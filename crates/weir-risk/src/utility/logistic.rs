//! Logistic regression of several classes over categories.
//!
//! Cox, The regression analysis of binary sequences, J. R. Stat. Soc. B 20(2) (1958), with a weight
//! for each class and category, and half the sum of their squares as penalty ([`penalty`] has what
//! differs for two classes): what `LogisticRegression` of scikit-learn does with its defaults. The
//! weights are found by L-BFGS (Liu and Nocedal, On the limited memory BFGS method, Mathematical
//! Programming 45, 1989), from zero and without a draw, so that they follow from the rows and their
//! order alone.

use std::collections::VecDeque;

/// Rows to learn from: their categories and classes.
///
/// Only categories that a row has are numbered, for a release may have as many labels as rows. The
/// others would have no weight, as nothing but the penalty is told of them.
#[derive(Debug)]
pub(super) struct Examples {
    /// Feature, then category: its number among those of all features that occur, or [`NONE`].
    numbers: Vec<Vec<u32>>,
    n_numbers: usize,
    n_classes: usize,
    /// Row after row, the number of a category for each feature.
    cells: Vec<u32>,
    classes: Vec<u32>,
}

/// A category that no row has.
const NONE: u32 = u32::MAX;

/// Weights: number of a category, then class; after them one a class for every row.
#[derive(Debug)]
pub(super) struct Model<'e> {
    examples: &'e Examples,
    weights: Vec<f64>,
}

/// Steps at most.
const STEPS: usize = 100;
/// Steps whose curvature is kept.
const MEMORY: usize = 8;
/// A slope per row that is none, as scikit-learn has it.
const FLAT: f64 = 1e-4;

impl Examples {
    /// No rows yet, of features with so many categories.
    pub(super) fn new(n_classes: usize, sizes: impl Iterator<Item = usize>) -> Self {
        let numbers = sizes.map(|size| vec![NONE; size]).collect();
        Self { numbers, n_numbers: 0, n_classes, cells: Vec::new(), classes: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, class: u32, categories: impl Iterator<Item = u32>) {
        for (category, numbers) in categories.zip(&mut self.numbers) {
            let number = &mut numbers[category as usize];
            if *number == NONE {
                *number = self.n_numbers as u32;
                self.n_numbers += 1;
            }
            self.cells.push(*number);
        }
        self.classes.push(class);
    }

    fn n_features(&self) -> usize {
        self.numbers.len()
    }

    /// Where the weights of every row begin.
    fn intercepts(&self) -> usize {
        self.n_numbers * self.n_classes
    }

    /// Weights that are learnt.
    pub(super) fn n_weights(&self) -> usize {
        self.intercepts() + self.n_classes
    }

    /// Learns from the rows, each as often as told.
    pub(super) fn learn(&self, times: &[f64]) -> Model<'_> {
        let mut at = self.measured(vec![0.0; self.n_weights()], times);
        let flat = FLAT * times.iter().sum::<f64>();
        let mut curvature = Curvature::default();
        for _ in 0..STEPS {
            if at.slopes.iter().all(|slope| slope.abs() <= flat) {
                break;
            }
            let way = curvature.downhill(&at.slopes);
            let Some(next) = self.step(&at, &way, times) else { break };
            curvature.note(&at, &next);
            at = next;
        }
        Model { examples: self, weights: at.weights }
    }

    /// A point on the way that is lower by enough (Armijo), by halves of the whole way.
    fn step(&self, at: &Point, way: &[f64], times: &[f64]) -> Option<Point> {
        let steepness = dot(&at.slopes, way);
        let mut part = 1.0;
        while part > 1e-9 {
            let weights = at.weights.iter().zip(way).map(|(w, d)| w + part * d).collect();
            let next = self.measured(weights, times);
            if next.cost <= at.cost + 1e-4 * part * steepness {
                return Some(next);
            }
            part /= 2.0;
        }
        None
    }

    /// The cost at some weights, and its slopes.
    fn measured(&self, weights: Vec<f64>, times: &[f64]) -> Point {
        let (n, base) = (self.n_classes, self.intercepts());
        let penalty = penalty(n);
        let mut cost = penalty / 2.0 * dot(&weights[..base], &weights[..base]);
        let mut slopes: Vec<f64> = weights.iter().map(|weight| penalty * weight).collect();
        slopes[base..].fill(0.0);
        let mut scores = vec![0.0; n];
        let rows = self.cells.chunks_exact(self.n_features().max(1)).zip(&self.classes).zip(times);
        for ((cells, class), times) in rows.filter(|(_, times)| **times > 0.0) {
            scores.copy_from_slice(&weights[base..]);
            for cell in cells {
                let of = &weights[*cell as usize * n..][..n];
                scores.iter_mut().zip(of).for_each(|(score, weight)| *score += weight);
            }
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let own = scores[*class as usize] - most;
            scores.iter_mut().for_each(|score| *score = (*score - most).exp());
            let all: f64 = scores.iter().sum();
            cost += times * (all.ln() - own);
            scores.iter_mut().for_each(|score| *score *= times / all);
            scores[*class as usize] -= times;
            for cell in cells.iter().map(|cell| *cell as usize * n).chain([base]) {
                let of = &mut slopes[cell..][..n];
                of.iter_mut().zip(&scores).for_each(|(slope, more)| *slope += more);
            }
        }
        Point { weights, cost, slopes }
    }
}

/// How many halves of the sum of squares the penalty is.
///
/// Of two classes, scikit-learn has one weight a category, which tells one class from the other.
/// Here it has two, one the negative of the other, whose difference is that weight: the sum of
/// their squares is half its square.
fn penalty(n_classes: usize) -> f64 {
    if n_classes == 2 { 2.0 } else { 1.0 }
}

impl Model<'_> {
    /// The likeliest class of a row, the first of those tied; cells are mixtures of categories, as
    /// in [`super::bayes::Counts::likeliest`].
    pub(super) fn likeliest<'a>(&self, cells: impl Iterator<Item = &'a [(u32, f64)]>) -> u32 {
        let n = self.examples.n_classes;
        let mut scores = self.weights[self.examples.intercepts()..].to_vec();
        for (numbers, mixture) in self.examples.numbers.iter().zip(cells) {
            let all: f64 = mixture.iter().map(|(_, chance)| chance).sum();
            let known =
                mixture.iter().map(|(category, chance)| (numbers[*category as usize], chance));
            for (number, chance) in known.filter(|(number, _)| *number != NONE) {
                let of = &self.weights[number as usize * n..][..n];
                scores.iter_mut().zip(of).for_each(|(score, w)| *score += w * chance / all);
            }
        }
        super::bayes::first_of_most(scores.into_iter())
    }
}

/// Weights, what they cost, and how that rises with each.
struct Point {
    weights: Vec<f64>,
    cost: f64,
    slopes: Vec<f64>,
}

/// The last steps, with the change of the slopes over each.
#[derive(Default)]
struct Curvature(VecDeque<(Vec<f64>, Vec<f64>, f64)>);

impl Curvature {
    fn note(&mut self, from: &Point, to: &Point) {
        let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let (step, change) = (less(&to.weights, &from.weights), less(&to.slopes, &from.slopes));
        let curved = dot(&step, &change);
        if curved > 0.0 {
            self.0.push_back((step, change, 1.0 / curved));
        }
        if self.0.len() > MEMORY {
            self.0.pop_front();
        }
    }

    /// The way to where a square function of this curvature is least.
    fn downhill(&self, slopes: &[f64]) -> Vec<f64> {
        let mut way: Vec<f64> = slopes.iter().map(|slope| -slope).collect();
        let mut parts = Vec::with_capacity(self.0.len());
        for (step, change, inverse) in self.0.iter().rev() {
            let part = inverse * dot(step, &way);
            add(&mut way, change, -part);
            parts.push(part);
        }
        // A first step of length one at most; later ones by the last curvature.
        let scale = match self.0.back() {
            Some((_, change, inverse)) => 1.0 / (inverse * dot(change, change)),
            None => 1.0 / dot(slopes, slopes).sqrt().max(1.0),
        };
        way.iter_mut().for_each(|way| *way *= scale);
        for ((step, change, inverse), part) in self.0.iter().zip(parts.into_iter().rev()) {
            let more = part - inverse * dot(change, &way);
            add(&mut way, step, more);
        }
        way
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}
