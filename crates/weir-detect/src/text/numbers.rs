//! Numbers: chains of digit groups and what they can be.

use crate::checks;

use super::Kind;
use super::characters::{Plain, char_at, char_before, narrow};
use super::cues::Cue;
use super::scan::Scan;

/// A group of digits in a chain.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    /// Where it begins in the text.
    start: usize,
    /// Where it ends.
    end: usize,
    /// Where its digits begin in [`Chain::plain`].
    from: usize,
    /// How many there are.
    len: usize,
    /// What joins it to the group before; zero for the first.
    joint: u8,
}

/// Groups of digits joined by single signs.
struct Chain {
    plain: Plain,
    groups: [Group; Self::MOST],
    count: usize,
    /// Where reading goes on.
    end: usize,
    /// Whether more digits follow than fit.
    cut: bool,
}

impl Chain {
    const MOST: usize = 10;

    fn groups(&self) -> &[Group] {
        &self.groups[..self.count]
    }

    fn digits(&self, group: &Group) -> &[u8] {
        &self.plain.bytes()[group.from..group.from + group.len]
    }

    fn lengths<const N: usize>(&self, from: usize) -> Option<[usize; N]> {
        let groups = self.groups().get(from..from + N)?;
        Some(std::array::from_fn(|place| groups[place].len))
    }

    fn number(&self, group: &Group) -> u32 {
        let digits = self.digits(group).iter().take(9);
        digits.fold(0, |sum, byte| sum * 10 + u32::from(byte.saturating_sub(b'0')))
    }

    /// The digits of some groups in a row.
    fn joined(&self, from: usize, count: usize) -> &str {
        let first = self.groups[from].from;
        let last = self.groups[from + count - 1];
        &self.plain.text()[first..last.from + last.len]
    }

    /// Whether some groups are joined to each other by one sign alone.
    fn joint(&self, from: usize, count: usize) -> Option<u8> {
        let groups = &self.groups()[from + 1..from + count];
        let joint = groups.first().map_or(0, |group| group.joint);
        groups.iter().all(|group| group.joint == joint).then_some(joint)
    }
}

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

    /// The digits from a place on, with their joints.
    fn chain(&mut self, start: usize) -> Chain {
        let mut chain = Chain {
            plain: Plain::new(),
            groups: [Group::default(); Chain::MOST],
            count: 0,
            end: start,
            cut: false,
        };
        let mut at = start;
        let mut joint = 0;
        loop {
            let from = chain.plain.len();
            let first = at;
            let mut digits = 0;
            while let Some((digit, next)) = self.digit(at) {
                chain.cut |= !chain.plain.push(digit);
                digits += 1;
                at = next;
            }
            self.work(digits);
            if let Some((b'X', next)) = self.check_letter(at, digits) {
                chain.cut |= !chain.plain.push(b'X');
                digits += 1;
                at = next;
            }
            chain.end = at;
            if chain.cut {
                return chain;
            }
            chain.groups[chain.count] = Group { start: first, end: at, from, len: digits, joint };
            chain.count += 1;
            let Some((sign, next)) = self.joint(at) else { return chain };
            if chain.count == Chain::MOST {
                return chain;
            }
            (joint, at) = (sign, next);
        }
    }

    /// A sign between two groups of digits: a digit follows it.
    fn joint(&self, at: usize) -> Option<(u8, usize)> {
        let c = char_at(self.text, at)?;
        let sign = narrow(c).filter(|sign| b" -./,_".contains(sign))?;
        let next = at + c.len_utf8();
        self.digit(next).is_some().then_some((sign, next))
    }

    /// The X at the end of a resident number; nothing of a word follows it.
    fn check_letter(&self, at: usize, digits: usize) -> Option<(u8, usize)> {
        let c = char_at(self.text, at).filter(|c| matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ'))?;
        let end = at + c.len_utf8();
        let ends = !self.is_alphanumeric(end);
        // A group of the last digits may be short: 110105 19491231 002X.
        (ends && (digits == 17 || digits <= 13)).then_some((b'X', end))
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

    /// Four numbers below 256 joined by points.
    fn address_of_machine(
        &mut self,
        chain: &Chain,
        from: usize,
        label: Option<Cue>,
    ) -> Option<usize> {
        let lengths = chain.lengths::<4>(from)?;
        let more = chain.groups().get(from + 4).is_some_and(|next| next.joint == b'.');
        if chain.joint(from, 4) != Some(b'.') || more || label == Some(Cue::Version) {
            return None;
        }
        let parts = &chain.groups()[from..from + 4];
        let sound = lengths.iter().all(|len| *len <= 3)
            && parts.iter().all(|part| {
                chain.number(part) < 256 && (part.len == 1 || chain.digits(part)[0] != b'0')
            });
        let range = parts[0].start..parts[3].end;
        let named = self.cues.near(Cue::Ip, range.start);
        let lettered =
            char_before(self.text, range.start).is_some_and(|c| c.is_ascii_alphanumeric());
        let versioned = parts.iter().all(|part| chain.number(part) < 20)
            || self.cues.near(Cue::Version, range.start);
        if !sound || lettered || (versioned && !named) {
            return None;
        }
        self.push(range, Kind::Ip, if named { 0.98 } else { 0.85 });
        Some(4)
    }

    /// Telephone numbers that their groups tell: landlines and those of other countries.
    fn grouped_phone(&mut self, chain: &Chain, from: usize, label: Option<Cue>) -> Option<usize> {
        let near =
            label == Some(Cue::Phone) || self.cues.near(Cue::Phone, chain.groups[from].start);
        let first = chain.digits(&chain.groups[from]);
        let used = chinese_landline(chain, from, first)
            .or_else(|| north_american(chain, from, near))
            .or_else(|| british(chain, from, first))?;
        let start = chain.groups[from].start;
        let last = chain.groups[from + used - 1];
        let end = self.extension(last.end).unwrap_or(last.end);
        let tied = chain
            .groups()
            .get(from + used)
            .is_some_and(|next| matches!(next.joint, b'-' | b'.') && next.len > 5);
        if tied {
            return None;
        }
        self.push(start..end, Kind::Phone, if near { 0.95 } else { 0.8 });
        Some(used)
    }

    /// Where an extension behind a telephone number ends: `x123`, `-8012`, `转123`.
    pub(super) fn extension(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let sign = ["ext. ", "ext ", "ext.", "ext", "x", "-", "转", "分机"]
            .iter()
            .find(|sign| rest.starts_with(**sign))?;
        let first = self.text.len() - rest.len() + sign.len();
        let mut end = first;
        let mut digits = 0;
        while let Some((_, next)) = self.digit(end).filter(|_| digits <= 6) {
            end = next;
            digits += 1;
        }
        ((1..=6).contains(&digits) && !self.is_alphanumeric(end)).then_some(end)
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

    /// A date behind a label of birth, or before a word for it.
    fn birth_date(&mut self, chain: &Chain, from: usize, label: Option<Cue>) -> Option<usize> {
        let start = chain.groups[from].start;
        let (used, end) = self.date(chain, from)?;
        let behind =
            label == Some(Cue::Birth) || (label.is_none() && self.cues.near(Cue::Birth, start));
        let after = self.text.get(end..).is_some_and(|rest| {
            let rest = rest.trim_start_matches([' ', '（', '(']);
            ["出生", "生人", "生，", "生,", "生于", "诞生"]
                .iter()
                .any(|word| rest.starts_with(word))
        });
        if !behind && !after {
            return None;
        }
        self.push(start..end, Kind::BirthDate, 0.9);
        // 年 and its like end a chain, so that a date may reach beyond it.
        self.resume = self.resume.max(end);
        Some(used)
    }

    /// A day of a calendar: groups used, and its end.
    fn date(&self, chain: &Chain, from: usize) -> Option<(usize, usize)> {
        let group = |place: usize| chain.groups().get(from + place);
        let first = group(0)?;
        let day = |year: u32, month: u32, day: u32| {
            (1880..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
        };
        if let Some([a, b, c]) = chain.lengths::<3>(from)
            && chain.joint(from, 3).is_some_and(|joint| b"-/.".contains(&joint))
        {
            let [x, y, z] = [0, 1, 2].map(|place| chain.number(&chain.groups[from + place]));
            let ordered = a == 4 && b <= 2 && c <= 2 && day(x, y, z);
            let reversed = c == 4 && a <= 2 && b <= 2 && (day(z, x, y) || day(z, y, x));
            if ordered || reversed {
                return Some((3, chain.groups[from + 2].end));
            }
        }
        if first.len == 8 {
            let all = chain.number(first);
            return day(all / 10_000, all / 100 % 100, all % 100).then_some((1, first.end));
        }
        if first.len != 4 {
            return None;
        }
        let (month, end) = self.number_before(first.end, '年')?;
        let Some((of_month, end)) = self.number_before(end, '月') else {
            // A year and a month.
            let end = end + "月".len();
            let month_only = self.text.get(..end).is_some_and(|text| text.ends_with('月'));
            return (month_only && day(chain.number(first), month, 1)).then_some((1, end));
        };
        let end = ['日', '号']
            .iter()
            .find(|c| char_at(self.text, end) == Some(**c))
            .map_or(end, |c| end + c.len_utf8());
        day(chain.number(first), month, of_month).then_some((1, end))
    }

    /// The number of one or two digits behind a character, and where it ends.
    fn number_before(&self, at: usize, sign: char) -> Option<(u32, usize)> {
        let at = if self.bytes.get(at) == Some(&b' ') { at + 1 } else { at };
        let mut at = char_at(self.text, at).filter(|c| *c == sign).map(|c| at + c.len_utf8())?;
        if self.bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        let (first, next) = self.digit(at)?;
        let (second, end) =
            self.digit(next).map_or((None, next), |(digit, end)| (Some(digit), end));
        let value = |byte: u8| u32::from(byte - b'0');
        Some((second.map_or(value(first), |second| value(first) * 10 + value(second)), end))
    }

    /// Two decimal numbers that can be coordinates.
    fn pair(&mut self, chain: &Chain, label: Option<Cue>) -> Option<usize> {
        let (first, places) = decimal(chain, 0)?;
        let start = chain.groups[0].start;
        let signed = self.bytes[..start].last() == Some(&b'-');
        let begin = if signed { start - 1 } else { start };
        let (second, other_places, end) = self.second_of_pair(chain)?;
        let named = label == Some(Cue::Place) || self.cues.near(Cue::Place, start);
        let sound = |lat: f64, lon: f64| lat <= 90.0 && lon <= 180.0;
        let exact = places.min(other_places) >= if named { 2 } else { 4 };
        if !exact || !(sound(first, second) || sound(second, first)) {
            return None;
        }
        self.push(begin..end, Kind::Location, if named { 0.95 } else { 0.75 });
        Some(end.max(chain.end))
    }

    /// The decimal number behind the first one of a chain: a comma or a blank and a sign stand
    /// between. Its size, its decimal places and its end.
    fn second_of_pair(&mut self, chain: &Chain) -> Option<(f64, usize, usize)> {
        if chain.count >= 4 {
            let joint = chain.groups[2].joint;
            let (value, places) =
                decimal(chain, 2).filter(|_| b", /".contains(&joint) && chain.count == 4)?;
            return Some((value, places, chain.groups[3].end));
        }
        if chain.count != 2 {
            return None;
        }
        let rest = self.text.get(chain.end..)?;
        let gap = rest
            .char_indices()
            .take(6)
            .find(|(_, c)| c.is_ascii_digit())
            .map(|(at, _)| at)
            .filter(|at| rest[..*at].chars().all(|c| " ,，;；-°NSEW".contains(c)))?;
        let other = self.chain(chain.end + gap);
        let (value, places) = decimal(&other, 0).filter(|_| other.count == 2)?;
        Some((value, places, other.end))
    }

    /// A telephone number that begins with `+` or a bracket; where to go on.
    pub(super) fn signed_phone(&mut self, at: usize) -> Option<usize> {
        const MOST: usize = 16;
        let mut plain = Plain::new();
        let (mut end, mut place, mut open) = (at, at, false);
        let mut blanks = 0;
        while let Some(c) = char_at(self.text, place) {
            let Some(byte) = narrow(c) else { break };
            match byte {
                b'0'..=b'9' if plain.len() < MOST => {
                    plain.push(byte);
                    blanks = 0;
                    end = place + c.len_utf8();
                }
                b'+' if place == at => plain.push(b'+').then_some(())?,
                b'(' if !open && blanks <= 1 => open = true,
                b')' if open => (open, blanks) = (false, 0),
                b' ' | b'-' | b'.' if blanks == 0 => blanks += 1,
                _ => break,
            }
            place += c.len_utf8();
        }
        self.work(plain.len() + 4);
        if open || self.is_alphanumeric(end) && self.extension(end).is_none() {
            return None;
        }
        let label = self.cues.label(self.text, at);
        let (kind, sure) = foreign_phone(plain.text(), self.text.get(at..end)?)?;
        if label == Some(Cue::Thing) {
            return None;
        }
        let end = self.extension(end).filter(|_| kind == Kind::Phone).unwrap_or(end);
        self.push(at..end, kind, sure);
        Some(end)
    }
}

/// A decimal number at a group: its size and its decimal places.
fn decimal(chain: &Chain, from: usize) -> Option<(f64, usize)> {
    let whole = chain.groups().get(from).filter(|group| group.len <= 3)?;
    let part =
        chain.groups().get(from + 1).filter(|group| group.joint == b'.' && group.len >= 2)?;
    let text = format!("{}.{}", chain.number(whole), std::str::from_utf8(chain.digits(part)).ok()?);
    text.parse().ok().map(|value| (value, part.len))
}

/// Groups as people write them: of two to eight digits, and no one short before longer ones.
fn is_grouping(chain: &Chain, from: usize, count: usize) -> bool {
    let groups = &chain.groups()[from..from + count];
    let total: usize = groups.iter().map(|group| group.len).sum();
    let even = groups[..count - 1].iter().all(|group| (3..=8).contains(&group.len));
    even && (11..=19).contains(&total) && groups[count - 1].len >= 2
}

fn mobile(digits: &str, named: bool, unit_follows: bool) -> Option<(Kind, f32)> {
    let (digits, abroad) = ["0086", "86"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == 11))
        .map_or((digits, false), |rest| (rest, true));
    if digits.len() != 11 || !checks::mobile_cn(digits) {
        return None;
    }
    match (named || abroad, is_live_mobile(digits)) {
        (true, true) => Some((Kind::Mobile, 0.98)),
        (true, false) => Some((Kind::Mobile, 0.8)),
        (false, true) if !unit_follows => Some((Kind::Mobile, 0.9)),
        (false, false) if !unit_follows => Some((Kind::Mobile, 0.55)),
        _ => None,
    }
}

/// Prefixes that operators use: 13x, 14[014-9], 15[0-35-9], 16[2567], 17[0-8], 18x, 19x but 194.
fn is_live_mobile(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'1', b'3' | b'8', ..] => true,
        [b'1', b'4', third, ..] => b"01456789".contains(third),
        [b'1', b'5', third, ..] => *third != b'4',
        [b'1', b'6', third, ..] => b"2567".contains(third),
        [b'1', b'7', third, ..] => *third != b'9',
        [b'1', b'9', third, ..] => *third != b'4',
        _ => false,
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

/// An area code with its zero and seven or eight digits; 400 and 800 numbers.
fn chinese_landline(chain: &Chain, from: usize, first: &[u8]) -> Option<usize> {
    let toll_free = matches!(first, [b'4' | b'8', b'0', b'0']);
    if toll_free && matches!(chain.lengths::<3>(from), Some([3, 3, 4] | [3, 4, 3])) {
        return (chain.joint(from, 3)? == b'-').then_some(3);
    }
    let [area, body] = chain.lengths::<2>(from)?;
    let local = chain.groups().get(from + 1)?;
    let sound = matches!(first, [b'0', b'1'..=b'9', ..])
        && (3..=4).contains(&area)
        && (7..=8).contains(&body)
        && matches!(chain.digits(local)[0], b'2'..=b'9')
        && matches!(local.joint, b'-' | b' ');
    sound.then_some(2)
}

/// NXX-NXX-XXXX with points, hyphens or, where a label says so, blanks; 1 or 001 may go before.
fn north_american(chain: &Chain, from: usize, named: bool) -> Option<usize> {
    let country = matches!(chain.digits(&chain.groups[from]), b"1" | b"001");
    let area = if country { from + 1 } else { from };
    let [3, 3, 4] = chain.lengths::<3>(area)? else { return None };
    let joint = chain.joint(area, 3)?;
    let sound = |place: usize| matches!(chain.digits(&chain.groups[place])[0], b'2'..=b'9');
    let joined = matches!(joint, b'-' | b'.') || (joint == b' ' && named);
    (joined && sound(area) && sound(area + 1)).then_some(if country { 4 } else { 3 })
}

/// 0 and nine or ten digits in two to four groups joined by blanks.
fn british(chain: &Chain, from: usize, first: &[u8]) -> Option<usize> {
    if !matches!(first, [b'0', b'1' | b'2' | b'3' | b'7' | b'8', ..]) || first.len() < 3 {
        return None;
    }
    (2..=4).rev().find(|count| {
        let groups = chain.groups().get(from..from + count);
        groups.is_some_and(|groups| {
            groups.iter().all(|group| (2..=8).contains(&group.len))
                && matches!(groups.iter().map(|g| g.len).sum(), 10usize | 11)
        }) && chain.joint(from, *count) == Some(b' ')
    })
}

/// What a number with `+` or brackets is; `+` is kept in `plain`.
fn foreign_phone(plain: &str, written: &str) -> Option<(Kind, f32)> {
    if let Some(digits) = plain.strip_prefix('+') {
        if let Some(national) = digits.strip_prefix("86")
            && national.len() == 11
            && checks::mobile_cn(national)
        {
            return Some((Kind::Mobile, 0.98));
        }
        return ((9..=15).contains(&digits.len()) && !digits.starts_with('0'))
            .then_some((Kind::Phone, 0.9));
    }
    let inner = written.chars().skip(1).take_while(|c| c.is_numeric()).count();
    let area =
        (3..=5).contains(&inner) && plain.starts_with('0') && (10..=12).contains(&plain.len());
    let american = inner == 3
        && plain.len() == 10
        && matches!(plain.as_bytes(), [b'2'..=b'9', _, _, b'2'..=b'9', ..]);
    (area || american).then_some((Kind::Phone, 0.9))
}
