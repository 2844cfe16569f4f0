//! `weir risk`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroU64;
use std::path::PathBuf;

use weir_risk::MeasureOptions;
use weir_risk::attack::Side;
use weir_risk::models::{Distribution, Information, ModelOptions, ValueTree, measure_with};
use weir_risk::population::{Readings, class_counts};
use weir_table::{
    Beside, ClassCounts, Limits, PeopleBy, Source, SourceOptions, Table, TableError, read_back_with,
};
use weir_types::model::Distance;
use weir_types::risk::{Against, MeasuredModel, PeopleCountedBy, SensitiveFigures, Unmeasured};
use weir_types::{Lang, PrivacyModel, RiskReport};

use crate::args::{Global, Risk};
use crate::commands::{clean, hierarchy_rows, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

pub(crate) fn run(args: &Risk, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let limits = limits(global);
    let report = measured(args, &limits);
    clean(&limits);
    let report = report?;
    if global.json {
        print_json(&report)?;
    } else {
        print(&text(&report, args.k, talk.lang))?;
    }
    let failing = failing(&report, args.k, talk.lang);
    failing.iter().for_each(|line| talk.line(line));
    Ok(if failing.is_empty() { Exit::Done } else { Exit::Refused })
}

fn measured(args: &Risk, limits: &Limits) -> Result<RiskReport, Failure> {
    let source = Source::open(&args.data, &SourceOptions::default())?;
    let models = models(args);
    let sensitive = sensitive(args, &models);
    for column in args.quasi.iter().chain(&args.person).chain(&sensitive) {
        source.index_of(column)?;
    }
    let files: Vec<_> = source.paths().map(ToOwned::to_owned).collect();
    let people = args.person.as_deref().map_or(PeopleBy::Row, PeopleBy::Column);
    let rows = hierarchy_rows(&args.hierarchy)?;
    let information = information(args, &rows);
    // Where a column tells people apart, whole records are compared, as they are written.
    let population = match args.person {
        Some(_) => files_of(&args.population)?,
        None => Vec::new(),
    };
    let beside = Beside { sensitive: &sensitive, population: &population, weigh: None };
    let mut read = read_back_with(&files, &args.quasi, people, &beside, limits)?;
    if args.person.is_none() && (information.is_some() || !args.population.is_empty()) {
        read.counts = class_counts_of(args, &rows, information.as_ref(), limits)?;
    }
    let source = of_source(args, &sensitive, limits)?;
    let trees: BTreeMap<String, ValueTree> =
        rows.into_iter().map(|(column, rows)| (column, ValueTree::new(rows))).collect();
    let options = MeasureOptions {
        quasi_identifiers: args.quasi.clone(),
        person: args.person.clone(),
        people_counted_by: match args.person {
            Some(_) => PeopleCountedBy::Column,
            None => PeopleCountedBy::Row,
        },
        tau: 1.0 / args.k as f64,
    };
    let asked = ModelOptions {
        models: &models,
        hierarchies: Some(&trees),
        source: source.as_ref().map(|source| &source.values),
        people: source.as_ref().map(|source| source.people),
    };
    Ok(measure_with(read, &options, &asked)?)
}

/// The models that were typed, those of `--l` and `--t` first.
fn models(args: &Risk) -> Vec<PrivacyModel> {
    let mut models = Vec::new();
    for sensitive in &args.sensitive {
        if let Some(l) = args.l.and_then(NonZeroU64::new) {
            models.push(PrivacyModel::DistinctLDiversity { sensitive: sensitive.clone(), l });
        }
        if let Some(t) = args.t {
            let hierarchical = args.hierarchy.iter().any(|(column, _)| column == sensitive);
            let distance = if hierarchical { Distance::Hierarchical } else { Distance::Equal };
            let sensitive = sensitive.clone();
            models.push(PrivacyModel::TCloseness { sensitive, t, distance });
        }
    }
    models.extend_from_slice(&args.model);
    models
}

/// The sensitive columns: those that were named, and those that models speak of.
fn sensitive(args: &Risk, models: &[PrivacyModel]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let named = args.sensitive.iter().map(String::as_str);
    for column in named.chain(models.iter().filter_map(PrivacyModel::sensitive)) {
        if !columns.iter().any(|known| known == column) {
            columns.push(column.to_owned());
        }
    }
    columns
}

/// What cells tell, where every quasi-identifier has a hierarchy.
fn information(args: &Risk, rows: &BTreeMap<String, Vec<Vec<String>>>) -> Option<Information> {
    let of = |column: &String| rows.get(column).map(Vec::as_slice);
    let hierarchies: Option<Vec<&[Vec<String>]>> = args.quasi.iter().map(of).collect();
    hierarchies.map(Information::new)
}

/// The classes with their people in the population and what their cells keep.
fn class_counts_of(
    args: &Risk,
    rows: &BTreeMap<String, Vec<Vec<String>>>,
    information: Option<&Information>,
    limits: &Limits,
) -> Result<Vec<ClassCounts>, TableError> {
    let side = |paths: &[PathBuf]| {
        let table = Table::untyped(Source::open(paths, &SourceOptions::default())?);
        Side::read(&table, &args.quasi, None, limits, &|_| {})
    };
    let population = match args.population.as_slice() {
        [] => None,
        paths => Some(side(paths)?),
    };
    let of = |column: &String| rows.get(column).map(|rows| Readings::of_rows(rows));
    let readings: Vec<Readings> =
        args.quasi.iter().map(|column| of(column).unwrap_or_default()).collect();
    Ok(class_counts(&side(&args.data)?, population.as_ref(), &readings, information))
}

fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, TableError> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let source = Source::open(paths, &SourceOptions::default())?;
    Ok(source.paths().map(ToOwned::to_owned).collect())
}

/// The table that the data was made from.
struct Made {
    /// How its sensitive values are distributed.
    values: BTreeMap<String, Distribution>,
    people: u64,
}

fn of_source(
    args: &Risk,
    sensitive: &[String],
    limits: &Limits,
) -> Result<Option<Made>, TableError> {
    if args.source.is_empty() {
        return Ok(None);
    }
    let source = Source::open(&args.source, &SourceOptions::default())?;
    let files: Vec<_> = source.paths().map(ToOwned::to_owned).collect();
    // The person may have another name there than in the data; then rows are what is counted.
    let person =
        args.person.as_deref().filter(|person| source.columns().iter().any(|c| c == person));
    let people = person.map_or(PeopleBy::Row, PeopleBy::Column);
    let beside = Beside { sensitive, ..Beside::default() };
    let read = read_back_with(&files, &[], people, &beside, limits)?;
    let of = |values: &weir_table::ClassValues| {
        (values.column().to_owned(), Distribution(values.distribution()))
    };
    let values = read.values.iter().map(of).collect();
    Ok(Some(Made { values, people: read.classes.people }))
}

/// What is not met, a line each.
fn failing(report: &RiskReport, k: u64, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if report.smallest_class < k {
        lines.push(match lang {
            Lang::En => format!("classes of fewer than {k} people exist"),
            Lang::Zh => format!("存在不足 {k} 人的等价类"),
        });
    }
    for measured in report.models.iter().filter(|measured| measured.met == Some(false)) {
        lines.push(match lang {
            Lang::En => format!("{} is not met", measured.model),
            Lang::Zh => format!("不满足 {}", measured.model),
        });
    }
    lines
}

fn text(report: &RiskReport, k: u64, lang: Lang) -> String {
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
    let mut out = lines(&rows, lang);
    // Writing to a string does not fail.
    let _ = writeln!(out, "k = {k}");
    for figures in &report.sensitive {
        let _ = match lang {
            Lang::En => writeln!(out, "\n{}, {}", figures.column, against(figures.against, lang)),
            Lang::Zh => writeln!(out, "\n{}（{}）", figures.column, against(figures.against, lang)),
        };
        out += &lines(&of_column(figures), lang);
    }
    if !report.models.is_empty() {
        out.push('\n');
    }
    for measured in &report.models {
        out += &of_model(measured, lang);
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn lines(rows: &[(&str, &str, String)], lang: Lang) -> String {
    let mut out = String::new();
    for (en, zh, value) in rows {
        let _ = match lang {
            Lang::En => writeln!(out, "{en:<40} {value:>12}"),
            Lang::Zh => writeln!(out, "{zh}\t{value}"),
        };
    }
    out
}

fn against(against: Against, lang: Lang) -> &'static str {
    match (against, lang) {
        (Against::Released, Lang::En) => "classes compared with all rows",
        (Against::Released, Lang::Zh) => "与全部行比较",
        (Against::Source, Lang::En) => "classes compared with the source",
        (Against::Source, Lang::Zh) => "与来源数据比较",
        (Against::Population, Lang::En) => "compared with the population",
        (Against::Population, Lang::Zh) => "与总体比较",
    }
}

fn of_column(figures: &SensitiveFigures) -> Vec<(&'static str, &'static str, String)> {
    let mut rows = vec![
        ("different values", "不同取值数", figures.values.to_string()),
        ("distinct l, least", "distinct l（最小）", figures.distinct_l.to_string()),
        ("entropy l, least", "熵 l（最小）", number(Some(figures.entropy_l))),
        ("recursive c for l = 2, above", "递归 c，l = 2（须大于）", number(figures.recursive_c_2)),
        ("recursive c for l = 3, above", "递归 c，l = 3（须大于）", number(figures.recursive_c_3)),
        ("t, equal distances", "t，等距离", number(Some(figures.t_equal))),
    ];
    if figures.t_ordered.is_some() {
        rows.push(("t, ordered distances", "t，有序距离", number(figures.t_ordered)));
    }
    if figures.t_hierarchical.is_some() {
        rows.push(("t, distances in the hierarchy", "t，层级距离", number(figures.t_hierarchical)));
    }
    rows.extend([
        ("β, basic", "β（基本）", number(figures.beta)),
        ("β, enhanced", "β（增强）", number(figures.beta_enhanced)),
        ("δ-disclosure, bits", "δ-披露（比特）", number(figures.delta_disclosure)),
    ]);
    rows
}

fn number(figure: Option<f64>) -> String {
    figure.map_or_else(|| "∞".to_owned(), |figure| format!("{figure:.4}"))
}

fn of_model(measured: &MeasuredModel, lang: Lang) -> String {
    let verdict = match (measured.met, lang) {
        (Some(true), Lang::En) => "met",
        (Some(true), Lang::Zh) => "满足",
        (Some(false), Lang::En) => "not met",
        (Some(false), Lang::Zh) => "不满足",
        (None, Lang::En) => "not measured",
        (None, Lang::Zh) => "未测量",
    };
    let mut out = format!("{}: {verdict}", measured.model);
    if let Some(why) = measured.unmeasured {
        let _ = write!(out, " ({})", unmeasured(why, lang));
    } else {
        let _ = write!(out, " ({})", number(measured.figure));
    }
    if let Some(failing) = measured.classes_failing.filter(|failing| *failing > 0) {
        let _ = match lang {
            Lang::En => write!(out, ", classes failing: {failing}"),
            Lang::Zh => write!(out, "，不满足的等价类：{failing}"),
        };
    }
    out.push('\n');
    out
}

fn unmeasured(why: Unmeasured, lang: Lang) -> &'static str {
    let (en, zh) = match why {
        Unmeasured::NotInTheBytes => (
            "a property of how a table is made, not of a table",
            "取决于表的生成方式，不能由表本身测量",
        ),
        Unmeasured::NeedsPopulation => ("needs --population", "需要 --population"),
        Unmeasured::NeedsHierarchy => {
            ("needs --hierarchy for the sensitive column", "需要敏感列的 --hierarchy")
        }
        Unmeasured::NeedsInformation => (
            "needs --hierarchy for each quasi-identifier, and rows as people",
            "需要每个准标识符的 --hierarchy，且每行为一人",
        ),
        Unmeasured::NeedsColumn => ("needs --sensitive", "需要 --sensitive"),
        Unmeasured::NoEstimate => ("the estimate has no solution", "估计无解"),
        _ => ("unknown model", "未知模型"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}
