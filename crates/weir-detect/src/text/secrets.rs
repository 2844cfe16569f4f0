//! Keys, tokens and passwords.

use super::Kind;
use super::characters::char_at;
use super::scan::Scan;

impl Scan<'_> {
    /// A key or token by the way its issuer writes it, in the token at a place.
    pub(super) fn secret(&mut self, at: usize, end: usize) -> Option<usize> {
        let next = self.bytes.get(end);
        let rest = &self.bytes[at..];
        if rest[0] == b'B' && next == Some(&b' ') && rest.starts_with(b"BEGIN ") {
            return self.bytes[..at].ends_with(b"-----").then(|| self.private_key(at))?;
        }
        let long = end - at >= 12 || matches!(next, Some(b'_' | b'-' | b'.'));
        if !long || !begins_key(rest) {
            return None;
        }
        if rest.starts_with(b"eyJ") {
            return self.web_token(at);
        }
        let (prefix, least, most) =
            KEYS.iter().find(|(prefix, ..)| rest.starts_with(prefix.as_bytes()))?;
        let dotted = prefix.ends_with('.');
        let is_part = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (dotted && *byte == b'.')
        };
        let within = rest[prefix.len()..].iter().take(most + 1);
        let length = within.take_while(|byte| is_part(byte)).count();
        self.work(length);
        let token = &rest[..prefix.len() + length];
        let random = token.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2;
        if !(*least..=*most).contains(&length) || !random || at + token.len() < end {
            return None;
        }
        self.push(at..at + token.len(), Kind::Credential, 0.95);
        Some(at + token.len())
    }

    /// A JSON web token: three parts joined by points (RFC 7519, section 3.1).
    fn web_token(&mut self, at: usize) -> Option<usize> {
        // What is no token from its beginning on is none from a later place on.
        if at < self.no_token_to {
            return None;
        }
        let rest = &self.bytes[at..];
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        self.work(length);
        let token = self.text[at..at + length].trim_end_matches('.');
        let parts = token.split('.').filter(|part| part.len() >= 4).count();
        if parts < 2 || token.len() < 30 {
            self.no_token_to = at + length;
            return None;
        }
        self.push(at..at + token.len(), Kind::Credential, 0.97);
        Some(at + token.len())
    }

    /// A private key in its textual form (RFC 7468, section 10).
    fn private_key(&mut self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let title = rest.find("-----").filter(|title| *title < 48)?;
        if !rest[..title].ends_with("PRIVATE KEY") {
            return None;
        }
        let body = title + "-----".len();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n \\:,".contains(byte);
        let length = rest.as_bytes()[body..].iter().take_while(|byte| is_part(byte)).count();
        self.work(length);
        let mut end = at + body + length;
        let foot = self.text.get(end..)?;
        if foot.starts_with("-----END ") {
            end += foot[5..].find("-----").filter(|foot| *foot < 48).map_or(0, |foot| foot + 10);
        }
        self.push(at - 5..end, Kind::Credential, 0.99);
        Some(end)
    }

    /// A password or key behind its label, which ends at a place; where to go on.
    pub(super) fn secret_behind(&mut self, at: usize) -> usize {
        const LONGEST_GAP: usize = 16;
        const LONGEST: usize = 128;
        let mut stated = false;
        let mut signed = false;
        let mut start = at;
        while let Some(c) = char_at(self.text, start).filter(|_| start - at < LONGEST_GAP) {
            let rest = &self.text[start..];
            if matches!(c, ':' | '：' | '=' | '＝' | '>') {
                (stated, signed) = (true, true);
            } else if matches!(c, '是' | '为' | '设' | '改' | '成') {
                stated = true;
            } else if rest.starts_with("is ") || rest.starts_with("to ") {
                stated = true;
                start += 1;
            } else if !(c.is_whitespace() || "\"'“‘`".contains(c)) {
                break;
            }
            start += c.len_utf8();
        }
        let is_part = |c: char| c.is_ascii_graphic() && !"\"'<>,;，；`()".contains(c);
        let rest = &self.text[start..];
        let length = rest
            .char_indices()
            .take(LONGEST)
            .find(|(_, c)| !is_part(*c))
            .map_or_else(|| rest.floor_char_boundary(LONGEST), |(place, _)| place);
        self.work(start - at + length);
        let value = rest[..length].trim_end_matches(['.', '!', '?', ':']);
        if !stated || !is_password(value, signed) {
            return at;
        }
        let end = start + value.len();
        self.push(start..end, Kind::Credential, 0.85);
        end
    }
}

/// Keys that begin in a known way: prefix, and the least and greatest number of characters
/// after it. From the documentation of their issuers.
#[rustfmt::skip]
const KEYS: &[(&str, usize, usize)] = &[
    ("AKIA", 16, 16), ("ASIA", 16, 16), ("LTAI", 12, 26), ("AKID", 13, 40), ("AIza", 35, 35), ("ya29.", 20, 200),
    ("ghp_", 30, 80), ("gho_", 30, 80), ("ghu_", 30, 80), ("ghs_", 30, 80), ("ghr_", 30, 80), ("github_pat_", 30, 120),
    ("glpat-", 18, 60), ("sk_live_", 16, 120), ("sk_test_", 16, 120), ("pk_live_", 16, 120), ("rk_live_", 16, 120),
    ("sk-", 20, 200), ("xoxb-", 20, 120), ("xoxp-", 20, 120), ("xoxa-", 20, 120), ("xoxr-", 20, 120), ("xoxs-", 20, 120),
    ("npm_", 30, 60), ("pypi-", 50, 250), ("SG.", 40, 90), ("hf_", 30, 60), ("dop_v1_", 60, 70), ("shpat_", 30, 40),
];

/// Whether two bytes begin a key of [`KEYS`] or a JSON web token, which few words do.
fn begins_key(bytes: &[u8]) -> bool {
    const PAIRS: &[[u8; 2]] = &[
        *b"AK", *b"AS", *b"LT", *b"AI", *b"ya", *b"gh", *b"gi", *b"gl", *b"sk", *b"pk", *b"rk",
        *b"xo", *b"np", *b"py", *b"SG", *b"hf", *b"do", *b"sh", *b"ey",
    ];
    bytes.first_chunk::<2>().is_some_and(|pair| PAIRS.contains(pair))
}

/// Whether a token behind a label can be a password.
fn is_password(value: &str, signed: bool) -> bool {
    const WORDS: &[&str] = &[
        "null",
        "none",
        "true",
        "false",
        "required",
        "expired",
        "invalid",
        "incorrect",
        "wrong",
        "missing",
        "reset",
        "changed",
        "string",
        "hidden",
        "redacted",
        "unknown",
        "empty",
        "undefined",
        "optional",
        "forgotten",
    ];
    let length = (4..=128).contains(&value.len());
    let masked = value.bytes().all(|byte| b"*xX.-_#".contains(&byte));
    let digits = value.bytes().any(|byte| byte.is_ascii_digit());
    let signs = value.bytes().any(|byte| byte.is_ascii_punctuation());
    let word = WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    length && !masked && !word && (digits || (signed && (signs || value.len() >= 6)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_passes_every_key() {
        assert!(KEYS.iter().all(|(prefix, ..)| begins_key(prefix.as_bytes())));
        assert!(begins_key(b"eyJ") && !begins_key(b"the") && !begins_key(b"A"));
    }
}
