//! What the file promises, and that the committed one is it.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/residents")
}

fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' | 'Ｘ' => char::from_u32(u32::from(c) - 0xfee0).unwrap(),
            other => other,
        })
        .collect()
}

fn some() -> Vec<Visit> {
    visits(Options { rows: 20_000, seed: 3 })
}

#[test]
fn the_committed_file_is_made_by_its_seed_and_named_by_its_digest() {
    let made = csv(Options::default());
    let committed = fs::read(folder().join("residents.csv")).unwrap();
    assert!(
        made == committed,
        "run `cargo xtask residents --out examples/residents/residents.csv`"
    );
    assert!(made.len() <= 9_000_000, "{} bytes", made.len());
    let page = fs::read_to_string(folder().join("README.md")).unwrap();
    assert!(page.contains(&hex::encode(Sha256::digest(&made))), "the page names another digest");
    assert!(page.contains(&Options::default().seed.to_string()), "the page names another seed");
}

#[test]
fn the_seed_alone_decides() {
    let options = Options { rows: 200, seed: 1 };
    assert_eq!(csv(options), csv(options));
    assert_ne!(csv(options), csv(Options { seed: 2, ..options }));
}

#[test]
fn the_bytes_are_gb_18030_and_not_gbk() {
    let bytes = csv(Options { rows: 20_000, seed: 3 });
    let (text, _, replaced) = GB18030.decode(&bytes);
    assert!(!replaced);
    assert!(text.starts_with(HEADER));
    assert!(text.contains(words::RARE[0]), "a character outside GBK");
    assert!(std::str::from_utf8(&bytes).is_err());
}

#[test]
fn every_number_is_well_formed_and_nobodys() {
    for visit in some() {
        let number = half_width(&visit.person.number).to_ascii_uppercase();
        assert_eq!(number.len(), 18);
        let (body, check) = number.split_at(17);
        assert!(check.starts_with(numbers::resident_check(body)), "{number}");
        assert!(number.starts_with("372628"));
        let sequence: u32 = number[14..17].parse().unwrap();
        assert!((996..=999).contains(&sequence));
        assert_eq!(sequence.is_multiple_of(2), visit.person.woman);
        assert_eq!(number[6..10], visit.person.birth.year.to_string());
        let phone = half_width(&visit.person.phone).replace("+86", "").replace('-', "");
        assert!(phone.is_empty() || phone.len() == 11 && phone.starts_with("154"), "{phone}");
        let unit = visit.person.unit.as_bytes();
        assert!(
            unit.is_empty() || unit.len() == 18 && unit[17] == numbers::credit_check(&unit[..17])
        );
    }
}

#[test]
fn a_person_keeps_the_number_and_no_two_people_share_one() {
    let mut of = std::collections::BTreeMap::new();
    for visit in some() {
        let first = of.entry(visit.person.number.clone()).or_insert(visit.person.clone());
        assert_eq!(first.line_key(), visit.person.line_key());
    }
    assert!((14_500..16_000).contains(&of.len()), "{} people", of.len());
}

impl Person {
    fn line_key(&self) -> (&str, Day, &str, &str) {
        (&self.name, self.birth, &self.address, &self.device)
    }
}

#[test]
fn the_birth_date_is_the_one_in_the_number() {
    for visit in some() {
        let number = half_width(&visit.person.number);
        assert_eq!(number[6..14], visit.person.birth.digits());
    }
}

#[test]
fn the_dirt_is_there() {
    let visits = some();
    let count = |dirty: fn(&Person) -> bool| visits.iter().filter(|v| dirty(&v.person)).count();
    assert!(count(|p| p.address.contains('\n')) > 10);
    assert!(count(|p| p.address.contains('"')) > 10);
    assert!(count(|p| p.address.is_empty()) > 100);
    assert!(count(|p| p.phone.contains('０')) > 10);
    assert!(count(|p| !p.number.is_ascii()) > 10);
    assert!(count(|p| p.name.contains('\u{3000}')) > 50);
    assert!(count(|p| p.income.is_empty()) > 1000);
}

#[test]
fn the_hierarchy_file_is_that_of_the_districts() {
    let made: String = words::DISTRICTS
        .iter()
        .map(|(_, (district, city))| format!("{district},{city},示例省\n"))
        .collect();
    let committed = fs::read_to_string(folder().join("区划.csv")).unwrap();
    assert_eq!(made, committed);
}

#[test]
fn a_field_with_a_separator_is_quoted() {
    assert_eq!(quoted("plain"), "plain");
    assert_eq!(quoted("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
}
