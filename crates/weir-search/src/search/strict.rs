//! Through a lattice where nothing may be suppressed.
//!
//! A node is then feasible when all its classes meet the models, and all nodes above it are as
//! well. One class that fails shows more than that its node is not feasible: the class that one
//! of its tuples is in can be followed through the whole lattice at the cost of one pass
//! ([`Base::around`]), and every node at which it fails is closed. A few such outliers close
//! nearly all of what is not feasible.

use super::{
    engine::{End, Engine, Extent, smallest},
    list::{List, MOST_LISTED},
};
use crate::evaluate::{axis::Axis, base::Base, shape::Shape};

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

    /// Closes what is not feasible until the node with the least bound is.
    pub(super) fn settle(
        &mut self,
        given: &Base<'_>,
        mut coarse: Vec<Base<'static>>,
        list: &mut List,
    ) -> End {
        let mut rounds = 0;
        // The table as far as open nodes tell it apart, once that is much smaller.
        let mut finest: Option<Base<'static>> = None;
        while let Some(place) = list.first(self.most()) {
            rounds += 1;
            if self.spent() {
                let lower_bound = self.price.score_of_key(list.least());
                return End { optimal: false, lower_bound };
            }
            let base = finest.as_ref().unwrap_or(given);
            if rounds == DESCEND_AFTER {
                self.descend_from_top(base, &coarse);
            }
            let path = self.path_up(list.shape.levels(place));
            match self.last_infeasible(base, &coarse, &path) {
                None => list.close(place),
                Some(at) => {
                    self.exclude(base, list, &path[at]);
                    let Some(meet) = list.meet(self.most()) else { continue };
                    if Shape::count(&meet, &list.shape.tops) * 2 <= list.len() as u64 {
                        let next = base.collapse(self.axes, &meet, &[]);
                        self.visited += 2 * base.len() as u64;
                        *list = list.above(&meet);
                        coarse.retain(|base| base.len() * 2 < next.len());
                        finest = Some(next);
                    }
                }
            }
        }
        End { optimal: true, lower_bound: f64::INFINITY }
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
            let measured = self.measure(smallest(base, coarse, levels), levels, Extent::Whole);
            if measured.feasible { to = middle } else { from = middle + 1 }
        }
        to.checked_sub(1)
    }

    /// Closes the nodes at which the smallest class that fails at some node fails as well.
    fn exclude(&mut self, base: &Base<'_>, list: &mut List, levels: &[usize]) {
        list.close_below(levels);
        let failing = base.failing(self.axes, levels, &self.judge, &mut self.scratch);
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
        let at_top = self.measure(smallest(base, coarse, &top), &top, Extent::Whole);
        self.descend(base, coarse, &top, at_top);
    }
}

/// Rounds after which a good node is looked for, in case there is no time to find the best.
const DESCEND_AFTER: u32 = 48;
