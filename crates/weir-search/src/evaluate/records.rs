//! Nodes of tables whose people have several rows.
//!
//! A *unit* is what is suppressed: a person with all rows where records are linked, else a row.
//!
//! What going up a level does to the classes, on which the bounds of the search rest:
//!
//! * *Linked.* A class is the people whose multisets of looks are equal. The multiset at a level
//!   above is a function of the one below, so that a class above is a union of classes below, and
//!   these have no people in common: all is as for rows, with people in their place.
//! * *Not linked.* A class is the people who have a row of a look. The rows of a class above are a
//!   union of the rows of classes below, and its people are all their people, so that neither the
//!   people of a class nor its different values become fewer. What fails k-anonymity or distinct
//!   ℓ-diversity above is made of classes that fail it, too. But a person may be in several of
//!   the classes that are merged and counts once in the whole, for each value once: the
//!   distribution of the whole is no mean of theirs, and a model that is convex says nothing of it.
//!   Only where every person of a class has one row in it, its parts have no people in common, and
//!   what holds for rows holds there.

use std::borrow::Cow;

use super::{
    axis::Axis,
    base::Base,
    classes::Classes,
    ids::Ids,
    judge::{Ascending, Judge},
    measure::Measured,
    part::{BLOCK, Key as _, Reader},
    values::Values as Pairs,
};
use crate::{Class, Values, model::n_suppressed};

mod collapse;
mod values;

use values::Counted;

/// The records of a base. Members are tuples of the base, rising within a record.
#[derive(Clone, Debug)]
pub(crate) struct Records<'a> {
    pub(crate) linked: bool,
    /// Where each record begins; one more than there are records.
    pub(crate) offsets: Cow<'a, [u64]>,
    pub(crate) members: Cow<'a, [u32]>,
    pub(crate) people: Cow<'a, [u32]>,
    /// People of all records.
    pub(crate) all: u64,
    /// Sensitive columns that models ask for: by record where linked, else by member.
    pub(crate) values: Vec<Pairs<'a>>,
}

/// Memory that measuring uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    looks: Vec<u128>,
    ids: Ids<u64>,
    wide: Ids<u128>,
    of_rows: Classes,
    classes: Found,
}

/// What a node suppresses, unit by unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flags {
    /// By record where linked, else by tuple.
    pub(crate) suppressed: Vec<bool>,
    /// People who lose a row.
    pub(crate) people: u64,
    /// Rows suppressed.
    pub(crate) rows: u64,
}

/// The classes of a node.
#[derive(Debug, Default)]
struct Found {
    /// People of each class.
    people: Vec<u32>,
    /// A record of each class where linked, else a tuple.
    first: Vec<u32>,
    /// Class of each record where linked, else of each tuple.
    of: Vec<u32>,
    /// Rows of each class; empty where linked.
    rows: Vec<u32>,
    /// The record that was counted last in each class.
    last: Vec<u32>,
}

/// What was decided about the classes of a node.
#[derive(Default)]
struct Decided {
    suppressed: Vec<u32>,
    /// Class, and its units that every node below suppresses.
    owed: Vec<(u32, u32)>,
    kept: Vec<u32>,
}

impl Records<'_> {
    /// Measures a node of the base that these are the records of.
    pub(super) fn measure(
        &self,
        base: &Base<'_>,
        axes: &[Axis],
        levels: &[usize],
        judge: &Judge<'_>,
        scratch: &mut Scratch,
    ) -> Measured {
        let node = Node { records: self, base, axes, levels, judge };
        node.measure(scratch).0
    }

    /// Measures a node to the end, and tells what it suppresses.
    pub(super) fn flags(
        &self,
        base: &Base<'_>,
        axes: &[Axis],
        levels: &[usize],
        judge: &Judge<'_>,
    ) -> (Measured, Flags) {
        let judge = &Judge { limit: u64::MAX, ..*judge };
        let node = Node { records: self, base, axes, levels, judge };
        let mut scratch = Scratch::default();
        let (measured, decided) = node.measure(&mut scratch);
        let found = &scratch.classes;
        let mut out = vec![false; found.people.len()];
        decided.suppressed.iter().for_each(|class| out[*class as usize] = true);
        let suppressed: Vec<bool> = found.of.iter().map(|class| out[*class as usize]).collect();
        let mut flags = Flags { suppressed, people: 0, rows: 0 };
        for (record, people) in self.people.iter().enumerate() {
            let members = self.members_of(record);
            let rows = if self.linked {
                if flags.suppressed[record] { members.len() } else { 0 }
            } else {
                members.iter().filter(|tuple| flags.suppressed[**tuple as usize]).count()
            };
            flags.people += if rows > 0 { u64::from(*people) } else { 0 };
            flags.rows += rows as u64 * u64::from(*people);
        }
        (measured, flags)
    }

    fn range(&self, record: usize) -> std::ops::Range<usize> {
        self.offsets[record] as usize..self.offsets[record + 1] as usize
    }

    fn members_of(&self, record: usize) -> &[u32] {
        &self.members[self.range(record)]
    }
}

/// A node while it is measured.
struct Node<'n, 'b> {
    records: &'n Records<'b>,
    base: &'n Base<'b>,
    axes: &'n [Axis],
    levels: &'n [usize],
    judge: &'n Judge<'n>,
}

impl Node<'_, '_> {
    fn measure(&self, scratch: &mut Scratch) -> (Measured, Decided) {
        let mut measured = Measured { exact: true, smallest: u64::MAX, ..Measured::default() };
        let mut decided = Decided::default();
        let counted = if self.records.linked {
            self.classes_of_people(scratch)
        } else {
            self.classes_of_rows(scratch);
            true
        };
        let found = &scratch.classes;
        if !counted {
            measured.owed = self.judge.limit.saturating_add(1);
            measured.suppressed = measured.owed;
            return (measured, decided);
        }
        for class in 0..found.people.len() as u32 {
            if found.people[class as usize] < self.judge.least {
                let units = self.units(found, class);
                measured.suppressed += u64::from(units);
                measured.owed += u64::from(units);
                decided.suppressed.push(class);
                decided.owed.push((class, units));
            }
        }
        if measured.owed > self.judge.limit {
            return (measured, decided);
        }
        self.judge_classes(found, &mut decided, &mut measured);
        let over = |n: u64| n > self.judge.limit;
        if over(measured.owed) || (self.judge.monotone && over(measured.suppressed)) {
            return (measured, decided);
        }
        self.judge_whole(found, &mut decided, &mut measured);
        measured.complete = true;
        measured.feasible = measured.suppressed <= self.judge.limit;
        self.sum_up(found, &decided, &mut measured);
        (measured, decided)
    }

    /// People whose whole records look the same; false where there are more classes than a
    /// feasible node has, here or below: a class that is kept has the least people or more, and
    /// one that is not has at least one.
    fn classes_of_people(&self, scratch: &mut Scratch) -> bool {
        let Scratch { looks, wide, classes: found, .. } = scratch;
        self.hash_looks(looks);
        found.clear();
        let least = u64::from(self.judge.least.max(1));
        let most = (self.records.all / least).saturating_add(self.judge.limit);
        wide.clear(self.records.people.len().min(1 << 16));
        for (record, people) in (0..).zip(&*self.records.people) {
            let members = self.records.members_of(record as usize).iter();
            // A sum, so that the order of the rows does not count. Its parts are as if at random,
            // so that different multisets have the same sum by one chance in 2^128 a pair.
            let key = members.fold(0u128, |sum, tuple| sum.plus(looks[*tuple as usize]));
            let class = wide.of(key);
            if class as usize == found.people.len() {
                if u64::from(class) >= most {
                    return false;
                }
                found.people.push(0);
                found.first.push(record);
            }
            found.people[class as usize] += people;
            found.of.push(class);
        }
        true
    }

    /// A number for the look of each tuple, as if at random.
    fn hash_looks(&self, looks: &mut Vec<u128>) {
        let reader = self.base.hasher(self.axes, self.levels);
        looks.clear();
        looks.resize(self.base.len(), 0);
        for (block, looks) in looks.chunks_mut(BLOCK).enumerate() {
            reader.read(block * BLOCK, looks);
            looks.iter_mut().for_each(|look| *look = mixed(*look));
        }
    }

    /// Rows that look the same, and the different people who have them.
    fn classes_of_rows(&self, scratch: &mut Scratch) {
        const NOBODY: u32 = u32::MAX;
        let Scratch { ids, wide, of_rows, classes: found, .. } = scratch;
        let cells = self.base.grid(self.axes, self.levels).cells();
        if cells <= 1 << 64 {
            let grid = self.base.grid(self.axes, self.levels);
            let reader = self.base.reader(self.axes, self.levels, &grid, |cell| cell as u64);
            self.number_rows(&reader, ids, of_rows, cells);
        } else {
            self.number_rows(&self.base.hasher(self.axes, self.levels), wide, of_rows, cells);
        }
        found.clear();
        found.of.extend_from_slice(&of_rows.of);
        found.rows.extend_from_slice(&of_rows.sizes);
        found.first.extend_from_slice(&of_rows.first);
        found.people.resize(found.rows.len(), 0);
        found.last.resize(found.rows.len(), NOBODY);
        for (record, people) in (0..).zip(&*self.records.people) {
            for tuple in self.records.members_of(record as usize) {
                let class = found.of[*tuple as usize] as usize;
                // A person counts once in a class, however many rows of that look there are.
                if found.last[class] != record {
                    found.last[class] = record;
                    found.people[class] += people;
                }
            }
        }
    }

    fn number_rows<K: super::part::Key>(
        &self,
        reader: &Reader<'_, K>,
        ids: &mut Ids<K>,
        classes: &mut Classes,
        cells: u128,
    ) {
        let few = (self.base.len() as u128 * 2).max(64);
        let cells = if cells <= few { cells as usize } else { 0 };
        classes.count(self.base, reader, ids, cells);
    }

    /// Holds the models against each class that has people enough.
    fn judge_classes(&self, found: &Found, decided: &mut Decided, measured: &mut Measured) {
        let judge = self.judge;
        let enough = |class: &u32| found.people[*class as usize] >= judge.least;
        let classes: Vec<u32> = (0..found.people.len() as u32).filter(enough).collect();
        if judge.models.only_people() {
            decided.kept = classes;
            return;
        }
        let lists: Vec<Counted> = self
            .records
            .values
            .iter()
            .zip(judge.models.asks_values())
            .map(|(pairs, asked)| match asked {
                true => self.records.count(pairs, &found.of, found.people.len(), &classes),
                false => Counted::none(),
            })
            .collect();
        let mut cells = Vec::new();
        for (at, class) in classes.into_iter().enumerate() {
            let values: Vec<Values<'_>> = lists.iter().map(|counted| counted.of(at)).collect();
            if judge.models.asks_cells() {
                cells.clear();
                for tuple in self.tuples(found, class) {
                    cells.extend(self.base.cells(self.axes, self.levels, *tuple as usize));
                }
            }
            let of_people = Class {
                people: u64::from(found.people[class as usize]),
                population: 0,
                values: &values,
                cells: &cells,
            };
            if judge.models.holds(&of_people) {
                decided.kept.push(class);
                continue;
            }
            let units = self.units(found, class);
            measured.suppressed += u64::from(units);
            decided.suppressed.push(class);
            let owed = self.owed(&of_people, units);
            if owed > 0 {
                measured.owed += u64::from(owed);
                decided.owed.push((class, owed));
            }
        }
    }

    /// Units of a failing class that every node below suppresses. What it rests on is said above.
    fn owed(&self, class: &Class<'_>, units: u32) -> u32 {
        let models = self.judge.models;
        let apart = self.records.linked || u64::from(units) == class.people;
        if self.judge.monotone || models.keeps_none(class) {
            units
        } else if apart {
            units - models.most_kept(class).min(u64::from(units)) as u32
        } else {
            0
        }
    }

    /// Asks what is asked of all classes together, and suppresses the smallest until it holds; of
    /// classes of one size in the order of [`Judge::whole`].
    fn judge_whole(&self, found: &Found, decided: &mut Decided, measured: &mut Measured) {
        let models = self.judge.models;
        let one_class = !self.records.linked && self.judge.tells_nothing(self.axes, self.levels);
        if models.whole().is_empty() || one_class {
            return;
        }
        let people = |class: &u32| found.people[*class as usize];
        let mut sizes: Vec<u32> = decided.kept.iter().map(people).collect();
        sizes.sort_unstable();
        let by_size: Vec<(u64, u64)> = sizes
            .chunk_by(|a, b| a == b)
            .map(|same| (u64::from(same[0]), same.len() as u64))
            .collect();
        let most = self.judge.limit.saturating_sub(measured.suppressed);
        let gone = n_suppressed(models.whole(), &by_size, most) as usize;
        if gone > 0 {
            let last = sizes[gone - 1];
            let below = sizes.partition_point(|size| *size < last);
            let mut equal: Vec<u32> =
                decided.kept.iter().copied().filter(|class| people(class) == last).collect();
            if gone - below < equal.len() {
                equal.sort_by_cached_key(|class| self.order(found, *class));
                equal.truncate(gone - below);
            }
            equal.sort_unstable();
            for class in std::mem::take(&mut decided.kept) {
                if people(&class) < last || equal.binary_search(&class).is_ok() {
                    measured.suppressed += u64::from(self.units(found, class));
                    decided.suppressed.push(class);
                } else {
                    decided.kept.push(class);
                }
            }
        }
        // The mean of the sizes, which people of several classes would change.
        if self.records.linked && models.suppresses_less_above() {
            measured.owed = measured.suppressed;
        }
    }

    /// What classes of one size are ordered by: what they lose, then their cells, row by row.
    fn order(&self, found: &Found, class: u32) -> (Ascending, Vec<Vec<(usize, u32)>>) {
        let tuples = self.tuples(found, class).iter();
        let cells = tuples.map(|tuple| self.base.cells(self.axes, self.levels, *tuple as usize));
        let mut cells: Vec<_> = cells.collect();
        cells.sort_unstable();
        let units = f64::from(self.units(found, class));
        let loss = cells.iter().map(|cells| self.judge.loss_of_class(cells, units)).sum();
        (Ascending(loss), cells)
    }

    fn sum_up(&self, found: &Found, decided: &Decided, measured: &mut Measured) {
        let mut kept_people = 0;
        for class in &decided.kept {
            let people = u64::from(found.people[*class as usize]);
            kept_people += people;
            measured.smallest = measured.smallest.min(people);
            let tuples = self.tuples(found, *class);
            let rows = match self.records.linked {
                true => (people * tuples.len() as u64) as f64,
                false => f64::from(found.rows[*class as usize]),
            };
            if self.judge.asks_squares {
                measured.squares += rows * rows;
            }
            if self.judge.asks_inputs {
                let inputs: f64 = tuples.iter().map(|tuple| self.inputs(*tuple as usize)).sum();
                measured.inputs += rows * inputs / tuples.len().max(1) as f64;
            }
        }
        measured.classes = decided.kept.len() as u64;
        measured.kept_people = Some(kept_people);
        let units = decided.suppressed.iter().map(|class| (*class, self.units(found, *class)));
        measured.lost = self.group_rows(found, units);
        if !self.judge.monotone {
            measured.lost_below = self.group_rows(found, decided.owed.iter().copied());
        }
    }

    fn inputs(&self, tuple: usize) -> f64 {
        let cells = self.base.cells(self.axes, self.levels, tuple);
        let cells = cells.into_iter().zip(self.judge.columns);
        self.judge.quality.inputs(cells.map(|((l, g), column)| column.levels[l].loss[g as usize]))
    }

    /// Rows of units by column and group. Records of one class look the same, and so do tuples.
    fn group_rows(&self, found: &Found, units: impl Iterator<Item = (u32, u32)>) -> Vec<Vec<u64>> {
        let tuples = units.flat_map(|(class, n)| {
            self.tuples(found, class).iter().map(move |tuple| (*tuple as usize, n))
        });
        self.base.group_rows(self.axes, self.levels, tuples)
    }

    /// The tuples of a unit of a class.
    fn tuples<'f>(&'f self, found: &'f Found, class: u32) -> &'f [u32] {
        let first = &found.first[class as usize];
        match self.records.linked {
            true => self.records.members_of(*first as usize),
            false => std::slice::from_ref(first),
        }
    }

    fn units(&self, found: &Found, class: u32) -> u32 {
        let by = if self.records.linked { &found.people } else { &found.rows };
        by[class as usize]
    }
}

impl Found {
    fn clear(&mut self) {
        let Self { people, first, of, rows, last } = self;
        [people, first, of, rows, last].into_iter().for_each(Vec::clear);
    }
}

/// Takes a number apart from those near it, so that sums of such numbers say which were added.
fn mixed(number: u128) -> u128 {
    let (high, low) = ((number >> 64) as u64, number as u64);
    let first = super::base::mix(high ^ low.rotate_left(32));
    let second = super::base::mix(low.wrapping_add(first));
    u128::from(first) << 64 | u128::from(second)
}
