//! Makes a large Parquet file of visits of people who do not exist, to time a look at a part of it.
//!
//! People, their numbers and their addresses are those of [`crate::residents`], so that
//! no number in it can be anybody's. Some columns repeat a few thousand values and are written with
//! a dictionary, others are new in each row and are not. The same options give the same values; the
//! bytes are those of the Parquet writer in use.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{
    Date32Builder, Decimal128Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::random::Random;
use crate::residents::{self, Person};

/// How many different people there are.
const N_PEOPLE: usize = 40_000;

/// Rows that are handed to the writer at once, at most.
const BATCH_ROWS: u64 = 16 << 10;

/// 2025-01-01, in days since 1970-01-01.
const FIRST_DAY: i32 = 20_089;

const STATUS: [&str; 4] = ["已结算", "待结算", "已退号", "已转诊"];

/// What notes are put together from.
const NOTE: [&str; 24] = [
    "患者自述",
    "三天前",
    "受凉后出现",
    "咳嗽",
    "头晕",
    "胸闷",
    "无明显诱因",
    "伴有",
    "夜间加重",
    "自行服药",
    "症状缓解",
    "既往体健",
    "否认过敏史",
    "建议复查",
    "血常规",
    "已告知家属",
    "一周后随访",
    "饮食清淡",
    "注意休息",
    "下次预约",
    "referred by",
    "follow-up",
    "no allergies",
    "see chart",
];

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Size of the file, at least; the last row group goes beyond.
    pub(crate) bytes: u64,
    /// Rows of a row group.
    pub(crate) group_rows: u64,
    /// How pages are compressed.
    pub(crate) compression: Compression,
    /// Whether columns of few values get a dictionary.
    pub(crate) dictionary: bool,
    /// Chooses one of 2^64 files.
    pub(crate) seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bytes: 2_000_000_000,
            group_rows: 1 << 20,
            compression: Compression::SNAPPY,
            dictionary: true,
            seed: 1,
        }
    }
}

/// Writes the file; its rows.
///
/// # Errors
///
/// When the file cannot be written.
pub(crate) fn write(options: Options, path: &Path) -> io::Result<u64> {
    let mut made = Made::new(options.seed);
    let schema = made.batch(0).map_err(io::Error::other)?.schema();
    let properties = WriterProperties::builder()
        .set_compression(options.compression)
        .set_dictionary_enabled(options.dictionary)
        .set_max_row_group_row_count(None)
        .build();
    let file = File::create(path)?;
    let mut writer =
        ArrowWriter::try_new(file, schema, Some(properties)).map_err(io::Error::other)?;
    let failed = |e: ParquetError| io::Error::other(e);
    let mut in_group = 0;
    loop {
        let rows = BATCH_ROWS.min(options.group_rows - in_group);
        let batch = made.batch(rows).map_err(io::Error::other)?;
        writer.write(&batch).map_err(failed)?;
        in_group += rows;
        let size = (writer.bytes_written() + writer.in_progress_size()) as u64;
        if in_group == options.group_rows || size >= options.bytes {
            writer.flush().map_err(failed)?;
            in_group = 0;
            if writer.bytes_written() as u64 >= options.bytes {
                break;
            }
        }
    }
    writer.close().map_err(failed)?;
    Ok(made.rows)
}

/// Rows, one after the other.
struct Made {
    random: Random,
    people: Vec<Person>,
    rows: u64,
}

impl Made {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let people = residents::people(&mut random, N_PEOPLE);
        Self { random, people, rows: 0 }
    }

    /// The next rows.
    fn batch(&mut self, rows: u64) -> Result<RecordBatch, ArrowError> {
        let mut visit = Int64Builder::new();
        let mut texts: [StringBuilder; 9] = std::array::from_fn(|_| StringBuilder::new());
        let mut day = Date32Builder::new();
        let mut at = TimestampMillisecondBuilder::new();
        let mut amount = Decimal128Builder::new().with_precision_and_scale(12, 2)?;
        for _ in 0..rows {
            self.rows += 1;
            let random = &mut self.random;
            let person = &self.people[random.skewed(self.people.len())];
            let on = FIRST_DAY + random.below(365).cast_signed();
            visit.append_value(self.rows.cast_signed());
            day.append_value(on);
            let of_day = i64::from(random.below(86_400_000));
            at.append_value(i64::from(on) * 86_400_000 + of_day);
            amount.append_value(i128::from(random.below(1_000) * random.below(1_000)));
            let serial = format!("MZ{:012}", random.bits() % 1_000_000_000_000);
            let row = [
                person.name.as_str(),
                &person.number,
                &residents::phone(random),
                &residents::address(random, "", person.district),
                person.diagnosis(random),
                *random.one(&STATUS),
                &serial,
                &residents::device(random, person.age()),
                &note(random),
            ];
            for (text, cell) in texts.iter_mut().zip(row) {
                text.append_option((!cell.is_empty()).then_some(cell));
            }
        }
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("流水号", Arc::new(visit.finish())),
            ("就诊日期", Arc::new(day.finish())),
            ("登记时间", Arc::new(at.finish())),
            ("金额", Arc::new(amount.finish())),
        ];
        let names =
            ["姓名", "身份证号", "手机号", "住址", "诊断", "状态", "单据号", "设备标识", "备注"];
        for (name, text) in names.into_iter().zip(&mut texts) {
            columns.push((name, Arc::new(text.finish())));
        }
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
    }
}

/// Free text; one in two hundred has a telephone number in it.
fn note(random: &mut Random) -> String {
    let n = 4 + random.below(16);
    let mut note = String::new();
    for _ in 0..n {
        note.push_str(random.one::<&str>(&NOTE));
        note.push_str(random.one::<&str>(&["，", "。", " ", ""]));
    }
    if random.per_mille(5) {
        note.push_str(&residents::phone(random));
    }
    note
}

#[cfg(test)]
mod tests {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    #[test]
    fn groups_and_values_are_as_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.parquet");
        let options = Options { bytes: 600_000, group_rows: 1_500, ..Options::default() };
        let rows = write(options, &path).unwrap();
        let read = || {
            let file = File::open(&path).unwrap();
            ParquetRecordBatchReaderBuilder::try_new(file).unwrap()
        };
        let groups = read().metadata().row_groups().to_vec();
        let (last, others) = groups.split_last().unwrap();
        assert!(others.len() > 1 && others.iter().all(|group| group.num_rows() == 1_500));
        assert!(last.num_rows() <= 1_500);
        assert!(std::fs::metadata(&path).unwrap().len() >= 600_000);
        let first: Vec<RecordBatch> = read().build().unwrap().map(Result::unwrap).collect();
        assert_eq!(first.iter().map(RecordBatch::num_rows).sum::<usize>() as u64, rows);
        write(options, &path).unwrap();
        let again: Vec<RecordBatch> = read().build().unwrap().map(Result::unwrap).collect();
        assert_eq!(first, again);
        write(Options { seed: 2, ..options }, &path).unwrap();
        let other: Vec<RecordBatch> = read().build().unwrap().map(Result::unwrap).collect();
        assert_ne!(first, other);
    }
}
