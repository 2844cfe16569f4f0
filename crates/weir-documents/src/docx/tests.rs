use std::io::Read as _;

use proptest::prelude::*;
use quick_xml::events::Event;

use super::*;

const ABOUT: About<'_> =
    About { title: "T <&>", foot: "{title} F", lang: Lang::Zh, day: "2026-11-25" };

fn parts(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// The text of a document, a line for each paragraph.
fn text_of(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut out, mut in_text) = (String::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => in_text = tag.name().as_ref() == "w:t",
            Event::End(tag) => {
                in_text = false;
                if tag.name().as_ref() == "w:p" {
                    out.push('\n');
                }
            }
            Event::Text(text) if in_text => out.push_str(&text),
            Event::GeneralRef(name) if in_text => {
                out.push_str(match name.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    other => panic!("{other:?}"),
                });
            }
            Event::Eof => return out,
            _ => {}
        }
    }
}

fn document(markdown: &str) -> String {
    let parts = parts(docx(markdown, &ABOUT).unwrap());
    parts.into_iter().find(|(name, _)| name == "word/document.xml").unwrap().1
}

#[test]
fn blocks_keep_their_kind() {
    let xml = document(
        "# 标题\n\n## H\n\ntext **bold** *soft* `code`\n\n- a\n  1. b\n\n     more\n- c\n\n3. d\n\n> q\n\n---\n\n```\nx\ny\n```\n",
    );
    let text = "标题\nH\ntext bold soft code\na\nb\nmore\nc\nd\nq\n\nx\ny\n";
    assert_eq!(text_of(&xml), text);
    for part in [
        "<w:pStyle w:val=\"Title\"/>",
        "<w:pStyle w:val=\"Heading1\"/>",
        "<w:b/><w:bCs/></w:rPr><w:t xml:space=\"preserve\">bold<",
        "<w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/>",
        "<w:ilvl w:val=\"1\"/><w:numId w:val=\"2\"/>",
        "<w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/>",
        "<w:pStyle w:val=\"Quote\"/>",
        "<w:ind w:left=\"840\"/>",
    ] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
}

#[test]
fn a_table_keeps_its_cells() {
    let xml = document("| a | b |\n|---|---|\n| 一\\|二 | **x** |\n| only |\n");
    assert_eq!(text_of(&xml), "a\nb\n一|二\nx\nonly\n\n\n");
    assert_eq!(xml.matches("<w:tr>").count(), 3);
    assert_eq!(xml.matches("<w:tc>").count(), 6);
    assert_eq!(xml.matches("<w:tblHeader/>").count(), 1);
}

/// A word of a narrow column is not broken; a table without room for its words still fits the page.
#[test]
fn columns_have_room_for_their_words() {
    let widths = |markdown: &str| -> Vec<usize> {
        let xml = document(markdown);
        let found = xml.split("<w:gridCol w:w=\"").skip(1);
        found.map(|part| part.split('"').next().unwrap().parse().unwrap()).collect()
    };
    let text = "一二三四五六七八九十".repeat(9);
    let found = widths(&format!("| a | b |\n|---|---|\n| NDSMR-31-assess | {text} |\n"));
    assert!(found[0] > 15 * 110 && found[1] > found[0], "{found:?}");
    let long = "x".repeat(200);
    let found = widths(&format!("| a | b |\n|---|---|\n| {long} | {long} |\n"));
    assert!(found.iter().sum::<usize>() <= 9_070 && found[0] == found[1], "{found:?}");
}

#[test]
fn each_numbered_list_counts_for_itself() {
    let parts = parts(docx("1. a\n\nx\n\n7. b\n", &ABOUT).unwrap());
    let (_, numbering) = parts.iter().find(|(name, _)| name == "word/numbering.xml").unwrap();
    assert_eq!(numbering.matches("<w:num w:numId").count(), 3);
    assert!(numbering.contains("<w:startOverride w:val=\"7\"/>"));
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let text = "# a\n\n- b\n";
    assert_eq!(docx(text, &ABOUT).unwrap(), docx(text, &ABOUT).unwrap());
    let parts = parts(docx(text, &ABOUT).unwrap());
    let of = |name: &str| parts.iter().find(|(part, _)| part == name).unwrap().1.clone();
    assert!(of("docProps/core.xml").contains("T &lt;&amp;&gt;"));
    assert!(of("word/footer1.xml").contains(">{title} F　第 <"));
    assert!(of("word/styles.xml").contains("w:eastAsia=\"SimSun\""));
}

proptest! {
    /// Any text becomes parts that are XML.
    #[test]
    fn any_markdown_becomes_xml(text in "(\\PC|[#*>|\\-`\\[\\]()!<&\n\t \u{0}]){0,120}") {
        for (_, xml) in parts(docx(&text, &ABOUT).unwrap()) {
            let mut reader = quick_xml::Reader::from_str(&xml);
            loop {
                if reader.read_event().unwrap() == Event::Eof {
                    break;
                }
            }
        }
    }
}
