//! What attacks on a released table achieved.

use serde::{Deserialize, Serialize};

/// Results of the three attacks that WP216 of the Article 29 Working Party names, tried on a
/// released table with the original at hand.
///
/// Whoever holds only the release cannot repeat them: they need the original.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttackReport {
    /// What the adversary aims at.
    pub unit: Unit,
    /// Columns whose original values the adversary knows of a target.
    pub known: Vec<String>,
    /// People (or rows, where rows are not tied to people) of the original.
    pub people: u64,
    /// Those of the release.
    pub released: u64,
    /// Against whom the figures are held.
    pub control: Control,
    /// Seed of the draws.
    pub seed: u64,
    /// Attempts to describe exactly one person.
    pub singling_out: Vec<SinglingOut>,
    /// Attempts to find a person's rows.
    pub linkage: Linkage,
    /// Attempts to tell a value of a person, by column.
    pub inference: Vec<Inference>,
    /// Columns with labels that could not be read; the attacks on them are weaker than those of
    /// an adversary who can.
    pub unread: Vec<Unread>,
}

/// The attacks on a release, or why they were not tried.
///
/// Only who holds the original can repeat them: a verifier reads what the provider states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Attacks {
    /// They were tried.
    Tried {
        /// What they achieved.
        report: Box<AttackReport>,
    },
    /// They were not tried.
    NotTried {
        /// Why.
        reason: NotTried,
    },
}

impl Attacks {
    /// What they achieved, where they were tried.
    pub fn report(&self) -> Option<&AttackReport> {
        match self {
            Self::Tried { report } => Some(report),
            Self::NotTried { .. } => None,
        }
    }
}

/// Why the attacks on a release were not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotTried {
    /// They were switched off.
    SwitchedOff,
    /// No quasi-identifier was released, so that nothing is known of a target.
    NothingKnown,
    /// No row was released.
    NothingReleased,
    /// More rows than the memory that was planned for.
    TooLarge,
}

/// What the adversary aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// One row.
    Row,
    /// All rows of a person, which the release ties together.
    Person,
}

/// People who are not in the release, to tell what the release gives away from what is true of
/// people in general.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "group", rename_all = "kebab-case")]
pub enum Control {
    /// The targets themselves, had each stayed out: the own row is taken out of what the
    /// adversary sees.
    StayedOut,
    /// People of another table.
    Table {
        /// How many.
        people: u64,
    },
}

/// A share with its 95 % interval (Wilson 1927).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Attempts.
    pub attempts: u64,
    /// Share of them that succeeded, 0 to 1; where an attempt ends in a draw among several, its
    /// chance. 0 without attempts.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval; 1 without attempts.
    pub high: f64,
}

/// Attempts to describe exactly one person of the original.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinglingOut {
    /// The columns that descriptions are made of.
    pub columns: Vec<String>,
    /// Released people (or rows) who are alone with their cells over these columns.
    pub alone: u64,
    /// Share of descriptions, each the cells of one who is alone, that fit exactly one person
    /// of the original.
    pub rate: Rate,
    /// Chance that a description of the same weight, made without the release, does
    /// (Cohen and Nissim 2020): at most 37 %.
    pub baseline: f64,
}

/// Attempts to find a person's rows by what is known of the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linkage {
    /// Chance to pick the right one among the released rows that fit the target, on the
    /// assumption that it is among them; 0 where none fits.
    pub rate: Rate,
    /// Chance of a pick without looking at the values.
    pub baseline: f64,
    /// Share of the targets whom exactly one fits.
    pub unique: Rate,
    /// Share of the control group whom exactly one fits, wrongly.
    pub control_unique: Rate,
    /// Share of the targets whom none fits: left out, or changed.
    pub none: f64,
    /// Fewest that fit a target whom any fits.
    pub fewest: u64,
}

/// Attempts to tell a value of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inference {
    /// The column.
    pub column: String,
    /// Chance that the most frequent value among those that fit the target is the target's.
    pub rate: Rate,
    /// The same for the control group.
    pub control: Rate,
    /// The same when the most frequent value of the release is told of everyone.
    pub baseline: f64,
    /// What the release adds: `(rate - control) / (1 - control)`, with its 95 % interval.
    pub advantage: Advantage,
}

/// What the release adds over the control group, as a share of what could be added.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advantage {
    /// Estimate; below 0 where the control group does better.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A column with labels that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// The column.
    pub column: String,
    /// Labels that fit no value by their form, taken to fit every value.
    pub labels: u64,
}
