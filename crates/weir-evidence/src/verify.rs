//! Verifying a package offline.
//!
//! Every check runs that can: one that fails does not hide another. Only where a check needs
//! what another one did not establish is it left out, and then says so; above all, files whose
//! digests differ are never handed to a table reader, because nobody signed them.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;
use weir_log::Receipt;
use weir_log::note::VerifierKey;
use weir_table::Limits;
use weir_types::statement::Release;
use weir_types::{Bilingual, Lang, Sha256, Statement};

use crate::claims::{self, Finding};
use crate::dsse::{self, OpenedStatement};
use crate::measure::{self, Measure};
use crate::package::{self, LayoutProblem, Listing};
use crate::signer::PinnedKey;
use crate::text;

/// Longest receipt that is read, in bytes. A tree of 2^64 entries needs less than 4 KiB.
const MAX_RECEIPT: usize = 1 << 16;

/// What the verifier knows beforehand, and what of the machine it may use.
#[derive(Debug)]
pub struct VerifyOptions {
    /// The key that the provider told over another way.
    pub pinned_key: Option<PinnedKey>,
    /// The key of the log, told over another way.
    pub log_key: Option<VerifierKey>,
    /// Memory, threads and the folder for temporary files.
    pub limits: Limits,
}

/// Why nothing could be verified.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The package is not there, is no folder, or may not be read.
    #[error("cannot read the package `{}`", .path.display())]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl VerifyError {
    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name the folder that holds `statement.dsse.json`",
        }
    }
}

/// The result of verifying one package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Whether no check failed, and none was left out but those that need a key told over
    /// another way ([`CheckId::Signer`], [`CheckId::LogKey`]).
    pub passed: bool,
    /// What the statement is about; `None` where there is no statement with a right signature.
    pub release: Option<Stated>,
    /// All checks, in a fixed order.
    pub checks: Vec<Check>,
}

/// What a rightly signed statement is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stated {
    /// Identifier of the release.
    pub release: String,
    /// When it was sealed, by the provider's clock.
    pub time: String,
    /// Who hands over.
    pub provider: String,
    /// Who receives.
    pub recipient: String,
    /// Fingerprint of the key that signed.
    pub keyid: Sha256,
    /// The log's key as the signer states it.
    pub log: String,
    /// SHA-256 of the statement's file.
    pub statement: Sha256,
    /// [`dsse::dataset_digest`] of the data files as stated.
    pub data: Sha256,
}

/// One check and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// Which.
    pub id: CheckId,
    /// What is checked, for people.
    pub label: Bilingual,
    /// How it came out.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The checks, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CheckId {
    /// Exactly the stated files are there, and no link.
    Layout,
    /// The statement's bytes, form and signature.
    Statement,
    /// The key that signed is the one that was expected.
    Signer,
    /// The digest of every stated file.
    Files,
    /// The log's receipt for the statement.
    Receipt,
    /// The key of the log is the one that was expected.
    LogKey,
    /// The columns of the data are the planned ones, and risk covers them.
    Columns,
    /// The number of rows.
    Rows,
    /// The risk figures.
    Risk,
    /// The stated attacks fit the figures; they cannot be repeated without the original.
    Attacks,
    /// The decision fits the figures.
    Decision,
}

/// How a check came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Passed {
        /// What to know about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<Bilingual>,
    },
    /// It does not hold.
    Failed {
        /// Why.
        reason: Bilingual,
    },
    /// Nothing can be said.
    NotChecked {
        /// Why.
        reason: Bilingual,
    },
}

/// Verifies the package in the folder `root`, without any network.
///
/// The package is only read. Bytes made by an enemy give failed checks, never a panic.
///
/// # Errors
/// Only where the folder itself cannot be read; everything else is in the [`Verification`].
pub fn verify_package(root: &Path, options: &VerifyOptions) -> Result<Verification, VerifyError> {
    verify_with(root, options, &measure::remeasure)
}

pub(crate) fn verify_with(
    root: &Path,
    options: &VerifyOptions,
    measure: Measure<'_>,
) -> Result<Verification, VerifyError> {
    let listing = package::list(root)
        .map_err(|source| VerifyError::Unreadable { path: root.to_owned(), source })?;
    let mut checks = Vec::new();
    let (bytes, opened) = match statement(root, &listing) {
        Ok(found) => found,
        Err(reason) => {
            checks.push(Check::new(CheckId::Layout, layout(listing, None)));
            checks.push(Check::new(CheckId::Statement, Err(reason)));
            let left_out = AFTER_STATEMENT.map(|id| Check::not_checked(id, no_statement()));
            checks.extend(left_out);
            return Ok(Verification::new(None, checks));
        }
    };
    let files = file_digests(root, &listing, opened.statement(), options);
    let (receipt, log_key) = receipt(root, &listing, &bytes, &opened, options);
    checks.push(Check::new(CheckId::Layout, layout(listing, Some(opened.statement()))));
    checks.push(Check::new(CheckId::Statement, Ok(None)));
    checks.push(signer(&opened, options));
    let data_is_signed = files.data_is_signed;
    checks.push(Check::new(CheckId::Files, files.finding));
    checks.push(Check::new(CheckId::Receipt, receipt));
    checks.push(log_key);
    let release = &opened.statement().predicate;
    checks.extend(measured(root, release, data_is_signed, options, measure));
    checks.push(Check::new(CheckId::Attacks, claims::attacks(release)));
    checks.push(Check::new(CheckId::Decision, claims::decision(release)));
    Ok(Verification::new(Some(Stated::of(&opened)), checks))
}

/// Checks that need a statement with a right signature.
const AFTER_STATEMENT: [CheckId; 9] = [
    CheckId::Signer,
    CheckId::Files,
    CheckId::Receipt,
    CheckId::LogKey,
    CheckId::Columns,
    CheckId::Rows,
    CheckId::Risk,
    CheckId::Attacks,
    CheckId::Decision,
];

fn no_statement() -> Bilingual {
    Bilingual::new("没有签名正确的声明", "there is no statement with a right signature")
}

fn statement(root: &Path, listing: &Listing) -> Result<(Vec<u8>, OpenedStatement), Bilingual> {
    let bytes = read(root, listing, package::STATEMENT, dsse::MAX_LEN)?;
    let opened = dsse::open(&bytes, None).map_err(|error| error.explain())?;
    Ok((bytes, opened))
}

/// A small file of the package; a reason where it is absent or too long.
fn read(root: &Path, listing: &Listing, name: &str, max: usize) -> Result<Vec<u8>, Bilingual> {
    if !listing.files.contains_key(name) {
        return Err(Bilingual::new("文件不存在", "the file is not there"));
    }
    match package::read_up_to(&root.join(name), max) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Bilingual::new("文件过长", "the file is too long")),
        Err(error) => Err(unreadable(&error)),
    }
}

fn unreadable(error: &io::Error) -> Bilingual {
    let kind = error.kind();
    Bilingual::new(format!("无法读取：{kind}"), format!("cannot be read: {kind}"))
}

fn layout(listing: Listing, statement: Option<&Statement>) -> Finding {
    let stated: Vec<String> = match statement {
        Some(statement) => statement.subject.iter().map(|s| s.name.clone()).collect(),
        // Nobody says which files there should be, so only the fixed ones can be asked for.
        None => {
            let fixed = [package::REPORT, package::README].map(str::to_owned);
            listing
                .files
                .keys()
                .filter(|name| package::is_data(name))
                .cloned()
                .chain(fixed)
                .collect()
        }
    };
    let problems = listing.against(&stated);
    if problems.is_empty() {
        return Ok(None);
    }
    let reasons: Vec<Bilingual> = problems.iter().map(LayoutProblem::explain).collect();
    Err(text::join(&reasons))
}

fn signer(opened: &OpenedStatement, options: &VerifyOptions) -> Check {
    let found = opened.key().keyid();
    match options.pinned_key {
        Some(pin) if pin.keyid() == found => Check::new(CheckId::Signer, Ok(None)),
        Some(pin) => {
            let error = dsse::OpenError::OtherKey { expected: pin.keyid(), found };
            Check::new(CheckId::Signer, Err(error.explain()))
        }
        None => Check::not_checked(
            CheckId::Signer,
            Bilingual::new(
                format!("签名密钥指纹为 {found}；请经其他途径与提供方核对，再用 --key 指定"),
                format!(
                    "signed by the key {found}; compare it with the provider's over another \
                     way, then give it with --key"
                ),
            ),
        ),
    }
}

struct Files {
    finding: Finding,
    /// Whether every data file has the bytes that were signed.
    data_is_signed: bool,
}

fn file_digests(
    root: &Path,
    listing: &Listing,
    statement: &Statement,
    options: &VerifyOptions,
) -> Files {
    // Only plain files are opened: a pipe would wait for ever, a link may lead anywhere.
    let there: Vec<_> =
        statement.subject.iter().filter(|s| listing.files.contains_key(&s.name)).collect();
    let paths: Vec<PathBuf> = there.iter().map(|s| package::path_of(root, &s.name)).collect();
    let digests = package::digests(&paths, options.limits.threads);
    let mut reasons = Vec::new();
    let mut signed_data = 0;
    for (subject, digest) in there.iter().zip(digests) {
        let name = subject.name.escape_debug();
        match digest {
            Ok(digest) if digest == subject.digest.sha256 => {
                signed_data += usize::from(package::is_data(&subject.name));
            }
            Ok(_) => reasons.push(Bilingual::new(
                format!("`{name}` 的摘要与声明不同"),
                format!("`{name}` has another digest than stated"),
            )),
            Err(error) => {
                let why = unreadable(&error);
                reasons.push(Bilingual::new(
                    format!("`{name}` {}", why.zh),
                    format!("`{name}` {}", why.en),
                ));
            }
        }
    }
    for subject in &statement.subject {
        if !listing.files.contains_key(&subject.name) {
            let name = subject.name.escape_debug();
            reasons.push(Bilingual::new(
                format!("`{name}` 不存在"),
                format!("`{name}` is not there as a plain file"),
            ));
        }
    }
    Files {
        finding: if reasons.is_empty() { Ok(None) } else { Err(text::join(&reasons)) },
        data_is_signed: signed_data == statement.predicate.data.len(),
    }
}

/// The receipt, and whether the log is the expected one.
fn receipt(
    root: &Path,
    listing: &Listing,
    statement_file: &[u8],
    opened: &OpenedStatement,
    options: &VerifyOptions,
) -> (Finding, Check) {
    let stated = &opened.statement().predicate.signer.log;
    let from_statement: VerifierKey =
        stated.parse().expect("the form of the statement was checked when it was opened");
    let log_key = match &options.log_key {
        Some(pin) if pin.to_string() == *stated => Check::new(CheckId::LogKey, Ok(None)),
        Some(pin) => Check::new(
            CheckId::LogKey,
            Err(Bilingual::new(
                format!("声明所写的日志公钥是 `{stated}`，不是预期的 `{pin}`"),
                format!("the statement names the log key `{stated}`, not the expected `{pin}`"),
            )),
        ),
        None => Check::not_checked(
            CheckId::LogKey,
            Bilingual::new(
                format!("日志公钥 `{stated}` 由签名者自己声明；可用 --log-key 指定"),
                format!("the signer itself names the log key `{stated}`; give it with --log-key"),
            ),
        ),
    };
    let key = options.log_key.as_ref().unwrap_or(&from_statement);
    let finding = read(root, listing, package::RECEIPT, MAX_RECEIPT).and_then(|bytes| {
        let text = String::from_utf8(bytes)
            .map_err(|_| Bilingual::new("收据不是 UTF-8 文本", "the receipt is not UTF-8"))?;
        match Receipt::verify(&text, &dsse::log_entry(statement_file), key) {
            Ok(_) => Ok(None),
            Err(error) => {
                let why = text::chain(&error);
                Err(Bilingual::new(
                    format!("收据不能证明该声明已入日志：{why}"),
                    format!("the receipt does not show the statement in the log: {why}"),
                ))
            }
        }
    });
    (finding, log_key)
}

/// The three checks that need the data to be read as a table.
fn measured(
    root: &Path,
    release: &Release,
    data_is_signed: bool,
    options: &VerifyOptions,
    measure: Measure<'_>,
) -> Vec<Check> {
    const IDS: [CheckId; 3] = [CheckId::Columns, CheckId::Rows, CheckId::Risk];
    if !data_is_signed {
        let reason = Bilingual::new(
            "数据文件不是所签名的文件，不予读取",
            "the data files are not the ones that were signed, so they are not read",
        );
        return IDS.map(|id| Check::not_checked(id, reason.clone())).into();
    }
    let paths: Vec<PathBuf> =
        release.data.iter().map(|name| package::path_of(root, name)).collect();
    match measure::guarded(measure, &paths, &release.risk, &options.limits) {
        Err(error) => IDS.map(|id| Check::new(id, Err(error.explain()))).into(),
        Ok(measured) => vec![
            Check::new(CheckId::Columns, claims::columns(release, &measured.columns)),
            Check::new(CheckId::Rows, claims::rows(release, measured.rows)),
            Check::new(CheckId::Risk, claims::risk(release, &measured)),
        ],
    }
}

impl Verification {
    fn new(release: Option<Stated>, checks: Vec<Check>) -> Self {
        let passed = checks.iter().all(|check| match check.outcome {
            Outcome::Passed { .. } => true,
            Outcome::Failed { .. } => false,
            Outcome::NotChecked { .. } => matches!(check.id, CheckId::Signer | CheckId::LogKey),
        });
        Self { passed, release, checks }
    }

    /// How a check came out.
    pub fn outcome(&self, id: CheckId) -> Option<&Outcome> {
        self.checks.iter().find(|check| check.id == id).map(|check| &check.outcome)
    }

    /// Number of checks that failed.
    pub fn failed(&self) -> usize {
        self.checks.iter().filter(|c| matches!(c.outcome, Outcome::Failed { .. })).count()
    }

    /// The result for people, one or two lines for each check.
    pub fn render(&self, lang: Lang) -> String {
        text::render(self, lang)
    }

    /// The result for programs, as indented JSON; labels and reasons in both languages.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and flags only, written to memory")
    }
}

impl Stated {
    fn of(opened: &OpenedStatement) -> Self {
        let release = &opened.statement().predicate;
        Self {
            release: release.release.clone(),
            time: release.time.clone(),
            provider: release.provider.clone(),
            recipient: release.recipient.clone(),
            keyid: opened.key().keyid(),
            log: release.signer.log.clone(),
            statement: opened.digest(),
            data: opened.data_digest(),
        }
    }
}

impl Check {
    fn new(id: CheckId, finding: Finding) -> Self {
        let outcome = match finding {
            Ok(note) => Outcome::Passed { note },
            Err(reason) => Outcome::Failed { reason },
        };
        Self { id, label: id.label(), outcome }
    }

    fn not_checked(id: CheckId, reason: Bilingual) -> Self {
        Self { id, label: id.label(), outcome: Outcome::NotChecked { reason } }
    }
}

impl CheckId {
    /// What is checked, for people.
    pub fn label(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Layout => ("包内文件齐全，无多余文件", "exactly the stated files are there"),
            Self::Statement => ("声明的格式与签名", "form and signature of the statement"),
            Self::Signer => ("签名密钥是预期的密钥", "the statement is signed by the expected key"),
            Self::Files => ("各文件的摘要与声明一致", "every file has its stated digest"),
            Self::Receipt => ("日志收据证明声明已入日志", "the log's receipt covers the statement"),
            Self::LogKey => ("日志公钥是预期的公钥", "the log is the expected one"),
            Self::Columns => (
                "数据列与计划一致，且风险计入全部准标识符",
                "the columns are the planned ones, and risk covers the quasi-identifiers",
            ),
            Self::Rows => ("数据行数与声明一致", "the data has the stated number of rows"),
            Self::Risk => {
                ("在文件上重算的风险与声明一致", "the stated risk is what the files show")
            }
            Self::Attacks => ("声明的攻击结果与数值相符", "the stated attacks fit the figures"),
            Self::Decision => ("准许决定与数值相符", "the permit fits the figures"),
        };
        Bilingual::new(zh, en)
    }
}

#[cfg(test)]
mod tests;
