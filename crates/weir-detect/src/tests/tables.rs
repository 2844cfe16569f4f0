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

/// A residents' register with visits, as a health authority keeps it. Mobile numbers begin with
/// a block that is not given out, so that the name has to carry the column.
#[test]
fn a_residents_table() {
    let n = 1000_usize;
    let names: Vec<String> = random(n)
        .map(|r| {
            let pick =
                |list: &str, r: u64| list.chars().nth(r as usize % list.chars().count()).unwrap();
            let given = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂";
            format!(
                "{}{}{}",
                pick("王李张刘陈杨黄赵吴周", r),
                pick(given, r >> 8),
                pick(given, r >> 16)
            )
        })
        .collect();
    let made = |f: &dyn Fn(u64) -> String| random(n).map(f).collect::<Vec<_>>();
    let codes = made(&|r| {
        let body = format!("91110105MA{:07}", r % 10_000_000);
        let last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
        let check = |c: &char| checks::social_credit_code(&format!("{body}{c}"));
        format!("{body}{}", last.clone().find(check).unwrap())
    });
    let text = ColumnType::Text;
    let cases = [
        (column("姓名", text, &names, 21_000), "person-name", Role::Identifier),
        (
            column("身份证号", text, &resident_numbers(n), 38_000),
            "cn-resident-id",
            Role::Identifier,
        ),
        (texts("性别", &["男", "女"]), "sex", Role::QuasiIdentifier),
        (
            column(
                "出生日期",
                ColumnType::Date,
                &made(&|r| format!("{}-01-05", 1930 + r % 90)),
                20_000,
            ),
            "birth-date",
            Role::QuasiIdentifier,
        ),
        (texts("民族", &["汉族", "回族", "满族"]), "ethnicity", Role::QuasiIdentifier),
        (
            column(
                "手机号",
                ColumnType::Integer,
                &made(&|r| format!("100{:08}", r % 100_000_000)),
                38_000,
            ),
            "cn-mobile",
            Role::Identifier,
        ),
        (texts("所属区划", &["江北区", "临水县", "安平县"]), "division", Role::QuasiIdentifier),
        (
            column(
                "住址",
                text,
                &made(&|r| format!("滨江市江北区柳岸路{}号{}栋", r % 900, r % 20)),
                30_000,
            ),
            "address",
            Role::Identifier,
        ),
        (
            column("工作单位信用代码", text, &codes, 4_000),
            "cn-social-credit-code",
            Role::QuasiIdentifier,
        ),
        (
            column(
                "就诊日期",
                ColumnType::Date,
                &made(&|r| format!("{}-01-05", 2023 + r % 3)),
                1_000,
            ),
            "event-date",
            Role::QuasiIdentifier,
        ),
        (texts("诊断", &["高血压", "2型糖尿病", "支气管炎"]), "diagnosis", Role::Sensitive),
        (
            column("设备标识", text, &made(&|r| format!("{r:016x}{r:016x}")), 38_000),
            "device-id",
            Role::Identifier,
        ),
        (
            column("年收入", ColumnType::Integer, &made(&|r| (r % 500_000).to_string()), 30_000),
            "income",
            Role::QuasiIdentifier,
        ),
    ];
    let found = detected(52_000, cases.iter().map(|(column, ..)| column.clone()).collect());
    for (finding, (column, semantic, role)) in found.iter().zip(&cases) {
        assert_eq!(
            (finding.semantic.as_str(), finding.role),
            (*semantic, *role),
            "{}",
            column.name
        );
        assert_eq!(finding.person_key, column.name == "身份证号", "{}", column.name);
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
