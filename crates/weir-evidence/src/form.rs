//! What every statement of a release must look like before its figures are worth reading.

use std::collections::BTreeSet;

use thiserror::Error;
use weir_log::note::VerifierKey;
use weir_types::statement::Release;
use weir_types::statement::{
    RELEASE_PREDICATE, RELEASE_PREDICATE_V1, RELEASE_PREDICATE_V2, STATEMENT_TYPE,
};
use weir_types::weighed::Weighed;
use weir_types::{Bilingual, Statement};

use crate::package;
use crate::signer::PublicKey;

/// Why a statement is not one about a package of weir.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// `_type` or `predicateType` name something else.
    #[error("`{field}` names another kind of statement")]
    OtherKind {
        /// The field.
        field: &'static str,
    },
    /// The identifier of the release is not 32 lower-case hexadecimal digits.
    #[error("the identifier of the release is not 32 hexadecimal digits")]
    ReleaseId,
    /// A file that a package has no place for.
    #[error("file number {position} has a name that a package has no place for")]
    Name {
        /// Position among the subjects, from 1.
        position: usize,
    },
    /// The files are not in rising order of name, or one is named twice.
    #[error("the files are not in order of name, each once")]
    Order,
    /// The data files are not exactly the files in the data folder.
    #[error("the data files are not exactly the files in `{}`", package::DATA_DIR)]
    Data,
    /// The option that was taken is none of those that were weighed, is one that weir does not carry
    /// out, or has other classes than the plan.
    #[error("the option that was taken is not among those that were weighed, or not what was done")]
    Weighed,
    /// The signer's key is not an Ed25519 key, or its identifier is another key's.
    #[error("the signer's key and its identifier do not fit together")]
    SignerKey,
    /// The key of the log cannot be read.
    #[error("the key of the log is no verifier key")]
    LogKey,
}

impl FormError {
    pub(crate) fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::OtherKind { field } => format!("“{field}”写的是另一种声明"),
            Self::ReleaseId => "发布编号不是 32 位十六进制数字".to_owned(),
            Self::Name { position } => format!("第 {position} 个文件的名称在发布包中没有位置"),
            Self::Order => "文件没有按名称排序，或有重复".to_owned(),
            Self::Data => format!("数据文件与“{}”目录中的文件不一致", package::DATA_DIR),
            Self::Weighed => "所取方案不在权衡过的方案之中，或与实际处理不符".to_owned(),
            Self::SignerKey => "签名者的公钥与其标识不符".to_owned(),
            Self::LogKey => "日志公钥无法读取".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// Checks the form of a statement and gives the key that it names.
///
/// # Errors
/// The first thing that is wrong, in the order of [`FormError`].
pub fn check(statement: &Statement) -> Result<PublicKey, FormError> {
    let release = &statement.predicate;
    if statement.ty != STATEMENT_TYPE {
        return Err(FormError::OtherKind { field: "_type" });
    }
    let (attacks, weighed) = match statement.predicate_type.as_str() {
        RELEASE_PREDICATE => (true, true),
        RELEASE_PREDICATE_V2 => (true, false),
        RELEASE_PREDICATE_V1 => (false, false),
        _ => return Err(FormError::OtherKind { field: "predicateType" }),
    };
    if release.attacks.is_some() != attacks {
        return Err(FormError::OtherKind { field: "attacks" });
    }
    if release.weighed.is_some() != weighed {
        return Err(FormError::OtherKind { field: "weighed" });
    }
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if release.release.len() != 32 || !release.release.bytes().all(is_digit) {
        return Err(FormError::ReleaseId);
    }
    let names: Vec<&str> = statement.subject.iter().map(|s| s.name.as_str()).collect();
    if let Some(at) = names.iter().position(|name| !package::has_place_for(name)) {
        return Err(FormError::Name { position: at + 1 });
    }
    if !names.is_sorted_by(|a, b| a < b) {
        return Err(FormError::Order);
    }
    // A data file outside this list would be released without having been measured.
    let stated: BTreeSet<&str> = release.data.iter().map(String::as_str).collect();
    let found: BTreeSet<&str> = names.into_iter().filter(|name| package::is_data(name)).collect();
    if stated.is_empty() || stated.len() != release.data.len() || stated != found {
        return Err(FormError::Data);
    }
    if release.weighed.as_ref().is_some_and(|weighed| !is_taken(weighed, release)) {
        return Err(FormError::Weighed);
    }
    let key: PublicKey = release.signer.ed25519.parse().map_err(|_| FormError::SignerKey)?;
    if key.keyid() != release.signer.keyid {
        return Err(FormError::SignerKey);
    }
    release.signer.log.parse::<VerifierKey>().map_err(|_| FormError::LogKey)?;
    Ok(key)
}

/// Whether the option that was taken is one that was weighed and that weir carries out, with the
/// classes of the plan.
fn is_taken(weighed: &Weighed, release: &Release) -> bool {
    let at = usize::try_from(weighed.taken).ok().and_then(|number| number.checked_sub(1));
    let option = at.and_then(|at| weighed.options.get(at));
    option.is_some_and(|option| option.built && option.k.is_none_or(|k| k == release.plan.k))
}
