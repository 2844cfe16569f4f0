//! `weir hierarchy`.

use std::io::Write as _;
use std::path::Path;

use weir_release::hierarchy::{ColumnHierarchy, Job, hierarchies};
use weir_table::SourceOptions;
use weir_types::Lang;

use crate::args::{Global, Hierarchy};
use crate::commands::{clean, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, grid, print, print_json};

pub(crate) fn run(args: &Hierarchy, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let limits = limits(global);
    let job = Job {
        data: args.data.clone(),
        source: SourceOptions {
            encoding: args.encoding,
            delimiter: args.delimiter,
            sheet: args.sheet.clone(),
            reading: weir_table::Reading::Strict,
        },
        columns: args.column.iter().cloned().collect(),
        specs: args.column.iter().cloned().zip(args.made_by.clone()).collect(),
        person: args.person.clone(),
        k: args.k,
    };
    let made = hierarchies(&job, &limits, talk);
    clean(&limits);
    let made = made?;
    if let (Some(path), [one]) = (&args.out, &made[..]) {
        write(path, one)?;
    }
    match (global.json, &args.column) {
        (true, _) => print_json(&made)?,
        (false, Some(_)) => made.iter().try_for_each(|one| print(&levels(one, talk)))?,
        (false, None) => print(&list(&made, talk))?,
    }
    if args.column.is_some() {
        made.iter().flat_map(|one| notes(one, args, talk)).for_each(|line| talk.line(&line));
    }
    Ok(Exit::Done)
}

/// Writes the file, never in the place of another one.
fn write(path: &Path, made: &ColumnHierarchy) -> Result<(), Failure> {
    let Some(text) = &made.file else {
        let (column, distinct) = (&made.column, made.distinct);
        let message = format!("column `{column}` has {distinct} values, too many for a file");
        let hint = "say it as a builder instead: `--hierarchy 'COLUMN=BUILDER'` of \
                    `weir deidentify`, or `hierarchy` in the request";
        return Err(Failure::input(message, hint));
    };
    let mut options = std::fs::OpenOptions::new();
    let written = options
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::input(
            format!("`{}` exists already", path.display()),
            "name another file with --out; hierarchies that people edited are not overwritten",
        ),
        kind => Failure {
            exit: Exit::Failed,
            messages: vec![format!("cannot write `{}`: {kind}", path.display())],
            hint: None,
        },
    })
}

/// One hierarchy, a line for each level.
fn levels(made: &ColumnHierarchy, talk: &Talk) -> String {
    let mut rows = vec![
        [
            talk.choose("层", "level"),
            talk.choose("含义", "meaning"),
            talk.choose("组", "groups"),
            talk.choose("保留", "kept"),
            talk.choose("最小组", "smallest"),
            talk.choose("中位组", "median"),
            talk.choose("例", "such as"),
        ]
        .map(str::to_owned),
    ];
    for level in &made.levels {
        rows.push([
            level.level.to_string(),
            talk.text(&level.meaning).to_owned(),
            level.groups.to_string(),
            format!("{:.1} %", level.kept * 100.0),
            level.smallest.to_string(),
            level.median.to_string(),
            match &level.examples[..] {
                [] => "-".to_owned(),
                some => some.join("  "),
            },
        ]);
    }
    grid(&rows)
}

/// All hierarchies, a line for each column.
fn list(all: &[ColumnHierarchy], talk: &Talk) -> String {
    let mut rows = vec![
        [
            talk.choose("列", "column"),
            talk.choose("内容", "holds"),
            talk.choose("层数", "levels"),
            talk.choose("各层（组数）", "levels, with the number of groups"),
        ]
        .map(str::to_owned),
    ];
    for made in all {
        let levels = made.levels.iter();
        let levels = levels.map(|l| format!("{} ({})", talk.text(&l.meaning), l.groups));
        rows.push([
            made.column.clone(),
            talk.text(&made.holds).to_owned(),
            made.levels.len().to_string(),
            levels.collect::<Vec<_>>().join(" → "),
        ]);
    }
    grid(&rows)
}

fn notes(made: &ColumnHierarchy, args: &Hierarchy, talk: &Talk) -> Vec<String> {
    let (column, distinct, nulls, by) = (&made.column, made.distinct, made.nulls, &made.made_by);
    let counted = match made.people_counted {
        true => talk.choose("组内计人数", "groups count people"),
        false => talk.choose("组内计行数，每行视为一人", "groups count rows, each as a person"),
    };
    let mut lines = match talk.lang {
        Lang::En => vec![
            format!(
                "column    {column}: {distinct} values, {nulls} rows without one, which are a value of their own; {counted}"
            ),
            format!("made by   {by}"),
        ],
        Lang::Zh => vec![
            format!("列      {column}：{distinct} 个值，{nulls} 行无值（自成一值）；{counted}"),
            format!("由来    {by}"),
        ],
    };
    if let Some(path) = &args.out {
        let path = path.display();
        lines.push(match talk.lang {
            Lang::En => format!(
                "written   {path}: edit it, then weir deidentify … --hierarchy '{column}={path}'"
            ),
            Lang::Zh => format!(
                "已写    {path}：可修改后用于 weir deidentify … --hierarchy '{column}={path}'"
            ),
        });
    }
    lines
}
