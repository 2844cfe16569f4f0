//! What each rule of a pack says of one set of facts, and why.

use std::collections::BTreeMap;

use serde::Serialize;
use weir_types::{Bilingual, Outcome};

use crate::day::Day;
use crate::expr::Known;
use crate::fact::{FactId, FactSet};
use crate::pack::{Rule, RulePack};

/// The answers of all rules of a pack to one set of facts on one day.
#[derive(Clone, Debug)]
pub struct Examination<'a> {
    pub(crate) pack: &'a RulePack,
    /// What is known, with what follows from it.
    pub(crate) facts: FactSet,
    answers: Vec<Answer<'a>>,
}

/// What one rule says.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// What it says.
    pub state: State,
    /// The facts that settled it; for [`State::Open`] and [`State::OnOccasion`], the unknown facts
    /// that it waits for.
    pub facts: Vec<FactId>,
}

/// What one rule says of a set of facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// It applies.
    Applies {
        /// Whether it is met; `None` where the facts do not show it.
        met: Option<bool>,
    },
    /// Its condition holds, or may hold, and another rule exempts from it.
    Lifted {
        /// The exemption; for a prohibition, the rule itself, whose `unless` holds.
        by: String,
    },
    /// It may apply: a fact that it rests on is not known.
    Open,
    /// It applies when something happens that has not been said to have happened.
    OnOccasion,
    /// Its condition does not hold.
    Silent,
    /// It is not the law of that day.
    NotInForce,
}

/// Asks every rule of `pack` about `facts`; where no day is given, every rule is in force.
///
/// An exemption that applies lifts the duties, records and deadlines that it names. One that is
/// open lifts nothing. What follows from `facts` by the meaning of each fact is taken as known; where
/// that contradicts what is stated, what is stated counts.
pub fn examine<'a>(pack: &'a RulePack, facts: &FactSet, day: Option<Day>) -> Examination<'a> {
    let mut facts = facts.clone();
    // Whoever reads a request has refused contradictions already.
    let _ = pack.vocabulary().complete(&mut facts);
    let quiet = facts.without_occasions(pack.vocabulary());
    let mut answers: Vec<Answer<'a>> =
        pack.rules().iter().map(|rule| answer(rule, &facts, &quiet, day)).collect();
    let mut lifted: BTreeMap<&str, &str> = BTreeMap::new();
    for answer in &answers {
        if matches!(answer.state, State::Applies { .. }) {
            for id in answer.rule.exempts() {
                lifted.entry(id).or_insert_with(|| answer.rule.id());
            }
        }
    }
    for answer in &mut answers {
        let holds = matches!(answer.state, State::Applies { .. } | State::Open);
        if let Some(by) = lifted.get(answer.rule.id()).filter(|_| holds) {
            answer.state = State::Lifted { by: (*by).to_owned() };
        }
    }
    Examination { pack, facts, answers }
}

fn answer<'a>(rule: &'a Rule, facts: &FactSet, quiet: &FactSet, day: Option<Day>) -> Answer<'a> {
    if !rule.is_in_force(day) {
        return Answer { rule, state: State::NotInForce, facts: Vec::new() };
    }
    let outcome = rule.applies(facts);
    if outcome.known == Known::No {
        return Answer { rule, state: State::Silent, facts: outcome.facts };
    }
    if let Some(lifted) = rule.lifted(facts).filter(|lifted| lifted.known == Known::Yes) {
        let state = State::Lifted { by: rule.id().to_owned() };
        return Answer { rule, state, facts: lifted.facts };
    }
    let state = match outcome.known {
        Known::Unknown if rule.would_apply(quiet) == Known::No => State::OnOccasion,
        Known::Unknown | Known::No => State::Open,
        Known::Yes => State::Applies {
            met: match rule.is_met(facts) {
                Known::Yes => Some(true),
                Known::No => Some(false),
                Known::Unknown => None,
            },
        },
    };
    Answer { rule, state, facts: outcome.facts }
}

impl<'a> Examination<'a> {
    /// One answer for each rule, in the order of the pack.
    pub fn answers(&self) -> &[Answer<'a>] {
        &self.answers
    }

    /// What is known, with what follows from it.
    pub fn facts(&self) -> &FactSet {
        &self.facts
    }

    /// The prohibitions that apply.
    pub fn refusals(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| {
            answer.rule.outcome() == Outcome::Prohibition
                && matches!(answer.state, State::Applies { .. })
        })
    }

    /// The prohibitions that an unknown fact leaves open.
    pub fn open_prohibitions(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| {
            answer.rule.outcome() == Outcome::Prohibition && answer.state == State::Open
        })
    }

    /// Whether an answer is open and nobody is asked for what it waits for: weir measures it on the
    /// released bytes, or counts it in the data.
    pub fn waits_for_measurement(&self, answer: &Answer<'_>) -> bool {
        answer.state == State::Open && !answer.facts.iter().any(|fact| self.can_ask(*fact))
    }

    pub(crate) fn can_ask(&self, fact: FactId) -> bool {
        self.pack.vocabulary().fact(fact).is_asked()
    }

    /// The facts behind an answer, in words: what each is and its value.
    pub fn facts_in_words(&self, answer: &Answer<'_>) -> Bilingual {
        in_words(self.pack, &self.facts, &answer.facts)
    }
}

/// Facts with their values, for people.
fn in_words(pack: &RulePack, facts: &FactSet, ids: &[FactId]) -> Bilingual {
    let each: Vec<Bilingual> = ids
        .iter()
        .map(|id| {
            let label = pack.vocabulary().fact(*id).label();
            let value = facts.shown(pack.vocabulary(), *id);
            let value = value.unwrap_or_else(|| Bilingual::new("未知", "not known"));
            Bilingual::new(
                format!("{}：{}", label.zh, value.zh),
                format!("{}: {}", label.en, value.en),
            )
        })
        .collect();
    if each.is_empty() {
        return Bilingual::new("一律适用", "always");
    }
    let zh: Vec<&str> = each.iter().map(|text| text.zh.as_str()).collect();
    let en: Vec<&str> = each.iter().map(|text| text.en.as_str()).collect();
    Bilingual::new(zh.join("；"), en.join("; "))
}
