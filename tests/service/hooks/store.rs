//! Where files are kept: a folder, and storage over HTTP. The same is asked of both.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use sha2::{Digest, Sha256};
use vanthu::hex;
use vanthu::service::store::{Bucket, Store, StoreError, Transport};

use super::world::several;
use crate::judges::{approve, python};

const OFFICE: &str = "H37.DN.001";
const ORDER: &str = "VANTHU_TEST_STORE";

fn digest(bytes: &[u8]) -> String {
    hex::lower(&Sha256::digest(bytes))
}

/// What is asked of every store; gives the digest of a file of an office with an odd name.
async fn contract(store: &Store) {
    store.ready().await.unwrap();
    let bytes = b"%PDF-1.7 one".to_vec();
    let sha256 = digest(&bytes);
    assert!(!store.exists(OFFICE, &sha256).await.unwrap());
    assert!(matches!(store.get(OFFICE, &sha256).await, Err(StoreError::Missing(_))));
    for _ in 0..2 {
        assert_eq!(store.put(OFFICE, bytes.clone()).await.unwrap(), sha256);
        assert_eq!(store.get(OFFICE, &sha256).await.unwrap(), bytes);
    }
    assert!(store.exists(OFFICE, &sha256).await.unwrap());
    // Each office has its own, whatever it is called.
    for other in ["H37.DN.002", "..", "../H37.DN.001", "Sở Nội vụ/1"] {
        assert!(!store.exists(other, &sha256).await.unwrap(), "{other}");
        assert_eq!(store.put(other, bytes.clone()).await.unwrap(), sha256);
        assert_eq!(store.get(other, &sha256).await.unwrap(), bytes, "{other}");
    }
    assert!(matches!(store.put("", bytes).await, Err(StoreError::Office)));
    assert!(matches!(store.get(OFFICE, "../../etc/passwd").await, Err(StoreError::Digest(_))));
    let large: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let sha256 = store.put(OFFICE, large.clone()).await.unwrap();
    assert_eq!(store.get(OFFICE, &sha256).await.unwrap(), large);
    // Two who put the same at once both succeed.
    let both = tokio::join!(store.put(OFFICE, vec![7; 9]), store.put(OFFICE, vec![7; 9]));
    assert_eq!(both.0.unwrap(), both.1.unwrap());
}

/// What was changed behind the store's back is not handed out, and not taken for what is put.
async fn assert_changed(store: &Store, bytes: &[u8]) {
    let sha256 = digest(bytes);
    assert!(
        matches!(store.get(OFFICE, &sha256).await, Err(StoreError::Changed(changed)) if changed == sha256)
    );
    assert!(matches!(store.put(OFFICE, bytes.to_vec()).await, Err(StoreError::Changed(_))));
}

fn name(sha256: &str) -> String {
    format!("{OFFICE}/{}/{sha256}.pdf", &sha256[..2])
}

#[test]
fn a_folder_keeps_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/files");
    several(async {
        let store = Store::folder(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        contract(&store).await;
        // Nothing got out of it, and nothing else lies in it.
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        let file = path.join(name(&digest(b"%PDF-1.7 one")));
        fs::write(&file, b"%PDF-1.7 two").unwrap();
        assert_changed(&store, b"%PDF-1.7 one").await;
        assert_eq!(fs::read(&file).unwrap(), b"%PDF-1.7 two");
        fs::remove_dir_all(&path).unwrap();
        assert!(matches!(store.ready().await, Err(StoreError::Folder { .. })));
    });
}

/// Puts a file into the folder that it is told, in a process of its own.
#[test]
#[ignore = "only run by the tests beside it"]
fn putter() {
    let Ok(path) = std::env::var(ORDER) else { return };
    several(async {
        Store::folder(Path::new(&path)).unwrap().put(OFFICE, b"%PDF-1.7".to_vec()).await.unwrap()
    });
}

#[test]
fn a_file_is_on_the_disk_before_its_name_and_its_name_before_it_is_said_to_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (path, trace) = (folder.path().join("files"), folder.path().join("trace"));
    approve(
        Command::new("strace")
            .args(["-f", "-y", "-e", "trace=link,linkat,fsync,fdatasync", "-o"])
            .arg(&trace)
            .arg(std::env::current_exe().unwrap())
            .args(["hooks::store::putter", "--exact", "--ignored"])
            .env(ORDER, &path),
    );
    let trace = fs::read_to_string(&trace).unwrap();
    let sha256 = digest(b"%PDF-1.7");
    let find = |what: &str, after: usize| {
        trace[after..].find(what).map(|place| after + place).unwrap_or_else(|| panic!("no {what}: {trace}"))
    };
    let written = find(&format!("{sha256}.pdf#1>)"), 0);
    let named = find("link", written);
    // The folder that has the name, after the name.
    find(&format!("/{OFFICE}/{}>)", &sha256[..2]), named);
    // Folders that are new are in theirs.
    for folder in [format!("/{OFFICE}>)"), "/files>)".to_owned()] {
        find(&folder, 0);
    }
}

/// An S3-compatible server with a bucket.
struct Server {
    process: Child,
    said: Lines<BufReader<ChildStdout>>,
    port: String,
}

impl Server {
    fn start() -> Server {
        let mut process = python()
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/hooks/bucket.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.next().expect("the server tells its port: run tests/judges/setup.sh").unwrap();
        Server { process, said, port }
    }

    fn ask(&mut self, command: &str) -> String {
        let stdin = self.process.stdin.as_mut().unwrap();
        stdin.write_all(format!("{command}\n").as_bytes()).unwrap();
        self.said.next().unwrap().unwrap()
    }

    /// Lets a process with credentials in its environment do `what` with the bucket.
    #[track_caller]
    fn client(&self, what: &str) {
        approve(
            Command::new(std::env::current_exe().unwrap())
                .args(["hooks::store::client", "--exact", "--ignored", "--nocapture"])
                .env(ORDER, format!("{what} {}", self.port))
                .env("AWS_ACCESS_KEY_ID", "key")
                .env("AWS_SECRET_ACCESS_KEY", "secret")
                .env("NO_PROXY", "127.0.0.1"),
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Run by the tests below, in a process of its own: who may use a bucket comes from the environment.
#[test]
#[ignore = "only run by the tests beside it"]
fn client() {
    let Ok(order) = std::env::var(ORDER) else { return };
    let (what, port) = order.split_once(' ').unwrap();
    let bucket = |name: &str, transport| Bucket {
        name: name.to_owned(),
        prefix: "vanthu/1".to_owned(),
        endpoint: Some(format!("http://127.0.0.1:{port}")),
        region: Some("us-east-1".to_owned()),
        transport,
    };
    several(async {
        let store = Store::bucket(&bucket("files", Transport::Plain)).unwrap();
        match what {
            "use" => contract(&store).await,
            "changed" => assert_changed(&store, b"%PDF-1.7 one").await,
            "missing" => {
                let store = Store::bucket(&bucket("other", Transport::Plain)).unwrap();
                assert!(matches!(store.ready().await, Err(StoreError::Storage(_))));
            }
            "plain" => {
                // Without TLS only where that was said.
                let store = Store::bucket(&bucket("files", Transport::Tls)).unwrap();
                assert!(store.put(OFFICE, b"%PDF-1.7".to_vec()).await.is_err());
            }
            "down" => assert!(store.ready().await.is_err()),
            other => panic!("{other}"),
        }
    });
}

#[test]
fn a_bucket_keeps_files() {
    let mut server = Server::start();
    server.client("plain");
    assert_eq!(server.ask("list"), "");
    server.client("use");
    let names = server.ask("list");
    let name = format!("vanthu/1/{}", name(&digest(b"%PDF-1.7 one")));
    assert!(names.split('|').any(|one| one == name), "{names}");
    assert!(names.split('|').all(|one| one.starts_with("vanthu/1/")), "{names}");
    server.ask(&format!("change {name}"));
    server.client("changed");
    server.client("missing");
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    server.client("down");
}
