//! The two proofs without which nothing leaves.

use std::collections::BTreeMap;
use std::path::Path;

use thiserror::Error;
use weir_evidence::dsse::OpenedStatement;
use weir_evidence::package::{DATA_DIR, README, RECEIPT, REPORT};
use weir_law::Permit;
use weir_log::Receipt;
use weir_table::{TableError, digest};
use weir_types::Sha256;

use crate::error::ReleaseError;
use crate::staging::Staging;

/// A package that may leave: the law's permit and the log's receipt were both shown, each for
/// exactly the bytes that lie staged.
///
/// There is one way to make it, `Cleared::new`, and it spends both proofs. Neither can be
/// copied:
///
/// ```compile_fail,E0382
/// fn twice(permit: weir_law::Permit) -> (weir_law::Permit, weir_law::Permit) {
///     (permit, permit)
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn twice(permit: weir_law::Permit) -> (weir_law::Permit, weir_law::Permit) {
///     (permit.clone(), permit)
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn twice(receipt: weir_log::Receipt) -> (weir_log::Receipt, weir_log::Receipt) {
///     (receipt.clone(), receipt)
/// }
/// ```
///
/// ```
/// fn once(permit: weir_law::Permit, receipt: weir_log::Receipt) -> (weir_law::Permit, weir_log::Receipt) {
///     (permit, receipt)
/// }
/// ```
///
/// nor read from somewhere:
///
/// ```compile_fail,E0277
/// fn forged(text: &str) -> weir_law::Permit {
///     serde_json::from_str(text).unwrap()
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn forged(text: &str) -> weir_log::Receipt {
///     serde_json::from_str(text).unwrap()
/// }
/// ```
///
/// ```
/// fn read(text: &str) -> weir_types::Plan {
///     serde_json::from_str(text).unwrap()
/// }
/// ```
///
/// and a `Cleared` cannot be put together by hand, copied, or published twice:
///
/// ```compile_fail,E0451
/// fn forged(receipt: weir_log::Receipt) -> weir_release::Cleared {
///     weir_release::Cleared { staging: todo!(), permit: todo!(), receipt }
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn copy(cleared: weir_release::Cleared) -> weir_release::Cleared {
///     cleared.clone()
/// }
/// ```
///
/// ```compile_fail,E0382
/// fn twice(cleared: weir_release::Cleared) {
///     let _ = cleared.publish();
///     let _ = cleared.publish();
/// }
/// ```
///
/// ```
/// fn once(cleared: weir_release::Cleared) {
///     let _ = cleared.publish();
/// }
/// ```
#[derive(Debug)]
pub struct Cleared {
    staging: Staging,
    permit: Permit,
    receipt: Receipt,
}

/// Why a package is not cleared: one of the proofs is for something else.
#[derive(Debug, Error)]
pub enum NotCleared {
    /// A staged file cannot be read.
    #[error("a staged file cannot be read")]
    Unreadable(#[from] TableError),
    /// A staged file is not what the statement says.
    #[error("`{name}` is not the file that the statement names")]
    OtherFile {
        /// The file.
        name: String,
    },
    /// The permit is for other data.
    #[error("the permit is for other data")]
    OtherPermit,
    /// The receipt is for another statement.
    #[error("the log's receipt is for another statement")]
    OtherReceipt,
}

/// What was published.
#[derive(Debug)]
pub struct Published {
    /// Index of the entry in the log.
    pub log_index: u64,
    /// The verdict under which it left.
    pub decision: weir_types::Decision,
}

impl Cleared {
    /// Clears staged files, by a permit for their digest, a signed statement about each of them,
    /// and a receipt of the log for that statement.
    ///
    /// The digests are computed anew from the disk.
    pub(crate) fn new(
        staging: Staging,
        permit: Permit,
        statement: &OpenedStatement,
        receipt: Receipt,
    ) -> Result<Self, NotCleared> {
        let mut data = Vec::new();
        let subjects: BTreeMap<&str, Sha256> = statement
            .statement()
            .subject
            .iter()
            .map(|subject| (subject.name.as_str(), subject.digest.sha256))
            .collect();
        for (name, stated) in &subjects {
            let found = digest::of_file(&staging.dir().join(name))?;
            if found != *stated {
                return Err(NotCleared::OtherFile { name: (*name).to_owned() });
            }
            if name.starts_with(DATA_DIR) {
                data.push((*name, found));
            }
        }
        for name in staged_files(staging.dir()) {
            if !subjects.contains_key(name.as_str()) {
                return Err(NotCleared::OtherFile { name });
            }
        }
        if weir_evidence::dsse::dataset_digest(&data) != permit.data() {
            return Err(NotCleared::OtherPermit);
        }
        if !receipt.is_for(&statement.log_entry()) {
            return Err(NotCleared::OtherReceipt);
        }
        Ok(Self { staging, permit, receipt })
    }

    /// Writes the receipt and puts the package in its place.
    ///
    /// # Errors
    ///
    /// The place cannot be written or is taken. The release stays pending, and the next run
    /// ends it.
    pub fn publish(self) -> Result<Published, ReleaseError> {
        let Self { staging, permit, receipt } = self;
        // A killed process may have written it, in part or whole.
        let path = staging.dir().join(RECEIPT);
        crate::files::remove_file(&path).map_err(|source| ReleaseError::Output { path, source })?;
        staging.write(RECEIPT, receipt.to_tlog_proof().as_bytes())?;
        staging.publish()?;
        staging.forget()?;
        Ok(Published { log_index: receipt.index(), decision: permit.into_decision() })
    }
}

/// Names of the staged files that a statement must name.
fn staged_files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        [REPORT, README].map(str::to_owned).into_iter().filter(|n| dir.join(n).exists()).collect();
    if let Ok(entries) = std::fs::read_dir(dir.join(DATA_DIR)) {
        names.extend(
            entries.flatten().map(|e| format!("{DATA_DIR}/{}", e.file_name().to_string_lossy())),
        );
    }
    names
}
