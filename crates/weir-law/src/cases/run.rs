//! Running one case.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use weir_types::{Outcome, Sha256};

use super::{Base, Case, CaseFailure, Risk, Scenario};
use crate::examine::{Examination, State, examine};
use crate::fact::FactSet;
use crate::judge::{self, Measured, judge};
use crate::pack::RulePack;

/// What came of one case.
#[derive(Debug, Default)]
pub(super) struct Ran {
    /// What came out otherwise than written.
    pub(super) failures: Vec<CaseFailure>,
    /// Rules in force that the case shows not to apply.
    pub(super) silent: BTreeSet<String>,
}

/// What came of the case of a release.
pub(super) fn case(pack: &RulePack, base: &Base, file: &str, case: &Case) -> Ran {
    let mut said = Said::new(file, &case.name);
    let (facts, risk) = match (over(&base.facts, &case.facts), over(&base.risk, &case.risk)) {
        (Ok(facts), Ok(risk)) => (facts, risk),
        (Err(what), _) | (_, Err(what)) => {
            said.wrong(what);
            return said.ran;
        }
    };
    let today = case.today.as_ref().unwrap_or(&base.today);
    let risk: Risk = risk;
    let risk = risk.report();
    let k = case.k.unwrap_or(base.k);
    let verdict = judge(pack, &facts, &risk, k, Sha256([7; 32]), today);
    let decision = verdict.decision();
    if decision.permitted != case.permitted {
        said.wrong(format!("permitted is {}: {}", decision.permitted, decision.summary));
    }

    // Findings that no pack holds are there or not; of a rule, the case says more.
    let found: BTreeMap<&str, bool> =
        decision.findings.iter().map(|f| (f.rule.as_str(), f.met)).collect();
    let mut own = |rules: &[String], holds: fn(Option<bool>) -> bool| {
        for id in rules.iter().filter(|id| is_own(id)) {
            let met = found.get(id.as_str()).copied();
            if !holds(met) {
                said.wrong(format!("{id} is {met:?}"));
            }
        }
    };
    own(&case.present, |met| met.is_some());
    own(&case.absent, |met| met.is_none());
    own(&case.met, |met| met == Some(true));
    own(&case.unmet, |met| met == Some(false));
    let day = today.parse().ok();
    let measured = Measured::new(pack, &facts, &risk, k, day);
    let examined = examine(pack, &measured.facts, day);
    let rules =
        |ids: &[String]| -> Vec<String> { ids.iter().filter(|id| !is_own(id)).cloned().collect() };
    said.expect(&examined, &rules(&case.present), "applying", &|_, state| applies(state));
    said.settled(&examined, &rules(&case.absent), &case.lifted);
    said.expect(&examined, &case.open, "open", &|_, state| *state == State::Open);
    said.met(&examined, &rules(&case.met), &rules(&case.unmet));
    said.asks(&case.asks, &examined);
    said.ran
}

/// What came of a scenario.
pub(super) fn scenario(pack: &RulePack, file: &str, case: &Scenario) -> Ran {
    let mut said = Said::new(file, &case.name);
    let Ok(day) = case.as_of.parse() else {
        said.wrong(format!("`{}` is no day", case.as_of));
        return said.ran;
    };
    let vocabulary = pack.vocabulary();
    let mut facts = FactSet::new(vocabulary);
    for (name, value) in &case.facts {
        if let Err(error) = facts.state(vocabulary, name, value) {
            said.wrong(format!("{error} ({})", error.hint()));
        }
    }
    if let Err(error) = vocabulary.complete(&mut facts) {
        said.wrong(format!("{error} ({})", error.hint()));
    }
    let examined = examine(pack, &facts, Some(day));
    for (outcomes, rules) in case.applying() {
        said.expect(&examined, rules, "of that kind and applying", &|outcome, state| {
            outcomes.contains(&outcome) && applies(state)
        });
    }
    said.settled(&examined, &case.absent, &case.lifted);
    said.expect(&examined, &case.open, "open", &|_, state| *state == State::Open);
    said.expect(&examined, &case.on_occasion, "waiting", &|_, s| matches!(s, State::OnOccasion));
    said.met(&examined, &case.met, &case.unmet);
    for answer in examined.refusals() {
        let id = answer.rule.id();
        if !case.prohibitions.iter().any(|rule| rule == id) {
            said.wrong(format!("{id} forbids it"));
        }
    }
    said.asks(&case.asks, &examined);
    said.ran
}

fn is_own(id: &str) -> bool {
    judge::OWN.contains(&id)
}

fn applies(state: &State) -> bool {
    matches!(state, State::Applies { .. })
}

struct Said<'a> {
    file: &'a str,
    case: &'a str,
    ran: Ran,
}

impl<'a> Said<'a> {
    fn new(file: &'a str, case: &'a str) -> Self {
        Self { file, case, ran: Ran::default() }
    }

    fn wrong(&mut self, what: String) {
        let (file, case) = (self.file.to_owned(), self.case.to_owned());
        self.ran.failures.push(CaseFailure { file, case, what });
    }

    fn expect(
        &mut self,
        examined: &Examination<'_>,
        rules: &[String],
        what: &str,
        holds: &dyn Fn(Outcome, &State) -> bool,
    ) {
        for id in rules {
            match examined.answers().iter().find(|answer| answer.rule.id() == id) {
                None => self.wrong(format!("there is no rule {id}")),
                Some(answer) if !holds(answer.rule.outcome(), &answer.state) => {
                    let outcome = answer.rule.outcome().name();
                    self.wrong(format!("{id} is not {what}: {outcome} {:?}", answer.state));
                }
                Some(_) => {}
            }
        }
    }

    /// What does not apply: by its own condition, as the law of another day, or lifted.
    fn settled(&mut self, examined: &Examination<'_>, absent: &[String], lifted: &[String]) {
        self.expect(examined, absent, "known not to apply", &|_, state| {
            matches!(state, State::Silent | State::NotInForce)
        });
        self.expect(examined, lifted, "lifted", &|_, s| matches!(s, State::Lifted { .. }));
        let silent = examined.answers().iter().filter(|answer| answer.state == State::Silent);
        let named =
            silent.map(|answer| answer.rule.id()).filter(|id| absent.iter().any(|a| a == id));
        self.ran.silent.extend(named.map(str::to_owned));
    }

    fn met(&mut self, examined: &Examination<'_>, met: &[String], unmet: &[String]) {
        for (rules, what, wanted) in [(met, "met", true), (unmet, "unmet", false)] {
            self.expect(examined, rules, what, &|_, state| {
                *state == State::Applies { met: Some(wanted) }
            });
        }
    }

    fn asks(&mut self, wanted: &[String], examined: &Examination<'_>) {
        let asked = examined.questions();
        for fact in wanted.iter().filter(|fact| !asked.iter().any(|q| q.fact == **fact)) {
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
