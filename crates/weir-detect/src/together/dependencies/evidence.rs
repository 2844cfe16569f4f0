//! How surely one column is a function of another.

use rustc_hash::FxHashMap;

use crate::together::coded::{Coded, CodedColumn};

/// Least evidence on which a function is believed.
const LEAST: u64 = 30;
/// Least share of everything that the evidence must be.
const LEAST_SHARE: f64 = 0.2;
/// Least agreement of pairs above that of any two people, 1 being an exact function.
const STRONG: f64 = 0.9;
/// What is below this in the first rows is not looked at again.
const HOPELESS: f64 = 0.7;
/// Pairs in the first rows that are enough to judge by.
const ENOUGH_PAIRS: f64 = 100.0;

/// Rows of the coded table, or some of them, the rows of each person together.
pub(in crate::together) struct Rows<'a> {
    coded: &'a Coded,
    /// Row to person, where rows have people.
    person: Option<&'a [u32]>,
    order: Vec<u32>,
}

impl<'a> Rows<'a> {
    /// At most `most` different rows, drawn by people and not by place.
    pub(in crate::together) fn new(
        coded: &'a Coded,
        person: Option<&'a [u32]>,
        most: usize,
    ) -> Self {
        let n = u32::try_from(coded.kept()).expect("fewer than 2^32 rows are kept");
        let mut order: Vec<u32> = (0..n).collect();
        if order.len() > most {
            let share = most as f64 / order.len() as f64;
            // Units lie below a bound where the table itself is a sample.
            let greatest = coded.units().iter().max().copied().unwrap_or(0);
            let bound = (greatest as f64 * share) as u64;
            order.retain(|row| coded.units()[*row as usize] <= bound);
        }
        if let Some(person) = person {
            order.sort_by_key(|row| person[*row as usize]);
        }
        Self { coded, person, order }
    }

    /// The rows by their values in a column.
    pub(in crate::together) fn by(&self, column: &CodedColumn) -> Classes {
        self.classes(column.n(), |row| column.codes[row as usize])
    }

    /// The rows by their values in two columns together.
    pub(in crate::together) fn by_two(&self, a: &CodedColumn, b: &CodedColumn) -> Classes {
        let mut known: FxHashMap<u64, u32> = FxHashMap::default();
        let mut joint = vec![0_u32; self.coded.kept()];
        for row in &self.order {
            let row = *row as usize;
            let pair = u64::from(a.codes[row]) << 32 | u64::from(b.codes[row]);
            let next = u32::try_from(known.len()).expect("fewer than 2^32 rows are kept");
            joint[row] = *known.entry(pair).or_insert(next);
        }
        self.classes(known.len(), |row| joint[row as usize])
    }

    fn classes(&self, n: usize, code: impl Fn(u32) -> u32) -> Classes {
        let mut next = vec![0_usize; n + 1];
        self.order.iter().for_each(|row| next[code(*row) as usize + 1] += 1);
        (0..n).for_each(|code| next[code + 1] += next[code]);
        let starts = next.clone();
        let mut order = vec![0_u32; self.order.len()];
        for row in &self.order {
            let at = &mut next[code(*row) as usize];
            order[*at] = *row;
            *at += 1;
        }
        Classes { order, starts }
    }
}

/// Rows by their value, those of a person together.
pub(in crate::together) struct Classes {
    order: Vec<u32>,
    starts: Vec<usize>,
}

impl Classes {
    /// Whether enough rows share their class for them to be evidence of anything.
    pub(in crate::together) fn may_be_evidence(&self, coded: &Coded) -> bool {
        let weight = |row: &u32| coded.weights()[*row as usize];
        let (mut shared, mut all) = (0, 0);
        for class in self.starts.windows(2) {
            let rows: u64 = self.order[class[0]..class[1]].iter().map(weight).sum();
            all += rows;
            shared += if rows > 1 { rows } else { 0 };
        }
        shared as f64 >= LEAST_SHARE * all as f64
    }
}

/// What speaks for a function and against it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::together) struct Evidence {
    /// Rows (or different values of people) in classes of several people.
    pub(in crate::together) of: u64,
    /// Those of them with the most frequent value of their class.
    pub(in crate::together) agree: u64,
    /// Everything, in classes of any size.
    all: u64,
    /// Pairs within classes.
    pairs: f64,
    /// Agreement of pairs above chance; 1 for a function, 0 for columns that say nothing of each
    /// other.
    strength: f64,
}

impl Evidence {
    pub(in crate::together) fn violations(self) -> f64 {
        (self.of - self.agree) as f64 / self.of.max(1) as f64
    }

    /// Whether it is worth looking at every row; `fine` is the answer where there are too few
    /// pairs to tell.
    pub(in crate::together) fn may_hold(self, fine: bool) -> bool {
        if self.pairs < ENOUGH_PAIRS { fine } else { self.strength >= HOPELESS }
    }

    pub(in crate::together) fn holds(self, most_violations: f64) -> bool {
        self.of >= LEAST
            && self.of as f64 >= LEAST_SHARE * self.all as f64
            && self.strength >= STRONG
            && self.violations() <= most_violations
    }
}

/// What the classes of one column say of another.
pub(in crate::together) fn evidence(
    rows: &Rows<'_>,
    classes: &Classes,
    to: &CodedColumn,
) -> Evidence {
    let mut tally = Tally::new(to.n());
    let mut found = Evidence::default();
    let mut everywhere = vec![0_u64; to.n()];
    let mut agreeing = 0.0;
    for class in classes.starts.windows(2) {
        tally.clear();
        for row in &classes.order[class[0]..class[1]] {
            let row = *row as usize;
            if Some(to.codes[row]) != to.null {
                let person = rows.person.map(|person| person[row]);
                tally.add(to.codes[row], person, rows.coded.weights()[row]);
            }
        }
        let (n, most) = (tally.n, tally.most());
        found.all += n;
        tally
            .touched
            .iter()
            .for_each(|code| everywhere[*code as usize] += tally.count[*code as usize]);
        if n > 1 && !tally.one_person() {
            found.of += n;
            found.agree += most;
            found.pairs += pairs(n);
            agreeing += tally.touched.iter().map(|c| pairs(tally.count[*c as usize])).sum::<f64>();
        }
    }
    let by_chance = everywhere.iter().map(|n| pairs(*n)).sum::<f64>() / pairs(found.all).max(1.0);
    if found.pairs > 0.0 && by_chance < 1.0 {
        found.strength = (agreeing / found.pairs - by_chance) / (1.0 - by_chance);
    }
    found
}

fn pairs(n: u64) -> f64 {
    n as f64 * (n.saturating_sub(1)) as f64 / 2.0
}

/// The values of a class. A person counts once for each value that they have.
struct Tally {
    count: Vec<u64>,
    last: Vec<u32>,
    touched: Vec<u32>,
    n: u64,
    person: Option<u32>,
    several: bool,
}

impl Tally {
    fn new(codes: usize) -> Self {
        let (count, last) = (vec![0; codes], vec![u32::MAX; codes]);
        Self { count, last, touched: Vec::new(), n: 0, person: None, several: false }
    }

    fn clear(&mut self) {
        for code in self.touched.drain(..) {
            self.count[code as usize] = 0;
            self.last[code as usize] = u32::MAX;
        }
        (self.n, self.person, self.several) = (0, None, false);
    }

    fn add(&mut self, code: u32, person: Option<u32>, weight: u64) {
        let count = &mut self.count[code as usize];
        if *count == 0 {
            self.touched.push(code);
        }
        let Some(person) = person else {
            *count += weight;
            self.n += weight;
            return;
        };
        self.several |= self.person.is_some_and(|other| other != person);
        self.person = Some(person);
        if self.last[code as usize] != person {
            self.last[code as usize] = person;
            *count += 1;
            self.n += 1;
        }
    }

    fn one_person(&self) -> bool {
        self.person.is_some() && !self.several
    }

    fn most(&self) -> u64 {
        self.touched.iter().map(|code| self.count[*code as usize]).max().unwrap_or(0)
    }
}
