use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use proptest::prelude::*;
use weir_table::{Limits, Source, SourceOptions};
use weir_types::{ColumnType, Role};

use super::*;

pub(crate) fn finding(name: &str, role: Role, person_key: bool) -> Finding {
    Finding {
        column: name.to_owned(),
        ty: ColumnType::Text,
        semantic: "unrecognised".to_owned(),
        label: Bilingual::new("未识别", "unrecognised"),
        role,
        confidence: 1.0,
        sensitive_pi: false,
        person_key,
        signals: Vec::new(),
        distinct: 0,
        distinct_exact: true,
        nulls: 0,
    }
}

pub(crate) fn options() -> Options {
    let limits = Limits {
        memory_bytes: 1 << 28,
        threads: NonZeroUsize::new(2).unwrap(),
        ..Limits::new(PathBuf::from("unused"))
    };
    Options::new(&limits)
}

/// Columns of text by row.
pub(crate) fn batch(names: &[&str], rows: &[Vec<String>]) -> RecordBatch {
    let column = |at: usize| -> ArrayRef {
        let cells = rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty()));
        Arc::new(StringArray::from_iter(cells))
    };
    let fields: Vec<Field> =
        names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let arrays = (0..names.len()).map(column).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

pub(crate) fn coded(batch: &RecordBatch, findings: &[Finding], options: &Options) -> Coded {
    let picks = Picks::new(findings, options);
    let mut coding = Coding::new(&picks, options);
    coding.take(&picks.read_batch(batch));
    coding.finish()
}

/// People who have a combination of values that nobody else has, counted by the definition.
fn singled_out(rows: &[Vec<String>], columns: &[usize], person: Option<usize>) -> u64 {
    let mut who: BTreeMap<Vec<&str>, BTreeSet<String>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let tuple = columns.iter().map(|c| row[*c].as_str()).collect();
        let person = person.map_or(at.to_string(), |person| row[person].clone());
        who.entry(tuple).or_default().insert(person);
    }
    let alone: BTreeSet<&String> =
        who.values().filter(|who| who.len() == 1).filter_map(BTreeSet::first).collect();
    alone.len() as u64
}

/// All minimal sets of at most `most` columns that single out `least`, by trying all.
fn minimal_sets(
    rows: &[Vec<String>],
    columns: &[usize],
    person: Option<usize>,
    least: u64,
    most: usize,
) -> BTreeMap<Vec<usize>, u64> {
    let mut found: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    let mut sets: Vec<Vec<usize>> = (1_u32..1 << columns.len())
        .map(|bits| columns.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1))
        .map(|set| set.map(|(_, column)| *column).collect())
        .collect();
    sets.sort_by_key(|set: &Vec<usize>| set.len());
    for set in sets.into_iter().filter(|set| set.len() <= most) {
        let told = singled_out(rows, &set, person);
        let minimal = !found.keys().any(|part| part.iter().all(|column| set.contains(column)));
        if told >= least && minimal {
            found.insert(set, told);
        }
    }
    found
}

fn found(together: &Together, names: &[&str]) -> BTreeMap<Vec<usize>, u64> {
    let place = |name: &String| names.iter().position(|n| n == name).unwrap();
    let sets = together.singling_out.sets.iter();
    sets.map(|set| (set.columns.iter().map(place).collect(), set.singled_out)).collect()
}

const NAMES: [&str; 6] = ["who", "a", "b", "c", "d", "e"];

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (0_u8..8, 0_u8..3, 0_u8..4, 0_u8..2, 0_u8..6, 0_u8..20);
    prop::collection::vec(row, 1..60).prop_map(|rows| {
        let row = |(who, a, b, c, d, e): (u8, u8, u8, u8, u8, u8)| {
            let cell = |n: u8| if n == 0 { String::new() } else { n.to_string() };
            vec![format!("p{who}"), cell(a), cell(b), cell(c), cell(d), cell(e)]
        };
        rows.into_iter().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every minimal set, no other, and the figures of the definition: for rows and for people.
    #[test]
    fn minimal_sets_are_those_of_brute_force(
        rows in table(), by_person in any::<bool>(), percent in 1_u32..100, most in 1_usize..6
    ) {
        let role = |at: usize| if at == 0 { Role::Identifier } else { Role::QuasiIdentifier };
        let findings: Vec<Finding> = (0..NAMES.len())
            .map(|at| finding(NAMES[at], role(at), at == 0 && by_person))
            .collect();
        let mut options = options();
        options.least_share = f64::from(percent) / 100.0;
        options.most_in_set = most;
        let coded = coded(&batch(&NAMES, &rows), &findings, &options);
        let together = of_coded(&coded, &findings, &options);
        let person = by_person.then_some(0);
        let people = match person {
            Some(_) => rows.iter().map(|row| &row[0]).collect::<BTreeSet<_>>().len(),
            None => rows.len(),
        };
        prop_assert_eq!(together.people.people, people as u64);
        let least = ((people as f64 * options.least_share).ceil() as u64).max(1);
        let used: Vec<usize> = together.singling_out.columns.iter()
            .map(|name| NAMES.iter().position(|n| n == name).unwrap()).collect();
        let expected = minimal_sets(&rows, &used, person, least, most);
        prop_assert_eq!(found(&together, &NAMES), expected);
        prop_assert_eq!(together.singling_out.by_all, singled_out(&rows, &used, person));
        prop_assert!(!together.singling_out.stopped);
    }

    #[test]
    fn the_order_of_rows_and_their_batches_do_not_matter(
        rows in table(), seed in any::<u64>(), threads in 1_usize..4
    ) {
        let findings: Vec<Finding> = NAMES
            .iter()
            .map(|name| finding(name, Role::QuasiIdentifier, *name == "who"))
            .collect();
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| weir_table::mix(weir_table::hash_text(&row.join("|")) ^ seed));
        let one = of_coded(&coded(&batch(&NAMES, &rows), &findings, &options()), &findings, &options());
        let mut options = options();
        options.threads = NonZeroUsize::new(threads).unwrap();
        let picks = Picks::new(&findings, &options);
        let mut coding = Coding::new(&picks, &options);
        for rows in shuffled.chunks(7) {
            coding.take(&picks.read_batch(&batch(&NAMES, rows)));
        }
        prop_assert_eq!(of_coded(&coding.finish(), &findings, &options), one);
    }

    /// Keys by their definition: no two rows agree on all columns of it, and no part is a key.
    #[test]
    fn keys_tell_all_rows_apart(rows in table()) {
        let findings: Vec<Finding> =
            NAMES.iter().map(|name| finding(name, Role::Other, false)).collect();
        let coded = coded(&batch(&NAMES, &rows), &findings, &options());
        let keys = of_coded(&coded, &findings, &options()).keys;
        let distinct = |columns: &[usize]| -> usize {
            rows.iter().map(|row| columns.iter().map(|c| &row[*c]).collect::<Vec<_>>())
                .collect::<BTreeSet<_>>().len()
        };
        for key in keys.iter().filter(|key| key.columns.len() > 1) {
            let columns: Vec<usize> = key.columns.iter()
                .map(|name| NAMES.iter().position(|n| n == name).unwrap()).collect();
            prop_assert_eq!(key.distinct, distinct(&columns) as u64);
            prop_assert_eq!(key.exact, distinct(&columns) == rows.len());
            for left_out in 0..columns.len() {
                let mut part = columns.clone();
                part.remove(left_out);
                if key.exact {
                    prop_assert!(distinct(&part) < rows.len());
                }
            }
        }
    }
}

#[test]
fn a_bound_on_the_work_is_stated_and_what_is_found_stands() {
    let names = ["a", "b", "c", "d"];
    let rows: Vec<Vec<String>> = (0..400_u64)
        .map(|row| (0..4).map(|c| (weir_table::mix(row * 4 + c + 1) % 6).to_string()).collect())
        .collect();
    let findings: Vec<Finding> =
        names.iter().map(|name| finding(name, Role::QuasiIdentifier, false)).collect();
    let mut options = options();
    options.least_share = 0.01;
    let rich = of_coded(&coded(&batch(&names, &rows), &findings, &options), &findings, &options);
    assert!(!rich.singling_out.stopped && rich.singling_out.found > 0);
    options.work = 6000;
    let poor = of_coded(&coded(&batch(&names, &rows), &findings, &options), &findings, &options);
    assert!(poor.singling_out.stopped);
    assert!(poor.singling_out.complete_to < rich.singling_out.complete_to);
    assert!(poor.singling_out.say.en.contains("bound on the work"));
    assert!(poor.singling_out.sets.iter().all(|set| rich.singling_out.sets.contains(set)));
}

#[test]
fn a_table_larger_than_the_memory_is_looked_at_in_a_stated_sample_of_people() {
    let names = ["who", "a"];
    let rows: Vec<Vec<String>> = (0..20_000_u64)
        .map(|row| vec![format!("p{}", row / 4), (weir_table::mix(row + 1) % 500_000).to_string()])
        .collect();
    let findings =
        [finding("who", Role::Identifier, true), finding("a", Role::QuasiIdentifier, false)];
    let mut options = options();
    options.memory_bytes = 1 << 20;
    let together =
        of_coded(&coded(&batch(&names, &rows), &findings, &options), &findings, &options);
    let seen = &together.seen;
    assert_eq!(seen.rows, 20_000);
    assert!(seen.share < 1.0 && seen.rows_seen < 20_000 && seen.rows_seen > 1000, "{seen:?}");
    // All rows of a person that was drawn are there.
    assert_eq!(seen.rows_seen, together.people.people * 4);
    assert!(seen.say.as_ref().unwrap().en.starts_with("a sample"));
    // In the sample `a` hardly repeats; in the table it does, as the profile says.
    let mut findings = findings;
    findings[1].distinct = 16_000;
    let of = |findings: &[Finding]| {
        of_coded(&coded(&batch(&names, &rows), findings, &options), findings, &options)
    };
    let single = |together: &Together| together.keys.iter().any(|key| key.columns == ["a"]);
    assert!(!single(&of(&findings)));
    findings[1].distinct = 19_900;
    findings[1].distinct_exact = false;
    let key = of(&findings).keys.into_iter().find(|key| key.columns == ["a"]).unwrap();
    assert_eq!((key.distinct, key.rows, key.exact), (19_900, 20_000, false));
    assert!(key.say.en.contains("estimated"));
    findings[1].distinct = 0;
    findings[1].distinct_exact = true;
    let mut backwards = rows;
    backwards.reverse();
    let again = coded(&batch(&names, &backwards), &findings, &options);
    assert_eq!(of_coded(&again, &findings, &options), together);
}

/// The file of the shared data, or `None` with a word about it.
pub(crate) fn adult() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("../../../shared/data/anonymization/adult/adult.csv");
    if file.exists() {
        return Some(file);
    }
    println!("left out: {} is not there", file.display());
    None
}

/// Adult, read by the way of `weir inspect` and by splitting its lines.
#[test]
fn adult_is_told_apart_as_brute_force_says() {
    let Some(file) = adult() else { return };
    let folder = std::env::temp_dir().join(format!("weir-together-{}", std::process::id()));
    let limits = Limits::new(folder);
    let source = Source::open(std::slice::from_ref(&file), &SourceOptions::default()).unwrap();
    let (table, profile) = source.profile(&limits, &|_| {}).unwrap();
    let findings = crate::detect(&profile);
    let mut options = Options::new(&limits);
    options.most_in_set = 3;
    let together = look(&table, &findings, &options, &limits, &|_| {}).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect());
    let names: Vec<String> = lines.next().unwrap();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = lines.collect();
    assert_eq!(together.people.people, 30_162);
    assert_eq!(together.singling_out.columns, names);
    let expected = minimal_sets_of_rows(&rows, 3, (30_162.0_f64 * 0.05).ceil() as u64);
    assert!(expected.len() > 1);
    assert_eq!(found(&together, &names), expected);
    let all: Vec<usize> = (0..names.len()).collect();
    assert_eq!(together.singling_out.by_all, unique_rows(&numbered(&rows), &all));
    // The rows of the sample are the whole table here.
    let of_sample = look_at_sample(&profile, &findings, &options);
    assert_eq!(of_sample.singling_out, together.singling_out);
}

/// Columns by row, their values numbered.
fn numbered(rows: &[Vec<String>]) -> Vec<Vec<u128>> {
    let number = |column: usize| {
        let values: BTreeSet<&String> = rows.iter().map(|row| &row[column]).collect();
        let values: BTreeMap<&String, u128> = values.into_iter().zip(0..).collect();
        rows.iter().map(|row| values[&row[column]]).collect()
    };
    (0..rows[0].len()).map(number).collect()
}

fn unique_rows(columns: &[Vec<u128>], set: &[usize]) -> u64 {
    let mut counts: rustc_hash::FxHashMap<u128, u64> = rustc_hash::FxHashMap::default();
    let mut keys = vec![0_u128; columns[0].len()];
    for column in set {
        keys.iter_mut().zip(&columns[*column]).for_each(|(key, code)| *key = *key << 14 | code);
    }
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts.values().filter(|count| **count == 1).count() as u64
}

/// As [`minimal_sets`], faster, where each row is a person.
fn minimal_sets_of_rows(rows: &[Vec<String>], most: u32, least: u64) -> BTreeMap<Vec<usize>, u64> {
    let columns = numbered(rows);
    let mut sets: Vec<u32> =
        (1_u32..1 << columns.len()).filter(|set| set.count_ones() <= most).collect();
    sets.sort_by_key(|set| set.count_ones());
    let mut found: BTreeMap<u32, u64> = BTreeMap::new();
    let list = |set: u32| (0..columns.len()).filter(|c| set >> c & 1 == 1).collect::<Vec<_>>();
    for set in sets {
        let told = unique_rows(&columns, &list(set));
        if told >= least && !found.keys().any(|part| part & set == *part) {
            found.insert(set, told);
        }
    }
    found.into_iter().map(|(set, told)| (list(set), told)).collect()
}
