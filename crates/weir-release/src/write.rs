//! Writing the released files.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use weir_table::shuffle::{Shuffle, within_batch};
use weir_table::{Limits, Table, TableError, TableWriter, hash_people};
use weir_types::request::Format;

use crate::count::random_u64;
use crate::error::ReleaseError;
use crate::transform::Outcome;

/// Where rows are written, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// The file; it must not be there yet.
    pub(crate) path: &'a Path,
    pub(crate) format: Format,
    /// Where the people behind the rows go, if they are carried; not released.
    pub(crate) people: &'a Path,
    /// Seed of the order of rows; the order of the source where there is none.
    pub(crate) seed: Option<u64>,
}

/// Writes the released rows.
///
/// With a seed, rows do not keep the order of the source, which would tell neighbours and
/// households. Where the rows of a person must not be tied at all, the whole table is shuffled
/// whatever is asked, and the people behind the rows go to a file that is not released. A sample
/// is shuffled as a whole too, so that nothing tells where its rows stood.
pub(crate) fn write(
    target: &Target<'_>,
    table: &Table,
    treated: &Outcome,
    limits: &Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), ReleaseError> {
    // A piece is a row group, which a reader of Parquet wants large. A sample is drawn by the place
    // of a row in its piece, so its pieces are those that were counted.
    let limits = &match target.format {
        Format::Parquet if treated.sampler.is_none() => limits.for_writing(),
        _ => limits.clone(),
    };
    let schema = released_schema(treated);
    let (mut writer, encoder) = TableWriter::create(target.path, &schema, target.format)?;
    if treated.carried.is_some() || treated.sampler.is_some() {
        let seed = match target.seed {
            Some(seed) => seed,
            None => random_u64()?,
        };
        let mut shuffle = Shuffle::new(treated.schema(), table.source().bytes(), seed, limits)?;
        // Read as it was counted, so that a row has the same place and the same sample is drawn.
        table.scan_cells(
            &treated.wanted,
            limits,
            progress,
            |batch| treated.released(&batch.to_batch()),
            |rows| Ok::<_, ReleaseError>(shuffle.add(&rows)?),
        )?;
        let Some(carried) = &treated.carried else {
            shuffle.finish(|rows| writer.append(encoder.encode(&rows)?, rows.num_rows()))?;
            writer.finish()?;
            return Ok(());
        };
        let mut key = KeyFile::create(target.people)?;
        shuffle.finish(|mut rows| {
            let at = rows.schema_ref().index_of(carried).map_err(|_| key.lost())?;
            let people = rows.remove_column(at);
            key.write(&hash_people(&people, seed))?;
            writer.append(encoder.encode(&rows)?, rows.num_rows())
        })?;
        key.finish()?;
    } else {
        table.scan_cells(
            &treated.wanted,
            limits,
            progress,
            |batch| {
                let (released, mut rows) = treated.released_cells(batch)?;
                if let Some(seed) = target.seed {
                    within_batch(&mut rows, seed, batch.place);
                }
                let n = rows.len();
                Ok::<_, ReleaseError>((encoder.encode_cells(&released, rows)?, n))
            },
            |(encoded, rows)| Ok(writer.append(encoded, rows)?),
        )?;
    }
    writer.finish()?;
    Ok(())
}

/// The released columns: those of the transform but the one that only carries people.
fn released_schema(treated: &Outcome) -> SchemaRef {
    let schema = treated.schema();
    match &treated.carried {
        None => Arc::clone(schema),
        Some(carried) => {
            let fields = schema.fields().iter().filter(|f| f.name() != carried);
            Arc::new(Schema::new(fields.cloned().collect::<Vec<_>>()))
        }
    }
}

/// The people behind released rows, eight bytes each, for the provider's own count.
struct KeyFile<'a> {
    path: &'a Path,
    file: BufWriter<File>,
}

impl<'a> KeyFile<'a> {
    fn create(path: &'a Path) -> Result<Self, TableError> {
        let file = File::create(path)
            .map_err(|source| TableError::Write { path: path.to_owned(), source })?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    fn write(&mut self, people: &[u64]) -> Result<(), TableError> {
        for person in people {
            let written = self.file.write_all(&person.to_le_bytes());
            written.map_err(|source| TableError::Write { path: self.path.to_owned(), source })?;
        }
        Ok(())
    }

    fn lost(&self) -> TableError {
        let source = std::io::Error::other("the column that carries people is missing");
        TableError::Write { path: self.path.to_owned(), source }
    }

    fn finish(self) -> Result<(), TableError> {
        let path = self.path;
        let failed = |source| TableError::Write { path: path.to_owned(), source };
        let file = self.file.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)
    }
}
