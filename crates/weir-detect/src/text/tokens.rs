//! Words and codes in Latin letters: e-mail and web addresses, keys, documents, devices.

use crate::checks;

use super::Kind;
use super::characters::{Plain, char_at};
use super::cues::{Cue, latin_label};
use super::scan::Scan;

impl Scan<'_> {
    /// Reads the word or code that begins with the letter at a place; where to go on.
    pub(super) fn latin(&mut self, at: usize) -> usize {
        let letters = self.letters_end(at);
        let end = if self.is_alphanumeric(letters) { self.run_end(letters) } else { letters };
        let hex_group = end - at <= 4 && matches!(self.bytes.get(end), Some(b':' | b'-' | b'.'));
        if hex_group && let Some(end) = self.machine(at) {
            return end;
        }
        if let Some(end) = self.secret(at, end).or_else(|| self.uuid(at)) {
            return end;
        }
        if end > letters {
            // A label glued to its number: tel13812345678.
            return match self.label_at(at, letters) {
                Some(cue) if cue != Cue::Thing && letters > at + 1 => {
                    self.cues.note(cue, letters);
                    letters
                }
                _ => self.code(at, end),
            };
        }
        self.word(at, end)
    }

    /// Where the ASCII letters from a place end.
    fn letters_end(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        at + rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len())
    }

    /// The label that a word is.
    fn label_at(&self, at: usize, end: usize) -> Option<Cue> {
        const LONGEST: usize = 16;
        let word = self.bytes.get(at..end).filter(|word| (1..=LONGEST).contains(&word.len()))?;
        let mut lower = [0; LONGEST];
        lower[..word.len()].copy_from_slice(word);
        lower[..word.len()].make_ascii_lowercase();
        latin_label(std::str::from_utf8(&lower[..word.len()]).ok()?)
    }

    /// A word of letters alone.
    fn word(&mut self, at: usize, end: usize) -> usize {
        let next = self.bytes.get(end);
        if let Some(web) = self.web_address(at, end) {
            return web;
        }
        let capital = self.bytes[at].is_ascii_uppercase();
        if capital && let Some(end) = self.written_birth(at, end) {
            return end;
        }
        if capital
            && end - at > 1
            && let Some(end) = self.capitalised(at..end)
        {
            return end;
        }
        if matches!(&self.bytes[at..end], b"APO" | b"FPO" | b"DPO")
            && let Some(end) = self.military_post(at, end)
        {
            return end;
        }
        let label = self.label_at(at, end);
        if let Some(cue) = label {
            let end =
                if matches!(next, Some(b'_' | b'-')) { self.label_with_tail(end) } else { end };
            self.cues.note(cue, end);
            return if cue == Cue::Secret { self.secret_behind(end) } else { end };
        }
        if self.is_drug(at, end) {
            self.push(at..end, Kind::Medication, 0.75);
        }
        if self.is_labelled(Cue::Social, at) && self.account(at) {
            return self.token_end(at);
        }
        if end - at == 2
            && next == Some(&b' ')
            && let Some(end) = self.spaced_nino(at)
        {
            return end;
        }
        // A code of letters, a hyphen and digits is one code: ORD-13812345678.
        if matches!(next, Some(b'-' | b'_')) && self.digit(end + 1).is_some() {
            return self.token_end(at);
        }
        end
    }

    /// A date of birth with the month as a word: `2 January 1990`, `January 2, 1990`.
    fn written_birth(&mut self, at: usize, end: usize) -> Option<usize> {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let word = &self.text[at..end];
        let month = MONTHS
            .iter()
            .any(|month| *month == word || (word.len() == 3 && month.starts_with(word)));
        if !month || !(self.cues.near(Cue::Birth, at)) {
            return None;
        }
        let digits = |from: usize| {
            self.bytes[from.min(self.bytes.len())..]
                .iter()
                .take(5)
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let day_before = self.bytes[..at]
            .iter()
            .rev()
            .skip(1)
            .take(2)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let first = digits(end + 1);
        let (start, end) = if first == 4 {
            (at - if day_before > 0 { day_before + 1 } else { 0 }, end + 5)
        } else if (1..=2).contains(&first) {
            let year = end
                + 1
                + first
                + if self.bytes.get(end + 1 + first) == Some(&b',') { 2 } else { 1 };
            (at, (digits(year) == 4).then_some(year + 4)?)
        } else {
            return None;
        };
        self.push(start..end, Kind::BirthDate, 0.9);
        Some(end)
    }

    /// A drug by the stem of its international name (WHO, stems of INN).
    fn is_drug(&self, at: usize, end: usize) -> bool {
        const STEMS: &[&str] = &[
            "formin",
            "statin",
            "cillin",
            "mycin",
            "floxacin",
            "sartan",
            "prazole",
            "dipine",
            "gliptin",
            "gliflozin",
            "tinib",
            "ciclovir",
            "profen",
            "cycline",
            "oxetine",
            "azepam",
            "azolam",
            "sertraline",
            "ibuprofen",
            "lisinopril",
            "warfarin",
            "insulin",
            "aspirin",
            "paracetamol",
            "acetaminophen",
            "enalapril",
            "ramipril",
            "metoprolol",
            "atenolol",
            "propranolol",
            "amitriptyline",
            "olanzapine",
        ];
        const SHORTEST: usize = 7;
        let word = &self.text[at..end];
        let ends =
            matches!(self.bytes[end - 1], b'n' | b'e' | b'b' | b'r' | b'm' | b'l' | b'N' | b'E');
        end - at >= SHORTEST
            && ends
            && STEMS.iter().any(|stem| {
                let tail = &word.as_bytes()[word.len() - stem.len().min(word.len())..];
                tail.eq_ignore_ascii_case(stem.as_bytes())
            })
    }

    /// `_id` and the like behind a label belong to it: device_id.
    fn label_with_tail(&self, end: usize) -> usize {
        let tail = self.letters_end(end + 1);
        let word = self.bytes.get(end + 1..tail).unwrap_or_default();
        if matches!(word, b"id" | b"no" | b"number" | b"key" | b"address" | b"token" | b"code") {
            tail
        } else {
            end
        }
    }

    /// Where a token of letters, digits, `_` and `-` ends.
    fn token_end(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let length = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))
            .unwrap_or(rest.len());
        self.work(length);
        at + length
    }

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

    /// A national insurance number in its written groups: `QQ 12 34 56 C`.
    fn spaced_nino(&mut self, at: usize) -> Option<usize> {
        let written = self.text.get(at..at + 13)?;
        let compact: String = written.chars().filter(|c| *c != ' ').collect();
        let end = match compact.len() {
            9 => at + 13,
            // `QQ 123456 C`: the window reaches two characters too far.
            _ => at + 11,
        };
        let compact: String = self.text.get(at..end)?.chars().filter(|c| *c != ' ').collect();
        if self.is_alphanumeric(end) || !is_nino(&compact, false) {
            return None;
        }
        self.push(at..end, Kind::GbNino, 0.9);
        Some(end)
    }

    /// A MAC or IPv6 address.
    pub(super) fn machine(&mut self, at: usize) -> Option<usize> {
        const LONGEST: usize = 45;
        let rest = &self.bytes[at..(at + LONGEST + 1).min(self.bytes.len())];
        let sign = *rest.iter().find(|byte| !byte.is_ascii_hexdigit())?;
        if !matches!(sign, b':' | b'-' | b'.') {
            return None;
        }
        let most = if sign == b':' { LONGEST } else { 17 };
        let length = rest
            .iter()
            .take(most)
            .position(|byte| {
                !(byte.is_ascii_hexdigit() || *byte == sign || (sign == b':' && *byte == b'.'))
            })
            .unwrap_or(rest.len().min(most));
        self.work(length);
        let written = std::str::from_utf8(&rest[..length]).ok()?;
        let written = written.trim_end_matches([':', '.', '-']);
        let end = at + written.len();
        if self.is_alphanumeric(end) {
            return None;
        }
        let kind = if checks::mac(written)
            && written.bytes().any(|b| b.is_ascii_digit() || sign == b':')
        {
            Kind::Mac
        } else if sign == b':'
            && written.matches(':').count() >= 2
            && checks::ip(written)
            && written.len() > 4
        {
            Kind::Ip
        } else {
            return None;
        };
        self.push(at..end, kind, 0.95);
        Some(end)
    }

    /// A UUID, where a label says that it is a device's.
    fn uuid(&mut self, at: usize) -> Option<usize> {
        const LENGTH: usize = 36;
        (self.bytes.get(at + 8) == Some(&b'-')).then_some(())?;
        let written = self.text.get(at..at + LENGTH).filter(|text| checks::uuid(text))?;
        let end = at + written.len();
        self.work(LENGTH);
        if !self.is_alphanumeric(end)
            && (self.is_labelled(Cue::Device, at) || self.cues.near(Cue::Device, at))
        {
            self.push(at..end, Kind::DeviceId, 0.9);
        }
        Some(self.token_end(end))
    }

    /// An account behind its label: letters, digits, `_`, `-`, of five to twenty characters.
    fn account(&mut self, at: usize) -> bool {
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
    fn web_address(&mut self, at: usize, end: usize) -> Option<usize> {
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

    /// A key or token by the way its issuer writes it, in the token at a place.
    fn secret(&mut self, at: usize, end: usize) -> Option<usize> {
        let rest = &self.bytes[at..];
        let short =
            end - at < 12 && !matches!(self.bytes.get(end), Some(b'_' | b'-' | b'.' | b' '));
        if short || (end - at < 12 && !b"BSeghnprsxyd".contains(&rest[0])) {
            return None;
        }
        if rest.starts_with(b"BEGIN ") && self.bytes[..at].ends_with(b"-----") {
            return self.private_key(at);
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
            .map_or_else(|| super::characters::floor(rest, LONGEST), |(place, _)| place);
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
