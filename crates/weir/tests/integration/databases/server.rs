//! A PostgreSQL server of its own for the tests, in a temporary folder.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::{env, fs};

use tempfile::TempDir;

use crate::support::{Ran, ran};

/// The password of the user `reader`, which no output may hold.
pub(crate) const PASSWORD: &str = "zqxv-pass word/@:";

/// A server that runs as long as a test holds it. It asks for passwords over TCP and speaks TLS
/// where OpenSSL was there to make a certificate.
#[derive(Debug)]
pub(crate) struct Postgres {
    bin: PathBuf,
    dir: TempDir,
    port: u16,
    /// Whom the server runs as, where the tests run as root, as whom it refuses to.
    user: Option<(u32, u32)>,
    /// Whether it speaks TLS.
    pub(crate) tls: bool,
}

#[expect(clippy::print_stderr, reason = "what a test leaves out must be seen")]
pub(crate) fn left_out(why: &str) {
    eprintln!("left out: {why}");
}

/// The server, shared by tests that run at the same time; none where PostgreSQL is not installed.
pub(crate) fn postgres() -> Option<Arc<Postgres>> {
    static RUNNING: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
    let mut running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(server) = running.upgrade() {
        return Some(server);
    }
    let Some(bin) = programs() else {
        assert!(env::var_os("WEIR_POSTGRES").is_none(), "WEIR_POSTGRES has no PostgreSQL");
        left_out("no PostgreSQL server is installed, and WEIR_POSTGRES names none");
        return None;
    };
    let server = Arc::new(Postgres::start(bin));
    *running = Arc::downgrade(&server);
    Some(server)
}

/// The folder of the server's programs: `WEIR_POSTGRES`, or where Debian and others keep them.
fn programs() -> Option<PathBuf> {
    let complete = |bin: &PathBuf| bin.join("initdb").exists() && bin.join("pg_ctl").exists();
    if let Some(bin) = env::var_os("WEIR_POSTGRES").map(PathBuf::from) {
        return Some(bin).filter(complete);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    found.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    found.into_iter().find(complete)
}

impl Postgres {
    fn start(bin: PathBuf) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { bin, dir, port, user: nobody(), tls: false };
        if let Some((user, group)) = server.user {
            std::os::unix::fs::chown(server.dir.path(), Some(user), Some(group)).unwrap();
        }
        fs::set_permissions(server.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let data = server.path("data");
        server
            .must("initdb", &["-D", &data, "-U", "owner", "-E", "UTF8", "--locale=C", "--no-sync"]);
        // The owner comes in by the socket without a password, all others by TCP with one.
        let hosts = "local all owner trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        fs::write(server.dir.path().join("data/pg_hba.conf"), hosts).unwrap();
        server.tls = server.certificate();
        let tls = if server.tls { "-c ssl=on" } else { "" };
        let options = format!("-F -p {port} -h 127.0.0.1 -k {} {tls}", server.path(""));
        let log = server.path("log");
        server.must("pg_ctl", &["-D", &data, "-w", "-s", "-l", &log, "-o", &options, "start"]);
        server.sql("postgres", include_str!("clinic.sql"));
        server
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string().trim_end_matches('/').to_owned()
    }

    /// A certificate of `localhost` by an authority of its own; false without OpenSSL.
    fn certificate(&self) -> bool {
        let names = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";
        fs::write(self.dir.path().join("names"), names).unwrap();
        let authority = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority \
                         -keyout ca.key -out ca.crt";
        let request = "req -newkey rsa:2048 -nodes -subj /CN=server \
                       -keyout data/server.key -out server.csr";
        let signed = "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                      -extfile names -out data/server.crt";
        [authority, request, signed].iter().all(|arguments| {
            let made =
                self.command(Path::new("openssl")).args(arguments.split_whitespace()).output();
            made.is_ok_and(|made| made.status.success())
        })
    }

    /// The certificate that clients have to trust.
    pub(crate) fn root(&self) -> String {
        self.path("ca.crt")
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    fn must(&self, program: &str, args: &[&str]) {
        // `pg_ctl` leaves the server behind, which must not hold pipes of the test.
        let mut command = self.command(&self.bin.join(program));
        let status = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.unwrap().success(), "{program} failed");
    }

    /// Runs statements as the owner.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let file = self.dir.path().join(format!("{}.sql", sql.len()));
        fs::write(&file, sql).unwrap();
        let port = self.port.to_string();
        let output: Output = self
            .command(&self.bin.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "owner", "-p", &port])
            .args(["-h", &self.path(""), "-d", database, "-f"])
            .arg(&file)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The address of the test database for the user `reader`, without the password.
    pub(crate) fn address(&self) -> String {
        format!("postgres://reader@127.0.0.1:{}/clinic", self.port)
    }

    /// The port on which it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Runs `weir inspect` as `reader`, with the password in the environment.
    pub(crate) fn inspect(&self, args: &[&str]) -> Ran {
        let output = weir(&self.address(), args).env("PGPASSWORD", PASSWORD).output().unwrap();
        let ran = ran(&output);
        assert!(!ran.out.contains(PASSWORD) && !ran.talk.contains(PASSWORD));
        ran
    }
}

/// `weir inspect` of an address, with nothing of the environment that a client of PostgreSQL reads.
pub(crate) fn weir(address: &str, args: &[&str]) -> Command {
    let mut command = Command::new(crate::support::WEIR);
    command.arg("inspect").arg(address).args(args);
    for name in ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSSLMODE"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8");
    command
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.path("data");
        self.must("pg_ctl", &["-D", &data, "-w", "-s", "-m", "immediate", "stop"]);
    }
}

/// A user that is not root, where this is root: `postgres`, or `nobody`.
fn nobody() -> Option<(u32, u32)> {
    let id = |of: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(of).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let of = |name| Some((id(&["-u", name])?, id(&["-g", name])?));
    of("postgres").or_else(|| of("nobody"))
}
