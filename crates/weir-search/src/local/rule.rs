//! What a class has to meet.

use std::collections::BTreeMap;

use weir_types::PrivacyModel;

use super::LocalError;
use super::classes::{Class as LocalClass, Classes};
use crate::model::{Class, Models, Values, Whole, lacks_hierarchy, n_suppressed};
use crate::table::People;
use crate::{Goal, Table};

/// The models of a goal, as conditions on single classes.
///
/// A model of all classes together is replaced by a class size that implies it: average risk by
/// its inverse, population uniqueness by 2, for every estimate is 0 where no class has one
/// person. [`Rule::bare`] leaves these sizes out.
pub(super) struct Rule {
    /// Those that ask for people and values alone.
    models: Models,
    /// All models, where one asks for the cells of a class as well; it is asked at the end, of
    /// classes that hold otherwise.
    with_cells: Option<Models>,
    least_people: u64,
}

/// Least people of a class, at least 1. So many that twice as many can be counted, where no class
/// is large enough.
fn least_of(models: &Models) -> u64 {
    models.least_people().clamp(1, u64::MAX / 4)
}

/// The people of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) people: u64,
    /// People of the population; 0 where it is not known.
    pub(super) population: u64,
    /// For each sensitive column how many people have a code; rising codes, none with 0 people.
    /// Empty where no model asks.
    pub(super) values: Vec<Vec<(u16, u32)>>,
}

impl Rule {
    /// # Errors
    ///
    /// A model cannot be held by local recoding.
    pub(super) fn new(table: &Table, goal: &Goal) -> Result<Self, LocalError> {
        let asks_cells = |model: &PrivacyModel| {
            matches!(model, PrivacyModel::Profitability { no_attack: false, .. })
        };
        let are_records = matches!(table.people, People::Records { .. });
        let refused = goal.models.iter().find_map(|model| match &model.model {
            PrivacyModel::DifferentialPrivacy { .. } => Some("differential privacy"),
            model if asks_cells(model) && are_records => Some("profitability of linked records"),
            _ => None,
        });
        let refused = refused.or_else(|| {
            lacks_hierarchy(table, goal).map(|_| "hierarchical distance without a hierarchy")
        });
        if let Some(model) = refused {
            return Err(LocalError::Model { model });
        }
        let all = Models::new(table, goal);
        let mut plain = goal.clone();
        plain.models.retain(|model| !asks_cells(&model.model));
        let with_cells = (plain.models.len() < goal.models.len()).then_some(all);
        let models = Models::new(table, &plain);
        let implied = models.whole().iter().map(|whole| match whole {
            Whole::AverageRisk(at_most) => (1.0 / at_most.max(1e-9)).ceil() as u64,
            Whole::Uniqueness { .. } => 2,
        });
        let least_people = implied.fold(least_of(&models), u64::max);
        Ok(Self { models, with_cells, least_people })
    }

    /// The same without the class sizes that imply models of all classes, where there are such
    /// models: [`Rule::holds_together`] has to be asked as well.
    pub(super) fn bare(&self) -> Option<Self> {
        let (models, with_cells) = (self.models.clone(), self.with_cells.clone());
        let least_people = least_of(&models);
        (!models.whole().is_empty()).then_some(Self { models, with_cells, least_people })
    }

    /// Whether classes of these sizes (people, classes) meet the models of all classes.
    pub(super) fn holds_together(&self, sizes: &BTreeMap<u64, u64>) -> bool {
        let sizes: Vec<(u64, u64)> = sizes.iter().map(|(people, n)| (*people, *n)).collect();
        self.models.whole().iter().all(|whole| whole.holds(&sizes))
    }

    /// No class with fewer people holds; at least 1.
    pub(super) fn least_people(&self) -> u64 {
        self.least_people
    }

    /// Whether [`Rule::least_people`] is all that counts.
    pub(super) fn counts_alone(&self) -> bool {
        self.models.only_people() || !self.models.whole().is_empty() && self.asks_people_only()
    }

    fn asks_people_only(&self) -> bool {
        let nobody = Class { people: self.least_people, population: 0, values: &[], cells: &[] };
        !self.asks_values() && self.models.holds(&nobody)
    }

    /// Whether [`Tally::values`] are needed.
    pub(super) fn asks_values(&self) -> bool {
        self.models.asks_values().contains(&true)
    }

    /// Whether a class may be released.
    pub(super) fn holds(&self, tally: &Tally) -> bool {
        tally.people >= self.least_people && (self.counts_alone() || self.holds_alone(tally))
    }

    /// Whether a class meets the models of single classes.
    fn holds_alone(&self, tally: &Tally) -> bool {
        let values: Vec<Values<'_>> = tally.values.iter().map(|v| Values::Sparse(v)).collect();
        self.models.holds(&Class {
            people: tally.people,
            population: tally.population,
            values: &values,
            cells: &[],
        })
    }

    /// Whether a class meets the models of single classes, those that ask for its cells among
    /// them.
    pub(super) fn holds_released(&self, classes: &Classes<'_>, class: &LocalClass) -> bool {
        let Some(models) = &self.with_cells else { return self.holds_alone(&class.tally) };
        let values: Vec<_> = class.tally.values.iter().map(|v| Values::Sparse(v)).collect();
        models.holds(&Class {
            people: class.tally.people,
            population: class.tally.population,
            values: &values,
            cells: &classes.cells(class),
        })
    }

    /// Suppresses classes that fail for themselves, as full-domain generalisation does.
    pub(super) fn suppress(&self, classes: &mut Classes<'_>) {
        for id in 0..classes.list.len() as u32 {
            let class = &classes.list[id as usize];
            if class.tally.people == 0 || !self.holds_released(classes, class) {
                classes.empty(id);
            }
        }
    }

    /// Suppresses the smallest classes until models of all classes hold.
    pub(super) fn suppress_together(&self, classes: &mut Classes<'_>) {
        if self.models.whole().is_empty() {
            return;
        }
        let mut kept: Vec<(u64, u32)> = (0..)
            .zip(&classes.list)
            .map(|(id, class)| (class.tally.people, id))
            .filter(|(people, _)| *people > 0)
            .collect();
        kept.sort_unstable();
        let sizes: Vec<(u64, u64)> =
            kept.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.len() as u64)).collect();
        let gone = n_suppressed(self.models.whole(), &sizes, u64::MAX) as usize;
        for (_, id) in &kept[..gone] {
            classes.empty(*id);
        }
    }
}

impl Tally {
    /// Adds the people of another, who are not in this one.
    pub(super) fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.population += other.population;
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            for &(code, people) in theirs {
                match mine.binary_search_by_key(&code, |entry| entry.0) {
                    Ok(at) => mine[at].1 += people,
                    Err(at) => mine.insert(at, (code, people)),
                }
            }
        }
    }

    /// Takes away people who are in this one.
    pub(super) fn remove(&mut self, other: &Self) {
        self.people -= other.people;
        self.population -= other.population;
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            for &(code, people) in theirs {
                if let Ok(at) = mine.binary_search_by_key(&code, |entry| entry.0) {
                    mine[at].1 -= people;
                }
            }
            mine.retain(|entry| entry.1 > 0);
        }
    }

    /// With another added.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(other);
        both
    }

    /// With another taken away.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.remove(other);
        rest
    }
}
