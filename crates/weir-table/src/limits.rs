//! How much of the machine may be used.

use std::fs::DirBuilder;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::error::TableError;

/// Bounds on memory and processors, and where to put what does not fit.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Memory to plan for, in bytes.
    pub memory_bytes: usize,
    /// Worker threads.
    pub threads: NonZeroUsize,
    /// A folder for temporary files; created when first needed, for its owner alone, and the
    /// caller's to remove.
    pub spill_dir: PathBuf,
    /// Most bytes of text that one piece of work holds. Small pieces stay near the processor;
    /// large ones suit Parquet, of which each becomes a row group. Rows are put in another order
    /// within a piece.
    pub piece_bytes: usize,
}

impl Limits {
    /// The default memory: 1 GiB.
    pub const DEFAULT_MEMORY: usize = 1 << 30;

    /// All processors, and the default memory.
    pub fn new(spill_dir: PathBuf) -> Self {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let (memory_bytes, piece_bytes) = (Self::DEFAULT_MEMORY, Self::SMALL_PIECE);
        Self { memory_bytes, threads, spill_dir, piece_bytes }
    }

    /// Creates the folder for temporary files where it is not there yet. What lies in it may be
    /// cells, so that nobody but its owner may look into it.
    ///
    /// # Errors
    ///
    /// It cannot be created.
    pub fn make_spill_dir(&self) -> Result<(), TableError> {
        make_folder(&self.spill_dir)
    }

    const SMALL_PIECE: usize = 1 << 20;

    /// The same limits for a pass that writes Parquet: pieces as large as memory allows, up to
    /// 4 MiB.
    pub fn for_writing(&self) -> Self {
        Self { piece_bytes: 4 << 20, ..self.clone() }
    }

    /// The same limits for the first pass, whose rows are put into no other order: the smaller a
    /// piece, the less memory do those in flight take.
    pub(crate) fn for_profile(&self) -> Self {
        Self { piece_bytes: self.piece_bytes / 4, ..self.clone() }
    }

    /// Bytes of text that one piece of work holds. A piece in work costs about eight times its
    /// text (fields, Arrow arrays, encoded columns), and two pieces per thread are in flight.
    pub(crate) fn chunk_bytes(&self) -> usize {
        (self.memory_bytes / (24 * self.threads.get())).min(self.piece_bytes).max(64 << 10)
    }

    /// Bytes that counting may hold before it spills.
    pub(crate) fn counting_bytes(&self) -> usize {
        self.memory_bytes / 3
    }
}

/// Creates a folder, and those that it lies in, for their owner alone.
pub(crate) fn make_folder(folder: &Path) -> Result<(), TableError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|e| TableError::write(folder, e))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nobody_else_looks_into_the_temporary_folder() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits::new(folder.path().join("a/spill"));
        limits.make_spill_dir().unwrap();
        limits.make_spill_dir().unwrap();
        for name in ["a", "a/spill"] {
            let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{name}");
        }
    }
}
