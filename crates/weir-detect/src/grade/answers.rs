//! What only the owner of the data can say, asked and recorded.

use serde::Serialize;
use thiserror::Error;
use toml::de::{DeTable, DeValue};
use weir_types::Bilingual;
use weir_types::request::nearest;

/// What was answered. [`Answers::parse`] reads it, [`Answers::to_toml`] writes it.
///
/// ```
/// use weir_detect::grade::{Answers, Status};
/// let answers = Answers::parse("importance = 'general'\nobtained_in_duty = 'yes'\n")?;
/// assert_eq!(answers.status, Status::General);
/// assert_eq!(Answers::parse(&answers.to_toml())?, answers);
/// # Ok::<(), weir_detect::grade::AnswersError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// Whether it is important or core data.
    pub status: Status,
    /// How that became known; given for important and core data.
    pub importance_basis: Option<Basis>,
    /// The authority that gave notice or published; given for important and core data.
    pub importance_by: Option<String>,
    /// Whether it holds state or work secrets.
    pub state_secret: Reply,
    /// Whether it was obtained in performing a duty or providing a service.
    pub obtained_in_duty: Reply,
    /// Whether it holds personal information of children under fourteen.
    pub under_fourteen: Reply,
    /// Whether its ordinary columns are sensitive when taken together.
    pub combination_sensitive: Reply,
    /// How many people's personal information its holder processes in all.
    pub people_held: Option<u64>,
    /// Who answered.
    pub answered_by: Option<String>,
}

/// The status of data under the grading rules: declared, notified or published, never guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not answered, or not known.
    #[default]
    Unknown,
    /// Looked at and not declared: general data.
    General,
    /// Declared as possibly important; no answer of the authority yet.
    Declared,
    /// Important data, by notice or publication.
    Important,
    /// Core data of the state, by notice or publication.
    Core,
}

impl Status {
    /// The word of a request. What is only declared is not known there.
    pub const fn importance(self) -> weir_types::Importance {
        match self {
            Self::Unknown | Self::Declared => weir_types::Importance::Unknown,
            Self::General => weir_types::Importance::General,
            Self::Important => weir_types::Importance::Important,
            Self::Core => weir_types::Importance::Core,
        }
    }
}

/// How the importance became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The authority gave notice.
    Notified,
    /// The authority published it.
    Published,
}

/// An answer to a yes-or-no question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// Not answered, or not known.
    #[default]
    Unknown,
    /// Yes.
    Yes,
    /// No.
    No,
}

macro_rules! words {
    ($ty:ty { $($variant:ident = $word:literal, $zh:literal, $en:literal;)+ }) => {
        impl $ty {
            /// Every word, in the order in which they are offered.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word used in answers and JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// The words for people.
            pub fn label(self) -> Bilingual {
                match self { $(Self::$variant => Bilingual::new($zh, $en),)+ }
            }

            pub(super) fn choices() -> Vec<Choice> {
                [$(Self::$variant),+]
                    .into_iter()
                    .map(|choice| Choice { word: choice.word(), label: choice.label() })
                    .collect()
            }
        }
    };
}

words!(Status {
    Unknown = "unknown", "不清楚", "not known";
    General = "general", "已识别，未申报为重要数据：一般数据", "looked at and not declared: general data";
    Declared = "declared", "已申报，尚未得到告知或公布", "declared, no notice or publication yet";
    Important = "important", "已被告知或公布为重要数据", "notified or published as important data";
    Core = "core", "已被告知或公布为核心数据", "notified or published as core data";
});
words!(Basis {
    Notified = "notified", "主管部门告知", "by notice of the authority";
    Published = "published", "主管部门公布", "by publication of the authority";
});
words!(Reply {
    Yes = "yes", "是", "yes";
    No = "no", "否", "no";
    Unknown = "unknown", "不清楚", "not known";
});

/// One of the answers that a question offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The word to answer with.
    pub word: &'static str,
    /// The same for people.
    pub label: Bilingual,
}

/// Why a text is no file of answers, or a word no answer.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswersError {
    /// Not TOML.
    #[error("line {line} of the answers: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A key that weir does not ask for.
    #[error("line {line} of the answers: unknown key `{key}`")]
    UnknownKey {
        /// Line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// The known key that is spelled most like it.
        nearest: Option<String>,
    },
    /// An answer that the question does not offer.
    #[error("line {line} of the answers: `{key}` must be {}", must(.words))]
    NotOffered {
        /// Line, from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// What it offers; empty for a number or a text.
        words: &'static [&'static str],
    },
    /// Important or core data without the notice or publication that makes it so.
    #[error("line {line} of the answers: `importance` is `{importance}` without `{missing}`")]
    NoBasis {
        /// Line of `importance`, from 1.
        line: usize,
        /// What was answered.
        importance: &'static str,
        /// The key that is missing.
        missing: &'static str,
    },
    /// A notice or publication for data that is neither important nor core.
    #[error("line {line} of the answers: `{key}` without `importance` being `important` or `core`")]
    BasisOfNothing {
        /// Line of the key, from 1.
        line: usize,
        /// The key.
        key: &'static str,
    },
}

fn must(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "a text that is not empty, or a whole number for a number of people".to_owned(),
        _ => format!("one of {}", quoted.join(", ")),
    }
}

impl AnswersError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => "each line is `key = \"word\"`".to_owned(),
            Self::UnknownKey { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownKey { .. } => format!("the keys are {}", KEYS.join(", ")),
            Self::NotOffered { words, .. } => match words.first() {
                Some(word) => format!("for example `\"{word}\"`"),
                None => "for example `\"National Data Administration\"`, or `120000`".to_owned(),
            },
            Self::NoBasis { .. } => {
                "data is important or core by notice or publication only: say which, with \
                 `importance_basis`, and by whom, with `importance_by`"
                    .to_owned()
            }
            Self::BasisOfNothing { key, .. } => format!("leave `{key}` out"),
        }
    }
}

/// Every key, in the order in which it is written and asked.
pub(super) const KEYS: [&str; 9] = [
    "importance",
    "importance_basis",
    "importance_by",
    "state_secret",
    "obtained_in_duty",
    "under_fourteen",
    "combination_sensitive",
    "people_held",
    "answered_by",
];

impl Answers {
    /// Reads answers: a TOML file of one key a line. What is left out is not answered.
    ///
    /// # Errors
    ///
    /// The first of: TOML that cannot be read; an unknown key; an answer that its question does
    /// not offer; important or core data without its basis and authority, or the reverse.
    pub fn parse(text: &str) -> Result<Self, AnswersError> {
        let line_of = |start: usize| text.bytes().take(start).filter(|b| *b == b'\n').count() + 1;
        let table = DeTable::parse(text).map_err(|error| AnswersError::Syntax {
            line: line_of(error.span().map_or(0, |span| span.start)),
            message: error.message().replace('\n', " "),
        })?;
        let mut answers = Self::default();
        let mut lines: Vec<(&'static str, usize)> = Vec::new();
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let line = line_of(key.span().start);
            let name = key.get_ref().as_ref();
            let Some(key) = KEYS.into_iter().find(|known| *known == name) else {
                let (key, nearest) = (name.to_owned(), nearest(name, &KEYS));
                return Err(AnswersError::UnknownKey { line, key, nearest });
            };
            lines.push((key, line));
            let word = match value.get_ref() {
                DeValue::String(word) => word.as_ref().to_owned(),
                DeValue::Integer(number) if key == "people_held" => number.to_string(),
                _ => return Err(AnswersError::NotOffered { line, key, words: words_of(key) }),
            };
            let set = answers.set(key, &word);
            set.map_err(|words| AnswersError::NotOffered { line, key, words })?;
        }
        answers.check(&lines)?;
        Ok(answers)
    }

    /// Records the answer to one question, as typed.
    ///
    /// # Errors
    ///
    /// A key that weir does not ask for, or an answer that its question does not offer.
    pub fn answer(&mut self, key: &str, word: &str) -> Result<(), AnswersError> {
        let Some(known) = KEYS.into_iter().find(|known| *known == key) else {
            let (key, nearest) = (key.to_owned(), nearest(key, &KEYS));
            return Err(AnswersError::UnknownKey { line: 1, key, nearest });
        };
        let set = self.set(known, word);
        set.map_err(|words| AnswersError::NotOffered { line: 1, key: known, words })
    }

    /// The answers as TOML, those that were given.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let known = |reply: Reply| (reply != Reply::Unknown).then(|| quoted(reply.word()));
        let importance = self.status;
        let values = [
            (importance != Status::Unknown).then(|| quoted(importance.word())),
            self.importance_basis.map(|basis| quoted(basis.word())),
            self.importance_by.as_deref().map(quoted),
            known(self.state_secret),
            known(self.obtained_in_duty),
            known(self.under_fourteen),
            known(self.combination_sensitive),
            self.people_held.map(|people| people.to_string()),
            self.answered_by.as_deref().map(quoted),
        ];
        let line = |(key, value): (&str, Option<String>)| Some(format!("{key} = {}\n", value?));
        KEYS.into_iter().zip(values).filter_map(line).collect()
    }

    /// Sets an answer; the words that were offered where the given one is none of them.
    fn set(&mut self, key: &str, word: &str) -> Result<(), &'static [&'static str]> {
        let text = || match word.trim() {
            "" => Err(words_of(key)),
            text => Ok(Some(text.to_owned())),
        };
        let reply = || Reply::of(word).ok_or(Reply::WORDS);
        match key {
            "importance" => self.status = Status::of(word).ok_or(Status::WORDS)?,
            "importance_basis" => {
                self.importance_basis = Some(Basis::of(word).ok_or(Basis::WORDS)?);
            }
            "importance_by" => self.importance_by = text()?,
            "state_secret" => self.state_secret = reply()?,
            "obtained_in_duty" => self.obtained_in_duty = reply()?,
            "under_fourteen" => self.under_fourteen = reply()?,
            "combination_sensitive" => self.combination_sensitive = reply()?,
            "people_held" => {
                // What TOML itself can hold.
                let people = word.trim().parse::<i64>().ok();
                let people = people.and_then(|people| u64::try_from(people).ok());
                self.people_held = Some(people.ok_or(words_of(key))?);
            }
            _ => self.answered_by = text()?,
        }
        Ok(())
    }

    fn check(&self, lines: &[(&'static str, usize)]) -> Result<(), AnswersError> {
        let line = |key: &str| lines.iter().find(|(k, _)| *k == key).map_or(1, |(_, line)| *line);
        let told = matches!(self.status, Status::Important | Status::Core);
        for (key, given) in [
            ("importance_basis", self.importance_basis.is_some()),
            ("importance_by", self.importance_by.is_some()),
        ] {
            if told && !given {
                let (line, importance) = (line("importance"), self.status.word());
                return Err(AnswersError::NoBasis { line, importance, missing: key });
            }
            if given && !told {
                return Err(AnswersError::BasisOfNothing { line: line(key), key });
            }
        }
        Ok(())
    }
}

/// What a key offers; nothing for a text or a number.
fn words_of(key: &str) -> &'static [&'static str] {
    match key {
        "importance" => Status::WORDS,
        "importance_basis" => Basis::WORDS,
        "importance_by" | "answered_by" | "people_held" => &[],
        _ => Reply::WORDS,
    }
}

#[cfg(test)]
mod tests;
