//! From a table and a goal to a search, and from its end to a solution.

use std::borrow::Cow;

use weir_types::QualityModel;

use super::{
    NoSolution, SearchOptions, Solution,
    engine::{End, Engine},
    price::Price,
};
use crate::{
    Goal, Models, Quality, Table,
    evaluate::{
        axis::{self, Axis},
        base::{Base, Values, given_parts},
        judge::Judge,
        measure::{Measured, Scratch},
    },
    model::lacks_hierarchy,
    table::People,
};

/// A table and a goal made ready.
pub(super) struct Prepared<'a> {
    table: &'a Table,
    pub(super) axes: Vec<Axis>,
    quality: Quality,
    models: Models,
    /// Most people that may be suppressed.
    pub(super) limit: u64,
    pub(super) people: u64,
    goal: &'a Goal,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(table: &'a Table, goal: &'a Goal) -> Result<Self, NoSolution> {
        let People::Rows { counts, population } = &table.people else {
            return Err(NoSolution::Empty);
        };
        let sum = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
        let people = sum(counts);
        let counted = people.max(population.as_deref().map_or(0, sum));
        let most = u64::from(u32::MAX);
        if counted > most {
            return Err(NoSolution::TooManyRows { counted, most });
        }
        if let Some(column) = lacks_hierarchy(table, goal) {
            return Err(NoSolution::NoHierarchy { column: column.to_owned() });
        }
        let models = Models::new(table, goal);
        let least = models.least_people();
        if people < least {
            return Err(match people {
                0 => NoSolution::Empty,
                _ => NoSolution::TooFewPeople { people, least },
            });
        }
        let code_rows = |counts| axis::code_rows(&table.tuples, &table.columns, counts);
        let rows = code_rows(counts);
        let all = population.as_deref().map_or_else(|| rows.clone(), code_rows);
        let columns = table.columns.iter().zip(rows.iter().zip(&all));
        Ok(Self {
            table,
            axes: columns.map(|(column, (rows, all))| Axis::new(column, rows, all)).collect(),
            quality: Quality::new(goal.quality, &table.columns, &rows),
            models,
            // Some slack: 5 % of 100 people are 5 people, whatever binary fractions say.
            limit: (goal.suppress_at_most * people as f64 + 1e-6) as u64,
            people,
            goal,
        })
    }

    pub(super) fn price(&self) -> Price<'_> {
        let least = self.models.least_people();
        Price::new(&self.quality, self.goal.quality, &self.table.columns, &self.axes, least)
    }

    pub(super) fn judge(&self) -> Judge<'_> {
        Judge {
            models: &self.models,
            quality: &self.quality,
            columns: &self.table.columns,
            least: u32::try_from(self.models.least_people()).unwrap_or(u32::MAX),
            limit: self.limit,
            monotone: self.models.is_monotone(),
            exact: false,
            asks_classes: !self.quality.is_of_cells(),
            asks_squares: self.goal.quality == QualityModel::Discernibility,
            asks_inputs: self.goal.quality == QualityModel::Ambiguity,
        }
    }

    pub(super) fn engine<'e>(
        &'e self,
        price: &'e Price<'e>,
        options: &'e SearchOptions<'e>,
    ) -> Engine<'e> {
        let least = self.models.least_people();
        // A column alone, with all others at the top, shows which of its levels are too low.
        let floor = |axis: &Axis| {
            let small = |n: &&u64| **n < least;
            let lost = |rows: &[u64]| rows.iter().filter(small).sum::<u64>();
            let mut levels = axis.levels.iter();
            levels.position(|level| lost(&level.rows) <= self.limit).unwrap_or(axis.top())
        };
        Engine {
            axes: &self.axes,
            price,
            judge: self.judge(),
            options,
            people: self.people,
            floors: self.axes.iter().map(floor).collect(),
            best: None,
            measured: 0,
            visited: 0,
            nodes: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// The table as it is.
    pub(super) fn given(&self) -> Base<'_> {
        let tuples = &self.table.tuples;
        let (rows, population) = match &self.table.people {
            People::Rows { counts, population } => (counts, population.as_deref()),
            People::Records { .. } => unreachable!("refused before"),
        };
        let values = self.table.sensitive.iter().map(|sensitive| Values {
            n_codes: sensitive.n_codes,
            offsets: Cow::Borrowed(&sensitive.offsets),
            codes: Cow::Borrowed(&sensitive.codes),
            people: Cow::Borrowed(&sensitive.people),
        });
        let asked = self.models.asks_values().contains(&true);
        Base {
            floor: vec![0; self.axes.len()],
            by_code: true,
            parts: given_parts(tuples),
            order: (0..self.axes.len()).collect(),
            lead: Vec::new(),
            blocks: vec![0, rows.len() as u32],
            doomed: Vec::new(),
            rows: Cow::Borrowed(rows),
            population: population.map(Cow::Borrowed),
            values: if asked { values.collect() } else { Vec::new() },
        }
    }

    /// Why not even the last levels are feasible.
    pub(super) fn infeasible(&self, at_top: &Measured) -> NoSolution {
        let top: Vec<usize> = self.axes.iter().map(Axis::top).collect();
        let base = self.given().collapse(&self.axes, &top, &[]);
        let alone = self.goal.models.iter().map(|model| {
            let goal = Goal { models: vec![model.clone()], ..self.goal.clone() };
            let models = Models::new(self.table, &goal);
            let judge = Judge {
                least: u32::try_from(models.least_people()).unwrap_or(u32::MAX),
                models: &models,
                limit: u64::MAX,
                ..self.judge()
            };
            let measured = base.measure(&self.axes, &top, &judge, None, &mut Scratch::default());
            (measured.suppressed, model)
        });
        let worst = alone.max_by_key(|(suppressed, _)| *suppressed);
        let worst = worst.filter(|(suppressed, _)| *suppressed > self.limit);
        let share = at_top.suppressed as f64 / self.people.max(1) as f64;
        NoSolution::Infeasible {
            share,
            limit: self.goal.suppress_at_most,
            linked: false,
            model: worst.map(|(_, model)| Box::new(model.model.clone())),
        }
    }

    /// The best node, measured once more on the table as it is; none where no node is feasible.
    pub(super) fn solution(&self, engine: Engine<'_>, end: End) -> Option<Solution> {
        let best = engine.best.as_ref()?;
        let (measured, suppressed) = self.given().flags(&self.axes, &best.levels, &engine.judge);
        let price = engine.price;
        let losses = price.costs(&best.levels, &measured).map(|cost| price.shown(cost));
        let lattice =
            self.axes.iter().fold(1u64, |n, axis| n.saturating_mul(axis.levels.len() as u64));
        let rows = measured.rows_suppressed();
        Some(Solution {
            levels: best.levels.clone(),
            score: best.score,
            losses: if price.is_of_columns() { losses.collect() } else { Vec::new() },
            people_suppressed: measured.suppressed,
            rows_suppressed: rows,
            classes: measured.classes,
            smallest_class: if measured.classes > 0 { measured.smallest } else { 0 },
            suppressed,
            measured: engine.measured.min(lattice),
            lattice,
            optimal: end.optimal,
            lower_bound: if end.optimal { best.score } else { end.lower_bound.min(best.score) },
            nodes: engine.nodes,
        })
    }
}
