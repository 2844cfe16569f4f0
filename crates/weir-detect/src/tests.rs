use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use proptest::prelude::*;
use weir_table::{ColumnProfile, ValueCount};
use weir_types::{ColumnType, Redacted};

use super::*;

mod tables;

/// A column whose values occur equally often. `distinct` may say that there are more of them.
pub(crate) fn column(
    name: &str,
    ty: ColumnType,
    values: &[String],
    distinct: u64,
) -> ColumnProfile {
    let number = |text: &str| match ty {
        ColumnType::Integer | ColumnType::Float => text.parse().ok(),
        // The tests need the order and the span of dates, not the calendar.
        ColumnType::Date => {
            text.get(..4).and_then(|year| year.parse().ok()).map(|y: f64| y * 365.25)
        }
        _ => None,
    };
    let values: Vec<ValueCount> = values
        .iter()
        .map(|text| ValueCount {
            value: Redacted::new(text.clone()),
            number: number(text),
            count: 1,
        })
        .collect();
    let numbers = || values.iter().filter_map(|v| v.number);
    ColumnProfile {
        name: name.to_owned(),
        ty,
        nulls: 0,
        distinct,
        distinct_exact: distinct == values.len() as u64,
        min: numbers().reduce(f64::min),
        max: numbers().reduce(f64::max),
        longest: values.iter().map(|v| v.value.expose().chars().count()).max().unwrap_or(0),
        values,
    }
}

pub(crate) fn texts(name: &str, values: &[&str]) -> ColumnProfile {
    let values: Vec<String> = values.iter().map(|v| (*v).to_owned()).collect();
    column(name, ColumnType::Text, &values, values.len() as u64)
}

pub(crate) fn detected(rows: u64, columns: Vec<ColumnProfile>) -> Vec<Finding> {
    detect(&profile(rows, columns))
}

pub(crate) fn profile(rows: u64, columns: Vec<ColumnProfile>) -> Profile {
    Profile { rows, columns, sample: RecordBatch::new_empty(Arc::new(Schema::empty())) }
}

fn one(rows: u64, column: ColumnProfile) -> Finding {
    detected(rows, vec![column]).remove(0)
}

/// Numbers that look random and are the same in every run (splitmix64).
pub(crate) fn random(n: usize) -> impl Iterator<Item = u64> {
    (1..=n as u64).map(|i| {
        let mut z = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// A well-formed resident number.
pub(crate) fn resident_number(r: u64) -> String {
    let (year, month, day) = (1940 + r % 70, 1 + r / 70 % 12, 1 + r / 840 % 28);
    let body = format!("110105{year}{month:02}{day:02}{:03}", r / 23_520 % 1000);
    let numbers = "0123456789X".chars().map(|last| format!("{body}{last}"));
    numbers.into_iter().find(|number| checks::resident_id(number)).unwrap()
}

fn resident_numbers(n: usize) -> Vec<String> {
    random(n).map(resident_number).collect()
}

fn signal<'a>(finding: &'a Finding, test: &str) -> &'a str {
    finding.signals.iter().find(|s| s.test == test).map_or("", |s| s.saw.en.as_str())
}

#[test]
fn check_digits_outweigh_a_name_that_says_nothing() {
    let values = resident_numbers(400);
    let finding = one(1000, column("c7", ColumnType::Text, &values, 400));
    assert_eq!((finding.semantic.as_str(), finding.role), ("cn-resident-id", Role::Identifier));
    assert!(finding.person_key && finding.confidence > 0.95);
    assert_eq!(
        signal(&finding, "checksum"),
        "100 % of 400 distinct values of this shape pass the check digit; chance 9 %"
    );
}

#[test]
fn numbers_whose_check_digits_are_wrong_are_still_identifiers() {
    let broken: Vec<String> = resident_numbers(400)
        .iter()
        .zip(random(400))
        .map(|(text, r)| format!("{}{}", &text[..17], r % 10))
        .collect();
    let finding = one(1000, column("c7", ColumnType::Text, &broken, 400));
    assert_eq!(finding.semantic, "cn-resident-id");
    assert!(finding.confidence < 0.8, "{}", finding.confidence);
}

#[test]
fn random_digits_are_not_taken_for_checked_numbers() {
    for (digits, name) in [(15, "a"), (16, "b"), (18, "c"), (11, "d"), (17, "e")] {
        let values: Vec<String> = random(3000)
            .map(|r| {
                format!(
                    "{}{:0width$}",
                    1 + r % 9,
                    r % 10_u64.pow(digits - 1),
                    width = digits as usize - 1
                )
            })
            .collect();
        let finding = one(30_000, column(name, ColumnType::Integer, &values, 3000));
        assert_eq!(finding.semantic, "unrecognised", "{digits} digits");
        assert_eq!(finding.role, Role::Other);
    }
}

#[test]
fn every_family_of_values_is_recognised_without_a_name() {
    let digits = |from: u64, n: u64| (0..n).map(|i| (from + i * 7919).to_string()).collect();
    let with_luhn = |from: u64| -> Vec<String> {
        (0..200_u64)
            .map(|i| {
                let body = (from + i * 31).to_string();
                (0..10).map(|c| format!("{body}{c}")).find(|t| checks::luhn(t)).unwrap()
            })
            .collect()
    };
    let hex = |i: u64| format!("{i:08x}-0000-4000-8000-{i:012x}");
    let cases: Vec<(&str, Vec<String>)> = vec![
        ("cn-mobile", digits(13_800_000_000, 200)),
        ("cn-bank-card", with_luhn(622_202_000_000_000)),
        ("imei", with_luhn(86_012_304_560_000)),
        ("email", (0..50).map(|i| format!("u{i}@example.com")).collect()),
        ("device-id", random(200).map(|r| hex(r >> 32)).collect()),
        ("ip", (0..200).map(|i| format!("192.0.2.{i}")).collect()),
        ("mac", (0..200).map(|i| format!("00:1a:2b:3c:4d:{i:02x}")).collect()),
        ("cn-plate", (0..200).map(|i| format!("京A{:05}", i * 317)).collect()),
        ("address", (1..200).map(|i| format!("滨江市临水区柳岸路{i}号")).collect()),
        ("diagnosis", (10..90).map(|i| format!("E{i}.1")).collect()),
    ];
    for (key, values) in cases {
        let n = values.len() as u64;
        let numeric = values.iter().all(|v| v.len() <= 18 && v.bytes().all(|b| b.is_ascii_digit()));
        let ty = if numeric { ColumnType::Integer } else { ColumnType::Text };
        assert_eq!(one(n * 3, column("v1", ty, &values, n)).semantic, key);
    }
}

#[test]
fn closed_lists_are_recognised_without_a_name() {
    for (key, values) in [
        ("sex", &["男", "女", "未知"][..]),
        ("sex", &["F", "M"]),
        ("ethnicity", &["汉族", "回族", "维吾尔族", "满族"]),
        ("marital-status", &["未婚", "已婚", "离异"]),
        ("education", &["小学", "初中", "高中", "本科"]),
        ("religion", &["佛教", "道教"]),
        ("division", &["江北区", "临水县", "安平镇"]),
        ("diagnosis", &["2型糖尿病", "高血压", "急性支气管炎"]),
    ] {
        assert_eq!(one(1000, texts("v1", values)).semantic, key, "{values:?}");
    }
}

#[test]
fn the_unknown_is_kept_on_the_safe_side() {
    let near_unique: Vec<String> = random(500).map(|r| format!("q{r:x}")).collect();
    let finding = one(510, column("v1", ColumnType::Text, &near_unique, 500));
    assert_eq!((finding.semantic.as_str(), finding.role), ("unique-code", Role::Identifier));

    let finding = one(5000, texts("v1", &["alpha", "beta", "gamma"]));
    assert_eq!((finding.semantic.as_str(), finding.role), ("unrecognised", Role::QuasiIdentifier));

    let finding = one(5000, texts("v1", &["alpha"]));
    assert_eq!((finding.semantic.as_str(), finding.role), ("constant", Role::Other));

    let floats: Vec<String> = (0..500).map(|i| format!("{i}.5")).collect();
    let finding = one(500, column("v1", ColumnType::Float, &floats, 500));
    assert_eq!((finding.semantic.as_str(), finding.role), ("unrecognised", Role::Other));
    assert!(finding.confidence < 0.25);

    // One state is "no value": such a column is no constant.
    let mut half = texts("v1", &["alpha"]);
    half.nulls = 2500;
    assert_eq!(one(5000, half).role, Role::QuasiIdentifier);
}

#[test]
fn prose_and_hidden_numbers_are_identifiers() {
    let prose: Vec<String> = (0..100)
        .map(|i| {
            format!("第{i}次随访，患者自述近来睡眠较差，饮食尚可，未诉其他明显不适，建议继续观察。")
        })
        .collect();
    let finding = one(100, column("v1", ColumnType::Text, &prose, 100));
    assert_eq!((finding.semantic.as_str(), finding.role), ("free-text", Role::Identifier));

    let finding = one(5000, texts("诊断", &["高血压", "感冒", "复诊请电13800138000"]));
    assert_eq!((finding.semantic.as_str(), finding.role), ("mixed-identifiers", Role::Identifier));
}

#[test]
fn a_diagnosis_in_words_is_not_said_to_contradict_its_name() {
    let finding = one(5000, texts("diagnosis", &["asthma", "gout", "flu"]));
    assert_eq!((finding.semantic.as_str(), signal(&finding, "pattern")), ("diagnosis", ""));
    // A number that should have a shape and has not is said to.
    let finding = one(5000, texts("手机号", &["x1", "x2", "x3"]));
    assert!(signal(&finding, "pattern").starts_with("0 % of 3"));
    assert_eq!((finding.semantic.as_str(), finding.role), ("cn-mobile", Role::Identifier));
}

#[test]
fn a_name_is_not_believed_over_a_few_words_that_are_nothing_like_it() {
    let spoilt = ["金", "银", "铜", "铁", "x", "#", "Z"];
    for (name, values, named) in [
        ("生日", &spoilt[..], "birth-date"),
        ("login_ip", &["web", "app", "kiosk", "branch"], "ip"),
        ("website", &["north", "south", "online", "partner"], "url"),
    ] {
        let finding = one(50, texts(name, values));
        assert_eq!(finding.semantic, "unrecognised", "{name}");
        // Of two it says too little, and it is believed.
        assert_eq!(one(50, texts(name, &values[..2])).semantic, named, "{name}");
    }
    // One that is like it in every seven rows is enough.
    let mixed = ["金", "银", "铜", "铁", "x", "#", "1990-05-01"];
    assert_eq!(one(50, texts("生日", &mixed)).semantic, "birth-date");
}

#[test]
fn spoilt_serial_numbers_hold_no_phones() {
    let numbers = |step: u64| -> Vec<String> {
        let number = |n: u64| (13_800_000_000 + n * step).to_string();
        let spoilt =
            |n: u64| if n.is_multiple_of(5) { format!("{}#", &number(n)[..10]) } else { number(n) };
        (0..300).map(spoilt).collect()
    };
    assert_eq!(one(300, column("v1", ColumnType::Text, &numbers(1), 300)).semantic, "unique-code");
    // Those that lie apart are phones.
    let apart = one(300, column("v1", ColumnType::Text, &numbers(7919), 300));
    assert!(["cn-mobile", "mixed-identifiers"].contains(&apart.semantic.as_str()));
}

#[test]
fn rows_that_are_counted_name_nobody() {
    let numbers: Vec<String> = (1..=300).map(|i| i.to_string()).collect();
    let finding = one(300, column("v1", ColumnType::Integer, &numbers, 300));
    assert_eq!((finding.semantic.as_str(), finding.role), ("row-number", Role::Identifier));
    assert!(!finding.person_key);
}

#[test]
fn whole_numbers_with_a_point_are_whole() {
    let ids: Vec<String> = (0..300).map(|i| (125_024 + i).to_string()).collect();
    let finding = one(900, column("patient_id", ColumnType::Float, &ids, 300));
    assert_eq!((finding.semantic.as_str(), finding.person_key), ("person-id", true));
}

#[test]
fn ages_of_children_are_sensitive() {
    let ages = |from: u32| (from..90).map(|a| a.to_string()).collect::<Vec<_>>();
    assert!(one(9000, column("age", ColumnType::Integer, &ages(3), 87)).sensitive_pi);
    assert!(!one(9000, column("age", ColumnType::Integer, &ages(18), 72)).sensitive_pi);
}

#[test]
fn a_date_that_spans_lives_is_a_birth_date() {
    let dates = |from: u32, to: u32| (from..to).map(|y| format!("{y}-05-01")).collect::<Vec<_>>();
    let born = one(500, column("v1", ColumnType::Date, &dates(1935, 2015), 80));
    let seen = one(500, column("v1", ColumnType::Date, &dates(2019, 2025), 6));
    assert_eq!((born.semantic.as_str(), seen.semantic.as_str()), ("birth-date", "event-date"));
}

#[test]
fn the_person_key_is_the_steadiest_identifier() {
    let key = |columns: Vec<ColumnProfile>| {
        let found = detected(1000, columns);
        assert!(found.iter().filter(|f| f.person_key).count() <= 1);
        found.into_iter().find(|f| f.person_key).map(|f| f.column)
    };
    let ids = |name: &str, n: u64| {
        let values: Vec<String> = (0..n).map(|i| format!("K{:05}", i * 37)).collect();
        column(name, ColumnType::Text, &values, n)
    };
    let residents = column("证号", ColumnType::Text, &resident_numbers(300), 300);
    assert_eq!(
        key(vec![ids("user_id", 310), residents, ids("device_id", 900)]),
        Some("证号".to_owned())
    );
    assert_eq!(
        key(vec![ids("device_id", 900), ids("claim_id", 1000), ids("user_id", 310)]),
        Some("user_id".to_owned())
    );
    assert_eq!(
        key(vec![ids("claim_id", 1000), ids("device_id", 400)]),
        Some("device_id".to_owned())
    );
    assert_eq!(
        key(vec![ids("patient_id", 300), ids("member_id", 310)]),
        Some("member_id".to_owned())
    );
    assert_eq!(key(vec![ids("doctor_name", 30), ids("claim_id", 1000)]), None);
    let mut sparse = ids("user_id", 310);
    sparse.nulls = 690;
    assert_eq!(key(vec![sparse]), None);
}

#[test]
fn the_request_has_the_last_word() {
    let ages: Vec<String> = (20..60).map(|a| a.to_string()).collect();
    let ids: Vec<String> = (0..300).map(|i| format!("K{i:05}")).collect();
    let mut found = detected(
        1000,
        vec![
            column("age", ColumnType::Integer, &ages, 40),
            column("user_id", ColumnType::Text, &ids, 300),
            column("score", ColumnType::Integer, &ages, 40),
        ],
    );
    let columns = BTreeMap::from([
        ("age".to_owned(), Column { role: Some(Role::Sensitive), ..Column::default() }),
        ("user_id".to_owned(), Column { sensitive: Some(true), ..Column::default() }),
        ("absent".to_owned(), Column { role: Some(Role::Other), ..Column::default() }),
    ]);
    apply_overrides(&mut found, &columns, Some("score"));
    assert_eq!((found[0].role, found[0].semantic.as_str()), (Role::Sensitive, "age"));
    assert!((found[0].confidence - 1.0).abs() < f64::EPSILON);
    assert_eq!(found[0].signals[0].test, "request");
    assert!(found[1].sensitive_pi && !found[1].person_key);
    assert!(found[2].person_key && found[2].role == Role::Identifier);

    // A person column that does not exist changes nothing; the caller refuses the request.
    apply_overrides(&mut found, &BTreeMap::new(), Some("absent"));
    assert!(found[2].person_key);

    // Who calls a column a quasi-identifier wants it made coarser, and not made a token.
    let quasi = Column { role: Some(Role::QuasiIdentifier), ..Column::default() };
    let columns = BTreeMap::from([("score".to_owned(), quasi)]);
    apply_overrides(&mut found, &columns, Some("score"));
    assert!(found[2].person_key);
    apply_overrides(&mut found, &columns, None);
    assert!(!found[2].person_key && found[2].role == Role::QuasiIdentifier);
}

proptest! {
    #[test]
    fn no_signal_holds_a_value(
        name in ".{0,12}",
        values in prop::collection::btree_set("[a-z\u{4e00}-\u{4e20}@.]{9,14}", 1..40),
        rows in 40_u64..100,
    ) {
        let values: Vec<String> = values.into_iter().collect();
        let n = values.len() as u64;
        let finding = one(rows, column(&name, ColumnType::Text, &values, n));
        prop_assert!((0.0..=1.0).contains(&finding.confidence));
        for signal in &finding.signals {
            for value in &values {
                prop_assert!(!signal.saw.en.contains(value.as_str()));
                prop_assert!(!signal.saw.zh.contains(value.as_str()));
            }
        }
    }

    #[test]
    fn nothing_makes_the_detector_panic(
        name in any::<String>(),
        values in prop::collection::vec(any::<String>(), 0..20),
        rows in any::<u64>(),
        distinct in any::<u64>(),
        nulls in any::<u64>(),
    ) {
        for ty in [ColumnType::Text, ColumnType::Integer, ColumnType::Float, ColumnType::Boolean, ColumnType::Date] {
            let column = ColumnProfile { nulls, ..column(&name, ty, &values, distinct) };
            one(rows, column);
        }
    }
}
