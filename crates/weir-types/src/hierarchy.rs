//! Hierarchies as a request asks for them: a file, or a builder with its keys.
//!
//! The nouns only. `weir-deidentify` builds hierarchies from them and from the values of a
//! column.

use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

mod text;
mod words;

pub use text::BuilderError;

/// Where the hierarchy of a column comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum HierarchySpec {
    /// A file with one row per value: the value, then one column per level.
    File(PathBuf),
    /// Built from the values of the column.
    Build(Builder),
}

/// How a hierarchy is built from the values of a column.
///
/// Every builder ends in the level at which all values are `*`. Cells without a value are a value
/// of their own below it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Builder {
    /// By the type, the values and what the column was found to hold.
    Automatic,
    /// Ranges of one width, then of wider ones.
    Intervals(Intervals),
    /// Ranges between given numbers.
    Cuts {
        /// The cuts of each level, rising; those of a level are among those of the level below.
        levels: Vec<Vec<f64>>,
    },
    /// Units of the calendar.
    Dates {
        /// The units, finest first.
        by: Vec<DateUnit>,
    },
    /// The first characters.
    Prefixes {
        /// Characters that stay, level by level, falling.
        lengths: Vec<usize>,
        /// Numbers are filled with zeros on the left to this many digits first.
        digits: Option<usize>,
    },
    /// Characters replaced by `*` one by one, so that the length of the value stays visible.
    Mask {
        /// Characters that are masked, level by level, rising; as many levels as the longest
        /// value has characters when empty.
        hide: Vec<usize>,
        /// Where masking begins.
        from: Side,
        /// Numbers are filled with zeros on the left to this many digits first.
        digits: Option<usize>,
    },
    /// Values in a given order, grouped with their neighbours.
    Order {
        /// All values, in order.
        values: Vec<String>,
        /// Values in a group, level by level; each is a multiple of the one before.
        by: Vec<usize>,
    },
    /// Groups with names.
    Groups {
        /// The groups of each level. Members of the first level are values, those of later ones
        /// groups of the level before. What is not named stays as it is.
        levels: Vec<Vec<Group>>,
    },
    /// Values as they are, but for those at the ends: bottom and top coding.
    Bounds {
        /// Values below it are one.
        from: Option<f64>,
        /// Values of at least this are one.
        to: Option<f64>,
    },
    /// Values as they are, but for rare ones, which are joined.
    Frequency {
        /// Share of the rows (0 to 1) that a value needs to stay alone, level by level, rising.
        at_least: Vec<f64>,
    },
    /// Chinese administrative divisions, from their codes (GB/T 2260), their names, or addresses
    /// that begin with them.
    Divisions {
        /// The levels, finest first.
        by: Vec<DivisionLevel>,
    },
}

/// Ranges of one width, then of wider ones; see [`Builder::Intervals`].
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// Width of the finest ranges, above 0.
    pub width: f64,
    /// Widths of the levels above, each a multiple of the one before.
    pub by: Vec<f64>,
    /// Values below it are one group at every level (bottom coding).
    pub from: Option<f64>,
    /// Values of at least this are one group at every level (top coding).
    pub to: Option<f64>,
    /// A number at which a range begins; `from`, else 0, when left out.
    pub at: Option<f64>,
    /// Whether a range that a bound cuts short is joined with its neighbour.
    pub snap: bool,
}

/// A named group; see [`Builder::Groups`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What is released for its members.
    pub name: String,
    /// Its members.
    pub members: Vec<String>,
}

/// Units of the calendar, finest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateUnit {
    /// A day.
    Day,
    /// Monday to Sunday (ISO 8601); cut where a unit above it ends.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    HalfYear,
    /// A year.
    Year,
    /// Years that have the same fives in their number.
    FiveYears,
    /// Years that have the same tens in their number.
    Decade,
}

/// Levels of Chinese administrative divisions, finest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DivisionLevel {
    /// County, district or city at county level (县级).
    District,
    /// Prefecture or city at prefecture level (地级).
    City,
    /// Province, autonomous region or municipality (省级).
    Province,
}

/// A side of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Its first characters.
    Left,
    /// Its last characters.
    #[default]
    Right,
}

impl DateUnit {
    /// All units, finest first, by the word that names them.
    pub const ALL: [(&'static str, Self); 8] = [
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("half-year", Self::HalfYear),
        ("year", Self::Year),
        ("5-years", Self::FiveYears),
        ("decade", Self::Decade),
    ];

    /// The units of a hierarchy of dates where none are asked for.
    pub const USUAL: [Self; 5] =
        [Self::Day, Self::Month, Self::Year, Self::FiveYears, Self::Decade];
}

impl DivisionLevel {
    /// All levels, finest first, by the word that names them.
    pub const ALL: [(&'static str, Self); 3] =
        [("district", Self::District), ("city", Self::City), ("province", Self::Province)];
}

impl HierarchySpec {
    /// What a value of a request gives: a text, which is a builder where its first word is the
    /// name of one and else a path, or a table with `build` and its keys.
    ///
    /// # Errors
    /// An unknown builder or key, a key that is missing, a value out of its range.
    pub fn from_value(value: toml::Value) -> Result<Self, BuilderError> {
        match value {
            toml::Value::String(text) => text.parse(),
            toml::Value::Table(table) => Builder::from_table(table).map(Self::Build),
            other => Err(BuilderError::Syntax { part: other.to_string() }),
        }
    }

    /// Whether a text is meant as a builder: its first word is the name of one, or a key follows.
    pub fn is_builder(text: &str) -> bool {
        let (head, rest) = text.trim_start().split_once(char::is_whitespace).unwrap_or((text, ""));
        Builder::NAMES.contains(&head.trim()) || (!head.contains(['/', '.']) && rest.contains('='))
    }
}

impl FromStr for HierarchySpec {
    type Err = BuilderError;

    fn from_str(text: &str) -> Result<Self, BuilderError> {
        match Self::is_builder(text) {
            true => text.parse().map(Self::Build),
            false => Ok(Self::File(text.into())),
        }
    }
}

impl<'de> Deserialize<'de> for HierarchySpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        Self::from_value(value).map_err(serde::de::Error::custom)
    }
}
