//! All patterns of all types as one automaton.
//!
//! A cell is walked once, byte by byte, through a lazily built DFA that follows every pattern at
//! the same time; most cells leave it after a few bytes or reach its end in a state that names
//! the patterns they match. Only their checks are run, and only words are looked up in the
//! dictionaries.

use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input, MatchKind};
use rustc_hash::FxHashMap;

use crate::catalogue::TypeId;
use crate::pack::{TypeSpec, compiler};

/// The combined tests of some types. Shared by threads; each brings its own [`Memory`].
#[derive(Debug)]
pub(crate) struct Automaton {
    dfa: DFA,
    /// The type of each pattern, and whether its check applies.
    patterns: Vec<(TypeId, bool)>,
    specs: Vec<TypeSpec>,
    words: FxHashMap<Box<str>, Vec<TypeId>>,
    longest_word: usize,
}

/// What a thread keeps from cell to cell.
#[derive(Debug)]
pub(crate) struct Memory {
    cache: Cache,
    hits: Vec<Hit>,
    folded: String,
    scratch: String,
}

/// A type that a cell has the shape of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) ty: TypeId,
    /// Whether it passes the check as well, if there is one.
    pub(crate) passed: bool,
}

/// Bytes beyond which a cell is no value of a type but a text of its own.
pub(crate) const LONGEST_VALUE: usize = 4096;

impl Automaton {
    /// The tests of some types; none where the patterns together are too large.
    pub(crate) fn of(specs: &[TypeSpec]) -> Option<Self> {
        const MEMORY: usize = 16 << 20;
        let mut texts = Vec::new();
        let mut patterns = Vec::new();
        let mut words: FxHashMap<Box<str>, Vec<TypeId>> = FxHashMap::default();
        for (place, spec) in specs.iter().enumerate() {
            let ty = TypeId::of(place);
            for (at, pattern) in spec.all_patterns().into_iter().enumerate() {
                patterns.push((ty, at < spec.patterns.len()));
                texts.push(pattern);
            }
            let listed = spec.lists.iter().flat_map(|list| list.words());
            for word in spec.dictionary.iter().cloned().chain(listed) {
                let types = words.entry(word.into_boxed_str()).or_default();
                if types.last() != Some(&ty) {
                    types.push(ty);
                }
            }
        }
        let nfa = thompson::Compiler::new()
            .configure(compiler().nfa_size_limit(None))
            .build_many(&texts)
            .ok()?;
        let config = Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(MEMORY)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let longest_word = words.keys().map(|word| word.len()).max().unwrap_or(0);
        let specs = specs.to_vec();
        Some(Self { dfa, patterns, specs, words, longest_word })
    }

    pub(crate) fn memory(&self) -> Memory {
        Memory {
            cache: self.dfa.create_cache(),
            hits: Vec::new(),
            folded: String::new(),
            scratch: String::new(),
        }
    }

    /// The types that a cell has the shape of, in their order, each once.
    ///
    /// Blanks around it are passed over and full-width characters read as half-width ones. Where
    /// nothing fits, the cell is tried once more without the blanks inside it.
    pub(crate) fn look<'m>(&self, memory: &'m mut Memory, cell: &str) -> &'m [Hit] {
        memory.hits.clear();
        let cell = cell.trim();
        if cell.is_empty() || cell.len() > LONGEST_VALUE {
            return &memory.hits;
        }
        if has_full_width(cell) {
            let mut folded = std::mem::take(&mut memory.folded);
            folded.clear();
            folded.extend(cell.chars().map(half_width));
            self.look_at(memory, folded.trim());
            memory.folded = folded;
        } else {
            self.look_at(memory, cell);
        }
        &memory.hits
    }

    fn look_at(&self, memory: &mut Memory, cell: &str) {
        const LONGEST_NUMBER: usize = 40;
        self.walk(memory, cell);
        self.look_up(memory, cell);
        let spaced = cell.len() <= LONGEST_NUMBER
            && cell.contains(' ')
            && cell.bytes().filter(u8::is_ascii_digit).count() * 2 > cell.len();
        if spaced && !memory.hits.iter().any(|hit| hit.passed) {
            memory.hits.clear();
            let compact: String = cell.chars().filter(|c| *c != ' ').collect();
            self.walk(memory, &compact);
        }
    }

    fn walk(&self, memory: &mut Memory, cell: &str) {
        let Memory { cache, hits, scratch, .. } = memory;
        let input = Input::new(cell).anchored(Anchored::Yes);
        let Ok(mut state) = self.dfa.start_state_forward(cache, &input) else { return };
        for byte in cell.as_bytes() {
            match self.dfa.next_state(cache, state, *byte) {
                Ok(next) => state = next,
                Err(_) => return,
            }
            if state.is_tagged() && (state.is_dead() || state.is_quit()) {
                return;
            }
        }
        let Ok(state) = self.dfa.next_eoi_state(cache, state) else { return };
        if !state.is_match() {
            return;
        }
        let characters = std::cell::OnceCell::new();
        for at in 0..self.dfa.match_len(cache, state) {
            let pattern = self.dfa.match_pattern(cache, state, at);
            let (ty, checked) = self.patterns[pattern.as_usize()];
            let spec = &self.specs[ty.place()];
            if !spec.length.contains(characters.get_or_init(|| cell.chars().count())) {
                continue;
            }
            let passed = !checked || spec.passes(cell, scratch);
            match hits.last_mut() {
                Some(last) if last.ty == ty => last.passed |= passed,
                _ => hits.push(Hit { ty, passed }),
            }
        }
    }

    fn look_up(&self, memory: &mut Memory, cell: &str) {
        let number = cell.bytes().all(|byte| byte.is_ascii_digit());
        if cell.len() > self.longest_word || number {
            return;
        }
        let types = if cell.bytes().any(|byte| byte.is_ascii_uppercase()) {
            memory.scratch.clear();
            memory.scratch.extend(cell.chars().flat_map(char::to_lowercase));
            self.words.get(memory.scratch.as_str())
        } else {
            self.words.get(cell)
        };
        for ty in types.into_iter().flatten() {
            match memory.hits.iter_mut().find(|hit| hit.ty == *ty) {
                Some(hit) => hit.passed = true,
                None => memory.hits.push(Hit { ty: *ty, passed: true }),
            }
        }
    }
}

/// Whether a text has a full-width form (U+FF01 to U+FF5E) or an ideographic space (U+3000).
fn has_full_width(text: &str) -> bool {
    text.as_bytes().windows(3).any(|bytes| {
        (bytes[0] == 0xEF && matches!(bytes[1], 0xBC | 0xBD)) || bytes == [0xE3, 0x80, 0x80]
    })
}

/// The half-width form of a full-width character.
pub(crate) fn half_width(c: char) -> char {
    const OFFSET: u32 = 0xFEE0;
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - OFFSET).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn found(cell: &str) -> Vec<String> {
        let catalogue = Catalogue::builtin();
        let automaton = crate::Detector::builtin().automaton();
        let mut memory = automaton.memory();
        let hits = automaton.look(&mut memory, cell);
        let passed = hits.iter().filter(|hit| hit.passed);
        passed.map(|hit| catalogue.key(hit.ty).to_owned()).collect()
    }

    #[test]
    fn spelling_does_not_hide_a_number() {
        for cell in [
            "11010519491231002X",
            " 11010519491231002x ",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105 19491231 002X",
        ] {
            assert!(found(cell).contains(&"cn-resident-id".to_owned()), "{cell}");
        }
        assert!(found("汉族").contains(&"ethnicity".to_owned()));
        assert!(found("Female").contains(&"sex".to_owned()));
    }

    #[test]
    fn what_is_no_value_of_a_type_matches_none() {
        assert!(found("").is_empty() && found(" \u{3000} ").is_empty());
        assert!(found(&"1".repeat(LONGEST_VALUE + 1)).is_empty());
        assert!(found("12.50").is_empty());
    }
}
