//! Checks and generators for this repository.
//!
//! ```text
//! cargo xtask residents [--rows N] [--seed S] --out FILE
//! cargo xtask survey [--rows N] [--seed S] --out FOLDER
//! cargo xtask big-parquet [--bytes 2GB] [--compression snappy|zstd|none] [--group-rows N]
//!     [--dictionary yes|no] [--seed S] --out FILE
//! cargo xtask check-crates
//! ```
//!
//! Not part of what is released: nothing in `crates/` depends on it, and it touches only the
//! file or folder that it is told to write.

mod big;
mod crates;
mod random;
mod residents;
mod survey;

use std::io::Write as _;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, io};

use parquet::basic::{Compression, ZstdLevel};
use thiserror::Error;

const USAGE: &str = "usage:
  cargo xtask residents [--rows N] [--seed S] --out FILE   make examples/residents/residents.csv
  cargo xtask survey [--rows N] [--seed S] --out FOLDER    make a large table and its hierarchies
  cargo xtask big-parquet [--bytes 2GB] [--compression snappy|zstd|none] [--group-rows N]
      [--dictionary yes|no] [--seed S] --out FILE          make a large Parquet file to time a sample of
  cargo xtask check-crates                                 hold the crates against docs/architecture.md
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Residents { options: residents::Options, out: PathBuf },
    Survey { options: survey::Options, out: PathBuf },
    BigParquet { options: big::Options, out: PathBuf },
    CheckCrates,
}

/// Why a task could not be done.
#[derive(Debug, Error)]
enum Failure {
    /// The arguments make no task; the person's mistake.
    #[error("`{0}` is not understood here")]
    Argument(String),
    /// An argument that must follow is missing.
    #[error("`{0}` is missing, or lacks its value")]
    Missing(&'static str),
    /// A file could not be read or written.
    #[error("cannot read or write `{path}`")]
    File { path: PathBuf, source: io::Error },
    /// Cargo could not be asked.
    #[error("cannot run `cargo metadata`")]
    Metadata(#[source] io::Error),
    /// Cargo refused.
    #[error("`cargo metadata` failed")]
    MetadataStatus,
    /// The dependencies could not be compared with the table.
    #[error("cannot compare the crates with the table")]
    Crates(#[from] crates::TableError),
    /// They were compared and differ.
    #[error("{0} of the crates' dependencies or rows are not as docs/architecture.md says")]
    Offences(usize),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = parse(&arguments).and_then(run);
    let Err(failure) = outcome else { return ExitCode::SUCCESS };
    say(&format!("error: {failure}"));
    let mut cause = std::error::Error::source(&failure);
    while let Some(error) = cause {
        say(&format!("  because: {error}"));
        cause = error.source();
    }
    match failure {
        Failure::Argument(_) | Failure::Missing(_) => {
            say(USAGE);
            ExitCode::from(2)
        }
        _ => ExitCode::FAILURE,
    }
}

fn parse(arguments: &[String]) -> Result<Task, Failure> {
    match arguments.first().map(String::as_str) {
        None | Some("help" | "--help" | "-h") => Ok(Task::Help),
        Some("check-crates") => match arguments.get(1) {
            None => Ok(Task::CheckCrates),
            Some(other) => Err(Failure::Argument(other.clone())),
        },
        Some("residents") => parse_residents(&arguments[1..]),
        Some("survey") => parse_survey(&arguments[1..]),
        Some("big-parquet") => parse_big_parquet(&arguments[1..]),
        Some(other) => Err(Failure::Argument(other.to_owned())),
    }
}

fn parse_residents(arguments: &[String]) -> Result<Task, Failure> {
    let mut options = residents::Options::default();
    let out = parse_made(arguments, &["--rows", "--seed"], |name, text| {
        match name {
            "--rows" => options.rows = number(text)?,
            _ => options.seed = number(text)?,
        }
        if options.rows > residents::MOST_ROWS {
            return Err(Failure::Argument(text.to_owned()));
        }
        Ok(())
    })?;
    Ok(Task::Residents { options, out })
}

fn parse_survey(arguments: &[String]) -> Result<Task, Failure> {
    let mut options = survey::Options::default();
    let out = parse_made(arguments, &["--rows", "--seed"], |name, text| {
        match name {
            "--rows" => options.rows = number(text)?,
            _ => options.seed = number(text)?,
        }
        Ok(())
    })?;
    Ok(Task::Survey { options, out })
}

fn parse_big_parquet(arguments: &[String]) -> Result<Task, Failure> {
    let mut options = big::Options::default();
    let names = ["--bytes", "--compression", "--group-rows", "--dictionary", "--seed"];
    let out = parse_made(arguments, &names, |name, text| {
        let wrong = || Failure::Argument(text.to_owned());
        match name {
            "--bytes" => options.bytes = bytes(text)?,
            "--compression" => {
                options.compression = match text {
                    "snappy" => Compression::SNAPPY,
                    "zstd" => Compression::ZSTD(ZstdLevel::default()),
                    "none" => Compression::UNCOMPRESSED,
                    _ => return Err(wrong()),
                };
            }
            "--group-rows" => options.group_rows = number::<NonZeroU64>(text)?.get(),
            "--dictionary" => {
                options.dictionary = match text {
                    "yes" => true,
                    "no" => false,
                    _ => return Err(wrong()),
                };
            }
            _ => options.seed = number(text)?,
        }
        Ok(())
    })?;
    Ok(Task::BigParquet { options, out })
}

/// A number of bytes: `2GB`, `500MB`, or without a unit.
fn bytes(text: &str) -> Result<u64, Failure> {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("", 1)];
    let found = units.iter().find_map(|(unit, each)| Some((text.strip_suffix(unit)?, *each)));
    let (digits, each) = found.expect("every text ends with the unit of no letters");
    number::<u64>(digits)?.checked_mul(each).ok_or_else(|| Failure::Argument(text.to_owned()))
}

/// Reads `names`, which `set` takes with their values, and `--out`.
fn parse_made(
    arguments: &[String],
    names: &[&'static str],
    mut set: impl FnMut(&'static str, &str) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    let mut out = None;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = |name| arguments.next().ok_or(Failure::Missing(name));
        match names.iter().find(|name| *name == argument) {
            Some(name) => set(name, value(name)?)?,
            None if argument == "--out" => out = Some(PathBuf::from(value("--out")?)),
            None => return Err(Failure::Argument(argument.clone())),
        }
    }
    out.ok_or(Failure::Missing("--out"))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::Argument(text.to_owned()))
}

fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Help => say(USAGE),
        Task::Residents { options, out } => {
            let bytes = residents::csv(options);
            fs::write(&out, &bytes)
                .map_err(|source| Failure::File { path: out.clone(), source })?;
            say(&format!("{} rows, {} bytes: {}", options.rows, bytes.len(), out.display()));
        }
        Task::Survey { options, out } => {
            survey::write(options, &out)
                .map_err(|source| Failure::File { path: out.clone(), source })?;
            say(&format!("{} rows: {}", options.rows, out.join("survey.csv").display()));
        }
        Task::BigParquet { options, out } => {
            let rows = big::write(options, &out)
                .map_err(|source| Failure::File { path: out.clone(), source })?;
            say(&format!("{rows} rows: {}", out.display()));
        }
        Task::CheckCrates => check_crates()?,
    }
    Ok(())
}

fn check_crates() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in a folder of the workspace");
    let page = root.join("docs/architecture.md");
    let text = fs::read_to_string(&page).map_err(|source| Failure::File { path: page, source })?;
    let metadata = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(Failure::Metadata)?;
    if !metadata.status.success() {
        say(&String::from_utf8_lossy(&metadata.stderr));
        return Err(Failure::MetadataStatus);
    }
    let offences = crates::offences(&text, &metadata.stdout)?;
    for offence in &offences {
        say(&offence.to_string());
    }
    if offences.is_empty() {
        say("every crate uses only rows below its own");
        Ok(())
    } else {
        Err(Failure::Offences(offences.len()))
    }
}

/// Standard error is talk. A closed one is no reason to fail.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn arguments_are_read_in_any_order() {
        let task = parse(&words("residents --out a.csv --seed 7 --rows 10")).unwrap();
        let options = residents::Options { rows: 10, seed: 7 };
        assert_eq!(task, Task::Residents { options, out: PathBuf::from("a.csv") });
        let task = parse(&words("survey --rows 100000000 --out b")).unwrap();
        let options = survey::Options { rows: 100_000_000, seed: 1 };
        assert_eq!(task, Task::Survey { options, out: PathBuf::from("b") });
        let line = "big-parquet --bytes 3MB --compression none --group-rows 9 --out c";
        let options = big::Options {
            bytes: 3_000_000,
            compression: Compression::UNCOMPRESSED,
            group_rows: 9,
            ..big::Options::default()
        };
        let task = parse(&words(line)).unwrap();
        assert_eq!(task, Task::BigParquet { options, out: PathBuf::from("c") });
        assert_eq!(parse(&words("check-crates")).unwrap(), Task::CheckCrates);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(matches!(parse(&words("residents")), Err(Failure::Missing("--out"))));
        assert!(matches!(parse(&words("residents --out")), Err(Failure::Missing("--out"))));
        for wrong in [
            "resident",
            "check-crates now",
            "residents --rows ten --out a",
            "survey --seed -1 --out a",
            "residents --rows 80001 --out a",
            "residents --bytes 1 --out a",
            "big-parquet --bytes 2TB --out a",
            "big-parquet --bytes 20000000000GB --out a",
            "big-parquet --compression lzma --out a",
            "big-parquet --group-rows 0 --out a",
        ] {
            assert!(matches!(parse(&words(wrong)), Err(Failure::Argument(_))), "{wrong}");
        }
    }
}
