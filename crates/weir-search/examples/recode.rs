//! Recodes tables locally, for `bench/deidentify/local.py`.
//!
//! Questions are lines of standard input as in `tests/it/question.rs`, with `data=` and `hier=`
//! before; `output=FILE` writes the released table, `method=strict` and `method=relaxed` partition
//! from above, `refine=0` leaves the refining out. Answers are JSON objects, one a line.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use weir_search::{
    SearchOptions, Table,
    local::{Cell, LocalOptions, Method, Recoding, recode},
    search,
    table::Tuples,
};

#[path = "../tests/it/plain.rs"]
#[expect(dead_code, reason = "the tests write tables as well")]
mod plain;
#[path = "../tests/it/question.rs"]
mod question;

use plain::{Hierarchy, Plain, Roles};
use question::Question;

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    for line in io::stdin().lines() {
        let Ok(line) = line else { return ExitCode::FAILURE };
        let answer = answer(&Question::of(&line)).unwrap_or_else(|error| json!({ "error": error }));
        if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn answer(question: &Question) -> Result<Value, String> {
    let data = question.get("data").ok_or("no `data=`")?;
    let plain = Plain::read(Path::new(data)).map_err(|error| error.to_string())?;
    let prefix = question.get("hier").unwrap_or_default();
    let hierarchy = |name: &str| Hierarchy::read(Path::new(&format!("{prefix}{name}.csv")));
    let roles = question.roles(&plain, None, hierarchy).map_err(|error| error.to_string())?;
    let table = plain::table(&plain, &roles).map_err(|error| error.to_string())?;
    let goal = question.goal().ok_or("a model or metric that weir does not have")?;
    let start = cpu_ms();
    let found = search(&table, &goal, &SearchOptions::PLAIN).map_err(|error| error.to_string())?;
    let searched = cpu_ms();
    let method = match question.get("method") {
        Some("strict") => Method::Strict,
        Some("relaxed") => Method::Relaxed,
        _ => Method::Finest,
    };
    let options = LocalOptions {
        start: Some(&found.levels),
        method,
        refine: question.get("refine") != Some("0"),
        visits: question.get("visits").map_or(2_000_000_000, |visits| visits.parse().unwrap_or(0)),
        ..LocalOptions::default()
    };
    let recoding = recode(&table, &goal, &options).map_err(|error| error.to_string())?;
    let recoded = cpu_ms();
    if let Some(path) = question.get("output") {
        let text = released(&plain, &roles, &table, &recoding);
        fs::write(path, text).map_err(|error| format!("cannot write the table: {error}"))?;
    }
    let figures = recoding.figures;
    Ok(json!({
        "search_cpu_ms": searched - start,
        "local_cpu_ms": recoded - searched,
        "tuples": table.tuples.words.first().map_or(0, Vec::len),
        "levels": found.levels,
        "full_domain_score": found.score,
        "score": figures.score,
        "granularity": figures.granularity,
        "classes": figures.classes,
        "suppressed_records": figures.suppressed,
        "min_class": figures.smallest,
    }))
}

/// The released table as CSV with `;`: its quasi-identifiers and sensitive columns.
fn released(plain: &Plain, roles: &Roles, table: &Table, recoding: &Recoding) -> String {
    let column_of = |name: &str| plain.columns.iter().find(|column| column.name == name);
    let quasi: Vec<_> = roles
        .quasi
        .iter()
        .filter_map(|(name, hierarchy, _)| Some((column_of(name)?, hierarchy)))
        .collect();
    let sensitive: Vec<_> =
        roles.sensitive.iter().filter_map(|(name, _)| column_of(name)).collect();
    let units: FxHashMap<Vec<u32>, usize> =
        (0..recoding.of_unit.len()).map(|unit| (codes(&table.tuples, unit), unit)).collect();
    let places: Vec<FxHashMap<&str, &[String]>> = quasi
        .iter()
        .map(|(_, hierarchy)| {
            hierarchy.rows.iter().map(|row| (row[0].as_str(), row.as_slice())).collect()
        })
        .collect();
    let names = quasi.iter().map(|(column, _)| column.name.as_str());
    let names: Vec<&str> =
        names.chain(sensitive.iter().map(|column| column.name.as_str())).collect();
    let mut text = names.join(";") + "\n";
    for row in 0..plain.n_rows() {
        let key: Vec<u32> = quasi.iter().map(|(column, _)| column.codes[row]).collect();
        let region = units.get(&key).and_then(|&unit| recoding.of_unit[unit]);
        let mut cells: Vec<&str> = Vec::with_capacity(names.len());
        for (at, (column, _)) in quasi.iter().enumerate() {
            let labels = places[at][column.cell(row)];
            let cell = region.map(|region| recoding.regions[region as usize].cells[at]);
            cells.push(match cell {
                Some(Cell::Group { level, .. }) => &labels[usize::from(level)],
                _ => "*",
            });
        }
        cells.extend(sensitive.iter().map(|column| column.cell(row)));
        text += &cells.join(";");
        text.push('\n');
    }
    text
}

/// The codes of a tuple.
fn codes(tuples: &Tuples, tuple: usize) -> Vec<u32> {
    let code = |place: &weir_search::table::Place| {
        let word = u32::from(tuples.words[place.word][tuple]);
        word >> place.shift & ((1 << place.bits) - 1)
    };
    tuples.places.iter().map(code).collect()
}

/// CPU time of this thread so far, where the system tells it; else 0.
fn cpu_ms() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e6
}
