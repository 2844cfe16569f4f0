//! Words in Latin letters and what they are.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lists;

use super::cues::{Cue, LABELS};

/// What a word is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    cue: Option<Cue>,
    flags: u16,
}

impl Word {
    /// The label that it is, in any case.
    pub(super) fn cue(self) -> Option<Cue> {
        self.cue
    }

    /// Whether it is one of a list.
    #[inline]
    pub(super) fn is(self, flags: Flags) -> bool {
        self.flags & flags.0 != 0
    }
}

/// Lists that a word can be on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags(u16);

impl Flags {
    /// A given name, written with a capital.
    pub(super) const GIVEN: Self = Self(1);
    /// A surname, written with a capital.
    pub(super) const SURNAME: Self = Self(2);
    /// A word that follows names in names of places and things, written with a capital.
    pub(super) const THING: Self = Self(4);
    /// A given name that is a word or a place more often.
    pub(super) const DOUBTFUL: Self = Self(8);
    /// A title before a name, written with a capital.
    pub(super) const TITLE: Self = Self(16);
    /// A month in full or in three letters, written with a capital.
    pub(super) const MONTH: Self = Self(32);
    /// A form of a company, in any case; [`COMPANIES`] has them as they are written.
    pub(super) const COMPANY: Self = Self(64);
    /// A word for a street, in any case.
    pub(super) const STREET: Self = Self(128);
    /// A word that follows a given name and is no surname, written with a capital.
    pub(super) const OTHER: Self = Self(256);

    /// Those that hold for a word with a capital and small letters behind it alone.
    const CAPITALISED: u16 = 1 | 2 | 4 | 8 | 16 | 32 | 256;
}

/// The words of all lists, with a filter that most words fail.
#[derive(Debug)]
pub(super) struct Words {
    filter: Vec<u64>,
    entries: FxHashMap<u128, Word>,
}

/// Bits of the filter.
const FILTER: usize = 1 << 16;

/// The bit of a byte by which ASCII letters differ in case, sixteen times.
const CASE: u128 = 0x2020_2020_2020_2020_2020_2020_2020_2020;

impl Words {
    /// Letters of the longest word that is looked up.
    const LONGEST: usize = 16;

    /// The lists that weir comes with.
    pub(super) fn builtin() -> &'static Self {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(Self::read)
    }

    fn read() -> Self {
        let mut words = Self { filter: vec![0; FILTER / 64], entries: FxHashMap::default() };
        for (cue, labels) in LABELS {
            for label in labels.split_whitespace() {
                if let Some(word) = words.entry(label) {
                    word.cue = word.cue.or(Some(*cue));
                }
            }
        }
        let mut add = |flags: Flags, list: &mut dyn Iterator<Item = &str>| {
            for listed in list {
                if let Some(word) = words.entry(listed) {
                    word.flags |= flags.0;
                }
            }
        };
        add(Flags::GIVEN, &mut lists::first_names().chain(NEWER.iter().copied()));
        add(Flags::SURNAME, &mut lists::surnames());
        add(Flags::THING, &mut THINGS.iter().copied());
        add(Flags::OTHER, &mut OTHERS.iter().copied());
        add(Flags::DOUBTFUL, &mut DOUBTFUL.iter().copied());
        add(Flags::TITLE, &mut TITLES.iter().copied());
        add(Flags::MONTH, &mut MONTHS.iter().flat_map(|month| [*month, &month[..3]]));
        add(Flags::COMPANY, &mut COMPANIES.iter().copied());
        add(Flags::STREET, &mut STREETS.split_whitespace());
        words
    }

    /// The entry of a word of ASCII letters; none for other words.
    fn entry(&mut self, word: &str) -> Option<&mut Word> {
        if word.len() > Self::LONGEST || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let (key, _) = key(word.as_bytes(), 0, word.len());
        let place = place(key);
        self.filter[place / 64] |= 1 << (place % 64);
        Some(self.entries.entry(key).or_default())
    }

    /// What the ASCII letters from `start` to `end` are as a word.
    #[inline]
    pub(super) fn of(&self, bytes: &[u8], start: usize, end: usize) -> Word {
        let length = end - start;
        if !(1..=Self::LONGEST).contains(&length) {
            return Word::default();
        }
        let (key, capitalised) = key(bytes, start, length);
        let place = place(key);
        if self.filter[place / 64] >> (place % 64) & 1 == 0 {
            return Word::default();
        }
        let mut word = self.entries.get(&key).copied().unwrap_or_default();
        if !capitalised {
            word.flags &= !Flags::CAPITALISED;
        }
        word
    }
}

/// Common English words in lower case; `data/text/README.md` tells how they were counted.
const ENGLISH: &str = include_str!("../../data/text/english.txt");

/// Whether a word is a common English word, in any case.
pub(super) fn is_english(word: &str) -> bool {
    static SET: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    const LONGEST: usize = 14;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let set = SET.get_or_init(|| ENGLISH.lines().collect());
    std::str::from_utf8(lower).is_ok_and(|lower| set.contains(lower))
}

/// Letters in lower case as one number, and whether the first alone is in upper case.
#[inline]
fn key(bytes: &[u8], start: usize, length: usize) -> (u128, bool) {
    let rest = bytes.get(start..).unwrap_or_default();
    let raw = if let Some(all) = rest.first_chunk::<{ Words::LONGEST }>() {
        u128::from_le_bytes(*all)
    } else {
        let mut all = [0; Words::LONGEST];
        all[..length].copy_from_slice(&rest[..length]);
        u128::from_le_bytes(all)
    };
    let kept = u128::MAX >> (8 * (Words::LONGEST - length));
    let capitalised = raw & kept & CASE == kept & CASE & !0xFF;
    ((raw | CASE) & kept, capitalised)
}

/// The place of a word in the filter.
#[inline]
fn place(key: u128) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}

/// The months.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Words that follow names in names of places and things: Austin Airport, Martin Luther King Day.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "River", "Beach", "County", "Street", "Road", "Avenue", "Hotel", "University", "College", "School", "City", "Island", "Park", "Bay",
    "Lake", "Bank", "Day", "Hospital", "Airport", "Station", "Bridge", "Museum", "Square", "Court", "Institute", "Foundation", "Award",
    "Prize", "Act", "Law", "Theory", "Medical", "Center", "Centre", "Church", "Cathedral", "Valley", "Mountain", "Hills", "Falls", "Texas",
    "International", "Airlines", "Motors", "House", "Tower", "Building", "Library", "Theatre", "Stadium", "Drive", "Lane", "Way", "Memorial",
    "Cup", "Series", "Trophy", "Stores", "Hall", "Fund", "Trust", "Press", "Records", "Studios", "Pictures", "Pharmacy", "Brewery",
];

/// Words that follow a given name without being a surname.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "June", "July",
    "August", "September", "October", "November", "December", "The", "And", "For", "Pro", "Plus", "Max",
];

/// Given names that are words or places more often.
#[rustfmt::skip]
const DOUBTFUL: &[&str] = &[
    "Will", "May", "Mark", "Grant", "Rose", "Grace", "Hope", "Faith", "Summer", "Dawn", "Bill", "Drew", "Chase", "Pat", "Art", "Rich",
    "Jordan", "Virginia", "Austin", "Georgia", "Carolina", "Paris", "Sydney", "Chelsea", "Victoria", "Madison", "April", "June", "August",
    "Autumn", "Joy", "Guy", "Major", "Penny", "Sandy", "Sunny", "An", "In", "See", "Long", "China", "India", "Asia", "America", "Florida", "Houston", "Dallas", "Orlando", "Savannah", "Cheyenne", "Santa", "San", "Los", "Van", "King", "Prince", "Royal", "Page", "Price",
];

/// Titles that stand before a name.
const TITLES: &[&str] = &["Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Sir", "Madam", "Mx"];

/// Words that end the name of a company.
pub(super) const COMPANIES: &[&str] = &[
    "Inc",
    "LLC",
    "Ltd",
    "PLC",
    "Plc",
    "Corp",
    "Corporation",
    "Group",
    "GmbH",
    "Limited",
    "LLP",
    "Holdings",
    "Incorporated",
];

/// Words for streets (USPS Publication 28, appendix C1) and those of British addresses.
const STREETS: &str = "alley avenue ave bayou beach bend bluff bluffs bottom boulevard blvd branch bridge brook brooks burg burgs bypass camp \
    canyon cape causeway center centers circle circles cliff cliffs club common commons corner corners course court courts cove coves creek \
    crescent crest crossing crossroad crossroads curve dale dam divide drive dr drives estate estates expressway extension extensions fall falls \
    ferry field fields flat flats ford fords forest forge forges fork forks fort freeway garden gardens gateway glen glens green greens grove \
    groves harbor harbors haven heights highway hill hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes \
    land landing lane ln light lights loaf lock locks lodge loop mall manor manors meadow meadows mews mill mills mission motorway mount mountain \
    mountains neck orchard oval overpass park parks parkway parkways pass passage path pike pine pines place plain plains plaza point points port \
    ports prairie radial ramp ranch rapid rapids rest ridge ridges river road rd roads route row rue run shoal shoals shore shores skyway spring \
    springs spur spurs square squares station stravenue stream street st streets summit terrace throughway trace track trafficway trail trailer \
    tunnel turnpike underpass union unions valley valleys via viaduct view views village villages ville vista walk walks wall way ways well wells \
    rise close drove";

/// Given names of today in Britain and America that are not among the commonest of the census of
/// 1990, by hand (`data/README.md`).
#[rustfmt::skip]
const NEWER: &[&str] = &[
    "Dylan", "Reece", "Elliott", "Elliot", "Kieran", "Callum", "Imogen", "Freya", "Poppy", "Ellie", "Gemma", "Hayley", "Declan", "Liam", "Aidan",
    "Aiden", "Ethan", "Logan", "Mason", "Connor", "Jayden", "Hollie", "Zoe", "Chloe", "Isabella", "Harper", "Scarlett", "Aria", "Layla", "Riley",
    "Addison", "Asher", "Jackson", "Sebastian", "Hudson", "Luca", "Wyatt", "Carter", "Jayce", "Ezra", "Grayson", "Cooper", "Nolan", "Bailey",
    "Gareth", "Graeme", "Iain", "Kirsty", "Martyn", "Mohamed", "Mohammed", "Mohammad", "Muhammad", "Nicola", "Nigel", "Rhys", "Sian", "Siobhan",
    "Abdul", "Ashleigh", "Damien", "Denis", "Duncan", "Francesca", "Gillian", "Bethan",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        Words::builtin().of(text.as_bytes(), 0, text.len())
    }

    #[test]
    fn words_are_known_by_their_case() {
        assert!(word("James").is(Flags::GIVEN) && !word("james").is(Flags::GIVEN));
        assert!(word("Smith").is(Flags::SURNAME) && !word("SMITH").is(Flags::SURNAME));
        assert!(word("Mr").is(Flags::TITLE) && word("GmbH").is(Flags::COMPANY));
        assert!(word("street").is(Flags::STREET) && word("May").is(Flags::MONTH));
        assert!(word("May").is(Flags::DOUBTFUL) && word("Sep").is(Flags::MONTH));
        assert_eq!(
            (word("Phone").cue(), word("phone").cue()),
            (Some(Cue::Phone), Some(Cue::Phone))
        );
        assert_eq!(word("zzyzx").cue(), None);
    }

    #[test]
    fn newer_names_are_those_that_the_census_does_not_have() {
        let listed: Vec<&str> = NEWER.iter().copied().filter(|n| lists::is_first_name(n)).collect();
        assert!(listed.is_empty(), "{listed:?}");
    }

    #[test]
    fn english_words_are_known_in_any_case() {
        assert!(is_english("Compiler") && is_english("oil") && !is_english("Frankl"));
        assert!(!is_english("extraordinarily-long") && !is_english("Smith"));
    }

    #[test]
    fn what_stands_around_a_word_is_no_part_of_it() {
        let text = "x James-Bond and much more text behind it";
        assert!(Words::builtin().of(text.as_bytes(), 2, 7).is(Flags::GIVEN));
        assert!(!Words::builtin().of(text.as_bytes(), 2, 8).is(Flags::GIVEN));
        assert!(Words::builtin().of("a James".as_bytes(), 2, 7).is(Flags::GIVEN));
    }
}
