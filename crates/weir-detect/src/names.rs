//! What a column's name says.

mod words;

use rustc_hash::FxHashMap;
use weir_types::Role;

use crate::catalogue::{Catalogue, Forms, TypeId};
use words::{FIGURES, ID_ENDS, ID_WORDS, KINDS, OTHERS, PREFIXES, QUALIFIERS};

/// The words of column names, by what they say.
///
/// - `word`: one or several words of a name run together (`birthdate` finds `birth_date`,
///   `BirthDate` and `patient_birthdate`); a word with a Chinese character is found anywhere in
///   the name;
/// - `=word`: only as the whole name;
/// - `word*`: a word of the name begins so and goes on;
/// - `*word`: a word of the name ends so and has at least three letters before.
///
/// Where two types have one word, the first one of the catalogue has it.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    plain: FxHashMap<String, TypeId>,
    whole: FxHashMap<String, TypeId>,
    begins: Vec<(String, TypeId)>,
    ends: Vec<(String, TypeId)>,
    chinese: Vec<(String, TypeId)>,
    forms: Vec<Forms>,
    roles: Vec<Role>,
}

/// A reading of a column's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading<'d> {
    /// What it says the column holds.
    pub(crate) what: TypeId,
    /// The word of the dictionary that says so. Never a part of the name itself: where a table
    /// has no header, names are cells.
    pub(crate) word: &'d str,
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

impl Dictionary {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        let forms = catalogue.ids().map(|id| catalogue.spec(id).forms).collect();
        let roles = catalogue.ids().map(|id| catalogue.role(id)).collect();
        let mut dictionary = Self { forms, roles, ..Self::default() };
        // Backwards, so that the first type with a word is the last to be entered.
        for id in catalogue.ids().rev() {
            for word in &catalogue.spec(id).names {
                dictionary.add(word, id);
            }
        }
        dictionary
    }

    fn add(&mut self, word: &str, id: TypeId) {
        if !word.is_ascii() {
            self.chinese.push((word.to_owned(), id));
        } else if let Some(word) = word.strip_prefix('=') {
            self.whole.insert(word.to_owned(), id);
        } else if let Some(stem) = word.strip_suffix('*') {
            self.begins.push((stem.to_owned(), id));
        } else if let Some(end) = word.strip_prefix('*') {
            self.ends.push((end.to_owned(), id));
        } else {
            self.plain.insert(word.to_owned(), id);
        }
    }

    /// The best reading of a name whose meaning can come in one of the given forms.
    pub(crate) fn read(&self, name: &str, forms: Forms) -> Option<Reading<'_>> {
        let name = without_unit(name);
        let mut readings = self.chinese(name);
        if readings.is_empty() {
            readings = self.latin(name);
        }
        let suits = |r: &Reading<'_>| self.forms[r.what.place()].meets(forms);
        readings.into_iter().filter(suits).max_by_key(|r| r.rank)
    }

    /// Chinese names are read as substrings: they have no word boundaries.
    fn chinese(&self, name: &str) -> Vec<Reading<'_>> {
        if name.is_ascii() {
            return Vec::new();
        }
        let name = folded(name);
        let head = name.len() - words::end_of(&name).map_or(0, str::len);
        let reading = |(word, what): &'_ (String, TypeId)| {
            let end = name.rfind(word.as_str())? + word.len();
            if end <= head && self.is_turned(*what, &name[head..]) {
                return None;
            }
            let whole = word.len() == name.len();
            // 市 in 市场 and 村 in 农村 say nothing; one character counts only at the end.
            if word.chars().count() == 1 && end != name.len() {
                return None;
            }
            let strength = match (whole, end == name.len()) {
                (true, _) => 0.9,
                (_, true) => 0.8,
                _ => 0.6,
            };
            let rank = Rank { whole, head: true, end, exact: true, length: word.len() };
            Some((*what, strength, rank))
        };
        let found = self.chinese.iter().filter_map(|entry| Some((&entry.0, reading(entry)?)));
        found.map(|(word, (what, strength, rank))| Reading { what, word, strength, rank }).collect()
    }

    /// Latin names are read by words and runs of words.
    fn latin(&self, name: &str) -> Vec<Reading<'_>> {
        let tokens = tokens(name);
        let qualifier = (1..tokens.len()).find(|i| QUALIFIERS.contains(&tokens[*i].as_str()));
        let head_end = qualifier.unwrap_or(tokens.len());
        let last = tokens[..head_end].last().map_or("", String::as_str);
        let mut readings = Vec::new();
        for start in 0..tokens.len() {
            for end in start + 1..=tokens.len().min(start + LONGEST_RUN) {
                let run = tokens[start..end].concat();
                let whole = end - start == tokens.len();
                for (what, word, fit) in self.fitting(&run, whole, end - start == 1) {
                    if end < head_end && self.is_turned(what, last) {
                        continue;
                    }
                    let strength = match (fit, whole) {
                        (Fit::Word, true) => 0.85,
                        (Fit::Word, false) if end == tokens.len() => 0.75,
                        (Fit::Word, false) => 0.6,
                        (Fit::Part, _) => 0.55,
                    };
                    let exact = fit == Fit::Word;
                    let rank =
                        Rank { whole, head: start < head_end, end, exact, length: word.len() };
                    readings.push(Reading { what, word, strength, rank });
                }
            }
        }
        // A prefix is looked for only where no word of the name is known as it stands.
        if !readings.iter().any(|reading| reading.rank.exact) {
            readings.extend(self.prefixed(&tokens.concat()));
        }
        readings
    }

    /// Whether the last word of a name makes something else of what stands before it: a number of
    /// e-mails is no e-mail, and a make of phone is no phone. A kind of illness still tells the
    /// illness, so that only identifiers are turned by words for kinds.
    fn is_turned(&self, what: TypeId, last: &str) -> bool {
        FIGURES.contains(&last)
            || (KINDS.contains(&last) && self.roles[what.place()] == Role::Identifier)
    }

    /// Readings of a name behind one of [`PREFIXES`].
    fn prefixed(&self, name: &str) -> Vec<Reading<'_>> {
        const LEAST_LETTERS: usize = 3;
        let rests = PREFIXES.iter().filter_map(|prefix| name.strip_prefix(prefix));
        let found = rests.filter(|rest| rest.len() >= LEAST_LETTERS).flat_map(|rest| {
            self.fitting(rest, true, true).into_iter().filter(|(_, _, fit)| *fit == Fit::Word)
        });
        found
            .map(|(what, word, _)| {
                let length = word.len();
                let rank = Rank { whole: true, head: true, end: 1, exact: false, length };
                Reading { what, word, strength: 0.7, rank }
            })
            .collect()
    }

    /// The words of the dictionary that fit a run of words.
    fn fitting(&self, run: &str, whole: bool, one_word: bool) -> Vec<(TypeId, &str, Fit)> {
        const LEAST_BEFORE_END: usize = 3;
        let mut found = Vec::new();
        let plain = self.plain.get_key_value(run);
        let as_whole = if whole { self.whole.get_key_value(run) } else { None };
        for (word, what) in plain.into_iter().chain(as_whole) {
            found.push((*what, word.as_str(), Fit::Word));
        }
        if one_word {
            for (stem, what) in &self.begins {
                if run.len() > stem.len() && run.starts_with(stem.as_str()) {
                    found.push((*what, stem.as_str(), Fit::Part));
                }
            }
            for (end, what) in &self.ends {
                if run.len() >= end.len() + LEAST_BEFORE_END && run.ends_with(end.as_str()) {
                    found.push((*what, end.as_str(), Fit::Part));
                }
            }
        }
        found
    }
}

/// What a comment on a column begins with, which is mostly a name for it: `性别：1 男 2 女`,
/// `phone number (of the first contact)`. None of a text that is more than that.
pub(crate) fn head_of_comment(comment: &str) -> &str {
    const LONGEST: usize = 40;
    let ends = |c: char| c.is_control() || ":;,.(（：；，。、[【".contains(c);
    let head = comment.trim().split(ends).next().unwrap_or_default().trim();
    if head.chars().count() > LONGEST { "" } else { head }
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

/// Words of a name that one word of the dictionary can span; it bounds the work on long names.
const LONGEST_RUN: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Word,
    Part,
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
        let detector = crate::Detector::builtin();
        let reading = detector.names().read(name, Forms::EMPTY);
        reading.map(|reading| detector.catalogue().key(reading.what))
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
    fn the_last_word_turns_the_others() {
        for name in [
            "phone_model",
            "MobileOS",
            "id_card_type",
            "email_count",
            "ip_version",
            "token_count",
            "sex_ratio",
            "diagnosis_count",
            "身份证类型",
            "手机品牌",
            "手机号归属运营商",
            "姓名长度",
        ] {
            assert_eq!(says(name), None, "{name}");
        }
        for (name, key) in [
            ("education_level", "education"),
            ("age_group", "age-group"),
            ("blood_type", "blood-type"),
            ("phone_number", "phone"),
            ("血型", "blood-type"),
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
        let names = crate::Detector::builtin().names();
        assert_eq!(names.read("age", Forms::DATE), None);
        let reading = names.read("diagnosis_date", Forms::TEXT).unwrap();
        let catalogue = Catalogue::builtin();
        assert_eq!((catalogue.key(reading.what), reading.word), ("event-date", "date"));
    }

    #[test]
    fn a_comment_names_the_column_by_its_head() {
        for (comment, head) in [
            ("性别：1 男 2 女", "性别"),
            (" phone number (of the first contact)", "phone number"),
            ("患者姓名\n不得外传", "患者姓名"),
            ("", ""),
            ("what the clerk wrote down about the person on the day of the visit", ""),
        ] {
            assert_eq!(head_of_comment(comment), head);
        }
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
        let catalogue = Catalogue::builtin();
        let mut words: Vec<_> =
            catalogue.ids().flat_map(|id| catalogue.spec(id).names.clone()).collect();
        words.sort_unstable();
        let twice: Vec<_> = words.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
