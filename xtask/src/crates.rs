//! Holds the crate table of `docs/architecture.md` against what Cargo says.
//!
//! The table gives each crate a row; a crate may use only crates of lower rows. Dependencies of
//! tests are free, because they decide nothing about what is built.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;

/// Why there is nothing to compare.
#[derive(Debug, Error)]
pub(crate) enum TableError {
    /// The page holds no table with the columns `row` and `crate`.
    #[error("the page holds no table that begins with `| row | crate |`")]
    NoTable,
    /// A line of the table cannot be read.
    #[error("line {line} of the page: the row must be a number and the crate a name in backticks")]
    Line {
        /// Line, from 1.
        line: usize,
    },
    /// Cargo's answer is not what `--format-version 1` promises.
    #[error("the answer of `cargo metadata` cannot be read")]
    Metadata(#[from] serde_json::Error),
}

/// One way in which the crates differ from the table.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Offence {
    /// A crate of ours has no row.
    #[error("`{0}` has no row in the table")]
    NoRow(String),
    /// A row has no crate.
    #[error("the table has a row for `{0}`, which is no crate of the workspace")]
    NoCrate(String),
    /// A crate stands in two rows.
    #[error("the table has two rows for `{0}`")]
    TwoRows(String),
    /// A crate uses one that is not below it.
    #[error("`{user}` (row {user_row}) must not use `{used}` (row {used_row})")]
    NotBelow {
        /// Who uses it.
        user: String,
        /// The row of who uses it.
        user_row: u32,
        /// What is used.
        used: String,
        /// The row of what is used.
        used_row: u32,
    },
}

/// Everything in which the workspace differs from the table of the page, ordered by crate.
///
/// # Errors
///
/// The page has no readable table, or the answer is not Cargo's.
pub(crate) fn offences(page: &str, metadata: &[u8]) -> Result<Vec<Offence>, TableError> {
    let lines = table(page)?;
    let Metadata { packages } = serde_json::from_slice(metadata)?;
    let mut rows = BTreeMap::new();
    let mut found = Vec::new();
    for (row, name) in lines {
        if rows.insert(name.clone(), row).is_some() {
            found.push(Offence::TwoRows(name));
        }
    }
    let ours: BTreeSet<&str> =
        packages.iter().map(|p| p.name.as_str()).filter(|name| is_ours(name)).collect();
    found.extend(
        rows.keys().filter(|name| !ours.contains(name.as_str())).cloned().map(Offence::NoCrate),
    );
    for package in packages.iter().filter(|p| is_ours(&p.name)) {
        let Some(&user_row) = rows.get(&package.name) else {
            found.push(Offence::NoRow(package.name.clone()));
            continue;
        };
        let used = package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"));
        for dependency in used {
            if let Some(&used_row) = rows.get(&dependency.name)
                && used_row >= user_row
            {
                found.push(Offence::NotBelow {
                    user: package.name.clone(),
                    user_row,
                    used: dependency.name.clone(),
                    used_row,
                });
            }
        }
    }
    Ok(found)
}

fn is_ours(name: &str) -> bool {
    name == "weir" || name.starts_with("weir-")
}

fn table(page: &str) -> Result<Vec<(u32, String)>, TableError> {
    let mut lines = page.lines().enumerate().skip_while(|(_, line)| {
        let cells = cells(line);
        cells.first() != Some(&"row") || cells.get(1) != Some(&"crate")
    });
    lines.next().ok_or(TableError::NoTable)?;
    lines
        .skip(1)
        .take_while(|(_, line)| line.trim_start().starts_with('|'))
        .map(|(index, line)| {
            let cells = cells(line);
            let row = cells.first().and_then(|cell| cell.parse().ok());
            let name = cells
                .get(1)
                .and_then(|cell| cell.strip_prefix('`')?.strip_suffix('`'))
                .map(str::to_owned);
            row.zip(name).ok_or(TableError::Line { line: index + 1 })
        })
        .collect()
}

fn cells(line: &str) -> Vec<&str> {
    let Some(inner) = line.trim().strip_prefix('|') else { return Vec::new() };
    inner.trim_end_matches('|').split('|').map(str::trim).collect()
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for what is built in.
    kind: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Architecture

| step | what |
|---|---|
| 1 | read |

| row | crate | its subject | must never know |
|---|---|---|---|
| 0 | `weir-types` | the nouns | I/O |
| 1 | `weir-law` | rules | rows |
| 1 | `weir-table` | batches | law |
| 7 | `weir` | the command line | algorithms |

| row | crate |
|---|---|
| 9 | `of-another-table` |
";

    /// A crate, and what it uses in which way.
    type Uses<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    fn metadata(packages: &[Uses<'_>]) -> Vec<u8> {
        let packages: Vec<serde_json::Value> = packages
            .iter()
            .map(|(name, used)| {
                let used: Vec<serde_json::Value> = used
                    .iter()
                    .map(|(name, kind)| serde_json::json!({"name": name, "kind": kind}))
                    .collect();
                serde_json::json!({"name": name, "dependencies": used, "version": "0.1.0"})
            })
            .collect();
        serde_json::to_vec(&serde_json::json!({"packages": packages})).unwrap()
    }

    const TYPES: Uses<'_> = ("weir-types", &[("serde", None)]);
    const LAW: Uses<'_> = ("weir-law", &[("weir-types", None)]);
    const TABLE: Uses<'_> = ("weir-table", &[]);
    const COMMAND: Uses<'_> = ("weir", &[("weir-law", None), ("weir-table", None)]);

    #[test]
    fn crates_that_use_lower_rows_pass() {
        let xtask: Uses<'_> = ("xtask", &[("weir", None)]);
        let metadata = metadata(&[TYPES, LAW, TABLE, COMMAND, xtask]);
        assert_eq!(offences(PAGE, &metadata).unwrap(), []);
    }

    #[test]
    fn the_same_row_and_a_higher_one_are_refused_but_not_for_tests() {
        let law: Uses<'_> =
            ("weir-law", &[("weir-table", None), ("weir", Some("dev")), ("weir", Some("build"))]);
        let found = offences(PAGE, &metadata(&[TYPES, law, TABLE, COMMAND])).unwrap();
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "`weir-law` (row 1) must not use `weir-table` (row 1)",
                "`weir-law` (row 1) must not use `weir` (row 7)",
            ]
        );
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_refused() {
        let extra: Uses<'_> = ("weir-new", &[]);
        let found = offences(PAGE, &metadata(&[TYPES, LAW, COMMAND, extra])).unwrap();
        assert_eq!(
            found,
            [Offence::NoCrate("weir-table".to_owned()), Offence::NoRow("weir-new".to_owned())]
        );
    }

    #[test]
    fn a_crate_in_two_rows_is_refused() {
        let page = PAGE
            .replace("| 1 | `weir-law` ", "| 3 | `weir-table` | again | x |\n| 1 | `weir-law` ");
        let found = offences(&page, &metadata(&[TYPES, LAW, TABLE, COMMAND])).unwrap();
        assert_eq!(found, [Offence::TwoRows("weir-table".to_owned())]);
    }

    #[test]
    fn a_page_that_cannot_be_read_is_an_error() {
        let good = metadata(&[TYPES]);
        assert!(matches!(offences("# Nothing", &good), Err(TableError::NoTable)));
        let page = PAGE.replace("| 1 | `weir-law`", "| one | `weir-law`");
        assert!(matches!(offences(&page, &good), Err(TableError::Line { line: 10 })));
        let page = PAGE.replace("`weir-law`", "weir-law");
        assert!(matches!(offences(&page, &good), Err(TableError::Line { line: 10 })));
        assert!(matches!(offences(PAGE, b"[]"), Err(TableError::Metadata(_))));
    }
}
