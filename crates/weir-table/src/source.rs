//! Where a table comes from: files of several formats as one dataset.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use weir_types::request::{Delimiter, Encoding};
use weir_types::{ColumnType, Sha256};

use crate::encoding::{Mended, sniff};
use crate::error::{Problem, TableError};
use crate::limits::Limits;
use crate::numbered_copy::CopyBuilder;
use crate::parquet::{ParquetFile, Walked};
use crate::record_ends::first_record_end;
use crate::table::lock;
use crate::text::{Fields, TextChunks, TextFormat, split, split_into};
use crate::workbook;

/// What the request says about how to read.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Encoding of text files; found when `None`.
    pub encoding: Option<Encoding>,
    /// Separator of text files; found when `None`.
    pub delimiter: Option<Delimiter>,
    /// Sheet of workbooks; the first when `None`.
    pub sheet: Option<String>,
    /// What is done with what is not as it should be.
    pub reading: Reading,
}

/// What is done with data that is not as a release needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// It is refused: each byte of a release must have been understood.
    #[default]
    Strict,
    /// What can be read is read, for looking at: nested columns are walked into, a line in another
    /// encoding is read in that one and counted, a column without a name is named by its place.
    Lenient,
}

/// A dataset whose columns are known and whose types are not yet.
#[derive(Clone, Debug)]
pub struct Source {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) columns: Vec<String>,
    pub(crate) reading: Reading,
}

/// One file of a dataset.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    pub(crate) format: FileFormat,
    pub(crate) bytes: u64,
    modified: Option<SystemTime>,
}

#[derive(Clone, Debug)]
pub(crate) enum FileFormat {
    Text(TextFormat),
    Parquet(Box<ParquetFile>),
    Workbook { sheet: Option<String> },
}

/// A piece of a file, as one thread reads it.
pub(crate) enum Piece {
    /// Text that begins and ends with a record.
    Text { file: usize, text: String },
    /// Rows of cells.
    Cells { fields: Fields },
    /// A row group of a Parquet file.
    RowGroup { file: usize, group: usize },
}

/// Rows of a piece, typed or not.
pub(crate) enum RawBatch {
    Text(Fields),
    Arrow(Walked),
}

impl RawBatch {
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Text(fields) => fields.rows(),
            Self::Arrow(walked) => walked.rows.num_rows(),
        }
    }
}

impl Source {
    /// Opens files and folders as one dataset and reads their headers.
    ///
    /// A folder stands for the CSV, Parquet and `.xlsx` files directly in it, in order of name.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, has no format that weir knows, no header, two columns of one
    /// name, or other columns than the first file; a Parquet file with other types than the first.
    pub fn open(paths: &[PathBuf], options: &SourceOptions) -> Result<Self, TableError> {
        let mut files = Vec::new();
        let mut columns: Option<Vec<String>> = None;
        for path in list_files(paths)? {
            let (file, mut header) = open_file(&path, options)?;
            if options.reading == Reading::Lenient {
                name_the_unnamed(&mut header);
            }
            check_header(&path, &header)?;
            match &columns {
                Some(first) if *first != header => {
                    return Err(TableError::data(&path, Problem::OtherColumns));
                }
                Some(_) => {}
                None => columns = Some(header),
            }
            files.push(file);
        }
        let columns = columns.unwrap_or_default();
        check_types(&files, &columns)?;
        Ok(Self { files, columns, reading: options.reading })
    }

    /// Column names, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Bytes of all files, for progress.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }

    /// The files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|f| f.path.as_path())
    }

    /// The index of a column.
    ///
    /// # Errors
    ///
    /// There is none of this name; the error carries the name that is spelled most like it.
    pub fn index_of(&self, column: &str) -> Result<usize, TableError> {
        self.columns.iter().position(|c| c == column).ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(String::as_str).collect();
            TableError::Data {
                path: self.files.first().map(|f| f.path.clone()).unwrap_or_default(),
                row: None,
                column: Some(column.to_owned()),
                problem: Problem::NoSuchColumn {
                    nearest: weir_types::request::nearest(column, &known),
                },
            }
        })
    }

    /// Refuses files that were changed since they were opened.
    pub(crate) fn check_unchanged(&self) -> Result<(), TableError> {
        for file in &self.files {
            let now = fs::metadata(&file.path).map_err(|e| TableError::read(&file.path, e))?;
            if now.len() != file.bytes || now.modified().ok() != file.modified {
                return Err(TableError::data(&file.path, Problem::Changed));
            }
        }
        Ok(())
    }

    /// Sends the pieces of all files in order; `first` receives what only the first pass notes.
    /// Stops early when `send` returns false.
    pub(crate) fn pieces(
        &self,
        limits: &Limits,
        mut first: Option<&mut FirstPass>,
        spare: &Spare,
        send: &mut dyn FnMut(Piece) -> bool,
    ) -> Result<(), TableError> {
        for (index, file) in self.files.iter().enumerate() {
            match &file.format {
                FileFormat::Text(format) => {
                    let text = Text { index, file, format: *format, reading: self.reading };
                    if !text.pieces(limits, first.as_deref_mut(), spare, send)? {
                        return Ok(());
                    }
                }
                FileFormat::Parquet(parquet) => {
                    if let Some(first) = first.as_deref_mut() {
                        first.digest(file)?;
                    }
                    let groups = parquet.group_rows().len();
                    if !(0..groups).all(|group| send(Piece::RowGroup { file: index, group })) {
                        return Ok(());
                    }
                }
                FileFormat::Workbook { sheet } => {
                    if let Some(first) = first.as_deref_mut() {
                        first.digest(file)?;
                    }
                    let mut send = |fields| send(Piece::Cells { fields });
                    let n_columns = self.columns.len();
                    if !workbook::rows(&file.path, sheet.as_deref(), n_columns, &mut send)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// The rows of a piece, handed to `each` batch by batch. Columns not in `wanted` may be
    /// missing from Arrow batches; text has all of them.
    pub(crate) fn batches(
        &self,
        piece: Piece,
        wanted: &[usize],
        spare: &Spare,
        each: &mut dyn FnMut(RawBatch) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        match piece {
            Piece::Text { file, text } => {
                let FileFormat::Text(format) = &self.files[file].format else {
                    return Ok(());
                };
                let delimiter = format.delimiter.byte();
                let fields = split_into(text, delimiter, self.columns.len(), spare.places())
                    .map_err(|ragged| self.ragged(file, ragged))?;
                each(RawBatch::Text(fields))
            }
            Piece::Cells { fields, .. } => each(RawBatch::Text(fields)),
            Piece::RowGroup { file, group } => {
                let SourceFile { path, format: FileFormat::Parquet(parquet), .. } =
                    &self.files[file]
                else {
                    return Ok(());
                };
                let mut each = |walked| each(RawBatch::Arrow(walked));
                parquet.read(path, group, None, wanted, &mut each)
            }
        }
    }

    /// The row is counted within its piece; [`with_row`] makes it a row of the file.
    fn ragged(&self, file: usize, ragged: crate::text::Ragged) -> TableError {
        TableError::Data {
            path: self.files[file].path.clone(),
            row: Some(ragged.row as u64 + 1),
            column: None,
            problem: Problem::Ragged { found: ragged.found, expected: self.columns.len() },
        }
    }
}

/// What only the first pass over files notes.
#[derive(Debug, Default)]
pub(crate) struct FirstPass {
    pub(crate) digests: Vec<Sha256>,
    pub(crate) mended: Mended,
    /// Left out where nobody asks for digests: they take a second reading of binary files.
    pub(crate) no_digests: bool,
    /// Gathers the rows as numbers, for further passes.
    pub(crate) copy: Option<CopyBuilder>,
    /// Whether a small sample of rows will do.
    pub(crate) few_rows: bool,
}

impl FirstPass {
    fn digest(&mut self, file: &SourceFile) -> Result<(), TableError> {
        if !self.no_digests {
            self.digests.push(crate::digest::of_file(&file.path)?);
        }
        Ok(())
    }
}

/// Turns a row within a piece into a row of the file, given the rows before the piece.
pub(crate) fn with_row(error: TableError, rows_before: u64) -> TableError {
    match error {
        TableError::Data { path, row: Some(row), column, problem } => {
            TableError::Data { path, row: Some(row + rows_before), column, problem }
        }
        other => other,
    }
}

/// Whether a name is meant as the address of a database, be it mistyped, and is that of no file: it
/// holds `://` or a login with a password, or begins as addresses do.
pub fn is_address(path: &Path) -> bool {
    const KINDS: [&str; 4] = ["postgres:", "postgresql:", "mysql:", "mariadb:"];
    let name = path.to_string_lossy().to_ascii_lowercase();
    let has_login = || name.rsplit_once('@').is_some_and(|(login, _)| login.contains(':'));
    let begins = KINDS.iter().any(|kind| name.starts_with(kind));
    (begins || name.contains("://") || has_login()) && !path.exists()
}

fn list_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, TableError> {
    if paths.iter().any(|path| is_address(path)) {
        return Err(TableError::Address);
    }
    let mut files = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|e| TableError::read(path, e))?;
        if !metadata.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(|e| TableError::read(path, e))? {
            let entry = entry.map_err(|e| TableError::read(path, e))?.path();
            let extension = entry.extension().and_then(|e| e.to_str()).unwrap_or_default();
            let known = ["csv", "tsv", "txt", "parquet", "xlsx"];
            if entry.is_file() && known.contains(&extension.to_lowercase().as_str()) {
                inside.push(entry);
            }
        }
        if inside.is_empty() {
            return Err(TableError::data(path, Problem::EmptyFolder));
        }
        inside.sort();
        files.append(&mut inside);
    }
    Ok(files)
}

fn open_file(
    path: &Path,
    options: &SourceOptions,
) -> Result<(SourceFile, Vec<String>), TableError> {
    let metadata = fs::metadata(path).map_err(|e| TableError::read(path, e))?;
    let mut magic = [0; 4];
    let mut file = File::open(path).map_err(|e| TableError::read(path, e))?;
    let read = read_up_to(&mut file, &mut magic).map_err(|e| TableError::read(path, e))?;
    let (format, header) = match &magic[..read] {
        b"PAR1" => {
            let parquet = ParquetFile::open(path, options.reading)?;
            let names = parquet.names();
            (FileFormat::Parquet(Box::new(parquet)), names)
        }
        b"PK\x03\x04" => {
            let sheet = options.sheet.clone();
            let names = workbook::header(path, sheet.as_deref())?;
            (FileFormat::Workbook { sheet }, names)
        }
        [] => return Err(TableError::data(path, Problem::Empty)),
        workbook::OLD_CONTAINER => return Err(TableError::data(path, Problem::OldContainer)),
        _ => open_text(path, options)?,
    };
    let file = SourceFile {
        path: path.to_owned(),
        format,
        bytes: metadata.len(),
        modified: metadata.modified().ok(),
    };
    Ok((file, header))
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// A column without a name is `#3` where it is the third.
fn name_the_unnamed(header: &mut [String]) {
    for (position, name) in (1..).zip(header) {
        if name.trim().is_empty() {
            *name = format!("#{position}");
        }
    }
}

fn check_header(path: &Path, header: &[String]) -> Result<(), TableError> {
    let mut seen = BTreeSet::new();
    for (position, name) in (1..).zip(header) {
        if name.trim().is_empty() {
            return Err(TableError::data(path, Problem::UnnamedColumn { position }));
        }
        if !seen.insert(name) {
            return Err(TableError::Data {
                path: path.to_owned(),
                row: None,
                column: Some(name.clone()),
                problem: Problem::DuplicateColumn,
            });
        }
    }
    if header.is_empty() {
        return Err(TableError::data(path, Problem::Empty));
    }
    Ok(())
}

/// Values are read in the types of the first Parquet file: those of other types may be lost, or cut
/// as a number with a fraction is.
fn check_types(files: &[SourceFile], columns: &[String]) -> Result<(), TableError> {
    let mut parquet = files.iter().filter_map(|file| match &file.format {
        FileFormat::Parquet(parquet) => Some((&file.path, parquet)),
        _ => None,
    });
    let Some((_, first)) = parquet.next() else { return Ok(()) };
    let first = first.types();
    for (path, file) in parquet {
        for (at, (found, first)) in file.types().into_iter().zip(&first).enumerate() {
            if !stays_whole(found, *first) && !file.holds_nothing(at) {
                return Err(TableError::Data {
                    path: path.clone(),
                    row: None,
                    column: columns.get(at).cloned(),
                    problem: Problem::OtherType { found, first: *first },
                });
            }
        }
    }
    Ok(())
}

/// Whether all values of a type can be held as values of another one. Whole numbers cannot be as
/// numbers with a point, which keep no more than 15 digits apart.
fn stays_whole(found: ColumnType, held_as: ColumnType) -> bool {
    use ColumnType::{Date, Text, Timestamp};
    found == held_as || held_as == Text || (found, held_as) == (Date, Timestamp)
}

fn open_text(
    path: &Path,
    options: &SourceOptions,
) -> Result<(FileFormat, Vec<String>), TableError> {
    let head = sniff(path, options.encoding, options.delimiter, options.reading)?;
    let delimiter = head.format.delimiter.byte();
    let end = first_record_end(&head.text, delimiter);
    let record = head.text[..end].trim_start_matches(['\r', '\n']);
    if record.trim().is_empty() {
        return Err(TableError::data(path, Problem::Empty));
    }
    if !head.text.contains('\n') && record.trim_end().contains('\r') {
        return Err(TableError::data(path, Problem::CarriageReturns));
    }
    let fields = match split(record.to_owned(), delimiter, 1) {
        Err(several) => split(record.to_owned(), delimiter, several.found),
        one => one,
    };
    let fields = fields
        .ok()
        .filter(|fields| fields.rows() == 1)
        .ok_or_else(|| TableError::data(path, Problem::OpenQuote))?;
    let header = (0..fields.columns()).map(|c| fields.cell(0, c).trim().to_owned()).collect();
    Ok((FileFormat::Text(head.format), header))
}

/// A text file of a dataset.
struct Text<'a> {
    index: usize,
    file: &'a SourceFile,
    format: TextFormat,
    reading: Reading,
}

impl Text<'_> {
    /// Whether the whole file was sent.
    fn pieces(
        &self,
        limits: &Limits,
        first_pass: Option<&mut FirstPass>,
        spare: &Spare,
        send: &mut dyn FnMut(Piece) -> bool,
    ) -> Result<bool, TableError> {
        let path = &self.file.path;
        let sizes = (limits.chunk_bytes(), limits.memory_bytes);
        let mut chunks = TextChunks::open(path, self.format, self.reading, sizes)?;
        if first_pass.as_ref().is_some_and(|first| !first.no_digests) {
            chunks = chunks.hashing();
        }
        let mut first = true;
        while let Some(mut text) = chunks.next(spare.text())? {
            if std::mem::take(&mut first) {
                let end = first_record_end(&text, self.format.delimiter.byte());
                text.drain(..end);
            }
            if !send(Piece::Text { file: self.index, text }) {
                return Ok(false);
            }
        }
        if let Some(first) = first_pass {
            first.digests.extend(chunks.digest());
            first.mended.add(chunks.mended());
        }
        Ok(true)
    }
}

/// Buffers that are done with and can be written over: fresh memory costs more than the work on
/// it.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    texts: Mutex<Vec<String>>,
    places: Mutex<Vec<Vec<(u32, u32)>>>,
}

impl Spare {
    fn text(&self) -> String {
        lock(&self.texts).pop().unwrap_or_default()
    }

    fn places(&self) -> Vec<(u32, u32)> {
        lock(&self.places).pop().unwrap_or_default()
    }

    /// Takes the buffers of fields back.
    pub(crate) fn take_back(&self, fields: Fields) {
        let (text, places) = fields.into_parts();
        lock(&self.texts).push(text);
        lock(&self.places).push(places);
    }
}
