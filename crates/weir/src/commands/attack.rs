//! `weir attack`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use weir_release::progress::{Progress as _, Stage};
use weir_risk::attack::{AttackOptions, HierarchyRows, Side, Sides, attack};
use weir_table::{Limits, Source, SourceOptions, Table};
use weir_types::attack::{AttackReport, Control, Inference, Rate, Unit};
use weir_types::{Finding, Lang, Role};

use crate::args::{Attack, Global};
use crate::commands::{clean, hierarchy_rows, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

pub(crate) fn run(args: &Attack, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let limits = limits(global);
    let report = report(args, &limits, talk);
    clean(&limits);
    let report = report?;
    if global.json {
        print_json(&report)?;
    } else {
        print(&text(&report, talk))?;
    }
    Ok(Exit::Done)
}

/// A table with what its first pass found.
struct Opened {
    table: Table,
    findings: Vec<Finding>,
}

fn open(path: &Path, limits: &Limits, talk: &Talk) -> Result<Opened, Failure> {
    let source = Source::open(&[path.to_owned()], &SourceOptions::default())?;
    talk.begin(Stage::Read, None);
    let profiled = source.profile(limits, &|rows| talk.rows(rows));
    talk.end();
    let (table, profile) = profiled?;
    Ok(Opened { table, findings: weir_detect::detect(&profile) })
}

impl Opened {
    fn has(&self, column: &str) -> bool {
        self.table.source().columns().iter().any(|name| name == column)
    }
}

fn report(args: &Attack, limits: &Limits, talk: &Talk) -> Result<AttackReport, Failure> {
    let original = open(&args.original, limits, talk)?;
    let released = open(&args.released, limits, talk)?;
    let optional =
        |path: &Option<PathBuf>| path.as_ref().map(|p| open(p, limits, talk)).transpose();
    let (control, auxiliary) = (optional(&args.control)?, optional(&args.auxiliary)?);
    let (known, secret) = columns(args, &original, &released, auxiliary.as_ref())?;
    let released_person = args
        .released_person
        .as_deref()
        .or_else(|| args.person.as_deref().filter(|person| released.has(person)));
    let all: Vec<String> = known.iter().chain(&secret).cloned().collect();
    let read = |opened: &Opened, columns: &[String], person: Option<&str>| {
        talk.begin(Stage::Count, Some(opened.table.rows()));
        let side = Side::read(&opened.table, columns, person, limits, &|rows| talk.rows(rows));
        talk.end();
        side
    };
    let person = args.person.as_deref();
    let original = read(&original, &all, person)?;
    let released = read(&released, &all, released_person)?;
    let control = control.map(|opened| read(&opened, &all, person)).transpose()?;
    let auxiliary = auxiliary.map(|opened| read(&opened, &known, person)).transpose()?;
    let options = AttackOptions {
        known,
        secret,
        attempts: args.attempts,
        seed: args.seed,
        hierarchies: hierarchies(args)?,
    };
    let sides = Sides {
        original: &original,
        released: &released,
        control: control.as_ref(),
        auxiliary: auxiliary.as_ref(),
    };
    attack(sides, &options).map_err(|e| Failure::new(Exit::BadInput, &e, Some(e.hint())))
}

/// What is known, and what is to be told: as typed, or else by the roles of the columns that the
/// tables share.
fn columns(
    args: &Attack,
    original: &Opened,
    released: &Opened,
    auxiliary: Option<&Opened>,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    for column in args.known.iter().chain(&args.secret) {
        original.table.source().index_of(column)?;
        released.table.source().index_of(column)?;
    }
    let typed = |column: &String| args.known.contains(column) || args.secret.contains(column);
    let shared = |role: fn(Role) -> bool| -> Vec<String> {
        let found = original.findings.iter().filter(|finding| role(finding.role));
        let names = found.map(|finding| finding.column.clone());
        names
            .filter(|name| released.has(name) && Some(name) != args.person.as_ref() && !typed(name))
            .collect()
    };
    let mut known = args.known.clone();
    if known.is_empty() {
        known = shared(|role| role == Role::QuasiIdentifier);
    }
    if let Some(auxiliary) = auxiliary {
        known.retain(|column| auxiliary.has(column));
    }
    let mut secret = args.secret.clone();
    if secret.is_empty() {
        secret = shared(|role| role == Role::Sensitive);
        secret.retain(|column| !known.contains(column));
    }
    Ok((known, secret))
}

fn hierarchies(args: &Attack) -> Result<BTreeMap<String, HierarchyRows>, Failure> {
    let mut all = BTreeMap::new();
    for (column, rows) in hierarchy_rows(&args.hierarchy)? {
        let rows = rows.into_iter().filter_map(|row| {
            let mut fields = row.into_iter().map(String::into_boxed_str);
            Some((fields.next()?, fields.collect()))
        });
        all.insert(column, rows.collect());
    }
    Ok(all)
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

fn with_interval(rate: &Rate) -> String {
    format!("{} [{}, {}]", percent(rate.value), percent(rate.low), percent(rate.high))
}

fn text(report: &AttackReport, talk: &Talk) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    let unit = match (report.unit, talk.lang) {
        (Unit::Row, Lang::En) => "rows are sought one by one",
        (Unit::Row, Lang::Zh) => "逐行查找",
        (Unit::Person, Lang::En) => "all rows of a person are sought together",
        (Unit::Person, Lang::Zh) => "同一人的全部行一并查找",
    };
    line(&format!("{}: {} ({unit})", talk.choose("已知列", "known"), report.known.join(", ")));
    let control = match (report.control, talk.lang) {
        (Control::StayedOut, Lang::En) => "each target, had they stayed out".to_owned(),
        (Control::StayedOut, Lang::Zh) => "目标本人未进入数据时".to_owned(),
        (Control::Table { people }, Lang::En) => format!("{people} people of the control table"),
        (Control::Table { people }, Lang::Zh) => format!("对照表中的 {people} 人"),
    };
    line(&format!("{}: {control}", talk.choose("对照组", "control group")));
    line("");
    line(talk.choose("单独识别", "singling out"));
    for tried in &report.singling_out {
        line(&format!("  {}: {}", talk.choose("按列", "by"), tried.columns.join(", ")));
        row(&mut line, talk.choose("独一无二者", "alone in the release"), &tried.alone.to_string());
        row(
            &mut line,
            talk.choose("命中且唯一", "fits exactly one person"),
            &with_interval(&tried.rate),
        );
        row(&mut line, talk.choose("凭空命中", "by chance"), &percent(tried.baseline));
    }
    let linkage = &report.linkage;
    line(talk.choose("链接", "linkage"));
    row(&mut line, talk.choose("选中本人", "right one picked"), &with_interval(&linkage.rate));
    row(&mut line, talk.choose("随机选中", "by chance"), &percent(linkage.baseline));
    row(&mut line, talk.choose("仅一条相符", "exactly one fits"), &with_interval(&linkage.unique));
    row(
        &mut line,
        talk.choose("对照组仅一条相符（误认）", "control group, wrongly"),
        &with_interval(&linkage.control_unique),
    );
    row(&mut line, talk.choose("最少相符人数", "fewest that fit"), &linkage.fewest.to_string());
    row(&mut line, talk.choose("无人相符", "none fits"), &percent(linkage.none));
    for told in &report.inference {
        line(&format!("{}: {}", talk.choose("推断", "inference"), told.column));
        row(&mut line, talk.choose("猜中", "told rightly"), &with_interval(&told.rate));
        row(&mut line, talk.choose("对照组猜中", "control group"), &with_interval(&told.control));
        row(
            &mut line,
            talk.choose("一律猜最常见值", "most frequent value"),
            &percent(told.baseline),
        );
        let advantage = told.advantage;
        let range = format!(
            "{} [{}, {}]",
            percent(advantage.value),
            percent(advantage.low),
            percent(advantage.high)
        );
        row(&mut line, talk.choose("发布带来的增量", "what the release adds"), &range);
        line(&format!("  {}", verdict(told, talk)));
    }
    for unread in &report.unread {
        line(&match talk.lang {
            Lang::En => format!(
                "note: {} labels of `{}` could not be read; give --hierarchy {}=FILE",
                unread.labels, unread.column, unread.column
            ),
            Lang::Zh => format!(
                "注意：列 `{}` 有 {} 个标签无法解读；请给出 --hierarchy {}=FILE",
                unread.column, unread.labels, unread.column
            ),
        });
    }
    out
}

fn row(line: &mut impl FnMut(&str), name: &str, value: &str) {
    // Chinese signs are two columns wide.
    let width: usize = name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write!(text, "    {name}{:gap$} {value}", "", gap = 28_usize.saturating_sub(width));
    line(&text);
}

fn verdict(told: &Inference, talk: &Talk) -> &'static str {
    let en = talk.lang == Lang::En;
    if told.advantage.low > 0.0 {
        if en {
            "being in the data makes a person easier to tell"
        } else {
            "进入数据使本人更易被猜中"
        }
    } else if en {
        "no difference from people who are not in the data was seen"
    } else {
        "未见与不在数据中的人有差别"
    }
}
