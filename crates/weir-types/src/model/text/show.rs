//! Models as short texts.

use std::fmt;

use crate::model::{Attack, Distance, Estimator, PrivacyModel, QualityModel};

impl fmt::Display for PrivacyModel {
    /// The short form, which parses back to the same model.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::KAnonymity { k } => write!(f, "{k}-anonymity")?,
            Self::KMap { k, sampling_fraction: None } => write!(f, "{k}-map")?,
            Self::KMap { k, sampling_fraction: Some(fraction) } => {
                write!(f, "{k}-map sampling_fraction={fraction}")?;
            }
            Self::AverageRisk { at_most } => write!(f, "{name} at_most={at_most}")?,
            Self::PopulationUniqueness { at_most, sampling_fraction, estimator } => {
                write!(f, "{name} at_most={at_most} sampling_fraction={sampling_fraction}")?;
                let estimator = match estimator {
                    Estimator::Dankar => "",
                    Estimator::Pitman => " estimator=pitman",
                    Estimator::Zayatz => " estimator=zayatz",
                    Estimator::Snb => " estimator=snb",
                };
                f.write_str(estimator)?;
            }
            Self::DistinctLDiversity { l, .. } => write!(f, "{l}-diversity")?,
            Self::EntropyLDiversity { l, .. } => write!(f, "{name} l={l}")?,
            Self::RecursiveLDiversity { c, l, .. } => write!(f, "{name} c={c} l={l}")?,
            Self::TCloseness { t, distance, .. } => {
                let distance = match distance {
                    Distance::Equal => "",
                    Distance::Hierarchical => " distance=hierarchical",
                    Distance::Ordered => " distance=ordered",
                };
                write!(f, "{t}-closeness{distance}")?;
            }
            Self::DeltaPresence { min, max } => write!(f, "{name} min={min} max={max}")?,
            Self::BasicBetaLikeness { beta, .. } | Self::EnhancedBetaLikeness { beta, .. } => {
                write!(f, "{name} beta={beta}")?;
            }
            Self::DeltaDisclosure { delta, .. } => write!(f, "{name} delta={delta}")?,
            Self::Profitability { benefit, loss, gain, attempt, attack, no_attack } => {
                write!(f, "{name} benefit={benefit} loss={loss} gain={gain} attempt={attempt}")?;
                if *attack == Attack::Journalist {
                    f.write_str(" attack=journalist")?;
                }
                if *no_attack {
                    f.write_str(" no_attack=true")?;
                }
            }
            Self::DifferentialPrivacy { epsilon, delta, epsilon_search, steps } => {
                write!(f, "{name} epsilon={epsilon} delta={delta}")?;
                write!(f, " epsilon_search={epsilon_search} steps={steps}")?;
            }
        }
        match self.sensitive() {
            Some(column) if column.trim() == column && !column.starts_with(['"', '\'']) => {
                write!(f, " of {column}")
            }
            Some(column) => write!(f, " of \"{column}\""),
            None => Ok(()),
        }
    }
}

impl fmt::Display for QualityModel {
    /// The short form, which parses back to the same model.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Loss { suppression_factor } if (*suppression_factor - 0.5).abs() > 0.0 => {
                write!(f, " suppression_factor={suppression_factor}")
            }
            Self::NonUniformEntropy { monotonic: true } => f.write_str(" monotonic=true"),
            _ => Ok(()),
        }
    }
}
