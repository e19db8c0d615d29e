//! A system that is told: `receiver.py` in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::world::public_key;
use crate::judges::python;

/// How long anything may take until a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A receiver on a loopback port.
pub struct Receiver {
    folder: TempDir,
    process: Option<Child>,
    port: u16,
}

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

impl Came {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn place(&self) -> u64 {
        self.json()["data"]["place"].as_u64().unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

impl Receiver {
    pub fn start() -> Receiver {
        let mut receiver = Receiver { folder: tempfile::tempdir().unwrap(), process: None, port: 0 };
        receiver.up();
        receiver
    }

    /// Starts, on the port that it had before.
    pub fn up(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/hooks/receiver.py");
        let mut process = python()
            .arg(script)
            .arg(self.folder.path())
            .arg(public_key())
            .args((self.port != 0).then(|| self.port.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        self.port = port.trim().parse().expect("the receiver tells its port");
        self.process = Some(process);
    }

    /// Ends; the port refuses connections.
    pub fn down(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What to answer to the next messages, a word each.
    pub fn answers(&self, words: &str) {
        fs::write(self.folder.path().join("answers"), words).unwrap();
    }

    /// Answers what was held.
    pub fn release(&self) {
        fs::write(self.folder.path().join("release"), "").unwrap();
    }

    /// What came so far; every signature held.
    pub fn came(&self) -> Vec<Came> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let whole = log.rfind('\n').map_or("", |end| &log[..end]);
        let read = |line: &str| {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["verified"], true, "{line}");
            assert_eq!(line["content_type"], "application/json");
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            let came = Came {
                id: text("id"),
                timestamp: line["timestamp"].as_i64().unwrap(),
                signature: text("signature"),
                body: text("body"),
            };
            assert_eq!(came.json()["id"], came.id.as_str());
            came
        };
        whole.lines().map(read).collect()
    }

    /// Waits until `enough` came.
    #[track_caller]
    pub fn wait(&self, enough: usize) -> Vec<Came> {
        let until = Instant::now() + PATIENCE;
        loop {
            let came = self.came();
            if came.len() >= enough {
                return came;
            }
            assert!(Instant::now() < until, "{} of {enough} messages came", came.len());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.down();
    }
}
