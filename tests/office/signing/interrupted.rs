//! Signing that is interrupted leaves the old file or the new one.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use super::{signed_office, verdict};
use crate::office::{Office, TIME};

/// Scratch files that a killed run may leave are not what somebody asked for.
fn results(office: &Office) -> Vec<String> {
    office.files().into_iter().filter(|name| !name.starts_with(".vanthu-")).collect()
}

#[test]
fn killed_at_any_moment_the_file_is_whole_or_not_there() {
    let office = signed_office();
    let whole = fs::read(office.path("signed.pdf")).unwrap();
    let before = results(&office);
    let sign = ["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "killed.pdf"];
    let (mut killed, mut done) = (0, 0);
    for delay in 0..60 {
        let mut child = office.command(&sign).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(3 * delay));
        let _ = child.kill();
        child.wait().unwrap();
        match fs::read(office.path("killed.pdf")) {
            Ok(bytes) => {
                assert_eq!(bytes, whole);
                fs::remove_file(office.path("killed.pdf")).unwrap();
                done += 1;
            }
            Err(_) => killed += 1,
        }
        assert_eq!(results(&office), before);
    }
    assert!(killed > 0, "every run ended before it was killed");
    // However slow the machine is, it ends when it is left alone.
    office.ok(&sign);
    assert_eq!(fs::read(office.path("killed.pdf")).unwrap(), whole, "{done} ended before");
}

#[test]
fn extending_in_place_leaves_the_old_file_or_the_new_one() {
    let office = signed_office();
    let old = fs::read(office.path("sealed.pdf")).unwrap();
    // A server that takes the request and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    #[rustfmt::skip]
    let extend = ["extend", "sealed.pdf", "--level", "t", "--tsa", &url, "--trust", "keys/root.crt"];
    for delay in [5, 50, 300] {
        let mut child = office.command(&extend).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(fs::read(office.path("sealed.pdf")).unwrap(), old);
    }
}

#[test]
fn without_its_time_stamp_nothing_is_signed_unless_that_was_asked_for() {
    let office = signed_office();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let down = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    // Answers, but with nonsense.
    let confused = TcpListener::bind("127.0.0.1:0").unwrap();
    let nonsense = format!("http://{}/", confused.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in confused.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nwhat");
        }
    });
    #[rustfmt::skip]
    let sign = [
        "sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--level", "t", "--tsa", &down, "--tsa", &nonsense,
        "-o", "stamped.pdf",
    ];
    let said = office.code(&sign, 9);
    assert!(
        said.contains("nothing was signed") && said.contains(&down) && said.contains(&nonsense),
        "{said}"
    );
    assert!(!office.path("stamped.pdf").exists());
    let said = office.ok(&[&sign[..], &["--without-time-stamp"]].concat());
    assert!(said.contains("signed without a time-stamp"), "{said}");
    assert_eq!(verdict(&office, "stamped.pdf")["signatures"][0]["level"], "B-B");
    // No server named at all is a mistake of the call.
    office.code(&["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--level", "t", "-o", "x.pdf"], 2);
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_left_half_written() {
    let office = signed_office();
    // The system lets this process write files of 64 KiB and no longer; the signal that comes with it is ignored.
    let mut shell = std::process::Command::new("bash");
    let program = env!("CARGO_BIN_EXE_vanthu");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"", program])
        .args(["sign", "01-BC-UBND.pdf", "--key", "keys/chairman.key", "--time", TIME, "-o", "full.pdf"])
        .current_dir(office.folder.path())
        .env("VANTHU_LANG", "en")
        .env("VANTHU_PASSPHRASE", crate::office::PASSPHRASE);
    let before = office.files();
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(office.files(), before);
}
