//! Dates of birth, as figures or with the month as a word.

use super::Kind;
use super::chain::Chain;
use super::characters::char_at;
use super::cues::Cue;
use super::scan::Scan;

impl Scan<'_> {
    /// A date behind a label of birth, or before a word for it.
    pub(super) fn birth_date(
        &mut self,
        chain: &Chain,
        from: usize,
        label: Option<Cue>,
    ) -> Option<usize> {
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

    /// A date of birth with the month as a word: `2 January 1990`, `January 2, 1990`.
    ///
    /// The month stands from `at` to `end`.
    pub(super) fn written_birth(&mut self, at: usize, end: usize) -> Option<usize> {
        if !self.cues.near(Cue::Birth, at) {
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
}
