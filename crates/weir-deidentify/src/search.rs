//! From a histogram to the least generalisation that meets the goal.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use weir_search::local::{Cell, LocalError, LocalOptions, Recoding};
use weir_search::search::{Node, SearchOptions};
use weir_search::table::People;
use weir_search::{Goal, NoSolution};
use weir_table::PersonIndex;
use weir_types::plan::Searched;

use crate::hierarchy::Hierarchy;
use crate::regions::Regions;
use crate::table::SearchTable;

/// The least generalisation that was found.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Level of each hierarchy.
    pub levels: Vec<usize>,
    /// Loss of each column over all rows (Iyengar 2002), a suppressed row counting 1, whatever
    /// the quality model is.
    pub losses: Vec<f64>,
    /// Their weighted geometric mean; see [`crate::loss::total`].
    pub loss: f64,
    /// Share of the columns' detail that is kept, as ARX counts it: 1 less the part of the
    /// domain that cells cover beyond a single value, over the most they could cover.
    pub granularity: f64,
    /// By the quality model of the goal; lower is better.
    pub score: f64,
    /// No combination of levels has a lower score than this.
    pub lower_bound: f64,
    /// People suppressed; where rows are not linked, people of whom a row is suppressed.
    pub people_suppressed: u64,
    /// Rows suppressed.
    pub rows_suppressed: u64,
    /// Classes that are kept.
    pub classes: u64,
    /// People in the smallest of them; 0 where none is kept.
    pub smallest_class: u64,
    /// Rows of each tuple of the table that are kept.
    pub rows_kept: Vec<u32>,
    /// What is suppressed, for the transform.
    pub suppressed: Suppressed,
    /// How far the search went.
    pub searched: Searched,
    /// Some of the combinations that were measured, for a picture of the choices.
    pub nodes: Vec<Node>,
    /// Where classes were recoded one by one: the score of the single levels before, and the
    /// regions. The levels above are those before; all other figures are those after.
    pub local: Option<(f64, Arc<Regions>)>,
}

impl Solution {
    /// The coarsest level of each column that some released cell has.
    pub fn coarsest(&self) -> Vec<usize> {
        match &self.local {
            None => self.levels.clone(),
            Some((_, regions)) => (0..self.levels.len()).map(|c| regions.levels(c).1).collect(),
        }
    }
}

/// What a solution leaves out.
#[derive(Clone, Debug)]
pub enum Suppressed {
    /// Whole records of people: one flag per unit of the table.
    Records(Vec<bool>),
    /// Looks of rows, by the hash that [`look`] sums up.
    Looks(FxHashSet<u64>),
}

impl Suppressed {
    /// The hashes of the people that are left out; none where rows are left out by their look.
    pub fn people(&self, table: &SearchTable, index: &PersonIndex) -> FxHashSet<u64> {
        let Self::Records(out) = self else { return FxHashSet::default() };
        let left_out =
            |record: u32| table.unit_of_record(record as usize).is_some_and(|unit| out[unit]);
        index.iter().filter(|(_, record)| left_out(*record)).map(|(person, _)| person).collect()
    }
}

/// The part of a look's hash that a column with a group has; a look is the wrapping sum over the
/// columns, numbered as the hierarchies of the search are.
pub fn look(column: usize, group: u32) -> u64 {
    mix(((column as u64 + 1) << 32) | u64::from(group))
}

/// Finds the levels under which every class that is not suppressed meets the goal, with the
/// lowest score. `hierarchies[c]` belongs to column `c` of the table.
///
/// # Errors
/// When the table holds too few people, or when even the last levels suppress too much.
///
/// # Panics
/// When there is not one hierarchy per column of the table.
pub fn least_loss(
    table: &SearchTable,
    hierarchies: &[Arc<Hierarchy>],
    goal: &Goal,
    options: &SearchOptions<'_>,
) -> Result<Solution, NoSolution> {
    assert_eq!(hierarchies.len(), table.table.columns.len(), "one hierarchy per column");
    let found = weir_search::search(&table.table, goal, options)?;
    let rows_kept = rows_kept(table, &found.suppressed);
    let losses = losses(table, &found.levels, &rows_kept);
    Ok(Solution {
        loss: crate::loss::total(&losses, &table.table.columns),
        granularity: granularity(table, &losses),
        losses,
        score: found.score,
        lower_bound: found.lower_bound,
        people_suppressed: found.people_suppressed,
        rows_suppressed: found.rows_suppressed,
        classes: found.classes,
        smallest_class: found.smallest_class,
        rows_kept,
        suppressed: suppressed(table, hierarchies, &found.levels, found.suppressed),
        searched: Searched { measured: found.measured, of: found.lattice, optimal: found.optimal },
        nodes: found.nodes,
        local: None,
        levels: found.levels,
    })
}

/// How classes are recoded one by one.
#[derive(Clone, Copy)]
pub struct RecodeOptions<'a> {
    /// Tells the records of people, where units are records.
    pub people: Option<&'a PersonIndex>,
    /// The hierarchies of the columns of the table, where columns of whole numbers are released as
    /// ranges; a column in which a cell has no value is not.
    pub ranges: Option<&'a [Arc<Hierarchy>]>,
    /// Asked now and then; once it says `true` the best found so far is taken.
    pub stop: &'a dyn Fn() -> bool,
}

impl fmt::Debug for RecodeOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges = self.ranges.is_some();
        f.debug_struct("RecodeOptions").field("ranges", &ranges).finish_non_exhaustive()
    }
}

/// Recodes classes one by one, from a solution of single levels: what `found` becomes is no worse
/// by the goal's quality model.
///
/// # Errors
/// When a model cannot be held class by class, or people have several rows that are not linked.
pub fn recode(
    found: Solution,
    table: &SearchTable,
    goal: &Goal,
    options: &RecodeOptions<'_>,
) -> Result<Solution, LocalError> {
    let places = options.ranges.map_or_else(Vec::new, |hierarchies| places(table, hierarchies));
    let local = LocalOptions {
        start: Some(&found.levels),
        places: &places,
        stop: options.stop,
        ..LocalOptions::default()
    };
    let recoding = weir_search::local::recode(&table.table, goal, &local)?;
    let out: Vec<bool> = recoding.of_unit.iter().map(Option::is_none).collect();
    let rows_kept = rows_kept(table, &out);
    let losses = recoded_losses(table, &recoding, &places);
    let rows = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
    let figures = recoding.figures;
    Ok(Solution {
        loss: crate::loss::total(&losses, &table.table.columns),
        granularity: granularity(table, &losses),
        losses,
        score: figures.score,
        people_suppressed: figures.suppressed,
        rows_suppressed: rows(table.rows_of()) - rows(&rows_kept),
        classes: figures.classes as u64,
        smallest_class: figures.smallest,
        rows_kept,
        suppressed: Suppressed::Looks(FxHashSet::default()),
        // By the same means as the score after; the search counts suppression as its model does.
        local: Some((
            recoding.full_domain.map_or(found.score, |f| f.score),
            Arc::new(Regions::new(table, &recoding, options.people)),
        )),
        ..found
    })
}

/// For each column the places of its codes, where it is released as ranges.
fn places(table: &SearchTable, hierarchies: &[Arc<Hierarchy>]) -> Vec<Option<Vec<u32>>> {
    let column = |(c, hierarchy): (usize, &Arc<Hierarchy>)| {
        let places = hierarchy.places()?;
        let null = places.len() - 1;
        let is_null = |tuple| usize::from(table.code(c, tuple)) == null;
        (!(0..table.n_tuples()).any(is_null)).then_some(places)
    };
    hierarchies.iter().enumerate().map(column).collect()
}

/// Loss of each column over all rows under a recoding, a suppressed row counting 1.
fn recoded_losses(
    table: &SearchTable,
    recoding: &Recoding,
    places: &[Option<Vec<u32>>],
) -> Vec<f64> {
    let all: u64 = table.rows_of().iter().map(|n| u64::from(*n)).sum();
    let columns = table.table.columns.iter().enumerate();
    columns
        .map(|(at, column)| {
            let cell = |unit: usize, tuple: usize| {
                let Some(region) = recoding.of_unit[unit] else { return 1.0 };
                match recoding.regions[region as usize].cells[at] {
                    Cell::Group { level, group } => {
                        column.levels[usize::from(level)].loss[group as usize]
                    }
                    Cell::Level { level } => {
                        let level = &column.levels[usize::from(level)];
                        level.loss[level.groups[usize::from(table.code(at, tuple))] as usize]
                    }
                    Cell::Range { from, to } => {
                        let places = places.get(at).and_then(Option::as_ref);
                        let place = |code: u16| places.map_or(0, |p| p[usize::from(code)]);
                        f64::from(place(to) - place(from)) / (column.domain - 1.0).max(1.0)
                    }
                }
            };
            let lost: f64 = match &table.table.people {
                People::Records { offsets, members, people, .. } => (0..people.len())
                    .map(|record| {
                        let rows = offsets[record] as usize..offsets[record + 1] as usize;
                        let rows = members[rows].iter().map(|tuple| cell(record, *tuple as usize));
                        rows.sum::<f64>() * f64::from(people[record])
                    })
                    .sum(),
                People::Rows { .. } => {
                    let rows = table.rows_of().iter().enumerate();
                    rows.map(|(tuple, n)| cell(tuple, tuple) * f64::from(*n)).sum()
                }
            };
            if all == 0 { 0.0 } else { lost / all as f64 }
        })
        .collect()
}

/// Rows of each tuple that are released.
pub(crate) fn rows_kept(table: &SearchTable, suppressed: &[bool]) -> Vec<u32> {
    match &table.table.people {
        People::Records { offsets, members, people, linked: true } => {
            let mut kept = vec![0u32; table.n_tuples()];
            for (record, people) in people.iter().enumerate().filter(|(r, _)| !suppressed[*r]) {
                let (from, to) = (offsets[record] as usize, offsets[record + 1] as usize);
                for tuple in &members[from..to] {
                    let to = &mut kept[*tuple as usize];
                    *to = to.saturating_add(*people);
                }
            }
            kept
        }
        _ => {
            let rows = table.rows_of().iter().zip(suppressed);
            rows.map(|(rows, out)| if *out { 0 } else { *rows }).collect()
        }
    }
}

/// Loss of each column over all rows, a suppressed row counting 1.
pub(crate) fn losses(table: &SearchTable, levels: &[usize], kept: &[u32]) -> Vec<f64> {
    let all: u64 = table.rows_of().iter().map(|n| u64::from(*n)).sum();
    let out = all - kept.iter().map(|n| u64::from(*n)).sum::<u64>();
    let columns = table.table.columns.iter().zip(levels).zip(table.counts_by_code(kept));
    columns
        .map(|((column, level), rows)| {
            let level = &column.levels[*level];
            let rows = rows.iter().enumerate().filter(|(_, rows)| **rows > 0);
            let lost: f64 =
                rows.map(|(code, n)| *n as f64 * level.loss[level.groups[code] as usize]).sum();
            if all == 0 { 0.0 } else { (lost + out as f64) / all as f64 }
        })
        .collect()
}

/// Means over the columns before they are normalised, so that a column of many values weighs
/// hardly more than one of few.
pub(crate) fn granularity(table: &SearchTable, losses: &[f64]) -> f64 {
    let (mut lost, mut most) = (0.0, 0.0);
    for (column, loss) in table.table.columns.iter().zip(losses) {
        let beyond_one_value = 1.0 - 1.0 / column.domain;
        lost += loss * beyond_one_value;
        most += beyond_one_value;
    }
    if most > 0.0 { 1.0 - lost / most } else { 1.0 }
}

/// What the transform leaves out.
pub(crate) fn suppressed(
    table: &SearchTable,
    hierarchies: &[Arc<Hierarchy>],
    levels: &[usize],
    flags: Vec<bool>,
) -> Suppressed {
    if table.by_whole_records() {
        return Suppressed::Records(flags);
    }
    let tables: Vec<Vec<u64>> = hierarchies
        .iter()
        .zip(levels)
        .enumerate()
        .map(|(c, (h, level))| h.groups(*level).iter().map(|group| look(c, *group)).collect())
        .collect();
    let hash = |tuple: usize| {
        let parts = tables.iter().enumerate();
        parts.fold(0u64, |sum, (c, t)| sum.wrapping_add(t[usize::from(table.code(c, tuple))]))
    };
    let out = flags.iter().enumerate().filter(|(tuple, out)| **out && table.rows_of()[*tuple] > 0);
    Suppressed::Looks(out.map(|(tuple, _)| hash(tuple)).collect())
}

/// The finaliser of MurmurHash3 (Appleby, public domain) after an odd step, so that 0 has a hash.
fn mix(value: u64) -> u64 {
    let mut h = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}
