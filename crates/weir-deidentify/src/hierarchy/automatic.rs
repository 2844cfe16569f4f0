//! Hierarchies from what a profile shows of a column.

use chrono::{Datelike, NaiveDate};
use weir_table::profile::EXACT_VALUES;
use weir_table::{Codebook, ColumnProfile};
use weir_types::{Bilingual, ColumnType};

use super::{Draft, Hierarchy, number};

/// Most distinct values of an integer column that may be released one by one.
const EXACT_INTEGERS: u64 = 512;
/// Most distinct values of a float column that may be released one by one.
const EXACT_FLOATS: u64 = 100;
/// Most base ranges of a numeric column.
const BASE_RANGES: f64 = 100.0;
/// Least share of the rows in the open ranges at both ends.
const TAIL: f64 = 0.01;
/// With fewer base ranges than this, widths double; else they go times 5, 10, 20, 40.
const FEW_RANGES: usize = 20;
const DAY_MICROS: f64 = 86_400e6;

/// The hierarchy of a column by its type and values.
///
/// * numbers: single values where there are few, then ranges whose cuts are multiples of 1, 2 or
///   5 times a power of ten, open at both ends so that about 1 % of the rows and at least `k` of
///   them are in each end;
/// * dates and times: day, month, year, 5 and 10 years;
/// * booleans and text: the value;
///
/// then `*`. Text of too many distinct values has only `*`.
pub fn automatic(profile: &ColumnProfile, k: u64) -> Hierarchy {
    let made = match profile.ty {
        ColumnType::Integer | ColumnType::Float => numeric(profile, k),
        ColumnType::Date | ColumnType::Timestamp => dates(profile),
        ColumnType::Boolean | ColumnType::Text => values(profile),
    };
    made.unwrap_or_else(|| Hierarchy::build(Codebook::One, Vec::new()))
}

/// Single values, then the top.
fn values(profile: &ColumnProfile) -> Option<Hierarchy> {
    let codebook = Codebook::of_values(profile)?;
    Some(Hierarchy::build(codebook, vec![exact(profile)]))
}

/// The level of the values themselves.
pub(super) fn exact(profile: &ColumnProfile) -> Draft {
    let n = profile.values.len();
    Draft {
        groups: (0..).take(n).collect(),
        labels: profile.values.iter().map(|v| v.value.expose().clone()).collect(),
        loss: vec![0.0; n],
        meaning: Bilingual::new("原值", "exact values"),
        exact: true,
    }
}

fn numeric(profile: &ColumnProfile, k: u64) -> Option<Hierarchy> {
    let (min, max) = (profile.min?, profile.max?);
    if !min.is_finite() || !max.is_finite() {
        return values(profile);
    }
    let integer = profile.ty == ColumnType::Integer;
    let most_exact = if integer { EXACT_INTEGERS } else { EXACT_FLOATS };
    let codebook = Codebook::of_values(profile).filter(|_| profile.distinct <= most_exact);
    let Some(grid) = Grid::of(profile, k) else {
        return values(profile);
    };
    let range = Range { min, max, integer };
    let mut drafts = Vec::new();
    let codebook = if let Some(codebook) = codebook {
        drafts.push(exact(profile));
        let numbers: Vec<f64> = profile.values.iter().map(|v| v.number.unwrap_or(min)).collect();
        for multiple in grid.multiples() {
            drafts.push(range.draft(&grid, multiple, &numbers));
        }
        codebook
    } else {
        // A code stands for a base range; any number in it tells the range above.
        let cuts = grid.cuts(1);
        let numbers: Vec<f64> =
            std::iter::once(f64::NEG_INFINITY).chain(cuts.iter().copied()).collect();
        for multiple in grid.multiples() {
            drafts.push(range.draft(&grid, multiple, &numbers));
        }
        Codebook::of_cuts(cuts)
    };
    Some(Hierarchy::build(codebook, drafts))
}

/// Multiples of a width of 1, 2 or 5 times a power of ten, from `first` to `last`.
#[derive(Clone, Copy, Debug)]
struct Grid {
    mantissa: i64,
    exponent: i32,
    first: i64,
    last: i64,
}

impl Grid {
    /// The finest grid with at most [`BASE_RANGES`] ranges between the tails; `None` when all
    /// numbers are one.
    fn of(profile: &ColumnProfile, k: u64) -> Option<Self> {
        let (min, max) = (profile.min?, profile.max?);
        if min >= max {
            return None;
        }
        let (mut low, mut high) = tails(profile, k).unwrap_or((min, max));
        if low >= high {
            (low, high) = (min, max);
        }
        let target = (high - low) / BASE_RANGES;
        let integer = profile.ty == ColumnType::Integer;
        let mut exponent = target.log10().floor() as i32;
        let mut mantissa = 1;
        loop {
            let grid = Self { mantissa, exponent, first: 0, last: 0 };
            let wide_enough = grid.at(1) >= target * (1.0 - 1e-9);
            if wide_enough && (!integer || exponent >= 0) {
                break;
            }
            (mantissa, exponent) = match mantissa {
                1 => (2, exponent),
                2 => (5, exponent),
                _ => (1, exponent + 1),
            };
        }
        let mut grid = Self { mantissa, exponent, first: 0, last: 0 };
        // The first cut lies above the low tail and the last one at or below the high tail, so
        // that both open ranges hold their share.
        grid.first = grid.index(low) + 1;
        grid.last = grid.index(high).max(grid.first);
        Some(grid)
    }

    /// The cut with an index, rounded once so that it prints as people write it.
    fn at(&self, index: i64) -> f64 {
        let units = (index * self.mantissa) as f64;
        if self.exponent < 0 {
            units / 10f64.powi(-self.exponent)
        } else {
            units * 10f64.powi(self.exponent)
        }
    }

    /// The index of the greatest cut at or below a number.
    fn index(&self, number: f64) -> i64 {
        let mut index = (number / self.at(1)).floor() as i64;
        while self.at(index) > number {
            index -= 1;
        }
        while self.at(index + 1) <= number {
            index += 1;
        }
        index
    }

    /// Cuts of the level whose width is `multiple` base widths. Those of a level are among those
    /// of every level whose multiple divides it.
    fn cuts(&self, multiple: i64) -> Vec<f64> {
        (self.first..=self.last)
            .filter(|index| index.rem_euclid(multiple) == 0)
            .map(|index| self.at(index))
            .collect()
    }

    /// Widths of the levels in base widths; each divides the next.
    fn multiples(&self) -> Vec<i64> {
        let few = self.cuts(1).len() < FEW_RANGES;
        let mut multiples = vec![1];
        let mut next = if few { 2 } else { 5 };
        loop {
            let cuts = self.cuts(next).len();
            if cuts > 0 {
                multiples.push(next);
            }
            if cuts <= 1 {
                return multiples;
            }
            next *= 2;
        }
    }
}

/// Numbers between which all rows but a tail at each end lie, by the profile's counts.
fn tails(profile: &ColumnProfile, k: u64) -> Option<(f64, f64)> {
    let counted: Vec<(f64, u64)> =
        profile.values.iter().filter_map(|v| Some((v.number?, v.count))).collect();
    let seen: u64 = counted.iter().map(|(_, n)| n).sum();
    let all: u64 = profile.values.iter().map(|v| v.count).sum();
    // With a sample of the values, `k` rows of the table are fewer among the counted ones.
    let k_share = k as f64 / all.max(k).max(1) as f64;
    let tail = (TAIL.max(k_share).min(0.25) * seen as f64).ceil() as u64;
    let reach = |mut counts: Box<dyn Iterator<Item = &(f64, u64)> + '_>| {
        let mut sum = 0;
        counts.find_map(|(number, n)| {
            sum += n;
            (sum >= tail).then_some(*number)
        })
    };
    Some((reach(Box::new(counted.iter()))?, reach(Box::new(counted.iter().rev()))?))
}

/// The domain of a numeric column.
#[derive(Clone, Copy, Debug)]
struct Range {
    min: f64,
    max: f64,
    integer: bool,
}

impl Range {
    /// The level of a multiple; `numbers` holds one number of each code.
    fn draft(&self, grid: &Grid, multiple: i64, numbers: &[f64]) -> Draft {
        let cuts = grid.cuts(multiple);
        let at: Vec<usize> = numbers.iter().map(|n| cuts.partition_point(|cut| cut <= n)).collect();
        let (groups, present) = number(&at);
        let edges = |at: usize| {
            let from = at.checked_sub(1).map(|at| cuts[at]);
            (from, cuts.get(at).copied())
        };
        let width = grid.at(multiple);
        let meaning = if self.integer && (width - 1.0).abs() < 0.5 {
            Bilingual::new("单个值，两端合并", "single values, both ends grouped")
        } else {
            Bilingual::new(format!("以 {width} 为一组"), format!("ranges of {width}"))
        };
        Draft {
            groups,
            labels: present.iter().map(|at| self.label(edges(*at))).collect(),
            loss: present.iter().map(|at| self.loss(edges(*at))).collect(),
            meaning,
            exact: false,
        }
    }

    fn label(&self, (from, to): (Option<f64>, Option<f64>)) -> String {
        let least = from.unwrap_or(self.min).max(self.min);
        let greatest = to.map_or(self.max, |to| (to - 1.0).min(self.max));
        if self.integer && (greatest - least).abs() < 0.5 {
            return format!("{least}");
        }
        match (from, to) {
            (Some(from), Some(to)) => format!("[{from},{to})"),
            (None, Some(to)) => format!("<{to}"),
            (Some(from), None) => format!("≥{from}"),
            (None, None) => super::TOP.to_owned(),
        }
    }

    fn loss(&self, (from, to): (Option<f64>, Option<f64>)) -> f64 {
        let least = from.unwrap_or(self.min).max(self.min);
        let covered = if self.integer {
            to.map_or(self.max, |to| (to - 1.0).min(self.max)) - least
        } else {
            to.map_or(self.max, |to| to.min(self.max)) - least
        };
        (covered / (self.max - self.min)).clamp(0.0, 1.0)
    }
}

/// Units of the calendar, each a union of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Month,
    Years(i64),
}

const UNITS: [Unit; 5] = [Unit::Day, Unit::Month, Unit::Years(1), Unit::Years(5), Unit::Years(10)];
const EPOCH_FROM_CE: i64 = 719_163;

impl Unit {
    /// The number of the unit in which a day lies; `None` outside the calendar.
    fn of(self, day: i64) -> Option<i64> {
        let from_ce = i32::try_from(day + EPOCH_FROM_CE).ok()?;
        let date = NaiveDate::from_num_days_from_ce_opt(from_ce)?;
        Some(match self {
            Self::Day => day,
            Self::Month => i64::from(date.year()) * 12 + i64::from(date.month0()),
            Self::Years(n) => i64::from(date.year()).div_euclid(n),
        })
    }

    /// The first day of a unit.
    fn start(self, unit: i64) -> Option<i64> {
        let (year, month) = match self {
            Self::Day => return Some(unit),
            Self::Month => (unit.div_euclid(12), u32::try_from(unit.rem_euclid(12)).ok()? + 1),
            Self::Years(n) => (unit * n, 1),
        };
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?;
        Some(i64::from(date.num_days_from_ce()) - EPOCH_FROM_CE)
    }

    fn label(self, unit: i64) -> Option<String> {
        let first = i32::try_from(self.start(unit)? + EPOCH_FROM_CE).ok()?;
        let date = NaiveDate::from_num_days_from_ce_opt(first)?;
        Some(match self {
            Self::Day => date.format("%Y-%m-%d").to_string(),
            Self::Month => date.format("%Y-%m").to_string(),
            Self::Years(1) => format!("{:04}", date.year()),
            Self::Years(n) => format!("{:04}-{:04}", unit * n, unit * n + n - 1),
        })
    }

    fn meaning(self) -> Bilingual {
        match self {
            Self::Day => Bilingual::new("日", "day"),
            Self::Month => Bilingual::new("月", "month"),
            Self::Years(1) => Bilingual::new("年", "year"),
            Self::Years(n) => Bilingual::new(format!("{n} 年"), format!("{n} years")),
        }
    }
}

fn dates(profile: &ColumnProfile) -> Option<Hierarchy> {
    let scale = if profile.ty == ColumnType::Date { 1.0 } else { DAY_MICROS };
    let day = |number: f64| (number / scale).floor() as i64;
    let (first, last) = (day(profile.min?), day(profile.max?));
    if let Some(codebook) = Codebook::of_values(profile) {
        let days: Vec<i64> = profile.values.iter().map(|v| v.number.map_or(first, day)).collect();
        let from = if scale > 1.0 { 0 } else { 1 };
        let mut drafts = vec![exact(profile)];
        for unit in &UNITS[from..] {
            drafts.push(calendar(*unit, &days, first, last)?);
        }
        return Some(Hierarchy::build(codebook, drafts));
    }
    for (at, base) in UNITS.iter().enumerate() {
        let (from, to) = (base.of(first)?, base.of(last)?);
        if to - from >= EXACT_VALUES as i64 {
            continue;
        }
        let starts: Option<Vec<i64>> = (from + 1..=to).map(|unit| base.start(unit)).collect();
        let starts = starts?;
        let cuts = starts.iter().map(|start| *start as f64 * scale).collect();
        let days: Vec<i64> = std::iter::once(first).chain(starts).collect();
        let drafts: Option<Vec<Draft>> =
            UNITS[at..].iter().map(|unit| calendar(*unit, &days, first, last)).collect();
        return Some(Hierarchy::build(Codebook::of_cuts(cuts), drafts?));
    }
    None
}

/// The level of a unit; `days` holds one day of each code, between `first` and `last`.
fn calendar(unit: Unit, days: &[i64], first: i64, last: i64) -> Option<Draft> {
    let units: Option<Vec<i64>> = days.iter().map(|day| unit.of(*day)).collect();
    let (groups, present) = number(&units?);
    let mut labels = Vec::with_capacity(present.len());
    let mut loss = Vec::with_capacity(present.len());
    for unit_at in present {
        labels.push(unit.label(unit_at)?);
        let from = unit.start(unit_at)?.max(first);
        let to = (unit.start(unit_at + 1)? - 1).min(last);
        loss.push((to - from) as f64 / (last - first).max(1) as f64);
    }
    Some(Draft { groups, labels, loss, meaning: unit.meaning(), exact: false })
}

#[cfg(test)]
mod tests;
