//! A small release: six people, nine rows, two classes of three people.

use weir_types::attack::{Attacks, NotTried};
use weir_types::column::{ColumnType, Finding, Role, Signal};
use weir_types::facts::{Environment, Facts, Importance, Kind, Relation};
use weir_types::plan::{ColumnPlan, Plan, Searched, Treatment};
use weir_types::risk::{ClassBand, PeopleCountedBy, RiskReport};
use weir_types::statement::{
    Conditions, RELEASE_PREDICATE, Release, STATEMENT_TYPE, Signer, Statement, Subject,
    SubjectDigest,
};
use weir_types::verdict::{self, Certainty, Decision, Outcome};
use weir_types::weighed::{Weighed, WeighedOption};
use weir_types::{Bilingual, Route, Sha256};

/// The released table. Three people have two rows each in the first class.
pub(crate) const CSV: &str = "\
person,age,cost
t1,20-29,10
t1,20-29,11
t2,20-29,10
t2,20-29,11
t3,20-29,10
t3,20-29,11
t4,30-39,12
t5,30-39,13
t6,30-39,14
";

/// The risk of [`CSV`] over `age` with `person` as the person, worked out by hand.
pub(crate) fn risk() -> RiskReport {
    RiskReport {
        quasi_identifiers: vec!["age".to_owned()],
        person: Some("person".to_owned()),
        people_counted_by: PeopleCountedBy::Column,
        rows: 9,
        people: 6,
        classes: 2,
        smallest_class: 3,
        largest_class: 3,
        unique_people: 0,
        uniqueness: 0.0,
        prosecutor_max: 1.0 / 3.0,
        prosecutor_mean: 2.0 / 6.0,
        journalist_max: 1.0 / 3.0,
        marketer: 2.0 / 6.0,
        class_mean: 1.0 / 3.0,
        tau: 1.0 / 3.0,
        exposed_classes: 0.0,
        exposed_people: 0.0,
        histogram: [1, 2, 4, 9, 19, 49, 99, 199, 499, 999, 1000_u64]
            .into_iter()
            .scan(1, |next, to| {
                let from = std::mem::replace(next, to.saturating_add(1));
                let (classes, people) = if from == 3 { (2, 6) } else { (0, 0) };
                Some(ClassBand { from, to, classes, people })
            })
            .collect(),
        models: Vec::new(),
        sensitive: Vec::new(),
    }
}

fn column(name: &str, role: Role, treatment: Treatment) -> ColumnPlan {
    ColumnPlan {
        column: name.to_owned(),
        ty: ColumnType::Text,
        role,
        treatment,
        reason: Bilingual::new("原因", "a reason"),
        loss: 0.1,
    }
}

pub(crate) fn plan() -> Plan {
    Plan {
        columns: vec![
            column("person", Role::Identifier, Treatment::Token),
            column("name", Role::Identifier, Treatment::Drop),
            column(
                "age",
                Role::QuasiIdentifier,
                Treatment::Generalise {
                    level: 1,
                    levels: 3,
                    meaning: Bilingual::new("十岁一组", "ranges of 10"),
                },
            ),
            column("cost", Role::Sensitive, Treatment::Keep),
        ],
        person: Some("person".to_owned()),
        linked: true,
        k: 3,
        links: Vec::new(),
        people: 7,
        rows: 10,
        people_suppressed: 1,
        rows_suppressed: 1,
        suppression_limit: 0.2,
        loss: 0.1,
        models: Vec::new(),
        preset: None,
        quality: None,
        score: None,
        lower_bound: None,
        sampling: None,
        full_domain_score: None,
        searched: Searched { measured: 3, of: 3, optimal: true },
    }
}

fn finding() -> Finding {
    Finding {
        column: "age".to_owned(),
        ty: ColumnType::Integer,
        semantic: "age".to_owned(),
        label: Bilingual::new("年龄", "age"),
        role: Role::QuasiIdentifier,
        confidence: 0.7,
        sensitive_pi: false,
        person_key: false,
        signals: vec![Signal {
            test: "name".to_owned(),
            saw: Bilingual::new("列名 age", "the name `age`"),
        }],
        distinct: 6,
        distinct_exact: true,
        nulls: 0,
    }
}

fn decision() -> Decision {
    Decision {
        permitted: true,
        pack: "cn-2026 1".to_owned(),
        as_of: "2026-11-23".to_owned(),
        findings: vec![verdict::Finding {
            rule: "K".to_owned(),
            article: Bilingual::new("附录D", "Annex D"),
            outcome: Outcome::Threshold,
            met: true,
            text: Bilingual::new("每类不少于三人", "three people in each class"),
            because: Bilingual::new("最小等价类三人", "the smallest class has three"),
            certainty: Certainty::SecondHand,
        }],
        summary: Bilingual::new("达到门槛", "meets the threshold"),
        valid_until: "2027-11-23".to_owned(),
        questions: Vec::new(),
    }
}

/// The release, of the data files named.
pub(crate) fn release(signer: Signer, data: Vec<String>) -> Release {
    Release {
        release: "00112233445566778899aabbccddeeff".to_owned(),
        time: "2026-11-23T08:00:00Z".to_owned(),
        tool: "weir 0.1.0".to_owned(),
        signer,
        provider: "Harbour Mutual".to_owned(),
        recipient: "北门大学 (Northgate University)".to_owned(),
        purpose: "research on cost sharing".to_owned(),
        legal_basis: None,
        relation: Relation::Provide,
        environment: Environment::Inside,
        conditions: Conditions::default(),
        sources: vec![Sha256([3; 32])],
        data,
        rows: 9,
        findings: vec![finding()],
        plan: plan(),
        risk_before: risk(),
        risk: risk(),
        attacks: Some(Attacks::NotTried { reason: NotTried::SwitchedOff }),
        weighed: Some(Weighed {
            costs: "costs 1".to_owned(),
            taken: 1,
            options: vec![WeighedOption {
                route: Route::Anonymised,
                k: Some(3),
                built: true,
                total_yuan: 12_000.0,
                risk_yuan: 2_000.5,
                measures: vec!["contract".to_owned()],
            }],
        }),
        facts: Facts {
            kind: Kind::Personal,
            relation: Relation::Provide,
            environment: Environment::Inside,
            importance: Importance::General,
            personal_information: true,
            sensitive: true,
            direct_identifiers_released: false,
            legal_basis: false,
            reidentification_ban: true,
            retention: false,
            purpose: true,
            people: 7,
            stated: std::collections::BTreeMap::default(),
        },
        decision: decision(),
    }
}

/// The statement about the files named, which must be in order of name.
pub(crate) fn statement(signer: Signer, files: &[(&str, Sha256)]) -> Statement {
    let data: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.starts_with("data/"))
        .map(|(name, _)| (*name).to_owned())
        .collect();
    Statement {
        ty: STATEMENT_TYPE.to_owned(),
        subject: files
            .iter()
            .map(|(name, sha256)| Subject {
                name: (*name).to_owned(),
                digest: SubjectDigest { sha256: *sha256 },
            })
            .collect(),
        predicate_type: RELEASE_PREDICATE.to_owned(),
        predicate: release(signer, data),
    }
}
