//! A folder of files that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::{Exit, Failure};

/// Writes `files` into the new folder `folder`, through a hidden one beside it.
pub(super) fn write(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    // A link that leads nowhere is something, too.
    if fs::symlink_metadata(folder).is_ok() {
        return Err(Failure::input(
            format!("`{}` is there already", folder.display()),
            "name another folder with --out, or move that one away; nothing is overwritten",
        ));
    }
    let Some(name) = folder.file_name() else {
        return Err(Failure::input(
            format!("`{}` names no folder", folder.display()),
            "give --out the name of a folder that is not there yet",
        ));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    let staging = Staging(folder.with_file_name(hidden));
    let failed = |error: io::Error| {
        let message = format!("cannot write `{}`: {}", folder.display(), error.kind());
        let hint = "write where you may, with --out; nothing of it is left behind";
        Failure { exit: Exit::Failed, messages: vec![message], hint: Some(hint.to_owned()) }
    };
    fs::create_dir(&staging.0).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Failure::input(
            format!("there is no folder for `{}` to stand in", folder.display()),
            "make that folder first, or name another one with --out",
        ),
        _ => failed(error),
    })?;
    for (name, bytes) in files {
        let written = File::create_new(staging.0.join(name)).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(failed)?;
    }
    fs::rename(&staging.0, folder).map_err(failed)
}

/// A folder that is removed again, unless it was renamed.
struct Staging(PathBuf);

impl Drop for Staging {
    fn drop(&mut self) {
        // After the rename there is nothing under this name.
        let _ = fs::remove_dir_all(&self.0);
    }
}
