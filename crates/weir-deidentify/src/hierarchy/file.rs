//! Hierarchies that people wrote: one row per value, the value first, then one column per level.
//!
//! ```text
//! Bachelors;Undergraduate;Higher education;*
//! Some-college;Undergraduate;Higher education;*
//! ```

use std::collections::BTreeMap;

use thiserror::Error;
use weir_table::{Codebook, ColumnProfile};
use weir_types::Bilingual;

use super::automatic::exact;
use super::{Draft, Hierarchy, TOP, number};

/// Why a hierarchy file cannot be used for a column. No variant holds a value of the data.
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
        "the hierarchy file of column `{column}`: a label of level {level} belongs to two labels of the next level"
    )]
    NotNested {
        /// The column.
        column: String,
        /// The finer of the two levels; 0 is the value.
        level: usize,
    },
    /// Values of the data that the file lacks.
    #[error("the hierarchy file lacks {missing} values of column `{column}`")]
    MissingValues {
        /// The column.
        column: String,
        /// How many.
        missing: usize,
    },
    /// A column with more values than can be looked up one by one.
    #[error("column `{column}` has {distinct} values, too many for a hierarchy file")]
    TooManyValues {
        /// The column.
        column: String,
        /// About how many.
        distinct: u64,
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
            Self::MissingValues { .. } => "add a row for every value of the column",
            Self::TooManyValues { .. } => {
                "leave out `hierarchy`, or drop the column (`action = \"drop\"`)"
            }
        }
        .to_owned()
    }
}

/// The hierarchy that a file gives to a column.
///
/// Fields are separated by `;`, `,` or tabs, whichever the first line has, in this order; a field
/// may stand in double quotes; there is no header. `*` is added above when the file does not end
/// with it. The loss of a label is its share of the rows of the file, also of those whose value
/// the data lacks.
///
/// # Errors
/// When a row is ragged, a value is missing or repeated, or levels are not nested.
pub fn from_file(text: &str, profile: &ColumnProfile) -> Result<Hierarchy, HierarchyError> {
    let column = || profile.name.clone();
    let Some(codebook) = Codebook::of_values(profile) else {
        return Err(HierarchyError::TooManyValues { column: column(), distinct: profile.distinct });
    };
    let rows = unique_rows(text, profile)?;
    let n_levels = rows.first().map_or(0, Vec::len);
    if n_levels < 2 {
        return Err(HierarchyError::Empty { column: column() });
    }
    check_nested(&rows, n_levels, profile)?;
    let row_of_code = match_values(&rows, profile)?;

    let mut drafts = vec![exact(profile)];
    for level in 1..n_levels {
        let labels: Vec<&str> = row_of_code.iter().map(|row| rows[*row][level].as_str()).collect();
        if rows.iter().all(|row| row[level] == TOP) {
            break;
        }
        let mut leaves: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            *leaves.entry(&row[level]).or_default() += 1;
        }
        let (groups, present) = number(&labels);
        let others = (rows.len() - 1).max(1) as f64;
        drafts.push(Draft {
            groups,
            labels: present.iter().map(|label| (*label).to_owned()).collect(),
            loss: present.iter().map(|label| (leaves[label] - 1) as f64 / others).collect(),
            meaning: Bilingual::new(
                format!("层级文件第 {level} 级"),
                format!("level {level} of the hierarchy file"),
            ),
            exact: false,
        });
    }
    Ok(Hierarchy::build(codebook, drafts))
}

/// The rows of a hierarchy file: the value, then its label at each level. Not checked.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    fields(text)
}

/// Rows of equal length, each value once.
fn unique_rows(text: &str, profile: &ColumnProfile) -> Result<Vec<Vec<String>>, HierarchyError> {
    let column = || profile.name.clone();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, row) in fields(text).into_iter().enumerate() {
        let expected = rows.first().map_or(row.len(), Vec::len);
        if row.len() != expected {
            return Err(HierarchyError::Ragged {
                column: column(),
                row: at + 1,
                found: row.len(),
                expected,
            });
        }
        if row.iter().skip(1).any(String::is_empty) {
            return Err(HierarchyError::EmptyLabel { column: column(), row: at + 1 });
        }
        match seen.get(&row[0]) {
            Some(first) if rows[*first] == row => {}
            Some(_) => return Err(HierarchyError::Conflict { column: column(), row: at + 1 }),
            None => {
                seen.insert(row[0].clone(), rows.len());
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

fn check_nested(
    rows: &[Vec<String>],
    n_levels: usize,
    profile: &ColumnProfile,
) -> Result<(), HierarchyError> {
    for level in 1..n_levels - 1 {
        let mut above: BTreeMap<&str, &str> = BTreeMap::new();
        for row in rows {
            if *above.entry(&row[level]).or_insert(&row[level + 1]) != row[level + 1] {
                return Err(HierarchyError::NotNested { column: profile.name.clone(), level });
            }
        }
    }
    Ok(())
}

/// The row of each value of the data. Values of ordered columns are compared as numbers where
/// both sides are, so that `39.0` in the file is the 39 of the data.
fn match_values(
    rows: &[Vec<String>],
    profile: &ColumnProfile,
) -> Result<Vec<usize>, HierarchyError> {
    let mut by_text: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_number: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        by_text.insert(&row[0], at);
        if let Ok(number) = row[0].trim().parse::<f64>() {
            by_number.entry((number + 0.0).to_bits()).or_insert(at);
        }
    }
    let is_number = profile.ty.is_ordered();
    let found: Vec<Option<usize>> = profile
        .values
        .iter()
        .map(|value| {
            let text = value.value.expose();
            let by_number = || {
                let number = text.parse::<f64>().ok().filter(|_| is_number)?;
                by_number.get(&(number + 0.0).to_bits())
            };
            by_text.get(text.as_str()).or_else(by_number).copied()
        })
        .collect();
    let missing = found.iter().filter(|at| at.is_none()).count();
    if missing > 0 {
        return Err(HierarchyError::MissingValues { column: profile.name.clone(), missing });
    }
    Ok(found.into_iter().flatten().collect())
}

/// The fields of a delimited text; blank lines are left out.
fn fields(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let delimiter = [';', ',', '\t'].into_iter().find(|d| first.contains(*d)).unwrap_or(';');
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = text.chars().chain(std::iter::once('\n')).peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                let row = std::mem::take(&mut row);
                if row.len() > 1 || !row[0].trim().is_empty() {
                    rows.push(row);
                }
            }
            c if c == delimiter && !quoted => row.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use weir_table::ValueCount;
    use weir_types::{ColumnType, Redacted};

    use super::*;

    fn column(values: &[&str]) -> ColumnProfile {
        ColumnProfile {
            name: "district".to_owned(),
            ty: ColumnType::Text,
            nulls: 0,
            distinct: values.len() as u64,
            distinct_exact: true,
            values: values
                .iter()
                .map(|v| ValueCount {
                    value: Redacted::new((*v).to_owned()),
                    number: None,
                    count: 1,
                })
                .collect(),
            min: None,
            max: None,
            longest: 9,
        }
    }

    #[test]
    fn levels_come_from_the_file_and_the_top_is_added() {
        let text = "\u{feff}a;\"x;1\";N\r\nb;\"x;1\";N\r\n\r\nc;y;N\r\nd;y;N\r\n";
        let hierarchy = from_file(text, &column(&["a", "b", "c"])).unwrap();
        assert_eq!(hierarchy.levels(), 4);
        assert_eq!(hierarchy.label(1, hierarchy.groups(1)[1]), Some("x;1"));
        assert_eq!(hierarchy.label(2, hierarchy.groups(2)[2]), Some("N"));
        assert_eq!(hierarchy.label(3, 0), Some("*"));
        let third = hierarchy.cell_loss(1, 0);
        assert!((third - 1.0 / 3.0).abs() < 1e-12, "{third}");
        assert!((hierarchy.cell_loss(2, 0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_star_in_the_file_is_the_top() {
        let hierarchy = from_file("a,x,*\nb,y,*\n", &column(&["a", "b"])).unwrap();
        assert_eq!(hierarchy.levels(), 2, "x and y tell no less than a and b");
    }

    #[test]
    fn wrong_files_are_refused_without_showing_a_value() {
        let error = |text: &str, values: &[&str]| from_file(text, &column(values)).unwrap_err();
        let missing = error("a;x\nb;x\n", &["a", "secret", "hidden"]);
        assert_eq!(missing.to_string(), "the hierarchy file lacks 2 values of column `district`");
        assert!(!format!("{missing:?}").contains("secret"));
        assert!(matches!(error("a;x\nb\n", &["a"]), HierarchyError::Ragged { row: 2, .. }));
        assert!(matches!(error("a;x\na;y\n", &["a"]), HierarchyError::Conflict { row: 2, .. }));
        assert!(matches!(error("a;\n", &["a"]), HierarchyError::EmptyLabel { .. }));
        assert!(matches!(error("", &["a"]), HierarchyError::Empty { .. }));
        assert!(matches!(error("a\nb\n", &["a"]), HierarchyError::Empty { .. }));
        let nested = error("a;x;1\nb;x;2\n", &["a", "b"]);
        assert!(matches!(nested, HierarchyError::NotNested { level: 1, .. }));
        assert!(!nested.hint().is_empty());
    }
}
