//! What digests are digests of.
//!
//! A digest hides a value only where there are too many values to try. Two questions are cheap and
//! sound: whether another column of the table holds the values, row by row; and whether the values
//! are days or small numbers, all of which are tried. A name that says "mobile number" over a
//! column of digests answers a third.

use std::collections::BTreeSet;

use md5::Md5;
use rustc_hash::FxHashSet;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use sm3::Sm3;
use weir_table::{ColumnProfile, Profile, for_texts};
use weir_types::{Role, Signal};

use crate::catalogue::Catalogue;
use crate::roles::Draft;
use crate::signals;

/// A hash function by its name.
type Function = (&'static str, fn(&str) -> String);

const FUNCTIONS: [Function; 4] = [
    ("MD5", |text| hexadecimal(&Md5::digest(text))),
    ("SHA-1", |text| hexadecimal(&Sha1::digest(text))),
    ("SHA-256", |text| hexadecimal(&Sha256::digest(text))),
    ("SM3", |text| hexadecimal(&Sm3::digest(text))),
];

/// Types with few enough values to be tried one by one, and the order of their number.
const SMALL: [(&str, &str); 8] = [
    ("cn-mobile", "10^10"),
    ("phone", "10^10"),
    ("cn-resident-id", "10^12"),
    ("cn-plate", "10^8"),
    ("birth-date", "10^5"),
    ("us-ssn", "10^9"),
    ("qq", "10^11"),
    ("postcode", "10^6"),
];

/// Says of columns of digests what they are digests of, where that can be told.
pub(crate) fn explain(drafts: &mut [Draft], profile: &Profile, catalogue: &Catalogue) {
    let digest = catalogue.own("digest");
    let of_digests = drafts.iter_mut().enumerate().filter(|(_, draft)| draft.what == digest);
    for (place, draft) in of_digests {
        let named = draft.named.map(|named| catalogue.key(named).to_owned());
        let small = SMALL.iter().find(|(key, _)| named.as_deref() == Some(key));
        let signal = by_rows(profile, place)
            .or_else(|| by_trying(&profile.columns[place]))
            .or_else(|| small.map(|(_, size)| by_name(size)));
        if let Some(signal) = signal {
            draft.finding.role = Role::Identifier;
            draft.finding.confidence = draft.finding.confidence.max(0.95);
            let last = draft.finding.signals.len().saturating_sub(1);
            draft.finding.signals.insert(last, signal);
        }
    }
}

/// Whether the digests are those of another column in the rows of the sample.
fn by_rows(profile: &Profile, place: usize) -> Option<Signal> {
    const ROWS: usize = 200;
    const MOST_COLUMNS: usize = 256;
    const LEAST: usize = 3;
    let n = profile.sample.num_rows().min(ROWS);
    if place >= profile.sample.num_columns() {
        return None;
    }
    let texts = |column: usize| -> Vec<Option<String>> {
        let mut texts = Vec::with_capacity(n);
        let rows = profile.sample.column(column).slice(0, n);
        for_texts(&rows, |text| texts.push(text.map(|text| text.trim().to_lowercase())));
        texts
    };
    let digests = texts(place);
    for other in (0..profile.sample.num_columns().min(MOST_COLUMNS)).filter(|at| *at != place) {
        let values = texts(other);
        for (name, function) in FUNCTIONS {
            let pairs = digests.iter().zip(&values);
            let pairs: BTreeSet<(&String, &String)> = pairs
                .filter_map(|(digest, value)| Some((digest.as_ref()?, value.as_ref()?)))
                .collect();
            // The first few pairs tell whether it is worth going on.
            let is = |(digest, value): &&(&String, &String)| {
                let hashed = function(value);
                hashed == **digest || function(&value.to_uppercase()) == **digest
            };
            let fitting = pairs.iter().take(LEAST).filter(is).count();
            if fitting == LEAST && pairs.iter().filter(is).count() * 10 >= pairs.len() * 9 {
                return Some(signals::digest_of_column(name, other + 1));
            }
        }
    }
    None
}

/// Whether the digests are those of days from 1900 to 2035 or of numbers below 100,000.
fn by_trying(column: &ColumnProfile) -> Option<Signal> {
    const NUMBERS: u32 = 100_000;
    const LEAST: usize = 3;
    let wanted: FxHashSet<String> =
        column.values.iter().map(|value| value.value.expose().trim().to_lowercase()).collect();
    let length = wanted.iter().next().map_or(0, String::len);
    let days = || {
        let all = (1900..=2035).flat_map(|year| (1..=12).map(move |month| (year, month)));
        all.flat_map(|(year, month)| (1..=31).map(move |day| (year, month, day)))
    };
    let right = |found: usize| found >= LEAST && found * 10 >= wanted.len() * 9;
    for (name, function) in FUNCTIONS.iter().filter(|(_, function)| function("").len() == length) {
        let mut found = 0;
        for (year, month, day) in days() {
            found += usize::from(wanted.contains(&function(&format!("{year}{month:02}{day:02}"))));
            found +=
                usize::from(wanted.contains(&function(&format!("{year}-{month:02}-{day:02}"))));
        }
        if right(found) {
            return Some(signals::digest_of_domain(name, "日期", "days"));
        }
        let numbers = (0..NUMBERS).filter(|n| wanted.contains(&function(&n.to_string())));
        if right(numbers.count()) {
            return Some(signals::digest_of_domain(name, "小整数", "small numbers"));
        }
    }
    None
}

fn by_name(size: &str) -> Signal {
    signals::digest_by_name(size)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use arrow_schema::{DataType, Field, Schema};
    use weir_types::ColumnType;

    use super::*;
    use crate::Detector;
    use crate::tests::{column, profile};

    fn found(columns: &[(&str, Vec<String>)]) -> Vec<weir_types::Finding> {
        let n = columns[0].1.len();
        let profiles = columns
            .iter()
            .map(|(name, values)| column(name, ColumnType::Text, values, n as u64))
            .collect();
        let fields: Vec<Field> =
            columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
        let arrays = columns
            .iter()
            .map(|(_, values)| Arc::new(StringArray::from(values.clone())) as ArrayRef)
            .collect();
        let sample = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
        let profile = Profile { sample, ..profile(n as u64, profiles) };
        Detector::builtin().detect(&profile)
    }

    fn context(finding: &weir_types::Finding) -> Option<&str> {
        let signal = finding.signals.iter().find(|signal| signal.test == "context");
        signal.map(|signal| signal.saw.en.as_str())
    }

    fn digested(values: &[String], name: &str) -> Vec<String> {
        let function = FUNCTIONS.iter().find(|(known, _)| *known == name).unwrap().1;
        values.iter().map(|value| function(value)).collect()
    }

    #[test]
    fn published_digests_of_the_empty_text_and_abc() {
        let of_abc: Vec<String> = FUNCTIONS.iter().map(|(_, function)| function("abc")).collect();
        assert_eq!(of_abc[0], "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of_abc[1], "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(
            of_abc[2].starts_with("ba7816bf8f01cfea") && of_abc[3].starts_with("66c7f0f462eeedd9")
        );
    }

    #[test]
    fn digests_of_another_column_are_named() {
        let phones: Vec<String> =
            (0..100_u64).map(|i| (13_800_000_000 + i * 7919).to_string()).collect();
        for function in ["MD5", "SHA-1", "SHA-256", "SM3"] {
            let digests = digested(&phones, function);
            let found = found(&[("c1", phones.clone()), ("c2", digests)]);
            let context = context(&found[1]).unwrap();
            assert!(context.contains(function) && context.contains("column number 1"), "{context}");
            assert_eq!((found[1].semantic.as_str(), found[1].role), ("digest", Role::Identifier));
        }
    }

    #[test]
    fn digests_of_days_are_tried() {
        let days: Vec<String> =
            (0..60).map(|i| format!("19{}-0{}-1{}", 50 + i % 40, 1 + i % 9, i % 9)).collect();
        let days: BTreeSet<String> = days.into_iter().collect();
        let days: Vec<String> = days.into_iter().collect();
        let found = found(&[("c1", digested(&days, "SHA-256"))]);
        assert!(context(&found[0]).unwrap().contains("days"));
    }

    #[test]
    fn a_name_tells_the_domain_and_nothing_else_is_claimed() {
        let secrets: Vec<String> = (0..60).map(|i| format!("secret value {i}")).collect();
        let digests = digested(&secrets, "SHA-256");
        let found_named = found(&[("手机号", digests.clone())]);
        assert!(context(&found_named[0]).unwrap().contains("10^10"));
        assert_eq!(found_named[0].semantic, "digest");
        let found = found(&[("c1", digests), ("c2", (0..60).map(|i| format!("x{i}")).collect())]);
        assert_eq!(context(&found[0]), None);
    }
}
