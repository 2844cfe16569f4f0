//! The DSSE v1 envelope around an in-toto Statement v1, and its one encoding.
//!
//! The file `statement.dsse.json` is one line of JSON without spaces and a line feed:
//!
//! ```text
//! {"payload":"<base64>","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"<hex>","sig":"<base64>"}]}
//! ```
//!
//! DSSE: <https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::Digest;
use thiserror::Error;
use weir_types::{Bilingual, Sha256, Statement};

use crate::form::{self, FormError};
use crate::signer::{PinnedKey, PublicKey, Signer};

/// The payload type of an in-toto statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Longest statement file that is read, in bytes.
pub const MAX_LEN: usize = 64 << 20;

/// A statement that was signed in this process, with the bytes of its file.
///
/// It stands for "the provider has stated this, once", so it can neither be copied nor made of
/// anything but [`seal`]:
///
/// ```compile_fail,E0599
/// fn twice(sealed: weir_evidence::SealedStatement) -> [weir_evidence::SealedStatement; 2] {
///     [sealed.clone(), sealed]
/// }
/// ```
/// ```compile_fail,E0277
/// fn from_a_file(bytes: &[u8]) -> weir_evidence::SealedStatement {
///     serde_json::from_slice(bytes).expect("any bytes")
/// }
/// ```
/// ```compile_fail,E0451
/// fn by_hand(digest: weir_types::Sha256) -> weir_evidence::SealedStatement {
///     weir_evidence::SealedStatement { digest, ..unimplemented!() }
/// }
/// ```
/// What does compile:
/// ```
/// fn once(sealed: weir_evidence::SealedStatement) -> [weir_evidence::SealedStatement; 1] {
///     [sealed]
/// }
/// fn of(sealed: &weir_evidence::SealedStatement) -> weir_types::Sha256 {
///     sealed.digest()
/// }
/// ```
#[derive(Debug)]
pub struct SealedStatement {
    bytes: Vec<u8>,
    digest: Sha256,
    data_digest: Sha256,
    statement: Statement,
}

/// A statement whose envelope and signature are right. Whose key it was is another question,
/// answered by a [`PinnedKey`].
#[derive(Clone, Debug)]
pub struct OpenedStatement {
    digest: Sha256,
    data_digest: Sha256,
    statement: Statement,
    key: PublicKey,
}

/// Why a statement cannot be signed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealError {
    /// It would not be accepted when opened.
    #[error("the statement would not be accepted")]
    Form(#[source] FormError),
    /// It names another key than the one that signs.
    #[error("the statement names another signer")]
    OtherSigner,
    /// It holds a figure that JSON cannot hold, such as a share that is not a number.
    #[error("the statement holds a figure that cannot be written")]
    Unwritable,
    /// Its file would be longer than [`MAX_LEN`].
    #[error("the statement is too long")]
    TooLong,
}

/// Why bytes are no statement.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// Longer than [`MAX_LEN`].
    #[error("the file is too long")]
    TooLong,
    /// Not JSON of an envelope.
    #[error("line {line}, column {column}: no DSSE envelope")]
    Envelope {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
    },
    /// Right in content, yet not the bytes that weir writes.
    #[error("the envelope is not written as weir writes it")]
    EnvelopeBytes,
    /// The payload is of another type.
    #[error("the payload is no in-toto statement by its type")]
    PayloadType,
    /// Not exactly one signature.
    #[error("the envelope has {found} signatures, not one")]
    Signatures {
        /// How many.
        found: usize,
    },
    /// Not canonical base64, or of the wrong length.
    #[error("`{field}` is not base64 of the right length")]
    Base64 {
        /// The field.
        field: &'static str,
    },
    /// Not JSON of a statement.
    #[error("line {line}, column {column} of the payload: no statement of a release")]
    Statement {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
    },
    /// Right in content, yet not the bytes that weir writes.
    #[error("the statement is not written as weir writes it")]
    StatementBytes,
    /// Not about a package of weir.
    #[error("the statement is not of the right form")]
    Form(#[source] FormError),
    /// `keyid` of the signature is not the key in the statement.
    #[error("the signature names another key than the statement")]
    KeyId,
    /// The signature is not this key's signature of this payload.
    #[error("the signature is wrong")]
    Signature,
    /// Signed, but not by the key that was expected.
    #[error("signed by the key {found}, not by the expected key {expected}")]
    OtherKey {
        /// The fingerprint that was expected.
        expected: Sha256,
        /// The fingerprint of the key that signed.
        found: Sha256,
    },
}

impl OpenError {
    pub(crate) fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::TooLong => "文件过长".to_owned(),
            Self::Envelope { line, column } => {
                format!("第 {line} 行第 {column} 列：不是 DSSE 信封")
            }
            Self::EnvelopeBytes => "信封的写法与 weir 的写法不一致".to_owned(),
            Self::PayloadType => "载荷类型不是 in-toto 声明".to_owned(),
            Self::Signatures { found } => format!("信封有 {found} 个签名，应为一个"),
            Self::Base64 { field } => format!("“{field}”不是长度正确的 base64"),
            Self::Statement { line, column } => {
                format!("载荷第 {line} 行第 {column} 列：不是发布声明")
            }
            Self::StatementBytes => "声明的写法与 weir 的写法不一致".to_owned(),
            Self::Form(error) => {
                let inner = error.explain();
                return Bilingual::new(
                    format!("声明形式不对：{}", inner.zh),
                    format!("{self}: {}", inner.en),
                );
            }
            Self::KeyId => "签名所写的密钥与声明中的不同".to_owned(),
            Self::Signature => "签名不正确".to_owned(),
            Self::OtherKey { expected, found } => {
                format!("签名密钥为 {found}，不是预期的 {expected}")
            }
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// The bytes that are signed: PAE of DSSE v1.
///
/// > PAE(type, body) = "DSSEv1" + SP + LEN(type) + SP + type + SP + LEN(body) + SP + body
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// Signs a statement.
///
/// # Errors
/// [`SealError`] where [`open`] would not accept the result.
pub fn seal(statement: &Statement, signer: &Signer) -> Result<SealedStatement, SealError> {
    let named = form::check(statement).map_err(SealError::Form)?;
    if named != signer.public_key() {
        return Err(SealError::OtherSigner);
    }
    let payload = encode(statement).ok_or(SealError::Unwritable)?;
    // `serde_json` writes a NaN as `null`: what cannot be read back as it was is not signed.
    match serde_json::from_slice::<Statement>(&payload) {
        Ok(read) if read == *statement => {}
        _ => return Err(SealError::Unwritable),
    }
    let envelope = Envelope {
        payload: STANDARD.encode(&payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![EnvelopeSignature {
            keyid: signer.keyid(),
            sig: STANDARD.encode(signer.sign(&pae(PAYLOAD_TYPE, &payload))),
        }],
    };
    let bytes = envelope.to_bytes();
    if bytes.len() > MAX_LEN {
        return Err(SealError::TooLong);
    }
    Ok(SealedStatement {
        digest: sha256(&bytes),
        data_digest: data_digest(statement),
        statement: statement.clone(),
        bytes,
    })
}

/// Opens the bytes of `statement.dsse.json`.
///
/// DSSE lets a consumer take envelopes that are written in other ways; weir does not, so that
/// one statement has one digest, and the log has one entry for it. The key is taken from the
/// signed statement itself and says nothing about who holds it unless `expected` is given.
///
/// # Errors
/// The first thing that is wrong.
pub fn open(bytes: &[u8], expected: Option<&PinnedKey>) -> Result<OpenedStatement, OpenError> {
    if bytes.len() > MAX_LEN {
        return Err(OpenError::TooLong);
    }
    let envelope: Envelope = serde_json::from_slice(bytes)
        .map_err(|e| OpenError::Envelope { line: e.line(), column: e.column() })?;
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(OpenError::PayloadType);
    }
    let [signature] = envelope.signatures.as_slice() else {
        return Err(OpenError::Signatures { found: envelope.signatures.len() });
    };
    let decode = |text: &str, field| STANDARD.decode(text).map_err(|_| OpenError::Base64 { field });
    let payload = decode(&envelope.payload, "payload")?;
    let sig = <[u8; 64]>::try_from(decode(&signature.sig, "sig")?)
        .map_err(|_| OpenError::Base64 { field: "sig" })?;
    if envelope.to_bytes() != bytes {
        return Err(OpenError::EnvelopeBytes);
    }
    let statement: Statement = serde_json::from_slice(&payload)
        .map_err(|e| OpenError::Statement { line: e.line(), column: e.column() })?;
    let key = form::check(&statement).map_err(OpenError::Form)?;
    if signature.keyid != key.keyid() {
        return Err(OpenError::KeyId);
    }
    if !key.verifies(&pae(PAYLOAD_TYPE, &payload), &sig) {
        return Err(OpenError::Signature);
    }
    // A signer could otherwise hide fields that this version does not show to anybody.
    if encode(&statement).as_deref() != Some(payload.as_slice()) {
        return Err(OpenError::StatementBytes);
    }
    if let Some(expected) = expected
        && expected.keyid() != key.keyid()
    {
        return Err(OpenError::OtherKey { expected: expected.keyid(), found: key.keyid() });
    }
    let data_digest = data_digest(&statement);
    Ok(OpenedStatement { digest: sha256(bytes), data_digest, statement, key })
}

/// What is put into the log for a statement: its digest, and nothing that needs keeping secret.
///
/// ```text
/// weir-release/v1
/// <SHA-256 of statement.dsse.json, 64 hexadecimal digits>
/// ```
pub fn log_entry(statement_file: &[u8]) -> Vec<u8> {
    log_entry_of(sha256(statement_file))
}

fn log_entry_of(statement: Sha256) -> Vec<u8> {
    format!("weir-release/v1\n{statement}\n").into_bytes()
}

/// The digest of a dataset of several files: SHA-256 over one line `<hex>  <name>` for each
/// file, in order of the bytes of the names. `sha256sum data/* | LC_ALL=C sort -k 2 | sha256sum`
/// gives the same.
pub fn dataset_digest<N: AsRef<str>>(files: &[(N, Sha256)]) -> Sha256 {
    let mut files: Vec<_> = files.iter().map(|(name, digest)| (name.as_ref(), digest)).collect();
    files.sort_unstable();
    let mut hasher = sha2::Sha256::new();
    for (name, digest) in files {
        hasher.update(format!("{digest}  {name}\n"));
    }
    Sha256(hasher.finalize().into())
}

impl SealedStatement {
    /// SHA-256 of the file `statement.dsse.json`.
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// [`dataset_digest`] of the released data files.
    pub fn data_digest(&self) -> Sha256 {
        self.data_digest
    }

    /// The bytes of the file `statement.dsse.json`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What was signed.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What is put into the log for it, as [`log_entry`].
    pub fn log_entry(&self) -> Vec<u8> {
        log_entry(&self.bytes)
    }
}

impl OpenedStatement {
    /// SHA-256 of the file `statement.dsse.json`.
    pub fn digest(&self) -> Sha256 {
        self.digest
    }

    /// What is put into the log for it, as [`log_entry`].
    pub fn log_entry(&self) -> Vec<u8> {
        log_entry_of(self.digest)
    }

    /// [`dataset_digest`] of the released data files, as stated.
    pub fn data_digest(&self) -> Sha256 {
        self.data_digest
    }

    /// What was signed.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The key that signed it.
    pub fn key(&self) -> PublicKey {
        self.key
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeSignature {
    keyid: Sha256,
    sig: String,
}

impl Envelope {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("strings only, written to memory");
        bytes.push(b'\n');
        bytes
    }
}

fn encode(statement: &Statement) -> Option<Vec<u8>> {
    serde_json::to_vec(statement).ok()
}

fn data_digest(statement: &Statement) -> Sha256 {
    let data: Vec<(&str, Sha256)> = statement
        .subject
        .iter()
        .filter(|subject| statement.predicate.data.contains(&subject.name))
        .map(|subject| (subject.name.as_str(), subject.digest.sha256))
        .collect();
    dataset_digest(&data)
}

fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256(sha2::Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests;
