//! The public face: the binary, its dependencies, and programs that nobody here wrote.

// Helpers are taken by the lints for test code only where it is said.
#[cfg(test)]
mod binary;
mod dependencies;
#[path = "../support/fixture.rs"]
mod fixture;
#[cfg(test)]
mod package;
mod peer;
