//! Parquet files: their columns, walked into structs and lists where that was asked for.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::UInt32Builder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::nullif::nullif;
use arrow_select::take::take;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelector,
};
use parquet::file::metadata::ParquetStatisticsPolicy;
use weir_types::ColumnType;

use crate::error::{Problem, TableError};
use crate::source::Reading;
use crate::types::logical;

/// Structs and lists within each other, at most; deeper ones are refused.
const DEEPEST: usize = 32;

/// Rows that are decoded at once.
const BATCH_ROWS: usize = 32 << 10;

/// A Parquet file whose footer was read.
#[derive(Clone, Debug)]
pub(crate) struct ParquetFile {
    pub(crate) metadata: ArrowReaderMetadata,
    leaves: Vec<Leaf>,
}

/// A column of plain values, and the way to it from a top column.
#[derive(Clone, Debug)]
struct Leaf {
    name: String,
    root: usize,
    steps: Vec<Step>,
    ty: ColumnType,
    /// What it is when it is no text and can only be shown as some.
    stand_in: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The field of a struct at a place.
    Field(usize),
    /// The items of a list.
    Items,
    /// The keys of a map.
    Keys,
    /// The values of a map.
    Values,
}

/// Rows of a Parquet file.
#[derive(Debug)]
pub(crate) struct Walked {
    /// One column per column of the table; of a list the first item.
    pub(crate) rows: RecordBatch,
    /// All items of the columns that lie within lists.
    pub(crate) lists: Vec<Items>,
}

/// The items of a column that lies within a list.
#[derive(Debug)]
pub(crate) struct Items {
    /// Which column.
    pub(crate) column: usize,
    /// The items of all rows.
    pub(crate) values: ArrayRef,
    /// Rows without an item.
    pub(crate) empty: u64,
}

impl ParquetFile {
    /// Reads the footer.
    ///
    /// # Errors
    ///
    /// No Parquet file; a nested column where `reading` is strict, one that is nested too deeply
    /// where it is not.
    pub(crate) fn open(path: &Path, reading: Reading) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|e| TableError::read(path, e))?;
        // Nothing here asks for statistics, of which a file of many row groups has millions.
        let options = ArrowReaderOptions::new()
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|_| damaged(path))?;
        let mut leaves = Vec::new();
        for (root, field) in metadata.schema().fields().iter().enumerate() {
            let mut leaf = Leaf {
                name: field.name().clone(),
                root,
                steps: Vec::new(),
                ty: ColumnType::Text,
                stand_in: false,
            };
            let walked = match (logical(field.data_type()), reading) {
                (Some(ty), _) => {
                    leaf.ty = ty;
                    leaves.push(leaf);
                    true
                }
                (None, Reading::Strict) => false,
                (None, Reading::Lenient) => walk(leaf, field.data_type(), &mut leaves),
            };
            if !walked {
                let found = match field.data_type() {
                    DataType::Struct(_) => "struct".to_owned(),
                    DataType::Map(..) => "map".to_owned(),
                    DataType::List(_) | DataType::LargeList(_) => "list".to_owned(),
                    other => other.to_string(),
                };
                let problem = match reading {
                    Reading::Strict => Problem::UnsupportedType { found },
                    Reading::Lenient => Problem::TooDeep { deepest: DEEPEST },
                };
                return Err(TableError::Data {
                    path: path.to_owned(),
                    row: None,
                    column: Some(field.name().clone()),
                    problem,
                });
            }
        }
        Ok(Self { metadata, leaves })
    }

    /// The names of the columns: `person.phone[]` for the items of a list in a struct.
    pub(crate) fn names(&self) -> Vec<String> {
        self.leaves.iter().map(|leaf| leaf.name.clone()).collect()
    }

    /// The types of the columns.
    pub(crate) fn types(&self) -> Vec<ColumnType> {
        self.leaves.iter().map(|leaf| leaf.ty).collect()
    }

    /// Whether a column is of the type whose values are all missing.
    pub(crate) fn holds_nothing(&self, column: usize) -> bool {
        let leaf = &self.leaves[column];
        let root = self.metadata.schema().field(leaf.root);
        leaf.steps.is_empty() && *root.data_type() == DataType::Null
    }

    /// Rows of each row group, in order.
    pub(crate) fn group_rows(&self) -> Vec<u64> {
        let groups = self.metadata.metadata().row_groups();
        groups.iter().map(|group| u64::try_from(group.num_rows()).unwrap_or(0)).collect()
    }

    /// Bytes of the values of a row group, as they are before compression, column by column.
    pub(crate) fn group_bytes(&self, group: usize) -> Vec<u64> {
        let columns = self.metadata.metadata().row_group(group).columns();
        columns.iter().map(|c| u64::try_from(c.uncompressed_size()).unwrap_or(0)).collect()
    }

    /// The wanted columns of a row group, or of some of its rows, handed to `each`.
    pub(crate) fn read(
        &self,
        path: &Path,
        group: usize,
        rows: Option<&[Range<usize>]>,
        wanted: &[usize],
        each: &mut dyn FnMut(Walked) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let file = File::open(path).map_err(|e| TableError::read(path, e))?;
        // The footer was read when the file was opened; files of many row groups have a large one.
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let roots = wanted.iter().map(|column| self.leaves[*column].root);
        let mask = parquet::arrow::ProjectionMask::roots(builder.parquet_schema(), roots);
        let mut batch_rows = BATCH_ROWS;
        if let Some(rows) = rows {
            builder = builder.with_row_selection(selection(rows));
            batch_rows = rows.iter().map(Range::len).max().unwrap_or(1);
        }
        let reader = builder
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(batch_rows)
            .build()
            .map_err(|_| damaged(path))?;
        for batch in reader {
            let batch = batch.map_err(|_| damaged(path))?;
            each(self.walk(&batch, wanted).ok_or_else(|| damaged(path))?)?;
        }
        Ok(())
    }

    /// The wanted columns of a batch.
    fn walk(&self, batch: &RecordBatch, wanted: &[usize]) -> Option<Walked> {
        // The batch has the roots of the wanted columns in the order of the file.
        let mut roots: Vec<usize> = wanted.iter().map(|c| self.leaves[*c].root).collect();
        roots.sort_unstable();
        roots.dedup();
        let mut lists = Vec::new();
        let mut arrays = Vec::with_capacity(wanted.len());
        let mut fields = Vec::with_capacity(wanted.len());
        for column in wanted {
            let leaf = &self.leaves[*column];
            let root = batch.columns().get(roots.binary_search(&leaf.root).ok()?)?;
            let array = match leaf.read(root)? {
                (first, None) => first,
                (first, Some((values, empty))) => {
                    lists.push(Items { column: *column, values, empty });
                    first
                }
            };
            fields.push(Field::new(&leaf.name, array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let schema = Arc::new(Schema::new(fields));
        let rows = RecordBatch::try_new_with_options(schema, arrays, &options).ok()?;
        Some(Walked { rows, lists })
    }
}

/// A selection of rows that may touch and are in order.
fn selection(rows: &[Range<usize>]) -> RowSelection {
    let mut selectors = Vec::with_capacity(rows.len() * 2);
    let mut at = 0;
    for range in rows {
        if range.start > at {
            selectors.push(RowSelector::skip(range.start - at));
        }
        selectors.push(RowSelector::select(range.len()));
        at = range.end;
    }
    RowSelection::from(selectors)
}

/// The columns of plain values below a column, appended to `leaves`; false where they lie deeper
/// than [`DEEPEST`].
fn walk(leaf: Leaf, ty: &DataType, leaves: &mut Vec<Leaf>) -> bool {
    if leaf.steps.len() > DEEPEST {
        return false;
    }
    match ty {
        DataType::Struct(fields) => fields.iter().enumerate().all(|(at, field)| {
            let name = format!("{}.{}", leaf.name, field.name());
            walk(leaf.step(name, Step::Field(at)), field.data_type(), leaves)
        }),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            let name = format!("{}[]", leaf.name);
            walk(leaf.step(name, Step::Items), item.data_type(), leaves)
        }
        DataType::Map(entries, _) => {
            let DataType::Struct(entry) = entries.data_type() else { return true };
            let parts = [(Step::Keys, "keys[]"), (Step::Values, "values[]")];
            parts.iter().zip(entry.iter()).all(|((step, word), field)| {
                let name = format!("{}.{word}", leaf.name);
                walk(leaf.step(name, *step), field.data_type(), leaves)
            })
        }
        plain => {
            let ty = logical(plain);
            let stand_in = ty.is_none();
            leaves.push(Leaf { ty: ty.unwrap_or(ColumnType::Text), stand_in, ..leaf });
            true
        }
    }
}

/// First items, and where the column lies within lists all items and the rows without one.
type Read = (ArrayRef, Option<(ArrayRef, u64)>);

impl Leaf {
    fn step(&self, name: String, step: Step) -> Self {
        let steps = self.steps.iter().copied().chain([step]).collect();
        Self { name, steps, ..self.clone() }
    }

    /// The values of this column in a top column.
    fn read(&self, root: &ArrayRef) -> Option<Read> {
        let mut array = Arc::clone(root);
        // Where the items of each row lie, once the way has gone through a list.
        let mut places: Option<Vec<Range<usize>>> = None;
        for step in &self.steps {
            match step {
                Step::Field(at) => array = field(&array, *at)?,
                Step::Items | Step::Keys | Step::Values => {
                    let (items, offsets) = items(&array, *step)?;
                    let rows =
                        places.unwrap_or_else(|| (0..array.len()).map(|r| r..r + 1).collect());
                    let inside = rows.iter().map(|r| offsets[r.start]..offsets[r.end]);
                    places = Some(inside.collect());
                    array = items;
                }
            }
        }
        if self.stand_in {
            array = as_text(&array);
        }
        let Some(places) = places else { return Some((array, None)) };
        let mut first = UInt32Builder::with_capacity(places.len());
        for place in &places {
            first.append_option(u32::try_from(place.start).ok().filter(|_| !place.is_empty()));
        }
        let empty = places.iter().filter(|place| place.is_empty()).count() as u64;
        let first: UInt32Array = first.finish();
        let from = places.first().map_or(0, |place| place.start);
        let to = places.last().map_or(0, |place| place.end);
        Some((take(&array, &first, None).ok()?, Some((array.slice(from, to - from), empty))))
    }
}

/// A field of structs; without a value where the struct has none, as the format does not say so of
/// a field that every struct has to have.
fn field(array: &ArrayRef, at: usize) -> Option<ArrayRef> {
    let structs = array.as_struct_opt()?;
    let own = structs.columns().get(at)?;
    match structs.nulls() {
        None => Some(Arc::clone(own)),
        Some(nulls) => nullif(own, &BooleanArray::new(!nulls.inner(), None)).ok(),
    }
}

/// The items of lists, and where those of each list begin; one place more than there are lists.
fn items(array: &ArrayRef, step: Step) -> Option<(ArrayRef, Vec<usize>)> {
    let wide = |offset: &i32| usize::try_from(*offset).unwrap_or(0);
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            Some((Arc::clone(list.values()), list.offsets().iter().map(wide).collect()))
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let offsets = list.offsets().iter().map(|o| usize::try_from(*o).unwrap_or(0));
            Some((Arc::clone(list.values()), offsets.collect()))
        }
        DataType::FixedSizeList(_, size) => {
            // A list without a value has places for its items all the same.
            let (list, size) = (array.as_fixed_size_list(), usize::try_from(*size).ok()?);
            let there = (0..list.len()).filter(|at| list.is_valid(*at));
            let places = there.flat_map(|at| at * size..(at + 1) * size);
            let places: Option<Vec<u32>> = places.map(|at| u32::try_from(at).ok()).collect();
            let mut offsets = vec![0];
            for at in 0..list.len() {
                offsets.push(offsets[at] + if list.is_valid(at) { size } else { 0 });
            }
            let items = take(list.values(), &UInt32Array::from(places?), None).ok()?;
            Some((items, offsets))
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let items = if step == Step::Keys { map.keys() } else { map.values() };
            Some((Arc::clone(items), map.offsets().iter().map(wide).collect()))
        }
        _ => None,
    }
}

/// Values without a type of ours as text: bytes that are UTF-8 are their text, and what cannot be
/// shown as text is no value.
fn as_text(array: &ArrayRef) -> ArrayRef {
    let options = arrow_cast::CastOptions { safe: true, ..Default::default() };
    arrow_cast::cast_with_options(array, &DataType::Utf8, &options)
        .unwrap_or_else(|_| arrow_array::new_null_array(&DataType::Utf8, array.len()))
}

fn damaged(path: &Path) -> TableError {
    TableError::data(path, Problem::Damaged { reader: "Parquet" })
}
