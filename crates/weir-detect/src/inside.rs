//! What the texts of a column hold: names, numbers and addresses among other words.
//!
//! The values that the profile keeps are read by the scanner of free text: all of them where they
//! are few and short, else an even part of them, and of each its first 64 KiB, which the result
//! says.

use std::collections::BTreeMap;

use weir_table::ColumnProfile;
use weir_types::{Bilingual, ColumnType, Signal};

use crate::signals;
use crate::text::{Kind, TextScanner};

/// Cells of a column of texts that hold content of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The kind.
    pub kind: Kind,
    /// Share of the cells that were read, 0 to 1.
    pub share: f64,
}

/// What the texts of a column hold, and how much of them was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inside {
    /// Kinds by the share of cells that hold them, the largest first.
    pub held: Vec<Held>,
    /// Distinct values that were read.
    pub values: u64,
    /// Of how many that were kept.
    pub of: u64,
    /// Those that were read, of which only the first 64 KiB were.
    pub cut: u64,
}

/// Reads the texts of a column.
pub(crate) fn of(column: &ColumnProfile) -> Inside {
    /// Bytes that are read of a column: a moment's work.
    const MOST_BYTES: usize = 4 << 20;
    /// Bytes that are read of one text.
    const LONGEST: usize = 64 << 10;
    if column.ty != ColumnType::Text {
        return Inside::default();
    }
    let all: usize = column.values.iter().map(|v| v.value.expose().len().min(LONGEST)).sum();
    // Values are in order, so that a part of them is taken at even distances.
    let step = all.div_ceil(MOST_BYTES).max(1);
    let scanner = TextScanner::new();
    let mut spans = Vec::new();
    let mut rows_of: BTreeMap<Kind, u64> = BTreeMap::new();
    let (mut rows, mut values, mut cut) = (0, 0, 0);
    for value in column.values.iter().step_by(step) {
        let text = value.value.expose();
        let end = text.floor_char_boundary(LONGEST);
        scanner.spans_into(&text[..end], &mut spans);
        let mut kinds: Vec<Kind> = spans.iter().map(|span| span.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.into_iter().for_each(|kind| *rows_of.entry(kind).or_default() += value.count);
        rows += value.count;
        values += 1;
        cut += u64::from(end < text.len());
    }
    let share = |cells: u64| cells as f64 / rows.max(1) as f64;
    let held = rows_of.into_iter().map(|(kind, cells)| Held { kind, share: share(cells) });
    let mut held: Vec<Held> = held.collect();
    held.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.kind.cmp(&b.kind)));
    Inside { held, values, of: column.values.len() as u64, cut }
}

impl Inside {
    /// The words for it; none where nothing was found.
    pub(crate) fn signal(&self) -> Option<Signal> {
        /// Kinds that are told one by one.
        const FIRST: usize = 6;
        if self.held.is_empty() {
            return None;
        }
        let parts: Vec<(Bilingual, String)> = self.held[..self.held.len().min(FIRST)]
            .iter()
            .map(|held| (held.kind.label(), signals::percent(held.share)))
            .collect();
        let zh: Vec<String> =
            parts.iter().map(|(label, share)| format!("{share} 含{}", label.zh)).collect();
        let en: Vec<String> =
            parts.iter().map(|(label, share)| format!("{} in {share}", label.en)).collect();
        let more = self.held.len().saturating_sub(FIRST);
        Some(signals::inside_texts(&zh.join("，"), &en.join(", "), self, more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::texts;

    #[test]
    fn the_share_of_cells_that_hold_a_name_is_told() {
        let values = [
            "患者王建国于昨日入院，联系电话13800138000。",
            "医生李晓明建议复查，三天后再来门诊。",
            "病情平稳，继续观察，按时服药即可。",
            "无特殊情况，今日未见异常，饮食正常。",
        ];
        let inside = of(&texts("备注", &values));
        let share = |kind| inside.held.iter().find(|held| held.kind == kind).map(|h| h.share);
        assert_eq!(share(Kind::PersonName), Some(0.5));
        assert_eq!(share(Kind::Mobile), Some(0.25));
        assert_eq!(inside.held[0].kind, Kind::PersonName, "the most frequent first");
        let signal = inside.signal().expect("something is held");
        assert!(signal.saw.en.contains("in 50 %"), "{}", signal.saw.en);
        for part in ["王建国", "李晓明", "138"] {
            assert!(!signal.saw.zh.contains(part) && !signal.saw.en.contains(part));
        }
    }

    #[test]
    fn of_long_texts_an_even_part_is_read() {
        let text = |n: u64| format!("{n:06}{}", "第三条 本合同一式两份。".repeat(1000));
        let values: Vec<String> = (0..400).map(text).collect();
        let column = crate::tests::column("c", ColumnType::Text, &values, 400);
        let inside = of(&column);
        assert!((50..400).contains(&inside.values), "{}", inside.values);
        assert_eq!((inside.of, inside.cut), (400, 0));
        assert_eq!(of(&texts("c", &[])), Inside::default());
    }

    #[test]
    fn what_was_left_out_is_told() {
        let long = format!("电话13800138000。{}王建国", "第三条 本合同一式两份。".repeat(3_000));
        let inside = of(&texts("c", &[&long, "电话13900139000。"]));
        assert_eq!((inside.values, inside.of, inside.cut), (2, 2, 1));
        let signal = inside.signal().expect("something is held");
        assert!(signal.saw.en.contains("2 distinct texts that were read, the first 64 KiB of 1"));
        assert!(signal.saw.zh.contains("2 个不同文本（其中 1 个只读前 64 KiB）"));
        let part = Inside { values: 20, of: 1_000, cut: 0, ..inside.clone() };
        let signal = part.signal().expect("something is held");
        assert!(signal.saw.en.contains("by the 20 of 1,000 distinct texts that were read:"));
        assert!(signal.saw.zh.contains("1,000 个不同文本中的 20 个："), "{}", signal.saw.zh);
        let whole = Inside { cut: 0, ..inside };
        let signal = whole.signal().expect("something is held");
        assert!(signal.saw.en.contains("by 2 distinct texts that were read:"));
    }
}
