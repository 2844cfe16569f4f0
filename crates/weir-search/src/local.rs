//! Local recoding: each unit is generalised as far as its own class needs, not as far as the
//! whole table does.
//!
//! A *region* gives each column a cell. A unit is released as a region that contains it, and
//! all units with the same region are a class. So every unit chooses among its own
//! generalisations, and every choice that is made has to be shared by enough others.
//!
//! [`recode`] builds classes finest first: it goes through the combinations of levels in rising
//! order of what they cost, and what forms a class at one of them stays there. Then it improves
//! them until nothing is gained: classes are dissolved into their neighbours, units move,
//! classes are split, pairs are divided anew. `partition` goes the other way, from one class
//! down (Mondrian, LeFevre et al. 2006).
//!
//! Neither is an optimum, which is NP-hard to find (Meyerson and Williams 2004). With the levels
//! of the full-domain optimum given, the result is never worse by the goal's quality model.

mod axis;
mod classes;
mod effort;
mod greedy;
mod levels;
mod neighbours;
mod partition;
mod refine;
mod rule;
mod score;
mod spare;
mod split;
mod starts;
mod units;

#[cfg(test)]
mod tests;

use std::fmt;

use thiserror::Error;

use self::axis::Axes;
use self::classes::Classes;
use self::effort::Effort;
use self::rule::Rule;
use self::score::Guide;
use self::units::Units;
use crate::{Goal, Table};

/// How a table is recoded, unit by unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Recoding {
    /// What classes are released as; each has a unit. No two are equal, except those of linked
    /// records whose levels are equal and whose rows differ.
    pub regions: Vec<Region>,
    /// The region of each unit, an index of `regions`; `None` where it is suppressed. A unit is
    /// a tuple, or a record where persons have several rows.
    pub of_unit: Vec<Option<u32>>,
    /// What the recoding amounts to.
    pub figures: Figures,
    /// What full-domain generalisation at [`LocalOptions::start`] amounts to, by the same means;
    /// `None` where there is no start or it suppresses more than the goal allows.
    pub full_domain: Option<Figures>,
}

/// What a class is released as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// One cell per column.
    pub cells: Vec<Cell>,
}

/// What a class is released as in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// One group of a level.
    Group {
        /// Index of the level.
        level: u8,
        /// Group of the level.
        group: u32,
    },
    /// The group of a level in which each row's code lies. Only for linked records, whose rows
    /// differ from each other.
    Level {
        /// Index of the level.
        level: u8,
    },
    /// The codes whose places in the column's order lie between those of two codes, both
    /// included.
    Range {
        /// The code with the least place.
        from: u16,
        /// The code with the greatest place.
        to: u16,
    },
}

/// What a recoding amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// The goal's quality model; less is better.
    pub score: f64,
    /// `1 - (r - m) / (1 - m)`, where `r` is the mean share of the domain that a cell covers (a
    /// suppressed one: all) and `m` is that of single values. From 0 to 1, more is better; the
    /// granularity that ARX shows.
    pub granularity: f64,
    /// Classes.
    pub classes: usize,
    /// People suppressed.
    pub suppressed: u64,
    /// People in the smallest class; 0 where there is none.
    pub smallest: u64,
}

/// How to look for a recoding.
#[derive(Clone, Copy)]
pub struct LocalOptions<'a> {
    /// For each column, the place of each code in the order of the domain (0 to `domain - 1`)
    /// where the column may be released as ranges; empty where none may.
    pub places: &'a [Option<Vec<u32>>],
    /// Levels of the full-domain optimum, one per column; the result is not worse than it.
    pub start: Option<&'a [usize]>,
    /// How classes are first formed.
    pub method: Method,
    /// Whether the classes are improved after they are formed.
    pub refine: bool,
    /// Visits of a unit that forming classes may take; combinations of levels are left out
    /// evenly where all of them would take more.
    pub visits: u64,
    /// Asked now and then; once it says `true` the best found so far is returned.
    pub stop: &'a dyn Fn() -> bool,
}

/// How classes are first formed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Finest first, over combinations of levels; from `start` as well where it is given.
    #[default]
    Finest,
    /// By cuts between values, from one class down. Linked records are formed by `Finest`.
    Strict,
    /// As `Strict`, and tuples on the cut go to the side that balances.
    Relaxed,
}

/// Units of a table whose finest classes are gathered, at most; it takes many rounds.
const GATHER_UNITS: usize = 100_000;

/// Why there is no recoding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LocalError {
    /// A privacy model cannot be held class by class.
    #[error("local recoding cannot hold {model}")]
    Model {
        /// The model, in words.
        model: &'static str,
    },
    /// Rows of one person are not linked in the release.
    #[error("local recoding cannot count people over rows that are not linked")]
    NotLinked,
    /// Nothing that was found meets the goal.
    #[error(
        "no local recoding found: at least {suppressed} people would be suppressed, {most} may be"
    )]
    TooManySuppressed {
        /// People left out by the best found.
        suppressed: u64,
        /// Most that the goal allows.
        most: u64,
    },
    /// The options do not fit the table.
    #[error("{what} do not fit the table")]
    Options {
        /// Which option.
        what: &'static str,
    },
}

impl LocalError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Model { .. } => "use full-domain generalisation for this model",
            Self::NotLinked => "link the rows of a person, or use full-domain generalisation",
            Self::TooManySuppressed { .. } => {
                "raise the suppression limit, or start from the full-domain optimum"
            }
            Self::Options { .. } => {
                "give one entry per column, within the column's levels and codes"
            }
        }
    }
}

impl Default for LocalOptions<'_> {
    fn default() -> Self {
        Self {
            places: &[],
            start: None,
            method: Method::default(),
            refine: true,
            visits: 2_000_000_000,
            stop: &|| false,
        }
    }
}

impl fmt::Debug for LocalOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalOptions")
            .field("start", &self.start)
            .field("method", &self.method)
            .field("refine", &self.refine)
            .field("visits", &self.visits)
            .finish_non_exhaustive()
    }
}

/// Recodes a table so that every class meets the goal's models, with as little loss by the goal's
/// quality model as is found.
///
/// The result depends on the arguments alone, unless `stop` ends the work early.
///
/// # Errors
///
/// * a model cannot be held, or persons have several rows that are not linked;
/// * more would be suppressed than the goal allows, and `start` does not help;
/// * the options do not fit the table.
pub fn recode(
    table: &Table,
    goal: &Goal,
    options: &LocalOptions<'_>,
) -> Result<Recoding, LocalError> {
    let rule = &Rule::new(table, goal)?;
    let bare = &rule.bare();
    let units = Units::new(table, rule.asks_values())?;
    let axes = Axes::new(table, goal, options.places)?;
    if options.start.is_some_and(|start| !axes.has_levels(start)) {
        return Err(LocalError::Options { what: "the levels to start from" });
    }
    let mut work = Work {
        units: &units,
        axes: &axes,
        rule,
        goal,
        guide: Guide::new(&axes, &units, goal),
        may_split: true,
        effort: Effort::of(units.len()),
        options,
    };
    let mut best: Option<Classes<'_>> = None;
    for mut formed in starts::best(&work) {
        work.follow(&mut formed);
        work.settle(&mut formed);
        let mut refined = options.refine.then(|| formed.clone());
        work.keep_better(&mut best, formed);
        if let Some(refined) = &mut refined {
            refine::refine(&mut work, refined);
            work.settle(refined);
        }
        // The guide is near the quality model, not always the same; and what is suppressed is
        // settled anew.
        refined.into_iter().for_each(|refined| work.keep_better(&mut best, refined));
    }
    let plain = options.start.map(|start| greedy::full_domain(&work, start));
    let plain = plain.filter(|plain| plain.suppressed() <= work.most());
    if let (Some(bare), true) = (bare, options.refine && !units.are_records()) {
        work.rule = bare;
        work.spend(&mut best, plain.as_ref());
    }
    // Where people are few, only a table that tells nothing may meet models of all classes.
    let is_found = best.iter().chain(&plain).any(|found| found.suppressed() <= work.most());
    let nothing = (!is_found).then(|| greedy::full_domain(&work, &axes.tops()));
    nothing.into_iter().for_each(|nothing| work.keep_better(&mut best, nothing));
    work.choose(best, plain)
}

/// What all steps share.
struct Work<'a> {
    units: &'a Units<'a>,
    axes: &'a Axes,
    rule: &'a Rule,
    goal: &'a Goal,
    guide: Guide,
    /// Whether refining may make more classes of one.
    may_split: bool,
    effort: Effort,
    options: &'a LocalOptions<'a>,
}

impl<'a> Work<'a> {
    /// Turns the guide to where the quality model falls fastest from `classes`, and weighs them by
    /// it.
    fn follow(&mut self, classes: &mut Classes<'a>) {
        self.guide = self.guide.steeper(self.goal, classes);
        classes.weigh(&self.guide);
    }

    fn keep_better(&self, best: &mut Option<Classes<'a>>, found: Classes<'a>) {
        if best.as_ref().is_none_or(|best| self.is_better(&found, best)) {
            *best = Some(found);
        }
    }

    /// Whether `a` is within the limit and `b` is not, or else has the better score.
    fn is_better(&self, a: &Classes<'_>, b: &Classes<'_>) -> bool {
        let most = self.most();
        let over = |classes: &Classes<'_>| classes.suppressed().saturating_sub(most);
        let key = |classes: &Classes<'_>| (over(classes), score::score(classes, self.goal));
        let ((over_a, score_a), (over_b, score_b)) = (key(a), key(b));
        over_a < over_b || over_a == over_b && score_a < score_b
    }

    /// Most people that may be suppressed.
    fn most(&self) -> u64 {
        (self.goal.suppress_at_most * self.units.n_people() as f64 + 1e-9).floor() as u64
    }

    /// Makes one class of those released alike, suppresses those that cost more than that, and
    /// puts suppressed units into classes where that costs less, or where too many are.
    fn settle(&self, classes: &mut Classes<'a>) {
        classes.unite(self.rule);
        let most = self.most();
        refine::give_up(self, classes, most);
        refine::take_in(self, classes, refine::Need::Gain);
        if classes.suppressed() > most {
            refine::take_in(self, classes, refine::Need::AtMost(most));
        }
        classes.unite(self.rule);
    }

    /// Uses what models of all classes leave to spare: in the classes found, in those of
    /// full-domain generalisation, which need not have the size that implies such a model, and in
    /// the finest that hold for themselves, of which as many are dissolved as have to be.
    fn spend(&mut self, best: &mut Option<Classes<'a>>, plain: Option<&Classes<'a>>) {
        self.may_split = false;
        let finest = (self.units.len() <= GATHER_UNITS).then(|| {
            let (mut finest, _) = greedy::form(self, &self.guide, None, self.options.visits);
            refine::gather(self, &mut finest);
            finest
        });
        let narrowed = plain.map(|plain| plain.narrowed(&self.guide));
        let mut starts: Vec<Classes<'a>> = best.clone().into_iter().collect();
        for mut start in narrowed.into_iter().chain(finest) {
            refine::refine(self, &mut start);
            starts.push(start);
        }
        for mut found in starts {
            self.follow(&mut found);
            self.settle(&mut found);
            if self.rule.holds_together(&found.sizes()) {
                spare::spend(self, &mut found);
                self.settle(&mut found);
            }
            if self.rule.holds_together(&found.sizes()) {
                self.keep_better(best, found);
            }
        }
        if let Some(best) = best
            && self.rule.holds_together(&best.sizes())
        {
            spare::exchange(self, best);
        }
    }

    /// The recoding, or the full-domain one where that is better.
    fn choose(
        &self,
        mut found: Option<Classes<'a>>,
        plain: Option<Classes<'a>>,
    ) -> Result<Recoding, LocalError> {
        let full_domain = plain.as_ref().map(|plain| plain.figures(self.goal));
        plain.into_iter().for_each(|plain| self.keep_better(&mut found, plain));
        let best = found.unwrap_or_else(|| Classes::none(self.units, self.axes));
        let (suppressed, most) = (best.suppressed(), self.most());
        if suppressed > most {
            return Err(LocalError::TooManySuppressed { suppressed, most });
        }
        Ok(best.into_recoding(self.goal, full_domain))
    }
}
