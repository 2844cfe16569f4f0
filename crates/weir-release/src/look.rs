//! What is known of the data before anything is decided: columns, facts, counts.

use weir_law::Threshold;
use weir_table::{Profile, Source, Table};
use weir_types::{FactValue, Facts, Finding, Request, Role};

use crate::count::{Counted, Population, count};
use crate::error::ReleaseError;
use crate::hierarchy::Rows;
use crate::prepare::{Links, Prepared, Wishes, prepare};
use crate::progress::{Stage, Stages};
use crate::run::{Asked, Bounds};

/// A source that was read and counted.
pub(crate) struct Looked {
    pub(crate) table: Table,
    pub(crate) profile: Profile,
    /// What was found.
    pub(crate) detected: Vec<Finding>,
    /// The same with what the request states.
    pub(crate) findings: Vec<Finding>,
    pub(crate) facts: Facts,
    pub(crate) threshold: Threshold,
    pub(crate) bounds: Bounds,
    pub(crate) population: Option<Population>,
    pub(crate) prepared: Prepared,
    pub(crate) counted: Counted,
}

/// Reads and counts what a request names.
pub(crate) fn look(
    asked: &Asked,
    source: Source,
    stages: &mut Stages<'_>,
) -> Result<Looked, ReleaseError> {
    let request = &asked.request;
    let (table, profile) =
        stages.run(Stage::Read, None, |progress| source.profile(&asked.limits, progress))?;
    let detected = weir_detect::detect(&profile);
    let mut findings = detected.clone();
    weir_detect::apply_overrides(&mut findings, &request.columns, request.data.person.as_deref());
    let mut facts = facts(request, &findings, profile.rows);
    let threshold = asked.pack.threshold(&facts, Some(asked.day));
    let bounds = Bounds::new(threshold.k, &request.deidentify, &asked.pack)?;
    if bounds.private.is_some() {
        return Err(ReleaseError::FileAlone { model: "differential-privacy".to_owned() });
    }
    let population = request.deidentify.population.as_ref();
    let population = population
        .map(|path| Population::read(&asked.folder.join(path), &asked.limits))
        .transpose()?;
    let prepared = stages.run(Stage::Inspect, None, |_| {
        let wishes = Wishes {
            columns: &request.columns,
            person: request.data.person.as_deref(),
            links: Links::All,
            folder: &asked.folder,
            population: population.as_ref(),
            rows: Rows { table: &table, limits: &asked.limits },
            whole_files: false,
        };
        prepare(&wishes, &profile, &findings, &bounds)
    })?;
    let counted = stages.run(Stage::Count, Some(profile.rows), |progress| {
        count(&table, &prepared, (population.as_ref(), None), &asked.limits, progress)
    })?;
    facts.people = counted.n_people;
    Ok(Looked {
        table,
        profile,
        detected,
        findings,
        facts,
        threshold,
        bounds,
        population,
        prepared,
        counted,
    })
}

impl Looked {
    /// Greatest record risk that no class may be above.
    pub(crate) fn tau(&self, k: u64) -> f64 {
        self.threshold.tau.min(1.0 / k as f64)
    }
}

/// What the rules are told before anything is measured.
fn facts(request: &Request, findings: &[Finding], rows: u64) -> Facts {
    let names_people = |f: &Finding| matches!(f.role, Role::Identifier | Role::QuasiIdentifier);
    // What a person states about the data counts even where nothing of it was found.
    let stated = |fact: &str| request.facts.get(fact) == Some(&FactValue::YesNo(true));
    let sensitive = stated("sensitive") || findings.iter().any(|f| f.sensitive_pi);
    let personal = request.data.kind == weir_types::Kind::Personal
        || sensitive
        || stated("personal_information")
        || request.data.person.is_some()
        || findings.iter().any(names_people);
    Facts {
        kind: request.data.kind,
        relation: request.parties.relation,
        environment: request.parties.environment,
        importance: request.data.importance,
        personal_information: personal,
        sensitive,
        direct_identifiers_released: false,
        legal_basis: request.purpose.legal_basis.is_some(),
        reidentification_ban: request.conditions.reidentification_ban,
        retention: request.conditions.retention.is_some(),
        purpose: !request.purpose.text.trim().is_empty(),
        people: rows,
        stated: request.facts.clone(),
    }
}
