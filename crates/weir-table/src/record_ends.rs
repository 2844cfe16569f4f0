//! Where the records of delimited text end, without cutting them into cells.

/// Where records end, byte by byte: at a line break outside quotes (RFC 4180, section 2).
struct RecordEnds {
    delimiter: u8,
    in_quotes: bool,
    /// The byte before closed the quotes; another quote now would be an escaped one.
    closed: bool,
    field_start: bool,
}

impl RecordEnds {
    const fn new(delimiter: u8) -> Self {
        Self { delimiter, in_quotes: false, closed: false, field_start: true }
    }

    /// Takes a byte; whether a record ends with it.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.in_quotes {
            self.in_quotes = byte != b'"';
            self.closed = !self.in_quotes;
            return false;
        }
        self.in_quotes = byte == b'"' && (self.field_start || self.closed);
        self.closed = false;
        self.field_start = byte == self.delimiter || byte == b'\n';
        byte == b'\n'
    }
}

/// Where the last whole record ends, and whether the text ends inside quotes.
pub(crate) fn last_record_end(text: &[u8], delimiter: u8) -> (Option<usize>, bool) {
    if memchr::memchr(b'"', text).is_none() {
        return (memchr::memrchr(b'\n', text).map(|at| at + 1), false);
    }
    let mut ends = RecordEnds::new(delimiter);
    let mut end = None;
    for (at, byte) in text.iter().enumerate() {
        if ends.ends_with(*byte) {
            end = Some(at + 1);
        }
    }
    (end, ends.in_quotes)
}

/// The rows of whole records; an empty line is none.
pub(crate) fn n_rows(text: &[u8], delimiter: u8) -> u64 {
    let mut ends = RecordEnds::new(delimiter);
    let (mut rows, mut blank) = (0, true);
    for byte in text {
        blank &= matches!(byte, b'\r' | b'\n');
        if ends.ends_with(*byte) {
            rows += u64::from(!blank);
            blank = true;
        }
    }
    rows
}

/// The end of the first record, for cutting off the header. Empty lines before it belong to it.
pub(crate) fn first_record_end(text: &str, delimiter: u8) -> usize {
    let mut ends = RecordEnds::new(delimiter);
    let mut blank = true;
    for (at, byte) in text.bytes().enumerate() {
        blank &= byte.is_ascii_whitespace();
        if ends.ends_with(byte) && !blank {
            return at + 1;
        }
    }
    text.len()
}
