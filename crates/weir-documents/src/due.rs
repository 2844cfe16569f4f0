//! Which documents are due, by the answers of the rules.

use serde::Serialize;
use weir_law::{Answer, Examination, RulePack, State};
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Outcome};

use crate::catalogue::DocumentKind;

/// Whether one document is due, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The document.
    pub document: DocumentKind,
    /// Whether it is due.
    pub standing: Standing,
    /// The rules that say so; of a document that is not due, the exemptions, or else the rules that
    /// would ask for it and do not apply. Empty where the pack has none of these rules.
    pub reasons: Vec<Reason>,
}

/// Whether a document is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A rule that asks for it applies.
    Due,
    /// A rule that asks for it waits for a fact that is not known.
    Open,
    /// No rule asks for it now.
    NotDue,
}

impl Standing {
    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::Due => Bilingual::new("须有", "due"),
            Self::Open => Bilingual::new("可能须有", "may be due"),
            Self::NotDue => Bilingual::new("不需要", "not due"),
        }
    }
}

/// A rule that makes a document due, or why it is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The rule's identifier.
    pub rule: String,
    /// Instrument and article.
    pub article: Bilingual,
    /// What it says, in the pack's words.
    pub text: Bilingual,
    /// The facts behind it.
    pub because: Bilingual,
    /// How sure weir is of the text.
    pub certainty: Certainty,
}

/// Says of every document whether it is due.
///
/// A rule whose text is known from memory only makes nothing due.
pub fn due(pack: &RulePack, examination: &Examination<'_>) -> Vec<Due> {
    DocumentKind::ALL.into_iter().map(|kind| one(kind, pack, examination)).collect()
}

/// Says of one document whether it is due.
pub(crate) fn one(kind: DocumentKind, pack: &RulePack, examination: &Examination<'_>) -> Due {
    let asks = |answer: &&Answer<'_>| kind.due_by().iter().any(|id| id == answer.rule.id());
    let asking: Vec<&Answer<'_>> = examination
        .answers()
        .iter()
        .filter(asks)
        .filter(|answer| answer.rule.certainty() != Certainty::Unverified)
        .collect();
    let in_state = |wanted: fn(&State) -> bool| -> Vec<&Answer<'_>> {
        asking.iter().copied().filter(|answer| wanted(&answer.state)).collect()
    };
    let applying = in_state(|state| matches!(state, State::Applies { .. }));
    let open = in_state(|state| matches!(state, State::Open));
    let (standing, answers) = if !applying.is_empty() {
        (Standing::Due, applying)
    } else if !open.is_empty() {
        (Standing::Open, open)
    } else {
        let exempting = exemptions(&asking, examination);
        // What is not the law of the day is told where nothing else is.
        let silent = in_state(|state| !matches!(state, State::NotInForce));
        let told = [exempting, silent, asking].into_iter().find(|list| !list.is_empty());
        (Standing::NotDue, told.unwrap_or_default())
    };
    let reason = |answer: &&Answer<'_>| reason(pack, examination, answer);
    Due { document: kind, standing, reasons: answers.iter().map(reason).collect() }
}

/// The exemptions that apply and name one of these rules.
fn exemptions<'a>(asking: &[&Answer<'_>], examination: &'a Examination<'_>) -> Vec<&'a Answer<'a>> {
    let names = |answer: &&'a Answer<'a>| {
        let exempts = answer.rule.exempts();
        answer.rule.outcome() == Outcome::Exemption
            && matches!(answer.state, State::Applies { .. })
            && asking.iter().any(|asked| exempts.iter().any(|id| id == asked.rule.id()))
    };
    examination.answers().iter().filter(names).collect()
}

fn reason(pack: &RulePack, examination: &Examination<'_>, answer: &Answer<'_>) -> Reason {
    Reason {
        rule: answer.rule.id().to_owned(),
        article: pack.article(answer.rule),
        text: answer.rule.plain_text(),
        because: examination.facts_in_words(answer),
        certainty: answer.rule.certainty(),
    }
}
