//! Options, weighed on the data of the examples.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Desk, claims, patients, request};

fn planned(desk: &Desk, args: &[&str]) -> (i32, Value) {
    let ran = desk.weir(["plan", "request.toml", "--json"].iter().chain(args));
    assert!([0, 3].contains(&ran.status), "{}", ran.talk);
    (ran.status, serde_json::from_str(&ran.out).unwrap())
}

fn edit(desk: &Desk, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(desk.path("request.toml")).unwrap();
    fs::write(desk.path("request.toml"), change(text)).unwrap();
}

fn residents() -> Desk {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/residents");
    let desk = Desk::new("", &fs::read_to_string(folder.join("request.toml")).unwrap());
    for name in ["residents.csv", "区划.csv"] {
        fs::copy(folder.join(name), desk.path(name)).unwrap();
    }
    desk
}

fn options(plan: &Value) -> &Vec<Value> {
    plan["options"].as_array().unwrap()
}

fn on<'a>(plan: &'a Value, route: &str) -> &'a Value {
    options(plan).iter().find(|option| option["route"] == route).unwrap()
}

/// The option with the smallest classes.
fn least(plan: &Value) -> &Value {
    let anonymised = options(plan).iter().filter(|option| option["route"] == "anonymised");
    anonymised.min_by_key(|option| option["k"].as_u64()).unwrap()
}

fn rules_due(option: &Value) -> Vec<String> {
    let tasks = option["tasks"].as_array().unwrap().iter();
    tasks
        .flat_map(|task| task["rules"].as_array().unwrap())
        .map(|rule| rule["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn options_of_the_examples_are_ranked_by_what_they_cost() {
    for desk in [claims(), residents()] {
        let (status, plan) = planned(&desk, &[]);
        assert_eq!(status, 0);
        let totals: Vec<f64> =
            options(&plan).iter().map(|option| option["total"].as_f64().unwrap()).collect();
        assert!(totals.len() >= 3 && totals.is_sorted(), "{totals:?}");
        for option in options(&plan) {
            let parts = option["parts"].as_object().unwrap();
            let sum: f64 = parts.values().map(|part| part.as_f64().unwrap()).sum();
            assert!((sum - option["total"].as_f64().unwrap()).abs() < 1e-6 * sum);
        }
        let taken = plan["taken"].as_u64().unwrap() as usize;
        let first_built = options(&plan).iter().position(|o| o["built"] == true).unwrap();
        assert_eq!(taken, first_built + 1);
        assert_eq!(options(&plan)[first_built]["k"], 5);
        // A value that nobody states decides nothing.
        edit(&desk, |text| {
            let value = text.lines().find(|line| line.starts_with("value = ")).unwrap().to_owned();
            text.replace(&value, "")
        });
        let (_, unstated) = planned(&desk, &[]);
        let taken = unstated["taken"].as_u64().unwrap() as usize;
        assert_eq!(options(&unstated)[taken - 1], *least(&unstated));
        assert_ne!(taken, 1);
        // Nothing but the request, the data and what came with them is there.
        assert!(desk.names().iter().all(|name| !name.contains("release")), "{:?}", desk.names());
    }
}

/// Enumerates, from what is printed and the table of costs alone, every set of measures of every
/// option: none is cheaper than the one that was taken.
#[test]
fn no_set_of_measures_is_cheaper_than_what_is_printed() {
    let text = include_str!("../../../../planning/costs-cn-2026.toml");
    let costs: toml::Table = text.parse().unwrap();
    let measures = costs["measures"].as_array().unwrap();
    let floor = 1.0 - costs["assumptions"]["most_effect"]["value"].as_float().unwrap();
    for desk in [claims(), residents()] {
        let (_, plan) = planned(&desk, &[]);
        let mut least = f64::INFINITY;
        for option in options(&plan) {
            let losses: Vec<(&str, f64)> = option["threats"]
                .as_array()
                .unwrap()
                .iter()
                .map(|threat| {
                    (threat["threat"].as_str().unwrap(), threat["bare"].as_f64().unwrap())
                })
                .collect();
            // In the order of the table, so that what a measure builds on comes before it.
            let offered: Vec<Offered> = measures
                .iter()
                .filter_map(|measure| Offered::new(measure, option, &losses))
                .collect();
            let mut best = f64::INFINITY;
            cheapest(&offered, &mut Vec::new(), &losses, floor, &mut best);
            let parts = &option["parts"];
            let part = |name: &str| parts[name].as_f64().unwrap();
            let printed = part("measures") + part("risk");
            assert!(
                (best - printed).abs() < 1e-6 * printed,
                "{}: {best} {printed}",
                option["route"]
            );
            least = least.min(part("route") + part("duties") + part("information") + best);
        }
        let first = options(&plan)[0]["total"].as_f64().unwrap();
        assert!((least - first).abs() < 1e-6 * first, "{least} {first}");
    }
}

/// A measure that an option could take.
struct Offered {
    id: String,
    cost: f64,
    effects: Vec<f64>,
    must: bool,
    requires: Vec<String>,
}

impl Offered {
    fn new(measure: &toml::Value, option: &Value, losses: &[(&str, f64)]) -> Option<Self> {
        let id = measure["id"].as_str().unwrap();
        let of = |list: &str| {
            let all = option[list].as_array().unwrap().iter();
            all.clone().find(|one| one["measure"] == id).cloned()
        };
        let taken = of("measures");
        let told = taken.clone().or_else(|| of("left_out"))?;
        let effect = |threat: &str| {
            let effect = measure.get("effects").and_then(|effects| effects.get(threat));
            effect.and_then(toml::Value::as_float).unwrap_or(0.0)
        };
        let requires = measure.get("requires").and_then(toml::Value::as_array);
        Some(Self {
            id: id.to_owned(),
            cost: told["yuan"].as_f64().unwrap(),
            effects: losses.iter().map(|(threat, _)| effect(threat)).collect(),
            must: taken.is_some_and(|taken| taken["saves"].is_null()),
            requires: requires
                .map(|all| all.iter().map(|one| one.as_str().unwrap().to_owned()).collect())
                .unwrap_or_default(),
        })
    }
}

fn cheapest(
    offered: &[Offered],
    set: &mut Vec<bool>,
    losses: &[(&str, f64)],
    floor: f64,
    best: &mut f64,
) {
    let Some(next) = offered.get(set.len()) else {
        let taken = || offered.iter().zip(set.iter()).filter(|(_, taken)| **taken);
        let cost: f64 = taken().map(|(one, _)| one.cost).sum();
        let left = losses.iter().enumerate().map(|(at, (_, loss))| {
            loss * taken().map(|(one, _)| 1.0 - one.effects[at]).product::<f64>().max(floor)
        });
        *best = best.min(cost + left.sum::<f64>());
        return;
    };
    let has = |name: &String| {
        offered.iter().zip(set.iter()).any(|(one, taken)| one.id == *name && *taken)
    };
    let may = next.requires.iter().all(has);
    for taken in [false, true] {
        if (taken && may) || (!taken && !next.must) {
            set.push(taken);
            cheapest(offered, set, losses, floor, best);
            set.pop();
        }
    }
}

#[test]
fn a_public_environment_asks_for_more_people_in_a_class() {
    let desk = claims();
    let (_, controlled) = planned(&desk, &[]);
    edit(&desk, |text| {
        text.replace("relation = \"provide\"", "relation = \"publish\"")
            .replace("environment = \"controlled\"", "environment = \"public\"")
    });
    let (_, public) = planned(&desk, &[]);
    let (own, open) = (least(&controlled), least(&public));
    assert_eq!((own["k"].as_u64(), open["k"].as_u64()), (Some(5), Some(20)));
    assert!(own["lost"].as_f64() < open["lost"].as_f64());
    assert!(rules_due(open).contains(&"ANON-public".to_owned()));
    assert!(!rules_due(own).contains(&"ANON-public".to_owned()));
}

#[test]
fn entrusting_removes_separate_consent_and_cites_the_article() {
    let desk =
        Desk::new(&patients(300), &request("[facts]\nbasis = \"consent\"\nconsent = \"given\""));
    let (_, provided) = planned(&desk, &[]);
    assert!(rules_due(on(&provided, "pseudonymised")).contains(&"PIPL-23".to_owned()));
    edit(&desk, |text| text.replace("relation = \"provide\"", "relation = \"entrust\""));
    let (_, entrusted) = planned(&desk, &[]);
    let option = on(&entrusted, "pseudonymised");
    assert!(!rules_due(option).contains(&"PIPL-23".to_owned()));
    let spared = option["not_needed"].as_array().unwrap().iter();
    let by = spared.into_iter().find(|spared| spared["lifts"].to_string().contains("\"PIPL-23\""));
    let article = by.unwrap()["by"]["article"]["en"].as_str().unwrap();
    assert!(article.contains("article 21"), "{article}");
}

#[test]
fn impossible_requests_are_refused_by_the_article() {
    for (change, article) in [
        ("importance = \"core\"\nkind", "article 21"),
        ("importance = \"important\"\nkind", "article 31"),
    ] {
        let desk = Desk::new(&patients(100), &request("").replace("kind", change));
        let ran = desk.weir(["plan", "request.toml"]);
        assert_eq!(ran.status, 3, "{change}: {}", ran.talk);
        assert!(ran.out.contains(article), "{change}: {}", ran.out);
    }
    let secret = Desk::new(&patients(100), &request("[facts]\nstate_secret = true"));
    let ran = secret.weir(["plan", "request.toml"]);
    assert_eq!(ran.status, 3, "{}", ran.talk);
    assert!(ran.out.contains("DSL") || ran.out.contains("secret"), "{}", ran.out);
}

#[test]
fn a_release_carries_out_the_plan_and_states_it() {
    let desk = Desk::new(&patients(400), &request(""));
    let (_, plan) = planned(&desk, &[]);
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(done["weighed"]["taken"], plan["taken"]);
    assert_eq!(done["weighed"]["options"].as_array().unwrap().len(), options(&plan).len());
    for (stated, option) in
        done["weighed"]["options"].as_array().unwrap().iter().zip(options(&plan))
    {
        assert_eq!(stated["route"], option["route"]);
        assert_eq!(stated["total_yuan"], option["total"]);
    }
    let taken = &options(&plan)[plan["taken"].as_u64().unwrap() as usize - 1];
    assert_eq!(done["plan"]["k"], taken["k"]);
    let stricter = options(&plan)
        .iter()
        .position(|o| o["route"] == "anonymised" && o["k"].as_u64() > taken["k"].as_u64())
        .unwrap();
    let number = (stricter + 1).to_string();
    let ran = desk.weir(["release", "request.toml", "--out", "two", "--json", "--option", &number]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(done["plan"]["k"], options(&plan)[stricter]["k"]);
    assert!(done["risk"]["smallest_class"].as_u64() >= options(&plan)[stricter]["k"].as_u64());
    let verified = desk.weir(["verify", "two"]);
    assert_eq!(verified.status, 0, "{}", verified.talk);
}

#[test]
fn options_that_there_are_not_or_that_weir_does_not_carry_out_are_refused() {
    let desk = Desk::new(&patients(200), &request(""));
    let (_, plan) = planned(&desk, &[]);
    let not_built = options(&plan).iter().position(|o| o["built"] == false).unwrap() + 1;
    for (number, says) in
        [("99".to_owned(), "no option 99"), (not_built.to_string(), "not carried out")]
    {
        let ran = desk.weir(["release", "request.toml", "--out", "package", "--option", &number]);
        assert_eq!(ran.status, 2, "{}", ran.talk);
        assert!(ran.talk.contains(says) && ran.talk.contains("hint:"), "{}", ran.talk);
        assert!(!desk.path("package").exists());
    }
}

#[test]
fn a_limit_of_loss_that_nothing_keeps_refuses_the_release() {
    let desk = Desk::new(&patients(200), &request("[plan]\nmost_loss = 0.5"));
    let ran = desk.weir(["release", "request.toml", "--out", "package"]);
    assert_eq!(ran.status, 3, "{}", ran.talk);
    assert!(ran.talk.contains("most_loss"), "{}", ran.talk);
    assert_eq!(desk.names(), ["data.csv", "request.toml"]);
    let ran = desk.weir(["plan", "request.toml"]);
    assert_eq!(ran.status, 3);
}

#[test]
fn own_costs_are_used_and_bad_ones_refused_by_name() {
    let desk =
        Desk::new(&patients(200), &request("[plan]\nvalue = 1000\n[plan.costs]\nhour_yuan = 1"));
    let (_, cheap) = planned(&desk, &[]);
    fs::write(desk.path("own.toml"), "[assumptions]\nresponse_mode_yuan = 6000\n").unwrap();
    let (_, other) = planned(&desk, &["--costs", "own.toml"]);
    let risk = |plan: &Value| on(plan, "anonymised")["parts"]["risk"].as_f64().unwrap();
    assert!(risk(&other) < risk(&cheap));
    assert!(other["costs"].as_str().unwrap().contains("+own"));
    fs::write(desk.path("own.toml"), "[[measures]]\nid = 3\n").unwrap();
    let ran = desk.weir(["plan", "request.toml", "--costs", "own.toml"]);
    assert!(ran.status == 2 && ran.talk.contains("line 2"), "{}", ran.talk);
    edit(&desk, |text| text.replace("hour_yuan", "hour_yaun"));
    let ran = desk.weir(["plan", "request.toml"]);
    assert!(ran.status == 2 && ran.talk.contains("`hour_yuan`?"), "{}", ran.talk);
}

#[test]
fn a_day_before_the_rules_is_refused_and_nothing_is_left_behind() {
    let desk = Desk::new(&patients(100), &request(""));
    let ran = desk.weir(["plan", "request.toml", "--as-of", "2020-01-01"]);
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("answers for days from"), "{}", ran.talk);
    let temporary = tempfile::tempdir().unwrap();
    let ran = std::process::Command::new(crate::support::WEIR)
        .args(["plan", "request.toml", "--memory", "64MiB"])
        .current_dir(desk.path(""))
        .env("TMPDIR", temporary.path())
        .output()
        .unwrap();
    assert!(ran.status.success());
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn answers_that_are_not_there_are_named() {
    let desk = Desk::new(&patients(100), &request("[plan]\nrecipient = \"none.toml\""));
    let ran = desk.weir(["release", "request.toml", "--out", "package"]);
    assert!(ran.status == 2 && ran.talk.contains("none.toml"), "{}", ran.talk);
    assert_eq!(desk.names(), ["data.csv", "request.toml"]);
}

#[test]
fn the_page_and_the_table_speak_both_languages() {
    let desk = Desk::new(&patients(200), &request(""));
    let zh = desk.weir(["plan", "request.toml", "--lang", "zh", "--html", "plan.html"]);
    assert_eq!(zh.status, 0, "{}", zh.talk);
    assert!(zh.out.contains("不需要，及依据") && zh.out.contains("不是法律意见"), "{}", zh.out);
    let page = fs::read_to_string(desk.path("plan.html")).unwrap();
    assert!(page.contains("Not needed") && page.contains("不需要") && page.contains("<svg"));
    let costs = desk.weir(["plan", "--print-costs"]);
    assert!(costs.out.contains("[assumptions.hour_yuan]"));
    fs::write(desk.path("all.toml"), costs.out).unwrap();
    let (status, _) = planned(&desk, &["--costs", "all.toml"]);
    assert_eq!(status, 0);
}
