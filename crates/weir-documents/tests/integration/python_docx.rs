//! python-docx, which nobody here wrote, reads the Word documents that are written.
//!
//! It is left out, with a message, where Python or python-docx is missing, and fails then with
//! `WEIR_REQUIRE_PEERS` set, as in continuous integration. `WEIR_PYTHON_DOCX` names a folder with the
//! Python packages.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};
use weir_documents::{About, Document, docx};
use weir_law::Route;
use weir_types::Lang;

use crate::support::{DAY, Desk, LANGS, example};

/// Runs a Python program with python-docx; none where there is no Python.
fn python(arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("python3");
    if let Some(folder) = std::env::var_os("WEIR_PYTHON_DOCX") {
        command.env("PYTHONPATH", folder);
    }
    command.args(arguments).output().ok()
}

#[expect(clippy::print_stderr, reason = "what a test leaves out must be seen")]
fn is_there() -> bool {
    let found = python(&["-c", "import docx"]).is_some_and(|ran| ran.status.success());
    if !found {
        assert!(std::env::var_os("WEIR_REQUIRE_PEERS").is_none(), "python-docx is required");
        eprintln!("left out: python3 cannot import docx");
    }
    found
}

/// What python-docx reads of files with these bytes.
fn read(files: &[Vec<u8>]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integration/measure_docx.py");
    let mut arguments = vec![program.into_os_string().into_string().unwrap()];
    for (at, bytes) in files.iter().enumerate() {
        let path = folder.path().join(format!("{at}.docx"));
        fs::write(&path, bytes).unwrap();
        arguments.push(path.into_os_string().into_string().unwrap());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = python(&arguments).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn paragraph(style: &str, text: &str, bold: bool, numbered: bool) -> Value {
    json!({ "style": style, "text": text, "bold": bold, "numbered": numbered })
}

/// The blocks of a Markdown text in the form of `measure_docx.py`, found without the crate's writer.
fn expected(markdown: &str) -> Vec<Value> {
    let (mut blocks, mut text) = (Vec::new(), String::new());
    let (mut style, mut bold, mut numbered) = ("Normal", false, false);
    let (mut quoted, mut lists) = (false, 0_usize);
    let mut table: Vec<Vec<String>> = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::Start(Tag::Strong) => bold = true,
            Event::Start(Tag::BlockQuote(_)) => quoted = true,
            Event::End(TagEnd::BlockQuote(_)) => quoted = false,
            Event::Start(Tag::List(_)) => lists += 1,
            Event::End(TagEnd::List(_)) => lists -= 1,
            Event::Start(Tag::Item) => numbered = true,
            Event::Start(Tag::Heading { level, .. }) => {
                style = if level == HeadingLevel::H1 { "Title" } else { "Heading 1" };
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => table.push(Vec::new()),
            Event::End(TagEnd::TableCell) => {
                table.last_mut().unwrap().push(std::mem::take(&mut text));
            }
            Event::End(TagEnd::Table) => {
                blocks.push(json!({ "table": std::mem::take(&mut table) }));
                blocks.push(paragraph("Table Text", "", false, false));
            }
            Event::Rule => blocks.push(paragraph("Normal", "", false, false)),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item)
                if !text.is_empty() =>
            {
                let shown = match (quoted, lists) {
                    (true, _) => "Quote",
                    (false, 0) => style,
                    (false, _) => "List Paragraph",
                };
                blocks.push(paragraph(shown, &std::mem::take(&mut text), bold, numbered));
                (style, bold, numbered) = ("Normal", false, false);
            }
            _ => {}
        }
    }
    blocks
}

fn compare(document: &Document, found: &Value) {
    let expected = expected(&document.markdown);
    let blocks = found["blocks"].as_array().unwrap();
    for (at, (found, expected)) in blocks.iter().zip(&expected).enumerate() {
        assert_eq!(found, expected, "block {at} of {}", document.name);
    }
    assert_eq!(blocks.len(), expected.len(), "{}", document.name);
    assert_eq!(found["title"], document.title.as_str());
    assert!(found["created"].as_str().unwrap().starts_with(DAY));
    assert_eq!(found["east_asia"], "SimSun");
    assert_eq!(found["fields"], json!([" PAGE ", " NUMPAGES "]));
}

#[test]
fn python_docx_reads_the_text_and_tables_of_every_document() {
    if !is_there() {
        return;
    }
    let mut documents = Vec::new();
    for (name, route) in [("claims", Route::AsIs), ("residents", Route::Anonymised)] {
        let desk = Desk::new(example(name), route);
        documents.extend(LANGS.into_iter().flat_map(|lang| desk.all(lang)));
    }
    let files: Vec<Vec<u8>> = documents.iter().map(|document| document.docx().unwrap()).collect();
    let found = read(&files);
    assert_eq!((documents.len(), found.len()), (28, 28));
    for (document, found) in documents.iter().zip(&found) {
        assert!(document.markdown.contains("\n|---"), "a table to compare");
        compare(document, found);
    }
}

/// Texts that try to break out, as python-docx sees them.
#[test]
fn python_docx_reads_hostile_text_as_it_is() {
    if !is_there() {
        return;
    }
    let about = About { title: "<b>&\u{1}", foot: "]]>", lang: Lang::En, day: DAY };
    let bytes = docx("a \\</w:t\\>\u{b}\u{ffff} \\&amp; b\n", &about).unwrap();
    let found = &read(&[bytes])[0];
    assert_eq!(found["blocks"][0]["text"], "a </w:t> &amp; b");
    assert_eq!(found["title"], "<b>&");
    assert!(found["footer"].as_str().unwrap().starts_with("]]>"));
}
