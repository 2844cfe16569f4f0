//! Why a text is no type pack.

use thiserror::Error;

/// Why a text is no type pack: a fault and where it stands.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{file}, line {line}: {fault}")]
pub struct PackError {
    /// The file, as it was named.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a type pack. Every variant is a fault of the pack's author.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Longer than a pack may be.
    #[error("the pack has more than {most} bytes")]
    TooLong {
        /// The limit.
        most: usize,
    },
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("{message}")]
    Syntax {
        /// What the TOML reader says of it.
        message: String,
    },
    /// An identifier that is no key of lower-case words.
    #[error("`{id}` cannot be the identifier of a type")]
    Identifier {
        /// The identifier.
        id: String,
    },
    /// Two types with one identifier.
    #[error("`{id}` is given twice")]
    Twice {
        /// The identifier.
        id: String,
    },
    /// More types than a catalogue holds.
    #[error("there are more than {most} types")]
    TooManyTypes {
        /// The limit.
        most: usize,
    },
    /// A type with nothing to be found by.
    #[error("nothing says how `{id}` is found")]
    Nothing {
        /// The type.
        id: String,
    },
    /// A text or a list that is empty or too long.
    #[error("`{key}` of `{id}` must be {must}")]
    OutOfRange {
        /// The type.
        id: String,
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// A text that is no pattern.
    #[error("a pattern of `{id}` is not understood at character {column}: {reason}")]
    Pattern {
        /// The type.
        id: String,
        /// Character within the pattern, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// A pattern that compiles to too much.
    #[error("a pattern of `{id}` is too large")]
    PatternSize {
        /// The type.
        id: String,
    },
    /// A check that weir does not have.
    #[error("`{id}` asks for the check `{check}`, which there is none of")]
    UnknownCheck {
        /// The type.
        id: String,
        /// The check.
        check: String,
        /// The check that is spelled most like it.
        nearest: Option<String>,
    },
    /// A list that weir does not have.
    #[error("`{id}` asks for the list `{list}`, which there is none of")]
    UnknownList {
        /// The type.
        id: String,
        /// The list.
        list: String,
    },
    /// A type that is in no pack.
    #[error("there is no type `{key}`")]
    UnknownType {
        /// The key.
        key: String,
        /// The type that is spelled most like it.
        nearest: Option<String>,
    },
    /// An example that the type does not match, or a counterexample that it does. The text itself
    /// is not shown: examples may have been taken from data.
    #[error("{} number {number} of `{id}` {}", if *.wanted { "example" } else { "counterexample" },
        if *.wanted { "does not match" } else { "matches" })]
    Example {
        /// The type.
        id: String,
        /// Its place in the list, from 1.
        number: usize,
        /// Whether it should match.
        wanted: bool,
    },
}

impl PackError {
    pub(crate) fn new(file: &str, line: usize, fault: Fault) -> Self {
        Self { file: file.to_owned(), line, fault }
    }

    /// What the author can do about it.
    pub fn hint(&self) -> String {
        let nearest = |nearest: &Option<String>, otherwise: &str| {
            nearest.as_ref().map_or(otherwise.to_owned(), |word| format!("did you mean `{word}`?"))
        };
        match &self.fault {
            Fault::TooLong { .. } | Fault::TooManyTypes { .. } => "split the pack".to_owned(),
            Fault::Syntax { .. } => "`docs/types.md` lists every key".to_owned(),
            Fault::Identifier { .. } => {
                "use up to 64 lower-case letters, digits and single `-`".to_owned()
            }
            Fault::Twice { .. } => "give each type its own identifier".to_owned(),
            Fault::Nothing { .. } => {
                "give `names`, `patterns`, `dictionary`, `lists` or `ends`".to_owned()
            }
            Fault::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
            Fault::Pattern { .. } => "patterns are of the syntax of the `regex` crate: no \
                look-around, no back references; write them in single quotes"
                .to_owned(),
            Fault::PatternSize { .. } => "bound its repetitions".to_owned(),
            Fault::UnknownCheck { nearest: near, .. } => {
                nearest(near, "`docs/types.md` lists the checks")
            }
            Fault::UnknownList { .. } => "the lists are `divisions` and `countries`".to_owned(),
            Fault::UnknownType { nearest: near, .. } => {
                nearest(near, "name a type of this pack or of weir")
            }
            Fault::Example { wanted: true, .. } => {
                "a value must fit a pattern as a whole and pass the check".to_owned()
            }
            Fault::Example { wanted: false, .. } => "make the pattern narrower".to_owned(),
        }
    }
}
