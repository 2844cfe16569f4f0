//! Checkpoints: the signed size and root of a log, as in c2sp.org/tlog-checkpoint.

use std::fmt;

use crate::hash::Hash;
use crate::note::{self, NoteError, SignedNote, SigningKey, VerifierKey};

/// What a log states about itself: whose it is, how many entries it has, and their root.
///
/// ```text
/// example.com/behind-the-sofa
/// 20852163
/// CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// The checkpoint of a tree; the origin is the name of the log's key.
    pub(crate) fn new(key: &VerifierKey, size: u64, root: Hash) -> Self {
        Self { origin: key.name().to_owned(), size, root }
    }

    /// Reads a note text; only the form that [`encode`](Self::encode) writes is accepted.
    ///
    /// # Errors
    ///
    /// - [`CheckpointError::Form`]: not three lines of origin, size and root; extension lines are
    ///   refused, because no reader of a log can audit them;
    /// - [`CheckpointError::EmptyRoot`]: the size is zero and the root not that of the empty tree.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Form)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Form);
        };
        let size = parse_decimal(size).ok_or(CheckpointError::Form)?;
        let root = Hash::from_base64(root).ok_or(CheckpointError::Form)?;
        if origin.is_empty() {
            return Err(CheckpointError::Form);
        }
        if size == 0 && root != Hash::EMPTY {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The note text: three lines, each ended by a newline.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root hash of the tree over those entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }
}

/// A checkpoint with a good signature of the log's key; `Display` writes the signed note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl SignedCheckpoint {
    /// Signs. The caller must never have signed anything that contradicts this checkpoint.
    pub(crate) fn sign(size: u64, root: Hash, key: &SigningKey) -> Self {
        let checkpoint = Checkpoint::new(key.verifier(), size, root);
        let note = key.sign(&checkpoint.encode()).expect("a key name holds no control character");
        Self { checkpoint, note }
    }

    /// Reads a signed checkpoint and checks that it is the log's own.
    ///
    /// # Errors
    ///
    /// - [`CheckpointError::Note`]: not a note signed by `log`;
    /// - [`CheckpointError::Origin`]: the key signed for a log of another name;
    /// - as for [`Checkpoint::parse`].
    pub fn open(note: &str, log: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = note::open(note, log).map_err(CheckpointError::Note)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::Origin);
        }
        Ok(Self { checkpoint, note })
    }

    /// The statement that was signed.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.checkpoint.origin
    }

    /// How many entries the log has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.checkpoint.size
    }

    /// The root hash of the tree over those entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.checkpoint.root
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

/// Why a checkpoint was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The note around the checkpoint was refused.
    #[error("the checkpoint is not signed by the expected log")]
    Note(#[source] NoteError),
    /// The text is not a checkpoint in its one written form.
    #[error("the checkpoint is not three lines of origin, size and root")]
    Form,
    /// A tree without entries has one root only.
    #[error("the checkpoint states no entries, but a root that is not the empty tree's")]
    EmptyRoot,
    /// The key is known, but under the name of another log.
    #[error("the checkpoint names another log than its key does")]
    Origin,
}

/// Reads ASCII decimal without leading zeroes.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    // Rust also reads `+7` and `007`.
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The example of c2sp.org/tlog-checkpoint.
    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn published_example_parses() {
        let checkpoint = Checkpoint::parse(TEXT).unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size(), 20_852_163);
        assert_eq!(checkpoint.encode(), TEXT);
    }

    #[test]
    fn other_forms_are_refused() {
        let cases = [
            TEXT.replace("\n208", "\n0208"),
            TEXT.replace("\n208", "\n+208"),
            TEXT.replace("\n208", "\n-208"),
            TEXT.replace("20852163", ""),
            TEXT.replace("20852163", "18446744073709551616"),
            TEXT.replace("example.com/behind-the-sofa", ""),
            TEXT.replace("q2I=", "q2J="),
            TEXT.replace("q2I=", "q2I"),
            TEXT.trim_end().to_owned(),
            format!("{TEXT}\n"),
            format!("{TEXT}extension\n"),
            String::new(),
        ];
        for case in cases {
            assert_eq!(Checkpoint::parse(&case), Err(CheckpointError::Form), "{case:?}");
        }
        let empty = TEXT.replace("20852163", "0");
        assert_eq!(Checkpoint::parse(&empty), Err(CheckpointError::EmptyRoot));
    }

    #[test]
    fn a_key_signs_for_its_own_log_only() {
        let key = SigningKey::from_seed("log.example/a", &[3; 32]).unwrap();
        let signed = SignedCheckpoint::sign(0, Hash::EMPTY, &key);
        assert_eq!(SignedCheckpoint::open(&signed.to_string(), key.verifier()), Ok(signed));
        let foreign = key.sign(TEXT).unwrap().to_string();
        let refused = SignedCheckpoint::open(&foreign, key.verifier());
        assert_eq!(refused, Err(CheckpointError::Origin));
    }

    proptest! {
        #[test]
        fn what_parses_encodes_to_the_same(text in "[a-z]{0,3}\n[0-9+]{0,3}\n[A-Za-z0-9+/]{42,43}=\n") {
            if let Ok(checkpoint) = Checkpoint::parse(&text) {
                prop_assert_eq!(checkpoint.encode(), text);
            }
        }
    }
}
