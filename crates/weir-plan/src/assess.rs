//! Recipient assessment: answers to a short questionnaire, a table of rules, a band.
//!
//! A [`RecipientTable`] is data (`planning/recipient-2026.toml`): questions on the Five Safes
//! (projects, people, settings, data, outputs), on security, history, purpose fit and onward use;
//! what each answer is worth and why; and what follows from a band: the context factor of the
//! standard's risk formula, measures, supervision. [`RecipientAnswers`] are one recipient's.
//! [`RecipientTable::assess`] holds one against the other on a day.
//!
//! No answer is a guess in the recipient's favour: what is unknown, left out, expired or without
//! the evidence that its question asks for counts as the worst answer, and the result says so.
//! Whether an answer is true is for a person to check. There is no national scheme for this; a
//! band is weir's own default and no official rating.
//!
//! ```
//! use weir_plan::assess::{Band, RecipientAnswers, RecipientTable};
//!
//! let table = RecipientTable::builtin();
//! let answers = "
//!     table = 'recipient-2026'
//!     recipient = 'City health research institute'
//!     answered_by = 'data protection officer'
//!     answered_on = 2026-11-01
//!     [answers.encryption]
//!     answer = 'both'
//! ";
//! let answers = RecipientAnswers::parse(answers, "answers.toml", &table)?;
//! let assessment = table.assess(&answers, "2026-11-25".parse()?);
//! assert_eq!((assessment.band, assessment.points), (Band::D, 4));
//! assert_eq!(assessment.valid_until, "2027-11-01".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answers;
mod check;
mod error;
mod judge;
mod table;
mod template;
#[cfg(test)]
#[expect(clippy::float_cmp, reason = "factors are read from the table, not computed")]
mod tests;

use serde::{Deserialize, Serialize};
use weir_types::Bilingual;

pub use self::answers::{Evidence, RecipientAnswer, RecipientAnswers};
pub use self::error::{RecipientAnswersError, RecipientTableError};
pub use self::judge::{
    Assessment, AxisScore, Better, Distance, Fault, QuestionResult, acquaintance, total_risk,
};
pub use self::table::{RecipientTable, Supervision};

/// How far a recipient is to be trusted, `A` being the most. Four by definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Band {
    /// The most.
    A,
    /// Less than `A`.
    B,
    /// Less than `B`.
    C,
    /// The least, and what nothing is known of.
    D,
}

impl Band {
    /// All bands, the best one first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// Its letter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// The band above it, if there is one.
    fn better(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|band| *band == self)?;
        Self::ALL.get(at.checked_sub(1)?).copied()
    }
}

/// What a question is about. The first five are the Five Safes (Desai, Ritchie and Welpton 2016),
/// which describe and do not measure: they are used as headings only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Is this use of the data appropriate?
    Projects,
    /// Can the people be trusted to use it so?
    People,
    /// Does the place limit misuse?
    Settings,
    /// Is there a risk in the data itself?
    Data,
    /// Are the results free of people?
    Outputs,
    /// Security capability, by outside assessments.
    Security,
    /// Incidents, penalties, court records.
    History,
    /// Whether use and business fit.
    PurposeFit,
    /// Supply to others, access from abroad.
    OnwardUse,
}

impl Axis {
    /// All of them, in the order of the questionnaire.
    pub const ALL: [Self; 9] = [
        Self::Projects,
        Self::People,
        Self::Settings,
        Self::Data,
        Self::Outputs,
        Self::Security,
        Self::History,
        Self::PurposeFit,
        Self::OnwardUse,
    ];

    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::Projects => Bilingual::new("项目", "projects"),
            Self::People => Bilingual::new("人员", "people"),
            Self::Settings => Bilingual::new("环境", "settings"),
            Self::Data => Bilingual::new("数据", "data"),
            Self::Outputs => Bilingual::new("结果", "outputs"),
            Self::Security => Bilingual::new("安全能力", "security capability"),
            Self::History => Bilingual::new("历史记录", "history"),
            Self::PurposeFit => Bilingual::new("用途匹配", "purpose fit"),
            Self::OnwardUse => Bilingual::new("后续提供", "onward use"),
        }
    }
}
