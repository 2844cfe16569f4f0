//! The facts of a release and what follows from them and from its measured risk.

use weir_types::{FactValue, Facts, RiskReport};

use crate::fact::{FactError, FactFrom, FactSet, Vocabulary};
use crate::threshold::{Threshold, TotalRisk};

/// What follows from the facts of a release and from its measured risk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
    /// There are people, and the sizes of their classes do not contradict each other.
    pub(crate) measured: bool,
    /// The release does not show more people than the source holds. It would if rows had been
    /// counted as people, and then every class would look larger than it is.
    pub(crate) people_plausible: bool,
    /// The smallest class has as many people as the threshold asks for.
    pub(crate) class_size_met: bool,
    /// No class is riskier than τ, and τ itself was not set looser than the threshold's.
    pub(crate) no_exposed_class: bool,
    /// "Anonymised to the threshold": the source is personal information, no direct identifier is
    /// left readable and the four figures above hold.
    pub(crate) threshold_met: bool,
    /// The smallest class has as many people as the plan asked for.
    pub(crate) asked_k_met: bool,
    /// The total risk is not above the acceptance cut; shown, never decisive.
    pub(crate) total_risk_within_cut: bool,
}

impl Situation {
    /// Derives what follows from the facts and the measured risk.
    pub(crate) fn new(
        facts: &Facts,
        risk: &RiskReport,
        asked_k: u64,
        threshold: &Threshold,
        total_risk: TotalRisk,
    ) -> Self {
        let measured = risk.people > 0
            && risk.classes > 0
            && (1..=risk.largest_class).contains(&risk.smallest_class)
            && risk.largest_class <= risk.people;
        let people_plausible = risk.people <= facts.people;
        let class_size_met = risk.smallest_class >= threshold.k;
        // Asked this way, a figure that is not a number does not pass.
        let no_exposed_class = (0.0..f64::MIN_POSITIVE).contains(&risk.exposed_classes)
            && risk.tau > 0.0
            && risk.tau <= threshold.tau * (1.0 + ROUNDING);
        Self {
            measured,
            people_plausible,
            class_size_met,
            no_exposed_class,
            threshold_met: facts.personal_information
                && !facts.direct_identifiers_released
                && measured
                && people_plausible
                && class_size_met
                && no_exposed_class,
            asked_k_met: risk.smallest_class >= asked_k,
            total_risk_within_cut: total_risk.value <= total_risk.cut,
        }
    }

    /// States what was measured.
    pub(crate) fn state(&self, vocabulary: &Vocabulary, set: &mut FactSet) {
        for (name, value) in [
            ("measured", self.measured),
            ("people_plausible", self.people_plausible),
            ("class_size_met", self.class_size_met),
            ("no_exposed_class", self.no_exposed_class),
            ("threshold_met", self.threshold_met),
            ("asked_k_met", self.asked_k_met),
            (TOTAL_RISK, self.total_risk_within_cut),
        ] {
            set.derive(vocabulary, name, value);
        }
    }
}

/// The fact that rests on the cuts of the total risk.
pub(crate) const TOTAL_RISK: &str = "total_risk_within_cut";

/// How far two ways of writing one fraction as a floating-point number may lie apart.
const ROUNDING: f64 = 1e-9;

/// What is known of a release before it is measured: what was found or has a key of its own, and
/// what the request states.
///
/// # Errors
///
/// What the request states is no fact of the vocabulary, of another type, not for stating, or
/// otherwise than follows from other facts.
pub(crate) fn known(facts: &Facts, vocabulary: &Vocabulary) -> Result<FactSet, FactError> {
    let mut set = stated(&facts.stated, vocabulary)?;
    for (name, value) in [
        ("personal_information", facts.personal_information),
        ("sensitive", facts.sensitive),
        ("direct_identifiers_released", facts.direct_identifiers_released),
        ("legal_basis", facts.legal_basis),
        ("reidentification_ban", facts.reidentification_ban),
        ("retention", facts.retention),
        ("purpose", facts.purpose),
    ] {
        set.derive(vocabulary, name, value);
    }
    let people = FactValue::Number(facts.people.min(1 << 53));
    let words = [
        ("kind", facts.kind.name()),
        ("relation", facts.relation.name()),
        ("environment", facts.environment.name()),
        ("importance", facts.importance.name()),
    ];
    let words = words.map(|(name, word)| (name, FactValue::Word(word.to_owned())));
    for (name, value) in words.iter().chain(&[("people", people)]) {
        // A grade that nobody stated is the word `unknown`, which leaves the fact open.
        if vocabulary.id(name).is_some() {
            set.state(vocabulary, name, value)?;
        }
    }
    vocabulary.complete(&mut set)?;
    Ok(set)
}

/// What a request states in its table `[facts]`.
///
/// # Errors
///
/// As [`known`].
pub(crate) fn stated<'a>(
    stated: impl IntoIterator<Item = (&'a String, &'a FactValue)>,
    vocabulary: &Vocabulary,
) -> Result<FactSet, FactError> {
    let mut set = FactSet::new(vocabulary);
    for (name, value) in stated {
        set.state(vocabulary, name, value)?;
        let from = vocabulary.id(name).map(|id| vocabulary.fact(id).from());
        if let Some(from @ (FactFrom::Request | FactFrom::Measured)) = from {
            return Err(FactError::NotStated { name: name.clone(), from });
        }
    }
    Ok(set)
}
