//! `weir-verify` as a person runs it.

use std::fs;
use std::process::{Command, Output};

use crate::package::Package;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_weir-verify"))
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_good_package_is_accepted() {
    let package = Package::new();
    let root = package.root.to_str().unwrap();
    let output = run(&[root]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let text = stdout(&output);
    assert!(text.contains(&format!("signed by: {}", package.signer.keyid())), "{text}");
    assert!(text.contains("not checked  the statement is signed by the expected key"), "{text}");
    assert!(text.contains("Result: accepted."), "{text}");
    assert!(output.stderr.is_empty());
    let pinned = run(&[
        root,
        "--key",
        &package.signer.keyid().to_string(),
        "--log-key",
        &package.log_key,
        "--lang",
        "zh",
    ]);
    assert_eq!(pinned.status.code(), Some(0));
    assert!(!stdout(&pinned).contains("未检查"), "{}", stdout(&pinned));
}

#[test]
fn the_key_may_come_from_a_file() {
    let package = Package::new();
    let file = package.home.path().join("provider.pub");
    fs::write(&file, format!("{}\n", package.signer.public_key())).unwrap();
    let root = package.root.to_str().unwrap();
    let output = run(&[root, "--key", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let other = "00".repeat(32);
    let output = run(&[root, "--key", &other, "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["passed"], false);
    assert_eq!(json["checks"][2]["id"], "signer");
    assert_eq!(json["checks"][2]["outcome"], "failed");
}

#[test]
fn a_changed_package_is_refused_with_the_check_that_failed() {
    let package = Package::new();
    let path = package.path("data/part-00000.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("30-39,14", "30-39,15")).unwrap();
    let output = run(&[package.root.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let text = stdout(&output);
    assert!(text.contains("FAILED       every file has its stated digest"), "{text}");
    assert!(text.contains("Result: refused, 1 failed."), "{text}");
    assert!(!text.contains("30-39"), "no cell value is shown");
}

#[test]
fn bad_arguments_and_missing_packages_are_told_apart_from_refusals() {
    let package = Package::new();
    let root = package.root.to_str().unwrap();
    for arguments in [
        &[][..],
        &["--what"],
        &["no such folder"],
        &[root, "--key", "no such key"],
        &[root, "--log-key", "log.example"],
        &[root, "--lang", "fr"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(stderr(&output).starts_with("error: "), "{}", stderr(&output));
        assert!(stderr(&output).contains("\nhint: "), "{}", stderr(&output));
    }
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("Verify a package of released data, offline\n"));
}
