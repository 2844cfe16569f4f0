//! `weir law explain`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use weir_law::{
    Answer, Day, Examination, Fact, FactType, Inquiry, Route, RulePack, State, Term, examine,
};
use weir_types::verdict::{Certainty, Question};
use weir_types::{Bilingual, Lang, Outcome};

use super::load;
use crate::args::{Explain, Global};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

/// The whole answer, for `--json`.
#[derive(Serialize)]
struct Explained<'a> {
    pack: String,
    as_of: Day,
    route: Route,
    refused: bool,
    /// Prohibitions that an unknown fact leaves open.
    open_prohibitions: usize,
    /// The day by which the pack was to be reviewed, where that has passed.
    review_due: Option<Day>,
    answers: Vec<Told<'a>>,
    /// What can change whether it is allowed, or what has to be done.
    questions: Vec<Question>,
    /// What can change neither.
    not_asked: Vec<Question>,
    /// The facts of the two lists before.
    #[serde(skip)]
    asked: BTreeMap<String, &'a Fact>,
}

/// What one rule says of the request.
#[derive(Serialize)]
struct Told<'a> {
    rule: &'a str,
    outcome: Outcome,
    article: Bilingual,
    #[serde(flatten)]
    state: &'a State,
    text: Bilingual,
    /// The facts that settled it, or that it waits for, with their values.
    facts: Vec<FactTold<'a>>,
    /// Those facts in words.
    because: Bilingual,
    /// What the pack says of why, and the caveats of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Bilingual>,
    /// Whether only the measurement of the released bytes settles it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    measured_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<Term>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    exempts: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    explains: &'a [String],
    certainty: Certainty,
}

#[derive(Serialize)]
struct FactTold<'a> {
    fact: &'a str,
    value: Option<Bilingual>,
}

pub(super) fn run(args: &Explain, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let pack = load::pack(args.pack.as_deref())?;
    let request = load::request(&args.request)?;
    let route = Route::from(args.route);
    let facts = pack
        .facts_of(&request, route)
        .map_err(|error| Failure::new(Exit::BadInput, &error, Some(error.hint())))?;
    let day = load::day(args.as_of, &pack)?;
    let examined = examine(&pack, &facts, Some(day));
    let Inquiry { mut decide, add, spare } = examined.inquiry();
    decide.extend(add);
    let refused = examined.refusals().next().is_some();
    let tell = |answer| told(&pack, &examined, answer);
    let explained = Explained {
        pack: pack.label(),
        as_of: day,
        route,
        refused,
        open_prohibitions: examined.open_prohibitions().count(),
        review_due: pack.review_due(day),
        answers: examined.answers().iter().map(tell).collect(),
        asked: asked_facts(&pack, decide.iter().chain(&spare)),
        questions: decide,
        not_asked: spare,
    };
    if global.json {
        print_json(&explained)?;
    } else {
        print(&page(&explained, talk))?;
    }
    Ok(if refused { Exit::Refused } else { Exit::Done })
}

fn told<'a>(pack: &'a RulePack, examined: &Examination<'_>, answer: &'a Answer<'a>) -> Told<'a> {
    let (vocabulary, facts) = (pack.vocabulary(), examined.facts());
    let fact = |id: &weir_law::FactId| FactTold {
        fact: vocabulary.fact(*id).name(),
        value: facts.shown(vocabulary, *id),
    };
    Told {
        rule: answer.rule.id(),
        outcome: answer.rule.outcome(),
        article: pack.article(answer.rule),
        state: &answer.state,
        text: answer.rule.plain_text(),
        facts: answer.facts.iter().map(fact).collect(),
        because: examined.facts_in_words(answer),
        reason: answer.rule.plain_because(),
        measured_only: examined.waits_for_measurement(answer),
        term: answer.rule.term(),
        exempts: answer.rule.exempts(),
        explains: answer.rule.explains(),
        certainty: answer.rule.certainty(),
    }
}

fn asked_facts<'a, 'q>(
    pack: &'a RulePack,
    questions: impl Iterator<Item = &'q Question>,
) -> BTreeMap<String, &'a Fact> {
    let fact = |question: &Question| {
        let id = pack.vocabulary().id(&question.fact)?;
        Some((question.fact.clone(), pack.vocabulary().fact(id)))
    };
    questions.filter_map(fact).collect()
}

/// What a person writes as the answer.
fn answers(fact: &Fact, talk: &Talk) -> String {
    match fact.kind() {
        FactType::YesNo => "true | false".to_owned(),
        FactType::Number => talk.choose("整数", "a whole number").to_owned(),
        FactType::Word(words) => {
            let words: Vec<String> =
                words.iter().map(|word| format!("\"{}\"", word.name)).collect();
            words.join(" | ")
        }
    }
}

/// The answer as people read it.
fn page(explained: &Explained<'_>, talk: &Talk) -> String {
    let mut out = head(explained, talk);
    let all = &explained.answers;
    let applies = |told: &&Told<'_>| matches!(told.state, State::Applies { .. });
    let of = |kinds: &'static [Outcome]| {
        all.iter().filter(applies).filter(move |told| kinds.contains(&told.outcome))
    };
    const TO_DO: &[Outcome] = &[Outcome::Duty, Outcome::Record, Outcome::Deadline];
    section(&mut out, talk, "不得", "Must not", of(&[Outcome::Prohibition]), rule_told);
    section(&mut out, talk, "须做", "To do", of(TO_DO), rule_told);
    section(&mut out, talk, "不需要", "Not needed", of(&[Outcome::Exemption]), rule_told);
    let lifted = all.iter().filter(|told| matches!(told.state, State::Lifted { .. }));
    section(&mut out, talk, "被免除或解除", "Lifted", lifted, line_told);
    asked(&mut out, explained, talk);
    let mut measured: Vec<_> = all.iter().filter(|told| told.measured_only).collect();
    measured.sort_by_key(|told| told.outcome != Outcome::Prohibition);
    let title = ("测量或计数后才能确定", "Settled only when measured");
    section(&mut out, talk, title.0, title.1, measured.into_iter(), open_told);
    let occasion = all.iter().filter(|told| matches!(told.state, State::OnOccasion));
    section(&mut out, talk, "发生时适用", "When it happens", occasion, line_told);
    section(
        &mut out,
        talk,
        "须在放行的字节上达到",
        "To be met by the released bytes",
        of(&[Outcome::Threshold]),
        line_told,
    );
    section(
        &mut out,
        talk,
        "违反的后果",
        "What a breach costs",
        of(&[Outcome::Exposure]),
        line_told,
    );
    let silent = all.iter().filter(|told| matches!(told.state, State::Silent));
    section(&mut out, talk, "不适用", "Does not apply", silent, line_told);
    let past = all.iter().filter(|told| matches!(told.state, State::NotInForce));
    section(&mut out, talk, "当日不施行", "Not the law of that day", past, line_told);
    out.push_str(talk.choose("\n不是法律意见。\n", "\nThis is not legal advice.\n"));
    out
}

fn head(explained: &Explained<'_>, talk: &Talk) -> String {
    let Explained { pack, as_of, route, refused, open_prohibitions, questions, .. } = explained;
    let route = route.label();
    let decide = questions.iter().filter(|question| question.may_refuse).count();
    let add = questions.len() - decide;
    let mut out = match talk.lang {
        Lang::Zh => {
            let verdict = if *refused { "不予放行" } else { "未见禁止" };
            format!(
                "{verdict}；{open_prohibitions} 项禁止尚不能确定；{decide} 个问题待回答，另有 {add} 项情形可能增加义务\n{as_of} 的法律，规则包 {pack}；路径：{}\n",
                route.zh
            )
        }
        Lang::En => {
            let verdict = if *refused { "refused" } else { "no prohibition stands" };
            format!(
                "{verdict}; {open_prohibitions} prohibitions open; {decide} questions open, and {add} circumstances that may add duties\nlaw of {as_of}, pack {pack}; route: {}\n",
                route.en
            )
        }
    };
    if let Some(due) = explained.review_due {
        let _ = match talk.lang {
            Lang::Zh => writeln!(out, "规则包应在 {due} 前复核，其内容可能已经过时"),
            Lang::En => {
                writeln!(out, "the pack was to be reviewed by {due} and may be out of date")
            }
        };
    }
    out
}

fn section<'a, 'b: 'a>(
    out: &mut String,
    talk: &Talk,
    zh: &str,
    en: &str,
    told: impl Iterator<Item = &'a Told<'b>>,
    tell: fn(&mut String, &Told<'_>, &Talk),
) {
    let told: Vec<&Told<'_>> = told.collect();
    if !told.is_empty() {
        let _ = writeln!(out, "\n{} ({})", talk.choose(zh, en), told.len());
        told.into_iter().for_each(|one| tell(out, one, talk));
    }
}

/// A rule with its text and reason.
fn rule_told(out: &mut String, told: &Told<'_>, talk: &Talk) {
    let state = match told.state {
        State::Applies { met: Some(true) } if told.outcome.is_to_do() => {
            talk.choose("已履行", "met")
        }
        State::Applies { met: Some(false) } if told.outcome.is_to_do() => {
            talk.choose("未履行", "not met")
        }
        State::Applies { met: None } if told.outcome.is_to_do() => talk.choose("待办", "open"),
        _ => talk.choose("适用", "applies"),
    };
    let term = told.term.map(|term| term.label());
    let term = term.as_ref().map(|term| format!(" [{}]", talk.text(term))).unwrap_or_default();
    let exempts = match told.exempts {
        [] => String::new(),
        rules => format!("{}{}", talk.choose(" 免除 ", " lifts "), rules.join(", ")),
    };
    let explains = match told.explains {
        [] => String::new(),
        rules => {
            format!("{}{}", talk.choose(" 说明何以不适用 ", " in place of "), rules.join(", "))
        }
    };
    let _ = writeln!(
        out,
        "  {:<20} {state}{term}{exempts}{explains}  {} ({})\n      {}",
        told.rule,
        talk.text(&told.article),
        talk.text(&told.certainty.label()),
        talk.text(&told.text),
    );
    because(out, told, talk);
}

/// The reason that the pack gives, then the facts.
fn because(out: &mut String, told: &Told<'_>, talk: &Talk) {
    if let Some(reason) = &told.reason {
        let _ = writeln!(out, "      {}", talk.text(reason));
    }
    let because = talk.choose("因为：", "because ");
    let _ = writeln!(out, "      {because}{}", talk.text(&told.because));
}

/// An open rule with its kind, its text and what it waits for.
fn open_told(out: &mut String, told: &Told<'_>, talk: &Talk) {
    let outcome = told.outcome.label();
    let _ = writeln!(
        out,
        "  {:<20} {}  {} ({})\n      {}",
        told.rule,
        talk.text(&outcome),
        talk.text(&told.article),
        talk.text(&told.certainty.label()),
        talk.text(&told.text),
    );
    because(out, told, talk);
}

/// A rule on one line, with the facts behind the answer.
fn line_told(out: &mut String, told: &Told<'_>, talk: &Talk) {
    let why = match told.state {
        State::Lifted { by } if by != told.rule => {
            format!("{}{by}", talk.choose("依据 ", "by "))
        }
        State::NotInForce => String::new(),
        _ => talk.text(&told.because).to_owned(),
    };
    let _ = writeln!(out, "  {:<20} {}  {why}", told.rule, talk.text(&told.article));
}

/// The questions that decide in full, then circumstances on a line each, then what nobody needs
/// to answer.
fn asked(out: &mut String, explained: &Explained<'_>, talk: &Talk) {
    let (decide, add): (Vec<&Question>, Vec<&Question>) =
        explained.questions.iter().partition(|question| question.may_refuse);
    if !decide.is_empty() {
        let title = talk.choose(
            "待回答：可能决定能否放行（写入请求的 [facts]）",
            "Questions that may decide whether it is allowed (answer under [facts])",
        );
        let _ = writeln!(out, "\n{title} ({})", decide.len());
    }
    let facts = |question: &Question| explained.asked.get(&question.fact).copied();
    for question in decide {
        let answers = facts(question).map(|fact| answers(fact, talk)).unwrap_or_default();
        let _ = writeln!(
            out,
            "! {:<26} {}\n      = {answers}\n      -> {}",
            question.fact,
            talk.text(&question.text),
            question.rules.join(", ")
        );
    }
    if !add.is_empty() {
        let title = talk.choose(
            "可能增加义务的情形：有哪些属实？（同样写入；未写明的仍属未知）",
            "Circumstances that may add duties: which hold? (answer likewise; what is left out stays unknown)",
        );
        let _ = writeln!(out, "\n{title} ({})", add.len());
    }
    for question in add {
        let label = facts(question).map_or("", |fact| talk.text(fact.label()));
        let answers = match facts(question).map(|fact| (fact, fact.kind())) {
            None | Some((_, FactType::YesNo)) => String::new(),
            Some((fact, _)) => format!(" = {}", answers(fact, talk)),
        };
        let rules = question.rules.join(", ");
        let _ = writeln!(out, "  {:<26} {label}{answers}  -> {rules}", question.fact);
    }
    if !explained.not_asked.is_empty() {
        let title = talk.choose(
            "无须回答：只可能免除义务，或者加重违反的后果",
            "No need to answer: can only spare you something, or raise what a breach costs",
        );
        let facts: Vec<&str> = explained.not_asked.iter().map(|q| q.fact.as_str()).collect();
        let _ = writeln!(out, "\n{title} ({})\n  {}", facts.len(), facts.join(", "));
    }
}
