//! Digests of files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};
use weir_types::Sha256;

use crate::error::TableError;

/// The SHA-256 of a file's bytes, read in a stream.
///
/// # Errors
///
/// The file cannot be read.
pub fn of_file(path: &Path) -> Result<Sha256, TableError> {
    let mut file = File::open(path).map_err(|e| TableError::read(path, e))?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(|e| TableError::read(path, e))?;
        if read == 0 {
            return Ok(Sha256(hasher.finalize().into()));
        }
        hasher.update(&buffer[..read]);
    }
}
