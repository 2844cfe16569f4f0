use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use weir_types::{ColumnType, Finding, Role};

use crate::together::tests::{coded, finding, options};
use crate::together::{Trajectory, of_coded};

/// Who, the hour, and coordinates.
type Row = (u64, i64, f64, f64);

fn found(rows: &[Row]) -> Vec<Trajectory> {
    let who: ArrayRef =
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| format!("d{}", r.0))));
    let times = rows.iter().map(|r| (r.1 * 3600 + 20 * 60) * 1_000_000);
    let time: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times));
    let lat: ArrayRef = Arc::new(Float64Array::from_iter_values(rows.iter().map(|r| r.2)));
    let lon: ArrayRef = Arc::new(Float64Array::from_iter_values(rows.iter().map(|r| r.3)));
    let names = ["device", "seen_at", "lat", "lng"];
    let batch = RecordBatch::try_from_iter(names.into_iter().zip([who, time, lat, lon])).unwrap();
    let of = |name: &str, ty: ColumnType| Finding {
        ty,
        ..finding(name, Role::QuasiIdentifier, name == "device")
    };
    let findings = [
        of("device", ColumnType::Text),
        of("seen_at", ColumnType::Timestamp),
        of("lat", ColumnType::Float),
        of("lng", ColumnType::Float),
    ];
    let options = options();
    of_coded(&coded(&batch, &findings, &options), &findings, &options).trajectories
}

fn drawn(a: u64, b: u64, n: u64) -> u64 {
    weir_table::mix(a * 7919 + b + 1) % n
}

/// 400 devices at ten of 40 places in the same hours.
fn moving() -> Vec<Row> {
    let row = |device: u64, hour: u64| {
        let place = drawn(device, hour, 40) as f64;
        (device, 490_000 + hour as i64, 31.0 + place / 50.0, 121.0)
    };
    (0..400).flat_map(|device| (0..10).map(move |hour| row(device, hour))).collect()
}

#[test]
fn more_points_single_out_more_people() {
    let rows = moving();
    let found = found(&rows);
    assert_eq!(found.len(), 1);
    let path = &found[0];
    assert_eq!((path.time.as_str(), path.place.len(), path.people), ("seen_at", 2, 400));
    let shares: Vec<f64> = path.points.iter().map(|points| points.share).collect();
    assert_eq!(shares.len(), 5);
    // Ten of 400 devices share each place and hour: one point tells nobody, two nearly half
    // (nobody of 399 has both with a chance of 0.78), four nearly all.
    assert!(shares[0] < 0.05 && shares[3] > 0.99, "{shares:?}");
    assert!((0.65..0.9).contains(&shares[1]), "{shares:?}");
    assert!(path.say.en.contains("4 points single out"), "{}", path.say);
    let mut backwards = rows;
    backwards.reverse();
    assert_eq!(self::found(&backwards), found);
}

#[test]
fn people_who_go_together_are_not_singled_out() {
    let mut rows = moving();
    let doubles: Vec<Row> = rows.iter().map(|row| (row.0 + 1000, row.1, row.2, row.3)).collect();
    rows.extend(doubles);
    let path = &found(&rows)[0];
    assert!(path.points.iter().all(|points| points.singled_out == 0), "{path:?}");
    assert_eq!(path.points[0].tried, 800);
}

#[test]
fn people_who_stay_at_home_show_no_whereabouts() {
    let rows: Vec<Row> =
        moving().into_iter().map(|row| (row.0, row.1, 31.0 + row.0 as f64 / 50.0, 121.0)).collect();
    assert_eq!(found(&rows), Vec::new());
}
