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
#[inline]
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at a place; `at` is on a boundary.
#[inline]
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The number of the character of three bytes that begins at a place, if one does.
#[inline]
pub(super) fn three_bytes(bytes: &[u8], at: usize) -> Option<u16> {
    let [first @ 0xE0..=0xEF, second, third] = *bytes.get(at..)?.first_chunk::<3>()? else {
        return None;
    };
    Some(u16::from(first & 0x0F) << 12 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
}

/// How many ASCII letters in a row begin at a place.
///
/// Eight bytes at a time: with the high bit cleared and the case folded, adding what is missing
/// to 0x80 sets the high bit of the bytes that reach `a`, and of those past `z`.
#[inline]
pub(super) fn letters(bytes: &[u8], at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let mut end = at;
    while let Some(eight) = bytes.get(end..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*eight);
        let folded = (word & !HIGH) | (0x20 * ONES);
        let reach_a = folded + (0x80 - 0x61) * ONES;
        let past_z = folded + (0x80 - 0x7B) * ONES;
        let others = !(reach_a & !past_z & !word) & HIGH;
        if others != 0 {
            return end - at + others.trailing_zeros() as usize / 8;
        }
        end += 8;
    }
    let rest = bytes.get(end..).unwrap_or_default();
    end - at + rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count()
}

/// A set of Han characters of the block from U+4E00 on, made when weir is compiled.
#[derive(Debug)]
pub(super) struct HanSet([u64; Self::WORDS]);

impl HanSet {
    const FIRST: u32 = 0x4E00;
    const WORDS: usize = 0x5200 / 64;

    /// The characters of a text of nothing else.
    pub(super) const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut set = [0; Self::WORDS];
        let mut at = 0;
        while at < bytes.len() {
            let code = ((bytes[at] & 0x0F) as u32) << 12
                | ((bytes[at + 1] & 0x3F) as u32) << 6
                | (bytes[at + 2] & 0x3F) as u32;
            let place = (code - Self::FIRST) as usize;
            set[place / 64] |= 1 << (place % 64);
            at += 3;
        }
        Self(set)
    }

    #[inline]
    pub(super) fn contains(&self, c: char) -> bool {
        let place = u32::from(c).wrapping_sub(Self::FIRST) as usize;
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
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
    }

    #[test]
    fn letters_are_counted_as_one_by_one() {
        let text: Vec<u8> = (0..=255).chain(*b"abcdefghijklmnopqrstuvwxyzA{[`@").collect();
        for at in 0..=text.len() {
            let plain = text[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            assert_eq!(letters(&text, at), plain, "from {at}");
        }
    }

    #[test]
    fn a_set_holds_its_characters_alone() {
        static SET: HanSet = HanSet::of("一中龥");
        let held = ['一', '中', '龥'].map(|c| SET.contains(c));
        assert_eq!(held, [true; 3]);
        assert!(['丁', 'a', '\u{20000}', '〇'].iter().all(|c| !SET.contains(*c)));
        assert_eq!(three_bytes("中".as_bytes(), 0), Some(0x4E2D));
        assert_eq!(three_bytes("é中".as_bytes(), 0), None);
    }
}
