use weir_types::{ColumnType, Finding, Role};

use crate::together::tests::{batch, coded, finding, options};
use crate::together::{Dependency, Form, of_coded};

fn found(names: &[&str], rows: &[Vec<String>], findings: &[Finding]) -> Vec<Dependency> {
    let options = options();
    let of = |rows: &[Vec<String>]| {
        of_coded(&coded(&batch(names, rows), findings, &options), findings, &options).dependencies
    };
    let (found, mut backwards) = (of(rows), rows.to_vec());
    backwards.reverse();
    assert_eq!(of(&backwards), found, "the order of rows matters");
    found
}

fn quasi(name: &str) -> Finding {
    finding(name, Role::QuasiIdentifier, false)
}

fn drawn(row: u64, column: u64) -> u64 {
    weir_table::mix(row * 31 + column * 7919 + 1)
}

fn tells<'a>(found: &'a [Dependency], from: &[&str], to: &str) -> Option<&'a Dependency> {
    found.iter().find(|d| d.from == from && d.to == to)
}

#[test]
fn a_postcode_determines_a_city_and_its_violations_are_counted() {
    let names = ["postcode", "city", "age"];
    let rows: Vec<Vec<String>> = (0..4000)
        .map(|row| {
            let postcode = drawn(row, 1) % 200;
            let city = if row % 200 == 7 { 99 } else { postcode / 10 };
            vec![format!("{postcode:06}"), format!("c{city}"), (drawn(row, 2) % 80).to_string()]
        })
        .collect();
    let found = found(&names, &rows, &names.map(quasi));
    let tie = tells(&found, &["postcode"], "city").expect("the dependency is found");
    assert_eq!(tie.form, Form::Function);
    assert_eq!(tie.of, 4000);
    assert!((tie.violations - 0.005).abs() < 1e-9, "{tie:?}");
    assert!(tie.say.en.ends_with("keeping `postcode` undoes generalising `city`"), "{}", tie.say);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_unique_or_hardly_varies_is_no_evidence() {
    let names = ["number", "rare", "a", "b"];
    let rows: Vec<Vec<String>> = (0..3000)
        .map(|row| {
            let rare = if row % 100 == 0 { "1" } else { "0" };
            let [a, b] = [drawn(row, 1) % 9, drawn(row, 2) % 9];
            vec![row.to_string(), rare.to_owned(), a.to_string(), b.to_string()]
        })
        .collect();
    let found = found(&names, &rows, &names.map(quasi));
    assert_eq!(found, Vec::new());
}

#[test]
fn two_columns_together_determine_a_third() {
    let names = ["region", "year", "code"];
    let rows: Vec<Vec<String>> = (0..3000)
        .map(|row| {
            let [region, year] = [drawn(row, 1) % 12, drawn(row, 2) % 8];
            vec![region.to_string(), year.to_string(), (region * 7 + year * 5).to_string()]
        })
        .collect();
    let found = found(&names, &rows, &names.map(quasi));
    let tie = tells(&found, &["region", "year"], "code").expect("the dependency is found");
    assert!(tie.violations == 0.0 && tie.of == 3000, "{tie:?}");
    assert!(tells(&found, &["region"], "code").is_none());
}

#[test]
fn a_person_with_many_rows_is_no_evidence_for_others() {
    // `shop` is a function of `who` and of nothing else; every person has one colour in all of
    // their rows, which looks like a function of the shop in a shop of one person.
    let names = ["who", "shop", "colour"];
    let rows: Vec<Vec<String>> = (0..4000_u64)
        .map(|row| {
            let who = row / 20;
            let cell = |column: u64, n: u64| (drawn(who, column) % n).to_string();
            vec![format!("p{who}"), who.to_string(), cell(2, 5)]
        })
        .collect();
    let mut findings = names.map(quasi);
    findings[0] = finding("who", Role::Identifier, true);
    assert_eq!(tells(&found(&names, &rows, &findings), &["shop"], "colour"), None);
}

#[test]
fn columns_that_differ_in_format_only_are_called_that() {
    let names = ["day", "compact", "name", "code"];
    let rows: Vec<Vec<String>> = (0..2000)
        .map(|row| {
            let (y, m, d) =
                (1950 + drawn(row, 1) % 60, 1 + drawn(row, 2) % 12, 1 + drawn(row, 3) % 28);
            let city = drawn(row, 4) % 30;
            vec![
                format!("{y}-{m:02}-{d:02}"),
                format!("{y}/{m:02}/{d:02} "),
                format!("city {city}"),
                format!("X{}", (city * 17 + 3) % 31),
            ]
        })
        .collect();
    let found = found(&names, &rows, &names.map(quasi));
    assert_eq!(tells(&found, &["day"], "compact").map(|d| d.form), Some(Form::Same));
    assert_eq!(tells(&found, &["name"], "code").map(|d| d.form), Some(Form::Mutual));
    assert_eq!(found.len(), 2, "{found:?}");
}

/// Two rare flags are both 0 in nearly every row, and say nothing of each other.
#[test]
fn rare_flags_are_not_the_same_column() {
    let names = ["a", "b", "c"];
    let rows: Vec<Vec<String>> = (0..4000)
        .map(|row| {
            let flag = |column| u64::from(drawn(row, column).is_multiple_of(120)).to_string();
            vec![flag(1), flag(2), (drawn(row, 3) % 40).to_string()]
        })
        .collect();
    assert_eq!(found(&names, &rows, &names.map(quasi)), Vec::new());
}

/// Resident numbers with their check digit (GB 11643).
fn resident(division: u64, birth: u64, order: u64) -> String {
    let body = format!("{division:06}{birth:08}{order:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

#[test]
fn a_resident_number_holds_birth_sex_division_and_age() {
    let names = ["id", "birth", "sex", "region", "age", "partner"];
    let rows: Vec<Vec<String>> = (0..500)
        .map(|row| {
            let birth = (1950 + drawn(row, 1) % 60) * 10_000
                + (1 + drawn(row, 2) % 12) * 100
                + 1
                + drawn(row, 3) % 28;
            let (division, order) = (110_101 + drawn(row, 4) % 9, drawn(row, 5) % 1000);
            // One in fifty is written down with another birthday.
            let stated = if row % 50 == 0 { birth - 10_000 } else { birth };
            let (y, m, d) = (stated / 10_000, stated / 100 % 100, stated % 100);
            vec![
                resident(division, birth, order),
                format!("{y}-{m:02}-{d:02}"),
                if order % 2 == 1 { "男" } else { "女" }.to_owned(),
                (division / 100 * 100).to_string(),
                ((20_260_901 - birth) / 10_000).to_string(),
                // The sex of somebody else: half of them agree by chance.
                if drawn(row, 6) % 2 == 1 { "男" } else { "女" }.to_owned(),
            ]
        })
        .collect();
    let of = |name: &str, semantic: &str, ty: ColumnType| Finding {
        semantic: semantic.to_owned(),
        ty,
        ..quasi(name)
    };
    let findings = [
        Finding { role: Role::Identifier, ..of("id", "cn-resident-id", ColumnType::Text) },
        of("birth", "birth-date", ColumnType::Text),
        of("sex", "sex", ColumnType::Text),
        of("region", "division", ColumnType::Text),
        of("age", "age", ColumnType::Integer),
        of("partner", "sex", ColumnType::Text),
    ];
    // Ages are numbers, the rest is text.
    let batch = {
        let text = batch(&names, &rows);
        let ages = rows.iter().map(|row| row[4].parse::<i64>().unwrap());
        let mut arrays = text.columns().to_vec();
        arrays[4] = std::sync::Arc::new(arrow_array::Int64Array::from_iter_values(ages));
        arrow_array::RecordBatch::try_from_iter(names.into_iter().zip(arrays)).unwrap()
    };
    let options = options();
    let found = of_coded(&coded(&batch, &findings, &options), &findings, &options).dependencies;
    for (to, form, violations) in [
        ("birth", Form::Holds, 0.02),
        ("sex", Form::Holds, 0.0),
        ("region", Form::Holds, 0.0),
        ("age", Form::Age, 0.0),
    ] {
        let tie = tells(&found, &["id"], to).unwrap_or_else(|| panic!("{to}: {found:?}"));
        assert_eq!((tie.form, tie.of), (form, 500), "{to}");
        assert!((tie.violations - violations).abs() < 1e-9, "{tie:?}");
    }
    assert_eq!(tells(&found, &["birth"], "age").map(|d| d.form), Some(Form::Age));
    assert!(tells(&found, &["id"], "partner").is_none(), "{found:?}");
    // It is a function as well, and told once.
    let ages = found.iter().filter(|d| d.from == ["birth"] && d.to == "age");
    assert_eq!(ages.count(), 1);
}
