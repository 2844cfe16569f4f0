//! Hierarchies of texts: every level gives a value a label by its characters alone.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use weir_table::{Codebook, ColumnProfile, Key};
use weir_types::Bilingual;
use weir_types::hierarchy::Side;

use super::automatic::exact;
use super::build::Strictness;
use super::{Draft, Hierarchy, HierarchyError, TOP, checked, codes_as_leaves, leaves};

/// Most keys that a column of many values is coded by.
const MOST_KEYS: usize = 60_000;
/// Most levels of a mask.
const MOST_LEVELS: usize = 64;

/// The labels of a value, level by level, finest first. A label of a level tells the labels of
/// all levels above it.
pub(super) trait Labels: Debug + Send + Sync + 'static {
    /// What the values must be.
    const FORM: &'static str;

    /// What each level means.
    fn meanings(&self) -> Vec<Bilingual>;

    /// The label of a value in canonical text; `None` where it does not have the form.
    fn label(&self, level: usize, value: &str) -> Option<String>;
}

/// The label of the finest level, as the key of a code.
#[derive(Debug)]
struct First<L>(L);

impl<L: Labels> Key for First<L> {
    fn key(&self, value: &str) -> Option<String> {
        self.0.label(0, value)
    }
}

/// The hierarchy of a column by labels.
///
/// Where there are too many values to list them, the labels of the finest level that the profile
/// shows are the codes; a value with another one is `*` at every level.
pub(super) fn by_labels<L: Labels>(
    profile: &ColumnProfile,
    labels: L,
    strictness: Strictness,
) -> Result<Hierarchy, HierarchyError> {
    let meanings = labels.meanings();
    match Codebook::of_values(profile) {
        Some(codebook) => {
            let mut drafts = vec![exact(profile)];
            for (level, meaning) in meanings.into_iter().enumerate() {
                drafts.push(codes_as_leaves(
                    all_labels(profile, &labels, level, strictness)?,
                    meaning,
                ));
            }
            checked(profile, codebook, drafts)
        }
        None => by_keys(profile, labels, meanings),
    }
}

fn all_labels<L: Labels>(
    profile: &ColumnProfile,
    labels: &L,
    level: usize,
    strictness: Strictness,
) -> Result<Vec<String>, HierarchyError> {
    let found: Vec<Option<String>> =
        profile.values.iter().map(|v| labels.label(level, v.value.expose())).collect();
    let values: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_none()).collect();
    if strictness == Strictness::Strict && !values.is_empty() {
        return Err(unfit::<L>(profile, values));
    }
    Ok(found.into_iter().map(|label| label.unwrap_or_else(|| TOP.to_owned())).collect())
}

fn unfit<L: Labels>(profile: &ColumnProfile, values: Vec<usize>) -> HierarchyError {
    let (column, unfit) = (profile.name.clone(), values.len());
    HierarchyError::Unfit { column, form: L::FORM, unfit, values, row: None }
}

fn by_keys<L: Labels>(
    profile: &ColumnProfile,
    labels: L,
    meanings: Vec<Bilingual>,
) -> Result<Hierarchy, HierarchyError> {
    // A value of each key, and the values that have it.
    let mut keys: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for value in &profile.values {
        let value = value.value.expose();
        if let Some(key) = labels.label(0, value).filter(|key| key != TOP) {
            keys.entry(key).or_insert((value, 0)).1 += 1;
        }
    }
    if keys.is_empty() {
        return Err(unfit::<L>(profile, (0..profile.values.len()).collect()));
    }
    if keys.len() > MOST_KEYS {
        let column = profile.name.clone();
        return Err(HierarchyError::TooManyGroups { column, most: MOST_KEYS });
    }
    let n: usize = keys.values().map(|(_, n)| n).sum();
    let drafts: Vec<Draft> = (0..)
        .zip(meanings)
        .map(|(level, meaning)| {
            let label = |value: &str| labels.label(level, value).unwrap_or_else(|| TOP.to_owned());
            let of_code: Vec<String> = keys.values().map(|(value, _)| label(value)).collect();
            let mut of_label: BTreeMap<&str, usize> = BTreeMap::new();
            for (label, (_, n)) in of_code.iter().zip(keys.values()) {
                *of_label.entry(label).or_default() += n;
            }
            let with_other = of_code.iter().cloned().chain([TOP.to_owned()]).collect();
            // What is `*` may be anything.
            leaves(with_other, meaning, n, |label| if label == TOP { n } else { of_label[label] })
        })
        .collect();
    let names = keys.keys().cloned().collect();
    checked(profile, Codebook::of_keys(Arc::new(First(labels)), names), drafts)
}

/// The first characters; see [`weir_types::hierarchy::Builder::Prefixes`].
#[derive(Debug)]
pub(super) struct Prefixes {
    /// Characters that stay, falling.
    pub(super) lengths: Vec<usize>,
    /// Digits of a number, with zeros on the left.
    pub(super) digits: Option<usize>,
}

impl Labels for Prefixes {
    const FORM: &'static str = "texts";

    fn meanings(&self) -> Vec<Bilingual> {
        let meaning = |n: &usize| Bilingual::new(format!("前 {n} 位"), characters("first", *n));
        self.lengths.iter().map(meaning).collect()
    }

    fn label(&self, level: usize, value: &str) -> Option<String> {
        let value = filled(value, self.digits);
        Some(value.chars().take(*self.lengths.get(level)?).chain(['*']).collect())
    }
}

/// Characters replaced by `*`; see [`weir_types::hierarchy::Builder::Mask`].
#[derive(Debug)]
pub(super) struct Mask {
    hide: Vec<usize>,
    from: Side,
    digits: Option<usize>,
}

impl Mask {
    /// The mask of a column; without `hide`, as many levels as its longest value has characters.
    pub(super) fn new(
        hide: &[usize],
        from: Side,
        digits: Option<usize>,
        profile: &ColumnProfile,
    ) -> Self {
        let length = |value: &str| filled(value, digits).chars().count();
        let longest = profile.values.iter().map(|v| length(v.value.expose())).max().unwrap_or(0);
        let hide = match hide {
            [] => (1..=longest.min(MOST_LEVELS)).collect(),
            asked => asked.to_vec(),
        };
        Self { hide, from, digits }
    }
}

impl Labels for Mask {
    const FORM: &'static str = "texts";

    fn meanings(&self) -> Vec<Bilingual> {
        let meaning = |n: &usize| match self.from {
            Side::Right => Bilingual::new(format!("遮盖后 {n} 位"), characters("masked: last", *n)),
            Side::Left => Bilingual::new(format!("遮盖前 {n} 位"), characters("masked: first", *n)),
        };
        self.hide.iter().map(meaning).collect()
    }

    fn label(&self, level: usize, value: &str) -> Option<String> {
        let value = filled(value, self.digits);
        let n = value.chars().count();
        let hidden = (*self.hide.get(level)?).min(n);
        let masked = |at: usize| match self.from {
            Side::Right => at >= n - hidden,
            Side::Left => at < hidden,
        };
        Some(value.chars().enumerate().map(|(at, c)| if masked(at) { '*' } else { c }).collect())
    }
}

fn characters(which: &str, n: usize) -> String {
    format!("{which} {n} character{}", if n == 1 { "" } else { "s" })
}

/// A number of fewer digits, with zeros on the left.
fn filled(value: &str, digits: Option<usize>) -> String {
    match digits {
        Some(digits) if value.bytes().all(|b| b.is_ascii_digit()) => format!("{value:0>digits$}"),
        _ => value.to_owned(),
    }
}
