//! Real processes: killed in the middle, and two of them on one database with files in a bucket.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::bench::{draft, office_with_seal, tokens};
use crate::judges;
use crate::office::Office;
use crate::postgres::Server;

/// `vanthu serve`, as people start it.
struct Replica {
    child: Child,
    address: String,
}

impl Replica {
    fn start(office: &Office, more: &[&str], variables: &[(&str, &str)]) -> Replica {
        let mut child = office
            .command(&["serve", "--listen", "127.0.0.1:0", "--offices", "."])
            .args(more)
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let mut line = String::new();
        while !line.contains("The page is at") {
            line.clear();
            assert!(errors.read_line(&mut line).unwrap() > 0, "it ended: {said}");
            said += &line;
        }
        let address = line.split_once("://").unwrap().1.split('/').next().unwrap().to_owned();
        // The log is read, so that the pipe never fills.
        std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(drop));
        Replica { child, address }
    }

    /// Sends a request and reads the answer to its end; `None` where the service is gone.
    fn send(&self, method: &str, path: &str, token: &str, key: &str, body: &str) -> Option<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        Some((status, answer.split_off(end + 4)))
    }

    fn issue(&self, token: &str, subject: &str) -> Option<Value> {
        let key = subject.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let (status, body) = self.send("POST", "/v1/documents", token, &key, &draft(subject).to_string())?;
        let body = String::from_utf8(body).unwrap();
        assert!(matches!(status, 200 | 201), "{status}: {body}");
        serde_json::from_str(&body).ok()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn code(document: &Value) -> String {
    document["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_service_that_is_killed_gives_each_request_one_number() {
    let office = office_with_seal();
    let tokens = tokens(&office);
    let token = &tokens["clerk"];
    let mut codes = BTreeSet::new();
    for round in 0..6_u64 {
        let subject = format!("Viec {round}");
        let mut replica = Replica::start(&office, &[], &[]);
        let dying = std::thread::scope(|scope| {
            let asked = scope.spawn(|| replica.send("GET", "/healthz", "", "", "").map(|(status, _)| status));
            assert_eq!(asked.join().unwrap(), Some(200));
            let asked = scope.spawn(|| replica.issue(token, &subject));
            std::thread::sleep(std::time::Duration::from_millis(round * 130));
            let pid = replica.child.id().to_string();
            assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
            asked.join().unwrap()
        });
        replica.child.wait().unwrap();
        // The client does not know what became of it, and asks again.
        let again = Replica::start(&office, &[], &[]).issue(token, &subject).unwrap();
        if let Some(first) = dying {
            assert_eq!(code(&first), code(&again));
        }
        assert!(codes.insert(code(&again)), "{again} was given twice");
    }
    let expected: BTreeSet<String> = (1..=6).map(|n| format!("{n:02}/BC-UBND")).collect();
    assert_eq!(codes, expected);
    office.ok(&["register", "verify"]);
    office.ok(&["trail", "verify"]);
}

/// An S3-compatible server, with an empty bucket `files`; it ends with its standard input.
struct Storage {
    child: Child,
    endpoint: String,
}

impl Storage {
    fn start() -> Storage {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/hooks/bucket.py");
        let mut python = judges::python();
        let mut child = python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Storage { child, endpoint: format!("http://127.0.0.1:{}", port.trim()) }
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn two_replicas_share_one_office() {
    let server = Server::start();
    let storage = Storage::start();
    let office = office_with_seal();
    let config = std::fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let config = config.replacen("place = \"Hòa An\"", "place = \"Hòa An\"\norgan_id = \"H37.DN.001\"", 1);
    let config = config.replacen("register.sqlite", &server.address(), 1);
    std::fs::write(office.path("vanthu.toml"), config).unwrap();
    // What is remembered is of the register that the office was set up with.
    std::fs::remove_file(office.path("keys/register.memory")).unwrap();
    // The name of the log is part of its key's public half.
    vanthu::office::Office::open(office.folder.path()).unwrap().make_register_key().unwrap();
    let password = [("PGPASSWORD", crate::postgres::PASSWORD)];
    let with_password = |arguments: &[&str]| {
        let output = office.command(arguments).envs(password).output().unwrap();
        let [told, said] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        assert!(output.status.success(), "{arguments:?}: {told}{said}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    // The tables are made by who asks whether there is something to recover: there is not.
    let asked =
        office.command(&["register", "recover", "--reason", "chuyển cơ sở dữ liệu"]).envs(password).output();
    assert_eq!(asked.unwrap().status.code(), Some(7));
    let token = with_password(&["token", "add", "--name", "van-thu", "--duty", "clerk"]);
    let settings = format!(
        "[storage]\nbucket = \"files\"\nendpoint = \"{}\"\nregion = \"us-east-1\"\nallow-http = true\n",
        storage.endpoint
    );
    std::fs::write(office.path("serve.toml"), settings).unwrap();
    let variables = [
        ("PGPASSWORD", crate::postgres::PASSWORD),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    let replicas = [0, 1].map(|_| Replica::start(&office, &["--config", "serve.toml"], &variables));
    let codes: Vec<String> = std::thread::scope(|scope| {
        let clerks = [0, 1, 0, 1].iter().zip(0..).map(|(which, clerk)| {
            let (replica, token) = (&replicas[*which], &token);
            scope.spawn(move || {
                let one = |n| code(&replica.issue(token, &format!("Viec {clerk} {n}")).unwrap());
                (0..4).map(one).collect::<Vec<_>>()
            })
        });
        let clerks: Vec<_> = clerks.collect();
        clerks.into_iter().flat_map(|clerk| clerk.join().unwrap()).collect()
    });
    let given: BTreeSet<&String> = codes.iter().collect();
    assert_eq!((codes.len(), given.len()), (16, 16), "{codes:?}");
    assert!((1..=16).all(|n| given.contains(&format!("{n:02}/BC-UBND"))), "{codes:?}");
    // A file of one is the other's as well.
    let files = [0, 1].map(|which: usize| {
        let file = replicas[which].send("GET", "/v1/documents/2026-all-7/file", &token, "", "");
        let (status, bytes) = file.unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        bytes
    });
    assert!(files[0] == files[1] && files[0].starts_with(b"%PDF-"));
    // A token that was revoked opens neither from then on.
    with_password(&["token", "revoke", "van-thu"]);
    for replica in &replicas {
        assert_eq!(replica.send("GET", "/v1/register", &token, "", "").unwrap().0, 401);
    }
    with_password(&["register", "verify"]);
    with_password(&["trail", "verify"]);
}

/// Takes messages, and passes their types and codes on as they come.
fn receiver() -> (String, std::sync::mpsc::Receiver<(String, String)>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/van-thu", listener.local_addr().unwrap());
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some((_, value)) = line.to_lowercase().split_once("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let message: Value = serde_json::from_slice(&body).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            write!(stream, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
            // The test may have heard enough.
            let _ = told.send((text(&message["type"]), text(&message["data"]["code"])));
        }
    });
    (address, heard)
}

#[test]
fn what_happens_is_told_to_other_systems() {
    let office = office_with_seal();
    let token = tokens(&office).remove("clerk").unwrap();
    office.ok(&["hooks", "key"]);
    let (address, heard) = receiver();
    let config = std::fs::read_to_string(office.path("vanthu.toml")).unwrap();
    let webhook = format!("\n[[webhooks]]\naddress = \"{address}\"\n");
    std::fs::write(office.path("vanthu.toml"), config + &webhook).unwrap();
    std::fs::write(office.path("serve.toml"), "webhook-networks = [\"127.0.0.0/8\"]\n").unwrap();
    let replica = Replica::start(&office, &["--config", "serve.toml"], &[]);
    // Its cursor is there once the service has looked.
    let has_begun = |_: &u32| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        !office.ok(&["hooks", "list"]).contains("not begun")
    };
    assert!((0..600).find(has_begun).is_some(), "the service never looked");
    let issued = code(&replica.issue(&token, "Viec").unwrap());
    let recall = serde_json::json!({"act": "recall", "reason": "Sai", "by": "Chủ tịch"}).to_string();
    let path = "/v1/documents/2026-all-1/acts";
    let (status, _) = replica.send("POST", path, &token, "recall-1", &recall).unwrap();
    assert_eq!(status, 200);
    let patience = std::time::Duration::from_secs(120);
    let told: Vec<(String, String)> = (0..3).map(|_| heard.recv_timeout(patience).unwrap()).collect();
    let types = ["document.issued", "document.rendered", "document.recalled"];
    assert_eq!(told, types.map(|kind| (kind.to_owned(), issued.clone())));
}
