//! What weir says of one column before it decides what to do with it.

use serde::{Deserialize, Serialize};

use crate::text::Bilingual;

/// The type of the values of a column, as found in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// `true` and `false`.
    Boolean,
    /// Whole numbers that fit 64 bits.
    Integer,
    /// Numbers with a fraction, as IEEE 754 double precision.
    Float,
    /// Calendar dates.
    Date,
    /// Dates with a time of day; microseconds, no zone.
    Timestamp,
    /// Anything else.
    Text,
}

impl ColumnType {
    /// Whether values have an order that ranges can be built on.
    pub const fn is_ordered(self) -> bool {
        !matches!(self, Self::Boolean | Self::Text)
    }

    /// The word used in reports and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Text => "text",
        }
    }
}

/// The part a column plays in re-identification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Names one person or device by itself (GB/T 42460-2023 Annex A: direct identifier).
    Identifier,
    /// Narrows down who it is together with others (Annex B: quasi-identifier).
    QuasiIdentifier,
    /// What an intruder wants to learn.
    Sensitive,
    /// None of these.
    Other,
}

impl Role {
    /// The word used in requests, reports and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::QuasiIdentifier => "quasi-identifier",
            Self::Sensitive => "sensitive",
            Self::Other => "other",
        }
    }
}

/// One observation that speaks for a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Which test gave it: `name`, `checksum`, `pattern`, `type`, `cardinality`, `request`.
    pub test: String,
    /// What it saw, without any cell value.
    pub saw: Bilingual,
}

/// What a column holds, and why weir thinks so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Column name.
    pub column: String,
    /// Type of the values.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// What it is, as a stable key: `cn-resident-id`, `age`, `unrecognised`, …
    pub semantic: String,
    /// The same for people.
    pub label: Bilingual,
    /// The role it is given.
    pub role: Role,
    /// How sure the detector is, from 0 (a default) to 1 (stated in the request).
    pub confidence: f64,
    /// Whether it is sensitive personal information (PIPL article 28).
    pub sensitive_pi: bool,
    /// Whether the values name the person whose rows these are.
    pub person_key: bool,
    /// What speaks for it.
    pub signals: Vec<Signal>,
    /// Number of distinct values; an estimate when `distinct_exact` is false.
    pub distinct: u64,
    /// Whether `distinct` was counted.
    pub distinct_exact: bool,
    /// Cells without a value.
    pub nulls: u64,
}
