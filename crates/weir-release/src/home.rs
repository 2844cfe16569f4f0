//! The folder of state: keys, log, and what was begun and not ended.
//!
//! ```text
//! keys/signer   seed of the key that signs statements   (mode 0600)
//! keys/log      seed of the key that signs the log      (mode 0600)
//! log/          the log, in tlog-tiles; any web server can serve it
//! pending/      one small file per release that is under way
//! work/         temporary files                         (mode 0700)
//! lock          held while a release runs
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use weir_evidence::keys;
use weir_evidence::signer::Signer;
use weir_log::Log;
use weir_log::note::{SigningKey, VerifierKey};

use crate::error::ReleaseError;

/// The folder of state, held by this process alone.
#[derive(Debug)]
pub struct Home {
    dir: PathBuf,
    /// Held until the home is dropped.
    _lock: File,
}

impl Home {
    /// Opens the folder, creating it on first use.
    ///
    /// # Errors
    ///
    /// It cannot be written, or another process works in it.
    pub fn open(dir: &Path) -> Result<Self, ReleaseError> {
        let failed = |source| ReleaseError::Home { path: dir.to_owned(), source };
        for part in ["keys", "pending", "work"] {
            fs::create_dir_all(dir.join(part)).map_err(failed)?;
        }
        // Temporary files may hold what was never meant to be released.
        for part in ["keys", "work"] {
            restrict(&dir.join(part)).map_err(failed)?;
        }
        let lock = File::create(dir.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(ReleaseError::HomeBusy { path: dir.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The folder for the temporary files of a release.
    pub(crate) fn work(&self, release: &str) -> PathBuf {
        self.dir.join("work").join(release)
    }

    /// The folder of journals.
    pub(crate) fn pending(&self) -> PathBuf {
        self.dir.join("pending")
    }

    /// The signer, its key made on first use.
    ///
    /// # Errors
    ///
    /// The key cannot be read, written, or may be read by others.
    pub(crate) fn signer(&self) -> Result<Signer, ReleaseError> {
        let seed = keys::load_or_create(&self.dir.join("keys/signer"), random()?)?;
        Ok(Signer::new(&seed))
    }

    /// The log, opened for appending, with its verifier key; both are made on first use.
    ///
    /// # Errors
    ///
    /// The key cannot be had, or the log is damaged or held by another process.
    pub(crate) fn log(&self) -> Result<(Log, VerifierKey), ReleaseError> {
        let seed = keys::load_or_create(&self.dir.join("keys/log"), random()?)?;
        // The origin has to differ between logs of different keys: part of the key's digest.
        let signer = Signer::new(&seed);
        let origin = format!("weir.local/{}", signer.keyid().short());
        let key = SigningKey::from_seed(&origin, seed.expose())
            .map_err(|source| ReleaseError::LogKey { source })?;
        let verifier = key.verifier().clone();
        Ok((Log::create_or_open(&self.dir.join("log"), key)?, verifier))
    }
}

/// 32 bytes from the operating system.
pub(crate) fn random() -> Result<[u8; 32], ReleaseError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| ReleaseError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(unix)]
fn restrict(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn keys_and_temporary_files_are_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        for part in [home.dir.join("keys"), home.dir.join("work")] {
            let mode = part.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", part.display());
        }
    }
}
