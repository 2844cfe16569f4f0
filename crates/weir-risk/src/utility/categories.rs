//! From values and released labels to the categories that a classifier counts.
//!
//! A category of the original is a value, or a group of values where there are many: numbers are
//! cut into parts of equal size, of other values the rare ones are pooled. A category of the
//! release is such a group where a label stands for a single value, else the label itself.

use crate::attack::Side;
use crate::attack::meaning::{Meanings, number};
use weir_types::utility::NotClassified;

/// Numbers of more different values than this are cut into [`PARTS`].
const MOST_NUMBERS: usize = 50;
/// Parts of equal size.
const PARTS: u64 = 20;
/// Most categories of other values; the last one pools the rare ones.
const MOST_TEXTS: usize = 256;
/// Most classes of a target.
const MOST_CLASSES: usize = 100;

/// One feature.
#[derive(Debug)]
pub(super) struct Feature {
    /// Original code to category.
    pub(super) of_value: Vec<u32>,
    /// Number of categories of the original.
    pub(super) n_values: usize,
    /// Released code to category.
    pub(super) of_label: Vec<u32>,
    /// Number of categories of the release.
    pub(super) n_labels: usize,
    /// Original code to its category, alone.
    pub(super) plain_values: Vec<Vec<(u32, f64)>>,
    /// Released code to its category, alone.
    pub(super) plain_labels: Vec<Vec<(u32, f64)>>,
    /// Original code to the categories of the release that hold it, each with the chance of the
    /// value within the category, but for a factor that is the same for all of them.
    pub(super) value_as_labels: Vec<Vec<(u32, f64)>>,
    /// Released code to the categories of the original that it holds, with the share of each
    /// that it holds.
    pub(super) label_as_values: Vec<Vec<(u32, f64)>>,
}

impl Feature {
    /// `rows` are those of the original by code.
    pub(super) fn new(values: &[Box<str>], rows: &[u64], meanings: &Meanings) -> Self {
        let (of_value, n_values) = groups(values, rows);
        let mut rows_of_group = vec![0_u64; n_values];
        for (group, rows) in of_value.iter().zip(rows) {
            rows_of_group[*group as usize] += rows;
        }
        let mut n_labels = n_values;
        let mut of_label = Vec::with_capacity(meanings.of_label.len());
        // Rows of the original that a category of the release stands for.
        let mut weights: Vec<u64> = rows_of_group.clone();
        for codes in &meanings.of_label {
            match codes.as_slice() {
                [code] => of_label.push(of_value[*code as usize]),
                codes => {
                    of_label.push(n_labels as u32);
                    n_labels += 1;
                    weights.push(codes.iter().map(|code| rows[*code as usize]).sum());
                }
            }
        }
        let value_as_labels = meanings.of_value.iter().map(|labels| {
            let mut found: Vec<u32> = labels.iter().map(|l| of_label[*l as usize]).collect();
            found.sort_unstable();
            found.dedup();
            let chance = |category: &u32| 1.0 / weights[*category as usize].max(1) as f64;
            found.iter().map(|category| (*category, chance(category))).collect()
        });
        let label_as_values = meanings.of_label.iter().map(|codes| {
            let mut held: Vec<(u32, u64)> =
                codes.iter().map(|c| (of_value[*c as usize], rows[*c as usize])).collect();
            held.sort_unstable();
            let groups = held.chunk_by(|a, b| a.0 == b.0).map(|same| {
                let rows: u64 = same.iter().map(|(_, rows)| rows).sum();
                let of = rows_of_group[same[0].0 as usize].max(1);
                (same[0].0, rows as f64 / of as f64)
            });
            groups.filter(|(_, share)| *share > 0.0).collect()
        });
        let alone = |of: &[u32]| of.iter().map(|category| vec![(*category, 1.0)]).collect();
        Self {
            value_as_labels: value_as_labels.collect(),
            label_as_values: label_as_values.collect(),
            plain_values: alone(&of_value),
            plain_labels: alone(&of_label),
            of_value,
            n_values,
            of_label,
            n_labels,
        }
    }
}

/// Values in groups that are counted: code to group, and the number of groups.
fn groups(values: &[Box<str>], rows: &[u64]) -> (Vec<u32>, usize) {
    let numbers: Option<Vec<f64>> = values.iter().skip(1).map(|text| number(text)).collect();
    match numbers {
        Some(numbers) if values.len() > MOST_NUMBERS => parts(&numbers, rows),
        _ if values.len() > MOST_TEXTS => pooled(values, rows),
        _ => ((0..values.len() as u32).collect(), values.len()),
    }
}

/// Numbers in parts of about as many rows; group 0 is "no value".
fn parts(numbers: &[f64], rows: &[u64]) -> (Vec<u32>, usize) {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let all: u64 = rows.iter().skip(1).sum::<u64>().max(1);
    let mut of = vec![0; numbers.len() + 1];
    let mut below = 0;
    for at in order {
        of[at + 1] = 1 + (below * PARTS / all) as u32;
        below += rows[at + 1];
    }
    (of, PARTS as usize + 2)
}

/// The most frequent values by themselves, the others in one group.
fn pooled(values: &[Box<str>], rows: &[u64]) -> (Vec<u32>, usize) {
    let mut order: Vec<usize> = (1..values.len()).collect();
    order.sort_by(|a, b| rows[*b].cmp(&rows[*a]).then_with(|| values[*a].cmp(&values[*b])));
    let mut of = vec![MOST_TEXTS as u32 - 1; values.len()];
    of[0] = 0;
    for (group, code) in (1..).zip(order.into_iter().take(MOST_TEXTS - 2)) {
        of[code] = group;
    }
    (of, MOST_TEXTS)
}

/// The classes of a target.
#[derive(Debug)]
pub(super) struct Classes {
    /// Original code to class.
    pub(super) of_value: Vec<u32>,
    /// Released code to class; `None` for a label that no row of the release has.
    pub(super) of_label: Vec<Option<u32>>,
    /// Number of classes.
    pub(super) n: usize,
}

impl Classes {
    /// Released labels are the classes; a value that none holds is one by itself.
    pub(super) fn new(
        before: &Side,
        after: &Side,
        column: usize,
        meanings: &Meanings,
    ) -> Result<Self, NotClassified> {
        let (occurs, released) = (before.people_by_code(column), after.people_by_code(column));
        let mut of_label: Vec<Option<u32>> = vec![None; released.len()];
        let mut of_value = vec![0; occurs.len()];
        let mut n = 0;
        let mut next = || {
            n += 1;
            n - 1
        };
        for (code, _) in occurs.iter().enumerate().filter(|(_, rows)| **rows > 0) {
            let labels = meanings.of_value[code].iter().map(|label| *label as usize);
            let mut labels = labels.filter(|label| released[*label] > 0);
            of_value[code] = match (labels.next(), labels.next()) {
                (None, _) => next(),
                (Some(label), None) => *of_label[label].get_or_insert_with(&mut next),
                (Some(_), Some(_)) => return Err(NotClassified::MixedLabels),
            };
        }
        match n as usize {
            n if n > MOST_CLASSES => Err(NotClassified::TooManyClasses),
            n => Ok(Self { of_value, of_label, n }),
        }
    }
}

/// The columns of two sides as a classifier sees them; the target comes last.
#[derive(Debug)]
pub(super) struct Categories {
    pub(super) features: Vec<Feature>,
    pub(super) classes: Classes,
}

impl Categories {
    pub(super) fn new(
        before: &Side,
        after: &Side,
        meanings: &[Meanings],
    ) -> Result<Self, NotClassified> {
        let at = meanings.len() - 1;
        let classes = Classes::new(before, after, at, &meanings[at])?;
        let features = meanings[..at].iter().enumerate().map(|(column, meanings)| {
            let mut rows = vec![0; before.texts[column].len()];
            for (row, n) in before.rows.iter().zip(before.people_by_row()) {
                rows[row[column] as usize] += n;
            }
            Feature::new(&before.texts[column], &rows, meanings)
        });
        Ok(Self { features: features.collect(), classes })
    }
}
