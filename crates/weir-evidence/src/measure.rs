//! Measuring the released files again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use thiserror::Error;
use weir_risk::MeasureOptions;
use weir_risk::models::{ModelOptions, measure_with};
use weir_table::{Beside, Limits, PeopleBy, TableError};
use weir_types::risk::{Against, MeasuredModel, PeopleCountedBy, Unmeasured};
use weir_types::{Bilingual, PrivacyModel, RiskReport};

/// What the bytes of the data files show.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Risk, for the columns and in the way that the statement names. Where the provider counted
    /// the people, rows are counted instead.
    pub(crate) risk: RiskReport,
    /// Rows of all files.
    pub(crate) rows: u64,
    /// Columns of the files.
    pub(crate) columns: Vec<String>,
}

/// Why files could not be measured.
#[derive(Debug, Error)]
pub(crate) enum MeasureError {
    /// They are no table, or not one with these columns.
    #[error("the data files cannot be read")]
    Table(#[source] TableError),
    /// A reader gave up on damaged bytes.
    #[error("the data files are damaged")]
    Panicked,
}

impl MeasureError {
    pub(crate) fn explain(&self) -> Bilingual {
        match self {
            // The table's errors are in English only.
            Self::Table(error) => Bilingual::new(
                format!("数据文件无法读取：{}", crate::text::chain(error)),
                format!("{self}: {}", crate::text::chain(error)),
            ),
            Self::Panicked => Bilingual::new("数据文件已损坏", self.to_string()),
        }
    }
}

/// A way to measure files as a statement says they were measured.
pub(crate) type Measure<'a> =
    &'a dyn Fn(&[PathBuf], &RiskReport, &Limits) -> Result<Measured, TableError>;

/// Reads the files and measures them for the columns that `stated` names.
pub(crate) fn remeasure(
    files: &[PathBuf],
    stated: &RiskReport,
    limits: &Limits,
) -> Result<Measured, TableError> {
    let (person, people_counted_by) = match stated.people_counted_by {
        PeopleCountedBy::Column => (stated.person.clone(), PeopleCountedBy::Column),
        // The provider's key is not in the package: rows are all there is to count.
        PeopleCountedBy::Row | PeopleCountedBy::ProviderKey => (None, PeopleCountedBy::Row),
    };
    let people = person.as_deref().map_or(PeopleBy::Row, PeopleBy::Column);
    let quasi_identifiers = stated.quasi_identifiers.clone();
    let by_key = stated.people_counted_by == PeopleCountedBy::ProviderKey;
    let models: Vec<PrivacyModel> = stated
        .models
        .iter()
        .filter(|m| !by_key && repeatable(m))
        .map(|m| m.model.clone())
        .collect();
    let figures = stated.sensitive.iter().filter(|of| !by_key && of.against == Against::Released);
    let named = models.iter().filter_map(PrivacyModel::sensitive);
    let mut sensitive: Vec<String> = figures.map(|of| of.column.clone()).collect();
    for column in named {
        if !sensitive.iter().any(|known| known == column) {
            sensitive.push(column.to_owned());
        }
    }
    let beside = Beside { sensitive: &sensitive, ..Beside::default() };
    let read = weir_table::read_back_with(files, &quasi_identifiers, people, &beside, limits)?;
    let (rows, columns) = (read.classes.rows, read.columns.clone());
    let options = MeasureOptions { quasi_identifiers, person, people_counted_by, tau: stated.tau };
    let people = stated.models.iter().find_map(|model| model.source_people);
    let asked = ModelOptions { models: &models, people, ..ModelOptions::default() };
    let risk = measure_with(read, &options, &asked)?;
    Ok(Measured { risk, rows, columns })
}

/// Whether whoever holds the files can measure a model as the provider did: it was compared with
/// the files alone, and without a hierarchy or weights that are not among them.
pub(crate) fn repeatable(stated: &MeasuredModel) -> bool {
    let model = &stated.model;
    let distance = weir_types::model::Distance::Hierarchical;
    let by_hierarchy =
        matches!(model, PrivacyModel::TCloseness { distance: asked, .. } if *asked == distance);
    let by_weights = matches!(model, PrivacyModel::Profitability { .. });
    matches!(stated.against, None | Some(Against::Released))
        && stated.unmeasured != Some(Unmeasured::NeedsColumn)
        && !model.needs_population()
        && !by_hierarchy
        && !by_weights
}

/// Measures, and answers even where a reader panics on bytes that were made to break it.
pub(crate) fn guarded(
    measure: Measure<'_>,
    files: &[PathBuf],
    stated: &RiskReport,
    limits: &Limits,
) -> Result<Measured, MeasureError> {
    // Nothing that the closure touches is used after a panic.
    catch_unwind(AssertUnwindSafe(|| measure(files, stated, limits)))
        .map_err(|_| MeasureError::Panicked)?
        .map_err(MeasureError::Table)
}
