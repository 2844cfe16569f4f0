//! Keyed tokens in the place of identifiers.

use std::fmt;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of the code that a token shows, as hexadecimal digits.
const TOKEN_BYTES: usize = 16;

/// The key of one release's tokens: 32 random bytes that are wiped when dropped.
///
/// Nothing stores it; once it is gone nobody can tell which value a token stands for, not even by
/// trying all values.
pub struct TokenKey(Zeroizing<[u8; 32]>);

impl TokenKey {
    /// A key from random bytes that the caller drew for this release alone.
    pub fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// The tokens of a column. Equal values of one column get equal tokens; equal values of two
    /// columns get different ones, so that tokens of different columns cannot be joined.
    pub fn tokens(&self, column: &str) -> Tokens {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_ref()).expect("HMAC takes keys of any length");
        mac.update(&(column.len() as u64).to_le_bytes());
        mac.update(column.as_bytes());
        Tokens { mac }
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey([redacted])")
    }
}

/// The keyed function of one column: HMAC-SHA-256 (RFC 2104) cut to 16 bytes.
#[derive(Clone)]
pub struct Tokens {
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens([redacted])")
    }
}

impl Tokens {
    /// The token of a value given by its bytes.
    pub fn token(&self, value: &[u8]) -> String {
        let mut mac = self.mac.clone();
        mac.update(value);
        hex::encode(&mac.finalize().into_bytes()[..TOKEN_BYTES])
    }

    /// The tokens of an array; a cell without a value stays one.
    ///
    /// Returns `None` for a type that is not physical in weir.
    pub fn of_array(&self, array: &ArrayRef) -> Option<StringArray> {
        Some(match array.data_type() {
            DataType::Utf8 => self.all(array.as_string::<i32>().iter()),
            DataType::Boolean => self.all(array.as_boolean().iter().map(|v| Some([u8::from(v?)]))),
            DataType::Int64 => {
                let values = array.as_primitive::<Int64Type>().iter();
                self.all(values.map(|v| Some(v?.to_le_bytes())))
            }
            DataType::Float64 => {
                // One zero: equal numbers must have equal tokens.
                let values = array.as_primitive::<Float64Type>().iter();
                self.all(values.map(|v| Some((v? + 0.0).to_bits().to_le_bytes())))
            }
            DataType::Date32 => {
                let values = array.as_primitive::<Date32Type>().iter();
                self.all(values.map(|v| Some(v?.to_le_bytes())))
            }
            DataType::Timestamp(_, _) => {
                let values = array.as_primitive_opt::<TimestampMicrosecondType>()?.iter();
                self.all(values.map(|v| Some(v?.to_le_bytes())))
            }
            _ => return None,
        })
    }

    fn all<V: AsRef<[u8]> + PartialEq>(
        &self,
        values: impl ExactSizeIterator<Item = Option<V>>,
    ) -> StringArray {
        let n = values.len();
        let mut out = StringBuilder::with_capacity(n, n * TOKEN_BYTES * 2);
        // The rows of one person mostly stand together: one code then serves them all.
        let mut last: Option<(V, String)> = None;
        for value in values {
            let Some(value) = value else {
                out.append_null();
                continue;
            };
            match &last {
                Some((same, token)) if *same == value => out.append_value(token),
                _ => {
                    let token = self.token(value.as_ref());
                    out.append_value(&token);
                    last = Some((value, token));
                }
            }
        }
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::Int64Array;

    use super::*;

    #[test]
    fn tokens_are_equal_within_a_column_and_key_alone() {
        let key = TokenKey::new([7; 32]);
        let array: ArrayRef = Arc::new(Int64Array::from(vec![Some(5), Some(5), None, Some(6)]));
        let tokens = key.tokens("zper").of_array(&array).unwrap();
        assert_eq!(tokens.value(0), tokens.value(1));
        assert_ne!(tokens.value(0), tokens.value(3));
        assert!(tokens.is_null(2));
        assert_eq!(tokens.value(0).len(), 32);
        assert_ne!(tokens.value(0), key.tokens("other").of_array(&array).unwrap().value(0));
        let other = TokenKey::new([8; 32]);
        assert_ne!(tokens.value(0), other.tokens("zper").of_array(&array).unwrap().value(0));
    }

    #[test]
    fn the_code_is_hmac_sha_256_of_the_column_and_the_value() {
        // HMAC-SHA-256 with a key of 32 bytes 0x0b over 02 00 00 00 00 00 00 00 "id" "x", computed
        // with Python's hmac module.
        let tokens = TokenKey::new([0x0b; 32]).tokens("id");
        assert_eq!(tokens.token(b"x"), "b0b58d1b6b055938d186fdadb1288ac3");
    }

    #[test]
    fn debug_shows_no_key() {
        let key = TokenKey::new([7; 32]);
        assert_eq!(
            format!("{key:?} {:?}", key.tokens("a")),
            "TokenKey([redacted]) Tokens([redacted])"
        );
    }
}
