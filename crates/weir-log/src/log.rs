//! The log itself: a directory that is appended to.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use crate::check::{self, CheckError, CheckReport};
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::note::{SigningKey, VerifierKey};
use crate::proof;
use crate::receipt::Receipt;
use crate::storage::{Disk, Storage};
use crate::tile::{FULL, Frontier, MAX_ENTRY_BYTES, ReadError, Tiles, encode_bundle, encode_tile};

/// A log directory opened for appending.
///
/// Only one `Log` can be open for a directory, in one process; whoever serves or checks the files
/// meanwhile sees the log before or after an append.
pub struct Log {
    storage: Box<dyn Storage>,
    key: SigningKey,
    frontier: Frontier,
    /// The entries of the last, partial bundle.
    partial: Vec<Vec<u8>>,
    checkpoint: SignedCheckpoint,
    /// A write failed, so that the disk may be ahead of what is known here.
    is_behind: bool,
}

impl Log {
    /// Opens the log in a directory, or makes an empty one, and holds it until dropped.
    ///
    /// The name of the key is the origin of the log, and stays so. What a crash left behind is
    /// not seen, and overwritten in time.
    ///
    /// # Errors
    ///
    /// - [`LogError::Locked`]: it is already open, here or in another process;
    /// - [`LogError::Open`]: the directory cannot be made or locked;
    /// - [`LogError::NoCheckpoint`]: there are tiles but no checkpoint;
    /// - [`LogError::Checkpoint`]: the checkpoint is not one of this key;
    /// - [`LogError::Read`], [`LogError::Damaged`]: the last tiles are missing or changed;
    /// - [`LogError::Write`]: the first checkpoint cannot be written.
    pub fn create_or_open(dir: &Path, key: SigningKey) -> Result<Self, LogError> {
        let disk = Disk::writing(dir).map_err(|error| match error {
            TryLockError::WouldBlock => LogError::Locked { dir: dir.to_owned() },
            TryLockError::Error(source) => LogError::Open { dir: dir.to_owned(), source },
        })?;
        Self::open(Box::new(disk), key)
    }

    fn open(storage: Box<dyn Storage>, key: SigningKey) -> Result<Self, LogError> {
        let checkpoint = match read_checkpoint(storage.as_ref())? {
            Some(note) => {
                SignedCheckpoint::open(&note, key.verifier()).map_err(LogError::Checkpoint)?
            }
            None => create(storage.as_ref(), &key)?,
        };
        // A crash can have come between the rename of a checkpoint and its last fsync. It must not
        // be built on, or shown, while a loss of power could still take it back.
        storage.sync(CHECKPOINT).map_err(|source| write_error(CHECKPOINT, source))?;

        let tiles = Tiles::new(storage.as_ref(), checkpoint.size());
        let frontier = Frontier::read(&tiles).map_err(LogError::Read)?;
        if frontier.root() != checkpoint.root() {
            return Err(LogError::Damaged);
        }
        let partial = match frontier.partial().find(|(tile, _)| tile.level == 0) {
            Some((tile, hashes)) => {
                let entries = tiles.bundle(tile).map_err(LogError::Read)?;
                if !entries.iter().map(|entry| Hash::leaf(entry)).eq(hashes.iter().copied()) {
                    return Err(LogError::Damaged);
                }
                entries
            }
            None => Vec::new(),
        };
        Ok(Self { storage, key, frontier, partial, checkpoint, is_behind: false })
    }

    /// Adds entries and signs the new state; gives each its index, in order.
    ///
    /// When it returns `Ok`, all entries survive a loss of power, and so does the checkpoint that
    /// covers them; before, none is visible. No entries give no new checkpoint. Many entries at
    /// once cost little more than one.
    ///
    /// # Errors
    ///
    /// - [`LogError::TooLong`]: an entry has more than [`MAX_ENTRY_BYTES`]; nothing was written;
    /// - [`LogError::Write`]: a write failed. The entries may be in the log or not, all or none:
    ///   open it again and ask [`find`](Self::find);
    /// - [`LogError::Reopen`]: a write failed earlier.
    pub fn append(&mut self, entries: &[Vec<u8>]) -> Result<Vec<u64>, LogError> {
        if self.is_behind {
            return Err(LogError::Reopen);
        }
        let too_long = entries.iter().position(|entry| entry.len() > MAX_ENTRY_BYTES);
        if let Some(position) = too_long {
            return Err(LogError::TooLong { position });
        }
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        // Signing on after a failed write could put two roots on one size: the disk may hold a
        // checkpoint that is not known here.
        self.is_behind = true;
        let (frontier, partial) = self.write_tree(entries)?;
        let checkpoint = SignedCheckpoint::sign(frontier.size(), frontier.root(), &self.key);
        self.write(CHECKPOINT, checkpoint.to_string().as_bytes())?;

        let indices = (self.size()..frontier.size()).collect();
        self.frontier = frontier;
        self.partial = partial;
        self.checkpoint = checkpoint;
        self.is_behind = false;
        Ok(indices)
    }

    /// Writes every tile and bundle that the new entries change, and gives the new right edge.
    ///
    /// Partial tiles of an older checkpoint stay, because their names carry their width.
    fn write_tree(&self, entries: &[Vec<u8>]) -> Result<(Frontier, Vec<Vec<u8>>), LogError> {
        let mut frontier = self.frontier.clone();
        let mut bundle = self.partial.clone();
        let mut filled = Vec::new();
        for entry in entries {
            bundle.push(entry.clone());
            frontier.push(Hash::leaf(entry), &mut filled);
            for (tile, hashes) in filled.drain(..) {
                if tile.level == 0 {
                    self.write(&tile.bundle_path(), &encode_bundle(&bundle))?;
                    bundle.clear();
                }
                self.write(&tile.path(), &encode_tile(&hashes))?;
            }
        }
        let before: Vec<_> = self.frontier.partial().map(|(tile, _)| tile).collect();
        for (tile, hashes) in frontier.partial().filter(|(tile, _)| !before.contains(tile)) {
            if tile.level == 0 {
                self.write(&tile.bundle_path(), &encode_bundle(&bundle))?;
            }
            self.write(&tile.path(), &encode_tile(hashes))?;
        }
        debug_assert!(bundle.len() < FULL, "a full bundle is written and cleared");
        Ok((frontier, bundle))
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), LogError> {
        self.storage.write(path, bytes).map_err(|source| write_error(path, source))
    }

    /// How many entries the log has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// The signed state of the log after the last append.
    #[must_use]
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// The index of the first entry with exactly these bytes; `None` if there is none.
    ///
    /// Reads the entries from the first on.
    ///
    /// # Errors
    ///
    /// As for [`entries`](Self::entries).
    pub fn find(&self, entry: &[u8]) -> Result<Option<u64>, LogError> {
        let mut index = 0;
        for bundle in self.bundles() {
            for found in bundle? {
                if found == entry {
                    return Ok(Some(index));
                }
                index += 1;
            }
        }
        Ok(None)
    }

    /// All entries, in order.
    ///
    /// # Errors
    ///
    /// - [`LogError::Read`]: a tile or bundle is missing, unreadable or of the wrong form;
    /// - [`LogError::Bundle`]: a bundle holds other entries than its tile has hashes of.
    pub fn entries(&self) -> Result<Vec<Vec<u8>>, LogError> {
        let mut entries = Vec::new();
        for bundle in self.bundles() {
            entries.extend(bundle?);
        }
        Ok(entries)
    }

    /// The bundles one by one, each held against its tile.
    fn bundles(&self) -> impl Iterator<Item = Result<Vec<Vec<u8>>, LogError>> {
        let tiles = Tiles::new(self.storage.as_ref(), self.size());
        tiles.leaf_tiles().map(move |tile| {
            let entries = tiles.bundle(tile).map_err(LogError::Read)?;
            let hashes = tiles.tile(tile).map_err(LogError::Read)?;
            if entries.iter().map(|entry| Hash::leaf(entry)).eq(hashes) {
                Ok(entries)
            } else {
                Err(LogError::Bundle { path: tile.bundle_path() })
            }
        })
    }

    /// The proof that an entry is in the log as last signed.
    ///
    /// Reads the few tiles on the way to the root, and checks them against it.
    ///
    /// # Errors
    ///
    /// - [`LogError::NoEntry`]: the log has no entry of that index;
    /// - [`LogError::Read`]: a tile is missing, unreadable or of the wrong form;
    /// - [`LogError::Damaged`]: a tile was changed.
    pub fn receipt(&self, index: u64) -> Result<Receipt, LogError> {
        let size = self.size();
        if index >= size {
            return Err(LogError::NoEntry { index, size });
        }
        let tiles = Tiles::new(self.storage.as_ref(), size);
        let leaf = proof::HashReader::subtree(&tiles, 0, index).map_err(LogError::Read)?;
        let path = proof::inclusion(index, size, &tiles).map_err(LogError::Read)?;
        Receipt::prove(index, leaf, path, self.checkpoint.clone()).ok_or(LogError::Damaged)
    }

    /// Recomputes a whole log from its entries, and holds every tile and the signed root against
    /// that.
    ///
    /// It needs no lock and writes nothing. Partial tiles of older checkpoints are not looked at:
    /// no signed size asks for them any more.
    ///
    /// # Errors
    ///
    /// [`CheckError`] names the first thing that is wrong.
    pub fn check(dir: &Path, log: &VerifierKey) -> Result<CheckReport, CheckError> {
        check::check(&Disk::reading(dir), log)
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log")
            .field("key", &self.key)
            .field("size", &self.size())
            .field("is_behind", &self.is_behind)
            .finish_non_exhaustive()
    }
}

/// The first checkpoint of a new log, that of the empty tree.
///
/// It is written before any tile, so that tiles without a checkpoint are never a new log: to start
/// again there would sign a second history.
fn create(storage: &dyn Storage, key: &SigningKey) -> Result<SignedCheckpoint, LogError> {
    let has_tiles = storage
        .exists("tile")
        .map_err(|source| LogError::Read(ReadError::Io { path: "tile".to_owned(), source }))?;
    if has_tiles {
        return Err(LogError::NoCheckpoint);
    }
    let checkpoint = SignedCheckpoint::sign(0, Hash::EMPTY, key);
    storage
        .write(CHECKPOINT, checkpoint.to_string().as_bytes())
        .map_err(|source| write_error(CHECKPOINT, source))?;
    Ok(checkpoint)
}

fn read_checkpoint(storage: &dyn Storage) -> Result<Option<String>, LogError> {
    let bytes = storage
        .read(CHECKPOINT)
        .map_err(|source| LogError::Read(ReadError::Io { path: CHECKPOINT.to_owned(), source }))?;
    bytes
        .map(|bytes| String::from_utf8(bytes).map_err(|_| CheckpointError::Form))
        .transpose()
        .map_err(LogError::Checkpoint)
}

fn write_error(path: &str, source: io::Error) -> LogError {
    LogError::Write { path: path.to_owned(), source }
}

/// Why a log could not be opened, read or appended to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Somebody else has the log open.
    #[error("the log in `{}` is in use", dir.display())]
    Locked {
        /// The directory of the log.
        dir: PathBuf,
    },
    /// The directory cannot be made or locked.
    #[error("opening the log in `{}` failed", dir.display())]
    Open {
        /// The directory of the log.
        dir: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There are tiles, but nothing that says how many of them count.
    #[error("the log has tiles but no checkpoint")]
    NoCheckpoint,
    /// The checkpoint of the log was refused.
    #[error("the checkpoint of the log was refused")]
    Checkpoint(#[source] CheckpointError),
    /// A part of the log cannot be read.
    #[error("a part of the log cannot be read")]
    Read(#[source] ReadError),
    /// The hash tiles do not lead to the signed root.
    #[error("the tiles of the log do not lead to its signed root")]
    Damaged,
    /// The entries of a bundle are not those that were hashed.
    #[error("`{path}` holds other entries than were logged")]
    Bundle {
        /// Where, below the log's directory.
        path: String,
    },
    /// The log has no such entry.
    #[error("there is no entry {index} in a log of {size} entries")]
    NoEntry {
        /// The index that was asked for, from zero.
        index: u64,
        /// The size of the log.
        size: u64,
    },
    /// An entry does not fit into a bundle.
    #[error("entry {position} of those to be added has more than 65,535 bytes")]
    TooLong {
        /// Which of the entries handed in, from zero.
        position: usize,
    },
    /// A file cannot be written.
    #[error("writing `{path}` failed")]
    Write {
        /// Where, below the log's directory.
        path: String,
        /// What the storage said.
        source: io::Error,
    },
    /// An earlier write failed, so that it is not known what is on the disk.
    #[error("an earlier write to the log failed")]
    Reopen,
}

impl LogError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "wait until the other process is done, or end it",
            Self::Open { .. } => "check that the directory exists and may be written by you",
            Self::Checkpoint(_) => "check that this is the key the log was made with",
            Self::NoCheckpoint | Self::Read(_) | Self::Damaged | Self::Bundle { .. } => {
                "check the log as a whole, and bring damaged files back from a copy; do not start it anew"
            }
            Self::NoEntry { .. } => "ask for an index below the size of the log",
            Self::TooLong { .. } => "log a digest instead of the bytes themselves",
            Self::Write { .. } | Self::Reopen => {
                "make room or repair the disk, open the log again, and look for the entries before adding them"
            }
        }
    }
}

pub(crate) const CHECKPOINT: &str = "checkpoint";

#[cfg(test)]
mod tests;
