//! `weir new`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use weir_types::{Finding, Lang, Role};

use crate::args::{Global, New};
use crate::commands::inspect::findings;
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print};

pub(crate) fn run(args: &New, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let out = args.out.clone().unwrap_or_else(|| beside(&args.data));
    let taken = || {
        let message = format!("`{}` exists already", out.display());
        Failure::input(message, "name another file with --out, or move the old one away")
    };
    if out.exists() {
        return Err(taken());
    }
    let (_, findings) = findings(std::slice::from_ref(&args.data), global, talk)?;
    let answers = if args.yes { Answers::default() } else { Answers::ask(talk)? };
    let text = request(&relative(&args.data, &out), &findings, &answers, talk.lang);
    let written = File::create_new(&out).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => taken(),
        _ => Failure::new(Exit::Failed, &e, Some("name another file with --out".to_owned())),
    })?;
    print(&format!("{}\n", out.display()))?;
    let next = format!("weir release {}", out.display());
    talk.line(&match talk.lang {
        Lang::En => format!("read it, change what is not so, then: {next}"),
        Lang::Zh => format!("请读一遍，改掉不对的地方，然后运行：{next}"),
    });
    Ok(Exit::Done)
}

fn beside(data: &Path) -> PathBuf {
    let name = data.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    data.with_file_name(format!("{name}.weir.toml"))
}

/// The data as seen from the folder of the request.
fn relative(data: &Path, request: &Path) -> String {
    let folder = request.parent().unwrap_or(Path::new(""));
    let path = match data.strip_prefix(folder) {
        Ok(inside) if folder != Path::new("") || data.is_relative() => inside.to_owned(),
        _ => std::path::absolute(data).unwrap_or_else(|_| data.to_owned()),
    };
    path.to_string_lossy().into_owned()
}

/// What the questions are about.
struct Answers {
    kind: String,
    provider: String,
    recipient: String,
    relation: String,
    environment: String,
    purpose: String,
}

impl Default for Answers {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            kind: text("personal"),
            provider: text("(who hands the data over / 提供方)"),
            recipient: text("(who receives it / 接收方)"),
            relation: text("provide"),
            environment: text("controlled"),
            purpose: text("(what the recipient will do with it / 用途)"),
        }
    }
}

impl Answers {
    fn ask(talk: &Talk) -> Result<Self, Failure> {
        let default = Self::default();
        let question = |zh: &str, en: &str| talk.choose(zh, en).to_owned();
        Ok(Self {
            provider: ask(
                &question("谁提供数据？", "Who hands the data over?"),
                &[],
                &default.provider,
            )?,
            recipient: ask(&question("谁接收数据？", "Who receives it?"), &[], &default.recipient)?,
            purpose: ask(&question("用于什么？", "What for?"), &[], &default.purpose)?,
            kind: ask(
                &question("数据属于哪一类？", "What kind of data is it?"),
                &["personal", "enterprise", "public"],
                &default.kind,
            )?,
            relation: ask(
                &question("双方是什么关系？", "How do the two stand to each other?"),
                &["entrust", "provide", "joint", "publish", "government"],
                &default.relation,
            )?,
            environment: ask(
                &question("数据将处于什么环境？", "Where will the data be?"),
                &["inside", "controlled", "public"],
                &default.environment,
            )?,
        })
    }
}

/// Asks until the answer is one of `choices`, where there are any; nothing means the default.
fn ask(question: &str, choices: &[&str], default: &str) -> Result<String, Failure> {
    let failed = |e: std::io::Error| Failure::new(Exit::Failed, &e, None);
    loop {
        let mut talk = std::io::stderr().lock();
        let among =
            if choices.is_empty() { String::new() } else { format!(" {}", choices.join(" | ")) };
        write!(talk, "{question}{among} [{default}] ")
            .and_then(|()| talk.flush())
            .map_err(failed)?;
        drop(talk);
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
        let answer = line.trim();
        if read == 0 || answer.is_empty() {
            return Ok(default.to_owned());
        }
        if choices.is_empty() || choices.contains(&answer) {
            return Ok(answer.to_owned());
        }
    }
}

/// The text of a request, every key of which is explained.
fn request(data: &str, findings: &[Finding], answers: &Answers, lang: Lang) -> String {
    let say = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(say(
        "# 发布请求。说明见 docs/request.md。",
        "# A release request; docs/request.md explains every key.",
    ));
    line("");
    line("[data]");
    line(say(
        "# 文件、文件夹，或它们的列表；相对本文件所在文件夹。",
        "# A file, a folder, or a list of them, from the folder of this file.",
    ));
    line(&format!("path = {}", quoted(data)));
    line("# personal | enterprise | public");
    line(&format!("kind = {}", quoted(&answers.kind)));
    line(say(
        "# 重要数据由主管部门告知或公布，工具不猜：general | important | core",
        "# Important data is notified or published by the authority, never guessed:\n# general | important | core",
    ));
    line("# importance = \"general\"");
    if let Some(person) = findings.iter().find(|f| f.person_key) {
        line(say("# 标明各行属于谁的列。", "# The column that says whose row it is."));
        line(&format!("person = {}", quoted(&person.column)));
    } else {
        line(say(
            "# 标明各行属于谁的列；没有则每行算一个人。",
            "# The column that says whose row it is; without one, each row counts as a person.",
        ));
        line("# person = \"id\"");
    }
    line("");
    line("[parties]");
    line(&format!("provider = {}", quoted(&answers.provider)));
    line(&format!("recipient = {}", quoted(&answers.recipient)));
    line("# entrust | provide | joint | publish | government");
    line(&format!("relation = {}", quoted(&answers.relation)));
    line("# inside | controlled | public");
    line(&format!("environment = {}", quoted(&answers.environment)));
    line("");
    line("[purpose]");
    line(&format!("text = {}", quoted(&answers.purpose)));
    line(say(
        "# 合法性基础（个保法第13条），数据仍属个人信息时需要。",
        "# Legal basis (PIPL article 13), where the data stays personal information.",
    ));
    line("# legal_basis = \"…\"");
    line("");
    line("[conditions]");
    line("retention = \"2 years\"");
    line("onward_transfer = false");
    line("reidentification_ban = true");
    line("");
    line("[deidentify]");
    line(say("# 只能高于环境要求的 k。", "# Can only raise the k that the environment asks for."));
    line("# k = 10");
    line(say("# 最多可剔除的比例。", "# Most people that may be left out, as a share."));
    line("suppress_at_most = 0.05");
    line("");
    line(say(
        "# 每一列的识别结果；不对就改。role: identifier | quasi-identifier | sensitive | other\n# 还可以写 action = drop | keep | token | generalise，hierarchy = \"文件.csv\" 或 \"intervals width=5 by=10,20\"，weight = 2",
        "# What was found in each column; change what is not so.\n# role: identifier | quasi-identifier | sensitive | other\n# also: action = drop | keep | token | generalise, hierarchy = \"file.csv\" or\n# \"intervals width=5 by=10,20\", weight = 2",
    ));
    out.push_str(&columns(findings, lang));
    out
}

/// What was found in each column, as a section that states it.
fn columns(findings: &[Finding], lang: Lang) -> String {
    let mut out = String::new();
    for f in findings {
        let because: Vec<&str> = f.signals.iter().map(|s| s.saw.in_lang(lang)).collect();
        let because = because.join("; ").replace(['\n', '\r'], " ");
        let (label, sure) = (f.label.in_lang(lang), f.confidence * 100.0);
        let (column, role) = (quoted(&f.column), quoted(f.role.name()));
        // Writing to a string does not fail.
        let _ =
            write!(out, "\n# {label}, {sure:.0} %: {because}\n[columns.{column}]\nrole = {role}\n");
        if f.role == Role::Sensitive {
            let _ = writeln!(out, "sensitive = {}", f.sensitive_pi);
        }
    }
    out
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use weir_types::{Bilingual, ColumnType, Request};

    fn finding(column: &str) -> Finding {
        Finding {
            column: column.to_owned(),
            ty: ColumnType::Text,
            semantic: "unrecognised".to_owned(),
            label: Bilingual::new("未识别", "not recognised"),
            role: Role::QuasiIdentifier,
            confidence: 0.2,
            sensitive_pi: false,
            person_key: column == "id",
            signals: Vec::new(),
            distinct: 1,
            distinct_exact: true,
            nulls: 0,
        }
    }

    #[test]
    fn what_is_written_is_a_request() {
        for lang in [Lang::Zh, Lang::En] {
            let columns = [finding("id"), finding("a \"b\"\\ .c"), finding("姓名")];
            let text = request("x.csv", &columns, &Answers::default(), lang);
            let request = Request::parse(&text).unwrap();
            assert_eq!(request.data.person.as_deref(), Some("id"));
            assert_eq!(request.columns.len(), 3);
        }
    }
}
