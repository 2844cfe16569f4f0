//! `weir deidentify`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use weir_release::clock::Clock as _;
use weir_release::deidentify::{Deidentified, Extras, Job, Options, QuasiIdentifiers, deidentify};
use weir_release::report;
use weir_table::SourceOptions;
use weir_types::plan::Sampling;
use weir_types::request::{Action, Attempts, Column, Report};
use weir_types::{ColumnPlan, Lang, PrivacyModel, Role, Treatment, request};

use crate::args::{Deidentify, Global};
use crate::clock::SystemClock;
use crate::commands::{presets, spill_dir};
use crate::exit::{Exit, Failure};
use crate::talk::{Count, Talk, grid, print, print_json};

mod compared;

/// People in a class where nothing else is asked.
const K: u64 = 5;

pub(crate) fn run(args: &Deidentify, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    if args.preset.as_deref() == Some(presets::HELP) {
        return presets::list(global, talk);
    }
    if args.data.is_empty() {
        return Err(Failure::input("no data is named", "name the file: `weir deidentify DATA`"));
    }
    let clock = SystemClock::new();
    if let Some(path) = args.report.as_ref().filter(|path| path.symlink_metadata().is_ok()) {
        let message = format!("`{}` is there already", path.display());
        return Err(Failure::input(message, "give --report another name"));
    }
    let done = deidentify(
        &job(args)?,
        &Options {
            memory_bytes: global.memory,
            threads: global.threads,
            temporary: spill_dir(),
            clock: &clock,
            progress: talk,
        },
    )?;
    if let Some(path) = &args.report {
        write_report(path, &done, &clock, talk)?;
    }
    if global.json {
        print_json(&done)?;
    } else {
        print(&table(&done, talk))?;
        print(&compared::text(&done, talk))?;
    }
    for line in summary(&done, talk.lang) {
        talk.line(&line);
    }
    Ok(Exit::Done)
}

fn write_report(
    path: &Path,
    done: &Deidentified,
    clock: &SystemClock,
    talk: &Talk,
) -> Result<(), Failure> {
    let time = clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let tool = concat!("weir ", env!("CARGO_PKG_VERSION"));
    let html = report::deidentified(done, &time, tool, talk.lang)
        .map_err(|e| Failure::new(Exit::Failed, &e, Some(e.hint().to_owned())))?;
    let mut file = std::fs::OpenOptions::new();
    let written = file.write(true).create_new(true).open(path);
    written.and_then(|mut file| file.write_all(html.as_bytes())).map_err(|e| {
        let hint = format!("the data was written; the report `{}` was not", path.display());
        Failure::new(Exit::Failed, &e, Some(hint))
    })
}

/// What the arguments mean.
fn job(args: &Deidentify) -> Result<Job, Failure> {
    Ok(Job {
        data: args.data.clone(),
        source: SourceOptions {
            encoding: args.encoding,
            delimiter: args.delimiter,
            sheet: args.sheet.clone(),
            reading: weir_table::Reading::Strict,
        },
        quasi: match (&*args.quasi, args.all_quasi) {
            (_, true) => QuasiIdentifiers::All,
            ([], false) => QuasiIdentifiers::Found,
            (named, false) => QuasiIdentifiers::Named(named.to_vec()),
        },
        columns: columns(args)?,
        person: args.person.clone(),
        hierarchies: args.hierarchies.clone(),
        bounds: request::Deidentify {
            k: k(args),
            suppress_at_most: args.suppress_at_most,
            models: models(args)?,
            preset: args.preset.clone(),
            quality: Some(args.quality),
            local: args.local,
            ranges: args.ranges,
            deadline: args.deadline,
            population: args.population.clone(),
        },
        levels: args.level.iter().cloned().collect(),
        links: !args.no_links,
        keep_order: args.keep_order,
        out: args.out.clone(),
        write: !args.dry_run,
        extras: extras(args),
    })
}

/// What is measured beside the risk.
fn extras(args: &Deidentify) -> Extras {
    let reported = args.report.is_some();
    Extras {
        choices: reported || args.compare,
        by_k: args.compare,
        afterwards: (reported || args.target.is_some()).then(|| Report {
            attempts: Attempts(if reported { args.attempts } else { 0 }),
            target: args.target.clone(),
        }),
    }
}

/// Five people, unless another model is asked for.
fn k(args: &Deidentify) -> Option<u64> {
    let other =
        !args.model.is_empty() || args.preset.is_some() || args.l.is_some() || args.t.is_some();
    args.k.or(if other { None } else { Some(K) })
}

/// The models, those of `--l` and `--t` for each sensitive column among them.
fn models(args: &Deidentify) -> Result<Vec<PrivacyModel>, Failure> {
    let mut models = args.model.clone();
    for (flag, figure) in [
        ("--l", args.l.map(|l| format!("{l}-diversity"))),
        ("--t", args.t.map(|t| format!("t-closeness t={t}"))),
    ] {
        let Some(figure) = figure else { continue };
        if args.sensitive.is_empty() {
            let message = format!("`{flag}` speaks of sensitive columns, and none is named");
            return Err(Failure::input(message, "name them with --sensitive"));
        }
        for column in &args.sensitive {
            let model = format!("{figure} of \"{column}\"").parse();
            let model = model.map_err(|e: weir_types::model::ModelError| {
                let hint = e.hint();
                Failure::new(Exit::BadInput, &e, Some(hint))
            })?;
            models.push(model);
        }
    }
    Ok(models)
}

/// What is stated of single columns.
fn columns(args: &Deidentify) -> Result<BTreeMap<String, Column>, Failure> {
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    let lists = [
        ("--quasi", &args.quasi, Role::QuasiIdentifier, None),
        ("--sensitive", &args.sensitive, Role::Sensitive, None),
        ("--drop", &args.drop, Role::Other, Some(Action::Drop)),
        ("--keep", &args.keep, Role::Other, Some(Action::Keep)),
    ];
    let mut named: BTreeMap<&str, &str> = BTreeMap::new();
    for (flag, names, role, action) in lists {
        for name in names {
            if let Some(before) = named.insert(name, flag).filter(|before| *before != flag) {
                let message = format!("column `{name}` is named by both {before} and {flag}");
                return Err(Failure::input(message, "name it once"));
            }
            let column = columns.entry(name.clone()).or_default();
            (column.role, column.action) = (Some(role), action);
        }
    }
    for (name, weight) in &args.weight {
        columns.entry(name.clone()).or_default().weight = Some(*weight);
    }
    for (name, by) in &args.aggregate {
        columns.entry(name.clone()).or_default().aggregate = Some(*by);
    }
    for (name, spec) in &args.hierarchy {
        columns.entry(name.clone()).or_default().hierarchy = Some(spec.clone());
    }
    Ok(columns)
}

/// What was done with each column.
fn table(done: &Deidentified, talk: &Talk) -> String {
    let mut rows = vec![
        [
            talk.choose("列", "column"),
            talk.choose("角色", "role"),
            talk.choose("处理", "done"),
            talk.choose("保留", "kept"),
            talk.choose("层级", "level"),
        ]
        .map(str::to_owned),
    ];
    for column in &done.plan.columns {
        rows.push([
            column.column.clone(),
            column.role.name().to_owned(),
            treated(column, talk),
            format!("{:.1} %", (1.0 - column.loss) * 100.0),
            match &column.treatment {
                Treatment::Generalise { level, levels, .. } => format!("{level}/{}", levels - 1),
                Treatment::Recode { finest, coarsest, levels } => {
                    format!("{finest}-{coarsest}/{}", levels - 1)
                }
                _ => "-".to_owned(),
            },
        ]);
    }
    grid(&rows)
}

fn treated(column: &ColumnPlan, talk: &Talk) -> String {
    match &column.treatment {
        Treatment::Drop => talk.choose("不发布", "left out").to_owned(),
        Treatment::Keep => talk.choose("原样", "as it is").to_owned(),
        Treatment::Token => talk.choose("令牌", "token").to_owned(),
        Treatment::Generalise { meaning, .. } => talk.text(meaning).to_owned(),
        Treatment::Recode { .. } => talk.choose("逐类泛化", "class by class").to_owned(),
        Treatment::Aggregate { by } => match talk.lang {
            Lang::Zh => format!("类内汇总（{}）", by.name()),
            Lang::En => format!("{} of each class", by.name()),
        },
        Treatment::Derive { of, .. } => match talk.lang {
            Lang::Zh => format!("由 {of} 得出"),
            Lang::En => format!("as {of} tells it"),
        },
    }
}

fn summary(done: &Deidentified, lang: Lang) -> Vec<String> {
    let (plan, search) = (&done.plan, &done.search);
    let models: Vec<String> = plan.models.iter().map(ToString::to_string).collect();
    let models = models.join(", ");
    let kept = plan.rows - search.rows_suppressed;
    let out = search.rows_suppressed;
    let share = if plan.rows == 0 { 0.0 } else { out as f64 / plan.rows as f64 * 100.0 };
    let (quality, bound) = (&search.quality, search.lower_bound);
    let score = search.full_domain_score.unwrap_or(search.score);
    let (measured, lattice) = (search.measured, Count(search.lattice));
    let (classes, least, mean) = (search.classes, search.smallest_class, search.average_class);
    let mut lines = match lang {
        Lang::En => vec![
            format!("models    {models}"),
            if search.optimal {
                format!(
                    "optimum   {quality} {score:.10}, proved the lowest of {lattice} combinations ({measured} measured)"
                )
            } else {
                format!(
                    "best      {quality} {score:.10}; none is below {bound:.10}; {measured} of {lattice} combinations measured"
                )
            },
            format!("rows      {kept} of {}; {out} left out ({share:.2} %)", plan.rows),
            format!("classes   {classes}; {least} people in the smallest, {mean:.1} on average"),
        ],
        Lang::Zh => vec![
            format!("模型    {models}"),
            if search.optimal {
                format!(
                    "最优    {quality} {score:.10}，已证明是 {lattice} 种组合中最低的（测量 {measured} 种）"
                )
            } else {
                format!(
                    "最好    {quality} {score:.10}；不会低于 {bound:.10}；测量 {lattice} 种组合中的 {measured} 种"
                )
            },
            format!("行      {} 中的 {kept}；剔除 {out}（{share:.2}%）", plan.rows),
            format!("等价类  {classes} 个；最小 {least} 人，平均 {mean:.1} 人"),
        ],
    };
    if plan.sampling.is_some()
        && let Some(line) = lines.get_mut(1)
    {
        *line = match lang {
            Lang::En => format!("levels    {quality} {score:.10}; not searched for in the sample"),
            Lang::Zh => format!("层级    {quality} {score:.10}；不在样本中搜索"),
        };
    }
    if search.full_domain_score.is_some() {
        let (score, kept) = (search.score, search.granularity * 100.0);
        let line = match lang {
            Lang::En => format!(
                "recoded   {quality} {score:.10} class by class; {kept:.1} % of the detail kept"
            ),
            Lang::Zh => format!("细化    逐类泛化后 {quality} {score:.10}；保留 {kept:.1}% 的细节"),
        };
        lines.insert(2, line);
    }
    if let Some(risk) = &done.risk {
        let (least, greatest) = (risk.smallest_class, risk.prosecutor_max * 100.0);
        let mean = risk.prosecutor_mean * 100.0;
        lines.push(match lang {
            Lang::En => format!(
                "measured  smallest class {least}; prosecutor risk at most {greatest:.2} %, {mean:.2} % on average"
            ),
            Lang::Zh => format!(
                "回读    最小等价类 {least} 人；检察官风险最大 {greatest:.2}%，平均 {mean:.2}%"
            ),
        });
    }
    lines.extend(notes(done, lang));
    lines.push(match (&done.path, lang) {
        (Some(path), Lang::En) => format!("written   {}", path.display()),
        (Some(path), Lang::Zh) => format!("已写    {}", path.display()),
        (None, Lang::En) => "written   nothing: a dry run".to_owned(),
        (None, Lang::Zh) => "已写    无：试运行".to_owned(),
    });
    lines
}

/// What the models are called, and what is to be kept in mind.
fn notes(done: &Deidentified, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(sampling) = &done.plan.sampling {
        let Sampling { epsilon, delta, epsilon_search, beta, k, .. } = sampling;
        lines.push(match lang {
            Lang::En => format!(
                "privacy   ({epsilon}, {delta})-differential privacy of the written file for each \
                 person of the data: drawn with chance {beta:.6}, classes of fewer than {k} left \
                 out; {epsilon_search} of ε spent on the levels. Measured on the bytes: the \
                 classes; the draw and the levels hold by how the file was made, which no bytes \
                 show. The figures printed here are not private"
            ),
            Lang::Zh => format!(
                "隐私    所写文件对数据中每个人满足 ({epsilon}, {delta})-差分隐私：每人以 {beta:.6} \
                 的概率被抽中，不足 {k} 人的等价类被剔除；其中 {epsilon_search} 用于选择层级。等价类\
                 在所写字节上回读测量；抽样和层级的选择由制作过程保证，无法从字节中看出。此处打印\
                 的数字不受保护"
            ),
        });
    }
    if let Some(preset) = done.plan.preset.as_ref().filter(|_| done.risk.is_some()) {
        let (claim, note) = (preset.claim(), &preset.note);
        lines.push(match lang {
            Lang::En => format!("preset    {}: {}. {}", preset.name, claim.en, note.en),
            Lang::Zh => format!("预设    {}：{}。{}", preset.name, claim.zh, note.zh),
        });
    }
    if !done.passed_over.is_empty() {
        let columns = done.passed_over.join(", ");
        lines.push(match lang {
            Lang::En => {
                format!("note      released as they are, and perhaps known to others: {columns}")
            }
            Lang::Zh => format!("注意    原样保留、他人可能知道的列：{columns}"),
        });
    }
    lines.extend(done.attacks.as_ref().and_then(|attacks| super::attacked(attacks, lang)));
    lines
}
