//! Rows whose columns are numbered by their different cells, where these are few.
//!
//! Most of what is done with a cell depends on nothing else: its code, its released text, its
//! hash. So it is worked out once for each different cell, and a row costs a look into a table.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::SchemaRef;
use arrow_select::take::take;
use weir_types::ColumnType;

use crate::dictionary::{Dictionary, ROWS_AT_ONCE};
use crate::error::TableError;
use crate::limits::Limits;
use crate::numbered_copy::{Group, NumberedCopy};
use crate::pipeline;
use crate::source::{RawBatch, Spare};
use crate::table::{Batch, Table, lock};
use crate::text::Fields;
use crate::types::column;

/// Rows of a scan by their cells.
#[derive(Debug)]
pub struct CellBatch<'a> {
    /// Place of the batch in the scan: piece of the source, then batch within it.
    pub place: (u64, u32),
    /// The schema of the columns when every cell is written out.
    pub schema: SchemaRef,
    /// Number of rows.
    pub rows: usize,
    /// The wanted columns, in the order they were asked for.
    pub columns: Vec<Cells<'a>>,
}

/// The cells of a column, each in the [`crate::physical`] type of the column.
#[derive(Clone, Debug)]
pub enum Cells<'a> {
    /// Row `r` has the cell `values[numbers[r]]`. Some of the values may have no row.
    Few {
        /// Different cells; two of them may have the same value.
        values: ArrayRef,
        /// By row.
        numbers: &'a [u16],
    },
    /// One by one.
    Many(ArrayRef),
}

impl Cells<'_> {
    /// Works something out for each cell: `of` gets values and gives as many results.
    pub fn map<T: Copy>(&self, of: impl FnOnce(&ArrayRef) -> Vec<T>) -> Vec<T> {
        match self {
            Self::Many(array) => of(array),
            Self::Few { values, numbers } => {
                let of = of(values);
                numbers.iter().map(|number| of[usize::from(*number)]).collect()
            }
        }
    }

    /// Works something out for each cell and hands it to its row.
    pub fn zip<T: Copy, Row>(
        &self,
        rows: &mut [Row],
        of: impl FnOnce(&ArrayRef) -> Vec<T>,
        mut with: impl FnMut(&mut Row, T),
    ) {
        match self {
            Self::Many(array) => rows.iter_mut().zip(of(array)).for_each(|(row, t)| with(row, t)),
            Self::Few { values, numbers } => {
                let of = of(values);
                for (row, number) in rows.iter_mut().zip(*numbers) {
                    with(row, of[usize::from(*number)]);
                }
            }
        }
    }

    /// The cells one by one.
    pub fn to_array(&self) -> ArrayRef {
        match self {
            Self::Many(array) => Arc::clone(array),
            Self::Few { values, numbers } => {
                let numbers = numbers.iter().map(|number| u32::from(*number));
                take(values, &UInt32Array::from_iter_values(numbers), None)
                    .expect("numbers are below the number of values")
            }
        }
    }
}

impl CellBatch<'_> {
    /// Rows of which every cell is written out.
    pub fn of_batch(place: (u64, u32), rows: &RecordBatch) -> Self {
        Self {
            place,
            schema: rows.schema(),
            rows: rows.num_rows(),
            columns: rows.columns().iter().cloned().map(Cells::Many).collect(),
        }
    }

    /// The rows with every cell written out.
    pub fn to_batch(&self) -> Batch {
        let arrays = self.columns.iter().map(Cells::to_array).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let rows = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options);
        Batch { place: self.place, rows: rows.expect("columns are in the types of the schema") }
    }
}

/// What a thread keeps from one piece of a scan to the next.
#[derive(Debug, Default)]
struct Numbering(Vec<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    dictionary: Dictionary,
    /// The typed cells of the dictionary, as far as they were made.
    values: Option<ArrayRef>,
    numbers: Vec<u16>,
    many: bool,
}

impl Numbered {
    /// The typed cells; none where one does not fit the type.
    fn values(&mut self, ty: ColumnType) -> Option<ArrayRef> {
        let cells = self.dictionary.cells();
        if self.values.as_ref().is_none_or(|values| values.len() < cells.len()) {
            let mut misfits = 0;
            let values = column(ty, cells.iter().map(|cell| &**cell), &mut misfits);
            if misfits > 0 {
                return None;
            }
            self.values = Some(values);
        }
        self.values.clone()
    }
}

impl Table {
    /// Reads the wanted columns once, as [`Table::scan`] does, each cell of a column of few
    /// different cells as a number. Rows that the first pass kept as numbers are not read again;
    /// as many pieces make a batch then as there is text for in a piece of `limits`.
    ///
    /// # Errors
    ///
    /// As [`Table::scan`].
    pub fn scan_cells<Out, E>(
        &self,
        columns: &[usize],
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        map: impl Fn(&CellBatch<'_>) -> Result<Out, E> + Sync,
        take: impl FnMut(Out) -> Result<(), E>,
    ) -> Result<(), E>
    where
        Out: Send,
        E: From<TableError> + Send,
    {
        if let Some(copy) = &self.copy {
            return self.scan_copy(copy, columns, limits, progress, (map, take));
        }
        let schema = self.schema(columns);
        let idle: Mutex<Vec<Numbering>> = Mutex::new(Vec::new());
        let spare = Spare::default();
        let work = |place, raw| match raw {
            RawBatch::Text(fields) => {
                let mut numbering = lock(&idle).pop().unwrap_or_default();
                let cells = self.numbered(&fields, columns, &mut numbering);
                let result = cells.map_err(E::from).and_then(|columns| {
                    let (schema, rows) = (Arc::clone(&schema), fields.rows());
                    map(&CellBatch { place, schema, rows, columns })
                });
                spare.take_back(fields);
                lock(&idle).push(numbering);
                result
            }
            raw @ RawBatch::Arrow(_) => {
                let rows = self.typed(&raw, columns, &schema)?;
                map(&CellBatch::of_batch(place, &rows))
            }
        };
        self.scan_raw(columns, limits, (&spare, progress), work, take)
    }

    /// As [`Table::scan_cells`], from the rows that the first pass kept.
    fn scan_copy<Out, E>(
        &self,
        copy: &NumberedCopy,
        columns: &[usize],
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        (map, take): (
            impl Fn(&CellBatch<'_>) -> Result<Out, E> + Sync,
            impl FnMut(Out) -> Result<(), E>,
        ),
    ) -> Result<(), E>
    where
        Out: Send,
        E: From<TableError> + Send,
    {
        self.source.check_unchanged()?;
        let schema = self.schema(columns);
        let values = columns.iter().map(|at| {
            let mut misfits = 0;
            let cells = copy.cells(*at).iter().map(|cell| &**cell);
            let values = column(self.types[*at], cells, &mut misfits);
            if misfits > 0 { Err(self.changed()) } else { Ok(values) }
        });
        let values: Vec<ArrayRef> = values.collect::<Result<_, _>>()?;
        let idle: Mutex<Vec<Vec<Vec<u16>>>> = Mutex::new(Vec::new());
        let done = AtomicU64::new(0);
        let work = |group: Group<'_>| {
            let mut numbers = lock(&idle).pop().unwrap_or_default();
            copy.numbers(&group, columns, &mut numbers);
            let few = |(values, numbers)| Cells::Few { values: Arc::clone(values), numbers };
            let columns = values.iter().zip(numbers.iter().map(Vec::as_slice)).map(few).collect();
            let (place, schema, rows) = ((group.at(), 0), Arc::clone(&schema), group.rows);
            let out = map(&CellBatch { place, schema, rows, columns });
            lock(&idle).push(numbers);
            progress(done.fetch_add(rows as u64, Ordering::Relaxed) + rows as u64);
            out
        };
        let chunk_bytes = limits.chunk_bytes();
        let make =
            |send: &mut dyn FnMut(_) -> bool| copy.groups(chunk_bytes, send).map_err(E::from);
        pipeline::run(limits.threads, make, work, take)?;
        Ok(self.source.check_unchanged()?)
    }

    /// The cells of the wanted columns, numbered where they are few.
    fn numbered<'a>(
        &self,
        fields: &Fields,
        columns: &[usize],
        numbering: &'a mut Numbering,
    ) -> Result<Vec<Cells<'a>>, TableError> {
        numbering.0.resize_with(columns.len(), Numbered::default);
        numbering.0.iter_mut().for_each(|column| column.numbers.clear());
        for from in (0..fields.rows()).step_by(ROWS_AT_ONCE) {
            let rows = from..(from + ROWS_AT_ONCE).min(fields.rows());
            for (column, at) in numbering.0.iter_mut().zip(columns) {
                let Numbered { dictionary, numbers, many, .. } = column;
                *many = *many || !dictionary.number(fields, *at, rows.clone(), numbers);
            }
        }
        let cells = numbering.0.iter_mut().zip(columns).map(|(column, at)| {
            if column.many {
                return Ok(Cells::Many(self.typed_cells(fields, *at)?));
            }
            let values = column.values(self.types[*at]).ok_or_else(|| self.changed())?;
            Ok(Cells::Few { values, numbers: &column.numbers })
        });
        cells.collect()
    }
}
