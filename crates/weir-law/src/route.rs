//! What is known of a request before anybody looked at its data.

use serde::Serialize;
use weir_types::{Bilingual, FactValue, Facts, Kind, Request};

use crate::condition;
use crate::fact::{FactError, FactSet, Vocabulary};
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

impl Route {
    /// States what the route promises of data in which there is personal information or not.
    fn settle(self, set: &mut FactSet, vocabulary: &Vocabulary, personal: Option<bool>) {
        match (self, personal) {
            (Self::AsIs, _) | (Self::Anonymised, Some(false)) => {
                set.derive(vocabulary, "threshold_met", false);
            }
            (Self::Anonymised, Some(true)) => {
                set.derive(vocabulary, "threshold_met", true);
                set.derive(vocabulary, "direct_identifiers_released", false);
            }
            (Self::Anonymised, None) => {}
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
        route.settle(&mut set, vocabulary, personal);
        vocabulary.complete(&mut set)?;
        Ok(set)
    }

    /// The facts of data that was looked at, on a route. What measurement of released bytes would
    /// show is taken for granted where the route promises it, and else stays unknown.
    ///
    /// # Errors
    ///
    /// As [`RulePack::facts_of`].
    pub fn facts_found(&self, facts: &Facts, route: Route) -> Result<FactSet, FactError> {
        let vocabulary = self.vocabulary();
        let mut set = condition::known(facts, vocabulary)?;
        route.settle(&mut set, vocabulary, Some(facts.personal_information));
        vocabulary.complete(&mut set)?;
        Ok(set)
    }
}
