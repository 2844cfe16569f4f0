//! What a release is still good for, as it is shown.

use serde::Serialize;
use weir_types::Bilingual;
use weir_types::utility::{ColumnUtility, Numbers, Summary, UtilityReport};

use super::format::figure;
use super::trials::{Told, not_classified};

/// Columns of at most so many values are shown by their shares, others by their figures.
const FEW_VALUES: u64 = 12;

/// The utility of a release.
#[derive(Debug, Serialize)]
pub(super) struct Useful<'a> {
    pub(super) rows_before: u64,
    pub(super) rows_after: u64,
    pub(super) least_rows: u64,
    pub(super) columns: Vec<Column<'a>>,
    pub(super) numbers: Vec<Figures<'a>>,
    pub(super) shares: Vec<Pair<'a>>,
    pub(super) told: Option<Told<'a>>,
    pub(super) not_told: Option<Bilingual>,
}

/// How much of a column is left.
#[derive(Debug, Serialize)]
pub(super) struct Column<'a> {
    pub(super) column: &'a str,
    pub(super) kept: f64,
    pub(super) information: f64,
    pub(super) distinct: (u64, u64),
    pub(super) missing: (u64, u64),
}

/// The figures of a column of numbers.
#[derive(Debug, Serialize)]
pub(super) struct Figures<'a> {
    pub(super) column: &'a str,
    pub(super) before: Vec<String>,
    /// Empty where the released labels are no numbers.
    pub(super) after: Vec<String>,
    /// Share of the cells that are intervals.
    pub(super) intervals: f64,
}

/// The most frequent values of a column.
#[derive(Debug, Serialize)]
pub(super) struct Pair<'a> {
    pub(super) column: &'a str,
    pub(super) before: &'a Summary,
    pub(super) after: &'a Summary,
}

impl<'a> Useful<'a> {
    pub(super) fn new(report: &'a UtilityReport) -> Self {
        let by_figures = |column: &&ColumnUtility| {
            column.before.numbers.is_some() && column.before.distinct > FEW_VALUES
        };
        let of_shares = report.columns.iter().filter(|column| !by_figures(column));
        Self {
            rows_before: report.rows_before,
            rows_after: report.rows_after,
            least_rows: report.least_rows,
            columns: report.columns.iter().map(Column::new).collect(),
            numbers: report.columns.iter().filter(by_figures).filter_map(Figures::new).collect(),
            shares: of_shares
                .map(|c| Pair { column: &c.column, before: &c.before, after: &c.after })
                .collect(),
            told: report.classification.as_ref().map(Told::new),
            not_told: report.not_classified.map(not_classified),
        }
    }
}

impl<'a> Column<'a> {
    fn new(column: &'a ColumnUtility) -> Self {
        Self {
            column: &column.column,
            kept: column.kept,
            information: column.information,
            distinct: (column.before.distinct, column.after.distinct),
            missing: (column.before.missing, column.after.missing),
        }
    }
}

impl<'a> Figures<'a> {
    fn new(column: &'a ColumnUtility) -> Option<Self> {
        let shown = |numbers: &Numbers| {
            let Numbers { mean, deviation, low, quartile_1, median, quartile_3, high, .. } =
                *numbers;
            [mean, deviation, low, quartile_1, median, quartile_3, high].map(figure).to_vec()
        };
        let after = column.after.numbers.as_ref();
        let cells = after.map_or(0, |numbers| numbers.count).max(1) as f64;
        Some(Self {
            column: &column.column,
            before: shown(column.before.numbers.as_ref()?),
            after: after.map(shown).unwrap_or_default(),
            intervals: after.map_or(0.0, |numbers| numbers.intervals as f64 / cells),
        })
    }
}
