//! Improves classes, step by step, each of which lowers the guide's sum over people.

use weir_types::QualityModel;

use super::Work;
use super::axis::Span;
use super::classes::{Class, Classes, NONE};
use super::neighbours::{Neighbours, sequences};
use super::partition;
use super::rule::Tally;
use super::split;

/// Looks at a class that placing units far from it may take.
const FAR_LOOKS: u64 = 20_000_000;

/// A round that gains less than this share of the sum is the last.
const LEAST_GAIN: f64 = 5e-4;

/// Dissolves classes into their neighbours, moves units, splits classes and divides pairs anew
/// until little is gained. Records are left as they are: what two of them have in common has no
/// cheap answer.
pub(super) fn refine<'a>(work: &mut Work<'a>, classes: &mut Classes<'a>) {
    if classes.units.are_records() {
        return;
    }
    work.follow(classes);
    if work.may_split {
        partition::divide(work, classes, partition::Cut::Relaxed);
    }
    let sizes_count =
        matches!(work.goal.quality, QualityModel::Discernibility | QualityModel::AverageClassSize);
    let mut changed = vec![true; classes.list.len()];
    for _ in 0..work.effort.rounds {
        let before = total(work, classes);
        let mut refiner = Refiner::new(work, classes);
        refiner.wanted = changed;
        if !sizes_count {
            refiner.dissolve_all();
        }
        refiner.move_all();
        if work.may_split {
            refiner.split_all();
        }
        refiner.divide_pairs();
        changed = refiner.changed;
        let after = total(work, classes);
        if (work.options.stop)() || before - after <= LEAST_GAIN * before {
            return;
        }
        work.follow(classes);
    }
}

/// Why units that are suppressed are taken into classes.
#[derive(Clone, Copy)]
pub(super) enum Need {
    /// It costs less than to suppress them.
    Gain,
    /// At most so many people may be suppressed.
    AtMost(u64),
}

/// Takes suppressed units into classes; records have to stay.
pub(super) fn take_in<'a>(work: &Work<'a>, classes: &mut Classes<'a>, need: Need) {
    let left: Vec<u32> = (0..classes.of_unit.len() as u32)
        .filter(|&unit| classes.of_unit[unit as usize] == NONE)
        .filter(|&unit| work.units.people[unit as usize] > 0)
        .collect();
    if left.is_empty() || classes.units.are_records() {
        return;
    }
    let mut refiner = Refiner::new(work, classes);
    let mut looks_left = FAR_LOOKS;
    for unit in left {
        if refiner.stopped() {
            return;
        }
        let budget = match need {
            Need::Gain => work.guide.suppressed * f64::from(work.units.people[unit as usize]),
            Need::AtMost(most) if refiner.classes.suppressed() > most => f64::INFINITY,
            Need::AtMost(_) => return,
        };
        let tally = work.units.tally(unit);
        let place = refiner.place(unit, &tally, NONE, budget);
        let is_far = place.is_none() && budget.is_infinite() && looks_left > 0;
        let place = if is_far {
            looks_left = looks_left.saturating_sub(refiner.classes.list.len() as u64);
            refiner.far(unit, &tally)
        } else {
            place
        };
        if let Some((id, _)) = place {
            refiner.insert(unit, &tally, id);
        }
    }
}

/// Dissolves classes, those that cost least elsewhere first, until the models of all classes hold
/// or no class can be dissolved. Records have to stay.
pub(super) fn gather<'a>(work: &Work<'a>, classes: &mut Classes<'a>) {
    let mut is_left = !classes.units.are_records();
    while is_left && !work.rule.holds_together(&classes.sizes()) {
        is_left = dissolve_cheapest(work, classes, (GATHERED, GATHER_PARTS));
    }
}

/// Dissolves one of so many `parts` of the classes, those that cost least elsewhere.
pub(super) fn thin<'a>(work: &Work<'a>, classes: &mut Classes<'a>, parts: usize) {
    dissolve_cheapest(work, classes, (work.effort.pair, parts));
}

/// Dissolves a part of the classes that have few members; whether any was.
fn dissolve_cheapest<'a>(
    work: &Work<'a>,
    classes: &mut Classes<'a>,
    (members, parts): (usize, usize),
) -> bool {
    let mut refiner = Refiner::new(work, classes);
    let few = refiner.dearest_first(|class| class.members.len() <= members);
    let mut cheap: Vec<(f64, u32)> = Vec::with_capacity(few.len());
    for id in few {
        if refiner.stopped() {
            return false;
        }
        cheap.push((refiner.cost_elsewhere(id), id));
    }
    cheap.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let part = cheap.len().div_ceil(parts);
    let mut dissolved = false;
    for (_, id) in cheap.into_iter().take(part) {
        dissolved |= refiner.dissolve(id, f64::INFINITY);
    }
    dissolved
}

/// Members of a class that [`gather`] dissolves, at most.
const GATHERED: usize = 4;

/// Parts of the classes of which [`gather`] dissolves one before it weighs them anew.
const GATHER_PARTS: usize = 6;

/// Suppresses classes that cost more than that, the dearest first, as far as is allowed.
pub(super) fn give_up(work: &Work<'_>, classes: &mut Classes<'_>, most: u64) {
    let cost = |class: &Class| work.guide.finish(class.sum);
    let mut dear: Vec<u32> = (0..classes.list.len() as u32)
        .filter(|&id| !classes.list[id as usize].members.is_empty())
        .filter(|&id| cost(&classes.list[id as usize]) > work.guide.suppressed + 1e-12)
        .collect();
    let of = |id: u32| cost(&classes.list[id as usize]);
    dear.sort_by(|&a, &b| of(b).total_cmp(&of(a)).then(a.cmp(&b)));
    let mut suppressed = classes.suppressed();
    for id in dear {
        let people = classes.list[id as usize].tally.people;
        if suppressed + people <= most {
            suppressed += people;
            classes.empty(id);
        }
    }
}

/// The guide's sum over all people.
fn total(work: &Work<'_>, classes: &Classes<'_>) -> f64 {
    let kept: f64 = classes.list.iter().map(|class| cost(work, class)).sum();
    kept + work.guide.suppressed * classes.suppressed() as f64
}

/// The guide's sum over the people of a class.
pub(super) fn cost(work: &Work<'_>, class: &Class) -> f64 {
    work.guide.finish(class.sum) * class.tally.people as f64
}

struct Refiner<'w, 'a> {
    work: &'w Work<'a>,
    classes: &'w mut Classes<'a>,
    near: Neighbours,
    found: Vec<u32>,
    /// Class to whether a step is tried on it; those that are new are not.
    wanted: Vec<bool>,
    /// Class to whether a step has changed it.
    changed: Vec<bool>,
}

impl<'w, 'a> Refiner<'w, 'a> {
    fn new(work: &'w Work<'a>, classes: &'w mut Classes<'a>) -> Self {
        let near = Neighbours::new(classes, &sequences(&work.guide.order, work.effort.sequences));
        let changed = vec![false; classes.list.len()];
        Self { work, classes, near, found: Vec::new(), wanted: Vec::new(), changed }
    }

    /// Ids of the classes that a step is tried on, the dearest per person first.
    fn dearest_first(&self, fits: impl Fn(&Class) -> bool) -> Vec<u32> {
        let mut ids: Vec<(f64, u32)> = Vec::new();
        for (id, class) in self.classes.list.iter().enumerate() {
            let wanted = self.wanted.get(id).copied().unwrap_or(true);
            if wanted && !class.members.is_empty() && fits(class) {
                ids.push((class.sum, id as u32));
            }
        }
        ids.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ids.into_iter().map(|entry| entry.1).collect()
    }

    fn small(&self) -> Vec<u32> {
        let most = self.work.effort.small;
        self.dearest_first(|class| class.members.len() <= most)
    }

    fn stopped(&self) -> bool {
        (self.work.options.stop)()
    }

    fn dissolve_all(&mut self) {
        for id in self.small() {
            if self.stopped() {
                return;
            }
            let most = cost(self.work, &self.classes.list[id as usize]) - 1e-9;
            self.dissolve(id, most);
        }
    }

    /// Gives all members of a class to others where that costs less than `most`; whether it did.
    fn dissolve(&mut self, id: u32, most: f64) -> bool {
        let mut left = most;
        let members = self.classes.list[id as usize].members.clone();
        let mut undo: Vec<(u32, Class)> = Vec::new();
        for &unit in &members {
            let tally = self.work.units.tally(unit);
            let Some((to, costs)) = self.place(unit, &tally, id, left) else {
                for (to, class) in undo.into_iter().rev() {
                    self.classes.list[to as usize] = class;
                }
                for unit in members {
                    self.classes.of_unit[unit as usize] = id;
                }
                return false;
            };
            left -= costs;
            undo.push((to, self.classes.list[to as usize].clone()));
            self.insert(unit, &tally, to);
        }
        self.classes.list[id as usize] = Class::default();
        for (to, _) in undo {
            self.mark(to);
        }
        true
    }

    /// What the members of a class cost more in the classes where each costs least.
    fn cost_elsewhere(&mut self, id: u32) -> f64 {
        let mut more = -cost(self.work, &self.classes.list[id as usize]);
        for unit in self.classes.list[id as usize].members.clone() {
            let tally = self.work.units.tally(unit);
            let place = self.place(unit, &tally, id, f64::INFINITY);
            more += place.map_or(f64::INFINITY, |(_, costs)| costs);
        }
        more
    }

    /// Notes that a class has changed.
    fn mark(&mut self, id: u32) {
        let least = id as usize + 1;
        if self.changed.len() < least {
            self.changed.resize(least, false);
        }
        self.changed[id as usize] = true;
    }

    fn move_all(&mut self) {
        for id in self.small() {
            if self.stopped() {
                return;
            }
            let mut at = 0;
            while at < self.classes.list[id as usize].members.len() {
                if !self.move_member(id, at) {
                    at += 1;
                }
            }
        }
    }

    /// Gives a member of a class to another where that costs less; whether it did.
    fn move_member(&mut self, id: u32, at: usize) -> bool {
        let class = &self.classes.list[id as usize];
        let unit = class.members[at];
        let people = u64::from(self.work.units.people[unit as usize]);
        let is_spare = class.tally.people >= self.work.rule.least_people() + people;
        if class.members.len() < 2 || people == 0 || !is_spare {
            return false;
        }
        let mut rest = class.members.clone();
        rest.remove(at);
        let (spans, sum) = self.classes.cover(&self.work.guide, &rest);
        let tally = self.work.units.tally(unit);
        let shrunk = Class { spans, sum, tally: class.tally.without(&tally), members: rest };
        let gain = cost(self.work, class) - cost(self.work, &shrunk) - 1e-9;
        if !self.work.rule.holds(&shrunk.tally) {
            return false;
        }
        let Some((to, _)) = self.place(unit, &tally, id, gain) else { return false };
        self.classes.replace(id, shrunk);
        self.insert(unit, &tally, to);
        self.mark(id);
        self.mark(to);
        true
    }

    fn split_all(&mut self) {
        let twice = 2 * self.work.rule.least_people();
        let most = self.work.effort.small;
        let ids =
            self.dearest_first(|class| class.members.len() <= most && class.tally.people >= twice);
        for id in ids {
            if self.stopped() {
                return;
            }
            let class = &self.classes.list[id as usize];
            let bound = cost(self.work, class) - 1e-9;
            if let Some((a, b)) = split::halve(self.work, self.classes, &class.members, bound) {
                self.classes.replace(id, a);
                let new = self.classes.push(b);
                self.mark(id);
                self.mark(new);
            }
        }
    }

    fn divide_pairs(&mut self) {
        let most = self.work.effort.pair;
        for id in self.dearest_first(|class| class.members.len() < most) {
            if self.stopped() {
                return;
            }
            for partner in self.partners(id) {
                self.divide_pair(id, partner);
            }
        }
    }

    /// Divides the members of two classes anew where that costs less.
    fn divide_pair(&mut self, id: u32, partner: u32) {
        let (one, other) = (&self.classes.list[id as usize], &self.classes.list[partner as usize]);
        if one.members.is_empty() || one.members.len() + other.members.len() > self.work.effort.pair
        {
            return;
        }
        let bound = cost(self.work, one) + cost(self.work, other) - 1e-9;
        let both = [&one.members[..], &other.members[..]].concat();
        if let Some((a, b)) = split::halve(self.work, self.classes, &both, bound) {
            self.classes.empty(partner);
            self.classes.replace(id, a);
            self.classes.replace(partner, b);
            self.mark(id);
            self.mark(partner);
        }
    }

    /// The classes that a class has most in common with.
    fn partners(&mut self, id: u32) -> Vec<u32> {
        let Some(&first) = self.classes.list[id as usize].members.first() else {
            return Vec::new();
        };
        self.near.near(self.classes, first, self.work.effort.reach, &mut self.found);
        let mut found: Vec<(f64, u32)> = Vec::new();
        let most = self.work.effort.pair;
        for &other in &self.found {
            let class = &self.classes.list[other as usize];
            if other != id && !class.members.is_empty() && class.members.len() < most {
                found.push((self.joined(class, first, f64::INFINITY), other));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.into_iter().take(self.work.effort.partners).map(|entry| entry.1).collect()
    }

    /// The guide's sum for a class with a unit more; some greater one than `most` where it is.
    fn joined(&self, class: &Class, unit: u32, most: f64) -> f64 {
        let (bases, codes) =
            (self.work.units.of_tuple(class.members[0]), self.work.units.of_tuple(unit));
        let mut sum = class.sum;
        for &column in &self.work.guide.order {
            let axis = &self.work.axes.list[column];
            let (base, old) = (bases[column], class.spans[column]);
            let new = axis.join(old, base, codes[column]);
            if new != old {
                let part = |span: Span| self.work.guide.part(axis, column, span, base);
                sum += part(new) - part(old);
                if sum > most {
                    return sum;
                }
            }
        }
        sum
    }

    /// Where a unit costs least, below `budget`, among the classes near it; and what it costs.
    fn place(&mut self, unit: u32, tally: &Tally, not: u32, budget: f64) -> Option<(u32, f64)> {
        self.near.near(self.classes, unit, self.work.effort.reach, &mut self.found);
        self.best_of(&self.found, unit, tally, (not, budget))
    }

    /// Where a unit costs least among all classes.
    fn far(&self, unit: u32, tally: &Tally) -> Option<(u32, f64)> {
        let all: Vec<u32> = (0..self.classes.list.len() as u32).collect();
        self.best_of(&all, unit, tally, (NONE, f64::INFINITY))
    }

    fn best_of(
        &self,
        ids: &[u32],
        unit: u32,
        tally: &Tally,
        (not, budget): (u32, f64),
    ) -> Option<(u32, f64)> {
        let (guide, rule) = (&self.work.guide, self.work.rule);
        let mut best = None;
        let mut least = budget;
        for &id in ids {
            let class = &self.classes.list[id as usize];
            if id == not || class.members.is_empty() {
                continue;
            }
            let people = class.tally.people as f64;
            let now = people * guide.finish(class.sum);
            let then = people + tally.people as f64;
            if then * guide.finish(class.sum) - now >= least {
                continue;
            }
            let most = guide.unfinish((least + now) / then);
            let costs = then * guide.finish(self.joined(class, unit, most)) - now;
            if costs < least && (rule.counts_alone() || rule.holds(&class.tally.and(tally))) {
                least = costs;
                best = Some((id, costs));
            }
        }
        best
    }

    /// Adds a unit, which is in no class any more, to a class.
    fn insert(&mut self, unit: u32, tally: &Tally, id: u32) {
        let class = &mut self.classes.list[id as usize];
        let (bases, codes) =
            (self.work.units.of_tuple(class.members[0]), self.work.units.of_tuple(unit));
        for (column, axis) in self.work.axes.list.iter().enumerate() {
            let (base, old) = (bases[column], class.spans[column]);
            let new = axis.join(old, base, codes[column]);
            if new != old {
                let part = |span: Span| self.work.guide.part(axis, column, span, base);
                class.sum += part(new) - part(old);
                class.spans[column] = new;
            }
        }
        class.tally.add(tally);
        class.members.push(unit);
        self.classes.of_unit[unit as usize] = id;
    }
}
