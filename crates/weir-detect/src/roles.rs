//! From name and content to one finding, and from all findings to the person key.

use weir_table::ColumnProfile;
use weir_types::{Finding, Role, Signal};

use crate::automaton::Memory;
use crate::catalogue::{Catalogue, Forms, TypeId};
use crate::names::{self, Reading};
use crate::values::{Evidence, Values};
use crate::{Detector, days, signals};

/// A finding that the person key has not been chosen for yet.
pub(crate) struct Draft {
    pub(crate) finding: Finding,
    pub(crate) what: TypeId,
    /// What the name says, which may differ from what the values are: a `user_id` that holds
    /// mobile numbers.
    pub(crate) named: Option<TypeId>,
}

/// What was concluded of a column's meaning.
struct Conclusion {
    what: TypeId,
    role: Role,
    confidence: f64,
    signals: Vec<Signal>,
}

/// One column on the bench.
struct Judge<'a> {
    detector: &'a Detector,
    column: &'a ColumnProfile,
    values: Values<'a>,
    spread: Spread,
    /// Whether what the name says is said by a comment.
    by_comment: bool,
}

/// Strength of evidence beside which a name that may mean anything says nothing.
const CLEAR: f64 = 0.6;

/// Judges one column of a table of `rows` rows. Where its name says nothing, what its owner wrote
/// about it is taken for its name. `memory` is of the detector's automaton, and what it holds
/// changes nothing.
pub(crate) fn judge(
    column: &ColumnProfile,
    comment: Option<&str>,
    rows: u64,
    detector: &Detector,
    memory: &mut Memory,
) -> Draft {
    let mut judge = Judge {
        detector,
        column,
        values: Values::of(column, detector, memory),
        spread: Spread::of(column, rows),
        by_comment: false,
    };
    let mut reading = judge.read(&column.name);
    if let (None, Some(comment)) = (reading, comment) {
        reading = judge.read(names::head_of_comment(comment));
        judge.by_comment = true;
    }
    let mut evidence = judge.values.evidence();
    // What decides the same as the name says is taken before what decides otherwise: numbers of
    // several countries have the same digits and the same check.
    let agrees = |e: &Evidence| reading.is_some_and(|r| judge.agree(r.what, e.what));
    if evidence.first().is_some_and(|first| first.decides)
        && let Some(at) = evidence.iter().position(|e| e.decides && agrees(e))
    {
        let chosen = evidence.remove(at);
        evidence.insert(0, chosen);
    }
    let mut conclusion = match (reading, evidence.into_iter().next()) {
        (reading, Some(evidence)) if evidence.decides => judge.by_values(reading, evidence),
        // A remark that holds nothing but names is a column of names.
        (Some(reading), Some(evidence))
            if judge.is(reading.what, "free-text") && evidence.strength >= CLEAR =>
        {
            judge.by_values(Some(reading), evidence)
        }
        (Some(reading), evidence) => judge.by_name(reading, evidence),
        (None, Some(evidence)) => judge.by_values(None, evidence),
        (None, None) => judge.unrecognised(),
    };
    judge.beware_of_identifiers(&mut conclusion);
    judge.beware_of_unit_codes(&mut conclusion);
    judge.finish(conclusion, reading.map(|reading| reading.what), rows)
}

/// Marks the one column that says whose row it is, if there is any.
///
/// Numbers that are given to a person for life go first, then numbers that an organisation gives
/// to its people, then what a person can share or change. Names come before phones and devices:
/// two people of one name count as one, which can only raise the measured risk, while one person
/// with two phones counts as two, which would hide it. A record or row number names no person.
pub(crate) fn choose_person_key(drafts: &mut [Draft], rows: u64, catalogue: &Catalogue) {
    let best = drafts
        .iter()
        .enumerate()
        .filter_map(|(place, draft)| {
            let order = key_order(draft, rows, catalogue)?;
            let distinct = draft.finding.distinct;
            Some((order, std::cmp::Reverse(distinct), place))
        })
        .min();
    if let Some((_, _, place)) = best {
        drafts[place].finding.person_key = true;
    }
}

/// The rank of a column among the candidates for the person key; the least wins.
fn key_order(draft: &Draft, rows: u64, catalogue: &Catalogue) -> Option<u8> {
    const SURE: f64 = 0.8;
    let finding = &draft.finding;
    let mostly_empty = finding.nulls.saturating_mul(2) > rows || finding.distinct == 0;
    let another = names::is_of_another(&finding.column);
    if finding.role != Role::Identifier || mostly_empty || another {
        return None;
    }
    let key = |id: TypeId| catalogue.spec(id).person_key;
    let named = draft.named.and_then(key).filter(|order| *order == 1);
    // A resident number that may be none is no better than an account.
    let doubtful = key(draft.what) == Some(0) && finding.confidence < SURE;
    named.or(if doubtful { Some(3) } else { key(draft.what) })
}

/// How the values of a column are spread over its rows.
struct Spread {
    rows: u64,
    /// Rows with a value.
    filled: u64,
    distinct: u64,
}

impl Spread {
    fn of(column: &ColumnProfile, rows: u64) -> Self {
        Self { rows, filled: rows.saturating_sub(column.nulls), distinct: column.distinct }
    }

    /// Whether more than nine in ten values occur once.
    fn is_near_unique(&self) -> bool {
        self.distinct.saturating_mul(10) > self.filled.saturating_mul(9)
    }

    /// Whether a value stands for `most` rows or fewer on average.
    fn is_finer_than(&self, most: u64) -> bool {
        self.distinct.saturating_mul(most) >= self.filled
    }
}

impl<'a> Judge<'a> {
    fn catalogue(&self) -> &'a Catalogue {
        self.detector.catalogue()
    }

    fn conclude(&self, key: &str, confidence: f64, signal: Signal) -> Conclusion {
        self.of(self.catalogue().own(key), confidence, vec![signal])
    }

    fn of(&self, what: TypeId, confidence: f64, signals: Vec<Signal>) -> Conclusion {
        let what = self.catalogue().reads_as(what);
        Conclusion { what, role: self.catalogue().role(what), confidence, signals }
    }

    fn is(&self, what: TypeId, key: &str) -> bool {
        self.catalogue().is(what, key)
    }

    fn agree(&self, named: TypeId, shown: TypeId) -> bool {
        self.catalogue().agree(named, shown)
    }

    /// What a name says that suits the content.
    fn read(&self, name: &str) -> Option<Reading<'a>> {
        let reading = self.detector.names().read(name, self.values.forms());
        reading.filter(|reading| self.suits(reading.what))
    }

    fn named(&self, reading: Reading<'_>) -> Signal {
        let label = self.catalogue().label(reading.what);
        if self.by_comment {
            signals::comment(reading.word, label)
        } else {
            signals::name(reading.word, label)
        }
    }

    /// Whether the content leaves room for what the name says. Only a reading whose absence is
    /// the safer choice is given up.
    fn suits(&self, what: TypeId) -> bool {
        const SHORT: usize = 30;
        // A remark with a handful of short values is a category, not prose.
        !self.is(what, "free-text") || self.column.longest > SHORT || self.spread.is_finer_than(10)
    }

    fn by_values(&self, reading: Option<Reading<'_>>, evidence: Evidence) -> Conclusion {
        let mut signals = Vec::new();
        let mut confidence = evidence.strength;
        if let Some(reading) = reading {
            signals.push(self.named(reading));
            if self.agree(reading.what, evidence.what) {
                confidence = together(confidence, reading.strength);
            }
        }
        signals.push(evidence.signal);
        if self.is(evidence.what, "event-date") {
            let mut dates = self.unnamed_date();
            dates.signals.splice(0..0, signals);
            return dates;
        }
        self.of(evidence.what, confidence, signals)
    }

    fn by_name(&self, reading: Reading<'_>, evidence: Option<Evidence>) -> Conclusion {
        const BORNE_OUT: f64 = 0.8;
        const CONTRADICTED: f64 = 0.2;
        const ENOUGH_TO_REFUTE: usize = 20;
        // Where hardly a row holds anything like it, a few values are enough: 金, 银, 铜 and 铁
        // are no dates of birth.
        const HARDLY_A_ROW: f64 = 0.1;
        const FEW: usize = 4;
        let mut what = reading.what;
        let mut confidence = reading.strength;
        let mut signals = vec![self.named(reading)];
        if let Some(evidence) = evidence.as_ref().filter(|e| self.agree(what, e.what)) {
            confidence = together(confidence, evidence.strength);
            signals.push(evidence.signal.clone());
            // An address column that holds nothing finer than districts names no house.
            if self.is(what, "address") {
                what = evidence.what;
            }
        } else if let Some(support) = self.values.bears_out(what) {
            let share = support.of_values;
            let few = share < CONTRADICTED && self.values.len() >= ENOUGH_TO_REFUTE;
            let hardly = support.of_rows < HARDLY_A_ROW && self.values.known() >= FEW;
            signals.push(support.signal);
            if few || hardly {
                return self.refuted(reading.what, evidence, signals);
            }
            if share >= BORNE_OUT {
                confidence = together(confidence, 0.5);
            } else if share < CONTRADICTED {
                confidence *= 0.8;
            }
        }
        if !self.is_plausible(what) {
            confidence *= 0.5;
            signals.push(signals::stated(
                "cardinality",
                "取值的范围或个数与列名不太相符",
                "the range or the number of its values hardly suits the name",
            ));
        }
        self.of(what, confidence, signals)
    }

    /// What is said of a column whose values are not what its name says. It is not taken for less
    /// telling than its name.
    fn refuted(
        &self,
        named: TypeId,
        evidence: Option<Evidence>,
        signals: Vec<Signal>,
    ) -> Conclusion {
        let mut conclusion = match evidence {
            Some(evidence) => self.by_values(None, evidence),
            None => self.unrecognised(),
        };
        conclusion.signals.splice(0..0, signals);
        if self.catalogue().role(named) == Role::Identifier {
            conclusion.role = Role::Identifier;
        }
        conclusion
    }

    /// What is said of a column that neither its name nor its values explain.
    fn unrecognised(&self) -> Conclusion {
        let (column, spread) = (self.column, &self.spread);
        let forms = self.values.forms();
        let id_like = names::is_id_like(&column.name);
        if spread.distinct == 0 || (spread.distinct == 1 && column.nulls == 0) {
            let signal =
                signals::stated("cardinality", "全列只有一种取值", "every row has the same value");
            return self.conclude("constant", 0.9, signal);
        }
        match forms {
            Forms::DATE => self.unnamed_date(),
            Forms::WHOLE if is_unix_time(column) => {
                let signal = signals::stated(
                    "type",
                    "取值是 2000 年至 2035 年间的 Unix 时间戳",
                    "the values are Unix times between 2000 and 2035",
                );
                self.conclude("event-date", 0.5, signal)
            }
            Forms::WHOLE if is_row_number(column, spread) => {
                let signal =
                    signals::stated("cardinality", "从头到尾连续编号", "it counts the rows");
                self.conclude("row-number", 0.8, signal)
            }
            Forms::TEXT if self.is_prose() => {
                let signal = signals::stated(
                    "pattern",
                    "取值长且少有重复，可能写有姓名等信息",
                    "the values are long and seldom repeat; they may name people",
                );
                self.conclude("free-text", 0.5, signal)
            }
            Forms::WHOLE | Forms::TEXT if spread.is_near_unique() => {
                let signal = signals::stated(
                    "cardinality",
                    "九成以上取值只出现一次，按标识符处理",
                    "more than nine in ten values occur once, so it is taken for an identifier",
                );
                self.conclude("unique-code", if id_like { 0.7 } else { 0.5 }, signal)
            }
            Forms::WHOLE | Forms::TEXT if id_like => self.unnamed_code(),
            Forms::WHOLE if is_year(column) => {
                let signal = signals::stated(
                    "type",
                    "全部是 1900 至 2100 之间的整数，按年份处理",
                    "all are whole numbers from 1900 to 2100, so they are taken for years",
                );
                self.conclude("event-year", 0.4, signal)
            }
            Forms::TEXT => {
                let signal = signals::stated(
                    "type",
                    "未识别的文本，稳妥起见按准标识符处理",
                    "unrecognised text; to be safe it is taken for a quasi-identifier",
                );
                let quasi = Role::QuasiIdentifier;
                Conclusion { role: quasi, ..self.conclude("unrecognised", 0.3, signal) }
            }
            _ => {
                let signal = signals::stated(
                    "type",
                    "列名与取值均未能识别这一数值列，请人工确认其角色",
                    "neither name nor values explain these numbers; please confirm the role",
                );
                self.conclude("unrecognised", 0.2, signal)
            }
        }
    }

    /// An identifier of something unknown: fine ones may name people, coarse ones name groups.
    fn unnamed_code(&self) -> Conclusion {
        const ROWS_OF_A_PERSON: u64 = 20;
        let signal = signals::id_like_name();
        if self.spread.is_finer_than(ROWS_OF_A_PERSON) {
            self.conclude("unique-code", 0.5, signal)
        } else {
            let quasi = Role::QuasiIdentifier;
            Conclusion { role: quasi, ..self.conclude("unrecognised", 0.3, signal) }
        }
    }

    /// Dates of birth lie far apart, and some before 1970, which is the first day that programs
    /// know and where made-up dates begin.
    fn unnamed_date(&self) -> Conclusion {
        const LIFETIME_YEARS: i32 = 40;
        const SOME: f64 = 0.05;
        let years: Vec<i32> = self.values.texts().filter_map(days::year_in).collect();
        let early = years.iter().filter(|year| **year < 1970).count();
        let span = years.iter().max().zip(years.iter().min()).map_or(0, |(max, min)| max - min);
        if span >= LIFETIME_YEARS && early as f64 >= SOME * years.len() as f64 {
            let signal = signals::stated(
                "type",
                "日期跨度超过四十年，且有 1970 年以前的日期，可能是出生日期",
                "the dates span more than forty years and some lie before 1970, as dates of birth do",
            );
            self.conclude("birth-date", 0.5, signal)
        } else {
            let signal = signals::stated("type", "取值是日期", "the values are dates");
            self.conclude("event-date", 0.5, signal)
        }
    }

    /// Whether values that are not taken for identifiers hold some.
    fn beware_of_identifiers(&self, conclusion: &mut Conclusion) {
        // One value in five hundred: fewer are left to the k of the released table.
        const LEAST_SHARE: f64 = 0.002;
        let forms = self.values.forms();
        let readable = forms.meets(Forms::TEXT) || forms.meets(Forms::WHOLE);
        if conclusion.role == Role::Identifier || self.values.len() == 0 || !readable {
            return;
        }
        let share = self.values.identifiers_inside();
        if share >= LEAST_SHARE {
            conclusion.what = self.catalogue().own("mixed-identifiers");
            conclusion.role = Role::Identifier;
            conclusion.confidence = 0.8;
            conclusion.signals.push(signals::identifiers_inside(share, self.values.len()));
        }
    }

    /// A unit code that differs in nearly every row names the subject of the row: a sole trader,
    /// or the enterprise the table is about.
    fn beware_of_unit_codes(&self, conclusion: &mut Conclusion) {
        const ENOUGH_ROWS: u64 = 100;
        const UNITS: [&str; 3] =
            ["cn-social-credit-code", "cn-organisation-code", "cn-registration-number"];
        let unit = UNITS.iter().any(|key| self.is(conclusion.what, key));
        if unit && self.spread.rows >= ENOUGH_ROWS && self.spread.is_near_unique() {
            conclusion.role = Role::Identifier;
            conclusion.signals.push(signals::stated(
                "cardinality",
                "几乎每行各不相同，指向每行的主体本身",
                "nearly every row has its own, so it names the subject of the row",
            ));
        }
    }

    fn is_plausible(&self, what: TypeId) -> bool {
        let spec = self.catalogue().spec(what);
        spec.range.is_none_or(|(least, greatest)| within(self.column, least, greatest))
            && spec.at_most_distinct.is_none_or(|most| self.column.distinct <= most)
    }

    fn is_prose(&self) -> bool {
        const LONG: usize = 30;
        const LONG_ON_AVERAGE: f64 = 15.0;
        self.column.longest >= LONG
            && self.values.mean_length() >= LONG_ON_AVERAGE
            && self.spread.is_finer_than(2)
    }

    fn finish(&self, mut conclusion: Conclusion, named: Option<TypeId>, rows: u64) -> Draft {
        let column = self.column;
        let catalogue = self.catalogue();
        let mut sensitive_pi = catalogue.sensitive_pi(conclusion.what);
        if self.is(conclusion.what, "age") && has_children(column) {
            sensitive_pi = true;
            conclusion.signals.push(signals::stated(
                "type",
                "有不满十四周岁的取值：不满十四周岁未成年人的个人信息属于敏感个人信息（个人信息保护法第二十八条）",
                "there are ages under 14: personal information of children under 14 is sensitive (PIPL article 28)",
            ));
        }
        let cardinality = signals::cardinality(column.distinct, column.distinct_exact, rows);
        conclusion.signals.push(cardinality);
        let finding = Finding {
            column: column.name.clone(),
            ty: column.ty,
            semantic: catalogue.key(conclusion.what).to_owned(),
            label: catalogue.label(conclusion.what).clone(),
            role: conclusion.role,
            confidence: conclusion.confidence,
            sensitive_pi,
            person_key: false,
            signals: conclusion.signals,
            distinct: column.distinct,
            distinct_exact: column.distinct_exact,
            nulls: column.nulls,
        };
        Draft { finding, what: conclusion.what, named }
    }
}

fn has_children(column: &ColumnProfile) -> bool {
    const ADULT_IN_LAW_OF_CONSENT: f64 = 14.0;
    let child = |age: f64| (0.0..ADULT_IN_LAW_OF_CONSENT).contains(&age);
    column.min.is_some_and(child) || column.values.iter().any(|v| v.number.is_some_and(child))
}

/// Whether at least four in five distinct numbers lie between two bounds; codes for "unknown"
/// such as 999 or -1 lie outside.
fn within(column: &ColumnProfile, least: f64, greatest: f64) -> bool {
    let numbers: Vec<f64> = column.values.iter().filter_map(|value| value.number).collect();
    let inside = numbers.iter().filter(|n| (least..=greatest).contains(*n)).count();
    inside * 5 >= numbers.len() * 4
}

fn is_row_number(column: &ColumnProfile, spread: &Spread) -> bool {
    let (Some(min), Some(max)) = (column.min, column.max) else { return false };
    let counts = (0.0..=1.0).contains(&min) && (max - min + 1.0 - spread.rows as f64).abs() < 0.5;
    column.nulls == 0 && spread.rows > 1 && counts && spread.is_near_unique()
}

fn is_year(column: &ColumnProfile) -> bool {
    let year = |n: f64| (1900.0..=2100.0).contains(&n);
    column.min.is_some_and(year) && column.max.is_some_and(year)
}

/// Whether all values are seconds or milliseconds since 1970 of the years 2000 to 2035.
fn is_unix_time(column: &ColumnProfile) -> bool {
    const SECONDS: std::ops::Range<f64> = 946_684_800.0..2_051_222_400.0;
    let within = |unit: f64| {
        let bounds = column.min.zip(column.max);
        bounds.is_some_and(|(min, max)| {
            SECONDS.contains(&(min / unit)) && SECONDS.contains(&(max / unit))
        })
    };
    column.distinct >= 3 && (within(1.0) || within(1000.0))
}

/// Confidence of two independent observations that say the same.
fn together(one: f64, other: f64) -> f64 {
    const NEVER_CERTAIN: f64 = 0.99;
    (1.0 - (1.0 - one) * (1.0 - other)).min(NEVER_CERTAIN)
}
