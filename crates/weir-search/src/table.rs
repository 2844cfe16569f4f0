//! What the search sees of a table.

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
        ///   record and row).
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
