//! What a session with either server is told.

use sqlx::{AssertSqlSafe, Database, Executor};

use crate::error::Problem;

/// A reader waits no longer than this for a lock: it would keep all that wait behind it.
pub(crate) const LOCK_TIMEOUT_S: u32 = 10;

/// Runs statements of which no rows are wanted.
pub(crate) async fn run<DB>(connection: &mut DB::Connection, sql: String) -> Result<(), Problem>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map_err(Problem::reading)?;
    Ok(())
}

/// Ends the transaction, if there is one.
pub(crate) async fn end<DB>(connection: &mut DB::Connection) -> Result<(), Problem>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    run::<DB>(connection, "ROLLBACK".to_owned()).await
}
