//! Looking at files that are not as a release needs them: folders, sheets, nested columns, mixed
//! encodings, samples.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int32Array, RecordBatch, StructArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::ArrowWriter;
use tempfile::TempDir;
use weir_table::{
    Amount, Limits, Looked, Mended, NoWatch, PlaceKind, Places, Profile, Reading, Source,
    SourceOptions, TableError,
};
use weir_types::ColumnType;
use weir_types::request::Encoding;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn file(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

fn look(path: &Path, amount: Amount) -> Result<Looked, TableError> {
    let options = SourceOptions { reading: Reading::Lenient, ..SourceOptions::default() };
    let limits = Limits::new(std::env::temp_dir());
    Source::open(&[path.to_owned()], &options)?.look(amount, &limits, &|_| {}, &|| NoWatch)
}

fn values(profile: &Profile, column: &str) -> Vec<(String, u64)> {
    let column = &profile.columns[profile.index_of(column).unwrap()];
    column.values.iter().map(|v| (v.value.expose().clone(), v.count)).collect()
}

fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn utf16_is_known_by_its_mark() {
    let dir = folder();
    let rows = "姓名,城市\n张三,北京\n𠮷田,\"a,\nb\"\n";
    for little in [true, false] {
        let path = file(dir.path(), "a.csv", &utf16(rows, little));
        let looked = look(&path, Amount::All).unwrap();
        assert_eq!(looked.profile.rows, 2);
        assert_eq!(values(&looked.profile, "城市")[0].0, "a,\nb");
        let odd = file(dir.path(), "odd.csv", &[&utf16(rows, little)[..], &[0xd8]].concat());
        let message = look(&odd, Amount::All).unwrap_err().to_string();
        assert!(message.contains("UTF-16"), "{message}");
    }
}

#[test]
fn an_encoding_that_changes_is_read_and_counted_or_refused_with_the_line() {
    let dir = folder();
    let mut bytes = "姓名,n\n".as_bytes().to_vec();
    for n in 0..300_000 {
        let line = format!("王小明,{}\n", n % 7);
        if n < 200_000 {
            bytes.extend_from_slice(line.as_bytes());
        } else {
            bytes.extend_from_slice(&encoding_rs::GB18030.encode(&line).0);
        }
    }
    let path = file(dir.path(), "a.csv", &bytes);
    let looked = look(&path, Amount::All).unwrap();
    assert_eq!(looked.mended, Mended { recoded: 100_000, damaged: 0, first_line: Some(200_002) });
    assert_eq!(values(&looked.profile, "姓名"), [("王小明".to_owned(), 300_000)]);
    let limits = Limits::new(std::env::temp_dir());
    let strict = Source::open(&[path], &SourceOptions::default()).unwrap();
    let message = strict.profile(&limits, &|_| {}).unwrap_err().to_string();
    assert!(message.contains("in line 200002"), "{message}");
}

#[test]
fn gb18030_after_a_head_of_ascii_is_not_mixed() {
    let dir = folder();
    let mut text = "id,name\n".to_owned();
    (0..200_000).for_each(|n| writeln!(text, "{n},plain").unwrap());
    (0..1_000).for_each(|n| writeln!(text, "{n},王小明").unwrap());
    let mut bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
    assert!(bytes.is_ascii() || bytes[..1 << 20].is_ascii());
    let path = file(dir.path(), "a.csv", &bytes);
    for amount in [Amount::All, Amount::Sample { seed: 1 }] {
        let looked = look(&path, amount).unwrap();
        assert_eq!(looked.mended, Mended::default());
        let named = values(&looked.profile, "name").into_iter().find(|(name, _)| name == "王小明");
        assert_eq!(named, Some(("王小明".to_owned(), 1_000)));
    }
    // The same with lines in UTF-8 behind: the first of these is where it changes.
    bytes.extend_from_slice("7,李小红\n8,李小红\n".as_bytes());
    fs::write(&path, &bytes).unwrap();
    let looked = look(&path, Amount::All).unwrap();
    assert_eq!(looked.mended, Mended { recoded: 2, damaged: 0, first_line: Some(201_002) });
}

#[test]
fn what_is_no_table_is_called_what_it_is() {
    let dir = folder();
    let old = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();
    let image = [&b"\xff\xd8\xff\xe0\0\x10JFIF\0"[..], &[0x9c, 0xff, 0x30, b'\n']].concat();
    for (name, bytes, says) in [
        ("a.csv", &old[..], "protected by a password"),
        ("b.csv", b"a,b\r1,2\r3,4\r", "a carriage return alone"),
        ("c.csv", &image, "none of CSV, Parquet and .xlsx"),
        ("d.csv", b"", "has no rows"),
    ] {
        let path = file(dir.path(), name, bytes);
        let error = look(&path, Amount::All).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.hint().is_some());
    }
    for (name, bytes, says) in [
        ("e.xlsx", &old[..], "protected by a password"),
        ("f.xlsx", b"", "has no rows"),
        ("g.xlsx", b"PK\x03\x04", "damaged"),
    ] {
        let path = file(dir.path(), name, bytes);
        let places = Places::of(std::slice::from_ref(&path));
        assert!(places.unreadable[0].to_string().contains(says), "{:?}", places.unreadable);
    }
}

#[test]
fn a_stated_encoding_is_read_as_such() {
    let dir = folder();
    let text = "姓名,城市\n陳大文,香港\n林小明,臺北\n";
    let read = |bytes: &[u8], encoding| {
        let path = file(dir.path(), "a.csv", bytes);
        let options = SourceOptions { encoding: Some(encoding), ..SourceOptions::default() };
        let source = Source::open(&[path], &options)?;
        source.profile(&Limits::new(std::env::temp_dir()), &|_| {})
    };
    let big5 = encoding_rs::BIG5.encode(text).0;
    let (_, profile) = read(&big5, Encoding::Big5).unwrap();
    assert_eq!(values(&profile, "城市"), [("臺北".to_owned(), 1), ("香港".to_owned(), 1)]);
    let message = read(text.as_bytes(), Encoding::Big5).unwrap_err().to_string();
    assert!(message.contains("not Big5, as the request says"), "{message}");
    // The second line is UTF-8 as well, of two characters.
    let text = "姓名,城市\n岑伴安,1\n李四,上海\n";
    let (_, profile) = read(&encoding_rs::GB18030.encode(text).0, Encoding::Gb18030).unwrap();
    assert_eq!(values(&profile, "姓名"), [("岑伴安".to_owned(), 1), ("李四".to_owned(), 1)]);
    // Without its mark.
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (_, profile) = read(&utf16, Encoding::Utf16Le).unwrap();
    assert_eq!(profile.rows, 2);
}

#[test]
fn marks_of_all_encodings_are_no_part_of_the_first_name() {
    let dir = folder();
    let text = "id,城市\n1,上海\n2,一丁\n";
    let marked = format!("\u{feff}{text}");
    let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    let files: [Vec<u8>; 7] = [
        text.into(),
        marked.clone().into_bytes(),
        encoding_rs::GB18030.encode(&marked).0.into_owned(),
        units(text).into_iter().flat_map(u16::to_le_bytes).collect(),
        units(text).into_iter().flat_map(u16::to_be_bytes).collect(),
        utf16(text, true),
        utf16(text, false),
    ];
    for (at, bytes) in files.iter().enumerate() {
        let path = file(dir.path(), "a.csv", bytes);
        let looked = look(&path, Amount::All).unwrap();
        assert_eq!(looked.mended, Mended::default(), "{at}");
        assert_eq!(values(&looked.profile, "id").len(), 2, "{at}");
        let cities = values(&looked.profile, "城市");
        assert_eq!(cities, [("一丁".to_owned(), 1), ("上海".to_owned(), 1)], "{at}");
    }
}

#[test]
fn both_encodings_in_the_first_lines_are_told_apart() {
    let dir = folder();
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let parts = ["姓名,n\n".as_bytes(), &gb("张三,1\n"), "李四,2\n".as_bytes(), b"qq\xe9,3\n"];
    let path = file(dir.path(), "a.csv", &parts.concat());
    let looked = look(&path, Amount::All).unwrap();
    assert_eq!(looked.mended, Mended { recoded: 1, damaged: 1, first_line: Some(2) });
    let names: Vec<String> =
        values(&looked.profile, "姓名").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["qq\u{fffd}", "张三", "李四"]);
    let strict = Source::open(&[path], &SourceOptions::default()).map(|_| ());
    let message = strict.unwrap_err().to_string();
    assert!(message.contains("in line 4"), "{message}");
    let garbage = file(
        dir.path(),
        "g.csv",
        &(0..4000_u32).map(|i| (i * 37 % 127 + 129) as u8).collect::<Vec<_>>(),
    );
    assert!(look(&garbage, Amount::All).is_err());
}

#[test]
fn structs_and_lists_are_walked() {
    let looked = look(&vector("people.parquet"), Amount::All).unwrap();
    let profile = &looked.profile;
    let names: Vec<&str> = profile.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "id",
            "person.name",
            "person.phone[]",
            "person.home.city",
            "tags.keys[]",
            "tags.values[]",
            "visits[].day",
            "visits[].doses[]",
            "bytes",
        ]
    );
    assert_eq!(profile.rows, 4);
    assert_eq!(
        values(profile, "person.phone[]"),
        [("p1".to_owned(), 2), ("p2".to_owned(), 1), ("p3".to_owned(), 1)]
    );
    let phone = &profile.columns[profile.index_of("person.phone[]").unwrap()];
    assert_eq!(phone.nulls, 2, "one empty list and one person who is not there");
    assert_eq!(values(profile, "visits[].doses[]").len(), 3);
    assert_eq!(profile.columns[6].ty, ColumnType::Date);
    assert_eq!(profile.sample.num_rows(), 4);
    assert_eq!(values(profile, "bytes"), [("text".to_owned(), 3)]);
}

#[test]
fn nesting_has_a_limit() {
    let message = look(&vector("deep.parquet"), Amount::All).unwrap_err().to_string();
    assert!(message.contains("nested more than 32 deep"), "{message}");
}

#[test]
fn folders_are_walked_and_what_is_no_table_is_named() {
    let dir = folder();
    file(dir.path(), "b.csv", b"x\n1\n");
    file(dir.path(), "sub/a.csv", b"x\n1\n");
    file(dir.path(), "sub/letter.txt", "您好，\n请回电。\n".as_bytes());
    file(dir.path(), "sub/rows.txt", b"a;b\n1;2\n3;4\n");
    file(dir.path(), ".hidden/c.csv", b"x\n1\n");
    file(dir.path(), "photo.jpg", b"\xff\xd8");
    file(dir.path(), "bad.xlsx", b"PK\x03\x04 no workbook");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", dir.path().join("out")).unwrap();
    let places = Places::of(&[dir.path().to_owned(), dir.path().join("none.csv")]);
    let name = |path: &Path| path.strip_prefix(dir.path()).unwrap().display().to_string();
    let found: Vec<(String, bool)> =
        places.found.iter().map(|p| (name(&p.path), p.kind == PlaceKind::Text)).collect();
    assert_eq!(
        found,
        [
            ("b.csv".to_owned(), false),
            ("sub/a.csv".to_owned(), false),
            ("sub/letter.txt".to_owned(), true),
            ("sub/rows.txt".to_owned(), false),
        ]
    );
    let passed: Vec<String> = places.passed_over.iter().map(|p| name(p)).collect();
    assert_eq!(passed, ["out", "photo.jpg"]);
    let unreadable: Vec<String> = places.unreadable.iter().map(ToString::to_string).collect();
    assert!(unreadable[0].contains("bad.xlsx") && unreadable[1].contains("none.csv"));
}

#[test]
fn every_sheet_is_a_place() {
    let places = Places::of(&[vector("sheets.xlsx")]);
    let sheets: Vec<&str> = places
        .found
        .iter()
        .map(|place| match &place.kind {
            PlaceKind::Sheet { name, only: false } => name.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sheets, ["病人", "就诊", "空白"]);
}

#[test]
fn a_column_without_a_name_is_named_by_its_place() {
    let dir = folder();
    let path = file(dir.path(), "a.csv", b"a,,c\n1,2,3\n");
    let looked = look(&path, Amount::All).unwrap();
    assert_eq!(looked.profile.columns[1].name, "#2");
    let twice = file(dir.path(), "b.csv", b"a,a\n1,2\n");
    let message = look(&twice, Amount::All).unwrap_err().to_string();
    assert!(message.contains("two columns have this name"), "{message}");
}

/// A hundred thousand columns: anything quadratic would take minutes.
#[test]
fn a_hundred_thousand_columns_are_read() {
    let dir = folder();
    let mut text = String::new();
    for row in 0..20 {
        for column in 0..100_000 {
            let comma = if column == 0 { "" } else { "," };
            if row == 0 {
                write!(text, "{comma}a_long_name_of_column_{column}").unwrap();
            } else {
                write!(text, "{comma}{}", column % 10).unwrap();
            }
        }
        text.push('\n');
    }
    let path = file(dir.path(), "wide.csv", text.as_bytes());
    let looked = look(&path, Amount::All).unwrap();
    assert_eq!((looked.profile.columns.len(), looked.profile.rows), (100_000, 19));
    assert_eq!(looked.profile.sample.num_rows(), 19);
}

#[test]
fn cells_of_a_megabyte_are_read() {
    let dir = folder();
    let mut text = "id,note\n".to_owned();
    for id in 0..40 {
        writeln!(text, "{id},{}", "x".repeat(1 << 20)).unwrap();
    }
    let path = file(dir.path(), "big.csv", text.as_bytes());
    for amount in [Amount::All, Amount::Sample { seed: 1 }] {
        let looked = look(&path, amount).unwrap();
        assert_eq!(looked.profile.rows, 40);
        assert_eq!(looked.profile.columns[1].longest, 1 << 20);
    }
}

/// A file of many blocks whose values come in no order.
fn many_rows(dir: &Path) -> PathBuf {
    let mut text = "id,third,note\n".to_owned();
    let mut state = 7_u64;
    for id in 0..3_300_000_u32 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let third = if state >> 33 & 0xffff < 21_845 { "yes" } else { "no" };
        writeln!(text, "{id},{third},some words").unwrap();
    }
    file(dir, "many.csv", text.as_bytes())
}

#[test]
fn a_sample_states_its_error_and_keeps_to_it() {
    let dir = folder();
    let path = many_rows(dir.path());
    let mut inside = 0;
    for seed in 0..5 {
        let looked = look(&path, Amount::Sample { seed }).unwrap();
        let sampled = looked.sampled.unwrap();
        let (error, rows) = (sampled.errors[1], looked.profile.rows as f64);
        assert!(sampled.rows < 1_700_000 && sampled.blocks == 1024, "{sampled:?}");
        assert!(error < 0.004 && sampled.errors[0] > 0.01, "the numbers are sorted: {sampled:?}");
        let of = sampled.of_rows as f64;
        assert!((of - 3.3e6).abs() < 5e4, "{sampled:?}");
        let yes = values(&looked.profile, "third").iter().find(|(v, _)| v == "yes").unwrap().1;
        inside += u32::from((yes as f64 / rows - 1.0 / 3.0).abs() <= error);
    }
    // Three or fewer would happen once in forty runs of other seeds at 95 %.
    assert!(inside >= 4, "{inside} of 5");
    let again = |seed| {
        let looked = look(&path, Amount::Sample { seed }).unwrap();
        (values(&looked.profile, "third"), looked.sampled)
    };
    assert!(again(3) == again(3));
    assert!(again(3) != again(4));
}

#[test]
fn what_is_small_is_read_in_full() {
    let dir = folder();
    let path = file(dir.path(), "a.csv", b"a,b\n1,2\n");
    let looked = look(&path, Amount::Sample { seed: 1 }).unwrap();
    assert_eq!((looked.sampled, looked.profile.rows), (None, 1));
}

/// A table of one row group, read in several batches.
fn large_parquet(dir: &Path, rows: i32) -> PathBuf {
    let inner = Fields::from(vec![Field::new("n", DataType::Int32, false)]);
    let n: ArrayRef = Arc::new(Int32Array::from_iter_values(0..rows));
    // Every third row has no struct.
    let nulls = NullBuffer::from_iter((0..rows).map(|row| row % 3 > 0));
    let inside: ArrayRef = Arc::new(StructArray::new(inner, vec![Arc::clone(&n)], Some(nulls)));
    let batch = RecordBatch::try_from_iter([("row", n), ("inside", inside)]).unwrap();
    let path = dir.join(format!("{rows}.parquet"));
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None);
    writer.as_mut().unwrap().write(&batch).unwrap();
    writer.unwrap().close().unwrap();
    path
}

#[test]
fn a_required_field_has_no_value_where_its_struct_has_none() {
    let dir = folder();
    let profile = look(&large_parquet(dir.path(), 300), Amount::All).unwrap().profile;
    let inside = &profile.columns[profile.index_of("inside.n").unwrap()];
    assert_eq!((inside.nulls, inside.distinct), (100, 200));
    assert_eq!((inside.min, inside.max), (Some(1.0), Some(299.0)));
}

#[test]
fn rows_of_every_batch_of_a_row_group_come_into_the_sample_of_rows() {
    let dir = folder();
    let read = |path: &Path| {
        let limits = Limits::new(std::env::temp_dir());
        let options = SourceOptions { reading: Reading::Lenient, ..SourceOptions::default() };
        let source = Source::open(&[path.to_owned()], &options).unwrap();
        source.profile(&limits, &|_| {}).unwrap().1
    };
    let looked = |path: &Path| look(path, Amount::All).unwrap().profile;
    for (rows, sampled, profile) in [
        (65_536, 65_536, read as fn(&Path) -> Profile),
        (100_000, 65_536, read),
        (4_096, 4_096, looked),
        (100_000, 4_096, looked),
    ] {
        let profile = profile(&large_parquet(dir.path(), rows));
        let n = profile.sample.num_rows();
        assert!((sampled..=sampled * 5 / 4).contains(&n), "{n} of {rows}");
        let numbers = profile.sample.column(0).as_primitive::<Int64Type>().values();
        let different: BTreeSet<i64> = numbers.iter().copied().collect();
        assert_eq!(different.len(), n, "no row comes twice");
        assert!(different.last().unwrap() > &i64::from(rows * 3 / 4), "late rows come as well");
    }
}

#[test]
fn a_sample_of_parquet_is_of_blocks_from_everywhere() {
    let dir = folder();
    let path = large_parquet(dir.path(), 3_000_000);
    let looked = look(&path, Amount::Sample { seed: 7 }).unwrap();
    let sampled = looked.sampled.expect("the file is large enough");
    assert_eq!((sampled.of_rows, sampled.of_rows_exact), (3_000_000, true));
    assert_eq!(sampled.rows, looked.profile.rows);
    assert!(sampled.rows < 1_500_000 && sampled.blocks >= 32, "{sampled:?}");
    let inside = &looked.profile.columns[looked.profile.index_of("inside.n").unwrap()];
    let share = inside.nulls as f64 / sampled.rows as f64;
    assert!((share - 1.0 / 3.0).abs() <= sampled.errors[1] + 0.01, "{share}, {sampled:?}");
    assert_eq!(look(&path, Amount::Sample { seed: 7 }).unwrap().sampled.unwrap(), sampled);
}

#[test]
fn a_sample_of_one_row_group_does_not_depend_on_the_threads_that_share_it() {
    let dir = folder();
    let path = large_parquet(dir.path(), 1_000_000);
    let by = |threads| {
        let options = SourceOptions { reading: Reading::Lenient, ..SourceOptions::default() };
        let limits = Limits {
            threads: NonZeroUsize::new(threads).unwrap(),
            ..Limits::new(std::env::temp_dir())
        };
        let source = Source::open(std::slice::from_ref(&path), &options).unwrap();
        source.look(Amount::Sample { seed: 3 }, &limits, &|_| {}, &|| NoWatch).unwrap()
    };
    let (one, four) = (by(1), by(4));
    assert!(one.sampled.is_some());
    assert_eq!(one.sampled, four.sampled);
    for (a, b) in one.profile.columns.iter().zip(&four.profile.columns) {
        assert_eq!((a.nulls, a.distinct, a.min, a.max), (b.nulls, b.distinct, b.min, b.max));
    }
}

#[test]
fn many_columns_make_the_blocks_of_a_sample_smaller() {
    let dir = folder();
    let path = dir.path().join("wide.parquet");
    let n: ArrayRef = Arc::new(Int32Array::from_iter_values(0..20_000));
    let names: Vec<String> = (0..200).map(|at| format!("c{at}")).collect();
    let columns = names.iter().map(|name| (name.as_str(), Arc::clone(&n)));
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let sampled = look(&path, Amount::Sample { seed: 1 }).unwrap().sampled.unwrap();
    assert!((32..=64).contains(&sampled.blocks), "{sampled:?}");
    assert!(sampled.rows <= sampled.blocks * 81, "a million cells at most: {sampled:?}");
}
