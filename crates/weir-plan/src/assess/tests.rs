use proptest::prelude::*;
use weir_law::Day;
use weir_types::Lang;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn today() -> Day {
    day("2026-11-25")
}

fn table() -> RecipientTable {
    RecipientTable::builtin()
}

const HEAD: &str =
    "table = 'recipient-2026'\nrecipient = 'R'\nanswered_by = 'P'\nanswered_on = '2026-11-01'\n";

fn parse(text: &str) -> Result<RecipientAnswers, RecipientAnswersError> {
    RecipientAnswers::parse(text, "answers.toml", &table())
}

/// The best answer to every question, with evidence; `change` maps a question and its best answer
/// to what is answered, if anything.
fn answered(change: impl Fn(&str, &str) -> Option<String>) -> RecipientAnswers {
    let table = table();
    let mut text = HEAD.to_owned();
    for question in &table.0.questions {
        if let Some(lines) = change(question.id(), question.best().word()) {
            text.push_str(&format!("[answers.{}]\n{lines}\n", question.id()));
        }
    }
    parse(&text).unwrap_or_else(|e| panic!("{e}: {}", e.hint()))
}

fn line(word: &str) -> Option<String> {
    Some(format!("answer = '{word}'\nevidence = 'contract 2026-17'"))
}

/// The best answers, but for one question.
fn but(question: &str, word: &str) -> Assessment {
    let answers = answered(|id, best| line(if id == question { word } else { best }));
    table().assess(&answers, today())
}

#[test]
fn the_shipped_table_reads_and_says_what_it_is() {
    let table = RecipientTable::parse(RecipientTable::builtin_text(), "recipient-2026.toml")
        .unwrap_or_else(|e| panic!("{e}: {}", e.hint()));
    assert_eq!(table.label(), "recipient-2026 1 (as of 2026-11-25)");
    assert!((16..=20).contains(&table.questions().count()));
    assert_eq!(table.0.questions.iter().map(|q| q.best().points).sum::<u32>(), 100);
    let axes: Vec<Axis> = table.0.questions.iter().map(|q| q.axis).collect();
    assert!(Axis::ALL.iter().all(|axis| axes.contains(axis)), "every axis is asked about");
    assert!(table.note().en.contains("no official rating"));
    assert!(table.note().zh.contains("不是官方评级"));
    // T1 and T3 of the standard, as far as they are known.
    assert_eq!(Band::ALL.map(|band| table.context(band)), [0.14, 0.30, 0.55, 1.0]);
}

#[test]
fn the_best_answers_make_an_a_and_none_a_d() {
    let best = table().assess(&answered(|_, best| line(best)), today());
    assert_eq!((best.band, best.points, best.of), (Band::A, 100, 100));
    assert_eq!((best.context, best.supervision.audit_months), (0.14, 12));
    assert_eq!(best.measures, ["contract", "reidentification-ban"]);
    assert!(best.next.is_none() && best.questions.iter().all(|q| q.better.is_empty()));
    let none = table().assess(&answered(|_, _| None), today());
    assert_eq!((none.band, none.points, none.context), (Band::D, 0, 1.0));
    assert!(none.questions.iter().all(|q| q.fault == Some(Fault::NotAnswered)));
    assert!(none.measures.contains(&"closed-environment".to_owned()));
    assert_eq!(none.supervision.audit_months, 1);
    assert_eq!(none.valid_until, day("2027-11-25"));
}

#[test]
fn a_penalty_within_two_years_is_at_most_a_c_and_so_is_not_knowing() {
    let penalised = but("penalties", "within-two-years");
    assert_eq!((penalised.band, penalised.band_by_points), (Band::C, Band::A));
    assert_eq!(penalised.capped_by, ["penalties"]);
    assert_eq!(but("penalties", "older").band, Band::A);
    let unknown = but("penalties", "unknown");
    assert_eq!((unknown.band, unknown.points), (penalised.band, penalised.points));
    let next = penalised.next.unwrap();
    assert_eq!((next.band, next.points), (Band::B, 0));
    assert_eq!((&next.capped_by, &next.fewest), (&vec!["penalties".to_owned()], &next.capped_by));
    assert_eq!(but("onward-supply", "free").band, Band::D);
}

#[test]
fn an_answer_without_evidence_or_past_its_day_counts_as_the_worst() {
    let fault = |lines: &str, on: &str| {
        let answers = answered(|id, best| match id {
            "environment" => Some(format!("answer = 'isolated'\n{lines}")),
            _ => line(best),
        });
        let assessment = table().assess(&answers, day(on));
        let result = assessment.questions.into_iter().find(|q| q.question == "environment");
        let result = result.unwrap();
        (result.fault, result.counted, assessment.points)
    };
    let worst = |fault| (Some(fault), "office".to_owned(), 92);
    let kept = (None, "isolated".to_owned(), 100);
    assert_eq!(fault("", "2026-11-25"), worst(Fault::NoEvidence));
    assert_eq!(fault("evidence = 'report'", "2026-11-25"), kept);
    let expiring = "evidence = 'report'\nexpires = 2026-11-24";
    assert_eq!(fault(expiring, "2026-11-24"), kept, "the last day still counts");
    assert_eq!(fault(expiring, "2026-11-25"), worst(Fault::Expired));
    // A certificate that holds for longer does not make the answer hold for longer than a year.
    let long = "evidence = 'report'\nexpires = '2029-01-01'";
    assert_eq!(fault(long, "2027-11-01"), kept);
    assert_eq!(fault(long, "2027-11-02").0, Some(Fault::Expired));
    assert_eq!(fault(long, "2026-10-31").0, Some(Fault::AnsweredLater));
    // Where the question asks for none, none is needed, and the worst answer needs none either.
    let bare = |_: &str, best: &str| Some(format!("answer = '{best}'"));
    let assessment = table().assess(&answered(bare), today());
    let unproven = assessment.questions.iter().filter(|q| q.fault == Some(Fault::NoEvidence));
    assert_eq!(unproven.count(), table().0.questions.iter().filter(|q| q.evidence).count());
    let shared = |id: &str, best: &str| match id {
        "access-rights" => Some("answer = 'shared'".to_owned()),
        _ => line(best),
    };
    let assessment = table().assess(&answered(shared), today());
    assert!(assessment.questions.iter().all(|q| q.fault.is_none()));
}

#[test]
fn the_result_ends_with_the_first_answer_that_raised_it() {
    let until = |expires: &str, word: &str| {
        let answers = answered(|id, best| match id {
            "environment" => {
                Some(format!("answer = '{word}'\nevidence = 'e'\nexpires = '{expires}'"))
            }
            _ => line(best),
        });
        table().assess(&answers, today()).valid_until
    };
    assert_eq!(until("2027-02-01", "controlled"), day("2027-02-01"));
    assert_eq!(until("2027-02-01", "office"), day("2027-11-01"), "the worst answer raised nothing");
    assert_eq!(until("2030-01-01", "controlled"), day("2027-11-01"), "a year from the answers");
}

#[test]
fn the_breakdown_adds_up_and_tells_what_a_better_answer_would_change() {
    // 16 points of security and 5 of outputs are missing: 79 of 100, one short of an A.
    let missing = ["classified-protection", "data-security-maturity", "output-check"];
    let answers = answered(|id, best| match id {
        "compliance-audit" => line("internal"),
        id if missing.contains(&id) => line("none"),
        _ => line(best),
    });
    let b = table().assess(&answers, today());
    assert_eq!((b.band, b.points), (Band::B, 79));
    assert_eq!(b.points, b.questions.iter().map(|q| q.points).sum::<u32>());
    assert_eq!(b.points, b.axes.iter().map(|axis| axis.points).sum::<u32>());
    let next = b.next.as_ref().unwrap();
    assert_eq!((next.band, next.points, next.fewest.len()), (Band::A, 1, 1));
    let raising: Vec<(&str, &str)> =
        b.raised_by().map(|(q, better)| (q.question.as_str(), better.answer.as_str())).collect();
    let expected = [
        ("output-check", "self"),
        ("classified-protection", "level-1"),
        ("data-security-maturity", "level-2"),
        ("compliance-audit", "external"),
    ];
    assert_eq!(raising, expected);
    // And it does: each of these answers is given, and nothing else.
    for (question, word) in expected {
        let answers = answered(|id, best| match id {
            id if id == question => line(word),
            "compliance-audit" => line("internal"),
            id if missing.contains(&id) => line("none"),
            _ => line(best),
        });
        assert_eq!(table().assess(&answers, today()).band, Band::A, "{question}");
    }
}

#[test]
fn the_context_factor_goes_into_the_total_risk() {
    let best = table().assess(&answered(|_, best| line(best)), today());
    assert!((total_risk(0.2, &best, 0.0) - 0.028).abs() < 1e-12);
    // Ten acquaintances of whom each has the trait with chance 0.01.
    let t2 = acquaintance(0.01, 10);
    assert!((t2 - 0.095_617_924_991_195_51).abs() < 1e-12);
    assert!((total_risk(0.2, &best, t2) - 0.028).abs() < 1e-12, "the larger one counts");
    assert!((total_risk(0.2, &best, acquaintance(0.9, 10)) - 0.2).abs() < 1e-9);
    assert_eq!((acquaintance(2.0, 1), acquaintance(0.5, 0)), (1.0, 0.0));
}

#[test]
fn the_template_parses_and_answers_nothing() {
    for lang in [Lang::Zh, Lang::En] {
        let text = RecipientAnswers::template(&table(), lang, today());
        let answers = parse(&text).unwrap_or_else(|e| panic!("{e}: {}", e.hint()));
        let assessment = table().assess(&answers, today());
        assert_eq!(assessment.points, 0);
        assert!(assessment.questions.iter().all(|q| q.fault == Some(Fault::Unknown)));
        for question in &table().0.questions {
            assert!(text.contains(question.text().in_lang(lang)));
            for answer in &question.answers {
                assert!(text.contains(&format!(
                    "#    {} = {}",
                    answer.word(),
                    answer.text().in_lang(lang)
                )));
            }
        }
        let filled = text.replacen("answer = \"unknown\"", "answer = \"defined\"", 1);
        assert!(parse(&filled.replacen("# evidence = \"\"", "evidence = \"x\"", 1)).is_ok());
    }
}

#[test]
fn faults_of_answers_have_a_line_and_a_hint() {
    let fault = |text: &str| {
        let error = parse(text).unwrap_err();
        (error.to_string(), error.hint())
    };
    let at = |rest: &str| fault(&format!("{HEAD}{rest}"));
    assert_eq!(
        at("recipeint = 'x'"),
        (
            "line 5 of answers.toml: unknown key `recipeint`".into(),
            "did you mean `recipient`?".into()
        )
    );
    assert_eq!(
        at("[answers.environmant]\nanswer = 'office'"),
        (
            "line 5 of answers.toml: unknown question `environmant`".into(),
            "did you mean `environment`?".into()
        )
    );
    assert_eq!(
        at("[answers.environment]\n\nanswer = 'ofice'"),
        (
            "line 7 of answers.toml: `environment` has no answer `ofice`".into(),
            "did you mean `office`?".into()
        )
    );
    assert_eq!(at("[answers.environment]\nansver = 'office'").1, "did you mean `answer`?");
    let messages = [
        at("[answers.environment]\nevidence = 'x'").0,
        at("[answers.environment]\nanswer = 'office'\nexpires = '2026-02-30'").0,
        at("[answers.environment]\nanswer = 'office'\nevidence = 'sha256:12'").0,
        at("[answers]\nenvironment = 'office'").0,
        at("answers = 3").0,
        fault("table = 'recipient-2025'").0,
        fault("").0,
        fault("table = ").0,
        fault(&HEAD.replace("'R'", "' '")).0,
        fault(&HEAD.replace("'2026-11-01'", "2026-11-01T10:00:00")).0,
    ];
    let expected = [
        "line 5 of answers.toml: `answer` is missing",
        "line 7 of answers.toml: `expires` must be a day of the form YYYY-MM-DD",
        "line 7 of answers.toml: `evidence` must be `sha256:` and 64 lower-case hexadecimal digits",
        "line 6 of answers.toml: `environment` must be a table with `answer`",
        "line 5 of answers.toml: `answers` must be tables `[answers.QUESTION]`",
        "line 1 of answers.toml: the answers are to `recipient-2025`, not to `recipient-2026`",
        "line 1 of answers.toml: `table` is missing",
        "line 1 of answers.toml: string values must be quoted, expected literal string",
        "line 2 of answers.toml: `recipient` must be a text that is not empty",
        "line 4 of answers.toml: `answered_on` must be a day of the form YYYY-MM-DD",
    ];
    for (message, expected) in messages.iter().zip(expected) {
        assert_eq!(message, expected);
    }
}

#[test]
fn evidence_may_be_a_digest() {
    let digest = "ab".repeat(32);
    let text = format!("{HEAD}[answers.deletion]\nanswer = 'proven'\nevidence = 'sha256:{digest}'");
    let answers = parse(&text).unwrap();
    let evidence = answers.answer("deletion").unwrap().evidence.clone();
    assert_eq!(evidence, Some(Evidence::Digest(digest.parse().unwrap())));
}

#[test]
fn faults_of_a_table_have_a_line_and_a_hint() {
    let shipped = RecipientTable::builtin_text();
    let fault = |from: &str, to: &str| {
        assert!(shipped.contains(from), "{from}");
        let text = shipped.replacen(from, to, 1);
        let error = RecipientTable::parse(&text, "mine.toml").unwrap_err();
        assert!(!error.hint().is_empty(), "{error}");
        let line = shipped.lines().take_while(|line| !line.contains(from.lines().next().unwrap()));
        (error, line.count() + 1)
    };
    let (error, line) = fault("audit_months", "audit_month");
    assert!(error.to_string().starts_with(&format!("line {line} of mine.toml: unknown field")));
    assert_eq!(error.hint(), "did you mean `audit_months`?");
    let (error, line) = fault("id = \"trained-people\"", "id = \"lawful-use\"");
    assert_eq!(error.to_string(), format!("line {line} of mine.toml: `lawful-use` is given twice"));
    let (error, line) = fault("word = \"partly\"", "word = \"unknown\"");
    assert_eq!(error.to_string(), format!("line {line} of mine.toml: `unknown` cannot be a name"));
    let kind = |from: &str, to: &str| fault(from, to).0;
    use RecipientTableError as E;
    let milder = |error: &E, name: &str| matches!(error, E::Milder { key, .. } if *key == name);
    assert!(matches!(kind("from = 60", "from = 80"), E::Bands { .. }));
    assert!(matches!(kind("from = 0", "from = 10"), E::Bands { .. }));
    assert!(matches!(kind("band = \"B\"", "band = \"C\""), E::Bands { .. }));
    assert!(milder(&kind("audit_months = 6", "audit_months = 13"), "audit_months"));
    assert!(milder(
        &kind("\"deletion-proof\", \"use-reports\", \"encryption\"", "\"encryption\""),
        "measures"
    ));
    assert!(matches!(
        kind("context_at_least = 1.0", "context_at_least = 1.5"),
        E::OutOfRange { .. }
    ));
    assert!(matches!(kind("audit_months = 1\n", "audit_months = 0\n"), E::OutOfRange { .. }));
    assert!(matches!(kind("review_by = \"2027", "review_by = \"2025"), E::OutOfRange { .. }));
    assert!(matches!(kind("points = 5", "points = 5000"), E::OutOfRange { .. }));
    assert!(matches!(
        kind("signed_en = [\"the", "signed_en = [\"one more\", \"the"),
        E::Languages { .. }
    ));
    assert!(matches!(
        kind("points = 0\nat_most = \"C\"", "points = 1\nat_most = \"C\""),
        E::Answers { .. }
    ));
    assert!(matches!(
        kind("points = 2\nzh = \"仅口头", "points = 2\nat_most = \"D\"\nzh = \"仅口头"),
        E::Answers { .. }
    ));
    assert!(matches!(kind("en = \"Is the use", "en = \"\"\n# \""), E::Empty { .. }));
    let trusted = "mitigation = \"high\"\nmotive = \"low\"";
    assert!(milder(&kind(trusted, "mitigation = \"low\"\nmotive = \"low\""), "context"));
    let no_questions = shipped.split("[[questions]]").next().unwrap();
    assert!(matches!(RecipientTable::parse(no_questions, "t"), Err(E::NoQuestions { .. })));
}

proptest! {
    /// A better answer never worsens the band, whatever the others are.
    #[test]
    fn better_answers_never_lower_the_band(picks in prop::collection::vec(0_usize..5, 20)) {
        let table = table();
        let words: Vec<Option<String>> = table.0.questions.iter().zip(&picks).map(|(q, pick)| {
            line(q.answers.get(*pick).map_or("unknown", |answer| answer.word()))
        }).collect();
        let at = |id: &str| table.questions().position(|q| q == id).unwrap();
        let assessment = table.assess(&answered(|id, _| words[at(id)].clone()), today());
        for question in &assessment.questions {
            let bands: Vec<Band> = question.better.iter().map(|better| better.band).collect();
            prop_assert!(bands.iter().all(|band| *band <= assessment.band));
        }
        // The distance to the next band is one: with the best answers to the fewest, it is there.
        if let Some(next) = &assessment.next {
            let raised = answered(|id, best| {
                if next.fewest.iter().any(|q| q == id) { line(best) } else { words[at(id)].clone() }
            });
            prop_assert!(table.assess(&raised, today()).band <= next.band);
        }
    }
}
