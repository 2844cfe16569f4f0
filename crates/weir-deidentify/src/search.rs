//! The search for the least generalisation under which every class has `k` people.
//!
//! A *node* is one level per column. A node is *feasible* when the share of what has to be
//! suppressed, because its class has fewer than `k` people, is within the limit.
//!
//! INVARIANT: raising a level merges classes and never suppresses more, so a node below an
//! infeasible one is infeasible, and the cost of suppression at a node is at least that at any
//! node above it.

use rustc_hash::FxHashSet;
use thiserror::Error;
use weir_table::{Histogram, PersonIndex};
use weir_types::plan::Searched;

use crate::hierarchy::Hierarchy;
use crate::parallel;

mod climb;
mod counted;
mod lattice;

use counted::{Base, Counted, Measured};

/// What the search has to reach.
#[derive(Clone, Debug)]
pub struct SearchOptions {
    /// Least number of people in a class.
    pub k: u64,
    /// Whether the rows of one person stay linkable in the release.
    ///
    /// * linked: a class is the people whose whole records look the same, and people are
    ///   suppressed whole;
    /// * not linked: a class is the people who have at least one row of a look, and rows are
    ///   suppressed.
    pub linked: bool,
    /// Most that may be suppressed, as a share (0 to 1): of the people when linked, else of the
    /// rows.
    pub suppression_limit: f64,
    /// Weight of each column's information, in the order of the hierarchies.
    pub weights: Vec<f64>,
}

/// The least generalisation that was found.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Level of each hierarchy.
    pub levels: Vec<usize>,
    /// Loss of each column over all rows, a suppressed row counting 1.
    pub losses: Vec<f64>,
    /// Their weighted geometric mean; see [`crate::loss::total`].
    pub loss: f64,
    /// People suppressed; where rows are not linked, people of whom a row is suppressed.
    pub people_suppressed: u64,
    /// Rows suppressed.
    pub rows_suppressed: u64,
    /// What is suppressed, for the transform.
    pub suppressed: Suppressed,
    /// How far the search went.
    pub searched: Searched,
}

/// What a solution leaves out.
#[derive(Clone, Debug)]
pub enum Suppressed {
    /// Whole records of the histogram: one flag per record.
    Records(Vec<bool>),
    /// Looks of rows, by the hash that [`look`] sums up.
    Looks(FxHashSet<u64>),
}

impl Suppressed {
    /// The hashes of the people that are left out; none where rows are left out by their look.
    pub fn people(&self, index: &PersonIndex) -> FxHashSet<u64> {
        let Self::Records(records) = self else { return FxHashSet::default() };
        index
            .iter()
            .filter(|(_, record)| records[*record as usize])
            .map(|(person, _)| person)
            .collect()
    }
}

/// The part of a look's hash that a column with a group has; a look is the wrapping sum over the
/// columns, numbered as the hierarchies of the search are.
pub fn look(column: usize, group: u32) -> u64 {
    mix(((column as u64 + 1) << 32) | u64::from(group))
}

/// Why there is no solution.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum SearchError {
    /// Fewer people than one class needs.
    #[error("the table holds {people} people, fewer than the {k} that a class needs")]
    TooFewPeople {
        /// People in the table.
        people: u64,
        /// The class size asked for.
        k: u64,
    },
    /// Even with every quasi-identifier at `*` too much would be left out.
    #[error(
        "with every quasi-identifier at `*`, {:.1} % would still be left out; {:.1} % are allowed",
        .share * 100.0,
        .limit * 100.0
    )]
    Infeasible {
        /// Share that would be left out.
        share: f64,
        /// Share allowed.
        limit: f64,
        /// Whether a person token is released.
        linked: bool,
    },
}

impl SearchError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::TooFewPeople { .. } => {
                "release statistics instead of rows, or to a more controlled environment"
            }
            Self::Infeasible { linked: true, .. } => {
                "people differ by their number of rows: release without the person token \
                 (`action = \"drop\"` for that column), or raise `suppress_at_most`"
            }
            Self::Infeasible { linked: false, .. } => "raise `suppress_at_most`",
        }
        .to_owned()
    }
}

/// Finds levels under which every class that is not suppressed has at least `k` people, with as
/// little loss as it can; proves it the least where the lattice is small enough
/// ([`Searched::optimal`]). The result depends on the arguments alone, not on the threads.
///
/// `hierarchies[c]` belongs to coded column `c` of the histogram. Classes are told apart by
/// 64-bit hashes of fixed seed; the released bytes are measured exactly later.
///
/// # Errors
/// When the table has fewer than `k` people, or when even the top suppresses too much.
///
/// # Panics
/// When there is not one hierarchy and one weight per column of the histogram.
pub fn least_loss(
    histogram: &Histogram,
    hierarchies: &[Hierarchy],
    options: &SearchOptions,
) -> Result<Solution, SearchError> {
    assert_eq!(hierarchies.len(), histogram.n_columns(), "one hierarchy per coded column");
    assert_eq!(options.weights.len(), hierarchies.len(), "one weight per hierarchy");
    let people = histogram.records().people();
    if people < options.k {
        return Err(SearchError::TooFewPeople { people, k: options.k });
    }
    let source = Counted::of(histogram, hierarchies, options);
    let top: Vec<usize> = hierarchies.iter().map(|h| h.levels() - 1).collect();
    let at_top = source.measure(&source.base(&top), &top);
    if !at_top.feasible {
        let limit = options.suppression_limit;
        return Err(SearchError::Infeasible {
            share: source.share_suppressed(&at_top),
            limit,
            linked: options.linked,
        });
    }
    let floors = floors(&source);
    let mut measured: u64 = 1 + floors.iter().zip(&top).map(|(f, t)| (t - f) as u64).sum::<u64>();
    // Level 0 tells codes apart, so there is nothing to merge where all floors are there.
    let counted =
        if floors.iter().any(|floor| *floor > 0) { source.raised(&floors) } else { source };
    let mut search = Search::new(&counted, floors, top);
    search.climb_down();
    search.explore();
    measured += search.measured;
    let (best, optimal) = (search.best, search.optimal);
    // Two copies of a large table at once would double the memory of the search.
    drop(counted);

    let source = Counted::of(histogram, hierarchies, options);
    let last = source.measure(&source.base(&best.levels), &best.levels);
    let losses = source.losses(&best.levels, &last);
    let suppressed = source.suppressed(&best.levels, &last);
    let of = hierarchies.iter().fold(1u64, |n, h| n.saturating_mul(h.levels() as u64));
    Ok(Solution {
        loss: crate::loss::total(&losses, &options.weights),
        losses,
        levels: best.levels,
        people_suppressed: source.people_hit(&last),
        rows_suppressed: last.rows,
        suppressed,
        searched: Searched { measured: measured.min(of), of, optimal },
    })
}

/// The least level of each column that is feasible when all others are at the top: no feasible
/// node lies below.
fn floors(source: &Counted<'_>) -> Vec<usize> {
    let columns: Vec<usize> = (0..source.n_columns()).collect();
    parallel::map(&columns, |column| {
        let alone = source.only(*column);
        let levels = alone.top(0) + 1;
        let base = alone.base(&[0]);
        (0..levels).find(|level| alone.measure(&base, &[*level]).feasible).unwrap_or(levels - 1)
    })
}

/// A feasible node with its loss.
#[derive(Clone, Debug)]
struct Best {
    levels: Vec<usize>,
    loss: f64,
}

/// The state of a search above the floors.
struct Search<'a> {
    counted: &'a Counted<'a>,
    floors: Vec<usize>,
    top: Vec<usize>,
    best: Best,
    base: Base,
    measured: u64,
    /// Tuples and rows that may still be visited after the first way down.
    budget: u64,
    optimal: bool,
}

/// Tuples and rows that a search may visit after the first way down: some seconds on two cores.
const BUDGET: u64 = 500_000_000;

impl<'a> Search<'a> {
    fn new(counted: &'a Counted<'a>, floors: Vec<usize>, top: Vec<usize>) -> Self {
        let all_lost = crate::loss::total(&vec![1.0; top.len()], counted.weights());
        let best = Best { levels: top.clone(), loss: all_lost };
        let base = counted.base(&top);
        Self { counted, floors, top, best, base, measured: 0, budget: BUDGET, optimal: false }
    }

    /// Measures nodes side by side, in an order that does not depend on the threads.
    fn measure(&mut self, nodes: &[Vec<usize>]) -> Vec<Measured> {
        self.measured += nodes.len() as u64;
        self.budget = self.budget.saturating_sub(self.counted.work() * nodes.len() as u64);
        let (counted, base) = (self.counted, &self.base);
        parallel::map(nodes, |levels| counted.measure(base, levels))
    }

    /// Takes a feasible node as the best one if it loses less.
    fn offer(&mut self, levels: &[usize], measured: &Measured) -> f64 {
        let loss = self.counted.total(levels, &measured.cost);
        if loss < self.best.loss - 1e-12 {
            self.best = Best { levels: levels.to_vec(), loss };
        }
        loss
    }
}

/// The finaliser of MurmurHash3 (Appleby, public domain) after an odd step, so that 0 has a hash.
fn mix(value: u64) -> u64 {
    let mut h = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

#[cfg(test)]
mod tests;
