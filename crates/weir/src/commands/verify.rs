//! `weir verify`.

use std::path::Path;

use weir_evidence::signer::PinnedKey;
use weir_evidence::verify::{VerifyOptions, verify_package};
use weir_log::note::VerifierKey;

use crate::args::{Global, Verify};
use crate::commands::{clean, limits};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_data};

pub(crate) fn run(args: &Verify, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let options = VerifyOptions {
        pinned_key: args.key.as_deref().map(key).transpose()?,
        log_key: args.log_key.as_deref().map(log_key).transpose()?,
        limits: limits(global),
    };
    let verified = verify_package(&args.package, &options);
    clean(&options.limits);
    let verification =
        verified.map_err(|e| Failure::new(Exit::BadInput, &e, Some(e.hint().to_owned())))?;
    if global.json {
        print_data(&verification.to_json())?;
    } else {
        print(&verification.render(talk.lang))?;
    }
    Ok(if verification.failed() == 0 { Exit::Done } else { Exit::Refused })
}

/// A key's identifier, or a file that holds it.
fn key(text: &str) -> Result<PinnedKey, Failure> {
    let file = Path::new(text);
    let read = if file.is_file() { std::fs::read_to_string(file).ok() } else { None };
    read.as_deref().unwrap_or(text).trim().parse().map_err(|_| {
        Failure::input(
            "`--key` is neither a key's identifier nor a file that holds one",
            "the provider's identifier has 64 hexadecimal digits; `weir verify` without `--key` \
             shows the one that signed",
        )
    })
}

fn log_key(text: &str) -> Result<VerifierKey, Failure> {
    text.parse().map_err(|_| {
        Failure::input(
            "`--log-key` is not a verifier key",
            "a verifier key looks like `name+1a2b3c4d+base64`",
        )
    })
}
