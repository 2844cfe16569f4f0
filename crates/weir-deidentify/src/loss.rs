//! How the loss of single columns becomes one figure.

use weir_search::quality::weights;
use weir_search::table::Column;

/// Geometric mean of `1 + weight * loss` over the columns, minus one: the aggregate that ARX uses
/// for its Loss metric, and the search for its score ([`weir_search::quality::Quality::score`]).
/// Weights are those of [`weir_search::quality::weights`]: what a column costs is multiplied by
/// its weight over the greatest one, and the mean is over all columns, whatever they weigh.
///
/// Returns 0 without columns, and never less than 0 or more than 1 for losses between 0 and 1.
pub fn total(losses: &[f64], columns: &[Column]) -> f64 {
    debug_assert_eq!(losses.len(), columns.len());
    let weights = weights(columns);
    let logs: f64 = losses.iter().zip(&weights).map(|(loss, w)| (w * loss.max(0.0)).ln_1p()).sum();
    (logs / losses.len().max(1) as f64).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(weights: &[f64]) -> Vec<Column> {
        let column = |weight: &f64| Column { levels: Vec::new(), domain: 2.0, weight: *weight };
        weights.iter().map(column).collect()
    }

    #[test]
    fn the_mean_is_geometric_and_weighted() {
        let total = |losses: &[f64], weights: &[f64]| total(losses, &columns(weights));
        assert!((total(&[0.0, 1.0], &[1.0, 1.0]) - (2f64.sqrt() - 1.0)).abs() < 1e-12);
        assert!((total(&[1.0, 1.0], &[2.0, 2.0]) - 1.0).abs() < 1e-12);
        // A third of the greatest weight: a third of what the column costs.
        let third = ((4.0 / 3.0_f64) * 2.0).sqrt() - 1.0;
        assert!((total(&[1.0, 1.0], &[1.0, 3.0]) - third).abs() < 1e-12);
        assert!(total(&[0.0, 1.0], &[3.0, 1.0]) < total(&[0.0, 1.0], &[1.0, 1.0]));
        assert!((total(&[1.0], &[0.0]) - 1.0).abs() < 1e-12);
        assert!(total(&[], &[]).abs() < 1e-12);
    }
}
