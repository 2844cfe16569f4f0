//! One flipped byte anywhere in a package is refused.

use std::fs;
use std::path::{Path, PathBuf};

use weir_evidence::verify::{VerifyOptions, verify_package};
use weir_table::Limits;

use crate::support::{Desk, patients, request};

fn accepted(package: &Path, spill: &Path) -> bool {
    let limits = Limits::new(spill.to_owned());
    let options = VerifyOptions { pinned_key: None, log_key: None, limits };
    verify_package(package, &options).is_ok_and(|verification| verification.failed() == 0)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn any_flipped_byte_is_refused() {
    const POSITIONS: usize = 130;
    let desk = Desk::new(&patients(300), &request(""));
    assert_eq!(desk.release().status, 0);
    let (package, spill) = (desk.path("package"), desk.path("spill"));
    assert!(accepted(&package, &spill));
    let files = files(&package);
    assert_eq!(files.len(), 5);
    let mut tried = 0;
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let step = (bytes.len() / POSITIONS).max(1);
        let last = bytes.len() - 1;
        for position in (0..bytes.len()).step_by(step).chain([last]) {
            let mut flipped = bytes.clone();
            flipped[position] ^= 1 << (position % 8);
            fs::write(file, &flipped).unwrap();
            assert!(!accepted(&package, &spill), "{} byte {position}", file.display());
            tried += 1;
        }
        fs::write(file, &bytes).unwrap();
    }
    assert!(tried >= 500, "only {tried} positions");
    assert!(accepted(&package, &spill));
}

#[test]
fn missing_added_and_swapped_files_are_refused() {
    let desk = Desk::new(&patients(60), &request(""));
    assert_eq!(desk.release().status, 0);
    let other = Desk::new(&patients(61), &request(""));
    assert_eq!(other.release().status, 0);
    let (package, spill) = (desk.path("package"), desk.path("spill"));
    for file in files(&package) {
        let name = file.strip_prefix(&package).unwrap();
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        assert!(!accepted(&package, &spill), "without {}", name.display());
        fs::copy(other.path("package").join(name), &file).unwrap();
        assert!(!accepted(&package, &spill), "with another {}", name.display());
        fs::write(&file, bytes).unwrap();
    }
    fs::write(package.join("data/more.csv"), "a\n1\n").unwrap();
    assert!(!accepted(&package, &spill));
}
