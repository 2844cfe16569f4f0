//! Looking at a random part of a table, with a statement of how far off that may be.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;

use crate::clusters::Clusters;
use crate::encoding::{Mended, Mender};
use crate::error::TableError;
use crate::limits::Limits;
use crate::parquet::ParquetFile;
use crate::pipeline;
use crate::profile::{BLOCKS, NoWatch, Profile, ProfileBuilder, Watch};
use crate::sketch::mix;
use crate::source::{FileFormat, FirstPass, RawBatch, Source};
use crate::table::{Table, lock};
use crate::text::{TextFormat, split};

/// How much of a table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Every row.
    All,
    /// Blocks of rows drawn at random; the same ones for the same seed and data.
    Sample {
        /// Of the generator that draws them.
        seed: u64,
    },
}

/// What a sample is, and what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Of the generator that drew it.
    pub seed: u64,
    /// Rows that were read.
    pub rows: u64,
    /// Rows of the table.
    pub of_rows: u64,
    /// Whether the rows of the table were counted and not estimated.
    pub of_rows_exact: bool,
    /// Blocks of neighbouring rows that were read.
    pub blocks: u64,
    /// By column, half the width of the 95 % interval of a share of its rows, between 0 and 1: the
    /// largest of those that were looked at.
    pub errors: Vec<f64>,
    /// What stands in none of the blocks that were read stands in at most this share of all blocks,
    /// at 95 % ("rule of three": Hanley and Lippman-Hand, JAMA 249, 1983).
    pub unseen: f64,
}

/// What was seen of a table.
#[derive(Debug)]
pub struct Looked<W = NoWatch> {
    /// What the rows that were read show. Where the table is given as well, the sample of rows is
    /// one of at most about [`crate::profile::LOOKED_ROWS`].
    pub profile: Profile,
    /// The table for further passes, where all of it was read.
    pub table: Option<Table>,
    /// Lines that were not in the encoding of the file.
    pub mended: Mended,
    /// The sample, where it was one.
    pub sampled: Option<Sampled>,
    /// What was shown every cell that was read, one for each thread.
    pub watches: Vec<W>,
}

/// Rows of a block of a Parquet file; fewer where it has very many columns.
const BLOCK_ROWS: u64 = 512;

/// Fewest rows of such a block.
const FEWEST_ROWS: u64 = 16;

/// Cells that a sample of a Parquet file may look at: about a second of one core.
const CELLS: u64 = 1 << 20;

/// Bytes of a block of a text file.
const BLOCK_BYTES: u64 = 32 << 10;

/// Most blocks of a sample.
const MOST_BLOCKS: u64 = 1024;

/// Fewest blocks of a sample, however much each costs.
const FEWEST_BLOCKS: u64 = 32;

/// Bytes of values that a sample of a Parquet file may decode.
const DECODED_BYTES: u64 = 768 << 20;

/// Bytes of the pages of one column that one block makes to be decoded: a page is about this
/// large with the writers that are in use, and so is a dictionary.
const PAGE_BYTES: u64 = 1 << 20;

impl Source {
    /// Reads a dataset for looking at it.
    ///
    /// A sample is taken of single Parquet files and of single text files in UTF-8 and GB 18030;
    /// others, those that a sample would have to read whole, and text of which some block cannot be
    /// cut into rows, are read in full.
    ///
    /// # Errors
    ///
    /// As [`Source::profile`].
    pub fn look<W: Watch>(
        self,
        amount: Amount,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
        watch: &(dyn Fn() -> W + Sync),
    ) -> Result<Looked<W>, TableError> {
        if let Amount::Sample { seed } = amount
            && let [file] = self.files.as_slice()
        {
            let task = Task { source: &self, path: &file.path, limits, seed, progress, watch };
            let sampled = match &file.format {
                FileFormat::Parquet(parquet) => task.parquet(parquet)?,
                FileFormat::Text(format) => task.text(*format, file.bytes)?,
                FileFormat::Workbook { .. } => None,
            };
            if let Some(looked) = sampled {
                self.check_unchanged()?;
                return Ok(looked);
            }
        }
        let first = || FirstPass { no_digests: true, few_rows: true, ..FirstPass::default() };
        let (table, profile, watches, first) =
            self.profile_noting(limits, progress, watch, first)?;
        Ok(Looked { profile, table: Some(table), mended: first.mended, sampled: None, watches })
    }
}

struct Task<'a, W> {
    source: &'a Source,
    path: &'a Path,
    limits: &'a Limits,
    seed: u64,
    progress: &'a (dyn Fn(u64) + Sync),
    watch: &'a (dyn Fn() -> W + Sync),
}

/// What a thread gathers from the blocks that it reads.
struct Gathered<W> {
    /// Watches of other threads, whose builders were taken in.
    watches: Vec<W>,
    builder: ProfileBuilder<W>,
    clusters: Clusters,
    /// Where the file is text in an encoding whose lines can be told apart.
    mender: Option<Mender>,
    /// Bytes of the rows, where the file is text.
    bytes: u64,
    /// Blocks that could not be cut into rows.
    dropped: u64,
}

impl<W: Watch> Task<'_, W> {
    /// Blocks of rows of a Parquet file; none where that is all of it.
    fn parquet(&self, parquet: &ParquetFile) -> Result<Option<Looked<W>>, TableError> {
        let groups = parquet.group_rows();
        let columns = self.source.columns.len().max(1) as u64;
        let block_rows = (CELLS / columns / (2 * FEWEST_BLOCKS)).clamp(FEWEST_ROWS, BLOCK_ROWS);
        let blocks_of = |rows: u64| rows.div_ceil(block_rows);
        let blocks: u64 = groups.iter().map(|rows| blocks_of(*rows)).sum();
        let most = affordable(parquet).min(CELLS / columns / block_rows).max(FEWEST_BLOCKS);
        if blocks <= most * 2 {
            return Ok(None);
        }
        let mut chosen = draw(self.seed, most, blocks).into_iter().peekable();
        // One row group may be all of the file: its blocks are shared out to the threads. Each
        // part reads the dictionaries of the group again.
        let part = usize::try_from(most).unwrap_or(1).div_ceil(self.limits.threads.get() * 4);
        let mut tasks: Vec<(u64, usize, Vec<Range<usize>>)> = Vec::new();
        let mut before = 0;
        for (group, rows) in groups.iter().enumerate() {
            let here = before..before + blocks_of(*rows);
            let wide = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
            let mut ranges = Vec::new();
            while let Some(block) = chosen.next_if(|block| here.contains(block)) {
                let from = (block - before) * block_rows;
                ranges.push(wide(from)..wide((from + block_rows).min(*rows)));
            }
            let mut at = before;
            for part in ranges.chunks(part) {
                tasks.push((at, group, part.to_vec()));
                at += part.len() as u64;
            }
            before = here.end;
        }
        let wanted: Vec<usize> = (0..self.source.columns.len()).collect();
        let read = |(at, group, ranges): (u64, usize, Vec<Range<usize>>), all: &mut Gathered<W>| {
            let mut number = at;
            parquet.read(self.path, group, Some(&ranges), &wanted, &mut |walked| {
                let raw = RawBatch::Arrow(walked);
                all.clusters.see(&raw);
                all.builder.see(number, &raw);
                number += 1;
                Ok(())
            })
        };
        let rows = tasks.iter().flat_map(|(.., ranges)| ranges).map(|r| r.len() as u64).sum();
        let gathered = self.gather(tasks, read)?;
        Ok(self.looked(gathered, rows, (groups.iter().sum(), true)))
    }

    /// Rows of a text file that begin in blocks of bytes; none where that would not do.
    fn text(&self, format: TextFormat, bytes: u64) -> Result<Option<Looked<W>>, TableError> {
        let blocks = bytes.div_ceil(BLOCK_BYTES);
        let Some(mender) = format.mender() else { return Ok(None) };
        // The first block has the header, and is left out with it.
        if blocks <= MOST_BLOCKS * 2 + 1 {
            return Ok(None);
        }
        let tasks: Vec<u64> =
            draw(self.seed, MOST_BLOCKS, blocks - 1).into_iter().map(|b| b + 1).collect();
        let n_columns = self.source.columns.len();
        let rows = Mutex::new(0);
        let read = |block: u64, all: &mut Gathered<W>| {
            let Some(lines) = lines_from(self.path, block * BLOCK_BYTES)
                .map_err(|e| TableError::read(self.path, e))?
            else {
                return Ok(());
            };
            // A quote that is not closed: the block begins or ends within a field.
            if !memchr::memchr_iter(b'"', &lines).count().is_multiple_of(2) {
                all.dropped += 1;
                return Ok(());
            }
            let mender = all.mender.get_or_insert_with(|| mender.clone());
            let text = mender.lines(&lines, block * BLOCK_BYTES);
            match split(text, format.delimiter.byte(), n_columns) {
                Ok(fields) => {
                    *lock(&rows) += fields.rows() as u64;
                    all.bytes += lines.len() as u64;
                    let raw = RawBatch::Text(fields);
                    all.clusters.see(&raw);
                    all.builder.see(block, &raw);
                }
                Err(_) => all.dropped += 1,
            }
            Ok(())
        };
        let gathered = self.gather(tasks, read)?;
        let rows = *lock(&rows);
        // What was left out for what it holds would bias the rest.
        if rows == 0 || gathered.dropped > 0 || gathered.clusters.blocks() < FEWEST_BLOCKS {
            return Ok(None);
        }
        let estimate = u128::from(bytes) * u128::from(rows) / u128::from(gathered.bytes.max(1));
        let of_rows = (u64::try_from(estimate).unwrap_or(u64::MAX), false);
        Ok(self.looked(gathered, rows, of_rows))
    }

    /// Reads blocks on all cores.
    fn gather<T: Send>(
        &self,
        tasks: Vec<T>,
        read: impl Fn(T, &mut Gathered<W>) -> Result<(), TableError> + Sync,
    ) -> Result<Gathered<W>, TableError> {
        let fresh = || Gathered {
            watches: Vec::new(),
            builder: self.source.profile_builder((self.watch)(), BLOCKS),
            clusters: Clusters::new(self.source.columns.len()),
            mender: None,
            bytes: 0,
            dropped: 0,
        };
        let idle: Mutex<Vec<Gathered<W>>> = Mutex::new(Vec::new());
        let make = |send: &mut dyn FnMut(T) -> bool| {
            let _ = tasks.into_iter().all(send);
            Ok(())
        };
        let work = |task| {
            let mut all = lock(&idle).pop().unwrap_or_else(fresh);
            let done = read(task, &mut all);
            lock(&idle).push(all);
            done
        };
        let mut done = 0;
        pipeline::run(self.limits.threads, make, work, |()| {
            done += BLOCK_ROWS;
            (self.progress)(done);
            Ok(())
        })?;
        let all = idle.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut all = all.into_iter();
        let mut sum = all.next().unwrap_or_else(fresh);
        for other in all {
            let watch = sum.builder.merge(other.builder);
            sum.watches.push(watch);
            sum.clusters.merge(&other.clusters);
            match (&mut sum.mender, other.mender) {
                (Some(all), Some(other)) => all.merge(&other),
                (all, other) => *all = all.take().or(other),
            }
            sum.bytes += other.bytes;
            sum.dropped += other.dropped;
        }
        Ok(sum)
    }

    fn looked(&self, all: Gathered<W>, rows: u64, of_rows: (u64, bool)) -> Option<Looked<W>> {
        let sampled = Sampled::of_blocks(self.seed, &all.clusters, rows, of_rows);
        let (profile, watch) = all.builder.finish(rows)?;
        let watches = all.watches.into_iter().chain([watch]).collect();
        // In which lines of the file they stand would take reading all of it.
        let mended = all.mender.map(|mender| mender.mended(|_| None)).unwrap_or_default();
        Some(Looked { profile, table: None, mended, sampled: Some(sampled), watches })
    }
}

impl Sampled {
    /// The largest error of all columns; none where there is no column.
    pub fn error(&self) -> Option<f64> {
        self.errors.iter().copied().reduce(f64::max)
    }

    /// A sample of blocks drawn at random.
    pub(crate) fn of_blocks(
        seed: u64,
        clusters: &Clusters,
        rows: u64,
        (of_rows, of_rows_exact): (u64, bool),
    ) -> Self {
        let blocks = clusters.blocks();
        let part = rows as f64 / of_rows.max(1) as f64;
        Self {
            seed,
            rows,
            of_rows,
            of_rows_exact,
            blocks,
            errors: clusters.errors(part),
            unseen: (3.0 / blocks.max(1) as f64).min(1.0),
        }
    }
}

/// How many blocks of a Parquet file are decoded within the bytes that a sample may decode.
fn affordable(parquet: &ParquetFile) -> u64 {
    let groups = parquet.group_rows().len();
    let largest = (0..groups).map(|group| {
        parquet.group_bytes(group).into_iter().map(|bytes| bytes.min(PAGE_BYTES)).sum::<u64>()
    });
    let of_block = largest.max().unwrap_or(0).max(1);
    (DECODED_BYTES / of_block).clamp(FEWEST_BLOCKS, MOST_BLOCKS)
}

/// `n` different numbers below `of`, every set as likely as any other (Floyd's algorithm, in
/// Bentley and Floyd, Programming Pearls: A Sample of Brilliance, CACM 30, 1987).
pub fn draw(seed: u64, n: u64, of: u64) -> BTreeSet<u64> {
    let mut state = seed;
    let mut chosen = BTreeSet::new();
    for last in of.saturating_sub(n)..of {
        // SplitMix64; the bias of taking the remainder is below 2^-40 for any file.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = mix(state) % (last + 1);
        if !chosen.insert(number) {
            chosen.insert(last);
        }
    }
    chosen
}

/// The lines of a file that begin in the block at a place; none where none does.
fn lines_from(path: &Path, at: u64) -> io::Result<Option<Vec<u8>>> {
    /// A line that is longer is left out.
    const LONGEST: u64 = 4 << 20;
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(at - 1))?;
    let mut bytes = Vec::new();
    let mut part = file.take(BLOCK_BYTES + 1);
    part.read_to_end(&mut bytes)?;
    let Some(first) = memchr::memchr(b'\n', &bytes).map(|end| end + 1) else { return Ok(None) };
    if first >= bytes.len() {
        return Ok(None);
    }
    // The last line that begins here ends beyond.
    let mut rest = part.into_inner().take(LONGEST);
    let mut more = vec![0; 16 << 10];
    let mut within = true;
    while within && !bytes.ends_with(b"\n") {
        let read = rest.read(&mut more)?;
        let end = memchr::memchr(b'\n', &more[..read]).map_or(read, |end| end + 1);
        bytes.extend_from_slice(&more[..end]);
        within = read > 0;
    }
    if !bytes.ends_with(b"\n") && rest.limit() == 0 {
        bytes.truncate(memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1));
    }
    bytes.drain(..first.min(bytes.len()));
    Ok((!bytes.is_empty()).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_number_is_drawn_as_often_as_any_other() {
        let mut times = BTreeMap::new();
        for seed in 0..20_000 {
            let drawn = draw(seed, 3, 10);
            assert_eq!(drawn.len(), 3);
            drawn.into_iter().for_each(|number| *times.entry(number).or_insert(0) += 1);
        }
        assert!(times.values().all(|n| (5_700..6_300).contains(n)), "{times:?}");
    }

    #[test]
    fn lines_that_begin_in_a_block_are_whole_or_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        let block = BLOCK_BYTES as usize;
        // A short line ends in the first block; a long one begins in the second.
        let long = |n: usize| [&vec![b'a'; block - 1][..], b"\nb\n", &vec![b'c'; n]].concat();
        for (n, last) in [(100, true), (5 << 20, false)] {
            for end in [&b"\n"[..], b"\nd\n"] {
                std::fs::write(&path, [&long(n)[..], end].concat()).unwrap();
                let lines = lines_from(&path, BLOCK_BYTES).unwrap().unwrap();
                assert!(lines.starts_with(b"b\n") && lines.ends_with(b"\n"));
                assert_eq!(lines.len() > 2, last, "{n}");
            }
        }
    }
}
