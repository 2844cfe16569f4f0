//! The end of a release: verdict, report, statement, log, package.

use std::path::{Path, PathBuf};

use weir_evidence::dsse::{dataset_digest, open, seal};
use weir_evidence::package::{README, REPORT, STATEMENT};
use weir_law::{Permit, Verdict, judge};
use weir_table::digest;
use weir_types::statement::{RELEASE_PREDICATE, Release, STATEMENT_TYPE, Subject, SubjectDigest};
use weir_types::{Decision, Sha256, Statement};

use crate::cleared::Cleared;
use crate::clock::{Clock, rfc3339};
use crate::error::ReleaseError;
use crate::home::Home;
use crate::report::{self, ReportInput};
use crate::run::{Asked, Measured};
use crate::staging::Staging;

/// How a release ended.
pub(crate) struct Ended {
    pub(crate) released: bool,
    pub(crate) path: PathBuf,
    pub(crate) decision: Decision,
    pub(crate) log_index: Option<u64>,
    pub(crate) signer: Option<Sha256>,
}

/// Asks the rules about what was measured, and ends the release as they say. The staging is taken
/// out when it is spent.
pub(crate) fn decide_and_seal(
    asked: &Asked,
    home: &Home,
    measured: &Measured,
    slot: &mut Option<Staging>,
    clock: &dyn Clock,
) -> Result<Ended, ReleaseError> {
    let now = clock.now();
    let time = rfc3339(now);
    let data: Vec<(&str, Sha256)> =
        measured.data.iter().map(|(name, digest, _)| (name.as_str(), *digest)).collect();
    let today = now.format("%Y-%m-%d").to_string();
    let verdict = judge(
        &asked.pack,
        &measured.facts,
        &measured.risk,
        measured.plan.k,
        dataset_digest(&data),
        &today,
    );
    match verdict {
        Verdict::Refusal(refusal) => {
            let decision = refusal.into_decision();
            let html = report::html(&report_input(asked, measured, &decision, None, &time))?;
            if let Some(staging) = slot.take() {
                staging.discard()?;
            }
            let mut name = asked.out.file_name().unwrap_or_default().to_os_string();
            name.push(".refused.html");
            let path = asked.out.with_file_name(name);
            crate::files::replace(&path, html.as_bytes())
                .map_err(|source| ReleaseError::Output { path: path.clone(), source })?;
            Ok(Ended { released: false, path, decision, log_index: None, signer: None })
        }
        Verdict::Permit(permit) => seal_and_publish(asked, home, measured, permit, slot, &time),
    }
}

fn seal_and_publish(
    asked: &Asked,
    home: &Home,
    measured: &Measured,
    permit: Permit,
    slot: &mut Option<Staging>,
    time: &str,
) -> Result<Ended, ReleaseError> {
    let signer = home.signer()?;
    let (mut log, log_key) = home.log()?;
    let keyid = signer.keyid();
    let fingerprint = keyid.to_string();
    let decision = permit.decision().clone();
    let input = report_input(asked, measured, &decision, Some(&fingerprint), time);
    let staging = slot.as_mut().expect("a staging is spent only below");
    staging.write(REPORT, report::html(&input)?.as_bytes())?;
    staging.write(README, report::readme(&input)?.as_bytes())?;
    let statement = Statement {
        ty: STATEMENT_TYPE.to_owned(),
        subject: subjects(staging.dir(), &measured.data)?,
        predicate_type: RELEASE_PREDICATE.to_owned(),
        predicate: predicate(asked, measured, decision, signer.describe(log_key.to_string()), time),
    };
    let sealed = seal(&statement, &signer)?;
    staging.write(STATEMENT, sealed.bytes())?;
    // From here on it is what lies on the disk that counts.
    let path = staging.dir().join(STATEMENT);
    let bytes = std::fs::read(&path).map_err(|source| ReleaseError::Output { path, source })?;
    let opened = open(&bytes, None)?;
    staging.seal(opened.digest())?;
    let index = log.append(&[opened.log_entry()])?[0];
    let receipt = log.receipt(index)?;
    let staging = slot.take().expect("it was there above");
    let published = Cleared::new(staging, permit, &opened, receipt)?.publish()?;
    Ok(Ended {
        released: true,
        path: asked.out.clone(),
        decision: published.decision,
        log_index: Some(published.log_index),
        signer: Some(keyid),
    })
}

/// Every file of the package but the statement and its receipt, in order of name.
fn subjects(dir: &Path, data: &[(String, Sha256, u64)]) -> Result<Vec<Subject>, ReleaseError> {
    let subject =
        |name: &str, sha256| Subject { name: name.to_owned(), digest: SubjectDigest { sha256 } };
    let mut subjects: Vec<Subject> =
        data.iter().map(|(name, digest, _)| subject(name, *digest)).collect();
    for name in [README, REPORT] {
        subjects.push(subject(name, digest::of_file(&dir.join(name))?));
    }
    subjects.sort();
    Ok(subjects)
}

fn predicate(
    asked: &Asked,
    measured: &Measured,
    decision: Decision,
    signer: weir_types::statement::Signer,
    time: &str,
) -> Release {
    let request = &asked.request;
    Release {
        release: asked.release.clone(),
        time: time.to_owned(),
        tool: TOOL.to_owned(),
        signer,
        provider: request.parties.provider.clone(),
        recipient: request.parties.recipient.clone(),
        purpose: request.purpose.text.clone(),
        legal_basis: request.purpose.legal_basis.clone(),
        relation: request.parties.relation,
        environment: request.parties.environment,
        conditions: request.conditions.clone(),
        sources: measured.sources.iter().map(|(_, digest)| *digest).collect(),
        data: measured.data.iter().map(|(name, _, _)| name.clone()).collect(),
        rows: measured.rows,
        findings: measured.findings.clone(),
        plan: measured.plan.clone(),
        risk_before: measured.risk_before.clone(),
        risk: measured.risk.clone(),
        attacks: Some(measured.attacks.clone()),
        facts: measured.facts.clone(),
        decision,
        weighed: Some(measured.weighed.clone()),
    }
}

fn report_input<'a>(
    asked: &'a Asked,
    measured: &'a Measured,
    decision: &'a Decision,
    signer: Option<&'a str>,
    time: &'a str,
) -> ReportInput<'a> {
    ReportInput {
        release: &asked.release,
        time,
        tool: TOOL,
        request: &asked.request,
        findings: &measured.findings,
        plan: &measured.plan,
        risk_before: &measured.risk_before,
        risk: &measured.risk,
        attacks: Some(&measured.attacks),
        utility: measured.utility.as_ref(),
        choices: measured.choices.as_ref(),
        facts: &measured.facts,
        decision,
        sources: &measured.sources,
        data: if decision.permitted { &measured.data } else { &[] },
        histograms: &measured.pictures,
        signer,
        lang: asked.lang,
    }
}

const TOOL: &str = concat!("weir ", env!("CARGO_PKG_VERSION"));
