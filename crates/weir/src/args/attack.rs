//! What was typed for `weir attack`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Try to attack a released table
///
/// Tries the three classic attacks on RELEASED with ORIGINAL at hand: singling out, linking what is
/// known of a person to their rows, and inferring a hidden value. The figures are held against
/// people who are not in the data: those of --control, or else each target had they stayed out.
/// Which columns are known and which are to be told is found by itself when left out. Whoever holds
/// only the release cannot repeat this. It is what was tried, not a proof that nothing worse exists.
///
/// Example: weir attack patients.csv patients.deidentified.csv --known age,sex,postcode --secret
/// diagnosis
#[derive(Debug, ClapArgs)]
pub(crate) struct Attack {
    /// The table that was to be protected: a file, or a folder of them
    pub(crate) original: PathBuf,
    /// What was released
    pub(crate) released: PathBuf,
    /// Columns whose original values the adversary knows of a person
    #[arg(long, value_delimiter = ',')]
    pub(crate) known: Vec<String>,
    /// Columns to be told
    #[arg(long, value_delimiter = ',')]
    pub(crate) secret: Vec<String>,
    /// The column that says whose row it is; in the original, and in the tables below
    #[arg(long)]
    pub(crate) person: Option<String>,
    /// The column of the release that ties the rows of a person; the same name when it is there
    #[arg(long)]
    pub(crate) released_person: Option<String>,
    /// A table of the same columns about people who are not in the original
    #[arg(long)]
    pub(crate) control: Option<PathBuf>,
    /// What the adversary holds of people, where that differs from the original; needs --person
    #[arg(long, requires = "person")]
    pub(crate) auxiliary: Option<PathBuf>,
    /// A hierarchy that explains labels, as COLUMN=FILE; may be given for each column
    #[arg(long, value_name = "COLUMN=FILE", value_parser = pair)]
    pub(crate) hierarchy: Vec<(String, PathBuf)>,
    /// Targets to draw, at most
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) attempts: u64,
    /// Seed of the draws
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// A column and a file.
pub(super) fn pair(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((column, file)) if !column.is_empty() && !file.is_empty() => {
            Ok((column.to_owned(), file.into()))
        }
        _ => Err("write COLUMN=FILE".to_owned()),
    }
}
