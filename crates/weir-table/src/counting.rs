//! From rows to the histogram, in bounded memory.

use std::hash::BuildHasher;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{Array, ArrayRef, Int64Array};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::cells::{CellBatch, Cells};
use crate::codebook::CodedColumn;
use crate::error::TableError;
use crate::histogram::{Histogram, Packed, Place, places};
use crate::limits::Limits;
use crate::packed::{Key, PackedCounter, Parted, Parts, Run};
use crate::records::{PersonIndex, Records};
use crate::sketch::{chain, hash_text, mix};
use crate::spill::SortedRows;
use crate::types::for_texts;

/// Codes the rows of a batch; shared by all threads.
#[derive(Debug)]
pub struct TupleCoder {
    columns: Vec<CodedColumn>,
    n_codes: Vec<usize>,
    /// Columns that share no word with the others, the first ones.
    apart: usize,
    places: Vec<Place>,
    /// Bits of each word that are used.
    word_bits: Vec<u32>,
    by_people: bool,
    /// How rows are parted, once some were seen. The result does not depend on it.
    parts: OnceLock<Parts>,
}

/// The coded rows of a batch.
#[derive(Debug)]
pub struct CodedRows(Coded);

#[derive(Debug)]
enum Coded {
    /// All codes of a row fit 64 bits.
    Narrow(Parted<u64>),
    /// They fit 128 bits.
    Wide(Parted<u128>),
    /// In the order of the rows.
    Plain(PlainRows),
}

/// Rows that are told apart by a key: equal exactly when all codes are equal (up to a collision
/// of 128-bit hashes when the codes do not fit 128 bits).
#[derive(Debug)]
struct PlainRows {
    keys: Vec<u128>,
    /// Codes by coded column, then row.
    codes: Vec<Vec<u16>>,
}

impl TupleCoder {
    /// A coder for some columns, of which the first `apart` are looked at without the others
    /// later on. `by_people` says whether rows come with people.
    pub fn new(columns: Vec<CodedColumn>, apart: usize, by_people: bool) -> Self {
        let n_codes: Vec<usize> = columns.iter().map(|c| c.codebook.n_codes()).collect();
        let places = places(&n_codes, apart);
        let mut word_bits = vec![0; places.last().map_or(0, |place| place.word + 1)];
        places.iter().for_each(|place| word_bits[place.word] += place.bits);
        Self { columns, n_codes, apart, places, word_bits, by_people, parts: OnceLock::new() }
    }

    /// The coded columns.
    pub fn columns(&self) -> &[CodedColumn] {
        &self.columns
    }

    /// Codes a batch. `position` gives the place in the batch of a column of the source.
    pub fn code(&self, batch: &CellBatch<'_>, position: impl Fn(usize) -> usize) -> CodedRows {
        let cells: Vec<&Cells<'_>> =
            self.columns.iter().map(|c| &batch.columns[position(c.column)]).collect();
        CodedRows(match self.bits() {
            _ if self.by_people => Coded::Plain(self.plain(&cells, batch.rows)),
            ..=64 => Coded::Narrow(self.parted(&cells, batch.rows)),
            65..=128 => Coded::Wide(self.parted(&cells, batch.rows)),
            _ => Coded::Plain(self.plain(&cells, batch.rows)),
        })
    }

    /// Bits of a row.
    fn bits(&self) -> u32 {
        self.word_bits.iter().sum()
    }

    /// Where each word begins in a key: the first word has the highest bits.
    fn word_shifts(&self) -> Vec<u32> {
        let mut left = self.bits();
        let below = |bits: &u32| {
            left -= bits;
            left
        };
        self.word_bits.iter().map(below).collect()
    }

    fn parted<K: Key>(&self, cells: &[&Cells<'_>], rows: usize) -> Parted<K> {
        let shifts = self.word_shifts();
        let mut keys = vec![K::default(); rows];
        for ((cells, column), place) in cells.iter().zip(&self.columns).zip(&self.places) {
            let shift = shifts[place.word] + place.shift;
            let of = |values: &ArrayRef| {
                let codes = column.codebook.codes(values);
                codes.into_iter().map(|code| K::place(code, shift)).collect()
            };
            cells.zip(&mut keys, of, |key, code| *key = *key | code);
        }
        self.parts.get_or_init(|| Parts::new(&keys, self.bits())).part(&keys)
    }

    fn plain(&self, cells: &[&Cells<'_>], rows: usize) -> PlainRows {
        let codes: Vec<Vec<u16>> = (cells.iter().zip(&self.columns))
            .map(|(cells, column)| cells.map(|values| column.codebook.codes(values)))
            .collect();
        let mut keys = vec![0_u128; rows];
        let fits = self.bits() <= u128::BITS;
        for (codes, place) in codes.iter().zip(&self.places) {
            for (key, code) in keys.iter_mut().zip(codes) {
                *key = match fits {
                    true => *key << place.bits | u128::from(*code),
                    false => chain(*key, u64::from(*code)),
                };
            }
        }
        PlainRows { keys, codes }
    }

    /// The histogram of different keys.
    fn of_runs<K: Key>(&self, runs: Vec<Run<K>>) -> Histogram {
        let n = runs.iter().map(|run| run.keys.len()).sum();
        let mut counts = Vec::with_capacity(n);
        let mut words: Vec<Vec<u16>> =
            self.word_bits.iter().map(|_| Vec::with_capacity(n)).collect();
        let shifts = self.word_shifts();
        for run in runs {
            for ((word, shift), bits) in words.iter_mut().zip(&shifts).zip(&self.word_bits) {
                let mask = (1_u64 << bits) - 1;
                word.extend(run.keys.iter().map(|key| (key.bits_from(*shift) & mask) as u16));
            }
            counts.extend(run.counts);
        }
        let packed = Packed { places: self.places.clone(), words, sorted: true };
        Histogram::of_rows(self.n_codes.clone(), packed, counts)
    }
}

/// Hashes that tell people apart, from the column that names them.
///
/// The seed keeps the hashes of two runs apart. Rows without a value are taken as one person,
/// so that they can only make classes smaller.
pub fn hash_people(column: &ArrayRef, seed: u64) -> Vec<u64> {
    let mut people = Vec::with_capacity(column.len());
    match column.as_any().downcast_ref::<Int64Array>() {
        Some(numbers) => people
            .extend(numbers.iter().map(|n| mix(seed ^ n.map_or(0, |n| mix(n as u64 ^ NUMBER))))),
        None => for_texts(column, |text| people.push(mix(seed ^ text.map_or(0, hash_text)))),
    }
    people
}

/// Keeps the number 0 apart from no value.
const NUMBER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Counts coded rows into a [`Histogram`].
///
/// Rows wait until they take their share of [`Limits::memory_bytes`]. Then they are counted, or,
/// where people have them, go to the disk with 12 bytes each; memory follows the distinct tuples
/// and records. Distinct tuples are what the search works on, so that they are refused, and not
/// spilled, where they outgrow the memory.
#[derive(Debug)]
pub struct HistogramBuilder<'a> {
    coder: &'a TupleCoder,
    counter: Counter,
    /// Most distinct tuples.
    most: usize,
}

/// Bytes of a distinct tuple while it is counted and made a histogram of, about.
pub(crate) const TUPLE_BYTES: usize = 24;
/// Distinct tuples that are never too many.
const FEW_TUPLES: usize = 1 << 12;

#[derive(Debug)]
enum Counter {
    Narrow(PackedCounter<u64>),
    Wide(PackedCounter<u128>),
    Plain(PlainCounter),
}

/// Counts rows one by one.
#[derive(Debug)]
struct PlainCounter {
    tuples: FxHashMap<u128, u32>,
    codes: Vec<Vec<u16>>,
    counts: Vec<u32>,
    /// Person (two words) and number of the tuple.
    people: Option<SortedRows<3>>,
}

impl<'a> HistogramBuilder<'a> {
    /// A builder for the rows of a coder.
    pub fn new(coder: &'a TupleCoder, limits: &Limits) -> Self {
        let (bytes, threads) = (limits.counting_bytes(), limits.threads.get());
        let plain = || PlainCounter {
            tuples: FxHashMap::default(),
            codes: vec![Vec::new(); coder.columns.len()],
            counts: Vec::new(),
            people: coder.by_people.then(|| SortedRows::new(limits, bytes)),
        };
        let counter = match coder.bits() {
            _ if coder.by_people => Counter::Plain(plain()),
            ..=64 => Counter::Narrow(PackedCounter::new(bytes, threads)),
            65..=128 => Counter::Wide(PackedCounter::new(bytes, threads)),
            _ => Counter::Plain(plain()),
        };
        let most = (limits.memory_bytes / TUPLE_BYTES).max(FEW_TUPLES);
        Self { coder, counter, most }
    }

    /// Counts the rows of a batch. `people` has one hash per row where rows come with people.
    ///
    /// # Errors
    ///
    /// The disk is full when rows have to go there; there are more distinct tuples than
    /// [`Limits::memory_bytes`] has room for.
    pub fn add(&mut self, people: Option<&[u64]>, rows: CodedRows) -> Result<(), TableError> {
        match (&mut self.counter, rows.0) {
            (Counter::Narrow(counter), Coded::Narrow(keys)) => counter.add(keys),
            (Counter::Wide(counter), Coded::Wide(keys)) => counter.add(keys),
            (Counter::Plain(counter), Coded::Plain(rows)) => counter.add(people, &rows)?,
            _ => debug_assert!(false, "rows of another coder"),
        }
        self.check()
    }

    /// Refuses more distinct tuples than memory has room for.
    fn check(&self) -> Result<(), TableError> {
        let distinct = match &self.counter {
            Counter::Narrow(counter) => counter.distinct(),
            Counter::Wide(counter) => counter.distinct(),
            Counter::Plain(counter) => counter.counts.len(),
        };
        let most = self.most;
        if distinct > most { Err(TableError::TooManyDistinct { distinct, most }) } else { Ok(()) }
    }

    /// The histogram, and who has which record where rows came with people.
    ///
    /// # Errors
    ///
    /// Rows that went to disk cannot be read back; there are too many distinct tuples, as for
    /// [`Self::add`].
    pub fn finish(mut self) -> Result<(Histogram, Option<PersonIndex>), TableError> {
        match &mut self.counter {
            Counter::Narrow(counter) => counter.count(),
            Counter::Wide(counter) => counter.count(),
            Counter::Plain(_) => {}
        }
        self.check()?;
        match self.counter {
            Counter::Narrow(counter) => Ok((self.coder.of_runs(counter.finish()), None)),
            Counter::Wide(counter) => Ok((self.coder.of_runs(counter.finish()), None)),
            Counter::Plain(counter) => counter.finish(self.coder),
        }
    }
}

impl PlainCounter {
    fn add(&mut self, people: Option<&[u64]>, rows: &PlainRows) -> Result<(), TableError> {
        for (row, key) in rows.keys.iter().enumerate() {
            let next = u32::try_from(self.counts.len()).expect("fewer than 2^32 distinct tuples");
            let tuple = *self.tuples.entry(*key).or_insert(next);
            if tuple == next {
                self.counts.push(0);
                for (column, codes) in self.codes.iter_mut().zip(&rows.codes) {
                    column.push(codes[row]);
                }
            }
            match (&mut self.people, people) {
                (Some(rows), Some(people)) => {
                    rows.push([(people[row] >> 32) as u32, people[row] as u32, tuple])?;
                }
                _ => self.counts[tuple as usize] += 1,
            }
        }
        Ok(())
    }

    fn finish(self, coder: &TupleCoder) -> Result<(Histogram, Option<PersonIndex>), TableError> {
        let n_tuples = self.counts.len();
        drop(self.tuples);
        let n_codes = coder.n_codes.clone();
        let packed = Packed::of_codes(&n_codes, coder.apart, &self.codes, n_tuples);
        drop(self.codes);
        let Some(rows) = self.people else {
            return Ok((Histogram::of_rows(n_codes, packed, self.counts), None));
        };
        let (mut records, index) = records_of(rows)?;
        records.set_n_tuples(n_tuples);
        Ok((Histogram::of_records(n_codes, packed, records), Some(index)))
    }
}

fn records_of(rows: SortedRows<3>) -> Result<(Records, PersonIndex), TableError> {
    let mut records = Records::default();
    let mut index = PersonIndex::default();
    let mut known: FxHashMap<u64, u32> = FxHashMap::default();
    let mut members = Vec::new();
    rows.for_each_group(2, |person| {
        members.clear();
        members.extend(person.iter().map(|row| row[2]));
        let mut hash = FxBuildHasher.hash_one(&members);
        let record = loop {
            match known.get(&hash) {
                Some(at) if records.members(*at as usize) == members => {
                    records.add_person(*at as usize);
                    break *at;
                }
                // Another record has this hash: look at the next place.
                Some(_) => hash = mix(hash.wrapping_add(1)),
                None => {
                    let at = u32::try_from(records.len()).expect("fewer than 2^32 records");
                    records.push(&members, 1);
                    known.insert(hash, at);
                    break at;
                }
            }
        };
        let hash = (u64::from(person[0][0]) << 32) | u64::from(person[0][1]);
        index.entries.push((hash, record));
        Ok(())
    })?;
    Ok((records, index))
}

/// A name that no other builder uses.
pub(crate) fn spill_tag() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests;
