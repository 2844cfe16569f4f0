//! A table as the attacks see it: distinct rows over some columns, and who has them.

use arrow_array::{Array, StringArray};
use rustc_hash::FxHashMap;
use weir_table::{Limits, Records, Table, TableError, hash_people};

/// Distinct rows over the attacked columns, and the records that people have over them. Memory
/// follows the distinct rows, and the rows where people have several.
#[derive(Debug)]
pub struct Side {
    /// Texts by column, then code; code 0 is "no value".
    pub(crate) texts: Vec<Vec<Box<str>>>,
    /// Codes by distinct row, then column.
    pub(crate) rows: Vec<Box<[u32]>>,
    /// Who has them; where rows are not tied to people, each row is one record.
    pub(crate) records: Records,
    /// Who has which record, by the hash of the person, rising; empty where rows are not tied to
    /// people.
    pub(crate) people: Vec<(u64, u32)>,
}

impl Side {
    /// Reads some columns of a table; `person` says whose row it is.
    ///
    /// # Errors
    ///
    /// The table cannot be read or lacks a column.
    pub fn read(
        table: &Table,
        columns: &[String],
        person: Option<&str>,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Self, TableError> {
        let source = table.source();
        let mut wanted = Vec::with_capacity(columns.len() + 1);
        for column in columns.iter().map(String::as_str).chain(person) {
            wanted.push(source.index_of(column)?);
        }
        let mut reader = Reader {
            dictionaries: columns.iter().map(|_| Dictionary::new()).collect(),
            ids: FxHashMap::default(),
            rows: Vec::new(),
            counts: Vec::new(),
            people: person.map(|_| Vec::new()),
        };
        table.scan_texts(&wanted, limits, progress, |batch| {
            reader.add(&batch);
            Ok::<_, TableError>(())
        })?;
        Ok(reader.finish())
    }

    /// Bytes that two sides of so many rows together take at most, with an index over each.
    pub fn most_bytes(rows: u64, columns: usize) -> u64 {
        // Per distinct row: its codes as such, as a key, and twice in the indices; the boxes
        // around them, the record, and a place in a table that is half empty.
        rows.saturating_mul(columns as u64 * 4 * 4 + 200)
    }

    /// Takes the people of another side over the same columns where this one counts fewer of a
    /// kind: of a row that is equal, text by text. Each row is a person on both.
    ///
    /// # Panics
    ///
    /// When the sides differ in the number of their columns.
    pub fn at_least(&mut self, other: &Self) {
        assert_eq!(self.n_columns(), other.n_columns(), "the same columns");
        let mut ids: FxHashMap<Box<[u32]>, u32> = self.rows.iter().cloned().zip(0..).collect();
        let mut people = self.people_by_row();
        let mut codes: Vec<FxHashMap<Box<str>, u32>> =
            self.texts.iter().map(|texts| texts.iter().cloned().zip(0..).collect()).collect();
        for (row, theirs) in other.rows.iter().zip(other.people_by_row()) {
            let mut own: Box<[u32]> = row.clone();
            for (column, code) in own.iter_mut().enumerate() {
                let text = &other.texts[column][*code as usize];
                let next = u32::try_from(self.texts[column].len()).expect("as in a dictionary");
                *code = *codes[column].entry(text.clone()).or_insert(next);
                if *code == next {
                    self.texts[column].push(text.clone());
                }
            }
            let next = u32::try_from(self.rows.len()).expect("fewer than 2^32 distinct rows");
            let id = *ids.entry(own).or_insert_with_key(|own| {
                self.rows.push(own.clone());
                people.push(0);
                next
            });
            let count = &mut people[id as usize];
            *count = (*count).max(theirs);
        }
        let counts: Vec<u32> =
            people.into_iter().map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect();
        self.records = Records::from_counts(&counts);
    }

    /// People by distinct row, each row being a person.
    pub(crate) fn people_by_row(&self) -> Vec<u64> {
        let mut people = vec![0; self.rows.len()];
        for (members, n) in self.records.iter() {
            members.iter().for_each(|row| people[*row as usize] += u64::from(n));
        }
        people
    }

    /// The record of a person, by hash.
    pub(crate) fn record_of(&self, person: u64) -> Option<usize> {
        let at = self.people.binary_search_by_key(&person, |(p, _)| *p).ok()?;
        Some(self.people[at].1 as usize)
    }

    /// Number of columns.
    pub(crate) fn n_columns(&self) -> usize {
        self.texts.len()
    }

    /// People by the code that they have in a column, each counted once for a code.
    pub(crate) fn people_by_code(&self, column: usize) -> Vec<u64> {
        let mut people = vec![0_u64; self.texts[column].len()];
        let mut seen = Vec::new();
        for (members, n) in self.records.iter() {
            self.codes_of(members, column, &mut seen);
            seen.iter().for_each(|code| people[*code as usize] += u64::from(n));
        }
        people
    }

    /// The different codes of a record in a column.
    pub(crate) fn codes_of(&self, members: &[u32], column: usize, out: &mut Vec<u32>) {
        out.clear();
        out.extend(members.iter().map(|row| self.rows[*row as usize][column]));
        out.sort_unstable();
        out.dedup();
    }
}

/// Texts and their codes; code 0 is "no value".
pub(crate) struct Dictionary {
    codes: FxHashMap<Box<str>, u32>,
    pub(crate) texts: Vec<Box<str>>,
}

impl Dictionary {
    pub(crate) fn new() -> Self {
        Self { codes: FxHashMap::default(), texts: vec!["".into()] }
    }

    pub(crate) fn code(&mut self, text: &str) -> u32 {
        // An empty text of a released file is a cell without a value.
        if text.is_empty() {
            return 0;
        }
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = u32::try_from(self.texts.len()).expect("fewer than 2^32 distinct values");
        self.codes.insert(text.into(), code);
        self.texts.push(text.into());
        code
    }
}

struct Reader {
    dictionaries: Vec<Dictionary>,
    ids: FxHashMap<Box<[u32]>, u32>,
    rows: Vec<Box<[u32]>>,
    counts: Vec<u32>,
    /// Person and row, where rows are tied to people.
    people: Option<Vec<(u64, u32)>>,
}

impl Reader {
    fn add(&mut self, batch: &[StringArray]) {
        let n = batch.first().map_or(0, Array::len);
        let (columns, person) = batch.split_at(self.dictionaries.len());
        let codes: Vec<Vec<u32>> = columns
            .iter()
            .zip(&mut self.dictionaries)
            .map(|(texts, dictionary)| {
                texts.iter().map(|text| text.map_or(0, |text| dictionary.code(text))).collect()
            })
            .collect();
        let hashes = person
            .first()
            .map(|texts| hash_people(&(std::sync::Arc::new(texts.clone()) as _), PERSON_SEED));
        let mut look = vec![0; codes.len()];
        for row in 0..n {
            look.iter_mut().zip(&codes).for_each(|(code, column)| *code = column[row]);
            let id = self.id_of(&look);
            match (&mut self.people, &hashes) {
                (Some(people), Some(hashes)) => people.push((hashes[row], id)),
                _ => self.counts[id as usize] += 1,
            }
        }
    }

    fn id_of(&mut self, look: &[u32]) -> u32 {
        if let Some(id) = self.ids.get(look) {
            return *id;
        }
        let id = u32::try_from(self.rows.len()).expect("fewer than 2^32 distinct rows");
        self.ids.insert(look.into(), id);
        self.rows.push(look.into());
        self.counts.push(0);
        id
    }

    fn finish(self) -> Side {
        let n = self.rows.len();
        let (records, people) = match self.people {
            None => (Records::from_counts(&self.counts), Vec::new()),
            Some(mut rows) => {
                rows.sort_unstable();
                let one = || rows.chunk_by(|a, b| a.0 == b.0);
                let members: Vec<Vec<u32>> =
                    one().map(|rows| rows.iter().map(|(_, row)| *row).collect()).collect();
                let pairs = members.iter().map(|members| (members.as_slice(), 1));
                let people = one().zip(0..).map(|(rows, record)| (rows[0].0, record)).collect();
                (Records::from_pairs(n, pairs), people)
            }
        };
        Side {
            people,
            texts: self.dictionaries.into_iter().map(|d| d.texts).collect(),
            rows: self.rows,
            records,
        }
    }
}

/// Only tells people of one table apart.
const PERSON_SEED: u64 = 0x7765_6972;
