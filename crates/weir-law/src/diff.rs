//! What changed from one pack to another, or from one day to another.

use std::collections::BTreeMap;

use serde::Serialize;
use weir_types::Bilingual;

use crate::day::Day;
use crate::pack::{Rule, RulePack};

/// A difference between two states of the law, for one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The rule.
    pub rule: String,
    /// Instrument and article, by the newer pack where it has the rule.
    pub article: Bilingual,
    /// What happened to it.
    pub change: ChangeKind,
}

/// What happened to a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// These parts of it differ.
    Changed(Vec<Part>),
}

/// One part of a rule that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The key of the pack.
    pub key: &'static str,
    /// As it was.
    pub old: String,
    /// As it is.
    pub new: String,
}

/// The rules that differ from `old` to `new`, in the order of `new`, then those that are gone;
/// where a day is given, only what is in force on it counts.
pub fn diff(old: (&RulePack, Option<Day>), new: (&RulePack, Option<Day>)) -> Vec<Change> {
    let in_force = |(pack, day): (&RulePack, Option<Day>)| -> BTreeMap<String, Vec<Part>> {
        let rules = pack.rules().iter().filter(|rule| rule.is_in_force(day));
        rules.map(|rule| (rule.id().to_owned(), parts(pack, rule))).collect()
    };
    let (before, after) = (in_force(old), in_force(new));
    let mut changes = Vec::new();
    let mut say = |pack: &RulePack, rule: &Rule, change| {
        let article = pack.article(rule);
        changes.push(Change { rule: rule.id().to_owned(), article, change });
    };
    for rule in new.0.rules() {
        let Some(now) = after.get(rule.id()) else { continue };
        match before.get(rule.id()) {
            None => say(new.0, rule, ChangeKind::Added),
            Some(then) if then != now => {
                let differ = then.iter().zip(now).filter(|(then, now)| then.new != now.new);
                let part = |(then, now): (&Part, &Part)| Part {
                    key: now.key,
                    old: then.new.clone(),
                    new: now.new.clone(),
                };
                say(new.0, rule, ChangeKind::Changed(differ.map(part).collect()));
            }
            Some(_) => {}
        }
    }
    for rule in old.0.rules() {
        if before.contains_key(rule.id()) && !after.contains_key(rule.id()) {
            say(old.0, rule, ChangeKind::Removed);
        }
    }
    changes
}

/// Everything that a rule says, by the keys of the pack.
fn parts(pack: &RulePack, rule: &Rule) -> Vec<Part> {
    let (from, until) = rule.in_force();
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let because = rule.because().cloned().unwrap_or_default();
    let article = pack.article(rule);
    [
        ("article", format!("{} / {}", article.zh, article.en)),
        ("outcome", rule.outcome().name().to_owned()),
        ("when", rule.when().to_owned()),
        ("met_when", rule.met_when().unwrap_or_default().to_owned()),
        ("unless", rule.unless().unwrap_or_default().to_owned()),
        ("exempts", rule.exempts().join(", ")),
        ("explains", rule.explains().join(", ")),
        ("term", rule.term().map(|term| term.to_string()).unwrap_or_default()),
        ("zh", rule.text().zh.clone()),
        ("en", rule.text().en.clone()),
        ("because_zh", because.zh),
        ("because_en", because.en),
        ("certainty", rule.certainty().label().en),
        ("source", rule.source().to_owned()),
        ("from", day(from)),
        ("until", day(until)),
    ]
    .map(|(key, new)| Part { key, old: String::new(), new })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::PackFile;

    #[test]
    fn days_of_one_pack_differ_by_what_came_and_went() {
        let pack = RulePack::builtin();
        let day = |text: &str| text.parse().ok();
        let changes = diff((&pack, day("2025-12-31")), (&pack, day("2026-01-01")));
        let of = |id: &str| changes.iter().find(|c| c.rule == id).map(|c| c.change.clone());
        assert_eq!(of("CSL-2016-21"), Some(ChangeKind::Removed));
        assert_eq!(of("CSL-23"), Some(ChangeKind::Added));
        assert_eq!(of("PIPL-23"), None);
        assert!(diff((&pack, None), (&pack, None)).is_empty());
    }

    #[test]
    fn a_changed_rule_names_the_parts_that_differ() {
        let old = RulePack::builtin();
        let files: Vec<(String, String)> = RulePack::builtin_files()
            .iter()
            .map(|file| {
                let text = file.text.replacen(
                    "within = \"every 2 years\"",
                    "within = \"every 1 year\"",
                    1,
                );
                (file.name.to_owned(), text)
            })
            .collect();
        let files: Vec<PackFile<'_>> =
            files.iter().map(|(name, text)| PackFile { name, text }).collect();
        let new = RulePack::read(&files).unwrap();
        let changes = diff((&old, None), (&new, None));
        assert_eq!(changes.len(), 1);
        let ChangeKind::Changed(parts) = &changes[0].change else { panic!("{changes:?}") };
        assert_eq!(changes[0].rule, "AUDIT-4");
        assert_eq!(
            (parts[0].key, parts[0].old.as_str(), parts[0].new.as_str()),
            ("term", "every 2 years", "every 1 year")
        );
        assert_eq!(parts.len(), 1);
    }
}
