//! What a file of free text holds, counted.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::GB18030;

use super::{Kind, Span, TextScanner};

/// What a text holds: counts and lines, never what stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextReport {
    /// Bytes read.
    pub bytes: u64,
    /// Lines, the last one counted if anything stands in it.
    pub lines: u64,
    /// Lines with at least one span.
    pub lines_with_findings: u64,
    /// Lines that were read as GB 18030, because they are not UTF-8.
    pub lines_gb18030: u64,
    /// Lines that are neither; what could not be read in them was passed over.
    pub lines_undecoded: u64,
    /// What was found, in the order of [`Kind::ALL`]; kinds that do not occur are left out.
    pub kinds: Vec<KindCount>,
}

/// How often one kind occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct KindCount {
    /// The kind.
    pub kind: Kind,
    /// Spans of it.
    pub spans: u64,
    /// Lines with at least one.
    pub lines: u64,
    /// Mean confidence of the spans, 0 to 1.
    pub confidence: f64,
    /// Where the first ones stand, at most [`TextReport::PLACES`].
    pub places: Vec<LineRef>,
}

/// Where a span stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRef {
    /// The line, from 1.
    pub line: u64,
    /// The byte of the line at which it begins, from 1. In lines that are not UTF-8 it counts the
    /// bytes of the decoded text.
    pub column: u64,
}

impl TextReport {
    /// Places that are kept of each kind.
    pub const PLACES: usize = 20;

    /// The count of a kind.
    pub fn kind(&self, kind: Kind) -> Option<&KindCount> {
        self.kinds.iter().find(|count| count.kind == kind)
    }
}

/// Reads a text to its end and counts what it holds, in memory of two windows of
/// 512 KiB, however long the lines are. The report does not depend on how the reader cuts the
/// bytes, nor, for what is shorter than 8 KiB with its labels, on where windows end.
///
/// The text is UTF-8; lines that are not are read as GB 18030 or, where they are not that either,
/// with replacement characters. Windows end at line ends, and 8 KiB on both sides of an end are
/// read by both windows: a label on one line and its number on the next are found, and a key of
/// many lines. In a line longer than a window the end may lie anywhere, and what is found near it
/// then depends on those 8 KiB alone.
///
/// # Errors
///
/// What the reader reports.
pub fn inspect_reader(reader: impl Read) -> std::io::Result<TextReport> {
    Windows { size: 512 << 10, overlap: 8 << 10 }.inspect(reader)
}

/// How a text is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    /// Bytes of a window.
    pub(super) size: usize,
    /// Bytes on either side of a cut that both windows read; a fourth of the size at most.
    pub(super) overlap: usize,
}

impl Windows {
    pub(super) fn inspect(self, mut reader: impl Read) -> std::io::Result<TextReport> {
        let scanner = TextScanner::new();
        let mut counter = Counter::default();
        let mut window: Vec<u8> = Vec::with_capacity(self.size);
        let mut spans = Vec::new();
        // Bytes at the beginning of the window that are there for their context alone.
        let mut seen = 0;
        loop {
            let before = window.len();
            let wanted = self.size.max(before + self.size / 2);
            reader.by_ref().take((wanted - before) as u64).read_to_end(&mut window)?;
            let last = window.len() < wanted;
            counter.report.bytes += (window.len() - before) as u64;
            // Up to which byte spans are counted, and from which the next window begins.
            let (counted, next) =
                if last { (window.len(), window.len()) } else { self.cut(&window, seen) };
            counter.window(&scanner, &window[..], seen..counted, &mut spans);
            if last {
                counter.finish(seen < window.len() || counter.open);
                return Ok(counter.into_report());
            }
            seen = counted - next;
            window.drain(..next);
        }
    }

    /// Where a full window is cut: behind the last line that leaves the overlap to be seen, or
    /// within a long line so that what lies across the cut is seen whole by the next window.
    fn cut(self, window: &[u8], seen: usize) -> (usize, usize) {
        let boundary = |mut at: usize| {
            // A character has four bytes at most; what goes on for longer is no UTF-8.
            let least = at.saturating_sub(3);
            while at > least && window[at] & 0xC0 == 0x80 {
                at -= 1;
            }
            at
        };
        let line_end = |to: usize| memchr::memrchr(b'\n', &window[..to]).map(|end| end + 1);
        let most = window.len() - self.overlap;
        let counted = line_end(most).filter(|end| *end > seen).unwrap_or_else(|| boundary(most));
        let from = counted.saturating_sub(self.overlap);
        let line = line_end(from).filter(|start| counted - start <= 2 * self.overlap);
        let start_of_all = from == 0;
        (counted, line.unwrap_or_else(|| if start_of_all { 0 } else { boundary(from) }))
    }
}

#[derive(Default)]
struct Counter {
    report: TextReport,
    counts: Vec<Option<Count>>,
    /// Lines ended so far.
    line: u64,
    /// Bytes of the line under way that lie in windows before.
    line_bytes: u64,
    /// Whether anything stands in the line under way.
    open: bool,
    /// The line of the last span, from 1.
    found_in: u64,
    /// The last line that was not UTF-8, from 1.
    broken: u64,
}

#[derive(Clone, Default)]
struct Count {
    spans: u64,
    lines: u64,
    confidence: f64,
    last_line: u64,
    places: Vec<LineRef>,
}

impl Counter {
    /// Counts what begins in a part of a window.
    fn window(
        &mut self,
        scanner: &TextScanner,
        window: &[u8],
        part: std::ops::Range<usize>,
        spans: &mut Vec<Span>,
    ) {
        // A window ends where the reader was stopped, perhaps within a character.
        let text = match std::str::from_utf8(window) {
            Ok(text) => Some(text),
            Err(error) if error.error_len().is_none() && error.valid_up_to() >= part.end => {
                std::str::from_utf8(&window[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        if let Some(text) = text {
            scanner.spans_into(text, spans);
            self.count(text, spans, part);
            return;
        }
        // Cold: lines with bytes that are not UTF-8. Decoding moves places, so the text is put
        // together line by line, each in its own encoding.
        let mut text = String::with_capacity(window.len());
        let mut places = [0; 2];
        let mut line = self.line;
        let parts = [&window[..part.start], &window[part.clone()], &window[part.end..]];
        for (place, bytes) in parts.into_iter().enumerate() {
            if let Some(start) = place.checked_sub(1) {
                places[start] = text.len();
            }
            for bytes in bytes.split_inclusive(|byte| *byte == b'\n') {
                let (decoded, encoding) = decode(bytes);
                text.push_str(&decoded);
                if place == 1 {
                    self.note_encoding(line, encoding);
                    line += u64::from(bytes.ends_with(b"\n"));
                }
            }
        }
        scanner.spans_into(&text, spans);
        self.count(&text, spans, places[0]..places[1]);
    }

    /// Counts a line that is not UTF-8, once.
    fn note_encoding(&mut self, line: u64, encoding: Encoding) {
        let first = self.broken != line + 1;
        if encoding != Encoding::Utf8 {
            self.broken = line + 1;
        }
        match encoding {
            Encoding::Utf8 => {}
            Encoding::Gb18030 => self.report.lines_gb18030 += u64::from(first),
            Encoding::Neither => self.report.lines_undecoded += u64::from(first),
        }
    }

    fn count(&mut self, text: &str, spans: &[Span], part: std::ops::Range<usize>) {
        let bytes = text.as_bytes();
        let mut at = part.start;
        let mut line_start = part.start;
        for span in spans.iter().filter(|span| part.contains(&span.range.start)) {
            for end in memchr::memchr_iter(b'\n', &bytes[at..span.range.start]) {
                self.line += 1;
                line_start = at + end + 1;
                self.line_bytes = 0;
            }
            at = span.range.start;
            self.note(span, self.line_bytes + (span.range.start - line_start) as u64 + 1);
        }
        for end in memchr::memchr_iter(b'\n', &bytes[at..part.end]) {
            self.line += 1;
            line_start = at + end + 1;
            self.line_bytes = 0;
        }
        self.line_bytes += (part.end - line_start) as u64;
        self.open = self.line_bytes > 0;
    }

    fn note(&mut self, span: &Span, column: u64) {
        self.counts.resize(Kind::ALL.len(), None);
        let line = self.line + 1;
        let count = self.counts[span.kind as usize].get_or_insert_default();
        count.spans += 1;
        count.confidence += f64::from(span.confidence);
        if count.last_line != line {
            count.last_line = line;
            count.lines += 1;
        }
        if count.places.len() < TextReport::PLACES {
            count.places.push(LineRef { line, column });
        }
        if self.found_in != line {
            self.found_in = line;
            self.report.lines_with_findings += 1;
        }
    }

    fn finish(&mut self, open: bool) {
        self.report.lines = self.line + u64::from(open && self.open);
    }

    fn into_report(self) -> TextReport {
        let mut report = self.report;
        let counts = Kind::ALL.iter().zip(self.counts);
        report.kinds = counts
            .filter_map(|(kind, count)| {
                let count = count?;
                Some(KindCount {
                    kind: *kind,
                    spans: count.spans,
                    lines: count.lines,
                    confidence: count.confidence / count.spans as f64,
                    places: count.places,
                })
            })
            .collect();
        report
    }
}

/// What a line is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Gb18030,
    Neither,
}

/// A line in UTF-8 or GB 18030, or with replacement characters for what is neither.
fn decode(line: &[u8]) -> (Cow<'_, str>, Encoding) {
    if let Ok(text) = std::str::from_utf8(line) {
        return (Cow::Borrowed(text), Encoding::Utf8);
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(line) {
        Some(text) => (text, Encoding::Gb18030),
        None => (String::from_utf8_lossy(line), Encoding::Neither),
    }
}
