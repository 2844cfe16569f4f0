//! How usual characters and words are: in text, as surnames, as given names.
//!
//! All figures are natural logarithms of shares. The sources are told in `data/text/README.md`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::lists::List;

/// Words with their frequency. Counts are of this many words of running text.
const TOKENS: f64 = 60e6;

const WORDS: &str = include_str!("../../data/text/words.txt");
const NAMES: &str = include_str!("../../data/text/names.txt");

/// Frequencies of words and of the parts of names.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// For each character of the basic plane: as a word, as a surname, in a given name.
    characters: Vec<Character>,
    /// Where the pairs that begin with a character begin in `seconds`; one more for the end.
    firsts: Vec<u32>,
    /// Second characters of words, in order for each first one.
    seconds: Vec<u16>,
    /// What begins with the pair at the same place of `seconds`.
    pairs: Vec<Pair>,
    /// The third and fourth characters of longer words, in order for each pair.
    longer: Vec<(u32, f32)>,
    long_surnames: FxHashMap<u64, f32>,
}

/// The words that begin with two characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// The pair as a word; [`Lexicon::NEVER`] where it is none.
    share: f32,
    /// Where longer ones stand.
    longer: u32,
    /// How many there are.
    count: u32,
}

impl Pair {
    /// How usual the pair is as a word.
    pub(super) fn share(&self) -> Option<f32> {
        (self.share > Lexicon::NEVER).then_some(self.share)
    }
}

/// What one character is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    /// As a word by itself.
    pub(super) word: f32,
    /// As a surname; [`Lexicon::NEVER`] where it is none.
    pub(super) surname: f32,
    /// As a character of a given name.
    pub(super) given: f32,
    /// Whether it begins a surname of two characters.
    pub(super) begins_surname: bool,
}

impl Lexicon {
    /// The score of what does not occur.
    pub(super) const NEVER: f32 = -30.0;
    const RARE_WORD: f32 = -16.5;
    const RARE_GIVEN: f32 = -10.5;
    /// The share of a word that occurs some 250 times in 60 million.
    const USUAL: f32 = -12.4;

    /// The lists that weir comes with.
    pub(super) fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Lexicon> = OnceLock::new();
        BUILTIN.get_or_init(Self::read)
    }

    fn read() -> Self {
        let none = Character {
            word: Self::RARE_WORD,
            surname: Self::NEVER,
            given: Self::RARE_GIVEN,
            begins_surname: false,
        };
        let mut lexicon = Self {
            characters: vec![none; 1 << 16],
            firsts: Vec::new(),
            seconds: Vec::new(),
            pairs: Vec::new(),
            longer: Vec::new(),
            long_surnames: FxHashMap::default(),
        };
        lexicon.read_names();
        let mut words = BTreeMap::new();
        for line in WORDS.lines() {
            let mut line = line.split(' ');
            let class: i32 = line.next().and_then(|class| class.parse().ok()).unwrap_or(0);
            let share = (f64::from(class).exp2() / TOKENS).ln() as f32;
            line.for_each(|word| lexicon.add(&mut words, word, share));
        }
        // A name of a place speaks against a name of a person, however rare it is.
        let place = (128.0 / TOKENS).ln() as f32;
        for word in [List::Divisions, List::Countries].into_iter().flat_map(List::words) {
            let long = word.chars().count() > 1;
            if long && units(&word).is_some_and(|units| !words.contains_key(&units)) {
                lexicon.add(&mut words, &word, place);
            }
        }
        lexicon.index(&words);
        lexicon
    }

    fn add(&mut self, words: &mut BTreeMap<[u16; 4], f32>, word: &str, share: f32) {
        let Some(units) = units(word) else { return };
        match *word.chars().collect::<Vec<_>>().as_slice() {
            [one] => self.of(one).word = share,
            // 建华 is a place and a shop here and there, and the given name of very many.
            [first, second] if self.is_given(first, second) && share < Self::USUAL => {}
            [_, _, ..] => {
                words.insert(units, share);
            }
            [] => {}
        }
    }

    /// Puts words of two to four characters, which come in order, where they are looked up.
    fn index(&mut self, words: &BTreeMap<[u16; 4], f32>) {
        let place = |n: usize| u32::try_from(n).expect("the lists hold fewer words");
        let mut last = None;
        for ([first, second, third, fourth], share) in words {
            if last != Some((*first, *second)) {
                last = Some((*first, *second));
                while self.firsts.len() <= usize::from(*first) {
                    self.firsts.push(place(self.pairs.len()));
                }
                self.seconds.push(*second);
                let longer = place(self.longer.len());
                self.pairs.push(Pair { share: Self::NEVER, longer, count: 0 });
            }
            let pair = self.pairs.last_mut().expect("one was pushed for this pair");
            if *third == 0 {
                pair.share = *share;
            } else {
                pair.count += 1;
                self.longer.push((u32::from(*third) << 16 | u32::from(*fourth), *share));
            }
        }
        self.firsts.resize((1 << 16) + 1, place(self.pairs.len()));
    }

    fn read_names(&mut self) {
        let mut section = "";
        for line in NAMES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                section = line;
                continue;
            }
            let Some((share, entries)) = line.split_once(' ') else { continue };
            let share: f32 = share.parse().unwrap_or(Self::NEVER);
            if section == "[long]" {
                for surname in entries.split(' ') {
                    let Some(first) = surname.chars().next() else { continue };
                    self.of(first).begins_surname = true;
                    let Some([first, second, ..]) = units(surname) else { continue };
                    self.long_surnames.insert(u64::from(first) << 16 | u64::from(second), share);
                }
                continue;
            }
            for c in entries.chars() {
                let character = self.of(c);
                if section == "[surnames]" {
                    character.surname = share
                } else {
                    character.given = share
                }
            }
        }
    }

    fn of(&mut self, c: char) -> &mut Character {
        &mut self.characters[usize::from(unit(c))]
    }

    /// Whether two characters are a given name and no surname begins with them.
    fn is_given(&self, first: char, second: char) -> bool {
        const LEAST: f32 = -6.7;
        let (first, second) = (self.character(first), self.character(second));
        first.given > LEAST && second.given > LEAST && first.surname <= Self::NEVER
    }

    /// What a character is.
    #[inline]
    pub(super) fn character(&self, c: char) -> Character {
        self.characters[usize::from(unit(c))]
    }

    /// Characters that a surname begins with.
    pub(super) fn surnames(&self) -> impl Iterator<Item = u16> {
        let surname = |c: &Character| c.surname > Self::NEVER || c.begins_surname;
        (0..=u16::MAX).zip(&self.characters).filter(move |(_, c)| surname(c)).map(|(unit, _)| unit)
    }

    /// The words that begin with two characters, if there are any.
    #[inline]
    pub(super) fn pair(&self, first: char, second: char) -> Option<&Pair> {
        let (first, second) = (usize::from(unit(first)), unit(second));
        let from = self.firsts[first] as usize;
        let to = self.firsts[first + 1] as usize;
        let at = self.seconds[from..to].binary_search(&second).ok()?;
        Some(&self.pairs[from + at])
    }

    /// How usual the word of three or four characters is that begins with a pair.
    #[inline]
    pub(super) fn longer(&self, pair: &Pair, third: char, fourth: Option<char>) -> Option<f32> {
        let key = u32::from(unit(third)) << 16 | u32::from(fourth.map_or(0, unit));
        let from = pair.longer as usize;
        let words = &self.longer[from..from + pair.count as usize];
        words.iter().find(|(word, _)| *word == key).map(|(_, share)| *share)
    }

    /// How usual a word of two to four characters is.
    pub(super) fn word(&self, word: &[char]) -> Option<f32> {
        let [first, second, rest @ ..] = word else { return None };
        let pair = self.pair(*first, *second)?;
        match rest {
            [] => pair.share(),
            [third] => self.longer(pair, *third, None),
            [third, fourth] => self.longer(pair, *third, Some(*fourth)),
            _ => None,
        }
    }

    /// How usual two characters are as one word or as two.
    pub(super) fn least_of_two(&self, first: char, second: char, pair: Option<f32>) -> f32 {
        let apart = self.character(first).word + self.character(second).word;
        pair.unwrap_or(super::names::UNKNOWN).max(apart)
    }

    /// How usual a surname of two characters is.
    pub(super) fn long_surname(&self, first: char, second: char) -> Option<f32> {
        self.long_surnames.get(&(u64::from(unit(first)) << 16 | u64::from(unit(second)))).copied()
    }
}

/// The number of a character of the basic plane; zero for others, which no list holds.
#[inline]
fn unit(c: char) -> u16 {
    u16::try_from(u32::from(c)).unwrap_or(0)
}

/// Up to four characters of the basic plane, filled up with zeros.
fn units(word: &str) -> Option<[u16; 4]> {
    let mut units = [0; 4];
    for (place, c) in word.chars().enumerate() {
        *units.get_mut(place)? = u16::try_from(u32::from(c)).ok()?;
    }
    Some(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read() {
        let lexicon = Lexicon::builtin();
        let word = |text: &str| lexicon.word(&text.chars().collect::<Vec<_>>());
        assert!(word("高中").unwrap() > word("王国").unwrap());
        assert_eq!(word("王伟"), None);
        assert!(lexicon.character('王').surname > lexicon.character('高').surname);
        assert!(lexicon.character('的').surname <= Lexicon::NEVER);
        assert!(lexicon.character('伟').given > lexicon.character('桌').given);
        assert!(
            lexicon.long_surname('欧', '阳').is_some() && lexicon.character('欧').begins_surname
        );
    }
}
