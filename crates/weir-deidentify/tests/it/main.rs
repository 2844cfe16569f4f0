//! The crate from outside, on real tables.

mod adult;
mod claims;
mod table;
