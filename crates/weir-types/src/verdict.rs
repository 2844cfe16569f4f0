//! What the law engine answers, as plain data for reports.

use serde::{Deserialize, Serialize};

use crate::text::Bilingual;

/// What a rule brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It forbids this release.
    Prohibition,
    /// It must be met on the measured figures.
    Threshold,
    /// Something has to be done.
    Duty,
    /// Something has to be kept for a term.
    Record,
    /// Something is due by a time.
    Deadline,
    /// Something need not be done.
    Exemption,
    /// What a breach costs; nothing has to be done about it.
    Exposure,
}

impl Outcome {
    /// The word used in packs and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prohibition => "prohibition",
            Self::Threshold => "threshold",
            Self::Duty => "duty",
            Self::Record => "record",
            Self::Deadline => "deadline",
            Self::Exemption => "exemption",
            Self::Exposure => "exposure",
        }
    }

    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::Prohibition => Bilingual::new("禁止", "prohibition"),
            Self::Threshold => Bilingual::new("阈值", "threshold"),
            Self::Duty => Bilingual::new("义务", "duty"),
            Self::Record => Bilingual::new("留存", "record"),
            Self::Deadline => Bilingual::new("期限", "deadline"),
            Self::Exemption => Bilingual::new("豁免", "exemption"),
            Self::Exposure => Bilingual::new("责任", "exposure"),
        }
    }

    /// Whether an exemption can take it away. A prohibition and a threshold say themselves when they
    /// do not stand.
    pub const fn is_lifted_by_exemption(self) -> bool {
        matches!(self, Self::Duty | Self::Record | Self::Deadline | Self::Exposure)
    }

    /// Whether it asks somebody to do something, once or for a term.
    pub const fn is_to_do(self) -> bool {
        matches!(self, Self::Duty | Self::Record | Self::Deadline)
    }
}

/// How sure weir is of a rule's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The text was read.
    Seen,
    /// Known from somebody else's account of it.
    SecondHand,
    /// From memory; to be checked before it is relied on.
    Unverified,
}

impl Certainty {
    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::Seen => Bilingual::new("已读原文", "text read"),
            Self::SecondHand => Bilingual::new("据二手资料", "second-hand"),
            Self::Unverified => Bilingual::new("未核实", "unverified"),
        }
    }
}

/// One rule's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule's identifier in its pack, such as `PIPL-23`.
    pub rule: String,
    /// Instrument and article, for people.
    pub article: Bilingual,
    /// What it brings about.
    pub outcome: Outcome,
    /// Whether it is met: always true for an exemption, false for what must still be done.
    pub met: bool,
    /// What it says, in our words.
    pub text: Bilingual,
    /// Why it applies, or why it need not.
    pub because: Bilingual,
    /// How sure weir is of the text.
    pub certainty: Certainty,
}

impl Finding {
    /// Whether it stands against the release by itself. What is known from memory only never
    /// decides.
    pub fn refuses(&self) -> bool {
        match self.outcome {
            Outcome::Prohibition => true,
            Outcome::Threshold => !self.met && self.certainty != Certainty::Unverified,
            Outcome::Duty
            | Outcome::Record
            | Outcome::Deadline
            | Outcome::Exemption
            | Outcome::Exposure => false,
        }
    }
}

/// The decision with everything that led to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Whether the release may go out.
    pub permitted: bool,
    /// The rule pack and its version.
    pub pack: String,
    /// The day whose law was applied, `YYYY-MM-DD`.
    pub as_of: String,
    /// Rules that apply, the ones that refuse first.
    pub findings: Vec<Finding>,
    /// The claim that may be made, or the refusal in one sentence.
    pub summary: Bilingual,
    /// Re-assess before this day, `YYYY-MM-DD`.
    pub valid_until: String,
    /// What nobody stated and some rule rests on; those that could refuse first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
}

/// A question to the person: a fact that nobody stated and that a rule rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The name of the fact in the request's table `[facts]`.
    pub fact: String,
    /// The question.
    pub text: Bilingual,
    /// The rules whose result rests on the answer.
    pub rules: Vec<String>,
    /// Whether one of them would refuse.
    pub may_refuse: bool,
}
