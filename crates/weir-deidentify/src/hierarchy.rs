//! Generalisation hierarchies: what a value becomes, level by level.

use std::collections::{BTreeMap, BTreeSet};

use weir_table::{Codebook, ColumnProfile};
use weir_types::Bilingual;

pub mod automatic;
mod build;
mod calendar;
mod divisions;
mod error;
pub mod file;
mod groups;
mod intervals;
mod texts;

pub use automatic::{automatic, automatic_for};
pub use build::build;
pub use error::HierarchyError;
pub use file::{from_file, to_file};

/// The label of the top level, at which every cell is the same.
pub const TOP: &str = "*";

/// How the values of one column become coarser.
///
/// Level 0 is the finest that can be released; the last level is `*`. Each level groups the codes
/// of one [`Codebook`].
///
/// INVARIANT: levels are nested. Two codes in one group stay together at every level above.
#[derive(Clone, Debug)]
pub struct Hierarchy {
    codebook: Codebook,
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    /// Code to group.
    groups: Vec<u32>,
    /// Group to released text; `None` is a cell without a value.
    labels: Vec<Option<Box<str>>>,
    /// Group to share of the column's range that it covers.
    loss: Vec<f64>,
    meaning: Bilingual,
    exact: bool,
}

/// One level below the top, before nulls are added.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Group of every code but the null code; groups are numbered without gaps.
    pub(crate) groups: Vec<u32>,
    /// Label of each group.
    pub(crate) labels: Vec<String>,
    /// Loss of each group.
    pub(crate) loss: Vec<f64>,
    pub(crate) meaning: Bilingual,
    pub(crate) exact: bool,
}

impl Hierarchy {
    /// Levels from drafts, finest first; adds the null group and the top, and leaves out a level
    /// that groups exactly as the one below it.
    pub(crate) fn build(codebook: Codebook, drafts: Vec<Draft>) -> Self {
        let n = codebook.n_codes();
        let mut levels: Vec<Level> = Vec::new();
        for draft in drafts {
            debug_assert_eq!(draft.groups.len(), n - 1);
            let mut level = Level {
                groups: draft.groups,
                labels: draft.labels.into_iter().map(|label| Some(label.into())).collect(),
                loss: draft.loss,
                meaning: draft.meaning,
                exact: draft.exact,
            };
            level.groups.push(u32::try_from(level.labels.len()).expect("fewer groups than codes"));
            level.labels.push(None);
            level.loss.push(0.0);
            let repeats =
                levels.last().is_some_and(|below| below.labels.len() == level.labels.len());
            if !repeats {
                levels.push(level);
            }
        }
        levels.push(Level {
            groups: vec![0; n],
            labels: vec![Some(TOP.into())],
            loss: vec![1.0],
            meaning: Bilingual::new("全部合并为 *", "every value becomes *"),
            exact: false,
        });
        Self { codebook, levels }
    }

    /// The same, with cells that are the labels of their level also where those are the values of
    /// the source: what is released then does not depend on the type that the source seems to
    /// have.
    #[must_use]
    pub fn as_text(mut self) -> Self {
        self.levels.iter_mut().for_each(|level| level.exact = false);
        self
    }

    /// Number of levels, the top among them; at least 1.
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    /// The codes that level 0 is built on.
    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    /// Number of groups of a level, the group of "no value" among them.
    pub fn n_groups(&self, level: usize) -> usize {
        self.levels[level].labels.len()
    }

    /// The group of each code at a level; the last code is "no value".
    pub fn groups(&self, level: usize) -> &[u32] {
        &self.levels[level].groups
    }

    /// What is released for a group; `None` for "no value".
    pub fn label(&self, level: usize, group: u32) -> Option<&str> {
        self.levels[level].labels[group as usize].as_deref()
    }

    /// What a level means, for the report.
    pub fn meaning(&self, level: usize) -> &Bilingual {
        &self.levels[level].meaning
    }

    /// Share of the column's range that a cell of this group covers: 0 for a single value, 1 at
    /// the top. Never falls from a level to the next.
    pub fn cell_loss(&self, level: usize, group: u32) -> f64 {
        self.levels[level].loss[group as usize]
    }

    /// The place of each code among the whole numbers that the column holds, smallest first;
    /// `None` where level 0 is not the values themselves, or one of them is no whole number. "No
    /// value" stands at the first place.
    pub fn places(&self) -> Option<Vec<u32>> {
        if !self.is_exact(0) {
            return None;
        }
        let n_codes = self.codebook.n_codes();
        let number = |code: usize| self.label(0, self.groups(0)[code])?.parse::<i64>().ok();
        let mut sorted: Vec<(i64, usize)> =
            (0..n_codes - 1).map(|code| Some((number(code)?, code))).collect::<Option<_>>()?;
        sorted.sort_unstable();
        let mut places = vec![0; n_codes];
        for (place, (_, code)) in (0..).zip(sorted) {
            places[code] = place;
        }
        Some(places)
    }

    /// Whether cells of this level are the values of the source, unchanged. Level 0 is not exact
    /// where a column has too many values to release any of them as it is.
    pub fn is_exact(&self, level: usize) -> bool {
        self.levels[level].exact
    }

    /// Loss of a level over a column, each code weighted by its rows.
    pub fn level_loss(&self, level: usize, rows_per_code: &[u64]) -> f64 {
        let rows: u64 = rows_per_code.iter().sum();
        if rows == 0 {
            return 0.0;
        }
        let level = &self.levels[level];
        let lost: f64 = rows_per_code
            .iter()
            .zip(&level.groups)
            .map(|(n, group)| *n as f64 * level.loss[*group as usize])
            .sum();
        lost / rows as f64
    }
}

/// The levels of drafts, if they are nested and no two groups of a level are released alike.
pub(crate) fn checked(
    profile: &ColumnProfile,
    codebook: Codebook,
    drafts: Vec<Draft>,
) -> Result<Hierarchy, HierarchyError> {
    let mut below: Option<&Draft> = None;
    for (level, draft) in drafts.iter().enumerate() {
        let column = || profile.name.clone();
        let mut seen = BTreeSet::new();
        if !draft.labels.iter().all(|label| seen.insert(label)) {
            return Err(HierarchyError::SameLabel { column: column(), level });
        }
        if let Some(below) = below {
            let mut above = vec![None; below.labels.len()];
            for (lower, upper) in below.groups.iter().zip(&draft.groups) {
                let known = above[*lower as usize].get_or_insert(*upper);
                // Groups come from labels: what is split has one label for two things.
                if known != upper {
                    return Err(HierarchyError::SameLabel { column: column(), level: level - 1 });
                }
            }
        }
        below = Some(draft);
    }
    Ok(Hierarchy::build(codebook, drafts))
}

/// The level that gives each code, but the null code, its label. The loss of a label is its share
/// of `n` leaves, as in ARX: none for a single leaf, 1 for all of them.
pub(crate) fn leaves(
    labels: Vec<String>,
    meaning: Bilingual,
    n: usize,
    of_label: impl Fn(&str) -> usize,
) -> Draft {
    // In the order of the codes, so that groups of numbers and dates are in order as well.
    let mut places: BTreeMap<String, u32> = BTreeMap::new();
    let mut present: Vec<String> = Vec::new();
    let mut groups = Vec::with_capacity(labels.len());
    for label in labels {
        let next = u32::try_from(present.len()).expect("fewer groups than codes");
        groups.push(*places.entry(label).or_insert_with_key(|label| {
            present.push(label.clone());
            next
        }));
    }
    let others = n.saturating_sub(1).max(1) as f64;
    let loss = present.iter().map(|label| of_label(label).saturating_sub(1) as f64 / others);
    Draft { groups, loss: loss.collect(), labels: present, meaning, exact: false }
}

/// As [`leaves`], each code being a leaf.
pub(crate) fn codes_as_leaves(labels: Vec<String>, meaning: Bilingual) -> Draft {
    let mut of_label: BTreeMap<String, usize> = BTreeMap::new();
    for label in &labels {
        *of_label.entry(label.clone()).or_default() += 1;
    }
    let n = labels.len();
    leaves(labels, meaning, n, |label| of_label[label])
}

/// Numbers keys without gaps in their order; returns the number of each and the distinct keys.
pub(crate) fn number<K: Ord + Clone>(keys: &[K]) -> (Vec<u32>, Vec<K>) {
    let mut numbers: BTreeMap<K, u32> = keys.iter().map(|key| (key.clone(), 0)).collect();
    for (n, number) in (0..).zip(numbers.values_mut()) {
        *number = n;
    }
    let numbered = keys.iter().map(|key| numbers[key]).collect();
    (numbered, numbers.into_keys().collect())
}
