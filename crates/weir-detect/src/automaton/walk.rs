//! Some patterns as one automaton, and the part of it that was met.
//!
//! The automaton is a lazily built DFA. What a cell leads to is kept in a table of this module, so
//! that a byte costs one look into it, and so that the patterns that end in a state are listed
//! once and not for each cell.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;

use crate::pack::compiler;

/// Some patterns as one automaton. Shared by threads.
#[derive(Debug)]
pub(super) struct Walk {
    dfa: DFA,
    /// The same, for texts that need more memory than it has: states are forgotten on the way.
    forgetful: DFA,
    /// Places of its patterns among those of all types.
    patterns: Vec<u32>,
}

/// What a thread met of an automaton.
pub(super) struct Met {
    cache: Cache,
    /// The class of each byte: bytes of one class lead to the same state everywhere.
    classes: [u8; 256],
    /// Classes of a state take so many places of `next`: two to this power.
    shift: u32,
    /// By row and class, the first place of the row that comes next. The first row is of the state
    /// from which nothing matches, the second stands for what was not met yet, and each leads to
    /// itself alone; the others are of `states`.
    next: Vec<u32>,
    states: Vec<State>,
    /// The first place of each state that was met.
    places: FxHashMap<LazyStateID, u32>,
    /// How often it began anew.
    begun: u32,
    /// The patterns that the last text matched which was too much for the table.
    beyond: Box<[u32]>,
}

/// Where a text led to.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The first place of the row.
    at: u32,
    /// How often the table had begun anew: rows of others are not those of this one.
    begun: u32,
}

struct State {
    id: LazyStateID,
    /// Patterns that match a text that ends here, once they were asked for.
    ends: Option<Box<[u32]>>,
}

/// Rows that are of no state.
const DEAD: u32 = 0;
const UNKNOWN: u32 = 1;
const FIRST: u32 = 2;

/// Texts that are walked side by side: one waits for the memory while the others go on.
pub(super) const LANES: usize = 4;

/// What a lazy automaton says where its memory is used up.
struct Full;

impl Walk {
    /// The automaton of some patterns, given with their places; none where they are too large.
    pub(super) fn of(hirs: &[Hir], patterns: Vec<u32>) -> Option<Self> {
        /// Bytes of states, for each of the two.
        const MEMORY: usize = 2 << 20;
        let nfa = thompson::Compiler::new()
            .configure(compiler().nfa_size_limit(None))
            .build_many_from_hir(hirs)
            .ok()?;
        // States keep their numbers: the memory is given up as a whole, by us.
        let config = Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(MEMORY)
            .skip_cache_capacity_check(true);
        let build = |config| DFA::builder().configure(config).build_from_nfa(nfa.clone()).ok();
        let dfa = build(config.clone().minimum_cache_clear_count(Some(0)))?;
        Some(Self { dfa, forgetful: build(config)?, patterns })
    }

    pub(super) fn met(&self) -> Met {
        let classes = self.dfa.byte_classes();
        let mut of_bytes = [0; 256];
        (0..=255_u8).for_each(|byte| of_bytes[usize::from(byte)] = classes.get(byte));
        let mut met = Met {
            cache: self.dfa.create_cache(),
            classes: of_bytes,
            // A power of two that holds every class; their number is at most 257 with the end.
            shift: classes.alphabet_len().next_power_of_two().trailing_zeros(),
            next: Vec::new(),
            states: Vec::new(),
            places: FxHashMap::default(),
            begun: 0,
            beyond: Box::default(),
        };
        met.forget();
        met
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        // Both automata have the program in common.
        self.dfa.get_nfa().memory_usage() + 2 * self.dfa.memory_usage()
    }

    /// The places of the patterns that match a text which led to a row; see [`side_by_side`].
    pub(super) fn matches_of<'m>(&self, met: &'m mut Met, text: &[u8], end: End) -> &'m [u32] {
        if end.begun != met.begun {
            return self.matches(met, text);
        }
        let row = end.at >> met.shift;
        let Some(state) = row.checked_sub(FIRST).map(|state| state as usize) else {
            return if row == DEAD { &[] } else { self.matches(met, text) };
        };
        if met.states[state].ends.is_none() {
            return self.matches(met, text);
        }
        met.states[state].ends.as_deref().unwrap_or(&[])
    }

    /// The places of the patterns that match a whole text, in order.
    pub(super) fn matches<'m>(&self, met: &'m mut Met, text: &[u8]) -> &'m [u32] {
        let mut end = self.end(met, text);
        if end.is_err() {
            // What was met is forgotten, and the text walked once more.
            self.dfa.reset_cache(&mut met.cache);
            met.forget();
            end = self.end(met, text);
        }
        match end {
            Ok(end) => end.and_then(|end| met.states[end].ends.as_deref()).unwrap_or(&[]),
            Err(Full) => {
                met.beyond = self.beyond(text);
                &met.beyond
            }
        }
    }

    /// As [`Self::matches`], for a text whose states alone are too many for the memory.
    #[cold]
    fn beyond(&self, text: &[u8]) -> Box<[u32]> {
        let (dfa, mut cache) = (&self.forgetful, self.forgetful.create_cache());
        let input = Input::new(text).anchored(Anchored::Yes);
        let start = dfa.start_state_forward(&mut cache, &input).ok();
        let step = |id, byte: &u8| dfa.next_state(&mut cache, id, *byte).ok();
        let last = start.and_then(|start| text.iter().try_fold(start, step));
        let end = last.and_then(|last| dfa.next_eoi_state(&mut cache, last).ok());
        end.map(|end| self.patterns_of(dfa, &cache, end)).unwrap_or_default()
    }

    /// The places of the patterns that a state at the end of a text is of.
    fn patterns_of(&self, dfa: &DFA, cache: &Cache, end: LazyStateID) -> Box<[u32]> {
        if !end.is_match() {
            return Box::default();
        }
        let pattern = |at| self.patterns[dfa.match_pattern(cache, end, at).as_usize()];
        (0..dfa.match_len(cache, end)).map(pattern).collect()
    }

    /// The state in which a text ends, with its patterns listed; none where no pattern matches.
    fn end(&self, met: &mut Met, text: &[u8]) -> Result<Option<usize>, Full> {
        if met.states.is_empty() {
            let input = Input::new(text).anchored(Anchored::Yes);
            let start = self.dfa.start_state_forward(&mut met.cache, &input).map_err(|_| Full)?;
            met.add(start);
        }
        let first = FIRST << met.shift;
        let mut at = first;
        for byte in text {
            let place = at as usize + usize::from(met.classes[usize::from(*byte)]);
            at = met.next[place];
            if at < first {
                if at >> met.shift == UNKNOWN {
                    at = self.step(met, place, *byte)?;
                }
                if at == DEAD {
                    return Ok(None);
                }
            }
        }
        let state = ((at >> met.shift) - FIRST) as usize;
        if met.states[state].ends.is_none() {
            let ends = self.ends(met, state)?;
            met.states[state].ends = Some(ends);
        }
        Ok(Some(state))
    }

    /// Finds out what comes next at a place of the table.
    #[cold]
    fn step(&self, met: &mut Met, place: usize, byte: u8) -> Result<u32, Full> {
        let from = met.states[(place >> met.shift) - FIRST as usize].id;
        let id = self.dfa.next_state(&mut met.cache, from, byte).map_err(|_| Full)?;
        let next = if id.is_dead() || id.is_quit() {
            DEAD
        } else {
            met.places.get(&id).copied().unwrap_or_else(|| met.add(id))
        };
        met.next[place] = next;
        Ok(next)
    }

    #[cold]
    fn ends(&self, met: &mut Met, state: usize) -> Result<Box<[u32]>, Full> {
        let id = met.states[state].id;
        let id = self.dfa.next_eoi_state(&mut met.cache, id).map_err(|_| Full)?;
        Ok(self.patterns_of(&self.dfa, &met.cache, id))
    }
}

/// Walks texts side by side as far as each table goes: where they lead to.
pub(super) fn side_by_side(lanes: [(&Met, &[u8]); LANES]) -> [End; LANES] {
    let step = |met: &Met, at: u32, byte: u8| {
        met.next[at as usize + usize::from(met.classes[usize::from(byte)])]
    };
    let least = lanes.iter().map(|(_, text)| text.len()).min().unwrap_or(0);
    let mut at = lanes.map(|(met, _)| met.start());
    for place in 0..least {
        for (at, (met, text)) in at.iter_mut().zip(&lanes) {
            *at = step(met, *at, text[place]);
        }
    }
    for (at, (met, text)) in at.iter_mut().zip(&lanes) {
        *at = text[least..].iter().fold(*at, |at, byte| step(met, at, *byte));
    }
    std::array::from_fn(|lane| End { at: at[lane], begun: lanes[lane].0.begun })
}

/// As [`side_by_side`], for texts of one automaton: one table is looked into, and nothing but the
/// places of the texts changes.
pub(super) fn together(met: &Met, texts: [&[u8]; LANES]) -> [End; LANES] {
    let (next, classes) = (met.next.as_slice(), &met.classes);
    let step = |at: u32, byte: u8| next[at as usize + usize::from(classes[usize::from(byte)])];
    let [a, b, c, d] = texts;
    let least = a.len().min(b.len()).min(c.len()).min(d.len());
    let [mut of_a, mut of_b, mut of_c, mut of_d] = [met.start(); LANES];
    let heads = a[..least].iter().zip(&b[..least]).zip(c[..least].iter().zip(&d[..least]));
    for ((a, b), (c, d)) in heads {
        of_a = step(of_a, *a);
        of_b = step(of_b, *b);
        of_c = step(of_c, *c);
        of_d = step(of_d, *d);
    }
    let ends = [(of_a, a), (of_b, b), (of_c, c), (of_d, d)];
    ends.map(|(at, text)| {
        let at = text[least..].iter().fold(at, |at, byte| step(at, *byte));
        End { at, begun: met.begun }
    })
}

impl Met {
    /// Bytes that it takes, without the lists of patterns that end in a state.
    pub(super) fn bytes(&self) -> usize {
        let places = self.places.capacity() * size_of::<(LazyStateID, u32)>();
        let states = self.states.capacity() * size_of::<State>();
        self.cache.memory_usage() + places + states + self.next.capacity() * size_of::<u32>()
    }

    /// Begins anew.
    fn forget(&mut self) {
        self.begun = self.begun.wrapping_add(1);
        self.states.clear();
        self.places.clear();
        self.next.clear();
        for row in [DEAD, UNKNOWN] {
            self.next.resize((row as usize + 1) << self.shift, row << self.shift);
        }
    }

    /// The row that a text begins in.
    fn start(&self) -> u32 {
        (if self.states.is_empty() { UNKNOWN } else { FIRST }) << self.shift
    }

    fn add(&mut self, id: LazyStateID) -> u32 {
        let at = u32::try_from(self.next.len());
        let at = at.expect("an automaton of 2 MiB has fewer than 2^32 transitions");
        self.states.push(State { id, ends: None });
        let rows = self.states.len() + FIRST as usize;
        self.next.resize(rows << self.shift, UNKNOWN << self.shift);
        self.places.insert(id, at);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(patterns: &[&str]) -> Walk {
        let hirs: Vec<Hir> = patterns.iter().map(|p| regex_syntax::parse(p).unwrap()).collect();
        Walk::of(&hirs, (10..).take(patterns.len()).collect()).unwrap()
    }

    #[test]
    fn a_whole_text_is_matched_by_all_its_patterns() {
        let walk = walk(&["[0-9]{3}", "1[0-9]*", "a+", "[\\p{Han}]{2}"]);
        let mut met = walk.met();
        for _ in 0..2 {
            assert_eq!(walk.matches(&mut met, b"123"), [10, 11]);
            assert_eq!(walk.matches(&mut met, b"1"), [11]);
            assert_eq!(walk.matches(&mut met, "王伟".as_bytes()), [13]);
            assert!(walk.matches(&mut met, b"12a").is_empty());
            assert!(walk.matches(&mut met, b"").is_empty());
        }
    }

    #[test]
    fn side_by_side_is_as_one_after_the_other() {
        let (one, other) = (walk(&["[0-9]{3}", "1[0-9]*"]), walk(&["a+", "[ab]{3}"]));
        let (mut of_one, mut of_other) = (one.met(), other.met());
        // Nothing was met at first; then all was.
        for _ in 0..3 {
            let texts: [&[u8]; LANES] = [b"123", b"aaa", b"12a45", b""];
            let lanes = [
                (&of_one, texts[0]),
                (&of_other, texts[1]),
                (&of_one, texts[2]),
                (&of_other, texts[3]),
            ];
            let ends = side_by_side(lanes);
            assert_eq!(one.matches_of(&mut of_one, texts[0], ends[0]), [10, 11]);
            assert_eq!(other.matches_of(&mut of_other, texts[1], ends[1]), [10, 11]);
            assert!(one.matches_of(&mut of_one, texts[2], ends[2]).is_empty());
            assert!(other.matches_of(&mut of_other, texts[3], ends[3]).is_empty());
        }
    }

    #[test]
    fn together_is_as_side_by_side() {
        let walk = walk(&["[0-9]{3}", "1[0-9]*", "a+"]);
        let mut met = walk.met();
        for texts in [["123", "1", "", "12a4"], ["a", "aaa", "aab", "1234567"]] {
            for _ in 0..2 {
                let texts = texts.map(str::as_bytes);
                let ends = super::together(&met, texts);
                let others = side_by_side(texts.map(|text| (&met, text)));
                assert_eq!(ends.map(|end| end.at), others.map(|end| end.at));
                for (text, end) in texts.into_iter().zip(ends) {
                    let wanted = walk.matches(&mut walk.met(), text).to_vec();
                    assert_eq!(walk.matches_of(&mut met, text, end), wanted);
                }
            }
        }
    }

    /// The states of this one would take more than its memory: it begins anew, and goes on.
    #[test]
    fn an_automaton_that_outgrows_its_memory_still_matches() {
        let walk = walk(&["[ab]*a[ab]{15}", "[ab]{20}"]);
        let mut met = walk.met();
        let mut most = 0;
        let mut shrank = false;
        for n in 0..40_000_u64 {
            let bits = weir_table::mix(n);
            let text: Vec<u8> = (0..20).map(|at| b'a' + (bits >> at & 1) as u8).collect();
            let wanted: &[u32] = if text[4] == b'a' { &[10, 11] } else { &[11] };
            assert_eq!(walk.matches(&mut met, &text), wanted);
            shrank |= met.states.len() < most;
            most = most.max(met.states.len());
        }
        assert!(shrank, "its memory held all {most} states");
    }

    /// Each of its places is a state of its own, and together they are too many.
    #[test]
    fn a_text_that_outgrows_the_memory_alone_still_matches() {
        let walk = walk(&["[ab]*a[ab]{15}", "[ab]{20,}", "[ab]*c"]);
        let mut met = walk.met();
        let text: Vec<u8> = (0..60_000).map(|n| b'a' + (weir_table::mix(n) & 1) as u8).collect();
        for end in (59_990..60_000).chain([20, 40]) {
            let wanted: &[u32] = if text[end - 16] == b'a' { &[10, 11] } else { &[11] };
            assert_eq!(walk.matches(&mut met, &text[..end]), wanted, "{end} bytes");
        }
        assert!(walk.end(&mut walk.met(), &text).is_err(), "its memory held all states");
        let other = [&text[..], b"d"].concat();
        assert!(walk.matches(&mut met, &other).is_empty());
    }
}
