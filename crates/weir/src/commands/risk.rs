//! `weir risk`.

use std::fmt::Write as _;

use weir_risk::{MeasureOptions, measure};
use weir_table::{PeopleBy, Source, SourceOptions, read_back};
use weir_types::risk::PeopleCountedBy;
use weir_types::{Lang, RiskReport};

use crate::args::{Global, Risk};
use crate::commands::{clean, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

pub(crate) fn run(args: &Risk, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let limits = limits(global);
    let source = Source::open(&args.data, &SourceOptions::default())?;
    for column in args.quasi.iter().chain(&args.person) {
        source.index_of(column)?;
    }
    let files: Vec<_> = source.paths().map(ToOwned::to_owned).collect();
    let people = args.person.as_deref().map_or(PeopleBy::Row, PeopleBy::Column);
    let read = read_back(&files, &args.quasi, people, &limits);
    clean(&limits);
    let report = measure(
        &read?.classes,
        &MeasureOptions {
            quasi_identifiers: args.quasi.clone(),
            person: args.person.clone(),
            people_counted_by: match args.person {
                Some(_) => PeopleCountedBy::Column,
                None => PeopleCountedBy::Row,
            },
            tau: 1.0 / args.k as f64,
        },
    );
    if global.json {
        print_json(&report)?;
    } else {
        print(&text(&report, args.k, talk.lang))?;
    }
    let met = report.smallest_class >= args.k;
    if !met {
        talk.line(&match talk.lang {
            Lang::En => format!("classes of fewer than {} people exist", args.k),
            Lang::Zh => format!("存在不足 {} 人的等价类", args.k),
        });
    }
    Ok(if met { Exit::Done } else { Exit::Refused })
}

fn text(report: &RiskReport, k: u64, lang: Lang) -> String {
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    let rows = [
        ("rows", "行数", report.rows.to_string()),
        ("people", "人数", report.people.to_string()),
        ("classes", "等价类数", report.classes.to_string()),
        ("smallest class (people)", "最小等价类（人）", report.smallest_class.to_string()),
        ("people alone in their class", "独一无二者占比", percent(report.uniqueness)),
        ("prosecutor risk, greatest", "检察官风险（最大）", percent(report.prosecutor_max)),
        ("prosecutor risk, mean", "检察官风险（平均）", percent(report.prosecutor_mean)),
        ("journalist risk, at most", "记者风险（上界）", percent(report.journalist_max)),
        ("marketer risk", "营销者风险", percent(report.marketer)),
        ("mean of class risks (R_avg)", "等价类风险均值（R_avg）", percent(report.class_mean)),
        ("classes above 1/k", "超过 1/k 的等价类", percent(report.exposed_classes)),
        ("people above 1/k", "超过 1/k 的人", percent(report.exposed_people)),
    ];
    let mut out = String::new();
    for (en, zh, value) in rows {
        // Writing to a string does not fail.
        let _ = match lang {
            Lang::En => writeln!(out, "{en:<30} {value:>12}"),
            Lang::Zh => writeln!(out, "{zh}\t{value}"),
        };
    }
    let _ = writeln!(out, "k = {k}");
    out
}
