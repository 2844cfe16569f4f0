//! Models as people write them: short texts and tables of keys.
//!
//! ```text
//! 5-anonymity
//! 3-diversity of diagnosis
//! 0.2-closeness of diagnosis
//! recursive-l-diversity c=4 l=3 of diagnosis
//! t-closeness sensitive=diagnosis t=0.2 distance=hierarchical
//! ```

use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};

use self::keys::{Key, MODELS, QUALITIES};
use super::{PrivacyModel, QualityModel};
use crate::request::nearest;

mod keys;
mod show;

/// Why a text or a table is no model.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// A name that weir does not know.
    #[error("unknown {kind} `{name}`")]
    UnknownModel {
        /// "privacy model" or "quality model".
        kind: &'static str,
        /// What was written.
        name: String,
        /// The known name that is spelled most like it.
        nearest: Option<String>,
    },
    /// A key that the model does not have.
    #[error("`{model}` has no key `{key}`")]
    UnknownKey {
        /// The model.
        model: String,
        /// What was written.
        key: String,
        /// The known key that is spelled most like it.
        nearest: Option<String>,
        /// The keys that the model has.
        known: Vec<&'static str>,
    },
    /// A key that the model needs.
    #[error("`{model}` needs `{key}`")]
    MissingKey {
        /// The model.
        model: String,
        /// The key.
        key: &'static str,
    },
    /// A value that the key cannot have.
    #[error("`{key}` of `{model}` must be {must}")]
    OutOfRange {
        /// The model.
        model: String,
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// A text that is neither a short form nor a name with `key=value` pairs.
    #[error("`{text}` is no model: `{part}` is not understood")]
    Syntax {
        /// The whole text.
        text: String,
        /// The part that is not understood.
        part: String,
    },
}

impl ModelError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownModel { nearest: Some(name), .. }
            | Self::UnknownKey { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Self::UnknownModel { kind: PRIVACY, .. } => {
                let names: Vec<&str> = MODELS.iter().map(|(name, _)| *name).collect();
                format!("the models are {}", names.join(", "))
            }
            Self::UnknownModel { .. } => {
                let names: Vec<&str> = QUALITIES.iter().map(|(name, _)| *name).collect();
                format!("the quality models are {}", names.join(", "))
            }
            Self::UnknownKey { known, .. } if known.is_empty() => "it has no keys".to_owned(),
            Self::UnknownKey { known, .. } => format!("its keys are {}", known.join(", ")),
            Self::MissingKey { key: "sensitive", .. } => {
                "name the sensitive column: `sensitive=COLUMN`, or `of COLUMN` at the end"
                    .to_owned()
            }
            Self::MissingKey { key, .. } => format!("add `{key}=…`"),
            Self::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
            Self::Syntax { .. } => {
                "write `5-anonymity`, `3-diversity of COLUMN`, or a name with `key=value` pairs"
                    .to_owned()
            }
        }
    }
}

const PRIVACY: &str = "privacy model";
const QUALITY: &str = "quality model";

impl FromStr for PrivacyModel {
    type Err = ModelError;

    /// Parses a short form; see the examples at the top of this module.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        Self::from_table(table(text, PRIVACY)?)
    }
}

impl FromStr for QualityModel {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        Self::from_table(table(text, QUALITY)?)
    }
}

impl PrivacyModel {
    /// The model that a table of keys names, with `model` among them.
    ///
    /// # Errors
    /// An unknown model or key, a key that is missing, a value out of its range.
    pub fn from_table(table: Table) -> Result<Self, ModelError> {
        let model: Self = checked(table, "model", PRIVACY, &MODELS)?;
        match &model {
            Self::DeltaPresence { min, max } if min > max => Err(ModelError::OutOfRange {
                model: model.name().to_owned(),
                key: "min",
                must: "at most `max`",
            }),
            _ => Ok(model),
        }
    }

    /// The model that a value of a request gives: a short text or a table.
    ///
    /// # Errors
    /// As [`Self::from_table`]; and a value that is neither text nor table.
    pub fn from_value(value: Value) -> Result<Self, ModelError> {
        match value {
            Value::String(text) => text.parse(),
            Value::Table(table) => Self::from_table(table),
            other => Err(neither(&other)),
        }
    }

    /// The name by which requests know the model.
    pub fn name(&self) -> &'static str {
        match self {
            Self::KAnonymity { .. } => "k-anonymity",
            Self::KMap { .. } => "k-map",
            Self::AverageRisk { .. } => "average-risk",
            Self::PopulationUniqueness { .. } => "population-uniqueness",
            Self::DistinctLDiversity { .. } => "distinct-l-diversity",
            Self::EntropyLDiversity { .. } => "entropy-l-diversity",
            Self::RecursiveLDiversity { .. } => "recursive-l-diversity",
            Self::TCloseness { .. } => "t-closeness",
            Self::DeltaPresence { .. } => "delta-presence",
            Self::BasicBetaLikeness { .. } => "basic-beta-likeness",
            Self::EnhancedBetaLikeness { .. } => "enhanced-beta-likeness",
            Self::DeltaDisclosure { .. } => "delta-disclosure",
            Self::Profitability { .. } => "profitability",
            Self::DifferentialPrivacy { .. } => "differential-privacy",
        }
    }
}

impl QualityModel {
    /// The model that a table of keys names, with `quality` among them.
    ///
    /// # Errors
    /// An unknown model or key, or a value out of its range.
    pub fn from_table(table: Table) -> Result<Self, ModelError> {
        checked(table, "quality", QUALITY, &QUALITIES)
    }

    /// The model that a value of a request gives: a short text or a table.
    ///
    /// # Errors
    /// As [`Self::from_table`]; and a value that is neither text nor table.
    pub fn from_value(value: Value) -> Result<Self, ModelError> {
        match value {
            Value::String(text) => text.parse(),
            Value::Table(table) => Self::from_table(table),
            other => Err(neither(&other)),
        }
    }

    /// The name by which requests know the model.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Loss { .. } => "loss",
            Self::NonUniformEntropy { .. } => "non-uniform-entropy",
            Self::Discernibility => "discernibility",
            Self::AverageClassSize => "average-class-size",
            Self::Precision => "precision",
            Self::Granularity => "granularity",
            Self::Ambiguity => "ambiguity",
        }
    }
}

fn neither(value: &Value) -> ModelError {
    let text = value.to_string();
    ModelError::Syntax { part: text.clone(), text }
}

/// The table that a text stands for, its model under `model` or `quality`.
fn table(text: &str, kind: &'static str) -> Result<Table, ModelError> {
    let syntax =
        |part: &str| ModelError::Syntax { text: text.to_owned(), part: part.trim().to_owned() };
    let mut table = Table::new();
    let (front, column) = match text.split_once(" of ") {
        Some((front, column)) => (front, Some(column.trim())),
        None => (text, None),
    };
    let mut words = words(front).into_iter();
    let head = words.next().ok_or_else(|| syntax(text))?;
    let tag = if kind == PRIVACY { "model" } else { "quality" };
    match short(&head) {
        Some((name, key, number)) if kind == PRIVACY => {
            table.insert(tag.to_owned(), name.into());
            table.insert(key.to_owned(), number);
        }
        _ => {
            table.insert(tag.to_owned(), head.into());
        }
    }
    for word in words {
        let (key, value) = word.split_once('=').ok_or_else(|| syntax(&word))?;
        if table.insert(key.to_owned(), scalar(value)).is_some() {
            return Err(syntax(&word));
        }
    }
    if let Some(column) = column {
        if column.is_empty() || table.contains_key("sensitive") {
            return Err(syntax(" of "));
        }
        table.insert("sensitive".to_owned(), unquoted(column).into());
    }
    // Names of columns are texts, whatever they look like.
    if let Some(column) = table.get_mut("sensitive").filter(|value| !value.is_str()) {
        *column = column.to_string().into();
    }
    Ok(table)
}

/// `5-anonymity` and its like: the model, its key and the number.
fn short(head: &str) -> Option<(&'static str, &'static str, Value)> {
    let (number, rest) = head.split_once('-')?;
    let number = Some(scalar(number)).filter(|n| n.is_integer() || n.is_float())?;
    let (name, key) = match rest {
        "anonymity" => ("k-anonymity", "k"),
        "map" => ("k-map", "k"),
        "diversity" => ("distinct-l-diversity", "l"),
        "closeness" => ("t-closeness", "t"),
        _ => return None,
    };
    Some((name, key, number))
}

/// Words between blanks, commas and a colon; blanks within quotes stay.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, ',' | ':') => words.push(String::new()),
            (None, c) if c.is_whitespace() => words.push(String::new()),
            (Some(open), c) if c == open => quote = None,
            (_, c) => words.last_mut().expect("there is always one").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

fn scalar(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return Value::Integer(whole);
    }
    match (text.parse::<f64>(), text) {
        (Ok(number), _) if number.is_finite() => Value::Float(number),
        (_, "true") => Value::Boolean(true),
        (_, "false") => Value::Boolean(false),
        _ => Value::String(text.to_owned()),
    }
}

/// Checks names, keys and ranges, then builds the model.
fn checked<M: for<'a> Deserialize<'a>>(
    table: Table,
    tag: &'static str,
    kind: &'static str,
    all: &[(&'static str, &'static [Key])],
) -> Result<M, ModelError> {
    let name = match table.get(tag) {
        Some(Value::String(name)) => name.clone(),
        _ => return Err(ModelError::MissingKey { model: kind.to_owned(), key: tag }),
    };
    let Some((_, keys)) = all.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        let nearest = nearest(&name, &known);
        return Err(ModelError::UnknownModel { kind, name, nearest });
    };
    for (key, value) in table.iter().filter(|(key, _)| *key != tag) {
        let Some((key, holds, _)) = keys.iter().find(|(known, ..)| known == key) else {
            let known: Vec<&'static str> = keys.iter().map(|(known, ..)| *known).collect();
            let nearest = nearest(key, &known);
            return Err(ModelError::UnknownKey { model: name, key: key.clone(), nearest, known });
        };
        if let Some(must) = holds.refuses(value) {
            return Err(ModelError::OutOfRange { model: name, key, must });
        }
    }
    if let Some((key, ..)) =
        keys.iter().find(|(key, _, left_out)| !left_out && !table.contains_key(*key))
    {
        return Err(ModelError::MissingKey { model: name, key });
    }
    let text = table.to_string();
    Value::Table(table)
        .try_into()
        .map_err(|e: toml::de::Error| ModelError::Syntax { text, part: e.message().to_owned() })
}

#[cfg(test)]
mod tests;
