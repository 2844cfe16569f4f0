//! Classes in the making.

use std::collections::BTreeMap;

use super::axis::{Axes, Span};
use super::rule::{Rule, Tally};
use super::score::{self, Guide};
use super::units::Units;
use super::{Cell, Figures, Recoding, Region};
use crate::Goal;

/// Classes, and the class of each unit.
///
/// INVARIANT: a class that is not empty covers all its members, its people are theirs, and
/// `of_unit` names it for each of them.
#[derive(Clone)]
pub(super) struct Classes<'a> {
    pub(super) units: &'a Units<'a>,
    pub(super) axes: &'a Axes,
    pub(super) list: Vec<Class>,
    /// Index of `list`, or [`NONE`].
    pub(super) of_unit: Vec<u32>,
}

/// A class; empty where it has no members.
#[derive(Clone, Default)]
pub(super) struct Class {
    /// One span per column, around the codes of the first member.
    pub(super) spans: Vec<Span>,
    pub(super) members: Vec<u32>,
    pub(super) tally: Tally,
    /// Sum of the guide's parts.
    pub(super) sum: f64,
}

/// The class of a unit that is suppressed.
pub(super) const NONE: u32 = u32::MAX;

impl<'a> Classes<'a> {
    /// Everything suppressed.
    pub(super) fn none(units: &'a Units<'a>, axes: &'a Axes) -> Self {
        Self { units, axes, list: Vec::new(), of_unit: vec![NONE; units.len()] }
    }

    /// Adds a class.
    pub(super) fn push(&mut self, class: Class) -> u32 {
        let id = self.list.len() as u32;
        self.list.push(Class::default());
        self.replace(id, class);
        id
    }

    /// Puts a class in the place of another, whose members go to no class.
    pub(super) fn replace(&mut self, id: u32, class: Class) {
        self.empty(id);
        for &unit in &class.members {
            self.of_unit[unit as usize] = id;
        }
        self.list[id as usize] = class;
    }

    /// Suppresses a class.
    pub(super) fn empty(&mut self, id: u32) {
        let old = std::mem::take(&mut self.list[id as usize]);
        for unit in old.members {
            self.of_unit[unit as usize] = NONE;
        }
    }

    /// The narrowest class of some units, which are tuples.
    pub(super) fn around(&self, guide: &Guide, members: Vec<u32>) -> Class {
        let (spans, sum) = self.cover(guide, &members);
        Class { spans, sum, tally: self.units.tally_of(&members), members }
    }

    /// The class of some units at given levels; narrower where units are tuples.
    pub(super) fn at_levels(&self, guide: &Guide, members: Vec<u32>, levels: &[u8]) -> Class {
        if self.units.are_records() {
            self.of_full_domain(guide, members, levels)
        } else {
            self.around(guide, members)
        }
    }

    /// The same classes, each as narrow as its members allow.
    pub(super) fn narrowed(&self, guide: &Guide) -> Self {
        let mut narrowed = Self::none(self.units, self.axes);
        for class in self.list.iter().filter(|class| !class.members.is_empty()) {
            narrowed.push(narrowed.around(guide, class.members.clone()));
        }
        narrowed
    }

    /// The class of full-domain generalisation: at the given levels, narrower or not.
    pub(super) fn of_full_domain(&self, guide: &Guide, members: Vec<u32>, levels: &[u8]) -> Class {
        let spans: Vec<Span> = levels.iter().map(|&level| Span::Level(level)).collect();
        let sum = self.sum(guide, &spans, members[0]);
        Class { spans, sum, tally: self.units.tally_of(&members), members }
    }

    /// The narrowest spans of some tuples, and their sum.
    pub(super) fn cover(&self, guide: &Guide, members: &[u32]) -> (Vec<Span>, f64) {
        let bases = self.units.of_tuple(members[0]);
        let mut spans: Vec<Span> =
            self.axes.list.iter().zip(bases).map(|(axis, &base)| axis.point(base)).collect();
        for &unit in &members[1..] {
            let codes = bases.iter().zip(self.units.of_tuple(unit));
            for ((axis, span), (&base, &code)) in self.axes.list.iter().zip(&mut spans).zip(codes) {
                *span = axis.join(*span, base, code);
            }
        }
        let sum = self.sum(guide, &spans, members[0]);
        (spans, sum)
    }

    /// The guide's sum for spans around the rows of a unit; the mean of its rows.
    fn sum(&self, guide: &Guide, spans: &[Span], unit: u32) -> f64 {
        let mut sum = 0.0;
        for row in self.units.rows(unit) {
            let codes = self.units.of_tuple(row);
            for (column, axis) in self.axes.list.iter().enumerate() {
                sum += guide.part(axis, column, spans[column], codes[column]);
            }
        }
        sum / self.units.n_rows(unit).max(1) as f64
    }

    /// Computes all sums anew, for another guide.
    pub(super) fn weigh(&mut self, guide: &Guide) {
        for id in 0..self.list.len() {
            let Some(&first) = self.list[id].members.first() else { continue };
            self.list[id].sum = self.sum(guide, &self.list[id].spans, first);
        }
    }

    /// What the guide makes of a class, for one row.
    pub(super) fn cost(&self, guide: &Guide, class: &Class) -> f64 {
        let sum = class.members.first().map_or(0.0, |&first| self.sum(guide, &class.spans, first));
        guide.finish(sum)
    }

    /// The classes that are not empty, and their rows.
    pub(super) fn kept(&self) -> impl Iterator<Item = (f64, &Class)> {
        let kept = self.list.iter().filter(|class| class.tally.people > 0);
        kept.map(|class| {
            let each = self.units.n_rows(class.members[0]) as f64;
            (class.tally.people as f64 * each, class)
        })
    }

    /// Values of a column's domain that the cells of a class cover, on average over its rows.
    pub(super) fn covered(&self, class: &Class, column: usize) -> f64 {
        let (axis, codes) = (&self.axes.list[column], &self.units.codes[column]);
        let first = class.members[0];
        let rows = self.units.rows(first);
        let sum: f64 = rows.map(|row| axis.covered(class.spans[column], codes[row as usize])).sum();
        sum / self.units.n_rows(first).max(1) as f64
    }

    /// The level of a unit's cell; `None` where it is suppressed, or released as a range.
    pub(super) fn level(&self, unit: u32, column: usize) -> Option<u8> {
        let class = self.list.get(self.of_unit[unit as usize] as usize)?;
        match class.spans[column] {
            Span::Level(level) => Some(level),
            Span::Range(..) => None,
        }
    }

    /// People who are suppressed.
    pub(super) fn suppressed(&self) -> u64 {
        let kept: u64 = self.list.iter().map(|class| class.tally.people).sum();
        self.units.n_people() - kept
    }

    /// Makes one class of those that are released alike, and suppresses what does not hold then.
    pub(super) fn unite(&mut self, rule: &Rule) {
        let mut seen: BTreeMap<(Region, Vec<Vec<u32>>), u32> = BTreeMap::new();
        for id in 0..self.list.len() as u32 {
            let class = &self.list[id as usize];
            if class.members.is_empty() {
                continue;
            }
            let key = (self.region(class), self.look(class));
            let Some(&first) = seen.get(&key) else {
                seen.insert(key, id);
                continue;
            };
            let class = std::mem::take(&mut self.list[id as usize]);
            for &unit in &class.members {
                self.of_unit[unit as usize] = first;
            }
            let into = &mut self.list[first as usize];
            into.tally.add(&class.tally);
            into.members.extend(class.members);
        }
        for id in 0..self.list.len() as u32 {
            let class = &self.list[id as usize];
            let is_kept = class.members.is_empty()
                || rule.holds(&class.tally) && rule.holds_released(self, class);
            if !is_kept {
                self.empty(id);
            }
        }
    }

    /// How many classes have how many people.
    pub(super) fn sizes(&self) -> BTreeMap<u64, u64> {
        let mut sizes = BTreeMap::new();
        for (_, class) in self.kept() {
            *sizes.entry(class.tally.people).or_default() += 1;
        }
        sizes
    }

    /// The level and the group of each cell of a class of tuples; of a range, all values.
    pub(super) fn cells(&self, class: &Class) -> Vec<(usize, u32)> {
        let cells = self.region(class).cells.into_iter().zip(&self.axes.list);
        let cell = |(cell, axis): (Cell, &super::axis::Axis)| match cell {
            Cell::Group { level, group } => (usize::from(level), group),
            Cell::Level { .. } | Cell::Range { .. } => {
                let top = usize::from(axis.top());
                (top, axis.groups[top][0])
            }
        };
        cells.map(cell).collect()
    }

    fn region(&self, class: &Class) -> Region {
        let cell = |(column, &span): (usize, &Span)| match span {
            Span::Range(from, to) => Cell::Range { from, to },
            Span::Level(level) if self.units.are_records() => Cell::Level { level },
            Span::Level(level) => {
                let code = self.units.codes[column][class.members[0] as usize];
                Cell::Group {
                    level,
                    group: self.axes.list[column].groups[level as usize][code as usize],
                }
            }
        };
        Region { cells: class.spans.iter().enumerate().map(cell).collect() }
    }

    /// The generalised rows of a class of records, sorted; nothing where units are tuples, whose
    /// region says it all.
    fn look(&self, class: &Class) -> Vec<Vec<u32>> {
        if !self.units.are_records() {
            return Vec::new();
        }
        let level = |span: &Span| match *span {
            Span::Level(level) => level,
            Span::Range(..) => 0,
        };
        let levels: Vec<u8> = class.spans.iter().map(level).collect();
        self.look_at(class.members[0], &levels)
    }

    /// The rows of a unit at given levels, sorted.
    pub(super) fn look_at(&self, unit: u32, levels: &[u8]) -> Vec<Vec<u32>> {
        let row = |row: u32| {
            let columns = self.axes.list.iter().zip(levels).enumerate();
            let group = |(column, (axis, &level)): (usize, (&super::axis::Axis, &u8))| {
                axis.groups[level as usize][self.units.codes[column][row as usize] as usize]
            };
            columns.map(group).collect()
        };
        let mut look: Vec<Vec<u32>> = self.units.rows(unit).map(row).collect();
        look.sort_unstable();
        look
    }

    /// What the classes amount to.
    pub(super) fn figures(&self, goal: &Goal) -> Figures {
        let sizes = self.sizes();
        Figures {
            score: score::score(self, goal),
            granularity: score::granularity(self),
            classes: sizes.values().sum::<u64>() as usize,
            suppressed: self.suppressed(),
            smallest: sizes.keys().next().copied().unwrap_or(0),
        }
    }

    /// The result. Call [`Classes::unite`] before.
    pub(super) fn into_recoding(self, goal: &Goal, full_domain: Option<Figures>) -> Recoding {
        let mut number = vec![None; self.list.len()];
        let mut regions = Vec::new();
        for (id, class) in self.list.iter().enumerate() {
            if class.tally.people > 0 {
                number[id] = Some(regions.len() as u32);
                regions.push(self.region(class));
            }
        }
        let of_unit = self.of_unit.iter().map(|&id| number.get(id as usize).copied().flatten());
        let of_unit = of_unit.collect();
        Recoding { of_unit, regions, figures: self.figures(goal), full_domain }
    }
}
