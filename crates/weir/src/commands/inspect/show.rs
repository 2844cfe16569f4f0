//! The result for people.

use super::report::{Inspected, TableReport, TextFile};
use crate::talk::{Talk, grid};

/// Every table and text.
pub(super) fn all(inspected: &Inspected, talk: &Talk) -> String {
    let several = inspected.tables.len() + inspected.texts.len() > 1;
    let tables = inspected.tables.iter().map(|table| of_table(table, several, talk));
    let texts = inspected.texts.iter().map(|text| of_text(text, talk));
    let mut parts: Vec<String> = tables.chain(texts).collect();
    if !inspected.passed_over.is_empty() {
        let says = talk.choose("未读取的其他文件", "files of other kinds, not read");
        parts.push(format!("{says}: {}\n", inspected.passed_over.join(", ")));
    }
    parts.join("\n")
}

fn of_table(table: &TableReport, several: bool, talk: &Talk) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    if several {
        line(&format!("== {}", table.name));
    }
    let (n, rows) = (table.columns.len(), table.rows);
    line(&match talk.lang {
        weir_types::Lang::Zh => format!("{rows} 行，{n} 列"),
        weir_types::Lang::En => format!("{rows} rows, {n} columns"),
    });
    if let Some(sample) = &table.sample {
        line(talk.text(&sample.say(rows)));
    }
    if let Some(mended) = &table.mended {
        line(talk.text(&mended.say()));
    }
    line("");
    line(grid(&columns(table, talk)).trim_end());
    line("");
    line(talk.text(&table.grade.table.say));
    for view in &table.grade.sensitive {
        line(talk.text(&view.say));
    }
    for records in &table.grade.records {
        line(talk.text(&records.say));
    }
    for note in &table.grade.notes {
        line(talk.text(&note.say));
    }
    together(table, talk, &mut line);
    for question in &table.grade.questions {
        line(&format!("? {} [{}]", talk.text(&question.text), question.key));
    }
    out
}

fn columns(table: &TableReport, talk: &Talk) -> Vec<[String; 8]> {
    let head = [
        talk.choose("列", "column"),
        talk.choose("类型", "type"),
        talk.choose("内容", "holds"),
        talk.choose("角色", "role"),
        talk.choose("级别", "level"),
        talk.choose("敏感", "sensitive"),
        talk.choose("把握", "sure"),
        talk.choose("理由", "because"),
    ];
    let rows = table.columns.iter().zip(&table.grade.columns).map(|(column, grade)| {
        let finding = &column.finding;
        let because: Vec<&str> = finding.signals.iter().map(|s| talk.text(&s.saw)).collect();
        let sensitive =
            finding.sensitive_pi || grade.sensitive.iter().any(|v| v.sensitive == Some(true));
        [
            finding.column.clone(),
            finding.ty.name().to_owned(),
            talk.text(&finding.label).to_owned(),
            finding.role.name().to_owned(),
            grade.level.to_string(),
            if sensitive { talk.choose("是", "yes") } else { "-" }.to_owned(),
            format!("{:.0} %", finding.confidence * 100.0),
            because.join("; "),
        ]
    });
    std::iter::once(head.map(str::to_owned)).chain(rows).collect()
}

/// What the columns tell together; the first of each kind.
fn together(table: &TableReport, talk: &Talk, line: &mut impl FnMut(&str)) {
    const FIRST: usize = 8;
    let together = &table.together;
    line(talk.text(&together.people.say));
    for key in together.keys.iter().take(FIRST) {
        line(talk.text(&key.say));
    }
    line(talk.text(&together.singling_out.say));
    for set in together.singling_out.sets.iter().take(FIRST) {
        line(&format!("  {}", talk.text(&set.say)));
    }
    for dependency in together.dependencies.iter().take(FIRST) {
        line(talk.text(&dependency.say));
    }
    for trajectory in &together.trajectories {
        line(talk.text(&trajectory.say));
    }
}

fn of_text(text: &TextFile, talk: &Talk) -> String {
    let (path, lines, found) = (&text.path, text.lines, text.lines_with_findings);
    let mut out = match talk.lang {
        weir_types::Lang::Zh => format!("== {path}\n{lines} 行文本，其中 {found} 行有发现\n\n"),
        weir_types::Lang::En => {
            format!("== {path}\n{lines} lines of text, {found} of them with findings\n\n")
        }
    };
    let head = [
        talk.choose("内容", "holds"),
        talk.choose("次数", "times"),
        talk.choose("行数", "lines"),
        talk.choose("敏感", "sensitive"),
        talk.choose("把握", "sure"),
        talk.choose("首见行", "first in line"),
    ];
    let rows = text.kinds.iter().map(|kind| {
        [
            talk.text(&kind.label).to_owned(),
            kind.spans.to_string(),
            kind.lines.to_string(),
            if kind.sensitive_pi { talk.choose("是", "yes") } else { "-" }.to_owned(),
            format!("{:.0} %", kind.confidence * 100.0),
            kind.places.first().map_or_else(String::new, |(line, _)| line.to_string()),
        ]
    });
    let rows: Vec<[String; 6]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    out.push_str(&grid(&rows));
    out
}
