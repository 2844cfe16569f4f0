//! All patterns of all types, and what a cell is of them.
//!
//! A cell's shape (length and kinds of characters) leaves a few patterns open, most often none.
//! Those are one automaton, a lazily built DFA that follows them all at the same time: the cell is
//! walked once, and the state at its end names the patterns it matches. Only their checks are
//! run, and only words of a shape that some word has are looked up in the dictionaries. Automata
//! are made when a shape is first met, and shared by all shapes that leave the same patterns open.

mod walk;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use regex_syntax::hir::Hir;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalogue::TypeId;
use crate::pack::TypeSpec;
use crate::shape::{self, Kinds, Open};
use walk::{LANES, Met, Walk, side_by_side, together};

/// The combined tests of some types. Shared by threads; each brings its own [`Memory`].
#[derive(Debug)]
pub(crate) struct Automaton {
    patterns: Vec<Pattern>,
    specs: Vec<TypeSpec>,
    words: FxHashMap<Box<str>, Vec<TypeId>>,
    /// The shapes of the words.
    word_shapes: FxHashSet<(usize, Kinds)>,
    /// By the patterns they follow.
    walks: RwLock<BTreeMap<WalkKey, Arc<Walk>>>,
}

#[derive(Debug)]
struct Pattern {
    hir: Hir,
    open: Open,
    ty: TypeId,
    /// Whether the check of the type applies.
    checked: bool,
    /// Kinds of the characters that the check passes over.
    strip: Kinds,
    /// Whether the type says how many characters a value has.
    measured: bool,
}

/// The patterns of an automaton and the kinds of the texts it is for.
type WalkKey = (Vec<u32>, Kinds);

/// What a thread keeps from cell to cell. It holds parts of the last cell, so nothing of it is
/// shown.
#[derive(Default)]
pub(crate) struct Memory {
    shapes: FxHashMap<(usize, Kinds), Plan>,
    /// Plans of shapes that were met last, by [`recent_place`].
    recent: [Option<((usize, Kinds), Plan)>; RECENT],
    /// Automata that were met, by place.
    walks: Vec<(Arc<Walk>, Met)>,
    /// Whether they are to be given up.
    full: bool,
    of_patterns: BTreeMap<WalkKey, usize>,
    hits: Vec<Hit>,
    folded: String,
    scratch: String,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    /// Looks whether there is room for more automata.
    fn measure(&mut self) {
        let bytes: usize = self.walks.iter().map(|(_, met)| met.bytes()).sum();
        self.full = self.walks.len() >= MOST_WALKS || bytes > MOST_BYTES;
    }

    /// Gives up the automata, and the plans that name them by their places.
    fn forget(&mut self) {
        self.full = false;
        self.shapes.clear();
        self.recent = [None; RECENT];
        self.walks.clear();
        self.of_patterns.clear();
    }
}

/// Shapes whose plans are at hand: cells of a column have few, which take turns.
const RECENT: usize = 32;

/// Where the plan of a shape is kept at hand.
fn recent_place((len, kinds): (usize, Kinds)) -> usize {
    (len ^ usize::from(kinds.wrapping_mul(0x9E37) >> 11)) % RECENT
}

/// What is done with cells of a shape.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// The automaton to walk, by its place in the memory.
    walk: Option<usize>,
    look_up: bool,
}

/// A cell that is walked with others.
struct Waiting<'c, T> {
    cell: &'c str,
    kinds: Kinds,
    walk: usize,
    plan: Plan,
    of_cell: &'c T,
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

/// Queues of cells that wait for others of their automaton.
const QUEUES: usize = 8;

/// Automata that a thread keeps, and that threads share. A table of 150 columns of as many types
/// has 500, in 4 MiB.
const MOST_WALKS: usize = 1024;

/// Bytes of the automata that a thread keeps, and of those that threads share. They are counted
/// where cells come in many and where an automaton is added; between that, each may grow to some
/// MiB.
const MOST_BYTES: usize = 64 << 20;

impl Automaton {
    /// The tests of some types; none where a pattern is not understood.
    pub(crate) fn of(specs: &[TypeSpec]) -> Option<Self> {
        let mut patterns = Vec::new();
        let mut words: FxHashMap<Box<str>, Vec<TypeId>> = FxHashMap::default();
        for (place, spec) in specs.iter().enumerate() {
            let ty = TypeId::of(place);
            let (strip, measured) = (shape::kinds(&spec.strip), spec.length != (1..usize::MAX));
            for (at, text) in spec.all_patterns().into_iter().enumerate() {
                let hir = regex_syntax::parse(&text).ok()?;
                let (open, checked) = (Open::of(&hir), at < spec.patterns.len());
                patterns.push(Pattern { hir, open, ty, checked, strip, measured });
            }
            let listed = spec.lists.iter().flat_map(|list| list.words());
            for word in spec.dictionary.iter().cloned().chain(listed) {
                let types = words.entry(word.into_boxed_str()).or_default();
                if types.last() != Some(&ty) {
                    types.push(ty);
                }
            }
        }
        let word_shapes = words.keys().map(|word| (word.len(), shape::kinds(word))).collect();
        let specs = specs.to_vec();
        Some(Self { patterns, specs, words, word_shapes, walks: RwLock::default() })
    }

    pub(crate) fn memory(&self) -> Memory {
        Memory::default()
    }

    /// The automaton of the patterns that a shape leaves open.
    fn walk_of(&self, key: &WalkKey) -> Option<Arc<Walk>> {
        let known = self.walks.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(walk) = known.get(key) {
            return Some(Arc::clone(walk));
        }
        drop(known);
        let narrowed = |at: &u32| shape::narrowed(&self.patterns[*at as usize].hir, key.1);
        let hirs: Vec<Hir> = key.0.iter().map(narrowed).collect();
        let walk = Arc::new(Walk::of(&hirs, key.0.clone())?);
        let mut known = self.walks.write().unwrap_or_else(PoisonError::into_inner);
        let bytes: usize = known.values().map(|walk| walk.bytes()).sum();
        if known.len() >= MOST_WALKS || bytes > MOST_BYTES {
            known.clear();
        }
        Some(Arc::clone(known.entry(key.clone()).or_insert(walk)))
    }

    /// What is done with cells of a shape.
    fn plan(&self, memory: &mut Memory, shape: (usize, Kinds)) -> Plan {
        const MOST_SHAPES: usize = 1 << 16;
        let recent = recent_place(shape);
        if let Some((last, plan)) = memory.recent[recent]
            && last == shape
        {
            return plan;
        }
        if let Some(plan) = memory.shapes.get(&shape) {
            memory.recent[recent] = Some((shape, *plan));
            return *plan;
        }
        let admitted = |(_, pattern): &(u32, &Pattern)| pattern.open.admits(shape.0, shape.1);
        let open: Vec<u32> = (0..).zip(&self.patterns).filter(admitted).map(|(at, _)| at).collect();
        let nothing = open.is_empty();
        let key = (open, shape::widened(shape.1));
        let walk = memory.of_patterns.get(&key).copied().or_else(|| {
            let walk = if nothing { None } else { self.walk_of(&key) }?;
            let met = walk.met();
            memory.walks.push((walk, met));
            memory.of_patterns.insert(key, memory.walks.len() - 1);
            memory.measure();
            Some(memory.walks.len() - 1)
        });
        // Words are in lower case.
        let kinds = if shape.1 & shape::UPPER == 0 { shape.1 } else { shape::lowered(shape.1) };
        let plan = Plan { walk, look_up: self.word_shapes.contains(&(shape.0, kinds)) };
        if memory.shapes.len() >= MOST_SHAPES {
            memory.shapes.clear();
        }
        memory.shapes.insert(shape, plan);
        memory.recent[recent] = Some((shape, plan));
        plan
    }

    /// The types that a cell has the shape of, in their order, each once.
    ///
    /// Blanks around it are passed over and full-width characters read as half-width ones. Where
    /// nothing fits, the cell is tried once more without the blanks inside it.
    pub(crate) fn look<'m>(&self, memory: &'m mut Memory, cell: &str) -> &'m [Hit] {
        if memory.full {
            memory.forget();
        }
        self.look_one(memory, cell)
    }

    fn look_one<'m>(&self, memory: &'m mut Memory, cell: &str) -> &'m [Hit] {
        memory.hits.clear();
        let cell = trimmed(cell);
        if cell.is_empty() || cell.len() > LONGEST_VALUE {
            return &memory.hits;
        }
        let kinds = shape::kinds(cell);
        if kinds & shape::WIDE != 0 && has_full_width(cell) {
            let mut folded = std::mem::take(&mut memory.folded);
            folded.clear();
            folded.extend(cell.chars().map(half_width));
            let cell = folded.trim();
            self.look_at(memory, cell, shape::kinds(cell));
            memory.folded = folded;
        } else {
            self.look_at(memory, cell, kinds);
        }
        &memory.hits
    }

    /// As [`Self::look`] for many cells, of which `take` gets what each is, in no given order.
    pub(crate) fn look_all<T: Copy>(
        &self,
        memory: &mut Memory,
        cells: &[(&str, T)],
        mut take: impl FnMut(&[Hit], T),
    ) {
        // Cells of one automaton mostly wait together, which makes the walk quicker.
        let mut queues: [Vec<Waiting<'_, T>>; QUEUES] =
            std::array::from_fn(|_| Vec::with_capacity(LANES));
        memory.measure();
        for (cell, of_cell) in cells {
            if memory.full {
                // Those that wait have an automaton by its place.
                for Waiting { cell, of_cell, .. } in queues.iter_mut().flat_map(|q| q.drain(..)) {
                    take(self.look_one(memory, cell), *of_cell);
                }
                memory.forget();
            }
            let cell = trimmed(cell);
            if cell.is_empty() || cell.len() > LONGEST_VALUE {
                continue;
            }
            let kinds = shape::kinds(cell);
            let plan = self.plan(memory, (cell.len(), kinds));
            let alone = kinds & shape::WIDE != 0 && has_full_width(cell);
            match plan.walk {
                _ if alone => take(self.look_one(memory, cell), *of_cell),
                Some(walk) => {
                    let waiting = &mut queues[walk % QUEUES];
                    waiting.push(Waiting { cell, kinds, walk, plan, of_cell });
                    if let Ok(lanes) = <&[Waiting<'_, T>; LANES]>::try_from(waiting.as_slice()) {
                        self.look_side_by_side(memory, lanes, &mut take);
                        waiting.clear();
                    }
                }
                None => {
                    memory.hits.clear();
                    self.look_further(memory, plan, (cell, kinds));
                    take(&memory.hits, *of_cell);
                }
            }
        }
        for Waiting { cell, of_cell, .. } in queues.into_iter().flatten() {
            take(self.look_one(memory, cell), *of_cell);
        }
    }

    fn look_side_by_side<T: Copy>(
        &self,
        memory: &mut Memory,
        lanes: &[Waiting<'_, T>; LANES],
        take: &mut impl FnMut(&[Hit], T),
    ) {
        let walks = &memory.walks;
        let first = lanes[0].walk;
        let ends = if lanes.iter().all(|waiting| waiting.walk == first) {
            together(&walks[first].1, lanes.each_ref().map(|w| w.cell.as_bytes()))
        } else {
            side_by_side(lanes.each_ref().map(|w| (&walks[w.walk].1, w.cell.as_bytes())))
        };
        for (Waiting { cell, kinds, walk, plan, of_cell }, end) in lanes.iter().zip(ends) {
            memory.hits.clear();
            let Memory { walks, hits, scratch, .. } = &mut *memory;
            let (walk, met) = &mut walks[*walk];
            let matches = walk.matches_of(met, cell.as_bytes(), end);
            self.hit(matches, hits, scratch, (cell, *kinds));
            self.look_further(memory, *plan, (cell, *kinds));
            take(&memory.hits, **of_cell);
        }
    }

    fn look_at(&self, memory: &mut Memory, cell: &str, kinds: Kinds) {
        let plan = self.plan(memory, (cell.len(), kinds));
        if let Some(walk) = plan.walk {
            self.walk(memory, walk, (cell, kinds));
        }
        self.look_further(memory, plan, (cell, kinds));
    }

    /// What is done after the walk.
    fn look_further(&self, memory: &mut Memory, plan: Plan, (cell, kinds): (&str, Kinds)) {
        const LONGEST_NUMBER: usize = 40;
        if plan.look_up {
            self.look_up(memory, cell);
        }
        let spaced = cell.len() <= LONGEST_NUMBER
            && kinds & shape::BLANK != 0
            && cell.bytes().filter(u8::is_ascii_digit).count() * 2 > cell.len();
        if spaced && !memory.hits.iter().any(|hit| hit.passed) {
            memory.hits.clear();
            let compact: String = cell.chars().filter(|c| *c != ' ').collect();
            let kinds = shape::kinds(&compact);
            let plan = self.plan(memory, (compact.len(), kinds));
            if let Some(walk) = plan.walk {
                self.walk(memory, walk, (&compact, kinds));
            }
        }
    }

    fn walk(&self, memory: &mut Memory, walk: usize, (cell, kinds): (&str, Kinds)) {
        let Memory { walks, hits, scratch, .. } = memory;
        let (walk, met) = &mut walks[walk];
        let matches = walk.matches(met, cell.as_bytes());
        self.hit(matches, hits, scratch, (cell, kinds));
    }

    /// The types of the patterns that a cell matches.
    fn hit(
        &self,
        matches: &[u32],
        hits: &mut Vec<Hit>,
        scratch: &mut String,
        (cell, kinds): (&str, Kinds),
    ) {
        for at in matches {
            let pattern = &self.patterns[*at as usize];
            let spec = &self.specs[pattern.ty.place()];
            if pattern.measured && !spec.length.contains(&cell.chars().count()) {
                continue;
            }
            let passed = !pattern.checked
                || spec.check.is_none_or(|check| match pattern.strip & kinds {
                    0 => (check.run)(cell),
                    _ => spec.passes(cell, scratch),
                });
            match hits.last_mut() {
                Some(last) if last.ty == pattern.ty => last.passed |= passed,
                _ => hits.push(Hit { ty: pattern.ty, passed }),
            }
        }
    }

    fn look_up(&self, memory: &mut Memory, cell: &str) {
        let types = if cell.bytes().any(|byte| byte.is_ascii_uppercase()) {
            memory.scratch.clear();
            memory.scratch.push_str(cell);
            memory.scratch.make_ascii_lowercase();
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

/// A text without blanks around it. Most have none.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// Whether a text has a full-width form (U+FF01 to U+FF5E) or an ideographic space (U+3000).
fn has_full_width(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(0xEF, 0xE3, bytes).any(|at| match &bytes[at..] {
        [0xEF, second, ..] => matches!(second, 0xBC | 0xBD),
        [0xE3, second, third, ..] => (*second, *third) == (0x80, 0x80),
        _ => false,
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

    fn of_patterns(patterns: &[&str]) -> Automaton {
        let types: Vec<String> = (0..)
            .zip(patterns)
            .map(|(n, pattern): (u32, _)| {
                format!(
                    "[[type]]\nid = \"t{n}\"\nzh = \"t\"\nen = \"t\"\nrole = \"other\"\n\
                     category = \"general\"\npatterns = ['{pattern}']\n"
                )
            })
            .collect();
        let pack = format!("[pack]\nname = \"test\"\n\n{}", types.join("\n"));
        Automaton::of(&crate::Pack::parse(&pack, "test.toml").unwrap().types).unwrap()
    }

    fn types(hits: &[Hit]) -> Vec<usize> {
        hits.iter().map(|hit| hit.ty.place()).collect()
    }

    /// Its table begins anew while other cells are walked by rows of the table before.
    #[test]
    fn cells_together_are_as_one_by_one_where_a_table_begins_anew() {
        let automaton = of_patterns(&["[ab]*a[ab]{15}", "[ab]{20}"]);
        let text = |n: u64| -> String {
            let bits = weir_table::mix(if n.is_multiple_of(2) { n % 128 } else { n });
            (0..20).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' }).collect()
        };
        let texts: Vec<String> = (0..40_000).map(text).collect();
        let (mut memory, mut alone) = (automaton.memory(), automaton.memory());
        let mut taken = 0;
        for batch in texts.chunks(1_000) {
            let cells: Vec<(&str, &str)> = batch.iter().map(|t| (t.as_str(), t.as_str())).collect();
            automaton.look_all(&mut memory, &cells, |hits, cell| {
                let wanted: &[usize] = if cell.as_bytes()[4] == b'a' { &[0, 1] } else { &[1] };
                assert_eq!(types(hits), wanted);
                assert_eq!(types(automaton.look(&mut alone, cell)), wanted);
                taken += 1;
            });
        }
        assert_eq!(taken, texts.len());
    }

    #[test]
    fn automata_are_given_up_where_they_are_many() {
        const N: usize = MOST_WALKS + 200;
        let patterns: Vec<String> = (1..=N).map(|n| format!("a{{{n}}}")).collect();
        let automaton = of_patterns(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
        let texts: Vec<String> = (1..=N).map(|n| "a".repeat(n)).collect();
        let cells: Vec<(&str, usize)> = texts.iter().map(String::as_str).zip(0..).collect();
        let mut memory = automaton.memory();
        let mut seen = Vec::new();
        for _ in 0..2 {
            automaton.look_all(&mut memory, &cells, |hits, at| {
                assert_eq!(types(hits), [at]);
                seen.push(at);
            });
            assert!(memory.walks.len() <= MOST_WALKS, "{}", memory.walks.len());
        }
        seen.sort_unstable();
        assert!(seen.iter().copied().eq((0..2 * N).map(|n| n / 2)), "each cell, each time");
        for (cell, at) in &cells {
            assert_eq!(types(automaton.look(&mut memory, cell)), [*at]);
            assert!(memory.walks.len() <= MOST_WALKS);
        }
        assert!(automaton.walks.read().unwrap().len() <= MOST_WALKS);
    }

    #[test]
    fn what_is_no_value_of_a_type_matches_none() {
        assert!(found("").is_empty() && found(" \u{3000} ").is_empty());
        assert!(found(&"1".repeat(LONGEST_VALUE + 1)).is_empty());
        assert!(found("12.50").is_empty());
    }
}
