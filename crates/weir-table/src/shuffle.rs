//! Putting rows in an order that tells nothing.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, UInt32Array};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;

use crate::counting::spill_tag;
use crate::error::TableError;
use crate::limits::Limits;
use crate::sketch::mix;

/// Puts rows of a batch in an order drawn from `seed` and the place of the batch (Fisher and
/// Yates 1938; the draws are Durstenfeld's, from a hash of a running number).
///
/// Neighbours in the source are no neighbours any more, but a row stays in its batch: enough
/// where the rows of a person are tied by a token anyway, and households must not show.
pub fn within_batch(rows: &mut [u32], seed: u64, place: (u64, u32)) {
    let start = mix(seed ^ mix(place.0.wrapping_add(1)) ^ u64::from(place.1).rotate_left(32));
    for last in (1..rows.len()).rev() {
        // A number of 64 bits scaled down favours no place by more than 1 in 2^32.
        let drawn = u128::from(mix(start.wrapping_add(last as u64)));
        rows.swap(last, ((drawn * (last as u128 + 1)) >> 64) as usize);
    }
}

/// Rows of a batch in an order.
pub(crate) fn reordered(rows: &RecordBatch, order: Vec<u32>) -> Result<RecordBatch, ArrowError> {
    take_record_batch(rows, &UInt32Array::from(order))
}

/// All rows of a table in an order drawn from a seed: by way of disk, in bounded memory.
///
/// For tables in which the rows of a person must not be tied by standing side by side.
pub struct Shuffle {
    schema: SchemaRef,
    seed: u64,
    next_row: u64,
    buckets: Vec<(PathBuf, StreamWriter<BufWriter<File>>)>,
}

impl std::fmt::Debug for Shuffle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shuffle").field("buckets", &self.buckets.len()).finish_non_exhaustive()
    }
}

impl Shuffle {
    /// A shuffle of about `bytes` bytes of rows.
    ///
    /// # Errors
    ///
    /// The folder for temporary files cannot be written.
    pub fn new(
        schema: &SchemaRef,
        bytes: u64,
        seed: u64,
        limits: &Limits,
    ) -> Result<Self, TableError> {
        let share = (limits.memory_bytes as u64 / 8).max(1);
        let n = (bytes / share + 1).min(256);
        let dir = &limits.spill_dir;
        limits.make_spill_dir()?;
        let mut buckets = Vec::new();
        for _ in 0..n {
            let path = dir.join(format!("rows-{}.arrow", spill_tag()));
            let file = File::create_new(&path).map_err(|e| TableError::write(&path, e))?;
            let writer = StreamWriter::try_new(BufWriter::new(file), schema);
            buckets.push((path.clone(), writer.map_err(|e| arrow_error(&path, e))?));
        }
        Ok(Self { schema: Arc::clone(schema), seed, next_row: 0, buckets })
    }

    /// Adds rows.
    ///
    /// # Errors
    ///
    /// The disk is full.
    pub fn add(&mut self, rows: &RecordBatch) -> Result<(), TableError> {
        let n = self.buckets.len() as u64;
        let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); self.buckets.len()];
        for row in 0..u32::try_from(rows.num_rows()).unwrap_or(u32::MAX) {
            let drawn = mix(self.seed ^ mix(self.next_row.wrapping_add(0x51ed)));
            self.next_row += 1;
            rows_of[(drawn % n) as usize].push(row);
        }
        for ((path, writer), chosen) in self.buckets.iter_mut().zip(rows_of) {
            if !chosen.is_empty() {
                let part = take_record_batch(rows, &UInt32Array::from(chosen));
                let written = part.and_then(|part| writer.write(&part));
                written.map_err(|e| arrow_error(path, e))?;
            }
        }
        Ok(())
    }

    /// Hands out the rows, a bucket at a time.
    ///
    /// # Errors
    ///
    /// What `each` returns, or a temporary file that cannot be read.
    pub fn finish(
        self,
        mut each: impl FnMut(RecordBatch) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        for (number, (path, mut writer)) in (0_u64..).zip(self.buckets) {
            writer.finish().map_err(|e| arrow_error(&path, e))?;
            drop(writer);
            let rows = read_bucket(&path, &self.schema)?;
            fs::remove_file(&path).map_err(|e| TableError::write(&path, e))?;
            let mut order: Vec<u32> =
                (0..u32::try_from(rows.num_rows()).unwrap_or(u32::MAX)).collect();
            within_batch(&mut order, self.seed ^ 0xb10c, (number, 0));
            let mixed = reordered(&rows, order).map_err(|e| arrow_error(&path, e))?;
            drop(rows);
            each(mixed)?;
        }
        Ok(())
    }
}

fn read_bucket(path: &Path, schema: &SchemaRef) -> Result<RecordBatch, TableError> {
    let file = File::open(path).map_err(|e| TableError::read(path, e))?;
    let batches = StreamReader::try_new(BufReader::new(file), None)
        .and_then(|reader| reader.collect::<Result<Vec<_>, _>>())
        .map_err(|e| arrow_error(path, e))?;
    concat_batches(schema, &batches).map_err(|e| arrow_error(path, e))
}

fn arrow_error(path: &Path, error: ArrowError) -> TableError {
    let source = match error {
        ArrowError::IoError(_, source) => source,
        other => std::io::Error::other(other.to_string()),
    };
    TableError::write(path, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chi-square test of 24 orders of four rows over 24,000 seeds, at 1 in 10^6 (23 degrees of
    /// freedom: 73.0), if hashes of different seeds are independent. The seeds are fixed.
    #[test]
    fn all_orders_are_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for seed in 0..24_000 {
            let mut rows = [0, 1, 2, 3];
            within_batch(&mut rows, mix(seed), (seed % 7, 0));
            *counts.entry(rows).or_insert(0.0) += 1.0_f64;
        }
        let chi_square: f64 = counts.values().map(|n| (n - 1000.0).powi(2) / 1000.0).sum();
        assert!(counts.len() == 24 && chi_square < 73.0, "{chi_square}");
    }
}
