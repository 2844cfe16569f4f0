//! The shape of a text: its length and the kinds of characters in it.
//!
//! What a pattern can match has a length and kinds that it allows and needs. A cell is compared
//! with these first, so that it meets only the patterns that its shape leaves open.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

/// Kinds of characters, one bit each.
pub(crate) type Kinds = u16;

const DIGIT: Kinds = 1;
const LOWER: Kinds = 2;
pub(crate) const UPPER: Kinds = 4;
/// Blanks and line ends.
pub(crate) const BLANK: Kinds = 1 << 3;
const OTHER: Kinds = 1 << 14;
/// Characters beyond ASCII.
pub(crate) const WIDE: Kinds = 1 << 15;

/// The kind of each byte.
static KINDS: [Kinds; 256] = kinds_of_bytes();

const fn kinds_of_bytes() -> [Kinds; 256] {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b' ' | b'\t' | b'\n' | b'\r' => BLANK,
            b'-' => 1 << 4,
            b'.' => 1 << 5,
            b'@' => 1 << 6,
            b':' => 1 << 7,
            b'/' => 1 << 8,
            b'*' => 1 << 9,
            b',' => 1 << 10,
            b'_' => 1 << 11,
            b'(' | b')' => 1 << 12,
            b'+' => 1 << 13,
            0x80.. => WIDE,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
}

/// The kinds of characters in a text.
pub(crate) fn kinds(text: &str) -> Kinds {
    text.bytes().fold(0, |kinds, byte| kinds | KINDS[usize::from(byte)])
}

/// The kinds of a text after its upper-case letters were made lower case.
pub(crate) const fn lowered(kinds: Kinds) -> Kinds {
    kinds & !UPPER | LOWER
}

/// The shapes that a pattern can match.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    least: usize,
    most: usize,
    allowed: Kinds,
    needed: Kinds,
}

impl Open {
    /// The shapes of a pattern.
    pub(crate) fn of(pattern: &Hir) -> Self {
        let properties = pattern.properties();
        Self {
            least: properties.minimum_len().unwrap_or(0),
            most: properties.maximum_len().unwrap_or(usize::MAX),
            allowed: allowed(pattern),
            needed: needed(pattern),
        }
    }

    /// Whether a text of so many bytes and of these kinds may match.
    pub(crate) fn admits(&self, len: usize, kinds: Kinds) -> bool {
        (self.least..=self.most).contains(&len)
            && kinds & !self.allowed == 0
            && self.needed & !kinds == 0
    }
}

fn of_class(class: &Class) -> Kinds {
    let ascii = |from: u32, to: u32| {
        (from..=to.min(0x7F)).fold(0, |kinds, c| kinds | KINDS[(c & 0xFF) as usize])
    };
    let wide = |to: u32| if to > 0x7F { WIDE } else { 0 };
    match class {
        Class::Unicode(class) => class.iter().fold(0, |kinds, range| {
            let (from, to) = (u32::from(range.start()), u32::from(range.end()));
            kinds | ascii(from, to) | wide(to)
        }),
        Class::Bytes(class) => class.iter().fold(0, |kinds, range| {
            let (from, to) = (u32::from(range.start()), u32::from(range.end()));
            kinds | ascii(from, to) | wide(to)
        }),
    }
}

fn of_literal(bytes: &[u8]) -> Kinds {
    bytes.iter().fold(0, |kinds, byte| kinds | KINDS[usize::from(*byte)])
}

/// The kinds that an automaton is made for, given those of a text: themselves where they are few,
/// else all of ASCII, or all there are.
pub(crate) const fn widened(kinds: Kinds) -> Kinds {
    const FEW: u32 = 3;
    if kinds & WIDE != 0 {
        Kinds::MAX
    } else if kinds.count_ones() > FEW {
        !WIDE
    } else {
        kinds
    }
}

/// A pattern of the texts of some kinds that another one matches. It tells fewer characters
/// apart, so that its automaton is small enough to stay in the nearest cache.
pub(crate) fn narrowed(pattern: &Hir, kinds: Kinds) -> Hir {
    let each = |parts: &[Hir]| parts.iter().map(|part| narrowed(part, kinds)).collect();
    match pattern.kind() {
        _ if allowed(pattern) & !kinds == 0 => pattern.clone(),
        HirKind::Empty | HirKind::Look(_) => pattern.clone(),
        HirKind::Literal(_) => Hir::fail(),
        HirKind::Class(class) => Hir::class(narrowed_class(class, kinds)),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(narrowed(&repetition.sub, kinds));
            Hir::repetition(Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => narrowed(&capture.sub, kinds),
        HirKind::Concat(parts) => Hir::concat(each(parts)),
        HirKind::Alternation(parts) => Hir::alternation(each(parts)),
    }
}

fn narrowed_class(class: &Class, kinds: Kinds) -> Class {
    let ascii = (0_u8..0x80).filter(|byte| KINDS[usize::from(*byte)] & kinds != 0);
    match class {
        Class::Unicode(class) => {
            let mut kept: Vec<_> = ascii
                .map(|byte| ClassUnicodeRange::new(char::from(byte), char::from(byte)))
                .collect();
            if kinds & WIDE != 0 {
                kept.push(ClassUnicodeRange::new('\u{80}', char::MAX));
            }
            let mut class = class.clone();
            class.intersect(&ClassUnicode::new(kept));
            Class::Unicode(class)
        }
        // Texts are patterns of characters; classes of bytes are of ASCII alone.
        Class::Bytes(class) => Class::Bytes(class.clone()),
    }
}

/// Kinds that a match may have.
fn allowed(pattern: &Hir) -> Kinds {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => of_literal(&literal.0),
        HirKind::Class(class) => of_class(class),
        HirKind::Repetition(repetition) => allowed(&repetition.sub),
        HirKind::Capture(capture) => allowed(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |kinds, part| kinds | allowed(part))
        }
    }
}

/// Kinds that every match has.
fn needed(pattern: &Hir) -> Kinds {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => of_literal(&literal.0),
        HirKind::Class(class) => {
            let kinds = of_class(class);
            if kinds.is_power_of_two() { kinds } else { 0 }
        }
        HirKind::Repetition(repetition) if repetition.min == 0 => 0,
        HirKind::Repetition(repetition) => needed(&repetition.sub),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Concat(parts) => parts.iter().fold(0, |kinds, part| kinds | needed(part)),
        HirKind::Alternation(parts) => parts.iter().map(needed).fold(Kinds::MAX, |a, b| a & b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Catalogue;

    #[test]
    fn shapes_are_read_off_patterns() {
        let open = |pattern: &str| Open::of(&regex_syntax::parse(pattern).unwrap());
        let id = open("[1-9][0-9]{16}[0-9Xx]");
        assert!(id.admits(18, DIGIT) && id.admits(18, DIGIT | UPPER));
        assert!(!id.admits(17, DIGIT) && !id.admits(18, UPPER) && !id.admits(18, DIGIT | WIDE));
        assert!(!open("a@b|c@d").admits(3, LOWER) && open("a@b|c").admits(1, LOWER));
        assert!(open(r"[\p{Han}]{2}").admits(6, WIDE) && !open(r"[\p{Han}]{2}").admits(2, LOWER));
    }

    proptest! {
        /// No pattern matches a text whose shape it is said not to have.
        #[test]
        fn what_matches_is_admitted(pick in any::<prop::sample::Index>(), seed in "[ -~一-龥]{1,24}") {
            let catalogue = Catalogue::builtin();
            let patterns: Vec<String> =
                catalogue.ids().flat_map(|id| catalogue.spec(id).all_patterns()).collect();
            let pattern = pick.get(&patterns);
            let hir = regex_syntax::parse(pattern).unwrap();
            let anchored = format!("^(?:{pattern})$");
            let dfa = regex_automata::hybrid::dfa::DFA::new(&anchored).unwrap();
            let mut cache = dfa.create_cache();
            let input = regex_automata::Input::new(&seed);
            let matches = matches!(dfa.try_search_fwd(&mut cache, &input), Ok(Some(_)));
            prop_assert!(!matches || Open::of(&hir).admits(seed.len(), kinds(&seed)));
        }
    }

    /// The examples of the packs are texts that do match.
    #[test]
    fn examples_are_admitted() {
        for text in [include_str!("../packs/china.toml"), include_str!("../packs/world.toml")] {
            let table: toml::Table = toml::from_str(text).unwrap();
            for entry in table["type"].as_array().unwrap() {
                let list = |key: &str| -> Vec<String> {
                    let values = entry.get(key).and_then(|v| v.as_array());
                    let texts = values.into_iter().flatten().filter_map(|v| v.as_str());
                    texts.map(str::to_owned).collect()
                };
                for example in list("examples") {
                    let admits = |pattern: &String| {
                        let open = Open::of(&regex_syntax::parse(pattern).unwrap());
                        open.admits(example.len(), kinds(&example))
                    };
                    assert!(list("patterns").iter().any(admits), "{}", entry["id"]);
                }
            }
        }
    }
}
