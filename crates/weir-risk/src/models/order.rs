//! The order of values, for ordered distance.

use std::cmp::Ordering;

/// Whether the values have an order of their own: all are numbers, or all are dates.
pub(super) fn is_natural<'a>(labels: impl Iterator<Item = Option<&'a str>> + Clone) -> bool {
    let mut known = labels.flatten().peekable();
    if known.peek().is_none() {
        return false;
    }
    let known: Vec<&str> = known.collect();
    known.iter().all(|label| number(label).is_some()) || known.iter().all(|label| is_date(label))
}

/// Codes in the order of their values: numbers by size, if all are numbers; else by their text,
/// which is right for dates such as `2026-11-24`. "No value" comes last.
pub(super) fn ranked(labels: &[Option<&str>]) -> Vec<usize> {
    let numbers: Vec<Option<f64>> = labels.iter().map(|label| label.and_then(number)).collect();
    let numeric = labels.iter().zip(&numbers).all(|(label, n)| label.is_none() || n.is_some());
    let mut codes: Vec<usize> = (0..labels.len()).collect();
    codes.sort_by(|a, b| match (labels[*a], labels[*b]) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(x), Some(y)) => match (numeric, numbers[*a], numbers[*b]) {
            // Two spellings of one number stay apart, in one order.
            (true, Some(m), Some(n)) => m.total_cmp(&n).then_with(|| x.cmp(y)),
            _ => x.cmp(y),
        },
    });
    codes
}

fn number(label: &str) -> Option<f64> {
    label.trim().parse().ok().filter(|n: &f64| n.is_finite())
}

fn is_date(label: &str) -> bool {
    let bytes = label.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_by_size_and_the_rest_by_text() {
        assert_eq!(ranked(&[Some("10"), None, Some("9"), Some("-1")]), [3, 2, 0, 1]);
        assert_eq!(ranked(&[Some("10"), Some("9"), Some("x")]), [0, 1, 2]);
        assert!(is_natural([Some("1e3"), None].into_iter()));
        assert!(is_natural([Some("2026-11-24"), Some("1999-01-01T10:00:00")].into_iter()));
        assert!(!is_natural([Some("flu"), Some("1")].into_iter()));
        assert!(!is_natural([None].into_iter()));
    }
}
