//! Three-valued evaluation, with the facts that decided.

use super::{Expr, Number, Order, Truth};
use crate::fact::{FactId, FactSet, Value};

/// Whether something holds, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It rests on a fact that nobody stated.
    Unknown,
}

impl Known {
    fn of(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

/// What a condition came to and why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome3 {
    /// The result.
    pub(crate) known: Known,
    /// Where it is known, facts that settle it; where it is not, the unknown facts that it rests
    /// on.
    pub(crate) facts: Vec<FactId>,
}

impl Expr {
    /// Whether it holds for `facts`.
    pub(crate) fn holds(&self, facts: &FactSet) -> Known {
        self.root.holds(facts)
    }

    /// Whether it holds for `facts`, and the facts behind that.
    pub(crate) fn explain(&self, facts: &FactSet) -> Outcome3 {
        let mut outcome = self.root.explain(facts);
        let mut seen = Vec::new();
        outcome.facts.retain(|fact| {
            !seen.contains(fact) && {
                seen.push(*fact);
                true
            }
        });
        outcome
    }
}

impl Truth {
    fn holds(&self, facts: &FactSet) -> Known {
        match self {
            Self::Constant(value) => Known::of(*value),
            Self::Fact(fact) => match facts.get(*fact) {
                Some(Value::YesNo(value)) => Known::of(value),
                _ => Known::Unknown,
            },
            Self::Among(fact, words) => match facts.get(*fact) {
                Some(Value::Word(word)) => Known::of(words.contains(&word)),
                _ => Known::Unknown,
            },
            Self::Not(inner) => match inner.holds(facts) {
                Known::Yes => Known::No,
                Known::No => Known::Yes,
                Known::Unknown => Known::Unknown,
            },
            Self::All(parts) => among(parts, facts, Known::No, Known::Yes),
            Self::Any(parts) => among(parts, facts, Known::Yes, Known::No),
            Self::Same(a, b) => match (a.holds(facts), b.holds(facts)) {
                (Known::Unknown, _) | (_, Known::Unknown) => Known::Unknown,
                (a, b) => Known::of(a == b),
            },
            Self::Choice(parts) => match parts[0].holds(facts) {
                Known::Yes => parts[1].holds(facts),
                Known::No => parts[2].holds(facts),
                Known::Unknown => Known::Unknown,
            },
            Self::Compare(order, a, b) => match (a.value(facts), b.value(facts)) {
                (Some(a), Some(b)) => Known::of(match order {
                    Order::Same => a == b,
                    Order::Less => a < b,
                    Order::AtMost => a <= b,
                }),
                _ => Known::Unknown,
            },
        }
    }

    fn explain(&self, facts: &FactSet) -> Outcome3 {
        let known = self.holds(facts);
        let mut deciding = Vec::new();
        match self {
            Self::Constant(_) => {}
            Self::Fact(fact) | Self::Among(fact, _) => deciding.push(*fact),
            Self::Not(inner) => deciding = inner.explain(facts).facts,
            Self::All(parts) | Self::Any(parts) => {
                let settles = if matches!(self, Self::All(_)) { Known::No } else { Known::Yes };
                if known == settles {
                    // One part is enough; the first is what the author thought of first.
                    let part = parts.iter().find(|part| part.holds(facts) == settles);
                    deciding = part.map(|part| part.explain(facts).facts).unwrap_or_default();
                } else {
                    let wanted = |part: &&Self| part.holds(facts) == known;
                    let each = parts.iter().filter(wanted);
                    deciding = each.flat_map(|part| part.explain(facts).facts).collect();
                }
            }
            Self::Same(a, b) => {
                deciding = [a, b].into_iter().flat_map(|part| part.explain(facts).facts).collect();
            }
            Self::Choice(parts) => {
                deciding = parts[0].explain(facts).facts;
                let taken = match parts[0].holds(facts) {
                    Known::Yes => Some(&parts[1]),
                    Known::No => Some(&parts[2]),
                    Known::Unknown => None,
                };
                deciding.extend(taken.into_iter().flat_map(|part| part.explain(facts).facts));
            }
            Self::Compare(_, a, b) => {
                a.collect(&mut deciding);
                b.collect(&mut deciding);
            }
        }
        if known == Known::Unknown {
            deciding.retain(|fact| facts.get(*fact).is_none());
        }
        Outcome3 { known, facts: deciding }
    }
}

/// `settled` if any part is, `otherwise` if all are that, unknown else.
fn among(parts: &[Truth], facts: &FactSet, settled: Known, otherwise: Known) -> Known {
    let mut result = otherwise;
    for part in parts {
        match part.holds(facts) {
            known if known == settled => return settled,
            Known::Unknown => result = Known::Unknown,
            _ => {}
        }
    }
    result
}

impl Number {
    fn value(&self, facts: &FactSet) -> Option<i64> {
        Some(match self {
            Self::Constant(value) => *value,
            Self::Fact(fact) => match facts.get(*fact)? {
                Value::Number(value) => value,
                _ => return None,
            },
            Self::Sum(a, b) => a.value(facts)?.saturating_add(b.value(facts)?),
            Self::Difference(a, b) => a.value(facts)?.saturating_sub(b.value(facts)?),
            Self::Negative(inner) => inner.value(facts)?.saturating_neg(),
        })
    }
}
