//! What models of all classes together leave to spare.
//!
//! Classes that are each large enough for average risk, or for nobody to be alone, are more than
//! such a model asks for: where many people share a tuple anyway, others may stand alone. So
//! units are taken out of their classes, those first that gain most by it, as many as the models
//! allow.

use std::collections::BTreeMap;

use super::Work;
use super::classes::{Class, Classes};
use super::refine::cost;

/// Rounds at most; each takes a unit out of every class.
const ROUNDS: usize = 12;

/// Takes units out of their classes as long as the models hold; they have to hold before.
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
            classes.replace(split.id, split.rest);
            classes.push(split.alone);
        }
    }
}

/// A unit taken out of its class.
struct Split {
    gain: f64,
    id: u32,
    alone: Class,
    rest: Class,
}

/// The unit of a class that gains most by being alone.
fn split(work: &Work<'_>, classes: &Classes<'_>, id: u32) -> Option<Split> {
    let class = &classes.list[id as usize];
    if class.members.len() < 2 || class.members.len() > work.effort.small {
        return None;
    }
    let before = cost(work, class);
    let mut best: Option<Split> = None;
    for at in 0..class.members.len() {
        let mut members = class.members.clone();
        let alone = classes.around(&work.guide, vec![members.swap_remove(at)]);
        let (spans, sum) = classes.cover(&work.guide, &members);
        let rest = Class { spans, sum, tally: class.tally.without(&alone.tally), members };
        let gain = before - cost(work, &alone) - cost(work, &rest);
        let is_better = gain > best.as_ref().map_or(1e-9, |best| best.gain);
        if is_better && work.rule.holds(&alone.tally) && work.rule.holds(&rest.tally) {
            best = Some(Split { gain, id, alone, rest });
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
            let (alone, rest) = (split.alone.tally.people, split.rest.tally.people);
            *sizes.entry(alone).or_default() += 1;
            *sizes.entry(rest).or_default() += 1;
            *sizes.entry(alone + rest).or_default() -= 1;
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
