//! Tables of databases, by URL, as streams of rows: PostgreSQL, MySQL and MariaDB.
//!
//! What this crate guarantees:
//! - nothing is written: every statement runs in a transaction that the server holds to be
//!   read-only, one for each table;
//! - several passes over a table see the same rows, as far as its storage has transactions: tables
//!   of MyISAM, Aria and MEMORY, and foreign tables of files, are seen as they are at each moment;
//! - rows come as they are sent, and no more of them are held than a part that is on its way;
//! - the same seed and data draw the same rows;
//! - no password and no cell value is in an error, a log or a `Debug`. Texts of the server are not
//!   passed on, because they may quote cells; its code is.
//!
//! What it does not know: what cells mean, law, purposes.
//!
//! ```
//! use weir_engine::Address;
//! let address = Address::parse("postgres://ann:secret@db.example/clinic").unwrap();
//! assert_eq!(address.to_string(), "postgres://ann@db.example:5432/clinic");
//! assert!(!format!("{address:?}").contains("secret"));
//! ```

mod address;
mod database;
mod draw;
mod error;
mod mysql;
mod postgres;
mod session;
mod stream;
mod tables;

pub use address::{Address, AddressError, Kind};
pub use database::{Database, TableReader};
pub use draw::Sampling;
pub use error::{At, DatabaseError, Problem};
pub use tables::{Column, ForeignKey, Keys, Name, Relation, Table, Wanted};
