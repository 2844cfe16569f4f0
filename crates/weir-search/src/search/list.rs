//! The nodes of a lattice that is small enough to be listed, with what is known of each.

use super::price::Price;
use crate::evaluate::shape::Shape;

/// All nodes of a lattice, and a bound for each.
#[derive(Debug)]
pub(super) struct List {
    pub(super) shape: Shape,
    /// By place: no lower key is possible; infinite where a node is closed, and the greatest number
    /// where it is the best one, or was.
    bounds: Vec<f64>,
}

/// Most nodes that are listed.
pub(super) const MOST_LISTED: u64 = 1 << 22;

impl List {
    /// The nodes bounded by what their levels cost.
    pub(super) fn new(shape: Shape, price: &Price<'_>) -> Self {
        let mut bounds = vec![price.unit()];
        for column in shape.order.iter().rev() {
            let below = std::mem::take(&mut bounds);
            bounds.reserve_exact(below.len() * shape.digits[*column]);
            for digit in 0..shape.digits[*column] {
                let term = price.least_term(*column, shape.tops[*column] - digit);
                bounds.extend(below.iter().map(|bound| price.combined(*bound, term)));
            }
        }
        if !price.is_of_columns() {
            bounds.iter_mut().for_each(|bound| *bound = price.key_of_terms(*bound, 0));
        }
        Self { shape, bounds }
    }

    pub(super) fn len(&self) -> usize {
        self.bounds.len()
    }

    pub(super) fn bound(&self, place: usize) -> f64 {
        self.bounds[place]
    }

    pub(super) fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// The least bound.
    pub(super) fn least(&self) -> f64 {
        self.bounds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// A node with the least bound, where one is not above `most`.
    pub(super) fn first(&self, most: f64) -> Option<usize> {
        let least = self.least();
        if least > most || least.is_infinite() {
            return None;
        }
        self.bounds.iter().position(|bound| *bound <= least)
    }

    /// Nodes whose bound is not above `most`.
    pub(super) fn n_open(&self, most: f64) -> usize {
        self.bounds.iter().filter(|bound| **bound <= most && bound.is_finite()).count()
    }

    /// The greatest node below all those whose bound is not above `most`.
    pub(super) fn meet(&self, most: f64) -> Option<Vec<usize>> {
        let shape = &self.shape;
        let mut open: Vec<bool> =
            self.bounds.iter().map(|bound| *bound <= most && bound.is_finite()).collect();
        let mut meet = shape.tops.clone();
        // Column by column, the one that is fixed first first: which of its levels are open, then
        // the nodes as if all had one level of it.
        for column in &shape.order {
            let stride = shape.strides[*column];
            let digits = shape.digits[*column];
            let levels = open.chunks_exact(stride).rposition(|level| level.contains(&true))?;
            debug_assert_eq!(open.len(), stride * digits);
            meet[*column] -= levels;
            let (first, others) = open.split_at_mut(stride);
            for other in others.chunks_exact(stride).take(levels) {
                first.iter_mut().zip(other).for_each(|(to, more)| *to |= more);
            }
            open.truncate(stride);
        }
        Some(meet)
    }

    /// The nodes at or above a floor.
    pub(super) fn above(&self, floor: &[usize]) -> Self {
        let shape = Shape::new(&self.shape.order, floor, &self.shape.tops);
        let mut places = vec![0];
        for column in &shape.order {
            let digits = 0..shape.digits[*column];
            let stride = self.shape.strides[*column];
            let next =
                places.iter().flat_map(|place| digits.clone().map(move |d| place + d * stride));
            places = next.collect();
        }
        let bounds = places.iter().map(|place| self.bounds[*place]).collect();
        Self { shape, bounds }
    }

    /// Closes each node that stands below a closed one of `part`: the nodes at or above a floor.
    /// Those that were `taken` there are taken here, which tells nothing of others.
    pub(super) fn close_as(&mut self, part: &Self, taken: &[usize]) {
        for place in taken {
            let levels = part.shape.levels(*place);
            let digits = self.shape.tops.iter().zip(levels).map(|(top, level)| top - level);
            let place: usize = digits.zip(&self.shape.strides).map(|(d, stride)| d * stride).sum();
            self.take(place);
        }
        let mut places = vec![0usize];
        for column in self.shape.order.iter().rev() {
            let (last, stride) = (part.shape.digits[*column] - 1, part.shape.strides[*column]);
            let inner = places.len();
            for digit in 1..self.shape.digits[*column] {
                let more = digit.min(last) * stride;
                places.extend_from_within(..inner);
                places[digit * inner..].iter_mut().for_each(|place| *place += more);
            }
        }
        for (bound, place) in self.bounds.iter_mut().zip(places) {
            if part.bounds[place].is_infinite() {
                *bound = f64::INFINITY;
            }
        }
    }

    /// Puts a feasible node, which is the best one now, out of reach; others below it stay open.
    pub(super) fn take(&mut self, place: usize) {
        self.bounds[place] = f64::MAX;
    }

    pub(super) fn close(&mut self, place: usize) {
        self.bounds[place] = f64::INFINITY;
    }

    /// Closes the nodes of which that is true, by place, among those not above `most`.
    pub(super) fn close_where(&mut self, most: f64, mut closed: impl FnMut(&Shape, usize) -> bool) {
        for (place, bound) in self.bounds.iter_mut().enumerate() {
            if *bound <= most && closed(&self.shape, place) {
                *bound = f64::INFINITY;
            }
        }
    }

    /// Closes a node and all nodes below it.
    pub(super) fn close_below(&mut self, levels: &[usize]) {
        let terms: Vec<Vec<f64>> =
            self.shape.digits.iter().map(|digits| vec![0.0; *digits]).collect();
        self.below(levels, &terms, |_, _| 0.0, 0.0, |bound, _| *bound = f64::INFINITY);
    }

    /// Raises the bounds of a node and of all nodes below it to the key of these terms, by column
    /// and digit.
    pub(super) fn raise_below(
        &mut self,
        levels: &[usize],
        terms: &[Vec<f64>],
        price: &Price<'_>,
        owed: u64,
    ) {
        let combined = |a, b| price.combined(a, b);
        if price.is_of_columns() {
            self.below(levels, terms, combined, price.unit(), |bound, key| *bound = bound.max(key));
        } else {
            self.below(levels, terms, combined, price.unit(), |bound, sum| {
                *bound = bound.max(price.key_of_terms(sum, owed));
            });
        }
    }

    fn below(
        &mut self,
        levels: &[usize],
        terms: &[Vec<f64>],
        combined: impl Fn(f64, f64) -> f64 + Copy,
        unit: f64,
        mut tell: impl FnMut(&mut f64, f64),
    ) {
        let from: Vec<usize> =
            self.shape.tops.iter().zip(levels).map(|(top, level)| top - level).collect();
        let Some((last, outer)) = self.shape.order.split_last() else {
            self.bounds.iter_mut().for_each(|bound| tell(bound, unit));
            return;
        };
        // The digits of all columns but the last, as an odometer; `sums[d]` is over the first `d`.
        let mut at: Vec<usize> = outer.iter().map(|column| from[*column]).collect();
        let mut sums = vec![unit; outer.len() + 1];
        let mut stale = 0;
        loop {
            for depth in stale..outer.len() {
                sums[depth + 1] = combined(sums[depth], terms[outer[depth]][at[depth]]);
            }
            let place: usize =
                outer.iter().zip(&at).map(|(c, digit)| self.shape.strides[*c] * digit).sum();
            let sum = sums[outer.len()];
            let row = &mut self.bounds[place + from[*last]..place + self.shape.digits[*last]];
            for (bound, term) in row.iter_mut().zip(&terms[*last][from[*last]..]) {
                tell(bound, combined(sum, *term));
            }
            let Some(depth) =
                (0..outer.len()).rev().find(|d| at[*d] + 1 < self.shape.digits[outer[*d]])
            else {
                return;
            };
            at[depth] += 1;
            for inner in depth + 1..outer.len() {
                at[inner] = from[outer[inner]];
            }
            stale = depth;
        }
    }
}
