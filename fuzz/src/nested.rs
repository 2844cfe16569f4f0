//! Parquet files of structs, lists and maps within each other, made of any bytes.
//!
//! The bytes are a recipe: they say which columns there are and what stands in each row. A file is
//! written of it, and what weir finds in the file is held against the values themselves, which are
//! walked here one by one. Damaged files are not made: the `parquet` and `arrow-ipc` crates panic on
//! some of those, which is for their own targets to find.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Int64Array, ListArray, MapArray, RecordBatch, StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

/// Shapes within each other that a recipe makes at most, but for those that are to be too many.
const DEEPEST: usize = 4;

/// A first byte that asks for more lists within each other than are walked.
const TOO_DEEP: u8 = 255;

/// The field that every struct has to have, so that it does not say by itself where there is none.
const REQUIRED: usize = 0;

/// What a column holds.
enum Shape {
    Whole,
    Text,
    Struct(Vec<Self>),
    List(Box<Self>),
    /// Of texts to such.
    Map(Box<Self>),
}

/// What stands in a place of a column; where nothing does, there is none.
enum Value {
    Whole(i64),
    Text(String),
    Struct(Vec<Option<Self>>),
    List(Vec<Option<Self>>),
    Map(Vec<(String, Option<Self>)>),
}

/// A table in rows.
pub struct Nested {
    shapes: Vec<Shape>,
    /// By column, then by row.
    columns: Vec<Vec<Option<Value>>>,
    group_rows: usize,
}

/// What is to be found in a column: values with their numbers, and places or rows without one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Values and how often they stand there.
    pub values: BTreeMap<String, u64>,
    /// Places without a value, and rows without a place.
    pub nulls: u64,
}

/// Bytes that are asked for one by one; zeros behind the last.
struct Recipe<'a>(std::slice::Iter<'a, u8>);

impl Recipe<'_> {
    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    /// A number below `n`.
    fn below(&mut self, n: u8) -> usize {
        usize::from(self.next() % n)
    }

    fn shape(&mut self, depth: usize) -> Shape {
        match self.below(if depth < DEEPEST { 5 } else { 2 }) {
            0 => Shape::Whole,
            1 => Shape::Text,
            2 => Shape::Struct((0..=self.below(3)).map(|_| self.shape(depth + 1)).collect()),
            3 => Shape::List(Box::new(self.shape(depth + 1))),
            _ => Shape::Map(Box::new(self.shape(depth + 1))),
        }
    }

    fn value(&mut self, shape: &Shape) -> Option<Value> {
        let byte = self.next();
        (!byte.is_multiple_of(4)).then(|| self.present(shape, byte))
    }

    fn present(&mut self, shape: &Shape, byte: u8) -> Value {
        const LONGEST: u8 = 4;
        match shape {
            // Of up to 19 digits.
            Shape::Whole => Value::Whole(i64::from(byte).wrapping_pow(u32::from(byte % 9))),
            Shape::Text => Value::Text(format!("v{}", byte % 16)),
            Shape::Struct(fields) => {
                let fields = fields.iter().enumerate().map(|(at, field)| match at {
                    REQUIRED => {
                        let byte = self.next();
                        Some(self.present(field, byte))
                    }
                    _ => self.value(field),
                });
                Value::Struct(fields.collect())
            }
            Shape::List(item) => {
                Value::List((0..self.below(LONGEST)).map(|_| self.value(item)).collect())
            }
            Shape::Map(item) => {
                let entry = |at| (format!("k{at}"), self.value(item));
                Value::Map((0..usize::from(byte % LONGEST)).map(entry).collect())
            }
        }
    }
}

impl Nested {
    /// What a recipe makes; none without one.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut recipe = Recipe(bytes.iter());
        let first = *bytes.first()?;
        let (rows, group_rows) = (1 + recipe.below(20), 1 + recipe.below(8));
        let mut shapes: Vec<Shape> = (0..=recipe.below(3)).map(|_| recipe.shape(0)).collect();
        if first == TOO_DEEP {
            let deep = (0..40).fold(Shape::Whole, |shape, _| Shape::List(Box::new(shape)));
            shapes.push(deep);
        }
        let column = |shape| (0..rows).map(|_| recipe.value(shape)).collect();
        let columns = shapes.iter().map(column).collect();
        Some(Self { shapes, columns, group_rows })
    }

    /// Whether a column is nested, and whether one is more deeply than is read.
    pub fn is_nested(&self) -> (bool, bool) {
        let depths: Vec<usize> = self.shapes.iter().map(depth).collect();
        (depths.iter().any(|depth| *depth > 0), depths.iter().any(|depth| *depth > 2 * DEEPEST))
    }

    /// Writes it.
    pub fn write(&self, path: &Path) {
        let columns = self.shapes.iter().zip(&self.columns).enumerate();
        let columns = columns.map(|(at, (shape, values))| {
            let values: Vec<Option<&Value>> = values.iter().map(Option::as_ref).collect();
            (format!("c{at}"), array(shape, &values), true)
        });
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of a length");
        let properties =
            WriterProperties::builder().set_max_row_group_row_count(Some(self.group_rows)).build();
        let file = std::fs::File::create(path).expect("the folder can be written");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))
            .expect("every shape has a form in Parquet");
        writer.write(&batch).expect("the folder can be written");
        writer.close().expect("the folder can be written");
    }

    /// What is to be found in each column of plain values, by its name.
    pub fn expected(&self) -> BTreeMap<String, Expected> {
        let mut all = BTreeMap::new();
        for (at, (shape, values)) in self.shapes.iter().zip(&self.columns).enumerate() {
            for value in values {
                let mut row = BTreeMap::new();
                walk(shape, &format!("c{at}"), &[value.as_ref()], &mut row);
                for (name, places) in row {
                    let expected: &mut Expected = all.entry(name).or_default();
                    expected.nulls += u64::from(places.is_empty());
                    for place in places {
                        match place {
                            Some(text) => *expected.values.entry(text).or_default() += 1,
                            None => expected.nulls += 1,
                        }
                    }
                }
            }
        }
        all
    }
}

fn depth(shape: &Shape) -> usize {
    match shape {
        Shape::Whole | Shape::Text => 0,
        Shape::Struct(fields) => 1 + fields.iter().map(depth).max().unwrap_or(0),
        Shape::List(item) | Shape::Map(item) => 1 + depth(item),
    }
}

/// The places of a row in each column of plain values below a name.
fn walk(
    shape: &Shape,
    name: &str,
    values: &[Option<&Value>],
    row: &mut BTreeMap<String, Vec<Option<String>>>,
) {
    match shape {
        Shape::Whole | Shape::Text => {
            let text = |value: &Option<&Value>| match value {
                Some(Value::Whole(number)) => Some(number.to_string()),
                Some(Value::Text(text)) => Some(text.clone()),
                _ => None,
            };
            row.insert(name.to_owned(), values.iter().map(text).collect());
        }
        Shape::Struct(fields) => {
            for (at, field) in fields.iter().enumerate() {
                walk(field, &format!("{name}.f{at}"), &fields_of(values, at), row);
            }
        }
        Shape::List(item) => walk(item, &format!("{name}[]"), &items_of(values), row),
        Shape::Map(item) => {
            let keys = entries_of(values).map(|(key, _)| Some(key.clone()));
            row.insert(format!("{name}.keys[]"), keys.collect());
            let items: Vec<_> = entries_of(values).map(|(_, item)| item.as_ref()).collect();
            walk(item, &format!("{name}.values[]"), &items, row);
        }
    }
}

fn fields_of<'a>(values: &[Option<&'a Value>], at: usize) -> Vec<Option<&'a Value>> {
    let field = |value: &Option<&'a Value>| match value {
        Some(Value::Struct(fields)) => fields[at].as_ref(),
        _ => None,
    };
    values.iter().map(field).collect()
}

fn items_of<'a>(values: &[Option<&'a Value>]) -> Vec<Option<&'a Value>> {
    let items = values.iter().flatten().flat_map(|value| match value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    });
    items.map(Option::as_ref).collect()
}

fn entries_of<'a>(
    values: &[Option<&'a Value>],
) -> impl Iterator<Item = &'a (String, Option<Value>)> {
    values.iter().flatten().flat_map(|value| match value {
        Value::Map(entries) => entries.as_slice(),
        _ => &[],
    })
}

/// The values of a column as Arrow has them.
fn array(shape: &Shape, values: &[Option<&Value>]) -> ArrayRef {
    let nulls = || Some(NullBuffer::from_iter(values.iter().map(Option::is_some)));
    let lengths = || {
        OffsetBuffer::from_lengths(values.iter().map(|value| match value {
            Some(Value::List(items)) => items.len(),
            Some(Value::Map(entries)) => entries.len(),
            _ => 0,
        }))
    };
    let field = |name: &str, of: &ArrayRef, nullable| {
        Arc::new(Field::new(name, of.data_type().clone(), nullable))
    };
    match shape {
        Shape::Whole => Arc::new(Int64Array::from_iter(values.iter().map(|value| match value {
            Some(Value::Whole(number)) => Some(*number),
            _ => None,
        }))),
        Shape::Text => Arc::new(StringArray::from_iter(values.iter().map(|value| match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }))),
        Shape::Struct(shapes) => {
            let arrays = shapes.iter().enumerate();
            let arrays: Vec<ArrayRef> =
                arrays.map(|(at, shape)| array(shape, &fields_of(values, at))).collect();
            let fields = arrays.iter().enumerate();
            let fields = fields.map(|(at, of)| field(&format!("f{at}"), of, at != REQUIRED));
            Arc::new(StructArray::new(fields.collect(), arrays, nulls()))
        }
        Shape::List(item) => {
            let items = array(item, &items_of(values));
            Arc::new(ListArray::new(field("item", &items, true), lengths(), items, nulls()))
        }
        Shape::Map(item) => {
            let keys: Vec<&str> = entries_of(values).map(|(key, _)| key.as_str()).collect();
            let keys: ArrayRef = Arc::new(StringArray::from(keys));
            let items: Vec<_> = entries_of(values).map(|(_, item)| item.as_ref()).collect();
            let items = array(item, &items);
            let fields =
                Fields::from(vec![field("keys", &keys, false), field("values", &items, true)]);
            let entries = StructArray::new(fields.clone(), vec![keys, items], None);
            let entry = Arc::new(Field::new("entries", DataType::Struct(fields), false));
            Arc::new(MapArray::new(entry, lengths(), entries, nulls(), false))
        }
    }
}
