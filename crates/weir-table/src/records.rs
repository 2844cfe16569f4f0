//! Records: what a table says of each person, whole.

use rustc_hash::FxHashMap;

/// The distinct records of a table with the number of people that have each.
///
/// A record is the multiset of the tuples (row looks) of one person, as indices into a list of
/// distinct tuples. A table without a person column has one record per row. Memory follows the
/// distinct records, not the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    offsets: Vec<usize>,
    members: Vec<u32>,
    people: Vec<u32>,
    n_tuples: usize,
}

/// Which record each person has, by the hash of the person.
#[derive(Clone, Debug, Default)]
pub struct PersonIndex {
    /// Sorted by person.
    pub(crate) entries: Vec<(u64, u32)>,
}

impl Records {
    /// Builds from `(members, people)` pairs; `members` are tuple indices below `n_tuples`, in
    /// rising order, one per row.
    pub fn from_pairs<'a>(
        n_tuples: usize,
        pairs: impl IntoIterator<Item = (&'a [u32], u32)>,
    ) -> Self {
        let mut records = Self { offsets: vec![0], n_tuples, ..Self::default() };
        for (members, people) in pairs {
            records.push(members, people);
        }
        records
    }

    /// One record per tuple: a table whose rows are not tied to people.
    pub fn from_counts(counts: &[u32]) -> Self {
        let n_tuples = counts.len();
        let mut records = Self { offsets: vec![0], n_tuples, ..Self::default() };
        for (tuple, count) in (0..).zip(counts) {
            records.push(&[tuple], *count);
        }
        records
    }

    pub(crate) fn push(&mut self, members: &[u32], people: u32) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.members.extend_from_slice(members);
        self.offsets.push(self.members.len());
        self.people.push(people);
    }

    pub(crate) fn add_person(&mut self, record: usize) {
        self.people[record] += 1;
    }

    pub(crate) fn set_n_tuples(&mut self, n_tuples: usize) {
        self.n_tuples = n_tuples;
    }

    /// Number of distinct records.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Number of distinct tuples that members index.
    pub fn n_tuples(&self) -> usize {
        self.n_tuples
    }

    /// The members of a record: indices of tuples, rising, one per row of the person.
    pub fn members(&self, record: usize) -> &[u32] {
        &self.members[self.offsets[record]..self.offsets[record + 1]]
    }

    /// People that have a record.
    pub fn people_of(&self, record: usize) -> u32 {
        self.people[record]
    }

    /// All records with their people.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], u32)> + '_ {
        (0..self.len()).map(|i| (self.members(i), self.people_of(i)))
    }

    /// People in all.
    pub fn people(&self) -> u64 {
        self.people.iter().map(|p| u64::from(*p)).sum()
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.iter().map(|(members, people)| members.len() as u64 * u64::from(people)).sum()
    }

    /// The same records over coarser tuples: tuple `t` becomes `map[t]`, below `n_tuples`.
    pub fn coarsened(&self, map: &[u32], n_tuples: usize) -> Self {
        let mut distinct: FxHashMap<Box<[u32]>, u32> = FxHashMap::default();
        let mut order = Vec::new();
        let mut buffer = Vec::new();
        for (members, people) in self.iter() {
            buffer.clear();
            buffer.extend(members.iter().map(|m| map[*m as usize]));
            buffer.sort_unstable();
            if let Some(at) = distinct.get(buffer.as_slice()) {
                let slot: &mut (Box<[u32]>, u32) = &mut order[*at as usize];
                slot.1 += people;
            } else {
                let key: Box<[u32]> = buffer.as_slice().into();
                let at = u32::try_from(order.len()).expect("fewer than 2^32 records");
                distinct.insert(key.clone(), at);
                order.push((key, people));
            }
        }
        Self::from_pairs(n_tuples, order.iter().map(|(m, p)| (m.as_ref(), *p)))
    }
}

impl PersonIndex {
    /// The record of a person, by the person's hash.
    pub fn record_of(&self, person: u64) -> Option<u32> {
        let at = self.entries.binary_search_by_key(&person, |(p, _)| *p).ok()?;
        Some(self.entries[at].1)
    }

    /// All people with their records, sorted by person.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.entries.iter().copied()
    }
}
