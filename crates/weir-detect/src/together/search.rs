//! All minimal sets of columns that tell enough apart, level by level.

use std::thread;

use rustc_hash::FxHashSet;

use super::tuples::{Goal, Partition, Scratch, Told, Tuples};

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Search<'a> {
    pub(crate) tuples: &'a Tuples,
    pub(crate) goal: Goal,
    /// Most columns of a set.
    pub(crate) most_in_set: usize,
    /// Most rows that may be looked at.
    pub(crate) work: u64,
    pub(crate) threads: usize,
}

/// A minimal set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Columns, rising.
    pub(crate) columns: Vec<usize>,
    pub(crate) told: Told,
}

/// What was found, and how far the search came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sets {
    /// Minimal sets, by number of columns and then by columns. None is a part of another one.
    pub(crate) found: Vec<Found>,
    /// What all columns together tell.
    pub(crate) all: Told,
    /// Every minimal set of at most so many columns was found.
    pub(crate) complete_to: usize,
    /// Whether the bound on the work ended the search.
    pub(crate) stopped: bool,
    /// Whether it ended within sets of one more column, those with most values first.
    pub(crate) partly: bool,
}

/// A level is begun where at least one in so many of its sets can be measured.
const WORTH_STARTING: u64 = 4;

/// A set of columns, one bit each.
type Set = u64;

/// Most columns that are searched over.
pub(crate) const MOST_COLUMNS: usize = Set::BITS as usize;

impl Search<'_> {
    /// Searches level by level (Mannila and Toivonen 1997), since what tells too little has only
    /// parts that tell too little: a set is measured only when all its parts were, and told too
    /// little. Measuring ends where what is left of a set cannot make it tell enough.
    pub(crate) fn run(&self) -> Sets {
        let n = self.tuples.n_columns().min(MOST_COLUMNS);
        let mut scratch = Scratch::default();
        let mut all = self.tuples.whole();
        (0..n).for_each(|column| all = all.with(self.tuples, column, &mut scratch));
        let (found, all) = (Vec::new(), all.told());
        let mut sets = Sets { found, all, complete_to: 0, stopped: false, partly: false };
        if !self.goal.is_met(sets.all) {
            sets.complete_to = n;
            return sets;
        }
        let mut work = self.work;
        let mut level: Vec<Set> = (0..n).map(|column| 1 << column).collect();
        for size in 1..=self.most_in_set.min(n) {
            let groups = by_prefix(&level);
            let cost = |group: &[Set]| self.cost(size, group.len());
            let total: u64 = groups.iter().map(|group| cost(group)).sum();
            let groups = if total > work { self.affordable(&level, size, work) } else { groups };
            work = work.saturating_sub(total);
            let answers = self.measure_all(&groups);
            let mut too_little: Vec<Set> = Vec::new();
            for (set, told) in answers {
                match told {
                    Some(told) => sets.found.push(Found { columns: columns_of(set), told }),
                    None => too_little.push(set),
                }
            }
            if work == 0 {
                (sets.stopped, sets.partly) = (true, !groups.is_empty());
                break;
            }
            sets.complete_to = size;
            level = next_level(&too_little);
            if level.is_empty() {
                sets.complete_to = n;
                break;
            }
        }
        sets.found
            .sort_by(|a, b| (a.columns.len(), &a.columns).cmp(&(b.columns.len(), &b.columns)));
        sets
    }

    /// Rows that are looked at for a group of sets of one prefix. Its last column but one is the
    /// only one by which rows are parted anew, as prefixes come in order; that costs two looks.
    fn cost(&self, size: usize, sets: usize) -> u64 {
        (self.tuples.len() as u64).saturating_mul((2 * usize::from(size > 1) + sets) as u64)
    }

    /// The sets that can be afforded: those whose columns have most values first; none where they
    /// are only a small part.
    fn affordable(&self, level: &[Set], size: usize, work: u64) -> Vec<Vec<Set>> {
        let mut sets = level.to_vec();
        let values = |set: &Set| self.product(*set);
        sets.sort_by(|a, b| values(b).total_cmp(&values(a)).then(reversed(*a).cmp(&reversed(*b))));
        let n = work / self.cost(size, 1).max(1);
        if n * WORTH_STARTING < sets.len() as u64 {
            return Vec::new();
        }
        sets.truncate(usize::try_from(n).unwrap_or(usize::MAX));
        sets.sort_unstable_by_key(|set| reversed(*set));
        by_prefix(&sets)
    }

    /// The combinations that the columns of a set could have.
    fn product(&self, set: Set) -> f64 {
        columns_of(set).iter().map(|column| self.tuples.n_codes(*column) as f64).product()
    }

    /// Measures some sets of one size; those that meet the goal, in order.
    pub(crate) fn measure(&self, mut sets: Vec<Vec<usize>>) -> Vec<Found> {
        sets.sort();
        sets.dedup();
        let set = |columns: &Vec<usize>| columns.iter().fold(0, |set, column| set | 1 << column);
        let sets: Vec<Set> = sets.iter().map(set).collect();
        let answers = self.measure_all(&by_prefix(&sets));
        let found = |(set, told): (Set, Option<Told>)| {
            told.map(|told| Found { columns: columns_of(set), told })
        };
        answers.into_iter().filter_map(found).collect()
    }

    /// Measures the sets of all groups, each group by one thread; no figure for a set that tells
    /// too little.
    fn measure_all(&self, groups: &[Vec<Set>]) -> Vec<(Set, Option<Told>)> {
        let threads = self.threads.min(groups.len()).max(1);
        let run = |from: usize| {
            let mut stack = Stack::new(self.tuples);
            let mut answers = Vec::new();
            for group in groups.iter().skip(from).step_by(threads) {
                answers.extend(self.measure_group(group, &mut stack));
            }
            answers
        };
        let run = &run;
        let mut answers: Vec<(Set, Option<Told>)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|from| scope.spawn(move || run(from))).collect();
            let joined = workers.into_iter().map(|w| w.join().expect("a search does not panic"));
            joined.flatten().collect()
        });
        answers.sort_unstable_by_key(|(set, _)| reversed(*set));
        answers
    }

    fn measure_group(&self, group: &[Set], stack: &mut Stack<'_>) -> Vec<(Set, Option<Told>)> {
        let Some(first) = group.first() else { return Vec::new() };
        let (least, (prefix, _)) = (self.goal.least() as f64, split(*first));
        if group.iter().all(|set| self.product(*set) < least) {
            return group.iter().map(|set| (*set, None)).collect();
        }
        stack.go_to(prefix);
        let (partition, scratch) = stack.top();
        let each = group.iter().map(|set| {
            let (_, last) = split(*set);
            (*set, partition.told_with(self.tuples, last, self.goal, scratch))
        });
        each.collect()
    }
}

/// Partitions of a rising number of columns; neighbouring prefixes share the first ones.
struct Stack<'a> {
    tuples: &'a Tuples,
    whole: Partition,
    steps: Vec<(usize, Partition)>,
    scratch: Scratch,
}

impl<'a> Stack<'a> {
    fn new(tuples: &'a Tuples) -> Self {
        Self { tuples, whole: tuples.whole(), steps: Vec::new(), scratch: Scratch::default() }
    }

    fn go_to(&mut self, prefix: Set) {
        let columns = columns_of(prefix);
        let shared =
            self.steps.iter().zip(&columns).take_while(|((at, _), column)| at == *column).count();
        self.steps.truncate(shared);
        for column in &columns[shared..] {
            let from = self.steps.last().map_or(&self.whole, |(_, partition)| partition);
            let finer = from.with(self.tuples, *column, &mut self.scratch);
            self.steps.push((*column, finer));
        }
    }

    fn top(&mut self) -> (&Partition, &mut Scratch) {
        let partition = self.steps.last().map_or(&self.whole, |(_, partition)| partition);
        (partition, &mut self.scratch)
    }
}

/// The sets of one more column all of whose parts are in `level`.
fn next_level(level: &[Set]) -> Vec<Set> {
    let known: FxHashSet<Set> = level.iter().copied().collect();
    let mut next = Vec::new();
    for group in by_prefix(level) {
        for (at, a) in group.iter().enumerate() {
            for b in &group[at + 1..] {
                let set = a | b;
                let parts = columns_of(set).into_iter().map(|column| set & !(1 << column));
                if parts.into_iter().all(|part| known.contains(&part)) {
                    next.push(set);
                }
            }
        }
    }
    next.sort_unstable_by_key(|set| reversed(*set));
    next
}

/// Groups of sets that differ in their last column only; the sets are in order of columns.
fn by_prefix(sets: &[Set]) -> Vec<Vec<Set>> {
    sets.chunk_by(|a, b| split(*a).0 == split(*b).0).map(<[Set]>::to_vec).collect()
}

/// All columns but the last, and the last.
fn split(set: Set) -> (Set, usize) {
    let last = (Set::BITS - 1 - set.leading_zeros()) as usize;
    (set & !(1 << last), last)
}

/// A key that orders sets of one size as their rising lists of columns are ordered.
fn reversed(set: Set) -> std::cmp::Reverse<Set> {
    std::cmp::Reverse(set.reverse_bits())
}

fn columns_of(set: Set) -> Vec<usize> {
    (0..MOST_COLUMNS).filter(|column| set >> column & 1 == 1).collect()
}
