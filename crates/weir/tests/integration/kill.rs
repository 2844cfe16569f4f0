//! Killed at random moments, a release is whole or gone.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use weir_evidence::dsse;
use weir_table::Limits;

use crate::support::{Desk, WEIR, names, patients, request};

const KILLS: u32 = 200;

#[test]
fn killed_at_any_moment_a_release_is_whole_or_gone() {
    let desk = Desk::new(&patients(150), &request(""));
    let began = Instant::now();
    assert_eq!(desk.weir(["release", "request.toml"]).status, 0);
    let whole = began.elapsed().max(Duration::from_millis(20));
    let mut killed = 0;
    for kill in 0..KILLS {
        let mut child = Command::new(WEIR)
            .args(["release", "request.toml", "--quiet"])
            .current_dir(desk.path(""))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Moments spread evenly over a run; the golden ratio visits all parts of it.
        let moment = (f64::from(kill) * 0.618_033_988_75).fract() * 1.05;
        thread::sleep(whole.mul_f64(moment));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        // At no moment does a package that can be seen lack anything.
        if kill % 20 == 0 {
            check_packages(&desk);
        }
    }
    assert!(killed > KILLS / 2, "only {killed} of {KILLS} runs were killed in time");
    // The next run ends or undoes what was left.
    assert_eq!(desk.weir(["release", "request.toml"]).status, 0);
    let packages = check_packages(&desk);
    let hidden: Vec<String> =
        names(&desk.path("releases")).into_iter().filter(|n| n.starts_with('.')).collect();
    assert_eq!(hidden, Vec::<String>::new());
    assert_eq!(names(&desk.path(".weir/pending")), Vec::<String>::new());
    assert_eq!(names(&desk.path(".weir/work")), Vec::<String>::new());
    assert_eq!(logged(&desk), packages, "log entries and packages differ");
}

/// Checks every package that can be seen; the log entries that they stand for.
fn check_packages(desk: &Desk) -> BTreeSet<Vec<u8>> {
    let mut entries = BTreeSet::new();
    for name in names(&desk.path("releases")).iter().filter(|n| !n.starts_with('.')) {
        let package = desk.path("releases").join(name);
        let options = weir_evidence::verify::VerifyOptions {
            pinned_key: None,
            log_key: None,
            limits: Limits::new(desk.path("spill")),
        };
        let verification = weir_evidence::verify::verify_package(&package, &options).unwrap();
        assert_eq!(verification.failed(), 0, "{}", verification.render(weir_types::Lang::En));
        let statement = fs::read(package.join("statement.dsse.json")).unwrap();
        entries.insert(dsse::log_entry(&statement));
    }
    entries
}

/// The entries of the log, read from its bundles.
fn logged(desk: &Desk) -> BTreeSet<Vec<u8>> {
    let checkpoint = fs::read_to_string(desk.path(".weir/log/checkpoint")).unwrap();
    let size: u64 = checkpoint.lines().nth(1).unwrap().parse().unwrap();
    let mut entries = BTreeSet::new();
    for bundle in 0..size.div_ceil(256) {
        let width = (size - bundle * 256).min(256);
        let part = if width == 256 { String::new() } else { format!(".p/{width}") };
        let path = desk.path(&format!(".weir/log/tile/entries/{bundle:03}{part}"));
        let bytes = fs::read(path).unwrap();
        let mut rest = bytes.as_slice();
        while let [high, low, more @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            entries.insert(more[..length].to_vec());
            rest = &more[length..];
        }
    }
    assert_eq!(entries.len() as u64, size, "two entries are the same");
    entries
}
