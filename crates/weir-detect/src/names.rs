//! What a column's name says.

mod dictionary;

use crate::semantics::{Forms, What};
use dictionary::{ID_ENDS, ID_WORDS, OTHERS, PREFIXES, QUALIFIERS, WORDS};

/// A reading of a column's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// What it says the column holds.
    pub(crate) what: What,
    /// The word of the dictionary that says so. Never a part of the name itself: where a table
    /// has no header, names are cells.
    pub(crate) word: &'static str,
    /// How sure that is, 0 to 1.
    pub(crate) strength: f64,
    rank: Rank,
}

/// Which of two readings is better: fields in order of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// The whole name was read.
    whole: bool,
    /// It begins before a qualifier such as `at`.
    head: bool,
    /// Where it ends: the last word of a name is its head in both languages.
    end: usize,
    /// A word of the dictionary as it stands, not a stem or an ending.
    exact: bool,
    /// Letters read.
    length: usize,
}

/// The best reading of a name whose meaning can come in one of the given forms.
pub(crate) fn read(name: &str, forms: Forms) -> Option<Reading> {
    let name = without_unit(name);
    let mut readings = chinese(name);
    if readings.is_empty() {
        readings = latin(name);
    }
    readings.into_iter().filter(|r| r.what.forms().meets(forms)).max_by_key(|r| r.rank)
}

/// Whether a name ends like that of an identifier of something: `claim_id`, `批次编号`.
pub(crate) fn is_id_like(name: &str) -> bool {
    let name = without_unit(name);
    if name.is_ascii() {
        tokens(name).last().is_some_and(|last| ID_WORDS.contains(&last.as_str()))
    } else {
        let name = folded(name);
        ID_ENDS.iter().any(|end| name.ends_with(end))
    }
}

/// Whether a name speaks of somebody beside the person whose row it is: a doctor, a parent, an
/// agent. Such a column says nothing about whose row it is.
pub(crate) fn is_of_another(name: &str) -> bool {
    let chinese = folded(name);
    let tokens = tokens(name);
    OTHERS.iter().any(|other| {
        if other.is_ascii() {
            tokens.iter().any(|token| token.starts_with(other))
        } else {
            chinese.contains(other)
        }
    })
}

/// The name before a unit or a remark in brackets: `年收入（元）`, `weight (kg)`.
fn without_unit(name: &str) -> &str {
    match name.split(['(', '（', '[', '【']).next() {
        Some(head) if !head.trim().is_empty() => head.trim(),
        _ => name.trim(),
    }
}

/// Lower case, without separators.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Chinese names are read as substrings: they have no word boundaries.
fn chinese(name: &str) -> Vec<Reading> {
    if name.is_ascii() {
        return Vec::new();
    }
    let name = folded(name);
    let words = patterns().filter(|(_, word)| !word.is_ascii());
    words
        .filter_map(|(what, word)| {
            let end = name.rfind(word)? + word.len();
            let whole = word.len() == name.len();
            // 市 in 市场 and 村 in 农村 say nothing; one character counts only at the end.
            if word.chars().count() == 1 && end != name.len() {
                return None;
            }
            let strength = if whole {
                0.9
            } else if end == name.len() {
                0.8
            } else {
                0.6
            };
            let rank = Rank { whole, head: true, end, exact: true, length: word.len() };
            Some(Reading { what, word, strength, rank })
        })
        .collect()
}

/// Words of a name that one word of the dictionary can span; it bounds the work on long names.
const LONGEST_RUN: usize = 5;

/// Latin names are read by words and runs of words.
fn latin(name: &str) -> Vec<Reading> {
    let tokens = tokens(name);
    let qualifier = (1..tokens.len()).find(|i| QUALIFIERS.contains(&tokens[*i].as_str()));
    let head_end = qualifier.unwrap_or(tokens.len());
    let joined = tokens.concat();
    let mut readings = Vec::new();
    for start in 0..tokens.len() {
        for end in start + 1..=tokens.len().min(start + LONGEST_RUN) {
            let run = tokens[start..end].concat();
            let whole = end - start == tokens.len();
            for (what, word) in patterns().filter(|(_, word)| word.is_ascii()) {
                let Some(fit) = fit(word, &run, whole, end - start == 1) else { continue };
                let strength = match (fit, whole) {
                    (Fit::Word, true) => 0.85,
                    (Fit::Word, false) if end == tokens.len() => 0.75,
                    (Fit::Word, false) => 0.6,
                    (Fit::Part, _) => 0.55,
                };
                let exact = fit == Fit::Word;
                let rank = Rank { whole, head: start < head_end, end, exact, length: word.len() };
                readings.push(Reading { what, word, strength, rank });
            }
        }
    }
    // A prefix is looked for only where no word of the name is known as it stands.
    if !readings.iter().any(|reading| reading.rank.exact) {
        readings.extend(prefixed(&joined));
    }
    readings
}

/// Readings of a name behind one of [`PREFIXES`].
fn prefixed(name: &str) -> impl Iterator<Item = Reading> {
    const LEAST_LETTERS: usize = 3;
    let rests = PREFIXES.iter().filter_map(move |prefix| name.strip_prefix(prefix));
    rests.filter(|rest| rest.len() >= LEAST_LETTERS).flat_map(|rest| {
        let fits = move |word: &str| fit(word, rest, true, true) == Some(Fit::Word);
        patterns().filter(move |(_, word)| fits(word)).map(move |(what, word)| {
            let rank = Rank { whole: true, head: true, end: 1, exact: false, length: word.len() };
            Reading { what, word, strength: 0.7, rank }
        })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Word,
    Part,
}

/// Whether a pattern of the dictionary fits a run of words.
fn fit(pattern: &str, run: &str, whole: bool, one_word: bool) -> Option<Fit> {
    const LEAST_BEFORE_END: usize = 3;
    let fits = |yes: bool, fit: Fit| yes.then_some(fit);
    if let Some(word) = pattern.strip_prefix('=') {
        fits(whole && run == word, Fit::Word)
    } else if let Some(stem) = pattern.strip_suffix('*') {
        fits(one_word && run.len() > stem.len() && run.starts_with(stem), Fit::Part)
    } else if let Some(end) = pattern.strip_prefix('*') {
        let long = run.len() >= end.len() + LEAST_BEFORE_END;
        fits(one_word && long && run.ends_with(end), Fit::Part)
    } else {
        fits(run == pattern, Fit::Word)
    }
}

fn patterns() -> impl Iterator<Item = (What, &'static str)> {
    WORDS.iter().flat_map(|(what, words)| words.split_whitespace().map(|word| (*what, word)))
}

/// The words of a name in lower case: cut at separators, at digits, and where case changes
/// (`PatientID2` is `patient`, `id`, `2`; `IDCard` is `id`, `card`).
fn tokens(name: &str) -> Vec<String> {
    #[derive(PartialEq, Eq, Clone, Copy)]
    enum Class {
        Upper,
        Lower,
        Digit,
        Gap,
    }
    let class = |c: char| match c {
        c if c.is_ascii_digit() => Class::Digit,
        c if c.is_uppercase() => Class::Upper,
        c if c.is_alphabetic() => Class::Lower,
        _ => Class::Gap,
    };
    let letters: Vec<char> = name.chars().collect();
    let mut tokens: Vec<String> = Vec::new();
    let mut before = Class::Gap;
    for (place, letter) in letters.iter().enumerate() {
        let now = class(*letter);
        let next = letters.get(place + 1).map_or(Class::Gap, |c| class(*c));
        let new_word = match (before, now) {
            (Class::Upper, Class::Upper) => next == Class::Lower,
            (Class::Upper, Class::Lower) => false,
            (before, now) => before != now,
        };
        if now != Class::Gap {
            match tokens.last_mut() {
                Some(token) if !new_word => token.extend(letter.to_lowercase()),
                _ => tokens.push(letter.to_lowercase().collect()),
            }
        }
        before = now;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str) -> Option<&'static str> {
        read(name, Forms::EMPTY).map(|reading| reading.what.key())
    }

    #[test]
    fn names_are_cut_into_words() {
        let cut = |name| tokens(name).join(" ");
        assert_eq!(cut("PatientID2"), "patient id 2");
        assert_eq!(cut("IDCard_no"), "id card no");
        assert_eq!(cut("date-of birth"), "date of birth");
        assert_eq!(cut("OAID"), "oaid");
        assert_eq!(cut("__"), "");
    }

    #[test]
    fn english_names() {
        for (name, key) in [
            ("age", "age"),
            ("patient_age", "age"),
            ("age_at_diagnosis", "age"),
            ("diagnosis_date", "event-date"),
            ("DateOfBirth", "birth-date"),
            ("birthdate", "birth-date"),
            ("userId", "person-id"),
            ("user_email", "email"),
            ("IDCard", "cn-resident-id"),
            ("first_name", "person-name"),
            ("name", "person-name"),
            ("zip_code", "postcode"),
            ("educ-num", "education"),
            ("marital-status", "marital-status"),
            ("native-country", "nationality"),
            ("capital-gain", "amount"),
            ("ICD10", "diagnosis"),
            ("number_of_children", "family-size"),
            ("household_id", "household-id"),
            ("sexual_orientation", "sexuality"),
            ("linc", "income"),
            ("log_income", "income"),
            ("xage", "age"),
            ("zper", "person-id"),
            ("hlthg", "health"),
            ("educdec", "education"),
        ] {
            assert_eq!(says(name), Some(key), "{name}");
        }
    }

    #[test]
    fn chinese_names() {
        for (name, key) in [
            ("姓名", "person-name"),
            ("身份证号", "cn-resident-id"),
            ("患者身份证号码", "cn-resident-id"),
            ("性别", "sex"),
            ("出生日期", "birth-date"),
            ("民族", "ethnicity"),
            ("手机号", "cn-mobile"),
            ("手机号归属地", "division"),
            ("所属区划", "division"),
            ("住址", "address"),
            ("工作单位", "employer"),
            ("工作单位信用代码", "cn-social-credit-code"),
            ("就诊日期", "event-date"),
            ("诊断日期", "event-date"),
            ("诊断", "diagnosis"),
            ("设备标识", "device-id"),
            ("年收入（元）", "income"),
            ("患者ID", "person-id"),
            ("IP地址", "ip"),
            ("人员编号", "person-id"),
            ("户号", "household-id"),
            ("婚姻状况", "marital-status"),
            ("邮政编码", "postcode"),
        ] {
            assert_eq!(says(name), Some(key), "{name}");
        }
    }

    #[test]
    fn words_inside_other_words_say_nothing() {
        for name in ["image", "stage", "num", "binexp", "idp", "tookphys", "市场", "idol", "agency"]
        {
            assert_eq!(says(name), None, "{name}");
        }
        assert_ne!(says("drug_name"), Some("person-name"));
    }

    #[test]
    fn a_reading_must_suit_the_content() {
        assert_eq!(read("age", Forms::DATE), None);
        let reading = read("diagnosis_date", Forms::TEXT).unwrap();
        assert_eq!((reading.what, reading.word), (What::EventDate, "date"));
    }

    #[test]
    fn identifiers_of_something() {
        assert!(is_id_like("batch_id"));
        assert!(is_id_like("批次编号"));
        assert!(is_id_like("批次ID"));
        assert!(!is_id_like("valid"));
        assert!(!is_id_like("号外"));
    }

    #[test]
    fn names_of_other_people() {
        for name in ["doctor_name", "医生姓名", "fathername", "户主姓名", "ContactPhone"] {
            assert!(is_of_another(name), "{name}");
        }
        for name in ["patient_name", "姓名", "name"] {
            assert!(!is_of_another(name), "{name}");
        }
    }

    #[test]
    fn no_word_has_two_meanings() {
        let mut words: Vec<_> = patterns().map(|(_, word)| word).collect();
        words.sort_unstable();
        let twice: Vec<_> = words.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
