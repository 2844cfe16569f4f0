//! The program as a person uses it.

mod bad_input;
mod claims;
mod commands;
mod disclosure;
mod kill;
mod support;
mod tamper;
