//! The data dictionary: Markdown, and one HTML file that needs nothing beside it.

use std::fmt::Write as _;

use weir_types::{Bilingual, Lang};

use super::choose;
use super::report::{Inspected, TableReport};

/// The heads of the columns of the dictionary.
const HEADS: [(&str, &str); 8] = [
    ("列", "column"),
    ("类型", "type"),
    ("内容", "holds"),
    ("角色", "role"),
    ("级别", "level"),
    ("不同取值", "distinct"),
    ("空值", "empty"),
    ("理由", "because"),
];

/// One table as rows of cells, without its head.
fn rows(table: &TableReport, lang: Lang) -> Vec<[String; 8]> {
    let columns = table.columns.iter().zip(&table.grade.columns);
    let row = |(column, grade): (&super::report::Column, &weir_detect::grade::ColumnGrade)| {
        let finding = &column.finding;
        let because: Vec<&str> = finding.signals.iter().map(|s| s.saw.in_lang(lang)).collect();
        let about = if finding.distinct_exact { "" } else { "~" };
        [
            finding.column.clone(),
            finding.ty.name().to_owned(),
            format!("{} ({:.0} %)", finding.label.in_lang(lang), finding.confidence * 100.0),
            finding.role.name().to_owned(),
            grade.level.to_string(),
            format!("{about}{}", finding.distinct),
            finding.nulls.to_string(),
            because.join("; "),
        ]
    };
    columns.map(row).collect()
}

/// What is said of a table as a whole.
fn says(table: &TableReport) -> Vec<Bilingual> {
    let (rows, n) = (table.rows, table.columns.len());
    let mut says = vec![Bilingual {
        zh: format!("{rows} 行，{n} 列"),
        en: format!("{rows} rows, {n} columns"),
    }];
    says.extend(table.sample.as_ref().map(|sample| sample.say(rows)));
    says.extend(table.mended.as_ref().map(super::report::Mended::say));
    says.push(table.grade.table.say.clone());
    says.extend(table.grade.sensitive.iter().map(|view| view.say.clone()));
    says.extend(table.grade.records.iter().map(|records| records.say.clone()));
    says.push(table.together.people.say.clone());
    says.push(table.together.singling_out.say.clone());
    says.extend(table.together.singling_out.sets.iter().take(8).map(|set| set.say.clone()));
    says
}

/// The dictionary in Markdown, in one language.
pub(super) fn markdown(inspected: &Inspected, lang: Lang) -> String {
    let mut out = format!("# {}\n", choose(lang, "数据字典", "Data dictionary"));
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    // Writing to a string does not fail.
    for table in &inspected.tables {
        let _ = writeln!(out, "\n## {}\n", cell(&table.name));
        for say in says(table) {
            let _ = writeln!(out, "- {}", cell(say.in_lang(lang)));
        }
        let heads = HEADS.map(|(zh, en)| choose(lang, zh, en)).join(" | ");
        let _ = writeln!(out, "\n| {heads} |\n|{}", "---|".repeat(HEADS.len()));
        for row in rows(table, lang) {
            let _ = writeln!(out, "| {} |", row.map(|text| cell(&text)).join(" | "));
        }
    }
    out
}

/// The dictionary as one HTML file in both languages; `lang` is shown first.
pub(super) fn html(inspected: &Inspected, lang: Lang) -> String {
    let first = choose(lang, "zh", "en");
    let mut out =
        format!("<!doctype html>\n<html lang=\"{first}\">\n<meta charset=\"utf-8\">\n{HEAD}");
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
        out.push_str("</main>\n");
    }
    out.push_str("</html>\n");
    out
}

fn html_table(table: &TableReport, lang: Lang, out: &mut String) {
    let _ = writeln!(out, "<section><h2>{}</h2><ul>", escaped(&table.name));
    for say in says(table) {
        let _ = writeln!(out, "<li>{}</li>", escaped(say.in_lang(lang)));
    }
    out.push_str("</ul><div class=\"wide\"><table><thead><tr>");
    for (zh, en) in HEADS {
        let _ = write!(out, "<th>{}</th>", choose(lang, zh, en));
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in rows(table, lang) {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escaped(&cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div></section>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HEAD: &str = "<meta name=\"viewport\" content=\"width=device-width\">
<title>weir: data dictionary / 数据字典</title>
<style>
body { font: 15px/1.5 system-ui, 'Noto Sans CJK SC', sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: #1c2733 }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2rem; overflow-wrap: anywhere }
ul { padding-left: 1.2rem } .wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d8dee6 }
th { background: #eef2f6; white-space: nowrap } td:first-child { font-weight: 600; overflow-wrap: anywhere }
td:last-child { color: #51606e; font-size: .87em; min-width: 18rem }
main { display: none } #zh:checked ~ main.zh, #en:checked ~ main.en { display: block }
label { margin-right: 1rem }
@media print { label, input { display: none } }
</style>
";
