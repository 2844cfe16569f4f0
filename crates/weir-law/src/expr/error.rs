//! Why a text is no condition.

use thiserror::Error;

use super::{MOST, MOST_CHARACTERS, MOST_DEPTH};

/// Why a text is no condition, and where.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("column {column}: {kind}")]
pub struct ExprError {
    /// Character of the condition, from 1, lines counted through.
    pub column: usize,
    /// What is wrong there.
    pub kind: ExprErrorKind,
}

/// What is wrong with a condition.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExprErrorKind {
    /// Nothing stands there.
    #[error("there is no condition")]
    Empty,
    /// More characters than a condition may have.
    #[error("longer than {MOST_CHARACTERS} characters")]
    TooLong,
    /// More brackets inside each other than anyone can read.
    #[error("more than {MOST_DEPTH} brackets or operators inside each other")]
    TooDeep,
    /// The condition ends too early.
    #[error("the condition ends where {wanted} should stand")]
    Ends {
        /// What should stand there.
        wanted: &'static str,
    },
    /// Something stands where it cannot.
    #[error("`{found}` stands where {wanted} should stand")]
    Unexpected {
        /// What was found.
        found: String,
        /// What should stand there.
        wanted: &'static str,
    },
    /// A character that starts nothing.
    #[error("`{found}` means nothing here")]
    Character {
        /// The character.
        found: char,
    },
    /// A text whose quotation mark is not closed on its line.
    #[error("the quotation mark is not closed")]
    OpenQuote,
    /// A backslash before something that it does not go with.
    #[error("an unknown escape in a text")]
    Escape,
    /// A number too large to count with.
    #[error("a number above {MOST}")]
    Number,
    /// CEL has it, conditions do not.
    #[error("{what} are no part of conditions")]
    Outside {
        /// What it is called.
        what: &'static str,
    },
    /// A word that CEL keeps for itself.
    #[error("`{word}` is a reserved word")]
    Reserved {
        /// The word.
        word: String,
    },
    /// A name that no fact has.
    #[error("there is no fact `{name}`")]
    Fact {
        /// The name.
        name: String,
        /// The fact spelled most like it.
        nearest: Option<String>,
    },
    /// A word that the fact cannot have.
    #[error("`{fact}` is never `{word}`")]
    Word {
        /// The fact.
        fact: String,
        /// The word.
        word: String,
        /// What it can be.
        words: Vec<String>,
        /// The one spelled most like it.
        nearest: Option<String>,
    },
    /// A value of the wrong type.
    #[error("{found} stands where {wanted} is needed")]
    Type {
        /// What is needed.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A list without elements, which no fact can be in.
    #[error("an empty list, which nothing is in")]
    EmptyList,
}

impl ExprErrorKind {
    /// What the author can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => "write `true` for what always applies".to_owned(),
            Self::TooLong | Self::TooDeep => "split it into several rules".to_owned(),
            Self::Ends { .. } | Self::Character { .. } => ENDS.to_owned(),
            Self::Unexpected { found, .. } => match found.as_str() {
                "and" => "write `&&` for and".to_owned(),
                "or" => "write `||` for or".to_owned(),
                "not" => "write `!` for not".to_owned(),
                "=" => "write `==` to compare".to_owned(),
                _ => ENDS.to_owned(),
            },
            Self::OpenQuote => "close it with the mark that opened it".to_owned(),
            Self::Escape => r#"a text may hold \\ \" \' \n \r and \t"#.to_owned(),
            Self::Number => format!("the greatest number is {MOST}"),
            Self::Outside { .. } => {
                "a condition has facts, texts, whole numbers, lists, ! && || == != < <= > >= in, \
                 + - and ? :"
                    .to_owned()
            }
            Self::Reserved { .. } => "give the fact another name".to_owned(),
            Self::Fact { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Self::Fact { nearest: None, .. } => {
                "`weir law facts` lists all facts; a pack adds its own under `[facts]`".to_owned()
            }
            Self::Word { nearest: Some(word), .. } => format!("did you mean `{word}`?"),
            Self::Word { words, .. } => format!("it can be {}", words.join(", ")),
            Self::Type { wanted, .. } => match *wanted {
                "yes or no" => "compare it: `people > 100`, `relation == \"provide\"`".to_owned(),
                "a whole number" => "only numbers can be counted with".to_owned(),
                _ => "compare like with like".to_owned(),
            },
            Self::EmptyList => "name an element, or leave the part out".to_owned(),
        }
    }
}

const ENDS: &str = "such as: personal_information && relation in [\"provide\", \"entrust\"]";
