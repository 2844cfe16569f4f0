//! The people of classes by sensitive value.

use super::{super::values::Values as Pairs, Records};
use crate::Values;

/// Counters up to which the codes of all classes are counted in one table.
const MOST_COUNTERS: usize = 1 << 22;

/// The values of one sensitive column in some classes.
pub(super) enum Counted {
    /// People by class and code, so many codes to a class.
    Dense(usize, Vec<u32>),
    /// Codes with their people, class after class, and where each begins.
    Sparse(Vec<usize>, Vec<(u16, u32)>),
}

impl Counted {
    /// A column that nobody asks for.
    pub(super) fn none() -> Self {
        Self::Dense(0, Vec::new())
    }

    /// The values of the class at a place of the list.
    pub(super) fn of(&self, at: usize) -> Values<'_> {
        match self {
            Self::Dense(n, counts) => Values::Dense(&counts[at * n..][..*n]),
            Self::Sparse(starts, list) => Values::Sparse(&list[starts[at]..starts[at + 1]]),
        }
    }
}

impl Records<'_> {
    /// Counts people by value in `classes`, out of `n`; `of` tells the class of each record where
    /// linked, else of each tuple.
    pub(super) fn count(
        &self,
        pairs: &Pairs<'_>,
        of: &[u32],
        n: usize,
        classes: &[u32],
    ) -> Counted {
        const NONE: u32 = u32::MAX;
        let mut place = vec![NONE; n];
        (0..).zip(classes).for_each(|(at, class)| place[*class as usize] = at);
        let place = |unit: u32| place[of[unit as usize] as usize];
        if classes.len().saturating_mul(pairs.n_codes) > MOST_COUNTERS {
            let mut all = Vec::new();
            self.each_pair(pairs, place, |pair| all.push(pair));
            return sparse(all, classes.len(), self.linked);
        }
        let codes = pairs.n_codes;
        let mut counts = vec![0u32; classes.len() * codes];
        if self.linked {
            self.each_pair(pairs, place, |(at, code, _, people)| {
                counts[at as usize * codes + usize::from(code)] += people;
            });
        } else {
            // A person who has a value in several rows of a class has it once.
            let mut last = vec![NONE; counts.len()];
            self.each_pair(pairs, place, |(at, code, record, people)| {
                let cell = at as usize * codes + usize::from(code);
                if last[cell] != record {
                    last[cell] = record;
                    counts[cell] += people;
                }
            });
        }
        Counted::Dense(codes, counts)
    }

    /// Tells place of the class, code, record and people of each pair of a class that has a place.
    fn each_pair(
        &self,
        pairs: &Pairs<'_>,
        place: impl Fn(u32) -> u32,
        mut tell: impl FnMut((u32, u16, u32, u32)),
    ) {
        let codes = |unit: usize| {
            let range = pairs.offsets[unit] as usize..pairs.offsets[unit + 1] as usize;
            pairs.codes[range.clone()].iter().zip(&pairs.people[range])
        };
        for record in 0..self.people.len() as u32 {
            let units = match self.linked {
                true => record as usize..record as usize + 1,
                false => self.range(record as usize),
            };
            for unit in units {
                let at = place(if self.linked { record } else { self.members[unit] });
                if at != u32::MAX {
                    codes(unit).for_each(|(code, people)| tell((at, *code, record, *people)));
                }
            }
        }
    }
}

fn sparse(mut all: Vec<(u32, u16, u32, u32)>, n: usize, linked: bool) -> Counted {
    all.sort_unstable();
    if !linked {
        all.dedup_by_key(|(at, code, record, _)| (*at, *code, *record));
    }
    let (mut starts, mut list) = (vec![0], Vec::<(u16, u32)>::new());
    for same in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (at, code, ..) = same[0];
        starts.resize(at as usize + 1, list.len());
        list.push((code, same.iter().map(|(.., people)| people).sum()));
    }
    starts.resize(n + 1, list.len());
    Counted::Sparse(starts, list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_codes_are_counted_alike() {
        let pairs = vec![(2, 1, 0, 3), (0, 4, 1, 2), (2, 1, 0, 3), (2, 1, 1, 2), (0, 2, 1, 2)];
        let of = |linked| {
            let counted = sparse(pairs.clone(), 4, linked);
            (0..4).map(|at| counted.of(at).iter().collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(of(false), [vec![(2, 2), (4, 2)], vec![], vec![(1, 5)], vec![]]);
        assert_eq!(of(true)[2], [(1, 8)]);
    }
}
