//! One module per command.

pub(crate) mod attack;
pub(crate) mod deidentify;
pub(crate) mod inspect;
pub(crate) mod new;
pub(crate) mod presets;
pub(crate) mod release;
pub(crate) mod risk;
pub(crate) mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;

use weir_table::Limits;

use crate::args::Global;
use crate::exit::Failure;

/// The bounds that the arguments set, with a folder of this process for temporary files.
pub(crate) fn limits(global: &Global) -> Limits {
    let mut limits = Limits::new(spill_dir());
    limits.memory_bytes = global.memory;
    limits.threads = global.threads.unwrap_or(limits.threads);
    limits
}

pub(crate) fn spill_dir() -> PathBuf {
    std::env::temp_dir().join(format!("weir-{}", std::process::id()))
}

/// Removes what was spilled, if anything was.
pub(crate) fn clean(limits: &Limits) {
    // A folder that is not there is the usual case; one that stays is in the temporary folder.
    let _ = std::fs::remove_dir_all(&limits.spill_dir);
}

/// The rows of hierarchy files by column: the value, then its label at each level.
pub(crate) fn hierarchy_rows(
    files: &[(String, PathBuf)],
) -> Result<BTreeMap<String, Vec<Vec<String>>>, Failure> {
    let mut all = BTreeMap::new();
    for (column, path) in files {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Failure::input(
                format!("cannot read `{}`: {}", path.display(), e.kind()),
                "give a hierarchy file in UTF-8: one row per value, then one field per level",
            )
        })?;
        all.insert(column.clone(), weir_deidentify::hierarchy::file::rows(&text));
    }
    Ok(all)
}
