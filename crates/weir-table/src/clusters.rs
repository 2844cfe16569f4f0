//! How far shares in a sample of blocks of rows may be off.
//!
//! Rows that stand together are alike more often than rows drawn one by one, so that a sample of
//! blocks is worth less than its rows. By how much is told by how the blocks differ from each
//! other: the variance of a ratio in a simple random sample of clusters (Cochran, Sampling
//! Techniques, 3rd edition, sections 2.11 and 9A.1). It is worked out for shares of every column
//! that what weir reports depends on, and the largest error of them is stated.

use arrow_array::ArrayRef;

use crate::sketch::hash_text;
use crate::source::RawBatch;
use crate::types::for_texts;

/// Shares that are looked at for each column.
const MARKS: usize = 18;

/// Sums over the blocks, from which the error of every share follows.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    columns: Vec<[Sums; MARKS]>,
    blocks: f64,
    rows: f64,
    rows_squared: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    marked: f64,
    squared: f64,
    /// Of marked rows times rows.
    crossed: f64,
}

impl Clusters {
    pub(crate) fn new(n_columns: usize) -> Self {
        Self { columns: vec![[Sums::default(); MARKS]; n_columns], ..Self::default() }
    }

    /// Takes in the rows of one block.
    pub(crate) fn see(&mut self, raw: &RawBatch) {
        let rows = raw.rows() as f64;
        if raw.rows() == 0 {
            return;
        }
        self.blocks += 1.0;
        self.rows += rows;
        self.rows_squared += rows * rows;
        for (index, sums) in self.columns.iter_mut().enumerate() {
            let mut counts = [0_u32; MARKS];
            let mut count = |cell: &str| {
                let marks = marks(cell);
                for (mark, count) in counts.iter_mut().enumerate() {
                    *count += marks >> mark & 1;
                }
            };
            match raw {
                RawBatch::Text(fields) => fields.column(index).for_each(count),
                RawBatch::Arrow(walked) => {
                    if let Some(array) = walked.rows.columns().get(index).and_then(texts) {
                        for_texts(&array, |cell| count(cell.unwrap_or_default()));
                    }
                }
            }
            for (sums, count) in sums.iter_mut().zip(counts) {
                let count = f64::from(count);
                sums.marked += count;
                sums.squared += count * count;
                sums.crossed += count * rows;
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.blocks += other.blocks;
        self.rows += other.rows;
        self.rows_squared += other.rows_squared;
        for (sums, others) in self.columns.iter_mut().zip(&other.columns) {
            for (sums, other) in sums.iter_mut().zip(others) {
                sums.marked += other.marked;
                sums.squared += other.squared;
                sums.crossed += other.crossed;
            }
        }
    }

    /// Blocks with a row.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number")]
    pub(crate) fn blocks(&self) -> u64 {
        self.blocks as u64
    }

    /// By column, half the width of the 95 % interval of the share that is known worst, between 0
    /// and 1; `of` is the share of the table that was read.
    pub(crate) fn errors(&self, of: f64) -> Vec<f64> {
        if self.blocks < 2.0 {
            return vec![1.0; self.columns.len()];
        }
        let freedom = self.blocks - 1.0;
        let mean_rows = self.rows / self.blocks;
        let variance = |sums: &Sums| {
            let share = sums.marked / self.rows;
            let apart =
                sums.squared - 2.0 * share * sums.crossed + share * share * self.rows_squared;
            apart.max(0.0) / freedom / self.blocks / (mean_rows * mean_rows)
        };
        let error = |column: &[Sums; MARKS]| {
            let variance = column.iter().map(variance).fold(0.0, f64::max);
            let unread = (1.0 - of).clamp(0.0, 1.0);
            (student(freedom) * (variance * unread).sqrt()).min(1.0)
        };
        self.columns.iter().map(error).collect()
    }
}

/// The 97.5 % point of Student's distribution, within 2 % from four degrees of freedom on.
fn student(freedom: f64) -> f64 {
    1.96 + 2.4 / freedom + 3.0 / (freedom * freedom)
}

/// What of a cell is counted: whether there is one, which characters it has, its length, and
/// eight ways of parting the values in halves.
fn marks(cell: &str) -> u32 {
    if cell.is_empty() {
        return 1;
    }
    let (mut letter, mut wide, mut other, mut digit) = (false, false, false, false);
    for byte in cell.bytes() {
        match byte {
            b'0'..=b'9' => digit = true,
            b'a'..=b'z' | b'A'..=b'Z' => letter = true,
            0x80.. => wide = true,
            _ => other = true,
        }
    }
    let length = u32::try_from(cell.len()).unwrap_or(u32::MAX);
    let hash = u32::try_from(hash_text(cell) & 0xff).unwrap_or(0);
    u32::from(digit && !letter && !wide && !other) << 1
        | u32::from(letter) << 2
        | u32::from(wide) << 3
        | u32::from(other) << 4
        | (length & 15) << 5
        | u32::from(length >= 16) << 9
        | hash << 10
}

/// A column as one that [`for_texts`] reads.
fn texts(array: &ArrayRef) -> Option<ArrayRef> {
    let ty = crate::types::logical(array.data_type())?;
    crate::table::cast(array, ty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Fields;

    fn block(cells: impl Iterator<Item = String>) -> RawBatch {
        RawBatch::Text(Fields::from_rows(1, cells.map(|cell| vec![cell])))
    }

    /// Rows in random order: the error is that of rows drawn one by one.
    #[test]
    fn well_mixed_blocks_are_worth_their_rows() {
        let mut clusters = Clusters::new(1);
        let cell = |at: u64| (crate::sketch::mix(at + 1) % 1000).to_string();
        (0..400).for_each(|b| clusters.see(&block((0..256).map(|r| cell(b * 256 + r)))));
        let by_rows = 1.96 * 0.5 / f64::from(400 * 256).sqrt();
        let error = clusters.errors(0.0)[0];
        assert!(error > by_rows * 0.8 && error < by_rows * 1.6, "{error} of {by_rows}");
        assert_eq!(clusters.errors(1.0), [0.0]);
    }

    /// A table sorted by its value: a block is worth one row, and the error says so.
    #[test]
    fn sorted_blocks_are_worth_one_row_each() {
        let mut clusters = Clusters::new(1);
        (0..100_u64).for_each(|b| clusters.see(&block((0..256).map(|_| (b % 2).to_string()))));
        let by_blocks = 1.96 * 0.5 / 100_f64.sqrt();
        let error = clusters.errors(0.0)[0];
        assert!((error - by_blocks).abs() < by_blocks * 0.1, "{error} of {by_blocks}");
    }

    #[test]
    fn one_block_says_nothing_of_the_others() {
        let mut clusters = Clusters::new(1);
        clusters.see(&block((0..256).map(|r| r.to_string())));
        assert_eq!((clusters.blocks(), clusters.errors(0.0)[0]), (1, 1.0));
    }
}
