//! One module per command.

pub(crate) mod attack;
pub(crate) mod deidentify;
pub(crate) mod documents;
pub(crate) mod hierarchy;
pub(crate) mod inspect;
pub(crate) mod law;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod presets;
pub(crate) mod release;
pub(crate) mod risk;
pub(crate) mod verify;

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;

use weir_table::Limits;
use weir_types::Lang;
use weir_types::attack::{Attacks, NotTried};

use crate::args::Global;
use crate::exit::Failure;

/// The bounds that the arguments set, with a folder of this process for temporary files.
pub(crate) fn limits(global: &Global) -> Limits {
    let mut limits = Limits::new(spill_dir());
    limits.memory_bytes = global.memory;
    limits.threads = global.threads.unwrap_or(limits.threads);
    limits
}

/// A name in the folder that all users share, which none of them knows beforehand: whoever made a
/// folder of this name could read what is spilled into it.
pub(crate) fn spill_dir() -> PathBuf {
    // Keyed by the operating system.
    let unknown = RandomState::new().hash_one(std::process::id());
    std::env::temp_dir().join(format!("weir-{}-{unknown:016x}", std::process::id()))
}

/// Removes what was spilled, if anything was.
pub(crate) fn clean(limits: &Limits) {
    // A folder that is not there is the usual case; one that stays is in the temporary folder.
    let _ = std::fs::remove_dir_all(&limits.spill_dir);
}

/// What attacks on a release achieved, in one line; none where they were switched off.
pub(crate) fn attacked(attacks: &Attacks, lang: Lang) -> Option<String> {
    let report = match attacks {
        Attacks::Tried { report } => report,
        Attacks::NotTried { reason: NotTried::SwitchedOff } => return None,
        Attacks::NotTried { reason } => return Some(not_tried(*reason, lang).to_owned()),
    };
    let (rate, unique) = (&report.linkage.rate, &report.linkage.unique);
    let [value, low, high] = [rate.value, rate.low, rate.high].map(|share| share * 100.0);
    let alone = unique.value * 100.0;
    let told: Vec<&str> = report
        .inference
        .iter()
        .filter(|told| told.advantage.low > 0.0)
        .map(|told| told.column.as_str())
        .collect();
    let told = match (told.is_empty(), lang) {
        (false, Lang::En) => format!("being in the data gives away: {}", told.join(", ")),
        (false, Lang::Zh) => format!("进入数据会泄露：{}", told.join("、")),
        (true, Lang::En) => "no value of theirs was told better than of others".to_owned(),
        (true, Lang::Zh) => "未见比他人更易被猜中的值".to_owned(),
    };
    Some(match lang {
        Lang::En => format!(
            "attacks   people found with a chance of {value:.2} % [{low:.2}, {high:.2}], \
             {alone:.1} % outright; {told}"
        ),
        Lang::Zh => format!(
            "攻击    找到本人的机会 {value:.2}% [{low:.2}, {high:.2}]，直接找到 {alone:.1}%；{told}"
        ),
    })
}

fn not_tried(reason: NotTried, lang: Lang) -> &'static str {
    let (zh, en) = match reason {
        NotTried::NothingKnown => (
            "攻击    未试验：发布的列中没有准标识符",
            "attacks   not tried: no quasi-identifier was released",
        ),
        NotTried::NothingReleased => {
            ("攻击    未试验：没有发布任何行", "attacks   not tried: no row was released")
        }
        _ => (
            "攻击    未试验：数据大于计划使用的内存；请加大 --memory",
            "attacks   not tried: the tables are larger than the memory planned for; raise --memory",
        ),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
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
