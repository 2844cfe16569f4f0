//! Makes a package the way a release does.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::Digest;
use weir_evidence::package::{README, RECEIPT, REPORT, STATEMENT};
use weir_evidence::{SealedStatement, Signer, dsse, keys};
use weir_log::Log;
use weir_log::note::SigningKey;
use weir_types::Sha256;

use crate::fixture;

/// A package in a folder of its own, with the home it was made from.
pub(crate) struct Package {
    pub(crate) home: tempfile::TempDir,
    pub(crate) root: PathBuf,
    pub(crate) signer: Signer,
    pub(crate) sealed: SealedStatement,
    pub(crate) log_key: String,
}

impl Package {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("package");
        fs::create_dir_all(root.join("data")).unwrap();
        let files = [
            (README, "hello\n"),
            ("data/part-00000.csv", fixture::CSV),
            (REPORT, "<!doctype html>\n"),
        ];
        for (name, content) in files {
            fs::write(root.join(name), content).unwrap();
        }
        let digests = files
            .map(|(name, content)| (name, Sha256(sha2::Sha256::digest(content.as_bytes()).into())));
        let key = |name| keys::load_or_create(&home.path().join(name), [5; 32]).unwrap();
        let signer = Signer::new(&key("signer.key"));
        let log_key = SigningKey::from_seed("log.example/test", key("log.key").expose()).unwrap();
        let log_vkey = log_key.verifier().to_string();
        let statement = fixture::statement(signer.describe(log_vkey.clone()), &digests);
        let sealed = dsse::seal(&statement, &signer).unwrap();
        fs::write(root.join(STATEMENT), sealed.bytes()).unwrap();
        let mut log = Log::create_or_open(&home.path().join("log"), log_key).unwrap();
        let at = log.append(&[sealed.log_entry()]).unwrap()[0];
        fs::write(root.join(RECEIPT), log.receipt(at).unwrap().to_tlog_proof()).unwrap();
        Self { home, root, signer, sealed, log_key: log_vkey }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.root).join(name)
    }
}
