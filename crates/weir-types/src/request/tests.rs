use super::*;

const LEAST: &str = r#"
[data]
path = "claims.csv"
kind = "personal"

[parties]
provider = "Harbour Mutual"
recipient = "Northgate University"
relation = "provide"
environment = "controlled"

[purpose]
text = "research on cost sharing"
"#;

#[test]
fn the_least_request_parses() {
    let request = Request::parse(LEAST).unwrap();
    assert_eq!(request.parties.relation, Relation::Provide);
    assert!(request.conditions.reidentification_ban);
    assert_eq!(request.result.format, Format::Parquet);
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest_key() {
    let text = LEAST.replace("recipient =", "recipent =");
    let error = Request::parse(&text).unwrap_err();
    assert_eq!(error.to_string(), "line 8 of the request: unknown key `recipent` in [parties]");
    assert_eq!(error.hint(), "did you mean `recipient`?");
}

#[test]
fn an_unknown_key_of_a_column_is_refused() {
    let text = format!("{LEAST}\n[columns.age]\nrolle = \"other\"\n");
    let error = Request::parse(&text).unwrap_err();
    assert_eq!(error.to_string(), "line 16 of the request: unknown key `rolle` in [columns.age]");
}

#[test]
fn a_missing_key_and_a_wrong_word_are_refused() {
    let text = LEAST.replace("kind = \"personal\"\n", "");
    assert!(Request::parse(&text).unwrap_err().to_string().contains("kind"));
    let text = LEAST.replace("\"controlled\"", "\"anywhere\"");
    let error = Request::parse(&text).unwrap_err().to_string();
    assert!(error.starts_with("line 10 of the request: unknown variant"), "{error}");
}

#[test]
fn models_are_texts_or_tables() {
    let more = r#"
[deidentify]
k = 4
models = [
    "5-anonymity",
    "3-diversity of diagnosis",
    { model = "t-closeness", sensitive = "diagnosis", t = 0.2, distance = "hierarchical" },
]
quality = { quality = "loss", suppression_factor = 0.25 }
local = true
deadline = "30 s"
population = "register.csv"
preset = "gbt-42460-2023"
"#;
    let deidentify = Request::parse(&format!("{LEAST}{more}")).unwrap().deidentify;
    let shown: Vec<String> = deidentify.models.iter().map(ToString::to_string).collect();
    let third = "0.2-closeness distance=hierarchical of diagnosis";
    assert_eq!(shown, ["5-anonymity", "3-diversity of diagnosis", third]);
    assert_eq!(deidentify.quality, Some(QualityModel::Loss { suppression_factor: 0.25 }));
    assert_eq!(deidentify.deadline.map(|d| d.duration().as_secs()), Some(30));
    assert!(deidentify.local && deidentify.population.is_some() && deidentify.preset.is_some());
}

#[test]
fn a_model_that_is_not_known_names_its_line_and_the_nearest() {
    use std::error::Error as _;
    let parse = |more: &str| Request::parse(&format!("{LEAST}\n[deidentify]\n{more}"));
    let error = parse("k = 3\nmodels = [\n\"5-anonymity\",\n\"t-closenes t=1 of a\"]\n");
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "line 19 of the request: `models`");
    let cause = error.source().unwrap().to_string();
    assert_eq!(cause, "unknown privacy model `t-closenes`");
    assert_eq!(error.hint(), "did you mean `t-closeness`?");
    let error = parse("models = [{ model = \"k-anonymity\", kk = 3 }]\n").unwrap_err();
    assert!(matches!(error, RequestError::Model { line: 16, key: "models", .. }), "{error:?}");
    let error = parse("quality = \"los\"\n").unwrap_err();
    assert_eq!(error.hint(), "did you mean `loss`?");
    assert!(matches!(parse("models = \"5-anonymity\"\n"), Err(RequestError::Syntax { .. })));
    let error = parse("deadline = \"soon\"\n").unwrap_err().to_string();
    assert!(error.contains("line 16") && error.contains("a unit"), "{error}");
}

#[test]
fn hierarchies_are_files_texts_or_tables() {
    use std::error::Error as _;
    let parse = |more: &str| Request::parse(&format!("{LEAST}\n[columns.age]\n{more}\n"));
    let spec = |more: &str| parse(more).unwrap().columns["age"].hierarchy.clone();
    let file = HierarchySpec::File("ages.csv".into());
    assert_eq!(spec("hierarchy = \"ages.csv\""), Some(file));
    let text = spec("hierarchy = \"intervals width=5 by=10,20\"");
    assert!(matches!(text, Some(HierarchySpec::Build(_))));
    assert_eq!(spec("hierarchy = { build = \"intervals\", width = 5, by = [10, 20] }"), text);
    let error = parse("hierarchy = \"intervals widht=5\"").unwrap_err();
    assert_eq!(error.to_string(), "line 16 of the request: `hierarchy` of column `age`");
    assert_eq!(error.source().unwrap().to_string(), "`intervals` has no key `widht`");
    assert_eq!(error.hint(), "did you mean `width`?");
}

/// All keys at once, those of `docs/request.md`.
#[test]
fn every_key_of_the_de_identification_is_known() {
    let more = r#"
[deidentify]
k = 4
suppress_at_most = 0.1
models = ["3-map"]
preset = "gbt-42460-2023"
quality = "granularity"
local = true
ranges = true
deadline = "30 s"
population = "register.csv"
"#;
    let deidentify = Request::parse(&format!("{LEAST}{more}")).unwrap().deidentify;
    assert!(deidentify.local && deidentify.ranges);
}

#[test]
fn a_key_out_of_range_names_its_own_line_and_no_longer_key() {
    let error = Request::parse(&format!("{LEAST}\n[deidentify]\n  k =0\n")).unwrap_err();
    assert_eq!(error.to_string(), "line 16 of the request: `k` must be at least 1");
}

#[test]
fn numbers_out_of_range_are_refused() {
    let text = format!("{LEAST}\n[deidentify]\nsuppress_at_most = 5\n");
    assert!(Request::parse(&text).is_err());
    let text = format!("{LEAST}\n[deidentify]\nsuppress_at_most = 1.5\n");
    let error = Request::parse(&text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 16 of the request: `suppress_at_most` must be a share between 0 and 1"
    );
}
