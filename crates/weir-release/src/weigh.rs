//! From counts to options: what each form of the data would cost.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde::Serialize;
use weir_deidentify::search::Solution;
use weir_detect::grade::{Answers, GradePack, Subject, grade};
use weir_law::{Day, RulePack};
use weir_plan::assess::{Assessment, Band, RecipientAnswers, RecipientTable};
use weir_plan::costs::Costs;
use weir_plan::options::{Curves, Infeasible, Options, Reason};
use weir_plan::underwriting::{Assumption, Control, RecordClass, Underwriting, UnderwritingFacts};
use weir_plan::{Circulation, Found, Harm, Searched, Trust, curves};
use weir_table::Limits;
use weir_types::request::Action;
use weir_types::weighed::{Weighed, WeighedOption};
use weir_types::{Bilingual, Facts, Lang, Request, Role, Route};

use crate::clock::Clock;
use crate::compare::risk;
use crate::count::{Running, search};
use crate::error::ReleaseError;
use crate::look::{Looked, look};
use crate::progress::{Progress, Stage, StageTime, Stages};
use crate::run::{Asked, before, open_source, read_request};

mod error;

pub use error::WeighError;

/// What the program that plans decides.
pub struct PlanOptions<'a> {
    /// The day whose law applies, `YYYY-MM-DD`; today when `None`.
    pub day: Option<Day>,
    /// A file with costs in the place of those of the shipped table.
    pub costs: Option<PathBuf>,
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

impl std::fmt::Debug for PlanOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanOptions").field("costs", &self.costs).finish_non_exhaustive()
    }
}

/// A plan, with what it was made from.
#[derive(Debug, Serialize)]
pub struct Planned {
    /// The day whose law was applied.
    pub day: Day,
    /// Rows of the source.
    pub rows: u64,
    /// Who hands over, and who receives.
    pub parties: [String; 2],
    /// What the rules were told.
    pub facts: Facts,
    /// How much harm the kind of personal information does.
    pub harm: Harm,
    /// The options.
    #[serde(flatten)]
    pub options: Options,
    /// Number of the option that `weir release` takes, from 1.
    pub taken: Option<usize>,
    /// How far the recipient is trusted, where it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Assessment>,
    /// How much may be lost in a year under the cheapest option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curves: Option<Curves>,
    /// How long each step took.
    pub stages: Vec<StageTime>,
}

/// Weighs all forms in which the data of a request could circulate.
///
/// # Errors
/// See [`ReleaseError`]. Nothing is written.
pub fn plan(request: &Path, options: &PlanOptions<'_>) -> Result<Planned, ReleaseError> {
    let (parsed, folder) = read_request(request)?;
    let source = open_source(&parsed, &folder)?;
    let pack = RulePack::builtin();
    pack.stated(&parsed.facts).map_err(ReleaseError::Facts)?;
    let mut limits = Limits::new(options.temporary.clone());
    limits.memory_bytes = options.memory_bytes;
    limits.threads = options.threads.unwrap_or(limits.threads);
    let day = options.day.map_or_else(|| today(options.clock), Ok)?;
    if let Some(first) = pack.answers_from(day) {
        return Err(WeighError::PackDay { pack: pack.label(), first }.into());
    }
    let asked = Asked {
        request: parsed,
        folder,
        release: String::new(),
        out: PathBuf::new(),
        pack,
        limits,
        lang: Lang::En,
        day,
    };
    let mut stages = Stages::new(options.progress, options.clock);
    let looked = look(&asked, source, &mut stages)?;
    let found = match find(&looked, &asked, &mut stages) {
        Ok((solution, searched)) => {
            drop(solution);
            searched
        }
        Err(ReleaseError::Search(_)) => vec![Searched { k: looked.bounds.k, found: None }],
        Err(error) => return Err(error),
    };
    let costs = costs(&asked.request, options.costs.as_deref())?;
    let recipient = assessment(&asked)?;
    weighed(&asked, &looked, found, (&costs, recipient.as_ref()), |circulation, options| {
        let taken = taken(&options, &asked.request, None).ok().flatten();
        let first = options.options.first();
        let curves = first.map(|first| curves(circulation, first)).transpose();
        Ok(Planned {
            day: asked.day,
            rows: looked.profile.rows,
            parties: [&asked.request.parties.provider, &asked.request.parties.recipient]
                .map(Clone::clone),
            facts: looked.facts.clone(),
            harm: circulation.harm,
            recipient: recipient.clone(),
            curves: curves.map_err(WeighError::Plan)?,
            taken: taken.map(|at| at + 1),
            options,
            stages: stages.times,
        })
    })
}

/// Weighs the options, and hands them on with the circulation that they are of.
fn weighed<T>(
    asked: &Asked,
    looked: &Looked,
    found: Vec<Searched>,
    (costs, recipient): (&Costs, Option<&Assessment>),
    then: impl FnOnce(&Circulation<'_>, Options) -> Result<T, ReleaseError>,
) -> Result<T, ReleaseError> {
    let source = source_of(looked, &asked.request, found);
    let circulation = Circulation {
        pack: &asked.pack,
        day: asked.day,
        facts: &looked.facts,
        source: &source,
        asked_k: Some(looked.bounds.k),
        value: asked.request.plan.value,
        ceiling: asked.request.plan.most_loss,
        harm: harm(looked),
        trust: &trust(recipient),
        costs,
    };
    let options = weir_plan::plan(&circulation).map_err(WeighError::Plan)?;
    then(&circulation, options)
}

/// What an underwriter asks for, of the cheapest option; none where no option is left.
///
/// Nothing shows yet that its measures are in place, so that they carry no evidence.
pub fn underwriting(planned: &Planned) -> Option<Underwriting> {
    let (option, curves) = (planned.options.options.first()?, planned.curves.as_ref()?);
    let class = match planned.harm {
        Harm::Ordinary => Bilingual::new("一般个人信息", "ordinary personal information"),
        Harm::Health => Bilingual::new(
            "住宿、通话、健康或交易信息",
            "lodging, call records, health or transactions",
        ),
        Harm::Whereabouts => Bilingual::new(
            "行踪、通信内容、征信或财产信息",
            "whereabouts, communications, credit or property",
        ),
    };
    let control = |taken: &weir_plan::options::Taken| Control {
        id: taken.measure.clone(),
        name: taken.text.clone(),
        evidence: None,
    };
    let assumption = |one: &weir_plan::options::Assumed| Assumption {
        text: one.text.clone(),
        value: Bilingual::new(
            format!("{} {}", one.value, one.unit.zh),
            format!("{} {}", one.value, one.unit.en),
        ),
        source: one.source.clone(),
        certainty: one.certainty,
    };
    let [provider, recipient] = planned.parties.clone();
    Some(Underwriting::new(UnderwritingFacts {
        day: planned.day,
        provider,
        recipient,
        band: planned.recipient.as_ref().map(|found| (found.band, found.valid_until)),
        records: vec![RecordClass { class, people: planned.facts.people }],
        without_controls: curves.bare.clone(),
        with_controls: curves.left.clone(),
        controls: option.measures.iter().map(control).collect(),
        assumptions: planned.options.assumptions.iter().map(assumption).collect(),
    }))
}

/// What a release takes.
pub(crate) struct Weighing {
    pub(crate) weighed: Weighed,
    /// The generalisation of the option.
    pub(crate) solution: Solution,
    /// Least number of people in a class.
    pub(crate) k: u64,
}

/// Weighs the options of a release and takes one: the one that was asked for, or else the cheapest
/// that weir carries out.
pub(crate) fn weigh(
    asked: &Asked,
    looked: &Looked,
    option: Option<NonZeroUsize>,
    stages: &mut Stages<'_>,
) -> Result<Weighing, ReleaseError> {
    let (solution, found) = find(looked, asked, stages)?;
    let costs = costs(&asked.request, None)?;
    let recipient = assessment(asked)?;
    let weighed_by = (&costs, recipient.as_ref());
    let options = weighed(asked, looked, found, weighed_by, |_, options| Ok(options))?;
    let taken = taken(&options, &asked.request, option)?;
    let k = taken.and_then(|at| options.options[at].k).unwrap_or(looked.bounds.k);
    let solution = match k == looked.bounds.k {
        true => solution,
        false => searched_for(looked, asked, k, stages)?,
    };
    let weighed = Weighed {
        costs: options.costs.clone(),
        taken: taken.map_or(0, |at| at as u64 + 1),
        options: options
            .options
            .iter()
            .map(|option| WeighedOption {
                route: option.route,
                k: option.k,
                built: option.built,
                total_yuan: option.total,
                risk_yuan: option.parts.risk,
                measures: option.measures.iter().map(|taken| taken.measure.clone()).collect(),
            })
            .collect(),
    };
    Ok(Weighing { weighed, solution, k })
}

/// Position of the option to take; none where the rules leave none that weir carries out, which the
/// decision on the released bytes will say with its reasons.
fn taken(
    options: &Options,
    request: &Request,
    asked: Option<NonZeroUsize>,
) -> Result<Option<usize>, WeighError> {
    if let Some(asked) = asked.map(NonZeroUsize::get) {
        let n = options.options.len();
        let option = options.options.get(asked - 1);
        let option = option.ok_or(WeighError::NoSuchOption { asked, options: n })?;
        if !option.built {
            return Err(WeighError::NotBuilt { asked, route: option.route });
        }
        return Ok(Some(asked - 1));
    }
    // Who states a class size has decided; and a value that nobody stated decides nothing: then
    // as little information is lost as the rules allow.
    let weighs = request.deidentify.k.is_none() && options.value.stated;
    let mut built = options.options.iter().enumerate().filter(|(_, option)| option.built);
    let found = if weighs { built.next() } else { built.min_by_key(|(_, option)| option.k) };
    if found.is_none() {
        none_taken(options, request)?;
    }
    Ok(found.map(|(at, _)| at))
}

/// Why no option that weir carries out is feasible, unless rules forbid all of them: those the
/// decision on the release tells, with a report.
fn none_taken(options: &Options, request: &Request) -> Result<(), WeighError> {
    let of = |route| move |other: &&Infeasible| other.route == route;
    let personal = options.infeasible.iter().any(|other| other.route == Route::Anonymised);
    let built = if personal { Route::Anonymised } else { Route::AsIs };
    let forbidden = |reason: &Reason| matches!(reason, Reason::Forbidden { .. });
    let mut other = options.infeasible.iter().filter(of(built));
    // A rule forbids a route, whatever the class size.
    if other.clone().any(|other| other.reasons.iter().any(forbidden)) {
        return Ok(());
    }
    let Some(open) = other.next() else { return Ok(()) };
    let ceiling = |reason: &Reason| matches!(reason, Reason::Ceiling { .. });
    let too_much = open.reasons.iter().chain(other.flat_map(|o| &o.reasons)).any(ceiling);
    match request.plan.most_loss.filter(|_| too_much) {
        Some(ceiling) => Err(WeighError::TooMuchLoss { ceiling }),
        None => Err(WeighError::NoOption { options: options.infeasible.len() }),
    }
}

/// Class sizes that are compared.
const KS: [u64; 7] = [2, 3, 5, 10, 20, 50, 100];
/// Class sizes beyond the least one that are compared.
const STRICTER: usize = 3;
/// Tuples of a table above which only the least class size is searched for.
const TOO_MANY_TUPLES: usize = 2_000_000;
/// The same where classes are recoded one by one after each search.
const TOO_MANY_TO_RECODE: usize = 100_000;

/// The best generalisation for the least class size, and figures for others.
///
/// Only the least is searched for where a search takes long: on very many tuples, or up to a
/// deadline.
fn find(
    looked: &Looked,
    asked: &Asked,
    stages: &mut Stages<'_>,
) -> Result<(Solution, Vec<Searched>), ReleaseError> {
    let least = looked.bounds.k;
    let solution = searched_for(looked, asked, least, stages)?;
    let mut all = vec![Searched { k: least, found: Some(figures(looked, &solution)) }];
    let most = if looked.bounds.local { TOO_MANY_TO_RECODE } else { TOO_MANY_TUPLES };
    let is_short = looked.counted.table.n_tuples() <= most
        && looked.bounds.deadline.is_none()
        && looked.facts.personal_information;
    if !is_short {
        return Ok((solution, all));
    }
    let laxer = KS.into_iter().rfind(|k| *k < least);
    let stricter = KS.into_iter().filter(|k| *k > least).take(STRICTER);
    let others: BTreeSet<u64> = laxer.into_iter().chain(stricter).collect();
    for k in others {
        let found = match searched_for(looked, asked, k, stages) {
            Ok(solution) => Some(figures(looked, &solution)),
            Err(ReleaseError::Search(_) | ReleaseError::TooFewTogether { .. }) => None,
            Err(error) => return Err(error),
        };
        all.push(Searched { k, found });
    }
    all.sort_by_key(|searched| searched.k);
    Ok((solution, all))
}

fn searched_for(
    looked: &Looked,
    asked: &Asked,
    k: u64,
    stages: &mut Stages<'_>,
) -> Result<Solution, ReleaseError> {
    let (clock, progress) = (stages.clock, stages.progress);
    let running = Running { threads: asked.limits.threads.get(), clock, progress };
    let other = (k != looked.bounds.k).then(|| looked.bounds.with_k(k));
    let bounds = other.as_ref().unwrap_or(&looked.bounds);
    let stage = if other.is_some() { Stage::Weigh } else { Stage::Search };
    stages.run(stage, None, |_| {
        search(&looked.counted, &looked.prepared, &looked.profile, bounds, running)
    })
}

fn figures(looked: &Looked, solution: &Solution) -> Found {
    Found {
        lost: solution.loss.clamp(0.0, 1.0),
        mean_risk: risk(&looked.counted, solution).clamp(0.0, 1.0),
        optimal: solution.searched.optimal,
    }
}

fn source_of(looked: &Looked, request: &Request, searched: Vec<Searched>) -> weir_plan::Source {
    let names = looked.table.source().columns();
    let before = before(&looked.prepared, &looked.counted, names, looked.tau(looked.bounds.k));
    let identifies = |finding: &weir_types::Finding| {
        let column = request.columns.get(&finding.column);
        finding.role == Role::Identifier && column.and_then(|c| c.action) != Some(Action::Drop)
    };
    weir_plan::Source {
        identifiers: looked.findings.iter().any(identifies),
        greatest_risk: before.prosecutor_max.clamp(0.0, 1.0),
        mean_risk: before.prosecutor_mean.clamp(0.0, 1.0),
        searched,
    }
}

/// How much harm the kind of data does: the gravest record class of criminal law among its columns.
/// Columns that the person calls sensitive, and that no type was found in, weigh as health does.
fn harm(looked: &Looked) -> Harm {
    let catalogue = weir_detect::Catalogue::builtin();
    let subject = Subject {
        rows: looked.profile.rows,
        rows_read: looked.profile.rows,
        findings: &looked.findings,
        catalogue,
        columns: &[],
        together: None,
        today: 0,
    };
    let graded = grade(&subject, &Answers::default(), &GradePack::builtin());
    let gravest = graded.records.iter().map(|records| records.threshold).min();
    let found = match gravest {
        Some(..=50) => Harm::Whereabouts,
        Some(51..=500) => Harm::Health,
        _ => Harm::Ordinary,
    };
    if looked.facts.sensitive { found.max(Harm::Health) } else { found }
}

/// What the recipient's answers come to on the day of the plan.
fn assessment(asked: &Asked) -> Result<Option<Assessment>, WeighError> {
    let Some(path) = &asked.request.plan.recipient else { return Ok(None) };
    let path = asked.folder.join(path);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| WeighError::File { path: path.clone(), source })?;
    let table = RecipientTable::builtin();
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let answers = RecipientAnswers::parse(&text, &file, &table)
        .map_err(|source| WeighError::Recipient(Box::new(source)))?;
    Ok(Some(table.assess(&answers, asked.day)))
}

/// Who did not answer is trusted as little as the worst band.
fn trust(assessment: Option<&Assessment>) -> Trust {
    match assessment {
        Some(assessment) => {
            Trust { factor: assessment.context, asks_for: assessment.measures.clone() }
        }
        None => {
            let table = RecipientTable::builtin();
            Trust { factor: table.context(Band::D), asks_for: table.measures(Band::D).to_vec() }
        }
    }
}

/// The shipped table, with what a file and the request put in its place.
fn costs(request: &Request, file: Option<&Path>) -> Result<Costs, WeighError> {
    let mut costs = Costs::builtin();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| WeighError::File { path: path.to_owned(), source })?;
        costs = costs.with(&text).map_err(WeighError::Costs)?;
    }
    for (name, value) in &request.plan.costs {
        costs.assume(name, *value).map_err(WeighError::Costs)?;
    }
    Ok(costs)
}

/// The day that a clock shows.
pub(crate) fn today(clock: &dyn Clock) -> Result<Day, WeighError> {
    let text = clock.now().format("%Y-%m-%d").to_string();
    text.parse().map_err(|_| WeighError::NoDay)
}
