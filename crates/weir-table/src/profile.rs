//! What one pass over a table shows of its columns.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};
use weir_types::{ColumnType, Redacted};

use crate::codebook::for_numbers;
use crate::dictionary::{Dictionary, ROWS_AT_ONCE};
use crate::numbered_copy::{Dictionaries, PieceNumbers};
use crate::rows::RowColumn;
use crate::sketch::{ValueSketch, mix};
use crate::source::RawBatch;
use crate::table::cast;
use crate::text::Fields;
use crate::types::{
    Fits, canonical, column, for_texts, is_missing, number_of_text, physical, trimmed,
};

/// Most distinct values of a column that are counted exactly and can be coded one by one.
pub const EXACT_VALUES: usize = 4096;

/// Rows of the row sample, at most.
pub const SAMPLE_ROWS: usize = 65_536;

/// Rows of the row sample where a table was looked at whole ([`crate::Source::look`]), at most:
/// whoever wants more of them has the table.
pub const LOOKED_ROWS: usize = 4096;

/// What one pass over a table shows.
#[derive(Debug)]
pub struct Profile {
    /// Rows of the table.
    pub rows: u64,
    /// Its columns, in order.
    pub columns: Vec<ColumnProfile>,
    /// A sample of rows with typed values: the whole table when it has at most [`SAMPLE_ROWS`]
    /// rows, else blocks of 256 neighbouring rows drawn evenly, so that rows of one person or
    /// one household stay together. One Arrow column per table column, in the physical type of
    /// its [`ColumnType`]: Boolean, Int64, Float64, Date32, Timestamp(µs), Utf8.
    pub sample: RecordBatch,
}

impl Profile {
    /// The index of a column by name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

/// What one pass shows of one column.
#[derive(Clone, Debug)]
pub struct ColumnProfile {
    /// Name.
    pub name: String,
    /// Type that fits every value.
    pub ty: ColumnType,
    /// Cells without a value.
    pub nulls: u64,
    /// Distinct values; estimated when there are more than [`EXACT_VALUES`].
    pub distinct: u64,
    /// Whether `distinct` was counted and `values` holds all of them.
    pub distinct_exact: bool,
    /// Distinct values with their exact counts, ordered by value as [`ColumnType`] orders them
    /// (numbers and dates by size, text by bytes): all when `distinct_exact`, else
    /// [`EXACT_VALUES`] of them drawn evenly from the distinct values.
    pub values: Vec<ValueCount>,
    /// Least value as a number (see [`ValueCount::number`]); none for text and booleans.
    pub min: Option<f64>,
    /// Greatest value as a number.
    pub max: Option<f64>,
    /// Characters of the longest value as text.
    pub longest: usize,
}

/// A distinct value and the number of its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueCount {
    /// The value in canonical text: integers and floats as Rust prints them, dates as
    /// `YYYY-MM-DD`, timestamps as `YYYY-MM-DDTHH:MM:SS[.ffffff]`, booleans `true`/`false`.
    pub value: Redacted<String>,
    /// The value as a number, for ordered types: the number itself, days since 1970-01-01 for
    /// dates, microseconds since then for timestamps.
    pub number: Option<f64>,
    /// Its rows.
    pub count: u64,
}

/// Is shown every cell of a pass, beside what the profile gathers.
///
/// Cells come in no given order. Where a column has few different cells, each may be shown once,
/// with the number of its rows; cells of no characters are not shown.
pub trait Watch: Send {
    /// Sees a cell of a column, by its place in the table, that stands in so many rows.
    fn see(&mut self, column: usize, cell: &str, rows: u64);

    /// Sees several cells of a column, each with the number of its rows.
    fn see_many(&mut self, column: usize, cells: &[(&str, u64)]) {
        cells.iter().for_each(|(cell, rows)| self.see(column, cell, *rows));
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWatch;

impl Watch for NoWatch {
    fn see(&mut self, _: usize, _: &str, _: u64) {}

    fn see_many(&mut self, _: usize, _: &[(&str, u64)]) {}
}

/// Rows that stay together in the row sample.
const BLOCK_ROWS: usize = 256;

/// Blocks in the row sample, at most.
pub(crate) const BLOCKS: usize = SAMPLE_ROWS / BLOCK_ROWS * 5 / 4;

/// Blocks where the table is at hand beside the sample: [`LOOKED_ROWS`].
pub(crate) const FEW_BLOCKS: usize = LOOKED_ROWS / BLOCK_ROWS * 5 / 4;

/// Gathers a profile from pieces of a table, in any order.
#[derive(Debug)]
pub(crate) struct ProfileBuilder<W> {
    columns: Vec<ColumnBuilder>,
    watch: W,
    blocks: BTreeMap<(u64, u64, u32), Block>,
    most_blocks: usize,
    /// The piece that was seen last, and how many blocks of it were: a piece may come in parts.
    last: (u64, u32),
    /// Numbers of cells, kept to be written over.
    numbers: Vec<u16>,
    /// The numbers of the piece, where they are asked for and every column has few different
    /// cells.
    piece: Option<PieceNumbers>,
}

/// Rows of the sample, as they were read.
#[derive(Debug)]
enum Block {
    Text(Fields),
    /// Text columns.
    Arrow(RecordBatch),
}

impl Block {
    fn rows(&self) -> usize {
        match self {
            Self::Text(fields) => fields.rows(),
            Self::Arrow(batch) => batch.num_rows(),
        }
    }

    /// The cells of a column.
    fn column(&self, at: usize) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Text(fields) => Box::new(fields.column(at)),
            Self::Arrow(batch) => {
                let cells = batch.column(at).as_string::<i32>().iter();
                Box::new(cells.map(Option::unwrap_or_default))
            }
        }
    }
}

#[derive(Debug)]
struct ColumnBuilder {
    name: String,
    /// The type, where the source has types.
    stated: Option<ColumnType>,
    fits: Fits,
    /// Cells that have a value whatever the type turns out to be.
    seen: u64,
    /// Cells that have a value only if the column turns out to be text, such as `NA`.
    tokens: u64,
    /// Cells of no characters.
    empty: u64,
    longest: usize,
    sketch: ValueSketch,
    min: f64,
    max: f64,
    /// Cells that were numbered and are not taken in yet, while there are few different ones.
    few: Option<(Dictionary, Vec<u64>)>,
}

impl<W: Watch> ProfileBuilder<W> {
    /// Nothing yet; the sample is to have at most so many blocks of rows.
    pub(crate) fn new(
        names: &[String],
        types: Option<&[ColumnType]>,
        watch: W,
        most_blocks: usize,
    ) -> Self {
        let columns = names
            .iter()
            .enumerate()
            .map(|(i, name)| RowColumn { name: name.clone(), ty: types.map(|types| types[i]) });
        Self::of_columns(&columns.collect::<Vec<_>>(), watch, most_blocks)
    }

    pub(crate) fn of_columns(columns: &[RowColumn], watch: W, most_blocks: usize) -> Self {
        let columns = columns
            .iter()
            .map(|column| ColumnBuilder {
                name: column.name.clone(),
                stated: column.ty,
                fits: Fits::ALL,
                seen: 0,
                tokens: 0,
                empty: 0,
                longest: 0,
                sketch: ValueSketch::default(),
                min: f64::INFINITY,
                max: f64::NEG_INFINITY,
                few: Some(<(Dictionary, Vec<u64>)>::default()),
            })
            .collect();
        let (blocks, last) = (BTreeMap::new(), (u64::MAX, 0));
        Self { columns, watch, blocks, most_blocks, last, numbers: Vec::new(), piece: None }
    }

    /// Also keeps the numbers of each piece's cells, as those of dictionary `number`.
    pub(crate) fn keeping(mut self, number: usize) -> Self {
        self.piece = Some(PieceNumbers::new(number));
        self
    }

    /// Keeps no numbers any more.
    pub(crate) fn forget_numbers(&mut self) {
        self.piece = None;
    }

    /// The numbers of the piece that was seen, where they were kept.
    pub(crate) fn take_numbers(&mut self) -> Option<PieceNumbers> {
        self.piece.as_mut().map(PieceNumbers::take)
    }

    /// The cells that the numbers stand for.
    pub(crate) fn dictionaries(&self) -> Option<Dictionaries> {
        let cells = |c: &ColumnBuilder| Some(c.few.as_ref()?.0.cells().to_vec());
        let number = self.piece.as_ref()?.dictionary();
        Some((number, self.columns.iter().map(cells).collect::<Option<_>>()?))
    }

    /// Takes in the rows of a piece; `at` is the piece's number. Parts of one piece come one after
    /// the other.
    pub(crate) fn see(&mut self, at: u64, raw: &RawBatch) {
        match raw {
            RawBatch::Text(fields) => {
                for from in (0..fields.rows()).step_by(ROWS_AT_ONCE) {
                    let rows = from..(from + ROWS_AT_ONCE).min(fields.rows());
                    for (index, column) in self.columns.iter_mut().enumerate() {
                        let watch = &mut Show { watch: &mut self.watch, index };
                        let cells = column.see_rows(fields, rows.clone(), &mut self.numbers, watch);
                        match (cells, &mut self.piece) {
                            (Some(cells), Some(piece)) => piece.push(&self.numbers, cells),
                            _ => self.piece = None,
                        }
                    }
                }
                self.piece.iter_mut().for_each(|piece| piece.add_rows(fields.rows()));
            }
            RawBatch::Arrow(walked) => {
                self.piece = None;
                // A profile reads every column, so that a column stands at its place.
                let mut lists = walked.lists.iter().peekable();
                for (index, column) in self.columns.iter_mut().enumerate() {
                    let watch = &mut Show { watch: &mut self.watch, index };
                    match lists.next_if(|items| items.column == index) {
                        None => column.see_array(walked.rows.columns().get(index), watch),
                        Some(items) => {
                            column.empty += items.empty;
                            column.see_array(Some(&items.values), watch);
                        }
                    }
                }
            }
        }
        let rows = raw.rows();
        let first = if self.last.0 == at { self.last.1 } else { 0 };
        self.last = (at, first + rows.div_ceil(BLOCK_ROWS) as u32);
        for (block, start) in (first..).zip((0..rows).step_by(BLOCK_ROWS)) {
            // Blocks are ranked by a hash of their place, so that the sample does not depend on
            // the number of threads.
            let rank = mix(mix(at + 1) ^ u64::from(block) ^ ((rows as u64) << 32));
            let key = (rank, at, block);
            let full = self.blocks.len() >= self.most_blocks;
            if full && self.blocks.last_key_value().is_some_and(|(last, _)| key > *last) {
                continue;
            }
            let end = (start + BLOCK_ROWS).min(rows);
            // The new block is written over the one that gives way to it.
            let spare = if full { self.blocks.pop_last().map(|(_, block)| block) } else { None };
            if let Some(batch) = self.block(raw, start..end, spare) {
                self.blocks.insert(key, batch);
            }
        }
    }

    /// Some rows, written over a block that is done with.
    fn block(&self, raw: &RawBatch, rows: Range<usize>, spare: Option<Block>) -> Option<Block> {
        let batch = match (raw, spare) {
            (RawBatch::Text(fields), Some(Block::Text(spare))) => {
                return Some(Block::Text(fields.slice(rows, spare)));
            }
            (RawBatch::Text(fields), _) => {
                return Some(Block::Text(fields.slice(rows, Fields::default())));
            }
            (RawBatch::Arrow(walked), _) => &walked.rows,
        };
        let text = |(column, array): (&ColumnBuilder, &ArrayRef)| -> Option<ArrayRef> {
            let array = array.slice(rows.start, rows.len());
            let array = cast(&array, column.stated?)?;
            let mut builder = StringBuilder::new();
            for_texts(&array, |value| builder.append_value(value.unwrap_or("")));
            Some(Arc::new(builder.finish()))
        };
        let arrays: Option<Vec<ArrayRef>> =
            self.columns.iter().zip(batch.columns()).map(text).collect();
        let fields = self.columns.iter().map(|c| Field::new(&c.name, DataType::Utf8, true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        RecordBatch::try_new(schema, arrays?).ok().map(Block::Arrow)
    }

    /// Takes in what another builder saw. Both watches stay with what they were shown; the other's
    /// is given back.
    pub(crate) fn merge(&mut self, mut other: Self) -> W {
        for (index, (column, other_column)) in
            self.columns.iter_mut().zip(other.columns).enumerate()
        {
            let own = &mut Show { watch: &mut self.watch, index };
            column.merge(other_column, own, &mut Show { watch: &mut other.watch, index });
        }
        self.blocks.extend(other.blocks);
        while self.blocks.len() > self.most_blocks {
            self.blocks.pop_last();
        }
        other.watch
    }

    /// The profile and the watch; `None` if the sample cannot be put together, which would be a bug.
    pub(crate) fn finish(mut self, rows: u64) -> Option<(Profile, W)> {
        let watch = &mut self.watch;
        let finish =
            |(index, column): (usize, ColumnBuilder)| column.finish(&mut Show { watch, index });
        let columns: Vec<ColumnProfile> =
            self.columns.into_iter().enumerate().map(finish).collect();
        let mut blocks: Vec<((u64, u32), Block)> =
            self.blocks.into_iter().map(|((_, at, block), rows)| ((at, block), rows)).collect();
        blocks.sort_by_key(|(place, _)| *place);
        let fields = columns.iter().map(|c| Field::new(&c.name, physical(c.ty), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let arrays = columns.iter().enumerate().map(|(at, profile)| {
            let mut misfits = 0;
            let cells = blocks.iter().flat_map(|(_, block)| block.column(at));
            column(profile.ty, cells, &mut misfits)
        });
        let n_rows = blocks.iter().map(|(_, block)| block.rows()).sum();
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        let sample = RecordBatch::try_new_with_options(schema, arrays.collect(), &options).ok()?;
        Some((Profile { rows, columns, sample }, self.watch))
    }
}

/// A watch on one column.
struct Show<'a, W> {
    watch: &'a mut W,
    index: usize,
}

impl<W: Watch> Show<'_, W> {
    fn see(&mut self, cell: &str, rows: u64) {
        self.watch.see(self.index, cell, rows);
    }

    fn see_many(&mut self, cells: &[(&str, u64)]) {
        self.watch.see_many(self.index, cells);
    }
}

impl ColumnBuilder {
    /// Takes in the cells of some rows. While there are few different ones they are only counted;
    /// then `numbers` are theirs, and how many cells are numbered is given back.
    fn see_rows(
        &mut self,
        fields: &Fields,
        rows: Range<usize>,
        numbers: &mut Vec<u16>,
        watch: &mut Show<'_, impl Watch>,
    ) -> Option<usize> {
        let index = watch.index;
        if let Some((dictionary, counts)) = &mut self.few {
            numbers.clear();
            let all = dictionary.number(fields, index, rows.clone(), numbers);
            counts.resize(dictionary.cells().len(), 0);
            if all {
                numbers.iter().for_each(|number| counts[usize::from(*number)] += 1);
                return Some(counts.len());
            }
        }
        self.see_few(watch);
        self.see_all(fields.cells(index, rows), watch);
        None
    }

    /// Takes in the cells that were counted by number, and numbers no more.
    fn see_few(&mut self, watch: &mut Show<'_, impl Watch>) {
        if let Some((dictionary, counts)) = self.few.take() {
            let cells = dictionary.cells().iter().map(|cell| &**cell);
            self.see_runs(cells.zip(counts).filter(|(_, rows)| *rows > 0).collect(), watch);
        }
    }

    /// Takes in cells, top to bottom. Runs of one value, which are frequent where rows of one
    /// person stand together, are looked at once.
    fn see_all<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a str>,
        watch: &mut Show<'_, impl Watch>,
    ) {
        let mut runs: Vec<(&str, u64)> = Vec::with_capacity(ROWS_AT_ONCE);
        for cell in cells {
            match runs.last_mut() {
                Some((last, rows)) if *last == cell => *rows += 1,
                _ => runs.push((cell, 1)),
            }
        }
        self.see_runs(runs, watch);
    }

    /// Takes in cells, each with the number of its rows. One thing is done with all of them before
    /// the next, so that what it needs of memory stays near, and cells do not wait for each other.
    fn see_runs(&mut self, mut runs: Vec<(&str, u64)>, watch: &mut Show<'_, impl Watch>) {
        for (cell, rows) in &runs {
            self.see(cell, *rows);
        }
        runs.retain(|(cell, _)| !cell.is_empty());
        self.sketch.see_many(&runs);
        watch.see_many(&runs);
    }

    /// Notes whether there is a value, and of which types it could be.
    fn see(&mut self, cell: &str, rows: u64) {
        if cell.is_empty() {
            self.empty += rows;
            return;
        }
        let trimmed = trimmed(cell);
        if is_missing(trimmed) {
            self.tokens += rows;
        } else {
            self.seen += rows;
            if let Some(number) = self.fits.see(trimmed) {
                self.min = self.min.min(number);
                self.max = self.max.max(number);
            }
        }
        self.longest = self.longest.max(cell.len());
    }

    fn see_array(&mut self, array: Option<&ArrayRef>, watch: &mut Show<'_, impl Watch>) {
        let Some(array) = array.and_then(|a| cast(a, self.stated?)) else { return };
        for_numbers(&array, |number| {
            if let Some(number) = number {
                self.min = self.min.min(number);
                self.max = self.max.max(number);
            }
        });
        for_texts(&array, |value| match value {
            None | Some("") => self.empty += 1,
            Some(text) => {
                self.seen += 1;
                watch.see(text, 1);
                self.longest = self.longest.max(text.len());
                self.sketch.see(text, 1);
            }
        });
    }

    fn merge<W: Watch>(&mut self, mut other: Self, own: &mut Show<'_, W>, its: &mut Show<'_, W>) {
        self.see_few(own);
        other.see_few(its);
        self.fits = self.fits.and(other.fits);
        self.seen += other.seen;
        self.tokens += other.tokens;
        self.empty += other.empty;
        self.longest = self.longest.max(other.longest);
        self.sketch.merge(other.sketch);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    fn finish(mut self, watch: &mut Show<'_, impl Watch>) -> ColumnProfile {
        self.see_few(watch);
        let ty = self.stated.unwrap_or_else(|| self.fits.column_type(self.seen));
        let is_text = ty == ColumnType::Text;
        let nulls = self.empty + if is_text { 0 } else { self.tokens };
        let (texts, distinct, exact) = self.sketch.finish();
        let mut merged: BTreeMap<String, (Option<f64>, u64)> = BTreeMap::new();
        let sampled = texts.len();
        for (text, count) in texts {
            if let Some(text) = canonical(ty, &text) {
                let number = number_of_text(ty, &text);
                merged.entry(text).or_insert((number, 0)).1 += count;
            }
        }
        let mut values: Vec<ValueCount> = merged
            .into_iter()
            .map(|(text, (number, count))| ValueCount { value: Redacted::new(text), number, count })
            .collect();
        if ty.is_ordered() {
            values.sort_by(|a, b| a.number.partial_cmp(&b.number).unwrap_or(Ordering::Equal));
        }
        // Several spellings of one number, and cells without a value, were counted as values.
        let distinct = match (exact, sampled) {
            (true, _) | (_, 0) => values.len() as u64,
            _ => distinct * values.len() as u64 / sampled as u64,
        };
        let numbers = values.iter().filter_map(|v| v.number);
        // Numbers were compared one by one; of dates and times only the sketch is at hand.
        let numeric = matches!(ty, ColumnType::Integer | ColumnType::Float);
        let seen = if numeric || self.stated.is_some() {
            (self.min, self.max)
        } else {
            (f64::INFINITY, f64::NEG_INFINITY)
        };
        let min = numbers.clone().fold(seen.0, f64::min);
        let max = numbers.fold(seen.1, f64::max);
        ColumnProfile {
            name: self.name,
            ty,
            nulls,
            distinct,
            distinct_exact: exact,
            values,
            min: Some(min).filter(|v| v.is_finite()),
            max: Some(max).filter(|v| v.is_finite()),
            longest: self.longest,
        }
    }
}
