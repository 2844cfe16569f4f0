//! Sheets of `.xlsx` workbooks.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use calamine::{Data as Cell, Reader as _, Xlsx};

use crate::error::{Problem, TableError};
use crate::text::Fields;

/// The names of the sheets of a workbook, in order.
pub(crate) fn sheets(path: &Path) -> Result<Vec<String>, TableError> {
    Ok(open(path)?.sheet_names())
}

/// The container of Office files that are encrypted, and of those before 2007
/// (MS-CFB 2.2, Header Signature).
pub(crate) const OLD_CONTAINER: &[u8] = b"\xd0\xcf\x11\xe0";

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>, TableError> {
    calamine::open_workbook(path).map_err(|_: calamine::XlsxError| {
        let mut magic = Vec::new();
        let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut magic));
        match (read, magic.as_slice()) {
            (Err(source), _) => TableError::read(path, source),
            (Ok(_), []) => TableError::data(path, Problem::Empty),
            (Ok(_), OLD_CONTAINER) => TableError::data(path, Problem::OldContainer),
            (Ok(_), _) => damaged(path),
        }
    })
}

/// The names of the columns of a sheet, the first where none is named.
pub(crate) fn header(path: &Path, sheet: Option<&str>) -> Result<Vec<String>, TableError> {
    let range = range(path, sheet)?;
    let header = range.rows().next().unwrap_or_default();
    Ok(header.iter().map(|cell| cell_text(cell).trim().to_owned()).collect())
}

/// The rows of a sheet below its header, some at a time, for as long as `send` says so.
pub(crate) fn rows(
    path: &Path,
    sheet: Option<&str>,
    n_columns: usize,
    send: &mut dyn FnMut(Fields) -> bool,
) -> Result<bool, TableError> {
    const ROWS: usize = 8 << 10;
    let range = range(path, sheet)?;
    let rows: Vec<&[Cell]> = range
        .rows()
        .skip(1)
        .filter(|row| row.iter().any(|cell| !matches!(cell, Cell::Empty)))
        .collect();
    Ok(rows.chunks(ROWS).all(|rows| {
        let texts = rows.iter().map(|row| {
            (0..n_columns).map(|c| row.get(c).map_or_else(String::new, cell_text)).collect()
        });
        send(Fields::from_rows(n_columns, texts))
    }))
}

fn range(path: &Path, sheet: Option<&str>) -> Result<calamine::Range<Cell>, TableError> {
    let mut book = open(path)?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) if names.iter().any(|n| n == name) => name.to_owned(),
        Some(name) => {
            return Err(TableError::data(path, Problem::NoSuchSheet { sheet: name.to_owned() }));
        }
        None => names.first().cloned().ok_or_else(|| TableError::data(path, Problem::Empty))?,
    };
    book.worksheet_range(&name).map_err(|_| damaged(path))
}

/// A cell as the text that a CSV export of the sheet would hold.
fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Error(_) => String::new(),
        Cell::String(text) | Cell::DateTimeIso(text) | Cell::DurationIso(text) => text.clone(),
        Cell::Int(value) => value.to_string(),
        Cell::Float(value) => value.to_string(),
        Cell::Bool(value) => value.to_string(),
        Cell::DateTime(value) => {
            let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
    }
}

fn damaged(path: &Path) -> TableError {
    TableError::data(path, Problem::Damaged { reader: ".xlsx" })
}
