//! De-identification on its own: from a table to a file, without parties, rules and evidence.
//!
//! What this guarantees: the file appears whole or not at all, never in the place of another one,
//! and only after its bytes were read back and measured to be what the search promised.
//! What it does not: it asks no rule whether the file may be handed to anybody, and signs nothing.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use weir_law::RulePack;
use weir_table::{Limits, Profile, Source, SourceOptions, Table};
use weir_types::attack::Attacks;
use weir_types::choices::Choices;
use weir_types::request::{Column, Deidentify, Format, Report};
use weir_types::utility::UtilityReport;
use weir_types::{Bilingual, Finding, HierarchySpec, Plan, RiskReport, Role, Sha256, Signal};

use crate::afterwards::Afterwards;
use crate::clock::Clock;
use crate::compare;
use crate::count::{Counted, Decided, Population, Running, count, random_u64, search};
use crate::error::ReleaseError;
use crate::files;
use crate::hierarchy::Rows;
use crate::judged::{Origin, Promise};
use crate::picture;
use crate::prepare::{Links, Prepared, Wishes, prepare};
use crate::private::{NotPrivate, Private, settle_columns};
use crate::progress::{Progress, Stage, StageTime, Stages};
use crate::recover::PEOPLE_KEY;
use crate::report::ColumnHistogram;
use crate::run::{Bounds, before};
use crate::transform::treat;
use crate::write::{Target, write};

/// What is to be de-identified, and how.
#[derive(Clone, Debug)]
pub struct Job {
    /// Files or folders that form one dataset.
    pub data: Vec<PathBuf>,
    /// How text files are read.
    pub source: SourceOptions,
    /// Which columns are quasi-identifiers.
    pub quasi: QuasiIdentifiers,
    /// What is stated of single columns; paths are as they are.
    pub columns: BTreeMap<String, Column>,
    /// The column that says whose row it is; found by itself when left out.
    pub person: Option<String>,
    /// A folder with hierarchy files, named after their columns.
    pub hierarchies: Option<PathBuf>,
    /// What has to be met, and what is made as small as possible.
    pub bounds: Deidentify,
    /// Levels that are fixed beforehand, for differential privacy.
    pub levels: BTreeMap<String, usize>,
    /// Whether columns are looked for that tell a quasi-identifier.
    pub links: bool,
    /// Whether rows stay in the order of the source.
    pub keep_order: bool,
    /// The file to write; `NAME.deidentified.csv` beside the data when left out.
    pub out: Option<PathBuf>,
    /// Whether a file is written at all.
    pub write: bool,
    /// What is measured beside the risk, for a report.
    pub extras: Extras,
}

/// What is measured beside the risk, for a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// Whether other combinations of levels are measured.
    pub choices: bool,
    /// Whether the search is run for other least sizes of a class as well.
    pub by_k: bool,
    /// Whether the written bytes are compared with the original, and with which target; and how
    /// often attacks on them are tried.
    pub afterwards: Option<Report>,
}

/// Which columns are quasi-identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuasiIdentifiers {
    /// Those that are found.
    Found,
    /// These, all of which are searched over. Others that seem to be some stay out of the classes.
    Named(Vec<String>),
    /// All columns of which nothing else is stated.
    All,
}

/// What the program that runs it decides.
pub struct Options<'a> {
    /// Memory to plan for, in bytes.
    pub memory_bytes: usize,
    /// Worker threads; all processors when `None`.
    pub threads: Option<NonZeroUsize>,
    /// A folder for temporary files, which need not exist.
    pub temporary: PathBuf,
    /// Where the time comes from.
    pub clock: &'a dyn Clock,
    /// Where progress is shown.
    pub progress: &'a dyn Progress,
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("temporary", &self.temporary).finish_non_exhaustive()
    }
}

/// What was done.
#[derive(Debug, Serialize)]
pub struct Deidentified {
    /// The file; none where none was to be written.
    pub path: Option<PathBuf>,
    /// Per column, what was done and what it cost.
    pub plan: Plan,
    /// What the search found.
    pub search: Found,
    /// Risk in the source, each quasi-identifier at its finest level.
    pub risk_before: RiskReport,
    /// Risk in the written bytes, read back; none where nothing was written.
    pub risk: Option<RiskReport>,
    /// Attacks on the written bytes, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacks: Option<Attacks>,
    /// What the written bytes are still good for, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utility: Option<UtilityReport>,
    /// Other combinations of levels, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// Distributions before and after, for a report.
    #[serde(skip)]
    pub pictures: Vec<ColumnHistogram>,
    /// Name and digest of each source file.
    #[serde(skip)]
    pub sources: Vec<(String, Sha256)>,
    /// What each column was found or stated to hold.
    pub findings: Vec<Finding>,
    /// Columns that seem to be quasi-identifiers, are not among the named ones, and are released
    /// as they are.
    pub passed_over: Vec<String>,
    /// How long each step took.
    pub stages: Vec<StageTime>,
}

/// What the search found, in figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The quality model, in its short form.
    pub quality: String,
    /// What it came to; lower is better.
    pub score: f64,
    /// No combination of levels has a lower score.
    pub lower_bound: f64,
    /// Whether the levels are proved to have the lowest score there is.
    pub optimal: bool,
    /// The score of the levels alone, where classes were recoded one by one after the search;
    /// `score` and the figures below are then those of the classes.
    pub full_domain_score: Option<f64>,
    /// Level of each quasi-identifier that was searched over.
    pub levels: BTreeMap<String, usize>,
    /// Loss over all quasi-identifiers, 0 to 1 (ARX's default measure).
    pub loss: f64,
    /// Granularity as ARX counts it, 0 to 1, 1 being no loss.
    pub granularity: f64,
    /// Rows left out.
    pub rows_suppressed: u64,
    /// People left out, or of whom a row is.
    pub people_suppressed: u64,
    /// Classes.
    pub classes: u64,
    /// People in the smallest class.
    pub smallest_class: u64,
    /// People in the largest class, where bytes were measured.
    pub largest_class: Option<u64>,
    /// People per class; 0 where there is no class.
    pub average_class: f64,
    /// Combinations of levels that were measured.
    pub measured: u64,
    /// Combinations that exist; saturates.
    pub lattice: u64,
    /// Processor seconds of the search over all threads, where the system tells.
    pub cpu_seconds: Option<f64>,
    /// Seconds of wall-clock time of the search.
    pub seconds: f64,
}

/// Everything up to the search.
struct Searched {
    table: Table,
    profile: Profile,
    findings: Vec<Finding>,
    passed_over: Vec<String>,
    prepared: Prepared,
    counted: Counted,
    solution: weir_deidentify::Solution,
    cpu: Option<Duration>,
}

/// De-identifies a table.
///
/// # Errors
/// See [`ReleaseError`]. After an error no file is left.
pub fn deidentify(job: &Job, options: &Options<'_>) -> Result<Deidentified, ReleaseError> {
    let bounds = Bounds::new(0, &job.bounds, &RulePack::builtin())?;
    let mut limits = Limits::new(options.temporary.clone());
    limits.memory_bytes = options.memory_bytes;
    limits.threads = options.threads.unwrap_or(limits.threads);
    let source = Source::open(&job.data, &job.source)?;
    if let Some(target) = job.extras.afterwards.iter().find_map(|asked| asked.target.as_ref()) {
        source.index_of(target)?;
    }
    let out = job.write.then(|| place(job, &source)).transpose()?;
    let mut stages = Stages::new(options.progress, options.clock);
    let done = run(job, &bounds, source, out, &limits, &mut stages);
    // A folder that is not there is the usual case; one that stays is a temporary one.
    let _ = std::fs::remove_dir_all(&limits.spill_dir);
    let mut done = done?;
    done.stages = stages.times;
    done.search.seconds =
        done.stages.iter().filter(|s| s.name == Stage::Search).map(|s| s.seconds).sum();
    Ok(done)
}

fn run(
    job: &Job,
    bounds: &Bounds,
    source: Source,
    out: Option<(PathBuf, Format)>,
    limits: &Limits,
    stages: &mut Stages<'_>,
) -> Result<Deidentified, ReleaseError> {
    let names = source.columns().to_vec();
    let population = job.bounds.population.as_ref();
    let population = population.map(|path| Population::read(path, limits)).transpose()?;
    let found = searched(job, bounds, (source, population.as_ref()), limits, stages)?;
    let Searched { table, profile, findings, passed_over, prepared, counted, solution, cpu } =
        found;
    let decided =
        Decided { profile: &profile, prepared: &prepared, counted: &counted, solution: &solution };
    let mut treated = treat(&decided, &findings, &table)?;
    treated.aggregate(&findings, &table, limits)?;
    let tau = 1.0 / bounds.k as f64;
    let risk_before = before(&prepared, &counted, &names, tau);
    let plan = treated.plan(&decided, &findings, bounds);
    let promise = Promise::of(&decided, &treated, bounds, tau);
    let mut search = figures(&decided, bounds, cpu);
    let choices = compare::asked(&decided, bounds, &job.extras, limits.threads.get(), stages)?;
    let token = treated.person_token.as_deref();
    let afterwards = job.extras.afterwards.as_ref();
    let afterwards = afterwards
        .map(|asked| Afterwards::of(&decided, &plan, &treated.quasi_identifiers, token, asked));
    let pictures = picture::pictures(&decided, &names, bounds.k);
    drop((counted, solution));
    let mut compared = None;
    let risk = match &out {
        None => None,
        Some((path, format)) => {
            let partial = Partial::beside(path);
            limits.make_spill_dir()?;
            let key = limits.spill_dir.join(PEOPLE_KEY);
            let seed = if job.keep_order { None } else { Some(random_u64()?) };
            let target = Target { path: &partial.0, format: *format, people: &key, seed };
            stages.run(Stage::Write, Some(plan.rows), |progress| {
                write(&target, &table, &treated, limits, progress)
            })?;
            let (risk, _) = stages.run(Stage::Measure, None, |_| {
                let origin = Origin { table: &table, population: population.as_ref() };
                promise.measure(std::slice::from_ref(&partial.0), &key, &treated, origin, limits)
            })?;
            if let Some(afterwards) = &afterwards {
                let files = std::slice::from_ref(&partial.0);
                compared = Some(afterwards.measure(&table, files, limits, stages)?);
            }
            partial.publish(path)?;
            search.largest_class = Some(risk.largest_class);
            Some(risk)
        }
    };
    let path = out.map(|(path, _)| path);
    let (utility, attacks) = match compared {
        Some(measured) => (measured.utility, Some(measured.attacks)),
        None => (None, None),
    };
    Ok(Deidentified {
        path,
        plan,
        search,
        risk_before,
        risk,
        attacks,
        utility,
        choices,
        pictures,
        sources: sources(&table),
        findings,
        passed_over,
        stages: Vec::new(),
    })
}

fn sources(table: &Table) -> Vec<(String, Sha256)> {
    let names = table
        .source()
        .paths()
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    names.zip(table.digests().iter().copied()).collect()
}

/// From the source to the levels.
fn searched(
    job: &Job,
    bounds: &Bounds,
    (source, population): (Source, Option<&Population>),
    limits: &Limits,
    stages: &mut Stages<'_>,
) -> Result<Searched, ReleaseError> {
    let (clock, progress) = (stages.clock, stages.progress);
    let mut columns = stated(job, bounds, &source)?;
    refuse_what_is_not_private(job, bounds)?;
    if bounds.private.is_some() {
        let names = source.columns();
        if let Some(folder) = &job.hierarchies {
            let quasi = |name: &&String| {
                columns.get(*name).and_then(|c| c.role) == Some(Role::QuasiIdentifier)
            };
            let quasi: Vec<String> = names.iter().filter(quasi).cloned().collect();
            add_hierarchies(folder, &mut columns, &quasi)?;
        }
        settle_columns(names, job.person.as_deref(), &mut columns)?;
    }
    let (table, profile) =
        stages.run(Stage::Read, None, |progress| source.profile(limits, progress))?;
    let (findings, passed_over, prepared) = stages.run(Stage::Inspect, None, |_| {
        let person = job.person.as_deref();
        let (findings, passed_over) = findings(&profile, &columns, person, &job.quasi);
        if let Some(folder) = &job.hierarchies {
            let modelled =
                |name: &String| bounds.models.iter().any(|m| m.sensitive() == Some(name));
            let may = findings.iter().map(|finding| (finding.role, &finding.column));
            let may = may.filter(|(role, name)| *role == Role::QuasiIdentifier || modelled(name));
            let names: Vec<String> = may.map(|(_, name)| name.clone()).collect();
            add_hierarchies(folder, &mut columns, &names)?;
        }
        let wishes = Wishes {
            columns: &columns,
            person,
            links: match &job.quasi {
                _ if !job.links || bounds.private.is_some() => Links::None,
                QuasiIdentifiers::Found => Links::All,
                QuasiIdentifiers::Named(_) | QuasiIdentifiers::All => Links::Others,
            },
            folder: Path::new(""),
            population,
            rows: Rows { table: &table, limits },
            whole_files: bounds.private.is_some(),
        };
        let prepared = prepare(&wishes, &profile, &findings, bounds)?;
        Ok::<_, ReleaseError>((findings, passed_over, prepared))
    })?;
    let sampler = bounds.private.map(|private| private.sampler()).transpose()?.map(Arc::new);
    let counted = stages.run(Stage::Count, Some(profile.rows), |progress| {
        count(&table, &prepared, (population, sampler), limits, progress)
    })?;
    let from = clock.cpu();
    let solution = stages.run(Stage::Search, None, |_| match &bounds.private {
        None => {
            let running = Running { threads: limits.threads.get(), clock, progress };
            search(&counted, &prepared, &profile, bounds, running)
        }
        Some(private) => {
            let levels = private.levels(&job.levels, (&table, &profile, &prepared), limits)?;
            Private::solution(&counted, &prepared, &levels, bounds)
        }
    })?;
    let cpu = from.and_then(|from| Some(clock.cpu()?.saturating_sub(from)));
    Ok(Searched { table, profile, findings, passed_over, prepared, counted, solution, cpu })
}

/// Refuses what shapes a file by the order of the data, where privacy is to be differential, and
/// levels where it is not.
fn refuse_what_is_not_private(job: &Job, bounds: &Bounds) -> Result<(), NotPrivate> {
    match (bounds.private, job.levels.keys().next()) {
        (None, Some(column)) => Err(NotPrivate::LevelUnused { column: column.clone() }),
        (Some(_), _) if job.keep_order => Err(NotPrivate::ByTheData { what: "keep_order" }),
        (Some(_), _) if job.extras != Extras::default() => Err(NotPrivate::Figures),
        _ => Ok(()),
    }
}

/// What is stated of the columns, with what follows from the lists of quasi-identifiers and from
/// the models.
fn stated(
    job: &Job,
    bounds: &Bounds,
    source: &Source,
) -> Result<BTreeMap<String, Column>, ReleaseError> {
    let mut columns = job.columns.clone();
    for name in columns.keys().chain(&job.person) {
        source.index_of(name)?;
    }
    for name in bounds.models.iter().filter_map(|model| model.sensitive()) {
        source.index_of(name)?;
        columns.entry(name.to_owned()).or_default().role.get_or_insert(Role::Sensitive);
    }
    let quasi: Vec<&String> = match &job.quasi {
        QuasiIdentifiers::Found => Vec::new(),
        QuasiIdentifiers::Named(names) => names.iter().collect(),
        QuasiIdentifiers::All => {
            let free = |name: &&String| {
                let stated = columns.get(*name);
                let free = stated.is_none_or(|c| c.role.is_none() && c.action.is_none());
                free && job.person.as_ref() != Some(*name)
            };
            source.columns().iter().filter(free).collect()
        }
    };
    for name in quasi {
        source.index_of(name)?;
        columns.entry(name.clone()).or_default().role = Some(Role::QuasiIdentifier);
    }
    Ok(columns)
}

/// What each column holds, and which columns seem to be quasi-identifiers and are not among the
/// named ones. Columns are only examined where something is not stated.
fn findings(
    profile: &Profile,
    columns: &BTreeMap<String, Column>,
    person: Option<&str>,
    quasi: &QuasiIdentifiers,
) -> (Vec<Finding>, Vec<String>) {
    let role = |name: &str| columns.get(name).and_then(|c| c.role);
    if profile.columns.iter().all(|c| role(&c.name).is_some()) {
        let finding = |c: &weir_table::ColumnProfile| Finding {
            column: c.name.clone(),
            ty: c.ty,
            semantic: "stated".to_owned(),
            label: Bilingual::new("由使用者说明", "as stated"),
            role: role(&c.name).unwrap_or(Role::QuasiIdentifier),
            confidence: 1.0,
            sensitive_pi: false,
            person_key: person == Some(c.name.as_str()),
            signals: vec![Signal {
                test: "request".to_owned(),
                saw: Bilingual::new("使用者说明", "stated by the user"),
            }],
            distinct: c.distinct,
            distinct_exact: c.distinct_exact,
            nulls: c.nulls,
        };
        return (profile.columns.iter().map(finding).collect(), Vec::new());
    }
    let mut findings = weir_detect::detect(profile);
    weir_detect::apply_overrides(&mut findings, columns, person);
    // A column that is not among the named ones stays out of the classes; a direct identifier
    // among them is left out all the same.
    let mut passed_over = Vec::new();
    for finding in &mut findings {
        let aggregated = columns.get(&finding.column).is_some_and(|c| c.aggregate.is_some());
        let named =
            role(&finding.column).is_some() || person == Some(&finding.column) || aggregated;
        let found = *quasi == QuasiIdentifiers::Found;
        if !named && !found && finding.role == Role::QuasiIdentifier {
            finding.role = Role::Other;
            passed_over.push(finding.column.clone());
        }
    }
    (findings, passed_over)
}

/// Adds the hierarchy files of a folder to those of the named columns that have none:
/// `COLUMN.csv`, or ARX's `TABLE_hierarchy_COLUMN.csv`.
fn add_hierarchies(
    folder: &Path,
    columns: &mut BTreeMap<String, Column>,
    names: &[String],
) -> Result<(), ReleaseError> {
    let failed = |source| ReleaseError::HierarchyFile { path: folder.to_owned(), source };
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.sort();
    for name in names {
        let fits = |path: &&PathBuf| {
            let file = path.file_name().and_then(|f| f.to_str()).unwrap_or_default();
            let stem = file.strip_suffix(".csv");
            let of_table = format!("_hierarchy_{name}");
            stem.is_some_and(|stem| stem == name || stem.ends_with(&of_table))
        };
        let column = columns.entry(name.clone()).or_default();
        if column.hierarchy.is_none() {
            column.hierarchy = files.iter().find(fits).cloned().map(HierarchySpec::File);
        }
    }
    Ok(())
}

/// The file to write, which must not be there yet, and its format.
fn place(job: &Job, source: &Source) -> Result<(PathBuf, Format), ReleaseError> {
    let first = source.paths().next().unwrap_or(Path::new("data.csv"));
    let is_parquet =
        |path: &Path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"));
    let path = job.out.clone().unwrap_or_else(|| {
        let mut name = first.file_stem().unwrap_or_default().to_os_string();
        name.push(if is_parquet(first) { ".deidentified.parquet" } else { ".deidentified.csv" });
        first.with_file_name(name)
    });
    let format = match path.extension().and_then(|e| e.to_str()) {
        Some(e) if e.eq_ignore_ascii_case("parquet") => Format::Parquet,
        Some(e) if e.eq_ignore_ascii_case("csv") => Format::Csv,
        _ => return Err(ReleaseError::OutputFormat { path }),
    };
    if path.symlink_metadata().is_ok() {
        return Err(ReleaseError::ResultExists { path });
    }
    Ok((path, format))
}

/// A file that is not yet in its place; removed unless it is published.
struct Partial(PathBuf);

impl Partial {
    fn beside(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // The end of the name says how the file is read back.
        let name = format!(".weir-partial-{}-{name}", std::process::id());
        Self(path.with_file_name(name))
    }

    /// Puts the file in its place, unless another one got there first.
    fn publish(self, path: &Path) -> Result<(), ReleaseError> {
        use std::io::ErrorKind;
        let failed = |source| ReleaseError::Output { path: path.to_owned(), source };
        let taken = || ReleaseError::ResultExists { path: path.to_owned() };
        match std::fs::hard_link(&self.0, path) {
            Ok(()) => {}
            Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(taken()),
            // A file system without hard links: the look before the rename is a bit of a punt.
            Err(_) if path.symlink_metadata().is_ok() => return Err(taken()),
            Err(_) => std::fs::rename(&self.0, path).map_err(failed)?,
        }
        files::sync_parent(path).map_err(failed)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename it is gone; a file that cannot be removed is hidden and says what it is.
        let _ = files::remove_file(&self.0);
    }
}

fn figures(decided: &Decided<'_>, bounds: &Bounds, cpu: Option<Duration>) -> Found {
    let Decided { profile, prepared, counted, solution } = *decided;
    let levels = prepared.searched.iter().zip(&solution.levels);
    let levels = levels.map(|(s, level)| (profile.columns[s.column].name.clone(), *level));
    // A person counts once in each class that one of the rows is in, so that rows are not people
    // where the rows of one person are told apart.
    let counted_in_classes = match counted.table.by_whole_records() {
        true => counted.n_people - solution.people_suppressed,
        false => counted.n_rows - solution.rows_suppressed,
    };
    Found {
        quality: bounds.quality.to_string(),
        score: solution.score,
        lower_bound: solution.lower_bound,
        optimal: solution.searched.optimal,
        full_domain_score: solution.local.as_ref().map(|(score, _)| *score),
        levels: levels.collect(),
        loss: solution.loss,
        granularity: solution.granularity,
        rows_suppressed: solution.rows_suppressed,
        people_suppressed: solution.people_suppressed,
        classes: solution.classes,
        smallest_class: solution.smallest_class,
        largest_class: None,
        average_class: match solution.classes {
            0 => 0.0,
            classes => counted_in_classes as f64 / classes as f64,
        },
        measured: solution.searched.measured,
        lattice: solution.searched.of,
        cpu_seconds: cpu.map(|cpu| cpu.as_secs_f64()),
        seconds: 0.0,
    }
}
