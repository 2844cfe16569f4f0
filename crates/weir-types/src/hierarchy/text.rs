//! Builders as people write them: short texts and tables of keys.
//!
//! ```text
//! intervals width=5 by=10,20 from=0 to=90
//! cuts at=0,18,30,45,65/18,65
//! dates by=day,month,quarter,year
//! prefixes lengths=4,2
//! mask hide=2,4 from=right
//! order values=primary,middle,high,college by=2
//! groups school=primary,middle,high / any=school,college
//! bounds from=15 to=90
//! frequency at_least=1%,5%
//! divisions by=district,city,province
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use toml::{Table, Value};

use super::words::{Key, Word, lists, quoted, words};
use super::{Builder, DateUnit, DivisionLevel, Group, Intervals, Side};
use crate::request::nearest;

/// Why a text or a table is no builder of a hierarchy.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuilderError {
    /// A name that weir does not know.
    #[error("unknown hierarchy builder `{name}`")]
    UnknownBuilder {
        /// What was written.
        name: String,
        /// The known name that is spelled most like it.
        nearest: Option<String>,
    },
    /// A key that the builder does not have.
    #[error("`{builder}` has no key `{key}`")]
    UnknownKey {
        /// The builder.
        builder: &'static str,
        /// What was written.
        key: String,
        /// The known key that is spelled most like it.
        nearest: Option<String>,
        /// The keys that the builder has.
        known: &'static [&'static str],
    },
    /// A key that the builder needs.
    #[error("`{builder}` needs `{key}`")]
    MissingKey {
        /// The builder.
        builder: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A value that the key cannot have.
    #[error("`{key}` of `{builder}` must be {must}")]
    OutOfRange {
        /// The builder.
        builder: &'static str,
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// A key that stands twice.
    #[error("`{key}` stands twice")]
    Twice {
        /// The key.
        key: String,
    },
    /// A part that is neither a name nor a key with a value.
    #[error("`{part}` is not understood")]
    Syntax {
        /// The part.
        part: String,
    },
    /// A text that is longer than anybody means.
    #[error("the text is longer than {most} bytes")]
    TooLong {
        /// Most bytes.
        most: usize,
    },
}

impl BuilderError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::UnknownBuilder { nearest: Some(name), .. }
            | Self::UnknownKey { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Self::UnknownBuilder { .. } => {
                format!("the builders are {}", Builder::NAMES.join(", "))
            }
            Self::UnknownKey { known: [], .. } => "it has no keys".to_owned(),
            Self::UnknownKey { known, .. } => format!("its keys are {}", known.join(", ")),
            Self::MissingKey { key, .. } => format!("add `{key}=…`"),
            Self::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
            Self::Twice { .. } => "write it once, with commas between several values".to_owned(),
            Self::Syntax { .. } => {
                "write a name and `key=value` pairs, such as `intervals width=5 by=10,20`; put a \
                 value with blanks or commas in quotes"
                    .to_owned()
            }
            Self::TooLong { .. } => "write a hierarchy file instead".to_owned(),
        }
    }
}

/// Names of the builders with their keys.
const KEYS: [(&str, &[&str]); 11] = [
    ("automatic", &[]),
    ("intervals", &["width", "by", "from", "to", "at", "snap"]),
    ("cuts", &["at"]),
    ("dates", &["by"]),
    ("prefixes", &["lengths", "digits"]),
    ("mask", &["hide", "from", "digits"]),
    ("order", &["values", "by"]),
    ("groups", &["levels"]),
    ("bounds", &["from", "to"]),
    ("frequency", &["at_least"]),
    ("divisions", &["by"]),
];

impl Builder {
    /// The names of all builders.
    pub const NAMES: [&'static str; KEYS.len()] = {
        let mut names = [""; KEYS.len()];
        let mut at = 0;
        while at < KEYS.len() {
            names[at] = KEYS[at].0;
            at += 1;
        }
        names
    };

    /// The builder that a table names under `build`, with its keys beside it.
    ///
    /// # Errors
    /// An unknown builder or key, a key that is missing, a value out of its range.
    pub fn from_table(mut table: Table) -> Result<Self, BuilderError> {
        let name = match table.remove("build") {
            Some(Value::String(name)) => name,
            Some(other) => {
                return Err(BuilderError::Syntax { part: format!("build = {other}") });
            }
            None => return Err(BuilderError::MissingKey { builder: "hierarchy", key: "build" }),
        };
        if name == "groups" {
            return groups_of_table(table);
        }
        let keys = table.into_iter().map(|(name, value)| lists(&name, value));
        Keys::new(&name, keys.collect::<Result<_, _>>()?)?.builder()
    }

    /// The name by which requests know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Intervals(_) => "intervals",
            Self::Cuts { .. } => "cuts",
            Self::Dates { .. } => "dates",
            Self::Prefixes { .. } => "prefixes",
            Self::Mask { .. } => "mask",
            Self::Order { .. } => "order",
            Self::Groups { .. } => "groups",
            Self::Bounds { .. } => "bounds",
            Self::Frequency { .. } => "frequency",
            Self::Divisions { .. } => "divisions",
        }
    }
}

impl FromStr for Builder {
    type Err = BuilderError;

    /// Parses a text; see the examples at the top of this module.
    fn from_str(text: &str) -> Result<Self, BuilderError> {
        let mut words = words(text)?.into_iter();
        let Some(Word::Name(name)) = words.next() else {
            return Err(BuilderError::Syntax { part: text.trim().to_owned() });
        };
        let mut levels = vec![Vec::new()];
        for word in words {
            match word {
                Word::Key(key) => levels.last_mut().expect("there is always one").push(key),
                Word::NextLevel if name == "groups" => levels.push(Vec::new()),
                Word::NextLevel => return Err(BuilderError::Syntax { part: "/".to_owned() }),
                Word::Name(part) => return Err(BuilderError::Syntax { part }),
            }
        }
        if name == "groups" {
            let group = |key: Key| match <[Vec<String>; 1]>::try_from(key.levels) {
                Ok([members]) => Ok(Group { name: key.name, members }),
                Err(_) => Err(BuilderError::Syntax { part: format!("{}=", key.name) }),
            };
            let level = |keys: Vec<Key>| keys.into_iter().map(group).collect::<Result<_, _>>();
            return groups(levels.into_iter().map(level).collect::<Result<_, _>>()?);
        }
        Keys::new(&name, levels.into_iter().flatten().collect())?.builder()
    }
}

/// The keys of one builder while they are read.
struct Keys {
    builder: &'static str,
    keys: Vec<Key>,
}

impl Keys {
    fn new(name: &str, keys: Vec<Key>) -> Result<Self, BuilderError> {
        let Some((builder, known)) = KEYS.iter().find(|(known, _)| *known == name) else {
            let nearest = nearest(name, &Builder::NAMES);
            return Err(BuilderError::UnknownBuilder { name: name.to_owned(), nearest });
        };
        let mut seen = BTreeSet::new();
        for key in &keys {
            if !known.contains(&key.name.as_str()) {
                let (nearest, key) = (nearest(&key.name, known), key.name.clone());
                return Err(BuilderError::UnknownKey { builder, key, nearest, known });
            }
            if !seen.insert(&key.name) {
                return Err(BuilderError::Twice { key: key.name.clone() });
            }
        }
        Ok(Self { builder, keys })
    }

    fn builder(mut self) -> Result<Builder, BuilderError> {
        Ok(match self.builder {
            "intervals" => Builder::Intervals(self.intervals()?),
            "cuts" => Builder::Cuts { levels: self.cuts()? },
            "dates" => {
                let by = self.names(
                    "by",
                    &DateUnit::ALL,
                    "units of the calendar, finest first: \
                    day, week, month, quarter, half-year, year, 5-years, decade",
                )?;
                Builder::Dates { by: by.unwrap_or_else(|| DateUnit::USUAL.to_vec()) }
            }
            "prefixes" => {
                let must = "numbers of characters, each smaller than the one before";
                let lengths = self.whole("lengths", must)?.ok_or(self.missing("lengths"))?;
                if !lengths.is_sorted_by(|a, b| a > b) {
                    return Err(self.must("lengths", must));
                }
                Builder::Prefixes { lengths, digits: self.digits()? }
            }
            "mask" => {
                let must = "numbers of characters, each greater than the one before";
                let hide = self.whole("hide", must)?.unwrap_or_default();
                if !hide.is_sorted_by(|a, b| a < b) {
                    return Err(self.must("hide", must));
                }
                let sides = [("left", Side::Left), ("right", Side::Right)];
                let side = self.names("from", &sides, "`left` or `right`")?;
                let from = side.map_or(Side::default(), |sides| sides[0]);
                Builder::Mask { hide, from, digits: self.digits()? }
            }
            "order" => self.order()?,
            "bounds" => {
                let (from, to) = (self.number("from")?, self.number("to")?);
                if from.is_none() && to.is_none() {
                    return Err(self.missing("from"));
                }
                self.rising(from, to)?;
                Builder::Bounds { from, to }
            }
            "frequency" => Builder::Frequency { at_least: self.shares()? },
            "divisions" => {
                let by = self.names(
                    "by",
                    &DivisionLevel::ALL,
                    "levels, finest first: district, \
                    city, province",
                )?;
                let all = || DivisionLevel::ALL.map(|(_, level)| level).to_vec();
                Builder::Divisions { by: by.unwrap_or_else(all) }
            }
            _ => Builder::Automatic,
        })
    }

    fn intervals(&mut self) -> Result<Intervals, BuilderError> {
        let width = self.number("width")?.ok_or(self.missing("width"))?;
        if width <= 0.0 {
            return Err(self.must("width", "a number above 0"));
        }
        let must = "widths, each a multiple of the one before";
        let by = self.numbers("by", must)?.unwrap_or_default();
        let mut below = width;
        for next in &by {
            let times = next / below;
            if times < 1.5 || (times - times.round()).abs() > 1e-9 * times {
                return Err(self.must("by", must));
            }
            below = *next;
        }
        let (from, to, at) = (self.number("from")?, self.number("to")?, self.number("at")?);
        self.rising(from, to)?;
        let snap = self.names("snap", &[("true", true), ("false", false)], "`true` or `false`")?;
        Ok(Intervals { width, by, from, to, at, snap: snap.is_some_and(|snap| snap[0]) })
    }

    fn cuts(&mut self) -> Result<Vec<Vec<f64>>, BuilderError> {
        const MUST: &str = "rising numbers; those of a level are among those of the level below";
        let written = self.take("at").ok_or(self.missing("at"))?;
        let mut levels: Vec<Vec<f64>> = Vec::new();
        for level in written {
            let numbers: Option<Vec<f64>> = level.iter().map(|item| number(item)).collect();
            let numbers = numbers.filter(|numbers| numbers.is_sorted_by(|a, b| a < b));
            let numbers = numbers.ok_or(self.must("at", MUST))?;
            let below = levels.last();
            let among =
                |cut: &f64| below.is_none_or(|b| b.iter().any(|c| c.total_cmp(cut).is_eq()));
            let fewer = below.is_none_or(|below| numbers.len() < below.len());
            if !fewer || !numbers.iter().all(among) {
                return Err(self.must("at", MUST));
            }
            levels.push(numbers);
        }
        Ok(levels)
    }

    fn order(&mut self) -> Result<Builder, BuilderError> {
        let values = self.list("values")?.ok_or(self.missing("values"))?;
        if values.iter().collect::<BTreeSet<_>>().len() < values.len() {
            return Err(self.must("values", "values that are all different"));
        }
        let must = "sizes of groups, each a multiple of the one before, from 2";
        let by = match self.whole("by", must)? {
            Some(by) => by,
            None => (1..).map(|n| 1 << n).take_while(|size| *size < values.len()).collect(),
        };
        let mut below = 1;
        for size in &by {
            if *size <= below || size % below != 0 {
                return Err(self.must("by", must));
            }
            below = *size;
        }
        Ok(Builder::Order { values, by })
    }

    fn shares(&mut self) -> Result<Vec<f64>, BuilderError> {
        const MUST: &str =
            "shares above 0 and up to 1, such as 1%, each greater than the one before";
        let Some(items) = self.list("at_least")? else { return Ok(vec![0.01, 0.05]) };
        let share = |item: &String| match item.strip_suffix('%') {
            Some(percent) => number(percent).map(|percent| percent / 100.0),
            None => number(item),
        };
        let shares: Option<Vec<f64>> = items.iter().map(share).collect();
        let good = |shares: &Vec<f64>| {
            shares.iter().all(|s| *s > 0.0 && *s <= 1.0) && shares.is_sorted_by(|a, b| a < b)
        };
        shares.filter(good).ok_or(self.must("at_least", MUST))
    }

    fn take(&mut self, key: &str) -> Option<Vec<Vec<String>>> {
        let at = self.keys.iter().position(|k| k.name == key)?;
        Some(self.keys.swap_remove(at).levels)
    }

    /// The items of a key without levels.
    fn list(&mut self, key: &'static str) -> Result<Option<Vec<String>>, BuilderError> {
        match self.take(key).map(<[Vec<String>; 1]>::try_from) {
            None => Ok(None),
            Some(Ok([items])) => Ok(Some(items)),
            Some(Err(_)) => Err(self.must(key, "one list, without `/`")),
        }
    }

    fn numbers(
        &mut self,
        key: &'static str,
        must: &'static str,
    ) -> Result<Option<Vec<f64>>, BuilderError> {
        let Some(items) = self.list(key)? else { return Ok(None) };
        let numbers: Option<Vec<f64>> = items.iter().map(|item| number(item)).collect();
        numbers.map(Some).ok_or(self.must(key, must))
    }

    fn number(&mut self, key: &'static str) -> Result<Option<f64>, BuilderError> {
        const MUST: &str = "one number";
        match self.numbers(key, MUST)?.as_deref() {
            None => Ok(None),
            Some([number]) => Ok(Some(*number)),
            Some(_) => Err(self.must(key, MUST)),
        }
    }

    /// Whole numbers from 1 to 1000, or to any size where they count values.
    fn whole(
        &mut self,
        key: &'static str,
        must: &'static str,
    ) -> Result<Option<Vec<usize>>, BuilderError> {
        let Some(items) = self.list(key)? else { return Ok(None) };
        let whole = |item: &String| item.parse().ok().filter(|n| (1..=1_000_000).contains(n));
        let numbers: Option<Vec<usize>> = items.iter().map(whole).collect();
        numbers.map(Some).ok_or(self.must(key, must))
    }

    fn digits(&mut self) -> Result<Option<usize>, BuilderError> {
        const MUST: &str = "a number of digits up to 18";
        match self.whole("digits", MUST)?.as_deref() {
            None => Ok(None),
            Some([digits @ 1..=18]) => Ok(Some(*digits)),
            Some(_) => Err(self.must("digits", MUST)),
        }
    }

    /// Words of a list that have a meaning, in the order of that list and each at most once.
    fn names<T: Copy>(
        &mut self,
        key: &'static str,
        known: &[(&'static str, T)],
        must: &'static str,
    ) -> Result<Option<Vec<T>>, BuilderError> {
        let Some(items) = self.list(key)? else { return Ok(None) };
        let place = |item: &String| known.iter().position(|(name, _)| name == item);
        let places: Option<Vec<usize>> = items.iter().map(place).collect();
        let places = places.filter(|places| places.is_sorted_by(|a, b| a < b));
        let places = places.ok_or(self.must(key, must))?;
        Ok(Some(places.into_iter().map(|at| known[at].1).collect()))
    }

    fn rising(&self, from: Option<f64>, to: Option<f64>) -> Result<(), BuilderError> {
        match (from, to) {
            (Some(from), Some(to)) if from >= to => Err(self.must("to", "greater than `from`")),
            _ => Ok(()),
        }
    }

    fn missing(&self, key: &'static str) -> BuilderError {
        BuilderError::MissingKey { builder: self.builder, key }
    }

    fn must(&self, key: &'static str, must: &'static str) -> BuilderError {
        BuilderError::OutOfRange { builder: self.builder, key, must }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `levels = [{ low = ["a", "b"] }, { any = ["low", "c"] }]`.
fn groups_of_table(mut table: Table) -> Result<Builder, BuilderError> {
    let levels = match table.remove("levels") {
        Some(Value::Array(levels)) => levels,
        Some(other) => return Err(BuilderError::Syntax { part: format!("levels = {other}") }),
        None => return Err(BuilderError::MissingKey { builder: "groups", key: "levels" }),
    };
    if let Some(key) = table.keys().next() {
        let (key, known) = (key.clone(), &["levels"][..]);
        return Err(BuilderError::UnknownKey { builder: "groups", key, nearest: None, known });
    }
    let level = |value: Value| match value {
        Value::Table(level) => level
            .into_iter()
            .map(|(name, members)| {
                let mut key = lists(&name, members)?;
                let members = key.levels.swap_remove(0);
                Ok(Group { name, members })
            })
            .collect(),
        other => Err(BuilderError::Syntax { part: other.to_string() }),
    };
    groups(levels.into_iter().map(level).collect::<Result<_, _>>()?)
}

/// Named groups, each member in one of them.
fn groups(levels: Vec<Vec<Group>>) -> Result<Builder, BuilderError> {
    for level in &levels {
        let mut names = BTreeSet::new();
        let mut members = BTreeSet::new();
        for group in level {
            let new = names.insert(&group.name);
            if let Some(twice) = group.members.iter().find(|m| !members.insert(*m)) {
                return Err(BuilderError::Twice { key: twice.clone() });
            }
            if !new {
                return Err(BuilderError::Twice { key: group.name.clone() });
            }
        }
        if level.is_empty() || names.contains(&String::new()) {
            let must = "groups with names on every level";
            return Err(BuilderError::OutOfRange { builder: "groups", key: "levels", must });
        }
    }
    Ok(Builder::Groups { levels })
}

impl fmt::Display for Builder {
    /// The text, which parses back to the same builder.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Automatic => Ok(()),
            Self::Intervals(intervals) => intervals.fmt_keys(f),
            Self::Cuts { levels } => {
                let levels: Vec<String> = levels.iter().map(|cuts| joined(cuts)).collect();
                write!(f, " at={}", levels.join("/"))
            }
            Self::Dates { by } => write!(f, " by={}", named(by, &DateUnit::ALL)),
            Self::Prefixes { lengths, digits } => {
                write!(f, " lengths={}", joined(lengths))?;
                digits.map_or(Ok(()), |digits| write!(f, " digits={digits}"))
            }
            Self::Mask { hide, from, digits } => {
                if !hide.is_empty() {
                    write!(f, " hide={}", joined(hide))?;
                }
                if *from == Side::Left {
                    f.write_str(" from=left")?;
                }
                digits.map_or(Ok(()), |digits| write!(f, " digits={digits}"))
            }
            Self::Order { values, by } => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                write!(f, " values={}", values.join(","))?;
                if by.is_empty() { Ok(()) } else { write!(f, " by={}", joined(by)) }
            }
            Self::Groups { levels } => {
                for (at, level) in levels.iter().enumerate() {
                    f.write_str(if at > 0 { " /" } else { "" })?;
                    for Group { name, members } in level {
                        let members: Vec<String> = members.iter().map(|m| quoted(m)).collect();
                        write!(f, " {}={}", quoted(name), members.join(","))?;
                    }
                }
                Ok(())
            }
            Self::Bounds { from, to } => bounds(f, *from, *to),
            Self::Frequency { at_least } => write!(f, " at_least={}", joined(at_least)),
            Self::Divisions { by } => write!(f, " by={}", named(by, &DivisionLevel::ALL)),
        }
    }
}

impl Intervals {
    fn fmt_keys(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " width={}", self.width)?;
        if !self.by.is_empty() {
            write!(f, " by={}", joined(&self.by))?;
        }
        bounds(f, self.from, self.to)?;
        if let Some(at) = self.at {
            write!(f, " at={at}")?;
        }
        f.write_str(if self.snap { " snap=true" } else { "" })
    }
}

fn bounds(f: &mut fmt::Formatter<'_>, from: Option<f64>, to: Option<f64>) -> fmt::Result {
    if let Some(from) = from {
        write!(f, " from={from}")?;
    }
    to.map_or(Ok(()), |to| write!(f, " to={to}"))
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn named<T: PartialEq>(items: &[T], known: &[(&'static str, T)]) -> String {
    let name = |item: &T| known.iter().find(|(_, k)| k == item).map_or("", |(name, _)| name);
    items.iter().map(name).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests;
