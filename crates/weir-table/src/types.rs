//! From text to typed values.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use weir_types::ColumnType;

/// The Arrow type in which values of a column type are held.
pub fn physical(ty: ColumnType) -> DataType {
    match ty {
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Float => DataType::Float64,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnType::Text => DataType::Utf8,
    }
}

/// The column type whose values an Arrow type can be cast to, if any.
pub(crate) fn logical(ty: &DataType) -> Option<ColumnType> {
    Some(match ty {
        DataType::Boolean => ColumnType::Boolean,
        DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => ColumnType::Float,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(..) => ColumnType::Timestamp,
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Null => ColumnType::Text,
        DataType::Dictionary(_, values) => return logical(values),
        other if other.is_integer() => ColumnType::Integer,
        _ => return None,
    })
}

/// The types that every cell seen so far fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fits(u8);

impl Fits {
    const INTEGER: u8 = 1;
    const FLOAT: u8 = 2;
    const DATE: u8 = 4;
    const COMPACT_DATE: u8 = 8;
    const TIMESTAMP: u8 = 16;
    const BOOLEAN: u8 = 32;

    pub(crate) const ALL: Self = Self(63);

    /// Narrows by one cell that has a value; gives the number that it is, if it is one.
    pub(crate) fn see(&mut self, cell: &str) -> Option<f64> {
        if self.0 == 0 {
            return None;
        }
        let has = |bit: u8| self.0 & bit != 0;
        let integer = if has(Self::INTEGER) { integer(cell) } else { None };
        let number = match integer {
            // A whole number is a float as well; only others need to be parsed.
            Some(whole) => Some(whole as f64),
            None if has(Self::FLOAT) => float(cell),
            None => None,
        };
        let mut left = 0;
        let mut keep = |bit: u8, fits: bool| left |= if fits { bit } else { 0 };
        keep(Self::INTEGER, integer.is_some());
        keep(Self::FLOAT, has(Self::FLOAT) && number.is_some());
        keep(Self::COMPACT_DATE, has(Self::COMPACT_DATE) && compact_date(cell).is_some());
        if integer.is_none() {
            keep(Self::DATE, has(Self::DATE) && date(cell).is_some());
            keep(Self::TIMESTAMP, has(Self::TIMESTAMP) && timestamp(cell).is_some());
            keep(Self::BOOLEAN, has(Self::BOOLEAN) && boolean(cell).is_some());
        }
        self.0 = left;
        number
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The narrowest type, given how many cells had a value.
    pub(crate) fn column_type(self, seen: u64) -> ColumnType {
        match self.0 {
            _ if seen == 0 => ColumnType::Text,
            bits if bits & Self::BOOLEAN != 0 => ColumnType::Boolean,
            bits if bits & (Self::DATE | Self::COMPACT_DATE) != 0 => ColumnType::Date,
            bits if bits & Self::TIMESTAMP != 0 => ColumnType::Timestamp,
            bits if bits & Self::INTEGER != 0 => ColumnType::Integer,
            bits if bits & Self::FLOAT != 0 => ColumnType::Float,
            _ => ColumnType::Text,
        }
    }
}

/// Whether a cell of a column that is not text stands for "no value".
pub(crate) fn is_missing(cell: &str) -> bool {
    match cell.as_bytes() {
        [] => true,
        // Most cells of such a column begin as a number does.
        [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => false,
        [_] | [_, _] | [_, _, _] | [_, _, _, _] => {
            matches!(
                cell,
                "NA" | "N/A"
                    | "NULL"
                    | "Null"
                    | "null"
                    | "NaN"
                    | "nan"
                    | "None"
                    | "\\N"
                    | "-"
                    | "."
            ) || cell.trim().is_empty()
        }
        _ => cell.trim().is_empty(),
    }
}

/// A whole number of at most 18 digits. Leading zeros mean a code, not a number.
pub(crate) fn integer(cell: &str) -> Option<i64> {
    let bytes = cell.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > 18 || (digits.len() > 1 && digits[0] == b'0') {
        return None;
    }
    let mut value = 0_i64;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(if negative { -value } else { value })
}

/// A whole number of a column of whole numbers: of 19 digits too, which are a code where a type is
/// found by the text, but not where a Parquet file states it.
fn whole(cell: &str) -> Option<i64> {
    const MOST_DIGITS: usize = 19;
    let long = cell.trim_start_matches('-').len() == MOST_DIGITS;
    // A sign or a zero before the digits makes a code of it, here as there.
    let is_number = |value: &i64| long && value.to_string() == cell;
    integer(cell).or_else(|| cell.parse().ok().filter(is_number))
}

/// A decimal number with a point or an exponent, or a whole one; no leading zeros before
/// digits, no more digits than double precision keeps apart.
pub(crate) fn float(cell: &str) -> Option<f64> {
    let bytes = cell.as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if matches!(digits, [b'0', b'0'..=b'9', ..] | [b'+', ..]) {
        return None;
    }
    if let Some(value) = short_decimal(digits) {
        return Some(if digits.len() < bytes.len() { -value } else { value });
    }
    let plausible =
        digits.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plausible || !digits.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let pointed = digits.iter().any(|b| matches!(b, b'.' | b'e' | b'E'));
    if !pointed && digits.len() > 18 {
        return None;
    }
    cell.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Digits with at most one point, if they are few: then both the digits as a whole number and
/// the power of ten are exact doubles, and one division rounds correctly (Clinger 1990, "How to
/// read floating point numbers accurately", the fast path).
fn short_decimal(digits: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut whole, mut decimals, mut point) = (0_u64, 0_usize, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                decimals += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if digits.len() == usize::from(point) {
        return None;
    }
    // At most 16 digits without a point could exceed 2^53.
    (whole <= 1 << 53).then(|| whole as f64 / POWERS[decimals.min(15)])
}

/// `true` or `false`.
pub(crate) fn boolean(cell: &str) -> Option<bool> {
    match cell {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// `2025-01-31`, `2025/1/31`, `2025.1.31` or `2025年1月31日`.
pub(crate) fn date(cell: &str) -> Option<NaiveDate> {
    if cell.len() < 8 || cell.len() > 17 {
        return None;
    }
    let (year, rest) = (cell.get(..4)?, cell.get(4..)?);
    let separator = rest.chars().next()?;
    let rest = &rest[separator.len_utf8()..];
    let (month, day) = match separator {
        '-' | '/' | '.' => rest.split_once(separator)?,
        '年' => rest.strip_suffix('日').unwrap_or(rest).split_once('月')?,
        _ => return None,
    };
    ymd(year, month, day)
}

/// `20250131`, with a year from 1900 to 2100.
pub(crate) fn compact_date(cell: &str) -> Option<NaiveDate> {
    if cell.len() != 8 || !cell.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    ymd(&cell[..4], &cell[4..6], &cell[6..]).filter(|d| (1900..=2100).contains(&d.year()))
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str, digits: usize| {
        let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { text.parse::<u32>().ok() } else { None }
    };
    let year = i32::try_from(number(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}

/// A date and a time of day, with `T` or a space between; seconds and fractions may be left out.
pub(crate) fn timestamp(cell: &str) -> Option<NaiveDateTime> {
    if cell.len() < 12 || cell.len() > 40 {
        return None;
    }
    let (day, time) = cell.split_once(['T', ' '])?;
    let day = date(day)?;
    let time = NaiveTime::parse_from_str(time, "%H:%M:%S%.f")
        .or_else(|_| NaiveTime::parse_from_str(time, "%H:%M"))
        .ok()?;
    Some(day.and_time(time))
}

/// Days since 1970-01-01.
pub(crate) fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// The date of a number of days since 1970-01-01.
pub(crate) fn date_of_days(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}

/// Cells as an array of a type. Cells that stand for "no value" become null; so does a cell
/// that does not fit, whose number is added to `misfits`.
pub(crate) fn column<'a>(
    ty: ColumnType,
    cells: impl Iterator<Item = &'a str>,
    misfits: &mut usize,
) -> ArrayRef {
    macro_rules! build {
        ($builder:expr, $parse:expr) => {{
            let mut builder = $builder;
            for cell in cells {
                let cell = trimmed(cell);
                let value = $parse(cell);
                *misfits += usize::from(value.is_none() && !is_missing(cell));
                builder.append_option(value);
            }
            Arc::new(builder.finish()) as ArrayRef
        }};
    }
    let rows = cells.size_hint().0;
    match ty {
        ColumnType::Boolean => build!(BooleanBuilder::with_capacity(rows), boolean),
        ColumnType::Integer => build!(Int64Builder::with_capacity(rows), integer),
        ColumnType::Float => build!(Float64Builder::with_capacity(rows), float),
        ColumnType::Date => build!(Date32Builder::with_capacity(rows), |cell| {
            date(cell).or_else(|| compact_date(cell)).map(days)
        }),
        ColumnType::Timestamp => {
            build!(TimestampMicrosecondBuilder::with_capacity(rows), |cell| {
                timestamp(cell).map(|t| t.and_utc().timestamp_micros())
            })
        }
        ColumnType::Text => {
            let mut builder = StringBuilder::with_capacity(rows, rows * 8);
            for cell in cells {
                builder.append_option(if cell.is_empty() { None } else { Some(cell) });
            }
            Arc::new(builder.finish())
        }
    }
}

/// Numbers may have blanks around them.
pub(crate) fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [b' ' | b'\t', ..] | [.., b' ' | b'\t'] => cell.trim(),
        _ => cell,
    }
}

/// Calls `f` with the canonical text of every value; see [`crate::ValueCount::value`].
pub fn for_texts(array: &ArrayRef, mut f: impl FnMut(Option<&str>)) {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
    let mut text = String::new();
    macro_rules! each {
        ($values:expr, $show:expr) => {
            for value in $values {
                f(value.map(|value| {
                    text.clear();
                    $show(&mut text, value);
                    text.as_str()
                }));
            }
        };
    }
    match array.data_type() {
        DataType::Boolean => {
            each!(array.as_boolean().iter(), |t: &mut String, v| show(t, format_args!("{v}")));
        }
        DataType::Int64 => {
            let write = |t: &mut String, v| show(t, format_args!("{v}"));
            each!(array.as_primitive::<Int64Type>().iter(), write);
        }
        DataType::Float64 => {
            let write = |t: &mut String, v| show(t, format_args!("{v}"));
            each!(array.as_primitive::<Float64Type>().iter(), write);
        }
        DataType::Date32 => {
            each!(array.as_primitive::<Date32Type>().iter(), write_date);
        }
        DataType::Timestamp(..) => {
            each!(array.as_primitive::<TimestampMicrosecondType>().iter(), write_timestamp);
        }
        DataType::Utf8 => array.as_string::<i32>().iter().for_each(f),
        _ => (0..array.len()).for_each(|_| f(None)),
    }
}

fn show(text: &mut String, value: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = std::fmt::Write::write_fmt(text, value);
}

/// Writes a date as `YYYY-MM-DD`; nothing where it is beyond the calendar.
fn write_date(text: &mut String, days: i32) {
    let Some(date) = date_of_days(days) else { return };
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => {
            push_digits(text, year, 4);
            text.push('-');
            push_digits(text, date.month(), 2);
            text.push('-');
            push_digits(text, date.day(), 2);
        }
        // Years before 0 and beyond 9999 have a sign.
        _ => text.push_str(&date.format("%Y-%m-%d").to_string()),
    }
}

/// Writes the last digits of a number, as many as are asked for.
fn push_digits(text: &mut String, number: u32, n: u32) {
    let digit = |place| char::from_digit(number / 10_u32.pow(place) % 10, 10);
    text.extend((0..n).rev().filter_map(digit));
}

/// Writes a time as `YYYY-MM-DDTHH:MM:SS[.ffffff]`.
fn write_timestamp(text: &mut String, micros: i64) {
    const A_SECOND: i64 = 1_000_000;
    const A_DAY: i64 = 86_400 * A_SECOND;
    let (day, time) = (micros.div_euclid(A_DAY), micros.rem_euclid(A_DAY));
    let Ok(day) = i32::try_from(day) else { return };
    write_date(text, day);
    let whole = u32::try_from(time / A_SECOND).unwrap_or(0);
    if text.is_empty() || time % A_SECOND != 0 {
        text.clear();
        if let Some(t) = chrono::DateTime::from_timestamp_micros(micros) {
            text.push_str(&t.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string());
        }
        return;
    }
    for (mark, part) in [('T', whole / 3600), (':', whole / 60 % 60), (':', whole % 60)] {
        text.push(mark);
        push_digits(text, part, 2);
    }
}

fn date_text(days: i32) -> String {
    let mut text = String::new();
    write_date(&mut text, days);
    text
}

fn timestamp_text(micros: i64) -> String {
    let mut text = String::new();
    write_timestamp(&mut text, micros);
    text
}

/// The number that stands for a canonical text; see [`crate::ValueCount::number`].
pub(crate) fn number_of_text(ty: ColumnType, text: &str) -> Option<f64> {
    match ty {
        ColumnType::Integer => whole(text).map(|v| v as f64),
        ColumnType::Float => float(text),
        ColumnType::Date => date(text).or_else(|| compact_date(text)).map(|d| f64::from(days(d))),
        ColumnType::Timestamp => timestamp(text).map(|t| t.and_utc().timestamp_micros() as f64),
        ColumnType::Boolean | ColumnType::Text => None,
    }
}

/// The canonical text of a cell.
pub(crate) fn canonical(ty: ColumnType, cell: &str) -> Option<String> {
    // Text is released as it is, and so are blanks around it.
    let cell = if ty == ColumnType::Text { cell } else { trimmed(cell) };
    match ty {
        ColumnType::Boolean => boolean(cell).map(|v| v.to_string()),
        ColumnType::Integer => whole(cell).map(|v| v.to_string()),
        ColumnType::Float => float(cell).map(|v| v.to_string()),
        ColumnType::Date => date(cell).or_else(|| compact_date(cell)).map(|d| date_text(days(d))),
        ColumnType::Timestamp => {
            timestamp(cell).map(|t| timestamp_text(t.and_utc().timestamp_micros()))
        }
        ColumnType::Text => Some(cell.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_of(cells: &[&str]) -> ColumnType {
        let mut fits = Fits::ALL;
        let mut seen = 0;
        for cell in cells.iter().filter(|c| !is_missing(c)) {
            fits.see(cell);
            seen += 1;
        }
        fits.column_type(seen)
    }

    #[test]
    fn types_follow_the_cells() {
        assert_eq!(type_of(&["1", "-20", "", "NA"]), ColumnType::Integer);
        assert_eq!(type_of(&["1", "2.5", "1e3"]), ColumnType::Float);
        assert_eq!(type_of(&["2025-01-31", "2025/2/3"]), ColumnType::Date);
        assert_eq!(type_of(&["20250131", "19991231"]), ColumnType::Date);
        assert_eq!(type_of(&["20250131", "20251399"]), ColumnType::Integer);
        assert_eq!(type_of(&["2025年1月31日"]), ColumnType::Date);
        assert_eq!(type_of(&["2025-01-31 10:20", "2025-01-31T10:20:30.5"]), ColumnType::Timestamp);
        assert_eq!(type_of(&["true", "FALSE"]), ColumnType::Boolean);
        assert_eq!(type_of(&["", "NA"]), ColumnType::Text);
    }

    #[test]
    fn a_stated_whole_number_has_up_to_19_digits() {
        for number in [i64::MIN, -7, 0, 1 << 61, i64::MAX] {
            let text = number.to_string();
            assert_eq!(canonical(ColumnType::Integer, &text), Some(text.clone()));
            assert_eq!(number_of_text(ColumnType::Integer, &text), Some(number as f64));
        }
        assert_eq!(canonical(ColumnType::Integer, "007"), None);
        assert_eq!(canonical(ColumnType::Integer, "0000000000000000007"), None);
        assert_eq!(canonical(ColumnType::Integer, "+123456789012345678"), None);
        assert_eq!(canonical(ColumnType::Integer, "9223372036854775808"), None);
    }

    #[test]
    fn codes_are_not_numbers() {
        assert_eq!(type_of(&["00123", "10000"]), ColumnType::Text);
        assert_eq!(type_of(&["6222021234567890123"]), ColumnType::Text);
        assert_eq!(type_of(&["1", "inf"]), ColumnType::Text);
        assert_eq!(type_of(&["2025-02-30"]), ColumnType::Text);
    }

    proptest::proptest! {
        #[test]
        fn short_decimals_are_read_as_the_standard_library_reads_them(
            text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{0,8})?"
        ) {
            proptest::prop_assert_eq!(
                float(&text).map(f64::to_bits),
                text.parse::<f64>().ok().map(f64::to_bits)
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn dates_and_times_are_written_as_chrono_writes_them(
            days in proptest::prop_oneof![-800_000_i32..4_000_000, proptest::num::i32::ANY],
            micros in proptest::prop_oneof![
                -70_000_000_000_000_000_i64..300_000_000_000_000_000, proptest::num::i64::ANY],
        ) {
            let date = date_of_days(days);
            let written = date.map_or_else(String::new, |d| d.format("%Y-%m-%d").to_string());
            proptest::prop_assert_eq!(date_text(days), written);
            for micros in [micros, micros - micros % 1_000_000] {
                let written = chrono::DateTime::from_timestamp_micros(micros)
                    .map_or_else(String::new, |t| {
                        t.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string()
                    });
                proptest::prop_assert_eq!(timestamp_text(micros), written);
            }
        }
    }

    #[test]
    fn what_is_no_number_is_not_read_as_one() {
        for text in ["", "-", ".", "-.", "1.2.3", "1e", "inf", "NaN", "1_0", "+1", "0x1", "00.5"] {
            assert_eq!(float(text), None, "{text}");
        }
        assert_eq!(float(".5"), Some(0.5));
        assert_eq!(float("5."), Some(5.0));
        assert_eq!(float("9007199254740993.0"), Some(9_007_199_254_740_992.0));
    }

    #[test]
    fn a_misfit_is_counted_not_guessed() {
        let mut misfits = 0;
        let array = column(ColumnType::Integer, ["1", "x", ""].into_iter(), &mut misfits);
        assert_eq!((array.len(), array.null_count(), misfits), (3, 2, 1));
    }
}
