//! What was typed after `weir deidentify`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args as ClapArgs;
use weir_types::model::ModelError;
use weir_types::request::{Delimiter, Encoding};
use weir_types::{Aggregate, Deadline, HierarchySpec, PrivacyModel, QualityModel};

use super::hierarchy::column_and_spec;

/// De-identify a table, with as little loss as the privacy models allow
///
/// Finds the generalisation that loses least among all that meet the models, says whether that is
/// proved, writes it beside the data, reads the bytes back and measures them. The file appears
/// whole or not at all, and never in the place of another one. No rule is asked and nothing is
/// signed: that is `weir release`.
///
/// Roles are found by themselves, and so are hierarchies; columns that would give a generalised
/// one away are left out. With --quasi or --all-quasi all columns named are searched over, the
/// others stay out of the classes, and a direct identifier among these is still left out. Where
/// every column is named, nothing is examined.
///
/// A model is a short text: `5-anonymity`, `3-diversity of COLUMN`, `0.2-closeness
/// distance=hierarchical of COLUMN`, `5-map`, `average-risk at_most=0.1`; see docs/request.md for
/// all of them. Cells without a value are a value of their own.
///
/// --report writes a page for people, in Chinese and English: risk, attacks that were tried on the
/// written bytes, what was done, what the file is still good for, and other options in a table and
/// a picture. It shows no value that fewer than k people have.
///
/// With the model `differential-privacy epsilon=1 delta=1e-6` each person is drawn at random, and
/// those who are drawn are generalised to levels that are fixed with --level, or chosen with a part
/// of epsilon (`epsilon_search=0.1`). The written file alone is then private; what is printed is
/// not, so that --report, --compare and --target are refused.
///
/// Exit status: 0 done, 1 failed, 2 bad arguments or input, no solution among them.
///
/// Example: weir deidentify data.csv --k 5
///
/// Example: weir deidentify data.csv --preset gbt-42460-2023-controlled
///
/// Example: weir deidentify adult.csv --all-quasi --sensitive occupation --l 3
/// --hierarchies hierarchies --suppress-at-most 2% --json
///
/// Example: weir deidentify adult.csv --target income --compare --report adult.html
#[derive(Debug, ClapArgs)]
pub(crate) struct Deidentify {
    /// Files or folders that form one dataset
    #[arg(required_unless_present = "preset")]
    pub(crate) data: Vec<PathBuf>,
    /// The quasi-identifiers; found by themselves when left out
    #[arg(long, value_delimiter = ',', conflicts_with = "all_quasi")]
    pub(crate) quasi: Vec<String>,
    /// Every column of which nothing else is said is a quasi-identifier
    #[arg(long)]
    pub(crate) all_quasi: bool,
    /// Sensitive columns, released as they are
    #[arg(long, value_delimiter = ',')]
    pub(crate) sensitive: Vec<String>,
    /// Columns to leave out
    #[arg(long, value_delimiter = ',')]
    pub(crate) drop: Vec<String>,
    /// Columns to release as they are
    #[arg(long, value_delimiter = ',')]
    pub(crate) keep: Vec<String>,
    /// The column that says whose row it is: people are counted, not rows
    #[arg(long)]
    pub(crate) person: Option<String>,
    /// A folder of hierarchy files, COLUMN.csv or TABLE_hierarchy_COLUMN.csv
    #[arg(long, value_name = "DIR")]
    pub(crate) hierarchies: Option<PathBuf>,
    /// A hierarchy file of one column, or a builder such as 'age=intervals width=5 by=10,20';
    /// may be given often; `weir hierarchy` shows what comes of it
    #[arg(long, value_name = "COLUMN=FILE", value_parser = column_and_spec)]
    pub(crate) hierarchy: Vec<(String, HierarchySpec)>,
    /// Replace the values of a column by one value for each class: mean, median, mode, set or
    /// interval; may be given often
    #[arg(long, value_name = "COLUMN=HOW", value_parser = aggregate)]
    pub(crate) aggregate: Vec<(String, Aggregate)>,
    /// Weight of a column's information, 1 when left out; may be given often
    #[arg(long, value_name = "COLUMN=NUMBER", value_parser = weight)]
    pub(crate) weight: Vec<(String, f64)>,
    /// Least number of people in a class; 5 when no model is given
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) k: Option<u64>,
    /// Least number of different values in a class, of each --sensitive column
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) l: Option<u64>,
    /// Greatest distance of a class from the table, for each --sensitive column
    #[arg(long)]
    pub(crate) t: Option<f64>,
    /// A privacy model; may be given often, and all are met together
    #[arg(long, value_name = "MODEL", value_parser = privacy_model)]
    pub(crate) model: Vec<PrivacyModel>,
    /// A named set of models, the threshold of a standard in one version; `--preset help` lists
    /// them with how surely each is known
    #[arg(long, value_name = "NAME")]
    pub(crate) preset: Option<String>,
    /// Most that may be left out, such as 5% or 0.05: of the people where a token of the person is
    /// released, else of the rows; 5% when left out
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) suppress_at_most: Option<f64>,
    /// What is made as small as possible: loss, non-uniform-entropy, discernibility,
    /// average-class-size, precision, granularity or ambiguity
    #[arg(long, value_name = "MODEL", default_value = "loss", value_parser = quality_model)]
    pub(crate) quality: QualityModel,
    /// The level of a column, fixed without a look at the data, for differential privacy; may be
    /// given often
    #[arg(long, value_name = "COLUMN=NUMBER", value_parser = pair::<usize>)]
    pub(crate) level: Vec<(String, usize)>,
    /// Recode classes one by one after the search, which keeps more detail
    #[arg(long)]
    pub(crate) local: bool,
    /// With --local: release columns of whole numbers as ranges, from and to, whose ends follow the
    /// data and not the hierarchies
    #[arg(long, requires = "local")]
    pub(crate) ranges: bool,
    /// How long the search may take, such as 30s or 5min; until it is done when left out, but at
    /// most a minute or two of work
    #[arg(long, value_name = "TIME", value_parser = Deadline::from_str)]
    pub(crate) deadline: Option<Deadline>,
    /// A table of the population with the same quasi-identifiers, one row per person
    #[arg(long, value_name = "FILE")]
    pub(crate) population: Option<PathBuf>,
    /// Do not look for columns that give a generalised one away
    #[arg(long)]
    pub(crate) no_links: bool,
    /// Keep the rows in the order of the data, which tells who stood beside whom
    #[arg(long)]
    pub(crate) keep_order: bool,
    /// Write a report for people, a single HTML file; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Say how well this column can still be told from the others, before and after
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Compare with one level finer and coarser in each column, and with other values of k
    #[arg(long)]
    pub(crate) compare: bool,
    /// Most targets of each attack that a report tries; 0 tries none
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    pub(crate) attempts: u64,
    /// The file to write, .csv or .parquet; NAME.deidentified.csv beside the data when left out
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Search, and write no file
    #[arg(long, conflicts_with = "out")]
    pub(crate) dry_run: bool,
    /// Field separator of text files: comma, tab, semicolon or pipe; found when left out
    #[arg(long, value_parser = delimiter)]
    pub(crate) delimiter: Option<Delimiter>,
    /// Encoding of text files: utf-8, gb18030, big5, utf-16le or utf-16be; found when left out
    #[arg(long, value_parser = encoding)]
    pub(crate) encoding: Option<Encoding>,
    /// The sheet of a workbook; the first one when left out
    #[arg(long)]
    pub(crate) sheet: Option<String>,
}

fn pair<T: FromStr>(text: &str) -> Result<(String, T), String> {
    let wrong = || "write the column, `=`, and the value".to_owned();
    let (column, value) = text.rsplit_once('=').ok_or_else(wrong)?;
    let value = value.parse().map_err(|_| wrong())?;
    if column.is_empty() { Err(wrong()) } else { Ok((column.to_owned(), value)) }
}

fn aggregate(text: &str) -> Result<(String, Aggregate), String> {
    let (column, by) = pair::<String>(text)?;
    let known = Aggregate::ALL.iter().find(|(name, _)| *name == by);
    let wrong = || "the aggregates are mean, median, mode, set and interval".to_owned();
    known.map(|(_, by)| (column, *by)).ok_or_else(wrong)
}

fn weight(text: &str) -> Result<(String, f64), String> {
    match pair::<f64>(text)? {
        (column, weight) if weight >= 0.0 && weight.is_finite() => Ok((column, weight)),
        _ => Err("a weight is a number of at least 0".to_owned()),
    }
}

/// A share, as a number from 0 to 1 or in percent.
fn share(text: &str) -> Result<f64, String> {
    let wrong = || "write a share such as 5% or 0.05".to_owned();
    let (number, of) = match text.trim().strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text.trim(), 1.0),
    };
    let share = number.parse::<f64>().map_err(|_| wrong())? / of;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err(wrong()) }
}

fn told(error: &ModelError) -> String {
    format!("{error}; {}", error.hint())
}

fn privacy_model(text: &str) -> Result<PrivacyModel, String> {
    text.parse().map_err(|e| told(&e))
}

fn quality_model(text: &str) -> Result<QualityModel, String> {
    text.parse().map_err(|e| told(&e))
}

pub(super) fn delimiter(text: &str) -> Result<Delimiter, String> {
    match text {
        "comma" | "," => Ok(Delimiter::Comma),
        "tab" | "\t" => Ok(Delimiter::Tab),
        "semicolon" | ";" => Ok(Delimiter::Semicolon),
        "pipe" | "|" => Ok(Delimiter::Pipe),
        _ => Err("one of comma, tab, semicolon, pipe".to_owned()),
    }
}

pub(super) fn encoding(text: &str) -> Result<Encoding, String> {
    match text.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Ok(Encoding::Utf8),
        "gb18030" | "gbk" | "gb2312" => Ok(Encoding::Gb18030),
        "big5" => Ok(Encoding::Big5),
        "utf-16le" => Ok(Encoding::Utf16Le),
        "utf-16be" => Ok(Encoding::Utf16Be),
        _ => Err("one of utf-8, gb18030, big5, utf-16le, utf-16be".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_numbers_or_percent() {
        assert_eq!(share("5%"), Ok(0.05));
        assert_eq!(share("2.5 %"), Ok(0.025));
        assert_eq!(share("0.05"), Ok(0.05));
        assert_eq!(share("100%"), Ok(1.0));
        for wrong in ["5", "101%", "-1%", "", "%", "five"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pairs_have_a_column_and_a_value() {
        assert_eq!(weight("age=2"), Ok(("age".to_owned(), 2.0)));
        assert_eq!(weight("a=b=0"), Ok(("a=b".to_owned(), 0.0)));
        for wrong in ["age", "=2", "age=x", "age=-1", "age=inf"] {
            assert!(weight(wrong).is_err(), "{wrong}");
        }
        assert!(privacy_model("t-closness t=1 of a").unwrap_err().contains("did you mean"));
    }
}
