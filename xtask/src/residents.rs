//! Makes `examples/residents/residents.csv`: visits of people who do not exist.
//!
//! The same options give the same bytes, on every machine: there is no clock, no floating point
//! and no library in the way. What the columns hold, and why no number in them can be
//! anybody's, is told in `examples/residents/README.md`.

mod numbers;
mod words;

use std::collections::BTreeSet;

use encoding_rs::GB18030;

use self::numbers::Day;
use crate::random::Random;

/// The first line of the file.
const HEADER: &str = "姓名,身份证号,性别,出生日期,民族,手机号,所属区划,住址,工作单位信用代码,就诊日期,诊断,设备标识,年收入";

/// The year of all visits; ages are counted at its end.
const YEAR: u32 = 2025;

/// The most rows that can be made: beyond about 100,000 the numbers that are nobody's run out.
pub(crate) const MOST_ROWS: usize = 80_000;

/// Number of places of work.
const N_UNITS: u32 = 900;

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Number of visits, at most [`MOST_ROWS`]; the header is not counted.
    pub(crate) rows: usize,
    /// Chooses one of 2^64 files.
    pub(crate) seed: u64,
}

impl Default for Options {
    /// Those of the committed file.
    fn default() -> Self {
        Self { rows: 50_000, seed: 20_250_101 }
    }
}

/// The file, in GB 18030, with lines that end in LF.
pub(crate) fn csv(options: Options) -> Vec<u8> {
    let mut text = String::from(HEADER);
    text.push('\n');
    for visit in visits(options) {
        text.push_str(&visit.line());
        text.push('\n');
    }
    // GB 18030 has a place for every character of Unicode, so nothing is replaced here.
    GB18030.encode(&text).0.into_owned()
}

/// The visits in order of their days, as a register of visits grows.
fn visits(options: Options) -> Vec<Visit> {
    let mut random = Random::new(options.seed);
    let units: Vec<String> = unit_codes(&mut random);
    let mut taken = BTreeSet::new();
    let mut visits = Vec::with_capacity(options.rows);
    while visits.len() < options.rows {
        let person = Person::random(&mut random, &units, &mut taken);
        let n = *random.weighted(&[(790, 1), (140, 2), (40, 3), (20, 4), (10, 6)]);
        for _ in 0..n.min(options.rows - visits.len()) {
            visits.push(Visit::random(&mut random, &person));
        }
    }
    visits.sort_by_key(|visit| visit.day);
    visits
}

/// People, without their visits; at most [`MOST_ROWS`].
pub(crate) fn people(random: &mut Random, n: usize) -> Vec<Person> {
    let units = unit_codes(random);
    let mut taken = BTreeSet::new();
    (0..n).map(|_| Person::random(random, &units, &mut taken)).collect()
}

/// Somebody who does not exist. The texts are as they stand in the file, dirt included: the
/// desk that wrote them copies them from visit to visit.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) number: String,
    woman: bool,
    birth: Day,
    ethnic: &'static str,
    phone: String,
    pub(crate) district: &'static str,
    address: String,
    unit: String,
    device: String,
    income: String,
}

impl Person {
    fn random(random: &mut Random, units: &[String], taken: &mut BTreeSet<String>) -> Self {
        let woman = random.per_mille(520);
        // Years before 2025 in bands of ten: those who see a doctor are older than the country.
        let tens = *random.weighted(&[
            (110, 0),
            (60, 1),
            (90, 2),
            (130, 3),
            (130, 4),
            (160, 5),
            (160, 6),
            (110, 7),
            (50, 8),
        ]);
        let age = tens * 10 + random.below(10);
        let (birth, number) = resident_number(random, YEAR - 1 - age, woman, taken);
        let ethnic = *random.weighted(words::ETHNIC);
        let (district, city) = *random.weighted(words::DISTRICTS);
        let works = (18..60).contains(&age) && random.per_mille(820);
        let unit = if works { units[random.skewed(units.len())].clone() } else { String::new() };
        Self {
            name: name(random, woman, ethnic),
            number,
            woman,
            birth,
            ethnic: if random.per_mille(10) { "" } else { ethnic },
            phone: phone(random),
            district,
            address: address(random, city, district),
            unit,
            device: device(random, age),
            income: income(random, age, works),
        }
    }

    pub(crate) fn age(&self) -> u32 {
        YEAR - 1 - self.birth.year
    }

    /// What a doctor may find.
    pub(crate) fn diagnosis(&self, random: &mut Random) -> &'static str {
        let column = match self.age() {
            0..=17 => 0,
            18..=59 => 1,
            _ => 2,
        };
        let likely: Vec<(u32, &'static str)> =
            words::DIAGNOSES.iter().map(|(weights, name)| (weights[column], *name)).collect();
        random.weighted::<&str>(&likely)
    }
}

/// One row.
#[derive(Clone, Debug)]
struct Visit {
    person: Person,
    day: Day,
    diagnosis: &'static str,
}

impl Visit {
    fn random(random: &mut Random, person: &Person) -> Self {
        Self {
            person: person.clone(),
            day: Day::in_year(YEAR, random.below(365)),
            diagnosis: person.diagnosis(random),
        }
    }

    fn line(&self) -> String {
        let person = &self.person;
        [
            person.name.as_str(),
            &person.number,
            if person.woman { "女" } else { "男" },
            &person.birth.with_hyphens(),
            person.ethnic,
            &person.phone,
            person.district,
            &quoted(&person.address),
            &person.unit,
            &self.day.with_hyphens(),
            self.diagnosis,
            &person.device,
            &person.income,
        ]
        .join(",")
    }
}

fn name(random: &mut Random, woman: bool, ethnic: &str) -> String {
    if ethnic == "维吾尔族" {
        let given = random.one(words::UYGHUR_GIVEN);
        return format!("{given}·{}", random.one(words::UYGHUR_FATHER));
    }
    let given: Vec<char> = if woman { words::FEMALE } else { words::MALE }.chars().collect();
    let surname = *random.weighted(words::SURNAMES);
    let first = *random.one(&given);
    if random.per_mille(2) {
        return format!("{surname}{}", random.one(words::RARE));
    }
    if random.per_mille(650) {
        return format!("{surname}{first}{}", random.one(&given));
    }
    // Forms are often filled so that names of two characters are as wide as those of three.
    let gap = if random.per_mille(40) { "\u{3000}" } else { "" };
    format!("{surname}{gap}{first}")
}

/// A day of birth in a year, and a number of the retired division that nobody has yet here.
///
/// The sequence is one of 996 to 999, odd for men. They were kept for people over a hundred
/// years of age, and no county writes in 996 others on one day.
fn resident_number(
    random: &mut Random,
    year: u32,
    woman: bool,
    taken: &mut BTreeSet<String>,
) -> (Day, String) {
    let sequence = 996 + 2 * random.below(2) + u32::from(!woman);
    let (birth, body) = loop {
        // A year has room for 365 people of each sequence: `MOST_ROWS` keeps below it.
        let birth = Day::in_year(year, random.below(365));
        let body = format!("{}{}{sequence}", numbers::RETIRED_DIVISION, birth.digits());
        if taken.insert(body.clone()) {
            break (birth, body);
        }
    };
    let number = format!("{body}{}", numbers::resident_check(&body));
    let written = match random.below(1000) {
        0..=2 => full_width(&number),
        3..=9 => number.to_ascii_lowercase(),
        _ => number,
    };
    (birth, written)
}

/// A number of network 154, which was never given to an operator.
pub(crate) fn phone(random: &mut Random) -> String {
    let digits = random.below(100_000_000);
    let plain = format!("154{digits:08}");
    match random.below(1000) {
        0..=39 => String::new(),
        40..=44 => full_width(&plain),
        45..=54 => format!("+86{plain}"),
        55..=59 => format!("{}-{}-{}", &plain[..3], &plain[3..7], &plain[7..]),
        _ => plain,
    }
}

pub(crate) fn address(random: &mut Random, city: &str, district: &str) -> String {
    if random.per_mille(15) {
        return String::new();
    }
    let (first, second) = words::STREETS;
    let street = format!("{}{}", random.one(first), random.one(second));
    let house = 1 + random.below(320);
    let city = if random.per_mille(300) { city } else { "" };
    let home = match random.below(4) {
        0 => String::new(),
        1 => format!("{}室", 101 + 100 * random.below(6) + random.below(4)),
        _ => format!(
            "{}栋{}室",
            1 + random.below(24),
            101 + 100 * random.below(18) + random.below(4)
        ),
    };
    match random.below(1000) {
        0..=3 => format!("{city}{district}{street}{house}号\n{home}(代收)"),
        4..=6 => format!("{city}{district}{street}{house}号,\"{street}\"小区{home}"),
        7..=29 => full_width(&format!("{city}{district}{street}{house}号{home}")),
        _ => format!("{city}{district}{street}{house}号{home}"),
    }
}

/// Codes of enterprises, public institutions and offices of the retired division, which had
/// ceased to be 33 years before such codes began.
fn unit_codes(random: &mut Random) -> Vec<String> {
    let code = |random: &mut Random| {
        let kind = *random.weighted(&[(850, "91"), (100, "12"), (50, "11")]);
        let mut bytes = format!("{kind}{}MA", numbers::RETIRED_DIVISION).into_bytes();
        bytes.extend((0..6).map(|_| numbers::unit_character(random.below(31))));
        bytes.push(numbers::organisation_check(&bytes[8..]));
        bytes.push(numbers::credit_check(&bytes));
        bytes.into_iter().map(char::from).collect()
    };
    (0..N_UNITS).map(|_| code(random)).collect()
}

/// An identifier in the form that makers of telephones use for advertising (OAID): a random
/// UUID, here without its hyphens.
pub(crate) fn device(random: &mut Random, age: u32) -> String {
    let owners = match age {
        0..=11 => 0,
        12..=59 => 700,
        _ => 350,
    };
    if !random.per_mille(owners) {
        return String::new();
    }
    let (high, low) = (random.bits(), random.bits());
    let version = high & !0xf000 | 0x4000;
    let variant = low & !(0b11 << 62) | (0b10 << 62);
    format!("{version:016x}{variant:016x}")
}

/// Yuan in a year, rounded to hundreds.
fn income(random: &mut Random, age: u32, works: bool) -> String {
    if age < 18 || random.per_mille(90) {
        return String::new();
    }
    let (a, b) = (random.below(1000), random.below(1000));
    let amount = if works {
        let plain = 26_000 + 55 * a + a * b / 9;
        if random.per_mille(10) { plain * 4 } else { plain }
    } else if age >= 55 {
        14_000 + 40 * a + a * b / 40
    } else {
        a * b / 40
    };
    (amount / 100 * 100).to_string()
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' | 'X' => {
                char::from_u32(u32::from(c) + 0xfee0).expect("full-width forms lie 0xfee0 higher")
            }
            other => other,
        })
        .collect()
}

fn quoted(text: &str) -> String {
    if text.contains(['\n', '"', ',']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
