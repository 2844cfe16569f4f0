//! Counting people band by band.
//!
//! A large table is sorted into *bands* of tuples that are alike in some columns, those of the
//! fewest groups. What a node counts together then lies in a few bands, whose other columns need
//! so few counters that they stay in a cache, whatever the size of the table. And a node that
//! suppresses too much is left once that is seen, most often long before all tuples are: bands in
//! which few people share a tuple, where most is suppressed, come first.

use std::borrow::Cow;

use super::{
    axis::Axis,
    base::Base,
    capped::Capped,
    collapse::{parts, plan, size},
    grid::Grid,
    measure::{Measured, Node},
    part::{BLOCK, Digit, Reader},
};

/// Tuples in bands.
#[derive(Clone, Debug)]
pub(crate) struct Bands {
    /// Columns in which the tuples of a band are alike.
    columns: Vec<usize>,
    /// In the order of the tuples; none is empty.
    all: Vec<Band>,
}

/// Tuples one after the other.
#[derive(Clone, Copy, Debug)]
struct Band {
    from: usize,
    to: usize,
    /// Rows of all of them.
    rows: u64,
}

/// Bands that a node counts together.
struct Group {
    /// Which of the bands as they are sorted.
    bands: std::ops::Range<usize>,
    tuples: usize,
    rows: u64,
}

/// How many bands there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Width {
    /// Tuples to a band, at least.
    pub(crate) tuples: usize,
    /// Bands, at most.
    pub(crate) bands: usize,
}

impl Width {
    /// A table of the keys of all bands is to stay in a cache, and counting a band to take longer
    /// than turning to it.
    pub(crate) const USUAL: Self = Self { tuples: 1 << 10, bands: 1 << 13 };
}

/// Counters of a band, at most: they stay in the second-level cache, or nearly so.
const MOST_CELLS: u128 = 1 << 22;
/// Counters for each tuple that is counted, up to which all counters are looked at, not tuples.
const CELLS_PER_TUPLE: usize = 4;
/// A counter, in the low bits, comes with its place.
const COUNTER_BITS: u32 = 8;

impl Base<'_> {
    /// The same tuples in bands, which a floor has to tell apart.
    pub(super) fn banded(&self, axes: &[Axis], floor: &[usize], width: Width) -> Base<'static> {
        let mut groups: Vec<usize> =
            axes.iter().zip(floor).map(|(axis, level)| axis.levels[*level].len()).collect();
        let outer = outer(&groups, width.bands.min(self.len() / width.tuples.max(1)));
        let columns: Vec<usize> = outer.iter().filter_map(|digit| digit.column).collect();
        columns.iter().for_each(|column| groups[*column] = 1);
        let plan = plan(&groups, self.len());

        let reader = self.reader_of(axes, floor, &outer);
        let mut starts = vec![0usize; size(&outer) + 1];
        self.each_key(&reader, |_, id, _| starts[id as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let inner: Vec<_> = plan.iter().map(|digits| self.reader_of(axes, floor, digits)).collect();
        let (mut ids, rows) = self.sorted(&reader, &inner, starts.clone());

        let mut of_band = Vec::with_capacity(self.len());
        let mut all = Vec::new();
        for (id, ends) in starts.windows(2).enumerate().filter(|(_, ends)| ends[0] < ends[1]) {
            of_band.resize(ends[1], id as u16);
            let rows = rows[ends[0]..ends[1]].iter().map(|n| u64::from(*n)).sum();
            all.push(Band { from: ends[0], to: ends[1], rows });
        }
        let mut digits = plan;
        if !columns.is_empty() {
            digits.push(outer);
            ids.push(of_band);
        }
        let order = digits.iter().flatten().filter_map(|digit| digit.column).collect();
        Base {
            floor: floor.to_vec(),
            by_code: false,
            parts: parts(digits, ids),
            order,
            rows: Cow::Owned(rows),
            population: None,
            values: Vec::new(),
            records: None,
            bands: Some(Bands { columns, all }),
        }
    }

    /// Ids of each part, and rows, in the order of what a reader reads, of which `next` says where
    /// the tuples begin.
    fn sorted(
        &self,
        by: &Reader<'_, u32>,
        inner: &[Reader<'_, u32>],
        mut next: Vec<usize>,
    ) -> (Vec<Vec<u16>>, Vec<u32>) {
        let mut ids: Vec<Vec<u16>> = inner.iter().map(|_| vec![0; self.len()]).collect();
        let mut rows = vec![0; self.len()];
        let (mut bands, mut keys, mut places) = ([0u32; BLOCK], [0u32; BLOCK], [0usize; BLOCK]);
        for from in (0..self.len()).step_by(BLOCK) {
            let n = BLOCK.min(self.len() - from);
            by.read(from, &mut bands[..n]);
            for (place, band) in places.iter_mut().zip(&bands[..n]) {
                let next = &mut next[*band as usize];
                *place = *next;
                *next += 1;
            }
            for (reader, ids) in inner.iter().zip(&mut ids) {
                reader.read(from, &mut keys[..n]);
                places.iter().zip(&keys[..n]).for_each(|(place, key)| ids[*place] = *key as u16);
            }
            let given = &self.rows[from..from + n];
            places.iter().zip(given).for_each(|(place, n)| rows[*place] = *n);
        }
        (ids, rows)
    }

    /// The counters that a node has in each band, where there are bands and that is a way.
    pub(super) fn counters_of_bands(&self, axes: &[Axis], levels: &[usize]) -> Option<Grid> {
        let bands = self.bands.as_ref()?;
        let columns = self.order.iter().filter(|column| !bands.columns.contains(column));
        let grid =
            Grid::new(columns.map(|column| (*column, axes[*column].levels[levels[*column]].len())));
        (grid.cells() <= MOST_CELLS).then_some(grid)
    }
}

/// The columns of the fewest groups, for so many bands at most.
fn outer(groups: &[usize], most: usize) -> Vec<Digit> {
    let mut columns: Vec<usize> = (0..groups.len()).filter(|c| groups[*c] > 1).collect();
    columns.sort_by_key(|column| groups[*column]);
    let mut bands = 1;
    let few = columns.into_iter().take_while(|column| {
        bands *= groups[*column];
        bands <= most
    });
    few.map(|column| Digit { column: Some(column), radix: groups[column] }).collect()
}

impl Node<'_, '_> {
    /// Measures the node with these counters for each band; `None` where there are no bands.
    pub(super) fn count_in_bands(&self, grid: &Grid, capped: &mut Capped) -> Option<Measured> {
        let base = self.base;
        let bands = base.bands.as_ref()?;
        let reader = base.reader(self.axes, self.levels, grid, |cell| cell as u32);
        let cells = grid.cells() as usize;
        let (sorted, groups) = self.groups(bands);
        let mut counting = Counting {
            reader,
            rows: &base.rows,
            least: self.judge.least as u8,
            counters: std::mem::take(&mut capped.cells),
            lost: std::mem::take(&mut capped.lost),
            packed: std::mem::take(&mut capped.packed),
        };
        counting.counters.clear();
        counting.counters.resize(cells, 0);
        counting.lost.clear();
        counting.lost.resize(cells, 0);
        let mut measured = Measured { exact: true, smallest: u64::MAX, ..Measured::default() };
        let mut lost_in = Vec::new();
        for group in &groups {
            let bands = &sorted[group.bands.clone()];
            let (lost, kept) = if group.tuples * CELLS_PER_TUPLE < cells {
                counting.by_tuples(bands)
            } else {
                counting.by_cells(bands)
            };
            measured.suppressed += u64::from(lost);
            measured.classes += kept;
            if measured.suppressed > self.judge.limit {
                break;
            }
            if lost > 0 {
                lost_in.push((bands[0].from, lost));
            }
        }
        measured.owed = measured.suppressed;
        if measured.suppressed <= self.judge.limit {
            (measured.complete, measured.feasible) = (true, true);
            measured.lost = grid.marginals(self.levels.len(), &counting.lost, |n| n);
            // All of a group are alike in the columns of the bands.
            let by_band = base.group_rows(self.axes, self.levels, lost_in.into_iter());
            for (column, lost) in by_band.into_iter().enumerate() {
                if bands.columns.contains(&column) {
                    measured.lost[column] = lost;
                }
            }
        }
        capped.cells = counting.counters;
        (capped.lost, capped.packed) = (counting.lost, counting.packed);
        Some(measured)
    }

    /// The bands sorted by what the node sees of them, and those that it counts together, from
    /// those with the fewest rows to a tuple on.
    fn groups(&self, bands: &Bands) -> (Vec<Band>, Vec<Group>) {
        let len = |column: &usize| self.axes[*column].levels[self.levels[*column]].len();
        let grid = Grid::new(bands.columns.iter().map(|column| (*column, len(column))));
        let reader = self.base.reader(self.axes, self.levels, &grid, |cell| cell as u32);
        let mut keys: Vec<(u32, &Band)> =
            bands.all.iter().map(|band| (reader.key(band.from), band)).collect();
        keys.sort_by_key(|(key, band)| (*key, band.from));
        let mut groups: Vec<Group> = Vec::new();
        let mut last = None;
        for (at, (key, band)) in keys.iter().enumerate() {
            if last != Some(*key) {
                groups.push(Group { bands: at..at, tuples: 0, rows: 0 });
                last = Some(*key);
            }
            if let Some(group) = groups.last_mut() {
                group.bands.end += 1;
                group.tuples += band.to - band.from;
                group.rows += band.rows;
            }
        }
        let share = |group: &Group| group.rows as f64 / group.tuples as f64;
        groups.sort_by(|a, b| share(a).total_cmp(&share(b)));
        (keys.into_iter().map(|(_, band)| *band).collect(), groups)
    }
}

/// Counters, and what they are used for.
struct Counting<'c> {
    reader: Reader<'c, u32>,
    rows: &'c [u32],
    least: u8,
    /// All 0 between groups.
    counters: Vec<u8>,
    /// Rows suppressed by cell.
    lost: Vec<u32>,
    packed: Vec<u32>,
}

impl Counting<'_> {
    /// Tells the cells and the rows, no further than counters go, of the tuples of some bands.
    fn each(&self, bands: &[Band], mut tell: impl FnMut(&[u32], &[u32])) {
        let mut keys = [0u32; BLOCK];
        for band in bands {
            for from in (band.from..band.to).step_by(BLOCK) {
                let keys = &mut keys[..BLOCK.min(band.to - from)];
                self.reader.read(from, keys);
                tell(keys, &self.rows[from..from + keys.len()]);
            }
        }
    }

    /// Rows suppressed and classes kept of what is counted together, by looking at each counter.
    fn by_cells(&mut self, bands: &[Band]) -> (u32, u64) {
        let mut counters = std::mem::take(&mut self.counters);
        self.each(bands, |keys, rows| {
            for (key, n) in keys.iter().zip(rows) {
                let counter = &mut counters[*key as usize];
                *counter = counter.saturating_add(*n.min(&255) as u8);
            }
        });
        let least = self.least;
        let (mut lost, mut kept) = (0, 0);
        for (counters, of_cell) in counters.chunks_mut(BLOCK).zip(self.lost.chunks_mut(BLOCK)) {
            let (mut few, mut enough) = (0u32, 0u32);
            for (n, lost) in counters.iter_mut().zip(of_cell) {
                let small = u32::from(if *n < least { *n } else { 0 });
                *lost += small;
                few += small;
                enough += u32::from(*n >= least);
                *n = 0;
            }
            lost += few;
            kept += u64::from(enough);
        }
        self.counters = counters;
        (lost, kept)
    }

    /// The same by looking at the counter of each tuple.
    fn by_tuples(&mut self, bands: &[Band]) -> (u32, u64) {
        let mut packed = std::mem::take(&mut self.packed);
        packed.clear();
        self.each(bands, |keys, rows| {
            let both = keys.iter().zip(rows).map(|(key, n)| key << COUNTER_BITS | n.min(&255));
            packed.extend(both);
        });
        let place = |packed: u32| (packed >> COUNTER_BITS) as usize;
        for packed in &packed {
            let counter = &mut self.counters[place(*packed)];
            *counter = counter.saturating_add(*packed as u8);
        }
        // Without a branch, which would be guessed wrong as often as not.
        let mut lost = 0;
        for packed in &packed {
            let at = place(*packed);
            let small = if self.counters[at] < self.least { *packed & 255 } else { 0 };
            self.lost[at] += small;
            lost += small;
        }
        let mut kept = 0;
        for packed in &packed {
            let counter = &mut self.counters[place(*packed)];
            kept += u64::from(*counter >= self.least);
            *counter = 0;
        }
        self.packed = packed;
        (lost, kept)
    }
}
