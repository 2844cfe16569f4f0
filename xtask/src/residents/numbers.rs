//! Check digits, made from the standards' words and apart from the detector's code, so that the
//! examples and the detector cannot share a mistake.

/// The county of every resident number and unit code of the example: 372628, Xinwen county in
/// Shandong. The lists of the Ministry of Civil Affairs hold it for the ends of 1980 and 1981
/// and never again; numbers were first issued under the regulation of April 1984.
pub(super) const RETIRED_DIVISION: &str = "372628";

const UNIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character of the first 17 digits of a resident number.
///
/// GB 11643-1999, 4.2.1: ISO 7064 MOD 11-2 over 17 digits, weight 2^(17-i) modulo 11 for the
/// digit at place i from 0.
pub(super) fn resident_check(body: &str) -> char {
    // Horner's rule gives the same weights without a table.
    let sum = body.bytes().fold(0, |sum, byte| (sum + digit(byte)) * 2 % 11);
    match (12 - sum) % 11 {
        10 => 'X',
        value => char::from(b'0' + value),
    }
}

/// The check character of the first eight characters of an organisation code (GB 11714-1997).
pub(super) fn organisation_check(body: &[u8]) -> u8 {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(byte, weight)| {
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                _ => byte - b'A' + 10,
            };
            u32::from(value) * weight
        })
        .sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        value => b'0' + u8::try_from(value).expect("at most 9 here"),
    }
}

/// The check character of the first 17 characters of a unified social credit code
/// (GB 32100-2015): weights 3^i modulo 31.
pub(super) fn credit_check(body: &[u8]) -> u8 {
    let mut weight = 1;
    let mut sum = 0;
    for byte in body {
        let value = UNIT_ALPHABET
            .iter()
            .position(|c| c == byte)
            .expect("codes are made of the alphabet's characters");
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    UNIT_ALPHABET[(31 - sum % 31) % 31]
}

/// The character of the alphabet of unit codes at a place below 31.
pub(super) fn unit_character(place: u32) -> u8 {
    UNIT_ALPHABET[place as usize % UNIT_ALPHABET.len()]
}

fn digit(byte: u8) -> u8 {
    byte - b'0'
}

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    /// Year.
    pub(super) year: u32,
    /// Month, from 1.
    pub(super) month: u32,
    /// Day of the month, from 1.
    pub(super) day: u32,
}

impl Day {
    /// The day with this place in its year, from 0; 365 days to a year, so that the last day of
    /// a leap year is never drawn.
    pub(super) fn in_year(year: u32, place: u32) -> Self {
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let february = if leap { 29 } else { 28 };
        let mut day = place;
        for (month, days) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
            if day < days {
                return Self { year, month, day: day + 1 };
            }
            day -= days;
        }
        Self { year, month: 12, day: 31 }
    }

    /// As in a table: `2025-03-04`.
    pub(super) fn with_hyphens(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// As in a number: `20250304`.
    pub(super) fn digits(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_are_those_of_known_numbers() {
        // The example of GB 11643-1999, and one of the numbers in its annex.
        assert_eq!(resident_check("11010519491231002"), 'X');
        assert_eq!(resident_check("44052418800101001"), '4');
        // Codes of GB 32100 in public use as examples.
        assert_eq!(credit_check(b"91350100M000100Y4"), b'3');
        assert_eq!(organisation_check(b"M000100Y"), b'4');
    }

    #[test]
    fn days_follow_the_calendar() {
        assert_eq!(Day::in_year(2025, 0).with_hyphens(), "2025-01-01");
        assert_eq!(Day::in_year(2025, 59).digits(), "20250301");
        assert_eq!(Day::in_year(2024, 59).digits(), "20240229");
        assert_eq!(Day::in_year(1900, 59).digits(), "19000301");
        assert_eq!(Day::in_year(2025, 364).with_hyphens(), "2025-12-31");
    }
}
