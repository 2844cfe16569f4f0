//! Keys, tokens, addresses of currencies, bank codes.

use sha2::{Digest as _, Sha256};

use crate::lists::is_country_code;

/// A random-looking text: letters of both cases and digits that change often, at nearly the
/// entropy that a random text of its length has.
pub(crate) fn high_entropy(text: &str) -> bool {
    const NEARLY: f64 = 0.86;
    // Of random letters and digits, 62 % are followed by one of another kind; in words run
    // together, about 40 %.
    const OFTEN: f64 = 0.45;
    // Most texts that are none lack a kind.
    let kinds = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    if !kinds.iter().all(|kind| text.bytes().any(|byte| kind(&byte))) {
        return false;
    }
    let words = text.split(['-', '_', '/']).filter(|word| !word.is_empty()).count();
    let length = text.len() as f64;
    // Of n random characters out of 62 about n·(1 − n/124) differ; log2 of that is what is left.
    let expected = (length * (1.0 - length / 124.0).max(0.5)).log2().min(62_f64.log2());
    words <= 3 && changes(text) >= OFTEN && entropy(text) >= NEARLY * expected
}

/// Shannon entropy of the characters of a text, in bits per character.
fn entropy(text: &str) -> f64 {
    let mut times = [0_u32; 256];
    text.bytes().for_each(|byte| times[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = |times: &u32| f64::from(*times) / length;
    times.iter().filter(|times| **times > 0).map(|times| -share(times) * share(times).log2()).sum()
}

/// The share of characters that are followed by one of another kind: lower case, upper case, digit.
fn changes(text: &str) -> f64 {
    let kind = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let pairs = text.as_bytes().windows(2);
    let n = pairs.len().max(1);
    pairs.filter(|pair| kind(pair[0]) != kind(pair[1])).count() as f64 / n as f64
}

/// A bank identifier code: a country at the fifth place (ISO 9362).
pub(crate) fn bic(text: &str) -> bool {
    text.get(4..6).is_some_and(is_country_code)
}

/// An address of Bitcoin in Base58Check (the first four bytes of a double SHA-256), or one of the
/// other forms, which the pattern describes.
pub(crate) fn crypto_address(text: &str) -> bool {
    if text.starts_with("0x") || text.starts_with("bc1") {
        return text.bytes().any(|byte| byte.is_ascii_digit());
    }
    let Some(bytes) = base58(text) else { return false };
    let (body, check) = bytes.split_at(21);
    Sha256::digest(Sha256::digest(body))[..4] == *check
}

/// The 25 bytes that a text writes in the alphabet of Bitcoin.
fn base58(text: &str) -> Option<[u8; 25]> {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0_u8; 25];
    for c in text.bytes() {
        let mut carry = ALPHABET.iter().position(|letter| *letter == c)?;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = (carry % 256) as u8;
            carry /= 256;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_are_told_from_words() {
        for text in ["q3ZxT9vLmK2pWn8RbYc5HsJd7FgA4uEo", "dGhpcyBpcyBub3QgYSBzZWNyZXQ0Mjk3"] {
            assert!(high_entropy(text), "{text}");
        }
        for text in
            ["ThisIsAVeryLongProductName2024", "ORDER-2024-000123-AB", "aaaaBBBB1111aaaaBBBB1111"]
        {
            assert!(!high_entropy(text), "{text}");
        }
    }

    #[test]
    fn addresses_have_a_check() {
        assert!(crypto_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        assert!(!crypto_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
        assert!(!crypto_address("1111"));
    }
}
