//! What every document says, and what none says.

use proptest::prelude::*;
use weir_documents::{Document, DocumentKind};
use weir_law::{Route, RulePack};
use weir_types::{FactValue, Lang, Request};

use crate::support::{DAY, Desk, LANGS, asking, example};

/// No mark of a template is left, every blank has a question, and every question is asked.
fn is_whole(document: &Document) -> Result<(), TestCaseError> {
    let text = &document.markdown;
    // What a request says in braces is escaped.
    let ours = text.replace("\\{", "").replace("\\}", "");
    for mark in ["{{", "}}", "{%", "%}", "undefined"] {
        prop_assert!(!ours.contains(mark), "{mark} in {text}");
    }
    let points = document.open_points.len();
    for part in text.split("＿＿＿").skip(1) {
        let digits: String = part
            .trim_start_matches([' ', '（', '('])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        if part.starts_with(['（', '(']) || part.starts_with(" (") {
            let number: usize = digits.parse().unwrap_or(0);
            prop_assert!((1..=points).contains(&number), "{number} of {points}: {part:.40}");
        }
    }
    let heading = if document.lang == Lang::Zh { "## 待补事项" } else { "## Open points" };
    let (_, list) = text.split_once(heading).unwrap();
    for (at, point) in document.open_points.iter().enumerate() {
        let question = point.question.in_lang(document.lang);
        prop_assert!(!question.is_empty());
        let line = list.lines().find(|line| line.starts_with(&format!("{}. ", at + 1)));
        prop_assert!(line.is_some(), "no point {}: {list}", at + 1);
    }
    prop_assert!(text.contains(DAY) && text.contains("cn-2026"));
    let draft = if document.lang == Lang::Zh { "不是法律意见" } else { "no legal advice" };
    prop_assert!(text.matches(draft).count() >= 2);
    Ok(())
}

/// No document says that something satisfies the law or that nobody can be identified.
#[test]
fn no_document_claims_more_than_weir_may() {
    let requests = [
        example("claims"),
        example("residents"),
        asking("enterprise", "provide", "important", ""),
        asking("personal", "publish", "general", "recipient_abroad = true\nunder_14 = true"),
        asking("personal", "joint", "general", "automated_decision = true"),
    ];
    for request in requests {
        for route in [Route::AsIs, Route::Anonymised] {
            let desk = Desk::new(request.clone(), route);
            for lang in LANGS {
                for document in desk.all(lang) {
                    let text = document.markdown.to_lowercase();
                    for claim in [
                        "compliant",
                        "certified",
                        "court-proof",
                        "anonymous",
                        "合规",
                        "已匿名",
                        "符合",
                    ] {
                        // Audits are called so by the law itself.
                        let text = text.replace("合规审计", "");
                        assert!(!text.contains(claim), "{}: {claim} in {text}", document.name);
                    }
                    is_whole(&document).unwrap();
                }
            }
        }
    }
}

/// A request whose texts try to become markup.
fn hostile(purpose: &str, party: &str, column: &str) -> Request {
    let mut request = asking("personal", "provide", "general", "");
    purpose.clone_into(&mut request.purpose.text);
    party.clone_into(&mut request.parties.recipient);
    request.columns.insert(column.to_owned(), weir_types::request::Column::default());
    request
}

#[test]
fn texts_of_a_request_stay_texts() {
    let request =
        hostile("a | b\n# c {{ d }} <script>", "- [x](javascript:y)\u{202e}", "| q | `z`");
    let desk = Desk::new(request, Route::AsIs);
    let document = desk.draft(DocumentKind::ContractAnnex, Lang::En);
    let text = &document.markdown;
    assert!(text.contains("1. Purpose: a \\| b # c \\{\\{ d \\}\\} \\<script\\>."), "{text}");
    assert!(text.contains("\\- \\[x\\](javascript:y)") && text.contains("\\| q \\| \\`z\\`"));
    assert!(!text.contains('\u{202e}') && !text.contains("\n# c"));
}

/// A value of a fact, or none.
fn value() -> impl Strategy<Value = Option<FactValue>> {
    prop_oneof![
        Just(None),
        any::<bool>().prop_map(|value| Some(FactValue::YesNo(value))),
        (0_u64..20_000_000).prop_map(|value| Some(FactValue::Number(value))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever is stated and whatever texts say: no placeholder is left, every missing fact has its
    /// question, and the texts do not change the structure.
    #[test]
    fn every_missing_fact_has_its_question(
        relation in prop_oneof!["provide", "entrust", "joint", "publish", "government"],
        kind in prop_oneof!["personal", "enterprise", "public"],
        anonymised in any::<bool>(),
        purpose in "\\PC{1,30}",
        party in "[\\PC|#*{}%<>&\\[\\]\n\u{0}]{1,20}",
        values in prop::collection::vec(value(), 40),
    ) {
        let route = if anonymised { Route::Anonymised } else { Route::AsIs };
        let pack = RulePack::builtin();
        let vocabulary = pack.vocabulary();
        let mut request = asking(&kind, &relation, "general", "");
        let stated = vocabulary.facts().iter().filter(|fact| fact.from() == weir_law::FactFrom::Stated);
        for (fact, value) in stated.zip(values) {
            let fits = matches!(
                (fact.kind(), &value),
                (weir_law::FactType::YesNo, Some(FactValue::YesNo(_)))
                    | (weir_law::FactType::Number, Some(FactValue::Number(_)))
            );
            if let (true, Some(value)) = (fits, value) {
                request.facts.insert(fact.name().to_owned(), value);
                // A request that contradicts itself is refused before anything is drafted.
                if pack.facts_of(&request, route).is_err() {
                    request.facts.remove(fact.name());
                }
            }
        }
        let plain = Desk::new(request.clone(), route);
        purpose.clone_into(&mut request.purpose.text);
        party.clone_into(&mut request.parties.provider);
        let desk = Desk::new(request, route);
        for lang in LANGS {
            prop_assert!(desk.draft(DocumentKind::Notice, lang).docx().is_ok());
            for (document, plain) in desk.all(lang).iter().zip(plain.all(lang)) {
                is_whole(document)?;
                let lines = |text: &str| text.lines().count();
                prop_assert_eq!(lines(&document.markdown), lines(&plain.markdown));
            }
        }
    }
}

#[test]
fn a_pack_past_its_review_day_is_said_to_be() {
    let mut desk = Desk::new(example("claims"), Route::Anonymised);
    let says =
        |desk: &Desk| LANGS.map(|lang| desk.draft(DocumentKind::ContractAnnex, lang).markdown);
    for text in says(&desk) {
        assert!(!text.contains("to be reviewed by") && !text.contains("前复核"), "{text}");
    }
    desk.day = "2099-01-01".parse().unwrap();
    let [zh, en] = says(&desk);
    assert!(zh.contains("前复核，其内容可能已经过时"), "{zh}");
    assert!(en.contains("may be out of date"), "{en}");
}
