//! How long something is kept, or by when it is due.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use weir_types::Bilingual;

/// A term of a record or a deadline.
///
/// Written `at once`, `3 years`, `24 hours`, `10 working days`, `every 2 years` or `each 03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Without delay.
    AtOnce,
    /// This long.
    Within(u32, Unit),
    /// Again and again, at least this often.
    Every(u32, Unit),
    /// By this day of each year.
    Each {
        /// Month, 1 to 12.
        month: u8,
        /// Day of the month.
        day: u8,
    },
}

/// A unit of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// An hour.
    Hour,
    /// A calendar day.
    Day,
    /// A day on which authorities work.
    WorkingDay,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// A text that is no term.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("no term like `3 years`, `24 hours`, `every 2 years`, `each 03-31` or `at once`")]
pub struct NotATerm;

impl Unit {
    const ALL: [(Self, &'static str, &'static str, &'static str); 5] = [
        (Self::Hour, "hour", "hours", "小时"),
        (Self::Day, "day", "days", "日"),
        (Self::WorkingDay, "working day", "working days", "个工作日"),
        (Self::Month, "month", "months", "个月"),
        (Self::Year, "year", "years", "年"),
    ];

    fn words(self) -> (&'static str, &'static str, &'static str) {
        let found = Self::ALL.into_iter().find(|(unit, ..)| *unit == self);
        let (_, one, many, zh) = found.expect("every unit is listed");
        (one, many, zh)
    }
}

impl Term {
    /// The words for people.
    pub fn label(self) -> Bilingual {
        let zh = match self {
            Self::AtOnce => "立即".to_owned(),
            Self::Within(n, unit) => format!("{n}{}", unit.words().2),
            Self::Every(n, unit) => format!("每{n}{}至少一次", unit.words().2),
            Self::Each { month, day } => format!("每年{month}月{day}日前"),
        };
        let en = match self {
            Self::Each { month, day } => format!("each year by {month:02}-{day:02}"),
            other => other.to_string(),
        };
        Bilingual::new(zh, en)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |f: &mut fmt::Formatter<'_>, n: u32, unit: Unit| {
            let (one, many, _) = unit.words();
            write!(f, "{n} {}", if n == 1 { one } else { many })
        };
        match *self {
            Self::AtOnce => f.write_str("at once"),
            Self::Within(n, unit) => counted(f, n, unit),
            Self::Every(n, unit) => {
                f.write_str("every ")?;
                counted(f, n, unit)
            }
            Self::Each { month, day } => write!(f, "each {month:02}-{day:02}"),
        }
    }
}

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        if text == "at once" {
            return Ok(Self::AtOnce);
        }
        if let Some(day) = text.strip_prefix("each ") {
            // Any leap year will do: the day is one of each year.
            let day: crate::day::Day = format!("2024-{day}").parse().map_err(|_| NotATerm)?;
            let (month, day) = day.month_and_day();
            return Ok(Self::Each { month, day });
        }
        let (every, rest) = match text.strip_prefix("every ") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (number, unit) = rest.split_once(' ').ok_or(NotATerm)?;
        let n: u32 = number.parse().map_err(|_| NotATerm)?;
        let mut units = Unit::ALL.into_iter();
        let unit = units.find(|(_, one, many, _)| unit == if n == 1 { *one } else { *many });
        let (unit, ..) = unit.filter(|_| n > 0 && n.to_string() == number).ok_or(NotATerm)?;
        Ok(if every { Self::Every(n, unit) } else { Self::Within(n, unit) })
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom::<NotATerm>)
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_as_they_are_written() {
        for text in [
            "at once",
            "3 years",
            "1 year",
            "24 hours",
            "10 working days",
            "every 2 years",
            "each 03-31",
        ] {
            assert_eq!(text.parse::<Term>().map(|term| term.to_string()), Ok(text.to_owned()));
        }
        for text in
            ["", "3", "3 year", "1 years", "0 days", "03 days", "each 02-30", "soon", "every"]
        {
            assert_eq!(text.parse::<Term>(), Err(NotATerm), "{text}");
        }
        assert_eq!(Term::Every(2, Unit::Year).label().zh, "每2年至少一次");
    }
}
