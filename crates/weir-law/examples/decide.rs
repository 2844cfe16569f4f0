//! How long it takes to read the shipped pack and to decide one request, beside reading its file.
//!
//! ```text
//! cargo run --release -p weir-law --example decide -- FOLDER FACTS
//! ```
//!
//! FOLDER is a pack, FACTS a TOML table of facts. Prints least and median of 200 runs, in
//! microseconds of this thread's wall clock; `bench/law` explains the figures.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use weir_law::{FactSet, Folder, RulePack, examine};
use weir_types::FactValue;

const RUNS: usize = 200;

#[expect(clippy::print_stdout, reason = "what it measures is its output")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(facts)) = (arguments.next(), arguments.next()) else {
        return Err("give the folder of a pack and a file of facts".into());
    };
    let facts: BTreeMap<String, FactValue> = toml::from_str(&std::fs::read_to_string(facts)?)?;
    let read = || Folder::read(Path::new(&folder));
    let texts = read()?;
    let files = texts.files();
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    let pack = RulePack::read(&files)?;
    let conditions: Vec<&str> = pack
        .rules()
        .iter()
        .flat_map(|rule| [Some(rule.when()), rule.met_when(), rule.unless()])
        .flatten()
        .collect();
    println!("{} rules, {} conditions, {bytes} bytes", pack.rules().len(), conditions.len());

    report("read the files", || read().is_ok());
    report("read the pack", || RulePack::read(&files).is_ok());
    report("parse its conditions", || conditions.iter().all(|text| pack.condition(text).is_ok()));
    let decide = |pack: &RulePack| {
        let mut set = FactSet::new(pack.vocabulary());
        let stated =
            facts.iter().all(|(name, value)| set.state(pack.vocabulary(), name, value).is_ok());
        stated && !examine(pack, &set, "2026-11-23".parse().ok()).questions().is_empty()
    };
    report("decide one request", || decide(&pack));
    report("read files and pack, decide", || {
        read().is_ok_and(|texts| RulePack::read(&texts.files()).is_ok_and(|p| decide(&p)))
    });
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what it measures is its output")]
fn report(what: &str, mut run: impl FnMut() -> bool) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            assert!(run(), "{what} failed");
            begin.elapsed()
        })
        .collect();
    times.sort();
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    println!("{what:<28} least {:>9.1} us, median {:>9.1} us", us(times[0]), us(times[RUNS / 2]));
}
