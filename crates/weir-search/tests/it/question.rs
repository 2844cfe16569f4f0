//! Questions to a search, in words that ARX can be asked as well.
//!
//! `models=k:5,ld:3@occupation limit=0.05 metric=loss:0.5 qis=all-salary-class`
//!
//! | word | meaning |
//! |---|---|
//! | `qis=` | `all`, `all-a,b` (all but), or names; never columns that models speak of |
//! | `models=` | see [`model`] |
//! | `limit=` | share of the rows that may be suppressed, 0 to 1 |
//! | `metric=` | see [`quality`]; `loss:G` names the weight between generalising and suppressing |
//! | `function=ARITHMETIC_MEAN` | with `loss`: granularity |
//! | `weights=` | `column:weight`, by comma |
//! | `cost=` | benefit, loss, gain, attempt of a profitability model |
//! | `subset=`, `subsetrows=` | the rows that are released; the others are the population only |

use std::{collections::BTreeMap, num::NonZeroU64};

use weir_search::{Goal, goal::Model};
use weir_types::{
    PrivacyModel, QualityModel,
    model::{Attack, Distance, Estimator},
};

use super::plain::{Hierarchy, Plain, PlainError, Roles};

/// What ARX takes a column to weigh that is not named.
const UNNAMED: f64 = 0.5;

/// A question, word by word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question(pub(crate) BTreeMap<String, String>);

impl Question {
    /// Cuts a line into `key=value` words; single or double quotes keep blanks.
    pub(crate) fn of(line: &str) -> Self {
        let mut words = vec![String::new()];
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (Some(open), _) if open == c => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, ' ') => words.push(String::new()),
                _ => words.last_mut().expect("there is a word").push(c),
            }
        }
        let pair = |word: String| {
            word.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()))
        };
        Self(words.into_iter().filter_map(pair).collect())
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The models, as texts.
    pub(crate) fn models(&self) -> impl Iterator<Item = &str> {
        self.get("models").unwrap_or_default().split(',')
    }

    /// Sensitive columns, in the order in which models name them.
    fn sensitive(&self) -> Vec<&str> {
        let mut columns = Vec::new();
        for (_, column) in self.models().filter_map(|model| model.split_once('@')) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// The parts that the columns of a table play; `hierarchy` finds that of a column.
    pub(crate) fn roles(
        &self,
        plain: &Plain,
        subset: Option<Vec<bool>>,
        hierarchy: impl Fn(&str) -> Result<Hierarchy, PlainError>,
    ) -> Result<Roles, PlainError> {
        let asked = self.get("qis").unwrap_or("all");
        let (all, names) = match asked.strip_prefix("all") {
            Some(but) => (true, but.strip_prefix('-').unwrap_or(but)),
            None => (false, asked),
        };
        let names: Vec<_> = names.split(',').collect();
        let sensitive = self.sensitive();
        let weights = pairs(self.get("weights").unwrap_or_default());
        let mut roles = Roles { subset, ..Roles::default() };
        for column in &plain.columns {
            let name = column.name.as_str();
            if names.contains(&name) == all || sensitive.contains(&name) {
                continue;
            }
            let weight = weights.get(name).map_or(UNNAMED, |weight| number(weight));
            roles.quasi.push((name.to_owned(), hierarchy(name)?, weight));
        }
        for name in sensitive {
            let hierarchical = self.models().any(|m| m.starts_with("th:") && m.ends_with(name));
            let hierarchy = if hierarchical { Some(hierarchy(name)?) } else { None };
            roles.sensitive.push((name.to_owned(), hierarchy));
        }
        Ok(roles)
    }

    /// What the question asks for; none where it is beyond what weir measures.
    pub(crate) fn goal(&self) -> Option<Goal> {
        let sensitive = self.sensitive();
        let index = |text: &str| {
            let column = text.split_once('@').map(|(_, column)| column);
            column.and_then(|column| sensitive.iter().position(|s| *s == column)).unwrap_or(0)
        };
        let models = self.models().map(|text| {
            Some(Model { model: model(text, self.get("cost"))?, sensitive: index(text) })
        });
        Some(Goal {
            models: models.collect::<Option<_>>()?,
            quality: quality(self.get("metric").unwrap_or("loss"), self.get("function"))?,
            suppress_at_most: number(self.get("limit").unwrap_or("0")),
        })
    }
}

/// `k:5`, `ld:3@s` (distinct), `le:3@s` (entropy), `lr:4:3@s` (recursive), `te:0.2@s` (equal
/// distance), `th:0.2@s` (hierarchical), `to:0.2@s` (ordered), `bb:1@s` and `be:1@s` (β-likeness),
/// `dd:1@s` (δ-disclosure), `d:0.05:0.15` (presence), `kmap:5`, `avg:0.1`, `pu:0.1:DANKAR:0.1`,
/// `profit:prosecutor`.
fn model(text: &str, cost: Option<&str>) -> Option<PrivacyModel> {
    let (text, column) = text.split_once('@').unwrap_or((text, ""));
    let sensitive = column.to_owned();
    let parts: Vec<_> = text.split(':').collect();
    let at = |n: usize| parts.get(n).map_or(0.0, |part| number(part));
    let whole =
        |n: usize| parts.get(n).and_then(|part| part.parse().ok()).unwrap_or(NonZeroU64::MIN);
    let closeness =
        |distance| PrivacyModel::TCloseness { sensitive: sensitive.clone(), t: at(1), distance };
    Some(match parts[0] {
        "k" => PrivacyModel::KAnonymity { k: whole(1) },
        "kmap" if parts.len() == 2 => PrivacyModel::KMap { k: whole(1), sampling_fraction: None },
        "ld" => PrivacyModel::DistinctLDiversity { sensitive, l: whole(1) },
        "le" if parts.len() == 2 => PrivacyModel::EntropyLDiversity { sensitive, l: at(1) },
        "lr" => PrivacyModel::RecursiveLDiversity { sensitive, c: at(1), l: whole(2) },
        "te" => closeness(Distance::Equal),
        "th" => closeness(Distance::Hierarchical),
        "to" => closeness(Distance::Ordered),
        "d" => PrivacyModel::DeltaPresence { min: at(1), max: at(2) },
        "bb" => PrivacyModel::BasicBetaLikeness { sensitive, beta: at(1) },
        "be" => PrivacyModel::EnhancedBetaLikeness { sensitive, beta: at(1) },
        "dd" => PrivacyModel::DeltaDisclosure { sensitive, delta: at(1) },
        "avg" if parts.len() == 2 => PrivacyModel::AverageRisk { at_most: at(1) },
        "pu" => PrivacyModel::PopulationUniqueness {
            at_most: at(1),
            sampling_fraction: at(3),
            estimator: match parts[2] {
                "PITMAN" => Estimator::Pitman,
                "ZAYATZ" => Estimator::Zayatz,
                "SNB" => Estimator::Snb,
                _ => Estimator::Dankar,
            },
        },
        "profit" => {
            let cost: Vec<_> = cost.unwrap_or_default().split(',').map(number).collect();
            let [benefit, loss, gain, attempt] = cost[..] else { return None };
            let attack = if parts[1].starts_with("journalist") {
                Attack::Journalist
            } else {
                Attack::Prosecutor
            };
            let no_attack = parts[1].ends_with("-no-attack");
            PrivacyModel::Profitability { benefit, loss, gain, attempt, attack, no_attack }
        }
        _ => return None,
    })
}

/// `loss`, `loss:G`, `entropy`, `entropy-monotonic`, `discernibility`, `aecs`, `precision`,
/// `ambiguity`.
fn quality(text: &str, function: Option<&str>) -> Option<QualityModel> {
    let (name, factor) = text.split_once(':').unwrap_or((text, "0.5"));
    Some(match (name, function) {
        ("loss", None) => QualityModel::Loss { suppression_factor: number(factor) },
        ("loss", Some("ARITHMETIC_MEAN")) => QualityModel::Granularity,
        ("entropy", None) => QualityModel::NonUniformEntropy { monotonic: false },
        ("entropy-monotonic", None) => QualityModel::NonUniformEntropy { monotonic: true },
        ("discernibility", None) => QualityModel::Discernibility,
        ("aecs", None) => QualityModel::AverageClassSize,
        ("precision", None) => QualityModel::Precision,
        ("ambiguity", None) => QualityModel::Ambiguity,
        _ => return None,
    })
}

fn pairs(text: &str) -> BTreeMap<&str, &str> {
    text.split(',').filter_map(|pair| pair.split_once(':')).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
