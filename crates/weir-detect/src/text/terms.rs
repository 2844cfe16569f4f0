//! Words in Chinese characters that readers act on, found by their longest form.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::cues::{Cue, LABELS};
use super::scan::Scan;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// It announces what comes next.
    Label(Cue),
}

/// Words by text, with a filter over their first two characters that most places fail.
#[derive(Debug)]
struct Terms {
    words: FxHashMap<&'static str, Term>,
    /// Bytes of the longest word that begins with two characters, by a hash of the two.
    longest: Vec<u8>,
}

const FILTER: usize = 1 << 15;

/// The place in the filter of two characters of three bytes each.
fn place(pair: &[u8; 6]) -> usize {
    let [a, b, c, d, e, f] = pair.map(u32::from);
    let first = (a & 0x0F) << 12 | (b & 0x3F) << 6 | (c & 0x3F);
    let second = (d & 0x0F) << 12 | (e & 0x3F) << 6 | (f & 0x3F);
    let mixed = (first.wrapping_mul(0x9E37_79B1)) ^ second.wrapping_mul(0x85EB_CA6B);
    (mixed >> 17) as usize & (FILTER - 1)
}

fn terms() -> &'static Terms {
    static TERMS: OnceLock<Terms> = OnceLock::new();
    TERMS.get_or_init(|| {
        let mut terms = Terms { words: FxHashMap::default(), longest: vec![0; FILTER] };
        for (cue, words) in LABELS {
            words.split_whitespace().for_each(|word| terms.add(word, Term::Label(*cue)));
        }
        terms
    })
}

impl Terms {
    /// Adds a word that begins with two Han characters; the first meaning given stays.
    fn add(&mut self, word: &'static str, term: Term) {
        let Some(pair) = word.as_bytes().first_chunk::<6>() else { return };
        if !word.chars().take(2).all(super::characters::is_han) {
            return;
        }
        let longest = &mut self.longest[place(pair)];
        *longest = (*longest).max(u8::try_from(word.len()).unwrap_or(u8::MAX));
        self.words.entry(word).or_insert(term);
    }
}

/// The longest word of the lists that begins at a place, and where it ends.
pub(super) fn longest(text: &str, at: usize) -> Option<(Term, usize)> {
    let pair = text.as_bytes().get(at..)?.first_chunk::<6>()?;
    let terms = terms();
    let most = usize::from(terms.longest[place(pair)]);
    if most == 0 {
        return None;
    }
    let mut end = super::characters::floor(text, at + most);
    while end >= at + pair.len() {
        if let Some(term) = terms.words.get(&text[at..end]) {
            return Some((*term, end));
        }
        end = super::characters::floor(text, end - 1);
    }
    None
}

impl Scan<'_> {
    /// Acts on a word; where to go on.
    pub(super) fn term(&mut self, term: Term, _at: usize, end: usize) -> usize {
        match term {
            Term::Label(cue) => {
                self.cues.note(cue, end);
                if cue == Cue::Secret { self.secret_behind(end) } else { end }
            }
        }
    }
}
