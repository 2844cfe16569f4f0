//! Lists of words that weir comes with and packs can name.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

/// A list of words by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Names of administrative divisions of China, in full and without the word for their kind.
    Divisions,
    /// Names of countries and territories in Chinese and English.
    Countries,
}

impl List {
    /// The list that a pack names.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name {
            "divisions" => Some(Self::Divisions),
            "countries" => Some(Self::Countries),
            _ => None,
        }
    }

    /// Its words, in lower case; some may come twice.
    pub(crate) fn words(self) -> Vec<String> {
        match self {
            Self::Divisions => division_words(),
            Self::Countries => country_words(),
        }
    }
}

/// Codes and names of GB/T 2260, in force and retired: the code, a blank, the last name it had.
const DIVISIONS: &str = include_str!("../data/divisions.txt");

/// ISO 3166-1 code, Chinese name, English name, joined by tabs (Unicode CLDR).
const COUNTRIES: &str = include_str!("../data/countries.txt");

/// The commonest given names of the 1990 census of the United States.
const FIRST_NAMES: &str = include_str!("../data/latin-first-names.txt");

/// The commonest surnames of the same census.
const SURNAMES: &str = include_str!("../data/latin-surnames.txt");

/// Short forms are kept for these kinds only: 城 of 城区 means nothing.
fn division_words() -> Vec<String> {
    const KINDS: [&str; 6] = ["特别行政区", "自治州", "地区", "省", "市", "盟"];
    const AUTONOMOUS: [&str; 5] = ["内蒙古", "广西", "西藏", "宁夏", "新疆"];
    let mut words: Vec<String> = AUTONOMOUS.map(str::to_owned).into();
    for (code, name) in divisions() {
        words.push(name.to_owned());
        let short = KINDS.iter().find_map(|kind| name.strip_suffix(kind));
        let upper = code.ends_with("00");
        words.extend(short.filter(|s| upper && s.chars().count() > 1).map(str::to_owned));
    }
    words
}

fn divisions() -> impl Iterator<Item = (&'static str, &'static str)> {
    DIVISIONS.lines().filter_map(|line| line.split_once(' '))
}

fn country_words() -> Vec<String> {
    const MORE: &str = "usa uk america england scotland wales korea 美国 英国 南韩 台湾 香港 澳门";
    let listed = COUNTRIES.lines().flat_map(|line| line.split('\t').skip(1));
    listed.chain(MORE.split(' ')).map(str::to_lowercase).collect()
}

/// Whether six digits are a code of GB/T 2260, in force or retired, below the province.
pub(crate) fn is_division_code(code: &str) -> bool {
    static CODES: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    CODES.get_or_init(|| divisions().map(|(code, _)| code).collect()).contains(code)
}

/// Whether a text is the name of a division of GB/T 2260.
pub(crate) fn is_division_name(text: &str) -> bool {
    static NAMES: OnceLock<FxHashSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| division_words().into_iter().collect()).contains(text)
}

/// Whether two letters are a country code of ISO 3166-1.
pub(crate) fn is_country_code(code: &str) -> bool {
    static CODES: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    CODES
        .get_or_init(|| COUNTRIES.lines().filter_map(|l| l.split('\t').next()).collect())
        .contains(code)
}

/// Common given names; the first letter is in upper case.
pub(crate) fn first_names() -> impl Iterator<Item = &'static str> {
    FIRST_NAMES.lines()
}

/// Common surnames; the first letter is in upper case.
pub(crate) fn surnames() -> impl Iterator<Item = &'static str> {
    SURNAMES.lines()
}

/// Whether a word is a common given name; the first letter is in upper case.
pub(crate) fn is_first_name(word: &str) -> bool {
    static NAMES: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| first_names().collect()).contains(word)
}

/// Whether a word is a common surname; the first letter is in upper case.
pub(crate) fn is_surname(word: &str) -> bool {
    static NAMES: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| surnames().collect()).contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_those_of_the_standard() {
        assert!(is_division_code("110105") && is_division_code("440300"));
        assert!(!is_division_code("990105") && !is_division_code("123456"));
        assert!(is_country_code("CN") && !is_country_code("ZZ"));
        let words = List::Divisions.words();
        for word in ["北京", "广东省", "广东", "苏州市", "海淀区", "内蒙古"] {
            assert!(words.iter().any(|listed| listed == word), "{word}");
        }
        assert!(List::Countries.words().iter().any(|word| word == "france"));
        assert!(is_first_name("James") && is_surname("Smith") && !is_first_name("Port"));
    }
}
