//! The encoding of text: found from the beginning of a file, and line by line where a file holds
//! more than one.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_16BE, UTF_16LE};
use weir_types::request::{Delimiter, Encoding};

use crate::error::{Problem, TableError};
use crate::source::Reading;
use crate::text::{TextFormat, first_record_end};

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
}

impl Mended {
    pub(crate) fn add(&mut self, other: Self) {
        self.recoded += other.recoded;
        self.damaged += other.damaged;
    }

    /// Whether there was nothing to mend.
    pub const fn is_empty(self) -> bool {
        self.recoded == 0 && self.damaged == 0
    }
}

/// The text of bytes, each line in the encoding that it fits. Line breaks are told apart before
/// decoding: neither encoding has the byte of one within a character.
pub(crate) fn mend(bytes: &[u8], encoding: Encoding, mended: &mut Mended) -> String {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let utf8 = std::str::from_utf8(line);
        match (utf8, encoding) {
            (Ok(text), _) if line.is_ascii() => out.push_str(text),
            (Ok(text), Encoding::Utf8) => out.push_str(text),
            (Ok(text), _) if is_plainly_utf8(text) => {
                mended.recoded += 1;
                out.push_str(text);
            }
            (utf8, _) => {
                let before = out.len();
                let mut gb = GB18030.new_decoder_without_bom_handling();
                if decode(&mut gb, line, true, &mut out).is_ok() {
                    mended.recoded += u64::from(encoding == Encoding::Utf8);
                    continue;
                }
                out.truncate(before);
                if let Ok(text) = utf8 {
                    mended.recoded += 1;
                    out.push_str(text);
                } else {
                    mended.damaged += 1;
                    out.push_str(&String::from_utf8_lossy(line));
                }
            }
        }
    }
    out
}

/// Whether a text that is valid UTF-8 was not written in GB 18030.
///
/// Chinese characters have two bytes in GB 18030, and pairs of them that happen to be UTF-8 are
/// letters of two bytes. Chinese in UTF-8 has three bytes to a character.
fn is_plainly_utf8(text: &str) -> bool {
    let mut wide = 0;
    for character in text.chars().filter(|c| !c.is_ascii()) {
        if character.len_utf8() == 2 {
            return false;
        }
        wide += 1;
    }
    wide >= 2
}

/// Where the first line begins that is UTF-8 among bytes that are otherwise read as GB 18030.
pub(crate) fn utf8_line(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let wide = !line.is_ascii();
        if wide && std::str::from_utf8(line).is_ok_and(is_plainly_utf8) {
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
    /// Whether the beginning leaves open which encoding it is.
    pub(crate) open: bool,
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
    loop {
        let file = File::open(path).map_err(|e| TableError::read(path, e))?;
        let mut bytes = Vec::new();
        file.take(head).read_to_end(&mut bytes).map_err(|e| TableError::read(path, e))?;
        let whole = (bytes.len() as u64) < head;
        let (encoding, text) = match encoding {
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
        let open = bytes.is_ascii();
        return Ok(Sniffed { format: TextFormat { encoding, delimiter }, open, text });
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
        _ => None,
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
    let wrong = match (read, utf8_line(bytes)) {
        (Ok(_), None) => return Ok((Encoding::Gb18030, text)),
        (Ok(_), Some(at)) => at.max(not_utf8),
        (Err(at), _) => at.max(not_utf8),
    };
    if reading == Reading::Lenient {
        // Of two encodings the one that more lines are in is that of the file.
        let mut as_utf8 = Mended::default();
        let end = if whole { bytes.len() } else { last_line_end(bytes) };
        let text = mend(&bytes[..end], Encoding::Utf8, &mut as_utf8);
        let lines = memchr::memchr_iter(b'\n', &bytes[..end]).count() as u64 + 1;
        if as_utf8.damaged * 2 <= lines {
            let mostly_gb = as_utf8.recoded * 2 > lines;
            let encoding = if mostly_gb { Encoding::Gb18030 } else { Encoding::Utf8 };
            return Ok((encoding, text));
        }
    }
    Err(TableError::encoding(path, wrong as u64))
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

    #[test]
    fn each_line_is_read_in_the_encoding_it_fits() {
        let lines = ["姓名,城市\n", "张三,北京\n", "李四,上海\n", "a,b\n"];
        let bytes =
            [lines[0].as_bytes(), lines[1].as_bytes(), &gb(lines[2]), lines[3].as_bytes()].concat();
        let mut mended = Mended::default();
        assert_eq!(mend(&bytes, Encoding::Utf8, &mut mended), lines.concat());
        assert_eq!(mended, Mended { recoded: 1, damaged: 0 });
        let mut mended = Mended::default();
        assert_eq!(mend(&bytes, Encoding::Gb18030, &mut mended), lines.concat());
        assert_eq!(mended, Mended { recoded: 2, damaged: 0 });
    }

    #[test]
    fn what_fits_no_encoding_is_counted() {
        let mut mended = Mended::default();
        let text = mend(b"qq\xe9,1\nplain,2\n", Encoding::Utf8, &mut mended);
        assert_eq!(mended, Mended { recoded: 0, damaged: 1 });
        assert!(text.starts_with("qq\u{fffd},1\nplain"), "{text}");
    }

    /// Every pair of common characters: none of them is taken for UTF-8.
    #[test]
    fn chinese_in_gb18030_is_never_taken_for_utf8() {
        let common = "的一是了我不在人们有来他这上着个地到大里说就去子得也和那要下看天时过出小么起你都把好还多没为又可家学只以主会样年想生同老中十从自面前头道它后然走很像见两用她国动进成回什边作对开而己些现山民候经发工向事命给长水几义三声于高手知理眼志点心战二问但身方实吃做叫当住听革打呢真全才四已所敌之最光产情路分总条白话东席次亲如被花口放儿常气五第使写军吧文运再果怎定许快明行因别飞外树物活部门无往船望新带队先力完却站代员机更九您每风级跟笑啊孩万少直意夜比阶连车重便斗马哪化太指变社似士者干石满日决百原拿群究各六本思解立河村八难早论吗根共让相研今其书坐接应关信觉步反处记将千找争领或师结块跑谁草越字加脚紧爱等习阵怕月青半火法题建赶位唱海七女任件感准张团屋离色脸片科倒睛利世刚且由送切星导晚表够整认响雪流未场该并底深刻平伟忙提确近亮轻讲农古黑告界拉名呀土清阳照办史改历转画造嘴此治北必服雨穿内识验传业菜爬睡兴形量咱观苦体众通冲合破友度术饭公旁房极南枪读沙岁线野坚空收算至政城劳落钱特围弟胜教热展包歌类渐强数乡呼性音答哥际旧神座章帮啦受系令跳非何牛取入岸敢掉忽种装顶急林停息句区衣般报叶压慢叔背细";
        for one in common.chars() {
            for other in common.chars().step_by(7) {
                let bytes = gb(&format!("{one}{other}{one},\n"));
                assert_eq!(utf8_line(&bytes), None, "{one}{other}");
            }
        }
    }
}
