use proptest::prelude::*;

use super::*;

fn fault(text: &str) -> (String, String) {
    let error = Answers::parse(text).unwrap_err();
    (error.to_string(), error.hint())
}

#[test]
fn what_is_left_out_is_not_answered() {
    let answers = Answers::parse("# nothing yet\n").unwrap();
    assert_eq!(answers, Answers::default());
    assert_eq!(answers.to_toml(), "");
    assert_eq!(answers.status, Status::Unknown);
}

#[test]
fn faults_are_located() {
    let (error, hint) = fault("state_secret = 'no'\nimportence = 'general'\n");
    assert_eq!(error, "line 2 of the answers: unknown key `importence`");
    assert_eq!(hint, "did you mean `importance`?");
    let (error, _) = fault("\n\nobtained_in_duty = 'maybe'\n");
    assert_eq!(
        error,
        "line 3 of the answers: `obtained_in_duty` must be one of `yes`, `no`, `unknown`"
    );
    assert!(fault("state_secret = true").0.starts_with("line 1 of the answers: `state_secret`"));
    assert!(fault("people_held = -1").0.contains("whole number"));
    assert!(fault("importance_by = ' '").0.contains("not empty"));
    assert!(fault("state_secret = 'no'\nstate_secret 'no'").0.starts_with("line 2 of the answers"));
    assert!(fault("[importance]\nis = 'general'").0.starts_with("line 1 of the answers"));
}

#[test]
fn importance_is_known_by_notice_or_publication_only() {
    let (error, hint) = fault("state_secret = 'no'\nimportance = 'important'\n");
    assert_eq!(
        error,
        "line 2 of the answers: `importance` is `important` without `importance_basis`"
    );
    assert!(hint.contains("notice or publication only"));
    assert!(fault("importance='core'\nimportance_basis='notified'").0.contains("importance_by"));
    let text = "importance = 'core'\nimportance_basis = 'published'\nimportance_by = '工信部'\n";
    assert_eq!(Answers::parse(text).unwrap().status, Status::Core);
    let (error, _) = fault("importance = 'general'\nimportance_basis = 'notified'\n");
    assert_eq!(
        error,
        "line 2 of the answers: `importance_basis` without `importance` being `important` or `core`"
    );
}

#[test]
fn an_answer_typed_in_is_held_to_what_is_offered() {
    let mut answers = Answers::default();
    answers.answer("under_fourteen", "yes").unwrap();
    answers.answer("people_held", "12000000").unwrap();
    assert!(answers.answer("under_fourteen", "ja").is_err());
    assert!(answers.answer("age", "7").is_err());
    assert_eq!((answers.under_fourteen, answers.people_held), (Reply::Yes, Some(12_000_000)));
}

proptest! {
    #[test]
    fn answers_that_are_written_are_read_back(
        importance in 0_usize..5, basis in 0_usize..2, by in "[^\\s]\\PC{0,12}[^\\s]",
        replies in prop::array::uniform4(0_usize..3), people in prop::option::of(0_u64..1 << 62),
    ) {
        let mut answers = Answers::default();
        answers.answer("importance", Status::WORDS[importance]).unwrap();
        if importance > 2 {
            answers.answer("importance_basis", Basis::WORDS[basis]).unwrap();
            answers.answer("importance_by", &by).unwrap();
        }
        for (key, reply) in KEYS[3..7].iter().zip(replies) {
            answers.answer(key, Reply::WORDS[reply]).unwrap();
        }
        answers.people_held = people;
        answers.answered_by = Some(by.trim().to_owned());
        prop_assert_eq!(Answers::parse(&answers.to_toml()), Ok(answers));
    }
}
