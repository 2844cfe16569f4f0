//! People under fourteen, told by ages and dates of birth.

use weir_table::ColumnProfile;

use super::Subject;
use crate::together::{Facet, Resident};

/// The columns that hold ages under fourteen, or dates of birth less than fourteen years ago.
///
/// Where a column has more values than are listed, the sample of them that the profile holds is
/// looked at: children who are few may be missed.
pub(super) fn columns(subject: &Subject<'_>) -> Vec<String> {
    let today = day(subject.today);
    let mut found = Vec::new();
    for (finding, column) in subject.findings.iter().zip(subject.columns) {
        let holds = match Facet::of(finding) {
            Facet::Resident => {
                let birth = |facet| Resident::of(facet).map(|resident| resident.birth);
                any(column, Facet::Resident, |facet| {
                    birth(facet).is_some_and(|b| is_child(b, today))
                })
            }
            Facet::Day => {
                any(column, Facet::Day, |birth| !birth.is_nan() && is_child(birth as u64, today))
            }
            _ if finding.semantic == "age" && finding.ty.is_ordered() => {
                let child = |age: f64| (0.0..14.0).contains(&age);
                column.values.iter().any(|v| v.number.is_some_and(child))
                    || column.min.is_some_and(child)
            }
            _ => false,
        };
        if holds {
            found.push(finding.column.clone());
        }
    }
    found
}

fn any(column: &ColumnProfile, facet: Facet, holds: impl Fn(f64) -> bool) -> bool {
    column.values.iter().any(|value| holds(facet.read(value.value.expose())))
}

/// Whether somebody born on a day, written `YYYYMMDD`, is under fourteen on another.
fn is_child(birth: u64, today: u64) -> bool {
    birth <= today && birth + 140_000 > today
}

/// Days since 1970-01-01 as the number `YYYYMMDD` (Hinnant, `civil_from_days`).
fn day(days: i32) -> u64 {
    let z = i64::from(days) + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) = (
        of_year - (153 * shifted + 2) / 5 + 1,
        if shifted < 10 { shifted + 3 } else { shifted - 9 },
    );
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    u64::try_from(year * 10_000 + month * 100 + day).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), 19_700_101);
        assert_eq!(day(-1), 19_691_231);
        assert_eq!(day(19_782), 20_240_229);
        assert_eq!(day(20_782), 20_261_125);
    }

    #[test]
    fn a_fourteenth_birthday_ends_childhood() {
        assert!(is_child(20_121_126, 20_261_125));
        assert!(!is_child(20_121_125, 20_261_125));
        assert!(!is_child(20_300_101, 20_261_125));
    }
}
