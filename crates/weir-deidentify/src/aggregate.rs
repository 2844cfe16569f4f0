//! Micro-aggregation: the values of a class give way to one value for all of them.
//!
//! The rows that a transform gives out are gathered by what they show in the columns that form
//! the classes; each such group gets the aggregate of its values (Domingo-Ferrer and Mateo-Sanz
//! 2002, with classes formed by the other columns instead of by the aggregated one). The
//! aggregate is a function of the other cells, so that the classes stay as they are when it is
//! counted among them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use rustc_hash::FxHashMap;
use thiserror::Error;
use weir_types::Aggregate;

use crate::search::look;

/// Most different values of all groups together that are counted one by one, some 40 bytes each.
const MOST_VALUES: usize = 4_000_000;

/// Why a column cannot be aggregated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AggregateError {
    /// An aggregate of values that it is not defined for.
    #[error("column `{column}` holds values for which `{}` is not defined", .by.name())]
    WrongType {
        /// The column.
        column: String,
        /// The aggregate.
        by: Aggregate,
    },
    /// Too many different values in the groups to count them.
    #[error("the classes have more than {most} different values of column `{column}` in all")]
    TooManyValues {
        /// The column.
        column: String,
        /// Most values.
        most: usize,
    },
    /// Arrow could not build the batch.
    #[error("cannot build a batch of the release")]
    Arrow(#[source] ArrowError),
}

impl AggregateError {
    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::WrongType { .. } => "use `mode` or `set`, or leave the column out",
            Self::TooManyValues { .. } => "use `mean` or `interval`",
            Self::Arrow(_) => "this is a fault of weir; please report it",
        }
    }
}

/// Gathers the groups of a table and what they hold.
#[derive(Debug)]
pub struct Aggregator {
    schema: SchemaRef,
    /// Places of the columns that form the classes.
    by: Vec<usize>,
    /// Per column of `by`: texts seen, by number.
    texts: Vec<FxHashMap<Box<str>, u32>>,
    groups: FxHashMap<u64, u32>,
    columns: Vec<Gathered>,
}

/// What one column holds, by group.
#[derive(Debug)]
struct Gathered {
    at: usize,
    by: Aggregate,
    groups: Vec<Values>,
    /// Different values in all groups.
    n_values: usize,
}

#[derive(Clone, Debug, Default)]
struct Values {
    rows: u64,
    n: u64,
    sum: f64,
    ends: Option<(f64, f64)>,
    counts: BTreeMap<Value, u64>,
}

/// A cell, in the order of its type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Whole(i64),
    /// By [`ordered`] bits.
    Fraction(u64),
    Text(Box<str>),
}

/// The aggregates of a table.
#[derive(Debug)]
pub struct Aggregates {
    schema: SchemaRef,
    by: Vec<usize>,
    texts: Vec<FxHashMap<Box<str>, u32>>,
    groups: FxHashMap<u64, u32>,
    columns: Vec<Made>,
}

#[derive(Debug)]
struct Made {
    at: usize,
    /// By group.
    values: ArrayRef,
    loss: f64,
}

impl Aggregator {
    /// An aggregator of rows of `schema`, which are alike when they are so in the columns `by`.
    /// `aggregates` names other columns by their places.
    ///
    /// # Errors
    /// When an aggregate is not defined for the type of its column.
    pub fn new(
        schema: &SchemaRef,
        by: Vec<usize>,
        aggregates: &[(usize, Aggregate)],
    ) -> Result<Self, AggregateError> {
        for (at, aggregate) in aggregates {
            let field = schema.field(*at);
            let number = matches!(field.data_type(), DataType::Int64 | DataType::Float64);
            let ordered =
                number || matches!(field.data_type(), DataType::Date32 | DataType::Timestamp(..));
            let defined = match aggregate {
                Aggregate::Mean => number,
                Aggregate::Median | Aggregate::Interval => ordered,
                Aggregate::Mode | Aggregate::Set => true,
            };
            if !defined {
                let column = field.name().clone();
                return Err(AggregateError::WrongType { column, by: *aggregate });
            }
        }
        let gathered = |(at, by): &(usize, Aggregate)| Gathered {
            at: *at,
            by: *by,
            groups: Vec::new(),
            n_values: 0,
        };
        Ok(Self {
            schema: Arc::clone(schema),
            texts: vec![FxHashMap::default(); by.len()],
            by,
            groups: FxHashMap::default(),
            columns: aggregates.iter().map(gathered).collect(),
        })
    }

    /// Takes in rows, in the order in which they are read: sums do not depend on the threads.
    ///
    /// # Errors
    /// When there are too many values to count.
    pub fn add(&mut self, rows: &RecordBatch) -> Result<(), AggregateError> {
        let texts = &mut self.texts;
        let looks = looks(rows, &self.by, |column, text| {
            let next = u32::try_from(texts[column].len()).unwrap_or(u32::MAX);
            match texts[column].get(text) {
                Some(number) => Some(*number),
                None => {
                    texts[column].insert(text.into(), next);
                    Some(next)
                }
            }
        });
        let mut groups = Vec::with_capacity(looks.len());
        for look in looks.into_iter().flatten() {
            let next = u32::try_from(self.groups.len()).expect("fewer groups than 2^32");
            groups.push(*self.groups.entry(look).or_insert(next));
        }
        for column in &mut self.columns {
            column.add(rows.column(column.at), &groups, self.groups.len());
            if column.n_values > MOST_VALUES {
                let column = self.schema.field(column.at).name().clone();
                return Err(AggregateError::TooManyValues { column, most: MOST_VALUES });
            }
        }
        Ok(())
    }

    /// The aggregate of each group.
    pub fn finish(self) -> Aggregates {
        let columns: Vec<Made> = self
            .columns
            .iter()
            .map(|column| Made {
                at: column.at,
                values: column.values(self.schema.field(column.at).data_type()),
                loss: column.loss(),
            })
            .collect();
        let mut fields: Vec<Field> =
            self.schema.fields().iter().map(|field| field.as_ref().clone()).collect();
        for column in &columns {
            let field = &mut fields[column.at];
            *field = Field::new(field.name(), column.values.data_type().clone(), true);
        }
        Aggregates {
            schema: Arc::new(Schema::new(fields)),
            by: self.by,
            texts: self.texts,
            groups: self.groups,
            columns,
        }
    }
}

impl Aggregates {
    /// The columns with the aggregates among them. Means are fractions, sets and intervals are
    /// text, modes and medians have the type of the source.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Share of a column's information that is lost, 0 to 1: how much of its range, or of its
    /// different values where they have no order, the groups cover, as a mean over the rows.
    pub fn loss(&self, at: usize) -> f64 {
        self.columns.iter().find(|column| column.at == at).map_or(0.0, |column| column.loss)
    }

    /// The rows with aggregates in the place of values.
    ///
    /// # Errors
    /// When the rows are not of the table that was gathered.
    pub fn apply(&self, rows: &RecordBatch) -> Result<RecordBatch, AggregateError> {
        let known = |column: usize, text: &str| self.texts[column].get(text).copied();
        let looks = looks(rows, &self.by, known);
        let groups: Vec<Option<u32>> =
            looks.into_iter().map(|look| self.groups.get(&look?).copied()).collect();
        let indices = arrow_array::UInt32Array::from(groups);
        let mut columns = rows.columns().to_vec();
        for made in &self.columns {
            columns[made.at] = arrow_select::take::take(&*made.values, &indices, None)
                .map_err(AggregateError::Arrow)?;
        }
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(AggregateError::Arrow)
    }
}

/// What each row shows in some columns, as a sum of hashes; see [`look`]. `number` numbers texts
/// of a column, given by its place among them; `None` for a row with a text that has no number.
fn looks(
    rows: &RecordBatch,
    by: &[usize],
    mut number: impl FnMut(usize, &str) -> Option<u32>,
) -> Vec<Option<u64>> {
    let mut looks = vec![Some(0u64); rows.num_rows()];
    let mut text = String::new();
    for (column, at) in by.iter().enumerate() {
        let array = rows.column(*at);
        for (row, sum) in looks.iter_mut().enumerate() {
            // No number stands for "no value": it has one that no text gets.
            let shown = if array.is_null(row) {
                Some(u32::MAX)
            } else {
                write_cell(array, row, &mut text);
                number(column, &text)
            };
            *sum = sum.zip(shown).map(|(sum, shown)| sum.wrapping_add(look(column, shown)));
        }
    }
    looks
}

/// A cell as text, equal for equal cells alone.
fn write_cell(array: &ArrayRef, row: usize, text: &mut String) {
    use std::fmt::Write as _;
    text.clear();
    // Writing to a string does not fail.
    let _ = match array.data_type() {
        DataType::Utf8 => {
            text.push_str(array.as_string::<i32>().value(row));
            Ok(())
        }
        _ => match cell(array, row) {
            Some(Value::Whole(n)) => write!(text, "{n}"),
            Some(Value::Fraction(bits)) => write!(text, "{bits:x}"),
            Some(Value::Text(value)) => write!(text, "{value}"),
            None => Ok(()),
        },
    };
}

/// A cell that has a value.
fn cell(array: &ArrayRef, row: usize) -> Option<Value> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Boolean => Value::Whole(i64::from(array.as_boolean().value(row))),
        DataType::Int64 => Value::Whole(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => {
            Value::Fraction(ordered(array.as_primitive::<Float64Type>().value(row)))
        }
        DataType::Date32 => Value::Whole(i64::from(array.as_primitive::<Date32Type>().value(row))),
        DataType::Timestamp(..) => {
            Value::Whole(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(row).into()),
        _ => return None,
    })
}

/// Bits in the order of the numbers; one zero.
fn ordered(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The number of [`ordered`] bits.
fn unordered(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}

impl Value {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(n) => Some(*n as f64),
            Self::Fraction(bits) => Some(unordered(*bits)),
            Self::Text(_) => None,
        }
    }
}

impl Gathered {
    fn add(&mut self, array: &ArrayRef, groups: &[u32], n_groups: usize) {
        self.groups.resize_with(n_groups, Values::default);
        let counted = !matches!(self.by, Aggregate::Mean | Aggregate::Interval);
        for (row, group) in groups.iter().enumerate() {
            let values = &mut self.groups[*group as usize];
            values.rows += 1;
            let Some(value) = cell(array, row) else { continue };
            values.n += 1;
            if let Some(number) = value.number() {
                values.sum += number;
                let (low, high) = values.ends.unwrap_or((number, number));
                values.ends = Some((low.min(number), high.max(number)));
            }
            if counted {
                let count = values.counts.entry(value).or_default();
                self.n_values += usize::from(*count == 0);
                *count += 1;
            }
        }
    }

    /// The aggregate of each group; none where no row of it has a value.
    fn values(&self, ty: &DataType) -> ArrayRef {
        let pick = |of: fn(&Values) -> Option<Value>| of_type(self.groups.iter().map(of), ty);
        match self.by {
            Aggregate::Mean => {
                let mean = |values: &Values| (values.n > 0).then(|| values.sum / values.n as f64);
                Arc::new(self.groups.iter().map(mean).collect::<Float64Array>())
            }
            Aggregate::Median => pick(Values::median),
            Aggregate::Mode => pick(Values::mode),
            Aggregate::Set => {
                let set = |values: &Values| values.set(ty);
                Arc::new(self.groups.iter().map(set).collect::<StringArray>())
            }
            Aggregate::Interval => {
                let interval = |values: &Values| {
                    let (low, high) = values.ends?;
                    Some(format!("[{}, {}]", shown(low, ty), shown(high, ty)))
                };
                Arc::new(self.groups.iter().map(interval).collect::<StringArray>())
            }
        }
    }

    fn loss(&self) -> f64 {
        let rows: u64 = self.groups.iter().map(|values| values.rows).sum();
        let ends = self.groups.iter().filter_map(|values| values.ends);
        let ends = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let lost = match ends {
            Some((low, high)) if high > low => {
                let covered =
                    |values: &Values| values.ends.map_or(0.0, |(a, b)| (b - a) / (high - low));
                self.groups.iter().map(|v| v.rows as f64 * covered(v)).sum::<f64>()
            }
            Some(_) => 0.0,
            None => {
                let all: std::collections::BTreeSet<&Value> =
                    self.groups.iter().flat_map(|values| values.counts.keys()).collect();
                let others = all.len().saturating_sub(1).max(1) as f64;
                let covered =
                    |values: &Values| values.counts.len().saturating_sub(1) as f64 / others;
                self.groups.iter().map(|v| v.rows as f64 * covered(v)).sum::<f64>()
            }
        };
        if rows == 0 { 0.0 } else { (lost / rows as f64).clamp(0.0, 1.0) }
    }
}

impl Values {
    /// The value in the middle; the lower one of two.
    fn median(&self) -> Option<Value> {
        let middle = self.n.div_ceil(2);
        let mut seen = 0;
        self.counts.iter().find_map(|(value, n)| {
            seen += n;
            (seen >= middle).then(|| value.clone())
        })
    }

    /// The most frequent value; the least one of several.
    fn mode(&self) -> Option<Value> {
        let most = self.counts.values().max()?;
        self.counts.iter().find(|(_, n)| *n == most).map(|(value, _)| value.clone())
    }

    fn set(&self, ty: &DataType) -> Option<String> {
        let texts: Vec<String> = self
            .counts
            .keys()
            .map(|value| match value {
                Value::Text(text) => text.to_string(),
                other => shown(other.number().unwrap_or(0.0), ty),
            })
            .collect();
        (!texts.is_empty()).then(|| format!("{{{}}}", texts.join(", ")))
    }
}

/// A number as the cells of a type show it.
fn shown(number: f64, ty: &DataType) -> String {
    let date = |days: i64| chrono::NaiveDate::from_epoch_days(i32::try_from(days).ok()?);
    match ty {
        DataType::Boolean => (number > 0.5).to_string(),
        DataType::Date32 => {
            date(number as i64).map_or_else(String::new, |date| date.format("%Y-%m-%d").to_string())
        }
        DataType::Timestamp(..) => chrono::DateTime::from_timestamp_micros(number as i64)
            .map_or_else(String::new, |t| t.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string()),
        _ => number.to_string(),
    }
}

/// Values as an array of a type.
fn of_type(values: impl Iterator<Item = Option<Value>>, ty: &DataType) -> ArrayRef {
    let whole = |value: Option<Value>| match value {
        Some(Value::Whole(n)) => Some(n),
        _ => None,
    };
    match ty {
        DataType::Boolean => {
            Arc::new(values.map(|v| whole(v).map(|n| n == 1)).collect::<BooleanArray>())
        }
        DataType::Int64 => Arc::new(values.map(whole).collect::<Int64Array>()),
        DataType::Float64 => {
            Arc::new(values.map(|v| v.and_then(|v| v.number())).collect::<Float64Array>())
        }
        DataType::Date32 => {
            let days = values.map(|v| whole(v).and_then(|n| i32::try_from(n).ok()));
            Arc::new(days.collect::<Date32Array>())
        }
        DataType::Timestamp(..) => {
            Arc::new(values.map(whole).collect::<TimestampMicrosecondArray>())
        }
        _ => {
            let text = |value: Option<Value>| match value {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            };
            Arc::new(values.map(text).collect::<StringArray>())
        }
    }
}

#[cfg(test)]
mod tests;
