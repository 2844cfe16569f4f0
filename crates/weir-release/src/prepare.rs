//! From findings and request to what is counted: who is the person, which columns are
//! generalised, which follow others.

use std::path::Path;
use std::sync::Arc;

use weir_deidentify::Hierarchy;
use weir_deidentify::hierarchy;
use weir_deidentify::links::{self, Dependent, Tie};
use weir_table::{Codebook, CodedColumn, Profile};
use weir_types::request::Action;
use weir_types::{Bilingual, Finding, Request, Role};

use crate::error::{ColumnConflict, ReleaseError};

/// What is to be done with one column, before the search knows levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Drop,
    Keep,
    Token,
    Generalise,
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
    /// Columns that follow them, with their codes where they can be derived.
    pub(crate) dependents: Vec<(Dependent, Option<Codebook>)>,
}

/// A quasi-identifier that is searched over.
#[derive(Debug)]
pub(crate) struct Searched {
    pub(crate) column: usize,
    pub(crate) hierarchy: Arc<Hierarchy>,
    pub(crate) weight: f64,
}

impl Prepared {
    /// The columns that the histogram codes, in the order of the search.
    pub(crate) fn coded(&self) -> Vec<CodedColumn> {
        self.searched
            .iter()
            .map(|s| CodedColumn { column: s.column, codebook: s.hierarchy.codebook().clone() })
            .collect()
    }
}

/// Prepares the count; `folder` is where the request's paths are taken from.
pub(crate) fn prepare(
    request: &Request,
    profile: &Profile,
    findings: &[Finding],
    k: u64,
    folder: &Path,
) -> Result<Prepared, ReleaseError> {
    let person = person_column(request, profile, findings);
    let mut intents = Vec::new();
    for (index, finding) in findings.iter().enumerate() {
        intents.push(intent(request, finding, Some(index) == person)?);
    }
    let linked = match person {
        None => false,
        Some(person) => link_people(request, profile, person, &mut intents)?,
    };
    check_tokens(profile, person, linked, &intents)?;
    let quasi: Vec<usize> = indices(&intents, |i| i == Intent::Generalise);
    let candidates = indices(&intents, |i| matches!(i, Intent::Generalise | Intent::Keep));
    // A quasi-identifier that is left out is generalised as far as can be: what tells it would
    // undo that as well.
    let left_out: Vec<usize> = indices(&intents, |i| i == Intent::Drop)
        .into_iter()
        .filter(|c| findings[*c].role == Role::QuasiIdentifier)
        .collect();
    let mut told = Vec::new();
    for tie in links::find(profile, &left_out, &candidates, person) {
        if intents[tie.column] == Intent::Keep {
            intents[tie.column] = Intent::Drop;
            told.push(tie);
        }
    }
    let candidates = indices(&intents, |i| matches!(i, Intent::Generalise | Intent::Keep));
    let ties = links::find(profile, &quasi, &candidates, person);
    let preferred: Vec<usize> = quasi
        .iter()
        .copied()
        .filter(|c| request.columns.contains_key(&profile.columns[*c].name))
        .filter(|c| request.columns[&profile.columns[*c].name].action == Some(Action::Generalise))
        .collect();
    let settled = links::settle(profile, &quasi, &ties, &preferred);
    let mut searched = Vec::new();
    for column in settled.searched {
        let asked = request.columns.get(&profile.columns[column].name);
        searched.push(Searched {
            column,
            hierarchy: Arc::new(hierarchy_of(request, profile, column, k, folder)?),
            weight: asked.and_then(|c| c.weight).unwrap_or(1.0),
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
    Ok(Prepared { intents, person, linked, ties, told, searched, dependents })
}

fn indices(intents: &[Intent], wanted: impl Fn(Intent) -> bool) -> Vec<usize> {
    (0..intents.len()).filter(|i| wanted(intents[*i])).collect()
}

fn person_column(request: &Request, profile: &Profile, findings: &[Finding]) -> Option<usize> {
    match &request.data.person {
        Some(name) => profile.index_of(name),
        None => findings.iter().position(|f| f.person_key),
    }
}

fn intent(request: &Request, finding: &Finding, person: bool) -> Result<Intent, ReleaseError> {
    let asked = request.columns.get(&finding.column);
    let action = asked.and_then(|c| c.action);
    let conflict =
        |conflict| Err(ReleaseError::Column { column: finding.column.clone(), conflict });
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
    if has_hierarchy && intent != Intent::Generalise {
        return conflict(ColumnConflict::HierarchyUnused);
    }
    Ok(intent)
}

/// Whether a token of the person is released. By default it is where people have several rows,
/// because rows of one person that cannot be tied are of little use; otherwise it would only be
/// one more thing to lose.
fn link_people(
    request: &Request,
    profile: &Profile,
    person: usize,
    intents: &mut [Intent],
) -> Result<bool, ReleaseError> {
    let column = &profile.columns[person];
    let asked = request.columns.get(&column.name).and_then(|c| c.action);
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

fn hierarchy_of(
    request: &Request,
    profile: &Profile,
    column: usize,
    k: u64,
    folder: &Path,
) -> Result<Hierarchy, ReleaseError> {
    let profile = &profile.columns[column];
    let file = request.columns.get(&profile.name).and_then(|c| c.hierarchy.as_ref());
    let Some(file) = file else {
        return Ok(hierarchy::automatic(profile, k));
    };
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| ReleaseError::HierarchyFile { path: path.clone(), source })?;
    hierarchy::from_file(&text, profile)
        .map_err(|source| ReleaseError::Hierarchy { column: profile.name.clone(), source })
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
