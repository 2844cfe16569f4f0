//! The four forms of ties, each as a test on two coded columns.

use weir_types::ColumnType;
use weir_types::plan::LinkForm;

use super::sample::{Coded, Sample};

/// Least share of people above chance for a determining tie.
const ABOVE_CHANCE: f64 = 0.05;
/// Chance at which a group of people has one value by itself, and then tells nothing.
const BY_CHANCE: f64 = 0.01;
/// Most people that are asked of a group.
const MOST_EVIDENCE: u64 = 1000;
/// People per value from which a group is no household.
const WIDE: usize = 5;
/// Most values of a step function.
const MOST_STEPS: usize = 64;
/// Least number of values on both sides of a monotone tie.
const MANY: usize = 20;

/// A tie that holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Form {
    pub(super) form: LinkForm,
    pub(super) strength: f64,
}

impl Sample {
    /// The first form in which `column` is tied to `of`.
    pub(super) fn form(&self, column: &Coded, of: &Coded, wide_only: bool) -> Option<Form> {
        let found = |form: LinkForm| move |strength: f64| Form { form, strength };
        if column.n < 2 || of.n < 2 {
            return None;
        }
        self.monotone(column, of)
            .map(found(LinkForm::Monotone))
            .or_else(|| self.steps(column, of).map(found(LinkForm::Steps)))
            .or_else(|| self.coarsens(column, of).map(found(LinkForm::Coarsens)))
            .or_else(|| {
                if wide_only && self.people() < WIDE * column.n {
                    return None;
                }
                self.determines(column, of).map(found(LinkForm::Determines))
            })
    }

    fn monotone(&self, column: &Coded, of: &Coded) -> Option<f64> {
        let ordered = column.ty.is_ordered() && of.ty.is_ordered();
        if !ordered || column.n <= MANY || of.n <= MANY {
            return None;
        }
        // Least and greatest code of the column at each value of the other.
        let mut spans: Vec<Option<(u32, u32)>> = vec![None; of.n];
        for (code, at) in column.codes.iter().zip(&of.codes) {
            if Some(*code) == column.null || Some(*at) == of.null {
                continue;
            }
            let (least, greatest) = spans[*at as usize].unwrap_or((*code, *code));
            spans[*at as usize] = Some((least.min(*code), greatest.max(*code)));
        }
        let spans: Vec<(u32, u32)> = spans.into_iter().flatten().collect();
        let (mut rising, mut falling, mut steps) = (0usize, 0usize, 0usize);
        for pair in spans.windows(2) {
            let [before, after] = [pair[0], pair[1]];
            if before == after && before.0 == before.1 {
                continue;
            }
            steps += 1;
            rising += usize::from(before.1 <= after.0);
            falling += usize::from(before.0 >= after.1);
        }
        let with = rising.max(falling);
        // Both sides need many steps: a few of them point one way by chance.
        (steps >= MANY && with * 1000 >= steps * 995).then(|| with as f64 / steps as f64)
    }

    fn steps(&self, column: &Coded, of: &Coded) -> Option<f64> {
        if !of.ty.is_ordered() || column.n > MOST_STEPS {
            return None;
        }
        // Rows of one person that say the same are one; within a value of `of` the order is drawn,
        // or the order of the file would make runs.
        let mut rows: Vec<(u32, u64, u32)> = Vec::with_capacity(of.codes.len());
        for person in self.starts.windows(2) {
            let mut own: Vec<(u32, u32)> = (person[0]..person[1])
                .map(|row| (of.codes[row], column.codes[row]))
                .filter(|(at, _)| Some(*at) != of.null)
                .collect();
            own.sort_unstable();
            own.dedup();
            let drawn = |i: usize| splitmix(&mut ((person[0] + i) as u64));
            rows.extend(own.iter().enumerate().map(|(i, (at, code))| (*at, drawn(i), *code)));
        }
        rows.sort_unstable();
        let mut counts = vec![0u64; column.n];
        rows.iter().for_each(|(_, _, code)| counts[*code as usize] += 1);
        let n = rows.len() as f64;
        let used = counts.iter().filter(|count| **count > 0).count();
        let same: f64 = counts.iter().map(|count| (*count as f64 / n).powi(2)).sum();
        let by_chance = n * (1.0 - same) + 1.0;
        let runs = 1 + rows.windows(2).filter(|pair| pair[0].2 != pair[1].2).count();
        let most = (2.0 * used as f64).max(0.02 * by_chance).min(by_chance / 2.0);
        let holds = used > 1 && runs as f64 <= most;
        holds.then(|| 1.0 - (runs.saturating_sub(used)) as f64 / n)
    }

    fn coarsens(&self, column: &Coded, of: &Coded) -> Option<f64> {
        // Nearly every value of a float has a person of its own.
        if of.ty == ColumnType::Float || self.people() < WIDE * of.n {
            return None;
        }
        let groups = Groups::of(&of.codes, of.n, column, &self.person);
        let (mut rows, mut agree) = (0u64, 0u64);
        for group in groups.0.iter().filter(|group| group.people > 1) {
            rows += group.rows;
            agree += group.agree;
        }
        let mut counts = vec![0u64; column.n];
        column.codes.iter().for_each(|code| counts[*code as usize] += 1);
        let most = counts.iter().max().copied().unwrap_or(0);
        let chance = most as f64 / column.codes.len().max(1) as f64;
        let strength = agree as f64 / rows.max(1) as f64;
        (rows > 0 && chance < 0.9 && strength >= 0.99).then_some(strength)
    }

    /// The share of people whose value of `of` their value of `column` gives away, if it is more
    /// than chance.
    pub(super) fn determines(&self, column: &Coded, of: &Coded) -> Option<f64> {
        let group = Evidence::of(of);
        let strength = self.told(&column.codes, column.n, of, group);
        if strength <= ABOVE_CHANCE {
            return None;
        }
        // With few values a single draw says little of chance; the greatest of some is taken.
        let draws = if column.n <= 256 { 8 } else { 2 };
        let mut seed = 0x5eed;
        for _ in 0..draws {
            let dealt = self.deal(&column.codes, &mut seed);
            if strength - self.told(&dealt, column.n, of, group) <= ABOVE_CHANCE {
                return None;
            }
        }
        Some(strength)
    }

    /// Share of people with a row in a group of `column` that gives away the value of `of`.
    fn told(&self, codes: &[u32], n: usize, of: &Coded, evidence: Evidence) -> f64 {
        let groups = Groups::of(codes, n, of, &self.person);
        let pure: Vec<bool> = groups.0.iter().map(|group| evidence.tells(group)).collect();
        let told = self
            .starts
            .windows(2)
            .filter(|person| codes[person[0]..person[1]].iter().any(|code| pure[*code as usize]));
        told.count() as f64 / self.people().max(1) as f64
    }

    /// The codes after they were dealt out among people anew: each person gets the rows of
    /// another one, begun at a drawn row, so that values which go together in one person still do.
    fn deal(&self, codes: &[u32], seed: &mut u64) -> Vec<u32> {
        let people = self.people();
        let mut from: Vec<usize> = (0..people).collect();
        for at in (1..people).rev() {
            from.swap(at, (splitmix(seed) % (at as u64 + 1)) as usize);
        }
        let mut dealt = Vec::with_capacity(codes.len());
        for (person, from) in from.iter().enumerate() {
            let theirs = &codes[self.starts[*from]..self.starts[*from + 1]];
            let begin = (splitmix(seed) % theirs.len() as u64) as usize;
            let rows = self.starts[person + 1] - self.starts[person];
            dealt.extend((0..rows).map(|row| theirs[(begin + row) % theirs.len()]));
        }
        dealt
    }
}

/// When a group of people with one value of a column tells their value of another.
#[derive(Clone, Copy)]
struct Evidence {
    /// Least number of people: fewer have one value by chance too often. Two suffice for an
    /// income, some dozens are needed for a sex.
    people: u64,
    /// Share of rows that may be out of line, if far fewer than everywhere.
    stray: f64,
}

impl Evidence {
    fn of(of: &Coded) -> Self {
        let mut counts = vec![0u64; of.n];
        of.codes.iter().for_each(|code| counts[*code as usize] += 1);
        let all = of.codes.len().max(1) as f64;
        let shares: Vec<f64> = counts.iter().map(|count| *count as f64 / all).collect();
        let most = shares.iter().copied().fold(0.0, f64::max);
        let mut powers = shares.clone();
        let mut people = 1;
        while people < MOST_EVIDENCE && powers.iter().sum::<f64>() > BY_CHANCE {
            powers.iter_mut().zip(&shares).for_each(|(power, share)| *power *= share);
            people += 1;
        }
        Self { people: people.max(2), stray: ((1.0 - most) * 0.1).min(0.005) }
    }

    fn tells(self, group: &Group) -> bool {
        let astray = (group.rows - group.agree) as f64;
        group.people >= self.people && astray <= self.stray * group.rows as f64
    }
}

/// What each value of one column says of another.
struct Groups(Vec<Group>);

#[derive(Clone, Copy, Default)]
struct Group {
    rows: u64,
    people: u64,
    /// Rows with the value that most rows have, if one has more than half.
    agree: u64,
}

impl Groups {
    fn of(by: &[u32], n: usize, of: &Coded, person: &[u32]) -> Self {
        // Boyer and Moore's majority vote finds the only value that can have more than half.
        let mut vote: Vec<(u32, u64)> = vec![(0, 0); n];
        for (group, code) in by.iter().zip(&of.codes) {
            let (leader, lead) = &mut vote[*group as usize];
            if *lead == 0 {
                *leader = *code;
            }
            if leader == code {
                *lead += 1;
            } else {
                *lead -= 1;
            }
        }
        let mut groups = vec![Group::default(); n];
        let mut last = vec![u32::MAX; n];
        for ((at, code), person) in by.iter().zip(&of.codes).zip(person) {
            let at = *at as usize;
            let group = &mut groups[at];
            group.rows += 1;
            group.agree += u64::from(vote[at].0 == *code);
            if last[at] != *person {
                last[at] = *person;
                group.people += 1;
            }
        }
        Self(groups)
    }
}

/// The next number of SplitMix64 (Vigna, public domain): draws that are the same every time.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
