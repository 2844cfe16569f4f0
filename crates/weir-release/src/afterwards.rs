//! What is measured once the bytes are written, with the original at hand: how useful they still
//! are, and what attacks on them achieve.

use std::collections::BTreeMap;
use std::path::PathBuf;

use weir_risk::attack::{AttackOptions, HierarchyRows, Side, Sides, attack};
use weir_risk::utility::{self, Target, UtilityOptions};
use weir_table::error::Problem;
use weir_table::{Limits, Source, SourceOptions, Table, TableError};
use weir_types::attack::{Attacks, NotTried};
use weir_types::request::Report;
use weir_types::utility::UtilityReport;
use weir_types::{Plan, Role, Treatment};

use crate::count::Decided;
use crate::error::ReleaseError;
use crate::progress::{Stage, Stages};

/// Seed of the draws: the result can be repeated by whoever holds both tables.
const SEED: u64 = 1;

/// What is known of a release once it is decided, for what is measured of its bytes.
pub(crate) struct Afterwards {
    /// Released columns that are no tokens.
    columns: Vec<String>,
    /// Those that form the classes.
    known: Vec<String>,
    /// Those that are sensitive.
    secret: Vec<String>,
    /// The column of the source that says whose row it is.
    person: Option<String>,
    /// The same where its tokens are released.
    person_token: Option<String>,
    /// Least rows that a figure which speaks of values stands for.
    least_rows: u64,
    hierarchies: BTreeMap<String, HierarchyRows>,
    asked: Report,
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) utility: Option<UtilityReport>,
    pub(crate) attacks: Attacks,
}

impl Afterwards {
    /// `known` are the released columns that form the classes.
    pub(crate) fn of(
        decided: &Decided<'_>,
        plan: &Plan,
        known: &[String],
        person_token: Option<&str>,
        asked: &Report,
    ) -> Self {
        let Decided { profile, prepared, counted, .. } = *decided;
        let readable =
            |treatment: &Treatment| !matches!(treatment, Treatment::Drop | Treatment::Token);
        let released = plan.columns.iter().filter(|c| readable(&c.treatment));
        let columns: Vec<String> = released.clone().map(|c| c.column.clone()).collect();
        let is_secret = |name: &String| !known.contains(name);
        let secret = released.filter(|c| c.role == Role::Sensitive).map(|c| c.column.clone());
        let hierarchies = prepared.searched.iter().map(|searched| {
            (profile.columns[searched.column].name.clone(), rows_of(&searched.hierarchy))
        });
        Self {
            known: known.to_vec(),
            secret: secret.filter(is_secret).collect(),
            columns,
            person: plan.person.clone(),
            person_token: person_token.map(str::to_owned),
            // With at most so many rows a person, k people have a value when k times as many do.
            least_rows: plan.k.saturating_mul(counted.table.most_rows()),
            hierarchies: hierarchies.collect(),
            asked: asked.clone(),
        }
    }

    /// Measures written files against the table that they were made from.
    ///
    /// Work and memory are bounded: attacks are tried on a sample, and where the two tables do
    /// not fit into the memory that was planned for, neither is done.
    pub(crate) fn measure(
        &self,
        original: &Table,
        files: &[PathBuf],
        limits: &Limits,
        stages: &mut Stages<'_>,
    ) -> Result<Measured, ReleaseError> {
        let too_large =
            Measured { utility: None, attacks: Attacks::NotTried { reason: NotTried::TooLarge } };
        let rows = original.rows().saturating_mul(2);
        if Side::most_bytes(rows, self.columns.len()) > limits.memory_bytes as u64 {
            return Ok(too_large);
        }
        let Some(released) = open(files, limits)? else {
            let attacks = Attacks::NotTried { reason: NotTried::NothingReleased };
            return Ok(Measured { utility: None, attacks });
        };
        let utility = stages.run(Stage::Compare, Some(original.rows()), |progress| {
            let options = UtilityOptions {
                columns: self.columns.clone(),
                least_rows: self.least_rows,
                target: self.asked.target.as_ref().map(|c| Target::new(c, self.person.clone())),
                hierarchies: self.hierarchies.clone(),
            };
            utility::measure(original, &released, &options, limits, progress)
        })?;
        let attacks = stages.run(Stage::Attack, Some(original.rows()), |progress| {
            self.attack(original, &released, limits, progress)
        })?;
        Ok(Measured { utility: Some(utility), attacks })
    }

    fn attack(
        &self,
        original: &Table,
        released: &Table,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Attacks, ReleaseError> {
        if self.asked.attempts.0 == 0 {
            return Ok(Attacks::NotTried { reason: NotTried::SwitchedOff });
        }
        let columns: Vec<String> = self.known.iter().chain(&self.secret).cloned().collect();
        if self.known.is_empty() {
            return Ok(Attacks::NotTried { reason: NotTried::NothingKnown });
        }
        let person = self.person.as_deref();
        let original = Side::read(original, &columns, person, limits, progress)?;
        let token = self.person_token.as_deref();
        let released = Side::read(released, &columns, token, limits, &|_| {})?;
        let options = AttackOptions {
            known: self.known.clone(),
            secret: self.secret.clone(),
            attempts: self.asked.attempts.0,
            seed: SEED,
            hierarchies: self.hierarchies.clone(),
        };
        let sides =
            Sides { original: &original, released: &released, control: None, auxiliary: None };
        Ok(match attack(sides, &options) {
            Ok(report) => Attacks::Tried { report: Box::new(report) },
            // The columns are known, so that it can only be the rows that are missing.
            Err(_) => Attacks::NotTried { reason: NotTried::NothingReleased },
        })
    }
}

/// The released table; none where it has no row.
fn open(files: &[PathBuf], limits: &Limits) -> Result<Option<Table>, ReleaseError> {
    let source = Source::open(files, &SourceOptions::default())?;
    match source.profile(limits, &|_| {}) {
        Ok((table, _)) => Ok(Some(table)),
        Err(TableError::Data { problem: Problem::Empty, .. }) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// A hierarchy as rows: value, then the labels above it.
fn rows_of(hierarchy: &weir_deidentify::Hierarchy) -> HierarchyRows {
    let label = |level: usize, code: usize| {
        hierarchy.label(level, hierarchy.groups(level)[code]).map(Box::<str>::from)
    };
    let codes = 0..hierarchy.groups(0).len();
    let row = |code: usize| {
        let above = (1..hierarchy.levels()).filter_map(|level| label(level, code)).collect();
        Some((label(0, code)?, above))
    };
    codes.filter_map(row).collect()
}
