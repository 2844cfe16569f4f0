//! The result for people.

use super::report::{Inspected, TableReport, TextFile};
use super::tables::{Field, Sentences, columns, kinds, of_text, sets};
use crate::talk::Talk;

const FIELDS: [Field; 8] = [
    Field::Column,
    Field::Type,
    Field::Holds,
    Field::Role,
    Field::Level,
    Field::Sensitive,
    Field::Sure,
    Field::Because,
];

/// Every table and text.
pub(super) fn all(inspected: &Inspected, talk: &Talk) -> String {
    let several = inspected.tables.len() + inspected.texts.len() > 1;
    let tables = inspected.tables.iter().map(|table| table_text(table, several, talk));
    let texts = inspected.texts.iter().map(|text| text_text(text, talk));
    let mut parts: Vec<String> = tables.chain(texts).collect();
    if !inspected.passed_over.is_empty() {
        let says = talk.choose("未读取的其他文件", "files of other kinds, not read");
        let colon = talk.choose("：", ": ");
        parts.push(format!("{says}{colon}{}\n", inspected.passed_over.join(", ")));
    }
    parts.join("\n")
}

fn table_text(table: &TableReport, several: bool, talk: &Talk) -> String {
    let mut out = String::new();
    if several {
        out.push_str(&format!("== {}\n", table.name));
    }
    let says = Sentences::of(table);
    let sentences = |says: &[weir_types::Bilingual], mark: &str| -> String {
        says.iter().map(|say| format!("{mark}{}\n", one_line(talk.text(say)))).collect()
    };
    out.push_str(&sentences(&says.read, ""));
    out.push_str(&format!("\n{}\n", columns(table, FIELDS, talk.lang).terminal()));
    out.push_str(&sentences(&says.grade, ""));
    out.push_str(&format!("\n{}", sentences(&says.together, "")));
    if let Some(sets) = sets(table, talk.lang) {
        out.push_str(&format!("\n{}", sets.terminal()));
    }
    if !says.questions.is_empty() {
        out.push_str(&format!("\n{}", sentences(&says.questions, "? ")));
    }
    out
}

/// A comment of a database may have several lines, which could look like what weir says.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

fn text_text(text: &TextFile, talk: &Talk) -> String {
    let says: String = of_text(text).iter().map(|say| format!("{}\n", talk.text(say))).collect();
    let kinds = kinds(text, talk.lang);
    let kinds =
        if kinds.rows.is_empty() { String::new() } else { format!("\n{}", kinds.terminal()) };
    format!("== {}\n{says}{kinds}", text.path)
}
