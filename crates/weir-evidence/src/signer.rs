//! Ed25519 keys: the one that signs, the one that checks, and the one a recipient expects.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::Digest;
use thiserror::Error;
use weir_types::{Sha256, statement};

use crate::keys::Seed;

/// The key that signs statements. Wiped when dropped; `Debug` shows its fingerprint only.
pub struct Signer {
    key: SigningKey,
    public: PublicKey,
}

/// An Ed25519 public key that is a point of the curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// The fingerprint of the key that a recipient expects, told by the provider over another way.
///
/// Parses from 64 lower-case hexadecimal digits (the fingerprint: SHA-256 of the raw public key)
/// or from the raw public key in base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinnedKey(Sha256);

/// Why a text is no key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotAKey {
    /// Not 32 bytes of canonical base64.
    #[error("an Ed25519 public key is 32 bytes in base64")]
    Encoding,
    /// 32 bytes that no key has.
    #[error("the 32 bytes are no Ed25519 public key")]
    Point,
    /// Neither a fingerprint nor a public key.
    #[error("a key is given as a fingerprint of 64 hexadecimal digits or as base64")]
    Pin,
}

impl Signer {
    /// The signer of a seed (see [`crate::keys`]).
    pub fn new(seed: &Seed) -> Self {
        let key = SigningKey::from_bytes(seed.expose());
        let public = PublicKey(key.verifying_key());
        Self { key, public }
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        self.public
    }

    /// Identifier of the key: SHA-256 of the raw public key.
    pub fn keyid(&self) -> Sha256 {
        self.public.keyid()
    }

    /// What a statement says of its signer; `log` is the log's key as a C2SP verifier key.
    pub fn describe(&self, log: impl Into<String>) -> statement::Signer {
        statement::Signer { keyid: self.keyid(), ed25519: self.public.to_string(), log: log.into() }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.keyid())
    }
}

impl PublicKey {
    /// Identifier of the key, for people to compare: SHA-256 of the raw 32 bytes.
    pub fn keyid(&self) -> Sha256 {
        Sha256(sha2::Sha256::digest(self.0.as_bytes()).into())
    }

    /// The raw 32 bytes (RFC 8032, section 5.1.2).
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` is this key's signature of `message`. Keys of small order and
    /// signatures in a second form are refused, so that no message has two valid signatures
    /// that anyone can make of one another.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// Standard base64 of the raw bytes.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let bytes = STANDARD.decode(text).map_err(|_| NotAKey::Encoding)?;
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| NotAKey::Encoding)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| NotAKey::Point)
    }
}

impl PinnedKey {
    /// The fingerprint.
    pub fn keyid(&self) -> Sha256 {
        self.0
    }
}

impl From<PublicKey> for PinnedKey {
    fn from(key: PublicKey) -> Self {
        Self(key.keyid())
    }
}

impl FromStr for PinnedKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        if let Ok(keyid) = text.parse() {
            return Ok(Self(keyid));
        }
        text.parse::<PublicKey>().map(Self::from).map_err(|error| match error {
            NotAKey::Encoding => NotAKey::Pin,
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_hex<const N: usize>(text: &str) -> [u8; N] {
        let mut bytes = [0; N];
        hex::decode_to_slice(text, &mut bytes).unwrap();
        bytes
    }

    /// RFC 8032, section 7.1, TEST 2.
    #[test]
    fn the_published_vector_holds() {
        let seed = from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let signer = Signer::new(&Seed::new(seed));
        assert_eq!(
            hex::encode(signer.public_key().as_bytes()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = signer.sign(&[0x72]);
        assert_eq!(
            hex::encode(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(signer.public_key().verifies(&[0x72], &signature));
        assert!(!signer.public_key().verifies(&[0x73], &signature));
    }

    #[test]
    fn debug_shows_no_secret() {
        let signer = Signer::new(&Seed::new([9; 32]));
        let shown = format!("{signer:?}");
        assert!(!shown.contains(&hex::encode([9; 32])));
        assert_eq!(shown, format!("Signer({})", signer.keyid()));
    }

    #[test]
    fn a_pin_is_a_fingerprint_or_a_public_key() {
        let public = Signer::new(&Seed::new([9; 32])).public_key();
        let pin = PinnedKey::from(public);
        assert_eq!(public.keyid().to_string().parse(), Ok(pin));
        assert_eq!(public.to_string().parse(), Ok(pin));
        assert_eq!("".parse::<PinnedKey>(), Err(NotAKey::Pin));
        assert_eq!(
            public.keyid().to_string().to_uppercase().parse::<PinnedKey>(),
            Err(NotAKey::Pin)
        );
        // The y coordinate 2 belongs to no point.
        let mut bytes = [0; 32];
        bytes[0] = 2;
        assert_eq!(STANDARD.encode(bytes).parse::<PublicKey>(), Err(NotAKey::Point));
    }

    #[test]
    fn a_key_of_small_order_verifies_nothing() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let key: PublicKey = STANDARD.encode(identity).parse().unwrap();
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!key.verifies(b"anything", &signature));
    }
}
