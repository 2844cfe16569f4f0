//! What the values of a column show.
//!
//! Shares are taken over the distinct values that the profile holds, so that one value that fills
//! half of the table does not decide alone; only closed lists, whose words are few, may be told
//! by their rows.

use std::collections::BTreeMap;

use weir_table::ColumnProfile;
use weir_types::Signal;

use crate::automaton::{Memory, half_width};
use crate::catalogue::{Forms, TypeId};
use crate::pack::TypeSpec;
use crate::{Detector, signals};

/// What one test of the values says.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// What the values would be.
    pub(crate) what: TypeId,
    /// How sure that is by itself, 0 to 1.
    pub(crate) strength: f64,
    /// Whether it outweighs a name that says otherwise.
    pub(crate) decides: bool,
    /// What was seen.
    pub(crate) signal: Signal,
}

/// The values of a column, and how many of them each type fits.
pub(crate) struct Values<'d> {
    detector: &'d Detector,
    forms: Forms,
    /// Half-width, without blanks around.
    cells: Vec<Cell>,
    rows: u64,
    counts: BTreeMap<TypeId, Counts>,
    unknown: Counts,
    /// Whether they follow each other nearly without a gap, as serial numbers do and numbers of
    /// people do not.
    serial: Option<Serial>,
}

/// Values that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Serial {
    /// Digits alone.
    Numbers,
    /// Behind other characters.
    Codes,
}

struct Cell {
    plain: String,
    rows: u64,
}

/// Values of a type.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Distinct values of its shape.
    shaped: usize,
    /// Rows of these.
    shaped_rows: u64,
    /// Those that pass its check as well.
    passed: usize,
    /// Rows of these.
    rows: u64,
}

/// How far values are what a name says.
pub(crate) struct Support {
    /// The share of the distinct values.
    pub(crate) of_values: f64,
    /// The share of the rows.
    pub(crate) of_rows: f64,
    /// The words for it.
    pub(crate) signal: Signal,
}

/// Words for "not known", which any closed list may be mixed with.
const UNKNOWN: &str = "未知 不详 未说明 未说明的性别 待补充 其他 其它 无 待查 待定 空 unknown other none na n/a null nil \
    nan unk ? - -- . / tbd test";

impl<'d> Values<'d> {
    /// Looks at the values of a column.
    pub(crate) fn of(column: &ColumnProfile, detector: &'d Detector, memory: &mut Memory) -> Self {
        let cells: Vec<Cell> = column
            .values
            .iter()
            .map(|value| Cell { plain: folded(value.value.expose()), rows: value.count })
            .filter(|cell| !cell.plain.is_empty())
            .collect();
        let mut values = Self {
            detector,
            forms: forms(column, &cells),
            rows: cells.iter().map(|cell| cell.rows).sum(),
            serial: serial(column, &cells),
            cells,
            counts: BTreeMap::new(),
            unknown: Counts::default(),
        };
        for cell in &values.cells {
            for hit in detector.automaton().look(memory, &cell.plain) {
                let counts = values.counts.entry(hit.ty).or_default();
                counts.shaped += 1;
                counts.shaped_rows += cell.rows;
                if hit.passed {
                    counts.passed += 1;
                    counts.rows += cell.rows;
                }
            }
            if lists(UNKNOWN, &cell.plain.to_lowercase()) {
                values.unknown.passed += 1;
                values.unknown.rows += cell.rows;
            }
        }
        values
    }

    /// The forms that this content can be taken for.
    pub(crate) fn forms(&self) -> Forms {
        self.forms
    }

    /// Distinct values looked at.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.plain.as_str())
    }

    /// All that the values show, the strongest first; of equals, the type that stands first.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        const NEAR: f64 = 0.03;
        let flag = self.forms == Forms::FLAG;
        let catalogue = self.detector.catalogue();
        let mut found = Vec::new();
        for (ty, counts) in &self.counts {
            let spec = catalogue.spec(*ty);
            if !spec.forms.meets(self.forms) || self.forms == Forms::FRACTION {
                continue;
            }
            found.extend(self.closed_list(*ty, spec, *counts));
            if !flag {
                found.extend(self.share(*ty, spec, *counts));
            }
        }
        found.sort_by(|a, b| b.decides.cmp(&a.decides).then(b.strength.total_cmp(&a.strength)));
        // Spoilt values fit the wider of two types a little more often. The narrower stands first.
        if let Some(best) = found.first() {
            let near =
                |e: &Evidence| e.decides == best.decides && e.strength >= best.strength - NEAR;
            let first =
                (0..found.len()).filter(|at| near(&found[*at])).min_by_key(|at| found[*at].what);
            found.swap(0, first.unwrap_or(0));
        }
        found
    }

    /// A column of which enough values fit, more than chance would give.
    fn share(&self, ty: TypeId, spec: &TypeSpec, counts: Counts) -> Option<Evidence> {
        const SHAPE_SPEAKS: f64 = 0.75;
        const LEAST_WORDS: usize = 3;
        let label = self.detector.catalogue().label(ty);
        // Of few words that come often, spoilt ones make many values in few rows.
        let by_rows = if spec.is_words() && counts.passed >= LEAST_WORDS {
            counts.rows as f64 / (self.rows - self.unknown.rows).max(1) as f64
        } else {
            0.0
        };
        let shape_share = ratio(counts.shaped, self.known()).max(by_rows);
        let share = ratio(counts.passed, counts.shaped);
        let words_only = spec.patterns.is_empty() && spec.ends.is_empty();
        // A run of serial numbers that begins as numbers of some type do is of the type no more
        // than its first number; check digits would tell, and so would letters that are the
        // type's own.
        let by_shape = spec.check.is_none() && !spec.is_words();
        let is_one = match self.serial {
            Some(Serial::Numbers) => true,
            Some(Serial::Codes) => !spec.decides,
            None => false,
        };
        if shape_share < spec.least_share
            || (words_only && spec.lists.is_empty())
            || (is_one && by_shape)
        {
            return None;
        }
        let chance = spec.chance();
        let (trials, passed) = if spec.check.is_some() {
            (counts.shaped, counts.passed)
        } else {
            (self.known(), counts.shaped)
        };
        let beyond_chance = share >= spec.least_pass
            && counts.passed >= spec.least_values.min(self.known())
            && chance_bound(trials, passed, chance) < SURPRISING;
        let checked = spec.is_checked();
        let strength = match (beyond_chance, checked) {
            (true, true) => 0.8 + 0.18 * shape_share * share,
            (true, false) => spec.confidence.unwrap_or(0.8) * shape_share * share,
            (false, _) if shape_share >= SHAPE_SPEAKS => spec.unchecked,
            (false, _) => 0.0,
        };
        let enough = beyond_chance || counts.shaped >= spec.least_values;
        if strength <= 0.0 || !enough || shape_share * strength < 0.1 {
            return None;
        }
        let signal = if checked {
            signals::checksum(share, counts.shaped, chance)
        } else if spec.check.is_some() || spec.patterns.is_empty() {
            signals::known(ratio(counts.passed, self.known()).max(by_rows), self.known(), label)
        } else {
            let stated = spec.chance.map(|_| chance);
            signals::pattern(ratio(counts.passed, self.known()), self.known(), stated)
        };
        // A shape that hardly occurs by chance speaks for itself: masked or made-up numbers fail
        // their check digits and are still numbers of people.
        let decides = if beyond_chance { spec.decides } else { spec.unchecked >= SHAPE_DECIDES };
        Some(Evidence { what: ty, strength, decides, signal })
    }

    /// A column whose values are words of one list.
    fn closed_list(&self, ty: TypeId, spec: &TypeSpec, counts: Counts) -> Option<Evidence> {
        const LEAST_SHARE: f64 = 0.75;
        const LEAST_WORDS: usize = 2;
        if spec.dictionary.is_empty() || !spec.patterns.is_empty() {
            return None;
        }
        let values = ratio(counts.passed + self.unknown.passed, self.len());
        let rows = (counts.rows + self.unknown.rows) as f64 / self.rows.max(1) as f64;
        let share = values.max(rows);
        let enough = counts.passed >= LEAST_WORDS.max(spec.least_values) && share >= LEAST_SHARE;
        // The letters of two blood groups are letters; with AB among them they are not.
        let whole = !self.detector.catalogue().is(ty, "blood-type") || counts.passed >= 3;
        let label = self.detector.catalogue().label(ty);
        (enough && whole).then(|| Evidence {
            what: ty,
            strength: 0.85 * share,
            decides: spec.decides,
            signal: signals::list(share, self.len(), label),
        })
    }

    /// How far the values bear out what the name says, where there is a test for that.
    pub(crate) fn bears_out(&self, what: TypeId) -> Option<Support> {
        let spec = self.detector.catalogue().spec(what);
        let tested = spec.loose.is_some() || spec.is_checked();
        if !tested || self.cells.is_empty() {
            return None;
        }
        let counts = self.counts.get(&what).copied().unwrap_or_default();
        let known_rows = (self.rows - self.unknown.rows).max(1) as f64;
        let share = ratio(counts.passed, self.known());
        let fits = |share| signals::fits(share, self.known());
        if self.pass_by_chance(spec, counts) {
            let of_rows = counts.rows as f64 / known_rows;
            return Some(Support { of_values: share, of_rows, signal: fits(share) });
        }
        let (loose, loose_rows) = self.loosely(what);
        let shaped = ratio(counts.shaped, self.known()).max(loose);
        let of_rows = loose_rows.max(counts.shaped_rows) as f64 / known_rows;
        let signal = fits(if spec.patterns.is_empty() { shaped } else { share });
        Some(Support { of_values: shaped.max(share), of_rows, signal })
    }

    /// Whether a check that what is of the type passes is passed no more often than by chance.
    /// Values of which a part was replaced by stars cannot pass, and say nothing of it.
    fn pass_by_chance(&self, spec: &TypeSpec, counts: Counts) -> bool {
        const ENOUGH: usize = 20;
        let Some(check) = spec.check.filter(|check| check.complete) else { return false };
        let masked = |cell: &&Cell| cell.plain.contains(['*', '•', '●', '#']);
        let whole = self.known() - self.cells.iter().filter(masked).count().min(self.known());
        // Of other checks than those of digits, what has another shape is not the subject.
        let trials = if check.digits { whole } else { counts.shaped };
        trials >= ENOUGH
            && trials * 2 >= self.known()
            && chance_bound(trials, counts.passed, spec.chance()) >= SURPRISING
    }

    /// The share of values that look at least a little like values of a type, and their rows.
    fn loosely(&self, what: TypeId) -> (f64, u64) {
        let Some(loose) = self.detector.loose(what) else { return (0.0, 0) };
        let mut memory = loose.memory();
        let (mut fit, mut rows) = (0, 0);
        for cell in &self.cells {
            if !loose.look(&mut memory, &cell.plain).is_empty() {
                fit += 1;
                rows += cell.rows;
            }
        }
        (ratio(fit, self.known()).min(1.0), rows)
    }

    /// Distinct values that say something.
    pub(crate) fn known(&self) -> usize {
        self.cells.len() - self.unknown.passed
    }

    /// The share of values that hold an identifier of a person, alone or inside other words.
    pub(crate) fn identifiers_inside(&self) -> f64 {
        if !self.forms.meets(Forms::TEXT) {
            let holds = |cell: &&Cell| inside::is_resident_id(&cell.plain);
            return ratio(self.cells.iter().filter(holds).count(), self.len());
        }
        // Of random 11 digits one in 14 is a mobile number, and of 13 one in 1,400 is one with 86
        // before it: where most are none, those that are one are so by chance. So are those of
        // numbers that follow each other.
        let follow = self.serial == Some(Serial::Numbers);
        let of_digits = |cell: &Cell, n: usize| {
            cell.plain.len() == n && cell.plain.bytes().all(|byte| byte.is_ascii_digit())
        };
        let by_chance: Vec<usize> = [11, 13]
            .into_iter()
            .filter(|n| {
                let such = self.cells.iter().filter(|cell| of_digits(cell, *n));
                let mobile = such.clone().filter(|cell| inside::holds_identifier(&cell.plain));
                follow || mobile.count() * 2 < such.count()
            })
            .collect();
        let holds = |cell: &&Cell| {
            !by_chance.iter().any(|n| of_digits(cell, *n)) && inside::holds_identifier(&cell.plain)
        };
        ratio(self.cells.iter().filter(holds).count(), self.len())
    }

    /// Mean length of the values in characters.
    pub(crate) fn mean_length(&self) -> f64 {
        ratio(self.cells.iter().map(|cell| cell.plain.chars().count()).sum(), self.len())
    }
}

/// Identifiers inside other words.
mod inside {
    use crate::checks;

    /// A resident number of 18 characters; one in ten thousand random numbers of 18 digits is one.
    pub(super) fn is_resident_id(text: &str) -> bool {
        checks::resident_id_shape(text) && checks::resident_id(text)
    }

    /// Whether a text holds a resident number, a mobile number or an e-mail address.
    pub(super) fn holds_identifier(text: &str) -> bool {
        const MOBILE: usize = 11;
        let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
        let numbers = runs.into_iter().any(|run| {
            is_resident_id(run)
                || (run.len() == MOBILE && checks::mobile_cn(run))
                || run.get(2..).is_some_and(|rest| run.starts_with("86") && checks::mobile_cn(rest))
        });
        numbers
            || (text.contains('@')
                && text
                    .split(|c: char| c.is_whitespace() || "，。；,;:：<>()（）\"'".contains(c))
                    .any(|word| !word.contains('*') && checks::email(word)))
    }
}

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

pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Whether most values are numbers of one length behind one beginning (`13800000001`, `E00000001`)
/// that follow each other, but for one in twenty at either end, with gaps no wider than they are
/// many.
fn serial(column: &ColumnProfile, cells: &[Cell]) -> Option<Serial> {
    const ENOUGH: usize = 20;
    const GAPS: f64 = 2.0;
    // Longer ones are no numbers to programs but texts, such as those on cards.
    const LONGEST: usize = 18;
    let mut series: BTreeMap<(&str, usize), Vec<u64>> = BTreeMap::new();
    for cell in cells {
        let letters = cell.plain.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &cell.plain[letters.len()..];
        if let Some(number) = digits.parse().ok().filter(|_| digits.len() <= LONGEST) {
            series.entry((letters, cell.plain.len())).or_default().push(number);
        }
    }
    let ((letters, _), mut numbers) = series.into_iter().max_by_key(|(_, series)| series.len())?;
    if numbers.len() < ENOUGH || numbers.len() * 2 < cells.len() {
        return None;
    }
    numbers.sort_unstable();
    let end = numbers.len() / 20;
    let within = &numbers[end..numbers.len() - end];
    let span = within[within.len() - 1] - within[0];
    // The values that are kept are part of those that there are.
    let all = within.len() as f64 * column.distinct as f64 / cells.len() as f64;
    let kind = if letters.is_empty() { Serial::Numbers } else { Serial::Codes };
    (span as f64 <= all * GAPS).then_some(kind)
}

/// Half-width forms, without blanks around.
fn folded(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() {
        return text.to_owned();
    }
    text.chars().map(half_width).collect::<String>().trim().to_owned()
}

/// Whether a blank-separated list has a word.
fn lists(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

fn forms(column: &ColumnProfile, cells: &[Cell]) -> Forms {
    use weir_types::ColumnType as Type;
    const FLAGS: &str = "0 1 是 否 有 无 yes no y n true false t f";
    if cells.is_empty() {
        return Forms::EMPTY;
    }
    let is_flag = cells.len() <= 2
        && column.distinct <= 2
        && cells.iter().all(|cell| lists(FLAGS, &cell.plain.to_lowercase()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_bound_separates_luck_from_structure() {
        assert!(chance_bound(4096, 4090, 1.0 / 11.0) < 1e-100);
        // One in eleven is what random digits give.
        assert!(chance_bound(4096, 372, 1.0 / 11.0) > 0.9);
        // Three of three may be luck; six of six are not.
        assert!(chance_bound(3, 3, 1.0 / 11.0) > SURPRISING);
        assert!(chance_bound(6, 6, 1.0 / 11.0) < SURPRISING);
        assert!((chance_bound(0, 0, 0.1) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn full_width_text_is_folded() {
        assert_eq!(folded("　１３８００１３８０００ "), "13800138000");
        assert_eq!(folded("ＡＢ－１"), "AB-1");
    }

    #[test]
    fn identifiers_are_found_inside_words() {
        for text in [
            "请联系13800138000。",
            "电话：+8613800138000",
            "证件11010519491231002X已核",
            "mail a@example.com, please",
        ] {
            assert!(inside::holds_identifier(text), "{text}");
        }
        for text in ["订单20250131", "138001380001", "at 12:30 @home", "体温36.5", ""] {
            assert!(!inside::holds_identifier(text), "{text}");
        }
    }
}
