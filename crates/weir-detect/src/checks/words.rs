//! Names and addresses as whole values.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::lists::{is_division_name, is_first_name, is_surname};
use vocabulary::{
    LONG_SURNAMES, NO_NAME_ENDS, ORGANISATION_WORDS, PROFESSIONS, STREET_WORDS, SURNAMES,
};

pub(crate) mod vocabulary;

/// A surname and one or two characters, or a name of parts joined by a dot.
pub(crate) fn is_chinese_name(text: &str) -> bool {
    let han = |part: &str| !part.is_empty() && part.chars().all(is_han);
    if text.contains(['·', '•']) {
        return text.split(['·', '•']).all(han);
    }
    let ends_as_thing = text.chars().next_back().is_none_or(ends_no_name);
    if ends_as_thing {
        return false;
    }
    if text.chars().next().is_some_and(is_surname_character) && is_chinese(text, 2..=3) {
        return true;
    }
    LONG_SURNAMES
        .split_whitespace()
        .find_map(|surname| text.strip_prefix(surname))
        .is_some_and(|given| is_chinese(given, 1..=2))
}

fn is_surname_character(c: char) -> bool {
    static CHARACTERS: OnceLock<FxHashSet<char>> = OnceLock::new();
    CHARACTERS.get_or_init(|| SURNAMES.chars().collect()).contains(&c)
}

fn ends_no_name(c: char) -> bool {
    static CHARACTERS: OnceLock<FxHashSet<char>> = OnceLock::new();
    CHARACTERS.get_or_init(|| NO_NAME_ENDS.chars().collect()).contains(&c)
}

/// A common given name and a family name in either order, or one common name alone; words for
/// streets and organisations speak against it.
pub(crate) fn is_latin_name(text: &str) -> bool {
    const TITLES: [&str; 7] = ["Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Mx"];
    const SUFFIXES: [&str; 10] = ["Jr", "Sr", "II", "III", "IV", "MD", "DDS", "PhD", "DVM", "Esq"];
    let words = text.split([' ', ',', '.']).filter(|word| !word.is_empty());
    let words: Vec<String> = words
        .filter(|word| !TITLES.contains(word) && !SUFFIXES.contains(word))
        .map(capitalised)
        .collect();
    let other = |word: &String| {
        STREET_WORDS.contains(&word.as_str()) || ORGANISATION_WORDS.contains(&word.as_str())
    };
    let first = |word: &String| word.split('-').all(is_first_name);
    let family =
        |word: &String| word.split('-').all(|word| is_surname(word) || is_first_name(word));
    match words.as_slice() {
        [] => false,
        [one] => first(one) || family(one),
        [.., last] if other(last) => false,
        [one, .., last] => first(one) || (text.contains(',') && family(one) && first(last)),
    }
}

/// A word for a kind of organisation at the end; or names of people, of which at least every other
/// one is common: `Smith, Jones and Brown`, where `Home and Garden` is a kind of goods.
pub(crate) fn is_latin_organisation(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty() && *word != "and")
        .collect();
    let named = words.iter().filter(|word| is_surname(word) || is_first_name(word)).count();
    words.last().is_some_and(|last| ORGANISATION_WORDS.contains(last))
        || text.trim_end_matches('.').ends_with("S.A")
        || (words.len() > 1 && named * 2 >= words.len())
}

/// A word for a profession: many words for things end as words for professions do.
pub(crate) fn is_occupation(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    PROFESSIONS.iter().any(|word| text.contains(word))
}

/// A division of China by name, or one within a division that is named first; the word for its
/// kind alone is that of many zones and shops.
pub(crate) fn is_division(text: &str) -> bool {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.skip(1).any(|end| is_division_name(&text[..end]))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let is_upper = word.chars().all(|c| !c.is_ascii_lowercase());
    let rest = letters.as_str();
    let rest = if is_upper { rest.to_ascii_lowercase() } else { rest.to_owned() };
    first.into_iter().collect::<String>() + &rest
}

/// An address down to the house: a street or village, and then a numbered house or flat; or an
/// English one: a number, words, and a word for a street.
pub(crate) fn is_house_address(text: &str) -> bool {
    let Some(street) = text.find(is_street) else { return is_english_address(text) };
    // A house number is digits (or Chinese numerals) directly before a word for a house.
    let rest = &text[street..];
    rest.chars().zip(rest.chars().skip(1)).any(|(number, house)| {
        is_house(house)
            && (number.is_ascii_alphanumeric() || "一二三四五六七八九十百".contains(number))
    })
}

/// Characters of words for streets, villages and districts.
const fn is_street(c: char) -> bool {
    matches!(
        c,
        '路' | '街'
            | '道'
            | '巷'
            | '弄'
            | '村'
            | '镇'
            | '乡'
            | '里'
            | '园'
            | '苑'
            | '庄'
            | '屯'
            | '组'
            | '区'
            | '胡'
            | '同'
            | '县'
            | '市'
    )
}

/// Characters of words for houses and flats.
const fn is_house(c: char) -> bool {
    matches!(c, '号' | '栋' | '幢' | '座' | '楼' | '室' | '单' | '元' | '弄' | '户')
}

/// A number, and later a word for a street: `12 Elm Street`, `Apt 3, 7 High Rd.`; or a military
/// or post office box.
fn is_english_address(text: &str) -> bool {
    const BOXES: [&str; 9] =
        ["PSC ", "Unit ", "USNS ", "USS ", "USCGC ", "USNV ", "PO Box ", "P.O. Box ", "P.O.Box "];
    const MILITARY: [&str; 5] = ["Box", "APO", "FPO", "DPO", "box"];
    let boxed = BOXES.iter().any(|start| text.starts_with(start))
        && (text.starts_with('P') || MILITARY.iter().any(|word| text.contains(word)));
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut numbered = None;
    for (place, word) in words.enumerate() {
        let street = numbered.is_some_and(|number| place > number + 1)
            && STREET_WORDS.contains(&capitalised(word).as_str());
        if street {
            return true;
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            numbered.get_or_insert(place);
        }
    }
    boxed
}

/// Whether a text is Chinese characters only, as many as are given.
pub(crate) fn is_chinese(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.chars().count()) && text.chars().all(is_han)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3134F}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_are_told_from_other_words() {
        for name in ["王伟", "欧阳修", "诸葛孔明", "李小龙", "阿卜杜·热合曼"] {
            assert!(is_chinese_name(name), "{name}");
        }
        for word in ["高血压", "江北区", "白内障手术", "糖尿病", "王", "Wang", "张家港市", ""]
        {
            assert!(!is_chinese_name(word), "{word}");
        }
    }

    #[test]
    fn latin_names_are_told_from_streets_and_firms() {
        for name in ["James Smith", "Dr. Linda K. Jones", "SMITH, JOHN", "Mary", "Garcia", "MARY"] {
            assert!(is_latin_name(name), "{name}");
        }
        for word in ["Smith Street", "James Group", "North Jessica", "Red Apple", "Widget", ""] {
            assert!(!is_latin_name(word), "{word}");
        }
    }

    #[test]
    fn organisations_are_told_from_kinds_of_goods() {
        for text in
            ["Smith, Jones and Brown", "Garcia-Lee", "Acme LLC", "Banco Sol S.A.", "Hill PLC"]
        {
            assert!(is_latin_organisation(text), "{text}");
        }
        for text in
            ["Home and Garden", "Toys & Games", "Sales and Marketing", "Sci-Fi", "Smith", ""]
        {
            assert!(!is_latin_organisation(text), "{text}");
        }
    }

    #[test]
    fn professions_are_told_from_things() {
        for text in ["Engineer, civil", "Radiographer, therapeutic", "Nurse"] {
            assert!(is_occupation(text), "{text}");
        }
        for text in ["Printer", "Scanner", "Monitor", "Toaster", ""] {
            assert!(!is_occupation(text), "{text}");
        }
    }

    #[test]
    fn divisions_are_told_from_zones() {
        for text in ["海淀区", "江苏省苏州市吴中区", "广东省", "苏州高新区"] {
            assert!(is_division(text), "{text}");
        }
        for text in ["冷藏区", "门市", "A区", "待检区", "区", ""] {
            assert!(!is_division(text), "{text}");
        }
    }

    #[test]
    fn addresses_with_a_house_are_told_from_places() {
        for text in [
            "北京市海淀区中关村大街27号",
            "幸福路8号3栋2单元501室",
            "红旗村三号",
            "12 Elm Street",
            "Apt 3, 7 Old High Rd.",
            "PSC 1234, Box 5678\nAPO AA 12345",
        ] {
            assert!(is_house_address(text), "{text}");
        }
        for text in ["北京市海淀区", "海淀区", "21st", "2 nd test", "2型糖尿病", "Elm Street", ""]
        {
            assert!(!is_house_address(text), "{text}");
        }
    }
}
