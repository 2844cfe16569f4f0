//! From a table and a goal to a search, and from its end to a solution.

use std::borrow::Cow;

use weir_types::{PrivacyModel, QualityModel};

use super::{
    NoSolution, SearchOptions, Solution,
    engine::{End, Engine},
    measure::Worth,
    price::Price,
};
use crate::{
    Goal, Models, Quality, Table,
    evaluate::{
        axis::{self, Axis},
        base::{Base, given_parts},
        judge::Judge,
        measure::Scratch,
        records::Flags,
        values::Values,
    },
    model::{lacks_hierarchy, sample_of},
    table::People,
};

/// A table and a goal made ready.
pub(super) struct Prepared<'a> {
    pub(super) table: &'a Table,
    pub(super) axes: Vec<Axis>,
    quality: Quality,
    models: Models,
    /// Most units that may be suppressed.
    pub(super) limit: u64,
    pub(super) people: u64,
    /// What may be suppressed: people where records are linked, else rows.
    pub(super) units: u64,
    rows: Cow<'a, [u32]>,
    goal: &'a Goal,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(table: &'a Table, goal: &'a Goal) -> Result<Self, NoSolution> {
        let sum = |counts: &[u32]| counts.iter().map(|n| u64::from(*n)).sum::<u64>();
        let (people, rows) = (table.n_people(), table.n_rows());
        let counted = match &table.people {
            People::Rows { population: Some(population), .. } => rows.max(sum(population)),
            _ => rows,
        };
        let most = u64::from(u32::MAX);
        if counted > most {
            return Err(NoSolution::TooManyRows { counted, most });
        }
        if let Some(column) = lacks_hierarchy(table, goal) {
            return Err(NoSolution::NoHierarchy { column: column.to_owned() });
        }
        goal.models.iter().try_for_each(|asked| sample_of(&asked.model).map(drop))?;
        let models = Models::new(table, goal);
        let least = models.least_people();
        if people < least {
            return Err(match (people, met_by_no_class(table, goal)) {
                (0, _) => NoSolution::Empty,
                (_, Some(model)) => NoSolution::NoClass { model: Box::new(model.clone()) },
                (_, None) => NoSolution::TooFewPeople { people, least },
            });
        }
        let units = if table.is_linked() { people } else { rows };
        let of_tuples = table.rows_of_tuples();
        let parts = given_parts(&table.tuples);
        let code_rows = |counts: &[u32]| axis::code_rows(&parts, &table.columns, counts);
        let rows = code_rows(&of_tuples);
        let all = match &table.people {
            People::Rows { population: Some(population), .. } => code_rows(population),
            _ => rows.clone(),
        };
        let columns = table.columns.iter().zip(rows.iter().zip(&all));
        Ok(Self {
            table,
            axes: columns.map(|(column, (rows, all))| Axis::new(column, rows, all)).collect(),
            quality: Quality::new(goal.quality, &table.columns, &rows),
            models,
            // Some slack: 5 % of 100 people are 5 people, whatever binary fractions say.
            limit: (goal.suppress_at_most * units as f64 + 1e-6) as u64,
            people,
            units,
            rows: of_tuples,
            goal,
        })
    }

    pub(super) fn price(&self) -> Price<'_> {
        let least = self.models.least_people();
        let price =
            Price::new(&self.quality, self.goal.quality, &self.table.columns, &self.axes, least);
        if self.table.is_linked() { price.of_records(self.people) } else { price }
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
            people_first: true,
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
            floors: match &self.table.people {
                People::Rows { .. } => self.axes.iter().map(floor).collect(),
                People::Records { .. } => self.floors_of_records(options.threads),
            },
            best: None,
            measured: 0,
            visited: 0,
            nodes: Vec::new(),
            scratch: (0..options.threads.max(1)).map(|_| Scratch::default()).collect(),
            by_people: Worth::default(),
        }
    }

    /// The table as it is.
    pub(super) fn given(&self) -> Base<'_> {
        let tuples = &self.table.tuples;
        let population = match &self.table.people {
            People::Rows { population, .. } => population.as_deref(),
            People::Records { .. } => None,
        };
        let values = self.table.sensitive.iter().map(|sensitive| {
            let offsets = Cow::Borrowed(&sensitive.offsets[..]);
            let (codes, people) = (&sensitive.codes[..], &sensitive.people[..]);
            Values::new(sensitive.n_codes, offsets, Cow::Borrowed(codes), Cow::Borrowed(people))
        });
        let asked = self.models.asks_values().contains(&true);
        let values: Vec<_> = if asked { values.collect() } else { Vec::new() };
        let (values, records) = match self.records(values) {
            Ok(records) => (Vec::new(), Some(records)),
            Err(values) => (values.into_iter().map(Values::with_tuples).collect(), None),
        };
        Base {
            floor: vec![0; self.axes.len()],
            by_code: true,
            parts: given_parts(tuples),
            order: (0..self.axes.len()).collect(),
            rows: Cow::Borrowed(&self.rows),
            population: population.map(Cow::Borrowed),
            values,
            records,
            bands: None,
        }
    }

    /// Why not even the last levels are feasible.
    pub(super) fn infeasible(&self) -> NoSolution {
        let top: Vec<usize> = self.axes.iter().map(Axis::top).collect();
        let base = self.given().collapse(&self.axes, &top);
        let suppressed = |models: &Models| {
            let judge = Judge {
                least: u32::try_from(models.least_people()).unwrap_or(u32::MAX),
                models,
                limit: u64::MAX,
                ..self.judge()
            };
            base.measure(&self.axes, &top, &judge, &mut Scratch::default()).suppressed
        };
        let alone = self.goal.models.iter().map(|model| {
            let goal = Goal { models: vec![model.clone()], ..self.goal.clone() };
            (suppressed(&Models::new(self.table, &goal)), model)
        });
        let worst = alone.max_by_key(|(suppressed, _)| *suppressed);
        let worst = worst.filter(|(suppressed, _)| *suppressed > self.limit);
        let share = suppressed(&self.models) as f64 / self.units.max(1) as f64;
        NoSolution::Infeasible {
            share,
            limit: self.goal.suppress_at_most,
            linked: self.table.is_linked(),
            model: worst.map(|(_, model)| Box::new(model.model.clone())),
        }
    }

    /// The best node, measured once more on the table as it is; none where no node is feasible.
    pub(super) fn solution(&self, mut engine: Engine<'_>, end: End) -> Option<Solution> {
        // Measuring the table as it is takes as much memory again.
        engine.scratch = Vec::new();
        let best = engine.best.as_ref()?;
        let (measured, flags) = self.given().flags(&self.axes, &best.levels, &engine.judge);
        let Flags { suppressed, people, rows } = flags;
        let price = engine.price;
        let losses = price.costs(&best.levels, &measured).map(|cost| price.shown(cost));
        let lattice = engine.lattice();
        Some(Solution {
            levels: best.levels.clone(),
            score: best.score,
            losses: if price.is_of_columns() { losses.collect() } else { Vec::new() },
            people_suppressed: people,
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

/// A model for which no class is large enough.
fn met_by_no_class<'g>(table: &Table, goal: &'g Goal) -> Option<&'g PrivacyModel> {
    let models = goal.models.iter().find(|asked| {
        let alone = Goal { models: vec![(*asked).clone()], ..(*goal).clone() };
        Models::new(table, &alone).least_people() == u64::MAX
    });
    models.map(|asked| &asked.model)
}
