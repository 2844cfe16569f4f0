//! What each rule of a pack says of one set of facts, and why.

use std::collections::BTreeMap;

use serde::Serialize;
use weir_types::verdict::Question;
use weir_types::{Bilingual, Outcome};

use crate::day::Day;
use crate::expr::Known;
use crate::fact::{FactId, FactSet};
use crate::pack::{Rule, RulePack};

/// The answers of all rules of a pack to one set of facts on one day.
#[derive(Clone, Debug)]
pub struct Examination<'a> {
    pack: &'a RulePack,
    facts: &'a FactSet,
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
    /// Its condition holds, and another rule exempts from it.
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
/// open lifts nothing.
pub fn examine<'a>(pack: &'a RulePack, facts: &'a FactSet, day: Option<Day>) -> Examination<'a> {
    let quiet = facts.without_occasions(pack.vocabulary());
    let mut answers: Vec<Answer<'a>> =
        pack.rules().iter().map(|rule| answer(rule, facts, &quiet, day)).collect();
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
    match outcome.known {
        Known::No => Answer { rule, state: State::Silent, facts: outcome.facts },
        Known::Unknown => {
            let state = match rule.would_apply(quiet) {
                Known::No => State::OnOccasion,
                Known::Yes | Known::Unknown => State::Open,
            };
            Answer { rule, state, facts: outcome.facts }
        }
        Known::Yes => match rule.lifted(facts) {
            Some(lifted) if lifted.known == Known::Yes => Answer {
                rule,
                state: State::Lifted { by: rule.id().to_owned() },
                facts: lifted.facts,
            },
            _ => {
                let met = match rule.is_met(facts) {
                    Known::Yes => Some(true),
                    Known::No => Some(false),
                    Known::Unknown => None,
                };
                Answer { rule, state: State::Applies { met }, facts: outcome.facts }
            }
        },
    }
}

impl<'a> Examination<'a> {
    /// One answer for each rule, in the order of the pack.
    pub fn answers(&self) -> &[Answer<'a>] {
        &self.answers
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

    /// Whether an answer is open and nobody can be asked for what it waits for: only the
    /// measurement of the released bytes settles it.
    pub fn waits_for_measurement(&self, answer: &Answer<'_>) -> bool {
        answer.state == State::Open && !answer.facts.iter().any(|fact| self.can_ask(*fact))
    }

    fn can_ask(&self, fact: FactId) -> bool {
        let fact = self.pack.vocabulary().fact(fact);
        !fact.is_occasion() && fact.from().is_asked()
    }

    /// What the person has to be asked next; first what could refuse, then what most rules wait
    /// for.
    ///
    /// Of an open rule that is the first unknown fact that its condition names: the answer may
    /// settle the rule, and then nobody need be asked the rest. Of a standing prohibition it is
    /// everything that could lift it.
    pub fn questions(&self) -> Vec<Question> {
        let vocabulary = self.pack.vocabulary();
        let mut waiting: BTreeMap<FactId, (bool, Vec<String>)> = BTreeMap::new();
        for answer in &self.answers {
            let prohibits = answer.rule.outcome() == Outcome::Prohibition;
            let askable = |fact: &FactId| self.can_ask(*fact);
            let facts: Vec<FactId> = match &answer.state {
                State::Open => answer.facts.iter().copied().find(askable).into_iter().collect(),
                State::Applies { .. } => match answer.rule.lifted(self.facts) {
                    Some(lifted) if lifted.known == Known::Unknown => lifted.facts,
                    _ => continue,
                },
                _ => continue,
            };
            for fact in facts.into_iter().filter(askable) {
                let (may_refuse, rules) = waiting.entry(fact).or_default();
                *may_refuse |= prohibits;
                rules.push(answer.rule.id().to_owned());
            }
        }
        let mut questions: Vec<Question> = waiting
            .into_iter()
            .map(|(fact, (may_refuse, rules))| Question {
                fact: vocabulary.fact(fact).name().to_owned(),
                text: vocabulary.fact(fact).question().clone(),
                rules,
                may_refuse,
            })
            .collect();
        questions.sort_by_key(|q| (!q.may_refuse, std::cmp::Reverse(q.rules.len())));
        questions
    }

    /// The facts behind an answer, in words: what each is and its value.
    pub fn facts_in_words(&self, answer: &Answer<'_>) -> Bilingual {
        in_words(self.pack, self.facts, &answer.facts)
    }
}

/// Facts with their values, for people.
pub(crate) fn in_words(pack: &RulePack, facts: &FactSet, ids: &[FactId]) -> Bilingual {
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
