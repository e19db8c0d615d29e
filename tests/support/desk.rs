//! A register to try things on.

#![allow(dead_code, reason = "every test program uses some of it")]

use std::path::Path;

use time::OffsetDateTime;
use vanthu_base::clock;
use vanthu_keys::{PrivateKey, verifier_key};
use vanthu_register::{
    Audit, Database, DocumentRevision, Entry, EntryKey, Identity, Memory, OfficeSide, Register,
    RegisterPlace, Registration, RevisionKind, Series,
};
use vanthu_verify::log::VerifierKey;

use crate::postgres::Server;

pub const ORIGIN: &str = "vanthu.example/hoa-an";

/// Runs `test` with a SQLite file and with a PostgreSQL.
pub fn on_both(test: impl AsyncFn(Database)) {
    let folder = tempfile::tempdir().unwrap();
    run(test(file(folder.path())));
    let server = Server::start();
    run(test(server.database()));
}

pub fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A key that several processes can have: its bytes are given.
pub fn key(seed: u8) -> PrivateKey {
    // PKCS#8 (RFC 8410 §7) around a seed.
    let head =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    PrivateKey::from_pkcs8_der(&[head.as_slice(), &[seed; 32]].concat()).unwrap()
}

pub fn vkey() -> VerifierKey {
    verifier_key(ORIGIN, &key(7)).unwrap()
}

pub fn place(database: Database, office: &str) -> RegisterPlace {
    RegisterPlace { database, office: office.to_owned(), origin: ORIGIN.to_owned() }
}

pub fn file(folder: &Path) -> Database {
    Database::File(folder.join("sổ.sqlite"))
}

pub async fn open(database: Database) -> Register {
    Register::create(place(database, "H37.DN.001")).await.unwrap().signing_with(key(7))
}

/// The same register with what an office knows of it, which it keeps in `folder`.
pub async fn kept(database: Database, folder: &Path) -> Register {
    open(database).await.of_office(known(folder))
}

/// What an office knows of its register and keeps in `folder`.
pub fn known(folder: &Path) -> OfficeSide {
    let name = "ỦY BAN NHÂN DÂN XÃ HÒA AN".to_owned();
    OfficeSide {
        identity: Some(Identity { id: "H37.DN.001".to_owned(), name, organ_id: None }),
        published: Some(vkey()),
        memory: Some(Memory::at(folder.join("register.memory"))),
        numbering: None,
    }
}

/// The connections of somebody who has the database in his hands.
pub async fn by_hand(database: &Database) -> sqlx::AnyPool {
    let address = match database {
        Database::Server(address) => address.clone(),
        Database::File(path) => format!("sqlite://{}/s%E1%BB%95.sqlite", path.parent().unwrap().display()),
    };
    sqlx::AnyPool::connect(&address).await.unwrap()
}

pub fn series(name: &str) -> Series {
    Series { name: name.to_owned(), year: 2026, first: 1 }
}

pub fn number(series: &str, number: u32) -> EntryKey {
    EntryKey { series: series.to_owned(), year: 2026, number }
}

/// The time of the `n`th act: one a second.
pub fn at(n: u32) -> OffsetDateTime {
    clock::parse("2026-06-18T10:15:30+07:00").unwrap() + time::Duration::seconds(i64::from(n))
}

pub fn letter(subject: &str) -> Registration {
    Registration {
        date: "2026-06-18".to_owned(),
        kind: "Báo cáo".to_owned(),
        subject: subject.to_owned(),
        signer: "CHỦ TỊCH Nguyễn Văn A".to_owned(),
        recipients: "Như trên; Sở Nội vụ".to_owned(),
        archive: "VT, NV".to_owned(),
        draft_sha256: format!("draft of {subject}"),
        source: format!("{{\"subject\": \"{subject}\"}}"),
        ..Registration::default()
    }
}

/// Issues `document` as the `n`th act.
pub async fn issue(register: &Register, series: Series, mut document: Registration, n: u32) -> Entry {
    let kind = if series.name == "*" { "BC".to_owned() } else { series.name.clone() };
    let pending = register.begin(series).await.unwrap();
    document.code = format!("{:02}/{kind}-UBND", pending.number());
    let logged = pending.log(document, at(n)).await.unwrap();
    let report = logged.receipt().to_owned();
    let report = DocumentRevision::of(RevisionKind::Report, report.as_bytes(), "a.pdf", None);
    logged.record(report, Vec::new()).await.unwrap()
}

pub async fn audit(register: &Register) -> Audit {
    register.audit(&vkey(), None).await.unwrap()
}
