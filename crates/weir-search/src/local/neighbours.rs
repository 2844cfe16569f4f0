//! Classes near a unit.

use super::axis::Axes;
use super::classes::Classes;

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
    /// What each column adds to a key, in a sequence of columns.
    parts: Vec<Part>,
    /// Keys of the classes, rising.
    keys: Vec<u64>,
    /// The classes.
    classes: Vec<u32>,
}

/// The rank of a code: its highest bits, and where they stand in a key.
struct Part {
    column: usize,
    drop: u32,
    shift: u32,
}

impl Neighbours {
    /// Sorts the classes that are not empty, in as many ways as there are sequences.
    pub(super) fn new(classes: &Classes<'_>, sequences: &[Vec<usize>]) -> Self {
        let orders = sequences.iter().map(|columns| {
            let parts = parts(classes.axes, columns);
            let mut sorted: Vec<(u64, u32)> = Vec::new();
            for (id, class) in classes.list.iter().enumerate() {
                if let Some(&first) = class.members.first() {
                    let codes = classes.units.of_tuple(first);
                    sorted.push((key(classes.axes, &parts, codes), id as u32));
                }
            }
            sorted.sort_unstable();
            let (keys, classes) = sorted.into_iter().unzip();
            Order { parts, keys, classes }
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
        let codes = classes.units.of_tuple(unit);
        for order in &self.orders {
            let key = key(classes.axes, &order.parts, codes);
            let at = order.keys.partition_point(|&other| other < key);
            let to = (at + reach).min(order.classes.len());
            for &id in &order.classes[at.saturating_sub(reach)..to] {
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

/// Columns one after another; where 64 bits are full, the highest bits of a rank.
fn parts(axes: &Axes, columns: &[usize]) -> Vec<Part> {
    let mut room = u64::BITS;
    let mut parts = Vec::with_capacity(columns.len());
    for &column in columns {
        let all = axes.list[column].bits;
        let bits = all.min(room);
        room -= bits;
        if bits > 0 {
            parts.push(Part { column, drop: all - bits, shift: room });
        }
    }
    parts
}

fn key(axes: &Axes, parts: &[Part], codes: &[u16]) -> u64 {
    let of = |part: &Part| {
        let rank = axes.list[part.column].rank[codes[part.column] as usize];
        u64::from(rank >> part.drop) << part.shift
    };
    parts.iter().map(of).sum()
}
