//! The encoding of text: found from the beginning of a file, and line by line where a file holds
//! more than one.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use encoding_rs::{BIG5, Decoder, DecoderResult, GB18030, UTF_16BE, UTF_16LE};
use weir_types::request::{Delimiter, Encoding};

use crate::error::{Problem, TableError};
use crate::record_ends::first_record_end;
use crate::source::Reading;
use crate::text::{KnownBy, TextFormat};

/// Bytes from which encoding and separator are found; more where the first record is longer.
const HEAD: u64 = 1 << 20;

/// Bytes that a header may have.
const LONGEST_HEADER: u64 = 256 << 20;

/// The decoder of an encoding; none for UTF-8, which is checked and not decoded.
pub(crate) fn decoder(encoding: Encoding) -> Option<Decoder> {
    let of = |encoding: &'static encoding_rs::Encoding| {
        Some(encoding.new_decoder_without_bom_handling())
    };
    match encoding {
        Encoding::Utf8 => None,
        Encoding::Gb18030 => of(GB18030),
        Encoding::Big5 => of(BIG5),
        Encoding::Utf16Le => of(UTF_16LE),
        Encoding::Utf16Be => of(UTF_16BE),
    }
}

/// Appends the text of `raw`; the bytes used, or the place of the first wrong one.
pub(crate) fn decode(
    decoder: &mut Decoder,
    raw: &[u8],
    last: bool,
    out: &mut String,
) -> Result<usize, usize> {
    let room = decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(0);
    out.reserve(room);
    let (result, read) = decoder.decode_to_string_without_replacement(raw, out, last);
    match result {
        DecoderResult::Malformed(length, after) => {
            Err(read.saturating_sub(usize::from(length) + usize::from(after)))
        }
        DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(read),
    }
}

/// Appends the UTF-8 text of `raw`; the bytes used, or the place of the first wrong one. Up to
/// three bytes of a cut character are left for the next call.
fn decode_utf8(raw: &[u8], last: bool, out: &mut String) -> Result<usize, usize> {
    match std::str::from_utf8(raw) {
        Ok(text) => {
            out.push_str(text);
            Ok(raw.len())
        }
        Err(e) => {
            let valid = e.valid_up_to();
            if last || e.error_len().is_some() {
                return Err(valid);
            }
            let text = std::str::from_utf8(&raw[..valid]).map_err(|e| e.valid_up_to())?;
            out.push_str(text);
            Ok(valid)
        }
    }
}

/// Lines of a text file that were not in the encoding of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// Lines that could be read in the other of UTF-8 and GB 18030.
    pub recoded: u64,
    /// Lines with bytes that fit neither; `\u{fffd}` stands where they were.
    pub damaged: u64,
    /// The first of all these lines in the file, from 1; none where the file was not read from
    /// its beginning.
    pub first_line: Option<u64>,
}

impl Mended {
    /// Takes in what was mended in the next file.
    pub(crate) fn add(&mut self, other: Self) {
        self.recoded += other.recoded;
        self.damaged += other.damaged;
        self.first_line = self.first_line.or(other.first_line);
    }

    /// Whether there was nothing to mend.
    pub const fn is_empty(self) -> bool {
        self.recoded == 0 && self.damaged == 0
    }
}

/// Reads each line of a text in the encoding that it fits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mender {
    /// The encoding of the file; none before a line tells.
    encoding: Option<Encoding>,
    utf8: Lines,
    gb18030: Lines,
    damaged: Lines,
}

/// Lines that were read in one way.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    n: u64,
    /// Where the first of them begins.
    first: Option<u64>,
}

impl Lines {
    fn add(&mut self, at: u64) {
        self.n += 1;
        self.first.get_or_insert(at);
    }

    fn merge(&mut self, other: Self) {
        self.n += other.n;
        self.first = self.first.into_iter().chain(other.first).min();
    }
}

impl Mender {
    /// For a file in an encoding, of which none is known where its beginning is ASCII.
    pub(crate) fn new(encoding: Option<Encoding>) -> Self {
        Self { encoding, ..Self::default() }
    }

    /// The text of lines, the first of which begins at a place of the file. Line breaks are told
    /// apart before decoding: neither encoding has the byte of one within a character.
    pub(crate) fn text(&mut self, bytes: Vec<u8>, at: u64) -> String {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if self.encoding != Some(Encoding::Gb18030) => {
                if self.encoding.is_none() && !text.is_ascii() {
                    self.encoding = Some(Encoding::Utf8);
                }
                return text;
            }
            Ok(text) if text.is_ascii() => return text,
            Ok(text) => text.into_bytes(),
            Err(e) => e.into_bytes(),
        };
        self.lines(&bytes, at)
    }

    /// As [`Self::text`], and takes every line into account that is not ASCII.
    pub(crate) fn lines(&mut self, bytes: &[u8], mut at: u64) -> String {
        let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            match std::str::from_utf8(line) {
                Ok(text) if line.is_ascii() => out.push_str(text),
                utf8 => self.line(line, utf8.ok(), at, &mut out),
            }
            at += line.len() as u64;
        }
        out
    }

    fn line(&mut self, line: &[u8], utf8: Option<&str>, at: u64, out: &mut String) {
        let gb_file = self.encoding == Some(Encoding::Gb18030);
        if let Some(text) = utf8.filter(|text| !gb_file || is_plainly_utf8(text)) {
            self.encoding.get_or_insert(Encoding::Utf8);
            self.utf8.add(at);
            return out.push_str(text);
        }
        let before = out.len();
        let mut gb = GB18030.new_decoder_without_bom_handling();
        if decode(&mut gb, line, true, out).is_ok() {
            self.encoding.get_or_insert(Encoding::Gb18030);
            self.gb18030.add(at);
            return;
        }
        out.truncate(before);
        match utf8 {
            Some(text) => {
                self.utf8.add(at);
                out.push_str(text);
            }
            None => {
                self.damaged.add(at);
                out.push_str(&String::from_utf8_lossy(line));
            }
        }
    }

    /// Takes in what another one saw of the same file.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.utf8.merge(other.utf8);
        self.gb18030.merge(other.gb18030);
        self.damaged.merge(other.damaged);
        if self.encoding != other.encoding {
            let more_gb = self.gb18030.n > self.utf8.n;
            self.encoding = Some(if more_gb { Encoding::Gb18030 } else { Encoding::Utf8 });
        }
    }

    /// What was mended in the file; `line_of` tells in which line of it a byte stands.
    pub(crate) fn mended(&self, line_of: impl FnOnce(u64) -> Option<u64>) -> Mended {
        let other = match self.encoding {
            Some(Encoding::Gb18030) => self.utf8,
            _ => self.gb18030,
        };
        let first = other.first.into_iter().chain(self.damaged.first).min();
        let (recoded, damaged) = (other.n, self.damaged.n);
        Mended { recoded, damaged, first_line: first.and_then(line_of) }
    }
}

/// Wide characters of a line by which it is known as UTF-8 without looking further.
const SURELY_UTF8: usize = 4;

/// Whether a text that is valid UTF-8 was not written in GB 18030.
///
/// Chinese characters have two bytes in GB 18030, and pairs of them that happen to be UTF-8 are
/// letters of two bytes. Chinese in UTF-8 has three bytes to a character. Three characters in
/// GB 18030 that happen to be two in UTF-8 are the like of `岑伴安`, the first of them rare: about
/// one line in ten thousand that has three characters and no more, and less than one in a hundred
/// million of those with six. Up to three characters are therefore taken for UTF-8 only
/// where they would be characters in GB 18030 that are not even in GB 2312.
fn is_plainly_utf8(text: &str) -> bool {
    let mut wide = 0;
    for character in text.chars().filter(|c| !c.is_ascii()) {
        if character.len_utf8() == 2 {
            return false;
        }
        wide += 1;
    }
    // Characters of GB 2312 have both bytes from 0xa1 on.
    wide >= SURELY_UTF8 || wide >= 2 && text.bytes().any(|byte| (0x80..0xa1).contains(&byte))
}

/// Whether a text that is valid UTF-8 cannot be GB 18030 even where that is what was stated.
fn is_surely_utf8(text: &str) -> bool {
    is_plainly_utf8(text) && text.chars().filter(|c| !c.is_ascii()).count() >= SURELY_UTF8
}

/// Where the first line begins that is UTF-8 among bytes that are otherwise read as GB 18030.
pub(crate) fn utf8_line(bytes: &[u8], stated: bool) -> Option<usize> {
    let is_utf8 = if stated { is_surely_utf8 } else { is_plainly_utf8 };
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let wide = !line.is_ascii();
        if wide && std::str::from_utf8(line).is_ok_and(is_utf8) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// The line of a file in which a byte stands, from 1; none where the file cannot be read again.
pub(crate) fn line_of(path: &Path, byte: u64) -> Option<u64> {
    let mut file = File::open(path).ok()?.take(byte);
    let mut buffer = vec![0; 1 << 20];
    let mut line = 1;
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(line),
            read => line += memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64,
        }
    }
}

/// The beginning of a text file, and what it shows.
pub(crate) struct Sniffed {
    pub(crate) format: TextFormat,
    pub(crate) text: String,
}

/// Finds encoding and separator from the beginning of a file, where the request does not say.
pub(crate) fn sniff(
    path: &Path,
    encoding: Option<Encoding>,
    delimiter: Option<Delimiter>,
    reading: Reading,
) -> Result<Sniffed, TableError> {
    let mut head = HEAD;
    let stated = encoding;
    loop {
        let file = File::open(path).map_err(|e| TableError::read(path, e))?;
        let mut bytes = Vec::new();
        file.take(head).read_to_end(&mut bytes).map_err(|e| TableError::read(path, e))?;
        let whole = (bytes.len() as u64) < head;
        let (encoding, text) = match stated {
            Some(stated) => (stated, as_stated(path, stated, &bytes, whole)?),
            None => guess(path, &bytes, whole, reading)?,
        };
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        if text.contains('\0') {
            return Err(TableError::data(path, Problem::UnknownFormat));
        }
        let delimiter = delimiter.unwrap_or_else(|| guess_delimiter(&text));
        if !whole
            && head < LONGEST_HEADER
            && first_record_end(&text, delimiter.byte()) == text.len()
        {
            // The header goes on beyond.
            head *= 4;
            continue;
        }
        let known_by = match stated {
            Some(_) => KnownBy::Statement,
            None if bytes.is_ascii() && encoding == Encoding::Utf8 => KnownBy::Nothing,
            None => KnownBy::Beginning,
        };
        return Ok(Sniffed { format: TextFormat { encoding, delimiter, known_by }, text });
    }
}

fn as_stated(
    path: &Path,
    stated: Encoding,
    bytes: &[u8],
    whole: bool,
) -> Result<String, TableError> {
    let mut text = String::new();
    let read = match decoder(stated) {
        None => decode_utf8(bytes, whole, &mut text),
        Some(mut decoder) => decode(&mut decoder, bytes, whole, &mut text),
    };
    let encoding = stated.name();
    read.map_err(|at| TableError::data(path, Problem::NotAsStated { encoding, byte: at as u64 }))?;
    Ok(text)
}

fn guess(
    path: &Path,
    bytes: &[u8],
    whole: bool,
    reading: Reading,
) -> Result<(Encoding, String), TableError> {
    let marked = match bytes {
        [0xff, 0xfe, ..] => Some(Encoding::Utf16Le),
        [0xfe, 0xff, ..] => Some(Encoding::Utf16Be),
        _ => utf16_without_mark(bytes),
    };
    if let Some(encoding) = marked {
        return as_stated(path, encoding, bytes, whole).map(|text| (encoding, text));
    }
    let mut text = String::new();
    let Err(not_utf8) = decode_utf8(bytes, whole, &mut text) else {
        return Ok((Encoding::Utf8, text));
    };
    text.clear();
    let mut gb = GB18030.new_decoder_without_bom_handling();
    let read = decode(&mut gb, bytes, whole, &mut text);
    let wrong = match (read, utf8_line(bytes, false)) {
        (Ok(_), None) => return Ok((Encoding::Gb18030, text)),
        (Ok(_), Some(at)) => at.max(not_utf8),
        (Err(at), _) => at.max(not_utf8),
    };
    if reading == Reading::Lenient {
        // Of two encodings the one that more lines are in is that of the file.
        let mut mender = Mender::new(Some(Encoding::Utf8));
        let end = if whole { bytes.len() } else { last_line_end(bytes) };
        let text = mender.lines(&bytes[..end], 0);
        let lines = memchr::memchr_iter(b'\n', &bytes[..end]).count() as u64 + 1;
        if mender.damaged.n * 2 <= lines {
            let mostly_gb = mender.gb18030.n > mender.utf8.n;
            let encoding = if mostly_gb { Encoding::Gb18030 } else { Encoding::Utf8 };
            return Ok((encoding, text));
        }
    }
    // No text has a byte of zero, and what else is wrong with it is not of interest then.
    Err(match memchr::memchr(0, bytes) {
        Some(_) => TableError::data(path, Problem::UnknownFormat),
        None => TableError::encoding(path, wrong as u64),
    })
}

/// UTF-16 without a byte order mark: text has line breaks, one byte of which is then zero, and no
/// control characters. A single byte of zero elsewhere makes no UTF-16.
fn utf16_without_mark(bytes: &[u8]) -> Option<Encoding> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let little = pairs.iter().filter(|pair| **pair == [b'\n', 0]).count();
    let big = pairs.iter().filter(|pair| **pair == [0, b'\n']).count();
    if little == big {
        return None;
    }
    let encoding = if little > big { Encoding::Utf16Le } else { Encoding::Utf16Be };
    let mut text = String::new();
    decode(&mut decoder(encoding)?, bytes, false, &mut text).ok()?;
    let no_text = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    (!text.chars().any(no_text)).then_some(encoding)
}

fn last_line_end(bytes: &[u8]) -> usize {
    memchr::memrchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)
}

/// The separator that cuts the first records into the same number of fields, the most of them.
pub(crate) fn guess_delimiter(text: &str) -> Delimiter {
    // `max_by_key` takes the last of equals; the order of preference is the other way round.
    let score = |delimiter: &Delimiter| score(text, *delimiter);
    Delimiter::ALL.into_iter().rev().max_by_key(score).unwrap_or(Delimiter::Comma)
}

/// How many in a hundred of the first records have as many separators as the first one, and how
/// many these are.
pub(crate) fn score(text: &str, delimiter: Delimiter) -> (usize, usize) {
    let mut counts = Vec::new();
    let mut rest = text;
    for _ in 0..20 {
        if rest.is_empty() {
            break;
        }
        let end = first_record_end(rest, delimiter.byte());
        if end == rest.len() && !rest.ends_with('\n') && !counts.is_empty() {
            break;
        }
        counts.push(count_outside_quotes(&rest[..end], delimiter.byte()));
        rest = &rest[end..];
    }
    let first = counts.first().copied().unwrap_or(0);
    let alike = counts.iter().filter(|c| **c == first).count();
    if first == 0 { (0, 0) } else { (alike * 100 / counts.len(), first) }
}

fn count_outside_quotes(record: &str, delimiter: u8) -> usize {
    let mut in_quotes = false;
    let mut count = 0;
    for byte in record.bytes() {
        if byte == b'"' {
            in_quotes = !in_quotes;
        } else if byte == delimiter && !in_quotes {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gb(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    /// Looking for the end anew after each line would be quadratic: this test would not end.
    #[test]
    fn a_quote_that_is_never_closed_costs_one_look() {
        let text = format!("a,\"b\n{}", "1,2\n".repeat(2 << 20));
        assert_eq!(first_record_end(&text, b','), text.len());
        assert_eq!(guess_delimiter(&text), Delimiter::Comma);
    }

    fn mend(bytes: &[u8], encoding: Option<Encoding>) -> (String, Mended) {
        let mut mender = Mender::new(encoding);
        let text = mender.lines(bytes, 0);
        let line_of =
            |at| Some(memchr::memchr_iter(b'\n', &bytes[..at as usize]).count() as u64 + 1);
        (text, mender.mended(line_of))
    }

    #[test]
    fn each_line_is_read_in_the_encoding_it_fits() {
        let lines = ["姓名,城市\n", "张三,北京\n", "李四,上海\n", "a,b\n"];
        let bytes =
            [lines[0].as_bytes(), lines[1].as_bytes(), &gb(lines[2]), lines[3].as_bytes()].concat();
        let (text, mended) = mend(&bytes, Some(Encoding::Utf8));
        assert_eq!(text, lines.concat());
        assert_eq!(mended, Mended { recoded: 1, damaged: 0, first_line: Some(3) });
        let (text, mended) = mend(&bytes, Some(Encoding::Gb18030));
        assert_eq!(text, lines.concat());
        assert_eq!(mended, Mended { recoded: 2, damaged: 0, first_line: Some(1) });
    }

    #[test]
    fn an_encoding_that_is_not_known_is_that_of_the_first_line_that_tells() {
        let lines = ["a,b\n", "张三,北京\n", "李四,上海\n"];
        let all_gb: Vec<u8> = lines.iter().flat_map(|line| gb(line)).collect();
        assert_eq!(mend(&all_gb, None), (lines.concat(), Mended::default()));
        let mixed = [&all_gb[..], lines[1].as_bytes()].concat();
        let expected = Mended { recoded: 1, damaged: 0, first_line: Some(4) };
        assert_eq!(mend(&mixed, None).1, expected);
        // Threads that saw the parts one by one come to the same numbers.
        let (mut one, mut other) = (Mender::new(None), Mender::new(None));
        other.lines(lines[1].as_bytes(), all_gb.len() as u64);
        one.lines(&all_gb, 0);
        other.merge(&one);
        assert_eq!(other.mended(|_| Some(4)), expected);
    }

    #[test]
    fn what_fits_no_encoding_is_counted() {
        let (text, mended) = mend(b"plain,1\nqq\xe9,1\nplain,2\n", Some(Encoding::Utf8));
        assert_eq!(mended, Mended { recoded: 0, damaged: 1, first_line: Some(2) });
        assert!(text.starts_with("plain,1\nqq\u{fffd},1\nplain"), "{text}");
    }

    #[test]
    fn a_line_that_happens_to_be_utf8_is_no_reason_to_refuse_gb18030() {
        let name = gb("岑伴安,1\n");
        assert!(std::str::from_utf8(&name).is_ok());
        assert_eq!(utf8_line(&name, false), None);
        assert_eq!(utf8_line(&name, true), None);
        // Two characters in UTF-8 that GB 2312 has nothing for, and four.
        let (two, four) = ("张三,1\n".as_bytes(), "张三,北京\n".as_bytes());
        assert_eq!((utf8_line(two, false), utf8_line(two, true)), (Some(0), None));
        assert_eq!((utf8_line(four, false), utf8_line(four, true)), (Some(0), Some(0)));
    }

    #[test]
    fn utf16_is_known_without_its_mark() {
        let text = "id,姓名\n1,一一\n2,丐\u{20bb7}\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf16_without_mark(&little), Some(Encoding::Utf16Le));
        assert_eq!(utf16_without_mark(&big), Some(Encoding::Utf16Be));
        assert_eq!(utf16_without_mark(text.as_bytes()), None);
        assert_eq!(utf16_without_mark(b"a\0\n\0\x01\0"), None);
        assert_eq!(utf16_without_mark(b"a,b\0\n1,2\n"), None);
        assert_eq!(utf16_without_mark(&gb(text)), None);
    }

    /// Every pair of common characters: none of them is taken for UTF-8.
    #[test]
    fn chinese_in_gb18030_is_never_taken_for_utf8() {
        let common = "的一是了我不在人们有来他这上着个地到大里说就去子得也和那要下看天时过出小么起你都把好还多没为又可家学只以主会样年想生同老中十从自面前头道它后然走很像见两用她国动进成回什边作对开而己些现山民候经发工向事命给长水几义三声于高手知理眼志点心战二问但身方实吃做叫当住听革打呢真全才四已所敌之最光产情路分总条白话东席次亲如被花口放儿常气五第使写军吧文运再果怎定许快明行因别飞外树物活部门无往船望新带队先力完却站代员机更九您每风级跟笑啊孩万少直意夜比阶连车重便斗马哪化太指变社似士者干石满日决百原拿群究各六本思解立河村八难早论吗根共让相研今其书坐接应关信觉步反处记将千找争领或师结块跑谁草越字加脚紧爱等习阵怕月青半火法题建赶位唱海七女任件感准张团屋离色脸片科倒睛利世刚且由送切星导晚表够整认响雪流未场该并底深刻平伟忙提确近亮轻讲农古黑告界拉名呀土清阳照办史改历转画造嘴此治北必服雨穿内识验传业菜爬睡兴形量咱观苦体众通冲合破友度术饭公旁房极南枪读沙岁线野坚空收算至政城劳落钱特围弟胜教热展包歌类渐强数乡呼性音答哥际旧神座章帮啦受系令跳非何牛取入岸敢掉忽种装顶急林停息句区衣般报叶压慢叔背细";
        for one in common.chars() {
            for other in common.chars().step_by(7) {
                let bytes = gb(&format!("{one}{other}{one},\n"));
                assert_eq!(utf8_line(&bytes, false), None, "{one}{other}");
            }
        }
    }
}
