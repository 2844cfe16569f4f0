//! Tiles and entry bundles: which there are in a tree of some size, their paths and their bytes.
//!
//! ```text
//! tile/0/x001/234           256 leaf hashes, 32 bytes each
//! tile/0/x001/235.p/7       the first 7 hashes of the next tile
//! tile/1/004                256 hashes, each the root of a whole tile of level 0
//! tile/entries/x001/234     256 entries, each after its length as a big-endian u16
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

use crate::hash::Hash;
use crate::proof::HashReader;
use crate::storage::Storage;

/// The longest entry there can be: an entry bundle states the length in 16 bits.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// How many hashes or entries a whole tile or bundle has.
pub(crate) const FULL: usize = 256;

/// Where a tile is in the tree, and how many hashes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tile {
    pub(crate) level: u32,
    pub(crate) index: u64,
    pub(crate) width: usize,
}

impl Tile {
    /// The tile of a tree of `size` entries; `None` if the tree has nothing there.
    fn of(size: u64, level: u32, index: u64) -> Option<Self> {
        let here = size.checked_shr(8 * level).unwrap_or(0);
        let width = here.saturating_sub(index.checked_mul(FULL as u64)?).min(FULL as u64);
        let width = usize::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { level, index, width })
    }

    pub(crate) fn path(self) -> String {
        format!("tile/{}/{}", self.level, numbered(self.index, self.width))
    }

    /// The path of the entry bundle below a tile of level 0.
    pub(crate) fn bundle_path(self) -> String {
        format!("tile/entries/{}", numbered(self.index, self.width))
    }
}

/// The `<N>[.p/<W>]` of tlog-tiles: three digits in each path element, `x` before all but the
/// last.
fn numbered(index: u64, width: usize) -> String {
    let digits = index.to_string();
    let groups = digits.len().div_ceil(3);
    let digits = format!("{digits:0>width$}", width = 3 * groups);
    let mut path = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at % 3 == 0 && at > 0 {
            path.push('/');
        }
        if at % 3 == 0 && at + 3 < digits.len() {
            path.push('x');
        }
        path.push(digit);
    }
    if width < FULL {
        write!(path, ".p/{width}").expect("a String takes every write");
    }
    path
}

pub(crate) fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

fn decode_tile(bytes: &[u8], width: usize) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && hashes.len() == width).then(|| hashes.iter().copied().map(Hash).collect())
}

/// The bytes of a bundle; every entry is at most [`MAX_ENTRY_BYTES`] long.
pub(crate) fn encode_bundle(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("append refuses longer entries");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    bytes
}

fn decode_bundle(mut bytes: &[u8], width: usize) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    (bytes.is_empty() && entries.len() == width).then_some(entries)
}

/// The right edge of a tree: at each level, the hashes that do not fill a tile yet.
///
/// INVARIANT: level `L` holds `(size >> 8 * L) % 256` hashes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frontier {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Frontier {
    /// The right edge of the tree of `size` entries, read from its partial tiles.
    pub(crate) fn read(tree: &Tiles<'_>) -> Result<Self, ReadError> {
        let size = tree.size;
        let mut levels = Vec::new();
        let mut here = size;
        while here > 0 {
            let index = here / FULL as u64;
            let level = u32::try_from(levels.len()).expect("a u64 has eight bytes");
            levels.push(match Tile::of(size, level, index) {
                Some(tile) => tree.tile(tile)?,
                None => Vec::new(),
            });
            here = index;
        }
        Ok(Self { size, levels })
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and puts the tiles that it fills into `filled`, lowest level first.
    pub(crate) fn push(&mut self, leaf: Hash, filled: &mut Vec<(Tile, Vec<Hash>)>) {
        self.size += 1;
        let mut hash = leaf;
        for level in 0_u32.. {
            let at = usize::try_from(level).expect("a usize has at least 32 bits");
            if self.levels.len() == at {
                self.levels.push(Vec::new());
            }
            let hashes = self.levels.get_mut(at).expect("the level was just made");
            hashes.push(hash);
            if hashes.len() < FULL {
                return;
            }
            let hashes = std::mem::take(hashes);
            hash = Hash::root_of(&hashes);
            let index = (self.size >> (8 * (level + 1))) - 1;
            filled.push((Tile { level, index, width: FULL }, hashes));
        }
    }

    /// The partial tiles of the tree, lowest level first.
    pub(crate) fn partial(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        (0_u32..).zip(&self.levels).filter(|(_, hashes)| !hashes.is_empty()).map(
            |(level, hashes)| {
                // The shift by 64 comes up only at a level that no u64 size reaches.
                let index = self.size.checked_shr(8 * (level + 1)).unwrap_or(0);
                (Tile { level, index, width: hashes.len() }, hashes.as_slice())
            },
        )
    }

    pub(crate) fn root(&self) -> Hash {
        let mut below: Option<Hash> = None;
        for hashes in &self.levels {
            let all: Vec<Hash> = hashes.iter().copied().chain(below).collect();
            below = (!all.is_empty()).then(|| Hash::root_of(&all));
        }
        below.unwrap_or(Hash::EMPTY)
    }
}

/// The tiles and bundles of a tree of some size, as they are stored.
///
/// A tile is read once; nothing read is trusted, whoever asks must check it against a root.
pub(crate) struct Tiles<'a> {
    storage: &'a dyn Storage,
    size: u64,
    seen: RefCell<BTreeMap<Tile, Vec<Hash>>>,
}

impl<'a> Tiles<'a> {
    pub(crate) fn new(storage: &'a dyn Storage, size: u64) -> Self {
        Self { storage, size, seen: RefCell::default() }
    }

    pub(crate) fn tile(&self, tile: Tile) -> Result<Vec<Hash>, ReadError> {
        let path = tile.path();
        let bytes = self.read(&path)?;
        decode_tile(&bytes, tile.width).ok_or(ReadError::Tile { path })
    }

    pub(crate) fn bundle(&self, tile: Tile) -> Result<Vec<Vec<u8>>, ReadError> {
        let path = tile.bundle_path();
        let bytes = self.read(&path)?;
        decode_bundle(&bytes, tile.width).ok_or(ReadError::Bundle { path })
    }

    /// The tiles of level 0, each with a bundle beside it.
    pub(crate) fn leaf_tiles(&self) -> impl Iterator<Item = Tile> + use<> {
        let size = self.size;
        (0..size.div_ceil(FULL as u64)).filter_map(move |index| Tile::of(size, 0, index))
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.storage.read(path) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(ReadError::Missing { path: path.to_owned() }),
            Err(source) => Err(ReadError::Io { path: path.to_owned(), source }),
        }
    }
}

impl HashReader for Tiles<'_> {
    type Error = ReadError;

    fn subtree(&self, height: u32, index: u64) -> Result<Hash, ReadError> {
        let level = height / 8;
        // A subtree of this height covers `count` neighbours in one tile, from `first` on.
        let count = 1_usize << (height % 8);
        let first = index << (height % 8);
        let tile = Tile::of(self.size, level, first / FULL as u64)
            .expect("proofs ask for subtrees inside the tree");
        let mut seen = self.seen.borrow_mut();
        let hashes = match seen.entry(tile) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(slot) => slot.insert(self.tile(tile)?),
        };
        let start = usize::try_from(first % FULL as u64).expect("less than 256");
        let covered = hashes
            .get(start..start + count)
            .expect("a subtree inside the tree is inside its tile, whose width was checked");
        Ok(Hash::root_of(covered))
    }
}

/// Why a part of a log could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The storage failed.
    #[error("reading `{path}` failed")]
    Io {
        /// Where, below the log's directory.
        path: String,
        /// What the storage said.
        source: io::Error,
    },
    /// A file that the size of the log asks for is not there.
    #[error("`{path}` is missing")]
    Missing {
        /// Where, below the log's directory.
        path: String,
    },
    /// A hash tile does not have the length that the size of the log asks for.
    #[error("`{path}` is not a hash tile of its width")]
    Tile {
        /// Where, below the log's directory.
        path: String,
    },
    /// An entry bundle does not hold as many whole entries as the size of the log asks for.
    #[error("`{path}` is not an entry bundle of its width")]
    Bundle {
        /// Where, below the log's directory.
        path: String,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |level, index, width| Tile { level, index, width }.path();
        assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(0, 0, 256), "tile/0/000");
        assert_eq!(path(0, 999, 1), "tile/0/999.p/1");
        assert_eq!(path(1, 1_000, 255), "tile/1/x001/000.p/255");
        assert_eq!(
            Tile { level: 0, index: 273, width: 112 }.bundle_path(),
            "tile/entries/273.p/112"
        );
    }

    #[test]
    fn tiles_are_those_of_the_specification() {
        // "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level
        // 0 tile of width 112, one full level 1 tile, one partial level 1 tile of width 17, and
        // one partial level 2 tile of width 1"
        let width = |level, index| Tile::of(70_000, level, index).map(|tile| tile.width);
        assert_eq!([width(0, 272), width(0, 273), width(0, 274)], [Some(256), Some(112), None]);
        assert_eq!([width(1, 0), width(1, 1), width(1, 2)], [Some(256), Some(17), None]);
        assert_eq!([width(2, 0), width(2, 1), width(3, 0)], [Some(1), None, None]);

        let mut frontier = Frontier::default();
        let mut filled = Vec::new();
        for _ in 0..70_000 {
            frontier.push(Hash::EMPTY, &mut filled);
        }
        let filled: Vec<_> = filled.iter().map(|(tile, _)| (tile.level, tile.index)).collect();
        let expected: Vec<_> =
            (0..273).flat_map(|i| [Some((0, i)), (i == 255).then_some((1, 0))]).flatten().collect();
        assert_eq!(filled, expected);
        let partial: Vec<_> =
            frontier.partial().map(|(t, _)| (t.level, t.index, t.width)).collect();
        assert_eq!(partial, [(0, 273, 112), (1, 1, 17), (2, 0, 1)]);
    }

    #[test]
    fn the_largest_size_has_tiles() {
        assert_eq!(Tile::of(u64::MAX, 7, 0).map(|tile| tile.width), Some(255));
        assert_eq!(Tile::of(u64::MAX, 8, 0), None);
        assert_eq!(Tile::of(u64::MAX, 0, u64::MAX), None);
    }

    #[test]
    fn the_root_of_an_edge_is_that_of_the_tree() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        for i in 0..1_100_u64 {
            assert_eq!(frontier.root(), Hash::root_of(&leaves), "size {i}");
            leaves.push(Hash::leaf(&i.to_be_bytes()));
            frontier.push(leaves[leaves.len() - 1], &mut Vec::new());
        }
    }

    proptest! {
        #[test]
        fn a_bundle_has_one_form(bytes in prop::collection::vec(prop_oneof![Just(0_u8), 0_u8..4], 0..60)) {
            for width in 0..8 {
                if let Some(entries) = decode_bundle(&bytes, width) {
                    prop_assert_eq!(entries.len(), width);
                    prop_assert_eq!(encode_bundle(&entries), bytes.clone());
                }
            }
        }

        #[test]
        fn a_bundle_is_read_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..9)) {
            let bytes = encode_bundle(&entries);
            prop_assert_eq!(decode_bundle(&bytes, entries.len()), Some(entries.clone()));
            prop_assert_eq!(decode_bundle(&bytes, entries.len() + 1), None);
            if !entries.is_empty() {
                prop_assert_eq!(decode_bundle(&bytes[..bytes.len() - 1], entries.len()), None);
            }
        }
    }
}
