//! Which facts a person is asked for: few, and only those that can change what comes out.

use std::collections::{BTreeMap, BTreeSet};

use weir_types::Outcome;
use weir_types::verdict::{Certainty, Question};

use crate::examine::{Answer, Examination, State};
use crate::expr::Known;
use crate::fact::{FactId, FactSet};
use crate::pack::Rule;

/// What a person may be asked next. Each list begins with what settles most rules.
///
/// An answer that leaves a rule open brings up a further question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// What can change whether the release is allowed.
    pub decide: Vec<Question>,
    /// What can change what has to be done.
    pub add: Vec<Question>,
    /// What can change neither, but only spare something or raise what a breach costs. Who does not
    /// answer does no less than the law asks.
    pub spare: Vec<Question>,
}

impl Examination<'_> {
    /// What the person has to be asked next: [`Inquiry::decide`], then [`Inquiry::add`].
    pub fn questions(&self) -> Vec<Question> {
        let Inquiry { mut decide, add, .. } = self.inquiry();
        decide.extend(add);
        decide
    }

    /// What the person may be asked next, by what an answer can change.
    ///
    /// Of a standing prohibition that is everything that could lift it. Of the rules that are open
    /// it is a small set of facts such that each rule can be settled by the answer to one of them,
    /// if possible by an answer that makes it not apply; facts that settle many rules come first.
    /// Nothing is asked for a rule that waits for a measurement only.
    pub fn inquiry(&self) -> Inquiry {
        let waiting = self.waiting();
        let settling = self.settling(&waiting);
        let mut asked = Asked::default();
        for (at, rule) in waiting.iter().enumerate().filter(|(_, rule)| rule.stands) {
            for fact in &rule.facts {
                asked.ask(*fact, Weight::Verdict, at);
            }
            asked.covered.insert(at);
        }
        // A fact that is asked already may settle more than it was asked for.
        for fact in asked.facts.clone() {
            asked.cover(fact, Weight::Verdict, &settling);
        }
        for weight in [Weight::Verdict, Weight::ToDo, Weight::Other] {
            while let Some(fact) = asked.next(weight, &waiting, &settling) {
                asked.cover(fact, weight, &settling);
            }
        }
        let of = |weight| self.put(&asked, weight, &waiting);
        Inquiry { decide: of(Weight::Verdict), add: of(Weight::ToDo), spare: of(Weight::Other) }
    }

    /// The rules that wait for an answer of a person.
    fn waiting(&self) -> Vec<Waiting<'_>> {
        self.answers().iter().filter_map(|answer| self.waits(answer)).collect()
    }

    fn waits<'a>(&'a self, answer: &Answer<'a>) -> Option<Waiting<'a>> {
        let rule = answer.rule;
        if rule.outcome() == Outcome::Exemption && !self.spares(rule) {
            return None;
        }
        let lifted = rule.lifted(&self.facts).filter(|lifted| lifted.known == Known::Unknown);
        let (facts, stands) = match answer.state {
            State::Open => (answer.facts.clone(), false),
            State::Applies { .. } => (lifted?.facts, true),
            _ => return None,
        };
        let facts: Vec<FactId> = facts.into_iter().filter(|fact| self.can_ask(*fact)).collect();
        (!facts.is_empty()).then(|| Waiting { rule, weight: Weight::of(rule), stands, facts })
    }

    /// Whether an exemption names a rule that has still to be followed, or may have.
    fn spares(&self, exemption: &Rule) -> bool {
        self.answers().iter().any(|answer| {
            let due = match answer.state {
                State::Applies { met } => met != Some(true),
                State::Open => true,
                _ => false,
            };
            due && exemption.exempts().iter().any(|id| id == answer.rule.id())
        })
    }

    /// For each waiting rule, the facts of which one answer settles it; the first that it waits
    /// for where no single answer does.
    fn settling(&self, waiting: &[Waiting<'_>]) -> Vec<BTreeSet<FactId>> {
        let vocabulary = self.pack.vocabulary();
        let candidates: BTreeSet<FactId> =
            waiting.iter().flat_map(|rule| rule.facts.iter().copied()).collect();
        let mut silence = vec![BTreeSet::new(); waiting.len()];
        let mut settle = silence.clone();
        for fact in candidates {
            for value in FactSet::answers(vocabulary, fact) {
                let supposed = self.facts.with(vocabulary, fact, value);
                // To spare something, a person is asked for what the rule itself names.
                let bears = |waits: &Waiting<'_>| {
                    waits.weight != Weight::Other || waits.facts.contains(&fact)
                };
                for (at, waits) in waiting.iter().enumerate().filter(|(_, waits)| bears(waits)) {
                    match applies(waits.rule, &supposed) {
                        Known::No => silence[at].insert(fact),
                        Known::Yes => settle[at].insert(fact),
                        Known::Unknown => false,
                    };
                }
            }
        }
        let first = |rule: &Waiting<'_>| rule.facts.first().copied().into_iter().collect();
        let each = waiting.iter().zip(silence.into_iter().zip(settle));
        each.map(|(rule, found)| match found {
            (silence, _) if !silence.is_empty() => silence,
            (_, settle) if !settle.is_empty() => settle,
            _ => first(rule),
        })
        .collect()
    }

    fn put(&self, asked: &Asked, weight: Weight, waiting: &[Waiting<'_>]) -> Vec<Question> {
        let facts = asked.facts.iter().filter(|fact| asked.weights[fact] == weight);
        let question = |fact: &FactId| {
            let decl = self.pack.vocabulary().fact(*fact);
            let rules = asked.rules[fact].iter().map(|at| waiting[*at].rule.id().to_owned());
            Question {
                fact: decl.name().to_owned(),
                text: decl.question().clone(),
                rules: rules.collect(),
                may_refuse: weight == Weight::Verdict,
            }
        };
        let mut questions: Vec<Question> = facts.map(question).collect();
        questions.sort_by_key(|question| std::cmp::Reverse(question.rules.len()));
        questions
    }
}

/// A rule that waits for an answer.
struct Waiting<'a> {
    rule: &'a Rule,
    weight: Weight,
    /// It is a prohibition that applies, and that an answer could lift.
    stands: bool,
    /// The unknown facts that can be asked for, in the order of its condition; never empty.
    facts: Vec<FactId>,
}

/// What an answer can change, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Verdict,
    ToDo,
    Other,
}

impl Weight {
    fn of(rule: &Rule) -> Self {
        match (rule.outcome(), rule.certainty()) {
            // It is shown and never decides.
            (Outcome::Threshold, Certainty::Unverified) => Self::Other,
            (Outcome::Prohibition | Outcome::Threshold, _) => Self::Verdict,
            (Outcome::Duty | Outcome::Record | Outcome::Deadline, _) => Self::ToDo,
            (Outcome::Exemption | Outcome::Exposure, _) => Self::Other,
        }
    }
}

/// The questions so far.
#[derive(Debug, Default)]
struct Asked {
    /// In the order in which they were found.
    facts: Vec<FactId>,
    weights: BTreeMap<FactId, Weight>,
    /// For each, the waiting rules that it is asked for.
    rules: BTreeMap<FactId, Vec<usize>>,
    /// The waiting rules for which something is asked.
    covered: BTreeSet<usize>,
}

impl Asked {
    fn ask(&mut self, fact: FactId, weight: Weight, at: usize) {
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
            self.weights.insert(fact, weight);
        }
        self.rules.entry(fact).or_default().push(at);
    }

    /// Asks for `fact`, for every rule that it settles and for which nothing is asked yet.
    fn cover(&mut self, fact: FactId, weight: Weight, settling: &[BTreeSet<FactId>]) {
        for (at, _) in settling.iter().enumerate().filter(|(_, facts)| facts.contains(&fact)) {
            if self.covered.insert(at) {
                self.ask(fact, weight, at);
            }
        }
    }

    /// The fact that settles most rules of this weight for which nothing is asked yet; among
    /// those, most of all rules.
    fn next(
        &self,
        weight: Weight,
        waiting: &[Waiting<'_>],
        settling: &[BTreeSet<FactId>],
    ) -> Option<FactId> {
        let mut counts: BTreeMap<FactId, (usize, usize)> = BTreeMap::new();
        for (at, facts) in settling.iter().enumerate().filter(|(at, _)| !self.covered.contains(at))
        {
            for fact in facts {
                let (of_weight, all) = counts.entry(*fact).or_default();
                *of_weight += usize::from(waiting[at].weight == weight);
                *all += 1;
            }
        }
        let best = counts.iter().filter(|(_, (of_weight, _))| *of_weight > 0);
        // Among equals the first of the vocabulary.
        best.rev().max_by_key(|(_, count)| **count).map(|(fact, _)| *fact)
    }
}

/// Whether a rule would apply and not be lifted by its own `unless`.
fn applies(rule: &Rule, supposed: &FactSet) -> Known {
    let when = rule.would_apply(supposed);
    match rule.lifted(supposed) {
        Some(lifted) if lifted.known == Known::Yes => Known::No,
        _ => when,
    }
}

#[cfg(test)]
mod tests;
