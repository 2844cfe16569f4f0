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
    /// Partitions of the values.
    Trees(Vec<Tree>),
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
            Form::Trees(groups.map(|groups| Tree::new(groups, &whole)).collect())
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
                let variation = |tree: &Tree| {
                    grouped(values, tree, |found| {
                        let over = found.iter().zip(&tree.shares);
                        over.map(|(n, q)| (n / all - q).max(0.0)).sum::<f64>()
                    })
                };
                trees.iter().map(variation).sum::<f64>() / trees.len() as f64
            }
            Form::Line { rank, up_to } => {
                let mut found = vec![0.0; up_to.len()];
                values.each(|code, n| found[rank[code] as usize] += f64::from(n));
                let mut sum = 0.0;
                let cuts = found.iter().zip(up_to).map(|(n, whole)| {
                    sum += n / all;
                    (sum - whole).abs()
                });
                cuts.sum::<f64>() / (up_to.len() - 1).max(1) as f64
            }
        }
    }

    /// Whether [`Transport::most_kept`] claims anything.
    pub(super) fn is_of_trees(&self) -> bool {
        matches!(self.form, Form::Trees(_))
    }

    /// Least people of a class that can be within `t`, whatever values they have: fewer cannot be
    /// spread as finely as the table.
    pub(super) fn least_people(&self) -> u64 {
        let Form::Trees(trees) = &self.form else { return 1 };
        // Larger classes are left to the look at each of them, and so are those of so many values
        // that trying takes long.
        const MOST: u64 = 1 << 12;
        const WORK: u64 = 1 << 22;
        let groups: usize = trees.iter().map(|tree| tree.shares.len()).sum();
        let most = MOST.min(1 + WORK / groups.max(1) as u64);
        let least = |n: &u64| {
            let sum: f64 = trees.iter().map(|tree| tree.least_variation(*n)).sum();
            sum / trees.len() as f64 <= self.t + SLACK
        };
        (1..most).find(least).unwrap_or(most)
    }

    /// Most people that can be kept so that the rest may be within `t`.
    ///
    /// Of `kept` people, no more than `min(n, kept · q)` of a group can lie under its share `q`;
    /// the total variation is at least what is left over. Taken for each partition alone, which
    /// is a bound for all together.
    pub(super) fn most_kept(&self, values: Values<'_>) -> u64 {
        let all = values.total();
        // Cuts of a line have two sides each; the sum over them is bounded by the distance as a
        // whole only at the full class, so nothing is claimed.
        let Form::Trees(trees) = &self.form else { return all };
        // Of each group that the class has, its people and the share of the table.
        let mut found: Vec<(f64, f64)> = Vec::with_capacity(FEW_GROUPS);
        for tree in trees {
            grouped(values, tree, |people| {
                let there = people.iter().zip(&tree.shares).filter(|(n, _)| **n > 0.0);
                found.extend(there.map(|(n, q)| (*n, *q)));
                0.0
            });
        }
        let asked = (1.0 - self.t - SLACK) * trees.len() as f64;
        // The sum is concave in the people kept: Newton's steps fall onto its last root, and there
        // are no more of them than groups.
        let mut most = all as f64;
        for _ in 0..=found.len() {
            let (mut full, mut open) = (0.0, 0.0);
            for (n, q) in &found {
                let is_full = *n <= most * q;
                full += if is_full { *n } else { 0.0 };
                open += if is_full { 0.0 } else { *q };
            }
            let next = full / (asked - open);
            if full + open * most >= asked * most || next.is_nan() || next >= most {
                break;
            }
            most = next.max(0.0);
        }
        let holds = |kept: u64| {
            let kept = kept as f64;
            found.iter().map(|(n, q)| n.min(kept * q)).sum::<f64>() >= asked * kept
        };
        // Rounding may have cost one.
        let mut kept = (most as u64).saturating_add(1).min(all);
        while kept > 0 && !holds(kept) {
            kept -= 1;
        }
        kept
    }
}

/// A partition of the codes.
#[derive(Clone, Debug)]
struct Tree {
    /// Code to group; empty where each code is its own.
    groups: Vec<u32>,
    /// Share of each group in the table.
    shares: Vec<f64>,
}

impl Tree {
    fn new(groups: Vec<u32>, whole: &[f64]) -> Self {
        let n = groups.iter().max().map_or(0, |g| *g as usize + 1);
        let mut shares = vec![0.0; n];
        groups.iter().zip(whole).for_each(|(group, q)| shares[*group as usize] += q);
        let own = (0..).zip(&groups).all(|(code, group)| code == *group);
        Self { groups: if own { Vec::new() } else { groups }, shares }
    }

    /// The least total variation of `n` people: the shares rounded to whole people, the largest
    /// remainders up.
    fn least_variation(&self, n: u64) -> f64 {
        let n = n as f64;
        let mut left = n;
        let mut rests: Vec<f64> = Vec::with_capacity(self.shares.len());
        for share in &self.shares {
            let whole = (share * n).floor();
            left -= whole;
            rests.push(share * n - whole);
        }
        rests.sort_unstable_by(|a, b| b.total_cmp(a));
        let up = rests.iter().take(left.max(0.0).round() as usize);
        up.map(|rest| 1.0 - rest).sum::<f64>() / n
    }
}

/// Groups up to which counts need no allocation.
const FEW_GROUPS: usize = 64;

/// What `ask` says of the people by group.
fn grouped(values: Values<'_>, tree: &Tree, ask: impl FnOnce(&[f64]) -> f64) -> f64 {
    let (mut few, mut many) = ([0.0; FEW_GROUPS], Vec::new());
    let n = tree.shares.len();
    let found = if n <= FEW_GROUPS {
        &mut few[..n]
    } else {
        many.resize(n, 0.0);
        &mut many[..]
    };
    if tree.groups.is_empty() {
        match values {
            Values::Dense(counts) => {
                found.iter_mut().zip(counts).for_each(|(found, n)| *found = f64::from(*n));
            }
            Values::Sparse(_) => values.each(|code, n| found[code] = f64::from(n)),
        }
    } else {
        values.each(|code, n| found[tree.groups[code] as usize] += f64::from(n));
    }
    ask(found)
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
