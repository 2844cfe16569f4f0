//! Tables as streams of Arrow batches: read, profiled, coded, counted, written.
//!
//! What this crate guarantees: a scan gives every row once, in the order of the files, whatever
//! the number of threads; memory is bounded by [`Limits`]; no error holds a cell value.
//! What it does not know: law, people, purposes. A "person" here is a hash of a column.

pub mod codebook;
pub mod error;
pub mod histogram;
pub mod profile;
pub mod records;

pub use codebook::{Codebook, CodedColumn};
pub use error::TableError;
pub use histogram::Histogram;
pub use profile::{ColumnProfile, Profile, ValueCount};
pub use records::{PersonIndex, Records};
