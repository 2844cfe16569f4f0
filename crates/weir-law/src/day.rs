//! Calendar days, enough of them to compare two and to add a year.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A day of the Gregorian calendar, written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a day of the form YYYY-MM-DD")]
pub struct NotADay;

impl Day {
    /// The same day of the next year; 28 February after a leap day.
    /// No day comes after the year 9999, which stays.
    pub fn next_year(self) -> Self {
        let year = (self.year + 1).min(9999);
        Self { year, day: self.day.min(days_in(year, self.month)), ..self }
    }
}

impl Day {
    pub(crate) fn month_and_day(self) -> (u8, u8) {
        (self.month, self.day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let shape_fits = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shape_fits {
            return Err(NotADay);
        }
        let year: u16 = text[..4].parse().map_err(|_| NotADay)?;
        let month: u8 = text[5..7].parse().map_err(|_| NotADay)?;
        let day: u8 = text[8..].parse().map_err(|_| NotADay)?;
        if (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day) {
            Ok(Self { year, month, day })
        } else {
            Err(NotADay)
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|NotADay| serde::de::Error::custom("a day is written `YYYY-MM-DD`"))
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_parse() {
        for text in ["2026-11-23", "2028-02-29", "2000-02-29"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        for text in ["2027-02-29", "1900-02-29", "2026-13-01", "2026-1-01", "20261-1-01", "", "年"]
        {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
    }

    #[test]
    fn a_year_later_is_a_day_of_the_calendar() {
        let later = |text: &str| text.parse::<Day>().unwrap().next_year().to_string();
        assert_eq!(later("2026-11-23"), "2027-11-23");
        assert_eq!(later("2028-02-29"), "2029-02-28");
        assert_eq!(later("9999-12-31"), "9999-12-31");
    }
}
