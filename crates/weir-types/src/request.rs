//! The request: what is to be released, to whom and for what.
//!
//! A request is a TOML file. Every key is known or refused; see `docs/request.md` for all of
//! them with an example.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};
use thiserror::Error;
use toml::de::{DeTable, DeValue};

use crate::column::Role;
use crate::deadline::Deadline;
use crate::facts::{Environment, FactValue, Importance, Kind, Relation};
use crate::hierarchy::{BuilderError, HierarchySpec};
use crate::model::{ModelError, PrivacyModel, QualityModel};
use crate::plan::Aggregate;
use crate::statement::Conditions;

/// A parsed request. Paths are as written; the reader resolves them against the file's folder.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What is released.
    pub data: Data,
    /// Who is involved.
    pub parties: Parties,
    /// What for.
    pub purpose: Purpose,
    /// What the recipient must keep to.
    #[serde(default)]
    pub conditions: Conditions,
    /// What the rules may ask and the data does not show, by the names of the rule pack's facts.
    #[serde(default)]
    pub facts: BTreeMap<String, FactValue>,
    /// Bounds of the de-identification.
    #[serde(default)]
    pub deidentify: Deidentify,
    /// What the person knows better about single columns.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
    /// What options are weighed by.
    #[serde(default)]
    pub plan: Planning,
    /// What is measured beside the risk, for the report.
    #[serde(default)]
    pub report: Report,
    /// Where the package goes.
    #[serde(default)]
    pub result: ResultTo,
}

/// The source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// A file, a folder, or several of them that form one dataset.
    pub path: Paths,
    /// Kind of data.
    pub kind: Kind,
    /// Declared grade.
    #[serde(default)]
    pub importance: Importance,
    /// The column that says whose row it is; found by itself when left out.
    pub person: Option<String>,
    /// The sheet of a workbook; the first one when left out.
    pub sheet: Option<String>,
    /// The field separator of text files; found by itself when left out.
    pub delimiter: Option<Delimiter>,
    /// The encoding of text files; found by itself when left out.
    pub encoding: Option<Encoding>,
}

/// One path or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Paths {
    /// One file or folder.
    One(PathBuf),
    /// Several, read in this order.
    Many(Vec<PathBuf>),
}

impl Paths {
    /// All of them, in order.
    pub fn as_slice(&self) -> &[PathBuf] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Many(paths) => paths,
        }
    }
}

/// Field separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// Tabulator.
    Tab,
    /// `;`
    Semicolon,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// All of them, in the order in which ties are broken.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Tab, Self::Semicolon, Self::Pipe];

    /// The byte that stands for it.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Pipe => b'|',
        }
    }
}

/// Encodings of text files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GB 18030, which contains GBK and GB 2312.
    Gb18030,
    /// Big5 with the characters of Hong Kong (HKSCS), as the WHATWG Encoding Standard has it.
    Big5,
    /// UTF-16, the low byte first, with or without a byte order mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first, with or without a byte order mark.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Encoding {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB 18030",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }
}

/// Who is involved.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// Who hands over.
    pub provider: String,
    /// Who receives.
    pub recipient: String,
    /// Their legal relation.
    pub relation: Relation,
    /// Where the data will be.
    pub environment: Environment,
}

/// What the data is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The purpose in words.
    pub text: String,
    /// The legal basis (PIPL article 13), where the data stays personal information.
    pub legal_basis: Option<String>,
}

/// Bounds of the de-identification.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deidentify {
    /// Least number of people in a class; can only raise what the environment asks for.
    pub k: Option<u64>,
    /// Most people that may be left out, as a share (0 to 1); 0.05 when left out.
    pub suppress_at_most: Option<f64>,
    /// Models that every class has to meet, beside `k`.
    #[serde(default, deserialize_with = "models")]
    pub models: Vec<PrivacyModel>,
    /// A named set of models with its version, met beside `models`.
    pub preset: Option<String>,
    /// What is made as small as possible; loss when left out.
    #[serde(default, deserialize_with = "quality")]
    pub quality: Option<QualityModel>,
    /// Whether classes are recoded one by one after the search, instead of one level per column.
    #[serde(default)]
    pub local: bool,
    /// Whether columns of whole numbers are then released as ranges rather than by the levels of
    /// their hierarchies; only with `local`.
    #[serde(default)]
    pub ranges: bool,
    /// How long the search may look for something better than it has.
    pub deadline: Option<Deadline>,
    /// A table of the population, with the same quasi-identifiers.
    pub population: Option<PathBuf>,
}

fn models<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PrivacyModel>, D::Error> {
    let values = Vec::<toml::Value>::deserialize(deserializer)?;
    let models = values.into_iter().map(PrivacyModel::from_value).collect::<Result<_, _>>();
    models.map_err(serde::de::Error::custom)
}

fn quality<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<QualityModel>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    QualityModel::from_value(value).map(Some).map_err(serde::de::Error::custom)
}

/// What the person states about one column.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The role, instead of the one found.
    pub role: Option<Role>,
    /// What to do, instead of what the role implies.
    pub action: Option<Action>,
    /// A hierarchy file, or a builder; made by itself when left out.
    pub hierarchy: Option<HierarchySpec>,
    /// Replaces the values of each class by one value for all of them, instead of generalising.
    pub aggregate: Option<Aggregate>,
    /// Weight of its information, 1 when left out; a column of weight 2 is kept finer.
    pub weight: Option<f64>,
    /// Whether it is sensitive personal information (PIPL article 28).
    pub sensitive: Option<bool>,
    /// A note for the report.
    pub note: Option<String>,
}

/// What may be asked for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Leave it out.
    Drop,
    /// Release it as it is.
    Keep,
    /// Replace it by a token.
    Token,
    /// Generalise it.
    Generalise,
}

/// What options are weighed by.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planning {
    /// What the data is worth to its purpose, yuan a year.
    pub value: Option<f64>,
    /// Most loss that may be expected, yuan a year.
    pub most_loss: Option<f64>,
    /// A file with what the recipient answered.
    pub recipient: Option<PathBuf>,
    /// Figures in the place of those of the table of costs, by name.
    #[serde(default)]
    pub costs: BTreeMap<String, f64>,
}

/// What is measured beside the risk, for the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Most targets of each attack that is tried on the released bytes; 0 tries none.
    #[serde(default)]
    pub attempts: Attempts,
    /// A column that somebody would tell from the others: the report says how well that still
    /// works.
    pub target: Option<String>,
}

/// Most targets of each attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Attempts(pub u64);

impl Default for Attempts {
    /// An interval of at most 4.4 percentage points to each side.
    fn default() -> Self {
        Self(500)
    }
}

/// Where the package goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultTo {
    /// The folder of the package; a new one under `releases/` beside the request when left out.
    pub path: Option<PathBuf>,
    /// File format of the released data.
    #[serde(default)]
    pub format: Format,
}

/// File formats that can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Apache Parquet.
    #[default]
    Parquet,
    /// Comma-separated UTF-8.
    Csv,
}

/// Why a text is no request.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RequestError {
    /// Not TOML, or a value of the wrong type.
    #[error("line {line} of the request: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A key that weir does not know.
    #[error("line {line} of the request: unknown key `{key}`{}", in_table(.table))]
    UnknownKey {
        /// Line, from 1.
        line: usize,
        /// The table it stands in; empty at the top.
        table: String,
        /// The key.
        key: String,
        /// The known key that is spelled most like it.
        nearest: Option<String>,
    },
    /// A privacy or quality model that weir does not know, or that lacks something.
    #[error("line {line} of the request: `{key}`")]
    Model {
        /// Line, from 1.
        line: usize,
        /// The key that it stands under.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<ModelError>,
    },
    /// A hierarchy builder that weir does not know, or that lacks something.
    #[error("line {line} of the request: `hierarchy` of column `{column}`")]
    Hierarchy {
        /// Line, from 1.
        line: usize,
        /// The column.
        column: String,
        /// What is wrong with it.
        #[source]
        source: Box<BuilderError>,
    },
    /// A value that cannot be met.
    #[error("line {line} of the request: `{key}` must be {must}")]
    OutOfRange {
        /// Line, from 1; 0 where it is not known.
        line: usize,
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
}

impl RequestError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownKey { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownKey { .. } => "`weir new DATA` writes a request with every key".to_owned(),
            Self::Syntax { .. } => {
                "`weir new DATA` writes a request to compare this one with".to_owned()
            }
            Self::Model { source, .. } => source.hint(),
            Self::Hierarchy { source, .. } => source.hint(),
            Self::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
        }
    }
}

impl Request {
    /// Parses a request.
    ///
    /// # Errors
    ///
    /// The first of: TOML that cannot be read; a key that is not known; a missing key or a value
    /// of the wrong type; a number out of its range.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let table = DeTable::parse(text).map_err(|e| syntax(text, &e))?;
        refuse_unknown_keys(text, table.get_ref())?;
        refuse_unknown_models(text)?;
        refuse_unknown_builders(text)?;
        let request: Self = toml::from_str(text).map_err(|e| syntax(text, &e))?;
        request.refuse_out_of_range(text)?;
        Ok(request)
    }

    fn refuse_out_of_range(&self, text: &str) -> Result<(), RequestError> {
        let bad = |key: &'static str, must| {
            let line = text.lines().position(|line| sets(line, key)).map_or(0, |index| index + 1);
            Err(RequestError::OutOfRange { line, key, must })
        };
        if self.deidentify.k == Some(0) {
            return bad("k", "at least 1");
        }
        if self.deidentify.suppress_at_most.is_some_and(|s| !(0.0..=1.0).contains(&s)) {
            return bad("suppress_at_most", "a share between 0 and 1");
        }
        let amount = |value: Option<f64>| value.is_none_or(|v| (0.0..=1e12).contains(&v));
        if !amount(self.plan.value) {
            return bad("value", "a number of yuan, not below 0");
        }
        if !amount(self.plan.most_loss) {
            return bad("most_loss", "a number of yuan, not below 0");
        }
        if self.data.path.as_slice().is_empty() {
            return bad("path", "a file, a folder, or a list with at least one of them");
        }
        let weights = self.columns.values().filter_map(|c| c.weight);
        if weights.into_iter().any(|w| !(w > 0.0 && w.is_finite())) {
            return bad("weight", "a positive number");
        }
        for (key, value) in [
            ("provider", &self.parties.provider),
            ("recipient", &self.parties.recipient),
            ("text", &self.purpose.text),
        ] {
            if value.trim().is_empty() {
                return bad(key, "a text that is not empty");
            }
        }
        Ok(())
    }
}

/// Whether a line gives a key its value.
fn sets(line: &str, key: &str) -> bool {
    let rest = line.trim_start().strip_prefix(key);
    rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// Known keys per table; `columns.*` stands for each table under `columns`.
const KNOWN: [(&str, &[&str]); 10] = [
    (
        "",
        &[
            "data",
            "parties",
            "purpose",
            "conditions",
            "facts",
            "deidentify",
            "columns",
            "plan",
            "report",
            "result",
        ],
    ),
    ("data", &["path", "kind", "importance", "person", "sheet", "delimiter", "encoding"]),
    ("parties", &["provider", "recipient", "relation", "environment"]),
    ("purpose", &["text", "legal_basis"]),
    ("conditions", &["retention", "onward_transfer", "reidentification_ban"]),
    (
        "deidentify",
        &[
            "k",
            "suppress_at_most",
            "models",
            "preset",
            "quality",
            "local",
            "ranges",
            "deadline",
            "population",
        ],
    ),
    ("columns.*", &["role", "action", "hierarchy", "aggregate", "weight", "sensitive", "note"]),
    ("plan", &["value", "most_loss", "recipient", "costs"]),
    ("report", &["attempts", "target"]),
    ("result", &["path", "format"]),
];

fn refuse_unknown_keys(text: &str, root: &DeTable<'_>) -> Result<(), RequestError> {
    check_table(text, root, "", "")?;
    for (name, value) in root {
        let DeValue::Table(table) = value.get_ref() else { continue };
        let name = name.get_ref().as_ref();
        if name == "columns" {
            for (column, value) in table {
                if let DeValue::Table(table) = value.get_ref() {
                    let shown = format!("columns.{}", column.get_ref());
                    check_table(text, table, "columns.*", &shown)?;
                }
            }
        } else {
            check_table(text, table, name, name)?;
        }
    }
    Ok(())
}

/// The models alone, with their places: an error of theirs names the line and has a hint of its
/// own.
fn refuse_unknown_models(text: &str) -> Result<(), RequestError> {
    #[derive(Deserialize)]
    struct Models {
        deidentify: Option<Written>,
    }
    #[derive(Deserialize)]
    struct Written {
        #[serde(default)]
        models: Vec<toml::Spanned<toml::Value>>,
        quality: Option<toml::Spanned<toml::Value>>,
    }
    // A value of another shape is told with the whole request.
    let Ok(Models { deidentify: Some(written) }) = toml::from_str(text) else { return Ok(()) };
    for value in written.models {
        let line = line_of(text, &value.span());
        PrivacyModel::from_value(value.into_inner()).map_err(|source| RequestError::Model {
            line,
            key: "models",
            source: Box::new(source),
        })?;
    }
    if let Some(value) = written.quality {
        let line = line_of(text, &value.span());
        QualityModel::from_value(value.into_inner()).map_err(|source| RequestError::Model {
            line,
            key: "quality",
            source: Box::new(source),
        })?;
    }
    Ok(())
}

/// The hierarchies alone, with their places, for the same reason.
fn refuse_unknown_builders(text: &str) -> Result<(), RequestError> {
    #[derive(Deserialize)]
    struct Columns {
        #[serde(default)]
        columns: BTreeMap<String, Written>,
    }
    #[derive(Deserialize)]
    struct Written {
        hierarchy: Option<toml::Spanned<toml::Value>>,
    }
    let Ok(Columns { columns }) = toml::from_str(text) else { return Ok(()) };
    for (column, written) in columns {
        let Some(value) = written.hierarchy else { continue };
        let line = line_of(text, &value.span());
        HierarchySpec::from_value(value.into_inner())
            .map_err(|source| RequestError::Hierarchy { line, column, source: Box::new(source) })?;
    }
    Ok(())
}

fn check_table(
    text: &str,
    table: &DeTable<'_>,
    kind: &str,
    shown: &str,
) -> Result<(), RequestError> {
    let Some((_, known)) = KNOWN.iter().find(|(name, _)| *name == kind) else { return Ok(()) };
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        if !known.contains(&name) {
            return Err(RequestError::UnknownKey {
                line: line_of(text, &key.span()),
                table: shown.to_owned(),
                key: name.to_owned(),
                nearest: nearest(name, known),
            });
        }
    }
    Ok(())
}

/// The known word most like `word`, if any is like it at all.
pub fn nearest(word: &str, known: &[&str]) -> Option<String> {
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| (*candidate).to_owned())
}

fn syntax(text: &str, error: &toml::de::Error) -> RequestError {
    let line = error.span().map_or(1, |span| line_of(text, &span));
    RequestError::Syntax { line, message: error.message().replace('\n', " ") }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1
}

fn in_table(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!(" in [{table}]") }
}

#[cfg(test)]
mod tests;
