//! The class of one tuple at every node of a lattice, at the cost of one pass.
//!
//! For each column, a tuple falls in with the one that is looked at from some level on; taken
//! together, from some node on and at all nodes above it. So the people of the class at a node
//! are the sum over the nodes at or below it of those who come in there: a sum along each column
//! in turn, as of any histogram.

use super::{
    axis::Axis,
    base::Base,
    judge::Judge,
    part::{Key as _, Reader},
    shape::Shape,
};
use crate::{Class, Values};

/// The class of a tuple by place of the node in a [`Shape`].
pub(crate) struct Around {
    people: Vec<u32>,
    population: Vec<u32>,
    /// Of each sensitive column that is asked for: its number of codes, and people by place, then
    /// code.
    values: Vec<(usize, Vec<u32>)>,
    /// Levels and groups of the tuple by column and digit, where they are asked for.
    cells: Vec<Vec<(usize, u32)>>,
}

/// Most counters over all nodes and sensitive codes.
const MOST_COUNTERS: usize = 1 << 22;

impl Base<'_> {
    /// Whether [`Base::around`] is within reach.
    pub(crate) fn can_look_around(&self, axes: &[Axis], shape: &Shape) -> bool {
        let codes: usize = self.values.iter().map(|values| values.n_codes).sum();
        // A class of records is more than a class of tuples.
        if self.records.is_some() {
            return false;
        }
        // At the last level all tuples are one group.
        let single = |axis: &Axis| axis.levels[axis.top()].len() == 1;
        shape.len * codes <= MOST_COUNTERS && axes.iter().all(single)
    }

    /// The class of a tuple at the nodes of a list, none of which is below the floor.
    pub(crate) fn around(
        &self,
        axes: &[Axis],
        shape: &Shape,
        judge: &Judge<'_>,
        tuple: usize,
    ) -> Around {
        let mut own = vec![0; axes.len()];
        self.each_digit(tuple, |column, digit| own[column] = digit);
        // Group of a column's digit at a level.
        let at = |column: usize, digit: usize, level: usize| {
            let groups = self.groups(axes, column, level);
            groups.map_or(digit as u32, |groups| groups[digit])
        };
        let worth = |column: usize| -> Vec<u32> {
            let n = match self.groups(axes, column, self.floor[column]) {
                Some(groups) => groups.len(),
                None => axes[column].levels[self.floor[column]].len(),
            };
            let top = axes[column].top();
            let joins = |digit: usize| {
                let same =
                    |level: &usize| at(column, digit, *level) == at(column, own[column], *level);
                (shape.floor(column)..=top).find(same).unwrap_or(top)
            };
            (0..n).map(|digit| ((top - joins(digit)) * shape.strides[column]) as u32).collect()
        };
        let worth: Vec<Vec<u32>> = (0..axes.len()).map(worth).collect();
        // Columns of one group have no digit.
        let constants = (0..axes.len()).filter(|column| self.is_constant(&axes[*column], *column));
        let offset: usize = constants.map(|column| worth[column][0] as usize).sum();
        let reader = Reader::new(&self.parts, |column| &worth[column]);
        let mut around = Around {
            people: vec![0; shape.len],
            population: vec![0; if self.population.is_some() { shape.len } else { 0 }],
            values: Vec::new(),
            cells: Vec::new(),
        };
        let people = &mut around.people;
        self.each_key(&reader, |_, key, rows| people[key.place() + offset] += rows);
        shape.sum_up(&mut around.people, 1);
        if let Some(all) = &self.population {
            let population = &mut around.population;
            self.each_key(&reader, |tuple, key, _| population[key.place() + offset] += all[tuple]);
            shape.sum_up(&mut around.population, 1);
        }
        for (pairs, asked) in self.values.iter().zip(judge.models.asks_values()) {
            let n = pairs.n_codes;
            let mut counts = vec![0u32; if *asked { shape.len * n } else { 0 }];
            if *asked {
                let mut places = Vec::with_capacity(self.len());
                self.each_key(&reader, |_, key, _| places.push(key.place() + offset));
                pairs.each(|tuple, code, people| {
                    counts[places[tuple] * n + code] += people;
                });
                shape.sum_up(&mut counts, n);
            }
            around.values.push((n, counts));
        }
        if judge.models.asks_cells() {
            around.cells = (axes.iter().enumerate())
                .map(|(column, axis)| {
                    let of = |digit: usize| {
                        let level = axis.top() - digit;
                        let group = at(column, own[column], level);
                        (level, axis.levels[level].given[group as usize])
                    };
                    (0..shape.digits[column]).map(of).collect()
                })
                .collect();
        }
        around
    }
}

impl Around {
    /// Whether the class fails at a node.
    pub(crate) fn fails<'a>(
        &'a self,
        shape: &Shape,
        judge: &Judge<'_>,
        place: usize,
        values: &mut Vec<Values<'a>>,
    ) -> bool {
        let people = self.people[place];
        if people < judge.least {
            return true;
        }
        if judge.only_people() {
            return false;
        }
        values.clear();
        values.extend(self.values.iter().map(|(n, counts)| match counts.is_empty() {
            true => Values::Sparse(&[]),
            false => Values::Dense(&counts[place * n..][..*n]),
        }));
        let cells = self.cells.iter().enumerate();
        let cells: Vec<(usize, u32)> =
            cells.map(|(column, of)| of[shape.digit(place, column)]).collect();
        !judge.models.holds(&Class {
            people: u64::from(people),
            population: self.population.get(place).map_or(0, |n| u64::from(*n)),
            values,
            cells: &cells,
        })
    }
}
