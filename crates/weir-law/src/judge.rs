//! From facts and measured risk to a verdict.

use weir_types::verdict::{Certainty, Finding};
use weir_types::{Bilingual, Decision, Facts, Outcome, RiskReport, Sha256};

use crate::condition::{self, Situation};
use crate::day::{Day, NotADay};
use crate::examine::{Answer, Examination, State, examine};
use crate::fact::{FactError, FactSet};
use crate::pack::RulePack;
use crate::threshold::{Threshold, TotalRisk};
use crate::wording::{self, Figures};

/// Decides one release under `pack`.
///
/// `risk` is what was measured on exactly the bytes whose digest is `data`, `k` the class size
/// that the plan asked for, `today` (`YYYY-MM-DD`) the day whose law applies.
///
/// It permits if all of this holds, and refuses otherwise:
/// - no prohibition of the pack applies, and no threshold that decides is missed;
/// - the pack is valid on `today`;
/// - no direct identifier is released;
/// - where the source holds personal information: people were measured, not more of them than the
///   source holds; the smallest class has at least `max(threshold.k, k)` of them; no class is
///   above τ.
///
/// The last two hold even for a pack that has no rule about them. What is known from memory only
/// never decides. Findings are ordered: prohibitions, thresholds, duties, exemptions; within each,
/// what is not met first.
///
/// A permit is valid for one year. That term is weir's default, not law.
pub fn judge(
    pack: &RulePack,
    facts: &Facts,
    risk: &RiskReport,
    k: u64,
    data: Sha256,
    today: &str,
) -> Verdict {
    let day = today.parse::<Day>();
    let measured = Measured::new(pack, facts, risk, k, day.ok());
    let Measured { facts: set, misread, threshold, total_risk, situation } = &measured;
    let valid_until = day.map_or_else(|NotADay| today.to_owned(), |d| d.next_year().to_string());
    let figures = Figures {
        facts,
        risk,
        asked_k: k,
        threshold,
        total_risk: *total_risk,
        data,
        today,
        valid_until: &valid_until,
    };

    let mut findings = pack_on_the_day(pack, day.ok());
    findings.extend(misread.as_ref().map(facts_not_understood));
    let examined = examine(pack, set, day.ok());
    findings.extend(examined.answers().iter().filter_map(|answer| {
        let State::Applies { met } = answer.state else { return None };
        let rule = answer.rule;
        let because = match rule.because() {
            Some(because) => figures.fill(because),
            None => because_of_facts(&examined, answer),
        };
        Some(Finding {
            rule: rule.id().to_owned(),
            article: pack.article(rule),
            outcome: rule.outcome(),
            met: met == Some(true),
            text: figures.fill(rule.text()),
            because,
            certainty: rule.certainty(),
        })
    }));
    let risk_is_low = !facts.direct_identifiers_released
        && (!facts.personal_information || (situation.threshold_met && situation.asked_k_met));
    if !risk_is_low && !findings.iter().any(Finding::refuses) {
        findings.push(threshold_missed(&figures));
    }
    findings.sort_by_key(|finding| (finding.outcome, finding.met));

    let refusing: Vec<&Finding> = findings.iter().filter(|finding| finding.refuses()).collect();
    let permitted = refusing.is_empty();
    let summary = if permitted { figures.claim() } else { wording::refusal(&refusing) };
    let decision = Decision {
        permitted,
        pack: pack.label(),
        as_of: today.to_owned(),
        findings,
        summary,
        // A refusal opens no term; it may be reconsidered at once.
        valid_until: if permitted { valid_until } else { today.to_owned() },
        questions: examined.questions(),
    };
    if permitted {
        Verdict::Permit(Permit { decision, data })
    } else {
        Verdict::Refusal(Refusal { decision })
    }
}

/// Findings that no pack holds.
const DAY: &str = "WEIR-day";
const PACK_DAY: &str = "WEIR-pack-day";
const PACK_REVIEW: &str = "WEIR-pack-review";
const FACTS: &str = "WEIR-facts";
const THRESHOLD: &str = "WEIR-threshold";

/// The findings that no pack holds, by their identifiers.
pub(crate) const OWN: [&str; 5] = [DAY, PACK_DAY, PACK_REVIEW, FACTS, THRESHOLD];

/// One measured release as the rules see it.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Everything that is known of it.
    pub(crate) facts: FactSet,
    /// Why what the request states was left out, where it was.
    misread: Option<FactError>,
    threshold: Threshold,
    total_risk: TotalRisk,
    situation: Situation,
}

impl Measured {
    pub(crate) fn new(
        pack: &RulePack,
        facts: &Facts,
        risk: &RiskReport,
        k: u64,
        day: Option<Day>,
    ) -> Self {
        let threshold = pack.threshold(facts, day);
        let total_risk = TotalRisk::new(facts, risk, pack.total_risk_cut());
        let situation = Situation::new(facts, risk, k, &threshold, total_risk);
        let (mut set, misread) = match condition::known(facts, pack.vocabulary()) {
            Ok(set) => (set, None),
            Err(error) => (FactSet::new(pack.vocabulary()), Some(error)),
        };
        situation.state(pack.vocabulary(), &mut set);
        Self { facts: set, misread, threshold, total_risk, situation }
    }
}

/// The answer for one release.
#[derive(Debug)]
#[must_use]
pub enum Verdict {
    /// It may go out.
    Permit(Permit),
    /// It may not.
    Refusal(Refusal),
}

impl Verdict {
    /// The decision with every finding, for the report.
    pub fn decision(&self) -> &Decision {
        match self {
            Self::Permit(permit) => permit.decision(),
            Self::Refusal(refusal) => refusal.decision(),
        }
    }
}

/// Proof that [`judge`] permitted the release of exactly the data with [`Permit::data`].
///
/// It has no constructor, and whoever spends it gives it away. The compiler holds the following.
///
/// It cannot be copied:
///
/// ```compile_fail,E0599
/// fn twice(permit: weir_law::Permit) -> [weir_law::Permit; 2] {
///     [permit.clone(), permit]
/// }
/// ```
///
/// ```
/// fn once(permit: weir_law::Permit) -> [weir_law::Permit; 1] {
///     [permit]
/// }
/// ```
///
/// It cannot be put together from its parts:
///
/// ```compile_fail,E0451
/// fn forge(decision: weir_types::Decision, data: weir_types::Sha256) -> weir_law::Permit {
///     weir_law::Permit { decision, data }
/// }
/// ```
///
/// ```
/// fn take_apart(permit: weir_law::Permit) -> (weir_types::Decision, weir_types::Sha256) {
///     let data = permit.data();
///     (permit.into_decision(), data)
/// }
/// ```
///
/// It cannot be spent twice:
///
/// ```compile_fail,E0382
/// fn spend_twice(permit: weir_law::Permit) -> [weir_types::Decision; 2] {
///     [permit.into_decision(), permit.into_decision()]
/// }
/// ```
///
/// ```
/// fn spend(permit: weir_law::Permit) -> [weir_types::Decision; 1] {
///     [permit.into_decision()]
/// }
/// ```
///
/// It cannot be read from a file:
///
/// ```compile_fail,E0277
/// fn readable<T: serde::de::DeserializeOwned>() {}
/// readable::<weir_law::Permit>();
/// ```
///
/// ```
/// fn readable<T: serde::de::DeserializeOwned>() {}
/// readable::<weir_types::Decision>();
/// ```
#[derive(Debug)]
#[must_use]
pub struct Permit {
    decision: Decision,
    data: Sha256,
}

impl Permit {
    /// The digest of the data that may go out, and of no other.
    pub fn data(&self) -> Sha256 {
        self.data
    }

    /// The decision, with duties that remain and exemptions that were used.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Spends the permit and leaves its decision for the statement.
    pub fn into_decision(self) -> Decision {
        self.decision
    }
}

/// A decision against the release, with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    decision: Decision,
}

impl Refusal {
    /// The decision; its first finding is a reason.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The decision by move.
    pub fn into_decision(self) -> Decision {
        self.decision
    }
}

/// The reason of a rule that gives none of its own: the facts that made it apply.
fn because_of_facts(examined: &Examination<'_>, answer: &Answer<'_>) -> Bilingual {
    let facts = examined.facts_in_words(answer);
    match answer.rule.applies_always() {
        true => Bilingual::new("对一切数据流通适用。", "This holds for every circulation of data."),
        false => Bilingual::new(format!("{}。", facts.zh), format!("{}.", facts.en)),
    }
}

/// The refusal of a release whose stated facts the pack does not know.
fn facts_not_understood(error: &FactError) -> Finding {
    own(
        FACTS,
        Outcome::Prohibition,
        Bilingual::new(
            "请求写明的事实须是规则包所知的事实，且互不矛盾。",
            "What a request states must be facts that the pack knows, and must not contradict each other.",
        ),
        Bilingual::new(format!("{error}。"), format!("{error}.")),
    )
}

/// Whether the pack can answer for the day at all; the only findings that no pack holds.
fn pack_on_the_day(pack: &RulePack, day: Option<Day>) -> Vec<Finding> {
    let label = pack.label();
    match day {
        None => vec![own(
            DAY,
            Outcome::Prohibition,
            Bilingual::new("须知道适用哪一天的法律。", "The day whose law applies must be known."),
            Bilingual::new(
                "给定的日期不是 YYYY-MM-DD 形式的日期。",
                "The day that was given is not a day of the form YYYY-MM-DD.",
            ),
        )],
        Some(day) if day < pack.valid_from() => vec![own(
            PACK_DAY,
            Outcome::Prohibition,
            Bilingual::new(
                "规则包只能判定其有效期内的日期。",
                "A rule pack decides only for days on which it is valid.",
            ),
            Bilingual::new(
                format!("规则包 {label} 自 {} 起有效，晚于 {day}。", pack.valid_from()),
                format!("The pack {label} is valid from {}, after {day}.", pack.valid_from()),
            ),
        )],
        Some(day) if day > pack.review_by() => vec![own(
            PACK_REVIEW,
            Outcome::Duty,
            Bilingual::new(
                "更新规则包，或请律师确认其内容仍然有效。",
                "Update the rule pack, or have counsel confirm that it still states the law.",
            ),
            Bilingual::new(
                format!("规则包 {label} 应在 {} 前复核。", pack.review_by()),
                format!("The pack {label} was to be reviewed by {}.", pack.review_by()),
            ),
        )],
        Some(_) => Vec::new(),
    }
}

/// The refusal for a pack that states a threshold and has no rule that applies it.
fn threshold_missed(figures: &Figures<'_>) -> Finding {
    let text = Bilingual::new(
        "不得放行直接标识符，个人信息的再识别风险不得高于阈值。",
        "No direct identifier may be released, and the re-identification risk of personal information must not be above the threshold.",
    );
    let because = Bilingual::new(
        "最小等价类 {smallest_class} 人；阈值 {k}，方案要求 {asked_k}；超阈值类占比 {exposed_classes}；测得 {people} 人，来源 {people_source} 人。",
        "The smallest class has {smallest_class} people; the threshold is {k}, the plan asked for {asked_k}; share of classes above τ: {exposed_classes}; {people} people were measured, {people_source} are in the source.",
    );
    own(THRESHOLD, Outcome::Threshold, text, figures.fill(&because))
}

/// A finding that no pack holds.
fn own(rule: &str, outcome: Outcome, text: Bilingual, because: Bilingual) -> Finding {
    Finding {
        rule: rule.to_owned(),
        article: Bilingual::new("weir 自身的限制（不是法律）", "weir's own limit (not law)"),
        outcome,
        met: false,
        text,
        because,
        certainty: Certainty::Seen,
    }
}

#[cfg(test)]
mod tests;
