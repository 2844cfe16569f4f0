//! Equivalence classes of a table, for measuring risk: their sizes, nothing else.

use rustc_hash::FxHashMap;

use crate::counting::PeopleRows;
use crate::error::TableError;
use crate::limits::Limits;
use crate::records::Records;
use crate::sketch::mix;

/// The classes of a table: how many people, and how many rows, look alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// `(people, rows)` of each class, in rising order.
    pub sizes: Vec<(u32, u32)>,
    /// Rows in all.
    pub rows: u64,
    /// People in all; rows where nothing tells people apart.
    pub people: u64,
}

impl Classes {
    /// The classes of records over tuples that are as fine as the histogram: by whole records
    /// where `linked`, else by tuples with the different people in each.
    pub fn of_records(records: &Records, linked: bool) -> Self {
        let mut classes =
            Self { rows: records.rows(), people: records.people(), ..Self::default() };
        if linked {
            classes.sizes = records
                .iter()
                .map(|(members, people)| {
                    let rows = u32::try_from(members.len()).unwrap_or(u32::MAX);
                    (people, people.saturating_mul(rows))
                })
                .collect();
        } else {
            classes.sizes = vec![(0, 0); records.n_tuples()];
            for (members, people) in records.iter() {
                let mut last = None;
                for member in members {
                    let class = &mut classes.sizes[*member as usize];
                    class.1 += people;
                    if last.replace(member) != Some(member) {
                        class.0 += people;
                    }
                }
            }
        }
        classes.sizes.sort_unstable();
        classes
    }
}

/// What forms a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassesBy {
    /// Rows that look alike; each row is a person.
    Row,
    /// Rows that look alike; a class counts the different people in it. For tables in which
    /// nothing ties the rows of one person.
    PeopleInRows,
    /// People whose whole records look alike. For tables in which the rows of one person can be
    /// tied together.
    WholeRecord,
}

/// Gathers [`Classes`] from rows.
///
/// A row's look comes as a 64-bit hash. The chance that any two of n looks collide is below
/// n² / 2^65 (for ten million: 3 in a million), and whoever makes the table cannot aim at it,
/// because the hash is keyed by the digest of the table; see [`crate::read_back()`].
#[derive(Debug)]
pub struct ClassesBuilder {
    by: ClassesBy,
    looks: FxHashMap<u64, u32>,
    counts: Vec<u32>,
    pairs: Option<Pairs>,
    rows: u64,
}

/// Pairs of a person and half a look; two of them make a row.
#[derive(Debug)]
struct Pairs {
    rows: PeopleRows,
}

impl ClassesBuilder {
    /// A builder.
    pub fn new(by: ClassesBy, limits: &Limits) -> Self {
        let pairs = (by != ClassesBy::Row).then(|| Pairs { rows: PeopleRows::new(limits) });
        Self { by, looks: FxHashMap::default(), counts: Vec::new(), pairs, rows: 0 }
    }

    /// Adds rows: their looks and, unless each row is a person, the hashes of their people.
    ///
    /// # Errors
    ///
    /// The disk is full when rows have to go there.
    pub fn add(&mut self, people: &[u64], looks: &[u64]) -> Result<(), TableError> {
        self.rows += looks.len() as u64;
        for (row, look) in looks.iter().enumerate() {
            let next = u32::try_from(self.counts.len()).expect("fewer than 2^32 looks");
            let id = *self.looks.entry(*look).or_insert(next);
            if id == next {
                self.counts.push(0);
            }
            self.counts[id as usize] += 1;
            if let Some(pairs) = &mut self.pairs {
                pairs.rows.push(people[row], id)?;
            }
        }
        Ok(())
    }

    /// The classes.
    ///
    /// # Errors
    ///
    /// Rows that went to disk cannot be read back.
    pub fn finish(self) -> Result<Classes, TableError> {
        drop(self.looks);
        let mut classes = Classes { rows: self.rows, ..Classes::default() };
        match (self.by, self.pairs) {
            (ClassesBy::PeopleInRows, Some(pairs)) => {
                let mut people_of = vec![0_u32; self.counts.len()];
                pairs.rows.for_each_person(&mut |_, looks| {
                    classes.people += 1;
                    let mut last = None;
                    for look in looks {
                        if last.replace(look) != Some(look) {
                            people_of[look as usize] += 1;
                        }
                    }
                })?;
                classes.sizes = people_of.into_iter().zip(self.counts).collect();
            }
            (ClassesBy::WholeRecord, Some(pairs)) => {
                let mut of_record: FxHashMap<u128, (u32, u32)> = FxHashMap::default();
                pairs.rows.for_each_person(&mut |_, looks| {
                    classes.people += 1;
                    let (key, rows) = record_key(looks);
                    let slot = of_record.entry(key).or_insert((0, 0));
                    slot.0 += 1;
                    slot.1 += rows;
                })?;
                classes.sizes = of_record.into_values().collect();
            }
            _ => {
                classes.people = self.rows;
                classes.sizes = self.counts.into_iter().map(|n| (n, n)).collect();
            }
        }
        classes.sizes.sort_unstable();
        Ok(classes)
    }
}

/// A 128-bit hash of a rising list of looks, and its length.
fn record_key(looks: &mut dyn Iterator<Item = u32>) -> (u128, u32) {
    let (mut a, mut b, mut n) = (0x243f_6a88_85a3_08d3_u64, 0x1319_8a2e_0370_7344_u64, 0_u32);
    for look in looks {
        a = mix(a ^ u64::from(look).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(b);
        b = mix(b.rotate_left(29) ^ u64::from(look) ^ a);
        n += 1;
    }
    ((u128::from(a) << 64) | u128::from(mix(b ^ u64::from(n))), n)
}
