//! What one pass over a table shows of its columns.

use arrow_array::RecordBatch;
use weir_types::{ColumnType, Redacted};

/// Most distinct values of a column that are counted exactly and can be coded one by one.
pub const EXACT_VALUES: usize = 4096;

/// Rows of the row sample, at most.
pub const SAMPLE_ROWS: usize = 65_536;

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
    /// Least value as a number (see [`ColumnProfile::number`]); none for text and booleans.
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
