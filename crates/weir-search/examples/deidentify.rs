//! Tables and answers for `bench/deidentify`.
//!
//! * `deidentify made DIR NAME…` writes the made tables of those names for ARX to read;
//! * `deidentify count` says what the search would see of the questions on standard input;
//! * `deidentify search` answers them, and says how long each search took.
//!
//! Questions are lines as in `tests/it/question.rs`, with `data=` and `hier=` before. `runs=N` is
//! how often a question is asked, the first time to warm up; `threads=N` is for each of them.
//! Answers are JSON objects, one a line.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use weir_search::{SearchOptions, Table};

#[path = "../tests/it/made.rs"]
mod made;
#[path = "../tests/it/plain.rs"]
mod plain;
#[path = "../tests/it/question.rs"]
mod question;

use plain::{Hierarchy, Plain, PlainError};
use question::Question;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["made", folder, ref names @ ..] => {
            names.iter().try_for_each(|name| write(Path::new(folder), name))
        }
        ["count"] => answer(count),
        ["search"] => answer(search),
        _ => Err("usage: deidentify made DIR NAME… | deidentify count | deidentify search".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nothing can be done where not even that can be written.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a made table, its hierarchies and the rows of its subset.
fn write(folder: &Path, name: &str) -> Result<(), String> {
    let made = made::made(name).ok_or_else(|| format!("no shape for `{name}`"))?;
    let folder = folder.join(name);
    let failed = |path: &Path, error| PlainError::File(path.to_owned(), error).to_string();
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    for (file, text) in made.files() {
        let path = folder.join(file);
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

type Tables = BTreeMap<PathBuf, Plain>;

/// Answers question by question.
fn answer(question: fn(&Question, &mut Tables) -> Result<Value, String>) -> Result<(), String> {
    let mut tables = Tables::new();
    let mut out = io::stdout().lock();
    for line in io::stdin().lines() {
        let line = line.map_err(|error| format!("cannot read the questions: {error}"))?;
        let answer = question(&Question::of(&line), &mut tables);
        let answer = answer.unwrap_or_else(|message| json!({ "error": message }));
        let written = writeln!(out, "{answer}").and_then(|()| out.flush());
        written.map_err(|error| format!("cannot write the answers: {error}"))?;
    }
    Ok(())
}

/// What the search would see.
fn count(question: &Question, tables: &mut Tables) -> Result<Value, String> {
    let table = table(question, tables)?;
    let goal = question.goal().ok_or("a model or metric that weir does not have")?;
    let levels: Vec<_> = table.columns.iter().map(|column| column.levels.len()).collect();
    Ok(json!({
        "tuples": table.tuples.words.first().map_or(0, Vec::len),
        "words": table.tuples.words.len(),
        "levels": levels,
        "models": goal.models.len(),
    }))
}

/// What the search finds, and in which processor time.
fn search(question: &Question, tables: &mut Tables) -> Result<Value, String> {
    let table = table(question, tables)?;
    let goal = question.goal().ok_or("a model or metric that weir does not have")?;
    let number = |key| question.get(key).and_then(|n| n.parse().ok()).unwrap_or(1);
    let options = SearchOptions { threads: number("threads"), ..SearchOptions::PLAIN };
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    let mut found = Err(String::new());
    for _ in 0..number("runs") {
        let from = (now(ClockId::ProcessCPUTime), now(ClockId::Monotonic));
        found = weir_search::search(&table, &goal, &options).map_err(|error| error.to_string());
        cpu.push(now(ClockId::ProcessCPUTime) - from.0);
        wall.push(now(ClockId::Monotonic) - from.1);
    }
    let told = json!({
        "cold_cpu_ms": cpu[0],
        "warm_cpu_median_ms": median(cpu),
        "warm_wall_median_ms": median(wall),
    });
    let Ok(found) = found else { return Ok(json!({ "solution": false, "time": told })) };
    Ok(json!({
        "solution": true,
        "score": found.score,
        "levels": found.levels,
        "suppressed": found.rows_suppressed,
        "classes": found.classes,
        "optimal": found.optimal,
        "measured": found.measured,
        "lattice": found.lattice,
        "time": told,
    }))
}

/// Milliseconds.
fn now(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// The median, the first one left out where there are others.
fn median(mut times: Vec<f64>) -> f64 {
    if times.len() > 1 {
        times.remove(0);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The table of a question; the last file is kept, as questions to one table come in a row.
fn table(question: &Question, tables: &mut Tables) -> Result<Table, String> {
    let path = PathBuf::from(question.get("data").unwrap_or_default());
    if !tables.contains_key(&path) {
        tables.clear();
        tables.insert(path.clone(), Plain::read(&path).map_err(|error| error.to_string())?);
    }
    let plain = &tables[&path];
    let subset = match (question.get("subset"), question.get("subsetrows")) {
        (Some(file), _) => Some(rows_alike(plain, Path::new(file))?),
        (None, Some(file)) => Some(rows_numbered(plain, Path::new(file))?),
        (None, None) => None,
    };
    let prefix = question.get("hier").unwrap_or_default();
    let hierarchy = |name: &str| Hierarchy::read(Path::new(&format!("{prefix}{name}.csv")));
    let roles = question.roles(plain, subset, hierarchy);
    roles.and_then(|roles| plain::table(plain, &roles)).map_err(|error| error.to_string())
}

/// Which rows a file of row numbers selects, from 0, one a line.
fn rows_numbered(plain: &Plain, path: &Path) -> Result<Vec<bool>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read rows: {error}"))?;
    let mut selected = vec![false; plain.n_rows()];
    for (at, line) in text.lines().enumerate() {
        let row = line.parse().ok().and_then(|row: usize| selected.get_mut(row));
        *row.ok_or_else(|| format!("line {} of the subset names no row", at + 1))? = true;
    }
    Ok(selected)
}

/// Which rows a table of the same columns selects; a row that is in it twice selects two.
fn rows_alike(plain: &Plain, path: &Path) -> Result<Vec<bool>, String> {
    let subset = Plain::read(path).map_err(|error| error.to_string())?;
    let row_of = |table: &Plain, row| -> Vec<String> {
        table.columns.iter().map(|column| column.cell(row).to_owned()).collect()
    };
    let mut places: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for row in (0..plain.n_rows()).rev() {
        places.entry(row_of(plain, row)).or_default().push(row);
    }
    let mut selected = vec![false; plain.n_rows()];
    for row in 0..subset.n_rows() {
        let free = places.get_mut(&row_of(&subset, row)).and_then(Vec::pop);
        selected[free.ok_or_else(|| format!("row {} of the subset is not there", row + 1))?] = true;
    }
    Ok(selected)
}
