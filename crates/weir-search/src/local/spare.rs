//! What models of all classes together leave to spare.
//!
//! Classes that are each large enough for average risk, or for nobody to be alone, are more than
//! such a model asks for: where many people share a tuple anyway, others may stand alone. So
//! classes are split, those first that gain most by it, as many as the models allow. Then classes
//! that cost little elsewhere are dissolved for the sake of others that gain more by a split.

use std::collections::BTreeMap;

use super::Work;
use super::classes::{Class, Classes};
use super::refine::{self, cost};
use super::split::halve;

/// Rounds at most; each splits every class once.
const ROUNDS: usize = 12;

/// One of so many classes is dissolved in the first exchange.
const FIRST_PART: usize = 8;

/// Exchanges that gain nothing, each of half as many classes as the one before.
const MOST_IN_VAIN: usize = 4;

/// Dissolves the classes that cost least elsewhere, spends what that leaves to spare, and refines,
/// as long as the score gets better.
pub(super) fn exchange<'a>(work: &mut Work<'a>, classes: &mut Classes<'a>) {
    let mut in_vain = 0;
    for _ in 0..work.effort.exchanges {
        if in_vain == MOST_IN_VAIN || (work.options.stop)() {
            return;
        }
        work.follow(classes);
        let mut other = classes.clone();
        refine::thin(work, &mut other, FIRST_PART << in_vain);
        spend(work, &mut other);
        refine::refine(work, &mut other);
        work.settle(&mut other);
        spend(work, &mut other);
        work.settle(&mut other);
        if work.rule.holds_together(&other.sizes()) && work.is_better(&other, classes) {
            *classes = other;
        } else {
            in_vain += 1;
        }
    }
}

/// Splits classes as long as the models hold; they have to hold before.
pub(super) fn spend<'a>(work: &Work<'a>, classes: &mut Classes<'a>) {
    for _ in 0..ROUNDS {
        if (work.options.stop)() {
            return;
        }
        let mut splits: Vec<Split> =
            (0..classes.list.len() as u32).filter_map(|id| split(work, classes, id)).collect();
        splits.sort_by(|a, b| b.gain.total_cmp(&a.gain).then(a.id.cmp(&b.id)));
        let n = most(work, classes, &splits);
        if n == 0 {
            return;
        }
        for split in splits.into_iter().take(n) {
            classes.replace(split.id, split.other);
            classes.push(split.one);
        }
    }
}

/// A class that was split.
struct Split {
    gain: f64,
    id: u32,
    one: Class,
    other: Class,
}

/// The split of a class that gains most, of those that take out a unit and those by
/// [`halve`].
fn split(work: &Work<'_>, classes: &Classes<'_>, id: u32) -> Option<Split> {
    let class = &classes.list[id as usize];
    if class.members.len() < 2 || class.members.len() > work.effort.small {
        return None;
    }
    let before = cost(work, class);
    let mut best: Option<Split> = None;
    for at in 0..class.members.len() {
        let mut members = class.members.clone();
        let one = classes.around(&work.guide, vec![members.swap_remove(at)]);
        let (spans, sum) = classes.cover(&work.guide, &members);
        let other = Class { spans, sum, tally: class.tally.without(&one.tally), members };
        let gain = before - cost(work, &one) - cost(work, &other);
        let is_better = gain > best.as_ref().map_or(1e-9, |best| best.gain);
        if is_better && work.rule.holds(&one.tally) && work.rule.holds(&other.tally) {
            best = Some(Split { gain, id, one, other });
        }
    }
    // Of three, one is alone anyway.
    if class.members.len() > 3 && class.members.len() <= work.effort.pair {
        let least = before - best.as_ref().map_or(1e-9, |best| best.gain + 1e-9);
        if let Some((one, other)) = halve(work, classes, &class.members, least) {
            let gain = before - cost(work, &one) - cost(work, &other);
            best = Some(Split { gain, id, one, other });
        }
    }
    best
}

/// How many splits, from the first, the models of all classes allow.
fn most(work: &Work<'_>, classes: &Classes<'_>, splits: &[Split]) -> usize {
    let sizes = classes.sizes();
    let holds = |n: usize| {
        let mut sizes: BTreeMap<u64, u64> = sizes.clone();
        for split in &splits[..n] {
            let (one, other) = (split.one.tally.people, split.other.tally.people);
            *sizes.entry(one).or_default() += 1;
            *sizes.entry(other).or_default() += 1;
            *sizes.entry(one + other).or_default() -= 1;
        }
        sizes.retain(|_, classes| *classes > 0);
        work.rule.holds_together(&sizes)
    };
    let (mut good, mut bad) = (0, splits.len() + 1);
    while good + 1 < bad {
        let middle = good.midpoint(bad);
        if holds(middle) { good = middle } else { bad = middle }
    }
    good
}
