//! Privacy models, held against classes that were read back from the disk.
//!
//! The formulas are written from the papers, apart from those of `weir-search`, so that a fault
//! there does not hide itself here. One thing is shared: the estimates of population uniqueness
//! of [`weir_search::estimate`], which are numbers, not conditions.
//!
//! Where a formula compares real numbers, a class within one part in 10⁹ of the threshold meets
//! it: that is rounding, not risk. Counts are compared exactly.

use std::collections::BTreeMap;
use std::fmt;

use weir_search::estimate::population_uniqueness;
use weir_table::{ClassCounts, ReadBack, TableError};
use weir_types::model::Attack;
use weir_types::risk::{Against, MeasuredModel, Unmeasured};
use weir_types::{PrivacyModel, RiskReport};

use crate::{MeasureOptions, measure};

mod information;
mod order;
mod spread;
mod tree;

pub use information::{Coverage, Information};
pub use tree::ValueTree;

/// Rounding that is not held against a class.
const ROUNDING: f64 = 1e-9;

/// Person–value pairs of a table by value; `None` is "no value".
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Distribution(pub BTreeMap<Option<String>, u64>);

impl fmt::Debug for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Distribution of {} values", self.0.len())
    }
}

/// What models are held against, beside the files.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelOptions<'a> {
    /// The models.
    pub models: &'a [PrivacyModel],
    /// Hierarchies of sensitive columns, for hierarchical distance.
    pub hierarchies: Option<&'a BTreeMap<String, ValueTree>>,
    /// Distributions of sensitive columns in the source; columns without one are compared with
    /// the released rows.
    pub source: Option<&'a BTreeMap<String, Distribution>>,
    /// People of the source. An estimate of the population starts from them, for leaving people
    /// out does not make a population smaller; where they are not known, from the released people.
    pub people: Option<u64>,
}

/// Measures risk as [`measure`] does, and holds the classes against privacy models.
///
/// Every sensitive column that was read back gets its [`weir_types::risk::SensitiveFigures`],
/// whether a model speaks of it or not.
///
/// # Errors
///
/// Rows that went to disk cannot be read back.
pub fn measure_with(
    read: ReadBack,
    options: &MeasureOptions,
    models: &ModelOptions<'_>,
) -> Result<RiskReport, TableError> {
    let mut report = measure(&read.classes, options);
    let sizes: Vec<u64> =
        read.classes.sizes.iter().map(|(n, _)| u64::from(*n)).filter(|n| *n > 0).collect();
    let mut measured: Vec<MeasuredModel> = models
        .models
        .iter()
        .map(|model| {
            let of_sizes = of_sizes(model, &sizes, models.people);
            of_sizes.unwrap_or_else(|| of_counts(model, &read.counts))
        })
        .collect();
    for values in read.values {
        let column = values.column().to_owned();
        let source = models.source.and_then(|all| all.get(&column));
        let tree = models.hierarchies.and_then(|all| all.get(&column));
        let of_column = |model: &&mut MeasuredModel| model.model.sensitive() == Some(&column);
        let asked: Vec<&mut MeasuredModel> = measured.iter_mut().filter(of_column).collect();
        report.sensitive.push(spread::measure(values, source, tree, asked)?);
    }
    report.models = measured;
    Ok(report)
}

fn unmeasured(model: &PrivacyModel, why: Unmeasured) -> MeasuredModel {
    MeasuredModel {
        model: model.clone(),
        met: None,
        figure: None,
        threshold: None,
        classes_failing: None,
        against: None,
        source_people: None,
        unmeasured: Some(why),
    }
}

/// A figure of the worst class, and how many classes fail.
fn by_class(model: &PrivacyModel, figure: f64, threshold: f64, failing: usize) -> MeasuredModel {
    MeasuredModel {
        met: Some(failing == 0),
        figure: finite(figure),
        threshold: Some(threshold),
        classes_failing: Some(failing as u64),
        unmeasured: None,
        ..unmeasured(model, Unmeasured::UnknownModel)
    }
}

fn finite(figure: f64) -> Option<f64> {
    figure.is_finite().then_some(figure)
}

/// Models of which the sizes of the classes tell all, and the people of the source.
fn of_sizes(model: &PrivacyModel, sizes: &[u64], people: Option<u64>) -> Option<MeasuredModel> {
    let least = |k: u64| {
        let smallest = sizes.iter().min().map_or(0.0, |n| *n as f64);
        by_class(model, smallest, k as f64, sizes.iter().filter(|n| **n < k).count())
    };
    let whole = |figure: Option<f64>, at_most: f64| MeasuredModel {
        met: Some(figure.is_some_and(|figure| figure <= at_most * (1.0 + ROUNDING))),
        figure,
        threshold: Some(at_most),
        unmeasured: figure.is_none().then_some(Unmeasured::NoEstimate),
        ..unmeasured(model, Unmeasured::UnknownModel)
    };
    Some(match model {
        PrivacyModel::KAnonymity { k } => least(k.get()),
        PrivacyModel::KMap { k, sampling_fraction: Some(fraction) } => {
            least(least_in_sample(k.get(), *fraction))
        }
        PrivacyModel::AverageRisk { at_most } => {
            let people: u64 = sizes.iter().sum();
            let mean = if people == 0 { 0.0 } else { sizes.len() as f64 / people as f64 };
            whole(Some(mean), *at_most)
        }
        PrivacyModel::PopulationUniqueness { at_most, sampling_fraction, estimator } => {
            let mut by_size: BTreeMap<u64, u64> = BTreeMap::new();
            sizes.iter().for_each(|size| *by_size.entry(*size).or_default() += 1);
            let by_size: Vec<(u64, u64)> = by_size.into_iter().collect();
            let sampled = people.unwrap_or_else(|| sizes.iter().sum::<u64>());
            let population = (sampled as f64 / sampling_fraction).round();
            let share = population_uniqueness(&by_size, population, *estimator);
            MeasuredModel { source_people: people, ..whole(share, *at_most) }
        }
        PrivacyModel::DifferentialPrivacy { .. } => unmeasured(model, Unmeasured::NotInTheBytes),
        _ => return None,
    })
}

/// Models that speak of each class, its population and its cells.
fn of_counts(model: &PrivacyModel, classes: &[ClassCounts]) -> MeasuredModel {
    if model.sensitive().is_some() {
        return unmeasured(model, Unmeasured::NeedsColumn);
    }
    let has_population = classes.iter().all(|class| class.population.is_some());
    if model.needs_population() && (classes.is_empty() || !has_population) {
        return unmeasured(model, Unmeasured::NeedsPopulation);
    }
    let population = |class: &ClassCounts| f64::from(class.population.unwrap_or(0));
    match model {
        PrivacyModel::KMap { k, .. } => {
            let k = k.get() as f64;
            let least = classes.iter().map(population).fold(f64::INFINITY, f64::min);
            let failing = classes.iter().filter(|class| population(class) < k).count();
            against_population(by_class(model, least, k, failing))
        }
        PrivacyModel::DeltaPresence { min, max } => {
            let share = |class: &ClassCounts| f64::from(class.people) / population(class).max(1.0);
            against_population(presence(model, (*min, *max), classes.iter().map(share)))
        }
        PrivacyModel::Profitability { .. } => profitability(model, classes),
        _ => unmeasured(model, Unmeasured::UnknownModel),
    }
}

fn against_population(measured: MeasuredModel) -> MeasuredModel {
    MeasuredModel { against: Some(Against::Population), ..measured }
}

/// δ-presence, Definition 3 of Nergiz, Atzori and Clifton, "Hiding the presence of individuals
/// from shared databases", SIGMOD 2007, for the classes of the table. The figure is the least
/// share where one is too low, else the greatest.
fn presence(
    model: &PrivacyModel,
    (min, max): (f64, f64),
    shares: impl Iterator<Item = f64> + Clone,
) -> MeasuredModel {
    let least = shares.clone().fold(f64::INFINITY, f64::min);
    let greatest = shares.clone().fold(0.0, f64::max);
    let within = |share: &f64| *share >= min - ROUNDING && *share <= max + ROUNDING;
    let failing = shares.filter(|share| !within(share)).count();
    let (figure, bound) = if least < min - ROUNDING { (least, min) } else { (greatest, max) };
    by_class(model, figure, bound, failing)
}

/// The publisher's expected payout for each record is above 0, or the adversary's is not: Wan et
/// al., "A game theoretic framework for analyzing re-identification risk", PLoS ONE 10(3), 2015.
///
/// The figure is the least payout of the publisher for a record; where no attempt may pay, the
/// greatest payout of the adversary.
fn profitability(model: &PrivacyModel, classes: &[ClassCounts]) -> MeasuredModel {
    let PrivacyModel::Profitability { benefit, loss, gain, attempt, attack, no_attack } = model
    else {
        return unmeasured(model, Unmeasured::UnknownModel);
    };
    if classes.is_empty() {
        return unmeasured(model, Unmeasured::NeedsInformation);
    }
    let success = |class: &ClassCounts| {
        let crowd = match attack {
            Attack::Prosecutor => class.people,
            Attack::Journalist => class.population.unwrap_or(0).max(class.people),
        };
        1.0 / f64::from(crowd.max(1))
    };
    let adversary = |class: &ClassCounts| success(class) * gain - attempt;
    if *no_attack {
        let greatest = classes.iter().map(adversary).fold(f64::NEG_INFINITY, f64::max);
        let failing = classes.iter().filter(|class| adversary(class) > ROUNDING * gain).count();
        return by_class(model, greatest, 0.0, failing);
    }
    let payout = |class: &ClassCounts| {
        let lost = if adversary(class) > 0.0 { loss * success(class) } else { 0.0 };
        class.weight.map(|kept| benefit * kept - lost)
    };
    let Some(payouts) = classes.iter().map(payout).collect::<Option<Vec<f64>>>() else {
        return unmeasured(model, Unmeasured::NeedsInformation);
    };
    // A payout of nothing is no profit; what rounding may have taken is not held against a class.
    let pays = |payout: &f64| *payout > 0.0 || (*payout < 0.0 && -payout < 1e-12 * benefit);
    let failing = payouts.iter().filter(|payout| !pays(payout)).count();
    by_class(model, payouts.into_iter().fold(f64::INFINITY, f64::min), 0.0, failing)
}

/// The class size in a sample that shows `k` people in the population at 99 %, by a Poisson
/// distribution cut off at 0 of mean `k · fraction` (El Emam and Dankar, "Protecting privacy using
/// k-anonymity", J. Am. Med. Inform. Assoc. 15(5), 2008).
fn least_in_sample(k: u64, fraction: f64) -> u64 {
    let mean = k as f64 * fraction;
    let mut term = 1.0 / mean.exp_m1();
    let mut below = 0.0;
    (1..k)
        .find(|n| {
            if below >= 0.99 {
                return true;
            }
            term *= mean / *n as f64;
            below += term;
            false
        })
        .unwrap_or(k)
}

#[cfg(test)]
mod tests;
