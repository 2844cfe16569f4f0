//! What is done to each column, and what it cost.

use serde::{Deserialize, Serialize};

use crate::column::{ColumnType, Role};
use crate::model::{PrivacyModel, QualityModel};
use crate::text::Bilingual;
use crate::verdict::Certainty;

/// What happens to one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Treatment {
    /// Left out.
    Drop,
    /// Released as it is.
    Keep,
    /// Replaced by a keyed token that is the same for the same value within this release, and
    /// that nobody can compute again: the key is destroyed with the release.
    Token,
    /// Replaced by the label of its group at a level of its hierarchy.
    Generalise {
        /// Level in the hierarchy; 0 is the value itself.
        level: usize,
        /// Number of levels, the top one being `*`.
        levels: usize,
        /// What the level means, such as "ranges of 10".
        meaning: Bilingual,
    },
    /// Generalised class by class: cells of several levels of its hierarchy stand side by side.
    Recode {
        /// Finest level in use.
        finest: usize,
        /// Coarsest level in use.
        coarsest: usize,
        /// Number of levels, the top one being `*`.
        levels: usize,
    },
    /// Micro-aggregated: the values of the rows that look the same in the other columns of the
    /// classes are replaced by one value for all of them.
    Aggregate {
        /// What the values become.
        by: Aggregate,
    },
    /// A function of a generalised column: released only where that column's released value
    /// already tells it, and left empty elsewhere.
    Derive {
        /// The generalised column.
        of: String,
        /// Share of the rows (0 to 1) that keep a value.
        kept: f64,
    },
}

/// What the values of a class become together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// The arithmetic mean of numbers.
    Mean,
    /// The value in the middle of numbers or dates; the lower one of two.
    Median,
    /// The most frequent value; the least one of several.
    Mode,
    /// All different values.
    Set,
    /// The least and the greatest number or date.
    Interval,
}

impl Aggregate {
    /// All of them, by the word that names them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("mean", Self::Mean),
        ("median", Self::Median),
        ("mode", Self::Mode),
        ("set", Self::Set),
        ("interval", Self::Interval),
    ];

    /// The word used in requests, reports and JSON.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, aggregate)| *aggregate == self).map_or("", |(name, _)| name)
    }
}

/// The plan for one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnPlan {
    /// Column name.
    pub column: String,
    /// Type in the source.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// Role it plays.
    pub role: Role,
    /// What is done.
    pub treatment: Treatment,
    /// Why.
    pub reason: Bilingual,
    /// Share of its information that was lost, 0 (none) to 1 (all), in the sense of the Loss
    /// metric (Iyengar 2002): how much of the column's range a released cell covers.
    pub loss: f64,
}

/// A column that tells another, found in the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The column that would give the other away.
    pub column: String,
    /// The quasi-identifier it is tied to.
    pub of: String,
    /// How it is tied.
    pub form: LinkForm,
    /// Strength, 0 to 1: share of people for whom the tie holds.
    pub strength: f64,
}

/// The ways in which one column can undo the generalisation of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkForm {
    /// Its value determines the other's value.
    Determines,
    /// It rises or falls with the other, without exception.
    Monotone,
    /// It is a step function of the other: a flag that splits its range.
    Steps,
    /// The other's value determines it, and several of the other's values share it.
    Coarsens,
}

/// A named set of privacy models: a standard's threshold, in one version, for one case.
///
/// A threshold that is met is not compliance with the standard, which asks for more than figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name, such as `gbt-42460-2023-controlled`.
    pub name: String,
    /// The rule pack that holds it, with its version.
    pub pack: String,
    /// The case that it speaks of.
    pub case: Bilingual,
    /// The standard and the part of it.
    pub standard: Bilingual,
    /// Number and version of the standard.
    pub version: String,
    /// How surely its figures are known.
    pub certainty: Certainty,
    /// Where they are known from.
    pub source: String,
    /// The threshold, in the standard's own symbols.
    pub formula: String,
    /// What it leaves out or takes for granted.
    pub note: Bilingual,
    /// The models.
    pub models: Vec<PrivacyModel>,
}

impl Preset {
    /// What may be said where the models are met, and how sure it is.
    pub fn claim(&self) -> Bilingual {
        let (standard, version) = (&self.standard, &self.version);
        let (formula, certainty) = (&self.formula, self.certainty.label());
        Bilingual::new(
            format!(
                "达到{}的阈值 {formula}（版本 {version}；{}）；这不表示符合该标准",
                standard.zh.trim(),
                certainty.zh
            ),
            format!(
                "meets the threshold {formula} of {}, version {version} ({}); that is not \
                 compliance with it",
                standard.en, certainty.en
            ),
        )
    }
}

/// How people were drawn into the release, for (ε, δ)-differential privacy by random sampling and
/// generalisation (SafePub, Bild et al. 2018).
///
/// It holds for the released file alone: figures of the plan and of the source are not part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Privacy loss in all.
    pub epsilon: f64,
    /// Chance of a greater loss.
    pub delta: f64,
    /// The part of `epsilon` that went into choosing the levels; 0 where they were fixed.
    pub epsilon_search: f64,
    /// Steps of the choice; 0 where it was made among all combinations at once.
    pub steps: u32,
    /// Chance of each person to be drawn.
    pub beta: f64,
    /// People that a class of the drawn ones needs.
    pub k: u64,
}

/// What is done to the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Per column, in the order of the source.
    pub columns: Vec<ColumnPlan>,
    /// The column that says whose row it is, if there is one.
    pub person: Option<String>,
    /// Whether the rows of one person stay linkable in the release (a token is released).
    pub linked: bool,
    /// Least number of people in a class.
    pub k: u64,
    /// Columns found to be tied to a generalised one.
    pub links: Vec<Link>,
    /// People in the source.
    pub people: u64,
    /// Rows in the source.
    pub rows: u64,
    /// People left out because their class stayed below `k`. Where rows are not linkable,
    /// people of whom at least one row was left out.
    pub people_suppressed: u64,
    /// Rows left out with them.
    pub rows_suppressed: u64,
    /// Most people that may be left out, as a share (0 to 1).
    pub suppression_limit: f64,
    /// Information lost over all quasi-identifiers, 0 to 1: geometric mean of the columns'
    /// loss, as ARX aggregates it.
    pub loss: f64,
    /// Models that every class meets, `k` among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<PrivacyModel>,
    /// The named set that some of the models come from, with its standard and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// What the search made as small as it could; loss where it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<QualityModel>,
    /// The figure that it reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// No combination of levels has a lower figure than this; equal to `score` where that is
    /// proved to be the lowest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_bound: Option<f64>,
    /// What the best single levels came to, where classes were recoded one by one after them;
    /// `score` is then that of the classes, and has no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_domain_score: Option<f64>,
    /// How people were drawn; `people` and `rows` then count the drawn ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// Combinations of levels that were measured, and how many there are.
    pub searched: Searched,
}

/// How far the search went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// Combinations whose classes were counted.
    pub measured: u64,
    /// Combinations that exist; saturates.
    pub of: u64,
    /// Whether the result is proved to be the least loss.
    pub optimal: bool,
}
