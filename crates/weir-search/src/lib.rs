//! The best generalisation that meets privacy models, found on counts alone.
//!
//! A [`Table`] is what the search sees: distinct tuples of coded quasi-identifiers, how many
//! people have each, and the sensitive codes they go with. A [`Goal`] is what the result has to
//! meet. Labels, files and rows are unknown here.

pub mod differential;
pub mod estimate;
mod evaluate;
pub mod goal;
pub mod local;
pub mod model;
pub mod quality;
pub mod search;
pub mod table;

pub use goal::Goal;
pub use model::{Class, Models, Values};
pub use quality::Quality;
pub use search::{NoSolution, SearchOptions, Solution, search};
pub use table::Table;
