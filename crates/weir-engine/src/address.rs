//! Where a database is and who asks, without showing the password.

use std::fmt;
use std::path::Path;
use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use thiserror::Error;
use weir_types::Redacted;

/// The databases that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// PostgreSQL.
    Postgres,
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
}

/// Why an address cannot be used. It is not quoted, because it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Not of a database that is read.
    #[error("the address begins with none of `postgres://` and `postgresql://`")]
    Scheme,
    /// Not a URL.
    #[error("the address of the database cannot be read")]
    Unreadable,
    /// A parameter after the question mark that is not known.
    #[error("parameter number {number} of the address is not known")]
    Parameter {
        /// From 1.
        number: usize,
    },
}

impl AddressError {
    /// What the person can do about it.
    pub fn hint(self) -> String {
        match self {
            Self::Scheme => "write postgres://user@host:5432/database".to_owned(),
            Self::Unreadable => {
                "write postgres://user@host:5432/database; in a user, password or name, write \
                 `@` as %40, `:` as %3A, `/` as %2F, `#` as %23, `?` as %3F, `%` as %25"
                    .to_owned()
            }
            Self::Parameter { .. } => format!("known are {}", POSTGRES.join(", ")),
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

impl Address {
    /// Reads an address. What it leaves out is taken from the environment as `psql` does
    /// (`PGHOST`, `PGUSER`, `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE` and the like).
    ///
    /// Where no `sslmode` is stated, a host other than this machine must speak TLS: nothing goes
    /// over a network in clear text unless `sslmode=disable` or `prefer` asks for it.
    ///
    /// # Errors
    ///
    /// Another scheme; no URL; a parameter that is not known.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        match url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
            Some("postgres" | "postgresql") => Self::postgres(url),
            _ => Err(AddressError::Scheme),
        }
    }

    fn postgres(url: &str) -> Result<Self, AddressError> {
        let keys = parameters(url, &POSTGRES)?;
        // The cause may quote a part of the address.
        let mut options = PgConnectOptions::from_str(url).map_err(|_| AddressError::Unreadable)?;
        let stated = keys.contains(&"sslmode") || std::env::var_os("PGSSLMODE").is_some();
        let here = is_here(options.get_host()) || options.get_socket().is_some();
        if !stated && !here {
            options = options.ssl_mode(PgSslMode::Require);
        }
        options = options.application_name("weir");
        let place = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            // An address of IPv6 comes with its brackets or, by a parameter, without.
            None if options.get_host().contains(':') => {
                format!("[{}]", options.get_host().trim_matches(['[', ']']))
            }
            None => options.get_host().to_owned(),
        };
        let database = options.get_database().unwrap_or(options.get_username());
        let (user, port) = (options.get_username(), options.get_port());
        let shown = format!("postgres://{user}@{place}:{port}/{database}");
        Ok(Self { options: Options::Postgres(Box::new(options)), shown })
    }

    /// The same, with a password that replaces the one it has.
    #[must_use]
    pub fn with_password(self, password: &Redacted<String>) -> Self {
        let options = match self.options {
            Options::Postgres(options) => {
                Options::Postgres(Box::new(options.password(password.expose())))
            }
        };
        Self { options, ..self }
    }

    /// Which kind of database it is.
    pub fn kind(&self) -> Kind {
        match self.options {
            Options::Postgres(_) => Kind::Postgres,
        }
    }
}

/// The keys of the parameters, if all of them are known.
fn parameters<'k>(url: &str, known: &[&'k str]) -> Result<Vec<&'k str>, AddressError> {
    let before = url.split('#').next().unwrap_or_default();
    let Some((_, query)) = before.split_once('?') else { return Ok(Vec::new()) };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let key = |(at, pair): (usize, &str)| {
        let key = pair.split('=').next().unwrap_or_default();
        let known = known.iter().find(|known| **known == key);
        known.copied().ok_or(AddressError::Parameter { number: at + 1 })
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
            ("postgres://h/x?port=5432&sslmod=s3cret", AddressError::Parameter { number: 2 }),
        ] {
            assert_eq!(Address::parse(url).unwrap_err(), error, "{url}");
            assert!(!format!("{error} {error:?} {}", error.hint()).contains("s3cret"));
        }
    }

    #[test]
    fn clear_text_over_a_network_is_only_sent_where_it_is_asked_for() {
        let mode = |url: &str| match Address::parse(url).unwrap().options {
            Options::Postgres(options) => options.get_ssl_mode(),
        };
        assert!(matches!(mode("postgres://ann@db.example/x"), PgSslMode::Require));
        assert!(matches!(mode("postgres://ann@10.0.0.1/x"), PgSslMode::Require));
        assert!(matches!(mode("postgres://h/x?sslmode=verify-full"), PgSslMode::VerifyFull));
        assert!(matches!(mode("postgres://h/x?sslmode=disable"), PgSslMode::Disable));
        for here in ["localhost", "127.0.0.1", "[::1]", "%2Ftmp"] {
            assert!(
                matches!(mode(&format!("postgres://ann@{here}/x")), PgSslMode::Prefer),
                "{here}"
            );
        }
    }
}
