//! Counting rows whose codes fit one machine word: parted by their first bits, sorted part by
//! part, and counted where equal ones stand together.

use std::fmt;
use std::ops::{BitOr, BitXor};
use std::thread;

/// A row's codes in one word.
pub(crate) trait Key:
    Copy + Default + Ord + Send + Sync + fmt::Debug + BitOr<Output = Self> + BitXor<Output = Self>
{
    /// A code at a place.
    fn place(code: u16, shift: u32) -> Self;
    /// The 64 bits from a place on.
    fn bits_from(self, shift: u32) -> u64;
}

macro_rules! key {
    ($word:ty) => {
        impl Key for $word {
            fn place(code: u16, shift: u32) -> Self {
                Self::from(code) << shift
            }

            fn bits_from(self, shift: u32) -> u64 {
                (self >> shift) as u64
            }
        }
    };
}

key!(u64);
key!(u128);

/// First bits of a key that say which part it is in.
const PREFIX_BITS: u32 = 14;
/// Parts that are aimed at: few enough to write to all of them side by side, and so many that
/// the different keys of one stay in the cache up to some hundred million rows.
const PARTS: usize = 1024;
/// Prefixes of one part at most, so that a table whose first rows are not like the others, such
/// as a sorted one, is parted all the same.
const MOST_PREFIXES: usize = 64;

/// How keys are parted: by their first bits, in rising order.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    shift: u32,
    of_prefix: Vec<u16>,
    n: usize,
}

impl Parts {
    /// Parts of about the same number of keys, if others are as these.
    pub(crate) fn new<K: Key>(keys: &[K], bits: u32) -> Self {
        let shift = bits.saturating_sub(PREFIX_BITS);
        let mut counts = vec![0_usize; 1 << (bits - shift)];
        keys.iter().for_each(|key| counts[key.bits_from(shift) as usize] += 1);
        let share = keys.len() / PARTS + 1;
        let (mut part, mut held, mut prefixes) = (0_u16, 0, 0);
        let of_prefix: Vec<u16> = counts
            .into_iter()
            .map(|count| {
                if prefixes == MOST_PREFIXES || held > 0 && held + count > share {
                    (part, held, prefixes) = (part + 1, 0, 0);
                }
                (held, prefixes) = (held + count, prefixes + 1);
                part
            })
            .collect();
        Self { shift, of_prefix, n: usize::from(part) + 1 }
    }

    /// Puts keys in order of their parts.
    pub(crate) fn part<K: Key>(&self, keys: &[K]) -> Parted<K> {
        let part = |key: &K| usize::from(self.of_prefix[key.bits_from(self.shift) as usize]);
        let mut next = vec![0_u32; self.n + 1];
        keys.iter().for_each(|key| next[part(key) + 1] += 1);
        (0..self.n).for_each(|part| next[part + 1] += next[part]);
        let mut parted = vec![K::default(); keys.len()];
        for key in keys {
            let at = &mut next[part(key)];
            parted[*at as usize] = *key;
            *at += 1;
        }
        next.pop();
        Parted { keys: parted, ends: next }
    }
}

/// Keys in order of their parts.
#[derive(Clone, Debug)]
pub(crate) struct Parted<K> {
    keys: Vec<K>,
    /// Where each part ends.
    ends: Vec<u32>,
}

impl<K> Parted<K> {
    fn of(&self, part: usize) -> &[K] {
        let from = if part == 0 { 0 } else { self.ends[part - 1] };
        &self.keys[from as usize..self.ends[part] as usize]
    }
}

/// Different keys, rising, and how often each was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run<K> {
    pub(crate) keys: Vec<K>,
    pub(crate) counts: Vec<u32>,
}

/// Counts keys.
///
/// Keys wait until they take a share of the memory; then they are counted, and what is left
/// follows the different keys: their size and four bytes each.
#[derive(Debug)]
pub(crate) struct PackedCounter<K> {
    waiting: Vec<Parted<K>>,
    held: usize,
    most: usize,
    threads: usize,
    runs: Vec<Run<K>>,
}

impl<K: Key> PackedCounter<K> {
    /// A counter that lets `bytes` of keys wait at most.
    pub(crate) fn new(bytes: usize, threads: usize) -> Self {
        let most = (bytes / size_of::<K>()).max(1);
        Self { waiting: Vec::new(), held: 0, most, threads, runs: Vec::new() }
    }

    /// Takes in keys; all of them are parted by the same parts.
    pub(crate) fn add(&mut self, keys: Parted<K>) {
        self.held += keys.keys.len();
        self.runs.resize_with(keys.ends.len(), Run::default);
        self.waiting.push(keys);
        if self.held >= self.most {
            self.count();
        }
    }

    /// Different keys among those that were counted so far.
    pub(crate) fn distinct(&self) -> usize {
        self.runs.iter().map(|run| run.keys.len()).sum()
    }

    /// The different keys, in rising order from run to run.
    pub(crate) fn finish(mut self) -> Vec<Run<K>> {
        self.count();
        self.runs
    }

    /// Counts the keys that wait.
    pub(crate) fn count(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let share = self.runs.len().div_ceil(self.threads).max(1);
        let waiting = &self.waiting;
        thread::scope(|scope| {
            for (runs, from) in self.runs.chunks_mut(share).zip((0..).step_by(share)) {
                scope.spawn(move || {
                    let mut keys = Vec::new();
                    let mut scratch = Vec::new();
                    for (run, part) in runs.iter_mut().zip(from..) {
                        keys.clear();
                        waiting.iter().for_each(|some| keys.extend_from_slice(some.of(part)));
                        sort(&mut keys, &mut scratch);
                        run.add(&keys);
                    }
                });
            }
        });
        self.waiting.clear();
        self.held = 0;
    }
}

impl<K: Key> Run<K> {
    /// Takes in sorted keys.
    fn add(&mut self, sorted: &[K]) {
        if sorted.is_empty() {
            return;
        }
        let old = std::mem::take(self);
        let most = old.keys.len() + sorted.chunk_by(K::eq).count();
        self.keys.reserve_exact(most);
        self.counts.reserve_exact(most);
        let mut at = 0;
        for same in sorted.chunk_by(K::eq) {
            let key = same[0];
            let mut count = u32::try_from(same.len()).unwrap_or(u32::MAX);
            let from = at;
            while at < old.keys.len() && old.keys[at] < key {
                at += 1;
            }
            self.keys.extend_from_slice(&old.keys[from..at]);
            self.counts.extend_from_slice(&old.counts[from..at]);
            if at < old.keys.len() && old.keys[at] == key {
                count = count.saturating_add(old.counts[at]);
                at += 1;
            }
            self.keys.push(key);
            self.counts.push(count);
        }
        self.keys.extend_from_slice(&old.keys[at..]);
        self.counts.extend_from_slice(&old.counts[at..]);
        // Keys that were met before took no room.
        if self.keys.len() < most - most / 8 {
            self.keys.shrink_to_fit();
            self.counts.shrink_to_fit();
        }
    }
}

/// Sorts by digits from the lowest on, of those bits in which keys differ.
fn sort<K: Key>(keys: &mut Vec<K>, scratch: &mut Vec<K>) {
    const FEW: usize = 128;
    const MANY: usize = 1 << 15;
    if keys.len() < FEW {
        keys.sort_unstable();
        return;
    }
    // Counting a digit costs a look at each of its values.
    let digit = if keys.len() < MANY { 8 } else { 11 };
    let first = keys[0];
    let differ = keys.iter().fold(K::default(), |all, key| all | (*key ^ first));
    scratch.clear();
    scratch.resize(keys.len(), K::default());
    let mut next = vec![0_u32; 1 << digit];
    let mut shift = 0;
    let size = 8 * u32::try_from(size_of::<K>()).expect("a key has a few bytes");
    while shift < size {
        let rest = differ.bits_from(shift);
        if rest == 0 {
            shift += u64::BITS;
            continue;
        }
        shift += rest.trailing_zeros();
        let of = |key: &K| (key.bits_from(shift) & ((1 << digit) - 1)) as usize;
        next.fill(0);
        keys.iter().for_each(|key| next[of(key)] += 1);
        let mut start = 0;
        for slot in &mut next {
            start += std::mem::replace(slot, start);
        }
        for key in keys.iter() {
            let at = &mut next[of(key)];
            scratch[*at as usize] = *key;
            *at += 1;
        }
        std::mem::swap(keys, scratch);
        shift += digit;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn counted<K: Key>(keys: &[K], bits: u32, bytes: usize, threads: usize) -> Vec<(K, u32)> {
        let parts = Parts::new(&keys[..keys.len().min(100)], bits);
        let mut counter = PackedCounter::new(bytes, threads);
        keys.chunks(300).for_each(|some| counter.add(parts.part(some)));
        let runs = counter.finish();
        runs.into_iter().flat_map(|run| run.keys.into_iter().zip(run.counts)).collect()
    }

    fn plainly<K: Key>(keys: &[K]) -> Vec<(K, u32)> {
        let mut counts: BTreeMap<K, u32> = BTreeMap::new();
        keys.iter().for_each(|key| *counts.entry(*key).or_default() += 1);
        counts.into_iter().collect()
    }

    proptest! {
        /// Keys of every length, many of them equal, counted at once and in many rounds.
        #[test]
        fn keys_are_counted_as_a_map_counts_them(
            seeds in prop::collection::vec(any::<u64>(), 0..3000),
            bits in 1_u32..=128,
            spread in 1_u64..2000,
            rounds in any::<bool>(),
            threads in 1_usize..4,
        ) {
            let bytes = if rounds { 1 } else { 1 << 30 };
            let wide: Vec<u128> = seeds
                .iter()
                .map(|seed| {
                    let key = u128::from(crate::sketch::mix(seed % spread));
                    (key << 64 | key.rotate_left(17)) >> (128 - bits)
                })
                .collect();
            prop_assert_eq!(counted(&wide, bits, bytes, threads), plainly(&wide));
            let bits = bits.min(64);
            let narrow: Vec<u64> =
                wide.iter().map(|key| (*key as u64) >> (64 - bits)).collect();
            prop_assert_eq!(counted(&narrow, bits, bytes, threads), plainly(&narrow));
        }

        #[test]
        fn digits_sort_as_comparisons_do(
            keys in prop::collection::vec(any::<u128>(), 0..700), bits in 0_u32..=128
        ) {
            let mask = if bits == 128 { u128::MAX } else { (1 << bits) - 1 };
            let mut sorted: Vec<u128> = keys.iter().map(|key| key & mask).collect();
            let mut plainly = sorted.clone();
            sort(&mut sorted, &mut Vec::new());
            plainly.sort_unstable();
            prop_assert_eq!(sorted, plainly);
        }
    }

    #[test]
    fn a_sorted_table_is_parted_too() {
        let parts = Parts::new(&vec![0_u64; 5000], 40);
        assert!(parts.n >= 256, "{}", parts.n);
        let keys: Vec<u64> = (0..100_000).map(|n| n << 23).collect();
        assert_eq!(counted(&keys, 40, 1 << 20, 2), plainly(&keys));
    }
}
