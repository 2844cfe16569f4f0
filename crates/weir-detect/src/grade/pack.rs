//! How data is graded, as dated and cited data: `laws/grade-cn-2026.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use weir_types::verdict::Certainty;
use weir_types::{Bilingual, Role};

use crate::catalogue::Category;

/// Levels of general data, classes of content, and what standards and criminal law say of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradePack {
    pack: Head,
    instruments: BTreeMap<String, Instrument>,
    levels: Vec<Level>,
    classes: Vec<Class>,
    otherwise: BTreeMap<Role, String>,
    sensitive: Vec<Sensitive>,
    records: Vec<Records>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: String,
    as_of: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Instrument {
    zh: String,
    en: String,
    #[expect(dead_code, reason = "cited in the pack for its readers; each entry has its own")]
    certainty: Certainty,
    source: String,
}

/// A level of general data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Level {
    pub(crate) level: u8,
    zh: String,
    en: String,
    pub(crate) certainty: Certainty,
}

/// A kind of content.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) id: String,
    zh: String,
    en: String,
    pub(crate) level: u8,
    pub(crate) certainty: Certainty,
    #[serde(default)]
    source: String,
    pub(crate) personal: bool,
    types: Vec<String>,
    #[serde(default)]
    categories: Vec<Category>,
}

/// How a column came to its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Classed {
    /// The class lists its type.
    Listed,
    /// The class lists the category of its type.
    ByCategory,
    /// Neither is listed: by its role.
    ByRole,
    /// It is a place of people who were seen at several times.
    Whereabouts,
}

/// What a standard says of some classes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sensitive {
    pub(crate) standard: String,
    zh: String,
    en: String,
    article: Bilingual,
    pub(crate) yes: bool,
    classes: Vec<String>,
    pub(crate) certainty: Certainty,
    source: String,
}

/// A record class of criminal law.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Records {
    pub(crate) id: String,
    zh: String,
    en: String,
    instrument: String,
    article: Bilingual,
    pub(crate) threshold: u64,
    /// Whether it takes what no other record class takes.
    #[serde(default)]
    pub(crate) rest: bool,
    classes: Vec<String>,
    pub(crate) certainty: Certainty,
}

/// Why a text is no grade pack. Every variant is a fault of its author.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum GradePackError {
    /// Not TOML, an unknown or missing key, or a value of the wrong type.
    #[error("line {line} of the grade pack: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// What the TOML reader says of it.
        message: String,
    },
    /// A text that must say something is empty.
    #[error("`{key}` of `{entry}` is empty")]
    Empty {
        /// The class, record class or instrument.
        entry: String,
        /// The key.
        key: &'static str,
    },
    /// A class, level, record class or type that stands in two places.
    #[error("`{id}` is given twice")]
    Twice {
        /// Its identifier.
        id: String,
    },
    /// A class, level or instrument that is named and not listed.
    #[error("`{entry}` names `{named}`, which is not listed")]
    NotListed {
        /// Where it is named.
        entry: String,
        /// What is named.
        named: String,
    },
    /// A number that means nothing.
    #[error("`{key}` of `{entry}` must be {must}")]
    OutOfRange {
        /// The entry.
        entry: String,
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// Not exactly one record class takes the rest.
    #[error("exactly one of `records` must have `rest = true`")]
    Rest,
}

impl GradePackError {
    /// What the author can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => "`laws/README.md` lists every key".to_owned(),
            Self::Empty { key, .. } => format!("write `{key}`"),
            Self::Twice { .. } => "name each once".to_owned(),
            Self::NotListed { named, .. } => format!("add `{named}`, or correct its name"),
            Self::OutOfRange { key, must, .. } => format!("set `{key}` to {must}"),
            Self::Rest => "mark the record class for all other personal information".to_owned(),
        }
    }
}

impl GradePack {
    /// The pack that weir ships: Chinese law, `laws/grade-cn-2026.toml`.
    pub fn builtin() -> Self {
        Self::parse(include_str!("../../../../laws/grade-cn-2026.toml"))
            .expect("the shipped grade pack is tested to load")
    }

    /// Reads a pack; `laws/README.md` describes the form.
    ///
    /// # Errors
    ///
    /// The first of: TOML that cannot be read, an unknown or missing key; an empty text; an
    /// identifier or type given twice; a class, level or instrument that is not listed; a number
    /// out of its range; not exactly one record class for the rest.
    pub fn parse(text: &str) -> Result<Self, GradePackError> {
        let pack: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
            GradePackError::Syntax { line, message: error.message().replace('\n', " ") }
        })?;
        pack.check()?;
        Ok(pack)
    }

    /// Name, version and day, for people.
    pub fn label(&self) -> String {
        format!("{} {} (as of {})", self.pack.id, self.pack.version, self.pack.as_of)
    }

    /// The class of a type of content, and how it came to it.
    pub(crate) fn class_of(
        &self,
        semantic: &str,
        category: Option<Category>,
        role: Role,
    ) -> (&Class, Classed) {
        let listed = |class: &&Class| class.types.iter().any(|ty| ty == semantic);
        if let Some(class) = self.classes.iter().find(listed) {
            return (class, Classed::Listed);
        }
        let of_category = |class: &&Class| category.is_some_and(|c| class.categories.contains(&c));
        if let Some(class) = self.classes.iter().find(of_category) {
            return (class, Classed::ByCategory);
        }
        let id = self.otherwise.get(&role).expect("a pack without a role does not load");
        let class = self.class(id).expect("a pack that names a class it lacks does not load");
        (class, Classed::ByRole)
    }

    pub(crate) fn class(&self, id: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == id)
    }

    pub(crate) fn level(&self, level: u8) -> &Level {
        let listed = self.levels.iter().find(|l| l.level == level);
        listed.expect("a pack whose class has a level that is not listed does not load")
    }

    /// The standards that say which personal information is sensitive, in the order of the pack.
    pub(crate) fn standards(&self) -> Vec<&str> {
        let mut standards: Vec<&str> = Vec::new();
        for entry in &self.sensitive {
            if !standards.contains(&entry.standard.as_str()) {
                standards.push(&entry.standard);
            }
        }
        standards
    }

    /// What a standard says of a class, if anything.
    pub(crate) fn sensitive(&self, standard: &str, class: &str) -> Option<&Sensitive> {
        let mut of = self.sensitive.iter().filter(|entry| entry.standard == standard);
        of.find(|entry| entry.classes.iter().any(|c| c == class))
    }

    /// The record classes, in the order of the pack.
    pub(crate) fn records(&self) -> &[Records] {
        &self.records
    }

    /// The record class of a class of personal information.
    pub(crate) fn records_of(&self, class: &Class) -> Option<&Records> {
        if !class.personal {
            return None;
        }
        let named = self.records.iter().find(|r| r.classes.contains(&class.id));
        named.or_else(|| self.records.iter().find(|r| r.rest))
    }

    pub(crate) fn cite(&self, instrument: &str, article: &Bilingual) -> Bilingual {
        let of = self.instruments.get(instrument);
        let of = of.expect("a pack that cites an instrument it does not list does not load");
        Bilingual::new(format!("{}{}", of.zh, article.zh), format!("{}, {}", of.en, article.en))
    }

    pub(crate) fn instrument(&self, instrument: &str) -> Bilingual {
        let of = self.instruments.get(instrument);
        let of = of.expect("a pack that cites an instrument it does not list does not load");
        Bilingual::new(of.zh.trim(), of.en.trim())
    }

    fn check(&self) -> Result<(), GradePackError> {
        filled("pack", &[("id", &self.pack.id), ("version", &self.pack.version)])?;
        filled("pack", &[("as_of", &self.pack.as_of)])?;
        for (id, of) in &self.instruments {
            filled(id, &[("zh", &of.zh), ("en", &of.en), ("source", &of.source)])?;
        }
        for named in ["DSL", "GBT43697", "NDSMR", "PIPL"] {
            self.listed_instrument("pack", named)?;
        }
        let mut seen = BTreeSet::new();
        for level in &self.levels {
            let entry = format!("level {}", level.level);
            filled(&entry, &[("zh", &level.zh), ("en", &level.en)])?;
            once(&mut seen, &entry)?;
        }
        for class in &self.classes {
            filled(&class.id, &[("id", &class.id), ("zh", &class.zh), ("en", &class.en)])?;
            once(&mut seen, &class.id)?;
            if !self.levels.iter().any(|level| level.level == class.level) {
                let named = format!("level {}", class.level);
                return Err(GradePackError::NotListed { entry: class.id.clone(), named });
            }
        }
        let (mut types, mut categories) = (BTreeSet::new(), BTreeSet::new());
        for class in &self.classes {
            class.types.iter().try_for_each(|ty| once(&mut types, ty))?;
            let mut names = class.categories.iter().map(|category| category.name());
            names.try_for_each(|name| once(&mut categories, name))?;
        }
        self.check_references()
    }

    fn check_references(&self) -> Result<(), GradePackError> {
        let listed = |entry: &str, class: &String| match self.class(class) {
            Some(_) => Ok(()),
            None => {
                Err(GradePackError::NotListed { entry: entry.to_owned(), named: class.clone() })
            }
        };
        for role in [Role::Identifier, Role::QuasiIdentifier, Role::Sensitive, Role::Other] {
            let missing =
                || GradePackError::Empty { entry: "otherwise".to_owned(), key: role.name() };
            listed("otherwise", self.otherwise.get(&role).ok_or_else(missing)?)?;
        }
        for entry in &self.sensitive {
            filled(&entry.standard, &[("zh", &entry.zh), ("en", &entry.en)])?;
            filled(&entry.standard, &[("source", &entry.source)])?;
            article(&entry.standard, &entry.article)?;
            self.listed_instrument("sensitive", &entry.standard)?;
            entry.classes.iter().try_for_each(|class| listed(&entry.standard, class))?;
        }
        let mut ids = BTreeSet::new();
        for records in &self.records {
            once(&mut ids, &records.id)?;
            filled(&records.id, &[("zh", &records.zh), ("en", &records.en)])?;
            article(&records.id, &records.article)?;
            self.listed_instrument(&records.id, &records.instrument)?;
            records.classes.iter().try_for_each(|class| listed(&records.id, class))?;
            if records.threshold == 0 {
                let (entry, key) = (records.id.clone(), "threshold");
                return Err(GradePackError::OutOfRange { entry, key, must: "at least 1" });
            }
        }
        match self.records.iter().filter(|records| records.rest).count() {
            1 => Ok(()),
            _ => Err(GradePackError::Rest),
        }
    }

    fn listed_instrument(&self, entry: &str, named: &str) -> Result<(), GradePackError> {
        match self.instruments.contains_key(named) {
            true => Ok(()),
            false => {
                Err(GradePackError::NotListed { entry: entry.to_owned(), named: named.to_owned() })
            }
        }
    }
}

macro_rules! texts {
    ($($ty:ty),+) => {
        $(impl $ty {
            /// The words for people.
            pub(crate) fn label(&self) -> Bilingual {
                Bilingual::new(&self.zh, &self.en)
            }
        })+
    };
}

texts!(Level, Class, Sensitive, Records);

impl Class {
    /// Where its level is known from; empty for weir's own reading.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }
}

impl Sensitive {
    pub(crate) fn article(&self) -> &Bilingual {
        &self.article
    }
}

impl Records {
    pub(crate) fn cited(&self, pack: &GradePack) -> Bilingual {
        pack.cite(&self.instrument, &self.article)
    }
}

fn filled(entry: &str, texts: &[(&'static str, &String)]) -> Result<(), GradePackError> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((key, _)) => Err(GradePackError::Empty { entry: entry.to_owned(), key }),
        None => Ok(()),
    }
}

fn article(entry: &str, article: &Bilingual) -> Result<(), GradePackError> {
    filled(entry, &[("article", &article.zh), ("article", &article.en)])
}

fn once(seen: &mut BTreeSet<String>, id: &str) -> Result<(), GradePackError> {
    match seen.insert(id.to_owned()) {
        true => Ok(()),
        false => Err(GradePackError::Twice { id: id.to_owned() }),
    }
}

#[cfg(test)]
mod tests;
