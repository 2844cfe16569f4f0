//! What can go wrong with a database. No variant can hold a cell value or a password.

use std::io;
use std::time::Duration;

use sqlx::mysql::MySqlDatabaseError;
use thiserror::Error;

use crate::address::Address;

/// Why a database, or a table of it, cannot be read.
#[derive(Debug, Error)]
#[error("cannot read `{}`", .at.name())]
pub struct DatabaseError {
    /// What cannot be read.
    pub at: At,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

/// What cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// The database, by its address without the password: none of its tables can be read.
    Database(String),
    /// One table, by its name.
    Table(String),
}

impl At {
    fn name(&self) -> &str {
        match self {
            Self::Database(name) | Self::Table(name) => name,
        }
    }
}

/// What is wrong with a database.
///
/// Messages of a server may quote cells and statements, so that only its code is kept: the
/// SQLSTATE of PostgreSQL, the error number of MySQL and MariaDB.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nobody answers there, or there is no such host.
    #[error("the server cannot be reached")]
    Unreachable(#[source] io::Error),
    /// The server did not say who it is, or is somebody else.
    #[error("no encrypted connection comes about")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server does not speak TLS, and nothing is sent over a network in clear text unasked.
    #[error("the server does not offer an encrypted connection")]
    NoTls,
    /// The server speaks nothing but TLS, and clear text was asked for.
    #[error("the server takes only encrypted connections ({code})")]
    TlsOnly {
        /// The server's code.
        code: String,
    },
    /// The user or the password is not right.
    #[error("the server does not accept the user or the password ({code})")]
    Login {
        /// The server's code.
        code: String,
    },
    /// A way of logging in that is not spoken.
    #[error("the server asks for a way of logging in that weir does not know")]
    LoginMethod,
    /// MySQL 8 asks for a password that only TLS keeps secret here: of the other way, by RSA, the
    /// implementation that there is leaks keys by timing (RUSTSEC-2023-0071).
    #[error("the server takes this password only over an encrypted connection")]
    PasswordNeedsTls,
    /// A file that the address names.
    #[error("a certificate, a key or the socket that the address names is not there")]
    NoFile(#[source] io::Error),
    /// There is no such database.
    #[error("the server has no such database, or does not show it to this user ({code})")]
    NoSuchDatabase {
        /// The server's code.
        code: String,
    },
    /// The server takes no more connections at the moment, starts or ends.
    #[error("the server takes no connections at the moment ({code})")]
    Busy {
        /// The server's code.
        code: String,
    },
    /// The user may not read it.
    #[error("the user may not read it ({code})")]
    Permission {
        /// The server's code.
        code: String,
    },
    /// A table without columns.
    #[error("it has no column")]
    NoColumn,
    /// It, or what it refers to, is not there; it was listed before.
    #[error("it, or what it refers to, is gone or was changed ({code})")]
    Gone {
        /// The server's code.
        code: String,
    },
    /// No table is named so.
    #[error("there is no such schema or table")]
    NoSuchTable,
    /// The connection broke off.
    #[error("the connection was lost")]
    Lost(#[source] Option<io::Error>),
    /// No answer in time.
    #[error("no answer came within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The server ended it: it took too long, or somebody asked for it.
    #[error("the server ended the query, which took too long or was cancelled ({code})")]
    Ended {
        /// The server's code.
        code: String,
    },
    /// Another session holds a lock on it.
    #[error("another session keeps it locked ({code})")]
    Locked {
        /// The server's code.
        code: String,
    },
    /// The server refused for a reason that its code names.
    #[error("the server gave up ({code})")]
    Refused {
        /// The server's code.
        code: String,
    },
    /// What the server sent is not as its protocol says.
    #[error("the answer of the server cannot be understood")]
    Protocol,
    /// The database was lost before it was this table's turn.
    #[error("the connection was lost before it was this table's turn")]
    NotReached,
    /// The machine gives no thread or socket.
    #[error("this machine cannot open a connection")]
    Machine(#[source] io::Error),
}

impl DatabaseError {
    pub(crate) fn of_database(address: &Address, problem: Problem) -> Self {
        Self { at: At::Database(address.to_string()), problem }
    }

    /// Of one table; others of the database may be readable.
    pub fn of_table(name: &impl ToString, problem: Problem) -> Self {
        Self { at: At::Table(name.to_string()), problem }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.problem {
            Problem::Unreachable(_) => "check host and port, and that the server is running",
            Problem::Tls(_) => {
                "name the certificate of your authority with `sslrootcert=FILE` (of MySQL \
                 `sslca=FILE`) behind a `?`, or \
                 check that the host is the one the certificate is for; the certificate of an \
                 authority (CA:TRUE) is not taken for that of a server"
            }
            Problem::NoTls => {
                "switch on TLS at the server; where the network is yours alone, \
                 `?sslmode=disable` (of MySQL `disabled`) allows clear text"
            }
            Problem::TlsOnly { .. } => "write `?sslmode=require` (of MySQL `required`)",
            Problem::Login { .. } => {
                "check the user and the password; it is taken from the address, from \
                 --password-file, or from PGPASSWORD, PGPASSFILE or MYSQL_PWD"
            }
            Problem::LoginMethod => "use a password (SCRAM or MD5) or a client certificate",
            Problem::PasswordNeedsTls => {
                "switch on TLS at the server and write `?sslmode=required`, or give the user \
                 another way of logging in"
            }
            Problem::NoFile(_) => "check the paths behind the `?` of the address",
            Problem::NoSuchDatabase { .. } => "check the name behind the last `/` of the address",
            Problem::Busy { .. } => "try again later, or let the server take more connections",
            Problem::NoColumn => return None,
            Problem::Permission { .. } => {
                "let the user SELECT from it, or leave it out with --table"
            }
            Problem::Gone { .. } => {
                "run again; a view fails always if a function it calls names tables without their \
                 schema, since such names are looked for among the system's alone"
            }
            Problem::NoSuchTable => {
                "check the spelling, and that --schema does not leave it out; without --schema and \
                 --table all of them are looked at"
            }
            Problem::Lost(_) | Problem::NotReached => {
                "check the network and the server's log, then run again"
            }
            Problem::TimedOut(_) | Problem::Ended { .. } => {
                "raise --timeout, or leave it out with --table"
            }
            Problem::Locked { .. } => "run again when the other session is done",
            Problem::Refused { .. } => "look the code up in the server's manual, or in its log",
            Problem::Protocol => "check that the address is that of such a database",
            Problem::Machine(_) => "check the limits on threads and open files",
        };
        Some(hint.to_owned())
    }
}

/// At which point something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Connecting,
    Reading,
}

impl Problem {
    /// What a driver's error means that came while rows or the catalogue were read.
    pub(crate) fn reading(error: sqlx::Error) -> Self {
        Self::of(error, When::Reading)
    }

    /// What a driver's error means. Its text is left behind.
    pub(crate) fn of(error: sqlx::Error, when: When) -> Self {
        match error {
            sqlx::Error::Database(error) => {
                if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
                    return Self::of_number(error.number(), when);
                }
                let code = error.code().map(|code| code.into_owned()).unwrap_or_default();
                Self::of_code(code, when)
            }
            sqlx::Error::Io(error) if when == When::Connecting => match error.kind() {
                // What a failed handshake of rustls comes as.
                io::ErrorKind::InvalidData => Self::Tls(error.into()),
                io::ErrorKind::NotFound => Self::NoFile(error),
                _ => Self::Unreachable(error),
            },
            sqlx::Error::Io(error) => Self::Lost(Some(error)),
            sqlx::Error::Tls(error) => match error.downcast_ref::<io::Error>() {
                None if error.to_string().contains("does not support TLS") => Self::NoTls,
                _ => Self::Tls(error),
            },
            sqlx::Error::Configuration(error) if error.to_string().contains("RSA") => {
                Self::PasswordNeedsTls
            }
            sqlx::Error::WorkerCrashed => Self::Lost(None),
            sqlx::Error::Protocol(_) if when == When::Connecting => Self::LoginMethod,
            _ => Self::Protocol,
        }
    }

    /// What a SQLSTATE means (PostgreSQL 15, appendix A; the classes are those of the standard).
    fn of_code(code: String, when: When) -> Self {
        let connecting = when == When::Connecting;
        match code.as_str() {
            "28000" | "28P01" => Self::Login { code },
            "3D000" => Self::NoSuchDatabase { code },
            "42501" if connecting => Self::NoSuchDatabase { code },
            "42501" => Self::Permission { code },
            "55P03" => Self::Locked { code },
            "57014" => Self::Ended { code },
            "42P01" | "42703" | "42883" | "3F000" => Self::Gone { code },
            "57P01" | "57P02" if !connecting => Self::Lost(None),
            "57P03" | "57P01" | "57P02" | "53300" => Self::Busy { code },
            // Class 08, connection exception; before there is a connection, the code tells more.
            _ if code.starts_with("08") && !connecting => Self::Lost(None),
            _ => Self::Refused { code },
        }
    }

    /// What an error number of MySQL and MariaDB means (MySQL 8.4 error message reference, servers
    /// and clients; MariaDB error codes).
    fn of_number(number: u16, when: When) -> Self {
        let connecting = when == When::Connecting;
        let code = number.to_string();
        match number {
            1045 | 1698 | 1862 | 1820 | 3118 | 4151 => Self::Login { code },
            1044 | 1049 if connecting => Self::NoSuchDatabase { code },
            1130 | 1251 | 1275 if connecting => Self::LoginMethod,
            1040 | 1129 | 1203 | 1226 => Self::Busy { code },
            1044 | 1142 | 1143 | 1227 | 1356 | 1370 => Self::Permission { code },
            1049 | 1146 | 1054 => Self::Gone { code },
            1205 => Self::Locked { code },
            1317 | 1969 | 3024 => Self::Ended { code },
            1053 if connecting => Self::Busy { code },
            1053 | 1927 | 2006 | 2013 => Self::Lost(None),
            // ER_SECURE_TRANSPORT_REQUIRED
            3159 => Self::TlsOnly { code },
            _ => Self::Refused { code },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_by_when_they_come() {
        let of = |code: &str, when| format!("{:?}", Problem::of_code(code.to_owned(), when));
        assert!(of("28P01", When::Connecting).starts_with("Login"));
        assert!(of("42501", When::Reading).starts_with("Permission"));
        assert!(of("57P01", When::Reading).starts_with("Lost"));
        assert!(of("57P01", When::Connecting).starts_with("Busy"));
        assert!(of("22P02", When::Reading).starts_with("Refused"));
        assert!(of("08006", When::Reading).starts_with("Lost"));
        assert!(of("08P01", When::Connecting).starts_with("Refused"));
        let of = |number, when| format!("{:?}", Problem::of_number(number, when));
        assert!(of(1045, When::Connecting).starts_with("Login"));
        assert!(of(1142, When::Reading).starts_with("Permission"));
        assert!(of(1053, When::Reading).starts_with("Lost"));
        for (number, connecting, reading) in
            [(1044, "NoSuchDatabase", "Permission"), (1049, "NoSuchDatabase", "Gone")]
        {
            assert!(of(number, When::Connecting).starts_with(connecting));
            assert!(of(number, When::Reading).starts_with(reading));
        }
    }

    #[test]
    fn a_server_that_takes_only_tls_is_none_that_lacks_it() {
        let problem = Problem::of_number(3159, When::Connecting);
        assert_eq!(problem.to_string(), "the server takes only encrypted connections (3159)");
        let error = DatabaseError { at: At::Database(String::new()), problem };
        assert!(error.hint().unwrap().contains("sslmode=require"));
    }
}
