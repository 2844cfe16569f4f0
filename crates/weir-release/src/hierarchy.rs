//! Hierarchies of the columns of a table: found as a release finds them, counted, and shown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use weir_deidentify::Hierarchy;
use weir_deidentify::hierarchy::{automatic_for, build, from_file, to_file};
use weir_table::{
    Codebook, CodedColumn, ColumnProfile, HistogramBuilder, Keys, Limits, Records, Source,
    SourceOptions, Table, TableError, TupleCoder, ValueCount, for_texts, hash_people,
};
use weir_types::{Bilingual, Finding, HierarchySpec, Redacted, Role};

use crate::count::random_u64;
use crate::error::ReleaseError;
use crate::private::whole_hierarchy;
use crate::progress::{Progress, Stage};

/// How the hierarchy of a column is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Make<'a> {
    /// What is asked for; nothing for the automatic one.
    pub(crate) spec: Option<&'a HierarchySpec>,
    /// Where paths are taken from.
    pub(crate) folder: &'a Path,
    /// Least people in a class.
    pub(crate) k: u64,
    /// What the column was found to hold.
    pub(crate) semantic: &'a str,
    /// Whether a file is taken with all its values, whichever of them the data has.
    pub(crate) whole_file: bool,
}

/// Where the rows of a table are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) table: &'a Table,
    pub(crate) limits: &'a Limits,
}

impl Make<'_> {
    /// The hierarchy of the column at a place of the table.
    pub(crate) fn of(
        &self,
        column: &ColumnProfile,
        at: usize,
        rows: Rows<'_>,
    ) -> Result<Hierarchy, ReleaseError> {
        let mut text_of_file = None;
        let made = match self.spec {
            None => Ok(automatic_for(column, self.k, self.semantic)),
            Some(HierarchySpec::Build(builder)) => build(builder, column, self.k, self.semantic),
            Some(HierarchySpec::File(file)) => {
                let path = self.folder.join(file);
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| ReleaseError::HierarchyFile { path, source })?;
                let made = from_file(&text, column);
                text_of_file = Some(text);
                made
            }
        };
        let made = made.and_then(|hierarchy| match hierarchy.codebook() {
            Codebook::Keys(keys) => {
                let Some(all) = rows.with_all_keys(column, at, keys) else { return Ok(hierarchy) };
                match self.spec {
                    Some(HierarchySpec::Build(builder)) => {
                        build(builder, &all, self.k, self.semantic)
                    }
                    _ => Ok(automatic_for(&all, self.k, self.semantic)),
                }
            }
            _ => Ok(hierarchy),
        });
        let made = made.map_err(|mut source| {
            // A fault of the table on the way is told by the next pass over it.
            let row = source.values().and_then(|values| rows.first(column, at, values));
            if let Some(row) = row {
                source.in_row(row);
            }
            ReleaseError::Hierarchy { column: column.name.clone(), source }
        })?;
        match text_of_file.filter(|_| self.whole_file) {
            Some(text) => whole_hierarchy(&text, column),
            None => Ok(made),
        }
    }
}

/// What ends a scan early.
enum Ended {
    Found,
    Failed,
}

/// Most keys beside those of the sample that a column is looked through for.
const MOST_KEYS: usize = 50_000;

impl From<TableError> for Ended {
    fn from(_: TableError) -> Self {
        Self::Failed
    }
}

impl Rows<'_> {
    /// The profile of a column with a value of each key that its sample does not show; `None`
    /// where there are none, or too many.
    fn with_all_keys(
        &self,
        column: &ColumnProfile,
        at: usize,
        keys: &Keys,
    ) -> Option<ColumnProfile> {
        let mut more: BTreeMap<String, String> = BTreeMap::new();
        let scanned = self.table.scan(
            &[at],
            self.limits,
            &|_| {},
            |batch| {
                let mut found: BTreeMap<String, String> = BTreeMap::new();
                let mut last = String::new();
                for_texts(batch.rows.column(0), |text| {
                    let Some(text) = text.filter(|text| *text != last) else { return };
                    last.clear();
                    last.push_str(text);
                    if let Some(key) = keys.key(text).filter(|key| !keys.knows(key)) {
                        found.entry(key).or_insert_with(|| text.to_owned());
                    }
                });
                Ok::<_, Ended>(found)
            },
            |found| {
                for (key, value) in found {
                    more.entry(key).or_insert(value);
                }
                if more.len() > MOST_KEYS { Err(Ended::Found) } else { Ok(()) }
            },
        );
        if more.is_empty() || scanned.is_err() {
            return None;
        }
        let mut all = column.clone();
        all.values.extend(more.into_values().map(|value| ValueCount {
            value: Redacted::new(value),
            number: None,
            count: 1,
        }));
        Some(all)
    }

    /// The first row, from 1, that holds one of some values of a profile's column.
    fn first(&self, column: &ColumnProfile, at: usize, values: &[usize]) -> Option<u64> {
        let book = Codebook::of_values(column)?;
        let mut wanted = vec![false; book.n_codes()];
        for value in values {
            *wanted.get_mut(*value)? = true;
        }
        let mut before = 0;
        let mut found = None;
        let scanned = self.table.scan(
            &[at],
            self.limits,
            &|_| {},
            |batch| {
                let mut codes = Vec::new();
                book.encode(batch.rows.column(0), &mut codes);
                let first = codes.iter().position(|code| wanted[usize::from(*code)]);
                Ok::<_, Ended>((first, codes.len() as u64))
            },
            |(first, rows)| {
                if let Some(first) = first {
                    found = Some(before + first as u64 + 1);
                    return Err(Ended::Found);
                }
                before += rows;
                Ok(())
            },
        );
        match scanned {
            Err(Ended::Found) => found,
            Ok(()) | Err(Ended::Failed) => None,
        }
    }
}

/// What is asked of the hierarchies of a table.
#[derive(Clone, Debug)]
pub struct Job {
    /// Files or folders that form one dataset.
    pub data: Vec<PathBuf>,
    /// How text files are read.
    pub source: SourceOptions,
    /// The columns; all quasi-identifiers that are found when empty.
    pub columns: Vec<String>,
    /// What is asked for single columns; made by itself for others.
    pub specs: BTreeMap<String, HierarchySpec>,
    /// The column that says whose row it is; found by itself when left out.
    pub person: Option<String>,
    /// Least people in a class, for the open ends of ranges and rare values.
    pub k: u64,
}

/// The hierarchy of a column with its figures.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnHierarchy {
    /// The column.
    pub column: String,
    /// The role that it was found to play.
    pub role: Role,
    /// What it was found to hold.
    pub holds: Bilingual,
    /// Where the hierarchy comes from: a builder, or the path of a file.
    pub made_by: String,
    /// Distinct values; an estimate where they are too many to list.
    pub distinct: u64,
    /// Rows without a value. They are a group of their own below the top.
    pub nulls: u64,
    /// Whether people were counted, who may have several rows; else each row counts as one.
    pub people_counted: bool,
    /// The levels, finest first; the last is `*`.
    pub levels: Vec<LevelFigures>,
    /// The hierarchy as a file that `--hierarchy` reads, one row per value; none where the column
    /// has too many values to list them.
    #[serde(skip)]
    pub file: Option<String>,
}

/// One level of a hierarchy.
#[derive(Clone, Debug, Serialize)]
pub struct LevelFigures {
    /// 0 is the finest.
    pub level: usize,
    /// What it means.
    pub meaning: Bilingual,
    /// Groups that have rows, the one of "no value" among them.
    pub groups: usize,
    /// Share of the information kept, 0 to 1: what the Loss metric of this level leaves.
    pub kept: f64,
    /// People in the smallest group.
    pub smallest: u32,
    /// People in the group in the middle.
    pub median: u32,
    /// Labels of some groups of at least `k` people, in order; none where cells are as they are
    /// in the data.
    pub examples: Vec<String>,
}

/// Most labels that stand as examples.
const EXAMPLES: usize = 5;

/// Makes the hierarchies of a table and counts their groups.
///
/// # Errors
/// When the data cannot be read, a column is not there, or a hierarchy does not go with it.
pub fn hierarchies(
    job: &Job,
    limits: &Limits,
    progress: &dyn Progress,
) -> Result<Vec<ColumnHierarchy>, ReleaseError> {
    let source = Source::open(&job.data, &job.source)?;
    for name in job.columns.iter().chain(job.specs.keys()).chain(&job.person) {
        source.index_of(name)?;
    }
    progress.begin(Stage::Read, None);
    let profiled = source.profile(limits, &|rows| progress.rows(rows));
    progress.end();
    let (table, profile) = profiled?;
    let mut findings = weir_detect::detect(&profile);
    weir_detect::apply_overrides(&mut findings, &BTreeMap::new(), job.person.as_deref());
    let asked = |finding: &Finding| match &job.columns[..] {
        [] => finding.role == Role::QuasiIdentifier || job.specs.contains_key(&finding.column),
        named => named.contains(&finding.column),
    };
    let person = findings.iter().position(|finding| finding.person_key);
    let rows = Rows { table: &table, limits };
    let mut all = Vec::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| asked(finding)) {
        let column = &profile.columns[at];
        let spec = job.specs.get(&column.name);
        let (folder, semantic) = (Path::new(""), &*finding.semantic);
        let make = Make { spec, folder, k: job.k, semantic, whole_file: false };
        let hierarchy = make.of(column, at, rows)?;
        progress.begin(Stage::Count, Some(profile.rows));
        let counted = rows.count(at, person.filter(|person| *person != at), &hierarchy, progress);
        progress.end();
        all.push(ColumnHierarchy {
            column: column.name.clone(),
            role: finding.role,
            holds: finding.label.clone(),
            made_by: match spec {
                None => "automatic".to_owned(),
                Some(HierarchySpec::Build(builder)) => builder.to_string(),
                Some(HierarchySpec::File(path)) => path.display().to_string(),
            },
            distinct: column.distinct,
            nulls: column.nulls,
            people_counted: person.is_some_and(|person| person != at),
            levels: figures(&hierarchy, &counted?, job.k),
            file: to_file(&hierarchy, column).ok(),
        });
    }
    Ok(all)
}

/// The codes that have rows, and the records over them.
struct CodeCounts {
    codes: Vec<u16>,
    records: Records,
}

impl Rows<'_> {
    fn count(
        &self,
        column: usize,
        person: Option<usize>,
        hierarchy: &Hierarchy,
        progress: &dyn Progress,
    ) -> Result<CodeCounts, ReleaseError> {
        let codebook = hierarchy.codebook().clone();
        let coder = TupleCoder::new(vec![CodedColumn { column, codebook }], 1, person.is_some());
        let columns: Vec<usize> = std::iter::once(column).chain(person).collect();
        let seed = random_u64()?;
        let mut builder = HistogramBuilder::new(&coder, self.limits);
        self.table.scan_cells(
            &columns,
            self.limits,
            &|rows| progress.rows(rows),
            |batch| {
                let people =
                    person.map(|_| batch.columns[1].map(|people| hash_people(people, seed)));
                Ok::<_, TableError>((coder.code(batch, |_| 0), people))
            },
            |(rows, people)| builder.add(people.as_deref(), rows),
        )?;
        let (histogram, _) = builder.finish()?;
        Ok(CodeCounts { codes: histogram.codes(0).to_vec(), records: histogram.records().clone() })
    }
}

fn figures(hierarchy: &Hierarchy, counted: &CodeCounts, k: u64) -> Vec<LevelFigures> {
    let mut rows = vec![0u64; hierarchy.codebook().n_codes()];
    for (members, people) in counted.records.iter() {
        for member in members {
            rows[usize::from(counted.codes[*member as usize])] += u64::from(people);
        }
    }
    (0..hierarchy.levels())
        .map(|level| {
            let people = people_of_groups(hierarchy, level, counted);
            let mut sizes: Vec<u32> = people.iter().copied().filter(|n| *n > 0).collect();
            sizes.sort_unstable();
            let label = |group: usize| hierarchy.label(level, u32::try_from(group).ok()?);
            let large = (0..people.len()).filter(|group| u64::from(people[*group]) >= k.max(1));
            let examples = large.filter_map(label).take(EXAMPLES).map(str::to_owned);
            LevelFigures {
                level,
                meaning: hierarchy.meaning(level).clone(),
                groups: sizes.len(),
                kept: 1.0 - hierarchy.level_loss(level, &rows),
                smallest: sizes.first().copied().unwrap_or(0),
                median: sizes.get(sizes.len() / 2).copied().unwrap_or(0),
                examples: if hierarchy.is_exact(level) { Vec::new() } else { examples.collect() },
            }
        })
        .collect()
}

/// The different people of each group of a level.
fn people_of_groups(hierarchy: &Hierarchy, level: usize, counted: &CodeCounts) -> Vec<u32> {
    let groups = hierarchy.groups(level);
    let mut people = vec![0u32; hierarchy.n_groups(level)];
    for (members, n) in counted.records.iter() {
        let group = |member: &u32| groups[usize::from(counted.codes[*member as usize])] as usize;
        let mut seen: Vec<usize> = members.iter().map(group).collect();
        seen.sort_unstable();
        seen.dedup();
        for group in seen {
            people[group] = people[group].saturating_add(n);
        }
    }
    people
}
