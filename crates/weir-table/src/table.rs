//! A dataset with known types, scanned on all cores.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use std::sync::Arc;
use weir_types::{ColumnType, Sha256};

use crate::error::{Problem, TableError};
use crate::limits::Limits;
use crate::numbered_copy::{CopyBuilder, NumberedCopy};
use crate::pipeline;
use crate::profile::{BLOCKS, FEW_BLOCKS, NoWatch, ProfileBuilder, Watch};
use crate::source::{FirstPass, RawBatch, Source, Spare, with_row};
use crate::text::Fields;
use crate::types::{column, physical};

/// A dataset with known types: what every pass after the first one reads.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) source: Source,
    pub(crate) types: Vec<ColumnType>,
    pub(crate) digests: Vec<Sha256>,
    pub(crate) rows: u64,
    /// What the first pass kept of the rows.
    pub(crate) copy: Option<Arc<NumberedCopy>>,
}

/// Typed rows of a scan.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Place of the batch in the scan: piece of the source, then batch within it.
    pub place: (u64, u32),
    /// The wanted columns, in the order they were asked for, each in its [`physical`] type.
    pub rows: RecordBatch,
}

impl Table {
    /// Where it is read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The type of each column.
    pub fn types(&self) -> &[ColumnType] {
        &self.types
    }

    /// SHA-256 of each file, as read by the first pass.
    pub fn digests(&self) -> &[Sha256] {
        &self.digests
    }

    /// Rows, as counted by the first pass.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The Arrow schema of some columns.
    pub fn schema(&self, columns: &[usize]) -> SchemaRef {
        let field =
            |c: &usize| Field::new(&self.source.columns[*c], physical(self.types[*c]), true);
        Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
    }

    /// Reads the wanted columns once: `map` on all cores, batch by batch; `take` in order, with
    /// what `map` gave.
    ///
    /// `progress` is told the rows read so far.
    ///
    /// # Errors
    ///
    /// The first in order of: what `map` or `take` return; a file that cannot be read or was
    /// changed since the first pass.
    pub fn scan<Out, E>(
        &self,
        columns: &[usize],
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        map: impl Fn(Batch) -> Result<Out, E> + Sync,
        take: impl FnMut(Out) -> Result<(), E>,
    ) -> Result<(), E>
    where
        Out: Send,
        E: From<TableError> + Send,
    {
        let schema = self.schema(columns);
        let spare = Spare::default();
        let work = |place, raw: RawBatch| {
            let rows = self.typed(&raw, columns, &schema)?;
            if let RawBatch::Text(fields) = raw {
                spare.take_back(fields);
            }
            map(Batch { place, rows })
        };
        self.scan_raw(columns, limits, (&spare, progress), work, take)
    }

    /// Reads the wanted columns once; `work` is given each batch with its place.
    pub(crate) fn scan_raw<Out, E>(
        &self,
        columns: &[usize],
        limits: &Limits,
        (spare, progress): (&Spare, &(dyn Fn(u64) + Sync)),
        work: impl Fn((u64, u32), RawBatch) -> Result<Out, E> + Sync,
        mut take: impl FnMut(Out) -> Result<(), E>,
    ) -> Result<(), E>
    where
        Out: Send,
        E: From<TableError> + Send,
    {
        self.source.check_unchanged()?;
        let done = AtomicU64::new(0);
        let next = AtomicU64::new(0);
        let make = |send: &mut dyn FnMut((u64, crate::source::Piece)) -> bool| {
            let mut numbered = |piece| send((next.fetch_add(1, Ordering::Relaxed), piece));
            self.source.pieces(limits, None, spare, &mut numbered).map_err(E::from)
        };
        let work = |(at, piece)| {
            let mut outs = Vec::new();
            let mut failed = None;
            let read = self.source.batches(piece, columns, spare, &mut |raw| {
                let place = (at, u32::try_from(outs.len()).unwrap_or(u32::MAX));
                let n = raw.rows() as u64;
                match work(place, raw) {
                    Ok(out) => outs.push(out),
                    Err(e) => {
                        failed = Some(e);
                        return Err(self.changed());
                    }
                }
                progress(done.fetch_add(n, Ordering::Relaxed) + n);
                Ok(())
            });
            match (failed, read) {
                (Some(e), _) => Err(e),
                (None, Err(e)) => Err(E::from(e)),
                (None, Ok(())) => Ok(outs),
            }
        };
        pipeline::run(limits.threads, make, work, |outs| outs.into_iter().try_for_each(&mut take))?;
        Ok(self.source.check_unchanged()?)
    }

    pub(crate) fn changed(&self) -> TableError {
        let path = self.source.files.first().map(|f| f.path.clone()).unwrap_or_default();
        TableError::Data { path, row: None, column: None, problem: Problem::Changed }
    }

    /// Rows in the physical types of their columns.
    pub(crate) fn typed(
        &self,
        raw: &RawBatch,
        columns: &[usize],
        schema: &SchemaRef,
    ) -> Result<RecordBatch, TableError> {
        let rows = raw.rows();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        for index in columns {
            arrays.push(self.typed_column(raw, *index)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
            .map_err(|_| self.changed())
    }

    fn typed_column(&self, raw: &RawBatch, index: usize) -> Result<ArrayRef, TableError> {
        let ty = self.types[index];
        match raw {
            RawBatch::Text(fields) => self.typed_cells(fields, index),
            RawBatch::Arrow(walked) => {
                let name = &self.source.columns[index];
                let array = walked.rows.column_by_name(name).ok_or_else(|| self.changed())?;
                cast(array, ty).ok_or_else(|| self.changed())
            }
        }
    }

    /// The cells of a column in its physical type.
    pub(crate) fn typed_cells(
        &self,
        fields: &Fields,
        index: usize,
    ) -> Result<ArrayRef, TableError> {
        let mut misfits = 0;
        let array = column(self.types[index], fields.column(index), &mut misfits);
        // The first pass found a type that fits every cell.
        if misfits > 0 { Err(self.changed()) } else { Ok(array) }
    }
}

/// An array cast to the physical type of a column type, if every value fits.
pub(crate) fn cast(array: &ArrayRef, ty: ColumnType) -> Option<ArrayRef> {
    let options = arrow_cast::CastOptions { safe: false, ..Default::default() };
    arrow_cast::cast_with_options(array, &physical(ty), &options).ok()
}

impl Source {
    /// Reads everything once: types, values, a sample of rows, digests.
    ///
    /// Where every column has few different cells, the rows are kept as numbers, and
    /// [`Table::scan_cells`] reads them instead of the files. `progress` is told the rows read so
    /// far.
    ///
    /// # Errors
    ///
    /// A file that cannot be read to its end; a ragged row; a table without rows.
    pub fn profile(
        self,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(Table, crate::profile::Profile), TableError> {
        let copy = || Some(CopyBuilder::new(&limits.for_profile()));
        let first = || FirstPass { copy: copy(), ..FirstPass::default() };
        let (table, profile, ..) = self.profile_noting(limits, progress, &|| NoWatch, first)?;
        Ok((table, profile))
    }

    /// Reads everything once, as [`Self::profile`] does, and shows every cell to a watch. `watch`
    /// makes one for each thread; all are given back.
    ///
    /// # Errors
    ///
    /// As [`Self::profile`].
    pub fn profile_watched<W: Watch>(
        self,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        watch: &(dyn Fn() -> W + Sync),
    ) -> Result<(Table, crate::profile::Profile, Vec<W>), TableError> {
        let first = FirstPass::default;
        let (table, profile, watches, _) = self.profile_noting(limits, progress, watch, first)?;
        Ok((table, profile, watches))
    }

    /// As [`Source::profile_watched`], with what was noted beside.
    pub(crate) fn profile_noting<W: Watch>(
        mut self,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        watch: &(dyn Fn() -> W + Sync),
        first: impl Fn() -> FirstPass,
    ) -> Result<(Table, crate::profile::Profile, Vec<W>, FirstPass), TableError> {
        loop {
            let mut first = first();
            match self.profile_once(limits, progress, &mut first, watch) {
                Err(TableError::Data { path, problem: Problem::Encoding { .. }, .. })
                    if self.try_gb18030(&path) => {}
                Err(e) => return Err(e),
                Ok((profile, watches, copy)) => {
                    self.check_unchanged()?;
                    let types = profile.columns.iter().map(|c| c.ty).collect();
                    let rows = profile.rows;
                    let digests = std::mem::take(&mut first.digests);
                    let copy = copy.map(Arc::new);
                    let table = Table { source: self, types, digests, rows, copy };
                    return Ok((table, profile, watches, first));
                }
            }
        }
    }

    /// Takes back a guess of UTF-8 that the rest of the file refutes.
    fn try_gb18030(&mut self, path: &std::path::Path) -> bool {
        use crate::source::FileFormat;
        use crate::text::KnownBy;
        use weir_types::request::Encoding;
        let file = self.files.iter_mut().find(|f| f.path == path);
        if let Some(FileFormat::Text(format)) = file.map(|f| &mut f.format)
            && format.known_by == KnownBy::Nothing
        {
            (format.encoding, format.known_by) = (Encoding::Gb18030, KnownBy::Beginning);
            return true;
        }
        false
    }

    fn profile_once<W: Watch>(
        &self,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        first: &mut FirstPass,
        watch: &(dyn Fn() -> W + Sync),
    ) -> Result<(crate::profile::Profile, Vec<W>, Option<NumberedCopy>), TableError> {
        let limits = &limits.for_profile();
        let mut copy = first.copy.take();
        let keep = AtomicBool::new(copy.is_some());
        let dictionaries = AtomicUsize::new(0);
        let all: Vec<usize> = (0..self.columns.len()).collect();
        let idle = Mutex::new(Vec::new());
        let spare = Spare::default();
        let next = AtomicU64::new(0);
        let blocks = if first.few_rows { FEW_BLOCKS } else { BLOCKS };
        let new_builder = || self.profile_builder(watch(), blocks);
        let (mut rows, mut rows_of_file, mut last_file) = (0_u64, 0_u64, usize::MAX);
        let make = |send: &mut dyn FnMut((u64, crate::source::Piece)) -> bool| {
            let mut numbered = |piece| send((next.fetch_add(1, Ordering::Relaxed), piece));
            self.pieces(limits, Some(first), &spare, &mut numbered)
        };
        // An error of a piece travels as a result, because only the consumer, which sees the
        // pieces in order, knows the number of the row.
        let work = |(at, piece)| {
            let file = piece_file(&piece);
            let idle_one = lock(&idle).pop();
            let mut builder = idle_one.unwrap_or_else(|| {
                let number = dictionaries.fetch_add(1, Ordering::Relaxed);
                new_builder().keeping(number)
            });
            if !keep.load(Ordering::Relaxed) {
                builder.forget_numbers();
            }
            let mut seen = 0;
            let read = self.batches(piece, &all, &spare, &mut |raw| {
                seen += raw.rows() as u64;
                builder.see(at, &raw);
                if let RawBatch::Text(fields) = raw {
                    spare.take_back(fields);
                }
                Ok(())
            });
            let numbers = builder.take_numbers();
            lock(&idle).push(builder);
            Ok((file, seen, read, numbers))
        };
        let run = pipeline::run(limits.threads, make, work, |(file, seen, read, numbers)| {
            if file != last_file {
                (rows_of_file, last_file) = (0, file);
            }
            read.map_err(|e| with_row(e, rows_of_file))?;
            if let Some(copy) = &mut copy {
                copy.add(numbers);
                keep.store(copy.is_open(), Ordering::Relaxed);
            }
            rows_of_file += seen;
            rows += seen;
            progress(rows);
            Ok(())
        });
        run.map_err(|e| match &e {
            // What is seen only at the end of a file was not cut into rows, which counted them.
            TableError::Data { path, problem: Problem::OpenQuote, .. } => {
                let begun = self.files.get(last_file).is_some_and(|file| file.path == *path);
                with_row(e, if begun { rows_of_file } else { 0 })
            }
            _ => e,
        })?;
        let mut builders = idle.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let copy = copy.filter(CopyBuilder::is_open).and_then(|copy| {
            let all: Option<Vec<_>> = builders.iter().map(ProfileBuilder::dictionaries).collect();
            copy.finish(&all?)
        });
        let mut builder = builders.pop().unwrap_or_else(new_builder);
        let mut watches: Vec<W> = builders.into_iter().map(|other| builder.merge(other)).collect();
        if rows == 0 {
            let path = self.files.first().map(|f| f.path.clone()).unwrap_or_default();
            return Err(TableError::data(&path, Problem::Empty));
        }
        let (profile, watch) = builder.finish(rows).ok_or_else(|| {
            let path = self.files.first().map(|f| f.path.clone()).unwrap_or_default();
            TableError::data(&path, Problem::Changed)
        })?;
        watches.push(watch);
        Ok((profile, watches, copy))
    }

    /// What gathers a profile, with a row sample of at most so many blocks.
    pub(crate) fn profile_builder<W: Watch>(
        &self,
        watch: W,
        blocks: usize,
    ) -> crate::profile::ProfileBuilder<W> {
        let types = self.files.iter().find_map(|file| match &file.format {
            crate::source::FileFormat::Parquet(parquet) => Some(parquet.types()),
            _ => None,
        });
        crate::profile::ProfileBuilder::new(&self.columns, types.as_deref(), watch, blocks)
    }
}

fn piece_file(piece: &crate::source::Piece) -> usize {
    match piece {
        crate::source::Piece::Text { file, .. } | crate::source::Piece::RowGroup { file, .. } => {
            *file
        }
        crate::source::Piece::Cells { .. } => 0,
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
