//! Columns as local recoding sees them: what two codes have in common.

use super::LocalError;
use crate::table::{Column, People};
use crate::{Goal, Table};
use weir_types::QualityModel;

/// All columns.
pub(super) struct Axes {
    pub(super) list: Vec<Axis>,
}

/// One column.
pub(super) struct Axis {
    /// Level, then code to group.
    pub(super) groups: Vec<Vec<u32>>,
    /// Level, then code to the values of the domain that its group covers.
    pub(super) values: Vec<Vec<f64>>,
    /// Values of the domain.
    pub(super) domain: f64,
    /// Weight in the quality model.
    pub(super) weight: f64,
    /// Place of each code in the order of the domain, where ranges are released.
    pub(super) places: Option<Vec<u32>>,
    /// Place of each code in an order in which every group of every level is one run.
    pub(super) rank: Vec<u32>,
    /// Bits of a rank.
    pub(super) bits: u32,
    /// The lowest level that joins two codes, row by row; empty where there are many codes.
    joins: Vec<u8>,
}

/// What a class covers of one column, around the code of one of its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// The group of that code at a level.
    Level(u8),
    /// Codes from one place to another.
    Range(u16, u16),
}

/// Most codes of a column whose joins are kept as a table.
const TABLE_CODES: usize = 1024;

impl Axes {
    pub(super) fn new(
        table: &Table,
        goal: &Goal,
        places: &[Option<Vec<u32>>],
    ) -> Result<Self, LocalError> {
        if !places.is_empty() && places.len() != table.columns.len() {
            return Err(LocalError::Options { what: "the places" });
        }
        let mut list = Vec::with_capacity(table.columns.len());
        for (at, column) in table.columns.iter().enumerate() {
            let wanted = places.get(at).and_then(Option::as_ref);
            if wanted.is_some_and(|places| places.len() != column.levels[0].groups.len()) {
                return Err(LocalError::Options { what: "the places" });
            }
            // A range has no height and no entry in the table of frequencies.
            let places = match goal.quality {
                QualityModel::Precision | QualityModel::NonUniformEntropy { .. } => None,
                _ if matches!(table.people, People::Records { .. }) => None,
                _ => wanted.cloned(),
            };
            list.push(Axis::new(column, places));
        }
        Ok(Self { list })
    }

    /// Whether these are levels of the columns.
    pub(super) fn has_levels(&self, levels: &[usize]) -> bool {
        levels.len() == self.list.len()
            && self.list.iter().zip(levels).all(|(axis, &level)| level < axis.groups.len())
    }

    /// The last level of each column.
    pub(super) fn tops(&self) -> Vec<usize> {
        self.list.iter().map(|axis| usize::from(axis.top())).collect()
    }

    /// Whether at these levels, the last ones, every column is one group.
    pub(super) fn tell_nothing(&self, levels: &[usize]) -> bool {
        let is_one = |(axis, &level): (&Axis, &usize)| {
            level == usize::from(axis.top()) && axis.groups[level].iter().all(|&group| group == 0)
        };
        self.list.iter().zip(levels).all(is_one)
    }
}

impl Axis {
    fn new(column: &Column, places: Option<Vec<u32>>) -> Self {
        let groups: Vec<Vec<u32>> =
            column.levels.iter().map(|level| level.groups.clone()).collect();
        let values = column.levels.iter().map(|level| {
            let loss = |&group: &u32| level.loss[group as usize] * (column.domain - 1.0) + 1.0;
            level.groups.iter().map(loss).collect()
        });
        let values = values.collect();
        let rank = match &places {
            Some(places) => places.clone(),
            None => hierarchical_rank(&groups),
        };
        let bits = 32 - rank.iter().max().copied().unwrap_or(0).leading_zeros();
        let n_codes = groups[0].len();
        let joins = if n_codes <= TABLE_CODES && places.is_none() {
            let codes = 0..n_codes * n_codes;
            codes.map(|at| lowest_join(&groups, at / n_codes, at % n_codes)).collect()
        } else {
            Vec::new()
        };
        Self {
            groups,
            values,
            domain: column.domain,
            weight: column.weight,
            places,
            rank,
            bits,
            joins,
        }
    }

    pub(super) fn top(&self) -> u8 {
        (self.groups.len() - 1) as u8
    }

    /// What a unit alone covers.
    pub(super) fn point(&self, code: u16) -> Span {
        if self.places.is_some() {
            return Span::Range(code, code);
        }
        Span::Level(self.join_level(code, code))
    }

    /// What is covered with `code` as well, around `base`.
    #[inline]
    pub(super) fn join(&self, span: Span, base: u16, code: u16) -> Span {
        match (span, &self.places) {
            (Span::Range(from, to), Some(places)) => {
                let place = places[code as usize];
                if place < places[from as usize] {
                    Span::Range(code, to)
                } else if place > places[to as usize] {
                    Span::Range(from, code)
                } else {
                    span
                }
            }
            (Span::Level(level), _) => Span::Level(level.max(self.join_level(base, code))),
            (Span::Range(..), None) => span,
        }
    }

    /// Values of the domain that a span covers.
    pub(super) fn covered(&self, span: Span, base: u16) -> f64 {
        match span {
            Span::Level(level) => self.values[level as usize][base as usize],
            Span::Range(from, to) => self.between(from, to),
        }
    }

    /// Values of the domain from one code to another.
    pub(super) fn between(&self, from: u16, to: u16) -> f64 {
        let place = |code: u16| self.places.as_ref().map_or(0, |places| places[code as usize]);
        f64::from(place(to) - place(from)) + 1.0
    }

    #[inline]
    fn join_level(&self, a: u16, b: u16) -> u8 {
        let (a, b) = (a as usize, b as usize);
        match self.joins.is_empty() {
            false => self.joins[a * self.groups[0].len() + b],
            true => lowest_join(&self.groups, a, b),
        }
    }
}

fn lowest_join(groups: &[Vec<u32>], a: usize, b: usize) -> u8 {
    let level = groups.iter().position(|groups| groups[a] == groups[b]);
    level.expect("at the last level all codes are one group") as u8
}

/// Sorts codes by their groups, coarsest first.
fn hierarchical_rank(groups: &[Vec<u32>]) -> Vec<u32> {
    let mut codes: Vec<usize> = (0..groups[0].len()).collect();
    codes.sort_by_cached_key(|&code| {
        let path = groups.iter().rev().map(|groups| groups[code]);
        path.collect::<Vec<u32>>()
    });
    let mut rank = vec![0; codes.len()];
    for (at, code) in codes.into_iter().enumerate() {
        rank[code] = at as u32;
    }
    rank
}
