//! The network: certificates that name a server on loopback, and the program that asks it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The server, its files, and an office.
struct World {
    folder: TempDir,
    server: Child,
    port: String,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl World {
    fn new() -> World {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        let mut server = Command::new(root.join("target/judges/venv/bin/python"))
            .arg(root.join("tests/office/online/serve.py"))
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("run tests/judges/setup.sh first");
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let world = World { folder, server, port: port.trim().to_owned() };
        world.run(&["init", ".", "--name", "UBND", "--abbreviation", "UBND", "--place", "Hòa An"], 0);
        world
    }

    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VANTHU_LANG", "en")
            .env_remove("VANTHU_OFFICE")
            // What the environment says of proxies is for other programs.
            .env("http_proxy", "http://127.0.0.1:9")
            .output()
            .unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    fn revocation(&self, arguments: &[&str], code: i32) -> String {
        let json: Value = serde_json::from_str(&self.run(arguments, code)).unwrap();
        let checks = json["signatures"][0]["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["id"] == "revocation").unwrap();
        format!("{}: {}", check["outcome"].as_str().unwrap(), check["message"]["en"].as_str().unwrap())
    }
}

#[test]
fn what_the_file_lacks_is_asked_for_where_that_is_wanted() {
    let world = World::new();
    let trust = ["--trust", "root.pem"];
    let offline = world.revocation(&["verify", "good.pdf", "--json", trust[0], trust[1]], 4);
    let unknown = "unknown: revocation of the certificate of “Good” was not checked";
    assert!(offline.starts_with(unknown), "{offline}");
    let online = ["--online", "--private-hosts", "--json", trust[0], trust[1]];
    let asked = |file, code| world.revocation(&[&["verify", file], online.as_slice()].concat(), code);
    assert!(asked("good.pdf", 0).starts_with("pass: "));
    let revoked = asked("revoked.pdf", 4);
    assert!(revoked.starts_with("unknown: the certificate of “Revoked” was revoked at "), "{revoked}");
}

#[test]
fn a_stranger_can_not_send_us_to_our_own_network() {
    let world = World::new();
    let said = world.run(&["verify", "good.pdf", "--online", "--trust", "root.pem"], 4);
    assert!(said.contains("is in this machine's own network, so it was not asked"), "{said}");
}

#[test]
fn an_office_trusts_what_another_published_once_its_fingerprint_is_confirmed() {
    let world = World::new();
    let url = format!("http://127.0.0.1:{}/root.crt", world.port);
    // Nobody is there to confirm.
    world.run(&["trust", "add", &url], 2);
    world.run(&["trust", "add", &url, "--fingerprint", "00ff"], 8);
    // Nor was said for whom: the certificate does not say so either.
    let said = world.run(&["trust", "add", &url, "--yes"], 2);
    assert!(said.contains("--for-all for every office"), "{said}");
    assert!(world.run(&["trust", "list"], 0).is_empty());
    let shown = world.run(&["trust", "add", &url, "--yes", "--for-all"], 0);
    assert!(shown.contains("Fingerprint (SHA-256): "), "{shown}");
    let list: Value = serde_json::from_str(&world.run(&["trust", "list", "--json"], 0)).unwrap();
    let fingerprint = list[0]["fingerprint"].as_str().unwrap().to_owned();
    // Inside the office its folder is what counts.
    let online = ["verify", "good.pdf", "--online", "--private-hosts"];
    world.run(&online, 0);
    world.run(&["trust", "remove", &fingerprint.to_uppercase()], 0);
    world.run(&online, 4);
    world.run(&["trust", "remove", &fingerprint], 2);
    let grouped = fingerprint.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned());
    let grouped = grouped.collect::<Vec<_>>().join(":");
    world.run(&["trust", "add", "root.pem", "--fingerprint", &grouped, "--for-all"], 0);
    world.run(&online, 0);
}

#[test]
fn what_should_not_be_trusted_is_not_added() {
    let world = World::new();
    let folder = world.folder.path();
    world.run(&["trust", "add", "http://example.com/root.crt", "--yes"], 2);
    // A redirect is no answer.
    world.run(&["trust", "add", &format!("http://127.0.0.1:{}/elsewhere", world.port), "--yes"], 9);
    std::fs::write(folder.join("key.pem"), "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n")
        .unwrap();
    world.run(&["trust", "add", "key.pem", "--yes"], 8);
    std::fs::write(folder.join("nothing"), "nothing").unwrap();
    world.run(&["trust", "add", "nothing", "--yes"], 8);
    world.run(&["trust", "add", "missing", "--yes"], 9);
    assert!(world.run(&["trust", "list"], 0).is_empty());
}

#[test]
fn a_trusted_list_is_a_file_of_anchors() {
    let world = World::new();
    let pem = std::fs::read_to_string(world.folder.path().join("root.pem")).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let list = |status: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<TrustServiceStatusList xmlns=\"http://uri.etsi.org/02231/v2#\">\
             <TrustServiceProviderList><TrustServiceProvider><TSPServices><TSPService><ServiceInformation>\
             <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>\
             <ServiceDigitalIdentity><DigitalId><X509Certificate>{base64}</X509Certificate></DigitalId>\
             </ServiceDigitalIdentity><ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/{status}\
             </ServiceStatus></ServiceInformation></TSPService></TSPServices></TrustServiceProvider>\
             </TrustServiceProviderList></TrustServiceStatusList>"
        )
    };
    std::fs::write(world.folder.path().join("granted.xml"), list("granted")).unwrap();
    std::fs::write(world.folder.path().join("withdrawn.xml"), list("withdrawn")).unwrap();
    world.run(&["verify", "good.pdf", "--online", "--private-hosts", "--trust", "granted.xml"], 0);
    world.run(&["verify", "good.pdf", "--online", "--private-hosts", "--trust", "withdrawn.xml"], 8);
    let said = world.run(&["trust", "add", "granted.xml", "--yes"], 0);
    assert!(said.contains("the list's own signature is not checked"), "{said}");
    world.run(&["verify", "good.pdf", "--online", "--private-hosts"], 0);
}
