//! What was typed for `weir risk`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use weir_types::PrivacyModel;

use super::attack::pair;

/// Measure the re-identification risk of a table
///
/// Forms the classes of people who look the same over the quasi-identifiers and measures their
/// sizes. Counts people, not rows, where --person names the column that says whose row it is.
///
/// For each sensitive column it shows what the threshold of every model would have to be for the
/// table to meet it; models that are asked for by --l, --t or --model are held against the table.
/// Classes are compared with all rows of the table, or with the table it was made from where
/// --source names it.
///
/// Example: weir risk claims.csv --quasi age,sex,postcode --sensitive diagnosis --person id --k 5
///
/// Example: weir risk released.csv --quasi age,postcode --population register.csv --model 5-map
#[derive(Debug, ClapArgs)]
pub(crate) struct Risk {
    /// Files or folders that form one dataset
    #[arg(required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// The quasi-identifiers
    #[arg(long, value_delimiter = ',', required = true)]
    pub(crate) quasi: Vec<String>,
    /// Sensitive columns: how their values are spread over the classes
    #[arg(long, value_delimiter = ',')]
    pub(crate) sensitive: Vec<String>,
    /// The column that says whose row it is
    #[arg(long)]
    pub(crate) person: Option<String>,
    /// Least number of people in a class; exit status 3 when a class has fewer
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) k: u64,
    /// Least different values of each sensitive column in a class; exit status 3 when one has fewer
    #[arg(long, requires = "sensitive", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) l: Option<u64>,
    /// Greatest distance of each sensitive column in a class from the whole, 0 to 1
    #[arg(long, requires = "sensitive", value_parser = share)]
    pub(crate) t: Option<f64>,
    /// A privacy model to hold the table against, such as "recursive-l-diversity c=4 l=3 of COLUMN";
    /// exit status 3 when it is not met; may be given more than once
    #[arg(long, value_parser = model)]
    pub(crate) model: Vec<PrivacyModel>,
    /// A population table with the people of the data among its own, one row each. A cell of the
    /// data stands for the values that its --hierarchy lists, or that its form holds; with
    /// --person the population is generalised as the data is
    #[arg(long)]
    pub(crate) population: Vec<PathBuf>,
    /// The table that the data was made from: classes are compared with its sensitive values, and
    /// an estimate of the population starts from its people and not from those that are left
    #[arg(long)]
    pub(crate) source: Vec<PathBuf>,
    /// A hierarchy, as COLUMN=FILE: of a sensitive column for distances in it, of a
    /// quasi-identifier for whom its cells stand for, of each of them for what a cell tells
    #[arg(long, value_name = "COLUMN=FILE", value_parser = pair)]
    pub(crate) hierarchy: Vec<(String, PathBuf)>,
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| (0.0..=1.0).contains(n));
    number.ok_or_else(|| "write a number from 0 to 1".to_owned())
}

fn model(text: &str) -> Result<PrivacyModel, String> {
    text.parse().map_err(|e: weir_types::model::ModelError| format!("{e}; {}", e.hint()))
}
