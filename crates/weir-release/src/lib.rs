//! The way of a release from request to package.
//!
//! What this crate guarantees: released data reaches its place only as a [`Cleared`] package, for
//! which the law's permit and the log's receipt were shown for exactly its bytes; killed at any
//! moment, a release is either whole or, after the next run, gone; no error holds a cell value.
//! What it does not: it knows no HTTP and no database, and it does not protect a home or a key
//! that somebody else can read.

mod afterwards;
mod cleared;
pub mod clock;
mod compare;
mod count;
pub mod deidentify;
mod error;
mod files;
pub mod hierarchy;
mod home;
mod judged;
mod look;
mod picture;
mod prepare;
mod private;
pub mod progress;
mod recover;
pub mod report;
mod run;
mod seal;
mod staging;
mod transform;
mod weigh;
mod write;

pub use cleared::{Cleared, NotCleared, Published};
pub use error::{ColumnConflict, ReleaseError};
pub use files::replace as replace_file;
pub use home::Home;
pub use recover::{Recovered, recover};
pub use run::{Done, Outcome, ReleaseOptions, release};
pub use weigh::{PlanOptions, Planned, WeighError, plan, underwriting};
