//! What a rule may ask for: typed facts, each known or not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use toml::Spanned;
use weir_types::request::nearest;
use weir_types::{Bilingual, FactValue};

use crate::expr::{Expr, Known, MOST};

/// A fact by its place in a vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactId(usize);

/// Everything that conditions of a pack may ask for.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    facts: Vec<Fact>,
    by_name: BTreeMap<String, FactId>,
}

impl Vocabulary {
    /// No facts.
    pub(crate) fn empty() -> Self {
        Self { facts: Vec::new(), by_name: BTreeMap::new() }
    }

    /// The fact with this name.
    pub fn id(&self, name: &str) -> Option<FactId> {
        self.by_name.get(name).copied()
    }

    /// What is known of a fact by itself.
    pub fn fact(&self, id: FactId) -> &Fact {
        &self.facts[id.0]
    }

    /// All facts, in the order of the files.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// All names, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Fills in what follows from the facts that are known, by the meaning of each fact.
    ///
    /// # Errors
    ///
    /// A fact is stated otherwise than follows. What was stated stays, and everything else that
    /// follows is filled in all the same.
    pub(crate) fn complete(&self, set: &mut FactSet) -> Result<(), FactError> {
        let mut contradiction = None;
        // Each round but the last settles a fact, so this ends.
        loop {
            let mut settled = false;
            for (at, fact) in self.facts.iter().enumerate() {
                for (condition, follows) in [(&fact.yes_when, true), (&fact.no_when, false)] {
                    let Some(condition) = condition else { continue };
                    if condition.holds(set) != Known::Yes {
                        continue;
                    }
                    match set.values[at] {
                        None => {
                            set.values[at] = Some(Value::YesNo(follows));
                            settled = true;
                        }
                        Some(value) if value == Value::YesNo(follows) => {}
                        Some(_) => {
                            contradiction.get_or_insert_with(|| FactError::Contradiction {
                                name: fact.name.clone(),
                                stated: !follows,
                                condition: condition.text().to_owned(),
                            });
                        }
                    }
                }
            }
            if !settled {
                return contradiction.map_or(Ok(()), Err);
            }
        }
    }

    /// Says from what the fact `id` follows.
    pub(crate) fn define(&mut self, id: FactId, yes_when: Option<Expr>, no_when: Option<Expr>) {
        let fact = &mut self.facts[id.0];
        (fact.yes_when, fact.no_when) = (yes_when, no_when);
    }

    /// Adds a fact; `false` where its name is taken.
    pub(crate) fn add(&mut self, fact: Fact) -> bool {
        if self.by_name.contains_key(&fact.name) {
            return false;
        }
        self.by_name.insert(fact.name.clone(), FactId(self.facts.len()));
        self.facts.push(fact);
        true
    }
}

/// One fact: its type, and how a person is asked for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    name: String,
    #[serde(flatten)]
    kind: FactType,
    from: FactFrom,
    occasion: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    yes_when: Option<Expr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_when: Option<Expr>,
    label: Bilingual,
    question: Bilingual,
}

impl Fact {
    /// Its name in conditions and requests.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type.
    pub fn kind(&self) -> &FactType {
        &self.kind
    }

    /// Where its value comes from.
    pub fn from(&self) -> FactFrom {
        self.from
    }

    /// Whether it speaks of something that may happen later, such as a leak. It is not asked for
    /// at a release; rules that wait for it are listed as such.
    pub fn is_occasion(&self) -> bool {
        self.occasion
    }

    /// The condition, in CEL, from which it follows that the fact holds.
    pub fn yes_when(&self) -> Option<&str> {
        self.yes_when.as_ref().map(Expr::text)
    }

    /// The condition, in CEL, from which it follows that the fact does not hold.
    pub fn no_when(&self) -> Option<&str> {
        self.no_when.as_ref().map(Expr::text)
    }

    /// Whether a person is asked for it. An occasion is not, and neither is what weir measures or
    /// counts in the data itself.
    pub fn is_asked(&self) -> bool {
        let counted = self.from == FactFrom::Data && self.kind == FactType::Number;
        !self.occasion && !counted && self.from.is_asked()
    }

    /// What it is, in a few words.
    pub fn label(&self) -> &Bilingual {
        &self.label
    }

    /// The question to the person.
    pub fn question(&self) -> &Bilingual {
        &self.question
    }

    /// The words that it may be; none for other types.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let words: &[Word] = match &self.kind {
            FactType::Word(words) => words,
            FactType::YesNo | FactType::Number => &[],
        };
        words.iter().map(|word| word.name.as_str())
    }

    pub(crate) fn word(&self, name: &str) -> Option<usize> {
        self.words().position(|word| word == name)
    }
}

/// What values a fact may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "words", rename_all = "kebab-case")]
pub enum FactType {
    /// `true` or `false`.
    YesNo,
    /// A whole number from 0 to 2^53.
    Number,
    /// One word of a list.
    Word(Vec<Word>),
}

/// One word that a fact may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// As written in conditions and requests.
    pub name: String,
    /// As people read it.
    pub label: Bilingual,
}

/// Where the value of a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactFrom {
    /// A key of the request of its own, such as `parties.relation`.
    Request,
    /// The data; before the data was read, the table `[facts]` of the request.
    Data,
    /// Measured on the released bytes.
    Measured,
    /// The table `[facts]` of the request.
    Stated,
}

impl FactFrom {
    /// Whether a person can be asked for it.
    pub fn is_asked(self) -> bool {
        match self {
            Self::Request | Self::Data | Self::Stated => true,
            Self::Measured => false,
        }
    }
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    YesNo(bool),
    Number(i64),
    /// Its place among the words of the fact.
    Word(usize),
}

/// What is known of one circulation: a value for some facts of a vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub struct FactSet {
    values: Vec<Option<Value>>,
}

impl FactSet {
    /// Nothing is known.
    pub fn new(vocabulary: &Vocabulary) -> Self {
        Self { values: vec![None; vocabulary.facts.len()] }
    }

    pub(crate) fn get(&self, fact: FactId) -> Option<Value> {
        self.values.get(fact.0).copied().flatten()
    }

    /// States one fact; the word `unknown` takes it back.
    ///
    /// # Errors
    ///
    /// - no fact of the vocabulary has this name;
    /// - the value is not of the fact's type.
    pub fn state(
        &mut self,
        vocabulary: &Vocabulary,
        name: &str,
        value: &FactValue,
    ) -> Result<(), FactError> {
        let id = vocabulary.id(name).ok_or_else(|| {
            let known: Vec<&str> = vocabulary.names().collect();
            FactError::Unknown { name: name.to_owned(), nearest: nearest(name, &known) }
        })?;
        self.values[id.0] = vocabulary.fact(id).value(value)?;
        Ok(())
    }

    /// States a fact that the program itself derived. One that the vocabulary does not have is
    /// asked for by no rule.
    pub(crate) fn derive(&mut self, vocabulary: &Vocabulary, name: &str, value: bool) {
        if let Some(id) = vocabulary.id(name) {
            self.values[id.0] = Some(Value::YesNo(value));
        }
    }

    /// Answers that stand for all: each word, yes and no, the least and the greatest number.
    pub(crate) fn answers(vocabulary: &Vocabulary, fact: FactId) -> Vec<Value> {
        match &vocabulary.fact(fact).kind {
            FactType::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
            FactType::Number => vec![Value::Number(0), Value::Number(MOST)],
            FactType::Word(words) => (0..words.len()).map(Value::Word).collect(),
        }
    }

    /// `self` with one more fact and what follows from it.
    pub(crate) fn with(&self, vocabulary: &Vocabulary, fact: FactId, value: Value) -> Self {
        let mut set = self.clone();
        set.values[fact.0] = Some(value);
        // What contradicts an answer that nobody gave is no fault of the request.
        let _ = vocabulary.complete(&mut set);
        set
    }

    /// `self` with every occasion that is not stated taken as not having happened.
    pub(crate) fn without_occasions(&self, vocabulary: &Vocabulary) -> Self {
        let mut quiet = self.clone();
        for (value, fact) in quiet.values.iter_mut().zip(&vocabulary.facts) {
            if fact.occasion && value.is_none() {
                *value = Some(match &fact.kind {
                    FactType::YesNo => Value::YesNo(false),
                    FactType::Number => Value::Number(0),
                    FactType::Word(_) => continue,
                });
            }
        }
        quiet
    }

    /// The value of a fact as a person reads it; `None` where it is not known.
    pub fn shown(&self, vocabulary: &Vocabulary, fact: FactId) -> Option<Bilingual> {
        let decl = vocabulary.fact(fact);
        Some(match self.get(fact)? {
            Value::YesNo(true) => Bilingual::new("是", "yes"),
            Value::YesNo(false) => Bilingual::new("否", "no"),
            Value::Number(number) => Bilingual::new(number.to_string(), number.to_string()),
            Value::Word(at) => match &decl.kind {
                FactType::Word(words) => words[at].label.clone(),
                FactType::YesNo | FactType::Number => return None,
            },
        })
    }
}

impl Fact {
    fn value(&self, value: &FactValue) -> Result<Option<Value>, FactError> {
        let wrong = |wanted| FactError::Type { name: self.name.clone(), wanted };
        match (value, &self.kind) {
            (FactValue::Word(word), _) if word == UNKNOWN => Ok(None),
            (FactValue::YesNo(value), FactType::YesNo) => Ok(Some(Value::YesNo(*value))),
            (FactValue::Number(number), FactType::Number) => match i64::try_from(*number) {
                Ok(number) if number <= MOST => Ok(Some(Value::Number(number))),
                _ => Err(wrong("a whole number from 0 to 2^53")),
            },
            (FactValue::Word(word), FactType::Word(_)) => match self.word(word) {
                Some(at) => Ok(Some(Value::Word(at))),
                None => Err(FactError::Word {
                    name: self.name.clone(),
                    word: word.clone(),
                    words: self.words().map(str::to_owned).collect(),
                }),
            },
            (_, FactType::YesNo) => Err(wrong("true or false")),
            (_, FactType::Number) => Err(wrong("a whole number from 0 to 2^53")),
            (_, FactType::Word(_)) => Err(wrong("one of its words")),
        }
    }
}

/// The word by which a request says that it does not know.
pub(crate) const UNKNOWN: &str = "unknown";

/// Why something is no fact.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FactError {
    /// No fact has this name.
    #[error("there is no fact `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// The fact spelled most like it.
        nearest: Option<String>,
    },
    /// The value has another type.
    #[error("the fact `{name}` must be {wanted}")]
    Type {
        /// The fact.
        name: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A word that the fact cannot be.
    #[error("the fact `{name}` is never `{word}`")]
    Word {
        /// The fact.
        name: String,
        /// The word.
        word: String,
        /// What it can be.
        words: Vec<String>,
    },
    /// A fact that is not stated but measured, or that has a key of its own.
    #[error("the fact `{name}` is not for stating")]
    NotStated {
        /// The fact.
        name: String,
        /// Where it comes from.
        from: FactFrom,
    },
    /// A fact that is stated otherwise than follows from other facts.
    #[error("the fact `{name}` is stated as {stated}, and `{condition}` says otherwise")]
    Contradiction {
        /// The fact.
        name: String,
        /// What was stated.
        stated: bool,
        /// The condition that holds.
        condition: String,
    },
}

impl FactError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Self::Unknown { nearest: None, .. } => "`weir law facts` lists all facts".to_owned(),
            Self::Type { .. } => {
                "`weir law facts` lists all facts with their types; \"unknown\" leaves one open"
                    .to_owned()
            }
            Self::Word { words, .. } => format!("it can be {}, or unknown", words.join(", ")),
            Self::NotStated { from: FactFrom::Measured, .. } => {
                "it is measured on the released bytes".to_owned()
            }
            Self::Contradiction { .. } => {
                "correct one of them; `weir law facts --json` says from what each follows"
                    .to_owned()
            }
            Self::NotStated { .. } => {
                "the request has a key of its own for it, see docs/request.md".to_owned()
            }
        }
    }
}

/// A fact as a pack writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactText {
    #[serde(rename = "type")]
    pub(crate) kind: FactTypeText,
    #[serde(default)]
    pub(crate) words: Vec<WordText>,
    pub(crate) from: Option<FactFrom>,
    #[serde(default)]
    pub(crate) occasion: bool,
    pub(crate) yes_when: Option<Spanned<String>>,
    pub(crate) no_when: Option<Spanned<String>>,
    pub(crate) zh: String,
    pub(crate) en: String,
    #[serde(default)]
    pub(crate) ask_zh: String,
    #[serde(default)]
    pub(crate) ask_en: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FactTypeText {
    YesNo,
    Number,
    Word,
}

/// A word as a pack writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordText {
    pub(crate) name: String,
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl FactText {
    /// The fact, once its texts were checked; from what it follows is added when all are known.
    pub(crate) fn fact(&self, name: String) -> Fact {
        let kind = match self.kind {
            FactTypeText::YesNo => FactType::YesNo,
            FactTypeText::Number => FactType::Number,
            FactTypeText::Word => {
                let word = |w: &WordText| Word {
                    name: w.name.clone(),
                    label: Bilingual::new(&w.zh, &w.en),
                };
                FactType::Word(self.words.iter().map(word).collect())
            }
        };
        Fact {
            name,
            kind,
            from: self.from.unwrap_or(FactFrom::Stated),
            occasion: self.occasion,
            yes_when: None,
            no_when: None,
            label: Bilingual::new(&self.zh, &self.en),
            question: Bilingual::new(&self.ask_zh, &self.ask_en),
        }
    }
}
