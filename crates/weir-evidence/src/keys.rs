//! Key files: 32 secret bytes that only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;
use weir_types::Redacted;
use zeroize::{Zeroize, Zeroizing};

/// The secret half of an Ed25519 key (RFC 8032, section 5.1.5), wiped when dropped.
///
/// `Debug` shows nothing; [`Seed::expose`] is the single way to the bytes.
#[derive(Debug)]
pub struct Seed(Redacted<Zeroizing<[u8; 32]>>);

/// Why a key file cannot be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("cannot read the key file `{}`", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file cannot be made.
    #[error("cannot write the key file `{}`", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others than the owner may read or write the file.
    #[error("the key file `{}` is open to others (mode {mode:04o})", .path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not a key.
    #[error("the key file `{}` does not hold exactly 32 bytes", .path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
    },
}

impl KeyError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "run as the user who owns the key".to_owned(),
            Self::Write { .. } => {
                "the folder must exist, be writable, and be on a file system with hard links"
                    .to_owned()
            }
            Self::Exposed { path, .. } => format!(
                "if nobody else has read it, run `chmod 600 {}`; otherwise replace the key",
                path.display()
            ),
            Self::Malformed { .. } => {
                "restore the file from a backup; with another key, recipients must be told the \
                 new fingerprint"
                    .to_owned()
            }
        }
    }
}

impl Seed {
    /// A seed from bytes that the caller holds already.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Redacted::new(Zeroizing::new(bytes)))
    }

    /// The secret bytes, for making a key of; never for printing.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

/// Reads the key file at `path`; makes it from `random` if there is none.
///
/// The folder must exist. A new file has mode 0600 and is on the disk, whole, before it has its
/// name: a process killed at any moment leaves a whole key or none (and at most a stray
/// `.<name>.new-…`, which no program reads). Of two processes that make it at once, one wins and
/// both get the winner's key. `random` is used only when the file is made.
///
/// # Errors
/// - [`KeyError::Exposed`] where group or others have any permission on the file.
/// - [`KeyError::Malformed`] where it is not 32 bytes.
/// - [`KeyError::Read`], [`KeyError::Write`] from the file system.
pub fn load_or_create(path: &Path, random: [u8; 32]) -> Result<Seed, KeyError> {
    let fresh = Seed::new(random);
    match load(path) {
        Err(KeyError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    match create(path, &fresh) {
        Ok(()) => Ok(fresh),
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists => load(path),
        Err(source) => Err(KeyError::Write { path: path.to_owned(), source }),
    }
}

/// Reads the key file at `path`.
///
/// # Errors
/// As [`load_or_create`]; a file that is not there is [`KeyError::Read`].
pub fn load(path: &Path) -> Result<Seed, KeyError> {
    let read = |source| KeyError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(read)?;
    // Asked of the open file, so that the answer is about the bytes that are read below.
    if let Some(mode) = exposed_mode(&file).map_err(read)? {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    let mut bytes = Zeroizing::new([0; 33]);
    let mut len = 0;
    while len < bytes.len() {
        match file.read(&mut bytes[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(read(error)),
        }
    }
    let mut seed = [0; 32];
    if len != seed.len() {
        return Err(KeyError::Malformed { path: path.to_owned() });
    }
    seed.copy_from_slice(&bytes[..32]);
    let loaded = Seed::new(seed);
    seed.zeroize();
    Ok(loaded)
}

fn create(path: &Path, seed: &Seed) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // The name follows from the secret one way, so that no two processes share it.
    let tag = Sha256::new_with_prefix(b"weir key file\n").chain_update(seed.expose()).finalize();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.new-{}", hex::encode(&tag[..8])));
    let written = write_new(&temporary, seed.expose())
        // A hard link fails where a rename would overwrite another process's key.
        .and_then(|()| fs::hard_link(&temporary, path));
    let removed = match fs::remove_file(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    written?;
    removed?;
    File::open(folder)?.sync_all()
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn exposed_mode(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode() & 0o7777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn exposed_mode(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_once_and_then_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer.key");
        let made = load_or_create(&path, [1; 32]).unwrap();
        let read = load_or_create(&path, [2; 32]).unwrap();
        assert_eq!(made.expose(), &[1; 32]);
        assert_eq!(read.expose(), &[1; 32]);
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "the temporary name is gone");
        assert!(!format!("{made:?}").contains('1'));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer.key");
        load_or_create(&path, [1; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = load_or_create(&path, [1; 32]).unwrap_err();
            assert!(matches!(error, KeyError::Exposed { mode: m, .. } if m == mode));
            assert!(error.hint().contains("chmod 600"));
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        for len in [0, 31, 33, 64] {
            let path = folder.path().join(format!("{len}.key"));
            write_new(&path, &vec![7; len]).unwrap();
            let error = load_or_create(&path, [1; 32]).unwrap_err();
            assert!(matches!(error, KeyError::Malformed { .. }), "{len}");
            assert_eq!(fs::read(&path).unwrap().len(), len);
        }
    }

    #[test]
    fn a_missing_folder_is_an_error_of_writing() {
        let folder = tempfile::tempdir().unwrap();
        let error = load_or_create(&folder.path().join("none/signer.key"), [1; 32]).unwrap_err();
        assert!(matches!(error, KeyError::Write { .. }));
    }

    #[test]
    fn of_many_makers_one_wins_and_all_agree() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signer.key");
        let seeds: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let path = &path;
            let makers: Vec<_> = (0..8u8)
                .map(|i| scope.spawn(move || *load_or_create(path, [i; 32]).unwrap().expose()))
                .collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        assert!(seeds.iter().all(|seed| seed == &seeds[0]));
    }
}
