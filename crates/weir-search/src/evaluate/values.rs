//! Who has which sensitive code, by tuple.

use std::borrow::Cow;

/// Pairs of tuple and sensitive code, by tuple.
#[derive(Clone, Debug)]
pub(crate) struct Values<'a> {
    pub(crate) n_codes: usize,
    /// Where each tuple's codes begin; one more than there are tuples.
    pub(crate) offsets: Cow<'a, [u32]>,
    pub(crate) codes: Cow<'a, [u16]>,
    pub(crate) people: Cow<'a, [u32]>,
    /// Tuple of each pair; empty where nobody asked for it.
    pub(super) tuples: Vec<u32>,
}

/// Counters for each pair up to which pairs are counted and not sorted.
const CELLS_PER_PAIR: usize = 8;

impl<'a> Values<'a> {
    pub(crate) fn new(
        n_codes: usize,
        offsets: Cow<'a, [u32]>,
        codes: Cow<'a, [u16]>,
        people: Cow<'a, [u32]>,
    ) -> Self {
        Self { n_codes, offsets, codes, people, tuples: Vec::new() }
    }

    /// The same with the tuple of each pair: ranges of most tuples are so short that going through
    /// them one by one costs more than the pairs do.
    pub(crate) fn with_tuples(mut self) -> Self {
        let mut tuples = vec![0u32; self.codes.len() + 1];
        for offset in self.offsets.iter().skip(1) {
            tuples[*offset as usize] += 1;
        }
        let mut tuple = 0;
        for at in &mut tuples {
            tuple += *at;
            *at = tuple;
        }
        tuples.truncate(self.codes.len());
        self.tuples = tuples;
        self
    }

    /// Tells tuple, code and people of each pair.
    pub(super) fn each(&self, mut tell: impl FnMut(usize, usize, u32)) {
        if self.tuples.len() < self.codes.len() {
            let range =
                |tuple: usize| self.offsets[tuple] as usize..self.offsets[tuple + 1] as usize;
            (0..self.offsets.len() - 1)
                .flat_map(|tuple| range(tuple).map(move |at| (tuple, at)))
                .for_each(|(tuple, at)| tell(tuple, usize::from(self.codes[at]), self.people[at]));
            return;
        }
        let pairs = self.tuples.iter().zip(self.codes.iter());
        for ((tuple, code), people) in pairs.zip(self.people.iter()) {
            tell(*tuple as usize, usize::from(*code), *people);
        }
    }

    /// The same pairs over `n` new tuples; `to` says which one each tuple becomes.
    pub(super) fn merge(&self, to: &[u32], n: usize) -> Values<'static> {
        if n * self.n_codes <= self.codes.len() * CELLS_PER_PAIR {
            let mut counts = vec![0u32; n * self.n_codes];
            self.each(|tuple, code, people| {
                counts[to[tuple] as usize * self.n_codes + code] += people;
            });
            return Self::of_counts(self.n_codes, n, &counts);
        }
        // Codes of one tuple: gathered in lists of their own, then counted in one row.
        let mut start = vec![0u32; n + 1];
        self.each(|tuple, _, _| start[to[tuple] as usize + 1] += 1);
        (0..n).for_each(|at| start[at + 1] += start[at]);
        let mut list = vec![(0u16, 0u32); start[n] as usize];
        let mut next = start.clone();
        self.each(|tuple, code, people| {
            let next = &mut next[to[tuple] as usize];
            list[*next as usize] = (code as u16, people);
            *next += 1;
        });
        let mut merged = Pairs::new(self.n_codes, n);
        for range in start.windows(2) {
            let list = &mut list[range[0] as usize..range[1] as usize];
            list.sort_unstable_by_key(|(code, _)| *code);
            for same in list.chunk_by(|a, b| a.0 == b.0) {
                merged.codes.push(same[0].0);
                merged.people.push(same.iter().map(|(_, n)| n).sum());
            }
            merged.end();
        }
        merged.into()
    }

    /// The pairs of which there are so many people, by tuple, then code.
    fn of_counts(n_codes: usize, n: usize, counts: &[u32]) -> Values<'static> {
        let mut merged = Pairs::new(n_codes, n);
        for counts in counts.chunks_exact(n_codes.max(1)) {
            for (code, n) in (0u16..).zip(counts).filter(|(_, n)| **n > 0) {
                merged.codes.push(code);
                merged.people.push(*n);
            }
            merged.end();
        }
        merged.into()
    }
}

/// Pairs while they are put together, tuple by tuple.
struct Pairs {
    n_codes: usize,
    offsets: Vec<u32>,
    codes: Vec<u16>,
    people: Vec<u32>,
}

impl Pairs {
    fn new(n_codes: usize, tuples: usize) -> Self {
        let mut offsets = Vec::with_capacity(tuples + 1);
        offsets.push(0);
        Self { n_codes, offsets, codes: Vec::new(), people: Vec::new() }
    }

    /// The pairs that came since the last are those of the next tuple.
    fn end(&mut self) {
        self.offsets.push(self.codes.len() as u32);
    }
}

impl From<Pairs> for Values<'static> {
    fn from(pairs: Pairs) -> Self {
        let Pairs { n_codes, offsets, codes, people } = pairs;
        Self::new(n_codes, Cow::Owned(offsets), Cow::Owned(codes), Cow::Owned(people)).with_tuples()
    }
}
