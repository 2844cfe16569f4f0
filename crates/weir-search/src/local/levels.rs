//! Combinations of levels, cheapest first.

use super::axis::{Axes, Axis};
use super::score::Guide;
use super::units::Units;

/// Groupings of each column, and combinations of them.
pub(super) struct Levels {
    /// Column, then grouping.
    pub(super) columns: Vec<Vec<Grouping>>,
    /// One grouping per column, combination by combination, in rising order of their mean cost.
    /// The last is the coarsest.
    combinations: Vec<u8>,
}

/// One way to group the codes of a column.
pub(super) struct Grouping {
    /// Code to group.
    pub(super) groups: Vec<u32>,
    /// The level that it is; for intervals of a column released as ranges, the last.
    pub(super) level: u8,
    /// Mean of the guide's part over people.
    cost: f64,
}

/// Most combinations that are gone through. Of larger lattices a sample of paths is taken.
const MOST: usize = 1 << 17;

impl Levels {
    pub(super) fn new(axes: &Axes, units: &Units<'_>, guide: &Guide) -> Self {
        let columns: Vec<Vec<Grouping>> = axes
            .list
            .iter()
            .enumerate()
            .map(|(column, axis)| {
                let people = people_by_code(units, column, axis.rank.len());
                match &axis.places {
                    Some(places) => intervals(axis, places, guide, column, &people),
                    None => groupings(axis, &guide.parts[column], &people),
                }
            })
            .collect();
        let size = columns.iter().try_fold(1_usize, |size, column| size.checked_mul(column.len()));
        let combinations = match size {
            Some(size) if size <= MOST => all(&columns, size),
            _ => paths(&columns),
        };
        let combinations = sort(&columns, &combinations);
        Self { columns, combinations }
    }

    pub(super) fn len(&self) -> usize {
        self.combinations.len() / self.columns.len().max(1)
    }

    /// A combination: the index of a grouping for each column.
    pub(super) fn get(&self, at: usize) -> &[u8] {
        let width = self.columns.len();
        &self.combinations[at * width..(at + 1) * width]
    }

    /// The levels of a combination.
    pub(super) fn levels(&self, combination: &[u8]) -> Vec<u8> {
        let columns = self.columns.iter().zip(combination);
        columns.map(|(column, &at)| column[at as usize].level).collect()
    }

    /// The combination that is nearest to some levels, not below them.
    pub(super) fn nearest(&self, levels: &[usize]) -> Vec<u8> {
        let at = |(column, &level): (&Vec<Grouping>, &usize)| {
            let fits = |grouping: &Grouping| usize::from(grouping.level) >= level;
            column.iter().position(fits).unwrap_or(column.len() - 1) as u8
        };
        self.columns.iter().zip(levels).map(at).collect()
    }
}

fn people_by_code(units: &Units<'_>, column: usize, n_codes: usize) -> Vec<f64> {
    let mut people = vec![0.0; n_codes];
    for unit in 0..units.len() as u32 {
        for row in units.rows(unit) {
            let code = units.codes[column][row as usize];
            people[code as usize] += f64::from(units.people[unit as usize]);
        }
    }
    people
}

fn mean(costs: impl Iterator<Item = f64>, people: &[f64]) -> f64 {
    let total: f64 = people.iter().sum();
    costs.zip(people).map(|(cost, people)| cost * people).sum::<f64>() / total.max(1.0)
}

/// The levels of a column, those left out that group as the level below.
fn groupings(axis: &Axis, parts: &[Vec<f64>], people: &[f64]) -> Vec<Grouping> {
    let mut found: Vec<Grouping> = Vec::new();
    for (level, groups) in axis.groups.iter().enumerate() {
        let n_groups = |groups: &[u32]| groups.iter().max().copied();
        let is_new = |last: &Grouping| n_groups(&last.groups) != n_groups(groups);
        if found.last().is_none_or(is_new) {
            let cost = mean(parts[level].iter().copied(), people);
            found.push(Grouping { groups: groups.clone(), level: level as u8, cost });
        }
    }
    found
}

/// Intervals of 1, 2, 4, … places, and at last all of them.
fn intervals(
    axis: &Axis,
    places: &[u32],
    guide: &Guide,
    column: usize,
    people: &[f64],
) -> Vec<Grouping> {
    let span = places.iter().max().copied().unwrap_or(0);
    let mut found = Vec::new();
    let mut width = 1_u32;
    loop {
        let groups: Vec<u32> = places.iter().map(|place| place / width).collect();
        let cost = guide.of_values(axis, column, f64::from(width.min(span + 1)));
        let cost = mean(groups.iter().map(|_| cost), people);
        found.push(Grouping { groups, level: axis.top(), cost });
        if width > span {
            return found;
        }
        width = width.saturating_mul(2);
    }
}

fn all(columns: &[Vec<Grouping>], size: usize) -> Vec<u8> {
    let mut combinations = Vec::with_capacity(size * columns.len());
    for mut at in 0..size {
        for column in columns {
            combinations.push((at % column.len()) as u8);
            at /= column.len();
        }
    }
    combinations
}

/// Combinations on paths from the finest to the coarsest, each path in another fixed order of
/// steps that prefers cheap ones.
fn paths(columns: &[Vec<Grouping>]) -> Vec<u8> {
    let mut steps: Vec<(f64, usize, u8)> = Vec::new();
    for (column, groupings) in columns.iter().enumerate() {
        for at in 1..groupings.len() {
            let rise = (groupings[at].cost - groupings[at - 1].cost).max(1e-9);
            steps.push((rise, column, at as u8));
        }
    }
    let mut combinations = Vec::new();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let most = MOST / 4;
    let n_paths = most / steps.len().max(1) + 1;
    for _ in 0..n_paths {
        let mut path: Vec<(f64, usize, u8)> = steps.clone();
        for step in &mut path {
            // An exponential wait with a mean of the rise: cheap steps tend to come first.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let uniform = ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
            step.0 *= -uniform.ln();
        }
        path.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut now = vec![0_u8; columns.len()];
        combinations.extend_from_slice(&now);
        for (_, column, _) in path {
            now[column] += 1;
            combinations.extend_from_slice(&now);
        }
    }
    combinations
}

/// Sorts by mean cost, then by levels, and drops what is there twice.
fn sort(columns: &[Vec<Grouping>], combinations: &[u8]) -> Vec<u8> {
    let mut keyed: Vec<(f64, &[u8])> = combinations
        .chunks_exact(columns.len().max(1))
        .map(|levels| {
            let costs = columns.iter().zip(levels).map(|(column, &at)| column[at as usize].cost);
            (costs.sum(), levels)
        })
        .collect();
    // Costs may be equal where a level adds nothing; the coarsest is last all the same.
    keyed.sort_by(|a, b| {
        a.0.total_cmp(&b.0).then_with(|| height(a.1).cmp(&height(b.1))).then(a.1.cmp(b.1))
    });
    keyed.dedup_by(|a, b| a.1 == b.1);
    keyed.into_iter().flat_map(|(_, levels)| levels.iter().copied()).collect()
}

fn height(levels: &[u8]) -> u32 {
    levels.iter().map(|&level| u32::from(level)).sum()
}
