//! The distinct values of a column in bounded memory.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use crate::profile::EXACT_VALUES;

/// The distinct values with the least hashes, with exact counts (a bottom-k sketch, Cohen and
/// Kaplan 2007): all values while there are few, else an even sample of the distinct ones.
///
/// A value that is in the sketch at the end was below the bound from the beginning, so each of
/// its rows was counted. Values are told apart by their hashes alone.
#[derive(Debug)]
pub(crate) struct ValueSketch {
    /// Open addressing by the lower bits of the hash; a power of two, at most half full. A cell
    /// that was seen before costs one look at memory here, and its text none.
    slots: Vec<Slot>,
    values: Vec<Box<str>>,
    /// Hashes at or above it are not kept.
    bound: u64,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u64,
    rows: u64,
    /// The place of the value; [`FREE`] where there is none.
    value: u32,
}

const FREE: u32 = u32::MAX;

impl Default for ValueSketch {
    fn default() -> Self {
        Self { slots: free_slots(8), values: Vec::new(), bound: u64::MAX }
    }
}

impl ValueSketch {
    /// As [`Self::see`] for several values. Most of many are not kept: all are hashed before the
    /// first is looked for, so that no look waits for another.
    pub(crate) fn see_many(&mut self, values: &[(&str, u64)]) {
        const AT_ONCE: usize = 256;
        for values in values.chunks(AT_ONCE) {
            let mut kept = [(0, 0); AT_ONCE];
            let mut n = 0;
            for (at, (value, _)) in values.iter().enumerate() {
                let hash = hash_text(value);
                kept[n] = (hash, at);
                n += usize::from(hash < self.bound);
            }
            for (hash, at) in &kept[..n] {
                let (value, rows) = values[*at];
                self.add(*hash, value, rows);
            }
        }
    }

    /// Counts rows of a value.
    pub(crate) fn see(&mut self, value: &str, rows: u64) {
        self.add(hash_text(value), value, rows);
    }

    #[inline]
    fn add(&mut self, hash: u64, value: &str, rows: u64) {
        if hash >= self.bound {
            return;
        }
        let at = self.find(hash);
        match &mut self.slots[at] {
            slot if slot.value == FREE => self.insert(at, hash, value, rows),
            slot => slot.rows += rows,
        }
    }

    /// Where a hash is, or would be.
    #[inline]
    fn find(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        // The upper bits are small in all that is kept.
        let mut at = hash as usize & mask;
        while self.slots[at].value != FREE && self.slots[at].hash != hash {
            at = (at + 1) & mask;
        }
        at
    }

    #[cold]
    fn insert(&mut self, at: usize, hash: u64, value: &str, rows: u64) {
        let number = u32::try_from(self.values.len()).expect("a sketch holds a few thousand");
        self.values.push(value.into());
        self.slots[at] = Slot { hash, rows, value: number };
        if self.values.len() > 2 * EXACT_VALUES {
            self.prune();
        } else if self.values.len() * 2 > self.slots.len() {
            self.rebuild(self.slots.len() * 2);
        }
    }

    /// Keeps the [`EXACT_VALUES`] least hashes.
    fn prune(&mut self) {
        if self.values.len() <= EXACT_VALUES {
            return;
        }
        let mut hashes: Vec<u64> = self.filled().map(|slot| slot.hash).collect();
        let (_, bound, _) = hashes.select_nth_unstable(EXACT_VALUES);
        self.bound = *bound;
        self.rebuild(self.slots.len());
    }

    fn filled(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.value != FREE)
    }

    /// Puts what is below the bound into as many slots as are given.
    fn rebuild(&mut self, n_slots: usize) {
        let old = std::mem::replace(&mut self.slots, free_slots(n_slots));
        let mut values = std::mem::take(&mut self.values);
        let bound = self.bound;
        for slot in old.into_iter().filter(|slot| slot.value != FREE && slot.hash < bound) {
            let at = self.find(slot.hash);
            let value = std::mem::take(&mut values[slot.value as usize]);
            let number = u32::try_from(self.values.len()).expect("a sketch holds a few thousand");
            self.values.push(value);
            self.slots[at] = Slot { value: number, ..slot };
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        let Self { slots, values, bound } = other;
        if bound < self.bound {
            self.bound = bound;
            self.rebuild(self.slots.len());
        }
        for slot in slots.into_iter().filter(|slot| slot.value != FREE) {
            self.add(slot.hash, &values[slot.value as usize], slot.rows);
        }
    }

    /// The values, how many distinct ones there are, and whether that number is exact.
    pub(crate) fn finish(mut self) -> (Vec<(String, u64)>, u64, bool) {
        self.prune();
        let exact = self.bound == u64::MAX;
        let kept = self.values.len() as u64;
        // Hashes are even over 64 bits: `kept` of them lie below the bound.
        let distinct = if exact {
            kept
        } else {
            (kept as f64 / (self.bound as f64 / u64::MAX as f64)).round() as u64
        };
        let mut values = std::mem::take(&mut self.values);
        let text = |slot: &Slot| std::mem::take(&mut values[slot.value as usize]).into();
        let values = self.filled().map(text).zip(self.filled().map(|slot| slot.rows)).collect();
        (values, distinct, exact)
    }
}

fn free_slots(n: usize) -> Vec<Slot> {
    vec![Slot { hash: 0, rows: 0, value: FREE }; n]
}

/// A well-mixed 64-bit hash of a text, the same in every run.
pub fn hash_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    mix(hasher.finish())
}

/// The finaliser of MurmurHash3.
pub const fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// Adds one value to a 128-bit hash.
pub fn chain(key: u128, value: u64) -> u128 {
    let (high, low) = ((key >> 64) as u64, key as u64);
    let a = mix(low.rotate_left(23) ^ value.wrapping_add(0x9e37_79b9_7f4a_7c15));
    let b = mix(high.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ value ^ a.rotate_left(31));
    (u128::from(b) << 64) | u128::from(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(values: impl Iterator<Item = u64>) -> ValueSketch {
        let mut sketch = ValueSketch::default();
        values.for_each(|v| sketch.see(&v.to_string(), 1));
        sketch
    }

    #[test]
    fn many_together_are_as_one_by_one() {
        let texts: Vec<String> = (0..60_000_u64).map(|n| (mix(n) % 20_000).to_string()).collect();
        let runs: Vec<(&str, u64)> = texts.iter().map(String::as_str).zip((1..4).cycle()).collect();
        let (mut one_by_one, mut together) = (ValueSketch::default(), ValueSketch::default());
        runs.iter().for_each(|(text, rows)| one_by_one.see(text, *rows));
        runs.chunks(1_000).for_each(|runs| together.see_many(runs));
        let (one_by_one, together) = (one_by_one.finish(), together.finish());
        assert!(!together.2 && together == one_by_one);
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let (values, distinct, exact) = sketch((0..10_000).map(|i| i % 100)).finish();
        assert_eq!((distinct, exact), (100, true));
        assert!(values.iter().all(|(_, n)| *n == 100));
    }

    #[test]
    fn many_values_are_estimated_and_kept_ones_are_exact() {
        let (values, distinct, exact) = sketch((0..300_000).map(|i| i % 100_000)).finish();
        assert!(!exact);
        assert!((90_000..110_000).contains(&distinct), "{distinct}");
        assert_eq!(values.len(), EXACT_VALUES);
        assert!(values.iter().all(|(_, n)| *n == 3));
    }

    #[test]
    fn merging_is_the_same_as_seeing_all() {
        let mut halves = sketch(0..60_000);
        halves.merge(sketch(30_000..90_000));
        let mut merged = halves.finish();
        let mut whole = sketch((0..60_000).chain(30_000..90_000)).finish();
        merged.0.sort();
        whole.0.sort();
        assert_eq!(merged, whole);
    }
}
