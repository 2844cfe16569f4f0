//! The geometry of the pictures: lengths as percentages, so that a picture is as wide as its page.

use serde::Serialize;
use weir_types::risk::ClassBand;

use super::{Bar, ColumnHistogram, words};

/// How many people sit in classes of which size, before and after, back to back.
#[derive(Debug, Serialize)]
pub(super) struct Ladder {
    pub(super) steps: Vec<Step>,
    /// Every band is under k, so the line comes last.
    pub(super) k_last: bool,
}

/// One band of class sizes.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Step {
    pub(super) label: String,
    pub(super) before: Length,
    pub(super) after: Length,
    /// The line of k is drawn above this step.
    pub(super) k_above: bool,
    /// k lies within this band, not at its edge.
    pub(super) k_within: bool,
    /// Every class in the band has fewer than k people.
    pub(super) under_k: bool,
}

/// A count, and its bar as a percentage of the longest one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Length {
    pub(super) count: u64,
    pub(super) percent: f64,
}

impl Ladder {
    /// Bands are those of either side; both sides share one scale, since both count people.
    pub(super) fn new(before: &[ClassBand], after: &[ClassBand], k: u64) -> Self {
        let mut edges: Vec<(u64, u64)> =
            before.iter().chain(after).map(|band| (band.from, band.to)).collect();
        edges.sort_unstable();
        // A last band that ends with its table's largest class can differ between the two.
        edges.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.max(next.1);
            }
            same
        });
        let people = |bands: &[ClassBand], from| {
            bands.iter().filter(|band| band.from == from).map(|band| band.people).sum::<u64>()
        };
        // The small sizes stay even when nobody has them: that is what a release is for.
        while edges
            .last()
            .is_some_and(|(from, _)| people(before, *from) + people(after, *from) == 0)
        {
            edges.pop();
        }
        let most = edges
            .iter()
            .flat_map(|(from, _)| [people(before, *from), people(after, *from)])
            .max()
            .unwrap_or(0);
        let line = edges.iter().position(|(_, to)| *to >= k);
        let steps = edges.iter().enumerate().map(|(i, &(from, to))| Step {
            label: words::band(from, to),
            before: Length::new(people(before, from), most),
            after: Length::new(people(after, from), most),
            k_above: line == Some(i),
            k_within: line == Some(i) && from < k,
            under_k: to < k,
        });
        Self { steps: steps.collect(), k_last: line.is_none() }
    }
}

impl Length {
    /// A bar that is there stays visible, however short.
    fn new(count: u64, most: u64) -> Self {
        let percent = if count == 0 { 0.0 } else { (ratio(count, most) * 100.0).max(0.6) };
        Self { count, percent: round(percent) }
    }
}

/// The two distributions of one column.
#[derive(Debug, Serialize)]
pub(super) struct Pair<'a> {
    pub(super) column: &'a str,
    pub(super) before: Chart<'a>,
    pub(super) after: Chart<'a>,
}

/// One distribution, each drawn to its own scale: groups hold more rows than the values in them.
#[derive(Debug, Serialize)]
pub(super) struct Chart<'a> {
    pub(super) bars: Vec<Drawn<'a>>,
    /// As rows with a label each, for names; else as columns on an axis, for what has an order.
    pub(super) lying: bool,
    /// Width of the drawing in its own units.
    pub(super) width: u64,
    pub(super) peak: u64,
    /// Whether there is room for a label under every column.
    pub(super) all_labels: bool,
}

/// One bar.
#[derive(Debug, Serialize)]
pub(super) struct Drawn<'a> {
    pub(super) label: &'a str,
    pub(super) rows: u64,
    /// Left edge in the units of [`Chart::width`].
    pub(super) x: u64,
    /// Length as a percentage of the longest bar.
    pub(super) percent: f64,
    /// What is left to 100.
    pub(super) rest: f64,
}

impl<'a> Pair<'a> {
    pub(super) fn new(histogram: &'a ColumnHistogram, ordered: bool) -> Self {
        Self {
            column: &histogram.column,
            before: Chart::new(&histogram.before, ordered),
            after: Chart::new(&histogram.after, ordered),
        }
    }
}

impl<'a> Chart<'a> {
    fn new(bars: &'a [Bar], ordered: bool) -> Self {
        let peak = bars.iter().map(|bar| bar.rows).max().unwrap_or(0);
        let drawn = bars.iter().zip((0..).step_by(COLUMN)).map(|(bar, x)| {
            let Length { percent, .. } = Length::new(bar.rows, peak);
            Drawn { label: &bar.label, rows: bar.rows, x, percent, rest: round(100.0 - percent) }
        });
        let bars: Vec<Drawn<'a>> = drawn.collect();
        let label_width: usize = bars.iter().map(|bar| super::plain::width(bar.label) + 2).sum();
        Self {
            lying: !ordered && bars.len() <= MOST_LABELLED_ROWS,
            width: bars.last().map_or(0, |bar| bar.x + COLUMN as u64),
            peak,
            all_labels: label_width <= LABELS_UNDER_COLUMNS,
            bars,
        }
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn round(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

/// Units of a drawing that one column takes, with the gap beside it.
const COLUMN: usize = 10;
/// More names than this are drawn as columns without a label each.
const MOST_LABELLED_ROWS: usize = 14;
/// Characters that fit under the columns of a small picture.
const LABELS_UNDER_COLUMNS: usize = 34;

#[cfg(test)]
mod tests {
    use super::*;

    fn band(from: u64, to: u64, people: u64) -> ClassBand {
        ClassBand { from, to, classes: 1, people }
    }

    #[test]
    fn the_line_stands_where_classes_reach_k() {
        let before = [band(1, 1, 90), band(2, 4, 10)];
        let after = [band(5, 9, 60), band(10, 12, 40)];
        let ladder = Ladder::new(&before, &after, 5);
        let lines: Vec<bool> = ladder.steps.iter().map(|step| step.k_above).collect();
        assert_eq!(lines, [false, false, true, false]);
        assert!(ladder.steps.iter().all(|step| !step.k_within));
        assert_eq!(ladder.steps[0].before, Length { count: 90, percent: 100.0 });
        assert_eq!(ladder.steps[2].after, Length { count: 60, percent: 66.67 });
        assert!(!ladder.k_last);
    }

    #[test]
    fn a_k_inside_a_band_and_one_above_all_are_told_apart() {
        let bands = [band(1, 4, 1), band(5, 9, 1)];
        assert!(Ladder::new(&bands, &bands, 7).steps[1].k_within);
        assert!(Ladder::new(&bands, &bands, 20).k_last);
        assert!(Ladder::new(&[], &[], 20).steps.is_empty());
    }

    #[test]
    fn sizes_that_nobody_reaches_are_left_out_at_the_far_end_only() {
        let bands = [band(1, 1, 0), band(2, 4, 3), band(5, 9, 0)];
        let labels: Vec<String> =
            Ladder::new(&bands, &bands, 2).steps.into_iter().map(|step| step.label).collect();
        assert_eq!(labels, ["1", "2–4"]);
    }

    #[test]
    fn last_bands_of_different_length_are_one_step() {
        let ladder = Ladder::new(&[band(100, 140, 140)], &[band(100, 190, 190)], 5);
        assert_eq!(ladder.steps.len(), 1);
        assert_eq!(ladder.steps[0].label, "100–190");
    }

    #[test]
    fn a_rare_bar_stays_visible() {
        assert!(Length::new(1, 1_000_000).percent > 0.0);
        assert_eq!(Length::new(0, 9), Length::default());
    }
}
