//! E-mail and web addresses, and accounts of online services.

use crate::checks;

use super::Kind;
use super::characters::char_at;
use super::scan::Scan;

impl Scan<'_> {
    /// The e-mail address around an `@`; where to go on.
    pub(super) fn email(&mut self, at: usize) -> usize {
        const LONGEST_LOCAL: usize = 64;
        const LONGEST_DOMAIN: usize = 128;
        const FILES: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css"];
        let sign = char_at(self.text, at).map_or(1, char::len_utf8);
        let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-'".contains(byte);
        let local = self.bytes[..at]
            .iter()
            .rev()
            .take(LONGEST_LOCAL)
            .take_while(|byte| is_local(byte))
            .count();
        let lead = self.bytes[at - local..at]
            .iter()
            .take_while(|byte| !byte.is_ascii_alphanumeric())
            .count();
        let start = at - local + lead;
        let rest = &self.bytes[at + sign..];
        let is_domain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let length = rest.iter().take(LONGEST_DOMAIN).take_while(|byte| is_domain(byte)).count();
        self.work(local + length);
        let domain = self.text[at + sign..at + sign + length].trim_end_matches(['.', '-']);
        let top = domain.rsplit('.').next().unwrap_or_default();
        let sound = top.len() >= 2
            && top.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !FILES.contains(&top)
            && checks::email(&format!("{}@{domain}", &self.text[start..at]));
        if !sound {
            return at + sign;
        }
        let end = at + sign + domain.len();
        self.push(start..end, Kind::Email, 0.98);
        end
    }

    /// A web address that begins with the word from `at` to `end`; where to go on.
    pub(super) fn web_address(&mut self, at: usize, end: usize) -> Option<usize> {
        let word = &self.bytes[at..end];
        let scheme = ["http", "https", "ftp", "ws", "wss"]
            .iter()
            .any(|s| word.eq_ignore_ascii_case(s.as_bytes()))
            && self.bytes[end..].starts_with(b"://");
        let www = word.eq_ignore_ascii_case(b"www") && self.bytes.get(end) == Some(&b'.');
        if !scheme && !www {
            return None;
        }
        let host = if scheme { end + 3 } else { end + 1 };
        if !self.bytes.get(host).is_some_and(u8::is_ascii_alphanumeric) {
            return Some(host);
        }
        // What is asked of an address, and who asks, may be personal by itself: both are read on.
        let is_part =
            |byte: &u8| byte.is_ascii_graphic() && !b"\"'<>()[]{}|\\^`,;?#@".contains(byte);
        let length = self.bytes[host..].iter().take_while(|byte| is_part(byte)).count();
        self.work(length);
        let part = &self.text[host..host + length];
        let whole = part.trim_end_matches(['.', ':', '!', '*']);
        let end = host + whole.len();
        if self.bytes.get(host + length) == Some(&b'@') && part.contains(':') {
            self.push(host..end, Kind::Credential, 0.9);
        } else {
            self.push(at..end, Kind::Url, 0.9);
        }
        Some(end)
    }

    /// An account behind its label: letters, digits, `_`, `-`, of five to twenty characters.
    pub(super) fn account(&mut self, at: usize) -> bool {
        let end = self.token_end(at);
        let stated = self.cues.labelled(self.text, at).is_some_and(|(_, gap)| {
            gap.contains([':', '：', '是', '为', '号', '='])
                || gap.contains("is")
                || gap.contains("id")
        });
        let fits = (5..=20).contains(&(end - at)) && self.bytes.get(end) != Some(&b'@');
        if stated && fits {
            self.push(at..end, Kind::SocialAccount, 0.85);
        }
        stated && fits
    }
}
