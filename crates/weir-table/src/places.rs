//! Which tables and texts lie in files and folders.

use std::fs;
use std::path::{Path, PathBuf};

use crate::encoding::{guess_delimiter, score, sniff};
use crate::error::TableError;
use crate::source::Reading;
use crate::workbook;

/// A table or a text, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: PlaceKind,
}

/// What a file is read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// One table.
    Table,
    /// A sheet of a workbook.
    Sheet {
        /// Its name.
        name: String,
        /// Whether it is the only one.
        only: bool,
    },
    /// Text without rows and columns.
    Text,
}

/// What lies in files and folders.
#[derive(Debug, Default)]
pub struct Places {
    /// In the order in which they were named; within a folder by name.
    pub found: Vec<Place>,
    /// What cannot be read.
    pub unreadable: Vec<TableError>,
    /// Files of other kinds, and links, in the folders.
    pub passed_over: Vec<PathBuf>,
}

/// Folders within each other, at most.
const DEEPEST: usize = 64;

impl Places {
    /// Looks into files and folders, and into the folders in these.
    ///
    /// In a folder what is hidden is left out, and links are not followed; files are taken whose
    /// name says that they hold a table (`.csv`, `.tsv`, `.parquet`, `.xlsx`) or text (`.txt`,
    /// `.md`, `.log`). A file that is named is taken whatever its name is. A text file whose
    /// first lines have as many separators each is a table.
    pub fn of(paths: &[PathBuf]) -> Self {
        let mut places = Self::default();
        for path in paths {
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => places.look_into(path, 0),
                Ok(_) => places.add(path, kind(path).unwrap_or(Kind::Table)),
                Err(e) => places.unreadable.push(TableError::read(path, e)),
            }
        }
        places
    }

    fn look_into(&mut self, folder: &Path, depth: usize) {
        let entries = fs::read_dir(folder).and_then(|entries| {
            entries.map(|entry| entry.and_then(|e| Ok((e.path(), e.file_type()?)))).collect()
        });
        let mut entries: Vec<(PathBuf, fs::FileType)> = match entries {
            Ok(entries) => entries,
            Err(e) => return self.unreadable.push(TableError::read(folder, e)),
        };
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, file_type) in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name.starts_with("~$") {
                continue;
            }
            match kind(&path) {
                _ if file_type.is_dir() && depth < DEEPEST => self.look_into(&path, depth + 1),
                Some(kind) if file_type.is_file() => self.add(&path, kind),
                _ => self.passed_over.push(path),
            }
        }
    }

    fn add(&mut self, path: &Path, kind: Kind) {
        let place = |kind| Place { path: path.to_owned(), kind };
        match kind {
            Kind::Table => self.found.push(place(PlaceKind::Table)),
            Kind::Workbook => match workbook::sheets(path) {
                Ok(sheets) => {
                    let only = sheets.len() == 1;
                    let sheets = sheets.into_iter();
                    self.found.extend(sheets.map(|name| place(PlaceKind::Sheet { name, only })));
                }
                Err(e) => self.unreadable.push(e),
            },
            Kind::Text if is_table(path) => self.found.push(place(PlaceKind::Table)),
            Kind::Text => self.found.push(place(PlaceKind::Text)),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Table,
    Workbook,
    Text,
}

/// What the name of a file says.
fn kind(path: &Path) -> Option<Kind> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    match extension.as_str() {
        "csv" | "tsv" | "parquet" => Some(Kind::Table),
        "xlsx" => Some(Kind::Workbook),
        "txt" | "md" | "log" => Some(Kind::Text),
        _ => None,
    }
}

/// Whether each of the first lines of a text has as many separators as the others.
fn is_table(path: &Path) -> bool {
    const LINES: usize = 3;
    let Ok(head) = sniff(path, None, None, Reading::Lenient) else { return false };
    let (alike, separators) = score(&head.text, guess_delimiter(&head.text));
    alike == 100 && separators > 0 && head.text.lines().take(LINES).count() == LINES
}
