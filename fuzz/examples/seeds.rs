//! Writes the seeds that must be signed: a receipt and a sealed statement, and what is refused
//! although it looks like them. Run it when one of these formats changes.
//!
//! ```text
//! cargo run --manifest-path fuzz/Cargo.toml --example seeds
//! ```
//!
//! The keys are of known seeds and the time is fixed, so the same bytes come out each time.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use weir_evidence::{Seed, Signer, dsse};
use weir_fuzz::{ENTRY, log_key};
use weir_log::Log;
use weir_types::Statement;

fn main() -> Result<(), Box<dyn Error>> {
    receipts()?;
    statements()?;
    Ok(())
}

fn receipts() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut log = Log::create_or_open(folder.path(), log_key())?;
    let alone = log.append(&[ENTRY.to_vec()])?[0];
    write("tlog_proof", "valid-only-entry.tlog-proof", log.receipt(alone)?.to_tlog_proof())?;

    let others: Vec<Vec<u8>> = (0..300_u32).map(|i| i.to_be_bytes().to_vec()).collect();
    log.append(&others)?;
    let receipt = log.receipt(alone)?.to_tlog_proof();
    write("tlog_proof", "valid-first-of-301.tlog-proof", &receipt)?;

    let other = log.receipt(5)?.to_tlog_proof();
    write("tlog_proof", "bad-of-another-entry.tlog-proof", other)?;
    write("tlog_proof", "bad-empty.tlog-proof", "")?;
    for (name, from, to) in [
        ("bad-version.tlog-proof", "tlog-proof@v1", "tlog-proof@v2"),
        ("bad-index.tlog-proof", "index 0", "index 1"),
        ("bad-leading-zero.tlog-proof", "index 0", "index 00"),
        ("bad-extra-line.tlog-proof", "\nindex 0", "\nextra AAAA\nindex 0"),
        ("bad-size.tlog-proof", "\n301\n", "\n302\n"),
        ("bad-no-gap.tlog-proof", "\n\n", "\n"),
        ("bad-carriage-returns.tlog-proof", "\n", "\r\n"),
        ("bad-origin.tlog-proof", "\nlog.example/fuzz\n", "\nlog.example/other\n"),
    ] {
        let changed = receipt.replace(from, to);
        if changed == receipt {
            return Err(format!("{name} would be the same as the valid receipt").into());
        }
        write("tlog_proof", name, changed)?;
    }
    Ok(())
}

fn statements() -> Result<(), Box<dyn Error>> {
    let signer = Signer::new(&Seed::new([9; 32]));
    let statement = statement(&signer)?;
    let sealed = dsse::seal(&statement, &signer)?;
    let text = std::str::from_utf8(sealed.bytes())?;
    write("dsse", "valid-release.json", text)?;
    let mut first = statement.clone();
    first.predicate_type = weir_types::statement::RELEASE_PREDICATE_V1.to_owned();
    first.predicate.attacks = None;
    first.predicate.weighed = None;
    write("dsse", "valid-release-v1.json", dsse::seal(&first, &signer)?.bytes())?;
    let mut second = statement.clone();
    second.predicate_type = weir_types::statement::RELEASE_PREDICATE_V2.to_owned();
    second.predicate.weighed = None;
    write("dsse", "valid-release-v2.json", dsse::seal(&second, &signer)?.bytes())?;

    write("dsse", "bad-empty.json", "")?;
    write("dsse", "bad-no-envelope.json", "{}")?;
    write("dsse", "bad-space.json", text.replacen(':', ": ", 1))?;
    write("dsse", "bad-no-last-newline.json", text.trim_end())?;
    let other_type = text.replace("application/vnd.in-toto+json", "application/json");
    write("dsse", "bad-payload-type.json", other_type)?;
    let mut envelope: Value = serde_json::from_str(text)?;
    let signature = envelope["signatures"][0].clone();
    envelope["signatures"] = json!([signature, signature]);
    write("dsse", "bad-two-signatures.json", format!("{envelope}\n"))?;
    envelope["signatures"] = json!([]);
    write("dsse", "bad-no-signature.json", format!("{envelope}\n"))?;
    let unsigned = sealed.statement().clone();
    write("dsse", "bad-bare-statement.json", serde_json::to_string(&unsigned)?)?;
    Ok(())
}

/// The least statement that seals: one data file, one column, no rule.
fn statement(signer: &Signer) -> Result<Statement, Box<dyn Error>> {
    let both = |text: &str| json!({ "zh": text, "en": text });
    let digest = |digit: &str| digit.repeat(64);
    let risk = json!({
        "quasi_identifiers": ["age"], "person": null, "people_counted_by": "row",
        "rows": 10, "people": 10, "classes": 2, "smallest_class": 5, "largest_class": 5,
        "unique_people": 0, "uniqueness": 0.0, "prosecutor_max": 0.2, "prosecutor_mean": 0.2,
        "journalist_max": 0.2, "marketer": 0.2, "class_mean": 0.2, "tau": 0.2,
        "exposed_classes": 0.0, "exposed_people": 0.0,
        "histogram": [{ "from": 5, "to": 9, "classes": 2, "people": 10 }],
    });
    let statement = json!({
        "_type": weir_types::statement::STATEMENT_TYPE,
        "subject": [
            { "name": "README.txt", "digest": { "sha256": digest("1") } },
            { "name": "data/part-0.parquet", "digest": { "sha256": digest("2") } },
            { "name": "report.html", "digest": { "sha256": digest("3") } },
        ],
        "predicateType": weir_types::statement::RELEASE_PREDICATE,
        "predicate": {
            "release": "0123456789abcdef0123456789abcdef",
            "time": "2026-11-23T08:15:00Z",
            "tool": "weir 0.1.0",
            "signer": signer.describe(log_key().verifier().to_string()),
            "provider": "Harbour Mutual", "recipient": "Northgate University",
            "purpose": "research", "legal_basis": null,
            "relation": "provide", "environment": "controlled",
            "conditions": {
                "retention": null, "onward_transfer": false, "reidentification_ban": true,
            },
            "sources": [digest("4")], "data": ["data/part-0.parquet"], "rows": 10,
            "findings": [{
                "column": "age", "type": "integer", "semantic": "age", "label": both("age"),
                "role": "quasi-identifier", "confidence": 0.9, "sensitive_pi": false,
                "person_key": false, "signals": [{ "test": "name", "saw": both("age") }],
                "distinct": 10, "distinct_exact": true, "nulls": 0,
            }],
            "plan": {
                "columns": [{
                    "column": "age", "type": "integer", "role": "quasi-identifier",
                    "treatment": {
                        "action": "generalise", "level": 1, "levels": 3, "meaning": both("tens"),
                    },
                    "reason": both("k"), "loss": 0.5,
                }],
                "person": null, "linked": false, "k": 5, "links": [], "people": 10, "rows": 10,
                "people_suppressed": 0, "rows_suppressed": 0, "suppression_limit": 0.05,
                "loss": 0.5, "searched": { "measured": 3, "of": 3, "optimal": true },
            },
            "risk_before": risk, "risk": risk,
            "attacks": { "outcome": "not-tried", "reason": "switched-off" },
            "weighed": { "costs": "fuzz 1", "taken": 1, "options": [{
                "route": "anonymised", "k": 5, "built": true, "total_yuan": 12000.5,
                "risk_yuan": 2000.25, "measures": ["contract"],
            }] },
            "facts": {
                "kind": "personal", "relation": "provide", "environment": "controlled",
                "importance": "general", "personal_information": true, "sensitive": false,
                "direct_identifiers_released": false, "legal_basis": false,
                "reidentification_ban": true, "retention": false, "purpose": true, "people": 10,
            },
            "decision": {
                "permitted": true, "pack": "fuzz 1", "as_of": "2026-11-23", "findings": [],
                "summary": both("k"), "valid_until": "2027-11-23",
            },
        },
    });
    Ok(serde_json::from_value(statement)?)
}

fn write(target: &str, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), bytes)?;
    Ok(())
}
