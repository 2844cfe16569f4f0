//! What was done and measured, as the templates of both reports see it.

use serde::Serialize;
use weir_types::attack::Attacks;
use weir_types::choices::Choices;
use weir_types::plan::Link;
use weir_types::utility::UtilityReport;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, ColumnPlan, Lang, Plan, QualityModel, RiskReport, Treatment};

use super::picture::{Ladder, Pair};
use super::scatter::Compared;
use super::trials::Tried;
use super::useful::Useful;
use super::{ColumnHistogram, words};

/// What it is made from.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) lang: Lang,
    pub(super) tool: &'a str,
    pub(super) plan: &'a Plan,
    pub(super) risk_before: &'a RiskReport,
    /// None where nothing was written.
    pub(super) risk: Option<&'a RiskReport>,
    pub(super) histograms: &'a [ColumnHistogram],
    pub(super) attacks: Option<&'a Attacks>,
    pub(super) utility: Option<&'a UtilityReport>,
    pub(super) choices: Option<&'a Choices>,
    /// Whether the report is of a release, with its parties, rules and evidence.
    pub(super) of_release: bool,
}

/// The parts that both reports share.
#[derive(Debug, Serialize)]
pub(super) struct Measures<'a> {
    lang: Lang,
    tool: &'a str,
    before: &'a RiskReport,
    after: Option<&'a RiskReport>,
    people_counted_by: Bilingual,
    ladder: Ladder,
    tried: Option<Tried>,
    plan: &'a Plan,
    goal: Goal,
    treated: Vec<Treated<'a>>,
    n_released: usize,
    links: Vec<Tie<'a>>,
    histograms: Vec<Pair<'a>>,
    useful: Option<Useful<'a>>,
    compared: Option<Compared>,
    no: Numbers,
}

/// The numbers of the sections; 0 for one that is not there.
#[derive(Debug, Default, Serialize)]
struct Numbers {
    request: usize,
    risk: usize,
    attacks: usize,
    findings: usize,
    plan: usize,
    links: usize,
    utility: usize,
    choices: usize,
    law: usize,
    evidence: usize,
    limits: usize,
}

impl Numbers {
    fn new(taken: &Taken<'_>) -> Self {
        let mut last = 0;
        let mut next = |there: bool| {
            last += usize::from(there);
            if there { last } else { 0 }
        };
        Self {
            request: next(taken.of_release),
            risk: next(taken.risk.is_some()),
            attacks: next(taken.attacks.is_some()),
            findings: next(taken.of_release),
            plan: next(true),
            links: next(true),
            utility: next(taken.utility.is_some()),
            choices: next(taken.choices.is_some()),
            law: next(taken.of_release),
            evidence: next(taken.of_release),
            limits: next(true),
        }
    }
}

/// What the search had to reach, and how near it came.
#[derive(Debug, Serialize)]
struct Goal {
    /// What every class meets; empty in plans of releases that did not state it.
    models: Vec<Bilingual>,
    /// The quality model, unless it is loss, which is shown anyway.
    quality: Option<Bilingual>,
    score: Option<String>,
    /// Share of the score that might still be saved, where it is not proved the lowest.
    gap: Option<f64>,
    /// Whether classes were recoded one by one.
    local: bool,
    preset: Option<Named>,
}

/// The named set of models.
#[derive(Debug, Serialize)]
struct Named {
    name: String,
    /// What its standard's threshold is, and how surely it is known.
    claim: Bilingual,
    /// What it takes for granted.
    note: Bilingual,
    /// Whether anything of it is known from memory only.
    unverified: bool,
}

/// A column as it was treated.
#[derive(Debug, Serialize)]
struct Treated<'a> {
    plan: &'a ColumnPlan,
    ty: Bilingual,
    role: Bilingual,
    action: Bilingual,
    detail: Bilingual,
    /// Whether the detail adds to the reason, which tells of tokens by itself.
    explained: bool,
    released: bool,
    /// Level and top level, for a column with a hierarchy.
    level: Option<(usize, usize)>,
}

/// A column that tells another.
#[derive(Debug, Serialize)]
struct Tie<'a> {
    link: &'a Link,
    form: Bilingual,
    /// What became of the telling column.
    action: Option<Bilingual>,
}

impl<'a> Measures<'a> {
    pub(super) fn new(taken: &Taken<'a>) -> Self {
        let plan = taken.plan;
        let treated: Vec<Treated<'a>> = plan.columns.iter().map(Treated::new).collect();
        let plan_of = |column: &str| plan.columns.iter().find(|c| c.column == column);
        let is_ordered = |column: &str| plan_of(column).is_some_and(|c| c.ty.is_ordered());
        let tie = |link: &'a Link| Tie {
            link,
            form: words::link(link.form),
            action: plan_of(&link.column).map(|c| words::treatment(&c.treatment)),
        };
        let after = taken.risk.map_or(&[][..], |risk| &risk.histogram);
        let risk = taken.risk.unwrap_or(taken.risk_before);
        Self {
            lang: taken.lang,
            tool: taken.tool,
            before: taken.risk_before,
            after: taken.risk,
            people_counted_by: words::counted_by(risk.people_counted_by),
            ladder: Ladder::new(&taken.risk_before.histogram, after, plan.k),
            tried: taken.attacks.map(Tried::new),
            plan,
            goal: Goal::new(plan),
            n_released: treated.iter().filter(|column| column.released).count(),
            treated,
            links: plan.links.iter().map(tie).collect(),
            histograms: taken
                .histograms
                .iter()
                .map(|h| Pair::new(h, is_ordered(&h.column)))
                .collect(),
            useful: taken.utility.map(Useful::new),
            compared: taken.choices.map(|choices| Compared::new(choices, plan.k)),
            no: Numbers::new(taken),
        }
    }
}

impl Goal {
    fn new(plan: &Plan) -> Self {
        let quality = plan.quality.filter(|q| !matches!(q, QualityModel::Loss { .. }));
        let gap = match (plan.score, plan.lower_bound) {
            (Some(score), Some(bound)) if !plan.searched.optimal && score > 0.0 => {
                Some(((score - bound) / score).clamp(0.0, 1.0))
            }
            _ => None,
        };
        Self {
            models: plan.models.iter().map(words::model).collect(),
            quality: quality.map(|quality| words::quality(&quality)),
            score: plan.score.map(|score| format!("{score:.6}")),
            gap,
            local: plan.full_domain_score.is_some(),
            preset: plan.preset.as_ref().map(|preset| Named {
                name: preset.name.clone(),
                claim: preset.claim(),
                note: preset.note.clone(),
                unverified: preset.certainty == Certainty::Unverified,
            }),
        }
    }
}

impl<'a> Treated<'a> {
    fn new(plan: &'a ColumnPlan) -> Self {
        let level = match plan.treatment {
            Treatment::Generalise { level, levels, .. } => Some((level, levels.saturating_sub(1))),
            _ => None,
        };
        Self {
            plan,
            ty: words::column_type(plan.ty),
            role: words::role(plan.role),
            action: words::treatment(&plan.treatment),
            detail: words::treatment_detail(&plan.treatment),
            explained: plan.treatment != Treatment::Token,
            released: plan.treatment != Treatment::Drop,
            level,
        }
    }
}
