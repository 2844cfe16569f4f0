use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use weir_types::FactValue;

use super::*;
use crate::pack::RulePack;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    test: String,
    expr: String,
    is: String,
}

/// What came of an expression, in the words of the vectors.
fn came(text: &str) -> String {
    let vocabulary = Vocabulary::empty();
    let error = match Expr::parse(text, &vocabulary) {
        Ok(expr) => {
            return match expr.holds(&FactSet::new(&vocabulary)) {
                Known::Yes => "true",
                Known::No => "false",
                Known::Unknown => "unknown",
            }
            .to_owned();
        }
        Err(error) => error,
    };
    assert!(!error.kind.hint().is_empty() && error.column >= 1, "{error}");
    match error.kind {
        ExprErrorKind::Outside { .. } => "outside",
        ExprErrorKind::Type { .. } => "type",
        ExprErrorKind::Number => "number",
        ExprErrorKind::Escape => "escape",
        ExprErrorKind::EmptyList => "empty",
        ExprErrorKind::Reserved { .. } => "reserved",
        _ => "syntax",
    }
    .to_owned()
}

use crate::fact::FactSet;

#[test]
fn the_subset_says_what_cel_says() {
    let text = include_str!("../../tests/cel/vectors.toml");
    let Vectors { vectors } = toml::from_str(text).expect("the vectors are TOML");
    assert!(vectors.len() >= 100);
    let mut wrong = Vec::new();
    for Vector { test, expr, is } in vectors {
        let came = came(&expr);
        if came != is {
            wrong.push(format!("{test}: `{expr}` is {came}, not {is}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn refused(text: &str) -> (usize, ExprErrorKind) {
    let pack = RulePack::builtin();
    let error = Expr::parse(text, pack.vocabulary()).expect_err(text);
    (error.column, error.kind)
}

#[test]
fn errors_name_the_place_and_what_to_do() {
    let (column, kind) = refused("personal_information && relatoin == \"provide\"");
    assert_eq!(column, 25);
    assert_eq!(kind.hint(), "did you mean `relation`?");
    let (column, kind) = refused("relation in [\"provide\", \"entrsut\"]");
    assert_eq!(column, 25);
    assert_eq!(kind.hint(), "did you mean `entrust`?");
    assert_eq!(kind.to_string(), "`relation` is never `entrsut`");
    let (column, kind) = refused("personal_information and sensitive");
    assert_eq!((column, kind.hint().as_str()), (22, "write `&&` for and"));
    let (column, kind) = refused("relation = \"provide\"");
    assert_eq!((column, kind.hint().as_str()), (10, "write `==` to compare"));
    assert_eq!(
        refused("people").1,
        ExprErrorKind::Type { wanted: "yes or no", found: "a whole number" }
    );
    assert_eq!(refused("relation == kind").0, 10);
    assert_eq!(refused("people > relation").0, 10);
    assert_eq!(refused("people > \"9\"").0, 10);
    assert_eq!(refused("people in [1, true]").0, 15);
    assert!(matches!(refused("state_organ == \"yes\"").1, ExprErrorKind::Type { .. }));
    assert!(matches!(refused("relation.startsWith(\"p\")").1, ExprErrorKind::Outside { .. }));
    assert_eq!(refused("'未闭合").1, ExprErrorKind::OpenQuote);
    assert_eq!(refused("sensitive & retention").1, ExprErrorKind::Character { found: '&' });
    assert_eq!(refused(&"(".repeat(200)).1, ExprErrorKind::TooDeep);
    assert_eq!(refused(&"sensitive && ".repeat(300)).1, ExprErrorKind::TooLong);
}

/// `a` and `b` are yes-no facts, `n` is a number, `w` a word; `x` is not known.
fn holds(text: &str, n: Option<u64>) -> Outcome3 {
    let pack = RulePack::builtin();
    let vocabulary = pack.vocabulary();
    let mut facts = FactSet::new(vocabulary);
    let mut state = |name: &str, value| facts.state(vocabulary, name, &value).unwrap();
    state("sensitive", FactValue::YesNo(true));
    state("retention", FactValue::YesNo(false));
    state("relation", FactValue::Word("provide".to_owned()));
    if let Some(n) = n {
        state("people", FactValue::Number(n));
    }
    Expr::parse(text, vocabulary).unwrap().explain(&facts)
}

#[test]
fn what_rests_on_the_unknown_is_unknown() {
    let cases = [
        ("ciio", Known::Unknown),
        ("!ciio", Known::Unknown),
        ("ciio && retention", Known::No),
        ("retention && ciio", Known::No),
        ("ciio && sensitive", Known::Unknown),
        ("ciio || sensitive", Known::Yes),
        ("sensitive || ciio", Known::Yes),
        ("ciio || retention", Known::Unknown),
        ("ciio == ciio", Known::Unknown),
        ("ciio ? sensitive : sensitive", Known::Unknown),
        ("sensitive ? ciio : retention", Known::Unknown),
        ("retention ? ciio : sensitive", Known::Yes),
        ("importance == \"core\"", Known::Unknown),
        ("importance != \"core\"", Known::Unknown),
        ("relation in [\"provide\", \"joint\"]", Known::Yes),
        ("relation == \"joint\"", Known::No),
        ("people > 3", Known::Unknown),
        ("people + 1 > people", Known::Unknown),
    ];
    for (text, known) in cases {
        assert_eq!(holds(text, None).known, known, "{text}");
    }
    assert_eq!(holds("people - 2 >= 8 - 3", Some(7)).known, Known::Yes);
    assert_eq!(holds("people in [5, 6]", Some(7)).known, Known::No);
}

#[test]
fn an_answer_names_the_facts_behind_it() {
    let pack = RulePack::builtin();
    let names = |text: &str| -> Vec<String> {
        let facts = holds(text, None).facts;
        facts.iter().map(|id| pack.vocabulary().fact(*id).name().to_owned()).collect()
    };
    assert_eq!(names("sensitive && relation == \"provide\""), ["sensitive", "relation"]);
    assert_eq!(names("sensitive && retention && ciio"), ["retention"]);
    assert_eq!(names("ciio || retention || sensitive"), ["sensitive"]);
    assert_eq!(names("sensitive && ciio && emergency"), ["ciio", "emergency"]);
    assert_eq!(names("sensitive && (ciio || retention)"), ["ciio"]);
    assert_eq!(names("sensitive && sensitive"), ["sensitive"]);
    assert!(names("true").is_empty());
}

/// A condition over three facts, each as a text that says it and as a function of their values.
#[derive(Clone, Debug)]
enum Made {
    Leaf(usize),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Same(Box<Self>, Box<Self>),
    Choice(Box<Self>, Box<Self>, Box<Self>),
}

const LEAVES: [&str; 3] = ["ciio", "credit", "emergency"];

impl Made {
    fn text(&self) -> String {
        match self {
            Self::Leaf(at) => LEAVES[*at].to_owned(),
            Self::Not(a) => format!("!({})", a.text()),
            Self::And(a, b) => format!("({}) && ({})", a.text(), b.text()),
            Self::Or(a, b) => format!("({}) || ({})", a.text(), b.text()),
            Self::Same(a, b) => format!("({}) == ({})", a.text(), b.text()),
            Self::Choice(a, b, c) => format!("({}) ? ({}) : ({})", a.text(), b.text(), c.text()),
        }
    }

    fn value(&self, facts: [bool; 3]) -> bool {
        match self {
            Self::Leaf(at) => facts[*at],
            Self::Not(a) => !a.value(facts),
            Self::And(a, b) => a.value(facts) && b.value(facts),
            Self::Or(a, b) => a.value(facts) || b.value(facts),
            Self::Same(a, b) => a.value(facts) == b.value(facts),
            Self::Choice(a, b, c) => {
                if a.value(facts) {
                    b.value(facts)
                } else {
                    c.value(facts)
                }
            }
        }
    }
}

fn made() -> impl Strategy<Value = Made> {
    (0usize..3).prop_map(Made::Leaf).prop_recursive(4, 24, 3, |inner| {
        let b = |made: Made| Box::new(made);
        let (x, y, z) = (inner.clone(), inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(move |a| Made::Not(b(a))),
            (x.clone(), y.clone()).prop_map(move |(a, c)| Made::And(b(a), b(c))),
            (x.clone(), y.clone()).prop_map(move |(a, c)| Made::Or(b(a), b(c))),
            (x.clone(), y.clone()).prop_map(move |(a, c)| Made::Same(b(a), b(c))),
            (x, y, z).prop_map(move |(a, c, d)| Made::Choice(b(a), b(c), b(d))),
        ]
    })
}

proptest! {
    /// With all facts known a condition is what it says; with some unknown, what is said to be
    /// known holds whatever they turn out to be.
    #[test]
    fn what_is_known_stays_so_whatever_the_rest_turns_out(
        made in made(), facts in prop::array::uniform3(any::<bool>()),
        known in prop::array::uniform3(any::<bool>()),
    ) {
        let pack = RulePack::builtin();
        let vocabulary = pack.vocabulary();
        let expr = Expr::parse(&made.text(), vocabulary).unwrap();
        let mut partly = FactSet::new(vocabulary);
        let mut all = FactSet::new(vocabulary);
        for at in 0..3 {
            let value = FactValue::YesNo(facts[at]);
            all.state(vocabulary, LEAVES[at], &value).unwrap();
            if known[at] {
                partly.state(vocabulary, LEAVES[at], &value).unwrap();
            }
        }
        let truth = if made.value(facts) { Known::Yes } else { Known::No };
        prop_assert_eq!(expr.holds(&all), truth);
        let part = expr.explain(&partly);
        prop_assert!(part.known == Known::Unknown || part.known == truth);
        let stated: BTreeMap<&str, bool> = LEAVES.into_iter().zip(known).collect();
        for fact in part.facts {
            let is_known = stated[vocabulary.fact(fact).name()];
            prop_assert_eq!(is_known, part.known != Known::Unknown);
        }
    }

    #[test]
    fn no_text_is_too_strange_for_a_condition(text in ".*") {
        let _ = came(&text);
    }
}
