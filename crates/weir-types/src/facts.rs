//! What the law engine is told about a circulation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::Bilingual;

/// The kind of data, as in the three scenarios of the Implementation Plan 2025, tasks 1 to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Personal information.
    Personal,
    /// Enterprise data.
    Enterprise,
    /// Public and government data.
    Public,
}

/// The legal relation between provider and recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The recipient acts on the provider's instructions (PIPL article 21).
    Entrust,
    /// The recipient decides purpose and means itself (PIPL article 23).
    Provide,
    /// Both decide purpose and means (PIPL article 20).
    Joint,
    /// Anyone may have it (PIPL article 25).
    Publish,
    /// One government department to another (State Council Decree 809).
    Government,
}

/// Where the released data will be, the E of the standards' thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// A closed environment within one organisation ("enclave").
    Inside,
    /// A named recipient under contract ("controlled public sharing").
    Controlled,
    /// Open to anyone ("fully public").
    Public,
}

/// Status of the data under the grading rules (GB/T 43697-2024): declared, never guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importance {
    /// The provider has not said.
    #[default]
    Unknown,
    /// General data.
    General,
    /// Important data, notified or published as such.
    Important,
    /// Core data of the state.
    Core,
}

macro_rules! names {
    ($ty:ty { $($variant:ident = $key:literal, $zh:literal, $en:literal;)+ }) => {
        impl $ty {
            /// The word used in requests and JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }

            /// The words for people.
            pub fn label(self) -> Bilingual {
                match self { $(Self::$variant => Bilingual::new($zh, $en),)+ }
            }
        }
    };
}

names!(Kind {
    Personal = "personal", "个人数据", "personal data";
    Enterprise = "enterprise", "企业数据", "enterprise data";
    Public = "public", "公共数据", "public data";
});
names!(Relation {
    Entrust = "entrust", "委托处理", "entrusted processing";
    Provide = "provide", "向他人提供", "provision to another processor";
    Joint = "joint", "共同处理", "joint processing";
    Publish = "publish", "公开", "publication";
    Government = "government", "政务数据共享", "sharing between government departments";
});
names!(Environment {
    Inside = "inside", "机构内部封闭环境", "closed environment inside the organisation";
    Controlled = "controlled", "受控共享", "controlled sharing";
    Public = "public", "完全公开", "fully public";
});
names!(Importance {
    Unknown = "unknown", "未说明", "not stated";
    General = "general", "一般数据", "general data";
    Important = "important", "重要数据", "important data";
    Core = "core", "核心数据", "core data";
});

/// The typed facts of one release.
///
/// Two kinds meet here: what the request says, and what was measured on the released bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Kind of data.
    pub kind: Kind,
    /// Relation of the parties.
    pub relation: Relation,
    /// Where the data will be.
    pub environment: Environment,
    /// Declared grade.
    pub importance: Importance,
    /// Whether the source holds personal information (an identifier or a quasi-identifier of
    /// persons was found, or the request says so).
    pub personal_information: bool,
    /// Whether the released columns or the source hold sensitive personal information.
    pub sensitive: bool,
    /// Whether a direct identifier is left readable in the released columns.
    pub direct_identifiers_released: bool,
    /// Whether the request names a legal basis (PIPL article 13).
    pub legal_basis: bool,
    /// Whether the request bans re-identification.
    pub reidentification_ban: bool,
    /// Whether the request fixes a retention term.
    pub retention: bool,
    /// Whether the purpose is stated.
    pub purpose: bool,
    /// Number of people in the source.
    pub people: u64,
    /// What the request states beyond that, by the names of the rule pack's facts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stated: BTreeMap<String, FactValue>,
}

/// The value of one fact as a person states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    YesNo(bool),
    /// A count.
    Number(u64),
    /// One of the words of the fact; `unknown` says that the person does not know.
    Word(String),
}
