//! Hierarchies of values that are listed: in an order, in named groups, by their frequency.

use std::collections::{BTreeMap, BTreeSet};

use weir_table::ColumnProfile;
use weir_types::Bilingual;
use weir_types::hierarchy::Group;

use super::automatic::exact;
use super::build::listed;
use super::{Draft, Hierarchy, HierarchyError, checked, codes_as_leaves, leaves};

/// Neighbours in a given order; the loss of a group is its share of that order.
pub(super) fn order(
    values: &[String],
    by: &[usize],
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    let codebook = listed(profile)?;
    let places: BTreeMap<&str, usize> = values.iter().map(String::as_str).zip(0..).collect();
    let found: Vec<Option<usize>> =
        profile.values.iter().map(|v| places.get(v.value.expose().as_str()).copied()).collect();
    let missing: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_none()).collect();
    if !missing.is_empty() {
        return Err(lacking(profile, missing));
    }
    let mut drafts = vec![exact(profile)];
    for size in by {
        let bounds = |group: usize| (group * size, ((group + 1) * size).min(values.len()));
        let label = |group: usize| match bounds(group) {
            (from, to) if to - from == 1 => values[from].clone(),
            (from, to) => format!("[{},{}]", values[from], values[to - 1]),
        };
        let n_groups = values.len().div_ceil(*size);
        let of_label: BTreeMap<String, usize> =
            (0..n_groups).map(|group| (label(group), bounds(group).1 - bounds(group).0)).collect();
        let labels = found.iter().flatten().map(|place| label(place / size)).collect();
        let meaning = Bilingual::new(
            format!("相邻 {size} 个值为一组"),
            format!("groups of {size} neighbours"),
        );
        drafts.push(leaves(labels, meaning, values.len(), |label| of_label[label]));
    }
    checked(profile, codebook, drafts)
}

/// Named groups; what is in none stays as it is.
pub(super) fn named(
    levels: &[Vec<Group>],
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    let codebook = listed(profile)?;
    let mut drafts = vec![exact(profile)];
    let mut labels: Vec<String> = profile.values.iter().map(|v| v.value.expose().clone()).collect();
    for (at, groups) in levels.iter().enumerate() {
        // A misspelt value may be one that the data happens to lack; a misspelt group is not.
        if let Some(below) = at.checked_sub(1).and_then(|below| levels.get(below)) {
            let names: BTreeSet<&String> =
                below.iter().map(|group| &group.name).chain(&labels).collect();
            if !groups.iter().flat_map(|group| &group.members).all(|m| names.contains(m)) {
                let column = profile.name.clone();
                return Err(HierarchyError::UnknownGroup { column, level: at + 1 });
            }
        }
        let group_of: BTreeMap<&str, &str> = groups
            .iter()
            .flat_map(|g| g.members.iter().map(|member| (member.as_str(), g.name.as_str())))
            .collect();
        for label in &mut labels {
            if let Some(group) = group_of.get(label.as_str()) {
                *label = (*group).to_owned();
            }
        }
        let level = at + 1;
        let meaning =
            Bilingual::new(format!("第 {level} 级分组"), format!("groups of level {level}"));
        drafts.push(codes_as_leaves(labels.clone(), meaning));
    }
    checked(profile, codebook, drafts)
}

/// Values as they are, but for rare ones, which are one.
pub(super) fn frequency(
    at_least: &[f64],
    profile: &ColumnProfile,
) -> Result<Hierarchy, HierarchyError> {
    let codebook = listed(profile)?;
    let mut drafts = vec![exact(profile)];
    drafts.extend(at_least.iter().map(|share| rare(*share, profile)));
    checked(profile, codebook, drafts)
}

/// The level that joins values of fewer rows than this share of those with a value.
pub(super) fn rare(share: f64, profile: &ColumnProfile) -> Draft {
    let rows: u64 = profile.values.iter().map(|v| v.count).sum();
    let least = share * rows as f64;
    let mut other = "(other)".to_owned();
    while profile.values.iter().any(|v| *v.value.expose() == other) {
        other = format!("({other})");
    }
    let label = |v: &weir_table::ValueCount| match (v.count as f64) < least {
        true => other.clone(),
        false => v.value.expose().clone(),
    };
    let labels = profile.values.iter().map(label).collect();
    let percent = share * 100.0;
    let meaning = Bilingual::new(
        format!("少于 {percent}% 的值合并"),
        format!("values of less than {percent} % joined"),
    );
    codes_as_leaves(labels, meaning)
}

fn lacking(profile: &ColumnProfile, values: Vec<usize>) -> HierarchyError {
    let (column, missing) = (profile.name.clone(), values.len());
    HierarchyError::MissingValues { column, missing, values, row: None }
}
