//! The histogram: all that decisions see of a table.

use crate::records::Records;

/// Distinct tuples of coded values, and the records that people have over them.
///
/// Column `c` here is the `c`-th coded column, not a column of the source.
#[derive(Clone, Debug)]
pub struct Histogram {
    n_codes: Vec<usize>,
    codes: Vec<Vec<u16>>,
    records: Records,
}

impl Histogram {
    /// Builds from columns of codes (`codes[column][tuple]`, each below `n_codes[column]`) and
    /// the records over these tuples.
    pub fn new(n_codes: Vec<usize>, codes: Vec<Vec<u16>>, records: Records) -> Self {
        debug_assert!(codes.iter().all(|c| c.len() == records.n_tuples()));
        Self { n_codes, codes, records }
    }

    /// Number of coded columns.
    pub fn n_columns(&self) -> usize {
        self.n_codes.len()
    }

    /// Number of codes of a column, the null code (the last) among them.
    pub fn n_codes(&self, column: usize) -> usize {
        self.n_codes[column]
    }

    /// Number of distinct tuples.
    pub fn n_tuples(&self) -> usize {
        self.records.n_tuples()
    }

    /// The codes of a column, one per tuple.
    pub fn codes(&self, column: usize) -> &[u16] {
        &self.codes[column]
    }

    /// Who has which tuples.
    pub fn records(&self) -> &Records {
        &self.records
    }
}
