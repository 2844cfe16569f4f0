//! Vehicle licence plates of mainland China (GA 36-2018).

use crate::checks;

use super::Kind;
use super::characters::{Plain, char_at, narrow};
use super::cues::Cue;
use super::scan::Scan;

impl Scan<'_> {
    /// A plate that begins at a place: province, letter, perhaps a sign, five or six characters.
    pub(super) fn plate(&mut self, at: usize) -> Option<usize> {
        const MOST: usize = 6;
        let province = char_at(self.text, at)?;
        let first = at + province.len_utf8();
        let (letter, mut end) = self.alphanumeric(first)?;
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        if let Some(sign) = char_at(self.text, end).filter(|c| "·•・.-－ ".contains(*c)) {
            end += sign.len_utf8();
        }
        let mut plain = Plain::new();
        while plain.len() <= MOST
            && let Some((byte, next)) = self.alphanumeric(end)
        {
            plain.push(byte.to_ascii_uppercase());
            end = next;
        }
        self.work(plain.len());
        let mut plate =
            format!("{province}{}{}", char::from(letter.to_ascii_uppercase()), plain.text());
        // The last place of some is a character: learner, police, trailer, Hong Kong, Macao.
        if let Some(last) = char_at(self.text, end).filter(|c| "挂学警港澳使领".contains(*c))
            && plain.len() == 4
        {
            plate.push(last);
            end += last.len_utf8();
        }
        let digits = plain.bytes().iter().filter(|byte| byte.is_ascii_digit()).count();
        // Older plates, and those that are mistyped, have letters that are issued no more; a label
        // says that they are plates. Letters alone are words after a character: 新ABCDEF.
        let labelled = self.is_labelled(Cue::Plate, at) && (5..=6).contains(&plain.len());
        let sound = checks::plate_cn(&plate) || labelled;
        if digits < 2 || !sound || narrow_letter_follows(self.text, end) {
            return None;
        }
        self.push(at..end, Kind::Plate, 0.95);
        Some(end)
    }
}

fn narrow_letter_follows(text: &str, at: usize) -> bool {
    char_at(text, at).and_then(narrow).is_some_and(|byte| byte.is_ascii_alphanumeric())
}
