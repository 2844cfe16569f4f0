//! Telephone numbers: mobiles and landlines of China, and those of other countries.

use crate::checks;

use super::Kind;
use super::chain::Chain;
use super::characters::{Plain, char_at, narrow};
use super::cues::Cue;
use super::scan::Scan;

impl Scan<'_> {
    /// Telephone numbers that their groups tell: landlines and those of other countries.
    pub(super) fn grouped_phone(
        &mut self,
        chain: &Chain,
        from: usize,
        label: Option<Cue>,
    ) -> Option<usize> {
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

pub(super) fn mobile(digits: &str, named: bool, unit_follows: bool) -> Option<(Kind, f32)> {
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
pub(super) fn is_live_mobile(digits: &str) -> bool {
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
        return ((9..=15).contains(&digits.len()) && is_calling_code(digits))
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

/// Whether a number begins with a country code that is in use (ITU-T E.164, list of assigned
/// codes).
fn is_calling_code(digits: &str) -> bool {
    let [first, second, third, ..] = *digits.as_bytes() else { return false };
    match (first, second) {
        (b'1' | b'7', _) => true,
        (b'2', b'0' | b'7') | (b'3', b'0'..=b'4' | b'6' | b'9') => true,
        (b'4', b'0' | b'1' | b'3'..=b'9') | (b'5', b'1'..=b'8') | (b'6', b'0'..=b'6') => true,
        (b'8', b'1' | b'2' | b'4' | b'6') | (b'9', b'0'..=b'5' | b'8') => true,
        (b'2', b'1') => b"12368".contains(&third),
        (b'2', b'2'..=b'6') => true,
        (b'2', b'9') => b"01789".contains(&third),
        (b'3', b'5' | b'7' | b'8') => true,
        (b'4', b'2') => b"013".contains(&third),
        (b'5', b'0' | b'9') | (b'6', b'7'..=b'9') => true,
        (b'8', b'0') => b"08".contains(&third),
        (b'8', b'5') => b"02356".contains(&third),
        (b'8', b'7' | b'8') => true,
        (b'9', b'6' | b'7') => third != b'9' || second == b'7',
        (b'9', b'9') => b"234568".contains(&third),
        _ => false,
    }
}
