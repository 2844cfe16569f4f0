use std::collections::BTreeMap;

use weir_types::{Environment, Importance, Kind, Relation};

use super::*;
use crate::fact::FactType;

/// Head, instruments, thresholds and presets of the shipped pack.
const SHIPPED: &str = include_str!("../../../../laws/cn-2026/pack.toml");

fn facts(environment: Environment, relation: Relation) -> Facts {
    Facts {
        kind: Kind::Personal,
        relation,
        environment,
        importance: Importance::General,
        personal_information: true,
        sensitive: false,
        direct_identifiers_released: false,
        legal_basis: false,
        reidentification_ban: true,
        retention: true,
        purpose: true,
        people: 100,
        stated: BTreeMap::new(),
    }
}

/// The shipped pack without its rules, and one rule.
fn pack_with(rule: &str) -> String {
    format!("{SHIPPED}\n[[rules]]\n{rule}\n")
}

const RULE: &str = r#"
id = "X"
instrument = "CSL"
article = { zh = "第1条", en = "article 1" }
outcome = "duty"
when = 'true'
zh = "做"
en = "Do {k}."
because_zh = "故"
because_en = "So."
certainty = "seen"
source = "a book"
"#;

fn refused(rule: &str) -> PackError {
    RulePack::parse(&pack_with(rule)).unwrap_err()
}

#[test]
fn the_shipped_pack_parses() {
    let pack = RulePack::read(RulePack::builtin_files()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((pack.id(), pack.version()), ("cn-2026", "3"));
    assert_eq!(pack.as_of(), "2026-11-23");
    assert!(pack.rules().len() >= 30);
}

#[test]
fn thresholds_are_those_of_annex_d_and_the_draft() {
    let pack = RulePack::builtin();
    let cases = [
        (Environment::Inside, Relation::Entrust, 3),
        (Environment::Controlled, Relation::Provide, 5),
        (Environment::Public, Relation::Publish, 20),
        // Anyone may have what is published, wherever the request says it will be.
        (Environment::Controlled, Relation::Publish, 20),
    ];
    for (environment, relation, k) in cases {
        let threshold = pack.threshold(&facts(environment, relation), None);
        assert_eq!(threshold.k, k);
        assert!((threshold.tau * k as f64 - 1.0).abs() < 1e-12);
        let versions: Vec<_> = threshold.sources.iter().map(|s| s.version.as_str()).collect();
        assert_eq!(versions, ["GB/T 42460-2023", "draft 2025-08-27"]);
        assert!(threshold.sources.iter().all(|s| s.certainty == Certainty::SecondHand));
    }
}

#[test]
fn the_larger_deciding_figure_counts_and_an_unverified_one_never() {
    let (annex_d, draft) = SHIPPED.split_once("id = \"ANON-DRAFT-A\"").unwrap();
    let raised = format!("{annex_d}id = \"ANON-DRAFT-A\"{}", draft.replacen("k = 5", "k = 6", 1));
    let case = facts(Environment::Controlled, Relation::Provide);
    assert_eq!(RulePack::parse(&raised).unwrap().threshold(&case, None).k, 6);

    let (id, rest) = raised.split_once("id = \"ANON-DRAFT-A\"").unwrap();
    let unsure = rest.replacen("second-hand", "unverified", 1);
    let pack = RulePack::parse(&format!("{id}id = \"ANON-DRAFT-A\"{unsure}")).unwrap();
    let threshold = pack.threshold(&case, None);
    assert_eq!(threshold.k, 5);
    assert_eq!(threshold.sources[1].k, 6, "shown, though it does not decide");
}

/// A draft counts from the day it was out; where no standard is in force, none is left out.
#[test]
fn thresholds_are_those_of_the_day() {
    let pack = RulePack::builtin();
    let case = facts(Environment::Controlled, Relation::Provide);
    let versions = |pack: &RulePack, day: &str| -> Vec<String> {
        let threshold = pack.threshold(&case, day.parse().ok());
        threshold.sources.into_iter().map(|source| source.version).collect()
    };
    assert_eq!(versions(&pack, "2025-08-26"), ["GB/T 42460-2023"]);
    assert_eq!(versions(&pack, "2025-08-27"), ["GB/T 42460-2023", "draft 2025-08-27"]);
    assert_eq!(versions(&pack, "2020-01-01").len(), 2);
    let (annex_d, draft) = SHIPPED.split_once("id = \"ANON-DRAFT-A\"").unwrap();
    let raised = format!("{annex_d}id = \"ANON-DRAFT-A\"{}", draft.replacen("k = 5", "k = 9", 1));
    let raised = RulePack::parse(&raised).unwrap();
    let k = |day: &str| raised.threshold(&case, day.parse().ok()).k;
    assert_eq!((k("2025-08-26"), k("2025-08-27")), (5, 9));
}

/// The days of a rule lie within those of its instrument, or nowhere.
#[test]
fn a_rule_that_its_instrument_leaves_no_day_is_refused() {
    let error = refused(&format!("{RULE}until = \"2025-12-31\""));
    assert_eq!(error, PackError::NeverInForce { entry: "X".to_owned() });
    assert!(RulePack::parse(&pack_with(&format!("{RULE}until = \"2026-01-01\""))).is_ok());
}

#[test]
fn an_exemption_lifts_duties_and_explains_prohibitions() {
    let exemption = |key: &str, of: &str| {
        let rule = RULE.replace("\"X\"", "\"Y\"");
        let rule = rule.replace("\"duty\"", &format!("\"exemption\"\n{key} = [\"{of}\"]"));
        let ban = RULE.replace("\"X\"", "\"Z\"").replace("\"duty\"", "\"prohibition\"");
        RulePack::parse(&pack_with(&format!("{RULE}\n[[rules]]\n{rule}\n[[rules]]\n{ban}")))
    };
    assert!(exemption("exempts", "X").is_ok() && exemption("explains", "Z").is_ok());
    assert!(matches!(exemption("exempts", "Z"), Err(PackError::NotLifted { .. })));
    assert!(matches!(exemption("explains", "X"), Err(PackError::NotExplained { .. })));
    assert!(matches!(exemption("explains", "W"), Err(PackError::UnknownRule { .. })));
    let pack = RulePack::builtin();
    assert_eq!(pack.rule("PIPL-25-lifted").unwrap().explains(), ["PIPL-25"]);
}

#[test]
fn an_unknown_fact_is_refused_with_its_place() {
    let error = refused(&RULE.replace("when = 'true'", "when = 'relations == \"provide\"'"));
    let PackError::Condition { place, key, source, rule } = &error else { panic!("{error}") };
    let line = "when = 'relations == \"provide\"'";
    assert_eq!(
        pack_with(&RULE.replace("when = 'true'", line)).lines().nth(place.line - 1),
        Some(line)
    );
    assert_eq!((rule.as_str(), *key, source.column), ("X", "when", 1));
    assert_eq!(error.to_string(), format!("`when` of `X` (line {} of pack.toml)", place.line));
    assert_eq!(error.hint(), "did you mean `relation`?");
    assert!(matches!(refused(&format!("{RULE}unknown_key = 3")), PackError::Syntax { .. }));
}

#[test]
fn wrong_types_and_words_are_refused() {
    for when in [
        "sensitive == \"yes\"",
        "relation",
        "relation == \"lend\"",
        "people >= \"many\"",
        "kind in []",
        "",
    ] {
        let error = refused(&RULE.replace("when = 'true'", &format!("when = '{when}'")));
        assert!(matches!(error, PackError::Condition { .. }), "{when}: {error}");
        assert!(!error.hint().is_empty());
    }
    let error = refused(&RULE.replace("when = 'true'", "when = true"));
    assert!(matches!(error, PackError::Syntax { .. }), "{error}");
    let error = refused(&RULE.replace("\"seen\"", "\"sure\""));
    assert!(matches!(error, PackError::Syntax { .. }), "{error}");
    let text =
        pack_with(RULE).replace("valid_from = \"2025-03-01\"", "valid_from = \"2026-02-30\"");
    assert!(matches!(RulePack::parse(&text), Err(PackError::Syntax { .. })));
}

#[test]
fn an_incomplete_rule_is_refused() {
    for key in ["article", "zh", "en", "because_zh", "because_en", "certainty", "source", "when"] {
        let without: Vec<&str> =
            RULE.lines().filter(|line| !line.starts_with(&format!("{key} ="))).collect();
        let error = refused(&without.join("\n"));
        assert!(error.to_string().contains(key), "{key}: {error}");
    }
    let error = refused(&RULE.replace("en = \"article 1\"", "en = \" \""));
    assert_eq!(error, PackError::Empty { entry: "X".to_owned(), key: "article" });
    let error = refused(&RULE.replace("source = \"a book\"", "source = \"\""));
    assert_eq!(error, PackError::Empty { entry: "X".to_owned(), key: "source" });
}

#[test]
fn what_could_not_be_relied_on_is_refused() {
    let x = || "X".to_owned();
    let error = refused(&RULE.replace("\"CSL\"", "\"LAW\""));
    let unknown = PackError::UnknownInstrument { entry: x(), instrument: "LAW".to_owned() };
    assert_eq!(error, unknown);
    assert_eq!(refused(&format!("{RULE}[[rules]]{RULE}")), PackError::Twice { id: x() });
    let error = refused(&RULE.replace("{k}", "{kk}"));
    assert_eq!(error, PackError::UnknownFigure { rule: x(), name: "kk".to_owned() });
    let error = refused(&RULE.replace("{k}", "{k"));
    assert!(matches!(error, PackError::UnknownFigure { .. }));
    let exempt = RULE.replace("\"duty\"", "\"exemption\"\nexempts = [\"X\"]");
    let error = refused(&format!("{exempt}met_when = 'purpose'"));
    assert_eq!(error, PackError::MetWhen { rule: x() });
    let error = refused(&RULE.replace("\"duty\"", "\"threshold\""));
    assert_eq!(error, PackError::NoMetWhen { rule: x() });
}

#[test]
fn what_is_unverified_may_be_shown_and_may_not_decide() {
    let unsure = RULE.replace("\"seen\"", "\"unverified\"");
    assert!(RulePack::parse(&pack_with(&unsure)).is_ok());
    let prohibition = unsure.replace("\"duty\"", "\"prohibition\"");
    let exemption = unsure.replace("\"X\"", "\"Y\"");
    let exemption = exemption.replace("\"duty\"", "\"exemption\"\nexempts = [\"X\"]");
    let decide = PackError::UnverifiedDecides { rule: "X".to_owned() };
    assert_eq!(refused(&prohibition), decide);
    let error = refused(&format!("{RULE}\n[[rules]]\n{exemption}"));
    assert_eq!(error, PackError::UnverifiedDecides { rule: "Y".to_owned() });
    let cut = "met_when = 'total_risk_within_cut'";
    let threshold = |rule: &str| format!("{}{cut}", rule.replace("\"duty\"", "\"threshold\""));
    assert!(RulePack::parse(&pack_with(&threshold(&unsure))).is_ok());
    let error = refused(&threshold(RULE));
    assert_eq!(error, PackError::UnverifiedDecides { rule: "X".to_owned() });
}

#[test]
fn every_case_needs_a_threshold_that_protects() {
    let without =
        SHIPPED.replace("{ environment = [\"inside\"], ", "{ environment = [\"public\"], ");
    let error = RulePack::parse(&without).unwrap_err();
    assert_eq!(error.to_string(), "no threshold for `entrust` in the environment `inside`");
    let error = RulePack::parse(&SHIPPED.replacen("k = 3", "k = 1", 1)).unwrap_err();
    assert!(matches!(error, PackError::OutOfRange { key: "k", .. }));
    let error = RulePack::parse(&SHIPPED.replace("public = 0.05", "public = 5.0")).unwrap_err();
    assert!(matches!(error, PackError::OutOfRange { .. }));
}

#[test]
fn a_rule_waits_for_the_day_its_instrument_is_in_force() {
    let later = pack_with(RULE).replacen(
        "in_force_from = \"2026-01-01\"",
        "in_force_from = \"2027-01-01\"",
        1,
    );
    let pack = RulePack::parse(&later).unwrap();
    let from = pack.rules()[0].in_force().0;
    assert_eq!(from.map(|day| day.to_string()).as_deref(), Some("2027-01-01"));
    let from_memory = pack_with(&RULE.replace("\"CSL\"", "\"PIPL\""));
    assert_eq!(RulePack::parse(&from_memory).unwrap().rules()[0].in_force().0, None);
}

/// Nobody read these texts: what is known of them comes from others' accounts of them.
#[test]
fn a_text_that_nobody_read_is_not_called_seen() {
    let pack = RulePack::builtin();
    let unread = ["PLAN", "GISM", "PUB-REG", "PUB-OP", "CONTRACT"];
    let rules: Vec<&Rule> =
        pack.rules().iter().filter(|rule| unread.contains(&rule.instrument())).collect();
    assert!(rules.len() > unread.len());
    for rule in rules {
        assert_ne!(rule.certainty(), Certainty::Seen, "{}", rule.id());
    }
}

/// Everything that the shipped pack says to people: rules, names of instruments, facts and their
/// words, presets.
fn all_texts(pack: &RulePack) -> Vec<(String, Bilingual)> {
    let mut texts = Vec::new();
    for rule in pack.rules() {
        let of_rule = [rule.text(), rule.article()].into_iter().chain(rule.because());
        texts.extend(of_rule.map(|text| (rule.id().to_owned(), text.clone())));
    }
    texts.extend(pack.instruments.iter().map(|(id, of)| (id.clone(), of.name())));
    for fact in pack.vocabulary().facts() {
        let name = || fact.name().to_owned();
        texts.extend([(name(), fact.label().clone()), (name(), fact.question().clone())]);
        if let FactType::Word(words) = fact.kind() {
            texts.extend(words.iter().map(|word| (name(), word.label.clone())));
        }
    }
    for preset in pack.presets() {
        let name = || preset.name.clone();
        texts.extend([(name(), preset.note.clone()), (name(), preset.claim())]);
    }
    texts
}

#[test]
fn no_text_claims_more_than_weir_may() {
    let texts = all_texts(&RulePack::builtin());
    for source in ["PIPL-23", "export_path", "gbt-42460-2023-inside", "CSL"] {
        assert!(texts.iter().any(|(of, _)| of == source), "{source}");
    }
    for (of, text) in texts {
        let words = text.en.to_lowercase();
        for claim in ["compliant", "certified", "court-proof", "anonymous"] {
            assert!(!words.contains(claim), "{of}: {claim}");
        }
        let claims = [
            "符合法律",
            "符合标准",
            "确保合规",
            "已合规",
            "已认证",
            "经认证",
            "匿名数据",
            "完全匿名",
            "已匿名",
        ];
        for claim in claims {
            assert!(!text.zh.contains(claim), "{of}: {claim}");
        }
    }
}

/// The shipped pack up to its presets, one preset, and the rest.
fn preset(entry: &str) -> Result<RulePack, PackError> {
    let (head, rest) = SHIPPED.split_once("[[presets]]").unwrap();
    let (_, tail) = rest.split_once("[total_risk]").unwrap();
    RulePack::parse(&format!("{head}[[presets]]\n{entry}\n[total_risk]{tail}"))
}

const TEXTS: &str = "zh = \"甲\"\nen = \"a\"\nnote_zh = \"乙\"\nnote_en = \"b\"";

#[test]
fn presets_take_their_figures_from_the_thresholds() {
    let pack = RulePack::builtin();
    let k = |name: &str| {
        let preset = pack.presets().iter().find(|preset| preset.name == name).unwrap();
        assert_eq!(preset.certainty, Certainty::SecondHand, "{name}");
        assert!(preset.pack.starts_with("cn-2026 3"), "{}", preset.pack);
        let models: Vec<String> = preset.models.iter().map(ToString::to_string).collect();
        models.join(", ")
    };
    let expected = [
        ("gbt-42460-2023-inside", 3),
        ("gbt-42460-2023-controlled", 5),
        ("gbt-42460-2023-public", 20),
        ("anon-draft-2025-08-same-group", 3),
        ("anon-draft-2025-08-across-groups", 4),
        ("anon-draft-2025-08-two-parties", 5),
        ("anon-draft-2025-08-several-parties", 6),
        ("anon-draft-2025-08-public", 20),
    ];
    for (name, people) in expected {
        assert_eq!(k(name), format!("{people}-anonymity"), "{name}");
    }
    assert_eq!(pack.presets().len(), expected.len());
    // S and τ are unit fractions, and the k of each preset is the least that meets its formula.
    for (preset, (_, people)) in pack.presets().iter().zip(expected) {
        assert!(preset.formula.contains(&format!("1/{people}")), "{}", preset.formula);
        let claim = preset.claim();
        assert!(
            claim.en.contains("second-hand") && claim.en.contains("not compliance"),
            "{claim:?}"
        );
        assert!(claim.en.contains(&preset.version) && claim.zh.contains(&preset.version));
    }
    let draft = pack.presets().iter().filter(|preset| preset.name.starts_with("anon-draft"));
    assert!(draft.clone().all(|p| p.note.en.contains("draft") && p.note.en.contains("E is taken")));
    assert_eq!(draft.count(), 5);
}

#[test]
fn a_preset_is_one_case_of_one_threshold() {
    let with =
        |more: &str| preset(&format!("id = \"x\"\nthreshold = \"GBT42460-D\"\n{more}\n{TEXTS}"));
    let case = "case = { environment = \"inside\", relation = \"joint\" }";
    let own = "formula = \"f\"\nmodels = [\"7-anonymity\", \"2-diversity of a\"]";
    assert_eq!(with(case).unwrap().presets()[0].models.len(), 1);
    assert_eq!(with(own).unwrap().presets()[0].models.len(), 2);
    for wrong in ["", "formula = \"f\"", "models = [\"7-anonymity\"]", &format!("{case}\n{own}")] {
        assert!(matches!(with(wrong), Err(PackError::PresetCase { .. })), "{wrong}");
    }
    let odd = with("formula = \"f\"\nmodels = [\"7-anonymty\"]").unwrap_err();
    assert!(matches!(&odd, PackError::PresetModel { .. }) && !odd.hint().is_empty(), "{odd}");
    let unknown = with(&format!("{case}\nodd = 1")).unwrap_err();
    assert!(matches!(unknown, PackError::Syntax { .. }), "{unknown}");
    let place = with("case = { environment = \"inside\", relation = \"joint\", k = 2 }");
    assert!(matches!(place, Err(PackError::Syntax { .. })));
    let entry = |id: &str, threshold: &str| {
        preset(&format!("id = \"{id}\"\nthreshold = \"{threshold}\"\n{case}\n{TEXTS}"))
    };
    assert!(matches!(entry("x", "NONE"), Err(PackError::PresetCase { .. })));
    for name in ["help", "", "a b", "A"] {
        assert!(matches!(entry(name, "GBT42460-D"), Err(PackError::PresetName { .. })), "{name}");
    }
}

/// What is known from memory stays marked wherever the preset goes.
#[test]
fn an_unverified_preset_says_so() {
    let own = "formula = \"f\"\nmodels = [\"7-anonymity\"]\ncertainty = \"unverified\"";
    let pack = preset(&format!("id = \"x\"\nthreshold = \"GBT42460-D\"\n{own}\n{TEXTS}")).unwrap();
    let preset = &pack.presets()[0];
    assert_eq!(preset.certainty, Certainty::Unverified);
    assert!(preset.claim().en.contains("unverified") && preset.claim().zh.contains("未核实"));
}

/// A preset cannot be surer than the threshold that it takes its figure from.
#[test]
fn a_preset_is_no_surer_than_its_threshold() {
    let own = "formula = \"f\"\nmodels = [\"7-anonymity\"]\ncertainty = \"seen\"";
    let pack = preset(&format!("id = \"x\"\nthreshold = \"GBT42460-D\"\n{own}\n{TEXTS}")).unwrap();
    assert_eq!(pack.presets()[0].certainty, Certainty::SecondHand);
}
