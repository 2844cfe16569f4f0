use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Int64Array, StringArray};
use weir_table::{Codebook, ColumnProfile, ValueCount};
use weir_types::{ColumnType, Redacted};

use super::*;
use crate::hierarchy::automatic;
use crate::links::{DeriveTable, derivable};

fn column(name: &str, numbers: impl Iterator<Item = i64>) -> ColumnProfile {
    let values: Vec<ValueCount> = numbers
        .map(|n| ValueCount {
            value: Redacted::new(n.to_string()),
            number: Some(n as f64),
            count: 10,
        })
        .collect();
    ColumnProfile {
        name: name.to_owned(),
        ty: ColumnType::Integer,
        nulls: 1,
        distinct: values.len() as u64,
        distinct_exact: true,
        min: values.first().and_then(|v| v.number),
        max: values.last().and_then(|v| v.number),
        values,
        longest: 3,
    }
}

fn source() -> RecordBatch {
    let field = |name, ty| Field::new(name, ty, true);
    let schema = Schema::new(vec![
        field("id", DataType::Int64),
        field("name", DataType::Utf8),
        field("age", DataType::Int64),
        field("child", DataType::Int64),
        field("cost", DataType::Int64),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, 1, 2, 3])),
        Arc::new(StringArray::from(vec!["Ada", "Ada", "Bo", "Cy"])),
        Arc::new(Int64Array::from(vec![Some(12), Some(33), Some(47), None])),
        Arc::new(Int64Array::from(vec![1, 0, 0, 0])),
        Arc::new(Int64Array::from(vec![Some(5), None, Some(7), Some(8)])),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

/// Ages in ranges of ten, `child` derived from them.
fn actions() -> (Vec<Action>, Arc<Hierarchy>, usize) {
    let ages = column("age", 0..80);
    let hierarchy = Arc::new(automatic(&ages, 1));
    let level = (0..hierarchy.levels())
        .find(|l| hierarchy.meaning(*l).en == "ranges of 10")
        .expect("ages have ranges of ten");
    let child = column("child", 0..2);
    let book = derivable(&child).unwrap();
    let mut table = DeriveTable::new(hierarchy.codebook(), &book);
    let codes: Vec<u16> = (0..80).collect();
    let of_age: Vec<u16> = codes.iter().map(|age| u16::from(*age < 18)).collect();
    table.add(&codes, &of_age);
    let derived = table.derive(&hierarchy, level, &child).unwrap();
    let generalise = Action::Generalise { hierarchy: Arc::clone(&hierarchy), level };
    let derive = Action::Derive { of: 2, hierarchy: Arc::clone(&hierarchy), derived };
    (vec![Action::Token, Action::Drop, generalise, derive, Action::Keep], hierarchy, level)
}

fn transform(leave_out: LeaveOut) -> Transform {
    let key = TokenKey::new([1; 32]);
    Transform::new(source().schema(), actions().0, leave_out, &key).unwrap()
}

#[test]
fn columns_become_what_the_actions_say() {
    let transform = transform(LeaveOut::Nothing);
    let out = transform.apply(&source(), None).unwrap();
    assert_eq!(&out.schema(), transform.schema());
    let names: Vec<&str> = out.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(names, ["id", "age", "child", "cost"]);
    let ids = out.column(0).as_string::<i32>();
    assert_eq!(ids.value(0), ids.value(1));
    assert_ne!(ids.value(1), ids.value(2));
    let ages: Vec<Option<&str>> = out.column(1).as_string::<i32>().iter().collect();
    assert_eq!(ages, [Some("[10,20)"), Some("[30,40)"), Some("[40,50)"), None]);
    let child: Vec<Option<i64>> = out.column(2).as_primitive::<Int64Type>().iter().collect();
    assert_eq!(child, [None, Some(0), Some(0), None], "12 is in a range with adults");
    let cost: Vec<Option<i64>> = out.column(3).as_primitive::<Int64Type>().iter().collect();
    assert_eq!(cost, [Some(5), None, Some(7), Some(8)]);
}

#[test]
fn people_are_left_out_whole() {
    let transform = transform(LeaveOut::People(FxHashSet::from_iter([77])));
    let out = transform.apply(&source(), Some(&[77, 77, 5, 6])).unwrap();
    assert_eq!(out.num_rows(), 2);
    let error = transform.apply(&source(), None).unwrap_err();
    assert!(matches!(error, TransformError::WithoutPeople));
}

#[test]
fn rows_are_left_out_by_their_look() {
    let (_, hierarchy, level) = actions();
    let group = hierarchy.groups(level)[33];
    let looks = FxHashSet::from_iter([look(0, group)]);
    let columns = vec![(2, hierarchy, level)];
    let out = transform(LeaveOut::Looks { columns, looks }).apply(&source(), None).unwrap();
    let ages: Vec<Option<&str>> = out.column(1).as_string::<i32>().iter().collect();
    assert_eq!(ages, [Some("[10,20)"), Some("[40,50)"), None]);
}

#[test]
fn an_exact_level_keeps_the_type() {
    let ages = Arc::new(automatic(&column("age", 0..80), 1));
    let actions = vec![
        Action::Drop,
        Action::Drop,
        Action::Generalise { hierarchy: ages, level: 0 },
        Action::Drop,
        Action::Drop,
    ];
    let key = TokenKey::new([1; 32]);
    let transform = Transform::new(source().schema(), actions, LeaveOut::Nothing, &key).unwrap();
    assert_eq!(transform.schema().field(0).data_type(), &DataType::Int64);
    assert_eq!(transform.apply(&source(), None).unwrap().column(0), source().column(2));
}

#[test]
fn everything_dropped_keeps_the_number_of_rows() {
    let key = TokenKey::new([1; 32]);
    let actions = vec![Action::Drop; 5];
    let transform = Transform::new(source().schema(), actions, LeaveOut::Nothing, &key).unwrap();
    assert_eq!(transform.apply(&source(), None).unwrap().num_rows(), 4);
}

#[test]
fn other_batches_are_refused() {
    let transform = transform(LeaveOut::Nothing);
    let other = source().project(&[0, 1]).unwrap();
    let error = transform.apply(&other, None).unwrap_err();
    assert!(matches!(error, TransformError::OtherColumns), "{error}");
    let key = TokenKey::new([1; 32]);
    let error = Transform::new(source().schema(), vec![], LeaveOut::Nothing, &key).unwrap_err();
    assert_eq!(error.to_string(), "0 actions for 5 columns");
}

#[test]
fn text_of_too_many_values_becomes_a_star() {
    let hierarchy = Arc::new(Hierarchy::build(Codebook::One, Vec::new()));
    let mut actions = vec![Action::Drop; 5];
    actions[1] = Action::Generalise { hierarchy, level: 0 };
    let key = TokenKey::new([1; 32]);
    let transform = Transform::new(source().schema(), actions, LeaveOut::Nothing, &key).unwrap();
    let out = transform.apply(&source(), None).unwrap();
    assert!(out.column(0).as_string::<i32>().iter().all(|v| v == Some("*")));
}
