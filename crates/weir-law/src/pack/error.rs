//! Why a text is no rule pack.

use thiserror::Error;
use weir_types::model::ModelError;
use weir_types::{Environment, Relation};

/// Why a text is no rule pack. Every variant is a fault of the pack's author.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("line {line} of the rule pack: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
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
    /// A list without words, which no fact can meet.
    #[error("a condition of `{rule}` has an empty list")]
    EmptyList {
        /// The rule.
        rule: String,
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
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        Self::Syntax { line, message: error.message().replace('\n', " ") }
    }

    /// What the author can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => "`laws/README.md` lists every key".to_owned(),
            Self::Empty { key, .. } => format!("write `{key}`, in both languages where it has two"),
            Self::Twice { .. } => "give each its own identifier".to_owned(),
            Self::UnknownInstrument { instrument, .. } => {
                format!("add `[instruments.{instrument}]` with its names and source")
            }
            Self::UnknownFigure { .. } => {
                format!("the figures are {}", crate::wording::PLACEHOLDERS.join(", "))
            }
            Self::EmptyList { .. } => "leave the key out, or name a word".to_owned(),
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
