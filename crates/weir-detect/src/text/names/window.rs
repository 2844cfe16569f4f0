//! The Han characters around a candidate, and the best ways to cut them into words.

use super::super::characters::{char_before, is_han};
use super::super::lexicon::Lexicon;
use super::UNKNOWN;

/// Han characters around a place.
pub(super) struct Window {
    pub(super) chars: [char; Self::MOST],
    /// Where each begins in the text; one more for the end.
    pub(super) places: [usize; Self::MOST + 1],
    pub(super) len: usize,
    /// Which of them is at the place.
    pub(super) focus: usize,
}

impl Window {
    const BEFORE: usize = 3;
    const AFTER: usize = 8;
    const MOST: usize = Self::BEFORE + Self::AFTER;

    /// Up to three characters before a place, not before `from`, and up to eight from it on.
    pub(super) fn of(text: &str, at: usize, from: usize) -> Self {
        let mut before = ['\0'; Self::BEFORE];
        let mut count = 0;
        let mut start = at;
        while count < Self::BEFORE
            && start > from
            && let Some(c) = char_before(text, start).filter(|c| is_han(*c))
        {
            start -= c.len_utf8();
            before[count] = c;
            count += 1;
        }
        let mut window =
            Self { chars: ['\0'; Self::MOST], places: [0; Self::MOST + 1], len: 0, focus: count };
        let after = text[at..].chars().take_while(|c| is_han(*c)).take(Self::AFTER);
        let mut place = start;
        for c in before[..count].iter().rev().copied().chain(after) {
            window.chars[window.len] = c;
            window.places[window.len] = place;
            place += c.len_utf8();
            window.len += 1;
        }
        window.places[window.len] = place;
        window
    }

    pub(super) fn chars(&self) -> &[char] {
        &self.chars[..self.len]
    }

    /// For each character, the best way to cut all from it to the end into words.
    pub(super) fn tails(&self, lexicon: &Lexicon) -> [f32; Self::MOST + 1] {
        let mut tails = [0.0; Self::MOST + 1];
        for start in (0..self.len).rev() {
            let mut best = lexicon.character(self.chars[start]).word + tails[start + 1];
            if start + 1 < self.len {
                best = best.max(UNKNOWN + tails[start + 2]);
            }
            if start + 1 < self.len
                && let Some(pair) = lexicon.pair(self.chars[start], self.chars[start + 1])
            {
                if let Some(share) = pair.share() {
                    best = best.max(share + tails[start + 2]);
                }
                let third = self.chars().get(start + 2);
                if let Some(share) = third.and_then(|third| lexicon.longer(pair, *third, None)) {
                    best = best.max(share + tails[start + 3]);
                }
                if let Some([third, fourth]) = self.chars().get(start + 2..start + 4)
                    && let Some(share) = lexicon.longer(pair, *third, Some(*fourth))
                {
                    best = best.max(share + tails[start + 4]);
                }
            }
            tails[start] = best;
        }
        tails
    }

    /// The best way to cut all before the focus into words.
    pub(super) fn head(&self, lexicon: &Lexicon) -> f32 {
        let mut heads = [Lexicon::NEVER * 4.0; Self::BEFORE + 1];
        heads[0] = 0.0;
        for end in 1..=self.focus {
            for start in 0..end {
                let share = match &self.chars[start..end] {
                    [one] => Some(lexicon.character(*one).word),
                    pair @ [_, _] => Some(lexicon.word(pair).unwrap_or(UNKNOWN)),
                    word => lexicon.word(word),
                };
                if let Some(share) = share {
                    heads[end] = heads[end].max(heads[start] + share);
                }
            }
        }
        heads[self.focus]
    }
}
