//! What the values of a column show.
//!
//! Every share is taken over the distinct values that the profile holds, so that one value that
//! fills half of the table does not decide alone.

mod vocabulary;

use weir_table::ColumnProfile;
use weir_types::{Role, Signal};

use crate::checks;
use crate::semantics::{Forms, What};
use crate::signals;
use vocabulary::lists;

/// What one test of the values says.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// What the values would be.
    pub(crate) what: What,
    /// How sure that is by itself, 0 to 1.
    pub(crate) strength: f64,
    /// Whether it outweighs a name that says otherwise.
    pub(crate) decides: bool,
    /// What was seen.
    pub(crate) signal: Signal,
}

/// The values of a column in the forms that tests look at.
pub(crate) struct Values {
    forms: Forms,
    cells: Vec<Cell>,
}

struct Cell {
    /// Half-width, without blanks around.
    plain: String,
    /// The same without blanks inside.
    compact: String,
}

impl Values {
    /// Reads the values of a column.
    pub(crate) fn of(column: &ColumnProfile) -> Self {
        let cells: Vec<Cell> = column
            .values
            .iter()
            .map(|value| half_width(value.value.expose()))
            .filter(|plain| !plain.is_empty())
            .map(|plain| {
                let compact = plain.chars().filter(|c| !c.is_whitespace()).collect();
                Cell { plain, compact }
            })
            .collect();
        Self { forms: forms(column, &cells), cells }
    }

    /// The forms that this content can be taken for.
    pub(crate) fn forms(&self) -> Forms {
        self.forms
    }

    /// Distinct values looked at.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    fn count(&self, test: impl Fn(&Cell) -> bool) -> usize {
        self.cells.iter().filter(|cell| test(cell)).count()
    }

    fn share(&self, test: impl Fn(&Cell) -> bool) -> f64 {
        ratio(self.count(test), self.len())
    }

    /// All that the values show, the strongest first.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        if self.cells.is_empty() || self.forms == Forms::FLAG {
            return self.closed_lists().into_iter().collect();
        }
        let mut found = Vec::new();
        if self.forms.meets(Forms::TEXT) || self.forms.meets(Forms::WHOLE) {
            found.extend(CHECKED.iter().filter_map(|test| self.checked(test)));
            found.extend(PATTERNS.iter().filter_map(|test| self.pattern(test)));
        }
        if self.forms.meets(Forms::TEXT) {
            found.extend(self.closed_lists());
            found.extend(self.address());
            found.extend(self.illness());
            found.extend(self.person_name());
        }
        found.sort_by(|a, b| b.decides.cmp(&a.decides).then(b.strength.total_cmp(&a.strength)));
        found
    }

    /// How far the values bear out what the name says, where there is a test for that: the share
    /// that passes, and the words for it.
    pub(crate) fn bears_out(&self, what: What) -> Option<(f64, Signal)> {
        let checked = CHECKED.iter().find(|test| test.what == what).map(|t| (t.check, t.shape));
        // A diagnosis need be no code: only identifiers have to have their shape.
        let pattern = PATTERNS
            .iter()
            .find(|test| test.what == what && what.role() == Role::Identifier)
            .map(|t| (t.fits, t.fits));
        let named = NAMED.iter().find(|(named, _)| *named == what).map(|(_, fits)| (*fits, *fits));
        let (test, shape) = checked.or(pattern).or(named)?;
        let share = self.share(|cell| test(&cell.compact));
        let shaped = self.share(|cell| shape(&cell.compact));
        Some((shaped.max(share), signals::fits(share, self.len())))
    }

    /// The share of values that hold an identifier of a person, alone or inside other words.
    pub(crate) fn identifiers_inside(&self) -> f64 {
        if !self.forms.meets(Forms::TEXT) {
            return self.share(|cell| is_checked_resident_id(&cell.compact));
        }
        self.share(|cell| holds_identifier(&cell.plain))
    }

    /// Mean length of the values in characters.
    pub(crate) fn mean_length(&self) -> f64 {
        ratio(self.cells.iter().map(|cell| cell.plain.chars().count()).sum(), self.len())
    }

    fn checked(&self, test: &Checked) -> Option<Evidence> {
        const LEAST_SHAPED: f64 = 0.5;
        const LEAST_PASSED: f64 = 0.5;
        let shaped = self.count(|cell| (test.shape)(&cell.compact));
        let passed = self.count(|cell| (test.shape)(&cell.compact) && (test.check)(&cell.compact));
        let shape_share = ratio(shaped, self.len());
        if shape_share < LEAST_SHAPED {
            return None;
        }
        let share = ratio(passed, shaped);
        let beyond_chance =
            share >= LEAST_PASSED && chance_bound(shaped, passed, test.chance) < SURPRISING;
        let strength = if beyond_chance {
            0.8 + 0.18 * shape_share * share
        } else if shape_share >= 0.9 {
            test.shape_strength
        } else {
            0.0
        };
        let signal = signals::checksum(share, shaped, test.chance);
        // A shape that hardly occurs by chance speaks for itself: masked or made-up numbers fail
        // their check digits and are still numbers of people.
        let decides = beyond_chance || test.shape_strength >= SHAPE_DECIDES;
        (strength > 0.0).then_some(Evidence { what: test.what, strength, decides, signal })
    }

    fn pattern(&self, test: &Pattern) -> Option<Evidence> {
        const LEAST_SHARE: f64 = 0.8;
        let passed = self.count(|cell| (test.fits)(&cell.compact));
        let share = ratio(passed, self.len());
        let chance = test.chance.unwrap_or(0.001);
        if share < LEAST_SHARE || chance_bound(self.len(), passed, chance) >= SURPRISING {
            return None;
        }
        let signal = signals::pattern(share, self.len(), test.chance);
        let strength = test.strength * share;
        Some(Evidence { what: test.what, strength, decides: test.decides, signal })
    }

    /// A column whose values are all words of one list.
    fn closed_lists(&self) -> Option<Evidence> {
        const LEAST_SHARE: f64 = 0.8;
        const LEAST_WORDS: usize = 2;
        let words: Vec<String> =
            self.cells.iter().map(|cell| cell.compact.to_lowercase()).collect();
        LISTS.iter().find_map(|(what, list)| {
            let known = |word: &&String| match what {
                What::Ethnicity => is_ethnic_group(word),
                _ => lists(list, word),
            };
            let n_known = words.iter().filter(known).count();
            let n_unknown = words.iter().filter(|w| lists(vocabulary::UNKNOWN, w)).count();
            let share = ratio(n_known + n_unknown, words.len());
            let enough = n_known >= LEAST_WORDS && share >= LEAST_SHARE;
            enough.then(|| Evidence {
                what: *what,
                strength: 0.85 * share,
                decides: false,
                signal: signals::list(share, words.len(), &what.label()),
            })
        })
    }

    /// Chinese addresses: chains of divisions, streets and houses.
    fn address(&self) -> Option<Evidence> {
        const LEAST_HOUSES: f64 = 0.3;
        const LEAST_PLACES: f64 = 0.8;
        let houses = self.share(|cell| is_house_address(&cell.plain));
        let divisions = self.share(|cell| {
            vocabulary::DIVISION_ENDS.iter().any(|end| cell.compact.ends_with(end))
                && is_chinese(&cell.compact, 2..=24)
        });
        if houses >= LEAST_HOUSES {
            let signal = signals::houses(houses, self.len());
            let strength = 0.7 + 0.25 * houses;
            return Some(Evidence { what: What::Address, strength, decides: true, signal });
        }
        (divisions >= LEAST_PLACES && self.len() > 1).then(|| Evidence {
            what: What::Division,
            strength: 0.75 * divisions,
            decides: false,
            signal: signals::divisions(divisions, self.len()),
        })
    }

    fn illness(&self) -> Option<Evidence> {
        const LEAST_SHARE: f64 = 0.5;
        let share = self
            .share(|cell| vocabulary::ILLNESS_ENDS.iter().any(|end| cell.compact.ends_with(end)));
        (share >= LEAST_SHARE && self.len() > 1).then(|| Evidence {
            what: What::Diagnosis,
            strength: 0.6 + 0.3 * share,
            decides: false,
            signal: signals::illnesses(share, self.len()),
        })
    }

    fn person_name(&self) -> Option<Evidence> {
        const LEAST_SHARE: f64 = 0.85;
        const LEAST_VALUES: usize = 20;
        let share = self.share(|cell| is_chinese_name(&cell.compact));
        (share >= LEAST_SHARE && self.len() >= LEAST_VALUES).then(|| Evidence {
            what: What::PersonName,
            strength: 0.8 * share,
            decides: false,
            signal: signals::surnames(share, self.len()),
        })
    }
}

/// A test with a check digit.
struct Checked {
    what: What,
    shape: Fits,
    check: Fits,
    /// Share of random texts of the shape that pass.
    chance: f64,
    /// What the shape is worth where the check digits are no better than chance.
    shape_strength: f64,
}

#[rustfmt::skip]
const CHECKED: &[Checked] = &[
    // Of random 18 digits, fewer than one in a thousand has a date in the right place.
    Checked { what: What::ResidentId, shape: checks::resident_id_shape, check: checks::resident_id, chance: 1.0 / 11.0, shape_strength: 0.75 },
    Checked { what: What::SocialCreditCode, shape: checks::social_credit_code_shape, check: checks::social_credit_code, chance: 1.0 / 31.0, shape_strength: 0.0 },
    Checked { what: What::BankCard, shape: checks::bank_card_shape, check: checks::bank_card, chance: 0.1, shape_strength: 0.0 },
    Checked { what: What::Imei, shape: checks::imei_shape, check: checks::imei, chance: 0.1, shape_strength: 0.0 },
    Checked { what: What::Vin, shape: checks::vin_shape, check: checks::vin, chance: 1.0 / 11.0, shape_strength: 0.0 },
    Checked { what: What::HongKongId, shape: checks::hong_kong_id_shape, check: checks::hong_kong_id, chance: 1.0 / 11.0, shape_strength: 0.0 },
    Checked { what: What::TaiwanId, shape: checks::taiwan_id_shape, check: checks::taiwan_id, chance: 0.1, shape_strength: 0.0 },
    Checked { what: What::OrganisationCode, shape: checks::organisation_code_shape, check: checks::organisation_code, chance: 1.0 / 11.0, shape_strength: 0.0 },
];

/// A test by shape alone.
struct Pattern {
    what: What,
    fits: Fits,
    /// Share of random digits of the length that fit, where that can be said.
    chance: Option<f64>,
    strength: f64,
    decides: bool,
}

#[rustfmt::skip]
const PATTERNS: &[Pattern] = &[
    Pattern { what: What::ResidentId, fits: checks::resident_id_15, chance: Some(1.0 / 27.0), strength: 0.9, decides: true },
    Pattern { what: What::Mobile, fits: checks::mobile_cn, chance: Some(7.0 / 90.0), strength: 0.95, decides: true },
    Pattern { what: What::Phone, fits: checks::landline_cn, chance: None, strength: 0.8, decides: false },
    Pattern { what: What::Email, fits: checks::email, chance: None, strength: 0.98, decides: true },
    Pattern { what: What::Mac, fits: checks::mac, chance: None, strength: 0.95, decides: true },
    Pattern { what: What::Ip, fits: checks::ip, chance: None, strength: 0.9, decides: true },
    Pattern { what: What::Plate, fits: checks::plate_cn, chance: None, strength: 0.95, decides: true },
    Pattern { what: What::DeviceId, fits: checks::uuid, chance: None, strength: 0.8, decides: false },
    Pattern { what: What::DeviceId, fits: checks::hex_id, chance: None, strength: 0.7, decides: false },
    Pattern { what: What::Diagnosis, fits: checks::icd10, chance: None, strength: 0.8, decides: false },
];

/// A test of one value.
type Fits = fn(&str) -> bool;

/// Shapes too common to mean anything unless the name says so first.
const NAMED: &[(What, Fits)] = &[
    (What::Passport, checks::passport_cn),
    (What::Oaid, |text| checks::uuid(text) || checks::hex_id(text)),
    (What::Idfa, checks::uuid),
    (What::Postcode, |text| text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())),
    (What::PersonName, is_chinese_name),
];

const LISTS: &[(What, &str)] = &[
    (What::Sex, vocabulary::SEX),
    (What::Ethnicity, vocabulary::ETHNIC_GROUPS),
    (What::MaritalStatus, vocabulary::MARITAL),
    (What::Education, vocabulary::EDUCATION),
    (What::Race, vocabulary::RACE),
    (What::PoliticalStatus, vocabulary::POLITICAL),
    (What::Religion, vocabulary::RELIGION),
    (What::Health, vocabulary::BLOOD),
    (What::HukouType, vocabulary::HUKOU),
];

/// Chance below which a share is not taken for chance.
const SURPRISING: f64 = 1e-6;

/// From this on a shape decides without its check digit.
const SHAPE_DECIDES: f64 = 0.7;

/// An upper bound on the chance that at least `passed` of `n` independent trials succeed, each
/// with probability `chance`: exp(−n·KL(passed/n ‖ chance)), the Chernoff bound.
fn chance_bound(n: usize, passed: usize, chance: f64) -> f64 {
    let share = ratio(passed, n);
    if n == 0 || share <= chance {
        return 1.0;
    }
    let term = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
    let divergence = term(share, chance) + term(1.0 - share, 1.0 - chance);
    (-(n as f64) * divergence).exp()
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Half-width forms of full-width characters (U+FF01 to U+FF5E, U+3000), without blanks around.
fn half_width(text: &str) -> String {
    const OFFSET: u32 = 0xFEE0;
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - OFFSET).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.trim().chars().map(narrow).collect::<String>().trim().to_owned()
}

fn forms(column: &ColumnProfile, cells: &[Cell]) -> Forms {
    use weir_types::ColumnType as Type;
    const FLAGS: &str = "0 1 是 否 有 无 yes no y n true false t f";
    if cells.is_empty() {
        return Forms::EMPTY;
    }
    let is_flag = cells.len() <= 2
        && column.distinct <= 2
        && cells.iter().all(|cell| lists(FLAGS, &cell.compact.to_lowercase()));
    // Programs write whole numbers with a point where cells are missing.
    let is_whole = |number: Option<f64>| number.is_none_or(|n| n.fract().abs() < f64::EPSILON);
    match column.ty {
        Type::Boolean => Forms::FLAG,
        // A single 0 or 1 may as well be a number of a one-row table.
        _ if is_flag && (cells.len() == 2 || column.ty == Type::Text) => Forms::FLAG,
        Type::Date | Type::Timestamp => Forms::DATE,
        Type::Integer => Forms::WHOLE,
        Type::Float if column.values.iter().all(|v| is_whole(v.number)) => Forms::WHOLE,
        Type::Float => Forms::FRACTION,
        Type::Text => Forms::TEXT,
    }
}

fn is_chinese(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.chars().count()) && text.chars().all(is_han)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3134F}' | '〇')
}

fn is_ethnic_group(text: &str) -> bool {
    lists(vocabulary::ETHNIC_GROUPS, text.strip_suffix('族').unwrap_or(text))
}

/// A surname and one or two characters, or a name of parts joined by a dot.
fn is_chinese_name(text: &str) -> bool {
    let han = |part: &str| !part.is_empty() && part.chars().all(is_han);
    if text.contains(['·', '•']) {
        return text.split(['·', '•']).all(han);
    }
    let ends_as_thing =
        text.chars().next_back().is_none_or(|c| vocabulary::NO_NAME_ENDS.contains(c));
    let surname = text.chars().next().is_some_and(|c| vocabulary::SURNAMES.contains(c));
    let long_surname = vocabulary::LONG_SURNAMES
        .split_whitespace()
        .find_map(|surname| text.strip_prefix(surname))
        .is_some_and(|given| is_chinese(given, 1..=2));
    !ends_as_thing && ((surname && is_chinese(text, 2..=3)) || long_surname)
}

/// An address down to the house: a street or village, and then a numbered house or flat; or an
/// English one: a number, words, and a word for a street.
fn is_house_address(text: &str) -> bool {
    const STREETS: &str = "路街道巷弄村镇乡里园苑庄屯组区胡同";
    const HOUSES: &str = "号栋幢座楼室单元弄户";
    let Some(street) = text.find(|c: char| STREETS.contains(c)) else {
        return is_english_address(text);
    };
    // A house number is digits (or Chinese numerals) directly before a word for a house.
    let rest: Vec<char> = text[street..].chars().collect();
    rest.windows(2).any(|pair| {
        (pair[0].is_ascii_alphanumeric() || "一二三四五六七八九十百".contains(pair[0]))
            && HOUSES.contains(pair[1])
    })
}

/// A number, and later a word for a street: `12 Elm Street`, `Apt 3, 7 High Rd.`
fn is_english_address(text: &str) -> bool {
    const STREETS: &[&str] = &[
        "street",
        "st",
        "road",
        "rd",
        "avenue",
        "ave",
        "lane",
        "ln",
        "drive",
        "dr",
        "boulevard",
        "blvd",
        "court",
        "ct",
    ];
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut numbered = None;
    for (place, word) in words.enumerate() {
        if STREETS.contains(&word) && numbered.is_some_and(|number| place > number + 1) {
            return true;
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            numbered.get_or_insert(place);
        }
    }
    false
}

/// A resident number of 18 characters; one in ten thousand random numbers of 18 digits is one.
fn is_checked_resident_id(text: &str) -> bool {
    checks::resident_id_shape(text) && checks::resident_id(text)
}

/// Whether a text holds a resident number, a mobile number or an e-mail address.
fn holds_identifier(text: &str) -> bool {
    const MOBILE: usize = 11;
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    let numbers = runs.into_iter().any(|run| {
        is_checked_resident_id(run)
            || (run.len() == MOBILE && checks::mobile_cn(run))
            || run.get(2..).is_some_and(|rest| run.starts_with("86") && checks::mobile_cn(rest))
    });
    numbers
        || (text.contains('@')
            && text
                .split(|c: char| c.is_whitespace() || "，。；,;:：<>()（）\"'".contains(c))
                .any(checks::email))
}

#[cfg(test)]
mod tests;
