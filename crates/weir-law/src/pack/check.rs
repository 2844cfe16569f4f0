//! What a pack must hold beyond its form.

use std::collections::BTreeSet;

use weir_types::plan::Preset;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Environment, Outcome, Relation};

use super::{PackError, PackText, Rule};
use crate::wording::unknown_placeholder;

/// Refuses a pack that is well formed and yet could not be relied on.
pub(super) fn check(pack: &PackText) -> Result<(), PackError> {
    check_head(pack)?;
    check_thresholds(pack)?;
    let mut ids = BTreeSet::new();
    for rule in &pack.rules {
        if !ids.insert(&rule.id) {
            return Err(PackError::Twice { id: rule.id.clone() });
        }
        check_texts(pack, rule)?;
        check_conditions(pack, rule)?;
    }
    Ok(())
}

fn check_head(pack: &PackText) -> Result<(), PackError> {
    filled("pack", &[("id", &pack.pack.id), ("version", &pack.pack.version)])?;
    if pack.pack.review_by < pack.pack.valid_from {
        return Err(PackError::EndsBeforeItBegins);
    }
    for (id, instrument) in &pack.instruments {
        let texts =
            [("zh", &instrument.zh), ("en", &instrument.en), ("source", &instrument.source)];
        filled(id, &texts)?;
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

fn check_thresholds(pack: &PackText) -> Result<(), PackError> {
    let mut ids = BTreeSet::new();
    for standard in &pack.thresholds {
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
            let covered = pack.thresholds.iter().any(|standard| {
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
pub(super) fn presets(pack: &PackText) -> Result<Vec<Preset>, PackError> {
    let mut ids = BTreeSet::new();
    let mut presets = Vec::new();
    for entry in &pack.presets {
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
        let standard = pack.thresholds.iter().find(|of| of.id == entry.threshold);
        let unknown = || PackError::PresetCase { preset: id() };
        let standard = standard.ok_or_else(unknown)?;
        let cited = super::cite(&pack.instruments, &standard.instrument, &standard.article);
        presets.push(entry.resolve(standard, cited, pack.pack.label())?);
    }
    Ok(presets)
}

fn check_texts(pack: &PackText, rule: &Rule) -> Result<(), PackError> {
    listed(pack, &rule.id, &rule.instrument)?;
    article(&rule.id, &rule.article)?;
    let words = [
        ("zh", &rule.zh),
        ("en", &rule.en),
        ("because_zh", &rule.because_zh),
        ("because_en", &rule.because_en),
    ];
    filled(&rule.id, &words)?;
    filled(&rule.id, &[("id", &rule.id), ("source", &rule.source)])?;
    for (_, text) in words {
        if let Some(name) = unknown_placeholder(text) {
            return Err(PackError::UnknownFigure { rule: rule.id.clone(), name: name.to_owned() });
        }
    }
    Ok(())
}

fn check_conditions(pack: &PackText, rule: &Rule) -> Result<(), PackError> {
    let id = || rule.id.clone();
    let mut conditions = std::iter::once(&rule.when).chain(&rule.met_when);
    if conditions.clone().any(super::Condition::has_empty_list) {
        return Err(PackError::EmptyList { rule: id() });
    }
    match (rule.outcome, rule.met_when.is_some()) {
        (Outcome::Prohibition | Outcome::Exemption, true) => {
            return Err(PackError::MetWhen { rule: id() });
        }
        (Outcome::Threshold, false) => return Err(PackError::NoMetWhen { rule: id() }),
        _ => {}
    }
    // An unverified threshold is shown and does not decide. A prohibition has no such half-way,
    // and an exemption from memory would have somebody leave a duty undone.
    let asks_unverified = pack.total_risk.certainty == Certainty::Unverified
        && conditions.any(super::Condition::asks_total_risk);
    let unverified = rule.certainty == Certainty::Unverified;
    let decides_on_unverified = match rule.outcome {
        Outcome::Prohibition | Outcome::Exemption => unverified || asks_unverified,
        Outcome::Threshold => asks_unverified && !unverified,
        Outcome::Duty => false,
    };
    if decides_on_unverified {
        return Err(PackError::UnverifiedDecides { rule: id() });
    }
    Ok(())
}

fn listed(pack: &PackText, entry: &str, instrument: &str) -> Result<(), PackError> {
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
