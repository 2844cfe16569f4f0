//! A histogram made ready for measuring many nodes.

use std::borrow::Cow;

use weir_table::Histogram;

use super::{SearchOptions, look, mix};
use crate::hierarchy::Hierarchy;

/// What measuring a node shows.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) feasible: bool,
    /// People suppressed whole; 0 where rows are not linked.
    people: u64,
    pub(super) rows: u64,
    /// Per column, what suppression costs on top of generalisation, as a share of all rows.
    /// Empty when the node is not feasible.
    pub(super) cost: Vec<f64>,
    /// Linked: per record. Not linked: per tuple. Whether it is suppressed.
    flags: Vec<bool>,
}

impl Measured {
    pub(super) fn flags(&self) -> &[bool] {
        &self.flags
    }
}

/// A node whose looks are at hand.
pub(super) struct Base {
    levels: Vec<usize>,
    /// Tuple to hash of its look.
    hashes: Vec<u64>,
}

/// The looks of a node as differences from a base: neighbours in the lattice differ in a column
/// or two.
struct Looks<'a> {
    hashes: &'a [u64],
    /// Codes of a column, and what each code adds to the hash.
    changed: Vec<(&'a [u16], Vec<u64>)>,
}

impl Looks<'_> {
    fn of(&self, tuple: usize) -> u64 {
        self.changed.iter().fold(self.hashes[tuple], |hash, (codes, change)| {
            hash.wrapping_add(change[usize::from(codes[tuple])])
        })
    }
}

/// Tuples and records with look-up tables for each level.
pub(super) struct Counted<'a> {
    columns: Vec<Column<'a>>,
    n_tuples: usize,
    /// Rows of each tuple.
    rows_of: Vec<u32>,
    offsets: Vec<usize>,
    members: Vec<u32>,
    people: Vec<u32>,
    all_people: u64,
    all_rows: u64,
    options: &'a SearchOptions,
}

#[derive(Clone)]
struct Column<'a> {
    codes: Cow<'a, [u16]>,
    /// Level to code to group.
    groups: Vec<Vec<u32>>,
    /// Level to code to loss of the cell.
    cell_loss: Vec<Vec<f64>>,
    /// Level to loss over all rows, nothing suppressed.
    level_loss: Vec<f64>,
    /// The column's number in [`look`].
    name: usize,
}

impl<'a> Counted<'a> {
    pub(super) fn of(
        histogram: &'a Histogram,
        hierarchies: &'a [Hierarchy],
        options: &'a SearchOptions,
    ) -> Self {
        let records = histogram.records();
        let mut rows_of = vec![0u32; histogram.n_tuples()];
        let mut offsets = Vec::with_capacity(records.len() + 1);
        offsets.push(0);
        let mut members = Vec::with_capacity(records.len());
        let mut people = Vec::with_capacity(records.len());
        for (tuples, n) in records.iter() {
            for tuple in tuples {
                rows_of[*tuple as usize] = rows_of[*tuple as usize].saturating_add(n);
            }
            members.extend_from_slice(tuples);
            offsets.push(members.len());
            people.push(n);
        }
        let columns = hierarchies.iter().enumerate().map(|(c, hierarchy)| {
            let codes = histogram.codes(c);
            let mut rows = vec![0u64; histogram.n_codes(c)];
            for (code, n) in codes.iter().zip(&rows_of) {
                rows[usize::from(*code)] += u64::from(*n);
            }
            let losses = |level: usize| {
                let groups = hierarchy.groups(level).iter();
                groups.map(|group| hierarchy.cell_loss(level, *group)).collect()
            };
            let levels = 0..hierarchy.levels();
            Column {
                codes: Cow::Borrowed(codes),
                groups: levels.clone().map(|level| hierarchy.groups(level).to_vec()).collect(),
                cell_loss: levels.clone().map(losses).collect(),
                level_loss: levels.map(|level| hierarchy.level_loss(level, &rows)).collect(),
                name: c,
            }
        });
        Self {
            columns: columns.collect(),
            n_tuples: histogram.n_tuples(),
            rows_of,
            offsets,
            members,
            people,
            all_people: records.people(),
            all_rows: records.rows(),
            options,
        }
    }

    pub(super) fn n_columns(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn top(&self, column: usize) -> usize {
        self.columns[column].groups.len() - 1
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.options.weights
    }

    /// Rows that one measurement visits.
    pub(super) fn work(&self) -> u64 {
        (self.members.len() + self.n_tuples) as u64
    }

    /// Share of what may be suppressed that a measurement suppresses.
    pub(super) fn share_suppressed(&self, measured: &Measured) -> f64 {
        let (part, all) = if self.options.linked {
            (measured.people, self.all_people)
        } else {
            (measured.rows, self.all_rows)
        };
        part as f64 / all.max(1) as f64
    }

    /// Loss of each column at a node.
    pub(super) fn losses(&self, levels: &[usize], measured: &Measured) -> Vec<f64> {
        let columns = self.columns.iter().zip(levels).zip(&measured.cost);
        columns.map(|((column, level), cost)| column.level_loss[*level] + cost).collect()
    }

    /// Total loss at a node with a given cost of suppression, which may be a lower bound.
    pub(super) fn total(&self, levels: &[usize], cost: &[f64]) -> f64 {
        let columns = self.columns.iter().zip(levels).zip(cost).zip(self.weights());
        let (mut logs, mut weights) = (0.0, 0.0);
        for (((column, level), cost), weight) in columns {
            logs += weight * (column.level_loss[*level] + cost).ln_1p();
            weights += weight;
        }
        if weights > 0.0 { (logs / weights).exp_m1() } else { 0.0 }
    }

    /// A node to measure others from.
    pub(super) fn base(&self, levels: &[usize]) -> Base {
        Base { levels: levels.to_vec(), hashes: self.hashes(levels) }
    }

    /// Measures a node; the nearer the base, the faster.
    pub(super) fn measure(&self, base: &Base, levels: &[usize]) -> Measured {
        let looks = self.looks(base, levels);
        let found = if self.options.linked {
            self.measure_people(&looks)
        } else {
            self.measure_rows(&looks)
        };
        let Some(mut measured) = found else {
            return Measured {
                feasible: false,
                people: self.all_people,
                rows: self.all_rows,
                cost: Vec::new(),
                flags: Vec::new(),
            };
        };
        // A billionth of slack: 5 % of 100 people are 5 people, whatever binary fractions say.
        let limit = self.options.suppression_limit + 1e-9;
        measured.feasible = self.share_suppressed(&measured) <= limit;
        if measured.feasible {
            measured.cost = self.cost(levels, &measured.flags);
        }
        measured
    }

    /// The hashes of the tuples' looks at a node, told from those at a base.
    fn looks<'b>(&'b self, base: &'b Base, levels: &[usize]) -> Looks<'b> {
        let mut changed = Vec::new();
        for (c, column) in self.columns.iter().enumerate() {
            let (from, to) = (base.levels[c], levels[c]);
            if from != to {
                let look = |group: &u32| look(column.name, *group);
                let pairs = column.groups[from].iter().zip(&column.groups[to]);
                let change = pairs.map(|(old, new)| look(new).wrapping_sub(look(old))).collect();
                changed.push((column.codes.as_ref(), change));
            }
        }
        Looks { hashes: &base.hashes, changed }
    }

    /// The hash of each tuple's look at a node.
    fn hashes(&self, levels: &[usize]) -> Vec<u64> {
        const BLOCK: usize = 4096;
        let at_top = |column: &Column<'_>, level: usize| level + 1 == column.groups.len();
        let mut constant = 0u64;
        let mut tables: Vec<(&Column<'_>, Vec<u64>)> = Vec::new();
        for (column, level) in self.columns.iter().zip(levels) {
            if at_top(column, *level) {
                constant = constant.wrapping_add(look(column.name, 0));
            } else {
                let groups = column.groups[*level].iter();
                tables.push((column, groups.map(|g| look(column.name, *g)).collect()));
            }
        }
        let mut hashes = vec![constant; self.n_tuples];
        for (at, block) in hashes.chunks_mut(BLOCK).enumerate() {
            for (column, table) in &tables {
                let codes = &column.codes[at * BLOCK..at * BLOCK + block.len()];
                for (hash, code) in block.iter_mut().zip(codes) {
                    *hash = hash.wrapping_add(table[usize::from(*code)]);
                }
            }
        }
        hashes
    }

    fn members(&self, record: usize) -> &[u32] {
        &self.members[self.offsets[record]..self.offsets[record + 1]]
    }

    /// The hash of a record: the same for the same multiset of looks.
    fn record_hash(&self, record: usize, look: impl Fn(usize) -> u64) -> u64 {
        let members = self.members(record).iter();
        members.fold(0u64, |sum, m| sum.wrapping_add(mix(look(*m as usize))))
    }

    /// More classes than this leave too many suppressed: a class that is kept has `k` people or
    /// more, and one that is not has at least one.
    ///
    /// A base itself is measured to the end, so that its figures can be reported.
    fn most_classes(&self, looks: &Looks<'_>) -> usize {
        if looks.changed.is_empty() {
            return usize::MAX;
        }
        let all = if self.options.linked { self.all_people } else { self.all_rows };
        let suppressed = all as f64 * self.options.suppression_limit;
        (all / self.options.k.max(1)) as usize + suppressed as usize + 2
    }

    /// `None` when there are more classes than any feasible node has.
    fn measure_people(&self, looks: &Looks<'_>) -> Option<Measured> {
        let most = self.most_classes(looks);
        let mut ids = Ids::default();
        let mut sizes: Vec<u64> = Vec::new();
        let mut class_of: Vec<u32> = Vec::with_capacity(self.people.len());
        for (record, people) in self.people.iter().enumerate() {
            let id = ids.of(self.record_hash(record, |tuple| looks.of(tuple)));
            if id as usize == sizes.len() {
                if sizes.len() == most {
                    return None;
                }
                sizes.push(0);
            }
            sizes[id as usize] += u64::from(*people);
            class_of.push(id);
        }
        let (mut people, mut rows) = (0, 0);
        let flags: Vec<bool> = class_of
            .iter()
            .enumerate()
            .map(|(record, class)| {
                let small = sizes[*class as usize] < self.options.k;
                if small {
                    let n = u64::from(self.people[record]);
                    people += n;
                    rows += n * self.members(record).len() as u64;
                }
                small
            })
            .collect();
        Some(Measured { feasible: false, people, rows, cost: Vec::new(), flags })
    }

    /// `None` when there are more classes than any feasible node has.
    fn measure_rows(&self, looks: &Looks<'_>) -> Option<Measured> {
        const NOBODY: u32 = u32::MAX;
        let mut ids = Ids::default();
        let most = self.most_classes(looks);
        let mut look_of: Vec<u32> = Vec::with_capacity(self.n_tuples);
        for tuple in 0..self.n_tuples {
            if ids.len() > most {
                return None;
            }
            look_of.push(ids.of(looks.of(tuple)));
        }
        // A person counts once in a class, however many rows of that look there are.
        let mut sizes: Vec<(u64, u32)> = vec![(0, NOBODY); ids.len()];
        for (record, people) in (0..).zip(&self.people) {
            for m in self.members(record as usize) {
                let (size, last) = &mut sizes[look_of[*m as usize] as usize];
                if *last != record {
                    *last = record;
                    *size += u64::from(*people);
                }
            }
        }
        let mut rows = 0;
        let flags: Vec<bool> = look_of
            .iter()
            .zip(&self.rows_of)
            .map(|(look, n)| {
                let small = sizes[*look as usize].0 < self.options.k;
                rows += if small { u64::from(*n) } else { 0 };
                small
            })
            .collect();
        Some(Measured { feasible: false, people: 0, rows, cost: Vec::new(), flags })
    }

    /// People who lose a row at a measured node.
    pub(super) fn people_hit(&self, measured: &Measured) -> u64 {
        if self.options.linked {
            return measured.people;
        }
        let hit =
            |record: &usize| self.members(*record).iter().any(|m| measured.flags[*m as usize]);
        let records = (0..self.people.len()).filter(hit);
        records.map(|record| u64::from(self.people[record])).sum()
    }

    /// Per column, the loss that suppressed rows add to that of generalisation.
    fn cost(&self, levels: &[usize], flags: &[bool]) -> Vec<f64> {
        let mut rows_left_out: Vec<(u32, u32)> = Vec::new();
        if self.options.linked {
            for (record, _) in flags.iter().enumerate().filter(|(_, small)| **small) {
                rows_left_out
                    .extend(self.members(record).iter().map(|m| (*m, self.people[record])));
            }
        } else {
            let small = (0..).zip(flags).filter(|(_, small)| **small).map(|(tuple, _)| tuple);
            rows_left_out.extend(small.map(|tuple: u32| (tuple, self.rows_of[tuple as usize])));
        }
        let all = self.all_rows.max(1) as f64;
        let columns = self.columns.iter().zip(levels);
        columns
            .map(|(column, level)| {
                let loss = &column.cell_loss[*level];
                let kept = |tuple: u32| 1.0 - loss[usize::from(column.codes[tuple as usize])];
                let sum: f64 = rows_left_out.iter().map(|(t, n)| kept(*t) * f64::from(*n)).sum();
                sum / all
            })
            .collect()
    }

    /// One column alone, the others at the top.
    pub(super) fn only(&self, column: usize) -> Self {
        let mut floors: Vec<usize> = (0..self.columns.len()).map(|c| self.top(c)).collect();
        floors[column] = 0;
        let mut alone = self.raised(&floors);
        alone.columns = vec![alone.columns.swap_remove(column)];
        alone
    }

    /// The same people seen at the given levels or above: the tuples and records that no node
    /// above can tell apart are one.
    pub(super) fn raised(&self, floors: &[usize]) -> Self {
        let hashes = self.hashes(floors);
        let mut record_ids = Ids::default();
        let mut tuple_ids = Ids::default();
        let mut first_of: Vec<usize> = Vec::new();
        let (mut offsets, mut members, mut people) = (vec![0], Vec::new(), Vec::<u32>::new());
        for record in 0..self.people.len() {
            let id = record_ids.of(self.record_hash(record, |tuple| hashes[tuple])) as usize;
            if id == people.len() {
                // Tuples are numbered as the records come, so that measuring reads them in turn.
                for tuple in self.members(record).iter().map(|m| *m as usize) {
                    let to = tuple_ids.of(hashes[tuple]);
                    if to as usize == first_of.len() {
                        first_of.push(tuple);
                    }
                    members.push(to);
                }
                offsets.push(members.len());
                people.push(0);
            }
            people[id] = people[id].saturating_add(self.people[record]);
        }
        let mut rows_of = vec![0u32; first_of.len()];
        for (hash, rows) in hashes.iter().zip(&self.rows_of).filter(|(_, rows)| **rows > 0) {
            let to = &mut rows_of[tuple_ids.of(*hash) as usize];
            *to = to.saturating_add(*rows);
        }
        // Tuples keep a code that stands for their group at the floor; the tables stay as they
        // are, and levels below the floor are not asked for.
        let columns = self.columns.iter().map(|column| Column {
            codes: first_of.iter().map(|tuple| column.codes[*tuple]).collect(),
            ..column.clone_tables()
        });
        Self {
            columns: columns.collect(),
            n_tuples: first_of.len(),
            rows_of,
            offsets,
            members,
            people,
            all_people: self.all_people,
            all_rows: self.all_rows,
            options: self.options,
        }
    }
}

impl<'a> Column<'a> {
    fn clone_tables(&self) -> Self {
        Self {
            codes: Cow::Borrowed(&[]),
            groups: self.groups.clone(),
            cell_loss: self.cell_loss.clone(),
            level_loss: self.level_loss.clone(),
            name: self.name,
        }
    }
}

/// Numbers hashes in the order in which they come. The keys are hashes already, so their low
/// bits are the place to look first.
#[derive(Default)]
struct Ids {
    slots: Vec<(u64, u32)>,
    n: u32,
}

const EMPTY: u32 = u32::MAX;

impl Ids {
    fn len(&self) -> usize {
        self.n as usize
    }

    fn of(&mut self, hash: u64) -> u32 {
        if self.len() * 3 >= self.slots.len() * 2 {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (key, id) = self.slots[at];
            if id == EMPTY {
                self.slots[at] = (hash, self.n);
                self.n += 1;
                return self.n - 1;
            }
            if key == hash {
                return id;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(4096);
        let old = std::mem::replace(&mut self.slots, vec![(0, EMPTY); size]);
        let mask = size - 1;
        for (key, id) in old.into_iter().filter(|(_, id)| *id != EMPTY) {
            let mut at = key as usize & mask;
            while self.slots[at].1 != EMPTY {
                at = (at + 1) & mask;
            }
            self.slots[at] = (key, id);
        }
    }
}
