//! Rows as lines of text.

use std::sync::Mutex;

use arrow_array::{Array, ArrayRef};

use crate::cells::{CellBatch, Cells};
use crate::table::lock;
use crate::types::for_texts;
use crate::write::csv_field;

/// Lines that were written and whose memory can be used again.
#[derive(Debug, Default)]
pub(crate) struct SpareRows(Mutex<Vec<Vec<u8>>>);

impl SpareRows {
    pub(crate) fn rows(&self) -> Vec<u8> {
        lock(&self.0).pop().unwrap_or_default()
    }

    pub(crate) fn take_back(&self, rows: Vec<u8>) {
        lock(&self.0).push(rows);
    }
}

/// Bytes of a cell with what follows it that are copied at once, whatever its length.
const SHORT: usize = 15;

/// The cells of a column as fields, each with the separator or line break that follows it.
struct Fields<'a> {
    text: Vec<u8>,
    /// Where each field ends.
    ends: Vec<u32>,
    /// The fields and their lengths, where all are short.
    short: Option<Vec<([u8; SHORT], u8)>>,
    /// The field of each row, where not all are different.
    numbers: Option<&'a [u16]>,
    longest: usize,
}

impl<'a> Fields<'a> {
    fn new(cells: &Cells<'a>, last: bool, alone: bool) -> Self {
        let (values, numbers): (&ArrayRef, _) = match cells {
            Cells::Few { values, numbers } => (values, Some(*numbers)),
            Cells::Many(values) => (values, None),
        };
        let mut text = Vec::with_capacity(values.len() * 8);
        let mut ends = Vec::with_capacity(values.len());
        for_texts(values, |cell| {
            match cell {
                // An empty line is no row.
                None | Some("") if alone => text.extend_from_slice(b"\"\""),
                cell => csv_field(&mut text, cell),
            }
            text.push(if last { b'\n' } else { b',' });
            ends.push(u32::try_from(text.len()).expect("a batch is far below 4 GiB"));
        });
        let mut fields = Self { text, ends, short: None, numbers, longest: 0 };
        let all = 0..fields.ends.len();
        fields.longest = all.map(|at| fields.at(at).len()).max().unwrap_or(0);
        if fields.longest <= SHORT && numbers.is_some() {
            fields.short = Some((0..fields.ends.len()).map(|at| fields.short(at)).collect());
        }
        fields
    }

    fn at(&self, at: usize) -> &[u8] {
        let from = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[from as usize..self.ends[at] as usize]
    }

    fn short(&self, at: usize) -> ([u8; SHORT], u8) {
        let field = self.at(at);
        let mut short = [0; SHORT];
        short[..field.len()].copy_from_slice(field);
        (short, u8::try_from(field.len()).expect("a short field"))
    }

    /// Writes the field of a row at a place of `out`, behind which is room; where it ends.
    fn write(&self, row: usize, out: &mut [u8], at: usize) -> usize {
        let number = self.numbers.map_or(row, |numbers| usize::from(numbers[row]));
        if let Some(short) = &self.short {
            let (field, len) = &short[number];
            out[at..at + SHORT].copy_from_slice(field);
            return at + usize::from(*len);
        }
        let field = self.at(number);
        out[at..at + field.len()].copy_from_slice(field);
        at + field.len()
    }
}

/// Some rows as lines in the order in which they are named, written over `out`.
pub(crate) fn csv_rows(cells: &CellBatch<'_>, rows: &[u32], mut out: Vec<u8>) -> Vec<u8> {
    let n = cells.columns.len();
    let columns: Vec<Fields<'_>> = (cells.columns.iter().enumerate())
        .map(|(at, cells)| Fields::new(cells, at + 1 == n, n == 1))
        .collect();
    let room: usize = columns.iter().map(|column| column.longest.max(SHORT)).sum();
    let mut at = 0;
    for row in rows {
        if out.len() < at + room {
            out.resize((out.len() * 2).max(at + room), 0);
        }
        for column in &columns {
            at = column.write(*row as usize, &mut out, at);
        }
    }
    out.truncate(at);
    out
}
