//! From rows to counts, and from counts to the least generalisation.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use weir_deidentify::SearchTable;
use weir_deidentify::links::DeriveTable;
use weir_deidentify::search::{RecodeOptions, Solution, least_loss, recode};
use weir_search::SearchOptions;
use weir_search::model::Whole;
use weir_table::{
    CellBatch, ColumnProfile, Histogram, HistogramBuilder, Limits, PersonIndex, Profile, Source,
    SourceOptions, Table, TableError, TupleCoder, ValueCount, hash_people,
};
use weir_types::PrivacyModel;

use crate::clock::Clock;
use crate::error::{ColumnConflict, ReleaseError};
use crate::home::random;
use crate::prepare::Prepared;
use crate::private::Sampler;
use crate::progress::Progress;
use crate::run::Bounds;

/// Tuples that a search without a deadline may visit: a minute or two on one core. A number and
/// not a time, so that the result does not depend on the machine.
const BUDGET: u64 = 20_000_000_000;

/// What is known once the search has ended.
#[derive(Clone, Copy)]
pub(crate) struct Decided<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) prepared: &'a Prepared,
    pub(crate) counted: &'a Counted,
    pub(crate) solution: &'a Solution,
}

/// What the pass over the whole table gave.
pub(crate) struct Counted {
    pub(crate) table: SearchTable,
    pub(crate) people: Option<PersonIndex>,
    /// People of the source.
    pub(crate) n_people: u64,
    /// Rows of the source.
    pub(crate) n_rows: u64,
    /// Keeps the hashes of people the same in this and the next pass.
    pub(crate) seed: u64,
    /// Who was counted, where people are sampled.
    pub(crate) sampler: Option<Arc<Sampler>>,
    /// For pairs of a leading column and one that follows it.
    pub(crate) derive: Vec<(usize, usize, DeriveTable)>,
}

impl Counted {
    /// Whether some person has several rows.
    pub(crate) fn several_rows(&self) -> bool {
        self.table.most_rows() > 1
    }
}

/// The population table of a request, read once.
pub(crate) struct Population {
    table: Table,
    pub(crate) profile: Profile,
}

impl Population {
    pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Self, ReleaseError> {
        let read = || {
            let source = Source::open(&[path.to_owned()], &SourceOptions::default())?;
            source.profile(limits, &|_| {})
        };
        let (table, profile) = read().map_err(|source| ReleaseError::Population { source })?;
        Ok(Self { table, profile })
    }

    /// The table, for those who read it by themselves.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// A column of the data with the values that only the population has.
    ///
    /// # Errors
    /// When the population lacks the column or holds another type there.
    pub(crate) fn widen(&self, column: &ColumnProfile) -> Result<ColumnProfile, ReleaseError> {
        let at = self.table.source().index_of(&column.name);
        let other =
            &self.profile.columns[at.map_err(|source| ReleaseError::Population { source })?];
        let numbers = |column: &ColumnProfile| column.min.is_some();
        if column.ty != other.ty && !(numbers(column) && numbers(other)) {
            let conflict = ColumnConflict::PopulationType;
            return Err(ReleaseError::Column { column: column.name.clone(), conflict });
        }
        let mut wide = column.clone();
        let only_there = |value: &&ValueCount| {
            let same = |own: &ValueCount| match (own.number, value.number) {
                (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
                _ => own.value.expose() == value.value.expose(),
            };
            // Both are sorted alike.
            let order = |own: &ValueCount| compare(own, value);
            column.values.binary_search_by(order).map_or(true, |at| !same(&column.values[at]))
        };
        let more = other.values.iter().filter(only_there);
        wide.values.extend(more.map(|value| ValueCount { count: 0, ..value.clone() }));
        wide.values.sort_by(compare);
        wide.distinct = wide.distinct.max(other.distinct).max(wide.values.len() as u64);
        wide.distinct_exact &= other.distinct_exact;
        wide.min = least(column.min, other.min, f64::min);
        wide.max = least(column.max, other.max, f64::max);
        Ok(wide)
    }

    /// The people of the population: those that the column of the person tells apart where the
    /// population has a column of that name, else its rows.
    ///
    /// # Errors
    /// A person has several rows: the classes of the population are of rows, and in each that a
    /// person of many rows is in, that person would be counted once more.
    fn count(
        &self,
        prepared: &Prepared,
        names: &[String],
        limits: &Limits,
    ) -> Result<Histogram, ReleaseError> {
        let read = |source: TableError| ReleaseError::Population { source };
        let mut coded = prepared.coded();
        coded.truncate(prepared.searched.len());
        let mut columns = Vec::new();
        for coded in &mut coded {
            coded.column = self.table.source().index_of(&names[coded.column]).map_err(read)?;
            columns.push(coded.column);
        }
        let person = prepared.person.map(|person| &names[person]);
        let person = person.and_then(|name| self.table.source().index_of(name).ok());
        columns.extend(person);
        let seed = random_u64()?;
        let n_columns = coded.len();
        let coder = TupleCoder::new(coded, n_columns, person.is_some());
        let position = |column: usize| {
            columns.iter().position(|c| *c == column).expect("every coded column is wanted")
        };
        let mut builder = HistogramBuilder::new(&coder, limits);
        let scanned = self.table.scan_cells(
            &columns,
            limits,
            &|_| {},
            |batch| {
                let cells = |column: usize| &batch.columns[position(column)];
                let people = person.map(|p| cells(p).map(|people| hash_people(people, seed)));
                Ok::<_, TableError>((coder.code(batch, position), people))
            },
            |(rows, people)| builder.add(people.as_deref(), rows),
        );
        scanned.map_err(read)?;
        let histogram = builder.finish().map_err(read)?.0;
        match person {
            Some(person) if histogram.n_people() < histogram.n_rows() => {
                let column = self.table.source().columns()[person].clone();
                Err(ReleaseError::PopulationRows { column })
            }
            _ => Ok(histogram),
        }
    }
}

fn compare(a: &ValueCount, b: &ValueCount) -> std::cmp::Ordering {
    match (a.number, b.number) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.value.expose().cmp(b.value.expose()),
    }
}

fn least(a: Option<f64>, b: Option<f64>, of: fn(f64, f64) -> f64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(of(a, b)),
        (one, None) | (None, one) => one,
    }
}

/// Counts the table, or the sample of it, and the population beside it.
pub(crate) fn count(
    table: &Table,
    prepared: &Prepared,
    (population, sampler): (Option<&Population>, Option<Arc<Sampler>>),
    limits: &Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Counted, ReleaseError> {
    let seed = random_u64()?;
    let by_people = prepared.person.is_some();
    let coder = TupleCoder::new(prepared.coded(), prepared.searched.len(), by_people);
    let mut columns: Vec<usize> = coder.columns().iter().map(|c| c.column).collect();
    columns.extend(prepared.dependents.iter().filter(|(_, b)| b.is_some()).map(|(d, _)| d.column));
    columns.extend(prepared.person);
    let position = |column: usize| {
        columns.iter().position(|c| *c == column).expect("every coded column is among the wanted")
    };
    let mut derive = derive_tables(prepared);
    let mut builder = HistogramBuilder::new(&coder, limits);
    table.scan_cells(
        &columns,
        limits,
        progress,
        |batch| {
            let sampled = sampler.as_ref().map(|sampler| {
                let all = batch.to_batch();
                sampler.sampled(&all, prepared.person.map(position))
            });
            let sampled = sampled.map(|rows| CellBatch::of_batch(batch.place, &rows));
            let batch = sampled.as_ref().unwrap_or(batch);
            let rows = coder.code(batch, position);
            let cells = |column: usize| &batch.columns[position(column)];
            let people = prepared.person.map(|p| cells(p).map(|people| hash_people(people, seed)));
            let mut tables = derive_tables(prepared);
            for (leader, follower, table) in &mut tables {
                let of = prepared.searched.iter().find(|s| s.column == *leader);
                let book = prepared.dependents.iter().find(|(d, _)| d.column == *follower);
                if let (Some(of), Some((_, Some(book)))) = (of, book) {
                    let of = of.hierarchy.codebook();
                    let codes = cells(*leader).map(|values| of.codes(values));
                    table.add(&codes, &cells(*follower).map(|values| book.codes(values)));
                }
            }
            Ok::<_, TableError>((rows, people, tables))
        },
        |(rows, people, tables)| {
            for ((_, _, all), (_, _, more)) in derive.iter_mut().zip(&tables) {
                all.merge(more);
            }
            builder.add(people.as_deref(), rows)
        },
    )?;
    let (histogram, people) = builder.finish()?;
    let (n_people, n_rows) = (histogram.n_people(), histogram.n_rows());
    let population = population
        .map(|population| population.count(prepared, table.source().columns(), limits))
        .transpose()?;
    let table =
        SearchTable::of(histogram, &prepared.columns(), population.as_ref(), prepared.linked)?;
    Ok(Counted { table, people, n_people, n_rows, seed, sampler, derive })
}

fn derive_tables(prepared: &Prepared) -> Vec<(usize, usize, DeriveTable)> {
    let mut tables = Vec::new();
    for (dependent, book) in &prepared.dependents {
        let Some(book) = book else { continue };
        for leader in prepared.searched.iter().filter(|s| dependent.of.contains(&s.column)) {
            let table = DeriveTable::new(leader.hierarchy.codebook(), book);
            tables.push((leader.column, dependent.column, table));
        }
    }
    tables
}

/// What a search is given to run with.
#[derive(Clone, Copy)]
pub(crate) struct Running<'a> {
    pub(crate) threads: usize,
    pub(crate) clock: &'a dyn Clock,
    /// Told how far it is.
    pub(crate) progress: &'a dyn Progress,
}

/// Searches until it is done, or until the deadline of the bounds.
pub(crate) fn search(
    counted: &Counted,
    prepared: &Prepared,
    profile: &Profile,
    bounds: &Bounds,
    Running { threads, clock, progress }: Running<'_>,
) -> Result<Solution, ReleaseError> {
    let hierarchies: Vec<_> = prepared.searched.iter().map(|s| Arc::clone(&s.hierarchy)).collect();
    let start = clock.elapsed();
    let is_over = |span: Option<Duration>| span.is_some_and(|s| clock.elapsed() >= start + s);
    let stop = || is_over(bounds.deadline);
    // Recoding gains more in a second half than the end of a search does.
    let halfway = || is_over(bounds.deadline.map(|s| if bounds.local { s / 2 } else { s }));
    let options = SearchOptions {
        threads,
        stop: &halfway,
        budget: if bounds.deadline.is_some() { u64::MAX } else { BUDGET },
        progress: &|reached| progress.searched(reached),
    };
    let goal = prepared.goal(bounds, profile);
    let found = least_loss(&counted.table, &hierarchies, &goal, &options)?;
    if !bounds.local {
        met_together(&found, bounds, counted.n_people)?;
        return Ok(found);
    }
    let options = RecodeOptions {
        people: counted.people.as_ref(),
        ranges: bounds.ranges.then_some(hierarchies.as_slice()),
        stop: &stop,
    };
    let recoded = recode(found, &counted.table, &goal, &options)?;
    met_together(&recoded, bounds, counted.n_people)?;
    Ok(recoded)
}

/// Models of all classes, of a table that is one class. As in ARX the search does not ask them of a
/// table that tells nothing; whoever reads the file does.
fn met_together(found: &Solution, bounds: &Bounds, people: u64) -> Result<(), ReleaseError> {
    if found.classes != 1 {
        return Ok(());
    }
    let class = [(found.smallest_class, 1)];
    let fails =
        |model: &&PrivacyModel| Whole::of(model, people).is_some_and(|whole| !whole.holds(&class));
    match bounds.models.iter().find(fails) {
        Some(model) => Err(ReleaseError::TooFewTogether {
            model: model.to_string(),
            people: found.smallest_class,
        }),
        None => Ok(()),
    }
}

pub(crate) fn random_u64() -> Result<u64, ReleaseError> {
    Ok(u64::from_le_bytes(random()?[..8].try_into().expect("eight bytes of 32")))
}
