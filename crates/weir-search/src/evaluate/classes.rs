//! The classes of a node.

use super::{
    base::Base,
    ids::Ids,
    part::{Key, Reader},
    values::Values as Pairs,
};

/// The classes of a node, and what was decided about them.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// People of each class; 0 where it only has population.
    pub(super) sizes: Vec<u32>,
    /// A tuple of each class.
    pub(super) first: Vec<u32>,
    /// People of the population of each class; empty where nobody asks.
    pub(super) population: Vec<u32>,
    /// Class of each tuple, where it is asked for.
    pub(super) of: Vec<u32>,
    /// Whether [`Classes::of`] is asked for in any case.
    numbered: bool,
    cells: Vec<(u32, u32)>,
    /// Cell of each tuple.
    keys: Vec<u32>,
    /// Tables that were used for counting codes.
    spare: Vec<Vec<u32>>,
    /// A tuple and the people of what is suppressed, class by class.
    pub(super) suppressed: Vec<(u32, u32)>,
    /// The same of what every node below suppresses.
    pub(super) owed: Vec<(u32, u32)>,
    /// The same of what is kept, where it is asked for.
    pub(super) kept: Vec<(u32, u32)>,
}

impl Classes {
    /// Classes that number the tuples in any case.
    pub(super) fn numbered() -> Self {
        Self { numbered: true, ..Self::default() }
    }

    /// Cells to a tuple up to which classes are numbered by a grid. Once, where each tuple keeps its
    /// class, a grid need not be faster than a table by its memory.
    pub(super) fn cells_per_tuple(&self) -> f64 {
        if self.numbered { 0.5 } else { CELLS_PER_CLASS }
    }

    pub(super) fn begin(&mut self) {
        self.suppressed.clear();
        self.owed.clear();
        self.kept.clear();
    }

    /// Counts all tuples; `cells` is the number of different keys where that is small, else 0.
    pub(super) fn count<K: Key>(
        &mut self,
        base: &Base<'_>,
        reader: &Reader<'_, K>,
        ids: &mut Ids<K>,
        cells: usize,
    ) {
        self.sizes.clear();
        self.first.clear();
        self.of.clear();
        let numbered = self.numbered
            || base.population.is_some()
            || base.records.is_some()
            || !base.values.is_empty();
        if cells > 0 {
            self.count_dense(base, reader, (cells, numbered));
        } else {
            // The classes of the best node, which are numbered, are few next to the tuples.
            ids.clear(if self.numbered { FEW_IDS } else { base.len().min(1 << 20) });
            base.each_key(reader, |tuple, key, rows| {
                let id = ids.of(key);
                if id as usize == self.sizes.len() {
                    self.sizes.push(0);
                    self.first.push(tuple as u32);
                }
                self.sizes[id as usize] += rows;
                if numbered {
                    self.of.push(id);
                }
            });
        }
        if let Some(population) = &base.population {
            self.population.clear();
            self.population.resize(self.sizes.len(), 0);
            for (id, people) in self.of.iter().zip(population.iter()) {
                self.population[*id as usize] += people;
            }
        }
    }

    fn count_dense<K: Key>(
        &mut self,
        base: &Base<'_>,
        reader: &Reader<'_, K>,
        (cells, numbered): (usize, bool),
    ) {
        self.cells.clear();
        self.cells.resize(cells, (0, u32::MAX));
        self.keys.clear();
        base.each_key(reader, |tuple, key, rows| {
            let cell = &mut self.cells[key.place()];
            *cell = (cell.0 + rows, tuple as u32);
            if numbered {
                self.keys.push(key.place() as u32);
            }
        });
        for cell in self.cells.iter_mut().filter(|cell| cell.1 < u32::MAX) {
            self.sizes.push(cell.0);
            self.first.push(cell.1);
            cell.0 = self.sizes.len() as u32 - 1;
        }
        let cells = &self.cells;
        self.of.extend(self.keys.iter().map(|key| cells[*key as usize].0));
    }

    /// Whether each tuple of what was counted last is suppressed.
    pub(super) fn flags(&self) -> Vec<bool> {
        let mut small = vec![false; self.sizes.len()];
        for (tuple, _) in &self.suppressed {
            small[self.of[*tuple as usize] as usize] = true;
        }
        self.of.iter().map(|class| small[*class as usize]).collect()
    }

    /// People by class and code of what was counted last, one row of codes per class.
    pub(super) fn values(&mut self, pairs: &Pairs<'_>) -> Vec<u32> {
        let n = pairs.n_codes;
        let mut counts = self.spare.pop().unwrap_or_default();
        counts.clear();
        counts.resize(self.sizes.len() * n, 0);
        pairs.each(|tuple, code, people| {
            counts[self.of[tuple] as usize * n + code] += people;
        });
        counts
    }

    /// Takes a table of counts back for the next node.
    pub(super) fn give_back(&mut self, counts: Vec<u32>) {
        self.spare.push(counts);
    }

    /// The same as lists: codes with their people, class after class, and where each begins.
    pub(super) fn lists(&self, pairs: &Pairs<'_>) -> (Vec<usize>, Vec<(u16, u32)>) {
        let mut all: Vec<(u32, u16, u32)> = Vec::new();
        pairs.each(|tuple, code, people| {
            all.push((self.of[tuple], code as u16, people));
        });
        all.sort_unstable();
        let (mut starts, mut list) = (vec![0], Vec::<(u16, u32)>::new());
        for (id, code, people) in all {
            while starts.len() <= id as usize {
                starts.push(list.len());
            }
            match list[starts[starts.len() - 1]..].last_mut() {
                Some(last) if last.0 == code => last.1 += people,
                _ => list.push((code, people)),
            }
        }
        starts.resize(self.sizes.len() + 1, list.len());
        (starts, list)
    }
}

/// Cells of a grid for each tuple up to which classes are numbered by a grid.
pub(super) const CELLS_PER_CLASS: f64 = 4.0;
/// Numbers that a table has room for to begin with, where it is to grow with them.
const FEW_IDS: usize = 1 << 12;
