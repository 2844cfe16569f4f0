//! `weir inspect postgres://…` and `mysql://…` against servers that run for the tests.

mod mariadb;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use serde_json::Value;

use crate::support::{Desk, Ran, ran};
use server::{PASSWORD, Server, left_out, postgres, shows_no_password, weir};

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).expect(&ran.talk)
}

/// Tables by their names.
fn tables(result: &Value) -> BTreeMap<&str, &Value> {
    let tables = result["tables"].as_array().unwrap().iter();
    tables.map(|table| (table["name"].as_str().unwrap(), table)).collect()
}

/// Columns of a table by their names.
fn columns(table: &Value) -> BTreeMap<&str, &Value> {
    let columns = table["columns"].as_array().unwrap().iter();
    columns.map(|column| (column["column"].as_str().unwrap(), column)).collect()
}

/// Name, relation and rows of tables.
fn relations<'a>(tables: &BTreeMap<&'a str, &'a Value>) -> Vec<(&'a str, &'a str, u64)> {
    let of = |(name, table): (&&'a str, &&'a Value)| {
        let relation = table["catalogue"]["relation"].as_str().unwrap();
        (*name, relation, table["rows"].as_u64().unwrap())
    };
    tables.iter().map(of).collect()
}

/// Holds all columns of a table, in its order, against their types and what they were found to
/// hold.
fn hold_types(table: &Value, expected: &[(&str, &str, &str)]) {
    let found = table["columns"].as_array().unwrap().iter().map(|column| {
        let of = |key: &str| column[key].as_str().unwrap();
        (of("column"), of("type"), of("semantic"))
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// What is said of the table `big` is what is said of an export of it, but for the catalogue.
fn is_reported_like(server: &impl Server, export: &str, text: &str, rows: u64) {
    let desk = Desk::new("", "");
    fs::write(desk.path(export), text).unwrap();
    let of_file = json(&desk.weir(["inspect", export, "--json"]));
    let of_table = json(&server.inspect(&["--json", "--full", "--table", "big"]));
    let plain = |result: &Value| {
        let mut table = result["tables"][0].clone();
        for key in ["name", "path", "catalogue"] {
            table[key].take();
        }
        for column in table["columns"].as_array_mut().unwrap() {
            column["catalogue"].take();
        }
        table
    };
    assert_eq!(plain(&of_table)["rows"], rows);
    assert_eq!(plain(&of_table), plain(&of_file));
}

/// Two different samples of the table `big` of a database, each the same when drawn again.
fn samples_by_seed(server: &impl Server, address: &str) -> [Value; 2] {
    let look = |seed: &str| {
        let ran = server.ask(address, &["--json", "--sample", "--seed", seed, "--table", "big"]);
        assert_eq!(ran.status, 0, "{}", ran.talk);
        json(&ran)["tables"][0].clone()
    };
    let (first, again, other) = (look("7"), look("7"), look("8"));
    assert_eq!(first, again);
    // What was found in the columns, and how sure that is.
    assert_ne!(first["columns"], other["columns"]);
    [first, other]
}

/// Gives up what takes too long: the server a sample, with its code, and the client all rows.
fn gives_up(server: &impl Server, code: &str) {
    let slowly = server.address().replace("/clinic", "/slowly");
    for (args, says) in [
        (&["--timeout", "1"][..], code),
        (&["--timeout", "1", "--full"], "no answer came within 1 s"),
    ] {
        let ran = server.ask(&slowly, args);
        assert_eq!(ran.status, 2, "{}", ran.talk);
        assert!(ran.talk.contains(says) && ran.talk.contains("--timeout"), "{}", ran.talk);
    }
}

/// Connects with each of the good parameters, and is refused with the other one.
fn speaks_tls(server: &impl Server, good: &[String], refused: &str) -> Ran {
    let by_name = server.address().replace("127.0.0.1", "localhost");
    let run =
        |query: &str| server.ask(&format!("{by_name}?{query}"), &["--json", "--table", "visits"]);
    for good in good {
        let ran = run(good);
        assert_eq!(ran.status, 0, "{good}: {}", ran.talk);
    }
    let unknown = run(refused);
    assert_eq!(unknown.status, 2);
    assert!(unknown.talk.contains("no encrypted connection comes about"), "{}", unknown.talk);
    unknown
}

#[test]
fn every_table_is_gone_over_and_what_cannot_be_read_is_named() {
    let Some(server) = postgres() else { return };
    let ran = server.inspect(&["--json"]);
    assert_eq!(ran.status, 1, "{}", ran.talk);
    let result = json(&ran);
    let tables = tables(&result);
    let odd = "od.d \"s.ta\"ble 名 $$;--";
    let expected = [
        (odd, "table", 2),
        ("public.big", "table", 400_000),
        ("public.child", "table", 1),
        ("public.guarded", "table", 3),
        ("public.kept_people", "materialized-view", 2002),
        ("public.long_cells", "table", 2),
        ("public.parent", "table", 2),
        ("public.parted", "partitioned", 200),
        ("public.partly", "table", 1),
        ("public.people", "table", 2002),
        ("public.seen_people", "view", 2002),
        ("public.visits", "table", 100),
        ("public.without_rows", "table", 0),
    ];
    assert_eq!(relations(&tables), expected);
    let not_read = result["not_read"].to_string();
    for (table, says) in [
        ("public.broken", "the server gave up (22P02)"),
        ("public.secret", "the user may not read it (42501)"),
        ("public.without_columns", "it has no column"),
    ] {
        assert!(not_read.contains(&format!("cannot read `{table}`: {says}")), "{not_read}");
    }
    let path = result["tables"][0]["path"].as_str().unwrap();
    assert_eq!(path, format!("{}", server.address()));
    assert_eq!(
        tables["public.partly"]["catalogue"]["hidden_columns"],
        serde_json::json!(["hidden"])
    );
    assert_eq!(tables["public.guarded"]["catalogue"]["rows_hidden"], true);
    let names: Vec<&str> = columns(tables[odd]).into_keys().collect();
    assert_eq!(names, ["a b", "c", "c\"d", "select", "列"]);
    assert_eq!(columns(tables[odd])["列"]["nulls"], 1);
}

#[test]
fn every_type_is_read() {
    let Some(server) = postgres() else { return };
    let result = json(&server.inspect(&["--json", "--table", "people", "--table", "without_rows"]));
    let tables = tables(&result);
    let people = tables["public.people"];
    let columns = columns(people);
    let expected = [
        ("id", "integer", "unique-code"),
        ("col7", "text", "person-name"),
        ("tel", "integer", "cn-mobile"),
        ("born", "date", "birth-date"),
        ("seen", "timestamp", "event-date"),
        ("pay", "float", "income"),
        ("amount", "float", "amount"),
        ("card", "text", "cn-bank-card"),
        ("code", "text", "unique-code"),
        ("feeling", "text", "unrecognised"),
        ("token", "text", "credential"),
        ("address", "text", "ip"),
        ("ok", "boolean", "unrecognised"),
        ("extra", "text", "unrecognised"),
        ("tags", "text", "unrecognised"),
        ("photo", "text", "digest"),
        ("spot", "text", "unique-code"),
        ("stay", "text", "unique-code"),
        ("rest", "integer", "unrecognised"),
    ];
    hold_types(people, &expected);
    // A name that says nothing is read by the comment of the owner, which is no name of a person.
    let because = columns["col7"]["signals"].to_string();
    assert!(because.contains("the comment on the column has"), "{because}");
    assert_eq!(columns["born"]["nulls"], 0, "what is no day of the calendar is a value");
    assert_eq!(columns["tel"]["catalogue"]["type"], "public.telephone");
    let catalogue = &people["catalogue"];
    assert_eq!(catalogue["comment"], "patients of the ward");
    assert_eq!(catalogue["primary_key"], serde_json::json!(["id"]));
    assert_eq!(catalogue["unique"], serde_json::json!([["tel", "born"]]));
    let empty = self::columns(tables["public.without_rows"]);
    assert_eq!(empty["id_card"]["distinct"], 0);
    let visits = server.inspect(&["--table", "public.visits"]);
    assert!(visits.out.contains("foreign key: person → public.people (id)"), "{}", visits.talk);
}

/// A database says of a table what a CSV file of its rows says, though its rows come twice.
#[test]
fn a_table_is_reported_like_its_export() {
    let Some(server) = postgres() else { return };
    let export = "COPY (SELECT * FROM big ORDER BY who) TO STDOUT WITH (FORMAT csv, HEADER)";
    is_reported_like(&*server, "big.csv", &server.sql("clinic", export), 400_000);
}

#[test]
fn a_sample_states_its_error_and_is_drawn_by_its_seed() {
    let Some(server) = postgres() else { return };
    for table in &samples_by_seed(&*server, &server.address()) {
        let sample = &table["sample"];
        let (rows, of) = (sample["rows"].as_f64().unwrap(), table["rows"].as_f64().unwrap());
        assert!(rows > 100_000.0 && rows < 300_000.0, "{sample}");
        assert!((of - 400_000.0).abs() < 0.1 * 400_000.0 && sample["of_rows_exact"] == false);
        // The mixed column is known better than the one that the table is sorted by.
        let error = |name| columns(table)[name]["error"].as_f64().unwrap();
        assert!(error("who") > 0.0 && error("who") < error("grp"), "{table}");
        assert!(error("grp") < 0.1, "{table}");
    }
    let full = json(&server.inspect(&["--json", "--full", "--table", "big"]));
    assert!(full["tables"][0]["sample"].is_null());
    let small = json(&server.inspect(&["--json", "--sample", "--table", "people"]));
    assert!(small["tables"][0]["sample"].is_null(), "too small for a sample");
}

#[test]
fn passwords_come_from_several_places_and_are_shown_in_none() {
    let Some(server) = postgres() else { return };
    let desk = Desk::new("", "");
    let encoded = "zqxv-pass%20word%2F%40%3A";
    let with = server.address().replace("reader@", &format!("reader:{encoded}@"));
    let run = |address: &str, args: &[&str], variable: Option<(&str, &str)>| {
        let mut command = weir(address, &[&["--json", "--table", "visits"], args].concat());
        let ran = ran(&command.envs(variable).output().unwrap());
        shows_no_password(&ran);
        ran
    };
    assert_eq!(run(&with, &[], None).status, 0);
    let file = |name: &str, text: &str, mode: u32| {
        fs::write(desk.path(name), text).unwrap();
        fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
        desk.path(name).display().to_string()
    };
    let password = file("password", &format!("{PASSWORD}\n"), 0o600);
    let ran = run(&server.address(), &["--password-file", &password], None);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let line = format!("*:*:*:reader:{}\n", PASSWORD.replace(':', "\\:"));
    let passfile = file("pgpass", &line, 0o600);
    assert_eq!(run(&server.address(), &[], Some(("PGPASSFILE", &passfile))).status, 0);
    // What goes wrong.
    let open = file("open", PASSWORD, 0o644);
    let port = server.port();
    for (address, args, says) in [
        (server.address(), &["--password-file", &open][..], "other users of this machine can read"),
        (server.address(), &["--password-file", "nothing"], "cannot read the password file"),
        (server.address(), &[], "does not accept the user or the password (28P01)"),
        (format!("{with}?sslmod=require"), &[], "parameter number 1 of the address is not known"),
        (format!("{with}:zqxv?sslmode=zqxv"), &[], "the address of the database cannot be read"),
        (with.replace("postgres:", "oracle:"), &[], "begins with none of"),
        (with.replace("/clinic", "/no"), &[], "has no such database"),
        (with.replace(&port.to_string(), "1"), &[], "the server cannot be reached"),
        (with.replace("127.0.0.1", "no-such-host.invalid"), &[], "the server cannot be reached"),
        (with.clone(), &["--table", "nothing"], "there is no such schema or table"),
    ] {
        let ran = run(&address, args, None);
        assert!([1, 2].contains(&ran.status), "{}", ran.talk);
        assert!(ran.talk.contains(says) && ran.talk.contains("hint: "), "{says}: {}", ran.talk);
    }
    let nothing = run(&with.replace("/clinic", "/nothing"), &[], None);
    assert_eq!(nothing.status, 2, "{}", nothing.talk);
}

#[test]
fn an_address_that_is_mistyped_or_where_a_file_belongs_is_not_quoted() {
    let desk = Desk::new("a,b\n1,2\n3,4\n", "");
    let whole = ["postgres://ann:zqxv-1@h/db", "MySQL://ann:zqxv-1@h/db"];
    let mistyped = ["postgres:/ann:zqxv-1@h/db", "ann:zqxv-1@h/db", "mysql:ann"];
    let ambiguous = ["postgres://ann:1234/zqxv@h/db", "mysql://ann:1234#zqxv@h/db"];
    for address in mistyped.iter().chain(&ambiguous) {
        let ran = ran(&weir(address, &["--json"]).output().unwrap());
        shows_no_password(&ran);
        assert!(ran.status == 2 && ran.talk.contains("hint: write "), "{}", ran.talk);
        assert!(!ran.talk.contains("1234"), "{}", ran.talk);
    }
    for address in whole.iter().chain(&mistyped).chain(&ambiguous) {
        for args in [
            &["risk", address, "--quasi", "a"][..],
            &["risk", "data.csv", "--quasi", "a", "--population", address, "--person", "b"],
            &["deidentify", address],
            &["hierarchy", address],
            &["attack", address, "data.csv"],
            &["new", address, "--yes", "--out", "r.toml"],
            &["release", address],
        ] {
            let ran = desk.weir(args);
            shows_no_password(&ran);
            assert_eq!(ran.status, 2, "{args:?} {}", ran.talk);
            assert!(!ran.talk.contains("1234"), "{}", ran.talk);
            assert!(ran.talk.contains("`weir inspect` alone reads databases"), "{}", ran.talk);
        }
    }
    // A file that is there is a file, whatever it is called.
    fs::copy(desk.path("data.csv"), desk.path("a:b@c.csv")).unwrap();
    assert_eq!(desk.weir(["inspect", "a:b@c.csv"]).status, 0);
}

/// What a database says of itself is shown as it is, and obeyed by nothing.
#[test]
fn names_and_comments_of_others_command_nothing() {
    let Some(server) = postgres() else { return };
    let desk = Desk::new("", "");
    let dictionary = desk.path("d.md").display().to_string();
    let shown = server.inspect(&["--table", "visits", "--dictionary", &dictionary]);
    assert_eq!(shown.status, 0, "{}", shown.talk);
    assert!(shown.out.contains("one line, \u{fffd}[2J<b>[x](y)</b> and another"), "{}", shown.out);
    let markdown = fs::read_to_string(&dictionary).unwrap();
    assert!(
        markdown.contains("one line, \u{fffd}\\[2J\\<b>\\[x](y)\\</b> and another"),
        "{markdown}"
    );
    let result = json(&server.inspect(&["--table", "visits", "--json"]));
    let comment = &result["tables"][0]["catalogue"]["comment"];
    assert_eq!(*comment, "one line, \u{1b}[2J<b>[x](y)</b>\nand another");
}

/// A table that is named and stands in none of the named schemas is missing.
#[test]
fn a_table_outside_of_the_named_schemas_is_reported() {
    let Some(server) = postgres() else { return };
    let ran = server.inspect(&["--schema", "od.d \"s", "--table", "public.visits"]);
    assert_eq!(ran.status, 2, "{}", ran.talk);
    assert!(ran.talk.contains("`public.visits`") && ran.talk.contains("--schema"), "{}", ran.talk);
}

#[test]
fn options_for_databases_ask_for_one() {
    let desk = Desk::new("a,b\n1,2\n3,4\n", "");
    let ran = desk.weir(["inspect", "data.csv", "--table", "t"]);
    assert_eq!(ran.status, 2);
    assert!(ran.talk.contains("--table is for databases"), "{}", ran.talk);
}

#[test]
fn a_query_that_takes_too_long_is_given_up() {
    let Some(server) = postgres() else { return };
    gives_up(&*server, "(57014)");
}

/// Passes bytes on to a server until so many came back; then the connection breaks off. After so
/// many connections nobody listens any more.
fn breaking_off(port: u16, after_bytes: usize, connections: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().take(connections) {
            let (mut client, mut server) =
                (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            let (mut passed, mut buffer) = (0, [0; 16 << 10]);
            while let Ok(n @ 1..) = server.read(&mut buffer) {
                passed += n;
                if passed > after_bytes || client.write_all(&buffer[..n]).is_err() {
                    break;
                }
            }
            let _ = client.shutdown(std::net::Shutdown::Both);
            let _ = server.shutdown(std::net::Shutdown::Both);
        }
    });
    own
}

#[test]
fn a_connection_that_breaks_off_costs_one_table() {
    let Some(server) = postgres() else { return };
    let look = |connections| {
        let port = breaking_off(server.port(), 4 << 20, connections);
        let address = server.address().replace(&server.port().to_string(), &port.to_string());
        let address = format!("{address}?sslmode=disable");
        let args = ["--json", "--full", "--table", "big", "--table", "parted", "--table", "visits"];
        server.ask(&address, &args)
    };
    let again = look(2);
    assert_eq!(again.status, 1, "{}", again.talk);
    assert!(again.talk.contains("cannot read `public.big`"), "{}", again.talk);
    assert!(again.talk.contains("the connection was lost"), "{}", again.talk);
    let result = json(&again);
    assert_eq!(tables(&result).into_keys().collect::<Vec<_>>(), ["public.parted", "public.visits"]);
    let never = look(1);
    assert_eq!(never.status, 2, "{}", never.talk);
    // Each table is accounted for, and the database that was lost.
    let lost = "the connection was lost";
    for (says, why) in [
        ("`public.big`", lost),
        ("`postgres://", "the server cannot be reached"),
        ("`public.parted`", "the connection was lost before it was this table's turn"),
        ("`public.visits`", "the connection was lost before it was this table's turn"),
    ] {
        let told = never.talk.split("error: cannot read ").find(|told| told.starts_with(says));
        assert!(told.is_some_and(|told| told.contains(why)), "{says}: {}", never.talk);
    }
}

#[test]
fn tls_is_spoken_and_the_server_checked() {
    let Some(server) = postgres() else { return };
    if !server.tls {
        left_out("OpenSSL made no certificate");
        return;
    }
    let root = server.root();
    let good = [
        "sslmode=disable".to_owned(),
        "sslmode=require".to_owned(),
        format!("sslmode=verify-full&sslrootcert={root}"),
    ];
    let unknown = speaks_tls(&*server, &good, "sslmode=verify-full");
    assert!(unknown.talk.contains("sslrootcert=FILE"), "{}", unknown.talk);
}

/// A server that offers no TLS is told no password and no name.
#[test]
fn nothing_is_said_in_clear_text_where_tls_is_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        // SSLRequest: 8 bytes (manual of PostgreSQL 15, section 55.7).
        let mut request = [0; 8];
        client.read_exact(&mut request).unwrap();
        client.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest);
        rest
    });
    let address = format!("postgres://zqxv:zqxv@127.0.0.1:{port}/x?sslmode=require");
    let ran = ran(&weir(&address, &[]).output().unwrap());
    assert_eq!(ran.status, 2);
    assert!(ran.talk.contains("does not offer an encrypted connection"), "{}", ran.talk);
    assert_eq!(heard.join().unwrap(), b"");
}
