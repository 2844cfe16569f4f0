//! The table: questions, points, bands.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use weir_law::{Day, Place};
use weir_types::Bilingual;
use weir_types::verdict::Certainty;

use super::{Axis, Band, RecipientTableError, check};

/// Questions to a recipient, what their answers are worth, and what follows.
///
/// A table that exists is complete: each question has both languages, a source, and an answer that
/// is worst in points and in caps; the bands are four, and no worse one asks for less.
#[derive(Clone, Debug)]
pub struct RecipientTable(pub(super) TableText);

impl RecipientTable {
    /// The table that weir ships, `planning/recipient-2026.toml`.
    pub fn builtin() -> Self {
        static READ: OnceLock<RecipientTable> = OnceLock::new();
        let read = || {
            Self::parse(BUILTIN, "recipient-2026.toml")
                .expect("this crate's tests read the shipped table")
        };
        READ.get_or_init(read).clone()
    }

    /// The text of the shipped table, to start one's own from.
    pub const fn builtin_text() -> &'static str {
        BUILTIN
    }

    /// Reads a table; `docs/recipients.md` describes the form. `file` is its name, for errors.
    ///
    /// # Errors
    ///
    /// - the text is no TOML, has an unknown or missing key or a value of the wrong type;
    /// - a name is given twice, a text is empty, a number out of range;
    /// - the bands are not A to D in order, or a worse one asks for less than a better one;
    /// - the answers of a question do not go from a best to a worst one.
    pub fn parse(text: &str, file: &str) -> Result<Self, RecipientTableError> {
        let place = |start: usize| place(text, file, start);
        let table: TableText =
            toml::from_str(text).map_err(|error| RecipientTableError::Syntax {
                place: place(error.span().map_or(0, |span| span.start)),
                message: error.message().replace('\n', " "),
            })?;
        check::table(&table, &place)?;
        Ok(Self(table))
    }

    /// Its name.
    pub fn id(&self) -> &str {
        self.0.table.id.get_ref()
    }

    /// Name, version and day, such as `recipient-2026 1 (as of 2026-11-25)`.
    pub fn label(&self) -> String {
        let TableHead { id, version, as_of, .. } = &self.0.table;
        format!("{} {version} (as of {as_of})", id.get_ref())
    }

    /// What it says of itself: that bands are a default and no official rating.
    pub fn note(&self) -> Bilingual {
        Bilingual::new(&self.0.table.note_zh, &self.0.table.note_en)
    }

    /// The day by which it should be looked at again.
    pub fn review_by(&self) -> Day {
        self.0.table.review_by
    }

    /// The names of its questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        self.0.questions.iter().map(Question::id)
    }

    /// Pr(context) of GB/T 42460-2023 Annex D for a recipient of this band, without
    /// acquaintances (T2), which depend on the data: the larger of T1, a deliberate attack, and
    /// T3, a breach.
    pub fn context(&self, band: Band) -> f64 {
        self.0.context.of(self.band(band))
    }

    /// The measures that a recipient of this band is asked for, by their identifiers in the table
    /// of costs.
    pub fn measures(&self, band: Band) -> &[String] {
        &self.band(band).measures
    }

    pub(super) fn band(&self, band: Band) -> &BandEntry {
        let found = self.0.bands.iter().find(|entry| *entry.band.get_ref() == band);
        found.expect("a table without one of the four bands does not load")
    }

    pub(super) fn question(&self, id: &str) -> Option<&Question> {
        self.0.questions.iter().find(|question| question.id() == id)
    }
}

/// File and line in which the byte `start` of `text` stands.
pub(super) fn place(text: &str, file: &str, start: usize) -> Place {
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    Place { file: file.to_owned(), line }
}

/// The table as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableText {
    pub(super) table: TableHead,
    pub(super) context: ContextText,
    pub(super) bands: Vec<BandEntry>,
    #[serde(default)]
    pub(super) questions: Vec<Question>,
}

/// What the table says of itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableHead {
    pub(super) id: Spanned<String>,
    pub(super) version: String,
    pub(super) as_of: Day,
    pub(super) review_by: Day,
    pub(super) note_zh: String,
    pub(super) note_en: String,
}

/// The tables T1 and T3 of the standard.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContextText {
    pub(super) certainty: Certainty,
    pub(super) source: Spanned<String>,
    /// T1: rows are the recipient's mitigation, columns its motive and capability.
    pub(super) deliberate: Graded<Graded<f64>>,
    /// T3, by the recipient's security.
    pub(super) breach: Graded<f64>,
}

impl ContextText {
    /// The larger of T1 and T3, and no less than the band says.
    pub(super) fn of(&self, band: &BandEntry) -> f64 {
        let deliberate = *self.deliberate.at(band.mitigation).at(band.motive);
        let breach = *self.breach.at(band.security);
        deliberate.max(breach).max(band.context_at_least)
    }
}

/// One value for each of three grades.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Graded<T> {
    pub(super) high: T,
    pub(super) mid: T,
    pub(super) low: T,
}

impl<T> Graded<T> {
    fn at(&self, grade: Grade) -> &T {
        match grade {
            Grade::High => &self.high,
            Grade::Mid => &self.mid,
            Grade::Low => &self.low,
        }
    }

    pub(super) fn all(&self) -> [&T; 3] {
        [&self.high, &self.mid, &self.low]
    }
}

/// A grade of the tables of the standard.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Grade {
    High,
    Mid,
    Low,
}

/// A band and what follows from it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BandEntry {
    pub(super) band: Spanned<Band>,
    /// Least share of the points, in per cent.
    pub(super) from: u32,
    pub(super) mitigation: Grade,
    pub(super) motive: Grade,
    pub(super) security: Grade,
    #[serde(default)]
    pub(super) context_at_least: f64,
    pub(super) measures: Vec<String>,
    pub(super) why_zh: String,
    pub(super) why_en: String,
    pub(super) supervision: SupervisionText,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SupervisionText {
    pub(super) audit_months: u32,
    pub(super) automatic_zh: Vec<String>,
    pub(super) automatic_en: Vec<String>,
    pub(super) signed_zh: Vec<String>,
    pub(super) signed_en: Vec<String>,
}

/// How a recipient of a band is supervised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Supervision {
    /// What programs check.
    pub automatic: Vec<Bilingual>,
    /// What a person signs.
    pub signed: Vec<Bilingual>,
    /// Months after which the recipient is audited again.
    pub audit_months: u32,
}

impl BandEntry {
    pub(super) fn why(&self) -> Bilingual {
        Bilingual::new(&self.why_zh, &self.why_en)
    }

    pub(super) fn supervision(&self) -> Supervision {
        let SupervisionText { audit_months, automatic_zh, automatic_en, signed_zh, signed_en } =
            &self.supervision;
        let both = |zh: &[String], en: &[String]| {
            zh.iter().zip(en).map(|(zh, en)| Bilingual::new(zh, en)).collect()
        };
        Supervision {
            automatic: both(automatic_zh, automatic_en),
            signed: both(signed_zh, signed_en),
            audit_months: *audit_months,
        }
    }
}

/// One question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    id: Spanned<String>,
    pub(super) axis: Axis,
    pub(super) zh: String,
    pub(super) en: String,
    /// Whether an answer better than the worst needs evidence.
    pub(super) evidence: bool,
    pub(super) certainty: Certainty,
    pub(super) source: String,
    pub(super) answers: Vec<AnswerText>,
}

impl Question {
    pub(super) fn id(&self) -> &str {
        self.id.get_ref()
    }

    pub(super) fn start(&self) -> usize {
        self.id.span().start
    }

    pub(super) fn text(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    pub(super) fn answer(&self, word: &str) -> Option<&AnswerText> {
        self.answers.iter().find(|answer| answer.word() == word)
    }

    /// The answer that unknown counts as: fewest points and strictest cap.
    pub(super) fn worst(&self) -> &AnswerText {
        let worst = self.answers.iter().min_by_key(|answer| (answer.points, answer.leniency()));
        worst.expect("a question without answers does not load")
    }

    pub(super) fn best(&self) -> &AnswerText {
        let best = self.answers.iter().max_by_key(|answer| (answer.points, answer.leniency()));
        best.expect("a question without answers does not load")
    }
}

/// An answer that a question offers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerText {
    word: Spanned<String>,
    pub(super) points: u32,
    /// The best band that a recipient with this answer can have.
    #[serde(default = "no_cap")]
    pub(super) at_most: Band,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) why_zh: String,
    pub(super) why_en: String,
}

impl AnswerText {
    pub(super) fn word(&self) -> &str {
        self.word.get_ref()
    }

    pub(super) fn start(&self) -> usize {
        self.word.span().start
    }

    pub(super) fn text(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    pub(super) fn why(&self) -> Bilingual {
        Bilingual::new(&self.why_zh, &self.why_en)
    }

    /// Ascending from the strictest cap.
    fn leniency(&self) -> std::cmp::Reverse<Band> {
        std::cmp::Reverse(self.at_most)
    }
}

fn no_cap() -> Band {
    Band::A
}

const BUILTIN: &str = include_str!("../../../../planning/recipient-2026.toml");
