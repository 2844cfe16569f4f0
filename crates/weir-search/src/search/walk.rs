//! Through a lattice that can be listed, from the nodes that stand above most of what is open.
//!
//! A node is *open* while its bound is no better than the best node: what its levels cost by
//! themselves, and what nodes above it have shown that it must suppress. Of two open nodes of
//! which one stands above the other, the one above is measured first: where it suppresses too
//! much, so does the other, and where it does not, it shows what the other suppresses at least.
//! The nodes that are measured therefore are much coarser than most that are open, and so are the
//! tables that they are measured on.
//!
//! Where that takes long, several nodes are measured at a time, whatever the number of threads:
//! what one of them shows is of use from the next time on, so that the way through the lattice
//! never depends on which of them is done first.

use std::cmp::Reverse;

use super::{
    engine::{End, Engine, cells, smallest},
    list::List,
};
use crate::evaluate::{base::Base, measure::Measured};

mod open;

use open::Open;

/// When a walk makes tables, and counts what is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// A table of so few tuples is as good as a smaller one.
    pub(super) few_tuples: usize,
    /// Making a table is worth while for so many nodes.
    pub(super) nodes: usize,
    /// Nodes measured until open nodes are counted again, at least.
    pub(super) stale_after: u32,
    /// Nodes measured at a time, at most.
    pub(super) at_once: usize,
    /// They are measured one by one where each visits fewer tuples.
    pub(super) tuples_at_once: u64,
}

impl Pace {
    /// Found by trying.
    pub(super) const USUAL: Self =
        Self { few_tuples: 256, nodes: 3, stale_after: 8, at_once: 4, tuples_at_once: 1 << 15 };
}

/// Tables that nodes can be measured on.
struct Tables<'t, 'a> {
    finest: &'t Base<'a>,
    coarse: &'t [Base<'static>],
    /// Made for groups of nodes, the last one last.
    own: Vec<Base<'static>>,
}

impl Tables<'_, '_> {
    /// Lets go of the tables that were made first, where they are many or large together.
    fn make_room(&mut self) {
        let most = (self.finest.len() / 2).max(FEW_TUPLES);
        let mut tuples: usize = self.own.iter().map(Base::len).sum();
        while self.own.len() > MOST_TABLES || self.own.len() > 1 && tuples > most {
            tuples -= self.own.remove(0).len();
        }
    }

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
        let mut open = Open::new(list);
        self.tighten();
        let mut reached = self.count(&mut open);
        loop {
            let places = self.next(&mut open, &mut tables, pace);
            if places.is_empty() {
                return End { optimal: true, lower_bound: f64::INFINITY };
            }
            if self.spent() {
                let lower_bound = self.price.score_of_key(open.list.least());
                return End { optimal: false, lower_bound };
            }
            self.visit(&mut open, &tables, &places);
            if open.measured >= pace.stale_after && open.is_stale(self.visited) {
                self.tighten();
                reached = self.count(&mut open);
            } else {
                self.tell(Some(reached.0), reached.1);
            }
        }
    }

    /// Counts the open nodes and tells how many they are; that, and their least bound.
    fn count(&self, open: &mut Open<'_>) -> (usize, f64) {
        let n_open = open.count(self.most(), self.visited);
        let reached = (n_open, open.list.least());
        self.tell(Some(reached.0), reached.1);
        reached
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

    /// The open nodes to be measured next, and a table for them where it is worth while.
    fn next(&mut self, open: &mut Open<'_>, tables: &mut Tables<'_, '_>, pace: Pace) -> Vec<u32> {
        let most = self.most();
        let mut places: Vec<u32> = Vec::new();
        while places.len() < pace.at_once {
            let first = places.first().map(|first| open.levels(*first));
            if first.is_some_and(|first| tables.smallest(&first).effort() < pace.tuples_at_once) {
                break;
            }
            if let Some(place) = open.next_known(most) {
                if !places.contains(&place) {
                    places.push(place);
                }
                continue;
            }
            let Some(place) = open.next(most) else { break };
            if !places.contains(&place) {
                places.push(place);
                self.narrow(open, tables, &places, pace);
            }
        }
        places
    }

    /// Measures open nodes. Where neither one nor a node below it is feasible, the one right above
    /// it that may close most besides is measured later.
    fn visit(&mut self, open: &mut Open<'_>, tables: &Tables<'_, '_>, places: &[u32]) {
        let nodes: Vec<(&Base<'_>, Vec<usize>)> = (places.iter())
            .map(|place| open.levels(*place))
            .map(|levels| (tables.smallest(&levels), levels))
            .collect();
        let measured = self.measure_all(&nodes);
        let limit = self.judge.limit;
        for ((place, (_, levels)), measured) in places.iter().zip(&nodes).zip(&measured) {
            self.note(open.list, levels, measured);
            open.list.close(*place as usize);
        }
        for (place, measured) in places.iter().zip(&measured) {
            open.done(*place, measured.owed > limit);
        }
    }

    /// Makes a table for the last one of some nodes and for others that are open, where there are
    /// several for which a much smaller one will do.
    fn narrow(
        &mut self,
        open: &mut Open<'_>,
        tables: &mut Tables<'_, '_>,
        places: &[u32],
        pace: Pace,
    ) {
        let Some(place) = places.last() else { return };
        let mut meet = open.levels(*place);
        let base = tables.smallest(&meet);
        let enough = (base.len() as f64 * CELLS_PER_TUPLE).min(MOST_CELLS);
        let enough = enough.min(cells(self.axes, &base.floor) / SMALLER);
        if base.len() <= pace.few_tuples || cells(self.axes, &meet) * SMALLER > enough {
            return;
        }
        let most = self.most();
        let mut group = Vec::new();
        let mut others: Vec<(u32, Vec<usize>)> = (open.peaks.iter())
            .filter(|peak| open.list.bound(**peak as usize) <= most && !places.contains(peak))
            .map(|peak| (*peak, open.levels(*peak)))
            .filter(|(_, levels)| base.is_below(levels))
            .collect();
        loop {
            if self.spent() {
                return;
            }
            self.visited += others.len() as u64;
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
        tables.own.push(own);
        tables.make_room();
        group.sort_by_key(|place| (open.below(*place), Reverse(*place)));
        open.group = group;
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

/// Cells of a table to the tuples of the one that it is made of, at most.
const CELLS_PER_TUPLE: f64 = 8.0;
/// Cells of a table at most, so that they fit into a cache.
const MOST_CELLS: f64 = 4_194_304.0;
/// How many times the cells of a node those of its table may be, and those of its table those of
/// the one that it is made of have to be.
const SMALLER: f64 = 4.0;
/// Tables that are kept besides those of the descent.
const MOST_TABLES: usize = 4;
/// Tuples that they may have together in any case; else half of those of the finest table.
const FEW_TUPLES: usize = 1 << 16;

#[cfg(test)]
mod tests;
