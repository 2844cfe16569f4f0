//! What a whole part of a lattice suppresses, left out once and for all.

use std::borrow::Cow;

use super::{
    axis::Axis,
    base::Base,
    collapse::{CELLS_PER_TUPLE, FEW_CELLS},
    ids::Ids,
    part::{BLOCK, Key, Part, Reader},
};

impl Base<'_> {
    /// The tuples without those whose class has fewer than `least` people at `levels`: at every
    /// node below, they are suppressed. `None` where they are hardly worth the trouble,
    /// or records have rows of several classes.
    pub(crate) fn without_doomed(
        &self,
        axes: &[Axis],
        levels: &[usize],
        least: u32,
    ) -> Option<Base<'static>> {
        if self.records.is_some() {
            return None;
        }
        let grid = self.grid(axes, levels);
        let cells = grid.cells();
        let doomed = if cells <= FEW_CELLS.max(CELLS_PER_TUPLE * self.len() as u128) {
            let reader = self.reader(axes, levels, &grid, |cell| cell as u32);
            let mut sizes = vec![0u32; cells as usize];
            self.each_key(&reader, |_, key, rows| sizes[key.place()] += rows);
            let mut doomed = Vec::with_capacity(self.len());
            self.each_key(&reader, |_, key, _| doomed.push(sizes[key.place()] < least));
            doomed
        } else if u64::try_from(cells).is_ok() {
            self.doomed_hashed(&self.reader(axes, levels, &grid, |cell| cell as u64), least)
        } else {
            self.doomed_hashed(&self.hasher(axes, levels), least)
        };
        let n = doomed.iter().filter(|doomed| **doomed).count();
        (n * 8 > self.len()).then(|| self.without(axes, &doomed))
    }

    fn doomed_hashed<K: Key>(&self, reader: &Reader<'_, K>, least: u32) -> Vec<bool> {
        let mut ids = Ids::default();
        ids.clear(self.len() / 4);
        let mut sizes: Vec<u32> = Vec::new();
        let mut of: Vec<u32> = Vec::with_capacity(self.len());
        self.each_key(reader, |_, key, rows| {
            let id = ids.of(key);
            if id as usize == sizes.len() {
                sizes.push(0);
            }
            sizes[id as usize] += rows;
            of.push(id);
        });
        of.iter().map(|id| sizes[*id as usize] < least).collect()
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

    fn without(&self, axes: &[Axis], doomed: &[bool]) -> Base<'static> {
        let kept: Vec<u32> = (0..).zip(doomed).filter(|(_, d)| !**d).map(|(t, _)| t).collect();
        let lost = (0..self.len()).filter(|tuple| doomed[*tuple]);
        let lost = lost.map(|tuple| (tuple, self.rows[tuple]));
        let mut rows_doomed = self.group_rows(axes, &self.floor, lost);
        for (to, more) in rows_doomed.iter_mut().zip(&self.doomed) {
            to.iter_mut().zip(more).for_each(|(to, more)| *to += more);
        }
        let parts = self.parts.iter().map(|part| Part {
            ids: Cow::Owned(kept.iter().map(|tuple| part.ids[*tuple as usize]).collect()),
            digits: part.digits.clone(),
            ..*part
        });
        let of =
            |all: &[u32]| -> Vec<u32> { kept.iter().map(|tuple| all[*tuple as usize]).collect() };
        Base {
            floor: self.floor.clone(),
            by_code: self.by_code,
            parts: parts.collect(),
            order: self.order.clone(),
            lead: Vec::new(),
            blocks: vec![0, kept.len() as u32],
            doomed: rows_doomed,
            rows: Cow::Owned(of(&self.rows)),
            population: self.population.as_deref().map(|all| Cow::Owned(of(all))),
            values: self.values.iter().map(|values| values.of(&kept)).collect(),
            records: None,
        }
    }
}
