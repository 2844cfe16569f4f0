//! Hierarchies from what a profile shows of a column.

use weir_table::{Codebook, ColumnProfile};
use weir_types::hierarchy::{DateUnit, DivisionLevel};
use weir_types::{Bilingual, ColumnType};

use super::build::Strictness;
use super::calendar::{DateTexts, date_of_text, typed_dates};
use super::divisions::Divisions;
use super::groups::rare;
use super::texts::{Labels, Prefixes, by_labels};
use super::{Draft, Hierarchy, checked, number};

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

/// The hierarchy of a column by its type and values alone; see [`automatic_for`].
pub fn automatic(profile: &ColumnProfile, k: u64) -> Hierarchy {
    automatic_for(profile, k, "")
}

/// The hierarchy of a column by its type, its values, and what it was found to hold.
///
/// * numbers: single values where there are few, then ranges whose cuts are multiples of 1, 2 or
///   5 times a power of ten, open at both ends so that about 1 % of the rows and at least `k` of
///   them are in each end;
/// * dates and times, and texts that are dates: day, month, year, 5 and 10 years;
/// * codes, names and addresses of Chinese divisions: county, prefecture, province;
/// * postcodes, telephone numbers and other codes of one length: their first characters;
/// * other text: the value, then rare values joined;
///
/// then `*`. Text of too many values to list them, in which nothing is recognised, has only `*`.
///
/// `semantic` is the key of the finding; `""` where nobody looked.
pub fn automatic_for(profile: &ColumnProfile, k: u64, semantic: &str) -> Hierarchy {
    let made = by_content(profile, semantic).or_else(|| match profile.ty {
        ColumnType::Integer | ColumnType::Float => numeric(profile, k),
        ColumnType::Date | ColumnType::Timestamp => typed_dates(&DateUnit::USUAL, profile).ok(),
        ColumnType::Boolean => values(profile),
        ColumnType::Text => texts(profile, k),
    });
    made.unwrap_or_else(|| Hierarchy::build(Codebook::One, Vec::new()))
}

/// Share of the values that must have a form for it to be that of the column.
const MOST_HAVE: f64 = 0.9;

/// The hierarchy that goes with what the column holds, where its values bear that out.
fn by_content(profile: &ColumnProfile, semantic: &str) -> Option<Hierarchy> {
    if !matches!(profile.ty, ColumnType::Text | ColumnType::Integer) {
        return None;
    }
    let prefixes = |lengths: &[usize], digits| Prefixes { lengths: lengths.to_vec(), digits };
    match semantic {
        "division" | "place" | "region" | "address" => {
            let by = DivisionLevel::ALL.map(|(_, level)| level).to_vec();
            let made = most_have(profile, Divisions { by });
            match (made, semantic) {
                (None, "division") if profile.ty == ColumnType::Integer => {
                    most_have(profile, prefixes(&[4, 2], Some(6)))
                }
                (made, _) => made,
            }
        }
        // Six digits in China: the first two say the province, three the postal zone, four the
        // county.
        "postcode" => most_have(profile, prefixes(&[4, 3, 2], usual_length(profile))),
        // The first three digits say the operator, seven the area of a mobile number.
        "cn-mobile" => most_have(profile, prefixes(&[7, 3], None)),
        "birth-date" | "event-date" => date_texts(profile),
        _ => None,
    }
}

/// A hierarchy by labels, if most values have them.
fn most_have<L: Labels>(profile: &ColumnProfile, labels: L) -> Option<Hierarchy> {
    let has = |v: &&weir_table::ValueCount| labels.label(0, v.value.expose()).is_some();
    let n = profile.values.iter().filter(has).count();
    if profile.values.is_empty() || (n as f64) < MOST_HAVE * profile.values.len() as f64 {
        return None;
    }
    by_labels(profile, labels, Strictness::Lenient).ok()
}

fn date_texts(profile: &ColumnProfile) -> Option<Hierarchy> {
    most_have(profile, DateTexts { by: DateUnit::USUAL.to_vec() })
}

/// The number of characters that most values have, where they are digits.
fn usual_length(profile: &ColumnProfile) -> Option<usize> {
    let digits = |v: &&weir_table::ValueCount| v.value.expose().bytes().all(|b| b.is_ascii_digit());
    profile.values.iter().filter(digits).map(|v| v.value.expose().len()).max()
}

/// Least rows of a value that stays alone, as a share of the rows with a value, level by level.
const RARE: [f64; 2] = [0.01, 0.05];

/// The hierarchy of text by what its values look like.
fn texts(profile: &ColumnProfile, k: u64) -> Option<Hierarchy> {
    let full_date = |v: &weir_table::ValueCount| {
        // A number of four digits is rarely meant as a date where nothing says so.
        let text = v.value.expose();
        !text.bytes().all(|b| b.is_ascii_digit()) && date_of_text(text).is_some()
    };
    if !profile.values.is_empty() && profile.values.iter().all(full_date) {
        return date_texts(profile);
    }
    if let Some(prefixes) = code_prefixes(profile) {
        return by_labels(profile, prefixes, Strictness::Lenient).ok();
    }
    let codebook = Codebook::of_values(profile)?;
    let mut drafts = vec![exact(profile)];
    let rows: u64 = profile.values.iter().map(|v| v.count).sum();
    let few = k as f64 / rows.max(1) as f64;
    for share in RARE {
        let draft = rare(share.max(few.min(0.5)), profile);
        let below = drafts.last().map_or(0, |below: &Draft| below.labels.len());
        // A group of one value hides nothing, and with all values in it the level is the top.
        if draft.labels.len() < below && draft.labels.len() > 1 {
            drafts.push(draft);
        }
    }
    checked(profile, codebook, drafts).ok()
}

/// The first characters of codes: texts without blanks that have one length, or begin with the
/// same few letters and digits.
fn code_prefixes(profile: &ColumnProfile) -> Option<Prefixes> {
    const LEAST_VALUES: usize = 12;
    if profile.values.len() < LEAST_VALUES {
        return None;
    }
    let texts: Vec<&str> = profile.values.iter().map(|v| v.value.expose().as_str()).collect();
    let code = |text: &&str| {
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        plain && text.bytes().any(|b| b.is_ascii_digit())
    };
    let length = texts.iter().map(|text| text.len()).max()?;
    let codes = texts.iter().filter(|text| code(text) && text.len() + 2 >= length).count();
    if (codes as f64) < MOST_HAVE * texts.len() as f64 || length < 2 {
        return None;
    }
    // Lengths at which fewer groups are left, but more than one.
    let groups = |n: usize| {
        let starts = texts.iter().map(|text| text.get(..n.min(text.len())).unwrap_or(text));
        starts.collect::<std::collections::BTreeSet<_>>().len()
    };
    // Of a sample, a group has to show several values, or others like it would go unseen.
    let mut left = if profile.distinct_exact { texts.len() } else { texts.len() / 4 };
    let mut lengths = Vec::new();
    for n in (1..length).rev() {
        let n_groups = groups(n);
        if n_groups > 1 && n_groups * 2 <= left {
            lengths.push(n);
            left = n_groups;
        }
    }
    (!lengths.is_empty()).then_some(Prefixes { lengths, digits: None })
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

#[cfg(test)]
mod tests;
