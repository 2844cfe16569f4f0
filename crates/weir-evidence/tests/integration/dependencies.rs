//! What the verifier must not be able to do, it must not have linked.

use std::process::Command;

#[test]
fn no_network_engine_or_deidentification_is_linked() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-p", "weir-evidence", "-e", "normal", "--prefix", "none", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"weir-risk") && names.contains(&"ed25519-dalek"), "{tree}");
    let forbidden = [
        "weir-deidentify",
        "weir-detect",
        "weir-law",
        "weir-release",
        "datafusion",
        "reqwest",
        "hyper",
        "ureq",
        "tokio",
        "mio",
        "socket2",
        "rustls",
        "openssl",
        "native-tls",
    ];
    for name in forbidden {
        assert!(!names.contains(&name), "{name} is linked");
    }
}
