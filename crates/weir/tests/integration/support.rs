//! Running the program, and tables to run it on.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The built program.
pub(crate) const WEIR: &str = env!("CARGO_BIN_EXE_weir");

/// A folder with data and a request.
pub(crate) struct Desk {
    dir: TempDir,
}

/// What a run printed and how it ended.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) talk: String,
}

impl Desk {
    pub(crate) fn new(data: &str, request: &str) -> Self {
        let desk = Self { dir: tempfile::tempdir().unwrap() };
        fs::write(desk.path("data.csv"), data).unwrap();
        fs::write(desk.path("request.toml"), request).unwrap();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn weir<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ran {
        weir_in(self.dir.path(), args)
    }

    pub(crate) fn release(&self) -> Ran {
        self.weir(["release", "request.toml", "--out", "package"])
    }

    /// Names of everything in the folder, hidden things too, but for the home.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.dir.path())
    }
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".weir")
        .collect();
    names.sort();
    names
}

pub(crate) fn weir_in<A: AsRef<OsStr>>(dir: &Path, args: impl IntoIterator<Item = A>) -> Ran {
    let command =
        Command::new(WEIR).args(args).current_dir(dir).env("LC_ALL", "C.UTF-8").output().unwrap();
    ran(&command)
}

pub(crate) fn ran(output: &Output) -> Ran {
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        talk: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

/// Patients with one to three visits each. Every name holds `zqxv`, so that a cell value in a
/// message can be found.
pub(crate) fn patients(people: usize) -> String {
    let mut text = "patient_id,name,age,sex,city,cost\n".to_owned();
    for person in 0..people {
        for visit in 0..=(person % 3) {
            let (age, sex) = (20 + person * 7 % 50, ["f", "m"][person % 2]);
            let city = ["north", "south", "west"][person / 2 % 3];
            let cost = (person * 31 + visit * 17) % 900;
            writeln!(text, "P{person:05},zqxv {person},{age},{sex},{city},{cost}.5").unwrap();
        }
    }
    text
}

/// A request for [`patients`].
pub(crate) fn request(more: &str) -> String {
    format!(
        "[data]\npath = \"data.csv\"\nkind = \"personal\"\nperson = \"patient_id\"\n\n\
         [parties]\nprovider = \"Hospital A\"\nrecipient = \"University B\"\n\
         relation = \"provide\"\nenvironment = \"controlled\"\n\n\
         [purpose]\ntext = \"research\"\n\n\
         [conditions]\nretention = \"2 years\"\n{more}\n"
    )
}

/// The claims example, by a copy of its folder's files: the folder itself is not written to.
pub(crate) fn claims() -> Desk {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/claims");
    let desk = Desk::new("", &fs::read_to_string(folder.join("request.toml")).unwrap());
    fs::copy(folder.join("randhie.csv"), desk.path("randhie.csv")).unwrap();
    desk
}
