//! The cheapest set of measures, proved by branch and bound.
//!
//! Each measure `i` costs `c_i` and lowers the yearly loss `l_t` from threat `t` by the share
//! `e_it`, independently of the others, down to a floor. Minimised is
//!
//! ```text
//! sum_i c_i x_i + sum_t l_t max(floor, prod_i (1 - e_it x_i))     x_i in {0, 1}
//! ```
//!
//! under prerequisites, exclusions, measures that must be taken, and ceilings on the loss. The
//! ceilings alone are linear in `x` after taking logarithms (the covering formulation of Caulkins et
//! al. 2006, Optimizing investments in security countermeasures); the expected loss in the objective
//! is not, and so the search is our own.

/// A problem of choosing measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The measures that may be taken.
    pub items: Vec<Item>,
    /// Expected yearly loss from each threat where nothing is done, yuan, at least 0.
    pub losses: Vec<f64>,
    /// Most that may be left of each loss, yuan.
    pub ceilings: Vec<Option<f64>>,
    /// Most that may be left of all of them together, yuan.
    pub ceiling: Option<f64>,
    /// What no set of measures gets a loss below, as a share (0 to 1) of it.
    pub floor: f64,
}

/// One measure of a [`Problem`].
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it costs a year, yuan, at least 0.
    pub cost: f64,
    /// For each threat, the share (0 to below 1) by which it lowers the loss.
    pub effects: Vec<f64>,
    /// Whether there is a choice.
    pub stance: Stance,
    /// Measures without which it cannot be taken.
    pub requires: Vec<usize>,
    /// Measures with which it cannot be taken.
    pub excludes: Vec<usize>,
}

/// Whether a measure may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It may be taken or not.
    Free,
    /// It has to be taken.
    Must,
    /// It cannot be taken.
    Never,
}

/// The cheapest set.
#[derive(Clone, Debug, PartialEq)]
pub struct Solved {
    /// For each measure, whether it is taken.
    pub taken: Vec<bool>,
    /// What the measures cost and what is left of the losses, together, yuan.
    pub total: f64,
    /// What is left of each loss, yuan.
    pub left: Vec<f64>,
    /// Sets that were looked at, whole or in part.
    pub nodes: u64,
}

/// Why there is no set.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsolvable {
    /// Two measures that have to be taken exclude each other.
    Exclude(usize, usize),
    /// The measures that have to be taken need one that cannot be, or that another of them
    /// excludes.
    Needs(usize),
    /// No set of measures gets the losses below their ceilings.
    Ceiling {
        /// The threat; all together where there is none.
        threat: Option<usize>,
        /// The least that can be left, yuan, were no measure excluded by another.
        least: f64,
    },
}

impl Problem {
    /// What a set costs and leaves, yuan; `None` where it breaks a rule or a ceiling.
    pub fn value(&self, taken: &[bool]) -> Option<f64> {
        let stands = |at: usize| {
            let item = &self.items[at];
            match taken[at] {
                true => {
                    item.stance != Stance::Never
                        && item.requires.iter().all(|r| taken[*r])
                        && !item.excludes.iter().any(|e| taken[*e])
                }
                false => item.stance != Stance::Must,
            }
        };
        if !(0..self.items.len()).all(stands) {
            return None;
        }
        let left = self.left(taken);
        self.within(&left).then(|| self.cost(taken) + left.iter().sum::<f64>())
    }

    /// What is left of each loss under a set, yuan.
    pub fn left(&self, taken: &[bool]) -> Vec<f64> {
        let factor = |threat: usize| {
            let of = |(item, taken): (&Item, &bool)| {
                if *taken { 1.0 - item.effects[threat] } else { 1.0 }
            };
            self.items.iter().zip(taken).map(of).product::<f64>()
        };
        let left = |(threat, loss): (usize, &f64)| loss * factor(threat).max(self.floor);
        self.losses.iter().enumerate().map(left).collect()
    }

    fn cost(&self, taken: &[bool]) -> f64 {
        self.items.iter().zip(taken).filter(|(_, taken)| **taken).map(|(item, _)| item.cost).sum()
    }

    fn within(&self, left: &[f64]) -> bool {
        self.broken(left).is_none()
    }

    /// The first ceiling that is broken.
    fn broken(&self, left: &[f64]) -> Option<Unsolvable> {
        let single = self.ceilings.iter().zip(left).position(|(ceiling, left)| {
            ceiling.is_some_and(|ceiling| *left > ceiling * (1.0 + ROUNDING))
        });
        if let Some(threat) = single {
            return Some(Unsolvable::Ceiling { threat: Some(threat), least: left[threat] });
        }
        let all: f64 = left.iter().sum();
        let over = self.ceiling.is_some_and(|ceiling| all > ceiling * (1.0 + ROUNDING));
        over.then_some(Unsolvable::Ceiling { threat: None, least: all })
    }
}

/// Two ways of multiplying the same shares may differ by as much.
const ROUNDING: f64 = 1e-12;

/// Finds the cheapest set and proves that no other is cheaper.
///
/// Of two sets that cost the same, the one with fewer measures is taken, then the one with the
/// earlier measures.
///
/// # Errors
/// No set keeps to the rules and the ceilings; see [`Unsolvable`].
pub fn solve(problem: &Problem) -> Result<Solved, Unsolvable> {
    let forced = forced(problem)?;
    // Were nothing excluded, taking everything that may be taken would leave least.
    let all: Vec<bool> = problem.items.iter().map(|item| item.stance != Stance::Never).collect();
    let least = problem.left(&all);
    if let Some(broken) = problem.broken(&least) {
        return Err(broken);
    }
    let mut search = Search { problem, order: order(problem, &forced), best: None, nodes: 0 };
    let mut taken = forced;
    let factors = search.factors(&taken);
    let cost = problem.cost(&taken);
    search.branch(0, &mut taken, &factors, cost);
    let nodes = search.nodes;
    match search.best {
        Some((total, taken)) => {
            let left = problem.left(&taken);
            Ok(Solved { taken, total, left, nodes })
        }
        // Exclusions stand between the measures and the ceilings.
        None => Err(Unsolvable::Ceiling { threat: None, least: least.iter().sum() }),
    }
}

/// What has to be taken, with what that needs.
fn forced(problem: &Problem) -> Result<Vec<bool>, Unsolvable> {
    let mut taken: Vec<bool> =
        problem.items.iter().map(|item| item.stance == Stance::Must).collect();
    let mut open: Vec<usize> = (0..taken.len()).filter(|at| taken[*at]).collect();
    while let Some(at) = open.pop() {
        for needed in &problem.items[at].requires {
            if !std::mem::replace(&mut taken[*needed], true) {
                open.push(*needed);
            }
        }
    }
    let must = |at: usize| problem.items[at].stance == Stance::Must;
    for (at, item) in problem.items.iter().enumerate().filter(|(at, _)| taken[*at]) {
        if item.stance == Stance::Never {
            return Err(Unsolvable::Needs(at));
        }
        if let Some(other) = item.excludes.iter().find(|other| taken[**other]) {
            return Err(match must(at) && must(*other) {
                true => Unsolvable::Exclude(at.min(*other), at.max(*other)),
                false => Unsolvable::Needs(if must(at) { *other } else { at }),
            });
        }
    }
    Ok(taken)
}

/// The measures that are free, prerequisites before what needs them, then those that lower most.
fn order(problem: &Problem, forced: &[bool]) -> Vec<usize> {
    let saves = |at: usize| -> f64 {
        problem.items[at].effects.iter().zip(&problem.losses).map(|(e, loss)| e * loss).sum()
    };
    let depth = |at: usize| {
        let mut depth = 0;
        let mut layer = problem.items[at].requires.clone();
        // A cycle is no deeper than there are measures.
        while !layer.is_empty() && depth < problem.items.len() {
            depth += 1;
            layer = layer.iter().flat_map(|r| problem.items[*r].requires.clone()).collect();
            layer.sort_unstable();
            layer.dedup();
        }
        depth
    };
    let free = |at: &usize| !forced[*at] && problem.items[*at].stance != Stance::Never;
    let mut order: Vec<usize> = (0..problem.items.len()).filter(free).collect();
    order.sort_by(|a, b| {
        depth(*a).cmp(&depth(*b)).then(saves(*b).total_cmp(&saves(*a))).then(a.cmp(b))
    });
    order
}

struct Search<'a> {
    problem: &'a Problem,
    order: Vec<usize>,
    best: Option<(f64, Vec<bool>)>,
    nodes: u64,
}

impl Search<'_> {
    /// For each threat, the share of the loss that the taken measures leave, without the floor.
    fn factors(&self, taken: &[bool]) -> Vec<f64> {
        let factor = |threat: usize| {
            let taken = self.problem.items.iter().zip(taken).filter(|(_, taken)| **taken);
            taken.map(|(item, _)| 1.0 - item.effects[threat]).product()
        };
        (0..self.problem.losses.len()).map(factor).collect()
    }

    /// Decides the measures from `depth` on; `factors` and `cost` are of what is taken so far.
    fn branch(&mut self, depth: usize, taken: &mut Vec<bool>, factors: &[f64], cost: f64) {
        self.nodes += 1;
        let open = &self.order[depth..];
        if self.is_hopeless(open, taken, factors, cost) {
            return;
        }
        let Some(&at) = open.first() else {
            self.offer(taken);
            return;
        };
        let item = &self.problem.items[at];
        let may = item.requires.iter().all(|r| taken[*r])
            && !item.excludes.iter().any(|e| taken[*e])
            // What excludes it may have said so on its own side only.
            && !(0..taken.len()).any(|o| taken[o] && self.problem.items[o].excludes.contains(&at));
        if may {
            taken[at] = true;
            let with: Vec<f64> =
                factors.iter().zip(&item.effects).map(|(factor, e)| factor * (1.0 - e)).collect();
            self.branch(depth + 1, taken, &with, cost + item.cost);
            taken[at] = false;
        }
        self.branch(depth + 1, taken, factors, cost);
    }

    /// Whether nothing better than the best is below.
    fn is_hopeless(&self, open: &[usize], taken: &[bool], factors: &[f64], cost: f64) -> bool {
        let problem = self.problem;
        let all = |(threat, factor): (usize, &f64)| {
            let lower = |share: f64, at: &usize| share * (1.0 - problem.items[*at].effects[threat]);
            problem.losses[threat] * open.iter().fold(*factor, lower).max(problem.floor)
        };
        let least: Vec<f64> = factors.iter().enumerate().map(all).collect();
        if !problem.within(&least) {
            return true;
        }
        let Some((best, best_taken)) = &self.best else { return false };
        let slack = best.abs() * ROUNDING;
        let beats = |bound: f64| {
            bound > best + slack || (bound >= best - slack && count(taken) > count(best_taken))
        };
        beats(cost + least.iter().sum::<f64>()) || beats(cost + self.relaxed(open, factors))
    }

    /// A lower bound of what the open measures and the losses cost together, were a part of a
    /// measure taken for that part of its price.
    ///
    /// With `x_i` anywhere from 0 to 1, `l_t prod_i (1 - e_it)^x_i` is the exponential of a linear
    /// function, so that the sum is convex and lies above each of its tangent planes; the least of
    /// a plane over the box is at a corner. The nearer the tangent point is to the least of the
    /// relaxed problem, the better the bound: some rounds of coordinate descent go there. The floor
    /// only raises a loss, and is left out.
    fn relaxed(&self, open: &[usize], factors: &[f64]) -> f64 {
        let problem = self.problem;
        let slope = |at: usize, threat: usize| (-problem.items[at].effects[threat]).ln_1p();
        let mut losses: Vec<f64> =
            factors.iter().zip(&problem.losses).map(|(factor, loss)| factor * loss).collect();
        let mut point = vec![0.0_f64; open.len()];
        for _ in 0..ROUNDS {
            for (x, at) in point.iter_mut().zip(open) {
                let item = &problem.items[*at];
                let to = least_on_a_line(item.cost, *x, &losses, |threat| slope(*at, threat));
                for (threat, loss) in losses.iter_mut().enumerate() {
                    *loss *= (slope(*at, threat) * (to - *x)).exp();
                }
                *x = to;
            }
        }
        let mut bound: f64 = losses.iter().sum();
        for (x, at) in point.iter().zip(open) {
            let item = &problem.items[*at];
            let falls: f64 =
                losses.iter().enumerate().map(|(threat, loss)| loss * slope(*at, threat)).sum();
            let gradient = item.cost + falls;
            bound += item.cost * x + (gradient * -x).min(gradient * (1.0 - x));
        }
        bound
    }

    fn offer(&mut self, taken: &[bool]) {
        let Some(total) = self.problem.value(taken) else { return };
        let better = self.best.as_ref().is_none_or(|(best, than)| {
            let slack = best.abs() * ROUNDING;
            total < best - slack
                || (total <= best + slack
                    && (count(taken), positions(taken)) < (count(than), positions(than)))
        });
        if better {
            self.best = Some((total, taken.to_vec()));
        }
    }
}

/// Rounds of coordinate descent for a bound; more make it better and dearer.
const ROUNDS: usize = 3;

/// The `x` from 0 to 1 with the least `cost * x + sum_t loss_t exp(slope_t (x - from))`, by Newton's
/// method; near it is enough.
fn least_on_a_line(cost: f64, from: f64, losses: &[f64], slope: impl Fn(usize) -> f64) -> f64 {
    let mut x = from;
    for _ in 0..4 {
        let (mut first, mut second) = (cost, 0.0);
        for (threat, loss) in losses.iter().enumerate() {
            let slope = slope(threat);
            let falls = loss * slope * (slope * (x - from)).exp();
            first += falls;
            second += falls * slope;
        }
        if second <= 0.0 {
            // Nothing is lowered: only the price counts.
            return if first > 0.0 { 0.0 } else { from };
        }
        x = (x - first / second).clamp(0.0, 1.0);
    }
    x
}

fn count(taken: &[bool]) -> usize {
    taken.iter().filter(|taken| **taken).count()
}

fn positions(taken: &[bool]) -> Vec<usize> {
    (0..taken.len()).filter(|at| taken[*at]).collect()
}

#[cfg(test)]
mod tests;
