//! The columns of a table, reduced to what the table holds.

use super::part::{Part, split};
use crate::table::Column;

/// A column whose groups are numbered anew: only those that the table or its population holds, and
/// so that the groups within a group of a higher level follow each other.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// Codes that the table or its population holds.
    pub(crate) n_codes: usize,
    pub(crate) levels: Vec<AxisLevel>,
}

/// One level of an [`Axis`].
#[derive(Clone, Debug)]
pub(crate) struct AxisLevel {
    /// Code to group; 0 for codes that the table lacks.
    pub(crate) of_code: Vec<u32>,
    /// Group to the number that it has in the table's own column.
    pub(crate) given: Vec<u32>,
    /// Group to its group at each level above: `above[0]` is the next level.
    pub(crate) above: Vec<Vec<u32>>,
    /// Rows of each group.
    pub(crate) rows: Vec<u64>,
}

impl AxisLevel {
    pub(crate) fn len(&self) -> usize {
        self.given.len()
    }
}

impl Axis {
    /// `rows[code]` is how many rows have a code, `people[code]` how many people of the
    /// population, or the same where there is none.
    pub(crate) fn new(column: &Column, rows: &[u64], people: &[u64]) -> Self {
        let there = |code: &usize| rows[*code] > 0 || people[*code] > 0;
        let mut present: Vec<usize> = (0..rows.len()).filter(there).collect();
        // From the last level down, so that nested groups follow each other.
        present.sort_by_cached_key(|code| -> Vec<u32> {
            column.levels.iter().rev().map(|level| level.groups[*code]).collect()
        });
        let mut levels: Vec<AxisLevel> = Vec::with_capacity(column.levels.len());
        for level in &column.levels {
            let mut own = AxisLevel {
                of_code: vec![0; rows.len()],
                given: Vec::new(),
                above: Vec::new(),
                rows: Vec::new(),
            };
            for code in &present {
                let group = level.groups[*code];
                if own.given.last() != Some(&group) {
                    own.given.push(group);
                    own.rows.push(0);
                }
                own.of_code[*code] = own.given.len() as u32 - 1;
                if let Some(n) = own.rows.last_mut() {
                    *n += rows[*code];
                }
            }
            levels.push(own);
        }
        for from in 0..levels.len() {
            let above = (from + 1..levels.len()).map(|to| {
                let mut group = vec![0; levels[from].len()];
                for code in &present {
                    group[levels[from].of_code[*code] as usize] = levels[to].of_code[*code];
                }
                group
            });
            levels[from].above = above.collect();
        }
        Self { n_codes: present.len(), levels }
    }

    pub(crate) fn top(&self) -> usize {
        self.levels.len() - 1
    }

    /// Group at level `from` to group at level `to`, which is above; `None` where they are one.
    pub(crate) fn lift(&self, from: usize, to: usize) -> Option<&[u32]> {
        (to > from).then(|| self.levels[from].above[to - from - 1].as_slice())
    }
}

/// How many rows have each code, column by column; `parts` are those of the table as it is given.
///
/// Parts are counted whole and taken apart afterwards: one step a part and tuple.
pub(crate) fn code_rows(parts: &[Part<'_>], columns: &[Column], rows: &[u32]) -> Vec<Vec<u64>> {
    let n_codes = |column: &Column| column.levels.first().map_or(0, |level| level.groups.len());
    let mut all: Vec<Vec<u64>> = columns.iter().map(|column| vec![0; n_codes(column)]).collect();
    for part in parts {
        let mut ids = vec![0u32; part.len()];
        for (id, n) in part.ids.iter().zip(rows) {
            ids[usize::from((id >> part.shift) & part.mask)] += n;
        }
        split(&part.digits, &ids, &mut |column, digits| {
            all[column].iter_mut().zip(digits).for_each(|(to, n)| *to += u64::from(*n));
        });
    }
    all
}
