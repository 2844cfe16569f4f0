//! Numbers for keys, in the order in which they come.

use super::part::Key;

/// A hash table from keys to numbers from 0 on, made to be used again and again.
///
/// INVARIANT: a slot counts only if its stamp is the table's; at most half of the slots do.
#[derive(Debug, Default)]
pub(crate) struct Ids<K> {
    slots: Vec<Slot<K>>,
    /// The slots in use are the first `2^bits`.
    bits: u32,
    stamp: u32,
    n: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot<K> {
    key: K,
    stamp: u32,
    id: u32,
}

impl<K: Key> Ids<K> {
    /// Forgets all keys; makes room for `n` to begin with.
    pub(crate) fn clear(&mut self, n: usize) {
        let size = (n * 2).next_power_of_two().max(16);
        if self.slots.len() < size || self.stamp == u32::MAX {
            self.slots = vec![Slot::default(); size.max(self.slots.len())];
            self.stamp = 0;
        }
        self.bits = size.trailing_zeros();
        self.stamp += 1;
        self.n = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.n as usize
    }

    /// The number of a key.
    pub(crate) fn of(&mut self, key: K) -> u32 {
        if self.len() * 2 > 1 << self.bits {
            self.grow();
        }
        let mask = (1 << self.bits) - 1;
        let mut at = (key.spread() >> (64 - self.bits)) as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.stamp != self.stamp {
                *slot = Slot { key, stamp: self.stamp, id: self.n };
                self.n += 1;
                return self.n - 1;
            }
            if slot.key == key {
                return slot.id;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.bits += 1;
        let size = self.slots.len().max(1 << self.bits);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        let mask = (1 << self.bits) - 1;
        for slot in old.into_iter().filter(|slot| slot.stamp == self.stamp) {
            let mut at = (slot.key.spread() >> (64 - self.bits)) as usize & mask;
            while self.slots[at].stamp == self.stamp {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn the_same_key_has_the_same_number_until_cleared() {
        let mut ids = Ids::<u64>::default();
        for round in 1..4u64 {
            ids.clear(4);
            let keys = || (0..5000u64).map(|n| n.wrapping_mul(n) << (round * 11));
            let mut seen = std::collections::BTreeMap::new();
            for key in keys().chain(keys()) {
                let next = u32::try_from(seen.len()).unwrap();
                assert_eq!(ids.of(key), *seen.entry(key).or_insert(next));
            }
            assert_eq!(ids.len(), seen.len());
        }
    }
}
