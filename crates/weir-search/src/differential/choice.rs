//! Levels by the exponential mechanism.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use rustc_hash::FxHashMap;
use thiserror::Error;

use super::Words;
use super::mechanism::{Ratio, choose};
use crate::table::{People, Place, Table};

/// What the choice may spend, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Privacy loss of the choice in all, above 0.
    pub epsilon: f64,
    /// Steps down from the top; 0 chooses among all combinations of levels at once.
    pub steps: u32,
    /// A class of the whole table with fewer people counts as left out. For the sake of the
    /// result, the least class of the sample over β.
    pub k: u64,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Level of each column.
    pub levels: Vec<usize>,
    /// Combinations whose score was asked.
    pub scored: u64,
}

/// Why levels cannot be chosen.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoChoice {
    /// More combinations than can be scored one by one.
    #[error("there are more than {most} combinations of levels to choose from")]
    TooMany {
        /// Combinations; saturates.
        combinations: u64,
        /// The most there may be.
        most: u64,
    },
    /// People have several rows, or more groups than a number of 128 bits can tell apart.
    #[error("the table has no form on which levels can be scored")]
    Form,
    /// Too small or too large to be counted with.
    #[error("the part of ε for the choice is out of range")]
    Epsilon,
}

/// Most combinations that are scored.
const MOST: u64 = 50_000;
/// What a cell that stands for everything counts, in the integers of scores.
const WHOLE: u128 = 1 << 20;
/// Bits behind the point of ε as it is counted with; it is rounded down.
const EPSILON_BITS: i32 = 40;

/// Chooses levels by the exponential mechanism, from the whole table: (`budget.epsilon`,
/// 0)-differentially private for its people.
///
/// The score is that of section 5.2 of Bild, Kuhn and Prasser for Loss: the share of the domain
/// that each cell covers, 1 for each cell of a class with fewer than `k` people, summed and
/// negated. One person more or less changes it by at most `max(k - 1, 1)` times the columns:
/// that person's own cells at most count in full, and a class that reaches `k` people gains at
/// most the cells of the `k - 1` others. Shares are rounded up to integers first, so that sums
/// are exact.
///
/// The choice looks at the whole table and not at the sample: the sample is then drawn without
/// regard to it, and losses add up by sequential composition. With the sample in both places the
/// second step would not start from an independent draw.
///
/// With `steps`, as in algorithm 2 there: from the top, the candidates are all combinations one
/// level below one that was visited; each step visits one of them. Then one of all that were
/// scored is chosen. Each of these `steps + 1` draws has the same part of ε.
///
/// # Errors
///
/// People have several rows; or there are too many combinations for 0 steps.
pub fn choose_levels(table: &Table, budget: &Budget, words: Words<'_>) -> Result<Choice, NoChoice> {
    let scorer = Scorer::new(table, budget.k)?;
    let draws = u128::from(budget.steps) + 1;
    let scaled = budget.epsilon * f64::from(EPSILON_BITS).exp2();
    if !(scaled >= 1.0 && scaled <= 2_f64.powi(50)) {
        return Err(NoChoice::Epsilon);
    }
    let per_point = Ratio {
        of: scaled as u128,
        per: ((2 * draws) << EPSILON_BITS)
            .checked_mul(scorer.sensitivity())
            .filter(|per| *per < 1 << 110)
            .ok_or(NoChoice::Form)?,
    };
    let mut draw = |scored: Vec<(&Vec<usize>, i128)>| {
        let scores: Vec<i128> = scored.iter().map(|(_, score)| *score).collect();
        scored[choose(&scores, per_point, words)].0.clone()
    };
    let tops: Vec<usize> = table.columns.iter().map(|c| c.levels.len() - 1).collect();
    let mut scores: BTreeMap<Vec<usize>, i128> = BTreeMap::new();
    if budget.steps == 0 {
        for levels in all(&tops)? {
            let score = scorer.score(&levels)?;
            scores.insert(levels, score);
        }
    } else {
        let mut visited: BTreeSet<Vec<usize>> = BTreeSet::new();
        let mut at = tops;
        scores.insert(at.clone(), scorer.score(&at)?);
        for _ in 0..budget.steps {
            for column in (0..at.len()).filter(|c| at[*c] > 0) {
                let mut finer = at.clone();
                finer[column] -= 1;
                if let Entry::Vacant(new) = scores.entry(finer) {
                    let score = scorer.score(new.key())?;
                    new.insert(score);
                }
            }
            visited.insert(at);
            let open = scores.iter().filter(|(levels, _)| !visited.contains(*levels));
            let open: Vec<_> = open.map(|(levels, score)| (levels, *score)).collect();
            if open.is_empty() {
                break;
            }
            at = draw(open);
        }
    }
    let levels = draw(scores.iter().map(|(levels, score)| (levels, *score)).collect());
    Ok(Choice { levels, scored: scores.len() as u64 })
}

/// Every combination of levels.
fn all(tops: &[usize]) -> Result<Vec<Vec<usize>>, NoChoice> {
    let combinations = tops.iter().fold(1_u64, |n, top| n.saturating_mul(*top as u64 + 1));
    if combinations > MOST {
        return Err(NoChoice::TooMany { combinations, most: MOST });
    }
    let mut all = vec![Vec::new()];
    for top in tops {
        let longer = |levels: Vec<usize>| {
            (0..=*top).map(move |level| [levels.as_slice(), &[level]].concat())
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    Ok(all)
}

/// Scores of combinations of levels.
struct Scorer<'a> {
    table: &'a Table,
    counts: &'a [u32],
    k: u64,
    /// Column, level, group: what a cell counts.
    cells: Vec<Vec<Vec<u128>>>,
}

impl<'a> Scorer<'a> {
    fn new(table: &'a Table, k: u64) -> Result<Self, NoChoice> {
        let People::Rows { counts, population: None } = &table.people else {
            return Err(NoChoice::Form);
        };
        let cells = table.columns.iter().map(|column| {
            let share = |loss: f64| (loss * (column.domain - 1.0) + 1.0) / column.domain;
            let counted = |loss: &f64| {
                let cell = (share(*loss).clamp(0.0, 1.0) * WHOLE as f64).ceil();
                (cell as u128).min(WHOLE)
            };
            column.levels.iter().map(|level| level.loss.iter().map(counted).collect()).collect()
        });
        Ok(Self { table, counts, k, cells: cells.collect() })
    }

    /// Most that one person changes a score.
    fn sensitivity(&self) -> u128 {
        WHOLE * self.cells.len().max(1) as u128 * u128::from(self.k.saturating_sub(1).max(1))
    }

    fn score(&self, levels: &[usize]) -> Result<i128, NoChoice> {
        let columns = self.table.columns.iter().zip(levels).zip(&self.table.tuples.places);
        let mut radix = 1_u128;
        let mut looks = vec![0_u128; self.counts.len()];
        let mut cost = vec![0_u128; self.counts.len()];
        for (((column, level), place), cells) in columns.zip(&self.cells) {
            let (groups, cells) = (&column.levels[*level].groups, &cells[*level]);
            let next = radix.checked_mul(cells.len() as u128).ok_or(NoChoice::Form)?;
            for (tuple, (look, cost)) in looks.iter_mut().zip(&mut cost).enumerate() {
                let group = groups[code(&self.table.tuples.words, *place, tuple)] as usize;
                *look += radix * group as u128;
                *cost += cells[group];
            }
            radix = next;
        }
        let mut classes: FxHashMap<u128, (u64, u128)> = FxHashMap::default();
        for ((look, cost), count) in looks.iter().zip(&cost).zip(self.counts) {
            let class = classes.entry(*look).or_default();
            class.0 += u64::from(*count);
            class.1 = *cost;
        }
        let out = WHOLE * self.cells.len() as u128;
        let of_class = |(people, cost): &(u64, u128)| {
            u128::from(*people) * if *people < self.k { out } else { *cost }
        };
        let lost: u128 = classes.values().map(of_class).sum();
        Ok(-i128::try_from(lost).map_err(|_| NoChoice::Form)?)
    }
}

fn code(words: &[Vec<u16>], place: Place, tuple: usize) -> usize {
    let Place { word, shift, bits } = place;
    (usize::from(words[word][tuple]) >> shift) & ((1 << bits) - 1)
}

#[cfg(test)]
mod tests;
