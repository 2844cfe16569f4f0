//! Answers of ARX 3.9.2, kept in `tests/vectors/arx`; `bench/deidentify/vectors.py` asked for them.
//!
//! The tables are made anew from their names, or read from the folder of public tables that
//! `WEIR_TABLES` names or that stands beside this repository; without it those vectors are passed
//! over.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    slice,
};

use serde_json::Value;
use sha2::{Digest, Sha256};
use weir_search::{Goal, NoSolution, SearchOptions, Table, search, search::choices};
use weir_types::PrivacyModel;

use super::{
    made::{Made, SHAPES, made},
    plain::{self, Hierarchy, Plain},
    question::Question,
};

/// Tables that are not in this repository.
const PUBLIC: [&str; 2] = ["adult", "ss13acs"];

/// A table with what was asked about it.
struct Asked {
    name: String,
    plain: Plain,
    hierarchies: BTreeMap<String, Hierarchy>,
    subset: Vec<bool>,
    cases: Vec<Value>,
}

impl Asked {
    /// All tables that are at hand.
    fn all() -> Vec<Self> {
        let mut all = Self::made();
        all.extend(Self::public_tables());
        all
    }

    /// The tables that are made here.
    fn made() -> Vec<Self> {
        let mut all = Vec::new();
        for (_, shape) in SHAPES {
            for table in tables(&vectors(shape)) {
                let name = table["table"].as_str().unwrap().to_owned();
                let Made { plain, hierarchies, subset } = made(&name).unwrap();
                let cases = table["cases"].as_array().unwrap().clone();
                let hierarchies = hierarchies.into_iter().collect();
                all.push(Self { name, plain, hierarchies, subset, cases });
            }
        }
        all
    }

    /// The tables that are not in this repository, where they are at hand.
    fn public_tables() -> Vec<Self> {
        let folder = env::var_os("WEIR_TABLES").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/anonymization"),
            PathBuf::from,
        );
        if !folder.exists() {
            println!("passed over, as the folder of public tables is not there: {PUBLIC:?}");
            return Vec::new();
        }
        PUBLIC.iter().map(|name| Self::public(&folder, name)).collect()
    }

    fn public(folder: &Path, name: &str) -> Self {
        let folder = folder.join(name);
        let plain = Plain::read(&folder.join(format!("{name}.csv"))).unwrap();
        let hierarchy = |column: &str| {
            let file = folder.join(format!("{name}_hierarchy_{column}.csv"));
            (column.to_owned(), Hierarchy::read(&file).unwrap())
        };
        let hierarchies = plain.columns.iter().map(|column| hierarchy(&column.name)).collect();
        // As `vectors.py` has it.
        let subset = (0..plain.n_rows()).map(|row| row % 3 == 0).collect();
        let cases = tables(&vectors(name))[0]["cases"].as_array().unwrap().clone();
        Self { name: name.to_owned(), plain, hierarchies, subset, cases }
    }

    fn table(&self, question: &Question) -> Table {
        let subset = question.get("subset").map(|_| self.subset.clone());
        let hierarchy = |column: &str| Ok(self.hierarchies[column].clone());
        let roles = question.roles(&self.plain, subset, hierarchy).unwrap();
        plain::table(&self.plain, &roles).unwrap()
    }

    /// The goal of a question. ARX was told the share of the population that the whole file is;
    /// weir asks for that of the rows that are released.
    fn goal(&self, question: &Question) -> Goal {
        let mut goal = question.goal().unwrap();
        let released = self.subset.iter().filter(|released| **released).count();
        let share =
            question.get("subset").map_or(1.0, |_| released as f64 / self.subset.len() as f64);
        for asked in &mut goal.models {
            if let PrivacyModel::PopulationUniqueness { sampling_fraction, .. } = &mut asked.model {
                *sampling_fraction *= share;
            }
        }
        goal
    }
}

fn vectors(name: &str) -> Value {
    let path = format!("{}/tests/vectors/arx/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn tables(vectors: &Value) -> &Vec<Value> {
    vectors["tables"].as_array().unwrap()
}

fn digest(made: &Made) -> String {
    let mut digest = Sha256::new();
    made.files().iter().for_each(|(_, text)| digest.update(text));
    hex::encode(digest.finalize())
}

#[test]
fn made_tables_are_those_that_arx_saw() {
    for (_, shape) in SHAPES {
        for table in tables(&vectors(shape)) {
            let name = table["table"].as_str().unwrap();
            let made = made(name).unwrap();
            assert_eq!(table["sha256"], digest(&made), "{name} is made otherwise than it was");
        }
    }
}

/// A reason why ARX is wrong, and which questions it touches.
struct Wrong(&'static str, fn(&Question) -> bool);

/// Where ARX is wrong, and how a question shows it. Each was read in the sources of ARX 3.9.2 and
/// worked out by hand; [`stands`] makes sure that ARX's answer is no better than ours by what is
/// published.
const WRONG: [Wrong; 5] = [
    Wrong(
        "its SNB multiplies by (1 - (1-f)(1-b))^(a+2) where Chen and McNulty divide, and takes 1 \
         from a product instead of a factor in Shlosser's estimate of the classes",
        |question| {
            let mut models = question.models();
            models.any(|model| model.starts_with("pu:") && !with_other_estimate(model))
        },
    ),
    Wrong(
        "it counts the labels of a hierarchy among the values of the order, where a column has \
         both closeness by hierarchy and by order",
        |question| {
            let columns = |kind: &str| -> Vec<String> {
                let models = question.models().filter(|model| model.starts_with(kind));
                models.filter_map(|model| Some(model.split_once('@')?.1.to_owned())).collect()
            };
            let ordered = columns("to:");
            columns("th:").iter().any(|column| ordered.contains(column))
        },
    ),
    Wrong(
        "its iteration for Pitman's estimate ends where the likelihood has no maximum, as classes \
         are more even than chance makes them, or misses the maximum that there is",
        |question| {
            let asks = [
                "pu:0.05:PITMAN:0.1,th:0.3@t metric=loss limit=0.3",
                "pu:0.05:PITMAN:0.1 metric=loss limit=1",
                "pu:0.05:PITMAN:0.1 metric=precision limit=0.3",
                "kmap:3,pu:0.05:PITMAN:0.1 metric=loss limit=1",
            ];
            let word = |key: &str| question.get(key).unwrap();
            let models = word("models");
            let ask = format!("{models} metric={} limit={}", word("metric"), word("limit"));
            asks.contains(&ask.as_str())
        },
    ),
    Wrong(
        "it takes classes out of its counts a second time for a second model of all classes",
        |question| {
            let all_classes = |model: &&str| model.starts_with("pu:") || model.starts_with("avg:");
            question.models().filter(all_classes).count() > 1
        },
    ),
    Wrong(
        "it takes a table of fewer people than the no-attack model needs for a solution, with \
         nothing in it; for k-anonymity it does not",
        |question| {
            let mut models = question.models();
            question.get("limit") == Some("1")
                && models.any(|model| model == "profit:prosecutor-no-attack")
        },
    ),
];

/// Whether a population uniqueness model is one that does not look at SNB: Dankar's rule takes
/// Pitman's estimate up to a sampling fraction of a tenth.
fn with_other_estimate(model: &str) -> bool {
    let parts: Vec<&str> = model.split(':').collect();
    match parts[2] {
        "DANKAR" => parts[3].parse::<f64>().unwrap() <= 0.1,
        estimate => estimate != "SNB",
    }
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    levels: Vec<usize>,
    score: f64,
    suppressed: u64,
    classes: u64,
}

impl Answer {
    /// ARX's answer; none where it found no solution.
    fn of(case: &Value) -> Option<Self> {
        let score = case["score"].as_f64()?;
        let levels = case["levels"].as_array().unwrap().iter();
        let (suppressed, classes) = match &case["subset"] {
            Value::Null => (&case["suppressed"], &case["classes"]),
            subset => (&subset["suppressed_records"], &subset["classes"]),
        };
        Some(Self {
            levels: levels.map(|level| level.as_u64().unwrap() as usize).collect(),
            score,
            suppressed: suppressed.as_u64().unwrap(),
            classes: classes.as_u64().unwrap(),
        })
    }

    /// The score but for rounding.
    fn scores_as(&self, other: f64) -> bool {
        (self.score - other).abs() <= 1e-9 * self.score.abs().max(1e-9)
    }

    /// Whether the counts are those. ARX takes a row whose cells are all at the top for
    /// suppressed, in its counts but not in its limit.
    fn counts_are(&self, suppressed: u64, classes: u64, people: u64) -> bool {
        (self.suppressed, self.classes) == (suppressed, classes)
            || (self.suppressed, self.classes) == (people, 0) && (suppressed, classes) == (0, 1)
    }
}

/// What differs between an answer of ARX and ours.
fn difference(table: &Table, goal: &Goal, theirs: Option<&Answer>) -> Option<String> {
    let ours = search(table, goal, &SearchOptions::PLAIN);
    let (ours, theirs) = match (ours, theirs) {
        (Err(NoSolution::Infeasible { .. } | NoSolution::TooFewPeople { .. }), None) => {
            return None;
        }
        (Ok(ours), Some(theirs)) => (ours, theirs),
        (ours, theirs) => return Some(format!("{theirs:?}, and {:?}", ours.map(|o| o.score))),
    };
    assert!(ours.optimal);
    let told = format!(
        "{theirs:?}, and {} at {:?}, {} suppressed, {} classes",
        ours.score, ours.levels, ours.rows_suppressed, ours.classes
    );
    let people = table.n_people();
    if !theirs.scores_as(ours.score) {
        return Some(told);
    }
    if theirs.counts_are(ours.rows_suppressed, ours.classes, people) {
        return None;
    }
    // Another node of the same score: then that one has to be what ARX says.
    let node = choices(table, goal, slice::from_ref(&theirs.levels)).unwrap().remove(0);
    let same = node.feasible
        && theirs.scores_as(node.score)
        && theirs.counts_are(node.suppressed, node.classes, people);
    (!same).then_some(told)
}

/// Whether ours is the better answer, by our measure of ARX's node.
fn stands(table: &Table, goal: &Goal, theirs: Option<&Answer>) -> bool {
    let ours = match search(table, goal, &SearchOptions::PLAIN) {
        Ok(ours) => ours.score,
        Err(NoSolution::TooFewPeople { .. }) => return theirs.is_some_and(|a| a.classes == 0),
        Err(_) => f64::INFINITY,
    };
    let node = |theirs: &Answer| choices(table, goal, slice::from_ref(&theirs.levels));
    theirs.is_none_or(|theirs| {
        let node = node(theirs).unwrap().remove(0);
        !node.feasible || node.score >= ours - 1e-9 * ours.abs()
    })
}

/// Most nodes of a lattice that is searched: as many as `WEIR_LATTICE` says.
fn most_nodes() -> usize {
    env::var("WEIR_LATTICE").ok().and_then(|most| most.parse().ok()).unwrap_or(30_000)
}

/// Compares all answers about some tables; returns how many there are.
fn compare(tables: impl IntoIterator<Item = Asked>) -> usize {
    let (mut n, mut too_large, mut excused, mut wrong) = (0, 0, 0, Vec::new());
    for asked in tables {
        for case in &asked.cases {
            n += 1;
            let question = Question::of(case["ask"].as_str().unwrap());
            let (table, goal) = (asked.table(&question), asked.goal(&question));
            if table.columns.iter().map(|c| c.levels.len()).product::<usize>() > most_nodes() {
                too_large += 1;
                continue;
            }
            let theirs = Answer::of(case);
            let Some(told) = difference(&table, &goal, theirs.as_ref()) else { continue };
            let reason = WRONG.iter().find(|Wrong(_, touches)| touches(&question));
            match reason {
                Some(Wrong(reason, _)) if stands(&table, &goal, theirs.as_ref()) => {
                    println!("{}: {}: {reason}", asked.name, case["ask"]);
                    excused += 1;
                }
                _ => wrong.push(format!("{}: {}\n    {told}", asked.name, case["ask"])),
            }
        }
    }
    println!(
        "{n} answers, {too_large} of them about lattices that take long, {excused} wrong for a \
         known reason"
    );
    assert!(wrong.is_empty(), "{} of {n} differ:\n{}", wrong.len(), wrong.join("\n"));
    n
}

#[test]
fn arx_finds_the_same_on_made_tables() {
    let narrow = |asked: &Asked| !asked.name.starts_with("wide");
    assert!(compare(Asked::made().into_iter().filter(narrow)) > 1000);
}

#[test]
fn arx_finds_the_same_on_wide_tables() {
    let wide = |asked: &Asked| asked.name.starts_with("wide");
    assert!(compare(Asked::made().into_iter().filter(wide)) > 80);
}

#[test]
fn arx_finds_the_same_on_public_tables() {
    compare(Asked::public_tables());
}

#[test]
fn every_question_has_a_goal() {
    for asked in Asked::all() {
        for case in &asked.cases {
            let question = Question::of(case["ask"].as_str().unwrap());
            let goal = question.goal().unwrap_or_else(|| panic!("{case}"));
            assert!(!goal.models.is_empty() && goal.suppress_at_most.is_finite(), "{case}");
        }
    }
}
