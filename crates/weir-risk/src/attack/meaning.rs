//! Which released cells may stand for which original values.
//!
//! An adversary reads labels as anyone does: an interval holds its numbers, a month its days,
//! `*` everything. Labels that say nothing by their form ("higher education") are read by the
//! hierarchy, which is public as a rule.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// The labels that each original value may have become: code to codes, rising.
#[derive(Clone)]
pub(crate) struct Meanings {
    pub(crate) of_value: Vec<Vec<u32>>,
    pub(crate) of_label: Vec<Vec<u32>>,
    /// Labels that fit no value by their form, rising.
    pub(crate) unread: Vec<u32>,
    /// Values and labels that are numbers, and how far apart they are at most.
    value_numbers: Vec<Option<f64>>,
    label_numbers: Vec<Option<f64>>,
    pub(crate) range: f64,
}

/// A value and the labels above it, as in a row of a hierarchy file.
pub type HierarchyRows = BTreeMap<Box<str>, Vec<Box<str>>>;

impl Meanings {
    /// Texts by code; code 0 is "no value" on both sides. `by_original` is what the original
    /// makes of the same labels: one that it reads may well fit nobody of another table.
    pub(crate) fn of(
        values: &[Box<str>],
        labels: &[Box<str>],
        hierarchy: Option<&HierarchyRows>,
        by_original: Option<&Self>,
    ) -> Self {
        let mut of_label: Vec<Vec<u32>> = vec![Vec::new(); labels.len()];
        let exact = Exact::of(values);
        let read: Vec<Value<'_>> = values.iter().map(|v| Value::of(v)).collect();
        let rows = hierarchy.map(|rows| Rows::of(rows, values));
        let mut unread = Vec::new();
        let to_read = |label: u32| by_original.is_none_or(|by| by.unread.contains(&label));
        for ((at, label), fits) in (0..).zip(labels).zip(&mut of_label).skip(1) {
            let reading = Reading::of(label);
            if let Some(rows) = rows.as_ref().and_then(|rows| rows.get(label)) {
                fits.extend(rows);
            }
            if let Some(values) = exact.get(label) {
                fits.extend(values);
            }
            if let Some(reading) = &reading {
                let all = (1..).zip(&read[1..]);
                fits.extend(all.filter(|(_, v)| reading.holds(v)).map(|(code, _): (u32, _)| code));
            }
            if matches!(reading, Some(Reading::Any)) {
                // `*` also stands where there was no value.
                fits.push(0);
            }
            if fits.is_empty() && to_read(at) {
                unread.push(at);
                fits.extend(0..u32::try_from(values.len()).expect("codes are 32 bits"));
            }
            fits.sort_unstable();
            fits.dedup();
        }
        if let Some(fits) = of_label.first_mut() {
            fits.push(0);
        }
        let mut of_value = vec![Vec::new(); values.len()];
        for (label, fits) in (0..).zip(&of_label) {
            for value in fits {
                of_value[*value as usize].push(label);
            }
        }
        let numbers = |texts: &[Box<str>]| texts.iter().map(|text| number(text)).collect();
        let value_numbers: Vec<Option<f64>> = numbers(values);
        let ends = value_numbers.iter().flatten();
        let least = ends.clone().copied().fold(f64::INFINITY, f64::min);
        let range = (ends.copied().fold(f64::NEG_INFINITY, f64::max) - least).max(0.0);
        Self { of_value, of_label, unread, value_numbers, label_numbers: numbers(labels), range }
    }

    pub(crate) fn number_of_value(&self, code: u32) -> Option<f64> {
        self.value_numbers[code as usize]
    }

    pub(crate) fn number_of_label(&self, code: u32) -> Option<f64> {
        self.label_numbers[code as usize]
    }
}

/// The labels that each value may have become by what they say: the same text or number, or a
/// form that holds the value. Code to codes, rising. A label that no form explains holds no other
/// value: whoever judges a release may not count on it.
pub(crate) fn labels_by_form(values: &[Box<str>], labels: &[Box<str>]) -> Vec<Vec<u32>> {
    let said = Meanings::of(values, labels, None, None);
    let mut of_value = said.of_value;
    of_value.iter_mut().for_each(|labels| labels.retain(|label| !said.unread.contains(label)));
    of_value
}

/// Values by text and by number, so that `39.0` is 39.
struct Exact<'a> {
    texts: FxHashMap<&'a str, Vec<u32>>,
    numbers: FxHashMap<u64, Vec<u32>>,
}

impl<'a> Exact<'a> {
    fn of(values: &'a [Box<str>]) -> Self {
        let mut texts: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        let mut numbers: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (code, value) in (0..).zip(values).skip(1) {
            texts.entry(value).or_default().push(code);
            if let Some(number) = number(value) {
                numbers.entry((number + 0.0).to_bits()).or_default().push(code);
            }
        }
        Self { texts, numbers }
    }

    fn get(&self, label: &str) -> Option<&[u32]> {
        let by_number = || self.numbers.get(&(number(label)? + 0.0).to_bits());
        self.texts.get(label).or_else(by_number).map(Vec::as_slice)
    }
}

/// Values by the labels above them.
struct Rows<'a>(FxHashMap<&'a str, Vec<u32>>);

impl<'a> Rows<'a> {
    fn of(rows: &'a HierarchyRows, values: &[Box<str>]) -> Self {
        let mut of: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (code, value) in (0..).zip(values).skip(1) {
            for label in rows.get(value).into_iter().flatten() {
                of.entry(label).or_default().push(code);
            }
        }
        Self(of)
    }

    fn get(&self, label: &str) -> Option<&[u32]> {
        self.0.get(label).map(Vec::as_slice)
    }
}

/// A value as labels are held against it.
struct Value<'a> {
    text: &'a str,
    number: Option<f64>,
    is_date: bool,
}

impl<'a> Value<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, number: number(text), is_date: is_date(text) }
    }

    /// Where the value stands against an end: numbers by size, dates and times as they are
    /// written.
    fn against(&self, end: &str) -> Option<std::cmp::Ordering> {
        match (self.number, number(end)) {
            (Some(value), Some(end)) => value.partial_cmp(&end),
            _ if self.is_date && is_date(end) => Some(self.text.cmp(end)),
            _ => None,
        }
    }
}

/// What a label says by its form.
#[derive(Debug, PartialEq)]
enum Reading<'a> {
    /// `*`.
    Any,
    /// An interval: its ends, where it has them, and whether they are in it.
    Interval { from: Option<(&'a str, bool)>, to: Option<(&'a str, bool)> },
    /// The beginning of an ISO date: a year or a month.
    Within(&'a str),
    /// A quarter of a year, 1 to 4.
    Quarter(&'a str, u8),
    /// `{a, b}`.
    Set(Vec<&'a str>),
    /// `138****1234`: stars for single characters, or one at the end for the rest.
    Mask(&'a str),
}

impl<'a> Reading<'a> {
    fn of(label: &'a str) -> Option<Self> {
        if label == "*" || (label.len() > 1 && label.chars().all(|c| c == '*')) {
            return Some(Self::Any);
        }
        Self::bracketed(label)
            .or_else(|| Self::one_sided(label))
            .or_else(|| Self::calendar(label))
            .or_else(|| Self::dashed(label))
            .or_else(|| label.contains('*').then_some(Self::Mask(label)))
    }

    fn bracketed(label: &'a str) -> Option<Self> {
        let inner = |open: char, close: char| label.strip_prefix(open)?.strip_suffix(close);
        if let Some(set) = inner('{', '}') {
            return Some(Self::Set(set.split(',').map(str::trim).collect()));
        }
        let from_in = label.starts_with('[');
        let to_in = label.ends_with(']');
        let body = label.strip_prefix(['[', '('])?.strip_suffix([']', ')', '['])?;
        let (from, to) = body.split_once([',', ';'])?;
        let end =
            |text: &'a str, closed| (!text.trim().is_empty()).then_some((text.trim(), closed));
        Some(Self::Interval { from: end(from, from_in), to: end(to, to_in) })
    }

    fn one_sided(label: &'a str) -> Option<Self> {
        let after = |signs: &[&str]| signs.iter().find_map(|sign| label.strip_prefix(sign));
        let least =
            |text: &'a str, closed| Self::Interval { from: Some((text.trim(), closed)), to: None };
        let most =
            |text: &'a str, closed| Self::Interval { from: None, to: Some((text.trim(), closed)) };
        if let Some(end) = after(&["≥", ">="]) {
            return Some(least(end, true));
        }
        if let Some(end) = after(&["≤", "<="]) {
            return Some(most(end, true));
        }
        if let Some(end) = after(&[">"]) {
            return Some(least(end, false));
        }
        if let Some(end) = after(&["<"]) {
            return Some(most(end, false));
        }
        label.strip_suffix('+').filter(|end| number(end).is_some()).map(|end| least(end, true))
    }

    fn calendar(label: &'a str) -> Option<Self> {
        let digits =
            |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        match label.split_once('-') {
            None if digits(label, 4) => Some(Self::Within(label)),
            Some((year, quarter)) if digits(year, 4) && quarter.len() == 2 => {
                match quarter.strip_prefix('Q').and_then(|q| q.parse().ok()) {
                    Some(quarter) => Some(Self::Quarter(year, quarter)),
                    None => digits(quarter, 2).then_some(Self::Within(label)),
                }
            }
            Some(_) if is_date(label) => Some(Self::Within(label)),
            _ => None,
        }
    }

    /// `20-29`, both ends in.
    fn dashed(label: &'a str) -> Option<Self> {
        let at = label.char_indices().skip(1).find(|(_, c)| matches!(c, '-' | '–' | '~' | '～'))?;
        let (from, to) = (label[..at.0].trim(), label[at.0 + at.1.len_utf8()..].trim());
        (number(from).is_some() && number(to).is_some())
            .then_some(Self::Interval { from: Some((from, true)), to: Some((to, true)) })
    }

    fn holds(&self, value: &Value<'_>) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match self {
            Self::Any => true,
            Self::Interval { from, to } if value.is_date && years(*from, *to) => {
                let (from, to) = (from.map_or("", |f| f.0), to.map_or("9999", |t| t.0));
                (from..=to).contains(&&value.text[..4])
            }
            Self::Interval { from, to } => {
                let above = from.is_none_or(|(end, closed)| match value.against(end) {
                    Some(Greater) => true,
                    Some(Equal) => closed,
                    _ => false,
                });
                above
                    && to.is_none_or(|(end, closed)| match value.against(end) {
                        Some(Less) => true,
                        Some(Equal) => closed,
                        _ => false,
                    })
            }
            Self::Within(start) => value.is_date && value.text.starts_with(start),
            Self::Quarter(year, quarter) => {
                let month: Option<u8> = value.text.get(5..7).and_then(|month| month.parse().ok());
                let within = month.is_some_and(|month| month.div_ceil(3) == *quarter);
                value.is_date && value.text.starts_with(year) && within
            }
            Self::Set(members) => members.contains(&value.text),
            Self::Mask(mask) => masks(mask, value.text),
        }
    }
}

/// Whether the ends are years, to be held against dates.
fn years(from: Option<(&str, bool)>, to: Option<(&str, bool)>) -> bool {
    let year = |end: Option<(&str, bool)>| {
        end.is_none_or(|(end, _)| end.len() == 4 && end.bytes().all(|b| b.is_ascii_digit()))
    };
    year(from) && year(to)
}

fn masks(mask: &str, text: &str) -> bool {
    let same_length = mask.chars().count() == text.chars().count();
    if same_length {
        return mask.chars().zip(text.chars()).all(|(m, c)| m == '*' || m == c);
    }
    let start = mask.trim_end_matches('*');
    start.len() < mask.len() && !start.contains('*') && text.starts_with(start)
}

/// The middle of a label that is an interval of numbers: of the whole numbers in it where `whole`
/// is set. One with a single end stands with that end.
pub(crate) fn middle(label: &str, whole: bool) -> Option<f64> {
    let Some(Reading::Interval { from, to }) = Reading::of(label) else { return None };
    let end = |end: Option<(&str, bool)>, inwards: f64| {
        let Some((text, closed)) = end else { return Some(None) };
        let step = if whole && !closed { inwards } else { 0.0 };
        number(text).map(|value| Some(value + step))
    };
    match (end(from, 1.0)?, end(to, -1.0)?) {
        (Some(from), Some(to)) => Some(from.midpoint(to)),
        (one, other) => one.or(other),
    }
}

/// A text that is a number.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|n: &f64| n.is_finite())
}

/// `YYYY-MM-DD`, with or without a time.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(label: &str, value: &str) -> bool {
        Reading::of(label).is_some_and(|reading| reading.holds(&Value::of(value)))
    }

    #[test]
    fn labels_are_read_as_people_read_them() {
        let yes = [
            ("*", "x"),
            ("[20,30)", "20"),
            ("[20,30]", "30"),
            ("[20, 30[", "29.5"),
            ("<20", "19"),
            ("≥90", "90"),
            (">=90", "90"),
            ("90+", "95"),
            ("20-29", "29"),
            ("-5--1", "-3"),
            ("2020", "2020-02-29"),
            ("2020-02", "2020-02-29"),
            ("2020-02-29", "2020-02-29T10:00:00"),
            ("2020-Q1", "2020-02-29"),
            ("2020-2024", "2022-01-01"),
            ("{a, b}", "b"),
            ("138****1234", "13800001234"),
            ("1101*", "110105"),
        ];
        for (label, value) in yes {
            assert!(fits(label, value), "{label} {value}");
        }
        let no = [
            ("[20,30)", "30"),
            ("(20,30)", "20"),
            ("<20", "20"),
            ("20-29", "30"),
            ("20-29", "x"),
            ("2020-02", "2020-03-01"),
            ("2020-Q1", "2020-04-01"),
            ("2020-2024", "2025-01-01"),
            ("{a, b}", "c"),
            ("138****1234", "13900001234"),
            ("1101*", "110205"),
            ("Higher education", "Bachelors"),
        ];
        for (label, value) in no {
            assert!(!fits(label, value), "{label} {value}");
        }
    }

    #[test]
    fn intervals_have_a_middle() {
        let cases = [
            ("[20,30)", true, Some(24.5)),
            ("[20,30)", false, Some(25.0)),
            ("20-29", true, Some(24.5)),
            ("<20", true, Some(19.0)),
            ("≥90", true, Some(90.0)),
            ("(0,1)", false, Some(0.5)),
            ("*", true, None),
            ("Higher", true, None),
            ("[2020-01-01,2020-02-01)", false, None),
        ];
        for (label, whole, expected) in cases {
            assert_eq!(middle(label, whole), expected, "{label}");
        }
    }

    #[test]
    fn words_are_read_by_the_hierarchy_or_fit_everything() {
        let boxed =
            |texts: &[&str]| -> Vec<Box<str>> { texts.iter().map(|text| (*text).into()).collect() };
        let values = boxed(&["", "Bachelors", "Masters", "9th"]);
        let labels = boxed(&["", "Higher", "9th", "*"]);
        let without = Meanings::of(&values, &labels, None, None);
        assert_eq!(without.unread, [1]);
        assert_eq!(without.of_label[1], [0, 1, 2, 3]);
        assert_eq!(without.of_value[3], [1, 2, 3]);
        let rows: HierarchyRows =
            values[1..3].iter().map(|value| (value.clone(), boxed(&["Higher"]))).collect();
        let with = Meanings::of(&values, &labels, Some(&rows), None);
        assert!(with.unread.is_empty());
        assert_eq!(with.of_label[1], [1, 2]);
        assert_eq!(with.of_value[0], [0, 3]);
    }
}
