//! Whose rows a table holds.

use rustc_hash::FxHashMap;
use serde::Serialize;
use weir_types::{Bilingual, Finding};

use super::coded::Coded;
use super::dependencies::evidence::{Rows, evidence};
use super::options::Options;
use super::words;

/// Who the people of a table are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct People {
    /// The columns that say whose row it is; none where each row counts as one person.
    pub columns: Vec<String>,
    /// People.
    pub people: u64,
    /// People with more than one row.
    pub with_several_rows: u64,
    /// Most rows of one person.
    pub most_rows: u64,
    /// The same for people.
    pub say: Bilingual,
}

/// The column whose values have one date of birth, one sex and so on, in several rows each.
///
/// Of the columns that determine every lasting attribute of the table, of which there must be
/// two, the one with fewest values: orders tell whose they are too, but people have several. An
/// attribute is no candidate itself, nor is what hardly ever repeats.
fn tells_people(coded: &Coded, findings: &[Finding], options: &Options) -> Option<usize> {
    const ROWS_EACH: usize = 6;
    let lasting = |at: &usize| {
        let finding = &findings[coded.columns()[*at].column];
        LASTING.contains(&finding.semantic.as_str()) && coded.columns()[*at].distinct() > 1
    };
    let all = 0..coded.columns().len();
    let attributes: Vec<usize> = all.clone().filter(lasting).collect();
    if attributes.len() < 2 {
        return None;
    }
    let rows = Rows::new(coded, None, coded.kept());
    let tells = |at: &usize| {
        let column = &coded.columns()[*at];
        let n = column.distinct();
        // Five people to six rows at most, and no fewer than one attribute tells apart.
        let repeats = n * ROWS_EACH <= coded.kept() * (ROWS_EACH - 1);
        let enough = attributes.iter().all(|a| n >= coded.columns()[*a].distinct());
        repeats && enough && {
            let classes = rows.by(column);
            let holds = |a: &usize| {
                let to = &coded.columns()[*a];
                evidence(&rows, &classes, to).holds(options.most_violations)
            };
            attributes.iter().all(holds)
        }
    };
    let candidates = all.filter(|at| !attributes.contains(at)).filter(tells);
    candidates.min_by_key(|at| (coded.columns()[*at].distinct(), *at))
}

/// Types of content that a person has one of.
const LASTING: [&str; 6] =
    ["birth-date", "sex", "ethnicity", "race", "person-name", "person-name-latin"];

/// The people of coded rows.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) people: People,
    /// Places of the columns among the coded ones.
    pub(super) columns: Vec<usize>,
    /// Row to person, where there are such columns.
    pub(super) person: Option<Vec<u32>>,
}

impl Counted {
    /// The people by the column that the findings name; a name is taken together with a date of
    /// birth. Where no finding names one, by the column that [`tells_people`] finds.
    pub(super) fn new(coded: &Coded, findings: &[Finding], options: &Options) -> Self {
        let finding = |at: usize| &findings[coded.columns()[at].column];
        let all = 0..coded.columns().len();
        let mut columns: Vec<usize> = all.clone().filter(|at| finding(*at).person_key).collect();
        let stated = |at: usize| finding(at).signals.iter().any(|signal| signal.test == "request");
        if let [key] = *columns
            && finding(key).semantic.starts_with("person-name")
            && !stated(key)
        {
            // Two people of one name were hardly born on one day.
            let births = all.filter(|at| finding(*at).semantic == "birth-date");
            columns.extend(births.take(1));
            columns.sort_unstable();
        }
        let found = if columns.is_empty() { tells_people(coded, findings, options) } else { None };
        let mut people = Self::by(coded, findings, found.map_or(columns, |found| vec![found]));
        if found.is_some() {
            people.people.say = words::found_people(&people.people.say);
        }
        people
    }

    fn by(coded: &Coded, findings: &[Finding], columns: Vec<usize>) -> Self {
        let names: Vec<String> =
            columns.iter().map(|at| findings[coded.columns()[*at].column].column.clone()).collect();
        if columns.is_empty() {
            let people = coded.weights().iter().sum();
            let say = words::people(&names, people, 0, 1);
            let most_rows = u64::from(people > 0);
            let people = People { columns: names, people, with_several_rows: 0, most_rows, say };
            return Self { people, columns, person: None };
        }
        let mut known: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
        let mut rows: Vec<u64> = Vec::new();
        let mut person = Vec::with_capacity(coded.kept());
        for (row, weight) in coded.weights().iter().enumerate() {
            let key = columns.iter().map(|at| coded.columns()[*at].codes[row]).collect();
            let next = u32::try_from(rows.len()).expect("fewer than 2^32 rows are kept");
            let at = *known.entry(key).or_insert(next);
            if at == next {
                rows.push(0);
            }
            rows[at as usize] += weight;
            person.push(at);
        }
        let several = rows.iter().filter(|rows| **rows > 1).count() as u64;
        let (people, most_rows) = (rows.len() as u64, rows.iter().max().copied().unwrap_or(0));
        let say = words::people(&names, people, several, most_rows);
        let people = People { columns: names, people, with_several_rows: several, most_rows, say };
        Self { people, columns, person: Some(person) }
    }

    /// Row to person and the number of people, for [`super::tuples::Tuples::new`].
    pub(super) fn of_rows(&self) -> Option<(&[u32], u64)> {
        self.person.as_deref().map(|person| (person, self.people.people))
    }
}

#[cfg(test)]
mod tests {
    use weir_types::Role;

    use crate::together::tests::{batch, coded, finding, options};
    use crate::together::{People, of_coded};

    const NAMES: [&str; 5] = ["x", "order", "sex", "born", "name"];

    fn draw(a: u64, b: u64, n: u64) -> u64 {
        weir_table::mix(a * 31 + b + 1) % n
    }

    /// 600 people with three orders of two lines each.
    fn rows() -> Vec<Vec<String>> {
        let row = |row: u64| {
            let (who, order) = (row / 6, row / 2);
            let (y, d) = (1950 + draw(who, 1, 50), 10 + draw(who, 2, 18));
            let sex = if draw(who, 3, 2) == 0 { "男" } else { "女" };
            let name = format!("n{}", draw(who, 4, 150));
            [format!("k{who}"), format!("o{order}"), sex.to_owned(), format!("{y}-05-{d}"), name]
                .to_vec()
        };
        (0..3600).map(row).collect()
    }

    fn people(semantics: [&str; 5], key: Option<usize>) -> People {
        let mut findings = NAMES.map(|name| finding(name, Role::QuasiIdentifier, false));
        for (finding, semantic) in findings.iter_mut().zip(semantics) {
            finding.semantic = semantic.to_owned();
        }
        if let Some(key) = key {
            findings[key].person_key = true;
        }
        let options = options();
        of_coded(&coded(&batch(&NAMES, &rows()), &findings, &options), &findings, &options).people
    }

    #[test]
    fn a_column_of_unknown_meaning_is_found_by_what_its_values_have_in_common() {
        let people = people(["unrecognised", "unrecognised", "sex", "birth-date", "other"], None);
        assert_eq!(people.columns, ["x"]);
        assert!(people.say.en.contains("found by its values"), "{}", people.say);
        assert_eq!((people.people, people.with_several_rows, people.most_rows), (600, 600, 6));
    }

    #[test]
    fn without_lasting_attributes_each_row_is_a_person() {
        let people = people(["unrecognised"; 5], None);
        assert_eq!((people.columns.len(), people.people), (0, 3600));
    }

    #[test]
    fn a_name_is_taken_together_with_a_date_of_birth() {
        let of =
            |key| people(["unrecognised", "unrecognised", "sex", "birth-date", "person-name"], key);
        let people = of(Some(4));
        assert_eq!(people.columns, ["born", "name"]);
        assert!((590..=600).contains(&people.people), "{people:?}");
        assert_eq!(of(Some(0)).columns, ["x"]);
    }
}
