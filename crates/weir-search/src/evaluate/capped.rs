//! Counting people no further than a class needs.
//!
//! Where a class is judged by its people alone, it is enough to know whether there are `least` of
//! them. Counters of one byte do for that, so that there can be many more of them than tuples:
//! one per cell of the grid, or else one per hash. Two classes that share a counter look like one
//! larger class. What is suppressed is then more than is found, which still is a bound; a node
//! that looks good is counted once more without.

use super::{
    grid::Grid,
    measure::{Measured, Node},
    part::{BLOCK, Key, Reader},
};

/// Counters that are used again and again.
#[derive(Debug, Default)]
pub(crate) struct Capped {
    /// All 0 between uses.
    counters: Vec<u8>,
    /// One for each cell of a grid.
    pub(super) cells: Vec<u8>,
    /// Rows suppressed by cell.
    pub(super) lost: Vec<u32>,
    /// Cells of tuples with their rows.
    pub(super) packed: Vec<u32>,
    /// Counter of each tuple.
    places: Vec<u32>,
    /// Tuples by bucket.
    sorted_tuples: Vec<u32>,
    /// Their counters within the bucket.
    sorted_places: Vec<u32>,
    /// A tuple and its rows, of what is suppressed.
    suppressed: Vec<(u32, u32)>,
}

/// Counters to a tuple, at most.
const PER_TUPLE: usize = 64;
/// Counters of a bucket: they fit into the second-level cache.
const BUCKET_BITS: u32 = 19;
/// Counters that are always few enough: they fit into the first-level cache.
const FEW: usize = 1 << 15;

/// Cells of a grid with a counter each, to a tuple.
const CELLS_PER_TUPLE: usize = 16;
/// Cells of a grid with a counter each, at most: they fit into the last-level cache.
const MOST_CELLS: usize = 1 << 24;

/// Whether there is a counter for each of so many cells.
pub(super) fn is_dense(cells: u128, tuples: usize) -> bool {
    let most = (tuples * CELLS_PER_TUPLE).clamp(FEW, MOST_CELLS);
    cells <= most as u128
}

impl Node<'_, '_> {
    /// Measures the node with a counter for each cell of a grid over all columns.
    pub(super) fn count_in_grid(
        &self,
        reader: &Reader<'_, u32>,
        grid: &Grid,
        capped: &mut Capped,
    ) -> Measured {
        let cells = &mut capped.cells;
        cells.clear();
        cells.resize(grid.cells() as usize, 0);
        let mut keys = [0u32; BLOCK];
        for from in (0..self.base.len()).step_by(BLOCK) {
            let keys = &mut keys[..BLOCK.min(self.base.len() - from)];
            reader.read(from, keys);
            for (key, n) in keys.iter().zip(&self.base.rows[from..]) {
                let cell = &mut cells[*key as usize];
                *cell = cell.saturating_add(*n.min(&255) as u8);
            }
        }
        let least = self.judge.least as u8;
        let small = |n: u8| u32::from(if n < least { n } else { 0 });
        let mut measured = Measured { exact: true, smallest: u64::MAX, ..Measured::default() };
        for cells in cells.chunks(BLOCK) {
            measured.suppressed += u64::from(cells.iter().map(|n| small(*n)).sum::<u32>());
            let kept = cells.iter().map(|n| u32::from(*n >= least)).sum::<u32>();
            measured.classes += u64::from(kept);
            if measured.suppressed > self.judge.limit {
                measured.owed = measured.suppressed;
                return measured;
            }
        }
        measured.owed = measured.suppressed;
        (measured.complete, measured.feasible) = (true, true);
        measured.lost = grid.marginals(self.levels.len(), cells, small);
        measured
    }

    /// Measures the node; `None` where an exact measure is asked for and is not to be had here.
    pub(super) fn count_capped<K: Key>(
        &self,
        reader: &Reader<'_, K>,
        capped: &mut Capped,
    ) -> Option<Measured> {
        let tuples = self.base.len();
        let most = (tuples * PER_TUPLE).max(FEW);
        let exact = self.cells <= most as u128;
        if self.judge.exact && !exact {
            return None;
        }
        let size = most.next_power_of_two().min(1 << BUCKET_BITS);
        if capped.counters.len() < size {
            capped.counters = vec![0; size];
        }
        capped.suppressed.clear();
        let mut measured = Measured { exact, smallest: u64::MAX, ..Measured::default() };
        let bits = most.ilog2();
        if exact {
            capped.place(reader, tuples, |key| key.place() as u32);
        } else {
            capped.place(reader, tuples, |key| (key.spread() >> (64 - bits)) as u32);
        }
        let size = if exact { self.cells as usize } else { 1 << bits };
        let over = capped.each_bucket(size, |capped, bucket| {
            capped.count(self, &bucket, &mut measured);
            measured.suppressed > self.judge.limit
        });
        measured.owed = measured.suppressed;
        if !over {
            (measured.complete, measured.feasible) = (true, true);
            measured.lost = self.group_rows(&capped.suppressed);
        }
        Some(measured)
    }
}

impl Capped {
    /// Finds the counter of each tuple.
    fn place<K: Key>(&mut self, reader: &Reader<'_, K>, tuples: usize, place: impl Fn(K) -> u32) {
        self.places.clear();
        let mut keys = [K::default(); BLOCK];
        for from in (0..tuples).step_by(BLOCK) {
            let keys = &mut keys[..BLOCK.min(tuples - from)];
            reader.read(from, keys);
            self.places.extend(keys.iter().map(|key| place(*key)));
        }
    }

    /// Tells all tuples as a whole, or bucket by bucket where their counters do not fit into a
    /// cache, until it is told to stop; says whether it was.
    fn each_bucket(
        &mut self,
        size: usize,
        mut tell: impl FnMut(&mut Self, Bucket<'_>) -> bool,
    ) -> bool {
        if size <= 1 << BUCKET_BITS {
            let places = std::mem::take(&mut self.places);
            let done = tell(self, Bucket { tuples: Tuples::All, places: &places });
            self.places = places;
            return done;
        }
        let mut ends = vec![0u32; (size >> BUCKET_BITS) + 2];
        for place in &self.places {
            ends[(place >> BUCKET_BITS) as usize + 1] += 1;
        }
        (1..ends.len()).for_each(|at| ends[at] += ends[at - 1]);
        let mut next = ends.clone();
        let mut tuples = std::mem::take(&mut self.sorted_tuples);
        let mut places = std::mem::take(&mut self.sorted_places);
        tuples.resize(self.places.len(), 0);
        places.resize(self.places.len(), 0);
        for (tuple, place) in (0..).zip(&self.places) {
            let at = &mut next[(place >> BUCKET_BITS) as usize];
            tuples[*at as usize] = tuple;
            places[*at as usize] = place & ((1 << BUCKET_BITS) - 1);
            *at += 1;
        }
        let done = ends.windows(2).any(|ends| {
            let bucket = ends[0] as usize..ends[1] as usize;
            let tuples = Tuples::These(&tuples[bucket.clone()]);
            tell(self, Bucket { tuples, places: &places[bucket] })
        });
        (self.sorted_tuples, self.sorted_places) = (tuples, places);
        done
    }

    fn count(&mut self, node: &Node<'_, '_>, bucket: &Bucket<'_>, measured: &mut Measured) {
        let all = &node.base.rows;
        match bucket.tuples {
            Tuples::All => {
                let rows = all.iter().copied();
                self.count_rows(node, bucket.places, (0..).zip(rows), measured);
            }
            Tuples::These(tuples) => {
                let rows = tuples.iter().map(|tuple| (*tuple, all[*tuple as usize]));
                self.count_rows(node, bucket.places, rows, measured);
            }
        }
    }

    fn count_rows(
        &mut self,
        node: &Node<'_, '_>,
        places: &[u32],
        rows: impl Iterator<Item = (u32, u32)> + Clone,
        measured: &mut Measured,
    ) {
        let counters = &mut self.counters[..];
        for (place, (_, n)) in places.iter().zip(rows.clone()) {
            let counter = &mut counters[*place as usize];
            *counter = counter.saturating_add(n.min(255) as u8);
        }
        let least = node.judge.least as u8;
        // Without a branch, which would be guessed wrong as often as not.
        let mut at = self.suppressed.len();
        self.suppressed.resize(at + places.len(), (0, 0));
        let mut small = 0u64;
        for (place, (tuple, n)) in places.iter().zip(rows) {
            let is_small = counters[*place as usize] < least;
            self.suppressed[at] = (tuple, n);
            at += usize::from(is_small);
            small += u64::from(if is_small { n } else { 0 });
        }
        self.suppressed.truncate(at);
        measured.suppressed += small;
        let mut kept = 0u64;
        for place in places {
            let counter = &mut counters[*place as usize];
            kept += u64::from(*counter >= least);
            *counter = 0;
        }
        measured.classes += kept;
    }
}

/// Some tuples with their counters.
struct Bucket<'b> {
    tuples: Tuples<'b>,
    places: &'b [u32],
}

/// Which tuples.
enum Tuples<'b> {
    All,
    These(&'b [u32]),
}
