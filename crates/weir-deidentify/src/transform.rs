//! From a batch of the source to a batch of the release.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use arrow_select::take::take;
use rustc_hash::FxHashSet;
use thiserror::Error;
use weir_table::{CellBatch, Cells};

use crate::hierarchy::Hierarchy;
use crate::links::Derived;
use crate::regions::{Labels, NOWHERE, Regions};
use crate::search::look;
use crate::token::{TokenKey, Tokens};

/// What is done to one column of the source.
#[derive(Clone, Debug)]
pub enum Action {
    /// Left out.
    Drop,
    /// Passed on.
    Keep,
    /// Replaced by tokens.
    Token,
    /// Replaced by the labels of a level. A level that is exact passes the column on with its
    /// type.
    Generalise {
        /// The column's hierarchy.
        hierarchy: Arc<Hierarchy>,
        /// The level.
        level: usize,
    },
    /// Replaced by the labels of the cells of each row's region; only beside
    /// [`LeaveOut::Regions`] with the same regions.
    Recode {
        /// The column's hierarchy.
        hierarchy: Arc<Hierarchy>,
        /// Its place among the columns of the search.
        column: usize,
        /// Which rows have which cells.
        regions: Arc<Regions>,
    },
    /// Replaced by what the released cell of another column tells.
    Derive {
        /// That column, in the source.
        of: usize,
        /// Its hierarchy.
        hierarchy: Arc<Hierarchy>,
        /// The value for each group of its released level.
        derived: Derived,
    },
}

/// Which rows are left out.
#[derive(Clone, Debug)]
pub enum LeaveOut {
    /// Rows without a region.
    Regions {
        /// The columns of the search in its order: index in the source, hierarchy.
        columns: Vec<(usize, Arc<Hierarchy>)>,
        /// The regions.
        regions: Arc<Regions>,
    },
    /// None.
    Nothing,
    /// All rows of these people, by their hash.
    People(FxHashSet<u64>),
    /// Rows of these looks; see [`look`].
    Looks {
        /// The columns of the search in its order: index in the source, hierarchy, level.
        columns: Vec<(usize, Arc<Hierarchy>, usize)>,
        /// The hashes of the looks.
        looks: FxHashSet<u64>,
    },
}

/// Why a batch cannot be transformed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TransformError {
    /// There is not one action per column.
    #[error("{actions} actions for {columns} columns")]
    Actions {
        /// Actions given.
        actions: usize,
        /// Columns of the source.
        columns: usize,
    },
    /// The batch has other columns or types than the source that the transform was made for.
    #[error("the columns of the batch are not those of the source")]
    OtherColumns,
    /// People are left out, and the batch came without their hashes.
    #[error("the batch came without the people of its rows")]
    WithoutPeople,
    /// A type that has no tokens.
    #[error("column `{column}` has a type that cannot become tokens")]
    NoTokens {
        /// The column.
        column: String,
    },
    /// Arrow could not build the batch.
    #[error("cannot build a batch of the release")]
    Arrow(#[source] ArrowError),
}

impl TransformError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::OtherColumns => "wait until the file is complete, then run again",
            Self::NoTokens { .. } => "drop the column (`action = \"drop\"`)",
            Self::Actions { .. } | Self::WithoutPeople | Self::Arrow(_) => {
                "this is a fault of weir; please report it"
            }
        }
        .to_owned()
    }
}

/// A transform that many threads share: it holds tables only and changes nothing.
///
/// Rows keep their order; columns keep theirs, those dropped left out. Released labels and tokens
/// are text; columns kept or exact have the type of the source. Every field may be null.
#[derive(Debug)]
pub struct Transform {
    source: SchemaRef,
    schema: SchemaRef,
    columns: Vec<(usize, Column)>,
    leave_out: LeaveOut,
}

#[derive(Debug)]
enum Column {
    Keep,
    Token(Tokens),
    /// Labels by group, groups by code.
    Label {
        hierarchy: Arc<Hierarchy>,
        groups: Vec<u32>,
        labels: StringArray,
    },
    /// Labels by region.
    Recode {
        hierarchy: Arc<Hierarchy>,
        labels: Labels,
    },
    /// Values by code of the column `of`.
    Derive {
        of: usize,
        hierarchy: Arc<Hierarchy>,
        values: ArrayRef,
        of_code: Vec<Option<u32>>,
    },
}

impl Transform {
    /// A transform of batches of `source` with one action per column. `key` serves the tokens
    /// and is not kept.
    ///
    /// # Errors
    /// When the number of actions is not that of the columns.
    pub fn new(
        source: SchemaRef,
        actions: Vec<Action>,
        leave_out: LeaveOut,
        key: &TokenKey,
    ) -> Result<Self, TransformError> {
        if actions.len() != source.fields().len() {
            let columns = source.fields().len();
            return Err(TransformError::Actions { actions: actions.len(), columns });
        }
        let mut columns = Vec::new();
        let mut fields = Vec::new();
        for (at, action) in actions.into_iter().enumerate() {
            let field = source.field(at);
            let (column, ty) = match action {
                Action::Drop => continue,
                Action::Keep => (Column::Keep, field.data_type().clone()),
                Action::Token => (Column::Token(key.tokens(field.name())), DataType::Utf8),
                Action::Generalise { hierarchy, level } if hierarchy.is_exact(level) => {
                    (Column::Keep, field.data_type().clone())
                }
                Action::Generalise { hierarchy, level } => {
                    (labels(hierarchy, level), DataType::Utf8)
                }
                Action::Recode { hierarchy, column, regions } => {
                    let labels = Labels::new(regions, column, &hierarchy);
                    (Column::Recode { hierarchy, labels }, DataType::Utf8)
                }
                Action::Derive { of, hierarchy, derived } => {
                    let ty = derived.values().data_type().clone();
                    let groups = hierarchy.groups(derived.level()).iter();
                    let of_code = groups.map(|group| derived.of_group(*group)).collect();
                    let values = Arc::clone(derived.values());
                    (Column::Derive { of, hierarchy, values, of_code }, ty)
                }
            };
            fields.push(Field::new(field.name(), ty, true));
            columns.push((at, column));
        }
        Ok(Self { source, schema: Arc::new(Schema::new(fields)), columns, leave_out })
    }

    /// The columns of the release.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The released rows of a batch. `people` holds the hash of each row's person; it is needed
    /// when people are left out.
    ///
    /// # Errors
    /// When the batch is not one of the source, or people are missing.
    pub fn apply(
        &self,
        batch: &RecordBatch,
        people: Option<&[u64]>,
    ) -> Result<RecordBatch, TransformError> {
        let same = |(a, b): (&Arc<Field>, &Arc<Field>)| {
            a.name() == b.name() && a.data_type() == b.data_type()
        };
        let schema = batch.schema_ref();
        let count = schema.fields().len() == self.source.fields().len();
        if !count || !schema.fields().iter().zip(self.source.fields()).all(same) {
            return Err(TransformError::OtherColumns);
        }
        let of = vec![None; batch.num_columns()];
        let mut codes = Codes { batch, of, regions: Vec::new() };
        let keep = self.keep(batch.num_rows(), people, &mut codes)?;
        let columns: Result<Vec<ArrayRef>, TransformError> =
            self.columns.iter().map(|(at, column)| column.release(*at, &mut codes)).collect();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let released =
            RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns?, &options)
                .map_err(TransformError::Arrow)?;
        match keep {
            Some(keep) => filter_record_batch(&released, &keep).map_err(TransformError::Arrow),
            None => Ok(released),
        }
    }

    /// The released cells of a batch, and the rows that are released.
    ///
    /// What is released of a cell depends on the cell alone, unless classes are recoded one by
    /// one; so it is worked out once for each different cell. `people` as in [`Self::apply`].
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn apply_cells<'a>(
        &self,
        batch: &CellBatch<'a>,
        people: Option<&[u64]>,
    ) -> Result<(CellBatch<'a>, Vec<u32>), TransformError> {
        if batch.schema != self.source {
            return Err(TransformError::OtherColumns);
        }
        let n = u32::try_from(batch.rows).unwrap_or(u32::MAX);
        let released = |(at, column): &(usize, Column)| column.release_cells(*at, batch);
        let columns: Option<Vec<_>> = self.columns.iter().map(released).collect();
        let (Some(columns), Some(looks)) = (columns, self.looks(batch)) else {
            let released = self.apply(&batch.to_batch().rows, people)?;
            let n = u32::try_from(released.num_rows()).unwrap_or(u32::MAX);
            return Ok((CellBatch::of_batch(batch.place, &released), (0..n).collect()));
        };
        let rows = match (&self.leave_out, people) {
            (LeaveOut::Looks { looks: out, .. }, _) if !out.is_empty() => {
                let kept = (0..n).zip(looks).filter(|(_, look)| !out.contains(look));
                kept.map(|(row, _)| row).collect()
            }
            (LeaveOut::People(out), Some(people)) if people.len() == batch.rows => {
                let kept = (0..n).zip(people).filter(|(_, person)| !out.contains(person));
                kept.map(|(row, _)| row).collect()
            }
            (LeaveOut::People(out), _) if !out.is_empty() => {
                return Err(TransformError::WithoutPeople);
            }
            _ => (0..n).collect(),
        };
        let columns = columns.into_iter().collect::<Result<_, _>>()?;
        let schema = Arc::clone(&self.schema);
        Ok((CellBatch { place: batch.place, schema, rows: batch.rows, columns }, rows))
    }

    /// The looks of rows, as far as rows are left out by them; none where they are left out by
    /// their region.
    fn looks(&self, batch: &CellBatch<'_>) -> Option<Vec<u64>> {
        let LeaveOut::Looks { columns, looks } = &self.leave_out else {
            return match self.leave_out {
                LeaveOut::Regions { .. } => None,
                _ => Some(Vec::new()),
            };
        };
        if looks.is_empty() {
            return Some(Vec::new());
        }
        let mut hashes = vec![0u64; batch.rows];
        for (c, (at, hierarchy, level)) in columns.iter().enumerate() {
            let groups = hierarchy.groups(*level);
            let of = |values: &ArrayRef| {
                let codes = hierarchy.codebook().codes(values).into_iter();
                codes.map(|code| look(c, groups[usize::from(code)])).collect()
            };
            batch.columns[*at].zip(&mut hashes, of, |sum, hash| *sum = sum.wrapping_add(hash));
        }
        Some(hashes)
    }

    /// Which rows are released; `None` for all.
    fn keep(
        &self,
        rows: usize,
        people: Option<&[u64]>,
        codes: &mut Codes<'_>,
    ) -> Result<Option<BooleanArray>, TransformError> {
        let keep: Vec<bool> = match &self.leave_out {
            LeaveOut::Nothing => return Ok(None),
            LeaveOut::People(out) if out.is_empty() => return Ok(None),
            LeaveOut::Looks { looks, .. } if looks.is_empty() => return Ok(None),
            LeaveOut::People(out) => {
                let people = people.filter(|people| people.len() == rows);
                let people = people.ok_or(TransformError::WithoutPeople)?;
                people.iter().map(|person| !out.contains(person)).collect()
            }
            LeaveOut::Regions { columns, regions } => {
                let missing = regions.by_person() && people.is_none_or(|p| p.len() != rows);
                if missing {
                    return Err(TransformError::WithoutPeople);
                }
                codes.make(columns);
                let of = codes.made(columns);
                let found = regions.of_rows(rows, &of, people);
                codes.regions = found.ok_or(TransformError::WithoutPeople)?;
                codes.regions.iter().map(|region| *region != NOWHERE).collect()
            }
            LeaveOut::Looks { columns, looks } => {
                let mut hashes = vec![0u64; rows];
                for (c, (at, hierarchy, level)) in columns.iter().enumerate() {
                    let groups = hierarchy.groups(*level).iter();
                    let table: Vec<u64> = groups.map(|group| look(c, *group)).collect();
                    for (hash, code) in hashes.iter_mut().zip(codes.get(*at, hierarchy)) {
                        *hash = hash.wrapping_add(table[usize::from(*code)]);
                    }
                }
                hashes.iter().map(|hash| !looks.contains(hash)).collect()
            }
        };
        if keep.iter().all(|keep| *keep) {
            return Ok(None);
        }
        Ok(Some(BooleanArray::from(keep)))
    }
}

fn taken(
    values: &dyn Array,
    indices: impl Iterator<Item = Option<u32>>,
) -> Result<ArrayRef, TransformError> {
    take(values, &UInt32Array::from_iter(indices), None).map_err(TransformError::Arrow)
}

fn no_tokens(schema: &Schema, at: usize) -> TransformError {
    TransformError::NoTokens { column: schema.field(at).name().clone() }
}

fn labels(hierarchy: Arc<Hierarchy>, level: usize) -> Column {
    let groups = hierarchy.groups(level).to_vec();
    let all = (0..).take(hierarchy.n_groups(level));
    let labels = all.map(|group| hierarchy.label(level, group)).collect();
    Column::Label { groups, labels, hierarchy }
}

impl Column {
    /// The released cells of a column of the source; none where a cell alone does not tell what
    /// is released of it.
    fn release_cells<'a>(
        &self,
        at: usize,
        batch: &CellBatch<'a>,
    ) -> Option<Result<Cells<'a>, TransformError>> {
        let at = if let Self::Derive { of, .. } = self { *of } else { at };
        let release = |values: &ArrayRef| match self {
            Self::Recode { .. } => None,
            Self::Keep => Some(Ok(Arc::clone(values))),
            Self::Token(tokens) => Some(tokens.of_array(values).map_or_else(
                || Err(no_tokens(&batch.schema, at)),
                |tokens| Ok(Arc::new(tokens) as ArrayRef),
            )),
            Self::Label { hierarchy, groups, labels } => {
                let codes = hierarchy.codebook().codes(values).into_iter();
                Some(taken(labels, codes.map(|code| Some(groups[usize::from(code)]))))
            }
            Self::Derive { hierarchy, values: derived, of_code, .. } => {
                let codes = hierarchy.codebook().codes(values).into_iter();
                Some(taken(derived, codes.map(|code| of_code[usize::from(code)])))
            }
        };
        Some(match &batch.columns[at] {
            Cells::Few { values, numbers } => {
                release(values)?.map(|values| Cells::Few { values, numbers })
            }
            Cells::Many(values) => release(values)?.map(Cells::Many),
        })
    }

    fn release(&self, at: usize, codes: &mut Codes<'_>) -> Result<ArrayRef, TransformError> {
        let source = codes.batch.column(at);
        match self {
            Self::Keep => Ok(Arc::clone(source)),
            Self::Token(tokens) => {
                let tokens = tokens
                    .of_array(source)
                    .ok_or_else(|| no_tokens(codes.batch.schema_ref(), at))?;
                Ok(Arc::new(tokens))
            }
            Self::Label { hierarchy, groups, labels } => {
                let codes = codes.get(at, hierarchy).iter();
                taken(labels, codes.map(|code| Some(groups[usize::from(*code)])))
            }
            Self::Recode { hierarchy, labels } => {
                let regions = std::mem::take(&mut codes.regions);
                let indices = labels.of_rows(&regions, codes.get(at, hierarchy));
                codes.regions = regions;
                taken(&labels.labels, indices.into_iter().map(Some))
            }
            Self::Derive { of, hierarchy, values, of_code } => {
                let codes = codes.get(*of, hierarchy).iter();
                taken(values, codes.map(|code| of_code[usize::from(*code)]))
            }
        }
    }
}

/// The codes of the columns of one batch, each made once.
struct Codes<'a> {
    batch: &'a RecordBatch,
    of: Vec<Option<Vec<u16>>>,
    /// The region of each row, where rows have one.
    regions: Vec<u32>,
}

impl Codes<'_> {
    fn get(&mut self, column: usize, hierarchy: &Hierarchy) -> &[u16] {
        let batch = self.batch;
        self.of[column].get_or_insert_with(|| {
            let mut codes = Vec::new();
            hierarchy.codebook().encode(batch.column(column), &mut codes);
            codes
        })
    }

    fn make(&mut self, columns: &[(usize, Arc<Hierarchy>)]) {
        for (column, hierarchy) in columns {
            self.get(*column, hierarchy);
        }
    }

    /// The codes of columns that were made.
    fn made(&self, columns: &[(usize, Arc<Hierarchy>)]) -> Vec<&[u16]> {
        let of = |column: usize| self.of[column].as_deref().unwrap_or_default();
        columns.iter().map(|(column, _)| of(*column)).collect()
    }
}

#[cfg(test)]
mod tests;
