//! A good node, soon: down from the top.

use super::engine::{Engine, smallest};
use crate::evaluate::{base::Base, measure::Measured};

impl Engine<'_> {
    /// From a feasible node, lowers at each step the column that leaves the least cost, while it
    /// falls.
    pub(super) fn descend(
        &mut self,
        base: &Base<'_>,
        coarse: &[Base<'static>],
        from: &[usize],
        measured: Measured,
    ) {
        let mut at = from.to_vec();
        let mut here = measured;
        let mut key = self.price.key_of(&at, &here);
        // What is infeasible one level down from here is so from every node below.
        let mut frozen = vec![false; at.len()];
        while !self.spent() {
            let mut steps: Vec<(f64, usize)> = (0..at.len())
                .filter(|c| !frozen[*c] && at[*c] > self.floors[*c])
                .map(|c| (self.step_key(&at, &here, c), c))
                .collect();
            steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut next: Option<(f64, usize, Measured)> = None;
            for (bound, column) in steps {
                if bound >= next.as_ref().map_or(key, |(least, ..)| *least) {
                    break;
                }
                let mut below = at.clone();
                below[column] -= 1;
                let measured = self.measure(smallest(base, coarse, &below), &below);
                if !measured.feasible {
                    frozen[column] = true;
                    continue;
                }
                let reached = self.price.key_of(&below, &measured);
                if reached < next.as_ref().map_or(key, |(least, ..)| *least) {
                    next = Some((reached, column, measured));
                }
            }
            let Some((reached, column, measured)) = next else { return };
            at[column] -= 1;
            key = reached;
            here = measured;
        }
    }

    /// The least key of the node one level below in a column.
    fn step_key(&self, at: &[usize], here: &Measured, column: usize) -> f64 {
        let levels = (0..at.len()).map(|c| at[c] - usize::from(c == column));
        self.price
            .bound(levels, here.owed, |c, to| self.price.added(c, at[c], to, here.owed_by_group(c)))
    }
}
