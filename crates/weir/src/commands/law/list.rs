//! `weir law list`, `weir law facts` and `weir law show`.

use std::fmt::Write as _;

use serde::Serialize;
use weir_law::{FactFrom, FactType, Rule, RulePack};
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Outcome};

use super::load;
use crate::args::{Global, LawFacts, List, Show};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, grid, print, print_json};

/// A rule whole, for `--json`.
#[derive(Serialize)]
struct Whole<'a> {
    rule: &'a str,
    outcome: Outcome,
    instrument: Bilingual,
    number: Option<&'a str>,
    article: Bilingual,
    text: Bilingual,
    because: Option<Bilingual>,
    when: &'a str,
    met_when: Option<&'a str>,
    unless: Option<&'a str>,
    exempts: &'a [String],
    explains: &'a [String],
    term: Option<weir_law::Term>,
    in_force_from: Option<weir_law::Day>,
    in_force_until: Option<weir_law::Day>,
    certainty: Certainty,
    source: &'a str,
    obligations: &'a [String],
    facts: Vec<&'a str>,
}

impl<'a> Whole<'a> {
    fn new(pack: &'a RulePack, rule: &'a Rule) -> Self {
        let instrument = pack.instrument(rule);
        // Days that are not certain switch nothing, and are told all the same.
        let (of_instrument, of_rule) = (instrument.in_force(), rule.in_force());
        Self {
            rule: rule.id(),
            outcome: rule.outcome(),
            instrument: instrument.name(),
            number: instrument.number(),
            article: pack.article(rule),
            text: rule.plain_text(),
            because: rule.plain_because(),
            when: rule.when(),
            met_when: rule.met_when(),
            unless: rule.unless(),
            exempts: rule.exempts(),
            explains: rule.explains(),
            term: rule.term(),
            in_force_from: of_rule.0.or(of_instrument.0),
            in_force_until: of_rule.1.or(of_instrument.1),
            certainty: rule.certainty(),
            source: rule.source(),
            obligations: rule.rows(),
            facts: rule.facts().iter().map(|id| pack.vocabulary().fact(*id).name()).collect(),
        }
    }
}

pub(super) fn rules(args: &List, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let pack = load::pack(args.pack.as_deref())?;
    load::answers(&pack, args.as_of)?;
    if let Some(wanted) = &args.instrument
        && !pack.rules().iter().any(|rule| rule.instrument() == wanted)
    {
        let mut known: Vec<&str> = pack.rules().iter().map(Rule::instrument).collect();
        known.sort_unstable();
        known.dedup();
        let hint = format!("the instruments are {}", known.join(", "));
        return Err(Failure::input(format!("no rule is of the instrument `{wanted}`"), hint));
    }
    let outcome = args.outcome.map(Outcome::from);
    let chosen: Vec<&Rule> = pack
        .rules()
        .iter()
        .filter(|rule| args.instrument.as_deref().is_none_or(|of| rule.instrument() == of))
        .filter(|rule| outcome.is_none_or(|of| rule.outcome() == of))
        .filter(|rule| args.as_of.is_none_or(|day| rule.is_in_force_on(day)))
        .collect();
    if global.json {
        let whole: Vec<Whole<'_>> = chosen.iter().map(|rule| Whole::new(&pack, rule)).collect();
        print_json(&whole)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 4]> = chosen
        .iter()
        .map(|rule| {
            [
                rule.id().to_owned(),
                talk.text(&rule.outcome().label()).to_owned(),
                talk.text(&rule.certainty().label()).to_owned(),
                talk.text(&pack.article(rule)).to_owned(),
            ]
        })
        .collect();
    print(&grid(&rows))?;
    let (all, shown) = (pack.rules().len(), chosen.len());
    let label = pack.label();
    talk.line(&match talk.lang {
        weir_types::Lang::Zh => format!("规则包 {label}：{shown} 条，共 {all} 条。不是法律意见。"),
        weir_types::Lang::En => {
            format!("pack {label}: {shown} of {all} rules. This is not legal advice.")
        }
    });
    Ok(Exit::Done)
}

pub(super) fn facts(args: &LawFacts, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let pack = load::pack(args.pack.as_deref())?;
    let facts = pack.vocabulary().facts();
    if global.json {
        print_json(&facts)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<[String; 4]> = facts
        .iter()
        .map(|fact| {
            let kind = match fact.kind() {
                FactType::YesNo => talk.choose("是/否", "yes-no").to_owned(),
                FactType::Number => talk.choose("数", "number").to_owned(),
                FactType::Word(_) => fact.words().collect::<Vec<_>>().join("|"),
            };
            let from = match (fact.from(), fact.is_occasion()) {
                (_, true) => talk.choose("事件", "occasion"),
                (FactFrom::Request, _) => talk.choose("请求", "request"),
                (FactFrom::Data, _) => talk.choose("数据", "data"),
                (FactFrom::Measured, _) => talk.choose("测量", "measured"),
                (FactFrom::Stated, _) => talk.choose("声明", "stated"),
            };
            let text = if fact.question().en.is_empty() { fact.label() } else { fact.question() };
            [fact.name().to_owned(), from.to_owned(), kind, talk.text(text).to_owned()]
        })
        .collect();
    print(&grid(&rows))?;
    Ok(Exit::Done)
}

pub(super) fn show(args: &Show, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let pack = load::pack(args.pack.as_deref())?;
    let begins = |rule: &&Rule| {
        rule.id().strip_prefix(args.rule.as_str()).is_some_and(|rest| rest.starts_with('-'))
            || rule.rows().contains(&args.rule)
    };
    let chosen: Vec<&Rule> = match pack.rule(&args.rule) {
        Some(rule) => vec![rule],
        None => pack.rules().iter().filter(begins).collect(),
    };
    if chosen.is_empty() {
        let known: Vec<&str> = pack.rules().iter().map(Rule::id).collect();
        let hint = weir_types::request::nearest(&args.rule, &known).map_or_else(
            || "`weir law list` names all rules".to_owned(),
            |name| format!("did you mean `{name}`?"),
        );
        return Err(Failure::input(format!("there is no rule `{}`", args.rule), hint));
    }
    let whole: Vec<Whole<'_>> = chosen.iter().map(|rule| Whole::new(&pack, rule)).collect();
    if global.json {
        print_json(&whole)?;
    } else {
        let texts: Vec<String> = whole.iter().map(|rule| told(rule, talk)).collect();
        print(&texts.join("\n"))?;
    }
    Ok(Exit::Done)
}

/// A rule whole, as people read it.
fn told(rule: &Whole<'_>, talk: &Talk) -> String {
    let day = |day: Option<weir_law::Day>| {
        day.map_or_else(|| talk.choose("未核实", "not verified").to_owned(), |d| d.to_string())
    };
    let mut out = format!("{}\n", rule.rule);
    let mut row = |zh: &str, en: &str, text: &str| {
        if !text.is_empty() {
            let _ = match talk.lang {
                weir_types::Lang::Zh => writeln!(out, "  {zh}：{text}"),
                weir_types::Lang::En => writeln!(out, "  {en:<11} {text}"),
            };
        }
    };
    row("结果", "outcome", talk.text(&rule.outcome.label()));
    row("条文", "article", talk.text(&rule.article));
    row("文号", "number", rule.number.unwrap_or_default());
    let until = rule.in_force_until.map(|until| format!(" – {until}")).unwrap_or_default();
    row("施行", "in force", &format!("{}{until}", day(rule.in_force_from)));
    row("内容", "says", talk.text(&rule.text));
    row("理由", "because", rule.because.as_ref().map(|b| talk.text(b)).unwrap_or_default());
    row("适用条件", "when", rule.when);
    row("履行条件", "met when", rule.met_when.unwrap_or_default());
    row("除非", "unless", rule.unless.unwrap_or_default());
    row("免除", "exempts", &rule.exempts.join(", "));
    row("说明何以不适用", "explains", &rule.explains.join(", "));
    let term = rule.term.map(|term| term.label());
    row("期限", "term", term.as_ref().map(|term| talk.text(term)).unwrap_or_default());
    row("可靠程度", "certainty", talk.text(&rule.certainty.label()));
    row("来源", "source", rule.source);
    out
}
