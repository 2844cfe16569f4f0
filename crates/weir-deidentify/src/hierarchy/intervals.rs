//! Hierarchies of numbers: ranges of a width, between cuts, and at the ends.

use std::collections::BTreeMap;

use weir_table::{Codebook, ColumnProfile};
use weir_types::hierarchy::Intervals;
use weir_types::{Bilingual, ColumnType};

use super::automatic::exact;
use super::build::{listed, wrong_type};
use super::{Draft, Hierarchy, HierarchyError, checked, number};

/// Most ranges that a column of many values is coded by.
const MOST_RANGES: usize = 60_000;
/// Greatest number of a range from where counting begins: whole numbers below it are exact.
const FARTHEST: f64 = (1u64 << 50) as f64;

/// Ranges of one width, then of wider ones.
pub(super) fn intervals(
    asked: &Intervals,
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    let (min, max) = numbers("intervals", profile)?;
    let grid = Grid::new(asked);
    let too_many = || {
        let column = profile.name.clone();
        HierarchyError::TooManyGroups { column, most: MOST_RANGES }
    };
    let ends = [Some(min), Some(max), asked.from, asked.to];
    if ends.into_iter().flatten().any(|n| ((n - grid.at) / grid.width).abs() > FARTHEST) {
        return Err(too_many());
    }
    let mut drafts = Vec::new();
    let (codebook, numbers) = match Codebook::of_values(profile) {
        Some(codebook) => {
            drafts.push(exact(profile));
            (codebook, profile.values.iter().map(|v| v.number.unwrap_or(min)).collect())
        }
        None => {
            let cuts = grid.base_cuts(min, max).ok_or_else(too_many)?;
            coded_by(cuts, min)
        }
    };
    let leaves = !drafts.is_empty();
    for width in std::iter::once(&asked.width).chain(&asked.by) {
        let multiple = (width / asked.width).round() as i64;
        let ranges: Vec<Range> = numbers.iter().map(|n| grid.range(*n, multiple)).collect();
        let meaning = Bilingual::new(format!("以 {width} 为一组"), format!("ranges of {width}"));
        drafts.push(draft(&ranges, profile, leaves, meaning));
    }
    checked(profile, codebook, drafts)
}

/// Ranges between given numbers.
pub(super) fn cuts(
    levels: &[Vec<f64>],
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    let (min, _) = numbers("cuts", profile)?;
    let mut drafts = Vec::new();
    let (codebook, numbers) = match Codebook::of_values(profile) {
        Some(codebook) => {
            drafts.push(exact(profile));
            (codebook, profile.values.iter().map(|v| v.number.unwrap_or(min)).collect())
        }
        None => {
            let cuts = levels.first().cloned().unwrap_or_default();
            if cuts.len() > MOST_RANGES {
                let column = profile.name.clone();
                return Err(HierarchyError::TooManyGroups { column, most: MOST_RANGES });
            }
            coded_by(cuts, f64::NEG_INFINITY)
        }
    };
    let leaves = !drafts.is_empty();
    for cuts in levels {
        let range = |n: &f64| {
            let at = cuts.partition_point(|cut| cut <= n);
            Range { from: at.checked_sub(1).map(|at| cuts[at]), to: cuts.get(at).copied() }
        };
        let ranges: Vec<Range> = numbers.iter().map(range).collect();
        let n = cuts.len() + 1;
        let meaning = Bilingual::new(format!("{n} 段"), format!("{n} ranges"));
        drafts.push(draft(&ranges, profile, leaves, meaning));
    }
    checked(profile, codebook, drafts)
}

/// Values as they are between two bounds, and one range beyond each of them.
pub(super) fn bounds(
    from: Option<f64>,
    to: Option<f64>,
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    numbers("bounds", profile)?;
    let codebook = listed(profile)?;
    let label = |v: &weir_table::ValueCount| match v.number {
        Some(n) if from.is_some_and(|from| n < from) => Range { from: None, to: from }.label(false),
        Some(n) if to.is_some_and(|to| n >= to) => Range { from: to, to: None }.label(false),
        _ => v.value.expose().clone(),
    };
    let labels: Vec<String> = profile.values.iter().map(label).collect();
    let meaning = Bilingual::new("两端合并", "both ends grouped");
    let drafts = vec![exact(profile), super::codes_as_leaves(labels, meaning)];
    checked(profile, codebook, drafts)
}

/// The least and the greatest number of a column of numbers; zeros where it has no value.
fn numbers(builder: &'static str, profile: &ColumnProfile) -> Result<(f64, f64), HierarchyError> {
    match profile.ty {
        ColumnType::Integer | ColumnType::Float => {
            Ok((profile.min.unwrap_or(0.0), profile.max.unwrap_or(0.0)))
        }
        // A column without values is of no type.
        ColumnType::Text if profile.values.is_empty() => Ok((0.0, 0.0)),
        _ => Err(wrong_type(builder, "numbers", profile)),
    }
}

/// Codes of the ranges between cuts, with a number of each.
fn coded_by(cuts: Vec<f64>, least: f64) -> (Codebook, Vec<f64>) {
    let first = cuts.first().map_or(least, |cut| least.min(*cut));
    let numbers = std::iter::once(first).chain(cuts.iter().copied()).collect();
    (Codebook::of_cuts(cuts), numbers)
}

/// The level of a range for each code. Where codes are values, the loss of a range is its share
/// of the values, else of the span between the least and the greatest number.
fn draft(ranges: &[Range], profile: &ColumnProfile, leaves: bool, meaning: Bilingual) -> Draft {
    let integer = profile.ty == ColumnType::Integer;
    if leaves {
        let labels = ranges.iter().map(|range| range.label(integer)).collect();
        return super::codes_as_leaves(labels, meaning);
    }
    let orders: Vec<_> = ranges.iter().map(Range::order).collect();
    let of_order: BTreeMap<_, &Range> = orders.iter().copied().zip(ranges).collect();
    // Numbered in the order of the keys, which is that of the map.
    let (groups, _) = number(&orders);
    let (min, max) = (profile.min.unwrap_or(0.0), profile.max.unwrap_or(0.0));
    let loss = |range: &Range| {
        let (from, to) = (range.from.unwrap_or(min).max(min), range.to.unwrap_or(max).min(max));
        if max > min { ((to - from) / (max - min)).clamp(0.0, 1.0) } else { 0.0 }
    };
    Draft {
        groups,
        labels: of_order.values().map(|range| range.label(integer)).collect(),
        loss: of_order.values().map(|range| loss(range)).collect(),
        meaning,
        exact: false,
    }
}

/// Numbers from one that belongs to it up to one that does not.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    from: Option<f64>,
    to: Option<f64>,
}

impl Range {
    fn label(&self, integer: bool) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to))
                if integer && from.fract() == 0.0 && (to - from - 1.0).abs() < 1e-9 =>
            {
                format!("{from}")
            }
            (Some(from), Some(to)) => format!("[{from},{to})"),
            (None, Some(to)) => format!("<{to}"),
            (Some(from), None) => format!("≥{from}"),
            (None, None) => super::TOP.to_owned(),
        }
    }

    /// A key in the order of the numbers.
    fn order(&self) -> (u64, u64) {
        let key = |n: f64| {
            let bits = (n + 0.0).to_bits();
            if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
        };
        (self.from.map_or(0, key), self.to.map_or(u64::MAX, key))
    }
}

/// Where ranges begin.
#[derive(Clone, Copy, Debug)]
struct Grid {
    at: f64,
    width: f64,
    /// Decimals in which both are whole, where those are few.
    scale: Option<(f64, f64, f64)>,
    from: Option<f64>,
    to: Option<f64>,
    snap: bool,
}

impl Grid {
    fn new(asked: &Intervals) -> Self {
        let at = asked.at.or(asked.from).unwrap_or(0.0);
        let decimals = |n: f64| n.to_string().split_once('.').map_or(0, |(_, d)| d.len());
        let places = decimals(at).max(decimals(asked.width));
        let scale = 10f64.powi(i32::try_from(places).unwrap_or(i32::MAX));
        let whole = ((at * scale).round(), (asked.width * scale).round(), scale);
        let exact = places <= 12 && whole.0.abs().max(whole.1) < FARTHEST;
        let scale = exact.then_some(whole);
        Self { at, width: asked.width, scale, from: asked.from, to: asked.to, snap: asked.snap }
    }

    /// The cut with an index, rounded once so that it prints as people write it.
    fn cut(&self, index: i64) -> f64 {
        match self.scale {
            Some((at, width, scale)) => (at + index as f64 * width) / scale,
            None => self.at + index as f64 * self.width,
        }
    }

    /// The index of the greatest cut at or below a number.
    fn index(&self, number: f64) -> i64 {
        let mut index = ((number - self.at) / self.width).floor() as i64;
        while self.cut(index) > number {
            index -= 1;
        }
        while self.cut(index + 1) <= number {
            index += 1;
        }
        index
    }

    /// The cuts of the finest ranges between two numbers; `None` where there are too many.
    fn base_cuts(&self, min: f64, max: f64) -> Option<Vec<f64>> {
        let low = self.from.map_or(min, |from| from.max(min));
        let high = self.to.map_or(max, |to| to.min(max));
        let (first, last) = (self.index(low) + 1, self.index(high));
        if last.saturating_sub(first) >= MOST_RANGES as i64 {
            return None;
        }
        let mut cuts: Vec<f64> = (first..=last).map(|index| self.cut(index)).collect();
        cuts.extend(self.from.iter().chain(&self.to));
        cuts.sort_by(f64::total_cmp);
        cuts.dedup();
        Some(cuts)
    }

    /// The range of a number at the level of a multiple of the width.
    fn range(&self, number: f64, multiple: i64) -> Range {
        if let Some(from) = self.from.filter(|from| number < *from) {
            return Range { from: None, to: Some(from) };
        }
        if let Some(to) = self.to.filter(|to| number >= *to) {
            return Range { from: Some(to), to: None };
        }
        let edge = |group: i64| self.cut(group * multiple);
        let group = self.index(number).div_euclid(multiple);
        let (first, last) = self.joined(group, multiple);
        let (from, to) = (edge(first), edge(last + 1));
        Range {
            from: Some(self.from.map_or(from, |bound| bound.max(from))),
            to: Some(self.to.map_or(to, |bound| bound.min(to))),
        }
    }

    /// The ranges of a level that a range is joined with: one that a bound cuts short joins its
    /// neighbour, and where both ends meet they are one.
    fn joined(&self, group: i64, multiple: i64) -> (i64, i64) {
        if !self.snap {
            return (group, group);
        }
        let edge = |group: i64| self.cut(group * multiple);
        let begin = self.from.map(|from| (from, self.index(from).div_euclid(multiple)));
        let end = self.to.map(|to| (to, self.last_below(to).div_euclid(multiple)));
        let (least, most) = (begin.map_or(i64::MIN, |b| b.1), end.map_or(i64::MAX, |e| e.1));
        let low =
            begin.filter(|(from, at)| edge(*at) < *from).map(|(_, at)| (at, (at + 1).min(most)));
        let high =
            end.filter(|(to, at)| edge(at + 1) > *to).map(|(_, at)| ((at - 1).max(least), at));
        let blocks = match (low, high) {
            (Some(low), Some(high)) if low.1 >= high.0 => [Some((low.0, high.1)), None],
            other => [other.0, other.1],
        };
        let holds = |block: &(i64, i64)| block.0 <= group && group <= block.1;
        blocks.into_iter().flatten().find(holds).unwrap_or((group, group))
    }

    /// The index of the last range that begins below a number.
    fn last_below(&self, number: f64) -> i64 {
        let index = self.index(number);
        if self.cut(index) < number { index } else { index - 1 }
    }
}
