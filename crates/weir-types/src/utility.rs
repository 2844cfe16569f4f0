//! What a released table is still good for, measured on its bytes against the original.

use serde::{Deserialize, Serialize};

use crate::attack::Rate;

/// Utility of a release.
///
/// **Some figures stand for cell values** ([`Numbers`], [`Shares`]). Each stands for at least
/// [`UtilityReport::least_rows`] rows; what fewer rows hold is pooled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UtilityReport {
    /// Rows of the original.
    pub rows_before: u64,
    /// Rows of the release.
    pub rows_after: u64,
    /// Least rows that a figure which speaks of values stands for.
    pub least_rows: u64,
    /// Columns that both tables have, but for tokens, in the order of the original.
    pub columns: Vec<ColumnUtility>,
    /// How well a column can be told from the others, where that was asked for.
    pub classification: Option<Classification>,
    /// Why that was asked for and not measured.
    pub not_classified: Option<NotClassified>,
}

/// One column, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnUtility {
    /// The column.
    pub column: String,
    /// Share (0 to 1) of its detail that is left by the Loss metric (Iyengar 2002): 1 less the
    /// mean over all rows of the original of `(values - 1) / (all values - 1)`, where a released
    /// cell covers so many of the values that occur in the original. A row that is left out, and
    /// a cell that lost its value, cover all.
    pub kept: f64,
    /// Share (0 to 1) of its information that is left: `I(X; Y) / H(X)`, the mutual information
    /// of original and released cells over the entropy of the original (uncertainty coefficient,
    /// Theil 1972). Within a released cell, values are taken to be as frequent as in the original;
    /// 1 less the non-uniform entropy of Gionis and Tassa (2009), normalised. 1 for a column of a
    /// single value.
    pub information: f64,
    /// The original.
    pub before: Summary,
    /// The release.
    pub after: Summary,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Rows with a value.
    pub values: u64,
    /// Rows without one.
    pub missing: u64,
    /// Different values, or labels.
    pub distinct: u64,
    /// Figures of a column of numbers.
    pub numbers: Option<Numbers>,
    /// The most frequent values, or labels.
    pub shares: Shares,
}

/// Figures of the cells that are numbers.
///
/// A released interval stands with its midpoint (of the whole numbers in it, where the original
/// has whole numbers only), one with a single end with that end. An order statistic is the mean of
/// the [`UtilityReport::least_rows`] sorted values around its rank, so that none is the value of
/// one person.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Cells that are numbers or intervals.
    pub count: u64,
    /// Those of them that are intervals.
    pub intervals: u64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, of a sample.
    pub deviation: f64,
    /// Mean of the least values.
    pub low: f64,
    /// A quarter of the cells are below.
    pub quartile_1: f64,
    /// Half of the cells are below.
    pub median: f64,
    /// Three quarters of the cells are below.
    pub quartile_3: f64,
    /// Mean of the greatest values.
    pub high: f64,
}

/// The most frequent values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// Values with their share (0 to 1) of all rows, the most frequent first.
    pub top: Vec<(String, f64)>,
    /// How many values are not listed: the less frequent ones, and those of too few rows.
    pub others: u64,
    /// Their share of all rows.
    pub others_share: f64,
}

/// How well a column can be told from the others, by cross-validation.
///
/// Each test row is held out of what is learnt from, in the original as in the release. The
/// method is naive Bayes over categories (multinomial, Laplace's rule of succession): known well,
/// without a setting, and at home with released labels. Beside it stands logistic regression, which
/// takes columns that tell the same for what they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// The column that is told.
    pub target: String,
    /// The columns that it is told from.
    pub features: Vec<String>,
    /// Different values of the target; the released labels where it was generalised.
    pub classes: u64,
    /// Parts of the cross-validation.
    pub folds: u64,
    /// Seed of the draws.
    pub seed: u64,
    /// The most frequent value is told of everyone (ZeroR).
    pub baseline: Rate,
    /// Learnt from original rows, tried on original rows.
    pub before: Rate,
    /// Learnt from released rows, tried on the released form of the held-out rows; a row that was
    /// left out has no features then. What ARX calls output accuracy.
    pub after: Rate,
    /// Learnt from released rows, tried on original rows: what somebody who has only the release
    /// can tell of people.
    pub learnt_from_release: Rate,
    /// Learnt from original rows, tried on the released form of the held-out rows that were not
    /// left out.
    pub tried_on_release: Rate,
    /// The same rows by logistic regression; `None` where columns and classes are so many that it
    /// could learn from a few rows only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logistic: Option<Logistic>,
}

/// Accuracies of logistic regression over categories, with half the sum of the squared weights as
/// penalty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logistic {
    /// As [`Classification::before`].
    pub before: Rate,
    /// As [`Classification::after`].
    pub after: Rate,
    /// Different rows that were learnt from at most, of each table; where there are more, they
    /// were drawn.
    pub most_learnt: u64,
}

impl Classification {
    /// Share of the accuracy above the baseline that is left: `(after - baseline) / (before -
    /// baseline)`; `None` where the original itself does no better than the baseline.
    pub fn relative(&self) -> Option<f64> {
        let gain = self.before.value - self.baseline.value;
        (gain > 0.0).then(|| (self.after.value - self.baseline.value) / gain)
    }
}

/// Why the accuracy of a classification was not measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotClassified {
    /// The target was not released.
    NotReleased,
    /// Released labels of the target overlap, so that no class is certain.
    MixedLabels,
    /// The target has too many different values for classes.
    TooManyClasses,
    /// Nothing else was released to tell it from.
    NoFeatures,
    /// More rows than the memory that was planned for.
    TooLarge,
    /// Fewer than two rows.
    TooFewRows,
}
