//! MySQL and MariaDB: their catalogue, and the queries that read tables.
//!
//! Names are those of the MySQL 8.4 reference manual, chapter 28 (INFORMATION_SCHEMA Tables), which
//! MariaDB has too. The catalogue is read as text, because its types differ between versions.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, MySql, Row as _};
use weir_types::ColumnType;

use crate::draw::{Draw, Sampling};
use crate::error::Problem;
use crate::session::{LOCK_TIMEOUT_S, run};
use crate::stream::{Block, Query};
use crate::tables::{Column, ForeignKey, Keys, Name, Relation, Table, most_characters, quoted};

/// Begins what sees one state of the database and cannot write. Tables of engines without
/// transactions, such as MyISAM, are seen as they are at each moment.
pub(crate) async fn begin(
    connection: &mut MySqlConnection,
    patience: Duration,
) -> Result<(), Problem> {
    let seconds = patience.as_secs().max(1);
    // Rows may wait in the network while others are looked at.
    let waits = format!(
        "SET SESSION lock_wait_timeout = {LOCK_TIMEOUT_S}, \
         SESSION innodb_lock_wait_timeout = {LOCK_TIMEOUT_S}, \
         SESSION net_write_timeout = {WRITE_TIMEOUT_S}"
    );
    run::<MySql>(connection, waits).await?;
    limit(connection, seconds).await;
    for sql in [
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ] {
        run::<MySql>(connection, sql.to_owned()).await?;
    }
    Ok(())
}

/// How long the server waits for a reader that is busy.
const WRITE_TIMEOUT_S: u32 = 3600;

/// Reading all of a table may take as long as it takes, if rows keep coming.
pub(crate) async fn lift_timeout(connection: &mut MySqlConnection) -> Result<(), Problem> {
    limit(connection, 0).await;
    Ok(())
}

/// Bounds the time of a statement, with the variable of MySQL, in milliseconds, or that of MariaDB,
/// in seconds. A server that has neither does not know them, and the client's own clock is left.
/// Sizes of tables are to be those of now, which only MySQL 8 keeps for a day.
async fn limit(connection: &mut MySqlConnection, seconds: u64) {
    for sql in [
        format!("SET SESSION max_execution_time = {}", seconds * 1000),
        format!("SET SESSION max_statement_time = {seconds}"),
        "SET SESSION information_schema_stats_expiry = 0".to_owned(),
    ] {
        let _ = run::<MySql>(connection, sql).await;
    }
}

/// The tables of the database that the address names, or of all but the system's, where it names
/// none or `only_named` is false. None is a part of another.
pub(crate) async fn names(
    connection: &mut MySqlConnection,
    only_named: bool,
) -> Result<Vec<(Name, bool)>, Problem> {
    let rows = sqlx::query(
        "SELECT CAST(table_schema AS CHAR), CAST(table_name AS CHAR)
         FROM information_schema.tables
         WHERE table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
           AND table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
           AND (? = 0 OR DATABASE() IS NULL OR table_schema = DATABASE())",
    )
    .persistent(false)
    .bind(i32::from(only_named))
    .fetch_all(connection)
    .await
    .map_err(Problem::reading)?;
    let name = |row: &MySqlRow| Ok((Name { schema: text(row, 0)?, table: text(row, 1)? }, false));
    rows.iter().map(name).collect()
}

/// About how large a table is, by the catalogue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    rows: u64,
    bytes: u64,
}

/// What the catalogue says of a table.
pub(crate) async fn describe(
    connection: &mut MySqlConnection,
    name: &Name,
    memory_bytes: usize,
) -> Result<(Size, Table), Problem> {
    let row = sqlx::query(
        "SELECT CAST(table_type AS CHAR), CAST(table_comment AS CHAR),
                CAST(COALESCE(table_rows, 0) AS CHAR), CAST(COALESCE(data_length, 0) AS CHAR)
         FROM information_schema.tables WHERE table_schema = ? AND table_name = ?",
    )
    .persistent(false)
    .bind(&name.schema)
    .bind(&name.table)
    .fetch_optional(&mut *connection)
    .await
    .map_err(Problem::reading)?
    .ok_or(Problem::Gone { code: "1146".to_owned() })?;
    let is_view = text(&row, 0)? == "VIEW";
    let number = |at| text(&row, at)?.parse().map_err(|_| Problem::Protocol);
    let size = Size { rows: number(2)?, bytes: number(3)? };
    let (columns, hidden_columns) = columns(connection, name, memory_bytes).await?;
    if columns.is_empty() {
        // A view that refers to what is not there, or that its owner may not read, has no columns.
        let code = if is_view && hidden_columns.is_empty() { "1356" } else { "1142" };
        return Err(Problem::Permission { code: code.to_owned() });
    }
    let keys = keys(connection, name).await?;
    let table = Table {
        name: name.clone(),
        relation: if is_view { Relation::View } else { Relation::Table },
        // Of a view it is the word VIEW.
        comment: comment(&row, 1)?.filter(|_| !is_view),
        columns,
        hidden_columns,
        rows_hidden: false,
        keys,
    };
    Ok((size, table))
}

/// What the catalogue says of a table, where a query asks for its schema and its name.
async fn of_table(
    connection: &mut MySqlConnection,
    name: &Name,
    sql: &'static str,
) -> Result<Vec<MySqlRow>, Problem> {
    let query = sqlx::query(sql).persistent(false).bind(&name.schema).bind(&name.table);
    query.fetch_all(connection).await.map_err(Problem::reading)
}

async fn columns(
    connection: &mut MySqlConnection,
    name: &Name,
    memory_bytes: usize,
) -> Result<(Vec<Column>, Vec<String>), Problem> {
    let rows = of_table(
        connection,
        name,
        "SELECT CAST(column_name AS CHAR), CAST(column_type AS CHAR), CAST(data_type AS CHAR),
                CAST(column_comment AS CHAR),
                CASE WHEN FIND_IN_SET('select', privileges) > 0 THEN 'yes' ELSE 'no' END
         FROM information_schema.columns WHERE table_schema = ? AND table_name = ?
         ORDER BY ordinal_position",
    )
    .await?;
    let most_characters = most_characters(memory_bytes, rows.len());
    let mut columns = Vec::new();
    let mut hidden = Vec::new();
    for row in &rows {
        let name = text(row, 0)?;
        if text(row, 4)? != "yes" {
            hidden.push(name);
            continue;
        }
        let (ty, select) = cell(&name, &text(row, 2)?.to_ascii_lowercase(), most_characters);
        let (declared, comment) = (text(row, 1)?, comment(row, 3)?);
        columns.push(Column { name, declared, comment, ty, select });
    }
    Ok((columns, hidden))
}

/// The type of the cells of a column, where text is not looked at for it, and the expression that
/// gives them as text. Types that are not known here are text as the server writes it.
fn cell(name: &str, ty: &str, most_characters: usize) -> (Option<ColumnType>, String) {
    let column = format!("c.{}", quoted(name, '`'));
    let as_text = format!("CAST({column} AS CHAR)");
    match ty {
        "date" => (Some(ColumnType::Date), as_text),
        "datetime" | "timestamp" => (Some(ColumnType::Timestamp), as_text),
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float"
        | "double" | "year" => (None, as_text),
        "bit" => (None, format!("CAST({column} + 0 AS CHAR)")),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => {
            (None, format!("LEFT({column}, {most_characters})"))
        }
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
            let bytes = most_characters / 2;
            (Some(ColumnType::Text), format!("LOWER(HEX(LEFT({column}, {bytes})))"))
        }
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
        | "multipolygon" | "geometrycollection" | "geomcollection" => {
            (Some(ColumnType::Text), format!("LEFT(ST_AsText({column}), {most_characters})"))
        }
        _ => (Some(ColumnType::Text), format!("LEFT({as_text}, {most_characters})")),
    }
}

/// The keys. Their kinds stand in another table of the catalogue, which MariaDB does not show to
/// those who may only read; but a primary key is named so, and only foreign keys refer.
async fn keys(connection: &mut MySqlConnection, name: &Name) -> Result<Keys, Problem> {
    let rows = of_table(
        connection,
        name,
        "SELECT CAST(constraint_name AS CHAR), CAST(column_name AS CHAR),
                CAST(referenced_table_schema AS CHAR), CAST(referenced_table_name AS CHAR),
                CAST(referenced_column_name AS CHAR)
         FROM information_schema.key_column_usage
         WHERE table_schema = ? AND table_name = ?
         ORDER BY constraint_name, ordinal_position",
    )
    .await?;
    let mut keys = Keys::default();
    let mut unique: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut foreign: BTreeMap<String, ForeignKey> = BTreeMap::new();
    for row in &rows {
        let (key, column, other) = (text(row, 0)?, text(row, 1)?, text(row, 3)?);
        if !other.is_empty() {
            let table = Name { schema: text(row, 2)?, table: other };
            let key = foreign.entry(key).or_insert_with(|| ForeignKey {
                columns: Vec::new(),
                table,
                of_columns: Vec::new(),
            });
            key.columns.push(column);
            key.of_columns.push(text(row, 4)?);
        } else if key == "PRIMARY" {
            keys.primary.push(column);
        } else {
            unique.entry(key).or_default().push(column);
        }
    }
    keys.unique = unique.into_values().collect();
    keys.foreign = foreign.into_values().collect();
    Ok(keys)
}

/// How much of a table is read.
pub(crate) async fn draw(
    connection: &mut MySqlConnection,
    size: Size,
    table: &Table,
    sampling: Sampling,
) -> Result<Draw, Problem> {
    if sampling == Sampling::Never {
        return Ok(Draw::All);
    }
    let from = format!("FROM {} AS c", table.name.quoted('`'));
    if table.relation == Relation::View {
        let row = one_row(connection, format!("SELECT CAST(COUNT(*) AS CHAR) {from}")).await?;
        let rows = text(&row, 0)?.parse().map_err(|_| Problem::Protocol)?;
        return Ok(Draw::of_rows(sampling, rows));
    }
    let draw = Draw::of_estimate(sampling, size.rows, size.bytes);
    let (Draw::Rows { .. }, Some(key)) = (draw, number_key(table)) else { return Ok(draw) };
    // The ends of an index are found without going over it.
    let key = format!("c.{}", quoted(key, '`'));
    let ends = format!("SELECT CAST(MIN({key}) AS CHAR), CAST(MAX({key}) AS CHAR) {from}");
    let row = one_row(connection, ends).await?;
    Ok(match (text(&row, 0)?.parse(), text(&row, 1)?.parse()) {
        (Ok(first), Ok(last)) => draw.by_keys(size.rows, first, last),
        _ => draw,
    })
}

async fn one_row(connection: &mut MySqlConnection, sql: String) -> Result<MySqlRow, Problem> {
    let row = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_one(connection).await;
    row.map_err(Problem::reading)
}

/// The primary key, where it is one column of whole numbers that the user may read.
fn number_key(table: &Table) -> Option<&str> {
    const WHOLE: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];
    let [key] = table.keys.primary.as_slice() else { return None };
    let column = table.columns.iter().find(|column| column.name == *key)?;
    let ty = column.declared.split(['(', ' ']).next()?.to_ascii_lowercase();
    WHOLE.contains(&ty.as_str()).then_some(key)
}

/// The query that reads a table, or what is drawn of it.
///
/// The server has no way of drawing pages. Ranges of a key it reads by its index; to draw rows, it
/// goes over all of them and sends some. Its generator starts from the seed and is asked once for
/// each row, in the order in which it reads.
pub(crate) fn query(table: &Table, draw: Draw) -> Query {
    let cells: Vec<&str> = table.columns.iter().map(|column| column.select.as_str()).collect();
    let (cells, n_columns) = (cells.join(", "), cells.len());
    let from = format!("FROM {} AS c", table.name.quoted('`'));
    let (sql, block) = match draw {
        Draw::All => (format!("SELECT {cells} {from}"), Block::None),
        Draw::Keys { ranges, .. } => {
            let key = table.keys.primary.first().map(|key| format!("c.{}", quoted(key, '`')));
            let key = key.expect("ranges are of the primary key");
            let (first, width) = (ranges.first, ranges.width);
            // Exact beyond the whole numbers of the server, which are as large as keys may be.
            let number = format!("(CAST({key} AS DECIMAL(20, 0)) - ({first})) DIV {width}");
            let drawn = draw.key_ranges().map(|r| format!("{key} BETWEEN {} AND {}", r.0, r.1));
            let drawn = drawn.collect::<Vec<_>>().join(" OR ");
            let sql = format!(
                "SELECT {cells}, CAST({number} AS CHAR) {from} FORCE INDEX (PRIMARY) \
                 WHERE {drawn} ORDER BY {key}"
            );
            (sql, Block::Page)
        }
        Draw::Pages { seed, chance } | Draw::Rows { seed, chance, .. } => {
            let seed = seed % (1 << 31);
            (format!("SELECT {cells} {from} WHERE RAND({seed}) < {chance:.12}"), Block::Row)
        }
    };
    Query { sql, n_columns, block }
}

/// A comment of the catalogue, which has an empty one where nobody wrote one.
fn comment(row: &MySqlRow, at: usize) -> Result<Option<String>, Problem> {
    Ok(Some(text(row, at)?).filter(|comment| !comment.is_empty()))
}

/// A text of the catalogue; empty where there is none.
fn text(row: &MySqlRow, at: usize) -> Result<String, Problem> {
    let text = row.try_get_unchecked::<Option<String>, usize>(at);
    text.map(Option::unwrap_or_default).map_err(|_| Problem::Protocol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_are_not_known_are_text_of_bounded_length() {
        let (ty, select) = cell("g", "vector", 100);
        assert_eq!(ty, Some(ColumnType::Text));
        assert_eq!(select, "LEFT(CAST(c.`g` AS CHAR), 100)");
        assert!(cell("b", "longblob", 100).1.contains("50"));
        assert_eq!(cell("n", "bigint", 100).0, None);
    }
}
