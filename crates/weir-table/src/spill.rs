//! Rows of a few words, sorted and grouped in bounded memory.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::counting::spill_tag;
use crate::error::TableError;
use crate::limits::{Limits, make_folder};

/// Rows of `N` words, handed back in rising order; on disk when they outgrow their share.
///
/// Rows are parted by the first bits of their first word, which callers make even.
#[derive(Debug)]
pub(crate) struct SortedRows<const N: usize> {
    parts: Vec<Vec<[u32; N]>>,
    held: usize,
    most: usize,
    threads: usize,
    dir: PathBuf,
    /// Where parts went when they outgrew their share.
    files: Vec<PartFile>,
}

#[derive(Debug)]
struct PartFile {
    path: PathBuf,
    file: BufWriter<File>,
}

const PARTS: usize = 64;

/// Makes the first bits of a running number even: an odd factor maps no two numbers to one.
pub(crate) const fn spread(number: u32) -> u32 {
    number.wrapping_mul(0x9e37_79b1)
}

impl<const N: usize> SortedRows<N> {
    /// Rows that hold `bytes` of memory at most before they go to the disk.
    pub(crate) fn new(limits: &Limits, bytes: usize) -> Self {
        Self {
            parts: vec![Vec::new(); PARTS],
            held: 0,
            most: (bytes / (4 * N)).max(1024),
            threads: limits.threads.get(),
            dir: limits.spill_dir.clone(),
            files: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: [u32; N]) -> Result<(), TableError> {
        self.parts[row[0] as usize >> (32 - PARTS.trailing_zeros())].push(row);
        self.held += 1;
        if self.held >= self.most {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), TableError> {
        if self.files.is_empty() {
            make_folder(&self.dir)?;
            let tag = spill_tag();
            for part in 0..PARTS {
                let path = self.dir.join(format!("classes-{tag}-{part}"));
                let file = File::create(&path).map_err(|e| TableError::write(&path, e))?;
                self.files.push(PartFile { path, file: BufWriter::new(file) });
            }
        }
        for (rows, part) in self.parts.iter_mut().zip(&mut self.files) {
            for word in rows.drain(..).flatten() {
                let written = part.file.write_all(&word.to_le_bytes());
                written.map_err(|e| TableError::write(&part.path, e))?;
            }
        }
        self.held = 0;
        Ok(())
    }

    /// Calls `each` for every group of rows that agree in their first `prefix` words, in rising
    /// order, as are the rows in it.
    ///
    /// # Errors
    ///
    /// What `each` returns; rows on the disk that cannot be read back.
    pub(crate) fn for_each_group(
        mut self,
        prefix: usize,
        mut each: impl FnMut(&[[u32; N]]) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let mut groups = |rows: &[[u32; N]]| {
            rows.chunk_by(|a, b| a[..prefix] == b[..prefix]).try_for_each(&mut each)
        };
        if self.files.is_empty() {
            let mut parts = std::mem::take(&mut self.parts);
            sort_all(&mut parts, self.threads);
            // Each part is freed as soon as it is done with.
            return parts.into_iter().try_for_each(|rows| groups(&rows));
        }
        self.spill()?;
        self.parts = Vec::new();
        for part in &mut self.files {
            part.file.flush().map_err(|e| TableError::write(&part.path, e))?;
        }
        for part in &self.files {
            let mut rows = read_part(&part.path).map_err(|e| TableError::read(&part.path, e))?;
            fs::remove_file(&part.path).map_err(|e| TableError::write(&part.path, e))?;
            rows.sort_unstable();
            groups(&rows)?;
        }
        Ok(())
    }
}

impl<const N: usize> Drop for SortedRows<N> {
    fn drop(&mut self) {
        for part in &self.files {
            // Most are gone by now. What an error leaves is in the caller's temporary folder.
            let _ = fs::remove_file(&part.path);
        }
    }
}

fn sort_all<const N: usize>(parts: &mut [Vec<[u32; N]>], threads: usize) {
    let share = parts.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for parts in parts.chunks_mut(share) {
            scope.spawn(|| parts.iter_mut().for_each(|rows| rows.sort_unstable()));
        }
    });
}

fn read_part<const N: usize>(path: &Path) -> io::Result<Vec<[u32; N]>> {
    let file = File::open(path)?;
    let n = usize::try_from(file.metadata()?.len()).unwrap_or(0) / (4 * N);
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut rows = Vec::with_capacity(n);
    let mut word = [0; 4];
    for _ in 0..n {
        let mut row = [0; N];
        for slot in &mut row {
            reader.read_exact(&mut word)?;
            *slot = u32::from_le_bytes(word);
        }
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(rows: &[[u32; 2]], bytes: usize, dir: &Path) -> Vec<Vec<[u32; 2]>> {
        let mut sorted = SortedRows::new(&Limits::new(dir.join("spill")), bytes);
        rows.iter().for_each(|row| sorted.push(*row).unwrap());
        let mut groups = Vec::new();
        let each = |group: &[[u32; 2]]| {
            groups.push(group.to_vec());
            Ok(())
        };
        sorted.for_each_group(1, each).unwrap();
        groups
    }

    #[test]
    fn groups_are_the_same_in_memory_and_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        let rows: Vec<[u32; 2]> =
            (0..10_000_u32).map(|n| [spread(n * 7919 % 300), n * 31 % 17]).collect();
        let in_memory = grouped(&rows, 1 << 20, dir.path());
        assert!(!dir.path().join("spill").exists());
        assert_eq!(grouped(&rows, 1, dir.path()), in_memory);
        assert_eq!(in_memory.len(), 300);
        assert_eq!(in_memory.iter().map(Vec::len).sum::<usize>(), rows.len());
        assert!(in_memory.iter().flatten().is_sorted());
        assert_eq!(fs::read_dir(dir.path().join("spill")).unwrap().count(), 0);
    }
}
