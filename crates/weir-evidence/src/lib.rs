//! Signed statements, envelopes, packages and their verification.
//!
//! A release leaves one signed file, `statement.dsse.json`: an in-toto Statement v1 in a DSSE v1
//! envelope. What this crate guarantees:
//!
//! - [`dsse::open`] accepts only the exact bytes that [`dsse::seal`] would write for the same
//!   statement and key; any other byte anywhere in the file is refused.
//! - A [`SealedStatement`] was signed in this process: it cannot be cloned, read back from a file
//!   or built by hand.
//! - [`verify_package`] takes no figure from the provider that the files can tell by themselves:
//!   digests, rows and risk are worked out again from the bytes on the disk.
//!
//! What it does not: tell whose key it is. Whoever receives a package compares the fingerprint
//! with the provider over another way, and passes it as [`PinnedKey`]. Nor can it repeat figures
//! about the source, which is not in the package; and it does not guard against somebody who
//! changes the files while they are being verified.
//!
//! ```
//! use weir_evidence::dsse;
//! let refused = dsse::open(b"{}", None).unwrap_err();
//! assert_eq!(refused.to_string(), "line 1, column 2: no DSSE envelope");
//! ```

mod claims;
pub mod dsse;
#[cfg(test)]
#[path = "../tests/support/fixture.rs"]
mod fixture;
pub mod form;
pub mod keys;
mod measure;
pub mod package;
pub mod signer;
mod text;
pub mod verify;

pub use dsse::{OpenError, OpenedStatement, SealError, SealedStatement};
pub use form::FormError;
pub use keys::{KeyError, Seed};
pub use signer::{PinnedKey, PublicKey, Signer};
pub use verify::{
    Check, CheckId, Outcome, Verification, VerifyError, VerifyOptions, verify_package,
};
