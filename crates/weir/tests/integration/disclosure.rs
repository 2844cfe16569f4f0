//! What must never be said: a cell value, in any message.

use crate::support::{Desk, patients, request};

#[test]
fn no_message_holds_a_cell_value() {
    let table = patients(200);
    let broken = [
        table.replace("P00150,", "P00150,zqxv,"),
        table.replace("zqxv 77,", "\"zqxv 77,"),
        format!("{table}P1,zqxv"),
        table.replace("patient_id,name", "name,name"),
    ];
    for data in &broken {
        let desk = Desk::new(data, &request(""));
        for args in [
            vec!["release", "request.toml", "--out", "package"],
            vec!["inspect", "data.csv"],
            vec!["risk", "data.csv", "--quasi", "age"],
        ] {
            let ran = desk.weir(&args);
            assert_eq!(ran.status, 2, "{args:?}: {}", ran.talk);
            assert!(ran.talk.contains("hint: "), "{args:?}: {}", ran.talk);
            assert!(!ran.talk.contains("zqxv") && !ran.out.contains("zqxv"), "{args:?}");
        }
    }
}

#[test]
fn inspect_and_report_show_no_names() {
    let desk = Desk::new(&patients(200), &request(""));
    let inspected = desk.weir(["inspect", "data.csv", "--json"]);
    assert_eq!(inspected.status, 0);
    assert!(!inspected.out.contains("zqxv"));
    assert_eq!(desk.release().status, 0);
    for file in ["report.html", "README.txt", "statement.dsse.json"] {
        let text = std::fs::read_to_string(desk.path("package").join(file)).unwrap();
        assert!(!text.contains("zqxv"), "{file}");
    }
}
