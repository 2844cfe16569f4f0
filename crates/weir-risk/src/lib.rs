//! Re-identification risk, measured on equivalence classes.
//!
//! A class is the set of people whose records look the same over the quasi-identifiers. This
//! crate is told the classes as they were read back: their sizes, and where asked the sensitive
//! values in each. It does not know how the table was made, so it cannot take a figure from
//! whoever made it.
//!
//! What it guarantees: every figure follows from the classes by the formula stated at its field
//! of [`RiskReport`]. What it does not: that the quasi-identifiers and the sensitive columns are
//! the right ones.
//!
//! ```
//! use weir_risk::{MeasureOptions, measure};
//! use weir_table::Classes;
//! use weir_types::risk::PeopleCountedBy;
//!
//! // One person alone, and three who look alike.
//! let classes = Classes { sizes: vec![(1, 1), (3, 3)], rows: 4, people: 4 };
//! let report = measure(&classes, &MeasureOptions {
//!     quasi_identifiers: vec!["age".into()],
//!     person: None,
//!     people_counted_by: PeopleCountedBy::Row,
//!     tau: 0.2,
//! });
//! assert_eq!(report.smallest_class, 1);
//! assert_eq!(report.prosecutor_mean, 0.5);
//! assert_eq!(report.uniqueness, 0.25);
//! ```

pub mod attack;
pub mod models;
pub mod population;
pub mod utility;

use weir_table::Classes;
use weir_types::RiskReport;
use weir_types::risk::{ClassBand, PeopleCountedBy};

/// What is measured, and against which threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureOptions {
    /// The columns that formed the classes.
    pub quasi_identifiers: Vec<String>,
    /// The column that ties the rows of a person, if the table has one.
    pub person: Option<String>,
    /// How people were told apart.
    pub people_counted_by: PeopleCountedBy,
    /// Record risk above which a class counts as exposed (τ of GB/T 42460-2023 Annex D).
    pub tau: f64,
}

/// Measures risk.
///
/// Formulas: GB/T 42460-2023 Annex D (second-hand) and El Emam, Guide to the De-Identification of
/// Personal Health Information (2013), chapter 16. An empty table has no risk: all figures are 0.
pub fn measure(classes: &Classes, options: &MeasureOptions) -> RiskReport {
    let sizes = || classes.sizes.iter().map(|(people, _)| *people).filter(|people| *people > 0);
    let n_classes = sizes().count() as u64;
    // In tables whose rows are not tied, a person may be in several classes. Shares of people are
    // then shares of (person, class) pairs, each of which an intruder can aim at.
    let members: u64 = sizes().map(u64::from).sum();
    let smallest = sizes().min().map_or(0, u64::from);
    let unique = sizes().filter(|people| *people == 1).count() as u64;
    let exposed = |people: u32| risk(people) > options.tau * (1.0 + 1e-12);
    let exposed_classes = sizes().filter(|people| exposed(*people)).count() as u64;
    let exposed_people: u64 = sizes().filter(|people| exposed(*people)).map(u64::from).sum();
    let prosecutor_max = if smallest == 0 { 0.0 } else { 1.0 / smallest as f64 };
    let mean = share(n_classes, members);
    RiskReport {
        quasi_identifiers: options.quasi_identifiers.clone(),
        person: options.person.clone(),
        people_counted_by: options.people_counted_by,
        rows: classes.rows,
        people: classes.people,
        classes: n_classes,
        smallest_class: smallest,
        largest_class: sizes().max().map_or(0, u64::from),
        unique_people: unique,
        uniqueness: share(unique, members),
        prosecutor_max,
        prosecutor_mean: mean,
        journalist_max: prosecutor_max,
        marketer: mean,
        class_mean: class_mean(sizes(), n_classes),
        tau: options.tau,
        exposed_classes: share(exposed_classes, n_classes),
        exposed_people: share(exposed_people, members),
        histogram: bands(sizes()),
        models: Vec::new(),
        sensitive: Vec::new(),
    }
}

fn risk(people: u32) -> f64 {
    1.0 / f64::from(people)
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Mean of 1/size over classes. Sizes come in rising order, so the sum is the same on every
/// machine.
fn class_mean(sizes: impl Iterator<Item = u32>, n_classes: u64) -> f64 {
    if n_classes == 0 { 0.0 } else { sizes.map(risk).sum::<f64>() / n_classes as f64 }
}

/// Upper ends of the bands; the usual thresholds (3, 5, 20) begin a band each.
const BAND_ENDS: [u64; 11] = [1, 2, 4, 9, 19, 49, 99, 199, 499, 999, u64::MAX];

fn bands(sizes: impl Iterator<Item = u32>) -> Vec<ClassBand> {
    let (mut from, mut largest) = (1, 0);
    let mut bands: Vec<ClassBand> = BAND_ENDS
        .iter()
        .map(|to| {
            let band = ClassBand { from, to: *to, classes: 0, people: 0 };
            from = to.saturating_add(1);
            band
        })
        .collect();
    for people in sizes.map(u64::from) {
        let at = BAND_ENDS.partition_point(|end| *end < people);
        bands[at].classes += 1;
        bands[at].people += people;
        largest = largest.max(people);
    }
    // The last band ends with the largest class: a number that every JSON reader can hold.
    if let Some(last) = bands.last_mut() {
        last.to = largest.max(last.from);
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn options(tau: f64) -> MeasureOptions {
        MeasureOptions {
            quasi_identifiers: Vec::new(),
            person: None,
            people_counted_by: PeopleCountedBy::Row,
            tau,
        }
    }

    fn of(sizes: &[u32]) -> Classes {
        let mut sizes: Vec<(u32, u32)> = sizes.iter().map(|n| (*n, *n)).collect();
        sizes.sort_unstable();
        let n = sizes.iter().map(|(n, _)| u64::from(*n)).sum();
        Classes { sizes, rows: n, people: n }
    }

    #[test]
    fn an_empty_table_has_no_risk() {
        let report = measure(&of(&[]), &options(0.2));
        assert_eq!((report.smallest_class, report.classes), (0, 0));
        assert!(report.prosecutor_max.abs() < f64::EPSILON);
    }

    #[test]
    fn the_threshold_itself_is_not_exposed() {
        // 1/5 is exactly tau: k = 5 meets it.
        let report = measure(&of(&[5, 5, 4]), &options(0.2));
        assert!((report.exposed_classes - 1.0 / 3.0).abs() < 1e-12);
        assert!((report.exposed_people - 4.0 / 14.0).abs() < 1e-12);
    }

    #[test]
    fn annex_d_means_differ() {
        let report = measure(&of(&[2, 8]), &options(0.2));
        assert!((report.prosecutor_mean - 0.2).abs() < 1e-12);
        assert!((report.class_mean - (0.5 + 0.125) / 2.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn figures_are_ordered(sizes in prop::collection::vec(1_u32..500, 1..200)) {
            let report = measure(&of(&sizes), &options(0.2));
            prop_assert!(report.prosecutor_mean <= report.class_mean + 1e-12);
            prop_assert!(report.class_mean <= report.prosecutor_max + 1e-12);
            prop_assert!(report.uniqueness <= report.exposed_people + 1e-12);
            let people: u64 = report.histogram.iter().map(|b| b.people).sum();
            prop_assert_eq!(people, report.people);
        }
    }
}
