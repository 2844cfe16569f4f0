//! The `[columns]` of a request.

use std::fmt::Write as _;

use weir_types::Lang;

use super::choose;
use super::report::TableReport;
use crate::exit::Failure;

/// The section for the one table that there is, or for several of the same columns.
pub(super) fn section(tables: &[TableReport], lang: Lang) -> Result<String, Failure> {
    let names = |table: &TableReport| -> Vec<String> {
        table.columns.iter().map(|column| column.finding.column.clone()).collect()
    };
    let Some(first) =
        tables.first().filter(|first| tables.iter().all(|t| names(t) == names(first)))
    else {
        return Err(Failure::input(
            "a request is for one table, and these have different columns",
            "name one file with --columns",
        ));
    };
    let mut out = String::new();
    let says = choose(
        lang,
        "# 由 weir inspect 写出；粘贴到申请中，并改掉不对的地方。",
        "# Written by weir inspect; paste it into a request and change what is not so.",
    );
    // Writing to a string does not fail.
    let _ = writeln!(out, "{says}");
    for column in &first.columns {
        let finding = &column.finding;
        let label = finding.label.in_lang(lang).replace(['\n', '\r'], " ");
        let _ = writeln!(out, "\n# {label}, {:.0} %", finding.confidence * 100.0);
        let _ = writeln!(out, "[columns.{}]", quoted(&finding.column));
        let _ = writeln!(out, "role = \"{}\"", finding.role.name());
        let _ = writeln!(out, "sensitive = {}", finding.sensitive_pi);
    }
    Ok(out)
}

/// A basic string of TOML (v1.0.0, section String).
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
