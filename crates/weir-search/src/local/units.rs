//! What is recoded as a whole: tuples, or records of linked rows.

use std::ops::Range;

use super::LocalError;
use super::rule::Tally;
use crate::Table;
use crate::table::{People, Sensitive, Tuples};

/// Units and their codes.
pub(super) struct Units<'a> {
    table: &'a Table,
    /// Column, then tuple.
    pub(super) codes: Vec<Vec<u16>>,
    /// The same, tuple by tuple: what is asked of single tuples lies together.
    by_tuple: Vec<u16>,
    /// People by unit.
    pub(super) people: &'a [u32],
    /// Where the rows of each unit begin in `members`, for linked records.
    records: Option<(&'a [u64], &'a [u32])>,
    n_people: u64,
    /// Whether sensitive values are counted.
    with_values: bool,
}

impl<'a> Units<'a> {
    /// # Errors
    ///
    /// Persons have several rows that are not linked: a person may then be in many classes.
    pub(super) fn new(table: &'a Table, with_values: bool) -> Result<Self, LocalError> {
        let (people, records) = match &table.people {
            People::Rows { counts, .. } => (&counts[..], None),
            People::Records { linked: false, .. } => return Err(LocalError::NotLinked),
            People::Records { offsets, members, people, linked: true } => {
                (&people[..], Some((&offsets[..], &members[..])))
            }
        };
        let n_people = people.iter().copied().map(u64::from).sum();
        let codes: Vec<Vec<u16>> =
            (0..table.columns.len()).map(|column| unpack(&table.tuples, column)).collect();
        let n_tuples = codes.first().map_or(0, Vec::len);
        let by_tuple =
            (0..n_tuples).flat_map(|tuple| codes.iter().map(move |column| column[tuple]));
        let by_tuple = by_tuple.collect();
        Ok(Self { table, codes, by_tuple, people, records, n_people, with_values })
    }

    /// Codes of a tuple, by column.
    #[inline]
    pub(super) fn of_tuple(&self, tuple: u32) -> &[u16] {
        let width = self.codes.len();
        &self.by_tuple[tuple as usize * width..(tuple as usize + 1) * width]
    }

    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    pub(super) fn n_people(&self) -> u64 {
        self.n_people
    }

    /// Whether a unit is a record of several rows.
    pub(super) fn are_records(&self) -> bool {
        self.records.is_some()
    }

    /// Tuples of a unit.
    pub(super) fn rows(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        let (range, members) = match self.records {
            None => (0..1, None),
            Some((offsets, members)) => (span(offsets, unit), Some(members)),
        };
        range.map(move |at| members.map_or(unit, |members| members[at]))
    }

    /// Rows of a unit.
    pub(super) fn n_rows(&self, unit: u32) -> usize {
        self.records.map_or(1, |(offsets, _)| span(offsets, unit).len())
    }

    /// Rows of all people.
    pub(super) fn n_all_rows(&self) -> u64 {
        (0..self.len() as u32)
            .map(|unit| self.n_rows(unit) as u64 * u64::from(self.people[unit as usize]))
            .sum()
    }

    fn sensitive(&self) -> &[Sensitive] {
        if self.with_values { &self.table.sensitive } else { &[] }
    }

    /// People of one unit.
    pub(super) fn tally(&self, unit: u32) -> Tally {
        let at = unit as usize;
        let population = match &self.table.people {
            People::Rows { population: Some(population), .. } => u64::from(population[at]),
            _ => 0,
        };
        let values = self.sensitive().iter().map(|sensitive| {
            let range = sensitive.offsets[at] as usize..sensitive.offsets[at + 1] as usize;
            let codes = sensitive.codes[range.clone()].iter().copied();
            codes.zip(sensitive.people[range].iter().copied()).filter(|entry| entry.1 > 0).collect()
        });
        Tally { people: u64::from(self.people[at]), population, values: values.collect() }
    }

    /// People of several units.
    pub(super) fn tally_of(&self, units: &[u32]) -> Tally {
        let mut sum =
            Tally { values: vec![Vec::new(); self.sensitive().len()], ..Tally::default() };
        for &unit in units {
            sum.add(&self.tally(unit));
        }
        sum
    }
}

fn span(offsets: &[u64], unit: u32) -> Range<usize> {
    offsets[unit as usize] as usize..offsets[unit as usize + 1] as usize
}

fn unpack(tuples: &Tuples, column: usize) -> Vec<u16> {
    let place = tuples.places[column];
    let mask = (1_u32 << place.bits) - 1;
    let words = tuples.words[place.word].iter();
    words.map(|&word| ((u32::from(word) >> place.shift) & mask) as u16).collect()
}
