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

/// Where a server keeps what it has, and as whom it runs.
#[derive(Debug)]
pub(crate) struct Place {
    dir: TempDir,
    /// Whom servers run as, where the tests run as root, as whom they refuse to.
    user: Option<(u32, u32)>,
}

/// A server that runs as long as a test holds it. It asks for passwords over TCP and speaks TLS
/// where OpenSSL was there to make a certificate.
#[derive(Debug)]
pub(crate) struct Postgres {
    bin: PathBuf,
    place: Place,
    port: u16,
    /// Whether it speaks TLS.
    pub(crate) tls: bool,
}

#[expect(clippy::print_stderr, reason = "what a test leaves out must be seen")]
pub(crate) fn left_out(why: &str) {
    eprintln!("left out: {why}");
}

/// The server that runs, shared by tests at the same time, or a new one of the programs that are
/// installed; none where they are not.
pub(crate) fn shared<S>(
    running: &Mutex<Weak<S>>,
    name: &str,
    programs: Option<PathBuf>,
    start: impl FnOnce(PathBuf) -> S,
) -> Option<Arc<S>> {
    let mut running = running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(server) = running.upgrade() {
        return Some(server);
    }
    let Some(programs) = programs else {
        assert!(env::var_os("WEIR_REQUIRE_PEERS").is_none(), "{name} is required");
        left_out(&format!("{name} is not installed where it is looked for"));
        return None;
    };
    let server = Arc::new(start(programs));
    *running = Arc::downgrade(&server);
    Some(server)
}

/// The folder of programs: the one that a variable names, or one of others, or one of the `PATH`.
pub(crate) fn folder(variable: &str, others: Vec<PathBuf>, programs: &[&str]) -> Option<PathBuf> {
    let complete = |bin: &PathBuf| programs.iter().all(|program| bin.join(program).exists());
    if let Some(bin) = env::var_os(variable).map(PathBuf::from) {
        assert!(complete(&bin), "{variable} names no folder with {programs:?}");
        return Some(bin);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    others.into_iter().chain(env::split_paths(&path)).find(complete)
}

/// The server of the tests; none where PostgreSQL is not installed.
pub(crate) fn postgres() -> Option<Arc<Postgres>> {
    static RUNNING: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|entry| entry.path().join("bin")).collect();
    let programs = folder("WEIR_POSTGRES", debian, &["initdb", "pg_ctl"]);
    shared(&RUNNING, "PostgreSQL", programs, Postgres::start)
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap(), user: nobody() };
        if let Some((user, group)) = place.user {
            std::os::unix::fs::chown(place.dir.path(), Some(user), Some(group)).unwrap();
        }
        fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string().trim_end_matches('/').to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes a file of statements, and says where it is.
    pub(crate) fn script(&self, sql: &str) -> String {
        let name = format!("{}.sql", sql.len());
        self.write(&name, sql);
        self.path(&name)
    }

    /// A program, to be run as the server's user.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        without_variables(&mut command);
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// A certificate of `localhost`, `server.crt`, by an authority of its own, `ca.crt`; false
    /// without OpenSSL.
    pub(crate) fn certificate(&self) -> bool {
        let names = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";
        self.write("names", names);
        let authority = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority \
                         -keyout ca.key -out ca.crt";
        let request = "req -newkey rsa:2048 -nodes -subj /CN=server \
                       -keyout server.key -out server.csr";
        let signed = "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                      -extfile names -out server.crt";
        [authority, request, signed].iter().all(|arguments| {
            let made = self.command("openssl").args(arguments.split_whitespace()).output();
            made.is_ok_and(|made| made.status.success())
        })
    }
}

/// A port that nobody uses.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Postgres {
    fn start(bin: PathBuf) -> Self {
        let (place, port) = (Place::new(), free_port());
        let mut server = Self { bin, place, port, tls: false };
        let data = server.place.path("data");
        server
            .must("initdb", &["-D", &data, "-U", "owner", "-E", "UTF8", "--locale=C", "--no-sync"]);
        // The owner comes in by the socket without a password, all others by TCP with one.
        let hosts = "local all owner trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        server.place.write("data/pg_hba.conf", hosts);
        server.tls = server.place.certificate();
        let file = |name| server.place.path(name);
        let tls = match server.tls {
            true => format!(
                "-c ssl=on -c ssl_cert_file={} -c ssl_key_file={}",
                file("server.crt"),
                file("server.key")
            ),
            false => String::new(),
        };
        let options = format!("-F -p {port} -h 127.0.0.1 -k {} {tls}", file(""));
        let log = file("log");
        server.must("pg_ctl", &["-D", &data, "-w", "-s", "-l", &log, "-o", &options, "start"]);
        server.sql("postgres", include_str!("clinic.sql"));
        server
    }

    /// The certificate that clients have to trust.
    pub(crate) fn root(&self) -> String {
        self.place.path("ca.crt")
    }

    fn must(&self, program: &str, args: &[&str]) {
        // `pg_ctl` leaves the server behind, which must not hold pipes of the test.
        let mut command = self.place.command(self.bin.join(program));
        let status = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.unwrap().success(), "{program} failed");
    }

    /// Runs statements as the owner.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let file = self.place.script(sql);
        let port = self.port.to_string();
        let output: Output = self
            .place
            .command(self.bin.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "owner", "-p", &port])
            .args(["-h", &self.place.path(""), "-d", database, "-f", &file])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The port on which it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

/// A server as `weir inspect` is pointed at it.
pub(crate) trait Server {
    /// The variable from which clients read the password.
    const PASSWORD_VARIABLE: &'static str;

    /// The address of the test database for the user `reader`, without the password.
    fn address(&self) -> String;

    /// Runs `weir inspect` of an address, with the password in the environment.
    fn ask(&self, address: &str, args: &[&str]) -> Ran {
        let output = weir(address, args).env(Self::PASSWORD_VARIABLE, PASSWORD).output().unwrap();
        let ran = ran(&output);
        shows_no_password(&ran);
        ran
    }

    /// Runs `weir inspect` of the test database.
    fn inspect(&self, args: &[&str]) -> Ran {
        self.ask(&self.address(), args)
    }
}

impl Server for Postgres {
    const PASSWORD_VARIABLE: &'static str = "PGPASSWORD";

    fn address(&self) -> String {
        format!("postgres://reader@127.0.0.1:{}/clinic", self.port)
    }
}

/// All secrets of the tests hold `zqxv`, and so do the cells that messages of servers might show.
pub(crate) fn shows_no_password(ran: &Ran) {
    assert!(!ran.out.contains("zqxv") && !ran.talk.contains("zqxv"), "{} {}", ran.out, ran.talk);
}

/// `weir inspect` of an address, with nothing of the environment that clients of databases read.
pub(crate) fn weir(address: &str, args: &[&str]) -> Command {
    let mut command = Command::new(crate::support::WEIR);
    command.arg("inspect").arg(address).args(args);
    without_variables(&mut command);
    command.env("LC_ALL", "C.UTF-8");
    command
}

/// Takes from a program all variables that clients of databases read.
fn without_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let name_shown = name.to_string_lossy();
        if name_shown.starts_with("PG") || name_shown.starts_with("MYSQL_") {
            command.env_remove(name);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.place.path("data");
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
