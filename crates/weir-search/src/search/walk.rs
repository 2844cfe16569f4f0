//! Through a lattice that can be listed, from the top down.
//!
//! A node is measured unless its bound is no better than the best node: what its levels cost by
//! themselves, and what nodes above it have shown that it must suppress.

use std::ops::Range;

use super::engine::{End, Engine};
use crate::evaluate::{base::Base, measure::Measured};

/// Nodes that may be better than the best one, those above before those below.
struct List {
    columns: usize,
    levels: Vec<u8>,
    /// Place in the lattice of each node.
    place: Vec<u32>,
    /// Place in the lattice to number in the list.
    number: Vec<u32>,
    /// How far apart in the lattice nodes are that differ by a level in a column.
    stride: Vec<u32>,
    state: Vec<State>,
    /// Rows suppressed at least.
    owed: Vec<u64>,
    /// What rows that have to be suppressed add at least: node, then column and level.
    added: Vec<f64>,
    /// Where the levels of each column begin in a node's part of `added`.
    from: Vec<usize>,
}

/// The nodes of a range that are still open.
struct Span {
    open: usize,
    /// The greatest node below all of them.
    meet: Vec<usize>,
    /// The least node above all of them.
    join: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// Measured, or no better than the best node.
    Closed,
    /// Neither it nor any node below is feasible.
    Dead,
}

const NONE: u32 = u32::MAX;

impl Engine<'_> {
    /// Measures what is left between the bounds.
    pub(super) fn walk(&mut self, bases: &[Base<'_>], order: &[usize]) -> End {
        let mut list = self.list(order);
        let all = 0..list.place.len();
        let optimal = self.walk_range(&mut list, all.clone(), bases, 0, order);
        let mut least = f64::INFINITY;
        for node in all {
            if list.state[node] == State::Open && self.still_open(&mut list, node) {
                least = least.min(self.bound(&list, node));
            }
        }
        End { optimal, lower_bound: self.price.score_of_key(least) }
    }

    fn list(&self, order: &[usize]) -> List {
        let n = self.axes.len();
        let mut stride = vec![0; n];
        let mut cells = 1u32;
        for column in order.iter().rev() {
            stride[*column] = cells;
            cells *= (self.axes[*column].top() - self.floors[*column] + 1) as u32;
        }
        let mut from = vec![0];
        for axis in self.axes {
            from.push(from[from.len() - 1] + axis.levels.len());
        }
        let mut list = List {
            columns: n,
            levels: Vec::new(),
            place: Vec::new(),
            number: vec![NONE; cells as usize],
            stride,
            state: Vec::new(),
            owed: Vec::new(),
            added: Vec::new(),
            from,
        };
        let mut levels = self.floors.clone();
        self.list_below(order, 0, &mut levels, &mut list);
        list.state = vec![State::Open; list.place.len()];
        list.owed = vec![0; list.place.len()];
        list.added = vec![0.0; list.place.len() * list.from[n]];
        list
    }

    fn list_below(&self, order: &[usize], depth: usize, levels: &mut [usize], list: &mut List) {
        if self.price.bound(levels.iter().copied(), 0, |_, _| 0.0) > self.most() {
            return;
        }
        let Some(column) = order.get(depth) else {
            let place = (0..levels.len())
                .map(|c| (levels[c] - self.floors[c]) as u32 * list.stride[c])
                .sum::<u32>();
            list.number[place as usize] = list.place.len() as u32;
            list.place.push(place);
            list.levels.extend(levels.iter().map(|level| *level as u8));
            return;
        };
        let floor = self.floors[*column];
        for level in (floor..=self.axes[*column].top()).rev() {
            levels[*column] = level;
            self.list_below(order, depth + 1, levels, list);
        }
        levels[*column] = floor;
    }

    fn walk_range(
        &mut self,
        list: &mut List,
        range: Range<usize>,
        bases: &[Base<'_>],
        depth: usize,
        order: &[usize],
    ) -> bool {
        let Some(span) = self.span(list, range.clone()) else { return true };
        let Some(span) = self.probe(list, range.clone(), bases, span) else { return true };
        let Span { open, meet, .. } = span;
        let base = super::engine::smallest(bases, &meet);
        let mut own;
        let mut bases = bases;
        if open >= 4 && base.len() > 128 && base.floor != meet {
            own = vec![base.collapse(self.axes, &meet, &order[..depth])];
            self.visited += base.len() as u64 * 2;
            if depth == 0 {
                own.extend_from_slice(bases);
            }
            bases = &own;
        }
        let base = super::engine::smallest(bases, &meet);
        if open <= 4 || base.len() <= 128 || depth == order.len() {
            for node in range {
                if self.spent() {
                    return false;
                }
                self.visit(list, node, base);
            }
            return true;
        }
        let column = order[depth];
        let mut at = range.start;
        while at < range.end {
            let level = list.levels[at * list.columns + column];
            let same = (at..range.end)
                .find(|node| list.levels[node * list.columns + column] != level)
                .unwrap_or(range.end);
            if !self.walk_range(list, at..same, bases, depth + 1, order) {
                return false;
            }
            at = same;
        }
        true
    }

    /// What is still open in a range.
    fn span(&self, list: &mut List, range: Range<usize>) -> Option<Span> {
        let mut span: Option<Span> = None;
        for node in range {
            if list.state[node] == State::Open && self.still_open(list, node) {
                let levels = list.levels_of(node);
                match &mut span {
                    Some(span) => {
                        span.open += 1;
                        for (at, level) in levels.iter().enumerate() {
                            span.meet[at] = span.meet[at].min(*level);
                            span.join[at] = span.join[at].max(*level);
                        }
                    }
                    None => span = Some(Span { open: 1, meet: levels.clone(), join: levels }),
                }
            }
        }
        span
    }

    /// Measures the least node above all that is open in a range, which tells something of all.
    fn probe(
        &mut self,
        list: &mut List,
        range: Range<usize>,
        bases: &[Base<'_>],
        span: Span,
    ) -> Option<Span> {
        if span.open < 4 || span.join == self.top() {
            return Some(span);
        }
        let base = super::engine::smallest(bases, &span.join);
        let measured = self.measure(base, &span.join, None);
        if measured.owed > self.judge.limit {
            for node in range {
                if list.state[node] == State::Open {
                    list.state[node] = State::Dead;
                }
            }
            return None;
        }
        for node in range.clone() {
            if list.state[node] == State::Open {
                list.owed[node] = list.owed[node].max(measured.owed);
                self.note(list, node, &span.join, &measured);
            }
        }
        self.span(list, range)
    }

    fn visit(&mut self, list: &mut List, node: usize, base: &Base<'_>) {
        if list.state[node] == State::Dead || !self.still_open(list, node) {
            return;
        }
        let levels = list.levels_of(node);
        let width = list.from[list.columns];
        let row = &list.added[node * width..][..width];
        let added = |column: usize| row[list.from[column] + levels[column]];
        let measured = self.measure(base, &levels, Some(&added));
        list.state[node] = State::Closed;
        if measured.owed > self.judge.limit {
            list.state[node] = State::Dead;
            return;
        }
        list.owed[node] = list.owed[node].max(measured.owed);
        self.note(list, node, &levels, &measured);
    }

    /// Writes down what a measured node shows for the nodes below.
    fn note(&self, list: &mut List, node: usize, levels: &[usize], measured: &Measured) {
        let width = list.from[list.columns];
        let row = &mut list.added[node * width..][..width];
        for (column, level) in levels.iter().enumerate() {
            for to in self.floors[column]..=*level {
                let added = self.price.added(column, *level, to, measured.owed_by_group(column));
                let own = &mut row[list.from[column] + to];
                *own = own.max(added);
            }
        }
    }

    /// Takes over what the nodes above show; tells whether the node may still be the best.
    fn still_open(&self, list: &mut List, node: usize) -> bool {
        let width = list.from[list.columns];
        let place = list.place[node];
        for column in 0..list.columns {
            let level = usize::from(list.levels[node * list.columns + column]);
            if level == self.axes[column].top() {
                continue;
            }
            let above = list.number[(place + list.stride[column]) as usize];
            if above == NONE {
                continue;
            }
            let above = above as usize;
            if list.state[above] == State::Dead {
                list.state[node] = State::Dead;
                return false;
            }
            list.owed[node] = list.owed[node].max(list.owed[above]);
            let (theirs, own) = list.added.split_at_mut(node * width);
            let theirs = &theirs[above * width..][..width];
            for (own, theirs) in own.iter_mut().zip(theirs) {
                *own = own.max(*theirs);
            }
        }
        if list.owed[node] > self.judge.limit {
            list.state[node] = State::Dead;
            return false;
        }
        if list.state[node] == State::Closed {
            return false;
        }
        if self.bound(list, node) > self.most() {
            list.state[node] = State::Closed;
            return false;
        }
        true
    }

    /// The least key of a node, from what the nodes above show.
    fn bound(&self, list: &List, node: usize) -> f64 {
        let width = list.from[list.columns];
        let row = &list.added[node * width..][..width];
        let levels = &list.levels[node * list.columns..][..list.columns];
        let levels = levels.iter().map(|level| usize::from(*level));
        let added = |column: usize, level: usize| row[list.from[column] + level];
        self.price.bound(levels, list.owed[node], added)
    }
}

impl List {
    fn levels_of(&self, node: usize) -> Vec<usize> {
        let levels = &self.levels[node * self.columns..][..self.columns];
        levels.iter().map(|level| usize::from(*level)).collect()
    }
}
