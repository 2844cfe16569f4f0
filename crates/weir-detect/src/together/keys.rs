//! Columns that tell rows apart.

use serde::Serialize;
use weir_types::{Bilingual, Finding};

use super::coded::Coded;
use super::options::Options;
use super::search::{Found, Search};
use super::tuples::{Goal, Tuples};
use super::words;

/// Columns that tell every row from every other, or nearly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Key {
    /// Their names, in the order of the table.
    pub columns: Vec<String>,
    /// Different combinations of their values; no value counts as one. Of one column of a table
    /// that was looked at in a sample, the number of the profile, which may be an estimate.
    pub distinct: u64,
    /// Rows that were looked at; of one column those with a value, of the whole table.
    pub rows: u64,
    /// `distinct / rows`.
    pub share: f64,
    /// Whether every row has a value and no two rows the same: a key.
    pub exact: bool,
    /// The same for people.
    pub say: Bilingual,
}

/// Minimal near-keys of up to `options.most_in_key` columns, fewest columns first, and the keys
/// among them; and keys of one column more than a near-key.
pub(super) fn find(coded: &Coded, findings: &[Finding], options: &Options) -> Vec<Key> {
    let columns: Vec<usize> = (0..coded.columns().len())
        .filter(|at| coded.columns()[*at].n() > 1)
        .take(super::search::MOST_COLUMNS)
        .collect();
    let tuples = Tuples::new(coded, &columns, None);
    let rows = tuples.rows();
    let mut search = Search {
        tuples: &tuples,
        goal: Goal::Distinct(((rows as f64 * options.near_key).ceil() as u64).max(2)),
        most_in_set: options.most_in_key,
        work: options.work,
        threads: options.threads.get(),
    };
    let near = search.run().found;
    let mut found = near.clone();
    search.goal = Goal::Distinct(rows.max(2));
    for size in 1..options.most_in_key {
        // A key with a part that is a key is none of its own; keys of one column more are few.
        let with_one_more = |near: &Found| -> Vec<Vec<usize>> {
            let others = (0..columns.len()).filter(|column| !near.columns.contains(column));
            let with = |column| near.columns.iter().copied().chain([column]).collect();
            others.map(with).map(sorted).collect()
        };
        let of_size = near.iter().filter(|f| f.columns.len() == size && f.told.distinct < rows);
        let mut sets: Vec<Vec<usize>> =
            of_size.take(MOST_EXTENDED).flat_map(with_one_more).collect();
        let keys: Vec<&Found> = found.iter().filter(|f| f.told.distinct == rows).collect();
        sets.retain(|set| !keys.iter().any(|key| key.columns.iter().all(|c| set.contains(c))));
        let more = search.measure(sets);
        found.extend(more);
    }
    let name = |at: &usize| findings[coded.columns()[columns[*at]].column].column.clone();
    let mut keys: Vec<Key> = Vec::new();
    for found in found {
        let names: Vec<String> = found.columns.iter().map(name).collect();
        keys.push(Key::new(names, found.told.distinct, rows));
    }
    sparse_keys(coded, findings, options, &mut keys);
    if coded.share() < 1.0 {
        of_the_table(coded, findings, options, &mut keys);
    }
    keys.sort_by_key(|key| (key.columns.len(), !key.exact));
    keys
}

/// Near-keys that are tried with one column more.
const MOST_EXTENDED: usize = 10;

fn sorted(mut columns: Vec<usize>) -> Vec<usize> {
    columns.sort_unstable();
    columns
}

/// Columns whose values hardly ever repeat, where there is a value.
fn sparse_keys(coded: &Coded, findings: &[Finding], options: &Options, keys: &mut Vec<Key>) {
    for column in coded.columns() {
        let Some(null) = column.null else { continue };
        let filled: u64 = (column.codes.iter().zip(coded.weights()))
            .filter(|(code, _)| **code != null)
            .map(|(_, weight)| *weight)
            .sum();
        let distinct = column.distinct() as u64;
        let names = vec![findings[column.column].column.clone()];
        let known = keys.iter().any(|key| key.columns == names);
        if !known && distinct > 1 && distinct as f64 >= options.near_key * filled as f64 {
            keys.push(Key { exact: false, ..Key::new(names, distinct, filled) });
        }
    }
}

/// Values repeat less in a sample than in the table, so that single columns are judged by what
/// the profile counted or estimated over all rows.
fn of_the_table(coded: &Coded, findings: &[Finding], options: &Options, keys: &mut Vec<Key>) {
    // What a sketch of 4,096 values misses by, three times its deviation.
    const MISSES: f64 = 0.95;
    keys.retain_mut(|key| {
        let [name] = key.columns.as_slice() else { return true };
        let Some(finding) = findings.iter().find(|f| f.column == *name) else { return false };
        let filled = coded.rows().saturating_sub(finding.nulls);
        let distinct = finding.distinct.min(filled);
        let counted = finding.distinct_exact && finding.nulls == 0;
        let holds = distinct as f64 >= options.near_key * MISSES * filled as f64;
        *key = Key::new(key.columns.clone(), distinct, filled);
        if !counted {
            key.exact = false;
            key.say = words::estimated(&key.say);
        }
        holds
    });
}

impl Key {
    fn new(columns: Vec<String>, distinct: u64, rows: u64) -> Self {
        let say = words::key(&columns, distinct, rows);
        let (share, exact) = (distinct as f64 / rows.max(1) as f64, distinct == rows);
        Self { columns, distinct, rows, share, exact, say }
    }
}
