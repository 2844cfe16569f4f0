//! Classes finest first: whatever forms a class at the cheapest levels stays there.

use std::collections::BTreeMap;

use super::Work;
use super::classes::{Class, Classes, NONE};
use super::levels::Levels;
use super::rule::Rule;
use super::score::Guide;
use super::units::Units;

/// Goes through all combinations of levels, cheapest by `guide` first; with `start`, those levels
/// before all others. Combinations are left out evenly where they would take more than `visits`
/// of a unit. Gives the visits as well.
///
/// Units that are left at the end are suppressed.
pub(super) fn form<'a>(
    work: &Work<'a>,
    guide: &Guide,
    start: Option<&[usize]>,
    visits: u64,
) -> (Classes<'a>, u64) {
    let levels = Levels::new(work.axes, work.units, guide);
    let mut open = Open::new(work, &levels, visits);
    if let Some(start) = start {
        open.visit(&levels.nearest(start));
    }
    let (mut at, last) = (0, levels.len().saturating_sub(1));
    while at < last && !open.units.is_empty() && !(work.options.stop)() {
        open.visit(levels.get(at));
        at += open.stride(last - at);
    }
    open.visit(levels.get(last));
    (open.classes, visits - open.visits_left)
}

/// Full-domain generalisation at given levels. What a table tells where it tells nothing is the
/// same of any number of people, so that models of all classes are not asked of it, as the search
/// and ARX have it; records of several rows differ by their numbers still.
pub(super) fn full_domain<'a>(work: &Work<'a>, levels: &[usize]) -> Classes<'a> {
    let units = work.units;
    let tells_nothing = !units.are_records() && work.axes.tell_nothing(levels);
    let levels: Vec<u8> = levels.iter().map(|&level| level as u8).collect();
    let mut classes = Classes::none(units, work.axes);
    for members in alike(work, &levels) {
        let class = classes.of_full_domain(&work.guide, members, &levels);
        classes.push(class);
    }
    work.rule.suppress(&mut classes);
    if !tells_nothing {
        work.rule.suppress_together(&mut classes);
    }
    classes
}

/// Units that look alike at some levels, look by look.
fn alike(work: &Work<'_>, levels: &[u8]) -> Vec<Vec<u32>> {
    let units = 0..work.units.len() as u32;
    let mut keyed: Vec<(u32, u32)> = if work.units.are_records() {
        let classes = Classes::none(work.units, work.axes);
        let looks: BTreeMap<Vec<Vec<u32>>, u32> = BTreeMap::new();
        let number = |looks: &mut BTreeMap<_, u32>, unit| {
            let next = looks.len() as u32;
            *looks.entry(classes.look_at(unit, levels)).or_insert(next)
        };
        units.scan(looks, |looks, unit| Some((number(looks, unit), unit))).collect()
    } else {
        let mut numbers = vec![0_u32; units.len()];
        for ((axis, codes), &level) in work.axes.list.iter().zip(&work.units.codes).zip(levels) {
            refine_numbers(&mut numbers, &axis.groups[usize::from(level)], codes);
        }
        numbers.into_iter().zip(units).collect()
    };
    keyed.sort_unstable();
    let runs = keyed.chunk_by(|a, b| a.0 == b.0);
    runs.map(|run| run.iter().map(|entry| entry.1).collect()).collect()
}

/// Tells units of one number apart by the groups of a column.
fn refine_numbers(numbers: &mut [u32], groups: &[u32], codes: &[u16]) {
    let group = |at: u32| groups[usize::from(codes[at as usize])];
    let mut keyed: Vec<(u64, u32)> = (0..numbers.len() as u32)
        .map(|at| (u64::from(numbers[at as usize]) << 32 | u64::from(group(at)), at))
        .collect();
    keyed.sort_unstable();
    for (number, run) in keyed.chunk_by(|a, b| a.0 == b.0).enumerate() {
        for &(_, at) in run {
            numbers[at as usize] = number as u32;
        }
    }
}

/// Units that have no class yet.
struct Open<'w, 'a> {
    work: &'w Work<'a>,
    levels: &'w Levels,
    units: Vec<u32>,
    /// Column, then open unit: its code. Empty where units are records.
    codes: Vec<Vec<u16>>,
    /// Lowest bit of each column's group in a key; `None` where they do not fit.
    shifts: Option<Vec<u32>>,
    visits_left: u64,
    classes: Classes<'a>,
    keys: Vec<u64>,
    counts: Vec<u32>,
    /// Keys of units that may be in a class, and the unit's place in `units`.
    likely: Vec<(u64, u32)>,
}

impl<'w, 'a> Open<'w, 'a> {
    fn new(work: &'w Work<'a>, levels: &'w Levels, visits: u64) -> Self {
        let units: Vec<u32> = (0..work.units.len() as u32).collect();
        let codes = if work.units.are_records() { Vec::new() } else { work.units.codes.clone() };
        Self {
            work,
            levels,
            units,
            codes,
            shifts: shifts(levels),
            visits_left: visits,
            classes: Classes::none(work.units, work.axes),
            keys: Vec::new(),
            counts: Vec::new(),
            likely: Vec::new(),
        }
    }

    /// Forms the classes that there are at a combination of levels.
    fn visit(&mut self, combination: &[u8]) {
        self.visits_left = self.visits_left.saturating_sub(self.units.len() as u64);
        match self.codes.is_empty() {
            true => self.key_records(combination),
            false => self.key_tuples(combination),
        }
        self.find_likely();
        if self.likely.is_empty() {
            return;
        }
        let mut likely = std::mem::take(&mut self.likely);
        likely.sort_unstable();
        let levels = self.levels.levels(combination);
        let before = self.classes.list.len();
        for run in likely.chunk_by(|a, b| a.0 == b.0) {
            self.form(run, &levels);
        }
        self.likely = likely;
        if self.classes.list.len() > before {
            self.close();
        }
    }

    /// How far to go so that the visits left are enough for what is left.
    fn stride(&self, left: usize) -> usize {
        let wanted = left as u64 * self.units.len() as u64;
        (wanted.div_ceil(self.visits_left.max(1)) as usize).clamp(1, left.max(1))
    }

    fn key_tuples(&mut self, combination: &[u8]) {
        self.keys.clear();
        self.keys.resize(self.units.len(), 0);
        for (column, codes) in self.codes.iter().enumerate() {
            let groupings = &self.levels.columns[column];
            let at = combination[column] as usize;
            if at + 1 == groupings.len() {
                continue;
            }
            let groups = &groupings[at].groups;
            match &self.shifts {
                Some(shifts) => {
                    let shift = shifts[column];
                    for (key, &code) in self.keys.iter_mut().zip(codes) {
                        *key |= u64::from(groups[code as usize]) << shift;
                    }
                }
                None => {
                    for (key, &code) in self.keys.iter_mut().zip(codes) {
                        *key = mix(*key, groups[code as usize]);
                    }
                }
            }
        }
    }

    fn key_records(&mut self, combination: &[u8]) {
        self.keys.clear();
        for &unit in &self.units {
            let mut key = 0_u64;
            for row in self.work.units.rows(unit) {
                let mut of_row = 1;
                for (column, &at) in combination.iter().enumerate() {
                    let code = self.work.units.codes[column][row as usize];
                    let groups = &self.levels.columns[column][at as usize].groups;
                    of_row = mix(of_row, groups[code as usize]);
                }
                key = key.wrapping_add(spread(of_row));
            }
            self.keys.push(key);
        }
    }

    /// Finds units whose key others may have: counts by a part of the key's hash.
    fn find_likely(&mut self) {
        let least = u32::try_from(self.work.rule.least_people()).unwrap_or(u32::MAX);
        let bits = (2 * self.keys.len().max(8)).next_power_of_two().trailing_zeros();
        self.counts.clear();
        self.counts.resize(1 << bits, 0);
        let place = |key: u64| (spread(key) >> (64 - bits)) as usize;
        let mut any = false;
        for (&key, &unit) in self.keys.iter().zip(&self.units) {
            let count = &mut self.counts[place(key)];
            *count = count.saturating_add(self.work.units.people[unit as usize]);
            any |= *count >= least;
        }
        self.likely.clear();
        if any {
            let keys = self.keys.iter().enumerate();
            let likely = keys.filter(|(_, key)| self.counts[place(**key)] >= least);
            self.likely.extend(likely.map(|(at, &key)| (key, at as u32)));
        }
    }

    /// Makes a class of open units with one key, where they hold.
    fn form(&mut self, run: &[(u64, u32)], levels: &[u8]) {
        let rule: &Rule = self.work.rule;
        let units: &Units<'_> = self.work.units;
        let mut members: Vec<u32> = run.iter().map(|entry| self.units[entry.1 as usize]).collect();
        if units.are_records() {
            // Two looks may share a key.
            let look = self.classes.look_at(members[0], levels);
            members.retain(|&unit| self.classes.look_at(unit, levels) == look);
        }
        let people: u64 = members.iter().map(|&unit| u64::from(units.people[unit as usize])).sum();
        if people < rule.least_people() {
            return;
        }
        let class: Class = self.classes.at_levels(&self.work.guide, members, levels);
        if rule.holds(&class.tally) {
            self.classes.push(class);
        }
    }

    /// Drops the units that have a class.
    fn close(&mut self) {
        let of_unit = &self.classes.of_unit;
        for codes in &mut self.codes {
            let mut units = self.units.iter();
            codes.retain(|_| units.next().is_some_and(|&unit| of_unit[unit as usize] == NONE));
        }
        self.units.retain(|&unit| of_unit[unit as usize] == NONE);
    }
}

fn shifts(levels: &Levels) -> Option<Vec<u32>> {
    let mut shifts = Vec::new();
    let mut shift = 0;
    for groupings in &levels.columns {
        shifts.push(shift);
        let most = groupings.iter().filter_map(|grouping| grouping.groups.iter().max()).max();
        shift += 32 - most.copied().unwrap_or(0).leading_zeros();
    }
    (shift <= 64 && shifts.iter().all(|&shift| shift < 64)).then_some(shifts)
}

fn mix(key: u64, group: u32) -> u64 {
    spread(key.rotate_left(23) ^ u64::from(group).wrapping_add(0x2545_F491_4F6C_DD1D))
}

fn spread(key: u64) -> u64 {
    let key = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (key ^ key >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
