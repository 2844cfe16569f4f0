use super::*;

const SHIPPED: &str = include_str!("../../../../../laws/grade-cn-2026.toml");

fn fault(from: &str, to: &str) -> GradePackError {
    assert!(SHIPPED.contains(from), "the pack has no `{from}` any more");
    let error = GradePack::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err();
    assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    error
}

#[test]
fn the_shipped_pack_loads() {
    let pack = GradePack::builtin();
    assert_eq!(pack.label(), "grade-cn-2026 1 (as of 2026-11-23)");
    assert_eq!(pack.standards(), ["GBT45574", "GBT35273"]);
    let thresholds: Vec<u64> = pack.records().iter().map(|r| r.threshold).collect();
    assert_eq!(thresholds, [50, 50, 50, 50, 500, 500, 500, 500, 5000]);
}

#[test]
fn faults_of_a_pack_are_found() {
    let line = SHIPPED.lines().position(|line| line.starts_with("[[levels]]")).unwrap() + 2;
    assert!(matches!(
        fault("\nlevel = 1\n", "\nlevvel = 1\n"),
        GradePackError::Syntax { line: at, .. } if at == line
    ));
    assert!(matches!(
        fault("level = 4\ncertainty = \"second", "level = 9\ncertainty = \"second"),
        GradePackError::NotListed { named, .. } if named == "level 9"
    ));
    assert!(matches!(
        fault("\"cn-mobile\", \"phone\"", "\"cn-mobile\", \"age\""),
        GradePackError::Twice { id } if id == "age"
    ));
    assert!(matches!(
        fault("classes = [\"credit\"]", "classes = [\"kredit\"]"),
        GradePackError::NotListed { named, .. } if named == "kredit"
    ));
    assert!(matches!(
        fault("threshold = 500\n", "threshold = 0\n"),
        GradePackError::OutOfRange { key: "threshold", .. }
    ));
    assert_eq!(fault("rest = true\n", ""), GradePackError::Rest);
    assert!(matches!(fault("other = \"other\"\n", ""), GradePackError::Empty { key: "other", .. }));
    assert!(matches!(
        fault("[instruments.NDSMR]", "[instruments.NDSMRX]"),
        GradePackError::NotListed { named, .. } if named == "NDSMR"
    ));
}
