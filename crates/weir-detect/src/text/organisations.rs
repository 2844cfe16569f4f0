//! Names of organisations in Chinese characters.

use super::Kind;
use super::characters::{HanSet, char_before, is_han};
use super::cues::Cue;
use super::scan::Scan;
use super::terms::Term;

/// Words before a name: it begins behind them.
static BEFORE: HanSet = HanSet::of("的了在是为被把从向对给由于至让请找叫家某该本此各到去与及来");

impl Scan<'_> {
    /// The name that ends with a word such as 有限公司; where to go on. A `weak` word, such as
    /// 医院, makes a name only behind a place or a label.
    pub(super) fn organisation(&mut self, at: usize, end: usize, weak: bool) -> usize {
        const MOST: usize = 20;
        let mut start = at;
        let mut count = 0;
        while count < MOST
            && start > self.label_to
            && let Some(c) = char_before(self.text, start)
            && (is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '（' | '）' | '(' | ')'))
            && !BEFORE.contains(c)
        {
            let joins = matches!(c, '和') && {
                let before = char_before(self.text, start - c.len_utf8());
                before.is_some_and(|before| is_han(before) && !BEFORE.contains(before))
                    && start - c.len_utf8() > self.label_to
            };
            if joins {
                break;
            }
            start -= c.len_utf8();
            count += 1;
        }
        self.work(count);
        // Brackets that were opened before belong to what stands before.
        let lead = self.text[start..at].len()
            - self.text[start..at].trim_start_matches(['(', '（', ')', '）']).len();
        let start = start + lead;
        let count = self.text[start..at].chars().count();
        let placed = matches!(self.terms.longest(self.text, start), Some((Term::Division, _)));
        let labelled = self.is_labelled(Cue::Organisation, start);
        if count < 2 || (weak && !placed && !labelled) || self.text[start..at].starts_with(GENERIC)
        {
            return end;
        }
        self.push(start..end, Kind::Organisation, if weak { 0.75 } else { 0.92 });
        end
    }
}

/// Beginnings of words for organisations of a sort, not of one.
const GENERIC: fn(char) -> bool = |c| "我你他她它们每几多两一".contains(c);
