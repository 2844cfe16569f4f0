//! The nouns of weir: parties, requests, columns, findings, plans, risk, verdicts, statements.
//!
//! Plain data that every other crate shares, with one encoding each. Nothing here reads a file,
//! asks a clock or decides anything; what is here can be built, printed and compared.
//!
//! What this crate guarantees: a [`Request`] that exists was parsed whole (no unknown key, no
//! missing field); a [`Sha256`] is 32 bytes; a [`Redacted`] value never shows in `Debug`.
//! What it does not: that a request can be met, or that any figure is true.
//!
//! ```
//! use weir_types::Request;
//! let refused = Request::parse("recipent = 'x'").unwrap_err();
//! assert!(refused.to_string().contains("recipent"));
//! ```

pub mod attack;
pub mod choices;
pub mod column;
pub mod deadline;
pub mod digest;
pub mod facts;
pub mod hierarchy;
pub mod model;
pub mod plan;
pub mod redacted;
pub mod request;
pub mod risk;
pub mod statement;
pub mod text;
pub mod utility;
pub mod verdict;
pub mod weighed;

pub use column::{ColumnType, Finding, Role, Signal};
pub use deadline::Deadline;
pub use digest::Sha256;
pub use facts::{Environment, FactValue, Facts, Importance, Kind, Relation};
pub use hierarchy::HierarchySpec;
pub use model::{PrivacyModel, QualityModel};
pub use plan::{Aggregate, ColumnPlan, Plan, Treatment};
pub use redacted::Redacted;
pub use request::{Request, RequestError};
pub use risk::RiskReport;
pub use statement::Statement;
pub use text::{Bilingual, Lang};
pub use verdict::{Decision, Outcome};
pub use weighed::Route;
