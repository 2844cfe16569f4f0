//! The histogram: all that decisions see of a table.

use std::sync::OnceLock;

use crate::records::Records;

/// Distinct tuples of coded values, and the records that people have over them.
///
/// Column `c` here is the `c`-th coded column, not a column of the source. Codes are packed into
/// words of 16 bits. Where each row is a person of its own, only the rows of each tuple are held.
#[derive(Clone, Debug)]
pub struct Histogram {
    n_codes: Vec<usize>,
    packed: Packed,
    people: People,
    /// Unpacked when asked for.
    codes: Vec<OnceLock<Vec<u16>>>,
}

#[derive(Clone, Debug)]
enum People {
    Rows { counts: Vec<u32>, records: OnceLock<Records> },
    Records(Records),
}

/// Where the codes of a column stand in the words of a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the word.
    pub word: usize,
    /// Lowest bit.
    pub shift: u32,
    /// Number of bits, 1 to 16.
    pub bits: u32,
}

/// Tuples of codes in words: `words[w][t]` is word `w` of tuple `t`.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    /// One place per column; no column straddles two words.
    pub places: Vec<Place>,
    /// By word, then tuple.
    pub words: Vec<Vec<u16>>,
    /// Whether tuples that agree in their first words stand together.
    pub sorted: bool,
}

/// Bits of a word that are filled before the next one is begun, unless a column needs more.
const WORD_BITS: u32 = 12;

/// The places of columns with these numbers of codes. The first `apart` columns share no word
/// with the others.
pub(crate) fn places(n_codes: &[usize], apart: usize) -> Vec<Place> {
    let (mut word, mut used) = (0, 0);
    let mut places = Vec::with_capacity(n_codes.len());
    for (column, n) in n_codes.iter().enumerate() {
        let bits = (usize::BITS - n.saturating_sub(1).leading_zeros()).max(1);
        if column > 0 && (used + bits > WORD_BITS || column == apart) {
            (word, used) = (word + 1, 0);
        }
        places.push(Place { word, shift: used, bits });
        used += bits;
    }
    places
}

impl Place {
    /// The code of the column in its word.
    pub fn code(self, word: u16) -> u16 {
        (word >> self.shift) & (u16::MAX >> (16 - self.bits))
    }
}

impl Packed {
    /// Tuples from columns of codes; the first `apart` columns share no word with the others.
    pub(crate) fn of_codes(n_codes: &[usize], apart: usize, codes: &[Vec<u16>], n: usize) -> Self {
        let places = places(n_codes, apart);
        let mut words = vec![vec![0; n]; places.last().map_or(0, |place| place.word + 1)];
        for (place, codes) in places.iter().zip(codes) {
            for (word, code) in words[place.word].iter_mut().zip(codes) {
                *word |= code << place.shift;
            }
        }
        Self { places, words, sorted: false }
    }
}

impl Histogram {
    /// Builds from columns of codes (`codes[column][tuple]`, each below `n_codes[column]`) and
    /// the records over these tuples.
    #[expect(clippy::needless_pass_by_value, reason = "the histogram takes the codes over")]
    pub fn new(n_codes: Vec<usize>, codes: Vec<Vec<u16>>, records: Records) -> Self {
        debug_assert!(codes.iter().all(|c| c.len() == records.n_tuples()));
        let packed = Packed::of_codes(&n_codes, n_codes.len(), &codes, records.n_tuples());
        Self::of_records(n_codes, packed, records)
    }

    pub(crate) fn of_records(n_codes: Vec<usize>, packed: Packed, records: Records) -> Self {
        let codes = vec![OnceLock::new(); n_codes.len()];
        Self { n_codes, packed, people: People::Records(records), codes }
    }

    /// Builds from tuples of which each row is a person of its own.
    pub(crate) fn of_rows(n_codes: Vec<usize>, packed: Packed, counts: Vec<u32>) -> Self {
        let codes = vec![OnceLock::new(); n_codes.len()];
        let people = People::Rows { counts, records: OnceLock::new() };
        Self { n_codes, packed, people, codes }
    }

    /// Number of coded columns.
    pub fn n_columns(&self) -> usize {
        self.n_codes.len()
    }

    /// Number of codes of a column, the null code (the last) among them.
    pub fn n_codes(&self, column: usize) -> usize {
        self.n_codes[column]
    }

    /// Number of distinct tuples.
    pub fn n_tuples(&self) -> usize {
        match &self.people {
            People::Rows { counts, .. } => counts.len(),
            People::Records(records) => records.n_tuples(),
        }
    }

    /// The codes of a column, one per tuple; they are unpacked when first asked for.
    pub fn codes(&self, column: usize) -> &[u16] {
        self.codes[column].get_or_init(|| {
            let place = self.packed.places[column];
            self.packed.words[place.word].iter().map(|word| place.code(*word)).collect()
        })
    }

    /// The tuples in words.
    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Who has which tuples. Where each row is a person these are made when first asked for; see
    /// [`Self::rows`].
    pub fn records(&self) -> &Records {
        match &self.people {
            People::Rows { counts, records } => {
                records.get_or_init(|| Records::from_counts(counts))
            }
            People::Records(records) => records,
        }
    }

    /// The rows of each tuple, where each row is a person of its own.
    pub fn rows(&self) -> Option<&[u32]> {
        match &self.people {
            People::Rows { counts, .. } => Some(counts),
            People::Records(_) => None,
        }
    }

    /// Takes the histogram apart: its tuples, and the rows of each where each row is a person of
    /// its own.
    pub fn into_rows(self) -> (Packed, Option<Vec<u32>>) {
        match self.people {
            People::Rows { counts, .. } => (self.packed, Some(counts)),
            People::Records(_) => (self.packed, None),
        }
    }

    /// People in all.
    pub fn n_people(&self) -> u64 {
        self.rows().map_or_else(|| self.records().people(), sum)
    }

    /// Rows in all.
    pub fn n_rows(&self) -> u64 {
        self.rows().map_or_else(|| self.records().rows(), sum)
    }
}

fn sum(counts: &[u32]) -> u64 {
    counts.iter().map(|n| u64::from(*n)).sum()
}
