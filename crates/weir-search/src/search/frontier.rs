//! Through a lattice that is too large to be listed: best first, with a bound at any time.
//!
//! A *part* of the lattice is all nodes between two. Its node furthest down bounds what the levels
//! of all its nodes cost; its node furthest up, which is measured, shows what all of them suppress.
//! The part with the least bound is split in two, as long as there is time; no node is better than
//! the least bound of the parts that are left.

use std::{cmp::Ordering, collections::BinaryHeap, rc::Rc};

use super::{
    engine::{End, Engine, smallest},
    price::Price,
};
use crate::evaluate::{base::Base, measure::Measured, shape::Shape};

/// What the measured node of a part shows.
struct Shown {
    /// Rows that every node below suppresses.
    owed: u64,
    /// Column, then level up to that of the node: the least term.
    terms: Vec<Vec<f64>>,
}

/// Nodes between `low` and `high`.
struct Part {
    low: Vec<usize>,
    high: Vec<usize>,
    /// What `high` shows.
    shown: Rc<Shown>,
    /// No node has a lower key.
    bound: f64,
    /// Parts made before; breaks ties, so that the order never depends on anything else.
    number: u64,
}

/// Most nodes of the lattice over one group of columns.
const MOST_IN_GROUP: usize = 1 << 10;
/// Most parts that are kept; the search ends with what it has beyond.
const MOST_PARTS: usize = 1 << 18;

impl Engine<'_> {
    /// Splits what is left between the bounds.
    pub(super) fn split(&mut self, finest: &Base<'_>, coarse: &[Base<'static>]) -> End {
        let by_groups = self.bound_by_groups(finest);
        self.exchange(finest, coarse);
        let top = self.top();
        let at_top = self.measure(smallest(finest, coarse, &top), &top);
        let shown = Rc::new(self.shown(&top, &at_top));
        let mut numbers = 0;
        let mut parts = BinaryHeap::new();
        parts.extend(self.part(self.floors.clone(), top, shown, &mut numbers));
        while let Some(part) = parts.pop() {
            if part.bound > self.most() {
                break;
            }
            if self.spent() || parts.len() > MOST_PARTS {
                let key = part.bound.max(by_groups);
                let optimal = key > self.most();
                return End { optimal, lower_bound: self.price.score_of_key(key) };
            }
            self.tell(None, part.bound.max(by_groups));
            let Some((column, level)) = self.cut(&part) else { continue };
            let mut low = part.low.clone();
            low[column] = level + 1;
            parts.extend(self.part(low, part.high.clone(), Rc::clone(&part.shown), &mut numbers));
            let mut high = part.high;
            high[column] = level;
            let base = smallest(finest, coarse, &high);
            let measured = self.measure(base, &high);
            if measured.owed <= self.judge.limit {
                let shown = Rc::new(self.shown(&high, &measured));
                parts.extend(self.part(part.low, high, shown, &mut numbers));
            }
        }
        End { optimal: true, lower_bound: f64::INFINITY }
    }

    /// No node has a lower key than what few columns at a time, all others at the top, cost at
    /// least: whatever is suppressed there is so at every node whose levels of these columns are
    /// the same.
    fn bound_by_groups(&mut self, finest: &Base<'_>) -> f64 {
        if !self.price.is_of_columns() {
            return f64::NEG_INFINITY;
        }
        let top = self.top();
        // Columns that tell much apart together, as they are the ones that cannot all stay fine.
        let mut columns: Vec<usize> = (0..top.len()).collect();
        columns.sort_by_key(|c| std::cmp::Reverse(self.axes[*c].levels[self.floors[*c]].len()));
        let mut bound = self.price.unit();
        let mut rest = columns.as_slice();
        while !rest.is_empty() {
            let mut nodes = 1;
            let fits = |column: &&usize| {
                nodes *= top[**column] - self.floors[**column] + 1;
                nodes <= MOST_IN_GROUP
            };
            let n = rest.iter().take_while(fits).count().max(1);
            let (group, others) = rest.split_at(n);
            rest = others;
            let least = self.least_of_group(finest, group);
            bound = self.price.combined(bound, least);
        }
        bound
    }

    /// The least that the columns of a group contribute to the key of a feasible node.
    fn least_of_group(&mut self, finest: &Base<'_>, group: &[usize]) -> f64 {
        let top = self.top();
        let mut floors = top.clone();
        group.iter().for_each(|column| floors[*column] = self.floors[*column]);
        let nothing = |price: &Price<'_>, levels: &[usize]| {
            let terms = group.iter().map(|c| price.least_term(*c, levels[*c]));
            terms.fold(price.unit(), |sum, term| price.combined(sum, term))
        };
        if self.spent() {
            return nothing(self.price, &self.floors);
        }
        let base = finest.collapse(self.axes, &floors);
        self.visited += 2 * finest.work();
        let shape = Shape::new(group, &floors, &top);
        let mut places: Vec<(f64, usize)> = (0..shape.len)
            .map(|p| (nothing(self.price, &levels_of(&shape, group, p, &top)), p))
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut least = f64::INFINITY;
        for (bound, place) in places {
            if bound >= least || self.spent() {
                return least.min(bound);
            }
            let levels = levels_of(&shape, group, place, &top);
            let measured = self.measure(&base, &levels);
            if measured.owed > self.judge.limit {
                continue;
            }
            let terms = group.iter().map(|column| {
                let level = levels[*column];
                let lost = measured.owed_by_group(*column);
                let added = self.price.added(*column, level, level, lost);
                self.price.term(*column, level, added)
            });
            least = least.min(terms.fold(self.price.unit(), |sum, t| self.price.combined(sum, t)));
        }
        least
    }

    fn shown(&self, levels: &[usize], measured: &Measured) -> Shown {
        let terms = levels.iter().enumerate().map(|(column, from)| {
            let lost = measured.owed_by_group(column);
            let term = |to| self.price.term(column, to, self.price.added(column, *from, to, lost));
            (0..=*from).map(term).collect()
        });
        Shown { owed: measured.owed, terms: terms.collect() }
    }

    /// A part that may hold a better node than the best one.
    fn part(
        &self,
        low: Vec<usize>,
        high: Vec<usize>,
        shown: Rc<Shown>,
        numbers: &mut u64,
    ) -> Option<Part> {
        let terms = low.iter().zip(&shown.terms).map(|(level, terms)| terms[*level]);
        let sum = terms.fold(self.price.unit(), |sum, term| self.price.combined(sum, term));
        let bound = self.price.key_of_terms(sum, shown.owed);
        *numbers += 1;
        (bound <= self.most()).then_some(Part { low, high, shown, bound, number: *numbers })
    }

    /// Where a part is cut: the column on which its nodes differ most, and the level below the
    /// cut; `None` for a single node.
    fn cut(&self, part: &Part) -> Option<(usize, usize)> {
        let spread = |column: &usize| {
            let terms = &part.shown.terms[*column];
            terms[part.high[*column]] - terms[part.low[*column]]
        };
        let columns = (0..part.low.len()).filter(|c| part.low[*c] < part.high[*c]);
        let column = columns.max_by(|a, b| spread(a).total_cmp(&spread(b)).then(b.cmp(a)))?;
        Some((column, part.low[column] + (part.high[column] - part.low[column]) / 2))
    }

    /// Makes the best node better by raising one column and going down from there, as long as that
    /// helps.
    fn exchange(&mut self, finest: &Base<'_>, coarse: &[Base<'static>]) {
        let mut column = 0;
        let mut tried = 0;
        while tried < self.axes.len() {
            let Some(best) = self.best.clone() else { return };
            let mut levels = best.levels;
            column = (column + 1) % self.axes.len();
            tried += 1;
            if levels[column] == self.axes[column].top() || self.spent() {
                continue;
            }
            levels[column] += 1;
            let measured = self.measure(smallest(finest, coarse, &levels), &levels);
            if !(measured.feasible && measured.complete) {
                continue;
            }
            self.descend(finest, coarse, &levels, measured);
            if self.best.as_ref().is_some_and(|now| now.key < best.key) {
                tried = 0;
            }
        }
    }
}

/// Levels of a node of the lattice over the columns of a group; all others are at the top.
fn levels_of(shape: &Shape, group: &[usize], place: usize, top: &[usize]) -> Vec<usize> {
    let mut levels = top.to_vec();
    group.iter().for_each(|column| levels[*column] -= shape.digit(place, *column));
    levels
}

impl Ord for Part {
    /// The least bound is the greatest part; then the one made last, which is the smaller one.
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Part {}
