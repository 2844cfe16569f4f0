//! The shipped table, and what may be put in its place.

use std::collections::BTreeSet;

use weir_law::RulePack;

use super::*;

#[test]
fn every_duty_of_the_shipped_rules_is_met_by_a_task() {
    let (costs, pack) = (Costs::builtin(), RulePack::builtin());
    let listed: BTreeSet<&str> =
        costs.tasks.iter().flat_map(|task| task.rules.iter().map(String::as_str)).collect();
    let quiet = |id: &str| ON_OCCASION.contains(&id);
    let missing: Vec<&str> = pack
        .rules()
        .iter()
        .filter(|rule| rule.outcome().is_to_do())
        .map(weir_law::Rule::id)
        .filter(|id| !listed.contains(id) && !quiet(id))
        .collect();
    assert!(missing.is_empty(), "no task meets {missing:?}");
    let strangers: Vec<&str> =
        listed.into_iter().filter(|id| !pack.rules().iter().any(|rule| rule.id() == *id)).collect();
    assert!(strangers.is_empty(), "no rules: {strangers:?}");
}

/// What is due only when something happens; a plan does not pay for it.
const ON_OCCASION: &[&str] = &[
    "PIPL-22",
    "PIPL-44",
    "PIPL-47",
    "PIPL-57",
    "DSL-29",
    "DSL-35",
    "NDSMR-10",
    "NDSMR-10-users",
    "NDSMR-11",
    "NDSMR-14",
    "NDSMR-24",
    "NDSMR-25",
    "NDSMR-32",
    "CIIR-18",
    "AUDIT-5",
    "AUDIT-rotation",
    "NID-use",
    "NID-min",
];

#[test]
fn a_figure_is_replaced_by_name() {
    let costs = Costs::builtin().with("[assumptions]\nhour_yuan = 500").unwrap();
    assert_eq!(costs.figure("hour_yuan"), Some(500.0));
    assert_eq!(costs.figure("consent_rate"), Costs::builtin().figure("consent_rate"));
    assert!(costs.label().starts_with("costs-cn-2026+own 1"));
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let wrong = |text: &str| Costs::builtin().with(text).unwrap_err();
    let message = |text: &str| wrong(text).to_string();
    assert_eq!(message("[assumptions]\nhour_yuan = -1"), "a figure of `hour_yuan` is no amount");
    assert_eq!(
        message("[assumptions]\nconsent_rate = 2"),
        "a figure of `consent_rate` is no share"
    );
    assert_eq!(message("[assumptions]\nhour_yuan = nan"), "a figure of `hour_yuan` is no amount");
    let typo = wrong("[assumptions]\nhour_yaun = 3");
    assert_eq!(typo.hint(), "did you mean `hour_yuan`?");
    assert!(message("\n\n[assumption]\n").starts_with("line 3 of the costs"));
}

#[test]
fn an_insurance_is_stated_or_not_there() {
    assert_eq!(Costs::builtin().figure("insurance_premium_yuan"), None);
    let mut costs = Costs::builtin();
    costs.assume("insurance_premium_yuan", 3_000.0).unwrap();
    assert_eq!(costs.figure("insurance_premium_yuan"), Some(3_000.0));
    assert!(costs.assume("insurance_carries", 1.5).is_err());
}
