//! What the templates see: the input, sorted into the places where it is shown.

use serde::Serialize;
use weir_types::statement::Conditions;
use weir_types::verdict::{self, Certainty};
use weir_types::{Bilingual, Decision, Finding, Importance, Lang, Outcome, Sha256, Signal};

use crate::deidentify::Deidentified;

use super::measures::{Measures, Taken};
use super::{ReportInput, words};

/// Everything the templates may use.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    #[serde(flatten)]
    measures: Measures<'a>,
    release: &'a str,
    time: String,
    asked: Asked<'a>,
    decision: &'a Decision,
    claim: Claim<'a>,
    law: Law<'a>,
    findings: Vec<Found<'a>>,
    sources: Vec<File<'a>>,
    data: Vec<File<'a>>,
    /// The digest of all data files together, which the claim names.
    dataset: Option<Sha256>,
    signer: Option<&'a str>,
}

/// The same for a de-identification on its own.
#[derive(Debug, Serialize)]
pub(super) struct Alone<'a> {
    #[serde(flatten)]
    measures: Measures<'a>,
    time: String,
    /// Name of the file; none where nothing was written.
    file: Option<String>,
    sources: Vec<&'a str>,
    decision: Permitted,
}

/// In the place of a decision: whether anything was written.
#[derive(Debug, Serialize)]
struct Permitted {
    permitted: bool,
}

impl<'a> Alone<'a> {
    pub(super) fn new(done: &'a Deidentified, time: &str, tool: &'a str, lang: Lang) -> Self {
        let file = done.path.as_ref().and_then(|path| path.file_name());
        Self {
            measures: Measures::new(&Taken {
                lang,
                tool,
                plan: &done.plan,
                risk_before: &done.risk_before,
                risk: done.risk.as_ref(),
                histograms: &done.pictures,
                attacks: done.attacks.as_ref(),
                utility: done.utility.as_ref(),
                choices: done.choices.as_ref(),
                of_release: false,
            }),
            time: moment(time),
            file: file.map(|name| name.to_string_lossy().into_owned()),
            sources: done.sources.iter().map(|(name, _)| name.as_str()).collect(),
            decision: Permitted { permitted: done.path.is_some() },
        }
    }
}

/// The request, in words.
#[derive(Debug, Serialize)]
struct Asked<'a> {
    provider: &'a str,
    recipient: &'a str,
    relation: Bilingual,
    environment: Bilingual,
    kind: Bilingual,
    importance: Bilingual,
    importance_stated: bool,
    purpose: &'a str,
    legal_basis: Option<&'a str>,
    conditions: &'a Conditions,
    sensitive: bool,
}

/// The claim, cut so that digests and days in it can be set apart.
#[derive(Debug, Serialize)]
struct Claim<'a> {
    zh: Vec<Piece<'a>>,
    en: Vec<Piece<'a>>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Piece<'a> {
    text: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Words,
    /// A SHA-256 digest.
    Digest,
    /// A day, not to be broken over lines.
    Date,
}

/// The rules' answers by what they ask of people.
#[derive(Debug, Serialize)]
struct Law<'a> {
    refusing: Vec<Rule<'a>>,
    thresholds: Vec<Rule<'a>>,
    duties: Vec<Rule<'a>>,
    n_open: usize,
    exemptions: Vec<Rule<'a>>,
    exposures: Vec<Rule<'a>>,
    questions: &'a [verdict::Question],
}

#[derive(Debug, Serialize)]
struct Rule<'a> {
    finding: &'a verdict::Finding,
    certainty: Bilingual,
    /// A threshold known from memory only is shown and decides nothing.
    decides: bool,
}

/// A column as it was found.
#[derive(Debug, Serialize)]
struct Found<'a> {
    finding: &'a Finding,
    /// Without the number of distinct values, which has its own place.
    signals: Vec<&'a Signal>,
    ty: Bilingual,
    role: Bilingual,
    note: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct File<'a> {
    name: &'a str,
    digest: Sha256,
    bytes: Option<u64>,
}

impl<'a> View<'a> {
    pub(super) fn new(input: &ReportInput<'a>) -> Self {
        Self {
            measures: Measures::new(&Taken {
                lang: input.lang,
                tool: input.tool,
                plan: input.plan,
                risk_before: input.risk_before,
                risk: Some(input.risk),
                histograms: input.histograms,
                attacks: input.attacks,
                utility: input.utility,
                choices: input.choices,
                of_release: true,
            }),
            release: input.release,
            time: moment(input.time),
            asked: Asked::new(input),
            decision: input.decision,
            claim: Claim {
                zh: pieces(&input.decision.summary.zh),
                en: pieces(&input.decision.summary.en),
            },
            law: Law::new(input.decision),
            findings: input.findings.iter().map(|f| Found::new(f, input)).collect(),
            sources: input
                .sources
                .iter()
                .map(|(name, digest)| File { name, digest: *digest, bytes: None })
                .collect(),
            data: input
                .data
                .iter()
                .map(|(name, digest, bytes)| File { name, digest: *digest, bytes: Some(*bytes) })
                .collect(),
            dataset: (!input.data.is_empty()).then(|| {
                let files: Vec<(&str, Sha256)> =
                    input.data.iter().map(|(name, digest, _)| (name.as_str(), *digest)).collect();
                weir_evidence::dsse::dataset_digest(&files)
            }),
            signer: input.signer,
        }
    }
}

impl<'a> Asked<'a> {
    fn new(input: &ReportInput<'a>) -> Self {
        let request = input.request;
        Self {
            provider: &request.parties.provider,
            recipient: &request.parties.recipient,
            relation: request.parties.relation.label(),
            environment: request.parties.environment.label(),
            kind: request.data.kind.label(),
            importance: request.data.importance.label(),
            importance_stated: request.data.importance != Importance::Unknown,
            purpose: &request.purpose.text,
            legal_basis: request.purpose.legal_basis.as_deref(),
            conditions: &request.conditions,
            sensitive: input.facts.sensitive,
        }
    }
}

impl<'a> Law<'a> {
    fn new(decision: &'a Decision) -> Self {
        let of = |outcome| decision.findings.iter().filter(move |f| f.outcome == outcome);
        let rules = |outcome| of(outcome).map(Rule::new).collect();
        let to_do = || decision.findings.iter().filter(|finding| finding.outcome.is_to_do());
        // A prohibition of a permit is one of an older pack; it is shown where it decided.
        let refuses = |finding: &&verdict::Finding| !decision.permitted && finding.refuses();
        Self {
            refusing: decision.findings.iter().filter(refuses).map(Rule::new).collect(),
            thresholds: rules(Outcome::Threshold),
            duties: to_do().map(Rule::new).collect(),
            n_open: to_do().filter(|finding| !finding.met).count(),
            exemptions: rules(Outcome::Exemption),
            exposures: rules(Outcome::Exposure),
            questions: &decision.questions,
        }
    }
}

impl<'a> Rule<'a> {
    fn new(finding: &'a verdict::Finding) -> Self {
        Self {
            finding,
            certainty: words::certainty(finding.certainty),
            decides: finding.certainty != Certainty::Unverified,
        }
    }
}

impl<'a> Found<'a> {
    fn new(finding: &'a Finding, input: &ReportInput<'a>) -> Self {
        let stated = input.request.columns.get(&finding.column);
        Self {
            finding,
            signals: finding.signals.iter().filter(|s| s.test != "cardinality").collect(),
            ty: words::column_type(finding.ty),
            role: words::role(finding.role),
            note: stated.and_then(|column| column.note.as_deref()),
        }
    }
}

/// `2026-11-23T09:15:02Z` as `2026-11-23 09:15 UTC`; what has another form stays as it is.
fn moment(time: &str) -> String {
    let short = time.strip_suffix('Z').and_then(|t| t.split_once('T'));
    match short.and_then(|(day, clock)| Some((day, clock.get(..5)?))) {
        Some((day, minutes)) => format!("{day} {minutes} UTC"),
        None => time.to_owned(),
    }
}

/// Cuts `text` before and after every digest and every day.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while at < text.len() {
        let run = text[at..].bytes().take_while(|b| b.is_ascii_hexdigit() || *b == b'-').count();
        let kind = kind_of(&text[at..at + run]);
        if kind != Kind::Words {
            pieces.push(Piece { text: &text[done..at], kind: Kind::Words });
            pieces.push(Piece { text: &text[at..at + run], kind });
            done = at + run;
        }
        // Past the run, and past the whole character that ended it.
        at += run;
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    pieces.push(Piece { text: &text[done..], kind: Kind::Words });
    pieces
}

fn kind_of(run: &str) -> Kind {
    let digits = |at: std::ops::Range<usize>| run.as_bytes()[at].iter().all(u8::is_ascii_digit);
    match run.len() {
        64 if !run.contains('-') => Kind::Digest,
        10 if digits(0..4) && digits(5..7) && digits(8..10) && run.matches('-').count() == 2 => {
            Kind::Date
        }
        _ => Kind::Words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_and_days_in_a_claim_are_set_apart() {
        let digest = "0a".repeat(32);
        let text = format!("对摘要为{digest}的数据，有效至 2027-11-23。");
        let cut = pieces(&text);
        let kinds = [Kind::Words, Kind::Digest, Kind::Words, Kind::Date, Kind::Words];
        assert_eq!(cut.iter().map(|p| p.kind).collect::<Vec<_>>(), kinds);
        assert_eq!(cut.iter().map(|p| p.text).collect::<String>(), text);
        assert_eq!(pieces("abc 42460-2023 a-b").len(), 1);
        assert_eq!(pieces(&digest)[1].kind, Kind::Digest);
    }

    #[test]
    fn a_time_is_shown_to_the_minute() {
        assert_eq!(moment("2026-11-23T09:15:02Z"), "2026-11-23 09:15 UTC");
        assert_eq!(moment("2026-11-23T09:15:02+08:00"), "2026-11-23T09:15:02+08:00");
    }
}
