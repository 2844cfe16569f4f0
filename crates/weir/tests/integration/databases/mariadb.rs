//! A MariaDB server of its own, and what is said of its tables.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use std::{fs, thread};

use super::server::{Place, Server, folder, free_port, left_out, shared, shows_no_password, weir};
use super::{
    columns, gives_up, hold_types, is_reported_like, json, relations, samples_by_seed, speaks_tls,
    tables,
};
use crate::support::ran;

/// A server that runs as long as a test holds it.
#[derive(Debug)]
struct MariaDb {
    usr: PathBuf,
    place: Place,
    port: u16,
    server: Child,
    tls: bool,
}

/// The server of the tests; none where MariaDB is not installed.
fn mariadb() -> Option<Arc<MariaDb>> {
    static RUNNING: Mutex<Weak<MariaDb>> = Mutex::new(Weak::new());
    // The server and its clients are in two folders, below one.
    let debian = vec![PathBuf::from("/usr")];
    let programs = ["sbin/mariadbd", "bin/mariadb-install-db", "bin/mariadb"];
    shared(&RUNNING, "MariaDB", folder("WEIR_MARIADB", debian, &programs), MariaDb::start)
}

impl MariaDb {
    fn start(usr: PathBuf) -> Self {
        let (place, port) = (Place::new(), free_port());
        let data = format!("--datadir={}", place.path("data"));
        let made = place
            .command(usr.join("bin/mariadb-install-db"))
            .args(["--no-defaults", &data, "--auth-root-authentication-method=normal"])
            .args(["--skip-test-db", "--skip-name-resolve"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
        let tls = place.certificate();
        let mut command = place.command(usr.join("sbin/mariadbd"));
        command
            .args(["--no-defaults", &data, "--bind-address=127.0.0.1", "--skip-name-resolve"])
            .args(["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"])
            .args([format!("--port={port}"), format!("--socket={}", place.path("socket"))])
            .arg(format!("--pid-file={}", place.path("pid")))
            .stdout(Stdio::null())
            .stderr(fs::File::create(place.path("log")).unwrap());
        if tls {
            for (option, file) in [("ca", "ca.crt"), ("cert", "server.crt"), ("key", "server.key")]
            {
                command.arg(format!("--ssl-{option}={}", place.path(file)));
            }
        }
        let server = command.spawn().unwrap();
        let server = Self { usr, place, port, server, tls };
        let answers = (0..600).any(|_| {
            let answers = TcpStream::connect(("127.0.0.1", port)).is_ok();
            if !answers {
                thread::sleep(Duration::from_millis(100));
            }
            answers
        });
        assert!(answers, "{}", fs::read_to_string(server.place.path("log")).unwrap());
        server.sql(include_str!("mariadb.sql"));
        server
    }

    /// Runs statements as the owner; rows come with tabs, below a line of names.
    fn sql(&self, sql: &str) -> String {
        let file = self.place.script(sql);
        let mut command = self.place.command(self.usr.join("bin/mariadb"));
        command
            .args(["--no-defaults", "-u", "root", "-B", "--default-character-set=utf8mb4"])
            .arg(format!("--socket={}", self.place.path("socket")))
            .stdin(fs::File::open(&file).unwrap());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Server for MariaDb {
    const PASSWORD_VARIABLE: &'static str = "MYSQL_PWD";

    fn address(&self) -> String {
        format!("mysql://reader@127.0.0.1:{}/clinic", self.port)
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn every_table_is_gone_over_and_what_cannot_be_read_is_named() {
    let Some(server) = mariadb() else { return };
    let ran = server.inspect(&["--json"]);
    assert_eq!(ran.status, 1, "{}", ran.talk);
    let result = json(&ran);
    let tables = tables(&result);
    let odd = "clinic.ta`ble \"名\" $$;--";
    let expected = [
        ("clinic.big", "table", 600_000),
        ("clinic.long_cells", "table", 2),
        ("clinic.parted", "table", 200),
        ("clinic.partly", "table", 1),
        ("clinic.people", "table", 2001),
        ("clinic.seen_people", "view", 2001),
        (odd, "table", 2),
        ("clinic.visits", "table", 100),
        ("clinic.without_rows", "table", 0),
    ];
    assert_eq!(relations(&tables), expected);
    let not_read = result["not_read"].to_string();
    for says in ["`clinic.broken`: the user may not read it (1356)", "`clinic.secret`: the user"] {
        assert!(not_read.contains(says), "{not_read}");
    }
    assert_eq!(result["tables"][0]["path"], server.address());
    let names: Vec<&str> = columns(tables[odd]).into_keys().collect();
    assert_eq!(names, ["a b", "c", "c`d", "select", "列"]);
    let all = format!("mysql://reader@127.0.0.1:{}", server.port);
    let all = server.ask(&all, &["--json", "--table", "visits"]);
    assert_eq!(json(&all)["tables"][0]["name"], "clinic.visits", "{}", all.talk);
}

#[test]
fn every_type_is_read() {
    let Some(server) = mariadb() else { return };
    let result = json(&server.inspect(&["--json", "--table", "people", "--table", "visits"]));
    let tables = tables(&result);
    let people = tables["clinic.people"];
    let columns = columns(people);
    let expected = [
        ("id", "integer", "unique-code"),
        ("col7", "text", "person-name"),
        ("tel", "integer", "cn-mobile"),
        ("born", "date", "birth-date"),
        ("seen", "timestamp", "event-date"),
        ("amount", "float", "amount"),
        ("card", "text", "cn-bank-card"),
        ("code", "text", "unique-code"),
        ("feeling", "text", "unrecognised"),
        ("flags", "text", "unrecognised"),
        ("ok", "integer", "unrecognised"),
        ("bits", "integer", "unrecognised"),
        ("extra", "text", "unrecognised"),
        ("photo", "text", "digest"),
        ("spot", "text", "location"),
        ("hour", "text", "event-date"),
        // One value in all rows, of which the name alone tells something.
        ("address", "text", "address"),
        ("old", "text", "unrecognised"),
        ("rest", "integer", "unrecognised"),
    ];
    hold_types(people, &expected);
    assert_eq!(columns["born"]["nulls"], 0, "what is no day of the calendar is a value");
    assert_eq!(columns["old"]["distinct"], 1);
    let catalogue = &people["catalogue"];
    assert_eq!(catalogue["comment"], "patients of the ward");
    assert_eq!(catalogue["primary_key"], serde_json::json!(["id"]));
    assert_eq!(catalogue["unique"], serde_json::json!([["tel", "born"]]));
    let keys = &tables["clinic.visits"]["catalogue"]["foreign_keys"];
    assert_eq!(keys[0]["table"], "people");
    assert_eq!(keys[0]["of_columns"], serde_json::json!(["id"]));
}

#[test]
fn a_table_is_reported_like_its_export() {
    let Some(server) = mariadb() else { return };
    let export = server.sql("SELECT * FROM clinic.big ORDER BY who");
    is_reported_like(&*server, "big.tsv", &export, 600_000);
}

#[test]
fn a_sample_states_its_error_and_is_drawn_by_its_seed() {
    let Some(server) = mariadb() else { return };
    let by_keys = server.address();
    // Without a key the server has to go over all rows, which are drawn one by one.
    let by_rows = by_keys.replace("/clinic", "/loose");
    for (address, most_error) in [(by_keys, 0.02), (by_rows, 0.005)] {
        for table in &samples_by_seed(&*server, &address) {
            let (sample, rows) = (&table["sample"], table["sample"]["rows"].as_f64().unwrap());
            assert!(rows > 200_000.0 && rows < 330_000.0, "{sample}");
            let of = table["rows"].as_f64().unwrap();
            assert!((of - 600_000.0).abs() < 0.02 * 600_000.0, "{sample}");
            let error = |name| columns(table)[name]["error"].as_f64().unwrap();
            assert!(error("grp") > 0.0 && error("grp") < most_error, "{table}");
            let blocks = sample["blocks"].as_f64().unwrap();
            if columns(table).contains_key("id") {
                assert!((blocks - 4096.0).abs() < 500.0, "{sample}");
                // The table is sorted by the one and not by the other.
                assert!(error("who") < error("grp"), "{table}");
            } else {
                assert_eq!(sample["blocks"], sample["rows"]);
            }
        }
    }
}

#[test]
fn passwords_come_from_several_places_and_are_shown_in_none() {
    let Some(server) = mariadb() else { return };
    let with = server.address().replace("reader@", "reader:zqxv-pass%20word%2F%40%3A@");
    let run = |address: &str, args: &[&str]| {
        let mut command = weir(address, &[&["--json", "--table", "visits"], args].concat());
        let ran = ran(&command.output().unwrap());
        shows_no_password(&ran);
        ran
    };
    let good = run(&with, &[]);
    assert_eq!(good.status, 0, "{}", good.talk);
    for (address, says) in [
        (server.address(), "does not accept the user or the password (1045)"),
        (format!("{with}?ssl=no"), "parameter number 1 of the address is not known"),
        (with.replace("/clinic", "/no"), "has no such database"),
        (with.replace(&server.port.to_string(), "1"), "the server cannot be reached"),
    ] {
        let ran = run(&address, &[]);
        assert_eq!(ran.status, 2, "{}", ran.talk);
        assert!(ran.talk.contains(says) && ran.talk.contains("hint: "), "{says}: {}", ran.talk);
    }
}

#[test]
fn a_query_that_takes_too_long_is_given_up() {
    let Some(server) = mariadb() else { return };
    gives_up(&*server, "(1969)");
}

#[test]
fn tls_is_spoken_and_the_server_checked() {
    let Some(server) = mariadb() else { return };
    if !server.tls {
        left_out("OpenSSL made no certificate");
        return;
    }
    let good = [
        "sslmode=disabled".to_owned(),
        "sslmode=required".to_owned(),
        format!("sslmode=verify_identity&sslca={}", server.place.path("ca.crt")),
    ];
    speaks_tls(&*server, &good, "sslmode=verify_identity");
}

/// MySQL 8 without TLS asks for the password under an RSA key of its own; it is told nothing, and
/// the person is told why.
#[test]
fn a_password_that_needs_tls_is_not_sent_without() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // MySQL 8.4 source code documentation, "Protocol::HandshakeV10" and "Caching_sha2_password".
    let packet = |number: u8, payload: &[u8]| {
        let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
        [&length[..3], &[number], payload].concat()
    };
    let greeting = [
        b"\x0a8.0.36\0\x01\0\0\0abcdefgh\0\x00\x82\xff\x02\0\x08\0\x15".as_slice(),
        &[0; 10],
        b"abcdefghijkl\0caching_sha2_password\0",
    ]
    .concat();
    let heard = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut buffer = vec![0; 4096];
        let mut heard = Vec::new();
        // The greeting; `perform_full_authentication`; a public key.
        for (number, payload) in [(0, greeting.as_slice()), (2, b"\x01\x04"), (4, b"\x01key")] {
            client.write_all(&packet(number, payload)).unwrap();
            match client.read(&mut buffer) {
                Ok(n) => heard.extend_from_slice(&buffer[..n]),
                Err(_) => break,
            }
        }
        heard
    });
    let address = format!("mysql://ann:zqxv-secret@127.0.0.1:{port}/x?sslmode=disabled");
    let ran = ran(&weir(&address, &[]).output().unwrap());
    assert_eq!(ran.status, 2);
    assert!(ran.talk.contains("only over an encrypted connection"), "{}", ran.talk);
    assert!(ran.talk.contains("?sslmode=required"), "{}", ran.talk);
    let heard = heard.join().unwrap();
    assert!(heard.windows(3).any(|w| w == b"ann") && !heard.windows(4).any(|w| w == b"zqxv"));
}
