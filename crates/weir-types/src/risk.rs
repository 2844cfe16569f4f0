//! Measured re-identification risk.

use serde::{Deserialize, Serialize};

use crate::model::PrivacyModel;

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
    /// Privacy models that were asked for, each with what was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<MeasuredModel>,
    /// How sensitive columns are spread over the classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<SensitiveFigures>,
}

/// A privacy model, held against the classes of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredModel {
    /// The model, with what it asks for.
    pub model: PrivacyModel,
    /// Whether the table meets it; `None` where that cannot be told from the bytes.
    pub met: Option<bool>,
    /// The figure of the worst class, or of the whole table, in the terms of the model's own
    /// threshold; `None` where no number is great enough, and where nothing was measured.
    pub figure: Option<f64>,
    /// What the figure is held against.
    pub threshold: Option<f64>,
    /// Classes that fail; `None` for a model that speaks of the whole table.
    pub classes_failing: Option<u64>,
    /// What a class was compared with, for models that compare.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// People of the source, where an estimate of the population started from them and not from
    /// the released people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_people: Option<u64>,
    /// Why nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmeasured: Option<Unmeasured>,
}

/// What the distribution of a class is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// All released rows: anyone who holds them can repeat it.
    Released,
    /// The source that was released from: only the provider can repeat it.
    Source,
    /// A population table: only who holds it can repeat it.
    Population,
}

/// Why a model was not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unmeasured {
    /// It is a property of the way a table is made, not of a table.
    NotInTheBytes,
    /// It needs a population table.
    NeedsPopulation,
    /// It needs the hierarchy of the sensitive column.
    NeedsHierarchy,
    /// It needs to know how much a released cell tells, and single rows as classes.
    NeedsInformation,
    /// The sensitive column was not read.
    NeedsColumn,
    /// The estimate has no solution for classes of these sizes; the model counts as not met.
    NoEstimate,
    /// This version does not know the model.
    UnknownModel,
}

/// How the values of a sensitive column are spread over the classes: what each model's threshold
/// would have to be for the table to meet it.
///
/// Values are counted as person–value pairs; no value is a value of its own. `None` stands for
/// "no threshold is great enough".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensitiveFigures {
    /// The column.
    pub column: String,
    /// Different values in the table.
    pub values: u64,
    /// What classes were compared with.
    pub against: Against,
    /// Fewest different values in a class (distinct l-diversity).
    pub distinct_l: u64,
    /// Least effective number of values in a class, e to the entropy (entropy l-diversity).
    pub entropy_l: f64,
    /// For l = 2: the most frequent value of a class over all others, at most; c has to be above
    /// it (recursive (c, l)-diversity).
    pub recursive_c_2: Option<f64>,
    /// The same for l = 3: over all others but the second.
    pub recursive_c_3: Option<f64>,
    /// Greatest earth mover's distance with equal distances (t-closeness).
    pub t_equal: f64,
    /// The same with ordered distances, where all values are numbers or dates.
    pub t_ordered: Option<f64>,
    /// The same with the distances of the column's hierarchy, where it was given.
    pub t_hierarchical: Option<f64>,
    /// Greatest relative gain of a value's frequency (basic β-likeness).
    pub beta: Option<f64>,
    /// The same if no gain is above the enhanced model's own bound, `-ln p`.
    pub beta_enhanced: Option<f64>,
    /// Greatest absolute binary logarithm of a frequency over that in the table, over the values
    /// that a class has (δ-disclosure privacy).
    pub delta_disclosure: Option<f64>,
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
