//! Packs from the disk.

use std::path::{Path, PathBuf};

use weir_law::cases::CaseError;
use weir_law::{PackError, PackFile, RulePack};
use weir_types::Request;

use crate::exit::{Exit, Failure};

/// The name of the shipped pack on the command line.
const SHIPPED: &str = "cn-2026";

/// The pack with this name or path; the shipped one where none is given.
pub(in crate::commands) fn pack(named: Option<&str>) -> Result<RulePack, Failure> {
    match named {
        None => Ok(RulePack::builtin()),
        Some(path) if path == SHIPPED && !Path::new(path).exists() => Ok(RulePack::builtin()),
        Some(path) => {
            let texts = texts(Path::new(path))?;
            RulePack::read(&files(&texts)).map_err(|error| refused(&error))
        }
    }
}

/// The request in this file.
pub(in crate::commands) fn request(path: &Path) -> Result<Request, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read `{}`: {}", path.display(), error.kind());
        Failure::input(message, "give a request; `weir new DATA` writes one")
    })?;
    Request::parse(&text).map_err(|error| Failure::new(Exit::BadInput, &error, Some(error.hint())))
}

/// Names and texts of the TOML files of a folder, by name, or of one file.
pub(super) fn texts(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let unreadable = |path: &Path, error: &std::io::Error| {
        let hint = "give the folder of a pack, with a file that has `[pack]`; `weir law new` \
                    writes one";
        Failure::input(format!("cannot read `{}`: {}", path.display(), error.kind()), hint)
    };
    let mut paths: Vec<PathBuf> = if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
        files.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect()
    } else {
        vec![path.to_owned()]
    };
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok((name, text)),
                Err(error) => Err(unreadable(&path, &error)),
            }
        })
        .collect()
}

pub(super) fn files(texts: &[(String, String)]) -> Vec<PackFile<'_>> {
    texts.iter().map(|(name, text)| PackFile { name, text }).collect()
}

pub(super) fn refused(error: &PackError) -> Failure {
    Failure::new(Exit::BadInput, error, Some(error.hint()))
}

pub(super) fn cases_refused(error: &CaseError) -> Failure {
    Failure::new(Exit::BadInput, error, Some(error.hint().to_owned()))
}
