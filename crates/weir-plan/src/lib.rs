//! The cheapest sufficient way to circulate data, who may have it, and what it leaves to risk.
//!
//! [`plan`] takes what is known of data, parties and purpose, what was measured on the real counts
//! for each least size of a class, the rules and a table of costs, and answers with every form in
//! which the data could circulate: what has to be done for the law and what need not be, each with
//! its article; which measures are worth their cost; what may still go wrong, in money.
//!
//! What this crate guarantees:
//! - the same inputs give the same result: randomness comes from a seed, days from the caller;
//! - the measures of an option are the cheapest there are, which branch and bound proves ([`solve`]);
//!   so the first option is the cheapest of all forms with all sets of measures;
//! - a rule that forbids a route takes it out, with its article;
//! - a figure that rests on an assumption carries it.
//!
//! What it does not: that an assumption is true. Frequencies, effects and prices are what the table
//! of costs says they are until somebody states better ones, and a simulation of guesses is a guess.
//! Nothing here promises a premium.
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
pub mod costs;
pub mod loss;
pub mod options;
pub mod solve;
pub mod underwriting;

mod candidate;
mod law;
mod plan;
mod reckon;
mod threat;

pub use candidate::{Candidate, Found, Searched, Source};
pub use plan::{Circulation, PlanError, Trust, curves, plan};
pub use threat::Harm;
