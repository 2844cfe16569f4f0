//! Arguments of `weir inspect`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use weir_types::request::Encoding;

/// Say what data holds: each column, how sure that is, how sensitive it is, and why
///
/// Each file, and each sheet of a workbook, is a table of its own. Folders are walked; links in
/// them are not followed and what is hidden is left out. CSV, Parquet (structs and lists are
/// walked, as `person.phone[]`), .xlsx and plain text are read. Nothing is changed, and no cell
/// value is shown.
///
/// A database (PostgreSQL, MySQL, MariaDB) is named by its address. All its tables and views are
/// read, in transactions that cannot write. The password is best given by --password-file,
/// PGPASSWORD or MYSQL_PWD, because other users of this machine can see arguments.
///
/// A file larger than 1 GiB or a table of a database larger than 64 MiB is looked at in a random
/// sample, whose error is stated; --full reads all of it, --sample takes a sample of smaller ones
/// too.
///
/// Exit status: 0 all was read, 1 some of several tables could not be read and the others are
/// reported, 2 nothing could be read, or bad arguments.
///
/// Examples:
///   weir inspect claims.csv
///   weir inspect folder --dictionary dictionary.html
///   weir inspect claims.csv --types hospital.toml --columns columns.toml
///   weir inspect postgres://ann@db.example/clinic --schema public --password-file pw
///   weir inspect mysql://ann@db.example/clinic --table visits
#[derive(Debug, ClapArgs)]
#[command(verbatim_doc_comment)]
pub(crate) struct Inspect {
    /// Files, folders, and addresses of databases
    #[arg(required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// Of a database, only this schema; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Vec<String>,
    /// Of a database, only this table, as `table` or `schema.table`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) table: Vec<String>,
    /// The password for databases: the first line of a file that only you can read
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Seconds to wait for a database to answer
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
    /// Types of your own: a pack in TOML, beside those that weir comes with; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) types: Vec<PathBuf>,
    /// Answers to what no program can see, such as whether it is important data; where the file is
    /// not there and a person is, weir asks and writes it
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<PathBuf>,
    /// Encoding of CSV files: utf-8, gb18030, big5, utf-16le or utf-16be; found when left out, but
    /// for Big5, which looks like GB 18030
    #[arg(long, value_parser = super::deidentify::encoding)]
    pub(crate) encoding: Option<Encoding>,
    /// Look at a random sample
    #[arg(long, conflicts_with = "full")]
    pub(crate) sample: bool,
    /// Read all of it, however large
    #[arg(long)]
    pub(crate) full: bool,
    /// Of the generator that draws the sample; the same seed draws the same rows
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write a data dictionary: Markdown, or one HTML file where the name ends in .html
    #[arg(long, value_name = "FILE")]
    pub(crate) dictionary: Option<PathBuf>,
    /// Write the `[columns]` of a request, ready to paste; `-` prints them instead of the table
    #[arg(long, value_name = "FILE")]
    pub(crate) columns: Option<PathBuf>,
}
