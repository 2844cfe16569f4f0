//! Whole tables: the columns of the examples, with the roles they must get.

use super::*;

/// Columns of the RAND Health Insurance Experiment table (20,190 rows of 5,912 people): name,
/// type (`i`, `f`), distinct values, least, greatest; then the semantic and the role expected.
#[rustfmt::skip]
const CLAIMS: &[(&str, char, u64, f64, f64, &str, Role)] = &[
    ("plan", 'i', 18, 1.0, 24.0, "insurance-terms", Role::Other),
    ("site", 'i', 6, 1.0, 6.0, "region", Role::QuasiIdentifier),
    ("coins", 'i', 5, 0.0, 100.0, "insurance-terms", Role::Other),
    ("tookphys", 'i', 2, 0.0, 1.0, "unrecognised", Role::Other),
    ("year", 'i', 5, 1.0, 5.0, "event-year", Role::QuasiIdentifier),
    ("zper", 'i', 5912, 125_024.0, 632_167.0, "person-id", Role::Identifier),
    ("black", 'f', 7, 0.0, 1.0, "race", Role::QuasiIdentifier),
    ("income", 'f', 1703, 0.0, 29_237.0, "income", Role::QuasiIdentifier),
    ("xage", 'f', 17_503, 0.01, 64.3, "age", Role::QuasiIdentifier),
    ("female", 'i', 2, 0.0, 1.0, "sex", Role::QuasiIdentifier),
    ("educdec", 'f', 36, 0.0, 25.0, "education", Role::QuasiIdentifier),
    ("time", 'f', 42, 0.07, 1.0, "unrecognised", Role::Other),
    ("outpdol", 'f', 10_435, 0.0, 4000.0, "care-cost", Role::Sensitive),
    ("drugdol", 'f', 10_189, 0.0, 2000.0, "care-cost", Role::Sensitive),
    ("suppdol", 'f', 3529, 0.0, 1000.0, "care-cost", Role::Sensitive),
    ("mentdol", 'f', 628, 0.0, 2000.0, "mental-health", Role::Sensitive),
    ("inpdol", 'f', 1820, 0.0, 38_000.0, "care-cost", Role::Sensitive),
    ("meddol", 'f', 14_549, 0.0, 39_182.0, "care-cost", Role::Sensitive),
    ("totadm", 'i', 9, 0.0, 8.0, "care-count", Role::Sensitive),
    ("inpmis", 'i', 2, 0.0, 1.0, "unrecognised", Role::Other),
    ("mentvis", 'i', 57, 0.0, 69.0, "mental-health", Role::Sensitive),
    ("mdvis", 'i', 59, 0.0, 77.0, "care-count", Role::Sensitive),
    ("notmdvis", 'i', 67, 0.0, 158.0, "care-count", Role::Sensitive),
    ("num", 'i', 14, 1.0, 14.0, "unrecognised", Role::Other),
    ("mhi", 'f', 309, 9.5, 100.0, "mental-health", Role::Sensitive),
    ("disea", 'f', 31, 0.0, 58.6, "diagnosis", Role::Sensitive),
    ("physlm", 'f', 11, 0.0, 1.0, "health", Role::Sensitive),
    ("ghindx", 'f', 175, 10.2, 100.0, "health", Role::Sensitive),
    ("mdeoff", 'f', 344, 0.0, 4000.0, "unrecognised", Role::Other),
    ("pioff", 'f', 620, 0.0, 1291.0, "unrecognised", Role::Other),
    ("child", 'i', 2, 0.0, 1.0, "age-group", Role::QuasiIdentifier),
    ("fchild", 'i', 2, 0.0, 1.0, "age-group", Role::QuasiIdentifier),
    ("lfam", 'f', 14, 0.0, 2.64, "family-size", Role::QuasiIdentifier),
    ("lpi", 'f', 619, 0.0, 7.17, "unrecognised", Role::Other),
    ("idp", 'i', 2, 0.0, 1.0, "unrecognised", Role::Other),
    ("logc", 'f', 4, 0.0, 4.57, "unrecognised", Role::Other),
    ("fmde", 'f', 345, 0.0, 8.3, "unrecognised", Role::Other),
    ("hlthg", 'i', 2, 0.0, 1.0, "health", Role::Sensitive),
    ("hlthf", 'i', 2, 0.0, 1.0, "health", Role::Sensitive),
    ("hlthp", 'i', 2, 0.0, 1.0, "health", Role::Sensitive),
    ("xghindx", 'f', 1278, 10.2, 100.0, "health", Role::Sensitive),
    ("linc", 'f', 1703, 0.0, 10.29, "income", Role::QuasiIdentifier),
    ("lnum", 'f', 14, 0.0, 2.64, "unrecognised", Role::Other),
    ("lnmeddol", 'f', 14_536, -0.9, 10.58, "care-cost", Role::Sensitive),
    ("binexp", 'i', 2, 0.0, 1.0, "unrecognised", Role::Other),
];

#[test]
fn the_claims_table() {
    let columns = CLAIMS
        .iter()
        .map(|(name, ty, distinct, least, greatest, ..)| {
            let n = (*distinct).min(4096);
            let step = (greatest - least) / (n.max(2) - 1) as f64;
            let values: Vec<String> = (0..n)
                .map(|i| {
                    let value = least + step * i as f64;
                    if *ty == 'i' { format!("{value:.0}") } else { value.to_string() }
                })
                .collect();
            let ty = if *ty == 'i' { ColumnType::Integer } else { ColumnType::Float };
            column(name, ty, &values, *distinct)
        })
        .collect();
    let found = detected(20_190, columns);
    assert_eq!(found.len(), CLAIMS.len());
    for (finding, (name, .., semantic, role)) in found.iter().zip(CLAIMS) {
        assert_eq!((finding.semantic.as_str(), finding.role), (*semantic, *role), "{name}");
        assert_eq!(finding.person_key, *name == "zper", "{name}");
    }
    let sensitive: Vec<_> =
        found.iter().filter(|f| f.sensitive_pi).map(|f| f.column.as_str()).collect();
    assert!(sensitive.contains(&"mhi") && sensitive.contains(&"xage"), "{sensitive:?}");
    assert!(!sensitive.contains(&"income"));
}

/// One column of a residents' register with visits, as a health authority keeps it: distinct
/// values in 52,000 rows, how a value is made, and what is expected. Mobile numbers begin with a
/// block that is not given out, so that the name has to carry the column.
type Made = (&'static str, ColumnType, u64, fn(u64) -> String, &'static str, Role);

#[rustfmt::skip]
const RESIDENTS: &[Made] = &[
    ("姓名", ColumnType::Text, 21_000, person_name, "person-name", Role::Identifier),
    ("身份证号", ColumnType::Text, 38_000, resident_number, "cn-resident-id", Role::Identifier),
    ("性别", ColumnType::Text, 2, |r| pick("男女", r), "sex", Role::QuasiIdentifier),
    ("出生日期", ColumnType::Date, 20_000, |r| format!("{}-01-05", 1930 + r % 90), "birth-date", Role::QuasiIdentifier),
    ("民族", ColumnType::Text, 3, |r| pick("汉回满", r) + "族", "ethnicity", Role::QuasiIdentifier),
    ("手机号", ColumnType::Integer, 38_000, |r| format!("100{:08}", r % 100_000_000), "cn-mobile", Role::Identifier),
    ("所属区划", ColumnType::Text, 3, |r| pick("江河湖", r) + "北区", "division", Role::QuasiIdentifier),
    ("住址", ColumnType::Text, 30_000, |r| format!("滨江市江北区柳岸路{}号{}栋", r % 900, r % 20), "address", Role::Identifier),
    ("工作单位信用代码", ColumnType::Text, 4_000, credit_code, "cn-social-credit-code", Role::QuasiIdentifier),
    ("就诊日期", ColumnType::Date, 1_000, |r| format!("{}-01-05", 2023 + r % 3), "event-date", Role::QuasiIdentifier),
    ("诊断", ColumnType::Text, 3, |r| pick("胃肺肝", r) + "炎", "diagnosis", Role::Sensitive),
    ("设备标识", ColumnType::Text, 38_000, |r| format!("{r:016x}{r:016x}"), "device-id", Role::Identifier),
    ("年收入", ColumnType::Integer, 30_000, |r| (r % 500_000).to_string(), "income", Role::QuasiIdentifier),
];

fn pick(list: &str, r: u64) -> String {
    list.chars().nth(r as usize % list.chars().count()).unwrap().to_string()
}

fn person_name(r: u64) -> String {
    let given = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂";
    pick("王李张刘陈杨黄赵吴周", r) + &pick(given, r >> 8) + &pick(given, r >> 16)
}

fn credit_code(r: u64) -> String {
    let body = format!("91110105MA{:07}", r % 10_000_000);
    let codes = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|last| format!("{body}{last}"));
    codes.into_iter().find(|code| checks::social_credit_code(code)).unwrap()
}

#[test]
fn a_residents_table() {
    let columns = RESIDENTS
        .iter()
        .map(|(name, ty, distinct, make, ..)| {
            let mut values: Vec<String> = random(1000).map(make).collect();
            values.sort_unstable();
            values.dedup();
            column(name, *ty, &values, *distinct)
        })
        .collect();
    for (finding, (name, .., semantic, role)) in detected(52_000, columns).iter().zip(RESIDENTS) {
        assert_eq!((finding.semantic.as_str(), finding.role), (*semantic, *role), "{name}");
        assert_eq!(finding.person_key, *name == "身份证号", "{name}");
    }
}

/// The columns of the census table that the literature measures on ("Adult", UCI).
#[test]
fn a_census_table() {
    for (name, values, semantic, role) in [
        ("workclass", &["Private", "State-gov"][..], "occupation", Role::QuasiIdentifier),
        ("education", &["Bachelors", "HS-grad"], "education", Role::QuasiIdentifier),
        ("marital-status", &["Never-married", "Divorced"], "marital-status", Role::QuasiIdentifier),
        ("race", &["White", "Black"], "race", Role::QuasiIdentifier),
        ("sex", &["Male", "Female"], "sex", Role::QuasiIdentifier),
        ("native-country", &["Peru", "Cuba"], "nationality", Role::QuasiIdentifier),
        ("relationship", &["Wife", "Own-child"], "household", Role::QuasiIdentifier),
        ("salary-class", &["<=50K", ">50K"], "income", Role::QuasiIdentifier),
    ] {
        let finding = one(30_000, texts(name, values));
        assert_eq!((finding.semantic.as_str(), finding.role), (semantic, role), "{name}");
    }
}
