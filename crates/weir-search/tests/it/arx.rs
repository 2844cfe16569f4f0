//! Answers of ARX 3.9.2, kept in `tests/vectors/arx`; `bench/deidentify/vectors.py` asked for them.
//!
//! The tables are made anew from their names, or read from the folder of public tables that
//! `WEIR_TABLES` names; without it those vectors are passed over.

use std::{collections::BTreeMap, env, fs, path::Path};

use serde_json::Value;
use sha2::{Digest, Sha256};
use weir_search::{
    Table,
    table::{Column, People, Place},
};

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
        let Ok(folder) = env::var("WEIR_TABLES") else {
            println!("passed over, as `WEIR_TABLES` names no folder: {}", PUBLIC.join(", "));
            return all;
        };
        all.extend(PUBLIC.iter().map(|name| Self::public(Path::new(&folder), name)));
        all
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

/// People by what their tuple looks like at some levels.
fn classes(table: &Table, levels: &[usize]) -> BTreeMap<Vec<u32>, u64> {
    let People::Rows { counts, .. } = &table.people else { panic!("rows are people here") };
    let mut classes = BTreeMap::new();
    for (tuple, &count) in counts.iter().enumerate() {
        let group = |((column, place), &level): ((&Column, &Place), &usize)| {
            let word = table.tuples.words[place.word][tuple] >> place.shift;
            column.levels[level].groups[usize::from(word & ((1 << place.bits) - 1))]
        };
        let look = table.columns.iter().zip(&table.tuples.places).zip(levels).map(group).collect();
        *classes.entry(look).or_default() += u64::from(count);
    }
    classes
}

#[test]
fn the_table_that_is_searched_has_the_classes_that_arx_has() {
    let mut n_compared = 0;
    for asked in Asked::all() {
        for case in &asked.cases {
            let ask = case["ask"].as_str().unwrap();
            let question = Question::of(ask);
            let k = question.get("models").and_then(|models| models.strip_prefix("k:"));
            let Some(k) = k.and_then(|k| k.parse::<u64>().ok()) else { continue };
            let Some(levels) = case["levels"].as_array() else { continue };
            let levels: Vec<_> = levels.iter().map(|l| l.as_u64().unwrap() as usize).collect();
            let sizes: Vec<u64> = classes(&asked.table(&question), &levels).into_values().collect();
            let suppressed: u64 = sizes.iter().filter(|&&size| size < k).sum();
            let n_classes = sizes.iter().filter(|&&size| size >= k).count();
            let told = (case["suppressed"].as_u64(), case["classes"].as_u64());
            assert_eq!(told, (Some(suppressed), Some(n_classes as u64)), "{}: {ask}", asked.name);
            n_compared += 1;
        }
    }
    assert!(n_compared > 20, "{n_compared} questions about k alone");
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
