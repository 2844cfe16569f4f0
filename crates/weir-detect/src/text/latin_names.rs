//! Names of people and companies, and addresses, in Latin letters.

use crate::lists;

use super::Kind;
use super::characters::letters;
use super::cues::Cue;
use super::scan::Scan;
use super::words::{COMPANIES, Flags, Word, is_english};

/// Where a word stands in the text.
type Place = std::ops::Range<usize>;

impl Scan<'_> {
    /// The name that begins with the capitalised word at a place; where to go on.
    pub(super) fn capitalised(&mut self, place: Place, word: Word) -> Option<usize> {
        self.work(4);
        if word.is(Flags::TITLE) {
            return self.titled(place.end);
        }
        if let Some(end) = self.company(&place) {
            return Some(end);
        }
        let given = word.is(Flags::GIVEN);
        if !given && !self.is_labelled(Cue::Name, place.start) {
            return None;
        }
        let mut last = self.next_name(place.end)?;
        // A middle initial or a second given name.
        if (last.len() == 1 || self.word_at(&last).is(Flags::GIVEN))
            && let Some(next) = self.next_name(last.end)
            && (last.len() == 1 || self.is_surname(&next))
        {
            last = next;
        }
        let known = self.is_surname(&last);
        let doubtful = word.is(Flags::DOUBTFUL) || !given;
        let surname = self.word_at(&last);
        let other = surname.is(Flags::THING) || surname.is(Flags::OTHER);
        if last.len() < 2
            || (other && (doubtful || !known))
            || (!known && (doubtful || is_english(&self.text[last.clone()])))
            || self.next_name(last.end).is_some_and(|next| self.word_at(&next).is(Flags::THING))
        {
            return None;
        }
        let whole = place.start..last.end;
        if self.company_end(last.end).is_some() {
            return self.company(&whole);
        }
        self.push(whole, Kind::LatinName, if known { 0.9 } else { 0.65 });
        Some(last.end)
    }

    /// What the lists say of the word at a place.
    fn word_at(&self, place: &Place) -> Word {
        self.words.of(self.bytes, place.start, place.end)
    }

    /// Whether a word is a common surname: also McDonald, O'Neill, Browne-Williams.
    fn is_surname(&self, place: &Place) -> bool {
        if self.word_at(place).is(Flags::SURNAME) {
            return true;
        }
        let word = &self.text[place.clone()];
        match word.as_bytes() {
            [b'M', b'c', rest @ ..] | [b'O', b'\'', rest @ ..] if rest.len() > 2 => true,
            bytes if memchr::memchr(b'-', bytes).is_some() => {
                word.split('-').any(lists::is_surname)
            }
            _ => false,
        }
    }

    /// A name behind a title.
    fn titled(&mut self, end: usize) -> Option<usize> {
        let end = end + usize::from(self.bytes.get(end) == Some(&b'.'));
        let first = self.next_name(end).filter(|word| word.len() > 1)?;
        // Dr. Who, Mr. Speaker.
        let known = self.is_surname(&first) || self.word_at(&first).is(Flags::GIVEN);
        if !known && is_english(&self.text[first.clone()]) {
            return None;
        }
        let mut last = first.clone();
        if let Some(next) = self.next_name(first.end).filter(|word| word.len() > 1)
            && !self.word_at(&next).is(Flags::THING)
            && !self.word_at(&next).is(Flags::OTHER)
        {
            last = next;
        }
        self.push(first.start..last.end, Kind::LatinName, 0.9);
        Some(last.end)
    }

    /// The capitalised word behind one blank; hyphens and apostrophes may be in it.
    fn next_name(&self, at: usize) -> Option<Place> {
        const LONGEST: usize = 40;
        let at = at + usize::from(self.bytes.get(at) == Some(&b'.'));
        (self.bytes.get(at) == Some(&b' ')).then_some(())?;
        let start = at + 1;
        self.bytes.get(start).filter(|byte| byte.is_ascii_uppercase())?;
        let rest = &self.bytes[start..(start + LONGEST).min(self.bytes.len())];
        let is_part = |place: usize| {
            rest[place].is_ascii_alphabetic()
                || (matches!(rest[place], b'-' | b'\'')
                    && rest.get(place + 1).is_some_and(u8::is_ascii_uppercase))
        };
        let length = (0..rest.len()).take_while(|place| is_part(*place)).count();
        Some(start..start + length)
    }

    /// A company: words and its form, or surnames joined as firms do.
    fn company(&mut self, word: &Place) -> Option<usize> {
        if let Some(end) = self.company_end(word.end) {
            self.push(word.start..end, Kind::Organisation, 0.9);
            return Some(end);
        }
        if !matches!(self.bytes.get(word.end), Some(b'-' | b',')) || !self.is_surname(word) {
            return None;
        }
        let rest = &self.text[word.end..];
        // Smith-Jones, with nothing of a name around it.
        if let Some(tail) = rest.strip_prefix('-') {
            let second = word.end + 1..word.end + 1 + letters(tail.as_bytes(), 0);
            let end = self.company_end(second.end).unwrap_or(second.end);
            return self.is_surname(&second).then(|| {
                self.push(word.start..end, Kind::Organisation, 0.65);
                end
            });
        }
        // Smith, Jones and Brown.
        let tail = rest.strip_prefix(", ")?;
        let second = word.end + 2..word.end + 2 + letters(tail.as_bytes(), 0);
        let last = self.text[second.end..].strip_prefix(" and ")?;
        if !self.is_surname(&second) || !last.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let end = second.end + " and ".len() + letters(last.as_bytes(), 0);
        self.push(word.start..end, Kind::Organisation, 0.8);
        Some(end)
    }

    /// Where the form of a company behind a name ends: `Ltd`, `Inc`, `and Sons`.
    fn company_end(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?;
        if let [b' ', b'a' | b'&', ..] = rest {
            let sons: [&[u8]; 4] = [b"and Sons", b"& Sons", b"and Co", b"& Co"];
            let sons = sons.iter().find(|sons| rest[1..].starts_with(sons))?;
            return Some(at + 1 + sons.len());
        }
        let word = self.next_name(at + usize::from(rest.first() == Some(&b',')))?;
        let company = self.word_at(&word).is(Flags::COMPANY);
        (company && COMPANIES.contains(&&self.text[word.clone()])).then_some(word.end)
    }

    /// An address that begins with a house number: number, words, a word for a street, and what
    /// follows of flat, town, state and postcode.
    pub(super) fn western_address(&mut self, at: usize, number_end: usize) -> Option<usize> {
        const WORDS: usize = 4;
        let mut end = number_end;
        let mut street = None;
        for count in 0..WORDS {
            let sign = self.bytes.get(end).filter(|sign| matches!(sign, b' ' | b'\n'))?;
            let start = end + 1;
            let length = letters(self.bytes, start);
            if !(1..24).contains(&length)
                || (count == 0 && !self.bytes[start].is_ascii_uppercase())
                || (count > 1 && *sign == b'\n')
            {
                break;
            }
            end = start + length;
            if count > 0 && self.word_at(&(start..end)).is(Flags::STREET) {
                street = Some(end);
                break;
            }
            if !self.bytes[start].is_ascii_uppercase() {
                break;
            }
        }
        self.work(30);
        let street = street?;
        // A year and a name: 2014 Iain Lane.
        let first = number_end + 1..number_end + 1 + letters(self.bytes, number_end + 1);
        let year = matches!(&self.bytes[at..number_end], [b'1', b'9', _, _] | [b'2', b'0', _, _]);
        if year && self.word_at(&first).is(Flags::GIVEN) {
            return None;
        }
        let end = self.town(self.flat(street));
        self.push(at..end, Kind::Address, 0.85);
        Some(end)
    }

    /// `Apt. 7`, `Suite 12` behind a street.
    fn flat(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let Some(word) = [" Apt. ", " Apt ", " Suite ", ", Apt ", " Unit ", " #"]
            .iter()
            .find(|w| rest.starts_with(**w))
        else {
            return at;
        };
        let digits =
            rest[word.len()..].bytes().take(6).take_while(u8::is_ascii_alphanumeric).count();
        if digits > 0 { at + word.len() + digits } else { at }
    }

    /// A town with a state and ZIP code, or with a British postcode.
    fn town(&self, at: usize) -> usize {
        const LONGEST: usize = 48;
        let stop = self.text.floor_char_boundary(at + LONGEST);
        let rest = &self.text[at..stop];
        let bytes = rest.as_bytes();
        let end = (8..=bytes.len()).find(|end| {
            let ends = !self.is_alphanumeric(at + end);
            let zip = bytes[end - 5..*end].iter().all(u8::is_ascii_digit)
                && bytes[end - 6] == b' '
                && bytes[end - 8..end - 6].iter().all(u8::is_ascii_uppercase);
            let post = bytes[end - 3].is_ascii_digit()
                && bytes[end - 2..*end].iter().all(u8::is_ascii_uppercase)
                && bytes[end - 4] == b' '
                && bytes[end - 6..end - 4].iter().all(u8::is_ascii_alphanumeric);
            ends && (zip || post)
        });
        let town = |end: &usize| {
            bytes[..*end].iter().all(|b| b.is_ascii_alphanumeric() || b", \n.'-".contains(b))
        };
        end.filter(town).map_or(at, |end| at + end)
    }

    /// An address of the military post: `APO AP 12345` and the box before it.
    pub(super) fn military_post(&mut self, at: usize, end: usize) -> Option<usize> {
        const BACK: usize = 48;
        let rest = self.bytes.get(end..end + 9)?;
        let shaped = rest[0] == b' '
            && rest[1..3].iter().all(u8::is_ascii_uppercase)
            && rest[3] == b' '
            && rest[4..].iter().all(u8::is_ascii_digit);
        let from = self.text.floor_char_boundary(at.saturating_sub(BACK));
        let before = &self.text[from..at];
        let starts = ["PSC ", "Unit ", "USNV ", "USNS ", "USS ", "USCGC "]
            .iter()
            .filter_map(|word| before.rfind(word))
            .min();
        let start = from + starts.filter(|_| shaped)?;
        self.work(BACK);
        self.push(start..end + 9, Kind::Address, 0.85);
        Some(end + 9)
    }
}
