//! From rows to the histogram, in bounded memory.

use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::codebook::CodedColumn;
use crate::error::TableError;
use crate::histogram::Histogram;
use crate::limits::Limits;
use crate::records::{PersonIndex, Records};
use crate::sketch::{hash_text, mix};
use crate::types::for_texts;

/// Codes the rows of a batch; shared by all threads.
#[derive(Clone, Debug)]
pub struct TupleCoder {
    columns: Vec<CodedColumn>,
    /// Bits of each column in a packed key; none when they do not fit 128 bits.
    bits: Option<Vec<u32>>,
}

/// The coded rows of a batch.
#[derive(Clone, Debug, Default)]
pub struct CodedRows {
    /// One key per row; equal exactly when all codes are equal (up to a collision of 128-bit
    /// hashes when the codes do not fit 128 bits).
    pub keys: Vec<u128>,
    /// Codes by coded column, then row.
    pub codes: Vec<Vec<u16>>,
}

impl TupleCoder {
    /// A coder for some columns.
    pub fn new(columns: Vec<CodedColumn>) -> Self {
        let bits: Vec<u32> =
            columns.iter().map(|c| usize::BITS - c.codebook.n_codes().leading_zeros()).collect();
        let bits = (bits.iter().sum::<u32>() <= 128).then_some(bits);
        Self { columns, bits }
    }

    /// The coded columns.
    pub fn columns(&self) -> &[CodedColumn] {
        &self.columns
    }

    /// Codes a batch. `position` gives the place in the batch of a column of the source.
    pub fn code(&self, rows: &RecordBatch, position: impl Fn(usize) -> usize) -> CodedRows {
        let codes: Vec<Vec<u16>> = self
            .columns
            .iter()
            .map(|column| {
                let mut out = Vec::new();
                column.codebook.encode(rows.column(position(column.column)), &mut out);
                out
            })
            .collect();
        let mut keys = vec![0_u128; rows.num_rows()];
        for (index, column) in codes.iter().enumerate() {
            match &self.bits {
                Some(bits) => keys.iter_mut().zip(column).for_each(|(key, code)| {
                    *key = (*key << bits[index]) | u128::from(*code);
                }),
                None => keys.iter_mut().zip(column).for_each(|(key, code)| {
                    *key = chain(*key, u64::from(*code));
                }),
            }
        }
        CodedRows { keys, codes }
    }
}

/// Adds one value to a 128-bit hash.
fn chain(key: u128, value: u64) -> u128 {
    let (high, low) = ((key >> 64) as u64, key as u64);
    let a = mix(low.rotate_left(23) ^ value.wrapping_add(0x9e37_79b9_7f4a_7c15));
    let b = mix(high.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ value ^ a.rotate_left(31));
    (u128::from(b) << 64) | u128::from(a)
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
/// Rows of people are held as 12 bytes each and go to disk when they outgrow their share of
/// [`Limits::memory_bytes`]; memory then follows the distinct tuples and records.
#[derive(Debug)]
pub struct HistogramBuilder {
    n_codes: Vec<usize>,
    tuples: FxHashMap<u128, u32>,
    codes: Vec<Vec<u16>>,
    counts: Vec<u32>,
    people: Option<PeopleRows>,
}

impl HistogramBuilder {
    /// A builder; `by_people` says whether rows come with people.
    pub fn new(coder: &TupleCoder, by_people: bool, limits: &Limits) -> Self {
        let n_codes: Vec<usize> = coder.columns.iter().map(|c| c.codebook.n_codes()).collect();
        Self {
            codes: vec![Vec::new(); n_codes.len()],
            n_codes,
            tuples: FxHashMap::default(),
            counts: Vec::new(),
            people: by_people.then(|| PeopleRows::new(limits)),
        }
    }

    /// Counts the rows of a batch. `people` has one hash per row where rows come with people.
    ///
    /// # Errors
    ///
    /// The disk is full when rows have to go there.
    pub fn add(&mut self, people: Option<&[u64]>, rows: &CodedRows) -> Result<(), TableError> {
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
                (Some(rows), Some(people)) => rows.push(people[row], tuple)?,
                _ => self.counts[tuple as usize] += 1,
            }
        }
        Ok(())
    }

    /// The histogram, and who has which record where rows came with people.
    ///
    /// # Errors
    ///
    /// Rows that went to disk cannot be read back.
    pub fn finish(self) -> Result<(Histogram, Option<PersonIndex>), TableError> {
        let n_tuples = self.counts.len();
        drop(self.tuples);
        let (records, index) = match self.people {
            None => (Records::from_counts(&self.counts), None),
            Some(rows) => {
                let (mut records, index) = records_of(rows)?;
                records.set_n_tuples(n_tuples);
                (records, Some(index))
            }
        };
        Ok((Histogram::new(self.n_codes, self.codes, records), index))
    }
}

fn records_of(rows: PeopleRows) -> Result<(Records, PersonIndex), TableError> {
    let mut records = Records::default();
    let mut index = PersonIndex::default();
    let mut known: FxHashMap<u64, u32> = FxHashMap::default();
    let mut members = Vec::new();
    rows.for_each_person(&mut |person, tuples| {
        members.clear();
        members.extend(tuples);
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
        index.entries.push((person, record));
    })?;
    Ok((records, index))
}

/// `(person, number)` pairs, grouped by person at the end; on disk when they are many.
#[derive(Debug)]
pub(crate) struct PeopleRows {
    /// Rows by the first bits of the person's hash, so that parts in order are people in order.
    /// A row is a person (high and low half) and a number: 12 bytes.
    parts: Vec<Vec<[u32; 3]>>,
    held: usize,
    most: usize,
    threads: usize,
    dir: PathBuf,
    /// Where parts went when they outgrew their share.
    files: Vec<PartFile>,
}

#[derive(Debug)]
struct PartFile {
    path: PathBuf,
    file: BufWriter<File>,
}

const PARTS: usize = 64;

impl PeopleRows {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            parts: vec![Vec::new(); PARTS],
            held: 0,
            most: (limits.counting_bytes() / 12).max(1024),
            threads: limits.threads.get(),
            dir: limits.spill_dir.clone(),
            files: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, person: u64, number: u32) -> Result<(), TableError> {
        let high = (person >> 32) as u32;
        let part = high as usize >> (32 - PARTS.trailing_zeros());
        self.parts[part].push([high, person as u32, number]);
        self.held += 1;
        if self.held >= self.most {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), TableError> {
        if self.files.is_empty() {
            fs::create_dir_all(&self.dir).map_err(|e| TableError::write(&self.dir, e))?;
            let tag = spill_tag();
            for part in 0..PARTS {
                let path = self.dir.join(format!("rows-{tag}-{part}"));
                let file = File::create(&path).map_err(|e| TableError::write(&path, e))?;
                self.files.push(PartFile { path, file: BufWriter::new(file) });
            }
        }
        for (rows, part) in self.parts.iter_mut().zip(&mut self.files) {
            for word in rows.drain(..).flatten() {
                let written = part.file.write_all(&word.to_le_bytes());
                written.map_err(|e| TableError::write(&part.path, e))?;
            }
        }
        self.held = 0;
        Ok(())
    }

    /// Calls `each` for every person, in order of hash, with the numbers in rising order.
    pub(crate) fn for_each_person(
        mut self,
        each: &mut dyn FnMut(u64, &mut dyn Iterator<Item = u32>),
    ) -> Result<(), TableError> {
        if self.files.is_empty() {
            let mut parts = std::mem::take(&mut self.parts);
            sort_all(&mut parts, self.threads);
            // Each part is freed as soon as it is done with.
            parts.into_iter().for_each(|rows| group(&rows, each));
            return Ok(());
        }
        self.spill()?;
        self.parts = Vec::new();
        for part in std::mem::take(&mut self.files) {
            let PartFile { path, file } = part;
            let flushed = file.into_inner().map_err(io::IntoInnerError::into_error);
            drop(flushed.map_err(|e| TableError::write(&path, e))?);
            let mut rows = read_part(&path).map_err(|e| TableError::read(&path, e))?;
            fs::remove_file(&path).map_err(|e| TableError::write(&path, e))?;
            rows.sort_unstable();
            group(&rows, each);
        }
        Ok(())
    }
}

impl Drop for PeopleRows {
    fn drop(&mut self) {
        for part in &self.files {
            // What is left after an error is in the caller's folder for temporary files.
            let _ = fs::remove_file(&part.path);
        }
    }
}

fn sort_all(parts: &mut [Vec<[u32; 3]>], threads: usize) {
    let share = parts.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for parts in parts.chunks_mut(share) {
            scope.spawn(|| parts.iter_mut().for_each(|rows| rows.sort_unstable()));
        }
    });
}

/// A name that no other builder uses.
pub(crate) fn spill_tag() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn read_part(path: &PathBuf) -> io::Result<Vec<[u32; 3]>> {
    let file = File::open(path)?;
    let n = usize::try_from(file.metadata()?.len()).unwrap_or(0) / 12;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut rows = Vec::with_capacity(n);
    let mut bytes = [0; 12];
    for _ in 0..n {
        reader.read_exact(&mut bytes)?;
        let word =
            |i: usize| u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        rows.push([word(0), word(4), word(8)]);
    }
    Ok(rows)
}

/// Calls `each` for every person of sorted rows.
fn group(rows: &[[u32; 3]], each: &mut dyn FnMut(u64, &mut dyn Iterator<Item = u32>)) {
    for person in rows.chunk_by(|a, b| a[..2] == b[..2]) {
        let hash = (u64::from(person[0][0]) << 32) | u64::from(person[0][1]);
        each(hash, &mut person.iter().map(|row| row[2]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(memory_bytes: usize, dir: &std::path::Path) -> Limits {
        Limits { memory_bytes, ..Limits::new(dir.join("spill")) }
    }

    fn builder(memory_bytes: usize, dir: &std::path::Path) -> HistogramBuilder {
        let one = CodedColumn { column: 0, codebook: crate::Codebook::of_cuts(vec![1.0; 0]) };
        HistogramBuilder::new(&TupleCoder::new(vec![one]), true, &limits(memory_bytes, dir))
    }

    fn add(builder: &mut HistogramBuilder, person: u64, code: u16) {
        let rows = CodedRows { keys: vec![u128::from(code)], codes: vec![vec![code]] };
        builder.add(Some(&[mix(person)]), &rows).unwrap();
    }

    #[test]
    fn people_with_the_same_rows_share_a_record() {
        let dir = tempfile::tempdir().unwrap();
        let mut builder = builder(1 << 20, dir.path());
        for (person, codes) in [(1, [3, 4]), (2, [4, 3]), (3, [3, 3])] {
            codes.into_iter().for_each(|code| add(&mut builder, person, code));
        }
        let (histogram, index) = builder.finish().unwrap();
        let records = histogram.records();
        assert_eq!((records.len(), records.people(), records.rows()), (2, 3, 6));
        let index = index.unwrap();
        assert_eq!(index.record_of(mix(1)), index.record_of(mix(2)));
        assert_ne!(index.record_of(mix(1)), index.record_of(mix(3)));
    }

    #[test]
    fn spilling_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let [small, large] = [1 << 10, 1 << 30].map(|memory| {
            let mut builder = builder(memory, dir.path());
            for row in 0..20_000_u64 {
                add(&mut builder, row * 7919 % 5000, u16::try_from(row % 11).unwrap());
            }
            let (histogram, index) = builder.finish().unwrap();
            let index: Vec<_> = index.unwrap().iter().collect();
            (histogram.records().clone(), index)
        });
        assert_eq!(small, large);
        assert_eq!(fs::read_dir(dir.path().join("spill")).unwrap().count(), 0);
    }
}
