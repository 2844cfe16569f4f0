//! The open nodes of a walk, and in which order they are measured.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use crate::search::list::List;

/// The open nodes of a list.
pub(super) struct Open<'l> {
    pub(super) list: &'l mut List,
    /// By place, then column: how far below the top.
    digits: Vec<u8>,
    /// By place: open nodes at or below, when they were counted last.
    n_below: Vec<u32>,
    /// Open nodes when they were counted last, by what is open below.
    most_below: BinaryHeap<(u32, Reverse<u32>)>,
    /// Those of them that have no open one right above; where they are more than [`MOST_PEAKS`],
    /// those with most that is open below.
    pub(super) peaks: Vec<u32>,
    /// Nodes right above those at and below which none is feasible.
    above: VecDeque<u32>,
    /// Nodes that a table was made for; the last one is the next.
    pub(super) group: Vec<u32>,
    /// Nodes measured since open nodes were counted.
    pub(super) measured: u32,
    /// Tuples visited when open nodes were counted.
    visited: u64,
}

impl<'l> Open<'l> {
    pub(super) fn new(list: &'l mut List) -> Self {
        let digits = digits(list);
        Self {
            list,
            digits,
            n_below: Vec::new(),
            most_below: BinaryHeap::new(),
            peaks: Vec::new(),
            above: VecDeque::new(),
            group: Vec::new(),
            measured: 0,
            visited: 0,
        }
    }

    pub(super) fn levels(&self, place: u32) -> Vec<usize> {
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

    /// Open nodes at or below one, when they were counted last.
    pub(super) fn below(&self, place: u32) -> u32 {
        self.n_below[place as usize]
    }

    /// A node to be measured next because of another one.
    pub(super) fn next_known(&mut self, most: f64) -> Option<u32> {
        let Self { list, above, group, .. } = self;
        let bound = |place: &u32| list.bound(*place as usize);
        std::iter::from_fn(|| above.pop_front())
            .find(|place| bound(place).is_finite())
            .or_else(|| std::iter::from_fn(|| group.pop()).find(|place| bound(place) <= most))
    }

    /// The open node above most that is open; none where none is.
    pub(super) fn next(&mut self, most: f64) -> Option<u32> {
        let Self { list, most_below, .. } = self;
        std::iter::from_fn(|| most_below.pop())
            .map(|(_, Reverse(place))| place)
            .find(|place| list.bound(*place as usize) <= most)
    }

    /// A node was measured; it and all below are closed where it is `hopeless`.
    pub(super) fn done(&mut self, place: u32, hopeless: bool) {
        self.measured += 1;
        if hopeless {
            self.above.extend(self.worth_a_step(place));
        }
    }

    /// The node right above a closed one that closes most besides, should it not be feasible.
    fn worth_a_step(&self, place: u32) -> Option<u32> {
        let known = self.below(place);
        let more = |above: &u32| self.below(*above).saturating_sub(known);
        let unknown = |above: &u32| self.list.bound(*above as usize).is_finite();
        let above = self.right_above(place).filter(unknown);
        let best = above.max_by_key(|above| (more(above), Reverse(*above)))?;
        (more(&best) > WORTH_A_STEP).then_some(best)
    }

    /// Whether counting what is open again costs little next to what was measured since.
    pub(super) fn is_stale(&self, visited: u64) -> bool {
        visited - self.visited >= self.list.len() as u64
    }

    /// Counts the open nodes; how many they are.
    pub(super) fn count(&mut self, most: f64, visited: u64) -> usize {
        let is_open = |bound: &f64| *bound <= most;
        let mut below = std::mem::take(&mut self.n_below);
        below.clear();
        below.extend(self.list.bounds().iter().map(|bound| u32::from(is_open(bound))));
        let open = (0..).zip(&below).filter(|(_, open)| **open > 0);
        let places: Vec<u32> = open.map(|(place, _)| place).collect();
        let is_peak = |place: &u32| self.right_above(*place).all(|p| below[p as usize] == 0);
        let mut peaks: Vec<u32> = places.iter().copied().filter(is_peak).collect();
        self.list.shape.sum_up(&mut below, 1);
        if peaks.len() > MOST_PEAKS {
            peaks.sort_unstable_by_key(|place| (Reverse(below[*place as usize]), *place));
            peaks.truncate(MOST_PEAKS);
        }
        self.peaks = peaks;
        let n_open = places.len();
        let open = places.into_iter().map(|place| (below[place as usize], Reverse(place)));
        self.most_below = open.collect::<Vec<_>>().into();
        self.n_below = below;
        (self.measured, self.visited) = (0, visited);
        n_open
    }
}

/// Peaks that are kept, so that going over them costs little next to a table.
const MOST_PEAKS: usize = 1024;
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
