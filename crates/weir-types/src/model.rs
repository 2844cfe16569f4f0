//! Privacy models and quality models: what a table has to meet, and what its use is measured by.
//!
//! The nouns only. `weir-search` finds tables that meet them; `weir-risk` measures, apart from
//! it, whether a table does.

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

mod text;

pub use text::ModelError;

/// A condition on the classes of a table.
///
/// Counts are of people: a person with many rows is one. The `sensitive` column is named; the
/// distribution within a class counts *person–value pairs*, a person who has a value in several
/// rows counting once for it. "Class" is an equivalence class over the quasi-identifiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum PrivacyModel {
    /// Every class has at least `k` people (Samarati and Sweeney 1998).
    KAnonymity {
        /// Least people in a class.
        k: NonZeroU64,
    },
    /// Every class matches at least `k` people of the population (Sweeney 2002), counted in a
    /// population table, or estimated from the sampling fraction.
    KMap {
        /// Least people of the population in a class.
        k: NonZeroU64,
        /// Share of the population that the table holds, where there is no population table: a
        /// class then needs an estimated `k` by a zero-truncated Poisson model at 99 %.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sampling_fraction: Option<f64>,
    },
    /// Classes over people is at most this: the mean chance to be right about a person.
    AverageRisk {
        /// Greatest mean risk, 0 to 1.
        at_most: f64,
    },
    /// The estimated share of people who are alone of their kind in the population is at most
    /// this.
    PopulationUniqueness {
        /// Greatest share, 0 to 1.
        at_most: f64,
        /// Share of the population that the table holds, above 0 and at most 1.
        sampling_fraction: f64,
        /// Which estimate.
        #[serde(default)]
        estimator: Estimator,
    },
    /// Every class has at least `l` different sensitive values (Machanavajjhala et al. 2007).
    DistinctLDiversity {
        /// The sensitive column.
        sensitive: String,
        /// Least different values.
        l: NonZeroU64,
    },
    /// The entropy of the sensitive values in every class is at least `ln l`.
    EntropyLDiversity {
        /// The sensitive column.
        sensitive: String,
        /// Least effective number of values, at least 1.
        l: f64,
    },
    /// In every class the most frequent value has fewer than `c` times the people of the `l`-th
    /// most frequent one and all after it.
    RecursiveLDiversity {
        /// The sensitive column.
        sensitive: String,
        /// The factor, above 0.
        c: f64,
        /// The rank from which values are summed.
        l: NonZeroU64,
    },
    /// The sensitive values of every class are distributed as in the table, within `t` (Li et
    /// al. 2007).
    TCloseness {
        /// The sensitive column.
        sensitive: String,
        /// Greatest earth mover's distance, 0 to 1.
        t: f64,
        /// Ground distance between values.
        #[serde(default)]
        distance: Distance,
    },
    /// The chance that a person of the population is in the table lies between two bounds in
    /// every class (Nergiz et al. 2007). Needs a population table.
    DeltaPresence {
        /// Least chance, 0 to 1.
        min: f64,
        /// Greatest chance, 0 to 1.
        max: f64,
    },
    /// No value is more than `1 + beta` times as frequent in a class as in the table (Cao and
    /// Karras 2012).
    BasicBetaLikeness {
        /// The sensitive column.
        sensitive: String,
        /// Greatest relative gain, above 0.
        beta: f64,
    },
    /// As basic β-likeness, and the relative gain of a value of frequency `p` is at most
    /// `-ln p`.
    EnhancedBetaLikeness {
        /// The sensitive column.
        sensitive: String,
        /// Greatest relative gain, above 0.
        beta: f64,
    },
    /// For every value of the table, the logarithm of its frequency in a class over that in the
    /// table lies within `±delta` (Brickell and Shmatikov 2008).
    DeltaDisclosure {
        /// The sensitive column.
        sensitive: String,
        /// Greatest absolute logarithm, above 0.
        delta: f64,
    },
    /// It pays the publisher to release every record of a class (Wan et al. 2015).
    Profitability {
        /// What a record is worth to the publisher at full precision.
        benefit: f64,
        /// What a re-identified record costs the publisher.
        loss: f64,
        /// What a re-identified record is worth to the adversary.
        gain: f64,
        /// What an attempt on a record costs the adversary.
        attempt: f64,
        /// What the adversary aims at.
        #[serde(default)]
        attack: Attack,
        /// Whether a record is only released where the adversary does not attempt at all.
        #[serde(default)]
        no_attack: bool,
    },
    /// (ε, δ)-differential privacy by random sampling and generalisation (SafePub, Bild et al.
    /// 2018).
    DifferentialPrivacy {
        /// Privacy loss in all, the part spent on the choice of levels among it.
        epsilon: f64,
        /// Chance of a greater loss.
        delta: f64,
        /// Part of `epsilon` spent on choosing the levels; 0 takes the levels as given.
        #[serde(default)]
        epsilon_search: f64,
        /// Steps of the choice.
        #[serde(default)]
        steps: u32,
    },
}

/// How population uniqueness is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// The rule of Dankar et al. (2012): one of the others, by the sampling fraction.
    #[default]
    Dankar,
    /// Pitman's sampling formula (Hoshino 2001).
    Pitman,
    /// Zayatz (1991).
    Zayatz,
    /// Slide negative binomial (Chen and McNulty 1998).
    Snb,
}

/// Ground distance between two sensitive values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// 1 between any two.
    #[default]
    Equal,
    /// By the height of their lowest common ancestor in the column's hierarchy.
    Hierarchical,
    /// By the places between them in their order.
    Ordered,
}

/// What an adversary knows and aims at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attack {
    /// A person known to be in the table.
    #[default]
    Prosecutor,
    /// A person of the population table.
    Journalist,
}

/// What the use of a table is measured by; 0 is no loss wherever a scale has an end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "quality", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum QualityModel {
    /// Share of a column's domain that a released cell covers (Iyengar 2002); geometric mean of
    /// the columns, as ARX aggregates it.
    Loss {
        /// Weight between generalisation (0) and suppression (1); 0.5 counts both in full.
        #[serde(default = "half")]
        suppression_factor: f64,
    },
    /// Non-uniform entropy (De Waal and Willenborg 1999; Prasser et al. 2014), bits over all
    /// rows and columns.
    NonUniformEntropy {
        /// Whether suppressed rows count as generalised ones do, which makes the figure
        /// monotonic.
        #[serde(default)]
        monotonic: bool,
    },
    /// Sum of the squared class sizes, suppressed rows counting the whole table (Bayardo and
    /// Agrawal 2005).
    Discernibility,
    /// Rows per class (LeFevre et al. 2006).
    AverageClassSize,
    /// Mean height of the levels; a suppressed row is at the top (Sweeney 2002).
    Precision,
    /// As loss, with the arithmetic mean of the columns (Iyengar 2002; "granularity" of ARX,
    /// turned so that 0 is no loss).
    Granularity,
    /// Sum over the rows of the input tuples that each may stand for (Goldberger and Tassa 2010, who
    /// divide it by the rows).
    Ambiguity,
}

fn half() -> f64 {
    0.5
}

impl Default for QualityModel {
    fn default() -> Self {
        Self::Loss { suppression_factor: half() }
    }
}

impl PrivacyModel {
    /// The sensitive column that the model speaks of.
    pub fn sensitive(&self) -> Option<&str> {
        match self {
            Self::DistinctLDiversity { sensitive, .. }
            | Self::EntropyLDiversity { sensitive, .. }
            | Self::RecursiveLDiversity { sensitive, .. }
            | Self::TCloseness { sensitive, .. }
            | Self::BasicBetaLikeness { sensitive, .. }
            | Self::EnhancedBetaLikeness { sensitive, .. }
            | Self::DeltaDisclosure { sensitive, .. } => Some(sensitive),
            _ => None,
        }
    }

    /// Whether the model compares the table with a population table.
    pub fn needs_population(&self) -> bool {
        match self {
            Self::DeltaPresence { .. } => true,
            Self::KMap { sampling_fraction, .. } => sampling_fraction.is_none(),
            Self::Profitability { attack, .. } => *attack == Attack::Journalist,
            _ => false,
        }
    }
}
