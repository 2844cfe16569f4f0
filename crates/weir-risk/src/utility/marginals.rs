//! The values of single columns, and how many rows have each.

use arrow_array::{Array, StringArray};
use weir_table::{Limits, Table, TableError};

use crate::attack::side::Dictionary;

/// One column: its values, and rows by value. Memory follows the different values.
#[derive(Debug)]
pub(super) struct Marginals {
    /// Text by code; code 0 is "no value".
    pub(super) texts: Vec<Box<str>>,
    /// Rows by code.
    pub(super) rows: Vec<u64>,
}

impl Marginals {
    /// Reads columns of a table in one pass.
    pub(super) fn read(
        table: &Table,
        columns: &[String],
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<Self>, TableError> {
        let mut wanted = Vec::with_capacity(columns.len());
        for column in columns {
            wanted.push(table.source().index_of(column)?);
        }
        let mut found: Vec<(Dictionary, Vec<u64>)> =
            columns.iter().map(|_| (Dictionary::new(), vec![0])).collect();
        table.scan_texts(&wanted, limits, progress, |batch: Vec<StringArray>| {
            for (texts, (dictionary, rows)) in batch.iter().zip(&mut found) {
                for text in texts {
                    let code = text.map_or(0, |text| dictionary.code(text)) as usize;
                    if code == rows.len() {
                        rows.push(0);
                    }
                    rows[code] += 1;
                }
                debug_assert_eq!(texts.len(), batch[0].len(), "columns are of one length");
            }
            Ok::<_, TableError>(())
        })?;
        Ok(found.into_iter().map(|(d, rows)| Self { texts: d.texts, rows }).collect())
    }

    /// All rows.
    pub(super) fn n_rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// Rows without a value.
    pub(super) fn missing(&self) -> u64 {
        self.rows.first().copied().unwrap_or(0)
    }

    /// The values that occur: code and rows.
    pub(super) fn values(&self) -> impl Iterator<Item = (usize, u64)> {
        self.rows.iter().copied().enumerate().skip(1)
    }
}
