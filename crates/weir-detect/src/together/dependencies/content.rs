//! Values that hold other values: resident numbers, dates of birth.

use weir_types::Finding;

use super::{Dependency, Form};
use crate::together::coded::{Coded, CodedColumn};
use crate::together::facet::{Facet, Resident};
use crate::together::words;

/// Least share of the rows with both values in which one must hold the other.
const MOSTLY: f64 = 0.5;
/// Least share of ages that must follow from dates of birth, and of sexes, half of which agree by
/// chance.
const NEARLY: f64 = 0.9;
/// Rows with both values that must be there.
const LEAST: u64 = 10;

/// What is held by the values of columns.
pub(super) fn find(coded: &Coded, findings: &[Finding]) -> Vec<Dependency> {
    let name = |column: &CodedColumn| findings[column.column].column.clone();
    let is_age = |column: &CodedColumn| {
        column.kind == Facet::Number && findings[column.column].semantic == "age"
    };
    let mut found = Vec::new();
    for from in coded.columns() {
        for to in coded.columns().iter().filter(|to| to.column != from.column) {
            let (form, (of, agree), least) = match (from.kind, to.kind) {
                (Facet::Resident, Facet::Day | Facet::Division) => {
                    (Form::Holds, agreement(coded, from, to), MOSTLY)
                }
                (Facet::Resident, Facet::Sex) => (Form::Holds, agreement(coded, from, to), NEARLY),
                (Facet::Resident | Facet::Day, _) if is_age(to) => {
                    (Form::Age, ages(coded, from, to), NEARLY)
                }
                _ => continue,
            };
            if of >= LEAST && agree as f64 >= least * of as f64 {
                let violations = (of - agree) as f64 / of as f64;
                let (from, to) = (vec![name(from)], name(to));
                let say = words::dependency(&from, &to, form, violations, of);
                found.push(Dependency { from, to, form, violations, of, say });
            }
        }
    }
    found
}

/// Rows with a resident number and a value of the other column, and those in which they agree.
fn agreement(coded: &Coded, from: &CodedColumn, to: &CodedColumn) -> (u64, u64) {
    let (mut of, mut agree) = (0, 0);
    for (row, weight) in coded.weights().iter().enumerate() {
        let Some(resident) = Resident::of(from.facet(from.codes[row])) else { continue };
        let other = to.facet(to.codes[row]);
        if other.is_nan() {
            continue;
        }
        let other = other as u64;
        let same = match to.kind {
            Facet::Day => resident.birth == other,
            Facet::Sex => u64::from(resident.male) == other,
            // The county, or the prefecture or province with zeros behind it.
            _ => [1, 100, 10_000].iter().any(|part| resident.division / part * part == other),
        };
        of += weight;
        agree += u64::from(same) * weight;
    }
    (of, agree)
}

/// Rows with a date of birth and an age, and those whose age is that of one and the same day.
fn ages(coded: &Coded, from: &CodedColumn, age: &CodedColumn) -> (u64, u64) {
    // Written as `YYYYMMDD`, a day minus a date of birth is ten thousand times the age in whole
    // years, and something below ten thousand. So each row fits the days of an interval, and the
    // day that fits most rows is asked for.
    let mut ends: Vec<(i64, i64)> = Vec::new();
    let mut of = 0;
    for (row, weight) in coded.weights().iter().enumerate() {
        let birth = from.facet(from.codes[row]);
        let birth = match from.kind {
            Facet::Resident => Resident::of(birth).map_or(f64::NAN, |r| r.birth as f64),
            _ => birth,
        };
        let age = age.facet(age.codes[row]);
        if birth.is_nan() || !(0.0..=150.0).contains(&age) {
            continue;
        }
        let first = birth as i64 + 10_000 * age as i64;
        let weight = i64::try_from(*weight).unwrap_or(i64::MAX);
        ends.push((first, weight));
        ends.push((first + 10_000, -weight));
        of += weight;
    }
    ends.sort_unstable();
    let (mut now, mut most) = (0_i64, 0_i64);
    for (_, weight) in ends {
        now += weight;
        most = most.max(now);
    }
    (of.unsigned_abs(), most.unsigned_abs())
}
