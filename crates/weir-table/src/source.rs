//! Where a table comes from: files of several formats as one dataset.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use arrow_array::RecordBatch;
use calamine::{Data as Cell, Reader as _, Xlsx};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use weir_types::request::{Delimiter, Encoding};
use weir_types::{ColumnType, Sha256};

use crate::error::{Problem, TableError};
use crate::limits::Limits;
use crate::table::lock;
use crate::text::{Fields, TextChunks, TextFormat, first_record_end, sniff, split, split_into};
use crate::types::logical;

/// What the request says about how to read.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// Encoding of text files; found when `None`.
    pub encoding: Option<Encoding>,
    /// Separator of text files; found when `None`.
    pub delimiter: Option<Delimiter>,
    /// Sheet of workbooks; the first when `None`.
    pub sheet: Option<String>,
}

/// A dataset whose columns are known and whose types are not yet.
#[derive(Clone, Debug)]
pub struct Source {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) columns: Vec<String>,
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
    Text { format: TextFormat, guessed: bool },
    Parquet { types: Vec<ColumnType>, metadata: ArrowReaderMetadata },
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
    Arrow(RecordBatch),
}

impl RawBatch {
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Text(fields) => fields.rows(),
            Self::Arrow(batch) => batch.num_rows(),
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
    /// name, or other columns than the first file.
    pub fn open(paths: &[PathBuf], options: &SourceOptions) -> Result<Self, TableError> {
        let mut files = Vec::new();
        let mut columns: Option<Vec<String>> = None;
        for path in list_files(paths)? {
            let (file, header) = open_file(&path, options)?;
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
        Ok(Self { files, columns })
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

    /// Sends the pieces of all files in order; `digests` receives each text file's digest where
    /// asked. Stops early when `send` returns false.
    pub(crate) fn pieces(
        &self,
        limits: &Limits,
        mut digests: Option<&mut Vec<Sha256>>,
        spare: &Spare,
        send: &mut dyn FnMut(Piece) -> bool,
    ) -> Result<(), TableError> {
        for (index, file) in self.files.iter().enumerate() {
            match &file.format {
                FileFormat::Text { format, .. } => {
                    let file = Text { index, file, format: *format };
                    let digest = file.pieces(limits, digests.is_some(), spare, send)?;
                    match (digest, digests.as_deref_mut()) {
                        (Some(digest), Some(digests)) => digests.push(digest),
                        (None, Some(_)) => return Ok(()),
                        _ => {}
                    }
                }
                FileFormat::Parquet { metadata, .. } => {
                    if let Some(digests) = digests.as_deref_mut() {
                        digests.push(crate::digest::of_file(&file.path)?);
                    }
                    let groups = metadata.metadata().num_row_groups();
                    if !(0..groups).all(|group| send(Piece::RowGroup { file: index, group })) {
                        return Ok(());
                    }
                }
                FileFormat::Workbook { sheet } => {
                    if let Some(digests) = digests.as_deref_mut() {
                        digests.push(crate::digest::of_file(&file.path)?);
                    }
                    let range = sheet_range(&file.path, sheet.as_deref())?;
                    if !sheet_pieces(&range, self.columns.len(), send) {
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
                let FileFormat::Text { format, .. } = &self.files[file].format else {
                    return Ok(());
                };
                let delimiter = format.delimiter.byte();
                let fields = split_into(text, delimiter, self.columns.len(), spare.places())
                    .map_err(|ragged| self.ragged(file, ragged))?;
                each(RawBatch::Text(fields))
            }
            Piece::Cells { fields, .. } => each(RawBatch::Text(fields)),
            Piece::RowGroup { file, group } => {
                let SourceFile { path, format: FileFormat::Parquet { metadata, .. }, .. } =
                    &self.files[file]
                else {
                    return Ok(());
                };
                let mut each = |batch| each(RawBatch::Arrow(batch));
                read_row_group(path, metadata, group, wanted, &mut each)
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

/// Turns a row within a piece into a row of the file, given the rows before the piece.
pub(crate) fn with_row(error: TableError, rows_before: u64) -> TableError {
    match error {
        TableError::Data { path, row: Some(row), column, problem } => {
            TableError::Data { path, row: Some(row + rows_before), column, problem }
        }
        other => other,
    }
}

fn list_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, TableError> {
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
        b"PAR1" => open_parquet(path)?,
        b"PK\x03\x04" => open_workbook(path, options.sheet.clone())?,
        [] => return Err(TableError::data(path, Problem::Empty)),
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

fn open_text(
    path: &Path,
    options: &SourceOptions,
) -> Result<(FileFormat, Vec<String>), TableError> {
    let (format, head) = sniff(path, options.encoding, options.delimiter)?;
    let delimiter = format.delimiter.byte();
    let end = first_record_end(&head, delimiter);
    let record = head[..end].trim_start_matches(['\r', '\n']);
    if record.trim().is_empty() {
        return Err(TableError::data(path, Problem::Empty));
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
    Ok((FileFormat::Text { format, guessed: options.encoding.is_none() }, header))
}

/// A text file of a dataset.
struct Text<'a> {
    index: usize,
    file: &'a SourceFile,
    format: TextFormat,
}

impl Text<'_> {
    fn pieces(
        &self,
        limits: &Limits,
        hash: bool,
        spare: &Spare,
        send: &mut dyn FnMut(Piece) -> bool,
    ) -> Result<Option<Sha256>, TableError> {
        let path = &self.file.path;
        let mut chunks =
            TextChunks::open(path, self.format, limits.chunk_bytes(), limits.memory_bytes)?;
        if hash {
            chunks = chunks.hashing();
        }
        let mut first = true;
        while let Some(mut text) = chunks.next(spare.text())? {
            if std::mem::take(&mut first) {
                let end = first_record_end(&text, self.format.delimiter.byte());
                text.drain(..end);
            }
            if !send(Piece::Text { file: self.index, text }) {
                return Ok(None);
            }
        }
        Ok(chunks.digest())
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

fn damaged(path: &Path, reader: &'static str) -> TableError {
    TableError::data(path, Problem::Damaged { reader })
}

fn parquet_metadata(path: &Path) -> Result<ArrowReaderMetadata, TableError> {
    let file = File::open(path).map_err(|e| TableError::read(path, e))?;
    ArrowReaderMetadata::load(&file, Default::default()).map_err(|_| damaged(path, "Parquet"))
}

fn open_parquet(path: &Path) -> Result<(FileFormat, Vec<String>), TableError> {
    let metadata = parquet_metadata(path)?;
    let mut types = Vec::new();
    let mut names = Vec::new();
    for field in metadata.schema().fields() {
        let Some(ty) = logical(field.data_type()) else {
            return Err(TableError::Data {
                path: path.to_owned(),
                row: None,
                column: Some(field.name().clone()),
                problem: Problem::UnsupportedType { found: field.data_type().to_string() },
            });
        };
        types.push(ty);
        names.push(field.name().clone());
    }
    Ok((FileFormat::Parquet { types, metadata }, names))
}

fn read_row_group(
    path: &Path,
    metadata: &ArrowReaderMetadata,
    group: usize,
    wanted: &[usize],
    each: &mut dyn FnMut(RecordBatch) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let file = File::open(path).map_err(|e| TableError::read(path, e))?;
    // The footer was read when the file was opened; files of many row groups have a large one.
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
    let mask =
        parquet::arrow::ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
    let reader = builder
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(32 << 10)
        .build()
        .map_err(|_| damaged(path, "Parquet"))?;
    for batch in reader {
        each(batch.map_err(|_| damaged(path, "Parquet"))?)?;
    }
    Ok(())
}

fn open_workbook(
    path: &Path,
    sheet: Option<String>,
) -> Result<(FileFormat, Vec<String>), TableError> {
    let range = sheet_range(path, sheet.as_deref())?;
    let header = range.rows().next().unwrap_or_default();
    let header = header.iter().map(|cell| cell_text(cell).trim().to_owned()).collect();
    Ok((FileFormat::Workbook { sheet }, header))
}

fn sheet_range(path: &Path, sheet: Option<&str>) -> Result<calamine::Range<Cell>, TableError> {
    let mut book: Xlsx<_> =
        calamine::open_workbook(path).map_err(|_: calamine::XlsxError| damaged(path, ".xlsx"))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) if names.iter().any(|n| n == name) => name.to_owned(),
        Some(name) => {
            return Err(TableError::data(path, Problem::NoSuchSheet { sheet: name.to_owned() }));
        }
        None => names.first().cloned().ok_or_else(|| TableError::data(path, Problem::Empty))?,
    };
    book.worksheet_range(&name).map_err(|_| damaged(path, ".xlsx"))
}

fn sheet_pieces(
    range: &calamine::Range<Cell>,
    n_columns: usize,
    send: &mut dyn FnMut(Piece) -> bool,
) -> bool {
    const ROWS: usize = 8 << 10;
    let rows: Vec<&[Cell]> = range
        .rows()
        .skip(1)
        .filter(|row| row.iter().any(|cell| !matches!(cell, Cell::Empty)))
        .collect();
    rows.chunks(ROWS).all(|rows| {
        let texts = rows.iter().map(|row| {
            (0..n_columns).map(|c| row.get(c).map_or_else(String::new, cell_text)).collect()
        });
        send(Piece::Cells { fields: Fields::from_rows(n_columns, texts) })
    })
}

/// A cell as the text that a CSV export of the sheet would hold.
fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Error(_) => String::new(),
        Cell::String(text) | Cell::DateTimeIso(text) | Cell::DurationIso(text) => text.clone(),
        Cell::Int(value) => value.to_string(),
        Cell::Float(value) => value.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::DateTime(value) => {
            let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
    }
}
