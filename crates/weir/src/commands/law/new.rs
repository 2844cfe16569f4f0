//! `weir law new`.

use std::io::Write as _;
use std::path::Path;

use weir_law::template;

use crate::args::NewPack;
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print};

pub(super) fn run(args: &NewPack, talk: &Talk) -> Result<Exit, Failure> {
    let cases = args.folder.join("cases");
    std::fs::create_dir_all(&cases).map_err(|error| unwritable(&cases, &error))?;
    for file in &template::PACK {
        write(&args.folder.join(file.name), file.text)?;
    }
    for file in &template::CASES {
        write(&cases.join(file.name), file.text)?;
    }
    let folder = args.folder.display();
    print(&format!("{folder}\n"))?;
    talk.line(&match talk.lang {
        weir_types::Lang::Zh => {
            format!("已写入。修改其中的规则和案例，再运行 `weir law test {folder}`")
        }
        weir_types::Lang::En => {
            format!("written. Change its rules and cases, then run `weir law test {folder}`")
        }
    });
    Ok(Exit::Done)
}

/// Writes a file, never in the place of another one.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(
        format!("cannot write `{}`: {}", path.display(), error.kind()),
        "name a folder that is not there yet; nothing is overwritten",
    )
}
