//! The RAND Health Insurance Experiment table: links, people with several rows, the whole way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{Array, cast::AsArray};
use weir_deidentify::links::{self, DeriveTable, Fate, Released, Shown};
use weir_deidentify::search::Suppressed;
use weir_deidentify::transform::{Action, LeaveOut, Transform};
use weir_deidentify::{Hierarchy, SearchOptions, TokenKey, hierarchy, least_loss};
use weir_table::Profile;
use weir_types::plan::LinkForm;

use crate::table;

const QUASI: [&str; 12] = [
    "site", "year", "black", "income", "xage", "female", "educdec", "num", "child", "fchild",
    "lfam", "linc",
];

fn claims() -> Option<Profile> {
    let text = table::read("../../examples/claims/randhie.csv")
        .or_else(|| std::fs::read_to_string("/tmp/w/statsmodels/datasets/randhie/src/randhie.csv").ok())?;
    Some(table::profile(&text, ','))
}

fn indices(profile: &Profile, names: &[&str]) -> Vec<usize> {
    names.iter().map(|name| profile.index_of(name).unwrap()).collect()
}

#[test]
fn links_are_found_and_no_others() {
    let Some(profile) = claims() else { return };
    let quasi = indices(&profile, &QUASI);
    let person = profile.index_of("zper").unwrap();
    let candidates: Vec<usize> = (0..profile.columns.len()).filter(|c| *c != person).collect();
    let begun = Instant::now();
    let ties = links::find(&profile, &quasi, &candidates, Some(person));
    eprintln!("{:?}", begun.elapsed());
    for tie in &ties {
        let link = tie.link(&profile);
        eprintln!("{} -> {} {:?} {:.3}", link.column, link.of, link.form, link.strength);
    }
    let settled = links::settle(&profile, &quasi, &ties, &[]);
    let name = |c: &usize| profile.columns[*c].name.clone();
    eprintln!("searched {:?}", settled.searched.iter().map(name).collect::<Vec<_>>());
    for d in &settled.dependents {
        eprintln!("{} of {:?}", name(&d.column), d.of.iter().map(name).collect::<Vec<_>>());
    }
}
