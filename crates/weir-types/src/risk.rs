//! Measured re-identification risk.

use serde::{Deserialize, Serialize};

/// Risk measured on a table, by equivalence classes over its quasi-identifiers.
///
/// A class is the set of people whose released records look the same; see `weir-risk` for how
/// each figure is defined. Shares are 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskReport {
    /// The columns that form the classes.
    pub quasi_identifiers: Vec<String>,
    /// The released column that ties the rows of one person, if there is one.
    pub person: Option<String>,
    /// How people were told apart.
    pub people_counted_by: PeopleCountedBy,
    /// Rows measured.
    pub rows: u64,
    /// People measured.
    pub people: u64,
    /// Number of classes (J in GB/T 42460-2023 Annex D).
    pub classes: u64,
    /// People in the smallest class; 0 for an empty table.
    pub smallest_class: u64,
    /// People in the largest class.
    pub largest_class: u64,
    /// People who are alone in their class.
    pub unique_people: u64,
    /// Share of people who are alone in their class.
    pub uniqueness: f64,
    /// Prosecutor risk: the greatest chance to be right about a person known to be in the data,
    /// 1 / smallest class.
    pub prosecutor_max: f64,
    /// Mean prosecutor risk over people: classes / people.
    pub prosecutor_mean: f64,
    /// Journalist risk: against a person of the population not known to be in the data. Without a
    /// population table it equals the prosecutor risk, which bounds it from above.
    pub journalist_max: f64,
    /// Marketer risk: expected share of people that a match of the whole table gets right.
    pub marketer: f64,
    /// Mean of the class risks (R_avg in GB/T 42460-2023 Annex D).
    pub class_mean: f64,
    /// Record risk above which a class counts as exposed (τ in Annex D).
    pub tau: f64,
    /// Share of classes whose risk is above `tau` (R_thr in Annex D).
    pub exposed_classes: f64,
    /// Share of people in such classes.
    pub exposed_people: f64,
    /// Class sizes for the picture: how many people are in classes of a size, by bands.
    pub histogram: Vec<ClassBand>,
}

/// How the rows of one person were told from those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeopleCountedBy {
    /// A column of the measured table; anyone who holds the table can repeat it.
    Column,
    /// The table has one row per person, or nothing ties rows: each row counts as one person.
    Row,
    /// A key that the provider keeps and that is not in the table: only the provider can repeat
    /// it. The holder of the table can check that no class has fewer rows than people.
    ProviderKey,
}

/// People in classes of a range of sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassBand {
    /// Least class size in the band.
    pub from: u64,
    /// Greatest class size in the band.
    pub to: u64,
    /// Classes of such a size.
    pub classes: u64,
    /// People in them.
    pub people: u64,
}
