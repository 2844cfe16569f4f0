//! What can go wrong with a table. No variant can hold a cell value.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use weir_types::ColumnType;

use crate::counting::TUPLE_BYTES;

/// Why a table cannot be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// A file or folder cannot be opened or read.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The address of a database, where files are read. It is not quoted, because it may hold a
    /// password.
    #[error("the address of a database is named where a file belongs")]
    Address,
    /// A file cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The data cannot be understood.
    #[error("`{}`: {problem}{}", .path.display(), at(*.row, .column.as_deref()))]
    Data {
        /// In which file.
        path: PathBuf,
        /// Row of data from 1, the header not counted.
        row: Option<u64>,
        /// Column name.
        column: Option<String>,
        /// What is wrong.
        problem: Problem,
    },
    /// The distinct rows over the counted columns do not fit the memory that is allowed. The search
    /// needs all of them at once, so that they do not go to the disk.
    #[error(
        "{distinct} distinct rows were counted so far, and --memory has room for {most}; they are \
         held in memory as a whole"
    )]
    TooManyDistinct {
        /// Counted so far.
        distinct: usize,
        /// Most that are held.
        most: usize,
    },
}

/// What is wrong with data.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Not a file format that weir reads.
    #[error("is none of CSV, Parquet and .xlsx")]
    UnknownFormat,
    /// An Office file in the old binary container: encrypted, or of an old program.
    #[error("is protected by a password, or an old .xls file")]
    OldContainer,
    /// Line breaks of old Mac programs.
    #[error("its lines end with a carriage return alone, so that it is one long line")]
    CarriageReturns,
    /// A folder without any table.
    #[error("the folder holds no CSV, Parquet or .xlsx file")]
    EmptyFolder,
    /// Neither UTF-8 nor GB 18030.
    #[error(
        "the text is neither UTF-8 nor GB 18030; the first byte that fits neither, or not what \
         stands before it, is byte {byte}{}", in_line(*.line)
    )]
    Encoding {
        /// Position from 0.
        byte: u64,
        /// Line of the file from 1; none where the file cannot be read again.
        line: Option<u64>,
    },
    /// Not in the encoding that the request states.
    #[error("the text is not {encoding}, as the request says; the first wrong byte is byte {byte}")]
    NotAsStated {
        /// Name of the encoding.
        encoding: &'static str,
        /// Position from 0.
        byte: u64,
    },
    /// A row with too many or too few fields.
    #[error("the row has {found} fields, the header has {expected}")]
    Ragged {
        /// Fields of the row.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// A quoted field that does not end.
    #[error("a quoted field is not closed")]
    OpenQuote,
    /// Two columns of one name.
    #[error("two columns have this name")]
    DuplicateColumn,
    /// A header cell without a name.
    #[error("the header cell of column number {position} is empty")]
    UnnamedColumn {
        /// From 1.
        position: usize,
    },
    /// No header, or no row below it.
    #[error("the table has no rows")]
    Empty,
    /// A file of the dataset has other columns than the first one.
    #[error("the columns differ from those of the first file of the dataset")]
    OtherColumns,
    /// A column of one Parquet file has another type there than in those before.
    #[error(
        "the column holds values of type {}, and of type {} in the first Parquet file",
        .found.name(), .first.name()
    )]
    OtherType {
        /// The type in this file.
        found: ColumnType,
        /// The type in the first one.
        first: ColumnType,
    },
    /// A column of a nested or otherwise unsupported type.
    #[error("values of type {found} are not supported")]
    UnsupportedType {
        /// The Arrow type.
        found: String,
    },
    /// Structs and lists within each other that are too many.
    #[error("structs and lists are nested more than {deepest} deep")]
    TooDeep {
        /// How deep they may be.
        deepest: usize,
    },
    /// A column that was named and is not there.
    #[error("the data has no such column")]
    NoSuchColumn {
        /// The column that is spelled most like it.
        nearest: Option<String>,
    },
    /// A sheet that was named and is not there.
    #[error("the workbook has no sheet `{sheet}`")]
    NoSuchSheet {
        /// The name.
        sheet: String,
    },
    /// The file is damaged or is not what its name says.
    #[error("the file is damaged or not what its name says ({reader} reader)")]
    Damaged {
        /// Which reader says so.
        reader: &'static str,
    },
    /// A row that does not fit the memory that `--memory` allows.
    #[error("a row is longer than the memory allows")]
    RowTooLong,
    /// The file changed between two passes.
    #[error("the file changed while it was read")]
    Changed,
}

impl TableError {
    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    /// A byte that fits no encoding.
    pub(crate) fn encoding(path: &Path, byte: u64) -> Self {
        let line = crate::encoding::line_of(path, byte);
        Self::data(path, Problem::Encoding { byte, line })
    }

    pub(crate) fn data(path: &Path, problem: Problem) -> Self {
        Self::Data { path: path.to_owned(), row: None, column: None, problem }
    }

    /// Whether there is nothing wrong but that there is no table.
    pub fn is_empty_table(&self) -> bool {
        matches!(self, Self::Data { problem: Problem::Empty, .. })
    }

    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Read { path, source } if source.kind() == io::ErrorKind::NotFound => {
                let relative = if path.is_relative() {
                    "; a relative path is taken from the folder you are in, or from that of the \
                     request where the request names it"
                } else {
                    ""
                };
                format!("check how the path is spelled{relative}")
            }
            Self::Read { .. } => "check the permissions of the file".to_owned(),
            Self::Address => {
                "`weir inspect` alone reads databases; export the table as CSV or Parquet"
                    .to_owned()
            }
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space, or put the result on another disk; nothing was released"
                    .to_owned()
            }
            Self::Write { .. } => "check that the folder exists and may be written".to_owned(),
            Self::Data { problem, .. } => problem.hint()?,
            Self::TooManyDistinct { distinct, .. } => format!(
                "raise --memory above {} MiB ({TUPLE_BYTES} bytes for each distinct row), or name \
                 fewer or coarser quasi-identifiers",
                (distinct * TUPLE_BYTES).div_ceil(1 << 20)
            ),
        };
        Some(hint)
    }
}

impl Problem {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnknownFormat => "rename the file to .csv, .parquet or .xlsx if it is one",
            Self::OldContainer => "save it without a password, as .xlsx or CSV",
            Self::CarriageReturns => "save it with line breaks of Unix or Windows",
            Self::EmptyFolder => "name the files one by one in `path`",
            Self::Encoding { .. } => {
                "save the file as UTF-8; where files were joined, the encoding may change there"
            }
            Self::NotAsStated { .. } => "leave out `encoding` and let weir find it",
            Self::Ragged { .. } => {
                "a field with a separator or a line break in it must stand in double quotes"
            }
            Self::OpenQuote => "look for a double quote that is opened and never closed",
            Self::DuplicateColumn => "rename one of the two columns",
            Self::UnnamedColumn { .. } => "give every column a name",
            Self::Empty => "the first line must name the columns, and a row must follow",
            Self::OtherColumns => "release files with different columns one by one",
            Self::OtherType { .. } => "write the column with one type in all files",
            Self::TooDeep { .. } => "flatten the column first",
            Self::UnsupportedType { .. } => "flatten the column into plain columns first",
            Self::NoSuchColumn { nearest: Some(nearest) } => {
                return Some(format!("did you mean `{nearest}`?"));
            }
            Self::NoSuchColumn { nearest: None } => "`weir inspect` lists the columns",
            Self::NoSuchSheet { .. } => "check the name of the sheet",
            Self::Damaged { reader: ".xlsx" } => {
                "export the file again; where it is a .zip, unpack it first"
            }
            Self::Damaged { .. } => "export the file again",
            Self::RowTooLong => "raise --memory, or look for a double quote that is not closed",
            Self::Changed => "wait until the file is complete, then run again",
        };
        Some(hint.to_owned())
    }
}

fn in_line(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", in line {line}"))
}

fn at(row: Option<u64>, column: Option<&str>) -> String {
    match (row, column) {
        (Some(row), Some(column)) => format!(" (row {row}, column `{column}`)"),
        (Some(row), None) => format!(" (row {row})"),
        (None, Some(column)) => format!(" (column `{column}`)"),
        (None, None) => String::new(),
    }
}
