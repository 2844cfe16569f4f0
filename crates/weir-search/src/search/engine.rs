//! What all ways through a lattice share: the tables, the best node, the counters.

use super::{
    Node, Reached, SearchOptions,
    list::{List, MOST_LISTED},
    measure::Worth,
    price::Price,
    strict::Ladder,
    walk::Pace,
};
use crate::evaluate::{
    axis::Axis, bands::Width, base::Base, judge::Judge, measure::Scratch, shape::Shape,
};

/// A feasible node, as good as any that was measured.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) levels: Vec<usize>,
    pub(super) score: f64,
    /// [`Price::key`] of its costs.
    pub(super) key: f64,
    pub(super) suppressed: u64,
}

/// How a search ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// Whether nothing is left that could be better.
    pub(super) optimal: bool,
    /// No node has a lower score.
    pub(super) lower_bound: f64,
}

/// The state of a search.
pub(super) struct Engine<'a> {
    pub(super) axes: &'a [Axis],
    pub(super) price: &'a Price<'a>,
    pub(super) judge: Judge<'a>,
    pub(super) options: &'a SearchOptions<'a>,
    /// People of the table.
    pub(super) people: u64,
    /// Levels under which no node is feasible.
    pub(super) floors: Vec<usize>,
    pub(super) best: Option<Best>,
    pub(super) measured: u64,
    pub(super) visited: u64,
    pub(super) nodes: Vec<Node>,
    /// Memory of each thread; at least one.
    pub(super) scratch: Vec<Scratch>,
    /// Whether looking at people first was of use of late.
    pub(super) by_people: Worth,
}

impl Engine<'_> {
    /// Finds the best node on a table as it is given; `None` where every node suppresses too much.
    pub(super) fn run(&mut self, given: &Base<'_>) -> Option<End> {
        let top = self.top();
        if let Some(mut list) = self.strict_list(given) {
            return self.strict(given, &mut list, Ladder::USUAL);
        }
        let regrouped = || given.regrouped(self.axes, &self.floors, Width::USUAL);
        let alike = (given.len() > MANY_TUPLES).then(regrouped);
        let finest = &match alike.flatten() {
            Some(alike) => alike,
            None => given.collapse(self.axes, &self.floors),
        };
        let coarse = coarser(self.axes, finest);
        let at_top = self.measure(smallest(finest, &coarse, &top), &top);
        if at_top.feasible {
            self.descend(finest, &coarse, &top, at_top);
        } else if at_top.owed > self.judge.limit {
            return None;
        }
        // Else the models are such that a finer node may meet what the top does not.
        if Shape::count(&self.floors, &top) > MOST_LISTED {
            return Some(self.split(finest, &coarse));
        }
        let order = self.order();
        let mut list = List::new(Shape::new(&order, &self.floors, &top), self.price);
        Some(self.walk(finest, &coarse, &mut list, Pace::USUAL))
    }

    pub(super) fn top(&self) -> Vec<usize> {
        self.axes.iter().map(Axis::top).collect()
    }

    /// Columns in the order in which a walk fixes them: first those on which the best node is much
    /// coarser than the floor.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.axes.len()).collect();
        let groups = |c: usize, level: usize| self.axes[c].levels[level].len() as f64;
        let ratio = |c: &usize| {
            let best = self.best.as_ref().map_or(self.axes[*c].top(), |best| best.levels[*c]);
            groups(*c, self.floors[*c]) / groups(*c, best)
        };
        order.sort_by(|a, b| ratio(b).total_cmp(&ratio(a)));
        order
    }

    /// Whether the search has to end with what it has.
    pub(super) fn spent(&self) -> bool {
        self.visited >= self.options.budget || (self.options.stop)()
    }

    /// Tells how far the search is: how many listed nodes are open, and the least key that one of
    /// them may have.
    pub(super) fn tell(&self, open: Option<usize>, least: f64) {
        let lattice = self.lattice();
        let best = self.best.as_ref().map(|best| best.score);
        let open_bound = Some(least).filter(|key| *key < f64::MAX);
        let open_bound = open_bound.map_or(f64::INFINITY, |key| self.price.score_of_key(key));
        (self.options.progress)(&Reached {
            measured: self.measured.min(lattice),
            settled: open.map(|open| lattice.saturating_sub(open as u64)),
            lattice,
            best,
            lower_bound: best.map_or(open_bound, |best| open_bound.min(best)),
        });
    }

    /// Nodes of the lattice; saturates.
    pub(super) fn lattice(&self) -> u64 {
        let levels = self.axes.iter().map(|axis| axis.levels.len() as u64);
        levels.fold(1, u64::saturating_mul)
    }

    /// Greatest key that a node may have to be as good as the best one; below that of closed nodes
    /// in any case.
    pub(super) fn most(&self) -> f64 {
        self.best.as_ref().map_or(f64::MAX, |best| self.price.margin(best.key))
    }
}

/// So many tuples are not merged where they all differ.
const MANY_TUPLES: usize = 1 << 18;

/// Bases made from a base, from fine to coarse, for nodes that are not measured in any order.
pub(super) fn coarser(axes: &[Axis], finest: &Base<'_>) -> Vec<Base<'static>> {
    let mut bases: Vec<Base<'static>> = Vec::new();
    loop {
        let last = bases.last().unwrap_or(finest);
        let Some(floor) = rung(axes, last) else { return bases };
        let next = last.collapse(axes, &floor);
        bases.push(next);
    }
}

/// The floor of the next base, with about a quarter of the tuples at most.
fn rung(axes: &[Axis], last: &Base<'_>) -> Option<Vec<usize>> {
    /// Below this a base is read in no time.
    const FEW: usize = 256;
    let enough = cells(axes, &last.floor).min(last.len() as f64 * 2.0) / 4.0;
    let floor = raised(axes, &last.floor, enough);
    (last.len() > FEW && floor != last.floor).then_some(floor)
}

/// A floor at or above a node, below the top, with at most about so many cells.
pub(super) fn raised(axes: &[Axis], levels: &[usize], enough: f64) -> Vec<usize> {
    let mut floor = levels.to_vec();
    while cells(axes, &floor) > enough {
        let raisable = (0..axes.len()).filter(|c| floor[*c] + 1 < axes[*c].top());
        let Some(column) = raisable.max_by_key(|c| axes[*c].levels[floor[*c]].len()) else { break };
        floor[column] += 1;
    }
    floor
}

/// Cells that tuples may be in at a node.
pub(super) fn cells(axes: &[Axis], levels: &[usize]) -> f64 {
    axes.iter().zip(levels).map(|(axis, level)| axis.levels[*level].len() as f64).product()
}

/// The smallest base that a node can be measured on; the first one always is.
pub(super) fn smallest<'b, 'a: 'b>(
    first: &'b Base<'a>,
    others: &'b [Base<'a>],
    levels: &[usize],
) -> &'b Base<'a> {
    others
        .iter()
        .filter(|base| base.is_below(levels))
        .chain([first])
        .min_by_key(|base| base.len())
        .unwrap_or(first)
}
