use weir_table::ValueCount;
use weir_types::{ColumnType, Redacted, Role};

use super::*;
use crate::together::of_coded;
use crate::together::tests::{batch, coded, options};

/// 2026-11-25.
const TODAY: i32 = 20_782;

fn finding(column: &str, semantic: &str, role: Role, sensitive_pi: bool) -> Finding {
    Finding {
        column: column.to_owned(),
        ty: ColumnType::Text,
        semantic: semantic.to_owned(),
        label: Bilingual::new("某", "something"),
        role,
        confidence: 1.0,
        sensitive_pi,
        person_key: semantic == "cn-resident-id",
        signals: Vec::new(),
        distinct: 10,
        distinct_exact: true,
        nulls: 0,
    }
}

fn subject() -> Subject<'static> {
    Subject {
        rows: 10,
        rows_read: 10,
        findings: &[],
        catalogue: Catalogue::builtin(),
        columns: &[],
        together: None,
        today: TODAY,
    }
}

fn patients() -> Vec<Finding> {
    vec![
        finding("id", "cn-resident-id", Role::Identifier, false),
        finding("sex", "sex", Role::QuasiIdentifier, false),
        finding("card", "cn-bank-card", Role::Identifier, true),
        Finding { nulls: 400, ..finding("illness", "diagnosis", Role::Sensitive, true) },
        finding("ward", "event-year", Role::Other, false),
    ]
}

fn graded(findings: &[Finding], rows: u64, answers: &str) -> Grading {
    let subject = Subject { rows, rows_read: rows, findings, ..subject() };
    grade(&subject, &Answers::parse(answers).unwrap(), &GradePack::builtin())
}

#[test]
fn the_highest_column_governs_and_importance_is_not_guessed() {
    let graded = graded(&patients(), 1000, "");
    let levels: Vec<u8> = graded.columns.iter().map(|column| column.level).collect();
    assert_eq!(levels, [4, 3, 4, 4, 2]);
    assert_eq!((graded.table.level, graded.table.status), (4, Status::Unknown));
    assert_eq!(graded.table.by, ["id", "card", "illness"]);
    assert!(
        graded.table.say.en.starts_with("whether it is important or core data was not answered")
    );
    // That the number has level 4 is second-hand; what level 4 means is from memory, and it says so.
    assert!(graded.columns.iter().all(|column| column.certainty == Certainty::Unverified));
    assert!(graded.columns[0].say.en.contains("(unverified)"), "{}", graded.columns[0].say);
    assert_eq!(graded.questions[0].key, "importance");
}

#[test]
fn the_two_standards_differ_on_the_identity_number() {
    let graded = graded(&patients(), 1000, "");
    let view = |at: usize| -> Vec<Option<bool>> {
        graded.columns.iter().map(|column| column.sensitive[at].sensitive).collect()
    };
    assert_eq!(graded.sensitive[0].standard, "GBT45574");
    assert_eq!(view(0), [Some(false), None, Some(true), Some(true), None]);
    assert_eq!(graded.sensitive[1].standard, "GBT35273");
    assert_eq!(view(1), [Some(true), None, Some(true), Some(true), None]);
    assert_eq!(graded.columns[0].sensitive[0].certainty, Certainty::Seen);
    assert!(graded.sensitive[0].say.en.ends_with("not counted: `id`"));
}

#[test]
fn records_are_held_against_the_numbers_of_criminal_law() {
    let counts = |graded: &Grading| -> Vec<(String, u64, u64, bool)> {
        graded.records.iter().map(|r| (r.id.clone(), r.records, r.threshold, r.reached)).collect()
    };
    let plain = graded(&patients(), 800, "");
    let expected =
        [("property", 800, 50, true), ("health", 400, 500, false), ("other", 800, 5000, false)];
    let expected = expected.map(|(id, n, least, reached)| (id.to_owned(), n, least, reached));
    assert_eq!(counts(&plain), expected);
    assert!(plain.records[0].say.en.contains("ten times reached"), "{}", plain.records[0].say);
    assert!(plain.records[2].columns.contains(&"id".to_owned()));
    // Half of them where obtained in duty.
    let halved = graded(&patients(), 800, "obtained_in_duty = 'yes'");
    assert_eq!(halved.records[1].threshold, 250);
    assert!(halved.records[1].reached && halved.records[1].say.en.contains("half because"));
    assert!(!halved.questions.iter().any(|question| question.key == "obtained_in_duty"));
}

#[test]
fn an_answer_makes_it_important_and_nothing_else_does() {
    let say = |answers: &str| graded(&patients(), 1000, answers).table.say.en;
    let text = "importance = 'important'\nimportance_basis = 'notified'\nimportance_by = 'MIIT'\n";
    assert!(
        say(text).starts_with("important data (by notice of the authority: MIIT)"),
        "{}",
        say(text)
    );
    assert!(graded(&patients(), 1000, text).table.article.en.ends_with("article 29"));
    assert!(say("importance = 'general'").starts_with("general data, level 4"));
    let declared = graded(&patients(), 1000, "importance = 'declared'");
    assert!(declared.table.say.en.starts_with("declared as important, no notice"));
    assert_eq!(declared.answers.status.importance(), weir_types::Importance::Unknown);
    assert!(declared.notes.iter().any(|note| note.article.en.contains("37")));
    let secret = graded(&patients(), 1000, "state_secret = 'yes'");
    assert!(secret.notes.iter().any(|note| note.say.en.contains("must not handle it")));
}

#[test]
fn answering_opens_and_closes_questions() {
    let mut answers = Answers::default();
    let findings = patients();
    let subject = Subject { findings: &findings, ..subject() };
    let keys = |answers: &Answers| -> Vec<&str> {
        let graded = grade(&subject, answers, &GradePack::builtin());
        graded.questions.iter().map(|question| question.key).collect()
    };
    assert_eq!(
        keys(&answers),
        ["importance", "state_secret", "obtained_in_duty", "under_fourteen", "people_held"]
    );
    answers.answer("importance", "core").unwrap();
    assert_eq!(keys(&answers)[..2], ["importance_basis", "importance_by"]);
    for (key, word) in [
        ("importance_basis", "published"),
        ("importance_by", "CAC"),
        ("state_secret", "no"),
        ("obtained_in_duty", "no"),
        ("under_fourteen", "no"),
        ("people_held", "20000000"),
    ] {
        answers.answer(key, word).unwrap();
    }
    assert_eq!(keys(&answers), Vec::<&str>::new());
    let graded = grade(&subject, &answers, &GradePack::builtin());
    assert!(graded.notes.iter().any(|note| note.article.en.ends_with("article 28")));
    // A table without personal information is asked for less.
    let findings = [finding("product", "product-code", Role::Other, false)];
    let subject = Subject { findings: &findings, ..subject };
    let graded = grade(&subject, &Answers::default(), &GradePack::builtin());
    let keys: Vec<&str> = graded.questions.iter().map(|question| question.key).collect();
    assert_eq!((keys, graded.records.len()), (vec!["importance", "state_secret"], 0));
}

#[test]
fn children_are_told_by_ages_and_birthdays() {
    let column = |name: &str, ty: ColumnType, values: &[&str]| ColumnProfile {
        name: name.to_owned(),
        ty,
        nulls: 0,
        distinct: values.len() as u64,
        distinct_exact: true,
        values: values
            .iter()
            .map(|v| ValueCount {
                value: Redacted::new((*v).to_owned()),
                number: v.parse().ok(),
                count: 1,
            })
            .collect(),
        min: None,
        max: None,
        longest: 18,
    };
    let of = |semantic: &str, ty, value: &str| {
        let findings = [Finding { ty, ..finding("c", semantic, Role::QuasiIdentifier, false) }];
        let columns = [column("c", ty, &[value])];
        let subject = Subject { findings: &findings, columns: &columns, ..subject() };
        let graded = grade(&subject, &Answers::default(), &GradePack::builtin());
        let noted = graded.notes.iter().any(|note| note.say.en.contains("under fourteen"));
        assert_eq!(noted, graded.sensitive[0].say.en.contains("children under fourteen"));
        assert!(!noted || graded.sensitive.iter().all(|view| view.columns == ["c"]), "{graded:?}");
        assert_eq!(noted, !graded.questions.iter().any(|q| q.key == "under_fourteen"));
        noted
    };
    assert!(of("age", ColumnType::Integer, "13") && !of("age", ColumnType::Integer, "14"));
    assert!(of("birth-date", ColumnType::Date, "2012-11-26"));
    assert!(!of("birth-date", ColumnType::Date, "2012-11-25"));
    assert!(of("cn-resident-id", ColumnType::Text, "110105201501010017"));
    assert!(!of("cn-resident-id", ColumnType::Text, "11010519491231002X"));
}

#[test]
fn columns_that_single_people_out_together_raise_a_low_level() {
    let names = ["region", "year"];
    let rows: Vec<Vec<String>> =
        (0..40).map(|row| vec![format!("r{}", row / 7), format!("y{}", row % 7)]).collect();
    let findings = [
        finding("region", "region", Role::QuasiIdentifier, false),
        finding("year", "event-year", Role::QuasiIdentifier, false),
    ];
    let options = options();
    let together =
        of_coded(&coded(&batch(&names, &rows), &findings, &options), &findings, &options);
    let alone = graded(&findings, 40, "");
    assert_eq!(alone.table.level, 2);
    let subject = Subject {
        rows: 40,
        rows_read: 40,
        findings: &findings,
        together: Some(&together),
        ..subject()
    };
    let graded = grade(&subject, &Answers::default(), &GradePack::builtin());
    assert_eq!((graded.table.level, graded.table.certainty), (3, Certainty::Unverified));
    assert_eq!(graded.table.by, ["region", "year"]);
    assert!(graded.questions.iter().any(|q| q.key == "combination_sensitive"));
}

/// Of 100 rows in the sample 40 have an illness, so of 100,000 in the table 40,000 have.
#[test]
fn what_a_sample_shows_is_scaled_up() {
    let findings =
        [Finding { nulls: 60, ..finding("illness", "diagnosis", Role::Sensitive, true) }];
    let subject = Subject { rows: 100_000, rows_read: 100, findings: &findings, ..subject() };
    let graded = grade(&subject, &Answers::default(), &GradePack::builtin());
    let health = graded.records.iter().find(|records| records.id == "health").unwrap();
    assert_eq!((health.records, health.people), (40_000, 40_000));
    let empty = [Finding { nulls: 100, ..findings[0].clone() }];
    let graded =
        grade(&Subject { findings: &empty, ..subject }, &Answers::default(), &GradePack::builtin());
    assert!(graded.records.iter().all(|records| records.records == 0), "{:?}", graded.records);
}

#[test]
fn a_type_that_no_class_lists_is_classed_by_its_role_and_flag() {
    let findings = [
        finding("a", "hospital-bed", Role::Other, false),
        finding("b", "hospital-bed", Role::QuasiIdentifier, false),
        finding("c", "hospital-secret", Role::Other, true),
    ];
    let graded = graded(&findings, 10, "");
    let levels: Vec<(u8, Classed)> = graded.columns.iter().map(|c| (c.level, c.classed)).collect();
    assert_eq!(levels, [2, 3, 4].map(|level| (level, Classed::ByRole)));
    assert_eq!(graded.columns[2].sensitive[0].sensitive, Some(true));
    assert!(graded.columns.iter().all(|c| c.certainty == Certainty::Unverified));
}

#[test]
fn every_type_that_weir_comes_with_has_a_class() {
    let (catalogue, pack) = (Catalogue::builtin(), GradePack::builtin());
    let unclassed: Vec<&str> = catalogue
        .ids()
        .filter(|id| {
            let (key, category) = (catalogue.key(*id), catalogue.category(*id));
            let (_, classed) = pack.class_of(key, Some(category), catalogue.role(*id));
            // What belongs to no category and no class is classed by its role.
            classed == Classed::ByRole && category != crate::Category::General
        })
        .map(|id| catalogue.key(id))
        .collect();
    assert_eq!(unclassed, Vec::<&str>::new());
    // A type is not sensitive to the detector and unheard of in both standards.
    for id in catalogue.ids().filter(|id| catalogue.sensitive_pi(*id)) {
        let findings = [finding("c", catalogue.key(id), catalogue.role(id), true)];
        let graded = graded(&findings, 10, "");
        let sensitive = graded.columns[0].sensitive.iter().any(|v| v.sensitive == Some(true));
        assert!(sensitive, "{}", catalogue.key(id));
    }
}
