//! Chains: groups of digits joined by single signs.

use super::characters::{Plain, char_at, narrow};
use super::scan::Scan;

/// A group of digits in a chain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Where its digits begin in [`Chain::plain`].
    pub(super) from: usize,
    /// How many there are.
    pub(super) len: usize,
    /// What joins it to the group before; zero for the first.
    pub(super) joint: u8,
}

/// Groups of digits joined by single signs.
pub(super) struct Chain {
    pub(super) plain: Plain,
    pub(super) groups: [Group; Self::MOST],
    pub(super) count: usize,
    /// Where reading goes on.
    pub(super) end: usize,
    /// Whether more digits follow than fit.
    pub(super) cut: bool,
}

impl Chain {
    pub(super) const MOST: usize = 10;

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups[..self.count]
    }

    pub(super) fn digits(&self, group: &Group) -> &[u8] {
        &self.plain.bytes()[group.from..group.from + group.len]
    }

    pub(super) fn lengths<const N: usize>(&self, from: usize) -> Option<[usize; N]> {
        let groups = self.groups().get(from..from + N)?;
        Some(std::array::from_fn(|place| groups[place].len))
    }

    pub(super) fn number(&self, group: &Group) -> u32 {
        let digits = self.digits(group).iter().take(9);
        digits.fold(0, |sum, byte| sum * 10 + u32::from(byte.saturating_sub(b'0')))
    }

    /// The digits of some groups in a row.
    pub(super) fn joined(&self, from: usize, count: usize) -> &str {
        let first = self.groups[from].from;
        let last = self.groups[from + count - 1];
        &self.plain.text()[first..last.from + last.len]
    }

    /// Whether some groups are joined to each other by one sign alone.
    pub(super) fn joint(&self, from: usize, count: usize) -> Option<u8> {
        let groups = &self.groups()[from + 1..from + count];
        let joint = groups.first().map_or(0, |group| group.joint);
        groups.iter().all(|group| group.joint == joint).then_some(joint)
    }
}

impl Scan<'_> {
    /// The digits from a place on, with their joints.
    pub(super) fn chain(&mut self, start: usize) -> Chain {
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
    pub(super) fn check_letter(&self, at: usize, digits: usize) -> Option<(u8, usize)> {
        let c = char_at(self.text, at).filter(|c| matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ'))?;
        let end = at + c.len_utf8();
        let ends = !self.is_alphanumeric(end);
        // A group of the last digits may be short: 110105 19491231 002X.
        (ends && (digits == 17 || digits <= 13)).then_some((b'X', end))
    }
}

/// A decimal number at a group: its size and its decimal places.
pub(super) fn decimal(chain: &Chain, from: usize) -> Option<(f64, usize)> {
    let whole = chain.groups().get(from).filter(|group| group.len <= 3)?;
    let part =
        chain.groups().get(from + 1).filter(|group| group.joint == b'.' && group.len >= 2)?;
    let text = format!("{}.{}", chain.number(whole), std::str::from_utf8(chain.digits(part)).ok()?);
    text.parse().ok().map(|value| (value, part.len))
}

/// Groups as people write them: of two to eight digits, and no one short before longer ones.
pub(super) fn is_grouping(chain: &Chain, from: usize, count: usize) -> bool {
    let groups = &chain.groups()[from..from + count];
    let total: usize = groups.iter().map(|group| group.len).sum();
    let even = groups[..count - 1].iter().all(|group| (3..=8).contains(&group.len));
    even && (11..=19).contains(&total) && groups[count - 1].len >= 2
}
