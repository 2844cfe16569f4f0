//! A tree to a condition over facts: every name is known and every value has the right type.

use weir_types::request::nearest;

use super::error::{ExprError, ExprErrorKind};
use super::parser::{Binary, Node, NodeKind};
use super::{Number, Order, Truth};
use crate::fact::{FactId, FactType, Vocabulary};

/// The condition that `node` says.
pub(super) fn condition(node: &Node, vocabulary: &Vocabulary) -> Result<Truth, ExprError> {
    Checker { vocabulary }.truth(node)
}

struct Checker<'a> {
    vocabulary: &'a Vocabulary,
}

/// A part of a condition that has a type.
enum Typed<'a> {
    Truth(Truth),
    Number(Number),
    Word(FactId),
    Text(&'a str),
    List(&'a [Node]),
}

impl Typed<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Truth(_) => "yes or no",
            Self::Number(_) => "a whole number",
            Self::Word(_) => "a word",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
        }
    }
}

impl Checker<'_> {
    fn truth(&self, node: &Node) -> Result<Truth, ExprError> {
        match self.typed(node)? {
            Typed::Truth(truth) => Ok(truth),
            other => Err(wrong(node, "yes or no", &other)),
        }
    }

    fn number(&self, node: &Node) -> Result<Number, ExprError> {
        match self.typed(node)? {
            Typed::Number(number) => Ok(number),
            other => Err(wrong(node, "a whole number", &other)),
        }
    }

    fn typed<'n>(&self, node: &'n Node) -> Result<Typed<'n>, ExprError> {
        Ok(match &node.kind {
            NodeKind::Bool(value) => Typed::Truth(Truth::Constant(*value)),
            NodeKind::Number(value) => Typed::Number(Number::Constant(*value)),
            NodeKind::Text(text) => Typed::Text(text),
            NodeKind::List(elements) => Typed::List(elements),
            NodeKind::Name(name) => self.fact(node, name)?,
            NodeKind::Not(inner) => Typed::Truth(not(self.truth(inner)?)),
            NodeKind::Negative(inner) => {
                Typed::Number(Number::Negative(Box::new(self.number(inner)?)))
            }
            NodeKind::Choice(parts) => {
                let [condition, yes, no] = parts.as_ref();
                Typed::Truth(Truth::Choice(Box::new([
                    self.truth(condition)?,
                    self.truth(yes)?,
                    self.truth(no)?,
                ])))
            }
            NodeKind::Binary(operator, left, right) => self.binary(node, *operator, left, right)?,
        })
    }

    fn fact<'n>(&self, node: &Node, name: &str) -> Result<Typed<'n>, ExprError> {
        let Some(id) = self.vocabulary.id(name) else {
            let known: Vec<&str> = self.vocabulary.names().collect();
            let kind =
                ExprErrorKind::Fact { name: name.to_owned(), nearest: nearest(name, &known) };
            return Err(ExprError { column: node.column, kind });
        };
        Ok(match self.vocabulary.fact(id).kind() {
            FactType::YesNo => Typed::Truth(Truth::Fact(id)),
            FactType::Number => Typed::Number(Number::Fact(id)),
            FactType::Word(_) => Typed::Word(id),
        })
    }

    fn binary<'n>(
        &self,
        node: &Node,
        operator: Binary,
        left: &'n Node,
        right: &'n Node,
    ) -> Result<Typed<'n>, ExprError> {
        let compare = |order, a, b| Ok(Typed::Truth(Truth::Compare(order, a, b)));
        match operator {
            Binary::And => Ok(Typed::Truth(joined(true, self.truth(left)?, self.truth(right)?))),
            Binary::Or => Ok(Typed::Truth(joined(false, self.truth(left)?, self.truth(right)?))),
            Binary::Same => Ok(Typed::Truth(self.same(node, left, right)?)),
            Binary::Different => Ok(Typed::Truth(not(self.same(node, left, right)?))),
            Binary::In => Ok(Typed::Truth(self.among(left, right)?)),
            Binary::Less => compare(Order::Less, self.number(left)?, self.number(right)?),
            Binary::AtMost => compare(Order::AtMost, self.number(left)?, self.number(right)?),
            Binary::More => compare(Order::Less, self.number(right)?, self.number(left)?),
            Binary::AtLeast => compare(Order::AtMost, self.number(right)?, self.number(left)?),
            Binary::Plus | Binary::Minus => {
                let (a, b) = (Box::new(self.number(left)?), Box::new(self.number(right)?));
                Ok(Typed::Number(match operator {
                    Binary::Plus => Number::Sum(a, b),
                    _ => Number::Difference(a, b),
                }))
            }
        }
    }

    fn same(&self, node: &Node, left: &Node, right: &Node) -> Result<Truth, ExprError> {
        match (self.typed(left)?, self.typed(right)?) {
            (Typed::Truth(a), Typed::Truth(b)) => Ok(Truth::Same(Box::new(a), Box::new(b))),
            (Typed::Number(a), Typed::Number(b)) => Ok(Truth::Compare(Order::Same, a, b)),
            (Typed::Word(fact), Typed::Text(word)) => {
                Ok(Truth::Among(fact, vec![self.word(right, fact, word)?]))
            }
            (Typed::Text(word), Typed::Word(fact)) => {
                Ok(Truth::Among(fact, vec![self.word(left, fact, word)?]))
            }
            (Typed::Text(a), Typed::Text(b)) => Ok(Truth::Constant(a == b)),
            (a, b) => Err(wrong(node, a.kind(), &b)),
        }
    }

    fn among(&self, left: &Node, right: &Node) -> Result<Truth, ExprError> {
        let elements = match self.typed(right)? {
            Typed::List(elements) => elements,
            other => return Err(wrong(right, "a list", &other)),
        };
        if elements.is_empty() {
            return Err(ExprError { column: right.column, kind: ExprErrorKind::EmptyList });
        }
        match self.typed(left)? {
            Typed::Word(fact) => {
                let mut words = Vec::new();
                for element in elements {
                    match self.typed(element)? {
                        Typed::Text(word) => words.push(self.word(element, fact, word)?),
                        other => return Err(wrong(element, "a text", &other)),
                    }
                }
                Ok(Truth::Among(fact, words))
            }
            Typed::Number(number) => {
                let each = elements.iter().map(|element| {
                    Ok(Truth::Compare(Order::Same, number.clone(), self.number(element)?))
                });
                Ok(Truth::Any(each.collect::<Result<_, _>>()?))
            }
            Typed::Text(text) => {
                let mut found = false;
                for element in elements {
                    match self.typed(element)? {
                        Typed::Text(other) => found |= text == other,
                        other => return Err(wrong(element, "a text", &other)),
                    }
                }
                Ok(Truth::Constant(found))
            }
            Typed::Truth(truth) => {
                let each = elements.iter().map(|element| {
                    Ok(Truth::Same(Box::new(truth.clone()), Box::new(self.truth(element)?)))
                });
                Ok(Truth::Any(each.collect::<Result<_, _>>()?))
            }
            other @ Typed::List(_) => Err(wrong(left, "a fact or a value", &other)),
        }
    }

    /// The place of `word` among the words of `fact`.
    fn word(&self, node: &Node, fact: FactId, word: &str) -> Result<usize, ExprError> {
        let decl = self.vocabulary.fact(fact);
        decl.word(word).ok_or_else(|| {
            let known: Vec<&str> = decl.words().collect();
            let kind = ExprErrorKind::Word {
                fact: decl.name().to_owned(),
                word: word.to_owned(),
                nearest: nearest(word, &known),
                words: known.into_iter().map(str::to_owned).collect(),
            };
            ExprError { column: node.column, kind }
        })
    }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::Constant(value) => Truth::Constant(!value),
        other => Truth::Not(Box::new(other)),
    }
}

/// `a && b` or `a || b`, chains of which are one node.
fn joined(all: bool, a: Truth, b: Truth) -> Truth {
    match (all, a) {
        (true, Truth::All(mut parts)) => {
            parts.push(b);
            Truth::All(parts)
        }
        (false, Truth::Any(mut parts)) => {
            parts.push(b);
            Truth::Any(parts)
        }
        (true, a) => Truth::All(vec![a, b]),
        (false, a) => Truth::Any(vec![a, b]),
    }
}

fn wrong(node: &Node, wanted: &'static str, found: &Typed<'_>) -> ExprError {
    let kind = ExprErrorKind::Type { wanted, found: found.kind() };
    ExprError { column: node.column, kind }
}
