//! Numbers: what the groups of a chain of digits can be.

use crate::checks;

use super::Kind;
use super::chain::{Chain, Group, is_grouping};
use super::characters::{char_at, char_before};
use super::cues::Cue;
use super::phones::{is_live_mobile, mobile};
use super::scan::Scan;

impl Scan<'_> {
    /// Reads the number that begins at a place and says where to go on.
    pub(super) fn number(&mut self, at: usize) -> usize {
        let machine =
            self.bytes[at..].iter().skip(1).take(4).any(|byte| matches!(byte, b':' | b'-'));
        if machine && let Some(end) = self.machine(at) {
            return end;
        }
        if let Some(end) = self.spelled_with_letters(at) {
            return self.code(at, end);
        }
        let chain = self.chain(at);
        if chain.cut || self.is_money(at) {
            return chain.end;
        }
        if chain.count == 1
            && matches!(self.bytes.get(chain.end), Some(b' ' | b'\n'))
            && chain.groups[0].len <= 6
            && let Some(end) = self.western_address(at, chain.end)
        {
            return end;
        }
        let label = self.cues.label(self.text, at);
        if label != Some(Cue::Thing)
            && let Some(end) = self.pair(&chain, label)
        {
            return end;
        }
        let mut from = 0;
        while from < chain.count {
            self.work(Chain::MOST);
            let label = if from == 0 { label } else { None };
            match self.read_group(&chain, from, label) {
                Some(used) => {
                    from += used;
                    let end = chain.groups[from - 1].end;
                    if from == chain.count && end > chain.end {
                        return end;
                    }
                }
                None => from += 1,
            }
        }
        chain.end
    }

    /// Where a run of digits ends that has letters in it other than a final X.
    fn spelled_with_letters(&mut self, at: usize) -> Option<usize> {
        let mut end = at;
        let mut digits = 0;
        while let Some((_, next)) = self.digit(end) {
            end = next;
            digits += 1;
        }
        self.work(digits);
        if !self.is_alphanumeric(end) || self.check_letter(end, digits).is_some() {
            return None;
        }
        // An extension of a telephone number: x123.
        let c = char_at(self.text, end)?;
        if matches!(c, 'x' | 'X') && self.digit(end + 1).is_some() && digits <= 10 {
            return None;
        }
        Some(self.run_end(end))
    }

    /// Amounts of money: a sign before, or a unit after.
    fn is_money(&self, at: usize) -> bool {
        char_before(self.text, at).is_some_and(|c| "$¥￥€£".contains(c))
    }

    /// Everything that the groups from one on can be; how many were used.
    fn read_group(&mut self, chain: &Chain, from: usize, label: Option<Cue>) -> Option<usize> {
        let before = chain.groups[from].joint;
        if matches!(before, b'-' | b'.' | b',' | b'_') {
            return None;
        }
        if let Some(used) = self.birth_date(chain, from, label) {
            return Some(used);
        }
        if label == Some(Cue::Thing) {
            // What is said of the first number goes for all that hangs on it.
            let hangs = |group: &&Group| matches!(group.joint, b'-' | b'.' | b'_');
            return Some(1 + chain.groups()[from + 1..].iter().take_while(hangs).count());
        }
        self.address_of_machine(chain, from, label)
            .or_else(|| self.grouped_phone(chain, from, label))
            .or_else(|| self.social_security(chain, from, label))
            .or_else(|| self.solid(chain, from, label))
    }

    /// Digits that count as one number, with blanks or hyphens in it or without.
    fn solid(&mut self, chain: &Chain, from: usize, label: Option<Cue>) -> Option<usize> {
        const MOST: usize = 6;
        let left = chain.count - from;
        for count in (1..=left.min(MOST)).rev() {
            let Some(joint) = chain.joint(from, count) else { continue };
            let tied = chain.groups().get(from + count).is_some_and(|next| {
                matches!(next.joint, b'-' | b'.' | b'_')
                    || (next.joint == b',' && next.len == 3 && chain.groups[from].len <= 3)
            });
            if tied
                || !matches!(joint, 0 | b' ' | b'-')
                || (count > 1 && !is_grouping(chain, from, count))
            {
                continue;
            }
            let digits = chain.joined(from, count);
            let (start, end) = (chain.groups[from].start, chain.groups[from + count - 1].end);
            self.work(digits.len());
            if let Some((kind, confidence)) = self.judge(digits, count, start..end, label) {
                self.push(start..end, kind, confidence);
                return Some(count);
            }
        }
        None
    }

    /// What a plain number is.
    fn judge(
        &self,
        digits: &str,
        groups: usize,
        range: std::ops::Range<usize>,
        label: Option<Cue>,
    ) -> Option<(Kind, f32)> {
        let bare = digits.bytes().all(|byte| byte.is_ascii_digit());
        let near = |cue| label == Some(cue) || self.cues.near(cue, range.start);
        if digits.len() == 18 && checks::resident_id_shape(digits) {
            let sound = is_province(digits) && is_lifetime(&digits[6..10]);
            if sound && checks::resident_id(digits) {
                return Some((Kind::ResidentId, 0.99));
            }
            return near(Cue::ResidentId).then_some((Kind::ResidentId, 0.8));
        }
        if let Some(found) = self.labelled_number(digits, label) {
            return Some(found);
        }
        if !bare {
            return None;
        }
        if let Some(found) = mobile(digits, near(Cue::Phone), self.unit_follows(range.end)) {
            return Some(found);
        }
        let card = bank_card(digits);
        if card && (digits.len() >= 15 || near(Cue::Card)) {
            return Some((Kind::BankCard, if near(Cue::Card) { 0.98 } else { 0.85 }));
        }
        if near(Cue::Card) && (12..=19).contains(&digits.len()) && is_card_like(digits) {
            return Some((Kind::BankCard, 0.8));
        }
        if groups > 1 {
            return None;
        }
        if digits.len() == 15 && checks::resident_id_15(digits) && is_province(digits) {
            let confidence = if near(Cue::ResidentId) { 0.9 } else { 0.6 };
            return Some((Kind::ResidentId, confidence));
        }
        if digits.len() == 15 && is_imsi(digits) {
            return Some((Kind::SimId, 0.6));
        }
        if matches!(digits.len(), 19 | 20) && digits.starts_with("8986") {
            return Some((Kind::SimId, 0.8));
        }
        let digits = digits.len();
        (near(Cue::Phone)
            && label.is_none_or(|label| label == Cue::Phone)
            && (10..=12).contains(&digits))
        .then_some((Kind::Phone, 0.7))
    }

    /// What a number is by its label alone.
    fn labelled_number(&self, digits: &str, label: Option<Cue>) -> Option<(Kind, f32)> {
        let n = digits.len();
        let found = match label? {
            Cue::Imei if (14..=17).contains(&n) => (Kind::Imei, 0.9),
            Cue::Sim if (15..=20).contains(&n) => (Kind::SimId, 0.9),
            Cue::Social
                if (5..=12).contains(&n)
                    && !digits.starts_with('0')
                    && !(n == 11 && is_live_mobile(digits)) =>
            {
                (Kind::SocialAccount, 0.85)
            }
            Cue::Medical if (4..=20).contains(&n) => (Kind::MedicalRecord, 0.85),
            Cue::Insurance if (6..=20).contains(&n) => (Kind::InsuranceNumber, 0.8),
            Cue::Person if (4..=20).contains(&n) => (Kind::PersonId, 0.75),
            Cue::Passport if (7..=9).contains(&n) => (Kind::Passport, 0.85),
            Cue::Permit if matches!(n, 8 | 10) => (Kind::TravelPermit, 0.8),
            Cue::Military if (6..=8).contains(&n) => (Kind::MilitaryId, 0.85),
            Cue::Device if (8..=20).contains(&n) => (Kind::DeviceId, 0.75),
            Cue::Ssn if n == 9 => (Kind::UsSsn, 0.9),
            Cue::ResidentId if n == 18 => (Kind::ResidentId, 0.7),
            Cue::Card if bank_card(digits) || ((12..=19).contains(&n) && is_card_like(digits)) => {
                (Kind::BankCard, 0.95)
            }
            Cue::Account if bank_card(digits) => (Kind::BankCard, 0.95),
            Cue::Card | Cue::Account if (10..=24).contains(&n) && !is_live_mobile(digits) => {
                (Kind::FinancialAccount, 0.75)
            }
            Cue::Phone if (7..=8).contains(&n) && !digits.starts_with(['0', '1']) => {
                (Kind::Phone, 0.75)
            }
            Cue::Secret if (4..=8).contains(&n) => (Kind::Credential, 0.75),
            _ => return None,
        };
        Some(found)
    }

    /// A unit of measure or of money directly after a number.
    fn unit_follows(&self, end: usize) -> bool {
        let at = if self.bytes.get(end) == Some(&b' ') { end + 1 } else { end };
        char_at(self.text, at)
            .is_some_and(|c| "元万亿%％美块件台个次吨米克份笔人条岁字天秒".contains(c))
    }

    /// AAA-GG-SSSS: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, RM 10201.035).
    fn social_security(&mut self, chain: &Chain, from: usize, label: Option<Cue>) -> Option<usize> {
        let [3, 2, 4] = chain.lengths::<3>(from)? else { return None };
        let joint = chain.joint(from, 3)?;
        let [area, group, serial] =
            std::array::from_fn(|place| chain.number(&chain.groups[from + place]));
        let named = label == Some(Cue::Ssn) || self.cues.near(Cue::Ssn, chain.groups[from].start);
        let issued = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
        let tied = chain.groups().get(from + 3).is_some_and(|next| next.joint == b'-');
        if !issued || tied || !(joint == b'-' || (joint == b' ' && named)) {
            return None;
        }
        let range = chain.groups[from].start..chain.groups[from + 2].end;
        self.push(range, Kind::UsSsn, if named { 0.98 } else { 0.85 });
        Some(3)
    }
}

/// A card by the issuer and the Luhn digit; beside those of [`checks::bank_card`] Discover,
/// Diners Club and old JCB.
fn bank_card(digits: &str) -> bool {
    let other = match digits.len() {
        14 => ["300", "301", "302", "303", "304", "305", "36", "38"]
            .iter()
            .any(|p| digits.starts_with(p)),
        15 => digits.starts_with("1800") || digits.starts_with("2131"),
        16 => ["6011", "644", "645", "646", "647", "648", "649", "65"]
            .iter()
            .any(|p| digits.starts_with(p)),
        _ => false,
    };
    let known = !digits.starts_with('9') && checks::bank_card_shape(digits);
    (known || other) && checks::luhn(digits)
}

/// A number that a label of cards makes one: a known issuer, or a right Luhn digit.
fn is_card_like(digits: &str) -> bool {
    checks::bank_card_shape(digits) || checks::luhn(digits)
}

/// The first two digits of a division code (GB/T 2260), or of the special resident numbers.
fn is_province(digits: &str) -> bool {
    let code = digits.get(..2).and_then(|code| code.parse::<u8>().ok()).unwrap_or(0);
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
}

fn is_lifetime(year: &str) -> bool {
    year.parse::<u16>().is_ok_and(|year| (1890..=2035).contains(&year))
}

/// Mobile country code 460 and a network of China.
fn is_imsi(digits: &str) -> bool {
    digits.strip_prefix("460").and_then(|rest| rest.get(..2)).is_some_and(|network| {
        matches!(
            network,
            "00" | "01"
                | "02"
                | "03"
                | "04"
                | "05"
                | "06"
                | "07"
                | "08"
                | "09"
                | "11"
                | "15"
                | "20"
        )
    })
}
