//! `weir inspect`.

use std::path::PathBuf;

use serde::Serialize;
use weir_release::progress::{Progress as _, Stage};
use weir_table::{Profile, Source, SourceOptions};
use weir_types::Finding;

use crate::args::{Global, Inspect};
use crate::commands::{clean, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, grid, print, print_json};

#[derive(Serialize)]
struct Inspected<'a> {
    rows: u64,
    columns: &'a [Finding],
}

pub(crate) fn run(args: &Inspect, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let (profile, findings) = findings(&args.data, global, talk)?;
    if global.json {
        print_json(&Inspected { rows: profile.rows, columns: &findings })?;
    } else {
        print(&table(&findings, talk))?;
        let rows = profile.rows;
        talk.line(&match talk.lang {
            weir_types::Lang::En => format!("{rows} rows, {} columns", findings.len()),
            weir_types::Lang::Zh => format!("{rows} 行，{} 列", findings.len()),
        });
    }
    Ok(Exit::Done)
}

/// Reads data once and says what its columns hold.
pub(crate) fn findings(
    data: &[PathBuf],
    global: &Global,
    talk: &Talk,
) -> Result<(Profile, Vec<Finding>), Failure> {
    let limits = limits(global);
    let source = Source::open(data, &SourceOptions::default())?;
    talk.begin(Stage::Read, None);
    let profiled = source.profile(&limits, &|rows| talk.rows(rows));
    talk.end();
    clean(&limits);
    let (_, profile) = profiled?;
    let findings = weir_detect::detect(&profile);
    Ok((profile, findings))
}

fn table(findings: &[Finding], talk: &Talk) -> String {
    let mut rows = vec![
        [
            talk.choose("列", "column"),
            talk.choose("类型", "type"),
            talk.choose("角色", "role"),
            talk.choose("内容", "holds"),
            talk.choose("把握", "sure"),
            talk.choose("理由", "because"),
        ]
        .map(str::to_owned),
    ];
    for f in findings {
        let because: Vec<&str> = f.signals.iter().map(|s| talk.text(&s.saw)).collect();
        rows.push([
            f.column.clone(),
            f.ty.name().to_owned(),
            f.role.name().to_owned(),
            talk.text(&f.label).to_owned(),
            format!("{:.0} %", f.confidence * 100.0),
            because.join("; "),
        ]);
    }
    grid(&rows)
}
