//! Text files: decoding, cutting at record ends, splitting into fields.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use sha2::{Digest, Sha256 as Hasher};
use weir_types::Sha256;
use weir_types::request::{Delimiter, Encoding};

use crate::encoding::{Mended, Mender, decode, decoder, line_of, utf8_line};
use crate::error::{Problem, TableError};
use crate::record_ends::{last_record_end, n_rows};
use crate::source::Reading;

/// How a text file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextFormat {
    pub(crate) encoding: Encoding,
    pub(crate) delimiter: Delimiter,
    /// What the encoding is known by.
    pub(crate) known_by: KnownBy,
}

/// What the encoding of a text is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KnownBy {
    /// The request states it.
    Statement,
    /// The beginning of the file.
    Beginning,
    /// Nothing: the beginning of the file is ASCII, and is read as UTF-8.
    Nothing,
}

impl TextFormat {
    /// What reads each line in the encoding that it fits, where line breaks can be told apart
    /// before decoding.
    pub(crate) fn mender(self) -> Option<Mender> {
        let by_line = matches!(self.encoding, Encoding::Utf8 | Encoding::Gb18030);
        let known = Some(self.encoding).filter(|_| self.known_by != KnownBy::Nothing);
        by_line.then(|| Mender::new(known))
    }
}

/// The fields of many rows, as places in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    buffer: String,
    /// Row after row; `n_columns` places a row.
    spans: Vec<(u32, u32)>,
    n_columns: usize,
}

impl Fields {
    /// Fields from rows of cells, for sources that are no text.
    pub(crate) fn from_rows(n_columns: usize, rows: impl Iterator<Item = Vec<String>>) -> Self {
        let mut fields = Self::empty(n_columns);
        for row in rows {
            row.iter().for_each(|cell| fields.push(cell));
        }
        fields
    }

    /// No rows yet.
    pub(crate) fn empty(n_columns: usize) -> Self {
        Self { n_columns, ..Self::default() }
    }

    /// Adds the next cell.
    pub(crate) fn push(&mut self, cell: &str) {
        let start = self.here();
        self.buffer.push_str(cell);
        self.spans.push((start, self.here()));
    }

    fn here(&self) -> u32 {
        u32::try_from(self.buffer.len()).expect("a chunk is far below 4 GiB")
    }

    /// The text that the fields lie in.
    pub(crate) fn text(&self) -> &[u8] {
        self.buffer.as_bytes()
    }

    /// Where the cells of some rows lie in the text: one row after the other.
    pub(crate) fn places(&self, rows: Range<usize>) -> &[(u32, u32)] {
        &self.spans[rows.start * self.n_columns..rows.end * self.n_columns]
    }

    /// A copy of some rows, written over fields that are done with.
    pub(crate) fn slice(&self, rows: Range<usize>, over: Self) -> Self {
        let places = self.places(rows);
        let from = places.first().map_or(0, |(start, _)| *start);
        let to = places.last().map_or(from, |(_, end)| *end);
        let Self { mut buffer, mut spans, .. } = over;
        buffer.clear();
        buffer.push_str(&self.buffer[from as usize..to as usize]);
        spans.clear();
        spans.extend(places.iter().map(|(start, end)| (start - from, end - from)));
        Self { buffer, spans, n_columns: self.n_columns }
    }

    /// What can be used again for other fields: the text and the places.
    pub(crate) fn into_parts(self) -> (String, Vec<(u32, u32)>) {
        (self.buffer, self.spans)
    }

    pub(crate) fn rows(&self) -> usize {
        self.spans.len() / self.n_columns.max(1)
    }

    pub(crate) fn columns(&self) -> usize {
        self.n_columns
    }

    /// The cells of a column, top to bottom.
    pub(crate) fn column(&self, column: usize) -> impl Iterator<Item = &str> + '_ {
        self.cells(column, 0..self.rows())
    }

    /// The cells of a column in some rows.
    pub(crate) fn cells(
        &self,
        column: usize,
        rows: Range<usize>,
    ) -> impl Iterator<Item = &str> + '_ {
        let places = self.places(rows).iter().skip(column).step_by(self.n_columns);
        places.map(|(start, end)| &self.buffer[*start as usize..*end as usize])
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> &str {
        let (start, end) = self.spans[row * self.n_columns + column];
        &self.buffer[start as usize..end as usize]
    }
}

/// Where a row does not have as many fields as the header: the row within the chunk, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ragged {
    pub(crate) row: usize,
    pub(crate) found: usize,
}

/// Splits whole records into fields. Empty lines are skipped.
pub(crate) fn split(text: String, delimiter: u8, n_columns: usize) -> Result<Fields, Ragged> {
    split_into(text, delimiter, n_columns, Vec::new())
}

/// As [`split`]; the places of the fields are written over those of earlier ones.
pub(crate) fn split_into(
    text: String,
    delimiter: u8,
    n_columns: usize,
    mut spans: Vec<(u32, u32)>,
) -> Result<Fields, Ragged> {
    spans.clear();
    if memchr::memchr(b'"', text.as_bytes()).is_some() {
        split_quoted(&text, delimiter, n_columns, spans)
    } else {
        split_plain(text, delimiter, n_columns, spans)
    }
}

fn split_plain(
    text: String,
    delimiter: u8,
    n_columns: usize,
    mut spans: Vec<(u32, u32)>,
) -> Result<Fields, Ragged> {
    spans.reserve(text.len() / 4);
    let bytes = text.as_bytes();
    let len = u32::try_from(bytes.len()).expect("a chunk is far below 4 GiB");
    let (mut start, mut first, mut row) = (0_u32, 0_usize, 0_usize);
    let mut end_row = |spans: &mut Vec<(u32, u32)>, start: u32, newline: u32| {
        let cr = newline > start && bytes[newline as usize - 1] == b'\r';
        let end = newline - u32::from(cr);
        if spans.len() == first && end == start {
            return Ok(());
        }
        spans.push((start, end));
        let found = spans.len() - first;
        if found != n_columns {
            return Err(Ragged { row, found });
        }
        first = spans.len();
        row += 1;
        Ok(())
    };
    for_each_of(bytes, delimiter, b'\n', |at, is_delimiter| {
        if is_delimiter {
            spans.push((start, at));
        } else {
            end_row(&mut spans, start, at)?;
        }
        start = at + 1;
        Ok(())
    })?;
    if start < len || !bytes.is_empty() && bytes[bytes.len() - 1] != b'\n' {
        end_row(&mut spans, start, len)?;
    }
    Ok(Fields { buffer: text, spans, n_columns })
}

/// Calls `f` with the place of each byte that is `a` or `b`, and whether it is `a`; eight bytes
/// at a time, because fields are mostly shorter than what a search for the next one costs.
fn for_each_of<E>(
    bytes: &[u8],
    a: u8,
    b: u8,
    mut f: impl FnMut(u32, bool) -> Result<(), E>,
) -> Result<(), E> {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The high bit of each byte that is zero, and of no other (Warren, Hacker's Delight, 6-1).
    let zeros = |word: u64| !(((word & LOW) + LOW) | word | LOW);
    let (all_a, all_b) = (u64::from_ne_bytes([a; 8]), u64::from_ne_bytes([b; 8]));
    let (words, rest) = bytes.as_chunks::<8>();
    let mut at = 0_u32;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let is_a = zeros(word ^ all_a);
        let mut hits = is_a | zeros(word ^ all_b);
        while hits != 0 {
            let bit = hits.trailing_zeros();
            f(at + bit / 8, is_a >> bit & 1 == 1)?;
            hits &= hits - 1;
        }
        at += 8;
    }
    for byte in rest {
        if *byte == a || *byte == b {
            f(at, *byte == a)?;
        }
        at += 1;
    }
    Ok(())
}

fn split_quoted(
    text: &str,
    delimiter: u8,
    n_columns: usize,
    mut spans: Vec<(u32, u32)>,
) -> Result<Fields, Ragged> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let mut input = text.as_bytes();
    // Unescaping never lengthens.
    let mut output = vec![0; text.len() + 1];
    let mut ends = vec![0; n_columns + 1];
    let (mut written, mut filled) = (0, 0);
    let mut row = 0;
    let mut found = 0;
    loop {
        let (result, read, wrote, ended) =
            reader.read_record(input, &mut output[written..], &mut ends[filled..]);
        input = &input[read..];
        written += wrote;
        filled += ended;
        match result {
            // An empty input tells the reader that this is the end.
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::OutputFull => {
                output.resize(output.len() * 2, 0);
            }
            csv_core::ReadRecordResult::OutputEndsFull => {
                // More fields than columns: count on, keeping none.
                found += filled;
                filled = 0;
            }
            csv_core::ReadRecordResult::Record => {
                found += filled;
                if found != n_columns {
                    return Err(Ragged { row, found });
                }
                push_record(&mut spans, &ends[..n_columns], written);
                row += 1;
                (filled, found) = (0, 0);
            }
            csv_core::ReadRecordResult::End => break,
        }
    }
    output.truncate(written);
    // Fields of valid UTF-8, cut at ASCII, are valid UTF-8.
    let buffer = String::from_utf8(output).expect("the input was UTF-8 and was cut at ASCII");
    Ok(Fields { buffer, spans, n_columns })
}

/// Ends are relative to the start of the record's output, which ends at `written`.
fn push_record(spans: &mut Vec<(u32, u32)>, ends: &[usize], written: usize) {
    let len = ends.last().copied().unwrap_or(0);
    let base = written - len;
    let mut start = base;
    for end in ends {
        let end = base + end;
        let place = |at: usize| u32::try_from(at).expect("a chunk is far below 4 GiB");
        spans.push((place(start), place(end)));
        start = end;
    }
}

/// A text file as a stream of decoded pieces that end where a record ends.
pub(crate) struct TextChunks<'a> {
    path: &'a Path,
    file: File,
    format: TextFormat,
    decoder: Option<encoding_rs::Decoder>,
    hasher: Option<Hasher>,
    /// Bytes in another encoding that are not decoded yet.
    raw: Vec<u8>,
    chunk_bytes: usize,
    memory_bytes: usize,
    /// Text behind the last record that was handed out.
    rest: Vec<u8>,
    /// Where the text that is not handed out yet begins in the file.
    offset: u64,
    begun: bool,
    /// Whether a piece was handed out, and the header with it.
    header_is_out: bool,
    ended: bool,
    /// What reads lines in another encoding, where these are read as well.
    mender: Option<Mender>,
}

impl<'a> TextChunks<'a> {
    pub(crate) fn open(
        path: &'a Path,
        format: TextFormat,
        reading: Reading,
        (chunk_bytes, memory_bytes): (usize, usize),
    ) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|e| TableError::read(path, e))?;
        let mender = format.mender().filter(|_| reading == Reading::Lenient);
        let decoder = if mender.is_some() { None } else { decoder(format.encoding) };
        Ok(Self {
            path,
            file,
            format,
            decoder,
            hasher: None,
            raw: Vec::new(),
            chunk_bytes,
            memory_bytes,
            rest: Vec::new(),
            offset: 0,
            begun: false,
            header_is_out: false,
            ended: false,
            mender,
        })
    }

    /// The lines that were in another encoding so far.
    pub(crate) fn mended(&self) -> Mended {
        let mended = |mender: &Mender| mender.mended(|byte| line_of(self.path, byte));
        self.mender.as_ref().map(mended).unwrap_or_default()
    }

    /// Also computes the digest of the file while reading.
    pub(crate) fn hashing(mut self) -> Self {
        self.hasher = Some(Hasher::new());
        self
    }

    /// The digest, once the stream has ended.
    pub(crate) fn digest(&mut self) -> Option<Sha256> {
        self.hasher.take().map(|hasher| Sha256(hasher.finalize().into()))
    }

    /// The next piece, or none at the end. The first piece begins with the header. It is written
    /// over `buffer`, the text of an earlier piece that is done with.
    pub(crate) fn next(&mut self, buffer: String) -> Result<Option<String>, TableError> {
        let mut text = buffer.into_bytes();
        let mut len = self.rest.len();
        // What an earlier piece wrote beyond is written over, so that nothing has to be zeroed.
        text.resize(text.len().max(len), 0);
        text[..len].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut target = self.chunk_bytes;
        let end = loop {
            while !self.ended && len < target {
                len = self.fill(&mut text, len, target)?;
            }
            if len == 0 {
                return Ok(None);
            }
            match last_record_end(&text[..len], self.format.delimiter.byte()) {
                (end, true) if self.ended => {
                    self.check(&text[..len])?;
                    let before = n_rows(&text[..end.unwrap_or(0)], self.format.delimiter.byte());
                    // The first piece begins with the header, which is no row.
                    let header = u64::from(!self.header_is_out);
                    return Err(TableError::Data {
                        path: self.path.to_owned(),
                        row: Some((before + 1).saturating_sub(header)),
                        column: None,
                        problem: Problem::OpenQuote,
                    });
                }
                _ if self.ended => break len,
                (Some(end), _) => break end,
                (None, _) if target > longest_row(self.memory_bytes) => {
                    self.check(&text[..len])?;
                    return Err(TableError::data(self.path, Problem::RowTooLong));
                }
                (None, _) => target *= 2,
            }
        };
        self.rest.extend_from_slice(&text[end..len]);
        text.truncate(end);
        let text = match &mut self.mender {
            Some(mender) => mender.text(text, self.offset),
            None => String::from_utf8(text)
                .map_err(|e| self.wrong_byte(e.utf8_error().valid_up_to()))?,
        };
        if self.decoder.is_none() {
            self.offset += end as u64;
        }
        self.header_is_out = true;
        Ok(Some(text))
    }

    /// Reads some more text to place `at`; where it ends now.
    fn fill(&mut self, text: &mut Vec<u8>, at: usize, to: usize) -> Result<usize, TableError> {
        let mut end = match self.decoder {
            None => self.read(text, at, to)?,
            Some(_) => {
                let decoded = self.decode()?;
                text.truncate(at);
                text.extend_from_slice(decoded.as_bytes());
                text.len()
            }
        };
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        if !std::mem::replace(&mut self.begun, true) && text[..end].starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len());
            end -= BYTE_ORDER_MARK.len();
            if self.decoder.is_none() {
                self.offset += BYTE_ORDER_MARK.len() as u64;
            }
        }
        Ok(end)
    }

    /// Reads bytes of the file to places `from .. to` of a buffer; where they end.
    fn read(&mut self, bytes: &mut Vec<u8>, from: usize, to: usize) -> Result<usize, TableError> {
        if bytes.len() < to {
            bytes.resize(to, 0);
        }
        let mut end = from;
        while end < to {
            match self.file.read(&mut bytes[end..to]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => end += read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(TableError::read(self.path, e)),
            }
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&bytes[from..end]);
        }
        Ok(end)
    }

    /// Reads and decodes some more bytes of a file that is not UTF-8.
    fn decode(&mut self) -> Result<String, TableError> {
        let mut raw = std::mem::take(&mut self.raw);
        let had = raw.len();
        let end = self.read(&mut raw, had, had + self.chunk_bytes.min(1 << 20))?;
        raw.truncate(end);
        let mut text = String::new();
        if let Some(decoder) = &mut self.decoder {
            let used = decode(decoder, &raw, self.ended, &mut text);
            let lines = whole_lines(&raw, self.offset == 0);
            let from = lines.start;
            let stated = self.format.known_by == KnownBy::Statement;
            let other = (self.format.encoding == Encoding::Gb18030)
                .then(|| utf8_line(&raw[lines], stated).map(|at| from + at))
                .flatten();
            let used = other.map_or(used, Err);
            let used = used.map_err(|at| self.wrong_byte(at))?;
            self.offset += used as u64;
            raw.drain(..used);
        }
        self.raw = raw;
        Ok(text)
    }

    /// Refuses what is no UTF-8, before another fault is reported that may only follow from it.
    fn check(&self, text: &[u8]) -> Result<(), TableError> {
        if self.mender.is_some() {
            return Ok(());
        }
        match std::str::from_utf8(text) {
            Err(e) if e.error_len().is_some() || self.ended => {
                Err(self.wrong_byte(e.valid_up_to()))
            }
            _ => Ok(()),
        }
    }

    fn wrong_byte(&self, at: usize) -> TableError {
        let byte = self.offset + at as u64;
        TableError::encoding(self.path, byte)
    }
}

/// Bytes of a text without the end of a record up to which it is looked for in twice as many: so
/// few that places in the text have 32 bits, also where each byte becomes a character of three.
fn longest_row(memory_bytes: usize) -> usize {
    (memory_bytes / 4).min(1 << 29)
}

/// The lines of a part of a text that are there from beginning to end; `first` says whether the
/// text begins with it.
fn whole_lines(part: &[u8], first: bool) -> Range<usize> {
    let end = memchr::memrchr(b'\n', part).map_or(0, |at| at + 1);
    let start = if first { 0 } else { memchr::memchr(b'\n', part).map_or(0, |at| at + 1) };
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record_ends::first_record_end;
    use proptest::prelude::*;

    fn cells(fields: &Fields) -> Vec<Vec<String>> {
        (0..fields.rows())
            .map(|row| (0..fields.columns()).map(|c| fields.cell(row, c).to_owned()).collect())
            .collect()
    }

    #[test]
    fn places_in_the_longest_row_have_32_bits() {
        let most = longest_row(usize::MAX);
        assert!(u32::try_from(most * 2 * 3).is_ok());
        assert_eq!(longest_row(1 << 20), 1 << 18);
    }

    proptest! {
        /// The quick way and the state machine of `csv-core` agree where both apply.
        #[test]
        fn both_ways_to_split_agree(
            text in "([a-d\u{80}-\u{ff}]{0,9}[,;|\n]|\r\n){0,40}[a-c]{0,3}", n in 1_usize..5
        ) {
            let plain = split_plain(text.clone(), b',', n, Vec::new());
            let quoted = split_quoted(&text, b',', n, Vec::new());
            prop_assert_eq!(plain.map(|f| cells(&f)), quoted.map(|f| cells(&f)));
        }

        #[test]
        fn records_end_where_csv_core_ends_them(text in "[a,\"\n]{0,40}") {
            let end = first_record_end(&text, b',');
            let (whole, _) = last_record_end(&text.as_bytes()[..end], b',');
            prop_assert!(end == text.len() || whole == Some(end));
            let first = split_quoted(&text[..end], b',', 1, Vec::new()).map_or(1, |f| f.rows());
            prop_assert!(first <= 1, "{first} records");
        }

        #[test]
        fn a_record_never_ends_inside_quotes(text in "[a,\"\n]{0,60}") {
            if let (Some(end), _) = last_record_end(text.as_bytes(), b',') {
                let (whole, open) = last_record_end(&text.as_bytes()[..end], b',');
                prop_assert_eq!((whole, open), (Some(end), false));
            }
        }
    }
}
