//! Under fire, with real sockets: who is silent, slow or half open costs nobody else an answer, and is closed.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use vanthu::service::ServiceConfig;

use crate::app::{config, file, raw_request};
use crate::network::{Served, ask_over_tls, certificate};

/// How long an answer may take on a busy machine: all that is tested here would take for ever, or is refused.
const PATIENCE: Duration = Duration::from_secs(30);

fn address(served: &Served) -> &str {
    served.address.split_once("://").unwrap().1
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE * 2)).unwrap();
    stream
}

/// Sends `request`, and gives the status of its answer.
fn ask(address: &str, request: &[u8]) -> String {
    let began = Instant::now();
    let mut stream = connect(address);
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned()
}

const ALIVE: &[u8] = b"GET /healthz HTTP/1.0\r\n\r\n";

/// Whether the other side has closed the connection, within twice [`PATIENCE`].
fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(cause) => matches!(cause.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
    }
}

#[test]
fn silent_connections_are_closed_and_keep_nobody_out() {
    let served = Served::start();
    let address = address(&served);
    let mut silent: Vec<TcpStream> = (0..600).map(|_| connect(address)).collect();
    // Some have begun to speak, and some have spoken before.
    for (at, stream) in silent.iter_mut().enumerate() {
        let said: &[u8] = match at % 3 {
            0 => b"",
            1 => b"GET / HT",
            _ => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        };
        // Whoever had to make room is closed already.
        let _ = stream.write_all(said);
    }
    assert_eq!(ask(address, ALIVE), "200");
    assert_eq!(ask(address, &raw_request("/v1/verify", &file(&served.app.office, "valid"))), "200");
    assert!(silent.iter_mut().all(is_closed));
}

#[test]
fn a_head_that_trickles_is_not_waited_for() {
    let served = Served::start();
    let mut slow = connect(address(&served));
    let began = Instant::now();
    let mut closed = false;
    while began.elapsed() < PATIENCE * 2 && !closed {
        closed = slow.write_all(b"G").is_err();
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(closed, "it is still open");
}

#[test]
fn slow_uploads_take_no_place_and_are_given_up() {
    let served = Served::start();
    let address = address(&served);
    let head = "POST /v1/verify HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\nContent-Length: 1000000\r\n\r\n%";
    let form = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=f\r\nContent-Length: 1000000\r\n\r\n--f\r\n";
    let mut slow: Vec<TcpStream> = (0..100).map(|_| connect(address)).collect();
    for (at, stream) in slow.iter_mut().enumerate() {
        stream.write_all(if at % 2 == 0 { head.as_bytes() } else { form.as_bytes() }).unwrap();
    }
    let good = raw_request("/v1/verify", &file(&served.app.office, "valid"));
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(25) {
        assert_eq!(ask(address, &good), "200");
        for stream in &mut slow {
            let _ = stream.write_all(b"P");
        }
        std::thread::sleep(Duration::from_secs(2));
    }
    assert!(slow.iter_mut().all(is_closed));
}

#[test]
fn half_open_tls_keeps_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let tls = certificate(folder.path());
    let cert = tls.cert.clone();
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let served = Served::with(ServiceConfig { tls: Some(tls), listen, ..config() });
    let mut half: Vec<TcpStream> = (0..400).map(|_| connect(address(&served))).collect();
    for stream in &mut half {
        // The beginning of a ClientHello.
        let _ = stream.write_all(&[22, 3, 1, 2, 0, 1, 0]);
    }
    assert!(ask_over_tls(&cert, &format!("{}/healthz", served.address)).starts_with("200"));
    assert!(half.iter_mut().all(is_closed));
}

#[test]
fn a_client_that_takes_back_its_requests_again_and_again_is_shown_out() {
    let served = Served::start();
    let mut stream = connect(address(&served));
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    stream.write_all(&frame(4, 0, 0, &[])).unwrap();
    // GET https://a/ (HPACK: entries of its static table), and RST_STREAM with CANCEL.
    let request = [&[0x82, 0x87, 0x84, 0x41, 1][..], b"a"].concat();
    let sent = (0..5_000_u32).try_for_each(|turn| {
        let id = turn * 2 + 1;
        stream.write_all(&[frame(1, 5, id, &request), frame(3, 0, id, &[0, 0, 0, 8])].concat())
    });
    assert!(sent.is_err() || is_closed(&mut stream), "5,000 requests were taken back");
    assert_eq!(ask(address(&served), ALIVE), "200");
}

/// A frame of HTTP/2 (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}
