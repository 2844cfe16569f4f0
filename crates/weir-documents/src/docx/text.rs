//! Text in XML.

use std::fmt::Write as _;

/// `text` as character data or the value of an attribute of XML 1.0.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            // Not of the production `Char` of XML 1.0, section 2.2.
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}

/// How a run of text looks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) code: bool,
}

/// Appends a run of text.
pub(super) fn run(out: &mut String, text: &str, look: Look) {
    if text.is_empty() {
        return;
    }
    out.push_str("<w:r>");
    if look.bold || look.italic || look.code {
        out.push_str("<w:rPr>");
        for (on, property) in [
            (look.code, "<w:rStyle w:val=\"Code\"/>"),
            (look.bold, "<w:b/><w:bCs/>"),
            (look.italic, "<w:i/><w:iCs/>"),
        ] {
            if on {
                out.push_str(property);
            }
        }
        out.push_str("</w:rPr>");
    }
    let _ = write!(out, "<w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text));
}

/// Columns that a text takes: two for Chinese characters and their punctuation.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum()
}

/// Columns of the longest word that a line should not break; Chinese breaks anywhere.
pub(super) fn longest_word(text: &str) -> usize {
    let words = text.split(|c: char| c.is_whitespace() || c >= '\u{1100}');
    words.map(|word| word.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escaped("<a b=\"c\">&\u{0}\u{b}\u{fffe}\n甲"),
            "&lt;a b=&quot;c&quot;&gt;&amp; 甲"
        );
        let mut out = String::new();
        run(&mut out, "</w:t>", Look { bold: true, ..Look::default() });
        assert!(out.contains("&lt;/w:t&gt;</w:t>") && out.contains("<w:b/>"), "{out}");
    }
}
