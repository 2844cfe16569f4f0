use std::collections::BTreeMap;

use proptest::prelude::*;
use weir_types::risk::PeopleCountedBy;
use weir_types::{Environment, Importance, Kind, Relation};

use super::*;

const DATA: Sha256 = Sha256([0xab; 32]);
const TODAY: &str = "2026-11-23";

fn facts() -> Facts {
    Facts {
        kind: Kind::Personal,
        relation: Relation::Provide,
        environment: Environment::Controlled,
        importance: Importance::General,
        personal_information: true,
        sensitive: true,
        direct_identifiers_released: false,
        legal_basis: false,
        reidentification_ban: true,
        retention: true,
        purpose: true,
        people: 1_000,
        stated: BTreeMap::new(),
    }
}

fn risk(smallest_class: u64) -> RiskReport {
    RiskReport {
        quasi_identifiers: vec!["age".to_owned()],
        person: None,
        people_counted_by: PeopleCountedBy::ProviderKey,
        rows: 2_000,
        people: 900,
        classes: 10,
        smallest_class,
        largest_class: 200,
        unique_people: 0,
        uniqueness: 0.0,
        prosecutor_max: 1.0 / smallest_class as f64,
        prosecutor_mean: 0.01,
        journalist_max: 1.0 / smallest_class as f64,
        marketer: 0.01,
        class_mean: 0.05,
        tau: 0.05,
        exposed_classes: 0.0,
        exposed_people: 0.0,
        histogram: Vec::new(),
        models: Vec::new(),
        sensitive: Vec::new(),
    }
}

#[test]
fn a_permit_is_tied_to_the_data_and_claims_no_more_than_it_knows() {
    let verdict = judge(&RulePack::builtin(), &facts(), &risk(7), 5, DATA, TODAY);
    let Verdict::Permit(permit) = verdict else { panic!("{verdict:?}") };
    assert_eq!(permit.data(), DATA);
    let decision = permit.into_decision();
    assert!(decision.permitted);
    assert_eq!(decision.pack, "cn-2026 3 (as of 2026-11-23)");
    assert_eq!(decision.as_of, TODAY);
    assert_eq!(decision.valid_until, "2027-11-23");
    assert_eq!(
        decision.summary.en,
        format!(
            "meets threshold k ≥ 5 of GB/T 42460-2023, Annex D (as known second-hand) and \
             threshold k ≥ 5 of draft standard on anonymisation and its evaluation (2025-08-27), \
             A = K×S×E (as known second-hand) for a recipient by provision to another processor in \
             the environment \"controlled sharing\", measured on the data with digest {DATA}, \
             smallest class 7 people; decided on 2026-11-23, valid until 2027-11-23"
        )
    );
    for part in ["GB/T 42460-2023 附录D的阈值 k ≥ 5（据二手资料）", "受控共享", "有效至 2027-11-23"]
    {
        assert!(decision.summary.zh.contains(part), "{}", decision.summary.zh);
    }
}

#[test]
fn a_refusal_names_its_rules_and_opens_no_term() {
    let verdict = judge(&RulePack::builtin(), &facts(), &risk(4), 5, DATA, TODAY);
    let Verdict::Refusal(refusal) = verdict else { panic!("{verdict:?}") };
    let decision = refusal.into_decision();
    assert!(!decision.permitted);
    assert_eq!(decision.valid_until, TODAY);
    assert!(
        decision.summary.en.starts_with("refused (PIPL-13, WEIR-route, GBT42460-D-k, "),
        "{decision:?}"
    );
    assert!(decision.summary.zh.starts_with("不予放行（PIPL-13、"), "{decision:?}");
}

/// All files of the shipped pack as one.
fn shipped() -> String {
    RulePack::builtin_files().iter().map(|file| file.text).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_pack_without_threshold_rules_still_refuses() {
    let bare = shipped();
    let bare = bare.split("[[rules]]").next().unwrap();
    let pack = RulePack::parse(bare).unwrap();
    let verdict = judge(&pack, &facts(), &risk(4), 5, DATA, TODAY);
    assert!(matches!(verdict, Verdict::Refusal(_)));
    assert_eq!(verdict.decision().findings[0].rule, "WEIR-threshold");
    let verdict = judge(&pack, &facts(), &risk(5), 5, DATA, TODAY);
    assert!(matches!(verdict, Verdict::Permit(_)));
    let contradiction =
        Facts { personal_information: false, direct_identifiers_released: true, ..facts() };
    let verdict = judge(&pack, &contradiction, &risk(5), 5, DATA, TODAY);
    assert!(matches!(verdict, Verdict::Refusal(_)));
}

#[test]
fn a_law_that_is_not_in_force_yet_is_not_applied() {
    let text = shipped();
    let later =
        text.replacen("in_force_from = \"2025-08-01\"", "in_force_from = \"2026-11-24\"", 1);
    let pack = RulePack::parse(&later).unwrap();
    let facts = Facts { relation: Relation::Government, ..facts() };
    let applies = |today: &str| {
        let verdict = judge(&pack, &facts, &risk(7), 5, DATA, today);
        verdict.decision().findings.iter().any(|finding| finding.rule == "GDSR-2")
    };
    assert!(!applies(TODAY));
    assert!(applies("2026-11-24"));
}

#[test]
fn every_word_in_braces_is_filled() {
    for smallest in [4, 5] {
        for relation in [Relation::Entrust, Relation::Provide, Relation::Publish] {
            let facts = Facts { relation, ..facts() };
            let verdict = judge(&RulePack::builtin(), &facts, &risk(smallest), 5, DATA, TODAY);
            for finding in &verdict.decision().findings {
                for text in [&finding.text, &finding.because] {
                    assert!(!text.zh.contains(['{', '}']) && !text.en.contains(['{', '}']));
                }
            }
        }
    }
    let threshold = RulePack::builtin().threshold(&facts(), TODAY.parse().ok());
    let (facts, risk) = (facts(), risk(5));
    let figures = Figures {
        facts: &facts,
        risk: &risk,
        asked_k: 5,
        threshold: &threshold,
        total_risk: TotalRisk { value: 0.1, cut: 0.2 },
        data: DATA,
        today: TODAY,
        valid_until: TODAY,
    };
    for (name, ..) in wording::PLACEHOLDERS {
        let text = Bilingual::new(format!("{{{name}}}"), format!("{{{name}}}"));
        let filled = figures.fill(&text);
        assert!(!filled.zh.is_empty() && !filled.en.is_empty(), "{name}");
    }
}

prop_compose! {
    fn any_facts()(
        kind in prop_oneof![Just(Kind::Personal), Just(Kind::Enterprise), Just(Kind::Public)],
        relation in prop_oneof![
            Just(Relation::Entrust), Just(Relation::Provide), Just(Relation::Joint),
            Just(Relation::Publish), Just(Relation::Government),
        ],
        environment in prop_oneof![
            Just(Environment::Inside), Just(Environment::Controlled), Just(Environment::Public),
        ],
        importance in prop_oneof![
            Just(Importance::Unknown), Just(Importance::General),
            Just(Importance::Important), Just(Importance::Core),
        ],
        flags in prop::array::uniform7(any::<bool>()),
        people in 0u64..2_000,
    ) -> Facts {
        let [personal_information, sensitive, direct_identifiers_released, legal_basis,
            reidentification_ban, retention, purpose] = flags;
        Facts {
            kind, relation, environment, importance, personal_information, sensitive,
            direct_identifiers_released, legal_basis, reidentification_ban, retention, purpose,
            people, stated: BTreeMap::new(),
        }
    }
}

prop_compose! {
    fn any_risk()(
        smallest_class in 0u64..40,
        largest_class in 0u64..80,
        people in 0u64..2_000,
        classes in 0u64..100,
        tau in prop_oneof![Just(0.05), Just(0.2), Just(1.0 / 3.0), Just(0.5), Just(f64::NAN)],
        exposed_classes in prop_oneof![
            Just(0.0), Just(0.0), Just(0.1), Just(-0.1), Just(f64::NAN),
        ],
    ) -> RiskReport {
        RiskReport {
            people, classes, smallest_class, largest_class, tau, exposed_classes, ..risk(1)
        }
    }
}

proptest! {
    #[test]
    fn a_permit_means_that_the_figures_hold(
        facts in any_facts(), risk in any_risk(), k in 0u64..40,
    ) {
        let pack = RulePack::builtin();
        let threshold = pack.threshold(&facts, TODAY.parse().ok());
        let verdict = judge(&pack, &facts, &risk, k, DATA, TODAY);
        let decision = verdict.decision();
        prop_assert_eq!(decision.permitted, matches!(verdict, Verdict::Permit(_)));
        prop_assert_eq!(decision.permitted, !decision.findings.iter().any(Finding::refuses));
        if decision.permitted {
            prop_assert!(!facts.direct_identifiers_released);
            prop_assert!(
                !matches!(facts.importance, Importance::Important | Importance::Core)
            );
            if facts.personal_information {
                prop_assert!(risk.people > 0 && risk.people <= facts.people);
                prop_assert!(risk.smallest_class >= threshold.k.max(k));
                prop_assert!(risk.exposed_classes.abs() < f64::MIN_POSITIVE);
            }
        } else {
            prop_assert!(decision.findings[0].refuses()
                || decision.findings.iter().any(Finding::refuses));
        }
        let order: Vec<_> = decision.findings.iter().map(|f| (f.outcome, f.met)).collect();
        prop_assert!(order.is_sorted());
    }

    #[test]
    fn larger_classes_never_turn_a_permit_into_a_refusal(
        facts in any_facts(), risk in any_risk(), k in 0u64..40, more in 0u64..20,
    ) {
        let pack = RulePack::builtin();
        let before = judge(&pack, &facts, &risk, k, DATA, TODAY);
        let larger = RiskReport {
            smallest_class: (risk.smallest_class + more).min(risk.largest_class),
            ..risk
        };
        let after = judge(&pack, &facts, &larger, k, DATA, TODAY);
        prop_assert!(!before.decision().permitted || after.decision().permitted);
    }

    #[test]
    fn a_wider_environment_never_asks_for_less(facts in any_facts()) {
        let pack = RulePack::builtin();
        let k = |environment| pack.threshold(&Facts { environment, ..facts.clone() }, None).k;
        prop_assert!(k(Environment::Inside) <= k(Environment::Controlled));
        prop_assert!(k(Environment::Controlled) <= k(Environment::Public));
    }

    #[test]
    fn no_text_is_too_strange_for_a_day(today in ".*") {
        let verdict = judge(&RulePack::builtin(), &facts(), &risk(7), 5, DATA, &today);
        let from = RulePack::builtin().valid_from();
        let valid = today.parse::<Day>().is_ok_and(|day| day >= from);
        prop_assert_eq!(verdict.decision().permitted, valid);
    }
}
