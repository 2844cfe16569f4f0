use super::*;
use crate::proof::{Tree, verify_consistency};
use crate::storage::failing::{Failing, Failure};

fn key() -> SigningKey {
    SigningKey::from_seed("log.example/releases", &[8; 32]).unwrap()
}

fn entries(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(|i| format!("entry {i}").into_bytes()).collect()
}

fn open(storage: &Failing) -> Log {
    Log::open(Box::new(storage.clone()), key()).unwrap()
}

/// A log of `size` entries, in memory.
fn filled(size: u64) -> (Failing, Log) {
    let storage = Failing::default();
    let mut log = open(&storage);
    log.append(&entries(0..size)).unwrap();
    (storage, log)
}

fn check(storage: &Failing) -> Result<CheckReport, CheckError> {
    check::check(storage, key().verifier())
}

#[test]
fn entries_come_back_with_receipts() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::create_or_open(dir.path(), key()).unwrap();
    assert_eq!(log.size(), 0);
    assert_eq!(log.append(&entries(0..3)).unwrap(), [0, 1, 2]);
    assert_eq!(log.append(&entries(3..300)).unwrap().last(), Some(&299));
    assert_eq!(log.append(&[]).unwrap(), [0; 0]);
    drop(log);

    let log = Log::create_or_open(dir.path(), key()).unwrap();
    assert_eq!(log.entries().unwrap(), entries(0..300));
    assert_eq!(log.find(b"entry 280").unwrap(), Some(280));
    assert_eq!(log.find(b"entry 300").unwrap(), None);
    for index in [0, 1, 2, 255, 256, 299] {
        let receipt = log.receipt(index).unwrap();
        let entry = format!("entry {index}").into_bytes();
        assert!(receipt.is_for(&entry));
        Receipt::verify(&receipt.to_tlog_proof(), &entry, key().verifier()).unwrap();
    }
    assert!(matches!(log.receipt(300), Err(LogError::NoEntry { index: 300, size: 300 })));

    let report = Log::check(dir.path(), key().verifier()).unwrap();
    assert_eq!((report.checkpoint.size(), report.n_bundles, report.n_tiles), (300, 2, 3));
    // The partial tile of the first checkpoint is kept for whoever still has that one.
    assert!(dir.path().join("tile/0/000.p/3").is_file());
}

#[test]
fn one_log_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let first = Log::create_or_open(dir.path(), key()).unwrap();
    let second = Log::create_or_open(dir.path(), key());
    assert!(matches!(second, Err(LogError::Locked { .. })));
    drop(first);
    Log::create_or_open(dir.path(), key()).unwrap();
}

#[test]
fn entries_may_be_empty_or_of_the_greatest_length() {
    let (storage, mut log) = filled(2);
    let longest = vec![7; MAX_ENTRY_BYTES];
    log.append(&[Vec::new(), longest.clone()]).unwrap();
    let too_long = log.append(&[Vec::new(), vec![7; MAX_ENTRY_BYTES + 1]]);
    assert!(matches!(too_long, Err(LogError::TooLong { position: 1 })));
    log.append(&[Vec::new()]).unwrap();
    assert_eq!(open(&storage).entries().unwrap()[2..], [vec![], longest, vec![]]);
    check(&storage).unwrap();
}

/// However the entries are cut into appends, the tree is the same.
#[test]
fn the_tree_does_not_depend_on_the_batches() {
    let (_, whole) = filled(1_030);
    for cut in [1, 2, 100, 255, 256, 257, 512, 1_029] {
        let (storage, mut log) = filled(cut);
        log.append(&entries(cut..1_030)).unwrap();
        assert_eq!(log.checkpoint(), whole.checkpoint(), "cut at {cut}");
        check(&storage).unwrap();
    }
    let storage = Failing::default();
    for i in 0..600 {
        let mut log = open(&storage);
        log.append(&entries(i..i + 1)).unwrap();
    }
    check(&storage).unwrap();
    let mut log = open(&storage);
    log.append(&entries(600..1_030)).unwrap();
    assert_eq!(log.checkpoint(), whole.checkpoint());
}

/// Every pair of checkpoints that were ever readable must agree.
fn assert_one_history(storage: &Failing) {
    let last = open(storage);
    let tiles = Tiles::new(last.storage.as_ref(), last.size());
    let tree = |c: &SignedCheckpoint| Tree { size: c.size(), root: c.root() };
    for note in storage.checkpoints() {
        let old = SignedCheckpoint::open(&note, key().verifier()).unwrap();
        let path = proof::consistency(old.size(), last.size(), &tiles).unwrap();
        assert!(verify_consistency(tree(&old), tree(last.checkpoint()), &path), "{note}");
    }
}

/// Fails every write of an append from `before` to `after` entries, once applied and once not.
fn fail_each_write(before: u64, after: u64) {
    for failure in [Failure::Applied, Failure::NotApplied] {
        for position in 0.. {
            let (storage, mut log) = filled(before);
            storage.arm(position, failure);
            let result = log.append(&entries(before..after));
            let context = format!("{before} to {after}, write {position}, {failure:?}");
            if storage.writes() <= position {
                result.unwrap();
                assert!(position >= 3, "an append writes a bundle, a tile and a checkpoint");
                break;
            }
            assert!(matches!(result, Err(LogError::Write { .. })), "{context}");
            storage.disarm();
            // The log that failed signs nothing more, but what it knows is still true.
            assert!(matches!(log.append(&entries(0..1)), Err(LogError::Reopen)), "{context}");
            assert_eq!(log.size(), before);
            if before > 0 {
                log.receipt(before - 1).unwrap();
            }
            drop(log);

            let mut log = open(&storage);
            let is_through = log.size() == after;
            assert!(is_through || log.size() == before, "{context}: all or none");
            assert_eq!(log.find(&entries(before..after)[0]).unwrap().is_some(), is_through);
            assert_eq!(log.entries().unwrap(), entries(0..log.size()), "{context}");
            check(&storage).expect(&context);

            // What comes next is not what was cut off, but of the same size.
            let other: Vec<_> = (before..after).map(|i| format!("other {i}").into()).collect();
            log.append(&other).unwrap();
            check(&storage).expect(&context);
            assert_eq!(log.entries().unwrap().len() as u64, log.size());
            assert_one_history(&storage);
        }
    }
}

#[test]
fn a_failed_write_leaves_a_consistent_log() {
    for (before, after) in [(0, 1), (1, 2), (0, 256), (5, 300), (255, 256), (255, 257), (256, 513)]
    {
        fail_each_write(before, after);
    }
}

#[test]
fn a_failed_first_write_leaves_a_log_that_can_be_made() {
    for failure in [Failure::Applied, Failure::NotApplied] {
        let storage = Failing::default();
        storage.arm(0, failure);
        let failed = Log::open(Box::new(storage.clone()), key());
        assert!(matches!(failed, Err(LogError::Write { .. })));
        storage.disarm();
        open(&storage).append(&entries(0..2)).unwrap();
        check(&storage).unwrap();
    }
}

#[test]
fn a_log_is_never_started_anew() {
    let (storage, log) = filled(2);
    drop(log);
    storage.edit(|files| drop(files.remove("checkpoint")));
    let refused = Log::open(Box::new(storage.clone()), key());
    assert!(matches!(refused, Err(LogError::NoCheckpoint)));
    assert!(matches!(check(&storage), Err(CheckError::NoCheckpoint)));
}

#[test]
fn another_key_does_not_open_a_log() {
    let (storage, log) = filled(2);
    drop(log);
    for (name, seed) in [("log.example/releases", 9), ("log.example/other", 8)] {
        let other = SigningKey::from_seed(name, &[seed; 32]).unwrap();
        let checked = check::check(&storage, other.verifier());
        assert!(matches!(checked, Err(CheckError::Checkpoint(_))));
        let refused = Log::open(Box::new(storage.clone()), other);
        assert!(matches!(refused, Err(LogError::Checkpoint(_))));
    }
}

/// The files that a log of 70,000 entries in one append has, and one changed byte in each kind.
#[test]
fn the_check_names_what_is_wrong() {
    let flip = |storage: &Failing, path: &str, at: usize| {
        storage.edit(|files| files.get_mut(path).expect(path)[at] ^= 1);
    };
    let (storage, log) = filled(70_000);
    assert_eq!(check(&storage).unwrap().n_tiles, 273 + 1 + 1 + 1 + 1);

    let tiles =
        ["tile/0/000", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"];
    for path in tiles {
        flip(&storage, path, 3);
        let error = check(&storage).unwrap_err();
        assert!(matches!(&error, CheckError::Tile { path: named } if named == path), "{error:?}");
        flip(&storage, path, 3);
    }
    for (path, first) in [("tile/entries/000", 0), ("tile/entries/273.p/112", 273 * 256)] {
        flip(&storage, path, 2);
        let error = check(&storage).unwrap_err();
        let is_named = matches!(
            &error, CheckError::Bundle { path: named, index } if named == path && *index == first
        );
        assert!(is_named, "{error:?}");
        flip(&storage, path, 2);
    }
    // A length that no longer fits is found in the bundle's form.
    flip(&storage, "tile/entries/010", 0);
    assert!(matches!(check(&storage), Err(CheckError::Read(ReadError::Bundle { .. }))));
    flip(&storage, "tile/entries/010", 0);

    for path in ["tile/0/100", "tile/entries/100", "tile/1/000"] {
        let mut taken = None;
        storage.edit(|files| taken = files.remove(path));
        let error = check(&storage).unwrap_err();
        let is_named =
            matches!(&error, CheckError::Read(ReadError::Missing { path: named }) if named == path);
        assert!(is_named, "{error:?}");
        storage.edit(|files| drop(files.insert(path.to_owned(), taken.unwrap())));
    }
    storage.edit(|files| files.get_mut("tile/0/100").unwrap().truncate(8_191));
    assert!(matches!(check(&storage), Err(CheckError::Read(ReadError::Tile { .. }))));
    drop(log);
}

#[test]
fn the_check_notices_an_exchanged_history() {
    let (storage, log) = filled(300);
    drop(log);
    let (other, mut log) = filled(299);
    log.append(&[b"another".to_vec()]).unwrap();
    let mut note = None;
    other.edit(|files| note = files.get("checkpoint").cloned());
    storage.edit(|files| drop(files.insert("checkpoint".to_owned(), note.unwrap())));
    assert!(matches!(check(&storage), Err(CheckError::Root { first_difference: None, .. })));
    assert!(matches!(Log::open(Box::new(storage), key()), Err(LogError::Damaged)));
}

#[test]
fn a_changed_tile_gives_no_receipt_and_does_not_open() {
    let (storage, log) = filled(300);
    storage.edit(|files| files.get_mut("tile/0/000").unwrap()[40] ^= 1);
    assert!(matches!(log.receipt(0), Err(LogError::Damaged)));
    assert!(matches!(log.entries(), Err(LogError::Bundle { .. })));
    drop(log);
    storage.edit(|files| files.get_mut("tile/0/001.p/44").unwrap()[40] ^= 1);
    assert!(matches!(Log::open(Box::new(storage), key()), Err(LogError::Damaged)));
}
