//! One rule of a pack.

use serde::Deserialize;
use toml::Spanned;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Outcome};

use super::error::{PackError, Place};
use crate::day::Day;
use crate::expr::{Expr, Known, Outcome3};
use crate::fact::{FactId, FactSet, Vocabulary};
use crate::term::Term;

/// One rule: an article of an instrument, when it applies and what it brings about.
#[derive(Clone, Debug)]
pub struct Rule {
    id: String,
    rows: Vec<String>,
    instrument: String,
    article: Bilingual,
    formerly: Option<Bilingual>,
    outcome: Outcome,
    text: Bilingual,
    because: Option<Bilingual>,
    certainty: Certainty,
    source: String,
    when: Expr,
    met_when: Option<Expr>,
    unless: Option<Expr>,
    exempts: Vec<String>,
    explains: Vec<String>,
    term: Option<Term>,
    from: Option<Day>,
    until: Option<Day>,
}

impl Rule {
    /// Its identifier, such as `PIPL-23`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The obligations of the table of facts that it encodes.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// The instrument that it is of, by its identifier in the pack.
    pub fn instrument(&self) -> &str {
        &self.instrument
    }

    /// Its article, without the instrument.
    pub fn article(&self) -> &Bilingual {
        &self.article
    }

    /// The article of the same text before an amendment moved it.
    pub fn formerly(&self) -> Option<&Bilingual> {
        self.formerly.as_ref()
    }

    /// What it brings about.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What it says, in our words; figures stand as `{name}`.
    pub fn text(&self) -> &Bilingual {
        &self.text
    }

    /// What it says, told without a release: in place of each figure stands what it is.
    pub fn plain_text(&self) -> Bilingual {
        crate::wording::unfilled(&self.text)
    }

    /// Why it applies, or why it need not, where the pack says more than its facts do; figures
    /// stand as `{name}`.
    pub fn because(&self) -> Option<&Bilingual> {
        self.because.as_ref()
    }

    /// [`Rule::because`], told without a release: in place of each figure stands what it is.
    pub fn plain_because(&self) -> Option<Bilingual> {
        self.because.as_ref().map(crate::wording::unfilled)
    }

    /// How surely its text is known.
    pub fn certainty(&self) -> Certainty {
        self.certainty
    }

    /// Where its text was found.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The rules that need not be followed where this one applies.
    pub fn exempts(&self) -> &[String] {
        &self.exempts
    }

    /// The prohibitions whose absence this exemption explains. It lifts none: each has conditions
    /// of its own, and they do not hold where this one applies.
    pub fn explains(&self) -> &[String] {
        &self.explains
    }

    /// How long a record is kept, or by when something is due.
    pub fn term(&self) -> Option<Term> {
        self.term
    }

    /// First and last day on which it applies, as far as they are known.
    pub fn in_force(&self) -> (Option<Day>, Option<Day>) {
        (self.from, self.until)
    }

    /// The condition under which it applies, in CEL.
    pub fn when(&self) -> &str {
        self.when.text()
    }

    /// The condition under which it is met, in CEL.
    pub fn met_when(&self) -> Option<&str> {
        self.met_when.as_ref().map(Expr::text)
    }

    /// The condition that lifts a prohibition, in CEL.
    pub fn unless(&self) -> Option<&str> {
        self.unless.as_ref().map(Expr::text)
    }

    /// The facts that its conditions ask for.
    pub fn facts(&self) -> Vec<FactId> {
        self.conditions().flat_map(Expr::facts).collect()
    }

    /// Whether it applies to every release.
    pub fn applies_always(&self) -> bool {
        self.when.is_always()
    }

    /// Whether weir can see from the facts or the figures that it is met. Where it cannot, a duty
    /// stays open and the person sees to it.
    pub fn can_be_seen_met(&self) -> bool {
        self.met_when.is_some()
    }

    /// Whether it is in force on `day`, as far as its days are known.
    pub fn is_in_force_on(&self, day: Day) -> bool {
        self.is_in_force(Some(day))
    }

    /// Whether it is in force on `day`. A day that is not known rules nothing out.
    pub(crate) fn is_in_force(&self, day: Option<Day>) -> bool {
        super::holds_on(self.in_force(), day)
    }

    pub(crate) fn applies(&self, facts: &FactSet) -> Outcome3 {
        self.when.explain(facts)
    }

    /// Whether it would apply if these were the facts.
    pub(crate) fn would_apply(&self, facts: &FactSet) -> Known {
        self.when.holds(facts)
    }

    /// Whether what lifts the prohibition is known to hold.
    pub(crate) fn lifted(&self, facts: &FactSet) -> Option<Outcome3> {
        self.unless.as_ref().map(|unless| unless.explain(facts))
    }

    /// Whether it is met: an exemption and an exposure always, a prohibition never, the others
    /// where the facts show it.
    pub(crate) fn is_met(&self, facts: &FactSet) -> Known {
        match (&self.met_when, self.outcome) {
            (Some(condition), _) => condition.holds(facts),
            (None, Outcome::Exemption | Outcome::Exposure) => Known::Yes,
            (None, Outcome::Prohibition) => Known::No,
            (None, _) => Known::Unknown,
        }
    }

    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Expr> {
        std::iter::once(&self.when).chain(&self.met_when).chain(&self.unless)
    }

    /// Narrows its days to those of its instrument.
    pub(super) fn within(&mut self, (from, until): (Option<Day>, Option<Day>)) {
        self.from = self.from.max(from);
        self.until = match (self.until, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// A rule as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    pub(super) id: String,
    #[serde(default)]
    pub(super) rows: Vec<String>,
    pub(super) instrument: String,
    pub(super) article: Bilingual,
    pub(super) formerly: Option<Bilingual>,
    pub(super) outcome: Outcome,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) because_zh: Option<String>,
    pub(super) because_en: Option<String>,
    pub(super) certainty: Certainty,
    pub(super) source: String,
    pub(super) when: Spanned<String>,
    pub(super) met_when: Option<Spanned<String>>,
    pub(super) unless: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) exempts: Vec<String>,
    #[serde(default)]
    pub(super) explains: Vec<String>,
    pub(super) keep: Option<Term>,
    pub(super) within: Option<Term>,
    pub(super) from: Option<Day>,
    pub(super) until: Option<Day>,
}

impl RuleText {
    /// The rule, with its conditions checked against `vocabulary`.
    pub(super) fn compile(
        self,
        vocabulary: &Vocabulary,
        place: &impl Fn(usize) -> Place,
    ) -> Result<Rule, PackError> {
        let condition = |key: &'static str, text: &Spanned<String>| {
            Expr::parse(text.get_ref(), vocabulary).map_err(|source| PackError::Condition {
                rule: self.id.clone(),
                key,
                place: place(text.span().start),
                source: Box::new(source),
            })
        };
        let when = condition("when", &self.when)?;
        let met_when =
            self.met_when.as_ref().map(|text| condition("met_when", text)).transpose()?;
        let unless = self.unless.as_ref().map(|text| condition("unless", text)).transpose()?;
        let because = match (self.because_zh, self.because_en) {
            (Some(zh), Some(en)) => Some(Bilingual::new(zh, en)),
            (None, None) => None,
            (zh, _) => {
                let key = if zh.is_none() { "because_zh" } else { "because_en" };
                return Err(PackError::Empty { entry: self.id, key });
            }
        };
        // Days of a rule known from memory only rule nothing out.
        let sure = self.certainty != Certainty::Unverified;
        Ok(Rule {
            id: self.id,
            rows: self.rows,
            instrument: self.instrument,
            article: self.article,
            formerly: self.formerly,
            outcome: self.outcome,
            text: Bilingual::new(self.zh, self.en),
            because,
            certainty: self.certainty,
            source: self.source,
            when,
            met_when,
            unless,
            exempts: self.exempts,
            explains: self.explains,
            term: self.keep.or(self.within),
            from: self.from.filter(|_| sure),
            until: self.until.filter(|_| sure),
        })
    }
}
