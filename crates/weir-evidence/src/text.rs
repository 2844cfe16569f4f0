//! The result of a verification for people.

use std::error::Error;
use std::fmt::{Display, Write};

use weir_types::{Bilingual, Lang};

use crate::verify::{Check, Outcome, Verification};

/// Names shown before "and so many more".
const SHOWN: usize = 5;

/// Names for a sentence, escaped because they may come from foreign bytes.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    if names.is_empty() {
        return "-".to_owned();
    }
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{}`", name.as_ref().escape_debug()))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        let _ = write!(text, ", … ({})", names.len());
    }
    text
}

/// Several reasons as one.
pub(crate) fn join(reasons: &[Bilingual]) -> Bilingual {
    let of = |lang, separator: &str, more: String| {
        let shown: Vec<&str> = reasons.iter().take(SHOWN).map(|r| r.in_lang(lang)).collect();
        let more = if reasons.len() > SHOWN { more } else { String::new() };
        shown.join(separator) + &more
    };
    let beyond = reasons.len().saturating_sub(SHOWN);
    Bilingual::new(
        of(Lang::Zh, "；", format!("；另有 {beyond} 项")),
        of(Lang::En, "; ", format!("; and {beyond} more")),
    )
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\"")
}

/// The whole result, one line for each check; ends with a line feed.
pub(crate) fn render(verification: &Verification, lang: Lang) -> String {
    let mut text = String::new();
    let say = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    if let Some(release) = &verification.release {
        line(&mut text, say("发布", "release"), &release.release);
        line(&mut text, say("时间", "sealed"), &release.time);
        line(&mut text, say("提供方", "provider"), &release.provider);
        line(&mut text, say("接收方", "recipient"), &release.recipient);
        line(&mut text, say("签名密钥", "signed by"), &release.keyid);
        text.push('\n');
    }
    for check in &verification.checks {
        render_check(&mut text, check, lang);
    }
    text.push('\n');
    let failed = verification.failed();
    text.push_str(&match (verification.passed, lang) {
        (true, Lang::Zh) => "结果：通过。\n".to_owned(),
        (true, Lang::En) => "Result: accepted.\n".to_owned(),
        (false, Lang::Zh) => format!("结果：拒绝，{failed} 项不通过。\n"),
        (false, Lang::En) => format!("Result: refused, {failed} failed.\n"),
    });
    text.push_str(say(
        "未验证：源数据的风险数值（源数据不在包中）、对规则的解读、声明中的时间。\n",
        "Not shown by this: figures about the source (it is not in the package), whether the \
         rules were read rightly, and the time.\n",
    ));
    text
}

fn line(text: &mut String, name: &str, value: &dyn Display) {
    let value = value.to_string();
    let _ = writeln!(text, "{name}: {}", value.escape_debug());
}

fn render_check(text: &mut String, check: &Check, lang: Lang) {
    let (zh, en, note) = match &check.outcome {
        Outcome::Passed { note } => ("通过  ", "passed     ", note.as_ref()),
        Outcome::Failed { reason } => ("不通过", "FAILED     ", Some(reason)),
        Outcome::NotChecked { reason } => ("未检查", "not checked", Some(reason)),
    };
    let word = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let _ = writeln!(text, "{word}  {}", check.label.in_lang(lang));
    if let Some(note) = note {
        let _ = writeln!(text, "             {}", note.in_lang(lang));
    }
}
