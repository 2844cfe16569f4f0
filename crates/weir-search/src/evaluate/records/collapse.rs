//! Records over coarser tuples: those that no node of interest can tell apart become one.

use std::borrow::Cow;

use super::{
    super::{base::random, ids::Ids, part::Key as _, values::Values as Pairs},
    Records, mixed,
};

impl Records<'_> {
    /// The records over new tuples; `to` says which one each tuple becomes.
    pub(in crate::evaluate) fn collapse(&self, to: &[u32]) -> Records<'static> {
        if self.linked { self.collapse_whole(to) } else { self.collapse_rows(to) }
    }

    /// Records become one where their multisets of tuples are equal.
    fn collapse_whole(&self, to: &[u32]) -> Records<'static> {
        let mut merged = Merging::new(self.people.len());
        let looks = looks(to);
        for (record, people) in self.people.iter().enumerate() {
            let own = self.members_of(record).iter().map(|tuple| to[*tuple as usize]);
            let key = own.clone().fold(0u128, |sum, tuple| sum.plus(looks[tuple as usize]));
            if merged.is_new(key, *people) {
                let from = merged.members.len();
                merged.members.extend(own);
                merged.members[from..].sort_unstable();
                merged.end();
            }
        }
        let n = merged.people.len();
        let values = self.values.iter().map(|values| values.merge(&merged.of, n)).collect();
        merged.records(true, self.all, values)
    }

    /// The tuples of a record become different, each with the different values that the person has
    /// in it; then records become one where they are equal.
    fn collapse_rows(&self, to: &[u32]) -> Records<'static> {
        let mut merged = Merging::new(self.people.len());
        let looks = looks(to);
        let mut values: Vec<Pairs<'static>> = self.values.iter().map(Pairs::empty).collect();
        let mut own: Vec<(u32, usize)> = Vec::new();
        // By sensitive column: the places of the record's members with their codes.
        let mut codes: Vec<Vec<(u32, u16)>> = vec![Vec::new(); self.values.len()];
        for (record, people) in self.people.iter().enumerate() {
            own.clear();
            own.extend(self.range(record).map(|at| (to[self.members[at] as usize], at)));
            own.sort_unstable();
            for (pairs, codes) in self.values.iter().zip(&mut codes) {
                codes.clear();
                for (place, same) in (0..).zip(own.chunk_by(|a, b| a.0 == b.0)) {
                    codes.extend(same.iter().flat_map(|(_, at)| {
                        let range = pairs.offsets[*at] as usize..pairs.offsets[*at + 1] as usize;
                        pairs.codes[range].iter().map(move |code| (place, *code))
                    }));
                }
                codes.sort_unstable();
                codes.dedup();
            }
            own.dedup_by_key(|(tuple, _)| *tuple);
            let mut key = own.iter().fold(0u128, |sum, (t, _)| sum.plus(looks[*t as usize]));
            for (column, codes) in codes.iter().enumerate() {
                let pair = |(place, code): &(u32, u16)| {
                    let tuple = looks[own[*place as usize].0 as usize];
                    mixed(tuple.plus(random(column + 1, u32::from(*code))))
                };
                key = codes.iter().map(pair).fold(key, |sum, pair| sum.plus(pair));
            }
            if merged.is_new(key, *people) {
                merged.members.extend(own.iter().map(|(tuple, _)| *tuple));
                merged.end();
                for (pairs, codes) in values.iter_mut().zip(&codes) {
                    pairs.push(codes, own.len() as u32);
                }
            }
        }
        // The people of a record agree in all that is in it.
        for pairs in &mut values {
            let mut people = Vec::with_capacity(pairs.codes.len());
            for (range, n) in merged.offsets.windows(2).zip(&merged.people) {
                let codes = pairs.offsets[range[0] as usize]..pairs.offsets[range[1] as usize];
                people.extend(codes.map(|_| *n));
            }
            pairs.people = Cow::Owned(people);
        }
        merged.records(false, self.all, values)
    }
}

/// A number for each new tuple, as if at random.
fn looks(to: &[u32]) -> Vec<u128> {
    let n = to.iter().max().map_or(0, |last| *last + 1);
    (0..n).map(|tuple| mixed(random(0, tuple))).collect()
}

/// Records while they are made.
struct Merging {
    ids: Ids<u128>,
    offsets: Vec<u64>,
    members: Vec<u32>,
    people: Vec<u32>,
    /// The new record of each record.
    of: Vec<u32>,
}

impl Merging {
    fn new(records: usize) -> Self {
        let mut ids = Ids::default();
        ids.clear(records / 4);
        let of = Vec::with_capacity(records);
        Self { ids, offsets: vec![0], members: Vec::new(), people: Vec::new(), of }
    }

    /// Counts people of a record; whether its members are to be told yet.
    fn is_new(&mut self, key: u128, people: u32) -> bool {
        let id = self.ids.of(key);
        let new = id as usize == self.people.len();
        if new {
            self.people.push(0);
        }
        self.people[id as usize] += people;
        self.of.push(id);
        new
    }

    /// The members of the new record are told.
    fn end(&mut self) {
        self.offsets.push(self.members.len() as u64);
    }

    fn records(self, linked: bool, all: u64, values: Vec<Pairs<'static>>) -> Records<'static> {
        Records {
            linked,
            offsets: Cow::Owned(self.offsets),
            members: Cow::Owned(self.members),
            people: Cow::Owned(self.people),
            all,
            values,
        }
    }
}

impl Pairs<'_> {
    /// The same column without units.
    fn empty(&self) -> Pairs<'static> {
        let offsets = Cow::Owned(vec![0]);
        Pairs::new(self.n_codes, offsets, Cow::Owned(Vec::new()), Cow::Owned(Vec::new()))
    }

    /// Adds `n` units with their codes, by place.
    fn push(&mut self, codes: &[(u32, u16)], n: u32) {
        let (offsets, all) = (self.offsets.to_mut(), self.codes.to_mut());
        let mut codes = codes.iter().peekable();
        for place in 0..n {
            while let Some((_, code)) = codes.next_if(|(at, _)| *at == place) {
                all.push(*code);
            }
            offsets.push(all.len() as u32);
        }
    }
}
