//! The nodes of a lattice, numbered.

/// Nodes at or above some floors.
///
/// The *place* of a node is a number in mixed radix whose digits are how far its levels are below
/// the top, the column that is fixed first being worth most: nodes above come before those below.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// Columns, the one that is fixed first first.
    pub(crate) order: Vec<usize>,
    /// Last level of each column.
    pub(crate) tops: Vec<usize>,
    /// By column: number of levels from the floor to the top.
    pub(crate) digits: Vec<usize>,
    /// By column: how far apart nodes are that differ by a level.
    pub(crate) strides: Vec<usize>,
    /// Number of nodes.
    pub(crate) len: usize,
}

impl Shape {
    /// Number of nodes; saturates.
    pub(crate) fn count(floors: &[usize], tops: &[usize]) -> u64 {
        let digits = floors.iter().zip(tops).map(|(floor, top)| (top - floor + 1) as u64);
        digits.fold(1, u64::saturating_mul)
    }

    pub(crate) fn new(order: &[usize], floors: &[usize], tops: &[usize]) -> Self {
        let digits: Vec<usize> = floors.iter().zip(tops).map(|(f, t)| t - f + 1).collect();
        let mut strides = vec![0; digits.len()];
        let mut len = 1;
        for column in order.iter().rev() {
            strides[*column] = len;
            len *= digits[*column];
        }
        Self { order: order.to_vec(), tops: tops.to_vec(), digits, strides, len }
    }

    /// How far below the top a node is in a column.
    pub(crate) fn digit(&self, place: usize, column: usize) -> usize {
        place / self.strides[column] % self.digits[column]
    }

    /// Levels of a node.
    pub(crate) fn levels(&self, place: usize) -> Vec<usize> {
        (0..self.tops.len()).map(|column| self.tops[column] - self.digit(place, column)).collect()
    }

    /// Lowest level of a column.
    pub(crate) fn floor(&self, column: usize) -> usize {
        self.tops[column] + 1 - self.digits[column]
    }

    /// From what comes in at each node to what is there: sums over all nodes at or below, where
    /// each node has `width` counters.
    pub(crate) fn sum_up(&self, counts: &mut [u32], width: usize) {
        for column in &self.order {
            let stride = self.strides[*column] * width;
            let digits = self.digits[*column];
            for block in counts.chunks_exact_mut(stride * digits) {
                // The last digit is the lowest level.
                for digit in (0..digits - 1).rev() {
                    let (upper, lower) = block[digit * stride..].split_at_mut(stride);
                    for (upper, lower) in upper.iter_mut().zip(lower) {
                        *upper += *lower;
                    }
                }
            }
        }
    }
}
