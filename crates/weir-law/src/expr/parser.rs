//! Tokens to a tree, by the grammar of the CEL specification.
//!
//! ```text
//! Expr           = ConditionalOr ["?" ConditionalOr ":" Expr]
//! ConditionalOr  = [ConditionalOr "||"] ConditionalAnd
//! ConditionalAnd = [ConditionalAnd "&&"] Relation
//! Relation       = [Relation Relop] Addition
//! Relop          = "<" | "<=" | ">=" | ">" | "==" | "!=" | "in"
//! Addition       = [Addition ("+" | "-")] Unary
//! Unary          = Primary | "!" {"!"} Primary | "-" {"-"} Primary
//! Primary        = IDENT | INT | STRING | "true" | "false" | "(" Expr ")" | "[" [ExprList] [","] "]"
//! ```

use super::MOST_DEPTH;
use super::error::{ExprError, ExprErrorKind};
use super::lexer::{Token, TokenKind, tokens};

/// A part of a condition and the character, from 1, at which it starts; an operation starts at
/// its sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) column: usize,
    pub(super) kind: NodeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum NodeKind {
    Bool(bool),
    Number(i64),
    Text(String),
    Name(String),
    List(Vec<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    Choice(Box<[Node; 3]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Same,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    Plus,
    Minus,
}

/// The tree of `text`.
pub(super) fn parse(text: &str) -> Result<Node, ExprError> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(ExprError { column: 1, kind: ExprErrorKind::Empty });
    }
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens: &tokens, at: 0, end, depth: 0 };
    let node = parser.expr()?;
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some(token) => Err(unexpected(token, "an operator or the end")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn sign(&self) -> Option<&'static str> {
        match self.tokens.get(self.at)?.kind {
            TokenKind::Sign(sign) => Some(sign),
            TokenKind::Name(ref name) if name == "in" => Some("in"),
            _ => None,
        }
    }

    /// Takes `sign` if it stands next, and says where.
    fn take(&mut self, sign: &str) -> Option<usize> {
        let found = self.sign() == Some(sign);
        found.then(|| {
            self.at += 1;
            self.tokens[self.at - 1].column
        })
    }

    fn need(&mut self, sign: &str, wanted: &'static str) -> Result<(), ExprError> {
        if self.take(sign).is_some() { Ok(()) } else { Err(self.wanted(wanted)) }
    }

    fn wanted(&self, wanted: &'static str) -> ExprError {
        match self.tokens.get(self.at) {
            Some(token) => unexpected(token, wanted),
            None => ExprError { column: self.end, kind: ExprErrorKind::Ends { wanted } },
        }
    }

    fn deeper(&mut self) -> Result<(), ExprError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            let column = self.tokens.get(self.at).map_or(self.end, |token| token.column);
            return Err(ExprError { column, kind: ExprErrorKind::TooDeep });
        }
        Ok(())
    }

    fn expr(&mut self) -> Result<Node, ExprError> {
        self.deeper()?;
        let condition = self.or()?;
        let node = match self.take("?") {
            None => condition,
            Some(column) => {
                let yes = self.or()?;
                self.need(":", "`:`")?;
                let no = self.expr()?;
                Node { column, kind: NodeKind::Choice(Box::new([condition, yes, no])) }
            }
        };
        self.depth -= 1;
        Ok(node)
    }

    fn or(&mut self) -> Result<Node, ExprError> {
        self.chain(&[("||", Binary::Or)], Self::and)
    }

    fn and(&mut self) -> Result<Node, ExprError> {
        self.chain(&[("&&", Binary::And)], Self::relation)
    }

    fn relation(&mut self) -> Result<Node, ExprError> {
        let operators = [
            ("==", Binary::Same),
            ("!=", Binary::Different),
            ("<=", Binary::AtMost),
            (">=", Binary::AtLeast),
            ("<", Binary::Less),
            (">", Binary::More),
            ("in", Binary::In),
        ];
        self.chain(&operators, Self::addition)
    }

    fn addition(&mut self) -> Result<Node, ExprError> {
        let node = self.chain(&[("+", Binary::Plus), ("-", Binary::Minus)], Self::unary)?;
        match self.sign() {
            Some("*" | "/" | "%") => Err(self.outside("multiplications and divisions")),
            _ => Ok(node),
        }
    }

    /// `next` and what follows it by `operators`, grouped from the left.
    fn chain(
        &mut self,
        operators: &[(&str, Binary)],
        next: fn(&mut Self) -> Result<Node, ExprError>,
    ) -> Result<Node, ExprError> {
        let mut node = next(self)?;
        let depth = self.depth;
        'more: loop {
            for (sign, operator) in operators {
                if let Some(column) = self.take(sign) {
                    self.deeper()?;
                    let right = next(self)?;
                    let kind = NodeKind::Binary(*operator, Box::new(node), Box::new(right));
                    node = Node { column, kind };
                    continue 'more;
                }
            }
            self.depth = depth;
            return Ok(node);
        }
    }

    fn unary(&mut self) -> Result<Node, ExprError> {
        let (sign, make): (_, fn(Box<Node>) -> NodeKind) = match self.sign() {
            Some("!") => ("!", NodeKind::Not),
            Some("-") => ("-", NodeKind::Negative),
            _ => return self.primary(),
        };
        let mut columns = Vec::new();
        while let Some(column) = self.take(sign) {
            columns.push(column);
            self.deeper()?;
        }
        let mut node = self.primary()?;
        self.depth -= columns.len();
        for column in columns.into_iter().rev() {
            node = Node { column, kind: make(Box::new(node)) };
        }
        Ok(node)
    }

    fn primary(&mut self) -> Result<Node, ExprError> {
        const WANTED: &str = "a fact, a value or a bracket";
        let token: &'a Token = self.tokens.get(self.at).ok_or_else(|| self.wanted(WANTED))?;
        let column = token.column;
        let kind = match &token.kind {
            TokenKind::Number(number) => NodeKind::Number(*number),
            TokenKind::Text(text) => NodeKind::Text(text.clone()),
            TokenKind::Name(name) => match name.as_str() {
                "true" => NodeKind::Bool(true),
                "false" => NodeKind::Bool(false),
                "null" => return Err(self.outside("nulls")),
                "in" => return Err(unexpected(token, WANTED)),
                _ if RESERVED.contains(&name.as_str()) => {
                    let kind = ExprErrorKind::Reserved { word: name.clone() };
                    return Err(ExprError { column, kind });
                }
                _ => NodeKind::Name(name.clone()),
            },
            TokenKind::Sign("(") => {
                self.at += 1;
                let inner = self.expr()?;
                self.need(")", "`)`")?;
                return self.ended(inner);
            }
            TokenKind::Sign("[") => {
                self.at += 1;
                let list = self.list(column)?;
                return self.ended(list);
            }
            TokenKind::Sign("{") => return Err(self.outside("maps")),
            TokenKind::Sign(_) => return Err(unexpected(token, WANTED)),
        };
        self.at += 1;
        self.ended(Node { column, kind })
    }

    fn list(&mut self, column: usize) -> Result<Node, ExprError> {
        let mut elements = Vec::new();
        loop {
            if self.take("]").is_some() {
                return Ok(Node { column, kind: NodeKind::List(elements) });
            }
            elements.push(self.expr()?);
            if self.take(",").is_none() {
                self.need("]", "`,` or `]`")?;
                return Ok(Node { column, kind: NodeKind::List(elements) });
            }
        }
    }

    /// `node`, if nothing follows that CEL would have belong to it.
    fn ended(&self, node: Node) -> Result<Node, ExprError> {
        match self.sign() {
            Some("(") => Err(self.outside("calls")),
            Some(".") => Err(self.outside("fields and methods")),
            Some("[") => Err(self.outside("indices")),
            Some("{") => Err(self.outside("messages")),
            _ => Ok(node),
        }
    }

    fn outside(&self, what: &'static str) -> ExprError {
        let column = self.tokens.get(self.at).map_or(self.end, |token| token.column);
        ExprError { column, kind: ExprErrorKind::Outside { what } }
    }
}

fn unexpected(token: &Token, wanted: &'static str) -> ExprError {
    let kind = ExprErrorKind::Unexpected { found: token.kind.shown(), wanted };
    ExprError { column: token.column, kind }
}

/// Words of the specification that no identifier may be.
pub(crate) const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];
