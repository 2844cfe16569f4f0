//! The full scan of a table by itself: every cell against every type, and what the columns hold.
//!
//! ```text
//! scan FILE [RUNS]    megabytes a second on one thread, best of some runs (3), and what was found
//! ```
#![expect(clippy::print_stdout, reason = "an example is a command")]

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use weir_detect::{ColumnReport, Detector, Scan};
use weir_table::{Amount, Limits, Source, SourceOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("usage: scan FILE [RUNS]")?);
    let runs: usize = arguments.next().map_or(Ok(3), |runs| runs.parse())?;
    let mut limits = Limits::new(std::env::temp_dir());
    limits.threads = NonZeroUsize::MIN;
    let detector = Detector::builtin();
    let (mut best, mut bytes, mut found) = (f64::INFINITY, 0, Vec::new());
    for _ in 0..runs.max(1) {
        let source = Source::open(std::slice::from_ref(&path), &SourceOptions::default())?;
        bytes = source.bytes();
        let started = Instant::now();
        let n_columns = source.columns().len();
        let looked = source.look(Amount::All, &limits, &|_| {}, &|| detector.scanner(n_columns))?;
        let mut scan = Scan::default();
        looked.watches.into_iter().for_each(|scanner| scan.merge(scanner.finish()));
        found = detector.inspect(&looked.profile, Some(&scan));
        best = best.min(started.elapsed().as_secs_f64());
    }
    println!("{best:.3} s, {:.0} MB/s", bytes as f64 / best / 1e6);
    found.iter().for_each(show);
    Ok(())
}

fn show(column: &ColumnReport) {
    let finding = &column.finding;
    let cells = column.matches.iter().map(|m| format!(" {}:{}", m.semantic, m.cells));
    println!(
        "{} {} {:.3}{}",
        finding.column,
        finding.semantic,
        finding.confidence,
        cells.collect::<String>()
    );
}
