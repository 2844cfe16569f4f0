//! Hierarchies, linked columns, the search for the least generalisation, the transform.
//!
//! What this crate guarantees: under the levels that [`search::least_loss`] returns, every class
//! that is not suppressed meets the goal's models (counted over people, not rows), and the share
//! suppressed is within the limit; what [`transform::Transform`] gives out in place of a linked column is a
//! function of the released cell it is linked to.
//!
//! What it does not: it does not measure the released bytes, which is done apart from it, by code
//! that does not know how they were made; it does not find links that need two columns together;
//! and `k` people in a class say nothing of what the class gives away about sensitive columns.
//!
//! ```
//! use std::sync::Arc;
//!
//! use weir_deidentify::{Columns, Quasi, SearchTable, hierarchy, least_loss};
//! use weir_search::{Goal, SearchOptions, goal::Model};
//! use weir_table::{ColumnProfile, Histogram, Records, ValueCount};
//! use weir_types::{ColumnType, QualityModel, Redacted};
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
//! let age = Arc::new(hierarchy::automatic(&ages, 2));
//! let people = Records::from_counts(&[1, 1, 1, 1]);
//! let histogram =
//!     Histogram::new(vec![age.codebook().n_codes()], vec![vec![0, 1, 2, 3]], people);
//! let quasi = vec![Quasi { hierarchy: Arc::clone(&age), weight: 1.0 }];
//! let columns = Columns { quasi, sensitive: Vec::new() };
//! let table = SearchTable::new(&histogram, &columns, None, false)?;
//! let goal = Goal {
//!     models: vec![Model { model: "2-anonymity".parse()?, sensitive: 0 }],
//!     quality: QualityModel::default(),
//!     suppress_at_most: 0.0,
//! };
//! let found = least_loss(&table, &[Arc::clone(&age)], &goal, &SearchOptions::PLAIN)?;
//! let group = |code: usize| age.groups(found.levels[0])[code];
//! assert_eq!((group(0), group(2)), (group(1), group(3)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod aggregate;
pub mod fixed;
pub mod hierarchy;
pub mod links;
pub mod loss;
pub mod regions;
pub mod search;
pub mod table;
pub mod token;
pub mod transform;

pub use hierarchy::Hierarchy;
pub use regions::Regions;
pub use search::{Solution, least_loss};
pub use table::{Columns, Quasi, SearchTable, SensitiveColumn};
pub use token::TokenKey;
pub use transform::Transform;
