//! Running one case.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use weir_types::{Outcome, Sha256};

use super::{Base, Case, CaseFailure, Risk, Scenario};
use crate::examine::{State, examine};
use crate::fact::FactSet;
use crate::judge::judge;
use crate::pack::RulePack;

/// What came out otherwise than the case of a release says.
pub(super) fn case(pack: &RulePack, base: &Base, file: &str, case: &Case) -> Vec<CaseFailure> {
    let mut said = Said::new(file, &case.name);
    let (facts, risk) = match (over(&base.facts, &case.facts), over(&base.risk, &case.risk)) {
        (Ok(facts), Ok(risk)) => (facts, risk),
        (Err(what), _) | (_, Err(what)) => {
            said.wrong(what);
            return said.failures;
        }
    };
    let today = case.today.as_ref().unwrap_or(&base.today);
    let risk: Risk = risk;
    let k = case.k.unwrap_or(base.k);
    let verdict = judge(pack, &facts, &risk.report(), k, Sha256([7; 32]), today);
    let decision = verdict.decision();
    let found: BTreeMap<&str, bool> =
        decision.findings.iter().map(|f| (f.rule.as_str(), f.met)).collect();
    if decision.permitted != case.permitted {
        said.wrong(format!("permitted is {}: {}", decision.permitted, decision.summary));
    }
    let engine = ["WEIR-day", "WEIR-pack-day", "WEIR-pack-review", "WEIR-facts"];
    let named = [&case.present, &case.absent, &case.met, &case.unmet].into_iter().flatten();
    for rule in named.filter(|id| pack.rule(id).is_none() && !engine.contains(&id.as_str())) {
        said.wrong(format!("there is no rule {rule}"));
    }
    for rule in case.present.iter().filter(|rule| !found.contains_key(rule.as_str())) {
        said.wrong(format!("{rule} does not apply"));
    }
    for rule in case.absent.iter().filter(|rule| found.contains_key(rule.as_str())) {
        said.wrong(format!("{rule} applies"));
    }
    for (rules, wanted) in [(&case.met, true), (&case.unmet, false)] {
        for rule in rules.iter().filter(|rule| found.get(rule.as_str()) != Some(&wanted)) {
            said.wrong(format!("{rule} is {:?}, not met = {wanted}", found.get(rule.as_str())));
        }
    }
    let asked: BTreeSet<&str> = decision.questions.iter().map(|q| q.fact.as_str()).collect();
    said.asks(&case.asks, &asked);
    said.failures
}

/// What came out otherwise than a scenario says.
pub(super) fn scenario(pack: &RulePack, file: &str, case: &Scenario) -> Vec<CaseFailure> {
    let mut said = Said::new(file, &case.name);
    let Ok(day) = case.as_of.parse() else {
        said.wrong(format!("`{}` is no day", case.as_of));
        return said.failures;
    };
    let vocabulary = pack.vocabulary();
    let mut facts = FactSet::new(vocabulary);
    for (name, value) in &case.facts {
        if let Err(error) = facts.state(vocabulary, name, value) {
            said.wrong(format!("{error} ({})", error.hint()));
        }
    }
    let examined = examine(pack, &facts, Some(day));
    let states: BTreeMap<&str, (Outcome, &State)> = examined
        .answers()
        .iter()
        .map(|answer| (answer.rule.id(), (answer.rule.outcome(), &answer.state)))
        .collect();
    let mut expect = |rules: &[String], what: &str, holds: &dyn Fn(Outcome, &State) -> bool| {
        for id in rules {
            match states.get(id.as_str()) {
                None => said.wrong(format!("there is no rule {id}")),
                Some((outcome, state)) if !holds(*outcome, state) => {
                    said.wrong(format!("{id} is not {what}: {} {state:?}", outcome.name()));
                }
                Some(_) => {}
            }
        }
    };
    let applies = |state: &State| matches!(state, State::Applies { .. });
    for (outcomes, rules) in case.applying() {
        expect(rules, "of that kind and applying", &|outcome, state| {
            outcomes.contains(&outcome) && applies(state)
        });
    }
    expect(&case.lifted, "lifted", &|_, state| matches!(state, State::Lifted { .. }));
    expect(&case.absent, "known not to apply", &|_, state| {
        !matches!(state, State::Applies { .. } | State::Open | State::OnOccasion)
    });
    expect(&case.on_occasion, "waiting", &|_, state| matches!(state, State::OnOccasion));
    expect(&case.met, "met", &|_, state| matches!(state, State::Applies { met: Some(true) }));
    expect(&case.unmet, "unmet", &|_, state| {
        matches!(state, State::Applies { met: Some(false) | None })
    });
    for answer in examined.refusals() {
        let id = answer.rule.id();
        if !case.prohibitions.iter().any(|rule| rule == id) {
            said.wrong(format!("{id} forbids it"));
        }
    }
    let questions = examined.questions();
    let asked: BTreeSet<&str> = questions.iter().map(|q| q.fact.as_str()).collect();
    said.asks(&case.asks, &asked);
    said.failures
}

struct Said<'a> {
    file: &'a str,
    case: &'a str,
    failures: Vec<CaseFailure>,
}

impl<'a> Said<'a> {
    fn new(file: &'a str, case: &'a str) -> Self {
        Self { file, case, failures: Vec::new() }
    }

    fn wrong(&mut self, what: String) {
        let (file, case) = (self.file.to_owned(), self.case.to_owned());
        self.failures.push(CaseFailure { file, case, what });
    }

    fn asks(&mut self, wanted: &[String], asked: &BTreeSet<&str>) {
        for fact in wanted.iter().filter(|fact| !asked.contains(fact.as_str())) {
            self.wrong(format!("nobody is asked for {fact}"));
        }
    }
}

/// `base` with the keys of `changes` in place of its own.
fn over<T: Serialize + DeserializeOwned>(base: &T, changes: &toml::Table) -> Result<T, String> {
    let mut table = toml::Table::try_from(base).map_err(|error| error.to_string())?;
    for (key, value) in changes {
        if !table.contains_key(key) && key != "stated" {
            return Err(format!("unknown key `{key}`"));
        }
        table.insert(key.clone(), value.clone());
    }
    table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}
