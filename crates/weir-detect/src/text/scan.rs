//! The walk over a text: what begins where, and which reader looks at it.

use std::ops::Range;

use super::characters::{CLASSES, Class, char_at, narrow, three_bytes};
use super::cues::{Cue, Cues};
use super::han::{Beginnings, Begins};
use super::lexicon::Lexicon;
use super::terms::Terms;
use super::words::Words;
use super::{Kind, Span};

/// A walk over one text.
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) lexicon: &'static Lexicon,
    pub(super) terms: &'static Terms,
    pub(super) words: &'static Words,
    beginnings: &'static Beginnings,
    pub(super) cues: Cues,
    /// No reader is started before this place: what stands before it is read already.
    pub(super) resume: usize,
    /// Where the last word of the lists or the last name ended: characters before it are words
    /// already.
    pub(super) read_to: usize,
    /// Where the last word of the lists ended.
    pub(super) term_to: usize,
    /// Where the last label ended.
    pub(super) label_to: usize,
    /// Before this place no web token begins.
    pub(super) no_token_to: usize,
    found: &'t mut Vec<Span>,
    steps: u64,
}

/// Finds spans, which may overlap, and says how many steps it took: characters that a reader
/// looked at beside the one pass over all bytes.
pub(super) fn scan(text: &str, found: &mut Vec<Span>) -> u64 {
    let mut scan = Scan {
        text,
        bytes: text.as_bytes(),
        lexicon: Lexicon::builtin(),
        terms: Terms::builtin(),
        words: Words::builtin(),
        beginnings: Beginnings::builtin(),
        cues: Cues::new(),
        resume: 0,
        read_to: 0,
        term_to: 0,
        label_to: 0,
        no_token_to: 0,
        found,
        steps: 0,
    };
    let mut at = 0;
    while let Some(byte) = scan.bytes.get(at) {
        let next = match CLASSES[usize::from(*byte)] {
            Class::Other => at + 1,
            Class::Digit => scan.number(at),
            Class::Letter => scan.latin(at),
            Class::Sign => scan.signed_phone(at).unwrap_or(at + 1),
            Class::At => scan.email(at),
            Class::Stop => {
                if *byte != b'\n' {
                    scan.cues.stop(at + 1);
                }
                at + 1
            }
            Class::Two if scan.bytes[at..].starts_with("·".as_bytes()) => scan.dotted_name(at),
            Class::Two => at + 2,
            Class::Three => scan.three_bytes(at),
            Class::Four => at + 4,
        };
        at = next.max(scan.resume);
    }
    scan.steps
}

impl Scan<'_> {
    /// Notes something found.
    pub(super) fn push(&mut self, range: Range<usize>, kind: Kind, confidence: f32) {
        debug_assert!(self.text.is_char_boundary(range.start));
        debug_assert!(self.text.is_char_boundary(range.end));
        self.found.push(Span { range, kind, confidence });
    }

    /// Whether the last thing found is a name of a person that ends at a place.
    pub(super) fn names_end(&self, at: usize) -> bool {
        let last = self.found.last();
        last.is_some_and(|span| span.kind == Kind::PersonName && span.range.end == at)
    }

    /// Counts work, so that a test can see that it grows with the text and no faster.
    pub(super) fn work(&mut self, steps: usize) {
        self.steps += steps as u64;
    }

    /// The digit at a place, full-width ones included, and where the next character begins.
    pub(super) fn digit(&self, at: usize) -> Option<(u8, usize)> {
        match self.bytes.get(at..)? {
            [digit @ b'0'..=b'9', ..] => Some((*digit, at + 1)),
            [0xEF, 0xBC, low @ 0x90..=0x99, ..] => Some((low - 0x90 + b'0', at + 3)),
            _ => None,
        }
    }

    /// The letter or digit at a place in its half-width form, and where the next one begins.
    pub(super) fn alphanumeric(&self, at: usize) -> Option<(u8, usize)> {
        let byte = *self.bytes.get(at)?;
        if byte.is_ascii() {
            return byte.is_ascii_alphanumeric().then_some((byte, at + 1));
        }
        if byte != 0xEF {
            return None;
        }
        let byte = narrow(char_at(self.text, at)?).filter(u8::is_ascii_alphanumeric)?;
        Some((byte, at + 3))
    }

    pub(super) fn is_alphanumeric(&self, at: usize) -> bool {
        self.alphanumeric(at).is_some()
    }

    /// Where the run of letters and digits from a place ends.
    pub(super) fn run_end(&mut self, at: usize) -> usize {
        let mut end = at;
        while let Some((_, next)) = self.alphanumeric(end) {
            end = next;
        }
        self.work(end - at);
        end
    }

    /// Characters of three bytes: Han characters, full-width forms, punctuation.
    #[inline]
    fn three_bytes(&mut self, at: usize) -> usize {
        let Some(unit) = three_bytes(self.bytes, at) else { return at + 1 };
        if matches!(unit, 0x4E00..=0x9FFF) {
            let begins = self.beginnings.at(unit);
            return if begins.nothing() { at + 3 } else { self.han(at, begins) };
        }
        self.wide(at)
    }

    /// Full-width forms, punctuation and the rarer Han characters.
    fn wide(&mut self, at: usize) -> usize {
        let Some(c) = char_at(self.text, at) else { return at + 1 };
        match c {
            '０'..='９' => self.number(at),
            'Ａ'..='Ｚ' | 'ａ'..='ｚ' => self.latin(at),
            '（' | '＋' => self.signed_phone(at).unwrap_or(at + 3),
            '＠' => self.email(at),
            '。' | '！' | '？' => {
                self.cues.stop(at + 3);
                at + 3
            }
            c if super::names::is_dot(c) => self.dotted_name(at),
            _ => at + 3,
        }
    }

    /// A Han character that may begin a vehicle plate, a word of the lists or a name, or end a
    /// street.
    fn han(&mut self, at: usize, begins: Begins) -> usize {
        if begins.has(Begins::PROVINCE)
            && let Some(end) = self.plate(at)
        {
            return end;
        }
        if begins.has(Begins::TERM)
            && let Some((term, end)) = self.terms.longest(self.text, at)
        {
            self.work(end - at);
            (self.read_to, self.term_to) = (end, end);
            return self.term(term, at, end);
        }
        if begins.has(Begins::STREET)
            && let Some(end) = self.street(at)
        {
            return end;
        }
        if begins.has(Begins::SURNAME)
            && let Some(end) = self.chinese_name(at)
        {
            self.read_to = end;
            return end;
        }
        at + 3
    }

    /// What a label announces directly before a place.
    pub(super) fn is_labelled(&self, cue: Cue, at: usize) -> bool {
        self.cues.is_label(cue, self.text, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> u64 {
        scan(text, &mut Vec::new())
    }

    /// Texts made to look like the beginning of everything, over and over.
    #[test]
    fn the_work_grows_no_faster_than_the_text() {
        const MOST_PER_BYTE: u64 = 120;
        let patterns = [
            "1",
            "1 ",
            "1-",
            "1.",
            "1.1,",
            "a@",
            "@",
            "a.",
            "a-",
            "(",
            "(1",
            "+1",
            "+",
            "http://",
            "http://-",
            "eyJ",
            "eyJ.",
            "eyJ-",
            "sk-",
            "hf_",
            "https://a?",
            "AKIA",
            "张",
            "张王",
            "王先生",
            "北京市",
            "路1号",
            "人民路",
            "省市区县",
            "公司",
            "有限公司",
            "电话",
            "电话：",
            "密码：",
            "京A",
            "京",
            "·",
            "阿·",
            "１",
            "Ａ",
            "1:",
            "a:",
            "::",
            "Smith ",
            "John ",
            "J.",
            "Mr. ",
            "姓名：",
            "1990年",
            "出生1990年1月",
            "1990-01-01 ",
            "-----BEGIN ",
            "0",
            "0-",
            "x1",
            "患者",
            "糖尿病",
            "回族",
            "的",
            "\u{10348}",
            "é",
            "A1",
            "A1(",
            "12 Elm Street ",
            "Ltd ",
            "号",
            "1号",
        ];
        for pattern in patterns {
            let (small, large) = (4_000, 64_000);
            let [few, many] = [small, large].map(|n| {
                let text = pattern.repeat(n / pattern.len());
                (steps(&text), text.len() as u64)
            });
            assert!(many.0 <= many.1 * MOST_PER_BYTE, "{pattern}: {} steps", many.0);
            // Sixteen times the text, and at most twenty times the work.
            assert!(many.0 <= few.0 * 20 + 10_000, "{pattern}: {} then {}", few.0, many.0);
        }
    }
}
