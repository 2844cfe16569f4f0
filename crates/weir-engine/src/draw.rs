//! How much of a table is read, and by which draw.

use weir_table::rows::{Drawn, Whole};

/// When a table is looked at in a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Never: all of it is read.
    Never,
    /// Where it is large.
    Large {
        /// Of the generator that draws.
        seed: u64,
    },
    /// Where it is not too small for one.
    Always {
        /// Of the generator that draws.
        seed: u64,
    },
}

/// From this size on a table is large.
const LARGE_BYTES: u64 = 64 << 20;

/// Rows from which on a view is large.
const LARGE_ROWS: u64 = 2 * SAMPLE_ROWS;

/// Rows of a sample of rows.
const SAMPLE_ROWS: u64 = 1 << 18;

/// Most pages of a sample of pages.
const MOST_PAGES: u64 = 4096;

/// Fewest pages of a table that a sample of pages is taken of.
const FEWEST_PAGES: u64 = 512;

/// Bytes that a sample may make the server read.
const SAMPLE_BYTES: u64 = 256 << 20;

/// What is read of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Draw {
    All,
    /// Pages, each with a chance.
    Pages {
        seed: u64,
        chance: f64,
    },
    /// Rows, each with a chance; of so many, where they were counted.
    Rows {
        seed: u64,
        chance: f64,
        of: Option<u64>,
    },
}

impl Draw {
    /// Of a table of so many pages, which take so many bytes with what they refer to.
    pub(crate) fn of_pages(sampling: Sampling, pages: u64, bytes: u64) -> Self {
        let Some(seed) = sampling.seed(bytes >= LARGE_BYTES) else { return Self::All };
        let share = SAMPLE_BYTES as f64 / bytes.max(1) as f64;
        if pages < FEWEST_PAGES {
            // Few pages of long values, which are kept beside them.
            return match bytes >= 2 * SAMPLE_BYTES {
                true => Self::Rows { seed, chance: share, of: None },
                false => Self::All,
            };
        }
        let of_bytes = (pages as f64 * share).max(FEWEST_PAGES as f64 / 2.0);
        let wanted = (MOST_PAGES.min(pages / 2) as f64).min(of_bytes);
        Self::Pages { seed, chance: wanted / pages as f64 }
    }

    /// Of a view of so many rows.
    pub(crate) fn of_rows(sampling: Sampling, rows: u64) -> Self {
        match sampling.seed(rows >= LARGE_ROWS) {
            Some(seed) if rows >= LARGE_ROWS => {
                let chance = SAMPLE_ROWS as f64 / rows as f64;
                Self::Rows { seed, chance, of: Some(rows) }
            }
            _ => Self::All,
        }
    }

    /// Of a table of about so many rows, which take so many bytes.
    pub(crate) fn of_estimate(sampling: Sampling, rows: u64, bytes: u64) -> Self {
        match sampling.seed(bytes >= LARGE_BYTES) {
            Some(seed) if rows >= LARGE_ROWS || bytes >= 2 * SAMPLE_BYTES => {
                let by_rows = SAMPLE_ROWS as f64 / rows.max(1) as f64;
                let by_bytes = SAMPLE_BYTES as f64 / bytes.max(1) as f64;
                Self::Rows { seed, chance: by_rows.min(by_bytes).min(0.5), of: None }
            }
            _ => Self::All,
        }
    }

    /// How the rows were drawn, if they were.
    pub(crate) fn drawn(self) -> Option<Drawn> {
        match self {
            Self::All => None,
            Self::Pages { seed, chance } | Self::Rows { seed, chance, of: None } => {
                Some(Drawn { seed, of: Whole::Chance(chance) })
            }
            Self::Rows { seed, of: Some(rows), .. } => Some(Drawn { seed, of: Whole::Rows(rows) }),
        }
    }
}

impl Sampling {
    fn seed(self, large: bool) -> Option<u64> {
        match self {
            Self::Never => None,
            Self::Large { seed } => large.then_some(seed),
            Self::Always { seed } => Some(seed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn large_tables_are_drawn_from_and_small_ones_read() {
        let large = Sampling::Large { seed: 1 };
        let of = |sampling, pages, bytes| Draw::of_pages(sampling, pages, bytes);
        assert_eq!(of(large, 1000, 8 * MIB), Draw::All);
        assert_eq!(of(Sampling::Never, 1 << 20, 8 << 33), Draw::All);
        let half = Draw::Pages { seed: 1, chance: 0.5 };
        assert_eq!(of(Sampling::Always { seed: 1 }, 1000, 8 * MIB), half);
        assert_eq!(of(large, 8192, 64 * MIB), half);
        let Draw::Pages { chance, .. } = of(large, 1 << 20, 8 << 30) else { panic!() };
        assert!((chance * f64::from(1 << 20) - 4096.0).abs() < 1e-6);
    }

    #[test]
    fn long_values_beside_the_pages_make_a_smaller_sample() {
        let large = Sampling::Large { seed: 1 };
        let Draw::Pages { chance, .. } = Draw::of_pages(large, 10_000, 100 << 30) else { panic!() };
        assert!((chance - 0.0256).abs() < 1e-9, "{chance}");
        let Draw::Rows { chance, of: None, .. } = Draw::of_pages(large, 100, 1 << 30) else {
            panic!()
        };
        assert!((chance - 0.25).abs() < 1e-9, "{chance}");
    }

    #[test]
    fn estimates_bound_rows_and_bytes() {
        let large = Sampling::Large { seed: 2 };
        assert_eq!(Draw::of_estimate(large, 1 << 30, 63 * MIB), Draw::All);
        assert_eq!(Draw::of_estimate(large, 1000, 64 * MIB), Draw::All);
        let chance = |rows, bytes| match Draw::of_estimate(large, rows, bytes) {
            Draw::Rows { chance, of: None, .. } => chance,
            other => panic!("{other:?}"),
        };
        assert!((chance(1 << 20, 64 * MIB) - 0.25).abs() < 1e-9);
        assert!((chance(1000, 1024 * MIB) - 0.25).abs() < 1e-9);
        assert!((chance(0, 512 * MIB) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn views_are_drawn_from_by_row() {
        let always = Sampling::Always { seed: 4 };
        assert_eq!(Draw::of_rows(always, 1000), Draw::All);
        let draw = Draw::of_rows(always, 1 << 20);
        assert_eq!(draw, Draw::Rows { seed: 4, chance: 0.25, of: Some(1 << 20) });
        assert_eq!(draw.drawn(), Some(Drawn { seed: 4, of: Whole::Rows(1 << 20) }));
    }
}
