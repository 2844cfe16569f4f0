//! What a plan answers, as plain data for people and programs.

use serde::Serialize;
use weir_types::Bilingual;
use weir_types::verdict::{Certainty, Question};

use crate::loss::LossCurve;
use weir_types::Route;

/// Every form in which the data could circulate, with what it costs and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Options {
    /// The rule pack and its version.
    pub pack: String,
    /// The day whose law was applied, `YYYY-MM-DD`.
    pub as_of: String,
    /// The table of costs and its version.
    pub costs: String,
    /// What the data is worth to its purpose, yuan a year.
    pub value: Amount,
    /// Feasible options, the cheapest first.
    pub options: Vec<Choice>,
    /// Options that are not feasible, with the reasons.
    pub infeasible: Vec<Infeasible>,
    /// What the figures rest on.
    pub assumptions: Vec<Assumed>,
    /// How the cheapest option changes when a figure is wrong by 30 %.
    pub sensitivity: Vec<Sensitivity>,
    /// What nobody stated and a rule rests on.
    pub questions: Vec<Question>,
}

impl Options {
    /// Whether no rule leaves any option.
    pub fn is_refused(&self) -> bool {
        self.options.is_empty()
    }
}

/// A figure that somebody stated, or that was assumed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Amount {
    /// Yuan.
    pub yuan: f64,
    /// Whether the request states it.
    pub stated: bool,
}

/// One feasible option with its cheapest measures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// The way the data circulates.
    pub route: Route,
    /// Least number of people in a class, where classes are made.
    pub k: Option<u64>,
    /// Whether `weir release` carries it out; people do, otherwise.
    pub built: bool,
    /// Yuan a year, all in all.
    pub total: f64,
    /// What makes up the total.
    pub parts: Parts,
    /// Information lost, as a share (0 to 1), people who do not consent included.
    pub lost: f64,
    /// Whether the loss was measured on the data, or is an assumption.
    pub lost_is_measured: bool,
    /// What has to be done for the duties that apply.
    pub tasks: Vec<TaskDue>,
    /// Duties that no task of the costs meets, so that nobody knows what they cost.
    pub unpriced: Vec<String>,
    /// Measures that are taken.
    pub measures: Vec<Taken>,
    /// Measures that were left out, because they cost more than they save.
    pub left_out: Vec<LeftOut>,
    /// What can go wrong, and what it costs a year.
    pub threats: Vec<ThreatLeft>,
    /// What need not be done, and by which article.
    pub not_needed: Vec<NotNeeded>,
    /// What keeps the option from being cheaper, the dearest first.
    pub binding: Vec<Binding>,
    /// The same with the next larger size of a class.
    pub stricter: Option<Step>,
    /// The same with the next smaller size of a class.
    pub laxer: Option<Step>,
    /// Whether no other option both costs less and leaves less risk.
    pub on_front: bool,
    /// Sets of measures that the search looked at, whole or in part, to prove that none is cheaper.
    pub nodes: u64,
}

/// How much may be lost in a year, by simulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curves {
    /// Were nothing done about it.
    pub bare: LossCurve,
    /// Under the measures of the option.
    pub left: LossCurve,
}

/// What makes up a total, yuan a year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// What the route costs by itself.
    pub route: f64,
    /// What the duties take.
    pub duties: f64,
    /// What the measures cost.
    pub measures: f64,
    /// What the lost information was worth.
    pub information: f64,
    /// Expected loss that is left.
    pub risk: f64,
}

impl Parts {
    /// The sum.
    pub fn total(&self) -> f64 {
        self.route + self.duties + self.measures + self.information + self.risk
    }
}

/// Something to do for the law.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskDue {
    /// Identifier in the costs.
    pub task: String,
    /// What is done.
    pub text: Bilingual,
    /// The duties that it meets, with their articles.
    pub rules: Vec<Cited>,
    /// Hours of staff.
    pub hours: f64,
    /// Yuan, the hours included.
    pub yuan: f64,
    /// Whether the organisation does it anyway.
    pub shared: bool,
}

/// A rule with its article.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cited {
    /// The rule.
    pub rule: String,
    /// Instrument and article.
    pub article: Bilingual,
    /// How surely its text is known.
    pub certainty: Certainty,
}

/// A measure that is taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Taken {
    /// Identifier in the costs.
    pub measure: String,
    /// What it is.
    pub text: Bilingual,
    /// Yuan a year.
    pub yuan: f64,
    /// What the option would cost more without it, yuan a year; none where it has to be taken.
    pub saves: Option<f64>,
    /// The duties that ask for it.
    pub required_by: Vec<Cited>,
    /// Measures that have to be taken and build on it.
    pub needed_by: Vec<String>,
    /// Whether the assessment of the recipient asks for it.
    pub asked_by_band: bool,
    /// Whether weir does it; people do, otherwise.
    pub by_weir: bool,
}

/// A measure that is not taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// Identifier in the costs.
    pub measure: String,
    /// What it is.
    pub text: Bilingual,
    /// Yuan a year.
    pub yuan: f64,
    /// What the option would cost more with it, yuan a year; none where it cannot be taken
    /// together with the others.
    pub dearer: Option<f64>,
}

/// A threat and its yearly loss.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreatLeft {
    /// Identifier in the costs.
    pub threat: String,
    /// What it is.
    pub text: Bilingual,
    /// Expected loss where nothing is done, yuan a year.
    pub bare: f64,
    /// Expected loss under the measures, yuan a year.
    pub left: f64,
}

/// What need not be done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NotNeeded {
    /// The exemption with its article.
    pub by: Cited,
    /// What it says.
    pub text: Bilingual,
    /// The facts that make it apply.
    pub because: Bilingual,
    /// The duties that it lifts.
    pub lifts: Vec<Cited>,
}

/// Something that keeps an option from being cheaper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Binding {
    /// What it is.
    pub what: Bilingual,
    /// What the option would cost less without it, yuan a year.
    pub saves: f64,
}

/// A neighbouring option.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Least number of people in a class.
    pub k: u64,
    /// What it costs more, yuan a year; below 0 where it costs less.
    pub dearer: f64,
    /// Whether the rules allow it.
    pub allowed: bool,
}

/// An option that cannot be taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Infeasible {
    /// The way the data would circulate.
    pub route: Route,
    /// Least number of people in a class, where classes are made.
    pub k: Option<u64>,
    /// Why not.
    pub reasons: Vec<Reason>,
}

/// Why an option cannot be taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// A rule forbids it.
    Forbidden {
        /// The rule with its article.
        by: Cited,
        /// What it says.
        text: Bilingual,
        /// The facts that make it apply.
        because: Bilingual,
    },
    /// Classes are smaller than a standard's threshold.
    Threshold {
        /// The standard.
        standard: Bilingual,
        /// Its number and version.
        version: String,
        /// Least number of people in a class.
        k: u64,
        /// How surely the figure is known.
        certainty: Certainty,
    },
    /// Classes are smaller than the request asks for.
    Asked {
        /// Least number of people in a class.
        k: u64,
    },
    /// Nothing meets the models within the limit of suppression.
    NotFound,
    /// No set of measures leaves as little risk as the request allows.
    Ceiling {
        /// Most that may be left, yuan a year.
        ceiling: f64,
        /// The least that can be left, yuan a year.
        least: f64,
    },
    /// Measures that have to be taken exclude each other.
    Measures {
        /// One of them.
        measure: String,
    },
}

impl Reason {
    /// The reason in words, with its article.
    pub fn label(&self) -> Bilingual {
        match self {
            Self::Forbidden { by, text, because } => {
                let (article, sure) = (&by.article, by.certainty.label());
                Bilingual::new(
                    format!("{} {}（{}） {}", text.zh, article.zh, sure.zh, because.zh),
                    format!("{} {} ({}): {}", text.en, article.en, sure.en, because.en),
                )
            }
            Self::Threshold { standard, version, k, certainty } => {
                let sure = certainty.label();
                Bilingual::new(
                    format!("低于{}（{version}）的阈值 k = {k}（{}）", standard.zh, sure.zh),
                    format!(
                        "below the threshold k = {k} of {}, {version} ({})",
                        standard.en, sure.en
                    ),
                )
            }
            Self::Asked { k } => {
                Bilingual::new(format!("请求要求 k = {k}"), format!("the request asks for k = {k}"))
            }
            Self::NotFound => Bilingual::new(
                "没有泛化在剔除上限内达到各模型",
                "no generalisation meets the models within the limit of suppression",
            ),
            Self::Ceiling { ceiling, least } => Bilingual::new(
                format!("每年至少剩余 {least:.0} 元，高于请求允许的 {ceiling:.0} 元"),
                format!(
                    "at least {least:.0} yuan a year is left, above {ceiling:.0} of the request"
                ),
            ),
            Self::Measures { measure } => Bilingual::new(
                format!("必须采取的措施互相排斥：{measure}"),
                format!("measures that have to be taken exclude each other: {measure}"),
            ),
        }
    }
}

/// A figure that the plan rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumed {
    /// Its name, by which it can be replaced.
    pub name: String,
    /// What it is.
    pub text: Bilingual,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: Bilingual,
    /// How surely it is known.
    pub certainty: Certainty,
    /// Where it comes from.
    pub source: String,
}

/// What happens to the choice when a figure is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// What is varied.
    pub what: Bilingual,
    /// The cheapest option at 0.7 times the figure.
    pub lower: Varied,
    /// The cheapest option at 1.3 times the figure.
    pub higher: Varied,
    /// Whether one of them is another option than the one that is cheapest now.
    pub changes: bool,
}

/// The cheapest option under a varied figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Varied {
    /// The way the data circulates.
    pub route: Route,
    /// Least number of people in a class, where classes are made.
    pub k: Option<u64>,
    /// Yuan a year.
    pub total: f64,
}
