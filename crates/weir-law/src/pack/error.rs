//! Why a text is no rule pack.

use thiserror::Error;
use weir_types::model::ModelError;
use weir_types::{Environment, Relation};

use super::PackFile;
use crate::expr::ExprError;

/// Why a text is no rule pack. Every variant is a fault of the pack's author.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("{place} of the rule pack: {message}")]
    Syntax {
        /// File and line.
        place: Place,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A text that must say something is empty.
    #[error("`{key}` of `{entry}` is empty")]
    Empty {
        /// The rule, threshold or instrument.
        entry: String,
        /// The key.
        key: &'static str,
    },
    /// Two rules or two thresholds with one identifier.
    #[error("`{id}` is given twice")]
    Twice {
        /// The identifier.
        id: String,
    },
    /// A citation of an instrument that is not listed.
    #[error("`{entry}` cites `{instrument}`, which is not listed")]
    UnknownInstrument {
        /// The rule or threshold.
        entry: String,
        /// The instrument it names.
        instrument: String,
    },
    /// A word in braces that no figure stands for, or a brace that is not closed.
    #[error("`{rule}` has no figure to put in for `{name}`")]
    UnknownFigure {
        /// The rule.
        rule: String,
        /// What stands in the braces.
        name: String,
    },
    /// No file has the table `[pack]`.
    #[error("no file says what pack this is")]
    NoHead,
    /// A pack of its own without cuts for the total risk.
    #[error("`[total_risk]` is missing")]
    NoTotalRisk,
    /// A pack that extends one that weir does not ship.
    #[error("the pack extends `{base}`, which weir does not ship")]
    UnknownBase {
        /// The pack it extends.
        base: String,
    },
    /// A condition that cannot be parsed or is of the wrong type.
    #[error("`{key}` of `{rule}` ({place})")]
    Condition {
        /// The rule.
        rule: String,
        /// The key.
        key: &'static str,
        /// File and line at which the condition begins.
        place: Place,
        /// What is wrong, and at which character of the condition.
        #[source]
        source: Box<ExprError>,
    },
    /// A fact that no condition could ask for.
    #[error("the fact `{fact}` has a name, type, words or conditions that cannot be")]
    Fact {
        /// The fact.
        fact: String,
    },
    /// `keep` on what is no record, `within` on what is no deadline, or the reverse.
    #[error("`{rule}`: a record says `keep`, a deadline says `within`, and nothing else does")]
    Term {
        /// The rule.
        rule: String,
    },
    /// A last day before the first one.
    #[error("`{entry}` ends before it begins")]
    NeverInForce {
        /// The rule or instrument.
        entry: String,
    },
    /// `unless` on what is no prohibition.
    #[error("`{rule}` is no prohibition, and yet has `unless`")]
    Unless {
        /// The rule.
        rule: String,
    },
    /// An exemption that does not say from what, or another rule that does.
    #[error(
        "`{rule}`: an exemption says what it `exempts` from or `explains`, and nothing else does"
    )]
    Exempts {
        /// The rule.
        rule: String,
    },
    /// A rule that the pack does not have.
    #[error("`{rule}` names the rule `{other}`, which is not in the pack")]
    UnknownRule {
        /// The rule that names it.
        rule: String,
        /// The rule that is not there.
        other: String,
    },
    /// An exemption from what can only be met or not.
    #[error("`{rule}` exempts from `{lifted}`, which is no duty, record, deadline or exposure")]
    NotLifted {
        /// The exemption.
        rule: String,
        /// What it names.
        lifted: String,
    },
    /// An exemption that explains the absence of what is no prohibition.
    #[error("`{rule}` explains `{other}`, which is no prohibition")]
    NotExplained {
        /// The exemption.
        rule: String,
        /// What it names.
        other: String,
    },
    /// `met_when` on a rule that is met always or never.
    #[error("`{rule}` is no threshold and no duty, and yet has `met_when`")]
    MetWhen {
        /// The rule.
        rule: String,
    },
    /// A threshold without `met_when`, which could never be met.
    #[error("the threshold `{rule}` has no `met_when`")]
    NoMetWhen {
        /// The rule.
        rule: String,
    },
    /// Something known from memory only would decide whether data goes out.
    #[error("`{rule}` would decide on what is unverified")]
    UnverifiedDecides {
        /// The rule.
        rule: String,
    },
    /// A case for which no deciding source asks for a class size.
    #[error("no threshold for `{}` in the environment `{}`", .relation.name(), .environment.name())]
    NoThreshold {
        /// The environment.
        environment: Environment,
        /// The relation.
        relation: Relation,
    },
    /// A number that protects nobody or means nothing.
    #[error("`{key}` of `{entry}` must be {must}")]
    OutOfRange {
        /// The threshold or table.
        entry: String,
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// A name of a preset that cannot be typed as one word, or that means something else.
    #[error("`{preset}` cannot be the name of a preset")]
    PresetName {
        /// The name.
        preset: String,
    },
    /// A preset that is neither a case of a threshold of the pack nor a formula with models.
    #[error("the preset `{preset}` says no threshold, or more than one")]
    PresetCase {
        /// The preset.
        preset: String,
    },
    /// A preset with a text that is no model.
    #[error("a model of the preset `{preset}` is not understood")]
    PresetModel {
        /// The preset.
        preset: String,
        /// Why.
        #[source]
        source: ModelError,
    },
    /// The pack ends before it begins.
    #[error("`review_by` of the pack lies before `valid_from`")]
    EndsBeforeItBegins,
}

impl PackError {
    pub(super) fn syntax(file: &PackFile<'_>, error: &toml::de::Error) -> Self {
        let (place, message) = Place::of(file, error);
        Self::Syntax { place, message }
    }

    /// What the author can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => "`docs/law.md` lists every key".to_owned(),
            Self::NoHead => "start one file with `[pack]`; `weir law new` writes one".to_owned(),
            Self::NoTotalRisk => {
                "add `[total_risk]`, or extend the shipped pack with `extends = \"cn-2026\"`"
                    .to_owned()
            }
            Self::UnknownBase { .. } => "write `extends = \"cn-2026\"`, or leave it out".to_owned(),
            Self::Condition { source, .. } => source.kind.hint(),
            Self::Fact { .. } => {
                "names have lower-case letters, digits and `_`; words `-` instead; a fact of type \
                 `word` has words and is no occasion; `yes_when` and `no_when` are for stated facts \
                 of type `yes-no` and ask for others"
                    .to_owned()
            }
            Self::Term { .. } => "such as `keep = \"3 years\"`, `within = \"24 hours\"`".to_owned(),
            Self::NeverInForce { .. } => "set the last day after the first".to_owned(),
            Self::Unless { .. } => "`unless` lifts a prohibition; a duty has `met_when`".to_owned(),
            Self::Exempts { .. } => "`exempts = [\"PIPL-23\"]` on exemptions only".to_owned(),
            Self::UnknownRule { .. } => "`weir law list` names all rules".to_owned(),
            Self::NotLifted { .. } => {
                "a prohibition is lifted by its own `unless`, a threshold only by being met"
                    .to_owned()
            }
            Self::NotExplained { .. } => {
                "`exempts` lifts duties, records, deadlines and exposures; `explains` names \
                 prohibitions"
                    .to_owned()
            }
            Self::Empty { key, .. } => format!("write `{key}`, in both languages where it has two"),
            Self::Twice { .. } => "give each its own identifier".to_owned(),
            Self::UnknownInstrument { instrument, .. } => {
                format!("add `[instruments.{instrument}]` with its names and source")
            }
            Self::UnknownFigure { .. } => {
                let figures = crate::wording::PLACEHOLDERS.iter().map(|(name, ..)| *name);
                format!("the figures are {}", figures.collect::<Vec<_>>().join(", "))
            }
            Self::MetWhen { .. } => "leave `met_when` out".to_owned(),
            Self::NoMetWhen { .. } => "say in `met_when` which figure meets it".to_owned(),
            Self::UnverifiedDecides { .. } => {
                "look the text up and raise its certainty, or make it a duty".to_owned()
            }
            Self::NoThreshold { .. } => {
                "add a case to a threshold that is not unverified".to_owned()
            }
            Self::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
            Self::PresetName { .. } => {
                "use lower-case letters, digits and `-`; `help` is taken".to_owned()
            }
            Self::PresetCase { .. } => {
                "name a threshold with a `case` that it has, or with `formula` and `models`"
                    .to_owned()
            }
            Self::PresetModel { source, .. } => source.hint(),
            Self::EndsBeforeItBegins => "set `review_by` after `valid_from`".to_owned(),
        }
    }
}

/// File and line of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
}

impl Place {
    /// Where the TOML reader stopped, and what it says on one line.
    pub(crate) fn of(file: &PackFile<'_>, error: &toml::de::Error) -> (Self, String) {
        let start = error.span().map_or(0, |span| span.start);
        (Self::new(file, start), error.message().replace('\n', " "))
    }

    /// The line in which the byte `start` stands.
    pub(super) fn new(file: &PackFile<'_>, start: usize) -> Self {
        let line = file.text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        Self { file: file.name.to_owned(), line }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} of {}", self.line, self.file)
    }
}
