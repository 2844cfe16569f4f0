//! What the search sees of a table.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A quasi-identifier: how its codes are grouped, level by level.
///
/// Level 0 is the finest that can be released; at the last level all codes are one group.
///
/// INVARIANT: levels are nested; two codes in one group stay together at every level above.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Levels, finest first; at least one.
    pub levels: Vec<Level>,
    /// Number of values in the column's domain, those that the table lacks among them; at
    /// least 1. In terms of ARX, rows of the hierarchy.
    pub domain: f64,
    /// Weight of the column in the quality model; 0 leaves it out.
    pub weight: f64,
}

/// One level of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Code to group; groups are numbered from 0 without gaps. The last code is "no value".
    pub groups: Vec<u32>,
    /// Group to the share of the domain that it covers beyond a single value:
    /// `(values - 1) / (domain - 1)`, from 0 (one value) to 1 (all). Never falls from a level to
    /// the next.
    pub loss: Vec<f64>,
}

/// Where the codes of one column stand in [`Tuples::words`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the word.
    pub word: usize,
    /// Lowest bit.
    pub shift: u32,
    /// Number of bits, 1 to 16.
    pub bits: u32,
}

/// Distinct tuples of codes, several columns packed into each 16-bit word.
///
/// `words[w][t]` is word `w` of tuple `t`. No column straddles two words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tuples {
    /// Words by word, then tuple.
    pub words: Vec<Vec<u16>>,
    /// One place per column.
    pub places: Vec<Place>,
}

/// A sensitive column: which codes the people of a tuple have.
///
/// `codes[offsets[t]..offsets[t + 1]]` are the different codes of unit `t`, rising, and
/// `people[..]` how many of its people have each. A unit is a tuple, or a record where
/// [`People`] says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sensitive {
    /// Number of codes.
    pub n_codes: usize,
    /// Where each unit's codes begin; one more than there are units.
    pub offsets: Vec<u32>,
    /// Codes.
    pub codes: Vec<u16>,
    /// People of the unit that have the code.
    pub people: Vec<u32>,
    /// The hierarchy of the sensitive column, for hierarchical distance: level, then code to
    /// group. Level 0 tells all codes apart, the last has one group. Empty where none is known.
    pub levels: Vec<Vec<u32>>,
    /// Number of values of the domain in each code's leaf set, for hierarchies with values that
    /// the table lacks. Codes are in the order of the values, for ordered distance.
    pub order: Vec<u32>,
}

/// Who has the tuples.
#[derive(Clone, Debug, PartialEq)]
pub enum People {
    /// Each row is one person: `counts[t]` people have tuple `t`. `population`, where given, is
    /// how many people of the population have it, those of the table among them; a tuple may
    /// then have a count of 0.
    Rows {
        /// People of the table by tuple.
        counts: Vec<u32>,
        /// People of the population by tuple.
        population: Option<Vec<u32>>,
    },
    /// Persons with several rows. Record `r` is the multiset
    /// `members[offsets[r]..offsets[r + 1]]` of tuples, rising, and `people[r]` people have it.
    Records {
        /// Where each record begins; one more than there are records.
        offsets: Vec<u64>,
        /// Tuples.
        members: Vec<u32>,
        /// People by record.
        people: Vec<u32>,
        /// Whether rows of one person stay linkable in the release.
        ///
        /// * linked: a class is the people whose whole records look the same; people are
        ///   suppressed whole; the units of [`Sensitive`] are records;
        /// * not linked: a class is the *different* people who have a row of one look; rows
        ///   are suppressed; the units of [`Sensitive`] are the entries of `members` (one per
        ///   record and row), and all people of the record have each of the codes.
        linked: bool,
    },
}

/// What the search sees of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Quasi-identifiers.
    pub columns: Vec<Column>,
    /// Their distinct tuples.
    pub tuples: Tuples,
    /// Who has them.
    pub people: People,
    /// Sensitive columns that models speak of.
    pub sensitive: Vec<Sensitive>,
}

impl Table {
    /// People of the table.
    pub fn n_people(&self) -> u64 {
        let sum = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum();
        match &self.people {
            People::Rows { counts, .. } => sum(counts),
            People::Records { people, .. } => sum(people),
        }
    }

    /// Rows of the table.
    pub fn n_rows(&self) -> u64 {
        match &self.people {
            People::Rows { .. } => self.n_people(),
            People::Records { offsets, people, .. } => {
                let rows = offsets.windows(2).zip(people);
                rows.map(|(range, people)| (range[1] - range[0]) * u64::from(*people)).sum()
            }
        }
    }

    /// Whether people have several rows that stay linkable.
    pub fn is_linked(&self) -> bool {
        matches!(self.people, People::Records { linked: true, .. })
    }

    /// Rows of each tuple.
    pub fn rows_of_tuples(&self) -> Cow<'_, [u32]> {
        match &self.people {
            People::Rows { counts, .. } => Cow::Borrowed(counts),
            People::Records { offsets, members, people, .. } => {
                let tuples = match self.tuples.words.first() {
                    Some(word) => word.len(),
                    None => members.iter().max().map_or(0, |last| *last as usize + 1),
                };
                let mut rows = vec![0u32; tuples];
                for (range, people) in offsets.windows(2).zip(people) {
                    for tuple in &members[range[0] as usize..range[1] as usize] {
                        let to = &mut rows[*tuple as usize];
                        *to = to.saturating_add(*people);
                    }
                }
                Cow::Owned(rows)
            }
        }
    }

    /// A sensitive column whose codes add up to the person–value pairs of the whole table: a
    /// person who has a value in several rows has it once. The units are those of the column, or
    /// one, where a person's rows are units of their own.
    pub fn pooled(&self, sensitive: usize) -> Cow<'_, Sensitive> {
        let column = &self.sensitive[sensitive];
        let People::Records { offsets, people, linked: false, .. } = &self.people else {
            return Cow::Borrowed(column);
        };
        let mut pairs: BTreeMap<u16, u32> = BTreeMap::new();
        let mut codes = Vec::new();
        for (range, people) in offsets.windows(2).zip(people) {
            let [from, to] = [range[0], range[1]].map(|at| column.offsets[at as usize] as usize);
            codes.clear();
            codes.extend_from_slice(&column.codes[from..to]);
            codes.sort_unstable();
            codes.dedup();
            for code in &codes {
                let to = pairs.entry(*code).or_default();
                *to = to.saturating_add(*people);
            }
        }
        Cow::Owned(Sensitive {
            n_codes: column.n_codes,
            offsets: vec![0, pairs.len() as u32],
            codes: pairs.keys().copied().collect(),
            people: pairs.values().copied().collect(),
            levels: column.levels.clone(),
            order: column.order.clone(),
        })
    }
}
