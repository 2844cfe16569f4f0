//! Time as an argument.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

/// Where the time comes from.
pub trait Clock: Sync {
    /// The time of day.
    fn now(&self) -> DateTime<Utc>;

    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;

    /// Processor time of all threads since the process began; none where the system does not
    /// tell.
    fn cpu(&self) -> Option<Duration> {
        None
    }
}

/// A time as statements hold it: RFC 3339, UTC, whole seconds.
pub(crate) fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
