//! What circulating data costs: the table of assumptions, tasks, threats and measures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weir_law::Day;
use weir_types::Environment;
use weir_types::request::nearest;
use weir_types::verdict::Certainty;

use weir_types::Route;

mod error;

pub use error::CostsError;

/// The table of costs that weir ships.
const BUILTIN: &str = include_str!("../../../planning/costs-cn-2026.toml");

/// A table of costs, yuan and hours, for one year.
///
/// All of it is data that anyone can replace; what is an estimate says so by its certainty.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    /// Identifier, version and day of the table.
    pub table: Head,
    /// Single figures, by name.
    pub assumptions: BTreeMap<String, Assumption>,
    /// What a route costs by itself.
    pub routes: BTreeMap<Route, RouteCost>,
    /// What can go wrong.
    pub threats: Vec<Threat>,
    /// What meeting duties takes.
    pub tasks: Vec<Task>,
    /// What may be taken against the threats.
    pub measures: Vec<Measure>,
}

/// What a table of costs is called.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Identifier.
    pub id: String,
    /// Version.
    pub version: String,
    /// The day to which its figures are.
    pub as_of: Day,
}

/// One figure that a plan rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// The figure.
    pub value: f64,
    /// What it is, in Chinese.
    pub zh: String,
    /// What it is, in English.
    pub en: String,
    /// Its unit, in Chinese.
    pub unit_zh: String,
    /// Its unit, in English.
    pub unit_en: String,
    /// How surely it is known.
    pub certainty: Certainty,
    /// Where it comes from.
    pub source: String,
}

/// What a route costs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteCost {
    route: Route,
    /// Hours of staff.
    pub hours: f64,
    /// Yuan beside the hours.
    #[serde(default)]
    pub yuan: f64,
}

/// Whom an event of a threat concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// One person; it succeeds with the greatest record risk.
    One,
    /// Everybody who can be told in what got out, by the mean record risk.
    All,
    /// Nobody; it costs its handling.
    None,
}

/// Something that can go wrong.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threat {
    /// Identifier.
    pub id: String,
    /// What it is, in Chinese.
    pub zh: String,
    /// What it is, in English.
    pub en: String,
    /// Whom it concerns.
    pub reach: Reach,
    /// Whether it is rarer with a recipient that was found trustworthy.
    pub by_band: bool,
    /// Share (0 to 1) of the data's value that is lost with it.
    #[serde(default)]
    pub value_share: f64,
    /// Events a year where nothing is done: low, most likely, high.
    pub events: BTreeMap<Environment, [f64; 3]>,
    /// How surely the numbers of events are known.
    pub certainty: Certainty,
    /// Where they come from.
    pub source: String,
}

/// What meeting some duties takes; done once, it meets all of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Identifier.
    pub id: String,
    /// What is done, in Chinese.
    pub zh: String,
    /// What is done, in English.
    pub en: String,
    /// Whether the organisation does it anyway, so that a release does not pay for it.
    #[serde(default)]
    pub shared: bool,
    /// Hours of staff.
    #[serde(default)]
    pub hours: f64,
    /// Yuan beside the hours.
    #[serde(default)]
    pub yuan: f64,
    /// The assumption with the yuan for each person of the data.
    pub per_person: Option<String>,
    /// The assumption with the share of people who stay in the data once it is done.
    pub loses: Option<String>,
    /// The duties, records and deadlines that it meets.
    pub rules: Vec<String>,
}

/// A safeguard with its cost and its effect.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Identifier.
    pub id: String,
    /// What it is, in Chinese.
    pub zh: String,
    /// What it is, in English.
    pub en: String,
    /// Hours of staff.
    #[serde(default)]
    pub hours: f64,
    /// Yuan beside the hours.
    #[serde(default)]
    pub yuan: f64,
    /// The assumption with the premium; where nobody states it, the measure is not offered.
    pub premium: Option<String>,
    /// The assumption with the share of all losses that the premium carries.
    pub carries: Option<String>,
    /// Environments in which there is nobody to take it with.
    #[serde(default)]
    pub not_in: Vec<Environment>,
    /// Routes that have it by their nature, or have no place for it.
    #[serde(default)]
    pub not_on: Vec<Route>,
    /// The only routes on which it means something; all where none is named.
    #[serde(default)]
    pub only_on: Vec<Route>,
    /// By threat, the share (0 to 1) by which it lowers the yearly loss.
    #[serde(default)]
    pub effects: BTreeMap<String, f64>,
    /// Measures that it builds on.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Measures that it takes the place of.
    #[serde(default)]
    pub excludes: Vec<String>,
    /// Duties that ask for it.
    #[serde(default)]
    pub required_by: Vec<String>,
    /// Whether it is part of every release.
    #[serde(default)]
    pub always: bool,
    /// Whether weir does it; people do, otherwise.
    #[serde(default)]
    pub by_weir: bool,
    /// How surely its effect is known.
    pub certainty: Certainty,
    /// Where its effect is known from.
    pub source: String,
}

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CostsText {
    table: Option<Head>,
    #[serde(default)]
    assumptions: BTreeMap<String, AssumptionText>,
    #[serde(default)]
    routes: Vec<RouteCost>,
    #[serde(default)]
    threats: Vec<Threat>,
    #[serde(default)]
    tasks: Vec<Task>,
    #[serde(default)]
    measures: Vec<Measure>,
}

/// A whole assumption, or a figure in the place of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum AssumptionText {
    Figure(f64),
    Whole(Assumption),
}

impl Costs {
    /// The table that weir ships.
    pub fn builtin() -> Self {
        let empty = Self {
            table: Head {
                id: String::new(),
                version: String::new(),
                as_of: "2026-11-25".parse().expect("a day of the calendar"),
            },
            assumptions: BTreeMap::new(),
            routes: BTreeMap::new(),
            threats: Vec::new(),
            tasks: Vec::new(),
            measures: Vec::new(),
        };
        empty.with(BUILTIN).expect("a test parses the shipped table")
    }

    /// The table with what `text`, a TOML file of the same form, puts in its place: each figure,
    /// route, threat, task and measure by its name. What it does not name stays.
    ///
    /// # Errors
    /// See [`CostsError`].
    pub fn with(mut self, text: &str) -> Result<Self, CostsError> {
        let read: CostsText = toml::from_str(text).map_err(|error| CostsError::Syntax {
            line: error.span().map_or(1, |span| 1 + newlines(&text[..span.start])),
            message: error.message().lines().next().unwrap_or_default().to_owned(),
        })?;
        if let Some(table) = read.table {
            self.table = table;
        } else if !self.table.id.ends_with(OWN) {
            self.table.id += OWN;
        }
        for (name, assumption) in read.assumptions {
            match assumption {
                AssumptionText::Figure(value) => self.assume(&name, value)?,
                AssumptionText::Whole(whole) => {
                    self.assumptions.insert(name, whole);
                }
            }
        }
        self.routes.extend(read.routes.into_iter().map(|route| (route.route, route)));
        put(&mut self.threats, read.threats, |threat| &threat.id);
        put(&mut self.tasks, read.tasks, |task| &task.id);
        put(&mut self.measures, read.measures, |measure| &measure.id);
        self.check()?;
        Ok(self)
    }

    /// Puts a figure in the place of an assumption's.
    ///
    /// # Errors
    /// There is no such assumption, or it is a share and the figure is none.
    pub fn assume(&mut self, name: &str, value: f64) -> Result<(), CostsError> {
        if let Some(assumption) = self.assumptions.get_mut(name) {
            assumption.value = value;
            assumption.source = STATED.to_owned();
            return check_figure(name, assumption);
        }
        let Some((_, zh, en, unit_zh, unit_en)) = OPEN.iter().find(|open| open.0 == name) else {
            let known: Vec<&str> = self.assumptions.keys().map(String::as_str).collect();
            let known = known.into_iter().chain(OPEN.iter().map(|open| open.0)).collect::<Vec<_>>();
            let nearest = nearest(name, &known);
            return Err(CostsError::UnknownAssumption { name: name.to_owned(), nearest });
        };
        let assumption = Assumption {
            value,
            zh: (*zh).to_owned(),
            en: (*en).to_owned(),
            unit_zh: (*unit_zh).to_owned(),
            unit_en: (*unit_en).to_owned(),
            certainty: Certainty::Unverified,
            source: STATED.to_owned(),
        };
        check_figure(name, &assumption)?;
        self.assumptions.insert(name.to_owned(), assumption);
        Ok(())
    }

    /// The figure of an assumption.
    pub(crate) fn figure(&self, name: &str) -> Option<f64> {
        self.assumptions.get(name).map(|assumption| assumption.value)
    }

    /// The figure of an assumption that every table has.
    pub(crate) fn known(&self, name: &str) -> f64 {
        self.figure(name).expect("a table lacks none of `NEEDED`")
    }

    /// Name and version of the table.
    pub fn label(&self) -> String {
        format!("{} {} ({})", self.table.id, self.table.version, self.table.as_of)
    }

    fn check(&self) -> Result<(), CostsError> {
        for name in NEEDED {
            if !self.assumptions.contains_key(*name) {
                return Err(CostsError::Missing { what: (*name).to_owned() });
            }
        }
        for (name, assumption) in &self.assumptions {
            check_figure(name, assumption)?;
        }
        for route in Route::ALL {
            let Some(cost) = self.routes.get(&route) else {
                return Err(CostsError::Missing { what: route.name().to_owned() });
            };
            amounts(route.name(), [cost.hours, cost.yuan])?;
        }
        for threat in &self.threats {
            if !(0.0..=1.0).contains(&threat.value_share) {
                return Err(CostsError::Share { name: threat.id.clone() });
            }
            for environment in [Environment::Inside, Environment::Controlled, Environment::Public] {
                let Some([low, mode, high]) = threat.events.get(&environment) else {
                    return Err(CostsError::Missing { what: threat.id.clone() });
                };
                if !(0.0 <= *low && low <= mode && mode <= high && high.is_finite()) {
                    return Err(CostsError::Events { threat: threat.id.clone() });
                }
            }
        }
        for task in &self.tasks {
            amounts(&task.id, [task.hours, task.yuan])?;
            for name in [&task.per_person, &task.loses].into_iter().flatten() {
                self.names_assumption(&task.id, name)?;
            }
        }
        self.check_measures()
    }

    fn check_measures(&self) -> Result<(), CostsError> {
        let names = || self.measures.iter().map(|measure| measure.id.as_str());
        for (at, measure) in self.measures.iter().enumerate() {
            amounts(&measure.id, [measure.hours, measure.yuan])?;
            let of = |name: &String| CostsError::Reference {
                entry: measure.id.clone(),
                name: name.clone(),
            };
            for name in measure.requires.iter().chain(&measure.excludes) {
                if !names().any(|known| known == name) {
                    return Err(of(name));
                }
            }
            // So that there is no circle, and the search decides on what is needed first.
            let later = |name: &&String| !names().take(at).any(|known| known == name.as_str());
            if let Some(name) = measure.requires.iter().find(later) {
                return Err(CostsError::Later { measure: measure.id.clone(), needs: name.clone() });
            }
            for (name, effect) in &measure.effects {
                if !self.threats.iter().any(|threat| threat.id == *name) {
                    return Err(of(name));
                }
                if !(0.0..1.0).contains(effect) {
                    return Err(CostsError::Share { name: measure.id.clone() });
                }
            }
        }
        Ok(())
    }

    fn names_assumption(&self, entry: &str, name: &str) -> Result<(), CostsError> {
        if self.assumptions.contains_key(name) {
            return Ok(());
        }
        Err(CostsError::Reference { entry: entry.to_owned(), name: name.to_owned() })
    }
}

/// Added to the name of a table in which somebody replaced something.
const OWN: &str = "+own";

/// The source of a figure that the person states.
const STATED: &str = "stated by you";

/// Figures that every table has.
const NEEDED: &[&str] = &[
    "hour_yuan",
    "value_per_person_yuan",
    "harm_per_person_yuan",
    "weight_whereabouts",
    "weight_health",
    "fine_chance",
    "fine_low_yuan",
    "fine_mode_yuan",
    "fine_ceiling_yuan",
    "response_low_yuan",
    "response_mode_yuan",
    "response_high_yuan",
    "most_effect",
    "lost_aggregated",
    "lost_in_place",
    "lost_joint",
    "seen_in_place",
    "seen_joint",
];

/// Figures that have no value until somebody states one.
const OPEN: &[(&str, &str, &str, &str, &str)] = &[
    (
        "insurance_premium_yuan",
        "保险费（一年）",
        "premium of an insurance for a year",
        "元",
        "yuan",
    ),
    (
        "insurance_carries",
        "保险承担的损失比例",
        "share of all losses that the insurance carries",
        "（0 到 1）",
        "(0 to 1)",
    ),
];

/// Figures that are shares.
const SHARES: &[&str] = &[
    "consent_rate",
    "fine_chance",
    "most_effect",
    "lost_aggregated",
    "lost_in_place",
    "lost_joint",
    "seen_in_place",
    "seen_joint",
    "insurance_carries",
];

fn check_figure(name: &str, assumption: &Assumption) -> Result<(), CostsError> {
    let most = match name {
        // Nobody insures the whole of a loss.
        "insurance_carries" => 0.99,
        _ if SHARES.contains(&name) => 1.0,
        _ => MOST,
    };
    match (0.0..=most).contains(&assumption.value) {
        true => Ok(()),
        false if most > 1.0 => Err(CostsError::Amount { name: name.to_owned() }),
        false => Err(CostsError::Share { name: name.to_owned() }),
    }
}

/// No figure is greater: sums of yuan stay exact far below a fen.
const MOST: f64 = 1e12;

fn amounts<const N: usize>(name: &str, figures: [f64; N]) -> Result<(), CostsError> {
    match figures.iter().all(|figure| (0.0..=MOST).contains(figure)) {
        true => Ok(()),
        false => Err(CostsError::Amount { name: name.to_owned() }),
    }
}

fn put<T>(into: &mut Vec<T>, more: Vec<T>, id: fn(&T) -> &String) {
    for one in more {
        match into.iter().position(|old| id(old) == id(&one)) {
            Some(at) => into[at] = one,
            None => into.push(one),
        }
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The text of the table that weir ships.
pub fn builtin_text() -> &'static str {
    BUILTIN
}

#[cfg(test)]
mod tests;
