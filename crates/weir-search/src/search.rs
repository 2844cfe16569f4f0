//! The search for the full-domain generalisation that loses the least.
//!
//! A *node* of the lattice is one level per column. A node is *feasible* when what has to be
//! suppressed, because its class fails a model, is within the limit.

use thiserror::Error;
use weir_types::PrivacyModel;

use crate::{Goal, Table, differential::NoSample};

mod choices;
mod engine;
mod frontier;
mod greedy;
mod list;
mod measure;
mod prepare;
mod price;
mod records;
mod strict;
mod walk;

pub use choices::choices;

use prepare::Prepared;

/// How a search runs.
#[derive(Clone, Copy)]
pub struct SearchOptions<'a> {
    /// Threads, at least 1. The solution does not depend on their number.
    pub threads: usize,
    /// Asked between measurements; the search ends with what it has once this is true. A result
    /// of a search that was stopped depends on when that was.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Most tuples that are visited, summed over the measured nodes; the search ends with what it
    /// has when they are used up. Does not depend on the machine.
    pub budget: u64,
    /// Told now and then how far the search is, by the thread that searches.
    pub progress: &'a (dyn Fn(&Reached) + Sync),
}

impl SearchOptions<'_> {
    /// One thread, no deadline, no budget, nobody to be told.
    pub const PLAIN: SearchOptions<'static> =
        SearchOptions { threads: 1, stop: &|| false, budget: u64::MAX, progress: &|_| {} };
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached {
    /// Nodes measured.
    pub measured: u64,
    /// Nodes of the lattice of which it is known whether they are better than the best so far; of a
    /// lattice that is too large to be listed that is known of none in particular. A better node
    /// may settle many at once.
    pub settled: Option<u64>,
    /// Nodes of the lattice; `u64::MAX` where there are more.
    pub lattice: u64,
    /// The score of the best node so far, where one is feasible; never rises.
    pub best: Option<f64>,
    /// No node has a lower score, as far as that is known.
    pub lower_bound: f64,
}

impl std::fmt::Debug for SearchOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchOptions")
            .field("threads", &self.threads)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// The best generalisation that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Level of each column.
    pub levels: Vec<usize>,
    /// By the quality model of the goal; lower is better.
    pub score: f64,
    /// What each column adds to the score, before the columns are put together; empty where the
    /// quality model looks at classes.
    pub losses: Vec<f64>,
    /// People suppressed; where rows are not linked, people of whom a row is suppressed.
    pub people_suppressed: u64,
    /// Rows suppressed.
    pub rows_suppressed: u64,
    /// Classes that are kept.
    pub classes: u64,
    /// People in the smallest class that is kept; 0 where none is.
    pub smallest_class: u64,
    /// What is suppressed: one flag per record where records are linked, else per tuple.
    pub suppressed: Vec<bool>,
    /// Nodes measured.
    pub measured: u64,
    /// Nodes of the lattice; `u64::MAX` where there are more.
    pub lattice: u64,
    /// Whether no node is better.
    pub optimal: bool,
    /// No node has a lower score than this; equal to the score where that is optimal.
    pub lower_bound: f64,
    /// Some of the nodes measured, the first [`MOST_NODES`], for a picture of the choices.
    pub nodes: Vec<Node>,
}

/// Most nodes that a [`Solution`] lists.
pub const MOST_NODES: usize = 4096;

/// A node that was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Level of each column.
    pub levels: Vec<usize>,
    /// Its score; `None` where it is not feasible, or was left before its score was known.
    pub score: Option<f64>,
    /// Classes over people among what is kept, the mean chance to be right about a person; of a
    /// node without a score, of what was seen of it.
    pub risk: f64,
}

/// Why there is no solution.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum NoSolution {
    /// Nobody is in the table.
    #[error("the table holds nobody")]
    Empty,
    /// Fewer people than one class needs.
    #[error("the table holds {people} people, fewer than the {least} that a class needs")]
    TooFewPeople {
        /// People in the table.
        people: u64,
        /// Least people of a class.
        least: u64,
    },
    /// A differentially private model leaves nothing for a sample, so that no class meets it.
    #[error("the privacy that is asked for leaves no sample")]
    NoSample(#[from] NoSample),
    /// No number of people is enough for a model, such as one by which no attempt may pay and an
    /// attempt costs nothing.
    #[error("no class is large enough for {}", .model.name())]
    NoClass {
        /// The model.
        model: Box<PrivacyModel>,
    },
    /// More people or rows than counters hold.
    #[error("the table counts {counted} rows, more than the {most} that a search can count")]
    TooManyRows {
        /// People, rows or people of the population.
        counted: u64,
        /// The most there may be.
        most: u64,
    },
    /// A model measures distance by a hierarchy that its sensitive column does not have.
    #[error("the sensitive column `{column}` has no hierarchy, which hierarchical distance needs")]
    NoHierarchy {
        /// The column, as the model names it.
        column: String,
    },
    /// The search was stopped before it met a combination of levels that meets the models.
    #[error("none of the {measured} combinations of levels that were tried meets the models")]
    NotFound {
        /// Nodes measured.
        measured: u64,
    },
    /// Even with every quasi-identifier at its last level too much would be suppressed.
    #[error(
        "with every quasi-identifier at its last level, {:.1} % would still be left out; {:.1} % \
         are allowed",
        .share * 100.0,
        .limit * 100.0
    )]
    Infeasible {
        /// Share that would be left out: of the people where records are linked, else of the
        /// rows.
        share: f64,
        /// Share allowed.
        limit: f64,
        /// Whether the rows of one person stay linkable.
        linked: bool,
        /// The model that alone leaves out most, where one does; `None` where only all of them
        /// together exceed the limit.
        model: Option<Box<PrivacyModel>>,
    },
}

impl NoSolution {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => "the table needs at least one row".to_owned(),
            Self::TooFewPeople { .. } => {
                "release statistics instead of rows, or to a more controlled environment".to_owned()
            }
            Self::NoSample(why) => why.hint().to_owned(),
            Self::NoClass { model } => format!("loosen {}, or leave it out", model.name()),
            Self::NotFound { .. } => {
                "give the search more time, loosen the models, or raise `suppress_at_most`"
                    .to_owned()
            }
            Self::TooManyRows { .. } => "split the table, or search on a part of it".to_owned(),
            Self::NoHierarchy { .. } => {
                "give the column a hierarchy, or ask for equal or ordered distance".to_owned()
            }
            Self::Infeasible { linked: true, .. } => {
                "people differ by their number of rows: release without the person token, or \
                 raise `suppress_at_most`"
                    .to_owned()
            }
            Self::Infeasible { model: Some(model), share, .. } => format!(
                "loosen {}, or raise `suppress_at_most` to {:.3}",
                model.name(),
                (share * 1000.0).ceil() / 1000.0
            ),
            Self::Infeasible { share, .. } => format!(
                "loosen the models, or raise `suppress_at_most` to {:.3}",
                (share * 1000.0).ceil() / 1000.0
            ),
        }
    }
}

/// Finds the levels under which every class that is not suppressed meets the goal's models, with
/// the lowest score; proves it the lowest unless it is stopped before ([`Solution::optimal`]).
///
/// Of nodes with equal scores the one that suppresses fewer rows is taken, then the one whose
/// levels come first.
///
/// # Errors
/// When the table holds too few people, when no levels suppress little enough, or when a hierarchy
/// is missing.
pub fn search(
    table: &Table,
    goal: &Goal,
    options: &SearchOptions<'_>,
) -> Result<Solution, NoSolution> {
    let prepared = Prepared::new(table, goal)?;
    let price = prepared.price();
    let mut engine = prepared.engine(&price, options);
    let Some(end) = engine.run(&prepared.given()) else { return Err(prepared.infeasible()) };
    let (measured, optimal) = (engine.measured, end.optimal);
    prepared.solution(engine, end).ok_or_else(|| match optimal {
        true => prepared.infeasible(),
        false => NoSolution::NotFound { measured },
    })
}

#[cfg(test)]
mod tests;
