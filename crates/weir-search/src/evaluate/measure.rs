//! What a node suppresses.

use super::{
    axis::Axis,
    base::Base,
    capped::{Capped, is_dense},
    classes::{CELLS_PER_CLASS, Classes},
    collapse::{CELLS_PER_TUPLE, FEW_CELLS},
    grid::Grid,
    ids::Ids,
    judge::Judge,
    part::{BLOCK, Key, Reader},
    records,
};

/// What measuring a node shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    /// Whether no more is suppressed than may be.
    pub(crate) feasible: bool,
    /// Whether the node was measured to the end; else all sums are parts of sums.
    pub(crate) complete: bool,
    /// Whether no class was taken for a part of another one; else what is suppressed is more than
    /// is told, and the classes kept are others.
    pub(crate) exact: bool,
    /// Rows (people, where records are linked) suppressed.
    pub(crate) suppressed: u64,
    /// At least so many are suppressed at every node below.
    pub(crate) owed: u64,
    /// Rows suppressed, by column and group; empty where the node is known not to be feasible.
    pub(crate) lost: Vec<Vec<u64>>,
    /// Rows suppressed at every node below, by column and group; empty where as `lost`.
    pub(crate) lost_below: Vec<Vec<u64>>,
    /// Whether counting people first was of use, where it was tried and that can be said.
    pub(crate) by_people: Option<bool>,
    /// Classes kept.
    pub(crate) classes: u64,
    /// People of the kept classes, who is in several counting in each; `None` where rows are
    /// people.
    pub(crate) kept_people: Option<u64>,
    /// People in the smallest class kept; `u64::MAX` where none is.
    pub(crate) smallest: u64,
    /// Sum over the kept classes of their squared rows.
    pub(crate) squares: f64,
    /// Sum over the kept classes of rows times the tuples that they may stand for.
    pub(crate) inputs: f64,
}

impl Measured {
    /// Rows suppressed.
    pub(crate) fn rows_suppressed(&self) -> u64 {
        self.lost.first().map_or(self.suppressed, |groups| groups.iter().sum())
    }

    /// Rows suppressed at every node below, by group of a column.
    pub(crate) fn owed_by_group(&self, column: usize) -> &[u64] {
        let lost = if self.lost_below.is_empty() { &self.lost } else { &self.lost_below };
        lost.get(column).map_or(&[], Vec::as_slice)
    }
}

/// Memory that measuring uses again and again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    cells: Vec<u32>,
    narrow: Ids<u32>,
    medium: Ids<u64>,
    wide: Ids<u128>,
    classes: Classes,
    capped: Capped,
    records: records::Scratch,
}

impl Base<'_> {
    /// Measures a node at or above the floor.
    pub(crate) fn measure(
        &self,
        axes: &[Axis],
        levels: &[usize],
        judge: &Judge<'_>,
        scratch: &mut Scratch,
    ) -> Measured {
        if let Some(records) = &self.records {
            return records.measure(self, axes, levels, judge, &mut scratch.records);
        }
        let grid = self.grid(axes, levels);
        let cells = grid.cells();
        let people = judge.only_people();
        let few = CELLS_PER_TUPLE * self.len() as u128;
        if people && judge.asks_classes && cells <= FEW_CELLS.min(few * 4).max(few) {
            let reader = self.reader(axes, levels, &grid, |cell| cell as u32);
            return self.measure_dense(&reader, &grid, judge, scratch);
        }
        let node = Node { base: self, axes, levels, judge, cells };
        // What other models ask for is worth a look only where people alone do not decide.
        let can = !judge.asks_classes && judge.least <= u32::from(u8::MAX);
        let tried = can && !people && judge.least > 1 && !judge.exact && judge.people_first;
        let mut by_people = None;
        if can && (people || tried) {
            let capped = &mut scratch.capped;
            let done = if let Some(grid) = self.counters_of_bands(axes, levels) {
                node.count_in_bands(&grid, capped)
            } else if is_dense(cells, self.len()) {
                let reader = self.reader(axes, levels, &grid, |cell| cell as u32);
                Some(node.count_in_grid(&reader, &grid, capped))
            } else if cells <= 1 << 32 {
                node.count_capped(&self.reader(axes, levels, &grid, |cell| cell as u32), capped)
            } else if cells <= 1 << 64 {
                node.count_capped(&self.reader(axes, levels, &grid, |cell| cell as u64), capped)
            } else {
                node.count_capped(&self.hasher(axes, levels), capped)
            };
            // Where much more could be suppressed, it could as well have been left alone.
            let far = done.as_ref().is_none_or(|measured| measured.suppressed < judge.limit / 4);
            if let Some(measured) = done.filter(|measured| people || !measured.complete) {
                return Measured { by_people: tried.then_some(true), ..measured };
            }
            by_people = (tried && far).then_some(false);
        }
        let classes = &mut scratch.classes;
        let measured = if cells <= 1 << 32 {
            let reader = self.reader(axes, levels, &grid, |cell| cell as u32);
            node.measure(&reader, &mut scratch.narrow, classes)
        } else if cells <= 1 << 64 {
            let reader = self.reader(axes, levels, &grid, |cell| cell as u64);
            node.measure(&reader, &mut scratch.medium, classes)
        } else {
            let reader = self.hasher(axes, levels);
            node.measure(&reader, &mut scratch.wide, classes)
        };
        Measured { by_people, ..measured }
    }

    /// Measures a node to the end, and tells what it suppresses.
    pub(crate) fn flags(
        &self,
        axes: &[Axis],
        levels: &[usize],
        judge: &Judge<'_>,
    ) -> (Measured, records::Flags) {
        if let Some(records) = &self.records {
            return records.flags(self, axes, levels, judge);
        }
        let (measured, suppressed) = self.flags_of_rows(axes, levels, judge);
        let (people, rows) = (measured.suppressed, measured.rows_suppressed());
        (measured, records::Flags { suppressed, people, rows })
    }

    fn flags_of_rows(
        &self,
        axes: &[Axis],
        levels: &[usize],
        judge: &Judge<'_>,
    ) -> (Measured, Vec<bool>) {
        let grid = self.grid(axes, levels);
        let judge = &Judge { limit: u64::MAX, ..*judge };
        let cells = grid.cells();
        let node = Node { base: self, axes, levels, judge, cells };
        let mut classes = Classes::numbered();
        let measured = if cells <= 1 << 64 {
            let reader = self.reader(axes, levels, &grid, |cell| cell as u64);
            node.measure(&reader, &mut Ids::default(), &mut classes)
        } else {
            node.measure(&self.hasher(axes, levels), &mut Ids::default(), &mut classes)
        };
        (measured, classes.flags())
    }

    /// A tuple of the smallest class that fails at a node, where one does.
    pub(crate) fn failing(
        &self,
        axes: &[Axis],
        levels: &[usize],
        judge: &Judge<'_>,
        scratch: &mut Scratch,
    ) -> Option<u32> {
        let grid = self.grid(axes, levels);
        let cells = grid.cells();
        let few = (self.len() as f64 * CELLS_PER_CLASS) as u128;
        let dense = if cells <= few { cells as usize } else { 0 };
        let node =
            Node { base: self, axes, levels, judge: &Judge { limit: u64::MAX, ..*judge }, cells };
        let classes = &mut scratch.classes;
        classes.begin();
        if let Ok(cells) = u64::try_from(cells) {
            let reader = self.reader(axes, levels, &grid, |cell| cell as u64);
            debug_assert!(dense as u64 <= cells);
            classes.count(self, &reader, &mut scratch.medium, dense);
        } else {
            classes.count(self, &self.hasher(axes, levels), &mut scratch.wide, 0);
        }
        // The smallest class fails by its people, where one does.
        let small = |at: &usize| (1..judge.least).contains(&classes.sizes[*at]);
        let small = (0..classes.sizes.len()).filter(small);
        if let Some(at) = small.min_by_key(|at| classes.sizes[*at]) {
            return Some(classes.first[at]);
        }
        judge.classes(&node, classes, &mut Measured::default());
        classes.suppressed.iter().min_by_key(|class| class.1).map(|class| class.0)
    }

    /// Counts people on a grid with one cell per class.
    fn measure_dense(
        &self,
        reader: &Reader<'_, u32>,
        grid: &Grid,
        judge: &Judge<'_>,
        scratch: &mut Scratch,
    ) -> Measured {
        let cells = &mut scratch.cells;
        cells.clear();
        cells.resize(grid.cells() as usize, 0);
        let mut keys = [0u32; BLOCK];
        for from in (0..self.len()).step_by(BLOCK) {
            let keys = &mut keys[..BLOCK.min(self.len() - from)];
            reader.read(from, keys);
            for (key, n) in keys.iter().zip(&self.rows[from..]) {
                cells[*key as usize] += n;
            }
        }
        let least = judge.least;
        let small = |n: u32| if n < least { n } else { 0 };
        let mut measured =
            Measured { complete: true, exact: true, smallest: u64::MAX, ..Measured::default() };
        for cells in cells.chunks(BLOCK) {
            let (mut lost, mut classes) = (0u32, 0u32);
            let mut smallest = u32::MAX;
            for n in cells {
                lost = lost.wrapping_add(small(*n));
                classes += u32::from(*n >= least);
                smallest = smallest.min(if *n >= least { *n } else { u32::MAX });
            }
            measured.suppressed += u64::from(lost);
            measured.classes += u64::from(classes);
            measured.smallest = measured.smallest.min(u64::from(smallest));
        }
        measured.owed = measured.suppressed;
        measured.feasible = measured.suppressed <= judge.limit;
        if measured.feasible {
            measured.lost = grid.marginals(self.floor.len(), cells, small);
            if judge.asks_squares {
                let kept = cells.iter().filter(|n| **n >= least);
                measured.squares = kept.map(|n| f64::from(*n) * f64::from(*n)).sum();
            }
        }
        measured
    }
}

/// A node while it is measured.
pub(super) struct Node<'n, 'b> {
    pub(super) base: &'n Base<'b>,
    pub(super) axes: &'n [Axis],
    pub(super) levels: &'n [usize],
    pub(super) judge: &'n Judge<'n>,
    /// Different keys that there may be.
    pub(super) cells: u128,
}

impl Node<'_, '_> {
    fn measure<K: Key>(
        &self,
        reader: &Reader<'_, K>,
        slots: &mut Ids<K>,
        classes: &mut Classes,
    ) -> Measured {
        let mut measured = Measured { smallest: u64::MAX, exact: true, ..Measured::default() };
        let few = ((self.base.len() as f64 * classes.cells_per_tuple()) as u128).max(64);
        let cells = if self.cells <= few { self.cells } else { 0 };
        classes.begin();
        classes.count(self.base, reader, slots, cells as usize);
        self.judge.classes(self, classes, &mut measured);
        let over = |n: u64| n > self.judge.limit;
        if over(measured.owed) || (self.judge.monotone && over(measured.suppressed)) {
            return measured;
        }
        measured.complete = true;
        self.judge.whole(self, classes, &mut measured);
        measured.feasible = measured.suppressed <= self.judge.limit;
        measured.lost = self.group_rows(&classes.suppressed);
        if !self.judge.monotone {
            measured.lost_below = self.group_rows(&classes.owed);
        }
        measured
    }

    pub(super) fn group_rows(&self, tuples: &[(u32, u32)]) -> Vec<Vec<u64>> {
        let tuples = tuples.iter().map(|(tuple, n)| (*tuple as usize, *n));
        self.base.group_rows(self.axes, self.levels, tuples)
    }
}
