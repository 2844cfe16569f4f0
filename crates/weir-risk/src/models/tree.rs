//! Hierarchies of sensitive values, for hierarchical distance.

use std::collections::BTreeMap;
use std::fmt;

/// The hierarchy of a sensitive column.
#[derive(Clone, PartialEq, Eq)]
pub struct ValueTree {
    /// Value to its labels, the finest (the value itself) first; all of one length.
    rows: BTreeMap<String, Vec<String>>,
    /// Labels of a value.
    levels: usize,
}

impl ValueTree {
    /// A tree from the rows of a hierarchy: the value first, then its label at each level, up to
    /// the most general one. Shorter rows are filled with their last label. Where the last level
    /// has several labels, a root is put above it.
    pub fn new(rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut rows: BTreeMap<String, Vec<String>> =
            rows.into_iter().filter_map(|row| Some((row.first()?.clone(), row))).collect();
        let mut levels = rows.values().map(Vec::len).max().unwrap_or(1);
        for row in rows.values_mut() {
            let last = row.last().cloned().unwrap_or_default();
            row.resize(levels, last);
        }
        let mut tops = rows.values().filter_map(|row| row.last());
        let top = tops.next();
        if levels == 1 || tops.any(|other| Some(other) != top) {
            rows.values_mut().for_each(|row| row.push("*".to_owned()));
            levels += 1;
        }
        Self { rows, levels }
    }

    /// The tree over coded values. A value that the hierarchy does not list, "no value" among
    /// them, hangs from the root on its own.
    pub(super) fn over(&self, labels: &[Option<&str>], shares: &[f64]) -> Tree {
        let mut tree = Tree { parents: Vec::new(), shares: vec![shares.to_vec()] };
        let mut nodes: Vec<u32> = (0..).take(labels.len()).collect();
        for level in 1..self.levels {
            let mut known: BTreeMap<Result<&str, usize>, u32> = BTreeMap::new();
            let mut parents = vec![0; tree.shares[level - 1].len()];
            let mut above = Vec::new();
            for (code, label) in labels.iter().enumerate() {
                let row = label.and_then(|label| self.rows.get(label));
                let name = match row {
                    _ if level == self.levels - 1 => Ok(""),
                    Some(row) => Ok(row[level].as_str()),
                    None => Err(code),
                };
                let next = known.len() as u32;
                let node = *known.entry(name).or_insert(next);
                if node == next {
                    above.push(0.0);
                }
                above[node as usize] += shares[code];
                parents[nodes[code] as usize] = node;
                nodes[code] = node;
            }
            tree.parents.push(parents);
            tree.shares.push(above);
        }
        tree
    }
}

impl fmt::Debug for ValueTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValueTree of {} values in {} levels", self.rows.len(), self.levels)
    }
}

/// A hierarchy over codes, with the share of the table below each node.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// Level, then node to its parent a level above.
    parents: Vec<Vec<u32>>,
    /// Level, then share of each node.
    shares: Vec<Vec<f64>>,
}

impl Tree {
    /// Earth mover's distance of a class from the table, 0 to 1, by the recursion of section 4.3
    /// of Li, Li and Venkatasubramanian (ICDE 2007): at each inner node of height `h`, what some
    /// of its children have too much and others too little is moved at `h / H`.
    ///
    /// `class` has codes, rising, with their shares; all others have none.
    pub(super) fn distance(&self, class: &[(u32, f64)]) -> f64 {
        let height = self.parents.len() as f64;
        let mut cost = 0.0;
        let mut nodes = class.to_vec();
        for (level, parents) in self.parents.iter().enumerate() {
            let mut above: BTreeMap<u32, Moved> = BTreeMap::new();
            for (node, has) in nodes {
                let own = self.shares[level][node as usize];
                let moved = above.entry(parents[node as usize]).or_default();
                moved.has += has;
                moved.touched += own;
                moved.over += (has - own).max(0.0);
                moved.under += (own - has).max(0.0);
            }
            for (parent, moved) in &above {
                // Children that the class does not touch lack all they should have.
                let untouched = self.shares[level + 1][*parent as usize] - moved.touched;
                let under = moved.under + untouched.max(0.0);
                cost += (level + 1) as f64 / height * moved.over.min(under);
            }
            nodes = above.into_iter().map(|(parent, moved)| (parent, moved.has)).collect();
        }
        cost
    }
}

#[derive(Default)]
struct Moved {
    has: f64,
    touched: f64,
    over: f64,
    under: f64,
}
