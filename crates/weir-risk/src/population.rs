//! The people of a population whom released cells may stand for.
//!
//! The judge reads three things by itself: the released files, the population, and what the
//! values of each column may have become. The last is no figure: it is the hierarchy, which is
//! public as a rule. A person of the population is among those whom a released row may stand for
//! when each of its cells may be what that person's value became, at whatever level the cell is;
//! so the same count serves single levels and classes that were recoded one by one.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use weir_table::ClassCounts;

use crate::attack::{Side, labels_by_form, number};
use crate::models::Information;

/// What the values of a column may have become: by value, every cell that may stand for it. A
/// value that is not listed may have become any label that holds it by its form (an interval its
/// numbers, a month its days, `*` everything); a label that no form explains stands for nobody
/// of the others.
///
/// `None` is "no value", as a value and as a cell.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Readings(pub BTreeMap<Option<Box<str>>, Vec<Option<Box<str>>>>);

impl Readings {
    /// From the rows of a hierarchy: the value first, then its label at each level.
    pub fn of_rows(rows: &[Vec<String>]) -> Self {
        let boxed = |text: &String| Some(text.as_str().into());
        let row = |row: &Vec<String>| Some((boxed(row.first()?), row.iter().map(boxed).collect()));
        Self(rows.iter().filter_map(row).collect())
    }
}

impl fmt::Debug for Readings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Readings of {} values", self.0.len())
    }
}

/// The classes of released rows, each row being a person: how many people each has, how many of
/// the population it may stand for, and what its cells keep.
///
/// Both sides have the same columns in the same order; `readings` has one entry for each. The
/// people of a class are among the population: where it counts fewer, the class's own are taken.
///
/// # Panics
///
/// When the sides differ in their columns.
pub fn class_counts(
    released: &Side,
    population: Option<&Side>,
    readings: &[Readings],
    information: Option<&Information>,
) -> Vec<ClassCounts> {
    let own = released.people_by_row();
    let behind = population.map(|population| {
        assert_eq!(released.n_columns(), population.n_columns(), "the same columns");
        people_behind(released, population, readings)
    });
    let weight = |row: &[u32], of: &Information| {
        let cells = row.iter().zip(&released.texts).enumerate();
        let kept = cells.map(|(column, (code, texts))| of.of(column, cell(texts, *code)));
        kept.sum::<f64>()
    };
    let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let classes = released.rows.iter().zip(own).enumerate();
    classes
        .map(|(at, (row, people))| ClassCounts {
            people: narrow(people),
            rows: narrow(people),
            population: behind.as_ref().map(|behind| narrow(behind[at].max(people))),
            weight: information.map(|of| weight(row, of)),
        })
        .collect()
}

fn cell(texts: &[Box<str>], code: u32) -> Option<&str> {
    (code > 0).then(|| &*texts[code as usize])
}

/// For each distinct row of the release, the people of the population whom it may stand for.
fn people_behind(released: &Side, population: &Side, readings: &[Readings]) -> Vec<u64> {
    let columns = population.texts.iter().zip(&released.texts).zip(readings);
    let labels: Vec<Vec<Vec<u32>>> =
        columns.map(|((values, labels), readings)| labels_of(values, labels, readings)).collect();
    let mut sorted: Vec<u32> = (0..).take(released.rows.len()).collect();
    sorted.sort_unstable_by_key(|row| &released.rows[*row as usize]);
    let mut behind = vec![0; released.rows.len()];
    let walk = Walk { rows: &released.rows, labels: &labels };
    for (row, people) in population.rows.iter().zip(population.people_by_row()) {
        walk.matching(&sorted, row, 0, &mut |at| behind[at as usize] += people);
    }
    behind
}

/// Released rows in order of their codes, and the labels that values may have become.
struct Walk<'a> {
    rows: &'a [Box<[u32]>],
    /// Column, then code of the population, to codes of the release.
    labels: &'a [Vec<Vec<u32>>],
}

impl Walk<'_> {
    /// Tells every row of a sorted slice whose cells from `column` on may stand for the values.
    /// The rows of the slice agree in the columns before.
    fn matching(&self, slice: &[u32], values: &[u32], column: usize, tell: &mut dyn FnMut(u32)) {
        let Some(value) = values.get(column) else {
            slice.iter().for_each(|row| tell(*row));
            return;
        };
        let code = |row: &u32| self.rows[*row as usize][column];
        for label in &self.labels[column][*value as usize] {
            let from = slice.partition_point(|row| code(row) < *label);
            let to = from + slice[from..].partition_point(|row| code(row) == *label);
            if from < to {
                self.matching(&slice[from..to], values, column + 1, tell);
            }
        }
    }
}

/// The labels that each value may have become: code to codes, rising and different.
fn labels_of(values: &[Box<str>], labels: &[Box<str>], readings: &Readings) -> Vec<Vec<u32>> {
    let codes: FxHashMap<Option<&str>, u32> =
        (0..).zip(labels).map(|(code, _)| (cell(labels, code), code)).collect();
    let by_number: FxHashMap<u64, &Vec<Option<Box<str>>>> = readings
        .0
        .iter()
        .filter_map(|(value, cells)| Some((number(value.as_deref()?)?, cells)))
        .map(|(number, cells)| ((number + 0.0).to_bits(), cells))
        .collect();
    let by_form = labels_by_form(values, labels);
    let listed = |value: Option<&str>| {
        let same = || by_number.get(&(number(value?)? + 0.0).to_bits()).copied();
        readings.0.get(&value.map(Box::from)).or_else(same)
    };
    (0..)
        .zip(by_form)
        .map(|(code, by_form)| {
            let Some(cells) = listed(cell(values, code)) else { return by_form };
            let known = |cell: &Option<Box<str>>| codes.get(&cell.as_deref()).copied();
            let mut own: Vec<u32> = cells.iter().filter_map(known).collect();
            own.sort_unstable();
            own.dedup();
            own
        })
        .collect()
}

#[cfg(test)]
mod tests;
