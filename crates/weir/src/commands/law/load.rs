//! Packs from the disk.

use std::path::Path;

use weir_law::cases::CaseError;
use weir_law::{Day, Folder, PackError, RulePack};
use weir_release::clock::Clock as _;
use weir_types::Request;

use crate::clock::SystemClock;
use crate::exit::{Exit, Failure};

/// The name of the shipped pack on the command line.
const SHIPPED: &str = "cn-2026";

/// The pack with this name or path; the shipped one where none is given.
pub(in crate::commands) fn pack(named: Option<&str>) -> Result<RulePack, Failure> {
    match named {
        None => Ok(RulePack::builtin()),
        Some(path) if path == SHIPPED && !Path::new(path).exists() => Ok(RulePack::builtin()),
        Some(path) => {
            RulePack::read(&folder(Path::new(path))?.files()).map_err(|error| refused(&error))
        }
    }
}

/// The request in this file.
pub(in crate::commands) fn request(path: &Path) -> Result<Request, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read `{}`: {}", path.display(), error.kind());
        Failure::input(message, "give a request; `weir new DATA` writes one")
    })?;
    Request::parse(&text).map_err(|error| Failure::new(Exit::BadInput, &error, Some(error.hint())))
}

/// The day that was given, or today; one that `pack` answers for.
pub(in crate::commands) fn day(given: Option<Day>, pack: &RulePack) -> Result<Day, Failure> {
    let day = given.map_or_else(today, Ok)?;
    answers(pack, Some(day))?;
    Ok(day)
}

/// Today, by the clock of this machine.
pub(in crate::commands) fn today() -> Result<Day, Failure> {
    let today = SystemClock::new().now().format("%Y-%m-%d").to_string();
    today.parse().map_err(|e: weir_law::NotADay| Failure::new(Exit::Failed, &e, None))
}

/// Refuses a day that `pack` does not answer for.
pub(super) fn answers(pack: &RulePack, day: Option<Day>) -> Result<(), Failure> {
    match day.and_then(|day| pack.answers_from(day)) {
        None => Ok(()),
        Some(first) => {
            let message = format!("the pack {} answers for days from {first}", pack.label());
            Err(Failure::input(message, "give a later day, or an older pack"))
        }
    }
}

pub(super) fn folder(path: &Path) -> Result<Folder, Failure> {
    Folder::read(path).map_err(|error| {
        let hint = "give the folder of a pack, with a file that has `[pack]`; `weir law new` \
                    writes one";
        Failure::input(error.to_string(), hint)
    })
}

pub(super) fn refused(error: &PackError) -> Failure {
    Failure::new(Exit::BadInput, error, Some(error.hint()))
}

pub(super) fn cases_refused(error: &CaseError) -> Failure {
    Failure::new(Exit::BadInput, error, Some(error.hint().to_owned()))
}
