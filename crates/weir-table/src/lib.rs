//! Tables as streams of Arrow batches: read, profiled, coded, counted, written.
//!
//! What this crate guarantees: a scan gives every row once, in the order of the files, whatever
//! the number of threads; memory is bounded by [`Limits`]; no error holds a cell value.
//! What it does not know: law, people, purposes. A "person" here is a hash of a column.

pub mod cells;
mod class_values;
pub mod classes;
mod clusters;
pub mod codebook;
pub mod counting;
mod csv_rows;
mod dictionary;
pub mod digest;
mod encoding;
pub mod error;
pub mod histogram;
pub mod limits;
mod numbered_copy;
mod packed;
pub mod parallel;
mod parquet;
mod pipeline;
pub mod places;
pub mod profile;
pub mod read_back;
mod record_ends;
pub mod records;
pub mod rows;
pub mod sample;
pub mod shuffle;
mod sketch;
pub mod source;
mod spill;
pub mod table;
mod text;
mod texts;
mod types;
mod workbook;
pub mod write;

pub use cells::{CellBatch, Cells};
pub use class_values::ClassValues;
pub use classes::{ClassCounts, Classes};
pub use codebook::{Codebook, CodedColumn, Key, Keys};
pub use counting::{CodedRows, HistogramBuilder, TupleCoder, hash_people};
pub use encoding::Mended;
pub use error::TableError;
pub use histogram::Histogram;
pub use limits::Limits;
pub use places::{Place, PlaceKind, Places};
pub use profile::{ColumnProfile, NoWatch, Profile, ValueCount, Watch};
pub use read_back::{Beside, PeopleBy, ReadBack, Weigh, read_back, read_back_with};
pub use records::{PersonIndex, Records};
pub use sample::{Amount, Looked, Sampled};
pub use sketch::{chain, hash_text, mix};
pub use source::{Reading, Source, SourceOptions, is_address};
pub use table::{Batch, Table};
pub use types::{for_texts, physical};
pub use write::{Encoded, Encoder, TableWriter};
