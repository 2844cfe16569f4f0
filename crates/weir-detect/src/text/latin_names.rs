//! Names of people and companies, and addresses, in Latin letters.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::lists;

use super::Kind;
use super::cues::Cue;
use super::scan::Scan;

/// Words that follow a given name in names of places and things.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "River", "Beach", "County", "Street", "Road", "Avenue", "Hotel", "University", "College", "School", "City", "Island", "Park", "Bay",
    "Lake", "Bank", "Day", "Hospital", "Airport", "Station", "Bridge", "Museum", "Square", "Court", "Institute", "Foundation", "Award",
    "Prize", "Act", "Law", "Theory", "Medical", "Center", "Centre", "Church", "Cathedral", "Valley", "Mountain", "Hills", "Falls", "Texas",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "June", "July",
    "August", "September", "October", "November", "December", "The", "And", "For", "International", "Airlines", "Motors", "House", "Tower",
    "Building", "Library", "Theatre", "Stadium", "Street", "Drive", "Lane", "Way", "Pro", "Plus", "Max",
];

/// Given names that are words or places more often.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "Will", "May", "Mark", "Grant", "Rose", "Grace", "Hope", "Faith", "Summer", "Dawn", "Bill", "Drew", "Chase", "Pat", "Art", "Rich",
    "Jordan", "Virginia", "Austin", "Georgia", "Carolina", "Paris", "Sydney", "Chelsea", "Victoria", "Madison", "April", "June", "August",
    "Autumn", "Joy", "Guy", "Major", "Penny", "Sandy", "Sunny", "An", "In", "See", "Long", "China", "India", "Asia", "America", "Florida", "Houston", "Dallas", "Orlando", "Savannah", "Cheyenne", "Santa", "San", "Los", "Van", "King", "Prince", "Royal", "Page", "Price",
];

/// Titles that stand before a name.
const TITLES: &[&str] = &["Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Sir", "Madam", "Mx"];

/// Words that end the name of a company.
const COMPANIES: &[&str] = &[
    "Inc",
    "LLC",
    "Ltd",
    "PLC",
    "Plc",
    "Corp",
    "Corporation",
    "Group",
    "GmbH",
    "Limited",
    "LLP",
    "Holdings",
    "Incorporated",
];

/// Words for streets (USPS Publication 28, appendix C1) and those of British addresses.
const STREETS: &str = " alley avenue ave bayou beach bend bluff bluffs bottom boulevard blvd branch bridge brook brooks burg burgs bypass camp \
    canyon cape causeway center centers circle circles cliff cliffs club common commons corner corners course court courts cove coves creek \
    crescent crest crossing crossroad crossroads curve dale dam divide drive dr drives estate estates expressway extension extensions fall falls \
    ferry field fields flat flats ford fords forest forge forges fork forks fort freeway garden gardens gateway glen glens green greens grove \
    groves harbor harbors haven heights highway hill hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes \
    land landing lane ln light lights loaf lock locks lodge loop mall manor manors meadow meadows mews mill mills mission motorway mount mountain \
    mountains neck orchard oval overpass park parks parkway parkways pass passage path pike pine pines place plain plains plaza point points port \
    ports prairie radial ramp ranch rapid rapids rest ridge ridges river road rd roads route row rue run shoal shoals shore shores skyway spring \
    springs spur spurs square squares station stravenue stream street st streets summit terrace throughway trace track trafficway trail trailer \
    tunnel turnpike underpass union unions valley valleys via viaduct view views village villages ville vista walk walks wall way ways well wells \
    rise close drove ";

/// A word: where it begins and ends.
type Word = std::ops::Range<usize>;

impl Scan<'_> {
    /// The name that begins with the capitalised word at a place; where to go on.
    pub(super) fn capitalised(&mut self, word: Word) -> Option<usize> {
        let first = &self.text[word.clone()];
        self.work(4);
        if TITLES.contains(&first) {
            return self.titled(word.end);
        }
        if let Some(end) = self.company(&word) {
            return Some(end);
        }
        let labelled = self.cues.label(self.text, word.start) == Some(Cue::Name);
        let given = is_given(first);
        if !given && !labelled {
            return None;
        }
        let mut last = self.next_name(word.end)?;
        // A middle initial or a second given name.
        let middle = &self.text[last.clone()];
        if (middle.len() == 1 || lists::is_first_name(middle))
            && let Some(next) = self.next_name(last.end)
            && (middle.len() == 1 || is_surname(&self.text[next.clone()]))
        {
            last = next;
        }
        let surname = &self.text[last.clone()];
        let known = is_surname(surname);
        let doubtful = WORDS.contains(&first) || !given;
        if surname.len() < 2
            || (THINGS.contains(&surname) && (doubtful || !known))
            || (doubtful && !known)
        {
            return None;
        }
        let whole = word.start..last.end;
        if self.company_end(last.end).is_some() {
            return self.company(&whole);
        }
        self.push(whole, Kind::LatinName, if known { 0.9 } else { 0.65 });
        Some(last.end)
    }

    /// A name behind a title.
    fn titled(&mut self, end: usize) -> Option<usize> {
        let end = end + usize::from(self.bytes.get(end) == Some(&b'.'));
        let first = self.next_name(end).filter(|word| word.len() > 1)?;
        let mut last = first.clone();
        if let Some(next) = self.next_name(first.end).filter(|word| word.len() > 1)
            && !THINGS.contains(&&self.text[next.clone()])
        {
            last = next;
        }
        self.push(first.start..last.end, Kind::LatinName, 0.9);
        Some(last.end)
    }

    /// The capitalised word behind one blank; hyphens and apostrophes may be in it.
    fn next_name(&self, at: usize) -> Option<Word> {
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
    fn company(&mut self, word: &Word) -> Option<usize> {
        let first = &self.text[word.clone()];
        if let Some(end) = self.company_end(word.end) {
            self.push(word.start..end, Kind::Organisation, 0.9);
            return Some(end);
        }
        if !is_surname(first) {
            return None;
        }
        let rest = &self.text[word.end..];
        // Smith-Jones, with nothing of a name around it.
        if let Some(tail) = rest.strip_prefix('-') {
            let length = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
            let end = word.end + 1 + length;
            let end = self.company_end(end).unwrap_or(end);
            return is_surname(&tail[..length]).then(|| {
                self.push(word.start..end, Kind::Organisation, 0.65);
                end
            });
        }
        // Smith, Jones and Brown.
        let tail = rest.strip_prefix(", ")?;
        let second = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let last = tail[second..].strip_prefix(" and ")?;
        let third = last.bytes().take_while(u8::is_ascii_alphabetic).count();
        if !is_surname(&tail[..second]) || !last.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let end = word.end + 2 + second + 5 + third;
        self.push(word.start..end, Kind::Organisation, 0.8);
        Some(end)
    }

    /// Where the form of a company behind a name ends: `Ltd`, `Inc`, `and Sons`.
    fn company_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let sons = ["and Sons", "& Sons", "and Co", "& Co"]
            .iter()
            .find(|s| rest.strip_prefix(' ').is_some_and(|r| r.starts_with(**s)));
        if let Some(sons) = sons {
            return Some(at + 1 + sons.len());
        }
        let start = at + usize::from(rest.starts_with(','));
        let word = self.next_name(start)?;
        COMPANIES.contains(&&self.text[word.clone()]).then_some(word.end)
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
            let length = self.bytes[start..]
                .iter()
                .take(24)
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count();
            if length == 0
                || (count == 0 && !self.bytes[start].is_ascii_uppercase())
                || (count > 1 && *sign == b'\n')
            {
                break;
            }
            let word = self.text[start..start + length].to_ascii_lowercase();
            end = start + length;
            if count > 0 && STREETS.contains(&format!(" {word} ")) {
                street = Some(end);
                break;
            }
            if !self.bytes[start].is_ascii_uppercase() {
                break;
            }
        }
        self.work(30);
        let street = street?;
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
        let stop = super::characters::floor(self.text, at + LONGEST);
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
        let from = super::characters::floor(self.text, at.saturating_sub(BACK));
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

/// Given names of today that the census of 1990 does not have among its commonest.
#[rustfmt::skip]
const NEWER: &[&str] = &[
    "Dylan", "Reece", "Elliott", "Elliot", "Kieran", "Callum", "Jayne", "Lynne", "Harriet", "Imogen", "Freya", "Poppy", "Ellie", "Gemma", "Hayley",
    "Declan", "Liam", "Aidan", "Aiden", "Ethan", "Logan", "Mason", "Noah", "Owen", "Connor", "Jayden", "Hollie", "Leanne", "Lorraine", "Zoe", "Chloe",
    "Olivia", "Sophia", "Isabella", "Mia", "Amelia", "Harper", "Evelyn", "Abigail", "Emily", "Ella", "Scarlett", "Aria", "Layla", "Riley", "Nora",
    "Lily", "Eleanor", "Hannah", "Lillian", "Addison", "Aubrey", "Stella", "Natalie", "Leah", "Hazel", "Violet", "Aurora", "Lucy", "Oliver", "Elijah",
    "Lucas", "Levi", "Asher", "Jackson", "Sebastian", "Jack", "Hudson", "Leo", "Luca", "Wyatt", "Carter", "Jayce", "Ezra", "Grayson", "Cooper",
    "Caleb", "Nolan", "Bailey", "Georgina", "Gareth", "Graeme", "Hugh", "Iain", "Ian", "Kirsty", "Lewis", "Louis", "Martyn", "Maureen", "Mohamed",
    "Mohammed", "Mohammad", "Muhammad", "Nicola", "Nigel", "Oscar", "Pauline", "Rhys", "Ryan", "Sam", "Shaun", "Simon", "Sian", "Siobhan", "Toby",
    "Tracey", "Trevor", "Yvonne", "Abdul", "Ashleigh", "Charlene", "Claire", "Damien", "Denis", "Duncan", "Eileen", "Frances", "Francesca", "Geraldine",
    "Gillian", "Glen", "Hilary", "Jenna", "Jodie", "Joel", "Josh", "Julian", "Kate", "Katy", "Kerry", "Kyle", "Lindsey", "Lydia", "Marc", "Marian",
    "Megan", "Naomi", "Natasha", "Patricia", "Phillip", "Rachael", "Robin", "Rosie", "Sean", "Stacey", "Stewart", "Stuart", "Suzanne", "Sylvia", "Tina",
    "Tom", "Toni", "Vanessa", "Zachary", "Aimee", "Beth", "Bethan", "Danielle", "Howard", "Jeremy", "Jordan", "Karl", "Kimberley", "Leigh", "Marilyn",
];

fn is_given(word: &str) -> bool {
    static SET: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    lists::is_first_name(word) || SET.get_or_init(|| NEWER.iter().copied().collect()).contains(word)
}

fn is_surname(word: &str) -> bool {
    // McDonald, O'Neill, Browne-Williams.
    lists::is_surname(word)
        || word.split('-').any(lists::is_surname) && word.contains('-')
        || word
            .strip_prefix("O'")
            .or_else(|| word.strip_prefix("Mc"))
            .is_some_and(|rest| rest.len() > 2)
}
