//! From name and content to one finding, and from all findings to the person key.

use weir_table::ColumnProfile;
use weir_types::{Finding, Role, Signal};

use crate::names::{self, Reading};
use crate::semantics::{Forms, What};
use crate::signals;
use crate::values::{Evidence, Values};

/// A finding that the person key has not been chosen for yet.
pub(crate) struct Draft {
    pub(crate) finding: Finding,
    what: What,
    /// What the name says, which may differ from what the values are: a `user_id` that holds
    /// mobile numbers.
    named: Option<What>,
}

/// What was concluded of a column's meaning.
struct Conclusion {
    what: What,
    role: Role,
    confidence: f64,
    signals: Vec<Signal>,
}

impl Conclusion {
    fn new(what: What, confidence: f64, signals: Vec<Signal>) -> Self {
        Self { what, role: what.role(), confidence, signals }
    }
}

/// Judges one column of a table of `rows` rows.
pub(crate) fn judge(column: &ColumnProfile, rows: u64) -> Draft {
    let values = Values::of(column);
    let spread = Spread::of(column, rows);
    let reading =
        names::read(&column.name, values.forms()).filter(|r| suits(r.what, column, &spread));
    let evidence = values.evidence();
    let mut conclusion = match (reading, evidence.into_iter().next()) {
        (reading, Some(evidence)) if evidence.decides => from_values(reading, evidence),
        (Some(reading), evidence) => from_name(reading, evidence, column, &values),
        (None, Some(evidence)) => from_values(None, evidence),
        (None, None) => unrecognised(column, &values, &spread),
    };
    beware_of_identifiers(&mut conclusion, &values);
    beware_of_unit_codes(&mut conclusion, &spread);
    let mut sensitive_pi = conclusion.what.sensitive_pi();
    if conclusion.what == What::Age && has_children(column) {
        sensitive_pi = true;
        conclusion.signals.push(signals::stated(
            "type",
            "有不满十四周岁的取值：不满十四周岁未成年人的个人信息属于敏感个人信息（个人信息保护法第二十八条）",
            "there are ages under 14: personal information of children under 14 is sensitive (PIPL article 28)",
        ));
    }
    conclusion.signals.push(signals::cardinality(column.distinct, column.distinct_exact, rows));
    let finding = Finding {
        column: column.name.clone(),
        ty: column.ty,
        semantic: conclusion.what.key().to_owned(),
        label: conclusion.what.label(),
        role: conclusion.role,
        confidence: conclusion.confidence,
        sensitive_pi,
        person_key: false,
        signals: conclusion.signals,
        distinct: column.distinct,
        distinct_exact: column.distinct_exact,
        nulls: column.nulls,
    };
    Draft { finding, what: conclusion.what, named: reading.map(|r| r.what) }
}

/// Marks the one column that says whose row it is, if there is any.
///
/// Numbers that are given to a person for life go first, then numbers that an organisation gives
/// to its people, then what a person can share or change. Names come before phones and devices:
/// two people of one name count as one, which can only raise the measured risk, while one person
/// with two phones counts as two, which would hide it. A record or row number names no person.
pub(crate) fn choose_person_key(drafts: &mut [Draft], rows: u64) {
    let best = drafts
        .iter()
        .enumerate()
        .filter_map(|(place, draft)| {
            let order = key_order(draft, rows)?;
            let distinct = draft.finding.distinct;
            Some((order, std::cmp::Reverse(distinct), place))
        })
        .min();
    if let Some((_, _, place)) = best {
        drafts[place].finding.person_key = true;
    }
}

/// The rank of a column among the candidates for the person key; the least wins.
fn key_order(draft: &Draft, rows: u64) -> Option<u8> {
    const SURE: f64 = 0.8;
    let finding = &draft.finding;
    let mostly_empty = finding.nulls.saturating_mul(2) > rows || finding.distinct == 0;
    let another = names::is_of_another(&finding.column);
    if finding.role != Role::Identifier || mostly_empty || another {
        return None;
    }
    if draft.named == Some(What::PersonId) {
        return Some(1);
    }
    match draft.what {
        What::ResidentId if finding.confidence >= SURE => Some(0),
        What::PersonId => Some(1),
        What::HongKongId
        | What::TaiwanId
        | What::Passport
        | What::IdentityDocument
        | What::InsuranceNumber
        | What::MedicalRecord => Some(2),
        What::ResidentId | What::Email | What::SocialAccount => Some(3),
        What::PersonName => Some(4),
        What::UniqueCode => Some(5),
        What::Mobile
        | What::Phone
        | What::BankCard
        | What::FinancialAccount
        | What::Imei
        | What::SimId
        | What::Oaid
        | What::Idfa
        | What::DeviceId
        | What::Mac
        | What::Plate
        | What::Vin => Some(6),
        _ => None,
    }
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

/// Whether the content leaves room for what the name says. Only a reading whose absence is the
/// safer choice is given up.
fn suits(what: What, column: &ColumnProfile, spread: &Spread) -> bool {
    const SHORT: usize = 30;
    // A remark with a handful of short values is a category, not prose.
    what != What::FreeText || column.longest > SHORT || spread.is_finer_than(10)
}

fn from_values(reading: Option<Reading>, evidence: Evidence) -> Conclusion {
    let mut signals = Vec::new();
    let mut confidence = evidence.strength;
    if let Some(reading) = reading {
        signals.push(signals::name(reading.word, &reading.what.label()));
        if agree(reading.what, evidence.what) {
            confidence = together(confidence, reading.strength);
        }
    }
    signals.push(evidence.signal);
    Conclusion::new(evidence.what, confidence, signals)
}

fn from_name(
    reading: Reading,
    evidence: Option<Evidence>,
    column: &ColumnProfile,
    values: &Values,
) -> Conclusion {
    const BORNE_OUT: f64 = 0.8;
    const CONTRADICTED: f64 = 0.2;
    let mut what = reading.what;
    let mut confidence = reading.strength;
    let mut signals = vec![signals::name(reading.word, &what.label())];
    if let Some(evidence) = evidence.filter(|evidence| agree(what, evidence.what)) {
        confidence = together(confidence, evidence.strength);
        signals.push(evidence.signal);
        // An address column that holds nothing finer than districts names no house.
        if what == What::Address {
            what = evidence.what;
        }
    } else if let Some((share, signal)) = values.bears_out(what).filter(|_| values.len() > 0) {
        if share >= BORNE_OUT {
            confidence = together(confidence, 0.5);
        } else if share < CONTRADICTED {
            confidence *= 0.8;
        }
        signals.push(signal);
    }
    if !is_plausible(what, column) {
        confidence *= 0.5;
        signals.push(signals::stated(
            "cardinality",
            "取值的范围或个数与列名不太相符",
            "the range or the number of its values hardly suits the name",
        ));
    }
    Conclusion::new(what, confidence, signals)
}

/// What is said of a column that neither its name nor its values explain.
fn unrecognised(column: &ColumnProfile, values: &Values, spread: &Spread) -> Conclusion {
    let forms = values.forms();
    let id_like = names::is_id_like(&column.name);
    if spread.distinct == 0 || (spread.distinct == 1 && column.nulls == 0) {
        let signal =
            signals::stated("cardinality", "全列只有一种取值", "every row has the same value");
        return Conclusion::new(What::Constant, 0.9, vec![signal]);
    }
    match forms {
        Forms::DATE => unnamed_date(column),
        Forms::WHOLE if is_row_number(column, spread) => {
            let signal = signals::stated("cardinality", "从头到尾连续编号", "it counts the rows");
            Conclusion::new(What::RowNumber, 0.8, vec![signal])
        }
        Forms::TEXT if is_prose(column, values, spread) => {
            let signal = signals::stated(
                "pattern",
                "取值长且少有重复，可能写有姓名等信息",
                "the values are long and seldom repeat; they may name people",
            );
            Conclusion::new(What::FreeText, 0.5, vec![signal])
        }
        Forms::WHOLE | Forms::TEXT if spread.is_near_unique() => {
            let signal = signals::stated(
                "cardinality",
                "九成以上取值只出现一次，按标识符处理",
                "more than nine in ten values occur once, so it is taken for an identifier",
            );
            Conclusion::new(What::UniqueCode, if id_like { 0.7 } else { 0.5 }, vec![signal])
        }
        Forms::WHOLE | Forms::TEXT if id_like => unnamed_code(spread),
        Forms::WHOLE if is_year(column) => {
            let signal = signals::stated(
                "type",
                "全部是 1900 至 2100 之间的整数，按年份处理",
                "all are whole numbers from 1900 to 2100, so they are taken for years",
            );
            Conclusion::new(What::EventYear, 0.4, vec![signal])
        }
        Forms::TEXT => {
            let signal = signals::stated(
                "type",
                "未识别的文本，稳妥起见按准标识符处理",
                "unrecognised text; to be safe it is taken for a quasi-identifier",
            );
            let quasi = Role::QuasiIdentifier;
            Conclusion { role: quasi, ..Conclusion::new(What::Unrecognised, 0.3, vec![signal]) }
        }
        _ => {
            let signal = signals::stated(
                "type",
                "列名与取值均未能识别这一数值列，请人工确认其角色",
                "neither name nor values explain these numbers; please confirm the role",
            );
            Conclusion::new(What::Unrecognised, 0.2, vec![signal])
        }
    }
}

/// An identifier of something unknown: fine ones may name people, coarse ones name groups.
fn unnamed_code(spread: &Spread) -> Conclusion {
    const ROWS_OF_A_PERSON: u64 = 20;
    let signals = vec![signals::id_like_name()];
    if spread.is_finer_than(ROWS_OF_A_PERSON) {
        Conclusion::new(What::UniqueCode, 0.5, signals)
    } else {
        let quasi = Role::QuasiIdentifier;
        Conclusion { role: quasi, ..Conclusion::new(What::Unrecognised, 0.3, signals) }
    }
}

fn unnamed_date(column: &ColumnProfile) -> Conclusion {
    const LIFETIME_DAYS: f64 = 50.0 * 365.25;
    let days = |x: f64| {
        if column.ty == weir_types::ColumnType::Timestamp { x / 86_400e6 } else { x }
    };
    let span = column.min.zip(column.max).map_or(0.0, |(min, max)| days(max) - days(min));
    if span >= LIFETIME_DAYS {
        let signal = signals::stated(
            "type",
            "日期跨度超过五十年，可能是出生日期",
            "the dates span more than fifty years, as dates of birth do",
        );
        Conclusion::new(What::BirthDate, 0.5, vec![signal])
    } else {
        let signal = signals::stated("type", "取值是日期", "the values are dates");
        Conclusion::new(What::EventDate, 0.5, vec![signal])
    }
}

/// Whether values that are not taken for identifiers hold some.
fn beware_of_identifiers(conclusion: &mut Conclusion, values: &Values) {
    // One value in five hundred: fewer are left to the k of the released table.
    const LEAST_SHARE: f64 = 0.002;
    let readable = values.forms().meets(Forms::TEXT) || values.forms().meets(Forms::WHOLE);
    if conclusion.role == Role::Identifier || values.len() == 0 || !readable {
        return;
    }
    let share = values.identifiers_inside();
    if share >= LEAST_SHARE {
        conclusion.what = What::MixedIdentifiers;
        conclusion.role = Role::Identifier;
        conclusion.confidence = 0.8;
        conclusion.signals.push(signals::identifiers_inside(share, values.len()));
    }
}

/// A unit code that differs in nearly every row names the subject of the row: a sole trader, or
/// the enterprise the table is about.
fn beware_of_unit_codes(conclusion: &mut Conclusion, spread: &Spread) {
    const ENOUGH_ROWS: u64 = 100;
    let unit = matches!(conclusion.what, What::SocialCreditCode | What::OrganisationCode);
    if unit && spread.rows >= ENOUGH_ROWS && spread.is_near_unique() {
        conclusion.role = Role::Identifier;
        conclusion.signals.push(signals::stated(
            "cardinality",
            "几乎每行各不相同，指向每行的主体本身",
            "nearly every row has its own, so it names the subject of the row",
        ));
    }
}

fn has_children(column: &ColumnProfile) -> bool {
    const ADULT_IN_LAW_OF_CONSENT: f64 = 14.0;
    let child = |age: f64| (0.0..ADULT_IN_LAW_OF_CONSENT).contains(&age);
    column.min.is_some_and(child) || column.values.iter().any(|v| v.number.is_some_and(child))
}

fn is_plausible(what: What, column: &ColumnProfile) -> bool {
    const OLDEST: f64 = 130.0;
    let most = match what {
        What::Age => return within(column, 0.0, OLDEST),
        What::FamilySize => return within(column, 0.0, 100.0),
        What::Sex => 12,
        What::MaritalStatus | What::PoliticalStatus | What::HukouType => 40,
        What::Race | What::Religion => 60,
        What::Ethnicity => 120,
        _ => return true,
    };
    column.distinct <= most
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

fn is_prose(column: &ColumnProfile, values: &Values, spread: &Spread) -> bool {
    const LONG: usize = 30;
    const LONG_ON_AVERAGE: f64 = 15.0;
    column.longest >= LONG && values.mean_length() >= LONG_ON_AVERAGE && spread.is_finer_than(2)
}

/// Whether what the values show bears out what the name says.
fn agree(named: What, shown: What) -> bool {
    named == shown
        || matches!(
            (named, shown),
            (What::Oaid | What::Idfa, What::DeviceId)
                | (What::DeviceId, What::Imei | What::Mac)
                | (What::Phone, What::Mobile)
                | (What::Mobile, What::Phone)
                | (What::IdentityDocument, What::ResidentId | What::HongKongId | What::TaiwanId)
                | (What::FinancialAccount, What::BankCard)
                | (What::Address, What::Division)
                | (What::Employer, What::SocialCreditCode | What::OrganisationCode)
                | (What::Ethnicity, What::Race)
                | (What::Race, What::Ethnicity)
        )
}

/// Confidence of two independent observations that say the same.
fn together(one: f64, other: f64) -> f64 {
    const NEVER_CERTAIN: f64 = 0.99;
    (1.0 - (1.0 - one) * (1.0 - other)).min(NEVER_CERTAIN)
}
