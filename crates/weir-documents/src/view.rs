//! What templates see of a request and of the answers of the rules.

use serde::Serialize;
use weir_law::{Answer, State};
use weir_types::request::Action;
use weir_types::{Bilingual, Lang, Outcome};

use crate::catalogue::DocumentKind;
use crate::draft::Input;
use crate::due::{self, Due, Standing};

/// One document.
#[derive(Debug, Serialize)]
pub(crate) struct View {
    #[serde(flatten)]
    head: Head,
    pub(crate) title: String,
    /// Whether it is due, and why.
    standing: Standing,
    standing_label: String,
    reasons: Vec<Row>,
    provider: String,
    recipient: String,
    relation: String,
    environment: String,
    kind: String,
    purpose: String,
    legal_basis: Option<String>,
    retention: Option<String>,
    onward_transfer: bool,
    reidentification_ban: bool,
    columns: Vec<ColumnTold>,
    figures: Option<FiguresTold>,
    /// What the rules that it tells of ask for.
    duties: Vec<Row>,
    /// What need not be done, by the rules that it tells of.
    exemptions: Vec<Row>,
    /// How long something is kept, by the rules that it tells of.
    terms: Vec<Row>,
}

/// What every document begins with.
#[derive(Debug, Serialize)]
struct Head {
    day: String,
    pack: String,
    route: String,
    /// The day by which the pack was to be reviewed, where that is past.
    review_due: Option<String>,
    /// The prohibitions that stand.
    refusals: Vec<Row>,
}

/// One rule for a table.
#[derive(Debug, Serialize)]
struct Row {
    rule: String,
    article: String,
    text: String,
    state: String,
    term: Option<String>,
    because: String,
    certainty: String,
}

/// A column that the request names.
#[derive(Debug, Serialize)]
struct ColumnTold {
    name: String,
    role: Option<String>,
    sensitive: bool,
    left_out: bool,
}

#[derive(Debug, Serialize)]
struct FiguresTold {
    k: Option<u64>,
    smallest_class: Option<u64>,
    people: Option<u64>,
    loss: Option<String>,
    method: Option<String>,
    measured: bool,
}

/// The list of all documents.
#[derive(Debug, Serialize)]
pub(crate) struct Overview {
    #[serde(flatten)]
    head: Head,
    pub(crate) title: String,
    provider: String,
    recipient: String,
    documents: Vec<Listed>,
}

#[derive(Debug, Serialize)]
struct Listed {
    name: &'static str,
    title: String,
    standing: Standing,
    standing_label: String,
    reasons: Vec<Row>,
}

impl View {
    pub(crate) fn new(kind: DocumentKind, input: &Input<'_>, lang: Lang) -> Self {
        let request = input.request;
        let due = due::one(kind, input.pack, input.examination);
        let told = input.examination.answers().iter();
        let told: Vec<&Answer<'_>> = told.filter(|a| kind.tells_of(a.rule.id())).collect();
        let rows = |wanted: &dyn Fn(&Answer<'_>) -> bool| -> Vec<Row> {
            let wanted = told.iter().filter(|answer| wanted(answer));
            wanted.map(|answer| row(answer, input, lang)).collect()
        };
        let is_on = |a: &Answer<'_>| matches!(a.state, State::Applies { .. } | State::Open);
        let lifted =
            |a: &Answer<'_>| matches!(a.state, State::Lifted { .. }) && a.rule.outcome().is_to_do();
        Self {
            head: Head::new(input, lang),
            title: kind.title().in_lang(lang).to_owned(),
            standing: due.standing,
            standing_label: due.standing.label().in_lang(lang).to_owned(),
            reasons: reasons(&due, lang),
            provider: request.parties.provider.clone(),
            recipient: request.parties.recipient.clone(),
            relation: request.parties.relation.label().in_lang(lang).to_owned(),
            environment: request.parties.environment.label().in_lang(lang).to_owned(),
            kind: request.data.kind.label().in_lang(lang).to_owned(),
            purpose: request.purpose.text.clone(),
            legal_basis: said(request.purpose.legal_basis.as_ref()),
            retention: said(request.conditions.retention.as_ref()),
            onward_transfer: request.conditions.onward_transfer,
            reidentification_ban: request.conditions.reidentification_ban,
            columns: columns(input, lang),
            figures: figures(input, lang),
            duties: rows(&|a| is_on(a) && a.rule.outcome().is_to_do()),
            exemptions: rows(&|a| {
                (is_on(a) && a.rule.outcome() == Outcome::Exemption) || lifted(a)
            }),
            terms: rows(&|a| is_on(a) && a.rule.term().is_some()),
        }
    }
}

impl Overview {
    pub(crate) fn new(all: &[Due], input: &Input<'_>, lang: Lang) -> Self {
        let documents = all.iter().map(|due| Listed {
            name: due.document.name(),
            title: due.document.title().in_lang(lang).to_owned(),
            standing: due.standing,
            standing_label: due.standing.label().in_lang(lang).to_owned(),
            reasons: reasons(due, lang),
        });
        Self {
            head: Head::new(input, lang),
            title: Bilingual::new("文书清单", "List of documents").in_lang(lang).to_owned(),
            provider: input.request.parties.provider.clone(),
            recipient: input.request.parties.recipient.clone(),
            documents: documents.collect(),
        }
    }
}

impl Head {
    fn new(input: &Input<'_>, lang: Lang) -> Self {
        let refusals = input.examination.refusals();
        Self {
            day: input.day.to_string(),
            pack: input.pack.label(),
            route: input.route.label().in_lang(lang).to_owned(),
            review_due: input.pack.review_due(input.day).map(|day| day.to_string()),
            refusals: refusals.map(|answer| row(answer, input, lang)).collect(),
        }
    }
}

fn row(answer: &Answer<'_>, input: &Input<'_>, lang: Lang) -> Row {
    let rule = answer.rule;
    let because = match &answer.state {
        State::Lifted { by } => match input.pack.rule(by) {
            Some(exemption) => input.pack.article(exemption),
            None => Bilingual::new(by, by),
        },
        _ => input.examination.facts_in_words(answer),
    };
    let term = rule.term().map(|term| term.label().in_lang(lang).to_owned());
    Row {
        rule: rule.id().to_owned(),
        article: input.pack.article(rule).in_lang(lang).to_owned(),
        text: rule.plain_text().in_lang(lang).to_owned(),
        state: state_label(&answer.state, rule.outcome()).in_lang(lang).to_owned(),
        term,
        because: because.in_lang(lang).to_owned(),
        certainty: rule.certainty().label().in_lang(lang).to_owned(),
    }
}

fn reasons(due: &Due, lang: Lang) -> Vec<Row> {
    let told = due.reasons.iter().map(|reason| Row {
        rule: reason.rule.clone(),
        article: reason.article.in_lang(lang).to_owned(),
        text: reason.text.in_lang(lang).to_owned(),
        state: due.standing.label().in_lang(lang).to_owned(),
        term: None,
        because: reason.because.in_lang(lang).to_owned(),
        certainty: reason.certainty.label().in_lang(lang).to_owned(),
    });
    told.collect()
}

/// What becomes of a rule, for people.
fn state_label(state: &State, outcome: Outcome) -> Bilingual {
    let (zh, en) = match state {
        State::Applies { met: Some(true) } if outcome.is_to_do() => ("已履行", "met"),
        State::Applies { met: Some(false) } if outcome.is_to_do() => ("未履行", "not met"),
        State::Applies { met: None } if outcome.is_to_do() => ("待办", "to do"),
        State::Applies { .. } => ("适用", "applies"),
        State::Lifted { .. } => ("已免除", "lifted"),
        State::Open => ("待定，见待补事项", "depends on an open point"),
        State::OnOccasion => ("发生时适用", "when it happens"),
        State::Silent => ("不适用", "does not apply"),
        State::NotInForce => ("当日不施行", "not the law of that day"),
    };
    Bilingual::new(zh, en)
}

/// A text that says something.
fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

fn columns(input: &Input<'_>, lang: Lang) -> Vec<ColumnTold> {
    let named = input.request.columns.iter();
    let told = named.map(|(name, column)| ColumnTold {
        name: name.clone(),
        role: column.role.map(|role| role_label(role).in_lang(lang).to_owned()),
        sensitive: column.sensitive == Some(true),
        left_out: column.action == Some(Action::Drop),
    });
    told.collect()
}

fn role_label(role: weir_types::Role) -> Bilingual {
    use weir_types::Role;
    let (zh, en) = match role {
        Role::Identifier => ("直接标识符", "direct identifier"),
        Role::QuasiIdentifier => ("准标识符", "quasi-identifier"),
        Role::Sensitive => ("敏感属性", "sensitive attribute"),
        Role::Other => ("其他", "other"),
    };
    Bilingual::new(zh, en)
}

fn figures(input: &Input<'_>, lang: Lang) -> Option<FiguresTold> {
    let figures = input.figures?;
    Some(FiguresTold {
        k: figures.k,
        smallest_class: figures.smallest_class,
        people: figures.people,
        loss: figures.loss.map(|share| format!("{:.1} %", share * 100.0)),
        method: figures.method.as_ref().map(|method| method.in_lang(lang).to_owned()),
        measured: figures.measured,
    })
}
