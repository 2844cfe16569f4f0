//! Tables whose rows come from elsewhere than files, such as a database.
//!
//! The caller fills [`Rows`] with the cells as text and sends them; they are looked at on all
//! cores, as those of a file are.

use std::ops::Range;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use weir_types::ColumnType;

use crate::clusters::Clusters;
use crate::encoding::Mended;
use crate::limits::Limits;
use crate::pipeline;
use crate::profile::{BLOCKS, ProfileBuilder, Watch};
use crate::sample::{Looked, Sampled};
use crate::source::RawBatch;
use crate::table::lock;
use crate::text::Fields;
use crate::types::{column, physical};

/// A column of such a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowColumn {
    /// Its name.
    pub name: String,
    /// Its type where its origin says one that counts; else it is found, as that of a CSV file is.
    pub ty: Option<ColumnType>,
}

/// Some rows of cells.
#[derive(Debug)]
pub struct Rows {
    fields: Fields,
    full: usize,
    /// Rows at which blocks of the sample end.
    ends: Vec<usize>,
}

impl Rows {
    /// No rows yet.
    pub fn new(n_columns: usize, limits: &Limits) -> Self {
        let full = limits.chunk_bytes();
        Self { fields: Fields::empty(n_columns), full, ends: Vec::new() }
    }

    /// Adds the next cell of the row; a cell of no characters is one without a value. Rows are
    /// complete when each column has its cell.
    pub fn push(&mut self, cell: &str) {
        self.fields.push(cell);
    }

    /// Ends a block of rows that were drawn together, where the rows are a sample.
    pub fn end_block(&mut self) {
        let rows = self.fields.rows();
        if self.ends.last().copied().unwrap_or(0) < rows {
            self.ends.push(rows);
        }
    }

    /// Whether it is time to send them.
    pub fn is_full(&self) -> bool {
        self.holds(1)
    }

    /// Whether they are so many times as much as should be sent at once.
    pub fn holds(&self, times: usize) -> bool {
        const BYTES_PER_CELL: usize = 8;
        let cells = self.fields.rows() * self.fields.columns();
        self.fields.text().len() + cells * BYTES_PER_CELL >= self.full.saturating_mul(times)
    }

    /// Whether a block ends with the last row, or there is no row.
    pub fn is_at_block_end(&self) -> bool {
        self.ends.last().copied().unwrap_or(0) == self.fields.rows()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.fields.rows() == 0
    }

    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| start..*end)
    }
}

/// How rows that are a sample were drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Of the generator that drew them.
    pub seed: u64,
    /// What they are a part of.
    pub of: Whole,
}

/// How much there is of what a sample was drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whole {
    /// So many rows.
    Rows(u64),
    /// Each block was drawn with this chance, between 0 and 1; how many rows there are follows.
    Chance(f64),
}

/// Takes some rows; says whether more are wanted.
pub type SendRows<'a> = dyn FnMut(Rows) -> bool + 'a;

/// Looks at a table once, on all cores, as [`crate::Source::look`] does at files. A table without
/// rows is one.
///
/// `read` sends the rows, in an order that is the same each time; `drawn` says how they were drawn
/// where they are a sample. `progress` is told the rows read so far.
///
/// # Errors
///
/// What `read` returns.
pub fn look_at_rows<W: Watch, E: Send>(
    columns: &[RowColumn],
    drawn: Option<Drawn>,
    limits: &Limits,
    progress: &(dyn Fn(u64) + Sync),
    watch: &(dyn Fn() -> W + Sync),
    read: impl FnOnce(&mut SendRows<'_>) -> Result<(), E> + Send,
) -> Result<Looked<W>, E> {
    let fresh =
        || (ProfileBuilder::of_columns(columns, watch(), BLOCKS), Clusters::new(columns.len()));
    let idle = Mutex::new(Vec::new());
    let next = AtomicU64::new(0);
    let work = |(at, rows): (u64, Rows)| {
        let (mut builder, mut clusters) = lock(&idle).pop().unwrap_or_else(fresh);
        if drawn.is_some() {
            for block in rows.blocks() {
                clusters.see(&RawBatch::Text(rows.fields.slice(block, Fields::default())));
            }
        }
        let raw = RawBatch::Text(rows.fields);
        builder.see(at, &raw);
        lock(&idle).push((builder, clusters));
        Ok(raw.rows() as u64)
    };
    let mut rows = 0;
    let make = |send: &mut dyn FnMut((u64, Rows)) -> bool| {
        read(&mut |rows| send((next.fetch_add(1, Ordering::Relaxed), rows)))
    };
    pipeline::run(limits.threads, make, work, |n| {
        rows += n;
        progress(rows);
        Ok(())
    })?;
    let mut parts = idle.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (mut builder, mut clusters) = parts.pop().unwrap_or_else(fresh);
    let mut watches = Vec::new();
    for (other, others) in parts {
        watches.push(builder.merge(other));
        clusters.merge(&others);
    }
    let (profile, watch) = builder.finish(rows).expect("columns of one builder have one length");
    watches.push(watch);
    let sampled = drawn.map(|Drawn { seed, of }| {
        let of_rows = match of {
            Whole::Rows(rows) => (rows, true),
            Whole::Chance(chance) => (scaled(rows, chance), false),
        };
        Sampled::of_blocks(seed, &clusters, rows, of_rows)
    });
    Ok(Looked { profile, table: None, mended: Mended::default(), sampled, watches })
}

/// Reads a table again, as batches with every column in its [`physical`] type: `map` on all
/// cores, `take` in order.
///
/// A cell that is none of its type's has no value.
///
/// # Errors
///
/// What `read` returns.
pub fn scan_rows<Out: Send, E: Send>(
    columns: &[(String, ColumnType)],
    limits: &Limits,
    read: impl FnOnce(&mut SendRows<'_>) -> Result<(), E> + Send,
    map: impl Fn(RecordBatch) -> Out + Sync,
    mut take: impl FnMut(Out),
) -> Result<(), E> {
    let fields = columns.iter().map(|(name, ty)| Field::new(name, physical(*ty), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let typed = |rows: &Rows| {
        let mut misfits = 0;
        let arrays = columns.iter().enumerate();
        let arrays =
            arrays.map(|(at, (_, ty))| column(*ty, rows.fields.column(at), &mut misfits)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.fields.rows()));
        RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .expect("arrays are of the types of the schema and of one length")
    };
    pipeline::run(
        limits.threads,
        read,
        |rows| Ok(map(typed(&rows))),
        |out| {
            take(out);
            Ok(())
        },
    )
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
fn scaled(rows: u64, chance: f64) -> u64 {
    (rows as f64 / chance).round() as u64
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::profile::NoWatch;

    fn columns() -> Vec<RowColumn> {
        let column = |name: &str, ty| RowColumn { name: name.to_owned(), ty };
        vec![column("n", None), column("day", Some(ColumnType::Date)), column("code", None)]
    }

    fn limits() -> Limits {
        Limits { memory_bytes: 64 << 20, ..Limits::new(PathBuf::new()) }
    }

    /// Rows of three cells, sent in many parts.
    fn send(rows: u64, block: u64, send: &mut SendRows<'_>) -> Result<(), &'static str> {
        let limits = limits();
        let mut part = Rows::new(3, &limits);
        for row in 0..rows {
            part.push(&row.to_string());
            part.push(if row == 7 { "infinity" } else { "2024-02-29" });
            part.push(if row % 2 == 0 { "" } else { "007" });
            if (row + 1) % block == 0 {
                part.end_block();
            }
            if part.is_full() && !send(std::mem::replace(&mut part, Rows::new(3, &limits))) {
                return Ok(());
            }
        }
        part.end_block();
        send(part);
        Ok(())
    }

    #[test]
    fn every_row_is_looked_at_and_stated_types_count() {
        let look = |rows| {
            let read = |to: &mut SendRows<'_>| send(rows, 64, to);
            look_at_rows(&columns(), None, &limits(), &|_| {}, &|| NoWatch, read).unwrap()
        };
        let looked = look(200_000);
        assert_eq!((looked.profile.rows, looked.sampled), (200_000, None));
        let [n, day, code] = looked.profile.columns.as_slice() else { panic!() };
        assert_eq!(
            (n.ty, day.ty, code.ty),
            (ColumnType::Integer, ColumnType::Date, ColumnType::Text)
        );
        assert_eq!((n.max, day.distinct, code.nulls), (Some(199_999.0), 1, 100_000));
        let none = look(0).profile;
        assert_eq!((none.rows, none.columns.len(), none.sample.num_rows()), (0, 3, 0));
    }

    #[test]
    fn a_sample_states_what_it_is_worth() {
        let look = |of| {
            let drawn = Some(Drawn { seed: 9, of });
            let read = |to: &mut SendRows<'_>| send(10_000, 100, to);
            look_at_rows(&columns(), drawn, &limits(), &|_| {}, &|| NoWatch, read).unwrap().sampled
        };
        let by_chance = look(Whole::Chance(0.25)).unwrap();
        assert_eq!((by_chance.rows, by_chance.of_rows, by_chance.blocks), (10_000, 40_000, 100));
        assert!(!by_chance.of_rows_exact && by_chance.seed == 9);
        // Sorted numbers: their length differs from block to block.
        assert!(by_chance.errors[0] > 0.01 && by_chance.errors[0] < 0.2, "{by_chance:?}");
        assert!(by_chance.errors[2] < 1e-6, "each block has as many empty cells");
        let counted = look(Whole::Rows(10_000)).unwrap();
        assert_eq!((counted.of_rows_exact, counted.errors[0]), (true, 0.0));
    }

    #[test]
    fn an_error_ends_the_reading_and_rows_come_again_typed() {
        let read = |to: &mut SendRows<'_>| {
            send(5_000, 64, to)?;
            Err("lost")
        };
        let failed = look_at_rows(&columns(), None, &limits(), &|_| {}, &|| NoWatch, read);
        assert_eq!(failed.err(), Some("lost"));
        let types = [ColumnType::Integer, ColumnType::Date, ColumnType::Text];
        let columns: Vec<_> = columns().into_iter().map(|c| c.name).zip(types).collect();
        let mut rows = 0;
        let map = |batch: RecordBatch| (batch.num_rows(), batch.column(1).null_count());
        let mut nulls = 0;
        scan_rows(
            &columns,
            &limits(),
            |to| send(5_000, 64, to),
            map,
            |(n, none)| {
                rows += n;
                nulls += none;
            },
        )
        .unwrap();
        assert_eq!((rows, nulls), (5_000, 1));
    }
}
