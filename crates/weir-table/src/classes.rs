//! Equivalence classes of a table, for measuring risk: how many people and rows each has.

use rustc_hash::FxHashMap;

use crate::error::TableError;
use crate::limits::Limits;
use crate::records::Records;
use crate::sketch::mix;
use crate::spill::SortedRows;

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
pub(crate) enum ClassesBy {
    /// Rows that look alike; each row is a person.
    Row,
    /// Rows that look alike; a class counts the different people in it. For tables in which
    /// nothing ties the rows of one person.
    PeopleInRows,
    /// People whose whole records look alike. For tables in which the rows of one person can be
    /// tied together.
    WholeRecord,
}

/// One class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassCounts {
    /// Its people.
    pub people: u32,
    /// Its rows.
    pub rows: u32,
    /// People of the population who look the same, where there is a population table.
    pub population: Option<u32>,
    /// What the cells of a row of the class weigh in all, where they were weighed and looks form
    /// the classes.
    pub weight: Option<f64>,
}

impl ClassCounts {
    fn add_to_population(&mut self) {
        self.population = Some(self.population.unwrap_or(0).saturating_add(1));
    }
}

/// Gathers classes from rows.
///
/// A row's look comes as a 64-bit hash. The chance that any two of n looks collide is below
/// n² / 2^65 (for ten million: 3 in a million), and whoever makes the table cannot aim at it,
/// because the hash is keyed by the digest of the table; see [`crate::read_back()`].
#[derive(Debug)]
pub(crate) struct ClassesBuilder {
    by: ClassesBy,
    looks: FxHashMap<u64, u32>,
    classes: Vec<ClassCounts>,
    /// Person (two words) and number of the look.
    pairs: Option<SortedRows<3>>,
    rows: u64,
}

impl ClassesBuilder {
    /// A builder that holds `bytes` of rows at most before they go to the disk.
    pub(crate) fn new(by: ClassesBy, limits: &Limits, bytes: usize) -> Self {
        let pairs = (by != ClassesBy::Row).then(|| SortedRows::new(limits, bytes));
        Self { by, looks: FxHashMap::default(), classes: Vec::new(), pairs, rows: 0 }
    }

    /// Adds rows: the hashes of their people, unless each row is a person; their looks; what
    /// their cells weigh, if anything. Gives the number of each row's look.
    ///
    /// # Errors
    ///
    /// The disk is full when rows have to go there.
    pub(crate) fn add(
        &mut self,
        people: &[u64],
        looks: &[u64],
        weights: &[f64],
    ) -> Result<Vec<u32>, TableError> {
        self.rows += looks.len() as u64;
        let mut numbers = Vec::with_capacity(looks.len());
        for (row, look) in looks.iter().enumerate() {
            let next = u32::try_from(self.classes.len()).expect("fewer than 2^32 looks");
            let id = *self.looks.entry(*look).or_insert(next);
            if id == next {
                let weight = weights.get(row).copied();
                self.classes.push(ClassCounts { weight, ..ClassCounts::default() });
            }
            self.classes[id as usize].rows += 1;
            if let Some(pairs) = &mut self.pairs {
                pairs.push([(people[row] >> 32) as u32, people[row] as u32, id])?;
            }
            numbers.push(id);
        }
        Ok(numbers)
    }

    /// The classes, by the number of their look where looks form them.
    ///
    /// # Errors
    ///
    /// Rows that went to disk cannot be read back.
    pub(crate) fn finish(self) -> Result<Counted, TableError> {
        let mut counted = Counted {
            by: self.by,
            looks: self.looks,
            records: FxHashMap::default(),
            classes: self.classes,
            people: self.rows,
        };
        match self.pairs {
            None => counted.classes.iter_mut().for_each(|class| class.people = class.rows),
            Some(pairs) => counted.count_people(pairs)?,
        }
        Ok(counted)
    }
}

/// Classes, and what finds the class of a row.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) by: ClassesBy,
    looks: FxHashMap<u64, u32>,
    records: FxHashMap<u128, u32>,
    pub(crate) classes: Vec<ClassCounts>,
    people: u64,
}

impl Counted {
    fn count_people(&mut self, pairs: SortedRows<3>) -> Result<(), TableError> {
        self.people = 0;
        let by_record = self.by == ClassesBy::WholeRecord;
        if by_record {
            self.classes = Vec::new();
        }
        pairs.for_each_group(2, |person| {
            self.people += 1;
            if !by_record {
                let looks = person.chunk_by(|a, b| a == b);
                looks.for_each(|same| self.classes[same[0][2] as usize].people += 1);
                return Ok(());
            }
            let (key, rows) = record_key(&mut person.iter().map(|row| row[2]));
            let next = u32::try_from(self.classes.len()).expect("fewer than 2^32 records");
            let at = *self.records.entry(key).or_insert(next);
            if at == next {
                self.classes.push(ClassCounts::default());
            }
            let class = &mut self.classes[at as usize];
            class.people += 1;
            class.rows += rows;
            Ok(())
        })
    }

    /// The sizes.
    pub(crate) fn sizes(&self) -> Classes {
        let mut sizes: Vec<_> = self.classes.iter().map(|c| (c.people, c.rows)).collect();
        sizes.sort_unstable();
        let rows = sizes.iter().map(|(_, rows)| u64::from(*rows)).sum();
        Classes { sizes, rows, people: self.people }
    }

    /// The number of a look; `u32::MAX` for one that the table does not have.
    pub(crate) fn look(&self, hash: u64) -> u32 {
        self.looks.get(&hash).copied().unwrap_or(u32::MAX)
    }

    /// Counts rows of the population, one person each, where looks form the classes.
    pub(crate) fn add_population(&mut self, looks: &[u64]) {
        for look in looks {
            let look = self.look(*look) as usize;
            if let Some(class) = self.classes.get_mut(look) {
                class.add_to_population();
            }
        }
    }

    /// Counts people of the population: rows of a person (two words) and the number of a look.
    ///
    /// # Errors
    ///
    /// Rows that went to disk cannot be read back.
    pub(crate) fn add_people_of_population(
        &mut self,
        pairs: SortedRows<3>,
    ) -> Result<(), TableError> {
        pairs.for_each_group(2, |person| {
            // A record with a look that the table lacks is no record of the table.
            if person.last().is_some_and(|row| row[2] != u32::MAX) {
                let (key, _) = record_key(&mut person.iter().map(|row| row[2]));
                if let Some(at) = self.records.get(&key) {
                    self.classes[*at as usize].add_to_population();
                }
            }
            Ok(())
        })
    }
}

/// A 128-bit hash of a rising list of looks, and its length.
pub(crate) fn record_key(looks: &mut dyn Iterator<Item = u32>) -> (u128, u32) {
    let (mut a, mut b, mut n) = (0x243f_6a88_85a3_08d3_u64, 0x1319_8a2e_0370_7344_u64, 0_u32);
    for look in looks {
        a = mix(a ^ u64::from(look).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(b);
        b = mix(b.rotate_left(29) ^ u64::from(look) ^ a);
        n += 1;
    }
    ((u128::from(a) << 64) | u128::from(mix(b ^ u64::from(n))), n)
}
