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
    /// Something need not be done.
    Exemption,
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
}
