//! What was typed.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

mod attack;
mod deidentify;
mod documents;
mod hierarchy;
mod inspect;
mod law;
mod plan;
mod risk;

pub(crate) use attack::Attack;
pub(crate) use deidentify::Deidentify;
pub(crate) use documents::{DocumentArg, DocumentFormat, Documents};
pub(crate) use hierarchy::Hierarchy;
pub(crate) use inspect::Inspect;
pub(crate) use law::{Diff, Explain, Law, LawCommand, LawFacts, List, NewPack, Show, Test};
pub(crate) use plan::Plan;
pub(crate) use risk::Risk;

/// A data-release gateway: hand data to another organisation with the fewest measures that the
/// law and the measured risk require, and with signed evidence
#[derive(Debug, Parser)]
#[command(name = "weir", version, max_term_width = 100, after_help = EXIT)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT: &str = "\
Exit status: 0 done, 1 failed, 2 bad arguments or input, 3 refused by a rule or a check.

Example:
  weir new claims.csv --yes     write a request for a file of yours
  weir release claims.weir.toml     release it
  weir verify releases/…     check the package, as the recipient would

weir is a tool, not legal advice.";

/// Options of every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// Language of what people read; from the locale when left out
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArg>,
    /// Print the whole result as JSON on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Memory to plan for, such as 512MiB or 4GiB
    #[arg(long, global = true, default_value = "1GiB", value_parser = memory)]
    pub(crate) memory: usize,
    /// Worker threads; all processors when left out
    #[arg(long, global = true)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Show no progress and no summary
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// The languages of weir.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArg {
    /// 中文
    Zh,
    /// English
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    Inspect(Inspect),
    Deidentify(Box<Deidentify>),
    Hierarchy(Hierarchy),
    Plan(Plan),
    Release(Release),
    Risk(Risk),
    Verify(Verify),
    Attack(Attack),
    Law(Law),
    Documents(Documents),
}

/// Write a commented request for your own file
///
/// Asks a few questions; `--yes` takes the defaults. The request is written beside the data as
/// `<name>.weir.toml` and is never overwritten.
///
/// Example: weir new claims.csv
#[derive(Debug, ClapArgs)]
pub(crate) struct New {
    /// The data: a CSV, Parquet or .xlsx file, or a folder of them
    pub(crate) data: PathBuf,
    /// Take the default answers
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Where to write the request
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// Release data as a request asks
///
/// Reads the data, finds what each column holds, generalises until every class has enough people,
/// writes, reads the bytes back and measures them, decides, signs, logs, and puts the package in
/// its place: all of it, or nothing.
///
/// Example: weir release examples/claims/request.toml
#[derive(Debug, ClapArgs)]
pub(crate) struct Release {
    /// The request
    pub(crate) request: PathBuf,
    /// The folder of the package, instead of the one the request names
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// The folder of state: keys, log, journal; `.weir` beside the request when left out
    #[arg(long)]
    pub(crate) home: Option<PathBuf>,
    /// Take this option of `weir plan`, by its number; the cheapest that weir carries out when left
    /// out
    #[arg(long)]
    pub(crate) option: Option<NonZeroUsize>,
}

/// Check a package, offline
///
/// Checks the digest of every file, the signature, the log's receipt, and that the stated risk is
/// what the bytes show, and says which of these fail.
///
/// Example: weir verify releases/claims-20261123-1a2b3c4d
#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    /// The folder of the package
    pub(crate) package: PathBuf,
    /// The signing key that the provider told you: its 64-digit identifier, or a file with it
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// The verifier key of the log that the provider told you
    #[arg(long)]
    pub(crate) log_key: Option<String>,
}

/// A number of bytes with a unit.
fn memory(text: &str) -> Result<usize, String> {
    const LEAST: usize = 64 << 20;
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit: usize = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err("write a number and a unit, such as 512MiB or 4GiB".to_owned()),
    };
    let number: usize =
        text[..digits].parse().map_err(|_| "write a number and a unit, such as 512MiB")?;
    match number.checked_mul(unit) {
        Some(bytes) if bytes >= LEAST => Ok(bytes),
        _ => Err("at least 64MiB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_has_units() {
        assert_eq!(memory("1GiB"), Ok(1 << 30));
        assert_eq!(memory("512 mb"), Ok(512 << 20));
        assert!(memory("1").is_err());
        assert!(memory("much").is_err());
        assert!(memory("99999999999999999999GiB").is_err());
    }

    #[test]
    fn the_definition_of_arguments_holds() {
        use clap::CommandFactory as _;
        Args::command().debug_assert();
    }
}
