use std::fmt::Write as _;
use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use proptest::prelude::*;

use super::*;
use crate::cells::Cells;
use crate::source::{Source, SourceOptions};
use crate::table::Table;

/// The batches of a scan with their places.
fn scanned(table: &Table, columns: &[usize], limits: &Limits) -> Vec<((u64, u32), RecordBatch)> {
    let mut all = Vec::new();
    table
        .scan_cells(
            columns,
            limits,
            &|_| {},
            |batch| {
                let few = batch.columns.iter().all(|c| matches!(c, Cells::Few { .. }));
                assert!(few || table.copy.is_none());
                Ok::<_, TableError>(batch.to_batch())
            },
            |batch| {
                all.push((batch.place, batch.rows));
                Ok(())
            },
        )
        .unwrap();
    all
}

fn profiled(text: &str, limits: &Limits) -> Table {
    let path = limits.spill_dir.parent().unwrap().join("a.csv");
    fs::write(&path, text).unwrap();
    Source::open(&[path], &SourceOptions::default()).unwrap().profile(limits, &|_| {}).unwrap().0
}

fn limits(dir: &Path, threads: usize, memory_bytes: usize) -> Limits {
    Limits {
        memory_bytes,
        threads: NonZeroUsize::new(threads).unwrap(),
        ..Limits::new(dir.join("spill"))
    }
}

/// Rows with columns of 1, 2, 40 and 3,000 values, of several types, some cells quoted or empty.
fn text(rows: u64) -> String {
    let mut text = "one,two,some,many\n".to_owned();
    for row in 0..rows {
        let drawn = crate::sketch::mix(row);
        let two = if drawn.is_multiple_of(7) { "" } else { "\"y,\"\"z\"" };
        writeln!(text, "x,{two},{},v{}", drawn % 40, drawn / 64 % 3000).unwrap();
    }
    text
}

proptest! {
    #[test]
    fn numbers_are_unpacked_as_they_were_packed(
        numbers in prop::collection::vec(any::<u16>(), 0..1500), bits in 0_u32..=16
    ) {
        let mask = ((1_u32 << bits) - 1) as u16;
        let numbers: Vec<u16> = numbers.iter().map(|n| n & mask).collect();
        let of: Vec<u16> = (0..=mask).map(|n| n ^ 0x5a5a).collect();
        let mut words = Vec::new();
        pack(&numbers, bits, &mut words);
        prop_assert_eq!(words.len(), n_words(numbers.len(), bits));
        let mut unpacked = vec![7];
        unpack(&words, bits, numbers.len(), &of, &mut unpacked);
        prop_assert_eq!(unpacked[0], 7);
        prop_assert!(numbers.iter().zip(&unpacked[1..]).all(|(n, u)| n ^ 0x5a5a == *u));
        prop_assert_eq!(unpacked.len(), numbers.len() + 1);
    }
}

#[test]
fn the_copy_gives_what_the_text_gives() {
    let dir = tempfile::tempdir().unwrap();
    let text = text(40_000);
    for threads in 1..=3 {
        // Pieces of 64 KiB; with little memory the numbers go to the disk.
        for memory in [2 << 20, 256 << 10] {
            let limits = limits(dir.path(), threads, memory);
            let mut table = profiled(&text, &limits);
            let copy = table.copy.take().expect("every column has few different cells");
            assert!(copy.heads.len() > 5);
            assert_eq!(matches!(copy.words, Words::Spilled(_)), memory < 1 << 20);
            for columns in [&[0, 1, 2, 3][..], &[3, 1], &[0]] {
                let by_text = scanned(&table, columns, &limits);
                table.copy = Some(std::sync::Arc::clone(&copy));
                assert_eq!(scanned(&table, columns, &limits), by_text);
                table.copy = None;
            }
            drop((table, copy));
            let spill = dir.path().join("spill");
            assert!(!spill.exists() || fs::read_dir(spill).unwrap().next().is_none());
        }
    }
}

#[test]
fn larger_pieces_are_put_together() {
    let dir = tempfile::tempdir().unwrap();
    let small = limits(dir.path(), 1, 1 << 20);
    let mut table = profiled(&text(20_000), &small);
    let apart = scanned(&table, &[2], &small);
    let together = scanned(&table, &[2], &Limits { memory_bytes: 8 << 20, ..small });
    assert!(together.len() * 4 < apart.len() + 4, "{} of {}", together.len(), apart.len());
    let rows = |batches: &[((u64, u32), RecordBatch)]| {
        let batches: Vec<RecordBatch> = batches.iter().map(|(_, rows)| rows.clone()).collect();
        arrow_select::concat::concat_batches(&batches[0].schema(), &batches).unwrap()
    };
    assert_eq!(rows(&together), rows(&apart));
    table.copy = None;
    assert_eq!(scanned(&table, &[2], &limits(dir.path(), 1, 1 << 20)), apart);
}

#[test]
fn without_few_cells_the_text_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let limits = limits(dir.path(), 1, 1 << 20);
    let mut text = text(12_000);
    (0..9_000).for_each(|row| writeln!(text, "x,y,1,w{row}").unwrap());
    let table = profiled(&text, &limits);
    assert!(table.copy.is_none());
    let rows: usize = scanned(&table, &[3], &limits).iter().map(|(_, b)| b.num_rows()).sum();
    assert_eq!(rows, 21_000);
}

#[test]
fn a_full_disk_gives_the_copy_up() {
    let dir = tempfile::tempdir().unwrap();
    // No folder can be made where a file is.
    fs::write(dir.path().join("spill"), "").unwrap();
    let table = profiled(&text(30_000), &limits(dir.path(), 1, 256 << 10));
    assert!(table.copy.is_none());
}

#[test]
fn no_cell_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let table = profiled("a\nsecret\n", &limits(dir.path(), 1, 1 << 20));
    let shown = format!("{:?}", table.copy.unwrap());
    assert!(shown.contains("pieces") && !shown.contains("secret"), "{shown}");
}
