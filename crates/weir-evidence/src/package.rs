//! The layout of a package, and what is found of it on a disk.
//!
//! ```text
//! data/…                 the released files
//! statement.dsse.json    what the provider states, signed
//! release.tlog-proof     the log's receipt for it
//! report.html            for people
//! README.txt             for the recipient
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::Digest;
use weir_types::{Bilingual, Sha256};

/// Folder of the released data.
pub const DATA_DIR: &str = "data";
/// The signed statement.
pub const STATEMENT: &str = "statement.dsse.json";
/// The log's receipt, in the format c2sp.org/tlog-proof@v1.
pub const RECEIPT: &str = "release.tlog-proof";
/// The report for people.
pub const REPORT: &str = "report.html";
/// The note for the recipient.
pub const README: &str = "README.txt";

/// Files and folders beyond which a package is not looked through any further.
const MAX_ENTRIES: usize = 100_000;
/// Folders within folders beyond which a package is not looked through any further.
const MAX_DEPTH: usize = 16;

/// Whether a statement may name a file so: a plain relative path, either in the data folder or
/// one of the known others. The statement and its receipt cannot be among their own subjects.
pub fn has_place_for(name: &str) -> bool {
    let plain = !name.chars().any(|c| c.is_control() || c == '\\' || c == ':')
        && name.split('/').count() <= MAX_DEPTH
        && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    plain && (is_data(name) || name == REPORT || name == README)
}

/// Whether a file is in the data folder.
pub(crate) fn is_data(name: &str) -> bool {
    name.strip_prefix(DATA_DIR).is_some_and(|rest| rest.starts_with('/'))
}

/// The path of a file of a package whose name [`has_place_for`] accepts.
pub(crate) fn path_of(root: &Path, name: &str) -> PathBuf {
    name.split('/').fold(root.to_owned(), |path, part| path.join(part))
}

/// What is in a folder, without following any link.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Plain files by name.
    pub(crate) files: BTreeMap<String, u64>,
    /// Folders by name.
    pub(crate) folders: Vec<String>,
    /// What no package holds.
    pub(crate) problems: Vec<LayoutProblem>,
}

/// One thing that is wrong with the files of a package. Names are shown escaped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LayoutProblem {
    Missing(String),
    Extra(String),
    Link(String),
    Special(String),
    Unreadable(String),
    TooMuch,
}

impl LayoutProblem {
    pub(crate) fn explain(&self) -> Bilingual {
        let (zh, en, name) = match self {
            Self::Missing(name) => ("缺少", "missing", name),
            Self::Extra(name) => ("多出", "not stated", name),
            Self::Link(name) => ("是链接", "a link", name),
            Self::Special(name) => ("不是普通文件", "not a plain file", name),
            Self::Unreadable(name) => ("无法读取", "cannot be read", name),
            Self::TooMuch => {
                return Bilingual::new("文件过多或目录过深", "too many files or folders");
            }
        };
        let name = name.escape_debug();
        Bilingual::new(format!("{zh} `{name}`"), format!("{en}: `{name}`"))
    }
}

/// Looks through a folder.
///
/// # Errors
/// Where the folder itself cannot be read; trouble further down is a [`LayoutProblem`].
pub(crate) fn list(root: &Path) -> io::Result<Listing> {
    let mut listing = Listing::default();
    let mut folders = vec![(root.to_owned(), String::new(), 0)];
    let mut entries = 0;
    while let Some((path, prefix, depth)) = folders.pop() {
        let content = match fs::read_dir(&path) {
            Ok(content) => content,
            Err(error) if depth == 0 => return Err(error),
            Err(_) => {
                listing.problems.push(LayoutProblem::Unreadable(prefix));
                continue;
            }
        };
        for entry in content {
            entries += 1;
            if entries > MAX_ENTRIES || depth > MAX_DEPTH {
                listing.problems.push(LayoutProblem::TooMuch);
                return Ok(listing);
            }
            let Ok(entry) = entry else {
                listing.problems.push(LayoutProblem::Unreadable(prefix.clone()));
                continue;
            };
            let file_name = entry.file_name();
            let shown = format!("{prefix}{}", file_name.to_string_lossy());
            if file_name.to_str().is_none() {
                listing.problems.push(LayoutProblem::Extra(shown));
                continue;
            }
            // Of the entry itself: `DirEntry::metadata` does not follow links.
            match entry.metadata() {
                Err(_) => listing.problems.push(LayoutProblem::Unreadable(shown)),
                Ok(meta) if meta.is_symlink() => listing.problems.push(LayoutProblem::Link(shown)),
                Ok(meta) if meta.is_dir() => {
                    listing.folders.push(shown.clone());
                    folders.push((entry.path(), format!("{shown}/"), depth + 1));
                }
                Ok(meta) if meta.is_file() => {
                    listing.files.insert(shown, meta.len());
                }
                Ok(_) => listing.problems.push(LayoutProblem::Special(shown)),
            }
        }
    }
    listing.folders.sort();
    Ok(listing)
}

impl Listing {
    /// Everything that is wrong, given the files that are stated.
    pub(crate) fn against(self, stated: &[String]) -> Vec<LayoutProblem> {
        let mut problems = self.problems;
        let expected: BTreeSet<&str> =
            stated.iter().map(String::as_str).chain([STATEMENT, RECEIPT]).collect();
        for name in &expected {
            let reported = problems.iter().any(|problem| {
                matches!(problem, LayoutProblem::Link(n) | LayoutProblem::Special(n) if n == name)
            });
            if !self.files.contains_key(*name) && !reported {
                problems.push(LayoutProblem::Missing((*name).to_owned()));
            }
        }
        for name in self.files.into_keys() {
            if !expected.contains(name.as_str()) {
                problems.push(LayoutProblem::Extra(name));
            }
        }
        for folder in self.folders {
            let inside = format!("{folder}/");
            if !expected.iter().any(|name| name.starts_with(&inside)) {
                problems.push(LayoutProblem::Extra(inside));
            }
        }
        problems
    }
}

/// SHA-256 of each file, several at a time, in the order given.
pub(crate) fn digests(paths: &[PathBuf], threads: NonZeroUsize) -> Vec<io::Result<Sha256>> {
    let queue = Mutex::new(paths.iter().enumerate());
    let mut done: Vec<(usize, io::Result<Sha256>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.get().min(paths.len()))
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    while let Some((at, path)) = next(&queue) {
                        done.push((at, digest(path)));
                    }
                    done
                })
            })
            .collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined.flat_map(|done| done.expect("hashing does not panic")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, digest)| digest).collect()
}

fn next<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().expect("taking the next file does not panic").next()
}

fn digest(path: &Path) -> io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Sha256(hasher.finalize().into())),
            Ok(n) => hasher.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads a small file whole; `None` where it is longer than `max`.
pub(crate) fn read_up_to(path: &Path, max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= max).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_place_for_its_own_files_only() {
        for name in ["data/part-00000.parquet", "data/各年/2024.csv", "report.html", "README.txt"]
        {
            assert!(has_place_for(name), "{name}");
        }
        for name in [
            "",
            "data",
            "data/",
            "/data/x",
            "data//x",
            "data/../x",
            "data/./x",
            "../data/x",
            "data\\x",
            "data/C:x",
            "data/a\nb",
            "notes.csv",
            "dataset/x",
            "statement.dsse.json",
            "release.tlog-proof",
        ] {
            assert!(!has_place_for(name), "{name}");
        }
    }

    #[test]
    fn digests_come_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..20).map(|i| folder.path().join(i.to_string())).collect();
        for (i, path) in paths.iter().enumerate() {
            fs::write(path, vec![b'a'; i]).unwrap();
        }
        let missing = folder.path().join("none");
        let all: Vec<PathBuf> = paths.iter().cloned().chain([missing]).collect();
        let found = digests(&all, NonZeroUsize::new(3).unwrap());
        for (i, digest) in found.iter().take(20).enumerate() {
            let expected: [u8; 32] = sha2::Sha256::digest(vec![b'a'; i]).into();
            assert_eq!(digest.as_ref().unwrap().0, expected);
        }
        assert!(found[20].is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_extra_files_and_empty_folders_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("data/empty")).unwrap();
        for name in [STATEMENT, RECEIPT, "data/a.csv", "data/.hidden"] {
            fs::write(root.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink("a.csv", root.join("data/b.csv")).unwrap();
        let problems = list(root).unwrap().against(&[
            "data/a.csv".to_owned(),
            "data/b.csv".to_owned(),
            REPORT.to_owned(),
        ]);
        assert_eq!(
            problems,
            [
                LayoutProblem::Link("data/b.csv".to_owned()),
                LayoutProblem::Missing(REPORT.to_owned()),
                LayoutProblem::Extra("data/.hidden".to_owned()),
                LayoutProblem::Extra("data/empty/".to_owned()),
            ]
        );
    }
}
