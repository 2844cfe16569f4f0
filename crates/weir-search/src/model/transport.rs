//! Earth mover's distance for t-closeness (Li, Li and Venkatasubramanian, ICDE 2007).
//!
//! All three ground distances are metrics of trees, so that the earth mover's distance is a
//! weighted sum of total variations, one per partition of the values:
//!
//! * equal: the values themselves;
//! * hierarchical: the groups of each level below the top, each weighing one over the height;
//! * ordered: values up to and above each cut, each cut weighing one over the number of cuts.

use weir_types::model::Distance;

use super::{SLACK, Values, partitions, shares};
use crate::table::Sensitive;

/// A t-closeness model.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    t: f64,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// Partitions as code to group, with the share of each group in the table.
    Trees(Vec<(Vec<u32>, Vec<f64>)>),
    /// Rank of each code, and the share of the table up to each rank.
    Line { rank: Vec<u32>, up_to: Vec<f64> },
}

impl Transport {
    pub(super) fn new(column: &Sensitive, t: f64, distance: Distance) -> Self {
        let whole = shares(column);
        let form = if distance == Distance::Ordered {
            Form::line(column, &whole)
        } else {
            let groups = partitions(column, distance).into_iter();
            Form::Trees(groups.map(|groups| sums(groups, &whole)).collect())
        };
        Self { t, form }
    }

    pub(super) fn t(&self) -> f64 {
        self.t
    }

    /// Distance of a class from the table, 0 to 1.
    pub(super) fn distance(&self, values: Values<'_>) -> f64 {
        let all = values.total().max(1) as f64;
        match &self.form {
            Form::Trees(trees) => {
                let variation = |(groups, whole): &(Vec<u32>, Vec<f64>)| {
                    let found = grouped(values, groups, whole.len());
                    let over = found.iter().zip(whole).map(|(n, q)| (n / all - q).max(0.0));
                    over.sum::<f64>()
                };
                trees.iter().map(variation).sum::<f64>() / trees.len() as f64
            }
            Form::Line { rank, up_to } => {
                let mut found = vec![0.0; up_to.len()];
                values.iter().for_each(|(code, n)| found[rank[code] as usize] += f64::from(n));
                let mut sum = 0.0;
                let cuts = found.iter().zip(up_to).map(|(n, whole)| {
                    sum += n / all;
                    (sum - whole).abs()
                });
                cuts.sum::<f64>() / (up_to.len() - 1).max(1) as f64
            }
        }
    }

    /// Most people that can be kept so that the rest may be within `t`.
    ///
    /// Of `kept` people, no more than `min(n, kept · q)` of a group can lie under its share `q`;
    /// the total variation is at least what is left over. Taken for each partition alone, which
    /// is a bound for all together.
    pub(super) fn most_kept(&self, values: Values<'_>) -> u64 {
        let all = values.total();
        let groups: Vec<(Vec<f64>, &[f64])> = match &self.form {
            Form::Trees(trees) => {
                let of = |(groups, whole): &'_ (Vec<u32>, Vec<f64>)| {
                    grouped(values, groups, whole.len())
                };
                trees.iter().map(|tree| (of(tree), tree.1.as_slice())).collect()
            }
            // Cuts of a line have two sides each; the sum over them is bounded by the distance
            // as a whole only at the full class, so nothing is claimed.
            Form::Line { .. } => return all,
        };
        let least = |kept: u64| {
            let kept = kept as f64;
            let under = |(found, whole): &(Vec<f64>, &[f64])| {
                let under = found.iter().zip(*whole).map(|(n, q)| n.min(kept * q));
                1.0 - under.sum::<f64>() / kept
            };
            groups.iter().map(under).sum::<f64>() / groups.len() as f64
        };
        let (mut low, mut high) = (0, all);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if least(middle) <= self.t + SLACK { low = middle } else { high = middle - 1 }
        }
        low
    }
}

impl Form {
    fn line(column: &Sensitive, whole: &[f64]) -> Self {
        let order = |code: usize| column.order.get(code).copied().unwrap_or(code as u32);
        // Only values that the table has: a value that nobody has moves no earth.
        let mut present: Vec<usize> = (0..whole.len()).filter(|code| whole[*code] > 0.0).collect();
        present.sort_by_key(|code| order(*code));
        let mut rank = vec![0; whole.len()];
        let mut up_to = Vec::with_capacity(present.len());
        let mut sum = 0.0;
        for (at, code) in (0..).zip(&present) {
            rank[*code] = at;
            sum += whole[*code];
            up_to.push(sum);
        }
        if up_to.is_empty() {
            up_to.push(0.0);
        }
        Self::Line { rank, up_to }
    }
}

/// A partition with the share of each of its groups.
fn sums(groups: Vec<u32>, whole: &[f64]) -> (Vec<u32>, Vec<f64>) {
    let n = groups.iter().max().map_or(0, |g| *g as usize + 1);
    let mut share = vec![0.0; n];
    groups.iter().zip(whole).for_each(|(group, q)| share[*group as usize] += q);
    (groups, share)
}

fn grouped(values: Values<'_>, groups: &[u32], n: usize) -> Vec<f64> {
    let mut found = vec![0.0; n];
    values.iter().for_each(|(code, n)| found[groups[code] as usize] += f64::from(n));
    found
}
