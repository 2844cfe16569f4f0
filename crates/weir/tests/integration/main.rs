//! The program as a person uses it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod anonymeter;
mod bad_input;
mod claims;
mod commands;
#[cfg(all(feature = "databases", unix))]
mod databases;
mod deidentify;
mod disclosure;
mod documents;
mod hierarchy;
mod inspect;
mod judged;
mod kill;
mod law;
mod local;
mod plan;
mod private;
mod pycanon;
mod report;
mod support;
mod tamper;
