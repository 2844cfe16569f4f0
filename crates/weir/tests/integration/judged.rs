//! Models are measured on the bytes that were written, each with its own figure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::Desk;

/// Ages in ranges of 10 and of 30.
fn labels(age: usize) -> [String; 4] {
    let range =
        |width: usize| format!("{}-{}", age / width * width, age / width * width + width - 1);
    [age.to_string(), range(10), range(30), "*".to_owned()]
}

/// People with an age, a city, and an illness of a severity.
fn people(n: usize, step: usize) -> Vec<(usize, &'static str, &'static str, usize)> {
    let cities = ["north", "south", "west"];
    let ills = ["flu", "cold", "gout", "ague"];
    (0..n)
        .map(|p| (20 + p * step % 60, cities[p / 2 % 3], ills[p * 5 / 3 % 4], p * 7 % 5))
        .collect()
}

fn desk() -> Desk {
    let mut text = "age,city,illness,severity\n".to_owned();
    let mut all = "age,city\n".to_owned();
    for (age, city, illness, severity) in people(240, 7) {
        writeln!(text, "{age},{city},{illness},{severity}").unwrap();
        writeln!(all, "{age},{city}").unwrap();
    }
    // Everyone of the table and five hundred others, some of ages that the table lacks.
    people(500, 11).iter().for_each(|(age, city, ..)| writeln!(all, "{},{city}", age + 5).unwrap());
    let desk = Desk::new(&text, "");
    fs::write(desk.path("all.csv"), all).unwrap();
    let ages: String = (20..85).map(|age| labels(age).join(";") + "\n").collect();
    fs::write(desk.path("age.csv"), ages).unwrap();
    fs::write(desk.path("city.csv"), "north;N;*\nsouth;S;*\nwest;S;*\n").unwrap();
    fs::write(desk.path("illness.csv"), "flu;a;*\ncold;a;*\ngout;b;*\nague;b;*\n").unwrap();
    desk
}

fn deidentified(desk: &Desk, models: &[&str], more: &[&str]) -> Value {
    let base = ["deidentify", "data.csv", "--quasi", "age,city", "--sensitive", "illness,severity"];
    let hierarchies = ["--hierarchy", "age=age.csv", "--hierarchy", "city=city.csv"];
    let mut args = [&base[..], &hierarchies, more, &["--json"]].concat();
    models.iter().for_each(|model| args.extend(["--model", model]));
    let ran = desk.weir(&args);
    assert_eq!(ran.status, 0, "{models:?} {}", ran.talk);
    serde_json::from_str(&ran.out).unwrap()
}

/// The figure of each model that was asked for, which must be met.
fn figures(done: &Value) -> Vec<f64> {
    let models = done["risk"]["models"].as_array().unwrap();
    for model in models {
        assert_eq!(model["met"], true, "{model}");
        assert!(model["unmeasured"].is_null(), "{model}");
    }
    models.iter().skip(1).map(|model| model["figure"].as_f64().unwrap()).collect()
}

/// People of the population, by class of a written file, that its cells may stand for.
fn plain_population(desk: &Desk, out: &str) -> BTreeMap<(String, String), (u64, u64)> {
    let city_labels = |city: &str| match city {
        "north" => ["north", "N", "*"],
        other => [if other == "south" { "south" } else { "west" }, "S", "*"],
    };
    let mut classes: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for line in fs::read_to_string(desk.path(out)).unwrap().lines().skip(1) {
        let mut cells = line.split(',');
        let class = (cells.next().unwrap().to_owned(), cells.next().unwrap().to_owned());
        classes.entry(class).or_default().0 += 1;
    }
    for line in fs::read_to_string(desk.path("all.csv")).unwrap().lines().skip(1) {
        let (age, city) = line.split_once(',').unwrap();
        let age = labels(age.parse().unwrap());
        for ((of_age, of_city), counts) in &mut classes {
            let fits = age.contains(of_age) && city_labels(city).contains(&of_city.as_str());
            counts.1 += u64::from(fits);
        }
    }
    classes
}

#[test]
fn a_population_is_matched_with_the_written_cells() {
    let desk = desk();
    for (out, more) in [("single.csv", &[][..]), ("local.csv", &["--local"])] {
        let more = [more, &["--population", "all.csv", "--out", out]].concat();
        let done = deidentified(&desk, &["15-map"], &more);
        let classes = plain_population(&desk, out);
        let least = classes.values().map(|(_, behind)| *behind).min().unwrap();
        assert_eq!(figures(&done), [least as f64], "{out}");
        assert_eq!(done["risk"]["models"][1]["against"], "population");
        assert!(classes.len() > 2 && least >= 15, "{out} {classes:?}");
    }
    let more = ["--population", "all.csv", "--out", "presence.csv"];
    let done = deidentified(&desk, &["delta-presence min=0.05 max=0.4"], &more);
    let shares = plain_population(&desk, "presence.csv").into_values();
    let greatest = shares.map(|(own, all)| own as f64 / all as f64).fold(0.0, f64::max);
    assert!((figures(&done)[0] - greatest).abs() < 1e-12 && greatest <= 0.4);
}

#[test]
fn presence_is_not_promised_where_cells_of_several_levels_overlap() {
    let desk = desk();
    let ran = desk.weir([
        "deidentify",
        "data.csv",
        "--quasi",
        "age,city",
        "--local",
        "--population",
        "all.csv",
        "--model",
        "delta-presence min=0 max=0.5",
    ]);
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("delta-presence"), "{}", ran.talk);
}

#[test]
fn every_other_model_is_measured_and_met() {
    let desk = desk();
    let models = [
        "average-risk at_most=0.1",
        "population-uniqueness at_most=0.05 sampling_fraction=0.3",
        "population-uniqueness at_most=0.05 sampling_fraction=0.3 estimator=pitman",
        "population-uniqueness at_most=0.05 sampling_fraction=0.3 estimator=zayatz",
        "population-uniqueness at_most=0.05 sampling_fraction=0.3 estimator=snb",
        "4-map sampling_fraction=0.5",
        "3-diversity of illness",
        "entropy-l-diversity l=2 of illness",
        "recursive-l-diversity c=3 l=2 of illness",
        "0.4-closeness of illness",
        "0.4-closeness distance=hierarchical of illness",
        "0.4-closeness distance=ordered of severity",
        "basic-beta-likeness beta=2 of illness",
        "enhanced-beta-likeness beta=2 of illness",
        "delta-disclosure delta=2 of illness",
        "profitability benefit=1200 loss=300 gain=250 attempt=4",
        "profitability benefit=1200 loss=300 gain=250 attempt=60 no_attack=true",
    ];
    for model in models {
        let out = "one.csv";
        let more =
            ["--hierarchy", "illness=illness.csv", "--out", out, "--suppress-at-most", "100%"];
        let more = if model.ends_with("illness") { &more[..] } else { &more[2..] };
        let done = deidentified(&desk, &[model], more);
        assert_eq!(figures(&done).len(), 1, "{model}");
        assert!(done["risk"]["rows"].as_u64().unwrap() > 0, "{model}");
        fs::remove_file(desk.path(out)).unwrap();
    }
    let journalist = "profitability benefit=1200 loss=300 gain=250 attempt=4 attack=journalist";
    let population = ["--population", "all.csv", "--suppress-at-most", "100%"];
    let more = [&population[..], &["--out", "journalist.csv"]].concat();
    let done = deidentified(&desk, &[journalist, "6-map"], &more);
    assert_eq!(figures(&done).len(), 2);
}

/// Who is left out is of the population still: search, judge and `weir risk` start from the people
/// of the source.
#[test]
fn leaving_people_out_does_not_make_the_population_smaller() {
    let alone = (0..40).map(|p| (20 + p, "north"));
    let crowd = (0..200).map(|p| (60 + p * 7 % 20, ["north", "south", "west"][p / 2 % 3]));
    let rows = alone.chain(crowd).map(|(age, city)| format!("{age},{city}\n"));
    let desk = desk();
    fs::write(desk.path("data.csv"), rows.fold("age,city\n".to_owned(), |a, b| a + &b)).unwrap();
    let model = "population-uniqueness at_most=0.05 sampling_fraction=0.5 estimator=zayatz";
    let base = ["deidentify", "data.csv", "--quasi", "age,city", "--k", "1", "--model", model];
    let hierarchies = ["--hierarchy", "age=age.csv", "--hierarchy", "city=city.csv"];
    let more = ["--suppress-at-most", "60%", "--out", "out.csv", "--json"];
    let ran = desk.weir([&base[..], &hierarchies, &more].concat());
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(done["risk"]["rows"].as_u64().unwrap() < 240, "{}", done["risk"]);
    let stated = &done["risk"]["models"][1];
    assert_eq!((&stated["met"], &stated["source_people"]), (&true.into(), &240.into()));
    let base = ["risk", "out.csv", "--quasi", "age,city", "--k", "1", "--model", model, "--json"];
    let measured = |more: &[&str]| {
        let ran = desk.weir([&base[..], more].concat());
        serde_json::from_str::<Value>(&ran.out).unwrap()["models"][0].clone()
    };
    assert_eq!(measured(&["--source", "data.csv"]), *stated);
    // Of the released people alone the population would be smaller, and more of it unique.
    assert_eq!(measured(&[])["met"], false);
}

/// A sensitive column that tells a quasi-identifier is left out, so that no bytes could show that
/// a model of it is met: that is said before anything is searched for.
#[test]
fn a_sensitive_column_that_tells_a_quasi_identifier_is_refused() {
    let mut text = "age,city,score\n".to_owned();
    for (age, city, ..) in people(240, 7) {
        writeln!(text, "{age},{city},{}", age * 3 + 1).unwrap();
    }
    let desk = Desk::new(&text, "");
    let before = desk.names();
    let args =
        ["deidentify", "data.csv", "--sensitive", "score", "--model", "2-diversity of score"];
    let args = [&args[..], &["--quasi", "age,city", "--out", "out.csv"]].concat();
    let ran = desk.weir(&args);
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("tells the quasi-identifier `age`"), "{}", ran.talk);
    assert!(ran.talk.contains("hint"), "{}", ran.talk);
    assert!(!ran.talk.contains("fault"), "{}", ran.talk);
    assert_eq!(desk.names(), before);
    // With `age` released as it is, nothing is given away.
    let args =
        ["deidentify", "data.csv", "--sensitive", "score", "--model", "2-diversity of score"];
    let args = [&args[..], &["--quasi", "city", "--keep", "age", "--out", "out.csv"]].concat();
    let ran = desk.weir(&args);
    assert_eq!(ran.status, 0, "{}", ran.talk);
}

/// The same through `weir risk`, which knows nothing of how the file was made.
#[test]
fn risk_holds_a_file_against_a_population_by_itself() {
    let desk = desk();
    let more = ["--population", "all.csv", "--out", "out.csv"];
    let done = deidentified(&desk, &["15-map"], &more);
    let base = ["risk", "out.csv", "--quasi", "age,city", "--population", "all.csv", "--k", "1"];
    let models = ["--model", "15-map", "--model", "10000-map", "--json"];
    let hierarchies = ["--hierarchy", "age=age.csv", "--hierarchy", "city=city.csv"];
    let ran = desk.weir([&base[..], &models, &hierarchies].concat());
    assert_eq!(ran.status, 3, "{}", ran.talk);
    assert!(ran.talk.contains("10000-map is not met"), "{}", ran.talk);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["models"][0]["met"], true);
    assert_eq!(report["models"][0]["figure"], done["risk"]["models"][1]["figure"]);
}

#[test]
fn presets_are_listed_and_held() {
    let desk = desk();
    let list = desk.weir(["deidentify", "--preset", "help"]);
    assert_eq!(list.status, 0, "{}", list.talk);
    for words in
        ["gbt-42460-2023-public", "20-anonymity", "Annex D", "second-hand", "not compliance"]
    {
        assert!(list.out.contains(words), "{words}: {}", list.out);
    }
    let list = desk.weir(["deidentify", "--preset", "help", "--json"]);
    let list: Value = serde_json::from_str(&list.out).unwrap();
    assert!(list.as_array().unwrap().iter().all(|p| p["certainty"] == "second-hand"));
    let args = ["deidentify", "data.csv", "--quasi", "age,city", "--out", "p.csv", "--json"];
    let with = |name: &str| desk.weir([&args[..], &["--preset", name]].concat());
    let ran = with("anon-draft-2025-08-several-parties");
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert!(ran.talk.contains("E is taken as 1") && ran.talk.contains("S = 1/6"), "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(done["plan"]["k"], 6);
    assert_eq!(done["plan"]["preset"]["version"], "draft 2025-08-27");
    assert!(done["risk"]["smallest_class"].as_u64().unwrap() >= 6);
    let odd = with("gbt-42460-2023-controled");
    assert_eq!(odd.status, 2);
    assert!(odd.talk.contains("did you mean `gbt-42460-2023-controlled`?"), "{}", odd.talk);
    assert_eq!(desk.weir(["deidentify", "--preset", "gbt-42460-2023-inside"]).status, 2);
}
