//! The check of a whole log.

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::log::CHECKPOINT;
use crate::note::VerifierKey;
use crate::storage::Storage;
use crate::tile::{Frontier, ReadError, Tile, Tiles};

/// What was looked at in a log that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// The signed state that everything was held against.
    pub checkpoint: SignedCheckpoint,
    /// How many hash tiles were read, whole and partial.
    pub n_tiles: u64,
    /// How many entry bundles were read, whole and partial.
    pub n_bundles: u64,
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// There is no checkpoint, so that nothing is vouched for.
    #[error("the log has no checkpoint")]
    NoCheckpoint,
    /// The checkpoint is not a good one of the expected key.
    #[error("the checkpoint of the log was refused")]
    Checkpoint(#[source] CheckpointError),
    /// A part of the log is missing, unreadable or of the wrong form.
    #[error("a part of the log cannot be read")]
    Read(#[source] ReadError),
    /// The entries lead to the signed root, and a tile has other hashes than they.
    #[error("hash tile `{path}` was changed")]
    Tile {
        /// Where, below the log's directory.
        path: String,
    },
    /// The tiles lead to the signed root, and a bundle has other entries than they.
    #[error("entry {index} in `{path}` was changed")]
    Bundle {
        /// Where, below the log's directory.
        path: String,
        /// The first entry that is not the logged one.
        index: u64,
    },
    /// Neither the entries nor the tiles lead to the signed root.
    #[error("the log has root {computed}, and its checkpoint states {stated}")]
    Root {
        /// What was signed.
        stated: Hash,
        /// What the entries give.
        computed: Hash,
        /// The first entry that is not the one its tile has the hash of, if there is one.
        first_difference: Option<u64>,
    },
}

impl CheckError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoCheckpoint | Self::Read(_) | Self::Bundle { .. } => {
                "bring the file back from a copy of the log"
            }
            Self::Checkpoint(_) => "compare the log key in use with the one the log's owner gives",
            Self::Tile { .. } => {
                "bring the file back from a copy of the log; the entries themselves are whole"
            }
            Self::Root { .. } => {
                "do not rely on this copy of the log; keep it, and compare it with receipts and other copies"
            }
        }
    }
}

/// Recomputes a log; see [`Log::check`](crate::Log::check).
pub(crate) fn check(storage: &dyn Storage, log: &VerifierKey) -> Result<CheckReport, CheckError> {
    let checkpoint = read_checkpoint(storage, log)?;
    let tiles = Tiles::new(storage, checkpoint.size());
    // Two trees, so that it can be told which of entries and tiles are those that were signed.
    let mut by_entries = Frontier::default();
    let mut by_tiles = Frontier::default();
    let mut n_bundles = 0;
    let mut n_tiles = 0;
    let mut bad_bundle = None;
    let mut bad_tile = None;
    let mut filled = Vec::new();
    for tile in tiles.leaf_tiles() {
        let entries = tiles.bundle(tile).map_err(CheckError::Read)?;
        let stored = tiles.tile(tile).map_err(CheckError::Read)?;
        n_bundles += 1;
        for (entry, stored) in entries.iter().zip(&stored) {
            let leaf = Hash::leaf(entry);
            if leaf != *stored && bad_bundle.is_none() {
                bad_bundle = Some((tile.bundle_path(), by_entries.size()));
            }
            by_entries.push(leaf, &mut filled);
            by_tiles.push(*stored, &mut Vec::new());
        }
        for (tile, hashes) in filled.drain(..) {
            n_tiles += 1;
            compare(&tiles, tile, &hashes, &mut bad_tile)?;
        }
    }
    for (tile, hashes) in by_entries.partial() {
        n_tiles += 1;
        compare(&tiles, tile, hashes, &mut bad_tile)?;
    }

    let stated = checkpoint.root();
    let computed = by_entries.root();
    if computed == stated {
        return match bad_tile {
            Some(path) => Err(CheckError::Tile { path }),
            None => Ok(CheckReport { checkpoint, n_tiles, n_bundles }),
        };
    }
    match bad_bundle {
        Some((path, index)) if by_tiles.root() == stated => Err(CheckError::Bundle { path, index }),
        other => {
            let first_difference = other.map(|(_, index)| index);
            Err(CheckError::Root { stated, computed, first_difference })
        }
    }
}

/// Remembers the first tile that is not what the entries give.
fn compare(
    tiles: &Tiles<'_>,
    tile: Tile,
    computed: &[Hash],
    bad: &mut Option<String>,
) -> Result<(), CheckError> {
    let stored = tiles.tile(tile).map_err(CheckError::Read)?;
    if stored != computed && bad.is_none() {
        *bad = Some(tile.path());
    }
    Ok(())
}

fn read_checkpoint(
    storage: &dyn Storage,
    log: &VerifierKey,
) -> Result<SignedCheckpoint, CheckError> {
    let bytes = storage
        .read(CHECKPOINT)
        .map_err(|source| CheckError::Read(ReadError::Io { path: CHECKPOINT.to_owned(), source }))?
        .ok_or(CheckError::NoCheckpoint)?;
    let note =
        String::from_utf8(bytes).map_err(|_| CheckError::Checkpoint(CheckpointError::Form))?;
    SignedCheckpoint::open(&note, log).map_err(CheckError::Checkpoint)
}
