//! What the written bytes are held against: the promise of the search.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use weir_deidentify::Hierarchy;
use weir_risk::MeasureOptions;
use weir_risk::attack::Side;
use weir_risk::models::{
    Coverage, Distribution, Information, ModelOptions, ValueTree, measure_with,
};
use weir_risk::population::{Readings, class_counts};
use weir_table::{
    Beside, ClassCounts, Limits, PeopleBy, Source, SourceOptions, Table, TableError, read_back_with,
};
use weir_types::risk::{MeasuredModel, PeopleCountedBy, Unmeasured};
use weir_types::{PrivacyModel, RiskReport, Sha256};

use crate::count::{Decided, Population};
use crate::error::ReleaseError;
use crate::prepare::Sensitive;
use crate::run::Bounds;
use crate::transform::Outcome as Treated;

/// What the search promised of the bytes that are written, and what they are compared with.
pub(crate) struct Promise {
    smallest_class: u64,
    classes: u64,
    rows: u64,
    /// People of the source, those that are left out among them.
    people: u64,
    models: Vec<PrivacyModel>,
    /// Sensitive columns that are released.
    sensitive: Vec<String>,
    /// Their values in the source.
    source: BTreeMap<String, Distribution>,
    hierarchies: BTreeMap<String, ValueTree>,
    /// The columns that were searched over, and what their values and cells stand for; empty
    /// where no model asks.
    cells: Vec<Cells>,
    tau: f64,
}

/// What the values and the cells of a searched column stand for: its hierarchy, at the levels
/// that are in use.
struct Cells {
    column: String,
    readings: Readings,
    coverage: Coverage,
}

/// What the released bytes are compared with beside the promise.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// The source.
    pub(crate) table: &'a Table,
    /// The population, where models compare with one.
    pub(crate) population: Option<&'a Population>,
}

impl Promise {
    pub(crate) fn of(decided: &Decided<'_>, treated: &Treated, bounds: &Bounds, tau: f64) -> Self {
        let Decided { profile, prepared, counted, solution } = *decided;
        let mut promise = Self {
            smallest_class: solution.smallest_class,
            classes: solution.classes,
            rows: counted.n_rows - solution.rows_suppressed,
            people: counted.n_people,
            models: bounds.models.clone(),
            sensitive: Vec::new(),
            source: BTreeMap::new(),
            hierarchies: BTreeMap::new(),
            cells: Vec::new(),
            tau,
        };
        if promise.models.iter().any(asks_cells) {
            promise.cells = (0..prepared.searched.len()).map(|at| cells(decided, at)).collect();
        }
        for (at, sensitive) in prepared.sensitive.iter().enumerate() {
            if !treated.is_kept(sensitive.column) {
                continue;
            }
            let name = profile.columns[sensitive.column].name.clone();
            let texts = texts(decided, sensitive);
            let mut pairs: BTreeMap<Option<String>, u64> = BTreeMap::new();
            let counts = counted.table.table.pooled(at);
            for (code, people) in counts.codes.iter().zip(&counts.people) {
                let text = texts.get(usize::from(*code)).cloned().flatten();
                *pairs.entry(text).or_default() += u64::from(*people);
            }
            promise.source.insert(name.clone(), Distribution(pairs));
            if let Some(hierarchy) = &sensitive.hierarchy {
                promise.hierarchies.insert(name.clone(), tree(hierarchy));
            }
            promise.sensitive.push(name);
        }
        promise
    }

    /// Reads written files back, measures them, and holds them against the promise. `key` is the
    /// file of people behind the rows.
    pub(crate) fn measure(
        &self,
        files: &[PathBuf],
        key: &Path,
        treated: &Treated,
        origin: Origin<'_>,
        limits: &Limits,
    ) -> Result<(RiskReport, Vec<Sha256>), ReleaseError> {
        let people = match (treated.counted_by, &treated.person_token) {
            (PeopleCountedBy::Column, Some(column)) => PeopleBy::Column(column),
            (PeopleCountedBy::ProviderKey, _) => PeopleBy::Key(key),
            _ => PeopleBy::Row,
        };
        let beside = Beside { sensitive: &self.sensitive, ..Beside::default() };
        let mut read = read_back_with(files, &treated.quasi_identifiers, people, &beside, limits)?;
        if !self.cells.is_empty() && matches!(people, PeopleBy::Row) {
            read.counts = self.classes(files, origin, limits)?;
        }
        let digests = read.digests.clone();
        let options = MeasureOptions {
            quasi_identifiers: treated.quasi_identifiers.clone(),
            person: treated.person_token.clone(),
            people_counted_by: treated.counted_by,
            tau: self.tau,
        };
        let models = ModelOptions {
            models: &self.models,
            hierarchies: Some(&self.hierarchies),
            source: Some(&self.source),
            people: Some(self.people),
        };
        let risk = measure_with(read, &options, &models)?;
        self.check(&risk)?;
        Ok((risk, digests))
    }

    /// The classes with their people in the population and what their cells keep, from the files.
    fn classes(
        &self,
        files: &[PathBuf],
        origin: Origin<'_>,
        limits: &Limits,
    ) -> Result<Vec<ClassCounts>, ReleaseError> {
        let columns: Vec<String> = self.cells.iter().map(|cells| cells.column.clone()).collect();
        let side = |table: &Table| Side::read(table, &columns, None, limits, &|_| {});
        let released = Table::untyped(Source::open(files, &SourceOptions::default())?);
        let released = side(&released)?;
        let with_source = |population: &Population| {
            let mut all = side(population.table())?;
            all.at_least(&side(origin.table)?);
            Ok(all)
        };
        let population = origin.population.map(with_source).transpose();
        let population =
            population.map_err(|source: TableError| ReleaseError::Population { source })?;
        let readings: Vec<Readings> = self.cells.iter().map(|c| c.readings.clone()).collect();
        let information = Information::of_coverage(self.cells.iter().map(|c| c.coverage.clone()));
        Ok(class_counts(&released, population.as_ref(), &readings, Some(&information)))
    }

    /// Classes may be fewer and larger than promised: texts that differ in the source can be equal
    /// in a file. Every model that was promised has to be measured and met; the one exception is a
    /// property of how a table is made, which no bytes can show.
    fn check(&self, risk: &RiskReport) -> Result<(), ReleaseError> {
        let broken = |figure, measured, promised| {
            Err(ReleaseError::NotAsPromised { figure, measured, promised })
        };
        if risk.rows != self.rows {
            return broken("number of rows", risk.rows, self.rows);
        }
        if risk.smallest_class < self.smallest_class {
            return broken("smallest class", risk.smallest_class, self.smallest_class);
        }
        if risk.classes > self.classes {
            return broken("number of classes", risk.classes, self.classes);
        }
        // A file without rows has no class that could fail.
        if risk.rows == 0 {
            return Ok(());
        }
        for model in &self.models {
            let measured = risk.models.iter().find(|measured| measured.model == *model);
            match measured {
                Some(MeasuredModel { met: Some(true), .. }) => {}
                Some(MeasuredModel { met: Some(false), .. }) => {
                    return Err(ReleaseError::ModelNotMet { model: model.to_string() });
                }
                Some(MeasuredModel { unmeasured: Some(Unmeasured::NotInTheBytes), .. }) => {}
                _ => return Err(ReleaseError::ModelNotMeasured { model: model.to_string() }),
            }
        }
        Ok(())
    }
}

/// Whether a model speaks of what cells stand for.
fn asks_cells(model: &PrivacyModel) -> bool {
    model.needs_population() || matches!(model, PrivacyModel::Profitability { .. })
}

/// What a searched column's values and cells stand for at the levels that are in use.
fn cells(decided: &Decided<'_>, at: usize) -> Cells {
    let Decided { profile, prepared, counted, solution } = *decided;
    let searched = &prepared.searched[at];
    let hierarchy = &*searched.hierarchy;
    let levels = match &solution.local {
        None => solution.levels[at]..=solution.levels[at],
        Some((_, regions)) => {
            let (finest, coarsest) = regions.levels(at);
            finest..=coarsest.min(hierarchy.levels() - 1)
        }
    };
    let domain = counted.table.table.columns[at].domain;
    let mut coverage = Coverage { domain, cells: BTreeMap::new() };
    for level in levels.clone() {
        for group in (0..).take(hierarchy.n_groups(level)) {
            let label = hierarchy.label(level, group).map(str::to_owned);
            let values = hierarchy.cell_loss(level, group) * (domain - 1.0) + 1.0;
            let slot = coverage.cells.entry(label).or_insert(values);
            *slot = slot.max(values);
        }
    }
    let of_code = |code: usize| {
        let label = |level: usize| hierarchy.label(level, hierarchy.groups(level)[code]);
        levels.clone().map(|level| label(level).map(Box::from)).collect()
    };
    // The codes of ranges stand for no single value; their labels say what they hold.
    let null = hierarchy.groups(0).len() - 1;
    let values = searched.values.iter().enumerate();
    let mut readings: BTreeMap<_, _> =
        values.map(|(code, value)| (Some(value.expose().as_str().into()), of_code(code))).collect();
    readings.insert(None, of_code(null));
    Cells {
        column: profile.columns[searched.column].name.clone(),
        readings: Readings(readings),
        coverage,
    }
}

/// The text of each code as it is written; the last code is "no value".
fn texts(decided: &Decided<'_>, sensitive: &Sensitive) -> Vec<Option<String>> {
    match &sensitive.hierarchy {
        Some(hierarchy) => (0..hierarchy.groups(0).len())
            .map(|code| hierarchy.label(0, hierarchy.groups(0)[code]).map(str::to_owned))
            .collect(),
        None => {
            let values = &decided.profile.columns[sensitive.column].values;
            values.iter().map(|value| Some(value.value.expose().clone())).collect()
        }
    }
}

/// The labels of each value, level by level.
fn tree(hierarchy: &Hierarchy) -> ValueTree {
    let codes = 0..hierarchy.groups(0).len();
    ValueTree::new(codes.filter_map(|code| {
        let label = |level| hierarchy.label(level, hierarchy.groups(level)[code]);
        (0..hierarchy.levels()).map(|level| label(level).map(str::to_owned)).collect()
    }))
}

#[cfg(test)]
mod tests {
    use weir_table::Classes;

    use super::*;

    /// A promise of two models on ten rows, and a report that keeps it.
    fn kept() -> (Promise, RiskReport) {
        let models: Vec<PrivacyModel> =
            ["5-anonymity", "8-map"].iter().map(|text| text.parse().unwrap()).collect();
        let promise = Promise {
            smallest_class: 5,
            classes: 2,
            rows: 10,
            people: 10,
            models: models.clone(),
            sensitive: Vec::new(),
            source: BTreeMap::new(),
            hierarchies: BTreeMap::new(),
            cells: Vec::new(),
            tau: 0.2,
        };
        let classes = Classes { sizes: vec![(5, 5), (5, 5)], rows: 10, people: 10 };
        let options = MeasureOptions {
            quasi_identifiers: Vec::new(),
            person: None,
            people_counted_by: PeopleCountedBy::Row,
            tau: 0.2,
        };
        let mut report = weir_risk::measure(&classes, &options);
        report.models = models
            .into_iter()
            .map(|model| MeasuredModel {
                model,
                met: Some(true),
                figure: None,
                threshold: None,
                classes_failing: Some(0),
                against: None,
                source_people: None,
                unmeasured: None,
            })
            .collect();
        (promise, report)
    }

    #[test]
    fn bytes_that_fail_a_model_are_refused() {
        let (promise, mut report) = kept();
        promise.check(&report).unwrap();
        report.models[1].met = Some(false);
        let error = promise.check(&report).unwrap_err();
        assert!(matches!(&error, ReleaseError::ModelNotMet { model } if model == "8-map"));
        assert!(!error.is_input());
    }

    #[test]
    fn a_model_that_was_not_measured_is_refused() {
        let (promise, mut report) = kept();
        report.models[1].met = None;
        report.models[1].unmeasured = Some(Unmeasured::NeedsPopulation);
        let error = promise.check(&report).unwrap_err();
        assert!(matches!(error, ReleaseError::ModelNotMeasured { .. }));
        report.models.pop();
        assert!(matches!(promise.check(&report), Err(ReleaseError::ModelNotMeasured { .. })));
        // Nothing was released, so that nothing can fail.
        let none = Promise { rows: 0, smallest_class: 0, classes: 0, ..kept().0 };
        let empty = RiskReport { rows: 0, classes: 0, smallest_class: 0, ..report };
        none.check(&empty).unwrap();
    }

    #[test]
    fn smaller_classes_more_of_them_or_other_rows_are_refused() {
        let (promise, report) = kept();
        let figure = |report: RiskReport| match promise.check(&report) {
            Err(ReleaseError::NotAsPromised { figure, .. }) => figure,
            other => panic!("{other:?}"),
        };
        assert_eq!(figure(RiskReport { rows: 9, ..report.clone() }), "number of rows");
        assert_eq!(figure(RiskReport { smallest_class: 4, ..report.clone() }), "smallest class");
        assert_eq!(figure(RiskReport { classes: 3, ..report }), "number of classes");
    }
}
