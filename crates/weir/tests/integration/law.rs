//! `weir law`, and that a release keeps to the same rules.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Desk, patients, request};

/// A request for data that nobody has to read, with these lines more.
fn asking(relation: &str, facts: &str) -> String {
    format!(
        "[data]\npath = \"data.csv\"\nkind = \"personal\"\nimportance = \"general\"\n\n[parties]\n\
         provider = \"A\"\nrecipient = \"B\"\nrelation = \"{relation}\"\n\
         environment = \"controlled\"\n\n[purpose]\ntext = \"research\"\nlegal_basis = \"PIPL 13\"\n\n\
         [facts]\n{facts}\n"
    )
}

fn explained(desk: &Desk, more: &[&str]) -> (i32, Value) {
    let ran = desk.weir([&["law", "explain", "request.toml", "--json"][..], more].concat());
    let value = serde_json::from_str(&ran.out);
    assert!(value.is_ok(), "{}", ran.talk);
    (ran.status, value.unwrap())
}

fn state<'a>(explained: &'a Value, rule: &str) -> &'a Value {
    let answers = explained["answers"].as_array().unwrap();
    let answer = answers.iter().find(|answer| answer["rule"] == rule);
    assert!(answer.is_some(), "no answer of {rule}");
    answer.unwrap()
}

fn asks(explained: &Value, fact: &str) -> bool {
    explained["questions"].as_array().unwrap().iter().any(|q| q["fact"] == fact)
}

#[test]
fn a_relation_decides_and_the_facts_are_named() {
    let desk = Desk::new("", &asking("provide", "state_secret = false"));
    let (status, provided) = explained(&desk, &[]);
    assert_eq!(status, 0);
    let consent = state(&provided, "PIPL-23");
    assert_eq!(consent["state"], "applies");
    assert!(consent["because"]["en"].as_str().unwrap().contains("provision to another processor"));
    assert_eq!(state(&provided, "PIPL-21")["state"], "silent");
    assert_eq!(state(&provided, "PIPL-57")["state"], "on-occasion");
    assert_eq!(state(&provided, "CSL-2016-21")["state"], "not-in-force");
    assert!(asks(&provided, "recipient_abroad") && !asks(&provided, "state_secret"));

    fs::write(desk.path("request.toml"), asking("entrust", "state_secret = false")).unwrap();
    let (_, entrusted) = explained(&desk, &[]);
    assert_eq!(state(&entrusted, "PIPL-23")["state"], "silent");
    assert_eq!(state(&entrusted, "PIPL-21-consent")["state"], "applies");
    let (_, older) = explained(&desk, &["--as-of", "2025-12-31"]);
    assert_eq!(state(&older, "CSL-44-lifted")["state"], "not-in-force");
    let (_, anonymised) = explained(&desk, &["--route", "anonymised"]);
    assert_eq!(state(&anonymised, "PIPL-4-73")["state"], "applies");
    assert_eq!(state(&anonymised, "PIPL-21")["state"], "silent");
    for (lang, words) in [("en", "questions open"), ("zh", "个问题待回答")] {
        let ran = desk.weir(["law", "explain", "request.toml", "--lang", lang]);
        assert!(ran.status == 0 && ran.out.contains(words), "{}{}", ran.out, ran.talk);
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_article() {
    for (facts, importance, rule, article) in [
        ("consent = \"refused\"", "general", "PIPL-13-refused", "article 13"),
        ("state_secret = true", "general", "DSL-53-secret", "article 53"),
        ("state_secret = false", "core", "DSL-21-core", "article 21"),
        ("recipient_abroad = true", "important", "NDSMR-37", "article 37"),
    ] {
        let text = asking("provide", facts);
        let text = text.replace("\"general\"", &format!("\"{importance}\""));
        let desk = Desk::new(&patients(100), &text);
        let (status, answer) = explained(&desk, &[]);
        assert_eq!((status, &answer["refused"]), (3, &Value::Bool(true)), "{facts}");
        assert_eq!(state(&answer, rule)["state"], "applies", "{facts}");
        assert!(state(&answer, rule)["article"]["en"].as_str().unwrap().contains(article));
        let released = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
        assert_eq!(released.status, 3, "{facts}: {}", released.talk);
        assert!(released.out.contains(rule), "{facts}: {}", released.out);
        assert!(!desk.path("package").exists());
    }
}

#[test]
fn a_fact_that_is_none_is_refused_before_anything_is_read() {
    for (facts, hint) in [
        ("recipient_abraod = true", "did you mean `recipient_abroad`?"),
        ("recipient_abroad = \"yes\"", "weir law facts"),
        ("threshold_met = true", "measured on the released bytes"),
        ("basis = \"habit\"", "it can be consent"),
    ] {
        let desk = Desk::new(&patients(100), &asking("provide", facts));
        for command in [&["law", "explain", "request.toml"][..], &["release", "request.toml"]] {
            let ran = desk.weir(command);
            assert_eq!(ran.status, 2, "{facts}: {}", ran.talk);
            assert!(ran.talk.contains(hint), "{facts}: {}", ran.talk);
        }
    }
}

/// The example of the handbook: few questions, the rest named, nothing answered for the person.
#[test]
fn a_simple_request_is_asked_few_questions() {
    let text = include_str!("../../../../examples/claims/request.toml");
    let desk = Desk::new("", text);
    let (status, answer) = explained(&desk, &[]);
    assert_eq!(status, 3, "no legal basis is named");
    let questions = answer["questions"].as_array().unwrap();
    let decide = questions.iter().filter(|question| question["may_refuse"] == true).count();
    assert!((1..=7).contains(&decide), "{decide}");
    assert!(questions.len() <= 22, "{}", questions.len());
    for (fact, list) in [("recipient_abroad", "questions"), ("secrecy", "not_asked")] {
        let of = answer[list].as_array().unwrap();
        assert!(of.iter().any(|question| question["fact"] == fact), "{fact}: {of:?}");
    }
    let told = desk.weir(["law", "explain", "request.toml", "--lang", "en"]).out;
    assert!(told.contains(&format!("{decide} questions open")), "{told}");
    assert!(told.contains("No need to answer"), "{told}");
    assert!(told.contains("= \"general\" | \"important\" | \"core\""), "{told}");
    let told = desk.weir(["law", "explain", "request.toml", "--lang", "zh"]).out;
    assert!(told.contains("无须回答") && told.contains("可能增加义务的情形"), "{told}");
}

#[test]
fn a_request_that_contradicts_itself_is_told_so() {
    let desk = Desk::new(&patients(100), &asking("provide", "under_14 = true\nunder_18 = false"));
    let ran = desk.weir(["law", "explain", "request.toml"]);
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("`under_14` is stated as true"), "{}", ran.talk);
    let released = desk.weir(["release", "request.toml", "--out", "package"]);
    assert_ne!(released.status, 0, "{}", released.talk);
    assert!(!desk.path("package").exists());
}

#[test]
fn a_release_asks_what_nobody_stated() {
    let desk = Desk::new(&patients(200), &request(""));
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let done: Value = serde_json::from_str(&ran.out).unwrap();
    let questions = done["decision"]["questions"].as_array().unwrap();
    assert!(questions.iter().any(|q| q["fact"] == "state_secret" && q["may_refuse"] == true));
    assert!(questions.iter().all(|q| !q["text"]["zh"].as_str().unwrap().is_empty()));
    let report = fs::read_to_string(desk.path("package/report.html")).unwrap();
    assert!(report.contains("Questions that are open"));
    assert_eq!(desk.weir(["verify", "package"]).status, 0);
}

#[test]
fn a_pack_of_ones_own_starts_from_a_template_that_passes() {
    let desk = Desk::new("", &asking("provide", "meter_readings = true"));
    let new = desk.weir(["law", "new", "sector"]);
    assert_eq!((new.status, new.out.as_str()), (0, "sector\n"), "{}", new.talk);
    let test = desk.weir(["law", "test", "sector"]);
    assert_eq!(test.status, 0, "{}{}", test.out, test.talk);
    assert!(test.out.contains("4 rules, 0 cases, 6 scenarios; 0 came out otherwise"));
    assert_eq!(desk.weir(["law", "new", "sector"]).status, 2, "nothing is overwritten");
    let (_, answer) = explained(&desk, &["--pack", "sector"]);
    assert_eq!(state(&answer, "EXAMPLE-6")["state"], "applies");
    assert_eq!(state(&answer, "PIPL-23")["state"], "applies");

    let pack = fs::read_to_string(desk.path("sector/pack.toml")).unwrap();
    let cases = fs::read_to_string(desk.path("sector/cases/cases.toml")).unwrap();
    let write = |pack: &str, cases: &str| {
        fs::write(desk.path("sector/pack.toml"), pack).unwrap();
        fs::write(desk.path("sector/cases/cases.toml"), cases).unwrap();
        desk.weir(["law", "test", "sector"])
    };
    let uncovered = write(&pack, &cases.replace("duties = [\"EXAMPLE-6\"]\n", ""));
    assert_eq!(uncovered.status, 2, "{}", uncovered.out);
    assert!(uncovered.out.contains("EXAMPLE-6: no case in which it applies"));
    let wrong = write(&pack, &cases.replacen("met = [", "unmet = [", 1));
    assert_eq!(wrong.status, 1, "{}", wrong.out);
    let misspelt = write(&pack.replacen("meter_readings &&", "meter_reading &&", 1), &cases);
    assert_eq!(misspelt.status, 2);
    for part in ["`when` of `EXAMPLE-5`", "column 1", "did you mean `meter_readings`?"] {
        assert!(misspelt.talk.contains(part), "{}", misspelt.talk);
    }
}

/// The pack's own reason, with its caveats, and what only measurement settles are told too.
#[test]
fn an_explanation_keeps_caveats_and_hides_no_open_ban() {
    let desk = Desk::new("", &asking("provide", "state_secret = false"));
    let told = |more: &[&str]| {
        let ran = desk.weir([&["law", "explain", "request.toml"][..], more].concat());
        assert_eq!(ran.status, 0, "{}", ran.talk);
        ran.out
    };
    let english = told(&["--lang", "en", "--route", "anonymised"]);
    for part in [
        "that reading is contested",
        "in the environment \"[the environment]\" while the threshold k ≥ [the threshold]",
        "because brought under the anonymisation threshold: yes",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    let chinese = told(&["--lang", "zh", "--route", "anonymised"]);
    assert!(chinese.contains("这一解读有争议") && chinese.contains("〔使用环境〕"), "{chinese}");
    assert!(!english.contains(['{', '}']) && !chinese.contains(['{', '}']));

    let as_is = told(&["--lang", "en"]);
    let (_, measured) = as_is.split_once("Settled only when measured (").expect("the section");
    let first = measured.lines().nth(1).unwrap();
    assert!(first.contains("prohibition"), "{measured}");
    let (section, _) = measured.split_once("\n\n").unwrap();
    assert!(section.contains("PIPL-4-identified") && section.contains("WEIR-route"), "{section}");
    let (_, answer) = explained(&desk, &[]);
    let answers = answer["answers"].as_array().unwrap();
    let open = answers.iter().filter(|a| a["outcome"] == "prohibition" && a["state"] == "open");
    assert_eq!(answer["open_prohibitions"], open.count());
    assert!(as_is.starts_with(&format!(
        "no prohibition stands; {} prohibitions open; ",
        answer["open_prohibitions"]
    )));
}

#[test]
fn a_pack_answers_for_its_days_and_says_when_it_is_old() {
    let desk = Desk::new("", &asking("provide", "state_secret = false"));
    for early in [
        &["law", "list", "--as-of", "2020-01-01"][..],
        &["law", "explain", "request.toml", "--as-of", "2020-01-01"],
        &["law", "diff", "cn-2026@2020-01-01", "cn-2026@2026-01-01"],
        &["law", "diff", "cn-2026@2026-01-01", "cn-2026@2020-01-01"],
    ] {
        let ran = desk.weir(early);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{early:?}");
        assert!(ran.talk.contains("answers for days from 2025-03-01"), "{}", ran.talk);
    }
    let told = |day: &str| desk.weir(["law", "explain", "request.toml", "--as-of", day]).out;
    assert!(told("2027-05-24").contains("was to be reviewed by 2027-05-23"));
    assert!(!told("2027-05-23").contains("was to be reviewed"));
}

#[test]
fn rules_are_listed_shown_and_compared() {
    let desk = Desk::new("", "");
    let listed = desk.weir(["law", "list", "--instrument", "PIPL", "--outcome", "exemption"]);
    assert!(listed.status == 0 && listed.out.contains("PIPL-21-consent"), "{}", listed.out);
    assert!(!listed.out.contains("NDSMR"));
    let past = desk.weir(["law", "list", "--as-of", "2025-12-31"]);
    assert!(past.out.contains("CSL-2016-21") && !past.out.contains("CSL-61"));
    let shown = desk.weir(["law", "show", "CSL-23"]);
    for part in
        ["article 23 (article 21 before 2026)", "2026-01-01", "text read", "network_operator"]
    {
        assert!(shown.out.contains(part), "{}", shown.out);
    }
    let shown = desk.weir(["law", "show", "CSL-2016-21", "--json"]);
    let rules: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(rules[0]["in_force_until"], "2025-12-31");
    let shown = desk.weir(["law", "show", "PIPL-4-73"]);
    assert!(shown.out.contains("k ≥ [the threshold]"), "{}", shown.out);
    assert!(!shown.out.contains(['{', '}']), "{}", shown.out);
    let missing = desk.weir(["law", "show", "PIPL-99"]);
    assert!(missing.status == 2 && missing.talk.contains("did you mean"), "{}", missing.talk);
    let diff = desk.weir(["law", "diff", "cn-2026@2025-12-31", "cn-2026@2026-01-01"]);
    assert!(
        diff.status == 0 && diff.out.contains("- CSL-2016-21 ") && diff.out.contains("+ CSL-23 ")
    );
    let facts = desk.weir(["law", "facts", "--lang", "zh"]);
    assert!(facts.out.contains("recipient_abroad") && facts.out.contains("境外"));
}

/// The shipped pack passes the command that anyone can run on it.
#[test]
fn the_shipped_pack_passes_its_cases() {
    let laws = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../laws/cn-2026");
    let desk = Desk::new("", "");
    let ran = desk.weir(["law".as_ref(), "test".as_ref(), laws.as_os_str()]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.talk);
    assert!(ran.out.contains("0 lack a case"), "{}", ran.out);
}
