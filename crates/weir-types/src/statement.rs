//! The in-toto statement of a release.

use serde::{Deserialize, Serialize};

use crate::attack::Attacks;
use crate::column::Finding;
use crate::digest::Sha256;
use crate::facts::{Environment, Facts, Relation};
use crate::plan::Plan;
use crate::risk::RiskReport;
use crate::verdict::Decision;
use crate::weighed::Weighed;

/// `_type` of every statement (in-toto attestation framework v1).
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// `predicateType` of a release.
pub const RELEASE_PREDICATE: &str = "urn:weir:release:v3";

/// `predicateType` of a release before options were weighed: as version 3, without
/// [`Release::weighed`]. It is read and no longer written.
pub const RELEASE_PREDICATE_V2: &str = "urn:weir:release:v2";

/// `predicateType` of a release before attacks were tried on it: as version 2, without
/// [`Release::attacks`]. It is read and no longer written.
pub const RELEASE_PREDICATE_V1: &str = "urn:weir:release:v1";

/// An in-toto Statement v1 about the files of one package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Always [`STATEMENT_TYPE`].
    #[serde(rename = "_type")]
    pub ty: String,
    /// Every file of the package but the statement and its receipt, in order of name.
    pub subject: Vec<Subject>,
    /// [`RELEASE_PREDICATE`], or that of an earlier version.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is stated.
    pub predicate: Release,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Path in the package, with `/` between folders.
    pub name: String,
    /// Its digest.
    pub digest: SubjectDigest,
}

/// The digest of a file, in in-toto's shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectDigest {
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
}

/// What the provider states about a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Identifier of the release: 32 random hexadecimal digits.
    pub release: String,
    /// When it was sealed, RFC 3339, UTC.
    pub time: String,
    /// The program that made it.
    pub tool: String,
    /// Who signed: the Ed25519 public key, base64, and the key's identifier.
    pub signer: Signer,
    /// Who hands over.
    pub provider: String,
    /// Who receives.
    pub recipient: String,
    /// What for.
    pub purpose: String,
    /// Legal basis, where one is named.
    pub legal_basis: Option<String>,
    /// Relation of the parties.
    pub relation: Relation,
    /// Where the data will be.
    pub environment: Environment,
    /// What the recipient must keep to.
    pub conditions: Conditions,
    /// SHA-256 of each source file, in order.
    pub sources: Vec<Sha256>,
    /// The released data files (a subset of the subjects), in the order of their rows.
    pub data: Vec<String>,
    /// Rows released.
    pub rows: u64,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was done.
    pub plan: Plan,
    /// Risk in the source, each quasi-identifier at its finest level.
    pub risk_before: RiskReport,
    /// Risk in the released bytes, read back.
    pub risk: RiskReport,
    /// Attacks on the released bytes, tried with the original at hand: what only the provider can
    /// measure. There in every statement from version 2 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attacks: Option<Attacks>,
    /// What the rules were told.
    pub facts: Facts,
    /// What they answered.
    pub decision: Decision,
    /// The options that were weighed, and which was taken. There in every statement from version 3
    /// on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighed: Option<Weighed>,
}

/// The signer's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// Identifier: SHA-256 of the raw public key.
    pub keyid: Sha256,
    /// The raw 32-byte Ed25519 public key, in standard base64.
    pub ed25519: String,
    /// The key of the log, as a C2SP verifier key.
    pub log: String,
}

/// Conditions on the recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Last day on which the data may be kept, `YYYY-MM-DD`, or a term such as `2 years`.
    pub retention: Option<String>,
    /// Whether it may be passed on.
    #[serde(default)]
    pub onward_transfer: bool,
    /// Whether trying to identify people is forbidden.
    #[serde(default = "yes")]
    pub reidentification_ban: bool,
}

impl Default for Conditions {
    fn default() -> Self {
        Self { retention: None, onward_transfer: false, reidentification_ban: true }
    }
}

const fn yes() -> bool {
    true
}
