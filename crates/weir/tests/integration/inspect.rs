//! `weir inspect` over files, folders, sheets and texts.

use std::fs;

use serde_json::Value;

use crate::support::{Desk, Ran, patients, request};

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).expect(&ran.talk)
}

fn names(value: &Value, key: &str) -> Vec<String> {
    value.as_array().unwrap().iter().map(|v| v[key].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_is_walked_and_the_others_go_on() {
    let desk = Desk::new(&patients(50), "");
    fs::create_dir(desk.path("in")).unwrap();
    fs::create_dir(desk.path("in/deep")).unwrap();
    fs::write(desk.path("in/a.csv"), patients(40)).unwrap();
    fs::write(desk.path("in/deep/letter.txt"), "患者手机 13812345678。\n请回电。\n").unwrap();
    fs::write(desk.path("in/bad.csv"), "a,b\n1,2,3\n").unwrap();
    fs::write(desk.path("in/photo.jpg"), b"\xff\xd8").unwrap();
    let ran = desk.weir(["inspect", "in", "--json"]);
    assert_eq!(ran.status, 1, "{}", ran.talk);
    assert!(ran.talk.contains("bad.csv") && ran.talk.contains("hint: "), "{}", ran.talk);
    let result = json(&ran);
    assert_eq!(names(&result["tables"], "name"), ["in/a.csv"]);
    assert_eq!(result["tables"][0]["rows"], patients(40).lines().count() as u64 - 1);
    assert_eq!(result["texts"][0]["kinds"][0]["spans"], 1);
    assert!(!ran.out.contains("13812345678"), "no value is shown");
    assert_eq!(result["passed_over"], serde_json::json!(["in/photo.jpg"]));
    assert!(result["not_read"][0]["error"].as_str().unwrap().contains("row 1"));
    let text = desk.weir(["inspect", "in", "--lang", "zh"]);
    assert!(text.out.contains("== in/a.csv") && text.out.contains("级别"), "{}", text.out);
    let none = desk.weir(["inspect", "in/bad.csv", "nothing.csv"]);
    assert_eq!(none.status, 2);
    assert!(none.talk.contains("check how the path is spelled"), "{}", none.talk);
}

#[test]
fn every_sheet_is_a_table_of_its_own() {
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../weir-table/tests/vectors/sheets.xlsx");
    let ran = Desk::new("", "").weir(["inspect", book, "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert_eq!(names(&json(&ran)["tables"], "sheet"), ["病人", "就诊"]);
}

#[test]
fn nested_columns_are_found_by_their_path() {
    let nested = concat!(env!("CARGO_MANIFEST_DIR"), "/../weir-table/tests/vectors/people.parquet");
    let ran = Desk::new("", "").weir(["inspect", nested, "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    let columns = names(&json(&ran)["tables"][0]["columns"], "column");
    assert!(columns.contains(&"person.phone[]".to_owned()), "{columns:?}");
}

#[test]
fn the_columns_can_be_pasted_into_a_request() {
    let desk = Desk::new(&patients(200), "");
    let ran = desk.weir(["inspect", "data.csv", "--columns", "-"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert!(ran.out.contains("[columns.\"age\"]\nrole = \"quasi-identifier\""), "{}", ran.out);
    fs::write(desk.path("request.toml"), request(&ran.out)).unwrap();
    let released = desk.release();
    assert!([0, 3].contains(&released.status), "{}", released.talk);
    // A name that needs quoting.
    fs::write(desk.path("odd.csv"), "\"a.\"\"b\\ c\",n\nx,1\ny,2\n").unwrap();
    let odd = desk.weir(["inspect", "odd.csv", "--columns", "-"]);
    assert!(odd.out.contains("[columns.\"a.\\\"b\\\\ c\"]"), "{}", odd.out);
    let two = desk.weir(["inspect", "data.csv", "odd.csv", "--columns", "-"]);
    assert_eq!(two.status, 2, "{}", two.talk);
}

#[test]
fn what_is_read_is_not_written_over() {
    let desk = Desk::new(&patients(20), "");
    let before = fs::read(desk.path("data.csv")).unwrap();
    for outputs in [
        &["--columns", "data.csv"][..],
        &["--dictionary", "./data.csv"],
        &["--dictionary", "new.md", "--columns", "new.md"],
    ] {
        let ran = desk.weir([&["inspect", "data.csv"][..], outputs].concat());
        assert_eq!(ran.status, 2, "{}", ran.talk);
        assert!(ran.talk.contains("is read, or is to be written twice"), "{}", ran.talk);
    }
    assert_eq!(fs::read(desk.path("data.csv")).unwrap(), before);
    assert!(!desk.path("new.md").exists());
    // Written again, whole, without anything beside it.
    for _ in 0..2 {
        assert_eq!(desk.weir(["inspect", "data.csv", "--dictionary", "new.md"]).status, 0);
    }
    assert!(!desk.names().iter().any(|name| name.contains(".new")), "{:?}", desk.names());
}

#[test]
fn a_dictionary_is_one_file_and_shows_no_markup_of_the_data() {
    let desk = Desk::new("", "");
    fs::write(desk.path("x.csv"), "<script>,b|c\n1,2\n3,4\n").unwrap();
    for name in ["d.html", "d.md"] {
        let ran = desk.weir(["inspect", "x.csv", "--dictionary", name]);
        assert_eq!(ran.status, 0, "{}", ran.talk);
    }
    let html = fs::read_to_string(desk.path("d.html")).unwrap();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"), "{html}");
    assert!(html.contains("数据字典") && html.contains("Data dictionary"));
    assert!(!html.contains("http://") && !html.contains("https://"));
    let markdown = fs::read_to_string(desk.path("d.md")).unwrap();
    assert!(markdown.contains("| b\\|c |"), "{markdown}");
}

#[test]
fn types_and_answers_of_the_user_count() {
    let desk = Desk::new("", "");
    fs::write(desk.path("a.csv"), "name,n\n张三,1\n李四,2\n").unwrap();
    fs::write(desk.path("answers.toml"), "importance = 'core'\n").unwrap();
    let ran = desk.weir(["inspect", "a.csv", "--answers", "answers.toml"]);
    assert_eq!(ran.status, 2, "core data needs its basis: {}", ran.talk);
    let given = "importance = 'important'\nimportance_basis = 'notified'\nimportance_by = 'x'\n";
    fs::write(desk.path("answers.toml"), given).unwrap();
    let ran = desk.weir(["inspect", "a.csv", "--answers", "answers.toml", "--json"]);
    assert_eq!(json(&ran)["tables"][0]["grade"]["table"]["status"], "important");
    fs::write(desk.path("types.toml"), "[[type]]\nno = 1\n").unwrap();
    let ran = desk.weir(["inspect", "a.csv", "--types", "types.toml"]);
    assert_eq!(ran.status, 2);
    assert!(ran.talk.contains("types.toml") && ran.talk.contains("hint: "), "{}", ran.talk);
}

#[test]
fn odd_tables_get_an_answer_or_a_clear_error() {
    let desk = Desk::new("", "");
    let run = |text: &[u8]| {
        fs::write(desk.path("x.csv"), text).unwrap();
        desk.weir(["inspect", "x.csv", "--json"])
    };
    let nulls = run(b"a,b\n,1\n,2\n");
    assert_eq!(nulls.status, 0, "{}", nulls.talk);
    assert_eq!(json(&nulls)["tables"][0]["columns"][0]["nulls"], 2);
    for (bytes, says) in [
        (&b""[..], "the table has no rows"),
        (b"a,b\n", "the table has no rows"),
        (b"a,a\n1,2\n", "two columns have this name"),
    ] {
        let ran = run(bytes);
        assert_eq!(ran.status, 2, "{}", ran.talk);
        assert!(ran.talk.contains(says) && ran.talk.contains("hint: "), "{}", ran.talk);
    }
    let gb = ["姓名,n\n".as_bytes(), b"\xd5\xc5\xc8\xfd,1\n", "李四,2\n".as_bytes()].concat();
    let mixed = run(&gb);
    assert_eq!(json(&mixed)["tables"][0]["mended"]["recoded_lines"], 1, "{}", mixed.talk);
    let url = desk.weir(["inspect", "postgres://u:secret@localhost/db"]);
    assert_eq!(url.status, 2);
    assert!(!url.talk.contains("secret") && url.talk.contains("hint: "), "{}", url.talk);
}
