//! Words in Latin letters: labels, drugs, and what a word begins.

use super::Kind;
use super::cues::{Cue, latin_label};
use super::scan::Scan;

impl Scan<'_> {
    /// Reads the word or code that begins with the letter at a place; where to go on.
    pub(super) fn latin(&mut self, at: usize) -> usize {
        let letters = self.letters_end(at);
        let end = if self.is_alphanumeric(letters) { self.run_end(letters) } else { letters };
        let hex_group = end - at <= 4 && matches!(self.bytes.get(end), Some(b':' | b'-' | b'.'));
        if hex_group && let Some(end) = self.machine(at) {
            return end;
        }
        if let Some(end) = self.secret(at, end).or_else(|| self.uuid(at)) {
            return end;
        }
        if end > letters {
            // A label glued to its number: tel13812345678.
            return match self.label_at(at, letters) {
                Some(cue) if cue != Cue::Thing && letters > at + 1 => {
                    self.cues.note(cue, letters);
                    letters
                }
                _ => self.code(at, end),
            };
        }
        self.word(at, end)
    }

    /// Where the ASCII letters from a place end.
    fn letters_end(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        at + rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len())
    }

    /// The label that a word is.
    fn label_at(&self, at: usize, end: usize) -> Option<Cue> {
        const LONGEST: usize = 16;
        let word = self.bytes.get(at..end).filter(|word| (1..=LONGEST).contains(&word.len()))?;
        let mut lower = [0; LONGEST];
        lower[..word.len()].copy_from_slice(word);
        lower[..word.len()].make_ascii_lowercase();
        latin_label(std::str::from_utf8(&lower[..word.len()]).ok()?)
    }

    /// A word of letters alone.
    fn word(&mut self, at: usize, end: usize) -> usize {
        let next = self.bytes.get(end);
        if let Some(web) = self.web_address(at, end) {
            return web;
        }
        let capital = self.bytes[at].is_ascii_uppercase();
        if capital && let Some(end) = self.written_birth(at, end) {
            return end;
        }
        if capital
            && end - at > 1
            && let Some(end) = self.capitalised(at..end)
        {
            return end;
        }
        if matches!(&self.bytes[at..end], b"APO" | b"FPO" | b"DPO")
            && let Some(end) = self.military_post(at, end)
        {
            return end;
        }
        let label = self.label_at(at, end);
        if let Some(cue) = label {
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
        if end - at == 2
            && next == Some(&b' ')
            && let Some(end) = self.spaced_nino(at)
        {
            return end;
        }
        // A code of letters, a hyphen and digits is one code: ORD-13812345678.
        if matches!(next, Some(b'-' | b'_')) && self.digit(end + 1).is_some() {
            return self.token_end(at);
        }
        end
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
        let word = &self.text[at..end];
        let ends =
            matches!(self.bytes[end - 1], b'n' | b'e' | b'b' | b'r' | b'm' | b'l' | b'N' | b'E');
        end - at >= SHORTEST
            && ends
            && STEMS.iter().any(|stem| {
                let tail = &word.as_bytes()[word.len() - stem.len().min(word.len())..];
                tail.eq_ignore_ascii_case(stem.as_bytes())
            })
    }

    /// `_id` and the like behind a label belong to it: device_id.
    fn label_with_tail(&self, end: usize) -> usize {
        let tail = self.letters_end(end + 1);
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
