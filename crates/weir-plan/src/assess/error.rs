//! Why a text is no table, or no file of answers.

use thiserror::Error;
use weir_law::Place;
use weir_types::request::nearest;

use super::Band;

/// Why a text is no table for assessing recipients. Every variant is a fault of its author.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecipientTableError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("{place}: {message}")]
    Syntax {
        /// File and line.
        place: Place,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A text that must say something is empty.
    #[error("{place}: `{key}` is empty")]
    Empty {
        /// File and line of the entry.
        place: Place,
        /// The key.
        key: &'static str,
    },
    /// A name with other characters, or the word that means no answer.
    #[error("{place}: `{name}` cannot be a name")]
    Name {
        /// File and line.
        place: Place,
        /// The name.
        name: String,
    },
    /// Two questions, or two answers of a question, with one name.
    #[error("{place}: `{name}` is given twice")]
    Twice {
        /// File and line of the second.
        place: Place,
        /// The name.
        name: String,
    },
    /// Bands that are not four, or whose cuts do not fall from A to D.
    #[error("{place}: the bands must be A, B, C and D, with falling `from`, the last of them 0")]
    Bands {
        /// File and line of the first entry that is wrong.
        place: Place,
    },
    /// A worse band that asks for less.
    #[error("{place}: band {} is milder in `{key}` than the band above it", .band.name())]
    Milder {
        /// File and line.
        place: Place,
        /// The band.
        band: Band,
        /// The key.
        key: &'static str,
    },
    /// A number that means nothing.
    #[error("{place}: `{key}` must be {must}")]
    OutOfRange {
        /// File and line.
        place: Place,
        /// The key.
        key: &'static str,
        /// The range, in words.
        must: &'static str,
    },
    /// A list in one language that is longer than in the other.
    #[error("{place}: `{key}` has not the same number of texts in both languages")]
    Languages {
        /// File and line.
        place: Place,
        /// The key, without its language.
        key: &'static str,
    },
    /// A question whose answers do not go from a best to a worst one.
    #[error(
        "{place}: `{question}` needs answers from 0 points up, its best without `at_most`, its \
         worst with the strictest"
    )]
    Answers {
        /// File and line.
        place: Place,
        /// The question.
        question: String,
    },
    /// No questions.
    #[error("{place}: the table asks nothing")]
    NoQuestions {
        /// File and first line.
        place: Place,
    },
}

impl RecipientTableError {
    /// What the author can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { message, .. } => match nearest_expected(message) {
                Some(key) => format!("did you mean `{key}`?"),
                None => "`docs/recipients.md` lists every key".to_owned(),
            },
            Self::Empty { key, .. } => format!("write `{key}`, in both languages where it has two"),
            Self::Name { .. } => {
                "use lower-case letters, digits and `-`; `unknown` is understood by itself"
                    .to_owned()
            }
            Self::Twice { .. } => "give each its own name".to_owned(),
            Self::Bands { .. } => "such as 80, 60, 40 and 0".to_owned(),
            Self::Milder { .. } => {
                "a band asks for all that better bands ask for, has no smaller context factor and \
                 is audited at least as often"
                    .to_owned()
            }
            Self::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
            Self::Languages { .. } => "write each text in Chinese and in English".to_owned(),
            Self::Answers { .. } => {
                "unknown counts as the worst answer, so no other may be worse than it".to_owned()
            }
            Self::NoQuestions { .. } => "start from the shipped table".to_owned(),
        }
    }
}

/// The expected key most like the unknown one, both in backticks in the words of the TOML reader.
fn nearest_expected(message: &str) -> Option<String> {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, expected)) if message.starts_with("unknown") => nearest(unknown, expected),
        _ => None,
    }
}

/// Why a text is no file of answers. Every variant is a fault of who wrote it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecipientAnswersError {
    /// Not TOML.
    #[error("{place}: {message}")]
    Syntax {
        /// File and line.
        place: Place,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A key that is none of the file.
    #[error("{place}: unknown key `{key}`")]
    UnknownKey {
        /// File and line.
        place: Place,
        /// The key.
        key: String,
        /// The keys that could stand there.
        known: &'static [&'static str],
    },
    /// A key without which the file says nothing.
    #[error("{place}: `{key}` is missing")]
    Missing {
        /// File, and the line of the table that lacks it.
        place: Place,
        /// The key.
        key: &'static str,
    },
    /// A value of another kind.
    #[error("{place}: `{key}` must be {must}")]
    WrongValue {
        /// File and line.
        place: Place,
        /// The key.
        key: String,
        /// What it must be.
        must: &'static str,
    },
    /// Answers to the questions of another table.
    #[error("{place}: the answers are to `{found}`, not to `{expected}`")]
    OtherTable {
        /// File and line.
        place: Place,
        /// The table that the file names.
        found: String,
        /// The table at hand.
        expected: String,
    },
    /// A question that the table does not ask.
    #[error("{place}: unknown question `{question}`")]
    UnknownQuestion {
        /// File and line.
        place: Place,
        /// The question.
        question: String,
        /// The question that is spelled most like it.
        nearest: Option<String>,
    },
    /// An answer that the question does not offer.
    #[error("{place}: `{question}` has no answer `{answer}`")]
    UnknownAnswer {
        /// File and line.
        place: Place,
        /// The question.
        question: String,
        /// The answer.
        answer: String,
        /// What it offers.
        offered: Vec<String>,
    },
}

impl RecipientAnswersError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let meant = |word: String| format!("did you mean `{word}`?");
        match self {
            Self::Syntax { .. } => {
                "each line is `key = \"value\"` below `[answers.QUESTION]`".to_owned()
            }
            Self::UnknownKey { key, known, .. } => match nearest(key, known) {
                Some(word) => meant(word),
                None => format!("the keys here are {}", known.join(", ")),
            },
            Self::Missing { key, .. } => format!("add a line `{key} = …`"),
            Self::WrongValue { .. } => {
                "texts stand in quotes, days are `\"YYYY-MM-DD\"`, digests `\"sha256:…\"`"
                    .to_owned()
            }
            Self::OtherTable { expected, .. } => {
                format!("answer the questions of `{expected}`, or assess with the other table")
            }
            Self::UnknownQuestion { nearest: Some(word), .. } => meant(word.clone()),
            Self::UnknownQuestion { .. } => "the questionnaire names every question".to_owned(),
            Self::UnknownAnswer { answer, offered, .. } => {
                let words: Vec<&str> = offered.iter().map(String::as_str).collect();
                match nearest(answer, &words) {
                    Some(word) => meant(word),
                    None => format!("it offers {} and unknown", offered.join(", ")),
                }
            }
        }
    }
}
