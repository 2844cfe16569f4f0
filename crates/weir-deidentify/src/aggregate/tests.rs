use arrow_array::Int32Array;

use super::*;

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("age", DataType::Utf8, true),
        Field::new("zone", DataType::Int64, true),
        Field::new("cost", DataType::Float64, true),
        Field::new("visits", DataType::Int64, true),
        Field::new("day", DataType::Date32, true),
        Field::new("illness", DataType::Utf8, true),
    ]))
}

/// Two groups of three rows; the second group has a row without values, and a third row has no
/// zone and so is alone.
fn rows() -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec!["<20", "<20", "<20", "≥20", "≥20", "≥20"])),
        Arc::new(Int64Array::from(vec![Some(1), Some(1), Some(1), Some(2), Some(2), None])),
        Arc::new(Float64Array::from(vec![
            Some(1.5),
            Some(2.5),
            Some(-1.0),
            Some(10.0),
            None,
            Some(4.0),
        ])),
        Arc::new(Int64Array::from(vec![Some(3), Some(1), Some(1), Some(7), None, None])),
        Arc::new(Date32Array::from(vec![Some(0), Some(31), Some(2), Some(365), None, Some(7)])),
        Arc::new(StringArray::from(vec![
            Some("flu"),
            Some("gout"),
            Some("flu"),
            Some("ague"),
            Some("flu"),
            None,
        ])),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

fn aggregated(aggregates: &[(usize, Aggregate)]) -> (RecordBatch, Aggregates) {
    let mut aggregator = Aggregator::new(&schema(), vec![0, 1], aggregates).unwrap();
    // In two parts, so that groups go on over batches.
    aggregator.add(&rows().slice(0, 2)).unwrap();
    aggregator.add(&rows().slice(2, 4)).unwrap();
    let made = aggregator.finish();
    (made.apply(&rows()).unwrap(), made)
}

fn texts(rows: &RecordBatch, column: usize) -> Vec<Option<String>> {
    let array = rows.column(column).as_string::<i32>();
    array.iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn numbers_get_the_mean_and_the_median_of_their_group() {
    let (out, made) = aggregated(&[(2, Aggregate::Mean), (3, Aggregate::Median)]);
    assert_eq!(&out.schema(), made.schema());
    let means: Vec<_> = out.column(2).as_primitive::<Float64Type>().iter().collect();
    assert_eq!(means, [Some(1.0), Some(1.0), Some(1.0), Some(10.0), Some(10.0), Some(4.0)]);
    let medians: Vec<_> = out.column(3).as_primitive::<Int64Type>().iter().collect();
    assert_eq!(medians, [Some(1), Some(1), Some(1), Some(7), Some(7), None]);
    assert_eq!(out.column(0), rows().column(0), "other columns stay");
    // The first group covers 3.5 of the 11 between -1 and 10, the others nothing.
    assert!((made.loss(2) - 3.5 / 11.0 / 2.0).abs() < 1e-12, "{}", made.loss(2));
    let (out, _) = aggregated(&[(3, Aggregate::Mean)]);
    assert_eq!(out.column(3).data_type(), &DataType::Float64);
}

#[test]
fn words_and_dates_get_the_mode_the_set_and_the_interval() {
    let (out, made) = aggregated(&[(4, Aggregate::Interval), (5, Aggregate::Mode)]);
    let one = |text: &str| Some(text.to_owned());
    let first = one("[1970-01-01, 1970-02-01]");
    let second = one("[1971-01-01, 1971-01-01]");
    assert_eq!(texts(&out, 4)[..4], [first.clone(), first.clone(), first, second]);
    // Of two that are as frequent, the least one.
    assert_eq!(texts(&out, 5)[2..], [one("flu"), one("ague"), one("ague"), None]);
    assert!((made.loss(5) - (3.0 * 0.5 + 2.0 * 0.5) / 6.0).abs() < 1e-12, "{}", made.loss(5));
    let (out, _) = aggregated(&[(5, Aggregate::Set), (4, Aggregate::Median), (2, Aggregate::Set)]);
    assert_eq!(
        texts(&out, 5)[2..],
        [one("{flu, gout}"), one("{ague, flu}"), one("{ague, flu}"), None]
    );
    assert_eq!(texts(&out, 2)[0], one("{-1, 1.5, 2.5}"));
    assert_eq!(out.column(4).as_primitive::<Date32Type>().value(0), 2);
}

#[test]
fn rows_that_look_the_same_stay_the_same() {
    let (out, _) = aggregated(&[(2, Aggregate::Mean), (5, Aggregate::Set)]);
    let look = |rows: &RecordBatch, with: &[usize], row: usize| -> Vec<String> {
        with.iter().map(|c| format!("{:?}", rows.column(*c).slice(row, 1))).collect()
    };
    for a in 0..6 {
        for b in 0..6 {
            let before = look(&out, &[0, 1], a) == look(&out, &[0, 1], b);
            let after = look(&out, &[0, 1, 2, 5], a) == look(&out, &[0, 1, 2, 5], b);
            assert_eq!(before, after, "rows {a} and {b}");
        }
    }
}

#[test]
fn an_aggregate_that_is_not_defined_is_refused() {
    for (at, by) in [
        (5, Aggregate::Mean),
        (4, Aggregate::Mean),
        (5, Aggregate::Median),
        (5, Aggregate::Interval),
    ] {
        let error = Aggregator::new(&schema(), vec![0], &[(at, by)]).unwrap_err();
        assert!(matches!(error, AggregateError::WrongType { .. }) && !error.hint().is_empty());
    }
}

#[test]
fn rows_of_another_table_have_no_aggregate() {
    let (_, made) = aggregated(&[(2, Aggregate::Mean)]);
    let mut columns = rows().columns().to_vec();
    columns[0] = Arc::new(StringArray::from(vec!["other"; 6]));
    let other = RecordBatch::try_new(schema(), columns).unwrap();
    assert_eq!(made.apply(&other).unwrap().column(2).null_count(), 6);
    let mut columns = rows().columns().to_vec();
    columns[2] = Arc::new(Int32Array::from(vec![1; 6]));
    let schema = Schema::new(
        schema()
            .fields()
            .iter()
            .zip(&columns)
            .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true))
            .collect::<Vec<_>>(),
    );
    let other = RecordBatch::try_new(Arc::new(schema), columns).unwrap();
    assert!(made.apply(&other).is_ok(), "the aggregated cells themselves are not read again");
}
