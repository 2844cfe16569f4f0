//! One recipient's answers.

use std::collections::BTreeMap;

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use weir_law::{Day, Place};
use weir_types::Sha256;
use weir_types::request::nearest;

use super::table::{RecipientTable, place};
use super::{RecipientAnswersError, template};

/// The answer to any question that says nothing.
pub(super) const UNKNOWN: &str = "unknown";

/// What one recipient answered, every word of it one that the table offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientAnswers {
    /// The recipient.
    pub recipient: String,
    /// Who answered.
    pub answered_by: String,
    /// The day on which these were the answers. None of them holds for more than a year.
    pub answered_on: Day,
    answers: BTreeMap<String, RecipientAnswer>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientAnswer {
    /// The word that was chosen; `None` for `unknown`.
    pub word: Option<String>,
    /// What shows it.
    pub evidence: Option<Evidence>,
    /// The last day on which the evidence holds, such as the end of a certificate.
    pub expires: Option<Day>,
}

/// What shows that an answer is true. That it does is for a person to judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The digest of a file, written `sha256:` and 64 hexadecimal digits.
    Digest(Sha256),
    /// A reference in words, such as the number of a certificate.
    Text(String),
}

const TOP: &[&str] = &["table", "recipient", "answered_by", "answered_on", "answers"];
const ANSWER: &[&str] = &["answer", "evidence", "expires"];

const TEXT: &str = "a text that is not empty";
const DAY: &str = "a day of the form YYYY-MM-DD";

impl RecipientAnswers {
    /// Reads answers to the questions of `table`: a TOML file as [`RecipientAnswers::template`]
    /// writes it. A question that is left out is not answered. `file` is its name, for errors.
    ///
    /// # Errors
    ///
    /// The first of: TOML that cannot be read; an unknown or missing key; a value of another kind;
    /// answers to another table; a question or an answer that the table does not have.
    pub fn parse(
        text: &str,
        file: &str,
        table: &RecipientTable,
    ) -> Result<Self, RecipientAnswersError> {
        let read = Reading { text, file, table };
        let root = DeTable::parse(text).map_err(|error| RecipientAnswersError::Syntax {
            place: read.place(error.span().map_or(0, |span| span.start)),
            message: error.message().replace('\n', " "),
        })?;
        let root = read.keys(root.get_ref(), TOP)?;
        let named = read.text(&root, 0, "table")?;
        if named != table.id() {
            let at = root.get("table").map_or(0, |value| value.span().start);
            let (found, expected) = (named, table.id().to_owned());
            return Err(RecipientAnswersError::OtherTable {
                place: read.place(at),
                found,
                expected,
            });
        }
        let answered_on = read.need(&root, 0, "answered_on")?;
        let answers = root.get("answers").map(|value| read.answers(value)).transpose()?;
        Ok(Self {
            recipient: read.text(&root, 0, "recipient")?,
            answered_by: read.text(&root, 0, "answered_by")?,
            answered_on: read.day("answered_on", answered_on)?,
            answers: answers.unwrap_or_default(),
        })
    }

    /// A questionnaire to fill in, with every question, its answers and what they are worth, as
    /// comments in one language. As it is written it answers nothing.
    pub fn template(table: &RecipientTable, lang: weir_types::Lang, today: Day) -> String {
        template::template(table, lang, today)
    }

    /// The answer to a question, where there is one.
    pub fn answer(&self, question: &str) -> Option<&RecipientAnswer> {
        self.answers.get(question)
    }
}

type Values<'a> = BTreeMap<&'a str, &'a Spanned<DeValue<'a>>>;

/// The text that is read, for places in it.
#[derive(Clone, Copy)]
struct Reading<'a> {
    text: &'a str,
    file: &'a str,
    table: &'a RecipientTable,
}

impl Reading<'_> {
    fn place(&self, start: usize) -> Place {
        place(self.text, self.file, start)
    }

    /// The values of a table by key; an error where a key is none of `known`.
    fn keys<'a>(
        &self,
        table: &'a DeTable<'a>,
        known: &'static [&'static str],
    ) -> Result<Values<'a>, RecipientAnswersError> {
        let mut unknown: Vec<_> =
            table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())).collect();
        unknown.sort_by_key(|key| key.span().start);
        if let Some(key) = unknown.first() {
            let (place, key) = (self.place(key.span().start), key.get_ref().as_ref().to_owned());
            return Err(RecipientAnswersError::UnknownKey { place, key, known });
        }
        Ok(table.iter().map(|(key, value)| (key.get_ref().as_ref(), value)).collect())
    }

    fn need<'a>(
        &self,
        values: &Values<'a>,
        start: usize,
        key: &'static str,
    ) -> Result<&'a Spanned<DeValue<'a>>, RecipientAnswersError> {
        let missing = || RecipientAnswersError::Missing { place: self.place(start), key };
        values.get(key).copied().ok_or_else(missing)
    }

    fn text(
        &self,
        values: &Values<'_>,
        start: usize,
        key: &'static str,
    ) -> Result<String, RecipientAnswersError> {
        self.filled(key, self.need(values, start, key)?)
    }

    fn filled(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<String, RecipientAnswersError> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(self.wrong(key, value, TEXT)),
        }
    }

    fn day(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<Day, RecipientAnswersError> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref().to_owned(),
            DeValue::Datetime(day) => day.to_string(),
            _ => String::new(),
        };
        text.parse().map_err(|_| self.wrong(key, value, DAY))
    }

    fn wrong(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        must: &'static str,
    ) -> RecipientAnswersError {
        let (place, key) = (self.place(value.span().start), key.to_owned());
        RecipientAnswersError::WrongValue { place, key, must }
    }

    fn answers(
        &self,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<BTreeMap<String, RecipientAnswer>, RecipientAnswersError> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.wrong("answers", value, "tables `[answers.QUESTION]`"));
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut answers = BTreeMap::new();
        for (key, value) in entries {
            let (start, question) = (key.span().start, key.get_ref().as_ref());
            if self.table.question(question).is_none() {
                let known: Vec<&str> = self.table.questions().collect();
                return Err(RecipientAnswersError::UnknownQuestion {
                    place: self.place(start),
                    question: question.to_owned(),
                    nearest: nearest(question, &known),
                });
            }
            answers.insert(question.to_owned(), self.answer(question, start, value)?);
        }
        Ok(answers)
    }

    fn answer(
        &self,
        question: &str,
        start: usize,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<RecipientAnswer, RecipientAnswersError> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.wrong(question, value, "a table with `answer`"));
        };
        let values = self.keys(table, ANSWER)?;
        let word = self.text(&values, start, "answer")?;
        let offered = self.table.question(question).map_or(&[][..], |q| &q.answers);
        if word != UNKNOWN && !offered.iter().any(|answer| answer.word() == word) {
            let at = self.need(&values, start, "answer")?.span().start;
            return Err(RecipientAnswersError::UnknownAnswer {
                place: self.place(at),
                question: question.to_owned(),
                answer: word,
                offered: offered.iter().map(|answer| answer.word().to_owned()).collect(),
            });
        }
        let evidence = values.get("evidence").map(|value| self.evidence(value)).transpose()?;
        let expires = values.get("expires").map(|value| self.day("expires", value)).transpose()?;
        Ok(RecipientAnswer { word: (word != UNKNOWN).then_some(word), evidence, expires })
    }

    fn evidence(&self, value: &Spanned<DeValue<'_>>) -> Result<Evidence, RecipientAnswersError> {
        let text = self.filled("evidence", value)?;
        let Some(digits) = text.strip_prefix("sha256:") else {
            return Ok(Evidence::Text(text));
        };
        let digest = digits.parse().map_err(|_| {
            self.wrong("evidence", value, "`sha256:` and 64 lower-case hexadecimal digits")
        })?;
        Ok(Evidence::Digest(digest))
    }
}
