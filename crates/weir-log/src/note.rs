//! Signed notes: text that one or more keys vouch for, as in c2sp.org/signed-note.
//!
//! ```text
//! This is an example message.
//!
//! — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};

/// An Ed25519 key that signs notes under a name; `Debug` shows the name alone, and the secret is
/// wiped when the key is dropped.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

impl SigningKey {
    /// The key of a 32-byte seed; a log's key has the log's origin as its name.
    ///
    /// The seed stays the caller's to wipe.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] if the name is empty, or holds a space, a control character or a plus.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, secret.verifying_key())?;
        Ok(Self { secret, verifier })
    }

    /// The public half, to be given to whoever checks.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a text.
    ///
    /// # Errors
    ///
    /// [`NoteError::Form`] if the text does not end in a newline or holds another control
    /// character.
    pub fn sign(&self, text: &str) -> Result<SignedNote, NoteError> {
        if !text.ends_with('\n') || text.contains(is_forbidden) {
            return Err(NoteError::Form);
        }
        let signature = Signature {
            name: self.verifier.name.clone(),
            id: self.verifier.id,
            bytes: self.secret.sign(text.as_bytes()).to_bytes().to_vec(),
        };
        Ok(SignedNote { text: text.to_owned(), signatures: vec![signature] })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("name", &self.verifier.name).finish_non_exhaustive()
    }
}

/// An Ed25519 key that checks notes, written `name+hexhash+base64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let mut hasher = Sha256::new();
        hasher.update(name.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(key.as_bytes());
        let [a, b, c, d, ..]: [u8; 32] = hasher.finalize().into();
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], key })
    }

    /// The name the key signs under; for a log's key, the log's origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes of the public key, as RFC 8032 encodes them.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    /// Reads a verifier key; only the form that `Display` writes is accepted.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        // The last part may hold a plus of its own, being Base64.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let bytes = STANDARD.decode(key).map_err(|_| KeyError::Form)?;
        let (algorithm, public) = bytes.split_first().ok_or(KeyError::Form)?;
        if *algorithm != ED25519 {
            return Err(KeyError::Algorithm { found: *algorithm });
        }
        let public: [u8; 32] = public.try_into().map_err(|_| KeyError::Form)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&public)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(KeyError::PublicKey)?;
        let verifier = Self::new(name, key)?;
        if hex::encode(verifier.id) != id {
            return Err(KeyError::Id);
        }
        Ok(verifier)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), STANDARD.encode(bytes))
    }
}

/// A note with a good signature of a key that was asked for; `Display` writes its exact bytes.
///
/// Only [`SigningKey::sign`] and [`open`] make one. Signatures of other keys are carried along
/// unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

impl SignedNote {
    /// The signed text, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Splits a note into text and signatures; vouches for nothing.
    fn parse(note: &str) -> Result<Self, NoteError> {
        if note.contains(is_forbidden) {
            return Err(NoteError::Form);
        }
        // "the text is separated from the signatures by the last empty line in the note"
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::TooManySignatures { limit: MAX_SIGNATURES });
            }
            signatures.push(Signature::parse(line).ok_or(NoteError::Form)?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for Signature { name, id, bytes } in &self.signatures {
            let blob: Vec<u8> = id.iter().chain(bytes).copied().collect();
            writeln!(f, "\u{2014} {name} {}", STANDARD.encode(blob))?;
        }
        Ok(())
    }
}

/// Reads a note and checks the signature of `key`, which must be there exactly once.
///
/// # Errors
///
/// - [`NoteError::Form`]: not a signed note, or not in the one form that is written;
/// - [`NoteError::TooManySignatures`]: more than 100;
/// - [`NoteError::UnknownKey`]: no signature names the key;
/// - [`NoteError::Repeated`]: several signatures name the key;
/// - [`NoteError::Signature`]: the key did not sign this text.
pub fn open(note: &str, key: &VerifierKey) -> Result<SignedNote, NoteError> {
    let parsed = SignedNote::parse(note)?;
    let mut ours = parsed.signatures.iter().filter(|s| s.name == key.name && s.id == key.id);
    let signature = ours.next().ok_or(NoteError::UnknownKey)?;
    if ours.next().is_some() {
        return Err(NoteError::Repeated);
    }
    // "If the key name and ID match a known key, verifiers MUST verify the signature."
    ed25519_dalek::Signature::from_slice(&signature.bytes)
        .and_then(|signature| key.key.verify_strict(parsed.text.as_bytes(), &signature))
        .map_err(|_| NoteError::Signature)?;
    // Each part is read strictly; this holds the whole to it, should a part ever be lax.
    if parsed.to_string() != note {
        return Err(NoteError::Form);
    }
    Ok(parsed)
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl Signature {
    fn parse(line: &str) -> Option<Self> {
        let (name, blob) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let blob = STANDARD.decode(blob).ok()?;
        let (id, bytes) = blob.split_first_chunk::<4>()?;
        (is_name(name) && !bytes.is_empty()).then(|| Self {
            name: name.to_owned(),
            id: *id,
            bytes: bytes.to_vec(),
        })
    }
}

/// Why a name or a verifier key was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The name is empty or holds what a name may not.
    #[error("a key name is empty, or holds a space, a control character or a plus")]
    Name,
    /// The text is not of the form `name+hexhash+base64`.
    #[error("a verifier key is not of the form `name+hexhash+base64`")]
    Form,
    /// The key is for another signature algorithm.
    #[error("a verifier key has signature type {found}, not 1 (Ed25519)")]
    Algorithm {
        /// The signature type byte of the key.
        found: u8,
    },
    /// The bytes are no point that can safely check signatures.
    #[error("a verifier key is not a usable Ed25519 public key")]
    PublicKey,
    /// The hash in the middle belongs to another name or key.
    #[error("the hash in a verifier key is not that of its name and key")]
    Id,
}

/// Why a note was not signed or not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Not a signed note in its one written form.
    #[error("the text is not a well-formed signed note")]
    Form,
    /// More signatures than are read.
    #[error("the note has more than {limit} signatures")]
    TooManySignatures {
        /// How many are read.
        limit: usize,
    },
    /// The key that was asked for did not sign.
    #[error("the note is not signed by the expected key")]
    UnknownKey,
    /// The key that was asked for appears more than once.
    #[error("the note has several signatures of the expected key")]
    Repeated,
    /// A signature under the expected name and hash is not good for this text.
    #[error("the signature of the expected key does not fit the note")]
    Signature,
}

/// "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus"; control
/// characters could not stand in a note either.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn is_forbidden(c: char) -> bool {
    c < ' ' && c != '\n'
}

/// The signature type of Ed25519 notes.
const ED25519: u8 = 1;

/// The specification asks for at least 16; the Go implementation stops at 100 as well.
const MAX_SIGNATURES: usize = 100;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The example of c2sp.org/signed-note.
    const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    // A signature of another key, from another example of the same page.
    const STRANGER: &str = "\u{2014} quasimodo.example/salvatore \
        NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

    fn vkey() -> VerifierKey {
        VKEY.parse().unwrap()
    }

    #[test]
    fn published_example_opens() {
        let note = open(NOTE, &vkey()).unwrap();
        assert_eq!(note.text(), "This is an example message.\n");
        assert_eq!(note.to_string(), NOTE);
        assert_eq!(vkey().to_string(), VKEY);
        assert_eq!(vkey().name(), "example.com/foo");
    }

    #[test]
    fn signatures_of_strangers_are_ignored_and_kept() {
        let cosigned = format!("{NOTE}{STRANGER}");
        assert_eq!(open(&cosigned, &vkey()).unwrap().to_string(), cosigned);
        let alone = format!("This is an example message.\n\n{STRANGER}");
        assert_eq!(open(&alone, &vkey()), Err(NoteError::UnknownKey));
        let many = format!("{NOTE}{}", STRANGER.repeat(MAX_SIGNATURES));
        assert!(matches!(open(&many, &vkey()), Err(NoteError::TooManySignatures { .. })));
        let (_, line) = NOTE.split_once("\n\n").unwrap();
        assert_eq!(open(&format!("{NOTE}{line}"), &vkey()), Err(NoteError::Repeated));
    }

    #[test]
    fn text_may_hold_empty_lines() {
        let key = SigningKey::from_seed("a", &[1; 32]).unwrap();
        let note = key.sign("one\n\n\ntwo\n\n").unwrap();
        assert_eq!(open(&note.to_string(), key.verifier()).unwrap(), note);
    }

    #[test]
    fn every_changed_bit_is_refused() {
        for position in 0..NOTE.len() {
            for bit in 0..8 {
                let mut bytes = NOTE.as_bytes().to_vec();
                bytes[position] ^= 1 << bit;
                if let Ok(text) = String::from_utf8(bytes) {
                    assert!(open(&text, &vkey()).is_err(), "bit {bit} of byte {position}");
                }
            }
        }
    }

    #[test]
    fn malformed_notes_are_refused() {
        let crlf = NOTE.replace('\n', "\r\n");
        let no_end = NOTE.trim_end().to_owned();
        let no_gap = NOTE.replace("\n\n", "\n");
        let gap_after = format!("{NOTE}\n");
        let two_spaces = NOTE.replace("/foo ", "/foo  ");
        let short = "text\n\n\u{2014} a AAAAAA==\n".to_owned();
        let cases =
            [crlf, no_end, no_gap, gap_after, two_spaces, short, String::new(), "\n".into()];
        for case in cases {
            assert_eq!(open(&case, &vkey()), Err(NoteError::Form), "{case:?}");
        }
        let key = SigningKey::from_seed("a", &[1; 32]).unwrap();
        assert_eq!(key.sign("no newline"), Err(NoteError::Form));
        assert_eq!(key.sign("tab\t\n"), Err(NoteError::Form));
    }

    #[test]
    fn malformed_keys_are_refused() {
        let weak = format!("a+00000000+{}", STANDARD.encode([[1].as_slice(), &[0; 32]].concat()));
        let cases = [
            (VKEY.replace("530d903a", "530D903A"), KeyError::Id),
            (VKEY.replace("foo", "fob"), KeyError::Id),
            (VKEY.replace("foo", "f o"), KeyError::Name),
            (VKEY.replace("example.com/foo", ""), KeyError::Name),
            (VKEY.replace("+Aeky", "+Beky"), KeyError::Algorithm { found: 5 }),
            (VKEY.replace("3U2k", "3U2"), KeyError::Form),
            (weak, KeyError::PublicKey),
            (String::new(), KeyError::Form),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<VerifierKey>(), Err(expected), "{text}");
        }
        assert_eq!(SigningKey::from_seed("a+b", &[1; 32]).unwrap_err(), KeyError::Name);
    }

    #[test]
    fn a_secret_is_wiped_and_never_shown() {
        fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let key = SigningKey::from_seed("a", &[0xab; 32]).unwrap();
        wiped(&key.secret);
        assert_eq!(format!("{key:?}"), r#"SigningKey { name: "a", .. }"#);
    }

    proptest! {
        #[test]
        fn foreign_text_never_panics(note in "(?s).{0,200}", tail in "[\u{2014} a-zA-Z0-9+/=\n]{0,80}") {
            let _ = open(&format!("{note}\n\n\u{2014} {tail}\n"), &vkey());
            let _ = tail.parse::<VerifierKey>();
        }

        #[test]
        fn what_is_signed_opens(text in "[^\u{0}-\u{1f}]{0,40}(\n[^\u{0}-\u{1f}]{0,9}){0,4}", seed: [u8; 32]) {
            let key = SigningKey::from_seed("log.example", &seed).unwrap();
            let verifier: VerifierKey = key.verifier().to_string().parse().unwrap();
            let note = key.sign(&format!("{text}\n")).unwrap();
            prop_assert_eq!(open(&note.to_string(), &verifier).unwrap(), note);
        }
    }
}
