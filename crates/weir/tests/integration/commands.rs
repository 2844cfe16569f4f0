//! The smaller commands, and what `--help` says.

use std::fs;
use std::path::Path;

use crate::support::{Desk, patients, request};

#[test]
fn a_newcomer_gets_from_data_to_package() {
    let desk = Desk::new(&patients(200), "");
    let new = desk.weir(["new", "data.csv", "--yes"]);
    assert_eq!(new.status, 0, "{}", new.talk);
    assert_eq!(new.out.trim(), "data.weir.toml");
    let written = fs::read_to_string(desk.path("data.weir.toml")).unwrap();
    assert!(written.contains("path = \"data.csv\"") && written.contains("person = \"patient_id\""));
    assert!(!written.contains("zqxv"));
    let ran = desk.weir(["release", "data.weir.toml", "--out", "package"]);
    assert_eq!(ran.status, 0, "{}", ran.talk);
    assert_eq!(desk.weir(["verify", "package"]).status, 0);
    let again = desk.weir(["new", "data.csv", "--yes"]);
    assert_eq!(again.status, 2);
    assert_eq!(fs::read_to_string(desk.path("data.weir.toml")).unwrap(), written);
}

#[test]
fn attacks_are_tried_on_what_was_released() {
    let desk = Desk::new("id,age,illness\na,30,flu\nb,31,gout\nc,41,flu\nd,42,acne\n", "");
    let released = "age,illness\n[30;40),flu\n[30;40),gout\n[40;50),flu\n[40;50),acne\n";
    fs::write(desk.path("released.csv"), released).unwrap();
    let tried = ["--known", "age", "--secret", "illness", "--json"];
    let run = desk.weir([&["attack", "data.csv", "released.csv"][..], &tried].concat());
    assert_eq!(run.status, 0, "{}", run.talk);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["linkage"]["rate"]["value"], 0.5);
    assert_eq!(report["linkage"]["fewest"], 2);
    assert_eq!(report["inference"][0]["rate"]["value"], 0.5);
    let raw = desk.weir([&["attack", "data.csv", "data.csv"][..], &tried].concat());
    let report: serde_json::Value = serde_json::from_str(&raw.out).unwrap();
    assert_eq!(report["linkage"]["unique"]["value"], 1.0);
    for lang in ["zh", "en"] {
        let text =
            desk.weir(["attack", "data.csv", "released.csv", "--known", "age", "--lang", lang]);
        assert_eq!(text.status, 0);
        assert!(!text.out.contains("gout"), "no cell value is shown");
    }
    let unknown = desk.weir(["attack", "data.csv", "released.csv", "--known", "id"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.talk.contains("`id`"), "{}", unknown.talk);
    let missing = desk.weir([
        "attack",
        "data.csv",
        "released.csv",
        "--known",
        "age",
        "--hierarchy",
        "age=no.csv",
    ]);
    assert_eq!(missing.status, 2);
    assert!(missing.talk.contains("hint:"), "{}", missing.talk);
}

#[test]
fn risk_counts_people() {
    let desk = Desk::new("id,age\na,30\na,30\na,30\nb,41\nb,41\nc,41\n", "");
    let by_row = desk.weir(["risk", "data.csv", "--quasi", "age", "--k", "2", "--json"]);
    assert_eq!(by_row.status, 0, "{}", by_row.talk);
    let by_person =
        desk.weir(["risk", "data.csv", "--quasi", "age", "--person", "id", "--k", "2", "--json"]);
    assert_eq!(by_person.status, 3);
    let report: serde_json::Value = serde_json::from_str(&by_person.out).unwrap();
    assert_eq!(report["people"], 3);
    assert_eq!(report["smallest_class"], 1);
    let unknown = desk.weir(["risk", "data.csv", "--quasi", "agee"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.talk.contains("did you mean `age`?"), "{}", unknown.talk);
}

#[test]
fn risk_holds_a_table_against_models() {
    let data = "age,sex,illness\n30,f,flu\n30,f,gout\n30,f,flu\n41,m,flu\n41,m,flu\n";
    let desk = Desk::new(data, "");
    fs::write(desk.path("illness.csv"), "flu;acute;*\ngout;chronic;*\n").unwrap();
    fs::write(desk.path("all.csv"), format!("{data}41,m,gout\n41,m,acne\n")).unwrap();
    let base = ["risk", "data.csv", "--quasi", "age,sex", "--k", "2", "--sensitive", "illness"];
    let with = |more: &[&str]| desk.weir([&base[..], more].concat());
    let plain = with(&["--lang", "en"]);
    assert_eq!(plain.status, 0, "{}", plain.talk);
    for line in ["distinct l, least", "β, basic", "classes compared with all rows"] {
        assert!(plain.out.contains(line), "{}", plain.out);
    }
    assert!(!plain.out.contains("gout"), "no cell value is shown");

    let json = with(&["--l", "2", "--t", "0.3", "--json", "--hierarchy", "illness=illness.csv"]);
    assert_eq!(json.status, 3);
    assert!(json.talk.contains("2-diversity of illness is not met"), "{}", json.talk);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let [l, t] = [0, 1].map(|at| report["models"][at].clone());
    assert_eq!((&l["met"], &l["classes_failing"]), (&false.into(), &1.into()));
    assert_eq!((&t["met"], &t["model"]["distance"]), (&true.into(), &"hierarchical".into()));
    let t = report["sensitive"][0]["t_equal"].as_f64().unwrap();
    assert!((t - 0.2).abs() < 1e-12);

    let beside = with(&[
        "--source",
        "all.csv",
        "--population",
        "all.csv",
        "--json",
        "--model",
        "delta-presence min=0.1 max=0.9",
        "--model",
        "3-map",
        "--model",
        "0.3-closeness of illness",
    ]);
    let report: serde_json::Value = serde_json::from_str(&beside.out).unwrap();
    assert_eq!(report["models"][0]["figure"], 1.0, "{}", beside.talk);
    assert_eq!(report["models"][1]["met"], true);
    assert_eq!(report["models"][2]["against"], "source");

    let odd = with(&["--model", "delta-presense min=0.1 max=0.9"]);
    assert_eq!(odd.status, 2);
    assert!(odd.talk.contains("did you mean `delta-presence`?"), "{}", odd.talk);
    let unknown = with(&["--model", "2-diversity of ilness"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.talk.contains("did you mean `illness`?"), "{}", unknown.talk);
}

#[test]
fn verify_can_be_pinned_to_a_key() {
    let desk = Desk::new(&patients(100), &request(""));
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--json"]);
    let result: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let key = result["signer"].as_str().unwrap();
    assert_eq!(desk.weir(["verify", "package", "--key", key]).status, 0);
    assert_eq!(desk.weir(["verify", "package", "--key", &"0".repeat(64)]).status, 3);
    let json = desk.weir(["verify", "package", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["passed"], true);
}

#[test]
fn keys_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new(&patients(100), &request(""));
    assert_eq!(desk.release().status, 0);
    for key in ["signer", "log"] {
        let path = desk.path(".weir/keys").join(key);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let signer = desk.path(".weir/keys/signer");
    fs::set_permissions(&signer, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = desk.weir(["release", "request.toml", "--out", "other"]);
    assert_eq!(ran.status, 1, "{}", ran.talk);
    assert!(ran.talk.contains("hint: "), "{}", ran.talk);
}

#[test]
fn people_read_chinese_where_they_ask_for_it() {
    let desk = Desk::new(&patients(100), &request(""));
    let ran = desk.weir(["release", "request.toml", "--out", "package", "--lang", "zh"]);
    assert!(ran.talk.contains("已发布"), "{}", ran.talk);
    let ran = desk.weir(["verify", "package", "--lang", "zh"]);
    assert!(ran.out.contains("通过"), "{}", ran.out);
    let ran = desk.weir(["inspect", "data.csv", "--lang", "zh"]);
    assert!(ran.out.contains("角色"), "{}", ran.out);
}

/// `--help` of every command, on disk. `WEIR_WRITE_TRANSCRIPTS=1` writes them anew.
#[test]
fn help_is_as_recorded() {
    let desk = Desk::new("", "");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let commands = [
        "",
        "new",
        "deidentify",
        "hierarchy",
        "inspect",
        "plan",
        "release",
        "risk",
        "verify",
        "attack",
        "law",
        "law list",
        "law facts",
        "law show",
        "law explain",
        "law test",
        "law diff",
        "law new",
        "documents",
    ];
    for command in commands {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let ran = desk.weir(&args);
        assert_eq!(ran.status, 0);
        assert!(ran.out.contains("xample"), "`{command}` shows no example");
        let name = if command.is_empty() { "weir".to_owned() } else { command.replace(' ', "-") };
        let path = folder.join(format!("{name}.txt"));
        if std::env::var_os("WEIR_WRITE_TRANSCRIPTS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &ran.out).unwrap();
        }
        assert_eq!(ran.out, fs::read_to_string(&path).unwrap_or_default(), "`{command}`");
    }
}
