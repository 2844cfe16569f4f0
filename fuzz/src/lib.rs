//! Fuzz targets: one function for each parser of foreign bytes.
//!
//! A target takes any bytes and says whether the parser accepted them. It panics, and so fails,
//! when the parser does, or when what was accepted breaks a promise of the parser: that it
//! encodes to the same bytes again, that levels are nested, that no row was lost.
//!
//! libFuzzer calls the targets through `fuzz_targets/`; `tests/corpus.rs` runs the corpora and
//! seeded mutations of them on stable Rust. What this does not do: look at time or memory, beyond
//! what libFuzzer limits by itself.

#![forbid(unsafe_code)]

pub mod mutate;
mod nested;

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;

use weir_deidentify::hierarchy::{self, Hierarchy};
use weir_detect::grade::{Answers, GradePack};
use weir_detect::text::{TextScanner, inspect_reader};
use weir_detect::{Catalogue, Pack};
use weir_documents::{DocumentKind, Input, draft};
use weir_engine::Address;
use weir_evidence::dsse;
use weir_law::cases::Cases;
use weir_law::{Day, PackFile, Route, RulePack, examine};
use weir_log::note::{self, SigningKey, VerifierKey};
use weir_log::{Checkpoint, Receipt};
use weir_plan::assess::{RecipientAnswers, RecipientTable};
use weir_plan::costs::Costs;
use weir_table::{
    Amount, ColumnProfile, Limits, NoWatch, Profile, Reading, Source, SourceOptions, ValueCount,
};
use weir_types::hierarchy::Builder;
use weir_types::{ColumnType, Lang, Redacted, Request};

use crate::nested::{Expected, Nested};

/// A target: whether its parser accepted the bytes.
pub type Target = fn(&[u8]) -> bool;

/// All targets by name, which is also the name of the folder of the corpus.
pub const TARGETS: [(&str, Target); 21] = [
    ("answers", answers),
    ("checkpoint", checkpoint),
    ("condition", condition),
    ("csv", csv),
    ("database_address", database_address),
    ("documents", documents),
    ("dsse", dsse),
    ("grade_pack", grade_pack),
    ("hierarchy_builder", hierarchy_builder),
    ("hierarchy_file", hierarchy_file),
    ("nested_parquet", nested_parquet),
    ("note", note),
    ("plan_costs", plan_costs),
    ("recipient_answers", recipient_answers),
    ("recipient_table", recipient_table),
    ("request_parse", request_parse),
    ("rule_cases", rule_cases),
    ("rule_pack", rule_pack),
    ("text_spans", text_spans),
    ("tlog_proof", tlog_proof),
    ("type_pack", type_pack),
];

/// Targets whose bytes are all vouched for by a signature or a single encoding: no byte of an
/// accepted input can be changed.
pub const SEALED: [&str; 3] = ["dsse", "note", "tlog_proof"];

/// The key of the published example of c2sp.org/signed-note.
pub const NOTE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

/// The entry that the seeds of `tlog_proof` are about.
pub const ENTRY: &[u8] = b"an entry of the fuzz log";

/// The address of a database: what is shown of it is the same with any other password, be it a part
/// of the login, as it is or encoded, or a parameter.
pub fn database_address(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let shown = |address: &Address| format!("{address} {address:?}");
    match Address::parse(text) {
        Ok(address) => {
            for password in passwords_of(text) {
                let other = [&text[..password.start], "zqxv", &text[password.end..]].concat();
                let other = Address::parse(&other).expect("only the password is another one");
                assert_eq!(shown(&address), shown(&other), "a password is shown");
            }
            let other = address.clone().with_password(&Redacted::new("zqxv".to_owned()));
            assert_eq!(shown(&address), shown(&other));
            true
        }
        // An error holds a number and a kind, and no text.
        Err(error) => {
            assert!(!error.hint().is_empty());
            false
        }
    }
}

/// Where passwords stand: what a person means between the first colon and the last `@` of
/// `scheme://user:password@host/`, and the values of `password=`.
fn passwords_of(url: &str) -> Vec<Range<usize>> {
    const KEY: &str = "password=";
    let start = url.find("://").map_or(0, |at| at + 3);
    let mut found = Vec::new();
    if let Some(end) = url.rfind('@').filter(|end| *end >= start)
        && let Some(colon) = url[start..end].find(':')
    {
        found.push(start + colon + 1..end);
    }
    let host = url.rfind('@').unwrap_or(start);
    let query = url[host..].find('?').map_or(url.len(), |at| host + at);
    let keys = url[query..].match_indices(KEY).map(|(at, _)| query + at);
    for at in keys.filter(|at| url[..*at].ends_with(['?', '&'])) {
        let from = at + KEY.len();
        found.push(from..url[from..].find('&').map_or(url.len(), |to| from + to));
    }
    found
}

/// Text of a request: parsed whole, or refused with a line and a hint.
pub fn request_parse(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match Request::parse(text) {
        Ok(request) => {
            assert!(!request.data.path.as_slice().is_empty(), "a request names its data");
            assert!(request.deidentify.k != Some(0), "no class is smaller than one person");
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            false
        }
    }
}

/// Text of a file of cases: run against the shipped pack without a panic, or refused with a hint.
pub fn rule_cases(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    static PACK: std::sync::OnceLock<RulePack> = std::sync::OnceLock::new();
    match Cases::read(&[PackFile { name: "cases.toml", text }]) {
        Ok(cases) => {
            let report = cases.run(PACK.get_or_init(RulePack::builtin));
            assert_eq!(report.cases + report.scenarios, cases.len());
            true
        }
        Err(error) => {
            assert!(!error.hint().is_empty(), "{error}");
            false
        }
    }
}

/// Text of a rule pack.
pub fn rule_pack(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    RulePack::parse(text).map_err(|error| assert!(!error.hint().is_empty(), "{error}")).is_ok()
}

/// Text of a condition: facts of the pack, the same for the same text with blanks around it; or an
/// error inside the text, with a hint.
pub fn condition(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    static PACK: std::sync::OnceLock<RulePack> = std::sync::OnceLock::new();
    let pack = PACK.get_or_init(RulePack::builtin);
    match pack.condition(text) {
        Ok(facts) => {
            assert!(facts.iter().all(|id| !pack.vocabulary().fact(*id).name().is_empty()));
            let bracketed = pack.condition(&format!("({text}\n)"));
            assert!(bracketed.is_ok_and(|same| same == facts) || text.chars().count() > 1_990);
            true
        }
        Err(error) => {
            assert!(error.column >= 1 && error.column <= text.chars().count() + 1, "{error}");
            assert!(!error.kind.hint().is_empty(), "{error}");
            false
        }
    }
}

/// Free text: spans inside it, on boundaries, in order, the same each time; a report of the bytes
/// as they are. Accepted is a text that holds something.
pub fn text_spans(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let scanner = TextScanner::new();
    let spans = scanner.spans(&text);
    assert!(spans.iter().all(|span| text.get(span.range.clone()).is_some_and(|s| !s.is_empty())));
    assert!(spans.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    assert_eq!(spans, scanner.spans(&text));
    let report = inspect_reader(data).expect("bytes in memory are read without errors");
    assert_eq!(report.bytes, data.len() as u64);
    !spans.is_empty()
}

/// Text of a type pack: read whole, or refused with a line of the text and a hint.
pub fn type_pack(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match Pack::parse(text, "types.toml") {
        Ok(pack) => {
            let keys: Vec<String> = pack.keys().map(str::to_owned).collect();
            // A type may name one of weir, which is not among these.
            if let Ok(catalogue) = Catalogue::of_packs(vec![pack]) {
                assert!(keys.iter().all(|key| catalogue.id(key).is_some()));
            }
            true
        }
        Err(error) => {
            assert!((1..=text.lines().count().max(1) + 1).contains(&error.line));
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            false
        }
    }
}

/// Text of a grade pack, or refused with a hint.
pub fn grade_pack(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match GradePack::parse(text) {
        Ok(pack) => {
            assert!(!pack.label().is_empty());
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            false
        }
    }
}

/// Answers of an owner of data; what parses is written as a text that parses to the same.
pub fn answers(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match Answers::parse(text) {
        Ok(answers) => {
            assert_eq!(Answers::parse(&answers.to_toml()), Ok(answers));
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            false
        }
    }
}

/// Answers of a recipient to the shipped table: assessed with points that add up, or refused with
/// a line of the text and a hint.
pub fn recipient_answers(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    static TABLE: std::sync::OnceLock<RecipientTable> = std::sync::OnceLock::new();
    let table = TABLE.get_or_init(RecipientTable::builtin);
    match RecipientAnswers::parse(text, "answers.toml", table) {
        Ok(answers) => {
            let assessment = table.assess(&answers, answers.answered_on);
            let points: u32 = assessment.questions.iter().map(|question| question.points).sum();
            assert_eq!(points, assessment.points);
            assert!(assessment.valid_until >= answers.answered_on);
            assert!(assessment.band >= assessment.band_by_points);
            true
        }
        Err(error) => {
            let lines = 1..=text.lines().count().max(1) + 1;
            let shown = error.to_string();
            let line = shown.strip_prefix("line ").and_then(|rest| rest.split(' ').next());
            assert!(line.and_then(|l| l.parse().ok()).is_some_and(|l: usize| lines.contains(&l)));
            assert!(!error.hint().is_empty(), "{error}");
            false
        }
    }
}

/// Text of costs: the table with it in its place has a label and finite figures, or it is refused
/// with a hint.
pub fn plan_costs(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match Costs::builtin().with(text) {
        Ok(costs) => {
            assert!(!costs.label().is_empty());
            assert!(costs.assumptions.values().all(|assumption| assumption.value.is_finite()));
            true
        }
        Err(error) => {
            assert!(!error.hint().is_empty());
            false
        }
    }
}

/// Text of a table for assessing recipients: its own questionnaire parses and makes the worst
/// band, or it is refused with a hint.
pub fn recipient_table(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match RecipientTable::parse(text, "table.toml") {
        Ok(table) => {
            let today = "2026-11-25".parse().expect("a day of the calendar");
            for lang in [Lang::Zh, Lang::En] {
                let empty = RecipientAnswers::template(&table, lang, today);
                let answers = RecipientAnswers::parse(&empty, "answers.toml", &table);
                let assessment = answers.map(|answers| table.assess(&answers, today));
                assert!(assessment.is_ok_and(|a| a.points == 0 && a.next.is_some()));
            }
            true
        }
        Err(error) => {
            assert!(error.to_string().starts_with("line ") && !error.hint().is_empty(), "{error}");
            false
        }
    }
}

/// A signed note; what opens prints as the same bytes.
pub fn note(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let key: VerifierKey = NOTE_KEY.parse().expect("the published key parses");
    match note::open(text, &key) {
        Ok(note) => {
            assert_eq!(note.to_string(), text);
            true
        }
        Err(_) => false,
    }
}

/// The text of a checkpoint; what parses encodes to the same bytes.
pub fn checkpoint(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match Checkpoint::parse(text) {
        Ok(checkpoint) => {
            assert_eq!(checkpoint.encode(), text);
            true
        }
        Err(_) => false,
    }
}

/// A receipt for [`ENTRY`]; what verifies encodes to the same bytes.
pub fn tlog_proof(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match Receipt::verify(text, ENTRY, log_key().verifier()) {
        Ok(receipt) => {
            assert_eq!(receipt.to_tlog_proof(), text);
            true
        }
        Err(_) => false,
    }
}

/// A sealed statement in its envelope.
pub fn dsse(data: &[u8]) -> bool {
    dsse::open(data, None).is_ok()
}

/// A text file of rows: no row is lost, and each column accounts for all of them.
pub fn csv(data: &[u8]) -> bool {
    // Parquet files and workbooks are told by these bytes and read by other people's parsers.
    if data.starts_with(b"PAR1") || data.starts_with(b"PK\x03\x04") {
        return false;
    }
    let folder = tempfile::tempdir().expect("the folder for temporary files can be written");
    let path = folder.path().join("table.csv");
    fs::write(&path, data).expect("the folder for temporary files can be written");
    let limits = Limits {
        memory_bytes: 1 << 20,
        threads: NonZeroUsize::MIN,
        ..Limits::new(folder.path().join("spill"))
    };
    let strict = read(path.clone(), &limits);
    let options = SourceOptions { reading: Reading::Lenient, ..SourceOptions::default() };
    let looked = Source::open(&[path], &options)
        .and_then(|source| source.look(Amount::All, &limits, &|_| {}, &|| NoWatch));
    if let Ok(looked) = &looked {
        each_cell_counts(&looked.profile);
    }
    let Ok((table, profile)) = strict else {
        return false;
    };
    let looked = looked.expect("what a release reads is read for looking at as well");
    assert_eq!(looked.profile.rows, profile.rows);
    assert_eq!(table.rows(), profile.rows);
    assert_eq!(table.source().columns().len(), profile.columns.len());
    each_cell_counts(&profile);
    true
}

/// A Parquet file of structs, lists and maps: every place in it is found, with its value, in the
/// column of its name; a release takes the file only where nothing is nested. Accepted is what is
/// not nested too deeply.
pub fn nested_parquet(data: &[u8]) -> bool {
    let Some(nested) = Nested::of(data) else {
        return false;
    };
    let folder = tempfile::tempdir().expect("the folder for temporary files can be written");
    let path = folder.path().join("table.parquet");
    nested.write(&path);
    let limits = Limits {
        memory_bytes: 1 << 20,
        threads: NonZeroUsize::MIN,
        ..Limits::new(folder.path().join("spill"))
    };
    let (is_nested, too_deep) = nested.is_nested();
    assert_eq!(read(path.clone(), &limits).is_err(), is_nested);
    let options = SourceOptions { reading: Reading::Lenient, ..SourceOptions::default() };
    let looked = Source::open(&[path], &options)
        .and_then(|source| source.look(Amount::All, &limits, &|_| {}, &|| NoWatch));
    assert_eq!(looked.is_err(), too_deep);
    let Ok(looked) = looked else {
        return false;
    };
    let found = looked.profile.columns.iter().map(|column| {
        let values = column.values.iter().map(|v| (v.value.expose().clone(), v.count));
        (column.name.clone(), Expected { values: values.collect(), nulls: column.nulls })
    });
    assert_eq!(found.collect::<BTreeMap<_, _>>(), nested.expected());
    true
}

fn each_cell_counts(profile: &Profile) {
    for column in profile.columns.iter().filter(|column| column.distinct_exact) {
        let seen: u64 = column.values.iter().map(|v| v.count).sum();
        assert_eq!(seen + column.nulls, profile.rows, "each cell has a value or is empty");
    }
}

/// A hierarchy that somebody wrote, for a column with five values; what is accepted is nested.
pub fn hierarchy_file(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    match hierarchy::from_file(text, &five_values()) {
        Ok(hierarchy) => {
            assert_nested(&hierarchy);
            true
        }
        Err(error) => {
            assert!(!error.hint().is_empty());
            false
        }
    }
}

/// Text of a request, as one document of it, which the length of the text chooses. No mark of a
/// template and no markup of a request's text is left in the draft, each numbered blank has its
/// question, and the Word document is written.
pub fn documents(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let Ok(request) = Request::parse(text) else {
        return false;
    };
    let pack = RulePack::builtin();
    let route = if data.len().is_multiple_of(2) { Route::AsIs } else { Route::Anonymised };
    let facts = match pack.facts_of(&request, route) {
        Ok(facts) => facts,
        Err(error) => {
            assert!(!error.hint().is_empty());
            return false;
        }
    };
    let day: Day = "2026-11-25".parse().expect("a day");
    let examination = examine(&pack, &facts, Some(day));
    let input = Input {
        request: &request,
        pack: &pack,
        facts: &facts,
        examination: &examination,
        route,
        day,
        figures: None,
    };
    let kind = DocumentKind::ALL[data.len() / 4 % DocumentKind::ALL.len()];
    let lang = if (data.len() / 2).is_multiple_of(2) { Lang::En } else { Lang::Zh };
    let document = draft(kind, &input, lang).expect("a template fits any request");
    for line in document.markdown.lines() {
        // A brace, a bar or an angle bracket of a request's text is escaped; weir writes no HTML.
        let plain = line.replace("\\\\", "").replace("\\{", "").replace("\\<", "");
        assert!(!plain.contains(['{', '<']), "markup in a draft");
    }
    for blank in document.markdown.split("＿＿＿").skip(1) {
        let Some(rest) = blank.strip_prefix("（").or_else(|| blank.strip_prefix(" (")) else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let number: usize = digits.parse().unwrap_or(0);
        assert!(number <= document.open_points.len(), "a blank without a question");
    }
    let word = document.docx().expect("a request fits a ZIP archive");
    assert!(word.starts_with(b"PK"));
    true
}

/// Text of a hierarchy builder; what parses shows itself as a text that parses to the same, and
/// makes nested levels of a column of texts, of numbers and of dates, or refuses with a hint.
pub fn hierarchy_builder(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let builder: Builder = match text.parse() {
        Ok(builder) => builder,
        Err(error) => {
            assert!(!error.hint().is_empty());
            return false;
        }
    };
    assert_eq!(builder.to_string().parse(), Ok(builder.clone()));
    for listed in [true, false] {
        for ty in [ColumnType::Text, ColumnType::Float, ColumnType::Date] {
            let mut column = match ty {
                ColumnType::Text => five_values(),
                ty => five_numbers(ty),
            };
            column.distinct_exact = listed;
            match hierarchy::build(&builder, &column, 2, "") {
                Ok(hierarchy) => assert_nested(&hierarchy),
                Err(error) => assert!(!error.hint().is_empty()),
            }
        }
    }
    true
}

/// The log key that the seeds of `tlog_proof` are signed with. It protects nothing.
pub fn log_key() -> SigningKey {
    SigningKey::from_seed("log.example/fuzz", &[7; 32]).expect("the name of the fuzz log is legal")
}

fn read(
    path: PathBuf,
    limits: &Limits,
) -> Result<(weir_table::Table, weir_table::Profile), weir_table::TableError> {
    Source::open(&[path], &SourceOptions::default())?.profile(limits, &|_| {})
}

/// A text column with the values `a` to `e`.
fn five_values() -> ColumnProfile {
    let value = |v: &str| ValueCount { value: Redacted::new(v.to_owned()), number: None, count: 1 };
    ColumnProfile {
        name: "district".to_owned(),
        ty: ColumnType::Text,
        nulls: 0,
        distinct: 5,
        distinct_exact: true,
        values: ["a", "b", "c", "d", "e"].map(value).to_vec(),
        min: None,
        max: None,
        longest: 1,
    }
}

/// A column of five numbers or dates.
fn five_numbers(ty: ColumnType) -> ColumnProfile {
    let value =
        |n: f64| ValueCount { value: Redacted::new(n.to_string()), number: Some(n), count: 1 };
    let values = [-40.0, 0.0, 0.5, 7.0, 19_500.0];
    ColumnProfile {
        ty,
        values: values.map(value).to_vec(),
        min: Some(values[0]),
        max: Some(values[4]),
        ..five_values()
    }
}

fn assert_nested(hierarchy: &Hierarchy) {
    let n_codes = hierarchy.codebook().n_codes();
    for level in 1..hierarchy.levels() {
        let (below, above) = (hierarchy.groups(level - 1), hierarchy.groups(level));
        for a in 0..n_codes {
            let loss = |level, groups: &[u32]| hierarchy.cell_loss(level, groups[a]);
            assert!(loss(level - 1, below) <= loss(level, above), "loss falls at level {level}");
            for b in 0..n_codes {
                assert!(below[a] != below[b] || above[a] == above[b], "level {level} splits");
            }
        }
    }
    let top = hierarchy.levels() - 1;
    assert_eq!(hierarchy.n_groups(top), 1, "the top level is one group");
}
