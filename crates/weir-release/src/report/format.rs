//! Figures as people read them, alike in both languages.

use std::borrow::Cow;

use minijinja::{HtmlEscape, Value};
use weir_types::verdict::Certainty;

/// A count with a comma after each group of three digits. Counts end at the greatest number, which
/// stands for what was not counted further.
pub(super) fn number(n: u64) -> String {
    if n == u64::MAX {
        return "10^19+".to_owned();
    }
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whole yuan.
pub(super) fn yuan(yuan: f64) -> String {
    let whole = yuan.abs().round();
    let text = if whole < 1e18 { number(whole as u64) } else { format!("{whole:.3e}") };
    if yuan <= -0.5 { format!("−{text}") } else { text }
}

/// How sure a rule's text is, in words.
#[expect(clippy::needless_pass_by_value, reason = "a filter takes what minijinja hands it")]
pub(super) fn certainty(word: Value) -> Value {
    let label = match word.as_str() {
        Some("seen") => Certainty::Seen.label(),
        Some("second-hand") => Certainty::SecondHand.label(),
        _ => Certainty::Unverified.label(),
    };
    Value::from_pairs([("zh", label.zh), ("en", label.en)])
}

/// A share as a percentage.
///
/// Rounding never reaches an end: what is not nothing is not shown as 0 %, and what is not all is
/// not shown as 100 %, because "no one is unique" and "all is kept" are claims of their own.
pub(super) fn percent(share: f64) -> String {
    if share.is_nan() {
        return "–".to_owned();
    }
    let percent = share * 100.0;
    if percent <= 0.0 {
        "0%".to_owned()
    } else if percent >= 100.0 {
        "100%".to_owned()
    } else if percent < 0.01 {
        "<0.01%".to_owned()
    } else if percent >= 99.95 {
        ">99.9%".to_owned()
    } else if percent < 9.995 {
        format!("{}%", trim(&format!("{percent:.2}")))
    } else {
        format!("{}%", trim(&format!("{percent:.1}")))
    }
}

/// A figure with four digits that count; whole numbers whole.
pub(super) fn figure(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".to_owned();
    }
    if size < 1e-12 {
        return "0".to_owned();
    }
    if !(1e-3..1e15).contains(&size) {
        return format!("{value:.3e}");
    }
    let before_point = size.log10().floor() as i32 + 1;
    let decimals = usize::try_from(4 - before_point).unwrap_or(0);
    let text = format!("{size:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), number);
    let sign = if value < 0.0 { "−" } else { "" };
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

/// The n of "one in n" for a risk that is close to one over a whole number; otherwise empty.
pub(super) fn one_in(risk: f64) -> String {
    if !(risk > 0.0 && risk <= 1.0) {
        return String::new();
    }
    let n = (1.0 / risk).round();
    if (n * risk - 1.0).abs() < 1e-9 { format!("{n:.0}") } else { String::new() }
}

/// A text as HTML, with what stands between backticks set as code.
///
/// Everything is escaped first, so nothing in `text` can become markup.
#[expect(clippy::needless_pass_by_value, reason = "a filter takes what minijinja hands it")]
pub(super) fn marked(text: Cow<'_, str>) -> Value {
    let escaped = HtmlEscape(&text).to_string();
    let mut html = String::with_capacity(escaped.len() + 32);
    let mut parts = escaped.split('`').peekable();
    let mut inside = false;
    while let Some(part) = parts.next() {
        // A backtick without a partner stays a backtick.
        let closed = parts.peek().is_some();
        match (inside, closed) {
            (true, true) => html.extend(["<code>", part, "</code>"]),
            (true, false) => html.extend(["`", part]),
            (false, _) => html.push_str(part),
        }
        inside = !inside;
    }
    Value::from_safe_string(html)
}

/// A length in bytes, in the binary units of IEC 80000-13.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(u32, &str); 4] = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    for (shift, unit) in UNITS {
        let one = 1_u64 << shift;
        if bytes >= one {
            let whole = bytes >> shift;
            let tenth = ((bytes & (one - 1)) >> (shift - 10)) * 10 / 1024;
            return format!("{}.{tenth} {unit}", number(whole));
        }
    }
    format!("{bytes} B")
}

fn trim(decimal: &str) -> &str {
    decimal.trim_end_matches('0').trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1000, 20_190, 1_234_567].map(number);
        assert_eq!(shown, ["0", "999", "1,000", "20,190", "1,234,567"]);
        assert_eq!(number(u64::MAX), "10^19+");
    }

    #[test]
    fn percentages_do_not_round_to_the_ends() {
        let shown = [0.0, 0.000_01, 0.0123, 0.2, 0.5678, 0.999_9, 1.0].map(percent);
        assert_eq!(shown, ["0%", "<0.01%", "1.23%", "20%", "56.8%", ">99.9%", "100%"]);
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn figures_keep_four_digits() {
        let shown = [0.0, 24.5, 1234.5678, -0.012_345_6, 1_234_567.0, 0.000_012_345].map(figure);
        assert_eq!(shown, ["0", "24.5", "1,235", "−0.01235", "1,234,567", "1.234e-5"]);
        assert_eq!([f64::NAN, 9999.96, 2.0].map(figure), ["–", "10,000", "2"]);
    }

    #[test]
    fn one_in_n_is_said_only_where_it_is_true() {
        assert_eq!([1.0, 0.2, 1.0 / 7.0].map(one_in), ["1", "5", "7"]);
        assert_eq!([0.0, 0.3, -1.0].map(one_in), ["", "", ""]);
    }

    #[test]
    fn backticks_become_code_and_nothing_else_becomes_markup() {
        let shown = |text: &str| marked(text.into()).to_string();
        assert_eq!(
            shown("tells `a<b>`; see `c`"),
            "tells <code>a&lt;b&gt;</code>; see <code>c</code>"
        );
        assert_eq!(shown("one ` alone"), "one ` alone");
        assert_eq!(shown("`"), "`");
    }

    #[test]
    fn sizes_carry_their_unit() {
        assert_eq!([12, 1536, 5 << 20].map(size), ["12 B", "1.5 KiB", "5.0 MiB"]);
        assert_eq!(size(u64::MAX), "16,777,215.9 TiB");
    }
}
