//! Profitability (Wan et al., PLoS ONE 10(3), 2015).

use weir_types::PrivacyModel;
use weir_types::model::Attack;

use super::{Class, SLACK};
use crate::table::Table;

/// When it pays to release a record.
#[derive(Clone, Debug)]
pub(super) struct Profit {
    benefit: f64,
    loss: f64,
    gain: f64,
    attempt: f64,
    attack: Attack,
    /// Column, level, group: natural logarithm of the share of the domain that a cell covers.
    shares: Vec<Vec<Vec<f64>>>,
    /// What a record tells at full precision.
    most: f64,
}

impl Profit {
    pub(super) fn new(table: &Table, model: &PrivacyModel) -> Self {
        let share = |domain: f64, loss: f64| ((loss * (domain - 1.0) + 1.0) / domain).ln();
        let levels = table.columns.iter().map(|column| {
            let of = |level: &crate::table::Level| {
                level.loss.iter().map(|loss| share(column.domain, *loss)).collect()
            };
            column.levels.iter().map(of).collect()
        });
        let most = table.columns.iter().map(|column| column.domain.ln()).sum();
        let mut own = Self {
            benefit: 0.0,
            loss: 0.0,
            gain: 0.0,
            attempt: 0.0,
            attack: Attack::Prosecutor,
            shares: levels.collect(),
            most,
        };
        if let PrivacyModel::Profitability { benefit, loss, gain, attempt, attack, .. } = model {
            (own.benefit, own.loss, own.gain, own.attempt) = (*benefit, *loss, *gain, *attempt);
            own.attack = *attack;
        }
        own
    }

    /// Whether the publisher's payout for a record of the class is above 0: benefit for the
    /// information that is left, less the loss where an adversary's attempt pays. Of a record of
    /// several rows the mean over them is left.
    pub(super) fn pays(&self, class: &Class<'_>) -> bool {
        if class.people == 0 {
            return false;
        }
        let crowd = match self.attack {
            Attack::Prosecutor => class.people,
            Attack::Journalist => class.population.max(class.people),
        };
        let success = 1.0 / crowd as f64;
        let attempted = success * self.gain - self.attempt > 0.0;
        let cells = class.cells.iter().zip(self.shares.iter().cycle());
        let left: f64 = cells.map(|((level, group), of)| -of[*level][*group as usize]).sum();
        let rows = (class.cells.len() / self.shares.len().max(1)).max(1) as f64;
        let kept = if self.most > 0.0 { left / (self.most * rows) } else { 1.0 };
        let expected_loss = if attempted { self.loss * success } else { 0.0 };
        // What rounding may add is not a payout.
        self.benefit * kept - expected_loss > self.benefit.abs() * SLACK
    }
}

/// Least people of a crowd in which no attempt pays: the gain times the chance of success is below
/// the cost of an attempt, as ARX asks for. Wan et al. leave open what an adversary does who
/// neither gains nor loses.
pub(super) fn deterring(gain: f64, attempt: f64) -> u64 {
    if gain <= 0.0 { 1 } else { ((gain / attempt).floor() + 1.0) as u64 }
}
