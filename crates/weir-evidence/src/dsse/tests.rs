use proptest::prelude::*;
use serde_json::Value;
use weir_log::note::SigningKey;

use super::*;
use crate::fixture;
use crate::keys::Seed;
use weir_types::statement::{RELEASE_PREDICATE_V1, RELEASE_PREDICATE_V2};

fn signer() -> Signer {
    Signer::new(&Seed::new([9; 32]))
}

fn log_key() -> String {
    SigningKey::from_seed("log.example/test", &[7; 32]).unwrap().verifier().to_string()
}

fn sample() -> Statement {
    let files = [
        ("README.txt", Sha256([1; 32])),
        ("data/part-00000.csv", Sha256([2; 32])),
        ("report.html", Sha256([3; 32])),
    ];
    fixture::statement(signer().describe(log_key()), &files)
}

/// An envelope signed by the real key around any payload.
fn signed(payload: &[u8]) -> Vec<u8> {
    Envelope {
        payload: STANDARD.encode(payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![EnvelopeSignature {
            keyid: signer().keyid(),
            sig: STANDARD.encode(signer().sign(&pae(PAYLOAD_TYPE, payload))),
        }],
    }
    .to_bytes()
}

/// The example of the DSSE v1 protocol.
#[test]
fn the_published_encoding_holds() {
    assert_eq!(
        pae("http://example.com/HelloWorld", b"hello world"),
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
    assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
}

#[test]
fn what_is_sealed_opens() {
    let statement = sample();
    let sealed = seal(&statement, &signer()).unwrap();
    let pin = PinnedKey::from(signer().public_key());
    let opened = open(sealed.bytes(), Some(&pin)).unwrap();
    assert_eq!(opened.statement(), &statement);
    assert_eq!(opened.digest(), sealed.digest());
    assert_eq!(opened.data_digest(), sealed.data_digest());
    assert_eq!(opened.key(), signer().public_key());
    assert_eq!(sealed.bytes(), seal(&statement, &signer()).unwrap().bytes(), "one encoding");
    assert_eq!(
        sealed.data_digest(),
        dataset_digest(&[("data/part-00000.csv", Sha256([2; 32]))]),
        "the report is no data"
    );
}

#[test]
fn the_fields_are_those_of_dsse_and_in_toto() {
    let sealed = seal(&sample(), &signer()).unwrap();
    let envelope: Value = serde_json::from_slice(sealed.bytes()).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&envelope), ["payload", "payloadType", "signatures"]);
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
    assert_eq!(keys(&envelope["signatures"][0]), ["keyid", "sig"]);
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(keys(&statement), ["_type", "predicate", "predicateType", "subject"]);
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["subject"][0]["name"], "README.txt");
    assert_eq!(statement["subject"][0]["digest"]["sha256"], "01".repeat(32));
}

#[test]
fn every_changed_byte_is_refused() {
    let sealed = seal(&sample(), &signer()).unwrap();
    let mut bytes = sealed.bytes().to_vec();
    for at in 0..bytes.len() {
        for mask in [0x01, 0x20] {
            bytes[at] ^= mask;
            assert!(open(&bytes, None).is_err(), "byte {at}, mask {mask:#x}");
            bytes[at] ^= mask;
        }
    }
    assert!(open(&bytes, None).is_ok());
    for at in 0..bytes.len() {
        assert!(open(&bytes[..at], None).is_err(), "cut at {at}");
    }
    for extra in [b' ', b'\n', b'0', 0] {
        let longer = [&bytes[..], &[extra]].concat();
        assert!(open(&longer, None).is_err());
    }
}

#[test]
fn other_ways_to_write_the_envelope_are_refused() {
    let sealed = seal(&sample(), &signer()).unwrap();
    let text = std::str::from_utf8(sealed.bytes()).unwrap();
    let rewritten = |from: &str, to: &str| {
        assert!(text.contains(from));
        open(text.replacen(from, to, 1).as_bytes(), None).unwrap_err()
    };
    assert_eq!(rewritten(",\"payloadType\"", ", \"payloadType\""), OpenError::EnvelopeBytes);
    assert_eq!(rewritten("vnd.in", "vnd\\u002ein"), OpenError::EnvelopeBytes);
    assert!(matches!(
        rewritten("{\"payload\"", "{\"note\":1,\"payload\""),
        OpenError::Envelope { .. }
    ));
    assert_eq!(rewritten("vnd.in-toto+json", "vnd.in-toto"), OpenError::PayloadType);
    let value: Value = serde_json::from_str(text).unwrap();
    let mut doubled = value.clone();
    doubled["signatures"] = Value::from(vec![value["signatures"][0].clone(); 2]);
    assert_eq!(
        open(&serde_json::to_vec(&doubled).unwrap(), None).unwrap_err(),
        OpenError::Signatures { found: 2 }
    );
    doubled["signatures"] = Value::from(Vec::<Value>::new());
    assert_eq!(
        open(&serde_json::to_vec(&doubled).unwrap(), None).unwrap_err(),
        OpenError::Signatures { found: 0 }
    );
}

#[test]
fn signed_payloads_that_weir_would_not_write_are_refused() {
    let payload = encode(&sample()).unwrap();
    assert!(open(&signed(&payload), None).is_ok());
    let pretty = serde_json::to_vec_pretty(&sample()).unwrap();
    assert_eq!(open(&signed(&pretty), None).unwrap_err(), OpenError::StatementBytes);
    // The plan's type does not refuse unknown fields; the encoding does.
    let text = String::from_utf8(payload).unwrap();
    let smuggled = text.replacen("\"plan\":{", "\"plan\":{\"note\":\"x\",", 1);
    assert_ne!(text, smuggled);
    assert_eq!(open(&signed(smuggled.as_bytes()), None).unwrap_err(), OpenError::StatementBytes);
    assert!(matches!(open(&signed(b"{}"), None), Err(OpenError::Statement { .. })));
    assert!(matches!(open(&signed(b"\xff"), None), Err(OpenError::Statement { .. })));
}

#[test]
fn another_key_is_seen() {
    let other = Signer::new(&Seed::new([8; 32]));
    assert!(matches!(seal(&sample(), &other), Err(SealError::OtherSigner)));
    let sealed = seal(&sample(), &signer()).unwrap();
    let pin = PinnedKey::from(other.public_key());
    assert_eq!(
        open(sealed.bytes(), Some(&pin)).unwrap_err(),
        OpenError::OtherKey { expected: other.keyid(), found: signer().keyid() }
    );
    // The other key signs the statement that names the first one.
    let payload = encode(&sample()).unwrap();
    let mut envelope: Envelope = serde_json::from_slice(&signed(&payload)).unwrap();
    envelope.signatures[0].sig = STANDARD.encode(other.sign(&pae(PAYLOAD_TYPE, &payload)));
    assert_eq!(open(&envelope.to_bytes(), None).unwrap_err(), OpenError::Signature);
    envelope.signatures[0].keyid = other.keyid();
    assert_eq!(open(&envelope.to_bytes(), None).unwrap_err(), OpenError::KeyId);
}

#[test]
fn a_signature_is_for_one_payload_type() {
    let payload = encode(&sample()).unwrap();
    let mut envelope: Envelope = serde_json::from_slice(&signed(&payload)).unwrap();
    envelope.signatures[0].sig = STANDARD.encode(signer().sign(&pae("text/plain", &payload)));
    assert_eq!(open(&envelope.to_bytes(), None).unwrap_err(), OpenError::Signature);
}

#[test]
fn statements_of_the_wrong_form_are_neither_sealed_nor_opened() {
    type Change = fn(&mut Statement);
    let cases: &[(Change, FormError)] = &[
        (|s| s.ty.push('1'), FormError::OtherKind { field: "_type" }),
        (|s| s.predicate.attacks = None, FormError::OtherKind { field: "attacks" }),
        (
            |s| s.predicate_type = RELEASE_PREDICATE_V1.to_owned(),
            FormError::OtherKind { field: "attacks" },
        ),
        (
            |s| s.predicate_type = RELEASE_PREDICATE_V2.to_owned(),
            FormError::OtherKind { field: "weighed" },
        ),
        (|s| s.predicate.weighed = None, FormError::OtherKind { field: "weighed" }),
        (|s| s.predicate.weighed.as_mut().unwrap().taken = 0, FormError::Weighed),
        (|s| s.predicate.weighed.as_mut().unwrap().taken = 2, FormError::Weighed),
        (|s| s.predicate.weighed.as_mut().unwrap().options[0].k = Some(4), FormError::Weighed),
        (|s| s.predicate.weighed.as_mut().unwrap().options[0].built = false, FormError::Weighed),
        (|s| s.predicate_type.clear(), FormError::OtherKind { field: "predicateType" }),
        (|s| s.predicate.release = "AB".repeat(16), FormError::ReleaseId),
        (|s| s.subject[1].name = "data/../x".to_owned(), FormError::Name { position: 2 }),
        (|s| s.subject[2].name = "notes.csv".to_owned(), FormError::Name { position: 3 }),
        (|s| s.subject.swap(0, 1), FormError::Order),
        (|s| s.subject.push(s.subject[2].clone()), FormError::Order),
        (|s| s.predicate.data.clear(), FormError::Data),
        (|s| s.predicate.data.push("data/part-00000.csv".to_owned()), FormError::Data),
        (|s| s.predicate.data[0] = "report.html".to_owned(), FormError::Data),
        (|s| s.predicate.signer.ed25519.clear(), FormError::SignerKey),
        (|s| s.predicate.signer.keyid = Sha256([0; 32]), FormError::SignerKey),
        (|s| s.predicate.signer.log = "log.example".to_owned(), FormError::LogKey),
    ];
    for (change, expected) in cases {
        let mut statement = sample();
        change(&mut statement);
        assert!(
            matches!(seal(&statement, &signer()), Err(SealError::Form(e)) if e == *expected),
            "{expected:?}"
        );
        let bytes = signed(&encode(&statement).unwrap());
        assert_eq!(open(&bytes, None).unwrap_err(), OpenError::Form(expected.clone()));
    }
}

#[test]
fn statements_of_earlier_versions_are_read() {
    let read = |statement: &Statement, lacks: &str| {
        let sealed = seal(statement, &signer()).unwrap();
        assert_eq!(open(sealed.bytes(), None).unwrap().statement(), statement);
        let payload = String::from_utf8(encode(statement).unwrap()).unwrap();
        assert!(!payload.contains(lacks), "{lacks}");
    };
    let mut statement = sample();
    statement.predicate_type = RELEASE_PREDICATE_V2.to_owned();
    statement.predicate.weighed = None;
    read(&statement, "weighed");
    statement.predicate_type = RELEASE_PREDICATE_V1.to_owned();
    statement.predicate.attacks = None;
    read(&statement, "attacks");
}

#[test]
fn a_figure_that_is_no_number_is_not_signed() {
    for figure in [f64::NAN, f64::INFINITY] {
        let mut statement = sample();
        statement.predicate.plan.loss = figure;
        assert!(matches!(seal(&statement, &signer()), Err(SealError::Unwritable)));
    }
}

/// Made with `printf '…' | sha256sum` over the two lines in order of name.
#[test]
fn the_digest_of_a_dataset_is_that_of_sha256sum() {
    let files = [("data/b.csv", Sha256([0xbb; 32])), ("data/a.csv", Sha256([0xaa; 32]))];
    assert_eq!(dataset_digest(&files).to_string(), DATASET_DIGEST);
    let none: [(&str, Sha256); 0] = [];
    assert_eq!(
        dataset_digest(&none).to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn the_log_holds_a_digest_only() {
    assert_eq!(
        log_entry(b""),
        b"weir-release/v1\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
    );
}

proptest! {
    #[test]
    fn any_figure_survives(loss in any::<f64>(), share in 0.0..1.0f64) {
        let mut statement = sample();
        statement.predicate.plan.loss = if loss.is_finite() { loss } else { 0.0 };
        statement.predicate.risk.uniqueness = share;
        let sealed = seal(&statement, &signer()).unwrap();
        let opened = open(sealed.bytes(), None).unwrap();
        prop_assert_eq!(opened.statement(), &statement);
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(open(&bytes, None).is_err());
        prop_assert!(open(&signed(&bytes), None).is_err());
    }
}

const DATASET_DIGEST: &str = "5860cb9e03831b014c959c7daf4ba385b3722362f465c6689aef6e0469aa9750";
