//! Measuring nodes, some of them at a time.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use super::{
    MOST_NODES, Node,
    engine::{Best, Engine},
};
use crate::evaluate::{
    base::Base,
    judge::Judge,
    measure::{Measured, Scratch},
};

/// How often something that is tried was of use of late.
#[derive(Debug, Default)]
pub(super) struct Worth {
    tried: u32,
    of_use: u32,
    passed_over: u32,
}

impl Worth {
    /// Whether to try: while it is of use one time in eight, else now and then.
    fn is_worth_it(&mut self) -> bool {
        let worth = self.tried < 16 || self.of_use * 8 >= self.tried || self.passed_over >= 32;
        self.passed_over = if worth { 0 } else { self.passed_over + 1 };
        worth
    }

    fn note(&mut self, of_use: bool) {
        self.tried += 1;
        self.of_use += u32::from(of_use);
        if self.tried == 64 {
            (self.tried, self.of_use) = (self.tried / 2, self.of_use / 2);
        }
    }
}

/// Tuples to be visited for which another thread is worth while.
const WORTH_A_THREAD: u64 = 1 << 14;

impl Engine<'_> {
    /// Measures a node and takes it as the best one if it is. It is left early where it cannot be
    /// feasible.
    pub(super) fn measure(&mut self, base: &Base<'_>, levels: &[usize]) -> Measured {
        let judge = Judge { people_first: self.by_people.is_worth_it(), ..self.judge };
        let mut scratch = std::mem::take(&mut self.scratch);
        let measured = self.look(base, levels, &judge, &mut scratch[0]);
        self.scratch = scratch;
        self.commit(base, levels, &measured);
        measured
    }

    /// The same of several nodes, of which none is left because of what another one shows.
    pub(super) fn measure_all(&mut self, nodes: &[(&Base<'_>, Vec<usize>)]) -> Vec<Measured> {
        let judge = Judge { people_first: self.by_people.is_worth_it(), ..self.judge };
        let mut scratch = std::mem::take(&mut self.scratch);
        let own = &*self;
        let (next, judge) = (&AtomicUsize::new(0), &judge);
        let look = |scratch: &mut Scratch| {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((base, levels)) = nodes.get(at) else { return done };
                done.push((at, own.look(base, levels, judge, scratch)));
            }
        };
        let effort: u64 = nodes.iter().map(|(base, _)| base.effort()).sum();
        let helpers = (effort / WORTH_A_THREAD).min(nodes.len().saturating_sub(1) as u64) as usize;
        let (first, others) = scratch.split_at_mut(1);
        let mut done = thread::scope(|scope| {
            let look = &look;
            let helpers = others.iter_mut().take(helpers);
            let helpers: Vec<_> =
                helpers.map(|scratch| scope.spawn(move || look(scratch))).collect();
            let mut done = look(&mut first[0]);
            for helper in helpers {
                done.append(&mut helper.join().expect("a node is measured"));
            }
            done
        });
        done.sort_by_key(|(at, _)| *at);
        self.scratch = scratch;
        let measured: Vec<Measured> = done.into_iter().map(|(_, measured)| measured).collect();
        for ((base, levels), measured) in nodes.iter().zip(&measured) {
            self.commit(base, levels, measured);
        }
        measured
    }

    fn look(
        &self,
        base: &Base<'_>,
        levels: &[usize],
        judge: &Judge<'_>,
        scratch: &mut Scratch,
    ) -> Measured {
        debug_assert!(base.is_below(levels), "a base has all its nodes above its floor");
        let mut measured = base.measure(self.axes, levels, judge, scratch);
        if !measured.exact && measured.feasible && measured.complete {
            if self.price.key_of(levels, &measured) > self.most() {
                measured.complete = false;
            } else {
                let judge = Judge { exact: true, ..*judge };
                measured = base.measure(self.axes, levels, &judge, scratch);
            }
        }
        measured
    }

    fn commit(&mut self, base: &Base<'_>, levels: &[usize], measured: &Measured) {
        self.visited += base.work();
        self.measured += 1;
        if let Some(of_use) = measured.by_people {
            self.by_people.note(of_use);
        }
        let known = measured.feasible && measured.complete;
        let score = known.then(|| self.offer(levels, measured));
        if self.nodes.len() < MOST_NODES {
            let rows = self.people.saturating_sub(measured.suppressed);
            let people = measured.kept_people.unwrap_or(rows);
            let risk = measured.classes as f64 / people.max(1) as f64;
            self.nodes.push(Node { levels: levels.to_vec(), score, risk });
        }
    }

    fn offer(&mut self, levels: &[usize], measured: &Measured) -> f64 {
        let key = self.price.key_of(levels, measured);
        if self.best.as_ref().is_some_and(|best| key > self.price.margin(best.key)) {
            return self.price.score_of_key(key);
        }
        let score = self.price.score(levels, measured);
        let better = self.best.as_ref().is_none_or(|best| {
            score
                .total_cmp(&best.score)
                .then(measured.suppressed.cmp(&best.suppressed))
                .then_with(|| levels.cmp(&best.levels))
                .is_lt()
        });
        if better {
            let suppressed = measured.suppressed;
            self.best = Some(Best { levels: levels.to_vec(), score, key, suppressed });
        }
        score
    }
}
