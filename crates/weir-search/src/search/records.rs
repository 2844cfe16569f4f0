//! A search over people with several rows.

use std::borrow::Cow;
use std::thread;

use super::prepare::Prepared;
use crate::{
    evaluate::{axis::Axis, judge::Judge, measure::Scratch, records::Records, values::Values},
    table::People,
};

impl Prepared<'_> {
    /// The records of the table, with the values of their units; the values where there are none.
    pub(super) fn records<'a>(
        &'a self,
        values: Vec<Values<'a>>,
    ) -> Result<Records<'a>, Vec<Values<'a>>> {
        let People::Records { offsets, members, people, linked } = &self.table.people else {
            return Err(values);
        };
        Ok(Records {
            linked: *linked,
            offsets: Cow::Borrowed(offsets),
            members: Cow::Borrowed(members),
            people: Cow::Borrowed(people),
            all: self.people,
            values,
        })
    }

    /// The least level of each column that is feasible when all others are at the top: no feasible
    /// node lies below.
    pub(super) fn floors_of_records(&self, threads: usize) -> Vec<usize> {
        let columns: Vec<usize> = (0..self.axes.len()).collect();
        let share = columns.len().div_ceil(threads.max(1)).max(1);
        thread::scope(|scope| {
            let workers: Vec<_> = columns
                .chunks(share)
                .map(|columns| {
                    scope.spawn(move || {
                        columns.iter().map(|column| self.floor(*column)).collect::<Vec<_>>()
                    })
                })
                .collect();
            let floors = workers.into_iter().map(|worker| worker.join().expect("floors are found"));
            floors.flatten().collect()
        })
    }

    fn floor(&self, column: usize) -> usize {
        let mut levels: Vec<usize> = self.axes.iter().map(Axis::top).collect();
        let top = levels[column];
        levels[column] = 0;
        let base = self.given().collapse(&self.axes, &levels);
        let judge: Judge<'_> = self.judge();
        let mut scratch = Scratch::default();
        let mut too_low = |level: &usize| {
            levels[column] = *level;
            base.measure(&self.axes, &levels, &judge, &mut scratch).owed > judge.limit
        };
        (0..top).find(|level| !too_low(level)).unwrap_or(top)
    }
}
