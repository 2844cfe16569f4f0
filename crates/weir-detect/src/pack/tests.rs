use super::*;
use crate::{Catalogue, Detector};

const HEAD: &str = "[pack]\nname = \"hospital\"\n\n";
const CARD: &str = "[[type]]\nid = \"ward-card\"\nzh = \"病区卡号\"\nen = \"ward card\"\n\
    role = \"identifier\"\ncategory = \"health\"\npatterns = ['WC[0-9]{6}']\n";

fn fault(text: &str) -> (usize, Fault) {
    let error = Pack::parse(text, "types.toml").unwrap_err();
    assert!(!error.hint().is_empty());
    assert!(error.to_string().starts_with(&format!("types.toml, line {}: ", error.line)));
    (error.line, error.fault)
}

/// Every example of every type of weir passes and every counterexample fails, or the pack would
/// not be read.
#[test]
fn the_packs_of_weir_are_read() {
    let packs = Pack::builtin();
    let n: usize = packs.iter().map(|pack| pack.keys().count()).sum();
    let names: Vec<&str> = packs.iter().map(Pack::name).collect();
    assert!(n > 150, "{n}");
    assert_eq!(names[0], "weir-china");
    let catalogue = Catalogue::builtin();
    let id = catalogue.id("cn-resident-id").unwrap();
    assert_eq!(catalogue.pack(id), "weir-china");
    assert_eq!(catalogue.category(id).name(), "identity");
    assert!(!catalogue.sensitive_pi(id) && catalogue.category(id).is_personal());
    let masked = catalogue.id("cn-mobile-masked").unwrap();
    assert_eq!(catalogue.masked(masked), catalogue.id("cn-mobile"));
}

#[test]
fn every_type_of_weir_that_values_tell_has_examples() {
    const BY_LISTS: [&str; 1] = ["division"];
    for text in [
        include_str!("../../packs/china.toml"),
        include_str!("../../packs/world.toml"),
        include_str!("../../packs/masked.toml"),
        include_str!("../../packs/network.toml"),
        include_str!("../../packs/health.toml"),
        include_str!("../../packs/people.toml"),
    ] {
        for entry in text.split("[[type]]").skip(1) {
            let told = entry.contains("\npatterns = ");
            let examples =
                entry.contains("\nexamples = ") && entry.contains("\ncounterexamples = ");
            let id = entry.lines().find_map(|line| line.strip_prefix("id = ")).unwrap();
            assert!(!told || examples || BY_LISTS.contains(&id), "{id}");
        }
    }
}

#[test]
fn a_pack_is_read_and_used() {
    let text = format!(
        "{HEAD}{CARD}names = [\"wardcard\", \"病区卡\"]\nexamples = [\"WC000001\"]\n\
         counterexamples = [\"WC1\"]\ndecides = true\nconfidence = 0.9\n"
    );
    let pack = Pack::parse(&text, "types.toml").unwrap();
    assert_eq!(pack.keys().collect::<Vec<_>>(), ["ward-card"]);
    let detector = Detector::with_packs(vec![pack]).unwrap();
    let values: Vec<String> = (0..100).map(|i| format!("WC{i:06}")).collect();
    let column = crate::tests::column("c1", weir_types::ColumnType::Text, &values, 100);
    let profile = crate::tests::profile(100, vec![column]);
    let report = detector.inspect(&profile, None).remove(0);
    assert_eq!((report.finding.semantic.as_str(), report.pack.as_str()), ("ward-card", "hospital"));
    assert_eq!(report.finding.role, Role::Identifier);
    assert_eq!(Detector::builtin().detect(&profile)[0].semantic, "unique-code");
}

#[test]
fn a_pack_replaces_a_type_of_weir() {
    let text = format!("{HEAD}{}", CARD.replace("ward-card", "cn-mobile"));
    let detector = Detector::with_packs(vec![Pack::parse(&text, "t").unwrap()]).unwrap();
    let catalogue = detector.catalogue();
    let id = catalogue.id("cn-mobile").unwrap();
    assert_eq!((catalogue.pack(id), catalogue.label(id).en.as_str()), ("hospital", "ward card"));
}

#[test]
fn faults_are_located() {
    let cases = [
        ("", 1, "missing field"),
        ("[pack]\nname = \"x\"\nowner = 1\n", 3, "unknown field"),
        ("[pack]\nname = \"\"\n", 1, "must be a name"),
    ];
    for (text, line, says) in cases {
        let (at, fault) = fault(text);
        assert_eq!(at, line, "{text}");
        assert!(fault.to_string().contains(says), "{fault}");
    }
    let with = |more: &str| format!("{HEAD}{CARD}{more}");
    let line_after = CARD.lines().count() + 4;
    type Is = fn(&Fault) -> bool;
    let cases: Vec<(&str, Is)> = vec![
        (
            "check = \"lun\"\n",
            |f| matches!(f, Fault::UnknownCheck { nearest: Some(near), .. } if near == "luhn"),
        ),
        ("lists = [\"towns\"]\n", |f| matches!(f, Fault::UnknownList { .. })),
        ("examples = [\"WC00000\"]\n", |f| matches!(f, Fault::Example { wanted: true, .. })),
        ("counterexamples = [\"WC000000\"]\n", |f| {
            matches!(f, Fault::Example { wanted: false, number: 1, .. })
        }),
        ("loose = '(a'\n", |f| matches!(f, Fault::Pattern { .. })),
        ("loose = '(?:(?:a{1000}){1000}){1000}'\n", |f| matches!(f, Fault::PatternSize { .. })),
        ("loose = '\\bword'\n", |f| matches!(f, Fault::Pattern { .. })),
        ("names = [\" \"]\n", |f| matches!(f, Fault::OutOfRange { .. })),
    ];
    for (more, is) in cases {
        let (line, fault) = fault(&with(more));
        assert!(is(&fault), "{more}: {fault}");
        assert_eq!(line, line_after, "{more}");
    }
    assert!(matches!(fault(&with("confidence = 2.0\n")).1, Fault::OutOfRange { .. }));
    assert!(matches!(fault(&format!("{HEAD}{CARD}{CARD}")).1, Fault::Twice { .. }));
    let id = CARD.replace("ward-card", "Ward Card");
    assert!(matches!(fault(&format!("{HEAD}{id}")).1, Fault::Identifier { .. }));
    let nothing = CARD.replace("patterns = ['WC[0-9]{6}']\n", "");
    assert!(matches!(fault(&format!("{HEAD}{nothing}")).1, Fault::Nothing { .. }));
}

#[test]
fn a_type_that_is_in_no_pack_is_not_borne_out() {
    let text = format!("{HEAD}{CARD}bears_out = [\"cn-mobil\"]\n");
    let error = Detector::with_packs(vec![Pack::parse(&text, "types.toml").unwrap()]).unwrap_err();
    assert!(
        matches!(&error.fault, Fault::UnknownType { nearest: Some(near), .. } if near == "cn-mobile")
    );
    assert_eq!(error.hint(), "did you mean `cn-mobile`?");
}

#[test]
fn the_pack_of_the_manual_is_read() {
    let manual = include_str!("../../../../docs/types.md");
    let text = manual.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(Pack::parse(text, "types.md").unwrap().keys().collect::<Vec<_>>(), ["ward-card"]);
    for name in check_names() {
        assert!(manual.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn no_error_shows_an_example() {
    let text = format!("{HEAD}{CARD}examples = [\"13800138000\"]\n");
    let error = Pack::parse(&text, "types.toml").unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.hint()).contains("138001"));
}
