//! The whole lattice above the floors, from the top down, with bounds.

use super::Search;

/// Most figures kept for the lattice: nodes times columns.
const MOST_FIGURES: u64 = 4_000_000;
/// Nodes measured before the best loss is looked at again; fixed, so that the result does not
/// depend on the machine.
const ABREAST: usize = 16;

/// What is known of the nodes of one lattice.
struct Known {
    /// Levels above the floor of each column, the floor among them.
    sizes: Vec<usize>,
    infeasible: Vec<bool>,
    /// Lower bound of the cost of suppression: node times column.
    cost: Vec<f64>,
}

impl Search<'_> {
    /// Looks at every node above the floors that could be better than the best one known, and
    /// marks the search optimal when it got through. Else trades levels within what is left.
    ///
    /// A node is measured unless a node above it is infeasible, or its bound is no better: its
    /// own loss of generalisation and the greatest cost of suppression of the nodes above.
    pub(super) fn explore(&mut self) {
        // A quarter of the budget is kept for trading.
        let kept = self.budget / 4;
        self.budget -= kept;
        self.optimal = self.walk();
        self.budget += kept;
        if !self.optimal {
            self.trade();
        }
    }

    fn walk(&mut self) -> bool {
        let n = self.top.len();
        let sizes: Vec<usize> =
            self.top.iter().zip(&self.floors).map(|(top, floor)| top - floor + 1).collect();
        let nodes = sizes.iter().fold(1u64, |all, size| all.saturating_mul(*size as u64));
        if nodes.saturating_mul(n.max(1) as u64) > MOST_FIGURES {
            return false;
        }
        let nodes = usize::try_from(nodes).expect("bounded by MOST_FIGURES");
        self.base = self.counted.base(&self.best.levels);
        let mut known = Known { sizes, infeasible: vec![false; nodes], cost: vec![0.0; nodes * n] };
        for ring in known.rings() {
            let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
            for node in ring {
                let levels = known.levels(node, &self.floors);
                known.inherit(node);
                if !known.infeasible[node] && self.may_win(&levels, known.cost_of(node)) {
                    open.push((node, levels));
                }
            }
            for some in open.chunks(ABREAST) {
                let some: Vec<&(usize, Vec<usize>)> = some
                    .iter()
                    .filter(|(node, levels)| self.may_win(levels, known.cost_of(*node)))
                    .collect();
                if self.budget == 0 {
                    return false;
                }
                let levels: Vec<Vec<usize>> = some.iter().map(|(_, l)| l.clone()).collect();
                for ((node, levels), measured) in some.into_iter().zip(self.measure(&levels)) {
                    known.infeasible[*node] = !measured.feasible;
                    if measured.feasible {
                        self.offer(levels, &measured);
                        known.cost[node * n..][..n].copy_from_slice(&measured.cost);
                    }
                }
            }
        }
        true
    }

    fn may_win(&self, levels: &[usize], cost: &[f64]) -> bool {
        self.counted.total(levels, cost) < self.best.loss - 1e-12
    }
}

impl Known {
    /// Nodes by their sum of levels, the top first: nodes of one ring do not lie above each other.
    fn rings(&self) -> Vec<Vec<usize>> {
        let rings = self.sizes.iter().map(|size| size - 1).sum::<usize>() + 1;
        let mut by_sum = vec![Vec::new(); rings];
        for node in 0..self.infeasible.len() {
            by_sum[self.digits(node).iter().sum::<usize>()].push(node);
        }
        by_sum.reverse();
        by_sum
    }

    /// Levels above the floor; the first column changes fastest.
    fn digits(&self, node: usize) -> Vec<usize> {
        let mut rest = node;
        self.sizes
            .iter()
            .map(|size| {
                let digit = rest % size;
                rest /= size;
                digit
            })
            .collect()
    }

    fn levels(&self, node: usize, floors: &[usize]) -> Vec<usize> {
        self.digits(node).iter().zip(floors).map(|(digit, floor)| digit + floor).collect()
    }

    fn cost_of(&self, node: usize) -> &[f64] {
        let n = self.sizes.len();
        &self.cost[node * n..][..n]
    }

    /// What the nodes one level above tell of a node.
    fn inherit(&mut self, node: usize) {
        let n = self.sizes.len();
        let mut step = 1;
        for (digit, size) in self.digits(node).into_iter().zip(self.sizes.clone()) {
            if digit + 1 < size {
                let above = node + step;
                self.infeasible[node] |= self.infeasible[above];
                for column in 0..n {
                    let cost = self.cost[above * n + column];
                    let own = &mut self.cost[node * n + column];
                    *own = own.max(cost);
                }
            }
            step *= size;
        }
    }
}
