//! Codes of letters and digits: documents, accounts, vehicles.

use crate::checks;

use super::Kind;
use super::characters::{Plain, char_at};
use super::cues::Cue;
use super::scan::Scan;

impl Scan<'_> {
    /// A code of letters and digits, as one run from `at` to `end`.
    pub(super) fn code(&mut self, at: usize, end: usize) -> usize {
        if let Some(end) =
            self.machine(at).or_else(|| self.uuid(at)).or_else(|| self.secret(at, end))
        {
            return end;
        }
        // The flat of an address: 43A and a street.
        if end - at <= 4
            && self.bytes[at].is_ascii_digit()
            && let Some(end) = self.western_address(at, end)
        {
            return end;
        }
        let mut plain = Plain::new();
        let mut place = at;
        while let Some((byte, next)) = self.alphanumeric(place).filter(|_| place < end) {
            if !plain.push(byte.to_ascii_uppercase()) {
                return self.token_end(end);
            }
            place = next;
        }
        let label = self.cues.label(self.text, at);
        if let Some(end) = self.iban(at) {
            return end;
        }
        if let Some(end) = self.hong_kong(at, end, plain.text()) {
            return end;
        }
        let tied = matches!(self.bytes.get(end), Some(b'-' | b'_' | b'@'))
            && self.bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
        if tied
            && !matches!(
                label,
                Some(Cue::Social | Cue::Device | Cue::Medical | Cue::Person | Cue::Insurance)
            )
        {
            return self.token_end(end);
        }
        if label == Some(Cue::Social) && self.account(at) {
            return self.token_end(at);
        }
        let end = if tied { self.token_end(end) } else { end };
        if label != Some(Cue::Thing)
            && let Some((kind, confidence)) = self.judge_code(&plain, label, at)
        {
            self.push(at..end, kind, confidence);
        }
        end
    }

    /// What a code is by its check characters or its label.
    fn judge_code(&self, plain: &Plain, label: Option<Cue>, at: usize) -> Option<(Kind, f32)> {
        let text = plain.text();
        let digits = plain.bytes().iter().filter(|byte| byte.is_ascii_digit()).count();
        let n = plain.len();
        let by_label = match label {
            Some(Cue::Passport) if (7..=9).contains(&n) && digits >= 6 => {
                Some((Kind::Passport, 0.95))
            }
            Some(Cue::Permit) if (8..=11).contains(&n) && digits >= 7 => {
                Some((Kind::TravelPermit, 0.9))
            }
            Some(Cue::Medical) if (4..=20).contains(&n) && digits >= 3 => {
                Some((Kind::MedicalRecord, 0.85))
            }
            Some(Cue::Insurance) if (6..=20).contains(&n) && digits >= 6 => {
                Some((Kind::InsuranceNumber, 0.8))
            }
            Some(Cue::Person) if (4..=20).contains(&n) && digits >= 3 => {
                Some((Kind::PersonId, 0.75))
            }
            Some(Cue::Device) if (8..=64).contains(&n) && digits >= 2 => {
                Some((Kind::DeviceId, 0.8))
            }
            Some(Cue::Vin) if n == 17 => Some((Kind::Vin, 0.95)),
            Some(Cue::Nino | Cue::Ssn) if is_nino(text, true) => Some((Kind::GbNino, 0.95)),
            Some(Cue::Military) if (6..=10).contains(&n) && digits >= 6 => {
                Some((Kind::MilitaryId, 0.8))
            }
            _ => None,
        };
        let identity = label == Some(Cue::ResidentId) || self.cues.near(Cue::ResidentId, at);
        by_label.or_else(|| match n {
            18 if is_credit_code(text) => Some((Kind::SocialCreditCode, 0.95)),
            17 if is_plain_vin(text) => Some((Kind::Vin, 0.75)),
            10 if checks::taiwan_id(text) && matches!(plain.bytes()[1], b'1' | b'2') => {
                Some((Kind::TaiwanId, if identity { 0.95 } else { 0.7 }))
            }
            8 | 9 if identity && checks::hong_kong_id(text) => Some((Kind::HongKongId, 0.9)),
            9 if is_nino(text, false) => Some((Kind::GbNino, 0.85)),
            15 if identity
                && text.as_bytes()[..3].iter().all(u8::is_ascii_uppercase)
                && digits == 12 =>
            {
                Some((Kind::ResidentId, 0.8))
            }
            _ => None,
        })
    }

    /// A Hong Kong number with its check character in brackets.
    fn hong_kong(&mut self, at: usize, end: usize, body: &str) -> Option<usize> {
        if !(7..=8).contains(&body.len()) || !matches!(char_at(self.text, end)?, '(' | '（') {
            return None;
        }
        let open = end + char_at(self.text, end)?.len_utf8();
        let (check, next) = self.alphanumeric(open)?;
        let close = char_at(self.text, next).filter(|c| matches!(c, ')' | '）'))?;
        let whole = format!("{body}({})", char::from(check.to_ascii_uppercase()));
        checks::hong_kong_id(&whole).then_some(())?;
        let end = next + close.len_utf8();
        self.push(at..end, Kind::HongKongId, 0.95);
        Some(end)
    }

    /// An IBAN: a country, two check digits, and groups that may be apart by single blanks.
    fn iban(&mut self, at: usize) -> Option<usize> {
        let head = self.bytes.get(at..at + 4)?;
        let shaped = head[..2].iter().all(u8::is_ascii_uppercase)
            && head[2..].iter().all(u8::is_ascii_digit);
        if !shaped {
            return None;
        }
        let mut plain = Plain::new();
        let (mut place, mut best) = (at, None);
        while let Some(byte) = self.bytes.get(place) {
            if byte.is_ascii_uppercase() || byte.is_ascii_digit() {
                if !plain.push(*byte) {
                    break;
                }
                place += 1;
                let ends = !self.is_alphanumeric(place);
                if ends
                    && (15..=34).contains(&plain.len())
                    && std::str::from_utf8(plain.bytes()).is_ok_and(checks::iban)
                {
                    best = Some(place);
                }
            } else if *byte == b' '
                && self.bytes.get(place + 1).is_some_and(u8::is_ascii_alphanumeric)
            {
                place += 1;
            } else {
                break;
            }
        }
        self.work(plain.len());
        let end = best?;
        self.push(at..end, Kind::Iban, 0.97);
        Some(end)
    }

    /// A national insurance number in its written groups: `QQ 12 34 56 C` or `QQ 123456 C`.
    pub(super) fn spaced_nino(&mut self, at: usize) -> Option<usize> {
        let is_whole = |end: &usize| {
            let Some(written) = self.text.get(at..*end) else { return false };
            !written.ends_with(' ')
                && is_nino(&written.replace(' ', ""), false)
                && !self.is_alphanumeric(*end)
        };
        let end = [at + 13, at + 11].into_iter().find(is_whole)?;
        self.push(at..end, Kind::GbNino, 0.9);
        Some(end)
    }
}

/// A credit code whose division code begins with a province and whose check character is right.
fn is_credit_code(text: &str) -> bool {
    let province = text.get(2..4).and_then(|code| code.parse::<u8>().ok()).unwrap_or(0);
    matches!(province, 10..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82)
        && checks::social_credit_code(text)
}

/// A vehicle number by its check character and its last four digits.
fn is_plain_vin(text: &str) -> bool {
    checks::vin(text) && text.as_bytes()[13..].iter().all(u8::is_ascii_digit)
}

/// Two letters, six digits and a letter. Without a label the prefix must be one that is issued
/// (or the temporary one, ZZ) and the last letter A to D (HMRC, NIM39110).
fn is_nino(text: &str, labelled: bool) -> bool {
    let [a, b, digits @ .., last] = text.as_bytes() else { return false };
    if digits.len() != 6
        || !digits.iter().all(u8::is_ascii_digit)
        || !a.is_ascii_uppercase()
        || !b.is_ascii_uppercase()
    {
        return false;
    }
    let temporary = (*a, *b, *last) == (b'Z', b'Z', b'T');
    let issued = !b"DFIQUV".contains(a)
        && !b"DFIQUVO".contains(b)
        && !matches!(&[*a, *b], b"BG" | b"GB" | b"NK" | b"KN" | b"TN" | b"NT" | b"ZZ")
        && matches!(last, b'A'..=b'D');
    temporary || issued || (labelled && last.is_ascii_uppercase())
}
