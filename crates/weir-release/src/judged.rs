//! What the written bytes are held against: the promise of the search.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use weir_deidentify::Hierarchy;
use weir_risk::MeasureOptions;
use weir_risk::models::{Distribution, ModelOptions, ValueTree, measure_with};
use weir_table::{Beside, Limits, PeopleBy, read_back_with};
use weir_types::risk::PeopleCountedBy;
use weir_types::{PrivacyModel, RiskReport, Sha256};

use crate::count::Decided;
use crate::error::ReleaseError;
use crate::prepare::Sensitive;
use crate::run::Bounds;
use crate::transform::Outcome as Treated;

/// What the search promised of the bytes that are written, and what they are compared with.
pub(crate) struct Promise {
    smallest_class: u64,
    classes: u64,
    rows: u64,
    models: Vec<PrivacyModel>,
    /// Sensitive columns that are released.
    sensitive: Vec<String>,
    /// Their values in the source.
    source: BTreeMap<String, Distribution>,
    hierarchies: BTreeMap<String, ValueTree>,
    tau: f64,
}

impl Promise {
    pub(crate) fn of(decided: &Decided<'_>, treated: &Treated, bounds: &Bounds, tau: f64) -> Self {
        let Decided { profile, prepared, counted, solution } = *decided;
        let mut promise = Self {
            smallest_class: solution.smallest_class,
            classes: solution.classes,
            rows: counted.n_rows - solution.rows_suppressed,
            models: bounds.models.clone(),
            sensitive: Vec::new(),
            source: BTreeMap::new(),
            hierarchies: BTreeMap::new(),
            tau,
        };
        for (at, sensitive) in prepared.sensitive.iter().enumerate() {
            if !treated.is_kept(sensitive.column) {
                continue;
            }
            let name = profile.columns[sensitive.column].name.clone();
            let texts = texts(decided, sensitive);
            let mut pairs: BTreeMap<Option<String>, u64> = BTreeMap::new();
            let counts = &counted.table.table.sensitive[at];
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
        limits: &Limits,
    ) -> Result<(RiskReport, Vec<Sha256>), ReleaseError> {
        let people = match (treated.counted_by, &treated.person_token) {
            (PeopleCountedBy::Column, Some(column)) => PeopleBy::Column(column),
            (PeopleCountedBy::ProviderKey, _) => PeopleBy::Key(key),
            _ => PeopleBy::Row,
        };
        let beside = Beside { sensitive: &self.sensitive, ..Beside::default() };
        let read = read_back_with(files, &treated.quasi_identifiers, people, &beside, limits)?;
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
        };
        let risk = measure_with(read, &options, &models)?;
        self.check(&risk)?;
        Ok((risk, digests))
    }

    /// Classes may be fewer and larger than promised: texts that differ in the source can be equal
    /// in a file. A model that cannot be told from the bytes alone is not held against them.
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
        match risk.models.iter().find(|measured| measured.met == Some(false)) {
            Some(broken) if risk.rows > 0 => {
                Err(ReleaseError::ModelNotMet { model: broken.model.to_string() })
            }
            _ => Ok(()),
        }
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
