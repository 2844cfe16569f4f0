//! What was typed after `weir hierarchy`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use weir_types::HierarchySpec;
use weir_types::hierarchy::{Builder, BuilderError};
use weir_types::request::{Delimiter, Encoding};

use super::deidentify::{delimiter, encoding};

/// Show how the values of a column become coarser, and write it as a file to edit
///
/// Prints the hierarchy that `weir deidentify` and `weir release` would use, level by level: how
/// many groups, how much of the information is kept, how many people are in the groups. Without
/// --column all quasi-identifiers are listed. Labels of groups of fewer people than --k, and cells
/// that are as in the data, are not shown; they are in the file that --out writes.
///
/// A builder is a short text: `intervals width=5 by=10,20 from=0 to=90`, `cuts at=0,18,65`,
/// `dates by=month,quarter,year`, `prefixes lengths=4,2`, `mask hide=2,4 from=right`,
/// `order values=low,middle,high by=2`, `groups school=primary,high`, `bounds from=15 to=90`,
/// `frequency at_least=1%`, `divisions by=city,province`; see docs/request.md for all of them.
///
/// Example: weir hierarchy claims.csv --column age --as 'intervals width=5 by=10,20 to=90'
/// --out age.csv
#[derive(Debug, ClapArgs)]
pub(crate) struct Hierarchy {
    /// Files or folders that form one dataset
    #[arg(required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// The column
    #[arg(long)]
    pub(crate) column: Option<String>,
    /// A builder, or a hierarchy file to look at; made by itself when left out
    #[arg(long = "as", value_name = "BUILDER", requires = "column", value_parser = spec)]
    pub(crate) made_by: Option<HierarchySpec>,
    /// Write the hierarchy as a file that --hierarchy of `weir deidentify` reads; it must not be
    /// there yet
    #[arg(long, value_name = "FILE", requires = "column")]
    pub(crate) out: Option<PathBuf>,
    /// The column that says whose row it is; found by itself when left out
    #[arg(long)]
    pub(crate) person: Option<String>,
    /// Least number of people in a class
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) k: u64,
    /// Field separator of text files: comma, tab, semicolon or pipe; found when left out
    #[arg(long, value_parser = delimiter)]
    pub(crate) delimiter: Option<Delimiter>,
    /// Encoding of text files: utf-8 or gb18030; found when left out
    #[arg(long, value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,
    /// The sheet of a workbook; the first one when left out
    #[arg(long)]
    pub(crate) sheet: Option<String>,
}

fn told(error: &BuilderError) -> String {
    format!("{error}; {}", error.hint())
}

fn spec(text: &str) -> Result<HierarchySpec, String> {
    text.parse().map_err(|e| told(&e))
}

/// A column with its hierarchy: `COLUMN=FILE`, or `COLUMN=BUILDER key=value …`.
pub(super) fn column_and_spec(text: &str) -> Result<(String, HierarchySpec), String> {
    // A builder has equal signs of its own; the name of a column or of a file may have some.
    let named = |(at, _): (usize, &str)| {
        let head = text.get(at + 1..)?.split_whitespace().next()?;
        Builder::NAMES.contains(&head).then_some(at)
    };
    let builder = text.match_indices('=').find_map(named);
    let typed = || text.contains(' ').then(|| text.find('=')).flatten();
    let at = builder.or_else(|| typed().filter(|at| HierarchySpec::is_builder(&text[at + 1..])));
    let Some(at) = at.or_else(|| text.rfind('=')) else {
        return Err("write the column, `=`, and a file or a builder".to_owned());
    };
    match (&text[..at], &text[at + 1..]) {
        ("", _) | (_, "") => Err("write the column, `=`, and a file or a builder".to_owned()),
        (column, spec_text) => Ok((column.to_owned(), spec(spec_text)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_a_file_or_a_builder() {
        let file =
            |column: &str, path: &str| Ok((column.to_owned(), HierarchySpec::File(path.into())));
        assert_eq!(column_and_spec("age=ages.csv"), file("age", "ages.csv"));
        assert_eq!(column_and_spec("a=b=my ages.csv"), file("a=b", "my ages.csv"));
        for (text, column) in [("age=intervals width=5 by=10,20", "age"), ("a=b=dates", "a=b")] {
            let (name, spec) = column_and_spec(text).unwrap();
            assert_eq!(name, column);
            assert!(matches!(spec, HierarchySpec::Build(_)), "{text}");
        }
        assert!(column_and_spec("age=interval width=5").unwrap_err().contains("did you mean"));
        assert!(column_and_spec("age=intervals").unwrap_err().contains("needs `width`"));
        for wrong in ["age", "=x.csv", "age="] {
            assert!(column_and_spec(wrong).is_err(), "{wrong}");
        }
    }
}
