//! Which documents are due follows from the rules.

use weir_documents::{DocumentKind, Standing};
use weir_law::Route;
use weir_types::Lang;

use crate::support::{Desk, LANGS, asking};

/// What is due, what may be, and the rules that say so.
fn standings(desk: &Desk) -> Vec<(DocumentKind, Standing, Vec<String>)> {
    let told = desk.due().into_iter().map(|due| {
        let rules = due.reasons.into_iter().map(|reason| reason.rule);
        (due.document, due.standing, rules.collect())
    });
    told.collect()
}

fn of(desk: &Desk, kind: DocumentKind) -> (Standing, Vec<String>) {
    let mut all = standings(desk).into_iter();
    let (_, standing, rules) = all.find(|(document, ..)| *document == kind).unwrap();
    (standing, rules)
}

#[test]
fn the_relation_decides_by_its_article() {
    use DocumentKind::{ContractAnnex, ImpactAssessment, Notice, ProcessingRecord};
    let desk = |relation| Desk::new(asking("personal", relation, "general", ""), Route::AsIs);
    let provide = desk("provide");
    assert_eq!(of(&provide, ImpactAssessment), (Standing::Due, vec!["PIPL-55".to_owned()]));
    assert!(of(&provide, Notice).1.contains(&"PIPL-23".to_owned()));
    assert_eq!(of(&provide, ContractAnnex).1, ["NDSMR-12"]);
    assert!(of(&provide, ProcessingRecord).1.contains(&"NDSMR-12-record".to_owned()));

    let entrust = desk("entrust");
    assert!(of(&entrust, ContractAnnex).1.contains(&"PIPL-21".to_owned()));
    assert!(!of(&entrust, Notice).1.contains(&"PIPL-23".to_owned()));
    let joint = desk("joint");
    assert!(of(&joint, ContractAnnex).1.contains(&"PIPL-20".to_owned()));
    // Joint processing by itself is no case of article 55: it depends on what nobody stated.
    assert_eq!(of(&joint, ImpactAssessment).0, Standing::Open);
}

#[test]
fn what_is_not_due_names_the_article_that_lifts_it() {
    let desk = Desk::new(asking("personal", "provide", "general", ""), Route::Anonymised);
    let (standing, rules) = of(&desk, DocumentKind::Notice);
    assert_eq!(standing, Standing::NotDue);
    assert!(rules.contains(&"PIPL-4-73".to_owned()), "{rules:?}");
    assert_eq!(of(&desk, DocumentKind::ImpactAssessment).1[0], "PIPL-55-lifted");
    assert_eq!(
        of(&desk, DocumentKind::ContractAnnex),
        (Standing::Due, vec!["ANON-contract".into()])
    );
    for (lang, words, article) in [
        (Lang::En, "need not be told", "articles 4 and 73"),
        (Lang::Zh, "不需要为这次流通另行告知个人", "第4条、第73条"),
    ] {
        let notice = desk.draft(DocumentKind::Notice, lang).markdown;
        assert!(notice.contains(words) && notice.contains(article), "{notice}");
    }
}

#[test]
fn government_and_enterprise_data_have_a_statement() {
    let shared = Desk::new(asking("public", "government", "general", ""), Route::AsIs);
    let (standing, rules) = of(&shared, DocumentKind::ProviderStatement);
    assert!(standing == Standing::Due && rules.contains(&"GDSR-2".to_owned()), "{rules:?}");
    let statement = shared.draft(DocumentKind::ProviderStatement, Lang::Zh);
    assert!(statement.markdown.contains("共享属性"));
    assert!(statement.open_points.iter().any(|point| point.name == "share_class"));
    let asked = "personal_information = false";
    let sold = Desk::new(asking("enterprise", "provide", "general", asked), Route::AsIs);
    assert_eq!(of(&sold, DocumentKind::ProviderStatement), (Standing::Due, vec!["PLAN-1".into()]));
    let (standing, rules) = of(&sold, DocumentKind::Notice);
    assert_eq!(standing, Standing::NotDue, "{rules:?}");
    assert!(!sold.draft(DocumentKind::ProviderStatement, Lang::Zh).markdown.contains("共享属性"));
}

#[test]
fn a_prohibition_stands_on_top() {
    let desk = Desk::new(asking("personal", "provide", "core", ""), Route::AsIs);
    for lang in LANGS {
        for document in desk.all(lang) {
            let head: String = document.markdown.lines().take(12).collect();
            let told = ["must not take place", "不得进行"].iter().any(|words| head.contains(words));
            assert!(told && head.contains("21"), "{}", document.markdown);
        }
    }
}

#[test]
fn what_was_stated_is_no_question_any_more() {
    let facts = "agreement = true\nsupervision = true\npeople = 12345\nbasis = \"consent\"\n\
                 consent = \"given\"\nseparate_consent = true\nnotice_given = true\n";
    let asks = |facts: &str, name: &str| {
        let desk = Desk::new(asking("personal", "provide", "general", facts), Route::AsIs);
        let document = desk.draft(DocumentKind::ProcessingRecord, Lang::En);
        (document.open_points.iter().any(|point| point.name == name), document.markdown)
    };
    for name in ["agreement", "people", "separate_consent", "notice_given"] {
        assert!(asks("", name).0, "{name}");
        assert!(!asks(facts, name).0, "{name}");
    }
    assert!(asks(facts, "people").1.contains("| People in the data | 12345 |"));
}
