use std::fs;

use weir_log::Log;
use weir_log::note::SigningKey;
use weir_table::TableError;
use weir_types::RiskReport;

use super::*;
use crate::fixture;
use crate::keys::Seed;
use crate::measure::Measured;
use crate::signer::Signer;

const DATA: &str = "data/part-00000.csv";

struct Package {
    folder: tempfile::TempDir,
    root: PathBuf,
    signer: Signer,
}

fn log_signing_key(seed: u8) -> SigningKey {
    SigningKey::from_seed("log.example/test", &[seed; 32]).unwrap()
}

fn sha256(bytes: &[u8]) -> Sha256 {
    use sha2::Digest;
    Sha256(sha2::Sha256::digest(bytes).into())
}

impl Package {
    fn new() -> Self {
        Self::of(|_| {})
    }

    /// A package whose statement was changed before it was signed.
    fn of(change: impl FnOnce(&mut Statement)) -> Self {
        Self::with(DATA, fixture::CSV.as_bytes(), change)
    }

    fn with(data: &str, bytes: &[u8], change: impl FnOnce(&mut Statement)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("package");
        let signer = Signer::new(&Seed::new([9; 32]));
        fs::create_dir_all(root.join("data")).unwrap();
        let files = [("README.txt", &b"hello"[..]), (data, bytes), ("report.html", b"<p>")];
        for (name, content) in files {
            fs::write(root.join(name), content).unwrap();
        }
        let digests = files.map(|(name, content)| (name, sha256(content)));
        let log_key = log_signing_key(7);
        let named = signer.describe(log_key.verifier().to_string());
        let mut statement = fixture::statement(named, &digests);
        change(&mut statement);
        let sealed = dsse::seal(&statement, &signer).unwrap();
        fs::write(root.join(package::STATEMENT), sealed.bytes()).unwrap();
        let mut log = Log::create_or_open(&folder.path().join("log"), log_key).unwrap();
        let at = log.append(&[b"another".to_vec(), sealed.log_entry()]).unwrap()[1];
        let receipt = log.receipt(at).unwrap();
        fs::write(root.join(package::RECEIPT), receipt.to_tlog_proof()).unwrap();
        Self { folder, root, signer }
    }

    fn options(&self) -> VerifyOptions {
        VerifyOptions {
            pinned_key: Some(self.signer.public_key().into()),
            log_key: Some(log_signing_key(7).verifier().clone()),
            limits: Limits::new(self.folder.path().join("spill")),
        }
    }

    fn verify(&self) -> Verification {
        verify_package(&self.root, &self.options()).unwrap()
    }
}

fn failed(verification: &Verification) -> Vec<CheckId> {
    let is_failed = |check: &&Check| matches!(check.outcome, Outcome::Failed { .. });
    verification.checks.iter().filter(is_failed).map(|check| check.id).collect()
}

fn left_out(verification: &Verification) -> Vec<CheckId> {
    let is_left_out = |check: &&Check| matches!(check.outcome, Outcome::NotChecked { .. });
    verification.checks.iter().filter(is_left_out).map(|check| check.id).collect()
}

const MEASURED: [CheckId; 3] = [CheckId::Columns, CheckId::Rows, CheckId::Risk];

#[test]
fn a_truthful_package_passes_every_check() {
    let verification = Package::new().verify();
    assert!(verification.passed, "{}", verification.render(Lang::En));
    assert_eq!(verification.checks.len(), 11);
    assert!(left_out(&verification).is_empty());
    assert!(verification.checks.is_sorted_by_key(|check| check.id));
    let text = verification.render(Lang::Zh);
    assert!(text.contains("结果：通过。") && text.contains("北门大学"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&verification.to_json()).unwrap();
    assert_eq!(json["passed"], true);
    assert_eq!(json["checks"][0]["id"], "layout");
    assert_eq!(json["checks"][0]["outcome"], "passed");
}

#[test]
fn without_a_pinned_key_the_fingerprint_is_for_the_person_to_compare() {
    let package = Package::new();
    let options = VerifyOptions { pinned_key: None, log_key: None, ..package.options() };
    let verification = verify_package(&package.root, &options).unwrap();
    assert!(verification.passed);
    assert_eq!(left_out(&verification), [CheckId::Signer, CheckId::LogKey]);
    let text = verification.render(Lang::En);
    assert!(text.contains(&package.signer.keyid().to_string()));
    assert!(text.contains("compare it with the provider's"), "{text}");
}

#[test]
fn another_key_or_log_than_expected_is_refused() {
    let package = Package::new();
    let other = Signer::new(&Seed::new([8; 32]));
    let options =
        VerifyOptions { pinned_key: Some(other.public_key().into()), ..package.options() };
    let verification = verify_package(&package.root, &options).unwrap();
    assert_eq!(failed(&verification), [CheckId::Signer]);
    let options =
        VerifyOptions { log_key: Some(log_signing_key(8).verifier().clone()), ..package.options() };
    let verification = verify_package(&package.root, &options).unwrap();
    assert_eq!(failed(&verification), [CheckId::Receipt, CheckId::LogKey]);
}

#[test]
fn a_changed_data_file_is_named_and_not_read() {
    let package = Package::new();
    fs::write(package.root.join(DATA), fixture::CSV.replace("t4", "t5")).unwrap();
    let measure = |_: &[PathBuf], _: &RiskReport, _: &Limits| -> Result<Measured, TableError> {
        panic!("read although nobody signed it")
    };
    let verification = verify_with(&package.root, &package.options(), &measure).unwrap();
    assert_eq!(failed(&verification), [CheckId::Files]);
    assert_eq!(left_out(&verification), MEASURED);
    assert!(verification.render(Lang::En).contains("`data/part-00000.csv` has another digest"));
}

#[test]
fn a_changed_report_leaves_the_other_checks_standing() {
    let package = Package::new();
    fs::write(package.root.join(package::REPORT), "<b>").unwrap();
    let verification = package.verify();
    assert_eq!(failed(&verification), [CheckId::Files]);
    assert!(left_out(&verification).is_empty());
}

#[test]
fn a_changed_statement_leaves_little_to_say() {
    let package = Package::new();
    let path = package.root.join(package::STATEMENT);
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, bytes).unwrap();
    let verification = package.verify();
    assert_eq!(failed(&verification), [CheckId::Statement]);
    assert_eq!(left_out(&verification), AFTER_STATEMENT);
    assert!(!verification.passed && verification.release.is_none());
}

#[test]
fn missing_and_surplus_files_are_refused() {
    let package = Package::new();
    fs::write(package.root.join("data/more.csv"), "a\n1\n").unwrap();
    fs::remove_file(package.root.join(package::README)).unwrap();
    fs::remove_file(package.root.join(package::RECEIPT)).unwrap();
    let verification = package.verify();
    assert_eq!(failed(&verification), [CheckId::Layout, CheckId::Files, CheckId::Receipt]);
    let text = verification.render(Lang::En);
    for part in ["not stated: `data/more.csv`", "missing: `README.txt`"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(left_out(&verification).is_empty(), "the data is still measured");
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_file_is_refused() {
    let package = Package::new();
    let outside = package.folder.path().join("outside.csv");
    fs::rename(package.root.join(DATA), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, package.root.join(DATA)).unwrap();
    let verification = package.verify();
    assert_eq!(failed(&verification), [CheckId::Layout, CheckId::Files]);
    assert_eq!(left_out(&verification), MEASURED);
}

#[test]
fn a_receipt_for_another_statement_is_refused() {
    let package = Package::new();
    let other = Package::of(|s| s.predicate.purpose.push('!'));
    fs::copy(other.root.join(package::RECEIPT), package.root.join(package::RECEIPT)).unwrap();
    assert_eq!(failed(&package.verify()), [CheckId::Receipt]);
}

#[test]
fn figures_that_the_bytes_do_not_show_are_refused() {
    let better = Package::of(|s| s.predicate.risk.prosecutor_mean = 0.1).verify();
    assert_eq!(failed(&better), [CheckId::Risk]);
    assert!(better.render(Lang::En).contains("`prosecutor_mean`"));
    let fewer = Package::of(|s| s.predicate.rows = 8).verify();
    assert_eq!(failed(&fewer), [CheckId::Rows]);
    let narrower = Package::of(|s| s.predicate.risk.quasi_identifiers.clear()).verify();
    assert!(failed(&narrower).contains(&CheckId::Columns));
    let hidden = Package::of(|s| {
        s.predicate.plan.columns.pop();
    });
    assert_eq!(failed(&hidden.verify()), [CheckId::Columns]);
    let higher = Package::of(|s| {
        s.predicate.plan.k = 5;
        s.predicate.weighed.as_mut().unwrap().options[0].k = Some(5);
    })
    .verify();
    assert_eq!(failed(&higher), [CheckId::Decision]);
}

#[test]
fn people_counted_by_the_provider_are_said_to_be_so() {
    // Without the token in the plan, but with the rows of the same file.
    let package = Package::of(|s| {
        let release = &mut s.predicate;
        release.plan.linked = false;
        release.risk.person = None;
        release.risk.people_counted_by = weir_types::risk::PeopleCountedBy::ProviderKey;
    });
    let verification = package.verify();
    assert!(verification.passed, "{}", verification.render(Lang::En));
    assert!(verification.render(Lang::En).contains("people counted by the provider"));
}

#[test]
fn a_risk_over_columns_that_are_not_there_is_refused() {
    let package = Package::of(|s| s.predicate.risk.quasi_identifiers = vec!["none".to_owned()]);
    assert_eq!(failed(&package.verify()), MEASURED);
}

#[test]
fn signed_bytes_that_break_a_reader_are_refused() {
    let package = Package::new();
    let measure = |_: &[PathBuf], _: &RiskReport, _: &Limits| -> Result<Measured, TableError> {
        panic!("a reader gave up")
    };
    let verification = verify_with(&package.root, &package.options(), &measure).unwrap();
    assert_eq!(failed(&verification), MEASURED);
}

#[test]
fn signed_bytes_that_are_no_table_are_refused() {
    let parquet = [&b"PAR1"[..], &[0x15; 64], &[40, 0, 0, 0], b"PAR1"].concat();
    let files: [(&str, &[u8]); 6] = [
        ("data/a.parquet", &parquet),
        ("data/a.parquet", b"PAR1"),
        ("data/a.csv", b""),
        ("data/a.csv", b"person,age,cost\n1,2\n"),
        ("data/a.csv", b"person,age,cost\n\"1,2,3\n"),
        ("data/a.xlsx", b"PK\x03\x04"),
    ];
    for (name, bytes) in files {
        let verification = Package::with(name, bytes, |_| {}).verify();
        assert_eq!(failed(&verification), MEASURED, "{name}");
        assert!(!verification.render(Lang::En).contains('\x1b'));
    }
}

#[test]
fn an_empty_folder_is_refused_and_no_folder_is_an_error() {
    let package = Package::new();
    let empty = package.folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let verification = verify_package(&empty, &package.options()).unwrap();
    assert_eq!(failed(&verification), [CheckId::Layout, CheckId::Statement]);
    for path in [package.folder.path().join("none"), package.root.join(DATA)] {
        let error = verify_package(&path, &package.options()).unwrap_err();
        assert!(matches!(error, VerifyError::Unreadable { .. }));
    }
}

#[test]
fn every_changed_byte_of_every_file_is_refused() {
    let package = Package::new();
    let options = VerifyOptions { pinned_key: None, log_key: None, ..package.options() };
    for name in [package::STATEMENT, package::RECEIPT, package::REPORT, package::README, DATA] {
        let path = package.root.join(name);
        let good = fs::read(&path).unwrap();
        // Every byte of the statement is tried in `dsse`; here each file's part is.
        let step = (good.len() / 150).max(1);
        for at in (0..good.len()).step_by(step) {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            let verification = verify_package(&package.root, &options).unwrap();
            assert!(!verification.passed, "{name}, byte {at}");
        }
        fs::write(&path, good).unwrap();
    }
    assert!(package.verify().passed);
}
