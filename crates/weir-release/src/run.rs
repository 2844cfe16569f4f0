//! The way of a release, step by step.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use weir_evidence::package::DATA_DIR;
use weir_law::{Day, RulePack};
use weir_risk::{MeasureOptions, measure};
use weir_search::local::LocalError;
use weir_table::{Classes, Limits, Source, SourceOptions};
use weir_types::attack::Attacks;
use weir_types::choices::Choices;
use weir_types::plan::Preset;
use weir_types::request::{Deidentify, Format};
use weir_types::risk::PeopleCountedBy;
use weir_types::utility::UtilityReport;
use weir_types::weighed::Weighed;
use weir_types::{
    Deadline, Decision, Facts, Finding, Lang, Plan, PrivacyModel, QualityModel, Request,
    RiskReport, Sha256,
};

use crate::afterwards::Afterwards;
use crate::clock::Clock;
use crate::compare;
use crate::count::{Counted, Decided, random_u64};
use crate::error::ReleaseError;
use crate::home::{Home, random};
use crate::judged::{Origin, Promise};
use crate::look::{Looked, look};
use crate::picture;
use crate::prepare::Prepared;
use crate::private::Private;
use crate::progress::{Progress, Stage, StageTime, Stages};
use crate::recover::{PEOPLE_KEY, recover};
use crate::report::ColumnHistogram;
use crate::seal::{Ended, decide_and_seal};
use crate::staging::{Pending, Staging};
use crate::transform::{Outcome as Treated, treat};
use crate::weigh::{Weighing, today, weigh};
use crate::write::{Target, write};

/// Share of people that may be left out where the request does not say.
const SUPPRESS_AT_MOST: f64 = 0.05;

/// What the program that runs a release decides for it.
pub struct ReleaseOptions<'a> {
    /// The folder of state; `.weir` beside the request when `None`.
    pub home: Option<PathBuf>,
    /// The place of the package, instead of what the request says.
    pub out: Option<PathBuf>,
    /// Number of the option to take, from 1; the cheapest that weir carries out when `None`.
    pub option: Option<NonZeroUsize>,
    /// Memory to plan for, in bytes.
    pub memory_bytes: usize,
    /// Worker threads; all processors when `None`.
    pub threads: Option<NonZeroUsize>,
    /// The language that the report shows first.
    pub lang: Lang,
    /// Where the time comes from.
    pub clock: &'a dyn Clock,
    /// Where progress is shown.
    pub progress: &'a dyn Progress,
}

impl std::fmt::Debug for ReleaseOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReleaseOptions").field("home", &self.home).finish_non_exhaustive()
    }
}

/// How a release ended.
#[derive(Debug)]
pub enum Outcome {
    /// The package is in its place.
    Released(Box<Done>),
    /// The rules refuse; only the report was written.
    Refused(Box<Done>),
}

/// What a release, or its refusal, leaves behind.
#[derive(Debug, serde::Serialize)]
pub struct Done {
    /// Identifier of the release.
    pub release: String,
    /// The folder of the package, or the report of a refusal.
    pub path: PathBuf,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was done.
    pub plan: Plan,
    /// Risk in the source.
    pub risk_before: RiskReport,
    /// Risk in the released bytes.
    pub risk: RiskReport,
    /// Attacks on the released bytes.
    pub attacks: Attacks,
    /// What the released bytes are still good for; none where the tables are larger than the
    /// memory that was planned for.
    pub utility: Option<UtilityReport>,
    /// Other combinations of levels; none where the search does not measure single ones.
    pub choices: Option<Choices>,
    /// The options that were weighed, and which was taken.
    pub weighed: Weighed,
    /// What the rules answered.
    pub decision: Decision,
    /// Rows in the released files.
    pub rows: u64,
    /// Index of the entry in the log.
    pub log_index: Option<u64>,
    /// Fingerprint of the signing key.
    pub signer: Option<Sha256>,
    /// How long each step took.
    pub stages: Vec<StageTime>,
}

/// What the steps before the data is written agree on.
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) folder: PathBuf,
    pub(crate) release: String,
    pub(crate) out: PathBuf,
    pub(crate) pack: RulePack,
    pub(crate) limits: Limits,
    pub(crate) lang: Lang,
    /// The day whose law applies.
    pub(crate) day: Day,
}

/// Everything that the statement and the report say, but for the decision.
pub(crate) struct Measured {
    pub(crate) plan: Plan,
    pub(crate) findings: Vec<Finding>,
    pub(crate) facts: Facts,
    pub(crate) risk_before: RiskReport,
    pub(crate) risk: RiskReport,
    pub(crate) data: Vec<(String, Sha256, u64)>,
    pub(crate) rows: u64,
    pub(crate) sources: Vec<(String, Sha256)>,
    pub(crate) pictures: Vec<ColumnHistogram>,
    pub(crate) choices: Option<Choices>,
    pub(crate) utility: Option<UtilityReport>,
    pub(crate) attacks: Attacks,
    pub(crate) weighed: Weighed,
}

/// Releases what a request asks for.
///
/// Releases that an earlier process left under way in the same home are ended or undone first.
///
/// # Errors
///
/// See [`ReleaseError`]. After an error nothing is left of the release; after being killed,
/// nothing is left once another release ran in the same home.
pub fn release(request: &Path, options: &ReleaseOptions<'_>) -> Result<Outcome, ReleaseError> {
    let (parsed, folder) = read_request(request)?;
    let home_dir = options.home.clone().unwrap_or_else(|| folder.join(".weir"));
    let source = open_source(&parsed, &folder)?;
    let named = parsed.columns.keys().chain(&parsed.data.person).chain(&parsed.report.target);
    for name in named {
        source.index_of(name)?;
    }
    let home = Home::open(&home_dir)?;
    let release = hex::encode(&random()?[..16]);
    let pack = RulePack::builtin();
    pack.stated(&parsed.facts).map_err(ReleaseError::Facts)?;
    let mut limits = Limits::new(home.work(&release).join("spill"));
    limits.memory_bytes = options.memory_bytes;
    limits.threads = options.threads.unwrap_or(limits.threads);
    recover(&home, &pack, &limits)?;
    let out = place(&parsed, &folder, &release, &source, options)?;
    let lang = options.lang;
    let day = today(options.clock)?;
    let asked = Asked { request: parsed, folder, release, out, pack, limits, lang, day };
    let mut staging = Some(begin(&asked, &home)?);
    let outcome = staged(&asked, &home, source, &mut staging, options);
    // What is still here after an error was not spent. What the log may hold is left to recovery;
    // anything else is undone now.
    match staging.filter(|staging| outcome.is_err() && staging.pending.sealed.is_none()) {
        Some(staging) => staging.discard().and(outcome),
        None => outcome,
    }
}

/// Reads a request; beside it, the folder that its paths are taken from.
pub(crate) fn read_request(path: &Path) -> Result<(Request, PathBuf), ReleaseError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ReleaseError::NoRequest { path: path.to_owned(), source })?;
    let parsed = Request::parse(&text)
        .map_err(|source| ReleaseError::Request { path: path.to_owned(), source })?;
    Ok((parsed, path.parent().unwrap_or(Path::new("")).to_owned()))
}

/// Opens the data that a request names.
pub(crate) fn open_source(request: &Request, folder: &Path) -> Result<Source, ReleaseError> {
    let paths: Vec<PathBuf> =
        request.data.path.as_slice().iter().map(|path| folder.join(path)).collect();
    let options = SourceOptions {
        encoding: request.data.encoding,
        delimiter: request.data.delimiter,
        sheet: request.data.sheet.clone(),
        reading: weir_table::Reading::Strict,
    };
    Ok(Source::open(&paths, &options)?)
}

fn place(
    request: &Request,
    folder: &Path,
    release: &str,
    source: &Source,
    options: &ReleaseOptions<'_>,
) -> Result<PathBuf, ReleaseError> {
    let stated = options.out.clone().or(request.result.path.as_ref().map(|p| folder.join(p)));
    let path = stated.unwrap_or_else(|| {
        let stem = source.paths().next().and_then(Path::file_stem).unwrap_or_default();
        let day = options.clock.now().format("%Y%m%d");
        let name = format!("{}-{day}-{}", stem.to_string_lossy(), &release[..8]);
        folder.join("releases").join(name)
    });
    // Paths in the journal have to hold whatever folder the next run is started in.
    let path = std::path::absolute(&path)
        .map_err(|source| ReleaseError::Output { path: path.clone(), source })?;
    if path.symlink_metadata().is_ok() {
        return Err(ReleaseError::ResultExists { path });
    }
    Ok(path)
}

fn begin(asked: &Asked, home: &Home) -> Result<Staging, ReleaseError> {
    let failed = |source| ReleaseError::Output { path: asked.out.clone(), source };
    let parent = asked.out.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let name = asked.out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let staging = parent.join(format!(".{name}.weir-partial-{}", &asked.release[..8]));
    let work = home.work(&asked.release);
    let pending = Pending {
        release: asked.release.clone(),
        staging,
        out: asked.out.clone(),
        work: std::path::absolute(&work).map_err(failed)?,
        sealed: None,
    };
    Staging::begin(pending, &home.pending())
}

/// Everything from the data to the package. The staging is taken out when it is spent.
fn staged(
    asked: &Asked,
    home: &Home,
    source: Source,
    slot: &mut Option<Staging>,
    options: &ReleaseOptions<'_>,
) -> Result<Outcome, ReleaseError> {
    let mut stages = Stages::new(options.progress, options.clock);
    let staging = slot.as_ref().expect("a release begins with a staging");
    let measured = prepare_and_measure(asked, source, staging, &mut stages, options)?;
    let ended = stages
        .run(Stage::Seal, None, |_| decide_and_seal(asked, home, &measured, slot, options.clock))?;
    let Ended { released, path, decision, log_index, signer } = ended;
    let Measured {
        plan,
        findings,
        risk_before,
        risk,
        rows,
        attacks,
        utility,
        choices,
        weighed,
        ..
    } = measured;
    let done = Box::new(Done {
        release: asked.release.clone(),
        path,
        findings,
        plan,
        risk_before,
        risk,
        attacks,
        utility,
        choices,
        weighed,
        decision,
        rows: if released { rows } else { 0 },
        log_index,
        signer,
        stages: stages.times,
    });
    Ok(if released { Outcome::Released(done) } else { Outcome::Refused(done) })
}

fn prepare_and_measure(
    asked: &Asked,
    source: Source,
    staging: &Staging,
    stages: &mut Stages<'_>,
    options: &ReleaseOptions<'_>,
) -> Result<Measured, ReleaseError> {
    let request = &asked.request;
    let looked = look(asked, source, stages)?;
    let Weighing { weighed, solution, k } = weigh(asked, &looked, options.option, stages)?;
    let tau = looked.tau(k);
    let Looked {
        table,
        profile,
        detected,
        findings,
        mut facts,
        bounds,
        population,
        prepared,
        counted,
        ..
    } = looked;
    let bounds = bounds.with_least(k);
    let decided =
        Decided { profile: &profile, prepared: &prepared, counted: &counted, solution: &solution };
    let mut treated = treat(&decided, &findings, &table)?;
    treated.aggregate(&findings, &table, &asked.limits)?;
    facts.direct_identifiers_released = treated.releases_identifier(&detected, &findings);
    let names = table.source().columns();
    let pictures = picture::pictures(&decided, names, bounds.k);
    let risk_before = before(&prepared, &counted, names, tau);
    let plan = treated.plan(&decided, &findings, &bounds);
    let promise = Promise::of(&decided, &treated, &bounds, tau);
    let choices = stages
        .run(Stage::Weigh, None, |_| Ok::<_, ReleaseError>(compare::choices(&decided, &bounds)))?;
    let token = treated.person_token.as_deref();
    let afterwards =
        Afterwards::of(&decided, &plan, &treated.quasi_identifiers, token, &request.report);
    // The counts make room for what is written.
    drop((counted, solution));
    let origin = Origin { table: &table, population: population.as_ref() };
    let writing = Writing { asked, staging, origin, treated: &treated, promise: &promise };
    let (files, risk, data) = writing.run(stages)?;
    let measured = afterwards.measure(&table, &files, &asked.limits, stages)?;
    let digests = table.digests().iter().copied();
    let sources = table.source().paths().map(file_name).zip(digests).collect();
    Ok(Measured {
        rows: risk.rows,
        plan,
        findings,
        facts,
        risk_before,
        risk,
        data,
        sources,
        pictures,
        choices,
        utility: measured.utility,
        attacks: measured.attacks,
        weighed,
    })
}

/// What the classes have to meet.
#[derive(Debug)]
pub(crate) struct Bounds {
    /// Least number of people in a class.
    pub(crate) k: u64,
    /// All models, `k` among them.
    pub(crate) models: Vec<PrivacyModel>,
    /// The named set that some of them come from.
    pub(crate) preset: Option<Preset>,
    /// Differential privacy, where it is asked.
    pub(crate) private: Option<Private>,
    /// What is made as small as possible.
    pub(crate) quality: QualityModel,
    /// Most that may be left out, as a share.
    pub(crate) suppression_limit: f64,
    /// Whether classes are recoded one by one after the search.
    pub(crate) local: bool,
    /// Whether whole numbers are then released as ranges.
    pub(crate) ranges: bool,
    /// How long the search may take.
    pub(crate) deadline: Option<Duration>,
}

impl Bounds {
    /// The same with another least number of people in a class.
    pub(crate) fn with_k(&self, k: u64) -> Self {
        let stated = NonZeroU64::new(k).unwrap_or(NonZeroU64::MIN);
        let model = |model: &PrivacyModel| match model {
            PrivacyModel::KAnonymity { .. } => PrivacyModel::KAnonymity { k: stated },
            other => other.clone(),
        };
        Self {
            k: stated.get(),
            models: self.models.iter().map(model).collect(),
            preset: None,
            ..*self
        }
    }

    /// The same with at least so many people in a class.
    pub(crate) fn with_least(self, k: u64) -> Self {
        if k <= self.k {
            return self;
        }
        let raised = self.with_k(k);
        Self { preset: self.preset, ..raised }
    }

    /// What is asked, and never less than `floor` people in a class. Presets are those of `pack`.
    pub(crate) fn new(
        floor: u64,
        asked: &Deidentify,
        pack: &RulePack,
    ) -> Result<Self, ReleaseError> {
        let preset = asked.preset.as_ref().map(|name| preset(name, pack)).transpose()?;
        let named = preset.iter().flat_map(|preset| &preset.models);
        let private = Private::of(asked, preset.as_ref())?;
        let stated = asked.models.iter().chain(named.clone()).filter_map(k_of).max();
        let k_asked = asked.k.and_then(NonZeroU64::new).max(stated).max(NonZeroU64::new(floor));
        let k_asked = k_asked.max(private.and_then(|private| NonZeroU64::new(private.k())));
        let k_asked = k_asked.unwrap_or(NonZeroU64::MIN);
        let mut models = vec![PrivacyModel::KAnonymity { k: k_asked }];
        models.extend(asked.models.iter().chain(named).filter(|m| k_of(m).is_none()).cloned());
        match models.iter().find(|m| m.needs_population()) {
            Some(model) if asked.population.is_none() => {
                return Err(ReleaseError::PopulationMissing { model: model.to_string() });
            }
            None if asked.population.is_some() => return Err(ReleaseError::PopulationUnused),
            _ => {}
        }
        // Cells of several levels stand for overlapping people, and a chance of being among the
        // released ones is no share of a class any more.
        let presence = |m: &PrivacyModel| matches!(m, PrivacyModel::DeltaPresence { .. });
        if asked.local && models.iter().any(presence) {
            return Err(LocalError::Model { model: "delta-presence" }.into());
        }
        Ok(Self {
            k: k_asked.get(),
            models,
            preset,
            quality: asked.quality.unwrap_or_default(),
            // A limit would make the release itself depend on the data.
            suppression_limit: match private {
                Some(_) => 1.0,
                None => asked.suppress_at_most.unwrap_or(SUPPRESS_AT_MOST),
            },
            private,
            local: asked.local,
            ranges: asked.ranges,
            deadline: asked.deadline.map(Deadline::duration),
        })
    }
}

fn k_of(model: &PrivacyModel) -> Option<NonZeroU64> {
    match model {
        PrivacyModel::KAnonymity { k } => Some(*k),
        _ => None,
    }
}

fn preset(name: &str, pack: &RulePack) -> Result<Preset, ReleaseError> {
    let found = pack.presets().iter().find(|preset| preset.name == name);
    found.cloned().ok_or_else(|| ReleaseError::Preset {
        name: name.to_owned(),
        known: pack.presets().iter().map(|preset| preset.name.clone()).collect(),
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Risk in the source: whole records of people, at the finest level of each quasi-identifier.
pub(crate) fn before(
    prepared: &Prepared,
    counted: &Counted,
    names: &[String],
    tau: f64,
) -> RiskReport {
    let classes = counted.table.classes();
    let person = prepared.person.map(|p| names[p].clone());
    let by = if person.is_some() { PeopleCountedBy::Column } else { PeopleCountedBy::Row };
    let quasi_identifiers = prepared.searched.iter().map(|s| names[s.column].clone()).collect();
    measure(&classes, &MeasureOptions { quasi_identifiers, person, people_counted_by: by, tau })
}

/// What is written, and where.
struct Writing<'a> {
    asked: &'a Asked,
    staging: &'a Staging,
    origin: Origin<'a>,
    treated: &'a Treated,
    promise: &'a Promise,
}

type WrittenData = Vec<(String, Sha256, u64)>;

impl Writing<'_> {
    /// Writes the released files, reads them back and measures them.
    fn run(
        &self,
        stages: &mut Stages<'_>,
    ) -> Result<(Vec<PathBuf>, RiskReport, WrittenData), ReleaseError> {
        let (limits, format) = (&self.asked.limits, self.asked.request.result.format);
        let seed = random_u64()?;
        let name = match format {
            Format::Parquet => format!("{DATA_DIR}/part-00000.parquet"),
            Format::Csv => format!("{DATA_DIR}/part-00000.csv"),
        };
        let key = self.staging.pending.work.join(PEOPLE_KEY);
        let path = self.staging.dir().join(&name);
        let target = Target { path: &path, format, people: &key, seed: Some(seed) };
        stages.run(Stage::Write, Some(self.origin.table.rows()), |progress| {
            write(&target, self.origin.table, self.treated, limits, progress)
        })?;
        let files = vec![path];
        let names = [name];
        stages.run(Stage::Measure, None, |_| {
            let (risk, digests) =
                self.promise.measure(&files, &key, self.treated, self.origin, limits)?;
            let mut data = Vec::new();
            for (name, (path, digest)) in names.into_iter().zip(files.iter().zip(&digests)) {
                let bytes = std::fs::metadata(path)
                    .map_err(|source| ReleaseError::Output { path: path.clone(), source })?
                    .len();
                data.push((name, *digest, bytes));
            }
            Ok((files, risk, data))
        })
    }
}

/// Measures classes as an earlier report was measured.
pub(crate) fn measured(classes: &Classes, like: &RiskReport) -> RiskReport {
    let options = MeasureOptions {
        quasi_identifiers: like.quasi_identifiers.clone(),
        person: like.person.clone(),
        people_counted_by: like.people_counted_by,
        tau: like.tau,
    };
    measure(classes, &options)
}
