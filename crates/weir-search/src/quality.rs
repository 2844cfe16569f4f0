//! Quality models made ready: what levels cost, and what suppression adds.
//!
//! Most models are sums over cells: a part for each column that follows from its level alone, and
//! more for each suppressed row. What bounds a search is made of these. The others look at
//! classes and are known only when these are.

use weir_types::QualityModel;

use crate::table::Column;

/// A quality model on a table.
#[derive(Clone, Debug)]
pub struct Quality {
    model: QualityModel,
    /// Column, level: what the level costs over all rows, nothing suppressed.
    base: Vec<Vec<f64>>,
    /// Column, level, group: what a suppressed row of the group adds.
    add: Vec<Vec<Vec<f64>>>,
    weights: Vec<f64>,
    rows: f64,
    domains: Vec<f64>,
}

/// What is known of the classes of a node, for the models that look at them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Classes {
    /// Classes kept.
    pub kept: u64,
    /// Sum of the squared sizes of the kept classes, in rows.
    pub squares: f64,
    /// Rows suppressed.
    pub suppressed: u64,
    /// Sum over kept classes of rows times [`Quality::inputs`].
    pub inputs: f64,
}

impl Quality {
    /// `rows[column][code]` is how many rows have a code.
    pub fn new(model: QualityModel, columns: &[Column], rows: &[Vec<u64>]) -> Self {
        let all = rows.first().map_or(0, |codes| codes.iter().sum::<u64>()) as f64;
        let mut own = Self {
            model,
            base: Vec::new(),
            add: Vec::new(),
            weights: weights(columns),
            rows: all,
            domains: columns.iter().map(|column| column.domain).collect(),
        };
        for (column, rows) in columns.iter().zip(rows) {
            let (base, add) = match model {
                QualityModel::NonUniformEntropy { .. } => entropy(column, rows),
                QualityModel::Precision => precision(column, all),
                _ => shares(column, rows, factors(model), all),
            };
            own.base.push(base);
            own.add.push(add);
        }
        own
    }

    /// Whether the score is a sum over cells, put together by [`Quality::score`]; else it is
    /// known from [`Quality::score_of_classes`] alone.
    pub fn is_of_cells(&self) -> bool {
        !matches!(
            self.model,
            QualityModel::Discernibility
                | QualityModel::AverageClassSize
                | QualityModel::Ambiguity
                | QualityModel::NonUniformEntropy { monotonic: false }
        )
    }

    /// Whether suppressed rows are counted by their groups together: what they cost is then
    /// [`Quality::entropy_of_suppressed`] for each column.
    pub fn asks_suppressed(&self) -> bool {
        matches!(self.model, QualityModel::NonUniformEntropy { monotonic: false })
    }

    /// What a level costs over all rows, nothing suppressed; in the unit of [`Quality::score`].
    pub fn base(&self, column: usize, level: usize) -> f64 {
        self.base[column][level]
    }

    /// What a suppressed row of each group of a level adds.
    pub fn add(&self, column: usize, level: usize) -> &[f64] {
        &self.add[column][level]
    }

    /// The score from the sum of each column. It rises with each.
    ///
    /// Weights multiply what a column costs, as in ARX: the mean is over all columns, whatever
    /// they weigh.
    ///
    /// * loss: the geometric mean of `1 + weight * x`, less 1;
    /// * precision, granularity: the arithmetic mean of `weight * x`;
    /// * non-uniform entropy: the sum of `weight * x`.
    pub fn score(&self, columns: impl IntoIterator<Item = f64>) -> f64 {
        let weighted = columns.into_iter().zip(&self.weights);
        let n = self.weights.len().max(1) as f64;
        match self.model {
            QualityModel::NonUniformEntropy { .. } => weighted.map(|(x, w)| x * w).sum(),
            QualityModel::Precision | QualityModel::Granularity => {
                weighted.map(|(x, w)| x * w).sum::<f64>() / n
            }
            _ => {
                let logs: f64 = weighted.map(|(x, w)| (w * x.max(0.0)).ln_1p()).sum();
                (logs / n).exp_m1()
            }
        }
    }

    /// Weight of each column, at most 1; see [`weights`].
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// A column's sum as it is given out: ARX cuts those of loss, granularity and entropy after
    /// ten decimals.
    pub fn rounded(&self, sum: f64) -> f64 {
        match self.model {
            QualityModel::Precision => sum,
            // Sums that are a hair below a decimal have been there but for binary fractions.
            _ => ((sum + 1e-14) * 1e10).floor() / 1e10,
        }
    }

    /// The score from the classes, for models that look at them.
    pub fn score_of_classes(&self, classes: &Classes) -> f64 {
        let suppressed = classes.suppressed as f64;
        match self.model {
            QualityModel::Discernibility => classes.squares + suppressed * self.rows,
            QualityModel::AverageClassSize => {
                // All that is suppressed is one class.
                let n = classes.kept + u64::from(classes.suppressed > 0);
                if n == 0 { 0.0 } else { self.rows / n as f64 }
            }
            QualityModel::Ambiguity => classes.inputs + suppressed * self.most_inputs(),
            _ => f64::NAN,
        }
    }

    /// What ARX orders classes of `people` by where it has to choose which to suppress: the model's
    /// loss of the class alone, from the loss of each cell and the domain it is in.
    pub fn of_class(&self, people: f64, cells: impl Iterator<Item = (f64, f64)>) -> f64 {
        let n = self.weights.len().max(1) as f64;
        let values = |(loss, domain): (f64, f64)| loss * (domain - 1.0) + 1.0;
        match self.model {
            QualityModel::Loss { .. } => {
                let cells = cells.zip(&self.weights);
                let loss = |(cell, weight): ((f64, f64), &f64)| {
                    (people * values(cell) / cell.1 * weight + 1.0).powf(1.0 / n)
                };
                cells.map(loss).product()
            }
            QualityModel::Granularity => {
                let cells = cells.zip(&self.weights);
                cells.map(|(cell, weight)| people * values(cell) / cell.1 / n * weight).sum()
            }
            QualityModel::Ambiguity => cells.map(values).product::<f64>() * people,
            _ => people,
        }
    }

    /// Input tuples that a suppressed row may stand for: all.
    pub fn most_inputs(&self) -> f64 {
        self.domains.iter().product()
    }

    /// Input tuples that a class's cells may stand for: the product over the columns of the
    /// values that a cell covers, from its loss.
    pub fn inputs(&self, losses: impl IntoIterator<Item = f64>) -> f64 {
        let cells = losses.into_iter().zip(&self.domains);
        cells.map(|(loss, domain)| loss * (domain - 1.0) + 1.0).product()
    }

    /// What the suppressed rows add to a column, from their number by group at the node's level.
    pub fn entropy_of_suppressed(&self, by_group: impl IntoIterator<Item = u64>) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        for n in by_group.into_iter().filter(|n| *n > 0) {
            let n = n as f64;
            sum += n * n.log2();
            all += n;
        }
        if all > 0.0 { all * all.log2() - sum } else { 0.0 }
    }
}

/// Weights of columns over the greatest of them; all 1 where none is above 0.
///
/// ARX does so. What is published on loss, precision and entropy knows no weights.
pub fn weights(columns: &[Column]) -> Vec<f64> {
    let most = columns.iter().map(|column| column.weight).fold(0.0, f64::max);
    let share = |column: &Column| if most > 0.0 { column.weight / most } else { 1.0 };
    columns.iter().map(share).collect()
}

/// Weight of generalisation and of suppression.
fn factors(model: QualityModel) -> (f64, f64) {
    match model {
        QualityModel::Loss { suppression_factor } => {
            let s = suppression_factor;
            (1.0_f64.min(2.0 - 2.0 * s), 1.0_f64.min(2.0 * s))
        }
        _ => (1.0, 1.0),
    }
}

/// Share of the domain that cells cover, from 0 for a single value to 1.
///
/// With weights `g` and `s` a kept cell of share `x` (which is at least `1 / domain`) costs `g x`
/// and a suppressed one `s + (1 - s) g x`, scaled so that single values cost 0 and everything
/// lost costs 1.
fn shares(
    column: &Column,
    rows: &[u64],
    (g, s): (f64, f64),
    all: f64,
) -> (Vec<f64>, Vec<Vec<f64>>) {
    let least = g / column.domain;
    let scale = 1.0 - least;
    let kept = |loss: f64| {
        let share = (loss * (column.domain - 1.0) + 1.0) / column.domain;
        if scale > 0.0 { ((g * share - least) / scale).max(0.0) } else { 0.0 }
    };
    let lost = |loss: f64| {
        let share = (loss * (column.domain - 1.0) + 1.0) / column.domain;
        let cost = g * share + s * (1.0 - g * share);
        if scale > 0.0 { (cost - least) / scale } else { 0.0 }
    };
    let mut base = Vec::new();
    let mut add = Vec::new();
    for level in &column.levels {
        let sum: f64 = rows
            .iter()
            .zip(&level.groups)
            .map(|(n, group)| *n as f64 * kept(level.loss[*group as usize]))
            .sum();
        base.push(if all > 0.0 { sum / all } else { 0.0 });
        let more = |loss: &f64| if all > 0.0 { (lost(*loss) - kept(*loss)) / all } else { 0.0 };
        add.push(level.loss.iter().map(more).collect());
    }
    (base, add)
}

/// Bits that generalisation takes: of each value within its group (Prasser et al. 2014).
fn entropy(column: &Column, rows: &[u64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut base = Vec::new();
    let mut add = Vec::new();
    for level in &column.levels {
        let mut groups = vec![0_u64; level.loss.len()];
        rows.iter().zip(&level.groups).for_each(|(n, group)| groups[*group as usize] += n);
        let bits = rows
            .iter()
            .zip(&level.groups)
            .filter(|(n, _)| **n > 0)
            .map(|(n, group)| *n as f64 * (groups[*group as usize] as f64 / *n as f64).log2());
        base.push(bits.sum());
        add.push(vec![0.0; level.loss.len()]);
    }
    (base, add)
}

/// Height of the level over that of the hierarchy; a suppressed cell is at the top (Sweeney,
/// Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 10(5), 2002, definition 5).
fn precision(column: &Column, all: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let top = column.levels.len() - 1;
    let height = |level: usize| if top == 0 { 0.0 } else { level as f64 / top as f64 };
    let base = (0..=top).map(height).collect();
    let more = |level: usize| if all > 0.0 { (1.0 - height(level)) / all } else { 0.0 };
    let add = column.levels.iter().enumerate();
    (base, add.map(|(level, groups)| vec![more(level); groups.loss.len()]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Level;

    /// Four values, 1 + 1 + 2 rows of the first three; pairs at level 1.
    fn quality(model: QualityModel) -> Quality {
        let level =
            |groups: &[u32], loss: &[f64]| Level { groups: groups.into(), loss: loss.into() };
        let column = Column {
            levels: vec![
                level(&[0, 1, 2, 3], &[0.0; 4]),
                level(&[0, 0, 1, 1], &[1.0 / 3.0; 2]),
                level(&[0; 4], &[1.0]),
            ],
            domain: 4.0,
            weight: 1.0,
        };
        Quality::new(model, &[column], &[vec![1, 1, 2, 0]])
    }

    #[test]
    fn loss_is_the_share_of_the_domain() {
        let loss = quality(QualityModel::default());
        assert!((loss.base(0, 1) - 1.0 / 3.0).abs() < 1e-12);
        assert!((loss.base(0, 2) - 1.0).abs() < 1e-12);
        assert!((loss.add(0, 1)[0] * 4.0 - 2.0 / 3.0).abs() < 1e-12);
        let half = quality(QualityModel::Loss { suppression_factor: 0.25 });
        assert!((half.add(0, 0)[0] * 4.0 - 0.5).abs() < 1e-12, "{half:?}");
    }

    #[test]
    fn entropy_is_in_bits() {
        let entropy = quality(QualityModel::NonUniformEntropy { monotonic: true });
        assert!((entropy.base(0, 1) - 2.0).abs() < 1e-12);
        assert!((entropy.base(0, 2) - 6.0).abs() < 1e-12);
        assert!((entropy.entropy_of_suppressed([2, 2]) - 4.0).abs() < 1e-12);
    }
}
