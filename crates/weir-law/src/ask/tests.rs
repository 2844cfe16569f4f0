use weir_types::{FactValue, Request};

use super::*;
use crate::examine::examine;
use crate::fact::{FactError, FactFrom, Value};
use crate::pack::{PackError, PackFile, RulePack};
use crate::route::Route;

const EXAMPLE: &str = include_str!("../../../../examples/claims/request.toml");

fn example(pack: &RulePack, route: Route) -> FactSet {
    pack.facts_of(&Request::parse(EXAMPLE).unwrap(), route).unwrap()
}

fn day() -> Option<crate::Day> {
    "2026-11-23".parse().ok()
}

fn names(questions: &[Question]) -> Vec<&str> {
    questions.iter().map(|question| question.fact.as_str()).collect()
}

/// What `facts` say, with what follows.
fn stated(pack: &RulePack, facts: &[(&str, FactValue)]) -> Result<FactSet, FactError> {
    let mut set = FactSet::new(pack.vocabulary());
    for (name, value) in facts {
        set.state(pack.vocabulary(), name, value)?;
    }
    pack.vocabulary().complete(&mut set)?;
    Ok(set)
}

#[test]
fn a_simple_request_is_asked_little() {
    let pack = RulePack::builtin();
    let facts = example(&pack, Route::AsIs);
    let inquiry = examine(&pack, &facts, day()).inquiry();
    assert_eq!(
        names(&inquiry.decide),
        [
            "recipient_abroad",
            "importance",
            "basis",
            "unlawful_source",
            "consent",
            "public_place_images",
            "state_secret"
        ]
    );
    assert!(inquiry.add.len() <= 15, "{:?}", names(&inquiry.add));
    assert!(inquiry.decide.iter().all(|question| question.may_refuse));
    assert!(!inquiry.add.iter().chain(&inquiry.spare).any(|question| question.may_refuse));

    let facts = example(&pack, Route::Anonymised);
    let inquiry = examine(&pack, &facts, day()).inquiry();
    assert_eq!(names(&inquiry.decide), ["importance", "unlawful_source", "basis", "state_secret"]);
}

/// Every rule that waits for an answer is asked for once, and nothing that is known is asked.
#[test]
fn every_open_rule_is_asked_for_and_nothing_else() {
    let pack = RulePack::builtin();
    for route in [Route::AsIs, Route::Anonymised] {
        let facts = example(&pack, route);
        let examined = examine(&pack, &facts, day());
        let Inquiry { decide, add, spare } = examined.inquiry();
        let rules = |questions: &[Question]| -> BTreeSet<String> {
            questions.iter().flat_map(|question| question.rules.clone()).collect()
        };
        let asked = rules(&[&decide[..], &add].concat());
        for answer in examined.answers() {
            let id = answer.rule.id();
            if answer.state != State::Open || examined.waits_for_measurement(answer) {
                let stands = matches!(answer.state, State::Applies { .. });
                assert!(
                    stands || !rules(&[&decide[..], &add, &spare].concat()).contains(id),
                    "{id}"
                );
            } else if Weight::of(answer.rule) == Weight::Verdict {
                assert!(rules(&decide).contains(id), "{id}");
            } else if Weight::of(answer.rule) == Weight::ToDo {
                assert!(asked.contains(id), "{id}");
            }
        }
        for question in decide.iter().chain(&add).chain(&spare) {
            let id = pack.vocabulary().id(&question.fact).unwrap();
            assert!(examined.facts().get(id).is_none(), "{} is known", question.fact);
            assert_ne!(pack.vocabulary().fact(id).from(), FactFrom::Measured);
            assert!(!question.rules.is_empty(), "{}", question.fact);
        }
    }
}

/// Whoever answers what is asked, whatever the answers, comes to an end, and then nothing is open
/// that could refuse or be due, but what is measured.
#[test]
fn answers_settle_everything_in_few_rounds() {
    let pack = RulePack::builtin();
    for route in [Route::AsIs, Route::Anonymised] {
        for turn in 0..9 {
            let mut facts = example(&pack, route);
            let mut rounds = 0;
            loop {
                let examined = examine(&pack, &facts, day());
                let questions = examined.questions();
                if questions.is_empty() {
                    for answer in examined.answers() {
                        assert!(
                            answer.state != State::Open
                                || examined.waits_for_measurement(answer)
                                || Weight::of(answer.rule) == Weight::Other,
                            "{}",
                            answer.rule.id()
                        );
                    }
                    break;
                }
                rounds += 1;
                assert!(rounds <= 8, "{:?}", names(&questions));
                for question in questions {
                    let id = pack.vocabulary().id(&question.fact).unwrap();
                    let values = FactSet::answers(pack.vocabulary(), id);
                    if facts.get(id).is_none() {
                        facts = facts.with(pack.vocabulary(), id, values[turn % values.len()]);
                    }
                }
            }
        }
    }
}

#[test]
fn what_can_only_spare_something_is_not_asked() {
    let pack = RulePack::builtin();
    let mut facts = example(&pack, Route::AsIs);
    for fact in ["state_organ", "ciio", "platform"] {
        facts.state(pack.vocabulary(), fact, &FactValue::YesNo(false)).unwrap();
    }
    facts.state(pack.vocabulary(), "importance", &FactValue::Word("general".to_owned())).unwrap();
    let inquiry = examine(&pack, &facts, day()).inquiry();
    // PIPL 27, 72 and 18: already public, for the household, kept secret by law.
    assert_eq!(names(&inquiry.spare), ["already_public", "household", "secrecy"]);
    // An exemption from what does not apply spares nothing.
    let facts = stated(&pack, &[("personal_information", FactValue::YesNo(false))]).unwrap();
    let inquiry = examine(&pack, &facts, day()).inquiry();
    assert!(!names(&inquiry.spare).contains(&"secrecy"));
}

#[test]
fn an_open_prohibition_that_is_lifted_anyway_is_not_asked_for() {
    let pack = RulePack::builtin();
    let mut facts = example(&pack, Route::Anonymised);
    facts.state(pack.vocabulary(), "basis", &FactValue::Word("contract".to_owned())).unwrap();
    let examined = examine(&pack, &facts, day());
    let answer = examined.answers().iter().find(|a| a.rule.id() == "PIPL-13-refused").unwrap();
    assert_eq!(answer.state, State::Lifted { by: "PIPL-13-refused".to_owned() });
    let asked = examined.inquiry();
    assert!(!names(&asked.decide).contains(&"consent"));
    assert!(!names(&asked.decide).contains(&"coerced"), "there is no consent to coerce");
}

#[test]
fn what_follows_is_known() {
    let pack = RulePack::builtin();
    let word = |word: &str| FactValue::Word(word.to_owned());
    for (name, value, follows, wanted) in [
        ("under_14", FactValue::YesNo(true), "under_18", true),
        ("under_18", FactValue::YesNo(false), "under_14", false),
        ("relation", word("government"), "state_organ", true),
        ("relation", word("government"), "household", false),
        ("importance", word("important"), "important_processor", true),
        ("basis", word("public-information"), "already_public", true),
        ("basis", word("contract"), "coerced", false),
        ("ciio", FactValue::YesNo(true), "network_operator", true),
    ] {
        let set = stated(&pack, &[(name, value)]).unwrap();
        let id = pack.vocabulary().id(follows).unwrap();
        assert_eq!(set.get(id), Some(Value::YesNo(wanted)), "{follows}");
    }
    // The reverse is not so, and is left open.
    for (name, value, open) in [
        ("under_18", FactValue::YesNo(true), "under_14"),
        ("under_14", FactValue::YesNo(false), "under_18"),
        ("relation", word("provide"), "state_organ"),
        ("importance", word("general"), "important_processor"),
        ("basis", word("consent"), "coerced"),
        ("ciio", FactValue::YesNo(false), "network_operator"),
    ] {
        let set = stated(&pack, &[(name, value)]).unwrap();
        assert_eq!(set.get(pack.vocabulary().id(open).unwrap()), None, "{open}");
    }
}

#[test]
fn a_request_that_contradicts_itself_is_refused() {
    let pack = RulePack::builtin();
    let text = format!("{EXAMPLE}\n[facts]\nunder_14 = true\nunder_18 = false\n");
    let error = pack.facts_of(&Request::parse(&text).unwrap(), Route::AsIs).unwrap_err();
    assert!(matches!(&error, FactError::Contradiction { .. }), "{error}");
    assert!(!error.hint().is_empty());
}

#[test]
fn a_fact_follows_from_others_by_a_condition_that_can_be() {
    let pack = |fact: &str| {
        let text = format!(
            "[pack]\nid = \"x\"\nversion = \"1\"\nas_of = \"2026-01-01\"\nvalid_from = \"2026-01-01\"\n\
             review_by = \"2027-01-01\"\nextends = \"cn-2026\"\n[facts.a]\n{fact}\nzh = \"甲\"\n\
             en = \"a\"\nask_zh = \"甲？\"\nask_en = \"a?\"\n"
        );
        RulePack::read(&[PackFile { name: "pack.toml", text: &text }])
    };
    assert!(pack("type = \"yes-no\"\nyes_when = 'ciio'").is_ok());
    for fact in [
        "type = \"yes-no\"\nyes_when = 'a'",
        "type = \"number\"\nyes_when = 'ciio'",
        "type = \"yes-no\"\noccasion = true\nno_when = 'ciio'",
        "type = \"yes-no\"\nfrom = \"measured\"\nno_when = 'ciio'",
    ] {
        assert!(matches!(pack(fact), Err(PackError::Fact { .. })), "{fact}");
    }
    let unknown = pack("type = \"yes-no\"\nno_when = 'ciioo'").unwrap_err();
    assert!(matches!(&unknown, PackError::Condition { key: "no_when", .. }), "{unknown}");
}
