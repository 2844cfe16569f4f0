//! Tuples at the floor of some nodes: the table that those nodes are measured on.

use std::borrow::Cow;

use super::{
    axis::Axis,
    bands::Bands,
    grid::Grid,
    part::{BLOCK, Digit, Key, Part, Reader, split},
    records::Records,
    values::Values,
};
use crate::table::Tuples;

/// Distinct tuples at a node, the *floor*, which every node that is measured on it has at most
/// below it.
#[derive(Clone, Debug)]
pub(crate) struct Base<'a> {
    pub(crate) floor: Vec<usize>,
    /// Whether digits are codes as given, not groups of the floor.
    pub(crate) by_code: bool,
    pub(crate) parts: Vec<Part<'a>>,
    /// The columns as the parts have them, the one that changes fastest first.
    pub(crate) order: Vec<usize>,
    /// Rows of each tuple.
    pub(crate) rows: Cow<'a, [u32]>,
    /// People of the population, where models ask for them.
    pub(crate) population: Option<Cow<'a, [u32]>>,
    /// Sensitive columns that models ask for, where each row is a person.
    pub(crate) values: Vec<Values<'a>>,
    /// Who has the tuples, where people have several rows.
    pub(crate) records: Option<Records<'a>>,
    /// Where the tuples are sorted.
    pub(crate) bands: Option<Bands>,
}

/// Most ids of a part: its tables stay in the first-level cache.
pub(super) const MOST_IDS: usize = 2048;

/// Parts over the words of a table as they are given, few enough bits at a time.
pub(crate) fn given_parts(tuples: &Tuples) -> Vec<Part<'_>> {
    const MOST_BITS: u32 = 12;
    let mut parts = Vec::new();
    for (w, word) in tuples.words.iter().enumerate() {
        let mut here: Vec<(usize, u32, u32)> = (tuples.places.iter().enumerate())
            .filter(|(_, place)| place.word == w)
            .map(|(column, place)| (column, place.shift, place.bits))
            .collect();
        here.sort_by_key(|(_, shift, _)| *shift);
        let mut at = 0;
        while at < here.len() {
            let start = here[at].1;
            let mut digits = Vec::new();
            let mut end = start;
            while at < here.len()
                && (digits.is_empty() || here[at].1 + here[at].2 - start <= MOST_BITS)
            {
                let (column, shift, bits) = here[at];
                if shift > end {
                    digits.push(Digit { column: None, radix: 1 << (shift - end) });
                }
                digits.push(Digit { column: Some(column), radix: 1 << bits });
                end = shift + bits;
                at += 1;
            }
            let mask = u16::MAX >> (16 - (end - start));
            parts.push(Part { ids: Cow::Borrowed(word), shift: start, mask, digits });
        }
    }
    parts
}

impl<'a> Base<'a> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether a node can be measured here.
    pub(crate) fn is_below(&self, levels: &[usize]) -> bool {
        self.floor.iter().zip(levels).all(|(floor, level)| floor <= level)
    }

    /// What one measurement visits: tuples, and rows of records.
    pub(crate) fn work(&self) -> u64 {
        let members = self.records.as_ref().map_or(0, |records| records.members.len());
        (self.len() + members) as u64
    }

    /// What one measurement costs, in tuples visited, about: a pair of tuple and sensitive code is
    /// counted, and judged in its class.
    pub(crate) fn effort(&self) -> u64 {
        const PAIR: u64 = 4;
        let pairs = self.values.iter().map(|values| values.codes.len() as u64 * PAIR);
        self.work() + pairs.sum::<u64>()
    }

    /// Digit of a column to its group at a level; `None` where they are the same.
    pub(crate) fn groups<'x>(
        &self,
        axes: &'x [Axis],
        column: usize,
        level: usize,
    ) -> Option<&'x [u32]> {
        let axis = &axes[column];
        if self.by_code {
            Some(&axis.levels[level].of_code)
        } else {
            axis.lift(self.floor[column], level)
        }
    }

    /// The grid over the classes of a node.
    pub(crate) fn grid(&self, axes: &[Axis], levels: &[usize]) -> Grid {
        Grid::new(
            self.order.iter().map(|column| (*column, axes[*column].levels[levels[*column]].len())),
        )
    }

    /// Per column, what a digit is worth in the key of a node's classes.
    pub(crate) fn worth<K: Key>(
        &self,
        axes: &[Axis],
        levels: &[usize],
        value: impl Fn(usize, u32) -> K,
        read: impl Fn(usize) -> bool,
    ) -> Vec<Vec<K>> {
        let columns = levels.iter().enumerate();
        columns
            .map(|(column, level)| {
                if !read(column) {
                    return Vec::new();
                }
                match self.groups(axes, column, *level) {
                    Some(groups) => groups.iter().map(|group| value(column, *group)).collect(),
                    None => {
                        let n = axes[column].levels[*level].len() as u32;
                        (0..n).map(|group| value(column, group)).collect()
                    }
                }
            })
            .collect()
    }

    /// Reads the cell of each tuple in a grid over the classes of a node.
    pub(crate) fn reader<K: Key>(
        &self,
        axes: &[Axis],
        levels: &[usize],
        grid: &Grid,
        number: impl Fn(u128) -> K,
    ) -> Reader<'_, K> {
        let mut stride = vec![0; levels.len()];
        for dim in &grid.dims {
            stride[dim.column] = dim.stride;
        }
        let worth = self.worth(
            axes,
            levels,
            |column, group| number(stride[column] * u128::from(group)),
            |column| stride[column] > 0,
        );
        Reader::new(&self.parts, |column| &worth[column])
    }

    /// Reads a sum of random numbers per tuple, equal for tuples of one class, and else different
    /// but for one chance in 2^128 a pair.
    pub(crate) fn hasher(&self, axes: &[Axis], levels: &[usize]) -> Reader<'_, u128> {
        let many = |column: usize| axes[column].levels[levels[column]].len() > 1;
        let worth = self.worth(axes, levels, random, many);
        Reader::new(&self.parts, |column| &worth[column])
    }

    /// Tells the key and the rows of each tuple.
    pub(super) fn each_key<K: Key>(
        &self,
        reader: &Reader<'_, K>,
        mut tell: impl FnMut(usize, K, u32),
    ) {
        let mut keys = [K::default(); BLOCK];
        for from in (0..self.len()).step_by(BLOCK) {
            let keys = &mut keys[..BLOCK.min(self.len() - from)];
            reader.read(from, keys);
            for ((tuple, key), rows) in (from..).zip(keys).zip(&self.rows[from..]) {
                tell(tuple, *key, *rows);
            }
        }
    }

    /// The rows of each group of each column at a level, where `tuples` says how many rows count.
    pub(crate) fn group_rows(
        &self,
        axes: &[Axis],
        levels: &[usize],
        tuples: impl Iterator<Item = (usize, u32)>,
    ) -> Vec<Vec<u64>> {
        let mut ids: Vec<Vec<u32>> = self.parts.iter().map(|part| vec![0; part.len()]).collect();
        let mut all = 0u64;
        for (tuple, rows) in tuples {
            all += u64::from(rows);
            for (part, ids) in self.parts.iter().zip(&mut ids) {
                ids[part.at(tuple)] += rows;
            }
        }
        let mut out: Vec<Vec<u64>> = axes
            .iter()
            .zip(levels)
            .map(|(axis, level)| vec![0; axis.levels[*level].len()])
            .collect();
        for (part, ids) in self.parts.iter().zip(ids) {
            split(&part.digits, &ids, &mut |column, digits| {
                let groups = self.groups(axes, column, levels[column]);
                for (digit, rows) in digits.iter().enumerate().filter(|(_, rows)| **rows > 0) {
                    let group = groups.map_or(digit, |groups| groups[digit] as usize);
                    out[column][group] += u64::from(*rows);
                }
            });
        }
        // Columns of one group have no digit.
        for (column, axis) in axes.iter().enumerate() {
            if self.is_constant(axis, column) {
                out[column][0] = all;
            }
        }
        out
    }
}

/// A number for a group of a column, as if at random (Vigna's SplitMix64, twice).
pub(crate) fn random(column: usize, group: u32) -> u128 {
    let seed = ((column as u64) << 32 | u64::from(group)).wrapping_mul(2);
    u128::from(mix(seed)) << 64 | u128::from(mix(seed + 1))
}

/// The output function of SplitMix64 after a step of its state.
pub(crate) fn mix(value: u64) -> u64 {
    let mut h = value.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}
