//! How much of a table is read, and by which draw.

use std::fmt;

use weir_table::rows::{Drawn, Whole};
use weir_table::sample;

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

/// Most pages of a sample of pages, and about as many ranges of a sample of ranges of keys.
const MOST_PAGES: u64 = 4096;

/// Keys that there may be for each row; with more, some ranges hold all rows and most hold none.
const SPARSEST: u64 = 16;

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
    /// Ranges of keys.
    Keys {
        seed: u64,
        ranges: KeyRanges,
    },
    /// Rows, each with a chance; of so many, where they were counted.
    Rows {
        seed: u64,
        chance: f64,
        of: Option<u64>,
    },
}

/// Keys that are whole numbers, in ranges of one width, of which some are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyRanges {
    /// The least key, which is a cell.
    pub(crate) first: i128,
    pub(crate) width: u64,
    /// How many there are.
    n: u64,
    /// How many of them are drawn.
    drawn: u64,
}

/// Without the first key, which is a cell.
impl fmt::Debug for KeyRanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRanges")
            .field("width", &self.width)
            .field("n", &self.n)
            .field("drawn", &self.drawn)
            .finish_non_exhaustive()
    }
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

    /// What was to be drawn row by row, drawn by ranges of a key instead, where about so many rows
    /// have keys from the first to the last: ranges are found by an index, single rows by going
    /// over all. Where keys have wide gaps, or nothing is known of their number, it stays as it is.
    pub(crate) fn by_keys(self, rows: u64, first: i128, last: i128) -> Self {
        let Self::Rows { seed, chance, of: None } = self else { return self };
        let Ok(keys) = u64::try_from(last.saturating_sub(first).saturating_add(1)) else {
            return self;
        };
        if rows == 0 || keys / SPARSEST > rows {
            return self;
        }
        let range_rows = (rows as f64 * chance / MOST_PAGES as f64).max(1.0);
        let width = whole(range_rows * keys as f64 / rows as f64).max(1);
        let n = keys.div_ceil(width);
        let drawn = whole(n as f64 * chance).clamp(1, n);
        Self::Keys { seed, ranges: KeyRanges { first, width, n, drawn } }
    }

    /// The first and the last key of each range that is drawn, in order.
    pub(crate) fn key_ranges(self) -> impl Iterator<Item = (i128, i128)> {
        let of = match self {
            Self::Keys { seed, ranges } => Some((seed, ranges)),
            _ => None,
        };
        of.into_iter().flat_map(|(seed, KeyRanges { first, width, n, drawn })| {
            sample::draw(seed, drawn, n).into_iter().map(move |number| {
                let from = first + i128::from(number) * i128::from(width);
                (from, from + i128::from(width) - 1)
            })
        })
    }

    /// How the rows were drawn, if they were.
    pub(crate) fn drawn(self) -> Option<Drawn> {
        match self {
            Self::All => None,
            Self::Pages { seed, chance } | Self::Rows { seed, chance, of: None } => {
                Some(Drawn { seed, of: Whole::Chance(chance) })
            }
            Self::Keys { seed, ranges: KeyRanges { n, drawn, .. } } => {
                Some(Drawn { seed, of: Whole::Chance(drawn as f64 / n as f64) })
            }
            Self::Rows { seed, of: Some(rows), .. } => Some(Drawn { seed, of: Whole::Rows(rows) }),
        }
    }
}

/// Rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of rows")]
fn whole(number: f64) -> u64 {
    number.ceil() as u64
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
    fn keys_are_drawn_from_in_ranges_where_they_lie_close() {
        let rows = Draw::Rows { seed: 3, chance: 0.25, of: None };
        // A gap for every row, and numbers below zero.
        let draw = rows.by_keys(1 << 20, -1000, (2 << 20) - 1001);
        let Draw::Keys { ranges, .. } = draw else { panic!("{draw:?}") };
        assert_eq!((ranges.width, ranges.n, ranges.drawn), (128, 16_384, 4096));
        // The least key is a cell.
        assert!(!format!("{draw:?}").contains("-1000"));
        assert_eq!(draw.drawn(), Some(Drawn { seed: 3, of: Whole::Chance(0.25) }));
        let drawn: Vec<_> = draw.key_ranges().collect();
        assert_eq!(drawn.len(), 4096);
        assert!(drawn.iter().all(|(a, b)| b - a == 127 && (a + 1000) % 128 == 0 && *a >= -1000));
        assert!(drawn.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert_eq!(drawn, draw.key_ranges().collect::<Vec<_>>());
        let other = Draw::Rows { seed: 4, chance: 0.25, of: None }.by_keys(1 << 20, 0, 2 << 20);
        assert_ne!(drawn, other.key_ranges().collect::<Vec<_>>());
        // Few rows, each of many bytes, are drawn one by one.
        let Draw::Keys { ranges, .. } = rows.by_keys(1000, 1, 1000) else { panic!() };
        assert_eq!((ranges.width, ranges.n, ranges.drawn), (1, 1000, 250));
        for (n, first, last) in
            [(1000, 1, 17_000), (0, 1, 100), (1000, i128::from(i64::MIN), i128::from(u64::MAX))]
        {
            assert_eq!(rows.by_keys(n, first, last), rows);
        }
        assert_eq!(Draw::All.by_keys(1000, 1, 1000), Draw::All);
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
