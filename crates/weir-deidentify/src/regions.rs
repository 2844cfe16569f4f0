//! Local recoding: which rows are released as which cells.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::StringArray;
use rustc_hash::FxHashMap;
use weir_search::local::{Cell, Recoding};
use weir_search::table::People;
use weir_table::PersonIndex;

use crate::hierarchy::Hierarchy;
use crate::table::SearchTable;

/// The regions of a table: a row is released as the cells of its region, and left out where it
/// has none.
#[derive(Debug)]
pub struct Regions {
    /// By column, then region.
    cells: Vec<Vec<Cell>>,
    /// The last level of each column.
    tops: Vec<usize>,
    of: Of,
}

#[derive(Debug)]
enum Of {
    /// By what the row holds in the columns of the search.
    Tuple(TupleIndex),
    /// By whose row it is.
    Person(FxHashMap<u64, u32>),
}

/// A row without a region.
pub(crate) const NOWHERE: u32 = u32::MAX;

impl Regions {
    /// The regions of a recoding. `people` tells the records of people where units are records.
    pub fn new(table: &SearchTable, recoding: &Recoding, people: Option<&PersonIndex>) -> Self {
        let n_columns = table.table.columns.len();
        let column = |c: usize| recoding.regions.iter().map(|region| region.cells[c]).collect();
        let of = match (&table.table.people, people) {
            (People::Records { .. }, Some(people)) => {
                let region = |record: u32| {
                    let unit = table.unit_of_record(record as usize)?;
                    recoding.of_unit[unit]
                };
                let found = people.iter();
                Of::Person(found.filter_map(|(p, record)| Some((p, region(record)?))).collect())
            }
            _ => Of::Tuple(TupleIndex::new(table, &recoding.of_unit)),
        };
        let tops = table.table.columns.iter().map(|column| column.levels.len() - 1).collect();
        Self { cells: (0..n_columns).map(column).collect(), tops, of }
    }

    /// Whether regions are told by the person of a row.
    pub fn by_person(&self) -> bool {
        matches!(self.of, Of::Person(_))
    }

    /// The region of each row, from its codes by column of the search or from its person.
    pub(crate) fn of_rows(
        &self,
        rows: usize,
        codes: &[&[u16]],
        people: Option<&[u64]>,
    ) -> Option<Vec<u32>> {
        match &self.of {
            Of::Tuple(index) => {
                Some((0..rows).map(|row| index.region(|c| codes[c][row])).collect())
            }
            Of::Person(region) => {
                let of = |person: &u64| region.get(person).copied().unwrap_or(NOWHERE);
                Some(people?.iter().map(of).collect())
            }
        }
    }

    /// The finest and the coarsest level that a column's cells have; a range is of no level, and
    /// counts as the last.
    pub fn levels(&self, column: usize) -> (usize, usize) {
        let levels = self.cells[column].iter().map(|cell| match cell {
            Cell::Group { level, .. } | Cell::Level { level } => usize::from(*level),
            Cell::Range { from, to } if from == to => 0,
            Cell::Range { .. } => self.tops[column],
        });
        let (least, most) = levels.fold((usize::MAX, 0), |(a, b), l| (a.min(l), b.max(l)));
        (least.min(most), most)
    }

    pub(crate) fn cells(&self, column: usize) -> &[Cell] {
        &self.cells[column]
    }
}

/// The labels of one column, of all levels.
#[derive(Debug)]
pub(crate) struct Labels {
    regions: Arc<Regions>,
    /// In the order of the search.
    column: usize,
    /// Labels of the levels, one level after the other.
    pub(crate) labels: StringArray,
    /// Where the labels of each level begin.
    from: Vec<u32>,
    /// Level to code to group.
    groups: Vec<Vec<u32>>,
    /// The label of each range, by its ends.
    ranges: BTreeMap<(u16, u16), u32>,
}

impl Labels {
    pub(crate) fn new(regions: Arc<Regions>, column: usize, hierarchy: &Hierarchy) -> Self {
        let mut labels: Vec<Option<&str>> = Vec::new();
        let mut from = Vec::new();
        for level in 0..hierarchy.levels() {
            from.push(u32::try_from(labels.len()).expect("levels times codes fit 32 bits"));
            let groups = (0..).take(hierarchy.n_groups(level));
            labels.extend(groups.map(|group| hierarchy.label(level, group)));
        }
        let mut texts: Vec<String> = Vec::new();
        let mut ranges = BTreeMap::new();
        let text = |code: u16| {
            let group = hierarchy.groups(0)[usize::from(code)];
            hierarchy.label(0, group).unwrap_or_default()
        };
        for cell in regions.cells(column) {
            let Cell::Range { from, to } = *cell else { continue };
            ranges.entry((from, to)).or_insert_with(|| {
                let same = from == to;
                texts.push(if same {
                    text(from).to_owned()
                } else {
                    format!("[{},{}]", text(from), text(to))
                });
                u32::try_from(labels.len() + texts.len() - 1).expect("fewer ranges than regions")
            });
        }
        let labels = labels.into_iter().chain(texts.iter().map(|text| Some(text.as_str())));
        Self {
            labels: labels.collect(),
            regions,
            column,
            from,
            groups: (0..hierarchy.levels()).map(|l| hierarchy.groups(l).to_vec()).collect(),
            ranges,
        }
    }

    /// The label of each row, as an index; those of rows without a region mean nothing.
    pub(crate) fn of_rows(&self, regions: &[u32], codes: &[u16]) -> Vec<u32> {
        let cells = self.regions.cells(self.column);
        let label = |(region, code): (&u32, &u16)| match cells.get(*region as usize) {
            Some(Cell::Group { level, group }) => self.from[usize::from(*level)] + group,
            Some(Cell::Level { level }) => {
                let level = usize::from(*level);
                self.from[level] + self.groups[level][usize::from(*code)]
            }
            Some(Cell::Range { from, to }) => self.ranges[&(*from, *to)],
            // The last level has one label.
            None => *self.from.last().expect("levels are not none"),
        };
        regions.iter().zip(codes).map(label).collect()
    }
}

/// Tuples of codes to regions; exact, no hash stands for a tuple.
#[derive(Debug)]
enum TupleIndex {
    Narrow(Vec<u32>, FxHashMap<u64, u32>),
    Middle(Vec<u32>, FxHashMap<u128, u32>),
    Wide(usize, FxHashMap<Box<[u16]>, u32>),
}

impl TupleIndex {
    fn new(table: &SearchTable, of_unit: &[Option<u32>]) -> Self {
        let bits: Vec<u32> = table.table.tuples.places.iter().map(|place| place.bits).collect();
        let n = bits.len();
        let kept = (0..table.n_tuples()).filter_map(|tuple| Some((tuple, of_unit[tuple]?)));
        let code = |tuple: usize| move |c: usize| table.code(c, tuple);
        match bits.iter().sum::<u32>() {
            0..=64 => {
                let map = kept.map(|(t, region)| (narrow(&bits, code(t)), region)).collect();
                Self::Narrow(bits, map)
            }
            65..=128 => {
                let map = kept.map(|(t, region)| (middle(&bits, code(t)), region)).collect();
                Self::Middle(bits, map)
            }
            _ => Self::Wide(n, kept.map(|(t, r)| ((0..n).map(code(t)).collect(), r)).collect()),
        }
    }

    fn region(&self, code: impl Fn(usize) -> u16) -> u32 {
        let found = match self {
            Self::Narrow(bits, map) => map.get(&narrow(bits, code)),
            Self::Middle(bits, map) => map.get(&middle(bits, code)),
            Self::Wide(n, map) => map.get((0..*n).map(code).collect::<Vec<_>>().as_slice()),
        };
        found.copied().unwrap_or(NOWHERE)
    }
}

fn narrow(bits: &[u32], code: impl Fn(usize) -> u16) -> u64 {
    bits.iter().enumerate().fold(0, |key, (c, bits)| key << bits | u64::from(code(c)))
}

fn middle(bits: &[u32], code: impl Fn(usize) -> u16) -> u128 {
    bits.iter().enumerate().fold(0, |key, (c, bits)| key << bits | u128::from(code(c)))
}
