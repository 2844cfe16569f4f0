//! The search where people have several rows, for k-anonymity and loss.
//!
//! A *node* is one level per column. A node is *feasible* when the share of what has to be
//! suppressed, because its class has fewer than `k` people, is within the limit.
//!
//! INVARIANT: raising a level merges classes and never suppresses more, so a node below an
//! infeasible one is infeasible, and the cost of suppression at a node is at least that at any
//! node above it.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use thiserror::Error;
use weir_search::table::People;
use weir_search::{Goal, NoSolution};
use weir_table::{Histogram, Records};
use weir_types::plan::Searched;
use weir_types::{PrivacyModel, QualityModel};

use crate::hierarchy::Hierarchy;
use crate::parallel;
use crate::search::look;
use crate::table::SearchTable;

mod climb;
mod counted;
mod lattice;

use counted::{Base, Counted, Measured};

use crate::search::mix;

/// What [`search`] finds, as `weir_search::search` says it.
pub(crate) fn search(
    table: &SearchTable,
    hierarchies: &[Arc<Hierarchy>],
    goal: &Goal,
) -> Result<weir_search::Solution, NoSolution> {
    let People::Records { offsets, members, people, linked } = &table.table.people else {
        unreachable!("rows that are people are searched elsewhere")
    };
    let k = goal.models.iter().filter_map(|model| match &model.model {
        PrivacyModel::KAnonymity { k } => Some(k.get()),
        _ => None,
    });
    let k = k.max().unwrap_or(1);
    let bounds = offsets.windows(2).map(|b| &members[b[0] as usize..b[1] as usize]);
    let records =
        Records::from_pairs(table.n_tuples(), bounds.zip(people).map(|(m, people)| (m, *people)));
    let columns = 0..hierarchies.len();
    let codes = columns.map(|c| (0..table.n_tuples()).map(|t| table.code(c, t)).collect());
    let n_codes = hierarchies.iter().map(|h| h.codebook().n_codes()).collect();
    let histogram = Histogram::new(n_codes, codes.collect(), records);
    let options = SearchOptions {
        k,
        linked: *linked,
        suppression_limit: goal.suppress_at_most,
        weights: table.table.columns.iter().map(|column| column.weight).collect(),
    };
    let plain: Vec<Hierarchy> = hierarchies.iter().map(|h| (**h).clone()).collect();
    let found = least_loss(&histogram, &plain, &options)?;
    let sizes = class_sizes(table, hierarchies, &found);
    Ok(weir_search::Solution {
        score: found.loss,
        losses: found.losses,
        people_suppressed: found.people_suppressed,
        rows_suppressed: found.rows_suppressed,
        classes: sizes.len() as u64,
        smallest_class: sizes.values().copied().min().unwrap_or(0),
        suppressed: found.suppressed,
        measured: found.searched.measured,
        lattice: found.searched.of,
        optimal: found.searched.optimal,
        lower_bound: if found.searched.optimal { found.loss } else { 0.0 },
        nodes: Vec::new(),
        levels: found.levels,
    })
}

/// Whether [`search`] can reach the goal.
pub(crate) fn can_search(goal: &Goal) -> bool {
    let is_k = |model: &PrivacyModel| matches!(model, PrivacyModel::KAnonymity { .. });
    goal.models.iter().all(|m| is_k(&m.model)) && goal.quality == QualityModel::default()
}

/// People in each class that is kept, by a hash of its look.
fn class_sizes(
    table: &SearchTable,
    hierarchies: &[Arc<Hierarchy>],
    found: &Solution,
) -> FxHashMap<u64, u64> {
    let group =
        |c: usize, t: usize| hierarchies[c].groups(found.levels[c])[usize::from(table.code(c, t))];
    let hash = |t: usize| {
        (0..hierarchies.len()).fold(0u64, |sum, c| sum.wrapping_add(look(c, group(c, t))))
    };
    let looks: Vec<u64> = (0..table.n_tuples()).map(hash).collect();
    let mut sizes: FxHashMap<u64, u64> = FxHashMap::default();
    let People::Records { offsets, members, people, linked } = &table.table.people else {
        return sizes;
    };
    for (record, people) in people.iter().enumerate() {
        let rows = &members[offsets[record] as usize..offsets[record + 1] as usize];
        let mut of: Vec<u64> = if *linked {
            let whole = rows.iter().fold(0u64, |sum, t| sum.wrapping_add(mix(looks[*t as usize])));
            (!found.suppressed[record]).then_some(whole).into_iter().collect()
        } else {
            let kept = rows.iter().filter(|t| !found.suppressed[**t as usize]);
            kept.map(|t| looks[*t as usize]).collect()
        };
        of.sort_unstable();
        of.dedup();
        for class in of {
            *sizes.entry(class).or_default() += u64::from(*people);
        }
    }
    sizes
}

impl From<SearchError> for NoSolution {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::TooFewPeople { people, k } => Self::TooFewPeople { people, least: k },
            SearchError::Infeasible { share, limit, linked } => {
                Self::Infeasible { share, limit, linked, model: None }
            }
        }
    }
}

/// What the search has to reach.
#[derive(Clone, Debug)]
pub(crate) struct SearchOptions {
    /// Least number of people in a class.
    pub(crate) k: u64,
    /// Whether the rows of one person stay linkable in the release.
    ///
    /// * linked: a class is the people whose whole records look the same, and people are
    ///   suppressed whole;
    /// * not linked: a class is the people who have at least one row of a look, and rows are
    ///   suppressed.
    pub(crate) linked: bool,
    /// Most that may be suppressed, as a share (0 to 1): of the people when linked, else of the
    /// rows.
    pub(crate) suppression_limit: f64,
    /// Weight of each column's information, in the order of the hierarchies.
    pub(crate) weights: Vec<f64>,
}

/// The least generalisation that was found.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// Level of each hierarchy.
    pub(crate) levels: Vec<usize>,
    /// Loss of each column over all rows, a suppressed row counting 1.
    pub(crate) losses: Vec<f64>,
    /// Their weighted geometric mean; see [`crate::loss::total`].
    pub(crate) loss: f64,
    /// People suppressed; where rows are not linked, people of whom a row is suppressed.
    pub(crate) people_suppressed: u64,
    /// Rows suppressed.
    pub(crate) rows_suppressed: u64,
    /// What is suppressed: by record where rows are linked, else by tuple.
    pub(crate) suppressed: Vec<bool>,
    /// How far the search went.
    pub(crate) searched: Searched,
}

/// Why there is no solution.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub(crate) enum SearchError {
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
fn least_loss(
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
    let suppressed = last.flags().to_vec();
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

#[cfg(test)]
mod tests;
