//! Who may have the data, and what may go wrong in money: recipient assessment, residual risk,
//! and an export of both for an underwriter.
//!
//! What this crate guarantees:
//! - the same inputs give the same result: randomness comes from a seed, days from the caller;
//! - a figure that rests on an assumption carries it.
//!
//! What it does not: that an assumption is true. Frequencies and losses are what the caller says
//! they are, and a simulation of guesses is a guess. Nothing here promises a premium.
//!
//! ```
//! use weir_plan::loss::{self, Pert, Scenario, ScenarioTerms};
//!
//! let leak = Scenario::new(ScenarioTerms {
//!     id: "leak-at-the-recipient".to_owned(),
//!     events_per_year: Pert::new(0.05, 0.1, 0.5)?,
//!     vulnerability: 0.3,
//!     primary: Pert::new(10_000.0, 50_000.0, 400_000.0)?,
//!     secondary_chance: 0.2,
//!     secondary: Pert::new(0.0, 100_000.0, 1_000_000.0)?,
//!     secondary_ceiling: Some(1_000_000.0),
//! })?;
//! let curve = loss::simulate(std::slice::from_ref(&leak), 20_000, 1);
//! assert!((curve.mean - leak.expected()).abs() < 5.0 * curve.mean_error);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod assess;
pub mod loss;
pub mod underwriting;
