//! Rows of a query, as they come.

use std::time::Duration;

use futures_util::StreamExt as _;
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Executor, Row as _};
use tokio::time::timeout;
use weir_table::Limits;
use weir_table::rows::{Rows, SendRows};

use crate::error::Problem;

/// What ends a block of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Nothing: it is no sample.
    None,
    /// Every row.
    Row,
    /// A row for which the text behind its last column differs from that of the row before.
    Page,
}

/// A query whose columns are all text.
pub(crate) struct Query {
    /// Its text. Every name in it is quoted; nothing that a person typed stands in it but numbers,
    /// and nothing of the cells but the ends of a key.
    pub(crate) sql: String,
    pub(crate) n_columns: usize,
    pub(crate) block: Block,
}

/// Whether all rows were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Yes.
    AtTheLast,
    /// No: whoever takes them wants no more. The rest is on its way.
    Early,
}

/// A block is cut where it holds this many times what a part should hold.
const LARGEST_BLOCK: usize = 8;

/// Sends the rows of a query; waits so long for each at most.
pub(crate) async fn send_rows<DB>(
    connection: &mut DB::Connection,
    query: Query,
    patience: Duration,
    limits: &Limits,
    send: &mut SendRows<'_>,
) -> Result<Ended, Problem>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> &'r str: Decode<'r, DB>,
    usize: ColumnIndex<DB::Row>,
{
    let Query { sql, n_columns, block } = query;
    let mut stream = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(connection);
    let mut rows = Rows::new(n_columns, limits);
    let mut page = String::new();
    while let Some(row) =
        timeout(patience, stream.next()).await.map_err(|_| Problem::TimedOut(patience))?
    {
        let row = row.map_err(Problem::reading)?;
        let cell = |at: usize| {
            let cell = row.try_get_unchecked::<Option<&str>, usize>(at);
            cell.map(Option::unwrap_or_default).map_err(|_| Problem::Protocol)
        };
        if block == Block::Page {
            let here = cell(n_columns)?;
            if here != page {
                rows.end_block();
                here.clone_into(&mut page);
            }
        }
        let between = block != Block::Page || rows.is_at_block_end();
        if rows.is_full() && (between || rows.holds(LARGEST_BLOCK)) {
            rows.end_block();
            if !send(std::mem::replace(&mut rows, Rows::new(n_columns, limits))) {
                return Ok(Ended::Early);
            }
        }
        for at in 0..n_columns {
            rows.push(cell(at)?);
        }
        if block == Block::Row {
            rows.end_block();
        }
    }
    rows.end_block();
    if rows.is_empty() || send(rows) { Ok(Ended::AtTheLast) } else { Ok(Ended::Early) }
}
