//! The files of a pack, or of its cases, from a folder.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::pack::PackFile;

/// The files of a folder, as text.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Names and texts, by name.
    texts: Vec<(String, String)>,
}

/// A folder or file that cannot be read.
#[derive(Debug, Error)]
#[error("cannot read `{}`: {}", .path.display(), .source.kind())]
pub struct Unreadable {
    /// The folder or file.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}

impl Folder {
    /// Reads the TOML files of a folder, not those of folders in it, or one file.
    ///
    /// # Errors
    ///
    /// The folder or one of the files cannot be read, or is no text.
    pub fn read(path: &Path) -> Result<Self, Unreadable> {
        let fault = |path: &Path| {
            let path = path.to_owned();
            |source| Unreadable { path, source }
        };
        let mut paths: Vec<PathBuf> = Vec::new();
        if path.is_dir() {
            for entry in std::fs::read_dir(path).map_err(fault(path))? {
                let file = entry.map_err(fault(path))?.path();
                if file.extension().is_some_and(|extension| extension == "toml") {
                    paths.push(file);
                }
            }
        } else {
            paths.push(path.to_owned());
        }
        paths.sort();
        let read = |path: PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, std::fs::read_to_string(&path).map_err(fault(&path))?))
        };
        Ok(Self { texts: paths.into_iter().map(read).collect::<Result<_, _>>()? })
    }

    /// The files, by name.
    pub fn files(&self) -> Vec<PackFile<'_>> {
        self.texts.iter().map(|(name, text)| PackFile { name, text }).collect()
    }
}
