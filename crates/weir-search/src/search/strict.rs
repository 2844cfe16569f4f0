//! Through a lattice where nothing may be suppressed.
//!
//! A node is then feasible when all its classes meet the models, and all nodes above it are as
//! well. One class that fails shows more than that its node is not feasible: the class that one
//! of its tuples is in can be followed through the whole lattice at the cost of one pass
//! ([`Base::around`]), and every node at which it fails is closed. A few such outliers close
//! nearly all of what is not feasible.

use super::{
    engine::{End, Engine, raised, smallest},
    list::{List, MOST_LISTED},
};
use crate::evaluate::{axis::Axis, base::Base, shape::Shape};

/// How fine the tables are on which a lattice is settled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ladder {
    /// Cells of the first.
    pub(super) cells: f64,
    /// Cells of each to those of the one before it.
    pub(super) finer: f64,
}

impl Ladder {
    /// Found by trying.
    pub(super) const USUAL: Self = Self { cells: 4096.0, finer: 64.0 };
}

impl Engine<'_> {
    /// The nodes, if [`Engine::settle`] can be used: nothing may be suppressed, the cost of a node
    /// follows from its levels, each class is judged by itself, and those that hold still do when
    /// they are merged.
    pub(super) fn strict_list(&self, given: &Base<'_>) -> Option<List> {
        let by_class = self.judge.models.is_convex() && self.price.is_of_columns();
        let top = self.top();
        if self.judge.limit > 0 || !by_class || Shape::count(&self.floors, &top) > MOST_LISTED {
            return None;
        }
        let list = List::new(Shape::new(&self.order(), &self.floors, &top), self.price);
        given.can_look_around(self.axes, &list.shape).then_some(list)
    }

    /// Closes what is not feasible until the node with the least bound is; `None` where every node
    /// suppresses too much.
    ///
    /// A node fails if a node above it does. So the lattice is settled first as far as it stands
    /// above a floor that leaves few tuples, where looking costs next to nothing; then, on finer
    /// tables, what that leaves open.
    pub(super) fn strict(
        &mut self,
        given: &Base<'_>,
        list: &mut List,
        ladder: Ladder,
    ) -> Option<End> {
        let mut tables: Vec<Base<'static>> = Vec::new();
        let mut enough = ladder.cells;
        while let Some(meet) = list.meet(self.most()) {
            let floor = raised(self.axes, &meet, enough);
            enough *= ladder.finer;
            let mut part = list.above(&floor);
            if floor != meet && part.first(self.most()).is_none() {
                continue;
            }
            let base = given.collapse(self.axes, &floor);
            self.visited += 2 * given.len() as u64;
            if tables.is_empty() {
                let at_top = self.measure(&base, &self.top());
                // Of what fails here a part fails at every node below.
                if !at_top.feasible {
                    return None;
                }
            }
            if !self.settle(&base, &tables, &mut part, list) {
                let lower_bound = self.price.score_of_key(list.least());
                return Some(End { optimal: false, lower_bound });
            }
            tables.push(base);
        }
        Some(End { optimal: true, lower_bound: f64::INFINITY })
    }

    /// Settles the part of a list that can be measured on a base; tells whether there was time for
    /// it. What it shows of nodes below is noted in the list.
    fn settle(
        &mut self,
        given: &Base<'_>,
        tables: &[Base<'static>],
        part: &mut List,
        list: &mut List,
    ) -> bool {
        let mut rounds = 0;
        let mut taken = Vec::new();
        let mut open = part.n_open(self.most());
        // Nodes that the part does not speak of by itself; some of them close with it.
        let beyond = list.n_open(self.most()).saturating_sub(open);
        let least = list.least();
        self.tell(Some(beyond + open), least);
        // The table as far as open nodes tell it apart, once that is much smaller.
        let mut finest: Option<Base<'static>> = None;
        while let Some(place) = part.first(self.most()) {
            rounds += 1;
            if self.spent() {
                list.close_as(part, &taken);
                return false;
            }
            let base = finest.as_ref().unwrap_or(given);
            if rounds == DESCEND_AFTER {
                self.descend_from_top(base, tables);
            }
            let path = self.path_up(part.shape.levels(place));
            let Some(at) = self.last_infeasible(base, tables, &path) else {
                part.take(place);
                taken.push(place);
                continue;
            };
            self.exclude(base, part, &path[at]);
            let left = part.n_open(self.most());
            self.tell(Some(beyond + left), least);
            if left * 2 > open {
                continue;
            }
            open = left;
            let Some(meet) = part.meet(self.most()) else { continue };
            if Shape::count(&meet, &part.shape.tops) * 2 <= part.len() as u64 {
                list.close_as(part, &taken);
                taken.clear();
                *part = part.above(&meet);
                if base.len() > FEW_TUPLES {
                    self.visited += 2 * base.len() as u64;
                    let finer = base.collapse(self.axes, &meet);
                    finest = Some(finer);
                }
            }
        }
        list.close_as(part, &taken);
        true
    }

    /// From a node to the top, by the step that costs least.
    fn path_up(&self, from: Vec<usize>) -> Vec<Vec<usize>> {
        let mut path = vec![from];
        loop {
            let at = &path[path.len() - 1];
            let cost = |c: usize| {
                let (here, above) = (self.price.plain[c][at[c]], self.price.plain[c][at[c] + 1]);
                above - here
            };
            let steps = (0..at.len()).filter(|c| at[*c] < self.axes[*c].top());
            let Some(column) = steps.min_by(|a, b| cost(*a).total_cmp(&cost(*b))) else {
                return path;
            };
            let mut next = at.clone();
            next[column] += 1;
            path.push(next);
        }
    }

    /// The last node of a path that is not feasible; the path ends at the top, which is.
    fn last_infeasible(
        &mut self,
        base: &Base<'_>,
        coarse: &[Base<'static>],
        path: &[Vec<usize>],
    ) -> Option<usize> {
        let (mut from, mut to) = (0, path.len() - 1);
        while from < to {
            let middle = from + (to - from) / 2;
            let levels = &path[middle];
            let measured = self.measure(smallest(base, coarse, levels), levels);
            if measured.feasible { to = middle } else { from = middle + 1 }
        }
        to.checked_sub(1)
    }

    /// Closes the nodes at which the smallest class that fails at some node fails as well.
    fn exclude(&mut self, base: &Base<'_>, list: &mut List, levels: &[usize]) {
        list.close_below(levels);
        let failing = base.failing(self.axes, levels, &self.judge, &mut self.scratch[0]);
        let Some(tuple) = failing else { return };
        let around = base.around(self.axes, &list.shape, &self.judge, tuple as usize);
        self.visited += 2 * base.len() as u64;
        let most = self.most();
        let (judge, mut values) = (&self.judge, Vec::new());
        list.close_where(most, |shape, place| around.fails(shape, judge, place, &mut values));
    }

    /// Down from the top, for a node that is good until a better one is found.
    fn descend_from_top(&mut self, base: &Base<'_>, coarse: &[Base<'static>]) {
        let top: Vec<usize> = self.axes.iter().map(Axis::top).collect();
        let at_top = self.measure(smallest(base, coarse, &top), &top);
        self.descend(base, coarse, &top, at_top);
    }
}

/// A base of so few tuples is as good as a smaller one.
const FEW_TUPLES: usize = 128;
/// Rounds after which a good node is looked for, in case there is no time to find the best.
const DESCEND_AFTER: u32 = 48;
