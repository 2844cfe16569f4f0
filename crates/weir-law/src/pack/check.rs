//! What a pack must hold beyond its form.

use std::collections::BTreeSet;

use weir_types::plan::Preset;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Environment, Outcome, Relation};

use super::rule::RuleText;
use super::{PackError, Rule, RulePack};
use crate::condition::TOTAL_RISK;
use crate::expr::{Expr, RESERVED};
use crate::fact::{FactFrom, FactText, FactTypeText, UNKNOWN};
use crate::preset::PresetEntry;
use crate::wording::unknown_placeholder;

/// Refuses a pack that is well formed and yet could not be relied on.
pub(super) fn pack(pack: &RulePack) -> Result<(), PackError> {
    check_head(pack)?;
    check_thresholds(pack)?;
    let mut ids = BTreeSet::new();
    for rule in &pack.rules {
        if !ids.insert(rule.id()) {
            return Err(PackError::Twice { id: rule.id().to_owned() });
        }
    }
    for rule in &pack.rules[pack.inherited..] {
        listed(pack, rule.id(), rule.instrument())?;
        check_outcome(pack, rule)?;
    }
    Ok(())
}

fn check_head(pack: &RulePack) -> Result<(), PackError> {
    filled("pack", &[("id", &pack.head.id), ("version", &pack.head.version)])?;
    if pack.head.review_by < pack.head.valid_from {
        return Err(PackError::EndsBeforeItBegins);
    }
    for (id, instrument) in &pack.instruments {
        let texts =
            [("zh", &instrument.zh), ("en", &instrument.en), ("source", &instrument.source)];
        filled(id, &texts)?;
        if let (Some(from), Some(until)) = instrument.in_force()
            && until < from
        {
            return Err(PackError::NeverInForce { entry: id.clone() });
        }
    }
    filled("total_risk", &[("source", &pack.total_risk.source)])?;
    if !pack.total_risk.in_range() {
        return Err(PackError::OutOfRange {
            entry: "total_risk".to_owned(),
            key: "inside, controlled, public",
            must: "probabilities between 0 and 1",
        });
    }
    Ok(())
}

fn check_thresholds(pack: &RulePack) -> Result<(), PackError> {
    let mut ids = BTreeSet::new();
    for standard in &pack.standards {
        let entry = &standard.id;
        if !ids.insert(entry) {
            return Err(PackError::Twice { id: entry.clone() });
        }
        listed(pack, entry, &standard.instrument)?;
        article(entry, &standard.article)?;
        filled(entry, &[("version", &standard.version), ("source", &standard.source)])?;
        for case in &standard.cases {
            filled(entry, &[("formula", &case.formula)])?;
        }
        if standard.cases.iter().any(|case| case.k < 2) {
            return Err(PackError::OutOfRange {
                entry: entry.clone(),
                key: "k",
                must: "at least 2: a class of one person protects nobody",
            });
        }
    }
    for environment in ENVIRONMENTS {
        for relation in RELATIONS {
            let covered = pack.standards.iter().any(|standard| {
                standard.certainty != Certainty::Unverified
                    && standard.case(environment, relation).is_some()
            });
            if !covered {
                return Err(PackError::NoThreshold { environment, relation });
            }
        }
    }
    Ok(())
}

/// The presets of a pack whose thresholds were checked.
pub(super) fn presets(pack: &RulePack, entries: &[PresetEntry]) -> Result<Vec<Preset>, PackError> {
    let mut ids: BTreeSet<&str> = pack.presets.iter().map(|preset| preset.name.as_str()).collect();
    let mut presets = Vec::new();
    for entry in entries {
        let id = || entry.id.clone();
        if !ids.insert(&entry.id) {
            return Err(PackError::Twice { id: id() });
        }
        // `help` lists them on the command line.
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if entry.id.is_empty() || entry.id == "help" || !entry.id.chars().all(word) {
            return Err(PackError::PresetName { preset: id() });
        }
        let texts = [
            ("zh", &entry.zh),
            ("en", &entry.en),
            ("note_zh", &entry.note_zh),
            ("note_en", &entry.note_en),
        ];
        filled(&entry.id, &texts)?;
        let standard = pack.standards.iter().find(|of| of.id == entry.threshold);
        let unknown = || PackError::PresetCase { preset: id() };
        let standard = standard.ok_or_else(unknown)?;
        let cited = super::cite(&pack.instruments, &standard.instrument, &standard.article);
        presets.push(entry.resolve(standard, cited, pack.head.label())?);
    }
    Ok(presets)
}

/// The texts of a rule, before its conditions are read.
pub(super) fn texts(rule: &RuleText) -> Result<(), PackError> {
    article(&rule.id, &rule.article)?;
    let because = [("because_zh", &rule.because_zh), ("because_en", &rule.because_en)];
    let because = because.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?)));
    let words: Vec<(&'static str, &String)> =
        [("zh", &rule.zh), ("en", &rule.en)].into_iter().chain(because).collect();
    filled(&rule.id, &words)?;
    filled(&rule.id, &[("id", &rule.id), ("source", &rule.source)])?;
    for (_, text) in words {
        if let Some(name) = unknown_placeholder(text) {
            return Err(PackError::UnknownFigure { rule: rule.id.clone(), name: name.to_owned() });
        }
    }
    if rule.keep.is_some() != (rule.outcome == Outcome::Record)
        || rule.within.is_some() != (rule.outcome == Outcome::Deadline)
    {
        return Err(PackError::Term { rule: rule.id.clone() });
    }
    if let (Some(from), Some(until)) = (rule.from, rule.until)
        && until < from
    {
        return Err(PackError::NeverInForce { entry: rule.id.clone() });
    }
    Ok(())
}

fn check_outcome(pack: &RulePack, rule: &Rule) -> Result<(), PackError> {
    let id = || rule.id().to_owned();
    match (rule.outcome(), rule.met_when().is_some()) {
        (Outcome::Prohibition | Outcome::Exemption | Outcome::Exposure, true) => {
            return Err(PackError::MetWhen { rule: id() });
        }
        (Outcome::Threshold, false) => return Err(PackError::NoMetWhen { rule: id() }),
        _ => {}
    }
    if rule.unless().is_some() && rule.outcome() != Outcome::Prohibition {
        return Err(PackError::Unless { rule: id() });
    }
    let says_nothing = rule.exempts().is_empty() && rule.explains().is_empty();
    if says_nothing == (rule.outcome() == Outcome::Exemption) {
        return Err(PackError::Exempts { rule: id() });
    }
    for lifted in rule.exempts() {
        match pack.rule(lifted) {
            Some(other) if other.outcome().is_lifted_by_exemption() => {}
            Some(_) => return Err(PackError::NotLifted { rule: id(), lifted: lifted.clone() }),
            None => return Err(PackError::UnknownRule { rule: id(), other: lifted.clone() }),
        }
    }
    for explained in rule.explains() {
        let other = || explained.clone();
        match pack.rule(explained) {
            Some(rule) if rule.outcome() == Outcome::Prohibition => {}
            Some(_) => return Err(PackError::NotExplained { rule: id(), other: other() }),
            None => return Err(PackError::UnknownRule { rule: id(), other: other() }),
        }
    }
    // An unverified threshold is shown and does not decide. A prohibition has no such half-way,
    // and an exemption from memory would have somebody leave a duty undone.
    let total_risk = pack.vocabulary.id(TOTAL_RISK);
    let asks = |expr: &Expr| expr.facts().iter().any(|fact| Some(*fact) == total_risk);
    let asks_unverified =
        pack.total_risk.certainty == Certainty::Unverified && rule.conditions().any(asks);
    let unverified = rule.certainty() == Certainty::Unverified;
    let decides_on_unverified = match rule.outcome() {
        Outcome::Prohibition | Outcome::Exemption => unverified || asks_unverified,
        Outcome::Threshold => asks_unverified && !unverified,
        Outcome::Duty | Outcome::Record | Outcome::Deadline | Outcome::Exposure => false,
    };
    if decides_on_unverified {
        return Err(PackError::UnverifiedDecides { rule: id() });
    }
    Ok(())
}

/// A fact of a pack.
pub(super) fn fact(name: &str, text: &FactText) -> Result<(), PackError> {
    let fault = || PackError::Fact { fact: name.to_owned() };
    let plain = |name: &str, dash: bool| {
        let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        let rest = |b: u8| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || b == if dash { b'-' } else { b'_' }
        };
        first && name.bytes().all(rest)
    };
    let reserved = ["true", "false", "null", "in"].contains(&name) || RESERVED.contains(&name);
    if !plain(name, false) || reserved {
        return Err(fault());
    }
    filled(name, &[("zh", &text.zh), ("en", &text.en)])?;
    if text.from.is_none_or(FactFrom::is_asked) {
        filled(name, &[("ask_zh", &text.ask_zh), ("ask_en", &text.ask_en)])?;
    }
    let mut words = BTreeSet::new();
    for word in &text.words {
        if !plain(&word.name, true) || word.name == UNKNOWN || !words.insert(&word.name) {
            return Err(fault());
        }
        filled(name, &[("zh", &word.zh), ("en", &word.en)])?;
    }
    // What is measured or has a key of its own follows from nothing else.
    let follows = text.yes_when.is_some() || text.no_when.is_some();
    let stated = matches!(text.from, None | Some(FactFrom::Stated));
    if follows && (text.kind != FactTypeText::YesNo || text.occasion || !stated) {
        return Err(fault());
    }
    let needs_words = text.kind == FactTypeText::Word;
    if needs_words == text.words.is_empty() || (text.occasion && needs_words) {
        return Err(fault());
    }
    Ok(())
}

fn listed(pack: &RulePack, entry: &str, instrument: &str) -> Result<(), PackError> {
    if pack.instruments.contains_key(instrument) {
        return Ok(());
    }
    Err(PackError::UnknownInstrument { entry: entry.to_owned(), instrument: instrument.to_owned() })
}

fn article(entry: &str, article: &Bilingual) -> Result<(), PackError> {
    filled(entry, &[("article", &article.zh), ("article", &article.en)])
}

fn filled(entry: &str, texts: &[(&'static str, &String)]) -> Result<(), PackError> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((key, _)) => Err(PackError::Empty { entry: entry.to_owned(), key }),
        None => Ok(()),
    }
}

/// Complete by definition of [`Environment`].
const ENVIRONMENTS: [Environment; 3] =
    [Environment::Inside, Environment::Controlled, Environment::Public];

/// Complete by definition of [`Relation`].
const RELATIONS: [Relation; 5] = [
    Relation::Entrust,
    Relation::Provide,
    Relation::Joint,
    Relation::Publish,
    Relation::Government,
];
