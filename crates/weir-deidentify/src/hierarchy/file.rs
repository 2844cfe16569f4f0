//! Hierarchies that people wrote: one row per value, the value first, then one column per level.
//!
//! ```text
//! Bachelors;Undergraduate;Higher education;*
//! Some-college;Undergraduate;Higher education;*
//! ```

use std::collections::BTreeMap;

use weir_table::{Codebook, ColumnProfile};
use weir_types::Bilingual;

use super::automatic::exact;
use super::{Hierarchy, HierarchyError, TOP, checked, leaves};

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
    let (rows, places) = unique_rows(text, profile)?;
    let n_levels = rows.first().map_or(0, Vec::len);
    if n_levels < 2 {
        return Err(HierarchyError::Empty { column: column() });
    }
    check_nested(&rows, &places, profile)?;
    let row_of_code = match_values(&rows, profile)?;

    let mut drafts = vec![exact(profile)];
    for level in 1..n_levels {
        if rows.iter().all(|row| row[level] == TOP) {
            break;
        }
        let mut of_label: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            *of_label.entry(&row[level]).or_default() += 1;
        }
        let labels = row_of_code.iter().map(|row| rows[*row][level].clone()).collect();
        let meaning = Bilingual::new(
            format!("层级文件第 {level} 级"),
            format!("level {level} of the hierarchy file"),
        );
        drafts.push(leaves(labels, meaning, rows.len(), |label| of_label[label]));
    }
    checked(profile, codebook, drafts)
}

/// A hierarchy in the form that [`from_file`] reads: one row per value of the column, the value
/// first, then its label at each level, separated by `;`.
///
/// Read back it has the same levels, groups and labels, if the column has the same values.
///
/// # Errors
/// When the column has more values than can be listed.
pub fn to_file(hierarchy: &Hierarchy, profile: &ColumnProfile) -> Result<String, HierarchyError> {
    if !hierarchy.is_exact(0) {
        let (column, distinct) = (profile.name.clone(), profile.distinct);
        return Err(HierarchyError::TooManyValues { column, distinct });
    }
    let mut text = String::new();
    for (code, value) in profile.values.iter().enumerate() {
        field(&mut text, value.value.expose());
        for level in 1..hierarchy.levels() {
            let group = hierarchy.groups(level)[code];
            text.push(';');
            field(&mut text, hierarchy.label(level, group).unwrap_or_default());
        }
        text.push('\n');
    }
    Ok(text)
}

fn field(text: &mut String, field: &str) {
    let plain =
        !field.contains(['"', ';', ',', '\t', '\r', '\n', '\u{feff}']) && field.trim() == field;
    if plain {
        text.push_str(field);
    } else {
        text.push('"');
        text.push_str(&field.replace('"', "\"\""));
        text.push('"');
    }
}

/// The rows of a hierarchy file: the value, then its label at each level. Not checked.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    fields(text)
}

/// Rows of equal length, each value once, with their places in the file from 1.
fn unique_rows(
    text: &str,
    profile: &ColumnProfile,
) -> Result<(Vec<Vec<String>>, Vec<usize>), HierarchyError> {
    let column = || profile.name.clone();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut places = Vec::new();
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
                places.push(at + 1);
            }
        }
    }
    Ok((rows, places))
}

fn check_nested(
    rows: &[Vec<String>],
    places: &[usize],
    profile: &ColumnProfile,
) -> Result<(), HierarchyError> {
    let n_levels = rows.first().map_or(0, Vec::len);
    for level in 1..n_levels - 1 {
        let mut above: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let first = *above.entry(&row[level]).or_insert(at);
            if rows[first][level + 1] != row[level + 1] {
                let (column, row, other) = (profile.name.clone(), places[at], places[first]);
                return Err(HierarchyError::NotNested { column, level, row, other });
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
            // Blanks around a value are rarely meant.
            let trimmed = || by_text.get(text.trim());
            by_text.get(text.as_str()).or_else(by_number).or_else(trimmed).copied()
        })
        .collect();
    let values: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_none()).collect();
    if !values.is_empty() {
        let (column, missing) = (profile.name.clone(), values.len());
        return Err(HierarchyError::MissingValues { column, missing, values, row: None });
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
    fn blanks_around_a_value_do_not_hide_its_row() {
        let hierarchy = from_file("a;x\nb;x\n\" b\";y\n", &column(&[" a", " b", "b"])).unwrap();
        let label = |code: usize| hierarchy.label(1, hierarchy.groups(1)[code]);
        assert_eq!([label(0), label(1), label(2)], [Some("x"), Some("y"), Some("x")]);
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
        assert_eq!(missing.to_string(), "the hierarchy lacks 2 values of column `district`");
        assert!(!format!("{missing:?}").contains("secret"));
        assert!(matches!(error("a;x\nb\n", &["a"]), HierarchyError::Ragged { row: 2, .. }));
        assert!(matches!(error("a;x\na;y\n", &["a"]), HierarchyError::Conflict { row: 2, .. }));
        assert!(matches!(error("a;\n", &["a"]), HierarchyError::EmptyLabel { .. }));
        assert!(matches!(error("", &["a"]), HierarchyError::Empty { .. }));
        assert!(matches!(error("a\nb\n", &["a"]), HierarchyError::Empty { .. }));
        let nested = error("a;x;1\nb;x;2\n", &["a", "b"]);
        assert!(matches!(nested, HierarchyError::NotNested { level: 1, row: 2, other: 1, .. }));
        assert!(!nested.hint().is_empty());
    }
}
