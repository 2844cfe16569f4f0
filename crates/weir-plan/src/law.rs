//! What the rules say of one route.

use std::collections::BTreeMap;

use weir_law::{Answer, Examination, Rule, RulePack, State, examine};
use weir_types::{Bilingual, Environment, Outcome, Route};

use crate::options::{Cited, NotNeeded, Reason};
use crate::plan::{Circulation, PlanError, facts_on};

/// The rules on one route.
#[derive(Debug)]
pub(crate) struct Ruling<'a> {
    pack: &'a RulePack,
    /// What each of them says.
    pub(crate) examined: Examination<'a>,
    /// Where the data will be on this route.
    pub(crate) environment: Environment,
    /// Duties, records and deadlines that apply, and whether each is seen to be met.
    pub(crate) due: BTreeMap<String, bool>,
}

impl<'a> Ruling<'a> {
    pub(crate) fn of(asked: &Circulation<'a>, route: Route) -> Result<Self, PlanError> {
        let facts = facts_on(asked, route);
        let set = asked.pack.facts_found(&facts, in_law(route))?;
        let examined = examine(asked.pack, &set, Some(asked.day));
        let due = examined.answers().iter().filter(|answer| answer.rule.outcome().is_to_do());
        let due = due.filter_map(|answer| match answer.state {
            State::Applies { met } => Some((answer.rule.id().to_owned(), met == Some(true))),
            _ => None,
        });
        let due = due.collect();
        Ok(Self { pack: asked.pack, examined, environment: facts.environment, due })
    }

    /// The prohibitions that stand.
    pub(crate) fn forbidden(&self) -> Vec<Reason> {
        let reason = |answer: &Answer<'_>| Reason::Forbidden {
            by: cited(self.pack, answer.rule),
            text: answer.rule.plain_text(),
            because: self.examined.facts_in_words(answer),
        };
        self.examined.refusals().map(reason).collect()
    }

    /// What need not be done.
    pub(crate) fn not_needed(&self) -> Vec<NotNeeded> {
        let exempts = self.examined.answers().iter().filter(|answer| {
            answer.rule.outcome() == Outcome::Exemption
                && matches!(answer.state, State::Applies { .. })
        });
        let told = exempts.map(|answer| NotNeeded {
            by: cited(self.pack, answer.rule),
            text: answer.rule.plain_text(),
            because: self.examined.facts_in_words(answer),
            lifts: answer
                .rule
                .exempts()
                .iter()
                .filter_map(|id| self.pack.rules().iter().find(|rule| rule.id() == *id))
                .map(|rule| cited(self.pack, rule))
                .collect(),
        });
        told.collect()
    }

    /// Of some rules, those that apply, with their articles.
    pub(crate) fn cited(&self, rules: &[String]) -> Vec<Cited> {
        let applies = |rule: &&Rule| {
            self.due.contains_key(rule.id()) && rules.iter().any(|id| id == rule.id())
        };
        let rules = self.pack.rules().iter().filter(applies);
        rules.map(|rule| cited(self.pack, rule)).collect()
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
