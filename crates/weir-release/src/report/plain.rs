//! Plain text: one line per value, wrapped by the width that a terminal gives it.

use std::borrow::Cow;

/// Columns of a line.
const WIDTH: usize = 78;

/// `text` as one line without control or direction marks, so that a name can forge no line.
#[expect(clippy::needless_pass_by_value, reason = "a filter takes what minijinja hands it")]
pub(super) fn line(text: Cow<'_, str>) -> String {
    let shown: String = text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` broken into lines, each but the first indented by `indent` columns; the caller has
/// already written `indent` columns of the first.
pub(super) fn wrap(text: Cow<'_, str>, indent: usize) -> String {
    let mut lines = Vec::new();
    let mut current = String::new();
    for piece in pieces(&line(text)) {
        let fits = indent + width(&current) + width(piece.trim_end()) <= WIDTH;
        if !fits && !current.is_empty() && !piece.starts_with(may_not_start_a_line) {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
        }
        current.push_str(piece);
    }
    lines.push(current.trim_end().to_owned());
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// `text` filled up with blanks to `columns`, and at least one blank.
pub(super) fn pad(text: Cow<'_, str>, columns: usize) -> String {
    let text = line(text);
    let blanks = columns.saturating_sub(width(&text)).max(1);
    format!("{text}{}", " ".repeat(blanks))
}

/// Columns that `text` takes in a terminal.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Words with the blanks after them; wide characters stand alone.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let breaks = before.is_some_and(|b| (b == ' ' && c != ' ') || is_wide(b) || is_wide(c));
        if breaks {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

fn may_not_start_a_line(c: char) -> bool {
    "，。、；：？！）》」』”’…,.;:?!)".contains(c)
}

/// Control characters, and the marks that reorder what follows them (Unicode UAX #9).
fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a terminal gives two columns to it: the blocks of UAX #11 that Chinese text uses.
fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_forge_a_line() {
        assert_eq!(line("a\n\nSigned:\u{202e} yes".into()), "a Signed: yes");
    }

    #[test]
    fn lines_stay_within_the_width_in_both_scripts() {
        for text in
            ["measured on the released bytes ".repeat(9), "在已放行的字节上测得，".repeat(20)]
        {
            let wrapped = wrap(text.as_str().into(), 4);
            assert!(wrapped.lines().count() > 2);
            for (i, line) in wrapped.lines().enumerate() {
                let columns = width(line) + if i == 0 { 4 } else { 0 };
                // A mark that may not start a line may stand past the edge.
                assert!(columns <= WIDTH + 2, "{columns}: {line}");
                assert!(!line.trim_start().starts_with('，'), "{line}");
            }
            let joined: String = wrapped.split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn padding_counts_wide_characters_twice() {
        assert_eq!(pad("年龄".into(), 6), "年龄  ");
        assert_eq!(pad("a long name".into(), 4), "a long name ");
    }
}
