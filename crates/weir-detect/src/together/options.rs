//! How far columns are looked at together.

use std::num::NonZeroUsize;

use weir_table::Limits;

/// Bounds and thresholds. Every field may be changed.
#[derive(Clone, Debug)]
pub struct Options {
    /// Share of the people, 0 to 1, that a set of columns has to single out to be named.
    pub least_share: f64,
    /// Most columns of a set that singles people out.
    pub most_in_set: usize,
    /// Most columns of a key.
    pub most_in_key: usize,
    /// Share of different rows from which columns are a near-key.
    pub near_key: f64,
    /// Share of the rows, 0 to 1, that may go against a dependency.
    pub most_violations: f64,
    /// Columns that are looked at; further ones are left out, which the result says.
    pub most_columns: usize,
    /// Bytes of coded rows. A larger table is looked at in a sample, which the result says.
    pub memory_bytes: usize,
    /// Bound on the work of each search, in rows that are looked at: the same on every machine.
    /// Where it is hit the result says which sets were not looked at.
    pub work: u64,
    /// Worker threads. The result does not depend on it.
    pub threads: NonZeroUsize,
}

impl Options {
    /// The usual ones: sets of up to five columns that single out 5 % of the people, half of the
    /// memory, some seconds.
    pub fn new(limits: &Limits) -> Self {
        Self {
            least_share: 0.05,
            most_in_set: 5,
            most_in_key: 3,
            near_key: 0.95,
            most_violations: 0.02,
            most_columns: 64,
            memory_bytes: limits.memory_bytes / 2,
            work: 2_000_000_000,
            threads: limits.threads,
        }
    }
}
