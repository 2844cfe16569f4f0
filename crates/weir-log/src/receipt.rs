//! Receipts: proofs that one entry is in a log, that need no log to check.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 1
//! bzQLnP+zepic6UTm63gKLHiQHT+zN2hzgjURowYXr6A=
//!
//! log.example/releases
//! 2
//! ...
//! ```

use std::fmt::Write;

use crate::checkpoint::{CheckpointError, SignedCheckpoint, parse_decimal};
use crate::hash::Hash;
use crate::note::VerifierKey;
use crate::proof::verify_inclusion;

/// A checked proof that one entry is in the log of one signed checkpoint.
///
/// Only [`Log::receipt`](crate::Log::receipt) and [`Receipt::verify`] make one, and both check
/// the path up to the signed root first. It cannot be cloned, so that it can be spent but once.
///
/// ```compile_fail,E0599
/// fn twice(receipt: weir_log::Receipt) -> (weir_log::Receipt, weir_log::Receipt) {
///     (receipt.clone(), receipt)
/// }
/// ```
#[derive(Debug)]
pub struct Receipt {
    index: u64,
    leaf: Hash,
    path: Vec<Hash>,
    checkpoint: SignedCheckpoint,
}

impl Receipt {
    /// A receipt, if the path leads from the leaf to the root.
    pub(crate) fn prove(
        index: u64,
        leaf: Hash,
        path: Vec<Hash>,
        checkpoint: SignedCheckpoint,
    ) -> Option<Self> {
        verify_inclusion(leaf, index, checkpoint.size(), &path, checkpoint.root()).then_some(Self {
            index,
            leaf,
            path,
            checkpoint,
        })
    }

    /// Reads a proof and checks it: that `log` signed the checkpoint, and that `entry` is at the
    /// stated index of its tree.
    ///
    /// Only the bytes that [`to_tlog_proof`](Self::to_tlog_proof) writes are accepted.
    ///
    /// # Errors
    ///
    /// - [`ProofError::Form`]: not a tlog-proof in its one written form, or one with an `extra`
    ///   line, which nothing vouches for;
    /// - [`ProofError::Checkpoint`]: the log did not sign the checkpoint;
    /// - [`ProofError::Index`]: the checkpoint's tree has no entry of that index;
    /// - [`ProofError::Mismatch`]: the entry is another, or the path does not lead to the root.
    pub fn verify(text: &str, entry: &[u8], log: &VerifierKey) -> Result<Self, ProofError> {
        let rest = text.strip_prefix(HEADER).ok_or(ProofError::Form)?;
        let (head, note) = rest.split_once("\n\n").ok_or(ProofError::Form)?;
        let mut lines = head.split('\n');
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(parse_decimal).ok_or(ProofError::Form)?;
        let mut path = Vec::new();
        for line in lines {
            // The path of a tree of 2^64 leaves has 64 hashes.
            if path.len() == 64 {
                return Err(ProofError::Form);
            }
            path.push(Hash::from_base64(line).ok_or(ProofError::Form)?);
        }
        let checkpoint = SignedCheckpoint::open(note, log).map_err(ProofError::Checkpoint)?;
        let size = checkpoint.size();
        if index >= size {
            return Err(ProofError::Index { index, size });
        }
        let receipt =
            Self::prove(index, Hash::leaf(entry), path, checkpoint).ok_or(ProofError::Mismatch)?;
        // Each part is read strictly; this holds the whole to it, should a part ever be lax.
        if receipt.to_tlog_proof() != text {
            return Err(ProofError::Form);
        }
        Ok(receipt)
    }

    /// The receipt as a c2sp.org/tlog-proof, to be kept in a file named `*.tlog-proof`.
    #[must_use]
    pub fn to_tlog_proof(&self) -> String {
        let mut text = format!("{HEADER}index {}\n", self.index);
        for hash in &self.path {
            writeln!(text, "{hash}").expect("a String takes every write");
        }
        write!(text, "\n{}", self.checkpoint).expect("a String takes every write");
        text
    }

    /// The place of the entry in the log, from zero.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The RFC 6962 leaf hash of the entry; compare it with [`Hash::leaf`].
    #[must_use]
    pub fn leaf(&self) -> Hash {
        self.leaf
    }

    /// Whether this is the receipt of exactly that entry.
    #[must_use]
    pub fn is_for(&self, entry: &[u8]) -> bool {
        self.leaf == Hash::leaf(entry)
    }

    /// The signed state of the log that the entry was found in.
    #[must_use]
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }
}

/// Why a receipt was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The text is not a proof in its one written form.
    #[error("the receipt is not a well-formed tlog-proof")]
    Form,
    /// The checkpoint inside was refused.
    #[error("the checkpoint in the receipt was refused")]
    Checkpoint(#[source] CheckpointError),
    /// The index lies beyond the tree.
    #[error("the receipt is for entry {index} of a log of {size} entries")]
    Index {
        /// The stated index, from zero.
        index: u64,
        /// The size in the checkpoint.
        size: u64,
    },
    /// The entry, the path and the root do not belong together.
    #[error("the entry is not at the stated place of the signed log")]
    Mismatch,
}

impl ProofError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Form => "ask for the `.tlog-proof` file again, exactly as the log wrote it",
            Self::Checkpoint(_) => "compare the log key in use with the one the log's owner gives",
            Self::Index { .. } | Self::Mismatch => {
                "do not rely on the entry: the log did not vouch for these bytes"
            }
        }
    }
}

const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::note::SigningKey;

    fn key() -> SigningKey {
        SigningKey::from_seed("log.example/releases", &[5; 32]).unwrap()
    }

    /// The receipt of `b`, the second of three entries.
    fn receipt() -> Receipt {
        let [a, b, c] = [b"a", b"b", b"c"].map(|entry| Hash::leaf(entry));
        let root = Hash::root_of(&[a, b, c]);
        let checkpoint = SignedCheckpoint::sign(3, root, &key());
        Receipt::prove(1, b, vec![a, c], checkpoint).unwrap()
    }

    fn verify(text: &str) -> Result<Receipt, ProofError> {
        Receipt::verify(text, b"b", key().verifier())
    }

    #[test]
    fn a_receipt_is_read_back() {
        let text = receipt().to_tlog_proof();
        let read = verify(&text).unwrap();
        assert_eq!((read.index(), read.leaf()), (1, Hash::leaf(b"b")));
        assert!(read.is_for(b"b") && !read.is_for(b"a"));
        assert_eq!(read.checkpoint().size(), 3);
        assert_eq!(read.to_tlog_proof(), text);
        let head: Vec<&str> = text.lines().take(3).collect();
        let sibling = Hash::leaf(b"a").to_string();
        assert_eq!(head, ["c2sp.org/tlog-proof@v1", "index 1", &sibling]);
    }

    #[test]
    fn every_changed_bit_is_refused() {
        let text = receipt().to_tlog_proof();
        for position in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[position] ^= 1 << bit;
                if let Ok(text) = String::from_utf8(bytes) {
                    assert!(verify(&text).is_err(), "bit {bit} of byte {position}");
                }
            }
        }
    }

    #[test]
    fn other_forms_are_refused() {
        let text = receipt().to_tlog_proof();
        let extra = text.replace("index", "extra aGVsbG8=\nindex");
        let cases = [
            text.replace("index 1", "index 01"),
            text.replace("index 1", "index +1"),
            text.replace("index 1", "index  1"),
            text.replace("index 1\n", "index 1\r\n"),
            text.replace("index 1\n", ""),
            text.replace("@v1", "@v2"),
            extra,
            text.replacen("\n\n", "\n", 1),
            text.replacen("index 1\n", &format!("index 1\n{}", "A".repeat(44) + "\n"), 1),
            format!("\u{feff}{text}"),
            format!(" {text}"),
            text.trim_end().to_owned(),
            format!("{text}\n"),
            String::new(),
        ];
        for case in cases {
            let error = verify(&case).unwrap_err();
            let is_form = matches!(error, ProofError::Form | ProofError::Checkpoint(_));
            assert!(is_form, "{error:?} for {case:?}");
        }
    }

    #[test]
    fn what_was_not_logged_is_refused() {
        let text = receipt().to_tlog_proof();
        let verifier = key().verifier().clone();
        let refused = Receipt::verify(&text, b"a", &verifier).unwrap_err();
        assert_eq!(refused, ProofError::Mismatch);
        let elsewhere = verify(&text.replace("index 1", "index 2")).unwrap_err();
        assert_eq!(elsewhere, ProofError::Mismatch);
        let beyond = verify(&text.replace("index 1", "index 3")).unwrap_err();
        assert_eq!(beyond, ProofError::Index { index: 3, size: 3 });
        let short: String = text
            .split_inclusive('\n')
            .enumerate()
            .filter(|(n, _)| *n != 2)
            .map(|(_, l)| l)
            .collect();
        assert_eq!(verify(&short).unwrap_err(), ProofError::Mismatch);

        let stranger = SigningKey::from_seed("log.example/releases", &[6; 32]).unwrap();
        let refused = Receipt::verify(&text, b"b", stranger.verifier()).unwrap_err();
        assert!(matches!(refused, ProofError::Checkpoint(_)));
    }

    proptest! {
        #[test]
        fn foreign_text_never_panics(head in "(index )?[0-9]{0,21}\n([A-Za-z0-9+/]{43}=\n){0,3}", tail in ".{0,60}") {
            let text = format!("{HEADER}{head}\n{tail}");
            prop_assert!(verify(&text).is_err());
        }
    }
}
