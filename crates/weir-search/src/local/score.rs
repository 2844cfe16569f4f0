//! What recoded tables are judged by, and what guides the search for them.

use weir_types::QualityModel;

use super::axis::{Axes, Axis, Span};
use super::classes::Classes;
use super::units::Units;
use crate::Goal;

/// What a class costs a person, as a function of what it covers.
///
/// A quality model that is a sum over cells guides as it is. The geometric mean of loss is
/// replaced by its gradient; models of class sizes by loss, because finer cells make smaller
/// classes.
pub(super) struct Guide {
    /// Column, level, code: the column's part.
    pub(super) parts: Vec<Vec<Vec<f64>>>,
    /// Column to what multiplies its part.
    factors: Vec<f64>,
    /// Whether the parts are logarithms of factors.
    product: bool,
    /// What a row costs that is suppressed.
    pub(super) suppressed: f64,
    /// Columns by what they can cost, the dearest first.
    pub(super) order: Vec<usize>,
}

impl Guide {
    pub(super) fn new(axes: &Axes, units: &Units<'_>, goal: &Goal) -> Self {
        Self::with(axes, units, goal, &factors(axes))
    }

    /// A guide with other weights of the columns than those of the quality model.
    pub(super) fn with(axes: &Axes, units: &Units<'_>, goal: &Goal, factors: &[f64]) -> Self {
        let product = matches!(goal.quality, QualityModel::Ambiguity);
        let columns = axes.list.iter().zip(factors).enumerate();
        let parts: Vec<Vec<Vec<f64>>> = columns
            .map(|(column, (axis, &factor))| match goal.quality {
                QualityModel::Precision => heights(axis, factor),
                QualityModel::NonUniformEntropy { .. } => entropies(axis, units, column, factor),
                _ => axis
                    .values
                    .iter()
                    .map(|level| {
                        level.iter().map(|&values| losses(axis, values, factor, product)).collect()
                    })
                    .collect(),
            })
            .collect();
        let mut guide =
            Self { parts, factors: factors.to_vec(), product, suppressed: 0.0, order: Vec::new() };
        let top =
            axes.list.iter().enumerate().map(|(at, axis)| guide.parts[at][axis.top() as usize][0]);
        guide.order = dearest_first(&guide.parts);
        guide.suppressed = guide.finish(top.sum()) * suppression(goal.quality);
        guide
    }

    /// The same with the gradient of the geometric mean at the score of `classes`, where the
    /// quality model is one.
    pub(super) fn steeper(&self, goal: &Goal, classes: &Classes<'_>) -> Self {
        Self::with(classes.axes, classes.units, goal, &gradient(classes, goal))
    }

    /// A column's part for a span around a code.
    #[inline]
    pub(super) fn part(&self, axis: &Axis, column: usize, span: Span, base: u16) -> f64 {
        match span {
            Span::Level(level) => self.parts[column][level as usize][base as usize],
            Span::Range(from, to) => self.of_values(axis, column, axis.between(from, to)),
        }
    }

    /// A column's part for a cell that covers some values, where it may be a range.
    pub(super) fn of_values(&self, axis: &Axis, column: usize, values: f64) -> f64 {
        losses(axis, values, self.factors[column], self.product)
    }

    /// The sum of the parts that a cost comes from.
    pub(super) fn unfinish(&self, cost: f64) -> f64 {
        if self.product { cost.ln() } else { cost }
    }

    /// The cost of a person, from the sum of the parts. Rises with it.
    pub(super) fn finish(&self, sum: f64) -> f64 {
        if self.product { sum.exp() } else { sum }
    }
}

/// Columns by the part of all values, less the least part.
fn dearest_first(parts: &[Vec<Vec<f64>>]) -> Vec<usize> {
    let spread = |levels: &Vec<Vec<f64>>| {
        let least = levels[0].iter().copied().fold(f64::INFINITY, f64::min);
        levels[levels.len() - 1][0] - least
    };
    let spreads: Vec<f64> = parts.iter().map(spread).collect();
    let mut columns: Vec<usize> = (0..parts.len()).collect();
    columns.sort_by(|&a, &b| spreads[b].total_cmp(&spreads[a]).then(a.cmp(&b)));
    columns
}

/// What a column's loss adds to the score of `classes`, but for a factor that all columns share:
/// the weights, and for the geometric mean of loss its gradient.
pub(super) fn gradient(classes: &Classes<'_>, goal: &Goal) -> Vec<f64> {
    let mut factors = factors(classes.axes);
    if matches!(goal.quality, QualityModel::Loss { .. }) {
        let losses = column_losses(classes, goal.quality);
        slopes(&mut factors, &weights(classes.axes), &losses);
    }
    factors
}

/// From weights to the slopes of the geometric mean of `1 + weight * loss`, but for a factor that
/// all columns share.
fn slopes(factors: &mut [f64], weights: &[f64], losses: &[f64]) {
    let columns = factors.iter_mut().zip(weights).zip(losses);
    columns.for_each(|((factor, weight), loss)| *factor /= 1.0 + weight * loss);
}

/// Weights that sum to 1; equal ones where all are 0.
pub(super) fn factors(axes: &Axes) -> Vec<f64> {
    let sum: f64 = axes.list.iter().map(|axis| axis.weight).sum();
    let even = 1.0 / axes.list.len().max(1) as f64;
    let factor = |axis: &Axis| if sum > 0.0 { axis.weight / sum } else { even };
    axes.list.iter().map(factor).collect()
}

/// Weights over the greatest of them, as [`crate::quality::weights`] has them.
fn weights(axes: &Axes) -> Vec<f64> {
    let most = axes.list.iter().map(|axis| axis.weight).fold(0.0, f64::max);
    let share = |axis: &Axis| if most > 0.0 { axis.weight / most } else { 1.0 };
    axes.list.iter().map(share).collect()
}

/// The share of values beyond one; for a product, the logarithm of the share.
fn losses(axis: &Axis, values: f64, factor: f64, product: bool) -> f64 {
    if product {
        (values / axis.domain).ln()
    } else if axis.domain > 1.0 {
        factor * (values - 1.0) / (axis.domain - 1.0)
    } else {
        0.0
    }
}

fn heights(axis: &Axis, factor: f64) -> Vec<Vec<f64>> {
    let top = f64::from(axis.top()).max(1.0);
    let levels = axis.groups.iter().enumerate();
    levels.map(|(level, groups)| vec![factor * level as f64 / top; groups.len()]).collect()
}

/// Bits that a group leaves open, `log2` of its rows, as a share of those that all rows do.
fn entropies(axis: &Axis, units: &Units<'_>, column: usize, factor: f64) -> Vec<Vec<f64>> {
    let scale = (units.n_all_rows().max(2) as f64).log2();
    let rows = rows_by_code(units, column, axis.rank.len());
    let bits = |groups: &Vec<u32>| {
        let of_group = rows_by_group(&rows, groups);
        let bits = |&group: &u32| of_group[group as usize].max(1.0).log2() / scale;
        groups.iter().map(|group| factor * bits(group)).collect()
    };
    axis.groups.iter().map(bits).collect()
}

fn rows_by_code(units: &Units<'_>, column: usize, n_codes: usize) -> Vec<f64> {
    let mut rows = vec![0.0; n_codes];
    for unit in 0..units.len() as u32 {
        for row in units.rows(unit) {
            let code = units.codes[column][row as usize];
            rows[code as usize] += f64::from(units.people[unit as usize]);
        }
    }
    rows
}

fn rows_by_group(rows: &[f64], groups: &[u32]) -> Vec<f64> {
    let mut sums = vec![0.0; groups.iter().max().map_or(0, |&most| most as usize + 1)];
    groups.iter().zip(rows).for_each(|(&group, rows)| sums[group as usize] += rows);
    sums
}

/// What a suppressed row costs, where a cell that covers all costs 1.
fn suppression(quality: QualityModel) -> f64 {
    match quality {
        QualityModel::Loss { suppression_factor } if suppression_factor < 0.5 => {
            2.0 * suppression_factor
        }
        QualityModel::Loss { suppression_factor } => {
            1.0 / (2.0 - 2.0 * suppression_factor).max(1e-9)
        }
        _ => 1.0,
    }
}

/// The quality model's figure; less is better.
///
/// * loss: `x` of each column as in [`column_losses`], and the geometric mean of
///   `1 + weight * x`, less 1;
/// * granularity: the mean of `weight * x`;
/// * non-uniform entropy: bits, over rows and columns, that a cell leaves open, by the
///   frequencies of the values in the table; a suppressed cell leaves open all;
/// * precision: mean of weight times height; discernibility: sum of squared class sizes, a
///   suppressed row counting all rows; average class size: rows over classes, what is suppressed
///   being one; ambiguity: sum over the rows of the tuples that each may have been.
pub(super) fn score(classes: &Classes<'_>, goal: &Goal) -> f64 {
    let axes = classes.axes;
    let weights = weights(axes);
    let n_columns = weights.len().max(1) as f64;
    let n = classes.units.n_all_rows().max(1) as f64;
    match goal.quality {
        QualityModel::Loss { .. } => {
            let columns = weights.iter().zip(column_losses(classes, goal.quality));
            let logs: f64 = columns.map(|(weight, loss)| (weight * loss).ln_1p()).sum();
            (logs / n_columns).exp_m1()
        }
        QualityModel::Discernibility => {
            sizes(classes).map(|rows| rows * rows).sum::<f64>() + suppressed(classes) * n
        }
        QualityModel::AverageClassSize => {
            n / (sizes(classes).count() as f64 + suppressed(classes).min(1.0)).max(1.0)
        }
        QualityModel::NonUniformEntropy { .. } => entropy(classes),
        QualityModel::Ambiguity | QualityModel::Precision => {
            let guide = Guide::new(axes, classes.units, goal);
            let kept: f64 =
                classes.kept().map(|(rows, class)| rows * classes.cost(&guide, class)).sum();
            let unit: f64 = match goal.quality {
                QualityModel::Ambiguity => axes.list.iter().map(|axis| axis.domain).product(),
                _ => weights.iter().sum::<f64>() / n_columns / n,
            };
            unit * (kept + suppressed(classes) * guide.suppressed)
        }
        _ => {
            let columns = weights.iter().zip(column_losses(classes, goal.quality));
            columns.map(|(weight, loss)| weight * loss).sum::<f64>() / n_columns
        }
    }
}

/// Mean loss of each column; suppressed rows count as the model says.
pub(super) fn column_losses(classes: &Classes<'_>, quality: QualityModel) -> Vec<f64> {
    let (generalised, share_of_rest) = match quality {
        QualityModel::Loss { suppression_factor: g } if g < 0.5 => (1.0, 2.0 * g),
        QualityModel::Loss { suppression_factor: g } => (2.0 - 2.0 * g, 1.0),
        _ => (1.0, 1.0),
    };
    let n = classes.units.n_all_rows().max(1) as f64;
    let column = |(at, axis): (usize, &Axis)| {
        let covered = |rows: f64, class| rows * classes.covered(class, at);
        let kept: f64 = classes.kept().map(|(rows, class)| covered(rows, class)).sum();
        let single = generalised / axis.domain;
        let lost = suppressed(classes);
        // A suppressed row counts as all of the domain, or as a single value and a part of the
        // rest.
        let each = if share_of_rest < 1.0 {
            let least = 1.0 / axis.domain;
            least + share_of_rest * (1.0 - least)
        } else {
            1.0
        };
        let total = generalised * kept / axis.domain + lost * each;
        if axis.domain > 1.0 { ((total - n * single) / (n - n * single)).max(0.0) } else { 0.0 }
    };
    let losses = classes.axes.list.iter().enumerate().map(column);
    // As ARX does.
    losses.map(|loss| (loss * 1e10).floor() / 1e10).collect()
}

/// Granularity as ARX shows it, see [`super::Figures::granularity`].
pub(super) fn granularity(classes: &Classes<'_>) -> f64 {
    let losses = column_losses(classes, QualityModel::Granularity);
    let columns = classes.axes.list.iter().map(|axis| 1.0 - 1.0 / axis.domain);
    let total: f64 = columns.clone().sum();
    let lost: f64 = columns.zip(losses).map(|(weight, loss)| weight * loss).sum();
    if total > 0.0 { 1.0 - lost / total } else { 1.0 }
}

fn entropy(classes: &Classes<'_>) -> f64 {
    let units = classes.units;
    let n = units.n_all_rows().max(1) as f64;
    let mut bits = 0.0;
    for ((column, axis), weight) in classes.axes.list.iter().enumerate().zip(weights(classes.axes))
    {
        let rows = rows_by_code(units, column, axis.rank.len());
        let groups: Vec<Vec<f64>> =
            axis.groups.iter().map(|groups| rows_by_group(&rows, groups)).collect();
        for unit in 0..units.len() as u32 {
            let people = f64::from(units.people[unit as usize]);
            let level = classes.level(unit, column);
            for row in units.rows(unit) {
                let code = units.codes[column][row as usize] as usize;
                let open = level.map_or(n, |level| {
                    groups[level as usize][axis.groups[level as usize][code] as usize]
                });
                if people > 0.0 {
                    bits += people * weight * (open / rows[code]).log2();
                }
            }
        }
    }
    bits
}

fn sizes<'c>(classes: &'c Classes<'_>) -> impl Iterator<Item = f64> + 'c {
    classes.kept().map(|(rows, _)| rows)
}

/// Suppressed rows.
fn suppressed(classes: &Classes<'_>) -> f64 {
    let kept: f64 = sizes(classes).sum();
    (classes.units.n_all_rows() as f64 - kept).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::slopes;

    /// The slopes are those of the score itself, by a small step in each column.
    #[test]
    fn slopes_are_those_of_the_weighted_geometric_mean() {
        let (weights, losses) = ([1.0, 0.25, 0.5], [0.3, 0.9, 0.6]);
        let score = |losses: &[f64]| {
            let logs: f64 = weights.iter().zip(losses).map(|(w, x)| (w * x).ln_1p()).sum();
            (logs / 3.0).exp_m1()
        };
        let mut factors = weights;
        slopes(&mut factors, &weights, &losses);
        let step = 1e-6;
        let steep = |at: usize| {
            let mut more = losses;
            more[at] += step;
            (score(&more) - score(&losses)) / step
        };
        for at in 1..3 {
            let (ours, plain) = (factors[at] / factors[0], steep(at) / steep(0));
            assert!((ours - plain).abs() < 1e-5, "{at}: {ours} {plain}");
        }
    }
}
