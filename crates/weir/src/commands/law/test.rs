//! `weir law test` and `weir law diff`.

use std::fmt::Write as _;

use weir_law::cases::{Cases, TestReport, Wanted};
use weir_law::{ChangeKind, Day, NotADay, RulePack, diff as changes};
use weir_types::Lang;

use super::load;
use crate::args::{Diff, Global, Test};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

pub(super) fn run(args: &Test, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let files = load::folder(&args.pack)?;
    let pack = RulePack::read(&files.files()).map_err(|error| load::refused(&error))?;
    let cases = match args.pack.is_dir() {
        true => args.pack.join("cases"),
        false => args.pack.with_file_name("cases"),
    };
    let cases = load::folder(&cases)?;
    let cases = Cases::read(&cases.files()).map_err(|e| load::cases_refused(&e))?;
    let report = cases.run(&pack);
    if global.json {
        print_json(&report)?;
    } else {
        print(&told(&report, talk))?;
    }
    Ok(match (report.failures.is_empty(), report.uncovered.is_empty()) {
        (true, true) => Exit::Done,
        (false, _) => Exit::Failed,
        (true, false) => Exit::BadInput,
    })
}

fn told(report: &TestReport, talk: &Talk) -> String {
    let mut out = String::new();
    for failure in &report.failures {
        let _ = writeln!(out, "{}, {}: {}", failure.file, failure.case, failure.what);
    }
    for uncovered in &report.uncovered {
        let wants = match uncovered.wants {
            Wanted::Applies => talk.choose("适用", "applies"),
            Wanted::DoesNotApply => talk.choose("不适用", "does not apply"),
            Wanted::Met => talk.choose("已履行", "is met"),
            Wanted::NotMet => talk.choose("未履行", "is not met"),
        };
        let no_case = talk.choose("没有案例表明它", "no case in which it");
        let _ = writeln!(out, "{}: {no_case} {wants}", uncovered.rule);
    }
    let TestReport { pack, rules, cases, scenarios, failures, uncovered } = report;
    let (failures, uncovered) = (failures.len(), uncovered.len());
    let _ = match talk.lang {
        Lang::Zh => writeln!(
            out,
            "规则包 {pack}：{rules} 条规则，{cases} 个放行案例，{scenarios} 个情形；{failures} 处不符，{uncovered} 处缺案例"
        ),
        Lang::En => writeln!(
            out,
            "pack {pack}: {rules} rules, {cases} cases, {scenarios} scenarios; {failures} came out \
             otherwise, {uncovered} lack a case"
        ),
    };
    out
}

pub(super) fn diff(args: &Diff, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let (old, old_day) = named(&args.old)?;
    let (new, new_day) = named(&args.new)?;
    let changes = changes((&old, old_day), (&new, new_day));
    if global.json {
        print_json(&changes)?;
        return Ok(Exit::Done);
    }
    let mut out = String::new();
    for change in &changes {
        let (sign, parts) = match &change.change {
            ChangeKind::Added => ('+', &[][..]),
            ChangeKind::Removed => ('-', &[][..]),
            ChangeKind::Changed(parts) => ('~', &parts[..]),
        };
        let _ = writeln!(out, "{sign} {:<20} {}", change.rule, talk.text(&change.article));
        for part in parts {
            let _ = writeln!(out, "    {}: {} -> {}", part.key, part.old, part.new);
        }
    }
    print(&out)?;
    let n = changes.len();
    talk.line(&match talk.lang {
        Lang::Zh => format!("{n} 条规则不同"),
        Lang::En => format!("{n} rules differ"),
    });
    Ok(Exit::Done)
}

/// A pack and the day after its `@`, if it has one.
fn named(text: &str) -> Result<(RulePack, Option<Day>), Failure> {
    let (name, day) = match text.rsplit_once('@') {
        None => (text, None),
        Some((name, day)) => {
            let day = day.parse().map_err(|NotADay| {
                Failure::input(format!("`{day}` is no day"), "write PACK@YYYY-MM-DD")
            })?;
            (name, Some(day))
        }
    };
    let pack = load::pack(Some(name))?;
    load::answers(&pack, day)?;
    Ok((pack, day))
}
