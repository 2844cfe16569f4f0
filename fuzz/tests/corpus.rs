//! The smoke run: all seeds, and mutations of them, through each target on stable Rust.

use std::fs;
use std::path::{Path, PathBuf};

use weir_fuzz::mutate::{Random, flip, mutate};
use weir_fuzz::{SEALED, TARGETS, Target};

/// Mutations per target. The readers of files cost a folder each, so they get fewer.
fn n_mutations(target: &str) -> usize {
    if ["csv", "nested_parquet"].contains(&target) { 3_000 } else { 5_000 }
}

fn corpus_of(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// Seeds by file name, in order.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = corpus_of(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect();
    seeds.sort();
    seeds
}

fn each_target(check: impl Fn(&str, Target, &[(String, Vec<u8>)])) {
    for (name, target) in TARGETS {
        check(name, target, &seeds(name));
    }
}

#[test]
fn valid_seeds_are_accepted_and_bad_ones_refused() {
    each_target(|name, target, seeds| {
        let mut n_valid = 0;
        for (file, bytes) in seeds {
            let accepted = target(bytes);
            if file.starts_with("valid-") {
                n_valid += 1;
                assert!(accepted, "{name}/{file} is refused");
            } else if file.starts_with("bad-") {
                assert!(!accepted, "{name}/{file} is accepted");
            }
        }
        let n_bad = seeds.iter().filter(|(file, _)| file.starts_with("bad-")).count();
        assert!(n_valid > 0 && n_bad > 0, "{name} needs seeds of both kinds");
    });
}

#[test]
fn mutations_break_no_promise() {
    each_target(|name, target, seeds| {
        let mut random = Random::new(0x77_65_69_72);
        let mut n_accepted = 0;
        for _ in 0..n_mutations(name) {
            let (_, seed) = &seeds[random.below(seeds.len())];
            let (_, other) = &seeds[random.below(seeds.len())];
            n_accepted += usize::from(target(&mutate(seed, other, &mut random)));
        }
        println!("{name}: {n_accepted} of {} mutations accepted", n_mutations(name));
    });
}

#[test]
fn no_byte_of_a_sealed_input_can_be_changed() {
    let sealed = TARGETS.iter().filter(|(name, _)| SEALED.contains(name));
    for (name, target) in sealed {
        let mut random = Random::new(1);
        for (file, seed) in seeds(name).iter().filter(|(file, _)| file.starts_with("valid-")) {
            for _ in 0..n_mutations(name) {
                let flipped = flip(seed, &mut random);
                assert!(!target(&flipped), "a changed {name}/{file} is accepted");
            }
        }
    }
}

#[test]
fn the_requests_of_the_documentation_parse() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/request.md");
    let page = fs::read_to_string(page).unwrap();
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let (whole, parts): (Vec<&str>, Vec<&str>) =
        blocks.into_iter().partition(|block| block.starts_with("[data]"));
    assert_eq!(whole.len(), 2, "the least request and the one with every key");
    for block in &whole {
        weir_types::Request::parse(block).unwrap();
    }
    assert_eq!(parts.len(), 1, "the table of facts");
    for part in parts {
        weir_types::Request::parse(&format!("{}\n{part}", whole[0])).unwrap();
    }
}

#[test]
fn every_corpus_and_every_target_file_has_its_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, suffix) in [("corpus", ""), ("fuzz_targets", ".rs")] {
        let mut found: Vec<String> = fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.trim_end_matches(suffix).to_owned())
            .collect();
        found.sort();
        assert_eq!(found, TARGETS.map(|(name, _)| name.to_owned()), "{folder}");
    }
}
