//! A full scan: every cell against every type.

use arrow_array::RecordBatch;

use crate::automaton::{Automaton, Memory};
use crate::catalogue::TypeId;

/// Looks at cells, one thread's share of a table.
///
/// The order of the cells does not matter: only counts are kept.
#[derive(Debug)]
pub struct Scanner<'d> {
    automaton: &'d Automaton,
    memory: Memory,
    columns: Vec<Tally>,
}

/// What a full scan counted, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub(crate) columns: Vec<Tally>,
}

/// Cells of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Cells that are not empty.
    pub(crate) filled: u64,
    /// Cells that a type fits, its check included.
    pub(crate) fits: Vec<(TypeId, u64)>,
}

impl Tally {
    /// Few types fit a column, so that they are looked through; they are kept in order.
    fn add(&mut self, ty: TypeId, cells: u64) {
        match self.fits.iter_mut().find(|(known, _)| *known == ty) {
            Some((_, sum)) => *sum += cells,
            None => {
                let at = self.fits.partition_point(|(known, _)| *known < ty);
                self.fits.insert(at, (ty, cells));
            }
        }
    }
}

impl<'d> Scanner<'d> {
    pub(crate) fn new(automaton: &'d Automaton, n_columns: usize) -> Self {
        let columns = vec![Tally::default(); n_columns];
        Self { automaton, memory: automaton.memory(), columns }
    }

    /// Looks at `rows` cells of a column that have one value.
    ///
    /// A column beyond the number the scanner was made for is passed over.
    pub fn see(&mut self, column: usize, cell: &str, rows: u64) {
        let Some(tally) = self.columns.get_mut(column) else { return };
        if cell.is_empty() || rows == 0 {
            return;
        }
        tally.filled += rows;
        for hit in self.automaton.look(&mut self.memory, cell) {
            if hit.passed {
                tally.add(hit.ty, rows);
            }
        }
    }

    /// As [`Self::see`] for several cells, each with the number of its rows: quicker than one by
    /// one.
    pub fn see_many(&mut self, column: usize, cells: &[(&str, u64)]) {
        let Some(tally) = self.columns.get_mut(column) else { return };
        let filled = cells.iter().filter(|(cell, _)| !cell.is_empty());
        tally.filled += filled.map(|(_, rows)| rows).sum::<u64>();
        self.automaton.look_all(&mut self.memory, cells, |hits, rows| {
            for hit in hits.iter().filter(|hit| hit.passed && rows > 0) {
                tally.add(hit.ty, rows);
            }
        });
    }

    /// Looks at every cell of a batch whose columns are those of the scanner, in their physical
    /// types ([`weir_table::physical`]).
    pub fn see_batch(&mut self, batch: &RecordBatch) {
        for (column, array) in batch.columns().iter().enumerate() {
            weir_table::for_texts(array, |text| {
                if let Some(text) = text {
                    self.see(column, text, 1);
                }
            });
        }
    }

    /// What was counted.
    pub fn finish(self) -> Scan {
        Scan { columns: self.columns }
    }
}

impl weir_table::Watch for Scanner<'_> {
    fn see(&mut self, column: usize, cell: &str, rows: u64) {
        Scanner::see(self, column, cell, rows);
    }

    fn see_many(&mut self, column: usize, cells: &[(&str, u64)]) {
        Scanner::see_many(self, column, cells);
    }
}

impl Scan {
    /// Adds what another part of the same table gave.
    pub fn merge(&mut self, other: Self) {
        let n = self.columns.len().max(other.columns.len());
        self.columns.resize_with(n, Tally::default);
        for (tally, other) in self.columns.iter_mut().zip(other.columns) {
            tally.filled += other.filled;
            other.fits.into_iter().for_each(|(ty, cells)| tally.add(ty, cells));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Detector, Scan};

    fn scanned(cells: &[(usize, String)]) -> Scan {
        let mut scanner = Detector::builtin().scanner(3);
        cells.iter().for_each(|(column, cell)| scanner.see(*column, cell, 1));
        scanner.finish()
    }

    #[test]
    fn a_scanner_that_is_shown_shows_no_cell() {
        let mut scanner = Detector::builtin().scanner(1);
        for cell in ["１３８００１３８０００", "11010519491231002X", "Zhang San"] {
            scanner.see(0, cell, 1);
            let shown = format!("{scanner:?}");
            for part in ["138001", "１３８", "19491231", "zhang", "Zhang"] {
                assert!(!shown.contains(part), "{part} is shown");
            }
        }
    }

    /// Every cell counts, few different ones with their rows, whatever the number of threads.
    #[test]
    fn a_file_is_scanned_whole() {
        use std::fmt::Write as _;
        use std::num::NonZeroUsize;

        let mut text = String::from("a,b\n");
        for i in 0..9_000_u64 {
            let email = if i % 100 == 0 { format!("u{i}@example.com") } else { format!("x{i}") };
            writeln!(text, "{},{email}", ["男", "女"][(i % 2) as usize]).unwrap();
        }
        let folder = std::env::temp_dir().join(format!("weir-detect-scan-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("table.csv");
        std::fs::write(&path, text).unwrap();
        let detector = Detector::builtin();
        let mut scans = Vec::new();
        for threads in [1, 3] {
            let source =
                weir_table::Source::open(std::slice::from_ref(&path), &Default::default()).unwrap();
            let mut limits = weir_table::Limits::new(folder.clone());
            limits.threads = NonZeroUsize::new(threads).unwrap();
            limits.memory_bytes = 8 << 20;
            let (_, profile, scan) = detector.read(source, &limits, &|_| ()).unwrap();
            let reports = detector.inspect(&profile, Some(&scan));
            assert_eq!(reports[0].matches[0].semantic, "sex");
            assert_eq!(reports[0].matches[0].cells, 9_000);
            let email = reports[1].matches.iter().find(|m| m.semantic == "email").unwrap();
            assert_eq!(email.cells, 90);
            assert!((email.share - 0.01).abs() < 1e-9);
            scans.push(scan);
        }
        assert_eq!(scans[0], scans[1]);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    proptest! {
        #[test]
        fn neither_order_nor_cuts_change_what_is_counted(
            cells in prop::collection::vec(
                (0_usize..3, "1[3-9][0-9]{9}|[a-z]{1,3}@x\\.cn|汉族|[0-9]{1,4}|１3800138000| ?|4111 1111 1111 1111|北京市海淀区.{1,9}"), 0..40),
            cut in 0_usize..40,
        ) {
            let whole = scanned(&cells);
            let mut turned = cells.clone();
            turned.reverse();
            prop_assert_eq!(&scanned(&turned), &whole);
            // Together they are what they are one by one.
            let mut scanner = Detector::builtin().scanner(3);
            for column in 0..3 {
                let of_column = cells.iter().filter(|(at, _)| *at == column);
                let cells: Vec<(&str, u64)> = of_column.map(|(_, c)| (c.as_str(), 1)).collect();
                scanner.see_many(column, &cells);
            }
            prop_assert_eq!(&scanner.finish(), &whole);
            let cut = cut.min(cells.len());
            let mut parts = scanned(&cells[..cut]);
            parts.merge(scanned(&cells[cut..]));
            prop_assert_eq!(&parts, &whole);
        }
    }
}
