//! Where refining starts from: classes formed under several weights of the columns.
//!
//! A class that is small in one column is large in another, and which columns should stay fine
//! depends on all of them together. For the geometric mean of loss this matters most: it favours
//! keeping some columns whole at the price of others. So classes are formed under the model's own
//! weights, then under its gradient where the last ones led, then with one column after another
//! made dearer or cheaper, as long as the score gets better and visits are left.

use weir_types::QualityModel;

use super::classes::Classes;
use super::score::{self, Guide};
use super::{Method, Work, greedy, partition};

/// How much dearer or cheaper a column is made.
const SCALES: [f64; 4] = [3.0, 1.0 / 3.0, 1.4, 0.7];

/// Gradients followed at most.
const GRADIENTS: usize = 4;

/// The best classes found, not refined; the first has the best score.
pub(super) fn best<'a>(work: &Work<'a>) -> Vec<Classes<'a>> {
    let mut trials = Trials { work, kept: Vec::new(), visits_left: work.options.visits };
    let factors = score::factors(work.axes);
    if work.options.method != Method::Finest && !work.units.are_records() {
        let cut = match work.options.method {
            Method::Strict => partition::Cut::Strict,
            _ => partition::Cut::Relaxed,
        };
        trials.add(factors, partition::form(work, cut));
        return trials.into_classes();
    }
    trials.form(factors.clone(), None);
    trials.visits_left = trials.visits_left.min(work.effort.trials);
    if let Some(start) = work.options.start {
        trials.form(factors, Some(start));
    }
    trials.follow_gradient();
    trials.climb();
    trials.into_classes()
}

struct Trials<'w, 'a> {
    work: &'w Work<'a>,
    /// Weights and the classes formed under them, the best first.
    kept: Vec<(Vec<f64>, Classes<'a>)>,
    visits_left: u64,
}

impl<'a> Trials<'_, 'a> {
    fn is_over(&self) -> bool {
        self.visits_left == 0 || (self.work.options.stop)()
    }

    /// Forms classes under some weights; whether they are the best so far.
    fn form(&mut self, factors: Vec<f64>, start: Option<&[usize]>) -> bool {
        let guide = Guide::with(self.work.axes, self.work.units, self.work.goal, &factors);
        let (mut classes, visits) = greedy::form(self.work, &guide, start, self.visits_left);
        self.visits_left = self.visits_left.saturating_sub(visits);
        if start.is_some() {
            partition::divide(self.work, &mut classes, partition::Cut::Relaxed);
        }
        self.add(factors, classes)
    }

    fn add(&mut self, factors: Vec<f64>, mut classes: Classes<'a>) -> bool {
        classes.unite(self.work.rule);
        let is_better = |kept: &(_, Classes<'a>)| self.work.is_better(&classes, &kept.1);
        let at = self.kept.iter().position(is_better).unwrap_or(self.kept.len());
        self.kept.insert(at, (factors, classes));
        self.kept.truncate(self.work.effort.starts);
        at == 0
    }

    /// Forms under the gradient of the geometric mean as long as that is better.
    fn follow_gradient(&mut self) {
        if !matches!(self.work.goal.quality, QualityModel::Loss { .. }) {
            return;
        }
        for _ in 0..GRADIENTS {
            let gradient = score::gradient(&self.kept[0].1, self.work.goal);
            if self.is_over() || !self.form(gradient, None) {
                return;
            }
        }
    }

    /// Makes one column after another dearer or cheaper as long as that is better.
    fn climb(&mut self) {
        let n_columns = self.work.axes.list.len();
        let mut since_better = 0;
        for column in (0..n_columns).cycle() {
            for scale in SCALES {
                if since_better >= SCALES.len() * n_columns || self.is_over() {
                    return;
                }
                let mut factors = self.kept[0].0.clone();
                factors[column] *= scale;
                since_better = if self.form(factors, None) { 0 } else { since_better + 1 };
            }
        }
    }

    fn into_classes(self) -> Vec<Classes<'a>> {
        self.kept.into_iter().map(|kept| kept.1).collect()
    }
}
