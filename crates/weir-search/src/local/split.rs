//! One class into two.

use super::Work;
use super::axis::Span;
use super::classes::{Class, Classes};
use super::refine::cost;
use super::rule::Tally;

/// Divides units into two classes that together cost less than `bound`, the cheapest found.
///
/// From each unit in turn a class grows by the unit that it costs least to add; at every size at
/// which both sides hold, the sum is compared. With the least sizes known, growth ends where the
/// rest becomes too small.
pub(super) fn halve(
    work: &Work<'_>,
    classes: &Classes<'_>,
    members: &[u32],
    bound: f64,
) -> Option<(Class, Class)> {
    let mut best: Option<(Class, Class)> = None;
    let mut least = bound;
    let whole = work.units.tally_of(members);
    for &seed in members {
        let mut side = Side::new(work, seed);
        let mut rest: Vec<u32> = members.iter().copied().filter(|&unit| unit != seed).collect();
        let mut rest_tally = whole.without(&side.tally);
        while rest_tally.people >= work.rule.least_people() && !rest.is_empty() {
            let costs = work.guide.finish(side.sum) * side.tally.people as f64;
            if costs >= least {
                break;
            }
            if work.rule.holds(&side.tally) && work.rule.holds(&rest_tally) {
                let (spans, sum) = classes.cover(&work.guide, &rest);
                let other = Class { spans, sum, tally: rest_tally.clone(), members: Vec::new() };
                let both = costs + cost(work, &other);
                if both < least {
                    least = both;
                    best = Some((side.to_class(), Class { members: rest.clone(), ..other }));
                }
            }
            side.grow(work, &mut rest, &mut rest_tally);
        }
    }
    best
}

/// A class that grows.
struct Side {
    members: Vec<u32>,
    spans: Vec<Span>,
    tally: Tally,
    sum: f64,
}

impl Side {
    fn new(work: &Work<'_>, seed: u32) -> Self {
        let mut sum = 0.0;
        let columns = work.axes.list.iter().zip(work.units.of_tuple(seed)).enumerate();
        let spans = columns.map(|(column, (axis, &code))| {
            let span = axis.point(code);
            sum += work.guide.part(axis, column, span, code);
            span
        });
        let spans = spans.collect();
        Self { members: vec![seed], spans, tally: work.units.tally(seed), sum }
    }

    /// Takes the unit of `rest` that costs least.
    fn grow(&mut self, work: &Work<'_>, rest: &mut Vec<u32>, rest_tally: &mut Tally) {
        let mut best = (f64::INFINITY, 0);
        for (at, &unit) in rest.iter().enumerate() {
            let sum = self.joined(work, unit, best.0);
            if sum < best.0 {
                best = (sum, at);
            }
        }
        let unit = rest.swap_remove(best.1);
        let tally = work.units.tally(unit);
        let (bases, codes) = (work.units.of_tuple(self.members[0]), work.units.of_tuple(unit));
        for (column, axis) in work.axes.list.iter().enumerate() {
            let span = &mut self.spans[column];
            *span = axis.join(*span, bases[column], codes[column]);
        }
        self.sum = best.0;
        rest_tally.remove(&tally);
        self.tally.add(&tally);
        self.members.push(unit);
    }

    /// The sum with a unit more; `most` or more where it is not below.
    fn joined(&self, work: &Work<'_>, unit: u32, most: f64) -> f64 {
        let (bases, codes) = (work.units.of_tuple(self.members[0]), work.units.of_tuple(unit));
        let mut sum = self.sum;
        for &column in &work.guide.order {
            let axis = &work.axes.list[column];
            let (old, base) = (self.spans[column], bases[column]);
            let new = axis.join(old, base, codes[column]);
            if new != old {
                let part = |span: Span| work.guide.part(axis, column, span, base);
                sum += part(new) - part(old);
                if sum >= most {
                    return sum;
                }
            }
        }
        sum
    }

    fn to_class(&self) -> Class {
        Class {
            spans: self.spans.clone(),
            members: self.members.clone(),
            tally: self.tally.clone(),
            sum: self.sum,
        }
    }
}
