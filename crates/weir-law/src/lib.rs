//! Rule packs: facts to verdict, duties, exemptions and thresholds, each with its article.
//!
//! A [`RulePack`] is dated, cited data (`laws/`); [`judge`] holds it against the [`Facts`] of one
//! release and the [`RiskReport`] measured on its bytes, and answers with a [`Verdict`].
//!
//! What this crate guarantees:
//! - every finding names an instrument and an article, in two languages, and how surely its text
//!   is known; a pack that leaves one of these out is refused when it is loaded;
//! - what is only known from memory is shown, and never decides;
//! - a [`Permit`] exists only for data that met every deciding threshold and no prohibition, is
//!   tied to the digest of that data, and cannot be copied, built by hand or read from a file;
//! - a refusal always holds at least one finding that refuses.
//!
//! What it does not: it is no legal advice, it knows no rows and no bytes, it cannot tell whether
//! the facts are true, and it knows one route only: records whose re-identification risk was
//! brought under the threshold. Data that stays personal information is refused.
//!
//! ```
//! use weir_law::RulePack;
//! use weir_types::{Environment, Facts, Importance, Kind, Relation};
//!
//! let facts = Facts {
//!     kind: Kind::Personal,
//!     relation: Relation::Provide,
//!     environment: Environment::Controlled,
//!     importance: Importance::General,
//!     personal_information: true,
//!     sensitive: true,
//!     direct_identifiers_released: false,
//!     legal_basis: false,
//!     reidentification_ban: true,
//!     retention: true,
//!     purpose: true,
//!     people: 5_912,
//!     stated: Default::default(),
//! };
//! let threshold = RulePack::builtin().threshold(&facts, "2026-11-23".parse().ok());
//! assert_eq!(threshold.k, 5);
//! assert!(threshold.sources.iter().any(|source| source.version == "GB/T 42460-2023"));
//! ```
//!
//! [`Facts`]: weir_types::Facts
//! [`RiskReport`]: weir_types::RiskReport

mod ask;
pub mod cases;
mod condition;
mod day;
mod diff;
mod examine;
mod expr;
mod fact;
mod folder;
mod judge;
mod pack;
mod preset;
mod route;
pub mod template;
mod term;
mod threshold;
mod wording;

pub use ask::Inquiry;
pub use day::{Day, NotADay};
pub use diff::{Change, ChangeKind, Part, diff};
pub use examine::{Answer, Examination, State, examine};
pub use expr::{ExprError, ExprErrorKind};
pub use fact::{Fact, FactError, FactFrom, FactId, FactSet, FactType, Vocabulary, Word};
pub use folder::{Folder, Unreadable};
pub use judge::{Permit, Refusal, Verdict, judge};
pub use pack::{Instrument, PackError, PackFile, Place, Rule, RulePack};
pub use route::Route;
pub use term::{NotATerm, Term, Unit};
pub use threshold::{Threshold, ThresholdSource};
