//! Minimal sets of quasi-identifiers that single people out.

use serde::Serialize;
use weir_types::{Bilingual, Finding, Role};

use super::coded::Coded;
use super::options::Options;
use super::people::Counted;
use super::search::{MOST_COLUMNS, Search};
use super::tuples::{Goal, Tuples};
use super::words;

/// Sets that are listed at most; the result says how many there are.
const MOST_LISTED: usize = 100;

/// Which columns single people out together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SinglingOut {
    /// The columns that were looked at: those that are no identifiers and have several values.
    pub columns: Vec<String>,
    /// Of these, the ones left out because they say the same as an earlier one, value by value.
    pub same: Vec<Same>,
    /// Share of the people that a set had to single out, 0 to 1.
    pub least_share: f64,
    /// People that all columns together single out.
    pub by_all: u64,
    /// The minimal sets: fewest columns first, then by the people they single out. At most a
    /// hundred.
    pub sets: Vec<QuasiSet>,
    /// Minimal sets that were found.
    pub found: u64,
    /// Every minimal set of at most so many columns was found.
    pub complete_to: u64,
    /// Whether the bound on the work ended the search.
    pub stopped: bool,
    /// How far the search came, for people.
    pub say: Bilingual,
}

/// A column that says the same as another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Same {
    /// The column.
    pub column: String,
    /// The one that was looked at in its place.
    pub as_column: String,
}

/// A minimal set of columns that single people out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuasiSet {
    /// Their names, in the order of the table.
    pub columns: Vec<String>,
    /// People with a combination of their values that nobody else has.
    pub singled_out: u64,
    /// People.
    pub people: u64,
    /// `singled_out / people`.
    pub share: f64,
    /// The same for people.
    pub say: Bilingual,
}

pub(super) fn find(
    coded: &Coded,
    findings: &[Finding],
    people: &Counted,
    options: &Options,
) -> SinglingOut {
    let finding = |at: usize| &findings[coded.columns()[at].column];
    let name = |at: usize| finding(at).column.clone();
    let candidates = (0..coded.columns().len()).filter(|at| {
        let named = finding(*at).role == Role::Identifier || people.columns.contains(at);
        !named && coded.columns()[*at].n() > 1
    });
    let (mut columns, mut same): (Vec<usize>, Vec<Same>) = (Vec::new(), Vec::new());
    for at in candidates {
        match columns.iter().find(|earlier| says_the_same(coded, **earlier, at)) {
            Some(earlier) => same.push(Same { column: name(at), as_column: name(*earlier) }),
            None if columns.len() < MOST_COLUMNS => columns.push(at),
            None => {}
        }
    }
    let tuples = Tuples::new(coded, &columns, people.of_rows());
    let n = tuples.people();
    let search = Search {
        tuples: &tuples,
        goal: Goal::Singled(((n as f64 * options.least_share).ceil() as u64).max(1)),
        most_in_set: options.most_in_set,
        work: options.work,
        threads: options.threads.get(),
    };
    let found = search.run();
    let by_row = people.columns.is_empty();
    let mut sets: Vec<QuasiSet> = found
        .found
        .iter()
        .map(|found| {
            let names: Vec<String> = found.columns.iter().map(|at| name(columns[*at])).collect();
            let singled_out = found.told.singled;
            let say = words::singles_out(&names, singled_out, n, by_row);
            let share = singled_out as f64 / n.max(1) as f64;
            QuasiSet { columns: names, singled_out, people: n, share, say }
        })
        .collect();
    sets.sort_by_key(|set| (set.columns.len(), std::cmp::Reverse(set.singled_out)));
    sets.truncate(MOST_LISTED);
    SinglingOut {
        columns: columns.iter().map(|at| name(*at)).collect(),
        same,
        least_share: options.least_share,
        by_all: found.all.singled,
        sets,
        found: found.found.len() as u64,
        complete_to: found.complete_to as u64,
        stopped: found.stopped,
        say: words::searched(columns.len(), found.complete_to, found.stopped, found.partly),
    }
}

/// Whether two columns have equal values in the same rows.
fn says_the_same(coded: &Coded, a: usize, b: usize) -> bool {
    let (a, b) = (&coded.columns()[a], &coded.columns()[b]);
    if a.n() != b.n() {
        return false;
    }
    let mut of: Vec<Option<u32>> = vec![None; a.n()];
    // As many values on both sides, each of one with one of the other: a bijection.
    a.codes.iter().zip(&b.codes).all(|(a, b)| *of[*a as usize].get_or_insert(*b) == *b)
}
