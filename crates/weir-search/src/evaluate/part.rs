//! Several columns packed into one number, and the tables that read them.

use std::borrow::Cow;

/// A number that tells classes apart; sums of table entries, one table per [`Part`].
pub(crate) trait Key: Copy + Default + Eq + Send + Sync {
    fn plus(self, other: Self) -> Self;
    /// Where to look first in a hash table; only the high bits are good.
    fn spread(self) -> u64;
    /// The key as an index, where keys are small.
    fn place(self) -> usize;
}

impl Key for u32 {
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    fn spread(self) -> u64 {
        u64::from(self).wrapping_mul(SPREAD)
    }
    fn place(self) -> usize {
        self as usize
    }
}

impl Key for u64 {
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    fn spread(self) -> u64 {
        (self ^ (self >> 32)).wrapping_mul(SPREAD)
    }
    fn place(self) -> usize {
        self as usize
    }
}

impl Key for u128 {
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    fn spread(self) -> u64 {
        // Keys of this width are sums of random numbers already.
        (self >> 64) as u64
    }
    fn place(self) -> usize {
        self as usize
    }
}

/// 2^64 over the golden ratio, odd (Knuth, The Art of Computer Programming 3, 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Codes of some columns, packed into up to 16 bits per tuple.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) ids: Cow<'a, [u16]>,
    pub(crate) shift: u32,
    pub(crate) mask: u16,
    /// The columns, the one that changes fastest first.
    pub(crate) digits: Vec<Digit>,
}

/// A column's place in a [`Part`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digit {
    /// `None` fills bits that no column uses.
    pub(crate) column: Option<usize>,
    pub(crate) radix: usize,
}

impl Part<'_> {
    pub(crate) fn at(&self, tuple: usize) -> usize {
        usize::from((self.ids[tuple] >> self.shift) & self.mask)
    }

    /// Number of different ids.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.mask) + 1
    }

    /// Id to the sum of what its columns' codes are worth.
    pub(crate) fn table<'v, K: Key + 'v>(&self, worth: impl Fn(usize) -> &'v [K]) -> Vec<K> {
        let mut table = Vec::with_capacity(self.len());
        table.push(K::default());
        for digit in &self.digits {
            let worth = digit.column.map_or(&[][..], &worth);
            let len = table.len();
            for code in 1..digit.radix {
                let more = worth.get(code).copied().unwrap_or_default();
                table.extend_from_within(..len);
                table[code * len..].iter_mut().for_each(|sum| *sum = sum.plus(more));
            }
            let first = worth.first().copied().unwrap_or_default();
            table[..len].iter_mut().for_each(|sum| *sum = sum.plus(first));
        }
        table.resize(self.len(), K::default());
        table
    }
}

/// Takes counts by id apart into counts by digit of each column.
pub(crate) fn split(digits: &[Digit], counts: &[u32], tell: &mut impl FnMut(usize, &[u32])) {
    match digits {
        [] => {}
        [digit] => {
            if let Some(column) = digit.column {
                tell(column, counts);
            }
        }
        _ => {
            let (low, high) = digits.split_at(digits.len().div_ceil(2));
            let row: usize = low.iter().map(|digit| digit.radix).product();
            let mut lows = vec![0u32; row];
            let mut highs = Vec::with_capacity(counts.len() / row + 1);
            for counts in counts.chunks(row) {
                lows.iter_mut().zip(counts).for_each(|(low, n)| *low += n);
                highs.push(counts.iter().sum());
            }
            split(low, &lows, tell);
            split(high, &highs, tell);
        }
    }
}

/// The parts of a table with a table of keys each.
pub(crate) struct Reader<'p, K> {
    parts: Vec<(&'p Part<'p>, Vec<K>)>,
    constant: K,
}

/// Tuples whose keys are read in one go.
pub(crate) const BLOCK: usize = 1024;

impl<'p, K: Key> Reader<'p, K> {
    /// `worth(column)[code]` is added up over the columns; parts whose columns are all worth
    /// nothing are not read.
    pub(crate) fn new<'v>(parts: &'p [Part<'p>], worth: impl Fn(usize) -> &'v [K]) -> Self
    where
        K: 'v,
    {
        let idle = |part: &Part<'_>| {
            let mut columns = part.digits.iter().filter_map(|digit| digit.column);
            columns.all(|column| worth(column).is_empty())
        };
        let read = parts.iter().filter(|part| !idle(part));
        let parts = read.map(|part| (part, part.table(&worth))).collect();
        Self { parts, constant: K::default() }
    }

    pub(crate) fn key(&self, tuple: usize) -> K {
        let sum = |sum: K, (part, table): &(&Part<'_>, Vec<K>)| sum.plus(table[part.at(tuple)]);
        self.parts.iter().fold(self.constant, sum)
    }

    /// The keys of the tuples from `from` on, as many as `out` has places.
    pub(crate) fn read(&self, from: usize, out: &mut [K]) {
        let n = out.len();
        let ids = |p: usize| {
            let (part, table) = &self.parts[p];
            (&part.ids[from..from + n], part.shift, part.mask, table.as_slice())
        };
        match self.parts.len() {
            0 => out.fill(self.constant),
            1 => {
                let (a, sa, ma, ta) = ids(0);
                for (out, a) in out.iter_mut().zip(a) {
                    *out = ta[usize::from((a >> sa) & ma)];
                }
            }
            2 => {
                let ((a, sa, ma, ta), (b, sb, mb, tb)) = (ids(0), ids(1));
                for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                    *out = ta[usize::from((a >> sa) & ma)].plus(tb[usize::from((b >> sb) & mb)]);
                }
            }
            more => {
                let ((a, sa, ma, ta), (b, sb, mb, tb), (c, sc, mc, tc)) = (ids(0), ids(1), ids(2));
                for (((out, a), b), c) in out.iter_mut().zip(a).zip(b).zip(c) {
                    *out = ta[usize::from((a >> sa) & ma)]
                        .plus(tb[usize::from((b >> sb) & mb)])
                        .plus(tc[usize::from((c >> sc) & mc)]);
                }
                for p in 3..more {
                    let (a, sa, ma, ta) = ids(p);
                    for (out, a) in out.iter_mut().zip(a) {
                        *out = out.plus(ta[usize::from((a >> sa) & ma)]);
                    }
                }
            }
        }
    }
}
