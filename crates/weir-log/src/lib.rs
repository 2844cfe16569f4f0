//! A Merkle log on disk in the C2SP tlog-tiles format.
//!
//! A [`Log`] is a directory: a signed `checkpoint`, hash tiles, and bundles of entries. What an
//! entry means is not known here; it is at most [`MAX_ENTRY_BYTES`] bytes. A [`Receipt`] shows
//! that one entry is in the tree of one signed checkpoint, and can be checked without the log.
//!
//! What this crate guarantees:
//! - when [`Log::append`] returns indices, the entries are on the disk under a signed checkpoint;
//! - a crash at any write leaves a log that opens, at the checkpoint before or the one after, and
//!   no two checkpoints that this crate signs for one directory contradict each other;
//! - a [`Receipt`] that exists was proven: the signature and the path were checked when it was made.
//!
//! What it does not:
//! - that the directory was not set back whole to an older state (witnesses or receipts show that);
//! - when an entry was made, or by whom;
//! - that the log was never shown differently to somebody else.
//!
//! | specification | met | not met |
//! |---|---|---|
//! | [tlog-tiles] | checkpoint, tiles, partial tiles, entry bundles | serving over HTTP, pruning |
//! | [tlog-checkpoint] | origin, size, root | extension lines are refused |
//! | [signed-note] | Ed25519 (type 0x01); other signatures are carried and ignored | other types |
//! | [tlog-proof] `@v1` | index, path, checkpoint | an `extra` line is refused: nothing vouches for it |
//!
//! All at C2SP commit `5ba5ee830903`; hashes as in RFC 6962, section 2.1.
//!
//! ```
//! use weir_log::{Log, Receipt, note::SigningKey};
//! # let dir = tempfile::tempdir().unwrap();
//! let key = SigningKey::from_seed("log.example/releases", &[7; 32])?;
//! let verifier = key.verifier().clone();
//!
//! let mut log = Log::create_or_open(dir.path(), key)?;
//! let index = log.append(&[b"an entry".to_vec()])?[0];
//! let text = log.receipt(index)?.to_tlog_proof();
//!
//! assert_eq!(Receipt::verify(&text, b"an entry", &verifier)?.index(), 0);
//! assert!(Receipt::verify(&text, b"another", &verifier).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [tlog-tiles]: https://c2sp.org/tlog-tiles
//! [tlog-checkpoint]: https://c2sp.org/tlog-checkpoint
//! [signed-note]: https://c2sp.org/signed-note
//! [tlog-proof]: https://c2sp.org/tlog-proof

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod check;
mod checkpoint;
mod hash;
mod log;
pub mod note;
pub mod proof;
mod receipt;
mod storage;
mod tile;

pub use check::{CheckError, CheckReport};
pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use hash::Hash;
pub use log::{Log, LogError};
pub use receipt::{ProofError, Receipt};
pub use tile::{MAX_ENTRY_BYTES, ReadError};
