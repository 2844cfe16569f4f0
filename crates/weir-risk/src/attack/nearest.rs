//! Those who differ least from a target whom none fits.

use super::Scene;
use super::meaning::Meanings;
use super::targets::Target;

/// Most looks of released rows that are held against one target.
const MOST_LOOKS: usize = 20_000;

impl Scene<'_> {
    /// The released records with a row at the least Gower distance from the target's first row:
    /// a cell that fits is at distance 0, a number is as far as its share of the range, anything
    /// else at 1.
    pub(super) fn nearest(&self, target: &Target, fits: &[Meanings]) -> Vec<u32> {
        let Some(row) = target.rows.first() else { return Vec::new() };
        let released = &self.released;
        let step = released.n_looks().div_ceil(MOST_LOOKS).max(1);
        let mut least = f64::INFINITY;
        let mut nearest: Vec<u32> = Vec::new();
        for at in (0..released.n_looks()).step_by(step) {
            let distance = self.distance(row, released.look(at), fits);
            if distance < least - 1e-12 {
                least = distance;
                nearest.clear();
            }
            if distance <= least + 1e-12 {
                nearest.push(at as u32);
            }
        }
        let mut records: Vec<u32> =
            nearest.iter().flat_map(|look| released.records_of_look(*look)).copied().collect();
        records.sort_unstable();
        records.dedup();
        records
    }

    fn distance(&self, known: &[u32], released: &[u32], fits: &[Meanings]) -> f64 {
        let columns = known.iter().zip(released).enumerate();
        columns
            .map(|(c, (value, label))| {
                if fits[c].of_value[*value as usize].binary_search(label).is_ok() {
                    return 0.0;
                }
                match (fits[c].number_of_value(*value), fits[c].number_of_label(*label)) {
                    (Some(a), Some(b)) if fits[c].range > 0.0 => {
                        ((a - b).abs() / fits[c].range).min(1.0)
                    }
                    _ => 1.0,
                }
            })
            .sum()
    }
}
