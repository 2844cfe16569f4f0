//! Characters to tokens.

use super::error::{ExprError, ExprErrorKind};
use super::{MOST, MOST_CHARACTERS};

/// A token and the character, from 1, at which it starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) column: usize,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    Number(i64),
    Text(String),
    Sign(&'static str),
}

impl TokenKind {
    /// How it is named in an error.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Sign(sign) => (*sign).to_owned(),
        }
    }
}

/// Longer signs stand before their beginnings.
const SIGNS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "?", ":", "(", ")", "[", "]", ",",
    "*", "/", "%", ".", "{", "}", "=",
];

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExprError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MOST_CHARACTERS {
        return Err(ExprError { column: MOST_CHARACTERS, kind: ExprErrorKind::TooLong });
    }
    let mut lexer = Lexer { chars: &chars, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Result<Option<Token>, ExprError> {
        self.skip_blank();
        let column = self.at + 1;
        let Some(first) = self.peek(0) else { return Ok(None) };
        let kind = if first.is_ascii_alphabetic() || first == '_' {
            self.name(column)?
        } else if first.is_ascii_digit() {
            self.number(column)?
        } else if first == '"' || first == '\'' {
            self.text(first, column)?
        } else {
            let fits =
                |sign: &&&str| sign.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c));
            let sign = SIGNS.iter().find(fits);
            let sign =
                sign.ok_or(ExprError { column, kind: ExprErrorKind::Character { found: first } })?;
            self.at += sign.len();
            TokenKind::Sign(sign)
        };
        Ok(Some(Token { column, kind }))
    }

    /// CEL's white space, and `//` to the end of the line.
    fn skip_blank(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('\t' | '\n' | '\u{c}' | '\r' | ' '), _) => self.at += 1,
                (Some('/'), Some('/')) => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    fn name(&mut self, column: usize) -> Result<TokenKind, ExprError> {
        let mut name = String::new();
        while let Some(c) = self.peek(0).filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
            self.at += 1;
        }
        // r"…", b"…" and their mixtures.
        let prefix = name.len() <= 2 && name.chars().all(|c| matches!(c, 'b' | 'B' | 'r' | 'R'));
        if prefix && matches!(self.peek(0), Some('"' | '\'')) {
            let what = "raw texts and bytes";
            return Err(ExprError { column, kind: ExprErrorKind::Outside { what } });
        }
        Ok(TokenKind::Name(name))
    }

    fn number(&mut self, column: usize) -> Result<TokenKind, ExprError> {
        let outside = |what| ExprError { column, kind: ExprErrorKind::Outside { what } };
        if self.peek(0) == Some('0') && matches!(self.peek(1), Some('x' | 'X')) {
            return Err(outside("hexadecimal numbers"));
        }
        let mut value: i64 = 0;
        while let Some(digit) = self.peek(0).and_then(|c| c.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(i64::from(digit));
            self.at += 1;
        }
        let fraction =
            self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit());
        match self.peek(0) {
            Some('u' | 'U') => return Err(outside("unsigned numbers")),
            Some('e' | 'E') => return Err(outside("fractions")),
            _ if fraction => return Err(outside("fractions")),
            _ => {}
        }
        if value > MOST {
            return Err(ExprError { column, kind: ExprErrorKind::Number });
        }
        Ok(TokenKind::Number(value))
    }

    fn text(&mut self, quote: char, column: usize) -> Result<TokenKind, ExprError> {
        if self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
            let what = "texts in three quotation marks";
            return Err(ExprError { column, kind: ExprErrorKind::Outside { what } });
        }
        self.at += 1;
        let mut text = String::new();
        loop {
            let here = self.at + 1;
            match self.peek(0) {
                None | Some('\n' | '\r') => {
                    return Err(ExprError { column, kind: ExprErrorKind::OpenQuote });
                }
                Some('\\') => {
                    let escaped = match self.peek(1) {
                        Some(c @ ('\\' | '"' | '\'' | '`' | '?')) => c,
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some('t') => '\t',
                        _ => return Err(ExprError { column: here, kind: ExprErrorKind::Escape }),
                    };
                    text.push(escaped);
                    self.at += 2;
                }
                Some(c) => {
                    self.at += 1;
                    if c == quote {
                        return Ok(TokenKind::Text(text));
                    }
                    text.push(c);
                }
            }
        }
    }
}
