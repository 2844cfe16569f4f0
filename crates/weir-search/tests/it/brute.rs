//! What a node of a lattice keeps and costs, row by row from the definitions: slow, and written
//! without a look at how the search does it.

use std::collections::{BTreeMap, BTreeSet};

use weir_search::{differential::Sample, estimate::population_uniqueness};
use weir_types::{
    PrivacyModel, QualityModel,
    model::{Attack, Distance, Estimator},
};

use super::plain::{Hierarchy, Plain, Text};

/// A table, what is asked about it, and which rows are released.
pub(crate) struct Brute<'a> {
    pub(crate) quasi: Vec<Quasi<'a>>,
    pub(crate) plain: &'a Plain,
    pub(crate) hierarchies: &'a BTreeMap<String, Hierarchy>,
    /// Released rows; the others are the population only.
    pub(crate) released: Vec<bool>,
    /// Whether the other rows are a population.
    pub(crate) has_population: bool,
    pub(crate) models: Vec<PrivacyModel>,
    pub(crate) quality: QualityModel,
    /// Share of the released rows that may be suppressed.
    pub(crate) limit: f64,
}

/// A quasi-identifier.
pub(crate) struct Quasi<'a> {
    text: &'a Text,
    hierarchy: &'a Hierarchy,
    /// Row of the hierarchy of each value.
    row: Vec<usize>,
    weight: f64,
}

/// What a node does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) feasible: bool,
    pub(crate) score: f64,
    pub(crate) suppressed: usize,
    pub(crate) classes: usize,
    pub(crate) smallest: usize,
}

/// Rows that look the same.
struct Class {
    /// Least value of each cell, which orders classes as the search numbers them.
    key: Vec<usize>,
    rows: Vec<usize>,
    population: usize,
    /// Share of the domain that each cell covers.
    shares: Vec<f64>,
}

impl<'a> Quasi<'a> {
    pub(crate) fn new(text: &'a Text, hierarchy: &'a Hierarchy, weight: f64) -> Self {
        let place =
            |value: &String| hierarchy.rows.iter().position(|row| row[0] == *value).unwrap();
        Self { text, hierarchy, row: text.values.iter().map(place).collect(), weight }
    }

    fn label(&self, value: usize, level: usize) -> &str {
        &self.hierarchy.rows[self.row[value]][level]
    }

    fn top(&self) -> usize {
        self.hierarchy.rows[0].len() - 1
    }

    fn domain(&self) -> f64 {
        self.hierarchy.rows.len() as f64
    }

    fn share(&self, value: usize, level: usize) -> f64 {
        let label = self.label(value, level);
        let rows = self.hierarchy.rows.iter();
        rows.filter(|row| row[level] == label).count() as f64 / self.domain()
    }
}

impl Brute<'_> {
    /// Number of levels of each column.
    pub(crate) fn tops(&self) -> Vec<usize> {
        self.quasi.iter().map(Quasi::top).collect()
    }

    /// Released rows.
    pub(crate) fn n(&self) -> f64 {
        self.released.iter().filter(|released| **released).count() as f64
    }

    /// Measures a node.
    pub(crate) fn node(&self, levels: &[usize]) -> Outcome {
        let classes = self.classes(levels);
        let empty_fails = classes.iter().any(|class| class.rows.is_empty() && self.empty_fails());
        let (mut kept, mut lost): (Vec<&Class>, Vec<&Class>) = classes
            .iter()
            .filter(|class| !class.rows.is_empty())
            .partition(|class| self.models.iter().all(|model| self.meets(model, class)));
        let tells_something = self.quasi.iter().zip(levels).any(|(quasi, level)| {
            let first = quasi.label(0, *level);
            *level < quasi.top() || (0..quasi.row.len()).any(|v| quasi.label(v, *level) != first)
        });
        if tells_something {
            kept.sort_by(|a, b| {
                let order = |class: &Class| (class.rows.len(), class.key.clone());
                let loss = self.loss_of(a).total_cmp(&self.loss_of(b));
                a.rows.len().cmp(&b.rows.len()).then(loss).then(order(a).cmp(&order(b)))
            });
            let n = self.n_suppressed(&kept);
            lost.extend(kept.drain(..n));
        }
        let suppressed: usize = lost.iter().map(|class| class.rows.len()).sum();
        Outcome {
            feasible: !empty_fails && suppressed as f64 <= self.limit * self.n() + 1e-6,
            score: self.score(levels, &kept, &lost),
            suppressed,
            classes: kept.len(),
            smallest: kept.iter().map(|class| class.rows.len()).min().unwrap_or(0),
        }
    }

    fn classes(&self, levels: &[usize]) -> Vec<Class> {
        let mut classes: BTreeMap<Vec<&str>, Class> = BTreeMap::new();
        for row in 0..self.plain.n_rows() {
            if !self.released[row] && !self.has_population {
                continue;
            }
            let cells = || self.quasi.iter().zip(levels).map(|(q, l)| (q, q.text.codes[row], *l));
            let look = cells().map(|(quasi, value, level)| quasi.label(value as usize, level));
            let class = classes.entry(look.collect()).or_insert_with(|| Class {
                key: cells()
                    .map(|(quasi, value, level)| {
                        let label = quasi.label(value as usize, level);
                        (0..quasi.row.len()).find(|v| quasi.label(*v, level) == label).unwrap()
                    })
                    .collect(),
                rows: Vec::new(),
                population: 0,
                shares: cells().map(|(quasi, value, l)| quasi.share(value as usize, l)).collect(),
            });
            class.population += 1;
            if self.released[row] {
                class.rows.push(row);
            }
        }
        classes.into_values().collect()
    }

    /// Whether people of the population of whose class nobody is released fail δ-presence.
    fn empty_fails(&self) -> bool {
        let bounded = |model: &PrivacyModel| match model {
            PrivacyModel::DeltaPresence { min, .. } => *min > 0.0,
            _ => false,
        };
        let sized = |model: &PrivacyModel| match model {
            PrivacyModel::KAnonymity { .. }
            | PrivacyModel::KMap { sampling_fraction: Some(_), .. }
            | PrivacyModel::DistinctLDiversity { .. }
            | PrivacyModel::EntropyLDiversity { .. }
            | PrivacyModel::RecursiveLDiversity { .. }
            | PrivacyModel::DifferentialPrivacy { .. } => true,
            PrivacyModel::Profitability { no_attack, attack, .. } => {
                *no_attack && *attack == Attack::Prosecutor
            }
            _ => false,
        };
        self.models.iter().any(bounded) && !self.models.iter().any(sized)
    }

    /// How often each value of a sensitive column is among some rows.
    fn counts(&self, column: &str, rows: &[usize]) -> BTreeMap<u32, f64> {
        let text = self.plain.column(column).unwrap();
        let mut counts = BTreeMap::new();
        rows.iter().for_each(|row| *counts.entry(text.codes[*row]).or_insert(0.0) += 1.0);
        counts
    }

    /// Frequencies in the released table.
    fn whole(&self, column: &str) -> BTreeMap<u32, f64> {
        let all: Vec<usize> = (0..self.released.len()).filter(|row| self.released[*row]).collect();
        shares(&self.counts(column, &all))
    }

    fn meets(&self, model: &PrivacyModel, class: &Class) -> bool {
        let people = class.rows.len() as f64;
        let counts = |column: &str| self.counts(column, &class.rows);
        let falling = |column: &str| {
            let mut counts: Vec<f64> = counts(column).into_values().collect();
            counts.sort_by(|a, b| b.total_cmp(a));
            counts
        };
        let of_value = |column: &str, meets: &dyn Fn(f64, f64) -> bool| {
            let whole = self.whole(column);
            shares(&counts(column)).iter().all(|(value, q)| meets(*q, whole[value]))
        };
        match model {
            PrivacyModel::KAnonymity { k } => people >= k.get() as f64,
            PrivacyModel::KMap { k, sampling_fraction: None } => class.population as u64 >= k.get(),
            PrivacyModel::KMap { k, sampling_fraction: Some(f) } => {
                people >= least_in_sample(k.get(), *f)
            }
            PrivacyModel::DifferentialPrivacy { epsilon, delta, epsilon_search, .. } => {
                people >= Sample::of_model(*epsilon, *epsilon_search, *delta).unwrap().k as f64
            }
            PrivacyModel::DistinctLDiversity { sensitive, l } => {
                counts(sensitive).len() as u64 >= l.get()
            }
            PrivacyModel::EntropyLDiversity { sensitive, l } => {
                let shares = shares(&counts(sensitive));
                let entropy: f64 = shares.values().map(|p| -p * p.ln()).sum();
                entropy >= l.ln() - 1e-9
            }
            PrivacyModel::RecursiveLDiversity { sensitive, c, l } => {
                let counts = falling(sensitive);
                let l = l.get() as usize;
                l <= counts.len() && counts[0] < c * counts[l - 1..].iter().sum::<f64>()
            }
            PrivacyModel::TCloseness { sensitive, t, distance } => {
                let whole = self.whole(sensitive);
                self.distance(sensitive, *distance, &shares(&counts(sensitive)), &whole) <= t + 1e-9
            }
            PrivacyModel::DeltaPresence { min, max } => {
                let share = people / class.population as f64;
                *min <= share && share <= *max
            }
            PrivacyModel::BasicBetaLikeness { sensitive, beta } => {
                of_value(sensitive, &|q, p| (q - p) / p <= beta + 1e-9)
            }
            PrivacyModel::EnhancedBetaLikeness { sensitive, beta } => {
                of_value(sensitive, &|q, p| (q - p) / p <= beta.min(-p.ln()) + 1e-9)
            }
            // Of the values that the class has, as ARX takes it.
            PrivacyModel::DeltaDisclosure { sensitive, delta } => {
                of_value(sensitive, &|q, p| (q / p).log2().abs() < *delta)
            }
            PrivacyModel::Profitability { .. } => self.pays(model, class),
            _ => true,
        }
    }

    fn pays(&self, model: &PrivacyModel, class: &Class) -> bool {
        let PrivacyModel::Profitability { benefit, loss, gain, attempt, attack, no_attack } = model
        else {
            return true;
        };
        let crowd = match attack {
            Attack::Prosecutor => class.rows.len(),
            Attack::Journalist => class.population,
        };
        let success = 1.0 / crowd as f64;
        if *no_attack {
            return gain * success < *attempt;
        }
        let attacked = gain * success > *attempt;
        let told: f64 = class.shares.iter().map(|share| -share.ln()).sum();
        let all: f64 = self.quasi.iter().map(|quasi| quasi.domain().ln()).sum();
        let kept = if all > 0.0 { told / all } else { 1.0 };
        benefit * kept - if attacked { loss * success } else { 0.0 } > 1e-12
    }

    fn distance(
        &self,
        column: &str,
        distance: Distance,
        found: &BTreeMap<u32, f64>,
        whole: &BTreeMap<u32, f64>,
    ) -> f64 {
        let extra = |value: &u32| found.get(value).unwrap_or(&0.0) - whole[value];
        match distance {
            Distance::Ordered => {
                // Values are numbered in their order.
                let mut sum = 0.0;
                let moved: f64 = whole
                    .keys()
                    .map(|value| {
                        sum += extra(value);
                        f64::abs(sum)
                    })
                    .sum();
                moved / (whole.len() as f64 - 1.0).max(1.0)
            }
            Distance::Hierarchical => {
                let text = self.plain.column(column).unwrap();
                let rows = &self.hierarchies[column].rows;
                let value =
                    |v: &u32| rows.iter().find(|r| r[0] == text.values[*v as usize]).unwrap();
                let leaves = whole.keys().map(|v| (value(v).as_slice(), extra(v))).collect();
                tree_cost(leaves, rows[0].len() - 1)
            }
            _ => whole.keys().map(|value| extra(value).abs()).sum::<f64>() / 2.0,
        }
    }

    /// How many of the classes, the first ones, are suppressed for the models of all classes.
    fn n_suppressed(&self, kept: &[&Class]) -> usize {
        let people = self.n();
        let holds = |model: &PrivacyModel, left: &[&Class]| {
            let n: usize = left.iter().map(|class| class.rows.len()).sum();
            match model {
                PrivacyModel::AverageRisk { at_most } => {
                    n == 0 || left.len() as f64 / n as f64 <= at_most + 1e-12
                }
                PrivacyModel::PopulationUniqueness { at_most, sampling_fraction, estimator } => {
                    let population = (people / sampling_fraction).round();
                    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
                    left.iter().for_each(|c| *sizes.entry(c.rows.len() as u64).or_default() += 1);
                    let sizes: Vec<_> = sizes.into_iter().collect();
                    let few = n as f64 / population <= 0.1;
                    let estimator = match estimator {
                        Estimator::Dankar if few => Estimator::Pitman,
                        other => *other,
                    };
                    let estimate = population_uniqueness(&sizes, population, estimator);
                    estimate.is_some_and(|estimate| estimate <= *at_most)
                }
                _ => true,
            }
        };
        let mut gone = 0;
        while let Some(model) = self.models.iter().find(|model| !holds(model, &kept[gone..])) {
            // `low` are too few, `high` are enough.
            let (mut low, mut high) = (gone, kept.len() + 1);
            while low + 1 < high {
                let middle = (low + high) / 2;
                if holds(model, &kept[middle..]) { high = middle } else { low = middle }
            }
            gone = high;
        }
        gone
    }

    /// What orders classes of one size, where one of them has to go.
    fn loss_of(&self, class: &Class) -> f64 {
        let n = class.rows.len() as f64;
        let weights = self.weights();
        let cells = || class.shares.iter().zip(&weights);
        let columns = self.quasi.len() as f64;
        match self.quality {
            QualityModel::Loss { .. } => {
                cells().map(|(share, w)| (n * share * w + 1.0).powf(1.0 / columns)).product()
            }
            QualityModel::Granularity => cells().map(|(share, w)| n * share / columns * w).sum(),
            QualityModel::Ambiguity => n * self.inputs(class),
            _ => n,
        }
    }

    fn weights(&self) -> Vec<f64> {
        let most = self.quasi.iter().map(|quasi| quasi.weight).fold(0.0, f64::max);
        self.quasi.iter().map(|q| if most > 0.0 { q.weight / most } else { 1.0 }).collect()
    }

    /// Tuples of the domain that the cells of a class may stand for.
    fn inputs(&self, class: &Class) -> f64 {
        let cells = class.shares.iter().zip(&self.quasi);
        cells.map(|(share, quasi)| share * quasi.domain()).product()
    }

    fn score(&self, levels: &[usize], kept: &[&Class], lost: &[&Class]) -> f64 {
        let n = self.n();
        let columns: Vec<f64> = (0..levels.len())
            .map(|column| self.column(column, levels[column], kept, lost))
            .zip(self.weights())
            .map(|(x, weight)| x * weight)
            .collect();
        let suppressed: f64 = lost.iter().map(|class| class.rows.len() as f64).sum();
        let size = |class: &&Class| class.rows.len() as f64;
        match self.quality {
            QualityModel::Loss { .. } => {
                let product: f64 = columns.iter().map(|x| x + 1.0).product();
                product.powf(1.0 / columns.len() as f64) - 1.0
            }
            QualityModel::Precision | QualityModel::Granularity => {
                columns.iter().sum::<f64>() / columns.len() as f64
            }
            QualityModel::NonUniformEntropy { .. } => columns.iter().sum(),
            QualityModel::Discernibility => {
                kept.iter().map(|c| size(c) * size(c)).sum::<f64>() + suppressed * n
            }
            QualityModel::AverageClassSize => {
                n / (kept.len() as f64 + if suppressed > 0.0 { 1.0 } else { 0.0 })
            }
            _ => {
                let all: f64 = self.quasi.iter().map(Quasi::domain).product();
                kept.iter().map(|c| size(c) * self.inputs(c)).sum::<f64>() + suppressed * all
            }
        }
    }

    /// What a column costs, for the models that are sums over cells.
    fn column(&self, at: usize, level: usize, kept: &[&Class], lost: &[&Class]) -> f64 {
        let quasi = &self.quasi[at];
        let n = self.n();
        let size = |class: &&Class| class.rows.len() as f64;
        let suppressed: f64 = lost.iter().map(size).sum();
        match self.quality {
            QualityModel::Precision => {
                let height = if quasi.top() == 0 { 0.0 } else { level as f64 / quasi.top() as f64 };
                ((n - suppressed) * height + suppressed) / n
            }
            QualityModel::NonUniformEntropy { monotonic } => {
                let rows = (0..self.released.len()).filter(|row| self.released[*row]);
                let values: Vec<usize> = rows.map(|row| quasi.text.codes[row] as usize).collect();
                let bits: f64 = values
                    .iter()
                    .map(|value| {
                        let same = values.iter().filter(|v| *v == value).count() as f64;
                        let label = quasi.label(*value, level);
                        let open = values.iter().filter(|v| quasi.label(**v, level) == label);
                        (open.count() as f64 / same).log2()
                    })
                    .sum();
                let mut groups: BTreeMap<usize, f64> = BTreeMap::new();
                lost.iter().for_each(|class| {
                    *groups.entry(class.key[at]).or_default() += size(class);
                });
                let more: f64 = groups.values().map(|n| n * (suppressed / n).log2()).sum();
                bits + if monotonic { 0.0 } else { more }
            }
            QualityModel::Discernibility
            | QualityModel::AverageClassSize
            | QualityModel::Ambiguity => 0.0,
            quality => {
                let factor = match quality {
                    QualityModel::Loss { suppression_factor } => suppression_factor,
                    _ => 0.5,
                };
                let g = if factor <= 0.5 { 1.0 } else { 2.0 - 2.0 * factor };
                let s = if factor < 0.5 { 2.0 * factor } else { 1.0 };
                let share = |class: &&Class| size(class) * class.shares[at];
                let kept: f64 = kept.iter().map(|class| g * share(class)).sum();
                let lost: f64 = lost.iter().map(|c| share(c) + s * (size(c) - share(c))).sum();
                let least = g * n / quasi.domain();
                let x = (kept + lost - least) / (n - least);
                if x.is_nan() { 0.0 } else { x.max(0.0) }
            }
        }
    }
}

fn shares(counts: &BTreeMap<u32, f64>) -> BTreeMap<u32, f64> {
    let all: f64 = counts.values().sum();
    counts.iter().map(|(value, n)| (*value, n / all)).collect()
}

/// Cost of the transport over a hierarchy (Li et al. 2007, section 6.2): at each inner node of
/// height `h` of `top`, `h / top` times what its children have too much or too little, whichever
/// is less.
fn tree_cost(leaves: Vec<(&[String], f64)>, top: usize) -> f64 {
    let mut below = leaves;
    let mut cost = 0.0;
    for height in 1..=top {
        let labels: BTreeSet<&str> = below.iter().map(|(row, _)| row[height].as_str()).collect();
        let mut here = Vec::new();
        for label in labels {
            let children: Vec<_> = below.iter().filter(|(row, _)| row[height] == label).collect();
            let much: f64 = children.iter().map(|(_, extra)| extra.max(0.0)).sum();
            let little: f64 = children.iter().map(|(_, extra)| (-extra).max(0.0)).sum();
            cost += height as f64 / top as f64 * much.min(little);
            here.push((children[0].0, much - little));
        }
        below = here;
    }
    cost
}

/// Least size in the sample at which a class has `k` people in the population at 99 %, its size
/// being zero-truncated Poisson.
fn least_in_sample(k: u64, fraction: f64) -> f64 {
    let lambda = k as f64 * fraction;
    let chance = |n: u64| {
        let factorial: f64 = (1..=n).map(|i| i as f64).product();
        lambda.powf(n as f64) / factorial / (lambda.exp() - 1.0)
    };
    let enough = (1..k).find(|n| (1..*n).map(chance).sum::<f64>() >= 0.99);
    enough.unwrap_or(k) as f64
}
