//! Bytes and characters by what they can begin or join.

/// What a byte can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing that is looked for.
    Other,
    /// An ASCII digit.
    Digit,
    /// An ASCII letter.
    Letter,
    /// `+` or `(`, which begin telephone numbers.
    Sign,
    /// `@`.
    At,
    /// The end of a sentence or a line in ASCII.
    Stop,
    /// The first byte of a character of three bytes.
    Three,
    /// The first byte of a character of two bytes.
    Two,
    /// The first byte of a character of four bytes.
    Four,
}

/// The class of every byte.
pub(super) static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => Class::Digit,
            b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            b'+' | b'(' => Class::Sign,
            b'@' => Class::At,
            b'\n' | b'!' | b'?' => Class::Stop,
            0xC2..=0xDF => Class::Two,
            0xE0..=0xEF => Class::Three,
            0xF0..=0xF4 => Class::Four,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
}

/// Whether a character is a Han character.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3134F}' | '〇')
}

/// The half-width ASCII form of an ASCII or full-width character.
pub(super) fn narrow(c: char) -> Option<u8> {
    const OFFSET: u32 = 0xFEE0;
    match c {
        '\u{FF01}'..='\u{FF5E}' => u8::try_from(u32::from(c) - OFFSET).ok(),
        '\u{3000}' | '\u{A0}' => Some(b' '),
        '–' | '—' | '‐' | '‑' | '−' => Some(b'-'),
        _ => u8::try_from(c).ok().filter(u8::is_ascii),
    }
}

/// The character that begins at a place; `at` is on a boundary.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at a place; `at` is on a boundary.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The last boundary of a character at or before a place.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A short ASCII text on the stack: digits and letters in their half-width form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    bytes: [u8; Self::MOST],
    len: usize,
}

impl Plain {
    /// Characters that it holds; longer ones are no identifiers.
    pub(super) const MOST: usize = 48;

    pub(super) const fn new() -> Self {
        Self { bytes: [0; Self::MOST], len: 0 }
    }

    /// Adds a character; `false` where there is no room.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        let room = self.len < Self::MOST;
        if room {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
        room
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).expect("only ASCII is pushed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_forms_are_narrowed() {
        assert_eq!(
            "１Ａｚ＠　-".chars().map(narrow).collect::<Option<Vec<_>>>().unwrap(),
            b"1Az@ -"
        );
        assert_eq!(narrow('中'), None);
        assert_eq!(floor("中文", 4), 3);
    }
}
