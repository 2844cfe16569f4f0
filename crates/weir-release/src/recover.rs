//! Ending what a killed process began.

use std::fs;
use std::path::{Path, PathBuf};

use weir_evidence::dsse;
use weir_evidence::package::STATEMENT;
use weir_law::{RulePack, Verdict, judge};
use weir_log::Log;
use weir_table::{Limits, PeopleBy, read_back};
use weir_types::Statement;
use weir_types::risk::PeopleCountedBy;

use crate::cleared::Cleared;
use crate::error::ReleaseError;
use crate::home::Home;
use crate::staging::{Pending, Staging};

/// What became of releases that were under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Ended: they were logged, and their package is in its place now.
    pub finished: u64,
    /// Undone: they were not logged, and nothing of them is left.
    pub discarded: u64,
}

/// Name of the file, among temporary files, that tells the people behind released rows.
pub(crate) const PEOPLE_KEY: &str = "people";

/// Ends or undoes every release that an earlier process left under way.
///
/// A release that the log holds is measured and judged again from the staged bytes, so that it
/// leaves with the same two proofs as any other.
///
/// # Errors
///
/// A file cannot be read or written; or a logged release is refused now, because the rules or
/// the staged bytes changed.
pub fn recover(home: &Home, pack: &RulePack, limits: &Limits) -> Result<Recovered, ReleaseError> {
    let mut recovered = Recovered::default();
    for journal in journals(&home.pending())? {
        let Some(pending) = read_journal(&journal)? else {
            continue;
        };
        let staging = Staging::resumed(pending, journal);
        if end(&staging, home, pack, limits)? {
            recovered.finished += 1;
        } else {
            recovered.discarded += 1;
        }
    }
    Ok(recovered)
}

fn journals(dir: &Path) -> Result<Vec<PathBuf>, ReleaseError> {
    let failed = |source| ReleaseError::Home { path: dir.to_owned(), source };
    let mut journals = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        match path.extension().and_then(|e| e.to_str()) {
            Some("json") => journals.push(path),
            // A journal that never came into force.
            Some("new") => crate::files::remove_file(&path).map_err(failed)?,
            _ => {}
        }
    }
    journals.sort();
    Ok(journals)
}

/// The journal; none where it was removed meanwhile.
fn read_journal(path: &Path) -> Result<Option<Pending>, ReleaseError> {
    let failed = |source| ReleaseError::Home { path: path.to_owned(), source };
    let bytes = match fs::read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(failed)?,
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|e| failed(e.into()))
}

/// Ends one release; whether it was published.
fn end(
    staging: &Staging,
    home: &Home,
    pack: &RulePack,
    limits: &Limits,
) -> Result<bool, ReleaseError> {
    let Some(sealed) = staging.pending.sealed else {
        staging.discard()?;
        return Ok(false);
    };
    let (log, _) = home.log()?;
    if !staging.dir().exists() {
        // Renamed already, or never made; the journal was all that was left.
        staging.forget()?;
        return Ok(staging.pending.out.join(STATEMENT).exists());
    }
    let path = staging.dir().join(STATEMENT);
    let bytes = fs::read(&path).map_err(|source| ReleaseError::Output { path, source })?;
    let statement = dsse::open(&bytes, None)?;
    let Some(index) = log.find(&statement.log_entry())? else {
        staging.discard()?;
        return Ok(false);
    };
    let refused = || ReleaseError::CannotRecover {
        release: staging.pending.release.clone(),
        staging: staging.dir().to_owned(),
    };
    if statement.digest() != sealed {
        return Err(refused());
    }
    finish(staging, &statement, &log, index, pack, limits)?.ok_or_else(refused)?;
    Ok(true)
}

fn finish(
    staging: &Staging,
    statement: &dsse::OpenedStatement,
    log: &Log,
    index: u64,
    pack: &RulePack,
    limits: &Limits,
) -> Result<Option<()>, ReleaseError> {
    let stated = statement.statement();
    let limits = Limits { spill_dir: staging.pending.work.join("spill"), ..limits.clone() };
    let read = measure_again(staging, stated, &limits)?;
    let today = &stated.predicate.decision.as_of;
    let facts = &stated.predicate.facts;
    let verdict =
        judge(pack, facts, &read, stated.predicate.plan.k, statement.data_digest(), today);
    let Verdict::Permit(permit) = verdict else {
        return Ok(None);
    };
    let receipt = log.receipt(index)?;
    let staging = Staging::resumed(staging.pending.clone(), staging.journal().to_owned());
    Cleared::new(staging, permit, statement, receipt)?.publish()?;
    Ok(Some(()))
}

fn measure_again(
    staging: &Staging,
    stated: &Statement,
    limits: &Limits,
) -> Result<weir_types::RiskReport, ReleaseError> {
    let risk = &stated.predicate.risk;
    let files: Vec<PathBuf> =
        stated.predicate.data.iter().map(|name| staging.dir().join(name)).collect();
    let key = staging.pending.work.join(PEOPLE_KEY);
    let people = match (risk.people_counted_by, &risk.person) {
        (PeopleCountedBy::Column, Some(person)) => PeopleBy::Column(person),
        (PeopleCountedBy::ProviderKey, _) => PeopleBy::Key(&key),
        _ => PeopleBy::Row,
    };
    let read = read_back(&files, &risk.quasi_identifiers, people, limits)?;
    Ok(crate::run::measured(&read.classes, risk))
}
