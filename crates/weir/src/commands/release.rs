//! `weir release`.

use weir_release::{Done, Outcome, ReleaseOptions, release};
use weir_types::Lang;
use weir_types::plan::Treatment;

use crate::args::{Global, Release};
use crate::clock::SystemClock;
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print_json};

pub(crate) fn run(args: &Release, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    if weir_table::is_address(&args.request) {
        return Err(weir_table::TableError::Address.into());
    }
    let clock = SystemClock::new();
    let outcome = release(
        &args.request,
        &ReleaseOptions {
            home: args.home.clone(),
            out: args.out.clone(),
            option: args.option,
            memory_bytes: global.memory,
            threads: global.threads,
            lang: talk.lang,
            clock: &clock,
            progress: talk,
        },
    )?;
    let (done, exit) = match &outcome {
        Outcome::Released(done) => (done, Exit::Done),
        Outcome::Refused(done) => (done, Exit::Refused),
    };
    if global.json {
        print_json(done)?;
    }
    for line in summary(done, exit, talk.lang) {
        talk.line(&line);
    }
    if let Some(line) = super::attacked(&done.attacks, talk.lang) {
        talk.line(&line);
    }
    Ok(exit)
}

/// Five lines.
fn summary(done: &Done, exit: Exit, lang: Lang) -> Vec<String> {
    let plan = &done.plan;
    let count = |wanted: fn(&Treatment) -> bool| {
        plan.columns.iter().filter(|c| wanted(&c.treatment)).count()
    };
    let kept = count(|t| matches!(t, Treatment::Keep));
    let generalised = count(|t| matches!(t, Treatment::Generalise { .. }));
    let dropped = count(|t| matches!(t, Treatment::Drop));
    let (rows, people, before, after) = (plan.rows, plan.people, &done.risk_before, &done.risk);
    let out = plan.people_suppressed;
    let lost = plan.loss * 100.0;
    let path = done.path.display();
    let claim = done.decision.summary.in_lang(lang);
    let log = done.log_index.map_or(0, |index| index + 1);
    let key = done.signer.map(|s| s.short()).unwrap_or_default();
    match lang {
        Lang::En => vec![
            match exit {
                Exit::Done => format!("released: {path}"),
                _ => format!("refused: nothing was released; the reasons are in {path}"),
            },
            format!(
                "data      {rows} rows of {people} people; {kept} columns kept, {generalised} \
                 generalised, {dropped} left out; {out} people left out; {lost:.0} % of the \
                 quasi-identifiers' detail lost"
            ),
            format!(
                "risk      smallest class {} -> {} people; people alone in their class {:.1} % -> \
                 {:.1} %",
                before.smallest_class,
                after.smallest_class,
                before.uniqueness * 100.0,
                after.uniqueness * 100.0
            ),
            format!("verdict   {claim}"),
            match exit {
                Exit::Done => format!(
                    "evidence  entry {log} of the log, signed by {key}; check it with `weir \
                     verify {path}`"
                ),
                _ => "evidence  a refusal is neither signed nor logged".to_owned(),
            },
        ],
        Lang::Zh => vec![
            match exit {
                Exit::Done => format!("已发布：{path}"),
                _ => format!("已拒绝：未发布任何数据；理由见 {path}"),
            },
            format!(
                "数据    {people} 人的 {rows} 行；原样保留 {kept} 列，泛化 {generalised} 列，不发布 \
                 {dropped} 列；剔除 {out} 人；准标识符损失 {lost:.0}% 的细节"
            ),
            format!(
                "风险    最小等价类 {} → {} 人；独一无二者占 {:.1}% → {:.1}%",
                before.smallest_class,
                after.smallest_class,
                before.uniqueness * 100.0,
                after.uniqueness * 100.0
            ),
            format!("判定    {claim}"),
            match exit {
                Exit::Done => format!(
                    "证据    日志第 {log} 条，签名密钥 {key}；可用 `weir verify {path}` 核验"
                ),
                _ => "证据    拒绝不签名、不入日志".to_owned(),
            },
        ],
    }
}
