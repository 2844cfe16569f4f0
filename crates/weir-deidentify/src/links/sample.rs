//! The sample of a profile as dense codes, the rows of each person together.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;
use weir_table::Profile;
use weir_table::codebook::for_numbers;
use weir_types::ColumnType;

use crate::hierarchy::Hierarchy;

/// Rows of the sample in the order of people.
pub(super) struct Sample {
    /// Rows of the batch.
    order: Vec<usize>,
    /// Row to person, rising.
    pub(super) person: Vec<u32>,
    /// Person to first row; one more at the end.
    pub(super) starts: Vec<usize>,
}

/// One column of the sample.
pub(super) struct Coded {
    /// Row to code; for ordered columns codes rise with the values. No value is the last code.
    pub(super) codes: Vec<u32>,
    /// Number of codes in use, that of "no value" among them.
    pub(super) n: usize,
    /// The code of "no value", if there is such a cell.
    pub(super) null: Option<u32>,
    pub(super) ty: ColumnType,
}

impl Sample {
    pub(super) fn of(profile: &Profile, person: Option<usize>) -> Self {
        let rows = profile.sample.num_rows();
        let Some(person) = person else {
            return Self {
                order: (0..rows).collect(),
                person: (0..).take(rows).collect(),
                starts: (0..=rows).collect(),
            };
        };
        let array = profile.sample.column(person);
        let (codes, n) = codes_of(array);
        let mut order: Vec<usize> = (0..rows).collect();
        // A row without a person is a person of its own.
        let key = |row: usize| (codes[row], if array.is_null(row) { row } else { 0 });
        order.sort_by_key(|row| key(*row));
        let mut sample = Self {
            order: Vec::new(),
            person: Vec::with_capacity(rows),
            starts: Vec::with_capacity(n + 1),
        };
        let mut last = None;
        for (at, row) in order.iter().enumerate() {
            if last != Some(key(*row)) {
                sample.starts.push(at);
                last = Some(key(*row));
            }
            let persons = u32::try_from(sample.starts.len()).expect("a sample is small");
            sample.person.push(persons - 1);
        }
        sample.starts.push(rows);
        sample.order = order;
        sample
    }

    pub(super) fn people(&self) -> usize {
        self.starts.len() - 1
    }

    /// A column by its values.
    pub(super) fn code(&self, profile: &Profile, column: usize) -> Coded {
        let array = profile.sample.column(column);
        let (codes, n) = codes_of(array);
        let null =
            (array.null_count() > 0).then(|| u32::try_from(n - 1).expect("a sample is small"));
        let codes = self.order.iter().map(|row| codes[*row]).collect();
        Coded { codes, n, null, ty: profile.columns[column].ty }
    }

    /// A column by its groups at some levels.
    pub(super) fn code_levels(
        &self,
        profile: &Profile,
        column: usize,
        hierarchy: &Hierarchy,
        levels: &[usize],
    ) -> Vec<Coded> {
        let mut codes = Vec::new();
        hierarchy.codebook().encode(profile.sample.column(column), &mut codes);
        let of_level = |level: &usize| {
            let groups = hierarchy.groups(*level);
            let codes = self.order.iter().map(|row| groups[usize::from(codes[*row])]).collect();
            let n = hierarchy.n_groups(*level);
            Coded { codes, n, null: None, ty: profile.columns[column].ty }
        };
        levels.iter().map(of_level).collect()
    }
}

/// Dense codes of an array and their number; equal cells have equal codes.
fn codes_of(array: &ArrayRef) -> (Vec<u32>, usize) {
    let rows = array.len();
    let mut codes = vec![u32::MAX; rows];
    let mut n = 0u32;
    match array.data_type() {
        DataType::Utf8 => {
            let mut known: FxHashMap<&str, u32> = FxHashMap::default();
            for (row, text) in array.as_string::<i32>().iter().enumerate() {
                let Some(text) = text else { continue };
                codes[row] = *known.entry(text).or_insert_with(|| {
                    n += 1;
                    n - 1
                });
            }
        }
        DataType::Boolean => {
            for (row, value) in array.as_boolean().iter().enumerate() {
                codes[row] = value.map_or(u32::MAX, u32::from);
            }
            n = 2;
        }
        _ => {
            let mut numbers: Vec<(f64, usize)> = Vec::with_capacity(rows);
            let mut row = 0;
            for_numbers(array, |number| {
                numbers.extend(number.map(|number| (number + 0.0, row)));
                row += 1;
            });
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (at, (number, row)) in numbers.iter().enumerate() {
                if at > 0 && numbers[at - 1].0.total_cmp(number).is_ne() {
                    n += 1;
                }
                codes[*row] = n;
            }
            n += u32::from(!numbers.is_empty());
        }
    }
    if array.null_count() > 0 {
        for code in codes.iter_mut().filter(|code| **code == u32::MAX) {
            *code = n;
        }
        n += 1;
    }
    (codes, n as usize)
}
