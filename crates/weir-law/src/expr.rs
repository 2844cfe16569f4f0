//! Conditions: a strict subset of the Common Expression Language (CEL).
//!
//! What a condition says is what CEL says of the same text; what CEL has and a condition need not
//! is refused when the pack loads (`docs/law.md` lists both). Names are facts of the vocabulary,
//! so every condition is type-checked before it is ever asked. Values are three-valued, by CEL's
//! own rule for unknowns: `false && unknown` is false in either order, and what rests on an
//! unknown fact is unknown.
//!
//! **Invariant.** No evaluation fails: facts and numbers are at most [`MOST`] and a condition has
//! at most [`MOST_CHARACTERS`] characters, so that no sum leaves 64 bits.

mod check;
mod error;
mod eval;
mod lexer;
mod parser;

pub use self::error::{ExprError, ExprErrorKind};
pub(crate) use self::eval::{Known, Outcome3};
pub(crate) use self::parser::RESERVED;
use serde::{Serialize, Serializer};

use crate::fact::{FactId, Vocabulary};

/// Greatest number a condition or a fact may hold, 2^53.
pub(crate) const MOST: i64 = 1 << 53;

/// Greatest length of a condition. 2^53 times the sums that fit is below 2^63.
pub(crate) const MOST_CHARACTERS: usize = 2_000;

/// Most brackets and operators inside each other; CEL asks for 32.
const MOST_DEPTH: usize = 64;

/// A condition that was parsed and type-checked against a vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    text: String,
    root: Truth,
}

impl Expr {
    /// Parses and type-checks `text`.
    pub(crate) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, ExprError> {
        let root = check::condition(&parser::parse(text)?, vocabulary)?;
        Ok(Self { text: text.trim().to_owned(), root })
    }

    /// The text as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds whatever the facts are.
    pub(crate) fn is_always(&self) -> bool {
        self.root == Truth::Constant(true)
    }

    /// The facts it asks for, each once, in the order in which it names them.
    pub(crate) fn facts(&self) -> Vec<FactId> {
        let mut facts = Vec::new();
        self.root.collect(&mut facts);
        let mut seen = Vec::new();
        facts.retain(|fact| {
            !seen.contains(fact) && {
                seen.push(*fact);
                true
            }
        });
        facts
    }
}

/// As it was written.
impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A yes or no.
#[derive(Clone, Debug, PartialEq)]
enum Truth {
    Constant(bool),
    Fact(FactId),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Same(Box<Self>, Box<Self>),
    Choice(Box<[Self; 3]>),
    /// A fact is one of these words, given by their places in the fact's own list.
    Among(FactId, Vec<usize>),
    Compare(Order, Number, Number),
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Same,
    Less,
    AtMost,
}

/// A whole number.
#[derive(Clone, Debug, PartialEq)]
enum Number {
    Constant(i64),
    Fact(FactId),
    Sum(Box<Self>, Box<Self>),
    Difference(Box<Self>, Box<Self>),
    Negative(Box<Self>),
}

impl Truth {
    fn collect(&self, facts: &mut Vec<FactId>) {
        match self {
            Self::Constant(_) => {}
            Self::Fact(fact) | Self::Among(fact, _) => facts.push(*fact),
            Self::Not(inner) => inner.collect(facts),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect(facts));
            }
            Self::Same(a, b) => {
                a.collect(facts);
                b.collect(facts);
            }
            Self::Choice(parts) => parts.iter().for_each(|part| part.collect(facts)),
            Self::Compare(_, a, b) => {
                a.collect(facts);
                b.collect(facts);
            }
        }
    }
}

impl Number {
    fn collect(&self, facts: &mut Vec<FactId>) {
        match self {
            Self::Constant(_) => {}
            Self::Fact(fact) => facts.push(*fact),
            Self::Sum(a, b) | Self::Difference(a, b) => {
                a.collect(facts);
                b.collect(facts);
            }
            Self::Negative(inner) => inner.collect(facts),
        }
    }
}

#[cfg(test)]
mod tests;
