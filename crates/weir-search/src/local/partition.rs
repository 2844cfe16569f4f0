//! From one class down: Mondrian (LeFevre, DeWitt and Ramakrishnan 2006).
//!
//! A class is cut along the column in which it costs most, if all parts hold, else along the
//! next. A column released as ranges is cut near the median, others along their hierarchy.

use super::Work;
use super::axis::Span;
use super::classes::{Class, Classes};

/// How classes are cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Between values: no two regions overlap.
    Strict,
    /// Tuples on the cut go to either side, and groups that are too small stay behind together.
    Relaxed,
}

/// Least members of a class that [`divide`] cuts; smaller ones are split better than by cuts.
const LARGE: usize = 40;

/// Positions tried for a cut of a range, where more than people count.
const TRIES: usize = 8;

/// Cuts the class of all units.
pub(super) fn form<'a>(work: &Work<'a>, cut: Cut) -> Classes<'a> {
    let mut classes = Classes::none(work.units, work.axes);
    let all: Vec<u32> =
        (0..work.units.len() as u32).filter(|&unit| work.units.people[unit as usize] > 0).collect();
    if all.is_empty() {
        return classes;
    }
    let class = classes.around(&work.guide, all);
    if work.rule.holds(&class.tally) {
        for part in parts(work, &classes, class, cut) {
            classes.push(part);
        }
    }
    classes
}

/// Cuts each large class.
pub(super) fn divide<'a>(work: &Work<'a>, classes: &mut Classes<'a>, cut: Cut) {
    if classes.units.are_records() {
        return;
    }
    for id in 0..classes.list.len() as u32 {
        let class = &classes.list[id as usize];
        if class.members.len() < LARGE || (work.options.stop)() {
            continue;
        }
        let class = std::mem::take(&mut classes.list[id as usize]);
        let mut parts = parts(work, classes, class, cut).into_iter();
        if let Some(first) = parts.next() {
            classes.replace(id, first);
        }
        for part in parts {
            classes.push(part);
        }
    }
}

/// The parts of a class that cannot be cut further.
fn parts(work: &Work<'_>, classes: &Classes<'_>, class: Class, cut: Cut) -> Vec<Class> {
    let mut open = vec![class];
    let mut done = Vec::new();
    while let Some(class) = open.pop() {
        let is_large = class.tally.people >= 2 * work.rule.least_people();
        let found = if is_large && !(work.options.stop)() {
            columns_by_cost(work, &class).into_iter().find_map(|column| match class.spans[column] {
                Span::Range(..) => cut_range(work, &class.members, column, cut),
                Span::Level(level) => cut_level(work, &class.members, (column, level), cut),
            })
        } else {
            None
        };
        match found {
            None => done.push(class),
            Some(parts) => {
                open.extend(parts.into_iter().map(|part| classes.around(&work.guide, part)));
            }
        }
    }
    done
}

/// Columns in which a class is not a single value, the dearest first.
fn columns_by_cost(work: &Work<'_>, class: &Class) -> Vec<usize> {
    let first = class.members[0] as usize;
    let mut columns: Vec<(f64, usize)> = Vec::new();
    for (column, axis) in work.axes.list.iter().enumerate() {
        let base = work.units.codes[column][first];
        let part = |span| work.guide.part(axis, column, span, base);
        let cost = part(class.spans[column]) - part(axis.point(base));
        if class.spans[column] != axis.point(base) {
            columns.push((cost, column));
        }
    }
    columns.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    columns.into_iter().map(|entry| entry.1).collect()
}

/// Two parts with as equal numbers of people as can be.
fn cut_range(work: &Work<'_>, members: &[u32], column: usize, cut: Cut) -> Option<Vec<Vec<u32>>> {
    let places = work.axes.list[column].places.as_ref()?;
    let place = |unit: u32| places[work.units.codes[column][unit as usize] as usize];
    let people = |unit: u32| u64::from(work.units.people[unit as usize]);
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|&unit| (place(unit), unit));
    let all: u64 = sorted.iter().map(|&unit| people(unit)).sum();
    let mut cuts: Vec<(u64, usize)> = Vec::new();
    let mut before = 0;
    for at in 1..sorted.len() {
        before += people(sorted[at - 1]);
        let is_between = place(sorted[at - 1]) < place(sorted[at]);
        let holds = before.min(all - before) >= work.rule.least_people();
        if holds && (is_between || cut == Cut::Relaxed) {
            cuts.push((all.abs_diff(2 * before), at));
        }
    }
    cuts.sort_unstable();
    let holds =
        |part: &[u32]| work.rule.counts_alone() || work.rule.holds(&work.units.tally_of(part));
    let fits = |at: &usize| holds(&sorted[..*at]) && holds(&sorted[*at..]);
    let at = cuts.into_iter().take(TRIES).map(|entry| entry.1).find(fits)?;
    let right = sorted.split_off(at);
    Some(vec![sorted, right])
}

/// The groups of the highest level at which the members differ.
fn cut_level(
    work: &Work<'_>,
    members: &[u32],
    (column, level): (usize, u8),
    cut: Cut,
) -> Option<Vec<Vec<u32>>> {
    let groups = &work.axes.list[column].groups[usize::from(level.checked_sub(1)?)];
    let group = |unit: u32| groups[work.units.codes[column][unit as usize] as usize];
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|&unit| (group(unit), unit));
    let mut parts: Vec<(Vec<u32>, u64)> = Vec::new();
    let mut rest = work.units.tally_of(&[]);
    let mut behind: Vec<u32> = Vec::new();
    for part in sorted.chunk_by(|&a, &b| group(a) == group(b)) {
        let tally = work.units.tally_of(part);
        if work.rule.holds(&tally) {
            parts.push((part.to_vec(), tally.people));
        } else if cut == Cut::Strict {
            return None;
        } else {
            rest.add(&tally);
            behind.extend_from_slice(part);
        }
    }
    // What is too small needs company: the smallest parts stay with it until it holds.
    parts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0[0].cmp(&b.0[0])));
    while !behind.is_empty() && !work.rule.holds(&rest) {
        let (part, _) = parts.pop()?;
        rest.add(&work.units.tally_of(&part));
        behind.extend(part);
    }
    let mut parts: Vec<Vec<u32>> = parts.into_iter().map(|entry| entry.0).collect();
    if !behind.is_empty() {
        parts.push(behind);
    }
    (parts.len() > 1).then_some(parts)
}
