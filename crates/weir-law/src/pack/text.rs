//! From the files of a pack to the pack.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::error::{PackError, Place};
use super::rule::RuleText;
use super::{Head, Instrument, PackFile, RulePack, SHIPPED, check};
use crate::expr::Expr;
use crate::fact::{FactText, Vocabulary};
use crate::preset::PresetEntry;
use crate::threshold::{Standard, TotalRiskCut};

/// The facts of every pack.
const FACTS: PackFile<'static> =
    PackFile { name: "facts.toml", text: include_str!("../../../../laws/facts.toml") };

/// One file of a pack as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartText {
    pack: Option<Head>,
    #[serde(default)]
    facts: BTreeMap<String, FactText>,
    #[serde(default)]
    instruments: BTreeMap<String, Instrument>,
    #[serde(default)]
    thresholds: Vec<Standard>,
    #[serde(default)]
    presets: Vec<PresetEntry>,
    total_risk: Option<TotalRiskCut>,
    #[serde(default)]
    rules: Vec<RuleText>,
}

/// Reads the files of one pack.
pub(super) fn read(files: &[PackFile<'_>]) -> Result<RulePack, PackError> {
    let mut parts = Vec::new();
    for file in files {
        parts.push((file, part(file)?));
    }
    let head = head(&mut parts)?;
    let mut pack = match head.extends.as_deref() {
        None => bare(head, &mut parts)?,
        Some(SHIPPED) => extended(head, RulePack::builtin()),
        Some(other) => return Err(PackError::UnknownBase { base: other.to_owned() }),
    };
    // A condition may ask for a fact of any file.
    for (_, part) in &parts {
        add_facts(&mut pack.vocabulary, &part.facts)?;
    }
    for (file, part) in &parts {
        define_facts(&mut pack.vocabulary, file, &part.facts)?;
    }
    let mut presets = Vec::new();
    for (file, part) in parts {
        for (id, instrument) in part.instruments {
            if pack.instruments.insert(id.clone(), instrument).is_some() {
                return Err(PackError::Twice { id });
            }
        }
        pack.standards.extend(part.thresholds);
        presets.extend(part.presets);
        if let Some(total_risk) = part.total_risk {
            pack.total_risk = total_risk;
        }
        let place = |start: usize| Place::new(file, start);
        for rule in part.rules {
            check::texts(&rule)?;
            pack.rules.push(rule.compile(&pack.vocabulary, &place)?);
        }
    }
    check::pack(&pack)?;
    pack.presets.extend(check::presets(&pack, &presets)?);
    for rule in &mut pack.rules[pack.inherited..] {
        let instrument = pack.instruments.get(rule.instrument());
        rule.within(instrument.map_or((None, None), Instrument::deciding_days));
        if let (Some(from), Some(until)) = rule.in_force()
            && until < from
        {
            return Err(PackError::NeverInForce { entry: rule.id().to_owned() });
        }
    }
    Ok(pack)
}

fn part(file: &PackFile<'_>) -> Result<PartText, PackError> {
    toml::from_str(file.text).map_err(|error| PackError::syntax(file, &error))
}

fn head(parts: &mut [(&PackFile<'_>, PartText)]) -> Result<Head, PackError> {
    let mut heads = parts.iter_mut().filter_map(|(_, part)| part.pack.take());
    let head = heads.next().ok_or(PackError::NoHead)?;
    match heads.next() {
        Some(_) => Err(PackError::Twice { id: "pack".to_owned() }),
        None => Ok(head),
    }
}

/// A pack of its own, without rules yet.
fn bare(head: Head, parts: &mut [(&PackFile<'_>, PartText)]) -> Result<RulePack, PackError> {
    let total_risk = parts.iter_mut().find_map(|(_, part)| part.total_risk.take());
    let mut vocabulary = Vocabulary::empty();
    let facts = part(&FACTS)?.facts;
    add_facts(&mut vocabulary, &facts)?;
    define_facts(&mut vocabulary, &FACTS, &facts)?;
    Ok(RulePack {
        head,
        extends: Vec::new(),
        vocabulary,
        instruments: BTreeMap::new(),
        standards: Vec::new(),
        presets: Vec::new(),
        total_risk: total_risk.ok_or(PackError::NoTotalRisk)?,
        rules: Vec::new(),
        inherited: 0,
    })
}

/// A pack with everything that `base` has.
fn extended(head: Head, base: RulePack) -> RulePack {
    RulePack {
        extends: std::iter::once(base.head.label()).chain(base.extends).collect(),
        inherited: base.rules.len(),
        head,
        vocabulary: base.vocabulary,
        instruments: base.instruments,
        standards: base.standards,
        presets: base.presets,
        total_risk: base.total_risk,
        rules: base.rules,
    }
}

fn add_facts(
    vocabulary: &mut Vocabulary,
    facts: &BTreeMap<String, FactText>,
) -> Result<(), PackError> {
    for (name, text) in facts {
        check::fact(name, text)?;
        if !vocabulary.add(text.fact(name.clone())) {
            return Err(PackError::Twice { id: name.clone() });
        }
    }
    Ok(())
}

/// Reads from what each fact follows, which may ask for any other.
fn define_facts(
    vocabulary: &mut Vocabulary,
    file: &PackFile<'_>,
    facts: &BTreeMap<String, FactText>,
) -> Result<(), PackError> {
    for (name, text) in facts {
        let Some(id) = vocabulary.id(name) else { continue };
        let condition = |key: &'static str, text: &Option<Spanned<String>>| {
            let Some(text) = text else { return Ok(None) };
            let expr = Expr::parse(text.get_ref(), vocabulary).map_err(|source| {
                let place = Place::new(file, text.span().start);
                PackError::Condition { rule: name.clone(), key, place, source: Box::new(source) }
            })?;
            match expr.facts().contains(&id) {
                true => Err(PackError::Fact { fact: name.clone() }),
                false => Ok(Some(expr)),
            }
        };
        let yes_when = condition("yes_when", &text.yes_when)?;
        let no_when = condition("no_when", &text.no_when)?;
        vocabulary.define(id, yes_when, no_when);
    }
    Ok(())
}
