//! What a released table is still good for, measured on its bytes against the original.
//!
//! Per column: how much of its detail and of its information is left, and its figures before and
//! after. For a table: how well one column can be told from the others, before and after.
//!
//! What it guarantees: figures follow from the two tables, the options and the seed; a figure that
//! speaks of values stands for at least [`UtilityOptions::least_rows`] rows. What it does not: that
//! a use which needs other figures is served as well.

use std::collections::BTreeMap;

use weir_table::{Limits, Table, TableError};
use weir_types::utility::{ColumnUtility, NotClassified, UtilityReport};

use crate::attack::meaning::Meanings;
use crate::attack::{HierarchyRows, Side};

mod bayes;
mod categories;
mod classify;
mod kept;
mod logistic;
mod marginals;
mod summary;

use marginals::Marginals;

/// What is measured.
#[derive(Clone, Debug)]
pub struct UtilityOptions {
    /// Columns of both tables, without tokens.
    pub columns: Vec<String>,
    /// Least rows that a figure which speaks of values stands for.
    pub least_rows: u64,
    /// What is told from the other columns, if anything.
    pub target: Option<Target>,
    /// Hierarchies by column, for labels that say nothing by their form.
    pub hierarchies: BTreeMap<String, HierarchyRows>,
}

/// A column that is told from the others.
#[derive(Clone, Debug)]
pub struct Target {
    /// The column.
    pub column: String,
    /// The column of the original that says whose row it is: a person is held out with all rows.
    pub person: Option<String>,
    /// Parts of the cross-validation, at least 2.
    pub folds: u64,
    /// Most people (or rows) that are held out, over all parts.
    pub most_tested: u64,
    /// Seed of the draws.
    pub seed: u64,
}

impl Target {
    /// Ten parts, at most 20,000 held out.
    pub fn new(column: impl Into<String>, person: Option<String>) -> Self {
        Self { column: column.into(), person, folds: 10, most_tested: 20_000, seed: 1 }
    }
}

/// Measures utility.
///
/// # Errors
/// A table cannot be read or lacks a column.
pub fn measure(
    original: &Table,
    released: &Table,
    options: &UtilityOptions,
    limits: &Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<UtilityReport, TableError> {
    let before = Marginals::read(original, &options.columns, limits, progress)?;
    let after = Marginals::read(released, &options.columns, limits, &|_| {})?;
    let pairs = before.iter().zip(&after).zip(&options.columns);
    let columns =
        pairs.map(|((before, after), name)| column(name, before, after, options)).collect();
    let mut report = UtilityReport {
        rows_before: original.rows(),
        rows_after: released.rows(),
        least_rows: options.least_rows,
        columns,
        classification: None,
        not_classified: None,
    };
    drop((before, after));
    if let Some(target) = &options.target {
        match classified(original, released, options, target, limits)? {
            Ok(found) => report.classification = Some(found),
            Err(why) => report.not_classified = Some(why),
        }
    }
    Ok(report)
}

fn column(
    name: &str,
    before: &Marginals,
    after: &Marginals,
    options: &UtilityOptions,
) -> ColumnUtility {
    let hierarchy = options.hierarchies.get(name);
    let meanings = Meanings::of(&before.texts, &after.texts, hierarchy, None);
    let kept = kept::kept(before, after, &meanings);
    ColumnUtility {
        column: name.to_owned(),
        kept: kept.detail,
        information: kept.information,
        before: summary::summary(before, before, options.least_rows),
        after: summary::summary(after, before, options.least_rows),
    }
}

type Classified = Result<weir_types::utility::Classification, NotClassified>;

fn classified(
    original: &Table,
    released: &Table,
    options: &UtilityOptions,
    target: &Target,
    limits: &Limits,
) -> Result<Classified, TableError> {
    if !options.columns.contains(&target.column) {
        return Ok(Err(NotClassified::NotReleased));
    }
    let mut columns: Vec<String> = options.columns.clone();
    columns.retain(|column| *column != target.column);
    if columns.is_empty() {
        return Ok(Err(NotClassified::NoFeatures));
    }
    columns.push(target.column.clone());
    let rows = original.rows().saturating_add(released.rows());
    if Side::most_bytes(rows, columns.len()) > limits.memory_bytes as u64 {
        return Ok(Err(NotClassified::TooLarge));
    }
    let person = target.person.as_deref();
    let before = Side::read(original, &columns, person, limits, &|_| {})?;
    let after = Side::read(released, &columns, None, limits, &|_| {})?;
    Ok(classify::classify(&before, &after, &columns, target, &options.hierarchies))
}

#[cfg(test)]
mod tests;
