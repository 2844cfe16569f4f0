//! Through a lattice that can be listed, from the nodes that stand above most of what is open.
//!
//! A node is *open* while its bound is no better than the best node: what its levels cost by
//! themselves, and what nodes above it have shown that it must suppress. Of two open nodes of
//! which one stands above the other, the one above is measured first: where it suppresses too
//! much, so does the other, and where it does not, it shows what the other suppresses at least.
//! The nodes that are measured therefore are much coarser than most that are open, and so are the
//! tables that they are measured on.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    engine::{End, Engine, cells, smallest},
    list::List,
};
use crate::evaluate::{base::Base, measure::Measured};

/// When a walk makes tables, and counts what is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// A table of so few tuples is as good as a smaller one.
    pub(super) few_tuples: usize,
    /// Making a table is worth while for so many nodes.
    pub(super) nodes: usize,
    /// Nodes measured until open nodes are counted again, at least.
    pub(super) stale_after: u32,
}

impl Pace {
    /// Found by trying.
    pub(super) const USUAL: Self = Self { few_tuples: 256, nodes: 3, stale_after: 8 };
}

/// A walk through the nodes of a list.
struct Walk<'l> {
    list: &'l mut List,
    /// By place, then column: how far below the top.
    digits: Vec<u8>,
    /// By place: open nodes at or below, when they were counted last.
    below: Vec<u32>,
    /// Open nodes when they were counted last, by what is open below.
    open: BinaryHeap<(u32, Reverse<u32>)>,
    /// Those of them that have no open one right above.
    peaks: Vec<u32>,
    /// Nodes that a table was made for.
    group: Vec<u32>,
    /// Nodes measured since open nodes were counted.
    measured: u32,
    /// Tuples visited when open nodes were counted.
    visited: u64,
}

/// Tables that nodes can be measured on.
struct Tables<'t, 'a> {
    finest: &'t Base<'a>,
    coarse: &'t [Base<'static>],
    /// Made for groups of nodes, the last one last.
    own: Vec<Base<'static>>,
}

impl Tables<'_, '_> {
    /// The smallest that a node can be measured on.
    fn smallest(&self, levels: &[usize]) -> &Base<'_> {
        smallest(smallest(self.finest, self.coarse, levels), &self.own, levels)
    }
}

impl Engine<'_> {
    /// Measures what is left between the bounds.
    pub(super) fn walk(
        &mut self,
        finest: &Base<'_>,
        coarse: &[Base<'static>],
        list: &mut List,
        pace: Pace,
    ) -> End {
        let mut tables = Tables { finest, coarse, own: Vec::new() };
        let mut walk = Walk::new(list);
        self.tighten();
        walk.count(self.most(), self.visited);
        while let Some(place) = walk.next(self.most()) {
            if self.spent() {
                let lower_bound = self.price.score_of_key(walk.list.least());
                return End { optimal: false, lower_bound };
            }
            if walk.group.is_empty() {
                self.narrow(&mut walk, &mut tables, place, pace);
            }
            self.climb(&mut walk, &tables, place);
            if walk.measured >= pace.stale_after && walk.is_stale(self.visited) {
                self.tighten();
                walk.count(self.most(), self.visited);
            }
        }
        End { optimal: true, lower_bound: f64::INFINITY }
    }

    /// Lets no more be suppressed than a node may that is as good as the best one: whatever else
    /// it costs, a node that suppresses more is worse, and so are all below it.
    ///
    /// Models of all classes together are given what may be suppressed, and suppress by it.
    fn tighten(&mut self) {
        if self.judge.limit > 0 && self.judge.models.whole().is_empty() && self.best.is_some() {
            let most = self.price.most_suppressed(self.axes, self.most());
            self.judge.limit = self.judge.limit.min(most);
        }
    }

    /// Measures an open node; where neither it nor a node below it is feasible, a node right above
    /// it, and so on, as long as that may close more.
    fn climb(&mut self, walk: &mut Walk<'_>, tables: &Tables<'_, '_>, from: u32) {
        let mut place = from;
        loop {
            let levels = walk.levels(place);
            let measured = self.measure(tables.smallest(&levels), &levels);
            walk.measured += 1;
            self.note(walk.list, &levels, &measured);
            walk.list.close(place as usize);
            if measured.owed <= self.judge.limit {
                return;
            }
            let Some(above) = walk.above(place) else { return };
            place = above;
        }
    }

    /// Makes a table for a node and for others that are open, where there are several for which a
    /// much smaller one will do.
    fn narrow(&mut self, walk: &mut Walk<'_>, tables: &mut Tables<'_, '_>, place: u32, pace: Pace) {
        let mut meet = walk.levels(place);
        let base = tables.smallest(&meet);
        let enough = (base.len() as f64 * CELLS_PER_TUPLE).min(MOST_CELLS);
        let enough = enough.min(cells(self.axes, &base.floor) / SMALLER);
        if base.len() <= pace.few_tuples || cells(self.axes, &meet) * SMALLER > enough {
            return;
        }
        let most = self.most();
        let mut group = Vec::new();
        let mut others: Vec<(u32, Vec<usize>)> = (walk.peaks.iter())
            .filter(|peak| **peak != place && walk.list.bound(**peak as usize) <= most)
            .map(|peak| (*peak, walk.levels(*peak)))
            .filter(|(_, levels)| base.is_below(levels))
            .collect();
        loop {
            let with = |levels: &[usize]| -> f64 {
                let low = levels.iter().zip(&meet).map(|(a, b)| (*a).min(*b));
                low.enumerate().map(|(c, level)| self.axes[c].levels[level].len() as f64).product()
            };
            let nearest = others.iter().enumerate().map(|(at, (_, levels))| (with(levels), at));
            let Some((all, at)) = nearest.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
            if all > enough {
                break;
            }
            let (peak, levels) = others.swap_remove(at);
            group.push(peak);
            meet.iter_mut().zip(levels).for_each(|(low, level)| *low = level.min(*low));
        }
        if group.len() + 1 < pace.nodes {
            return;
        }
        self.visited += base.work() * 2;
        let own = base.collapse(self.axes, &meet);
        if tables.own.len() == MOST_TABLES {
            tables.own.remove(0);
        }
        tables.own.push(own);
        group.sort_by_key(|place| (walk.below[*place as usize], Reverse(*place)));
        walk.group = group;
    }

    /// Writes down what a measured node shows for the nodes below.
    fn note(&self, list: &mut List, levels: &[usize], measured: &Measured) {
        if measured.owed > self.judge.limit {
            list.close_below(levels);
            return;
        }
        if measured.owed == 0 {
            return;
        }
        let terms: Vec<Vec<f64>> = (levels.iter().enumerate())
            .map(|(column, from)| {
                let lost = measured.owed_by_group(column);
                let top = list.shape.tops[column];
                let term = |digit: usize| {
                    let to = top - digit;
                    let added =
                        if to > *from { 0.0 } else { self.price.added(column, *from, to, lost) };
                    self.price.term(column, to, added)
                };
                (0..list.shape.digits[column]).map(term).collect()
            })
            .collect();
        list.raise_below(levels, &terms, self.price, measured.owed);
    }
}

impl<'l> Walk<'l> {
    fn new(list: &'l mut List) -> Self {
        let digits = digits(list);
        Self {
            list,
            digits,
            below: Vec::new(),
            open: BinaryHeap::new(),
            peaks: Vec::new(),
            group: Vec::new(),
            measured: 0,
            visited: 0,
        }
    }

    fn levels(&self, place: u32) -> Vec<usize> {
        let tops = self.list.shape.tops.iter();
        tops.zip(self.digits_of(place)).map(|(top, digit)| top - usize::from(*digit)).collect()
    }

    fn digits_of(&self, place: u32) -> &[u8] {
        let n = self.list.shape.tops.len();
        &self.digits[place as usize * n..][..n]
    }

    /// The nodes right above one.
    fn right_above(&self, place: u32) -> impl Iterator<Item = u32> {
        let steps = self.digits_of(place).iter().zip(&self.list.shape.strides);
        steps.filter(|(digit, _)| **digit > 0).map(move |(_, stride)| place - *stride as u32)
    }

    /// An open node to be measured next; none where none is open.
    fn next(&mut self, most: f64) -> Option<u32> {
        let Self { list, group, open, .. } = self;
        let is_open = |place: &u32| list.bound(*place as usize) <= most;
        while let Some(place) = group.pop() {
            if is_open(&place) {
                return Some(place);
            }
        }
        std::iter::from_fn(|| open.pop()).map(|(_, Reverse(place))| place).find(is_open)
    }

    /// The node right above a closed one that closes most besides, should it not be feasible.
    fn above(&self, place: u32) -> Option<u32> {
        let known = self.below[place as usize];
        let more = |above: &u32| self.below[*above as usize].saturating_sub(known);
        let unknown = |above: &u32| self.list.bound(*above as usize).is_finite();
        let above = self.right_above(place).filter(unknown);
        let best = above.max_by_key(|above| (more(above), Reverse(*above)))?;
        (more(&best) > WORTH_A_STEP).then_some(best)
    }

    /// Whether counting what is open again costs little next to what was measured since.
    fn is_stale(&self, visited: u64) -> bool {
        visited - self.visited >= self.list.len() as u64
    }

    /// Counts the open nodes.
    fn count(&mut self, most: f64, visited: u64) {
        let is_open = |bound: &f64| *bound <= most;
        let mut below = std::mem::take(&mut self.below);
        below.clear();
        below.extend(self.list.bounds().iter().map(|bound| u32::from(is_open(bound))));
        let open = (0..).zip(&below).filter(|(_, open)| **open > 0);
        let places: Vec<u32> = open.map(|(place, _)| place).collect();
        let is_peak = |place: &u32| self.right_above(*place).all(|p| below[p as usize] == 0);
        self.peaks = places.iter().copied().filter(is_peak).collect();
        self.list.shape.sum_up(&mut below, 1);
        let open = places.into_iter().map(|place| (below[place as usize], Reverse(place)));
        self.open = open.collect::<Vec<_>>().into();
        self.below = below;
        (self.measured, self.visited) = (0, visited);
    }
}

/// Cells of a table to the tuples of the one that it is made of, at most.
const CELLS_PER_TUPLE: f64 = 8.0;
/// Cells of a table at most, so that they fit into a cache.
const MOST_CELLS: f64 = 4_194_304.0;
/// How many times the cells of a node those of its table may be, and those of its table those of
/// the one that it is made of have to be.
const SMALLER: f64 = 4.0;
/// Tables that are kept besides those of the descent.
const MOST_TABLES: usize = 4;
/// A step up is worth while if it may close so many more nodes.
const WORTH_A_STEP: u32 = 4;

/// How far below the top each node is, by place, then column.
fn digits(list: &List) -> Vec<u8> {
    let shape = &list.shape;
    let n = shape.tops.len();
    let mut digits = vec![0u8; shape.len * n];
    for column in 0..n {
        let (stride, base) = (shape.strides[column], shape.digits[column]);
        let mut at = column;
        for _ in 0..shape.len / (stride * base) {
            for digit in 0..base {
                for _ in 0..stride {
                    digits[at] = digit as u8;
                    at += n;
                }
            }
        }
    }
    digits
}
