//! What is known of a request before anybody looked at its data.

use serde::Serialize;
use weir_types::{Bilingual, FactValue, Kind, Request};

use crate::condition;
use crate::fact::{FactError, FactSet};
use crate::pack::RulePack;

/// A way of circulating data, as far as it changes which rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Personal information stays personal information.
    AsIs,
    /// The release is brought under the anonymisation threshold. Whether it is, is only known once
    /// its bytes were measured; here it is taken for granted.
    Anonymised,
}

impl Route {
    /// The words for people.
    pub fn label(self) -> Bilingual {
        match self {
            Self::AsIs => {
                Bilingual::new("原样（仍是个人信息）", "as it is (stays personal information)")
            }
            Self::Anonymised => Bilingual::new(
                "匿名化（假定放行的字节达到阈值）",
                "anonymised (taken for granted that the released bytes meet the threshold)",
            ),
        }
    }
}

impl RulePack {
    /// The facts that a request states by itself, with those of its table `[facts]`. What only the
    /// data shows stays unknown unless the request states it.
    ///
    /// # Errors
    ///
    /// The table states what is no fact of the pack, is of another type, is not for stating, or is
    /// otherwise than follows from other facts.
    pub fn facts_of(&self, request: &Request, route: Route) -> Result<FactSet, FactError> {
        let vocabulary = self.vocabulary();
        let mut set = condition::stated(&request.facts, vocabulary)?;
        let parties = &request.parties;
        for (name, word) in [
            ("kind", request.data.kind.name()),
            ("relation", parties.relation.name()),
            ("environment", parties.environment.name()),
            ("importance", request.data.importance.name()),
        ] {
            set.state(vocabulary, name, &FactValue::Word(word.to_owned()))?;
        }
        for (name, value) in [
            ("legal_basis", request.purpose.legal_basis.is_some()),
            ("reidentification_ban", request.conditions.reidentification_ban),
            ("retention", request.conditions.retention.is_some()),
            ("purpose", !request.purpose.text.trim().is_empty()),
        ] {
            set.derive(vocabulary, name, value);
        }
        let stated = |fact: &str| match request.facts.get(fact) {
            Some(FactValue::YesNo(value)) => Some(*value),
            _ => None,
        };
        let sensitive = request.columns.values().any(|column| column.sensitive == Some(true))
            || stated("sensitive") == Some(true);
        if sensitive {
            set.derive(vocabulary, "sensitive", true);
        }
        let personal = request.data.kind == Kind::Personal
            || request.data.person.is_some()
            || sensitive
            || stated("personal_information") == Some(true);
        if personal {
            set.derive(vocabulary, "personal_information", true);
        }
        let personal = if personal { Some(true) } else { stated("personal_information") };
        match (route, personal) {
            (Route::AsIs, _) | (Route::Anonymised, Some(false)) => {
                set.derive(vocabulary, "threshold_met", false);
            }
            (Route::Anonymised, Some(true)) => {
                set.derive(vocabulary, "threshold_met", true);
                set.derive(vocabulary, "direct_identifiers_released", false);
            }
            (Route::Anonymised, None) => {}
        }
        vocabulary.complete(&mut set)?;
        Ok(set)
    }
}
