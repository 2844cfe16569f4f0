//! Reading released files back, to measure what is in the bytes.

use std::fmt;
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;
use weir_types::{ColumnType, Sha256};

use crate::cells::CellBatch;
use crate::class_values::{BatchValues, ClassValues, ValuesBuilder};
use crate::classes::{ClassCounts, Classes, ClassesBuilder, ClassesBy, Counted};
use crate::digest;
use crate::error::{Problem, TableError};
use crate::limits::Limits;
use crate::source::{FileFormat, Source, SourceOptions};
use crate::spill::SortedRows;
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

/// What the cells of a quasi-identifier weigh: the place of the column among the
/// quasi-identifiers, and the cell. Summed over the columns of a row.
pub type Weigh<'a> = &'a (dyn Fn(usize, Option<&str>) -> f64 + Sync);

/// What is read back beside the sizes of the classes.
#[derive(Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Columns whose values are counted in each class.
    pub sensitive: &'a [String],
    /// Files of a population table: the quasi-identifiers of all people of whom the files hold
    /// some, those among them, generalised as the files are. Where a column of the files tells
    /// people apart it has the same column; else each of its rows is a person.
    pub population: &'a [PathBuf],
    /// What the cells of a class weigh.
    pub weigh: Option<Weigh<'a>>,
}

impl fmt::Debug for Beside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Beside")
            .field("sensitive", &self.sensitive)
            .field("population", &self.population)
            .field("weigh", &self.weigh.is_some())
            .finish()
    }
}

/// What was read back.
#[derive(Debug)]
pub struct ReadBack {
    /// The columns of the files.
    pub columns: Vec<String>,
    /// Digest of each file, of the bytes that were measured.
    pub digests: Vec<Sha256>,
    /// The classes over the quasi-identifiers.
    pub classes: Classes,
    /// Class by class, in no order of meaning; empty unless a population or weights were asked
    /// for.
    pub counts: Vec<ClassCounts>,
    /// The sensitive columns that were asked for, in that order.
    pub values: Vec<ClassValues>,
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
    read_back_with(files, quasi_identifiers, people, &Beside::default(), limits)
}

/// As [`read_back`], with the sensitive values of each class, its people in a population table,
/// and what its cells weigh, as asked.
///
/// Memory follows the different looks and the different sensitive values; rows beyond their share
/// of [`Limits::memory_bytes`] go to the disk.
///
/// # Errors
///
/// Those of [`read_back`], for the files and for the population table.
pub fn read_back_with(
    files: &[PathBuf],
    quasi_identifiers: &[String],
    people: PeopleBy<'_>,
    beside: &Beside<'_>,
    limits: &Limits,
) -> Result<ReadBack, TableError> {
    let digest =
        |files: &[PathBuf]| files.iter().map(|f| digest::of_file(f)).collect::<Result<Vec<_>, _>>();
    let digests = digest(files)?;
    let population = digest(beside.population)?;
    let mut looks = Looks {
        n_quasi: quasi_identifiers.len(),
        person: matches!(people, PeopleBy::Column(_)),
        keyed: keyed_hasher(digests.iter().chain(&population)),
        // Files of two formats hold the same number in different types.
        as_text: !population.is_empty(),
        weigh: beside.weigh,
    };
    let table = Table::untyped(Source::open(files, &SourceOptions::default())?);
    let names = quasi_identifiers.iter().map(String::as_str).chain(person_column(people));
    let wanted = places(&table, names.chain(beside.sensitive.iter().map(String::as_str)))?;
    let mut gathered = Gathered::new(people, beside, limits)?;
    table.scan_cells(
        &wanted,
        limits,
        &|_| {},
        |batch| Ok::<_, TableError>(looks.of(batch)),
        |rows| gathered.add(rows),
    )?;
    let (mut counted, values) = gathered.finish(limits)?;
    let classes = counted.sizes();
    if !population.is_empty() {
        looks.weigh = None;
        count_population(
            &mut counted,
            beside.population,
            quasi_identifiers,
            (people, &looks),
            limits,
        )?;
    }
    let asked = beside.weigh.is_some() || !population.is_empty();
    let counts = if asked { counted.classes } else { Vec::new() };
    Ok(ReadBack { columns: table.source.columns, digests, classes, counts, values })
}

fn person_column(people: PeopleBy<'_>) -> Option<&str> {
    match people {
        PeopleBy::Column(name) => Some(name),
        PeopleBy::Row | PeopleBy::Key(_) => None,
    }
}

fn places<'a>(
    table: &Table,
    names: impl Iterator<Item = &'a str>,
) -> Result<Vec<usize>, TableError> {
    names.map(|name| table.source.index_of(name)).collect()
}

/// Everything that is gathered from the rows.
struct Gathered {
    by: ClassesBy,
    key: Option<KeyFile>,
    classes: ClassesBuilder,
    values: Vec<ValuesBuilder>,
}

impl Gathered {
    fn new(people: PeopleBy<'_>, beside: &Beside<'_>, limits: &Limits) -> Result<Self, TableError> {
        let (by, key) = match people {
            PeopleBy::Row => (ClassesBy::Row, None),
            PeopleBy::Column(_) => (ClassesBy::WholeRecord, None),
            PeopleBy::Key(path) => (ClassesBy::PeopleInRows, Some(KeyFile::open(path)?)),
        };
        let share = limits.counting_bytes() / (1 + beside.sensitive.len());
        let values = beside.sensitive.iter();
        Ok(Self {
            by,
            key,
            classes: ClassesBuilder::new(by, limits, share),
            values: values
                .map(|column| ValuesBuilder::new(column.clone(), by, limits, share))
                .collect(),
        })
    }

    fn add(&mut self, mut rows: Looked) -> Result<(), TableError> {
        if let Some(key) = &mut self.key {
            rows.people = key.next(rows.looks.len())?;
        }
        let looks = self.classes.add(&rows.people, &rows.looks, &rows.weights)?;
        for (builder, batch) in self.values.iter_mut().zip(rows.values) {
            builder.add(&rows.people, &looks, batch)?;
        }
        Ok(())
    }

    fn finish(self, limits: &Limits) -> Result<(Counted, Vec<ClassValues>), TableError> {
        if let Some(key) = self.key {
            key.expect_end()?;
        }
        let counted = self.classes.finish()?;
        let values = self.values.into_iter().map(|values| values.finish(self.by, limits));
        Ok((counted, values.collect::<Result<_, _>>()?))
    }
}

/// Counts the people of a population table in classes that are there already.
fn count_population(
    counted: &mut Counted,
    files: &[PathBuf],
    quasi_identifiers: &[String],
    (people, looks): (PeopleBy<'_>, &Looks<'_>),
    limits: &Limits,
) -> Result<(), TableError> {
    counted.classes.iter_mut().for_each(|class| class.population = Some(0));
    let table = Table::untyped(Source::open(files, &SourceOptions::default())?);
    let names = quasi_identifiers.iter().map(String::as_str).chain(person_column(people));
    let wanted = places(&table, names)?;
    let by_record = counted.by == ClassesBy::WholeRecord;
    let mut pairs = SortedRows::new(limits, limits.counting_bytes());
    table.scan_cells(
        &wanted,
        limits,
        &|_| {},
        |batch| Ok::<_, TableError>(looks.of(batch)),
        |rows| {
            if !by_record {
                counted.add_population(&rows.looks);
                return Ok(());
            }
            rows.people.iter().zip(&rows.looks).try_for_each(|(person, look)| {
                pairs.push([(person >> 32) as u32, *person as u32, counted.look(*look)])
            })
        },
    )?;
    if by_record { counted.add_people_of_population(pairs) } else { Ok(()) }
}

impl Table {
    /// A table whose text columns are taken as text, without a first pass. The number of rows
    /// and the digests are not known.
    pub fn untyped(source: Source) -> Self {
        let types = source.files.iter().find_map(|file| match &file.format {
            FileFormat::Parquet(parquet) => Some(parquet.types()),
            _ => None,
        });
        let types = types.unwrap_or_else(|| vec![ColumnType::Text; source.columns.len()]);
        Self { source, types, digests: Vec::new(), rows: 0, copy: None }
    }
}

fn keyed_hasher<'a>(digests: impl Iterator<Item = &'a Sha256>) -> DefaultHasher {
    let mut hasher = DefaultHasher::new();
    digests.for_each(|digest| hasher.write(&digest.0));
    hasher
}

/// How rows are looked at: quasi-identifiers first, then the person if a column names one, then
/// sensitive columns.
struct Looks<'a> {
    n_quasi: usize,
    person: bool,
    keyed: DefaultHasher,
    as_text: bool,
    weigh: Option<Weigh<'a>>,
}

/// The rows of a batch: hashes of people and of looks, weights, sensitive values.
struct Looked {
    people: Vec<u64>,
    looks: Vec<u64>,
    weights: Vec<f64>,
    values: Vec<BatchValues>,
}

impl Looks<'_> {
    /// The look of a row is the sum of its cells' hashes, each keyed by the column too: simple
    /// tabulation (Zobrist 1970), in which two rows that differ anywhere are as unlikely to agree
    /// as two random numbers. A cell is so hashed once, and not once for each of its rows.
    fn of(&self, rows: &CellBatch<'_>) -> Looked {
        let (hashed, sensitive) = rows.columns.split_at(self.n_quasi + usize::from(self.person));
        let (quasi, person) = hashed.split_at(self.n_quasi);
        let mut looks = vec![0_u64; rows.rows];
        for (at, cells) in quasi.iter().enumerate() {
            let hashes = |values: &ArrayRef| self.hashes(at, values);
            cells.zip(&mut looks, hashes, |look, hash| *look = look.wrapping_add(hash));
        }
        let people = match person {
            [] => Vec::new(),
            [cells, ..] => cells.map(|values| self.hashes(self.n_quasi, values)),
        };
        let weights = self.weigh.map_or_else(Vec::new, |weigh| {
            let mut weights = vec![0.0; rows.rows];
            for (at, cells) in quasi.iter().enumerate() {
                let weights_of = |values: &ArrayRef| {
                    let mut weights = Vec::with_capacity(values.len());
                    for_texts(values, |cell| weights.push(weigh(at, cell)));
                    weights
                };
                cells.zip(&mut weights, weights_of, |sum, weight| *sum += weight);
            }
            weights
        });
        let values = sensitive.iter().map(|cells| values_of(&cells.to_array())).collect();
        Looked { people, looks, weights, values }
    }

    /// The hashes of cells of a column, by its place.
    fn hashes(&self, at: usize, values: &ArrayRef) -> Vec<u64> {
        let mut keyed = self.keyed.clone();
        keyed.write_usize(at);
        let values = Values::of(values, self.as_text);
        let hash = |row: usize| {
            let mut hasher = keyed.clone();
            values.hash(row, &mut hasher);
            hasher.finish()
        };
        (0..values.len()).map(hash).collect()
    }
}

fn values_of(column: &ArrayRef) -> BatchValues {
    let mut values = BatchValues::with_capacity(column.len());
    let mut known: FxHashMap<Box<str>, u32> = FxHashMap::default();
    let mut missing = None;
    for_texts(column, |cell| {
        let seen = cell.map_or(missing, |text| known.get(text).copied());
        let code = seen.unwrap_or_else(|| {
            let next = u32::try_from(values.labels.len()).expect("fewer than 2^32 rows");
            values.labels.push(cell.map(Box::from));
            match cell {
                Some(text) => _ = known.insert(text.into(), next),
                None => missing = Some(next),
            }
            next
        });
        values.codes.push(code);
    });
    values
}

/// The cells of a column, ready to be hashed: equal hashes for equal values.
enum Values {
    Text(StringArray),
    /// Whole numbers, which need not be printed to be compared.
    Whole(Int64Array),
}

impl Values {
    fn of(array: &ArrayRef, as_text: bool) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string::<i32>().clone()),
            DataType::Int64 if !as_text => Self::Whole(array.as_primitive::<Int64Type>().clone()),
            _ => {
                let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 8);
                for_texts(array, |text| builder.append_option(text));
                Self::Text(builder.finish())
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(texts) => texts.len(),
            Self::Whole(numbers) => numbers.len(),
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

#[cfg(test)]
mod tests;
