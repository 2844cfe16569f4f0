//! The data dictionary: Markdown, and one HTML file that needs nothing beside it.

use std::fmt::Write as _;

use weir_types::{Bilingual, Lang};

use super::choose;
use super::report::{Inspected, TableReport, TextFile};
use super::tables::{Cell, Field, Grid, Sentences, columns, kinds, of_text, sets};
use crate::talk::plain;

const FIELDS: [Field; 10] = [
    Field::Column,
    Field::Type,
    Field::Holds,
    Field::Sure,
    Field::Role,
    Field::Level,
    Field::Sensitive,
    Field::Distinct,
    Field::Empty,
    Field::Because,
];

/// A heading with what is told below it.
enum Part {
    Sentences(Option<(&'static str, &'static str)>, Vec<Bilingual>),
    Sets,
    Columns,
}

/// What is told of a table, in order.
fn parts(table: &TableReport) -> Vec<Part> {
    let says = Sentences::of(table);
    let mut parts = vec![
        Part::Sentences(None, says.read),
        Part::Columns,
        Part::Sentences(Some(("分级", "Grade")), says.grade),
        Part::Sentences(Some(("列的组合", "Columns together")), says.together),
        Part::Sets,
    ];
    if !says.questions.is_empty() {
        parts.push(Part::Sentences(Some(("待回答", "To be answered")), says.questions));
    }
    parts
}

/// The dictionary in Markdown, in one language.
pub(super) fn markdown(inspected: &Inspected, lang: Lang) -> String {
    let mut out = format!("# {}\n", choose(lang, "数据字典", "Data dictionary"));
    for table in &inspected.tables {
        let _ = writeln!(out, "\n## {}", line(&table.name));
        for part in parts(table) {
            match part {
                Part::Sentences(head, says) => {
                    if let Some((zh, en)) = head {
                        let _ = writeln!(out, "\n### {}", choose(lang, zh, en));
                    }
                    markdown_list(&says, lang, &mut out);
                }
                Part::Columns => markdown_grid(&columns(table, FIELDS, lang), &mut out),
                Part::Sets => {
                    if let Some(sets) = sets(table, lang) {
                        markdown_grid(&sets, &mut out);
                    }
                }
            }
        }
    }
    for text in &inspected.texts {
        let _ = writeln!(out, "\n## {}", line(&text.path));
        markdown_list(&of_text(text), lang, &mut out);
        markdown_grid(&kinds(text, lang), &mut out);
    }
    out
}

/// One line of Markdown in which nothing of the data is markup.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '|' | '\\' | '*' | '_' | '<' | '[' | '#' | '`' | '&' | '~' | '$' => {
                out.extend(['\\', character]);
            }
            character => out.push(character),
        }
    }
    out
}

fn one_line(text: &str) -> String {
    plain(&text.replace(['\n', '\r', '\t'], " ")).into_owned()
}

/// A sentence as one line of Markdown, its names as code. Backquotes of the data itself, which
/// could make code of the text and text of the code, do not open any: such a run is of two or
/// more, or is not closed.
fn line_of_names(text: &str) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    for (at, part) in parts.iter().enumerate() {
        let closed = at + 1 < parts.len();
        let opens = closed && !part.is_empty() && !out.ends_with('`') && !part.contains('|');
        match at % 2 {
            0 => out.push_str(&line(part)),
            _ if opens => out.push_str(&format!("`{}`", one_line(part))),
            _ if closed => out.push_str(&format!("\\`{}\\`", line(part))),
            _ => out.push_str(&format!("\\`{}", line(part))),
        }
    }
    out
}

fn markdown_list(says: &[Bilingual], lang: Lang, out: &mut String) {
    out.push('\n');
    for say in says {
        let _ = writeln!(out, "- {}", line_of_names(say.in_lang(lang)));
    }
}

fn markdown_grid<const N: usize>(grid: &Grid<N>, out: &mut String) {
    let _ = writeln!(out, "\n| {} |\n|{}", grid.heads.join(" | "), "---|".repeat(N));
    for row in &grid.rows {
        let cell = |cell: &Cell| match cell {
            Cell::Because(_) => line_of_names(&cell.text()),
            cell => line(&cell.text()),
        };
        let cells: Vec<String> = row.iter().map(cell).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

/// The dictionary as one HTML file in both languages; `lang` is shown first.
pub(super) fn html(inspected: &Inspected, lang: Lang) -> String {
    let first = choose(lang, "zh", "en");
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{first}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>weir: data dictionary / 数据字典</title>\n<style>\n{STYLE}</style>\n"
    );
    let (zh, en) = match lang {
        Lang::Zh => (" checked", ""),
        Lang::En => ("", " checked"),
    };
    let _ = writeln!(
        out,
        "<input type=\"radio\" name=\"lang\" id=\"zh\"{zh}><label for=\"zh\">中文</label>\
         <input type=\"radio\" name=\"lang\" id=\"en\"{en}><label for=\"en\">English</label>"
    );
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let title = choose(lang, "数据字典", "Data dictionary");
        let _ = writeln!(out, "<main class=\"{name}\" lang=\"{name}\"><h1>{title}</h1>");
        for table in &inspected.tables {
            html_table(table, lang, &mut out);
        }
        for text in &inspected.texts {
            html_text(text, lang, &mut out);
        }
        out.push_str("</main>\n");
    }
    out.push_str("</html>\n");
    out
}

fn html_table(table: &TableReport, lang: Lang, out: &mut String) {
    let _ = writeln!(out, "<section><h2>{}</h2>", breakable(&table.name));
    for part in parts(table) {
        match part {
            Part::Sentences(head, says) => {
                if let Some((zh, en)) = head {
                    let _ = writeln!(out, "<h3>{}</h3>", choose(lang, zh, en));
                }
                html_list(&says, lang, out);
            }
            Part::Columns => html_grid(&columns(table, FIELDS, lang), "columns", out),
            Part::Sets => {
                if let Some(sets) = sets(table, lang) {
                    html_grid(&sets, "sets", out);
                }
            }
        }
    }
    out.push_str("</section>\n");
}

fn html_text(text: &TextFile, lang: Lang, out: &mut String) {
    let _ = writeln!(out, "<section><h2>{}</h2>", breakable(&text.path));
    html_list(&of_text(text), lang, out);
    html_grid(&kinds(text, lang), "kinds", out);
    out.push_str("</section>\n");
}

fn html_list(says: &[Bilingual], lang: Lang, out: &mut String) {
    out.push_str("<ul>\n");
    for say in says {
        let _ = writeln!(out, "<li>{}</li>", sentence(say.in_lang(lang)));
    }
    out.push_str("</ul>\n");
}

fn html_grid<const N: usize>(grid: &Grid<N>, class: &str, out: &mut String) {
    if grid.rows.is_empty() {
        return;
    }
    let _ = write!(out, "<table class=\"{class}\"><thead><tr>");
    for head in grid.heads {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in &grid.rows {
        out.push_str("<tr>");
        for (cell, head) in row.iter().zip(grid.heads) {
            html_cell(cell, head, out);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
}

/// A cell; on a narrow page its head stands before it.
fn html_cell(cell: &Cell, head: &str, out: &mut String) {
    let text = escaped(&cell.text());
    let (class, inside) = match cell {
        Cell::Text(_) => ("text", text),
        Cell::Names(names) => {
            let names: Vec<String> =
                names.iter().map(|name| format!("<b>{}</b>", breakable(name))).collect();
            ("name", names.join(" + "))
        }
        Cell::Number(_) => ("number", text),
        Cell::Level(level) => ("level", format!("<span class=\"l{level}\">{level}</span>")),
        Cell::Sensitive(Some(yes)) => ("flag", format!("<span class=\"yes\">{yes}</span>")),
        Cell::Sensitive(None) => ("flag", text),
        Cell::Share(share) => {
            let width = (share * 100.0).clamp(0.0, 100.0);
            ("share", format!("<i style=\"width:{width:.1}%\"></i><span>{text}</span>"))
        }
        Cell::Because(reasons) => {
            let reasons = reasons.iter().map(|reason| format!("<span>{}</span>", sentence(reason)));
            ("because", reasons.collect())
        }
    };
    let _ = write!(out, "<td class=\"{class}\" data-head=\"{head}\">{inside}</td>");
}

/// A name that may be broken between its words, and within one only where it is very long.
fn breakable(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for character in name.chars() {
        let joint = matches!(before, '_' | '.' | '/' | '-' | ']')
            || before.is_lowercase() && character.is_uppercase();
        if joint {
            out.push_str("<wbr>");
        }
        out.push_str(&escaped(character.encode_utf8(&mut [0; 4])));
        before = character;
    }
    out
}

/// A sentence; names in it stand in backquotes.
fn sentence(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        let name = at % 2 == 1;
        out.push_str(if name { "<code>" } else { "" });
        out.push_str(&if name { breakable(part) } else { escaped(part) });
        out.push_str(if name { "</code>" } else { "" });
    }
    out
}

fn escaped(text: &str) -> String {
    plain(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Colours of the levels have a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), and each level
/// has its number beside.
const STYLE: &str = include_str!("dictionary.css");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_data_is_markup() {
        for (says, markdown) in [
            ("`age` tells `born`", "`age` tells `born`"),
            ("comment: <b>*x*</b> [y](z)", "comment: \\<b>\\*x\\*\\</b> \\[y](z)"),
            ("comment: `` `x`` <i>`", "comment: \\`\\` `x`\\` \\<i>\\`"),
            ("an open ` <i>", "an open \\` \\<i>"),
            ("`a``<i>` and `b|c`", "`a`\\`\\<i>\\` and \\`b\\|c\\`"),
            ("two\nlines\u{1b}[2J &amp;", "two lines\u{fffd}\\[2J \\&amp;"),
        ] {
            assert_eq!(line_of_names(says), markdown, "{says}");
        }
    }
}
