//! Named sets of privacy models.

use serde::Deserialize;
use weir_types::plan::Preset;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Environment, PrivacyModel, Relation};

use crate::pack::PackError;
use crate::threshold::Standard;

/// A preset as a pack holds it: a case of a threshold, or a formula and models of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresetEntry {
    pub(crate) id: String,
    pub(crate) threshold: String,
    case: Option<Case>,
    formula: Option<String>,
    #[serde(default)]
    models: Vec<String>,
    /// Where it is less sure than its threshold.
    certainty: Option<Certainty>,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) note_zh: String,
    pub(crate) note_en: String,
}

/// A case of a threshold.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    environment: Environment,
    relation: Relation,
}

impl PresetEntry {
    /// The preset; `cited` is what its threshold's standard is called.
    ///
    /// # Errors
    ///
    /// It has both a case and a formula or models, or neither; the threshold has no such case; a
    /// model is not understood.
    pub(crate) fn resolve(
        &self,
        standard: &Standard,
        cited: Bilingual,
        pack: String,
    ) -> Result<Preset, PackError> {
        let unclear = || PackError::PresetCase { preset: self.id.clone() };
        let (formula, models) = match (self.case, &self.formula) {
            (Some(case), None) if self.models.is_empty() => {
                let found = standard.case(case.environment, case.relation).ok_or_else(unclear)?;
                (&found.formula, vec![format!("{}-anonymity", found.k)])
            }
            (None, Some(formula)) if !self.models.is_empty() && !formula.trim().is_empty() => {
                (formula, self.models.clone())
            }
            _ => return Err(unclear()),
        };
        let model = |text: &String| text.parse::<PrivacyModel>();
        let models = models.iter().map(model).collect::<Result<_, _>>();
        let certainty = self.certainty.unwrap_or(standard.certainty).max(standard.certainty);
        Ok(Preset {
            name: self.id.clone(),
            pack,
            case: Bilingual::new(&self.zh, &self.en),
            standard: cited,
            version: standard.version.clone(),
            certainty,
            source: standard.source.clone(),
            formula: formula.clone(),
            note: Bilingual::new(&self.note_zh, &self.note_en),
            models: models
                .map_err(|source| PackError::PresetModel { preset: self.id.clone(), source })?,
        })
    }
}
