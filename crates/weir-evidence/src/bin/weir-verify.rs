//! `weir-verify`: checks a package offline, with no network and no de-identification code.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use thiserror::Error;
use weir_evidence::{PinnedKey, VerifyOptions, verify_package};
use weir_log::note::VerifierKey;
use weir_table::Limits;
use weir_types::Lang;

const HELP: &str = "\
Verify a package of released data, offline

Usage: weir-verify PACKAGE [OPTIONS]

PACKAGE is the folder that holds `statement.dsse.json`. Checked are: the files and their digests,
the signature, the log's receipt, the columns and rows, and that the stated risk is what the data
files show when they are measured again.

Options:
  --key FILE|KEY   Key that must have signed: its fingerprint (64 hexadecimal digits), the public
                   key in base64, or a file with either. Ask the provider for it over another way
  --log-key VKEY   Key of the log, as a C2SP verifier key (`name+hash+base64`)
  --json           Print the result as JSON
  --lang zh|en     Language of the result (default: from the locale)
  --help           Print this

Exit status: 0 every check passed, 1 the result could not be printed, 2 bad arguments or a package
that cannot be read, 3 refused: a check failed.
";

#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Verify(Arguments),
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    package: PathBuf,
    key: Option<String>,
    log_key: Option<String>,
    json: bool,
    lang: Option<Lang>,
}

#[derive(Debug, Error, PartialEq, Eq)]
enum UsageError {
    #[error("no package was named")]
    NoPackage,
    #[error("`{0}` comes after the package; only one package is verified")]
    Surplus(String),
    #[error("unknown option `{0}`")]
    UnknownOption(String),
    #[error("option `{0}` needs a value")]
    NoValue(&'static str),
    #[error("option `{0}` takes no value")]
    Value(&'static str),
    #[error("option `{0}` was given twice")]
    Twice(&'static str),
    #[error("`{0}` is no language; there are `zh` and `en`")]
    Lang(String),
    #[error("`{0}` is neither a key nor a readable file with one")]
    Key(String),
    #[error("`{0}` is no verifier key of a log")]
    LogKey(String),
    #[error("cannot make a folder for temporary files in `{0}`")]
    Temporary(String),
}

fn main() -> ExitCode {
    // What a reader says as it gives up on damaged bytes belongs into no terminal: it becomes a
    // failed check.
    std::panic::set_hook(Box::new(|_| {}));
    match run() {
        Ok(status) => status,
        Err((error, hint)) => {
            let mut text = format!("error: {error}\n");
            if let Some(cause) = error.source() {
                text += &format!("  cause: {cause}\n");
            }
            let _ = writeln!(io::stderr(), "{text}hint: {hint}");
            ExitCode::from(2)
        }
    }
}

type Failure = (Box<dyn std::error::Error>, &'static str);

fn run() -> Result<ExitCode, Failure> {
    let usage = |error: UsageError| -> Failure { (error.into(), "see `weir-verify --help`") };
    let arguments = match parse(std::env::args_os().skip(1)).map_err(usage)? {
        Command::Help => return Ok(print(HELP, ExitCode::SUCCESS)),
        Command::Verify(arguments) => arguments,
    };
    let lang = arguments.lang.unwrap_or_else(lang_of_the_locale);
    let pinned_key = arguments.key.as_deref().map(pinned_key).transpose().map_err(usage)?;
    let log_key = arguments.log_key.as_deref().map(log_key).transpose().map_err(usage)?;
    let spill_dir = temporary_folder().map_err(usage)?;
    let options = VerifyOptions { pinned_key, log_key, limits: Limits::new(spill_dir.clone()) };
    let verified = verify_package(&arguments.package, &options);
    // A folder left behind is empty or holds nothing but what is in the package.
    let _ = fs::remove_dir_all(&spill_dir);
    let verification = verified.map_err(|error| -> Failure {
        let hint = error.hint();
        (error.into(), hint)
    })?;
    let text =
        if arguments.json { verification.to_json() + "\n" } else { verification.render(lang) };
    let status = if verification.passed { ExitCode::SUCCESS } else { ExitCode::from(3) };
    Ok(print(&text, status))
}

fn print(text: &str, status: ExitCode) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => status,
        Err(_) => ExitCode::FAILURE,
    }
}

fn parse(words: impl Iterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut words = words;
    let mut package = None;
    let (mut key, mut log_key, mut lang) = (None, None, None);
    let mut json = false;
    let mut only_names = false;
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        if only_names || !text.starts_with('-') || text == "-" {
            if package.replace(PathBuf::from(word)).is_some() {
                return Err(UsageError::Surplus(text));
            }
            continue;
        }
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.as_str(), None),
        };
        match (name, &inline) {
            ("--", None) => only_names = true,
            ("--help" | "-h", None) => return Ok(Command::Help),
            ("--json", None) => json = true,
            ("--json", Some(_)) => return Err(UsageError::Value("--json")),
            ("--key", _) => set(&mut key, "--key", inline, &mut words)?,
            ("--log-key", _) => set(&mut log_key, "--log-key", inline, &mut words)?,
            ("--lang", _) => set(&mut lang, "--lang", inline, &mut words)?,
            _ => return Err(UsageError::UnknownOption(name.to_owned())),
        }
    }
    let lang = match lang.as_deref() {
        None => None,
        Some("zh") => Some(Lang::Zh),
        Some("en") => Some(Lang::En),
        Some(other) => return Err(UsageError::Lang(other.to_owned())),
    };
    let package = package.ok_or(UsageError::NoPackage)?;
    Ok(Command::Verify(Arguments { package, key, log_key, json, lang }))
}

fn set(
    slot: &mut Option<String>,
    name: &'static str,
    inline: Option<String>,
    words: &mut impl Iterator<Item = OsString>,
) -> Result<(), UsageError> {
    let value = match inline {
        Some(value) => value,
        None => words.next().ok_or(UsageError::NoValue(name))?.to_string_lossy().into_owned(),
    };
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(UsageError::Twice(name)),
    }
}

fn pinned_key(text: &str) -> Result<PinnedKey, UsageError> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let wrong = || UsageError::Key(text.to_owned());
    let content = fs::read_to_string(Path::new(text)).map_err(|_| wrong())?;
    content.trim().parse().map_err(|_| wrong())
}

fn log_key(text: &str) -> Result<VerifierKey, UsageError> {
    text.parse().map_err(|_| UsageError::LogKey(text.to_owned()))
}

fn lang_of_the_locale() -> Lang {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    match locale {
        Some(locale) if locale.to_string_lossy().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// A new folder that only this user may enter.
fn temporary_folder() -> Result<PathBuf, UsageError> {
    let parent = std::env::temp_dir();
    let process = std::process::id();
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    // Making it fails where the name is taken, so a guessed name is no way in.
    (0..1000)
        .map(|i| parent.join(format!("weir-verify-{process}-{i}")))
        .find(|path| builder.create(path).is_ok())
        .ok_or_else(|| UsageError::Temporary(parent.display().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Command, UsageError> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn options_stand_before_or_after_the_package() {
        let expected = Command::Verify(Arguments {
            package: "pkg".into(),
            key: Some("ab".to_owned()),
            log_key: None,
            json: true,
            lang: Some(Lang::Zh),
        });
        let typed = parse_words(&["--key", "ab", "pkg", "--json", "--lang=zh"]).unwrap();
        assert_eq!(typed, expected);
        assert_eq!(parse_words(&["--help", "--what"]), Ok(Command::Help));
    }

    #[test]
    fn wrong_arguments_say_what_is_wrong() {
        assert_eq!(parse_words(&[]), Err(UsageError::NoPackage));
        assert_eq!(parse_words(&["a", "b"]), Err(UsageError::Surplus("b".to_owned())));
        assert_eq!(parse_words(&["a", "--key"]), Err(UsageError::NoValue("--key")));
        assert_eq!(parse_words(&["a", "--json=1"]), Err(UsageError::Value("--json")));
        assert_eq!(
            parse_words(&["a", "--lang", "zh", "--lang", "en"]),
            Err(UsageError::Twice("--lang"))
        );
        assert_eq!(parse_words(&["a", "--lang", "fr"]), Err(UsageError::Lang("fr".to_owned())));
        assert_eq!(parse_words(&["--kye"]), Err(UsageError::UnknownOption("--kye".to_owned())));
        assert!(matches!(parse_words(&["--", "--odd"]), Ok(Command::Verify(_))));
    }

    #[test]
    fn a_key_is_given_as_it_is_or_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let fingerprint = "ab".repeat(32);
        let path = folder.path().join("provider.key");
        fs::write(&path, format!("{fingerprint}\n")).unwrap();
        let given = pinned_key(&fingerprint).unwrap();
        assert_eq!(pinned_key(path.to_str().unwrap()), Ok(given));
        assert!(pinned_key("nothing of this name").is_err());
    }
}
