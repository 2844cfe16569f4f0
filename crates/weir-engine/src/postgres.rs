//! PostgreSQL: its catalogue, and the queries that read tables.
//!
//! Names are those of the manual of PostgreSQL 15, chapter 53 (System Catalogs).

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _};
use weir_types::ColumnType;

use crate::draw::{Draw, Sampling};
use crate::error::Problem;
use crate::session::{LOCK_TIMEOUT_S, run};
use crate::stream::{Block, Query};
use crate::tables::{Column, ForeignKey, Keys, Name, Relation, Table, most_characters, quoted};

/// Begins what sees one state of the database and cannot write. Text of the server is in one
/// form, rows come in the order of the table, and a name without a schema is looked for among the
/// system's alone: nobody's function is called by mistake, and a view fails whose function relies
/// on a path of its caller.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    patience: Duration,
) -> Result<(), Problem> {
    let patience_ms = patience.as_millis().min(MOST_MS);
    let sql = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
         SET LOCAL search_path = pg_catalog;
         SET LOCAL TimeZone = 'UTC';
         SET LOCAL DateStyle = 'ISO, YMD';
         SET LOCAL IntervalStyle = 'iso_8601';
         SET LOCAL synchronize_seqscans = off;
         SET LOCAL max_parallel_workers_per_gather = 0;
         SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s';
         SET LOCAL statement_timeout = {patience_ms};"
    );
    run::<Postgres>(connection, sql).await
}

/// The longest timeout that the server takes.
const MOST_MS: u128 = i32::MAX as u128;

/// Reading all of a table may take as long as it takes, if rows keep coming.
pub(crate) async fn lift_timeout(connection: &mut PgConnection) -> Result<(), Problem> {
    run::<Postgres>(connection, "SET LOCAL statement_timeout = 0".to_owned()).await
}

/// The tables of all schemas that are not the system's, and whether each is a part of another.
pub(crate) async fn names(connection: &mut PgConnection) -> Result<Vec<(Name, bool)>, Problem> {
    let rows = sqlx::query(
        "SELECT n.nspname::text, c.relname::text, c.relispartition
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
    )
    .persistent(false)
    .fetch_all(connection)
    .await
    .map_err(Problem::reading)?;
    let name = |row: &PgRow| {
        let name = Name { schema: get(row, 0)?, table: get(row, 1)? };
        Ok((name, get(row, 2)?))
    };
    rows.iter().map(name).collect()
}

/// What the catalogue says of a table.
pub(crate) async fn describe(
    connection: &mut PgConnection,
    name: &Name,
    memory_bytes: usize,
) -> Result<(Described, Table), Problem> {
    let row = sqlx::query(
        "SELECT c.oid::int8, c.relkind::text, pg_catalog.obj_description(c.oid, 'pg_class'),
                pg_catalog.row_security_active(c.oid)
         FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2",
    )
    .persistent(false)
    .bind(&name.schema)
    .bind(&name.table)
    .fetch_optional(&mut *connection)
    .await
    .map_err(Problem::reading)?
    .ok_or(Problem::Gone { code: "42P01".to_owned() })?;
    let oid: i64 = get(&row, 0)?;
    let relation = match get::<String>(&row, 1)?.as_str() {
        "p" => Relation::Partitioned,
        "v" => Relation::View,
        "m" => Relation::MaterializedView,
        "f" => Relation::Foreign,
        _ => Relation::Table,
    };
    let (columns, hidden_columns) = columns(connection, oid, memory_bytes).await?;
    if columns.is_empty() {
        return Err(match hidden_columns.is_empty() {
            true => Problem::NoColumn,
            false => Problem::Permission { code: "42501".to_owned() },
        });
    }
    let keys = keys(connection, oid).await?;
    let table = Table {
        name: name.clone(),
        relation,
        comment: get(&row, 2)?,
        columns,
        hidden_columns,
        rows_hidden: get(&row, 3)?,
        keys,
    };
    Ok((Described { oid }, table))
}

/// What names a table in the catalogue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described {
    oid: i64,
}

async fn columns(
    connection: &mut PgConnection,
    oid: i64,
    memory_bytes: usize,
) -> Result<(Vec<Column>, Vec<String>), Problem> {
    let rows = sqlx::query(
        "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
                pg_catalog.col_description(a.attrelid, a.attnum),
                pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
                CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace THEN b.typname::text END
         FROM pg_catalog.pg_attribute a
         JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
         WHERE a.attrelid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY a.attnum",
    )
    .persistent(false)
    .bind(oid)
    .fetch_all(connection)
    .await
    .map_err(Problem::reading)?;
    let cell_characters = most_characters(memory_bytes, rows.len());
    let mut columns = Vec::new();
    let mut hidden = Vec::new();
    for row in &rows {
        let name: String = get(row, 0)?;
        if !get::<bool>(row, 3)? {
            hidden.push(name);
            continue;
        }
        let base: Option<String> = get(row, 4)?;
        let (ty, select) = cell(&name, base.as_deref().unwrap_or_default(), cell_characters);
        columns.push(Column { name, declared: get(row, 1)?, comment: get(row, 2)?, ty, select });
    }
    Ok((columns, hidden))
}

/// The type of the cells of a column, where text is not looked at for it, and the expression that
/// gives them as text. Types that are not known here are text as the server writes it.
fn cell(name: &str, base: &str, most_characters: usize) -> (Option<ColumnType>, String) {
    let column = format!("c.{}", quoted(name, '"'));
    let text = format!("{column}::pg_catalog.text");
    match base {
        "bool" => (Some(ColumnType::Boolean), text),
        "date" => (Some(ColumnType::Date), text),
        "timestamp" => (Some(ColumnType::Timestamp), text),
        "timestamptz" => {
            (Some(ColumnType::Timestamp), format!("({column} AT TIME ZONE 'UTC')::pg_catalog.text"))
        }
        "int2" | "int4" | "int8" | "oid" | "float4" | "float8" => (None, text),
        "money" => (None, format!("{column}::pg_catalog.numeric::pg_catalog.text")),
        "inet" => (Some(ColumnType::Text), format!("pg_catalog.host({column})")),
        "uuid" | "cidr" | "macaddr" | "macaddr8" | "time" | "timetz" | "interval" => {
            (Some(ColumnType::Text), text)
        }
        "bytea" => {
            let bytes = most_characters / 2;
            let start = format!("pg_catalog.substring({column}, 1, {bytes})");
            (Some(ColumnType::Text), format!("pg_catalog.encode({start}, 'hex')"))
        }
        "text" | "varchar" | "bpchar" | "name" | "numeric" => {
            (None, format!("pg_catalog.left({text}, {most_characters})"))
        }
        _ => (Some(ColumnType::Text), format!("pg_catalog.left({text}, {most_characters})")),
    }
}

async fn keys(connection: &mut PgConnection, oid: i64) -> Result<Keys, Problem> {
    let rows = sqlx::query(
        "SELECT k.contype::text,
                ARRAY(SELECT a.attname::text
                      FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(number, place)
                      JOIN pg_catalog.pg_attribute a
                        ON a.attrelid = k.conrelid AND a.attnum = u.number
                      ORDER BY u.place),
                n.nspname::text, f.relname::text,
                ARRAY(SELECT a.attname::text
                      FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u(number, place)
                      JOIN pg_catalog.pg_attribute a
                        ON a.attrelid = k.confrelid AND a.attnum = u.number
                      ORDER BY u.place)
         FROM pg_catalog.pg_constraint k
         LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
         LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
         WHERE k.conrelid = $1::int8::oid AND k.contype IN ('p', 'u', 'f')
         ORDER BY k.conname",
    )
    .persistent(false)
    .bind(oid)
    .fetch_all(connection)
    .await
    .map_err(Problem::reading)?;
    let mut keys = Keys::default();
    for row in &rows {
        let columns: Vec<String> = get(row, 1)?;
        match (get::<String>(row, 0)?.as_str(), get(row, 2)?, get(row, 3)?) {
            ("p", ..) => keys.primary = columns,
            ("u", ..) => keys.unique.push(columns),
            (_, Some(schema), Some(table)) => {
                let table = Name { schema, table };
                keys.foreign.push(ForeignKey { columns, table, of_columns: get(row, 4)? });
            }
            _ => {}
        }
    }
    Ok(keys)
}

/// How much of a table is read.
pub(crate) async fn draw(
    connection: &mut PgConnection,
    described: Described,
    table: &Table,
    sampling: Sampling,
) -> Result<Draw, Problem> {
    if sampling == Sampling::Never {
        return Ok(Draw::All);
    }
    if matches!(table.relation, Relation::View | Relation::Foreign) {
        let sql = format!("SELECT pg_catalog.count(*) FROM {} AS c", table.name.quoted('"'));
        let counted = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_one(connection).await;
        let rows: i64 = get(&counted.map_err(Problem::reading)?, 0)?;
        return Ok(Draw::of_rows(sampling, rows.unsigned_abs()));
    }
    let row = sqlx::query(
        "WITH RECURSIVE part(oid) AS (
           SELECT $1::int8::oid
           UNION
           SELECT i.inhrelid FROM pg_catalog.pg_inherits i
           JOIN part ON i.inhparent = part.oid WHERE $2
         )
         SELECT coalesce(sum(pg_catalog.pg_relation_size(oid)), 0)::int8
                  / pg_catalog.current_setting('block_size')::int8,
                coalesce(sum(pg_catalog.pg_table_size(oid)), 0)::int8
         FROM part",
    )
    .bind(described.oid)
    .bind(table.relation == Relation::Partitioned)
    .persistent(false)
    .fetch_one(connection)
    .await
    .map_err(Problem::reading)?;
    let (pages, bytes): (i64, i64) = (get(&row, 0)?, get(&row, 1)?);
    Ok(Draw::of_pages(sampling, pages.unsigned_abs(), bytes.unsigned_abs()))
}

/// The query that reads a table, or what is drawn of it.
pub(crate) async fn query(
    connection: &mut PgConnection,
    table: &Table,
    draw: Draw,
) -> Result<Query, Problem> {
    let cells: Vec<&str> = table.columns.iter().map(|column| column.select.as_str()).collect();
    let (cells, n_columns) = (cells.join(", "), cells.len());
    // Tables that inherit from others are listed for themselves; only parts are not.
    let only = if table.relation == Relation::Table { "ONLY " } else { "" };
    let from = format!("FROM {only}{} AS c", table.name.quoted('"'));
    let stored = !matches!(table.relation, Relation::View | Relation::Foreign);
    let (sql, block) = match draw {
        Draw::All => (format!("SELECT {cells} {from}"), Block::None),
        Draw::Pages { seed, chance } => {
            let page = "c.tableoid::pg_catalog.text || ' ' ||
                        pg_catalog.split_part(c.ctid::pg_catalog.text, ',', 1)";
            let drawn = sample("SYSTEM", seed, chance);
            (format!("SELECT {cells}, {page} {from} {drawn}"), Block::Page)
        }
        Draw::Rows { seed, chance, .. } if stored => {
            let drawn = sample("BERNOULLI", seed, chance);
            (format!("SELECT {cells} {from} {drawn}"), Block::Row)
        }
        Draw::Keys { .. } => unreachable!("`draw` of this module draws no keys"),
        Draw::Rows { seed, chance, .. } => {
            // Between -1 and 1, and different for different seeds below 2^52.
            let start = (seed % (1 << 52)) as f64 / (1_u64 << 52) as f64;
            let seeded = format!("SELECT pg_catalog.setseed({start:?})");
            run::<Postgres>(connection, seeded).await?;
            let drawn = format!("WHERE pg_catalog.random() < {chance:?}");
            (format!("SELECT {cells} {from} {drawn}"), Block::Row)
        }
    };
    Ok(Query { sql, n_columns, block })
}

/// The clause that draws from a table (manual of PostgreSQL 15, SELECT, TABLESAMPLE).
fn sample(method: &str, seed: u64, chance: f64) -> String {
    let percent = (chance * 100.0).clamp(0.0, 100.0);
    // The seed is a floating-point number: all below 2^53 differ.
    let seed = seed % (1 << 53);
    format!("TABLESAMPLE pg_catalog.{method} ({percent:.12}) REPEATABLE ({seed})")
}

fn get<'r, T>(row: &'r PgRow, at: usize) -> Result<T, Problem>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    row.try_get(at).map_err(|_| Problem::Protocol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_are_not_known_are_text_of_bounded_length() {
        let (ty, select) = cell("g", "geometry", 100);
        assert_eq!(ty, Some(ColumnType::Text));
        assert_eq!(select, "pg_catalog.left(c.\"g\"::pg_catalog.text, 100)");
        assert!(cell("b", "bytea", 100).1.contains("1, 50"));
        // Leading zeros and 19 digits are told from numbers by looking.
        assert_eq!(cell("n", "int8", 100).0, None);
    }
}
