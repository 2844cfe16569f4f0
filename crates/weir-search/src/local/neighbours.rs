//! Classes near a unit.

use super::axis::Axes;
use super::classes::Classes;
use super::units::Units;

/// Classes sorted in several ways, so that those with much in common with a unit are near it in
/// some of them.
///
/// Each order compares the columns in another sequence, every column by its hierarchy; codes
/// that a low level joins are near each other. Classes stand at their first member at the time
/// of sorting.
pub(super) struct Neighbours {
    orders: Vec<Order>,
    /// Class to the last look in which it was seen.
    seen: Vec<u32>,
    look: u32,
}

struct Order {
    /// Sequence of columns.
    columns: Vec<usize>,
    classes: Vec<(u128, u32)>,
}

impl Neighbours {
    /// Sorts the classes that are not empty, in as many ways as there are sequences.
    pub(super) fn new(classes: &Classes<'_>, sequences: &[Vec<usize>]) -> Self {
        let orders = sequences.iter().map(|columns| {
            let mut sorted: Vec<(u128, u32)> = Vec::new();
            for (id, class) in classes.list.iter().enumerate() {
                if let Some(&first) = class.members.first() {
                    sorted.push((key(classes.axes, classes.units, columns, first), id as u32));
                }
            }
            sorted.sort_unstable();
            Order { columns: columns.clone(), classes: sorted }
        });
        Self { orders: orders.collect(), seen: vec![0; classes.list.len()], look: 0 }
    }

    /// Classes within `reach` places of a unit in any order, each once, in `found`.
    pub(super) fn near(
        &mut self,
        classes: &Classes<'_>,
        unit: u32,
        reach: usize,
        found: &mut Vec<u32>,
    ) {
        found.clear();
        self.look += 1;
        for order in &self.orders {
            let key = key(classes.axes, classes.units, &order.columns, unit);
            let at = order.classes.partition_point(|entry| entry.0 < key);
            let to = (at + reach).min(order.classes.len());
            for &(_, id) in &order.classes[at.saturating_sub(reach)..to] {
                let seen = &mut self.seen[id as usize];
                if *seen != self.look {
                    *seen = self.look;
                    found.push(id);
                }
            }
        }
    }
}

/// Sequences of columns: from each column on, in steps of one, two and so on that go through all
/// of them.
pub(super) fn sequences(columns: &[usize], most: usize) -> Vec<Vec<usize>> {
    let n = columns.len();
    let mut sequences = Vec::new();
    let steps = (1..n.max(2)).filter(|step| gcd(*step, n) == 1);
    for step in steps {
        for first in 0..n {
            if sequences.len() == most {
                return sequences;
            }
            sequences.push((0..n).map(|at| columns[(first + at * step) % n]).collect());
        }
    }
    sequences
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn key(axes: &Axes, units: &Units<'_>, columns: &[usize], unit: u32) -> u128 {
    let mut key = 0_u128;
    let mut room = 128;
    for &column in columns {
        let axis = &axes.list[column];
        let rank = u128::from(axis.rank[units.codes[column][unit as usize] as usize]);
        let bits = axis.bits.min(room);
        key = (key << bits) | (rank >> (axis.bits - bits));
        room -= bits;
    }
    key
}
