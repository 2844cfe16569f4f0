//! The crate from outside, on real tables.

#[cfg(test)]
mod adult;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod hierarchies;
#[cfg(test)]
mod table;
