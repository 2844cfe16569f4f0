//! Hierarchies of dates: units of the calendar, each a union of the ones before.

use chrono::{Datelike, Days, Months, NaiveDate};
use weir_table::{Codebook, ColumnProfile};
use weir_types::hierarchy::DateUnit;
use weir_types::{Bilingual, ColumnType};

use super::automatic::exact;
use super::texts::Labels;
use super::{Draft, Hierarchy, HierarchyError, checked, codes_as_leaves, number};

/// Most units that a column of many dates is coded by.
const MOST_UNITS: usize = 60_000;
/// Most days between the first and the last date of such a column: the years 0 to 9999.
const MOST_DAYS: i64 = 3_700_000;
const DAY_MICROS: f64 = 86_400e6;

/// A unit in a sequence of them, finest first. Weeks are cut where the next unit ends.
#[derive(Clone, Copy, Debug)]
struct Unit<'a> {
    unit: DateUnit,
    above: &'a [DateUnit],
}

impl<'a> Unit<'a> {
    fn of(by: &'a [DateUnit], level: usize) -> Option<Self> {
        let (unit, above) = by.get(level..)?.split_first()?;
        Some(Self { unit: *unit, above })
    }

    /// The first day of the unit in which a day lies, and the first day after it.
    fn span(self, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let year = day.year();
        let years = |n: i32| {
            let first = year.div_euclid(n) * n;
            Some((NaiveDate::from_ymd_opt(first, 1, 1)?, NaiveDate::from_ymd_opt(first + n, 1, 1)?))
        };
        let months = |n: u32| {
            let first = NaiveDate::from_ymd_opt(year, day.month0() / n * n + 1, 1)?;
            Some((first, first.checked_add_months(Months::new(n))?))
        };
        match self.unit {
            DateUnit::Day => Some((day, day.succ_opt()?)),
            DateUnit::Week => {
                let monday = u64::from(day.weekday().num_days_from_monday());
                let first = day.checked_sub_days(Days::new(monday))?;
                let next = first.checked_add_days(Days::new(7))?;
                let Some(above) = Unit::of(self.above, 0) else { return Some((first, next)) };
                let (from, to) = above.span(day)?;
                Some((first.max(from), next.min(to)))
            }
            DateUnit::Month => months(1),
            DateUnit::Quarter => months(3),
            DateUnit::HalfYear => months(6),
            DateUnit::Year => years(1),
            DateUnit::FiveYears => years(5),
            DateUnit::Decade => years(10),
        }
    }

    fn label(self, day: NaiveDate) -> Option<String> {
        let (first, next) = self.span(day)?;
        let year = first.year();
        Some(match self.unit {
            DateUnit::Day => first.format("%Y-%m-%d").to_string(),
            DateUnit::Week => {
                format!("{}/{}", first.format("%Y-%m-%d"), next.pred_opt()?.format("%Y-%m-%d"))
            }
            DateUnit::Month => first.format("%Y-%m").to_string(),
            DateUnit::Quarter => format!("{year:04}-Q{}", first.month0() / 3 + 1),
            DateUnit::HalfYear => format!("{year:04}-H{}", first.month0() / 6 + 1),
            DateUnit::Year => format!("{year:04}"),
            DateUnit::FiveYears => format!("{year:04}-{:04}", year + 4),
            DateUnit::Decade => format!("{year:04}-{:04}", year + 9),
        })
    }
}

fn meaning(unit: DateUnit) -> Bilingual {
    match unit {
        DateUnit::Day => Bilingual::new("日", "day"),
        DateUnit::Week => Bilingual::new("周", "week"),
        DateUnit::Month => Bilingual::new("月", "month"),
        DateUnit::Quarter => Bilingual::new("季度", "quarter"),
        DateUnit::HalfYear => Bilingual::new("半年", "half-year"),
        DateUnit::Year => Bilingual::new("年", "year"),
        DateUnit::FiveYears => Bilingual::new("5 年", "5 years"),
        DateUnit::Decade => Bilingual::new("10 年", "10 years"),
    }
}

/// The hierarchy of a column of dates or times. Where there are too many values to list them,
/// the first of the units that is coarse enough is level 0.
pub(super) fn typed_dates(
    by: &[DateUnit],
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    let too_many =
        || HierarchyError::TooManyGroups { column: profile.name.clone(), most: MOST_UNITS };
    let scale = if profile.ty == ColumnType::Date { 1.0 } else { DAY_MICROS };
    let day = |number: f64| date((number / scale).floor());
    let (Some(least), Some(greatest)) = (profile.min, profile.max) else {
        return checked(profile, super::build::listed(profile)?, vec![exact(profile)]);
    };
    let (first, last) = (day(least).ok_or_else(too_many)?, day(greatest).ok_or_else(too_many)?);
    if let Some(codebook) = Codebook::of_values(profile) {
        let days: Option<Vec<NaiveDate>> =
            profile.values.iter().map(|v| day(v.number.unwrap_or(least))).collect();
        let days = days.ok_or_else(too_many)?;
        let mut drafts = vec![exact(profile)];
        for level in 0..by.len() {
            drafts.push(listed_days(by, level, &days).ok_or_else(too_many)?);
        }
        return checked(profile, codebook, drafts);
    }
    if (last - first).num_days() > MOST_DAYS {
        return Err(too_many());
    }
    for base in 0..by.len() {
        let Some(days) = starts(Unit::of(by, base).ok_or_else(too_many)?, first, last) else {
            continue;
        };
        let cuts = days.iter().skip(1).map(|d| f64::from(d.to_epoch_days()) * scale).collect();
        let drafts = (base..by.len()).map(|level| covered_days(by, level, &days, first, last));
        let drafts = drafts.collect::<Option<Vec<Draft>>>().ok_or_else(too_many)?;
        return checked(profile, Codebook::of_cuts(cuts), drafts);
    }
    Err(too_many())
}

fn date(days: f64) -> Option<NaiveDate> {
    let within = days.abs() < 1e8;
    NaiveDate::from_epoch_days(days as i32).filter(|_| within)
}

/// The first day, then the first day of each further unit; `None` where there are too many.
fn starts(unit: Unit<'_>, first: NaiveDate, last: NaiveDate) -> Option<Vec<NaiveDate>> {
    let mut days = vec![first];
    loop {
        let (_, next) = unit.span(*days.last().expect("there is a first day"))?;
        if next > last {
            return Some(days);
        }
        if days.len() >= MOST_UNITS.min(weir_table::profile::EXACT_VALUES) {
            return None;
        }
        days.push(next);
    }
}

/// The level of a unit where codes are values: each counts the same.
fn listed_days(by: &[DateUnit], level: usize, days: &[NaiveDate]) -> Option<Draft> {
    let unit = Unit::of(by, level)?;
    let labels: Option<Vec<String>> = days.iter().map(|day| unit.label(*day)).collect();
    Some(codes_as_leaves(labels?, meaning(unit.unit)))
}

/// The level of a unit where codes are finer units: each counts by its days.
fn covered_days(
    by: &[DateUnit],
    level: usize,
    days: &[NaiveDate],
    first: NaiveDate,
    last: NaiveDate,
) -> Option<Draft> {
    let unit = Unit::of(by, level)?;
    let spans: Option<Vec<_>> = days.iter().map(|day| unit.span(*day)).collect();
    let (groups, present) = number(&spans?);
    let all = (last - first).num_days().max(1) as f64;
    let loss = present.iter().map(|(from, next)| {
        let to = next.pred_opt().unwrap_or(last).min(last);
        (to - (*from).max(first)).num_days() as f64 / all
    });
    let loss = loss.collect();
    let labels: Option<Vec<String>> = present.iter().map(|(from, _)| unit.label(*from)).collect();
    Some(Draft { groups, labels: labels?, loss, meaning: meaning(unit.unit), exact: false })
}

/// Texts and numbers that are dates, in full or to the month or year: `2023年5月1日`, `2023-05`,
/// `二〇二三年五月`, `202305`, `1987`.
#[derive(Debug)]
pub(super) struct DateTexts {
    /// The units, finest first.
    pub(super) by: Vec<DateUnit>,
}

impl Labels for DateTexts {
    const FORM: &'static str = "dates";

    fn meanings(&self) -> Vec<Bilingual> {
        self.by.iter().map(|unit| meaning(*unit)).collect()
    }

    fn label(&self, level: usize, value: &str) -> Option<String> {
        let unit = Unit::of(&self.by, level)?;
        let (day, known) = date_of_text(value)?;
        // What is known to the month only has no day to tell; it stays what it is.
        match known {
            DateUnit::Month if unit.unit < DateUnit::Month => Some(day.format("%Y-%m").to_string()),
            DateUnit::Year if unit.unit < DateUnit::Year => Some(format!("{:04}", day.year())),
            _ => unit.label(day),
        }
    }
}

/// The first day that a text may mean, and the unit to which it says so: day, month or year.
pub(super) fn date_of_text(text: &str) -> Option<(NaiveDate, DateUnit)> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    // A time of day after the date is not looked at.
    let text = text.split(['T', ' ']).next().unwrap_or(text);
    let digits = text.chars().all(|c| c.is_ascii_digit());
    let parts: Vec<u32> = if digits {
        let part = |from, to| text.get(from..to).and_then(|t: &str| t.parse().ok());
        match text.len() {
            4 => vec![part(0, 4)?],
            6 => vec![part(0, 4)?, part(4, 6)?],
            8 => vec![part(0, 4)?, part(4, 6)?, part(6, 8)?],
            _ => return None,
        }
    } else {
        let text = text.trim_end_matches(['年', '月', '日', '号']);
        let parts = text.split(['年', '月', '-', '/', '.']).map(chinese_number);
        parts.collect::<Option<_>>()?
    };
    let (year, month, day, known) = match parts[..] {
        [year] => (year, 1, 1, DateUnit::Year),
        [year, month] => (year, month, 1, DateUnit::Month),
        [year, month, day] => (year, month, day, DateUnit::Day),
        _ => return None,
    };
    let year = i32::try_from(year).ok().filter(|year| (1000..=9999).contains(year))?;
    Some((NaiveDate::from_ymd_opt(year, month, day)?, known))
}

/// `11`, `十一`, `二十一`, `二〇二三`.
fn chinese_number(text: &str) -> Option<u32> {
    if !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| match c {
        '〇' | '零' | '○' => Some(0),
        '元' => Some(1),
        _ => "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .and_then(|p| u32::try_from(p + 1).ok()),
    };
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    match text.split_once('十') {
        None => text.chars().try_fold(0, |number, c| Some(number * 10 + digit(c)?)),
        Some((tens, ones)) => {
            let one = |part: &str, none: u32| match part.chars().collect::<Vec<_>>()[..] {
                [] => Some(none),
                [c] => digit(c),
                _ => None,
            };
            Some(one(tens, 1)? * 10 + one(ones, 0)?)
        }
    }
}
