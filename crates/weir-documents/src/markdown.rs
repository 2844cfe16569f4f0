//! Values in Markdown: nothing that a request says becomes markup.

use minijinja::value::Value;
use minijinja::{Error, Output, State};

/// Writes a value into a template: as it is where weir itself made it, escaped otherwise.
pub(crate) fn write(
    out: &mut Output<'_>,
    _: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    let text = value.to_string();
    if value.is_safe() {
        out.write_str(&text)?
    } else {
        out.write_str(&escaped(&text))?
    }
    Ok(())
}

/// `text` as Markdown that shows exactly it, on one line.
///
/// Characters with a meaning inside a line get a backslash (CommonMark 0.31.2, section 2.4), those
/// that begin a block get one at the beginning. Control characters and the marks that reorder what
/// follows them (Unicode UAX #9) become blanks.
pub(crate) fn escaped(text: &str) -> String {
    let shown: String = text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect();
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len() + 8);
    let number = line.chars().take_while(char::is_ascii_digit).count();
    // A list item is a number, a point and a blank.
    let counts = number > 0 && line.chars().nth(number + 1).is_none_or(|c| c == ' ');
    for (at, c) in line.chars().enumerate() {
        let inside = matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '{' | '}' | '$'
        );
        let begins = at == 0 && matches!(c, '#' | '-' | '+' | '=' | ':');
        let numbers = counts && at == number && matches!(c, '.' | ')');
        if inside || begins || numbers {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    #[test]
    fn a_text_stays_a_text() {
        assert_eq!(
            escaped("# a\n* b\u{202e} [c](d) | {{ e }}"),
            "\\# a \\* b \\[c\\](d) \\| \\{\\{ e \\}\\}"
        );
        assert_eq!(escaped("1. x"), "1\\. x");
        assert_eq!(escaped("1."), "1\\.");
        assert_eq!(escaped("1.5 %"), "1.5 %");
        assert_eq!(escaped("v1.2 - 3"), "v1.2 - 3");
    }

    proptest! {
        /// Whatever a request says, a Markdown reader shows the same words in one paragraph.
        #[test]
        fn any_text_is_read_back(text in ".{0,40}") {
            let line = escaped(&text);
            let mut read = String::new();
            for event in Parser::new_ext(&line, Options::ENABLE_TABLES) {
                match event {
                    Event::Text(part) => read.push_str(&part),
                    Event::Start(Tag::Paragraph) | Event::End(_) => {}
                    other => prop_assert!(false, "{other:?} from {line:?}"),
                }
            }
            let shown: String =
                text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect();
            let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(read, words);
        }
    }
}
