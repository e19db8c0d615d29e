//! What must not show: passphrases, PINs and keys, in arguments, messages, results and core files.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::issued;
use super::softhsm::{MODULE, PIN, Tokens};
use crate::judges::approve;
use crate::office::{Office, PASSPHRASE, TIME};

/// Something that stands in no other file.
const SECRET: &str = "cửa-hàng-7319-mưa";

/// A process that waits for a passphrase from a FIFO, and no copy of this process any more: it has no core file.
fn waiting(office: &Office) -> (Child, PathBuf) {
    let fifo = office.path("fifo");
    approve(Command::new("mkfifo").arg(&fifo));
    let child = office
        .command(&[
            "keys",
            "new",
            "c",
            "--root",
            "--common-name",
            "C",
            "--passphrase-file",
            "fifo",
            "--time",
            TIME,
        ])
        .env_remove("VANTHU_PASSPHRASE")
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while core_limits(&child) != ["0", "0"] {
        assert!(Instant::now() < until, "core files of {:?} bytes", core_limits(&child));
        thread::sleep(Duration::from_millis(5));
    }
    (child, fifo)
}

/// How long a core file of `child` may be: at present, and at the most that it may ask for.
fn core_limits(child: &Child) -> Vec<String> {
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    core.split_whitespace().skip(4).take(2).map(str::to_owned).collect()
}

#[test]
fn a_process_that_waits_for_a_passphrase_writes_no_core_file() {
    let office = Office::new();
    let (child, fifo) = waiting(&office);
    // What everybody on the machine may read.
    let shown = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    assert!(!String::from_utf8_lossy(&shown).contains(SECRET));
    fs::write(fifo, format!("{SECRET}\n")).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let opened =
        office.command(&["keys", "csr", "c", "--common-name", "C"]).env("VANTHU_PASSPHRASE", SECRET).status();
    assert!(opened.unwrap().success(), "the key has the passphrase that came through the FIFO");
}

#[test]
fn no_process_is_started_with_a_passphrase_and_no_other_file_gets_it() {
    let office = issued();
    fs::write(office.path("secret"), format!("{SECRET}\n")).unwrap();
    office.ok(&[
        "keys",
        "new",
        "s",
        "--issuer",
        "root",
        "--common-name",
        "S",
        "--passphrase-file",
        "secret",
        "--issuer-passphrase-file",
        root_passphrase(&office),
        "--time",
        TIME,
    ]);
    let trace = office.path("trace");
    let sign =
        ["sign", "01-BC-UBND.pdf", "--key", "keys/s.key", "--passphrase-file", "secret", "--time", TIME];
    let inner = office.command(&sign);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-s", "4096", "-e", "trace=execve,openat,write", "-o"]).arg(&trace);
    strace
        .arg(inner.get_program())
        .args(sign)
        .current_dir(office.folder.path())
        .env_remove("VANTHU_PASSPHRASE");
    approve(&mut strace);
    let trace = fs::read_to_string(trace).unwrap();
    let calls = |name: &str| trace.lines().filter(|line| line.contains(&format!(" {name}("))).count();
    assert!(calls("execve") >= 1 && calls("openat") > 10, "{trace}");
    // As strace writes what is not ASCII.
    let escaped: String = SECRET
        .bytes()
        .map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("\\{byte:o}") })
        .collect();
    assert!(!trace.contains(&escaped) && !trace.contains("7319"), "{trace}");
    assert!(trace.contains("secret\", O_RDONLY"), "{trace}");
    // And what it wrote has none of it.
    for entry in fs::read_dir(office.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.file_name().unwrap() != "secret" {
            assert!(!holds(&path, SECRET.as_bytes()), "{}", path.display());
        }
    }
}

/// A file with the passphrase of the office's root.
fn root_passphrase(office: &Office) -> &'static str {
    fs::write(office.path("root-secret"), format!("{PASSPHRASE}\n")).unwrap();
    "root-secret"
}

fn holds(path: &Path, needle: &[u8]) -> bool {
    fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
}

#[test]
fn what_goes_wrong_is_said_without_secrets() {
    let (office, tokens) = (issued(), Tokens::new());
    tokens.key("EC:edwards25519", "a", "01");
    // A key in the clear: its Base64 is what a careless message would quote.
    let mut key = Command::new("openssl");
    key.args(["genpkey", "-algorithm", "ED25519", "-out"]).arg(office.path("keys/clear.key"));
    approve(&mut key);
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(office.path("keys/clear.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(office.path("keys/clear.key")).unwrap();
    let base64 = text.lines().nth(1).unwrap().to_owned();
    let broken = text.replace("MC4C", "MC4D");
    super::private(&office.path("keys/broken.key"), &broken);
    let (wrong, other) = ("sai-7319-mật-khẩu", "000000-7319");
    let commands: [&[&str]; 9] = [
        &["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME],
        &["sign", "01-BC-UBND.pdf", "--key", "keys/clear.key", "--cert", "keys/agency.crt", "--time", TIME],
        &["sign", "01-BC-UBND.pdf", "--key", "keys/broken.key", "--cert", "keys/agency.crt", "--time", TIME],
        &["keys", "csr", "broken", "--common-name", "A"],
        &["keys", "import", "new", "keys/clear.key"],
        &["keys", "new", "x", "--issuer", "root", "--common-name", "X"],
        &["keys", "list", "--json"],
        &["sign", "01-BC-UBND.pdf", "--token", MODULE, "--cert", "keys/agency.crt"],
        &["keys", "revoke", "agency", "--issuer", "root"],
    ];
    for arguments in commands {
        for given in [wrong, other] {
            let output = tokens.program(&office, arguments).env("VANTHU_PASSPHRASE", given).output().unwrap();
            let said = [output.stdout, output.stderr]
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .concat();
            assert!(arguments[1] == "list" || !output.status.success(), "{arguments:?}");
            for secret in [given, &base64, &base64[8..40], PASSPHRASE, PIN] {
                assert!(!said.contains(secret), "{arguments:?}: {said}");
            }
        }
    }
}

#[test]
fn who_stops_waiting_leaves_nothing() {
    let office = Office::new();
    let before = super::names(&office.path("keys"));
    let (mut child, fifo) = waiting(&office);
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_file(fifo).unwrap();
    assert_eq!(super::names(&office.path("keys")), before);
    // An end without a line is an empty passphrase, which no key gets.
    let mut child = office
        .command(&["keys", "new", "c", "--root", "--common-name", "C", "--passphrase-fd", "0"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(super::softhsm::said(&output, 8).contains("the passphrase is empty"));
    assert_eq!(super::names(&office.path("keys")), before);
}
