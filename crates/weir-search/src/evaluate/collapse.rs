//! One base made from another: tuples that no node of interest can tell apart become one.

use std::borrow::Cow;

use super::{
    axis::Axis,
    bands::Width,
    base::{Base, MOST_IDS},
    grid::Grid,
    ids::Ids,
    part::{BLOCK, Digit, Key, Part, Reader},
};

/// Cells of a grid for each tuple up to which a grid is taken instead of a hash table.
pub(crate) const CELLS_PER_TUPLE: u128 = 8;
/// Cells that are always few enough.
pub(crate) const FEW_CELLS: u128 = 4096;

/// The tuples of the new base, before the sensitive columns.
struct Merged {
    /// Ids by part, then tuple.
    ids: Vec<Vec<u16>>,
    rows: Vec<u32>,
    population: Option<Vec<u32>>,
    /// Tuple to new tuple, where it was asked for.
    to: Vec<u32>,
}

impl Base<'_> {
    /// The tuples as nodes at or above `floor` see them.
    pub(crate) fn collapse(&self, axes: &[Axis], floor: &[usize]) -> Base<'static> {
        debug_assert!(self.is_below(floor), "what is told apart here is told apart below");
        let groups: Vec<usize> =
            axes.iter().zip(floor).map(|(axis, level)| axis.levels[*level].len()).collect();
        let plan = plan(&groups, self.len());
        let order: Vec<usize> = plan.iter().flatten().filter_map(|digit| digit.column).collect();
        let grid = Grid::new(order.iter().map(|column| (*column, groups[*column])));
        let cells = grid.cells();
        let merged = if cells <= FEW_CELLS.max(CELLS_PER_TUPLE * self.len() as u128) {
            let reader = self.reader(axes, floor, &grid, |cell| cell as u32);
            self.merge_dense(&reader, cells as usize, &plan)
        } else if cells <= 1 << 32 {
            let reader = self.reader(axes, floor, &grid, |cell| cell as u32);
            self.merge_in_grid(&reader, &plan)
        } else if u64::try_from(cells).is_ok() {
            let reader = self.reader(axes, floor, &grid, |cell| cell as u64);
            self.merge_in_grid(&reader, &plan)
        } else {
            self.merge_by_chance(axes, floor, &plan)
        };
        let values = self.values.iter().map(|values| values.merge(&merged.to, merged.rows.len()));
        let values = values.collect();
        let records = self.records.as_ref().map(|records| records.collapse(&merged.to));
        Base {
            floor: floor.to_vec(),
            by_code: false,
            parts: parts(plan, merged.ids),
            order,
            rows: Cow::Owned(merged.rows),
            population: merged.population.map(Cow::Owned),
            values,
            records,
            bands: None,
        }
    }

    /// Whether somebody asks what each tuple becomes.
    fn is_numbered(&self) -> bool {
        !self.values.is_empty() || self.records.is_some()
    }

    fn merge_dense(&self, reader: &Reader<'_, u32>, cells: usize, plan: &[Vec<Digit>]) -> Merged {
        let mut rows = vec![0u32; cells];
        let mut population = self.population.as_ref().map(|_| vec![0u32; cells]);
        let mut keys = [0u32; BLOCK];
        for from in (0..self.len()).step_by(BLOCK) {
            let keys = &mut keys[..BLOCK.min(self.len() - from)];
            reader.read(from, keys);
            for (key, n) in keys.iter().zip(&self.rows[from..]) {
                rows[*key as usize] += n;
            }
            if let (Some(to), Some(of)) = (&mut population, &self.population) {
                for (key, n) in keys.iter().zip(&of[from..]) {
                    to[*key as usize] += n;
                }
            }
        }
        let mut merged = Merged {
            ids: vec![Vec::new(); plan.len()],
            rows: Vec::new(),
            population: population.as_ref().map(|_| Vec::new()),
            to: Vec::new(),
        };
        let number = gather(plan, &rows, population.as_deref(), &mut merged, self.is_numbered());
        if self.is_numbered() {
            merged.to.resize(self.len(), 0);
            for from in (0..self.len()).step_by(BLOCK) {
                let to = from..self.len().min(from + BLOCK);
                reader.read(from, &mut merged.to[to.clone()]);
                for to in &mut merged.to[to] {
                    *to = number[*to as usize];
                }
            }
        }
        merged
    }

    /// By keys that are cells of a grid over the plan.
    fn merge_in_grid<K: Key>(&self, reader: &Reader<'_, K>, plan: &[Vec<Digit>]) -> Merged {
        let mut keys: Vec<K> = Vec::new();
        let mut merged = self.merge_hashed(reader, |_, key| keys.push(key));
        let sizes: Vec<usize> = plan.iter().map(|digits| size(digits)).collect();
        merged.ids = sizes.iter().map(|_| Vec::with_capacity(keys.len())).collect();
        for key in keys {
            let mut rest = key.place();
            for (ids, size) in merged.ids.iter_mut().zip(&sizes) {
                ids.push((rest % size) as u16);
                rest /= size;
            }
        }
        merged
    }

    /// By keys that tell nothing but that tuples differ.
    fn merge_by_chance(&self, axes: &[Axis], floor: &[usize], plan: &[Vec<Digit>]) -> Merged {
        let mut first: Vec<u32> = Vec::new();
        let mut merged = self.merge_hashed(&self.hasher(axes, floor), |tuple, _| first.push(tuple));
        for digits in plan {
            let reader = self.reader_of(axes, floor, digits);
            merged.ids.push(first.iter().map(|tuple| reader.key(*tuple as usize) as u16).collect());
        }
        merged
    }

    /// Reads the ids of one part of another base.
    pub(super) fn reader_of(
        &self,
        axes: &[Axis],
        floor: &[usize],
        digits: &[Digit],
    ) -> Reader<'_, u32> {
        let mut stride = vec![0u32; axes.len()];
        let mut at = 1;
        for digit in digits {
            if let Some(column) = digit.column {
                stride[column] = at;
            }
            at *= digit.radix as u32;
        }
        let worth = self.worth(axes, floor, |c, group| stride[c] * group, |c| stride[c] > 0);
        Reader::new(&self.parts, |column| &worth[column])
    }

    /// The same tuples as a floor sees them, in bands; `None` where some become one there, or have
    /// more to them than rows.
    pub(crate) fn regrouped(
        &self,
        axes: &[Axis],
        floor: &[usize],
        width: Width,
    ) -> Option<Base<'static>> {
        let apart = |(axis, level): (&Axis, &usize)| axis.levels[*level].len() == axis.n_codes;
        let all_differ = self.by_code && axes.iter().zip(floor).all(apart);
        if !all_differ || self.is_numbered() || self.population.is_some() {
            return None;
        }
        Some(self.banded(axes, floor, width))
    }

    /// Merges tuples of equal keys; tells the first of each new tuple. Their ids are left out.
    fn merge_hashed<K: Key>(&self, reader: &Reader<'_, K>, mut tell: impl FnMut(u32, K)) -> Merged {
        let mut ids = Ids::default();
        let mut merged = Merged {
            ids: Vec::new(),
            rows: Vec::new(),
            population: self.population.as_ref().map(|_| Vec::new()),
            to: vec![0; if self.is_numbered() { self.len() } else { 0 }],
        };
        // Tuples whose keys look alike together, so that each table stays in a cache.
        let bits = (self.len() / BUCKET).max(1).ilog2();
        self.in_buckets(reader, bits, |tuples, keys| {
            ids.clear(tuples.len());
            let offset = merged.rows.len() as u32;
            for (tuple, key) in tuples.iter().zip(keys) {
                let id = offset + ids.of(*key);
                if id as usize == merged.rows.len() {
                    tell(*tuple, *key);
                    merged.rows.push(0);
                    merged.population.iter_mut().for_each(|population| population.push(0));
                }
                let tuple = *tuple as usize;
                merged.rows[id as usize] += self.rows[tuple];
                if let (Some(to), Some(of)) = (&mut merged.population, &self.population) {
                    to[id as usize] += of[tuple];
                }
                if let Some(to) = merged.to.get_mut(tuple) {
                    *to = id;
                }
            }
        });
        merged
    }
}

/// Parts of these digits with their ids.
pub(super) fn parts(plan: Vec<Vec<Digit>>, ids: Vec<Vec<u16>>) -> Vec<Part<'static>> {
    let parts = plan.into_iter().zip(ids).map(|(digits, ids)| {
        let mask = (size(&digits).next_power_of_two() - 1) as u16;
        Part { ids: Cow::Owned(ids), shift: 0, mask, digits }
    });
    parts.collect()
}

/// Tuples whose hash table stays in the second-level cache.
const BUCKET: usize = 1 << 14;

impl Base<'_> {
    /// Tells tuples with their keys, `2^bits` times some that are together because of their keys.
    /// Keys are read twice, which costs less than to hold them in two orders.
    fn in_buckets<K: Key>(
        &self,
        reader: &Reader<'_, K>,
        bits: u32,
        mut tell: impl FnMut(&[u32], &[K]),
    ) {
        // The high bits are for the place within a bucket.
        let bucket = |key: K| (key.spread() >> 8) as usize & ((1 << bits) - 1);
        let mut ends = vec![0usize; (1 << bits) + 1];
        self.each_key(reader, |_, key, _| ends[bucket(key) + 1] += 1);
        (1..ends.len()).for_each(|at| ends[at] += ends[at - 1]);
        let mut next = ends.clone();
        let (mut tuples, mut keys) = (vec![0u32; self.len()], vec![K::default(); self.len()]);
        self.each_key(reader, |tuple, key, _| {
            let at = &mut next[bucket(key)];
            (tuples[*at], keys[*at]) = (tuple as u32, key);
            *at += 1;
        });
        ends.windows(2).for_each(|ends| {
            let bucket = ends[0]..ends[1];
            tell(&tuples[bucket.clone()], &keys[bucket]);
        });
    }
}

/// Tells the places of a row of cells that hold somebody; most rows are nearly empty.
fn each_filled(cells: &[u32], people: Option<&[u32]>, mut tell: impl FnMut(usize)) {
    const RUN: usize = 16;
    let any = |cells: &[u32]| cells.iter().fold(0, |all, n| all | n) > 0;
    for from in (0..cells.len()).step_by(RUN) {
        let run = from..cells.len().min(from + RUN);
        let people = people.map(|people| &people[run.clone()]);
        if any(&cells[run.clone()]) || people.is_some_and(any) {
            let there = |at: &usize| cells[*at] > 0 || people.is_some_and(|of| of[*at - from] > 0);
            run.filter(there).for_each(&mut tell);
        }
    }
}

/// Takes the cells that hold somebody, with their ids; tells the number of each such cell where
/// `numbered`.
fn gather(
    plan: &[Vec<Digit>],
    rows: &[u32],
    population: Option<&[u32]>,
    merged: &mut Merged,
    numbered: bool,
) -> Vec<u32> {
    let sizes: Vec<usize> = plan.iter().map(|digits| size(digits)).collect();
    let mut number = vec![0; if numbered { rows.len() } else { 0 }];
    let row = sizes.first().copied().unwrap_or(1);
    let mut outer = vec![0u16; sizes.len()];
    for (at, cells) in rows.chunks_exact(row).enumerate() {
        let people = population.map(|population| &population[at * row..][..row]);
        each_filled(cells, people, |id| {
            let n = &cells[id];
            if numbered {
                number[at * row + id] = merged.rows.len() as u32;
            }
            merged.rows.push(*n);
            if let (Some(to), Some(people)) = (&mut merged.population, people) {
                to.push(people[id]);
            }
            if let Some((first, others)) = merged.ids.split_first_mut() {
                first.push(id as u16);
                for (ids, id) in others.iter_mut().zip(&outer[1..]) {
                    ids.push(*id);
                }
            }
        });
        for (id, size) in outer.iter_mut().zip(&sizes).skip(1) {
            *id = id.wrapping_add(1);
            if usize::from(*id) < *size && *id > 0 {
                break;
            }
            *id = 0;
        }
    }
    number
}

/// Tuples for each id of a part, about.
const TUPLES_PER_ID: usize = 8;
/// Ids of a part that are always few enough.
const FEW_IDS: usize = 64;

pub(super) fn size(digits: &[Digit]) -> usize {
    digits.iter().map(|digit| digit.radix).product()
}

/// Columns sorted into parts of at most [`MOST_IDS`] ids, fewer for few tuples, a wider column
/// alone.
pub(super) fn plan(groups: &[usize], tuples: usize) -> Vec<Vec<Digit>> {
    let cells = groups.iter().fold(1usize, |cells, groups| cells.saturating_mul(*groups));
    // A table of keys is to cost less than reading by it.
    let most = (tuples.min(cells) / TUPLES_PER_ID).clamp(FEW_IDS, MOST_IDS);
    let mut columns: Vec<usize> = (0..groups.len()).filter(|c| groups[*c] > 1).collect();
    columns.sort_by_key(|column| std::cmp::Reverse(groups[*column]));
    let mut parts: Vec<(usize, Vec<Digit>)> = Vec::new();
    for column in columns {
        let radix = groups[column];
        let digit = Digit { column: Some(column), radix };
        match parts.iter_mut().find(|(size, _)| size * radix <= most) {
            Some((size, digits)) => {
                *size *= radix;
                digits.push(digit);
            }
            None => parts.push((radix, vec![digit])),
        }
    }
    parts.into_iter().map(|(_, digits)| digits).collect()
}
