//! Writing the released files.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use weir_evidence::package::DATA_DIR;
use weir_table::shuffle::{Shuffle, within_batch};
use weir_table::{Table, TableError, TableWriter, hash_people};
use weir_types::request::Format;

use crate::error::ReleaseError;
use crate::recover::PEOPLE_KEY;
use crate::run::Asked;
use crate::staging::Staging;
use crate::transform::Outcome;

/// Writes the released rows and gives the names of the files in the package.
///
/// Rows never keep the order of the source, which would tell neighbours and households. Where the
/// rows of a person must not be tied at all, the whole table is shuffled, and the people behind
/// the rows go to a file that is not released.
pub(crate) fn write(
    asked: &Asked,
    table: &Table,
    treated: &Outcome,
    staging: &Staging,
    seed: u64,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<String>, ReleaseError> {
    let (format, limits) = (asked.request.result.format, &asked.limits);
    let name = match format {
        Format::Parquet => format!("{DATA_DIR}/part-00000.parquet"),
        Format::Csv => format!("{DATA_DIR}/part-00000.csv"),
    };
    let path = staging.dir().join(&name);
    let schema = released_schema(treated);
    let (mut writer, encoder) = TableWriter::create(&path, &schema, format)?;
    let apply = |rows: &RecordBatch| -> Result<RecordBatch, ReleaseError> {
        let people = treated.person.map(|(column, seed)| hash_people(rows.column(column), seed));
        Ok(treated.transform.apply(rows, people.as_deref())?)
    };
    if let Some(carried) = &treated.carried {
        let mut shuffle =
            Shuffle::new(treated.transform.schema(), table.source().bytes(), seed, limits)?;
        table.scan(
            &treated.wanted,
            limits,
            progress,
            |batch| apply(&batch.rows),
            |rows| Ok::<_, ReleaseError>(shuffle.add(&rows)?),
        )?;
        let key_path = staging.pending.work.join(PEOPLE_KEY);
        let mut key = KeyFile::create(&key_path)?;
        shuffle.finish(|mut rows| {
            let at = rows.schema_ref().index_of(carried).map_err(|_| key.lost())?;
            let people = rows.remove_column(at);
            key.write(&hash_people(&people, seed))?;
            writer.append(encoder.encode(&rows)?, rows.num_rows())
        })?;
        key.finish()?;
    } else {
        table.scan(
            &treated.wanted,
            limits,
            progress,
            |batch| {
                let rows = within_batch(&apply(&batch.rows)?, seed, batch.place);
                Ok::<_, ReleaseError>((encoder.encode(&rows)?, rows.num_rows()))
            },
            |(encoded, rows)| Ok(writer.append(encoded, rows)?),
        )?;
    }
    writer.finish()?;
    Ok(vec![name])
}

/// The released columns: those of the transform but the one that only carries people.
fn released_schema(treated: &Outcome) -> SchemaRef {
    let schema = treated.transform.schema();
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
