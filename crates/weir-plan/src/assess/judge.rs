//! Answers held against the table.

use serde::Serialize;
use weir_law::Day;
use weir_types::Bilingual;
use weir_types::verdict::Certainty;

use super::table::{AnswerText, Question, RecipientTable, Supervision};
use super::{Axis, Band, Evidence, RecipientAnswers};

/// What came of assessing a recipient on a day, with everything that led to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// The table and its version.
    pub table: String,
    /// That the band is weir's default and no official rating.
    pub note: Bilingual,
    /// The recipient.
    pub recipient: String,
    /// The day for which it holds.
    pub day: Day,
    /// The last day for which it holds: the first on which an answer that raised it ends, at most
    /// a year away.
    pub valid_until: Day,
    /// The band.
    pub band: Band,
    /// Why such a recipient is in it.
    pub why: Bilingual,
    /// The band by points alone.
    pub band_by_points: Band,
    /// Questions whose counted answer keeps the band from being better than it is.
    pub capped_by: Vec<String>,
    /// Points of the counted answers.
    pub points: u32,
    /// Points of the best answers.
    pub of: u32,
    /// Pr(context) of GB/T 42460-2023 Annex D for this band, without acquaintances (T2).
    pub context: f64,
    /// How surely the figures behind `context` are known.
    pub context_certainty: Certainty,
    /// Measures that the plan must have, by their names in the planner's table.
    pub measures: Vec<String>,
    /// How the recipient is supervised.
    pub supervision: Supervision,
    /// Points by axis.
    pub axes: Vec<AxisScore>,
    /// Each question with its counted answer.
    pub questions: Vec<QuestionResult>,
    /// What is missing to the band above, if there is one.
    pub next: Option<Distance>,
}

/// The points of an axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AxisScore {
    /// The axis.
    pub axis: Axis,
    /// Points of its counted answers.
    pub points: u32,
    /// Points of its best answers.
    pub of: u32,
}

/// One question, and what its answer counted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuestionResult {
    /// The name of the question.
    pub question: String,
    /// What it is about.
    pub axis: Axis,
    /// The question for people.
    pub text: Bilingual,
    /// How surely its source is known.
    pub certainty: Certainty,
    /// What the question rests on.
    pub source: String,
    /// The word that was answered, where one was.
    pub given: Option<String>,
    /// The word that it counts as.
    pub counted: String,
    /// The counted answer for people.
    pub answer: Bilingual,
    /// Why it is worth what it is worth.
    pub why: Bilingual,
    /// Why the worst answer counts instead of the given one.
    pub fault: Option<Fault>,
    /// What shows it.
    pub evidence: Option<Evidence>,
    /// The last day on which the given answer holds.
    pub valid_until: Option<Day>,
    /// Points of the counted answer.
    pub points: u32,
    /// Points of the best answer.
    pub of: u32,
    /// The best band that the counted answer allows; `A` where it caps nothing.
    pub at_most: Band,
    /// What each better answer to this question alone would bring, the least better one first.
    pub better: Vec<Better>,
}

/// Why an answer counts as the worst one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The question is left out.
    NotAnswered,
    /// The answer is `unknown`.
    Unknown,
    /// The question asks for evidence, and there is none.
    NoEvidence,
    /// The answer or its evidence holds no longer.
    Expired,
    /// It was given after the day that was asked for.
    AnsweredLater,
}

impl Fault {
    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::NotAnswered => Bilingual::new("未回答", "not answered"),
            Self::Unknown => Bilingual::new("回答为不清楚", "answered as unknown"),
            Self::NoEvidence => Bilingual::new("缺少证据", "no evidence"),
            Self::Expired => Bilingual::new("已过期", "expired"),
            Self::AnsweredLater => Bilingual::new("答复晚于评估日", "answered after that day"),
        }
    }
}

/// A better answer and the band that it alone would bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Better {
    /// The answer.
    pub answer: String,
    /// Points more than the counted one.
    pub points: u32,
    /// The band with it.
    pub band: Band,
}

/// How far it is to the band above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Distance {
    /// The band above.
    pub band: Band,
    /// Points that are missing.
    pub points: u32,
    /// Questions whose counted answers rule that band out, whatever the points.
    pub capped_by: Vec<String>,
    /// A smallest set of questions that would do if each had its best answer.
    pub fewest: Vec<String>,
}

/// T2 of GB/T 42460-2023 Annex D, second-hand: the chance 1 − (1 − p)^m that a recipient who knows
/// `m` people knows one with a trait that a share `p` of the population has. A `p` outside 0 to 1
/// counts as the nearer end.
pub fn acquaintance(p: f64, m: u32) -> f64 {
    let unlike = 1.0 - p.clamp(0.0, 1.0);
    1.0 - unlike.powf(f64::from(m))
}

/// R_total = R_avg × Pr(context) of GB/T 42460-2023 Annex D, second-hand, for a recipient with this
/// assessment: `class_mean` is R_avg, `acquaintance` is T2 (0 where it was not estimated). For data
/// in which no class is above the threshold and that is not open to anyone; otherwise R_total is
/// another.
pub fn total_risk(class_mean: f64, assessment: &Assessment, acquaintance: f64) -> f64 {
    class_mean * assessment.context.max(acquaintance)
}

impl Assessment {
    /// Questions of which one better answer alone would raise the band, with the least such answer
    /// of each and the band that it brings.
    pub fn raised_by(&self) -> impl Iterator<Item = (&QuestionResult, &Better)> {
        self.questions.iter().filter_map(|question| {
            let raises = question.better.iter().find(|better| better.band < self.band)?;
            Some((question, raises))
        })
    }
}

impl RecipientTable {
    /// Assesses a recipient by its answers, on a day.
    ///
    /// The answers must be to the questions of this table; what it does not ask is left aside.
    pub fn assess(&self, answers: &RecipientAnswers, today: Day) -> Assessment {
        let judged: Vec<Judged<'_>> =
            self.0.questions.iter().map(|q| Judged::new(q, answers, today)).collect();
        let standing = Standing::of(self, &judged);
        let band = standing.band(self);
        let entry = self.band(band);
        let raised = judged.iter().filter(|j| j.counted.points > 0).filter_map(|j| j.until);
        let valid_until = raised.fold(today.next_year(), Ord::min);
        let capping = |limit: Band| {
            let all = judged.iter().filter(move |j| j.counted.at_most > limit);
            all.map(|j| j.question.id().to_owned()).collect::<Vec<_>>()
        };
        let band_by_points = standing.by_points(self);
        Assessment {
            table: self.label(),
            note: self.note(),
            recipient: answers.recipient.clone(),
            day: today,
            valid_until,
            band,
            why: entry.why(),
            band_by_points,
            capped_by: band.better().filter(|_| band > band_by_points).map_or(vec![], capping),
            points: standing.points,
            of: standing.of,
            context: self.context(band),
            context_certainty: self.0.context.certainty,
            measures: entry.measures.clone(),
            supervision: entry.supervision(),
            axes: axes(&judged),
            questions: judged.iter().map(|j| j.result(self, &judged)).collect(),
            next: band.better().map(|next| Distance {
                band: next,
                points: standing.missing(self, next),
                capped_by: capping(next),
                fewest: fewest(self, &judged, next),
            }),
        }
    }
}

/// One question with the answer that counts.
struct Judged<'a> {
    question: &'a Question,
    given: Option<&'a str>,
    counted: &'a AnswerText,
    fault: Option<Fault>,
    evidence: Option<&'a Evidence>,
    until: Option<Day>,
}

impl<'a> Judged<'a> {
    fn new(question: &'a Question, answers: &'a RecipientAnswers, today: Day) -> Self {
        let answer = answers.answer(question.id());
        let given = answer.and_then(|answer| answer.word.as_deref());
        let chosen = given.and_then(|word| question.answer(word));
        let evidence = answer.and_then(|answer| answer.evidence.as_ref());
        let a_year = answers.answered_on.next_year();
        let until = answer.map(|answer| answer.expires.map_or(a_year, |day| day.min(a_year)));
        let unproven = |chosen: &AnswerText| {
            question.evidence && evidence.is_none() && chosen.word() != question.worst().word()
        };
        let fault = match chosen {
            None if answer.is_none() => Some(Fault::NotAnswered),
            None => Some(Fault::Unknown),
            Some(_) if answers.answered_on > today => Some(Fault::AnsweredLater),
            Some(_) if until.is_some_and(|until| until < today) => Some(Fault::Expired),
            Some(chosen) if unproven(chosen) => Some(Fault::NoEvidence),
            Some(_) => None,
        };
        let counted = chosen.filter(|_| fault.is_none()).unwrap_or_else(|| question.worst());
        Self { question, given, counted, fault, evidence, until }
    }

    fn result(&self, table: &RecipientTable, all: &[Self]) -> QuestionResult {
        let Question { axis, certainty, ref source, .. } = *self.question;
        let mut better: Vec<&AnswerText> = self.question.answers.iter().collect();
        better.retain(|answer| answer.points > self.counted.points);
        better.sort_by_key(|answer| answer.points);
        let with = |answer: &AnswerText| Better {
            answer: answer.word().to_owned(),
            points: answer.points - self.counted.points,
            band: Standing::with(table, all, self.question.id(), answer).band(table),
        };
        QuestionResult {
            question: self.question.id().to_owned(),
            axis,
            text: self.question.text(),
            certainty,
            source: source.clone(),
            given: self.given.map(str::to_owned),
            counted: self.counted.word().to_owned(),
            answer: self.counted.text(),
            why: self.counted.why(),
            fault: self.fault,
            evidence: self.evidence.cloned(),
            valid_until: self.until,
            points: self.counted.points,
            of: self.question.best().points,
            at_most: self.counted.at_most,
            better: better.into_iter().map(with).collect(),
        }
    }
}

/// Points and caps together.
#[derive(Clone, Copy)]
struct Standing {
    points: u32,
    of: u32,
    at_most: Band,
}

impl Standing {
    fn of(table: &RecipientTable, judged: &[Judged<'_>]) -> Self {
        Self::sum(table, judged.iter().map(|j| j.counted))
    }

    /// With another answer to one of the questions.
    fn with(table: &RecipientTable, judged: &[Judged<'_>], id: &str, answer: &AnswerText) -> Self {
        let of = |j: &Judged<'_>| j.question.id() == id;
        let replaced = |j| if of(j) { answer } else { j.counted };
        Self::sum(table, judged.iter().map(replaced))
    }

    fn sum<'a>(table: &RecipientTable, counted: impl Iterator<Item = &'a AnswerText>) -> Self {
        let of = table.0.questions.iter().map(|question| question.best().points).sum();
        counted.fold(Self { points: 0, of, at_most: Band::A }, |sum, answer| Self {
            points: sum.points + answer.points,
            of,
            at_most: sum.at_most.max(answer.at_most),
        })
    }

    fn band(&self, table: &RecipientTable) -> Band {
        self.by_points(table).max(self.at_most)
    }

    fn by_points(&self, table: &RecipientTable) -> Band {
        let reached = Band::ALL.into_iter().find(|band| self.missing(table, *band) == 0);
        reached.expect("the last band is reached from no points on")
    }

    /// Points that are missing to a band.
    fn missing(&self, table: &RecipientTable, band: Band) -> u32 {
        let needed = (self.of * table.band(band).from).div_ceil(100);
        needed.saturating_sub(self.points)
    }
}

fn axes(judged: &[Judged<'_>]) -> Vec<AxisScore> {
    let of_axis = |axis: Axis| {
        let mut score = AxisScore { axis, points: 0, of: 0 };
        for j in judged.iter().filter(|j| j.question.axis == axis) {
            score.points += j.counted.points;
            score.of += j.question.best().points;
        }
        score
    };
    Axis::ALL.map(of_axis).into_iter().filter(|score| score.of > 0).collect()
}

/// A smallest set of questions whose best answers bring the band: all that rule it out, and then
/// those that gain most. No other choice of as many questions gains more, so no smaller one does.
fn fewest(table: &RecipientTable, judged: &[Judged<'_>], band: Band) -> Vec<String> {
    let gain = |j: &&Judged<'_>| j.question.best().points - j.counted.points;
    let (mut chosen, mut others): (Vec<_>, Vec<_>) =
        judged.iter().partition(|j| j.counted.at_most > band);
    others.sort_by_key(|j| std::cmp::Reverse(gain(j)));
    let missing = Standing::of(table, judged).missing(table, band);
    let mut gained: u32 = chosen.iter().map(gain).sum();
    for j in others {
        if gained >= missing {
            break;
        }
        gained += gain(&j);
        chosen.push(j);
    }
    chosen.iter().map(|j| j.question.id().to_owned()).collect()
}
