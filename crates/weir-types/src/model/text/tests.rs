use super::keys::Holds;
use super::*;

fn model(text: &str) -> Result<PrivacyModel, ModelError> {
    text.parse()
}

#[test]
fn what_is_shown_parses_back() {
    let texts = [
        "5-anonymity",
        "5-map",
        "5-map sampling_fraction=0.1",
        "average-risk at_most=0.1",
        "population-uniqueness at_most=0.01 sampling_fraction=0.2 estimator=pitman",
        "3-diversity of diagnosis",
        "entropy-l-diversity l=2.5 of net worth",
        "recursive-l-diversity c=4 l=3 of diagnosis",
        "0.2-closeness distance=hierarchical of diagnosis",
        "delta-presence min=0.05 max=0.15",
        "basic-beta-likeness beta=1.5 of 诊断",
        "enhanced-beta-likeness beta=1.5 of diagnosis",
        "delta-disclosure delta=1 of diagnosis",
        "profitability benefit=1200 loss=300 gain=250 attempt=4 attack=journalist no_attack=true",
        "differential-privacy epsilon=2 delta=0.000001 epsilon_search=0.1 steps=100",
    ];
    for text in texts {
        let parsed = model(text).unwrap();
        assert_eq!(parsed.to_string(), text);
        assert_eq!(model(&parsed.to_string()).unwrap(), parsed);
    }
}

#[test]
fn every_model_has_its_keys_in_the_table() {
    for (name, keys) in MODELS {
        let mut table = Table::new();
        table.insert("model".to_owned(), name.into());
        for (key, holds, _) in keys {
            let value = match holds {
                Holds::Word(words, _) => words[0].into(),
                Holds::Whole(..) => Value::Integer(2),
                Holds::Flag => true.into(),
                Holds::Column => "c".into(),
                Holds::Number(from, ..) => Value::Float(from.max(0.5)),
                Holds::Above(..) => Value::Float(0.5),
            };
            table.insert((*key).to_owned(), value);
        }
        assert_eq!(PrivacyModel::from_table(table).unwrap().name(), name);
    }
    for (name, _) in QUALITIES {
        assert_eq!(name.parse::<QualityModel>().unwrap().name(), name);
    }
}

#[test]
fn pairs_may_be_written_in_any_order_and_with_commas() {
    let one = model("t-closeness: sensitive=diagnosis, t=0.2, distance=ordered").unwrap();
    assert_eq!(one, model("t-closeness distance=ordered t=0.2 of diagnosis").unwrap());
    assert_eq!(model("2-diversity of 7").unwrap().sensitive(), Some("7"));
    assert_eq!(model("2-diversity of \" a\"").unwrap().sensitive(), Some(" a"));
}

#[test]
fn what_is_wrong_is_named_with_the_nearest_word() {
    let error = model("t-closness t=0.2 of a").unwrap_err();
    assert_eq!(error.to_string(), "unknown privacy model `t-closness`");
    assert_eq!(error.hint(), "did you mean `t-closeness`?");
    let error = model("t-closeness t=0.2 distanse=equal of a").unwrap_err();
    assert_eq!(error.hint(), "did you mean `distance`?");
    let error = model("0.2-closeness").unwrap_err();
    assert_eq!(error.to_string(), "`t-closeness` needs `sensitive`");
    let error = model("1.5-closeness of a").unwrap_err();
    assert_eq!(error.to_string(), "`t` of `t-closeness` must be between 0 and 1");
    assert!(matches!(model("0-anonymity"), Err(ModelError::OutOfRange { key: "k", .. })));
    assert!(matches!(model("2.5-anonymity"), Err(ModelError::OutOfRange { key: "k", .. })));
    let presence = model("delta-presence min=0.2 max=0.1");
    assert!(matches!(presence, Err(ModelError::OutOfRange { key: "min", .. })));
    for text in ["", "5-anonymity k", "k-anonymity k=2 k=3", "2-diversity of "] {
        assert!(matches!(model(text), Err(ModelError::Syntax { .. })), "{text}");
    }
    assert!("gain".parse::<QualityModel>().unwrap_err().hint().contains("loss"));
}
