//! How the loss of single columns becomes one figure.

/// Geometric mean of `1 + loss` over the columns, minus one: the aggregate that ARX uses for its
/// Loss metric. Weights are exponents; 1 for every column gives the plain mean.
///
/// Returns 0 without columns, and never less than 0 or more than 1 for losses between 0 and 1.
pub fn total(losses: &[f64], weights: &[f64]) -> f64 {
    debug_assert_eq!(losses.len(), weights.len());
    let weight: f64 = weights.iter().sum();
    if weight <= 0.0 {
        return 0.0;
    }
    let logs: f64 = losses.iter().zip(weights).map(|(loss, w)| w * loss.ln_1p()).sum();
    (logs / weight).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_geometric_and_weighted() {
        assert!((total(&[0.0, 1.0], &[1.0, 1.0]) - (2f64.sqrt() - 1.0)).abs() < 1e-12);
        assert!((total(&[1.0, 1.0], &[1.0, 3.0]) - 1.0).abs() < 1e-12);
        assert!(total(&[0.0, 1.0], &[3.0, 1.0]) < total(&[0.0, 1.0], &[1.0, 1.0]));
        assert!(total(&[], &[]).abs() < 1e-12);
    }
}
