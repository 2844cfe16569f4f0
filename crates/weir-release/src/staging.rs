//! A package in the making, and the journal that lets a killed release be ended.
//!
//! The order of durable steps is
//!
//! 1. the journal says that staging begins;
//! 2. the package is written in a hidden folder beside its place;
//! 3. the journal says that the statement is sealed;
//! 4. the log takes the statement's digest;
//! 5. the receipt is written and the folder renamed to its place;
//! 6. the journal is removed.
//!
//! INVARIANT: before 4 nothing of the release counts, after 4 all of it does. Killed before 4,
//! recovery removes everything; killed after 4, it does 5 and 6. See [`crate::recover`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use weir_types::Sha256;

use crate::error::ReleaseError;
use crate::files;

/// What is known of a release that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pending {
    /// Identifier of the release.
    pub(crate) release: String,
    /// The hidden folder.
    pub(crate) staging: PathBuf,
    /// Where the package goes.
    pub(crate) out: PathBuf,
    /// Temporary files.
    pub(crate) work: PathBuf,
    /// Digest of the statement, once it is sealed.
    pub(crate) sealed: Option<Sha256>,
}

/// A package in the making. Nothing of it counts before it is published.
#[derive(Debug)]
pub(crate) struct Staging {
    pub(crate) pending: Pending,
    journal: PathBuf,
}

impl Staging {
    /// Begins: writes the journal, then makes the folders. Where that fails nothing of it is left.
    pub(crate) fn begin(pending: Pending, journals: &Path) -> Result<Self, ReleaseError> {
        let journal = journals.join(format!("{}.json", pending.release));
        let staging = Self { pending, journal };
        staging.note()?;
        if let Err(source) = fs::create_dir(staging.dir()) {
            // What is there already is of somebody else, and recovery must not remove it.
            staging.forget()?;
            return Err(staging.failed(source));
        }
        let data = staging.dir().join(weir_evidence::package::DATA_DIR);
        let made = fs::create_dir(data).and_then(|()| fs::create_dir_all(&staging.pending.work));
        if let Err(source) = made {
            staging.discard()?;
            return Err(staging.failed(source));
        }
        Ok(staging)
    }

    /// A staging that an earlier process left behind.
    pub(crate) fn resumed(pending: Pending, journal: PathBuf) -> Self {
        Self { pending, journal }
    }

    pub(crate) fn journal(&self) -> &Path {
        &self.journal
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.pending.staging
    }

    /// Writes a file of the package.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ReleaseError> {
        let path = self.dir().join(name);
        files::write_new(&path, bytes).map_err(|source| ReleaseError::Output { path, source })
    }

    /// Notes that the statement is sealed; from here on the release can be ended by recovery.
    pub(crate) fn seal(&mut self, statement: Sha256) -> Result<(), ReleaseError> {
        for dir in [self.dir().join(weir_evidence::package::DATA_DIR), self.dir().to_owned()] {
            files::sync_dir(&dir).map_err(|source| self.failed(source))?;
        }
        files::sync_parent(self.dir()).map_err(|source| self.failed(source))?;
        self.pending.sealed = Some(statement);
        self.note()
    }

    /// Puts the package in its place.
    pub(crate) fn publish(&self) -> Result<(), ReleaseError> {
        let out = &self.pending.out;
        let failed = |source| ReleaseError::Output { path: out.clone(), source };
        files::sync_dir(self.dir()).map_err(failed)?;
        if out.symlink_metadata().is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        fs::rename(self.dir(), out).map_err(failed)?;
        files::sync_parent(out).map_err(failed)
    }

    /// Removes whatever was staged, and the journal last.
    ///
    /// The journal first takes back that the statement is sealed: killed halfway through the
    /// folder, the next recovery would look for a statement that is gone.
    pub(crate) fn discard(&self) -> Result<(), ReleaseError> {
        if self.pending.sealed.is_some() {
            let pending = Pending { sealed: None, ..self.pending.clone() };
            Self::resumed(pending, self.journal.clone()).note()?;
        }
        files::remove_all(self.dir()).map_err(|source| self.failed(source))?;
        self.forget()
    }

    /// Removes temporary files and the journal.
    pub(crate) fn forget(&self) -> Result<(), ReleaseError> {
        files::remove_all(&self.pending.work).map_err(|source| self.failed(source))?;
        files::remove_file(&self.journal).map_err(|source| self.failed(source))?;
        files::sync_parent(&self.journal).map_err(|source| self.failed(source))
    }

    fn note(&self) -> Result<(), ReleaseError> {
        let bytes = serde_json::to_vec(&self.pending)
            .expect("a journal is strings and digests, which JSON can hold");
        files::replace(&self.journal, &bytes)
            .map_err(|source| ReleaseError::Home { path: self.journal.clone(), source })
    }

    fn failed(&self, source: io::Error) -> ReleaseError {
        ReleaseError::Output { path: self.pending.staging.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_begin_leaves_nothing_and_takes_nothing() {
        let home = tempfile::tempdir().unwrap();
        let pending = Pending {
            release: "r".to_owned(),
            staging: home.path().join("staging"),
            out: home.path().join("out"),
            work: home.path().join("work"),
            sealed: None,
        };
        fs::create_dir(&pending.staging).unwrap();
        Staging::begin(pending, home.path()).unwrap_err();
        let left = fs::read_dir(home.path()).unwrap().flatten().map(|entry| entry.file_name());
        assert_eq!(left.collect::<Vec<_>>(), ["staging"], "that of somebody else");
    }

    #[test]
    fn a_discard_that_stops_halfway_can_be_done_again() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        let journal = home.path().join("r.json");
        let pending = Pending {
            release: "r".to_owned(),
            // No folder can be here, so removing it fails.
            staging: file.join("staging"),
            out: home.path().join("out"),
            work: home.path().join("work"),
            sealed: Some(Sha256([7; 32])),
        };
        Staging::resumed(pending.clone(), journal.clone()).discard().unwrap_err();
        let left: Pending = serde_json::from_slice(&fs::read(&journal).unwrap()).unwrap();
        assert_eq!(left, Pending { sealed: None, ..pending });
    }
}
