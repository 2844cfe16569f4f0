//! Why options cannot be weighed, or none can be taken.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use weir_law::Day;
use weir_plan::PlanError;
use weir_plan::assess::RecipientAnswersError;
use weir_plan::costs::CostsError;
use weir_types::Route;

/// Why options cannot be weighed, or none can be taken. Every variant but [`WeighError::NoDay`] is a
/// fault of what the person gave, or a limit of theirs.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WeighError {
    /// The table of costs cannot be used.
    #[error("the costs cannot be used")]
    Costs(#[from] CostsError),
    /// A file that options are weighed by cannot be read.
    #[error("cannot read `{}`", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What the recipient answered cannot be understood.
    #[error("the answers of the recipient cannot be used")]
    Recipient(#[source] Box<RecipientAnswersError>),
    /// Figures that make no plan.
    #[error("the options cannot be weighed")]
    Plan(#[from] PlanError),
    /// The clock shows a day of no calendar.
    #[error("the clock shows a day that weir cannot write")]
    NoDay,
    /// A day before the first one that the rules answer for.
    #[error("the pack {pack} answers for days from {first}")]
    PackDay {
        /// The pack.
        pack: String,
        /// The first day.
        first: Day,
    },
    /// Nothing forbids the release, and yet no option that weir carries out is feasible.
    #[error("no option that weir carries out is feasible; there are {options} that are not")]
    NoOption {
        /// How many options there are that are not feasible.
        options: usize,
    },
    /// An option that there is not.
    #[error("there is no option {asked}; there are {options}")]
    NoSuchOption {
        /// The number that was asked for.
        asked: usize,
        /// How many there are.
        options: usize,
    },
    /// An option that weir does not carry out.
    #[error("option {asked} is not carried out by weir: {}", .route.label())]
    NotBuilt {
        /// The number that was asked for.
        asked: usize,
        /// The way the data would circulate.
        route: Route,
    },
    /// No option leaves as little risk as the request allows.
    #[error("no option leaves an expected loss of {ceiling:.0} yuan a year or less")]
    TooMuchLoss {
        /// Most that may be lost, yuan a year.
        ceiling: f64,
    },
}

impl WeighError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Costs(source) => source.hint(),
            Self::File { .. } => "paths are taken from the folder of the request".to_owned(),
            Self::Recipient(source) => source.hint(),
            Self::Plan(source) => source.hint(),
            Self::NoDay => "set the clock of this machine".to_owned(),
            Self::PackDay { .. } => "give a later day".to_owned(),
            Self::NoOption { .. } => "`weir plan REQUEST` says why".to_owned(),
            Self::NoSuchOption { .. } => "`weir plan REQUEST` lists the options".to_owned(),
            Self::NotBuilt { .. } => {
                "take one that `weir plan REQUEST` does not mark so".to_owned()
            }
            Self::TooMuchLoss { .. } => {
                "raise `most_loss` in the table [plan] of the request; `weir plan REQUEST` says \
                 what is left"
                    .to_owned()
            }
        }
    }
}
