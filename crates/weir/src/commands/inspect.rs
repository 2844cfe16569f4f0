//! `weir inspect`.

mod columns;
#[cfg(feature = "databases")]
mod databases;
mod dictionary;
mod questions;
mod report;
mod show;
mod tables;

use std::path::{Path, PathBuf};

use weir_detect::grade::{Answers, GradePack, Subject, grade};
use weir_detect::together::{self, Options, Together};
use weir_detect::{ColumnReport, Detector, Pack, Scan, Scanner};
use weir_release::clock::Clock as _;
use weir_release::progress::{Progress as _, Stage};
use weir_table::{
    Amount, Limits, Looked, Place, PlaceKind, Places, Profile, Reading, Sampled, Source,
    SourceOptions, TableError,
};
use weir_types::{Finding, Lang};

use crate::args::{Global, Inspect};
use crate::clock::SystemClock;
use crate::commands::{clean, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_data, print_json};
use report::{Column, Inspected, Mended, NotRead, Sample, TableReport, TextFile};

/// From this size on a file is looked at in a sample, unless all of it is asked for.
const LARGE_BYTES: u64 = 1 << 30;

pub(crate) fn run(args: &Inspect, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let (addresses, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        args.data.iter().cloned().partition(|path| weir_table::is_address(path));
    #[cfg(not(feature = "databases"))]
    if !addresses.is_empty() {
        return Err(Failure::input(
            "an address is given, and this weir was built without databases",
            "build it with its default features: cargo build --release -p weir",
        ));
    }
    // An address that cannot be read, and a password that is not there, are found before the work.
    #[cfg(feature = "databases")]
    let addresses = databases::addresses(&addresses, args)?;
    let places = Places::of(&paths);
    no_file_is_written_over(args, &places)?;
    let detector = detector(&args.types)?;
    let inspector = Inspector {
        args,
        talk,
        limits: limits(global),
        detector: &detector,
        answers: questions::read(args.answers.as_deref())?,
        pack: GradePack::builtin(),
    };
    let (inspected, failures) = inspector.all(&places);
    #[cfg(feature = "databases")]
    let (inspected, failures) = databases::look_at_all(&inspector, addresses, inspected, failures);
    let mut inspected = inspected;
    clean(&inspector.limits);
    for failure in &failures {
        talk.failure(failure);
    }
    if inspected.tables.is_empty() && inspected.texts.is_empty() {
        return match failures.first() {
            Some(_) => Ok(Exit::BadInput),
            None => Err(Failure::input(
                "there is no table and no text in what was named",
                "name CSV, Parquet, .xlsx or text files, a folder that holds some, or a database \
                 with tables",
            )),
        };
    }
    if let Some(path) = &args.answers {
        questions::ask_and_write(path, &mut inspected, talk)?;
    }
    write_out(&inspected, args, global, talk)?;
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Failed })
}

fn write_out(
    inspected: &Inspected,
    args: &Inspect,
    global: &Global,
    talk: &Talk,
) -> Result<(), Failure> {
    let columns = match &args.columns {
        None => None,
        Some(path) => Some((path, columns::section(&inspected.tables, talk.lang)?)),
    };
    if let Some(path) = &args.dictionary {
        let html = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html"));
        let text = if html {
            dictionary::html(inspected, talk.lang)
        } else {
            dictionary::markdown(inspected, talk.lang)
        };
        write(path, &text)?;
    }
    match columns {
        Some((path, section)) if path == Path::new("-") => return print_data(&section),
        Some((path, section)) => write(path, &section)?,
        None => {}
    }
    if global.json { print_json(inspected) } else { print(&show::all(inspected, talk)) }
}

/// Refuses to write over what is read, or one file twice.
fn no_file_is_written_over(args: &Inspect, places: &Places) -> Result<(), Failure> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut taken: Vec<PathBuf> = places.found.iter().map(|place| real(&place.path)).collect();
    let written = [&args.dictionary, &args.columns].into_iter().flatten().chain(&args.answers);
    for path in written.filter(|path| *path != Path::new("-")).map(|path| real(path)) {
        if taken.contains(&path) {
            return Err(Failure::input(
                format!("`{}` is read, or is to be written twice", path.display()),
                "give every output a name of its own",
            ));
        }
        taken.push(path);
    }
    Ok(())
}

/// Writes a file that was asked for by name, whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = weir_release::replace_file(path, text.as_bytes());
    written.map_err(|e| Failure {
        exit: Exit::Failed,
        messages: vec![format!("cannot write `{}`", path.display()), e.to_string()],
        hint: Some("check that the folder exists and may be written".to_owned()),
    })
}

/// The types that weir comes with, and those of the packs.
fn detector(packs: &[PathBuf]) -> Result<Detector, Failure> {
    let hint = "docs/types.md shows a pack and explains every key";
    let mut read = Vec::new();
    for path in packs {
        let text = std::fs::read_to_string(path).map_err(|e| {
            let message = format!("cannot read `{}`: {}", path.display(), e.kind());
            Failure::input(message, "give a pack of types in TOML")
        })?;
        let pack = Pack::parse(&text, &path.display().to_string());
        read.push(pack.map_err(|e| Failure::new(Exit::BadInput, &e, Some(hint.to_owned())))?);
    }
    Detector::with_packs(read).map_err(|e| Failure::new(Exit::BadInput, &e, Some(hint.to_owned())))
}

struct Inspector<'a> {
    args: &'a Inspect,
    talk: &'a Talk,
    limits: Limits,
    detector: &'a Detector,
    answers: Answers,
    pack: GradePack,
}

impl Inspector<'_> {
    /// Everything that was found; what cannot be read is reported and the others go on.
    fn all(&self, places: &Places) -> (Inspected, Vec<Failure>) {
        let mut inspected = Inspected::default();
        let mut failures = Vec::new();
        let mut failed = |error: &TableError, sheet: Option<&str>| {
            let exit = Exit::BadInput;
            let mut failure = Failure::new(exit, error, error.hint());
            if let Some(sheet) = sheet {
                failure.messages[0] = format!("sheet `{sheet}` of {}", failure.messages[0]);
            }
            let (error, hint) = (failure.messages.join(": "), failure.hint.clone());
            inspected.not_read.push(NotRead { error, hint });
            failures.push(failure);
        };
        places.unreadable.iter().for_each(|error| failed(error, None));
        let mut tables = Vec::new();
        let mut texts = Vec::new();
        for place in &places.found {
            match &place.kind {
                PlaceKind::Text => match self.text(&place.path) {
                    Ok(text) => texts.push(text),
                    Err(error) => failed(&error, None),
                },
                PlaceKind::Table => match self.table(place, None) {
                    Ok(table) => tables.push(table),
                    Err(error) => failed(&error, None),
                },
                PlaceKind::Sheet { name, only } => match self.table(place, Some(name)) {
                    Ok(table) => tables.push(table),
                    // An empty sheet beside others is what a new workbook begins with.
                    Err(e) if !only && e.is_empty_table() => {}
                    Err(error) => failed(&error, Some(name).filter(|_| !only).map(String::as_str)),
                },
            }
        }
        let passed_over = places.passed_over.iter().map(|path| path.display().to_string());
        inspected.passed_over = passed_over.collect();
        (Inspected { tables, texts, ..inspected }, failures)
    }

    fn text(&self, path: &Path) -> Result<TextFile, TableError> {
        let read = std::fs::File::open(path).and_then(weir_detect::text::inspect_reader);
        let report = read.map_err(|source| TableError::Read { path: path.to_owned(), source })?;
        Ok(TextFile::new(path, &report))
    }

    fn table(&self, place: &Place, sheet: Option<&str>) -> Result<TableReport, TableError> {
        let options = SourceOptions {
            sheet: sheet.map(str::to_owned),
            encoding: self.args.encoding,
            reading: Reading::Lenient,
            ..SourceOptions::default()
        };
        let source = Source::open(std::slice::from_ref(&place.path), &options)?;
        let sample = self.args.sample || (source.bytes() >= LARGE_BYTES && !self.args.full);
        let seed = self.args.seed;
        let amount = if sample { Amount::Sample { seed } } else { Amount::All };
        let n_columns = source.columns().len();
        let rows = |rows| self.talk.rows(rows);
        self.talk.begin(Stage::Read, None);
        let watch = || self.detector.scanner(n_columns);
        let looked = source.look(amount, &self.limits, &rows, &watch);
        self.talk.end();
        self.talk.begin(Stage::Inspect, None);
        let report = looked.and_then(|looked| self.report_of_file(place, sheet, looked));
        self.talk.end();
        report
    }

    fn report_of_file(
        &self,
        place: &Place,
        sheet: Option<&str>,
        looked: Looked<Scanner<'_>>,
    ) -> Result<TableReport, TableError> {
        let Looked { profile, table, mended, sampled, watches } = looked;
        let reports = self.detector.inspect(&profile, Some(&scan(watches)));
        let found = Found { profile, sampled, reports };
        let findings = found.findings();
        let options = Options::new(&self.limits);
        let rows = |rows| self.talk.rows(rows);
        let together = match &table {
            Some(table) => together::look(table, &findings, &options, &self.limits, &rows)?,
            None => together::look_at_sample(&found.profile, &findings, &options),
        };
        let path = place.path.display();
        let origin = Origin {
            name: sheet.map_or_else(|| path.to_string(), |sheet| format!("{path} [{sheet}]")),
            path: path.to_string(),
            sheet: sheet.map(str::to_owned),
            ..Origin::default()
        };
        let mended = Some(mended).filter(|m| !m.is_empty()).map(Mended::new);
        Ok(TableReport { mended, ..self.report(origin, found, &findings, together) })
    }

    /// What is reported of a table, wherever it comes from.
    fn report(
        &self,
        origin: Origin,
        found: Found,
        findings: &[Finding],
        together: Together,
    ) -> TableReport {
        let Found { profile, sampled, reports } = found;
        let of_rows = sampled.as_ref().map_or(profile.rows, |sampled| sampled.of_rows);
        let subject = Subject {
            rows: of_rows,
            rows_read: profile.rows,
            findings,
            catalogue: self.detector.catalogue(),
            columns: &profile.columns,
            together: Some(&together),
            today: today(),
        };
        let grade = grade(&subject, &self.answers, &self.pack);
        let errors = sampled.as_ref().map(|sampled| sampled.errors.clone()).unwrap_or_default();
        let column = |(at, report): (usize, ColumnReport)| {
            Column::new(report, errors.get(at).copied(), origin.columns.get(at).cloned())
        };
        TableReport {
            name: origin.name,
            path: origin.path,
            sheet: origin.sheet,
            catalogue: origin.catalogue,
            rows: of_rows,
            sample: sampled.as_ref().map(Sample::new),
            mended: None,
            columns: reports.into_iter().enumerate().map(column).collect(),
            together,
            grade,
        }
    }
}

/// Where a table comes from, and what is said of it there.
#[derive(Default)]
struct Origin {
    name: String,
    path: String,
    sheet: Option<String>,
    catalogue: Option<report::Catalogue>,
    columns: Vec<report::CatalogueColumn>,
}

/// What was found out of a table's columns one by one.
struct Found {
    profile: Profile,
    sampled: Option<Sampled>,
    reports: Vec<ColumnReport>,
}

impl Found {
    fn findings(&self) -> Vec<Finding> {
        self.reports.iter().map(|report| report.finding.clone()).collect()
    }
}

/// What all threads counted.
fn scan(watches: Vec<Scanner<'_>>) -> Scan {
    let mut all = Scan::default();
    watches.into_iter().for_each(|watch| all.merge(watch.finish()));
    all
}

/// Days since 1970-01-01.
fn today() -> i32 {
    SystemClock::new().now().date_naive().to_epoch_days()
}

/// Reads data once as one dataset and says what its columns hold.
pub(crate) fn findings(
    data: &[PathBuf],
    global: &Global,
    talk: &Talk,
) -> Result<(Profile, Vec<Finding>), Failure> {
    let limits = limits(global);
    let source = Source::open(data, &SourceOptions::default())?;
    talk.begin(Stage::Read, None);
    let profiled = source.profile(&limits, &|rows| talk.rows(rows));
    talk.end();
    clean(&limits);
    let (_, profile) = profiled?;
    let findings = weir_detect::detect(&profile);
    Ok((profile, findings))
}

/// One of two texts.
fn choose<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
