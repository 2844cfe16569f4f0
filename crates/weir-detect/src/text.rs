//! Identifiers and other personal information inside free text.
//!
//! A [`TextScanner`] walks a text once, byte by byte. Where something could begin (a digit, a
//! word, a surname, an `@`) one reader for that kind of content looks at a bounded stretch of
//! text around it; the readers share what labels have been seen ("电话：", "order no."). So the
//! work is linear in the length of any text, however it was made. Nothing is learned: words,
//! surnames and the frequencies of words come from lists, numbers from their check digits.
//!
//! What this guarantees: spans are inside the text, on boundaries of characters, in order and
//! without overlaps; equal text gives equal spans; neither spans nor reports hold what was found.
//! What it does not: that everything personal is found. Names and addresses in prose are a matter
//! of likelihood; the figures are in `bench/detect`.
//!
//! ```
//! use weir_detect::text::{Kind, TextScanner};
//!
//! let scanner = TextScanner::new();
//! let text = "电话是138 1234 5678。";
//! let spans = scanner.spans(text);
//! assert_eq!((spans[0].kind, &text[spans[0].range.clone()]), (Kind::Mobile, "138 1234 5678"));
//! ```

mod chain;
mod characters;
mod codes;
mod cues;
mod dates;
mod han;
mod kind;
mod latin_names;
mod lexicon;
mod machines;
mod names;
mod numbers;
mod organisations;
mod phones;
mod places;
mod plates;
mod positions;
mod report;
mod scan;
mod secrets;
mod spans;
mod terms;
mod tokens;
mod web;
mod words;

pub use kind::Kind;
pub use report::{KindCount, LineRef, TextReport, inspect_reader};
pub use spans::Span;

/// Finds personal information inside text. Cheap to make; the lists behind it are shared.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextScanner {
    _private: (),
}

impl TextScanner {
    /// A scanner for all kinds.
    pub fn new() -> Self {
        Self::default()
    }

    /// What a text holds, from its beginning to its end, without overlaps.
    pub fn spans(&self, text: &str) -> Vec<Span> {
        let mut found = Vec::new();
        self.spans_into(text, &mut found);
        found
    }

    /// The same into a buffer that is emptied first, for many short texts.
    pub fn spans_into(&self, text: &str, found: &mut Vec<Span>) {
        found.clear();
        scan::scan(text, found);
        spans::settle(found);
    }
}

#[cfg(test)]
mod tests;
