//! What the rules say of one route.

use std::collections::BTreeMap;

use weir_law::{Answer, FactSet, Rule, RulePack, State, examine};
use weir_types::{Bilingual, Environment, Outcome};

use crate::options::{Cited, NotNeeded, Reason};
use crate::plan::{Circulation, PlanError, facts_on};
use weir_types::Route;

/// The rules on one route.
#[derive(Debug)]
pub(crate) struct Ruling {
    /// The facts that they were asked about.
    pub(crate) facts: FactSet,
    /// Where the data will be on this route.
    pub(crate) environment: Environment,
    /// Duties, records and deadlines that apply, and whether each is seen to be met.
    pub(crate) due: BTreeMap<String, bool>,
}

impl Ruling {
    pub(crate) fn of(asked: &Circulation<'_>, route: Route) -> Result<Self, PlanError> {
        let facts = facts_on(asked, route);
        let set = asked.pack.facts_found(&facts, in_law(route))?;
        let examined = examine(asked.pack, &set, Some(asked.day));
        let due = examined.answers().iter().filter(|answer| answer.rule.outcome().is_to_do());
        let due = due.filter_map(|answer| match answer.state {
            State::Applies { met } => Some((answer.rule.id().to_owned(), met == Some(true))),
            _ => None,
        });
        let due = due.collect();
        Ok(Self { facts: set, environment: facts.environment, due })
    }

    /// The prohibitions that stand.
    pub(crate) fn forbidden(&self, asked: &Circulation<'_>) -> Vec<Reason> {
        let examined = examine(asked.pack, &self.facts, Some(asked.day));
        let reason = |answer: &Answer<'_>| Reason::Forbidden {
            by: cited(asked.pack, answer.rule),
            text: answer.rule.plain_text(),
            because: examined.facts_in_words(answer),
        };
        examined.refusals().map(reason).collect()
    }

    /// What need not be done.
    pub(crate) fn not_needed(&self, asked: &Circulation<'_>) -> Vec<NotNeeded> {
        let examined = examine(asked.pack, &self.facts, Some(asked.day));
        let exempts = examined.answers().iter().filter(|answer| {
            answer.rule.outcome() == Outcome::Exemption
                && matches!(answer.state, State::Applies { .. })
        });
        let told = exempts.map(|answer| NotNeeded {
            by: cited(asked.pack, answer.rule),
            text: answer.rule.plain_text(),
            because: examined.facts_in_words(answer),
            lifts: answer
                .rule
                .exempts()
                .iter()
                .filter_map(|id| asked.pack.rules().iter().find(|rule| rule.id() == *id))
                .map(|rule| cited(asked.pack, rule))
                .collect(),
        });
        told.collect()
    }

    /// Of some rules, those that apply, with their articles.
    pub(crate) fn cited(&self, pack: &RulePack, rules: &[String]) -> Vec<Cited> {
        let applies = |rule: &&Rule| {
            self.due.contains_key(rule.id()) && rules.iter().any(|id| id == rule.id())
        };
        pack.rules().iter().filter(applies).map(|rule| cited(pack, rule)).collect()
    }
}

pub(crate) fn cited(pack: &RulePack, rule: &Rule) -> Cited {
    let article: Bilingual = pack.article(rule);
    Cited { rule: rule.id().to_owned(), article, certainty: rule.certainty() }
}

/// What the law makes of a route: whether the threshold of anonymisation is met on it.
fn in_law(route: Route) -> weir_law::Route {
    match route {
        Route::Anonymised | Route::Aggregated => weir_law::Route::Anonymised,
        Route::AsIs | Route::Pseudonymised | Route::InPlace | Route::Joint => weir_law::Route::AsIs,
    }
}
