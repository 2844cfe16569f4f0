//! Talking to the person: progress, summary, errors. All of it on standard error.

use std::borrow::Cow;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use weir_release::progress::{Progress, Stage};
use weir_search::search::Reached;
use weir_types::{Bilingual, Lang};

use crate::args::{Global, LangArg};
use crate::exit::Failure;

/// The way to standard error, and the language spoken there.
pub(crate) struct Talk {
    pub(crate) lang: Lang,
    quiet: bool,
    bars: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Talk {
    pub(crate) fn new(global: &Global) -> Self {
        let lang = match global.lang {
            Some(LangArg::Zh) => Lang::Zh,
            Some(LangArg::En) => Lang::En,
            None => locale(),
        };
        let bars = !global.quiet && std::io::stderr().is_terminal();
        Self { lang, quiet: global.quiet, bars, bar: Mutex::new(None) }
    }

    /// A text in the language of the person.
    pub(crate) fn text<'a>(&self, text: &'a Bilingual) -> &'a str {
        text.in_lang(self.lang)
    }

    /// One of two texts.
    pub(crate) fn choose<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A line, unless the person wants none.
    pub(crate) fn line(&self, line: &str) {
        if !self.quiet {
            say(line);
        }
    }

    /// An error, with its causes and what can be done.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut text = String::new();
        for (index, message) in failure.messages.iter().enumerate() {
            let lead = match index {
                0 => self.choose("错误：", "error: "),
                _ => self.choose("  原因：", "  because: "),
            };
            text.push_str(lead);
            text.push_str(message);
            text.push('\n');
        }
        if let Some(hint) = &failure.hint {
            text.push_str(self.choose("提示：", "hint: "));
            text.push_str(hint);
            text.push('\n');
        }
        say(text.trim_end());
    }
}

/// Writes a line to standard error; a person who closed it misses it.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", plain(line));
}

/// A text without characters that command a terminal or turn the direction of what follows: names
/// and comments come from others. Lines and tabs stay.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let commands = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match text.contains(commands) {
        true => Cow::Owned(text.replace(commands, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

/// Writes a text for people to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_data(&plain(text))
}

/// Writes data to standard output.
pub(crate) fn print_data(data: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(data.as_bytes()).and_then(|()| out.flush());
    written.or_else(|e| match e.kind() {
        // The reader has seen enough.
        std::io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Failure::new(crate::exit::Exit::Failed, &e, None)),
    })
}

/// Rows of cells, the cells of a column below each other. All rows have as many cells.
pub(crate) fn grid<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(columns(cell));
        }
    }
    let mut out = String::new();
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            out.push_str(cell);
            if index + 1 < row.len() {
                out.extend(std::iter::repeat_n(' ', widths[index] - columns(cell) + 2));
            }
        }
        out.push('\n');
    }
    out
}

/// Columns that a text takes in a terminal: two for Chinese characters and their punctuation.
fn columns(text: &str) -> usize {
    let wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// Data as JSON on standard output.
pub(crate) fn print_json(data: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(data)
        .map_err(|e| Failure::new(crate::exit::Exit::Failed, &e, None))?;
    // JSON need not escape these (RFC 8259, section 7), and a terminal may obey them.
    let mut escaped = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        match character {
            '\u{7f}'..='\u{9f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => escaped.push(character),
        }
    }
    escaped.push('\n');
    print_data(&escaped)
}

impl Progress for Talk {
    fn begin(&self, stage: Stage, rows: Option<u64>) {
        if !self.bars {
            return;
        }
        let label = stage.label();
        let bar = match rows {
            Some(rows) => ProgressBar::new(rows)
                .with_style(style("{prefix:<36} {bar:30} {human_pos:>12} / {human_len} {eta:>6}")),
            None => ProgressBar::new_spinner()
                .with_style(style("{prefix:<36} {spinner} {human_pos:>12} {elapsed:>6}")),
        };
        bar.set_prefix(self.text(&label).to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    fn rows(&self, done: u64) {
        if let Ok(Some(bar)) = self.bar.lock().as_deref() {
            bar.set_position(done);
        }
    }

    fn searched(&self, reached: &Reached) {
        if let Ok(Some(bar)) = self.bar.lock().as_deref() {
            if bar.length().is_none() {
                bar.set_style(style("{prefix:<36} {bar:20} {msg}"));
                bar.set_length(reached.lattice);
            }
            bar.set_position(reached.settled.unwrap_or(reached.measured));
            bar.set_message(how_far(reached, self.lang));
        }
    }

    fn end(&self) {
        if let Ok(Some(bar)) = self.bar.lock().map(|mut slot| slot.take()) {
            bar.finish_and_clear();
        }
    }
}

/// How far a search is, in so few words that they fit beside a bar.
fn how_far(reached: &Reached, lang: Lang) -> String {
    let Reached { measured, settled, lattice, best, lower_bound } = reached;
    let of = Count(*lattice);
    let so_far = match (settled, lang) {
        (Some(settled), Lang::En) => format!("{settled} of {of} settled"),
        (Some(settled), Lang::Zh) => format!("已定 {settled}/{of}"),
        (None, Lang::En) => format!("{measured} of {of} measured"),
        (None, Lang::Zh) => format!("已测 {measured}/{of}"),
    };
    match (best, lang) {
        (Some(best), Lang::En) => format!("{so_far}, best {best:.6}, none below {lower_bound:.6}"),
        (Some(best), Lang::Zh) => format!("{so_far}，最好 {best:.6}，不低于 {lower_bound:.6}"),
        (None, _) => so_far,
    }
}

/// A number of combinations, of which it is only known that there are more where they are the most
/// that can be counted.
pub(crate) struct Count(pub(crate) u64);

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == u64::MAX { f.write_str("10^19+") } else { write!(f, "{}", self.0) }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn locale() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    if set.is_some_and(|value| value.starts_with("zh")) { Lang::Zh } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_is_not_written_to_it() {
        assert_eq!(plain("姓名\tage\n"), "姓名\tage\n");
        let hostile = "\u{1b}[2J\u{9b}31m\u{7}\rname\u{202e}txt";
        assert_eq!(plain(hostile), "\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}name\u{fffd}txt");
    }

    #[test]
    fn how_far_a_search_is_fits_a_line() {
        let listed = Reached {
            measured: 112,
            settled: Some(25_000),
            lattice: 25_920,
            best: Some(0.416_131_9),
            lower_bound: 0.401,
        };
        let line = how_far(&listed, Lang::En);
        assert_eq!(line, "25000 of 25920 settled, best 0.416132, none below 0.401000");
        let endless = Reached { settled: None, lattice: u64::MAX, best: None, ..listed };
        assert_eq!(how_far(&endless, Lang::En), "112 of 10^19+ measured");
        assert_eq!(how_far(&endless, Lang::Zh), "已测 112/10^19+");
    }

    /// Numbers that nobody can count to are not printed as if somebody had.
    #[test]
    fn the_most_that_can_be_counted_is_no_count() {
        assert_eq!(Count(u64::MAX).to_string(), "10^19+");
        assert_eq!(Count(25_920).to_string(), "25920");
    }
}
