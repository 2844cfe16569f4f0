//! What the search sees of a histogram.
//!
//! A histogram counts the quasi-identifiers and, after them, the sensitive columns that models
//! speak of. The search forms classes over the first and looks at the second, so that the tuples
//! of the histogram are projected here, and what is left over becomes the sensitive codes of the
//! units.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use thiserror::Error;
use weir_search::Table;
use weir_search::table::{Column, Level, People, Place, Sensitive, Tuples};
use weir_table::{Classes, Histogram, Records};

use crate::hierarchy::Hierarchy;

/// A quasi-identifier of the search.
#[derive(Clone, Debug)]
pub struct Quasi {
    /// How its values become coarser.
    pub hierarchy: Arc<Hierarchy>,
    /// Weight of its information.
    pub weight: f64,
}

/// A sensitive column that a model speaks of.
#[derive(Clone, Debug)]
pub struct SensitiveColumn {
    /// Number of codes, the one of "no value" among them.
    pub n_codes: usize,
    /// Its hierarchy, for hierarchical distances; built on the same codes.
    pub hierarchy: Option<Arc<Hierarchy>>,
}

/// What the columns of a histogram are.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The first ones.
    pub quasi: Vec<Quasi>,
    /// The ones after them.
    pub sensitive: Vec<SensitiveColumn>,
}

/// Why a histogram cannot be searched as asked.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSearchable {
    /// A population is counted by rows, and the people of the table have several.
    #[error("people have several rows each, and a population table is counted by rows")]
    PopulationOfRecords,
}

impl NotSearchable {
    /// What the person can do about it.
    pub fn hint(self) -> String {
        match self {
            Self::PopulationOfRecords => {
                "give a table with one row per person, or use a model without a population table"
            }
        }
        .to_owned()
    }
}

/// A histogram as the search sees it, and the way back.
#[derive(Debug)]
pub struct SearchTable {
    /// What the search sees.
    pub table: Table,
    /// Record of the histogram to unit of the table, where units are records.
    unit_of_record: Option<Vec<u32>>,
    /// Rows by tuple, where the units are not rows.
    rows_of: Vec<u32>,
}

impl SearchTable {
    /// The table of a histogram over quasi-identifiers, then sensitive columns; see
    /// [`Self::of`].
    ///
    /// # Errors
    /// As [`Self::of`].
    ///
    /// # Panics
    /// As [`Self::of`].
    pub fn new(
        histogram: &Histogram,
        columns: &Columns,
        population: Option<&Histogram>,
        linked: bool,
    ) -> Result<Self, NotSearchable> {
        Self::of(histogram.clone(), columns, population, linked)
    }

    /// The table of a histogram over quasi-identifiers, then sensitive columns. The histogram
    /// becomes the table, so that tuples are not held twice.
    ///
    /// Where every record has one row, each row is a person and is suppressed by itself; else
    /// `linked` says whether the rows of one person stay linkable. `population` has the same
    /// quasi-identifiers in the same codes and one row per person; where it counts fewer people
    /// than the table itself, the table's count is taken.
    ///
    /// # Errors
    /// A population beside people with several rows.
    ///
    /// # Panics
    /// When the histogram does not have one column per quasi-identifier and sensitive column.
    pub fn of(
        histogram: Histogram,
        columns: &Columns,
        population: Option<&Histogram>,
        linked: bool,
    ) -> Result<Self, NotSearchable> {
        let n_quasi = columns.quasi.len();
        assert_eq!(histogram.n_columns(), n_quasi + columns.sensitive.len(), "one per column");
        let by_records = several_rows(&histogram);
        if by_records && population.is_some() {
            return Err(NotSearchable::PopulationOfRecords);
        }
        if !by_records && histogram.rows().is_some() {
            return Ok(rows::table(histogram, columns, population));
        }
        let mut tuples = pack(&histogram, n_quasi);
        let tuple_of = if columns.sensitive.is_empty() {
            None
        } else {
            let (tuple_of, first_of) = number(&tuples.words, histogram.n_tuples());
            for word in &mut tuples.words {
                *word = first_of.iter().map(|first| word[*first as usize]).collect();
            }
            Some(tuple_of)
        };
        let n_tuples = match &tuple_of {
            None => histogram.n_tuples(),
            Some(tuple_of) => tuple_of.iter().max().map_or(0, |last| *last as usize + 1),
        };
        let seen = Seen { histogram: &histogram, n_quasi, tuple_of: tuple_of.as_deref(), n_tuples };
        let mut rows_of = seen.rows();
        let (people, unit_of_record, sensitive) = if !by_records {
            let population = population.map(|p| count_population(p, &mut tuples, &mut rows_of));
            let units = seen.units_of_rows();
            let sensitive = seen.sensitive(&units, rows_of.len(), columns);
            let counts = std::mem::take(&mut rows_of);
            (People::Rows { counts, population }, None, sensitive)
        } else if linked {
            let (people, unit_of_record, n) = seen.linked();
            let units = seen.units_of_records(&unit_of_record);
            let sensitive = seen.sensitive(&units, n, columns);
            (people, Some(unit_of_record), sensitive)
        } else {
            let (people, units) = seen.not_linked();
            let n = units.len();
            (people, None, seen.sensitive(&units, n, columns))
        };
        let columns = columns.quasi.iter().map(column).collect();
        let table = Table { columns, tuples, people, sensitive };
        Ok(Self { table, unit_of_record, rows_of })
    }

    /// Number of distinct tuples over the quasi-identifiers.
    pub fn n_tuples(&self) -> usize {
        self.rows_of().len()
    }

    /// Rows of the data by tuple.
    pub fn rows_of(&self) -> &[u32] {
        match &self.table.people {
            People::Rows { counts, .. } => counts,
            People::Records { .. } => &self.rows_of,
        }
    }

    /// The code of a column in a tuple.
    pub fn code(&self, column: usize, tuple: usize) -> u16 {
        let Place { word, shift, bits } = self.table.tuples.places[column];
        let code = (u32::from(self.table.tuples.words[word][tuple]) >> shift) & ((1 << bits) - 1);
        u16::try_from(code).expect("a code has at most 16 bits")
    }

    /// By column, then code: the sum of what each tuple counts. Tuples are gone through once per
    /// word.
    ///
    /// # Panics
    /// When there is not one count per tuple.
    pub fn counts_by_code(&self, counts: &[u32]) -> Vec<Vec<u64>> {
        assert_eq!(counts.len(), self.n_tuples(), "one count per tuple");
        let tuples = &self.table.tuples;
        let of_word = |word: &Vec<u16>| {
            let mut sums = vec![0_u64; 1 << 16];
            for (value, n) in word.iter().zip(counts) {
                sums[usize::from(*value)] += u64::from(*n);
            }
            sums
        };
        let by_word: Vec<Vec<u64>> = tuples.words.iter().map(of_word).collect();
        let column = |Place { word, shift, bits }: &Place| {
            let mut sums = vec![0_u64; 1 << bits];
            for (value, n) in by_word[*word].iter().enumerate().filter(|(_, n)| **n > 0) {
                sums[(value >> shift) & ((1 << bits) - 1)] += n;
            }
            sums
        };
        tuples.places.iter().map(column).collect()
    }

    /// The classes at the finest level of every column: of whole records where people have
    /// several rows, else of rows.
    pub fn classes(&self) -> Classes {
        let rows: u64 = self.rows_of().iter().map(|n| u64::from(*n)).sum();
        let mut classes = Classes { rows, ..Classes::default() };
        match &self.table.people {
            People::Rows { .. } => {
                classes.people = rows;
                let counts = self.rows_of().iter();
                classes.sizes = counts.filter(|n| **n > 0).map(|n| (*n, *n)).collect();
            }
            People::Records { offsets, members, people, .. } => {
                let mut whole: FxHashMap<&[u32], (u32, u32)> = FxHashMap::default();
                for (bounds, people) in offsets.windows(2).zip(people) {
                    let rows = &members[bounds[0] as usize..bounds[1] as usize];
                    let class = whole.entry(rows).or_default();
                    let n = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                    class.0 = class.0.saturating_add(*people);
                    class.1 = class.1.saturating_add(people.saturating_mul(n));
                    classes.people += u64::from(*people);
                }
                classes.sizes = whole.into_values().collect();
            }
        }
        classes.sizes.sort_unstable();
        classes
    }

    /// Most rows that one person has.
    pub fn most_rows(&self) -> u64 {
        match &self.table.people {
            People::Rows { .. } => 1,
            People::Records { offsets, .. } => {
                offsets.windows(2).map(|bounds| bounds[1] - bounds[0]).max().unwrap_or(1)
            }
        }
    }

    /// Whether the units of the search are whole records of people.
    pub fn by_whole_records(&self) -> bool {
        self.unit_of_record.is_some()
    }

    /// The unit that a record of the histogram became, where units are records.
    pub fn unit_of_record(&self, record: usize) -> Option<usize> {
        self.unit_of_record.as_ref().map(|units| units[record] as usize)
    }
}

/// Whether some record has several rows.
fn several_rows(histogram: &Histogram) -> bool {
    let several = |records: &Records| (0..records.len()).any(|r| records.members(r).len() > 1);
    histogram.rows().is_none() && several(histogram.records())
}

/// Bits of a word that are filled before the next one is begun, unless a column needs more.
const WORD_BITS: u32 = 12;

/// The quasi-identifiers of the tuples in words.
fn pack(histogram: &Histogram, n_quasi: usize) -> Tuples {
    let mut tuples = Tuples::default();
    let mut used = WORD_BITS;
    for column in 0..n_quasi {
        let last = histogram.n_codes(column).saturating_sub(1);
        let bits = (usize::BITS - last.leading_zeros()).max(1);
        if used + bits > WORD_BITS {
            tuples.words.push(vec![0; histogram.n_tuples()]);
            used = 0;
        }
        let word = tuples.words.len() - 1;
        for (to, code) in tuples.words[word].iter_mut().zip(histogram.codes(column)) {
            *to |= code << used;
        }
        tuples.places.push(Place { word, shift: used, bits });
        used += bits;
    }
    tuples
}

/// Numbers tuples in the order in which they come; the number of each, and the first of each
/// number.
fn number(words: &[Vec<u16>], n: usize) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = Numbers::new(words.len());
    let numbered = (0..n).map(|tuple| numbers.of(words, tuple)).collect();
    (numbered, numbers.first_of)
}

/// The tuples met so far; exact, no hash stands for a tuple.
struct Numbers {
    narrow: FxHashMap<u128, u32>,
    wide: FxHashMap<Box<[u16]>, u32>,
    fits: bool,
    first_of: Vec<u32>,
}

impl Numbers {
    fn new(n_words: usize) -> Self {
        let (narrow, wide) = (FxHashMap::default(), FxHashMap::default());
        Self { narrow, wide, fits: n_words <= 8, first_of: Vec::new() }
    }

    fn of(&mut self, words: &[Vec<u16>], tuple: usize) -> u32 {
        let next = u32::try_from(self.first_of.len()).expect("fewer than 2^32 tuples");
        let at = if self.fits {
            let key = words.iter().fold(0, |key, word| key << 16 | u128::from(word[tuple]));
            *self.narrow.entry(key).or_insert(next)
        } else {
            let key = words.iter().map(|word| word[tuple]).collect();
            *self.wide.entry(key).or_insert(next)
        };
        if at == next {
            self.first_of.push(u32::try_from(tuple).expect("fewer than 2^32 tuples"));
        }
        at
    }
}

/// People of the population by tuple. Tuples that the data lacks are added, with no rows.
fn count_population(
    population: &Histogram,
    tuples: &mut Tuples,
    rows_of: &mut Vec<u32>,
) -> Vec<u32> {
    let theirs = pack(population, tuples.places.len());
    debug_assert_eq!(theirs.places, tuples.places);
    let mut numbers = Numbers::new(tuples.words.len());
    for tuple in 0..rows_of.len() {
        numbers.of(&tuples.words, tuple);
    }
    let mut counts = vec![0u32; rows_of.len()];
    for (members, people) in population.records().iter() {
        for member in members {
            let at = numbers.of(&theirs.words, *member as usize) as usize;
            if at == counts.len() {
                counts.push(0);
                rows_of.push(0);
                for (word, their) in tuples.words.iter_mut().zip(&theirs.words) {
                    word.push(their[*member as usize]);
                }
            }
            counts[at] = counts[at].saturating_add(people);
        }
    }
    counts.iter_mut().zip(rows_of).for_each(|(all, own)| *all = (*all).max(*own));
    counts
}

fn column(quasi: &Quasi) -> Column {
    let hierarchy = &*quasi.hierarchy;
    let level = |level: usize| Level {
        groups: hierarchy.groups(level).to_vec(),
        loss: (0..)
            .take(hierarchy.n_groups(level))
            .map(|g| hierarchy.cell_loss(level, g))
            .collect(),
    };
    Column {
        levels: (0..hierarchy.levels()).map(level).collect(),
        domain: (hierarchy.codebook().n_codes() - 1).max(1) as f64,
        weight: quasi.weight,
    }
}

/// A unit of the sensitive columns: the tuples of the histogram that are in it, and its people.
type Unit = (u32, Vec<u32>, u32);

/// A histogram and the tuples of the search that its tuples belong to.
struct Seen<'a> {
    histogram: &'a Histogram,
    n_quasi: usize,
    tuple_of: Option<&'a [u32]>,
    n_tuples: usize,
}

impl Seen<'_> {
    fn tuple(&self, of: u32) -> u32 {
        self.tuple_of.map_or(of, |tuple_of| tuple_of[of as usize])
    }

    /// Rows by tuple of the search.
    fn rows(&self) -> Vec<u32> {
        let mut rows = vec![0u32; self.n_tuples];
        for (members, people) in self.histogram.records().iter() {
            for member in members {
                let to = &mut rows[self.tuple(*member) as usize];
                *to = to.saturating_add(people);
            }
        }
        rows
    }

    /// Where each row is a person: tuples are the units.
    fn units_of_rows(&self) -> Vec<Unit> {
        if self.tuple_of.is_none() {
            return Vec::new();
        }
        let records = self.histogram.records().iter();
        records
            .filter_map(|(members, people)| {
                Some((self.tuple(*members.first()?), members.to_vec(), people))
            })
            .collect()
    }

    /// Whole records over the tuples of the search; the unit of each record of the histogram, and
    /// how many units there are.
    fn linked(&self) -> (People, Vec<u32>, usize) {
        let mut units: FxHashMap<Box<[u32]>, u32> = FxHashMap::default();
        let (mut offsets, mut all, mut people) = (vec![0u64], Vec::new(), Vec::<u32>::new());
        let mut unit_of_record = Vec::new();
        for (members, n) in self.histogram.records().iter() {
            let mut tuples: Vec<u32> = members.iter().map(|m| self.tuple(*m)).collect();
            tuples.sort_unstable();
            let next = u32::try_from(people.len()).expect("fewer than 2^32 records");
            let unit = *units.entry(tuples.as_slice().into()).or_insert(next);
            if unit == next {
                all.extend_from_slice(&tuples);
                offsets.push(all.len() as u64);
                people.push(0);
            }
            people[unit as usize] = people[unit as usize].saturating_add(n);
            unit_of_record.push(unit);
        }
        let n = people.len();
        (People::Records { offsets, members: all, people, linked: true }, unit_of_record, n)
    }

    fn units_of_records(&self, unit_of_record: &[u32]) -> Vec<Unit> {
        if self.tuple_of.is_none() {
            return Vec::new();
        }
        let records = self.histogram.records().iter().zip(unit_of_record);
        records.map(|((members, people), unit)| (*unit, members.to_vec(), people)).collect()
    }

    /// Records whose rows stand alone. They are not merged where their quasi-identifiers agree, so
    /// that what one person has in several rows can still be told.
    fn not_linked(&self) -> (People, Vec<Unit>) {
        let (mut offsets, mut all, mut people) = (vec![0u64], Vec::new(), Vec::new());
        let mut units = Vec::new();
        for (members, n) in self.histogram.records().iter() {
            let mut rows: Vec<(u32, u32)> = members.iter().map(|m| (self.tuple(*m), *m)).collect();
            rows.sort_unstable();
            for (tuple, member) in rows {
                if self.tuple_of.is_some() {
                    let unit = u32::try_from(all.len()).expect("fewer than 2^32 rows of records");
                    units.push((unit, vec![member], n));
                }
                all.push(tuple);
            }
            offsets.push(all.len() as u64);
            people.push(n);
        }
        (People::Records { offsets, members: all, people, linked: false }, units)
    }

    /// The sensitive columns over `n` units. A person counts once for each code of a unit.
    fn sensitive(&self, units: &[Unit], n: usize, columns: &Columns) -> Vec<Sensitive> {
        (self.n_quasi..)
            .zip(&columns.sensitive)
            .map(|(at, column)| {
                let codes = self.histogram.codes(at);
                let mut people: Vec<BTreeMap<u16, u32>> = vec![BTreeMap::new(); n];
                for (unit, tuples, number) in units {
                    let mut own: Vec<u16> = tuples.iter().map(|t| codes[*t as usize]).collect();
                    own.sort_unstable();
                    own.dedup();
                    for code in own {
                        let to = people[*unit as usize].entry(code).or_default();
                        *to = to.saturating_add(*number);
                    }
                }
                sensitive(column, &people)
            })
            .collect()
    }
}

/// A sensitive column without units.
fn empty(column: &SensitiveColumn) -> Sensitive {
    let hierarchy = column.hierarchy.iter();
    Sensitive {
        n_codes: column.n_codes,
        offsets: vec![0],
        order: vec![1; column.n_codes],
        levels: hierarchy
            .flat_map(|h| (0..h.levels()).map(|level| h.groups(level).to_vec()))
            .collect(),
        ..Sensitive::default()
    }
}

fn sensitive(column: &SensitiveColumn, units: &[BTreeMap<u16, u32>]) -> Sensitive {
    let mut out = empty(column);
    for unit in units {
        for (code, people) in unit {
            out.codes.push(*code);
            out.people.push(*people);
        }
        out.offsets.push(u32::try_from(out.codes.len()).expect("fewer than 2^32 sensitive values"));
    }
    out
}

mod rows;
#[cfg(test)]
mod tests;
