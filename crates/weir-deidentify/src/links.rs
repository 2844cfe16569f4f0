//! Columns that are functions of others, found in the data, and what becomes of them.
//!
//! Releasing a column finer than its partner's released level undoes generalising the partner:
//! the logarithm of an income tells the income. So a quasi-identifier leads (the one of a group
//! with most information), and the columns tied to it follow: see [`Dependent::decide`].

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use weir_table::{ColumnProfile, Profile, ValueCount, parallel};
use weir_types::Bilingual;
use weir_types::plan::{Link, LinkForm};

use crate::hierarchy::Hierarchy;

mod derive;
mod forms;
mod sample;

pub use derive::{DeriveTable, Derived, derivable};
use forms::Form;
use sample::{Coded, Sample};

/// A determining tie this strong is a function: the other column may follow this one.
const FUNCTION: f64 = 0.95;
/// Least share of the rows that a following column must keep to be released at all.
const WORTH_KEEPING: f64 = 0.5;

/// A column that tells another, by index in the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tie {
    /// The column that would give the other away.
    pub column: usize,
    /// The quasi-identifier that it tells of.
    pub of: usize,
    /// How.
    pub form: LinkForm,
    /// Share of people for whom the tie holds.
    pub strength: f64,
}

impl Tie {
    /// The same with names, for the plan.
    pub fn link(&self, profile: &Profile) -> Link {
        Link {
            column: profile.columns[self.column].name.clone(),
            of: profile.columns[self.of].name.clone(),
            form: self.form,
            strength: self.strength,
        }
    }

    /// Whether the column is a function of the other, not only the other way round.
    fn follows(&self) -> bool {
        self.form != LinkForm::Determines
    }
}

/// Finds the columns that tell a quasi-identifier, in the sample of a profile.
///
/// `quasi` are the quasi-identifiers, `candidates` the columns that may be released (quasi-
/// identifiers among them), `person` the column that says whose row it is. Four forms are looked
/// for, the first that holds is given:
///
/// * monotone: over more than 20 different values, the column never (in 99.5 % of the steps) goes
///   against one direction when the quasi-identifier rises;
/// * steps: of at most 64 values, in the order of the quasi-identifier it changes hardly more
///   often than it has values;
/// * coarsens: one value per value of the quasi-identifier, for 99 % of the rows;
/// * determines: more people than by chance (5 % of all) share its value with another person and
///   all who do have one value of the quasi-identifier. Chance is what the same count shows after
///   the column was dealt out among people anew.
///
/// Two quasi-identifiers are both counted in the classes, so that a determining tie between them
/// is only a tie when its groups are wide (5 people and more): an income that is shared by a
/// family "determines" everything that the family shares.
pub fn find(
    profile: &Profile,
    quasi: &[usize],
    candidates: &[usize],
    person: Option<usize>,
) -> Vec<Tie> {
    let sample = Sample::of(profile, person);
    let used: BTreeSet<usize> = quasi.iter().chain(candidates).copied().collect();
    let used: Vec<usize> = used.into_iter().collect();
    let coded: BTreeMap<usize, Coded> =
        used.iter().copied().zip(parallel::map(&used, |c| sample.code(profile, *c))).collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for of in quasi {
        pairs.extend(candidates.iter().map(|column| (*column, *of)));
    }
    pairs.retain(|(column, of)| column != of && Some(*column) != person && Some(*of) != person);
    let ties = parallel::map(&pairs, |(column, of)| {
        let wide_only = quasi.contains(column);
        let Form { form, strength } = sample.form(&coded[column], &coded[of], wide_only)?;
        Some(Tie { column: *column, of: *of, form, strength })
    });
    ties.into_iter().flatten().collect()
}

/// A released column and its cells.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Index in the source.
    pub column: usize,
    /// Its hierarchy and released level; none for a column that is released as it is.
    pub level: Option<(&'a Hierarchy, usize)>,
}

/// Looks once more, at what is to be released: the columns whose released cells determine a
/// generalised column finer than its released level (see [`find`], last form). Columns that are
/// derived or tokens are not to be given: the first are functions of a released cell by
/// construction, and nothing is computed from the second.
pub fn gives_away(profile: &Profile, shown: &[Shown<'_>], person: Option<usize>) -> Vec<Tie> {
    let sample = Sample::of(profile, person);
    // As they are shown; where that is coarser than the values, at the finest as well, unless they
    // are shown at it. Below level 0 there are only the values themselves.
    let coded: Vec<(Coded, Option<Coded>)> = parallel::map(shown, |s| {
        let Some((hierarchy, level)) = s.level else {
            return (sample.code(profile, s.column), None);
        };
        let once = level == 0 || hierarchy.is_exact(level);
        let levels = if once { &[level][..] } else { &[level, 0] };
        let mut coded = sample.code_levels(profile, s.column, hierarchy, levels).into_iter();
        let shown = coded.next().expect("a level was asked for");
        let finer = || coded.next().unwrap_or_else(|| sample.code(profile, s.column));
        (shown, (!hierarchy.is_exact(level)).then(finer))
    });
    let mut ties = Vec::new();
    for (of, (_, finer)) in shown.iter().zip(&coded) {
        let Some(finer) = finer else { continue };
        let others: Vec<usize> =
            (0..shown.len()).filter(|at| shown[*at].column != of.column).collect();
        let strengths = parallel::map(&others, |at| sample.determines(&coded[*at].0, finer));
        ties.extend(others.iter().zip(strengths).filter_map(|(at, strength)| {
            let (column, form) = (shown[*at].column, LinkForm::Determines);
            strength.map(|strength| Tie { column, of: of.column, form, strength })
        }));
    }
    ties
}

/// Who leads and who follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The quasi-identifiers that are searched over, in the order of the source.
    pub searched: Vec<usize>,
    /// The columns that follow them, in the order of the source.
    pub dependents: Vec<Dependent>,
}

/// A column that follows quasi-identifiers.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependent {
    /// Index in the source.
    pub column: usize,
    /// The quasi-identifiers it is tied to, rising; all of them are searched over.
    pub of: Vec<usize>,
    /// Whether it is a quasi-identifier itself.
    pub quasi: bool,
}

/// Decides who leads among tied columns: those in `preferred` first, then the ones with most
/// distinct values, then those whose values are spread most evenly, then the earlier ones. Every
/// other column of `ties` follows.
///
/// A quasi-identifier that only determines a part of another follows it when it has no more
/// values than that one; otherwise both are searched over, which counts both in the classes.
/// Ties that the caller thinks too weak to act on can be left out of `ties`.
pub fn settle(profile: &Profile, quasi: &[usize], ties: &[Tie], preferred: &[usize]) -> Settled {
    let distinct = |c: usize| profile.columns[c].distinct;
    let information = |c: usize| (distinct(c), evenness(&profile.columns[c]));
    let rank = |c: usize| (!preferred.contains(&c), Reverse(information(c)), c);
    let mut order = quasi.to_vec();
    order.sort_by_key(|c| rank(*c));
    order.dedup();
    let functional = |a: usize, b: usize| {
        ties.iter().any(|t| {
            let pair = (t.column, t.of);
            (pair == (a, b) || pair == (b, a)) && (t.follows() || t.strength >= FUNCTION)
        })
    };
    let mut leads: BTreeSet<usize> = BTreeSet::new();
    let mut of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for column in order.iter().copied() {
        let tied: BTreeSet<usize> =
            leads.iter().copied().filter(|lead| functional(*lead, column)).collect();
        if tied.is_empty() {
            leads.insert(column);
        } else {
            of.insert(column, tied);
        }
    }
    let mut demoted: BTreeSet<usize> = BTreeSet::new();
    // From the column with least information up, so that of two that tell parts of each other the
    // lesser one follows.
    for column in order.iter().rev().copied().filter(|c| !preferred.contains(c)) {
        let to: BTreeSet<usize> = ties
            .iter()
            .filter(|t| t.column == column && leads.contains(&t.of))
            .filter(|t| distinct(column) <= distinct(t.of))
            .map(|t| t.of)
            .collect();
        if leads.contains(&column) && !to.is_empty() {
            leads.remove(&column);
            for others in of.values_mut() {
                if others.remove(&column) {
                    others.extend(to.iter().copied());
                }
            }
            of.insert(column, to);
            demoted.insert(column);
        }
    }
    // What tells a column that follows tells something of the one it follows. For columns that
    // are no quasi-identifier this holds only of whole functions: what a score says of a part of
    // those under age is an inference, not the age computed back.
    let whole = |t: &Tie| t.follows() || t.strength >= FUNCTION || leads.contains(&t.of);
    let inherits =
        |t: &&Tie| demoted.contains(&t.column) || (!quasi.contains(&t.column) && whole(t));
    for tie in ties.iter().filter(inherits) {
        let to = leaders(tie.of, &leads, &of);
        of.entry(tie.column).or_default().extend(to);
    }
    let dependents = of.into_iter().map(|(column, of)| Dependent {
        column,
        of: of.into_iter().collect(),
        quasi: quasi.contains(&column),
    });
    Settled { searched: leads.into_iter().collect(), dependents: dependents.collect() }
}

/// Entropy of the values of a column in millionths of a bit; 0 where only some are known.
fn evenness(column: &ColumnProfile) -> u64 {
    if !column.distinct_exact {
        return 0;
    }
    let rows: u64 = column.values.iter().map(|v| v.count).sum();
    let share = |v: &ValueCount| v.count as f64 / rows as f64;
    let bits: f64 = column.values.iter().map(|v| -share(v) * share(v).log2()).sum();
    (bits * 1e6).round() as u64
}

/// The column itself if it leads, else those it follows.
fn leaders(
    column: usize,
    leads: &BTreeSet<usize>,
    of: &BTreeMap<usize, BTreeSet<usize>>,
) -> BTreeSet<usize> {
    if leads.contains(&column) {
        return BTreeSet::from([column]);
    }
    of.get(&column).cloned().unwrap_or_default()
}

/// A quasi-identifier as the search left it.
#[derive(Clone, Copy, Debug)]
pub struct Released<'a> {
    /// Index in the source.
    pub column: usize,
    /// Its hierarchy.
    pub hierarchy: &'a Hierarchy,
    /// Its released level.
    pub level: usize,
}

/// What becomes of a column that follows others.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It tells nothing that is not released anyway.
    Keep,
    /// It is released as far as a released cell tells it.
    Derive {
        /// The column whose cells tell it.
        of: usize,
        /// What they tell.
        derived: Derived,
    },
    /// It is left out.
    Drop {
        /// The column that it would give away.
        of: usize,
    },
}

impl Dependent {
    /// What becomes of the column under the released levels.
    ///
    /// * kept, when all it is tied to is released exactly and it is no quasi-identifier, or when
    ///   it is a function of a column that is released exactly;
    /// * derived, when the released cells of a column it is tied to keep at least half of it;
    /// * dropped otherwise.
    ///
    /// `tables` holds what the pass over the whole table counted for pairs of a leading column
    /// and this one.
    pub fn decide(
        &self,
        column: &ColumnProfile,
        released: &[Released<'_>],
        tables: &[(usize, &DeriveTable)],
    ) -> Fate {
        let of: Vec<&Released<'_>> =
            released.iter().filter(|r| self.of.contains(&r.column)).collect();
        let exact = |r: &Released<'_>| r.hierarchy.is_exact(r.level);
        if !self.quasi && of.len() == self.of.len() && of.iter().all(|r| exact(r)) {
            return Fate::Keep;
        }
        let mut best: Option<(usize, Derived)> = None;
        for released in &of {
            let Some((_, table)) = tables.iter().find(|(g, _)| *g == released.column) else {
                continue;
            };
            if exact(released) && table.is_function() {
                return Fate::Keep;
            }
            let Some(derived) = table.derive(released.hierarchy, released.level, column) else {
                continue;
            };
            if best.as_ref().is_none_or(|(_, b)| derived.kept() > b.kept()) {
                best = Some((released.column, derived));
            }
        }
        if let Some((of, derived)) = best.filter(|(_, d)| d.kept() >= WORTH_KEEPING) {
            return Fate::Derive { of, derived };
        }
        let given_away = of.iter().find(|r| !exact(r)).or(of.first()).map(|r| r.column);
        Fate::Drop { of: given_away.unwrap_or(self.of[0]) }
    }

    /// Why the column is not released as it is, for the report; `of` is the column of its fate.
    pub fn reason(&self, of: &str, ties: &[Tie]) -> Bilingual {
        let follows = ties.iter().any(|t| t.column == self.column && t.follows());
        if follows {
            Bilingual::new(
                format!("由 `{of}` 决定；原样发布会使 `{of}` 的泛化失效"),
                format!("a function of `{of}`; releasing it would undo generalising `{of}`"),
            )
        } else {
            Bilingual::new(
                format!("能推出 `{of}`；原样发布会使 `{of}` 的泛化失效"),
                format!("tells `{of}`; releasing it would undo generalising `{of}`"),
            )
        }
    }
}

#[cfg(test)]
mod tests;
