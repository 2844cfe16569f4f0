//! Hierarchies, linked columns, the search for the least generalisation, the transform.
//!
//! What this crate guarantees: under the levels that [`search::least_loss`] returns, every class
//! that is not suppressed has at least `k` people (people, not rows), and the share suppressed is
//! within the limit; what [`transform::Transform`] gives out in place of a linked column is a
//! function of the released cell it is linked to.
//!
//! What it does not: it does not measure the released bytes, which is done apart from it, by code
//! that does not know how they were made; it does not find links that need two columns together;
//! and `k` people in a class say nothing of what the class gives away about sensitive columns.
//!
//! ```
//! use weir_deidentify::{hierarchy, search};
//! use weir_table::{ColumnProfile, Histogram, Records, ValueCount};
//! use weir_types::{ColumnType, Redacted};
//!
//! let value = |n: i64| ValueCount {
//!     value: Redacted::new(n.to_string()),
//!     number: Some(n as f64),
//!     count: 1,
//! };
//! let ages = ColumnProfile {
//!     name: "age".to_owned(),
//!     ty: ColumnType::Integer,
//!     nulls: 0,
//!     distinct: 4,
//!     distinct_exact: true,
//!     values: [31, 34, 47, 49].map(value).into(),
//!     min: Some(31.0),
//!     max: Some(49.0),
//!     longest: 2,
//! };
//! let age = hierarchy::automatic(&ages, 2);
//! let people = Records::from_counts(&[1, 1, 1, 1]);
//! let histogram =
//!     Histogram::new(vec![age.codebook().n_codes()], vec![vec![0, 1, 2, 3]], people);
//! let options = search::SearchOptions {
//!     k: 2,
//!     linked: false,
//!     suppression_limit: 0.0,
//!     weights: vec![1.0],
//! };
//! let found = search::least_loss(&histogram, std::slice::from_ref(&age), &options)?;
//! let group = |code: usize| age.groups(found.levels[0])[code];
//! assert_eq!((group(0), group(2)), (group(1), group(3)));
//! # Ok::<(), search::SearchError>(())
//! ```

pub mod hierarchy;
pub mod links;
pub mod loss;
mod parallel;
pub mod search;
pub mod token;
pub mod transform;

pub use hierarchy::Hierarchy;
pub use search::{SearchOptions, Solution, least_loss};
pub use token::TokenKey;
pub use transform::Transform;
