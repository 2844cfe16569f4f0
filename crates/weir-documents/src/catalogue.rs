//! Which documents there are, by which rules each is due, and what only a person can fill in:
//! `documents/documents.toml`, built in.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use weir_types::Bilingual;

/// The documents that weir drafts, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// Personal information protection impact assessment (PIPL articles 55 and 56).
    ImpactAssessment,
    /// Contract annex (PIPL articles 20 to 23; NDSMR article 12; model data contracts of 2025).
    ContractAnnex,
    /// The provider's statement of scope, purpose and conditions (Implementation Plan 2025, tasks 1
    /// and 2; State Council Decree 809).
    ProviderStatement,
    /// The recipient's undertaking.
    RecipientUndertaking,
    /// Notice to individuals (PIPL articles 17, 23, 30 and 39).
    Notice,
    /// Record of processing and provision (NDSMR article 12; PIPL article 56).
    ProcessingRecord,
}

impl DocumentKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ImpactAssessment,
        Self::ContractAnnex,
        Self::ProviderStatement,
        Self::RecipientUndertaking,
        Self::Notice,
        Self::ProcessingRecord,
    ];

    /// Its name on the command line and in file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImpactAssessment => "impact-assessment",
            Self::ContractAnnex => "contract-annex",
            Self::ProviderStatement => "provider-statement",
            Self::RecipientUndertaking => "recipient-undertaking",
            Self::Notice => "notice",
            Self::ProcessingRecord => "processing-record",
        }
    }

    /// Its title.
    pub fn title(self) -> Bilingual {
        let entry = self.entry();
        Bilingual::new(&entry.zh, &entry.en)
    }

    /// The rules that make it due.
    pub fn due_by(self) -> &'static [String] {
        &self.entry().due_by
    }

    /// Whether its text tells of a rule.
    pub(crate) fn tells_of(self, rule: &str) -> bool {
        let entry = self.entry();
        entry.due_by.iter().chain(&entry.shows).any(|id| id == rule)
    }

    fn entry(self) -> &'static Entry {
        let found = catalogue().documents.iter().find(|entry| entry.id == self);
        found.expect("the catalogue lists every document; this crate's tests read it")
    }
}

/// The question behind a blank that no fact of a rule pack fills, and whether a key of the request
/// answers it.
pub(crate) fn question(blank: &str) -> Option<(&'static Bilingual, bool)> {
    catalogue().questions.get(blank).map(|(question, in_request)| (question, *in_request))
}

fn catalogue() -> &'static Catalogue {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    READ.get_or_init(|| {
        let written: Written =
            toml::from_str(TEXT).expect("the catalogue is built in; this crate's tests read it");
        let questions = written.blanks.into_iter();
        let questions = questions
            .map(|blank| (blank.id, (Bilingual::new(blank.zh, blank.en), blank.in_request)));
        let questions = questions.collect();
        Catalogue { documents: written.documents, questions }
    })
}

#[derive(Debug)]
struct Catalogue {
    documents: Vec<Entry>,
    questions: BTreeMap<String, (Bilingual, bool)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    documents: Vec<Entry>,
    blanks: Vec<Blank>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: DocumentKind,
    zh: String,
    en: String,
    due_by: Vec<String>,
    shows: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blank {
    id: String,
    zh: String,
    en: String,
    /// Whether a key of the request answers it, which the question names.
    #[serde(default)]
    in_request: bool,
}

const TEXT: &str = include_str!("../../../documents/documents.toml");

#[cfg(test)]
mod tests {
    use weir_law::RulePack;
    use weir_types::verdict::Certainty;

    use super::*;

    #[test]
    fn every_rule_of_the_catalogue_is_one_of_the_shipped_pack() {
        let pack = RulePack::builtin();
        for kind in DocumentKind::ALL {
            let entry = kind.entry();
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert!(!entry.due_by.is_empty() && !entry.zh.is_empty() && !entry.en.is_empty());
            for id in entry.due_by.iter().chain(&entry.shows) {
                assert!(pack.rule(id).is_some(), "{}: no rule {id}", kind.name());
            }
            // What is known from memory only decides nothing.
            for id in &entry.due_by {
                assert_ne!(pack.rule(id).unwrap().certainty(), Certainty::Unverified, "{id}");
            }
        }
        assert_eq!(catalogue().documents.len(), DocumentKind::ALL.len());
    }

    /// A blank and a fact have separate names, so that a template cannot mean the other one.
    #[test]
    fn no_blank_is_called_like_a_fact() {
        let vocabulary = RulePack::builtin().vocabulary().clone();
        for name in catalogue().questions.keys() {
            assert!(vocabulary.id(name).is_none(), "{name}");
        }
    }
}
