//! The RAND Health Insurance Experiment table: links, people with several rows, the whole way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use rustc_hash::FxHashSet;
use weir_deidentify::links::{self, DeriveTable, Fate, Released, Settled, Shown, Tie};
use weir_deidentify::search::{Solution, Suppressed};
use weir_deidentify::transform::{Action, LeaveOut, Transform};
use weir_deidentify::{Columns, Hierarchy, Quasi, SearchTable, TokenKey, hierarchy, least_loss};
use weir_search::SearchOptions;
use weir_search::goal::{Goal, Model};
use weir_table::Profile;
use weir_types::QualityModel;
use weir_types::plan::LinkForm;

use crate::table;

const QUASI: [&str; 12] = [
    "site", "year", "black", "income", "xage", "female", "educdec", "num", "child", "fchild",
    "lfam", "linc",
];
const K: usize = 5;

/// The table, read once for all tests.
fn claims() -> Option<&'static Profile> {
    static CLAIMS: OnceLock<Option<Profile>> = OnceLock::new();
    let read = || Some(table::profile(&table::read("../../examples/claims/randhie.csv")?, ','));
    CLAIMS.get_or_init(read).as_ref()
}

fn indices(profile: &Profile, names: &[&str]) -> Vec<usize> {
    names.iter().map(|name| profile.index_of(name).unwrap()).collect()
}

fn ties(profile: &Profile) -> &'static [Tie] {
    static TIES: OnceLock<Vec<Tie>> = OnceLock::new();
    TIES.get_or_init(|| {
        let person = profile.index_of("zper").unwrap();
        let candidates: Vec<usize> = (0..profile.columns.len()).filter(|c| *c != person).collect();
        links::find(profile, &indices(profile, &QUASI), &candidates, Some(person))
    })
}

#[test]
fn links_are_found_and_no_others() {
    let Some(profile) = claims() else { return };
    let found: BTreeMap<(String, String), (LinkForm, f64)> = ties(profile)
        .iter()
        .map(|tie| tie.link(profile))
        .map(|link| ((link.column, link.of), (link.form, link.strength)))
        .collect();
    let of = |column: &str, of: &str| found.get(&(column.to_owned(), of.to_owned())).copied();
    let form = |column: &str, with: &str| of(column, with).map(|(form, _)| form);
    assert_eq!(form("linc", "income"), Some(LinkForm::Monotone));
    assert_eq!(form("lnum", "num"), Some(LinkForm::Steps));
    assert_eq!(form("lfam", "num"), Some(LinkForm::Steps));
    assert_eq!(form("child", "xage"), Some(LinkForm::Steps));
    assert_eq!(form("fchild", "child"), Some(LinkForm::Determines));
    assert_eq!(form("fchild", "female"), Some(LinkForm::Determines));
    for column in ["mdeoff", "pioff", "lpi", "fmde"] {
        assert_eq!(form(column, "income"), Some(LinkForm::Determines), "{column}");
    }
    for column in ["plan", "educdec", "mhi", "disea", "xghindx", "meddol", "female", "black"] {
        assert_eq!(form(column, "income"), None, "{column}");
    }
    for column in ["female", "black", "site", "mhi", "ghindx", "income", "outpdol"] {
        assert_eq!(form(column, "xage"), None, "{column}");
    }
    assert_eq!(form("income", "site"), None, "families share both");
}

#[test]
fn the_finer_column_of_a_group_leads() {
    let Some(profile) = claims() else { return };
    let settled = links::settle(profile, &indices(profile, &QUASI), ties(profile), &[]);
    let leads = ["site", "year", "black", "income", "xage", "female", "educdec", "num"];
    assert_eq!(settled.searched, indices(profile, &leads));
    let of = |name: &str| {
        let column = profile.index_of(name).unwrap();
        let found = settled.dependents.iter().find(|d| d.column == column);
        found.map(|d| d.of.iter().map(|c| profile.columns[*c].name.as_str()).collect::<Vec<_>>())
    };
    assert_eq!(of("linc"), Some(vec!["income"]));
    assert_eq!(of("child"), Some(vec!["xage"]));
    assert_eq!(of("fchild"), Some(vec!["xage", "female"]));
    assert_eq!(of("lnum"), Some(vec!["num"]));
    assert_eq!(of("ghindx"), None, "a health score is no function of the age");
}

struct Way {
    settled: Settled,
    hierarchies: Vec<Arc<Hierarchy>>,
    solution: Solution,
    leave_out: LeaveOut,
    released: RecordBatch,
}

/// From the profile to the released rows, once for each way.
fn release(profile: &Profile, linked: bool) -> &'static Way {
    static WAYS: [OnceLock<Way>; 2] = [OnceLock::new(), OnceLock::new()];
    WAYS[usize::from(linked)].get_or_init(|| make(profile, linked))
}

fn make(profile: &Profile, linked: bool) -> Way {
    let person = profile.index_of("zper").unwrap();
    let ties = ties(profile);
    let settled = links::settle(profile, &indices(profile, &QUASI), ties, &[]);
    let hierarchies: Vec<Hierarchy> = settled
        .searched
        .iter()
        .map(|c| hierarchy::automatic(&profile.columns[*c], K as u64))
        .collect();
    let pairs: Vec<(usize, &Hierarchy)> =
        settled.searched.iter().copied().zip(&hierarchies).collect();
    let (histogram, record_of) = table::histogram(profile, &pairs, Some(person));
    let hierarchies: Vec<Arc<Hierarchy>> = hierarchies.into_iter().map(Arc::new).collect();
    let quasi = |h: &Arc<Hierarchy>| Quasi { hierarchy: Arc::clone(h), weight: 1.0 };
    let columns = Columns { quasi: hierarchies.iter().map(quasi).collect(), sensitive: Vec::new() };
    let table = SearchTable::new(&histogram, &columns, None, linked).unwrap();
    let goal = Goal {
        models: vec![Model { model: format!("{K}-anonymity").parse().unwrap(), sensitive: 0 }],
        quality: QualityModel::default(),
        suppress_at_most: 0.05,
    };
    // What one core does in some seconds; the lattice has millions of nodes.
    let options = SearchOptions { budget: 500_000_000, ..SearchOptions::PLAIN };
    let solution = least_loss(&table, &hierarchies, &goal, &options).unwrap();
    let people = profile.sample.column(person).as_primitive::<Int64Type>().values();
    let hashes: Vec<u64> = people.iter().map(|p| *p as u64).collect();
    let leave_out = match &solution.suppressed {
        Suppressed::Records(out) => {
            let rows = hashes.iter().zip(&record_of);
            let rows =
                rows.filter(|(_, record)| table.unit_of_record(**record).is_some_and(|u| out[u]));
            LeaveOut::People(rows.map(|(hash, _)| *hash).collect::<FxHashSet<u64>>())
        }
        Suppressed::Looks(looks) => {
            let levels = solution.levels.iter().copied();
            let columns = settled.searched.iter().copied().zip(hierarchies.iter().cloned());
            let columns = columns.zip(levels).map(|((c, h), level)| (c, h, level)).collect();
            LeaveOut::Looks { columns, looks: looks.clone() }
        }
    };
    let actions = actions(profile, &settled, &hierarchies, &solution.levels, linked);
    let key = TokenKey::new([9; 32]);
    let transform =
        Transform::new(profile.sample.schema(), actions, leave_out.clone(), &key).unwrap();
    let released = transform.apply(&profile.sample, Some(&hashes)).unwrap();
    Way { settled, hierarchies, solution, leave_out, released }
}

fn actions(
    profile: &Profile,
    settled: &Settled,
    hierarchies: &[Arc<Hierarchy>],
    levels: &[usize],
    linked: bool,
) -> Vec<Action> {
    let mut actions = vec![Action::Keep; profile.columns.len()];
    actions[profile.index_of("zper").unwrap()] = if linked { Action::Token } else { Action::Drop };
    let parts = settled.searched.iter().zip(hierarchies).zip(levels);
    let mut released = Vec::new();
    for ((column, hierarchy), level) in parts {
        let (column, level) = (*column, *level);
        actions[column] = Action::Generalise { hierarchy: Arc::clone(hierarchy), level };
        released.push(Released { column, hierarchy, level });
    }
    let codes = |column: usize, book: &weir_table::Codebook| {
        let mut codes = Vec::new();
        book.encode(profile.sample.column(column), &mut codes);
        codes
    };
    for dependent in &settled.dependents {
        let column = &profile.columns[dependent.column];
        let mut tables: Vec<(usize, DeriveTable)> = Vec::new();
        if let Some(book) = links::derivable(column) {
            for r in released.iter().filter(|r| dependent.of.contains(&r.column)) {
                let mut table = DeriveTable::new(r.hierarchy.codebook(), &book);
                let leading = codes(r.column, r.hierarchy.codebook());
                table.add(&leading, &codes(dependent.column, &book));
                tables.push((r.column, table));
            }
        }
        let tables: Vec<(usize, &DeriveTable)> = tables.iter().map(|(c, t)| (*c, t)).collect();
        actions[dependent.column] = match dependent.decide(column, &released, &tables) {
            Fate::Keep => Action::Keep,
            Fate::Drop { .. } => Action::Drop,
            Fate::Derive { of, derived } => {
                let at = settled.searched.iter().position(|c| *c == of).unwrap();
                Action::Derive { of, hierarchy: Arc::clone(&hierarchies[at]), derived }
            }
        };
    }
    actions
}

/// The released rows of each person, or of each row's person by place, over some columns.
fn looks(batch: &RecordBatch, columns: &[usize]) -> Vec<Vec<String>> {
    let shown = |row: usize, column: usize| {
        let array = batch.column(column);
        if array.is_null(row) {
            String::new()
        } else if let Some(text) = array.as_string_opt::<i32>() {
            text.value(row).to_owned()
        } else if let Some(number) = array.as_primitive_opt::<Int64Type>() {
            number.value(row).to_string()
        } else {
            format!("{:?}", array.slice(row, 1))
        }
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|c| shown(row, *c)).collect()).collect()
}

fn quasi_columns(released: &RecordBatch) -> Vec<usize> {
    QUASI.iter().filter_map(|name| released.schema_ref().index_of(name).ok()).collect()
}

#[test]
fn every_whole_record_is_shared_by_k_people() {
    let Some(profile) = claims() else { return };
    let way = release(profile, true);
    let looks = looks(&way.released, &quasi_columns(&way.released));
    let tokens = way.released.column(way.released.schema_ref().index_of("zper").unwrap());
    let tokens = tokens.as_string::<i32>();
    let mut people: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    for (row, look) in looks.iter().enumerate() {
        people.entry(tokens.value(row)).or_default().push(look);
    }
    people.values_mut().for_each(|rows| rows.sort_unstable());
    let mut classes: BTreeMap<&Vec<&Vec<String>>, usize> = BTreeMap::new();
    people.values().for_each(|rows| *classes.entry(rows).or_default() += 1);
    assert!(classes.values().all(|n| *n >= K), "{:?}", classes.values().min());
    let all = 5908..=5912;
    let left = people.len() as u64 + way.solution.people_suppressed;
    assert!(all.contains(&left), "{left} people");
    assert!(way.solution.people_suppressed as f64 <= 0.05 * left as f64);
    let rows = profile.rows - way.solution.rows_suppressed;
    assert_eq!(way.released.num_rows() as u64, rows);
    assert!(matches!(way.leave_out, LeaveOut::People(_)));
}

#[test]
fn every_row_is_shared_by_k_people_when_rows_are_not_tied() {
    let Some(profile) = claims() else { return };
    let way = release(profile, false);
    let LeaveOut::Looks { columns, .. } = &way.leave_out else { panic!("rows are left out") };
    assert_eq!(columns.len(), way.settled.searched.len());
    // The people of the released rows, which the release itself does not show.
    let person = profile.index_of("zper").unwrap();
    let mut with_people = vec![Action::Drop; profile.columns.len()];
    with_people[person] = Action::Keep;
    let key = TokenKey::new([9; 32]);
    let people =
        Transform::new(profile.sample.schema(), with_people, way.leave_out.clone(), &key).unwrap();
    let people = people.apply(&profile.sample, None).unwrap();
    let people = people.column(0).as_primitive::<Int64Type>();
    let looks = looks(&way.released, &quasi_columns(&way.released));
    let mut classes: BTreeMap<&Vec<String>, BTreeSet<i64>> = BTreeMap::new();
    for (row, look) in looks.iter().enumerate() {
        classes.entry(look).or_default().insert(people.value(row));
    }
    assert!(classes.values().all(|people| people.len() >= K));
    assert_eq!(looks.len() as u64, profile.rows - way.solution.rows_suppressed);
    assert!(way.solution.rows_suppressed as f64 <= 0.05 * profile.rows as f64);
}

#[test]
fn nothing_released_gives_a_generalised_column_away() {
    let Some(profile) = claims() else { return };
    for linked in [true, false] {
        let way = release(profile, linked);
        let actions =
            actions(profile, &way.settled, &way.hierarchies, &way.solution.levels, linked);
        let shown: Vec<Shown<'_>> = actions
            .iter()
            .enumerate()
            .filter_map(|(column, action)| match action {
                Action::Keep => Some(Shown { column, level: None }),
                Action::Generalise { hierarchy, level } => {
                    Some(Shown { column, level: Some((hierarchy, *level)) })
                }
                _ => None,
            })
            .collect();
        let told: Vec<(String, String)> =
            links::gives_away(profile, &shown, profile.index_of("zper"))
                .iter()
                .map(|tie| tie.link(profile))
                .map(|link| (link.column, link.of))
                .collect();
        assert!(told.is_empty(), "linked {linked}: {told:?}");
    }
}
