//! The tables of databases.

use std::path::{Path, PathBuf};
use std::time::Duration;

use weir_detect::together::{self, Coding, Options, Picks, Together};
use weir_engine::{
    Address, At, Database, DatabaseError, Name, Problem, Sampling, Table, TableReader, Wanted,
};
use weir_release::progress::{Progress as _, Stage};
use weir_table::Looked;
use weir_table::rows::{SendRows, look_at_rows, scan_rows};
use weir_types::{Finding, Redacted};

use super::report::{Catalogue, CatalogueColumn, ForeignKey, Inspected, NotRead, TableReport};
use super::{Found, Inspector, Origin, scan};
use crate::args::Inspect;
use crate::exit::{Exit, Failure};

/// A sample of fewer blocks says too little; the table is read in full.
const FEWEST_BLOCKS: u64 = 32;

/// The addresses that were given, with the password that was.
pub(super) fn addresses(given: &[PathBuf], args: &Inspect) -> Result<Vec<Address>, Failure> {
    let mut addresses = Vec::new();
    for url in given {
        let unreadable = weir_engine::AddressError::Unreadable;
        let address = url.to_str().ok_or(unreadable).and_then(Address::parse);
        addresses.push(address.map_err(|e| Failure::new(Exit::BadInput, &e, Some(e.hint())))?);
    }
    let for_databases = [
        (!args.schema.is_empty(), "--schema"),
        (!args.table.is_empty(), "--table"),
        (args.password_file.is_some(), "--password-file"),
    ];
    if let (Some((_, option)), true) =
        (for_databases.iter().find(|(given, _)| *given), addresses.is_empty())
    {
        let hint = "give an address such as postgres://user@host/database";
        return Err(Failure::input(format!("{option} is for databases, and none is named"), hint));
    }
    match &args.password_file {
        None => Ok(addresses),
        Some(path) => {
            let password = password(path)?;
            Ok(addresses.into_iter().map(|address| address.with_password(&password)).collect())
        }
    }
}

/// The first line of a file that nobody else can read.
fn password(path: &Path) -> Result<Redacted<String>, Failure> {
    let shown = path.display();
    let unreadable = |e: std::io::Error| {
        Failure::input(
            format!("cannot read the password file `{shown}`: {}", e.kind()),
            "give a text file whose first line is the password",
        )
    };
    only_mine(path)?;
    let text = std::fs::read(path).map_err(unreadable)?;
    let invalid = || std::io::ErrorKind::InvalidData.into();
    let text = Redacted::new(String::from_utf8(text).map_err(|_| unreadable(invalid()))?);
    let line = text.expose().lines().next().unwrap_or_default();
    Ok(Redacted::new(line.to_owned()))
}

/// Refuses a file that others can read, as the database's own programs do.
#[cfg(unix)]
fn only_mine(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o077;
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().mode() & OTHERS != 0 => {
            Err(Failure::input(
                format!("other users of this machine can read `{}`", path.display()),
                format!("chmod 600 {}", path.display()),
            ))
        }
        _ => Ok(()),
    }
}

/// Other systems have other ways of keeping a file to oneself.
#[cfg(not(unix))]
fn only_mine(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// Goes over the tables of all databases, and adds what was found to what is there.
pub(super) fn look_at_all(
    inspector: &Inspector<'_>,
    addresses: Vec<Address>,
    mut inspected: Inspected,
    mut failures: Vec<Failure>,
) -> (Inspected, Vec<Failure>) {
    for address in addresses {
        look(inspector, address, &mut inspected, &mut failures);
    }
    (inspected, failures)
}

/// Goes over the tables of a database; what cannot be read is reported and the others go on.
fn look(
    inspector: &Inspector<'_>,
    address: Address,
    inspected: &mut Inspected,
    failures: &mut Vec<Failure>,
) {
    let args = inspector.args;
    let mut failed = |error: &DatabaseError| {
        let failure = Failure::new(Exit::BadInput, error, error.hint());
        let (error, hint) = (failure.messages.join(": "), failure.hint.clone());
        inspected.not_read.push(NotRead { error, hint });
        failures.push(failure);
    };
    let wanted = Wanted { schemas: args.schema.clone(), tables: args.table.clone() };
    let patience = Duration::from_secs(args.timeout);
    let connected = Database::connect(address, patience);
    let listed = connected.and_then(|mut database| {
        let listed = database.tables(&wanted)?;
        Ok((database, listed))
    });
    let (mut database, (names, missing)) = match listed {
        Ok(listed) => listed,
        Err(error) => return failed(&error),
    };
    missing.iter().for_each(&mut failed);
    let mut lost = false;
    for name in &names {
        if !lost {
            match table(inspector, &mut database, name) {
                Ok(report) => inspected.tables.push(report),
                Err(error) => {
                    failed(&error);
                    lost = matches!(error.at, At::Database(_));
                }
            }
        }
        if lost {
            failed(&DatabaseError::of_table(name, Problem::NotReached));
        }
    }
}

fn table(
    inspector: &Inspector<'_>,
    database: &mut Database,
    name: &Name,
) -> Result<TableReport, DatabaseError> {
    let seed = inspector.args.seed;
    let sampling = match (inspector.args.full, inspector.args.sample) {
        (true, _) => Sampling::Never,
        (_, true) => Sampling::Always { seed },
        _ => Sampling::Large { seed },
    };
    let path = database.address().to_string();
    inspector.talk.begin(Stage::Read, None);
    let read =
        database.open(name, sampling, &inspector.limits).and_then(|reader| read(inspector, reader));
    inspector.talk.end();
    let (table, found, findings, together) = read?;
    let origin = Origin {
        name: table.name.to_string(),
        path,
        sheet: None,
        columns: table.columns.iter().map(column).collect(),
        catalogue: Some(catalogue(table)),
    };
    Ok(inspector.report(origin, found, &findings, together))
}

type Read = (Table, Found, Vec<Finding>, Together);

/// Reads a table once, and once more for what its columns tell together where all of it is read
/// and does not fit the first pass.
fn read(inspector: &Inspector<'_>, mut reader: TableReader<'_>) -> Result<Read, DatabaseError> {
    let limits = &inspector.limits;
    let mut looked = look_once(inspector, &mut reader)?;
    if looked.sampled.as_ref().is_some_and(|sampled| sampled.blocks < FEWEST_BLOCKS) {
        reader.read_all();
        looked = look_once(inspector, &mut reader)?;
    }
    let Looked { profile, sampled, watches, .. } = looked;
    let comments: Vec<Option<String>> =
        reader.table().columns.iter().map(|column| column.comment.clone()).collect();
    let scan = scan(watches);
    let reports = inspector.detector.inspect_commented(&profile, &comments, Some(&scan));
    let found = Found { profile, sampled, reports };
    let findings = found.findings();
    let options = Options::new(limits);
    let all_at_hand = found.profile.sample.num_rows() as u64 == found.profile.rows;
    if found.sampled.is_some() || all_at_hand {
        // The server need not wait for what follows.
        let table = reader.finish();
        let together = together::look_at_sample(&found.profile, &findings, &options);
        return Ok((table, found, findings, together));
    }
    let columns: Vec<_> = found.profile.columns.iter().map(|c| (c.name.clone(), c.ty)).collect();
    let picks = Picks::new(&findings, &options);
    let mut coding = Coding::new(&picks, &options);
    let again = |send: &mut SendRows<'_>| reader.read(limits, send);
    scan_rows(&columns, limits, again, |rows| picks.read_batch(&rows), |rows| coding.take(&rows))?;
    let table = reader.finish();
    let together = together::of_coded(&coding.finish(), &findings, &options);
    Ok((table, found, findings, together))
}

fn look_once<'d>(
    inspector: &Inspector<'d>,
    reader: &mut TableReader<'_>,
) -> Result<Looked<weir_detect::Scanner<'d>>, DatabaseError> {
    let limits = &inspector.limits;
    let columns = reader.columns();
    let watch = || inspector.detector.scanner(columns.len());
    let rows = |rows| inspector.talk.rows(rows);
    let drawn = reader.drawn();
    look_at_rows(&columns, drawn, limits, &rows, &watch, |send| reader.read(limits, send))
}

fn column(column: &weir_engine::Column) -> CatalogueColumn {
    CatalogueColumn { ty: column.declared.clone(), comment: column.comment.clone() }
}

fn catalogue(table: Table) -> Catalogue {
    let foreign_key = |key: weir_engine::ForeignKey| ForeignKey {
        columns: key.columns,
        schema: key.table.schema,
        table: key.table.table,
        of_columns: key.of_columns,
    };
    Catalogue {
        schema: table.name.schema,
        table: table.name.table,
        relation: table.relation.name(),
        comment: table.comment,
        primary_key: table.keys.primary,
        unique: table.keys.unique,
        foreign_keys: table.keys.foreign.into_iter().map(foreign_key).collect(),
        hidden_columns: table.hidden_columns,
        rows_hidden: table.rows_hidden,
    }
}
