//! From findings and request to what is counted: who is the person, which columns are
//! generalised, which follow others.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use weir_deidentify::Hierarchy;
use weir_deidentify::links::{self, Dependent, Settled, Tie};
use weir_deidentify::{Columns, Quasi, SensitiveColumn};
use weir_search::goal::{Goal, Model};
use weir_table::{Codebook, CodedColumn, Profile};
use weir_types::model::Distance;
use weir_types::request::{Action, Column};
use weir_types::{Aggregate, Bilingual, Finding, PrivacyModel, Redacted, Role};

use crate::count::Population;
use crate::error::{ColumnConflict, ReleaseError};
use crate::hierarchy::{Make, Rows};
use crate::run::Bounds;

/// What somebody asks of the columns.
#[derive(Clone, Copy)]
pub(crate) struct Wishes<'a> {
    /// What is stated of single columns.
    pub(crate) columns: &'a BTreeMap<String, Column>,
    /// The column that says whose row it is, where it is stated.
    pub(crate) person: Option<&'a str>,
    /// Where linked columns are looked for.
    pub(crate) links: Links,
    /// Where paths are taken from.
    pub(crate) folder: &'a Path,
    /// The population that the classes are compared with.
    pub(crate) population: Option<&'a Population>,
    /// Where the first row is looked for that a hierarchy does not cover.
    pub(crate) rows: Rows<'a>,
    /// Whether hierarchies hold all values of their files, whichever of them the data has.
    pub(crate) whole_files: bool,
}

/// Where columns are looked for that tell a quasi-identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// Among all columns; of tied quasi-identifiers one is searched over.
    All,
    /// Among the columns that are no quasi-identifiers; all quasi-identifiers are searched over.
    Others,
    /// Nowhere.
    None,
}

/// What is to be done with one column, before the search knows levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Drop,
    Keep,
    Token,
    Generalise,
    Aggregate(Aggregate),
}

/// What the pass over the whole table counts.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Per column of the source.
    pub(crate) intents: Vec<Intent>,
    /// The column that says whose row it is.
    pub(crate) person: Option<usize>,
    /// Whether that column is released as a token.
    pub(crate) linked: bool,
    /// Columns tied to quasi-identifiers that are released.
    pub(crate) ties: Vec<Tie>,
    /// Columns left out because they tell a quasi-identifier that is left out.
    pub(crate) told: Vec<Tie>,
    /// Quasi-identifiers that are searched over, with their hierarchies and weights.
    pub(crate) searched: Vec<Searched>,
    /// Sensitive columns that models speak of.
    pub(crate) sensitive: Vec<Sensitive>,
    /// Columns that follow them, with their codes where they can be derived.
    pub(crate) dependents: Vec<(Dependent, Option<Codebook>)>,
}

/// A quasi-identifier that is searched over.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) column: usize,
    pub(crate) hierarchy: Arc<Hierarchy>,
    pub(crate) weight: f64,
    /// The value of each code but the last; only where a population is compared with and codes
    /// stand for single values.
    pub(crate) values: Vec<Redacted<String>>,
}

/// A sensitive column that models speak of.
#[derive(Debug)]
pub(crate) struct Sensitive {
    pub(crate) column: usize,
    codebook: Codebook,
    /// On the same codes, where a model compares values by their hierarchy.
    pub(crate) hierarchy: Option<Arc<Hierarchy>>,
}

impl Prepared {
    /// The columns that the histogram codes: those of the search, then the sensitive ones.
    pub(crate) fn coded(&self) -> Vec<CodedColumn> {
        let searched = self
            .searched
            .iter()
            .map(|s| CodedColumn { column: s.column, codebook: s.hierarchy.codebook().clone() });
        let sensitive = self
            .sensitive
            .iter()
            .map(|s| CodedColumn { column: s.column, codebook: s.codebook.clone() });
        searched.chain(sensitive).collect()
    }

    /// The same as the search takes them.
    pub(crate) fn columns(&self) -> Columns {
        let quasi = |s: &Searched| Quasi { hierarchy: Arc::clone(&s.hierarchy), weight: s.weight };
        let sensitive = |s: &Sensitive| SensitiveColumn {
            n_codes: s.codebook.n_codes(),
            hierarchy: s.hierarchy.clone(),
        };
        Columns {
            quasi: self.searched.iter().map(quasi).collect(),
            sensitive: self.sensitive.iter().map(sensitive).collect(),
        }
    }

    /// What the search has to reach.
    pub(crate) fn goal(&self, bounds: &Bounds, profile: &Profile) -> Goal {
        let place = |model: &PrivacyModel| {
            let name = model.sensitive()?;
            self.sensitive.iter().position(|s| profile.columns[s.column].name == name)
        };
        let models = bounds.models.iter();
        let models =
            models.map(|m| Model { model: m.clone(), sensitive: place(m).unwrap_or(0) }).collect();
        Goal { models, quality: bounds.quality, suppress_at_most: bounds.suppression_limit }
    }
}

/// Prepares the count.
pub(crate) fn prepare(
    wishes: &Wishes<'_>,
    profile: &Profile,
    findings: &[Finding],
    bounds: &Bounds,
) -> Result<Prepared, ReleaseError> {
    let person = person_column(wishes, profile, findings);
    let mut intents = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        intents.push(intent(wishes, bounds, finding, Some(index) == person)?);
    }
    let linked = match person {
        None => false,
        Some(person) => link_people(wishes, profile, person, &mut intents)?,
    };
    check_tokens(profile, person, linked, &intents)?;
    let sensitive = sensitive(wishes, profile, findings, bounds, &intents)?;
    let (told, ties, settled) = tied(wishes, profile, findings, person, &mut intents);
    let follows = |column: usize| {
        let of = told.iter().find(|tie| tie.column == column).map(|tie| tie.of);
        let lead = settled.dependents.iter().find(|d| d.column == column);
        of.or_else(|| lead.and_then(|d| d.of.first().copied()))
    };
    for told_by in &sensitive {
        stays_sensitive(profile, told_by.column, follows(told_by.column))?;
    }
    let mut searched = Vec::new();
    for column in settled.searched {
        let asked = wishes.columns.get(&profile.columns[column].name);
        let (hierarchy, values) = hierarchy_of(wishes, profile, &findings[column], bounds.k)?;
        searched.push(Searched {
            column,
            hierarchy: Arc::new(hierarchy),
            weight: asked.and_then(|c| c.weight).unwrap_or(1.0),
            values,
        });
    }
    let dependents = settled
        .dependents
        .into_iter()
        .map(|d| {
            let book = links::derivable(&profile.columns[d.column]);
            (d, book)
        })
        .collect();
    Ok(Prepared { intents, person, linked, ties, told, searched, sensitive, dependents })
}

/// The columns that tell others: those left out for it, the ties of the rest, and who leads.
fn tied(
    wishes: &Wishes<'_>,
    profile: &Profile,
    findings: &[Finding],
    person: Option<usize>,
    intents: &mut [Intent],
) -> (Vec<Tie>, Vec<Tie>, Settled) {
    let quasi = indices(intents, |i| i == Intent::Generalise);
    let may_tell = |intents: &[Intent]| match wishes.links {
        Links::All => indices(intents, |i| matches!(i, Intent::Generalise | Intent::Keep)),
        Links::Others => indices(intents, |i| i == Intent::Keep),
        Links::None => Vec::new(),
    };
    // A quasi-identifier that is left out is generalised as far as can be: what tells it would
    // undo that as well. So it would for one whose values are aggregated.
    let left_out: Vec<usize> = indices(intents, |i| !matches!(i, Intent::Keep | Intent::Token))
        .into_iter()
        .filter(|c| match intents[*c] {
            Intent::Drop => findings[*c].role == Role::QuasiIdentifier,
            other => matches!(other, Intent::Aggregate(_)),
        })
        .collect();
    let find = |of: &[usize], candidates: &[usize]| match (of, candidates) {
        ([], _) | (_, []) => Vec::new(),
        _ => links::find(profile, of, candidates, person),
    };
    let mut told = Vec::new();
    for tie in find(&left_out, &may_tell(intents)) {
        if intents[tie.column] == Intent::Keep {
            intents[tie.column] = Intent::Drop;
            told.push(tie);
        }
    }
    let ties = find(&quasi, &may_tell(intents));
    let preferred: Vec<usize> = quasi
        .iter()
        .copied()
        .filter(|c| {
            let asked = wishes.columns.get(&profile.columns[*c].name);
            asked.is_some_and(|c| c.action == Some(Action::Generalise))
        })
        .collect();
    let settled = links::settle(profile, &quasi, &ties, &preferred);
    (told, ties, settled)
}

/// The sensitive columns that models speak of, each once, in the order of the models.
fn sensitive(
    wishes: &Wishes<'_>,
    profile: &Profile,
    findings: &[Finding],
    bounds: &Bounds,
    intents: &[Intent],
) -> Result<Vec<Sensitive>, ReleaseError> {
    let mut found: Vec<Sensitive> = Vec::new();
    for model in &bounds.models {
        let Some(name) = model.sensitive() else { continue };
        let conflict = |conflict| ReleaseError::Column { column: name.to_owned(), conflict };
        let Some(column) = profile.index_of(name) else {
            return Err(conflict(ColumnConflict::SensitiveUnknown));
        };
        if intents[column] != Intent::Keep {
            return Err(conflict(ColumnConflict::SensitiveNotKept));
        }
        let by_hierarchy =
            matches!(model, PrivacyModel::TCloseness { distance: Distance::Hierarchical, .. });
        let at = match found.iter().position(|s| s.column == column) {
            Some(at) => at,
            None => {
                let codebook = Codebook::of_values(&profile.columns[column])
                    .ok_or_else(|| conflict(ColumnConflict::SensitiveTooManyValues))?;
                found.push(Sensitive { column, codebook, hierarchy: None });
                found.len() - 1
            }
        };
        if by_hierarchy && found[at].hierarchy.is_none() {
            let asked = wishes.columns.get(name).and_then(|c| c.hierarchy.as_ref());
            asked.ok_or_else(|| conflict(ColumnConflict::SensitiveWithoutHierarchy))?;
            let alone = Wishes { population: None, ..*wishes };
            let (hierarchy, _) = hierarchy_of(&alone, profile, &findings[column], bounds.k)?;
            found[at].codebook = hierarchy.codebook().clone();
            found[at].hierarchy = Some(Arc::new(hierarchy));
        }
    }
    Ok(found)
}

/// Refuses a sensitive column that a model speaks of where it would be left out or changed because
/// it tells the quasi-identifier `of`: no bytes could then show that the model is met.
pub(crate) fn stays_sensitive(
    profile: &Profile,
    column: usize,
    of: Option<usize>,
) -> Result<(), ReleaseError> {
    let name = |column: usize| profile.columns[column].name.clone();
    let Some(of) = of else { return Ok(()) };
    let conflict = ColumnConflict::SensitiveTells { of: name(of) };
    Err(ReleaseError::Column { column: name(column), conflict })
}

fn indices(intents: &[Intent], wanted: impl Fn(Intent) -> bool) -> Vec<usize> {
    (0..intents.len()).filter(|i| wanted(intents[*i])).collect()
}

fn person_column(wishes: &Wishes<'_>, profile: &Profile, findings: &[Finding]) -> Option<usize> {
    match wishes.person {
        Some(name) => profile.index_of(name),
        None => findings.iter().position(|f| f.person_key),
    }
}

fn intent(
    wishes: &Wishes<'_>,
    bounds: &Bounds,
    finding: &Finding,
    person: bool,
) -> Result<Intent, ReleaseError> {
    let asked = wishes.columns.get(&finding.column);
    let action = asked.and_then(|c| c.action);
    let conflict =
        |conflict| Err(ReleaseError::Column { column: finding.column.clone(), conflict });
    if let Some(by) = asked.and_then(|c| c.aggregate) {
        let other = action.is_some() || asked.is_some_and(|c| c.hierarchy.is_some());
        return match (person, other) {
            (true, _) => conflict(ColumnConflict::PersonGeneralised),
            (_, true) => conflict(ColumnConflict::AggregateAndMore),
            _ => Ok(Intent::Aggregate(by)),
        };
    }
    let intent = match (finding.role, action) {
        (_, Some(Action::Drop)) => Intent::Drop,
        (_, Some(Action::Generalise)) if person => {
            return conflict(ColumnConflict::PersonGeneralised);
        }
        (_, Some(Action::Generalise)) => Intent::Generalise,
        (Role::QuasiIdentifier, Some(Action::Keep)) => {
            return conflict(ColumnConflict::QuasiKept);
        }
        (Role::QuasiIdentifier, Some(Action::Token)) if !person => {
            return conflict(ColumnConflict::QuasiToken);
        }
        (_, Some(Action::Token)) => Intent::Token,
        (_, Some(Action::Keep)) => Intent::Keep,
        // Settled below, once it is known whether a person has several rows.
        (_, None) if person => Intent::Token,
        (Role::Identifier, None) => Intent::Drop,
        (Role::QuasiIdentifier, None) => Intent::Generalise,
        (Role::Sensitive | Role::Other, None) => Intent::Keep,
    };
    let has_hierarchy = asked.is_some_and(|c| c.hierarchy.is_some());
    let modelled = bounds.models.iter().any(|m| m.sensitive() == Some(&finding.column));
    if has_hierarchy && intent != Intent::Generalise && !modelled {
        return conflict(ColumnConflict::HierarchyUnused);
    }
    Ok(intent)
}

/// Whether a token of the person is released. By default it is where people have several rows,
/// because rows of one person that cannot be tied are of little use; otherwise it would only be
/// one more thing to lose.
fn link_people(
    wishes: &Wishes<'_>,
    profile: &Profile,
    person: usize,
    intents: &mut [Intent],
) -> Result<bool, ReleaseError> {
    let column = &profile.columns[person];
    let asked = wishes.columns.get(&column.name).and_then(|c| c.action);
    if asked.is_none() {
        let one_row_each = column.distinct + column.nulls >= profile.rows;
        intents[person] = if one_row_each { Intent::Drop } else { Intent::Token };
    }
    Ok(intents[person] == Intent::Token)
}

/// Tokens of another column would tie rows that are meant not to be tied.
fn check_tokens(
    profile: &Profile,
    person: Option<usize>,
    linked: bool,
    intents: &[Intent],
) -> Result<(), ReleaseError> {
    let other = (0..intents.len()).find(|i| intents[*i] == Intent::Token && Some(*i) != person);
    match other {
        Some(column) if !linked => Err(ReleaseError::Column {
            column: profile.columns[column].name.clone(),
            conflict: ColumnConflict::TokenWithoutPerson,
        }),
        _ => Ok(()),
    }
}

/// The hierarchy of a column, over the values of the population as well, and those values by code
/// where there is a population.
fn hierarchy_of(
    wishes: &Wishes<'_>,
    profile: &Profile,
    finding: &Finding,
    k: u64,
) -> Result<(Hierarchy, Vec<Redacted<String>>), ReleaseError> {
    let at = profile.index_of(&finding.column).expect("each finding is of a column");
    let column = &profile.columns[at];
    let wide = wishes.population.map(|population| population.widen(column)).transpose()?;
    let column = wide.as_ref().unwrap_or(column);
    let spec = wishes.columns.get(&column.name).and_then(|c| c.hierarchy.as_ref());
    let (folder, semantic) = (wishes.folder, &*finding.semantic);
    let make = Make { spec, folder, k, semantic, whole_file: wishes.whole_files };
    let hierarchy = make.of(column, at, wishes.rows)?;
    let single = matches!(hierarchy.codebook(), Codebook::Values(_));
    let values = wide.filter(|_| single).map_or_else(Vec::new, |wide| {
        wide.values.iter().map(|value| value.value.clone()).collect()
    });
    Ok((hierarchy, values))
}

/// Why a column is treated as it is, where nothing more special applies.
pub(crate) fn reason(intent: Intent, finding: &Finding, person: bool, linked: bool) -> Bilingual {
    match (intent, finding.role) {
        (Intent::Token, _) if person => Bilingual::new(
            "标明各行属于谁；以本次发布专用、用后即毁的密钥换成令牌，使同一人的各行仍可关联",
            "says whose row it is; replaced by a token under a key that is destroyed with this \
             release, so that the rows of a person stay together",
        ),
        (Intent::Drop, _) if person && !linked => Bilingual::new(
            "标明各行属于谁；不发布，各行不可关联到同一人",
            "says whose row it is; left out, so that rows cannot be tied to one person",
        ),
        (Intent::Token, _) => Bilingual::new(
            "换成令牌，密钥随本次发布销毁",
            "replaced by a token under a key that is destroyed with this release",
        ),
        (Intent::Drop, Role::Identifier) => {
            Bilingual::new("直接标识符，不发布", "a direct identifier; left out")
        }
        (Intent::Drop, _) => Bilingual::new("按请求不发布", "left out, as the request says"),
        (Intent::Aggregate(_), _) => Bilingual::new(
            "以等价类内的汇总值代替各行的值",
            "each class shows one value for all its rows",
        ),
        (Intent::Generalise, _) => Bilingual::new(
            "准标识符，泛化到每个等价类都有足够的人",
            "a quasi-identifier; generalised until every class has enough people",
        ),
        (Intent::Keep, Role::Sensitive) => Bilingual::new(
            "接收方要研究的敏感内容，原样发布；风险由准标识符的泛化控制",
            "sensitive content that the release is about; released as it is, the risk is held \
             down on the quasi-identifiers",
        ),
        (Intent::Keep, Role::Identifier) => Bilingual::new(
            "直接标识符，按请求原样发布",
            "a direct identifier, released as the request says",
        ),
        (Intent::Keep, _) => Bilingual::new(
            "既不标识人，也不是攻击者可能知道的内容",
            "neither names people nor is likely to be known to an intruder",
        ),
    }
}
