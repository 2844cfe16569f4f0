//! Where a database is and who asks, without showing the password.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use thiserror::Error;
use weir_types::Redacted;

/// The databases that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
}

/// The address of a database, with all that is needed to log in. Neither `Display` nor `Debug`
/// shows the password.
#[derive(Clone)]
pub struct Address {
    pub(crate) options: Options,
    shown: String,
}

#[derive(Clone)]
pub(crate) enum Options {
    Postgres(Box<PgConnectOptions>),
    MySql(Box<MySqlConnectOptions>),
}

/// Why an address cannot be used. It is not quoted, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Not of a database that is read.
    #[error(
        "the address begins with none of `postgres://`, `postgresql://`, `mysql://` and \
         `mariadb://`"
    )]
    Scheme,
    /// Not a URL.
    #[error("the address of the database cannot be read")]
    Unreadable,
    /// A parameter after the question mark that is not known.
    #[error("parameter number {number} of the address is not known")]
    Parameter {
        /// From 1.
        number: usize,
        /// Of what kind the database is.
        kind: Kind,
    },
}

impl AddressError {
    /// What the person can do about it.
    pub fn hint(self) -> String {
        match self {
            Self::Scheme => {
                "write postgres://user@host:5432/database or mysql://user@host:3306/database"
                    .to_owned()
            }
            Self::Unreadable => {
                "write kind://user@host:port/database; in a user, password, name or parameter, \
                 write `@` as %40, `:` as %3A, `/` as %2F, `#` as %23, `?` as %3F, `%` as %25"
                    .to_owned()
            }
            Self::Parameter { kind: Kind::Postgres, .. } => {
                format!("known are {}", POSTGRES.join(", "))
            }
            Self::Parameter { kind: Kind::MySql, .. } => format!("known are {}", MYSQL.join(", ")),
        }
    }
}

/// Parameters of a PostgreSQL address that are understood; others would be passed over in silence,
/// and a misspelled `sslmode` is none.
const POSTGRES: [&str; 11] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "dbname",
    "application_name",
];

/// The same of MySQL and MariaDB.
const MYSQL: [&str; 5] = ["sslmode", "sslca", "sslcert", "sslkey", "socket"];

impl Address {
    /// Reads an address. What it leaves out is taken from the environment as `psql` does
    /// (`PGHOST`, `PGUSER`, `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE` and the like); of MySQL and MariaDB
    /// the password is, from `MYSQL_PWD`.
    ///
    /// Where no `sslmode` is stated, a host other than this machine must speak TLS: nothing goes
    /// over a network in clear text unless `sslmode=disable`, `allow` or `prefer` (`disabled` or
    /// `preferred` of MySQL) asks for it. With `allow`, as with `disable`, TLS is not tried.
    ///
    /// # Errors
    ///
    /// Another scheme; no URL; a parameter that is not known; an `@` or a `#` behind the host, which
    /// is what a password with a `/`, `?` or `#` that was not encoded looks like; an `&` before the
    /// `?`.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        Self::parse_with(url, std::env::var("PGSSLMODE").ok().as_deref())
    }

    /// The same, where `PGSSLMODE` has the given value.
    fn parse_with(url: &str, pgsslmode: Option<&str>) -> Result<Self, AddressError> {
        let (scheme, rest) = url.split_once("://").ok_or(AddressError::Scheme)?;
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" => Kind::Postgres,
            "mysql" | "mariadb" => Kind::MySql,
            _ => return Err(AddressError::Scheme),
        };
        let (authority, behind) = authority(rest);
        let host = authority.rsplit('@').next().unwrap_or_default();
        let path = behind.split('?').next().unwrap_or_default();
        // What a person means as the password would be taken for a port and a name, and be shown;
        // so would parameters before which an `&` stands for the `?`.
        if behind.contains(['@', '#']) || host.contains('&') || path.contains('&') {
            return Err(AddressError::Unreadable);
        }
        match kind {
            Kind::Postgres => Self::postgres(url, pgsslmode),
            Kind::MySql => Self::mysql(url, has_password(authority)),
        }
    }

    fn postgres(url: &str, pgsslmode: Option<&str>) -> Result<Self, AddressError> {
        let keys = parameters(url, Kind::Postgres)?;
        // The cause may quote a part of the address.
        let mut options = PgConnectOptions::from_str(url).map_err(|_| AddressError::Unreadable)?;
        if !keys.contains(&"sslmode") {
            let here = is_here(options.get_host()) || options.get_socket().is_some();
            let unstated = if here { PgSslMode::Prefer } else { PgSslMode::Require };
            // A misspelled variable states nothing.
            let stated = pgsslmode.and_then(|mode| mode.parse().ok());
            options = options.ssl_mode(stated.unwrap_or(unstated));
        }
        if options.get_application_name().is_none() {
            options = options.application_name("weir");
        }
        let place = place(
            options.get_socket().map(PathBuf::as_path),
            options.get_host(),
            options.get_port(),
        );
        let database = options.get_database().unwrap_or(options.get_username());
        let shown = format!("postgres://{}@{place}/{database}", options.get_username());
        Ok(Self { options: Options::Postgres(Box::new(options)), shown })
    }

    fn mysql(url: &str, has_password: bool) -> Result<Self, AddressError> {
        let keys = parameters(url, Kind::MySql)?;
        let mut options =
            MySqlConnectOptions::from_str(url).map_err(|_| AddressError::Unreadable)?;
        let here = is_here(options.get_host()) || options.get_socket().is_some();
        if !keys.contains(&"sslmode") && !here {
            options = options.ssl_mode(MySqlSslMode::Required);
        }
        if let (false, Ok(password)) = (has_password, std::env::var("MYSQL_PWD")) {
            options = options.password(&password);
        }
        let place = place(
            options.get_socket().map(PathBuf::as_path),
            options.get_host(),
            options.get_port(),
        );
        let database = options.get_database().unwrap_or_default();
        let shown = format!("mysql://{}@{place}/{database}", options.get_username());
        Ok(Self { options: Options::MySql(Box::new(options)), shown })
    }

    /// The same, with a password that replaces the one it has.
    #[must_use]
    pub fn with_password(self, password: &Redacted<String>) -> Self {
        let options = match self.options {
            Options::Postgres(options) => {
                Options::Postgres(Box::new(options.password(password.expose())))
            }
            Options::MySql(options) => {
                Options::MySql(Box::new(options.password(password.expose())))
            }
        };
        Self { options, ..self }
    }

    /// Which kind of database it is.
    pub fn kind(&self) -> Kind {
        match self.options {
            Options::Postgres(_) => Kind::Postgres,
            Options::MySql(_) => Kind::MySql,
        }
    }
}

/// A host with its port, or a socket.
fn place(socket: Option<&Path>, host: &str, port: u16) -> String {
    match socket {
        Some(socket) => format!("{}:{port}", socket.display()),
        // An address of IPv6 comes with its brackets or, by a parameter, without.
        None if host.contains(':') => format!("[{}]:{port}", host.trim_matches(['[', ']'])),
        None => format!("{host}:{port}"),
    }
}

/// Parts what stands behind the scheme into login and host, and what is behind them (RFC 3986,
/// section 3.2: the authority "is terminated by the next slash, question mark, or number sign").
fn authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// Whether a password stands before a host, even one of no characters.
fn has_password(authority: &str) -> bool {
    authority.rsplit_once('@').is_some_and(|(login, _)| login.contains(':'))
}

/// The keys of the parameters, if all of them are known.
fn parameters(url: &str, kind: Kind) -> Result<Vec<&'static str>, AddressError> {
    let known: &[&'static str] = match kind {
        Kind::Postgres => &POSTGRES,
        Kind::MySql => &MYSQL,
    };
    let Some((_, query)) = url.split_once('?') else { return Ok(Vec::new()) };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let key = |(at, pair): (usize, &str)| {
        let key = pair.split('=').next().unwrap_or_default();
        let known = known.iter().find(|known| **known == key);
        known.copied().ok_or(AddressError::Parameter { number: at + 1, kind })
    };
    pairs.enumerate().map(key).collect()
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.is_empty()
        || host == "localhost"
        || Path::new(host).is_absolute()
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Without the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_no_password() {
        for (url, shown) in [
            ("postgres://ann:s3cret@db.example/x", "postgres://ann@db.example:5432/x"),
            ("postgresql://ann:s3cret@[::1]:77/x", "postgres://ann@[::1]:77/x"),
            ("postgres://ann@h/x?password=s3cret", "postgres://ann@h:5432/x"),
            ("postgres://a%40b:s3cret@h/%E4%B8%AD", "postgres://a@b@h:5432/中"),
            ("mysql://ann:s3cret@db.example/x", "mysql://ann@db.example:3306/x"),
            ("mariadb://ann:s3cret@[::1]:77", "mysql://ann@[::1]:77/"),
            ("mysql://ann:s3cret@h/x?socket=/run/m", "mysql://ann@/run/m:3306/x"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("s3cret"));
            let other = address.with_password(&Redacted::new("s3cret2".to_owned()));
            assert!(!format!("{other:?} {other}").contains("s3cret"));
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_not_quoted() {
        for (url, error) in [
            ("oracle://ann:s3cret@h/x", AddressError::Scheme),
            ("s3cret", AddressError::Scheme),
            ("postgres://ann:s3cret@h:s3cret/x", AddressError::Unreadable),
            ("postgres://h/x?sslmode=s3cret", AddressError::Unreadable),
            (
                "postgres://h/x?port=5432&sslmod=s3cret",
                AddressError::Parameter { number: 2, kind: Kind::Postgres },
            ),
            ("mysql://h/x?ssl=s3cret", AddressError::Parameter { number: 1, kind: Kind::MySql }),
            ("mysql://h/x?sslmode=s3cret", AddressError::Unreadable),
            // Passwords that were not encoded, which would be ports, names and parameters.
            ("postgres://ann:1234/s3cret@h/db", AddressError::Unreadable),
            ("postgres://ann:1234#s3cret@h/db", AddressError::Unreadable),
            ("postgres://ann:1234?user=s3cret@h/db", AddressError::Unreadable),
            ("mysql://ann:1234/s3cret@h/db", AddressError::Unreadable),
            ("mysql://ann:1234#s3cret", AddressError::Unreadable),
            ("postgres://h/db&password=s3cret", AddressError::Unreadable),
            ("postgres://h&password=s3cret", AddressError::Unreadable),
            ("postgres:/ann:s3cret@h/db", AddressError::Scheme),
        ] {
            assert_eq!(Address::parse(url).unwrap_err(), error, "{url}");
            assert!(!format!("{error} {error:?} {}", error.hint()).contains("s3cret"));
        }
    }

    #[test]
    fn a_password_of_the_address_is_seen_where_it_stands() {
        for (rest, has) in [
            ("ann:x@h/y", true),
            ("ann:@h/y", true),
            ("a:b@c@h", true),
            ("ann@h:1/y:z", false),
            ("h:3306/x", false),
        ] {
            assert_eq!(has_password(authority(rest).0), has, "{rest}");
        }
    }

    #[test]
    fn a_name_of_the_application_is_kept() {
        let name = |url: &str| match Address::parse(url).unwrap().options {
            Options::Postgres(options) => options.get_application_name().map(str::to_owned),
            Options::MySql(_) => panic!("an address of PostgreSQL"),
        };
        let stated = name("postgres://h/x?application_name=audit");
        assert_eq!(stated.as_deref(), Some("audit"));
        let unstated = std::env::var("PGAPPNAME").unwrap_or_else(|_| "weir".to_owned());
        assert_eq!(name("postgres://h/x"), Some(unstated));
    }

    #[test]
    fn clear_text_over_a_network_is_only_sent_where_it_is_asked_for() {
        let with = |url: &str, variable| match Address::parse_with(url, variable).unwrap().options {
            Options::Postgres(options) => options.get_ssl_mode(),
            Options::MySql(_) => panic!("an address of PostgreSQL"),
        };
        let mode = |url: &str| with(url, None);
        let mysql = |url: &str| match Address::parse(url).unwrap().options {
            Options::MySql(options) => options.get_ssl_mode(),
            Options::Postgres(_) => panic!("an address of MySQL"),
        };
        assert!(matches!(mysql("mysql://ann@db.example/x"), MySqlSslMode::Required));
        assert!(matches!(mysql("mysql://ann@h/x?sslmode=disabled"), MySqlSslMode::Disabled));
        assert!(matches!(mysql("mysql://ann@localhost/x"), MySqlSslMode::Preferred));
        assert!(matches!(mode("postgres://ann@db.example/x"), PgSslMode::Require));
        assert!(matches!(mode("postgres://ann@10.0.0.1/x"), PgSslMode::Require));
        assert!(matches!(mode("postgres://h/x?sslmode=verify-full"), PgSslMode::VerifyFull));
        assert!(matches!(mode("postgres://h/x?sslmode=disable"), PgSslMode::Disable));
        assert!(matches!(with("postgres://h/x", Some("prefer")), PgSslMode::Prefer));
        assert!(matches!(with("postgres://h/x", Some("nonsense")), PgSslMode::Require));
        let both = with("postgres://h/x?sslmode=verify-ca", Some("disable"));
        assert!(matches!(both, PgSslMode::VerifyCa));
        for here in ["localhost", "127.0.0.1", "[::1]", "%2Ftmp"] {
            assert!(
                matches!(mode(&format!("postgres://ann@{here}/x")), PgSslMode::Prefer),
                "{here}"
            );
        }
    }
}
