//! A database, and one table of it at a time.

use std::time::Duration;

use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions as _, MySql, Postgres};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use weir_table::Limits;
use weir_table::rows::{Drawn, RowColumn, SendRows};

use crate::address::{Address, Options};
use crate::draw::{Draw, Sampling};
use crate::error::{DatabaseError, Problem, When};
use crate::session::end;
use crate::stream::{Ended, send_rows};
use crate::tables::{Name, Table, Wanted};
use crate::{mysql, postgres};

/// A database that is read.
///
/// One connection, one table at a time. A connection that was lost is made anew for the next table.
pub struct Database {
    address: Address,
    patience: Duration,
    runtime: Runtime,
    connection: Option<Connection>,
}

enum Connection {
    Postgres(Box<PgConnection>),
    MySql(Box<MySqlConnection>),
}

impl Connection {
    async fn end(&mut self) -> Result<(), Problem> {
        match self {
            Self::Postgres(connection) => end::<Postgres>(connection).await,
            Self::MySql(connection) => end::<MySql>(connection).await,
        }
    }
}

/// A table whose rows can be read several times: all passes see the same state of it, where its
/// storage has transactions.
#[derive(Debug)]
pub struct TableReader<'d> {
    database: &'d mut Database,
    table: Table,
    draw: Draw,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Database {
    /// Connects. `patience` is the longest wait for an answer: for the next row, and for the whole
    /// of a query whose work is bounded.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, or does not let the user in.
    pub fn connect(address: Address, patience: Duration) -> Result<Self, DatabaseError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime =
            runtime.map_err(|e| DatabaseError::of_database(&address, Problem::Machine(e)))?;
        let mut database = Self { address, patience, runtime, connection: None };
        database.connected()?;
        Ok(database)
    }

    /// Where it is, without the password.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The wanted tables in order of name, and what was named and is not there.
    ///
    /// # Errors
    ///
    /// The catalogue cannot be read.
    pub fn tables(
        &mut self,
        wanted: &Wanted,
    ) -> Result<(Vec<Name>, Vec<DatabaseError>), DatabaseError> {
        let patience = self.patience;
        self.connected()?;
        let all = self.run(async |connection| {
            let names = match connection {
                Connection::Postgres(connection) => {
                    postgres::begin(connection, patience).await?;
                    postgres::names(connection).await?
                }
                Connection::MySql(connection) => {
                    mysql::begin(connection, patience).await?;
                    mysql::names(connection, wanted.schemas.is_empty()).await?
                }
            };
            connection.end().await?;
            Ok(names)
        });
        let mut all = all.map_err(|problem| DatabaseError::of_database(&self.address, problem))?;
        // Servers order names in several ways.
        all.sort();
        let names: Vec<Name> = all.iter().map(|(name, _)| name.clone()).collect();
        let missing = wanted.missing(&names).into_iter();
        let missing =
            missing.map(|name| DatabaseError::of_table(&name, Problem::NoSuchTable)).collect();
        let taken = all.into_iter().filter(|(name, is_part)| wanted.takes(name, *is_part));
        Ok((taken.map(|(name, _)| name).collect(), missing))
    }

    /// Opens a table and decides how much of it is read. Cells are cut where they are so long that
    /// a row of such ones would not fit the memory.
    ///
    /// # Errors
    ///
    /// The table cannot be read; [`DatabaseError::at`] says whether others cannot either.
    pub fn open(
        &mut self,
        name: &Name,
        sampling: Sampling,
        limits: &Limits,
    ) -> Result<TableReader<'_>, DatabaseError> {
        let patience = self.patience;
        self.connected()?;
        let opened = self.run(async |connection| {
            // What an earlier table may have left open.
            connection.end().await?;
            match connection {
                Connection::Postgres(connection) => {
                    postgres::begin(connection, patience).await?;
                    let (described, table) =
                        postgres::describe(connection, name, limits.memory_bytes).await?;
                    let draw = postgres::draw(connection, described, &table, sampling).await?;
                    Ok((table, draw))
                }
                Connection::MySql(connection) => {
                    mysql::begin(connection, patience).await?;
                    let (size, table) =
                        mysql::describe(connection, name, limits.memory_bytes).await?;
                    let draw = mysql::draw(connection, size, &table, sampling).await?;
                    Ok((table, draw))
                }
            }
        });
        let (table, draw) = opened.map_err(|e| DatabaseError::of_table(name, e))?;
        Ok(TableReader { database: self, table, draw })
    }

    /// Connects where there is no connection.
    fn connected(&mut self) -> Result<(), DatabaseError> {
        if self.connection.is_some() {
            return Ok(());
        }
        let wait = self.patience.min(LONGEST_CONNECT);
        // Statements may hold the ends of ranges of keys, which are cells.
        let connect = async {
            match &self.address.options {
                Options::Postgres(options) => {
                    let quiet = options.as_ref().clone().disable_statement_logging();
                    quiet.connect().await.map(Box::new).map(Connection::Postgres)
                }
                Options::MySql(options) => {
                    let quiet = options.as_ref().clone().disable_statement_logging();
                    quiet.connect().await.map(Box::new).map(Connection::MySql)
                }
            }
        };
        let connected = self.runtime.block_on(async { timeout(wait, connect).await });
        let problem = match connected {
            Ok(Ok(connection)) => {
                self.connection = Some(connection);
                return Ok(());
            }
            Ok(Err(error)) => Problem::of(error, When::Connecting),
            Err(_) => Problem::Unreachable(std::io::ErrorKind::TimedOut.into()),
        };
        Err(DatabaseError::of_database(&self.address, problem))
    }

    /// Does some short work on the connection.
    fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let patience = self.patience;
        self.work(async |connection| {
            // The server says better what took too long, so that it has its turn first.
            let done = timeout(patience + GRACE, work(connection)).await;
            done.unwrap_or(Err(Problem::TimedOut(patience)))
        })
    }

    /// Does some work; lets go of a connection whose state is not known after it.
    fn work<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut connection = self.connection.take().ok_or(Problem::Lost(None))?;
        let done = self.runtime.block_on(work(&mut connection));
        if !matches!(done, Err(Problem::Lost(_) | Problem::TimedOut(_) | Problem::Protocol)) {
            self.connection = Some(connection);
        }
        done
    }
}

/// What the server's own clock is left beyond the timeout.
const GRACE: Duration = Duration::from_secs(2);

/// A server that has not answered by then will not.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);

impl TableReader<'_> {
    /// What the catalogue says of it.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Its columns, as the table layer takes them.
    pub fn columns(&self) -> Vec<RowColumn> {
        let column = |c: &crate::Column| RowColumn { name: c.name.clone(), ty: c.ty };
        self.table.columns.iter().map(column).collect()
    }

    /// How its rows are drawn; none where all are read.
    pub fn drawn(&self) -> Option<Drawn> {
        self.draw.drawn()
    }

    /// Reads all of it from now on: for a sample that drew too little.
    pub fn read_all(&mut self) {
        self.draw = Draw::All;
    }

    /// Reads its rows once, and sends them in an order that is the same each time. Ends early where
    /// no more are wanted.
    ///
    /// # Errors
    ///
    /// The connection broke off, the server gave up, or no row came in time. What was sent until
    /// then is a part of the table.
    pub fn read(&mut self, limits: &Limits, send: &mut SendRows<'_>) -> Result<(), DatabaseError> {
        let Self { database, table, draw, .. } = self;
        let patience = database.patience;
        let ended = database.work(async |connection| match connection {
            Connection::Postgres(connection) => {
                if *draw == Draw::All {
                    postgres::lift_timeout(connection).await?;
                }
                let query = postgres::query(connection, table, *draw).await?;
                send_rows::<Postgres>(connection, query, patience, limits, send).await
            }
            Connection::MySql(connection) => {
                if *draw == Draw::All {
                    mysql::lift_timeout(connection).await?;
                }
                let query = mysql::query(table, *draw);
                send_rows::<MySql>(connection, query, patience, limits, send).await
            }
        });
        match ended {
            Ok(Ended::AtTheLast) => Ok(()),
            Ok(Ended::Early) => {
                // The rest of the rows is on its way; closing is faster than reading it.
                database.connection = None;
                Ok(())
            }
            Err(problem) => Err(DatabaseError::of_table(&table.name, problem)),
        }
    }

    /// Lets go of the state of the table that was seen, which the server keeps for its readers.
    pub fn finish(self) -> Table {
        // What is not ended here is ended before the next table, or with the connection.
        let _ = self.database.run(async |connection| connection.end().await);
        self.table
    }
}
