//! The classes of a node as cells of a grid with one dimension per column.

/// Dimensions of a dense array of classes, the one that changes fastest first. Columns at one
/// group have none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    pub(crate) dims: Vec<Dim>,
}

/// One dimension of a [`Grid`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dim {
    pub(crate) column: usize,
    pub(crate) groups: usize,
    pub(crate) stride: u128,
}

impl Grid {
    /// Columns, the fastest first, with their number of groups at the node.
    pub(crate) fn new(columns: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut stride = 1u128;
        let mut dims = Vec::new();
        for (column, groups) in columns.into_iter().filter(|(_, groups)| *groups > 1) {
            dims.push(Dim { column, groups, stride });
            stride = stride.saturating_mul(groups as u128);
        }
        Self { dims }
    }

    /// Number of cells; `u128::MAX` where there are more.
    pub(crate) fn cells(&self) -> u128 {
        self.dims.last().map_or(1, |dim| dim.stride.saturating_mul(dim.groups as u128))
    }

    /// Per column, the sum of the cells of each group: `value` of what the cell holds. Columns
    /// without a dimension get the sum of all.
    pub(crate) fn marginals<T: Copy>(
        &self,
        columns: usize,
        cells: &[T],
        value: impl Fn(T) -> u32,
    ) -> Vec<Vec<u64>> {
        let mut out = vec![Vec::new(); columns];
        let (low, high, row) = halves(&self.dims);
        let mut lows = vec![0u32; row];
        let mut highs = Vec::with_capacity(cells.len() / row);
        for cells in cells.chunks_exact(row) {
            let mut sum = 0u32;
            for (low, cell) in lows.iter_mut().zip(cells) {
                let value = value(*cell);
                *low = low.wrapping_add(value);
                sum = sum.wrapping_add(value);
            }
            highs.push(sum);
        }
        let all: u64 = highs.iter().map(|n| u64::from(*n)).sum();
        split(low, lows, &mut out);
        split(high, highs, &mut out);
        for column in out.iter_mut().filter(|column| column.is_empty()) {
            column.push(all);
        }
        out
    }
}

/// The dimensions in two parts of about the same size, and the size of the first.
fn halves(dims: &[Dim]) -> (&[Dim], &[Dim], usize) {
    let size = |dims: &[Dim]| dims.iter().map(|dim| dim.groups).product::<usize>();
    let all = size(dims);
    let mut low = 1;
    let mut at = 0;
    while at < dims.len() && (low < 8 || low * low * dims[at].groups <= all * 4) {
        low *= dims[at].groups;
        at += 1;
    }
    (&dims[..at], &dims[at..], low)
}

/// Takes sums over a grid apart into one sum per column.
fn split(dims: &[Dim], sums: Vec<u32>, out: &mut [Vec<u64>]) {
    match dims {
        [] => {}
        [dim] => out[dim.column] = sums.into_iter().map(u64::from).collect(),
        _ => {
            let at = dims.len() / 2;
            let row: usize = dims[..at].iter().map(|dim| dim.groups).product();
            let mut lows = vec![0u32; row];
            let highs = sums.chunks_exact(row).map(|sums| {
                lows.iter_mut().zip(sums).for_each(|(low, sum)| *low = low.wrapping_add(*sum));
                sums.iter().fold(0u32, |all, sum| all.wrapping_add(*sum))
            });
            let highs = highs.collect();
            split(&dims[..at], lows, out);
            split(&dims[at..], highs, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Grid;

    #[test]
    fn marginals_are_those_of_adding_cell_by_cell() {
        let groups = [3, 1, 4, 2, 5, 1, 7];
        let grid = Grid::new(groups.into_iter().enumerate());
        assert_eq!(grid.cells(), 840);
        let cells: Vec<u32> = (0..840u32).map(|cell| cell * 37 % 11).collect();
        let odd = |cell: u32| if cell % 2 == 1 { cell } else { 0 };
        let mut plain: Vec<Vec<u64>> = groups.iter().map(|groups| vec![0; *groups]).collect();
        for (at, cell) in cells.iter().enumerate() {
            let mut rest = at;
            for (column, groups) in groups.iter().enumerate() {
                plain[column][rest % groups] += u64::from(odd(*cell));
                rest /= groups;
            }
        }
        assert_eq!(grid.marginals(groups.len(), &cells, odd), plain);
    }

    #[test]
    fn a_grid_without_dimensions_is_one_cell() {
        let grid = Grid::new([(0, 1), (1, 1)]);
        assert_eq!(grid.cells(), 1);
        assert_eq!(grid.marginals(2, &[4u32], |n| n), [[4], [4]]);
    }
}
