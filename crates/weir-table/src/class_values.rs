//! The values of a sensitive column in each class.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use weir_types::Redacted;

use crate::classes::{ClassesBy, record_key};
use crate::error::TableError;
use crate::limits::Limits;
use crate::spill::{SortedRows, spread};

/// The values of one column, class by class.
///
/// What is counted are person–value pairs: a person who has a value in several rows of a class
/// has it once. Where each row is a person, that is the rows. No value is a value of its own.
#[derive(Debug)]
pub struct ClassValues {
    column: String,
    labels: Vec<Redacted<Option<String>>>,
    whole: Vec<u64>,
    classes: Grouped,
}

/// `(class, value)` pairs; the class by a running number or by the key of a record.
#[derive(Debug)]
enum Grouped {
    Looks(SortedRows<2>),
    Records(SortedRows<5>),
}

impl ClassValues {
    /// The column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The different values, by code.
    pub fn labels(&self) -> &[Redacted<Option<String>>] {
        &self.labels
    }

    /// Person–value pairs of the whole table, taken as one class, by code.
    pub fn whole(&self) -> &[u64] {
        &self.whole
    }

    /// The distribution of the whole table: person–value pairs by value.
    pub fn distribution(&self) -> BTreeMap<Option<String>, u64> {
        let labels = self.labels.iter().map(|label| label.expose().clone());
        labels.zip(self.whole.iter().copied()).collect()
    }

    /// Calls `each` for every class with its codes, rising, and the people who have each.
    ///
    /// # Errors
    ///
    /// Rows that went to disk cannot be read back.
    pub fn for_each_class(self, mut each: impl FnMut(&[(u32, u32)])) -> Result<(), TableError> {
        let mut counts = Vec::new();
        match self.classes {
            Grouped::Looks(rows) => rows.for_each_group(1, |group| {
                count(group.iter().map(|row| row[1]), &mut counts);
                each(&counts);
                Ok(())
            }),
            Grouped::Records(rows) => rows.for_each_group(4, |group| {
                count(group.iter().map(|row| row[4]), &mut counts);
                each(&counts);
                Ok(())
            }),
        }
    }
}

/// Runs of equal codes with their lengths.
fn count(codes: impl Iterator<Item = u32>, counts: &mut Vec<(u32, u32)>) {
    counts.clear();
    for code in codes {
        match counts.last_mut() {
            Some((last, n)) if *last == code => *n += 1,
            _ => counts.push((code, 1)),
        }
    }
}

/// The cells of one column of a batch: the different ones, and which of them each row has.
#[derive(Debug, Default)]
pub(crate) struct BatchValues {
    pub(crate) labels: Vec<Option<Box<str>>>,
    pub(crate) codes: Vec<u32>,
}

impl BatchValues {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self { labels: Vec::new(), codes: Vec::with_capacity(rows) }
    }
}

/// Gathers [`ClassValues`] from rows whose looks are numbered.
#[derive(Debug)]
pub(crate) struct ValuesBuilder {
    column: String,
    codes: FxHashMap<Option<Box<str>>, u32>,
    rows: Rows,
    bytes: usize,
}

#[derive(Debug)]
enum Rows {
    /// Look and value; the values of the whole table.
    Each(SortedRows<2>, Vec<u64>),
    /// Person (two words), look and value.
    OfPeople(SortedRows<4>),
}

impl ValuesBuilder {
    /// A builder that holds `bytes` of rows at most, half of them before people are told apart
    /// and half after.
    pub(crate) fn new(column: String, by: ClassesBy, limits: &Limits, bytes: usize) -> Self {
        let rows = match by {
            ClassesBy::Row => Rows::Each(SortedRows::new(limits, bytes), Vec::new()),
            _ => Rows::OfPeople(SortedRows::new(limits, bytes / 2)),
        };
        Self { column, codes: FxHashMap::default(), rows, bytes }
    }

    /// Adds rows: hashes of their people, unless each row is a person; their looks; their cells.
    pub(crate) fn add(
        &mut self,
        people: &[u64],
        looks: &[u32],
        batch: BatchValues,
    ) -> Result<(), TableError> {
        let known = &mut self.codes;
        let codes: Vec<u32> = batch
            .labels
            .into_iter()
            .map(|label| {
                let next = u32::try_from(known.len()).expect("fewer than 2^32 values");
                *known.entry(label).or_insert(next)
            })
            .collect();
        let rows = looks.iter().zip(&batch.codes).map(|(look, at)| (*look, codes[*at as usize]));
        match &mut self.rows {
            Rows::Each(pairs, whole) => {
                whole.resize(self.codes.len(), 0);
                for (look, code) in rows {
                    whole[code as usize] += 1;
                    pairs.push([spread(look), code])?;
                }
            }
            Rows::OfPeople(triples) => {
                for ((look, code), person) in rows.zip(people) {
                    triples.push([(person >> 32) as u32, *person as u32, look, code])?;
                }
            }
        }
        Ok(())
    }

    /// The values by class.
    pub(crate) fn finish(self, by: ClassesBy, limits: &Limits) -> Result<ClassValues, TableError> {
        let mut labels = vec![Redacted::new(None); self.codes.len()];
        for (label, code) in self.codes {
            labels[code as usize] = Redacted::new(label.map(String::from));
        }
        let (whole, classes) = match self.rows {
            Rows::Each(pairs, whole) => (whole, Grouped::Looks(pairs)),
            Rows::OfPeople(rows) => {
                let mut whole = vec![0; labels.len()];
                let classes = by_class(rows, by, limits, self.bytes / 2, &mut whole)?;
                (whole, classes)
            }
        };
        Ok(ClassValues { column: self.column, labels, whole, classes })
    }
}

/// From rows by person to different person–value pairs by class.
fn by_class(
    rows: SortedRows<4>,
    by: ClassesBy,
    limits: &Limits,
    bytes: usize,
    whole: &mut [u64],
) -> Result<Grouped, TableError> {
    let mut values = Vec::new();
    if by == ClassesBy::WholeRecord {
        let mut classes = SortedRows::new(limits, bytes);
        rows.for_each_group(2, |person| {
            let (key, _) = record_key(&mut person.iter().map(|row| row[2]));
            let word = |at: u32| (key >> (32 * at)) as u32;
            let key = [word(3), word(2), word(1), word(0)];
            different(person, &mut values, whole);
            let push = |value: &u32| classes.push([key[0], key[1], key[2], key[3], *value]);
            values.iter().try_for_each(push)
        })?;
        return Ok(Grouped::Records(classes));
    }
    let mut classes = SortedRows::new(limits, bytes);
    rows.for_each_group(2, |person| {
        different(person, &mut values, whole);
        // Rows of one look and one value stand side by side.
        person.chunk_by(|a, b| a == b).try_for_each(|same| {
            let [_, _, look, value] = same[0];
            classes.push([spread(look), value])
        })
    })?;
    Ok(Grouped::Looks(classes))
}

/// The different values of a person, who counts once for each in the whole table.
fn different(person: &[[u32; 4]], values: &mut Vec<u32>, whole: &mut [u64]) {
    values.clear();
    values.extend(person.iter().map(|row| row[3]));
    values.sort_unstable();
    values.dedup();
    values.iter().for_each(|value| whole[*value as usize] += 1);
}
