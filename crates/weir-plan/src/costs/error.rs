//! Why a text is no table of costs.

use thiserror::Error;

/// Why a text is no table of costs.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CostsError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("line {line} of the costs: {message}")]
    Syntax {
        /// The line.
        line: usize,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A figure for an assumption that no plan rests on.
    #[error("there is no assumption `{name}`")]
    UnknownAssumption {
        /// The name.
        name: String,
        /// The assumption spelled most like it.
        nearest: Option<String>,
    },
    /// Something that every table needs is not there.
    #[error("the costs say nothing of `{what}`")]
    Missing {
        /// The assumption, route or threat.
        what: String,
    },
    /// A figure below nothing, beyond all measure, or no number.
    #[error("a figure of `{name}` is no amount")]
    Amount {
        /// Where it stands.
        name: String,
    },
    /// A figure that must be a share.
    #[error("a figure of `{name}` is no share")]
    Share {
        /// Where it stands.
        name: String,
    },
    /// Numbers of events that do not rise.
    #[error("the events of the threat `{threat}` do not rise from low to high")]
    Events {
        /// The threat.
        threat: String,
    },
    /// A name of something that is not in the table.
    #[error("`{entry}` names `{name}`, which the costs do not have")]
    Reference {
        /// The task or measure.
        entry: String,
        /// What it names.
        name: String,
    },
    /// A measure that builds on one that comes after it.
    #[error("the measure `{measure}` builds on `{needs}`, which comes after it")]
    Later {
        /// The measure.
        measure: String,
        /// What it builds on.
        needs: String,
    },
}

impl CostsError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownAssumption { nearest: Some(name), .. } => {
                format!("did you mean `{name}`?")
            }
            Self::Amount { .. } => "write a number of yuan or hours, not below 0".to_owned(),
            Self::Share { .. } => "write a share, from 0 to 1".to_owned(),
            Self::Events { .. } => {
                "write three numbers: low, most likely, high, not below 0".to_owned()
            }
            Self::Later { .. } => "put what is built on first".to_owned(),
            Self::Syntax { .. }
            | Self::UnknownAssumption { .. }
            | Self::Missing { .. }
            | Self::Reference { .. } => {
                "`weir plan --print-costs` prints the whole table".to_owned()
            }
        }
    }
}
