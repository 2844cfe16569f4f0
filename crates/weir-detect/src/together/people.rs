//! Whose rows a table holds.

use rustc_hash::FxHashMap;
use serde::Serialize;
use weir_types::{Bilingual, Finding};

use super::coded::Coded;
use super::words;

/// Who the people of a table are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct People {
    /// The columns that say whose row it is; none where each row counts as one person.
    pub columns: Vec<String>,
    /// People.
    pub people: u64,
    /// People with more than one row.
    pub with_several_rows: u64,
    /// Most rows of one person.
    pub most_rows: u64,
    /// The same for people.
    pub say: Bilingual,
}

/// The people of coded rows.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) people: People,
    /// Places of the columns among the coded ones.
    pub(super) columns: Vec<usize>,
    /// Row to person, where there are such columns.
    pub(super) person: Option<Vec<u32>>,
}

impl Counted {
    pub(super) fn new(coded: &Coded, findings: &[Finding]) -> Self {
        let key = |at: &usize| findings[coded.columns()[*at].column].person_key;
        let columns: Vec<usize> = (0..coded.columns().len()).filter(key).collect();
        Self::by(coded, findings, columns)
    }

    fn by(coded: &Coded, findings: &[Finding], columns: Vec<usize>) -> Self {
        let names: Vec<String> =
            columns.iter().map(|at| findings[coded.columns()[*at].column].column.clone()).collect();
        if columns.is_empty() {
            let people = coded.weights().iter().sum();
            let say = words::people(&names, people, 0, 1);
            let most_rows = u64::from(people > 0);
            let people = People { columns: names, people, with_several_rows: 0, most_rows, say };
            return Self { people, columns, person: None };
        }
        let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        let mut rows: Vec<u64> = Vec::new();
        let mut person = Vec::with_capacity(coded.kept());
        for (row, weight) in coded.weights().iter().enumerate() {
            let key = columns.iter().map(|at| coded.columns()[*at].codes[row]).collect();
            let next = u32::try_from(rows.len()).expect("fewer than 2^32 rows are kept");
            let at = *known.entry(key).or_insert(next);
            if at == next {
                rows.push(0);
            }
            rows[at as usize] += weight;
            person.push(at);
        }
        let several = rows.iter().filter(|rows| **rows > 1).count() as u64;
        let (people, most_rows) = (rows.len() as u64, rows.iter().max().copied().unwrap_or(0));
        let say = words::people(&names, people, several, most_rows);
        let people = People { columns: names, people, with_several_rows: several, most_rows, say };
        Self { people, columns, person: Some(person) }
    }

    /// Row to person and the number of people, for [`super::tuples::Tuples::new`].
    pub(super) fn of_rows(&self) -> Option<(&[u32], u64)> {
        self.person.as_deref().map(|person| (person, self.people.people))
    }
}
