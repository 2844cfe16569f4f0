//! From TOML to types.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;
use weir_types::{Bilingual, Role};

use super::error::{Fault, PackError};
use super::{Pack, TypeSpec, compiler};
use crate::automaton::Automaton;
use crate::catalogue::{Category, Forms};
use crate::checks::named;
use crate::lists::List;

/// Who wrote a pack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// Some types of weir are found by no test: they are what is left.
    Weir,
    User,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    pack: RawHead,
    #[serde(default, rename = "type")]
    types: Vec<Spanned<RawType>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawType {
    id: Spanned<String>,
    zh: String,
    en: String,
    role: Role,
    category: Category,
    #[serde(default)]
    sensitive: bool,
    #[serde(default = "text_and_whole")]
    forms: Vec<RawForm>,
    #[serde(default)]
    names: Vec<Spanned<String>>,
    #[serde(default)]
    patterns: Vec<Spanned<String>>,
    loose: Option<Spanned<String>>,
    #[serde(default)]
    strip: String,
    check: Option<Spanned<String>>,
    #[serde(default)]
    dictionary: Vec<String>,
    #[serde(default)]
    lists: Vec<Spanned<String>>,
    #[serde(default)]
    ends: Vec<Spanned<String>>,
    han: Option<(usize, usize)>,
    length: Option<(usize, usize)>,
    chance: Option<f64>,
    confidence: Option<f64>,
    #[serde(default)]
    decides: bool,
    #[serde(default)]
    unchecked: f64,
    least_share: Option<f64>,
    least_pass: Option<f64>,
    least_values: Option<usize>,
    at_most_distinct: Option<u64>,
    range: Option<(f64, f64)>,
    person_key: Option<u8>,
    #[serde(default)]
    bears_out: Vec<String>,
    reads_as: Option<String>,
    masked: Option<String>,
    /// Where the facts come from; for people who read the pack.
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    examples: Vec<Spanned<String>>,
    #[serde(default)]
    counterexamples: Vec<Spanned<String>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawForm {
    Text,
    Whole,
    Fraction,
    Date,
    Flag,
    Any,
}

fn text_and_whole() -> Vec<RawForm> {
    vec![RawForm::Text, RawForm::Whole]
}

/// Where a text stands.
struct Place<'a> {
    text: &'a str,
    file: &'a str,
}

impl Place<'_> {
    fn line(&self, start: usize) -> usize {
        self.text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
    }

    fn fault(&self, start: usize, fault: Fault) -> PackError {
        PackError::new(self.file, self.line(start), fault)
    }
}

pub(super) fn read(text: &str, file: &str, author: Author) -> Result<Pack, PackError> {
    const MOST_BYTES: usize = 4 << 20;
    let place = Place { text, file };
    if text.len() > MOST_BYTES {
        return Err(place.fault(0, Fault::TooLong { most: MOST_BYTES }));
    }
    let raw: RawPack = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        place.fault(start, Fault::Syntax { message: error.message().replace('\n', " ") })
    })?;
    if raw.pack.name.trim().is_empty() {
        let fault = Fault::OutOfRange { id: "pack".to_owned(), key: "name", must: "a name" };
        return Err(place.fault(0, fault));
    }
    let mut seen = BTreeSet::new();
    let mut types = Vec::with_capacity(raw.types.len());
    for raw in raw.types {
        let start = raw.span().start;
        let spec = read_type(raw.into_inner(), start, &place, author)?;
        if !seen.insert(spec.key.clone()) {
            return Err(place.fault(start, Fault::Twice { id: spec.key }));
        }
        types.push(spec);
    }
    Ok(Pack { name: raw.pack.name, file: file.to_owned(), types })
}

fn read_type(
    raw: RawType,
    start: usize,
    place: &Place<'_>,
    author: Author,
) -> Result<TypeSpec, PackError> {
    let id = raw.id.get_ref().clone();
    if !is_key(&id) {
        return Err(place.fault(raw.id.span().start, Fault::Identifier { id }));
    }
    check_texts(&raw, &id, start, place)?;
    let check = match &raw.check {
        None => None,
        Some(name) => Some(named::find(name.get_ref()).ok_or_else(|| {
            let known: Vec<&str> = named::ALL.iter().map(|check| check.name).collect();
            let nearest = weir_types::request::nearest(name.get_ref(), &known);
            let check = name.get_ref().clone();
            let fault = Fault::UnknownCheck { id: id.clone(), check, nearest };
            place.fault(name.span().start, fault)
        })?),
    };
    let mut lists = Vec::new();
    for list in &raw.lists {
        let unknown = || Fault::UnknownList { id: id.clone(), list: list.get_ref().clone() };
        lists.push(
            List::of_name(list.get_ref())
                .ok_or_else(|| place.fault(list.span().start, unknown()))?,
        );
    }
    let all = |words: &[Spanned<String>]| -> Vec<String> {
        words.iter().map(|word| word.get_ref().clone()).collect()
    };
    let length = raw.length.or(raw.han).unwrap_or((1, usize::MAX - 1));
    let spec = TypeSpec {
        key: id,
        label: Bilingual { zh: raw.zh, en: raw.en },
        role: raw.role,
        category: raw.category,
        sensitive: raw.sensitive,
        forms: raw.forms.iter().map(form).reduce(Forms::or).unwrap_or(Forms::TEXT),
        names: raw.names.iter().map(|name| name.get_ref().to_lowercase()).collect(),
        patterns: all(&raw.patterns),
        loose: raw.loose.map(Spanned::into_inner),
        strip: raw.strip,
        check,
        dictionary: raw.dictionary.iter().map(|word| word.to_lowercase()).collect(),
        lists,
        ends: all(&raw.ends),
        length: length.0..length.1 + 1,
        chance: raw.chance,
        confidence: raw.confidence,
        decides: raw.decides,
        unchecked: raw.unchecked,
        least_share: raw.least_share.unwrap_or(0.6),
        least_pass: raw.least_pass.unwrap_or(0.5),
        least_values: raw.least_values.unwrap_or(1),
        at_most_distinct: raw.at_most_distinct,
        range: raw.range,
        person_key: raw.person_key,
        bears_out: raw.bears_out,
        reads_as: raw.reads_as,
        masked: raw.masked,
        file: place.file.to_owned(),
        line: place.line(start),
    };
    let tests = spec.patterns.len() + spec.ends.len() + spec.dictionary.len() + spec.lists.len();
    if author == Author::User && tests + spec.names.len() == 0 {
        return Err(place.fault(start, Fault::Nothing { id: spec.key }));
    }
    check_examples(&spec, &raw.examples, &raw.counterexamples, start, place)?;
    Ok(spec)
}

/// Whether a text is words of lower-case letters and digits, joined by `-`.
fn is_key(id: &str) -> bool {
    const LONGEST: usize = 64;
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    id.len() <= LONGEST && id.split('-').all(word)
}

fn form(form: &RawForm) -> Forms {
    match form {
        RawForm::Text => Forms::TEXT,
        RawForm::Whole => Forms::WHOLE,
        RawForm::Fraction => Forms::FRACTION,
        RawForm::Date => Forms::DATE,
        RawForm::Flag => Forms::FLAG,
        RawForm::Any => Forms::EMPTY,
    }
}

/// Texts that are not empty, numbers within their range, patterns that compile.
fn check_texts(raw: &RawType, id: &str, start: usize, place: &Place<'_>) -> Result<(), PackError> {
    const LONGEST_PATTERN: usize = 4_000;
    const MOST_WORDS: usize = 200_000;
    let range = |key: &'static str, must: &'static str| {
        place.fault(start, Fault::OutOfRange { id: id.to_owned(), key, must })
    };
    let share = |value: Option<f64>| value.is_none_or(|value| (0.0..=1.0).contains(&value));
    if raw.zh.trim().is_empty() || raw.en.trim().is_empty() {
        return Err(range("zh` and `en", "words for people"));
    }
    for (key, value) in [
        ("chance", raw.chance),
        ("confidence", raw.confidence),
        ("unchecked", Some(raw.unchecked)),
        ("least_share", raw.least_share),
        ("least_pass", raw.least_pass),
    ] {
        if !share(value) {
            return Err(range(key, "a number from 0 to 1"));
        }
    }
    let lengths = [raw.length, raw.han];
    if lengths.into_iter().flatten().any(|(least, most)| least > most || most > 4_096) {
        return Err(range("length", "two numbers from 1 to 4096, the lesser first"));
    }
    if raw.dictionary.len() > MOST_WORDS || raw.dictionary.iter().any(|word| word.is_empty()) {
        return Err(range("dictionary", "at most 200,000 words, none of them empty"));
    }
    for word in raw.names.iter().chain(&raw.ends) {
        if word.get_ref().trim().is_empty() || word.get_ref().len() > 200 {
            let must = "words of 1 to 200 bytes";
            let fault = Fault::OutOfRange { id: id.to_owned(), key: "names` and `ends", must };
            return Err(place.fault(word.span().start, fault));
        }
    }
    for pattern in raw.patterns.iter().chain(&raw.loose) {
        let start = pattern.span().start;
        let pattern = pattern.get_ref();
        if pattern.is_empty() || pattern.len() > LONGEST_PATTERN {
            let must = "patterns of 1 to 4,000 bytes";
            let fault = Fault::OutOfRange { id: id.to_owned(), key: "patterns", must };
            return Err(place.fault(start, fault));
        }
        check_pattern(pattern, id).map_err(|fault| place.fault(start, fault))?;
    }
    Ok(())
}

fn check_pattern(pattern: &str, id: &str) -> Result<(), Fault> {
    let hir = regex_syntax::parse(pattern).map_err(|error| {
        let (column, reason) = match &error {
            regex_syntax::Error::Parse(e) => (e.span().start.column, e.kind().to_string()),
            regex_syntax::Error::Translate(e) => (e.span().start.column, e.kind().to_string()),
            _ => (1, "no pattern".to_owned()),
        };
        Fault::Pattern { id: id.to_owned(), column, reason }
    })?;
    let looks = hir.properties().look_set();
    if looks.contains_word() {
        // A lazy automaton gives up at characters beyond ASCII when it has to know word ends.
        let reason = "word boundaries cannot be used: a pattern is of a whole value".to_owned();
        return Err(Fault::Pattern { id: id.to_owned(), column: 1, reason });
    }
    regex_automata::nfa::thompson::Compiler::new()
        .configure(compiler())
        .build_from_hir(&hir)
        .map(|_| ())
        .map_err(|_| Fault::PatternSize { id: id.to_owned() })
}

fn check_examples(
    spec: &TypeSpec,
    right: &[Spanned<String>],
    wrong: &[Spanned<String>],
    start: usize,
    place: &Place<'_>,
) -> Result<(), PackError> {
    if right.is_empty() && wrong.is_empty() {
        return Ok(());
    }
    let too_large = || place.fault(start, Fault::PatternSize { id: spec.key.clone() });
    let automaton = Automaton::of(std::slice::from_ref(spec)).ok_or_else(too_large)?;
    let mut memory = automaton.memory();
    for (texts, wanted) in [(right, true), (wrong, false)] {
        for (number, text) in (1..).zip(texts) {
            let hits = automaton.look(&mut memory, text.get_ref());
            let found = hits.iter().any(|hit| hit.passed);
            if found != wanted {
                let fault = Fault::Example { id: spec.key.clone(), number, wanted };
                return Err(place.fault(text.span().start, fault));
            }
        }
    }
    Ok(())
}
