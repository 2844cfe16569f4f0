use weir_types::attack::{AttackReport, Attacks, Control, Linkage, Rate, Unit};
use weir_types::plan::Aggregate;
use weir_types::statement::{Release, Signer};
use weir_types::verdict::Certainty;
use weir_types::{Environment, Outcome, Sha256};

use super::*;
use crate::fixture;

fn sample() -> Release {
    let signer = Signer { keyid: Sha256([0; 32]), ed25519: String::new(), log: String::new() };
    fixture::release(signer, vec!["data/a.csv".to_owned()])
}

fn as_stated() -> Measured {
    Measured { risk: fixture::risk(), rows: 9, columns: names(&["person", "age", "cost"]) }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn why(finding: Finding) -> String {
    finding.unwrap_err().en
}

#[test]
fn a_truthful_release_holds() {
    let (release, measured) = (sample(), as_stated());
    assert_eq!(columns(&release, &measured.columns), Ok(None));
    assert_eq!(rows(&release, 9), Ok(None));
    assert_eq!(risk(&release, &measured), Ok(None));
    assert_eq!(decision(&release), Ok(None));
}

#[test]
fn a_column_beyond_the_plan_is_seen() {
    let found = names(&["person", "age", "cost", "name"]);
    assert_eq!(why(columns(&sample(), &found)), "columns beyond the plan: `name`; missing: -");
    let found = names(&["person", "age"]);
    assert_eq!(why(columns(&sample(), &found)), "columns beyond the plan: -; missing: `cost`");
    let found = names(&["person", "age", "age", "cost"]);
    assert!(columns(&sample(), &found).is_err(), "a column twice");
}

#[test]
fn risk_must_cover_every_quasi_identifier() {
    let mut release = sample();
    release.risk.quasi_identifiers.clear();
    let found = as_stated().columns;
    assert!(why(columns(&release, &found)).contains("`age`"));
    // Calling it something else does not help while it is generalised.
    release.plan.columns[2].role = Role::Other;
    assert!(why(columns(&release, &found)).contains("`age`"));
    // A quasi-identifier that is released as it is counts, too.
    let mut release = sample();
    release.plan.columns[3].role = Role::QuasiIdentifier;
    assert!(why(columns(&release, &found)).contains("`cost`"));
}

/// What classes were formed by counts whichever way it was changed and whatever it is called.
#[test]
fn risk_must_cover_every_column_that_was_changed_for_it() {
    let treatments = [
        Treatment::Recode { finest: 0, coarsest: 1, levels: 3 },
        Treatment::Aggregate { by: Aggregate::Mean },
        Treatment::Derive { of: "age".to_owned(), kept: 0.5 },
    ];
    for treatment in treatments {
        let mut release = sample();
        release.plan.columns[3].treatment = treatment;
        let why = why(columns(&release, &as_stated().columns));
        assert!(why.contains("`cost`"), "{why}");
    }
}

/// Only the token of the person: of another column it would tell who is who.
#[test]
fn a_token_of_the_person_forms_no_class() {
    let mut release = sample();
    release.plan.columns[0].role = Role::QuasiIdentifier;
    assert_eq!(columns(&release, &as_stated().columns), Ok(None));
    release.plan.person = None;
    assert!(columns(&release, &as_stated().columns).is_err());
}

/// An estimate that started from so many people, stated and measured alike.
fn estimated(people: u64) -> (Release, Measured) {
    let (mut release, mut measured) = (sample(), as_stated());
    let model = "population-uniqueness at_most=0.1 sampling_fraction=0.1".parse().unwrap();
    let model = MeasuredModel {
        model,
        met: Some(true),
        figure: Some(0.0),
        threshold: Some(0.1),
        classes_failing: None,
        against: None,
        source_people: Some(people),
        unmeasured: None,
    };
    release.risk.models.push(model.clone());
    measured.risk.models.push(model);
    (release, measured)
}

#[test]
fn an_estimate_starts_from_the_people_of_the_plan() {
    let (release, measured) = estimated(sample().plan.people);
    let note = risk(&release, &measured).unwrap().unwrap();
    assert!(note.en.contains("the 7 people of the source, as stated"), "{note}");
    let (release, measured) = estimated(6_000);
    assert!(why(risk(&release, &measured)).contains("another number of people than the plan"));
    // More people are released than the source has.
    let (mut release, measured) = estimated(5);
    release.plan.people = 5;
    assert!(why(risk(&release, &measured)).contains("another number of people than the plan"));
}

fn tried() -> AttackReport {
    let rate = |value: f64| Rate { attempts: 9, value, low: value / 2.0, high: 1.0 };
    AttackReport {
        unit: Unit::Row,
        known: names(&["age"]),
        people: 10,
        released: 9,
        control: Control::StayedOut,
        seed: 1,
        singling_out: Vec::new(),
        linkage: Linkage {
            rate: rate(0.2),
            baseline: 0.1,
            unique: rate(0.0),
            control_unique: rate(0.0),
            none: 0.0,
            fewest: 3,
        },
        inference: Vec::new(),
        unread: Vec::new(),
    }
}

#[test]
fn attacks_are_held_against_what_they_can_be() {
    let stated = |attacks: Option<Attacks>| Release { attacks, ..sample() };
    let with = |change: fn(&mut AttackReport)| {
        let mut report = tried();
        change(&mut report);
        attacks(&stated(Some(Attacks::Tried { report: Box::new(report) })))
    };
    let note = |finding: Finding| finding.unwrap().unwrap().en;
    assert!(note(with(|_| {})).contains("not repeated"));
    assert!(note(attacks(&stated(None))).contains("tries no attacks"));
    assert!(note(attacks(&sample())).contains("no attacks were tried"));
    assert!(why(with(|report| report.known = names(&["cost"]))).contains("`cost`"));
    assert!(with(|report| report.released = 10).is_err(), "more than the rows");
    assert!(with(|report| report.linkage.rate.value = 0.01).is_err(), "below its interval");
    assert!(with(|report| report.linkage.unique.high = 1.5).is_err(), "more than all");
}

#[test]
fn rows_are_counted() {
    assert_eq!(why(rows(&sample(), 8)), "9 rows are stated (risk on 9), the files have 8");
    let mut release = sample();
    release.risk.rows = 8;
    assert!(rows(&release, 9).is_err());
}

#[test]
fn every_figure_is_compared() {
    type Change = fn(&mut RiskReport);
    let changes: &[(&str, Change)] = &[
        ("quasi_identifiers", |r| r.quasi_identifiers.push("cost".to_owned())),
        ("rows", |r| r.rows += 1),
        ("people", |r| r.people += 1),
        ("classes", |r| r.classes += 1),
        ("smallest_class", |r| r.smallest_class += 1),
        ("largest_class", |r| r.largest_class += 1),
        ("unique_people", |r| r.unique_people += 1),
        ("uniqueness", |r| r.uniqueness += 0.001),
        ("prosecutor_max", |r| r.prosecutor_max -= 0.001),
        ("prosecutor_mean", |r| r.prosecutor_mean -= 0.001),
        ("journalist_max", |r| r.journalist_max -= 0.001),
        ("marketer", |r| r.marketer -= 0.001),
        ("class_mean", |r| r.class_mean -= 0.001),
        ("tau", |r| r.tau += 0.001),
        ("exposed_classes", |r| r.exposed_classes += 0.001),
        ("exposed_people", |r| r.exposed_people += 0.001),
        ("histogram", |r| r.histogram[0].people += 1),
    ];
    for (name, change) in changes {
        let mut release = sample();
        change(&mut release.risk);
        let why = why(risk(&release, &as_stated()));
        assert_eq!(why, format!("figures that the files do not show: `{name}`"));
    }
    let mut measured = as_stated();
    measured.risk.marketer = f64::NAN;
    assert!(risk(&sample(), &measured).is_err());
}

#[test]
fn people_are_counted_in_the_strictest_way() {
    let refused = |change: fn(&mut Release)| {
        let mut release = sample();
        change(&mut release);
        assert!(why(risk(&release, &as_stated())).starts_with("people were counted"));
    };
    // Rows taken for people although a token ties them together.
    refused(|r| r.risk.people_counted_by = PeopleCountedBy::Row);
    refused(|r| r.risk.people_counted_by = PeopleCountedBy::ProviderKey);
    refused(|r| r.risk.person = None);
    refused(|r| r.risk.person = Some("cost".to_owned()));
    // Rows taken for people although the source has fewer people than rows.
    refused(|r| {
        r.plan.linked = false;
        r.risk.person = None;
        r.risk.people_counted_by = PeopleCountedBy::Row;
    });
}

fn counted_by_the_provider() -> (Release, Measured) {
    let mut release = sample();
    release.plan.linked = false;
    release.risk.person = None;
    release.risk.people_counted_by = PeopleCountedBy::ProviderKey;
    let mut measured = as_stated();
    measured.risk.person = None;
    measured.risk.people_counted_by = PeopleCountedBy::Row;
    measured.risk.people = 9;
    measured.risk.largest_class = 6;
    (release, measured)
}

#[test]
fn people_counted_by_the_provider_are_held_against_the_rows() {
    let (release, measured) = counted_by_the_provider();
    let note = risk(&release, &measured).unwrap().unwrap();
    assert!(note.en.starts_with("people counted by the provider"), "{note}");
    assert!(note.zh.contains("提供方"));
    type Change = fn(&mut Release);
    let changes: &[(&str, Change)] = &[
        ("rows", |r| r.risk.rows = 8),
        ("classes", |r| r.risk.classes = 1),
        ("people", |r| r.risk.people = 10),
        ("smallest_class", |r| r.risk.smallest_class = 4),
        ("largest_class", |r| r.risk.largest_class = 7),
        ("histogram", |r| r.risk.histogram.clear()),
        ("histogram", |r| r.risk.histogram[0].classes = u64::MAX),
        ("prosecutor_max", |r| r.risk.prosecutor_max = 0.2),
        ("prosecutor_mean", |r| r.risk.prosecutor_mean = 0.2),
    ];
    for (name, change) in changes {
        let (mut release, measured) = counted_by_the_provider();
        change(&mut release);
        let why = why(risk(&release, &measured));
        assert!(why.contains(&format!("`{name}`")), "{name}: {why}");
    }
}

#[test]
fn a_permit_must_follow_from_what_is_stated() {
    type Change = fn(&mut Release);
    let changes: &[(&str, Change)] = &[
        ("the decision in the statement is a refusal", |r| r.decision.permitted = false),
        ("permitted although the rule `K` stands against it", |r| {
            r.decision.findings[0].met = false
        }),
        ("the smallest class has 3 people, below the threshold of 5", |r| r.plan.k = 5),
        ("some classes are above the record risk that is allowed", |r| {
            r.risk.exposed_classes = 0.5;
        }),
        ("the decision was made for another relation or environment", |r| {
            r.environment = Environment::Public;
        }),
        ("the identifier `person` is released readable, which the decision left out", |r| {
            r.plan.columns[0].treatment = Treatment::Keep;
        }),
    ];
    for (expected, change) in changes {
        let mut release = sample();
        change(&mut release);
        assert_eq!(why(decision(&release)), *expected);
    }
}

#[test]
fn a_prohibition_contradicts_a_permit_whatever_else_it_says() {
    let mut release = sample();
    release.decision.findings[0].outcome = Outcome::Prohibition;
    assert!(decision(&release).is_err());
}

#[test]
fn what_does_not_decide_does_not_undo_a_permit() {
    let mut release = sample();
    release.decision.findings[0].met = false;
    release.decision.findings[0].certainty = Certainty::Unverified;
    assert_eq!(decision(&release), Ok(None));
    release.decision.findings[0].certainty = Certainty::Seen;
    release.decision.findings[0].outcome = Outcome::Duty;
    assert_eq!(decision(&release), Ok(None));
}

#[test]
fn a_table_that_is_not_about_people_needs_no_class_size() {
    let mut release = sample();
    release.plan.k = 5;
    release.facts.personal_information = false;
    assert!(decision(&release).is_err(), "there is a column to be recognised by");
    release.risk.quasi_identifiers.clear();
    assert_eq!(decision(&release), Ok(None));
}
