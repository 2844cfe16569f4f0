//! A text table as a profile and a histogram, the simple way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use weir_deidentify::Hierarchy;
use weir_table::{ColumnProfile, Histogram, Profile, Records, ValueCount};
use weir_types::{ColumnType, Redacted};

/// The text of a file beside the workspace; `None`, with a word on standard error, without it.
pub(crate) fn read(path: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: no {}", path.display());
    }
    text
}

pub(crate) fn profile(text: &str, delimiter: char) -> Profile {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(delimiter).collect();
    let mut cells: Vec<Vec<Option<&str>>> = vec![Vec::new(); names.len()];
    for line in lines {
        for (column, cell) in cells.iter_mut().zip(line.split(delimiter)) {
            column.push(Some(cell).filter(|cell| !cell.is_empty()));
        }
    }
    let rows = cells[0].len();
    let mut columns = Vec::new();
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, cells) in names.iter().zip(&cells) {
        let (column, array) = column(name, cells);
        fields.push(Field::new(*name, array.data_type().clone(), true));
        columns.push(column);
        arrays.push(array);
    }
    let sample = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    Profile { rows: rows as u64, columns, sample }
}

fn column(name: &str, cells: &[Option<&str>]) -> (ColumnProfile, ArrayRef) {
    let present = || cells.iter().flatten();
    let ty = if present().all(|c| c.parse::<i64>().is_ok()) {
        ColumnType::Integer
    } else if present().all(|c| c.parse::<f64>().is_ok()) {
        ColumnType::Float
    } else {
        ColumnType::Text
    };
    let mut counts: BTreeMap<(u64, String), u64> = BTreeMap::new();
    for cell in present() {
        // Bits of the shifted number keep the order of non-negative and negative numbers alike.
        let key = match ty {
            ColumnType::Text => (0, (*cell).to_owned()),
            _ => {
                let number: f64 = cell.parse().unwrap();
                let bits = (number + 0.0).to_bits();
                let ordered = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
                (ordered, format!("{number}"))
            }
        };
        *counts.entry(key).or_default() += 1;
    }
    let values: Vec<ValueCount> = counts
        .into_iter()
        .map(|((_, text), count)| ValueCount {
            number: text.parse().ok().filter(|_| ty != ColumnType::Text),
            value: Redacted::new(text),
            count,
        })
        .collect();
    let distinct = values.len() as u64;
    let profile = ColumnProfile {
        name: name.to_owned(),
        ty,
        nulls: cells.iter().filter(|c| c.is_none()).count() as u64,
        distinct,
        distinct_exact: distinct <= 4096,
        min: values.first().and_then(|v| v.number),
        max: values.last().and_then(|v| v.number),
        values: if distinct <= 4096 {
            values
        } else {
            values.into_iter().step_by(distinct as usize / 4096 + 1).collect()
        },
        longest: 0,
    };
    let array: ArrayRef = match ty {
        ColumnType::Integer => {
            Arc::new(cells.iter().map(|c| c.map(|c| c.parse().unwrap())).collect::<Int64Array>())
        }
        ColumnType::Float => {
            Arc::new(cells.iter().map(|c| c.map(|c| c.parse().unwrap())).collect::<Float64Array>())
        }
        _ => Arc::new(cells.iter().copied().collect::<StringArray>()),
    };
    debug_assert!(matches!(
        array.data_type(),
        DataType::Int64 | DataType::Float64 | DataType::Utf8
    ));
    (profile, array)
}

/// The histogram of columns of a profile's sample; with each row's record, when rows belong to
/// people.
pub(crate) fn histogram(
    profile: &Profile,
    columns: &[(usize, &Hierarchy)],
    person: Option<usize>,
) -> (Histogram, Vec<usize>) {
    let rows = profile.sample.num_rows();
    let mut codes: Vec<Vec<u16>> = Vec::new();
    for (column, hierarchy) in columns {
        let mut out = Vec::new();
        hierarchy.codebook().encode(profile.sample.column(*column), &mut out);
        codes.push(out);
    }
    let tuple = |row: usize| codes.iter().map(|c| c[row]).collect::<Vec<u16>>();
    let tuples: BTreeSet<Vec<u16>> = (0..rows).map(tuple).collect();
    let numbers: BTreeMap<Vec<u16>, u32> = tuples.iter().cloned().zip(0..).collect();
    let mut people: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
    let person = |row: usize| match person {
        Some(column) => {
            let array = profile.sample.column(column).as_any();
            array.downcast_ref::<Int64Array>().unwrap().value(row)
        }
        None => row as i64,
    };
    for row in 0..rows {
        people.entry(person(row)).or_default().push(numbers[&tuple(row)]);
    }
    let mut records: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    for members in people.values_mut() {
        members.sort_unstable();
        *records.entry(members.clone()).or_default() += 1;
    }
    let order: BTreeMap<&Vec<u32>, usize> = records.keys().zip(0..).collect();
    let record_of = (0..rows).map(|row| order[&people[&person(row)]]).collect();
    let n_codes = columns.iter().map(|(_, h)| h.codebook().n_codes()).collect();
    let by_column = (0..columns.len()).map(|c| tuples.iter().map(|t| t[c]).collect()).collect();
    let pairs = records.iter().map(|(members, n)| (members.as_slice(), *n));
    let records = Records::from_pairs(tuples.len(), pairs);
    (Histogram::new(n_codes, by_column, records), record_of)
}
