//! Hierarchies from the builders that a request names.

use weir_table::{Codebook, ColumnProfile};
use weir_types::ColumnType;
use weir_types::hierarchy::{Builder, DateUnit};

use super::automatic::automatic_for;
use super::calendar::{DateTexts, typed_dates};
use super::divisions::Divisions;
use super::texts::{Mask, Prefixes, by_labels};
use super::{Hierarchy, HierarchyError, groups, intervals};

/// The hierarchy that a builder makes for a column.
///
/// `k` and `semantic` serve the automatic builder alone: the least number of people in a class,
/// and what the column was found to hold (`""` where nobody looked).
///
/// Builders but the automatic one have the values of the column as level 0 where there are few
/// enough to tell them apart, and then what was asked for. Where there are more, the first level
/// that was asked for is level 0.
///
/// # Errors
/// When the builder does not go with the type or the values of the column.
pub fn build(
    builder: &Builder,
    profile: &ColumnProfile,
    k: u64,
    semantic: &str,
) -> Result<Hierarchy, HierarchyError> {
    match builder {
        Builder::Automatic => Ok(automatic_for(profile, k, semantic)),
        Builder::Intervals(asked) => intervals::intervals(asked, profile),
        Builder::Cuts { levels } => intervals::cuts(levels, profile),
        Builder::Bounds { from, to } => intervals::bounds(*from, *to, profile),
        Builder::Dates { by } => dates(by, profile),
        Builder::Prefixes { lengths, digits } => {
            let prefixes = Prefixes { lengths: lengths.clone(), digits: *digits };
            by_labels(profile, prefixes, Strictness::Strict)
        }
        Builder::Mask { hide, from, digits } => {
            by_labels(profile, Mask::new(hide, *from, *digits, profile), Strictness::Strict)
        }
        Builder::Divisions { by } => {
            by_labels(profile, Divisions { by: by.clone() }, Strictness::Strict)
        }
        Builder::Order { values, by } => groups::order(values, by, profile),
        Builder::Groups { levels } => groups::named(levels, profile),
        Builder::Frequency { at_least } => groups::frequency(at_least, profile),
        // The noun may grow before the verb does.
        _ => Ok(automatic_for(profile, k, semantic)),
    }
}

/// What becomes of a value without the form that a builder takes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// It is an error.
    Strict,
    /// It is `*` above its own level.
    Lenient,
}

fn dates(by: &[DateUnit], profile: &ColumnProfile) -> Result<Hierarchy, HierarchyError> {
    match profile.ty {
        ColumnType::Date | ColumnType::Timestamp => typed_dates(by, profile),
        ColumnType::Text | ColumnType::Integer => {
            by_labels(profile, DateTexts { by: by.to_vec() }, Strictness::Strict)
        }
        ColumnType::Boolean | ColumnType::Float => {
            Err(wrong_type("dates", "dates, or texts that are dates", profile))
        }
    }
}

pub(super) fn wrong_type(
    builder: &'static str,
    needs: &'static str,
    profile: &ColumnProfile,
) -> HierarchyError {
    let (column, holds) = (profile.name.clone(), profile.ty.name());
    HierarchyError::WrongType { column, builder, needs, holds }
}

/// The codes of a column whose values can be listed.
pub(super) fn listed(profile: &ColumnProfile) -> Result<Codebook, HierarchyError> {
    Codebook::of_values(profile).ok_or_else(|| HierarchyError::TooManyValues {
        column: profile.name.clone(),
        distinct: profile.distinct,
    })
}

#[cfg(test)]
mod tests;
