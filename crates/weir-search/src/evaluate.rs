//! Counting the classes of a node on packed words.

pub(crate) mod axis;
pub(crate) mod base;
mod classes;
mod collapse;
mod grid;
mod ids;
pub(crate) mod judge;
pub(crate) mod measure;
mod part;
