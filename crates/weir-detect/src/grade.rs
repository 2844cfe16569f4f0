//! How sensitive data is, under which standard, and how many records criminal law counts.
//!
//! [`grade`] takes what the columns hold ([`Finding`]), what they tell together ([`Together`])
//! and what the owner answered ([`Answers`]), and says: the level of each column and of the table
//! (GB/T 43697-2024), sensitive personal information in two standards side by side, and the
//! people and records of each class of the criminal-law interpretation against its threshold.
//!
//! What this guarantees:
//! - important and core data are never guessed: they come from an answer that names notice or
//!   publication; without one the grade says that it is not known, and asks ([`Question`]);
//! - the highest column governs the table, and a combination that singles people out can raise it;
//! - every statement has its article and how surely weir knows it; what is from memory says so.
//!
//! What it does not: it is no legal advice and no decision of an authority. Which column belongs
//! to which class is weir's reading; a pack (`laws/grade-cn-2026.toml`) holds it.

use serde::Serialize;
use weir_table::ColumnProfile;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Finding};

use crate::catalogue::Catalogue;
use crate::together::Together;

mod answers;
mod children;
mod pack;
mod questions;
mod words;

pub use answers::{Answers, AnswersError, Basis, Choice, Reply, Status};
pub use pack::{Classed, GradePack, GradePackError};
pub use questions::{Asks, Question};

use pack::{Class, Records};

/// What is graded.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Rows of the table.
    pub rows: u64,
    /// Rows that the findings and the columns together are of: all, or those of a sample. Counts are
    /// scaled up from them.
    pub rows_read: u64,
    /// What each column holds.
    pub findings: &'a [Finding],
    /// The types that were looked for: [`Catalogue::builtin`], or with packs of the user's own.
    pub catalogue: &'a Catalogue,
    /// What one pass showed of the columns; empty where there is no profile. Only dates of birth
    /// and ages are looked at, for children.
    pub columns: &'a [ColumnProfile],
    /// What the columns tell together, where that was looked at.
    pub together: Option<&'a Together>,
    /// The day of the grading, in days since 1970-01-01.
    pub today: i32,
}

/// The grade of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grading {
    /// The pack that was used, with its version and day.
    pub pack: String,
    /// The table as a whole.
    pub table: TableGrade,
    /// Its columns, in order.
    pub columns: Vec<ColumnGrade>,
    /// Sensitive personal information, standard by standard.
    pub sensitive: Vec<SensitiveView>,
    /// Record classes of criminal law that the table holds.
    pub records: Vec<RecordCount>,
    /// Further consequences of numbers and answers.
    pub notes: Vec<Note>,
    /// What is still to be answered.
    pub questions: Vec<Question>,
    /// What was answered.
    pub answers: Answers,
}

/// The grade of the table as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableGrade {
    /// Core, important or general, by answer; unknown without one.
    pub status: Status,
    /// The level of general data, 1 to 4: that of the highest column, or of a combination.
    pub level: u8,
    /// How surely weir knows the level.
    pub certainty: Certainty,
    /// The columns that have this level.
    pub by: Vec<String>,
    /// The grade, for people.
    pub say: Bilingual,
    /// What it rests on.
    pub article: Bilingual,
}

/// The grade of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnGrade {
    /// Its name.
    pub column: String,
    /// The class of its content in the pack.
    pub class: String,
    /// The same for people.
    pub label: Bilingual,
    /// How it came to that class.
    pub classed: Classed,
    /// Whether it is personal information in itself or together with others.
    pub personal: bool,
    /// The level of general data, 1 to 4.
    pub level: u8,
    /// How surely weir knows the level.
    pub certainty: Certainty,
    /// Level and reason, for people.
    pub say: Bilingual,
    /// Whether each standard counts it as sensitive, in the order of [`Grading::sensitive`].
    pub sensitive: Vec<ColumnView>,
    /// Its record class in criminal law, for personal information.
    pub records: Option<String>,
}

/// What a standard says of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnView {
    /// The standard, as the pack names it.
    pub standard: String,
    /// Whether it is sensitive; none where the standard does not list such content.
    pub sensitive: Option<bool>,
    /// The reason, with its article, for people; none where nothing is said.
    pub say: Option<Bilingual>,
    /// How surely weir knows it.
    pub certainty: Certainty,
}

/// Sensitive personal information under one standard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SensitiveView {
    /// The standard, as the pack names it.
    pub standard: String,
    /// Its number and title.
    pub name: Bilingual,
    /// The sensitive columns; all that are personal where children are among the people.
    pub columns: Vec<String>,
    /// The sum of it, for people.
    pub say: Bilingual,
}

/// People and records of one class of the criminal-law interpretation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordCount {
    /// The class, as the pack names it.
    pub id: String,
    /// The same for people.
    pub label: Bilingual,
    /// The columns that belong to it.
    pub columns: Vec<String>,
    /// People; about so many where a sample was looked at.
    pub people: u64,
    /// Rows that have a value in one of the columns.
    pub records: u64,
    /// From so many on the illegal provision is a crime, in the case at hand.
    pub threshold: u64,
    /// Whether the larger of the two counts reaches it.
    pub reached: bool,
    /// Counts and consequence, for people.
    pub say: Bilingual,
    /// Instrument and article.
    pub article: Bilingual,
    /// How surely weir knows the threshold.
    pub certainty: Certainty,
}

/// A consequence of a number or an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// What it is, for people.
    pub say: Bilingual,
    /// What it rests on.
    pub article: Bilingual,
    /// How surely weir knows it.
    pub certainty: Certainty,
}

/// Grades a table.
pub fn grade(subject: &Subject<'_>, answers: &Answers, pack: &GradePack) -> Grading {
    let grader = Grader { subject, answers, pack, standards: pack.standards() };
    let columns: Vec<ColumnGrade> =
        subject.findings.iter().map(|finding| grader.column(finding)).collect();
    let children = children::columns(subject);
    let records = grader.records(&columns);
    Grading {
        pack: pack.label(),
        table: grader.table(&columns),
        sensitive: grader.views(&columns, &children),
        notes: grader.notes(&columns, &children),
        questions: questions::open(subject, answers, pack, &columns, &children),
        records,
        columns,
        answers: answers.clone(),
    }
}

struct Grader<'a> {
    subject: &'a Subject<'a>,
    answers: &'a Answers,
    pack: &'a GradePack,
    standards: Vec<&'a str>,
}

impl Grader<'_> {
    fn column(&self, finding: &Finding) -> ColumnGrade {
        let catalogue = self.subject.catalogue;
        let category = catalogue.id(&finding.semantic).map(|id| catalogue.category(id));
        let (class, classed) = match self.pack.class("whereabouts") {
            Some(class) if self.is_whereabouts(&finding.column) => (class, Classed::Whereabouts),
            _ => self.pack.class_of(&finding.semantic, category, finding.role),
        };
        // The detector, or a type of the user's own, calls it sensitive.
        let unlisted = matches!(classed, Classed::ByCategory | Classed::ByRole);
        let flagged = finding.sensitive_pi && unlisted;
        let level = if flagged { class.level.max(FLAGGED_LEVEL) } else { class.level };
        let certainty = if unlisted { Certainty::Unverified } else { class.certainty };
        let named = self.pack.level(level);
        let certainty = certainty.max(named.certainty);
        let sensitive =
            self.standards.iter().map(|standard| self.view(standard, class, flagged)).collect();
        ColumnGrade {
            column: finding.column.clone(),
            class: class.id.clone(),
            label: class.label(),
            classed,
            personal: class.personal,
            level,
            certainty,
            say: words::column(&named.label(), class, certainty, classed, flagged),
            sensitive,
            records: self.pack.records_of(class).map(|records| records.id.clone()),
        }
    }

    /// Whether a place belongs to a trajectory of people.
    fn is_whereabouts(&self, column: &str) -> bool {
        let paths = self.subject.together.map_or(&[][..], |together| &together.trajectories);
        paths.iter().any(|path| path.place.iter().any(|place| place == column))
    }

    fn view(&self, standard: &str, class: &Class, flagged: bool) -> ColumnView {
        let (sensitive, say, certainty) = match self.pack.sensitive(standard, &class.id) {
            Some(said) => {
                let article = self.pack.cite(standard, said.article());
                let say = words::view(&said.label(), said.yes, &article, said.certainty);
                (Some(said.yes), Some(say), said.certainty)
            }
            None if flagged => (Some(true), Some(words::flagged()), Certainty::Unverified),
            None => (None, None, Certainty::Unverified),
        };
        ColumnView { standard: standard.to_owned(), sensitive, say, certainty }
    }

    fn table(&self, columns: &[ColumnGrade]) -> TableGrade {
        let mut level = columns.iter().map(|column| column.level).max().unwrap_or(LOWEST);
        let singled_out = self.subject.together.and_then(|t| t.singling_out.sets.first());
        let mut by: Vec<String> = Vec::new();
        let combined = singled_out.filter(|_| level < COMBINED_LEVEL);
        if let Some(set) = combined {
            level = COMBINED_LEVEL;
            by.clone_from(&set.columns);
        } else {
            let highest = columns.iter().filter(|column| column.level == level);
            by.extend(highest.map(|column| column.column.clone()));
        }
        let named = self.pack.level(level);
        let of_columns = columns.iter().filter(|c| c.level == level).map(|c| c.certainty).max();
        let certainty = match combined {
            Some(_) => Certainty::Unverified,
            None => of_columns.unwrap_or(named.certainty),
        };
        let status = self.answers.status;
        let say = words::table(self.answers, &named.label(), certainty, &by, combined.is_some());
        let article = words::table_article(self.pack, self.answers);
        TableGrade { status, level, certainty, by, say, article }
    }

    fn views(&self, columns: &[ColumnGrade], children: &[String]) -> Vec<SensitiveView> {
        let view = |(at, standard): (usize, &&str)| {
            let of_children = !children.is_empty() || self.answers.under_fourteen == Reply::Yes;
            // Of children all that is personal is sensitive.
            let sensitive = |c: &&ColumnGrade| {
                c.sensitive[at].sensitive == Some(true) || (of_children && c.personal)
            };
            let names: Vec<String> =
                columns.iter().filter(sensitive).map(|c| c.column.clone()).collect();
            let not = columns
                .iter()
                .filter(|c| c.sensitive[at].sensitive == Some(false) && !sensitive(c));
            let not: Vec<String> = not.map(|c| c.column.clone()).collect();
            let name = self.pack.instrument(standard);
            let combined = self.answers.combination_sensitive == Reply::Yes;
            let say = words::sensitive(&name, &names, &not, of_children, combined);
            SensitiveView { standard: (*standard).to_owned(), name, columns: names, say }
        };
        self.standards.iter().enumerate().map(view).collect()
    }

    fn records(&self, columns: &[ColumnGrade]) -> Vec<RecordCount> {
        let counts = self.pack.records().iter().filter_map(|records| {
            let of: Vec<usize> = (0..columns.len())
                .filter(|at| columns[*at].records.as_deref() == Some(&records.id))
                .collect();
            (!of.is_empty()).then(|| self.record_count(records, columns, &of))
        });
        counts.collect()
    }

    fn record_count(
        &self,
        records: &Records,
        columns: &[ColumnGrade],
        of: &[usize],
    ) -> RecordCount {
        let read = self.subject.rows_read;
        let filled =
            |at: &usize| self.of_all(read.saturating_sub(self.subject.findings[*at].nulls) as f64);
        let n = of.iter().map(filled).max().unwrap_or(0);
        // Nobody is counted who has no value: people are at most the rows with one.
        let people = self.people().min(n);
        let halved = self.answers.obtained_in_duty == Reply::Yes;
        let threshold = if halved { records.threshold.div_ceil(2) } else { records.threshold };
        let label = records.label();
        let reached = n.max(people) >= threshold;
        let count = words::Counted { people, records: n, threshold, halved };
        let by: Vec<String> = of.iter().map(|at| columns[*at].column.clone()).collect();
        RecordCount {
            id: records.id.clone(),
            say: words::records(&label, &by, &count, records.certainty),
            label,
            columns: by,
            people,
            records: n,
            threshold,
            reached,
            article: records.cited(self.pack),
            certainty: records.certainty,
        }
    }

    /// What is counted in the rows that were read, scaled up to the table.
    fn of_all(&self, read: f64) -> u64 {
        let Subject { rows, rows_read, .. } = self.subject;
        (read * *rows as f64 / (*rows_read).max(1) as f64).round() as u64
    }

    /// People of the table; those of a sample scaled up.
    fn people(&self) -> u64 {
        match self.subject.together {
            Some(together) if together.seen.share > 0.0 => {
                self.of_all(together.people.people as f64 / together.seen.share)
            }
            _ => self.subject.rows,
        }
    }

    fn notes(&self, columns: &[ColumnGrade], children: &[String]) -> Vec<Note> {
        let mut notes = Vec::new();
        let personal = columns.iter().any(|column| column.personal);
        let held = self.answers.people_held.unwrap_or(0);
        let people = if personal { self.people().max(held) } else { 0 };
        let mut note = |say: Bilingual, instrument: &str, zh: &str, en: &str, certainty| {
            let article = self.pack.cite(instrument, &Bilingual::new(zh, en));
            notes.push(Note { say, article, certainty });
        };
        if self.answers.state_secret == Reply::Yes {
            note(words::state_secret(), "DSL", "第53条", "article 53", Certainty::Seen);
        }
        if self.answers.status == Status::Declared {
            note(
                words::declared(),
                "NDSMR",
                "第29条、第37条",
                "articles 29 and 37",
                Certainty::Seen,
            );
        }
        if people >= TEN_MILLION {
            note(words::ten_million(people), "NDSMR", "第28条", "article 28", Certainty::Seen);
        } else if people >= ONE_MILLION {
            let unverified = Certainty::Unverified;
            note(words::one_million(people), "PIPL", "第52条", "article 52", unverified);
        }
        if !children.is_empty() {
            let say = words::children(children);
            note(say, "PIPL", "第28条、第31条", "articles 28 and 31", Certainty::Seen);
        }
        notes
    }
}

/// The level of what is called sensitive and is of a type that no class lists.
const FLAGGED_LEVEL: u8 = 4;
/// The level of columns that single people out together: that of other personal information.
const COMBINED_LEVEL: u8 = 3;
/// The lowest level that is given: that nobody is harmed at all is never known.
const LOWEST: u8 = 2;

/// People from which the holder of personal information has duties of important data (NDSMR 28).
const TEN_MILLION: u64 = 10_000_000;
/// People from which a person in charge has to be named (PIPL 52 with the audit measures).
const ONE_MILLION: u64 = 1_000_000;

#[cfg(test)]
mod tests;
