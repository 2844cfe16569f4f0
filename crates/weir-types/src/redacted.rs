//! A wrapper for what must not be printed.

use std::fmt;

/// A cell value, a key or anything else that must not reach a log.
///
/// `Debug` shows only that something is there. The single way to the content is
/// [`Redacted::expose`], so that every opening can be found by searching for that word.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for computing with; never for printing in an error or a log.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, by move.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Redacted::new("13800000000")), "[redacted]");
    }
}
