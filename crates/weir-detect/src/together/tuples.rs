//! Different rows over some columns, and how they fall apart as columns are added.

use rustc_hash::FxHashMap;
use weir_table::chain;

use super::coded::Coded;

/// Different rows over some columns, each of one person or of several.
#[derive(Debug)]
pub(crate) struct Tuples {
    columns: Vec<TupleColumn>,
    /// Row to whose it is; [`SEVERAL`] where more than one person has it.
    owner: Vec<u32>,
    /// People, or rows where each row counts as one.
    people: u64,
    /// Rows before equal ones were put together.
    rows: u64,
    /// Whether a person may have several rows here.
    several_rows: bool,
}

#[derive(Debug)]
struct TupleColumn {
    codes: Vec<u32>,
    n: usize,
}

/// More than one person.
const SEVERAL: u32 = u32::MAX;
/// Nobody yet.
const NOBODY: u32 = u32::MAX - 1;

impl Tuples {
    /// The rows of `coded` over `columns` (places among the coded columns). `person` has the
    /// person of each row and the number of people; without it each row of the table is one.
    pub(crate) fn new(coded: &Coded, columns: &[usize], person: Option<(&[u32], u64)>) -> Self {
        let all = coded.columns();
        let mut known: FxHashMap<u128, u32> = FxHashMap::default();
        let mut first: Vec<usize> = Vec::new();
        let mut owner: Vec<u32> = Vec::new();
        for (row, weight) in coded.weights().iter().enumerate() {
            let mut key = person.map_or(0, |(person, _)| 1 + u128::from(person[row]));
            for column in columns {
                key = chain(key, u64::from(all[*column].codes[row]));
            }
            let next = u32::try_from(first.len()).expect("fewer than 2^32 rows are kept");
            let at = *known.entry(key).or_insert(next);
            if at == next {
                first.push(row);
                let alone = person.is_some() || *weight == 1;
                let whose = person.map_or(next, |(person, _)| person[row]);
                owner.push(if alone { whose } else { SEVERAL });
            } else if person.is_none() {
                owner[at as usize] = SEVERAL;
            }
        }
        let coded_columns = columns.iter().map(|column| {
            let codes = first.iter().map(|row| all[*column].codes[*row]).collect();
            TupleColumn { codes, n: all[*column].n() }
        });
        let rows = coded.weights().iter().sum();
        Self {
            columns: coded_columns.collect(),
            owner,
            people: person.map_or(rows, |(_, people)| people),
            rows,
            several_rows: person.is_some(),
        }
    }

    pub(crate) fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Codes of a column in use.
    pub(crate) fn n_codes(&self, column: usize) -> usize {
        self.columns[column].n
    }

    /// Different rows.
    pub(crate) fn len(&self) -> usize {
        self.owner.len()
    }

    pub(crate) fn people(&self) -> u64 {
        self.people
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// All rows as one class.
    pub(crate) fn whole(&self) -> Partition {
        let rows = u32::try_from(self.len()).expect("fewer than 2^32 rows are kept");
        let mut partition = Partition {
            order: Vec::new(),
            starts: vec![0],
            alone: 0,
            singled: if self.several_rows { vec![0; bits(self.people)] } else { Vec::new() },
            n_singled: 0,
        };
        let one = rows > 0 && self.owner.iter().all(|o| *o == self.owner[0] && *o != SEVERAL);
        if rows > 0 && !one {
            partition.order = (0..rows).collect();
            partition.starts.push(rows);
        } else if rows > 0 {
            partition.alone = 1;
            partition.n_singled = 1;
            if let Some(word) = partition.singled.first_mut() {
                *word = 1;
            }
        }
        partition
    }
}

fn bits(people: u64) -> usize {
    usize::try_from(people.div_ceil(64)).expect("people are counted in memory")
}

/// What some columns tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// People who have a row that nobody else has.
    pub(crate) singled: u64,
    /// Different rows.
    pub(crate) distinct: u64,
}

/// What a set of columns is judged by. Neither measure falls when a column is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// At least so many people who have a row that nobody else has.
    Singled(u64),
    /// At least so many different rows, where each row counts as one person.
    Distinct(u64),
}

impl Goal {
    pub(crate) fn least(self) -> u64 {
        match self {
            Self::Singled(least) | Self::Distinct(least) => least,
        }
    }

    pub(crate) fn is_met(self, told: Told) -> bool {
        match self {
            Self::Singled(least) => told.singled >= least,
            Self::Distinct(least) => told.distinct >= least,
        }
    }
}

/// Rows by what they have in some columns. Classes of one person are left out: they stay such,
/// whatever column is added (a stripped partition, Huhtala et al. 1999).
#[derive(Clone, Debug)]
pub(crate) struct Partition {
    /// Rows, class by class.
    order: Vec<u32>,
    /// Where each class starts; one more at the end.
    starts: Vec<u32>,
    /// Classes that were left out.
    alone: u64,
    /// The people of those, one bit each; empty where each row is a person.
    singled: Vec<u64>,
    n_singled: u64,
}

/// Room that is used again from one column to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// By code: rows, then the place of the next one.
    count: Vec<u32>,
    /// By code.
    owner: Vec<u32>,
    touched: Vec<u32>,
    /// Person to the last round in which they were singled out.
    stamp: Vec<u32>,
    round: u32,
}

impl Scratch {
    /// Counts a class by its codes; they are in `touched` afterwards.
    fn count(&mut self, tuples: &Tuples, class: &[u32], codes: &[u32]) {
        self.touched.clear();
        for row in class {
            let code = codes[*row as usize];
            let owner = tuples.owner[*row as usize];
            let (count, whose) = (&mut self.count[code as usize], &mut self.owner[code as usize]);
            if *count == 0 {
                self.touched.push(code);
                *whose = owner;
            } else if *whose != owner {
                *whose = SEVERAL;
            }
            *count += 1;
        }
    }

    /// People whom a counted class singles out, and who were not before; forgets the class but for
    /// `touched`.
    fn singled(&mut self, tuples: &Tuples, before: &[u64]) -> u64 {
        let mut singled = 0;
        for code in &self.touched {
            self.count[*code as usize] = 0;
            let owner = self.owner[*code as usize];
            if owner == SEVERAL {
                continue;
            }
            if !tuples.several_rows {
                singled += 1;
                continue;
            }
            let stamp = &mut self.stamp[owner as usize];
            if *stamp != self.round && !has(before, owner) {
                *stamp = self.round;
                singled += 1;
            }
        }
        singled
    }

    fn make_room(&mut self, tuples: &Tuples, n_codes: usize) {
        if self.count.len() < n_codes {
            self.count.resize(n_codes, 0);
            self.owner.resize(n_codes, NOBODY);
        }
        if tuples.several_rows && self.stamp.is_empty() {
            self.stamp = vec![0; usize::try_from(tuples.people).unwrap_or(0)];
        }
    }
}

impl Partition {
    fn classes(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|class| &self.order[class[0] as usize..class[1] as usize])
    }

    /// What the columns of the partition tell.
    pub(crate) fn told(&self) -> Told {
        let classes = self.starts.len() as u64 - 1;
        Told { singled: self.n_singled, distinct: self.alone + classes }
    }

    /// No column with `n_codes` codes can tell more than this.
    fn at_most(&self, n_codes: usize) -> Told {
        let n = n_codes as u64;
        let more: u64 = self.starts.windows(2).map(|c| u64::from(c[1] - c[0]).min(n)).sum();
        Told { singled: self.n_singled + more, distinct: self.alone + more }
    }

    /// What it tells with one more column, if that meets the goal.
    pub(crate) fn told_with(
        &self,
        tuples: &Tuples,
        column: usize,
        goal: Goal,
        scratch: &mut Scratch,
    ) -> Option<Told> {
        let TupleColumn { codes, n } = &tuples.columns[column];
        // What it tells if every value in the classes to come is told apart.
        let mut at_most = self.at_most(*n);
        if !goal.is_met(at_most) {
            return None;
        }
        scratch.make_room(tuples, *n);
        scratch.round += 1;
        for class in self.classes() {
            scratch.count(tuples, class, codes);
            let most = class.len().min(*n) as u64;
            let singled = scratch.singled(tuples, &self.singled);
            at_most.distinct -= most - scratch.touched.len() as u64;
            at_most.singled -= most - singled;
            if !goal.is_met(at_most) {
                return None;
            }
        }
        Some(at_most)
    }

    /// The partition by one more column.
    pub(crate) fn with(&self, tuples: &Tuples, column: usize, scratch: &mut Scratch) -> Self {
        let TupleColumn { codes, n } = &tuples.columns[column];
        scratch.make_room(tuples, *n);
        let mut finer = Self {
            order: Vec::with_capacity(self.order.len()),
            starts: vec![0],
            alone: self.alone,
            singled: self.singled.clone(),
            n_singled: self.n_singled,
        };
        for class in self.classes() {
            scratch.count(tuples, class, codes);
            let mut next = u32::try_from(finer.order.len()).expect("no more rows than before");
            for code in &scratch.touched {
                let count = &mut scratch.count[*code as usize];
                let owner = scratch.owner[*code as usize];
                if owner == SEVERAL {
                    (*count, next) = (next, next + *count);
                    finer.starts.push(next);
                } else {
                    finer.alone += 1;
                    *count = NOBODY;
                    finer.single_out(tuples, owner);
                }
            }
            finer.order.resize(next as usize, 0);
            for row in class {
                let place = &mut scratch.count[codes[*row as usize] as usize];
                if *place != NOBODY {
                    finer.order[*place as usize] = *row;
                    *place += 1;
                }
            }
            scratch.touched.iter().for_each(|code| scratch.count[*code as usize] = 0);
        }
        finer
    }

    fn single_out(&mut self, tuples: &Tuples, person: u32) {
        if !tuples.several_rows {
            self.n_singled += 1;
        } else if !has(&self.singled, person) {
            self.singled[person as usize / 64] |= 1 << (person % 64);
            self.n_singled += 1;
        }
    }
}

fn has(people: &[u64], person: u32) -> bool {
    people.get(person as usize / 64).is_some_and(|word| word >> (person % 64) & 1 == 1)
}
