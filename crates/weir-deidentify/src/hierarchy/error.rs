//! Why a hierarchy cannot be made for a column.

use thiserror::Error;

/// Why a hierarchy cannot be made for a column. No variant holds a value of the data.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum HierarchyError {
    /// No row, or no level beside the value.
    #[error("the hierarchy file of column `{column}` has no levels")]
    Empty {
        /// The column.
        column: String,
    },
    /// A row with another number of fields than the first one.
    #[error(
        "the hierarchy file of column `{column}`: row {row} has {found} fields, not {expected}"
    )]
    Ragged {
        /// The column.
        column: String,
        /// Row from 1.
        row: usize,
        /// Its fields.
        found: usize,
        /// Fields of the first row.
        expected: usize,
    },
    /// A field that is empty above the value, which would look like a cell without a value.
    #[error("the hierarchy file of column `{column}`: row {row} has an empty level")]
    EmptyLabel {
        /// The column.
        column: String,
        /// Row from 1.
        row: usize,
    },
    /// A value that stands in two rows with different levels.
    #[error("the hierarchy file of column `{column}`: row {row} repeats a value with other levels")]
    Conflict {
        /// The column.
        column: String,
        /// Row from 1.
        row: usize,
    },
    /// One label of a level that has two labels at the next level.
    #[error(
        "the hierarchy file of column `{column}`: row {row} gives a label of level {level} another label at the next level than row {other} does"
    )]
    NotNested {
        /// The column.
        column: String,
        /// The finer of the two levels; 0 is the value.
        level: usize,
        /// The first row that contradicts an earlier one, from 1.
        row: usize,
        /// The earlier one.
        other: usize,
    },
    /// Values of the data that a file, an order or a list of values lacks.
    #[error("the hierarchy lacks {} of column `{column}`{}", so_many(*.missing), first(*.row))]
    MissingValues {
        /// The column.
        column: String,
        /// How many.
        missing: usize,
        /// Which, by their places in the profile of the column.
        values: Vec<usize>,
        /// The first row of the data that has one of them, from 1; none where nobody looked.
        row: Option<u64>,
    },
    /// Values of the data that do not have the form that the builder takes apart.
    #[error("{} of column `{column}` cannot be read as {form}{}", so_many(*.unfit), first(*.row))]
    Unfit {
        /// The column.
        column: String,
        /// What they should be.
        form: &'static str,
        /// How many are not.
        unfit: usize,
        /// Which, by their places in the profile of the column.
        values: Vec<usize>,
        /// The first row of the data that has one of them, from 1; none where nobody looked.
        row: Option<u64>,
    },
    /// A column that holds something else than the builder works on.
    #[error("`{builder}` needs {needs}, and column `{column}` holds {holds}")]
    WrongType {
        /// The column.
        column: String,
        /// The builder.
        builder: &'static str,
        /// What it works on.
        needs: &'static str,
        /// The type of the column.
        holds: &'static str,
    },
    /// A column with more values than can be looked up one by one.
    #[error("column `{column}` has {distinct} values, too many to list them one by one")]
    TooManyValues {
        /// The column.
        column: String,
        /// About how many.
        distinct: u64,
    },
    /// Groups that are so narrow that there are too many of them.
    #[error("the finest groups of column `{column}` would be more than {most}")]
    TooManyGroups {
        /// The column.
        column: String,
        /// Most groups.
        most: usize,
    },
    /// Two groups of a level that would be released alike.
    #[error("two groups of level {level} of column `{column}` have the same label")]
    SameLabel {
        /// The column.
        column: String,
        /// The level.
        level: usize,
    },
    /// A group that names a group which the level below does not have.
    #[error("level {level} of the groups of column `{column}` names a group that level {} does not have", level - 1)]
    UnknownGroup {
        /// The column.
        column: String,
        /// The level, from 2.
        level: usize,
    },
}

impl HierarchyError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty { .. } | Self::Ragged { .. } => {
                "write one line per value: the value, then one field per level, separated by `;`"
            }
            Self::EmptyLabel { .. } => "write `*` for what must not be told apart",
            Self::Conflict { .. } => "keep one row per value",
            Self::NotNested { .. } => "give the label two names, or the same label above it",
            Self::MissingValues { .. } => {
                "add the missing values; `weir hierarchy DATA --column COLUMN --out FILE` writes a \
                 file that has them all"
            }
            Self::Unfit { .. } => {
                "mend the values, or leave out `hierarchy` to have one made that fits"
            }
            Self::WrongType { .. } => {
                "leave out `hierarchy`, or choose another builder; `weir inspect DATA` shows the \
                 types"
            }
            Self::TooManyValues { .. } => {
                "use a builder that needs no list (`intervals`, `cuts`, `dates`, `prefixes`, \
                 `mask`, `divisions`), or drop the column (`action = \"drop\"`)"
            }
            Self::TooManyGroups { .. } => "make the finest groups wider",
            Self::SameLabel { .. } => "give the groups different names",
            Self::UnknownGroup { .. } => {
                "name groups of the level below, or values it leaves alone"
            }
        }
        .to_owned()
    }

    /// The values, by their places in the profile, whose first row a person has to be told.
    pub fn values(&self) -> Option<&[usize]> {
        match self {
            Self::MissingValues { values, .. } | Self::Unfit { values, .. } => Some(values),
            _ => None,
        }
    }

    /// Names the first row of the data, from 1, that has one of [`Self::values`].
    pub fn in_row(&mut self, first: u64) {
        if let Self::MissingValues { row, .. } | Self::Unfit { row, .. } = self {
            *row = Some(first);
        }
    }
}

fn so_many(n: usize) -> String {
    format!("{n} value{}", if n == 1 { "" } else { "s" })
}

fn first(row: Option<u64>) -> String {
    row.map_or_else(String::new, |row| format!(", the first in row {row} of the data"))
}
