//! How the program ends.

use std::error::Error;
use std::process::ExitCode;

/// Exit status; documented in `--help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: failed.
    Failed,
    /// 2: bad arguments or input.
    BadInput,
    /// 3: refused by a rule, or a check that does not hold.
    Refused,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::BadInput => 2,
            Exit::Refused => 3,
        })
    }
}

/// An error on its way to the person.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// Messages from the outermost to the cause.
    pub(crate) messages: Vec<String>,
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// From an error and its causes.
    pub(crate) fn new(exit: Exit, error: &dyn Error, hint: Option<String>) -> Self {
        let mut messages = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            messages.push(error.to_string());
            cause = error.source();
        }
        Self { exit, messages, hint }
    }

    /// From a message.
    pub(crate) fn input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { exit: Exit::BadInput, messages: vec![message.into()], hint: Some(hint.into()) }
    }
}

impl From<weir_release::ReleaseError> for Failure {
    fn from(error: weir_release::ReleaseError) -> Self {
        let exit = match (error.is_refusal(), error.is_input()) {
            (true, _) => Exit::Refused,
            (false, true) => Exit::BadInput,
            (false, false) => Exit::Failed,
        };
        Self::new(exit, &error, error.hint())
    }
}

impl From<weir_table::TableError> for Failure {
    fn from(error: weir_table::TableError) -> Self {
        let written = matches!(error, weir_table::TableError::Write { .. });
        let exit = if written { Exit::Failed } else { Exit::BadInput };
        Self::new(exit, &error, error.hint())
    }
}
