//! What was typed for `weir law`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use weir_law::{Day, Route};
use weir_types::Outcome;

/// Read, explain and test the rules
///
/// Rules are data: packs of dated, cited rules over typed facts. weir ships cn-2026, Chinese law as
/// its engineers read it; a sector can add a pack of its own. This is not legal advice.
///
/// Example: weir law explain examples/claims/request.toml
#[derive(Debug, ClapArgs)]
pub(crate) struct Law {
    #[command(subcommand)]
    pub(crate) command: LawCommand,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub(crate) enum LawCommand {
    List(List),
    Facts(LawFacts),
    Show(Show),
    Explain(Explain),
    Test(Test),
    Diff(Diff),
    New(NewPack),
}

/// List the rules
///
/// Example: weir law list --instrument PIPL --outcome exemption --as-of 2025-12-31
#[derive(Debug, ClapArgs)]
pub(crate) struct List {
    /// A pack of your own, instead of the shipped one: a folder or a file
    #[arg(long)]
    pub(crate) pack: Option<String>,
    /// Only rules of this instrument, such as PIPL
    #[arg(long)]
    pub(crate) instrument: Option<String>,
    /// Only rules that bring this about
    #[arg(long, value_enum)]
    pub(crate) outcome: Option<OutcomeArg>,
    /// Only what is in force on this day, YYYY-MM-DD
    #[arg(long)]
    pub(crate) as_of: Option<Day>,
}

/// List the facts that rules may ask for
///
/// Facts marked `stated` go into the table `[facts]` of a request.
///
/// Example: weir law facts
#[derive(Debug, ClapArgs)]
pub(crate) struct LawFacts {
    /// A pack of your own, instead of the shipped one: a folder or a file
    #[arg(long)]
    pub(crate) pack: Option<String>,
}

/// Show one rule whole
///
/// RULE may also be the beginning of several, such as PIPL-55.
///
/// Example: weir law show PIPL-23
#[derive(Debug, ClapArgs)]
pub(crate) struct Show {
    /// The rule
    pub(crate) rule: String,
    /// A pack of your own, instead of the shipped one: a folder or a file
    #[arg(long)]
    pub(crate) pack: Option<String>,
}

/// Say for each rule whether it applies to a request, and by which facts
///
/// Reads the request and not its data: what only the data shows is unknown unless the request states
/// it under `[facts]`. A fact that nobody stated and that matters becomes a question.
///
/// Exit status 3 where a prohibition stands.
///
/// Example: weir law explain examples/claims/request.toml --route anonymised
#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The request
    pub(crate) request: PathBuf,
    /// A pack of your own, instead of the shipped one: a folder or a file
    #[arg(long)]
    pub(crate) pack: Option<String>,
    /// The day whose law applies, YYYY-MM-DD; today when left out
    #[arg(long)]
    pub(crate) as_of: Option<Day>,
    /// What becomes of personal information in the release
    #[arg(long, value_enum, default_value = "as-is")]
    pub(crate) route: RouteArg,
}

/// Run the cases of a pack
///
/// The cases stand in the folder `cases` beside the pack. A rule needs a case in which it applies and
/// one in which it does not; where it can be seen to be met, one of each.
///
/// Exit status 1 where a case comes out otherwise, 2 where a rule lacks a case.
///
/// Example: weir law test laws/cn-2026
#[derive(Debug, ClapArgs)]
pub(crate) struct Test {
    /// The folder of the pack
    pub(crate) pack: PathBuf,
}

/// Say which rules differ between two packs, or two days
///
/// A pack is a folder, a file, or cn-2026 for the shipped one; `@DAY` after it takes what is in force
/// on that day.
///
/// Example: weir law diff cn-2026@2025-12-31 cn-2026@2026-01-01
#[derive(Debug, ClapArgs)]
pub(crate) struct Diff {
    /// The older pack
    pub(crate) old: String,
    /// The newer pack
    pub(crate) new: String,
}

/// Write a pack to start your own from, with cases
///
/// It adds to the shipped pack and passes `weir law test` as it is. Nothing is overwritten.
///
/// Example: weir law new my-sector
#[derive(Debug, ClapArgs)]
pub(crate) struct NewPack {
    /// The folder to write
    pub(crate) folder: PathBuf,
}

/// What a rule brings about.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OutcomeArg {
    /// What must not be done
    Prohibition,
    /// What the measured figures must meet
    Threshold,
    /// What has to be done
    Duty,
    /// What has to be kept
    Record,
    /// What is due by a time
    Deadline,
    /// What need not be done
    Exemption,
    /// What a breach costs
    Exposure,
}

impl From<OutcomeArg> for Outcome {
    fn from(outcome: OutcomeArg) -> Self {
        match outcome {
            OutcomeArg::Prohibition => Self::Prohibition,
            OutcomeArg::Threshold => Self::Threshold,
            OutcomeArg::Duty => Self::Duty,
            OutcomeArg::Record => Self::Record,
            OutcomeArg::Deadline => Self::Deadline,
            OutcomeArg::Exemption => Self::Exemption,
            OutcomeArg::Exposure => Self::Exposure,
        }
    }
}

/// What becomes of personal information.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RouteArg {
    /// It stays personal information
    AsIs,
    /// The release is taken to meet the anonymisation threshold
    Anonymised,
}

impl From<RouteArg> for Route {
    fn from(route: RouteArg) -> Self {
        match route {
            RouteArg::AsIs => Self::AsIs,
            RouteArg::Anonymised => Self::Anonymised,
        }
    }
}
