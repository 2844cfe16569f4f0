//! The rows of a table as numbers: each column dictionary-coded once.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;
use std::fmt;
use weir_table::codebook::for_numbers;
use weir_table::{CellBatch, Cells, for_texts, hash_text, mix};
use weir_types::Finding;

use super::facet::{Facet, NONE};
use super::options::Options;
use crate::automaton::half_width;

/// Which columns are coded, and what is kept of their values; shared by the threads of a scan.
#[derive(Clone, Debug)]
pub struct Picks {
    columns: Vec<Pick>,
    /// The place among `columns` of the one that says whose row it is.
    person: Option<usize>,
    left_out: usize,
}

#[derive(Clone, Copy, Debug)]
struct Pick {
    column: usize,
    facet: Facet,
}

impl Picks {
    /// The columns worth looking at together: all of them, up to `options.most_columns`. Beyond
    /// that the person key and the quasi-identifiers go first, then the other columns that are
    /// no identifiers, in the order of the table.
    pub fn new(findings: &[Finding], options: &Options) -> Self {
        let rank = |f: &Finding| match f.role {
            _ if f.person_key => 0,
            weir_types::Role::QuasiIdentifier => 1,
            weir_types::Role::Sensitive => 2,
            weir_types::Role::Other => 3,
            weir_types::Role::Identifier => 4,
        };
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|at| (rank(&findings[*at]), *at));
        let left_out = order.len().saturating_sub(options.most_columns);
        order.truncate(options.most_columns);
        order.sort_unstable();
        let columns: Vec<Pick> = order
            .into_iter()
            .map(|column| Pick { column, facet: Facet::of(&findings[column]) })
            .collect();
        let person = columns.iter().position(|pick| findings[pick.column].person_key);
        Self { columns, person, left_out }
    }

    /// The picked columns by index in the table, rising: what a scan has to ask for.
    pub fn columns(&self) -> Vec<usize> {
        self.columns.iter().map(|pick| pick.column).collect()
    }

    /// Works out what a batch holds; its columns must be [`Self::columns`], in that order.
    pub fn read(&self, batch: &CellBatch<'_>) -> ReadRows {
        let columns: Vec<ReadColumn> = self
            .columns
            .iter()
            .zip(&batch.columns)
            .map(|(pick, cells)| match cells {
                Cells::Few { values, numbers } => {
                    ReadColumn { entries: pick.facet.entries(values), rows: Some(numbers.to_vec()) }
                }
                Cells::Many(array) => ReadColumn { entries: pick.facet.entries(array), rows: None },
            })
            .collect();
        self.with_units(columns, batch.rows)
    }

    /// As [`Self::read`], for rows that are no part of a scan of ours. The batch has every column
    /// of the table, each in its [`weir_table::physical`] type.
    pub fn read_batch(&self, rows: &RecordBatch) -> ReadRows {
        let columns: Vec<ReadColumn> = self
            .columns
            .iter()
            .map(|pick| ReadColumn {
                entries: pick.facet.entries(rows.column(pick.column)),
                rows: None,
            })
            .collect();
        self.with_units(columns, rows.num_rows())
    }

    /// Adds what rows are told apart by, and what a sample is drawn by: the person, or the whole
    /// row, so that it depends neither on the order of the rows nor on the number of threads.
    fn with_units(&self, columns: Vec<ReadColumn>, rows: usize) -> ReadRows {
        let mut hashes = vec![0_u64; rows];
        for column in &columns {
            for (row, hash) in hashes.iter_mut().enumerate() {
                *hash = mix(hash.rotate_left(7) ^ column.entry(row).hash);
            }
        }
        let units = self.person.map(|person| {
            let of = |(row, hash): (usize, &u64)| match columns[person].entry(row).hash {
                0 => *hash,
                person => mix(person),
            };
            hashes.iter().enumerate().map(of).collect()
        });
        ReadRows { columns, hashes, units }
    }
}

/// Rows of a batch, read and not yet coded.
#[derive(Debug)]
pub struct ReadRows {
    columns: Vec<ReadColumn>,
    /// Equal for equal rows.
    hashes: Vec<u64>,
    /// What a sample is drawn by, where it is not the row.
    units: Option<Vec<u64>>,
}

#[derive(Debug)]
struct ReadColumn {
    entries: Vec<Entry>,
    /// Row to entry; row by row when there is none.
    rows: Option<Vec<u16>>,
}

impl ReadColumn {
    fn entry(&self, row: usize) -> Entry {
        match &self.rows {
            Some(rows) => self.entries[usize::from(rows[row])],
            None => self.entries[row],
        }
    }
}

/// What is kept of a value.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// Equal for equal values of one column; 0 for no value.
    pub(super) hash: u64,
    /// Equal for values that are the same but for blanks, punctuation, width and case.
    pub(super) form: u64,
    /// See [`Facet`]; [`NONE`] where the value has none.
    pub(super) facet: f64,
}

/// A facet is a value, such as a day of birth, and hashes tell equal ones: nothing is shown.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").finish_non_exhaustive()
    }
}

impl Facet {
    /// What is kept of the values of an array.
    fn entries(self, array: &ArrayRef) -> Vec<Entry> {
        const NULL: Entry = Entry { hash: 0, form: 0, facet: NONE };
        let mut entries = Vec::with_capacity(array.len());
        match array.data_type() {
            DataType::Utf8 => entries.extend(array.as_string::<i32>().iter().map(|text| {
                let Some(text) = text else { return NULL };
                Entry { hash: hash_text(text).max(1), form: form(text), facet: self.read(text) }
            })),
            _ => {
                for_texts(array, |text| {
                    entries.push(text.map_or(NULL, |text| Entry {
                        hash: hash_text(text).max(1),
                        form: form(text),
                        facet: self.read(text),
                    }));
                });
                if self == Self::Number {
                    let mut row = 0;
                    for_numbers(array, |number| {
                        entries[row].facet = number.unwrap_or(NONE);
                        row += 1;
                    });
                }
            }
        }
        entries
    }
}

/// The hash of a text without what formats differ in.
fn form(text: &str) -> u64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64;
    for c in text.chars() {
        let c = half_width(c);
        // Most characters are letters and digits of ASCII, or Chinese ones, and are not looked up.
        if c.is_ascii_alphanumeric()
            || matches!(c, '\u{4e00}'..='\u{9fff}')
            || (!c.is_ascii() && c.is_alphanumeric())
        {
            let c = u64::from(u32::from(c.to_ascii_lowercase()));
            hash = (hash.rotate_left(5) ^ c).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }
    mix(hash).max(1)
}

/// Codes rows as they come. Equal rows are kept once, with their number.
#[derive(Debug)]
pub struct Coding {
    picks: Picks,
    columns: Vec<Building>,
    /// Row by its hash. Rows are told apart by 64 bits: of ten million different ones two are
    /// taken for equal with a chance of three in a million.
    known: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
    units: Vec<u64>,
    weights: Vec<u64>,
    /// Rows whose unit is at or above it are not kept.
    bound: u64,
    memory_bytes: usize,
    rows: u64,
}

#[derive(Debug, Default)]
struct Building {
    known: FxHashMap<u64, u32>,
    codes: Vec<u32>,
    entries: Vec<Entry>,
    /// Entry of the batch at hand to code.
    here: Vec<u32>,
}

impl Building {
    /// Codes some rows of a batch.
    fn take(&mut self, column: &ReadColumn, rows: &[usize]) {
        const UNKNOWN: u32 = u32::MAX;
        let Some(numbers) = &column.rows else {
            for row in rows {
                let code = self.code(column.entries[*row]);
                self.codes.push(code);
            }
            return;
        };
        let mut here = std::mem::take(&mut self.here);
        here.clear();
        here.resize(column.entries.len(), UNKNOWN);
        for row in rows {
            let at = usize::from(numbers[*row]);
            if here[at] == UNKNOWN {
                here[at] = self.code(column.entries[at]);
            }
            self.codes.push(here[at]);
        }
        self.here = here;
    }

    fn code(&mut self, entry: Entry) -> u32 {
        let next = u32::try_from(self.entries.len()).expect("fewer than 2^32 rows are kept");
        let code = *self.known.entry(entry.hash).or_insert(next);
        if code == next {
            self.entries.push(entry);
        }
        code
    }
}

impl Coding {
    /// Nothing yet. At most so many different rows are kept as fit `options.memory_bytes`.
    pub fn new(picks: &Picks, options: &Options) -> Self {
        Self {
            picks: picks.clone(),
            columns: picks.columns.iter().map(|_| Building::default()).collect(),
            known: FxHashMap::default(),
            hashes: Vec::new(),
            units: Vec::new(),
            weights: Vec::new(),
            bound: u64::MAX,
            memory_bytes: options.memory_bytes,
            rows: 0,
        }
    }

    /// Takes in rows. Their order does not reach the results.
    pub fn take(&mut self, read: &ReadRows) {
        self.rows += read.hashes.len() as u64;
        let units = read.units.as_ref().unwrap_or(&read.hashes);
        let mut fresh: Vec<usize> = Vec::new();
        for (row, (hash, unit)) in read.hashes.iter().zip(units).enumerate() {
            if *unit >= self.bound {
                continue;
            }
            let next = u32::try_from(self.weights.len()).expect("fewer than 2^32 rows are kept");
            let at = *self.known.entry(*hash).or_insert(next);
            if at == next {
                self.hashes.push(*hash);
                self.units.push(*unit);
                self.weights.push(0);
                fresh.push(row);
            }
            self.weights[at as usize] += 1;
        }
        for (building, column) in self.columns.iter_mut().zip(&read.columns) {
            building.take(column, &fresh);
        }
        while self.bytes() > self.memory_bytes && self.weights.len() > FEWEST && self.bound > 1 {
            self.bound /= 2;
            self.thin_out();
        }
    }

    /// What the kept rows take. It depends on nothing else, so that the same rows are kept in
    /// whatever order they come.
    fn bytes(&self) -> usize {
        let rows = self.weights.len() * (BYTES_PER_ROW + 4 * self.columns.len());
        let values: usize = self.columns.iter().map(|column| column.entries.len()).sum();
        rows + values * BYTES_PER_VALUE
    }

    /// Leaves out the rows at or above the bound (adaptive sampling, Flajolet 1990).
    fn thin_out(&mut self) {
        let keep: Vec<bool> = self.units.iter().map(|unit| *unit < self.bound).collect();
        retain(&mut self.hashes, &keep);
        retain(&mut self.units, &keep);
        retain(&mut self.weights, &keep);
        self.known = self.hashes.iter().copied().zip(0..).collect();
        for building in &mut self.columns {
            retain(&mut building.codes, &keep);
            building.renumber();
        }
    }

    /// The coded rows, when every row of the table was taken in.
    pub fn finish(self) -> Coded {
        let share = if self.bound == u64::MAX { 1.0 } else { self.bound as f64 / u64::MAX as f64 };
        let rows = self.rows;
        self.coded(rows, share)
    }

    /// The coded rows, when a sample of `rows` rows was taken in.
    pub fn finish_as_sample_of(self, rows: u64) -> Coded {
        let seen: u64 = self.weights.iter().sum();
        let share = if seen >= rows { 1.0 } else { seen as f64 / rows as f64 };
        self.coded(rows, share)
    }

    fn coded(self, rows: u64, share: f64) -> Coded {
        let columns = self.columns.into_iter().zip(&self.picks.columns).map(|(building, pick)| {
            let null = building.known.get(&0).copied();
            CodedColumn {
                column: pick.column,
                kind: pick.facet,
                codes: building.codes,
                null,
                entries: building.entries,
            }
        });
        Coded {
            columns: columns.collect(),
            units: self.units,
            weights: self.weights,
            rows,
            share,
            left_out: self.picks.left_out,
        }
    }
}

impl Building {
    /// Forgets the values that no row has any more.
    fn renumber(&mut self) {
        let mut new: Vec<u32> = vec![u32::MAX; self.entries.len()];
        let old = std::mem::take(&mut self.entries);
        self.known.clear();
        for code in &mut self.codes {
            let at = *code as usize;
            if new[at] == u32::MAX {
                new[at] = u32::try_from(self.entries.len()).expect("no more values than before");
                self.entries.push(old[at]);
                self.known.insert(old[at].hash, new[at]);
            }
            *code = new[at];
        }
        self.codes.shrink_to_fit();
    }
}

fn retain<T>(of: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    of.retain(|_| *keep.next().unwrap_or(&false));
}

/// Different rows that are kept whatever they take, if they are there.
const FEWEST: usize = 1024;

/// What a row costs beside its codes: hash, unit, weight, and its place among the known ones.
const BYTES_PER_ROW: usize = 24 + 24;

/// What a value costs: its entry, and its place among the known ones, of which half is free.
const BYTES_PER_VALUE: usize = 24 + 24;

/// The rows of a table, or a sample of them, as codes.
#[derive(Debug)]
pub struct Coded {
    columns: Vec<CodedColumn>,
    units: Vec<u64>,
    weights: Vec<u64>,
    rows: u64,
    share: f64,
    left_out: usize,
}

/// One column of it.
#[derive(Debug)]
pub(crate) struct CodedColumn {
    /// Index in the table.
    pub(crate) column: usize,
    pub(crate) kind: Facet,
    /// Row to code.
    pub(crate) codes: Vec<u32>,
    /// The code of "no value", if there is such a cell.
    pub(crate) null: Option<u32>,
    entries: Vec<Entry>,
}

impl Coded {
    pub(crate) fn columns(&self) -> &[CodedColumn] {
        &self.columns
    }

    /// Different rows that were kept.
    pub(crate) fn kept(&self) -> usize {
        self.units.len()
    }

    /// How many rows each of them stands for.
    pub(crate) fn weights(&self) -> &[u64] {
        &self.weights
    }

    /// A hash of each row's person, or of the row itself, that does not depend on its place.
    pub(crate) fn units(&self) -> &[u64] {
        &self.units
    }

    /// Rows of the table.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// The share of people (or rows) that were kept; 1 for all.
    pub(crate) fn share(&self) -> f64 {
        self.share
    }

    /// Columns that were not looked at.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }
}

impl CodedColumn {
    /// Codes in use, that of "no value" among them.
    pub(crate) fn n(&self) -> usize {
        self.entries.len()
    }

    /// Different values.
    pub(crate) fn distinct(&self) -> usize {
        self.entries.len() - usize::from(self.null.is_some())
    }

    /// What its kind reads in the value of a code; not a number where it reads nothing.
    pub(crate) fn facet(&self, code: u32) -> f64 {
        self.entries[code as usize].facet
    }

    /// A hash of the value of a code without its format; 0 for no value.
    pub(crate) fn form(&self, code: u32) -> u64 {
        self.entries[code as usize].form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_do_not_count() {
        assert_eq!(form("2020-01-31"), form("20200131"));
        assert_eq!(form("2020-01-31"), form("２０２０．０１．３１"));
        assert_eq!(form("Beijing "), form("beijing"));
        assert_ne!(form("Beijing"), form("Nanjing"));
        assert_ne!(form("12"), form("21"));
    }
}
