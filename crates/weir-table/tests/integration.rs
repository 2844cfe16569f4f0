//! Reading, profiling, counting, writing and reading back through the public face.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use weir_table::{
    Limits, PeopleBy, Profile, Source, SourceOptions, Table, TableError, TableWriter, read_back,
};
use weir_types::ColumnType;
use weir_types::request::Format;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn limits(dir: &Path) -> Limits {
    Limits::new(dir.join("spill"))
}

fn file(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn profile(path: PathBuf) -> Result<(Table, Profile), TableError> {
    let dir = path.parent().unwrap().to_owned();
    Source::open(&[path], &SourceOptions::default())?.profile(&limits(&dir), &|_| {})
}

fn message(path: PathBuf) -> String {
    profile(path).unwrap_err().to_string()
}

#[test]
fn encodings_and_separators_are_found() {
    let dir = folder();
    let rows = "姓名;年龄\n张三;30\n李四;41\n";
    let gb = encoding_rs::GB18030.encode(rows).0.into_owned();
    let bom = [b"\xef\xbb\xbf", rows.as_bytes()].concat();
    let tabs = rows.replace(';', "\t");
    let pipes = rows.replace(';', "|");
    for bytes in [rows.as_bytes(), &gb, &bom, tabs.as_bytes(), pipes.as_bytes()] {
        let (table, profile) = profile(file(dir.path(), "a.csv", bytes)).unwrap();
        assert_eq!(table.source().columns(), ["姓名", "年龄"]);
        assert_eq!(table.types(), [ColumnType::Text, ColumnType::Integer]);
        assert_eq!(profile.rows, 2);
        assert_eq!(profile.columns[0].values[0].count, 1);
    }
}

#[test]
fn gb18030_that_begins_with_ascii_is_still_found() {
    let dir = folder();
    let mut text = "name,age\n".to_owned();
    (0..200_000).for_each(|i| text.push_str(&format!("abc{i},{}\n", i % 90)));
    text.push_str("张三,30\n");
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    let (_, profile) = profile(file(dir.path(), "a.csv", &gb)).unwrap();
    assert_eq!(profile.rows, 200_001);
}

#[test]
fn quoted_fields_may_hold_anything() {
    let dir = folder();
    let text = "id,note\n1,\"a, \"\"b\"\"\nc\"\n2,plain\n";
    let (table, profile) = profile(file(dir.path(), "a.csv", text.as_bytes())).unwrap();
    assert_eq!(table.rows(), 2);
    let notes: Vec<&str> =
        profile.columns[1].values.iter().map(|v| v.value.expose().as_str()).collect();
    assert_eq!(notes, ["a, \"b\"\nc", "plain"]);
}

#[test]
fn errors_name_the_row_and_never_the_value() {
    let dir = folder();
    let mut text = "a,b\n".to_owned();
    (0..300_000).for_each(|i| text.push_str(&format!("{i},secret\n")));
    text.push_str("1,secret,secret\n");
    let ragged = message(file(dir.path(), "a.csv", text.as_bytes()));
    assert!(ragged.ends_with("the row has 3 fields, the header has 2 (row 300001)"), "{ragged}");
    let open = message(file(dir.path(), "b.csv", b"a,b\n1,\"secret\n2,secret\n"));
    assert!(open.ends_with("a quoted field is not closed (row 1)"), "{open}");
    let mut text = "a,b\n".to_owned();
    (0..300_000).for_each(|i| text.push_str(&format!("{i},\"secret\n\"\n\n")));
    text.push_str("1,\"secret\n2,secret\n");
    let late = message(file(dir.path(), "late.csv", text.as_bytes()));
    assert!(late.ends_with("a quoted field is not closed (row 300001)"), "{late}");
    let bom = message(file(dir.path(), "bom.csv", b"\xef\xbb\xbfa,b\n1,2\n2,\"secret\n3,4\n"));
    assert!(bom.ends_with("a quoted field is not closed (row 2)"), "{bom}");
    let gb = encoding_rs::GB18030.encode("姓名,城市\n1,上海\n2,\"secret\n3,4\n").0.into_owned();
    let gb = message(file(dir.path(), "gb.csv", &gb));
    assert!(gb.ends_with("a quoted field is not closed (row 2)"), "{gb}");
    let double = message(file(dir.path(), "c.csv", b"a,a\n1,2\n"));
    assert!(double.ends_with("two columns have this name (column `a`)"), "{double}");
    let empty = message(file(dir.path(), "d.csv", b"a,b\n"));
    assert!(empty.ends_with("the table has no rows"), "{empty}");
    let nothing = message(file(dir.path(), "e.csv", b""));
    assert!(nothing.ends_with("the table has no rows"), "{nothing}");
    let bytes = message(file(dir.path(), "f.csv", b"a,b\n1,\xff\xff\n"));
    assert!(bytes.contains("neither UTF-8 nor GB 18030"), "{bytes}");
    let binary = message(file(dir.path(), "g.csv", b"a,b\0\n1,2\n"));
    assert!(binary.contains("is none of CSV"), "{binary}");
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        assert!(!message(dir.path().join(format!("{name}.csv"))).contains("secret"));
    }
    assert!(message(dir.path().join("missing.csv")).starts_with("cannot read"));
}

#[test]
fn damaged_binary_files_are_errors() {
    let dir = folder();
    assert!(message(file(dir.path(), "a.parquet", b"PAR1 and then nothing")).contains("damaged"));
    assert!(
        message(file(dir.path(), "a.xlsx", b"PK\x03\x04 and then nothing")).contains("damaged")
    );
}

#[test]
fn several_files_are_one_dataset() {
    let dir = folder();
    file(dir.path(), "1.csv", b"a,b\n1,x\n");
    file(dir.path(), "2.csv", b"a,b\n2.5,y\n");
    let source = Source::open(&[dir.path().to_owned()], &SourceOptions::default()).unwrap();
    let (table, profile) = source.profile(&limits(dir.path()), &|_| {}).unwrap();
    assert_eq!((profile.rows, table.types()[0]), (2, ColumnType::Float));
    assert_eq!(table.digests().len(), 2);
    file(dir.path(), "3.csv", b"a,c\n1,x\n");
    let error = Source::open(&[dir.path().to_owned()], &SourceOptions::default()).unwrap_err();
    assert!(error.to_string().contains("3.csv"), "{error}");
}

/// In the types of the first file 2.5 would become 2.
#[test]
fn parquet_files_of_other_types_are_no_part_of_a_dataset() {
    let dir = folder();
    let parquet = |name: &str, text: &str| {
        let (table, _) = profile(file(dir.path(), "one.csv", text.as_bytes())).unwrap();
        let path = dir.path().join(name);
        fs::rename(copy(&table, dir.path(), Format::Parquet), &path).unwrap();
        path
    };
    let files = [parquet("1.parquet", "a,b\n1,x\n"), parquet("2.parquet", "a,b\n2.5,y\n")];
    let error = Source::open(&files, &SourceOptions::default()).unwrap_err().to_string();
    assert!(error.ends_with("float, and of type integer in the first Parquet file (column `a`)"));
    assert!(error.contains("2.parquet"), "{error}");
    // Numbers with a point do not keep 16 digits apart.
    let files = [&files[1], &parquet("4.parquet", "a,b\n9007199254740993,z\n")].map(Clone::clone);
    assert!(Source::open(&files, &SourceOptions::default()).is_err());
    let files = [parquet("1.parquet", "a,b\n1,x\n"), parquet("3.parquet", "a,b\n3,z\n")];
    assert!(Source::open(&files, &SourceOptions::default()).is_ok());
}

/// Writes a table as a file of a format and gives its path.
fn copy(table: &Table, dir: &Path, format: Format) -> PathBuf {
    let path = dir.join(if format == Format::Csv { "out.csv" } else { "out.parquet" });
    let _ = fs::remove_file(&path);
    let all: Vec<usize> = (0..table.types().len()).collect();
    let (mut writer, encoder) = TableWriter::create(&path, &table.schema(&all), format).unwrap();
    table
        .scan(
            &all,
            &limits(dir),
            &|_| {},
            |batch| Ok::<_, TableError>((encoder.encode(&batch.rows)?, batch.rows.num_rows())),
            |(encoded, rows)| writer.append(encoded, rows),
        )
        .unwrap();
    writer.finish().unwrap();
    path
}

#[test]
fn what_is_written_reads_back_the_same() {
    let dir = folder();
    let text = "n,f,d,t,b,s\n1,2.5,2025-01-31,2025-01-31 10:20:30,true,\"x,\n\"\"y\"\"\"\n,,,,,\n";
    let (table, first) = profile(file(dir.path(), "a.csv", text.as_bytes())).unwrap();
    assert_eq!(
        table.types(),
        [
            ColumnType::Integer,
            ColumnType::Float,
            ColumnType::Date,
            ColumnType::Timestamp,
            ColumnType::Boolean,
            ColumnType::Text
        ]
    );
    for format in [Format::Csv, Format::Parquet] {
        let (again, second) = profile(copy(&table, dir.path(), format)).unwrap();
        assert_eq!(again.types(), table.types());
        assert_eq!(first.sample, second.sample);
        for (a, b) in first.columns.iter().zip(&second.columns) {
            assert_eq!((a.nulls, &a.values), (b.nulls, &b.values));
        }
    }
}

/// As [`copy`] to a CSV file, from cells that are numbered.
fn copy_cells(table: &Table, dir: &Path) -> PathBuf {
    let path = dir.join("cells.csv");
    let _ = fs::remove_file(&path);
    let all: Vec<usize> = (0..table.types().len()).collect();
    let (mut writer, encoder) =
        TableWriter::create(&path, &table.schema(&all), Format::Csv).unwrap();
    table
        .scan_cells(
            &all,
            &limits(dir),
            &|_| {},
            |batch| {
                let rows = (0..u32::try_from(batch.rows).unwrap()).collect();
                Ok::<_, TableError>((encoder.encode_cells(batch, rows)?, batch.rows))
            },
            |(encoded, rows)| writer.append(encoded, rows),
        )
        .unwrap();
    writer.finish().unwrap();
    path
}

#[test]
fn an_empty_cell_of_a_single_column_is_a_row() {
    let dir = folder();
    for (text, rows) in [("a\n\"\"\n", 1), ("a\nx\n\"\"\nlonger than the others\n\"\"\n", 4)] {
        let (table, first) = profile(file(dir.path(), "a.csv", text.as_bytes())).unwrap();
        assert_eq!(first.rows, rows);
        for path in [copy(&table, dir.path(), Format::Csv), copy_cells(&table, dir.path())] {
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            let (_, second) = profile(path).unwrap();
            assert_eq!(second.rows, rows);
            assert_eq!(second.columns[0].nulls, first.columns[0].nulls);
        }
    }
    // With another column beside it, no quotes are needed.
    let text = "a,b\nx,\n,\n";
    let (table, _) = profile(file(dir.path(), "a.csv", text.as_bytes())).unwrap();
    assert_eq!(fs::read_to_string(copy_cells(&table, dir.path())).unwrap(), text);
}

#[test]
fn classes_count_people_not_rows() {
    let dir = folder();
    // Three people; a and b look alike in both years, c has one year only.
    let text = "id,year,age\na,1,30\na,2,40\nb,1,30\nb,2,40\nc,1,30\n";
    let path = file(dir.path(), "a.csv", text.as_bytes());
    let quasi = ["year".to_owned(), "age".to_owned()];
    let read = |people| read_back(std::slice::from_ref(&path), &quasi, people, &limits(dir.path()));
    assert_eq!(read(PeopleBy::Row).unwrap().classes.sizes, [(2, 2), (3, 3)]);
    assert_eq!(read(PeopleBy::Column("id")).unwrap().classes.sizes, [(1, 1), (2, 4)]);
    let key: Vec<u8> = [1_u64, 1, 2, 2, 1].iter().flat_map(|p| p.to_le_bytes()).collect();
    let key = file(dir.path(), "people", &key);
    assert_eq!(read(PeopleBy::Key(&key)).unwrap().classes.sizes, [(2, 2), (2, 3)]);
    let short = file(dir.path(), "short", &[0; 24]);
    assert!(read(PeopleBy::Key(&short)).is_err());
}

#[test]
fn memory_and_threads_change_nothing() {
    let dir = folder();
    let mut text = "id,x\n".to_owned();
    (0..100_000).for_each(|i| text.push_str(&format!("p{},{}\n", i / 3, i * 7 % 50)));
    let path = file(dir.path(), "a.csv", text.as_bytes());
    let quasi = ["x".to_owned()];
    let results: Vec<_> = [(1 << 20, 1), (1 << 30, 4)]
        .map(|(memory_bytes, threads)| {
            let threads = std::num::NonZeroUsize::new(threads).unwrap();
            let limits = Limits { memory_bytes, threads, ..limits(dir.path()) };
            read_back(std::slice::from_ref(&path), &quasi, PeopleBy::Column("id"), &limits)
                .unwrap()
                .classes
        })
        .into();
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0].people, 33_334);
}

fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

fn profile_vector(name: &str, sheet: Option<&str>) -> Result<(Table, Profile), TableError> {
    let dir = folder();
    let options = SourceOptions { sheet: sheet.map(str::to_owned), ..SourceOptions::default() };
    Source::open(&[vector(name)], &options)?.profile(&limits(dir.path()), &|_| {})
}

/// Distinct values of a column, as text.
fn values(profile: &Profile, column: &str) -> Vec<String> {
    let column = &profile.columns[profile.index_of(column).unwrap()];
    column.values.iter().map(|v| v.value.expose().clone()).collect()
}

#[test]
fn a_workbook_of_openpyxl_reads() {
    let (table, profile) = profile_vector("openpyxl.xlsx", None).unwrap();
    assert_eq!(
        table.types(),
        [
            ColumnType::Text,
            ColumnType::Integer,
            ColumnType::Float,
            ColumnType::Date,
            ColumnType::Timestamp,
            ColumnType::Boolean
        ]
    );
    assert_eq!(profile.rows, 2);
    assert_eq!(values(&profile, "name"), ["Ann, Lee", "王芳"]);
    assert_eq!(values(&profile, "born"), ["1984-12-31", "1995-02-03"]);
    assert_eq!(values(&profile, "seen"), ["2025-01-31T10:20:30", "2025-02-01T23:59:59"]);
    assert_eq!(profile_vector("openpyxl.xlsx", Some("other")).unwrap().1.rows, 1);
    let error = profile_vector("openpyxl.xlsx", Some("none")).unwrap_err();
    assert!(error.to_string().contains("no sheet `none`"), "{error}");
}

#[test]
fn parquet_of_other_writers_reads() {
    let (table, profile) = profile_vector("pyarrow.parquet", None).unwrap();
    assert_eq!(
        table.types(),
        [
            ColumnType::Text,
            ColumnType::Text,
            ColumnType::Float,
            ColumnType::Integer,
            ColumnType::Integer,
            ColumnType::Date,
            ColumnType::Timestamp,
            ColumnType::Boolean
        ]
    );
    assert_eq!(profile.rows, 6);
    assert_eq!(values(&profile, "city"), ["上海", "北京", "深圳"]);
    assert_eq!(values(&profile, "fee"), ["1.5", "20.25"]);
    assert_eq!(values(&profile, "small"), ["-1", "2", "3", "4", "5"]);
    assert_eq!(profile.columns[5].min, Some(20_089.0));
    assert_eq!(profile.columns[0].nulls, 1);
    let (_, polars) = profile_vector("polars.parquet", None).unwrap();
    assert_eq!(values(&polars, "kind"), ["p", "q"]);
    assert_eq!(values(&polars, "ratio"), ["0.5", "1.5"]);
    let (_, duckdb) = profile_vector("duckdb.parquet", None).unwrap();
    assert_eq!(values(&duckdb, "label"), ["r0", "r1", "r2"]);
    let nested = profile_vector("nested.parquet", None).unwrap_err().to_string();
    assert!(nested.contains("are not supported (column `ids`)"), "{nested}");
}
