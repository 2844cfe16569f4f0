//! Columns released only as far as a released cell of another column tells them.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use weir_table::{Codebook, ColumnProfile, ValueCount};
use weir_types::ColumnType;

use crate::hierarchy::Hierarchy;

/// Most distinct values of a column that can be derived.
const MOST_VALUES: u64 = 64;

/// The codes of a column that can be derived: one of few values. `None` for any other.
pub fn derivable(profile: &ColumnProfile) -> Option<Codebook> {
    if profile.distinct > MOST_VALUES {
        return None;
    }
    Codebook::of_values(profile)
}

/// For each code of a leading column: the one code that another column has there, or that it has
/// several. Counted over every row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeriveTable {
    cells: Vec<Cell>,
    null: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    rows: u64,
    /// Rows with a value in the other column.
    valued: u64,
    /// The other column's code; meaningless when there are no rows.
    code: u16,
    several: bool,
}

impl DeriveTable {
    /// An empty table for two books.
    pub fn new(leading: &Codebook, other: &Codebook) -> Self {
        Self { cells: vec![Cell::default(); leading.n_codes()], null: other.null_code() }
    }

    /// Counts rows: the codes of both columns, row by row.
    pub fn add(&mut self, leading: &[u16], other: &[u16]) {
        debug_assert_eq!(leading.len(), other.len());
        for (at, code) in leading.iter().zip(other) {
            let valued = u64::from(*code != self.null);
            let row = Cell { rows: 1, valued, code: *code, several: false };
            self.cells[usize::from(*at)].add(row);
        }
    }

    /// Adds what another thread counted.
    pub fn merge(&mut self, other: &Self) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            cell.add(*more);
        }
    }

    /// Whether the other column has one value for each value of the leading one.
    pub fn is_function(&self) -> bool {
        self.cells.iter().all(|cell| !cell.several)
    }

    /// What the cells of a level tell of the column that `profile` describes. `None` when it
    /// cannot be derived.
    pub fn derive(
        &self,
        hierarchy: &Hierarchy,
        level: usize,
        profile: &ColumnProfile,
    ) -> Option<Derived> {
        let mut groups = vec![Cell::default(); hierarchy.n_groups(level)];
        for (cell, group) in self.cells.iter().zip(hierarchy.groups(level)) {
            groups[*group as usize].add(*cell);
        }
        let told = |cell: &Cell| cell.rows > 0 && !cell.several;
        let all: u64 = groups.iter().map(|cell| cell.valued).sum();
        let kept: u64 = groups.iter().filter(|cell| told(cell)).map(|cell| cell.valued).sum();
        let of_group = groups.iter().map(|cell| {
            let valued = told(cell) && cell.code != self.null;
            valued.then_some(u32::from(cell.code))
        });
        Some(Derived {
            level,
            of_group: of_group.collect(),
            values: typed(profile)?,
            kept: if all == 0 { 0.0 } else { kept as f64 / all as f64 },
        })
    }
}

impl Cell {
    fn add(&mut self, more: Self) {
        if more.rows == 0 {
            return;
        }
        if self.rows == 0 {
            *self = more;
            return;
        }
        self.several |= more.several || self.code != more.code;
        self.rows += more.rows;
        self.valued += more.valued;
    }
}

/// The values that the cells of a released level tell.
#[derive(Clone, Debug)]
pub struct Derived {
    level: usize,
    of_group: Vec<Option<u32>>,
    values: ArrayRef,
    kept: f64,
}

impl Derived {
    /// Share of the rows with a value that keep it.
    pub fn kept(&self) -> f64 {
        self.kept
    }

    /// The released level of the leading column.
    pub fn level(&self) -> usize {
        self.level
    }

    /// The place in [`Derived::values`] of what a group tells.
    pub fn of_group(&self, group: u32) -> Option<u32> {
        self.of_group[group as usize]
    }

    /// The values of the derived column in its own type.
    pub fn values(&self) -> &ArrayRef {
        &self.values
    }
}

/// The values of a profile as an array of the physical type of their column.
fn typed(profile: &ColumnProfile) -> Option<ArrayRef> {
    let text = |v: &ValueCount| v.value.expose().clone();
    let values = profile.values.iter();
    Some(match profile.ty {
        ColumnType::Boolean => {
            let values: Option<Vec<bool>> = values.map(|v| text(v).parse().ok()).collect();
            Arc::new(BooleanArray::from(values?))
        }
        ColumnType::Integer => {
            let values: Option<Vec<i64>> = values.map(|v| text(v).parse().ok()).collect();
            Arc::new(Int64Array::from(values?))
        }
        ColumnType::Float => {
            Arc::new(Float64Array::from(values.map(|v| v.number).collect::<Option<Vec<_>>>()?))
        }
        ColumnType::Date => {
            let days = values.map(|v| v.number.map(|days| days as i32));
            Arc::new(Date32Array::from(days.collect::<Option<Vec<_>>>()?))
        }
        ColumnType::Timestamp => {
            let micros = values.map(|v| v.number.map(|micros| micros as i64));
            Arc::new(TimestampMicrosecondArray::from(micros.collect::<Option<Vec<_>>>()?))
        }
        ColumnType::Text => Arc::new(StringArray::from_iter_values(values.map(text))),
    })
}
