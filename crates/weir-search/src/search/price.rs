//! What nodes cost, for quality models that add up over columns.

use weir_types::QualityModel;

use crate::{
    Quality,
    evaluate::{axis::Axis, measure::Measured},
    quality,
    table::Column,
};

/// Cost by column, level and group, and how columns are put together.
///
/// INVARIANT: for a column, `plain` never falls from a level to the next, and what a suppressed
/// row adds never rises; the key never falls where a column's cost rises.
#[derive(Clone, Debug)]
pub(crate) struct Price<'q> {
    quality: &'q Quality,
    /// Column, then level: the cost with nothing suppressed.
    pub(crate) plain: Vec<Vec<f64>>,
    /// Column, level, then lower or equal level, then group of the first: the least that a
    /// suppressed row of the group adds at the second. Empty where rows count by group.
    extra: Vec<Vec<Vec<Vec<f64>>>>,
    weights: Vec<f64>,
    form: Form,
    rows: f64,
    /// What may be suppressed: people where records are linked, else rows.
    units: f64,
    /// Least people of a class.
    least: f64,
    /// Column, level: logarithm of the number of groups, or, for ambiguity, the mean over the rows
    /// of the logarithm of the values that a cell covers. Empty for other models.
    logs: Vec<Vec<f64>>,
}

/// How the costs of columns become a key.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// Product of weighted cost + 1.
    Product,
    /// Weighted sum.
    Sum,
    /// The score itself, which follows from the classes.
    Classes(QualityModel),
}

impl<'q> Price<'q> {
    pub(crate) fn new(
        quality: &'q Quality,
        model: QualityModel,
        columns: &[Column],
        axes: &[Axis],
        least: u64,
    ) -> Self {
        let weights = quality.weights().to_vec();
        let form = match model {
            QualityModel::Loss { .. } => Form::Product,
            _ if quality.is_of_cells() || quality.asks_suppressed() => Form::Sum,
            _ => Form::Classes(model),
        };
        let rows = axes.first().map_or(1, |axis| axis.levels[0].rows.iter().sum::<u64>()) as f64;
        let mut own = Self {
            quality,
            plain: Vec::new(),
            extra: Vec::new(),
            weights,
            form,
            rows,
            units: rows,
            least: least as f64,
            logs: Vec::new(),
        };
        for (column, axis) in axes.iter().enumerate() {
            let levels = 0..axis.levels.len();
            own.plain.push(levels.clone().map(|level| quality.base(column, level)).collect());
            let extra = levels.clone().map(|from| {
                (0..=from).map(|to| least_added(quality, column, axis, from, to)).collect()
            });
            own.extra.push(extra.collect());
            if matches!(form, Form::Classes(_)) {
                own.logs.push(levels.map(|l| own.log(model, &columns[column], axis, l)).collect());
            }
        }
        own
    }

    /// The same for linked records of so many people: there may be more classes of records than
    /// of rows.
    pub(crate) fn of_records(mut self, people: u64) -> Self {
        self.units = people as f64;
        if self.form != Form::Classes(QualityModel::Ambiguity) {
            self.logs.iter_mut().flatten().for_each(|log| *log = f64::INFINITY);
        }
        self
    }

    fn log(&self, model: QualityModel, column: &Column, axis: &Axis, level: usize) -> f64 {
        let own = &axis.levels[level];
        if model != QualityModel::Ambiguity {
            return (own.len() as f64).ln();
        }
        let sum = own.given.iter().zip(&own.rows).map(|(given, n)| {
            let loss = column.levels[level].loss[*given as usize];
            (loss * (column.domain - 1.0) + 1.0).ln() * *n as f64
        });
        sum.sum::<f64>() / self.rows
    }

    /// Whether costs add up over columns.
    pub(crate) fn is_of_columns(&self) -> bool {
        !matches!(self.form, Form::Classes(_))
    }

    /// No node at these levels or, in columns where lower ones are given, below them, has a lower
    /// key, if at least `owed` rows are suppressed, which add `added(column)`.
    pub(crate) fn bound(
        &self,
        levels: impl Iterator<Item = usize>,
        owed: u64,
        added: impl Fn(usize, usize) -> f64,
    ) -> f64 {
        let terms = levels.enumerate().map(|(c, l)| self.term(c, l, added(c, l)));
        self.key_of_terms(terms.fold(self.unit(), |sum, term| self.combined(sum, term)), owed)
    }

    /// What terms of no column are together.
    pub(crate) fn unit(&self) -> f64 {
        if self.form == Form::Product { 1.0 } else { 0.0 }
    }

    /// Two terms, or sums of terms, together.
    pub(crate) fn combined(&self, a: f64, b: f64) -> f64 {
        if self.form == Form::Product { a * b } else { a + b }
    }

    /// What a level contributes to the bound of a node, if suppressed rows add so much to the
    /// column's cost.
    pub(crate) fn term(&self, column: usize, level: usize, added: f64) -> f64 {
        let cost = || self.plain[column][level] + added;
        match self.form {
            Form::Product => 1.0 + self.weights[column] * cost(),
            Form::Sum => self.weights[column] * cost(),
            Form::Classes(_) => self.logs[column][level],
        }
    }

    /// The term of a level where nothing is suppressed.
    pub(crate) fn least_term(&self, column: usize, level: usize) -> f64 {
        self.term(column, level, 0.0)
    }

    /// The bound from the terms of all columns together, if so many rows are suppressed.
    pub(crate) fn key_of_terms(&self, sum: f64, owed: u64) -> f64 {
        let Form::Classes(model) = self.form else { return sum };
        // A unit has one row at least.
        let owed = (owed as f64).min(self.units);
        let kept = self.rows - owed;
        match model {
            // Of all sizes of so many classes, equal ones have the least squares.
            QualityModel::Discernibility => {
                (kept * kept / sum.exp()).max(kept * self.least) + owed * self.rows
            }
            QualityModel::AverageClassSize => {
                let most = (self.units - owed) / self.least.max(1.0);
                let classes = sum.exp().min(most).max(1.0);
                self.rows / (classes + 1.0)
            }
            // Jensen's inequality: the mean of a product is at least that of its logarithm.
            _ => (sum.exp() * self.rows).max(owed * self.quality.most_inputs()),
        }
    }

    /// The key of a node that was measured to the end.
    pub(crate) fn key_of(&self, levels: &[usize], measured: &Measured) -> f64 {
        if self.is_of_columns() {
            return self.key(self.costs(levels, measured));
        }
        self.quality.score_of_classes(&quality::Classes {
            kept: measured.classes,
            squares: measured.squares,
            suppressed: measured.rows_suppressed(),
            inputs: measured.inputs,
        })
    }

    /// Cost of each column at a node that was measured to the end.
    pub(crate) fn costs(&self, levels: &[usize], measured: &Measured) -> impl Iterator<Item = f64> {
        let lost = measured.lost.iter().zip(levels).enumerate();
        lost.map(|(column, (lost, level))| {
            self.plain[column][*level] + self.added(column, *level, *level, lost)
        })
    }

    /// No node that suppresses more units than this, whichever they are, has a key of `most` or
    /// less.
    ///
    /// A suppressed unit has a row at least. What a column costs at a level where so many rows are
    /// suppressed is its plain cost and what these rows add, which is at least what those add that
    /// add least there; the least over the levels is a bound for every level. It rises with the
    /// rows, and so does the key with it.
    pub(crate) fn most_suppressed(&self, axes: &[Axis], most: f64) -> u64 {
        if !self.is_of_columns() || self.quality.asks_suppressed() {
            return u64::MAX;
        }
        // By column and level: what a row adds and how many rows of its group there are.
        let cheapest_first = |(axis, extra): (&Axis, &Vec<Vec<Vec<f64>>>)| -> Vec<Vec<(f64, u64)>> {
            let levels = axis.levels.iter().zip(extra).enumerate().map(|(level, (own, extra))| {
                let added = extra[level].iter().copied();
                let mut groups: Vec<(f64, u64)> = added.zip(own.rows.iter().copied()).collect();
                groups.sort_by(|a, b| a.0.total_cmp(&b.0));
                groups
            });
            levels.collect()
        };
        let columns: Vec<_> = axes.iter().zip(&self.extra).map(cheapest_first).collect();
        let key = |rows: u64| {
            self.key(columns.iter().zip(&self.plain).map(|(levels, plain)| {
                let costs = levels.iter().zip(plain).map(|(groups, plain)| {
                    let mut left = rows;
                    let added = groups.iter().map(|(added, n)| {
                        let taken = left.min(*n);
                        left -= taken;
                        added * taken as f64
                    });
                    plain + added.sum::<f64>()
                });
                costs.fold(f64::INFINITY, f64::min)
            }))
        };
        let (mut low, mut high) = (0, self.units as u64 + 1);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if key(middle) > most { high = middle } else { low = middle }
        }
        low
    }

    /// What rows add at level `to` that are suppressed at level `from`, which is not below it;
    /// `lost` counts them by their groups at `from`.
    pub(crate) fn added(&self, column: usize, from: usize, to: usize, lost: &[u64]) -> f64 {
        if self.quality.asks_suppressed() {
            // Finer groups only add to the entropy.
            return self.quality.entropy_of_suppressed(lost.iter().copied());
        }
        let extra = self.extra[column][from][to].iter().zip(lost);
        extra.map(|(extra, n)| extra * *n as f64).sum()
    }

    /// Costs of columns put together, for comparing: rises where the score does, and is cheaper.
    pub(crate) fn key(&self, costs: impl Iterator<Item = f64>) -> f64 {
        let weighted = |costs| Iterator::zip(costs, &self.weights);
        match self.form {
            Form::Product => {
                weighted(costs).fold(1.0, |key, (cost, weight)| key * (1.0 + weight * cost))
            }
            Form::Sum | Form::Classes(_) => {
                weighted(costs).map(|(cost, weight)| weight * cost).sum()
            }
        }
    }

    /// The score for a key: no node of a greater or equal key has a lower score, but for what
    /// [`Price::margin`] allows.
    pub(crate) fn score_of_key(&self, key: f64) -> f64 {
        match self.form {
            Form::Product => (key.ln() / self.weights.len().max(1) as f64).exp_m1(),
            Form::Classes(_) => key,
            // One column that costs the whole key has the score of all.
            Form::Sum => self.quality.score(self.weights.iter().enumerate().map(|(at, _)| {
                let first = self.weights.iter().position(|weight| *weight > 0.0);
                if Some(at) == first { key / self.weights[at] } else { 0.0 }
            })),
        }
    }

    /// A column's cost as it is shown.
    pub(crate) fn shown(&self, cost: f64) -> f64 {
        self.quality.rounded(cost)
    }

    /// Score of a node that was measured to the end.
    pub(crate) fn score(&self, levels: &[usize], measured: &Measured) -> f64 {
        if !self.is_of_columns() {
            return self.key_of(levels, measured);
        }
        self.quality.score(self.costs(levels, measured).map(|cost| self.shown(cost)))
    }

    /// Keys above this cannot belong to a node as good as one of the given key, whatever is lost
    /// in rounding: ten decimals of each column's cost.
    pub(crate) fn margin(&self, key: f64) -> f64 {
        let columns = self.weights.iter().sum::<f64>().max(1.0);
        key + key.abs() * 1e-12
            + 2e-10 * columns * if self.form == Form::Product { key } else { 1.0 }
    }
}

fn least_added(quality: &Quality, column: usize, axis: &Axis, from: usize, to: usize) -> Vec<f64> {
    let given = |level: usize, group: usize| {
        quality.add(column, level)[axis.levels[level].given[group] as usize].max(0.0)
    };
    let mut least = vec![f64::INFINITY; axis.levels[from].given.len()];
    match axis.lift(to, from) {
        Some(lift) => {
            for (below, above) in lift.iter().enumerate() {
                let least = &mut least[*above as usize];
                *least = least.min(given(to, below));
            }
        }
        None => (0..least.len()).for_each(|group| least[group] = given(to, group)),
    }
    least
}
