//! Words in Latin letters: labels, drugs, and what a word begins.

use super::Kind;
use super::characters::letters;
use super::cues::Cue;
use super::scan::Scan;
use super::words::{Flags, Word};

impl Scan<'_> {
    /// Reads the word or code that begins with the letter at a place; where to go on.
    pub(super) fn latin(&mut self, at: usize) -> usize {
        let start = at + letters(self.bytes, at);
        let end = if self.is_alphanumeric(start) { self.run_end(start) } else { start };
        let hex_group = end - at <= 4 && matches!(self.bytes.get(end), Some(b':' | b'-' | b'.'));
        if hex_group && let Some(end) = self.machine(at) {
            return end;
        }
        if let Some(end) = self.secret(at, end).or_else(|| self.uuid(at)) {
            return end;
        }
        if end > start {
            // A label glued to its number: tel13812345678.
            let label = self.words.of(self.bytes, at, start).cue();
            return match label.filter(|cue| *cue != Cue::Thing && start > at + 1) {
                Some(cue) => {
                    self.cues.note(cue, start);
                    start
                }
                None => self.code(at, end),
            };
        }
        self.word(at, end)
    }

    /// A word of letters alone.
    fn word(&mut self, at: usize, end: usize) -> usize {
        let next = self.bytes.get(end);
        if matches!(next, Some(b':' | b'.'))
            && let Some(web) = self.web_address(at, end)
        {
            return web;
        }
        let word = self.words.of(self.bytes, at, end);
        if self.bytes[at].is_ascii_uppercase()
            && let Some(end) = self.capital(at, end, word)
        {
            return end;
        }
        if let Some(cue) = word.cue() {
            let end =
                if matches!(next, Some(b'_' | b'-')) { self.label_with_tail(end) } else { end };
            self.cues.note(cue, end);
            return if cue == Cue::Secret { self.secret_behind(end) } else { end };
        }
        if self.is_drug(at, end) {
            self.push(at..end, Kind::Medication, 0.75);
        }
        if self.is_labelled(Cue::Social, at) && self.account(at) {
            return self.token_end(at);
        }
        // A code of letters, a hyphen and digits is one code: ORD-13812345678.
        if matches!(next, Some(b'-' | b'_')) && self.digit(end + 1).is_some() {
            return self.token_end(at);
        }
        end
    }

    /// What a word with a capital begins: a date, a name, a company, a number in groups.
    fn capital(&mut self, at: usize, end: usize, word: Word) -> Option<usize> {
        if word.is(Flags::MONTH)
            && let Some(end) = self.written_birth(at, end)
        {
            return Some(end);
        }
        if end - at > 1
            && let Some(end) = self.capitalised(at..end, word)
        {
            return Some(end);
        }
        if matches!(&self.bytes[at..end], b"APO" | b"FPO" | b"DPO")
            && let Some(end) = self.military_post(at, end)
        {
            return Some(end);
        }
        if end - at == 2 && self.bytes.get(end) == Some(&b' ') && self.digit(end + 1).is_some() {
            return self.spaced_nino(at);
        }
        None
    }

    /// A drug by the stem of its international name (WHO, stems of INN).
    fn is_drug(&self, at: usize, end: usize) -> bool {
        const STEMS: &[&str] = &[
            "formin",
            "statin",
            "cillin",
            "mycin",
            "floxacin",
            "sartan",
            "prazole",
            "dipine",
            "gliptin",
            "gliflozin",
            "tinib",
            "ciclovir",
            "profen",
            "cycline",
            "oxetine",
            "azepam",
            "azolam",
            "sertraline",
            "ibuprofen",
            "lisinopril",
            "warfarin",
            "insulin",
            "aspirin",
            "paracetamol",
            "acetaminophen",
            "enalapril",
            "ramipril",
            "metoprolol",
            "atenolol",
            "propranolol",
            "amitriptyline",
            "olanzapine",
        ];
        const SHORTEST: usize = 7;
        // The last two letters of the stems: most words end here.
        let ends = |word: &[u8]| {
            let last = [word[word.len() - 2] | 0x20, word[word.len() - 1] | 0x20];
            matches!(
                &last,
                b"in" | b"an" | b"le" | b"ne" | b"ib" | b"ir" | b"en" | b"am" | b"il" | b"ol"
            )
        };
        let word = &self.bytes[at..end];
        word.len() >= SHORTEST
            && ends(word)
            && STEMS.iter().any(|stem| {
                let tail = &word[word.len() - stem.len().min(word.len())..];
                tail.eq_ignore_ascii_case(stem.as_bytes())
            })
    }

    /// `_id` and the like behind a label belong to it: device_id.
    fn label_with_tail(&self, end: usize) -> usize {
        let tail = end + 1 + letters(self.bytes, end + 1);
        let word = self.bytes.get(end + 1..tail).unwrap_or_default();
        if matches!(word, b"id" | b"no" | b"number" | b"key" | b"address" | b"token" | b"code") {
            tail
        } else {
            end
        }
    }

    /// Where a token of letters, digits, `_` and `-` ends.
    pub(super) fn token_end(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let length = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))
            .unwrap_or(rest.len());
        self.work(length);
        at + length
    }
}
