//! A service on a port of this machine, for as long as a test needs it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use vanthu::lookup::RegisterLookup;
use vanthu::service::{self, ServiceConfig, Tls};

use crate::app::{App, config};

pub struct Served {
    pub app: App,
    pub address: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub fn start() -> Served {
        Served::with(ServiceConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..config() })
    }

    pub fn with(config: ServiceConfig) -> Served {
        Served::knowing(config, None)
    }

    /// With a register to ask.
    pub fn knowing(config: ServiceConfig, register: Option<Arc<dyn RegisterLookup>>) -> Served {
        let is_secure = config.tls.is_some();
        let app = App::with(config, register);
        let listener = service::bind(&app.service).unwrap();
        let scheme = if is_secure { "https" } else { "http" };
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = app.service.clone();
        let thread = std::thread::spawn(move || {
            let stop = Box::pin(async {
                let _ = stopped.await;
            });
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(service::serve(served, listener, stop)).unwrap();
        });
        Served { app, address, stop: Some(stop), thread: Some(thread) }
    }
}

impl Served {
    /// Tells it to end; [`Drop`] waits until it did.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
        self.thread.take().unwrap().join().unwrap();
    }
}

#[test]
fn a_request_under_way_is_finished_when_the_service_ends() {
    let mut served = Served::start();
    let bytes = crate::app::file(&served.app.office, "valid");
    let address = served.address.trim_start_matches("http://");
    let mut slow = TcpStream::connect(address).unwrap();
    let length = bytes.len();
    let head = format!(
        "POST /v1/verify HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\nContent-Length: {length}\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).unwrap();
    // It is under way for certain when the service asks for the file (RFC 9110 §10.1.1).
    const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut asked = [0; CONTINUE.len()];
    slow.read_exact(&mut asked).unwrap();
    assert_eq!(asked, CONTINUE);
    slow.write_all(&bytes[..100]).unwrap();
    let address = address.to_owned();
    served.stop();
    while TcpStream::connect(&address).is_ok() {
        std::thread::yield_now();
    }
    slow.write_all(&bytes[100..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"verdict\":\"valid\""), "{answer}");
}

/// A certificate for this machine's loopback address, and its key, in `folder`.
pub fn certificate(folder: &Path) -> Tls {
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| folder.join(name));
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    content(
        Command::new("openssl")
            .args(["req", "-x509"])
            .args(curve)
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&cert),
    );
    Tls { cert, key }
}

/// What `address` of a service with the certificate `cert` answers: status and HSTS.
pub fn ask_over_tls(cert: &Path, address: &str) -> String {
    let ask = "import ssl, sys, urllib.request\n\
               context = ssl.create_default_context(cafile=sys.argv[2])\n\
               answer = urllib.request.urlopen(sys.argv[1], context=context)\n\
               print(answer.status, answer.headers['Strict-Transport-Security'])";
    let output = content(Command::new(judge("venv/bin/python")).args(["-c", ask, address]).arg(cert));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn it_speaks_tls_with_a_certificate_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let tls = certificate(folder.path());
    let cert = tls.cert.clone();
    let served = Served::with(ServiceConfig {
        tls: Some(tls),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..config()
    });
    assert_eq!(ask_over_tls(&cert, &format!("{}/healthz", served.address)), "200 max-age=31536000");
}

/// A program or file of the judges.
pub fn judge(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges").join(path);
    assert!(path.exists(), "{} is missing: run tests/judges/setup.sh first", path.display());
    path
}

/// Runs `command`, which must be content.
#[track_caller]
pub fn content(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{command:?}: {said}\n{complained}");
    output
}
