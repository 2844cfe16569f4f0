//! Steps from node to node: down from the top, then sideways.

use super::{BUDGET, Search};

/// Measured side by side at each step; fixed, so that the result does not depend on the machine.
const ABREAST: usize = 2;

impl Search<'_> {
    /// From the top, lowers at each step the column that leaves the least loss, while it falls.
    pub(super) fn climb_down(&mut self) {
        let top = self.top.clone();
        self.budget = u64::MAX;
        self.descend(top);
        self.budget = BUDGET;
    }

    /// Trades levels: raises one column and lowers another, then goes down again, until nothing
    /// improves or the budget is spent. For tables whose lattice cannot be searched whole.
    pub(super) fn trade(&mut self) {
        let n = self.top.len();
        loop {
            let before = self.best.clone();
            self.base = self.counted.base(&before.levels);
            let mut nodes = Vec::new();
            for raised in (0..n).filter(|c| before.levels[*c] < self.top[*c]) {
                for lowered in (0..n).filter(|c| *c != raised) {
                    for by in 1..=2 {
                        if before.levels[lowered] < self.floors[lowered] + by {
                            continue;
                        }
                        let mut levels = before.levels.clone();
                        levels[raised] += 1;
                        levels[lowered] -= by;
                        nodes.push((self.counted.total(&levels, &vec![0.0; n]), levels));
                    }
                }
            }
            nodes.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
            for pair in nodes.chunks(ABREAST) {
                // The bound leaves suppression out, so nothing further down the list can win.
                if pair[0].0 >= self.best.loss || self.budget == 0 {
                    break;
                }
                let levels: Vec<Vec<usize>> = pair.iter().map(|(_, l)| l.clone()).collect();
                for (levels, measured) in levels.iter().zip(self.measure(&levels)) {
                    if measured.feasible {
                        self.offer(levels, &measured);
                    }
                }
                if self.best.loss < before.loss {
                    break;
                }
            }
            if self.best.loss >= before.loss || self.budget == 0 {
                return;
            }
            let from = self.best.levels.clone();
            self.descend(from);
        }
    }

    fn descend(&mut self, from: Vec<usize>) {
        let mut at = from;
        self.base = self.counted.base(&at);
        let Some(here) = self.measure(std::slice::from_ref(&at)).pop() else { return };
        if !here.feasible {
            return;
        }
        let mut loss = self.offer(&at, &here);
        let mut cost = here.cost;
        // What is infeasible one level down from here is so from every node below.
        let mut frozen = vec![false; at.len()];
        while self.budget > 0 {
            let mut steps: Vec<(f64, usize)> = (0..at.len())
                .filter(|c| !frozen[*c] && at[*c] > self.floors[*c])
                .map(|c| (self.counted.total(&lowered(&at, c), &cost), c))
                .collect();
            steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut next: Option<(f64, usize, Vec<f64>)> = None;
            for pair in steps.chunks(ABREAST) {
                // The cost of suppression never falls on the way down: a step is at best as good
                // as with the cost here.
                if pair[0].0 >= next.as_ref().map_or(loss, |(least, ..)| *least) {
                    break;
                }
                let nodes: Vec<Vec<usize>> = pair.iter().map(|(_, c)| lowered(&at, *c)).collect();
                let measured = self.measure(&nodes);
                for (((_, c), node), measured) in pair.iter().zip(&nodes).zip(measured) {
                    if !measured.feasible {
                        frozen[*c] = true;
                        continue;
                    }
                    let reached = self.offer(node, &measured);
                    if next.as_ref().is_none_or(|(least, ..)| reached < *least) {
                        next = Some((reached, *c, measured.cost));
                    }
                }
            }
            match next {
                Some((reached, c, reached_cost)) if reached < loss => {
                    at = lowered(&at, c);
                    self.base = self.counted.base(&at);
                    (loss, cost) = (reached, reached_cost);
                }
                _ => return,
            }
        }
    }
}

fn lowered(levels: &[usize], column: usize) -> Vec<usize> {
    let mut levels = levels.to_vec();
    levels[column] -= 1;
    levels
}
