//! Addresses in Chinese characters, from a division or a street down to the house.

use super::Kind;
use super::characters::{HanSet, char_at, char_before, is_han};
use super::cues::Cue;
use super::scan::Scan;
use super::terms::Term;

/// Ends of divisions above the street.
static AREAS: HanSet = HanSet::of("省市区县旗州盟镇乡");
/// Ends of streets and villages.
static STREETS: HanSet = HanSet::of("路街道巷弄村胡坊里庄");
/// Ends of streets behind which a house number may follow without a division before.
pub(super) const STREET_ENDS: &str = "路街巷弄道村";
/// Ends of houses and their parts.
static HOUSES: HanSet = HanSet::of("号栋幢座楼室弄层户组门院单");
/// Ends of streets that have the name of a place.
const STREETS_OF_PLACES: &[&str] = &["路", "街", "大道", "道", "巷"];
/// Words for housing estates and buildings.
const ESTATES: &[&str] = &[
    "小区",
    "花园",
    "公寓",
    "大厦",
    "广场",
    "新村",
    "家园",
    "社区",
    "花苑",
    "名苑",
    "嘉园",
    "工业园",
    "科技园",
    "胡同",
    "大道",
    "街道",
];
/// Chinese numerals of houses.
static NUMERALS: HanSet = HanSet::of("一二三四五六七八九十百");
/// Ends of words for roads and villages of a sort.
const ROADS: &[&str] = &["公路", "铁路", "道路", "农村", "乡村", "名村", "公里"];
/// Ends of words for areas of a sort.
const SORTS: &[&str] = &[
    "功能区",
    "试验区",
    "行政区",
    "运用区",
    "开发区",
    "示范区",
    "保护区",
    "经济区",
    "管理区",
    "风景区",
    "新区",
    "辖区",
];
/// Characters that are in no name of a place.
static NO_PLACE: HanSet = HanSet::of("的了在是与及到去被把从给让很也就均为已应可报请对");

/// What a chain of units holds.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    areas: usize,
    streets: usize,
    houses: usize,
}

impl Scan<'_> {
    /// The address that begins with the division at a place, read on behind it; where to go on.
    pub(super) fn address_from(&mut self, at: usize, end: usize) -> Option<usize> {
        const MOST: usize = 12;
        let mut parts = Parts { areas: 1, ..Parts::default() };
        let end = self.area_end(end);
        let mut place = end;
        for _ in 0..MOST {
            let Some(next) = self.unit(place, &mut parts) else { break };
            place = next;
        }
        self.work((place - at) / 2 + MOST);
        let labelled = self.is_labelled(Cue::Address, at);
        let detailed = parts.houses > 0 || (parts.streets > 0 && (parts.areas > 1 || labelled));
        if detailed {
            let place = self.postcode(place).unwrap_or(place);
            self.push(at..place, Kind::Address, if parts.houses > 0 { 0.92 } else { 0.75 });
            return Some(place);
        }
        if parts.areas > 1 && place > end {
            self.push(at..place, Kind::Division, 0.75);
            return Some(place);
        }
        None
    }

    /// The street that ends at a place, with a house number behind it: an address without its
    /// divisions.
    pub(super) fn street(&mut self, at: usize) -> Option<usize> {
        const MOST: usize = 4;
        let end = at + char_at(self.text, at)?.len_utf8();
        let mut parts = Parts::default();
        let mut place = end;
        while let Some(next) = self.house(place).filter(|_| parts.houses < 6) {
            parts.houses += 1;
            place = next;
        }
        let mut start = at;
        let mut count = 0;
        while count < MOST
            && start > self.term_to
            && let Some(c) =
                char_before(self.text, start).filter(|c| is_han(*c) && !NO_PLACE.contains(*c))
        {
            start -= c.len_utf8();
            count += 1;
        }
        self.work(count + 4);
        if parts.houses == 0 || count == 0 {
            return None;
        }
        let place = self.postcode(place).unwrap_or(place);
        self.push(start..place, Kind::Address, 0.8);
        Some(place)
    }

    /// One unit of an address; where it ends.
    fn unit(&self, at: usize, parts: &mut Parts) -> Option<usize> {
        if let Some(end) = self.house(at) {
            parts.houses += 1;
            return Some(end);
        }
        if let Some((Term::Division, end)) = self.terms.longest(self.text, at) {
            parts.areas += 1;
            return Some(self.area_end(end));
        }
        self.named_unit(at, parts)
    }

    /// Where a division ends whose name ends at a place: behind the word for its kind, if that
    /// follows a name without one.
    fn area_end(&self, end: usize) -> usize {
        // 广州 and 沧州 are names without one.
        let named = char_before(self.text, end).is_some_and(|c| AREAS.contains(c) && c != '州')
            || self.text[..end].ends_with("自治州");
        match char_at(self.text, end).filter(|c| !named && AREAS.contains(*c)) {
            Some(kind) => end + kind.len_utf8(),
            None => end,
        }
    }

    /// A name and the word for what it names, of up to eight characters.
    fn named_unit(&self, at: usize, parts: &mut Parts) -> Option<usize> {
        const MOST: usize = 8;
        for (count, (place, c)) in self.text.get(at..)?.char_indices().take(MOST).enumerate() {
            if !is_han(c) || NO_PLACE.contains(c) {
                return None;
            }
            if count == 0 {
                continue;
            }
            let rest = &self.text[at + place..];
            if let Some(estate) = ESTATES.iter().find(|estate| rest.starts_with(**estate)) {
                parts.streets += 1;
                return Some(at + place + estate.len());
            }
            let end = at + place + c.len_utf8();
            // 兰州路 is a street.
            let of_street =
                c == '州' && STREETS_OF_PLACES.iter().any(|s| self.text[end..].starts_with(*s));
            if AREAS.contains(c) && !of_street {
                // 三省 and 各县 name none.
                let counted =
                    self.text[at..].starts_with(|c| "一二两三四五六七八九十各全本外".contains(c));
                let counted = counted || self.is_of_a_sort(&self.text[at..end]);
                parts.areas += usize::from(!counted);
                return (!counted).then_some(end);
            }
            let name = &self.text[at..end];
            if STREETS.contains(c) && !ROADS.iter().any(|road| name.ends_with(road)) {
                parts.streets += 1;
                return Some(end);
            }
        }
        None
    }

    /// Whether a name is a word for places of a sort: 城市, 地区, 试验区.
    fn is_of_a_sort(&self, name: &str) -> bool {
        const USUAL: f32 = -12.0;
        let mut last = name.chars().rev();
        let (Some(end), Some(before)) = (last.next(), last.next()) else { return false };
        let usual = self.lexicon.word(&[before, end]).is_some_and(|share| share > USUAL);
        usual || SORTS.iter().any(|sort| name.ends_with(sort))
    }

    /// A number and the word for what is numbered: 12号, W座, 三单元.
    fn house(&self, at: usize) -> Option<usize> {
        const MOST: usize = 6;
        let mut end = at;
        let mut count = 0;
        while let Some(c) = char_at(self.text, end).filter(|c| {
            c.is_ascii_alphanumeric()
                || NUMERALS.contains(*c)
                || matches!(c, '-' | '－')
                || self.digit(end).is_some()
        }) {
            end += c.len_utf8();
            count += 1;
            if count > MOST {
                return None;
            }
        }
        let sign = char_at(self.text, end).filter(|c| HOUSES.contains(*c))?;
        let rest = &self.text[end..];
        let word = ["单元", "号楼", "号院", "弄堂"].iter().find(|word| rest.starts_with(**word));
        let length = match (word, sign) {
            (Some(word), _) => word.len(),
            (None, '单') => return None,
            _ => sign.len_utf8(),
        };
        (count > 0).then_some(end + length)
    }

    /// Six digits behind an address.
    fn postcode(&self, at: usize) -> Option<usize> {
        let mut end = at + usize::from(self.bytes.get(at) == Some(&b' '));
        let first = end;
        while let Some((_, next)) = self.digit(end).filter(|_| end - first <= 6) {
            end = next;
        }
        (end > at + 6 && end - first == 6 && !self.is_alphanumeric(end)).then_some(end)
    }
}
