//! Differential privacy by random sampling: what may be asked, who is in the sample, which
//! levels are taken.
//!
//! Everything that shapes the file has to be fixed without a look at the data, or be drawn with a
//! part of ε: the columns and their roles are stated, hierarchies are files and are taken whole,
//! nothing is searched for, and no bound makes a release fail for what is in the data. What is
//! refused here is refused because the proof does not carry over.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use thiserror::Error;
use weir_deidentify::token::{TokenKey, Tokens};
use weir_deidentify::{Hierarchy, hierarchy, search::Solution};
use weir_search::differential::{Budget, NoChoice, NoSample, Sample, choose_levels};
use weir_table::{Batch, ColumnProfile, Limits, Profile, Table, ValueCount};
use weir_types::plan::{Preset, Sampling};
use weir_types::request::{Action, Column, Deidentify};
use weir_types::{HierarchySpec, PrivacyModel, QualityModel, Redacted, Role};

use crate::count::{Counted, count};
use crate::error::ReleaseError;
use crate::home::random;
use crate::prepare::Prepared;
use crate::run::Bounds;

/// What does not go together with differential privacy.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum NotPrivate {
    /// Another model, whose suppression would depend on more than the size of a class.
    #[error("`{model}` cannot be met together with differential privacy")]
    Together {
        /// The model.
        model: String,
    },
    /// Something that shapes the file by what is in the data.
    #[error("`{what}` shapes the file by what is in the data")]
    ByTheData {
        /// The key or flag.
        what: &'static str,
    },
    /// Nothing is left for the sample.
    #[error("nobody can be sampled")]
    Sample(#[from] NoSample),
    /// Steps without a part of ε.
    #[error("`steps` are given, and `epsilon_search` is 0")]
    StepsUnused,
    /// A column that is released and not generalised.
    #[error("column `{column}` is neither a named quasi-identifier nor left out")]
    Column {
        /// The column.
        column: String,
    },
    /// A value of each class that would be made from its people.
    #[error("the aggregates of column `{column}` are values of people in the data")]
    Aggregate {
        /// The column.
        column: String,
    },
    /// Figures of the data that would be written beside the file.
    #[error("reports and comparisons tell figures of the data")]
    Figures,
    /// A hierarchy that would be made from the data.
    #[error("column `{column}` has no hierarchy file")]
    Hierarchy {
        /// The column.
        column: String,
    },
    /// Values of a hierarchy file that are equal or not by what else the column holds.
    #[error("the hierarchy file of column `{column}` writes one number in two ways")]
    SameNumber {
        /// The column.
        column: String,
    },
    /// No level for a column, and no part of ε to choose one.
    #[error("column `{column}` has no level, and `epsilon_search` is 0")]
    LevelMissing {
        /// The column.
        column: String,
    },
    /// A level that nothing asks for.
    #[error("a level is given for column `{column}`, and none is taken")]
    LevelUnused {
        /// The column.
        column: String,
    },
    /// A level beyond the last.
    #[error("column `{column}` has levels up to {last}, not {level}")]
    LevelTooHigh {
        /// The column.
        column: String,
        /// What was asked.
        level: usize,
        /// The last one.
        last: usize,
    },
    /// A person of whom several rows would be released.
    #[error("people have several rows, and the proof is for one row each")]
    SeveralRows,
    /// The levels cannot be chosen.
    #[error("levels cannot be chosen")]
    Choice(#[from] NoChoice),
}

impl NotPrivate {
    /// What the person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Together { .. } => "ask for it alone, or with k-anonymity",
            Self::ByTheData { .. } => {
                "leave it out: all classes that are too small are left out, however many"
            }
            Self::Sample(source) => source.hint(),
            Self::StepsUnused => "give a part of ε: `epsilon_search=0.1`",
            Self::Column { .. } => "name it with --quasi, or leave it out with --drop",
            Self::Aggregate { .. } => {
                "generalise it by a hierarchy file, or leave it out with --drop"
            }
            Self::Figures => "leave out --report, --compare and --target",
            Self::Hierarchy { .. } => {
                "give one with --hierarchy COLUMN=FILE that lists every value there may be"
            }
            Self::SameNumber { .. } => "write each number once",
            Self::LevelMissing { .. } => {
                "fix it with --level COLUMN=N, or let `epsilon_search` choose"
            }
            Self::LevelUnused { .. } => {
                "levels are fixed only for differential privacy without `epsilon_search`, for its \
                 quasi-identifiers"
            }
            Self::LevelTooHigh { .. } => "0 is the value itself, the last level is `*`",
            Self::SeveralRows => "give a table with one row per person",
            Self::Choice(NoChoice::TooMany { .. }) => "set `steps`, or fix the levels",
            Self::Choice(_) => "fix the levels with --level COLUMN=N",
        }
    }
}

/// The model that is asked, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Private {
    epsilon: f64,
    delta: f64,
    epsilon_search: f64,
    steps: u32,
    sample: Sample,
}

impl Private {
    /// What `asked` says of differential privacy, if anything.
    pub(crate) fn of(
        asked: &Deidentify,
        preset: Option<&Preset>,
    ) -> Result<Option<Self>, NotPrivate> {
        let named = |m: &&PrivacyModel| matches!(m, PrivacyModel::DifferentialPrivacy { .. });
        let Some(PrivacyModel::DifferentialPrivacy { epsilon, delta, epsilon_search, steps }) =
            asked.models.iter().find(named)
        else {
            return Ok(None);
        };
        let other = |m: &&PrivacyModel| !matches!(m, PrivacyModel::KAnonymity { .. }) && !named(m);
        let twice = asked.models.iter().filter(named).nth(1);
        let of_preset = preset.iter().flat_map(|preset| &preset.models);
        if let Some(model) = asked.models.iter().chain(of_preset).find(other).or(twice) {
            return Err(NotPrivate::Together { model: model.name().to_owned() });
        }
        let limit = asked.suppress_at_most.is_some_and(|most| most < 1.0);
        let quality = asked.quality.is_some_and(|quality| quality != QualityModel::default());
        let by_the_data = [
            (limit, "suppress_at_most"),
            (quality, "quality"),
            (asked.local, "local"),
            (asked.deadline.is_some(), "deadline"),
            (asked.population.is_some(), "population"),
        ];
        if let Some((_, what)) = by_the_data.into_iter().find(|(given, _)| *given) {
            return Err(NotPrivate::ByTheData { what });
        }
        if *epsilon_search <= 0.0 && *steps > 0 {
            return Err(NotPrivate::StepsUnused);
        }
        let sample = Sample::of_model(*epsilon, *epsilon_search, *delta)?;
        Ok(Some(Self {
            epsilon: *epsilon,
            delta: *delta,
            epsilon_search: *epsilon_search,
            steps: *steps,
            sample,
        }))
    }

    /// Least people in a class of the sample.
    pub(crate) fn k(&self) -> u64 {
        self.sample.k
    }

    /// What the plan says of it.
    pub(crate) fn stated(&self) -> Sampling {
        Sampling {
            epsilon: self.epsilon,
            delta: self.delta,
            epsilon_search: self.epsilon_search,
            steps: self.steps,
            beta: self.sample.beta,
            k: self.sample.k,
        }
    }

    /// A fresh draw of who is in the sample.
    pub(crate) fn sampler(&self) -> Result<Sampler, ReleaseError> {
        let key = TokenKey::new(random()?);
        Ok(Sampler { tokens: key.tokens("sample"), below: self.sample.below })
    }

    /// The levels that are taken: those that were given, or a choice from the whole table.
    pub(crate) fn levels(
        &self,
        given: &BTreeMap<String, usize>,
        (table, profile, prepared): (&Table, &Profile, &Prepared),
        limits: &Limits,
    ) -> Result<Vec<usize>, ReleaseError> {
        if self.epsilon_search <= 0.0 {
            return Ok(fixed(given, profile, prepared)?);
        }
        if let Some(column) = given.keys().next() {
            return Err(NotPrivate::LevelUnused { column: column.clone() }.into());
        }
        let whole = count(table, prepared, (None, None), limits, &|_| {})?;
        let k = (self.sample.k as f64 / self.sample.beta).ceil() as u64;
        let budget = Budget { epsilon: self.epsilon_search, steps: self.steps, k };
        let mut words = words(&TokenKey::new(random()?));
        let choice = choose_levels(&whole.table.table, &budget, &mut words);
        Ok(choice.map_err(NotPrivate::from)?.levels)
    }

    /// The sample at these levels, classes that are too small left out.
    pub(crate) fn solution(
        counted: &Counted,
        prepared: &Prepared,
        levels: &[usize],
        bounds: &Bounds,
    ) -> Result<Solution, ReleaseError> {
        let hierarchies: Vec<Arc<Hierarchy>> =
            prepared.searched.iter().map(|s| Arc::clone(&s.hierarchy)).collect();
        let found =
            weir_deidentify::fixed::at_levels(&counted.table, &hierarchies, levels, bounds.k);
        Ok(found.ok_or(NotPrivate::SeveralRows)?)
    }
}

fn fixed(
    given: &BTreeMap<String, usize>,
    profile: &Profile,
    prepared: &Prepared,
) -> Result<Vec<usize>, NotPrivate> {
    let name = |column: usize| &profile.columns[column].name;
    let searched = |column: &String| prepared.searched.iter().any(|s| name(s.column) == column);
    if let Some(column) = given.keys().find(|column| !searched(column)) {
        return Err(NotPrivate::LevelUnused { column: column.clone() });
    }
    let level = |s: &crate::prepare::Searched| {
        let column = name(s.column).clone();
        let last = s.hierarchy.levels() - 1;
        match given.get(&column) {
            None => Err(NotPrivate::LevelMissing { column }),
            Some(level) if *level > last => {
                Err(NotPrivate::LevelTooHigh { column, level: *level, last })
            }
            Some(level) => Ok(*level),
        }
    };
    prepared.searched.iter().map(level).collect()
}

/// Settles what is stated of the columns so that nothing is left to be found in the data.
pub(crate) fn settle_columns(
    names: &[String],
    person: Option<&str>,
    columns: &mut BTreeMap<String, Column>,
) -> Result<(), NotPrivate> {
    if let Some(person) = person {
        // It tells people apart and is not released, whatever it holds.
        let column = columns.entry(person.to_owned()).or_default();
        (column.role, column.action) = (Some(Role::Other), Some(Action::Drop));
    }
    for name in names {
        let stated = columns.get(name);
        let action = stated.and_then(|column| column.action);
        let quasi = stated.and_then(|column| column.role) == Some(Role::QuasiIdentifier);
        let dropped = action == Some(Action::Drop);
        let generalised = quasi && matches!(action, None | Some(Action::Generalise));
        if !dropped && !generalised {
            return Err(NotPrivate::Column { column: name.clone() });
        }
        if stated.is_some_and(|column| column.aggregate.is_some()) {
            return Err(NotPrivate::Aggregate { column: name.clone() });
        }
        let file = |spec: &HierarchySpec| matches!(spec, HierarchySpec::File(_));
        if generalised && !stated.and_then(|c| c.hierarchy.as_ref()).is_some_and(file) {
            return Err(NotPrivate::Hierarchy { column: name.clone() });
        }
    }
    Ok(())
}

/// The hierarchy of a file over all its values, whichever of them the data has; cells are text.
/// That the file has all values of the data is for the caller to see.
pub(crate) fn whole_hierarchy(
    text: &str,
    profile: &ColumnProfile,
) -> Result<Hierarchy, ReleaseError> {
    let failed = |source| ReleaseError::Hierarchy { column: profile.name.clone(), source };
    let number = |text: &str| text.trim().parse::<f64>().ok().map(|n| (n + 0.0).to_bits());
    let mut known: BTreeMap<&str, &ValueCount> = BTreeMap::new();
    let mut numbers: BTreeMap<u64, &ValueCount> = BTreeMap::new();
    for value in &profile.values {
        known.insert(value.value.expose(), value);
        if let Some(number) = number(value.value.expose()) {
            numbers.insert(number, value);
        }
    }
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    let mut values: Vec<ValueCount> = Vec::new();
    let mut first: BTreeMap<String, ()> = BTreeMap::new();
    for row in hierarchy::file::rows(text) {
        let Some(value) = row.into_iter().next() else { continue };
        if first.insert(value.clone(), ()).is_some() {
            continue;
        }
        let of_number = number(&value);
        if let Some(number) = of_number
            && seen.insert(number, value.clone()).is_some()
        {
            return Err(NotPrivate::SameNumber { column: profile.name.clone() }.into());
        }
        let same = || of_number.and_then(|number| numbers.get(&number));
        let of_data = known.get(value.as_str()).or_else(same);
        let number = of_data.and_then(|value| value.number);
        values.push(ValueCount { value: Redacted::new(value), number, count: 0 });
    }
    let whole = ColumnProfile { values, distinct_exact: true, ..profile.clone() };
    Ok(hierarchy::from_file(text, &whole).map_err(failed)?.as_text())
}

/// Who is in the sample: a keyed function of the person, or of the place of the row where each
/// row is a person. The key is drawn for one release, is never stored, shown or written, and goes
/// with this; without it nobody can tell who was in.
#[derive(Debug)]
pub(crate) struct Sampler {
    tokens: Tokens,
    below: u64,
}

impl Sampler {
    /// The rows of a batch whose people are in the sample. `person` is the column that names
    /// them.
    pub(crate) fn sampled(&self, batch: &Batch, person: Option<usize>) -> RecordBatch {
        let taken = |token: &str| word(token) < self.below;
        let rows = batch.rows.num_rows();
        // Never by the row where people are named: the rows of one would be drawn apart.
        let by_person = person.map(|at| {
            let tokens = self.tokens.of_array(batch.rows.column(at));
            tokens.expect("every type of a table has tokens")
        });
        let mask: BooleanArray = match &by_person {
            // Rows without a person are taken as one person, as everywhere.
            Some(tokens) => tokens
                .iter()
                .map(|token| Some(token.map_or_else(|| taken(&self.tokens.token(b"")), taken)))
                .collect(),
            None => {
                let (piece, part) = batch.place;
                let token = |row: usize| {
                    let row = row as u64;
                    let place = [piece, u64::from(part), row].map(u64::to_le_bytes).concat();
                    self.tokens.token(&place)
                };
                (0..rows).map(|row| Some(taken(&token(row)))).collect()
            }
        };
        filter_record_batch(&batch.rows, &mask).expect("the mask has one flag per row")
    }
}

/// The first 64 bits of a token.
fn word(token: &str) -> u64 {
    let digits = token.get(..16).unwrap_or_default();
    // Tokens are hexadecimal; what is not leaves the person out.
    u64::from_str_radix(digits, 16).unwrap_or(u64::MAX)
}

/// Words from HMAC-SHA-256 in counter mode under a key of the operating system.
fn words(key: &TokenKey) -> impl FnMut() -> u64 + use<> {
    let tokens = key.tokens("choice");
    let mut at = 0_u64;
    move || {
        at += 1;
        word(&tokens.token(&at.to_le_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    fn sampler(below: u64) -> Sampler {
        Sampler { tokens: TokenKey::new([7; 32]).tokens("sample"), below }
    }

    fn batch(place: (u64, u32), people: Vec<Option<&str>>) -> Batch {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..people.len() as i64));
        let people: ArrayRef = Arc::new(StringArray::from(people));
        Batch { place, rows: RecordBatch::try_from_iter([("n", numbers), ("p", people)]).unwrap() }
    }

    /// The rows of one person are in together, wherever they stand.
    #[test]
    fn people_are_taken_with_all_their_rows() {
        let half = sampler(1 << 63);
        let names: Vec<String> = (0..200).map(|n| format!("p{}", n % 40)).collect();
        let people: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
        let first = half.sampled(&batch((0, 0), people.clone()), Some(1));
        let second = half.sampled(&batch((9, 3), people), Some(1));
        assert_eq!(first, second);
        assert_eq!(first.num_rows() % 5, 0);
        assert!(first.num_rows() > 0 && first.num_rows() < 200);
        let nobody = half.sampled(&batch((0, 0), vec![None; 8]), Some(1));
        assert!([0, 8].contains(&nobody.num_rows()));
    }

    /// 40,000 rows at three chances, within 5 standard deviations (α below 6·10⁻⁷); the key is
    /// fixed, so that the test does not change.
    #[test]
    fn rows_are_taken_with_the_chance_that_is_stated() {
        for beta in [0.1, 0.5, 0.8646647167633871_f64] {
            let sampler = sampler((beta * 2_f64.powi(64)) as u64);
            let parts = (0..40).map(|at| batch((at, 1), vec![Some(""); 1000]));
            let taken: usize = parts.map(|part| sampler.sampled(&part, None).num_rows()).sum();
            let spread = (40_000.0 * beta * (1.0 - beta)).sqrt();
            assert!((taken as f64 - 40_000.0 * beta).abs() < 5.0 * spread, "{beta}: {taken}");
            // The same rows in every pass.
            let again = sampler.sampled(&batch((3, 1), vec![Some(""); 1000]), None);
            assert_eq!(again, sampler.sampled(&batch((3, 1), vec![Some(""); 1000]), None));
        }
        assert_eq!(sampler(0).sampled(&batch((0, 0), vec![Some("a")]), None).num_rows(), 0);
    }

    #[test]
    fn the_key_is_not_shown() {
        assert_eq!(format!("{:?}", sampler(5)), "Sampler { tokens: Tokens([redacted]), below: 5 }");
    }

    fn of(asked: &Deidentify) -> Result<Option<Private>, NotPrivate> {
        Private::of(asked, None)
    }

    fn asked(text: &str) -> Deidentify {
        Deidentify { models: vec![text.parse().unwrap()], ..Deidentify::default() }
    }

    #[test]
    fn what_the_proof_does_not_cover_is_refused() {
        let plain = asked("differential-privacy epsilon=1 delta=0.000001");
        let private = of(&plain).unwrap().unwrap();
        assert_eq!(private.k(), 74);
        assert!(of(&asked("5-anonymity")).unwrap().is_none());
        let refused = |asked: Deidentify| of(&asked).unwrap_err();
        let mut two = plain.clone();
        two.models.push("0.2-closeness of a".parse().unwrap());
        assert_eq!(refused(two), NotPrivate::Together { model: "t-closeness".to_owned() });
        let limit = Deidentify { suppress_at_most: Some(0.05), ..plain.clone() };
        assert_eq!(refused(limit), NotPrivate::ByTheData { what: "suppress_at_most" });
        let local = Deidentify { local: true, ..plain };
        assert_eq!(refused(local), NotPrivate::ByTheData { what: "local" });
        let dp =
            |more: &str| asked(&format!("differential-privacy epsilon=1 delta=0.000001 {more}"));
        assert_eq!(refused(dp("epsilon_search=1")), NotPrivate::Sample(NoSample::Epsilon));
        // No text says so: a δ of 0 does not parse.
        let mut certain = dp("steps=0");
        if let PrivacyModel::DifferentialPrivacy { delta, .. } = &mut certain.models[0] {
            *delta = 0.0;
        }
        assert_eq!(refused(certain), NotPrivate::Sample(NoSample::Delta));
        assert_eq!(refused(dp("steps=3")), NotPrivate::StepsUnused);
        assert!(of(&dp("epsilon_search=0.1 steps=3")).unwrap().is_some());
    }
}
