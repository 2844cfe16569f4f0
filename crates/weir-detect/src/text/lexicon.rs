//! How usual characters and words are: in text, as surnames, as given names.
//!
//! All figures are natural logarithms of shares. The sources are told in `data/text/README.md`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// Words with their frequency. Counts are of this many words of running text.
const TOKENS: f64 = 60e6;

const WORDS: &str = include_str!("../../data/text/words.txt");
const NAMES: &str = include_str!("../../data/text/names.txt");

/// Frequencies of words and of the parts of names.
#[derive(Debug)]
pub(super) struct Lexicon {
    words: FxHashMap<u64, f32>,
    /// Whether a word of two characters or more begins with two characters, by a hash.
    begins: Vec<u64>,
    /// For each character of the basic plane: as a word, as a surname, in a given name.
    characters: Vec<Character>,
    long_surnames: FxHashMap<u64, f32>,
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
    /// Whether it stands for a province on vehicle plates.
    pub(super) province: bool,
    /// Whether it ends the name of a street.
    pub(super) street: bool,
}

impl Lexicon {
    /// The score of what does not occur.
    pub(super) const NEVER: f32 = -30.0;
    const RARE_WORD: f32 = -16.5;
    const RARE_GIVEN: f32 = -10.5;
    /// The share of a word that occurs some 250 times in 60 million.
    const USUAL: f32 = -12.4;
    const BITS: usize = 1 << 18;

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
            province: false,
            street: false,
        };
        let mut lexicon = Self {
            words: FxHashMap::default(),
            begins: vec![0; Self::BITS / 64],
            characters: vec![none; 1 << 16],
            long_surnames: FxHashMap::default(),
        };
        crate::checks::PROVINCES.chars().for_each(|c| lexicon.of(c).province = true);
        super::places::STREET_ENDS.chars().for_each(|c| lexicon.of(c).street = true);
        lexicon.read_names();
        for line in WORDS.lines() {
            let mut words = line.split(' ');
            let class: i32 = words.next().and_then(|class| class.parse().ok()).unwrap_or(0);
            let share = (f64::from(class).exp2() / TOKENS).ln() as f32;
            words.for_each(|word| lexicon.add(word, share));
        }
        // A name of a place speaks against a name of a person, however rare it is.
        let place = (128.0 / TOKENS).ln() as f32;
        for word in crate::lists::List::Divisions.words() {
            if word.chars().count() > 1
                && key(word.chars()).is_some_and(|key| !lexicon.words.contains_key(&key))
            {
                lexicon.add(&word, place);
            }
        }
        lexicon
    }

    fn add(&mut self, word: &str, share: f32) {
        let Some(key) = key(word.chars()) else { return };
        match *word.chars().collect::<Vec<_>>().as_slice() {
            [one] => {
                if let Ok(place) = u16::try_from(u32::from(one)) {
                    self.characters[usize::from(place)].word = share;
                }
            }
            // 建华 is a place and a shop here and there, and the given name of very many.
            [first, second] if self.is_given(first, second) && share < Self::USUAL => {}
            [first, second, ..] => {
                let bit = Self::bit(first, second);
                self.begins[bit / 64] |= 1 << (bit % 64);
                self.words.insert(key, share);
            }
            [] => {}
        }
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
                    self.long_surnames.extend(key(surname.chars()).map(|key| (key, share)));
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
        let place = u16::try_from(u32::from(c)).unwrap_or(0);
        &mut self.characters[usize::from(place)]
    }

    /// Whether two characters are a given name and no surname begins with them.
    fn is_given(&self, first: char, second: char) -> bool {
        const LEAST: f32 = -6.7;
        let (first, second) = (self.character(first), self.character(second));
        first.given > LEAST && second.given > LEAST && first.surname <= Self::NEVER
    }

    fn bit(first: char, second: char) -> usize {
        let mixed = u32::from(first).wrapping_mul(0x9E37_79B1)
            ^ u32::from(second).wrapping_mul(0x85EB_CA6B);
        (mixed >> 13) as usize & (Self::BITS - 1)
    }

    /// What a character is.
    pub(super) fn character(&self, c: char) -> Character {
        let place = u16::try_from(u32::from(c)).unwrap_or(0);
        self.characters[usize::from(place)]
    }

    /// How usual a word of two to four characters is.
    pub(super) fn word(&self, word: &[char]) -> Option<f32> {
        let [first, second, ..] = *word else { return None };
        let bit = Self::bit(first, second);
        if self.begins[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        self.words.get(&key(word.iter().copied())?).copied()
    }

    /// Whether some word begins with two characters; it may say so wrongly, never not.
    pub(super) fn begins_word(&self, first: char, second: char) -> bool {
        let bit = Self::bit(first, second);
        self.begins[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// How usual a surname of two characters is.
    pub(super) fn long_surname(&self, first: char, second: char) -> Option<f32> {
        self.long_surnames.get(&key([first, second].into_iter())?).copied()
    }
}

/// Up to four characters of the basic plane as one number.
fn key(word: impl Iterator<Item = char>) -> Option<u64> {
    let mut key = 0;
    for (place, c) in word.enumerate() {
        let unit = u16::try_from(u32::from(c)).ok().filter(|_| place < 4)?;
        key = key << 16 | u64::from(unit);
    }
    Some(key)
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
