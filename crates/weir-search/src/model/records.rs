//! What models say of classes whose people may be in several.

use super::{Class, Kind, Models};

impl Models {
    /// Whether no specialisation keeps anybody of the class, whoever is in several of its parts:
    /// neither the people of a class nor its different values become more when it is split.
    pub(crate) fn keeps_none(&self, class: &Class<'_>) -> bool {
        let grows = |kind: &Kind| matches!(kind, Kind::Population(_) | Kind::Distinct(_));
        class.people < self.least_people
            || self.checks.iter().any(|check| grows(&check.kind) && !check.holds(class))
    }
}
