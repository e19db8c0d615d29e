//! A service of many offices: one that is broken is told, and the others serve; they come, change and go without a
//! restart; all of them share the connections to one database.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use tempfile::TempDir;
use vanthu::online::Networks;
use vanthu::service::{OpenOffices, Service};

use crate::documents::bench::{Answer, config, now, send, service_of};
use crate::postgres::{PASSWORD, Server};
use crate::serving::Running;

/// A folder with folders of offices.
struct Province {
    folder: TempDir,
}

impl Province {
    fn new() -> Province {
        Province { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VANTHU_LANG", "en")
            .env("PGPASSWORD", PASSWORD)
            .env_remove("VANTHU_OFFICE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The office H37.`name`, and a token of its clerk.
    fn office(&self, name: &str, database: &str) -> String {
        #[rustfmt::skip]
        self.run(&[
            "init", name, "--name", "ỦY BAN NHÂN DÂN", "--name", &format!("XÃ {name}"), "--abbreviation", "UBND",
            "--place", "Hòa An", "--organ-id", &format!("H37.{name}"), "--database", database,
        ]);
        self.run(&["token", "add", "--office", name, "--name", "clerk", "--duty", "clerk", "--days", "730"])
    }

    /// Puts `text` in the place of what an office's vanthu.toml is, and gives that.
    fn configure(&self, name: &str, text: impl FnOnce(&str) -> String) -> String {
        let path = self.path(name).join("vanthu.toml");
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text(&before)).unwrap();
        before
    }
}

async fn ask(service: &Service, address: &str, token: &str) -> Answer {
    let request = Request::get(address).header("authorization", format!("Bearer {token}"));
    send(service, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn an_office_that_is_broken_is_told_and_the_others_serve() {
    let province = Province::new();
    let [good, typo, locked] = ["1", "2", "3"].map(|name| province.office(name, "register.sqlite"));
    let before = province.configure("2", |text| format!("{text}\n[signing]\nlevle = \"t\"\n"));
    let key = province.path("3").join("keys/register.key");
    let sound = std::fs::read(&key).unwrap();
    std::fs::write(&key, "no key").unwrap();
    let folders = [province.folder.path().to_owned()];
    let offices = OpenOffices::open(&folders, None, &Networks::default(), now).await.unwrap();
    assert_eq!(offices.broken().len(), 2);
    let service = service_of(offices.clone(), config());
    ask(&service, "/v1/register", &good).await.expect(200);
    for (token, why) in [(&typo, "vanthu.toml"), (&locked, "key")] {
        let answer = ask(&service, "/v1/register", token).await;
        assert_eq!(answer.problem(503), "office-unavailable");
        assert!(answer.json()["detail_in"]["en"].as_str().unwrap().contains(why), "{}", answer.text());
    }
    let ready = ask(&service, "/readyz?verbose", "").await;
    assert_eq!(ready.status, 200);
    for line in ["H37.1: ready", "H37.2: its configuration (vanthu.toml)", "H37.3: the key of its register"] {
        assert!(ready.text().contains(line), "{}", ready.text());
    }
    let counted = ask(&service, "/metrics", "").await.text();
    assert!(counted.contains("vanthu_offices{state=\"broken\"} 2"), "{counted}");
    // What is mended is there at the next look, and what breaks, or goes, is not.
    province.configure("2", |_| before);
    std::fs::write(&key, sound).unwrap();
    province.configure("1", |_| "[agency".to_owned());
    offices.refresh().await.unwrap();
    for token in [&typo, &locked] {
        ask(&service, "/v1/register", token).await.expect(200);
    }
    assert_eq!(ask(&service, "/v1/register", &good).await.problem(503), "office-unavailable");
    let new = province.office("4", "register.sqlite");
    std::fs::remove_dir_all(province.path("3")).unwrap();
    std::fs::remove_dir_all(province.path("1")).unwrap();
    offices.refresh().await.unwrap();
    ask(&service, "/v1/register", &new).await.expect(200);
    for gone in [&good, &locked] {
        assert_eq!(ask(&service, "/v1/register", gone).await.problem(401), "unauthorized");
    }
    // Without any office that works, the service is not ready.
    province.configure("2", |_| String::new());
    province.configure("4", |_| String::new());
    offices.refresh().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(ask(&service, "/readyz", "").await.problem(503), "not-ready");
}

#[tokio::test]
async fn two_offices_of_one_identifier_are_not_mixed_up() {
    let province = Province::new();
    let first = province.office("1", "register.sqlite");
    province.office("2", "register.sqlite");
    province.configure("2", |text| text.replace("H37.2", "H37.1"));
    let folders = [province.folder.path().to_owned()];
    let offices = OpenOffices::open(&folders, None, &Networks::default(), now).await.unwrap();
    assert!(offices.broken().iter().any(|broken| broken.folder == province.path("2")));
    ask(&service_of(offices, config()), "/v1/register", &first).await.expect(200);
}

/// `vanthu serve` of a province.
fn serve(province: &Province) -> Running {
    let folder = province.folder.path();
    Running::start_in(folder, &["--offices", "."], &[("PGPASSWORD", PASSWORD)])
}

/// The status of the answer; nothing where nobody answers.
fn status(running: &Running, address: &str, token: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(&running.address).ok()?;
    write!(stream, "GET {address} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.get(9..12)?.parse().ok()
}

#[test]
fn many_offices_with_webhooks_share_few_connections_and_a_database_that_is_away_is_said() {
    const OFFICES: u32 = 12;
    let server = Server::start();
    let province = Province::new();
    let offices: Vec<String> = (0..OFFICES)
        .map(|n| {
            let name = n.to_string();
            let token = province.office(&name, &server.address());
            province.run(&["hooks", "key", "--office", &name]);
            province.configure(&name, |text| {
                format!("{text}\n[[webhooks]]\naddress = \"https://webhook.example.invalid/{n}\"\n")
            });
            token
        })
        .collect();
    let running = serve(&province);
    std::thread::scope(|scope| {
        for token in &offices {
            scope.spawn(|| assert_eq!(status(&running, "/v1/register", token), Some(200)));
        }
    });
    let connections = server.asked("SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL");
    // Those of the pool, and the one that asks.
    assert!(connections.parse::<u32>().unwrap() <= 17, "{connections}");
    assert_eq!(status(&running, "/readyz", ""), Some(200));
    drop(server);
    std::thread::sleep(Duration::from_millis(1_100));
    let began = Instant::now();
    assert_eq!(status(&running, "/readyz", ""), Some(503));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn ready_turns_before_the_door_is_shut() {
    let province = Province::new();
    province.office("1", "register.sqlite");
    let running = serve(&province);
    assert_eq!(status(&running, "/readyz", ""), Some(200));
    let pid = running.pid();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let until = Instant::now() + Duration::from_secs(60);
    let mut heard = Vec::new();
    while let Some(status) = status(&running, "/readyz", "") {
        heard.push(status);
        assert!(Instant::now() < until, "it does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(heard.contains(&503), "{heard:?}");
}
