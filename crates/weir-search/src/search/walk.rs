//! Through a lattice that can be listed, from the top down.
//!
//! A node is measured unless its bound is no better than the best node: what its levels cost by
//! themselves, and what nodes above it have shown that it must suppress.

use std::ops::Range;

use super::{
    engine::{End, Engine, Extent, smallest},
    list::List,
};
use crate::evaluate::{base::Base, measure::Measured};

/// The open nodes of a range.
struct Span {
    open: usize,
    /// The greatest node below all of them.
    meet: Vec<usize>,
    /// The least node above all of them.
    join: Vec<usize>,
}

/// A walk through the nodes of a list.
struct Walk<'l> {
    list: &'l mut List,
    /// By place, then column: how far below the top.
    digits: Vec<u8>,
}

impl Engine<'_> {
    /// Measures what is left between the bounds.
    pub(super) fn walk(
        &mut self,
        finest: &Base<'_>,
        coarse: &[Base<'static>],
        list: &mut List,
    ) -> End {
        let all = 0..list.len();
        let digits = digits(list);
        let mut walk = Walk { list, digits };
        let optimal = self.walk_range(&mut walk, all, finest, coarse, 0);
        let least = walk.list.least();
        let lower_bound = self.price.score_of_key(least);
        End { optimal, lower_bound }
    }

    /// Measures what is open in a range of which the first `depth` columns are fixed; tells whether
    /// there was time for it. All nodes of the range can be measured on `base`.
    fn walk_range(
        &mut self,
        walk: &mut Walk<'_>,
        range: Range<usize>,
        base: &Base<'_>,
        coarse: &[Base<'static>],
        depth: usize,
    ) -> bool {
        let Some(mut span) = walk.span(range.clone(), self.most()) else { return true };
        let probed = span.open > FEW_NODES && span.join != self.top();
        if probed {
            match self.probe(walk, range.clone(), smallest(base, coarse, &span.join), &span) {
                Some(left) => span = left,
                None => return true,
            }
        }
        let base = smallest(base, coarse, &span.meet);
        let mut own = None;
        if span.open > FEW_NODES && base.len() > FEW_TUPLES {
            let doomed_at = if probed { Some(&span.join) } else { None };
            let lead = &walk.list.shape.order[..depth];
            // Most nodes are left early, while a base is made of all its tuples.
            if span.open as f64 * (1.0 - self.cells_left(base, &span.meet).sqrt()) > NODES_TO_NARROW
            {
                own = self.narrowed(base, doomed_at, &span.meet, lead);
            }
        }
        let base = own.as_ref().unwrap_or(base);
        let many = span.open > FEW_NODES && base.len() > FEW_TUPLES;
        if !many || depth == walk.list.shape.order.len() {
            return self.visit_all(walk, range, base);
        }
        // What is coarser than this base was not taken for it, so all that is below is finer.
        let coarse = if own.is_some() && depth > 0 { &[] } else { coarse };
        let column = walk.list.shape.order[depth];
        let stride = walk.list.shape.strides[column];
        range
            .step_by(stride)
            .all(|from| self.walk_range(walk, from..from + stride, base, coarse, depth + 1))
    }

    /// Cells that tuples can be in at a node, over those that they can be in at a base.
    fn cells_left(&self, base: &Base<'_>, levels: &[usize]) -> f64 {
        let groups = |column: usize, level: usize| self.axes[column].levels[level].len() as f64;
        let columns = base.floor.iter().zip(levels).enumerate();
        columns
            .map(|(column, (floor, level))| groups(column, *level) / groups(column, *floor))
            .product()
    }

    /// A base as nodes at or above `meet` see it, without what all nodes at or below `join`
    /// suppress; `None` where it would be the same.
    fn narrowed(
        &mut self,
        base: &Base<'_>,
        join: Option<&Vec<usize>>,
        meet: &[usize],
        lead: &[usize],
    ) -> Option<Base<'static>> {
        let least = self.judge.least;
        self.visited += base.work();
        // Where nobody is needed, classes of the population alone still count.
        let join = join.filter(|_| least > 1);
        let without = join.and_then(|join| base.without_doomed(self.axes, join, least));
        let from = without.as_ref().unwrap_or(base);
        if from.floor == meet {
            return without;
        }
        self.visited += from.work() * 2;
        Some(from.collapse(self.axes, meet, lead))
    }

    /// Measures the open nodes of a range; tells whether there was time for it.
    fn visit_all(&mut self, walk: &mut Walk<'_>, range: Range<usize>, base: &Base<'_>) -> bool {
        for place in range {
            if walk.list.bound(place) > self.most() {
                continue;
            }
            if self.spent() {
                return false;
            }
            let levels = walk.levels(place);
            let measured = self.measure(base, &levels, Extent::UntilUseless);
            self.note(walk.list, &levels, &measured);
            walk.list.close(place);
        }
        true
    }

    /// Measures the least node above all that is open in a range, which tells something of all.
    fn probe(
        &mut self,
        walk: &mut Walk<'_>,
        range: Range<usize>,
        base: &Base<'_>,
        span: &Span,
    ) -> Option<Span> {
        let measured = self.measure(base, &span.join, Extent::Whole);
        if measured.owed > self.judge.limit {
            walk.list.close_range(range);
            return None;
        }
        self.note(walk.list, &span.join, &measured);
        walk.span(range, self.most())
    }

    /// Writes down what a measured node shows for the nodes below.
    pub(super) fn note(&self, list: &mut List, levels: &[usize], measured: &Measured) {
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

/// A base of so few tuples is as good as a smaller one.
const FEW_TUPLES: usize = 128;
/// Making a base is worth while from so many nodes on, less what it leaves of each.
const NODES_TO_NARROW: f64 = 30.0;
/// So few nodes are measured one by one.
const FEW_NODES: usize = 3;

impl Walk<'_> {
    fn levels(&self, place: usize) -> Vec<usize> {
        let shape = &self.list.shape;
        let digits = &self.digits[place * shape.tops.len()..][..shape.tops.len()];
        shape.tops.iter().zip(digits).map(|(top, digit)| top - usize::from(*digit)).collect()
    }

    /// What is still open in a range.
    fn span(&self, range: Range<usize>, most: f64) -> Option<Span> {
        let n = self.list.shape.tops.len();
        let (mut low, mut high) = (vec![u8::MAX; n], vec![0u8; n]);
        let mut open = 0;
        for (place, bound) in range.clone().zip(self.list.bounds(range)) {
            if *bound > most {
                continue;
            }
            open += 1;
            let digits = &self.digits[place * n..][..n];
            for ((low, high), digit) in low.iter_mut().zip(&mut high).zip(digits) {
                *low = (*low).min(*digit);
                *high = (*high).max(*digit);
            }
        }
        let levels = |digits: &[u8]| {
            let tops = self.list.shape.tops.iter();
            tops.zip(digits).map(|(top, digit)| top - usize::from(*digit)).collect()
        };
        (open > 0).then(|| Span { open, meet: levels(&high), join: levels(&low) })
    }
}

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
