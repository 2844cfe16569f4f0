//! From the events of a Markdown parser to the body of a document.

use std::fmt::Write as _;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::text::{Look, longest_word, run, width};

/// Width of the text on the page in twentieths of a point: A4 less the margins of `document.xml`.
const TEXT_WIDTH: usize = 9_070;

/// Levels of a list that `w:ilvl` knows, less one.
const DEEPEST: usize = 8;

/// The number of the bullet list in `numbering.xml`; numbered lists follow.
const BULLETS: usize = 1;

/// The body under construction.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Finished blocks.
    pub(super) xml: String,
    /// Runs of the block that is open.
    runs: String,
    /// Columns of the text in `runs`.
    columns: usize,
    /// Columns of its longest word, which should not be broken.
    word: usize,
    bold: usize,
    italic: usize,
    quotes: usize,
    heading: Option<HeadingLevel>,
    lists: Vec<List>,
    /// First numbers of the numbered lists so far.
    starts: Vec<u64>,
    table: Option<Table>,
    code_block: bool,
}

#[derive(Debug)]
struct List {
    /// Its number in `numbering.xml`.
    number: usize,
    /// Whether the next paragraph begins an item.
    at_item: bool,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
struct Cell {
    runs: String,
    columns: usize,
    word: usize,
}

impl Body {
    /// The body of a text. There is no text that fails.
    pub(super) fn read(markdown: &str) -> Self {
        let mut body = Self::default();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            body.take(event);
        }
        body.end_block();
        body
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code_block => self.code_lines(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text(&text, false);
            }
            Event::Code(text) => self.text(&text, true),
            Event::SoftBreak => self.text(" ", false),
            Event::HardBreak => self.runs.push_str("<w:r><w:br/></w:r>"),
            Event::Rule => self.xml.push_str(RULE),
            // Extensions that are switched off.
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_block();
                self.heading = Some(*level);
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.quotes += 1;
            }
            Tag::CodeBlock(_) => {
                self.end_block();
                self.code_block = true;
            }
            Tag::List(start) => {
                self.end_block();
                let number = match start {
                    None => BULLETS,
                    Some(start) => {
                        self.starts.push(*start);
                        BULLETS + self.starts.len()
                    }
                };
                self.lists.push(List { number, at_item: false });
            }
            Tag::Item => {
                if let Some(list) = self.lists.last_mut() {
                    list.at_item = true;
                }
            }
            Tag::Table(_) => {
                self.end_block();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock => self.end_block(),
            TagEnd::Heading(_) => {
                self.end_block();
                self.heading = None;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock => self.code_block = false,
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let runs = std::mem::take(&mut self.runs);
                let cell = Cell { runs, columns: self.columns, word: self.word };
                (self.columns, self.word) = (0, 0);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    table.write(&mut self.xml);
                }
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, code: bool) {
        let head = self.table.as_ref().is_some_and(|table| table.rows.len() == 1);
        let look = Look { bold: self.bold > 0 || head, italic: self.italic > 0, code };
        self.columns += width(text);
        self.word = self.word.max(longest_word(text));
        run(&mut self.runs, text, look);
    }

    /// Each line of a code block is a paragraph.
    fn code_lines(&mut self, text: &str) {
        for line in text.lines() {
            self.text(line, true);
            self.end_block();
        }
    }

    /// Writes the open paragraph, if there is one.
    fn end_block(&mut self) {
        (self.columns, self.word) = (0, 0);
        if self.runs.is_empty() {
            return;
        }
        let runs = std::mem::take(&mut self.runs);
        let properties = self.properties();
        let _ = write!(self.xml, "<w:p>{properties}{runs}</w:p>");
    }

    fn properties(&mut self) -> String {
        let style = match self.heading {
            Some(HeadingLevel::H1) => "Title",
            Some(HeadingLevel::H2) => "Heading1",
            Some(HeadingLevel::H3) => "Heading2",
            Some(HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6) => "Heading3",
            None if self.quotes > 0 => "Quote",
            None if !self.lists.is_empty() => "ListParagraph",
            None => "Normal",
        };
        let mut out = format!("<w:pPr><w:pStyle w:val=\"{style}\"/>");
        let level = self.lists.len().saturating_sub(1).min(DEEPEST);
        if let Some(list) = self.lists.last_mut() {
            if std::mem::take(&mut list.at_item) {
                let number = list.number;
                let _ = write!(
                    out,
                    "<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{number}\"/></w:numPr>"
                );
            } else {
                // A further paragraph of the item stands under its first one.
                let _ = write!(out, "<w:ind w:left=\"{}\"/>", 420 * (level + 1));
            }
        }
        out.push_str("</w:pPr>");
        out
    }

    /// The part `numbering.xml`: bullets, and one counter for each numbered list.
    pub(super) fn numbering(&self) -> String {
        let mut lists = String::new();
        for (at, start) in self.starts.iter().enumerate() {
            // `w:startOverride` holds a decimal number of 32 bits.
            let start = i32::try_from(*start).unwrap_or(i32::MAX);
            let number = BULLETS + 1 + at;
            let _ = write!(lists, "<w:num w:numId=\"{number}\"><w:abstractNumId w:val=\"1\"/>");
            for level in 0..=DEEPEST {
                let _ = write!(
                    lists,
                    "<w:lvlOverride w:ilvl=\"{level}\"><w:startOverride w:val=\"{start}\"/>\
                     </w:lvlOverride>"
                );
            }
            lists.push_str("</w:num>");
        }
        NUMBERING.replace("{lists}", &lists)
    }
}

impl Table {
    fn write(&self, out: &mut String) {
        let widths = self.widths();
        out.push_str(TABLE);
        for width in &widths {
            let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
        }
        out.push_str("</w:tblGrid>");
        for (at, row) in self.rows.iter().enumerate() {
            out.push_str("<w:tr><w:trPr><w:cantSplit/>");
            if at == 0 {
                out.push_str("<w:tblHeader/>");
            }
            out.push_str("</w:trPr>");
            for (cell, width) in row.iter().zip(&widths) {
                let shade = if at == 0 { HEAD_SHADE } else { "" };
                let _ = write!(
                    out,
                    "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}</w:tcPr><w:p>\
                     <w:pPr><w:pStyle w:val=\"TableText\"/></w:pPr>{}</w:p></w:tc>",
                    cell.runs
                );
            }
            out.push_str("</w:tr>");
        }
        // Word joins two tables without a paragraph between them.
        out.push_str("</w:tbl><w:p><w:pPr><w:pStyle w:val=\"TableText\"/></w:pPr></w:p>");
    }

    /// Widths of the columns in twentieths of a point: room for the longest word of each, if the page
    /// has it, and the rest by what their longest cell takes.
    fn widths(&self) -> Vec<usize> {
        let n_columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let most = |at: usize, of: fn(&Cell) -> usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(of).max().unwrap_or(0)
        };
        let shares: Vec<usize> =
            (0..n_columns).map(|at| most(at, |cell| cell.columns).clamp(8, 60)).collect();
        let mut least: Vec<usize> =
            (0..n_columns).map(|at| CELL_MARGINS + COLUMN * most(at, |cell| cell.word)).collect();
        if least.iter().sum::<usize>() > TEXT_WIDTH {
            least = vec![0; n_columns];
        }
        let rest = TEXT_WIDTH - least.iter().sum::<usize>();
        let total = shares.iter().sum::<usize>().max(1);
        least.iter().zip(shares).map(|(least, share)| least + rest * share / total).collect()
    }
}

/// Left and right margin of a cell, in twentieths of a point, as `styles.xml` has them.
const CELL_MARGINS: usize = 216;

/// About what one of the columns of [`width`] takes at the size of a table's text.
const COLUMN: usize = 110;

const NUMBERING: &str = include_str!("../../parts/numbering.xml");

const HEAD_SHADE: &str = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EDEDED\"/>";

const TABLE: &str = "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/>\
                     <w:tblW w:w=\"9070\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
                     <w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" \
                     w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/>\
                     </w:tblPr><w:tblGrid>";

const RULE: &str = "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:pBdr><w:bottom w:val=\"single\" \
                    w:sz=\"6\" w:space=\"1\" w:color=\"808080\"/></w:pBdr></w:pPr></w:p>";
