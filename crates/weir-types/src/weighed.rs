//! The options that were weighed before a release, for its statement.

use serde::{Deserialize, Serialize};

use crate::text::Bilingual;

/// A way of circulating data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// The rows as they are.
    AsIs,
    /// Direct identifiers are replaced by tokens or left out; it stays personal information.
    Pseudonymised,
    /// Generalised until every class has enough people.
    Anonymised,
    /// Only statistics over groups.
    Aggregated,
    /// Nothing is copied out: the recipient works where the data is.
    InPlace,
    /// Both sides compute together and see only the result.
    Joint,
}

impl Route {
    /// All of them, in the order in which ties are broken.
    pub const ALL: [Self; 6] = [
        Self::AsIs,
        Self::Pseudonymised,
        Self::Anonymised,
        Self::Aggregated,
        Self::InPlace,
        Self::Joint,
    ];

    /// The word used in requests and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsIs => "as-is",
            Self::Pseudonymised => "pseudonymised",
            Self::Anonymised => "anonymised",
            Self::Aggregated => "aggregated",
            Self::InPlace => "in-place",
            Self::Joint => "joint",
        }
    }

    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::AsIs => Bilingual::new("原样", "as it is"),
            Self::Pseudonymised => Bilingual::new("去标识化（假名）", "pseudonymised"),
            Self::Anonymised => Bilingual::new("匿名化到阈值", "anonymised to the threshold"),
            Self::Aggregated => Bilingual::new("统计汇总", "aggregated"),
            Self::InPlace => Bilingual::new("原地使用", "used in place"),
            Self::Joint => Bilingual::new("联合计算", "joint computation"),
        }
    }
}

/// Which option a release took, among which others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighed {
    /// The table of costs, with its version and day.
    pub costs: String,
    /// Number of the option that was taken, from 1.
    pub taken: u64,
    /// Feasible options, the cheapest first.
    pub options: Vec<WeighedOption>,
}

/// One option, in figures for one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighedOption {
    /// The way the data would circulate.
    pub route: Route,
    /// Least number of people in a class, where classes are made.
    pub k: Option<u64>,
    /// Whether weir carries it out by itself.
    pub built: bool,
    /// All in all: route, duties, measures, lost information and expected loss, yuan.
    pub total_yuan: f64,
    /// Expected loss that is left, yuan.
    pub risk_yuan: f64,
    /// The measures that it takes, by their identifiers in the costs.
    pub measures: Vec<String>,
}
