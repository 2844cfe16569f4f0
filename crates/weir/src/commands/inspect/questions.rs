//! Questions that no program can answer, such as whether data is important data.

use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use weir_detect::grade::{Answers, Asks, Question};

use super::report::Inspected;
use super::write;
use crate::exit::{Exit, Failure};
use crate::talk::Talk;

/// The answers of a file, or none where it is not there yet.
pub(super) fn read(path: Option<&Path>) -> Result<Answers, Failure> {
    let Some(path) = path.filter(|path| path.exists()) else { return Ok(Answers::default()) };
    let text = std::fs::read_to_string(path).map_err(|e| {
        let message = format!("cannot read `{}`: {}", path.display(), e.kind());
        Failure::input(message, "give answers in TOML, or name a file that is not there yet")
    })?;
    Answers::parse(&text).map_err(|e| Failure::new(Exit::BadInput, &e, Some(e.hint())))
}

/// Asks what is open, where the file is not there and a person is, and writes it; the next run
/// grades by it.
pub(super) fn ask_and_write(
    path: &Path,
    inspected: &mut Inspected,
    talk: &Talk,
) -> Result<(), Failure> {
    let person = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if path.exists() || !person {
        return Ok(());
    }
    let mut answers = Answers::default();
    let mut asked = BTreeSet::new();
    for question in inspected.tables.iter().flat_map(|table| &table.grade.questions) {
        if asked.insert(question.key) {
            ask(question, &mut answers, talk)?;
        }
    }
    write(path, &answers.to_toml())?;
    talk.line(talk.choose(
        "已写下回答；请再运行一次，以便据此定级",
        "answers written; run again to grade by them",
    ));
    Ok(())
}

fn ask(question: &Question, answers: &mut Answers, talk: &Talk) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new(Exit::Failed, &e, None);
    let words = match &question.asks {
        Asks::Choice(choices) => choices.iter().map(|choice| choice.word).collect::<Vec<_>>(),
        Asks::Number | Asks::Text => Vec::new(),
    };
    loop {
        let mut out = std::io::stderr().lock();
        let (text, because) = (talk.text(&question.text), talk.text(&question.because));
        write!(out, "{text}\n  {because}\n  {} > ", words.join(" | "))
            .and_then(|()| out.flush())
            .map_err(failed)?;
        drop(out);
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
        let word = line.trim();
        if read == 0 || word.is_empty() || answers.answer(question.key, word).is_ok() {
            return Ok(());
        }
    }
}
