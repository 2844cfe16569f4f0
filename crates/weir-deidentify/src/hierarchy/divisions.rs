//! Chinese administrative divisions: codes of GB/T 2260, names, and addresses that begin with
//! them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use weir_types::Bilingual;
use weir_types::hierarchy::DivisionLevel;

use super::texts::Labels;

/// Provinces and prefectures by their codes of two and four digits: the division codes of the
/// National Bureau of Statistics as of 2023, which follow GB/T 2260. Municipalities have no
/// prefectures; counties are told by their own names.
const TABLE: &str = include_str!("divisions.txt");

/// Provinces that are cities themselves, and those whose prefectures are not in the table.
const WITHOUT_PREFECTURES: [&str; 7] = ["11", "12", "31", "50", "71", "81", "82"];

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

struct Known {
    by_code: BTreeMap<&'static str, &'static str>,
    /// Names and short names of provinces with their codes.
    provinces: Names,
    /// The same of prefectures.
    cities: Names,
}

/// Names with their codes by first character, longest first.
type Names = BTreeMap<char, Vec<(&'static str, &'static str)>>;

impl Known {
    fn new() -> Self {
        let rows = TABLE.lines().filter_map(|line| line.split_once(' '));
        let mut known =
            Self { by_code: rows.collect(), provinces: Names::default(), cities: Names::default() };
        for (code, name) in &known.by_code {
            let names = if code.len() == 2 { &mut known.provinces } else { &mut known.cities };
            for name in std::iter::once(*name).chain(short(name)) {
                let first = name.chars().next().unwrap_or_default();
                names.entry(first).or_default().push((name, *code));
            }
        }
        for names in known.provinces.values_mut().chain(known.cities.values_mut()) {
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        known
    }
}

/// A name as people shorten it: without the word for its kind.
fn short(name: &'static str) -> Option<&'static str> {
    const KINDS: [&str; 24] = [
        "维吾尔自治区",
        "壮族自治区",
        "回族自治区",
        "特别行政区",
        "自治区",
        "省",
        "市",
        "土家族苗族自治州",
        "藏族羌族自治州",
        "布依族苗族自治州",
        "苗族侗族自治州",
        "哈尼族彝族自治州",
        "壮族苗族自治州",
        "傣族景颇族自治州",
        "蒙古族藏族自治州",
        "朝鲜族自治州",
        "彝族自治州",
        "藏族自治州",
        "傣族自治州",
        "白族自治州",
        "傈僳族自治州",
        "回族自治州",
        "蒙古自治州",
        "地区",
    ];
    let short = KINDS.iter().find_map(|kind| name.strip_suffix(kind))?;
    (short.chars().count() >= 2).then_some(short)
}

/// The labels of divisions; see [`weir_types::hierarchy::Builder::Divisions`].
#[derive(Debug)]
pub(super) struct Divisions {
    /// The levels, finest first.
    pub(super) by: Vec<DivisionLevel>,
}

/// What a value says of where it is.
struct Place {
    province: &'static str,
    /// The prefecture, or what stands in its place.
    city: String,
    /// The county, or what stands in its place.
    district: String,
}

impl Labels for Divisions {
    const FORM: &'static str = "codes or names of Chinese divisions";

    fn meanings(&self) -> Vec<Bilingual> {
        let meaning = |level: &DivisionLevel| match level {
            DivisionLevel::District => Bilingual::new("县级区划", "county or district"),
            DivisionLevel::City => Bilingual::new("地级区划", "city or prefecture"),
            DivisionLevel::Province => Bilingual::new("省级区划", "province"),
        };
        self.by.iter().map(meaning).collect()
    }

    fn label(&self, level: usize, value: &str) -> Option<String> {
        let place = place(value)?;
        let province = place.province;
        Some(match self.by.get(level)? {
            DivisionLevel::Province => province.to_owned(),
            DivisionLevel::City => format!("{province}{}", place.city),
            DivisionLevel::District => format!("{province}{}{}", place.city, place.district),
        })
    }
}

fn place(value: &str) -> Option<Place> {
    let value = value.trim();
    match value.bytes().all(|b| b.is_ascii_digit()) {
        true => of_code(value),
        false => of_name(value),
    }
}

/// A code of 2, 4 or 6 digits, or a longer one (township, village) that begins with six.
fn of_code(code: &str) -> Option<Place> {
    if !matches!(code.len(), 2 | 4 | 6 | 9 | 12) {
        return None;
    }
    let province_code = code.get(..2)?;
    let province = *KNOWN.by_code.get(province_code)?;
    let city_code = code.get(..4).filter(|code| !code.ends_with("00"));
    let city = match city_code {
        None => String::new(),
        Some(_) if WITHOUT_PREFECTURES.contains(&province_code) => String::new(),
        Some(code) => KNOWN.by_code.get(code).map_or_else(|| format!("{code}**"), |n| (*n).into()),
    };
    let district = code.get(..6).filter(|code| !code.ends_with("00")).unwrap_or_default();
    Some(Place { province, city, district: district.to_owned() })
}

/// A name, or an address that begins with one.
fn of_name(text: &str) -> Option<Place> {
    let joined: String;
    let blank = |c: char| c.is_whitespace() || c == '-';
    let text = if text.contains(blank) {
        joined = text.chars().filter(|c| !blank(*c)).collect();
        &joined
    } else {
        text
    };
    let text = text.strip_prefix("中国").unwrap_or(text);
    let province = start(&KNOWN.provinces, text, "");
    let city = start(&KNOWN.cities, text, "");
    let taken = |found: Option<(&str, &str)>| found.map_or(0, |(_, rest)| text.len() - rest.len());
    // The name of a prefecture tells its province; some begin with the name of another one, such
    // as 海南藏族自治州 in 青海.
    let (province_code, rest) = match province {
        Some((code, rest)) if taken(city) <= taken(province) => (code, rest),
        _ => (city?.0.get(..2)?, text),
    };
    let province = *KNOWN.by_code.get(province_code)?;
    if WITHOUT_PREFECTURES.contains(&province_code) {
        let rest = rest.strip_prefix("市辖区").unwrap_or(rest);
        let rest = rest.strip_prefix(province).unwrap_or(rest);
        let district = county(rest).unwrap_or_default().to_owned();
        return Some(Place { province, city: String::new(), district });
    }
    match start(&KNOWN.cities, rest, province_code) {
        Some((code, rest)) => {
            let city = KNOWN.by_code.get(code).map_or_else(String::new, |name| (*name).to_owned());
            let district = county(rest).unwrap_or_default().to_owned();
            Some(Place { province, city, district })
        }
        // A county that is directly under the province stands in the place of the prefecture.
        None => {
            let city = county(rest).unwrap_or_default().to_owned();
            Some(Place { province, city, district: String::new() })
        }
    }
}

/// The code of the name that a text begins with, and what follows it.
fn start<'a>(names: &Names, text: &'a str, within: &str) -> Option<(&'static str, &'a str)> {
    let names = names.get(&text.chars().next()?)?;
    names.iter().filter(|(_, code)| code.starts_with(within)).find_map(|(name, code)| {
        let rest = text.strip_prefix(name)?;
        // After a short name, the word for its kind may follow all the same: 新疆省, 巢湖市.
        let full = KNOWN.by_code.get(code) == Some(name);
        let rest = if full { rest } else { rest.strip_prefix(['省', '市']).unwrap_or(rest) };
        Some((*code, rest))
    })
}

/// The county, district or city at county level that a text begins with.
fn county(text: &str) -> Option<&str> {
    /// Characters of the longest name, 双江拉祜族佤族布朗族傣族自治县, and its word for the kind.
    const LONGEST: usize = 17;
    let mut seen = 0;
    for (at, c) in text.char_indices().take(LONGEST) {
        seen += 1;
        if seen >= 2 && matches!(c, '区' | '县' | '市' | '旗') {
            return text.get(..at + c.len_utf8());
        }
    }
    None
}
