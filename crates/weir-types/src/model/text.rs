//! Models as people write them: short texts and tables of keys.
//!
//! ```text
//! 5-anonymity
//! 3-diversity of diagnosis
//! 0.2-closeness of diagnosis
//! recursive-l-diversity c=4 l=3 of diagnosis
//! t-closeness sensitive=diagnosis t=0.2 distance=hierarchical
//! ```

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};

use super::{Attack, Distance, Estimator, PrivacyModel, QualityModel};
use crate::request::nearest;

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

/// What a key may hold.
#[derive(Clone, Copy)]
enum Holds {
    /// A number within these bounds, ends included; the words say so.
    Number(f64, f64, &'static str),
    /// A number above this and no more than that.
    Above(f64, f64, &'static str),
    /// A whole number from this.
    Whole(i64, &'static str),
    /// One of some words.
    Word(&'static [&'static str], &'static str),
    /// `true` or `false`.
    Flag,
    /// The name of a column.
    Column,
}

/// A key: name, what it holds, whether it may be left out.
type Key = (&'static str, Holds, bool);

const COLUMN: Key = ("sensitive", Holds::Column, false);
const K: Key = ("k", Holds::Whole(1, "a whole number of at least 1"), false);
const L: Key = ("l", Holds::Whole(1, "a whole number of at least 1"), false);
const SHARE: Holds = Holds::Number(0.0, 1.0, "between 0 and 1");
const FRACTION: Holds = Holds::Above(0.0, 1.0, "above 0 and at most 1");
const POSITIVE: Holds = Holds::Above(0.0, f64::MAX, "above 0");
const NOT_NEGATIVE: Holds = Holds::Number(0.0, f64::MAX, "at least 0");

/// Privacy models and their keys.
const MODELS: [(&str, &[Key]); 14] = [
    ("k-anonymity", &[K]),
    ("k-map", &[K, ("sampling_fraction", FRACTION, true)]),
    ("average-risk", &[("at_most", SHARE, false)]),
    (
        "population-uniqueness",
        &[
            ("at_most", SHARE, false),
            ("sampling_fraction", FRACTION, false),
            (
                "estimator",
                Holds::Word(
                    &["dankar", "pitman", "zayatz", "snb"],
                    "`dankar`, `pitman`, `zayatz` or `snb`",
                ),
                true,
            ),
        ],
    ),
    ("distinct-l-diversity", &[COLUMN, L]),
    ("entropy-l-diversity", &[COLUMN, ("l", Holds::Number(1.0, f64::MAX, "at least 1"), false)]),
    ("recursive-l-diversity", &[COLUMN, ("c", POSITIVE, false), L]),
    (
        "t-closeness",
        &[
            COLUMN,
            ("t", SHARE, false),
            (
                "distance",
                Holds::Word(
                    &["equal", "hierarchical", "ordered"],
                    "`equal`, `hierarchical` or `ordered`",
                ),
                true,
            ),
        ],
    ),
    ("delta-presence", &[("min", SHARE, false), ("max", SHARE, false)]),
    ("basic-beta-likeness", &[COLUMN, ("beta", POSITIVE, false)]),
    ("enhanced-beta-likeness", &[COLUMN, ("beta", POSITIVE, false)]),
    ("delta-disclosure", &[COLUMN, ("delta", POSITIVE, false)]),
    (
        "profitability",
        &[
            ("benefit", NOT_NEGATIVE, false),
            ("loss", NOT_NEGATIVE, false),
            ("gain", NOT_NEGATIVE, false),
            ("attempt", NOT_NEGATIVE, false),
            (
                "attack",
                Holds::Word(&["prosecutor", "journalist"], "`prosecutor` or `journalist`"),
                true,
            ),
            ("no_attack", Holds::Flag, true),
        ],
    ),
    (
        "differential-privacy",
        &[
            ("epsilon", POSITIVE, false),
            ("delta", Holds::Above(0.0, 1.0, "above 0 and at most 1"), false),
            ("epsilon_search", NOT_NEGATIVE, true),
            ("steps", Holds::Whole(0, "a whole number of at least 0"), true),
        ],
    ),
];

/// Quality models and their keys.
const QUALITIES: [(&str, &[Key]); 7] = [
    ("loss", &[("suppression_factor", SHARE, true)]),
    ("non-uniform-entropy", &[("monotonic", Holds::Flag, true)]),
    ("discernibility", &[]),
    ("average-class-size", &[]),
    ("precision", &[]),
    ("granularity", &[]),
    ("ambiguity", &[]),
];

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

impl Holds {
    /// What the value must be, if it is not.
    fn refuses(self, value: &Value) -> Option<&'static str> {
        let number = match value {
            Value::Integer(whole) => Some(*whole as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        };
        let (holds, must) = match self {
            Self::Number(from, to, must) => (number.is_some_and(|n| n >= from && n <= to), must),
            Self::Above(from, to, must) => (number.is_some_and(|n| n > from && n <= to), must),
            Self::Whole(from, must) => (value.as_integer().is_some_and(|n| n >= from), must),
            Self::Word(all, must) => (value.as_str().is_some_and(|w| all.contains(&w)), must),
            Self::Flag => (value.is_bool(), "`true` or `false`"),
            Self::Column => (value.as_str().is_some_and(|name| !name.is_empty()), "a column"),
        };
        (!holds).then_some(must)
    }
}

impl fmt::Display for PrivacyModel {
    /// The short form, which parses back to the same model.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::KAnonymity { k } => write!(f, "{k}-anonymity")?,
            Self::KMap { k, sampling_fraction: None } => write!(f, "{k}-map")?,
            Self::KMap { k, sampling_fraction: Some(fraction) } => {
                write!(f, "{k}-map sampling_fraction={fraction}")?;
            }
            Self::AverageRisk { at_most } => write!(f, "{name} at_most={at_most}")?,
            Self::PopulationUniqueness { at_most, sampling_fraction, estimator } => {
                write!(f, "{name} at_most={at_most} sampling_fraction={sampling_fraction}")?;
                let estimator = match estimator {
                    Estimator::Dankar => "",
                    Estimator::Pitman => " estimator=pitman",
                    Estimator::Zayatz => " estimator=zayatz",
                    Estimator::Snb => " estimator=snb",
                };
                f.write_str(estimator)?;
            }
            Self::DistinctLDiversity { l, .. } => write!(f, "{l}-diversity")?,
            Self::EntropyLDiversity { l, .. } => write!(f, "{name} l={l}")?,
            Self::RecursiveLDiversity { c, l, .. } => write!(f, "{name} c={c} l={l}")?,
            Self::TCloseness { t, distance, .. } => {
                let distance = match distance {
                    Distance::Equal => "",
                    Distance::Hierarchical => " distance=hierarchical",
                    Distance::Ordered => " distance=ordered",
                };
                write!(f, "{t}-closeness{distance}")?;
            }
            Self::DeltaPresence { min, max } => write!(f, "{name} min={min} max={max}")?,
            Self::BasicBetaLikeness { beta, .. } | Self::EnhancedBetaLikeness { beta, .. } => {
                write!(f, "{name} beta={beta}")?;
            }
            Self::DeltaDisclosure { delta, .. } => write!(f, "{name} delta={delta}")?,
            Self::Profitability { benefit, loss, gain, attempt, attack, no_attack } => {
                write!(f, "{name} benefit={benefit} loss={loss} gain={gain} attempt={attempt}")?;
                if *attack == Attack::Journalist {
                    f.write_str(" attack=journalist")?;
                }
                if *no_attack {
                    f.write_str(" no_attack=true")?;
                }
            }
            Self::DifferentialPrivacy { epsilon, delta, epsilon_search, steps } => {
                write!(f, "{name} epsilon={epsilon} delta={delta}")?;
                write!(f, " epsilon_search={epsilon_search} steps={steps}")?;
            }
        }
        match self.sensitive() {
            Some(column) if column.trim() == column && !column.starts_with(['"', '\'']) => {
                write!(f, " of {column}")
            }
            Some(column) => write!(f, " of \"{column}\""),
            None => Ok(()),
        }
    }
}

impl fmt::Display for QualityModel {
    /// The short form, which parses back to the same model.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Loss { suppression_factor } if (*suppression_factor - 0.5).abs() > 0.0 => {
                write!(f, " suppression_factor={suppression_factor}")
            }
            Self::NonUniformEntropy { monotonic: true } => f.write_str(" monotonic=true"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(text: &str) -> Result<PrivacyModel, ModelError> {
        text.parse()
    }

    #[test]
    fn what_is_shown_parses_back() {
        let texts = [
            "5-anonymity",
            "5-map",
            "5-map sampling_fraction=0.1",
            "average-risk at_most=0.1",
            "population-uniqueness at_most=0.01 sampling_fraction=0.2 estimator=pitman",
            "3-diversity of diagnosis",
            "entropy-l-diversity l=2.5 of net worth",
            "recursive-l-diversity c=4 l=3 of diagnosis",
            "0.2-closeness distance=hierarchical of diagnosis",
            "delta-presence min=0.05 max=0.15",
            "basic-beta-likeness beta=1.5 of 诊断",
            "enhanced-beta-likeness beta=1.5 of diagnosis",
            "delta-disclosure delta=1 of diagnosis",
            "profitability benefit=1200 loss=300 gain=250 attempt=4 attack=journalist no_attack=true",
            "differential-privacy epsilon=2 delta=0.000001 epsilon_search=0.1 steps=100",
        ];
        for text in texts {
            let parsed = model(text).unwrap();
            assert_eq!(parsed.to_string(), text);
            assert_eq!(model(&parsed.to_string()).unwrap(), parsed);
        }
    }

    #[test]
    fn every_model_has_its_keys_in_the_table() {
        for (name, keys) in MODELS {
            let mut table = Table::new();
            table.insert("model".to_owned(), name.into());
            for (key, holds, _) in keys {
                let value = match holds {
                    Holds::Word(words, _) => words[0].into(),
                    Holds::Whole(..) => Value::Integer(2),
                    Holds::Flag => true.into(),
                    Holds::Column => "c".into(),
                    Holds::Number(from, ..) => Value::Float(from.max(0.5)),
                    Holds::Above(..) => Value::Float(0.5),
                };
                table.insert((*key).to_owned(), value);
            }
            assert_eq!(PrivacyModel::from_table(table).unwrap().name(), name);
        }
        for (name, _) in QUALITIES {
            assert_eq!(name.parse::<QualityModel>().unwrap().name(), name);
        }
    }

    #[test]
    fn pairs_may_be_written_in_any_order_and_with_commas() {
        let one = model("t-closeness: sensitive=diagnosis, t=0.2, distance=ordered").unwrap();
        assert_eq!(one, model("t-closeness distance=ordered t=0.2 of diagnosis").unwrap());
        assert_eq!(model("2-diversity of 7").unwrap().sensitive(), Some("7"));
        assert_eq!(model("2-diversity of \" a\"").unwrap().sensitive(), Some(" a"));
    }

    #[test]
    fn what_is_wrong_is_named_with_the_nearest_word() {
        let error = model("t-closness t=0.2 of a").unwrap_err();
        assert_eq!(error.to_string(), "unknown privacy model `t-closness`");
        assert_eq!(error.hint(), "did you mean `t-closeness`?");
        let error = model("t-closeness t=0.2 distanse=equal of a").unwrap_err();
        assert_eq!(error.hint(), "did you mean `distance`?");
        let error = model("0.2-closeness").unwrap_err();
        assert_eq!(error.to_string(), "`t-closeness` needs `sensitive`");
        let error = model("1.5-closeness of a").unwrap_err();
        assert_eq!(error.to_string(), "`t` of `t-closeness` must be between 0 and 1");
        assert!(matches!(model("0-anonymity"), Err(ModelError::OutOfRange { key: "k", .. })));
        assert!(matches!(model("2.5-anonymity"), Err(ModelError::OutOfRange { key: "k", .. })));
        let presence = model("delta-presence min=0.2 max=0.1");
        assert!(matches!(presence, Err(ModelError::OutOfRange { key: "min", .. })));
        for text in ["", "5-anonymity k", "k-anonymity k=2 k=3", "2-diversity of "] {
            assert!(matches!(model(text), Err(ModelError::Syntax { .. })), "{text}");
        }
        assert!("gain".parse::<QualityModel>().unwrap_err().hint().contains("loss"));
    }
}
