//! How long a computation may take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A span of time above zero, written as a number and a unit: `30 s`, `500ms`, `5 min`, `2 h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Duration);

/// A text that is no span of time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("write a number above 0 and a unit, such as `30 s`, `500 ms`, `5 min` or `2 h`")]
pub struct NoDeadline;

/// Longer than anybody waits: a year.
const LONGEST_S: f64 = 366.0 * 86_400.0;

impl Deadline {
    /// The span.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Deadline {
    type Err = NoDeadline;

    fn from_str(text: &str) -> Result<Self, NoDeadline> {
        let text = text.trim();
        let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(NoDeadline)?;
        let seconds = match text[unit_at..].trim() {
            "ms" => 0.001,
            "s" => 1.0,
            "min" | "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(NoDeadline),
        };
        let number: f64 = text[..unit_at].parse().map_err(|_| NoDeadline)?;
        let seconds = number * seconds;
        if seconds > 0.0 && seconds <= LONGEST_S {
            Ok(Self(Duration::from_secs_f64(seconds)))
        } else {
            Err(NoDeadline)
        }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            ms if ms.is_multiple_of(1000) => write!(f, "{} s", ms / 1000),
            ms => write!(f, "{ms} ms"),
        }
    }
}

impl<'de> Deserialize<'de> for Deadline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Deadline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood_and_nothing_else() {
        let of = |text: &str| text.parse::<Deadline>().map(|d| d.duration().as_millis());
        assert_eq!(of("30s"), Ok(30_000));
        assert_eq!(of(" 1.5 min "), Ok(90_000));
        assert_eq!(of("500 ms"), Ok(500));
        assert_eq!(of("2h"), Ok(7_200_000));
        for text in ["", "30", "s", "0 s", "-1 s", "1 day", "1.2.3 s", "9e9 s", "99999999999 h"] {
            assert_eq!(of(text), Err(NoDeadline), "{text}");
        }
        assert_eq!("90 s".parse::<Deadline>().unwrap().to_string(), "90 s");
    }
}
