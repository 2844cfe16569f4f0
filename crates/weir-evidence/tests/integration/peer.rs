//! OpenSSL, which nobody here wrote, checks the signature of a statement.

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use weir_evidence::dsse;

use crate::package::Package;

/// SubjectPublicKeyInfo of an Ed25519 key but for the key itself (RFC 8410, section 4).
const SPKI_PREFIX: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];

#[test]
fn openssl_accepts_the_signature() {
    let has_openssl = Command::new("openssl").arg("version").output().is_ok();
    if !has_openssl {
        assert!(
            std::env::var_os("WEIR_REQUIRE_PEERS").is_none(),
            "openssl is not there, and peers are required"
        );
        println!("openssl is not there; its check of the signature is left out");
        return;
    }
    let package = Package::new();
    let envelope: serde_json::Value = serde_json::from_slice(package.sealed.bytes()).unwrap();
    let field = |value: &serde_json::Value| STANDARD.decode(value.as_str().unwrap()).unwrap();
    let payload = field(&envelope["payload"]);
    let signature = field(&envelope["signatures"][0]["sig"]);
    let key = [&SPKI_PREFIX[..], package.signer.public_key().as_bytes()].concat();
    let verify = |message: &[u8]| {
        let path = |name: &str| package.home.path().join(name);
        fs::write(path("key.der"), &key).unwrap();
        fs::write(path("message"), message).unwrap();
        fs::write(path("signature"), &signature).unwrap();
        Command::new("openssl")
            .args(["pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER"])
            .args(["-inkey", "key.der", "-in", "message", "-sigfile", "signature"])
            .current_dir(package.home.path())
            .output()
            .unwrap()
    };
    let message = dsse::pae(dsse::PAYLOAD_TYPE, &payload);
    let output = verify(&message);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut changed = message;
    changed[100] ^= 1;
    assert!(!verify(&changed).status.success());
}
