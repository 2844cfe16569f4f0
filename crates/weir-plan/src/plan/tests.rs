//! Plans for the facts of the examples.

use weir_law::RulePack;
use weir_types::{Environment, Facts, Importance, Kind, Relation};

use super::{Circulation, Trust, curves, forms, plan};
use crate::candidate::{Found, Searched, Source};
use crate::costs::Costs;
use crate::law::Ruling;
use crate::options::{Choice, Options, Reason};
use crate::reckon::Reckoning;
use crate::solve::{Problem, Stance};
use crate::threat::Harm;
use weir_types::Route;

fn claims() -> Facts {
    Facts {
        kind: Kind::Personal,
        relation: Relation::Provide,
        environment: Environment::Controlled,
        importance: Importance::General,
        personal_information: true,
        sensitive: true,
        direct_identifiers_released: false,
        legal_basis: true,
        reidentification_ban: true,
        retention: true,
        purpose: true,
        people: 5_912,
        stated: Default::default(),
    }
}

fn source() -> Source {
    let at =
        |k, lost, mean_risk| Searched { k, found: Some(Found { lost, mean_risk, optimal: true }) };
    Source {
        identifiers: true,
        greatest_risk: 1.0,
        mean_risk: 0.9,
        searched: vec![
            at(3, 0.28, 0.11),
            at(5, 0.34, 0.06),
            at(10, 0.41, 0.03),
            at(20, 0.5, 0.015),
            at(50, 0.62, 0.006),
        ],
    }
}

fn with<T>(facts: &Facts, run: impl FnOnce(&Circulation<'_>) -> T) -> T {
    let (pack, source, trust) = (RulePack::builtin(), source(), Trust::default());
    let costs = Costs::builtin();
    run(&Circulation {
        pack: &pack,
        day: "2026-11-25".parse().unwrap(),
        facts,
        source: &source,
        asked_k: None,
        value: Some(200_000.0),
        ceiling: None,
        harm: Harm::Health,
        trust: &trust,
        costs: &costs,
    })
}

fn planned(facts: &Facts) -> Options {
    with(facts, |asked| plan(asked).unwrap())
}

fn option(options: &Options, route: Route) -> &Choice {
    options.options.iter().find(|option| option.route == route).unwrap()
}

#[test]
fn the_cheapest_option_is_the_cheapest_of_all_forms_with_all_sets() {
    for (relation, environment) in [
        (Relation::Provide, Environment::Controlled),
        (Relation::Entrust, Environment::Inside),
        (Relation::Publish, Environment::Public),
    ] {
        let facts = Facts { relation, environment, ..claims() };
        with(&facts, |asked| {
            let options = plan(asked).unwrap();
            let first = &options.options[0];
            let (total, route, k) = exhausted(asked).unwrap();
            assert!((first.total - total).abs() < 1e-6 * total, "{relation:?}");
            assert_eq!((first.route, first.k), (route, k), "{relation:?}");
        });
    }
}

/// Every form with every set of measures.
fn exhausted(asked: &Circulation<'_>) -> Option<(f64, Route, Option<u64>)> {
    let threshold = asked.pack.threshold(asked.facts, Some(asked.day)).k;
    let mut least: Option<(f64, Route, Option<u64>)> = None;
    for form in forms(asked) {
        let ruling = Ruling::of(asked, form.route).unwrap();
        let small = form.route == Route::Anonymised && form.k < Some(threshold);
        if small || !ruling.forbidden().is_empty() {
            continue;
        }
        let reckoning = Reckoning::new(asked, &ruling, &form).unwrap();
        let fixed: f64 = reckoning.fixed().iter().sum();
        each_set(&reckoning.problem, &mut Vec::new(), &mut |set| {
            let Some(value) = reckoning.problem.value(set) else { return };
            if least.is_none_or(|(total, ..)| fixed + value < total) {
                least = Some((fixed + value, form.route, form.k));
            }
        });
    }
    least
}

/// All sets, but those that lack what has to be taken or what a measure builds on.
fn each_set(problem: &Problem, set: &mut Vec<bool>, visit: &mut impl FnMut(&[bool])) {
    let Some(item) = problem.items.get(set.len()) else {
        visit(set);
        return;
    };
    for taken in [false, true] {
        let breaks = match taken {
            true => item.requires.iter().any(|needed| !set[*needed]),
            false => item.stance == Stance::Must,
        };
        if !breaks {
            set.push(taken);
            each_set(problem, set, visit);
            set.pop();
        }
    }
}

#[test]
fn figures_that_are_not_varied_leave_the_cheapest_option() {
    with(&claims(), |asked| {
        let first = plan(asked).unwrap().options[0].clone();
        let least = super::cheapest(asked).unwrap().unwrap();
        assert_eq!((least.route, least.k), (first.route, first.k));
        assert!((least.total - first.total).abs() < 1e-9 * first.total);
    });
}

#[test]
fn publication_asks_for_larger_classes_and_other_duties() {
    let controlled = planned(&claims());
    let public = planned(&Facts {
        relation: Relation::Publish,
        environment: Environment::Public,
        ..claims()
    });
    let (own, open) = (option(&controlled, Route::Anonymised), option(&public, Route::Anonymised));
    assert_eq!((own.k, open.k), (Some(5), Some(20)));
    assert!(own.lost < open.lost);
    let has = |choice: &Choice, task: &str| choice.tasks.iter().any(|t| t.task == task);
    assert!(has(open, "public-search") && !has(own, "public-search"));
    let contract = |choice: &Choice| choice.measures.iter().any(|m| m.measure == "contract");
    assert!(contract(own) && !contract(open));
    // Nobody in particular computes together with the public.
    assert!(public.options.iter().all(|o| !matches!(o.route, Route::Joint | Route::InPlace)));
}

#[test]
fn entrusting_needs_no_separate_consent_and_says_by_which_article() {
    let mut facts = claims();
    facts.sensitive = false;
    let consent = |options: &Options| {
        let choice = option(options, Route::Pseudonymised).clone();
        (choice.tasks.iter().any(|task| task.rules.iter().any(|r| r.rule == "PIPL-23")), choice)
    };
    let (provided, _) = consent(&planned(&facts));
    let (entrusted, choice) = consent(&planned(&Facts { relation: Relation::Entrust, ..facts }));
    assert!(provided && !entrusted);
    let by = choice.not_needed.iter().find(|n| n.lifts.iter().any(|r| r.rule == "PIPL-23"));
    assert!(by.unwrap().by.article.en.contains("article 21"), "{by:?}");
}

#[test]
fn core_data_leaves_no_option() {
    let options = planned(&Facts { importance: Importance::Core, ..claims() });
    assert!(options.is_refused());
    for infeasible in &options.infeasible {
        let forbidden = |reason: &Reason| matches!(reason, Reason::Forbidden { by, .. } if by.rule == "DSL-21-core");
        assert!(infeasible.reasons.iter().any(forbidden), "{:?}", infeasible.route);
    }
}

#[test]
fn classes_below_the_threshold_are_priced_but_not_offered() {
    let options = planned(&claims());
    let laxer = options.infeasible.iter().find(|i| i.k == Some(3)).unwrap();
    let threshold = |reason: &Reason| matches!(reason, Reason::Threshold { k: 5, .. });
    assert!(laxer.reasons.iter().any(threshold));
    let own = option(&options, Route::Anonymised);
    let step = own.laxer.unwrap();
    assert_eq!((step.k, step.allowed), (3, false));
    assert!(step.dearer < 0.0);
    assert!(own.stricter.unwrap().dearer > 0.0);
}

#[test]
fn a_ceiling_that_nothing_meets_is_said() {
    let options =
        with(&claims(), |asked| plan(&Circulation { ceiling: Some(1.0), ..*asked }).unwrap());
    assert!(options.is_refused());
    let of = |reason: &Reason| matches!(reason, Reason::Ceiling { least, .. } if *least > 1.0);
    assert!(options.infeasible.iter().any(|i| i.reasons.iter().any(of)));
}

#[test]
fn a_ceiling_is_met_and_binds() {
    let free = planned(&claims());
    let own = option(&free, Route::Anonymised);
    let ceiling = own.parts.risk * 0.7;
    let under =
        with(&claims(), |asked| plan(&Circulation { ceiling: Some(ceiling), ..*asked }).unwrap());
    let bound = under.options.iter().find(|o| (o.route, o.k) == (own.route, own.k)).unwrap();
    assert!(bound.parts.risk <= ceiling && bound.total > own.total);
    let saves = bound.total - own.total;
    let of = |b: &crate::options::Binding| {
        b.what.en == "the ceiling of the request" && (b.saves - saves).abs() < 1e-6
    };
    assert!(bound.binding.iter().any(of));
}

#[test]
fn a_trusted_recipient_leaves_less_risk() {
    let trust = Trust { factor: 0.25, asks_for: vec!["training".to_owned()] };
    let (own, trusted) = with(&claims(), |asked| {
        let own = plan(asked).unwrap();
        (own, plan(&Circulation { trust: &trust, ..*asked }).unwrap())
    });
    let bare = |options: &Options| -> f64 {
        option(options, Route::Anonymised).threats.iter().map(|threat| threat.bare).sum()
    };
    assert!(bare(&trusted) < bare(&own));
    let training =
        |route| option(&trusted, route).measures.iter().find(|m| m.measure == "training").cloned();
    // What meets the threshold does not lean on who has it.
    assert_eq!(training(Route::Pseudonymised).unwrap().saves, None);
    assert!(training(Route::Anonymised).is_none_or(|taken| taken.saves.is_some()));
}

#[test]
fn what_a_simulation_loses_on_average_is_what_was_planned_with() {
    with(&claims(), |asked| {
        let options = plan(asked).unwrap();
        let option = option(&options, Route::Anonymised);
        let curves = curves(asked, option).unwrap();
        let error = (curves.left.mean - option.parts.risk).abs();
        assert!(error < 6.0 * curves.left.mean_error, "{error}");
        assert!(curves.left.mean < curves.bare.mean);
    });
}

#[test]
fn data_without_people_is_not_anonymised() {
    let facts = Facts {
        kind: Kind::Enterprise,
        personal_information: false,
        sensitive: false,
        people: 0,
        ..claims()
    };
    let options = planned(&facts);
    assert!(options.options.iter().all(|o| o.k.is_none() && o.route != Route::Anonymised));
    assert!(option(&options, Route::AsIs).built);
}

#[test]
fn an_insurance_is_taken_where_it_is_cheap() {
    let costs = Costs::builtin()
        .with("[assumptions]\ninsurance_premium_yuan = 10\ninsurance_carries = 0.8")
        .unwrap();
    let dear = {
        let mut costs = costs.clone();
        costs.assume("insurance_premium_yuan", 1e9).unwrap();
        costs
    };
    let has = |costs: &Costs| {
        let options = with(&claims(), |asked| plan(&Circulation { costs, ..*asked }).unwrap());
        option(&options, Route::Pseudonymised).measures.iter().any(|m| m.measure == "insurance")
    };
    assert!(has(&costs) && !has(&dear));
}

#[test]
fn what_a_band_asks_for_is_in_the_costs() {
    let (table, costs) = (crate::assess::RecipientTable::builtin(), Costs::builtin());
    for band in crate::assess::Band::ALL {
        for name in table.measures(band) {
            assert!(costs.measures.iter().any(|measure| measure.id == *name), "{name}");
        }
    }
}
