//! Counting the classes of a node on packed words.

pub(crate) mod around;
pub(crate) mod axis;
pub(crate) mod bands;
pub(crate) mod base;
mod capped;
mod classes;
mod collapse;
mod grid;
mod ids;
pub(crate) mod judge;
pub(crate) mod measure;
mod part;
pub(crate) mod records;
pub(crate) mod shape;
pub(crate) mod values;
