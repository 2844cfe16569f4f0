//! The different cells of a column, numbered as they are met.

use std::hash::Hasher as _;
use std::ops::Range;

use rustc_hash::FxHasher;

use crate::text::Fields;

/// Most different cells of a column that a [`Dictionary`] numbers: twice what a profile counts
/// exactly, because one value may be spelled in several ways.
pub(crate) const FEW: usize = 2 * crate::profile::EXACT_VALUES;

/// Rows that are looked at column by column, so that their places stay in the nearest cache.
pub(crate) const ROWS_AT_ONCE: usize = 256;

/// The different cells of a column with running numbers, as long as they are few.
///
/// A cell of up to seven bytes is found by one comparison of a word that holds all of it and its
/// length; a longer one by a word of its hash, and then by its text.
#[derive(Debug)]
pub(crate) struct Dictionary {
    /// Open addressing; a power of two, at most half full.
    slots: Vec<Slot>,
    shift: u32,
    cells: Vec<Box<str>>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    tag: u64,
    /// [`NONE`] where the slot is free.
    number: u32,
}

const NONE: u32 = u32::MAX;
const FREE: Slot = Slot { tag: 0, number: NONE };
/// The highest byte of the tag of a cell that does not fit it; shorter cells have their length
/// there.
const LONG: u64 = 0xff << 56;

impl Default for Dictionary {
    fn default() -> Self {
        // A table may have a hundred thousand columns.
        Self { slots: vec![FREE; 8], shift: 64 - 3, cells: Vec::new() }
    }
}

impl Dictionary {
    /// The cells, by number.
    pub(crate) fn cells(&self) -> &[Box<str>] {
        &self.cells
    }

    /// The numbers of the cells of a column in some rows, appended to `to`.
    ///
    /// Returns false, with some of them appended, where there are more than [`FEW`] cells.
    pub(crate) fn number(
        &mut self,
        fields: &Fields,
        column: usize,
        rows: Range<usize>,
        to: &mut Vec<u16>,
    ) -> bool {
        let text = fields.text();
        let places = fields.places(rows).iter().skip(column).step_by(fields.columns());
        for (start, end) in places {
            let (start, end) = (*start as usize, *end as usize);
            let Some(number) = self.number_of(text, start, end) else { return false };
            to.push(number);
        }
        true
    }

    /// The number of one cell, `text[start..end]`.
    #[inline]
    pub(crate) fn number_of(&mut self, text: &[u8], start: usize, end: usize) -> Option<u16> {
        let tag = tag(text, start, end);
        let mut at = self.home(tag);
        loop {
            let slot = self.slots[at];
            if slot.number == NONE {
                return self.add(tag, &text[start..end]);
            }
            if slot.tag == tag {
                let known = tag < LONG || self.is(slot.number, &text[start..end]);
                if known {
                    return u16::try_from(slot.number).ok();
                }
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn home(&self, tag: u64) -> usize {
        (tag.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    fn is(&self, number: u32, cell: &[u8]) -> bool {
        self.cells[number as usize].as_bytes() == cell
    }

    #[cold]
    fn add(&mut self, tag: u64, cell: &[u8]) -> Option<u16> {
        if self.cells.len() == FEW {
            return None;
        }
        let number = u32::try_from(self.cells.len()).ok()?;
        // Cells are whole fields of a valid text, cut at ASCII.
        self.cells.push(std::str::from_utf8(cell).ok()?.into());
        if self.cells.len() * 2 > self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![FREE; old.len() * 2];
            self.shift -= 1;
            old.into_iter().filter(|slot| slot.number != NONE).for_each(|slot| self.place(slot));
        }
        self.place(Slot { tag, number });
        u16::try_from(number).ok()
    }

    fn place(&mut self, slot: Slot) {
        let mut at = self.home(slot.tag);
        while self.slots[at].number != NONE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = slot;
    }
}

/// The word by which a cell is found.
#[inline]
fn tag(text: &[u8], start: usize, end: usize) -> u64 {
    let len = end - start;
    if len < 8 {
        let word = match text.get(start..start + 8) {
            Some(bytes) => u64::from_le_bytes(bytes.try_into().expect("eight bytes")),
            None => at_the_end(&text[start..end]),
        };
        (word & !(u64::MAX << (8 * len))) | (len as u64) << 56
    } else {
        let mut hasher = FxHasher::default();
        hasher.write(&text[start..end]);
        hasher.finish() | LONG
    }
}

#[cold]
fn at_the_end(cell: &[u8]) -> u64 {
    cell.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::text::split;

    fn numbers(dictionary: &mut Dictionary, cells: &[String]) -> Option<Vec<u16>> {
        let text: String = cells.iter().map(|cell| format!("{cell},x\n")).collect();
        let fields = split(text, b',', 2).unwrap();
        let mut numbers = Vec::new();
        dictionary.number(&fields, 0, 0..fields.rows(), &mut numbers).then_some(numbers)
    }

    proptest! {
        /// Cells that begin alike, hold zero bytes, or lie at the end of the text.
        #[test]
        fn equal_numbers_are_equal_cells(
            cells in prop::collection::vec("[ab\u{0}]{0,9}|汉{0,4}", 0..60)
        ) {
            let mut dictionary = Dictionary::default();
            let mut known: BTreeMap<&str, u16> = BTreeMap::new();
            let numbers = numbers(&mut dictionary, &cells).unwrap();
            for (cell, number) in cells.iter().zip(numbers) {
                prop_assert_eq!(&*dictionary.cells()[usize::from(number)], cell.as_str());
                prop_assert_eq!(*known.entry(cell).or_insert(number), number);
            }
        }

        #[test]
        fn a_cell_at_the_end_of_the_text_has_the_same_tag(cell in "[a-c\u{0}]{0,7}") {
            let inside = format!("{cell},and more behind it");
            let end = cell.len();
            prop_assert_eq!(tag(cell.as_bytes(), 0, end), tag(inside.as_bytes(), 0, end));
        }
    }

    #[test]
    fn too_many_cells_are_refused_and_the_known_ones_keep_their_numbers() {
        let mut dictionary = Dictionary::default();
        let cells: Vec<String> = (0..FEW + 1).map(|n| format!("{n:0>9}")).collect();
        assert_eq!(numbers(&mut dictionary, &cells), None);
        let few = numbers(&mut dictionary, &cells[..FEW]).unwrap();
        assert!((0..).zip(few).all(|(n, number)| n == number));
    }
}
