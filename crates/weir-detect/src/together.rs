//! What columns tell together: keys, people with several rows, sets that single people out.
//!
//! One column may be harmless and three together name a person. [`look`] codes a table once and
//! answers: which columns are keys of its rows, who its people are, and which smallest sets of
//! columns single out how many of them.
//!
//! What this guarantees:
//! - sets are *minimal* (no part of a named set tells enough) and, up to the number of columns
//!   that the result states, *all* of them; the search only leaves out what cannot tell enough;
//! - figures are counts over people where the table ties rows to people, else over rows;
//! - the result does not depend on the order of rows or the number of threads;
//! - no result holds a cell value.
//!
//! What it does not: a table larger than the memory is looked at in a sample of its people, and
//! somebody alone in a sample need not be alone in the table: figures of a sample are too high
//! rather than too low.

use serde::Serialize;
use weir_table::{Limits, Profile, Table, TableError};
use weir_types::{Bilingual, Finding};

mod coded;
mod dependencies;
mod facet;
mod keys;
mod options;
mod people;
mod search;
mod singling;
mod trajectories;
mod tuples;
mod words;

pub use coded::{Coded, Coding, Picks, ReadRows};
pub use dependencies::{Dependency, Form};
pub(crate) use facet::{Facet, Resident};
pub use keys::Key;
pub use options::Options;
pub use people::People;
pub use singling::{QuasiSet, Same, SinglingOut};
pub use trajectories::{Points, Trajectory};

/// What the columns of a table tell together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Together {
    /// What was looked at.
    pub seen: Seen,
    /// Who the people of the table are.
    pub people: People,
    /// Columns, alone or together, that tell every row from every other, or nearly.
    pub keys: Vec<Key>,
    /// Columns that are no identifiers and single people out together.
    pub singling_out: SinglingOut,
    /// Columns that tell others, and so undo what is done to those.
    pub dependencies: Vec<Dependency>,
    /// Columns that show where people were.
    pub trajectories: Vec<Trajectory>,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// Rows of the table.
    pub rows: u64,
    /// Rows that were looked at.
    pub rows_seen: u64,
    /// Share of the people (or rows) that was looked at, 0 to 1; drawn by a hash.
    pub share: f64,
    /// Columns beyond [`Options::most_columns`], which were not looked at.
    pub columns_left_out: u64,
    /// The same for people; none where everything was looked at.
    pub say: Option<Bilingual>,
}

/// Reads a table once and says what its columns tell together.
///
/// `progress` is told the rows read so far.
///
/// # Errors
///
/// As [`Table::scan`].
pub fn look(
    table: &Table,
    findings: &[Finding],
    options: &Options,
    limits: &Limits,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Together, TableError> {
    let picks = Picks::new(findings, options);
    let mut coding = Coding::new(&picks, options);
    table.scan_cells(
        &picks.columns(),
        limits,
        progress,
        |batch| Ok::<_, TableError>(picks.read(batch)),
        |rows| {
            coding.take(&rows);
            Ok(())
        },
    )?;
    Ok(of_coded(&coding.finish(), findings, options))
}

/// The same of the rows that a profile holds: the whole of a small table, else a sample that
/// depends on where rows stand in the file. For answers that must not read the table again.
pub fn look_at_sample(profile: &Profile, findings: &[Finding], options: &Options) -> Together {
    let picks = Picks::new(findings, options);
    let mut coding = Coding::new(&picks, options);
    coding.take(&picks.read_batch(&profile.sample));
    of_coded(&coding.finish_as_sample_of(profile.rows), findings, options)
}

/// The same of rows that were coded by the caller, such as those of a database.
pub fn of_coded(coded: &Coded, findings: &[Finding], options: &Options) -> Together {
    let people = people::Counted::new(coded, findings, options);
    let keys = keys::find(coded, findings, options);
    let singling_out = singling::find(coded, findings, &people, options);
    let dependencies = dependencies::find(coded, findings, &people, options);
    let trajectories = trajectories::find(coded, findings, &people);
    let seen = Seen::of(coded);
    let people = people.people;
    Together { seen, people, keys, singling_out, dependencies, trajectories }
}

impl Seen {
    fn of(coded: &Coded) -> Self {
        let rows_seen = coded.weights().iter().sum();
        let (share, left_out) = (coded.share(), coded.left_out() as u64);
        let say = words::seen(coded.rows(), rows_seen, share, left_out);
        Self { rows: coded.rows(), rows_seen, share, columns_left_out: left_out, say }
    }
}

#[cfg(test)]
pub(crate) mod tests;
