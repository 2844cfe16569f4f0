//! The rows of a table as numbers of their cells, kept from the first pass for the later ones.
//!
//! Cutting text into cells takes longer than most of what is done with them. Where every column
//! has few different cells the first pass numbers them anyway, and the numbers take a tenth of the
//! text. What does not fit its share of the memory goes to the disk; what cannot be kept at all is
//! read from the source again.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::counting::spill_tag;
use crate::dictionary::ROWS_AT_ONCE;
use crate::error::TableError;
use crate::limits::{Limits, make_folder};

/// The numbers of the cells of one piece: of [`ROWS_AT_ONCE`] rows column after column, then of
/// the next rows.
#[derive(Debug)]
pub(crate) struct PieceNumbers {
    /// Whose numbers these are: each thread numbers by itself.
    dictionary: usize,
    rows: usize,
    /// Bits of a number, in the order of `words`.
    bits: Vec<u8>,
    /// No number straddles two words.
    words: Vec<u64>,
}

impl PieceNumbers {
    pub(crate) const fn new(dictionary: usize) -> Self {
        Self { dictionary, rows: 0, bits: Vec::new(), words: Vec::new() }
    }

    /// What was gathered since it was taken last.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.dictionary))
    }

    pub(crate) fn dictionary(&self) -> usize {
        self.dictionary
    }

    /// Appends the numbers of the next column, all of them below `n`.
    pub(crate) fn push(&mut self, numbers: &[u16], n: usize) {
        let bits = usize::BITS - n.saturating_sub(1).leading_zeros();
        self.bits.push(u8::try_from(bits).expect("a number has at most 16 bits"));
        pack(numbers, bits, &mut self.words);
    }

    /// Says how many rows the columns had.
    pub(crate) fn add_rows(&mut self, rows: usize) {
        self.rows += rows;
    }
}

fn pack(numbers: &[u16], bits: u32, to: &mut Vec<u64>) {
    if let Some(each) = u64::BITS.checked_div(bits) {
        let word = |some: &[u16]| some.iter().rev().fold(0, |w, n| w << bits | u64::from(*n));
        to.extend(numbers.chunks(each as usize).map(word));
    }
}

/// Words that hold so many numbers.
fn n_words(rows: usize, bits: u32) -> usize {
    u64::BITS.checked_div(bits).map_or(0, |each| rows.div_ceil(each as usize))
}

/// Appends `of[number]` for so many numbers; `of` has a place for each number of its bits.
fn unpack(words: &[u64], bits: u32, rows: usize, of: &[u16], to: &mut Vec<u16>) {
    let end = to.len() + rows;
    match u64::BITS.checked_div(bits) {
        None => to.resize(end, of[0]),
        Some(each) => {
            let of = &of[..1 << bits];
            to.reserve(words.len() * each as usize);
            for word in words {
                let number = |at: u32| (word >> (at * bits)) as usize & (of.len() - 1);
                to.extend((0..each).map(|at| of[number(at)]));
            }
            to.truncate(end);
        }
    }
}

/// Gathers the pieces of a first pass in their order.
#[derive(Debug)]
pub(crate) struct CopyBuilder {
    heads: Vec<Head>,
    words: Words,
    /// None where it is given up.
    room: Option<Room>,
}

#[derive(Debug)]
struct Room {
    held: usize,
    most: usize,
    dir: PathBuf,
    chunk_bytes: usize,
}

/// A piece without its words.
#[derive(Debug)]
struct Head {
    dictionary: usize,
    rows: usize,
    bits: Box<[u8]>,
    words: usize,
}

enum Words {
    /// Those of all pieces, one after the other: small pieces of memory that stay would keep
    /// what lies around them from being given back.
    Held(Vec<u64>),
    Writing(Spilled, BufWriter<File>),
    Spilled(Spilled),
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Held(_)) { "held" } else { "spilled" })
    }
}

/// A temporary file, removed when it is done with.
struct Spilled(PathBuf);

impl Drop for Spilled {
    fn drop(&mut self) {
        // What stays is in the caller's temporary folder.
        let _ = fs::remove_file(&self.0);
    }
}

impl CopyBuilder {
    pub(crate) fn new(limits: &Limits) -> Self {
        let room = Room {
            held: 0,
            most: limits.memory_bytes / 8,
            dir: limits.spill_dir.clone(),
            chunk_bytes: limits.chunk_bytes(),
        };
        Self { heads: Vec::new(), words: Words::Held(Vec::new()), room: Some(room) }
    }

    /// Whether more pieces are taken.
    pub(crate) fn is_open(&self) -> bool {
        self.room.is_some()
    }

    /// Takes in the next piece. Without its numbers, or where the disk is full, the copy is given
    /// up.
    pub(crate) fn add(&mut self, piece: Option<PieceNumbers>) {
        let Some(room) = &mut self.room else { return };
        let added = piece.is_some_and(|piece| {
            let PieceNumbers { dictionary, rows, ref bits, ref words } = piece;
            let bits = bits.as_slice().into();
            self.heads.push(Head { dictionary, rows, bits, words: words.len() });
            room.held += words.len() * size_of::<u64>();
            self.words.add(words, room).is_ok()
        });
        if !added {
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        (self.heads, self.words, self.room) = (Vec::new(), Words::Held(Vec::new()), None);
    }

    /// The copy, given the cells that each dictionary numbers, column by column; none where it was
    /// given up.
    pub(crate) fn finish(self, dictionaries: &[Dictionaries]) -> Option<NumberedCopy> {
        let chunk_bytes = self.room.as_ref()?.chunk_bytes;
        let words = match self.words {
            Words::Writing(spilled, file) => {
                file.into_inner().ok()?;
                Words::Spilled(spilled)
            }
            words => words,
        };
        let n_columns = dictionaries.first().map_or(0, |(_, columns)| columns.len());
        let mut cells = Vec::with_capacity(n_columns);
        let mut maps: FxHashMap<usize, Vec<Vec<u16>>> = FxHashMap::default();
        for column in 0..n_columns {
            let mut known: FxHashMap<&str, u16> = FxHashMap::default();
            let mut all: Vec<Box<str>> = Vec::new();
            for (number, columns) in dictionaries {
                let mut map = Vec::with_capacity(columns[column].len().next_power_of_two());
                for cell in &columns[column] {
                    let next = u16::try_from(all.len()).ok()?;
                    let at = *known.entry(cell).or_insert(next);
                    if at == next {
                        all.push(cell.clone());
                    }
                    map.push(at);
                }
                map.resize(map.len().next_power_of_two(), 0);
                maps.entry(*number).or_default().push(map);
            }
            cells.push(all);
        }
        Some(NumberedCopy { heads: self.heads, words, cells, maps, chunk_bytes })
    }
}

/// The number of a dictionary, and the cells that it numbers in each column.
pub(crate) type Dictionaries = (usize, Vec<Vec<Box<str>>>);

impl Words {
    /// Appends the words of a piece; when they outgrow their room all go to the disk.
    fn add(&mut self, words: &[u64], room: &Room) -> io::Result<()> {
        match self {
            Self::Held(held) => {
                held.extend_from_slice(words);
                if room.held > room.most {
                    make_folder(&room.dir).map_err(io::Error::other)?;
                    let path = room.dir.join(format!("numbers-{}", spill_tag()));
                    let file = File::create_new(&path)?;
                    let mut file = BufWriter::with_capacity(1 << 20, file);
                    let spilled = Spilled(path);
                    write(&mut file, held)?;
                    *self = Self::Writing(spilled, file);
                }
                Ok(())
            }
            Self::Writing(_, file) => write(file, words),
            Self::Spilled(_) => Ok(()),
        }
    }
}

fn write(file: &mut BufWriter<File>, words: &[u64]) -> io::Result<()> {
    words.iter().try_for_each(|word| file.write_all(&word.to_le_bytes()))
}

/// The rows of a table as numbers of their cells; see the module.
pub(crate) struct NumberedCopy {
    heads: Vec<Head>,
    words: Words,
    /// The different cells, by column.
    cells: Vec<Vec<Box<str>>>,
    /// Number in a dictionary to place in `cells`, by dictionary and column.
    maps: FxHashMap<usize, Vec<Vec<u16>>>,
    /// Bytes of text that a piece stands for.
    chunk_bytes: usize,
}

impl fmt::Debug for NumberedCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing of the cells is shown.
        let (pieces, words) = (self.heads.len(), &self.words);
        f.debug_struct("NumberedCopy").field("pieces", &pieces).field("words", words).finish()
    }
}

/// Neighbouring pieces with their words.
pub(crate) struct Group<'a> {
    pieces: Range<usize>,
    words: Cow<'a, [u64]>,
    pub(crate) rows: usize,
}

impl Group<'_> {
    /// The number of the first piece.
    pub(crate) fn at(&self) -> u64 {
        self.pieces.start as u64
    }
}

impl NumberedCopy {
    /// The different cells of a column.
    pub(crate) fn cells(&self, column: usize) -> &[Box<str>] {
        &self.cells[column]
    }

    /// Sends all pieces in order, as many together as there is text for in `chunk_bytes`. Stops
    /// early when `send` returns false.
    pub(crate) fn groups<'a>(
        &'a self,
        chunk_bytes: usize,
        send: &mut dyn FnMut(Group<'a>) -> bool,
    ) -> Result<(), TableError> {
        let together = (chunk_bytes / self.chunk_bytes).max(1);
        let mut file = match &self.words {
            Words::Spilled(Spilled(path)) => Some((path, open(path)?)),
            _ => None,
        };
        let mut held = match &self.words {
            Words::Held(held) => held.as_slice(),
            _ => &[],
        };
        for start in (0..self.heads.len()).step_by(together) {
            let pieces = start..(start + together).min(self.heads.len());
            let heads = &self.heads[pieces.clone()];
            let n = heads.iter().map(|head| head.words).sum();
            let words = match &mut file {
                None => {
                    let words;
                    (words, held) = held.split_at(n);
                    Cow::Borrowed(words)
                }
                Some((path, file)) => {
                    Cow::Owned(read(file, n).map_err(|e| TableError::read(path, e))?)
                }
            };
            let rows = heads.iter().map(|head| head.rows).sum();
            if !send(Group { pieces, words, rows }) {
                break;
            }
        }
        Ok(())
    }

    /// By wanted column, the number of each row's cell among the cells of the column.
    pub(crate) fn numbers(&self, group: &Group<'_>, wanted: &[usize], to: &mut Vec<Vec<u16>>) {
        to.resize_with(wanted.len(), Vec::new);
        to.iter_mut().for_each(Vec::clear);
        let n_columns = self.cells.len();
        // Where the words of each column begin in a part, and one more.
        let mut starts = vec![0; n_columns + 1];
        for head in &self.heads[group.pieces.clone()] {
            let Some(maps) = self.maps.get(&head.dictionary) else { continue };
            let parts = head.bits.chunks(n_columns);
            for (bits, from) in parts.zip((0..head.rows).step_by(ROWS_AT_ONCE)) {
                let rows = ROWS_AT_ONCE.min(head.rows - from);
                for (column, bits) in bits.iter().enumerate() {
                    starts[column + 1] = starts[column] + n_words(rows, u32::from(*bits));
                }
                for (column, to) in wanted.iter().zip(to.iter_mut()) {
                    let (of, bits) = (&maps[*column], u32::from(bits[*column]));
                    let words = &group.words[starts[*column]..starts[*column + 1]];
                    unpack(words, bits, rows, of, to);
                }
                starts[0] = starts[n_columns];
            }
        }
    }
}

fn open(path: &Path) -> Result<BufReader<File>, TableError> {
    let file = File::open(path).map_err(|e| TableError::read(path, e))?;
    Ok(BufReader::with_capacity(1 << 20, file))
}

fn read(file: &mut BufReader<File>, n: usize) -> io::Result<Vec<u64>> {
    let mut bytes = vec![0; n * size_of::<u64>()];
    file.read_exact(&mut bytes)?;
    let (words, _) = bytes.as_chunks();
    Ok(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

#[cfg(test)]
mod tests;
