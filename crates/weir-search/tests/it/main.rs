//! The public face of the crate, on tables of text.

// Helpers are taken by the lints for test code only where it is said.
#[cfg(test)]
mod arx;
#[cfg(test)]
mod brute;
#[cfg(test)]
mod choices;
#[cfg(test)]
mod estimates;
#[cfg(test)]
mod made;
#[cfg(test)]
mod optimum;
#[cfg(test)]
mod plain;
#[cfg(test)]
mod question;
#[cfg(test)]
mod records;
