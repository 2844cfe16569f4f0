//! Counting people no further than a class needs.
//!
//! Where a class is judged by its people alone, it is enough to know whether there are `least` of
//! them. Counters of one byte do for that, so that there can be many more of them than tuples:
//! one per cell of the grid, or else one per hash. Two classes that share a counter look like one
//! larger class. What is suppressed is then more than is found, which still is a bound; a node
//! that looks good is counted once more without.

use super::{
    measure::{Measured, Node},
    part::{BLOCK, Key, Reader},
};

/// Counters that are used again and again.
#[derive(Debug, Default)]
pub(crate) struct Capped {
    /// All 0 between uses.
    counters: Vec<u8>,
    /// Counter of each tuple of a block.
    places: Vec<u32>,
    /// A tuple and its rows, of what is suppressed.
    suppressed: Vec<(u32, u32)>,
}

/// Counters to a tuple, at most.
const PER_TUPLE: usize = 64;
/// Counters that are always few enough: they fit into the first-level cache.
const FEW: usize = 1 << 15;

impl Node<'_, '_> {
    /// Measures the node; `None` where an exact measure is asked for and is not to be had here.
    pub(super) fn count_capped<K: Key>(
        &self,
        reader: &Reader<'_, K>,
        capped: &mut Capped,
    ) -> Option<Measured> {
        let longest = self.blocks.windows(2).map(|block| block[1] - block[0]).max().unwrap_or(0);
        let most = (longest as usize * PER_TUPLE).max(FEW);
        let exact = self.cells <= most as u128;
        if self.judge.exact && !exact {
            return None;
        }
        if capped.counters.len() < most {
            capped.counters = vec![0; most];
        }
        capped.suppressed.clear();
        let doomed = self.base.rows_doomed();
        let mut measured =
            Measured { exact, smallest: u64::MAX, suppressed: doomed, ..Measured::default() };
        let mut check = self.cutoff.map_or(u64::MAX, |cutoff| cutoff.from);
        for block in self.blocks.windows(2) {
            let (from, to) = (block[0] as usize, block[1] as usize);
            if exact {
                let place = |key: K| key.place() as u32;
                capped.block(self, reader, from..to, place, &mut measured);
            } else {
                let bits = ((to - from) * PER_TUPLE).max(FEW).ilog2();
                let place = |key: K| (key.spread() >> (64 - bits)) as u32;
                capped.block(self, reader, from..to, place, &mut measured);
            }
            if measured.suppressed > self.judge.limit {
                measured.owed = measured.suppressed;
                return Some(measured);
            }
            if measured.suppressed >= check
                && let Some(cutoff) = self.cutoff
            {
                let lost = self.group_rows(&capped.suppressed);
                if (cutoff.useless)(&lost) {
                    measured.owed = measured.suppressed;
                    measured.lost = lost;
                    return Some(measured);
                }
                check = measured.suppressed + measured.suppressed / 4 + 8;
            }
        }
        measured.owed = measured.suppressed;
        measured.complete = true;
        measured.feasible = true;
        measured.lost = self.group_rows(&capped.suppressed);
        Some(measured)
    }
}

impl Capped {
    /// Counts a block.
    fn block<K: Key>(
        &mut self,
        node: &Node<'_, '_>,
        reader: &Reader<'_, K>,
        block: std::ops::Range<usize>,
        place: impl Fn(K) -> u32,
        measured: &mut Measured,
    ) {
        let counters = &mut self.counters[..];
        self.places.clear();
        let rows = &node.base.rows[block.clone()];
        let mut keys = [K::default(); BLOCK];
        for from in block.clone().step_by(BLOCK) {
            let keys = &mut keys[..BLOCK.min(block.end - from)];
            reader.read(from, keys);
            self.places.extend(keys.iter().map(|key| place(*key)));
        }
        for (place, n) in self.places.iter().zip(rows) {
            let counter = &mut counters[*place as usize];
            *counter = counter.saturating_add((*n).min(255) as u8);
        }
        let least = node.judge.least as u8;
        // Without a branch, which would be guessed wrong as often as not.
        let mut at = self.suppressed.len();
        self.suppressed.resize(at + rows.len(), (0, 0));
        let mut small = 0u64;
        for ((tuple, place), n) in (block.start as u32..).zip(&self.places).zip(rows) {
            let is_small = counters[*place as usize] < least;
            self.suppressed[at] = (tuple, *n);
            at += usize::from(is_small);
            small += u64::from(if is_small { *n } else { 0 });
        }
        self.suppressed.truncate(at);
        measured.suppressed += small;
        let mut kept = 0u64;
        for place in &self.places {
            let counter = &mut counters[*place as usize];
            kept += u64::from(*counter >= least);
            *counter = 0;
        }
        measured.classes += kept;
    }
}
