//! What released cells tell, for profitability.

use std::collections::BTreeMap;
use std::fmt;

/// How much of the quasi-identifiers' information a class keeps, 0 (nothing) to 1 (all).
///
/// A cell that stands for a share `s` of its column's domain keeps `-ln s`; what a row keeps is
/// the sum over its cells over that of a row of single values (Wan et al. 2015, "information loss
/// by entropy"). A cell that nothing is known of keeps nothing.
#[derive(Clone, Default, PartialEq)]
pub struct Information {
    columns: Vec<BTreeMap<Option<String>, f64>>,
}

/// What the cells of a column stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// Different values that the column may have, at least 1.
    pub domain: f64,
    /// By cell, the values among them that it stands for, at least 1; `None` is "no value".
    pub cells: BTreeMap<Option<String>, f64>,
}

impl Information {
    /// From one hierarchy per quasi-identifier, in their order: rows of a value and its label at
    /// each level. A label that stands at several levels counts as the most general of them.
    pub fn new<'a>(hierarchies: impl IntoIterator<Item = &'a [Vec<String>]>) -> Self {
        Self::of_coverage(hierarchies.into_iter().map(|rows| {
            let mut cells: BTreeMap<Option<String>, f64> = BTreeMap::new();
            for level in 0..rows.iter().map(Vec::len).max().unwrap_or(0) {
                let mut leaves: BTreeMap<&str, usize> = BTreeMap::new();
                let labels = rows.iter().filter_map(|row| row.get(level));
                labels.for_each(|label| *leaves.entry(label).or_default() += 1);
                for (label, leaves) in leaves {
                    cells.insert(Some(label.to_owned()), leaves as f64);
                }
            }
            Coverage { domain: rows.len() as f64, cells }
        }))
    }

    /// From what the cells of each quasi-identifier stand for, in their order.
    pub fn of_coverage(columns: impl IntoIterator<Item = Coverage>) -> Self {
        let mut most = 0.0;
        let mut kept: Vec<BTreeMap<Option<String>, f64>> = Vec::new();
        for Coverage { domain, cells } in columns {
            let domain = domain.max(1.0);
            most += domain.ln();
            let of = |values: f64| (domain / values.clamp(1.0, domain)).ln();
            kept.push(cells.into_iter().map(|(cell, values)| (cell, of(values))).collect());
        }
        if most > 0.0 {
            kept.iter_mut().flat_map(BTreeMap::values_mut).for_each(|kept| *kept /= most);
        } else if let Some(first) = kept.first_mut() {
            // Where nothing can be told apart, nothing is lost.
            first.values_mut().for_each(|kept| *kept = 1.0);
        }
        Self { columns: kept }
    }

    /// What a cell of the quasi-identifier at this place keeps; see [`weir_table::Beside::weigh`].
    pub fn of(&self, column: usize, cell: Option<&str>) -> f64 {
        let kept = self.columns.get(column).and_then(|kept| kept.get(&cell.map(str::to_owned)));
        kept.copied().unwrap_or(0.0)
    }
}

impl fmt::Debug for Information {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Information of {} columns", self.columns.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_what_they_tell_apart() {
        let rows = |n: usize| -> Vec<Vec<String>> {
            let row = |v: usize| vec![v.to_string(), format!("{}-", v / 2), "*".to_owned()];
            (0..n).map(row).collect()
        };
        let information = Information::new([rows(4).as_slice(), rows(2).as_slice()]);
        // Of three bits in all, the first column has two.
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(information.of(0, Some("3")), 2.0 / 3.0));
        assert!(near(information.of(0, Some("1-")), 1.0 / 3.0));
        assert!(near(information.of(1, Some("1")), 1.0 / 3.0));
        for cell in [Some("*"), Some("unknown"), None] {
            assert!(near(information.of(0, cell), 0.0));
        }
    }
}
