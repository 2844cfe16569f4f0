//! Where the files of a log are kept.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Named files that are written whole.
///
/// Names are relative, with `/` between their parts. There is one writer at a time; readers may
/// be many, and see each file before or after a write, never in between.
pub(crate) trait Storage: Send + Sync {
    /// Puts a file there, in place of one of the same name; when it returns `Ok`, the file and
    /// every earlier one survive a loss of power.
    ///
    /// After an error the file may be there or not, but never in part.
    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// The bytes of a file; `None` if there is no such file.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// Whether there is a file of that name, or one below it.
    fn exists(&self, path: &str) -> io::Result<bool>;

    /// Makes a file that can be read also survive a loss of power.
    fn sync(&self, path: &str) -> io::Result<()>;
}

/// A directory of the file system.
#[derive(Debug)]
pub(crate) struct Disk {
    dir: PathBuf,
    /// Held for as long as this is; the operating system lets go of it when the process ends.
    _lock: Option<File>,
}

impl Disk {
    /// The directory for reading alone: other processes may read and one may write meanwhile.
    pub(crate) fn reading(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), _lock: None }
    }

    /// The directory for reading and writing, made if it is missing; no other process can open
    /// it so until this is dropped.
    pub(crate) fn writing(dir: &Path) -> Result<Self, TryLockError> {
        make_dir(dir).map_err(TryLockError::Error)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join(LOCK))
            .map_err(TryLockError::Error)?;
        lock.try_lock()?;
        Ok(Self { dir: dir.to_owned(), _lock: Some(lock) })
    }
}

impl Storage for Disk {
    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.dir.join(path);
        let parent = target.parent().unwrap_or(&self.dir);
        make_dir(parent)?;
        // One writer needs one temporary name; what a crash leaves there, the next write replaces.
        let temporary = self.dir.join(TEMPORARY);
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, &target)?;
        sync_dir(parent)
    }

    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.dir.join(path)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(Some(bytes))
    }

    fn exists(&self, path: &str) -> io::Result<bool> {
        self.dir.join(path).try_exists()
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        let target = self.dir.join(path);
        File::open(&target)?.sync_all()?;
        sync_dir(target.parent().unwrap_or(&self.dir))
    }
}

/// Makes a directory and those above it, each of them durably.
fn make_dir(dir: &Path) -> io::Result<()> {
    // The parent of a relative path of one part is the empty path, which is where we are.
    if dir.as_os_str().is_empty() || dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().unwrap_or(Path::new(""));
    make_dir(parent)?;
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_dir(parent),
    }
}

/// A new or renamed file survives a loss of power only once its directory was synchronised.
#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    File::open(dir)?.sync_all()
}

/// Elsewhere a directory cannot be opened as a file; the file system's own journal must do.
#[cfg(not(unix))]
fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

const LOCK: &str = ".lock";

const TEMPORARY: &str = ".writing";

/// A bundle of 256 entries of the greatest length, with their lengths, is the largest file.
const MAX_FILE_BYTES: u64 = 256 * (65_535 + 2);

#[cfg(test)]
pub(crate) mod failing {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// How a write fails.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Failure {
        /// The bytes are there nevertheless.
        Applied,
        /// Nothing happened.
        NotApplied,
    }

    #[derive(Debug, Default)]
    struct Inner {
        files: BTreeMap<String, Vec<u8>>,
        checkpoints: Vec<String>,
        writes: usize,
        fail: Option<(usize, Failure)>,
    }

    /// Files in memory, of which one write can be made to fail; clones share them.
    #[derive(Clone, Debug, Default)]
    pub(crate) struct Failing(Arc<Mutex<Inner>>);

    impl Failing {
        /// The same files, in which the write after `after` more fails.
        pub(crate) fn arm(&self, after: usize, failure: Failure) {
            let mut inner = self.0.lock().unwrap();
            inner.writes = 0;
            inner.fail = Some((after, failure));
        }

        pub(crate) fn disarm(&self) {
            self.0.lock().unwrap().fail = None;
        }

        /// How many writes there were since the last `arm`.
        pub(crate) fn writes(&self) -> usize {
            self.0.lock().unwrap().writes
        }

        /// Every checkpoint that could ever be read.
        pub(crate) fn checkpoints(&self) -> Vec<String> {
            self.0.lock().unwrap().checkpoints.clone()
        }

        pub(crate) fn edit(&self, edit: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) {
            edit(&mut self.0.lock().unwrap().files);
        }
    }

    impl Storage for Failing {
        fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
            let mut inner = self.0.lock().unwrap();
            let fail = inner.fail.filter(|(at, _)| *at == inner.writes).map(|(_, how)| how);
            inner.writes += 1;
            if fail != Some(Failure::NotApplied) {
                inner.files.insert(path.to_owned(), bytes.to_vec());
                if path == "checkpoint" {
                    inner.checkpoints.push(String::from_utf8(bytes.to_vec()).unwrap());
                }
            }
            if fail.is_some() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }

        fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
            Ok(self.0.lock().unwrap().files.get(path).cloned())
        }

        fn exists(&self, path: &str) -> io::Result<bool> {
            let below = format!("{path}/");
            let inner = self.0.lock().unwrap();
            Ok(inner.files.keys().any(|name| name == path || name.starts_with(&below)))
        }

        fn sync(&self, _: &str) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::writing(&dir.path().join("a/b")).unwrap();
        assert_eq!(disk.read("tile/0/000").unwrap(), None);
        disk.write("tile/0/000", b"long bytes").unwrap();
        disk.write("tile/0/000", b"short").unwrap();
        disk.sync("tile/0/000").unwrap();
        assert_eq!(disk.read("tile/0/000").unwrap().unwrap(), b"short");
        assert!(disk.exists("tile").unwrap() && !disk.exists("checkpoint").unwrap());
        let names: Vec<_> =
            fs::read_dir(dir.path().join("a/b")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!names.iter().any(|name| name == TEMPORARY), "{names:?}");
    }

    #[test]
    fn what_a_crash_left_behind_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(TEMPORARY), b"half of a tile, longer than the next").unwrap();
        let disk = Disk::writing(dir.path()).unwrap();
        disk.write("checkpoint", b"new").unwrap();
        assert_eq!(disk.read("checkpoint").unwrap().unwrap(), b"new");
    }

    #[test]
    fn one_writer_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = Disk::writing(dir.path()).unwrap();
        assert!(matches!(Disk::writing(dir.path()), Err(TryLockError::WouldBlock)));
        drop(first);
        Disk::writing(dir.path()).unwrap();
    }
}
