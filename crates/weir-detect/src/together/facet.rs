//! What is read in single values of some columns, as one number each.

use weir_types::Finding;

use crate::checks;

/// A value that says nothing.
pub(super) const NONE: f64 = f64::NAN;

/// What is read in the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Facet {
    /// Nothing.
    Plain,
    /// The number itself, days or microseconds.
    Number,
    /// A day as the number `YYYYMMDD`.
    Day,
    /// 1 for male, 0 for female.
    Sex,
    /// A resident number: see [`Resident`].
    Resident,
    /// The six digits of an administrative division.
    Division,
}

/// What a resident number holds (GB 11643).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resident {
    /// The division that issued it, six digits (GB/T 2260).
    pub(crate) division: u64,
    /// The date of birth as `YYYYMMDD`.
    pub(crate) birth: u64,
    /// Whether its holder is male.
    pub(crate) male: bool,
}

impl Resident {
    fn read(text: &str) -> Option<Self> {
        let digits = |range: std::ops::Range<usize>| text.get(range)?.parse::<u64>().ok();
        let (birth, order) = match text.len() {
            18 if checks::resident_id(text) => (digits(6..14)?, digits(14..17)?),
            // Numbers of the old form have no check digit and were given to people born in the
            // twentieth century.
            15 if text.bytes().all(|b| b.is_ascii_digit()) => {
                (19_000_000 + digits(6..12)?, digits(12..15)?)
            }
            _ => return None,
        };
        Some(Self { division: digits(0..6)?, birth, male: order % 2 == 1 })
    }

    /// All of it in one number: 6 + 8 + 1 digits, which a double holds exactly.
    fn pack(self) -> f64 {
        (self.division * 1_000_000_000 + self.birth * 10 + u64::from(self.male)) as f64
    }

    /// What [`Facet::Resident`] read; `None` where it read nothing.
    pub(crate) fn of(facet: f64) -> Option<Self> {
        if facet.is_nan() {
            return None;
        }
        let packed = facet as u64;
        Some(Self {
            division: packed / 1_000_000_000,
            birth: packed / 10 % 100_000_000,
            male: packed % 10 == 1,
        })
    }
}

impl Facet {
    /// What is worth reading in a column.
    pub(crate) fn of(finding: &Finding) -> Self {
        match finding.semantic.as_str() {
            "cn-resident-id" | "cn-resident-id-15" => Self::Resident,
            "birth-date" => Self::Day,
            "sex" => Self::Sex,
            "division" | "cn-division-code" => Self::Division,
            _ if finding.ty.is_ordered() => Self::Number,
            _ => Self::Plain,
        }
    }

    /// Reads a value in canonical text.
    pub(crate) fn read(self, text: &str) -> f64 {
        match self {
            // Numbers are read from the array.
            Self::Plain | Self::Number => NONE,
            Self::Day => day(text).map_or(NONE, |day| day as f64),
            Self::Sex => sex(text).map_or(NONE, |male| f64::from(u8::from(male))),
            Self::Resident => Resident::read(text.trim()).map_or(NONE, Resident::pack),
            Self::Division => {
                let text = text.trim();
                let six = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
                if six { text.parse().unwrap_or(NONE) } else { NONE }
            }
        }
    }
}

/// `YYYY-MM-DD` or `YYYYMMDD`, with or without a time of day behind it.
fn day(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    (digits.len() == 8).then(|| digits.parse().ok()).flatten()
}

fn sex(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "男" | "男性" | "m" | "male" | "man" | "先生" => Some(true),
        "女" | "女性" | "f" | "female" | "woman" | "女士" => Some(false),
        // GB/T 2261.1: 1 male, 2 female.
        "1" => Some(true),
        "2" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resident_number_holds_birth_sex_and_division() {
        let expected = Resident { division: 110_105, birth: 19_491_231, male: false };
        let packed = Facet::Resident.read("11010519491231002X");
        assert_eq!(Resident::of(packed), Some(expected));
        let old = Facet::Resident.read("110105491231001");
        assert_eq!(Resident::of(old), Some(Resident { male: true, ..expected }));
        // The check digit is wrong.
        assert!(Facet::Resident.read("110105194912310021").is_nan());
    }

    #[test]
    fn days_and_sexes_are_read_in_the_usual_spellings() {
        assert_eq!(day("1949-12-31"), Some(19_491_231));
        assert_eq!(day("1949-12-31T10:00:00"), Some(19_491_231));
        assert_eq!(day("1949"), None);
        assert_eq!(
            (sex("男"), sex("Female"), sex("2"), sex("x")),
            (Some(true), Some(false), Some(false), None)
        );
    }
}
