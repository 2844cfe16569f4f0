//! Spans and speed of the scanner of free text.
//!
//! ```text
//! text spans < CELLS     for each cell (ended by byte 0x1E) a line: `start end key confidence`,
//!                        joined by `;`
//! text speed FILE        megabytes a second on one core, best of five runs
//! text report FILE       what a file holds
//! ```
#![expect(clippy::print_stdout, reason = "an example is a command")]

use std::io::{Read as _, Write as _};
use std::time::Instant;

use weir_detect::text::{TextScanner, inspect_reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["spans"] => spans()?,
        ["speed", file] => speed(&std::fs::read_to_string(file)?),
        ["report", file] => {
            for count in inspect_reader(std::fs::File::open(file)?)?.kinds {
                println!("{} {} {}", count.kind.key(), count.spans, count.lines);
            }
        }
        _ => return Err("usage: text spans | text speed FILE | text report FILE".into()),
    }
    Ok(())
}

fn spans() -> std::io::Result<()> {
    let mut cells = String::new();
    std::io::stdin().read_to_string(&mut cells)?;
    let scanner = TextScanner::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for cell in cells.split_terminator('\u{1E}') {
        let spans = scanner.spans(cell);
        let written: Vec<String> = spans
            .iter()
            .map(|span| {
                let (start, end) = (span.range.start, span.range.end);
                format!("{start} {end} {} {:.2}", span.kind.key(), span.confidence)
            })
            .collect();
        writeln!(out, "{}", written.join(";"))?;
    }
    Ok(())
}

fn speed(text: &str) {
    let scanner = TextScanner::new();
    let mut found = Vec::new();
    scanner.spans_into("张", &mut found);
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        scanner.spans_into(text, &mut found);
        best = best.min(start.elapsed().as_secs_f64());
    }
    let megabytes = text.len() as f64 / 1e6;
    println!("{megabytes:.1} MB, {} spans, {:.0} MB a second", found.len(), megabytes / best);
}
