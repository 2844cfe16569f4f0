//! Which classes are kept.

use super::{
    axis::Axis,
    base::Base,
    classes::Classes,
    measure::{Measured, Node},
};
use crate::{Class, Models, Quality, Values, model::n_suppressed, table::Column};

/// The models of a search, and how much may be suppressed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge<'m> {
    pub(crate) models: &'m Models,
    pub(crate) quality: &'m Quality,
    pub(crate) columns: &'m [Column],
    /// Least people of a class that is kept.
    pub(crate) least: u32,
    /// Most rows (people, where records are linked) that may be suppressed.
    pub(crate) limit: u64,
    /// Whether what is suppressed at a node is so at every node below.
    pub(crate) monotone: bool,
    /// Whether rare collisions, which only make classes look larger, are out of the question.
    pub(crate) exact: bool,
    /// Whether people are counted before anything else that a model asks for, in case that they
    /// decide already.
    pub(crate) people_first: bool,
    /// Whether [`Measured::classes`] and the smallest are asked for.
    pub(crate) asks_classes: bool,
    /// Whether [`Measured::squares`] is asked for.
    pub(crate) asks_squares: bool,
    /// Whether [`Measured::inputs`] is asked for.
    pub(crate) asks_inputs: bool,
}

/// Counters up to which the codes of all classes are counted in one table.
const MOST_COUNTERS: usize = 1 << 22;

impl Judge<'_> {
    /// Whether a class is judged by its people alone, and nothing but people is asked of it.
    pub(crate) fn only_people(&self) -> bool {
        self.models.only_people() && !self.asks_inputs
    }

    /// Decides about the classes of a node.
    pub(super) fn classes(
        &self,
        node: &Node<'_, '_>,
        classes: &mut Classes,
        measured: &mut Measured,
    ) {
        if self.only_people() {
            for at in 0..classes.sizes.len() {
                self.note(node, classes, at, (classes.sizes[at] >= self.least, 0), measured);
            }
            return;
        }
        let asked = || node.base.values.iter().zip(self.models.asks_values());
        let lists: Vec<_> = asked()
            .map(|(pairs, asked)| {
                if !asked {
                    return Counted::None;
                }
                let n = pairs.n_codes;
                if classes.sizes.len() * n <= MOST_COUNTERS {
                    Counted::Dense(n, classes.values(pairs))
                } else {
                    let (starts, list) = classes.lists(pairs);
                    Counted::Sparse(starts, list)
                }
            })
            .collect();
        let mut values: Vec<Values<'_>> = Vec::with_capacity(lists.len());
        let mut cells = Vec::new();
        for at in 0..classes.sizes.len() {
            let people = classes.sizes[at];
            if people == 0 && self.models.nobody_fails() {
                // More than may be: neither this node nor one below is feasible.
                measured.owed = node.base.rows.iter().map(|n| u64::from(*n)).sum::<u64>() + 1;
                measured.suppressed = measured.owed;
                return;
            }
            if people == 0 {
                continue;
            }
            if people < self.least {
                self.note(node, classes, at, (false, people), measured);
                continue;
            }
            values.clear();
            values.extend(lists.iter().map(|counted| counted.of(at)));
            if self.models.asks_cells() {
                cells = node.cells(classes.first[at] as usize);
            }
            let class = Class {
                people: u64::from(people),
                population: classes.population.get(at).map_or(0, |n| u64::from(*n)),
                values: &values,
                cells: &cells,
            };
            let kept = self.models.holds(&class);
            let owed = if kept || self.monotone {
                0
            } else {
                people - self.models.most_kept(&class).min(u64::from(people)) as u32
            };
            self.note(node, classes, at, (kept, owed), measured);
        }
        for counted in lists {
            if let Counted::Dense(_, counts) = counted {
                classes.give_back(counts);
            }
        }
    }

    /// Writes down what is decided about a class.
    fn note(
        &self,
        node: &Node<'_, '_>,
        classes: &mut Classes,
        at: usize,
        (kept, owed): (bool, u32),
        measured: &mut Measured,
    ) {
        let class = (classes.first[at], classes.sizes[at]);
        let people = u64::from(class.1);
        if !kept {
            if people == 0 {
                return;
            }
            measured.suppressed += people;
            classes.suppressed.push(class);
            if self.monotone {
                measured.owed += people;
            } else if owed > 0 {
                measured.owed += u64::from(owed);
                classes.owed.push((class.0, owed));
            }
            return;
        }
        measured.classes += 1;
        measured.smallest = measured.smallest.min(people);
        if self.asks_squares {
            measured.squares += people as f64 * people as f64;
        }
        if self.asks_inputs {
            measured.inputs += people as f64 * self.inputs(node, class.0 as usize);
        }
        if !self.models.whole().is_empty() {
            classes.kept.push(class);
        }
    }

    fn inputs(&self, node: &Node<'_, '_>, tuple: usize) -> f64 {
        let cells = node.cells(tuple).into_iter().zip(self.columns);
        self.quality.inputs(cells.map(|((l, g), column)| column.levels[l].loss[g as usize]))
    }

    /// Asks what is asked of all classes together, and suppresses the smallest until it holds.
    ///
    /// Of classes of one size, those that lose the least by the quality model go first, as in
    /// ARX; of these, those whose cells come first. A row whose cells are all at the top tells as
    /// little as one that is suppressed, so such a class counts for nothing here.
    pub(super) fn whole(
        &self,
        node: &Node<'_, '_>,
        classes: &mut Classes,
        measured: &mut Measured,
    ) {
        if self.models.whole().is_empty() || self.tells_nothing(node.axes, node.levels) {
            return;
        }
        let mut sizes: Vec<u32> = classes.kept.iter().map(|(_, n)| *n).collect();
        sizes.sort_unstable();
        let by_size: Vec<(u64, u64)> = sizes
            .chunk_by(|a, b| a == b)
            .map(|same| (u64::from(same[0]), same.len() as u64))
            .collect();
        let most = self.limit.saturating_sub(measured.suppressed);
        let gone = n_suppressed(self.models.whole(), &by_size, most) as usize;
        if gone == 0 {
            return;
        }
        let last = sizes[gone - 1];
        let (mut small, mut rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut classes.kept).into_iter().partition(|class| class.1 < last);
        rest.retain(|class| class.1 == last);
        let order = |class: &(u32, u32)| {
            let cells = node.cells(class.0 as usize);
            (Ascending(self.loss_of_class(&cells, f64::from(class.1))), cells)
        };
        if gone - small.len() < rest.len() {
            rest.sort_by_cached_key(order);
            rest.truncate(gone - small.len());
        }
        small.append(&mut rest);
        for class in small {
            let people = u64::from(class.1);
            measured.suppressed += people;
            measured.classes -= 1;
            if self.asks_squares {
                measured.squares -= people as f64 * people as f64;
            }
            if self.asks_inputs {
                measured.inputs -= people as f64 * self.inputs(node, class.0 as usize);
            }
            classes.suppressed.push(class);
        }
        measured.smallest = sizes.get(gone).map_or(u64::MAX, |n| u64::from(*n));
        if self.models.suppresses_less_above() {
            measured.owed = measured.suppressed;
        }
    }

    /// Whether every column is at a last level of one group.
    pub(super) fn tells_nothing(&self, axes: &[Axis], levels: &[usize]) -> bool {
        let mut columns = axes.iter().zip(levels).zip(self.columns);
        columns.all(|((axis, level), column)| {
            *level == axis.top() && column.levels[*level].groups.iter().all(|group| *group == 0)
        })
    }

    /// What ARX orders classes of equal size by.
    pub(super) fn loss_of_class(&self, cells: &[(usize, u32)], people: f64) -> f64 {
        let cells = cells.iter().zip(self.columns);
        let losses = cells.map(|((l, g), column)| (column.levels[*l].loss[*g as usize], column));
        self.quality.of_class(people, losses.map(|(loss, column)| (loss, column.domain)))
    }
}

/// A number that is never NaN, by its order.
#[derive(PartialEq)]
pub(super) struct Ascending(pub(super) f64);

impl Eq for Ascending {}

impl PartialOrd for Ascending {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ascending {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The values of one sensitive column in all classes.
enum Counted {
    None,
    Dense(usize, Vec<u32>),
    Sparse(Vec<usize>, Vec<(u16, u32)>),
}

impl Counted {
    fn of(&self, class: usize) -> Values<'_> {
        match self {
            Self::None => Values::Sparse(&[]),
            Self::Dense(n, counts) => Values::Dense(&counts[class * n..][..*n]),
            Self::Sparse(starts, list) => Values::Sparse(&list[starts[class]..starts[class + 1]]),
        }
    }
}

impl Node<'_, '_> {
    fn cells(&self, tuple: usize) -> Vec<(usize, u32)> {
        self.base.cells(self.axes, self.levels, tuple)
    }
}

impl Base<'_> {
    /// Level and group of each column of a tuple, as the table's own columns number them.
    pub(super) fn cells(&self, axes: &[Axis], levels: &[usize], tuple: usize) -> Vec<(usize, u32)> {
        let mut cells = vec![(0, 0); levels.len()];
        self.each_digit(tuple, |column, digit| {
            let level = levels[column];
            let groups = self.groups(axes, column, level);
            let group = groups.map_or(digit, |groups| groups[digit] as usize);
            cells[column] = (level, axes[column].levels[level].given[group]);
        });
        for (column, axis) in axes.iter().enumerate() {
            if self.is_constant(axis, column) {
                let level = levels[column];
                cells[column] = (level, axis.levels[level].given[0]);
            }
        }
        cells
    }

    /// Whether a column has no digit, as it has one group.
    pub(super) fn is_constant(&self, axis: &Axis, column: usize) -> bool {
        !self.by_code && axis.levels[self.floor[column]].len() == 1
    }

    pub(super) fn each_digit(&self, tuple: usize, mut tell: impl FnMut(usize, usize)) {
        for part in &self.parts {
            let mut rest = part.at(tuple);
            for digit in &part.digits {
                if let Some(column) = digit.column {
                    tell(column, rest % digit.radix);
                }
                rest /= digit.radix;
            }
        }
    }
}
