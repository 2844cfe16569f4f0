//! The Go project's own packages for notes and transparency logs read what weir writes.
//!
//! Without `go` on the path, or without its module `golang.org/x/mod`, the test says so and does
//! nothing; with `WEIR_REQUIRE_PEERS` set, as in continuous integration, it fails instead.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "all of this is a test, and what it skips must be seen"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use weir_log::Log;
use weir_log::note::{SigningKey, VerifierKey};

#[test]
fn go_agrees_and_notices_one_changed_byte() {
    let work = tempfile::tempdir().unwrap();
    let Some(peer) = build(work.path()) else {
        assert!(std::env::var_os("WEIR_REQUIRE_PEERS").is_none(), "the Go peer is required");
        return;
    };
    for (old, size) in
        [(0, 1), (1, 1), (1, 2), (254, 255), (255, 256), (256, 257), (66_000, 70_000)]
    {
        let log = write_log(work.path(), old, size);
        let checked = log.check_with(&peer);
        let context = format!("{old} then {size} entries: {checked:?}");
        assert!(checked.status.success(), "{context}");
        assert_eq!(checked.stdout, format!("OK {size}\n").as_bytes(), "{context}");

        for path in log.files() {
            let whole = fs::read(&path).unwrap();
            let mut bent = whole.clone();
            bent[whole.len() / 2] ^= 1;
            fs::write(&path, bent).unwrap();
            let checked = log.check_with(&peer);
            assert_eq!(checked.status.code(), Some(1), "{} of {context}", path.display());
            assert!(Log::check(&log.dir, &log.key).is_err(), "{}", path.display());
            fs::write(&path, whole).unwrap();
        }
        if old > 0 {
            fs::write(&log.old_checkpoint, other_history(work.path(), old)).unwrap();
            assert_eq!(log.check_with(&peer).status.code(), Some(1), "{context}");
        }
    }
}

struct Written {
    dir: PathBuf,
    old_checkpoint: PathBuf,
    key: VerifierKey,
}

impl Written {
    fn check_with(&self, peer: &Path) -> Output {
        Command::new(peer)
            .arg(&self.dir)
            .arg(self.key.to_string())
            .arg(&self.old_checkpoint)
            .output()
            .unwrap()
    }

    /// Files that the current checkpoint rests on: of each level, the first and the last.
    fn files(&self) -> Vec<PathBuf> {
        let report = Log::check(&self.dir, &self.key).unwrap();
        let size = report.checkpoint.size();
        let mut names = vec!["checkpoint".to_owned()];
        for (folder, level) in [("entries", 0), ("0", 0), ("1", 1), ("2", 2)] {
            let here = size >> (8 * level);
            let (full, rest) = (here / 256, here % 256);
            if full > 0 {
                names.push(format!("tile/{folder}/000"));
            }
            if rest > 0 {
                names.push(format!("tile/{folder}/{full:03}.p/{rest}"));
            }
        }
        names.into_iter().map(|name| self.dir.join(name)).collect()
    }
}

/// A log that had a checkpoint at `old` entries and has one at `size`.
fn write_log(work: &Path, old: u64, size: u64) -> Written {
    let dir = work.join(format!("log-{old}-{size}"));
    let old_checkpoint = work.join("old-checkpoint");
    let key = SigningKey::from_seed("log.example/releases", &[11; 32]).unwrap();
    let verifier = key.verifier().clone();
    let mut log = Log::create_or_open(&dir, key).unwrap();
    let entries = |from: u64, to| (from..to).map(|i| format!("entry {i}").into_bytes()).collect();
    let first: Vec<Vec<u8>> = entries(0, old);
    let second: Vec<Vec<u8>> = entries(old, size);
    log.append(&first).unwrap();
    fs::write(&old_checkpoint, log.checkpoint().to_string()).unwrap();
    log.append(&second).unwrap();
    Written { dir, old_checkpoint, key: verifier }
}

/// A checkpoint of the same key and size over other entries.
fn other_history(work: &Path, size: u64) -> String {
    let key = SigningKey::from_seed("log.example/releases", &[11; 32]).unwrap();
    let dir = tempfile::tempdir_in(work).unwrap();
    let mut log = Log::create_or_open(dir.path(), key).unwrap();
    let entries: Vec<Vec<u8>> = (0..size).map(|i| format!("other {i}").into_bytes()).collect();
    log.append(&entries).unwrap();
    log.checkpoint().to_string()
}

/// The peer's program; `None` if there is nothing to build it with.
fn build(work: &Path) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go-peer");
    let go = |arguments: &[&str]| {
        Command::new("go").args(arguments).current_dir(&source).env("GOTOOLCHAIN", "local").output()
    };
    match go(&["mod", "download"]) {
        Err(error) => {
            println!("skipped: go cannot be started ({error})");
            return None;
        }
        Ok(output) if !output.status.success() => {
            println!("skipped: {}", String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Ok(_) => {}
    }
    let program = work.join("go-peer");
    let built = go(&["build", "-o", program.to_str().unwrap(), "."]).unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(program)
}
