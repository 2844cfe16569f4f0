//! Reading released files back, to measure what is in the bytes.

use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use weir_types::{ColumnType, Sha256};

use crate::classes::{Classes, ClassesBuilder, ClassesBy};
use crate::digest;
use crate::error::{Problem, TableError};
use crate::limits::Limits;
use crate::source::{FileFormat, Source, SourceOptions};
use crate::table::Table;
use crate::types::for_texts;

/// How the people behind the rows of released files are told apart.
#[derive(Clone, Copy, Debug)]
pub enum PeopleBy<'a> {
    /// Each row is a person.
    Row,
    /// By a column of the files; the whole record of a person forms the class.
    Column(&'a str),
    /// By a file of the provider that is not released: eight bytes per row, in order. Rows form
    /// the classes, and each class counts its different people.
    Key(&'a Path),
}

/// What was read back.
#[derive(Clone, Debug)]
pub struct ReadBack {
    /// The columns of the files.
    pub columns: Vec<String>,
    /// Digest of each file, of the bytes that were measured.
    pub digests: Vec<Sha256>,
    /// The classes over the quasi-identifiers.
    pub classes: Classes,
}

/// Reads files back and forms the classes over some columns.
///
/// Values count as equal when their texts are equal. Looks are hashed with SipHash-1-3, keyed by
/// the digests of the files, so that nobody can prepare files whose looks collide.
///
/// # Errors
///
/// A file cannot be read or lacks one of the columns; the key file does not have one entry per
/// row.
pub fn read_back(
    files: &[PathBuf],
    quasi_identifiers: &[String],
    people: PeopleBy<'_>,
    limits: &Limits,
) -> Result<ReadBack, TableError> {
    let digests = files.iter().map(|f| digest::of_file(f)).collect::<Result<Vec<_>, _>>()?;
    let table = Table::untyped(Source::open(files, &SourceOptions::default())?);
    let mut wanted = Vec::new();
    for name in quasi_identifiers {
        wanted.push(table.source.index_of(name)?);
    }
    let by = match people {
        PeopleBy::Row => ClassesBy::Row,
        PeopleBy::Column(_) => ClassesBy::WholeRecord,
        PeopleBy::Key(_) => ClassesBy::PeopleInRows,
    };
    if let PeopleBy::Column(name) = people {
        wanted.push(table.source.index_of(name)?);
    }
    let mut key = match people {
        PeopleBy::Key(path) => Some(KeyFile::open(path)?),
        _ => None,
    };
    let keyed = keyed_hasher(&digests);
    let n_quasi = quasi_identifiers.len();
    let mut builder = ClassesBuilder::new(by, limits);
    table.scan(
        &wanted,
        limits,
        &|_| {},
        |batch| Ok::<_, TableError>(hash_rows(&batch.rows, n_quasi, &keyed)),
        |(mut hashes, looks)| {
            if let Some(key) = &mut key {
                hashes = key.next(looks.len())?;
            }
            builder.add(&hashes, &looks)
        },
    )?;
    if let Some(key) = key {
        key.expect_end()?;
    }
    let columns = table.source.columns;
    Ok(ReadBack { columns, digests, classes: builder.finish()? })
}

impl Table {
    /// A table whose text columns are taken as text, without a first pass. The number of rows
    /// and the digests are not known.
    pub(crate) fn untyped(source: Source) -> Self {
        let types = source.files.iter().find_map(|file| match &file.format {
            FileFormat::Parquet { types, .. } => Some(types.clone()),
            _ => None,
        });
        let types = types.unwrap_or_else(|| vec![ColumnType::Text; source.columns.len()]);
        Self { source, types, digests: Vec::new(), rows: 0 }
    }
}

fn keyed_hasher(digests: &[Sha256]) -> DefaultHasher {
    let mut hasher = DefaultHasher::new();
    digests.iter().for_each(|digest| hasher.write(&digest.0));
    hasher
}

/// Hashes of people (of the column after the quasi-identifiers, if there is one) and of looks.
fn hash_rows(rows: &RecordBatch, n_quasi: usize, keyed: &DefaultHasher) -> (Vec<u64>, Vec<u64>) {
    let columns: Vec<Cells> = rows.columns().iter().map(Cells::of).collect();
    let hash = |columns: &[Cells], row: usize| {
        let mut hasher = keyed.clone();
        columns.iter().for_each(|column| column.hash(row, &mut hasher));
        hasher.finish()
    };
    let (quasi, person) = columns.split_at(n_quasi);
    let looks = (0..rows.num_rows()).map(|row| hash(quasi, row)).collect();
    let people = match person {
        [] => Vec::new(),
        _ => (0..rows.num_rows()).map(|row| hash(person, row)).collect(),
    };
    (people, looks)
}

/// The cells of a column, ready to be hashed: equal hashes for equal values.
enum Cells {
    Text(StringArray),
    /// Whole numbers, which need not be printed to be compared.
    Whole(Int64Array),
}

impl Cells {
    fn of(array: &ArrayRef) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string::<i32>().clone()),
            DataType::Int64 => Self::Whole(array.as_primitive::<Int64Type>().clone()),
            _ => {
                let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 8);
                for_texts(array, |text| builder.append_option(text));
                Self::Text(builder.finish())
            }
        }
    }

    /// Feeds a cell to the hasher. What is written says where it ends, so that no two rows of
    /// different cells write the same bytes.
    fn hash(&self, row: usize, hasher: &mut DefaultHasher) {
        const MISSING: u32 = u32::MAX;
        match self {
            Self::Text(texts) if texts.is_null(row) => hasher.write_u32(MISSING),
            Self::Text(texts) => {
                let text = texts.value(row);
                hasher.write_u32(text.len() as u32);
                hasher.write(text.as_bytes());
            }
            Self::Whole(numbers) if numbers.is_null(row) => hasher.write_u8(0),
            Self::Whole(numbers) => {
                hasher.write_u8(1);
                hasher.write_i64(numbers.value(row));
            }
        }
    }
}

/// The provider's file of people, read along with the rows.
struct KeyFile {
    path: Arc<Path>,
    reader: BufReader<File>,
}

impl KeyFile {
    fn open(path: &Path) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|e| TableError::read(path, e))?;
        Ok(Self { path: path.into(), reader: BufReader::with_capacity(1 << 20, file) })
    }

    fn next(&mut self, rows: usize) -> Result<Vec<u64>, TableError> {
        let mut people = Vec::with_capacity(rows);
        let mut word = [0; 8];
        for _ in 0..rows {
            self.reader.read_exact(&mut word).map_err(|e| TableError::read(&self.path, e))?;
            people.push(u64::from_le_bytes(word));
        }
        Ok(people)
    }

    fn expect_end(mut self) -> Result<(), TableError> {
        match self.reader.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(TableError::data(&self.path, Problem::Changed)),
            Err(e) => Err(TableError::read(&self.path, e)),
        }
    }
}
