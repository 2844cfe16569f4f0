//! Tables made from a seed, with hierarchies of many shapes.
//!
//! The recorded answers in `tests/vectors/arx` are about these tables: a change here that changes
//! a table makes them void, which the digest recorded beside them shows.

use super::plain::{Hierarchy, Plain};

/// What is peculiar about a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Even trees, even data.
    Balanced,
    /// Branches of very different size; single values climb alone.
    Unbalanced,
    /// Some columns can only be kept as they are or dropped, one cannot be generalised at all.
    Flat,
    /// Hierarchies with values that the table lacks.
    Lacking,
    /// A few values make up most of the table.
    Skewed,
    /// At most 16 rows.
    Tiny,
    /// All rows are equal.
    Equal,
    /// Ten to twelve columns.
    Wide,
    /// Few columns of many levels.
    Deep,
    /// Values scattered over the branches, columns that follow one another.
    Scattered,
    /// Hierarchies that end in two groups rather than one.
    Split,
}

/// A table with all that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// Columns `a`, `b`, … are quasi-identifiers, `s` and `t` sensitive.
    pub(crate) plain: Plain,
    /// A hierarchy for every column.
    pub(crate) hierarchies: Vec<(String, Hierarchy)>,
    /// About a third of the rows.
    pub(crate) subset: Vec<bool>,
}

impl Made {
    /// The table as files for ARX, by name.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let hierarchy = |(column, hierarchy): &(String, Hierarchy)| {
            (format!("hierarchy_{column}.csv"), hierarchy.csv())
        };
        let selected = self.subset.iter().enumerate().filter(|(_, selected)| **selected);
        let mut files: Vec<_> = self.hierarchies.iter().map(hierarchy).collect();
        files
            .push(("subset.txt".to_owned(), selected.map(|(row, _)| format!("{row}\n")).collect()));
        files.push(("table.csv".to_owned(), self.plain.csv()));
        files
    }
}

/// Shapes and their names.
pub(crate) const SHAPES: [(Shape, &str); 11] = [
    (Shape::Balanced, "balanced"),
    (Shape::Deep, "deep"),
    (Shape::Equal, "equal"),
    (Shape::Flat, "flat"),
    (Shape::Lacking, "lacking"),
    (Shape::Scattered, "scattered"),
    (Shape::Skewed, "skewed"),
    (Shape::Split, "split"),
    (Shape::Tiny, "tiny"),
    (Shape::Unbalanced, "unbalanced"),
    (Shape::Wide, "wide"),
];

/// The table of a name such as `balanced-1`.
pub(crate) fn made(name: &str) -> Option<Made> {
    let (shape, seed) = name.rsplit_once('-')?;
    let (shape, _) = SHAPES.iter().find(|(_, known)| *known == shape)?;
    let mut random = Random(seed.parse::<u64>().ok()? ^ (*shape as u64) << 32);
    let n_columns = match shape {
        Shape::Wide => random.between(10, 12),
        Shape::Deep | Shape::Tiny => random.between(2, 4),
        _ => random.between(3, 6),
    };
    let n_rows = match shape {
        Shape::Tiny => random.between(1, 16),
        Shape::Equal => random.between(5, 300),
        _ => random.between(300, 3000),
    };
    let mut names: Vec<_> = ('a'..='l').take(n_columns).map(String::from).collect();
    names.extend(["s".to_owned(), "t".to_owned()]);
    let trees: Vec<_> = names.iter().map(|name| tree(*shape, name, &mut random)).collect();
    let rows = rows(*shape, &trees, n_rows, &mut random);
    let plain = Plain::of_rows(&names, &rows);
    let subset = (0..n_rows).map(|_| random.below(3) == 0).collect();
    Some(Made { plain, hierarchies: names.into_iter().zip(trees).collect(), subset })
}

pub(crate) fn tree(shape: Shape, name: &str, random: &mut Random) -> Hierarchy {
    let sensitive = name == "s" || name == "t";
    let (n_values, n_levels) = match shape {
        _ if sensitive => (random.between(2, 14), 3),
        Shape::Wide => (random.between(2, 6), random.between(2, 3)),
        Shape::Deep => (random.between(20, 90), random.between(5, 8)),
        Shape::Flat if name == "a" => (random.between(2, 4), 1),
        Shape::Flat => (random.between(2, 9), 2),
        Shape::Tiny => (random.between(1, 6), random.between(2, 3)),
        Shape::Lacking => (random.between(10, 40), random.between(3, 5)),
        _ => (random.between(2, 24), random.between(2, 5)),
    };
    let mut labels: Vec<String> = (0..n_values).map(|value| format!("{name}{value:02}")).collect();
    if shape == Shape::Scattered {
        random.shuffle(&mut labels);
    }
    let mut rows: Vec<Vec<String>> = labels.iter().map(|label| vec![label.clone()]).collect();
    for level in 1..n_levels {
        let last = level + 1 == n_levels;
        if last && (shape != Shape::Split || sensitive) {
            labels.fill("*".to_owned());
        } else {
            labels = coarser(shape, level, &labels, random);
        }
        for (row, label) in rows.iter_mut().zip(&labels) {
            row.push(label.clone());
        }
    }
    Hierarchy { rows }
}

/// Labels one level up: runs of groups become one.
fn coarser(shape: Shape, level: usize, labels: &[String], random: &mut Random) -> Vec<String> {
    let width = random.between(2, 4);
    let mut coarse: Vec<String> = Vec::with_capacity(labels.len());
    let mut left = 0;
    for (value, label) in labels.iter().enumerate() {
        if value > 0 && labels[value - 1] == *label {
            coarse.push(coarse[value - 1].clone());
        } else if left > 0 {
            left -= 1;
            coarse.push(coarse[value - 1].clone());
        } else {
            left = match shape {
                Shape::Unbalanced => random.skewed(12),
                _ => width - 1,
            };
            // A group that stands alone keeps its label, as a value without a parent does.
            let alone = left == 0 && shape == Shape::Unbalanced;
            coarse.push(if alone { label.clone() } else { format!("{label}/{level}") });
        }
    }
    coarse
}

pub(crate) fn rows(
    shape: Shape,
    trees: &[Hierarchy],
    n_rows: usize,
    random: &mut Random,
) -> Vec<Vec<String>> {
    let n_kinds = random.between(2, 8);
    let present = |tree: &Hierarchy, random: &mut Random| match shape {
        Shape::Lacking => random.between(1, tree.rows.len() / 2),
        _ => tree.rows.len(),
    };
    let present: Vec<_> = trees.iter().map(|tree| present(tree, random)).collect();
    let typical: Vec<Vec<usize>> = (0..n_kinds)
        .map(|_| present.iter().map(|&values| random.below(values)).collect())
        .collect();
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(n_rows);
    while rows.len() < n_rows {
        let kind = random.skewed(n_kinds);
        let mut row = Vec::with_capacity(trees.len());
        let mut before = 0;
        for (c, (tree, &values)) in trees.iter().zip(&present).enumerate() {
            let typical = typical[kind][c];
            let value = match (shape, random.below(10)) {
                (Shape::Equal, _) => typical,
                (Shape::Skewed, 0..8) | (Shape::Wide, 0..6) => typical,
                (Shape::Scattered, 0..4) => before % values,
                (_, 0..4) => (typical + random.skewed(values)) % values,
                (Shape::Skewed, _) => random.skewed(values),
                _ => random.below(values),
            };
            before = value;
            row.push(tree.rows[value][0].clone());
        }
        if shape == Shape::Equal && !rows.is_empty() {
            row = rows[0].clone();
        }
        rows.push(row);
    }
    rows
}

/// Random numbers that are the same in every year: SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `end`, without `end`; 0 where `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.bits()) * end as u128) >> 64) as usize
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Below `end`, small numbers much more often.
    fn skewed(&mut self, end: usize) -> usize {
        let first = self.below(end);
        let second = self.below(end);
        self.below(first.min(second) + 1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
