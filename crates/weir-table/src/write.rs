//! Writing tables: encoded on all cores, appended in order.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use weir_types::request::Format;

use crate::cells::CellBatch;
use crate::csv_rows::{SpareRows, csv_rows};
use crate::error::{Problem, TableError};
use crate::shuffle::reordered;

/// A column whose distinct values outgrow this within a row group is written without a
/// dictionary: looking each value up would cost more than it saves.
const DICTIONARY_BYTES: usize = 64 << 10;

/// Turns batches into bytes; shared by all threads.
pub struct Encoder {
    path: PathBuf,
    schema: SchemaRef,
    factory: Option<ArrowRowGroupWriterFactory>,
    spare: Arc<SpareRows>,
}

/// The bytes of a batch.
pub struct Encoded(Inner);

enum Inner {
    Csv(Vec<u8>),
    Parquet(Vec<ArrowColumnChunk>),
    Nothing,
}

/// A file that takes encoded batches in order. Nothing counts as written before
/// [`TableWriter::finish`] returned.
pub struct TableWriter {
    path: PathBuf,
    target: Target,
    failure: Failure,
    rows: u64,
    spare: Arc<SpareRows>,
}

enum Target {
    Csv(BufWriter<Watched>),
    Parquet(Box<SerializedFileWriter<BufWriter<Watched>>>),
}

/// The I/O error behind an error of the Parquet library, which keeps only its text.
type Failure = Arc<Mutex<Option<io::Error>>>;

struct Watched {
    file: File,
    failure: Failure,
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|e| {
            let copy =
                e.raw_os_error().map_or_else(|| e.kind().into(), io::Error::from_raw_os_error);
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy);
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("path", &self.path).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Encoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Encoded")
    }
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl TableWriter {
    /// Creates a file, and the encoder for its batches.
    ///
    /// # Errors
    ///
    /// The file exists already or cannot be created.
    pub fn create(
        path: &Path,
        schema: &SchemaRef,
        format: Format,
    ) -> Result<(Self, Encoder), TableError> {
        let file = File::create_new(path).map_err(|e| TableError::write(path, e))?;
        let failure = Failure::default();
        let watched = Watched { file, failure: Arc::clone(&failure) };
        let mut out = BufWriter::with_capacity(1 << 20, watched);
        let failed = |e: ParquetError| write_error(path, &failure, &e);
        let (target, factory) = match format {
            Format::Csv => {
                let mut line = Vec::new();
                for field in schema.fields() {
                    csv_field(&mut line, Some(field.name()));
                    line.push(b',');
                }
                line.pop();
                line.push(b'\n');
                out.write_all(&line).map_err(|e| TableError::write(path, e))?;
                (Target::Csv(out), None)
            }
            Format::Parquet => {
                let level = ZstdLevel::try_new(1).map_err(failed)?;
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .set_dictionary_page_size_limit(DICTIONARY_BYTES)
                    .build();
                let options = ArrowWriterOptions::new().with_properties(properties);
                let writer = ArrowWriter::try_new_with_options(out, Arc::clone(schema), options)
                    .map_err(failed)?;
                let (writer, factory) = writer.into_serialized_writer().map_err(failed)?;
                (Target::Parquet(Box::new(writer)), Some(factory))
            }
        };
        let spare = Arc::<SpareRows>::default();
        let encoder = Encoder {
            path: path.to_owned(),
            schema: Arc::clone(schema),
            factory,
            spare: Arc::clone(&spare),
        };
        Ok((Self { path: path.to_owned(), target, failure, rows: 0, spare }, encoder))
    }

    /// Appends an encoded batch; `rows` is its number of rows.
    ///
    /// # Errors
    ///
    /// The file cannot be written, for example because the disk is full.
    pub fn append(&mut self, encoded: Encoded, rows: usize) -> Result<(), TableError> {
        let (path, failure) = (&self.path, &self.failure);
        let failed = |e: ParquetError| write_error(path, failure, &e);
        match (&mut self.target, encoded.0) {
            (Target::Csv(out), Inner::Csv(bytes)) => {
                out.write_all(&bytes).map_err(|e| TableError::write(path, e))?;
                self.spare.take_back(bytes);
            }
            (Target::Parquet(writer), Inner::Parquet(chunks)) => {
                let mut group = writer.next_row_group().map_err(failed)?;
                for chunk in chunks {
                    chunk.append_to_row_group(&mut group).map_err(failed)?;
                }
                group.close().map_err(failed)?;
            }
            _ => return Ok(()),
        }
        self.rows += rows as u64;
        Ok(())
    }

    /// Ends the file and makes it durable; the rows written.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn finish(self) -> Result<u64, TableError> {
        let path = self.path;
        let out = match self.target {
            Target::Csv(out) => out,
            Target::Parquet(writer) => {
                (*writer).into_inner().map_err(|e| write_error(&path, &self.failure, &e))?
            }
        };
        let watched = out.into_inner().map_err(|e| TableError::write(&path, e.into_error()))?;
        watched.file.sync_all().map_err(|e| TableError::write(&path, e))?;
        Ok(self.rows)
    }
}

impl Encoder {
    /// The bytes of some rows of a batch, in the order in which they are named.
    ///
    /// # Errors
    ///
    /// The batch does not have the schema of the file.
    pub fn encode_cells(
        &self,
        cells: &CellBatch<'_>,
        rows: Vec<u32>,
    ) -> Result<Encoded, TableError> {
        if rows.is_empty() {
            return Ok(Encoded(Inner::Nothing));
        }
        if self.factory.is_none() {
            return Ok(Encoded(Inner::Csv(csv_rows(cells, &rows, self.spare.rows()))));
        }
        let damaged = |_| TableError::data(&self.path, Problem::Damaged { reader: "Arrow" });
        self.encode(&reordered(&cells.to_batch().rows, rows).map_err(damaged)?)
    }

    /// The bytes of a batch in the schema of the file.
    ///
    /// # Errors
    ///
    /// The batch does not have the schema of the file.
    pub fn encode(&self, batch: &RecordBatch) -> Result<Encoded, TableError> {
        if batch.num_rows() == 0 {
            return Ok(Encoded(Inner::Nothing));
        }
        let Some(factory) = &self.factory else {
            let cells = CellBatch::of_batch((0, 0), batch);
            let rows: Vec<u32> = (0..u32::try_from(cells.rows).unwrap_or(u32::MAX)).collect();
            return Ok(Encoded(Inner::Csv(csv_rows(&cells, &rows, self.spare.rows()))));
        };
        let encoded = || -> Result<Vec<ArrowColumnChunk>, ParquetError> {
            // The index matters to encrypted files only.
            let mut writers = factory.create_column_writers(0)?.into_iter();
            let mut chunks = Vec::with_capacity(writers.len());
            for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
                for leaf in compute_leaves(field, array)? {
                    let mut writer = writers.next().ok_or_else(|| {
                        ParquetError::General("more columns than the schema has".to_owned())
                    })?;
                    writer.write(&leaf)?;
                    chunks.push(writer.close()?);
                }
            }
            Ok(chunks)
        };
        let chunks = encoded()
            .map_err(|_| TableError::data(&self.path, Problem::Damaged { reader: "Parquet" }))?;
        Ok(Encoded(Inner::Parquet(chunks)))
    }
}

fn write_error(path: &Path, failure: &Failure, error: &ParquetError) -> TableError {
    let behind = failure.lock().unwrap_or_else(PoisonError::into_inner).take();
    TableError::write(path, behind.unwrap_or_else(|| io::Error::other(error.to_string())))
}

/// RFC 4180: a field with a separator, a quote or a line break stands in quotes.
pub(crate) fn csv_field(out: &mut Vec<u8>, text: Option<&str>) {
    let text = text.unwrap_or_default();
    let special = |b: u8| matches!(b, b',' | b'"' | b'\n' | b'\r');
    if text.bytes().any(special) {
        out.push(b'"');
        out.extend(text.replace('"', "\"\"").bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}
