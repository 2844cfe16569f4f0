//! From levels to what is done with every column, and why.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use weir_deidentify::Transform;
use weir_deidentify::aggregate::{Aggregates, Aggregator};
use weir_deidentify::links::{self, Fate, Released, Shown};
use weir_deidentify::search::{Solution, Suppressed};
use weir_deidentify::token::TokenKey;
use weir_deidentify::transform::{Action, LeaveOut};
use weir_table::{Batch, CellBatch, Limits, Table, hash_people};
use weir_types::risk::PeopleCountedBy;
use weir_types::{Bilingual, ColumnPlan, Finding, Plan, Role, Treatment};

use crate::count::{Counted, Decided};
use crate::error::ReleaseError;
use crate::home::random;
use crate::prepare::{Intent, Prepared, reason, stays_sensitive};
use crate::private::Sampler;
use crate::run::Bounds;

/// What is done with the table.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The columns of the source that the transform reads, in order.
    pub(crate) wanted: Vec<usize>,
    /// The transform of rows of the wanted columns. Where people are `carried`, it gives one more
    /// column than is released.
    pub(crate) transform: Transform,
    /// Per column of the source: what is done and why.
    columns: Vec<(Treatment, Bilingual)>,
    /// Names of released columns that form the classes, in the order of the source.
    pub(crate) quasi_identifiers: Vec<String>,
    /// The released column that ties the rows of a person.
    pub(crate) person_token: Option<String>,
    /// How people are told apart in the released files.
    pub(crate) counted_by: PeopleCountedBy,
    /// The column of the source that carries people to the count and is not released.
    pub(crate) carried: Option<String>,
    /// What is done to the rows that the transform gives, where classes get one value each.
    pub(crate) aggregates: Option<Aggregates>,
    /// The person's column among the wanted ones, and the seed of its hashes.
    pub(crate) person: Option<(usize, u64)>,
    /// Who is in the sample, where people are sampled.
    pub(crate) sampler: Option<Arc<Sampler>>,
}

/// Settles what is done with every column under the levels of a solution.
pub(crate) fn treat(
    decided: &Decided<'_>,
    findings: &[Finding],
    table: &Table,
) -> Result<Outcome, ReleaseError> {
    let Decided { prepared, counted, solution, .. } = *decided;
    let mut columns: Vec<(Treatment, Action, Bilingual)> = findings
        .iter()
        .enumerate()
        .map(|(index, finding)| {
            let intent = prepared.intents[index];
            let why = reason(intent, finding, Some(index) == prepared.person, prepared.linked);
            match intent {
                Intent::Drop | Intent::Generalise => (Treatment::Drop, Action::Drop, why),
                Intent::Keep => (Treatment::Keep, Action::Keep, why),
                Intent::Token => (Treatment::Token, Action::Token, why),
                // The values pass the transform and are aggregated after it.
                Intent::Aggregate(by) => (Treatment::Aggregate { by }, Action::Keep, why),
            }
        })
        .collect();
    for tie in &prepared.told {
        let of = &decided.profile.columns[tie.of].name;
        columns[tie.column].2 = Bilingual::new(
            format!("能推出未发布的 `{of}`"),
            format!("tells `{of}`, which is left out"),
        );
    }
    generalise(decided, &mut columns);
    follow(decided, &mut columns);
    // A look at the data that decides over a column would undo differential privacy, where every
    // column is generalised as it was fixed beforehand.
    if counted.sampler.is_none() {
        let given_away = drop_what_gives_away(decided, &mut columns);
        for sensitive in &prepared.sensitive {
            let of = given_away.iter().find(|tie| tie.column == sensitive.column);
            stays_sensitive(decided.profile, sensitive.column, of.map(|tie| tie.of))?;
        }
    }
    let carries = prepared.person.filter(|_| !prepared.linked && counted.several_rows());
    let mut actions: Vec<Action> = columns.iter().map(|(_, action, _)| action.clone()).collect();
    if let Some(person) = carries {
        actions[person] = Action::Token;
    }
    let key = TokenKey::new(random()?);
    let wanted = wanted(&actions, prepared);
    let place = |column: usize| {
        wanted.binary_search(&column).expect("every column that is read is among the wanted")
    };
    let actions = wanted.iter().map(|column| match actions[*column].clone() {
        Action::Derive { of, hierarchy, derived } => {
            Action::Derive { of: place(of), hierarchy, derived }
        }
        other => other,
    });
    let leave_out = leave_out(prepared, counted, solution, place);
    let transform = Transform::new(table.schema(&wanted), actions.collect(), leave_out, &key)?;
    let person = prepared.person.map(|person| (place(person), counted.seed));
    let name = |index: usize| findings[index].column.clone();
    let is_quasi = |index: &usize| match &columns[*index].0 {
        Treatment::Generalise { .. }
        | Treatment::Recode { .. }
        | Treatment::Aggregate { .. }
        | Treatment::Derive { .. } => true,
        Treatment::Keep => findings[*index].role == Role::QuasiIdentifier,
        Treatment::Drop | Treatment::Token => false,
    };
    let quasi_identifiers = (0..findings.len()).filter(is_quasi).map(name).collect();
    let person_token = prepared.person.filter(|_| prepared.linked).map(name);
    let counted_by = match (&person_token, carries) {
        (Some(_), _) => PeopleCountedBy::Column,
        (None, Some(_)) => PeopleCountedBy::ProviderKey,
        (None, None) => PeopleCountedBy::Row,
    };
    Ok(Outcome {
        wanted,
        transform,
        aggregates: None,
        quasi_identifiers,
        person_token,
        counted_by,
        carried: carries.map(name),
        person,
        sampler: counted.sampler.clone(),
        columns: columns.into_iter().map(|(treatment, _, why)| (treatment, why)).collect(),
    })
}

/// Settles the columns that were searched over.
fn generalise(decided: &Decided<'_>, columns: &mut [(Treatment, Action, Bilingual)]) {
    let Decided { prepared, solution, .. } = *decided;
    for (at, (searched, level)) in prepared.searched.iter().zip(&solution.levels).enumerate() {
        let (hierarchy, level) = (Arc::clone(&searched.hierarchy), *level);
        let levels = hierarchy.levels();
        let slot = &mut columns[searched.column];
        (slot.0, slot.1) = match &solution.local {
            None => {
                let meaning = hierarchy.meaning(level).clone();
                let treatment = Treatment::Generalise { level, levels, meaning };
                (treatment, Action::Generalise { hierarchy, level })
            }
            Some((_, regions)) => {
                let (finest, coarsest) = regions.levels(at);
                let regions = Arc::clone(regions);
                let treatment = Treatment::Recode { finest, coarsest, levels };
                (treatment, Action::Recode { hierarchy, column: at, regions })
            }
        };
    }
}

/// Settles the columns that follow others.
fn follow(decided: &Decided<'_>, columns: &mut [(Treatment, Action, Bilingual)]) {
    let Decided { profile, prepared, counted, solution } = *decided;
    // Where cells differ in level, what follows is told by the coarsest of them, which any finer
    // one tells as well.
    let released: Vec<Released<'_>> = prepared
        .searched
        .iter()
        .zip(&solution.coarsest())
        .map(|(s, level)| Released { column: s.column, hierarchy: &s.hierarchy, level: *level })
        .collect();
    for (dependent, _) in &prepared.dependents {
        let tables: Vec<_> = counted
            .derive
            .iter()
            .filter(|(_, follower, _)| *follower == dependent.column)
            .map(|(leader, _, table)| (*leader, table))
            .collect();
        let fate = dependent.decide(&profile.columns[dependent.column], &released, &tables);
        let slot = &mut columns[dependent.column];
        let named = |of: usize| profile.columns[of].name.as_str();
        match fate {
            Fate::Keep => {
                slot.0 = Treatment::Keep;
                slot.1 = Action::Keep;
                slot.2 = Bilingual::new(
                    "由原样发布的列决定，不多泄露任何信息",
                    "a function of columns that are released as they are; it tells nothing more",
                );
            }
            Fate::Derive { of, derived } => {
                let leader = prepared
                    .searched
                    .iter()
                    .find(|s| s.column == of)
                    .expect("columns follow columns that are searched over");
                slot.0 = Treatment::Derive { of: named(of).to_owned(), kept: derived.kept() };
                slot.2 = dependent.reason(named(of), &prepared.ties);
                let hierarchy = Arc::clone(&leader.hierarchy);
                slot.1 = Action::Derive { of, hierarchy, derived };
            }
            Fate::Drop { of } => {
                slot.0 = Treatment::Drop;
                slot.1 = Action::Drop;
                slot.2 = dependent.reason(named(of), &prepared.ties);
            }
        }
    }
}

/// Looks once more at what is to be released, and leaves out what would give away a generalised
/// column after all.
fn drop_what_gives_away(
    decided: &Decided<'_>,
    columns: &mut [(Treatment, Action, Bilingual)],
) -> Vec<links::Tie> {
    let Decided { profile, prepared, solution, .. } = *decided;
    let coarsest = solution.coarsest();
    let shown: Vec<Shown<'_>> = (0..columns.len())
        .filter_map(|column| match &columns[column].0 {
            Treatment::Keep => Some(Shown { column, level: None }),
            Treatment::Generalise { .. } | Treatment::Recode { .. } => {
                let at = prepared.searched.iter().position(|s| s.column == column)?;
                let level = Some((&*prepared.searched[at].hierarchy, coarsest[at]));
                Some(Shown { column, level })
            }
            _ => None,
        })
        .collect();
    let ties = links::gives_away(profile, &shown, prepared.person);
    for tie in &ties {
        let of = &profile.columns[tie.of].name;
        columns[tie.column] = (
            Treatment::Drop,
            Action::Drop,
            Bilingual::new(
                format!("发布后仍能推出 `{of}` 的细值，故不发布"),
                format!("as released it would still tell fine values of `{of}`; left out"),
            ),
        );
    }
    ties
}

/// The columns that are released, and those that say what else is: the person, and the columns
/// that the search went over.
fn wanted(actions: &[Action], prepared: &Prepared) -> Vec<usize> {
    let searched = |column: usize| prepared.searched.iter().any(|s| s.column == column);
    (0..actions.len())
        .filter(|column| {
            !matches!(actions[*column], Action::Drop)
                || Some(*column) == prepared.person
                || searched(*column)
        })
        .collect()
}

fn leave_out(
    prepared: &Prepared,
    counted: &Counted,
    solution: &Solution,
    place: impl Fn(usize) -> usize,
) -> LeaveOut {
    if let Some((_, regions)) = &solution.local {
        let searched = prepared.searched.iter();
        let columns = searched.map(|s| (place(s.column), Arc::clone(&s.hierarchy))).collect();
        return LeaveOut::Regions { columns, regions: Arc::clone(regions) };
    }
    match (&solution.suppressed, &counted.people) {
        (Suppressed::Looks(looks), _) => LeaveOut::Looks {
            columns: prepared
                .searched
                .iter()
                .zip(&solution.levels)
                .map(|(s, level)| (place(s.column), Arc::clone(&s.hierarchy), *level))
                .collect(),
            looks: looks.clone(),
        },
        (records @ Suppressed::Records(_), Some(index)) => {
            LeaveOut::People(records.people(&counted.table, index))
        }
        (Suppressed::Records(_), None) => LeaveOut::Nothing,
    }
}

impl Outcome {
    /// Whether a column leaves with direct identifiers in it: the request keeps a column that is
    /// an identifier, or one whose values are identifiers by their checksum or form, whatever the
    /// request calls it.
    pub(crate) fn releases_identifier(&self, detected: &[Finding], findings: &[Finding]) -> bool {
        /// Confidence from which the values themselves speak.
        const BY_VALUE: f64 = 0.9;
        self.columns.iter().zip(detected.iter().zip(findings)).any(
            |((treatment, _), (detected, finding))| {
                let released = matches!(treatment, Treatment::Keep | Treatment::Aggregate { .. });
                let by_value = detected.role == Role::Identifier && detected.confidence >= BY_VALUE;
                released && (finding.role == Role::Identifier || by_value)
            },
        )
    }

    /// Reads the rows once more and gathers what each class shows of the columns that are
    /// aggregated. Rows that are left out are no part of it.
    pub(crate) fn aggregate(
        &mut self,
        findings: &[Finding],
        table: &Table,
        limits: &Limits,
    ) -> Result<(), ReleaseError> {
        let schema = self.transform.schema();
        let place = |name: &str| schema.index_of(name).ok();
        let of_column =
            |(finding, (treatment, _)): (&Finding, &(Treatment, Bilingual))| match treatment {
                Treatment::Aggregate { by } => Some((place(&finding.column)?, *by)),
                _ => None,
            };
        let asked: Vec<_> = findings.iter().zip(&self.columns).filter_map(of_column).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let by = self.quasi_identifiers.iter().filter_map(|name| place(name));
        let by = by.filter(|at| asked.iter().all(|(column, _)| column != at)).collect();
        let mut aggregator = Aggregator::new(schema, by, &asked)?;
        table.scan(
            &self.wanted,
            limits,
            &|_| {},
            |batch| self.released(&batch),
            |rows| Ok(aggregator.add(&rows)?),
        )?;
        self.aggregates = Some(aggregator.finish());
        Ok(())
    }

    /// The rows of a batch of the wanted columns as they are released, with the column that
    /// carries people, where there is one. Where people are sampled, those of the sample alone.
    pub(crate) fn released(&self, batch: &Batch) -> Result<RecordBatch, ReleaseError> {
        let person = self.person.map(|(column, _)| column);
        let sampled = self.sampler.as_ref().map(|sampler| sampler.sampled(batch, person));
        let rows = sampled.as_ref().unwrap_or(&batch.rows);
        let people = self.person.map(|(column, seed)| hash_people(rows.column(column), seed));
        let released = self.transform.apply(rows, people.as_deref())?;
        match &self.aggregates {
            Some(aggregates) => Ok(aggregates.apply(&released)?),
            None => Ok(released),
        }
    }

    /// As [`Self::released`], from numbered cells: the released cells, and the rows that are
    /// released. What a class shows is no matter of one cell, nor is who is in a sample, so that
    /// both go row by row.
    pub(crate) fn released_cells<'a>(
        &self,
        batch: &CellBatch<'a>,
    ) -> Result<(CellBatch<'a>, Vec<u32>), ReleaseError> {
        if self.aggregates.is_some() || self.sampler.is_some() {
            let released = self.released(&batch.to_batch())?;
            let n = u32::try_from(released.num_rows()).unwrap_or(u32::MAX);
            return Ok((CellBatch::of_batch(batch.place, &released), (0..n).collect()));
        }
        let people = self
            .person
            .map(|(column, seed)| batch.columns[column].map(|people| hash_people(people, seed)));
        Ok(self.transform.apply_cells(batch, people.as_deref())?)
    }

    /// The columns of [`Self::released`].
    pub(crate) fn schema(&self) -> &SchemaRef {
        self.aggregates.as_ref().map_or(self.transform.schema(), Aggregates::schema)
    }

    fn aggregate_loss(&self, column: &str) -> f64 {
        let at = self.transform.schema().index_of(column).ok();
        self.aggregates.as_ref().zip(at).map_or(1.0, |(aggregates, at)| aggregates.loss(at))
    }

    /// Whether a column of the source is released as it is.
    pub(crate) fn is_kept(&self, column: usize) -> bool {
        matches!(self.columns[column].0, Treatment::Keep)
    }

    /// The plan as it is stated and reported.
    pub(crate) fn plan(
        &self,
        decided: &Decided<'_>,
        findings: &[Finding],
        bounds: &Bounds,
    ) -> Plan {
        let Decided { profile, prepared, counted, solution } = *decided;
        let loss = |index: usize, treatment: &Treatment| match treatment {
            Treatment::Generalise { .. } | Treatment::Recode { .. } => prepared
                .searched
                .iter()
                .position(|s| s.column == index)
                .map_or(1.0, |at| solution.losses[at]),
            Treatment::Drop | Treatment::Token => 1.0,
            Treatment::Aggregate { .. } => self.aggregate_loss(&profile.columns[index].name),
            Treatment::Derive { kept, .. } => 1.0 - kept,
            Treatment::Keep => 0.0,
        };
        let columns = findings
            .iter()
            .zip(&self.columns)
            .enumerate()
            .map(|(index, (finding, (treatment, why)))| ColumnPlan {
                column: finding.column.clone(),
                ty: finding.ty,
                role: finding.role,
                treatment: treatment.clone(),
                reason: why.clone(),
                loss: loss(index, treatment),
            })
            .collect();
        Plan {
            columns,
            person: prepared.person.map(|p| findings[p].column.clone()),
            linked: prepared.linked,
            k: bounds.k,
            links: prepared
                .ties
                .iter()
                .chain(&prepared.told)
                .map(|tie| tie.link(profile))
                .collect(),
            people: counted.n_people,
            rows: counted.n_rows,
            people_suppressed: solution.people_suppressed,
            rows_suppressed: solution.rows_suppressed,
            suppression_limit: bounds.suppression_limit,
            loss: solution.loss,
            models: bounds.models.clone(),
            preset: bounds.preset.clone(),
            sampling: bounds.private.map(|private| private.stated()),
            quality: Some(bounds.quality),
            score: Some(solution.score),
            lower_bound: solution.local.is_none().then_some(solution.lower_bound),
            full_domain_score: solution.local.as_ref().map(|(score, _)| *score),
            searched: solution.searched,
        }
    }
}
