//! Scans that give every cell as text.

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;

use crate::error::TableError;
use crate::limits::Limits;
use crate::table::Table;
use crate::types::for_texts;

impl Table {
    /// Reads the wanted columns once, each cell as the canonical text of its value (see
    /// [`crate::ValueCount::value`]); `take` gets the batches in order.
    ///
    /// `progress` is told the rows read so far.
    ///
    /// # Errors
    ///
    /// As [`Table::scan`].
    pub fn scan_texts<E>(
        &self,
        columns: &[usize],
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        take: impl FnMut(Vec<StringArray>) -> Result<(), E>,
    ) -> Result<(), E>
    where
        E: From<TableError> + Send,
    {
        let map = |batch: crate::Batch| Ok(batch.rows.columns().iter().map(texts).collect());
        self.scan(columns, limits, progress, map, take)
    }
}

fn texts(array: &ArrayRef) -> StringArray {
    if *array.data_type() == DataType::Utf8 {
        return array.as_string::<i32>().clone();
    }
    let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 8);
    for_texts(array, |text| builder.append_option(text));
    builder.finish()
}
